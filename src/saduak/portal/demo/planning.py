"""The gap plan of the story's centre: an office's meeting shared out what is missing, and one date has passed."""

from datetime import date

from saduak.applications import actions, queries
from saduak.applications.models import Answer
from saduak.foundation import clock, ids
from saduak.portal.rehearsal.calendar import at
from saduak.portal.rehearsal.world import Somebody

# Part, number of the criterion, what is to be done, by whom, until when.
PLANNED = (
    ("physical", "10", "ถ่ายรูปห้องน้ำและตารางตรวจความสะอาด", "งานอาคารสถานที่", date(2027, 2, 3)),
    ("physical", "13", "ติดแบบประเมินและ QR ที่ทุกช่องบริการ", "งานทะเบียน", date(2027, 2, 9)),
    ("physical", "14", "", "งานอาคารสถานที่", date(2027, 2, 12)),
    ("quality", "2.12", "ขอลายมือชื่อนายอำเภอในแผนติดตามผล", "ปลัดอำเภอ", date(2027, 2, 10)),
)


def plan_gaps(cast: dict[str, Somebody], seed: int) -> None:
    """What the officer wrote down after the meeting."""
    with ids.seeded(seed), clock.travel(at(date(2027, 2, 2), 11)):
        officer = cast["officer"].now()
        application = queries.my_applications(officer)[0]
        for part, number, what, who, by in PLANNED:
            answer = Answer.objects.get(
                application=application, criterion__part__key=part, criterion__number=number
            )
            actions.plan_item(actor=officer, answer_id=answer.public_id, what=what, who=who, by=by)
