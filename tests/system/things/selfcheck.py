"""The self-check and the gap plan: what stands behind the addresses."""

import datetime
from typing import Any

from saduak.applications import actions
from saduak.applications.queries.selfcheck import gates_of, sides_of
from saduak.foundation.access import Actor
from saduak.programme.models import Round
from saduak.programme.queries import contents

# As `routes.THINGS`: by the name of an address, which thing stands for which parameter.
ADDRESSES: dict[str, dict[str, str]] = {
    f"applications:self-check-{name}": {"token": "self_check"} for name in ("kept", "answers", "drop", "take")
}


def make(cast: dict[str, Any], row: Round, things: dict[str, Any]) -> dict[str, Any]:
    """Somebody without an account answers that two gates are missing and a side is thin, and plans one of them."""
    set_ = contents(row.criteria_set)
    gates, sides = gates_of(set_), sides_of(set_)
    kept = actions.keep_self_check(
        actor=Actor.public(),
        criteria_set_id=row.criteria_set.public_id,
        answers={gate.key: "no" if place < 2 else "yes" for place, gate in enumerate(gates)},
        rest={sides[0].key: "little"},
    )
    due = datetime.date(2027, 2, 20)
    plan = {gates[0].key: actions.Planned("งานอาคารสถานที่", due)}
    actions.plan_self_check(actor=Actor.public(), token=kept.token, plan=plan, before={})
    return {"self_check": kept.token}
