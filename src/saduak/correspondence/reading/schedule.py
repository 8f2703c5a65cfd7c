"""Windows, deadlines and meetings in a flowing body."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from saduak.correspondence.reading.dates import DateHit, find_dates, fiscal_span, month_end
from saduak.correspondence.reading.model import Deadline, Document, Meeting, Window
from saduak.correspondence.reading.text import Flow

_DAY_LABEL = r"\s?(?:ใน)?(?:วัน\s?(?:[ก-๙]{3,12}ฯ?\s?)?ที่\s?)?"
_FROM = re.compile(rf"(?:ตั้งแต่|ระหว่าง|ในช่วง|ช่วง|เริ่ม)(?:เวลา[^ก-๙]{{1,20}}น\.\s?(?:ของ)?)?{_DAY_LABEL}$")
_UNTIL = re.compile(
    r"(?P<word>ภายใน(?:กำหนด)?|ไม่เกิน|อย่างช้า(?:ที่สุด)?|ไม่ช้ากว่า|ก่อน|ถึง|จนถึง|ให้ทัน|หมดเขต(?:การ)?(?:รับสมัคร|ส่ง[ก-๙]{0,20}|ลงทะเบียน)?(?:ใน)?|ปิดรับ(?:สมัคร|คำขอ)?|สิ้นสุด(?:การรับสมัคร)?|กำหนดส่ง)"
    rf"(?:เวลา\s?\d{{1,2}}[.:]\d\d\s?น\.?\s?(?:ของ)?)?{_DAY_LABEL}$"
)
_FORMER = re.compile(
    rf"เดิม(?:กำหนด(?:ไว้)?)?\s?(?:เป็น)?\s?(?:ตั้งแต่|ระหว่าง|ภายใน|ถึง)?{_DAY_LABEL}$"
)  # a date that was moved
_MOVED = re.compile(r"(?:ขอ)?(?:เลื่อน|เปลี่ยนแปลง|ขยาย|ยกเลิก|งด)(?:การ|กำหนด|วัน|ระยะ)")
_RECALLED = re.compile(r"(?:\d{1,2}[.)]\s?)?(?:ตาม|อนุสนธิ|สืบเนื่อง)")
_SAID = re.compile(r"นั้น(?=\s|$)")
_BRIDGE = re.compile(
    rf"(?:\s?เวลา[^ก-๙\n]{{1,20}}น\.?)?\s?(?:เป็นต้นไป\s?)?(?:-|และ|(?:ไป)?(?:จน)?ถึง)(?:เวลา[^ก-๙]{{1,20}}น\.\s?(?:ของ)?)?{_DAY_LABEL}$"
)
_UNTIL_PERIOD = re.compile(r"(?:ภายใน|ไม่เกิน|ก่อน)(?:สิ้น)?\s?(?=เดือน|ปีงบประมาณ|ไตรมาส)")
_DURATION = re.compile(
    r"ภายใน\s?(?:\d{1,3}|(?:หนึ่ง|สอง|สาม|สี่|ห้า|หก|เจ็ด|แปด|เก้า|สิบ|ยี่|ร้อย){1,4})\s?(?:\(\d{1,3}\)\s?)?(?:วัน(?!ที่)|ชั่วโมง|สัปดาห์|เดือน(?!\s?[ก-ฮ]))[^\n]{0,40}"
)
_RECURRING = re.compile(r"(?:ภายใน|ทุก|ก่อน)\s?วันที่\s?\d{1,2}\s?ของ(?:ทุก|แต่ละ)?\s?เดือน[^\n]{0,20}")
_GATHERING = re.compile(
    r"ประชุม|สัมมนา|อบรม|ชี้แจง|พิธี|ปฐมนิเทศ|เสวนา|กิจกรรม|โครงการ|ออกหน่วย|จัดงาน|ซ้อม|นัด|(?:กำหนด|จะ)จัด(?!ทำ|ส่ง|ซื้อ|จ้าง|ตั้ง|สรร|หา|เก็บ)|รังวัด|นิทรรศการ|แข่งขัน|รายงานตัว|สัมภาษณ์|สอบ(?!ถาม|สวน)|ทำบุญ|ต้อนรับ|"
    r"ตรวจ(?:เยี่ยม|ประเมิน|ราชการ)|ศึกษาดูงาน|เปิด(?:งาน|ศูนย์|อาคาร)|มอบ(?:รางวัล|โล่|เกียรติบัตร)"
)
_APPLYING = re.compile(r"สมัคร|ยื่น|ส่ง(?!เสริม)|เปิดรับ|ดำเนินการ|คำขอ|ลงทะเบียน|บันทึกข้อมูล|ประเมิน|สำรวจ")
_CLOCK = r"(?P<h{0}>[01]?\d|2[0-4])(?:[.:]|(?<=\d\d))(?P<m{0}>[0-5]\d)(?!\d)"
_HOURS = re.compile(
    r"[\s,(]{0,3}(?:ตั้งแต่)?(?P<label>เวลา)?\s?(?:ประมาณ\s?)?"
    + _CLOCK.format(1)
    + r"(?:\s?น\.?)?(?:\s?(?:-|จนถึง|ถึง)\s?(?:เวลา\s?)?"
    + _CLOCK.format(2)
    + r")?(?P<unit>\s?น(?:\.|าฬิกา)?)?"
)
_ONWARD = re.compile(r"\s?เป็นต้นไป")
_PLACE = re.compile(r"(?:^|[\s)])ณ\s{0,3}(?P<place>[^\n]{2,200})")
_PLACE_END = re.compile(
    r"\s[^\s]{0,60}จึง|\s(?:ทั้งนี้|โดย(?!วิธี)|และ|เพื่อ|จึง|ตาม|ในการนี้|รายละเอียด|พร้อม|ซึ่ง|ขอ|สามารถ|เวลา)|\sผ่าน|(?<=น\.)\s"
)
_REMOTE = re.compile(
    r"(?:การ)?ประชุม(?:ทางไกล|ออนไลน์)|ผ่านระบบ|ผ่าน(?:ทาง)?(?:สื่อ|โปรแกรม|แอปพลิเคชัน)|ระบบ(?:ประชุม|วีดิทัศน์|วิดีโอ)"
)
_CHANNEL = re.compile(
    r"(?:Cisco\s)?Webex(?:\sMeet(?:ings?)?)?|Zoom(?:\sCloud)?(?:\sMeetings?)?|(?:Microsoft|MS)\sTeams|Google\sMeet|"
    r"Facebook(?:\s(?:Live|Page|Fanpage))*(?:\s?:\s?[ก-๙A-Za-z]{2,80})?|You[Tt]ube(?:\s(?:Live|Channel))*(?:\s?:\s?[ก-๙A-Za-z]{2,80})?|"
    r"LINE(?:\s(?:OpenChat|Official|OA))*|Video\sConference|วีดิทัศน์ทางไกล|การประชุมทางไกล|สถานีโทรทัศน์[ก-๙]{2,60}(?:\s[A-Z][A-Za-z]+){0,4}|TikTok",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"เปิดรับสมัคร|รับสมัคร|เปิดให้|(?<!ใบ)(?<!ผู้)สมัคร|ยื่น|(?<!นำ)(?<!สิ่งที่)ส่ง(?!เสริม)|ลงทะเบียน|บันทึกข้อมูล|กรอกข้อมูล|รายงาน(?!ตัว)|แจ้ง(?!ว่า)|ตอบแบบ|"
    r"ประเมิน|สำรวจ|จัดทำ|จัดส่ง|ดำเนินการ|เสนอ|ตอบรับ|ชำระ"
)
_LEADING = re.compile(r"(?:ทั้งนี้|โดย|และ|จึง|ได้|กำหนด(?:การ)?|ขอ|ให้|แล้ว|ใน|\s)+")
_CLAUSE = 160
_LONGEST_PARAGRAPH = 4000
_MOST = 60


@dataclass(slots=True)
class Placed:
    """A date that matters, with its place in the flow."""

    day: date
    start: int
    end: int


@dataclass(slots=True)
class Schedule:
    """Where the windows' ends, deadlines and meetings stand in the flow."""

    windows: list[Placed] = field(default_factory=list)
    deadlines: list[Placed] = field(default_factory=list)
    meetings: list[Placed] = field(default_factory=list)
    hits: list[DateHit] = field(default_factory=list)
    unsure: list[tuple[str, str]] = field(default_factory=list)


def recalls(text: str, position: int) -> bool:
    """Tell whether the paragraph at a position recalls an earlier letter or event: `ตามที่ … นั้น`."""
    reach = max(0, position - _LONGEST_PARAGRAPH)
    begin = text.rfind("\n", reach, position) + 1 or reach
    if not _RECALLED.match(text, begin):
        return False
    reach = min(len(text), position + _LONGEST_PARAGRAPH)
    end = text.find("\n", position, reach)
    return bool(_SAID.search(text, position, end if end >= 0 else reach))


def has_vague_day(text: str) -> bool:
    """Tell whether a last day is told without a date: ภายใน 7 วัน, ภายในวันที่ 5 ของทุกเดือน."""
    return bool(_DURATION.search(text) or _RECURRING.search(text))


def clock_text(hour: str | None, minute: str | None) -> str | None:
    """Give `HH:MM`, None when a part is missing."""
    return f"{int(hour):02d}:{minute}" if hour and minute else None


def what_before(text: str, end: int) -> str:
    """Give the words that say what a date is for: from the last duty verb of the clause, else the clause's last words."""
    reach = max(0, end - _CLAUSE)
    floor = max(text.rfind("\n", reach, end) + 1, reach)
    clause = re.split(r"\s?(?:จาก)?เดิม", text[floor:end], maxsplit=1)[0].rstrip()
    verbs = list(_VERB.finditer(clause))
    if verbs:
        start = verbs[-1].start()
        for verb in reversed(verbs[:-1]):
            if start - verb.end() > 12:
                break
            start = verb.start()
        return clause[start:].strip(" (,")
    words = clause.split(" ")
    tail: list[str] = []
    while words and len(" ".join(tail)) < 12:
        tail.insert(0, words.pop())
    shown = " ".join(tail)
    lead = _LEADING.match(shown)
    return shown[lead.end() if lead else 0 :].strip(" (,") or shown


def _what_after(text: str, position: int) -> str:
    match = re.compile(r"[\s,]*([^\n]{2,100})").match(text, position)
    return match[1].split("  ")[0].strip() if match else ""


def _what(text: str, start: int, end: int) -> str:
    return what_before(text, start) or _what_after(text, end)


class _Reader:
    """One pass over the dates of a body."""

    def __init__(self, document: Document, flow: Flow) -> None:
        self.document, self.flow, self.text = document, flow, flow.text
        self.schedule = Schedule(hits=find_dates(flow.text))

    def run(self) -> Schedule:
        hits = self.schedule.hits
        index = 0
        while index < len(hits):
            hit = hits[index]
            follow = hits[index + 1] if index + 1 < len(hits) else None
            if follow and self._joined(hit, follow):
                index += 2
                continue
            self._one(hit)
            index += 1
        self._periods()
        return self.schedule

    def _before(self, pattern: re.Pattern[str], position: int) -> re.Match[str] | None:
        return pattern.search(self.text, max(0, position - 60), position)

    def _joined(self, hit: DateHit, follow: DateHit) -> bool:
        """Read `ตั้งแต่วันที่ ก เวลา … ถึงวันที่ ข` where the two days stand apart."""
        if hit.is_range or follow.is_range or follow.start - hit.end > 60:
            return False
        lead = self._before(_FROM, hit.start)
        if (
            not lead
            or self._before(_FORMER, hit.start)
            or not _BRIDGE.fullmatch(self.text[hit.end : follow.start])
        ):
            return False
        first, last = self._day(hit, follow), self._day(follow)
        if first is None or last is None or first > last:
            return False
        self._window(first, last, lead.start(), hit.start, follow.end)
        return True

    def _day(self, hit: DateHit, other: DateHit | None = None) -> date | None:
        if hit.first:
            return hit.last or hit.first
        if hit.has_year or hit.is_range:
            return None
        if other and other.first:
            return hit.in_year(other.first.year)
        sent = self.document.date
        if sent is None:
            return None
        day = hit.in_year(sent.year)
        if day and day < sent:
            day = hit.in_year(sent.year + 1)
        if day:
            raw = self.text[hit.start : hit.end]
            self.schedule.unsure.append((raw, f"วันที่ “{raw}” ไม่ระบุปี ถือเป็นวันแรกที่ถึงหลังวันที่ของหนังสือ"))
        return day

    def _one(self, hit: DateHit) -> None:
        text = self.text
        if self._before(_FORMER, hit.start) or self._over(hit):
            return
        if hit.is_range:
            self._range(hit)
            return
        until = self._before(_UNTIL, hit.start)
        if until:
            if not text.startswith((" ที่ผ่านมา", "ที่ผ่านมา", " ไปแล้ว"), hit.end):
                self._deadline(hit, until)
            return
        hours = self._hours(hit)
        near = _PLACE.match(text, hours.end() if hours else hit.end, (hours.end() if hours else hit.end) + 60)
        onward = hours and _ONWARD.match(text, hours.end())
        if (
            onward
            and not self._gathering(hit.start)
            and not _PLACE.match(text, onward.end(), onward.end() + 60)
        ):
            return
        if hours or (near and self._gathering(hit.start)):
            self._meeting(hit, hours)

    def _over(self, hit: DateHit) -> bool:
        """Tell whether a day stands where an earlier letter is recalled (ตามที่ … นั้น) and is past or was moved."""
        if hit.last is None or not recalls(self.text, hit.start):
            return False
        sent = self.document.date
        return bool(sent and hit.last < sent) or bool(
            _MOVED.search(self.text) or _MOVED.search(self.document.subject or "")
        )

    def _hours(self, hit: DateHit) -> re.Match[str] | None:
        """Give the hours right after a day, or after the place that follows it."""
        hours = _HOURS.match(self.text, hit.end)
        if hours is None and _PLACE.match(self.text, hit.end, hit.end + 60):
            reach = min(len(self.text), hit.end + _CLAUSE)
            line_end = self.text.find("\n", hit.end, reach)
            stop = line_end if line_end >= 0 else reach
            label = self.text.find("เวลา", hit.end, stop)
            alone = label >= 0 and not find_dates(
                self.text[hit.end : label]
            )  # else the hour is another day's
            hours = _HOURS.match(self.text, label, stop) if alone else None
        return hours if hours and (hours["label"] or hours["unit"]) else None

    def _gathering(self, position: int) -> bool:
        return bool(_GATHERING.search(self.text, max(0, position - 120), position))

    def _range(self, hit: DateHit) -> None:
        if hit.first is None or hit.last is None:
            return
        lead = self._before(_FROM, hit.start)
        begin = lead.start() if lead else hit.start
        near = self.text[max(0, begin - 100) : begin]
        fiscal = re.search(r"ปีงบประมาณ[^\n]{0,14}\(\s?$", self.text[max(0, begin - 40) : begin])
        if fiscal:
            return
        hours = self._hours(hit)
        place = _PLACE.match(self.text, hit.end, hit.end + 60)
        gathered = bool(hours or place) and self._gathering(hit.start)
        if gathered:
            self._meeting(hit, hours)
        if lead or gathered or _APPLYING.search(near):
            self._window(hit.first, hit.last, begin, hit.start, hit.end)

    def _window(self, first: date, last: date, begin: int, start: int, end: int) -> None:
        self.schedule.windows.append(Placed(last, start, end))
        windows = self.document.windows
        if len(windows) >= _MOST or any((known.start, known.end) == (first, last) for known in windows):
            return
        self.document.spans[f"windows.{len(windows)}"] = self.flow.span(start, end)
        windows.append(Window(first, last, _what(self.text, begin, end)))

    def _deadline(self, hit: DateHit, until: re.Match[str]) -> None:
        day = self._day(hit)
        if day is None:
            return
        if until["word"] == "ก่อน":
            raw = self.text[until.start() : hit.end]
            self.schedule.unsure.append((raw, f"“{raw}” อาจไม่นับวันนั้นด้วย กรุณาตรวจว่าวันสุดท้ายคือวันใด"))
        self._add_deadline(day, until.start(), hit.start, hit.end)

    def _add_deadline(self, day: date, begin: int, start: int, end: int) -> None:
        self.schedule.deadlines.append(Placed(day, start, end))
        deadlines = self.document.deadlines
        if len(deadlines) >= _MOST or any(known.date == day for known in deadlines):
            return
        self.document.spans[f"deadlines.{len(deadlines)}"] = self.flow.span(start, end)
        deadlines.append(Deadline(day, _what(self.text, begin, end)))

    def _periods(self) -> None:
        for match in _UNTIL_PERIOD.finditer(self.text):
            month = month_end(self.text, match.end())
            fiscal = fiscal_span(self.text, match.end())
            if month:
                self._add_deadline(month[0], match.start(), match.end(), month[1])
            elif fiscal:
                self._add_deadline(fiscal[1], match.start(), match.end(), fiscal[2])
        for match in _DURATION.finditer(self.text):
            raw = match.group().strip()
            self.schedule.unsure.append((raw, f"กำหนดเป็นจำนวนวัน “{raw}” ไม่มีวันที่แน่นอน กรุณาระบุวันเอง"))
        for match in _RECURRING.finditer(self.text):
            raw = match.group().strip()
            self.schedule.unsure.append((raw, f"กำหนดซ้ำทุกเดือน “{raw}” ไม่มีวันสุดท้ายวันเดียว กรุณาระบุวันเอง"))

    def _meeting(self, hit: DateHit, hours: re.Match[str] | None) -> None:
        day = hit.first if hit.is_range else self._day(hit)
        if day is None:
            return
        end = hours.end() if hours else hit.end
        start_time = clock_text(hours["h1"], hours["m1"]) if hours else None
        end_time = clock_text(hours["h2"], hours["m2"]) if hours else None
        self.schedule.meetings.append(Placed(day, hit.start, end))
        after = self.text[end : end + 500].split("\n", 1)[0]
        self._add_meeting(
            Meeting(day, start_time, end_time, place_in(after), channels_in(after)), hit.start, end
        )

    def _add_meeting(self, meeting: Meeting, start: int, end: int) -> None:
        """Add a gathering, or the hours to the same day's that had none."""
        meetings = self.document.meetings
        same = [n for n, known in enumerate(meetings) if known.date == meeting.date]
        if (
            any(meetings[n].start == meeting.start or meeting.start is None for n in same)
            or len(meetings) >= _MOST
        ):
            return
        bare = next((n for n in same if meetings[n].start is None), len(meetings))
        if bare < len(meetings):
            meeting.where = meeting.where or meetings[bare].where
            meeting.channels = meeting.channels or meetings[bare].channels
        meetings[bare : bare + 1] = [meeting]
        self.document.spans[f"meetings.{bare}"] = self.flow.span(start, end)


def place_in(text: str) -> str | None:
    """Give the place that a stretch of text names: after ณ, else how the meeting is held from afar."""
    match = _PLACE.search(text)
    if match:
        place = match["place"]
        cut = _PLACE_END.search(place)
        return place[: cut.start() if cut else len(place)].strip(" ,.()") or None
    remote = _REMOTE.search(text)
    if not remote:
        return None
    words = text[remote.start() : remote.start() + 200]
    cut = re.search(r"\s(?:ทั้งนี้|และ|เพื่อ|จึง|ตาม(?!ที่)|ในการนี้|รายละเอียด|โดย|ขอ|สามารถ)", words)
    return words[: cut.start() if cut else len(words)].strip(" ,.") or None


def channels_in(text: str) -> list[str]:
    """Give the channels that a stretch of text names, each once, in order."""
    found: list[str] = []
    for match in _CHANNEL.finditer(text):
        name = re.sub(r"\s+", " ", match.group()).strip()
        if name not in found and len(found) < _MOST:
            found.append(name)
    return found


def read_schedule(document: Document, flow: Flow) -> Schedule:
    """Fill windows, deadlines and meetings of a document from its flowing body."""
    return _Reader(document, flow).run()
