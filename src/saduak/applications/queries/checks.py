"""Checks between numbers, as the criteria file declares them. Pure.

A check says nothing while one of its numbers is missing; that is told by itself, as a hint.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.applications import numbers
from saduak.applications.models import Answer
from saduak.foundation.access.registry import Words
from saduak.programme.models import Criterion
from saduak.programme.queries import Contents
from saduak.programme.reading import checks as files
from saduak.programme.words import bilingual

# Severity, kind, what it is, what to do.
Piece: TypeAlias = tuple[str, str, Words, Words]
ERROR_PERCENT = 5
_FORMULAS: dict[str, Words] = {"yamane": _("ทาโร ยามาเน"), "krejcie-morgan": _("เครซีและมอร์แกน")}


@dataclass(frozen=True, slots=True)
class Stated:
    """A number that a check names, and what the centre states."""

    label: str
    value: Decimal

    @property
    def said(self) -> str:
        """With its name: ผู้ตอบแบบสำรวจ 120."""
        return f"{self.label} {numbers.grouped(self.value)}"


def failing(contents: Contents, answers: Mapping[int, Answer], criterion: Criterion) -> Iterator[Piece]:
    """The checks of a criterion that fail, and the numbers that are missing."""
    if answers[criterion.pk].claim != "met":
        return
    stated = answers[criterion.pk].numbers
    missing = [numbers.label(number) for number in criterion.numbers if not stated.get(number["key"])]
    if missing:
        what = format_lazy(_("ยังไม่ได้กรอก {names}"), names=", ".join(missing))
        yield "hint", "number", what, _("กรอกตัวเลข ผู้ตรวจประเมินใช้ดูว่าครอบคลุมเพียงใด")
    for check in criterion.checks:
        given = _given(contents, answers, criterion, check["of"])
        wrong = None if given is None else _RULES[check["rule"]](check, given)
        if wrong is not None:
            yield check["severity"], check["rule"], wrong, _todo(check)


def _given(
    contents: Contents, answers: Mapping[int, Answer], criterion: Criterion, names: Sequence[str]
) -> list[Stated] | None:
    """What is stated for the names of a check; None while one of them is not."""
    found = []
    for name in names:
        item, _slash, key = files.full(criterion.key, name).partition("/")
        other = contents.by_key[item]
        value = answers[other.pk].numbers.get(key) if other.pk in answers else None
        if not value:
            return None
        label = next(numbers.label(number) for number in other.numbers if number["key"] == key)
        found.append(Stated(label, Decimal(value)))
    return found


def _todo(check: Mapping[str, Any]) -> Words:
    """What to do, with where the rule comes from: what is no official rule says so."""
    if "says" in check:
        words: Words = bilingual(check["says"], check.get("says_en", ""))
    elif check["rule"] == "sample":
        words = _("สำรวจเพิ่ม หรืออธิบายว่าทำไมจำนวนนี้พอ")
    else:
        words = _("ตรวจตัวเลขกับเอกสาร แล้วแก้ให้ตรงกัน")
    if check.get("official"):
        return words
    return format_lazy(_("{todo} (คำแนะนำ ไม่ใช่ข้อกำหนดทางการ)"), todo=words)


def _at_most(_check: Mapping[str, Any], given: list[Stated]) -> Words | None:
    part, whole = given
    if part.value <= whole.value:
        return None
    return format_lazy(_("{part} มากกว่า {whole}"), part=part.said, whole=whole.said)


def _equal(_check: Mapping[str, Any], given: list[Stated]) -> Words | None:
    first = given[0]
    other = next((row for row in given[1:] if row.value != first.value), None)
    return (
        None
        if other is None
        else format_lazy(_("{first} ไม่ตรงกับ {other}"), first=first.said, other=other.said)
    )


def _sum(_check: Mapping[str, Any], given: list[Stated]) -> Words | None:
    *parts, whole = given
    total = sum((row.value for row in parts), Decimal(0))
    if total == whole.value:
        return None
    names = " + ".join(row.said for row in parts)
    said = _("{names} รวมได้ {total} ไม่ตรงกับ {whole}")
    return format_lazy(said, names=names, total=numbers.grouped(total), whole=whole.said)


def _between(check: Mapping[str, Any], given: list[Stated]) -> Words | None:
    number, least, most = given[0], check.get("least"), check.get("most")
    if least is not None and number.value < least:
        return format_lazy(_("{number} น้อยกว่า {least}"), number=number.said, least=numbers.grouped(least))
    if most is not None and number.value > most:
        return format_lazy(_("{number} มากกว่า {most}"), number=number.said, most=numbers.grouped(most))
    return None


def _sample(check: Mapping[str, Any], given: list[Stated]) -> Words | None:
    population, asked = given
    error = check.get("error_percent", ERROR_PERCENT)
    least = numbers.sample_size(check["formula"], population.value, error)
    if asked.value >= least:
        return None
    said = _("{asked} จาก {population} ตามสูตรของ{formula} ที่คลาดเคลื่อน {error}% ควรสำรวจ {least}")
    return format_lazy(
        said,
        asked=asked.said,
        population=population.said,
        formula=_FORMULAS[check["formula"]],
        error=error,
        least=numbers.grouped(least),
    )


_RULES = {"at-most": _at_most, "equal": _equal, "sum": _sum, "between": _between, "sample": _sample}
