"""Reading what came back, without trusting it: the texts in our own controls, nothing else of the file."""

from pathlib import Path
from typing import Any, Final

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.applications.word.fields import TAG, Field, clean, field_of
from saduak.applications.word.writing import prompt
from saduak.foundation.access import Invalid
from saduak.foundation.access.registry import Words
from saduak.foundation.files import controls, packed

# Three times what an answer may be: who wrote too much is told so when they take it over, and nobody draws a book.
LONGEST: Final = 60_000
_BROKEN = _("เปิดไฟล์ Word นี้ไม่ได้ เปิดในเครื่องของคุณ บันทึกเป็น .docx ใหม่ แล้วนำเข้าอีกครั้ง")
_FOREIGN = _(
    "ไม่พบกรอบคำตอบในไฟล์นี้ ใช้ไฟล์ Word ที่ดาวน์โหลดจากใบสมัครนี้ เขียนในกรอบใต้หัวข้อของแต่ละข้อ และบันทึกด้วย Microsoft Word"
)
_TWICE = _("กรอบของข้อเดียวกันมีสองกรอบ (อยู่ใกล้ข้อความ {text}) ลบให้เหลือกรอบเดียว แล้วนำเข้าอีกครั้ง")
_LONG = _("ข้อความที่ขึ้นต้นด้วย {text} ยาวเกิน {most} ตัวอักษร ตัดให้สั้นลงหรือแนบเป็นเอกสาร แล้วนำเข้าอีกครั้ง")


def read(path: Path) -> tuple[Field, ...]:
    """The fields of a Word file, in its order. Once, when it comes: reading it takes a process of its own.

    Raises:
        Invalid: no Word file, broken, a bomb, with entities, with a text that is longer than an answer, or without a
            single field of ours; in words for people.
    """
    if packed.check(path) != "word/":
        raise _invalid(_FOREIGN, "word-foreign")
    return fields_in(controls.read_controls(path, TAG.pattern))


def fields_in(told: dict[str, Any]) -> tuple[Field, ...]:
    """The fields in what the reader of Word files told.

    Raises:
        Invalid: as above.
    """
    if told["code"]:
        raise _invalid(_BROKEN, f"word-{told['code']}")
    found: dict[str, Field] = {}
    for control in told["controls"]:
        field = field_of(control["tag"], _text(control))
        if field.key in found:
            raise _invalid(format_lazy(_TWICE, text=field.text[:40] or field.key), "word-twice")
        if len(field.text) > LONGEST:
            raise _invalid(format_lazy(_LONG, text=field.text[:40], most=f"{LONGEST:,}"), "word-long")
        found[field.key] = field
    if not found:
        raise _invalid(_FOREIGN, "word-foreign")
    return tuple(found.values())


def _text(control: dict[str, Any]) -> str:
    text = clean(control["text"])
    # Only our own words count as nothing said: some programs leave the mark when somebody wrote over them.
    return "" if control["prompt"] and text.strip() == prompt() else text


def _invalid(words: Words, code: str) -> Invalid:
    return Invalid(words, {"file": words}, code)
