"""The letter that tells centres that their certificates end: what this room knows of it, for whoever writes it."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from saduak.correspondence.addresses import begin_url
from saduak.correspondence.models import LetterTemplate
from saduak.correspondence.queries.occasions import Concern, Occasion, Outline, register_occasion
from saduak.foundation.access import Actor
from saduak.foundation.access.registry import Words
from saduak.foundation.thai.calendar import bangkok_date, format_long
from saduak.foundation.thai.words import long_day
from saduak.organisations.models import Programme
from saduak.programme.eligibility import after_months
from saduak.register.models import Certificate
from saduak.register.queries import AHEAD, expiring

EXPIRY = str(LetterTemplate.Use.EXPIRY)
# How far ahead one may look, in months; a year's round is announced long before.
MONTHS: Final = (3, 6, AHEAD)
FARTHEST: Final = MONTHS[-1]


def expiry_url(
    actor: Actor, programme: Programme, months: int, certificate: Certificate | None = None
) -> str:
    """Where the letter about one certificate, or about all that end within so many months, is begun. No query.

    Empty for a certificate of the office that would write to itself.
    """
    if certificate is None:
        return begin_url(actor, programme.pk, EXPIRY, f"{programme.public_id}:{months}")
    office_id = certificate.centre.organisation_id
    return begin_url(actor, programme.pk, EXPIRY, certificate.code, to=office_id)


def _meant(actor: Actor, about: str) -> tuple[QuerySet[Certificate], date] | None:
    """What an address means, and until when: one certificate (its code), or all of a programme that end within some months."""
    whose, _mark, within = about.partition(":")
    today = bangkok_date(actor.received_at)
    if not within:
        until = after_months(today, FARTHEST)
        return expiring(actor, until).filter(code=whose), until
    try:
        programme_id, months = UUID(whose), int(within)
    except ValueError:
        return None
    if months not in MONTHS:
        return None
    until = after_months(today, months)
    return expiring(actor, until).filter(programme__public_id=programme_id), until


def _outline(actor: Actor, about: str) -> Outline | None:
    """How many certificates and offices. At most four queries."""
    meant = _meant(actor, about)
    if meant is None:
        return None
    rows, until = meant
    # One more than one tells whether there are several.
    found = list(rows[:2])
    if not found or not expiry_url(actor, found[0].programme, FARTHEST):
        return None
    return Outline.counted(
        actor,
        use=EXPIRY,
        programme=found[0].programme,
        title=_title(found, until),
        rows=rows,
        office="centre__organisation",
    )


@register_occasion(EXPIRY, _outline)
def expiry(actor: Actor, about: str) -> Occasion | None:
    """One certificate (its code), or all of a programme that end within some months ("public id:months"). One query."""
    meant = _meant(actor, about)
    if meant is None:
        return None
    rows, until = meant
    found = list(rows)
    if not found or not expiry_url(actor, found[0].programme, FARTHEST):
        return None
    with translation.override("th"):
        name = gettext("แจ้งใบรับรองที่สิ้นอายุถึง %(day)s") % {"day": format_long(until, weekday=False)}
        if len(found) == 1:
            name = gettext("แจ้งวันสิ้นอายุใบรับรองของ %(centre)s") % {"centre": found[0].centre.name_th}
    concerns = tuple(Concern(row.centre, row.level_name, row.valid_until) for row in found)
    return Occasion(
        use=EXPIRY, programme=found[0].programme, title=_title(found, until), name=name, concerns=concerns
    )


def _title(found: Sequence[Certificate], until: date) -> Words:
    if len(found) == 1:
        return format_lazy(_("แจ้งวันสิ้นอายุใบรับรองของ {centre}"), centre=found[0].centre.name_th)
    return format_lazy(_("แจ้งใบรับรองที่สิ้นอายุภายใน {day}"), day=long_day(until, weekday=False))
