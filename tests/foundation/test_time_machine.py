"""The two clocks, and the demo's time machine, which no other settings have."""

from datetime import UTC, datetime, timedelta

import pytest

from saduak.foundation import clock, time_machine
from saduak.foundation.access import Refused
from saduak.foundation.clock import BANGKOK

pytestmark = pytest.mark.django_db

THERE = datetime(2027, 2, 4, 9, 41, tzinfo=BANGKOK)


def test_without_a_time_machine_nothing_moves(settings, exactly):
    settings.TIME_MACHINE = False
    with exactly(0):
        assert time_machine.offset() == timedelta(0)
    with pytest.raises(Refused) as refusal:
        time_machine.move_to(THERE)
    assert refusal.value.code == "no-time-machine"


def test_the_date_moves_and_runs_on(settings):
    settings.TIME_MACHINE = True
    assert time_machine.offset() == timedelta(0)
    time_machine.move_to(THERE + timedelta(days=1))
    time_machine.move_to(THERE, label="กลางรอบ")
    with clock.shifted(time_machine.offset()):
        assert timedelta(0) <= clock.now() - THERE < timedelta(seconds=30)
        assert clock.today() == THERE.date()
    assert abs(clock.wall() - datetime.now(UTC)) < timedelta(seconds=30)


def test_travel_stops_business_time_only():
    with clock.travel(THERE):
        assert clock.now() == THERE
        assert clock.wall() != THERE
    with pytest.raises(ValueError, match="time zone"), clock.travel(THERE.replace(tzinfo=None)):
        pass


def test_a_day_begins_at_midnight_in_bangkok():
    with clock.travel(datetime(2027, 2, 4, 16, 59, tzinfo=UTC)):
        assert clock.today().day == 4
    with clock.travel(datetime(2027, 2, 4, 17, 0, tzinfo=UTC)):
        assert clock.today().day == 5
