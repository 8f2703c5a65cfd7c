"""What each centre and each evaluator is like, drawn from the seed. The shares are invented, to exercise every path."""

import random
from dataclasses import dataclass

NEVER, ABANDONS, WITHDRAWS_EARLY, TOO_LATE, WITHDRAWS_LATER, FILES = (
    "never",
    "abandons",
    "withdraws-early",
    "too-late",
    "withdraws-later",
    "files",
)
_WAYS = ((NEVER, 0.08), (ABANDONS, 0.07), (WITHDRAWS_EARLY, 0.02), (TOO_LATE, 0.03), (WITHDRAWS_LATER, 0.02))


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One centre's ways."""

    way: str
    quality: float
    starts_after: int
    writing_days: int
    asks_for_check: bool
    check_answer: str
    forgets_a_gate: bool
    edits_after_signing: bool
    works_in_two_tabs: bool
    signs_on_paper: bool
    returned_by_screening: bool
    rejected_by_screening: bool
    corrects: bool


def draw(source: random.Random) -> Behaviour:
    """One centre's behaviour; always the same number of draws, so that one change does not shift all others."""
    roll = source.random()
    way, total = FILES, 0.0
    for name, share in _WAYS:
        total += share
        if roll < total:
            way = name
            break
    answer = source.random()
    return Behaviour(
        way=way,
        quality=min(1.0, max(0.35, source.gauss(0.84, 0.13))),
        starts_after=source.randrange(2, 30),
        writing_days=source.randrange(2, 12),
        asks_for_check=source.random() < 0.55,
        check_answer="return" if answer < 0.25 else "endorse" if answer < 0.85 else "silence",
        forgets_a_gate=source.random() < 0.10,
        edits_after_signing=source.random() < 0.06,
        works_in_two_tabs=source.random() < 0.03,
        signs_on_paper=source.random() < 0.30,
        returned_by_screening=source.random() < 0.12,
        rejected_by_screening=source.random() < 0.01,
        corrects=source.random() < 0.85,
    )
