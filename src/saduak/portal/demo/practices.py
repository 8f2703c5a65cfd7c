"""Good practices of the demo: two that everybody reads, and one that waits for the head of its centre."""

from datetime import date

from saduak.applications import actions, queries
from saduak.applications.models import Answer, Practice
from saduak.foundation import clock, ids
from saduak.portal.rehearsal.calendar import at
from saduak.portal.rehearsal.world import World, team_of
from saduak.programme.queries import published_levels

# How many are proposed, and how many of them become public.
PROPOSED, PUBLIC = 3, 2


def good_practices(world: World, seed: int) -> list[Practice]:
    """Chosen from the newest certified centres by the programme, agreed to by their heads and published."""
    with ids.seeded(seed), clock.travel(at(date(2027, 1, 18), 10)):
        made = [_proposed(world, row) for row in _worth_showing(world)]
    for number, practice in enumerate(made[:PUBLIC]):
        with ids.seeded(seed + 1 + number), clock.travel(at(date(2027, 1, 20 + number), 14)):
            actions.consent_practice(
                actor=team_of(practice.centre).head.now(),
                practice_id=practice.public_id,
                version=practice.version,
                people_agreed=True,
            )
            actions.publish_practice(actor=world.secretary.now(), practice_id=practice.public_id)
    return made


def _worth_showing(world: World) -> list[Answer]:
    """One answer a criterion; where nobody has reached the highest level yet, of whatever level there is."""
    actor = world.secretary.now()
    if not queries.practice_candidates(actor).exists():
        levels = [key for key, _name in published_levels()]
        actions.choose_practice_levels(actor=actor, programme_id=world.programme.public_id, levels=levels)
    # What has no name yet would be an example of nothing.
    named = queries.practice_candidates(actor).filter(criterion__placeholder=False)
    by_criterion = {row.criterion.key: row for row in named}
    return list(by_criterion.values())[:PROPOSED]


def _proposed(world: World, row: Answer) -> Practice:
    actor = world.secretary.now()
    filed = queries.filed_answer(actor, row.public_id)
    assert filed is not None  # noqa: S101 - for mypy: it was just found
    return actions.propose_practice(
        actor=actor,
        answer_id=row.public_id,
        title=row.criterion.title,
        text=filed.own,
        why=WHY,
        picture_ids=[picture.public_id for picture, _caption in filed.pictures[:2]],
    )


WHY = "ทำได้ด้วยคนและงบประมาณเท่าเดิม และบอกวันเวลากับผู้รับผิดชอบไว้ชัด"
