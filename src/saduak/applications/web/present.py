"""How an application is told to people: tags, the four steps to filing, the next thing to do, rows by kind."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from saduak.applications.models import Application, Review
from saduak.foundation import clock
from saduak.foundation.templatetags.ui import days_in_words, when
from saduak.foundation.thai import calendar

Words = str | Promise

# The tag (word and loop) of each state of an application.
STATES: dict[str, tuple[str, Words]] = {
    "draft": ("work", gettext_lazy("กำลังเขียน")),
    "signed": ("done", gettext_lazy("ลงนามแล้ว รอยื่น")),
    "submitted": ("sent", gettext_lazy("ยื่นแล้ว")),
    "correction": ("back", gettext_lazy("ส่งคืนให้แก้")),
    "withdrawn": ("off", gettext_lazy("ถอนแล้ว")),
}
REVIEWS: dict[str, tuple[str, Words]] = {
    "requested": ("wait", gettext_lazy("รอตรวจทาน")),
    "returned": ("back", gettext_lazy("ขอให้แก้")),
    "endorsed": ("done", gettext_lazy("ตรวจทานแล้ว")),
    "cancelled": ("off", gettext_lazy("ยกเลิกคำขอแล้ว")),
}
_CHECKERS: dict[str, Words] = {
    "province": gettext_lazy("จังหวัดตรวจทาน"),
    "provincial_office": gettext_lazy("จังหวัดตรวจทาน"),
    "district": gettext_lazy("อำเภอตรวจทาน"),
    "department": gettext_lazy("กรมตรวจทาน"),
    "ministry": gettext_lazy("กระทรวงตรวจทาน"),
}
# For whoever only supervises, a draft, a signed and a returned application all look the same.
OPEN_ELSEWHERE: tuple[str, Words] = ("none", gettext_lazy("ยังไม่ยื่น"))


@dataclass(frozen=True, slots=True)
class Tag:
    """A status tag."""

    state: str
    label: Words


@dataclass(frozen=True, slots=True)
class Button:
    """Somewhere to go next."""

    label: Words
    url: str


def state_tag(application: Application) -> Tag:
    """The tag of an application's state."""
    return Tag(*STATES[application.state])


def status_only_tag(application: Application) -> Tag:
    """The tag that a supervising office sees: submitted, withdrawn, or neither."""
    known = application.state in {"submitted", "withdrawn"}
    return Tag(*(STATES[application.state] if known else OPEN_ELSEWHERE))


def review_tag(review: Review) -> Tag:
    """The tag of a request for checking."""
    return Tag(*REVIEWS[review.state])


def checker(review: Review | None) -> Words:
    """Who checks the writing, as the step is called."""
    kind = review.organisation.kind if review else "province"
    return _CHECKERS.get(kind, gettext_lazy("ต้นสังกัดตรวจทาน"))


def due_of(tasks: Any, *kinds: str) -> Any:
    """The first deadline of some kinds, or None."""
    return next((due for due in tasks.deadlines if due.kind in kinds), None)


def last_day(due_at: datetime) -> datetime | Any:
    """The last day before a half-open deadline."""
    return calendar.closing_day(due_at)


def left(due_at: datetime) -> str:
    """เหลือ 11 วัน."""
    return days_in_words(calendar.days_left(due_at, clock.now()))


def present_step(tasks: Any) -> int:
    """Which of the four steps is going on; 5 when all are done."""
    if tasks.application.state == "submitted":
        return 5
    if tasks.sign_off:
        return 4
    state = tasks.review.state if tasks.review else ""
    return {"requested": 2, "endorsed": 3}.get(state, 1)


def stages(tasks: Any) -> list[dict[str, Any]]:
    """The four steps from draft to filing, as the rail draws them."""
    now = present_step(tasks)
    made = [_drafting(tasks), _checking(tasks), _signing(tasks), _filing(tasks)]
    for index, stage in enumerate(made, start=1):
        default = "past" if index < now else "now" if index == now else "ahead"
        stage.setdefault("state", default)
    return made


def _drafting(tasks: Any) -> dict[str, Any]:
    text = _("คุณและผู้ช่วยเขียน") if "applications.edit" in tasks.may else _("คนของศูนย์เขียน")
    return {"title": _("ร่าง"), "text": text, "note": _("แนบหลักฐานไปพร้อมกัน")}


def _checking(tasks: Any) -> dict[str, Any]:
    review = tasks.review
    stage: dict[str, Any] = {"title": checker(review)}
    if review and review.state == "requested":
        text = format_html(_("ส่งร่างแล้ว {}"), when(review.requested_at, "day"))
        return stage | {"text": text, "note": _("รอ %(office)s") % {"office": review.organisation}}
    if review and review.answered_at and review.state in {"endorsed", "returned"}:
        words = _("ตรวจทานแล้ว {}") if review.state == "endorsed" else _("ขอให้แก้ {}")
        return stage | {"text": format_html(words, when(review.answered_at, "day")), "note": ""}
    if present_step(tasks) > 2:
        return stage | {"text": _("ไม่ได้ขอตรวจทาน"), "state": "unknown"}
    due = due_of(tasks, "check")
    if due:
        text = format_html(_("ส่งร่างภายใน {}"), when(last_day(due.due_at), "day"))
        note = _("%(days)s ส่งได้แม้ยังไม่ครบ") % {"days": left(due.due_at)}
        return stage | {"text": text, "note": note}
    return stage | {"text": _("ส่งร่างให้อ่านก่อนยื่น"), "note": _("ส่งได้แม้ยังไม่ครบ")}


def _signing(tasks: Any) -> dict[str, Any]:
    stage: dict[str, Any] = {"title": _("หัวหน้าหน่วยงาน ลงนามรับรองข้อมูล")}
    if tasks.sign_off:
        text = format_html(_("รับรองข้อมูล {}"), when(tasks.sign_off.signed_at, "day"))
        return stage | {"text": text, "note": tasks.sign_off.signer_position}
    if tasks.voided:
        text = format_html(_("ลายมือชื่อถูกยกเลิก {}"), when(tasks.voided.at, "day"))
        return stage | {"text": text, "note": _("ต้องลงนามใหม่")}
    return stage | {"text": _("ลงนามในระบบ"), "note": _("หรือพิมพ์ให้หัวหน้าลงนามแล้วแนบสำเนา")}


def _filing(tasks: Any) -> dict[str, Any]:
    stage: dict[str, Any] = {"title": _("ยื่นใบสมัคร")}
    if tasks.application.state == "submitted":
        return stage | {"text": when(tasks.application.submitted_at, "day"), "note": _("ยื่นแล้ว")}
    due = due_of(tasks, "correction", "submit", "window")
    if not due:
        return stage
    text = format_html(_("ภายใน {}"), when(last_day(due.due_at), "day"))
    if due.because:
        return stage | {"text": text, "note": _("%(days)s ขยายเวลาให้ศูนย์นี้") % {"days": left(due.due_at)}}
    closing = (
        _("%(days)s ปิดรับ 23.59.59 น.") if due.kind != "submit" else _("%(days)s ตามที่หน่วยงานเหนือขึ้นไปกำหนด")
    )
    return stage | {"text": text, "note": closing % {"days": left(due.due_at)}}


def buttons(tasks: Any) -> list[Button]:
    """Where to go from the task list; the first is the one clear next step."""
    to = Links(tasks.application)
    state = tasks.application.state
    preview = Button(_("ดูแบบที่ผู้ตรวจประเมินเห็น"), to("preview"))
    if state == "submitted":
        return [Button(_("เปิดหลักฐานการรับใบสมัคร"), to("latest-receipt")), preview]
    if state == "withdrawn" or "applications.edit" not in tasks.may:
        return [preview]
    sign = Button(_("ให้หัวหน้าลงนามรับรองข้อมูล"), to("sign"))
    if "applications.sign" in tasks.may:
        sign = Button(_("ลงนามรับรองข้อมูล"), to("sign"))
    if state == "signed":
        return [Button(_("ไปหน้ายื่นใบสมัคร"), to("submit")), preview]
    send = Button(_("ส่งร่างให้ตรวจทาน"), to("review-request"))
    gaps = Button(_("ดูข้อที่ยังขาดทั้งหมด"), to("gaps"))
    if tasks.gates_open or tasks.returned or tasks.missing_evidence:
        return [gaps, send, preview, sign]
    if present_step(tasks) >= 3 or "applications.sign" in tasks.may:
        return [sign, gaps, preview]
    return [send, sign, gaps, preview]


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses of one application's pages."""

    application: Application

    def __call__(self, name: str, **more: Any) -> str:
        """One of them."""
        return reverse(f"applications:{name}", kwargs={"application_id": self.application.public_id, **more})


def steps(tasks: Any) -> list[dict[str, Any]]:
    """What to do in order, as the list of steps draws it."""
    to = Links(tasks.application)
    waiting = {row.answer_id: row.number for row in tasks.rows if row.placeholder}
    return [
        {
            "title": _("ข้อ %(number)s") % {"number": waiting[step.answer_id]}
            if step.answer_id in waiting
            else step.title,
            "url": "#gates"
            if step.gates or not step.answer_id
            else to("criterion", answer_id=step.answer_id),
            "note": step.why,
            "plus": step.plus,
        }
        for step in tasks.steps
    ]


def side_name(number: str, title: str) -> str:
    """ด้านที่ 2 บริการ: sides are numbered as their criteria are."""
    side, dot, _rest = number.partition(".")
    return _("ด้านที่ %(number)s %(title)s") % {"number": side, "title": title} if dot else title


def by_kind(rows: Iterable[Any]) -> list[tuple[Words, bool, list[Any]]]:
    """Rows of one side: basic items, then advanced ones; (heading, whether some await their title, rows)."""
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.kind, []).append(row)
    titles: dict[str, Words] = {"basic": gettext_lazy("ข้อพื้นฐาน"), "advanced": gettext_lazy("ข้อขั้นสูง")}
    several = len(found) > 1
    return [
        (titles.get(kind, "") if several else "", any(row.placeholder for row in group), group)
        for kind, group in sorted(
            found.items(), key=lambda pair: list(titles).index(pair[0]) if pair[0] in titles else 9
        )
    ]
