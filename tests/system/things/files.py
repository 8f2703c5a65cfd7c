"""Files and links of evidence: what stands behind the addresses."""

from typing import Any

from saduak.applications import actions
from saduak.foundation.files import uploads
from saduak.programme.models import Round

# As `routes.THINGS`: by the name of an address, which thing stands for which parameter.
ADDRESSES: dict[str, dict[str, str]] = {}


def make(cast: dict[str, Any], row: Round, things: dict[str, Any]) -> dict[str, Any]:
    """By the demo's people, through actions; `things` are the world's (application, answer, centre, …)."""
    officer = cast["officer"].now()
    actions.add_link(
        actor=officer,
        url="https://www.youtube.com/watch?v=abc",
        caption="พาชมศูนย์",
        kind="video",
        answer_id=things["answer"],
    )
    begun = uploads.start(actor=officer, name="ห้องรับเรื่อง.jpg", size=2_000_000)
    return {"upload": begun.public_id}
