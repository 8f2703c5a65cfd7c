"""What it takes to pass a letter on: from which desk, to whom as a rule, and between which days."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.correspondence import matching
from saduak.correspondence.long_texts import long_of
from saduak.correspondence.models import Delivery, Draft, DutyRecipient, Letter
from saduak.correspondence.queries.deliveries import given_q, unseen_q
from saduak.correspondence.queries.drafts import Desk, desks
from saduak.correspondence.queries.letters import shares
from saduak.correspondence.queries.tree import above
from saduak.correspondence.tables import table
from saduak.foundation.access import Actor
from saduak.foundation.access.registry import Words
from saduak.foundation.deadlines import holidays
from saduak.foundation.thai import calendar, workdays
from saduak.foundation.thai.words import short_day
from saduak.programme.models import InternalDeadline, Round
from saduak.programme.queries import effective_deadlines_of, rounds

_DONE: Final = ("issued", "cancelled")
_SIGNED: Final = ("signer_id", "signer_name", "signer_position")
_SENT: Final = ("addressee", "recipients", "exceptions", "is_circular")
CHECK, SUBMIT = InternalDeadline.Kind.CHECK.value, InternalDeadline.Kind.SUBMIT.value


# --- From which desk, to whom ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Usual:
    """What offices of a kind mostly write when they pass a letter on. Words of a letter: Thai, whoever looks."""

    addressee: str = ""
    recipients: str = ""
    instruction: str = ""
    passes_on: bool = False


def usual(kind: str) -> Usual:
    """What to propose for an organisation of a kind (a value of `Organisation.Kind`); empty words for all others."""
    found: dict[str, Any] = next((row for row in table("passing_on")["usual"] if kind in row["kinds"]), {})
    return Usual(**{name: value for name, value in found.items() if name != "kinds"})


def desks_for(actor: Actor, row: Delivery) -> list[Desk]:
    """The ways in which the actor may pass on what came to an office: that office writes, or it is written in its name.

    In another's name first, as letters of a programme mostly go. Two queries.
    """
    return [
        desk
        for desk in desks(actor)
        if desk.programme.pk == row.letter.programme_id
        and row.organisation_id in {desk.office.pk, desk.issuer.pk}
    ]


def next_duties(actor: Actor, rows: Sequence[Delivery]) -> dict[tuple[int, int], DutyRecipient]:
    """The earliest open duty of each (letter, office), keys, among deliveries of one page. One query."""
    found: dict[tuple[int, int], DutyRecipient] = {}
    for share in shares(actor, only_open=True).filter(duty__letter__in=[row.letter_id for row in rows]):
        found.setdefault((share.duty.letter_id, share.organisation_id), share)
    return found


def waiting_for_me(actor: Actor) -> int:
    """How many letters were given to the actor and not dealt with, or shown to them and not seen. One query."""
    if actor.person_id is None:
        return 0
    rows = Delivery.objects.visible_to(actor).filter(given_q(actor) | unseen_q(actor))
    return int(rows.count())


def had_letter(letter: Letter, office_id: int) -> list[Delivery]:
    """What every office but the sender's own has of a letter that is corrected, each office once. One query."""
    rows = (
        Delivery.objects.filter(letter=letter).exclude(organisation=office_id).select_related("organisation")
    )
    found = {row.organisation_id: row for row in rows.order_by("-pk")}
    return sorted(found.values(), key=lambda row: (row.organisation.kind, row.organisation.sort_key, row.pk))


def round_of(actor: Actor, row: Delivery) -> Round | None:
    """The round that a letter is about, with its stages; None when it is about none. Two queries."""
    if row.letter.round_id is None:
        return None
    found: Round | None = rounds(actor).filter(pk=row.letter.round_id).first()
    return found


@dataclass(frozen=True, slots=True)
class Habits:
    """What an office wrote last in somebody's name: who signed, and to whom it passed letters on."""

    signer_id: int | None = None
    signer_name: str = ""
    signer_position: str = ""
    addressee: str = ""
    recipients: str = ""
    exceptions: str = ""
    is_circular: bool | None = None


def habits(actor: Actor, desk: Desk) -> Habits:
    """How the office wrote before. One query."""
    rows = (
        Draft.objects.visible_to(actor)
        .filter(office=desk.office, issuer=desk.issuer)
        .exclude(state="cancelled")
        .defer("body")
        .order_by("-pk")
    )
    newest, newest_passed_on = rows.values("pk")[:1], rows.filter(forwards__isnull=False).values("pk")[:1]
    found = list(rows.filter(Q(pk__in=newest) | Q(pk__in=newest_passed_on)))
    last = found[0] if found else None
    before = next((row for row in found if row.forwards_id is not None), None)
    signed = {} if last is None else {name: getattr(last, name) for name in _SIGNED}
    sent = {} if before is None else {name: getattr(before, name) for name in _SENT}
    return Habits(**signed, **sent)


def open_drafts(actor: Actor, row: Delivery) -> list[Draft]:
    """Letters in which the office is about to pass this one on, the last changed first. One query."""
    rows = Draft.objects.visible_to(actor).filter(forwards=row).exclude(state__in=_DONE)
    return list(rows.defer("body").order_by("-changed_at", "-pk"))


def way_of(row: Delivery) -> list[Delivery]:
    """The hops from the top to a delivery, itself last; the office that brought in a paper letter among them.

    At most two queries.
    """
    chain = above(row)
    first = chain[0].dispatch
    if first is None or first.forwards_id is None:
        return chain
    brought_in = (
        Delivery.objects.filter(pk=first.forwards_id)
        .select_related("organisation", "letter__issuer")
        .defer(*long_of("letter__"))
    )
    return [*brought_in, *chain]


# --- Between which days ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Proposed:
    """Days to begin with, and in how many working days each lies; None where nobody is asked for it."""

    acknowledge_by: datetime.date | None
    acknowledge_days: int
    forward_by: datetime.date | None
    forward_days: int


def proposed_days(today: datetime.date, kind: str, round_: Round | None) -> Proposed:
    """By when to acknowledge and to pass on, counted in working days and never after the national closing. One query.

    Args:
        today: the day on which the letter would go out.
        kind: of the organisation in whose name it goes.
        round_: what the letter is about; its stages should be prefetched.
    """
    days: Mapping[str, int] = table("passing_on")["working_days"]
    free = holidays(today)
    limits = matching.Limits.of(round_) if round_ is not None else None
    closing = calendar.closing_day(limits.last) if limits is not None else None

    def day(count: int) -> datetime.date:
        found = workdays.add_working_days(today, count, free)
        return min(found, closing) if closing is not None and closing >= today else found

    return Proposed(
        day(days["acknowledge"]),
        days["acknowledge"],
        day(days["forward"]) if usual(kind).passes_on else None,
        days["forward"],
    )


@dataclass(frozen=True, slots=True)
class Limits:
    """The dates that an office itself has to keep, and those that it has set already for those below it."""

    closing: datetime.date | None = None
    # Set by those above, the earliest first.
    above: Sequence[InternalDeadline] = ()
    own: Mapping[str, datetime.date] | None = None

    def latest(self, kind: str) -> tuple[datetime.date | None, Words]:
        """(the last day that may be asked of those below, whose day that is); a draft is checked before it is filed."""
        found: list[tuple[datetime.date, Words]] = []
        if self.closing is not None:
            found.append((self.closing, _("วันปิดรับสมัคร")))
        for row in self.above:
            if row.kind == SUBMIT or kind == CHECK:
                words = format_lazy(
                    _("กำหนด{kind}ของ{owner}"), kind=row.get_kind_display(), owner=row.owner.name_th
                )
                found.append((calendar.closing_day(row.due_at), words))
        return min(found, key=lambda pair: pair[0], default=(None, ""))

    def why_not(self, kind: str, due_on: datetime.date) -> Words:
        """Why a day cannot be set for those below; empty when it can."""
        last, whose = self.latest(kind)
        if last is not None and due_on > last:
            return format_lazy(_("ช้ากว่า{whose} คือ {day} เลือกวันนั้นหรือก่อนหน้า"), whose=whose, day=short_day(last))
        before = (self.own or {}).get(kind)
        if before is not None and before != due_on:
            return format_lazy(
                _("หน่วยงานตั้งกำหนดนี้ไว้แล้วเป็น {day} ใช้วันเดิม หรือเลื่อนกำหนดเดิมที่หน้ารอบการรับรอง"),
                day=short_day(before),
            )
        return ""


def days_not_allowed(actor: Actor, draft: Draft) -> dict[str, Words]:
    """Days of a draft that passes a letter on which cannot be asked any more, by field of its editor.

    Asked again as it goes out: since it was begun days have passed, the draft was changed, or those above set earlier dates.
    The names are "acknowledge_by", "forward_by" and "deadline-0-due", …. No query for a draft that passes nothing on; else
    at most seven.
    """
    row = draft.forwards
    if row is None:
        return {}
    today = calendar.bangkok_date(actor.received_at)
    wrong: dict[str, Words] = {
        name: _("วันนี้ผ่านไปแล้ว เลือกวันถัดไป")
        for name in ("acknowledge_by", "forward_by")
        if (day := getattr(draft, name)) is not None and day < today
    }
    asked = {
        number: (deadline["kind"], datetime.date.fromisoformat(deadline["due"]))
        for number, deadline in enumerate(draft.deadlines)
        if deadline["kind"] and deadline["due"]
    }
    if not asked:
        return wrong
    limits = limits_for(
        round_of(actor, row), row.organisation_id, Desk(draft.office, draft.issuer, draft.programme)
    )
    late = {f"deadline-{number}-due": limits.why_not(kind, day) for number, (kind, day) in asked.items()}
    return wrong | {name: words for name, words in late.items() if words}


def limits_for(round_: Round | None, organisation_id: int, desk: Desk) -> Limits:
    """Which dates bind an office that passes a letter on. Three queries; none for a letter without a round.

    Args:
        round_: what the letter is about; its stages should be prefetched.
        organisation_id: the office that the letter came to (key).
        desk: who writes, in whose name.
    """
    if round_ is None:
        return Limits()
    here = {organisation_id, desk.issuer.pk}
    own_ids = {desk.office.pk, desk.issuer.pk}
    known = effective_deadlines_of(round_, here)
    rows = {row.pk: row for each in known.values() for row in each.internal if row.owner_id not in own_ids}
    own = InternalDeadline.objects.filter(
        round=round_, owner=desk.issuer, retired_at__isnull=True, reach__in=["line", "supervision", "name"]
    ).order_by("due_at")
    closes_at = known[organisation_id].closes_at
    return Limits(
        closing=calendar.closing_day(closes_at) if closes_at else None,
        above=sorted(rows.values(), key=lambda row: (row.due_at, row.pk)),
        own={row.kind: calendar.closing_day(row.due_at) for row in reversed(own)},
    )
