"""The to-do list of the home page: what each room says waits for the actor, as rows with one link each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.applications.queries import todos as of_applications
from saduak.applications.queries.todos import Todo as ApplicationTodo
from saduak.assessment import queries as assessment
from saduak.certification import queries as certification
from saduak.correspondence.queries import todos as of_letters
from saduak.correspondence.queries.todos import Todo as LetterTodo
from saduak.foundation.access import Actor
from saduak.foundation.access.registry import Words
from saduak.programme.queries import Current, stage_of


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to do: what, why, by when, and the page that does it."""

    section: str
    title: Words
    why: Words
    url: str
    due_at: datetime | None
    state: str
    label: Words
    # The number of a letter that stands in `why`, to be kept on one line.
    number: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Rows of one kind of work."""

    key: str
    title: Words
    rows: tuple[Row, ...]


SECTIONS: dict[str, Words] = {
    "application": _("ใบสมัครของศูนย์"),
    "check": _("ตรวจทานให้ศูนย์"),
    "obstacle": _("ปัญหาที่ศูนย์แจ้งขึ้นมา"),
    "readiness": _("ความพร้อมของหน่วยงาน"),
    "practice": _("แนวปฏิบัติที่ดี"),
    "letter": _("หนังสือและหน้าที่ตามหนังสือ"),
    "assessment": _("การตรวจประเมิน"),
    "certification": _("มติและประกาศ"),
    "later": _("ขั้นต่อไปของใบสมัคร"),
}

_LABELS: dict[str, tuple[str, Words]] = {
    "start": ("none", _("ยังไม่เริ่ม")),
    "renew": ("none", _("ยังไม่เริ่ม")),
    "write": ("work", _("กำลังเขียน")),
    "gates": ("due", _("ยังไม่ครบ")),
    "check": ("none", _("ยังไม่ส่ง")),
    "to-sign": ("none", _("ยังไม่ถึงขั้นนี้")),
    "correct": ("back", _("ส่งคืนให้แก้")),
    "answer-review": ("back", _("มีข้อให้แก้")),
    "sign": ("wait", _("รอลงนาม")),
    "submit": ("due", _("รอยื่น")),
    "review": ("wait", _("รอคุณตรวจ")),
    "obstacle": ("wait", _("รอคุณตอบ")),
    "consent": ("wait", _("รอคุณตอบ")),
    "publish-practice": ("wait", _("รอเผยแพร่")),
    "help": ("work", _("ขอให้คุณช่วย")),
    "assess-readiness": ("wait", _("รอคุณประเมิน")),
    "send-readiness": ("due", _("รอส่ง")),
    "stopped-readiness": ("late", _("ส่งไม่สำเร็จ")),
    "confirm-readiness": ("wait", _("รอคุณยืนยัน")),
    "confirm": ("wait", _("รอคุณตรวจ")),
    "acknowledge": ("wait", _("รอรับทราบ")),
    "do": ("work", _("รับทราบแล้ว")),
    "receive": ("wait", _("รอรับ")),
    "pass_on": ("wait", _("รับแล้ว รอแจ้งต่อหรือรับทราบ")),
    "sign_letter": ("wait", _("รอลงนาม")),
    "send_letter": ("due", _("รอส่ง")),
    "rewrite_letter": ("back", _("ส่งคืนให้แก้")),
    "handle": ("wait", _("มอบหมายให้คุณ")),
    "see": ("none", _("เวียนให้ทราบ")),
}

_ASSESSMENT: dict[assessment.Kind, tuple[Words, Words, str]] = {
    "screening": (_("ตรวจเอกสารใบสมัคร {n} เรื่อง"), _("รับเข้าประเมิน หรือส่งคืนพร้อมเหตุผล"), "assessment:queue"),
    "lapsed": (_("พ้นกำหนดแก้ {n} เรื่อง"), _("ขยายเวลาแก้ หรือไม่รับเข้าประเมินพร้อมเหตุผล"), "assessment:queue"),
    "accepted": (_("มอบเรื่องให้คณะ {n} เรื่อง"), _("ระบบกันผู้มีส่วนได้เสียออกให้"), "assessment:panels-now"),
    "score": (_("ให้คะแนน {n} เรื่อง"), _("คะแนนของคนอื่นเห็นได้เมื่อส่งของคุณแล้ว"), "assessment:mine"),
    "agree": (_("สรุปคะแนนของคณะ {n} เรื่อง"), _("ทุกคนส่งคะแนนครบแล้ว"), "assessment:mine"),
}


# When each is to be done: the end of a stage of the round.
_STAGES: dict[str, str] = {
    "screening": "screening",
    "lapsed": "screening",
    "accepted": "screening",
    "score": "visit",
    "agree": "visit",
    "decide": "decision",
    "announce": "announcement",
    "publish": "announcement",
}

_CERTIFICATION: dict[certification.Kind, tuple[Words, Words]] = {
    "decide": (_("ลงมติ {n} เรื่อง"), _("คณะผู้ตรวจประเมินสรุปคะแนนแล้ว เปิดประชุมแล้วลงมติเป็นรายศูนย์")),
    "announce": (_("จัดทำประกาศจากมติ {n} เรื่อง"), _("คณะกรรมการรับรองมติแล้ว")),
    "publish": (_("ประกาศผล {n} ฉบับ"), _("ใบรับรองจัดทำครบแล้ว ประกาศพร้อมกันทั้งหมด")),
}


def gather(actor: Actor, going_on: Sequence[Current] | None = None) -> list[Section]:
    """Everything that waits, by kind of work; inside each the earliest date first; steps to come last."""
    rows = [
        *(_of_application(row) for row in of_applications(actor, going_on)),
        *(_of_letter(row) for row in of_letters(actor)),
        *(_of_assessment(row, going_on or ()) for row in assessment.todos(actor)),
        *(_of_certification(row, going_on or ()) for row in certification.todos(actor)),
    ]
    return [
        Section(key, title, tuple(_by_date(row for row in rows if row.section == key)))
        for key, title in SECTIONS.items()
        if any(row.section == key for row in rows)
    ]


def waiting(sections: Iterable[Section]) -> list[Row]:
    """What can be done now."""
    return [row for section in sections if section.key != "later" for row in section.rows]


def first(sections: Iterable[Section]) -> Row | None:
    """What to do first: what was sent back, then the earliest date."""
    rows = waiting(sections)
    returned = [row for row in rows if row.state == "back"]
    return next(iter(_by_date(returned or rows)), None)


def _by_date(rows: Iterable[Row]) -> list[Row]:
    """The earliest date first, what has no date last; otherwise as it came."""
    return sorted(rows, key=lambda row: (row.due_at is None, row.due_at.timestamp() if row.due_at else 0))


def _of_application(row: ApplicationTodo) -> Row:
    state, label = _LABELS["to-sign" if row.later else row.kind]
    section = "later" if row.later else _SECTIONS.get(row.kind, "application")
    why = format_lazy("{centre} {why}", centre=row.centre_name, why=row.why)
    return Row(section, row.title, why, _application_url(row), row.due_at, state, label)


# The work of those above; everything else is the centre's own.
_SECTIONS: dict[str, str] = {
    "review": "check",
    "obstacle": "obstacle",
    "consent": "practice",
    "publish-practice": "practice",
    "assess-readiness": "readiness",
    "send-readiness": "readiness",
    "stopped-readiness": "readiness",
    "confirm-readiness": "readiness",
}


def _application_url(row: ApplicationTodo) -> str:
    if row.obstacle_id:
        return reverse("applications:obstacle", args=[row.obstacle_id])
    if row.practice_id:
        return reverse("applications:practice-work-one", args=[row.practice_id])
    if row.kind == "review" and row.review_id:
        return reverse("applications:review", args=[row.review_id])
    if row.kind == "help":
        return reverse("applications:help")
    if row.office_id:
        return _readiness_url(row)
    if row.application_id is None:
        # Whoever renews a certificate finds its centre chosen.
        chosen = f"?centre={row.centre_id}" if row.kind == "renew" else ""
        return reverse("applications:mine") + chosen
    page = "task-list" if row.later else _PAGES.get(row.kind, "task-list")
    return reverse(f"applications:{page}", args=[row.application_id]) + _PLACES.get(row.kind, "")


def _readiness_url(row: ApplicationTodo) -> str:
    """The list of an assessing office, or the page that confirms or sends it."""
    if row.kind == "assess-readiness":
        return f"{reverse('applications:readiness')}?round={row.round_id}&office={row.office_id}"
    page = "readiness-confirm" if row.kind == "confirm-readiness" else "readiness-send"
    return reverse(f"applications:{page}", args=[row.round_id, row.office_id])


_PAGES: dict[str, str] = {
    "sign": "sign",
    "submit": "submit",
    "correct": "gaps",
    "gates": "gaps",
    "answer-review": "gaps",
    "check": "review-request",
}
# Where on that page it is.
_PLACES: dict[str, str] = {"gates": "#gates", "answer-review": "#returned"}


def _of_letter(row: LetterTodo) -> Row:
    state, label = _LABELS[row.kind]
    url = reverse(f"correspondence:{_LETTERS[row.kind]}", args=[row.target_id])
    return Row("letter", row.title, row.why, url, row.due_at, state, label, row.letter_number)


_LETTERS: dict[str, str] = {
    "confirm": "letter",
    "acknowledge": "duty",
    "do": "duty",
    "receive": "delivery",
    "pass_on": "delivery",
    "sign_letter": "decide",
    "send_letter": "issue",
    "rewrite_letter": "draft",
    "handle": "delivery",
    "see": "delivery",
}


def _of_assessment(row: assessment.Todo, going_on: Sequence[Current]) -> Row:
    title, why, name = _ASSESSMENT[row.kind]
    due_at = _stage_ends(going_on, row.kind)
    return Row(
        "assessment", format_lazy(str(title), n=row.count), why, reverse(name), due_at, "wait", _("รอคุณ")
    )


def _of_certification(row: certification.Todo, going_on: Sequence[Current]) -> Row:
    title, why = _CERTIFICATION[row.kind]
    url, due_at = reverse("certification:meetings"), _stage_ends(going_on, row.kind)
    return Row("certification", format_lazy(str(title), n=row.count), why, url, due_at, "wait", _("รอคุณ"))


def _stage_ends(going_on: Sequence[Current], kind: str) -> datetime | None:
    """The end of the stage in which this is to be done, of the round in which it comes first."""
    stages = [stage_of(each.round, _STAGES[kind]) for each in going_on]
    return min((stage.ends_at for stage in stages if stage is not None), default=None)
