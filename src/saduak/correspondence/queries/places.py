"""The places of a template: what each is filled with, and what nobody has filled yet."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Final

from django.utils.translation import override

from saduak.correspondence.models import Draft, Letter, LetterTemplate
from saduak.correspondence.writing.placeholders import KNOWN, LAW, PLACES, Place, fill, names, unfilled
from saduak.foundation.access.registry import Words
from saduak.foundation.thai import calendar
from saduak.programme.models import Round
from saduak.programme.queries import stage_of

# These follow what the writer puts into a field of the page, so they stay in the text until it is printed.
FOLLOWING: Final = {
    "deadline": "duty-0-due",
    "meeting.title": "meeting-title",
    "meeting.day": "meeting-date",
    "meeting.time": "meeting-start",
    "meeting.place": "meeting-place",
    "recipient.name": "addressee",
    "round.year": "round",
    "round.name": "round",
    "round.opens": "round",
    "round.closes": "round",
}


def filled(row: Draft, texts: Mapping[str, str]) -> dict[str, str]:
    """Texts of a new letter with every place filled that is known; the others stay as {{place}}. At most one query."""
    known = values_of(row, (name for text in texts.values() for name in names(text)))
    # A round that is chosen stays, the rest may still change.
    fixed = {name: value for name, value in known.items() if FOLLOWING.get(name, "round") == "round"}
    return {name: fill(text, fixed) for name, text in texts.items()}


def values_of(row: Draft, wanted: Iterable[str]) -> dict[str, str]:
    """What is known of some places, by name. At most one query, for the days of the round."""
    asked = {name for name in wanted if not name.startswith(LAW)}
    if not asked:
        return {}
    with override("th"):
        known = _of_draft(row) | _of_meeting(row) | _of_parent(row)
        if row.round is not None and any(name.startswith("round.") for name in asked):
            known |= _of_round(row.round)
    return {name: known[name] for name in asked if known.get(name)}


def subject_of(row: Draft) -> str:
    """The subject for pages and lists: filled from the draft itself, the rest by what people call it. No query."""
    wanted = names(row.subject)
    if not wanted:
        return row.subject
    with override("th"):
        known = _of_meeting(row) | {"recipient.name": row.addressee, "deadline": _day(_deadline(row))}
    return subject_with(row.subject, known)


def subject_with(subject: str, known: Mapping[str, str]) -> str:
    """A subject with what is known; what is not, or still open, by what people call it."""
    return fill(subject, {name: known.get(name) or str(label_of(name)) for name in names(subject)})


def _day(text: str) -> str:
    return calendar.format_long(datetime.date.fromisoformat(text), weekday=False) if text else ""


def _of_draft(row: Draft) -> dict[str, str]:
    programme = row.programme
    return {
        "programme.name": programme.name_th,
        "programme.short_name": programme.short_name,
        "programme.website": programme.website,
        "programme.phone": programme.phone,
        "issuer.name": row.issuer.name_th,
        "office.name": row.office.name_th,
        "recipient.name": row.addressee,
        "deadline": _day(_deadline(row)),
    }


def _deadline(row: Draft) -> str:
    """The day by which the letter asks for something: of its first duty, as FOLLOWING leads there; else the one inside."""
    return next((one["due"] for one in (*row.duties, *row.deadlines) if one["due"]), "")


def late_deadline(row: Draft) -> tuple[datetime.date, datetime.date] | None:
    """The day that the text asks for and that of the meeting, when the text asks for something after the meeting."""
    due, meeting = _deadline(row), row.meeting.get("date") or ""
    asked = any("deadline" in names(text) for text in (row.subject, row.body, row.purpose))
    # Days are ISO: their texts are in order.
    if not (asked and meeting and due > meeting):
        return None
    return datetime.date.fromisoformat(due), datetime.date.fromisoformat(meeting)


def _of_meeting(row: Draft) -> dict[str, str]:
    told = row.meeting
    start, end = (told.get(part) or "" for part in ("start", "end"))
    time = ""
    if start and end:
        span = calendar.format_time_range(
            datetime.time.fromisoformat(start), datetime.time.fromisoformat(end)
        )
        # Letters write a hyphen where pages write a dash.
        time = span.replace("\N{EN DASH}", "-")
    return {
        "meeting.title": told.get("title", ""),
        "meeting.day": _day(told.get("date", "")),
        "meeting.time": time,
        "meeting.place": told.get("place", ""),
    }


def _of_parent(row: Draft) -> dict[str, str]:
    letter: Letter | None = row.forwards.letter if row.forwards is not None else row.corrects
    if letter is None:
        return {}
    return {
        "parent.number": letter.number,
        "parent.dated": calendar.format_long(letter.dated, weekday=False) if letter.dated else "",
        "parent.issuer": letter.issuer_text or str(letter.issuer or ""),
    }


def _of_round(round_: Round) -> dict[str, str]:
    stage = stage_of(round_)
    known = {"round.year": str(round_.fiscal_year), "round.name": round_.title}
    if stage is not None:
        first, last = calendar.bangkok_date(stage.starts_at), calendar.closing_day(stage.ends_at)
        known["round.opens"] = calendar.format_long(first, weekday=False)
        known["round.closes"] = calendar.format_long(last, weekday=False)
    return known


def still_open(text: str) -> list[str]:
    """What nobody has filled: places by their name, everything else as it stands."""
    return [name for name in unfilled(text) if not name.startswith(LAW)]


def label_of(name: str) -> Words:
    """What people call a place; anything else as it stands."""
    return KNOWN[name].label_th if name in KNOWN else name


def asked_by(row: LetterTemplate) -> list[Place]:
    """The places of a template, in their order; those of laws are cited by themselves."""
    return [KNOWN[name] for name in names(f"{row.subject}\n{row.body}\n{row.purpose}") if name in KNOWN]


def catalogue() -> tuple[Place, ...]:
    """Every place that templates may have."""
    return PLACES
