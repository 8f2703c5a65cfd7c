"""Who assesses whom in a round, and what the assessing office says about its units. One office's writes go in turn."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from saduak.applications import signals
from saduak.applications.actions import common
from saduak.applications.models import AssessorPlan, AssessorRule, Readiness, ReadinessCount
from saduak.applications.queries.readiness import (
    Desk,
    Plan,
    count_from,
    counted,
    gates_of,
    plan_from,
    plan_of,
    running_plans,
)
from saduak.applications.rules import readiness as rules
from saduak.applications.rules.readiness import Rule
from saduak.applications.states import READINESS
from saduak.foundation import audit
from saduak.foundation.access import Actor, Conflict, Invalid, Refused, require
from saduak.foundation.access.registry import Words
from saduak.foundation.actions import action
from saduak.foundation.thai import calendar
from saduak.foundation.thai.text import normalise
from saduak.organisations.models import Area, Organisation, ServiceCentre
from saduak.programme.models import Round
from saduak.programme.queries import round_phase_of
from saduak.programme.states import Phase

MOST_RULES: Final = 40
# So many units are assessed in one go, so that nobody waits.
MOST_UNITS: Final = 500
LONGEST: Final = 2_000
SEEN: Final = frozenset({"yes", "no"})


# --- Who assesses whom -------------------------------------------------------------------------------------------------


@action("applications.set_assessors")
def set_assessors(
    *, actor: Actor, round_id: uuid.UUID, rules_: Sequence[Rule], source: str = "", official: bool = False
) -> AssessorPlan:
    """Say who assesses whom in a round, in place of what was said before; without any rule nobody assesses.

    What was assessed and sent under the earlier rules stays as it is.

    Args:
        actor: of the programme's secretariat.
        round_id: in which round.
        rules_: in the order in which they are tried.
        source: where they come from, in words.
        official: whether somebody with the power to do so ruled it.

    Raises:
        Refused: not the programme's secretariat.
        Conflict: the round is over.
        Invalid: a rule that can find nobody, an unknown area or kind, or too many rules.
        DoesNotExist: no such round.
    """
    row = _round(round_id)
    require(rules.may_set(actor, row))
    require_going_on(row, actor)
    Round.objects.select_for_update(of=("self",), no_key=True).get(pk=row.pk)
    _require_rules(rules_)
    plan: AssessorPlan = AssessorPlan.objects.filter(round=row).first() or AssessorPlan(round=row)
    plan.source, plan.official = common.text(source, "source", 300), official
    plan.set_at, plan.set_by_id = actor.received_at, actor.user_id
    plan.save()
    AssessorRule.objects.filter(plan=plan).delete()
    made = [AssessorRule(plan=plan, ordinal=n, **_columns(rule)) for n, rule in enumerate(rules_, 1)]
    AssessorRule.objects.bulk_create(made)
    _recount(row, plan_of(row))
    facts = {"rules": [asdict(rule) for rule in rules_], "source": plan.source, "official": official}
    audit.append(plan, actor=actor, verb="applications.assessors_set", facts=facts)
    return plan


@action("applications.drop_assessors")
def drop_assessors(*, actor: Actor, round_id: uuid.UUID) -> None:
    """Go back to the usual rules of the file: then nobody is reminded of assessing.

    Raises:
        Refused: not the programme's secretariat.
        Conflict: the round is over, or nothing was set.
        DoesNotExist: no such round.
    """
    row = _round(round_id)
    require(rules.may_set(actor, row))
    require_going_on(row, actor)
    plan = AssessorPlan.objects.select_for_update(of=("self",), no_key=True).filter(round=row).first()
    if plan is None:
        raise Conflict(_("รอบนี้ใช้ค่าเริ่มต้นอยู่แล้ว"), "wrong-state")
    audit.append(plan, actor=actor, verb="applications.assessors_dropped", facts={"round": row.public_id})
    AssessorRule.objects.filter(plan=plan).delete()
    ReadinessCount.objects.filter(round=row).delete()
    plan.delete()


def _require_rules(wanted: Sequence[Rule]) -> None:
    if len(wanted) > MOST_RULES:
        raise Invalid(_("มีกติกาได้ไม่เกิน 40 ข้อ"), code="too-many")
    areas = {code for rule in wanted for code in rule.areas}
    known = set(Area.objects.filter(code__in=areas).values_list("code", flat=True))
    named = {rule.office_id for rule in wanted if rule.office_id is not None}
    offices = Organisation.objects.filter(pk__in=named, retired_at__isnull=True).values_list("pk", flat=True)
    here = set(offices)
    for rule in wanted:
        _require_rule(rule, known, here)


def _require_rule(rule: Rule, areas: set[str], offices: set[int]) -> None:
    wrong: dict[str, Words] = {}
    if rule.assessor not in AssessorRule.Assessor.values:
        wrong["assessor"] = _("เลือกวิธีหาผู้ประเมินจากตัวเลือกที่มี")
    elif rule.assessor == AssessorRule.Assessor.NAMED:
        if rule.office_id not in offices:
            wrong["office"] = _("ระบุหน่วยงานที่ประเมิน")
    elif rule.office_id is not None or not rule.assessor_kinds:
        wrong["assessor_kinds"] = _("เลือกประเภทของหน่วยงานที่ประเมินอย่างน้อย 1 ประเภท")
    if not {*rule.kinds, *rule.assessor_kinds} <= set(Organisation.Kind.values):
        wrong["kinds"] = _("เลือกประเภทหน่วยงานจากตัวเลือกที่มี")
    if not set(rule.areas) <= areas:
        wrong["areas"] = _("เลือกพื้นที่จากตัวเลือกที่มี")
    if len(rule.note) > 300:
        wrong["note"] = _("หมายเหตุยาวเกิน 300 ตัวอักษร")
    if wrong:
        raise Invalid(next(iter(wrong.values())), wrong, "bad-rule")


def _columns(rule: Rule) -> dict[str, Any]:
    found = asdict(rule) | {"note": normalise(rule.note.replace("\x00", ""))}
    return {key: list(value) if isinstance(value, tuple) else value for key, value in found.items()}


# --- Statements --------------------------------------------------------------------------------------------------------


@action("applications.assess_readiness")
def assess_readiness(  # noqa: PLR0913 - what a statement says
    *,
    actor: Actor,
    round_id: uuid.UUID,
    office_id: uuid.UUID,
    centre_ids: Sequence[uuid.UUID],
    ready: bool | None,
    reasons: str = "",
    gates: Mapping[str, str] | None = None,
    assessed_on: datetime.date | None = None,
    finished: bool = True,
    expected: int | None = None,
) -> list[Readiness]:
    """Say about one unit or several alike whether they are ready; not `finished` keeps it as a draft.

    Args:
        actor: a supervisor of the assessing office.
        round_id: in which round.
        office_id: in which office's place.
        centre_ids: about which units.
        ready: whether they are ready; a draft may leave it open.
        reasons: why; asked for when they are not ready, or ready although a gate is not met.
        gates: by key of a gate "yes" or "no"; not named: not looked at. None leaves what was said before.
        assessed_on: the day; today when left out.
        finished: whether the head can confirm it.
        expected: how many the preview named.

    Raises:
        Refused: not the actor's office, or units that do not fall to it.
        Conflict: the round is over, or one of them was confirmed already; not as many as the preview said.
        Invalid: something is missing, too long, or a day to come; no units, or too many.
        DoesNotExist: no such round or office.
    """
    desk = locked_desk(round_id, office_id)
    require(rules.may_assess(actor, desk.office, desk.round.programme_id))
    require_going_on(desk.round, actor)
    said = _said(desk, actor, ready, reasons, gates, assessed_on, finished=finished)
    rows = _statements(desk, centre_ids)
    if expected is not None and expected != len(rows):
        raise Conflict(_("จำนวนหน่วยงานเปลี่ยนไปจากที่แสดง ตรวจรายชื่ออีกครั้ง"), "changed")
    for row in rows:
        row.state = READINESS.step("assess" if finished else "keep", row.state)
        row.assessed_at, row.assessed_by_id = actor.received_at, actor.user_id
        for name, value in said.items():
            setattr(row, name, value)
    _save(rows, [*said, "state", "assessed_at", "assessed_by"])
    keep_count(desk)
    facts = {name: value for name, value in said.items() if name != "assessed_on"}
    facts["assessed_on"] = said["assessed_on"].isoformat() if said["assessed_on"] else None
    verb = "applications.readiness_assessed" if finished else "applications.readiness_kept"
    audit.append_many(
        rows, actor=actor, verb=verb, facts=lambda row: {"centre": row.centre.public_id, **facts}
    )
    if finished:
        signals.readiness_waits.send(Readiness, round=desk.round, office=desk.office, actor=actor)
    return rows


@action("applications.reopen_readiness")
def reopen_readiness(
    *, actor: Actor, round_id: uuid.UUID, office_id: uuid.UUID, centre_id: uuid.UUID
) -> Readiness:
    """Open a statement again that was confirmed or sent, until the round takes no more applications.

    What was sent counts until a new list is.

    Raises:
        Refused: neither a supervisor nor the head of the assessing office.
        Conflict: it is neither confirmed nor sent, or the window is over.
        DoesNotExist: no such round, office or statement.
    """
    desk = locked_desk(round_id, office_id)
    require(rules.may_work(actor, desk.office, desk.round.programme_id))
    common.require_open(rules.may_reopen(desk.round, actor.received_at))
    rows = Readiness.objects.select_for_update(of=("self",), no_key=True)
    row: Readiness = rows.get(round=desk.round, assessor=desk.office, centre__public_id=centre_id)
    before = row.state
    row.state = READINESS.step("reopen", row.state)
    row.confirmation = None
    row.save(update_fields=["state", "confirmation"])
    keep_count(desk)
    audit.append(row, actor=actor, verb="applications.readiness_reopened", facts={"from": before})
    return row


def _said(
    desk: Desk,
    actor: Actor,
    ready: bool | None,
    reasons: str,
    gates: Mapping[str, str] | None,
    assessed_on: datetime.date | None,
    *,
    finished: bool,
) -> dict[str, Any]:
    """What is said about each unit, checked.

    Raises:
        Invalid: something is missing, too long, unknown, or a day to come.
    """
    words = common.text(reasons, "reasons", LONGEST)
    today = calendar.bangkok_date(actor.received_at)
    day = assessed_on or today
    seen = None if gates is None else {key: value for key, value in gates.items() if value in SEEN}
    wrong: dict[str, Words] = {}
    if seen is not None and not seen.keys() <= {gate.key for gate in gates_of(desk.round)}:
        wrong["gates"] = _("เลือกข้อจากเกณฑ์ที่ต้องผ่านของรอบนี้")
    if day > today:
        wrong["assessed_on"] = _("วันที่ประเมินต้องไม่เป็นวันในอนาคต")
    if finished and ready is None:
        wrong["ready"] = _("เลือกว่าพร้อมหรือยังไม่พร้อม")
    elif finished and not words and not ready:
        wrong["reasons"] = _("เขียนเหตุผลว่ายังไม่พร้อมเพราะอะไร ศูนย์จะได้อ่าน")
    elif finished and not words and "no" in (seen or {}).values():
        wrong["reasons"] = _("มีเกณฑ์ที่ต้องผ่านซึ่งยังไม่มี เขียนเหตุผลว่าทำไมจึงพร้อม")
    if wrong:
        raise Invalid(next(iter(wrong.values())), wrong, "statement")
    found: dict[str, Any] = {"ready": ready, "reasons": words, "assessed_on": day}
    return found if seen is None else {**found, "gates": seen}


def _statements(desk: Desk, centre_ids: Sequence[uuid.UUID]) -> list[Readiness]:
    """The statements about some units under their locks; new ones where nothing was said yet.

    Raises:
        Refused: one of them does not fall to the office.
        Invalid: none at all, or too many.
    """
    wanted = list(dict.fromkeys(centre_ids))
    if not wanted:
        raise Invalid(_("เลือกหน่วยงานอย่างน้อย 1 แห่ง"), {"units": _("เลือกหน่วยงานอย่างน้อย 1 แห่ง")}, "nobody")
    if len(wanted) > MOST_UNITS:
        raise Invalid(_("ประเมินพร้อมกันได้ครั้งละไม่เกิน 500 แห่ง"), code="too-many")
    found = desk.units().filter(public_id__in=wanted).order_by("pk").values_list("pk", flat=True)
    keys = list(found)
    if len(keys) != len(wanted):
        raise Refused(_("มีหน่วยงานที่ไม่ได้อยู่ในรายการที่หน่วยงานนี้ประเมิน"), "not-yours")
    rows = Readiness.objects.select_for_update(of=("self",), no_key=True).select_related("centre")
    known = {
        row.centre_id: row for row in rows.filter(round=desk.round, assessor=desk.office, centre__in=keys)
    }
    centres = ServiceCentre.objects.in_bulk([key for key in keys if key not in known])
    return [
        known.get(key) or Readiness(round=desk.round, assessor=desk.office, centre=centres[key])
        for key in keys
    ]


def _save(rows: Sequence[Readiness], fields: list[str]) -> None:
    new = [row for row in rows if row.pk is None]
    Readiness.objects.bulk_update([row for row in rows if row.pk is not None], fields, batch_size=200)
    Readiness.objects.bulk_create(new, batch_size=200)


# --- Counted ahead -----------------------------------------------------------------------------------------------------


@action("applications.count_readiness")
def count_readiness(*, actor: Actor) -> int:
    """Count anew what every office has left, because units and offices move; in how many rounds. Run by a tick."""
    plans = list(running_plans(actor.received_at))
    for plan in plans:
        Round.objects.select_for_update(of=("self",), no_key=True).get(pk=plan.round_id)
        _recount(plan.round, plan_from(plan))
    return len(plans)


def _recount(row: Round, plan: Plan) -> None:
    ReadinessCount.objects.filter(round=row).delete()
    ReadinessCount.objects.bulk_create(counted(row, plan), ignore_conflicts=True)


def keep_count(desk: Desk) -> None:
    """Note what an office has left after its statements have changed; nothing where the usual rules count."""
    if desk.plan.is_set:
        now = count_from(desk.round, desk.office, desk.totals())
        numbers = {name: getattr(now, name) for name in ("to_assess", "assessed", "confirmed")}
        ReadinessCount.objects.update_or_create(round=desk.round, office=desk.office, defaults=numbers)


# --- What they share ---------------------------------------------------------------------------------------------------


def _round(round_id: uuid.UUID) -> Round:
    rows = Round.objects.select_related("programme", "criteria_set").prefetch_related("stages")
    row: Round = rows.get(public_id=round_id)
    return row


def locked_desk(round_id: uuid.UUID, office_id: uuid.UUID) -> Desk:
    """One office's work in a round, under the office's lock."""
    return Desk(_round(round_id), Organisation.locked(office_id))


def require_going_on(row: Round, actor: Actor) -> None:
    """Go on while the round does.

    Raises:
        Conflict: it is over.
    """
    if round_phase_of(row, actor.received_at) is Phase.CLOSED:
        raise Conflict(_("รอบนี้จบแล้ว จึงแก้อะไรไม่ได้อีก"), "round-over")
