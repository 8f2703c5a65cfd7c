"""What waits for somebody in this room, for the home page."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from django.db.models import Exists, OuterRef, QuerySet

from saduak.assessment.models import Case, ScoreSheet
from saduak.assessment.queries.cases import cases, lapsed, tally
from saduak.assessment.queries.scoring import leads, my_sheets
from saduak.assessment.rules import SCORE, SCREEN
from saduak.foundation.access import Actor

Kind: TypeAlias = Literal["screening", "lapsed", "accepted", "score", "agree"]
_SCREENED: Final[tuple[Kind, ...]] = ("screening", "accepted")


@dataclass(frozen=True, slots=True)
class Todo:
    """Something that waits: what, how many, and the first of them."""

    kind: Kind
    count: int
    first: Case | None = None
    sheet: ScoreSheet | None = None


def ready_to_agree(actor: Actor) -> QuerySet[Case]:
    """Cases that the actor may write the result of: every sheet is in."""
    sheets = ScoreSheet.objects.filter(case=OuterRef("pk"))
    rows = cases(actor, state="scoring").filter(panel__in=leads(actor).values("panel"))
    return rows.filter(Exists(sheets.filter(state="in")), ~Exists(sheets.filter(state="draft")))


def todos(actor: Actor) -> list[Todo]:
    """What waits: screening, late corrections, giving cases to panels, scoring, agreeing. At most six queries."""
    found: list[Todo] = []
    if actor.can(SCREEN):
        counts = tally(actor)
        found += [Todo(kind, counts[kind]) for kind in _SCREENED if counts.get(kind)]
        late = lapsed(actor).count() if counts.get("returned") else 0
        found += [Todo("lapsed", late)] if late else []
    if actor.can(SCORE):
        sheets = my_sheets(actor).filter(state="draft")
        first = sheets.first()
        if first is not None:
            found.append(Todo("score", sheets.count(), first.case, first))
        ready = ready_to_agree(actor)
        case = ready.first()
        if case is not None:
            found.append(Todo("agree", ready.count(), case))
    return found
