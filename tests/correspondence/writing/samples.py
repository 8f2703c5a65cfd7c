"""Invented letters to be printed; persons are plainly invented. Texts hold Arabic digits."""

import dataclasses
import datetime
import io
import subprocess

import pypdfium2
from PIL import Image

from saduak.correspondence.writing import Attached, LetterDocument, Signature

CAUSE = (
    "ด้วยสำนักงานปลัดสำนักนายกรัฐมนตรีกำหนดจัดประชุมชี้แจงทำความเข้าใจเกี่ยวกับหลักเกณฑ์มาตรฐานศูนย์ราชการสะดวก (GECC) "
    "ประจำปีงบประมาณ พ.ศ. 2566 ในวันจันทร์ที่ 19 ธันวาคม 2565 เวลา 08.30 - 12.00 น. ผ่านระบบการประชุมทางไกล และเปิดรับสมัคร "
    "ตั้งแต่วันที่ 1 มกราคม - 28 กุมภาพันธ์ 2566 ที่เว็บไซต์ www.psc2566.example.go.th/2566"
)
WISH = (
    "ในการนี้ จึงขอให้อำเภอมอบหมายผู้รับผิดชอบเข้ารับฟังการชี้แจง และส่งใบสมัครภายในวันที่ 15 กุมภาพันธ์ 2566 กรณีมีข้อสงสัย "
    "ขอให้สอบถามที่กลุ่มงานตัวอย่าง"
)
CLOSE = "จึงเรียนมาเพื่อโปรดทราบและดำเนินการต่อไป"

EXTERNAL = LetterDocument(
    kind="external",
    issuer="ศาลากลางจังหวัดสมมุติ",
    address=("ถนนตัวอย่าง สม 99000",),
    number="สม 0018.1/ว 96",
    dated=datetime.date(2022, 12, 12),
    urgency="ด่วนที่สุด",
    secrecy="ลับ",
    subject="การขอรับการรับรองมาตรฐานการให้บริการของศูนย์ราชการสะดวก",
    salutation="เรียน",
    addressee="นายอำเภอ ทุกอำเภอ",
    references=("หนังสือกรมตัวอย่าง ด่วนที่สุด ที่ กต 0310.1/ว 29831 ลงวันที่ 8 ธันวาคม 2565",),
    attachments=(Attached("กำหนดการประชุม", "จำนวน 1 ฉบับ"), Attached("แบบตอบรับ", "จำนวน 2 แผ่น")),
    paragraphs=(CAUSE, WISH, CLOSE),
    closing="ขอแสดงความนับถือ",
    signature=Signature("นายตัวอย่าง สมมุตินาม", ("ปลัดจังหวัด ปฏิบัติราชการแทน", "ผู้ว่าราชการจังหวัดสมมุติ")),
    owner_unit="ที่ทำการปกครองจังหวัด กลุ่มงานปกครอง",
    contact=("โทร. 0 4000 1817 ต่อ 12", "ไปรษณีย์อิเล็กทรอนิกส์ saraban2570@example.go.th"),
)
MEMO = LetterDocument(
    kind="memo",
    issuer="ที่ทำการปกครองจังหวัด กลุ่มงานปกครอง",
    contact=("โทร. 0 4000 1817",),
    number="สม 0018.1/2571",
    dated=datetime.date(2023, 1, 31),
    urgency="ด่วนมาก",
    subject="ขอความเห็นชอบกำหนดการตรวจประเมิน",
    salutation="เรียน",
    addressee="ผู้ว่าราชการจังหวัดสมมุติ",
    references=("หนังสือกรมตัวอย่าง ที่ กต 0310.1/ว 51 ลงวันที่ 8 มกราคม 2566",),
    attachments=(Attached("กำหนดการตรวจประเมิน", "จำนวน 1 ชุด"),),
    paragraphs=(CAUSE, CLOSE),
    signature=Signature("นางสาวตัวอย่าง สมมุตินาม", ("หัวหน้ากลุ่มงานปกครอง",)),
)
STAMPED = LetterDocument(
    kind="stamped",
    issuer="กรมตัวอย่าง",
    number="กต 0405.2/116",
    dated=datetime.date(2024, 4, 9),
    urgency="ด่วน",
    addressee="สำนักงานตัวอย่างจังหวัด ทุกจังหวัด",
    paragraphs=("พร้อมหนังสือนี้ กรมตัวอย่างขอส่งสำเนาคู่มือการปฏิบัติงาน จำนวน 2 เล่ม มาเพื่อทราบและถือปฏิบัติ",),
    owner_unit="กองกลาง",
    contact=("โทร. 0 2000 4444",),
)
ALL = {"external": EXTERNAL, "memo": MEMO, "stamped": STAMPED}

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 10"><circle cx="4.5" cy="5" r="4"/></svg>'


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 66)) -> bytes:
    """A picture in one colour."""
    out = io.BytesIO()
    Image.new("RGB", size, (20, 60, 90)).save(out, kind)
    return out.getvalue()


def with_digits(letter: LetterDocument, *, thai: bool) -> LetterDocument:
    return dataclasses.replace(letter, thai_digits=thai)


def pages_of(made: bytes) -> list[str]:
    """The text of each page as pdfium reads it."""
    with pypdfium2.PdfDocument(made) as opened:
        return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in opened]


def poppler(made: bytes) -> str:
    """The text as poppler reads it."""
    done = subprocess.run(["pdftotext", "-", "-"], input=made, capture_output=True, check=True)
    return done.stdout.decode()


def bare(text: str) -> str:
    """Without white space: a line may end anywhere."""
    return "".join(text.split())
