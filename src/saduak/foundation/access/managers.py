"""The one scoped door: `Model.objects.visible_to(actor)` is the only way to a list, a detail, a count or a file."""

from typing import Self, TypeVar

from django.db import models

from saduak.foundation.access.actor import Actor
from saduak.foundation.access.registry import registry

Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


class ScopedQuerySet(models.QuerySet[Row_co]):
    """A queryset that knows what an actor may see."""

    def visible_to(self, actor: Actor) -> Self:
        """Rows that some grant shows and no denial hides; the program itself sees all."""
        if actor.is_system:
            return self
        allowed, denied = registry.visible(self.model, actor)
        if allowed is None:
            return self.none()
        rows = self.filter(allowed)
        return rows if denied is None else rows.exclude(denied)


# The default manager of every public model.
ScopedManager = models.Manager.from_queryset(ScopedQuerySet)
