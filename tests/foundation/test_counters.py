"""Gapless series, also when many number at once."""

import threading

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saduak.foundation import counters
from saduak.foundation.access import Conflict
from saduak.foundation.models import Counter

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def test_numbers_follow_each_other_from_one():
    with transaction.atomic():
        assert [counters.take("letters:2570") for _time in range(3)] == [1, 2, 3]
        assert counters.take("letters:2571") == 1


def test_a_block_is_taken_at_once(django_assert_num_queries):
    with transaction.atomic():
        counters.take("certificates")
        with django_assert_num_queries(2):
            assert counters.take("certificates", 500) == 2
        assert counters.take_block("certificates", 3) == range(502, 505)
    assert counters.standing("certificates") == counters.Standing("certificates", 504, {})


def test_what_is_rolled_back_was_never_taken():
    with transaction.atomic():
        counters.take("series")
    with pytest.raises(RuntimeError), transaction.atomic():
        counters.take("series", 10)
        raise RuntimeError
    with transaction.atomic():
        assert counters.take("series") == 2


@pytest.mark.parametrize("count", [0, -1])
def test_at_least_one_number(count):
    with pytest.raises(ValueError, match="at least one"):
        counters.take("series", count)


@pytest.mark.django_db(transaction=True)
def test_only_inside_a_transaction():
    with pytest.raises(RuntimeError, match="inside an action"):
        counters.take("series")


def test_a_void_keeps_its_first_reason():
    with transaction.atomic():
        counters.take("series", 3)
    first = counters.void("series", 2, "พิมพ์ผิด")
    assert counters.void("series", 2, "อย่างอื่น").pk == first.pk
    assert counters.standing("series") == counters.Standing("series", 3, {2: "พิมพ์ผิด"})
    with transaction.atomic():
        assert counters.take("series") == 4


@pytest.mark.parametrize("number", [0, -1, 4])
def test_only_a_number_that_was_given_out_can_be_void(number):
    with transaction.atomic():
        counters.take("series", 3)
    with pytest.raises(Conflict) as refusal:
        counters.void("series", number, "")
    assert refusal.value.code == "number-not-taken"


def test_an_unknown_series_stands_at_zero():
    assert counters.standing("nothing") == counters.Standing("nothing", 0, {})
    with pytest.raises(Conflict):
        counters.void("nothing", 1, "")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(takes=st.lists(st.tuples(st.integers(1, 9), st.booleans()), max_size=12))
def test_no_gap_and_no_number_twice_whatever_is_rolled_back(takes):
    Counter.objects.all().delete()
    kept: list[int] = []
    for count, commit in takes:
        try:
            with transaction.atomic():
                block = counters.take_block("series", count)
                if not commit:
                    raise InterruptedError
        except InterruptedError:
            continue
        kept += block
    assert kept == list(range(1, len(kept) + 1))


@pytest.mark.django_db(transaction=True)
def test_many_at_once_leave_no_gap():
    taken: list[int] = []
    together = threading.Barrier(4)

    def number() -> None:
        together.wait()
        try:
            for count in (1, 3, 2, 1, 4):
                with transaction.atomic():
                    taken.extend(counters.take_block("series", count))
                try:
                    with transaction.atomic():
                        counters.take("series", 5)
                        raise InterruptedError
                except InterruptedError:
                    pass
        finally:
            connection.close()

    threads = [threading.Thread(target=number) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, 45))
