"""What a letter can be begun for: rooms above know the centres, the days and the levels that it speaks of."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from django.utils import translation
from django.utils.translation import gettext as _

from saduak.foundation.access import Actor
from saduak.foundation.access.registry import Words
from saduak.foundation.thai import calendar
from saduak.foundation.thai.words import bare_level
from saduak.organisations.models import Organisation, Programme, ServiceCentre
from saduak.programme.models import Round


@dataclass(frozen=True, slots=True)
class Concern:
    """A centre that a letter speaks of, with its certificate where that is what it tells."""

    # With its organisation.
    centre: ServiceCentre
    level: str = ""
    expires: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why somebody begins a letter, and what of it is known already.

    Args:
        use: what such letters are for (a value of `LetterTemplate.Use`).
        programme: that it is about.
        title: what the page on which it is begun says of it.
        name: of the list of offices that it goes to when they are several, in Thai; at most 120 characters.
        concerns: the centres that it speaks of, in order; at least one.
        round: that it is about; the one that is on when left out.
    """

    use: str
    programme: Programme
    title: Words
    name: str
    concerns: tuple[Concern, ...]
    round: Round | None = None
    # The offices of the centres, each once, in the order of the centres.
    offices: tuple[Organisation, ...] = field(init=False)

    def __post_init__(self) -> None:
        found = {row.centre.organisation_id: row.centre.organisation for row in self.concerns}
        object.__setattr__(self, "offices", tuple(found.values()))

    @property
    def has_list(self) -> bool:
        """Whether it speaks of several centres: then they stand in a list that the letter encloses."""
        return len(self.concerns) > 1

    def places(self) -> dict[str, str]:
        """What the places of a template are filled with; what differs between centres leads to the list. In Thai, no query."""
        with translation.override("th"):
            found = {
                "centre.name": _("ศูนย์ตามรายชื่อที่ส่งมาด้วย") if self.has_list else self.concerns[0].centre.name_th,
                "certificate.level": _alike(
                    {str(bare_level(row.level)) for row in self.concerns}, _("ตามรายชื่อที่ส่งมาด้วย")
                ),
                "certificate.expires": _alike(
                    {_day(row.expires) for row in self.concerns}, _("ที่ระบุในรายชื่อที่ส่งมาด้วย")
                ),
            }
        return {name: text for name, text in found.items() if text}


def _day(day: datetime.date | None) -> str:
    return calendar.format_long(day, weekday=False) if day is not None else ""


def _alike(texts: set[str], otherwise: str) -> str:
    return texts.pop() if len(texts) == 1 else otherwise


# A room answers with nothing that the actor may not see, and where there is nothing to write about.
Source: TypeAlias = Callable[[Actor, str], Occasion | None]
_sources: dict[str, Source] = {}


def register_occasion(use: str) -> Callable[[Source], Source]:
    """Let a room above begin letters of a use (a value of `LetterTemplate.Use`); it reads what its own addresses name."""

    def keep(source: Source) -> Source:
        _sources[use] = source
        return source

    return keep


def occasion(actor: Actor, use: str, about: str) -> Occasion | None:
    """What a letter of a use would be begun for; None where there is nothing, or nothing for this actor.

    Args:
        actor: who would write it.
        use: what it is for.
        about: of what, as the page with the button names it.
    """
    source = _sources.get(use)
    return source(actor, about) if source is not None else None
