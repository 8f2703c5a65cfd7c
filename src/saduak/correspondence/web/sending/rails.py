"""The way of a letter as a rail: on paper, from office to office down to this one, and what is below, on one scale."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from saduak.correspondence import paper
from saduak.correspondence.models import Delivery, Dispatch
from saduak.correspondence.queries.tree import Tally
from saduak.correspondence.queries.workdays import OfficeDays
from saduak.correspondence.web.sending.scale import Bar, Scale, Window
from saduak.foundation.thai import calendar, numerals
from saduak.organisations.models import Organisation

KINDS = dict(Organisation.Kind.choices)
# So many percent of the scale a date takes.
NEAR = 12


@dataclass(slots=True)
class Hop:
    """One office on the way: what it received, what it passed on, and how long it had the letter."""

    title: str
    # The office inside, when the letter went out in another's name.
    within: str = ""
    received: datetime.date | None = None
    receipt: str = ""
    outside: str = ""
    issued: datetime.date | None = None
    number: str = ""
    acknowledged: datetime.date | None = None
    # Whether it was asked to pass the letter on, and has not.
    waits: bool = False
    # When it passed the letter on outside the system, where nothing went on inside.
    passed_outside: datetime.date | None = None
    # When the letter was called back from it.
    recalled: datetime.date | None = None
    # In whose hands it was, from and until; until is None while it still is.
    came: datetime.date | None = None
    gone: datetime.date | None = None
    took: paper.Took | None = None
    words: str = ""
    bar: Bar | None = None
    state: str = "past"
    on_paper: bool = False

    @property
    def still(self) -> bool:
        """Whether the days are still being counted."""
        return self.came is not None and self.gone is None


@dataclass(frozen=True, slots=True)
class LevelLine:
    """The offices of one kind at one level: how many, and how far."""

    title: str
    tally: Tally


@dataclass(slots=True)
class BelowHop:
    """One level below: a line a kind of office, and when it came to them."""

    lines: list[LevelLine]
    first: datetime.date
    last: datetime.date
    bar: Bar
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A day written above the bars; None is today."""

    x: str
    anchor: str
    day: datetime.date | None


@dataclass(slots=True)
class Rail:
    """All of it, with the scale that its bars share."""

    hops: list[Hop]
    below: list[BelowHop]
    scale: Scale
    rough: bool
    window: Window | None = None

    @property
    def axis(self) -> list[Mark]:
        """The days written above the bars: today, and the ends of the window where they keep clear of it."""
        now = _number(self.scale.now)
        marks = [
            Mark(self.scale.now, "start" if now < NEAR else "end" if now > 100 - NEAR else "middle", None)
        ]
        if self.scale.open is not None and self.window is not None:
            first = _number(self.scale.open.x)
            last = first + _number(self.scale.open.width)
            if abs(now - first) > NEAR and last - first > NEAR:
                marks.append(Mark(self.scale.open.x, "start", self.window[0]))
            if abs(now - last) > NEAR:
                marks.append(Mark(f"{last:.2f}%", "end", self.window[1]))
        return marks


def _number(percent: str) -> float:
    return float(percent.rstrip("%"))


def build(
    hops: list[Hop],
    kinds: Sequence[tuple[int, str, Tally]],
    *,
    today: datetime.date,
    window: Window | None,
    days: OfficeDays,
) -> Rail:
    """Put hops and levels on one scale, and count the days of each hop."""
    below = _levels(kinds)
    told = [day for hop in hops for day in (hop.came, hop.gone, hop.issued)]
    told += [day for level in below for day in (level[1], level[2])]
    scale = Scale.over(told, today, window)
    for hop in hops:
        if hop.came is not None:
            until = hop.gone or today
            hop.took = paper.took(hop.came, until, days.holidays)
            hop.words = days_words(hop.took, rough=days.rough, still=hop.still)
            hop.bar = scale.bar(hop.came, until)
        elif hop.issued is not None:
            hop.bar = scale.bar(hop.issued, hop.issued)
    rows = [BelowHop(lines, first, last, scale.bar(first, last)) for lines, first, last in below]
    if rows:
        rows[-1].is_last = True
    return Rail(hops, rows, scale, days.rough, window)


def _levels(
    kinds: Sequence[tuple[int, str, Tally]],
) -> list[tuple[list[LevelLine], datetime.date, datetime.date]]:
    found: dict[int, list[tuple[str, Tally]]] = {}
    for level, kind, tally in kinds:
        found.setdefault(level, []).append((kind, tally))
    rows = []
    for _level, parts in sorted(found.items()):
        moments = [at for _kind, tally in parts for at in (tally.first_at, tally.last_at) if at is not None]
        lines = [LevelLine(offices(kind, tally.total), tally) for kind, tally in parts]
        rows.append((lines, calendar.bangkok_date(min(moments)), calendar.bangkok_date(max(moments))))
    return rows


def offices(kind: str, count: int) -> str:
    """76 จังหวัด, or 12 of what has no unit of its own."""
    words = ngettext("%(kind)s %(count)s แห่ง", "%(kind)s %(count)s แห่ง", count)
    return words % {"kind": KINDS.get(kind, kind), "count": numerals.format_number(count)}


# --- The hops -------------------------------------------------------------------------------------------------------


def on_paper(hops: Sequence[paper.PaperHop]) -> list[Hop]:
    """Hops that a bundle of letters on paper tells of."""
    return [
        Hop(
            title=hop.issuer,
            received=hop.received,
            receipt=hop.receipt,
            issued=hop.dated,
            number=hop.number,
            came=hop.received,
            gone=hop.dated if hop.received else None,
            on_paper=True,
        )
        for hop in hops
    ]


def of_top(top: Dispatch) -> Hop:
    """Where the letter began in the system."""
    issuer = top.letter.issuer
    assert issuer is not None  # noqa: S101 - what was sent was issued
    return Hop(
        title=issuer.name_th,
        within=top.sender.name_th if top.sender_id != issuer.pk else "",
        issued=top.letter.dated,
        number=_number_of(top),
    )


def _number_of(sent: Dispatch) -> str:
    """Under which number it went out; that of a secret letter is not told along the way."""
    return "" if sent.letter.is_secret else sent.letter.number


def of_delivery(row: Delivery, passed: Dispatch | None) -> Hop:
    """What one office did with it; `passed` is the sending in which it passed the letter on."""
    issuer = passed.letter.issuer if passed is not None else None
    named = issuer if issuer is not None and issuer.pk != row.organisation_id else None
    hop = Hop(
        title=named.name_th if named else row.organisation.name_th,
        within=row.organisation.name_th if named else "",
        received=calendar.bangkok_date(row.received_at) if row.received_at else None,
        receipt=row.receipt_number,
        outside=str(row.get_outside_display()) if row.outside else "",
        came=calendar.bangkok_date(row.delivered_at),
    )
    if row.acknowledged_at is not None:
        hop.acknowledged = calendar.bangkok_date(row.acknowledged_at)
    if row.state == "withdrawn":
        hop.recalled = calendar.bangkok_date(row.withdrawn_at or row.delivered_at)
    if passed is None and hop.recalled is not None:
        # Nothing is counted on after that, and nothing waits.
        hop.state, hop.gone = "now", hop.recalled
    elif passed is None:
        end = end_of(row)
        hop.state, hop.gone = "now", calendar.bangkok_date(end) if end else None
        if row.forwarded_at is not None:
            # No sending tells of it: it was written down.
            hop.passed_outside = calendar.bangkok_date(row.forwarded_at)
        hop.waits = (
            row.dispatch is not None and row.dispatch.forward_by is not None and row.forwarded_at is None
        )
    else:
        hop.issued, hop.number = passed.letter.dated, _number_of(passed)
        hop.gone = calendar.bangkok_date(passed.sent_at)
    return hop


def chain(rows: Sequence[Delivery], last: Dispatch | None) -> list[Hop]:
    """From the top to an office, and in which sending (`last`) it passed the letter on."""
    if not rows:
        return []
    following = [*(row.dispatch for row in rows[1:]), last]
    return [of_delivery(row, passed) for row, passed in zip(rows, following, strict=True)]


def end_of(delivery: Delivery) -> datetime.datetime | None:
    """When an office had done what was asked of it; None while it has not."""
    if delivery.forwarded_at is not None:
        return delivery.forwarded_at
    dispatch = delivery.dispatch
    if dispatch is not None and dispatch.forward_by is not None:
        return None
    if dispatch is not None and dispatch.acknowledge_by is not None:
        return delivery.acknowledged_at
    return delivery.acknowledged_at or delivery.received_at


def days_words(took: paper.Took, *, rough: bool, still: bool = False) -> str:
    """ประมาณ 5 วันทำการ, or that it was the same day; of what is still being counted, that it came today."""
    if took.calendar_days <= 0:
        return _("เพิ่งถึงวันนี้") if still else _("วันเดียวกัน")
    words = ngettext("%(days)s วันทำการ", "%(days)s วันทำการ", took.working_days)
    said = words % {"days": numerals.format_number(took.working_days)}
    return _("ประมาณ %(days)s") % {"days": said} if rough else said
