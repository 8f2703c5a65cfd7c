"""The first applications of the demo's current round are judged as they come in, so that every role finds work."""

from datetime import date
from decimal import Decimal

from saduak.assessment import actions, queries
from saduak.assessment.actions.scoring import Given
from saduak.assessment.models import Case, ScoreSheet
from saduak.foundation import clock, ids
from saduak.portal.rehearsal.calendar import at
from saduak.portal.rehearsal.panels import ROLES, agree_as_proposed, hand_in, seated
from saduak.portal.rehearsal.world import Somebody, World
from saduak.programme.models import Round

# One for the evaluators to begin with, one half scored, one that is ready for the committee.
FIRST = 3


def judge_first(world: World, round_: Round, seed: int) -> None:
    """Accept the first that were filed and give them to panel 1; of the last, everything up to what the panel agreed."""
    with ids.seeded(seed), clock.travel(at(date(2027, 2, 2), 10)):
        given = _given(world, round_)
    with ids.seeded(seed + 1), clock.travel(at(date(2027, 2, 3), 13)):
        for case in given[1:2]:
            _score(world.evaluators[1], case)
        for case in given[2:]:
            scoring = [one for one, role in zip(world.evaluators, ROLES, strict=False) if role != "secretary"]
            for somebody in scoring:
                _score(somebody, case)
            agree_as_proposed(world.evaluators[0], case)


def _given(world: World, round_: Round) -> list[Case]:
    secretary = world.secretary
    waiting = [
        case
        for case in queries.cases(secretary.now(), state="screening")
        if case.application.round_id == round_.pk
    ][:FIRST]
    if not waiting:
        return []
    panel = seated(world, round_, 1)
    for case in waiting:
        actions.accept(actor=secretary.now(), case_id=case.public_id)
    done = actions.assign_many(
        actor=secretary.now(), case_ids=[case.public_id for case in waiting], panel_id=panel.public_id
    )
    return [row.case for row in done.given]


def _score(somebody: Somebody, case: Case) -> None:
    """Believe what is claimed, in the member's own sheet; a member with an interest has none."""
    sheet = ScoreSheet.objects.filter(case=case, member__person=somebody.person, state="draft").first()
    page = queries.sheet_page(somebody.now(), sheet.public_id) if sheet is not None else None
    if sheet is None or page is None:
        return
    scores = {}
    for row in page.rows:
        claimed = row.claim.answer.get("claim") == "met"
        points = (
            Decimal(row.claim.answer.get("points") or 0)
            if row.claim.criterion.kind == "outcome"
            else row.most
        )
        scores[row.claim.criterion.key] = Given(min(points, row.most) if claimed else Decimal(0))
    hand_in(somebody, sheet, scores)
