"""What this room puts on pages of others: its own inbox on an organisation's, the letters of a round and of its dates."""

import uuid
from collections.abc import Collection, Iterator

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.correspondence import queries, rules
from saduak.correspondence.long_texts import long_of
from saduak.correspondence.models import Letter
from saduak.foundation.access import Actor
from saduak.foundation.access.registry import Words
from saduak.foundation.thai.words import short_day
from saduak.organisations.models import Organisation
from saduak.organisations.queries import Link, register_organisation_links
from saduak.programme.models import Round
from saduak.programme.queries import register_round_links, register_source_links

# The newest letters on the page of a round.
NEWEST = 5


@register_organisation_links
def of_organisation(actor: Actor, organisation: Organisation) -> Iterator[Link]:
    """The inbox and the duties of the actor's own office. No query."""
    if any(organisation.pk in holding.organisation_ids for holding in actor.holding_with(rules.READ)):
        yield Link(_("หนังสือของหน่วยงาน"), reverse("correspondence:received"), _("ที่ถึงหน่วยงาน ส่งออก และนำเข้า"))
        yield Link(_("หน้าที่ตามหนังสือ"), reverse("correspondence:duties"), _("ใครต้องทำอะไร ภายในเมื่อใด"))


@register_round_links
def of_round(actor: Actor, row: Round) -> Iterator[Link]:
    """The newest letters about a round that the actor may open. One query."""
    if not actor.can(rules.READ):
        return
    for letter in queries.letters_of_round(actor, row.pk)[:NEWEST]:
        note = format_lazy(_("ลงวันที่ {day} {subject}"), day=_day(letter), subject=letter.subject)
        if letter.recalled_at is not None:
            note = format_lazy(_("เรียกคืนแล้ว {note}"), note=note)
        yield Link(_named(letter), _url(letter), note)


@register_source_links
def of_dates(actor: Actor, letter_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Link]:
    """The letters that dates come from, those that the actor may open. One query."""
    if not actor.can(rules.READ):
        return {}
    rows = Letter.objects.visible_to(actor).filter(public_id__in=letter_ids).select_related("issuer")
    return {
        row.public_id: Link(format_lazy(_("หนังสือ ที่ {number}"), number=row.number or "-"), _url(row))
        for row in rows.defer(*long_of(""))
    }


def _url(letter: Letter) -> str:
    return reverse("correspondence:letter", args=[letter.public_id])


def _named(letter: Letter) -> Words:
    return format_lazy(_("{issuer} ที่ {number}"), issuer=str(letter.issuer), number=letter.number or "-")


def _day(letter: Letter) -> str:
    return short_day(letter.dated) if letter.dated else "-"
