"""The lives of this room: a letter that comes in, one that is written, a sending, a delivery, a line in a register."""

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

DRAFT = machine(
    "correspondence.draft",
    initial="writing",
    states={
        "writing": _("กำลังร่าง"),
        "circulating": _("เสนอลงนาม"),
        "out": _("พิมพ์ออกไปลงนาม"),
        "signed": _("ลงนามแล้ว"),
        "issued": _("ออกและส่งแล้ว"),
        "cancelled": _("ยกเลิก"),
    },
    final={"issued", "cancelled"},
)
DRAFT.on("circulate", {"writing"}, "circulating", _("เสนอตามลำดับ"))
DRAFT.on("return", {"circulating"}, "writing", _("ไม่เห็นชอบ ส่งกลับไปแก้"))
DRAFT.on("sign", {"circulating"}, "signed", _("ลงนามครบ"))
DRAFT.on("print", {"writing", "out"}, "out", _("พิมพ์ออกไปลงนามบนกระดาษ"))
DRAFT.on("take_back", {"circulating", "out", "signed"}, "writing", _("ดึงกลับมาแก้"))
DRAFT.on("issue", {"writing", "out", "signed"}, "issued", _("ลงเลขและส่ง"))
DRAFT.on("cancel", {"writing", "circulating", "out", "signed"}, "cancelled", _("ยกเลิกร่าง"))

DISPATCH = machine(
    "correspondence.dispatch",
    initial="sending",
    states={"sending": _("กำลังส่ง"), "sent": _("ส่งครบแล้ว"), "recalled": _("เรียกคืนแล้ว")},
    final={"recalled"},
)
DISPATCH.on("finish", {"sending"}, "sent", _("ส่งถึงผู้รับครบ"))
DISPATCH.on("recall", {"sending", "sent"}, "recalled", _("เรียกคืน"))

DELIVERY = machine(
    "correspondence.delivery",
    initial="sent",
    states={
        "sent": _("ยังไม่รับ"),
        "received": _("รับแล้ว"),
        "acknowledged": _("รับทราบแล้ว"),
        "forwarded": _("แจ้งต่อแล้ว"),
        "withdrawn": _("ถูกเรียกคืน"),
    },
    final={"withdrawn"},
)
DELIVERY.on("receive", {"sent"}, "received", _("รับหนังสือ"))
DELIVERY.on("acknowledge", {"sent", "received"}, "acknowledged", _("รับทราบ"))
DELIVERY.on("forward", {"sent", "received", "acknowledged", "forwarded"}, "forwarded", _("แจ้งต่อ"))
DELIVERY.on("forward_outside", {"received", "acknowledged", "forwarded"}, "forwarded", _("แจ้งต่อนอกระบบ"))
# What it passed on was called back, all of it: it waits again, as it stood before.
DELIVERY.on("take_back", {"forwarded"}, "received", _("เรียกคืนหนังสือที่แจ้งต่อ"))
DELIVERY.on("take_back_acknowledged", {"forwarded"}, "acknowledged", _("เรียกคืนหนังสือที่แจ้งต่อ เคยรับทราบแล้ว"))
DELIVERY.on("withdraw", {"sent", "received", "acknowledged", "forwarded"}, "withdrawn", _("เรียกคืน"))

REGISTER_ENTRY = machine(
    "correspondence.register_entry",
    initial="used",
    states={"reserved": _("จองเลขไว้"), "used": _("ใช้แล้ว"), "cancelled": _("ยกเลิกเลข")},
    final={"cancelled"},
)
REGISTER_ENTRY.on("use", {"reserved"}, "used", _("ใช้เลขที่จอง"))
REGISTER_ENTRY.on("cancel", {"reserved", "used"}, "cancelled", _("ยกเลิกเลข"))
