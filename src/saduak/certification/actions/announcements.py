"""Announcing: certificates are prepared under embargo by a batch, then everything becomes public at one moment."""

import uuid
from datetime import date, timedelta

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.assessment.rules import only_program
from saduak.certification import signals
from saduak.certification.models import Announcement, Resolution
from saduak.certification.rules import may_announce, too_early
from saduak.certification.states import ANNOUNCEMENT
from saduak.foundation import audit, batches
from saduak.foundation.access import Actor, Conflict, Invalid, require
from saduak.foundation.actions import action
from saduak.foundation.thai import words
from saduak.foundation.thai.calendar import format_long
from saduak.organisations.models import Area
from saduak.programme.models import Level, Round
from saduak.programme.queries import contents
from saduak.register import actions as register
from saduak.register import certificates

PREPARE = "certification.prepare"
# The certificate carries the title of its announcement.
LONGEST_TITLE = 200

# In the capital the names carry their prefix already (เขต, แขวง).
BANGKOK_CODE = "10"
_PREFIX = {"province": "จังหวัด", "district": "อำเภอ", "subdistrict": "ตำบล"}


@action("certification.prepare_announcement")
def prepare(
    *,
    actor: Actor,
    round_id: uuid.UUID,
    number: str,
    dated: date,
    valid_from: date,
    idempotency_key: uuid.UUID | None = None,
) -> Announcement:
    """Gather every confirmed resolution that was not announced yet and start making its certificates.

    Raises:
        Refused: not the secretariat of the programme.
        Invalid: no number, one that is taken or too long, nothing to announce, or a first day of validity that is
            before what was resolved or more than a year after the announcement.
    """
    del idempotency_key  # the decorator has it
    row = Round.locked(round_id)
    require(may_announce(actor, row.programme_id))
    title = _title(row, _free_number(row, number), dated)
    if len(title) > LONGEST_TITLE:
        raise Invalid(_("เลขที่ประกาศยาวเกินไป"), {"number": _("ใช้เลขที่ที่สั้นลง เช่น 1/2570")})
    ripe = Resolution.objects.select_for_update(of=("self",), no_key=True).filter(
        meeting__round=row, meeting__state="closed", announcement__isnull=True
    )
    ordered = ripe.exclude(decision=Resolution.Decision.DEFER).order_by(
        "meeting__held_on", "meeting__pk", "ordinal"
    )
    found = list(ordered.values_list("pk", "decision", "meeting__held_on"))
    if not found:
        raise Invalid(_("ยังไม่มีมติที่รับรองแล้วให้ประกาศ"), code="nothing-to-announce")
    _check_start(valid_from, dated, decided=max(held_on for _pk, _decision, held_on in found))
    publication = register.create_publication(actor=actor, programme=row.programme, title=title)
    announcement = Announcement.objects.create(
        round=row, number=number.strip(), dated=dated, valid_from=valid_from, publication=publication
    )
    Resolution.objects.filter(pk__in=[pk for pk, _decision, _day in found]).update(announcement=announcement)
    granted = [str(pk) for pk, decision, _day in found if decision == Resolution.Decision.CERTIFY]
    announcement.batch = batches.start(
        kind=PREPARE, items=granted, params={"announcement": announcement.pk}, actor=actor
    )
    announcement.save(update_fields=["batch"])
    audit.append(
        announcement,
        actor=actor,
        verb="certification.announcement_prepared",
        facts={"number": announcement.number, "resolutions": len(found), "certificates": len(granted)},
    )
    return announcement


def _free_number(row: Round, number: str) -> str:
    typed = number.strip()
    if not typed:
        raise Invalid(_("ระบุเลขที่ประกาศ"), {"number": _("ระบุเลขที่ประกาศ เช่น 1/2570")})
    if Announcement.objects.filter(round=row, number=typed).exists():
        raise Invalid(_("มีประกาศเลขที่นี้แล้ว"), {"number": _("มีประกาศเลขที่นี้ในรอบนี้แล้ว ใช้เลขถัดไป")})
    return typed


def _check_start(valid_from: date, dated: date, *, decided: date) -> None:
    """A certificate can't be called back: a mistyped first day is caught before any is made."""
    title = _("ตรวจวันที่ใบรับรองเริ่มใช้")
    if valid_from < decided:
        day = words.short_day(decided)
        wrong = format_lazy(_("เลือกวันที่ไม่ก่อนวันประชุมที่มีมติ คือ {day}"), day=day)
        raise Invalid(title, {"valid_from": wrong}, "before-decision")
    if valid_from - timedelta(days=1) > register.last_day(dated, 1):
        wrong = _("เลือกวันที่ไม่เกิน 1 ปีหลังวันที่ลงในประกาศ")
        raise Invalid(title, {"valid_from": wrong}, "too-late")


def _title(row: Round, number: str, dated: date) -> str:
    return f"ประกาศผลการรับรอง{row.programme.name_th} ที่ {number} ลงวันที่ {format_long(dated, weekday=False)}"


@action("certification.make_certificates")
def make_certificates(*, actor: Actor, announcement_id: int, resolution_ids: list[int]) -> int:
    """Make the certificates of some resolutions, with their PDFs; those that have one are passed over.

    Raises:
        Refused: not the program itself.
    """
    require(only_program(actor))
    announcement = Announcement.objects.select_related("round__programme__host", "publication").get(
        pk=announcement_id
    )
    rows = list(
        Resolution.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=resolution_ids, announcement=announcement, certificate__isnull=True)
        .select_related(
            "case__application__centre__organisation", "case__application__centre__area__parent__parent"
        )
    )
    # Numbers follow the order of the meetings, which is the order of the batch.
    rows.sort(key=lambda row: resolution_ids.index(row.pk))
    levels = contents(announcement.round.criteria_set).levels_by_key
    made = register.prepare(
        actor=actor,
        publication=announcement.publication,
        round_row=announcement.round,
        grants=[_grant(row, levels[row.level_key]) for row in rows],
        valid_from=announcement.valid_from,
        announcement=announcement.publication.title,
    )
    for row, certificate in zip(rows, made, strict=True):
        row.certificate = certificate
        certificate.programme = announcement.round.programme
        certificates.render(certificate, actor=actor)
    Resolution.objects.bulk_update(rows, ["certificate"])
    return len(made)


def _grant(row: Resolution, level: Level) -> register.Grant:
    centre = row.case.application.centre
    area: Area | None = centre.area or centre.organisation.area
    return register.Grant(
        centre=centre,
        level_key=level.key,
        level_name=level.name,
        level_ordinal=level.ordinal,
        area_code=area.code if area else "",
        area_name=_place(area),
    )


def _place(area: Area | None) -> str:
    """Subdistrict, district and province in words, as people say where something is."""
    names = []
    while area is not None:
        capital = area.code.startswith(BANGKOK_CODE)
        names.append(area.name_th if capital else f"{_PREFIX[area.kind]}{area.name_th}")
        area = area.parent
    return " ".join(names)


@action("certification.certificates_ready")
def ready(*, actor: Actor, announcement_id: int) -> Announcement:
    """All certificates of an announcement are made: it can be published.

    Raises:
        Refused: not the program itself.
    """
    require(only_program(actor))
    announcement = Announcement.objects.select_for_update(no_key=True).get(pk=announcement_id)
    if announcement.state == "preparing":
        announcement.state = ANNOUNCEMENT.step("ready", announcement.state)
        announcement.save(update_fields=["state"])
        audit.append(announcement, actor=actor, verb="certification.announcement_ready")
    return announcement


@action("certification.retry")
def retry(*, actor: Actor, announcement_id: uuid.UUID) -> int:
    """Let the certificates that could not be made be tried again; how many.

    Raises:
        Refused: not the secretariat of the programme.
        Conflict: nothing failed.
    """
    announcement = Announcement.locked(announcement_id)
    require(may_announce(actor, announcement.round.programme_id))
    again = batches.retry(announcement.batch) if announcement.batch is not None else 0
    if not again:
        raise Conflict(_("ไม่มีใบรับรองที่ต้องจัดทำใหม่"), "nothing-failed")
    facts = {"certificates": again}
    audit.append(announcement, actor=actor, verb="certification.retried", facts=facts)
    return again


@action("certification.publish")
def publish(*, actor: Actor, announcement_id: uuid.UUID, early: bool = False) -> Announcement:
    """Make all resolutions and certificates of an announcement public at this moment.

    Args:
        actor: somebody of the secretariat.
        announcement_id: which announcement.
        early: that it is meant, when the day that the announcement bears is still to come.

    Raises:
        Refused: not the secretariat of the programme.
        Conflict: certificates are still being made, or it is public already.
        Invalid: the announcement bears a later day, and nobody said that this is meant.
    """
    announcement = Announcement.locked(announcement_id)
    require(may_announce(actor, announcement.round.programme_id))
    if Resolution.objects.filter(
        announcement=announcement, decision=Resolution.Decision.CERTIFY, certificate__isnull=True
    ).exists():
        raise Conflict(_("ยังจัดทำใบรับรองไม่ครบ รอให้ครบแล้วประกาศอีกครั้ง"), "not-ready")
    announcement.state = ANNOUNCEMENT.step("publish", announcement.state)
    ahead = too_early(actor, announcement)
    if ahead and not early:
        raise _not_yet(announcement.dated)
    announcement.published_at = actor.received_at
    announcement.save(update_fields=["state", "published_at"])
    register.publish(actor=actor, publication_id=announcement.publication.public_id)
    facts = {"number": announcement.number, "before_its_day": ahead}
    audit.append(announcement, actor=actor, verb="certification.published", facts=facts)
    signals.announced.send(Announcement, announcement=announcement, actor=actor)
    return announcement


def _not_yet(dated: date) -> Invalid:
    day = words.short_day(dated)
    title = format_lazy(_("ประกาศลงวันที่ {day} ซึ่งยังไม่ถึง"), day=day)
    return Invalid(title, {"early": _("รอถึงวันที่ลงไว้ หรือยืนยันว่าจะประกาศก่อน")}, "before-its-day")
