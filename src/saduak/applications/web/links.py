"""What this room puts on the page of a service centre: its applications, for those who may read them."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.applications.queries import readable
from saduak.foundation.access import Actor
from saduak.organisations.models import ServiceCentre
from saduak.organisations.queries import Link, register_centre_links

# The round that is going on, and the one before it.
NEWEST = 2


@register_centre_links
def of_centre(actor: Actor, centre: ServiceCentre) -> Iterator[Link]:
    """The newest applications of a centre. One query."""
    if not actor.is_signed_in:
        return
    rows = readable(actor).prefetch_related(None).filter(centre=centre).order_by("-round__fiscal_year")
    for row in rows[:NEWEST]:
        yield Link(
            format_lazy(_("ใบสมัครปี {year}"), year=row.round.fiscal_year),
            reverse("applications:task-list", args=[row.public_id]),
            row.get_state_display(),
        )
