"""Reads of this room: rounds and their windows, criteria, and the dates that count for an organisation."""

from saduak.programme.queries.criteria import (
    Contents,
    PartView,
    SideView,
    contents,
    known_keys,
    published_levels,
    scheme_of,
)
from saduak.programme.queries.deadlines import (
    Current,
    Effective,
    above,
    current,
    effective_deadlines,
    effective_deadlines_of,
)
from saduak.programme.queries.rounds import (
    current_round,
    days_left,
    is_open,
    next_year,
    open_stages,
    over_q,
    phase_of,
    round_phase_of,
    rounds,
    rounds_on,
    stage_of,
)

__all__ = [
    "Contents",
    "Current",
    "Effective",
    "PartView",
    "SideView",
    "above",
    "contents",
    "current",
    "current_round",
    "days_left",
    "effective_deadlines",
    "effective_deadlines_of",
    "is_open",
    "known_keys",
    "next_year",
    "open_stages",
    "over_q",
    "phase_of",
    "published_levels",
    "round_phase_of",
    "rounds",
    "rounds_on",
    "scheme_of",
    "stage_of",
]
