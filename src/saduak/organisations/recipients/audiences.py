"""To whom a letter goes: from the lines that somebody types to the offices, each once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from saduak.organisations.models import Organisation
from saduak.organisations.recipients.finding import Finder
from saduak.organisations.recipients.lines import Line, Part, read, spellings
from saduak.organisations.recipients.offices import REACH, Audience, Office, Resolved, Way
from saduak.organisations.recipients.places import said
from saduak.organisations.recipients.words import ANYBODY, Group

# The organisations through whose hands a letter goes out: it never comes to them.
Hands = Mapping[int, Organisation]


def audience(
    phrases: Sequence[str],
    exceptions: Sequence[str],
    issuer: Organisation,
    *,
    sender: Organisation | None = None,
    anywhere: bool = True,
) -> Audience:
    """Everybody to whom a letter goes. At most five queries, however many phrases and offices there are.

    A group ("นายอำเภอ ทุกอำเภอ") means those in the issuer's reach. It goes beyond when the words say so: those in the
    issuer's area ("ในเขตพื้นที่"), in a named place ("ในเขตอำเภอวังทอง"), under another office ("ในสังกัดกระทรวง…"), in the
    whole country ("ทุกจังหวัด", "ทุกกระทรวง", "ทั่วประเทศ"), or when "every one" can mean nobody in reach. A single office is
    found by its name, a short name or its head's title, with a place behind it where several bear the name. What cannot
    be found, or is not sure, is told and never guessed.

    Args:
        phrases: expressions as people type them, one a line.
        exceptions: the same for those left out; looked for among what the phrases mean.
        issuer: in whose name the letter goes out.
        sender: the office that sends it.
        anywhere: False for the issuer's reach and area only; otherwise the letter may go to any office.
    """
    lines, left_out = [read(phrase) for phrase in phrases], [read(phrase) for phrase in exceptions]
    finder = Finder(lines, left_out, issuer, anywhere=anywhere)
    hands = {office.pk: office for office in (issuer, sender) if office is not None}
    meant = [_mean(line, finder, hands) for line in lines]
    total = _Meant()
    for one in meant:
        total.add(one)
    excepted: dict[int, Office] = {}
    for line in left_out:
        excepted |= {office.pk: office for office in _left_out(line, finder, total, hands)}
    return Audience(
        offices=_listed(office for office in total.offices.values() if office.pk not in excepted),
        phrases=tuple(one.resolved(phrase) for phrase, one in zip(phrases, meant, strict=True)),
        excepted=_listed(excepted.values()),
        unknown=_once(total.unknown),
        several=_once(total.several),
        unmet_exceptions=_once(total.unmet),
        conditions=_once(total.conditions),
    )


@dataclass(slots=True)
class _Meant:
    """What words mean so far, and what is to be said of them."""

    offices: dict[int, Office] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    several: list[str] = field(default_factory=list)
    unmet: list[str] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)

    def add(self, other: "_Meant") -> None:
        """Take in what further words mean."""
        self.offices |= other.offices
        self.unknown += other.unknown
        self.several += other.several
        self.unmet += other.unmet
        self.conditions += other.conditions

    def take(self, offices: Iterable[Office]) -> None:
        """Take in offices."""
        self.offices |= {office.pk: office for office in offices}

    def resolved(self, phrase: str) -> Resolved:
        """For people: what one phrase means by itself."""
        return Resolved(
            phrase,
            _listed(self.offices.values()),
            " ".join(self.conditions),
            _once(self.unknown),
            _once(self.several),
        )


def _listed(offices: Iterable[Office]) -> tuple[Office, ...]:
    return tuple(sorted(offices, key=lambda office: office.place))


def _once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


# --- Phrases ----------------------------------------------------------------------------------------------------------


def _mean(line: Line, finder: Finder, hands: Hands) -> _Meant:
    """What a line means, without those through whose hands the letter goes out."""
    meant = _Meant(unknown=[line.too_long] if line.too_long else [])
    office = _nearest(finder.named(spellings(line.whole)))
    if office is not None:
        meant.take([office])
    elif line.whole and not line.parts:
        meant.unknown.append(line.whole)
    else:
        for part in line.parts:
            meant.add(_of(part, finder, hands))
        for part in line.exceptions:
            for out in _excepted(part, finder, meant, hands):
                meant.offices.pop(out.pk, None)
    for pk in hands:
        meant.offices.pop(pk, None)
    return meant


def _of(part: Part, finder: Finder, hands: Hands) -> _Meant:
    """What a piece of a line means: the office of that name, else the group."""
    meant = _Meant(conditions=[part.by.condition] if part.by.condition else [])
    if part.name:
        hits = _bearing(part, finder)
        office = _nearest(hits)
        if office is not None:
            meant.take([office])
            return meant
        if hits or part.group is None or part.by.loose:
            meant.unknown.append(part.words)
            meant.several += [part.words] if hits else []
            return meant
    assert part.group is not None  # noqa: S101 - a piece without a group is a name
    offices, unknown = _members(part, part.group, finder)
    if not {office.pk for office in offices} - hands.keys() and finder.goes_far(part):
        offices = finder.members(part.group)
    meant.take(offices)
    meant.unknown += unknown
    if not unknown and not meant.offices.keys() - hands.keys():
        meant.unknown.append(part.words)
    return meant


def _nearest(offices: Sequence[Office]) -> Office | None:
    """The one office that is meant by a name: of several the one in reach, else the one in the area."""
    reached = [office for office in offices if office.reached]
    near = [office for office in offices if office.way == Way.TERRITORY]
    hits = reached or near or offices
    return hits[0] if len(hits) == 1 else None


def _bearing(part: Part, finder: Finder) -> list[Office]:
    """The offices that bear the name of a piece, or its name without the place where they must stand."""
    hits = finder.named(spellings(part.name))
    if hits or not part.short_name:
        return hits
    codes = [code for place in part.by.places if (code := finder.code(place))]
    named = finder.named(spellings(part.short_name))
    return [office for office in named if any(_may_stand_in(office, code) for code in codes)]


def _may_stand_in(office: Office, code: str) -> bool:
    """Whether an office stands in an area; one of which only the district is known may stand in any part of it."""
    return office.area.startswith(code) or (len(office.area) > 2 and code.startswith(office.area))


def _members(
    part: Part, group: Group, finder: Finder, *, of_all: bool = False
) -> tuple[list[Office], list[str]]:
    """The offices of a group that the words narrow it to, and the places and offices in them that nobody knows.

    Args:
        part: the words.
        group: their group.
        finder: what was read.
        of_all: whether a group without more words means all that were read; else those in reach.
    """
    by = part.by
    upper = finder.upper(by.under) if by.under else None
    if by.under and upper is None:
        return [], [by.under]
    other = upper is not None and upper != finder.issuer.pk
    if other and group.line_only:
        group = ANYBODY
    if by.mentions:
        codes = {said(place): finder.code(place) for place in by.places}
        if None in codes.values():
            return [], [words for words, code in codes.items() if code is None]
        offices = [office for code in codes.values() for office in finder.within(group, code or "")]
    elif by.within:
        code = finder.own_area(by.level)
        offices = finder.within(group, code) if code else []
        offices += [office for office in finder.members(group) if office.reached and not group.area_only]
    elif group.area_only and by.under is None:
        return [], []
    else:
        wide = of_all or other or (by.nation and finder.goes_far(part))
        offices = [office for office in finder.members(group) if wide or office.reached]
    if by.under is not None:
        offices = _under(offices, part, finder, upper if other else None)
    return offices, []


def _under(offices: list[Office], part: Part, finder: Finder, upper: int | None) -> list[Office]:
    """Of some offices those that stand under another one, or under the writer: by command where words speak of it."""
    by, group = part.by, part.group
    strict = group is not None and (group.line_only or group.area_only)
    if upper is None:
        ways = {Way.SUPERVISION if by.supervised else Way.LINE} if strict else REACH
        return [office for office in offices if office.way in ways]
    line, supervised = finder.below(upper)
    chosen = (supervised if by.supervised else line) if strict else line | supervised
    return [office for office in offices if office.pk in chosen]


# --- Exceptions -------------------------------------------------------------------------------------------------------


def _left_out(line: Line, finder: Finder, total: _Meant, hands: Hands) -> list[Office]:
    """Whom a line of exceptions takes out of what is meant; "except" inside it keeps them in."""
    total.unmet += [line.too_long] if line.too_long else []
    office = _only([hit for hit in finder.named(spellings(line.whole)) if hit.pk in total.offices])
    if office is not None:
        return [office]
    out = [hit for part in line.parts or line.exceptions for hit in _excepted(part, finder, total, hands)]
    kept = {hit.pk for part in line.exceptions if line.parts for hit in _excepted(part, finder, total, hands)}
    return [hit for hit in out if hit.pk not in kept]


def _excepted(part: Part, finder: Finder, meant: _Meant, hands: Hands) -> list[Office]:
    """Whom an exception takes out of what is meant. One that takes out nobody, or cannot be checked, is told."""
    hits: list[Office] = []
    if not part.by.condition:
        named = (
            [office for office in _bearing(part, finder) if office.pk in meant.offices] if part.name else []
        )
        if len(named) > 1:
            meant.several.append(part.words)
        elif named:
            hits = named
        elif set(part.names) & _names_of(hands):
            return []
        elif part.group is not None and not part.by.loose:
            offices, _unknown = _members(part, part.group, finder, of_all=True)
            hits = [office for office in offices if office.pk in meant.offices]
    if not hits:
        meant.unmet.append(part.words)
    return hits


def _only(offices: Sequence[Office]) -> Office | None:
    return offices[0] if len(offices) == 1 else None


def _names_of(hands: Hands) -> set[str]:
    return {
        word
        for office in hands.values()
        for word in (office.name_th, office.head_title, office.aliases, *office.aliases.split())
    }
