"""Self-checks, kept by the real action."""

from typing import Any

from saduak.applications import actions
from saduak.applications.actions import KeptCheck
from saduak.applications.queries.selfcheck import gates_of, sides_of
from saduak.foundation.access import Actor
from saduak.programme.models import CriteriaSet
from saduak.programme.queries import contents


def answered(criteria_set: CriteriaSet, *, no: int = 0, unsure: int = 0, **rest: str) -> dict[str, Any]:
    """What the action is told: the first gates are missing, the next unsure, the others there; sides by their bare key."""
    set_ = contents(criteria_set)
    said = ["no"] * no + ["unsure"] * unsure
    gates = [gate.key for gate in gates_of(set_)]
    return {
        "answers": dict(zip(gates, said + ["yes"] * (len(gates) - len(said)), strict=True)),
        "rest": {
            side.key: rest[side.key.partition(".")[2] or side.part]
            for side in sides_of(set_)
            if (side.key.partition(".")[2] or side.part) in rest
        },
    }


def kept(criteria_set: CriteriaSet, **said: Any) -> KeptCheck:
    """A check that nobody in particular kept."""
    return actions.keep_self_check(
        actor=Actor.public(), criteria_set_id=criteria_set.public_id, **answered(criteria_set, **said)
    )
