"""Reads of this room: who reaches what, who can do what, and finding organisations, areas and centres."""

from saduak.organisations.queries.directory import (
    area_named,
    by_code,
    centres_of,
    issuers_of,
    organisation_at,
    relations_of,
    search_areas,
    search_centres,
    search_organisations,
)
from saduak.organisations.queries.powers import WhoCan, reasons, who_can
from saduak.organisations.queries.reach import (
    EVERY,
    NONE,
    holdings_of,
    in_area_q,
    reach_q,
    reaches,
    subtree_q,
    under_q,
)

__all__ = [
    "EVERY",
    "NONE",
    "WhoCan",
    "area_named",
    "by_code",
    "centres_of",
    "holdings_of",
    "in_area_q",
    "issuers_of",
    "organisation_at",
    "reach_q",
    "reaches",
    "reasons",
    "relations_of",
    "search_areas",
    "search_centres",
    "search_organisations",
    "subtree_q",
    "under_q",
    "who_can",
]
