"""What this room puts on the page of a duty: the briefing that its letter announced."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.correspondence.models import Letter
from saduak.correspondence.queries import register_meetings
from saduak.foundation.access import Actor
from saduak.foundation.access.registry import Words
from saduak.foundation.thai import words
from saduak.organisations.queries import Link
from saduak.outreach.models import Briefing


@register_meetings
def of_letter(actor: Actor, letter: Letter) -> Iterator[Link]:
    """The briefing of a letter, when the actor sees it. One query."""
    for row in Briefing.objects.visible_to(actor).filter(letter=letter):
        yield Link(row.title, reverse("outreach:briefing", args=[row.public_id]), _when(row))


def _when(row: Briefing) -> Words:
    starts = words.moment(row.starts_at)
    return format_lazy(_("{when} ยกเลิกแล้ว"), when=starts) if row.cancelled_at else starts
