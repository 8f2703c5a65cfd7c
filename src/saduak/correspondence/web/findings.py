"""One doubt, side by side: what stands in this letter, what stands in the other, and the answers."""

import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from saduak.correspondence import actions, clerk, matching, rules
from saduak.correspondence.models import Letter, Settlement
from saduak.correspondence.queries.findings import FindingPage, finding_page
from saduak.correspondence.web.marks import Key, Mark, Side, letter_of, place_of, side
from saduak.foundation.access import Actor, Invalid
from saduak.foundation.access.registry import Words
from saduak.foundation.web.forms import refuse
from saduak.foundation.web.pages import page

# What stands on the left and on the right of each kind of doubt.
SIDES: Final[dict[str, tuple[Words, Words]]] = {
    clerk.CITES_DIFFERENTLY: (gettext_lazy("หนังสือนี้อ้างถึง"), gettext_lazy("ฉบับที่หน่วยงานมีอยู่")),
    clerk.RECEIPT_BEFORE_LETTER: (gettext_lazy("ตรารับหนังสือ"), gettext_lazy("วันที่ออกหนังสือ")),
    clerk.RECEIPT_ORDER: (gettext_lazy("ตรารับหนังสือ"), gettext_lazy("ควรมาก่อน")),
    clerk.DEADLINE_LATER: (gettext_lazy("หนังสือนี้กำหนด"), gettext_lazy("กำหนดที่มีอยู่ก่อน")),
    clerk.CODE_NOT_OF_ISSUER: (gettext_lazy("ในหนังสือ"), gettext_lazy("รหัสของหน่วยงาน")),
    clerk.NUMBER_REUSED: (gettext_lazy("หนังสือนี้"), gettext_lazy("ฉบับที่หน่วยงานมีอยู่")),
    clerk.ALREADY_HERE: (gettext_lazy("หนังสือนี้"), gettext_lazy("ฉบับที่หน่วยงานมีอยู่")),
    clerk.ISSUER_UNKNOWN: (gettext_lazy("ในหนังสือ"), gettext_lazy("ในทะเบียน")),
    clerk.BEFORE_REGISTER: (gettext_lazy("หนังสือนี้"), gettext_lazy("เริ่มใช้ทะเบียนในระบบ")),
    "reference-mismatch": (gettext_lazy("หนังสือที่อ้างถึง"), gettext_lazy("ฉบับที่แนบมาจริง")),
    "agency-code-mismatch": (gettext_lazy("ในหนังสือ"), gettext_lazy("รหัสของหน่วยงาน")),
    matching.WINDOW_DIFFERS: (gettext_lazy("ในหนังสือ"), gettext_lazy("ในรอบที่เปิดไว้")),
    "weekday-mismatch": (gettext_lazy("ในหนังสือ"), gettext_lazy("ในปฏิทิน")),
    "sender-unverified": (gettext_lazy("ส่งจาก"), gettext_lazy("ในทะเบียน")),
    "sender-vouched": (gettext_lazy("ส่งจาก"), gettext_lazy("ในทะเบียน")),
    "manifest-differs": (gettext_lazy("ข้อมูลที่ส่งมา"), gettext_lazy("ในตัวหนังสือ")),
    "unsure-value": (gettext_lazy("ในต้นฉบับ"), gettext_lazy("อ่านเป็น")),
}
_ANY: Final[tuple[Words, Words]] = (gettext_lazy("พบ"), gettext_lazy("เทียบกับ"))
# The marks of the other letter need names of their own on the same page.
_OTHER: Final = 90
_TOKEN: Final = re.compile(r"\d+|\s+|[^\d\s]+")


class AnswerForm(forms.Form):
    """What to make of a doubt; no answer is a default."""

    settled = forms.ChoiceField(
        label=gettext_lazy("ทำอย่างไรกับข้อสังเกตนี้"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("เลือกหนึ่งข้อ"), "invalid_choice": gettext_lazy("เลือกหนึ่งข้อ")},
    )

    def __init__(self, *args: Any, told: FindingPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["settled"] = told.finding.settled
        words = {Settlement.CORRECTED: _("แก้ค่าที่หน้าตรวจหนังสือแล้ว")}
        choices = [(row.value, words.get(row, row.label)) for row in answers(told)]
        self.fields["settled"].choices = choices  # type: ignore[attr-defined] # a ChoiceField
        self.fields["settled"].notes = {Settlement.TELL.value: _whom(told)}  # type: ignore[attr-defined] # read by c-field


def answers(told: FindingPage) -> list[Settlement]:
    """The answers that make sense: another office's paper is not corrected here, nor a value after confirming.

    That a letter is here, or that the register lacks its issuer, is nothing that anybody else could put right.
    """
    left_out = set()
    nothing_to_correct = {clerk.ALREADY_HERE, "sender-unverified", "sender-vouched"}
    if told.finding.document or told.letter.state != "read" or told.finding.code in nothing_to_correct:
        left_out.add(Settlement.CORRECTED)
    if told.finding.code in {clerk.ALREADY_HERE, clerk.ISSUER_UNKNOWN, clerk.BEFORE_REGISTER}:
        left_out.add(Settlement.TELL)
    return [row for row in Settlement if row not in left_out]


def _whom(told: FindingPage) -> str:
    if told.concerned is None:
        return _("ยังไม่พบหน่วยงานนี้ในระบบ คุณแจ้งเองทางหนังสือหรือโทรศัพท์")
    return _("ระบบแจ้ง%(office)sให้") % {"office": told.concerned.name_th}


@page(needs=rules.READ)
def finding(request: HttpRequest, finding_id: uuid.UUID) -> HttpResponse:
    """A doubt with both letters, and its answers for those who may give them."""
    actor: Actor = request.actor
    told = finding_page(actor, finding_id)
    if told is None:
        raise Http404
    form = AnswerForm(request.POST if request.method == "POST" else None, told=told)
    if request.method == "POST" and form.is_valid():
        try:
            actions.settle_finding(actor=actor, finding_id=finding_id, settled=form.cleaned_data["settled"])
        except Invalid as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("บันทึกคำตอบแล้ว"))
            return redirect(
                reverse("correspondence:letter", args=[told.letter.public_id]) + f"#f-{finding_id}"
            )
    left, right = SIDES.get(told.finding.code, _ANY)
    lines = [*told.finding.shown, "", ""]
    context = {
        "told": told,
        "finding": told.finding,
        "letter": told.letter,
        "form": form,
        "sign": letter_of(told.at),
        "left_label": left,
        "right_label": right,
        "left": list(_parts(lines[0], lines[1])),
        "right": list(_parts(lines[1], lines[0])),
        "here": _here(told),
        "there": _there(told),
        "may_answer": bool(rules.may_confirm(actor, told.letter)),
        "lead": told.finding.document == 0,
        "twice": told.finding.code == clerk.ALREADY_HERE and told.letter.state == "read",
    }
    return render(
        request, "correspondence/findings/finding.html", context, status=422 if form.errors else 200
    )


# --- The two texts ----------------------------------------------------------------------------------------------------


def _here(told: FindingPage) -> Side | None:
    document = told.document
    if document is None:
        return None
    span = document["spans"].get(told.finding.place) or place_of(told.finding, document)
    return _side(told, told.letter.text, told.finding.document, document, span)


def _there(told: FindingPage) -> Side | None:
    """The letter beside it, when the actor may see it; else the enclosed document that the doubt compares with."""
    if told.related is not None:
        return _of_letter(told, told.related)
    shown = told.finding.evidence[1] if len(told.finding.evidence) > 1 else ""
    if told.finding.code != "reference-mismatch":
        return None
    for index, document in enumerate(told.letter.reading["documents"]):
        if index != told.finding.document and document["number"] and shown.startswith(document["number"]):
            return _side(told, told.letter.text, _OTHER + index, document, document["spans"].get("number"))
    return None


def _of_letter(told: FindingPage, letter: Letter) -> Side:
    documents = letter.reading.get("documents") or [_plain(letter)]
    document = documents[0]
    spans = document["spans"]
    names = ["number"]
    if told.finding.code == clerk.DEADLINE_LATER:
        names = sorted(name for name in spans if name.startswith(("deadlines.", "windows.")))
    elif told.finding.code in {clerk.RECEIPT_BEFORE_LETTER, clerk.BEFORE_REGISTER}:
        names = ["date"]
    span = next((spans[name] for name in names if name in spans), None)
    whole = {**document, "spans": {"document": [0, len(letter.text)], **spans}}
    return _side(told, letter.text, _OTHER, whole, span)


def _plain(letter: Letter) -> dict[str, Any]:
    """A letter of which only the text is kept, in the form of one that was read."""
    at = letter.text.find(letter.number) if letter.number else -1
    spans = {"number": [at, at + len(letter.number)]} if at >= 0 else {}
    return {
        "kind": letter.kind,
        "number": letter.number,
        "issuer": letter.issuer_text,
        "subject": letter.subject,
        "receipts": [],
        "spans": spans,
    }


def _side(
    told: FindingPage, text: str, index: int, document: dict[str, Any], span: Sequence[int] | None
) -> Side:
    marks = []
    if span is not None:
        key = Key("#both", letter_of(told.at), _("กลับไปดูข้อสังเกต"))
        marks = [Mark(span[0], span[1], key, doubt=True)]
    return side(text, index, document, marks)


# --- Which part differs -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a line; `differs` when the other line has something else there."""

    text: str
    differs: bool


def _parts(line: str, other: str) -> Iterator[Part]:
    """A line with what differs from the other one, number by number and word by word."""
    if not line or not other:
        yield from [Part(line, differs=False)] if line else []
        return
    mine, theirs = _TOKEN.findall(line), _TOKEN.findall(other)
    for kind, first, last, begin, end in SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
        text = "".join(mine[first:last])
        if kind == "equal":
            yield Part(text, differs=False)
        elif text.isdigit() and len(text) == len(across := "".join(theirs[begin:end])):
            yield from _digits(text, across)
        elif text:
            yield Part(text, differs=True)


def _digits(text: str, other: str) -> Iterator[Part]:
    """Digit by digit: 7766 beside 3366 differs in its first two."""
    run, differs = "", text[0] != other[0]
    for mine, theirs in zip(text, other, strict=True):
        if (mine != theirs) is not differs:
            yield Part(run, differs)
            run, differs = "", not differs
        run += mine
    yield Part(run, differs)
