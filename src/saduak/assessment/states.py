"""The life of a case: one application in the hands of screening, a panel, and its consensus."""

from django.utils.translation import gettext_lazy as _

from saduak.foundation.states import machine

CASE = machine(
    "assessment.case",
    initial="screening",
    states={
        "screening": _("ตรวจเอกสาร"),
        "returned": _("ส่งคืนให้แก้"),
        "accepted": _("รับเข้าประเมิน"),
        "scoring": _("คณะกำลังให้คะแนน"),
        "agreed": _("สรุปคะแนนแล้ว"),
        "rejected": _("ไม่ผ่านการตรวจเอกสาร"),
        "withdrawn": _("ถอนแล้ว"),
    },
    final={"rejected", "agreed"},
)
CASE.on("return", {"screening"}, "returned", _("ส่งคืนพร้อมเหตุผล"))
CASE.on("resubmit", {"returned"}, "screening", _("ศูนย์แก้แล้วยื่นใหม่"))
CASE.on("accept", {"screening"}, "accepted", _("รับเข้าประเมิน"))
CASE.on("reject", {"screening", "returned"}, "rejected", _("ไม่รับ พร้อมเหตุผล"))
CASE.on("assign", {"accepted"}, "scoring", _("มอบให้คณะ"))
CASE.on("unassign", {"scoring"}, "accepted", _("ยกเลิกการมอบหมาย"))
CASE.on("agree", {"scoring"}, "agreed", _("คณะสรุปคะแนนร่วมกัน"))
# Once a panel agreed, the application is settled and nobody withdraws it.
CASE.on("withdraw", {"screening", "returned", "accepted", "scoring"}, "withdrawn", _("ศูนย์ถอนใบสมัคร"))
CASE.on("refile", {"withdrawn"}, "screening", _("ศูนย์เริ่มใหม่แล้วยื่นอีกครั้ง"))

SHEET = machine(
    "assessment.score_sheet",
    initial="draft",
    states={"draft": _("กำลังให้คะแนน"), "in": _("ส่งคะแนนแล้ว"), "void": _("ยกเลิก")},
)
SHEET.on("hand_in", {"draft"}, "in", _("ส่งคะแนน"))
SHEET.on("void", {"draft", "in"}, "void", _("ออกจากคณะ มีส่วนได้เสีย เปลี่ยนคณะ หรือศูนย์ถอนใบสมัคร"))
SHEET.on("renew", {"void"}, "draft", _("มอบเรื่องให้คณะเดิมอีกครั้ง"))
