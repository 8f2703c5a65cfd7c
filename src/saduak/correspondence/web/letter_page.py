"""The page of a letter: how it stands, what it asks of whom, and what stays one click away from it."""

from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from saduak.correspondence import queries, rules
from saduak.correspondence.models import Delivery, Letter, LetterFinding, Origin
from saduak.correspondence.queries.around import Around, around
from saduak.correspondence.queries.page import meeting_of
from saduak.correspondence.web import present
from saduak.correspondence.web.marks import Side, side
from saduak.correspondence.web.sending import received_rows
from saduak.correspondence.web.sending.sent import Counted
from saduak.foundation.access import Actor
from saduak.foundation.access.registry import Words

ROWS: Final = 25
# What is done next on the page of the delivery, in the words of its link.
_NEXT: Final[dict[str, Words]] = {
    "receive": _("ไปรับหนังสือ"),
    "forward": _("ไปแจ้งต่อ"),
    "acknowledge": _("ไปกดรับทราบ"),
}
_TAGS: Final = {"confirmed": "done", "unreadable": "due", "set_aside": "off"}


@dataclass(frozen=True, slots=True)
class Here:
    """The letter at an office of the reader: how far the office is, and the one next step."""

    delivery: Delivery
    state: str
    label: Words
    step: str
    words: Words
    url: str


def standing(row: Letter) -> tuple[str, Words]:
    """The tag of a letter: (kind of tag, words)."""
    if row.recalled_at is not None:
        return "off", _("เรียกคืนแล้ว")
    if row.superseded_by_id is not None:
        return "off", _("มีฉบับใหม่แทน")
    if row.state == "confirmed" and row.origin == Origin.WRITTEN:
        return "done", _("ออกหนังสือแล้ว")
    return _TAGS.get(row.state, "work"), row.get_state_display()


def context_of(actor: Actor, row: Letter, *, view: str, page: str) -> dict[str, Any]:
    """What the page shows.

    Args:
        actor: who looks.
        row: the letter, found through `queries.letter`.
        view: which of the offices that got duties: all (""), "waiting" or "open".
        page: of those offices, as the address has it.
    """
    own = rules.offices(actor, rules.READ, rules.programme_of(row))
    leads = row.holder_id in own or row.issuer_id in own
    duties = list(queries.duties_of(actor, row, view=view))
    mine = list(queries.shares(actor, letter_row=row)) if duties else []
    offices = None
    if leads and row.for_issuer and duties:
        # Each duty tells how many offices there are: the list is not counted again.
        reached: int = duties[0].reached  # type: ignore[attr-defined] # told by the query
        offices = Counted(queries.recipients_of(actor, row, view=view), ROWS, reached).get_page(page)
    may_confirm, is_read = bool(rules.may_confirm(actor, row)), row.origin != Origin.WRITTEN
    state, label = standing(row)
    context: dict[str, Any] = {
        "letter": row,
        "state": state,
        "label": label,
        "duties": duties,
        "mine": mine,
        # Whoever is only asked something reads it in a list of its own.
        "shows_duties": row.state == "confirmed" and (leads or not mine) and (duties or is_read),
        "offices": offices,
        "view": view,
        "may_confirm": may_confirm,
        "force": present.FORCE,
        "text_sides": _sides(row),
    }
    if may_confirm and is_read:
        context["findings"] = LetterFinding.objects.visible_to(actor).filter(letter=row)
    if row.state == "confirmed":
        context["told_meeting"] = _told_meeting(row)
        found = around(actor, row, leads=leads)
        context |= {
            "around": found,
            "here": [_here(actor, one) for one in found.deliveries],
            "later_url": _later(found),
        }
    return context


def _sides(row: Letter) -> list[Side]:
    documents = row.reading.get("documents", [])
    if row.origin == Origin.WRITTEN:
        # Nobody read it from a file: it has no places in the text, and is the whole of it.
        documents = [document | {"spans": {"document": [0, len(row.text)]}} for document in documents]
    return [side(row.text, number, document, []) for number, document in enumerate(documents)]


def _told_meeting(row: Letter) -> tuple[str, str]:
    """When and where, as a recipient's own copy tells it: only its issuer calls the meeting."""
    if row.for_issuer or row.origin == Origin.WRITTEN:
        return "", ""
    told, _agenda = meeting_of(row.reading["documents"])
    return present.meeting_words(told, row.subject)


def _here(actor: Actor, row: Delivery) -> Here:
    state, label = received_rows.standing(row)
    step = received_rows.next_step(row) if rules.may_receive(actor, row) else ""
    words = _NEXT.get(step, _("เปิดหน้าหนังสือที่ถึงหน่วยงาน"))
    return Here(row, state, label, step, words, reverse("correspondence:delivery", args=[row.public_id]))


def _later(found: Around) -> str:
    """Where the letter in the place of this one is read: at the reader's own office when it came there."""
    if found.successor_at is not None:
        return reverse("correspondence:delivery", args=[found.successor_at.public_id])
    if found.successor is not None:
        return reverse("correspondence:letter", args=[found.successor.public_id])
    return ""
