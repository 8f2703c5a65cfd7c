"""Helpers, notes and remarks: what stands behind the addresses."""

from typing import Any

from saduak.applications import actions
from saduak.applications.models import Answer
from saduak.programme.models import Round

# As `routes.THINGS`: by the name of an address, which thing stands for which parameter.
ADDRESSES: dict[str, dict[str, str]] = {
    "applications:help-hand-in": {"delegation_id": "helping"},
    "applications:help-offer": {"delegation_id": "offered"},
    "applications:help-item": {"answer_id": "helped"},
    "applications:help-attach": {"answer_id": "helped"},
    "applications:help-standing": {"answer_id": "helped"},
    "applications:delegation": {"delegation_id": "helping"},
    "applications:note": {"answer_id": "helped"},
    "applications:remarks": {"answer_id": "helped"},
    "applications:remark-resolve": {"remark_id": "remark"},
    "applications:link_enter": {"token": "help_token"},
}


def make(cast: dict[str, Any], row: Round, things: dict[str, Any]) -> dict[str, Any]:
    """The officer gives one item to an account outside the office and to somebody by a link, and says so on it."""
    officer = cast["officer"].now()
    answers = Answer.objects.filter(application__public_id=things["application"], criterion__kind="basic")
    answer = answers.order_by("criterion__ordinal").first()
    common = {"actor": officer, "application_id": things["application"], "items": [answer.public_id]}
    clerk = cast["district-clerk"].person
    outside = actions.delegate(person_id=clerk.public_id, **common)
    offered = actions.delegate(email=clerk.user.email, **common)
    link = actions.delegate(name="ผู้ช่วยด้วยลิงก์", **common)
    remark = actions.remark(actor=officer, answer_id=answer.public_id, text="ขอรูปเพิ่มอีกหนึ่งรูป")
    return {
        "helping": outside.delegation.public_id,
        "offered": offered.delegation.public_id,
        "helped": answer.public_id,
        "help_token": link.token,
        "remark": remark.public_id,
    }
