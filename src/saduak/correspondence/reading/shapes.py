"""Thai digits known by their shape, as a second opinion: tesseract takes ๔ ๘ ๙ for ๕, ๖ for ๒, and leaves ๗ out.

Each blot of ink on a page is compared with the digits, letters and signs of the font that the project ships, which has the
shapes of the font of official letters. It counts as a digit only where it is much like one and less like anything else.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from operator import mul
from statistics import median
from typing import Any, Final

DIGITS: Final = "๐๑๒๓๔๕๖๗๘๙"
UNCLEAR: Final = "·"  # a digit, and nobody knows which
_RING: Final = "๐"
# Without o, O, Q and 0: as round as ๐, which is told from them by what stands beside it.
_THAI: Final = "กขฃคฅฆงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรฤลวศษสหฬอฮฯาเแโใไๆ"
_NOT_ROUND: Final = "123456789ABCDEFGHIJKLMNPRSTUVWXYZabcdefghijklmnpqrstuvwxyz/()"
_OTHERS: Final = _THAI + _NOT_ROUND
_LATIN: Final = _NOT_ROUND + "oO0Q"
_FEWEST_LETTERS, _MOST_LETTERS = 2, 120
_FONTS: Final = ("Sarabun-Regular.ttf", "Sarabun-Bold.ttf")
_DRAWN_AT: Final = 72  # pixels
_GRID: Final = (16, 22)
_MARGIN: Final = 2
_SOFT: Final = 0.9  # a blur forgives a stroke that lies beside where it should
_ASPECT: Final = 1.39  # shapes that are so much wider or narrower are not compared
_SURE, _APART = 0.87, 0.03  # how like, and how much more than anything else
_MOST_CUTS: Final = 8
_ENOUGH, _FAR_APART = 0.76, 0.12  # in another font a shape is less like, yet like nothing else
_MAYBE: Final = 0.74
# Some are lower than the rest, which are as high as ก.
_LOWS, _LOW = "๐๑๓", 0.74
_SHORTER, _TALLER = 0.76, 1.35
_MOST_STRETCHES, _MOST_BLOTS, _MOST_DIGITS = 800_000, 20_000, 1_000
_SMALLEST: Final = 8  # pixels high; below that all digits look alike
_INK: Final = re.compile(b"\x01+")


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page in pixels; right and bottom are just outside."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """How wide it is."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """How high it is."""
        return self.bottom - self.top

    def holds(self, other: Box) -> bool:
        """Tell whether the other's middle lies inside."""
        across, down = (other.left + other.right) / 2, (other.top + other.bottom) / 2
        return self.left <= across <= self.right and self.top <= down <= self.bottom

    def level_with(self, other: Box) -> bool:
        """Tell whether both stand on one line: they share half of the lower one's height."""
        shared = min(self.bottom, other.bottom) - max(self.top, other.top)
        return shared * 2 >= min(self.height, other.height)


@dataclass(frozen=True, slots=True)
class Word:
    """What stands in a place: a number with the points, strokes and hyphens in it, its unclear digits `UNCLEAR`; or a word."""

    box: Box
    text: str


@dataclass(frozen=True, slots=True)
class _Glyph:
    box: Box
    sign: str


class Ink:
    """A page with its blots and how high its letters usually are."""

    def __init__(self, page: Any) -> None:
        """Find the blots of a Pillow image in shades of grey, dark on light."""
        self.page = page
        self.blots = _blots(page, _threshold(page.histogram()))
        self.usual = float(median([blot.height for blot in self.blots if blot.height >= _SMALLEST] or [0]))
        self.letters = [blot for blot in self.blots if self.usual * 0.5 <= blot.height <= self.usual * 2]


def numbers(ink: Ink) -> list[Word]:
    """Find the Thai numbers on a page."""
    digits = list(_digits(ink))
    return _rows(digits, ink.blots, ink.usual) if len(digits) <= _MOST_DIGITS else []


def are_latin(ink: Ink, box: Box) -> bool:
    """Tell whether what stands in a place looks like Latin letters and Arabic digits rather than Thai."""
    blots = [blot for blot in ink.letters if box.holds(blot) and blot.height >= _SMALLEST]
    if not _FEWEST_LETTERS <= len(blots) <= _MOST_LETTERS:
        return False
    looks = 0
    for blot in blots:
        profile, aspect = _profile_at(ink, blot), blot.width / blot.height
        latin = next(iter(_likest(profile, aspect, _LATIN)), (0.0, ""))[0]
        thai = next(iter(_likest(profile, aspect, DIGITS[1:] + _THAI)), (0.0, ""))[0]
        looks += latin > thai
    return looks * 3 >= len(blots) * 2


def _threshold(histogram: list[int]) -> int:
    """Give the shade that parts ink from paper best (Otsu)."""
    total, whole = sum(histogram), sum(shade * count for shade, count in enumerate(histogram))
    best, found, below, below_sum = 0.0, 128, 0, 0
    for shade, count in enumerate(histogram):
        below += count
        below_sum += shade * count
        if not below or below == total:
            continue
        between = (whole * below / total - below_sum) ** 2 / (below * (total - below))
        if between > best:
            best, found = between, shade + 1
    return min(max(found, 90), 190)


def _blots(page: Any, threshold: int) -> list[Box]:
    """Give the rectangles around all ink that hangs together; nothing when a page is all specks."""
    width, height = page.size
    ink = (
        page.point(lambda shade: shade < threshold)
        .convert("L")
        .point(lambda shade: 1 if shade else 0)
        .tobytes()
    )
    parents: list[int] = []
    edges: list[list[int]] = []

    def root(index: int) -> int:
        while parents[index] != index:
            parents[index] = parents[parents[index]]
            index = parents[index]
        return index

    above: list[tuple[int, int, int]] = []
    for row in range(height):
        here: list[tuple[int, int, int]] = []
        first = 0
        begin = row * width
        for stretch in _INK.finditer(ink, begin, begin + width):
            left, right = stretch.start() - begin, stretch.end() - begin
            index = len(parents)
            parents.append(index)
            edges.append([left, row, right, row + 1])
            while first < len(above) and above[first][1] < left:
                first += 1
            touching = first
            while touching < len(above) and above[touching][0] <= right:
                _join(parents, edges, root(above[touching][2]), root(index))
                touching += 1
            here.append((left, right, index))
        above = here
        if len(parents) > _MOST_STRETCHES:
            return []
    found = [Box(*edges[index]) for index, parent in enumerate(parents) if parent == index]
    return found if len(found) <= _MOST_BLOTS else []


def _join(parents: list[int], edges: list[list[int]], one: int, other: int) -> None:
    if one == other:
        return
    parents[other] = one
    kept, gone = edges[one], edges[other]
    kept[:] = [min(kept[0], gone[0]), min(kept[1], gone[1]), max(kept[2], gone[2]), max(kept[3], gone[3])]


# --- What a blot looks like --------------------------------------------------------------------------------------------


def _profile(glyph: Any) -> list[float]:
    """Give the ink of a glyph (light on dark) on a small grid, a little blurred, as a vector of mean 0 and length 1."""
    from PIL import Image, ImageFilter  # noqa: PLC0415 - only pictures need it

    way = Image.Resampling.BOX if glyph.width >= _GRID[0] else Image.Resampling.BILINEAR
    framed = Image.new("L", (_GRID[0] + 2 * _MARGIN, _GRID[1] + 2 * _MARGIN), 0)
    framed.paste(glyph.resize(_GRID, way), (_MARGIN, _MARGIN))
    shades = framed.filter(ImageFilter.GaussianBlur(_SOFT)).tobytes()
    mean = sum(shades) / len(shades)
    vector = [shade - mean for shade in shades]
    length = math.sqrt(sum(map(mul, vector, vector))) or 1.0
    return [value / length for value in vector]


@functools.cache
def _shapes(signs: str) -> list[tuple[str, float, list[float]]]:
    """Draw signs and give each with its width to height and its profile."""
    import fontpkg_sarabun  # noqa: PLC0415 - only pictures need it
    from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415 - only pictures need it

    drawn = []
    for name in _FONTS:
        path = str(fontpkg_sarabun.ROOT / "files" / name)
        font = ImageFont.truetype(path, _DRAWN_AT, layout_engine=ImageFont.Layout.BASIC)
        for sign in signs:
            paper = Image.new("L", (_DRAWN_AT * 3, _DRAWN_AT * 3), 0)
            ImageDraw.Draw(paper).text((_DRAWN_AT, _DRAWN_AT), sign, font=font, fill=255)
            glyph = paper.crop(paper.point(lambda shade: 255 if shade > 100 else 0).getbbox())
            drawn.append((sign, glyph.width / glyph.height, _profile(glyph)))
    return drawn


def _likest(profile: list[float], aspect: float, signs: str) -> list[tuple[float, str]]:
    best: dict[str, float] = {}
    for sign, width_to_height, shape in _shapes(signs):
        if 1 / _ASPECT < aspect / width_to_height < _ASPECT:
            likeness = sum(map(mul, profile, shape))
            best[sign] = max(likeness, best.get(sign, -1.0))
    return sorted(((likeness, sign) for sign, likeness in best.items()), reverse=True)


def _profile_at(ink: Ink, blot: Box) -> list[float]:
    glyph = ink.page.crop((blot.left, blot.top, blot.right, blot.bottom))
    return _profile(glyph.point(lambda shade: 255 - shade))


def _digits(ink: Ink) -> Iterator[_Glyph]:
    """Find the digits among the blots; two that touch are cut apart where both are sure then."""
    for blot in ink.letters:
        if blot.height < _SMALLEST or not 0.35 < blot.width / blot.height < 3:
            continue
        glyph = _digit(ink, blot)
        if glyph is not None:
            yield glyph
        if glyph is None and blot.width > blot.height * 1.2:
            yield from _touching(ink, blot)


def _touching(ink: Ink, blot: Box) -> Iterator[_Glyph]:
    """Read two digits that touch, or a digit and the stroke behind it; both must be sure."""
    for left, right in _halves(ink, blot):
        first = _digit(ink, left)
        if first is None or first.sign == UNCLEAR:
            continue
        second = _digit(ink, right)
        if second is None and _between(right, ink.usual) == "/":
            second = _Glyph(right, "/")
        if second is not None and second.sign != UNCLEAR:
            yield from (first, second)
            return


def _digit(ink: Ink, blot: Box) -> _Glyph | None:
    profile, aspect = _profile_at(ink, blot), blot.width / blot.height
    likest = _likest(profile, aspect, DIGITS)
    if not likest or likest[0][0] < _MAYBE:
        return None
    likeness, sign = likest[0]
    if not _SHORTER < blot.height / ink.usual / (_LOW if sign in _LOWS else 1.0) < _TALLER:
        return None  # a mark over a letter, a letter of a heading
    another = likest[1][0] if len(likest) > 1 else 0.0
    other = next(iter(_likest(profile, aspect, _OTHERS)), (0.0, ""))[0]
    if likeness - other < _APART:
        return None  # as much like a letter
    apart = likeness - max(another, other)
    sure = (likeness >= _SURE and apart >= _APART) or (likeness >= _ENOUGH and apart >= _FAR_APART)
    return _Glyph(blot, sign if sure else UNCLEAR)


def _halves(ink: Ink, blot: Box) -> Iterator[tuple[Box, Box]]:
    """Cut a wide blot about its middle, first where there is least ink."""
    glyph = ink.page.crop((blot.left, blot.top, blot.right, blot.bottom)).point(
        lambda shade: 255 - shade if shade < 155 else 0
    )
    columns = glyph.resize((blot.width, 1)).tobytes()
    third = blot.width // 3
    cuts = sorted(range(third, blot.width - third), key=lambda at: columns[at])
    for cut in cuts[:_MOST_CUTS]:
        left = glyph.crop((0, 0, cut, blot.height)).getbbox()
        right = glyph.crop((cut, 0, blot.width, blot.height)).getbbox()
        if left and right:
            yield (
                Box(blot.left + left[0], blot.top + left[1], blot.left + left[2], blot.top + left[3]),
                Box(
                    blot.left + cut + right[0],
                    blot.top + right[1],
                    blot.left + cut + right[2],
                    blot.top + right[3],
                ),
            )


# --- Digits in a row ---------------------------------------------------------------------------------------------------


def _rows(digits: list[_Glyph], blots: list[Box], usual: float) -> list[Word]:
    """Put digits that stand beside each other together; drop what is likelier to be part of a word."""
    taken = {glyph.box for glyph in digits}
    signs = [
        _Glyph(blot, sign)
        for blot in blots
        if blot not in taken and (sign := _between(blot, usual)) is not None
    ]
    rows: list[list[_Glyph]] = []
    for glyph in sorted([*digits, *signs], key=lambda glyph: glyph.box.left):
        row = next((row for row in reversed(rows) if _follows(row, glyph, usual)), None)
        if row is not None:
            row.append(glyph)
        elif glyph.sign in DIGITS + UNCLEAR:
            rows.append([glyph])
    found = []
    for row in rows:
        while row[-1].sign == "-":
            row.pop()
        members, box = {glyph.box for glyph in row}, _around(row)
        near = [blot for blot in blots if blot not in members and _touches(blot, box, usual)]
        if _is_number(row, near):
            found.append(Word(_around(row), "".join(glyph.sign for glyph in row)))
    lines = [number.box for number in found]
    return [number for number in found if set(number.text) != {_RING} or _has_company(number, lines, usual)]


def _between(blot: Box, usual: float) -> str | None:
    """Give the sign that may stand between digits, None for anything else."""
    if blot.height <= usual * 0.32 and blot.width <= usual * 0.32 and max(blot.height, blot.width) >= 2:
        return "."
    if (
        blot.height <= usual * 0.25
        and usual * 0.2 < blot.width < usual * 0.8
        and blot.width > 1.7 * blot.height
    ):
        return "-"
    if usual * 1.1 < blot.height < usual * 2 and 0.2 < blot.width / blot.height < 0.7:
        return "/"
    return None


def _follows(row: list[_Glyph], glyph: _Glyph, usual: float) -> bool:
    last, box = row[-1].box, glyph.box
    if not -usual * 0.15 <= box.left - last.right < usual * 0.45:
        return False
    digit = next(each.box for each in row if each.sign in DIGITS + UNCLEAR)
    if glyph.sign == ".":
        return abs(box.bottom - digit.bottom) <= usual * 0.2 and row[-1].sign != "."
    if glyph.sign == "-":
        return digit.top < box.top and box.bottom < digit.bottom
    return box.level_with(digit) and abs(box.bottom - digit.bottom) <= usual * 0.45


def _touches(blot: Box, box: Box, usual: float) -> bool:
    if not blot.level_with(box) or blot.height < usual * 0.4:
        return False
    return (
        -usual * 0.3 < box.left - blot.right < usual * 0.3
        or -usual * 0.3 < blot.left - box.right < usual * 0.3
    )


def _is_number(row: list[_Glyph], near: list[Box]) -> bool:
    digits = [glyph.sign for glyph in row if glyph.sign in DIGITS + UNCLEAR]
    known = [sign for sign in digits if sign != UNCLEAR]
    if len(known) * 2 < len(digits) or not known:
        return False
    if set(known) == {_RING} and near:
        return False  # as in Zoom
    box = _around(row)
    sides = {blot.left < box.left for blot in near}
    return len(sides) < 2 or len(digits) > 1


def _has_company(number: Word, boxes: list[Box], usual: float) -> bool:
    """Tell whether another number stands near on the line, as after the 0 of a telephone."""
    box = number.box
    return any(
        other is not box
        and other.level_with(box)
        and -usual * 2.5 < max(other.left - box.right, box.left - other.right) < usual * 2.5
        for other in boxes
    )


def _around(row: list[_Glyph]) -> Box:
    boxes = [glyph.box for glyph in row]
    return Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )
