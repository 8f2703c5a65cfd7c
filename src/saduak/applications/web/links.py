"""What this room puts on pages of others: the applications of a service centre, and beginning one on a letter's page."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.applications import rules
from saduak.applications.queries import readable
from saduak.correspondence.models import Letter
from saduak.correspondence.queries import register_beginnings
from saduak.foundation.access import Actor
from saduak.organisations.models import ServiceCentre
from saduak.organisations.queries import Link, register_centre_links
from saduak.programme.queries import is_open

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


@register_beginnings
def of_letter(actor: Actor, letter: Letter) -> Iterator[Link]:
    """Starting an application in the letter's round, while it takes them. One query, none for who starts none."""
    if letter.round is None or not actor.can(rules.START, programme_id=letter.programme_id):
        return
    if is_open(letter.round, actor.received_at):
        yield Link(_("เริ่มร่างใบสมัคร"), reverse("applications:mine"), letter.round.name)
