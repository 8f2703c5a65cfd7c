"""No number twice and none left out: whatever happens in whatever order, and many at once."""

import threading
from collections import defaultdict

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saduak.correspondence.actions import registers, registers_hand, registers_keeping
from saduak.correspondence.models import RegisterEntry
from saduak.correspondence.queries import registers as queries
from saduak.foundation import clock, counters
from saduak.foundation.access import Conflict
from saduak.foundation.audit_verify import verify
from tests.correspondence import factories_registers as f
from tests.correspondence.factories_registers import CIRCULAR, ORDINARY, PAPER, RECEIVE, SEND

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
BOOKS = sorted(queries.BOOKS)


def assert_whole(row):
    """Every number of every series is one line here, or stands in the agency's own book; voids are what was cancelled."""
    row.refresh_from_db()
    found = defaultdict(list)
    void = defaultdict(set)
    for entry in RegisterEntry.objects.filter(registry=row):
        key = (entry.direction, entry.series, entry.year)
        found[key].append(entry.number)
        if entry.state == "cancelled":
            void[key].add(entry.number)
    for part in row.outside:
        found[part["direction"], part["series"], part["year"]] += range(part["first"], part["last"] + 1)
    for (direction, series, year), numbers in found.items():
        standing = counters.standing(queries.counter_name(row.organisation_id, direction, year, series))
        assert sorted(numbers) == list(range(1, standing.last + 1))
        assert set(standing.voids) == void[direction, series, year]


steps = st.lists(
    st.tuples(
        st.sampled_from(["take", "take back", "reserve", "reserve back", "use", "cancel", "enter", "close"]),
        st.sampled_from(BOOKS),
        st.integers(1, 4),
        st.integers(0, 10**6),
    ),
    max_size=14,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps, begun=st.integers(0, 30))
def test_whatever_happens_the_series_is_whole(steps, begun):
    with transaction.atomic(), clock.travel(f.IN_2569):
        row = f.kept(start={(RECEIVE, ORDINARY): begun})
        for step, key, count, pick in steps:
            play(row, step, queries.BOOKS[key], count, pick)
        assert_whole(row)
        transaction.set_rollback(True)


def play(row, step, book, count, pick):
    """One step; those that can't be taken as things stand are refused and leave nothing."""
    office = row.organisation.public_id
    where = {"actor": f.SYSTEM, "organisation_id": office, "direction": book.direction, "series": book.series}
    lines = list(RegisterEntry.objects.filter(registry=row).order_by("pk"))
    chosen = lines[pick % len(lines)] if lines else None
    try:
        with transaction.atomic():
            if step.startswith("take"):
                f.numbered(row, book.direction, book.series)
            elif step.startswith("reserve"):
                registers_hand.reserve(**where, count=count, reason="ทดสอบ")
            elif step == "use" and chosen:
                registers.use_reserved(actor=f.SYSTEM, entry_id=chosen.public_id, columns=PAPER)
            elif step == "cancel" and chosen:
                registers_hand.cancel_entry(actor=f.SYSTEM, entry_id=chosen.public_id, reason="ทดสอบ")
            elif step == "enter":
                registers_hand.enter(**where, columns=PAPER)
            elif step == "close":
                registers_keeping.close_registry(actor=f.SYSTEM, registry_id=row.public_id)
                last = queries.last_number(row, book, 2569)
                f.kept(row.organisation, start={(book.direction, book.series): last + count - 1})
            if step.endswith("back"):
                raise InterruptedError
    except (Conflict, InterruptedError):
        return


@pytest.mark.django_db(transaction=True)
def test_many_at_once_leave_no_gap():
    with clock.travel(f.IN_2569):
        row = f.kept(start={(SEND, ORDINARY): 7})
    together = threading.Barrier(4)
    trouble = []

    def number() -> None:
        together.wait()
        try:
            with clock.travel(f.IN_2569):
                for step in (
                    "take",
                    "reserve",
                    "take back",
                    "cancel",
                    "reserve back",
                    "enter",
                    "use",
                    "take",
                ):
                    play(row, step, queries.BOOKS["send"], 2, threading.get_ident())
        except Exception as problem:  # noqa: BLE001 - handed to the test below
            trouble.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=number) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert trouble == []
    assert_whole(row)
    # Four times: two taken, two reserved, one entered.
    assert queries.last_number(row, queries.BOOKS["send"], 2569) == 7 + 4 * 5
    assert verify().findings == []


@pytest.mark.django_db(transaction=True)
def test_a_reserved_number_goes_to_one_of_two_who_want_it():
    with clock.travel(f.IN_2569):
        row = f.kept()
        made = registers_hand.reserve(
            actor=f.SYSTEM,
            organisation_id=row.organisation.public_id,
            direction=SEND,
            series=CIRCULAR,
            count=1,
            reason="ทดสอบ",
        )
    together = threading.Barrier(2)
    outcomes = []

    def use() -> None:
        together.wait()
        try:
            with clock.travel(f.IN_2569), transaction.atomic():
                outcomes.append(
                    registers.use_reserved(actor=f.SYSTEM, entry_id=made[0].public_id, columns=PAPER).state
                )
        except Conflict as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=use) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["used", "wrong-state"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.only_postgres
def test_an_agency_that_numbers_does_not_hold_up_another():
    with clock.travel(f.IN_2569):
        one, other = f.kept(), f.kept()
        with transaction.atomic():
            f.numbered(one)
            done = []

            def number() -> None:
                try:
                    with clock.travel(f.IN_2569), transaction.atomic():
                        done.append(f.numbered(other).number)
                finally:
                    connection.close()

            thread = threading.Thread(target=number)
            thread.start()
            thread.join(timeout=20)
            assert done == [1]
