"""One slow file of an account at a time."""

import pytest

from saduak.foundation.access import Actor, Conflict
from saduak.foundation.files import turns

ONE, OTHER = Actor.system("one"), Actor.system("other")


def test_a_turn_is_of_one_account_and_one_kind_of_work_and_ends_with_it():
    with turns.alone(ONE, "tables"):
        with pytest.raises(Conflict) as refusal, turns.alone(ONE, "tables"):
            pass
        assert refusal.value.code == "one-at-a-time"
        with turns.alone(OTHER, "tables"), turns.alone(ONE, "letters"):
            pass
    with turns.alone(ONE, "tables"):
        pass


def test_a_turn_ends_with_what_went_wrong_in_it():
    with pytest.raises(ZeroDivisionError), turns.alone(ONE, "tables"):
        raise ZeroDivisionError
    with turns.alone(ONE, "tables"):
        pass


def test_what_died_on_the_way_keeps_nobody_out_for_long():
    kept = turns.alone(ONE, "tables", seconds=0)
    kept.__enter__()
    with turns.alone(ONE, "tables"):
        pass


def test_who_took_too_long_leaves_the_next_one_their_turn():
    slow = turns.alone(ONE, "tables", seconds=0)
    slow.__enter__()
    with turns.alone(ONE, "tables"):
        slow.__exit__(None, None, None)
        with pytest.raises(Conflict), turns.alone(ONE, "tables"):
            pass
