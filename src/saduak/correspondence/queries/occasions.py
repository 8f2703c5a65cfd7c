"""What a letter can be begun for: rooms above know the centres, the days and the levels that it speaks of."""

import datetime
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self, TypeAlias

from django.db.models import Count, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from saduak.correspondence import rules
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
        said: what other places of a template are filled with, in Thai; an empty one stays open.
    """

    use: str
    programme: Programme
    title: Words
    name: str
    concerns: tuple[Concern, ...]
    round: Round | None = None
    said: Mapping[str, str] = field(default_factory=dict)
    # The offices of the centres, each once, in the order of the centres.
    offices: tuple[Organisation, ...] = field(init=False)

    def __post_init__(self) -> None:
        found = {row.centre.organisation_id: row.centre.organisation for row in self.concerns}
        object.__setattr__(self, "offices", tuple(found.values()))

    @property
    def has_list(self) -> bool:
        """Whether it speaks of several centres: then they stand in a list that the letter encloses."""
        return len(self.concerns) > 1

    def without(self, office_ids: Collection[uuid.UUID]) -> Self | None:
        """The same without the centres of some offices (public ids); None when there are no others. No query."""
        left = tuple(row for row in self.concerns if row.centre.organisation.public_id not in office_ids)
        return replace(self, concerns=left) if left else None

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
        return {name: text for name, text in (found | dict(self.said)).items() if text}


@dataclass(frozen=True, slots=True)
class Outline:
    """How much a letter would speak of, for the page on which it is begun.

    Args:
        use: as of an `Occasion`.
        programme: the same.
        title: the same.
        centres: how many it speaks of, without those of the offices that write it; at least one.
        offices: how many it goes to.
        office: the only one; None when they are several.
    """

    use: str
    programme: Programme
    title: Words
    centres: int
    offices: int
    office: Organisation | None

    @property
    def has_list(self) -> bool:
        """Whether it speaks of several centres, as of an `Occasion`."""
        return self.centres > 1

    @classmethod
    def counted(
        cls,
        actor: Actor,
        *,
        use: str,
        programme: Programme,
        title: Words,
        rows: QuerySet[Any],
        office: str,
    ) -> Self | None:
        """Of rows, one a centre, counted by the database; None when there are none for others. At most two queries.

        Args:
            actor: who would write it.
            use: what it is for.
            programme: that it is about.
            title: what the page says of it.
            rows: that speak of one centre each.
            office: the lookup that leads from a row to the office of its centre.
        """
        others = rows.exclude(**{f"{office}__in": rules.hands(actor, programme.pk)}).order_by()
        found = others.aggregate(centres=Count("pk"), offices=Count(office, distinct=True))
        if not found["centres"]:
            return None
        only = None
        if found["offices"] == 1:
            only = Organisation.objects.filter(pk__in=others.values(office)[:1]).get()
        return cls(use, programme, title, found["centres"], found["offices"], only)


def _day(day: datetime.date | None) -> str:
    return calendar.format_long(day, weekday=False) if day is not None else ""


def _alike(texts: set[str], otherwise: str) -> str:
    return texts.pop() if len(texts) == 1 else otherwise


# A room answers with nothing that the actor may not see, and where there is nothing to write about.
Source: TypeAlias = Callable[[Actor, str], Occasion | None]
Counting: TypeAlias = Callable[[Actor, str], Outline | None]
_sources: dict[str, tuple[Source, Counting | None]] = {}


def register_occasion(use: str, outline: Counting | None = None) -> Callable[[Source], Source]:
    """Let a room above begin letters of a use (a value of `LetterTemplate.Use`); it reads what its own addresses name.

    Args:
        use: what they are for.
        outline: counts what the source would load, where that can be thousands.
    """

    def keep(source: Source) -> Source:
        _sources[use] = source, outline
        return source

    return keep


def occasion(actor: Actor, use: str, about: str) -> Occasion | None:
    """What a letter of a use would be begun for; None where there is nothing, or nothing for this actor.

    Args:
        actor: who would write it.
        use: what it is for.
        about: of what, as the page with the button names it.
    """
    source, _count = _sources.get(use, (None, None))
    return source(actor, about) if source is not None else None


def outline(actor: Actor, use: str, about: str) -> Outline | None:
    """How much a letter of a use would speak of; None where there is nothing, nothing for this actor, or only its own.

    Args:
        actor: who would write it.
        use: what it is for.
        about: of what, as the page with the button names it.
    """
    _source, count = _sources.get(use, (None, None))
    if count is not None:
        return count(actor, about)
    told = occasion(actor, use, about)
    if told is None:
        return None
    own = rules.hands(actor, told.programme.pk)
    left = told.without({office.public_id for office in told.offices if office.pk in own})
    if left is None:
        return None
    first, *more = left.offices
    size = len(left.concerns), len(left.offices)
    return Outline(use, left.programme, left.title, *size, office=None if more else first)
