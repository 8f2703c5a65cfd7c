"""Letters that came, as rows and steps for the templates: what waits, how the letter came here, what is left to do."""

import datetime
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.correspondence.models import Delivery, DutyRecipient, Letter
from saduak.correspondence.queries.searching import Excerpt, excerpt_of
from saduak.foundation.access.registry import Words

# (kind of tag, words) for a delivery that nothing else is to be said about.
_STATES: dict[str, tuple[str, Words]] = {
    "sent": ("wait", _("รอรับ")),
    "received": ("work", _("รับแล้ว")),
    "acknowledged": ("done", _("รับทราบแล้ว")),
    "forwarded": ("sent", _("แจ้งต่อแล้ว")),
    "withdrawn": ("off", _("ถูกเรียกคืน")),
}


def standing(row: Delivery) -> tuple[str, Words]:
    """The tag of a delivery: how far this office is with it."""
    if row.state != "withdrawn" and row.letter.superseded_by_id is not None:
        return "off", _("มีฉบับใหม่แทน")
    if row.state != "sent" and wants_forwarding(row):
        return "wait", _("รอแจ้งต่อ")
    if row.state == "forwarded" and getattr(row, "only_outside", False):
        return "sent", _("แจ้งต่อนอกระบบแล้ว")
    return _STATES[row.state]


def wants_forwarding(row: Delivery) -> bool:
    """Whether its sender asked the office to pass it on, and it has not yet."""
    asked = row.dispatch is not None and row.dispatch.forward_by is not None
    return asked and row.forwarded_at is None and row.state != "withdrawn"


def next_step(row: Delivery) -> str:
    """What the office does next: "receive", "forward", "acknowledge", nothing ("") or never more ("withdrawn")."""
    if row.state == "withdrawn":
        return "withdrawn"
    if row.received_at is None:
        return "receive"
    if wants_forwarding(row):
        return "forward"
    return "" if row.acknowledged_at or row.forwarded_at else "acknowledge"


@dataclass(frozen=True, slots=True)
class Row:
    """One letter in the list."""

    delivery: Delivery
    letter: Letter
    state: str
    label: Words
    todo: Words = ""
    until: datetime.datetime | None = None
    # Whose letter it is, when the reader has several offices.
    office: str = ""
    # Where its body has what was looked for.
    found: Excerpt | None = None


def rows_of(
    page: Iterable[Delivery],
    duties: dict[tuple[int, int], DutyRecipient],
    *,
    many_offices: bool,
    query: str = "",
) -> list[Row]:
    """Deliveries of one page, each with what is to be done until when.

    Args:
        page: the deliveries.
        duties: the earliest open duty by (letter, office), keys.
        many_offices: whether to say to which office each came.
        query: what the list was searched for.
    """
    found = []
    for row in page:
        state, label = standing(row)
        todo, until = _todo(row, duties.get((row.letter_id, row.organisation_id)))
        office = row.organisation.name_th if many_offices else ""
        where = excerpt_of(row, row.letter, query)
        found.append(Row(row, row.letter, state, label, todo, until, office, where))
    return found


def _todo(row: Delivery, duty: DutyRecipient | None) -> tuple[Words, datetime.datetime | None]:
    """The nearest of: pass it on, acknowledge it, its first open duty."""
    if row.state == "withdrawn" or row.letter.superseded_by_id is not None:
        return "", None
    choices: list[tuple[datetime.datetime | None, Words]] = []
    if wants_forwarding(row):
        choices.append((_of(row, "forward_by"), _("แจ้งต่อ")))
    if _of(row, "acknowledge_by") and not (row.acknowledged_at or row.forwarded_at):
        choices.append((_of(row, "acknowledge_by"), _("รับทราบ")))
    if duty is not None:
        choices.append((duty.duty.due_at, duty.duty.what[:120]))
    dated = [(until, words) for until, words in choices if until is not None]
    if not dated:
        return (choices[0][1], None) if choices else ("", None)
    until, words = min(dated, key=lambda pair: pair[0])
    return words, until


def _of(row: Delivery, name: str) -> datetime.datetime | None:
    return getattr(row.dispatch, name, None)


# --- How it came here -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hop:
    """One office on the way, in plain dates: nobody is ranked and no day of a superior is coloured."""

    title: str
    received: datetime.datetime | None = None
    receipt: str = ""
    # What went out from it, under which number and date; of a letter that the reader may not see, only the date.
    says: Words = ""
    number: str = ""
    dated: datetime.date | None = None
    is_hidden: bool = False
    note: Words = ""
    now: bool = False
    unknown: bool = False


def letters_of(chain: Sequence[Delivery]) -> list[Letter]:
    """The letters of a way, from the first one on. No query."""
    return [row.letter if row.dispatch is None else row.dispatch.letter for row in chain]


def hops_of(chain: Sequence[Delivery], hidden: Container[int] = ()) -> list[Hop]:
    """The way of a letter from its first issuer to the office that looks at it.

    Args:
        chain: the deliveries from the top, the own one last, as `queries.forwarding.way_of` gives them.
        hidden: letters (keys) of the way that the reader may not see.
    """
    first = chain[0]
    letter = letters_of(chain)[0]
    on_paper = _("มาเป็นเอกสาร หน่วยงานนำเข้าเอง") if first.dispatch is None else ""
    found = [Hop(_issuer(letter), says=_("ออกหนังสือ"), note=on_paper, **_said(letter, hidden))]
    for number, row in enumerate(chain):
        last = number == len(chain) - 1
        after = None if last else chain[number + 1].dispatch
        name = row.organisation.name_th
        # A letter to the office that writes for a province goes on in the province's name.
        issuer = after.letter.issuer.name_th if after is not None and after.letter.issuer else name
        found.append(
            Hop(
                title=name,
                received=row.received_at,
                receipt=row.receipt_number if last else "",
                says="" if after is None else _("แจ้งต่อ") if issuer == name else _in_name_of(issuer),
                note=_("รับนอกระบบ") if row.outside else "" if row.received_at else _("ยังไม่ลงรับ"),
                now=last,
                unknown=row.received_at is None and not last,
                **({} if after is None else _said(after.letter, hidden)),
            )
        )
    return found


def _said(letter: Letter, hidden: Container[int]) -> dict[str, Any]:
    if letter.pk in hidden:
        return {"dated": letter.dated, "is_hidden": True}
    return {"number": letter.number, "dated": letter.dated}


def _in_name_of(issuer: str) -> Words:
    return format_lazy(_("แจ้งต่อในนาม{issuer}"), issuer=issuer)


def _issuer(letter: Letter) -> str:
    return letter.issuer.name_th if letter.issuer is not None else letter.issuer_text or "-"


# --- What became of the letters on which it rests ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Above:
    """A letter further up that was called back, or that a later one replaced: whose, when, why, under which numbers."""

    issuer: str
    # Numbers and reasons of letters that the reader may not see are left out.
    number: str = ""
    recalled_at: datetime.datetime | None = None
    reason: str = ""
    later: Letter | None = None


def above_of(chain: Sequence[Delivery], hidden: Container[int] = ()) -> list[Above]:
    """What was called back or replaced above an office, from the top. No query.

    Args:
        chain: as for `hops_of`.
        hidden: as for `hops_of`.
    """
    found = []
    for row in chain[:-1]:
        if row.dispatch is None:
            continue
        sent, letter = row.dispatch, row.dispatch.letter
        issuer, open_ = _issuer(letter), letter.pk not in hidden
        number = letter.number if open_ else ""
        if row.state == "withdrawn":
            reason = sent.recall_reason if open_ else ""
            found.append(Above(issuer, number, recalled_at=sent.recalled_at, reason=reason))
        elif letter.superseded_by is not None:
            found.append(Above(issuer, number, later=letter.superseded_by))
    return found
