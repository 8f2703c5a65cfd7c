"""Obstacles and extensions: what stands behind the addresses."""

from typing import Any

from saduak.applications import actions
from saduak.applications.models import Application
from saduak.foundation.thai.calendar import bangkok_date, end_exclusive
from saduak.organisations.models import ServiceCentre
from saduak.programme.models import Round
from saduak.programme.queries import stage_of

# As `routes.THINGS`: by the name of an address, which thing stands for which parameter.
ADDRESSES: dict[str, dict[str, str]] = {
    "applications:obstacle-answer-drop": {"kept_id": "kept_answer"},
    "applications:extensions": {"round_id": "round"},
    "applications:extend": {"round_id": "round", "centre_id": "centre"},
    "applications:extension-end": {"extension_id": "extension"},
}


def make(cast: dict[str, Any], row: Round, things: dict[str, Any]) -> dict[str, Any]:
    """By the demo's people, through actions; `things` are the world's (application, answer, centre, …)."""
    centre = Application.objects.get(public_id=things["application"]).centre
    officer, province = cast["officer"].now(), cast["province"].now()

    def report(what: str) -> Any:
        return actions.report_obstacle(
            actor=officer,
            centre_id=centre.public_id,
            round_id=row.public_id,
            what=what,
            need="ขอตัวอย่างคำสั่ง",
            topic="signing",
        )

    answered = report("ยังไม่มีคำสั่งแต่งตั้งคณะทำงาน")
    actions.answer_obstacle(actor=province, obstacle_id=answered.public_id, text="ใช้ตัวอย่างคำสั่งที่ส่งมาพร้อมกันนี้")
    kept = actions.keep_answer(
        actor=province,
        obstacle_id=answered.public_id,
        topic="signing",
        question="ยังไม่มีคำสั่งแต่งตั้งคณะทำงาน ทำอย่างไร",
        text="ใช้แบบคำสั่งของกรม แล้วให้หัวหน้าหน่วยงานลงนาม",
    )
    other = ServiceCentre.objects.exclude(pk=centre.pk).filter(retired_at__isnull=True).order_by("pk").first()
    window = stage_of(row)
    assert other is not None
    assert window is not None
    extension = actions.extend(
        actor=cast["secretariat"].now(),
        round_id=row.public_id,
        centre_id=other.public_id,
        until=end_exclusive(bangkok_date(window.ends_at)),
        reason="น้ำท่วมสำนักงาน",
    )
    return {
        "obstacle": report("ทางลาดยังไม่มีงบประมาณซ่อม").public_id,
        "kept_answer": kept.public_id,
        "extension": extension.public_id,
    }
