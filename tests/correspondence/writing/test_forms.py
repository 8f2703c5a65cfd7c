"""Salutation and closing by whom a letter is written to."""

import pytest

from saduak.correspondence.writing.forms import Forms, _data, forms_of

USUAL = Forms("เรียน", "ขอแสดงความนับถือ")
HIGH = Forms("กราบเรียน", "ขอแสดงความนับถืออย่างยิ่ง")


@pytest.mark.parametrize(
    "whom",
    [
        "นายอำเภอ ทุกอำเภอ",
        "รองนายกรัฐมนตรี",
        "เลขาธิการนายกรัฐมนตรี",
        "นายกเทศมนตรีเมืองสมมุติ",
        "ประธานสภาองค์การบริหารส่วนจังหวัด",
        "ผู้ว่าราชการจังหวัดพระนครศรีอยุธยา",
        "นายกรัฐมนตรีเงา",
        "",
    ],
)
def test_most_letters_begin_as_usual(whom: str) -> None:
    assert forms_of(whom) == USUAL


@pytest.mark.parametrize(
    "whom",
    [
        "นายกรัฐมนตรี",
        " นายกรัฐมนตรี (ผ่านเลขาธิการ)",
        "ประธานองคมนตรี",
        "ประธาน กกต.",
        "ประธานกรรมการการเลือกตั้ง",
        "ประธานสภาผู้แทนราษฎร",
        "ผู้ตรวจการแผ่นดิน, ประธานศาลฎีกา",
        "รัฐบุรุษ",
    ],
)
def test_fourteen_offices_are_greeted_higher(whom: str) -> None:
    assert forms_of(whom) == HIGH


def test_the_fourteen_are_there() -> None:
    written_out = 5
    offices = next(row for row in _data()["forms"] if row["match"] == "office")
    assert len(offices["names"]) == 14 + written_out
    assert _data()["official"] is False
    assert _data()["source"]
    assert _data()["version"] == 1


def test_monks_and_what_nobody_knows() -> None:
    assert forms_of("พระครูตัวอย่าง เจ้าอาวาสวัดสมมุติ") == Forms("นมัสการ", "ขอนมัสการด้วยความเคารพ")
    assert forms_of("เจ้าคณะจังหวัดสมมุติ").salutation == "นมัสการ"
    assert forms_of("สมเด็จพระสังฆราช") == Forms("กราบทูล", "")
    assert forms_of("พระเจ้าวรวงศ์เธอ") == Forms("", "")
