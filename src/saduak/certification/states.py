"""Committee meetings, and the announcement that makes their resolutions public."""

from django.utils.translation import gettext_lazy as _

from saduak.foundation.states import machine

MEETING = machine(
    "certification.meeting",
    initial="open",
    states={"open": _("กำลังพิจารณา"), "closed": _("รับรองมติแล้ว")},
    final={"closed"},
)
MEETING.on("close", {"open"}, "closed", _("รับรองมติทั้งหมด"))

ANNOUNCEMENT = machine(
    "certification.announcement",
    initial="preparing",
    states={
        "preparing": _("กำลังจัดทำใบรับรอง"),
        "ready": _("พร้อมประกาศ"),
        "published": _("ประกาศแล้ว"),
    },
    final={"published"},
)
ANNOUNCEMENT.on("ready", {"preparing"}, "ready", _("จัดทำครบแล้ว"))
ANNOUNCEMENT.on("publish", {"ready"}, "published", _("ประกาศ"))
