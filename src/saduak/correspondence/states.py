"""The life of an incoming letter in the hands of one office."""

from django.utils.translation import gettext_lazy as _

from saduak.foundation.states import machine

LETTER = machine(
    "correspondence.letter",
    initial="waiting",
    states={
        "waiting": _("กำลังอ่าน"),
        "unreadable": _("อ่านไม่ออก"),
        "read": _("อ่านแล้ว รอตรวจ"),
        "confirmed": _("ยืนยันแล้ว"),
        "set_aside": _("ไม่ดำเนินการ"),
    },
    final={"confirmed", "set_aside"},
)
LETTER.on("read", {"waiting"}, "read", _("อ่านเสร็จ"))
LETTER.on("fail", {"waiting"}, "unreadable", _("อ่านไม่ออก"))
LETTER.on("confirm", {"read"}, "confirmed", _("ยืนยันสิ่งที่อ่านได้"))
LETTER.on("set_aside", {"read", "unreadable"}, "set_aside", _("เก็บไว้โดยไม่ดำเนินการ"))
