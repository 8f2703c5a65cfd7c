"""Making a page fit to be recognised: without the dotted lines of forms, small print larger, large print smaller.

Memos are written on dotted lines, which recognising takes for letters; ด่วนที่สุด stands so large that it is not read at all.
"""

from __future__ import annotations

from statistics import median
from typing import Any, Final

from saduak.correspondence.reading.shapes import Box, Ink

_WANTED: Final = 30  # as high as ก should be, in pixels: print of 11 points at 300 dots an inch
_LARGEST: Final = 14_000_000  # pixels, beyond which no page is made larger
_NEARLY: Final = 0.87
_DOT: Final = 0.22  # of the height of ก
_FEWEST_DOTS: Final = 12
_LARGE, _HUGE = 1.45, 3.5  # of the height of ก
_MOST_LARGE: Final = 400


def prepared(page: Any) -> Any:
    """Give the page as it is best recognised.

    Args:
        page: a Pillow image in shades of grey, dark on light.
    """
    if page.width * page.height > _LARGEST * 1.5:
        page = page.reduce(2)
    ink = Ink(page)
    if not ink.usual:
        return page
    page = page.copy()
    _without_dots(page, ink.blots, ink.usual)
    _with_small_titles(page, ink.blots, ink.usual)
    return _sized(page, ink.usual)


def _sized(page: Any, usual: float) -> Any:
    from PIL import Image  # noqa: PLC0415 - only pictures need it

    times = min(_WANTED / usual, 3.0, (_LARGEST / (page.width * page.height)) ** 0.5)
    if _NEARLY < times < 1 / _NEARLY:
        return page
    size = round(page.width * times), round(page.height * times)
    return page.resize(size, Image.Resampling.BICUBIC)


def _without_dots(page: Any, blots: list[Box], usual: float) -> None:
    """Whiten the dots that stand on a line with many others at small distances."""
    rows: dict[int, list[Box]] = {}
    for blot in blots:
        if blot.height <= usual * _DOT and blot.width <= usual * _DOT:
            rows.setdefault((blot.top + blot.bottom) // 2, []).append(blot)
    for middle in rows:
        row = sorted(
            (dot for at in (middle, middle + 1) for dot in rows.get(at, ())), key=lambda dot: dot.left
        )
        chain: list[Box] = []
        for dot in [*row, None]:
            if dot is not None and (not chain or dot.left - chain[-1].right <= usual):
                chain.append(dot)
                continue
            if len(chain) >= _FEWEST_DOTS:
                for each in chain:
                    page.paste(255, (each.left - 1, each.top - 1, each.right + 1, each.bottom + 1))
            chain = [dot] if dot is not None else []


def _with_small_titles(page: Any, blots: list[Box], usual: float) -> None:
    """Draw words that are printed large and stand alone as small as the rest."""
    large = [
        blot for blot in blots if usual * _LARGE <= blot.height <= usual * _HUGE and blot.width < usual * 6
    ]
    if len(large) > _MOST_LARGE:
        return
    words: list[list[Box]] = []
    for blot in sorted(large, key=lambda blot: blot.left):
        word = next(
            (
                word
                for word in words
                if word[-1].level_with(blot) and blot.left - word[-1].right <= blot.height * 1.2
            ),
            None,
        )
        if word is None:
            words.append([blot])
        else:
            word.append(blot)
    for word in words:
        if len(word) > 1:
            _shrink(page, word, blots, usual)


def _shrink(page: Any, word: list[Box], blots: list[Box], usual: float) -> None:
    from PIL import Image  # noqa: PLC0415 - only pictures need it

    high = median(blot.height for blot in word)
    left, right = min(blot.left for blot in word) - 3, max(blot.right for blot in word) + 3
    top, bottom = int(median(blot.top for blot in word)), int(median(blot.bottom for blot in word))
    band = Box(
        left,
        max(0, round(top - high * 0.9)),
        min(page.width, right + round(high * 0.3)),
        round(bottom + high * 0.6),
    )
    inside = [
        blot
        for blot in blots
        if blot.left < band.right
        and blot.right > band.left
        and blot.bottom > band.top
        and blot.top < band.bottom
    ]
    if any(blot.bottom > band.bottom or blot.top < band.top for blot in inside):
        return  # something else reaches into it
    size = max(1, round(band.width * usual / high)), max(1, round((band.bottom - band.top) * usual / high))
    small = page.crop((band.left, band.top, band.right, band.bottom)).resize(size, Image.Resampling.LANCZOS)
    page.paste(255, (band.left, band.top, band.right, band.bottom))
    page.paste(small, (band.left, round(bottom - (bottom - band.top) * usual / high)))
