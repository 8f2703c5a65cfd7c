"""Duties: who must do what by when, and with what force. They are the point of reading a letter."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from saduak.correspondence.reading.forces import force
from saduak.correspondence.reading.model import Document, Duty
from saduak.correspondence.reading.schedule import Placed, Schedule, has_vague_day, recalls
from saduak.correspondence.reading.text import Flow
from saduak.correspondence.reading.verbs import OFFICE, STARTS_WITH_VERB, TRIGGER, WEAK_VERB, WHO

_LIST = re.compile(
    r"(?:ดัง(?:ต่อไป)?นี้|ดังรายการต่อไปนี้)\s?[:.,]?\s?$|"
    r"^(?:\d{1,2}(?:\.\d)?[.)]?\s|ข้อ\s?\d{1,2}\s)?(?:โดย)?(?:ให้[^\n]{2,80})?(?:มี)?(?:อำนาจ(?:และ)?หน้าที่|หน้าที่(?:และ)?(?:อำนาจ|ความรับผิดชอบ)?)[^\n]{0,40}$",
    re.MULTILINE,
)
_LEAD = re.compile(
    r"(?P<ask>ขอความ(?:ร่วมมือ|อนุเคราะห์|กรุณา)(?:จาก)?(?:ให้)?)|(?P<please>ขอให้)|(?P<invite>ขอเชิญ)|"
    r"(?P<plain>(?<!เพื่อ)(?:มอบหมาย|กำหนด|สั่งการ)?ให้)|(?P<duty>(?:มี)?(?:อำนาจ(?:และ)?)?หน้าที่)"
)
_APPOINTED = re.compile(
    r"แต่งตั้ง(?P<who>(?:คณะ|ผู้|กรรมการ)[^\n]{2,120}?)(?=\s?(?:ดัง|ประกอบด้วย|ขึ้น|เพื่อ|โดยมี|\n|$))"
)
_OFFICE_DUTY = re.compile(
    r"^(?:โดย)?(?:ให้)?มี(?:อำนาจ(?:และ)?)?หน้าที่(?:และอำนาจ)?\s{0,5}:?\s(?!ดัง|แล)(?P<what>[^\n]{4,600})$",
    re.MULTILINE,
)
_COMMITTEE = re.compile(
    r"^(?:\d{1,2}(?:\.\d{1,2})?[.)]?\s{0,3})?(?P<who>(?:คณะ|ฝ่าย|งาน|กองอำนวยการ|ชุด)[^\n]{2,80}?)(?:\s?(?:ประกอบด้วย|ได้แก่|ดังนี้|มีดังนี้))?\s?:?$",
    re.MULTILINE,
)
_APPOINTS = re.compile(r"แต่งตั้ง[^\n]{0,120}(?:ประกอบด้วย|ดังนี้)$")
_ITEM_START = re.compile(
    r"(?:\(?(?P<number>\d{1,2}(?:\.\d{1,2}){0,2})(?:[.)]\s?(?=[ก-๙])|[.)]?\s)|[-•*]\s|ข้อ\s?\d{1,2}\s)"
)
_DOUBT = re.compile(r"สอบถาม|ติดต่อ(?:ประสานงาน)?(?:ได้|ที่|เจ้าหน้าที่)|ข้อสงสัย|ข้อมูลเพิ่มเติม")
_QUERY_VERB = re.compile(r"\s?(?:สอบถาม|ติดต่อ)")
_CONDITION = re.compile(r"(?:หาก|กรณี|ถ้า|เมื่อ(?!วันที่|\s?\d))(?:(?!ทั้งนี้|อนึ่ง|จึง|ให้\S{0,60}ทราบ)[^\n]){2,120}$")
_CONDITION_WHO = re.compile(
    rf"(?:หาก|กรณี(?:ที่)?|ถ้า)\s?(?P<who>{OFFICE}[^\s\n]{{0,40}}?)(?:ใด|ที่|ไม่|มี|ประสงค์|ได้|ยัง)"
)
_FOR_LET = re.compile(
    rf"สำหรับ\s?(?P<who>{OFFICE}[^\n]{{0,80}}?)(?<!\s)(?<!ขอ)(?<!หมาย)(?<!เพื่อ)(?<!แจ้ง)ให้(?={WEAK_VERB})"
)
_IF_LET = re.compile(
    r"(?:หาก|กรณี|ถ้า)(?:(?!ทั้งนี้|อนึ่ง|จึง|ขอ|\sให้)[^\n]){2,80}?[^\s]ให้(?=(?:รายงาน|แจ้ง(?!ว่า)|ส่ง|ดำเนินการ|ประสาน|มอบหมาย))"
)
_YOU = re.compile(r"\s?ท่าน(?!และ|หรือ|ผู้|พร้อม|ทั้ง|ใน|ที่|อธิการ|นายก|รอง|ปลัด|คณ|ศาสตราจารย์|\s)(?=[ก-๙])")
# What is sent is sent to somebody (ส่งให้กองกลาง ภายในวันที่ …): these never stand between who must act and the verb.
_NOT_WHO = re.compile(r"ทราบ|ภายใน|ก่อนวัน|ไม่เกิน|วันที่|\sทาง|โดยตรง|@|www|http|เพื่อ")
_FOR = re.compile(r"(?:สำหรับ|ในส่วนของ)\s?(?P<who>[^\s][^\n]{1,80}?)\s?$")
_END = re.compile(
    r"\s(?:ทั้งนี้|อนึ่ง|(?:และ|โดย)?(?:กรณี|หาก)|รายละเอียด|พร้อมนี้|เนื่องจาก|จึงเรียน|จึงประกาศ|จัก(?=ขอบ)|จะเป็นพระคุณ|จะขอบ|ด้วย\s?จ[ะั])|\n"
)
_LINKING = re.compile(r"(?:และ|โดย|รวมทั้ง|ตลอดจน|พร้อมทั้ง|อีกทั้ง|จึง|(?:และ)?(?:ได้|เห็นควร|จังหวัดจึง)|\s)+$")
_OWN_SUBJECT = re.compile(rf"\s?(?:โดย|ซึ่ง)\s?{OFFICE}[^\s\n]{{0,60}}(?:ได้)?\s?$")
_ATTEND = re.compile(
    r"(?<!ผู้)(?<!การ)(?:เข้าร่วม|ร่วม(?:ประชุม|งาน|พิธี|กิจกรรม|สัมมนา|อบรม|ออกหน่วย|เป็นเกียรติ|โครงการ|เดิน)|เข้ารับฟัง|รับฟัง|เข้าประชุม|รับชม|เข้า(?:รับการ)?อบรม|"
    r"เป็น(?:วิทยากร|ประธาน|เกียรติ|ผู้ดำเนิน|ผู้แทน|พิธีกร)|รายงานตัว|ตามวัน\s?(?:และ)?\s?เวลา|(?:ตาม|ใน)(?:กำหนด)?วัน[^\n]{0,30}?ดังกล่าว)"
)
_APPLY = re.compile(r"(?<!ใบ)(?<!ผู้)สมัคร|ยื่น(?:คำขอ|ใบ)|ส่งใบสมัคร")
_BY_THEN = re.compile(r"ภายใน(?:ระยะเวลา|เวลา)?(?:ที่)?กำหนด(?!\s?(?:วัน|\d))")
_ON_THOSE_DAYS = re.compile(
    r"(?:ตาม|ใน|ภายใน|ระหว่าง)(?:กำหนด|ระยะ|ช่วง|ห้วง)?(?:วัน|เวลา|ระยะเวลา|ช่วงเวลา)[^\n]{0,30}?ดังกล่าว"
)
_REPORTS = re.compile(r"แจ้งว่า|แจ้งให้|มีหนังสือ|มีมติ|มีบัญชา|ได้รับแจ้ง|สั่งการว่า")
_OWN_WORDS = re.compile(r"จึง|ในการนี้|พิจารณาแล้ว")
_JOINT = re.compile(
    r"(?P<link>\s?(?:และ|พร้อมทั้ง|ตลอดจน|รวมทั้ง|พร้อมกับ)|\s?โดย)\s?(?:ขอ)?(?:ให้|โปรด)?"
    r"(?P<verb>ส่ง(?!เสริม)|มอบหมาย|จัดส่ง|รายงาน|แจ้ง|ตอบ|ยืนยัน|ลงทะเบียน|สรุป|เสนอ|ยื่น|นำส่ง|กรอก|บันทึก|สมัคร(?!ได้)|ชำระ|ประชาสัมพันธ์|เผยแพร่|เข้าร่วม|ร่วม(?!มือ))"
)
_STANDS_ALONE = re.compile(r"\s?(?:ประชาสัมพันธ์|เร่งรัด|ถือปฏิบัติ|กำกับ|รณรงค์|เผยแพร่|สนับสนุน|เชิญชวน|ปฏิบัติ)")
_COORDINATES = re.compile(r"เป็นผู้(?:ประสาน|ติดต่อ)|ประสานงาน")
_EMPHASIS = re.compile(
    r"(?:ถือปฏิบัติ|ปฏิบัติ|ดำเนินการ)(?:ตาม[^\s]{0,30})?(?:โดย|อย่าง)?(?:เคร่งครัด|พร้อมเพรียง|ทั่วกัน|ต่อไป|ด้วย)*$"
)
_ADMONITION = re.compile(
    r"ปฏิบัติ(?:หน้าที่|งาน|ราชการ)?[^\n]{0,60}(?:เต็มความสามารถ|เต็มกำลัง|เคร่งครัด|เรียบร้อย|เสียสละ|เกิดผลดี)[^\n]{0,40}$"
)
_ASKS_LEAVE = re.compile(r"อนุมัติ|เห็นชอบ|ลงนาม|อนุญาต|สั่งการ")
_PASSED_ON = re.compile(
    r"(?:และ)?(?:โปรด|ขอให้)?(?P<what>(?:แจ้ง|ประชาสัมพันธ์|เผยแพร่)(?:เวียน)?(?:ให้)?[^\n]{0,80}?(?:ในสังกัด|ในกำกับ|ในพื้นที่|ท้องถิ่น)[^\n]{0,120})"
)
_JOIN_IN = re.compile(r"(?:เข้าร่วม|ร่วม(?:ประชุม|งาน|พิธี|กิจกรรม|สัมมนา|อบรม|เป็นเกียรติ)|เข้าประชุม|เป็นวิทยากร)[^\n]*")
_COUNTS = re.compile(r"\s(?:พร้อม|จำนวน|[ก-๙]{2,12}ละ\s?\d)")
_REPAIRS = {"ทำการปกครอง": "ที่ทำการปกครอง"}
_LONGEST_WHAT = 300
_MOST = 60
_DEEP = 100_000  # characters of a body that are searched for duties


@dataclass(slots=True)
class _Found:
    """A duty with its place in the flow; `reported` when it only tells what others asked."""

    duty: Duty
    start: int
    end: int
    reported: bool = False
    defaulted: bool = False


@dataclass(slots=True)
class _Spot:
    """A trigger that lays a duty: who is meant, where the verb begins, and the words before on its line."""

    start: int
    kind: str
    words: str
    who: str | None
    named: bool
    verb_at: int
    before: str


class _Reader:
    """One pass over the body's triggers and lists."""

    def __init__(self, document: Document, flow: Flow, schedule: Schedule) -> None:
        self.document, self.flow, self.schedule = document, flow, schedule
        self.text = flow.text[:_DEEP]
        self.found: list[_Found] = []
        self.taken: list[tuple[int, int]] = []
        self.default_who = self._recipients() or self._appointed()
        self.asks_leave = document.kind == "memo" and bool(_ASKS_LEAVE.search(document.purpose or ""))

    def _recipients(self) -> str | None:
        names = self.document.recipients
        if not names:
            return None
        return names[0] if len(names) == 1 else " ".join(names[:-1]) + " และ" + names[-1]

    def _appointed(self) -> str | None:
        """Give the committee that an order appoints: its duties follow."""
        if self.document.kind != "order":
            return None
        match = _APPOINTED.search(self.document.subject or "") or _APPOINTED.search(self.text)
        return match["who"].strip() if match else None

    def run(self) -> None:
        for lead in _LIST.finditer(self.text):
            if len(self.found) < _MOST:
                self._list(lead)
        spots = self._spots()
        for index, spot in enumerate(spots):
            if len(self.found) >= _MOST:
                break
            follow = spots[index + 1].start if index + 1 < len(spots) else len(self.text)
            self._sentence(spot, follow)
        self._offices()
        self._closing()
        self._settle()

    # Lists: "จึงขอให้อำเภอดำเนินการ ดังนี้" and the numbered paragraphs below.

    def _list(self, lead: re.Match[str]) -> None:
        reach = max(0, lead.start() - 300)
        floor = max(self.text.rfind("\n", reach, lead.start()) + 1, reach)
        words = max(
            _LEAD.finditer(self.text, floor, lead.end()), key=lambda found: found.start(), default=None
        )
        items = self._items(lead.end())
        if words is None or not items or any(start <= lead.start() < end for start, end in self.taken):
            return
        kind = words.lastgroup or "plain"
        begin = words.start()
        if kind == "duty":
            before = self.text[floor : words.start()]
            at = before.rfind("ให้")
            who = before[at + len("ให้") :].strip().removesuffix("มี").strip() if at >= 0 else None
            begin = floor + at if at >= 0 else begin
        else:
            who = self._lead_who(words.end(), lead.start())
        who = _repaired(who)
        named = bool(who)
        if who and kind in {"please", "ask", "plain"}:
            self.default_who = who
        used = [
            (start, end)
            for start, end in items
            if len(self.found) < _MOST and self._item(start, end, (who or self.default_who, named), kind)
        ]
        if used or kind != "plain":
            self.taken += [(begin, items[0][0]), *used]

    def _lead_who(self, start: int, end: int) -> str | None:
        match = WHO.match(self.text[start:end] + "ดำเนินการ")
        return _named(match) if match else None

    def _items(self, position: int) -> list[tuple[int, int]]:
        """Give the numbered paragraphs right below a lead, each with what stands between it and the next number."""
        items: list[tuple[int, int]] = []
        at, last = position, ""
        while at < len(self.text) and self.text[at] in "\n ":
            at += 1
        while at < len(self.text) and len(items) < _MOST:
            mark = _ITEM_START.match(self.text, at)
            end = self.text.find("\n", at)
            end = len(self.text) if end < 0 else end
            if mark:
                items.append((mark.end(), end))
                last = mark["number"] or ""
            else:
                below = _ITEM_START.match(self.text, end + 1)
                if not items or not below or not last or below["number"] != _next_number(last):
                    break
                items[-1] = (items[-1][0], end)
            at = end + 1
        return items

    def _item(self, start: int, end: int, whom: tuple[str | None, bool], kind: str) -> bool:
        """Add the duty of a list's item; False when it is none, or one that only its own words tell."""
        words = self.text[start:end]
        trigger = TRIGGER.match(words)
        if (trigger and trigger.lastgroup in {"invite", "ask", "task"}) or _APPOINTS.match(words):
            return False
        bare = re.sub(r"^(?:ขอ)?ให้", "", words)
        who, named = whom
        if not STARTS_WITH_VERB.match(bare) or _QUERY_VERB.match(bare):
            own = WHO.match(bare)
            if not own or _CONDITION_WHO.match(bare):
                return False
            who, named = _named(own), True
            bare = bare[own.end() :]
        due = self._due(start, end, words)
        self._add(Duty(who, self._what(bare), due, force(self.document, kind, who, named=named)), start, end)
        return True

    # Sentences: "ขอให้ …", "ขอความร่วมมือ …", "มอบหมายให้ …".

    def _spots(self) -> list[_Spot]:
        spots: list[_Spot] = []
        for trigger in TRIGGER.finditer(self.text):
            if len(spots) > 4 * _MOST:
                break
            if spots and trigger.start() - spots[-1].verb_at in range(3):
                continue  # "ขอให้จังหวัดมอบหมายให้ …": one duty, to entrust
            spot = self._spot(trigger)
            if spot is not None:
                spots.append(spot)
        return sorted([*spots, *self._lets()], key=lambda spot: spot.start)

    def _lets(self) -> list[_Spot]:
        """Sentences of the kinds "สำหรับอำเภอให้ …" and "หากพบปัญหาให้รายงาน …", whose ให้ no space sets apart."""
        spots = []
        for match in _FOR_LET.finditer(self.text):
            before = self.text[max(0, match.start() - 160) : match.start()]
            spots.append(_Spot(match.start(), "plain", "ให้", match["who"].strip(), True, match.end(), before))
        for match in _IF_LET.finditer(self.text):
            at = match.end() - len("ให้")
            before = self.text[match.start() : at]
            spots.append(_Spot(at, "plain", "ให้", self.default_who, False, match.end(), before))
        return spots[:_MOST]

    def _spot(self, trigger: re.Match[str]) -> _Spot | None:
        start, at = trigger.start(), trigger.end()
        kind = trigger.lastgroup or "please"
        line_end = self.text.find("\n", at)
        line_end = len(self.text) if line_end < 0 else line_end
        reach = max(0, start - 160)
        floor = max(self.text.rfind("\n", reach, start) + 1, reach)
        before = self.text[floor:start]
        named = _FOR.search(before)
        you = _YOU.match(self.text, at, line_end)
        if you:
            return _Spot(start, kind, trigger.group(), "ท่าน", True, you.end(), before)
        match = (
            None if STARTS_WITH_VERB.match(self.text, at, line_end) else WHO.match(self.text, at, line_end)
        )
        if match and not (kind == "plain" and _NOT_WHO.search(_named(match))):
            return _Spot(start, kind, trigger.group(), _repaired(_named(match)), True, match.end(), before)
        if kind in {"plain", "task"} and not STARTS_WITH_VERB.match(self.text, at, line_end):
            return None
        if kind in {"please", "invite"} and not STARTS_WITH_VERB.match(self.text, at, line_end):
            return None
        who = named["who"].strip() if named else self._from_condition(before)
        return _Spot(start, kind, trigger.group(), who or self.default_who, bool(who), at, before)

    def _from_condition(self, before: str) -> str | None:
        """Give whom a condition right before names, as in "หากหน่วยงานใดประสงค์ … ขอให้ …"."""
        condition = _CONDITION.search(before)
        match = _CONDITION_WHO.match(condition.group()) if condition else None
        return match["who"] if match else None

    def _sentence(self, spot: _Spot, follow: int) -> None:
        if any(start <= spot.start < end for start, end in self.taken) or recalls(self.text, spot.start):
            return
        if self.asks_leave and spot.kind in {"task", "plain", "please"}:
            return  # what the memo proposes, for somebody above to decide
        condition = _CONDITION.search(spot.before)
        if _QUERY_VERB.match(self.text, spot.verb_at) or (condition and _DOUBT.search(condition.group())):
            return
        line_end = self.text.find("\n", spot.verb_at)
        line_end = len(self.text) if line_end < 0 else line_end
        end = min(line_end, follow) if follow > spot.verb_at else line_end
        words = self._trimmed(spot.verb_at, end)
        cut = _END.search(words)
        end = spot.verb_at + (cut.start() if cut else len(words))
        if spot.kind == "task" and _COORDINATES.match(words.strip()):
            return  # whom to call, not what to do
        reported = self._reported(spot)
        for number, (begin, stop) in enumerate(self._parts(spot, end)):
            kind = "ask" if number and spot.kind == "invite" else spot.kind
            what = self._what(self.text[begin:stop])
            if len(what) < 4 or _QUERY_VERB.match(what):
                continue
            if condition and not number:
                link = "ให้" if spot.kind == "plain" else spot.words
                what = f"{condition.group().strip()} {link}{what}"[:_LONGEST_WHAT]
            place = spot.start if not number else begin
            due = self._due(place, stop, self.text[begin:stop])
            duty = Duty(spot.who, what, due, force(self.document, kind, spot.who, named=spot.named))
            self._add(duty, place, stop, reported=reported, defaulted=not spot.named)

    def _trimmed(self, begin: int, end: int) -> str:
        """Give the words without what leads to the next sentence: links, and its subject (โดยเทศบาลได้ …)."""
        words = _LINKING.sub("", self.text[begin:end])
        return (
            _LINKING.sub("", _OWN_SUBJECT.sub("", words))
            if end < len(self.text) and self.text[end] != "\n"
            else words
        )

    def _parts(self, spot: _Spot, end: int) -> list[tuple[int, int]]:
        """Cut a sentence where it lays a second duty with a day of its own: `… และรายงานผลภายในวันที่ …`."""
        begin = spot.verb_at
        parts = [(begin, end)]
        for joint in _JOINT.finditer(self.text, begin + 4, end):
            at, left = joint.start(), parts[-1][0]
            rest = self._until_next(joint, end)
            if not (
                self._within(self.schedule.deadlines, at, rest)
                or self._within(self.schedule.meetings, at, rest)
            ):
                continue
            words = self.text[left:at]
            dated = self._dated(left, at) or bool(_ON_THOSE_DAYS.search(words)) or has_vague_day(words)
            attends = spot.kind == "invite" or bool(_ATTEND.match(words.strip()))
            alone = "โดย" not in joint["link"] and bool(_STANDS_ALONE.match(words))
            if not (attends or alone or (dated and "โดย" not in joint["link"])):
                continue
            parts[-1] = (left, at)
            parts.append((joint.start("verb"), end))
        return parts

    def _until_next(self, joint: re.Match[str], end: int) -> int:
        """Where the part that a joint begins ends: at the next one that is no manner (โดย …) of this."""
        following = (
            other for other in _JOINT.finditer(self.text, joint.end(), end) if "โดย" not in other["link"]
        )
        return next((other.start() for other in following), end)

    def _dated(self, start: int, end: int) -> bool:
        schedule = self.schedule
        return any(
            self._within(placed, start, end)
            for placed in (schedule.deadlines, schedule.meetings, schedule.windows)
        )

    def _reported(self, spot: _Spot) -> bool:
        """Tell whether a trigger only reports what others asked, as the opening paragraph does."""
        if "\n" not in self.text[: spot.start].strip("\n"):
            return "จึง" not in self.text[: spot.start] and not spot.before.rstrip().endswith("ในการนี้")
        telling = [] if _CONDITION.search(spot.before) else list(_REPORTS.finditer(spot.before))
        return bool(telling) and not _OWN_WORDS.search(spot.before, telling[-1].end())

    def _what(self, words: str) -> str:
        cut = _END.search(words)
        what = re.sub(r"\s+", " ", words[: cut.start() if cut else None]).strip(" ,.")
        if len(what) > _LONGEST_WHAT:
            what = what[:_LONGEST_WHAT].rsplit(" ", 1)[0]
        return what

    def _within(self, placed: list[Placed], start: int, end: int) -> date | None:
        return next((item.day for item in placed if start <= item.start < end), None)

    def _due(self, start: int, end: int, words: str) -> date | None:
        """Give the last day: a deadline or a window in the words, the meeting to attend, or the only window to apply in."""
        schedule = self.schedule
        stated = self._within(schedule.deadlines, start, end) or self._within(schedule.meetings, start, end)
        if stated:
            return stated
        if _ATTEND.search(words):
            days = {meeting.date for meeting in self.document.meetings}
            if days:
                before = [item for item in schedule.meetings if item.start < start]
                return days.pop() if len(days) == 1 else (before[-1].day if before else None)
        stated = self._within(schedule.windows, start, end)
        windows = self.document.windows
        if not stated and _BY_THEN.search(words):
            days = {item.day for item in (*schedule.deadlines, *schedule.windows) if item.start < start}
            return days.pop() if len(days) == 1 else None
        if stated or len(windows) != 1:
            return stated
        if _ON_THOSE_DAYS.search(words) or (_APPLY.search(words) and _APPLY.search(windows[0].what + words)):
            return windows[0].end
        return None

    def _add(
        self, duty: Duty, start: int, end: int, *, reported: bool = False, defaulted: bool = False
    ) -> None:
        if duty.what and not any(known.start == start for known in self.found):
            self.found.append(_Found(duty, start, end, reported, defaulted))

    # Committees of an order, each with "มีหน้าที่ …" under its members.

    def _offices(self) -> None:
        for match in _OFFICE_DUTY.finditer(self.text):
            if len(self.found) >= _MOST or any(start <= match.start() < end for start, end in self.taken):
                continue
            above = list(_COMMITTEE.finditer(self.text, max(0, match.start() - 3000), match.start()))
            who = above[-1]["who"].strip() if above else self.default_who
            due = self._due(match.start(), match.end(), match["what"])
            said = force(self.document, "duty", who, named=bool(above))
            self._add(Duty(who, self._what(match["what"]), due, said), match.start(), match.end())

    # Closing words, which may lay duties of their own.

    def _closing(self) -> None:
        document, purpose = self.document, self.document.purpose or ""
        if not purpose or document.kind not in {"external", "memo", "stamped"}:
            return
        at = max(0, self.text.rfind(purpose))
        own = [item for item in self.found if not item.reported]
        passed = _PASSED_ON.search(purpose)
        if passed and own:
            duty = Duty(self.default_who, self._what(passed["what"]), None, "")
            duty.force = force(document, "please", self.default_who, named=False)
            self._add(duty, at, at + len(purpose), defaulted=True)
        joins = _JOIN_IN.search(purpose)
        if joins and not any(item.duty.force == "invite" for item in own):
            due = self._due(at, at, "เข้าร่วม")
            self._add(
                Duty(self.default_who, joins.group(), due, "invite"), at, at + len(purpose), defaulted=True
            )

    def _settle(self) -> None:
        own = [item for item in self.found if not item.reported]
        kept = sorted(own or self.found, key=lambda item: item.start)
        if len(kept) > 1:  # "ให้ถือปฏิบัติโดยเคร่งครัด" adds weight to the others, not a duty
            kept = [item for item in kept if not _adds_weight(item)] or kept[:1]
        for item in kept:
            self.document.spans[f"actions.{len(self.document.actions)}"] = self.flow.span(
                item.start, item.end
            )
            self.document.actions.append(item.duty)
        purpose = self.document.purpose or ""
        if not kept and purpose and self.document.kind in {"external", "memo", "stamped"}:
            informs = "ทราบ" in purpose and not re.search(r"ดำเนินการ|พิจารณา|ปฏิบัติ|อนุมัติ|แจ้ง", purpose)
            said = "inform" if informs else force(self.document, "please", self.default_who, named=False)
            self.document.spans["actions.0"] = self.document.spans["purpose"]
            self.document.actions.append(Duty(self.default_who, purpose, None, said))


def _next_number(number: str) -> str:
    """Give the number after `2`, or after `2.1`."""
    head, dot, tail = number.rpartition(".")
    return f"{head}{dot}{int(tail) + 1}"


def _adds_weight(item: _Found) -> bool:
    return bool((item.defaulted and _EMPHASIS.match(item.duty.what)) or _ADMONITION.match(item.duty.what))


def _named(match: re.Match[str]) -> str:
    """Give who a match names, without how many come along."""
    return _COUNTS.split((match["deeds"] or match["who"]).strip(), maxsplit=1)[0]


def _repaired(who: str | None) -> str | None:
    for wrong, right in _REPAIRS.items():
        if who and who.startswith(wrong):
            return right + who.removeprefix(wrong)
    return who


def read_duties(document: Document, flow: Flow, schedule: Schedule) -> None:
    """Fill the duties that a body lays on somebody."""
    _Reader(document, flow, schedule).run()
