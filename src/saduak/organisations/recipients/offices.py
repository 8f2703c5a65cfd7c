"""Offices that a letter reaches, and by which way; what a recipient expression means; an audience."""

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.organisations.models import Organisation

Kind = Organisation.Kind
_UNITS: Final[dict[str, Promise]] = {
    Kind.DISTRICT: _("อำเภอ"),
    Kind.PROVINCE: _("จังหวัด"),
    Kind.DEPARTMENT: _("กรม"),
    Kind.MINISTRY: _("กระทรวง"),
}


class Way(StrEnum):
    """How the issuer reaches an office, the nearest first; the first two are command.

    `TERRITORY`: the office stands in the issuer's area; `OTHER`: any other office of the country.
    """

    OWN = "own"
    LINE = "line"
    SUPERVISION = "supervision"
    NAME = "name"
    TERRITORY = "territory"
    OTHER = "other"


COMMAND: Final = frozenset({Way.OWN, Way.LINE})
# What duties may be given to. By place or as any other office a letter can go to somebody, and ask.
REACH: Final = frozenset({Way.OWN, Way.LINE, Way.SUPERVISION, Way.NAME})
ORDER: Final = {way: number for number, way in enumerate(Way)}


@dataclass(frozen=True, slots=True)
class Office:
    """One office that the issuer reaches, and how."""

    pk: int
    name: str
    way: Way
    kind: str = ""
    type_th: str = ""
    words: frozenset[str] = frozenset()
    sort_key: str = ""
    # The official code of the area where it stands.
    area: str = ""

    @property
    def commanded(self) -> bool:
        """Whether the issuer may order it; else it can only ask."""
        return self.way in COMMAND

    @property
    def reached(self) -> bool:
        """Whether it stands in the issuer's reach; else it is merely near, or anywhere."""
        return self.way in REACH

    @property
    def place(self) -> tuple[str, str, int]:
        """Its place in every list."""
        return self.kind, self.sort_key, self.pk


class _Counted:
    """What is said of some offices."""

    __slots__ = ()
    offices: tuple[Office, ...]

    @property
    def organisation_ids(self) -> frozenset[int]:
        """The keys of the offices."""
        return frozenset(office.pk for office in self.offices)

    @property
    def commanded(self) -> tuple[Office, ...]:
        """Those that the issuer may order."""
        return tuple(office for office in self.offices if office.commanded)

    @property
    def only_asked(self) -> tuple[Office, ...]:
        """Those that it supervises or reaches otherwise: it can ask them, never order."""
        return tuple(office for office in self.offices if not office.commanded)

    @property
    def counts(self) -> list[tuple[int, str]]:
        """How many of which sort, for people: [(9, "อำเภอ"), (3, "องค์กรปกครองส่วนท้องถิ่น")]."""
        return [(number, str(_UNITS.get(kind, Kind(kind).label))) for kind, number in self._tally().items()]

    def _tally(self) -> dict[str, int]:
        tally: dict[str, int] = defaultdict(int)
        for office in self.offices:
            tally[office.kind] += 1
        return tally

    @property
    def label(self) -> str:
        """In words: the office itself when it is one, else how many of each sort."""
        if len(self.offices) == 1:
            return self.offices[0].name
        return " ".join(
            f"{number} {_UNITS[kind]}"
            if kind in _UNITS
            else str(format_lazy(_("{kind} {number} แห่ง"), kind=Kind(kind).label, number=number))
            for kind, number in self._tally().items()
        )


@dataclass(frozen=True, slots=True)
class Resolved(_Counted):
    """What a recipient expression means for one issuer."""

    phrase: str
    offices: tuple[Office, ...] = ()
    # What narrows the group and cannot be checked here ("ที่ผ่านการรับรองเมื่อปี …"): each office judges for itself.
    condition: str = ""
    # The words for which no office was found, or which several offices bear as their name.
    unknown: tuple[str, ...] = ()
    # Of those, the ones that several offices bear: where they stand would tell them apart.
    several: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Audience(_Counted):
    """Everybody to whom a letter goes, and what its author should hear before sending.

    Args:
        offices: each once, in the order of lists; without the exceptions, the issuer and the sender.
        phrases: what each phrase means by itself, before the exceptions are taken out; in the order given.
        excepted: the offices that the exceptions took out.
        unknown: words that named nobody, or more than one; the letter reaches none of those.
        several: of `unknown`, the words that several offices bear as their name.
        unmet_exceptions: exceptions that name nobody who would get the letter, or cannot be checked: likely slips.
        conditions: what narrows a group and cannot be checked here; everybody in the group gets the letter.
    """

    offices: tuple[Office, ...] = ()
    phrases: tuple[Resolved, ...] = ()
    excepted: tuple[Office, ...] = ()
    unknown: tuple[str, ...] = ()
    several: tuple[str, ...] = ()
    unmet_exceptions: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
