"""What the pages of writing share: who asks, finding rows, errors that keep what was typed."""

import datetime
import re
import uuid
from typing import Any, Final, TypeVar

from django.http import Http404, HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from saduak.correspondence.models import Draft, Force
from saduak.correspondence.queries.documents import document_of
from saduak.correspondence.queries.drafts import draft as find_draft
from saduak.correspondence.queries.places import label_of
from saduak.correspondence.queries.recipients import reached
from saduak.correspondence.web.shared import actor_of
from saduak.correspondence.writing import LetterDocument
from saduak.correspondence.writing.printed import as_printed, dated, number_is_open, words
from saduak.foundation.access import Refused
from saduak.foundation.thai.calendar import format_time_range
from saduak.foundation.thai.numerals import to_thai_digits
from saduak.organisations.recipients import GROUPS, Audience
from saduak.programme.models import InternalDeadline

Row = TypeVar("Row")

_OPEN: Final = re.compile(r"(\{\{[^{}]*\}\}|\.{4,}|…{2,}|_{4,})")
NAMES_SHOWN: Final = 20
# Of each state: the tag's look.
LOOKS: Final = {
    "writing": "work",
    "circulating": "wait",
    "out": "wait",
    "signed": "due",
    "issued": "sent",
    "cancelled": "off",
}


def found(row: Row | None) -> Row:
    """The row, or the page that says it is not here.

    Raises:
        Http404: there is none for this reader.
    """
    if row is None:
        raise Http404
    return row


def draft_of(request: HttpRequest, draft_id: uuid.UUID) -> Draft:
    """A draft that the reader may see."""
    return found(find_draft(actor_of(request), draft_id))


def status_of(refusal: Refused | None, errors: object = None) -> int:
    """The status of a page shown again: machines see that it was not done."""
    if refusal is not None:
        return refusal.status
    return 422 if errors else 200


def issue_url(draft: Draft) -> str:
    """Where a signed letter is numbered and sent; empty while no page offers it."""
    try:
        return reverse("correspondence:issue", args=[draft.public_id])
    except NoReverseMatch:
        return ""


def marked(text: str) -> SafeString:
    """A text of the paper with what nobody has filled yet in sight, by what people call it."""
    parts = _OPEN.split(text)
    return format_html_join(
        "",
        "{}",
        (
            (
                format_html('<mark class="doubt">{}</mark>', label_of(part.strip("{ }")))
                if number % 2
                else part,
            )
            for number, part in enumerate(parts)
        ),
    )


def reach(draft: Draft, to: Audience | None) -> dict[str, Any]:
    """Whom a draft would go to, for reading: how many, and the first names. One query for a correction, else none.

    Args:
        draft: the letter.
        to: whom it would go to by its words (`queries.drafts.audience_for`).
    """
    if draft.corrects_id is not None:
        return {"count": reached(draft)["offices"], "corrects": True}
    names = [office.name for office in to.offices] if to is not None else []
    return {
        "count": len(names),
        "names": names[:NAMES_SHOWN],
        "more": max(0, len(names) - NAMES_SHOWN),
        "conditions": to.conditions if to is not None else (),
    }


def expressions() -> list[str]:
    """How groups of recipients may be written: their usual words, as in letters."""
    return [group.words[0] for group in GROUPS]


def asked(draft: Draft) -> list[dict[str, Any]]:
    """What the receivers shall do, for reading."""
    return [
        {
            "who": row["who"],
            "what": row["what"],
            "due": datetime.date.fromisoformat(row["due"]) if row["due"] else None,
            "force": Force(row["force"]).label,
        }
        for row in draft.duties
    ]


def inside(draft: Draft) -> list[tuple[Any, datetime.date]]:
    """The internal deadlines that the letter sets: of what, and the day."""
    kinds = dict(InternalDeadline.Kind.choices)
    return [
        (kinds[row["kind"]], datetime.date.fromisoformat(row["due"]))
        for row in draft.deadlines
        if row["kind"] in kinds and row["due"]
    ]


def meeting(draft: Draft) -> dict[str, Any]:
    """The meeting that the letter announces, for reading; empty without one."""
    told = draft.meeting
    if not told:
        return {}
    day = told.get("date") or ""
    times = [told.get(part) or "" for part in ("start", "end")]
    return {
        "title": told.get("title", ""),
        "day": datetime.date.fromisoformat(day) if day else None,
        "time": format_time_range(*map(datetime.time.fromisoformat, times)) if all(times) else "",
        "place": told.get("place", ""),
        "channels": told.get("channels") or [],
    }


def paper(draft: Draft, document: LetterDocument | None = None) -> dict[str, Any]:
    """The letter as its HTML shows it: texts as printed, and the words of the forms."""
    document = document or document_of(draft, number=draft.number, dated=draft.dated)
    letter = as_printed(document)
    numbers = range(1, len(letter.attachments) + 1)
    return {
        "letter": letter,
        "words": words(),
        "subject": marked(letter.subject),
        "paragraphs": [marked(text) for text in letter.paragraphs],
        "dated": dated(letter.dated, thai=letter.thai_digits),
        "number_is_open": number_is_open(letter.number),
        "enclosed": [
            (to_thai_digits(number) if letter.thai_digits else str(number), row)
            for number, row in zip(numbers, letter.attachments, strict=True)
        ],
        "emblem_url": reverse("correspondence:letter-emblem", args=[draft.public_id])
        if letter.emblem
        else "",
    }
