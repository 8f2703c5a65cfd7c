"""What a careful clerk notices."""

import pytest

from saduak.correspondence.reading import read_text
from saduak.correspondence.reading.provinces import PROVINCE_CODES
from tests.correspondence.reading import samples


def findings(text: str) -> dict[str, list[str]]:
    return {finding.code: finding.evidence for finding in read_text(text, "a.txt").findings}


def test_a_clean_letter_raises_nothing() -> None:
    assert findings(samples.EXTERNAL) == {}
    assert findings(samples.MEMO) == {}
    assert findings(samples.ORDER) == {}


def test_weekday_mismatch() -> None:
    assert findings(samples.EXTERNAL.replace("วันพุธที่ 20", "วันจันทร์ที่ 20")) == {
        "weekday-mismatch": ["วันจันทร์ที่ 20 มี.ค. 2567", "20 มี.ค. 2567 ตรงกับวันพุธ"],
    }


def test_reference_mismatch_shows_both() -> None:
    assert findings(samples.BUNDLE)["reference-mismatch"] == [
        "กต 0300/ว 45 ลงวันที่ 3 มิ.ย. 2567",
        "กต 0300/ว 54 ลงวันที่ 3 มิ.ย. 2567",
    ]


def test_reference_with_another_date() -> None:
    text = samples.BUNDLE.replace("ว 54", "ว 45").replace("ลงวันที่ 3 มิถุนายน", "ลงวันที่ 4 มิถุนายน")
    assert findings(text)["reference-mismatch"] == [
        "กต 0300/ว 45 ลงวันที่ 4 มิ.ย. 2567",
        "กต 0300/ว 45 ลงวันที่ 3 มิ.ย. 2567",
    ]


def test_matching_reference_is_silent() -> None:
    assert "reference-mismatch" not in findings(samples.BUNDLE.replace("ว 54", "ว 45"))


def test_receipt_before_letter() -> None:
    found = findings(samples.BUNDLE.replace("วันที่ 14 มิ.ย. 67", "วันที่ 4 มิ.ย. 67"))
    assert found["receipt-before-letter"] == ["เลขรับ 1201 วันที่ 4 มิ.ย. 2567", "ออกหนังสือ 12 มิ.ย. 2567"]


def test_deadline_after_window_and_before_letter() -> None:
    assert findings(samples.BUNDLE)["deadline-after-window"] == [
        "ส่งข้อมูล 5 ก.ค. 2567",
        "สิ้นสุดช่วงเวลา 28 มิ.ย. 2567",
    ]
    early = findings(samples.BUNDLE.replace("5 กรกฎาคม 2567", "5 มิถุนายน 2567"))
    assert early["deadline-before-letter"] == ["5 มิ.ย. 2567", "ออกหนังสือ 12 มิ.ย. 2567"]


def test_agenda_outside_the_meeting() -> None:
    agenda = samples.AGENDA.replace("วันอังคารที่ 12 พฤศจิกายน 2567", "วันพุธที่ 20 มีนาคม 2567").replace(
        "10.15", "10.30"
    )
    found = findings(samples.EXTERNAL + agenda)
    assert found == {"agenda-outside-meeting": ["08:30 - 09:00 ลงทะเบียน", "09:00 - 12:00"]}


@pytest.mark.parametrize(
    ("gone", "field"),
    [
        ("เรื่อง  ขอเชิญประชุมเตรียมความพร้อมศูนย์บริการ ประจำปีงบประมาณ พ.ศ. 2567\n", "subject"),
        ("5 มีนาคม 2567\n", "date"),
    ],
)
def test_missing_field(gone: str, field: str) -> None:
    assert findings(samples.EXTERNAL.replace(gone, "\n"))["missing-field"] == [field]


def test_agency_code_mismatch() -> None:
    name, code = next(iter(PROVINCE_CODES.items()))
    right = samples.BUNDLE.replace("จังหวัดสมมุติ", f"ศาลากลางจังหวัด{name}").replace("ที่ สม ", f"ที่ {code} ")
    assert "agency-code-mismatch" not in findings(right)
    wrong = right.replace(f"ที่ {code} ", "ที่ ฮฮ ")
    assert findings(wrong)["agency-code-mismatch"] == ["ฮฮ 0200/ว 88", f"{code} {name}"]


def test_province_codes_are_complete_and_distinct() -> None:
    assert len(PROVINCE_CODES) == 77
    assert len(set(PROVINCE_CODES.values())) == 77


def test_unsure_values() -> None:
    blank = read_text(samples.EXTERNAL.replace("ว.617", ""), "a.txt")
    assert [(finding.code, finding.evidence) for finding in blank.findings] == [
        ("unsure-value", ["สม 0123.4/"])
    ]
    impossible = read_text(samples.EXTERNAL.replace("วันศุกร์ที่ 15 มีนาคม", "วันที่ 31 เมษายน"), "a.txt")
    assert [(finding.code, finding.evidence) for finding in impossible.findings] == [
        ("unsure-value", ["31 เมษายน 2567"])
    ]
    days = read_text(
        samples.EXTERNAL.replace("ภายในวันศุกร์ที่ 15 มีนาคม 2567", "ภายใน 7 วัน นับแต่วันที่ได้รับหนังสือ"), "a.txt"
    )
    assert [finding.code for finding in days.findings] == ["unsure-value"]
    assert days.documents[0].deadlines == []
