"""The whole application on paper, its one-page summary, and its texts for a word processor: plain data from what was read.

Papers are in Thai whoever prints them: the templates are, and texts are told under that language.
"""

import io
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from PIL import Image

from saduak.applications import numbers, word
from saduak.applications.models import Answer, Application, Evidence, EvidenceUse, ReadinessEntry
from saduak.applications.queries.overview import TaskList
from saduak.applications.queries.standing import TaskPart, TaskRow
from saduak.applications.word.fields import clean
from saduak.foundation import clock, files, pdf
from saduak.foundation.access import Refused
from saduak.foundation.thai import calendar
from saduak.programme.levels import plain
from saduak.programme.models import Criterion
from saduak.programme.queries import contents

TEMPLATES = Path(__file__).parent / "typst"
# More pictures than this are drawn by a job; more than that are named, not shown.
AT_ONCE: Final = 8
MOST_PICTURES: Final = 80
_SIDE: Final = 900
_QUALITY: Final = 70
_STEPS: Final = 6
_LINE: Final = 240
_MOST_TOLD: Final = 2

Uses = Mapping[int, Sequence[EvidenceUse]]


def pictures_of(uses: Uses) -> list[Evidence]:
    """The photos that are printed, each once, in no order."""
    found = {use.evidence_id: use.evidence for rows in uses.values() for use in rows if _is_picture(use)}
    return list(found.values())


def _is_picture(use: EvidenceUse) -> bool:
    evidence = use.evidence
    return evidence is not None and evidence.file is not None and evidence.file.reencoded


# --- The whole application ---------------------------------------------------------------------------------------------


def whole_pdf(tasks: TaskList, uses: Uses, told: Sequence[ReadinessEntry] = ()) -> bytes:
    """Every criterion with what was claimed, told and attached, and the photos, made smaller.

    Before them stands what was `told` of the centre's readiness, as far as who asks reads it.
    """
    with translation.override("th"), tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        shutil.copy(TEMPLATES / "whole.typ", place)
        return pdf.render(place / "whole.typ", _whole(tasks, uses, _Album(place), told))


class _Album:
    """The pictures of a paper: each is drawn once, beside the template, and named where it comes again."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.shown: dict[int, str] = {}

    def file_of(self, evidence: Evidence, number: str) -> tuple[str, str]:
        """The file to show, or the number of the criterion where it is shown already; both empty for none."""
        if evidence.pk in self.shown:
            return "", self.shown[evidence.pk]
        if len(self.shown) == MOST_PICTURES:
            return "", ""
        drawn = _smaller(evidence)
        if drawn is None:
            return "", ""
        name = f"{len(self.shown)}.jpg"
        (self.place / name).write_bytes(drawn)
        self.shown[evidence.pk] = number
        return name, ""


def _smaller(evidence: Evidence) -> bytes | None:
    """A photo as large as paper needs; None when the store does not have it any more."""
    stored: Any = evidence.file
    try:
        with files.open(stored) as content, Image.open(content) as picture:
            picture.draft("RGB", (_SIDE, _SIDE))
            small = picture.convert("RGB")
    except (OSError, Refused):
        return None
    small.thumbnail((_SIDE, _SIDE))
    out = io.BytesIO()
    small.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def _whole(tasks: TaskList, uses: Uses, album: _Album, told: Sequence[ReadinessEntry] = ()) -> dict[str, Any]:
    application, estimate = tasks.application, tasks.estimate
    signed = tasks.sign_off
    return _head(application) | {
        "state": str(application.get_state_display()),
        "gates": [estimate.gates_met, estimate.gates_total],
        "points": [plain(estimate.claim), plain(estimate.have), plain(estimate.maximum)],
        "official": estimate.official,
        "signed": ""
        if signed is None
        else f"{signed.signer_position or signed.signer_name} {calendar.format_short(calendar.bangkok_date(signed.signed_at))}",
        "readiness": [_ready(entry) for entry in told],
        "parts": [
            {
                "title": part.title,
                "groups": [
                    {"title": group.title, "items": [_item(tasks, row, uses, album) for row in group.rows]}
                    for group in part.groups
                ],
            }
            for part in tasks.parts
        ],
    }


def _ready(entry: ReadinessEntry) -> list[str]:
    said = _("พร้อม") if entry.ready else _("ยังไม่พร้อม")
    when = _("ประเมินเมื่อ %(day)s หัวหน้าของหน่วยงานที่ประเมินยืนยันแล้ว") % {
        "day": calendar.format_short(entry.assessed_on)
    }
    return [f"{entry.list.assessor.name_th}: {said}", clean(entry.reasons), when]


def _ready_line(entry: ReadinessEntry) -> str:
    said, reasons, when = _ready(entry)
    return " ".join(part for part in (said, reasons, when) if part)


def _head(application: Application) -> dict[str, Any]:
    centre = application.centre
    return {
        "programme": application.round.programme.name_th,
        "round": application.round.title,
        "kind": str(application.get_kind_display()),
        "centre": centre.name_th,
        "organisation": centre.organisation.name_th,
        "printed": calendar.format_datetime(clock.now()),
    }


def _item(tasks: TaskList, row: TaskRow, uses: Uses, album: _Album) -> dict[str, Any]:
    answer = _answer_of(tasks, row)
    criterion = _criterion_of(tasks, answer)
    evidence = [_proof(use, row.number, album) for use in uses.get(answer.pk, ())]
    return {
        "number": row.number,
        "title": str(row.title),
        "claim": _claimed(row),
        "numbers": [[told.label, told.value] for told in numbers.told(criterion, answer.numbers)],
        "paragraphs": [clean(line) for line in answer.narrative.split("\n") if line.strip()],
        "documents": [proof["words"] for proof in evidence if not proof["file"]],
        "pictures": [proof for proof in evidence if proof["file"]],
    }


def _answer_of(tasks: TaskList, row: TaskRow) -> Answer:
    return next(answer for answer in tasks.answers if answer.public_id == row.answer_id)


def _criterion_of(tasks: TaskList, answer: Answer) -> Criterion:
    return contents(tasks.application.round.criteria_set).by_id[answer.criterion_id]


def _claimed(row: TaskRow) -> str:
    """What is claimed, in a few words."""
    if row.claim == "met":
        if row.is_gate:
            return _("มีครบ")
        return _("ขอ %(points)s จาก %(all)s คะแนน") % {
            "points": plain(row.points),
            "all": plain(row.points_max),
        }
    return _("ยังไม่มีหรือมีไม่ครบ") if row.claim else _("ยังไม่ตอบ")


def _proof(use: EvidenceUse, number: str, album: _Album) -> dict[str, str]:
    evidence = use.evidence
    day = f" ({calendar.format_short(evidence.taken_on)})" if evidence.taken_on else ""
    file, before = album.file_of(evidence, number) if _is_picture(use) else ("", "")
    again = _(" (รูปอยู่ที่ข้อ %(number)s)") % {"number": before} if before else ""
    return {"words": clean(f"{evidence.caption}{day}{again}"), "file": file}


# --- One page for the monthly meeting ----------------------------------------------------------------------------------


def summary_pdf(tasks: TaskList, told: Sequence[ReadinessEntry] = ()) -> bytes:
    """Where the application stands, by when, what is to be done next, and what was `told` of its readiness: one page."""
    with translation.override("th"):
        return pdf.render(TEMPLATES / "summary.typ", _summary(tasks, told))


def _summary(tasks: TaskList, told: Sequence[ReadinessEntry] = ()) -> dict[str, Any]:
    application, estimate, found = tasks.application, tasks.estimate, tasks.findings
    return _head(application) | {
        "state": str(application.get_state_display()),
        "gates": [estimate.gates_met, estimate.gates_total],
        "have": plain(estimate.have),
        "claim": plain(estimate.claim),
        "maximum": plain(estimate.maximum),
        "official": estimate.official,
        "level": estimate.level_name,
        "sentences": [str(words) for words in estimate.why[:3]],
        "parts": [_share(part) for part in tasks.parts],
        "dues": [
            [str(due.what), calendar.format_short(calendar.closing_day(due.due_at)), _left(due.due_at)]
            for due in tasks.deadlines
            if not due.met
        ][:3],
        "findings": [len(found.blocking), len(found.should), len(found.hints)],
        "steps": _next(tasks),
        "review": _review(tasks),
        # Reasons may be long, and this is one page.
        "readiness": [Truncator(words).chars(_LINE) for words in map(_ready_line, told[:_MOST_TOLD])],
    }


def _share(part: TaskPart) -> list[str]:
    done = sum(group.done for group in part.groups)
    have = sum((group.points_have for group in part.groups), Decimal(0))
    most = sum((group.points_max for group in part.groups), Decimal(0))
    points = (
        "" if part.kind == "gate" else _("%(have)s จาก %(all)s") % {"have": plain(have), "all": plain(most)}
    )
    return [part.title, _("%(done)s จาก %(all)s") % {"done": done, "all": len(part.rows)}, points]


def _left(due_at: Any) -> str:
    days = calendar.days_left(due_at, clock.now())
    return (
        _("เหลือ %(days)s วัน") % {"days": days} if days >= 0 else _("เลยมาแล้ว %(days)s วัน") % {"days": -days}
    )


def _next(tasks: TaskList) -> list[list[str]]:
    """The open gates as one line, then the cheapest way up: no level is named while a gate is open."""
    way = tasks.estimate.way
    rows = []
    if way.gates:
        numbers_ = ", ".join(way.gates)
        rows.append([_("ทำเกณฑ์ที่ต้องผ่านให้ครบ ข้อ %(numbers)s") % {"numbers": numbers_}, ""])
    rows += [
        [f"{step.number} {step.title}", _("+%(points)s คะแนน") % {"points": plain(step.points)}]
        for step in way.steps
    ]
    return rows[:_STEPS]


def _review(tasks: TaskList) -> str:
    review = tasks.review
    if review is None:
        return _("ยังไม่ได้ขอตรวจทาน")
    return f"{review.organisation.name_th} {review.get_state_display()}"


# --- For a word processor ----------------------------------------------------------------------------------------------


def book_of(tasks: TaskList, uses: Uses, told: Sequence[ReadinessEntry] = ()) -> word.Book:
    """An application's texts, ready to be written into a Word file; above them what was `told` of its readiness."""
    application = tasks.application
    return word.Book(
        application_id=application.public_id,
        title=_("ใบสมัคร %(round)s") % {"round": application.round.name},
        centre=application.centre.name_th,
        facts=(
            application.centre.organisation.name_th,
            *(_("ความพร้อม %(said)s") % {"said": _ready_line(entry)} for entry in told),
            _("ดาวน์โหลดเมื่อ %(moment)s") % {"moment": calendar.format_datetime(clock.now())},
        ),
        headings=tuple(_headings(tasks, uses)),
    )


def _headings(tasks: TaskList, uses: Uses) -> Iterator[word.Heading]:
    for part in tasks.parts:
        yield word.Heading(str(part.title), 1)
        for group in part.groups:
            sections = tuple(_section(tasks, row, uses) for row in group.rows)
            yield word.Heading(str(group.title or part.title), 2, sections)


def _section(tasks: TaskList, row: TaskRow, uses: Uses) -> word.Section:
    answer = _answer_of(tasks, row)
    criterion = _criterion_of(tasks, answer)
    return word.Section(
        key=row.key,
        number=row.number,
        title=str(row.title),
        asks=criterion.question,
        looked_for=criterion.looked_for or criterion.guidance,
        claim=_("คำตอบในระบบ: %(claim)s") % {"claim": _claimed(row)},
        version=answer.version,
        text=answer.narrative,
        evidence=tuple(use.evidence.caption for use in uses.get(answer.pk, ())),
    )
