"""Opening a round, moving its windows, closing it before its time. Only the programme's secretariat does."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeAlias

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.foundation import audit
from saduak.foundation.access import Actor, Conflict, Invalid, require
from saduak.foundation.access.registry import Words
from saduak.foundation.actions import action
from saduak.foundation.thai import calendar
from saduak.organisations.models import Programme
from saduak.programme import eligibility as eligible
from saduak.programme.models import CriteriaSet, Round, Stage
from saduak.programme.queries import phase_of
from saduak.programme.rules import may_move_window, may_open_round
from saduak.programme.signals import round_closed, round_opened, window_moved
from saduak.programme.states import Phase

Dates: TypeAlias = tuple[datetime, datetime]
DEFAULT_VALIDITY_YEARS = 3


@action("programme.open_round")
def open_round(  # noqa: PLR0913 - the fields of one form
    *,
    actor: Actor,
    programme: Programme,
    fiscal_year: int,
    criteria_set: CriteriaSet,
    windows: Mapping[str, Dates],
    title: str = "",
    validity_years: int = DEFAULT_VALIDITY_YEARS,
    source_letter: uuid.UUID | None = None,
    eligibility: Mapping[str, Any] | None = None,
    idempotency_key: uuid.UUID | None = None,  # noqa: ARG001 - read by @action
) -> Round:
    """Open the yearly round and pin its criteria set.

    Args:
        actor: of the programme's secretariat.
        programme: whose round.
        fiscal_year: Buddhist era; one round a year and programme.
        criteria_set: published, of the same programme.
        windows: (start, end) by stage key, half-open; the application stage must be among them.
        title: as it is shown; made from programme and year when empty.
        validity_years: how long this round's certificates hold.
        source_letter: public id of the letter that announced it, when it was opened from its letter.
        eligibility: who may apply and as what; when left out, as in the programme's last round, or as it is known to do.
        idempotency_key: makes sending the form twice the same as once.

    Raises:
        Refused: not the secretariat.
        Invalid: dates or criteria set do not fit; `fields` says which.
        Conflict: the year has its round already.
    """
    require(may_open_round(actor, programme))
    programme = Programme.objects.select_for_update(of=("self",), no_key=True).get(pk=programme.pk)
    if Round.objects.filter(programme=programme, fiscal_year=fiscal_year).exists():
        raise Conflict(format_lazy(_("ปี {year} มีรอบการรับรองแล้ว"), year=fiscal_year), "round-exists")
    _check_set(programme, criteria_set)
    check_windows(fiscal_year, windows)
    row: Round = Round.objects.create(
        programme=programme,
        fiscal_year=fiscal_year,
        title=title or f"รอบการรับรอง {programme.short_name} ปีงบประมาณ พ.ศ. {fiscal_year}",
        criteria_set=criteria_set,
        opened_at=actor.received_at,
        opened_by_id=actor.user_id,
        source_letter=source_letter,
        validity_years=validity_years,
        certificate_series=f"certificate-{programme.code}-{fiscal_year}",
        eligibility=_eligibility(programme, eligibility),
    )
    Stage.objects.bulk_create(
        Stage(round=row, key=key, ordinal=n, starts_at=windows[key][0], ends_at=windows[key][1])
        for n, key in enumerate(Stage.Key.values, start=1)
        if key in windows
    )
    facts = {
        "programme": programme.code,
        "fiscal_year": fiscal_year,
        "criteria": criteria_set.digest,
        "stages": {key: _written(dates) for key, dates in windows.items()},
        "source_letter": source_letter,
    }
    audit.append(row, actor=actor, verb="programme.round_opened", facts=facts)
    round_opened.send(sender=Round, round=row, actor=actor)
    return row


@action("programme.move_window")
def move_window(
    *, actor: Actor, round_id: uuid.UUID, key: str, starts_at: datetime, ends_at: datetime, reason: str
) -> Stage:
    """Move one stage of a round; a stage that the round lacked is added.

    Raises:
        Refused: not the secretariat.
        Invalid: no reason, dates out of order, or an open window would have closed in the past.
        Conflict: the round is closed.
    """
    row = Round.locked(round_id)
    require(may_move_window(actor, row))
    if row.closed_at is not None:
        raise Conflict(_("รอบนี้ปิดแล้ว เลื่อนช่วงเวลาไม่ได้"), "round-closed")
    if not reason.strip():
        raise Invalid(_("เขียนเหตุผลที่เลื่อน ผู้สมัครจะเห็นเหตุผลนี้"), {"reason": _("เขียนเหตุผลที่เลื่อน")}, "no-reason")
    stages = {stage.key: stage for stage in row.stages.all()}
    present = stages.get(key)
    before = (present.starts_at, present.ends_at) if present else None
    if before is not None and before[1] > actor.received_at >= ends_at:
        words = _("ช่วงเวลานี้ยังเปิดอยู่ เลื่อนวันปิดให้ผ่านไปแล้วไม่ได้")
        raise Invalid(words, {"ends_at": words}, "closes-in-the-past")
    windows = {name: (stage.starts_at, stage.ends_at) for name, stage in stages.items()}
    check_windows(row.fiscal_year, windows | {key: (starts_at, ends_at)})
    ordinal = Stage.Key.values.index(key) + 1
    stage = present or Stage(round=row, key=key, ordinal=ordinal)
    stage.starts_at, stage.ends_at = starts_at, ends_at
    stage.save(update_fields=["starts_at", "ends_at"] if present else None)
    facts = {
        "stage": key,
        "before": _written(before) if before else None,
        "after": _written((starts_at, ends_at)),
        "reason": reason.strip(),
    }
    audit.append(row, actor=actor, verb="programme.window_moved", facts=facts)
    window_moved.send(sender=Round, stage=stage, before=before, reason=reason.strip(), actor=actor)
    return stage


@action("programme.close_round")
def close_round(*, actor: Actor, round_id: uuid.UUID, reason: str) -> Round:
    """Close a round before its last stage is over; all its windows close with it.

    Raises:
        Refused: not the secretariat.
        Invalid: no reason.
        Conflict: it is closed already.
    """
    row = Round.locked(round_id)
    require(may_open_round(actor, row.programme))
    if row.closed_at is not None:
        raise Conflict(_("รอบนี้ปิดแล้ว"), "round-closed")
    if not reason.strip():
        raise Invalid(_("เขียนเหตุผลที่ปิดรอบ"), {"reason": _("เขียนเหตุผลที่ปิดรอบ")}, "no-reason")
    row.closed_at, row.closed_reason = actor.received_at, reason.strip()
    row.save(update_fields=["closed_at", "closed_reason"])
    audit.append(row, actor=actor, verb="programme.round_closed", facts={"reason": reason.strip()})
    round_closed.send(sender=Round, round=row, reason=reason.strip(), actor=actor)
    return row


@action("programme.change_eligibility")
def change_eligibility(*, actor: Actor, round_id: uuid.UUID, eligibility: Mapping[str, Any]) -> Round:
    """Change who may apply in a round and as what, before it takes applications. The same again changes nothing.

    Raises:
        Refused: not the secretariat.
        Invalid: no such rules.
        Conflict: the round takes applications already, or is closed.
    """
    row = Round.locked(round_id)
    require(may_open_round(actor, row.programme))
    if not rules_can_change(row, actor.received_at):
        raise Conflict(_("เปิดรับสมัครแล้ว จึงเปลี่ยนเงื่อนไขการสมัครของรอบนี้ไม่ได้"), "window-opened")
    before, after = eligible.rules_of(row), _checked(eligibility)
    if before != after:
        row.eligibility = after
        row.save(update_fields=["eligibility"])
        facts = {"before": before, "after": after}
        audit.append(row, actor=actor, verb="programme.eligibility_changed", facts=facts)
    return row


def rules_can_change(row: Round, moment: datetime) -> bool:
    """Whether nobody could have filed under the present rules yet. One query, none with prefetched stages."""
    return phase_of(row, moment=moment) is Phase.PLANNED


def _eligibility(programme: Programme, given: Mapping[str, Any] | None) -> dict[str, Any]:
    return _checked(eligible.proposed(programme) if given is None else given)


def _checked(given: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return eligible.checked(given)
    except eligible.NotRules as wrong:
        raise Invalid(_("อ่านเงื่อนไขการสมัครไม่ได้ ตรวจแต่ละช่องแล้วลองใหม่"), code="eligibility") from wrong


def _check_set(programme: Programme, criteria_set: CriteriaSet) -> None:
    if criteria_set.programme_id != programme.pk:
        words = _("ชุดเกณฑ์นี้เป็นของโครงการอื่น")
        raise Invalid(words, {"criteria_set": words}, "other-programme")
    if not criteria_set.is_published:
        words = _("ชุดเกณฑ์ยังเป็นฉบับร่าง ประกาศใช้ชุดเกณฑ์ก่อนเปิดรอบ")
        raise Invalid(words, {"criteria_set": words}, "draft-criteria")


def check_windows(fiscal_year: int, windows: Mapping[str, Dates]) -> None:
    """Every stage ends after it starts, stages start in their order, and the year is not mistyped.

    Raises:
        Invalid: some do not; `fields` says which.
    """
    wrong: dict[str, Words] = {}
    if Stage.Key.APPLICATION not in windows:
        wrong["application"] = _("ต้องมีช่วงรับสมัคร")
    latest: datetime | None = None
    for key in Stage.Key.values:
        if key not in windows:
            continue
        starts_at, ends_at = windows[key]
        if ends_at <= starts_at:
            wrong[key] = _("วันสิ้นสุดต้องอยู่หลังวันเริ่ม")
        elif abs(calendar.fiscal_year(calendar.bangkok_date(starts_at)) - fiscal_year) > 1:
            wrong[key] = format_lazy(_("วันเริ่มไม่อยู่ใกล้ปีงบประมาณ {year} ตรวจปี พ.ศ."), year=fiscal_year)
        elif latest is not None and starts_at < latest:
            wrong[key] = _("เริ่มก่อนขั้นก่อนหน้าไม่ได้")
        latest = max(latest, starts_at) if latest else starts_at
    unknown = set(windows) - set(Stage.Key.values)
    if unknown:
        raise Invalid(format_lazy(_("ไม่รู้จักขั้น {keys}"), keys=", ".join(sorted(unknown))), code="unknown-stage")
    if wrong:
        raise Invalid(_("วันที่ของรอบยังไม่ถูกต้อง ดูช่องที่มีข้อความกำกับ"), wrong, "bad-windows")


def _written(dates: Dates) -> list[str]:
    return [moment.isoformat() for moment in dates]
