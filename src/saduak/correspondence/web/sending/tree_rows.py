"""The offices right below a place in the tree, as rows of its table: how far each is, how long it took, what to do next."""

import datetime
import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from saduak.correspondence import paper, rules
from saduak.correspondence.models import ContactLog, Delivery, Dispatch, Way
from saduak.correspondence.queries.tree import VIEWS, Tally
from saduak.correspondence.queries.workdays import OfficeDays
from saduak.correspondence.web.sending.rails import days_words, end_of
from saduak.foundation.access import Actor
from saduak.foundation.access.registry import Words
from saduak.foundation.thai import calendar
from saduak.organisations.models import Organisation
from saduak.organisations.queries import NATIONAL, reaching

LATE = 0
# Digits of a number that can be called by itself.
WHOLE_NUMBER = 8
_LABELS: Mapping[str, Words] = {
    "open": gettext_lazy("ต้องตาม"),
    "late": gettext_lazy("เลยกำหนด"),
    "unread": gettext_lazy("ยังไม่รับ"),
    "done": gettext_lazy("เรียบร้อย"),
    "all": gettext_lazy("ทั้งหมด"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One office."""

    delivery: Delivery
    state: str
    label: Words
    # The sending in which it passed the letter on.
    passed: Dispatch | None
    took: paper.Took
    took_words: str
    # Whether the days are still being counted.
    still: bool
    # A colour for those below the reader only.
    took_css: str
    beneath: Tally | None
    may_follow: bool
    # Whether anything is left to do.
    is_open: bool
    # A secret letter that nobody there may open: told to whoever hands it over on paper.
    unopened: bool
    last_contact: ContactLog | None
    # The first number to call; offices often give several.
    phone: str

    @property
    def office(self) -> Organisation:
        """Which one."""
        return self.delivery.organisation


@dataclass(frozen=True, slots=True)
class Around:
    """What the rows of one page share."""

    actor: Actor
    # Whether the reader stands above these offices by command.
    leads: bool
    today: datetime.date
    days: OfficeDays
    passed: Mapping[int, Dispatch]
    branches: Mapping[int, Tally]
    contacts: Mapping[int, ContactLog]
    # Offices (keys) where nobody may open what is secret.
    nobody: Container[int]


def rows_of(page: Sequence[Delivery], around: Around) -> list[Row]:
    """The rows of one page. No query."""
    may: dict[int, bool] = {}
    rows = []
    for delivery in page:
        dispatch = delivery.dispatch
        assert dispatch is not None  # noqa: S101 - what stands below something was sent
        if dispatch.pk not in may:
            may[dispatch.pk] = bool(rules.may_call_back(around.actor, dispatch))
        rows.append(_row(delivery, around, may_follow=may[dispatch.pk]))
    return rows


def _row(delivery: Delivery, around: Around, *, may_follow: bool) -> Row:
    standing: int = delivery.standing  # type: ignore[attr-defined] # annotated by tree.children
    is_open = standing < 3
    clear = around.leads and delivery.way == Way.LINE
    state, label = standing_of(delivery, late=standing == LATE and clear)
    end = end_of(delivery)
    took = paper.took(
        calendar.bangkok_date(delivery.delivered_at),
        calendar.bangkok_date(end) if end else around.today,
        around.days.holidays,
    )
    return Row(
        delivery=delivery,
        state=state,
        label=label,
        passed=around.passed.get(delivery.pk),
        took=took,
        still=end is None,
        # The head of the column says when they are only about right.
        took_words=days_words(took, rough=False, still=end is None),
        took_css="late-text" if clear and standing == LATE else "",
        beneath=around.branches.get(delivery.pk),
        may_follow=may_follow,
        is_open=is_open,
        unopened=may_follow and delivery.state == "sent" and delivery.organisation_id in around.nobody,
        last_contact=around.contacts.get(delivery.pk),
        phone=next(iter(phones(delivery.organisation.phone)), ""),
    )


def standing_of(delivery: Delivery, *, late: bool = False) -> tuple[str, Words]:
    """The tag of an office: state and words; late only where the reader stands above it by command."""
    asked = delivery.dispatch is not None and delivery.dispatch.forward_by is not None
    if delivery.state == "withdrawn":
        return "off", _("ถูกเรียกคืน")
    if delivery.forwarded_at is not None:
        outside = getattr(delivery, "only_outside", False)
        return "sent", _("แจ้งต่อนอกระบบแล้ว") if outside else _("แจ้งต่อแล้ว")
    if late:
        return "late", _("ยังไม่รับ เลยกำหนด") if delivery.received_at is None else _("รับแล้ว เลยกำหนด")
    if delivery.received_at is None:
        return "none", _("ยังไม่รับ")
    if delivery.outside:
        return "off", _("รับนอกระบบ")
    if asked:
        return "wait", _("รับแล้ว ยังไม่แจ้งต่อ")
    return ("done", _("รับทราบแล้ว")) if delivery.acknowledged_at else ("done", _("รับแล้ว"))


def phones(text: str) -> list[str]:
    """The numbers of an office, which are often written in one line; what follows a slash is only the end of another."""
    parts = [part.strip() for part in re.split(r"[,;/]", text)]
    digits = [sum(letter.isdigit() for letter in part) for part in parts]
    return [
        part
        for place, (part, count) in enumerate(zip(parts, digits, strict=True))
        if count >= WHOLE_NUMBER or (place == 0 and count)
    ]


def leads(actor: Actor, chain: Sequence[Delivery], sender: Organisation, issuer_id: int | None) -> bool:
    """Whether the reader commands the offices to which `sender` sent, in the issuer's name: then lateness has a colour.

    By working for the sender, for one above it from which the letter came by command alone, or by a post whose line holds
    the sender. At most one query.
    """
    own = rules.offices(actor, rules.READ)
    if {sender.pk, issuer_id} & own:
        return True
    for row in reversed(chain):
        if row.dispatch is None or row.way != Way.LINE:
            break
        if {row.dispatch.sender_id, row.dispatch.letter.issuer_id} & own:
            return True
    if not any(span.kind == "line" for holding in actor.holdings for span in holding.spans):
        return False
    found = reaching(actor, rules.FOLLOW, sender)
    return any(
        holding.role not in NATIONAL and any(span.kind == "line" for span in holding.spans)
        for holding in found
    )


def views(chosen: str, tally: Tally) -> list[dict[str, object]]:
    """The views of the table, with how many each holds."""
    counts = {
        "open": tally.open,
        "late": tally.late,
        "unread": tally.unread,
        "done": tally.total - tally.open,
        "all": tally.total,
    }
    return [
        {"label": _LABELS[key], "url": f"?view={key}#offices", "current": key == chosen, "count": counts[key]}
        for key in VIEWS
    ]
