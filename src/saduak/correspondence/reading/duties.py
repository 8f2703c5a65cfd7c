"""Duties: who must do what by when, and with what force. They are the point of reading a letter."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from saduak.correspondence.reading.model import Document, Duty
from saduak.correspondence.reading.schedule import Placed, Schedule
from saduak.correspondence.reading.text import Flow

_VERB = (
    r"(?:ดำเนินการ|พิจารณา|(?<!ใบ)(?<!ผู้)สมัคร|แจ้ง|ประชาสัมพันธ์|เชิญชวน|สนับสนุน|รายงาน|(?<!นำ)ส่ง(?!เสริม)|จัดส่ง|จัดทำ|จัดเตรียม|จัดให้|"
    r"จัดประชุม|จัดตั้ง|จัด(?=กิจกรรม|อบรม|สถานที่|เจ้าหน้าที่|เวร)|เข้าร่วม|(?<!ความ)ร่วม(?!มือ)|เข้ารับ|เข้าประชุม|มอบหมาย|มอบ(?=ผู้|เจ้า)|ตรวจสอบ|ตรวจ(?=ติดตาม|ประเมิน|เยี่ยม)|สำรวจ|"
    r"รวบรวม|ประเมิน|ถือปฏิบัติ|ปฏิบัติ(?!ราชการแทน|งาน)|เตรียม|กำกับ(?!ดูแลของ)|กำชับ|ติดตาม|ประสาน|ยื่น|เสนอ|เผยแพร่|กรอก|บันทึกข้อมูล|"
    r"ลงทะเบียน|อำนวยความสะดวก|ใช้(?=ระบบ|แบบ)|(?<!สถาน)(?<!อุดม)(?<!มัธยม)(?<!ประถม)ศึกษา(?!ธิการ)|ทบทวน|ปรับปรุง|คัดเลือก|แต่งตั้ง|(?<!แนะ)นำ(?!ร่อง)|(?<!ประจำ)ทำ(?!การ|เนียบ)|ตอบ|ยืนยัน|สั่งการ|ขอ(?!ง|บ)|รับผิดชอบ|เร่งรัด|"
    r"ให้ความ(?:ร่วมมือ|อนุเคราะห์|สำคัญ)|เป็น(?=ผู้|วิทยากร|กรรมการ)|เข้า(?=ตรวจ|พบ)|เดินทาง|แต่งกาย|จัดสรร|เบิกจ่าย|วางแผน|มี(?=หน้าที่|อำนาจ)|ไป(?=ปฏิบัติ|ราชการ|ช่วย)|สอบถาม|ติดต่อ)"
)
_OFFICE = (
    r"(?:ท่าน|ที่ทำการ|ที่ว่าการ|ทำการปกครอง|อำเภอ|กิ่งอำเภอ|จังหวัด|ทุก|กรม|กระทรวง|สำนักงาน|สำนัก|กอง|ศูนย์|องค์กร|องค์การ|อปท|อบต|อบจ|เทศบาล|"
    r"หน่วย|ส่วนราชการ|โรงเรียน|มหาวิทยาลัย|โรงพยาบาล|สถาน|ผู้|นายอำเภอ|นายก|หัวหน้า|เจ้าหน้าที่|คณะ|บุคลากร|ฝ่าย|กลุ่ม|งาน|ข้าราชการ|"
    r"พนักงาน|ปลัด|กำนัน|เขต|สถาบัน|รัฐวิสาหกิจ|นาง|นาย|ประชาชน|วิทยาลัย|ทั้ง|เจ้าของ|แต่ละ|ภาค|อธิบดี|ประธาน|กรรมการ|เมือง)"
)
# After some words a verb goes on with the office's name (กรมสนับสนุน…), unless it is one that names never hold; after others it is
# a noun (การประเมิน, ผู้รายงาน).
_SURE = r"(?:ดำเนินการ|แจ้ง|รายงาน|พิจารณา|สมัคร|จัดส่ง|จัดทำ|มอบหมาย|ถือปฏิบัติ|สำรวจ|รวบรวม|ส่ง(?!เสริม)|เข้าร่วม)"
_HEADS = "กรม กอง ศูนย์ สำนักงาน สำนัก กลุ่มงาน กลุ่ม ฝ่าย คณะ สถาบัน หัวหน้า ที่"
_NAME_GOES_ON = "".join(f"(?<!{head})" for head in _HEADS.split())
_NO_NOUN = "(?:(?<!การ)|(?<=ราชการ)|(?<=รรมการ)|(?<=นวยการ)|(?<=งค์การ)|(?<=ธิการ))(?<!ผู้)(?<!ความ)(?<!ได้รับ)"
_WHO = re.compile(
    rf"\s?(?P<who>{_OFFICE}[^\n]{{0,160}}?)\s?{_NO_NOUN}(?:(?={_SURE})|{_NAME_GOES_ON})(?={_VERB})"
)
_STARTS_WITH_VERB = re.compile(rf"\s?(?:ได้|ร่วม|ช่วย|เร่ง|ทำการ)?{_VERB}")
_TRIGGER = re.compile(
    r"(?P<invite>ขอ(?:ประชาสัมพันธ์)?(?:เรียน)?เชิญชวน|ขอ(?:เรียน)?เชิญ|จึง(?:เรียน)?เชิญ(?:ชวน)?)|"
    r"(?P<ask>ขอความ(?:ร่วมมือ|อนุเคราะห์|กรุณา)(?:จาก|มายัง|ไปยัง)?(?:ให้|โปรด)?|ใคร่ขอ(?:ให้|ความร่วมมือ)?|(?<!เพื่อ)(?<=\s)โปรด(?!ทราบ|พิจารณา))|"
    r"(?P<task>(?:ได้)?มอบหมาย(?:ภารกิจ)?ให้|กำหนดให้|สั่งการให้|กำชับให้|(?:ขอ)?มอบให้|สั่งให้)|"
    r"(?P<please>ขอได้โปรด|ขอให้)|"
    rf"(?P<plain>(?:(?<=\s)|(?<=และ)|(?<=จึง))ให้(?=\s?(?:{_OFFICE}|{_VERB})))"
)
_LIST = re.compile(r"(?:ดัง(?:ต่อไป)?นี้|ดังรายการต่อไปนี้)\s?:?\s?$", re.MULTILINE)
_LEAD = re.compile(
    r"(?P<ask>ขอความ(?:ร่วมมือ|อนุเคราะห์|กรุณา)(?:จาก)?(?:ให้)?)|(?P<please>ขอให้)|(?P<invite>ขอเชิญ)|"
    r"(?P<plain>(?:มอบหมาย|กำหนด|สั่งการ)?ให้)|(?P<duty>มี(?:อำนาจ)?หน้าที่)"
)
_ITEM_START = re.compile(r"(?:\(?\d{1,2}(?:\.\d{1,2}){0,2}[.)]?|[-•*]|ข้อ\s?\d{1,2})\s")
_DOUBT = re.compile(r"สอบถาม|ติดต่อ(?:ประสานงาน)?(?:ได้|ที่|เจ้าหน้าที่)|ข้อสงสัย|ข้อมูลเพิ่มเติม")
_QUERY_VERB = re.compile(r"\s?(?:สอบถาม|ติดต่อ)")
_CONDITION = re.compile(r"(?:หาก|กรณี|ถ้า)[^\n]{2,120}$")
_FOR = re.compile(r"(?:สำหรับ|ในส่วนของ)\s?(?P<who>[^\s][^\n]{1,80}?)\s?$")
_SUBJECT_BEFORE = re.compile(rf"(?:^|[\s\n])(?P<who>{_OFFICE}[^\s\n]{{0,60}})\s?(?:ต้อง|จะต้อง|จัก)$")
_END = re.compile(
    r"\s(?:ทั้งนี้|อนึ่ง|(?:และ|โดย)?(?:กรณี|หาก)|รายละเอียด|พร้อมนี้|เนื่องจาก|จึงเรียน|จักขอบคุณ|จะเป็นพระคุณ|จะขอบคุณ)|\n"
)
_LINKING = re.compile(r"(?:และ|โดย|รวมทั้ง|ตลอดจน|พร้อมทั้ง|อีกทั้ง|จึง|(?:และ)?(?:ได้|เห็นควร|จังหวัดจึง)|\s)+$")
_ATTEND = re.compile(r"เข้าร่วม|ร่วมประชุม|เข้ารับฟัง|รับฟัง|เข้าประชุม|รับชม|เข้าอบรม|เข้ารับการอบรม|ตามวัน\s?เวลา")
_APPLY = re.compile(r"(?<!ใบ)(?<!ผู้)สมัคร|ยื่น(?:คำขอ|ใบ)|ส่งใบสมัคร")
_SUPERVISED = re.compile(r"องค์กรปกครองส่วนท้องถิ่น|อปท|เทศบาล|เทศมนตรี|องค์การบริหารส่วน|อบต|อบจ|เมืองพัทยา")
_RECALLED = re.compile(r"(?:ตาม|อนุสนธิ|สืบเนื่อง)")
_REPAIRS = {"ทำการปกครอง": "ที่ทำการปกครอง"}
_LONGEST_WHAT = 300
_MOST = 60
_DEEP = 100_000  # characters of a body that are searched for duties

_UNDER_PROVINCE = re.compile(
    r"อำเภอ|ที่ทำการปกครองจังหวัด|(?:ส่วนราชการ|หน่วยงาน|สำนักงาน)[^\n]{0,60}จังหวัด|กำนัน|ตำบล|สนง"
)
_UNDER_DISTRICT = re.compile(r"กำนัน|ผู้ใหญ่บ้าน|ปลัดอำเภอ|ส่วนราชการ[^\n]{0,20}อำเภอ")
_UNDER_MINISTRY = re.compile(r"(?:^|\s|หัวหน้า|และ)(?:กรม|อธิบดี|ส่วนราชการระดับกรม|ส่วนราชการ|หัวหน้าส่วนราชการ)")
_INSIDE = re.compile(
    r"^(?:ทุก|หัวหน้า|ผู้อำนวยการ|ผอ\.)?(?:กอง|กลุ่ม|ฝ่าย|สำนัก|ศูนย์|งาน|เจ้าหน้าที่|บุคลากร|ข้าราชการ|พนักงาน|ส่วน(?!ราชการ)|หน่วย(?:งาน)?ใน)"
)


def commands(document: Document, who: str) -> bool:
    """Tell whether the issuer commands `who`, going by the kinds of office that the words name."""
    issuer = document.issuer or ""
    if document.kind == "order":
        return True
    if _SUPERVISED.search(who.split("ในเขต", maxsplit=1)[0][:60]):
        return False
    if "ในสังกัด" in who or who.startswith(("บุคลากร", "ข้าราชการ")):
        return True
    if issuer.startswith(("จังหวัด", "ศาลากลางจังหวัด", "ที่ทำการปกครองจังหวัด")):
        return bool(_UNDER_PROVINCE.search(who))
    if issuer.startswith(("อำเภอ", "ที่ว่าการอำเภอ", "ที่ทำการปกครองอำเภอ")):
        return bool(_UNDER_DISTRICT.search(who))
    if issuer.startswith("กระทรวง") and _UNDER_MINISTRY.search(who):
        return True
    return document.kind == "memo" and bool(_INSIDE.match(who))


@dataclass(slots=True)
class _Found:
    """A duty with its place in the flow; `reported` when it only tells what others asked."""

    duty: Duty
    start: int
    end: int
    reported: bool


class _Reader:
    """One pass over the body's triggers and lists."""

    def __init__(self, document: Document, flow: Flow, schedule: Schedule) -> None:
        self.document, self.flow, self.schedule = document, flow, schedule
        self.text = flow.text[:_DEEP]
        self.found: list[_Found] = []
        self.taken: list[tuple[int, int]] = []
        self.default_who = self._recipients()

    def _recipients(self) -> str | None:
        names = self.document.recipients
        if not names:
            return None
        return names[0] if len(names) == 1 else " ".join(names[:-1]) + " และ" + names[-1]

    def run(self) -> None:
        for lead in _LIST.finditer(self.text):
            if len(self.found) < _MOST:
                self._list(lead)
        triggers = list(_TRIGGER.finditer(self.text))
        for index, trigger in enumerate(triggers):
            if len(self.found) >= _MOST:
                break
            follow = triggers[index + 1].start() if index + 1 < len(triggers) else len(self.text)
            self._sentence(trigger, follow)
        self._settle()

    # Lists: "จึงขอให้อำเภอดำเนินการ ดังนี้" and the numbered paragraphs below.

    def _list(self, lead: re.Match[str]) -> None:
        floor = self.text.rfind("\n", 0, lead.start()) + 1
        floor = max(floor, lead.start() - 300)
        words = max(
            _LEAD.finditer(self.text, floor, lead.start()), key=lambda found: found.start(), default=None
        )
        items = self._items(lead.end())
        if words is None or not items:
            return
        kind = words.lastgroup or "plain"
        begin = words.start()
        if kind == "duty":
            before = self.text[floor : words.start()]
            at = before.rfind("ให้")
            who = before[at + len("ให้") :].strip() if at >= 0 else None
            begin = floor + at if at >= 0 else begin
        else:
            who = self._lead_who(words.end(), lead.start())
        who = _repaired(who)
        if who and kind in {"please", "ask", "plain"}:
            self.default_who = who
        self.taken.append((begin, items[-1][1]))
        for start, end in items:
            if len(self.found) < _MOST:
                self._item(start, end, who or self.default_who, kind)

    def _lead_who(self, start: int, end: int) -> str | None:
        match = _WHO.match(self.text[start:end] + "ดำเนินการ")
        return match["who"].strip() if match else None

    def _items(self, position: int) -> list[tuple[int, int]]:
        """Give the numbered paragraphs right below a lead."""
        items: list[tuple[int, int]] = []
        at = position
        while at < len(self.text) and self.text[at] in "\n ":
            at += 1
        while at < len(self.text) and len(items) < _MOST:
            mark = _ITEM_START.match(self.text, at)
            if not mark:
                break
            end = self.text.find("\n", at)
            end = len(self.text) if end < 0 else end
            items.append((mark.end(), end))
            at = end + 1
        return items

    def _item(self, start: int, end: int, who: str | None, kind: str) -> None:
        words = self.text[start:end]
        bare = re.sub(r"^(?:ขอ)?ให้", "", words)
        if not _STARTS_WITH_VERB.match(bare) or _QUERY_VERB.match(bare):
            own = _WHO.match(bare)
            if not own:
                return
            who = own["who"].strip()
            bare = bare[own.end() :]
        duty = Duty(who, self._what(bare), self._due(start, end, words), self._force(kind, who))
        self._add(duty, start, end)

    # Sentences: "ขอให้ …", "ขอความร่วมมือ …", "มอบหมายให้ …".

    def _sentence(self, trigger: re.Match[str], follow: int) -> None:
        if any(start <= trigger.start() < end for start, end in self.taken) or self._past(trigger.start()):
            return
        kind = trigger.lastgroup or "please"
        at = trigger.end()
        line_end = self.text.find("\n", at)
        line_end = len(self.text) if line_end < 0 else line_end
        end = min(line_end, follow)
        floor = max(self.text.rfind("\n", 0, trigger.start()) + 1, trigger.start() - 160)
        before = self.text[floor : trigger.start()]
        condition = _CONDITION.search(before)
        if _QUERY_VERB.match(self.text, at) or (condition and _DOUBT.search(condition.group())):
            return
        who, verb_at = self._who(at, line_end, before)
        if verb_at is None:
            return
        end = max(end, min(line_end, verb_at + 1))
        inner = _TRIGGER.search(self.text, verb_at, line_end)
        end = min(line_end, inner.start()) if inner else line_end
        what = self._what(_LINKING.sub("", self.text[verb_at:end]))
        if len(what) < 4 or _QUERY_VERB.match(what):
            return
        if condition and "\n" not in condition.group():
            what = f"{condition.group().strip()} {'ให้' if kind == 'plain' else trigger.group()}{what}"[
                :_LONGEST_WHAT
            ]
        force = self._force(kind, who)
        due = self._due(trigger.start(), end, self.text[trigger.start() : end])
        self._add(
            Duty(who, what, due, force),
            trigger.start(),
            end,
            reported=self._reported(trigger.start(), before),
        )

    def _who(self, at: int, line_end: int, before: str) -> tuple[str | None, int | None]:
        """Give who is meant and where the verb begins; no verb, no duty."""
        named = _FOR.search(before)
        if _STARTS_WITH_VERB.match(self.text, at, line_end):
            who = named["who"].strip() if named else self.default_who
            return who, at
        match = _WHO.match(self.text, at, line_end)
        if not match:
            return None, None
        return _repaired(match["who"].strip()), match.end()

    def _reported(self, position: int, before: str) -> bool:
        """Tell whether a trigger stands in the opening paragraph and only reports what others asked."""
        if "\n" in self.text[:position].strip("\n"):
            return False
        return "จึง" not in self.text[:position] and not before.rstrip().endswith("ในการนี้")

    def _past(self, position: int) -> bool:
        """Tell whether a trigger stands in a paragraph that recalls an earlier letter (ตามที่ … นั้น)."""
        begin = self.text.rfind("\n", 0, position) + 1
        end = self.text.find("\n", position)
        recalled = self.text[begin : end if end >= 0 else None].rstrip()
        return bool(_RECALLED.match(recalled)) and recalled.endswith("นั้น")

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
        deadline = self._within(self.schedule.deadlines, start, end)
        if deadline:
            return deadline
        attends = _ATTEND.search(words)
        if attends:
            meeting = self._within(self.schedule.meetings, start, end)
            days = {meeting.date for meeting in self.document.meetings}
            if meeting or len(days) == 1:
                return meeting or days.pop()
        stated = self._within(self.schedule.windows, start, end)
        if stated or not _APPLY.search(words):
            return stated
        windows = self.document.windows
        return windows[0].end if len(windows) == 1 and _APPLY.search(windows[0].what + words) else None

    def _force(self, kind: str, who: str | None) -> str:
        if kind == "invite":
            return "invite"
        if kind == "ask":
            return "request"
        if self.document.kind == "order":
            return "order"
        if who and _SUPERVISED.search(who.split("ในเขต", maxsplit=1)[0][:60]):
            return "request"
        if kind in {"task", "plain", "duty"}:
            return "order"
        return "order" if commands(self.document, who or "") else "request"

    def _add(self, duty: Duty, start: int, end: int, *, reported: bool = False) -> None:
        if duty.what:
            self.found.append(_Found(duty, start, end, reported))

    def _settle(self) -> None:
        own = [item for item in self.found if not item.reported]
        kept = sorted(own or self.found, key=lambda item: item.start)
        for item in kept:
            self.document.spans[f"actions.{len(self.document.actions)}"] = self.flow.span(
                item.start, item.end
            )
            self.document.actions.append(item.duty)
        purpose = self.document.purpose or ""
        if not kept and purpose and self.document.kind in {"external", "memo", "stamped"}:
            informs = "ทราบ" in purpose and not re.search(r"ดำเนินการ|พิจารณา|ปฏิบัติ|อนุมัติ|แจ้ง", purpose)
            force = "inform" if informs else self._force("please", self.default_who)
            self.document.spans["actions.0"] = self.document.spans["purpose"]
            self.document.actions.append(Duty(self.default_who, purpose, None, force))


def _repaired(who: str | None) -> str | None:
    for wrong, right in _REPAIRS.items():
        if who and who.startswith(wrong):
            return right + who.removeprefix(wrong)
    return who


def read_duties(document: Document, flow: Flow, schedule: Schedule) -> None:
    """Fill the duties that a body lays on somebody."""
    _Reader(document, flow, schedule).run()
