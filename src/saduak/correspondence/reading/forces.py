"""With what force a letter speaks: who commands whom, by the kinds of office that the words name."""

from __future__ import annotations

import re

from saduak.correspondence.reading.model import Document
from saduak.correspondence.reading.words import PERSON

_SUPERVISED = re.compile(r"องค์กรปกครองส่วนท้องถิ่น|อปท|เทศบาล|เทศมนตรี|องค์การบริหารส่วน|อบต|อบจ|เมืองพัทยา")
_OUTSIDE = re.compile(
    r"(?:^|\s|และ|ทุก)(?:ห้าง|สมาคม|มูลนิธิ|ธนาคาร|ชมรม|สหกรณ์|(?<!จังห)วัด(?!ผล)|เจ้าอาวาส|พระคุณ|สื่อมวลชน|ผู้ประกอบการ|คู่สัญญา|ประชาชน|ราษฎร|นายกรัฐมนตรี|วิทยากร)|บริษัท"
)
_POLITE = re.compile(r"โปรด|กรุณา|อนุเคราะห์|ขอบคุณ|ขอบพระคุณ|พระคุณ")
_UNDER_PROVINCE = re.compile(
    r"อำเภอ|ที่ทำการปกครองจังหวัด|(?:ส่วนราชการ|หน่วยงาน|สำนักงาน)[^\n]{0,60}จังหวัด|กำนัน|ตำบล|สนง"
)
_UNDER_DISTRICT = re.compile(r"กำนัน|ผู้ใหญ่บ้าน|ปลัดอำเภอ|ส่วนราชการ[^\n]{0,20}อำเภอ")
_UNDER_MINISTRY = re.compile(r"(?:^|\s|ทุก|หัวหน้า|และ)(?:กรม|อธิบดี|ส่วนราชการระดับกรม|ส่วนราชการ|หัวหน้าส่วนราชการ)")
_UNDER_SCHOOL_AREA = re.compile(r"โรงเรียน|สถานศึกษา")
_UNDER_PROVINCE_HEALTH = re.compile(r"สาธารณสุขอำเภอ|โรงพยาบาล(?:ชุมชน|ส่งเสริม|ทุก)")
_INSIDE = re.compile(
    r"^(?:ทุก|หัวหน้า|ผู้อำนวยการ|ผอ\.)?(?:กอง|กลุ่ม|ฝ่าย|สำนัก|ศูนย์|งาน|เจ้าหน้าที่|บุคลากร|ข้าราชการ|พนักงาน|ส่วน(?!ราชการ)|หน่วย(?:งาน)?ใน)"
)
# The issuer's kind, by how its name begins, and who is under it.
_UNDER = (
    (("จังหวัด", "ศาลากลางจังหวัด", "ที่ทำการปกครองจังหวัด"), _UNDER_PROVINCE),
    (("อำเภอ", "ที่ว่าการอำเภอ", "ที่ทำการปกครองอำเภอ"), _UNDER_DISTRICT),
    (("กระทรวง", "สำนักงานปลัดกระทรวง"), _UNDER_MINISTRY),
    (("สำนักงานเขตพื้นที่การศึกษา",), _UNDER_SCHOOL_AREA),
    (("สำนักงานสาธารณสุขจังหวัด",), _UNDER_PROVINCE_HEALTH),
)


def supervised(who: str) -> bool:
    """Tell whether the words name local governments, which are supervised, not commanded."""
    return bool(_SUPERVISED.search(who.split("ในเขต", maxsplit=1)[0][:60]))


def commands(document: Document, who: str) -> bool:
    """Tell whether the issuer commands `who`, going by the kinds of office that the words name."""
    issuer = document.issuer or ""
    if document.kind == "order":
        return True
    if supervised(who):
        return False
    if "ในสังกัด" in who or who.startswith(("บุคลากร", "ข้าราชการ")):
        return True
    for names, under in _UNDER:
        if issuer.startswith(names) and under.search(who):
            return True
    return document.kind == "memo" and bool(_INSIDE.match(who))


def force(document: Document, kind: str, who: str | None, *, named: bool) -> str:
    """Give the force of a duty.

    Args:
        document: with its issuer, addressees and purpose.
        kind: of the words that lay it: invite, ask, task, plain, duty, please.
        who: is meant.
        named: whether the sentence names who, or the letter's addressees are meant.
    """
    if kind == "invite":
        return "invite"
    if kind == "ask":
        return "request"
    if document.kind == "order":
        return "order"
    named = named and who != "ท่าน"
    meant = [who or ""] if named or not document.recipients else document.recipients
    if any(supervised(each) or _OUTSIDE.search(each) or PERSON.match(each) for each in meant):
        return "request"
    if kind in {"task", "plain", "duty"} or commands(document, who or ""):
        return "order"
    # Those under command are told "to know and to do"; all others are asked kindly to.
    downward = bool(document.purpose) and not _POLITE.search(document.purpose or "")
    return "order" if downward else "request"
