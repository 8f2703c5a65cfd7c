"""How long a call took to come down the line here, beside what the dates on a paper chain tell. Nothing is estimated.

What an office passed on outside the system is left out: those who got it so have no delivery, and when they had it nobody
here knows. The office itself counts as it does otherwise, by the day on which the letter came to it here.
"""

import datetime
from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import accumulate

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate

from saduak.correspondence import matching, paper
from saduak.correspondence.long_texts import long_of
from saduak.correspondence.models import Delivery, Dispatch, Letter, Origin
from saduak.correspondence.queries.workdays import OfficeDays, office_days
from saduak.foundation import clock
from saduak.foundation.access import Actor
from saduak.foundation.thai import calendar
from saduak.programme.models import Round
from saduak.programme.queries import stage_of

_FEW = 20
_LONG_AGO = datetime.date(2000, 1, 1)
_Window = tuple[datetime.date, datetime.date]


@dataclass(frozen=True, slots=True)
class Level:
    """The offices so many hops below the call: when the first, half of them, and the last had it."""

    hops: int
    offices: int
    # (kind of office, how many), the many first.
    kinds: tuple[tuple[str, int], ...]
    first_on: datetime.date
    half_on: datetime.date
    last_on: datetime.date
    half: paper.Took
    last: paper.Took


@dataclass(slots=True)
class PaperChain:
    """A bundle of letters on paper, hop by hop."""

    letter: Letter
    hops: list[paper.PaperHop]
    took: list[paper.Took]
    total: paper.Took
    # The days in which one could apply, as the bundle says.
    window: _Window | None = None

    @property
    def rows(self) -> list[tuple[paper.PaperHop, paper.Took | None]]:
        """Each hop with how long it took to get there."""
        return list(zip(self.hops, [None, *self.took], strict=True))

    @property
    def window_gone(self) -> int:
        """How many days of the window were over when the last letter of the chain was written."""
        return days_gone(self.window, self.hops[-1].dated)


@dataclass(slots=True)
class TimeSaved:
    """The page: this round's call level by level, and a paper chain to compare with; either may be missing."""

    round: Round
    call: Dispatch | None
    # Whether working days are only about right.
    rough: bool
    # The days in which one can apply in this round.
    window: _Window | None = None
    levels: list[Level] = field(default_factory=list)
    chain: PaperChain | None = None
    chains: list[Letter] = field(default_factory=list)

    @property
    def begun_on(self) -> datetime.date | None:
        """The date on the call, from which its days count."""
        return _begun(self.call) if self.call else None

    @property
    def compared(self) -> Level | None:
        """The level that got it after as many hops as those to whom the last paper letter went; else the nearest to them."""
        if self.chain is None or not self.levels:
            return None
        as_far = [level for level in self.levels if level.hops <= len(self.chain.hops)]
        return as_far[-1] if as_far else self.levels[0]

    @property
    def saved_days(self) -> int | None:
        """Calendar days fewer than on paper until half of the level had it; None when nothing can be compared.

        On paper the letter still had to get there when the last one was written: so it is never too many.
        """
        if self.chain is None or self.compared is None:
            return None
        return self.chain.total.calendar_days - self.compared.half.calendar_days

    @property
    def window_gone(self) -> int:
        """How many days of this round's window were over when half of the compared level had it."""
        return days_gone(self.window, self.compared.half_on) if self.compared else 0


def days_gone(window: _Window | None, on: datetime.date) -> int:
    """How many days of a window are over on a day, all of them when it is closed; 0 without a window."""
    if window is None:
        return 0
    first, last = window
    return max(0, min((on - first).days, (last - first).days + 1))


def window_of(round_: Round | None) -> _Window | None:
    """First and last day on which one can apply in a round. One query, none when its stages are prefetched."""
    stage = stage_of(round_) if round_ is not None else None
    return (calendar.bangkok_date(stage.starts_at), calendar.closing_day(stage.ends_at)) if stage else None


def time_saved(actor: Actor, round_: Round, *, chain_id: str = "") -> TimeSaved:
    """Build the page. Five queries, however many offices there are.

    Args:
        actor: who looks; only what they may see is counted.
        round_: whose call.
        chain_id: public id of the paper bundle to compare with; else the one with most hops that they see.
    """
    call = _call(actor, round_)
    days = office_days(_LONG_AGO)
    page = TimeSaved(round=round_, call=call, rough=days.rough, window=window_of(round_))
    if call is not None:
        page.levels = _levels(actor, call, days)
    bundles = [(row, paper.chain(row.reading.get("documents", []))) for row in _bundles(actor, round_)]
    bundles = [(row, hops) for row, hops in bundles if len(hops) > 1]
    page.chains = [row for row, _hops in bundles]
    chosen = next(
        (pair for pair in bundles if str(pair[0].public_id) == chain_id),
        max(bundles, key=lambda pair: len(pair[1]), default=None),
    )
    if chosen is not None:
        page.chain = _chain(*chosen, days)
    return page


def _call(actor: Actor, round_: Round) -> Dispatch | None:
    """The first sending of the tree in which the actor sees offices; superiors are plain dates, so its own date is told.

    Of a secret letter nothing is told, whoever got what came of it.
    """
    seen = Delivery.objects.visible_to(actor).filter(letter__round=round_, root__isnull=False)
    found: Dispatch | None = (
        Dispatch.objects.filter(pk__in=seen.exclude(state="withdrawn").values("root"), letter__secrecy="")
        .exclude(state="recalled")
        .select_related("letter__issuer", "sender")
        .defer(*long_of("letter__"))
        .order_by("-advance", "sent_at", "pk")
        .first()
    )
    return found


def _begun(call: Dispatch) -> datetime.date:
    return call.letter.dated or calendar.bangkok_date(call.sent_at)


def _levels(actor: Actor, call: Dispatch, days: OfficeDays) -> list[Level]:
    """Counted by the database: a row a level, day and kind of office."""
    rows = Delivery.objects.visible_to(actor).filter(root=call).exclude(state="withdrawn")
    counted = (
        rows.annotate(day=TruncDate("delivered_at", tzinfo=clock.BANGKOK))
        .values_list("depth", "day", "organisation__kind")
        .annotate(offices=Count("pk"))
        .order_by("depth", "day", "organisation__kind")
    )
    found: dict[int, list[tuple[datetime.date, str, int]]] = defaultdict(list)
    for depth, day, kind, offices in counted:
        found[depth].append((day, kind, offices))
    return [_level(depth + 1, rows, _begun(call), days) for depth, rows in sorted(found.items())]


def _level(
    hops: int, rows: list[tuple[datetime.date, str, int]], begun: datetime.date, days: OfficeDays
) -> Level:
    kinds: Counter[str] = Counter()
    for _day, kind, offices in rows:
        kinds[kind] += offices
    total, last = kinds.total(), rows[-1][0]
    had = list(accumulate(offices for _day, _kind, offices in rows))
    half = rows[bisect_left(had, (total + 1) // 2)][0]
    return Level(
        hops=hops,
        offices=total,
        kinds=tuple(kinds.most_common()),
        first_on=rows[0][0],
        half_on=half,
        last_on=last,
        half=paper.took(begun, half, days.holidays),
        last=paper.took(begun, last, days.holidays),
    )


def _bundles(actor: Actor, round_: Round) -> list[Letter]:
    """Paper bundles of the programme that were read here, of this round or an earlier one, the newest first."""
    rows: QuerySet[Letter] = Letter.objects.visible_to(actor).filter(
        Q(round__isnull=True) | Q(round__fiscal_year__lte=round_.fiscal_year),
        origin=Origin.LOADED,
        state="confirmed",
        programme=round_.programme_id,
    )
    return list(
        rows.select_related("issuer", "holder", "round")
        .defer("text", "body_key")
        .order_by("-dated", "-pk")[:_FEW]
    )


def _chain(letter: Letter, hops: list[paper.PaperHop], days: OfficeDays) -> PaperChain:
    told = (matching.window_of(document) for document in letter.reading["documents"])
    return PaperChain(
        letter=letter,
        hops=hops,
        took=paper.days_taken(hops, days.holidays),
        total=paper.took(hops[0].dated, hops[-1].dated, days.holidays),
        window=next((window for window in told if window is not None), None),
    )
