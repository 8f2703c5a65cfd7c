"""The letter that tells centres what was announced: what this room knows of it, for whoever writes it."""

from uuid import UUID

from django.db.models import F, QuerySet
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from saduak.certification.models import Announcement, Resolution
from saduak.certification.rules import may_announce
from saduak.correspondence.addresses import begin_url
from saduak.correspondence.models import LetterTemplate
from saduak.correspondence.queries.occasions import Concern, Occasion, Outline, register_occasion
from saduak.foundation.access import Actor
from saduak.foundation.access.registry import Words

RESULT = str(LetterTemplate.Use.RESULT)


def result_url(actor: Actor, row: Announcement) -> str:
    """Where the letter about an announcement is begun; empty before it is published, and but for the secretariat. No query."""
    programme_id = row.round.programme_id
    if row.state != "published" or not may_announce(actor, programme_id):
        return ""
    return begin_url(actor, programme_id, RESULT, row.public_id)


def granted(actor: Actor, row: Announcement) -> QuerySet[Resolution]:
    """What an announcement certified and still stands."""
    found: QuerySet[Resolution] = Resolution.objects.visible_to(actor).filter(
        announcement=row, certificate__state="standing"
    )
    return found


def _announced(actor: Actor, about: str) -> Announcement | None:
    """The announcement of an address, for who may write about it. One query at most."""
    try:
        announcement_id = UUID(about)
    except ValueError:
        return None
    rows = Announcement.objects.visible_to(actor).select_related("round__programme")
    row: Announcement | None = rows.filter(public_id=announcement_id).first()
    return row if row is not None and result_url(actor, row) else None


def _title(row: Announcement) -> Words:
    return format_lazy(_("แจ้งผลการรับรองตามประกาศที่ {number}"), number=row.number)


def _outline(actor: Actor, about: str) -> Outline | None:
    """How many centres and offices. At most three queries."""
    row = _announced(actor, about)
    if row is None:
        return None
    return Outline.counted(
        actor,
        use=RESULT,
        programme=row.round.programme,
        title=_title(row),
        rows=granted(actor, row),
        office="case__application__centre__organisation",
    )


@register_occasion(RESULT, _outline)
def result(actor: Actor, about: str) -> Occasion | None:
    """The centres that an announcement (its public id) certified, the highest level first. Two queries.

    Those that were not certified read other words than these: each gets a letter of its own, and stands in no list.
    """
    row = _announced(actor, about)
    if row is None:
        return None
    found = tuple(
        Concern(one.case.application.centre, one.certificate.level_name, one.certificate.valid_until)
        for one in granted(actor, row)
        .select_related("case__application__centre__organisation", "certificate")
        .order_by(F("certificate__level_ordinal").desc(), "ordinal")
        if one.certificate is not None
    )
    if not found:
        return None
    with translation.override("th"):
        name = gettext("แจ้งผลตามประกาศที่ %(number)s") % {"number": row.number}
    return Occasion(
        use=RESULT,
        programme=row.round.programme,
        title=_title(row),
        name=name,
        concerns=found,
        round=row.round,
    )
