"""Excerpts: whether a text consists of passages of another, and what of a text is its writer's own."""

import re
from collections.abc import Iterable
from typing import Final

from saduak.foundation.thai.text import normalise

# What stands where something was left out, also in brackets and typed as three full stops or more.
_LEFT_OUT: Final = re.compile(r"[(\[]?(?:…|\.{3,})[)\]]?")
_GAP: Final = "\n\n…\n\n"
_AT_AN_END: Final = re.compile(r"\A(?:\s*…)+\s*|\s*(?:…\s*)+\Z")


def is_cut_from(text: str, original: str) -> bool:
    """Whether `text` is made of passages of `original` alone, in their order, with an ellipsis where something is left out.

    Blanks and line breaks count as one blank.
    """
    passages = [words for part in _LEFT_OUT.split(text) if (words := _plain(part))]
    whole, place = _plain(original), 0
    for words in passages:
        found = whole.find(words, place)
        if found < 0:
            return False
        place = found + len(words)
    return bool(passages)


def without(text: str, others: Iterable[str]) -> str:
    """A text without the passages that were taken over from `others`: an ellipsis stands for each, none at the ends."""
    left = text
    for other in sorted(others, key=len, reverse=True):
        if words := normalise(other).split():
            left = re.sub(r"\s*" + r"\s+".join(map(re.escape, words)) + r"\s*", _GAP, left)
    return text if left == text else _AT_AN_END.sub("", left).strip()


def _plain(text: str) -> str:
    return " ".join(normalise(text).split())
