"""The meetings of a letter, and what it lets one begin, as pages: rooms above add theirs, because they make them."""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from saduak.correspondence.models import Letter
from saduak.foundation.access import Actor
from saduak.organisations.queries import Link

OfLetter: TypeAlias = Callable[[Actor, Letter], Iterable[Link]]
_sources: list[OfLetter] = []
_beginnings: list[OfLetter] = []


def register_meetings(source: OfLetter) -> OfLetter:
    """Let a room show the meetings that it made of a letter; it answers with nothing where the actor sees none."""
    _sources.append(source)
    return source


def meetings_of(actor: Actor, letter: Letter) -> list[Link]:
    """The pages of the meetings that a letter announced. No query for a letter without a meeting."""
    if not letter.meeting:
        return []
    return [link for source in _sources for link in source(actor, letter)]


def register_beginnings(source: OfLetter) -> OfLetter:
    """Let a room offer what can be begun because of a letter about a round, before any order comes."""
    _beginnings.append(source)
    return source


def beginnings_of(actor: Actor, letter: Letter) -> list[Link]:
    """The pages on which the actor begins the work that a letter announces."""
    return [link for source in _beginnings for link in source(actor, letter)]
