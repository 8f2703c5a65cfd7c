"""A letter as it is printed: every word on the paper, and nothing that the database would have to be asked for."""

import datetime
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attached:
    """Something sent along: its title and how many of it ("จำนวน 1 ฉบับ"; empty when not said)."""

    title: str
    copies: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """The block under a letter: the name in brackets, then the lines of the position.

    A deputy who acts for a governor has the lines "ปลัดจังหวัด ปฏิบัติราชการแทน" and "ผู้ว่าราชการจังหวัดมุกดาหาร".
    """

    name: str
    position: tuple[str, ...] = ()
    # Shown above the name when it was signed in the system: "ลงนามทางอิเล็กทรอนิกส์ 26 พ.ย. 2569 14.05 น."
    signed_note: str = ""


@dataclass(frozen=True, slots=True)
class LetterDocument:
    """One letter, memo or stamped letter. Texts hold Arabic digits; `thai_digits` turns them when drawn.

    Args:
        kind: "external", "memo" or "stamped".
        issuer: the agency's name above its address (external), or the whole line of ส่วนราชการ (memo).
        address: lines under it.
        number: "มห 0018.1/ว 96"; empty leaves the place for a pen.
        dated: None leaves the place for a pen.
        urgency, secrecy: the printed word ("ด่วนที่สุด", "ลับ"), or empty.
        salutation: "เรียน", "กราบเรียน", …; a stamped letter has none and is addressed by "ถึง".
        addressee: whom it is written to.
        references: one line a cited letter, without the word "อ้างถึง".
        attachments: numbered when there are several.
        paragraphs: the body; each is indented.
        closing: "ขอแสดงความนับถือ"; memos and stamped letters have none.
        signature: None for a stamped letter.
        owner_unit, contact: lines at the lower left: the unit, "โทร. …", "ไปรษณีย์อิเล็กทรอนิกส์ …".
        copies_to: สำเนาส่ง, or empty.
        initials: short names of those who put their initials on the file copy, in order.
        emblem: the agency's own file (PNG, JPEG or SVG); without it the place stays empty.
        qr_url: opens the letter's page; drawn small at the foot, or empty.
    """

    kind: str
    issuer: str
    number: str = ""
    dated: datetime.date | None = None
    address: tuple[str, ...] = ()
    urgency: str = ""
    secrecy: str = ""
    subject: str = ""
    salutation: str = ""
    addressee: str = ""
    references: tuple[str, ...] = ()
    attachments: tuple[Attached, ...] = ()
    paragraphs: tuple[str, ...] = ()
    closing: str = ""
    signature: Signature | None = None
    owner_unit: str = ""
    contact: tuple[str, ...] = ()
    copies_to: str = ""
    initials: tuple[str, ...] = ()
    thai_digits: bool = True
    emblem: bytes = b""
    emblem_type: str = ""
    qr_url: str = ""
