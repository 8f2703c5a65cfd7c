"""Days that cannot follow each other: stamps before the letter or before the stamp above, deadlines after the parent's."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations

from django.utils.translation import gettext_noop as _

from saduak.correspondence.clerk.citing import parents, same_number, same_series
from saduak.correspondence.clerk.codes import DEADLINE_LATER, RECEIPT_BEFORE_LETTER, RECEIPT_ORDER
from saduak.correspondence.clerk.model import Document, Doubt, Due, Knowledge, Known, Stamp
from saduak.correspondence.clerk.words import number_key, shown, shown_stamp
from saduak.foundation.thai import calendar

_MOST_STAMPS = 12


def receipts(documents: Sequence[Document], knowledge: Knowledge) -> list[Doubt]:
    """Stamps that say that a letter was there before it was written, or below before above."""
    found: list[Doubt] = []
    for document in documents:
        found += _before_letter(document, knowledge.known)
        found += _below_before_above(document)
        found += _passed_on_before(document, documents)
    return found


def _before_letter(document: Document, known: Sequence[Known]) -> Iterator[Doubt]:
    """Against the date of the same letter as the office has it; against the printed date the reader looks."""
    twin = next((row for row in known if row.day and _same(document, row)), None)
    if twin is None or twin.day is None:
        return
    for stamp in document.stamps:
        seen_by_reader = document.day is not None and stamp.day < document.day
        if stamp.day < twin.day and not seen_by_reader:
            yield Doubt(
                code=RECEIPT_BEFORE_LETTER,
                document=document.index,
                text=_("วันรับในตรามาก่อนวันที่ของหนังสือฉบับที่หน่วยงานมีอยู่"),
                here=_stamp(stamp),
                there=shown(twin.number, twin.day),
                about=(number_key(document.number), twin.day, stamp.name, stamp.number, stamp.day),
                place=stamp.place,
                related=twin.pk,
            )


def _same(document: Document, known: Known) -> bool:
    return bool(document.number) and (
        same_number(document.number, document.office, known) and same_series(document.day, known.day)
    )


def _below_before_above(document: Document) -> Iterator[Doubt]:
    """An office got the letter before the one that commands it and stamped the same paper."""
    for above, below in permutations(document.stamps[:_MOST_STAMPS], 2):
        if above.office is None or below.office is None or above.office.pk not in below.office.above:
            continue
        if below.day < above.day or (below.day == above.day and "" < below.time < above.time):
            yield _order(
                document, below, above, _("ตรารับของหน่วยงานถัดลงมา มีวันหรือเวลาก่อนตรารับของหน่วยงานที่อยู่เหนือขึ้นไป")
            )


def _order(document: Document, stamp: Stamp, above: Stamp, text: str) -> Doubt:
    return Doubt(
        code=RECEIPT_ORDER,
        document=document.index,
        text=text,
        here=_stamp(stamp),
        there=_stamp(above),
        about=(
            number_key(document.number),
            *(part for row in (stamp, above) for part in (row.name, row.number, row.day, row.time)),
        ),
        place=stamp.place,
    )


def _passed_on_before(document: Document, documents: Sequence[Document]) -> Iterator[Doubt]:
    """An office wrote the letter that passes this one on before it stamped this one as received."""
    for other in documents:
        cites = any(number_key(cited.number) == number_key(document.number) for cited in other.cited)
        if not document.number or not cites or other.day is None or other.office is None:
            continue
        for stamp in document.stamps:
            if stamp.office is None or stamp.day <= other.day:
                continue
            if other.office.pk in stamp.office.same or stamp.office.pk in other.office.same:
                yield Doubt(
                    code=RECEIPT_ORDER,
                    document=document.index,
                    text=_("หน่วยงานแจ้งต่อก่อนวันที่ในตรารับของตนเอง"),
                    here=_stamp(stamp),
                    there=shown(other.number, other.day),
                    about=(
                        number_key(document.number),
                        stamp.name,
                        stamp.number,
                        stamp.day,
                        number_key(other.number),
                        other.day,
                    ),
                    place=stamp.place,
                )


def _stamp(stamp: Stamp) -> str:
    return shown_stamp(stamp.name, stamp.number, stamp.day)


# --- Deadlines --------------------------------------------------------------------------------------------------------


def deadlines(documents: Sequence[Document], knowledge: Knowledge) -> list[Doubt]:
    """Dates of the letter itself that are later than all dates of a letter it passes on, or than those set above it."""
    first = documents[0]
    due = max(first.dues, key=lambda row: row.day, default=None)
    if due is None:
        return []
    found = [
        *_later_than_enclosed(first, due, documents),
        *_later_than_known(first, due, documents, knowledge),
    ]
    return found or list(_later_than_limit(first, knowledge))


def _later_than_enclosed(first: Document, due: Due, documents: Sequence[Document]) -> Iterator[Doubt]:
    cited = {number_key(row.number) for row in first.cited}
    for row in documents[1:]:
        if row.number and number_key(row.number) in cited and row.last_day and row.last_day < due.day:
            yield _later(
                first, due, shown(row.number, row.day), calendar.format_short(row.last_day), related=None
            )


def _later_than_known(
    first: Document, due: Due, documents: Sequence[Document], knowledge: Knowledge
) -> Iterator[Doubt]:
    enclosed = {number_key(row.number) for row in documents[1:]}
    cited: Mapping[int, Known] = {row.pk: row for row in parents(documents[:1], knowledge.known).values()}
    for pk, row in cited.items():
        last = knowledge.last_days.get(pk)
        if last is not None and last < due.day and number_key(row.number) not in enclosed:
            yield _later(first, due, shown(row.number, row.day), calendar.format_short(last), related=pk)


def _later(first: Document, due: Due, parent: str, last: str, *, related: int | None) -> Doubt:
    return Doubt(
        code=DEADLINE_LATER,
        document=first.index,
        text=_("วันครบกำหนดช้ากว่าวันสุดท้ายในหนังสือที่แจ้งต่อมา"),
        here=_due(due),
        there=_("{letter} วันสุดท้าย {day}").format(letter=parent, day=last),
        about=(number_key(first.number) or first.subject, due.day, parent, last),
        place=due.place,
        related=related,
    )


def _later_than_limit(first: Document, knowledge: Knowledge) -> Iterator[Doubt]:
    limit = knowledge.limit
    dues = [row for row in first.dues if row.applies]
    due = max(dues, key=lambda row: row.day, default=None)
    if limit is None or due is None or due.day <= limit.day:
        return
    if first.windows_end is not None and first.windows_end < due.day:
        return  # the reader says so, of the letter's own window
    day = calendar.format_short(limit.day)
    if limit.owner:
        text = _("วันครบกำหนดช้ากว่ากำหนดของหน่วยงานที่อยู่เหนือขึ้นไป")
        there = _("{office} กำหนดให้ยื่นภายใน {day}").format(office=limit.owner, day=day)
    else:
        text, there = _("วันครบกำหนดอยู่หลังวันปิดรับสมัครของรอบ"), _("ปิดรับสมัคร {day}").format(day=day)
    yield Doubt(
        code=DEADLINE_LATER,
        document=first.index,
        text=text,
        here=_due(due),
        there=there,
        about=(number_key(first.number) or first.subject, due.day, limit.about, limit.day),
        place=due.place,
    )


def _due(due: Due) -> str:
    return f"{due.what} {calendar.format_short(due.day)}".strip()
