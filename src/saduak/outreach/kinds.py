"""What notices say: one text a kind, where it leads, and how it is drawn. Texts are filled with the notice's params."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from saduak.foundation.thai import words


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of notice: `view` and `kwarg` lead to the row that it is about."""

    text: Promise
    state: str
    view: str = ""
    kwarg: str = ""

    @property
    def about_letter(self) -> bool:
        """Whether its row is a letter: then it leads to where the reader's office has it, when it has."""
        return self.view == "correspondence:letter"

    def words(self, params: Mapping[str, Any]) -> str:
        """The sentence, with dates as the reader writes them; a param that an old notice lacks is left out."""
        return str(self.text).format_map(_Blank({**params, **_dates(params)}))

    def url(self, target: UUID | None) -> str:
        """Where it leads; empty when there is nowhere to go."""
        if not self.view:
            return ""
        return reverse(self.view, kwargs={self.kwarg: target} if self.kwarg else None)


def _dates(params: Mapping[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    # A notice from before dates were kept as such says its own words.
    with contextlib.suppress(ValueError):
        if "due" in params:
            said["due"] = words.short_day(date.fromisoformat(params["due"]))
        if "date" in params:
            said["date"] = words.moment(datetime.fromisoformat(params["date"]))
    return said


class _Blank(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""


# What is told of secret letters, to those of an office who are cleared and to nobody else: that there is one.
OF_SECRETS: Final = {
    "letter_came": "secret_came",
    "letter_duties": "secret_came",
    "letter_recalled": "secret_changed",
    "letter_corrected": "secret_changed",
    "letter_reminded": "secret_came",
    "above_recalled": "secret_above",
    "above_corrected": "secret_above",
    "briefing_cancelled": "secret_meeting_off",
    "duty_near": "secret_near",
    "letter_near": "secret_near",
}

KINDS: Final[dict[str, Kind]] = {
    "seat_taken": Kind(
        _("มีผู้รับคำเชิญเป็น{role}ของ{office}แล้ว ถ้าไม่ใช่คนที่หน่วยงานรู้จัก ให้สิ้นสุดหน้าที่นั้นทันที"),
        "due",
        "organisations:organisation",
        "public_id",
    ),
    "branches_made": Kind(
        _("เพิ่มศูนย์จากไฟล์ให้{office}เสร็จแล้ว เพิ่ม {made} แห่ง ต้องแก้ {wrong} บรรทัด"),
        "done",
        "organisations:branches",
        "public_id",
    ),
    "delegation_added": Kind(
        _("{by} เพิ่มผู้ลงนามในนาม{office} ตำแหน่ง {position} ถ้าหน่วยงานไม่ได้สั่ง ให้จดวันสุดท้ายในทะเบียนผู้ลงนามทันที"),
        "due",
        "correspondence:signers-of",
        "organisation_id",
    ),
    "delegation_ended": Kind(
        _("{by} จดให้ {position} ลงนามในนาม{office}ได้ถึง {due} ถ้าหน่วยงานไม่ได้สั่ง ให้แก้ในทะเบียนผู้ลงนาม"),
        "due",
        "correspondence:signers-of",
        "organisation_id",
    ),
    "letter_duties": Kind(
        _("{issuer} ส่งหนังสือถึงหน่วยงานของคุณ ที่ {number} เรื่อง {subject}"),
        "wait",
        "correspondence:letter",
        "letter_id",
    ),
    "letter_came": Kind(
        _("{issuer} ส่งหนังสือถึงหน่วยงานของคุณ ที่ {number} เรื่อง {subject}"),
        "wait",
        "correspondence:letter",
        "letter_id",
    ),
    "letter_reminded": Kind(
        _("{issuer} เตือนว่าหน่วยงานของคุณยังมีเรื่องค้างตามหนังสือ ที่ {number} เรื่อง {subject}"),
        "due",
        "correspondence:letter",
        "letter_id",
    ),
    "letter_recalled": Kind(
        _("{issuer} เรียกหนังสือ ที่ {number} คืน เพราะ {reason}"), "off", "correspondence:letter", "letter_id"
    ),
    "letter_corrected": Kind(
        _("{issuer} ออกหนังสือ ที่ {number} แทนฉบับเดิม ที่ {earlier} ใช้ฉบับใหม่"),
        "wait",
        "correspondence:letter",
        "letter_id",
    ),
    "secret_came": Kind(_("มีหนังสือลับถึงหน่วยงานของคุณ เปิดดู"), "wait", "correspondence:letter", "letter_id"),
    "secret_changed": Kind(
        _("หนังสือลับที่ถึงหน่วยงานของคุณถูกเรียกคืนหรือมีฉบับใหม่แทน เปิดดู"),
        "wait",
        "correspondence:letter",
        "letter_id",
    ),
    "secret_near": Kind(
        _("หนังสือลับที่ถึงหน่วยงานของคุณมีกำหนด เหลือ {days} วัน เปิดดู"),
        "due",
        "correspondence:letter",
        "letter_id",
    ),
    "secret_meeting_off": Kind(
        _("การประชุมตามหนังสือลับที่ถึงหน่วยงานของคุณยกเลิกแล้ว เปิดดู"), "off", "outreach:briefing", "briefing_id"
    ),
    "secret_above": Kind(
        _("ต้นเรื่องของหนังสือลับที่ถึงหน่วยงานของคุณถูกเรียกคืนหรือมีฉบับใหม่แทน เปิดดู"),
        "wait",
        "correspondence:delivery",
        "delivery_id",
    ),
    "above_recalled": Kind(
        _("{issuer} เรียกหนังสือ ที่ {number} คืน เพราะ {reason} หนังสือนี้เป็นต้นเรื่องของหนังสือที่ถึงหน่วยงานของคุณ"),
        "off",
        "correspondence:delivery",
        "delivery_id",
    ),
    "above_corrected": Kind(
        _("{issuer} ออกหนังสือ ที่ {number} แทนฉบับเดิม ที่ {earlier} ซึ่งเป็นต้นเรื่องของหนังสือที่ถึงหน่วยงานของคุณ"),
        "wait",
        "correspondence:delivery",
        "delivery_id",
    ),
    "letter_assigned": Kind(
        _("{office} มอบหมายให้คุณดำเนินการตามหนังสือ {issuer} ที่ {number} เรื่อง {subject}"),
        "wait",
        "correspondence:delivery",
        "delivery_id",
    ),
    "letter_circulated": Kind(
        _("{office} เวียนหนังสือให้คุณทราบ {issuer} ที่ {number} เรื่อง {subject}"),
        "wait",
        "correspondence:delivery",
        "delivery_id",
    ),
    "draft_returned": Kind(
        _("ร่างหนังสือเรื่อง {subject} ไม่ได้รับความเห็นชอบ ส่งกลับให้คุณแก้ เพราะ {reason}"),
        "back",
        "correspondence:draft",
        "draft_id",
    ),
    "draft_signed": Kind(
        _("หนังสือเรื่อง {subject} ลงนามแล้ว รอลงเลขและส่ง"), "due", "correspondence:draft", "draft_id"
    ),
    "letter_near": Kind(
        _("หนังสือ {issuer} ที่ {number} ต้องแจ้งต่อหรือรับทราบภายใน {due} เหลือ {days} วัน"),
        "due",
        "correspondence:letter",
        "letter_id",
    ),
    # Leads to the office's own letters: it may not see the one in which somebody noticed it.
    "finding_told": Kind(
        _("{office} มีข้อสังเกตในหนังสือ ที่ {number}: {finding}"), "due", "correspondence:received"
    ),
    "briefing": Kind(_("{host} เชิญประชุมชี้แจง {date} {title}"), "wait", "outreach:briefing", "briefing_id"),
    "briefing_cancelled": Kind(
        _("{host} ยกเลิกการประชุมชี้แจง {date} เพราะ {reason}"), "off", "outreach:briefing", "briefing_id"
    ),
    "review_requested": Kind(_("{centre} ขอให้ตรวจทานร่างใบสมัคร"), "wait", "applications:review", "review_id"),
    "review_endorsed": Kind(
        _("{office} ตรวจทานร่างใบสมัครของ{centre}เรียบร้อย"), "done", "applications:task-list", "application_id"
    ),
    "review_returned": Kind(
        _("{office} ส่งร่างใบสมัครของ{centre}กลับพร้อมข้อเสนอแนะ"),
        "back",
        "applications:task-list",
        "application_id",
    ),
    "submitted": Kind(
        _("โครงการได้รับใบสมัครของ{centre}แล้ว เลขรับ {receipt}"),
        "done",
        "applications:latest-receipt",
        "application_id",
    ),
    "returned": Kind(
        _("ใบสมัครของ{centre}ถูกส่งคืนให้แก้ ภายใน {due}"), "back", "applications:task-list", "application_id"
    ),
    "signature_voided": Kind(
        _("ใบสมัครของ{centre}ถูกแก้หลังลงนาม ต้องให้หัวหน้าลงนามใหม่"),
        "back",
        "applications:task-list",
        "application_id",
    ),
    "withdrawn": Kind(
        _("ถอนใบสมัครของ{centre}แล้ว เพราะ {reason}"), "off", "applications:task-list", "application_id"
    ),
    "help_given": Kind(_("มีผู้ขอให้คุณช่วยเขียนใบสมัครของ{centre} {count} ข้อ"), "work", "applications:help", ""),
    "help_returned": Kind(_("งานที่คุณช่วยใบสมัครของ{centre}ถูกส่งกลับมาให้แก้"), "back", "applications:help", ""),
    "help_handed_in": Kind(
        _("ผู้ช่วยส่งงานในใบสมัครของ{centre}คืนแล้ว"), "done", "applications:helpers", "application_id"
    ),
    "extended": Kind(
        _("โครงการขยายเวลายื่นใบสมัครของ{centre}ถึง {due} เพราะ {reason}"), "due", "applications:mine"
    ),
    "extension_ended": Kind(
        _("โครงการเลิกขยายเวลายื่นใบสมัครของ{centre} เพราะ {reason}"), "late", "applications:mine"
    ),
    "correction_extended": Kind(
        _("ขยายเวลาแก้ใบสมัครของ{centre}ถึง {due} เพราะ {reason}"),
        "due",
        "applications:task-list",
        "application_id",
    ),
    "obstacle_came": Kind(
        _("{centre} แจ้งว่าติดปัญหา {topic} ตอบภายใน {due}"), "wait", "applications:obstacle", "obstacle_id"
    ),
    "obstacle_up": Kind(
        _("ปัญหาของ{centre} {topic} ส่งต่อมาถึงคุณ ตอบภายใน {due}"),
        "wait",
        "applications:obstacle",
        "obstacle_id",
    ),
    "obstacle_again": Kind(
        _("{centre} แจ้งว่าคำตอบยังแก้ปัญหาไม่ได้ {topic} ตอบภายใน {due}"),
        "back",
        "applications:obstacle",
        "obstacle_id",
    ),
    "obstacle_near": Kind(
        _("ปัญหาของ{centre} {topic} ยังรอคำตอบ เหลือ {days} วัน"), "due", "applications:obstacle", "obstacle_id"
    ),
    "obstacle_sent": Kind(
        _("ปัญหาที่{centre}แจ้ง {topic} ส่งต่อถึง{office}แล้ว"), "wait", "applications:obstacle", "obstacle_id"
    ),
    "obstacle_reply": Kind(
        _("มีคำตอบสำหรับปัญหาที่{centre}แจ้ง {topic}"), "done", "applications:obstacle", "obstacle_id"
    ),
    "obstacle_answered": Kind(
        _("ปัญหาของ{centre} {topic} มีคำตอบแล้ว"), "done", "applications:obstacle", "obstacle_id"
    ),
    "obstacle_closed": Kind(
        _("{centre} แจ้งว่าแก้ปัญหาได้แล้ว {topic}"), "done", "applications:obstacle", "obstacle_id"
    ),
    "obstacle_withdrawn": Kind(
        _("{centre} ถอนเรื่องที่แจ้ง {topic} ไม่ต้องตอบแล้ว"), "off", "applications:obstacle", "obstacle_id"
    ),
    "shared_renewed": Kind(
        _("{office} มีฉบับใหม่ของ {caption} ที่{centre}ใช้อยู่ เปิดข้อนั้นแล้วเลือกฉบับใหม่"), "work", "applications:mine"
    ),
    "shared_retired": Kind(
        _("{office} เลิกใช้ {caption} ที่{centre}ใช้อยู่ ใบสมัครยังเปิดดูได้"), "off", "applications:mine"
    ),
    "proof_fell": Kind(
        _(
            "หลักฐานข้อ {numbers} ของ{centre}ตรงกับ {caption} ของ{office} จึงไม่นับเป็นหลักฐานของศูนย์อีก แนบหลักฐานของศูนย์เพิ่ม"
        ),
        "due",
        "applications:gaps",
        "application_id",
    ),
    "practice_asked": Kind(
        _("มีผู้เสนอให้เผยแพร่เรื่องของ{centre}เป็นแนวปฏิบัติที่ดี: {title} อ่านแล้วตอบว่ายินยอมหรือไม่"),
        "wait",
        "applications:practice-work-one",
        "practice_id",
    ),
    "practice_consented": Kind(
        _("{centre} ยินยอมให้เผยแพร่แนวปฏิบัติที่ดี: {title}"),
        "done",
        "applications:practice-work-one",
        "practice_id",
    ),
    "practice_declined": Kind(
        _("{centre} ไม่ยินยอมให้เผยแพร่แนวปฏิบัติที่ดี: {title}"),
        "off",
        "applications:practice-work-one",
        "practice_id",
    ),
    "practice_published": Kind(
        _("แนวปฏิบัติที่ดีของ{centre}เผยแพร่แล้ว: {title} หัวหน้าหน่วยงานถอนความยินยอมได้ทุกเมื่อ"),
        "done",
        "applications:practice-work-one",
        "practice_id",
    ),
    "practice_withdrawn": Kind(
        _("เลิกเผยแพร่แนวปฏิบัติที่ดีของ{centre}แล้ว: {title}"),
        "off",
        "applications:practice-work-one",
        "practice_id",
    ),
    "readiness_waits": Kind(
        _("{office} ประเมินความพร้อมของหน่วยงานแล้ว รอคุณยืนยันผลในฐานะหัวหน้า"),
        "wait",
        "applications:readiness-round",
        "round_id",
    ),
    "readiness_came": Kind(
        _("{office} ส่งรายการความพร้อมมาแล้ว {count} แห่ง"),
        "sent",
        "applications:readiness-list",
        "list_id",
    ),
    "readiness_filed": Kind(
        _("ส่งรายการความพร้อมของ{office} {count} แห่งถึงโครงการแล้ว"),
        "sent",
        "applications:readiness-list",
        "list_id",
    ),
    "readiness_stopped": Kind(
        _("ส่งรายการความพร้อมของ{office} {count} แห่งยังไม่สำเร็จ {reason} ระบบจะลองต่อให้ ส่งต่อเองหรือดึงกลับมาแก้ได้"),
        "late",
        "applications:readiness-round",
        "round_id",
    ),
    "readiness_ready": Kind(
        _("{office} ประเมินว่า{centre}พร้อมเข้าสู่มาตรฐาน และส่งให้โครงการแล้ว"),
        "done",
        "applications:readiness-told",
        "entry_id",
    ),
    "readiness_not_ready": Kind(
        _("{office} ประเมินว่า{centre}ยังไม่พร้อมเข้าสู่มาตรฐาน อ่านเหตุผล"),
        "due",
        "applications:readiness-told",
        "entry_id",
    ),
    "unit_reminded": Kind(_("{office} เตือนเรื่องใบสมัครของ{unit}: {text}"), "due", "applications:mine"),
    "board_written": Kind(
        _("ไฟล์ติดตามหน่วยงานที่คุณขอไว้พร้อมแล้ว {count} แห่ง"),
        "done",
        "applications:board-export",
        "export_id",
    ),
    "readiness_written": Kind(
        _("ไฟล์รายการความพร้อมที่คุณขอไว้พร้อมแล้ว {count} แห่ง"),
        "done",
        "applications:readiness-made",
        "export_id",
    ),
    "readiness_refused": Kind(
        _("จัดทำไฟล์รายการความพร้อมที่คุณขอไว้ไม่ได้ เพราะ {reason}"),
        "late",
        "applications:readiness-made",
        "export_id",
    ),
    "accepted": Kind(
        _("รับใบสมัครของ{centre}เข้าประเมินแล้ว"), "done", "applications:task-list", "application_id"
    ),
    "rejected": Kind(
        _("ไม่รับใบสมัครของ{centre}เข้าประเมิน เพราะ {reason}"), "late", "applications:task-list", "application_id"
    ),
    "correction_near": Kind(
        _("ใบสมัครของ{centre}ต้องแก้และยื่นใหม่ เหลือ {days} วัน"), "due", "applications:task-list", "application_id"
    ),
    "correction_lapsed": Kind(
        _("พ้นกำหนดแก้ใบสมัครของ{centre}แล้ว"), "late", "applications:task-list", "application_id"
    ),
    "case_assigned": Kind(_("มีใบสมัครเข้าคณะที่ {panel} ให้ตรวจประเมิน"), "work", "assessment:mine"),
    "announced": Kind(_("ประกาศผลของ{centre}แล้ว"), "done", "certification:result", "application_id"),
    "duty_near": Kind(
        _("หน้าที่ตามหนังสือ ที่ {number} เหลือ {days} วัน: {what}"), "due", "correspondence:letter", "letter_id"
    ),
    "check_near": Kind(
        _("{owner} ให้ส่งร่างใบสมัครของ{centre}ให้ตรวจทานภายใน {due} เหลือ {days} วัน"),
        "due",
        "programme:round",
        "public_id",
    ),
    "submit_near": Kind(
        _("{owner} ให้ยื่นใบสมัครของ{centre}ภายใน {due} เหลือ {days} วัน"), "due", "programme:round", "public_id"
    ),
    "closing_near": Kind(
        _("ปิดรับสมัคร {due} เหลือ {days} วัน {centre} ยังไม่ได้ยื่น"), "due", "programme:round", "public_id"
    ),
}
