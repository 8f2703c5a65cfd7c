"""Level rules: data in, a level and its reasons in words out. Pure: no database, no clock.

A rule says: every gate met, at least so many points in total, at least so many in a part, at least so many for an item.
While one gate is open there is no level, whatever the points. Points are compared exactly, never rounded up.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self, TypeAlias

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.foundation.access.registry import Words
from saduak.foundation.thai.words import bare_level
from saduak.programme.words import bilingual

Points: TypeAlias = Decimal | int
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Item:
    """A criterion, as far as its points matter."""

    key: str
    number: str
    title: Words
    part: str
    kind: str
    points: Decimal

    @property
    def is_gate(self) -> bool:
        """Whether it is only met or open."""
        return self.kind == "gate"


@dataclass(frozen=True, slots=True)
class PartRef:
    """A part of the set and what it is worth."""

    key: str
    title: Words
    kind: str
    points: Decimal


@dataclass(frozen=True, slots=True)
class LevelRule:
    """A level and what it asks for."""

    key: str
    name: Words
    colour: str
    ordinal: int
    min_total: Decimal
    min_parts: tuple[tuple[str, Decimal], ...] = ()
    required: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class Scheme:
    """What a criteria set says about points and levels; levels from the lowest."""

    items: tuple[Item, ...]
    parts: tuple[PartRef, ...]
    levels: tuple[LevelRule, ...]
    official: bool

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """The scheme in the document of a criteria set (see criteria/schema.json)."""
        return cls(
            items=tuple(
                Item(
                    item["key"],
                    item["number"],
                    bilingual(item["title"], item.get("title_en", "")),
                    part["key"],
                    item["kind"],
                    Decimal(item.get("points", 0)),
                )
                for part in document["parts"]
                for item in part["items"]
            ),
            parts=tuple(
                PartRef(
                    part["key"],
                    bilingual(part["title"], part.get("title_en", "")),
                    part["kind"],
                    Decimal(part["points"]),
                )
                for part in document["parts"]
            ),
            levels=tuple(_level(n, level) for n, level in enumerate(document["levels"], start=1)),
            official=bool(document["official"]),
        )

    @property
    def gates(self) -> tuple[Item, ...]:
        """The items that must be met."""
        return tuple(item for item in self.items if item.is_gate)

    @property
    def scored(self) -> tuple[Item, ...]:
        """The items that carry points."""
        return tuple(item for item in self.items if not item.is_gate)

    @property
    def maximum(self) -> Decimal:
        """All points together."""
        return sum((part.points for part in self.parts), ZERO)

    def item(self, key: str) -> Item:
        """The item with this key.

        Raises:
            KeyError: there is none.
        """
        for item in self.items:
            if item.key == key:
                return item
        raise KeyError(key)

    def part(self, key: str) -> PartRef:
        """The part with this key.

        Raises:
            KeyError: there is none.
        """
        for part in self.parts:
            if part.key == key:
                return part
        raise KeyError(key)


def _level(ordinal: int, level: Mapping[str, Any]) -> LevelRule:
    rule = level["rule"]
    return LevelRule(
        key=level["key"],
        name=bilingual(level["name"], level.get("name_en", "")),
        colour=level["colour"],
        ordinal=ordinal,
        min_total=Decimal(rule["min_total"]),
        min_parts=tuple((key, Decimal(least)) for key, least in rule.get("min_parts", {}).items()),
        required=tuple((key, Decimal(least)) for key, least in rule.get("required", {}).items()),
    )


@dataclass(frozen=True, slots=True)
class Gain:
    """One thing to do on the way up: raise `item` by `points`; the total is then `total`."""

    item: Item
    points: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class Next:
    """The way up: gates first, then the fewest items. `level` is None, so that nobody shows it, while a gate is open."""

    level: LevelRule | None
    gates: tuple[Item, ...]
    gains: tuple[Gain, ...]
    missing: Decimal
    reachable: bool


@dataclass(frozen=True, slots=True)
class Result:
    """Where the points lead. `level` is None while a gate is open or the lowest level is not reached."""

    level: LevelRule | None
    total: Decimal
    maximum: Decimal
    by_part: Mapping[str, Decimal]
    gates_done: int
    gates_total: int
    open_gates: tuple[Item, ...]
    next: Next | None
    estimate: bool
    sentences: tuple[Words, ...]

    @property
    def gates_ok(self) -> bool:
        """Whether every gate is met."""
        return not self.open_gates


def evaluate(scheme: Scheme, *, met: Collection[str], points: Mapping[str, Points]) -> Result:
    """The level that gates and points reach, and why, in words.

    Args:
        scheme: the criteria set's rules.
        met: keys of the gate items that are met.
        points: points by item key; missing is 0, more than the item is worth counts as what it is worth.
    """
    held = {item.key: _within(points.get(item.key, 0), item.points) for item in scheme.scored}
    by_part = _by_part(scheme, held)
    total = sum(held.values(), ZERO)
    still_open = tuple(item for item in scheme.gates if item.key not in met)
    reached = [rule for rule in scheme.levels if holds(rule, held, by_part)]
    by_points = _highest(scheme, reached)
    climbed = by_points.ordinal if by_points else 0
    target = scheme.levels[climbed] if climbed < len(scheme.levels) else None
    level = by_points if not still_open else None
    following = _way(scheme, target, held, still_open) if target or still_open else None
    shell = Result(
        level=level,
        total=total,
        maximum=scheme.maximum,
        by_part=by_part,
        gates_done=len(scheme.gates) - len(still_open),
        gates_total=len(scheme.gates),
        open_gates=still_open,
        next=following,
        estimate=not scheme.official,
        sentences=(),
    )
    return _explained(shell, scheme, held)


def holds(rule: LevelRule, held: Mapping[str, Decimal], by_part: Mapping[str, Decimal]) -> bool:
    """Whether the points satisfy a level's rule, leaving the gates aside."""
    return (
        sum(held.values(), ZERO) >= rule.min_total
        and all(by_part[key] >= least for key, least in rule.min_parts)
        and all(held[key] >= least for key, least in rule.required)
    )


def _within(value: Points, most: Decimal) -> Decimal:
    return min(max(Decimal(value), ZERO), most)


def _highest(scheme: Scheme, reached: Sequence[LevelRule]) -> LevelRule | None:
    """The highest level all of whose lower levels are reached too: a stair, not a jump."""
    best: LevelRule | None = None
    for rule in scheme.levels:
        if rule not in reached:
            break
        best = rule
    return best


def _way(
    scheme: Scheme, rule: LevelRule | None, held: Mapping[str, Decimal], gates: tuple[Item, ...]
) -> Next:
    """The cheapest way to a level: what is required, then what a part lacks, then what the total lacks."""
    total = sum(held.values(), ZERO)
    if rule is None:
        return Next(level=None, gates=gates, gains=(), missing=ZERO, reachable=True)
    room = {item.key: item.points - held[item.key] for item in scheme.scored}
    chosen = {key: room[key] for key, least in rule.required if held[key] < least}
    for key, least in rule.min_parts:
        inside = [item for item in scheme.scored if item.part == key]
        _fill(inside, room, chosen, least - sum((held[item.key] for item in inside), ZERO))
    _fill(scheme.scored, room, chosen, rule.min_total - total)
    after = {key: value + chosen.get(key, ZERO) for key, value in held.items()}
    return Next(
        level=None if gates else rule,
        gates=gates,
        gains=_gains(scheme, chosen, total),
        missing=max(rule.min_total - total, ZERO),
        reachable=holds(rule, after, _by_part(scheme, after)),
    )


def _gains(scheme: Scheme, chosen: Mapping[str, Decimal], total: Decimal) -> tuple[Gain, ...]:
    """The chosen items with the running total, the largest gain first."""
    gains = []
    for item in sorted((i for i in scheme.scored if i.key in chosen), key=lambda i: -chosen[i.key]):
        total += chosen[item.key]
        gains.append(Gain(item, chosen[item.key], total))
    return tuple(gains)


def _by_part(scheme: Scheme, held: Mapping[str, Decimal]) -> dict[str, Decimal]:
    return {
        part.key: sum((held[i.key] for i in scheme.scored if i.part == part.key), ZERO)
        for part in scheme.parts
    }


def _fill(
    items: Iterable[Item], room: Mapping[str, Decimal], chosen: dict[str, Decimal], lacking: Decimal
) -> None:
    """Choose the fewest items that bring `lacking` more points; the last one no bigger than needed."""
    pool = [item for item in items if room[item.key] > 0]
    lacking -= sum((chosen[item.key] for item in pool if item.key in chosen), ZERO)
    free = sorted((item for item in pool if item.key not in chosen), key=lambda item: -room[item.key])
    while lacking > 0 and free:
        enough = [item for item in free if room[item.key] >= lacking]
        pick = min(enough, key=lambda item: room[item.key]) if enough else free[0]
        free.remove(pick)
        chosen[pick.key] = room[pick.key]
        lacking -= room[pick.key]


# --- In words ----------------------------------------------------------------------------------------------------------


def plain(value: Points) -> str:
    """Points without needless zeros: 74, 74.5."""
    text = f"{Decimal(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def numbers(items: Iterable[Item]) -> Words:
    """Item numbers in a sentence: 13, or 13 และ 14, or 1, 2 และ 3."""
    names = [item.number for item in items]
    if len(names) <= 1:
        return "".join(names)
    return format_lazy(_("{first} และ {last}"), first=", ".join(names[:-1]), last=names[-1])


def _explained(result: Result, scheme: Scheme, held: Mapping[str, Decimal]) -> Result:
    words = [*_standing(result, scheme), *_missing(result, scheme, held), *_steps(result)]
    if result.estimate:
        words.append(_("คะแนนเป็นประมาณการ เพราะเกณฑ์ที่ใช้ยังไม่เป็นทางการ"))
    return Result(
        **{name: getattr(result, name) for name in result.__slots__ if name != "sentences"},
        sentences=tuple(words),
    )


def _standing(result: Result, scheme: Scheme) -> list[Words]:
    """Where it stands now."""
    if result.open_gates:
        part = scheme.part(result.open_gates[0].part)
        return [
            format_lazy(
                _("ยังไม่มีระดับ เพราะ{part}ครบ {done} จาก {total} ข้อ ยังขาดข้อ {numbers}"),
                part=part.title,
                done=result.gates_done,
                total=result.gates_total,
                numbers=numbers(result.open_gates),
            )
        ]
    total = {"points": plain(result.total), "maximum": plain(result.maximum)}
    if result.level is None:
        return [format_lazy(_("ยังไม่ถึงระดับใด ได้ {points} จาก {maximum} คะแนน"), **total)]
    return [
        format_lazy(
            _("ถึงระดับ{level} ได้ {points} จาก {maximum} คะแนน"), level=bare_level(result.level.name), **total
        )
    ]


def _missing(result: Result, scheme: Scheme, held: Mapping[str, Decimal]) -> list[Words]:
    """What the next level asks for that is not there yet, one sentence a reason."""
    way = result.next
    if way is None or way.level is None:
        return []
    rule, words = way.level, list[Words]()
    if way.missing:
        words.append(
            format_lazy(
                _("ระดับ{level}ต้องได้ {least} คะแนน ยังขาดอีก {missing} คะแนน"),
                level=bare_level(rule.name),
                least=plain(rule.min_total),
                missing=plain(way.missing),
            )
        )
    words += [
        format_lazy(
            _("ระดับ{level}ต้องได้{part}อย่างน้อย {least} คะแนน ตอนนี้ได้ {points}"),
            level=bare_level(rule.name),
            part=scheme.part(key).title,
            least=plain(least),
            points=plain(result.by_part[key]),
        )
        for key, least in rule.min_parts
        if result.by_part[key] < least
    ]
    short = [scheme.item(key) for key, least in rule.required if held[key] < least]
    if short:
        words.append(
            format_lazy(
                _("ระดับ{level}ต้องได้คะแนนในข้อ {numbers}"), level=bare_level(rule.name), numbers=numbers(short)
            )
        )
    return words


def _steps(result: Result) -> list[Words]:
    """The cheapest way up, in one sentence; while a gate is open, the gates alone."""
    way = result.next
    if way is None:
        return []
    if way.gates:
        return [format_lazy(_("ทำข้อ {numbers} ให้ครบก่อน คะแนนจึงมีผล"), numbers=numbers(way.gates))]
    if way.level is None or not way.reachable or not way.gains:
        return []
    return [
        format_lazy(
            _("ทางที่สั้นที่สุดคือทำข้อ {numbers} ให้เต็ม จะเป็น {total} คะแนน ถึงระดับ{level}"),
            numbers=numbers(gain.item for gain in way.gains),
            total=plain(way.gains[-1].total),
            level=way.level.name,
        )
    ]
