"""What a schema cannot say: totals that add up, keys and numbers used once, levels that do not overlap."""

from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise
from typing import Any, TypeAlias

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.foundation.access.registry import Words
from saduak.programme.reading import checks
from saduak.programme.reading.lines import Where

Found: TypeAlias = tuple[Where, Words]
Doc: TypeAlias = dict[str, Any]

PLACEHOLDER_PREFIX = "รอชื่อทางการ"
_ITEM_KINDS = {"gate": {"gate"}, "quality": {"basic", "advanced"}, "outcome": {"outcome"}}


def problems(document: Doc, known_keys: Collection[str]) -> Iterator[Found]:
    """Everything wrong in a document that fits the schema, with the path to it."""
    yield from _once(((["sides", n, "key"], side["key"]) for n, side in enumerate(document["sides"])))
    yield from _once(((["parts", n, "key"], part["key"]) for n, part in enumerate(document["parts"])))
    yield from _once(((["levels", n, "key"], level["key"]) for n, level in enumerate(document["levels"])))
    items = list(_items(document))
    yield from _once((([*path, "key"], item["key"]) for path, _part, item in items))
    yield from _totals(document)
    sides = {side["key"] for side in document["sides"]}
    for path, part, item in items:
        yield from _item(path, part, item, sides)
        yield from _scale(path, item)
        if document["official"] and item.get("placeholder"):
            yield [*path, "placeholder"], _("เกณฑ์ที่เป็นทางการมีข้อที่ยังรอชื่อไม่ได้")
    yield from _once(
        (
            ([*path, "numbers", n, "key"], f"{item['key']}/{number['key']}")
            for path, _part, item in items
            for n, number in enumerate(item.get("numbers", ()))
        )
    )
    yield from checks.problems([(path, item) for path, _part, item in items])
    yield from _replaces(items, known_keys)
    yield from _levels(document, {item["key"]: item for _path, _part, item in items})


def _items(document: Doc) -> Iterator[tuple[list[str | int], Doc, Doc]]:
    for n, part in enumerate(document["parts"]):
        for m, item in enumerate(part["items"]):
            yield ["parts", n, "items", m], part, item


def _once(values: Iterable[tuple[Where, str]], words: Any = None) -> Iterator[Found]:
    seen: set[str] = set()
    for path, value in values:
        if value in seen:
            yield path, format_lazy(words or _("key {key} ใช้ซ้ำ ทุก key ต้องไม่ซ้ำกัน"), key=value)
        seen.add(value)


def _totals(document: Doc) -> Iterator[Found]:
    for n, part in enumerate(document["parts"]):
        yield from _once(
            ((["parts", n, "items", m, "number"], item["number"]) for m, item in enumerate(part["items"])),
            _("เลขข้อ {key} ใช้ซ้ำในส่วนนี้"),
        )
        points = sum(item.get("points", 0) for item in part["items"])
        if points != part["points"]:
            yield (
                ["parts", n, "points"],
                format_lazy(
                    _("ส่วนนี้ระบุ {said} คะแนน แต่คะแนนของทุกข้อรวมได้ {found}"), said=part["points"], found=points
                ),
            )
    total = sum(part["points"] for part in document["parts"])
    if total != document["total"]:
        yield (
            ["total"],
            format_lazy(
                _("คะแนนรวมระบุ {said} แต่คะแนนของทุกส่วนรวมได้ {found}"), said=document["total"], found=total
            ),
        )


def _item(path: list[str | int], part: Doc, item: Doc, sides: set[str]) -> Iterator[Found]:
    points = item.get("points", 0)
    if item["kind"] not in _ITEM_KINDS[part["kind"]]:
        yield (
            [*path, "kind"],
            format_lazy(_("ส่วนชนิด {part} มีข้อชนิด {item} ไม่ได้"), part=part["kind"], item=item["kind"]),
        )
    if item["kind"] == "gate" and points:
        yield [*path, "points"], _("ข้อที่ต้องผ่านไม่มีคะแนน ลบหัวข้อ points ออก")
    if item["kind"] != "gate" and not points:
        yield path, format_lazy(_("ข้อ {number} ต้องมีคะแนนมากกว่า 0"), number=item["number"])
    if "side" in item and item["side"] not in sides:
        yield [*path, "side"], format_lazy(_("ไม่มีด้านชื่อ {side} ใน sides"), side=item["side"])
    if part["kind"] == "quality" and sides and "side" not in item:
        yield path, format_lazy(_("ข้อ {number} ยังไม่ได้บอกด้าน (side)"), number=item["number"])
    if item["title"].startswith(PLACEHOLDER_PREFIX) != bool(item.get("placeholder")):
        yield (
            [*path, "title"],
            format_lazy(
                _("ข้อ {number}: ชื่อที่ขึ้นต้นว่า รอชื่อทางการ กับ placeholder: true ต้องมาคู่กัน"), number=item["number"]
            ),
        )


def _scale(path: list[str | int], item: Doc) -> Iterator[Found]:
    scale = item.get("scale")
    if scale is None:
        return
    here, points = [*path, "scale"], item.get("points", 0)
    if item["kind"] == "gate":
        yield here, _("ข้อที่ต้องผ่านมีแค่ผ่านหรือไม่ผ่าน ลบหัวข้อ scale ออก")
    elif ("choices" in scale) == ("parts" in scale):
        yield here, _("scale ต้องมี choices หรือ parts อย่างใดอย่างหนึ่ง")
    elif "choices" in scale:
        yield from _choices([*here, "choices"], scale["choices"], points)
    else:
        yield from _once((([*here, "parts", n, "key"], sub["key"]) for n, sub in enumerate(scale["parts"])))
        for n, sub in enumerate(scale["parts"]):
            yield from _choices([*here, "parts", n, "choices"], sub["choices"], sub["points"])
        reachable = sum(sub["points"] for sub in scale["parts"])
        if reachable < points:
            yield (
                [*here, "parts"],
                format_lazy(
                    _("ข้อ {number} มี {points} คะแนน แต่ข้อย่อยรวมกันได้เพียง {found}"),
                    number=item["number"],
                    points=points,
                    found=reachable,
                ),
            )


def _choices(path: list[str | int], choices: list[Doc], points: int) -> Iterator[Found]:
    values = [choice["points"] for choice in choices]
    if values[0] != 0 or any(low >= high for low, high in pairwise(values)):
        yield path, _("ตัวเลือกต้องเริ่มที่ 0 คะแนน และเรียงจากน้อยไปมากโดยไม่ซ้ำกัน")
    if values[-1] != points:
        yield (
            path,
            format_lazy(_("ตัวเลือกสุดท้ายต้องได้เต็ม {points} คะแนน"), points=points),
        )


def _replaces(items: list[tuple[list[str | int], Doc, Doc]], known_keys: Collection[str]) -> Iterator[Found]:
    taken: set[str] = set()
    for path, _part, item in items:
        for n, key in enumerate(item.get("replaces", ())):
            here = [*path, "replaces", n]
            if key not in known_keys:
                yield here, format_lazy(_("ไม่พบข้อเดิมที่มี key {key} ในเกณฑ์ชุดก่อน"), key=key)
            if key in taken:
                yield here, format_lazy(_("มีข้ออื่นแทนที่ {key} แล้ว"), key=key)
            taken.add(key)


def _levels(document: Doc, items: dict[str, Doc]) -> Iterator[Found]:
    parts = {part["key"]: part["points"] for part in document["parts"]}
    below: Doc | None = None
    for n, level in enumerate(document["levels"]):
        rule = level["rule"]
        here: list[str | int] = ["levels", n, "rule"]
        yield from _within(here, rule, document["total"], parts, items)
        if below is not None:
            yield from _above(here, rule, below)
        below = rule
    yield from _once(
        ((["levels", n, "colour"], level["colour"]) for n, level in enumerate(document["levels"])),
        _("สี {key} ใช้กับสองระดับไม่ได้"),
    )


def _within(
    here: list[str | int], rule: Doc, total: int, parts: dict[str, int], items: dict[str, Doc]
) -> Iterator[Found]:
    """A level asks only for what exists and can be reached."""
    if rule["min_total"] > total:
        yield [*here, "min_total"], format_lazy(_("ขอคะแนนเกินคะแนนรวม {total}"), total=total)
    for key, least in rule.get("min_parts", {}).items():
        if key not in parts:
            yield [*here, "min_parts", key], format_lazy(_("ไม่มีส่วนชื่อ {key} ใน parts"), key=key)
        elif least > parts[key]:
            yield (
                [*here, "min_parts", key],
                format_lazy(_("ส่วน {key} มีเพียง {points} คะแนน"), key=key, points=parts[key]),
            )
    for key, least in rule.get("required", {}).items():
        item = items.get(key)
        if item is None or item["kind"] == "gate":
            yield [*here, "required", key], format_lazy(_("ไม่มีข้อที่มีคะแนนและมี key {key}"), key=key)
        elif least > item.get("points", 0):
            yield (
                [*here, "required", key],
                format_lazy(
                    _("ข้อ {number} มีเพียง {points} คะแนน"), number=item["number"], points=item["points"]
                ),
            )


def _above(here: list[str | int], rule: Doc, below: Doc) -> Iterator[Found]:
    """A higher level asks for more in total and for no less in anything else, else two levels overlap."""
    if rule["min_total"] <= below["min_total"]:
        yield (
            [*here, "min_total"],
            format_lazy(_("ระดับซ้อนกัน: ต้องขอคะแนนรวมมากกว่าระดับก่อนหน้า ({points})"), points=below["min_total"]),
        )
    for name in ("min_parts", "required"):
        for key, least in below.get(name, {}).items():
            if rule.get(name, {}).get(key, 0) < least:
                yield (
                    [*here],
                    format_lazy(
                        _("ระดับซ้อนกัน: {key} ต้องไม่น้อยกว่าระดับก่อนหน้า ({points})"), key=key, points=least
                    ),
                )
