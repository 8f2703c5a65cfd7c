"""The score gauge: its geometry in percent and pixels, worked out here so that the page needs no inline style."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from saduak.foundation.thai.numerals import format_number

KNOWN = ("basic", "advanced", "excellent")
STEP = 26  # pixels that each stair is higher than the one before
BAR = 30  # pixels of the bar's height
TIGHT = 14  # percent below which two numbers under the bar would touch on a phone


@dataclass(frozen=True, slots=True)
class Zone:
    """One stair: where it begins, how wide and how high it stands on the bar."""

    key: str
    label: str
    floor: str
    x: str
    width: str
    top: int
    height: int
    text_x: str
    small_top: int
    small_height: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A number under the bar: where its line stands and to which side its words go."""

    x: str
    text_x: str
    anchor: str
    number: str
    line_to: int
    number_y: int
    caption_y: int


@dataclass(frozen=True, slots=True)
class Gauge:
    """Everything that the template draws and says."""

    id: str
    shut: bool
    height: int
    bar_y: int
    bar_height: int
    end_y: float
    zones: list[Zone]
    have: Mark
    claim: Mark | None
    captions_below: bool
    room_at_end: bool  # whether no line crosses the scale's last number
    reached: Zone | None
    following: Zone | None
    missing: str
    total: str
    gates: str
    gate_title: str
    say: str


def _percent(value: Decimal) -> str:
    return f"{value:f}%"


def _of(value: object, total: Decimal) -> Decimal:
    share = Decimal(str(value)) * 100 / total
    return min(max(share, Decimal(0)), Decimal(100)).quantize(Decimal("0.01")).normalize()


def _get(level: Any, name: str) -> Any:
    return level[name] if isinstance(level, Mapping) else getattr(level, name)


def _zones(levels: list[Any], total: Decimal, bar_y: int) -> list[Zone]:
    shares = [_of(_get(level, "floor"), total) for level in levels]
    zones = []
    for index, level in enumerate(levels):
        until = shares[index + 1] if index + 1 < len(levels) else Decimal(100)
        height = STEP * (index + 1)
        key = str(_get(level, "key"))
        zones.append(
            Zone(
                key=key if key in KNOWN else "",
                label=str(_get(level, "label")),
                floor=format_number(Decimal(str(_get(level, "floor")))),
                x=_percent(shares[index]),
                width=_percent(until - shares[index]),
                top=bar_y - height,
                height=height,
                text_x=_percent(max(shares[index] - 1, Decimal(0))),
                small_top=22 - 7 * index,
                small_height=6 + 7 * index,
            )
        )
    return zones


def _marks(have: object, claim: object, total: Decimal, bottom: int) -> tuple[Mark, Mark | None, bool]:
    """The number for what is backed, the one for what is claimed, and whether their captions go below the drawing."""
    x, y = _of(have, total), _of(have if claim is None else claim, total)
    apart = claim is not None and y > x
    stagger = apart and y >= 93 and y - x < TIGHT
    near_start = x < 4
    first = Mark(
        x=_percent(x),
        text_x=_percent(x),
        anchor="start" if near_start else "end",
        number=format_number(Decimal(str(have))),
        line_to=bottom + 30,
        number_y=bottom + 54,
        caption_y=bottom + 74,
    )
    if not apart:
        return first, None, x < 25
    drop = 30 if stagger or (near_start and y < TIGHT) else 0
    second = Mark(
        x=_percent(y),
        text_x="100%" if y >= 93 else _percent(y),
        anchor="end" if y >= 93 else "start",
        number=format_number(Decimal(str(claim))),
        line_to=bottom + 30 + drop,
        number_y=bottom + 54 + drop,
        caption_y=bottom + 74 + drop,
    )
    return first, second, bool(x < 25 or y > 88 or drop)


def build(
    *,
    have: object,
    claim: object = None,
    levels: Iterable[Any] = (),
    gates_done: int = 0,
    gates_total: int = 0,
    gate_title: object = "",
    total: object = 100,
    gauge_id: str = "gauge",
) -> Gauge:
    """Work out the gauge.

    While a gate is open (`gates_done` < `gates_total`) it is shut: no colour, no level, whatever the points say.

    Args:
        have: points backed by evidence.
        claim: points as filled in.
        levels: mappings or objects with key, label and floor (points), lowest first.
        gates_done: gates that are met.
        gates_total: gates there are.
        gate_title: what the criteria call their gates; without, what they are.
        total: the points that make the full scale.
        gauge_id: prefix of the ids inside, so that two gauges fit on a page.
    """
    whole = Decimal(str(total))
    ordered = sorted(levels, key=lambda level: Decimal(str(_get(level, "floor"))))
    bar_y = 22 + STEP * len(ordered) if ordered else 24
    bottom = bar_y + BAR
    zones = _zones(ordered, whole, bar_y)
    first, second, below = _marks(have, claim, whole, bottom)
    shut = gates_done < gates_total
    points = Decimal(str(have))
    passed = [
        zone
        for zone, level in zip(zones, ordered, strict=True)
        if points >= Decimal(str(_get(level, "floor")))
    ]
    ahead = [(zone, level) for zone, level in zip(zones, ordered, strict=True) if zone not in passed]
    lowest = second or first
    return Gauge(
        id=gauge_id,
        shut=shut,
        height=(lowest.number_y + 8) if below else (lowest.caption_y + 8),
        bar_y=bar_y,
        bar_height=BAR,
        end_y=bottom + 0.5,
        zones=zones,
        have=first,
        claim=second,
        captions_below=below,
        room_at_end=max(_of(have, whole), _of(claim or 0, whole)) < 88,
        reached=None if shut or not passed else passed[-1],
        following=ahead[0][0] if ahead else None,
        missing=format_number(Decimal(str(_get(ahead[0][1], "floor"))) - points) if ahead else "",
        total=format_number(whole),
        gates=_("%(done)s จาก %(all)s") % {"done": gates_done, "all": gates_total},
        gate_title=str(gate_title) or _("เกณฑ์ที่ต้องผ่าน"),
        say=_sentence(first, second, zones, format_number(whole)),
    )


def _sentence(have: Mark, claim: Mark | None, zones: list[Zone], total: str) -> str:
    """The drawing in one sentence, for those who hear it."""
    parts = [
        _("คะแนนประมาณการจาก %(total)s คือ มีหลักฐานรองรับ %(have)s") % {"total": total, "have": have.number}
    ]
    if claim:
        parts.append(_("ตามที่กรอก %(claim)s") % {"claim": claim.number})
    if zones:
        floors = " ".join(f"{zone.label} {zone.floor}" for zone in zones)
        parts.append(_("เกณฑ์ของแต่ละระดับคือ %(floors)s") % {"floors": floors})
    return " ".join(parts)
