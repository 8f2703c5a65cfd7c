"""Which centre a line of an announcement speaks of: by name, office and province, also by names of earlier years.

Announcements write names as they like. Only what fits exactly and once is taken; of the rest the likeliest are proposed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils import translation

from saduak.foundation.thai.text import search_key
from saduak.organisations.models import Area, CentreEvent, ServiceCentre
from saduak.register.past.reading import COLUMNS, Line

MOST = 5
# How much of two names must be alike for one to be proposed for the other.
_ALIKE = 0.35


@dataclass(frozen=True, slots=True)
class Match:
    """The centre that a line speaks of, or those that it may speak of, the likeliest first (keys)."""

    centre: int | None
    candidates: tuple[int, ...] = ()


@dataclass(slots=True)
class _Known:
    """A centre as lines may name it."""

    pk: int
    names: set[str]
    office: str
    province: str
    grams: frozenset[str] = frozenset()


@dataclass(slots=True)
class Centres:
    """All centres, ready to be looked for. Three queries to make it, none to ask it."""

    known: dict[int, _Known] = field(default_factory=dict)
    by_name: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    by_office: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    by_gram: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    provinces: dict[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls) -> "Centres":
        """Every centre there is or was."""
        found = cls()
        for code, name in Area.objects.filter(kind=Area.Kind.PROVINCE).values_list("code", "name_th"):
            found.provinces[province_key(name)] = code
        former: dict[int, set[str]] = defaultdict(set)
        renamed = CentreEvent.objects.filter(kind=CentreEvent.Kind.RENAMED)
        for centre_id, before in renamed.values_list("centre_id", "before"):
            former[centre_id].add(search_key(before.get("name_th", "")))
        rows = ServiceCentre.objects.values_list(
            *("pk", "name_th", "organisation__name_th", "area__code", "organisation__area__code")
        )
        for pk, name, office, area, office_area in rows.order_by("pk"):
            names = {search_key(name)} | former[pk] - {""}
            code = (area or office_area or "")[:2]
            found._add(_Known(pk, names, search_key(office), code, _grams(search_key(name))))
        return found

    def _add(self, row: _Known) -> None:
        self.known[row.pk] = row
        for name in row.names:
            self.by_name[name].append(row.pk)
        self.by_office[row.office].append(row.pk)
        for gram in row.grams:
            self.by_gram[gram].append(row.pk)

    def knows_province(self, name: str) -> bool:
        """Whether a province has this name; no name at all is none too many."""
        return not name or province_key(name) in self.provinces

    def match(self, line: Line) -> Match:
        """The one centre that fits exactly, else the likeliest."""
        name, office = search_key(line.name), search_key(line.organisation)
        province = self.provinces.get(province_key(line.province), "")
        exact = [pk for pk in self.by_name.get(name, ()) if self._fits(pk, office, province)]
        if len(exact) == 1:
            return Match(exact[0])
        near = [*exact, *self.by_name.get(name, ()), *self._of_office(office or name, province)]
        near += self._alike(name, office, province)
        return Match(None, tuple(dict.fromkeys(near))[:MOST])

    def _fits(self, pk: int, office: str, province: str) -> bool:
        row = self.known[pk]
        return (not office or row.office == office) and (not province or row.province in {"", province})

    def _of_office(self, office: str, province: str) -> list[int]:
        return [pk for pk in self.by_office.get(office, ()) if self._fits(pk, "", province)]

    def _alike(self, name: str, office: str, province: str) -> list[int]:
        grams = _grams(name)
        shared = Counter(pk for gram in grams for pk in self.by_gram.get(gram, ()))
        scored = []
        for pk, count in shared.items():
            row = self.known[pk]
            score = count / len(grams | row.grams)
            if score >= _ALIKE and self._fits(pk, "", province):
                scored.append((score + (row.office == office), -pk))
        return [-key for _score, key in sorted(scored, reverse=True)[:MOST]]


def province_key(name: str) -> str:
    """The name of a province however it is written."""
    with translation.override("th"):
        word = str(COLUMNS["province"])
    return search_key(name).removeprefix(search_key(word))


def _grams(text: str) -> frozenset[str]:
    return frozenset(text[at : at + 3] for at in range(max(len(text) - 2, 1)))


def unknown_provinces(lines: Iterable[Line], centres: Centres) -> list[Line]:
    """The lines that name a province that there is not."""
    return [line for line in lines if not centres.knows_province(line.province)]
