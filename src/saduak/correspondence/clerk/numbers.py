"""The number and the issuer of a letter: does the code fit, was the number used, is the letter here, who is it."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_noop as _

from saduak.correspondence.clerk.citing import of_office, same_number, same_series
from saduak.correspondence.clerk.codes import (
    ALREADY_HERE,
    BEFORE_REGISTER,
    CODE_NOT_OF_ISSUER,
    ISSUER_UNKNOWN,
    NUMBER_REUSED,
)
from saduak.correspondence.clerk.model import Document, Doubt, Knowledge, Known
from saduak.correspondence.clerk.words import code_of, near, number_key, shown
from saduak.foundation.thai import calendar


def numbers(documents: Sequence[Document], knowledge: Knowledge) -> list[Doubt]:
    """What is in doubt about each document's number, and about the first one's issuer."""
    first = documents[0]
    twin = _twin(first, knowledge.known)
    found = [] if twin is None else [_already_here(first, twin)]
    found += _before_register(first, knowledge)
    for document in documents:
        found += _code(document, knowledge)
        found += _reused(document, knowledge.known)
    if first.issuer and first.office is None:
        found.append(_unknown(first))
    return found


def _unknown(first: Document) -> Doubt:
    return Doubt(
        code=ISSUER_UNKNOWN,
        document=first.index,
        text=_("ไม่พบชื่อผู้ออกหนังสือในทะเบียนหน่วยงาน"),
        here=first.issuer,
        there="",
        about=(first.issuer,),
        severity="info",
        place="issuer",
    )


def _before_register(first: Document, knowledge: Knowledge) -> Iterator[Doubt]:
    """A letter of the holder's own from before its register was opened: no line of that register vouches for it."""
    if knowledge.opened is None or first.day is None or first.day >= knowledge.opened:
        return
    yield Doubt(
        code=BEFORE_REGISTER,
        document=first.index,
        text=_("หนังสือลงวันที่ก่อนเริ่มใช้ทะเบียนหนังสือส่งในระบบ ระบบจึงตรวจเลขให้ไม่ได้ ดูจากทะเบียนเดิมของหน่วยงาน"),
        here=shown(first.number, first.day),
        there=calendar.format_short(knowledge.opened),
        about=(number_key(first.number), first.day),
        place="date",
    )


def _code(document: Document, knowledge: Knowledge) -> Iterator[Doubt]:
    """The letters before the number against those of the issuer. The reader knows provinces by their names."""
    code, office = code_of(document.number), document.office
    if not code or office is None or not office.codes or code in office.codes:
        return
    if knowledge.reader_said("agency-code-mismatch", document.index):
        return
    yield Doubt(
        code=CODE_NOT_OF_ISSUER,
        document=document.index,
        text=_("รหัสหน่วยงานในที่ของหนังสือไม่ใช่รหัสของผู้ออกหนังสือ"),
        here=document.number,
        there=f"{' '.join(sorted(office.codes))} {office.name}",
        about=(office.pk, code),
        place="number",
    )


def _twin(first: Document, known: Sequence[Known]) -> Known | None:
    """The same letter, here before: the same file, or the same number and date with about the same subject."""
    return next((row for row in known if row.same_file or _is_same(first, row)), None)


def _is_same(document: Document, known: Known) -> bool:
    return _numbered(document, known) and document.day == known.day and _about_same(document, known)


def _numbered(document: Document, known: Known) -> bool:
    """Whether both are one office's letters under one number; a misread code could give two offices the same one."""
    if not (document.number and document.day and known.day):
        return False
    told = document.office is not None and known.issuer_id is not None
    return same_number(document.number, document.office, known) and (
        not told or of_office(document.office, known)
    )


def _about_same(document: Document, known: Known) -> bool:
    """Whether the subjects do not contradict each other: one that is not known says nothing."""
    return not document.subject or not known.subject or near(document.subject, known.subject)


def _already_here(first: Document, twin: Known) -> Doubt:
    return Doubt(
        code=ALREADY_HERE,
        document=first.index,
        text=_("หนังสือฉบับนี้เข้ามาก่อนแล้ว"),
        here=shown(first.number, first.day),
        there=shown(twin.number, twin.day),
        about=(number_key(first.number) or first.subject, first.day),
        severity="info",
        place="number",
        related=twin.pk,
    )


def _reused(document: Document, known: Sequence[Known]) -> Iterator[Doubt]:
    """Another letter of the same office and year under the same number."""
    rows = [
        row
        for row in known
        if not row.same_file
        and _numbered(document, row)
        and same_series(document.day, row.day)
        and not _is_same(document, row)
    ]
    if not rows or any(_is_same(document, row) for row in known):
        return
    other = rows[0]
    subject = "" if _about_same(document, other) else f" {other.subject}"
    own = "" if _about_same(document, other) else f" {document.subject}"
    yield Doubt(
        code=NUMBER_REUSED,
        document=document.index,
        text=_("เลขเดียวกันของหน่วยงานเดียวกันในปีเดียวกัน ใช้กับหนังสืออีกฉบับแล้ว"),
        here=shown(document.number, document.day) + own,
        there=shown(other.number, other.day) + subject,
        about=(number_key(document.number), document.day, document.subject, other.day, other.subject),
        place="number",
        related=other.pk,
    )
