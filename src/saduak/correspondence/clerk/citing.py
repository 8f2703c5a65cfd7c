"""Letters that a document cites, beside the letters that the office has."""

import datetime
from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext_noop as _

from saduak.correspondence.clerk.codes import CITES_DIFFERENTLY
from saduak.correspondence.clerk.model import Cited, Document, Doubt, Knowledge, Known, Office
from saduak.correspondence.clerk.words import near, number_key, shown, stem

# How many days a cited date may be off, so that another letter of the same office may be the one that is meant.
NEAR_DAYS: Final = 7
_TEXTS: Final = {
    (True, False): _("เลขที่ของหนังสือที่อ้างถึงไม่ตรงกับฉบับที่หน่วยงานมีอยู่"),
    (False, True): _("วันที่ของหนังสือที่อ้างถึงไม่ตรงกับฉบับที่หน่วยงานมีอยู่"),
    (True, True): _("เลขที่และวันที่ของหนังสือที่อ้างถึงไม่ตรงกับฉบับที่หน่วยงานมีอยู่"),
}


def of_office(office: Office | None, known: Known) -> bool:
    """Whether a known letter is one of an office, or of one in whose name it writes."""
    return office is not None and known.issuer_id in office.same


def same_number(number: str, office: Office | None, known: Known) -> bool:
    """Whether a known letter bears a number: a whole one tells its office; a short one ("ว 10") needs it told."""
    return number_key(number) == number_key(known.number) and (bool(stem(number)) or of_office(office, known))


def same_series(day: datetime.date | None, other: datetime.date | None) -> bool:
    """Whether two days lie in one calendar year, in which each number is given once; or so near that one is misread."""
    if day is None or other is None:
        return True
    return day.year == other.year or abs((day - other).days) <= NEAR_DAYS


def parents(documents: Sequence[Document], known: Sequence[Known]) -> dict[tuple[int, str], Known]:
    """The known letters that the documents cite, by (document, place): the number agrees, and the date where it is told."""
    return {
        (document.index, cited.place): row
        for document in documents
        for cited in document.cited
        for row in known
        if same_number(cited.number, cited.office, row) and _agrees(cited.day, row.day)
    }


def differences(documents: Sequence[Document], knowledge: Knowledge) -> list[Doubt]:
    """Citations of which the office has the letter under another number or date. Never decided here which is right."""
    found: list[Doubt] = []
    agreed = parents(documents, knowledge.known)
    cited_keys = {number_key(cited.number) for document in documents for cited in document.cited}
    for document in documents:
        for cited in document.cited:
            if (
                (document.index, cited.place) in agreed
                or _enclosed(cited, document, documents)
                or knowledge.reader_said("reference-mismatch", document.index, cited.number)
            ):
                continue
            other = _other_date(cited, knowledge.known) or _other_number(
                cited, document, knowledge.known, cited_keys
            )
            if other is not None:
                found.append(_doubt(document, cited, other))
    return found


def _agrees(day: datetime.date | None, other: datetime.date | None) -> bool:
    return day is None or other is None or day == other


def _enclosed(cited: Cited, document: Document, documents: Sequence[Document]) -> bool:
    """Whether the cited letter lies in the same file as it is cited."""
    return any(
        number_key(row.number) == number_key(cited.number) and _agrees(cited.day, row.day)
        for row in documents
        if row.index != document.index and row.number
    )


def _other_date(cited: Cited, known: Sequence[Known]) -> Known | None:
    rows = [
        row
        for row in known
        if same_number(cited.number, cited.office, row) and same_series(cited.day, row.day)
    ]
    return min(rows, key=lambda row: _apart(cited.day, row.day), default=None)


def _other_number(
    cited: Cited, document: Document, known: Sequence[Known], cited_keys: set[str]
) -> Known | None:
    """Another letter of the cited office, of about that day and nearly this subject, that is not cited itself."""
    if cited.day is None:
        return None
    rows = [
        row
        for row in known
        if row.number
        and row.day is not None
        and _apart(cited.day, row.day) <= NEAR_DAYS
        and number_key(row.number) not in cited_keys
        and (of_office(cited.office, row) or stem(cited.number) == stem(row.number) != "")
        and near(document.subject, row.subject)
    ]
    return min(
        rows, key=lambda row: (_apart(cited.day, row.day), -_common(cited.number, row.number)), default=None
    )


def _apart(day: datetime.date | None, other: datetime.date | None) -> int:
    return abs((day - other).days) if day and other else 0


def _common(one: str, other: str) -> int:
    """How many signs two numbers share at the same places."""
    return sum(a == b for a, b in zip(number_key(one), number_key(other), strict=False))


def _doubt(document: Document, cited: Cited, other: Known) -> Doubt:
    number = number_key(cited.number) != number_key(other.number)
    date = not _agrees(cited.day, other.day)
    return Doubt(
        code=CITES_DIFFERENTLY,
        document=document.index,
        text=_TEXTS[number, date],
        here=shown(cited.number, cited.day),
        there=shown(other.number, other.day),
        about=(number_key(cited.number), cited.day, number_key(other.number), other.day),
        place=cited.place,
        related=other.pk,
    )
