"""A line as somebody types it under "to": which groups and which offices by name, and what narrows them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from saduak.foundation.thai.numerals import to_thai_digits
from saduak.organisations.recipients import words as w
from saduak.organisations.recipients.places import Chain, Mention, chained, mention
from saduak.organisations.recipients.words import LONGEST_NAME, Group, clean

_DIGIT: Final = re.compile("[0-9]")
# No line of a letter is longer; what stands behind is told, not read.
LONGEST_LINE: Final = 2000


@dataclass(slots=True)
class Narrowing:
    """What stands behind the words of a group.

    Args:
        whole: every one of them; `units` are the words behind "every".
        nation: every one in the whole country.
        within: in the writer's own area; `level` is that of a larger one ("in the province"), 0 for its own.
        places: named places.
        under: the name of the office under which they stand, empty for the writer itself; None when nothing is said.
        supervised: whether they stand there under supervision, as the words say.
        condition: what cannot be checked.
        loose: words that mean nothing here.
    """

    whole: bool = False
    units: list[str] = field(default_factory=list)
    nation: bool = False
    within: bool = False
    level: int = 0
    mentions: list[Mention] = field(default_factory=list)
    under: str | None = None
    supervised: bool = False
    condition: str = ""
    loose: str = ""

    @property
    def places(self) -> tuple[Chain, ...]:
        """The named places, each with what tells it apart."""
        return chained(self.mentions)

    @property
    def only_places(self) -> bool:
        """Whether the words say where, and nothing else."""
        return bool(self.mentions) and not (self.loose or self.condition or self.under is not None)


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a line: a group, or one office by name; what is not found as a name may still be a group."""

    words: str
    group: Group | None
    by: Narrowing
    # The whole piece as a name, and the name without the place that stands behind it.
    name: str = ""
    short_name: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Every name to look for."""
        return (*spellings(self.name), *spellings(self.short_name))


@dataclass(frozen=True, slots=True)
class Line:
    """A line in pieces.

    Args:
        whole: all of it, which may be one office's name.
        parts: its pieces.
        exceptions: the pieces behind "except".
        too_long: the beginning of what was not read.
    """

    whole: str = ""
    parts: tuple[Part, ...] = ()
    exceptions: tuple[Part, ...] = ()
    too_long: str = ""

    @property
    def all_parts(self) -> tuple[Part, ...]:
        """The pieces and the exceptions that the line itself makes."""
        return self.parts + self.exceptions


def spellings(name: str) -> tuple[str, ...]:
    """A name as registers may have it: with or without spaces, with Arabic or Thai digits."""
    if not name or len(name) > LONGEST_NAME:
        return ()
    forms = [name, name.replace(" ", "")] if " " in name else [name]
    if _DIGIT.search(name):
        forms += [to_thai_digits(form) for form in forms]
    return tuple(forms)


def read(typed: str) -> Line:
    """Take a line apart."""
    text = clean(w.UNWRITABLE.sub("", typed[:LONGEST_LINE]))
    for mark in (w.BULLET, w.SALUTATION):
        text = mark.sub("", text, count=1)
    whole = text
    for short, long in w.SHORT:
        text = short.sub(long, text)
    exceptions = [found["in_brackets"] for found in w.EXCEPT_IN_BRACKETS.finditer(text)]
    text = w.EXCEPT_IN_BRACKETS.sub(" ", text)
    if found := w.EXCEPT.search(text):
        exceptions.append(text[found.end() :].rstrip(") "))
        text = text[: found.start()]
    return Line(
        whole=whole,
        parts=tuple(_parts(text)),
        exceptions=tuple(part for words in exceptions for part in _parts(words)),
        too_long=clean(w.UNWRITABLE.sub("", typed[LONGEST_LINE : LONGEST_LINE + 80])),
    )


# --- Pieces ---------------------------------------------------------------------------------------------------------


def _parts(text: str) -> Iterator[Part]:
    for piece in _pieces(text):
        part = _part(piece)
        several = [one for one in w.SEPARATORS.split(piece) if one] if part.by.loose else []
        if len(several) > 1:
            yield from map(_part, several)
        else:
            yield part


def _pieces(text: str) -> Iterator[str]:
    """The text cut at groups; a place that only says where the piece before it stands goes back to it."""
    pieces: list[str] = []
    for segment in w.segments(text, w.SENDING_STARTS):
        if pieces and _belongs(pieces[-1], segment):
            pieces[-1] += f" {segment.text}"
        else:
            pieces += _every(segment.text)
    yield from pieces


def _every(text: str) -> list[str]:
    """Cut at every "every": "ทุกกระทรวง ทุกกรม" is two pieces, though neither begins with the words of a group."""
    if not text.startswith(w.EVERY):
        return [text]
    pieces: list[str] = []
    for word in text.split(" "):
        begins = word.startswith(w.EVERY) and w.SENDING_STARTS.at(word, len(w.EVERY))[0] not in w.NO_GROUP
        if begins or not pieces:
            pieces.append(word)
        else:
            pieces[-1] += f" {word}"
    return pieces


def _belongs(before: str, segment: w.Segment) -> bool:
    """Whether a segment is no office but the place where the offices before it are.

    A place further up says where something is ("อบต.บ้านใหม่ อำเภอเมืองพิษณุโลก"); one of the same rank is a list
    ("อำเภอวังทอง อำเภอบางระกำ"), unless a list of places has begun ("ในเขตอำเภอวังทอง และอำเภอบางระกำ").
    """
    found = w.PLACE.match(segment.text)
    if found is None:
        return False
    level = mention(found["mark"], found["name"]).level
    _word, group, rest = _start(before)
    by = _narrowing(rest)
    known = {place.level for place in by.mentions}
    if by.within and (known or not segment.listed):
        return level in known or not segment.listed
    behind = {place.level for place in _with_place(before)[1].mentions} | known
    return not segment.listed and group is not None and level < group.level and level not in behind


def _start(piece: str) -> tuple[str, Group | None, str]:
    """The words of a group with which a piece begins, with or without "every" before them, the group, the rest."""
    every = len(w.EVERY) if piece.startswith(w.EVERY) else 0
    every += piece[every : every + 1] == " " if every else 0
    word, group = w.SENDING_STARTS.at(piece, every)
    return (
        (word, group, piece[every + len(word) :].strip())
        if group not in {None, w.CITY}
        else ("", None, piece)
    )


def _part(piece: str) -> Part:
    word, group, rest = _start(piece)
    if group is None:
        short_name, by = _with_place(piece)
        return Part(piece, None, by, piece, short_name)
    by = _narrowing(rest)
    every = piece.startswith(w.EVERY)
    by.whole |= every
    by.nation |= every and word in w.EVERYWHERE
    if by.loose and by.loose == rest and (marked := w.MARKED_END.search(word)):
        # "หัวหน้าส่วนราชการประจำจังหวัดพิษณุโลก": the last word of the group begins the name of a place.
        again = _narrowing(f"{marked[0]}{rest}")
        if again.mentions and not again.loose:
            return Part(piece, group, again, piece, _with_place(piece)[0])
    if by.loose and group.line_only:
        by = _narrowing(f"{w.UNDER_WORD}{rest}")
    if by.loose or not all(_counts(unit, group) for unit in by.units):
        short_name, place = _with_place(piece)
        place.loose = place.loose or piece
        return Part(piece, group, place, piece, short_name)
    return Part(piece, group, by, piece if by.mentions and not (by.within or by.whole) else "")


def _counts(unit: str, group: Group) -> bool:
    """Whether "every" with this word means the group; "รัฐวิสาหกิจ ทุกกระทรวง" may mean this or that, so it does not."""
    word, other = w.SENDING_STARTS.at(unit)
    if other is None or word in w.NO_GROUP or other.area_only:
        return True
    return other == group or (bool(group.types) and group.types <= other.types)


def _with_place(piece: str) -> tuple[str, Narrowing]:
    """A name and the place that stands behind it, or an empty name."""
    for gap in w.GAP.finditer(piece):
        by = _narrowing(piece[gap.end() :])
        if by.only_places:
            return piece[: gap.start()], by
    return "", Narrowing(loose=piece)


# --- What narrows -----------------------------------------------------------------------------------------------------


def _narrowing(rest: str) -> Narrowing:
    """Read what stands behind a group, from its beginning, as far as it is understood."""
    by, at = Narrowing(), 0
    while at < len(rest):
        after = _step(by, rest, at)
        if after == at:
            by.loose = rest[at:]
            break
        at = after
    return by


def _step(by: Narrowing, rest: str, at: int) -> int:
    """Read one thing; returns where the next one begins, the same place when it is not understood."""
    if filling := w.FILLING.match(rest, at):
        return filling.end()
    if after := _known(by, rest, at):
        return after
    if further := w.FURTHER.match(rest, at):
        if further[0] == "(" and (after := _known(by, rest, further.end())):
            return after
        by.condition = rest[at:]
        return len(rest)
    return at


def _known(by: Narrowing, rest: str, at: int) -> int:
    """Read how many, under whom or where; 0 when none of these stands here."""
    if nation := w.NATION.match(rest, at):
        by.nation = by.whole = True
        return nation.end()
    if whole := w.WHOLE.match(rest, at):
        by.whole = True
        by.units.append((whole["unit"] or "").strip())
        by.nation |= by.units[-1] in w.EVERYWHERE
        return whole.end()
    if under := w.UNDER.match(rest, at):
        name = under["name"] or ""
        by.under = by.under or ("" if name in w.OWN else name)
        by.supervised = under["supervised"] is not None
        return under.end()
    return _place(by, rest, at)


def _place(by: Narrowing, rest: str, at: int) -> int:
    """Read "in the area", a named place, or both; 0 when neither stands here."""
    within = w.WITHIN.match(rest, at)
    begin = within.end() if within else at
    place = w.PLACE.match(rest, begin)
    said = bool(within and (within["area"] or within["level"]))
    if place is None and not said:
        return 0
    if within:
        by.within = True
        by.level = w.LEVELS[within["level"]] if within["level"] else by.level
    if place is None:
        return begin
    by.mentions.append(mention(place["mark"], place["name"]))
    return place.end()
