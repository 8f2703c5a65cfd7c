"""Clocks as rows: half-open, in business time, over working days, reminded once, lapsed once."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saduak.foundation import clock, deadlines
from saduak.foundation.clock import BANGKOK
from saduak.foundation.models import Deadline, Holiday
from saduak.foundation.signals import deadline_lapsed, deadline_reminder
from tests.foundation.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

# A Monday.
START = datetime(2027, 2, 1, 10, 30, tzinfo=BANGKOK)


def midnight(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=BANGKOK)


@pytest.fixture
def subject():
    return UserFactory()


@pytest.fixture
def heard():
    """What the rooms above would hear."""
    told: list[tuple] = []

    def lapsed(sender, deadline, **_):
        told.append(("lapsed", deadline.kind))

    def reminder(sender, deadline, days, **_):
        told.append(("reminder", deadline.kind, days))

    deadline_lapsed.connect(lapsed)
    deadline_reminder.connect(reminder)
    yield told
    deadline_lapsed.disconnect(lapsed)
    deadline_reminder.disconnect(reminder)


def begun(subject, **given_values) -> Deadline:
    values = {"kind": "receive", "start_event": "letter.sent", "started_at": START, "days": 7}
    return deadlines.start(subject=subject, **{**values, **given_values})


def test_calendar_days_end_at_the_midnight_after_the_last(subject):
    row = begun(subject, days=7)
    row.refresh_from_db()
    assert row.due_at == midnight(2027, 2, 9)
    assert (row.subject_model, row.subject_id) == ("foundation.user", subject.pk)


def test_the_day_counts_in_bangkok(subject):
    late = datetime(2027, 2, 1, 23, 59, tzinfo=BANGKOK)
    assert begun(subject, started_at=late, days=1).due_at == midnight(2027, 2, 3)
    assert begun(subject, started_at=late + timedelta(minutes=1), days=1).due_at == midnight(2027, 2, 4)


def test_working_days_pass_over_weekends_and_holidays(subject):
    Holiday.objects.create(date=date(2027, 2, 3), name_th="วันหยุดพิเศษ", source="ทดสอบ")
    Holiday.objects.create(date=date(2026, 2, 4), name_th="ปีก่อน", source="ทดสอบ")
    assert begun(subject, days=5, unit="working").due_at == midnight(2027, 2, 10)


def test_a_moment_can_be_given_instead_of_days(subject):
    row = begun(subject, days=None, due_at=midnight(2027, 3, 1))
    assert (row.days, row.due_at) == (None, midnight(2027, 3, 1))


@pytest.mark.parametrize("given_values", [{"days": None}, {"days": 3, "due_at": START}])
def test_either_days_or_a_moment(subject, given_values):
    with pytest.raises(ValueError, match="either days or a moment"):
        begun(subject, **given_values)


def test_holidays_of_a_span():
    for day in (1, 5, 9):
        Holiday.objects.create(date=date(2027, 2, day), name_th="x", source="ทดสอบ")
    assert deadlines.holidays(date(2027, 2, 5)) == {date(2027, 2, 5), date(2027, 2, 9)}
    assert deadlines.holidays(date(2027, 2, 1), date(2027, 2, 5)) == {date(2027, 2, 1), date(2027, 2, 5)}


def test_starting_again_replaces_the_clock(subject, heard):
    first = begun(subject, days=1)
    with clock.travel(midnight(2027, 2, 4)):
        deadlines.watch()
    again = begun(subject, days=30, reminder_days=[7])
    assert again.pk == first.pk
    again.refresh_from_db()
    assert (again.lapsed_at, again.reminded, again.due_at) == (None, [], midnight(2027, 3, 4))


@pytest.mark.parametrize(("offset", "lapsed"), [(-1, 0), (0, 1), (1, 1)])
def test_it_lapses_to_the_second(subject, heard, offset, lapsed):
    row = begun(subject, days=7)
    with clock.travel(row.due_at + timedelta(seconds=offset)):
        assert deadlines.due().count() == lapsed
        assert deadlines.watch() == (lapsed, 0)
    assert heard == [("lapsed", "receive")] * lapsed


def test_it_lapses_once(subject, heard):
    begun(subject)
    with clock.travel(midnight(2027, 4, 1)):
        assert [deadlines.watch(), deadlines.watch()] == [(1, 0), (0, 0)]
    assert deadlines.of(subject, "receive").lapsed_at == midnight(2027, 4, 1)


def test_what_is_met_neither_reminds_nor_lapses(subject, heard):
    begun(subject, reminder_days=[3])
    met = deadlines.meet(subject, "receive", at=midnight(2027, 2, 2))
    assert met.met_at == midnight(2027, 2, 2)
    with clock.travel(midnight(2027, 4, 1)):
        assert deadlines.watch() == (0, 0)
    assert heard == []


def test_met_late_is_noted_and_the_first_time_counts(subject, heard):
    begun(subject)
    with clock.travel(midnight(2027, 4, 1)):
        deadlines.watch()
        deadlines.meet(subject, "receive")
    with clock.travel(midnight(2027, 5, 1)):
        row = deadlines.meet(subject, "receive")
    assert (row.met_at, row.lapsed_at) == (midnight(2027, 4, 1), midnight(2027, 4, 1))


def test_meeting_what_never_ran_is_nothing(subject):
    assert deadlines.meet(subject, "receive") is None
    assert deadlines.of(subject, "receive") is None


def test_cancel_takes_an_open_clock_away(subject):
    begun(subject)
    assert [deadlines.cancel(subject, "receive"), deadlines.cancel(subject, "receive")] == [True, False]


def test_reminders_go_out_in_the_morning_of_their_day(subject, heard):
    begun(subject, days=20, reminder_days=[1, 7, 7, 0])  # the last day is 21 February
    for moment, expected in (
        (datetime(2027, 2, 14, 7, 59, tzinfo=BANGKOK), []),
        (datetime(2027, 2, 14, 8, 0, tzinfo=BANGKOK), [7]),
        (datetime(2027, 2, 19, 9, 0, tzinfo=BANGKOK), []),
        (datetime(2027, 2, 20, 9, 0, tzinfo=BANGKOK), [1]),
        (datetime(2027, 2, 21, 9, 0, tzinfo=BANGKOK), [0]),
        (datetime(2027, 2, 21, 23, 0, tzinfo=BANGKOK), []),
    ):
        heard.clear()
        with clock.travel(moment):
            deadlines.watch()
            deadlines.watch()
        assert heard == [("reminder", "receive", days) for days in expected], moment
    assert deadlines.of(subject, "receive").reminded == [7, 1, 0]


def test_missed_reminders_are_not_sent_in_a_heap(subject, heard):
    begun(subject, days=20, reminder_days=[14, 7, 1])
    with clock.travel(datetime(2027, 2, 20, 12, 0, tzinfo=BANGKOK)):
        assert deadlines.watch() == (0, 1)
        assert deadlines.watch() == (0, 0)
    assert heard == [("reminder", "receive", 1)]
    assert deadlines.of(subject, "receive").reminded == [14, 7, 1]


def test_no_reminder_for_a_day_before_the_start(subject):
    assert begun(subject, days=3, reminder_days=[14, 7]).remind_at is None


def test_a_clock_that_ran_out_lapses_without_a_last_reminder(subject, heard):
    begun(subject, days=20, reminder_days=[1])
    with clock.travel(midnight(2027, 6, 1)):
        assert deadlines.watch() == (1, 0)
    assert heard == [("lapsed", "receive")]


def test_a_receiver_that_fails_undoes_its_own_deadline_only(subject, heard, caplog):
    begun(subject, kind="bad")
    begun(subject, kind="good")

    def fail(sender, deadline, **_):
        if deadline.kind == "bad":
            raise RuntimeError("no")

    deadline_lapsed.connect(fail)
    try:
        with clock.travel(midnight(2027, 4, 1)):
            assert deadlines.watch() == (1, 0)
    finally:
        deadline_lapsed.disconnect(fail)
    assert deadlines.of(subject, "bad").lapsed_at is None
    assert deadlines.of(subject, "good").lapsed_at is not None
    assert "a receiver failed" in caplog.text
    with clock.travel(midnight(2027, 4, 1)):
        assert deadlines.watch() == (1, 0)


def test_a_turn_ends_after_its_time(subject, monkeypatch):
    monkeypatch.setattr(deadlines, "TURN_SECONDS", 0.0)
    begun(subject)
    with clock.travel(midnight(2027, 4, 1)):
        assert deadlines.watch() == (0, 0)


def test_somebody_else_was_faster(subject, heard):
    row = begun(subject, reminder_days=[1])
    deadlines.meet(subject, "receive")
    with clock.travel(midnight(2027, 4, 1)):
        assert (deadlines._lapse(row.pk), deadlines._remind(row.pk)) == (0, 0)
    assert heard == []


def test_a_new_holiday_moves_open_working_day_clocks(subject, heard):
    begun(subject, kind="working", days=5, unit="working", reminder_days=[2])
    begun(subject, kind="calendar", days=5)
    begun(subject, kind="done", days=5, unit="working")
    deadlines.meet(subject, "done")
    Holiday.objects.create(date=date(2027, 2, 3), name_th="วันหยุดพิเศษ", source="ทดสอบ")
    with clock.travel(START):
        assert deadlines.recount(date(2027, 2, 3)) == 1
        assert deadlines.recount(date(2027, 2, 3)) == 0
        assert deadlines.recount(date(2028, 1, 1)) == 0
    row = deadlines.of(subject, "working")
    assert row.due_at == midnight(2027, 2, 10)
    assert row.remind_at == datetime(2027, 2, 7, 8, 0, tzinfo=BANGKOK)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    started=st.integers(0, 2_000_000).map(lambda minutes: START + timedelta(minutes=minutes)),
    days=st.integers(1, 60),
    unit=st.sampled_from(["calendar", "working"]),
)
def test_a_clock_always_ends_at_midnight_after_its_start(started, days, unit):
    due = deadlines.due_after(started, days, unit)
    local = due.astimezone(BANGKOK)
    assert (local.hour, local.minute, local.second) == (0, 0, 0)
    assert due - started > timedelta(days=days)
    if unit == "working":
        assert (local - timedelta(days=1)).weekday() < 5
