"""Good practices: what stands behind the addresses."""

from typing import Any

from saduak.applications import actions, queries
from saduak.portal.rehearsal.world import team_of
from saduak.programme.models import Round
from saduak.programme.queries import published_levels

# As `routes.THINGS`: by the name of an address, which thing stands for which parameter.
ADDRESSES: dict[str, dict[str, str]] = {
    "applications:practice-picture": {"picture_id": "practice_picture"},
    "applications:practice-work-one": {"practice_id": "practice_asked"},
    "applications:practice-edit": {"practice_id": "practice_asked"},
    "applications:practice-propose": {"answer_id": "practice_candidate"},
}


def make(cast: dict[str, Any], row: Round, things: dict[str, Any]) -> dict[str, Any]:
    """One that everybody reads, one that waits for its head, and an answer that could become one."""
    curator = cast["secretariat"].now()
    levels = [key for key, _name in published_levels()]
    actions.choose_practice_levels(actor=curator, programme_id=row.programme.public_id, levels=levels)
    found = [
        (answer, filed)
        for answer in queries.practice_candidates(curator).filter(criterion__kind="basic")[:5]
        if (filed := queries.filed_answer(curator, answer.public_id)) is not None and filed.pictures
    ]
    made = [
        actions.propose_practice(
            actor=curator,
            answer_id=answer.public_id,
            title=answer.criterion.title,
            text=filed.own,
            why="ทำได้ด้วยคนเท่าเดิม",
            picture_ids=[filed.pictures[0][0].public_id],
        )
        for answer, filed in found[:2]
    ]
    public, asked = made
    head = team_of(public.centre).head.now()
    actions.consent_practice(actor=head, practice_id=public.public_id, version=1, people_agreed=True)
    actions.publish_practice(actor=curator, practice_id=public.public_id)
    return {
        "practice": public.public_id,
        "practice_picture": public.pictures.get().public_id,
        "practice_asked": asked.public_id,
        "practice_candidate": found[2][0].public_id,
    }
