"""The page that compares a letter with what was read of it, as rows for the template."""

from dataclasses import dataclass, field
from typing import Any

from django.forms.boundfield import BoundField
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from saduak.correspondence import doubts, matching
from saduak.correspondence.models import Force, LetterFinding
from saduak.correspondence.queries import LetterPage
from saduak.correspondence.queries.page import DeadlineProposal, DutyProposal
from saduak.correspondence.web.findings import SIDES
from saduak.correspondence.web.forms import ConfirmForm
from saduak.correspondence.web.marks import Key, Mark, Side, letter_of, place_of, side
from saduak.foundation.access.registry import Words
from saduak.foundation.thai import calendar, words

# The component library's name for each force.
FORCE = {Force.ORDER: "order", Force.REQUEST: "ask", Force.INVITE: "invite", Force.INFORM: "inform"}
NAMES_SHOWN = 40


@dataclass(slots=True)
class Read:
    """One value that was read: its number, its place in the text, the value, and the fields that change it."""

    key: int
    label: Words
    value: object
    mark: str = ""
    note: Words = ""
    fields: list[BoundField] = field(default_factory=list)
    # Where what was read is here already.
    url: str = ""

    @property
    def wrong(self) -> bool:
        """Whether one of the fields has an error, so that its fold stands open."""
        return any(bound.errors for bound in self.fields)


@dataclass(slots=True)
class DutyRow(Read):
    """A duty: what was read, whom it reaches, and why it may be weaker than written."""

    proposal: DutyProposal | None = None
    keep: BoundField | None = None
    force: str = ""
    due_on: object = None
    seen: int = 0
    names: list[str] = field(default_factory=list)
    more: int = 0
    lowered: int = 0
    seen_name: str = ""
    # The words name a day that no calendar has: why, and the field for the right one.
    doubt: Words = ""
    due: BoundField | None = None


@dataclass(slots=True)
class DeadlineRow(Read):
    """A date that may become an internal deadline."""

    proposal: DeadlineProposal | None = None
    kind: BoundField | None = None


@dataclass(slots=True)
class FindingRow:
    """A finding with its sign, its two sides and its answers."""

    key: str
    id: str
    finding: LetterFinding
    left: str
    right: str
    left_label: Words
    right_label: Words
    choices: BoundField
    mark: str = ""


@dataclass(slots=True)
class Compared:
    """Everything that the template draws."""

    sides: list[Side]
    reads: list[Read]
    duties: list[DutyRow]
    extra: DutyRow
    deadlines: list[DeadlineRow]
    meeting: list[BoundField]
    meeting_words: tuple[str, str]
    first_findings: list[FindingRow]
    enclosed_findings: list[FindingRow]
    effects: list[Words]
    nevers: list[Words]
    # How many of the duties are the reader's own office's.
    mine: int = 0

    @property
    def meeting_wrong(self) -> bool:
        """Whether the meeting's fold must stand open."""
        return any(bound.errors for bound in self.meeting)


def compared(page: LetterPage, form: ConfirmForm) -> Compared:
    """Number what was read, mark it in the text, and say what confirming will do."""
    marks: dict[int, list[Mark]] = {number: [] for number in range(len(page.documents))}
    reads = _reads(page, form, marks[0])
    count = len(page.first["actions"])
    duties = [_duty(page, form, number, len(reads) + number + 1, marks[0]) for number in range(count)]
    # A recipient sets no deadlines: a mark would lead to nothing.
    dated = marks[0] if page.as_issuer else []
    deadlines = [
        _deadline(page, form, row, len(reads) + count + at + 1, dated)
        for at, row in enumerate(page.deadlines)
    ]
    findings = [_finding(page, form, at, row, marks) for at, row in enumerate(page.findings)]
    return Compared(
        sides=[
            side(page.letter.text, number, document, marks[number])
            for number, document in enumerate(page.documents)
        ],
        reads=reads,
        duties=duties,
        extra=_duty(page, form, count, 0, []),
        deadlines=deadlines,
        meeting=[form[name] for name in form.fields if name.startswith("meeting-")],
        meeting_words=_meeting(form) or meeting_words(page.meeting, page.first["subject"]),
        first_findings=[row for row in findings if row.finding.document == 0],
        enclosed_findings=[row for row in findings if row.finding.document > 0],
        effects=_effects(page, duties, deadlines),
        nevers=_nevers(page),
        mine=sum(row.proposal.mine for row in duties if row.proposal),
    )


def _mark(page: LetterPage, marks: list[Mark], name: str, number: int, label: Words) -> str:
    """Mark a span of the first document; the address of the mark, or nothing when the span is not known."""
    span = page.first["spans"].get(name)
    if span is None:
        return ""
    key = Key(
        f"#k{number}", str(number), str(format_lazy(_("ดูค่าที่ {number} {label}"), number=number, label=label))
    )
    marks.append(Mark(span[0], span[1], key))
    return f"#m-0-{span[0]}"


def _reads(page: LetterPage, form: ConfirmForm, marks: list[Mark]) -> list[Read]:
    first = page.first
    rows: list[Read] = []
    window = matching.window_of(first)
    signer = (first.get("signer") or {}).get("position")
    plan: list[tuple[str, Words, object, list[str], Words]] = [
        ("kind", _("ชนิด"), dict(form.fields["kind"].choices).get(form["kind"].value()), ["kind"], ""),  # type: ignore[attr-defined] # a ChoiceField
        ("number", _("ที่"), form["number"].value(), ["number"], ""),
        ("date", _("ลงวันที่"), _date(form["dated"]), ["dated"], ""),
        ("issuer", _("หน่วยงานผู้ออกหนังสือ"), form["issuer"].value(), ["issuer", "owner_unit"], _whose(page)),
        ("subject", pgettext_lazy("letter", "เรื่อง"), form["subject"].value(), ["subject"], ""),
        ("recipients", _("เรียน"), ", ".join(first["recipients"]), [], ""),
    ]
    if window:
        plan.append(("windows.0", _("ช่วงรับสมัคร"), words.span(*window), [], _window_note(page)))
    if signer:
        plan.append(("signer.position", _("ผู้ลงนาม (ตำแหน่ง)"), signer, [], ""))
    for name, label, value, fields, note in plan:
        number = len(rows) + 1
        mark = _mark(page, marks, name, number, label)
        rows.append(Read(number, label, value or _("อ่านไม่พบ"), mark, note, [form[f] for f in fields]))
    _read_beside(page, marks, rows)
    return rows


def _read_beside(page: LetterPage, marks: list[Mark], rows: list[Read]) -> None:
    """The letters that it cites, with those that are here, and what it says to enclose."""
    for at, cited in enumerate(page.first["references"]):
        number, label, known = len(rows) + 1, _("อ้างถึง"), page.cited.get(at)
        day = matching.day(cited["date"])
        told = _("{number} ลงวันที่ {day}") if day else "{number}"
        value = format_lazy(told, number=cited["number"], day=words.long_day(day) if day else "")
        row = Read(number, label, value, _mark(page, marks, f"references.{at}", number, label))
        row.note = _("มีในระบบแล้ว") if known else _("ไม่พบฉบับนี้ในหนังสือที่คุณเปิดได้")
        row.url = reverse("correspondence:letter", args=[known.public_id]) if known else ""
        rows.append(row)
    if enclosed := page.first["attachments"]:
        number, label = len(rows) + 1, _("สิ่งที่ส่งมาด้วย")
        rows.append(
            Read(number, label, "; ".join(enclosed), _mark(page, marks, "attachments", number, label))
        )


def _date(bound: BoundField, *, short: bool = False) -> object:
    """A day in words when it is one, else as it was typed."""
    value = bound.value()
    shown = words.short_day if short else words.long_day
    try:
        return str(shown(calendar.parse_date(value))) if value else ""
    except calendar.DateError:
        return value


def _whose(page: LetterPage) -> Words:
    if page.issuer is None:
        return _("ยังไม่พบหน่วยงานนี้ในทะเบียน แก้เป็นชื่อเต็มก่อนยืนยัน")
    return _("คุณยืนยันในนามหน่วยงานนี้") if page.as_issuer else _("คุณยืนยันในฐานะผู้รับหนังสือ")


def _window_note(page: LetterPage) -> Words:
    if page.round is None:
        return format_lazy(_("ยังไม่มีรอบปี {year} ในระบบ"), year=page.year)
    differs = matching.window_difference(page.first, page.round)
    if differs is None:
        return format_lazy(_("ตรงกับ{round}"), round=page.round.name)
    return format_lazy(_("ไม่ตรงกับ{round} ({range}) ระบบยึดตามรอบ"), round=page.round.name, range=differs[1])


def _duty(page: LetterPage, form: ConfirmForm, number: int, key: int, marks: list[Mark]) -> DutyRow:
    name = f"duty-{number}"
    proposal = page.duties[number] if number < len(page.duties) else None
    resolved = proposal.resolved if proposal else None
    names = [office.name for office in resolved.offices] if resolved and page.as_issuer else []
    force = str(form[f"{name}-force"].value() or "")
    value = form[f"{name}-what"].value()
    doubt = doubts.of_date(str(value or ""))
    folded = ("who", "what", "force") if doubt else ("who", "what", "due", "force")
    order = force == Force.ORDER
    lowered = 0
    if order and page.as_issuer and resolved:
        lowered = len(resolved.only_asked)
    elif order and not page.as_issuer and not page.commanded:
        lowered = 1
    return DutyRow(
        key=key,
        label=_("หน้าที่"),
        value=value,
        mark=_mark(page, marks, f"actions.{number}", key, _("หน้าที่")) if key else "",
        fields=[form[f"{name}-{part}"] for part in folded],
        proposal=proposal,
        keep=form[f"{name}-keep"],
        force=FORCE.get(Force(force), "inform") if force in Force.values else "inform",
        due_on=_date(form[f"{name}-due"], short=True),
        seen=len(resolved.offices) if resolved else 0,
        names=names[:NAMES_SHOWN],
        more=max(0, len(names) - NAMES_SHOWN),
        lowered=lowered,
        seen_name=f"{name}-seen",
        doubt=doubt,
        due=form[f"{name}-due"] if doubt else None,
    )


def _deadline(
    page: LetterPage, form: ConfirmForm, row: DeadlineProposal, key: int, marks: list[Mark]
) -> DeadlineRow:
    return DeadlineRow(
        key=key,
        label=row.what,
        value=row.due_on,
        mark=_mark(page, marks, f"deadlines.{row.index}", key, _("กำหนด")),
        fields=[form[f"deadline-{row.index}-due"]],
        proposal=row,
        kind=form[f"deadline-{row.index}-kind"],
    )


def _meeting(form: ConfirmForm) -> tuple[str, str] | None:
    """The meeting in two lines as it is typed: its title; when and where."""
    if "meeting-title" not in form.fields:
        return None
    hours = _hours(*(str(form[f"meeting-{name}"].value() or "") for name in ("start", "end")))
    place = form["meeting-place"].value() or ""
    return str(form["meeting-title"].value()), f"{_date(form['meeting-date'])} {hours} {place}"


def meeting_words(told: dict[str, Any] | None, subject: str | None) -> tuple[str, str]:
    """The meeting in two lines as it was read: its title; when and where. Both are empty without one."""
    if told is None:
        return "", ""
    hours = _hours(*((told[name] or "").replace(":", ".") for name in ("start", "end")))
    day = matching.day(told["date"])
    parts = (words.long_day(day) if day else "", hours, told["where"] or "", *told["channels"])
    return told.get("title") or subject or "", " ".join(str(part) for part in parts if part)


def _hours(start: str, end: str) -> Words:
    """From when to when, as far as it is known."""
    if start and end:
        return format_lazy(_("{start} – {end} น."), start=start, end=end)
    if start:
        return format_lazy(_("ตั้งแต่ {time} น. ไม่ระบุเวลาเลิก"), time=start)
    return format_lazy(_("ถึง {time} น. ไม่ระบุเวลาเริ่ม"), time=end) if end else _("ไม่ระบุเวลา")


def _finding(
    page: LetterPage, form: ConfirmForm, at: int, row: LetterFinding, marks: dict[int, list[Mark]]
) -> FindingRow:
    sign = letter_of(at)
    evidence = [*row.shown, "", ""]
    labels = SIDES.get(row.code, (_("พบ"), _("เทียบกับ")))
    mark = ""
    if row.document < len(page.documents):
        span = place_of(row, page.documents[row.document])
        if span is not None:
            key = Key(f"#f-{row.public_id}", sign, str(format_lazy(_("ดูข้อสังเกต {sign}"), sign=sign)))
            marks[row.document].append(Mark(span[0], span[1], key, doubt=True))
            mark = f"#m-{row.document}-{span[0]}"
    return FindingRow(
        key=sign,
        id=f"f-{row.public_id}",
        finding=row,
        left=evidence[0],
        right=evidence[1],
        left_label=labels[0],
        right_label=labels[1],
        choices=form[f"finding-{row.public_id}"],
        mark=mark,
    )


def _effects(page: LetterPage, duties: list[DutyRow], deadlines: list[DeadlineRow]) -> list[Words]:
    """What confirming does, each with its number."""
    enclosed = len(page.documents) - 1
    lines: list[Words] = [_("บันทึกหนังสือ 1 ฉบับ พร้อมสิ่งที่อ่านได้")]
    if enclosed:
        lines.append(format_lazy(_("เก็บอีก {n} ฉบับเป็นสิ่งที่ส่งมาด้วย"), n=enclosed))
    if page.round is not None:
        lines.append(format_lazy(_("เชื่อมกับ{round} ที่มีอยู่แล้ว"), round=page.round.name))
    kept = [row for row in duties if row.keep is not None and row.keep.value()]
    if page.as_issuer:
        reached = len(
            {
                pk
                for row in kept
                if row.proposal and row.proposal.resolved
                for pk in row.proposal.resolved.organisation_ids
            }
        )
        lines.append(
            format_lazy(
                _("สร้างหน้าที่ {n} เรื่อง ถึง {offices} หน่วยงาน และแจ้งให้ทราบทันที"), n=len(kept), offices=reached
            )
        )
        possible = [row for row in deadlines if row.proposal and not row.proposal.why_not]
        if possible and page.may_set_deadlines:
            lines.append(format_lazy(_("ตั้งกำหนดส่งภายในตามที่คุณเลือกข้างบน มี {n} กำหนดให้เลือก"), n=len(possible)))
        if page.meeting is not None:
            lines.append(_("สร้างกำหนดการประชุมชี้แจง และเชิญหน่วยงานที่มีหน้าที่"))
    else:
        lines.append(format_lazy(_("สร้างหน้าที่ {n} เรื่อง ให้หน่วยงานของคุณเท่านั้น"), n=len(kept)))
        if page.meeting is not None:
            lines.append(_("เก็บวันประชุมไว้ให้อ่านที่หน้าหนังสือ"))
    return lines


def _nevers(page: LetterPage) -> list[Words]:
    lines: list[Words] = [_("สร้างหรือแก้รอบการรับรองทั้งประเทศ ฝ่ายเลขานุการโครงการเท่านั้นที่ทำได้")]
    if page.as_issuer:
        lines.append(_("ส่งถึงหน่วยงานนอกสายบังคับบัญชาหรือนอกการกำกับดูแล"))
    else:
        lines.append(_("ส่งหน้าที่ให้หน่วยงานอื่น หรือตั้งกำหนดส่งภายใน ผู้ออกหนังสือเท่านั้นที่ทำได้"))
    return lines
