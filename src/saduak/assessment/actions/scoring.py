"""Scoring: each member alone, then the panel together."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from saduak.assessment import signals
from saduak.assessment.models import Case, ConsensusScore, Score, ScoreSheet
from saduak.assessment.rules import may_agree, may_score
from saduak.assessment.states import CASE, SHEET
from saduak.foundation import audit
from saduak.foundation.access import Actor, Conflict, Invalid, require
from saduak.foundation.actions import action
from saduak.programme.levels import evaluate
from saduak.programme.models import Criterion
from saduak.programme.queries import Contents, contents


@dataclass(frozen=True, slots=True)
class Given:
    """Points for one criterion with a remark; for a gate 1 is met and 0 is not."""

    points: Decimal
    remark: str = ""


@action("assessment.save_scores")
def save_scores(
    *, actor: Actor, sheet_id: uuid.UUID, version: int, scores: Mapping[str, Given], note: str | None = None
) -> ScoreSheet:
    """Save some scores of one's own sheet; it need not be complete.

    Args:
        actor: the member.
        sheet_id: whose sheet.
        version: the version that was on the screen.
        scores: by criterion key.
        note: the summing up; None leaves it as it is.

    Raises:
        Refused: somebody else's sheet, or void.
        Conflict: handed in, or changed in another window since.
        Invalid: unknown criterion, or points out of range.
    """
    sheet = _locked(sheet_id)
    require(may_score(actor, sheet))
    if sheet.state != SHEET.initial or sheet.case.state != "scoring":
        raise Conflict(_("ส่งคะแนนแล้ว แก้ไม่ได้"), "handed-in")
    if version != sheet.version:
        raise Conflict(_("ใบคะแนนนี้ถูกแก้จากอีกหน้าต่างหนึ่ง โหลดหน้าใหม่เพื่อดูฉบับล่าสุด"), "stale")
    known = contents(sheet.case.application.round.criteria_set)
    _check(known, scores)
    rows = [
        Score(sheet=sheet, criterion=known.by_key[key], points=given.points, remark=given.remark.strip())
        for key, given in scores.items()
    ]
    Score.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["sheet", "criterion"], update_fields=["points", "remark"]
    )
    sheet.version += 1
    sheet.note = sheet.note if note is None else note.strip()
    sheet.save(update_fields=["version", "note"])
    return sheet


def _locked(sheet_id: uuid.UUID) -> ScoreSheet:
    rows = ScoreSheet.objects.select_for_update(of=("self",)).select_related(
        "member", "case__application__round__criteria_set"
    )
    return rows.get(public_id=sheet_id)


def _check(known: Contents, scores: Mapping[str, Given]) -> None:
    wrong: dict[str, Any] = {}
    for key, given in scores.items():
        criterion = known.by_key.get(key)
        if criterion is None:
            wrong[key] = _("ข้อนี้ไม่อยู่ในชุดเกณฑ์ของรอบนี้")
        elif not 0 <= given.points <= most(criterion):
            wrong[key] = _t("คะแนนของข้อ %(number)s อยู่ระหว่าง 0 ถึง %(most)s") % {
                "number": criterion.number,
                "most": most(criterion),
            }
    if wrong:
        raise Invalid(_("มีคะแนนที่เกินช่วง แก้ตามที่แจ้งไว้"), wrong)


def most(criterion: Criterion) -> Decimal:
    """The most that can be given: 1 for a gate (met), else the criterion's points."""
    return Decimal(1) if criterion.kind == "gate" else Decimal(criterion.points)


@action("assessment.hand_in")
def hand_in(*, actor: Actor, sheet_id: uuid.UUID) -> ScoreSheet:
    """Hand one's sheet in: complete, and from then on unchangeable; only now the others' sheets can be read.

    Raises:
        Refused: somebody else's sheet, or void.
        Conflict: handed in already.
        Invalid: criteria without points; `fields` lists them by key.
    """
    sheet = _locked(sheet_id)
    require(may_score(actor, sheet))
    state = SHEET.step("hand_in", sheet.state)
    if sheet.case.state != "scoring":
        raise Conflict(_("คณะสรุปคะแนนเรื่องนี้แล้ว"), "agreed")
    done = set(Score.objects.filter(sheet=sheet).values_list("criterion_id", flat=True))
    missing = [
        row for row in contents(sheet.case.application.round.criteria_set).criteria if row.pk not in done
    ]
    if missing:
        words = _t("ยังไม่ได้ให้คะแนน %(n)d ข้อ") % {"n": len(missing)}
        raise Invalid(words, {row.key: _("ยังไม่ได้ให้คะแนน") for row in missing}, "incomplete")
    sheet.state, sheet.handed_in_at = state, actor.received_at
    sheet.save(update_fields=["state", "handed_in_at"])
    case = Case.locked(sheet.case.public_id)
    audit.append(case, actor=actor, verb="assessment.handed_in", facts={"sheet": str(sheet.public_id)})
    signals.sheet_handed_in.send(ScoreSheet, sheet=sheet, case=case, actor=actor)
    return sheet


@action("assessment.agree")
def agree(*, actor: Actor, case_id: uuid.UUID, scores: Mapping[str, Given], note: str = "") -> Case:
    """Write down what the panel agreed: every criterion, with total and level by the round's own rules.

    Raises:
        Refused: neither chair nor secretary of the panel.
        Conflict: sheets are still out, or agreed already.
        Invalid: criteria without points or points out of range.
    """
    case = Case.locked(case_id)
    require(may_agree(actor, case))
    state = CASE.step("agree", case.state)
    sheets = list(ScoreSheet.objects.filter(case=case).exclude(state="void").values_list("state", flat=True))
    if not sheets or "draft" in sheets:
        raise Conflict(_("ยังมีผู้ตรวจประเมินที่ไม่ได้ส่งคะแนน รอให้ครบก่อน"), "sheets-out")
    known = contents(case.application.round.criteria_set)
    missing = [row for row in known.criteria if row.key not in scores]
    if missing:
        raise Invalid(
            _("ให้คะแนนสรุปให้ครบทุกข้อ"), {row.key: _("ยังไม่มีคะแนนสรุป") for row in missing}, "incomplete"
        )
    _check(known, scores)
    ConsensusScore.objects.bulk_create(
        [
            ConsensusScore(
                case=case, criterion=known.by_key[key], points=given.points, remark=given.remark.strip()
            )
            for key, given in scores.items()
        ],
        update_conflicts=True,
        unique_fields=["case", "criterion"],
        update_fields=["points", "remark"],
    )
    gates = {row.key for row in known.criteria if row.kind == "gate"}
    met = {key for key in gates if scores[key].points >= 1}
    points = {key: given.points for key, given in scores.items() if key not in gates}
    result = evaluate(known.scheme, met=met, points=points)
    case.state, case.agreed_at, case.agreed_note = state, actor.received_at, note.strip()
    case.agreed_total, case.agreed_level = result.total, result.level.key if result.level else ""
    case.save(update_fields=["state", "agreed_at", "agreed_note", "agreed_total", "agreed_level"])
    facts = {"total": str(result.total), "level": case.agreed_level, "sheets": len(sheets)}
    audit.append(case, actor=actor, verb="assessment.agreed", facts=facts)
    signals.case_agreed.send(Case, case=case, actor=actor)
    return case
