"""Named moments to which the demo's clock can be moved."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from saduak.foundation.access.registry import Words
from saduak.portal.rehearsal.calendar import at


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment with a name and what there is to see then."""

    key: str
    when: datetime
    title: Words
    what: Words


START = Moment(
    "window",
    at(date(2027, 2, 4), 9 + 41 / 60),
    _("กลางช่วงรับสมัครของรอบ 2570"),
    _("วันเริ่มต้นของการสาธิต ศูนย์กำลังเขียนใบสมัคร จังหวัดกำลังตรวจทาน"),
)

MOMENTS: tuple[Moment, ...] = (
    Moment(
        "mukdahan",
        at(date(2022, 12, 12), 10),
        _("วันที่ออกหนังสือจังหวัด เรื่องรอบ 2566"),
        _("ฝ่ายเลขานุการเปิดรอบ 2566 แล้วจังหวัดนำหนังสือเข้าระบบ"),
    ),
    START,
    Moment(
        "last-minutes",
        at(date(2027, 2, 28), 23 + 50 / 60),
        _("สิบนาทีสุดท้ายก่อนปิดรับ"),
        _("ยื่นทันถึงเวลา 23.59.59 น."),
    ),
    Moment("screening", at(date(2027, 3, 15), 9), _("ปิดรับแล้ว ตรวจเอกสาร"), _("ฝ่ายเลขานุการรับหรือส่งคืนใบสมัคร")),
    Moment("visits", at(date(2027, 6, 1), 9), _("ช่วงตรวจประเมิน"), _("คณะผู้ตรวจประเมินให้คะแนน")),
    Moment("decision", at(date(2027, 7, 26), 9), _("คณะกรรมการพิจารณา"), _("ลงมติเป็นการภายใน")),
    Moment(
        "announcement",
        at(date(2027, 8, 28), 9),
        _("วันประกาศผล"),
        _("ใบรับรองของรอบ 2567 ใช้ได้ถึงเมื่อวานเป็นวันสุดท้าย"),
    ),
    Moment(
        "expired", at(date(2027, 8, 30), 9), _("ใบรับรองของรอบ 2567 หมดอายุแล้ว"), _("หน้าตรวจใบรับรองบอกผลตามวันที่")
    ),
)


def named(key: str) -> Moment | None:
    """The moment with this key."""
    return next((moment for moment in MOMENTS if moment.key == key), None)
