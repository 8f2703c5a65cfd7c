"""Points as people type them on a sheet or in a consensus: read, checked by the action, and shown again as typed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from saduak.assessment.actions import Given
from saduak.assessment.actions.scoring import LONGEST_REMARK
from saduak.foundation.access.registry import Words
from saduak.foundation.templatetags.thai import number
from saduak.foundation.thai.numerals import to_arabic_digits
from saduak.programme.models import Criterion

POINTS, REMARK = "p-", "r-"
NO_NUMBER = _("ใส่ตัวเลข เช่น 1 หรือ 1.5")
# So much of what was typed is repeated in the list of what is wrong.
_SHOWN = 20


@dataclass(slots=True)
class Typed:
    """What stands in the fields, by criterion key, and what is wrong with it."""

    points: dict[str, str] = field(default_factory=dict)
    remarks: dict[str, str] = field(default_factory=dict)
    note: str = ""
    wrong: dict[str, Words] = field(default_factory=dict)

    @classmethod
    def posted(cls, post: QueryDict, criteria: Iterable[Criterion]) -> "Typed":
        """What a form sent; a criterion whose fields it did not send is left out."""
        made = cls(note=post.get("note", ""))
        for row in criteria:
            if f"{POINTS}{row.key}" in post or f"{REMARK}{row.key}" in post:
                made.points[row.key] = post.get(f"{POINTS}{row.key}", "").strip()
                made.remarks[row.key] = post.get(f"{REMARK}{row.key}", "")
        return made

    @classmethod
    def stored(cls, rows: Iterable[tuple[str, Decimal | None, str]], note: str = "") -> "Typed":
        """What the database holds: key, points, remark."""
        made = cls(note=note)
        for key, points, remark in rows:
            made.points[key] = shown(points)
            made.remarks[key] = remark
        return made

    def given(self) -> dict[str, Given]:
        """The scores that can be read as numbers; the others are noted in `wrong`."""
        scores = {}
        for key, text in self.points.items():
            try:
                scores[key] = Given(read(text), self.remarks.get(key, ""))
            except InvalidOperation:
                self.wrong[key] = NO_NUMBER
        return scores

    def errors(self, criteria: Iterable[Criterion]) -> list[tuple[str, object]]:
        """What is wrong, each with the way to its field, in the order of the criteria; what is of none of them last."""
        wrong = dict(self.wrong)
        listed = [(row, wrong.pop(row.key)) for row in criteria if row.key in wrong]
        found: list[tuple[str, object]] = [(f"#c-{row.key}", self._at(row, words)) for row, words in listed]
        return [*found, *((f"#{key}", words) for key, words in wrong.items())]

    def _at(self, criterion: Criterion, words: Words) -> str:
        """What is wrong at a criterion, with the points that stand in its field when it is about them."""
        said = {
            "number": criterion.number,
            "words": words,
            "typed": self.points.get(criterion.key, "")[:_SHOWN],
        }
        about_points = len(self.remarks.get(criterion.key, "").strip()) <= LONGEST_REMARK
        if said["typed"] and about_points:
            return _t("ข้อ %(number)s พิมพ์ไว้ “%(typed)s”: %(words)s") % said
        return _t("ข้อ %(number)s: %(words)s") % said


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion as a form shows it: what it is about, what stands in its fields, and what is wrong with it."""

    about: Any
    criterion: Criterion
    most: Decimal
    points: str
    remark: str
    wrong: Words = ""
    saved: str = ""

    @property
    def is_gate(self) -> bool:
        """Whether it is only met or not."""
        return self.criterion.kind == "gate"


def line(
    about: Any, criterion: Criterion, most: Decimal, typed: Typed, saved: Mapping[str, str] | None = None
) -> Line:
    """One line of a form."""
    key = criterion.key
    return Line(
        about=about,
        criterion=criterion,
        most=most,
        points=typed.points.get(key, ""),
        remark=typed.remarks.get(key, ""),
        wrong=typed.wrong.get(key, ""),
        saved=(saved or {}).get(key, ""),
    )


def read(text: str) -> Decimal | None:
    """Points as typed, with Thai digits and a decimal comma too; nothing is None.

    Raises:
        InvalidOperation: no number.
    """
    plain = to_arabic_digits(text).strip().replace(",", ".")
    return Decimal(plain) if plain else None


def shown(points: Decimal | None) -> str:
    """Points as they stand in a field: 1, 1.5."""
    return "" if points is None else number(points)


def overwritten(typed: Typed, stored: Iterable[tuple[str, Decimal | None, str]], note: str) -> dict[str, str]:
    """What saving `typed` would take away of what is saved: by criterion, as words; the summing up under its name.

    For the writer who comes from another window. Fields that were empty, or hold what was typed, take nothing away.
    """
    found = {}
    for key, points, remark in stored:
        if key not in typed.points:
            continue
        other = points is not None and not _same(typed.points[key], points)
        said = remark and remark != typed.remarks.get(key, "").strip()
        if other or said:
            found[key] = " ".join(part for part in (shown(points), remark) if part)
    if note and note != typed.note.strip():
        found["note"] = note
    return found


def _same(text: str, points: Decimal) -> bool:
    try:
        return read(text) == points
    except InvalidOperation:
        return False
