"""The self-check: what it asks, the estimate that its answers allow, and the plan of what is missing.

Nothing here promises anything: what was said of a whole side becomes a range, and no level is named while a gate is open.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Final, TypeAlias
from uuid import UUID

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.applications.models import Application, SelfCheck
from saduak.applications.queries.starting import my_applications
from saduak.applications.states import EDITABLE
from saduak.foundation import clock
from saduak.foundation.access import Actor
from saduak.foundation.access.registry import Words
from saduak.foundation.access.resolver import digest
from saduak.foundation.thai.calendar import bangkok_date
from saduak.foundation.thai.words import bare_level
from saduak.programme.levels import LevelRule, Scheme
from saduak.programme.models import CriteriaSet, Criterion, Level
from saduak.programme.queries import Contents, contents, is_open, round_phase_of, rounds_on
from saduak.programme.states import Phase

YES, NO, UNSURE = "yes", "no", "unsure"
ANSWERS: Final[dict[str, Words]] = {YES: _("มีครบ"), NO: _("ยังไม่มี"), UNSURE: _("ไม่แน่ใจ")}
SHARES: Final[dict[str, Words]] = {
    "most": _("มีเป็นส่วนใหญ่ ตั้งแต่สองในสามขึ้นไป"),
    "some": _("มีบางส่วน ราวหนึ่งถึงสองในสาม"),
    "little": _("มีน้อย ไม่ถึงหนึ่งในสาม"),
}
# How much of a side's points an answer may stand for. Who said nothing may have anything.
_WITHIN: Final = {
    "most": (Fraction(2, 3), Fraction(1)),
    "some": (Fraction(1, 3), Fraction(2, 3)),
    "little": (Fraction(0), Fraction(1, 3)),
    "": (Fraction(0), Fraction(1)),
}


@dataclass(frozen=True, slots=True)
class Side:
    """The items of one side that carry points, as the self-check asks for them: all at once."""

    key: str
    part: str
    number: int
    title: str
    about: str
    criteria: tuple[Criterion, ...]

    @property
    def points(self) -> int:
        """What the side is worth."""
        return sum(criterion.points for criterion in self.criteria)

    @property
    def name(self) -> Words:
        """Its title with its number, where it has one."""
        if not self.number:
            return self.title
        return format_lazy(_("ด้านที่ {number} {title}"), number=self.number, title=self.title)


def gates_of(set_: Contents) -> tuple[Criterion, ...]:
    """The items that must all be met, in their order."""
    return tuple(criterion for criterion in set_.criteria if criterion.kind == "gate")


def sides_of(set_: Contents) -> tuple[Side, ...]:
    """What is asked of the rest: a question a side, and one for a part without sides."""
    found = []
    for view in set_.parts:
        for side in view.sides:
            scored = tuple(criterion for criterion in side.criteria if criterion.kind != "gate")
            if scored:
                key = f"{view.part.key}.{side.key}"
                title = side.label or view.part.label
                found.append(Side(key, view.part.key, side.number, title, side.about, scored))
    return tuple(found)


# --- The estimate -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Estimate:
    """Between which points and levels the answers leave a centre. Without all gates there is no level at all."""

    low: int
    high: int
    maximum: Decimal
    gates_met: int
    gates_total: int
    lowest: LevelRule | None
    highest: LevelRule | None

    @property
    def gates_open(self) -> int:
        """How many gates are not surely met."""
        return self.gates_total - self.gates_met


def estimate_of(
    scheme: Scheme, sides: Sequence[Side], answers: Mapping[str, str], rest: Mapping[str, str]
) -> Estimate:
    """The range in which the points may lie. Pure: a share of a side says no more than a third, two or three of it.

    A gate of which somebody is not sure is open. The lower end names only what is reached whatever the answers left
    out, the upper end what is not ruled out.

    Args:
        scheme: the level rules of the set.
        sides: from `sides_of`.
        answers: by key of a gate.
        rest: by key of a side.
    """
    lows: dict[str, int] = {part.key: 0 for part in scheme.parts}
    highs = dict(lows)
    for side in sides:
        least, most = _WITHIN[rest.get(side.key, "")]
        lows[side.part] += floor(side.points * least)
        highs[side.part] += ceil(side.points * most)
    met = sum(answers.get(gate.key) == YES for gate in scheme.gates)
    whole = met == len(scheme.gates)
    return Estimate(
        low=sum(lows.values()),
        high=sum(highs.values()),
        maximum=scheme.maximum,
        gates_met=met,
        gates_total=len(scheme.gates),
        lowest=_reached(scheme, lows, surely=True) if whole else None,
        highest=_reached(scheme, highs, surely=False) if whole else None,
    )


def _reached(scheme: Scheme, by_part: Mapping[str, int], *, surely: bool) -> LevelRule | None:
    """The highest level whose rule, and that of all below it, the points of the parts satisfy.

    What a level asks of single items nobody was asked here: it is never sure, and never ruled out.
    """
    best: LevelRule | None = None
    for rule in scheme.levels:
        enough = sum(by_part.values()) >= rule.min_total and all(
            by_part[key] >= least for key, least in rule.min_parts
        )
        if not enough or (surely and rule.required):
            break
        best = rule
    return best


# --- The plan -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlanRow:
    """Something that is missing, and who does it by when. `field` names its fields in the form."""

    key: str
    field: str
    number: str
    title: Words
    said: Words
    wanted: tuple[str, ...]
    about: str
    who: str
    by: date | None
    late: bool


@dataclass(frozen=True, slots=True)
class Planned:
    """Who does something, and by when."""

    who: str = ""
    by: date | None = None


# The parts of a row that come from the set and the answers.
_Asked: TypeAlias = tuple[str, str, str, Words, Words, tuple[str, ...], str]


def wanted_of(criterion: Criterion) -> tuple[str, ...]:
    """What the criteria set gives as examples of what shows that an item is there."""
    return tuple(str(each["text"]) for each in criterion.evidence)


def rows_of(set_: Contents, check: SelfCheck, today: date) -> tuple[PlanRow, ...]:
    """What is missing by the answers: gates that are open, then sides of which there is only some or little."""
    found = []
    asked: _Asked
    for gate in gates_of(set_):
        said = check.answers.get(gate.key, UNSURE)
        if said != YES:
            asked = (gate.key, str(gate.ordinal), gate.number, gate.label, ANSWERS[said], wanted_of(gate), "")
            found.append(_row(check, today, asked))
    for place, side in enumerate(sides_of(set_), start=1):
        said = check.rest.get(side.key, "most")
        if said != "most":
            asked = (side.key, f"s{place}", "", side.name, SHARES[said], (), side.about)
            found.append(_row(check, today, asked))
    return tuple(found)


def planned_in(check: SelfCheck, key: str) -> Planned:
    """What is planned of a gate or a side, by its key."""
    kept = check.plan.get(key, {})
    return Planned(kept.get("who", ""), date.fromisoformat(kept["by"]) if kept.get("by") else None)


def _row(check: SelfCheck, today: date, asked: _Asked) -> PlanRow:
    planned = planned_in(check, asked[0])
    return PlanRow(*asked, planned.who, planned.by, planned.by is not None and planned.by < today)


# --- Reading ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SelfCheckPage:
    """A kept self-check as whoever holds its link reads it."""

    check: SelfCheck
    contents: Contents
    estimate: Estimate
    rows: tuple[PlanRow, ...]
    # Gates that are there: what shows it is worth collecting now.
    ready: tuple[Criterion, ...]
    lowest: Level | None
    highest: Level | None
    until: datetime


def current_set(actor: Actor, moment: datetime) -> CriteriaSet | None:
    """The criteria of the round to speak of now: one that takes applications, one that runs, the next; else the newest set.

    At most three queries.
    """
    running = list(rounds_on(moment))
    taking = [row for row in running if is_open(row, moment)]
    begun = [row for row in running if round_phase_of(row, moment) is Phase.OPEN]
    ahead = sorted(running, key=lambda row: row.first_start)
    chosen = taking or begun or ahead
    if chosen:
        return chosen[0].criteria_set  # type: ignore[no-any-return] # a foreign key
    rows = CriteriaSet.objects.visible_to(actor).filter(state="published")
    found: CriteriaSet | None = rows.defer("document").order_by("-published_at", "-pk").first()
    return found


def named_set(actor: Actor, name: str) -> CriteriaSet | None:
    """The published set with this public id, or None. One query, none for what is no id."""
    try:
        wanted = UUID(name)
    except ValueError:
        return None
    rows = CriteriaSet.objects.visible_to(actor).filter(state="published", public_id=wanted)
    found: CriteriaSet | None = rows.defer("document").first()
    return found


def kept_check(token: str) -> SelfCheck | None:
    """What the secret of a link opens, or None when it opens nothing any more. One query."""
    rows = SelfCheck.objects.filter(token_digest=digest(token), expires_at__gt=clock.wall())
    return rows.select_related("criteria_set__programme").defer("criteria_set__document").first()


def self_check_page(check: SelfCheck, moment: datetime) -> SelfCheckPage:
    """The result of a kept check: the estimate and what is missing. No query but for a set that was never read."""
    set_ = contents(check.criteria_set)
    estimate = estimate_of(set_.scheme, sides_of(set_), check.answers, check.rest)
    return SelfCheckPage(
        check=check,
        contents=set_,
        estimate=estimate,
        rows=rows_of(set_, check, bangkok_date(moment)),
        ready=tuple(gate for gate in gates_of(set_) if check.answers.get(gate.key) == YES),
        lowest=set_.levels_by_key[estimate.lowest.key] if estimate.lowest else None,
        highest=set_.levels_by_key[estimate.highest.key] if estimate.highest else None,
        # Links live in real time; where a time machine moved the clock, people read their own.
        until=check.expires_at + (clock.now() - clock.wall()),
    )


def drawn_page(
    criteria_set: CriteriaSet, answers: Mapping[str, str], rest: Mapping[str, str], moment: datetime
) -> SelfCheckPage:
    """The result of answers that are kept nowhere."""
    shares = {key: said for key, said in rest.items() if said}
    check = SelfCheck(criteria_set=criteria_set, answers=dict(answers), rest=shares, expires_at=clock.wall())
    return self_check_page(check, moment)


def takers(actor: Actor, check: SelfCheck) -> list[Application]:
    """The applications that the actor may take a self-check into: of its own centres and its programme, still written.

    Two queries.
    """
    rows = my_applications(actor).prefetch_related(None).filter(state__in=EDITABLE)
    return list(rows.filter(round__programme=check.criteria_set.programme_id)[:50])


def where_it_stands(page: SelfCheckPage) -> Words:
    """The result in one sentence: never a level while a gate is open."""
    estimate = page.estimate
    if estimate.gates_open:
        words = _("ยังไม่มีระดับ เพราะเกณฑ์ที่ต้องผ่านมีแล้ว {met} จาก {total} ข้อ")
        return format_lazy(words, met=estimate.gates_met, total=estimate.gates_total)
    if page.highest is None:
        return _("เกณฑ์ที่ต้องผ่านครบแล้ว แต่คะแนนโดยประมาณยังไม่ถึงระดับใด")
    if page.lowest is None:
        words = _("เกณฑ์ที่ต้องผ่านครบแล้ว ประมาณการกว้าง ตั้งแต่ยังไม่ถึงระดับใด จนถึงระดับ{level}")
        return format_lazy(words, level=bare_level(page.highest.label))
    if page.lowest.key == page.highest.key:
        return format_lazy(
            _("เกณฑ์ที่ต้องผ่านครบแล้ว ประมาณการอยู่ที่ระดับ{level}"), level=bare_level(page.highest.label)
        )
    words = _("เกณฑ์ที่ต้องผ่านครบแล้ว ประมาณการอยู่ระหว่างระดับ{low} ถึงระดับ{high}")
    return format_lazy(words, low=bare_level(page.lowest.label), high=bare_level(page.highest.label))
