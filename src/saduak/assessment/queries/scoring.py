"""One's own sheets, the panel's scores side by side, and what they agreed."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import QuerySet

from saduak.assessment.conflicts import LEADERS
from saduak.assessment.models import Case, Conflict, ConsensusScore, PanelMember, Score, ScoreSheet
from saduak.assessment.queries.cases import UNREAD, WHOLE, WITH, Claimed, Filed, case, filed
from saduak.assessment.rules import may_agree, my_seats, shut_since
from saduak.foundation.access import Actor, Decision
from saduak.programme.levels import Result as LevelResult
from saduak.programme.levels import evaluate
from saduak.programme.models import Criterion
from saduak.programme.queries import Contents, contents

CENT = Decimal("0.01")


def most(criterion: Criterion) -> Decimal:
    """The most that can be given: 1 for a gate (met), else the criterion's points."""
    return Decimal(1) if criterion.kind == "gate" else Decimal(criterion.points)


def level_of(known: Contents, points: Mapping[str, Decimal]) -> LevelResult:
    """Total and level of points by criterion key, by the rules of the set; a gate is met with 1."""
    gates = {row.key for row in known.criteria if row.kind == "gate"}
    met = {key for key in gates if points.get(key, 0) >= 1}
    scored = {key: value for key, value in points.items() if key not in gates}
    return evaluate(known.scheme, met=met, points=scored)


def open_gates(row: Case, known: Contents) -> list[Criterion]:
    """The gates that the panel of an agreed case did not find met, or said nothing of. One query."""
    met = set(
        ConsensusScore.objects.filter(case=row, criterion__kind="gate", points=1).values_list(
            "criterion_id", flat=True
        )
    )
    return [gate for gate in known.criteria if gate.kind == "gate" and gate.pk not in met]


def my_sheets(actor: Actor) -> QuerySet[ScoreSheet]:
    """One's own sheets that are not void: those to do first, the newest round before others. Nothing of others' counts."""
    rows: QuerySet[ScoreSheet] = ScoreSheet.objects.visible_to(actor).filter(member__in=my_seats(actor))
    return (
        rows.exclude(state="void")
        .select_related(*(f"case__{way}" for way in WITH))
        .order_by("state", "-case__application__round__fiscal_year", "case__assigned_at", "pk")
    )


def to_declare(actor: Actor) -> QuerySet[Case]:
    """Cases that shut to the actor since they were given and wait for a sheet all the same, the oldest first."""
    return shut_since(actor).select_related(*WITH).order_by("assigned_at", "pk")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One line of a score sheet: what was filed, and what was given."""

    claim: Claimed
    most: Decimal
    points: Decimal | None
    remark: str


@dataclass(frozen=True, slots=True)
class SheetPage:
    """A score sheet with everything that its member reads."""

    sheet: ScoreSheet
    filed: Filed
    rows: list[SheetRow]
    done: int


def sheet_page(actor: Actor, sheet_id: uuid.UUID) -> SheetPage | None:
    """One's own sheet of a case that is with one's panel, or None."""
    rows: QuerySet[ScoreSheet] = ScoreSheet.objects.visible_to(actor).filter(
        public_id=sheet_id, member__in=my_seats(actor)
    )
    whole = rows.select_related("member", *(f"case__{way}" for way in WHOLE))
    sheet = whole.defer(f"case__{UNREAD}").first()
    if sheet is None:
        return None
    given = {score.criterion_id: score for score in Score.objects.filter(sheet=sheet)}
    read = filed(actor, sheet.case)
    lines = [_line(claim, given.get(claim.criterion.pk)) for claim in read.claims]
    return SheetPage(sheet, read, lines, sum(line.points is not None for line in lines))


def progress(sheet: ScoreSheet) -> tuple[int, int]:
    """How many criteria of a sheet have points, of how many. One query, when the sheet comes with its criteria."""
    done = Score.objects.filter(sheet=sheet, points__isnull=False).count()
    return done, len(contents(sheet.case.application.round.criteria_set).criteria)


def _line(claim: Claimed, given: Score | None) -> SheetRow:
    return SheetRow(
        claim=claim,
        most=most(claim.criterion),
        points=given.points if given else None,
        remark=given.remark if given else "",
    )


@dataclass(slots=True)
class Compared:
    """One criterion across the members: their points side by side, how far apart, and what is proposed."""

    criterion: Criterion
    points: list[Decimal | None] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    agreed: Decimal | None = None
    remark: str = ""

    @property
    def most(self) -> Decimal:
        """The most that can be given."""
        return most(self.criterion)

    @property
    def given(self) -> list[Decimal]:
        """Points that were given."""
        return [points for points in self.points if points is not None]

    @property
    def is_compared(self) -> bool:
        """Whether there is anything to compare: points of two members or more."""
        return len(self.given) > 1

    @property
    def spread(self) -> Decimal:
        """How far the members are apart."""
        return max(self.given) - min(self.given) if self.given else Decimal(0)

    @property
    def is_split(self) -> bool:
        """Whether the panel should talk about it: a gate seen both ways, or half the points and more apart."""
        return self.spread > 0 and self.spread * 2 >= self.most

    @property
    def proposed(self) -> Decimal:
        """What was agreed, else the mean to two places; for a gate: met only when everybody found it met."""
        if self.agreed is not None:
            return self.agreed
        if not self.given:
            return Decimal(0)
        if self.criterion.kind == "gate":
            return min(self.given)
        mean = sum(self.given, Decimal(0)) / len(self.given)
        return mean.quantize(CENT, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The sheets of a case that the actor may see, side by side.

    `mine` is the actor's own sheet. While that is a draft (`is_shut`) nothing else is here: neither rows nor numbers.
    `out` is how many sheets are still out; a number, never who.
    """

    case: Case
    mine: ScoreSheet | None
    sheets: list[ScoreSheet]
    out: int | None
    rows: list[Compared]
    conflicts: list[Conflict]
    may_agree: Decision

    @property
    def is_shut(self) -> bool:
        """Whether the actor still owes a sheet."""
        return self.mine is not None and self.mine.state == "draft"

    @property
    def split(self) -> list[Compared]:
        """Criteria on which the members are far apart."""
        return [row for row in self.rows if row.is_split]

    @property
    def complete(self) -> bool:
        """Whether the panel can agree: every sheet is in."""
        return bool(self.sheets) and self.out == 0


def comparison(actor: Actor, case_id: uuid.UUID) -> Comparison | None:
    """The panel's scores side by side; only sheets that the actor may see."""
    found = case(actor, case_id)
    if found is None or found.state not in {"scoring", "agreed"}:
        return None
    mine = my_sheets(actor).filter(case=found).first()
    if mine is not None and mine.state == "draft":
        return Comparison(found, mine, [], None, [], [], may_agree(actor, found))
    sheets = _sheets(actor, found)
    barred = Conflict.objects.filter(case=found).select_related("person").order_by("pk")
    return Comparison(
        case=found,
        mine=mine,
        sheets=sheets,
        out=ScoreSheet.objects.filter(case=found, state="draft").count(),
        rows=_rows(found, sheets),
        conflicts=list(barred),
        may_agree=may_agree(actor, found),
    )


def _sheets(actor: Actor, found: Case) -> list[ScoreSheet]:
    rows: QuerySet[ScoreSheet] = ScoreSheet.objects.visible_to(actor).filter(case=found, state="in")
    return list(rows.select_related("member__person").order_by("member__pk"))


def _rows(found: Case, sheets: list[ScoreSheet]) -> list[Compared]:
    given = {(s.sheet_id, s.criterion_id): s for s in Score.objects.filter(sheet__in=sheets)}
    agreed = {s.criterion_id: s for s in ConsensusScore.objects.filter(case=found)}
    rows = []
    for criterion in contents(found.application.round.criteria_set).criteria:
        scores = [given.get((sheet.pk, criterion.pk)) for sheet in sheets]
        settled = agreed.get(criterion.pk)
        rows.append(
            Compared(
                criterion,
                points=[score.points if score else None for score in scores],
                remarks=[score.remark for score in scores if score and score.remark],
                agreed=settled.points if settled else None,
                remark=settled.remark if settled else "",
            )
        )
    return rows


@dataclass(frozen=True, slots=True)
class Result:
    """What the panel agreed, and why that is the level, in words."""

    comparison: Comparison
    level: LevelResult

    @property
    def case(self) -> Case:
        """The case."""
        return self.comparison.case


def result(actor: Actor, case_id: uuid.UUID) -> Result | None:
    """The agreed points with the level explained; None before the panel agreed, or for who may not see it."""
    found = comparison(actor, case_id)
    if found is None or found.case.state != "agreed":
        return None
    points = {row.criterion.key: row.agreed for row in found.rows if row.agreed is not None}
    return Result(found, level_of(contents(found.case.application.round.criteria_set), points))


def leads(actor: Actor) -> QuerySet[PanelMember]:
    """The actor's seats as chair or secretary."""
    return my_seats(actor).filter(role__in=LEADERS)
