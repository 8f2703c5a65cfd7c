"""The one exception of the reader, and its Thai messages."""


def gettext_noop(text: str) -> str:
    """Mark words for translation; whoever shows them translates, since this package needs nothing else."""
    return text


MESSAGES = {
    "not-a-letter": gettext_noop(
        "ไม่พบส่วนที่บอกว่าเป็นหนังสือราชการ เช่น ที่ เรื่อง เรียน หรือ บันทึกข้อความ กรุณาตรวจว่าเลือกไฟล์ถูกต้อง"
    ),
    "unsupported-type": gettext_noop("อ่านไฟล์ชนิดนี้ไม่ได้ ใช้ไฟล์ .pdf .docx .txt หรือ .md"),
    "too-large": gettext_noop("ไฟล์ใหญ่เกินไป แบ่งไฟล์หรือเลือกเฉพาะหน้าที่เป็นหนังสือ แล้วลองใหม่"),
    "too-slow": gettext_noop(
        "อ่านไฟล์นี้ไม่เสร็จในเวลาที่กำหนด บันทึกเป็น PDF ใหม่จากโปรแกรมที่ใช้พิมพ์ หรือพิมพ์ข้อความลงไฟล์ .txt แล้วลองใหม่"
    ),
    "a-scan": gettext_noop("ไฟล์นี้เป็นภาพสแกน ต้องใช้เวลาอ่านสักครู่"),
    "empty": gettext_noop("ไฟล์ว่าง ไม่มีข้อความให้อ่าน"),
    "encrypted-pdf": gettext_noop("ไฟล์ PDF นี้ใส่รหัสผ่านไว้ บันทึกเป็นไฟล์ที่ไม่มีรหัสผ่าน แล้วลองใหม่"),
    "no-text-layer": gettext_noop(
        "ไฟล์นี้เป็นภาพสแกน และเครื่องนี้ยังไม่ได้ติดตั้งโปรแกรมอ่านภาพ (tesseract พร้อมภาษาไทย) "
        "ใช้ไฟล์ PDF ที่มีข้อความ ไฟล์ .docx หรือพิมพ์ข้อความลงไฟล์ .txt"
    ),
    "broken-file": gettext_noop("เปิดไฟล์ไม่ได้ ไฟล์อาจเสียหรือไม่ตรงกับนามสกุล"),
    "ocr-failed": gettext_noop("อ่านข้อความจากภาพไม่สำเร็จ ลองสแกนใหม่ให้คมชัดขึ้น"),
}


class ReadingError(Exception):
    """A file could not be read as an official letter.

    Attributes:
        code: one of the keys of `MESSAGES`.
        message: what happened and what to do, in Thai.
    """

    def __init__(self, code: str) -> None:
        """Take the code; the message follows from it."""
        self.code = code
        self.message = MESSAGES[code]
        super().__init__(self.message)
