"""Links on the pages of rounds, deadlines and criteria: the room above that keeps what they lead to adds its own."""

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TypeAlias

from saduak.foundation.access import Actor
from saduak.organisations.queries import Link
from saduak.programme.models import CriteriaSet, Round

OfRound: TypeAlias = Callable[[Actor, Round], Iterable[Link]]
OfSources: TypeAlias = Callable[[Actor, Collection[uuid.UUID]], Mapping[uuid.UUID, Link]]
OfCriteria: TypeAlias = Callable[[Actor, CriteriaSet], Mapping[str, Link]]
_round: list[OfRound] = []
_pages: list[OfRound] = []
_sources: list[OfSources] = []
_criteria: list[OfCriteria] = []


def register_round_links(source: OfRound) -> OfRound:
    """Let a room add what is about a round to its page; it answers with nothing that the actor may not open."""
    _round.append(source)
    return source


def register_round_pages(source: OfRound) -> OfRound:
    """Let a room add pages of its own about a round, which are no letters; none that the actor may not open."""
    _pages.append(source)
    return source


def register_source_links(source: OfSources) -> OfSources:
    """Let a room tell the pages of letters by public id, those alone that the actor may open."""
    _sources.append(source)
    return source


def register_criteria_links(source: OfCriteria) -> OfCriteria:
    """Let a room add a link to criteria of a set, by their keys; it answers with nothing that the actor may not open."""
    _criteria.append(source)
    return source


def criteria_links(actor: Actor, criteria_set: CriteriaSet) -> dict[str, list[Link]]:
    """What rooms above have about the criteria of a set, by key, for this actor."""
    found: dict[str, list[Link]] = {}
    for source in _criteria:
        for key, link in source(actor, criteria_set).items():
            found.setdefault(key, []).append(link)
    return found


def round_links(actor: Actor, row: Round) -> list[Link]:
    """What rooms above have about a round, for this actor."""
    return [link for source in _round for link in source(actor, row)]


def round_pages(actor: Actor, row: Round) -> list[Link]:
    """Pages of rooms above about a round, for this actor."""
    return [link for source in _pages for link in source(actor, row)]


def source_links(actor: Actor, letter_ids: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, Link]:
    """The pages of the letters that dates come from, by public id. No query when no date comes from a letter."""
    wanted = {pk for pk in letter_ids if pk is not None}
    found: dict[uuid.UUID, Link] = {}
    for source in _sources if wanted else ():
        found |= source(actor, wanted)
    return found
