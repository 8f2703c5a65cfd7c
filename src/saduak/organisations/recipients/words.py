"""The words of recipient expressions, as data: groups of offices, what narrows a group, how a list is cut."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.db.models import Q

from saduak.foundation.thai.numerals import THAI_DIGITS, to_arabic_digits
from saduak.foundation.thai.text import normalise
from saduak.organisations.localgov import PAO, TYPES
from saduak.organisations.models import Organisation
from saduak.organisations.recipients.offices import Office, Way

Kind = Organisation.Kind
# No office has a longer name, and SQLite refuses to look for very long ones.
LONGEST_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class Group:
    """Words that stand for all offices of some kinds or types.

    Args:
        words: how letters name them.
        kinds: the kinds of organisation that belong to it.
        types: the same by what agencies call their own sort.
        line_only: words that speak of command: whoever stands in the issuer's line.
        area_only: words so wide that they name nobody until a place narrows them.
        national: "every one of them" means those of the whole country, whoever writes.
        level: the digits of the area that one of them serves; a place with fewer says where it is, and is no office.
    """

    words: tuple[str, ...]
    kinds: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    line_only: bool = False
    area_only: bool = False
    national: bool = False
    level: int = 0

    def holds(self, office: Office) -> bool:
        """Whether an office belongs to the group."""
        if self.line_only:
            return office.way == Way.LINE
        return office.kind in self.kinds or office.type_th in self.types

    def condition(self, prefix: str = "organisation__") -> Q:
        """The same as a condition on rows; `prefix` leads from them to the organisation."""
        if self.line_only:
            return Q(**{f"{prefix}pk__isnull": False})
        return Q(**{f"{prefix}kind__in": sorted(self.kinds)}) | Q(
            **{f"{prefix}type_th__in": sorted(self.types)}
        )


def _group(
    *words: str,
    kinds: Iterable[str] = (),
    types: Iterable[str] = (),
    line_only: bool = False,
    area_only: bool = False,
    national: bool = False,
    level: int = 0,
) -> Group:
    return Group(words, frozenset(kinds), frozenset(types), line_only, area_only, national, level)


GROUPS: Final = (
    _group("นายอำเภอ", "ที่ทำการปกครองอำเภอ", "ที่ว่าการอำเภอ", "อำเภอ", kinds={Kind.DISTRICT}, level=4),
    _group("ผู้อำนวยการเขต", "สำนักงานเขต", types={"สำนักงานเขต"}, national=True, level=4),
    _group("ผู้ว่าราชการจังหวัด", "ศาลากลางจังหวัด", "จังหวัด", kinds={Kind.PROVINCE}, national=True, level=2),
    _group("ปลัดจังหวัด", "ที่ทำการปกครองจังหวัด", types={"ที่ทำการปกครองจังหวัด"}, level=3),
    _group(
        "ท้องถิ่นจังหวัด",
        "สำนักงานส่งเสริมการปกครองท้องถิ่นจังหวัด",
        types={"สำนักงานส่งเสริมการปกครองท้องถิ่นจังหวัด"},
        level=3,
    ),
    _group(
        "หัวหน้าส่วนราชการประจำจังหวัด",
        "ส่วนราชการประจำจังหวัด",
        "หัวหน้าส่วนราชการ ประจำจังหวัด",
        kinds={Kind.PROVINCIAL_OFFICE},
        level=3,
    ),
    _group(
        "หัวหน้าส่วนราชการระดับกรม", "ส่วนราชการระดับกรม", "อธิบดี", "กรม", kinds={Kind.DEPARTMENT}, national=True
    ),
    _group(
        "หัวหน้าหน่วยงานรัฐวิสาหกิจ",
        "หน่วยงานรัฐวิสาหกิจ",
        "หัวหน้ารัฐวิสาหกิจ",
        "รัฐวิสาหกิจ",
        kinds={Kind.STATE_ENTERPRISE},
        national=True,
    ),
    _group("ปลัดกระทรวง", "กระทรวง", kinds={Kind.MINISTRY}, national=True),
    _group(
        "ผู้บริหารองค์กรปกครองส่วนท้องถิ่น",
        "องค์กรปกครองส่วนท้องถิ่น",
        "ผู้บริหารท้องถิ่น",
        "อปท.",
        "อปท",
        kinds={Kind.LOCAL_GOVERNMENT},
        level=6,
    ),
    _group("นายกเทศมนตรี", "เทศบาล", types={kind for kind in TYPES if kind.startswith("เทศบาล")}, level=6),
    *(
        _group(head, kind, short, types={kind}, level=3 if kind == PAO else 6)
        for kind, (short, head) in TYPES.items()
    ),
    _group("หัวหน้าส่วนราชการในสังกัด", "ส่วนราชการในสังกัด", "หน่วยงานในสังกัด", line_only=True),
)
# A city that stands in lists beside groups, and is none.
CITY: Final = _group("กรุงเทพมหานคร", "กทม.")
# Only for sending: short forms of places that stand before a name, and words too wide for a duty.
SENDING: Final = (
    *GROUPS,
    _group("อ.", kinds={Kind.DISTRICT}, level=4),
    _group("จ.", kinds={Kind.PROVINCE}, level=2),
    CITY,
    _group(
        "หัวหน้าส่วนราชการ",
        "ส่วนราชการ",
        kinds={Kind.OFFICE, Kind.DEPARTMENT, Kind.PROVINCE, Kind.PROVINCIAL_OFFICE, Kind.DISTRICT},
        area_only=True,
        level=6,
    ),
    _group(
        "หัวหน้าหน่วยงานของรัฐ",
        "หน่วยงานของรัฐ",
        "หัวหน้าหน่วยงาน",
        "หน่วยงาน",
        kinds=Kind.values,
        area_only=True,
        level=6,
    ),
)

# Who stands under a named office is asked of everybody.
ANYBODY: Final = _group("", kinds=Kind.values)


class Starts:
    """The group whose words a text begins with; the longest words win."""

    def __init__(self, groups: Iterable[Group]) -> None:
        self._groups = {word: group for group in groups for word in group.words}
        longest_first = sorted(self._groups, key=lambda word: -len(word))
        self._words = re.compile("|".join(re.escape(word) for word in longest_first))

    def at(self, text: str, position: int = 0) -> tuple[str, Group | None]:
        """The words and their group, or two empty values."""
        found = self._words.match(text, position)
        return (found[0], self._groups[found[0]]) if found else ("", None)


STARTS: Final = Starts(GROUPS)
SENDING_STARTS: Final = Starts(SENDING)


_THAI_DIGIT: Final = re.compile(f"[{THAI_DIGITS}]")


def clean(text: str) -> str:
    """The form in which words are compared: repaired Thai, Arabic digits, single spaces, no sign that PostgreSQL refuses."""
    repaired = normalise(text.replace("\x00", " "))
    # Digits are rare and looking for them is cheap: thousands of names are cleaned at a time.
    return " ".join((to_arabic_digits(repaired) if _THAI_DIGIT.search(repaired) else repaired).split())


# --- A list is cut -----------------------------------------------------------------------------------------------------

_BREAK: Final = re.compile(r"\s+|[,;、/]|(?<=\S)(?:และ|หรือ)(?=\S)")
_CONNECT: Final = re.compile(r"(?:และ|หรือ|รวมทั้ง|รวมถึง|ให้|ถึง|เรียน)*")
_LEFT_OVER: Final = re.compile(r"\s*(?:และ|หรือ|รวมทั้ง|รวมถึง)$")
_LISTED: Final = re.compile(r"(?:[,;、/]|และ|หรือ|รวมทั้ง|รวมถึง)\s*$")


class Segment(NamedTuple):
    """A piece of a list, and whether a comma or an "and" stands before it."""

    text: str
    listed: bool


def segments(phrase: str, starts: Starts = STARTS) -> Iterator[Segment]:
    """The phrase cut where another group begins at a word's start; words that narrow stay with their group."""
    ends = (mark.end() for mark in _BREAK.finditer(phrase))
    cuts = [0, *(end for end in ends if starts.at(phrase, _connected(phrase, end))[1] is not None)]
    for begin, end in zip(cuts, [*cuts[1:], len(phrase)], strict=True):
        raw = phrase[begin:end].strip(" ,;/")
        text = _LEFT_OVER.sub("", raw[_connected(raw, 0) :]).strip(" ,;/")
        if text:
            joined = _connected(phrase, begin) > begin
            yield Segment(text, joined or _LISTED.search(phrase, max(0, begin - 20), begin) is not None)


def _connected(text: str, position: int) -> int:
    found = _CONNECT.match(text, position)
    return found.end() if found else position


# --- What narrows a group of a duty --------------------------------------------------------------------------------

ALL: Final = re.compile(r"(?:ๆ|ทุก[ก-๙]*|ทั้งหมด|ทั้ง\d+[ก-๙]+)(?:ใน(?:สังกัด|เขตพื้นที่|พื้นที่|จังหวัด)[ก-๙]*)?$")
INSIDE: Final = re.compile(r"(?:ใน|ภายใน)(?:สังกัด|เขตพื้นที่|พื้นที่|จังหวัด|อำเภอ|เขต|กำกับ|ความรับผิดชอบ)")
NAMED_PLACE: Final = re.compile(r"(?:อำเภอ|จังหวัด|ตำบล|ภาค)[ก-๙]{2,}")
BELONGING: Final = "สังกัด"
CLAUSE: Final = re.compile(r"(?:ที่|ซึ่ง|อัน|เฉพาะ|ยกเว้น|โดยเฉพาะ|\(|[0-9])")

# --- What narrows a group of recipients -------------------------------------------------------------------------------

BANGKOK: Final = "กรุงเทพมหานคร"
KHET: Final = "เขต"
CAPITAL: Final = "เมือง"
CAPITALS: Final = (CAPITAL, f"{CAPITAL}ฯ")
# The digits of the code of what stands behind the word.
LEVELS: Final = {
    "จังหวัด": 2, "จ.": 2, "อำเภอ": 4, "อ.": 4, KHET: 4, "ตำบล": 6, "ต.": 6, "แขวง": 6,
}  # fmt: skip
# Whoever says "every province" or "every ministry" means the whole country.
EVERYWHERE: Final = frozenset({"จังหวัด", "กระทรวง"})
# Whose area is where they work; that of any other office is only where it has its seat.
TERRITORIAL_KINDS: Final = frozenset({Kind.PROVINCE, Kind.PROVINCIAL_OFFICE, Kind.DISTRICT})
TERRITORIAL_TYPES: Final = frozenset({PAO, BANGKOK, "สำนักงานเขต"})
# These write to the whole country, so "every one" needs no more words.
CENTRAL_KINDS: Final = frozenset(
    {Kind.MINISTRY, Kind.SECRETARIAT_UNIT, Kind.OFFICE, Kind.DEPARTMENT, Kind.STATE_ENTERPRISE}
)
# "Its own": no name of another office.
OWN: Final = frozenset({"", "ของตน", "ของท่าน", "ตน", "ท่าน"})

_UNITS: Final = "จังหวัด|อำเภอ|เขต|ตำบล|กระทรวง|กรม|แห่ง|ส่วนราชการ|หน่วยงาน|หน่วย|ท้องถิ่น|องค์กร|ประเภท"
# Where a word that is no word of ours ends: Thai is written without spaces.
_END: Final = r"[\s,;()/]|$|ทุก|ทั้งหมด|ทั้งสิ้น|ทั่ว|และ|หรือ|(?<!เ)ที่|ซึ่ง|จังหวัด|อำเภอ|ตำบล|เท่านั้น"
_AREA_OF: Final = (
    "เขตพื้นที่รับผิดชอบ|เขตความรับผิดชอบ|ความรับผิดชอบ|พื้นที่รับผิดชอบ|เขตพื้นที่|เขตท้องที่|พื้นที่|ท้องที่"
    rf"|เขต(?=[\s,;()]|$|อำเภอ|จังหวัด|ตำบล|{BANGKOK}|กทม)"
)
_STANDS: Final = r"(?:(?:ที่|ซึ่ง)?\s?(?:ตั้ง)?อยู่\s?)?"
_OURS: Final = "(?:นี้|เดียวกัน|ของตน|ของท่าน)?"

NATION: Final = re.compile(r"(?:ใน)?ทั่ว(?:ทั้ง)?(?:ประเทศ|ราชอาณาจักร)")
WHOLE: Final = re.compile(
    rf"ๆ|ทั้งหมด|ทั้งสิ้น|ทั้ง\s?\d+\s?(?:{_UNITS})?|(?:ใน)?ทุก(?P<unit>\s?(?:{_UNITS}|[ก-๎.]*?(?=ภายใน|ใน|{_END})))"
)
UNDER: Final = re.compile(
    rf"{_STANDS}(?:ภายใน|ใน|ภาย)?(?:ใต้)?\s?(?:สังกัด|(?P<supervised>กำกับ)(?:ดูแล)?(?:ของ)?)\s?"
    r"(?P<name>[^\s,;()]+?)??(?=[\s,;()]|$|ทุก|ทั้งหมด|ทั้งสิ้น|ทั่วประเทศ|ใน(?:เขต|พื้นที่|จังหวัด|อำเภอ|กรุงเทพ)|(?<!เ)ที่(?=ผ่าน|ได้|มี|อยู่|ตั้ง|ยัง|ไม่)|ซึ่ง)"
)
WITHIN: Final = re.compile(
    rf"{_STANDS}(?:ภายใน|ใน)\s?(?P<area>(?:{_AREA_OF}){_OURS})?\s?"
    rf"(?:(?P<level>จังหวัด|อำเภอ){_OURS}(?=[\s,;()/]|$|ทุก|ทั้งหมด|ทั้งสิ้น|และ|(?<!เ)ที่|ซึ่ง))?"
)
PLACE: Final = re.compile(
    rf"(?:(?P<mark>จังหวัด|จ\.|อำเภอ|อ\.|ตำบล|ต\.|แขวง|เขต)\s?(?P<name>[ก-๎][ก-๎.\-]+?)|{BANGKOK}|กทม\.?)(?={_END})"
)
FURTHER: Final = re.compile(r"ที่|ซึ่ง|อัน|เฉพาะ|โดยเฉพาะ|\(|\d")
FILLING: Final = re.compile(r"(?:[\s,;)/]|เท่านั้น)+")
_EXCEPT: Final = "(?:ยกเว้น|เว้นแต่|ไม่รวมถึง|ไม่รวม)"
EXCEPT_IN_BRACKETS: Final = re.compile(rf"\(\s?{_EXCEPT}\s?(?P<in_brackets>[^()]*)\)")
EXCEPT: Final = re.compile(rf"[\s(,]*{_EXCEPT}\s*")
# Halves of signs, which no database takes.
UNWRITABLE: Final = re.compile("[\ud800-\udfff]")
MARKED_END: Final = re.compile(r"(?:จังหวัด|อำเภอ|จ\.|อ\.)$")
BULLET: Final = re.compile(r"^(?:[-*•–·]|\(?\d{1,3}[.)](?!\d))\s*")
SALUTATION: Final = re.compile(r"^(?:กราบเรียน|นมัสการ|เรียน|ถึง)\s*")
SEPARATORS: Final = re.compile(r"\s*[,;、]\s*|\s+(?:และ|หรือ|รวมทั้ง|รวมถึง)\s*")
# Short forms of titles that no register has, and spaces where there are none in others.
SHORT: Final = (
    (re.compile(r"ทุก\s"), "ทุก"),
    (re.compile(r"(?<![ก-๎])ผวจ\.\s?"), "ผู้ว่าราชการจังหวัด"),
    (re.compile(r"(?<![ก-๎])นอภ\.\s?"), "นายอำเภอ"),
    (re.compile(r"(?<![ก-๎])นายก\s?(?=(?:อบต|อบจ|อปท|ทต|ทม|ทน)\b|เทศบาล|องค์กรปกครอง)"), ""),
    (re.compile(r"(?<![ก-๎])(อบต|อบจ|อปท)(?=[\s,]|$)"), r"\1."),
)
EVERY: Final = "ทุก"
# Behind "every" these say where, not who: "นายอำเภอ ทุกจังหวัด".
NO_GROUP: Final = frozenset({"", "จังหวัด", "อำเภอ"})
UNDER_WORD: Final = "ในสังกัด"
GAP: Final = re.compile(r"[\s(]+")
