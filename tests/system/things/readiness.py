"""Readiness: what stands behind the addresses. The province assesses, one list is sent, its unit is corrected and waits for the head."""

import datetime
from typing import Any

from saduak.applications import actions, readiness_tasks
from saduak.applications.models import Application, ReadinessEntry
from saduak.applications.queries import readiness as queries
from saduak.applications.rules.readiness import rule_sets
from saduak.organisations.models import Organisation
from saduak.programme.models import Round
from tests.applications.factories import PNG
from tests.applications.factories_readiness import filed

_DESK = {"round_id": "round", "office_id": "readiness_office"}
# As `routes.THINGS`: by the name of an address, which thing stands for which parameter.
ADDRESSES: dict[str, dict[str, str]] = {
    "applications:readiness-unit": {**_DESK, "centre_id": "readiness_centre"},
    "applications:readiness-many": _DESK,
    "applications:readiness-confirm": _DESK,
    "applications:readiness-print": _DESK,
    "applications:readiness-paper": _DESK,
    "applications:readiness-send": _DESK,
    "applications:readiness-export": _DESK,
    "applications:readiness-round": {"round_id": "round"},
    "applications:readiness-signed": {"confirmation_id": "readiness_confirmation"},
    "applications:readiness-list": {"list_id": "readiness_list"},
    "applications:readiness-list-file": {"list_id": "readiness_list"},
    "applications:readiness-list-export": {"list_id": "readiness_list"},
    "applications:readiness-made": {"export_id": "readiness_file"},
    "applications:readiness-made-file": {"export_id": "readiness_file"},
    "applications:readiness-told": {"entry_id": "readiness_entry"},
    "applications:assessors": {"round_id": "round"},
    "applications:assessors-nobody": {"round_id": "round"},
}


def make(cast: dict[str, Any], row: Round, things: dict[str, Any]) -> dict[str, Any]:
    """By the demo's people, through actions; `things` are the world's (application, answer, centre, …)."""
    centre = Application.objects.get(public_id=things["application"]).centre
    province = cast["province"].now()
    office = Organisation.objects.get(code="province:65")
    at = {"actor": province, "round_id": row.public_id, "office_id": office.public_id}
    said = rule_sets()["memo-2564"]
    actions.set_assessors(
        actor=cast["secretariat"].now(), round_id=row.public_id, rules_=said.rules, source=said.source
    )
    desk = queries.desk_of(province, row, office.public_id)
    assert desk is not None
    actions.assess_readiness(**at, centre_ids=[centre.public_id], ready=False, reasons="ทางลาดยังซ่อมไม่เสร็จ")
    made = actions.request_readiness_file(
        actor=province, content="signing", round_id=row.public_id, office_id=office.public_id
    )
    readiness_tasks.write_list(export_id=str(made.public_id))
    signed = actions.record_readiness_paper(
        **at,
        file=PNG,
        name="list.png",
        code=queries.confirm_page(province, desk).code,
        signer_name="ผู้ว่าราชการจังหวัดพิษณุโลก",
        signer_position="ผู้ว่าราชการจังหวัดพิษณุโลก",
        signed_on=province.received_at.date() - datetime.timedelta(days=1),
    )
    sent = filed(actions.send_readiness(**at))
    actions.reopen_readiness(**at, centre_id=centre.public_id)
    actions.assess_readiness(**at, centre_ids=[centre.public_id], ready=True)
    return {
        "readiness_file": made.public_id,
        "readiness_office": office.public_id,
        "readiness_centre": centre.public_id,
        "readiness_list": sent.public_id,
        "readiness_confirmation": signed.public_id,
        "readiness_entry": ReadinessEntry.objects.get(list=sent).public_id,
    }
