"""Numbers that a centre states beside its text: read from what was typed, told in words, and how large a sample should be.

Pure: no database. They are kept as text ("1250", "87.5"), so that the signed bytes are the same everywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from saduak.foundation.access import Invalid
from saduak.foundation.access.registry import Words
from saduak.foundation.thai.numerals import to_arabic_digits
from saduak.programme.levels import plain
from saduak.programme.models import Criterion
from saduak.programme.words import in_language

LARGEST = Decimal(10) ** 12
# The names of a form's fields, and of what is wrong with one of them.
FIELD = "number-"
WRONG: Words = _("กรอกเป็นตัวเลข เช่น 1,250 หรือ 87.5")
# Chi-square of one degree of freedom at 95 %, and the share that asks for the largest sample.
_CHI, _SHARE = Decimal("3.841"), Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Told:
    """A number with its name and unit, as it is read."""

    label: str
    value: str


def parse(typed: object) -> str:
    """A number as it is kept; nothing for an empty field. Thai digits, separators and spaces are fine.

    Raises:
        ValueError: it is no number, negative, too large, or finer than hundredths.
    """
    text = to_arabic_digits(str(typed)).replace(",", "").replace("%", "").strip()
    if not text:
        return ""
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not value.is_finite() or not 0 <= value <= LARGEST or value != round(value, 2):
        raise ValueError(text)
    return plain(value.copy_abs())


def changed(criterion: Criterion, now: Mapping[str, str], given: Mapping[str, Any]) -> dict[str, str]:
    """What an answer states after some numbers were given; an empty one is taken away, those left out stay.

    Raises:
        Invalid: the criterion asks for no such number, or it is none.
    """
    asked = [number["key"] for number in criterion.numbers]
    found = dict(now)
    for key, typed in given.items():
        if key not in asked:
            words = _("ข้อนี้ไม่มีช่องตัวเลขนี้ เปิดหน้านี้ใหม่แล้วลองอีกครั้ง")
            raise Invalid(words, {"numbers": words}, "number")
        try:
            found[key] = parse(typed)
        except ValueError as error:
            raise Invalid(WRONG, {f"{FIELD}{key}": WRONG}, "number") from error
    return {key: found[key] for key in asked if found.get(key)}


def told(criterion: Criterion, numbers: Mapping[str, str]) -> tuple[Told, ...]:
    """The numbers that an answer states, in the order of the criterion."""
    return tuple(
        Told(label(number), f"{grouped(numbers[number['key']])} {unit(number)}".rstrip())
        for number in criterion.numbers
        if numbers.get(number["key"])
    )


def label(number: Mapping[str, Any]) -> str:
    """The name of a number in the reader's language."""
    return in_language(number["label"], number.get("label_en", ""))


def unit(number: Mapping[str, Any]) -> str:
    """Its unit in the reader's language."""
    return in_language(number.get("unit", ""), number.get("unit_en", ""))


def grouped(value: object) -> str:
    """1,250.5: a number as people read it."""
    return f"{Decimal(str(value)):,f}"


def sample_size(formula: str, population: Decimal, error_percent: int) -> Decimal:
    """How many to ask of a population, rounded as the published tables are.

    Args:
        formula: "yamane" (Yamane 1967) or "krejcie-morgan" (Krejcie and Morgan 1970, 95 %).
        population: of how many.
        error_percent: what error is accepted.
    """
    error = Decimal(error_percent) / 100
    if formula == "yamane":
        size = population / (1 + population * error**2)
    else:
        spread = _CHI * _SHARE * (1 - _SHARE)
        size = spread * population / (error**2 * (population - 1) + spread) if population else population
    return min(size.quantize(Decimal(1), ROUND_HALF_UP), population)
