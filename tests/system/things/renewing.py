"""Renewal and past results: what stands behind the addresses."""

import datetime
from typing import Any

from saduak.programme.models import Round
from saduak.register.past import actions

# As `routes.THINGS`: by the name of an address, which thing stands for which parameter.
ADDRESSES: dict[str, dict[str, str]] = {
    "register:past-import": {"public_id": "past_import"},
    "register:past-line": {"public_id": "past_line"},
    "register:past-enter": {"public_id": "past_import"},
    "register:past-drop": {"public_id": "past_dropped"},
}
TABLE = "ชื่อศูนย์,ระดับ\nศูนย์ที่ไม่มีในทะเบียน,พื้นฐาน\nศูนย์อีกแห่งหนึ่ง,ก้าวหน้า\n"


def make(cast: dict[str, Any], row: Round, things: dict[str, Any]) -> dict[str, Any]:
    """By the demo's people, through actions; `things` are the world's (application, answer, centre, …)."""
    kept, dropped = (
        actions.import_past(
            actor=cast["secretariat"].now(),
            programme=row.programme,
            content=f"{TABLE}{more}".encode(),
            announced=actions.Announced(2561, "ประกาศผลการรับรอง ปี 2561", datetime.date(2018, 9, 27)),
        )
        for more in ("", "ศูนย์ที่สาม,พื้นฐาน\n")
    )
    assert kept.row is not None, kept.problems
    assert dropped.row is not None, dropped.problems
    line = kept.row.results.order_by("line").first()
    return {
        "past_import": kept.row.public_id,
        "past_line": line.public_id,
        "past_dropped": dropped.row.public_id,
    }
