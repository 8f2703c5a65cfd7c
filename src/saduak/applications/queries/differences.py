"""What changed between two texts, word by word. However hostile the texts are, the work is bounded by their size.

The shortest way from one list of words to the other is looked for (Myers 1986), up to a number of changes. Texts that
differ more are compared by paragraphs, and those that differ more than that, as wholes: then there is little to see in
single words anyway.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Final, TypeVar

from saduak.foundation.thai import segment

# Time grows at most with WORDS * MOST, memory with MOST * MOST.
MOST: Final = 200
WORDS: Final = 8_000
# A few letters in common between two changes are chance, and make a text that nobody can read.
_CHANCE: Final = 3
Token = TypeVar("Token", bound=Hashable)


class Kind(StrEnum):
    """What became of a passage."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of the text before (same, gone), or of the text after (same, new)."""

    kind: Kind
    text: str


def difference(before: str, after: str) -> list[Passage]:
    """The passages of both texts in order: those that are the same or gone make the one, same or new the other."""
    by_words = segment.words(before), segment.words(after)
    by_lines = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for old, new in (by_words, by_lines):
        steps = shortest(old, new)
        if steps is not None:
            return _passages(old, new, steps)
    return [Passage(Kind.GONE, before), Passage(Kind.NEW, after)]


def _passages(old: Sequence[str], new: Sequence[str], steps: list[tuple[Kind, int]]) -> list[Passage]:
    """The steps as passages, as few and as long as a reader wants them."""
    runs = [(same, list(run)) for same, run in groupby(steps, lambda step: step[0] is Kind.SAME)]
    found: list[Passage] = []
    gone = fresh = ""
    for place, (same, run) in enumerate(runs):
        if not same:
            gone += "".join(old[at] for kind, at in run if kind is Kind.GONE)
            fresh += "".join(new[at] for kind, at in run if kind is Kind.NEW)
            continue
        text = "".join(old[at] for _kind, at in run)
        if 0 < place < len(runs) - 1 and len(text.strip()) < _CHANCE and "\n" not in text:
            gone, fresh = gone + text, fresh + text
            continue
        found += [*_changed(gone, fresh), Passage(Kind.SAME, text)]
        gone = fresh = ""
    return [*found, *_changed(gone, fresh)]


def _changed(gone: str, fresh: str) -> list[Passage]:
    told = (Passage(Kind.GONE, gone), Passage(Kind.NEW, fresh))
    return [passage for passage in told if passage.text]


def shortest(before: Sequence[Token], after: Sequence[Token]) -> list[tuple[Kind, int]] | None:
    """The fewest changes that make `after` of `before`, each with its place; None when there are too many, or too much."""
    if max(len(before), len(after)) > WORDS:
        return None
    start = 0
    least = min(len(before), len(after))
    while start < least and before[start] == after[start]:
        start += 1
    end = 0
    while end < least - start and before[-1 - end] == after[-1 - end]:
        end += 1
    a, b = before[start : len(before) - end], after[start : len(after) - end]
    trace = _search(a, b)
    if trace is None:
        return None
    head = [(Kind.SAME, place) for place in range(start)]
    middle = [(kind, place + start) for kind, place in _walk_back(len(a), len(b), trace)]
    return head + middle + [(Kind.SAME, place) for place in range(len(before) - end, len(before))]


def _search(a: Sequence[Token], b: Sequence[Token]) -> list[dict[int, int]] | None:
    """How far each diagonal had come before each number of changes, until the end is reached."""
    reached = {1: 0}
    trace: list[dict[int, int]] = []
    for changes in range(MOST + 1):
        trace.append(dict(reached))
        for diagonal in range(-changes, changes + 1, 2):
            x = _begins(reached, diagonal, changes)
            y = x - diagonal
            while x < len(a) and y < len(b) and a[x] == b[y]:
                x, y = x + 1, y + 1
            reached[diagonal] = x
            if x == len(a) and y == len(b):
                return trace
    return None


def _is_new(reached: dict[int, int], diagonal: int, changes: int) -> bool:
    """Whether the last of so many changes on a diagonal put something in; else it took something out."""
    if diagonal in {-changes, changes}:
        return diagonal == -changes
    return reached[diagonal - 1] < reached[diagonal + 1]


def _begins(reached: dict[int, int], diagonal: int, changes: int) -> int:
    """Where, in the text before, a diagonal goes on after its last change."""
    if _is_new(reached, diagonal, changes):
        return reached[diagonal + 1]
    return reached[diagonal - 1] + 1


def _walk_back(x: int, y: int, trace: list[dict[int, int]]) -> list[tuple[Kind, int]]:
    steps: list[tuple[Kind, int]] = []
    for changes in range(len(trace) - 1, 0, -1):
        reached, diagonal = trace[changes], x - y
        begun = _begins(reached, diagonal, changes)
        steps += [(Kind.SAME, place) for place in range(x - 1, begun - 1, -1)]
        x, y = begun, begun - diagonal
        if _is_new(reached, diagonal, changes):
            y -= 1
            steps.append((Kind.NEW, y))
        else:
            x -= 1
            steps.append((Kind.GONE, x))
    steps += [(Kind.SAME, place) for place in range(x - 1, -1, -1)]
    return steps[::-1]
