"""What every table of Saduak shares."""

import uuid
from typing import Any, Self, cast

from django.db import models

from saduak.foundation import ids
from saduak.foundation.access.managers import ScopedManager


class PublicIdModel(models.Model):
    """A row that routes and the API name by `public_id`; its bigint key never leaves the database."""

    public_id = models.UUIDField(default=ids.public_id, unique=True, editable=False)

    objects = ScopedManager()

    class Meta:
        abstract = True


class AuditedModel(PublicIdModel):
    """An aggregate with its own audit chain: the head stands on the row that every change locks anyway."""

    audit_seq = models.PositiveIntegerField(default=0, editable=False)
    audit_head = models.CharField(max_length=64, blank=True, default="", editable=False)

    class Meta:
        abstract = True

    @classmethod
    def locked(cls, public_id: uuid.UUID | str, **extra: Any) -> Self:
        """Read the row again under its lock; call it inside an action.

        Keys never change, so every lock leaves the key alone (`no_key`): rows that refer to this one are still written,
        and two actions do not wait for each other over a foreign key.

        Raises:
            DoesNotExist: no such row.
        """
        row = cls.objects.select_for_update(of=("self",), no_key=True).get(public_id=public_id, **extra)
        return cast("Self", row)
