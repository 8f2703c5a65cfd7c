"""Codes that people type: a wrong symbol and two swapped ones are always found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saduak.foundation import ids

codes = st.text(ids.ALPHABET, min_size=9, max_size=9).map(lambda body: body + ids.check_digit(body))


@given(codes, st.integers(0, 9), st.sampled_from(ids.ALPHABET))
def test_one_wrong_symbol_is_found(code: str, place: int, symbol: str) -> None:
    wrong = code[:place] + symbol + code[place + 1 :]
    assert ids.is_code(wrong) is (wrong == code)


@given(codes, st.integers(0, 8))
def test_two_swapped_neighbours_are_found(code: str, place: int) -> None:
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert ids.is_code(swapped) is (swapped == code)


def test_what_is_typed_may_hold_spaces_and_small_letters() -> None:
    code = ids.code()
    typed = f" {code[:5].lower()}-{code[5:]} "
    assert ids.normalise_code(typed) == code


@pytest.mark.parametrize("text", ["", "ABC", "๑๒๓๔๕๖๗๘๙๐", "0000000000", "I" * 10])
def test_what_is_no_code(text: str) -> None:
    assert ids.is_code(text) is False


def test_the_same_seed_gives_the_same_ids() -> None:
    def some() -> list[object]:
        with ids.seeded(7):
            return [ids.public_id(), ids.token(), ids.salt(), ids.code()]

    assert some() == some()


def test_without_a_seed_nothing_repeats() -> None:
    assert len({ids.public_id() for _ in range(100)} | {ids.token() for _ in range(100)}) == 200
