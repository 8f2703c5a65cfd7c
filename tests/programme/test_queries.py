"""Rounds, windows, contents and effective dates; with their query counts."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from saduak.foundation import clock
from saduak.foundation.access import Actor
from saduak.programme import queries
from saduak.programme.models import CriteriaSet, Criterion, Level, Part, Round
from saduak.programme.queries import criteria
from saduak.programme.states import Phase
from tests.organisations.factories import OrganisationFactory, ProgrammeFactory
from tests.programme.factories import (
    MID_WINDOW,
    InternalDeadlineFactory,
    RoundFactory,
    document,
    published_set,
)

pytestmark = pytest.mark.django_db
BANGKOK = clock.BANGKOK


def test_what_is_over_is_over_by_hand_or_after_its_last_stage():
    row, empty = RoundFactory(), RoundFactory(fiscal_year=2580)
    empty.stages.all().delete()
    last = max(stage.ends_at for stage in row.stages.all())

    def over(moment):
        return [found.pk for found in Round.objects.filter(queries.over_q(moment))]

    second = datetime.timedelta(seconds=1)
    assert (over(last - second), over(last)) == ([], [row.pk])
    row.closed_at = MID_WINDOW
    row.save()
    assert (over(MID_WINDOW - second), over(MID_WINDOW)) == ([], [row.pk])


@pytest.fixture
def other():
    """A second programme with a round of its own: nothing may leak between them."""
    return RoundFactory(fiscal_year=2570)


def counted(function):
    with CaptureQueriesContext(connection) as seen:
        value = function()
    return value, len(seen)


def test_the_current_round_takes_applications_now(other):
    row = RoundFactory()
    last_year = RoundFactory(
        programme=row.programme,
        fiscal_year=2569,
        criteria_set=row.criteria_set,
        open_at=MID_WINDOW - datetime.timedelta(days=365),
    )
    assert queries.current_round(row.programme, MID_WINDOW) == row
    assert queries.current_round(last_year.programme, MID_WINDOW - datetime.timedelta(days=365)) == last_year
    assert queries.current_round(other.programme, MID_WINDOW) == other


def test_the_current_round_before_during_and_after():
    row = RoundFactory()
    november = datetime.datetime(2026, 11, 1, tzinfo=BANGKOK)
    visits = datetime.datetime(2027, 6, 1, tzinfo=BANGKOK)
    autumn = datetime.datetime(2027, 10, 1, tzinfo=BANGKOK)
    assert queries.current_round(row.programme, november) == row
    assert queries.round_phase_of(row, november) is Phase.PLANNED
    assert queries.current_round(row.programme, visits) == row
    assert [stage.key for stage in queries.open_stages(row, visits)] == ["visit"]
    assert queries.current_round(row.programme, autumn) is None
    assert queries.current_round(ProgrammeFactory(), visits) is None


def test_a_closed_round_is_no_longer_current():
    row = RoundFactory(closed_at=MID_WINDOW, closed_reason="ยกเลิก")
    assert queries.current_round(row.programme, MID_WINDOW) is None
    assert not queries.is_open(row, MID_WINDOW)
    assert queries.is_open(row, MID_WINDOW - datetime.timedelta(seconds=1))


@pytest.mark.parametrize(("seconds", "expected"), [(-1, True), (0, False), (1, False)])
def test_the_window_closes_to_the_second(seconds, expected):
    row = RoundFactory()
    closes = datetime.datetime(2027, 3, 1, tzinfo=BANGKOK)
    assert queries.stage_of(row).ends_at == closes
    actor = Actor.public(closes + datetime.timedelta(seconds=seconds))
    assert queries.is_open(row, actor.received_at) is expected


def test_days_left_count_the_closing_day():
    row = RoundFactory()
    assert queries.days_left(row, moment=MID_WINDOW) == 24
    assert queries.days_left(row, moment=datetime.datetime(2027, 2, 28, 23, 59, tzinfo=BANGKOK)) == 0
    assert queries.days_left(row, moment=datetime.datetime(2027, 3, 1, tzinfo=BANGKOK)) == -1
    assert queries.days_left(RoundFactory(open_at=MID_WINDOW), "visit") is None


def test_rounds_cost_the_same_for_one_and_for_three():
    actor = Actor.public()
    RoundFactory()
    _, one = counted(lambda: [(r.criteria_set.title, queries.stage_of(r)) for r in queries.rounds(actor)])
    RoundFactory()
    RoundFactory()
    rows, three = counted(
        lambda: [(r.criteria_set.title, queries.stage_of(r)) for r in queries.rounds(actor)]
    )
    assert (one, three, len(rows)) == (2, 2, 3)


def test_contents_of_a_published_set_are_read_once():
    row = published_set()
    first, cost = counted(lambda: queries.contents(row))
    assert cost == 3
    again, cost = counted(lambda: queries.contents(type(row).objects.get(pk=row.pk)))
    assert (again is first, cost) == (True, 1)
    assert [part.part.key for part in first.parts] == ["physical", "quality", "outcome"]
    assert [(side.key, len(side.criteria), side.points) for side in first.parts[1].sides] == [
        ("place", 5, 14),
        ("service", 17, 31),
        ("staff", 6, 11),
        ("technology", 5, 14),
    ]
    assert [level.key for level in first.levels] == ["basic", "advanced", "excellent"]
    assert first.placeholders == 25
    criterion = Criterion.objects.get(criteria_set=row, number="2.12")
    assert first.by_key[criterion.key] == first.by_id[criterion.pk] == criterion
    _, cost = counted(lambda: [c.part.title + c.criteria_set.title for c in first.criteria])
    assert cost == 0
    assert queries.scheme_of(row).maximum == 100


def test_the_levels_of_all_published_sets_the_newest_name_counts(exactly):
    published_set()
    basic, advanced, excellent = document()["levels"]
    others = [basic | {"name": "มาตรฐาน"}, advanced, excellent | {"key": "star", "name": "ดาว"}]
    with clock.travel(clock.now() + datetime.timedelta(days=9)):
        published_set(ProgrammeFactory(), levels=others)
    draft = CriteriaSet.objects.create(
        programme=ProgrammeFactory(), code="x", version=1, imported_at=clock.now()
    )
    Level.objects.create(criteria_set=draft, key="draft", name="ร่าง", ordinal=1)
    with exactly(1):
        levels = queries.published_levels()
    assert levels == [
        ("excellent", "เป็นเลิศ"),
        ("star", "ดาว"),
        ("advanced", "ก้าวหน้า"),
        ("basic", "มาตรฐาน"),
    ]


def test_a_draft_is_read_each_time():
    row = published_set()
    row.state, row.published_at = "draft", None
    assert queries.contents(row) is not queries.contents(row)


def test_of_many_sets_the_one_that_nobody_read_for_longest_is_forgotten(monkeypatch, exactly):
    monkeypatch.setattr(criteria, "_KEPT", 2)
    one, two, three = (published_set() for _number in range(3))
    for row in (one, two, one, three):
        queries.contents(row)
    with exactly(0):
        queries.contents(one)
        queries.contents(three)
    with exactly(3):
        queries.contents(two)


def test_what_must_be_met_is_called_as_the_set_calls_it():
    first = queries.contents(published_set())
    assert first.gate_title == "เกณฑ์ด้านกายภาพ"
    with translation.override("en"):
        assert first.gate_title == "Physical criteria"
    draft = {"parts": [], "levels": [], "official": False}
    bare = CriteriaSet.objects.create(
        programme=ProgrammeFactory(), code="x", version=1, imported_at=clock.now(), document=draft
    )
    assert queries.contents(bare).gate_title == Part.Kind.GATE.label


class Line:
    """A department and a province over a district; a town that the district supervises, with a clinic under it."""

    def __init__(self):
        self.department = OrganisationFactory()
        self.province = OrganisationFactory()
        self.district = OrganisationFactory(under=[self.department, self.province])
        self.town = OrganisationFactory(supervised_by=self.district)
        self.clinic = OrganisationFactory(under=self.town)
        self.stranger = OrganisationFactory()


@pytest.fixture
def line():
    return Line()


def test_an_office_answers_to_all_above_it(line):
    row = RoundFactory()
    due = datetime.date
    province = InternalDeadlineFactory(round=row, owner=line.province, kind="check", due_on=due(2027, 2, 15))
    department = InternalDeadlineFactory(
        round=row, owner=line.department, kind="check", due_on=due(2027, 2, 10)
    )
    submit = InternalDeadlineFactory(round=row, owner=line.province, kind="submit", due_on=due(2027, 2, 25))
    InternalDeadlineFactory(round=row, owner=line.stranger, kind="check", due_on=due(2027, 1, 5))
    InternalDeadlineFactory(owner=line.province, kind="check", due_on=due(2027, 1, 5))  # another round
    InternalDeadlineFactory(
        round=row,
        owner=line.district,
        kind="check",
        reach="own",
        due_on=due(2027, 1, 6),
        retired_at=MID_WINDOW,
    )
    effective = queries.effective_deadlines(row, line.district)
    assert effective.internal == (department, province, submit)
    assert (effective.check, effective.submit) == (department, submit)
    assert effective.submit_by == submit.due_at
    assert effective.closes_at == datetime.datetime(2027, 3, 1, tzinfo=BANGKOK)
    # The province commands the district, it does not command the town.
    assert queries.effective_deadlines(row, line.town).internal == ()


def test_the_internal_dates_of_several_offices_are_told_once_each_by_date(line, actor_system):
    row = RoundFactory()
    check = InternalDeadlineFactory(
        round=row, owner=line.department, kind="check", due_on=datetime.date(2027, 2, 10)
    )
    asked = InternalDeadlineFactory(
        round=row, owner=line.province, reach="supervision", due_on=datetime.date(2027, 2, 5)
    )
    (each,) = queries.current(
        actor_system.at(MID_WINDOW), [line.district.pk, line.town.pk, line.clinic.pk, line.department.pk]
    )
    assert each.internal == [asked, check]
    assert each.window == queries.stage_of(row)


def test_supervision_is_not_command(line):
    row = RoundFactory()
    asked = InternalDeadlineFactory(round=row, owner=line.province, reach="supervision")
    own = InternalDeadlineFactory(round=row, owner=line.province, reach="own")
    assert queries.effective_deadlines(row, line.town).internal == (asked,)
    assert queries.effective_deadlines(row, line.clinic).internal == (asked,)
    assert queries.effective_deadlines(row, line.district).internal == ()
    assert queries.effective_deadlines(row, line.province).internal == (own,)
    assert queries.effective_deadlines(row, line.stranger).internal == ()


def test_one_and_many_say_the_same_at_the_same_cost(line):
    row = Round.objects.prefetch_related("stages").get(pk=RoundFactory().pk)
    for owner in (line.department, line.province, line.district, line.town):
        for reach in ("own", "line", "supervision"):
            InternalDeadlineFactory(round=row, owner=owner, reach=reach)
    everyone = [line.department, line.province, line.district, line.town, line.clinic, line.stranger]
    many, cost_of_many = counted(lambda: queries.effective_deadlines_of(row, [o.pk for o in everyone]))
    _, cost_of_one = counted(lambda: queries.effective_deadlines(row, line.district))
    assert (cost_of_one, cost_of_many) == (2, 2)
    for organisation in everyone:
        assert many[organisation.pk] == queries.effective_deadlines(row, organisation)
    assert (
        len(many[line.clinic.pk].internal) == 4
    )  # the town's line; supervision by district, department, province


def test_without_an_application_stage_nothing_is_promised(line):
    row = RoundFactory(days={"call": (datetime.date(2026, 12, 1), datetime.date(2026, 12, 31))})
    effective = queries.effective_deadlines(row, line.town)
    assert (effective.national, effective.closes_at, effective.submit_by) == (None, None, None)
    assert queries.phase_of(row, "application", MID_WINDOW) is Phase.CLOSED
