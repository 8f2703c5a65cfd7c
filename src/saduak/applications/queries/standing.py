"""Where an application stands: a row a criterion, what is missing, the estimate, and what to do next. Pure: no database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from saduak.applications.models import Answer
from saduak.applications.queries.way import NOWHERE, Way, way_of
from saduak.foundation.access.registry import Words
from saduak.programme import levels
from saduak.programme.models import Criterion
from saduak.programme.queries import Contents

MOST_STEPS = 5
ZERO = Decimal(0)

# status: (its word, the state of the tag that shows it)
STATUSES: dict[str, tuple[Words, str]] = {
    "none": (_("ยังไม่เริ่ม"), "none"),
    "doing": (_("กำลังเขียน"), "work"),
    "lacking": (_("ขาดหลักฐาน"), "due"),
    "done": (_("ครบ"), "done"),
    "off": (_("ไม่ขอคะแนน"), "off"),
    "returned": (_("ขอให้แก้"), "back"),
}


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One criterion on the task list."""

    answer_id: UUID
    criterion_id: UUID
    key: str
    number: str
    title: str
    kind: str
    points_max: Decimal
    points: Decimal
    claim: str
    evidence_count: int
    placeholder: bool
    status: str
    label: Words
    tag: str
    missing: Words

    @property
    def is_gate(self) -> bool:
        """Whether it must be met and carries no points."""
        return self.kind == "gate"

    @property
    def met(self) -> bool:
        """Whether it is claimed and something stands behind the claim."""
        return self.claim == "met" and self.evidence_count > 0


@dataclass(frozen=True, slots=True)
class TaskGroup:
    """The rows of one side of a part."""

    key: str
    title: str
    rows: tuple[TaskRow, ...]

    @property
    def total(self) -> int:
        """How many rows."""
        return len(self.rows)

    @property
    def done(self) -> int:
        """How many need nothing more."""
        return sum(row.status in {"done", "off"} for row in self.rows)

    @property
    def open(self) -> bool:
        """Whether work is left."""
        return self.done < self.total

    @property
    def points_have(self) -> Decimal:
        """Points that evidence backs."""
        return sum((row.points for row in self.rows if row.met), ZERO)

    @property
    def points_claimed(self) -> Decimal:
        """Points that are claimed."""
        return sum((row.points for row in self.rows if row.claim == "met"), ZERO)

    @property
    def points_max(self) -> Decimal:
        """Points that there are."""
        return sum((row.points_max for row in self.rows), ZERO)


@dataclass(frozen=True, slots=True)
class TaskPart:
    """A part of the criteria with its groups."""

    key: str
    title: str
    kind: str
    groups: tuple[TaskGroup, ...]

    @property
    def rows(self) -> tuple[TaskRow, ...]:
        """The rows of all groups."""
        return tuple(row for group in self.groups for row in group.rows)

    @property
    def _whole(self) -> TaskGroup:
        return TaskGroup(self.key, self.title, self.rows)

    @property
    def total(self) -> int:
        """How many rows."""
        return self._whole.total

    @property
    def done(self) -> int:
        """How many need nothing more; of gates, how many are met."""
        return sum(row.met for row in self.rows) if self.kind == "gate" else self._whole.done

    @property
    def points_have(self) -> Decimal:
        """Points that evidence backs."""
        return self._whole.points_have

    @property
    def points_claimed(self) -> Decimal:
        """Points that are claimed."""
        return self._whole.points_claimed

    @property
    def points_max(self) -> Decimal:
        """Points that there are."""
        return self._whole.points_max


@dataclass(frozen=True, slots=True)
class LevelFloor:
    """A level and the points it begins at."""

    key: str
    label: str
    floor: Decimal


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the claims come to. `level` stays empty while a gate is open, whatever the points."""

    have: Decimal
    claim: Decimal
    maximum: Decimal
    gates_met: int
    gates_total: int
    # What the set calls its gates.
    gate_title: Words
    official: bool
    levels: tuple[LevelFloor, ...]
    level: str
    level_name: str
    sentences: tuple[Words, ...]
    way: Way = NOWHERE

    @property
    def sentence(self) -> Words:
        """The first sentence: where it stands now."""
        return self.sentences[0] if self.sentences else ""

    @property
    def why(self) -> tuple[Words, ...]:
        """Why it stands there: without the way, when its steps are listed beside it, and that it is an estimate."""
        listed = bool(self.way.level_name and self.way.steps and self.way.reachable)
        return self.sentences[: len(self.sentences) - listed - (not self.official)]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do next, and what it brings."""

    title: Words
    why: Words
    plus: Words
    answer_id: UUID
    gates: bool
    total_after: Decimal


def row_of(answer: Answer, criterion: Criterion, asked: str = "") -> TaskRow:
    """The row of one answer; `asked` is what a supervisor asked to change and the centre has not dealt with."""
    status = "returned" if asked else _status(answer, criterion)
    label, tag = STATUSES[status]
    return TaskRow(
        answer_id=answer.public_id,
        criterion_id=criterion.public_id,
        key=criterion.key,
        number=criterion.number,
        title=criterion.label,
        kind=criterion.kind,
        points_max=Decimal(criterion.points),
        points=answer.points,
        claim=answer.claim,
        evidence_count=answer.evidence_count,
        placeholder=criterion.placeholder,
        status=status,
        label=label,
        tag=tag,
        missing=asked or _missing(answer, criterion, status),
    )


def _status(answer: Answer, criterion: Criterion) -> str:
    if answer.claim == "met":
        return "done" if answer.evidence_count else "lacking"
    if answer.claim == "unmet":
        return "doing" if criterion.kind == "gate" else "off"
    return "doing" if answer.narrative or answer.evidence_count else "none"


def _missing(answer: Answer, criterion: Criterion, status: str) -> Words:
    if status == "none":
        return _("ยังไม่ได้ตอบ")
    if status == "lacking":
        return _("แนบหลักฐานอย่างน้อย 1 รายการ")
    if status == "doing":
        gate_unmet = criterion.kind == "gate" and answer.claim == "unmet"
        return _("ตอบว่ายังไม่มีครบ") if gate_unmet else _("ยังไม่ได้ตอบว่ามีหรือไม่มี")
    return ""


def parts_of(
    contents: Contents, answers: Mapping[int, Answer], asked: Mapping[int, str]
) -> tuple[TaskPart, ...]:
    """The parts, sides and rows of an application.

    Args:
        contents: of the criteria set that the round pins.
        answers: by key of the criterion.
        asked: what a supervisor asked to change, by key of the criterion.
    """

    def rows(criteria: Iterable[Criterion]) -> tuple[TaskRow, ...]:
        return tuple(row_of(answers[c.pk], c, asked.get(c.pk, "")) for c in criteria if c.pk in answers)

    return tuple(
        TaskPart(
            key=view.part.key,
            title=view.part.label,
            kind=view.part.kind,
            groups=tuple(TaskGroup(side.key, side.label, rows(side.criteria)) for side in view.sides),
        )
        for view in contents.parts
    )


def estimate_of(contents: Contents, answers: Iterable[Answer]) -> Estimate:
    """What the answers come to by the rules of the set: backed by evidence, and as claimed."""
    met: set[str] = set()
    backed: dict[str, Decimal] = {}
    by_key: dict[str, Answer] = {}
    claimed = ZERO
    for answer in answers:
        criterion = contents.by_id[answer.criterion_id]
        by_key[criterion.key] = answer
        if answer.claim != "met":
            continue
        claimed += answer.points
        if answer.evidence_count:
            met.add(criterion.key)
            backed[criterion.key] = answer.points
    result = levels.evaluate(contents.scheme, met=met, points=backed)
    return Estimate(
        have=result.total,
        claim=claimed,
        maximum=result.maximum,
        gates_met=result.gates_done,
        gates_total=result.gates_total,
        gate_title=contents.gate_title,
        official=contents.criteria_set.official,
        levels=tuple(
            LevelFloor(rule.key, contents.levels_by_key[rule.key].label, rule.min_total)
            for rule in contents.scheme.levels
        ),
        level=result.level.key if result.level else "",
        level_name=contents.levels_by_key[result.level.key].label if result.level else "",
        sentences=result.sentences,
        way=way_of(contents, by_key, result),
    )


def numbers_of(rows: Sequence[TaskRow]) -> Words:
    """The numbers of rows in one phrase: "13 และ 14"."""
    names = [row.number for row in rows]
    if len(names) < 2:
        return "".join(names)
    return format_lazy(_("{first} และ {last}"), first=", ".join(names[:-1]), last=names[-1])


def steps_of(rows: Sequence[TaskRow], estimate: Estimate) -> tuple[Step, ...]:
    """What to do in order: open gates as one step, then what lacks only evidence, then what is not begun; most points first."""
    steps: list[Step] = []
    gates = [row for row in rows if row.is_gate and not row.met]
    if gates:
        steps.append(_gate_step(gates, estimate))
    order = {"returned": 0, "lacking": 1, "doing": 2, "none": 3}
    waiting = [row for row in rows if not row.is_gate and row.status in order and _gain(row) > 0]
    total = estimate.have
    for row in sorted(waiting, key=lambda r: (order[r.status], -_gain(r)))[: MOST_STEPS - len(steps)]:
        total += _gain(row)
        steps.append(
            Step(
                title=format_lazy(_("ข้อ {number} {title}"), number=row.number, title=row.title),
                why=row.missing,
                plus=format_lazy(
                    _("+{points} เป็น {total}"), points=levels.plain(_gain(row)), total=levels.plain(total)
                ),
                answer_id=row.answer_id,
                gates=False,
                total_after=total,
            )
        )
    return tuple(steps)


def _gain(row: TaskRow) -> Decimal:
    """Points that finishing a row adds to what evidence backs."""
    if row.met:
        return ZERO
    return row.points if row.claim == "met" else row.points_max


def _gate_step(gates: Sequence[TaskRow], estimate: Estimate) -> Step:
    lacking = sum(row.status == "lacking" for row in gates)
    fresh = sum(row.status == "none" for row in gates)
    said: list[Any] = []
    if lacking:
        said.append(ngettext_lazy("ขาดหลักฐาน %(n)d ข้อ", "ขาดหลักฐาน %(n)d ข้อ", lacking) % {"n": lacking})
    if fresh:
        said.append(ngettext_lazy("ยังไม่เริ่ม %(n)d ข้อ", "ยังไม่เริ่ม %(n)d ข้อ", fresh) % {"n": fresh})
    other = len(gates) - lacking - fresh
    if other:
        said.append(ngettext_lazy("ยังไม่ครบ %(n)d ข้อ", "ยังไม่ครบ %(n)d ข้อ", other) % {"n": other})
    return Step(
        title=format_lazy(_("เกณฑ์ที่ต้องผ่าน ข้อ {numbers}"), numbers=numbers_of(gates)),
        why=format_lazy(" ".join(["{}"] * len(said)), *said),
        plus=format_lazy(_("เป็น {total} จาก {total}"), total=estimate.gates_total),
        answer_id=gates[0].answer_id,
        gates=True,
        total_after=estimate.have,
    )
