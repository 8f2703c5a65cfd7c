"""How texts are kept, whoever wrote them where: one rule for all actions of this room."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saduak.applications.actions import common
from saduak.foundation.access import Invalid


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("  ก\r\nข\rค \x00", "ก\nข\nค"),
        ("เเม่น\u0e4d\u0e32", "แม่นำ"),
        ("ก\u200bข", "กข"),
        ("", ""),
    ],
)
def test_a_text_is_kept_as_it_was_meant(value, kept):
    assert common.text(value, "note", 10) == kept


def test_what_somebody_is_still_typing_stays_as_typed():
    assert common.text(" เเม่\r\n \x00", "narrative", 10, typing=True) == " เเม่\n "


@pytest.mark.parametrize("value", ["", " \r\n", "\x00", "\u200b"])
def test_nothing_is_told_at_its_field_where_something_is_required(value):
    with pytest.raises(Invalid) as wrong:
        common.text(value, "reason", 10, required=common.REASON)
    assert (wrong.value.code, {name: str(words) for name, words in wrong.value.fields.items()}) == (
        "empty",
        {"reason": "เขียนเหตุผล"},
    )


def test_too_much_says_how_much_too_much():
    with pytest.raises(Invalid) as wrong:
        common.text("ก" * 13, "note", 10)
    assert wrong.value.code == "too-long"
    assert str(wrong.value.fields["note"]) == "ข้อความยาวเกิน 10 ตัวอักษร ลดลงอีก 3 ตัวอักษร"


@given(st.text(max_size=30))
def test_what_is_kept_is_kept_the_same_again(value):
    once = common.text(value, "note", 100)
    assert common.text(once, "note", 100) == once
