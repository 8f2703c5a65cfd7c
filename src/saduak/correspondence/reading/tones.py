"""Tone marks over another mark, which recognising loses: ที่ comes as ที, ตั้ง as ตัง, เรื่อง as เรือง.

Each row is what comes and what was meant. Only what is no word without its mark is mended, or where the letters around it leave
no doubt; a word that is another word without it (ยืน and ยื่น, สัง in สังกัด) stays.
"""

from __future__ import annotations

import re
from typing import Final

_MARK: Final = "่-๋"
_THAI: Final = "ก-๙"


def _after(words: str) -> str:
    """A pattern for the place after any of these."""
    return "(?:" + "|".join(f"(?<={word})" for word in words.split()) + ")"


# (?!…) and (?<!…) name the words that are right as they are.
_ROWS: Final = (
    (r"ตัง(?!ค์|โอ)", "ตั้ง"), (r"ทัง(?!ส)", "ทั้ง"), (r"หนึง", "หนึ่ง"), (r"ซึง", "ซึ่ง"), (r"เพือ", "เพื่อ"), (r"เมือ(?![งกย])", "เมื่อ"), (r"ชือ", "ชื่อ"),
    (r"พืน(?!ธ)", "พื้น"), (r"เคลือน", "เคลื่อน"), (_after("ขอ ให้ การ") + r"เลือน(?=การ|กำหนด|วัน|ประชุม|ออก)", "เลื่อน"), (r"เยียม", "เยี่ยม"), (r"เครือง", "เครื่อง"), (r"ขึน", "ขึ้น"), (r"ครัง", "ครั้ง"), (r"เปลียน", "เปลี่ยน"), (r"หลีกเลียง", "หลีกเลี่ยง"),
    (r"เลียง", "เลี้ยง"), (r"เบีย(?![รบน])", "เบี้ย"), (r"อืน", "อื่น"), (r"เริม", "เริ่ม"), (r"เพิม", "เพิ่ม"), (r"สินสุด", "สิ้นสุด"), (r"เสร็จสิน(?!ค)", "เสร็จสิ้น"), (r"สินเดือน", "สิ้นเดือน"),
    (r"เนือง(?!แ)", "เนื่อง"), (r"เนือหา", "เนื้อหา"), (r"ซือ", "ซื้อ"), (r"อย่างยิง", "อย่างยิ่ง"), (r"ขอบคุณยิง", "ขอบคุณยิ่ง"), (r"พระคุณยิง", "พระคุณยิ่ง"), (r"(?<=มาก)ยิงขึ้น", "ยิ่งขึ้น"),
    (r"สิง(?![หคข])", "สิ่ง"), (r"ถิน", "ถิ่น"), (r"ทัว(?!ร)", "ทั่ว"), (r"คำสัง", "คำสั่ง"), (r"สังการ", "สั่งการ"), (r"สัง(?=\s?ณ\s)", "สั่ง"), (r"กลันกรอง", "กลั่นกรอง"),
    (r"เกียว(?!พ)", "เกี่ยว"), (r"เชือมัน", "เชื่อมั่น"), (r"เชือม", "เชื่อม"), (r"มันคง", "มั่นคง"), (r"มุ่งมัน", "มุ่งมั่น"), (r"เชียวชาญ", "เชี่ยวชาญ"), (r"ชีแจง", "ชี้แจง"), (r"สือสาร", "สื่อสาร"),
    (r"สือประชา", "สื่อประชา"), (r"เอือ", "เอื้อ"), (r"เกือ(?=หนุน|กูล)", "เกื้อ"), (r"เหลือม", "เหลื่อม"), (r"ชันนำ", "ชั้นนำ"), (r"ชัน(?=\s[\d๐-๙])", "ชั้น"), (r"ระดับชัน", "ระดับชั้น"), (r"ขันตอน", "ขั้นตอน"),
    (r"ขันพื้น", "ขั้นพื้น"), (r"เบืองต้น", "เบื้องต้น"), (_after("ดัง แล้ว เหล่า เช่น") + r"นัน(?![่้])", "นั้น"), (r"(?<=\s)นัน(?=\s|$)", "นั้น"), (r"เท่านัน", "เท่านั้น"), (r"ยืนคำ", "ยื่นคำ"), (r"ยืนใบ", "ยื่นใบ"), (r"ยืนขอ", "ยื่นขอ"),
    (_after("เสนอ เจ้าของ บรรยาย ดำเนิน ประสาน") + rf"เรือง(?![{_THAI}])", "เรื่อง"), (_after("รับ ตาม ส่ง ใน แจ้ง เสนอ") + r"เรือง(?=ร้อง|ที|ดัง|\s)", "เรื่อง"), (r"เรือง(?=เสนอ|ร้องเรียน|ราว)", "เรื่อง"), (r"(?<=\s)เรือง(?=\s)", "เรื่อง"),
    (_after("ดัง การ ฉบับ ต่อไป โอกาส พร้อม ข้าง ช่วง") + rf"นี(?![{_THAI}])", "นี้"), (_after("ครั้ง ทั้ง บัด") + r"นี(?![้่])", "นี้"),
    (rf"(?<!นา)(?<!วา)(?<!เว)(?<!ธ)(?<!อ)(?<!ลว)ที(?![{_MARK}]|ม(?![ีาไหเกอ])|วี|เดียว|ละ|โอ|เด็ด|ไร)", "ที่"),
)  # fmt: skip
_LOST: Final = re.compile("|".join(row for row, _meant in _ROWS), re.MULTILINE)
_MEANT: Final = {
    re.sub(r"\(\?(?:[^()]|\([^()]*\))*\)", "", row): meant for row, meant in _ROWS
}  # without what stands around
# A person's name is nobody's to mend.
_NAME: Final = re.compile(
    r"\(\s?[^()\n]{3,80}\)\s*$|(?:นาย|นาง|นางสาว|น\.ส\.|ดร\.)[ก-๙]{2,30}\s+[ก-๙]{2,40}", re.MULTILINE
)


def restored(text: str) -> str:
    """Give recognised text with the marks that it lost, but for the names of people.

    Args:
        text: with า and ำ composed.
    """
    parts: list[str] = []
    at = 0
    for name in _NAME.finditer(text):
        parts += [_mend(text[at : name.start()]), name.group()]
        at = name.end()
    return "".join([*parts, _mend(text[at:])])


def _mend(text: str) -> str:
    for _again in range(2):  # one mended word shows the next: ทังนี
        text = _LOST.sub(lambda match: _MEANT[match.group()], text)
    return text
