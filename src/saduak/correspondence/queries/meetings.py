"""The meetings of a letter as pages: rooms above add theirs, because they make them."""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from saduak.correspondence.models import Letter
from saduak.foundation.access import Actor
from saduak.organisations.queries import Link

OfLetter: TypeAlias = Callable[[Actor, Letter], Iterable[Link]]
_sources: list[OfLetter] = []


def register_meetings(source: OfLetter) -> OfLetter:
    """Let a room show the meetings that it made of a letter; it answers with nothing where the actor sees none."""
    _sources.append(source)
    return source


def meetings_of(actor: Actor, letter: Letter) -> list[Link]:
    """The pages of the meetings that a letter announced. No query for a letter without a meeting."""
    if not letter.meeting:
        return []
    return [link for source in _sources for link in source(actor, letter)]
