"""Letter numbers in the shapes that are really printed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saduak.correspondence.reading.bundle import read_number_line
from saduak.correspondence.reading.numbers import match_any_number, match_number


@pytest.mark.parametrize(
    ("printed", "read", "circular"),
    [
        ("มท 0810.7/ว 51", "มท 0810.7/ว 51", True),
        ("มท 0218 /ว 3366", "มท 0218/ว 3366", True),
        ("กค 0402.3/026695", "กค 0402.3/026695", False),
        ("กค (กวจ) 0405.2/ว 116", "กค (กวจ) 0405.2/ว 116", True),
        ("มท 0810.5/ว.617", "มท 0810.5/ว 617", True),
        ("กค405.4/ว 395", "กค 405.4/ว 395", True),
        ("ศธ 04001/ว1356", "ศธ 04001/ว 1356", True),
        ("นร 0503/(คกก.6)/28", "นร 0503/(คกก.6)/28", False),
        ("อว 0208.ว 6153", "อว 0208/ว 6153", True),
        ("อว 8115.1/0174", "อว 8115.1/0174", False),
        ("กห 0317.7.3(พัน นร.ฯ 3)/", "กห 0317.7.3(พัน นร.ฯ 3)/", False),
        ("ว 10", "ว 10", True),
        ("ว 10/2548", "ว 10/2548", True),
        ("ตผ 0055 สม/347", "ตผ 0055 สม/347", False),
        ("สม กฟส. 780/2566", "สม กฟส. 780/2566", False),
        ("มท 5304.26/สมต. 780", "มท 5304.26/สมต. 780", False),
        ("0020(สม).5(11)/1234", "0020(สม).5(11)/1234", False),
        ("สม 0018.1/-", "สม 0018.1/", False),
        ("สม 0018.1/......", "สม 0018.1/", False),
        ("125/2567", "125/2567", False),
    ],
)
def test_shapes(printed: str, read: str, circular: bool) -> None:
    number = match_any_number(printed)
    assert number is not None
    assert (number.text, number.is_circular, number.end) == (read, circular, len(printed))


@pytest.mark.parametrize("text", ["0 2283 4475", "มท 50259", "เรื่อง", "", "ประจำปี 2565"])
def test_what_is_no_number(text: str) -> None:
    assert match_number(text) is None


def test_blank_serial_is_known() -> None:
    number = match_number("สม 0018.1/")
    assert number is not None
    assert not number.has_serial


def test_number_line_with_urgency_and_a_citation() -> None:
    read = read_number_line("ด่วนที่สุด ที่ สม 0018.1/9")
    assert read is not None
    assert (read[0], read[1].text, read[2]) == ("ด่วนที่สุด", "สม 0018.1/9", "")
    assert read_number_line("ด่วนที่สุด ที่ สม 0018.1/9 ลงวันที่ 1 มกราคม 2565") is None


@given(st.sampled_from(["สม", "กต", "ก"]), st.integers(10, 99999), st.booleans(), st.integers(1, 99999))
def test_round_trip(code: str, unit: int, circular: bool, serial: int) -> None:
    written = f"{code} {unit:04d}/{'ว ' if circular else ''}{serial}"
    number = match_number(written)
    assert number is not None
    assert (number.text, number.is_circular) == (written, circular)


def test_a_circulars_letter_read_as_a_two_is_unsure() -> None:
    number = match_any_number("ตย 0204/2 2281")
    assert number is not None
    assert (number.text, number.is_circular, number.unsure) == ("ตย 0204/ว 2281", True, True)
    sure = match_any_number("ตย 0204/2281")
    assert sure is not None
    assert (sure.text, sure.unsure) == ("ตย 0204/2281", False)
