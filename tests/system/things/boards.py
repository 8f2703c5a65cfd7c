"""The supervisor's board: what stands behind the addresses."""

from typing import Any

from saduak.applications import actions, following_tasks
from saduak.programme.models import Round

# As `routes.THINGS`: by the name of an address, which thing stands for which parameter.
ADDRESSES: dict[str, dict[str, str]] = {
    "applications:board-export": {"export_id": "board_file"},
    "applications:board-export-file": {"export_id": "board_file"},
    "applications:board-view-drop": {"view_id": "board_view"},
    "applications:board-target-drop": {"target_id": "board_target"},
    "applications:call": {"kind": "=c", "unit_id": "centre"},
}


def make(cast: dict[str, Any], row: Round, things: dict[str, Any]) -> dict[str, Any]:
    """By the demo's people, through actions; `things` are the world's (application, answer, centre, …)."""
    supervisor = cast["province"].now()
    made = actions.request_export(actor=supervisor, round_id=row.public_id, query="")
    following_tasks.write_board(export_id=str(made.public_id))
    view = actions.save_view(actor=supervisor, name="ยังไม่เริ่ม", query="state=none")
    target = actions.set_target(actor=supervisor, round_id=row.public_id, scope="line", wanted=4)
    return {"board_file": made.public_id, "board_view": view.public_id, "board_target": target.public_id}
