"""Named places in recipient expressions ("ในเขตอำเภอเมืองพิษณุโลก"): from the words to the codes of areas."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db.models import Q

from saduak.foundation import clock
from saduak.organisations.models import Area
from saduak.organisations.models.dated import on_day
from saduak.organisations.recipients.words import BANGKOK, CAPITAL, CAPITALS, KHET, LEVELS

PROVINCE: Final = 2


@dataclass(frozen=True, slots=True)
class Mention:
    """A place as a letter names it; `level` is the number of digits of its code."""

    level: int
    name: str
    words: str

    @property
    def is_capital(self) -> bool:
        """Whether it says only "เมือง": the district of a province's capital."""
        return self.name in CAPITALS


# A place with what tells it apart, for example a district and its province.
Chain = tuple[Mention, ...]


def mention(mark: str | None, name: str | None) -> Mention:
    """What a mark ("อำเภอ", "จ.") and a name mean; without a mark it is Bangkok."""
    if not mark or not name:
        return Mention(PROVINCE, BANGKOK, BANGKOK)
    return Mention(LEVELS[mark], f"{KHET}{name}" if mark == KHET else name, f"{mark}{name}")


def chained(mentions: Iterable[Mention]) -> tuple[Chain, ...]:
    """Places one after another: those of different levels tell one place, those of one level are several.

    "อำเภอ ก อำเภอ ข จังหวัด ค" are two districts of one province.
    """
    chains: list[list[Mention]] = []
    for place in mentions:
        open_ones = [chain for chain in chains if all(place.level != other.level for other in chain)]
        if chains and chains[-1] in open_ones:
            for chain in open_ones:
                chain.append(place)
        else:
            chains.append([place])
    return tuple(tuple(chain) for chain in chains)


@dataclass(slots=True)
class Atlas:
    """The areas that some places may mean, by level and name."""

    codes: dict[tuple[int, str], list[str]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, mentions: Iterable[Mention]) -> "Atlas":
        """Look the places up. One query, none without places."""
        atlas = cls()
        wanted = set(mentions)
        if not wanted:
            return atlas
        condition = Q(name_th__in=sorted({place.name for place in wanted}))
        if any(place.is_capital for place in wanted):
            condition |= Q(kind=Area.Kind.DISTRICT, name_th__startswith=CAPITAL)
        rows = Area.objects.filter(condition, on_day(clock.today())).order_by("code")
        for code, name, parent in rows.values_list("code", "name_th", "parent__name_th"):
            atlas.codes[len(code), name].append(code)
            if name == f"{CAPITAL}{parent}":
                for short in CAPITALS:
                    atlas.codes[len(code), short].append(code)
        return atlas

    def find(self, chain: Chain, home: str) -> str | None:
        """The code of a place; None when there is none, or when it cannot be told which.

        Args:
            chain: the place with what tells it apart.
            home: the code of the area where the writer is; of several places of one name the nearest is meant.
        """
        lowest, *others = sorted(chain, key=lambda place: -place.level)
        codes = self.codes.get((lowest.level, lowest.name), [])
        for place in others:
            above = tuple(self.codes.get((place.level, place.name), ()))
            codes = [code for code in codes if code.startswith(above)]
        for near in dict.fromkeys((home, home[:PROVINCE], "")):
            hits = [code for code in codes if code.startswith(near)]
            if hits:
                return hits[0] if len(hits) == 1 else None
        return None


def said(chain: Sequence[Mention]) -> str:
    """A place as it was named."""
    return " ".join(place.words for place in chain)
