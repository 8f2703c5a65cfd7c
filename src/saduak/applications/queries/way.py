"""The cheapest way to the next level, item by item. Pure: what `levels.evaluate` found, with where to go."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.applications.models import Answer
from saduak.foundation.access.registry import Words
from saduak.programme.levels import Gain, Result, plain
from saduak.programme.queries import Contents

# How near to done an item is: what lacks only evidence is the cheapest.
_LACKING, _BEGUN, _NONE = range(3)
_WHY: dict[int, Words] = {
    _LACKING: _("ตอบแล้ว เหลือแนบหลักฐาน"),
    _BEGUN: _("เขียนค้างไว้ ตอบและแนบหลักฐาน"),
    _NONE: _("ยังไม่ได้เริ่ม"),
}


@dataclass(frozen=True, slots=True)
class WayStep:
    """One item on the way: how many points it brings, and what the total is then."""

    answer_id: UUID
    number: str
    title: Words
    placeholder: bool
    why: Words
    points: Decimal
    total: Decimal

    @property
    def plus(self) -> Words:
        """+6 เป็น 76."""
        return format_lazy(_("+{points} เป็น {total}"), points=plain(self.points), total=plain(self.total))


@dataclass(frozen=True, slots=True)
class Way:
    """The way up. `level_name` is empty while a gate is open: no level is promised before (see the look)."""

    level_name: str
    gates: tuple[str, ...]
    steps: tuple[WayStep, ...]
    missing: Decimal
    reachable: bool


NOWHERE = Way(level_name="", gates=(), steps=(), missing=Decimal(0), reachable=True)


def way_of(contents: Contents, answers: Mapping[str, Answer], result: Result) -> Way:
    """The way from where the answers stand.

    Args:
        contents: of the criteria set.
        answers: by key of the criterion.
        result: of `levels.evaluate`.
    """
    way = result.next
    if way is None:
        return NOWHERE
    ordered = sorted(
        (gain for gain in way.gains if gain.item.key in answers),
        key=lambda gain: (_effort(answers[gain.item.key]), -gain.points),
    )
    return Way(
        level_name=contents.levels_by_key[way.level.key].label if way.level else "",
        gates=tuple(item.number for item in way.gates),
        steps=tuple(_steps(contents, answers, ordered, result.total)),
        missing=way.missing,
        reachable=way.reachable,
    )


def _steps(
    contents: Contents, answers: Mapping[str, Answer], gains: list[Gain], total: Decimal
) -> list[WayStep]:
    steps = []
    for gain in gains:
        total += gain.points
        criterion, answer = contents.by_key[gain.item.key], answers[gain.item.key]
        steps.append(
            WayStep(
                answer_id=answer.public_id,
                number=criterion.number,
                title=criterion.label,
                placeholder=criterion.placeholder,
                why=_why(answer),
                points=gain.points,
                total=total,
            )
        )
    return steps


def _effort(answer: Answer) -> int:
    if answer.claim == "met" and not answer.evidence_count:
        return _LACKING
    return _BEGUN if answer.narrative or answer.evidence_count or answer.claim else _NONE


def _why(answer: Answer) -> Words:
    if answer.claim == "met" and answer.evidence_count:
        return _("ได้บางส่วนแล้ว ทำให้เต็ม")
    if answer.claim == "unmet":
        return _("ตอบว่ายังไม่มีหรือมีไม่ครบ")
    return _WHY[_effort(answer)]
