"""The letters that tell centres what was announced, whatever it is: what this room knows of them, for whoever writes them."""

from uuid import UUID

from django.db.models import F, QuerySet
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from saduak.applications.letters import apply_again
from saduak.certification.models import Announcement, Resolution
from saduak.certification.rules import may_announce
from saduak.correspondence.addresses import begin_url
from saduak.correspondence.models import LetterTemplate
from saduak.correspondence.queries.occasions import Concern, Occasion, Outline, register_occasion
from saduak.foundation.access import Actor
from saduak.foundation.access.registry import Words
from saduak.foundation.thai.calendar import format_long
from saduak.foundation.thai.numerals import format_number

RESULT = str(LetterTemplate.Use.RESULT)
REFUSED = str(LetterTemplate.Use.REFUSED)


def result_url(actor: Actor, row: Announcement) -> str:
    """Where the letter about an announcement is begun; empty before it is published, and but for the secretariat. No query."""
    programme_id = row.round.programme_id
    if row.state != "published" or not may_announce(actor, programme_id):
        return ""
    return begin_url(actor, programme_id, RESULT, row.public_id)


def refused_url(actor: Actor, row: Resolution) -> str:
    """Where the letter about one refusal is begun: as above, and not for a centre of the office that would write to itself.

    No query.
    """
    told = row.announcement
    if told is None or row.decision != Resolution.Decision.REFUSE or not result_url(actor, told):
        return ""
    office_id = row.case.application.centre.organisation_id
    return begin_url(actor, told.round.programme_id, REFUSED, row.public_id, to=office_id)


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


@register_occasion(REFUSED)
def refused(actor: Actor, about: str) -> Occasion | None:
    """One announced refusal (its resolution's public id), with the reason and when to apply again. At most four queries."""
    try:
        resolution_id = UUID(about)
    except ValueError:
        return None
    rows = Resolution.objects.visible_to(actor).select_related(
        "announcement__round__programme",
        "case__application__centre__organisation",
        "case__application__round",
    )
    row = rows.filter(public_id=resolution_id).first()
    if row is None or row.announcement is None or not refused_url(actor, row):
        return None
    application, told = row.case.application, row.announcement
    centre = application.centre
    with translation.override("th"):
        name = gettext("แจ้งผลการพิจารณา %(centre)s") % {"centre": centre.name_th}
        day = format_long(told.dated, weekday=False)
        said = {"resolution": row.number, "number": told.number, "day": day}
        decision = gettext("มติที่ %(resolution)s และประกาศที่ %(number)s ลงวันที่ %(day)s") % said
        points = gettext("คะแนนที่คณะผู้ตรวจประเมินสรุป %(total)s คะแนน") % {"total": format_number(row.total)}
    again = apply_again(application, actor.received_at)
    return Occasion(
        use=REFUSED,
        programme=told.round.programme,
        title=format_lazy(_("แจ้งว่า {centre} ยังไม่ได้รับการรับรอง"), centre=centre.name_th),
        name=name,
        concerns=(Concern(centre),),
        round=told.round,
        said={
            "result.decision": decision,
            "result.reason": f"{row.reason}\n\n{points}",
            "apply.again": again,
        },
    )
