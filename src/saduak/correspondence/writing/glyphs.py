"""Which characters Sarabun can draw: a PDF for archiving may not hold any other."""

import functools
from typing import Any

from saduak.foundation.pdf import FONTS

_INSTEAD = "?"


@functools.cache
def _known() -> frozenset[int]:
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - heavy, and seldom asked for

    with TTFont(FONTS / "Sarabun-Regular.ttf", lazy=True) as font:
        return frozenset(font.getBestCmap())


def drawable(value: Any) -> Any:
    """The same data (texts, lists, dicts) with "?" for every character that Sarabun lacks."""
    if isinstance(value, str):
        return "".join(sign if ord(sign) in _known() or sign == "\n" else _INSTEAD for sign in value)
    if isinstance(value, dict):
        return {key: drawable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [drawable(inner) for inner in value]
    return value
