"""Marks that recognising loses, and words that are right without them."""

import pytest

from saduak.correspondence.reading.tones import restored


@pytest.mark.parametrize(
    ("recognised", "meant"),
    [
        ("องค์กรปกครองส่วนท้องถิน", "องค์กรปกครองส่วนท้องถิ่น"),
        ("เจ้าหน้าทีประจำพืนที", "เจ้าหน้าที่ประจำพื้นที่"),
        ("แต่งตังคณะกรรมการกลันกรอง", "แต่งตั้งคณะกรรมการกลั่นกรอง"),
        ("ครังที 1 เมือวันที 5", "ครั้งที่ 1 เมื่อวันที่ 5"),
        ("ทังนี ในการนี บัดนีจนถึง", "ทั้งนี้ ในการนี้ บัดนี้จนถึง"),
        ("คำสังที 5 สังการ สัง ณ วันที", "คำสั่งที่ 5 สั่งการ สั่ง ณ วันที่"),
        ("สิงทีส่งมาด้วย", "สิ่งที่ส่งมาด้วย"),
        ("ความแจ้งแล้วนัน", "ความแจ้งแล้วนั้น"),
        ("ตามทีมหาวิทยาลัย ทีมีอยู่", "ตามที่มหาวิทยาลัย ที่มีอยู่"),
        ("ผู้รับเรืองร้องเรียน", "ผู้รับเรื่องร้องเรียน"),
        ("ห้องประชุม ชัน ๓", "ห้องประชุม ชั้น ๓"),
    ],
)
def test_lost_marks_come_back(recognised: str, meant: str) -> None:
    assert restored(recognised) == meant
    assert restored(meant) == meant


@pytest.mark.parametrize(
    "text",
    [
        "ทีมงาน ทีวี เวที นาที",
        "สิงหาคม สิงห์บุรี สังกัด สังคม",
        "รุ่งเรือง เมือง ราชินี ธานี",
        "ลงทะเบียน ระเบียบ",
        "ยืน ยืนยัน ขันน้ำ",
        "(นางนที หนึงใจ)",
        "นางสาวทัศนี เรืองศรี",
    ],
)
def test_other_words_and_names_stay(text: str) -> None:
    assert restored(text) == text
