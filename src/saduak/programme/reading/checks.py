"""Checks between the numbers of items: each names numbers that exist, as many as its rule takes."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.foundation.access.registry import Words
from saduak.programme.reading.lines import Where

Doc: TypeAlias = dict[str, Any]
Found: TypeAlias = tuple[Where, Words]

# rule: (how many numbers at least, at most)
_TAKES = {"at-most": (2, 2), "equal": (2, 8), "sum": (3, 8), "between": (1, 1), "sample": (2, 2)}


def problems(items: Sequence[tuple[list[str | int], Doc]]) -> Iterator[Found]:
    """What is wrong in the checks of all items, with the path to it."""
    known = {f"{item['key']}/{number['key']}" for _path, item in items for number in item.get("numbers", ())}
    for path, item in items:
        for n, check in enumerate(item.get("checks", ())):
            yield from _check([*path, "checks", n], item["key"], check, known)


def _check(here: list[str | int], item: str, check: Doc, known: set[str]) -> Iterator[Found]:
    rule, of = check["rule"], check["of"]
    for n, name in enumerate(of):
        if full(item, name) not in known:
            yield [*here, "of", n], format_lazy(_("ไม่มีตัวเลขชื่อ {name} ใน numbers"), name=name)
    least, most = _TAKES[rule]
    if not least <= len(of) <= most:
        words = _("กฎ {rule} ใช้ตัวเลขตั้งแต่ {least} ถึง {most} ตัว")
        yield [*here, "of"], format_lazy(words, rule=rule, least=least, most=most)
    if rule == "between" and not {"least", "most"} & set(check):
        yield here, _("กฎ between ต้องบอก least หรือ most")
    if rule == "between" and check.get("least", 0) > check.get("most", check.get("least", 0)):
        yield [*here, "least"], _("least ต้องไม่มากกว่า most")
    if (rule == "sample") != ("formula" in check):
        yield here, _("formula ใช้กับกฎ sample และกฎ sample ต้องมี formula")


def full(item: str, name: str) -> str:
    """A number's name with its item: "c-f47b43/users"; a name without an item is of the item where it stands."""
    return name if "/" in name else f"{item}/{name}"
