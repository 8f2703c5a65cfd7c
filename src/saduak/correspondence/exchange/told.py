"""A manifest as the reader would have written it, laid over what the reader found in the letter's own text."""

import dataclasses
import datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override, pgettext

from saduak.correspondence.exchange.bundle import Head
from saduak.correspondence.reading import (
    Deadline,
    Document,
    Duty,
    Finding,
    Meeting,
    Part,
    Reading,
    Reference,
    Slot,
)
from saduak.foundation.thai import calendar
from saduak.foundation.thai.numerals import to_arabic_digits

MANIFEST_DIFFERS: Final = "manifest-differs"
_DIFFERS: Final = gettext_noop("ที่หรือวันที่ในตัวหนังสือไม่ตรงกับข้อมูลที่ส่งมาด้วยกัน ดูตัวหนังสือแล้วใช้ตามนั้น")
_KINDS: Final = {"external", "memo", "stamped", "order", "announcement", "agenda"}


def reading_of(head: Head, main: Reading | None, name: str) -> Reading:
    """What a bundle says, to be compared and confirmed by a person.

    Args:
        head: the manifest; where it says something, it goes before what was read.
        main: what was read of the letter's file; None when nothing could be.
        name: the file's name.
    """
    # What is kept is Thai, whatever language the person reads who brings it in.
    with override("th"):
        if main is None:
            text = _text(head)
            main = Reading(name, text, [Document("other", spans={"document": (0, len(text))})], [])
        read = main.documents[0]
        first = _first(head, read)
        documents, text = [first, *main.documents[1:]], main.text
        agenda = _agenda(head, len(text))
        if agenda is not None:
            text += agenda[1]
            documents.append(agenda[0])
        return Reading(name, text, documents, [*main.findings, *_differences(head, read)])


def _first(head: Head, read: Document) -> Document:
    found = dataclasses.replace(
        read,
        kind=head.kind if head.kind in _KINDS else "other",
        urgency=_urgency(head) or None,
        secrecy=_higher(_secrecy(head), read.secrecy or "") or None,
        number=head.number or read.number,
        is_circular=head.is_circular,
        date=datetime.date.fromisoformat(head.dated),
        issuer=head.issuer,
        owner_unit=head.owner_unit or read.owner_unit,
        subject=head.subject,
        recipients=[head.recipient] if head.recipient else read.recipients,
        references=[Reference(line, None) for line in head.references] or read.references,
        deadlines=[Deadline(_day(row["due"]), row["what"]) for row in head.deadlines if row["due"]]
        or read.deadlines,
        meetings=_meetings(head) or read.meetings,
        agenda=_slots(head) or read.agenda,
        actions=[*(_duties(head) or read.actions), *_asked(head)],
    )
    # A mark in the text stays where the text and the manifest say the same.
    found.spans = {
        place: span
        for place, span in read.spans.items()
        if getattr(found, place.partition(".")[0], None) == getattr(read, place.partition(".")[0], None)
    }
    return found


def _urgency(head: Head) -> str:
    words = {"urgent": _("ด่วน"), "very_urgent": _("ด่วนมาก"), "most_urgent": _("ด่วนที่สุด")}
    return words.get(head.urgency, "")


def _secrecy(head: Head) -> str:
    return {"secret": _("ลับ"), "very_secret": _("ลับมาก")}.get(head.secrecy, "")


def _higher(one: str, other: str) -> str:
    """The higher class of two as they are printed: a manifest makes no letter less secret than its own paper."""
    order = ["", _("ลับ"), _("ลับมาก")]
    return max((row for row in (one, other) if row in order), key=order.index)


def _duties(head: Head) -> list[Duty]:
    return [
        Duty(
            row["who"] or head.recipient or None,
            row["what"],
            _day(row["due"]) if row["due"] else None,
            row["force"],
        )
        for row in head.duties
    ]


def _asked(head: Head) -> list[Duty]:
    """What the sending itself asks, as duties: so that whoever confirms sees the days, and the office gets them as to-dos."""
    wanted = (
        (head.acknowledge_by, _("ตอบรับทราบหนังสือฉบับนี้")),
        (head.forward_by, _("แจ้งหนังสือฉบับนี้ต่อ")),
    )
    return [Duty(head.recipient or None, words, _day(day), "request") for day, words in wanted if day]


def _meetings(head: Head) -> list[Meeting]:
    told = head.meeting
    if not told:
        return []
    day = _day(told["date"])
    return [
        Meeting(
            day, told["start"] or None, told["end"] or None, told["place"] or None, list(told["channels"])
        )
    ]


def _slots(head: Head) -> list[Slot]:
    return [
        Slot(
            row["start"],
            row["end"],
            row["what"],
            [Part(part["what"], part["speaker"]) for part in row["parts"]],
        )
        for row in head.meeting.get("items", [])
    ]


def _agenda(head: Head, at: int) -> tuple[Document, str] | None:
    """A meeting that has a name of its own, as the enclosed agenda from which a reader would have it; and its text."""
    title = head.meeting.get("title", "")
    if not title or title == head.subject:
        return None
    slots = _slots(head)
    lines = [f"{row.start or ''} {row.what}".strip() for row in slots]
    text = "\n\n" + "\n".join([title, *lines])
    spans = {"document": (at + 2, at + len(text))}
    return Document("agenda", subject=title, meetings=_meetings(head), agenda=slots, spans=spans), text


def _differences(head: Head, read: Document) -> list[Finding]:
    """Number and date where the paper says something else than the manifest: somebody may have changed one of them."""
    pairs = (
        (head.number, read.number or ""),
        (head.dated, read.date.isoformat() if read.date else ""),
    )
    return [
        Finding(MANIFEST_DIFFERS, "warning", 0, _DIFFERS, [told, printed])
        for told, printed in pairs
        if told and printed and _plain(told) != _plain(printed)
    ]


def _plain(text: str) -> str:
    return "".join(to_arabic_digits(text).split())


def _text(head: Head) -> str:
    """The manifest in the order and words of a letter, for whoever compares it with a file that cannot be read."""
    lines = [
        (_("ที่"), head.number),
        ("", head.issuer),
        (_("วันที่"), calendar.format_long(_day(head.dated), weekday=False)),
        (pgettext("letter", "เรื่อง"), head.subject),
        (_("เรียน"), head.recipient),
        *((_("อ้างถึง"), line) for line in head.references),
    ]
    told = [f"{label} {value}".strip() for label, value in lines if value]
    return "\n\n".join(told + [row["what"] for row in head.duties])


def _day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)
