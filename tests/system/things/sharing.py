"""Shared libraries and centres from a spreadsheet: what stands behind the addresses."""

from typing import Any

from saduak.applications import actions
from saduak.applications.actions import Sharing, Source
from saduak.applications.models import Answer
from saduak.foundation.access import Actor
from saduak.organisations import actions as organisations
from saduak.organisations.models import Organisation
from saduak.programme.models import Round
from tests.applications.factories import PNG

# As `routes.THINGS`: by the name of an address, which thing stands for which parameter.
ADDRESSES: dict[str, dict[str, str]] = {
    "applications:shared-library": {"office_id": "shared_office"},
    "applications:shared-new": {"office_id": "shared_office"},
    "applications:shared": {"item_id": "shared_item"},
    "applications:shared-edit": {"item_id": "shared_draft"},
    "applications:shared-change": {"item_id": "shared_item"},
    "applications:shared-file": {"item_id": "shared_item"},
    "organisations:branches": {"public_id": "branch_table"},
}


def make(cast: dict[str, Any], row: Round, things: dict[str, Any]) -> dict[str, Any]:
    """The department over the district shares two manuals; the district's head brings a table."""
    answer = Answer.objects.select_related("criterion").get(public_id=things["answer"])
    department = Organisation.objects.get(code="dopa")
    program = Actor.system("world")

    def shared(name: str) -> Any:
        return actions.draft_shared(
            actor=program,
            organisation_id=department.public_id,
            programme_id=row.programme.public_id,
            about=Sharing(name, [answer.criterion.key], "กรมกำหนดมาตรฐานไว้ในคู่มือเล่มเดียวกัน"),
            source=Source(file=PNG, name="manual.png"),
        )

    item, draft = shared("คู่มือมาตรฐานการให้บริการ"), shared("แผนปรับปรุงบริการ")
    actions.publish_shared(actor=program, item_id=item.public_id)
    head = cast["head"].now()
    office = cast["head"].person.appointments.get().organisation
    table = organisations.check_branches(
        actor=head,
        organisation=office.public_id,
        content="ชื่อศูนย์,โทรศัพท์\nงานทะเบียนเคลื่อนที่,055 000 000\n,1\n".encode(),
        file_name="ศูนย์.csv",
    )
    return {
        "shared_office": department.public_id,
        "shared_item": item.public_id,
        "shared_draft": draft.public_id,
        "branch_table": table.public_id,
    }
