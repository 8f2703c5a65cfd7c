"""Obstacles: reported in two fields, answered above or going up by themselves, seen by those concerned alone."""

import datetime
import json
import uuid

import pytest

from saduak.applications import actions, queries, signals, tasks
from saduak.applications.models import Obstacle
from saduak.applications.queries.obstacles import all_above, next_up, reached
from saduak.applications.rules import obstacles as rules
from saduak.foundation import clock, deadlines
from saduak.foundation.access import Actor, Conflict, Invalid, Refused
from saduak.foundation.models import AuditEntry, Deadline, JobRun
from saduak.foundation.thai.calendar import end_exclusive
from saduak.organisations.models import Programme, Relation
from saduak.programme.models import Criterion, Round
from tests.applications.factories_obstacles import (
    NEED,
    WHAT,
    answer,
    reported,
    run_out,
    steps,
    verbs,
)
from tests.organisations.factories import (
    OrganisationFactory,
    ServiceCentreFactory,
    actor_for,
)
from tests.programme.factories import MID_WINDOW

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")
DAY = datetime.timedelta(days=1)


@pytest.fixture
def told():
    """What the rooms above were told: (what happened, the office whose turn it is)."""
    heard = []
    signals.obstacle_told.connect(
        lambda obstacle, how, **more: heard.append((how, obstacle.at, more.get("days"))),
        weak=False,
        dispatch_uid="t",
    )
    return heard


# --- Reporting ---------------------------------------------------------------------------------------------------------


def test_it_goes_to_the_province_with_a_clock(obstacle, land, people, told):
    assert (obstacle.state, obstacle.at, obstacle.what, obstacle.need) == ("open", land.province, WHAT, NEED)
    running = deadlines.of(obstacle, "obstacle")
    assert (running.unit, running.days, running.organisation_ref) == ("working", 5, land.province.pk)
    # A Thursday: five working days later it is the next Thursday.
    assert running.due_at == end_exclusive(datetime.date(2027, 2, 11))
    assert steps(obstacle) == [("reported", land.province.pk, "")]
    assert verbs() == ["reported"]
    assert reported(people.helper, land.centre, land.round, what="อื่น").reported_by_id == people.helper.user_id
    assert told == [("reported", land.province, None)]


def test_what_nobody_ruled_is_data_and_says_so():
    policy = rules.policy.__wrapped__()
    assert policy == rules.policy()
    assert policy.official is False
    assert json.loads(rules._FILE.read_text(encoding="utf-8"))["source"]
    assert (policy.days, policy.unit, policy.first[0]) == (5, "working", "province")
    assert policy.rank("province") == 0 < policy.rank("department") < policy.rank("branch")
    assert str(rules.topic_words("signing")) == "การลงนามและการสั่งการ"
    assert rules.topic_words("gone") == "gone"


def test_a_supervised_city_asks_who_supervises(land, people):
    actor_for("supervisor", land.province, reach="supervision")
    assert reported(people.city_officer, land.city_centre, land.round).at == land.province


def test_with_nobody_above_the_secretariat_answers(land):
    alone = ServiceCentreFactory()
    made = reported(actor_for("head", alone.organisation, received_at=MID_WINDOW), alone, land.round)
    assert made.at is None
    running = deadlines.of(made, "obstacle")
    assert (running.effect, running.organisation_ref) == ("", None)
    assert AuditEntry.objects.get().facts["to"] == "secretariat"


def test_an_office_where_nobody_answers_is_passed_over(land, ministry):
    # Neither the province nor the department has anybody; the ministry has.
    actor_for("supervisor", ministry)
    made = reported(actor_for("officer", land.district, received_at=MID_WINDOW), land.centre, land.round)
    assert made.at == ministry


def test_who_writes_in_the_name_of_the_office_answers_for_it(land):
    office = OrganisationFactory(kind="provincial_office", writes_for=land.province)
    clerk = actor_for("supervisor", office, received_at=MID_WINDOW)
    made = reported(actor_for("officer", land.district, received_at=MID_WINDOW), land.centre, land.round)
    assert made.at == land.province
    assert list(queries.obstacle_list(clerk, "turn")) == [made]
    assert answer(clerk, made).state == "answered"


def test_who_answers_for_another_programme_or_one_centre_does_not_count(land):
    actor_for("supervisor", land.province, programme=land.other)
    actor_for("supervisor", centre=ServiceCentreFactory(organisation=land.province))
    bound = actor_for("supervisor", land.department, programme=land.programme)
    made = reported(actor_for("officer", land.district, received_at=MID_WINDOW), land.centre, land.round)
    assert made.at == land.department
    assert rules.offices_of(bound, land.programme.pk) == {land.department.pk}


def test_the_host_s_answers_are_the_secretariat_s(land, people):
    Programme.objects.filter(pk=land.programme.pk).update(host=land.department)
    land.programme.refresh_from_db()
    row = Round.objects.get(pk=land.round.pk)
    assert reported(people.officer, land.centre, row).at is None


def test_the_same_again_is_one_and_so_is_the_same_key(land, people):
    key = uuid.uuid4()
    one = reported(people.officer, land.centre, land.round, idempotency_key=key)
    assert reported(people.officer, land.centre, land.round, idempotency_key=key) == one
    assert reported(people.head, land.centre, land.round) == one
    assert Obstacle.objects.count() == 1
    assert reported(people.head, land.centre, land.round, topic="other") != one


def test_it_may_be_about_a_criterion_of_the_round(land, people):
    criterion = Criterion.objects.filter(criteria_set=land.round.criteria_set).first()
    made = reported(people.officer, land.centre, land.round, criterion_id=criterion.public_id)
    assert made.criterion == criterion
    with pytest.raises(Invalid) as wrong:
        reported(people.officer, land.centre, land.round, criterion_id=uuid.uuid4())
    assert list(wrong.value.fields) == ["criterion"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"what": " \x00\u200b "}, "what"),
        ({"need": ""}, "need"),
        ({"what": "ก" * 301}, "what"),
        ({"need": "ก" * 501}, "need"),
        ({"topic": "<script>"}, "topic"),
    ],
)
def test_what_is_no_obstacle(land, people, changes, field):
    with pytest.raises(Invalid) as wrong:
        reported(people.officer, land.centre, land.round, **changes)
    assert list(wrong.value.fields) == [field]
    assert not Obstacle.objects.exists()


@pytest.mark.postgres
def test_hostile_words_are_kept_as_words(land, people):
    words = "<script>alert(1)</script>\u202e ' OR 1=1 -- \x00 %s {{ 7 }} \U0001f600"
    made = reported(people.officer, land.centre, land.round, what=words, need=words)
    made.refresh_from_db()
    assert made.what == made.need == "<script>alert(1)</script> ' OR 1=1 --  %s {{ 7 }} \U0001f600"


def test_only_the_centre_s_own_people_report_and_while_the_round_runs(land, people):
    for who in (people.stranger, people.province, people.city_officer, people.secretariat):
        with pytest.raises(Refused):
            reported(who, land.centre, land.round)
    retired = ServiceCentreFactory(organisation=land.district, retired_at=MID_WINDOW)
    with pytest.raises(Refused) as gone:
        reported(people.officer, retired, land.round)
    assert gone.value.code == "centre-retired"
    Round.objects.filter(pk=land.round.pk).update(closed_at=MID_WINDOW)
    with pytest.raises(Conflict) as over:
        reported(people.officer, land.centre, land.round)
    assert over.value.code == "round-over"


# --- Answering ---------------------------------------------------------------------------------------------------------


def test_an_answer_stops_the_clock(obstacle, land, people, told):
    answer(people.province, obstacle, " ใช้แบบ\r\nนี้ ")
    obstacle.refresh_from_db()
    assert obstacle.state == "answered"
    assert deadlines.of(obstacle, "obstacle").met_at == MID_WINDOW
    assert steps(obstacle)[-1] == ("answered", land.province.pk, "ใช้แบบ\nนี้")
    assert told == [("answered", land.province, None)]
    with pytest.raises(Conflict):
        answer(people.province, obstacle)


@pytest.mark.parametrize("text", ["", " \x00 ", "ก" * 5001])
def test_an_answer_says_something_and_not_too_much(obstacle, people, text):
    with pytest.raises(Invalid) as wrong:
        answer(people.province, obstacle, text)
    assert list(wrong.value.fields) == ["text"]


def test_who_was_not_asked_does_not_answer(obstacle, people):
    for who in (people.officer, people.department, people.stranger, people.other_secretariat):
        with pytest.raises(Refused):
            answer(who, obstacle)
    assert answer(people.secretariat, obstacle).state == "answered"
    assert steps(obstacle)[-1][:2] == ("answered", None)


def test_closing_and_taking_back(obstacle, people, told):
    with pytest.raises(Conflict):
        actions.close_obstacle(actor=people.officer, obstacle_id=obstacle.public_id)
    answer(people.province, obstacle)
    with pytest.raises(Refused):
        actions.close_obstacle(actor=people.province, obstacle_id=obstacle.public_id)
    assert actions.close_obstacle(actor=people.head, obstacle_id=obstacle.public_id).state == "closed"
    with pytest.raises(Conflict):
        actions.withdraw_obstacle(actor=people.officer, obstacle_id=obstacle.public_id)
    assert [how for how, _at, _days in told] == ["answered", "closed"]


def test_taken_back_nobody_has_to_answer(obstacle, people):
    with pytest.raises(Refused):
        actions.withdraw_obstacle(actor=people.province, obstacle_id=obstacle.public_id)
    withdrawn = actions.withdraw_obstacle(actor=people.helper, obstacle_id=obstacle.public_id)
    assert withdrawn.state == "withdrawn"
    assert not Deadline.objects.exists()
    assert queries.todos(people.province) == []
    with pytest.raises(Conflict):
        answer(people.province, obstacle)
    with pytest.raises(Conflict):
        actions.reopen_obstacle(actor=people.officer, obstacle_id=obstacle.public_id, why="ยังติด")


def test_what_was_not_solved_is_asked_again_there_or_higher(obstacle, land, people, above, ministry):
    def again(**more):
        return actions.reopen_obstacle(
            actor=people.officer.at(MID_WINDOW + DAY), obstacle_id=obstacle.public_id, **more
        )

    with pytest.raises(Conflict):
        again(why="ยังไม่ได้ตอบ")
    answer(people.province, obstacle)
    with pytest.raises(Refused):
        actions.reopen_obstacle(actor=people.province, obstacle_id=obstacle.public_id, why="ยังติด")
    with pytest.raises(Invalid):
        again(why="")
    same = again(why="ไม่มีอำนาจลงนาม")
    assert (same.state, same.at) == ("open", land.province)
    assert deadlines.of(same, "obstacle").met_at is None
    answer(people.province, same)
    actions.close_obstacle(actor=people.officer, obstacle_id=obstacle.public_id)
    higher = again(why="ยังติดอยู่", higher=True)
    assert higher.at == ministry
    answer(above, higher)
    assert again(why="ยังติด", higher=True).at is None
    answer(people.secretariat, higher)
    assert again(why="ยังติด", higher=True).at is None
    assert [kind for kind, _office, _text in steps(obstacle)].count("reopened") == 4


# --- Going up ----------------------------------------------------------------------------------------------------------


def test_unanswered_it_climbs_and_ends_at_the_programme(obstacle, land, ministry, above, people, told):
    first = run_out(obstacle)
    obstacle.refresh_from_db()
    assert obstacle.at == ministry  # the province's own superior, not the department beside it
    assert deadlines.of(obstacle, "obstacle").started_at == first
    second = run_out(obstacle)
    obstacle.refresh_from_db()
    assert obstacle.at is None
    third = run_out(obstacle)
    obstacle.refresh_from_db()
    assert first < second < third
    assert (obstacle.at, obstacle.state) == (None, "open")
    assert steps(obstacle) == [
        ("reported", land.province.pk, ""),
        ("raised", ministry.pk, ""),
        ("raised", None, ""),
    ]
    assert verbs() == ["reported", "raised", "raised"]
    assert [(how, at) for how, at, days in told if days is None] == [("raised", ministry), ("raised", None)]
    # Who had it may still answer.
    assert answer(people.province, obstacle).state == "answered"
    assert steps(obstacle)[-1][:2] == ("answered", land.province.pk)


def test_a_day_before_it_is_told_that_it_is_near(obstacle, people, told, land):
    running = deadlines.of(obstacle, "obstacle")
    with clock.travel(running.remind_at):
        deadlines.watch()
        deadlines.watch()
    assert told == [("near", land.province, 1)]
    answer(people.province, obstacle)
    Deadline.objects.update(met_at=None, remind_at=running.remind_at, reminded=[])
    with clock.travel(running.remind_at):
        deadlines.watch()
    assert len(told) == 2  # answered: nobody is reminded


def test_the_clocks_of_others_are_not_its_own(obstacle, land, told):
    other = deadlines.start(
        subject=land.round, kind="x", start_event="x", started_at=MID_WINDOW, days=1, reminder_days=[0]
    )
    with clock.travel(other.remind_at):
        deadlines.watch()
    with clock.travel(other.due_at):
        deadlines.watch()
    assert not JobRun.objects.filter(path="applications.tasks.raise_obstacle").exists()
    assert told == []


def test_only_the_program_sends_it_up_and_only_when_nobody_answered(obstacle, people, ministry, above):
    with pytest.raises(Refused):
        actions.lapse_obstacle(actor=people.province, obstacle_pk=obstacle.pk)

    def lapse():
        return actions.lapse_obstacle(actor=SYSTEM, obstacle_pk=obstacle.pk)

    assert lapse() is None  # its day has not come
    Deadline.objects.update(lapsed_at=MID_WINDOW, met_at=MID_WINDOW)
    assert lapse() is None  # it was met at that moment
    Deadline.objects.update(met_at=None)
    assert lapse().at == ministry
    assert lapse() is None  # its clock runs anew
    Deadline.objects.all().delete()
    assert lapse() is None
    assert actions.lapse_obstacle(actor=SYSTEM, obstacle_pk=0) is None
    answer(above, obstacle)
    assert lapse() is None
    Obstacle.objects.update(state="open", at=None)
    assert lapse() is None


def test_passed_on_by_hand(obstacle, people, above, ministry):
    def pass_on(actor, note=""):
        return actions.raise_obstacle(actor=actor, obstacle_id=obstacle.public_id, note=note)

    with pytest.raises(Refused):
        pass_on(people.officer)
    with pytest.raises(Invalid):
        pass_on(people.province, "ก" * 2001)
    assert pass_on(people.province, " ต้องแก้ระเบียบ ").at == ministry
    assert steps(obstacle)[-1] == ("passed", ministry.pk, "ต้องแก้ระเบียบ")
    # It is the ministry's now: who had it before does not take it out of its hands.
    with pytest.raises(Conflict) as late:
        pass_on(people.province)
    assert late.value.code == "not-your-turn"
    obstacle.refresh_from_db()
    assert obstacle.at == ministry
    assert pass_on(above).at is None
    with pytest.raises(Conflict) as top:
        pass_on(people.secretariat)
    assert top.value.code == "at-the-top"
    answer(people.secretariat, obstacle)
    with pytest.raises(Conflict):
        pass_on(people.secretariat)


def test_all_above_knows_mixed_ways_and_no_circle_holds_it(land, ministry):
    assert all_above(land.district) == {land.department.pk, land.province.pk, ministry.pk}
    Relation.objects.create(kind="supervision", child=ministry, parent=land.province)
    assert all_above(land.district) == {land.department.pk, land.province.pk, ministry.pk}
    made = Obstacle(centre=land.centre, round=land.round)
    assert next_up(made, land.district) is None  # nobody answers anywhere


# --- Offices that move -------------------------------------------------------------------------------------------------


def test_an_office_that_is_above_no_longer_reads_no_more(obstacle, land, people, told):
    assert actions.reroute_obstacles(actor=SYSTEM) == 0
    elsewhere = OrganisationFactory(kind="province", name_th="จังหวัดอื่น")
    newcomer = actor_for("supervisor", elsewhere, received_at=MID_WINDOW)
    agency = OrganisationFactory(under=elsewhere)
    land.centre.organisation = agency
    land.centre.save(update_fields=["organisation"])
    assert tasks.send_stray_obstacles() == 1
    obstacle.refresh_from_db()
    assert obstacle.at == elsewhere
    assert (reached(obstacle), verbs()) == ([elsewhere.pk], ["reported", "moved"])
    assert not Obstacle.objects.visible_to(people.province).exists()
    assert Obstacle.objects.visible_to(newcomer).exists()
    assert told == [("moved", elsewhere, None)]
    assert tasks.send_stray_obstacles() == 0


def test_each_stray_is_sent_in_a_transaction_of_its_own(land, people, told):
    made = [reported(people.officer, land.centre, land.round, what=what) for what in ("หนึ่ง", "สอง")]
    land.centre.organisation = OrganisationFactory(under=OrganisationFactory(kind="province"))
    land.centre.save(update_fields=["organisation"])

    def stumble(obstacle, **_more):
        if obstacle == made[1]:
            raise ValueError("what is done for one is not undone with the next")

    signals.obstacle_told.connect(stumble, weak=False, dispatch_uid="stumble")
    with pytest.raises(ValueError, match="not undone"):
        tasks.send_stray_obstacles()
    assert [reached(row) == [land.province.pk] for row in made] == [False, True]
    signals.obstacle_told.disconnect(dispatch_uid="stumble")
    assert tasks.send_stray_obstacles() == 1


def test_what_was_answered_is_not_sent_anew(obstacle, land, people, told):
    answer(people.province, obstacle)
    land.centre.organisation = OrganisationFactory()
    land.centre.save(update_fields=["organisation"])
    assert actions.reroute_obstacles(actor=SYSTEM) == 1
    obstacle.refresh_from_db()
    assert (obstacle.at, obstacle.state) == (land.province, "answered")
    assert [how for how, _at, _days in told] == ["answered"]


def test_a_mixed_way_up_is_a_way_up(land, people):
    # A city under a province's supervision, whose province another office supervises: no path says so.
    over = OrganisationFactory(name_th="ผู้กำกับ")
    watcher = actor_for("supervisor", over, received_at=MID_WINDOW)
    Relation.objects.create(kind="supervision", child=land.province, parent=over)
    made = reported(people.city_officer, land.city_centre, land.round)
    run_out(made)
    made.refresh_from_db()
    assert made.at == over
    assert actions.reroute_obstacles(actor=SYSTEM) == 0
    assert Obstacle.objects.visible_to(watcher).exists()
