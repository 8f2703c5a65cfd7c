"""Recipient expressions: from the words of a letter ("นายอำเภอ ทุกอำเภอ") to the offices that its issuer reaches.

The words are looked up in two ways, both from data: as the exact name, short name or head's title of one office, or as
one of the groups below. Only offices in the issuer's reach are found: those it commands (its line), those it supervises,
and those in whose name an office of its own line writes. What cannot be found is told, never guessed.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.foundation import clock
from saduak.foundation.thai.numerals import to_arabic_digits
from saduak.foundation.thai.text import normalise
from saduak.organisations.localgov import TYPES
from saduak.organisations.models import Organisation, Relation, TreePath
from saduak.organisations.models.dated import on_day
from saduak.organisations.paths import ancestors, span

Kind = Organisation.Kind
_FEW_WORDS: Final = 400
# No office has a longer name, and SQLite refuses to look for very long ones.
_LONGEST_NAME: Final = 200
_UNITS: Final[dict[str, Promise]] = {
    Kind.DISTRICT: _("อำเภอ"),
    Kind.PROVINCE: _("จังหวัด"),
    Kind.DEPARTMENT: _("กรม"),
    Kind.MINISTRY: _("กระทรวง"),
}


class Way(StrEnum):
    """How the issuer reaches an office; the first two are command."""

    OWN = "own"
    LINE = "line"
    SUPERVISION = "supervision"
    NAME = "name"


COMMAND: Final = frozenset({Way.OWN, Way.LINE})
_ORDER: Final = (Way.OWN, Way.LINE, Way.SUPERVISION, Way.NAME)


@dataclass(frozen=True, slots=True)
class Group:
    """Words that stand for all offices of some kinds or types; `line_only`: words that speak of command."""

    words: tuple[str, ...]
    kinds: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    line_only: bool = False

    def holds(self, office: "Office") -> bool:
        """Whether an office belongs to the group."""
        if self.line_only:
            return office.way == Way.LINE
        return office.kind in self.kinds or office.type_th in self.types

    def condition(self) -> Q:
        """The same as a condition on organisations."""
        if self.line_only:
            return Q(organisation__isnull=False)
        return Q(organisation__kind__in=sorted(self.kinds)) | Q(organisation__type_th__in=sorted(self.types))


def _group(
    *words: str, kinds: Iterable[str] = (), types: Iterable[str] = (), line_only: bool = False
) -> Group:
    return Group(words, frozenset(kinds), frozenset(types), line_only)


GROUPS: Final = (
    _group("นายอำเภอ", "ที่ทำการปกครองอำเภอ", "ที่ว่าการอำเภอ", "อำเภอ", kinds={Kind.DISTRICT}),
    _group("ผู้อำนวยการเขต", "สำนักงานเขต", types={"สำนักงานเขต"}),
    _group("ผู้ว่าราชการจังหวัด", "ศาลากลางจังหวัด", "จังหวัด", kinds={Kind.PROVINCE}),
    _group("ปลัดจังหวัด", "ที่ทำการปกครองจังหวัด", types={"ที่ทำการปกครองจังหวัด"}),
    _group(
        "ท้องถิ่นจังหวัด",
        "สำนักงานส่งเสริมการปกครองท้องถิ่นจังหวัด",
        types={"สำนักงานส่งเสริมการปกครองท้องถิ่นจังหวัด"},
    ),
    _group(
        "หัวหน้าส่วนราชการประจำจังหวัด",
        "ส่วนราชการประจำจังหวัด",
        "หัวหน้าส่วนราชการ ประจำจังหวัด",
        kinds={Kind.PROVINCIAL_OFFICE},
    ),
    _group("หัวหน้าส่วนราชการระดับกรม", "ส่วนราชการระดับกรม", "อธิบดี", "กรม", kinds={Kind.DEPARTMENT}),
    _group(
        "หัวหน้าหน่วยงานรัฐวิสาหกิจ",
        "หน่วยงานรัฐวิสาหกิจ",
        "หัวหน้ารัฐวิสาหกิจ",
        "รัฐวิสาหกิจ",
        kinds={Kind.STATE_ENTERPRISE},
    ),
    _group("ปลัดกระทรวง", "กระทรวง", kinds={Kind.MINISTRY}),
    _group(
        "ผู้บริหารองค์กรปกครองส่วนท้องถิ่น",
        "องค์กรปกครองส่วนท้องถิ่น",
        "ผู้บริหารท้องถิ่น",
        "อปท.",
        "อปท",
        kinds={Kind.LOCAL_GOVERNMENT},
    ),
    _group("นายกเทศมนตรี", "เทศบาล", types={kind for kind in TYPES if kind.startswith("เทศบาล")}),
    *(_group(head, kind, short, types={kind}) for kind, (short, head) in TYPES.items()),
    _group("หัวหน้าส่วนราชการในสังกัด", "ส่วนราชการในสังกัด", "หน่วยงานในสังกัด", line_only=True),
)
_STARTS: Final = sorted(((word, group) for group in GROUPS for word in group.words), key=lambda p: -len(p[0]))
_BREAK: Final = re.compile(r"\s+|[,;、/]|(?<=\S)(?:และ|หรือ)(?=\S)")
_CONNECT: Final = re.compile(r"^(?:และ|หรือ|รวมทั้ง|รวมถึง|ให้|ถึง|เรียน)+")
_ALL: Final = re.compile(r"^(?:ๆ|ทุก[ก-๙]*|ทั้งหมด|ทั้ง\d+[ก-๙]+)(?:ใน(?:สังกัด|เขตพื้นที่|พื้นที่|จังหวัด)[ก-๙]*)?$")
_INSIDE: Final = re.compile(r"^(?:ใน|ภายใน)(?:สังกัด|เขตพื้นที่|พื้นที่|จังหวัด|อำเภอ|เขต|กำกับ|ความรับผิดชอบ)")
_PLACE: Final = re.compile(r"(?:อำเภอ|จังหวัด|ตำบล|ภาค)[ก-๙]{2,}")
_CLAUSE: Final = re.compile(r"^(?:ที่|ซึ่ง|อัน|เฉพาะ|ยกเว้น|โดยเฉพาะ|\(|[0-9])")


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

    @property
    def commanded(self) -> bool:
        """Whether the issuer may order it; else it can only ask."""
        return self.way in COMMAND


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a recipient expression means for one issuer."""

    phrase: str
    offices: tuple[Office, ...] = ()
    # What narrows the group and cannot be checked here ("ที่ผ่านการรับรองเมื่อปี …"): each office judges for itself.
    condition: str = ""
    # The words for which no office was found in the issuer's reach.
    unknown: tuple[str, ...] = ()

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


@dataclass(slots=True)
class _Wanted:
    """The parts of one phrase: groups as a whole, exact words, what narrows, what no group begins."""

    groups: list[tuple[str, Group]] = field(default_factory=list)
    exact: list[tuple[str, Group | None]] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)


def clean(text: str) -> str:
    """The form in which words are compared: repaired Thai, Arabic digits, single spaces, no sign that PostgreSQL refuses."""
    return " ".join(to_arabic_digits(normalise(text.replace("\x00", " "))).split())


def resolve(phrase: str, issuer: Organisation) -> Resolved:
    """The offices that a recipient expression means, coming from `issuer`. Four queries."""
    return resolve_many([phrase], issuer)[0]


def resolve_many(phrases: Sequence[str], issuer: Organisation) -> list[Resolved]:
    """The same for many expressions of one letter. Four queries, however many there are."""
    wanted = [_parse(clean(phrase)) for phrase in phrases]
    found = _offices(wanted, issuer)
    return [_settle(phrase, parts, found) for phrase, parts in zip(phrases, wanted, strict=True)]


# --- Reading the words ------------------------------------------------------------------------------------------------


def _parse(phrase: str) -> _Wanted:
    wanted = _Wanted()
    for segment in _segments(phrase):
        word, group = _start(segment)
        rest = segment[len(word) :].strip() if group else ""
        if group is None:
            wanted.exact.append((segment, None))
        elif not rest or _ALL.match(rest.replace(" ", "")):
            wanted.groups.append((segment, group))
        elif _INSIDE.match(rest):
            wanted.groups.append((segment, group))
            if _PLACE.search(rest) and not group.line_only and "สังกัด" not in rest:
                wanted.conditions.append(rest)
        elif _CLAUSE.match(rest):
            wanted.groups.append((segment, group))
            wanted.conditions.append(rest)
        else:
            wanted.exact.append((segment, group))
    return wanted


def _segments(phrase: str) -> Iterator[str]:
    """The phrase cut where another group begins at a word's start; words that narrow stay with their group."""
    cuts, at = [0], 0
    for mark in _BREAK.finditer(phrase):
        at = mark.end()
        tail = _CONNECT.sub("", phrase[at:])
        if _start(tail)[1] is not None and not phrase[at:].startswith("ทุก"):
            cuts.append(at)
    for begin, end in zip(cuts, [*cuts[1:], len(phrase)], strict=True):
        segment = _CONNECT.sub("", phrase[begin:end].strip(" ,;/"))
        segment = re.sub(r"\s*(?:และ|หรือ|รวมทั้ง|รวมถึง)$", "", segment).strip(" ,;/")
        if segment:
            yield segment


def _start(segment: str) -> tuple[str, Group | None]:
    return next(((word, group) for word, group in _STARTS if segment.startswith(word)), ("", None))


# --- Finding the offices ----------------------------------------------------------------------------------------------


def _offices(wanted: list[_Wanted], issuer: Organisation) -> list[Office]:
    """Every office in the issuer's reach that any of the phrases may mean."""
    condition = _condition(wanted)
    if condition is None:
        return []
    prefixes: dict[str, list[str]] = defaultdict(list)
    own = TreePath.objects.filter(organisation=issuer).exclude(kind=TreePath.Kind.AREA)
    for kind, path in own.values_list("kind", "path"):
        prefixes[kind].append(path)
    line = _ranges(TreePath.Kind.LINE, prefixes[TreePath.Kind.LINE])
    every = [path for paths in prefixes.values() for path in paths]
    supervised = _ranges(TreePath.Kind.SUPERVISION, every)
    rows = TreePath.objects.filter(line | supervised, condition, organisation__retired_at__isnull=True)
    found: dict[int, Office] = {}
    for row in rows.values("kind", "organisation_id", *(f"organisation__{name}" for name in _FIELDS)):
        way = Way.OWN if row["organisation_id"] == issuer.pk else Way(row["kind"])
        _keep(found, row, way)
    for row in _in_name(line, condition):
        _keep(found, row, Way.NAME)
    return sorted(found.values(), key=lambda office: (office.kind, office.sort_key, office.pk))


_FIELDS: Final = ("name_th", "kind", "type_th", "head_title", "aliases", "sort_key")


def _ranges(kind: str, prefixes: list[str]) -> Q:
    total = Q(pk__in=())
    for prefix in prefixes:
        part = span(kind, prefix)
        total |= Q(kind=kind, path__gte=part.low, path__lt=part.high)
    return total


def _in_name(line: Q, condition: Q) -> Iterator[dict[str, object]]:
    """Organisations in whose name an office of the issuer's line writes: a department's way to the governors.

    They are few (a province each), so they are named to the second query: as one query, with three levels of offices
    inside each other, it took PostgreSQL minutes while it did not know the sizes of freshly filled tables.
    """
    writers = TreePath.objects.filter(line).values("organisation")
    named = Relation.objects.filter(on_day(clock.today()), kind=Relation.Kind.ISSUES_FOR, child__in=writers)
    rows = TreePath.objects.filter(
        condition,
        organisation__in=set(named.values_list("parent", flat=True)),
        organisation__retired_at__isnull=True,
        kind=TreePath.Kind.LINE,
    )
    yield from rows.values("organisation_id", *(f"organisation__{name}" for name in _FIELDS)).distinct()


def _condition(wanted: list[_Wanted]) -> Q | None:
    groups = {group for parts in wanted for _word, group in parts.groups}
    exact_words = (word for parts in wanted for word, _group in parts.exact)
    words = list(dict.fromkeys(word for word in exact_words if len(word) <= _LONGEST_NAME))[:_FEW_WORDS]
    total: Q | None = None
    for group in groups:
        total = group.condition() if total is None else total | group.condition()
    if words:
        exact = Q(organisation__name_th__in=words) | Q(organisation__head_title__in=words)
        for word in words:
            exact |= Q(organisation__aliases__contains=word)
        total = exact if total is None else total | exact
    return total


def _keep(found: dict[int, Office], row: dict[str, object], way: Way) -> None:
    pk = int(str(row["organisation_id"]))
    name, title = str(row["organisation__name_th"]), str(row["organisation__head_title"])
    words = {clean(word) for word in (name, title, *str(row["organisation__aliases"]).split()) if word}
    office = Office(
        pk=pk,
        name=name,
        way=way,
        kind=str(row["organisation__kind"]),
        type_th=str(row["organisation__type_th"]),
        words=frozenset(words),
        sort_key=str(row["organisation__sort_key"]),
    )
    if pk not in found or _ORDER.index(way) < _ORDER.index(found[pk].way):
        found[pk] = office


def _settle(phrase: str, wanted: _Wanted, found: list[Office]) -> Resolved:
    chosen: dict[int, Office] = {}
    unknown = []
    for word, group in wanted.groups:
        hits = [office for office in found if group.holds(office)]
        chosen |= {office.pk: office for office in hits}
        if not hits:
            unknown.append(word)
    for word, _of_group in wanted.exact:
        hits = [office for office in found if word in office.words or word.replace(" ", "") in office.words]
        if len(hits) == 1:
            chosen[hits[0].pk] = hits[0]
        else:
            unknown.append(word)
    return Resolved(phrase, tuple(chosen.values()), " ".join(wanted.conditions), tuple(unknown))


# --- Who wrote it -----------------------------------------------------------------------------------------------------


def commands(issuer: Organisation, organisation: Organisation) -> bool:
    """Whether one organisation stands in the line of another today (or is it). One query."""
    if issuer.pk == organisation.pk:
        return True
    rows = TreePath.objects.filter(organisation=organisation, kind=TreePath.Kind.LINE)
    return any(issuer.pk in ancestors(path) for path in rows.values_list("path", flat=True))


def find_issuer(text: str) -> Organisation | None:
    """The one organisation that a letter names as its issuer, or None. One query.

    "จังหวัดมุกดาหาร (ศาลากลางจังหวัดมุกดาหาร)" and "กระทรวงมหาดไทย สำนักงานปลัดกระทรวงมหาดไทย" are read from their
    beginning: the whole first, then what stands before a bracket, then fewer and fewer words.
    """
    names = _candidates(clean(text))
    if not names:
        return None
    condition = Q(name_th__in=names)
    for name in names:
        condition |= Q(aliases__contains=name)
    rows = list(Organisation.objects.filter(condition, retired_at__isnull=True).select_related("area")[:200])
    for name in names:
        hits = [row for row in rows if name == clean(row.name_th)]
        hits = hits or [row for row in rows if name in clean(row.aliases).split()]
        if len(hits) == 1:
            return hits[0]
    return None


def _candidates(text: str) -> list[str]:
    outer = re.sub(r"\([^)]*\)", " ", text).split()
    names = [text, *(" ".join(outer[:end]) for end in range(len(outer), 0, -1))]
    names += [inner.strip() for inner in re.findall(r"\(([^)]*)\)", text)]
    return list(dict.fromkeys(name for name in names if 1 < len(name) <= _LONGEST_NAME))[:20]
