"""The life of an application. The supervisor's check runs beside it, because it may never block a submission."""

from django.utils.translation import gettext_lazy as _

from saduak.foundation.states import machine

APPLICATION = machine(
    "applications.application",
    initial="draft",
    states={
        "draft": _("ร่าง"),
        "signed": _("ลงนามรับรองแล้ว"),
        "submitted": _("ยื่นแล้ว"),
        "correction": _("ส่งคืนให้แก้"),
        "withdrawn": _("ถอนแล้ว"),
    },
)
APPLICATION.on("sign", {"draft", "correction"}, "signed", _("หัวหน้าหน่วยงานลงนามรับรองข้อมูล"))
APPLICATION.on("void_signature", {"signed"}, "draft", _("แก้หลังลงนาม ลายมือชื่อเป็นอันยกเลิก"))
APPLICATION.on("void_correction", {"signed"}, "correction", _("แก้หลังลงนามระหว่างแก้ตามที่ส่งคืน"))
APPLICATION.on("submit", {"signed"}, "submitted", _("ยื่นใบสมัคร"))
APPLICATION.on("return", {"submitted"}, "correction", _("ผู้ตรวจเอกสารส่งคืนให้แก้"))
APPLICATION.on("withdraw", {"draft", "signed", "submitted", "correction"}, "withdrawn", _("ถอนใบสมัคร"))
APPLICATION.on("reopen", {"withdrawn"}, "draft", _("เริ่มใหม่"))

# Where answers may be written. Writing in "signed" voids the signature first.
EDITABLE = frozenset({"draft", "signed", "correction"})

REVIEW = machine(
    "applications.review",
    initial="requested",
    states={
        "requested": _("รอตรวจทาน"),
        "returned": _("ขอให้แก้"),
        "endorsed": _("ตรวจทานแล้ว"),
        "cancelled": _("ยกเลิกคำขอตรวจทาน"),
    },
    final={"returned", "endorsed", "cancelled"},
)
REVIEW.on("return", {"requested"}, "returned", _("ส่งกลับพร้อมข้อเสนอแนะ"))
REVIEW.on("endorse", {"requested"}, "endorsed", _("ตรวจทานเรียบร้อย"))
REVIEW.on("cancel", {"requested"}, "cancelled", _("ผู้ขอยกเลิก"))

DELEGATION = machine(
    "applications.delegation",
    initial="open",
    states={"open": _("กำลังช่วย"), "handed_in": _("ส่งงานคืนแล้ว"), "ended": _("สิ้นสุดแล้ว")},
    final={"ended"},
)
DELEGATION.on("hand_in", {"open"}, "handed_in", _("ผู้ช่วยส่งงานคืน"))
DELEGATION.on("return", {"handed_in"}, "open", _("ขอให้แก้เพิ่ม"))
DELEGATION.on("end", {"open", "handed_in"}, "ended", _("สิ้นสุดการช่วย"))

OBSTACLE = machine(
    "applications.obstacle",
    initial="open",
    states={
        "open": _("รอคำตอบ"),
        "answered": _("ตอบแล้ว"),
        "closed": _("แก้ได้แล้ว"),
        "withdrawn": _("ศูนย์ถอนเรื่อง"),
    },
    final={"withdrawn"},
)
OBSTACLE.on("raise", {"open"}, "open", _("ส่งต่อหน่วยงานเหนือขึ้นไป"))
OBSTACLE.on("answer", {"open"}, "answered", _("ตอบ"))
OBSTACLE.on("close", {"answered"}, "closed", _("ศูนย์แจ้งว่าแก้ได้แล้ว"))
OBSTACLE.on("reopen", {"answered", "closed"}, "open", _("ศูนย์แจ้งว่ายังติดอยู่"))
OBSTACLE.on("withdraw", {"open"}, "withdrawn", _("ศูนย์ถอนเรื่อง"))
