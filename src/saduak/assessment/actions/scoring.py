"""Scoring: each member alone, then the panel together."""

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from saduak.applications import actions as applications
from saduak.assessment import signals
from saduak.assessment.actions.common import locked, text
from saduak.assessment.models import Case, ConsensusScore, Score, ScoreSheet
from saduak.assessment.queries.scoring import level_of, most
from saduak.assessment.rules import may_agree, may_score
from saduak.assessment.states import CASE, SHEET
from saduak.foundation import audit, prepared
from saduak.foundation.access import Actor, Conflict, Invalid, require
from saduak.foundation.access.registry import Words
from saduak.foundation.actions import action
from saduak.programme.models import Criterion
from saduak.programme.queries import Contents, contents

_CENT = Decimal("0.01")
LONGEST_REMARK = 1_000
_LONGEST_NOTE = 5_000


@dataclass(frozen=True, slots=True)
class Given:
    """Points for one criterion with a remark; for a gate 1 is met and 0 is not. No points: none are given yet.

    A remark of None leaves the one that is there as it is; so does `keep_points` with the points.
    """

    points: Decimal | None
    remark: str | None = ""
    keep_points: bool = False


@action("assessment.save_scores")
def save_scores(
    *, actor: Actor, sheet_id: uuid.UUID, version: int, scores: Mapping[str, Given], note: str | None = None
) -> ScoreSheet:
    """Save some scores of one's own sheet; it need not be complete.

    Args:
        actor: the member.
        sheet_id: whose sheet.
        version: the version that was on the screen.
        scores: by criterion key; what is not named stays as it is.
        note: the summing up; None leaves it as it is.

    Raises:
        Refused: somebody else's sheet, void, or the member has come to have an interest.
        Conflict: handed in (code "handed-in"), or changed in another window since (code "stale").
        Invalid: unknown criterion, points out of range, or too long a remark; `fields` by criterion key, or "note".
    """
    sheet = _locked(sheet_id)
    require(may_score(actor, sheet))
    if sheet.state != SHEET.initial:
        raise Conflict(_("ส่งคะแนนแล้ว แก้ไม่ได้"), "handed-in")
    if version != sheet.version:
        raise Conflict(_("ใบคะแนนนี้ถูกแก้จากอีกหน้าต่างหนึ่ง ดูค่าที่บันทึกไว้ก่อนบันทึกทับ"), "stale")
    known = contents(sheet.case.application.round.criteria_set)
    _check(known, scores)
    _write(sheet, known, scores)
    sheet.version += 1
    sheet.note = sheet.note if note is None else text(note, "note", longest=_LONGEST_NOTE)
    sheet.save(update_fields=["version", "note"])
    return sheet


_SHEET = prepared.Read[ScoreSheet](
    lambda: (
        ScoreSheet.objects.select_for_update(of=("self",), no_key=True)
        .select_related("member", "case__application__round__criteria_set")
        .defer("case__application__round__criteria_set__document")
        .filter(public_id=prepared.Given.of(ScoreSheet, "public_id"))
    )
)


def _locked(sheet_id: uuid.UUID) -> ScoreSheet:
    return _SHEET.get(public_id=sheet_id)


def _write(sheet: ScoreSheet, known: Contents, scores: Mapping[str, Given]) -> None:
    """One statement for the scores that are written whole; one more for those of which a part stays."""
    by_fields: dict[tuple[str, ...], list[Score]] = {}
    for key, given in scores.items():
        fields = ("points",) * (not given.keep_points) + ("remark",) * (given.remark is not None)
        row = Score(
            sheet=sheet, criterion=known.by_key[key], points=given.points, remark=_plain(given.remark)
        )
        by_fields.setdefault(fields, []).append(row)
    for fields, rows in by_fields.items():
        if fields:
            Score.objects.bulk_create(
                rows, update_conflicts=True, unique_fields=["sheet", "criterion"], update_fields=fields
            )


def _plain(remark: str | None) -> str:
    return (remark or "").replace("\x00", "").strip()


def _check(known: Contents, scores: Mapping[str, Given]) -> None:
    wrong = {
        key: problem for key, given in scores.items() if (problem := _problem(known.by_key.get(key), given))
    }
    if wrong:
        raise Invalid(_("มีคะแนนที่บันทึกไม่ได้ แก้ตามที่แจ้งไว้"), wrong, "range")


def _problem(criterion: Criterion | None, given: Given) -> Words:
    """What is wrong with the points of one criterion, in words; nothing when they can stay."""
    if criterion is None:
        return _("ข้อนี้ไม่อยู่ในชุดเกณฑ์ของรอบนี้")
    if len(_plain(given.remark)) > LONGEST_REMARK:
        return _("ความเห็นยาวเกิน 1,000 ตัวอักษร ตัดให้สั้นลง")
    points = given.points
    if points is None:
        return ""
    if criterion.kind == "gate":
        # Finite first: a signalling NaN can't even be looked up in a set.
        known = points.is_finite() and points in {Decimal(0), Decimal(1)}
        return "" if known else _("เลือกว่าครบหรือไม่ครบ")
    if not points.is_finite() or not 0 <= points <= most(criterion):
        return _t("ใส่คะแนน 0 ถึง %(most)s") % {"most": most(criterion)}
    if points != points.quantize(_CENT):
        return _("ใส่ทศนิยมไม่เกิน 2 ตำแหน่ง")
    return ""


@action("assessment.hand_in")
def hand_in(*, actor: Actor, sheet_id: uuid.UUID) -> ScoreSheet:
    """Hand one's sheet in: complete, and from then on unchangeable; only now the others' sheets can be read.

    Raises:
        Refused: somebody else's sheet, void, or the member has come to have an interest.
        Conflict: handed in already.
        Invalid: criteria without points; `fields` lists them by key.
    """
    case = Case.locked(ScoreSheet.objects.values_list("case__public_id", flat=True).get(public_id=sheet_id))
    sheet = _locked(sheet_id)
    require(may_score(actor, sheet))
    state = SHEET.step("hand_in", sheet.state)
    case.application = sheet.case.application
    done = set(Score.objects.filter(sheet=sheet, points__isnull=False).values_list("criterion_id", flat=True))
    missing = [row for row in contents(case.application.round.criteria_set).criteria if row.pk not in done]
    if missing:
        words = _t("ยังไม่ได้ให้คะแนน %(n)d ข้อ") % {"n": len(missing)}
        raise Invalid(words, {row.key: _("ยังไม่ได้ให้คะแนน") for row in missing}, "incomplete")
    sheet.state, sheet.handed_in_at = state, actor.received_at
    sheet.save(update_fields=["state", "handed_in_at"])
    audit.append(case, actor=actor, verb="assessment.handed_in", facts={"sheet": str(sheet.public_id)})
    signals.sheet_handed_in.send(ScoreSheet, sheet=sheet, case=case, actor=actor)
    return sheet


def basis_of(sheets: Iterable[ScoreSheet]) -> str:
    """A short name for the sheets that a consensus rests on: another one when a sheet came or went."""
    names = ",".join(sorted(str(sheet.public_id) for sheet in sheets))
    return hashlib.sha256(names.encode()).hexdigest()[:16]


@action("assessment.agree")
def agree(
    *,
    actor: Actor,
    case_id: uuid.UUID,
    scores: Mapping[str, Given],
    basis: str,
    note: str = "",
) -> Case:
    """Write down what the panel agreed: every criterion, with total and level by the round's own rules.

    Args:
        actor: chair or secretary of the panel.
        case_id: which case.
        scores: by criterion key, every one of them.
        basis: `basis_of` the sheets that it rests on, as they were read; refused when they are others now.
        note: what the panel says to the committee.

    Raises:
        Refused: neither chair nor secretary of the panel, or with a conflict of interest.
        Conflict: sheets are still out, others than on the screen, or agreed already.
        Invalid: criteria without points or points out of range.
    """
    case = locked(case_id)
    require(may_agree(actor, case))
    state = CASE.step("agree", case.state)
    sheets = list(ScoreSheet.objects.filter(case=case).exclude(state="void"))
    if not sheets or any(sheet.state == "draft" for sheet in sheets):
        raise Conflict(_("ยังมีผู้ตรวจประเมินที่ไม่ได้ส่งคะแนน รอให้ครบก่อน"), "sheets-out")
    if basis != basis_of(sheets):
        raise Conflict(_("ใบคะแนนที่ใช้สรุปเปลี่ยนไปหลังเปิดหน้านี้ ดูคะแนนล่าสุดก่อนสรุป"), "stale")
    known = contents(case.application.round.criteria_set)
    words = text(note, "note", longest=_LONGEST_NOTE)
    _complete(known, scores)
    _check(known, scores)
    points = {key: Decimal(given.points or 0) for key, given in scores.items()}
    ConsensusScore.objects.bulk_create(
        ConsensusScore(
            case=case, criterion=known.by_key[key], points=points[key], remark=_plain(given.remark)
        )
        for key, given in scores.items()
    )
    result = level_of(known, points)
    case.state, case.agreed_at, case.agreed_note = state, actor.received_at, words
    case.agreed_total, case.agreed_level = result.total, result.level.key if result.level else ""
    case.save(update_fields=["state", "agreed_at", "agreed_note", "agreed_total", "agreed_level"])
    # That follows from the result by itself; no evaluator settles anything by hand.
    program = Actor.system("assessment").at(actor.received_at)
    applications.settle(actor=program, application_id=case.application.public_id)
    facts = {"total": str(result.total), "level": case.agreed_level, "sheets": len(sheets)}
    audit.append(case, actor=actor, verb="assessment.agreed", facts=facts)
    signals.case_agreed.send(Case, case=case, actor=actor)
    return case


def _complete(known: Contents, scores: Mapping[str, Given]) -> None:
    missing = [row.key for row in known.criteria if row.key not in scores or scores[row.key].points is None]
    if missing:
        raise Invalid(_("ให้คะแนนสรุปให้ครบทุกข้อ"), {key: _("ยังไม่มีคะแนนสรุป") for key in missing}, "incomplete")
