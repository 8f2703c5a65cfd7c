"""The letter that tells centres that their certificates end: what this room knows of it, for whoever writes it."""

from datetime import date
from typing import Final
from uuid import UUID

from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from saduak.correspondence.addresses import begin_url
from saduak.correspondence.models import LetterTemplate
from saduak.correspondence.queries.occasions import Concern, Occasion, register_occasion
from saduak.foundation.access import Actor
from saduak.foundation.thai.calendar import bangkok_date, format_long
from saduak.foundation.thai.words import long_day
from saduak.organisations.models import Programme
from saduak.programme.eligibility import after_months
from saduak.register.models import Certificate
from saduak.register.queries import expiring

EXPIRY = str(LetterTemplate.Use.EXPIRY)
# How far ahead one may look, in months; a year's round is announced long before.
MONTHS: Final = (3, 6, 12)
FARTHEST: Final = MONTHS[-1]


def expiry_url(
    actor: Actor, programme: Programme, months: int, certificate: Certificate | None = None
) -> str:
    """Where the letter about one certificate, or about all that end within so many months, is begun. No query."""
    about = certificate.code if certificate is not None else f"{programme.public_id}:{months}"
    return begin_url(actor, programme.pk, EXPIRY, about)


@register_occasion(EXPIRY)
def expiry(actor: Actor, about: str) -> Occasion | None:
    """One certificate (its code), or all of a programme that end within some months ("public id:months"). One query."""
    whose, _mark, within = about.partition(":")
    today = bangkok_date(actor.received_at)
    if not within:
        found = list(expiring(actor, after_months(today, FARTHEST)).filter(code=whose))
        return _occasion(actor, found, after_months(today, FARTHEST))
    try:
        programme_id, months = UUID(whose), int(within)
    except ValueError:
        return None
    if months not in MONTHS:
        return None
    until = after_months(today, months)
    return _occasion(actor, list(expiring(actor, until).filter(programme__public_id=programme_id)), until)


def _occasion(actor: Actor, found: list[Certificate], until: date) -> Occasion | None:
    if not found or not expiry_url(actor, found[0].programme, FARTHEST):
        return None
    with translation.override("th"):
        name = gettext("แจ้งใบรับรองที่สิ้นอายุถึง %(day)s") % {"day": format_long(until, weekday=False)}
    title = format_lazy(_("แจ้งใบรับรองที่สิ้นอายุภายใน {day}"), day=long_day(until, weekday=False))
    if len(found) == 1:
        centre = found[0].centre.name_th
        title = format_lazy(_("แจ้งวันสิ้นอายุใบรับรองของ {centre}"), centre=centre)
        with translation.override("th"):
            name = gettext("แจ้งวันสิ้นอายุใบรับรองของ %(centre)s") % {"centre": centre}
    concerns = tuple(Concern(row.centre, row.level_name, row.valid_until) for row in found)
    return Occasion(use=EXPIRY, programme=found[0].programme, title=title, name=name, concerns=concerns)
