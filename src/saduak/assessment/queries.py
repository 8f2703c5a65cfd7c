"""Reading the assessment: queues, a case, a sheet, the panel's scores side by side."""

import json
import uuid
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet

from saduak.applications.models import Evidence
from saduak.assessment.models import (
    Case,
    Conflict,
    ConsensusScore,
    Panel,
    PanelMember,
    Score,
    ScoreSheet,
    ScreeningReturn,
)
from saduak.assessment.rules import SCORE, SCREEN, my_seats
from saduak.foundation import files
from saduak.foundation.access import Actor
from saduak.programme.models import Criterion
from saduak.programme.queries import contents

_WITH = (
    "application__centre",
    "application__organisation",
    "application__round__programme",
    "panel",
    "submission",
)
CENT = Decimal("0.01")


def cases(actor: Actor, *, state: str = "", text: str = "", panel: str = "") -> QuerySet[Case]:
    """Cases that the actor may see, the longest waiting first."""
    rows: QuerySet[Case] = Case.objects.visible_to(actor).select_related(*_WITH)
    if state:
        rows = rows.filter(state=state)
    if panel:
        rows = rows.filter(panel__number=panel)
    if text:
        rows = rows.filter(Q(application__centre__search_key__contains=text))
    sheets = Count("sheets", filter=~Q(sheets__state="void"))
    handed = Count("sheets", filter=Q(sheets__state="in"))
    return rows.annotate(sheets_all=sheets, sheets_in=handed).order_by("opened_at", "pk")


def tally(actor: Actor) -> dict[str, int]:
    """How many visible cases stand in each state. One query."""
    rows = Case.objects.visible_to(actor).order_by().values_list("state").annotate(n=Count("pk"))
    return dict(rows)


def case(actor: Actor, case_id: uuid.UUID) -> Case | None:
    """One visible case, or None."""
    found: Case | None = cases(actor).filter(public_id=case_id).first()
    return found


@dataclass(frozen=True, slots=True)
class Claimed:
    """What was filed for one criterion, with the evidence that the actor may open."""

    criterion: Criterion
    answer: dict[str, Any]
    evidence: list[tuple[dict[str, Any], Evidence | None]]


@dataclass(frozen=True, slots=True)
class Filed:
    """A submission as it was filed: its bytes, read again."""

    snapshot: dict[str, Any]
    claims: list[Claimed]


def filed(actor: Actor, row: Case) -> Filed:
    """What the centre filed. Two queries and one file; the criteria come from the pinned set."""
    with files.open(row.submission.snapshot) as stream:
        snapshot = json.load(stream)
    answers = {answer["criterion"]: answer for answer in snapshot["content"]["answers"]}
    mine = (
        Evidence.objects.visible_to(actor).filter(centre_id=row.application.centre_id).select_related("file")
    )
    by_hash = {item.file.sha256: item for item in mine}
    claims = []
    for criterion in contents(row.application.round.criteria_set).criteria:
        answer = answers.get(criterion.key, {})
        evidence = [(item, by_hash.get(item["sha256"])) for item in answer.get("evidence", [])]
        claims.append(Claimed(criterion, answer, evidence))
    return Filed(snapshot, claims)


def returns_of(actor: Actor, application_id: uuid.UUID) -> QuerySet[ScreeningReturn]:
    """What screening gave back to a centre, the newest first."""
    rows: QuerySet[ScreeningReturn] = ScreeningReturn.objects.visible_to(actor)
    return rows.filter(case__application__public_id=application_id).order_by("-ordinal")


def panels(actor: Actor, round_pk: int) -> QuerySet[Panel]:
    """Panels of a round with how much they have to do."""
    rows: QuerySet[Panel] = Panel.objects.visible_to(actor).filter(round_id=round_pk, retired_at__isnull=True)
    return (
        rows.prefetch_related("members__person")
        .annotate(
            scoring=Count("cases", filter=Q(cases__state="scoring"), distinct=True),
            agreed=Count("cases", filter=Q(cases__state="agreed"), distinct=True),
        )
        .order_by("number")
    )


def my_sheets(actor: Actor) -> QuerySet[ScoreSheet]:
    """One's own sheets that are not void: those to do first."""
    rows: QuerySet[ScoreSheet] = ScoreSheet.objects.visible_to(actor).filter(member__in=my_seats(actor))
    return (
        rows.exclude(state="void")
        .select_related("case__application__centre", "case__application__organisation", "case__panel")
        .order_by("state", "case__assigned_at", "pk")
    )


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
    """One's own sheet, or None."""
    sheet = (
        ScoreSheet.objects.visible_to(actor)
        .filter(public_id=sheet_id, member__in=my_seats(actor))
        .select_related(
            "member", *(f"case__{way}" for way in _WITH), "case__application__round__criteria_set"
        )
        .select_related("case__submission__snapshot")
        .first()
    )
    if sheet is None:
        return None
    given = {score.criterion_id: score for score in Score.objects.filter(sheet=sheet)}
    read = filed(actor, sheet.case)
    rows = [
        SheetRow(
            claim=claim,
            most=Decimal(1) if claim.criterion.kind == "gate" else Decimal(claim.criterion.points),
            points=given[claim.criterion.pk].points if claim.criterion.pk in given else None,
            remark=given[claim.criterion.pk].remark if claim.criterion.pk in given else "",
        )
        for claim in read.claims
    ]
    return SheetPage(sheet, read, rows, len(given))


@dataclass(slots=True)
class Compared:
    """One criterion across the members: their points side by side, how far apart, and what is proposed."""

    criterion: Criterion
    points: list[Decimal | None] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    agreed: Decimal | None = None
    remark: str = ""

    @property
    def given(self) -> list[Decimal]:
        """Points that were given."""
        return [points for points in self.points if points is not None]

    @property
    def spread(self) -> Decimal:
        """How far the members are apart."""
        return max(self.given) - min(self.given) if self.given else Decimal(0)

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
    """All sheets of a case that the actor may see, side by side."""

    case: Case
    sheets: list[ScoreSheet]
    out: int
    rows: list[Compared]
    conflicts: list[Conflict]


def comparison(actor: Actor, case_id: uuid.UUID) -> Comparison | None:
    """The panel's scores side by side; only sheets that the actor may see. Six queries."""
    row = Case.objects.visible_to(actor).filter(public_id=case_id)
    found = row.select_related(*_WITH, "application__round__criteria_set").first()
    if found is None:
        return None
    sheets = list(
        ScoreSheet.objects.visible_to(actor)
        .filter(case=found, state="in")
        .select_related("member__person")
        .order_by("member__pk")
    )
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
    out = ScoreSheet.objects.filter(case=found, state="draft").count()
    barred = list(Conflict.objects.filter(case=found).select_related("person"))
    return Comparison(found, sheets, out, rows, barred)


@dataclass(frozen=True, slots=True)
class Todo:
    """Something that waits for the actor: how many, and since when the first."""

    kind: str
    count: int
    first: Case | None = None


def todos(actor: Actor) -> list[Todo]:
    """What waits: screening, giving cases to panels, scoring, agreeing. At most five queries."""
    found: list[Todo] = []
    if actor.can(SCREEN):
        counts = tally(actor)
        found += [Todo(kind, counts[kind]) for kind in ("screening", "accepted") if counts.get(kind)]
    if actor.can(SCORE):
        sheets = list(my_sheets(actor).filter(state="draft")[:100])
        if sheets:
            found.append(Todo("score", len(sheets), sheets[0].case))
        chaired = my_seats(actor).filter(role__in=[PanelMember.Role.CHAIR, PanelMember.Role.SECRETARY])
        ready = [
            row
            for row in cases(actor, state="scoring").filter(panel__in=chaired.values("panel"))[:100]
            if row.sheets_all and row.sheets_all == row.sheets_in  # type: ignore[attr-defined] # annotated
        ]
        if ready:
            found.append(Todo("agree", len(ready), ready[0]))
    return found
