"""Texts of one application that say the same: blocks of letters found again. Pure, and linear in what was written."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping

# Letters of one block; the text from where it counts; the share of a text that has to be found in another.
BLOCK = 12
LEAST = 80
SHARE = 0.5
# Of a longer text the beginning is compared, so that fifty of them cost a tenth of a second at most.
MOST = 6_000
_BETWEEN = re.compile(r"\W+")


def key_of(text: str) -> str:
    """A text for comparing: its letters and digits alone, without case. Vowels above and below fall with the marks."""
    return _BETWEEN.sub("", text[: MOST * 3]).casefold()[:MOST]


def copies(
    texts: Mapping[int, str], *, only: int | None = None, exempt: Collection[str] = ()
) -> dict[int, list[int]]:
    """Which texts are for a good part found in which others.

    Args:
        texts: by any number.
        only: look at this one alone; the others are what it is compared with.
        exempt: what may stand in many, because a headquarters wrote it for all: it is left out of every text first.

    Returns:
        By the number of a text that copies: those in which at least half of it stands, the most alike first.
    """
    known = _pieces(exempt)
    keys = {name: key for name, text in texts.items() if len(key := _without(key_of(text), known)) >= LEAST}
    blocks: dict[str, set[int]] = defaultdict(set)
    for name, key in keys.items():
        for start in range(0, len(key) - BLOCK + 1, BLOCK):
            blocks[key[start : start + BLOCK]].add(name)
    wanted = keys if only is None else {only: keys[only]} if only in keys else {}
    found = {name: _alike(name, key, blocks) for name, key in wanted.items()}
    return {name: others for name, others in found.items() if others}


def _pieces(texts: Collection[str]) -> frozenset[str]:
    """Every block that stands anywhere in some texts."""
    keys = [key_of(text) for text in texts]
    return frozenset(key[at : at + BLOCK] for key in keys for at in range(len(key) - BLOCK + 1))


def _without(key: str, known: Collection[str]) -> str:
    """A text without what is made of known blocks."""
    if not known:
        return key
    kept, place, covered = [], 0, 0
    while place < len(key):
        if key[place : place + BLOCK] in known:
            covered = place + BLOCK
        if place >= covered:
            kept.append(key[place])
        place += 1
    return "".join(kept)


def _alike(name: int, key: str, blocks: Mapping[str, set[int]]) -> list[int]:
    """The texts whose blocks make up at least half of this one."""
    matched: dict[int, int] = defaultdict(int)
    place = 0
    while place <= len(key) - BLOCK:
        others = blocks.get(key[place : place + BLOCK], set()) - {name}
        for other in others:
            matched[other] += BLOCK
        place += BLOCK if others else 1
    enough = max(LEAST - BLOCK, len(key) * SHARE)
    return sorted((n for n, letters in matched.items() if letters >= enough), key=lambda n: (-matched[n], n))
