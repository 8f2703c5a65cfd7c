"""Obstacles: who sees them, the lists and the page, and the answers that are kept for everybody."""

import datetime

import pytest

from saduak.applications import actions, queries
from saduak.applications.models import Obstacle
from saduak.applications.queries.obstacles import alike
from saduak.foundation import deadlines
from saduak.foundation.access import Actor, Conflict, Invalid, Refused
from saduak.foundation.models import AuditEntry
from saduak.programme.models import Criterion
from tests.applications.factories_obstacles import (
    answer,
    keep,
    reported,
    run_out,
)
from tests.organisations.factories import (
    PersonFactory,
    ServiceCentreFactory,
    actor_for,
)
from tests.programme.factories import MID_WINDOW

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")
DAY = datetime.timedelta(days=1)


# --- Who sees what -----------------------------------------------------------------------------------------------------


def test_never_a_sister_and_above_only_whom_it_has_reached(obstacle, land, people, above, ministry):
    sister = ServiceCentreFactory(organisation=land.district)
    only = actor_for("officer", centre=land.centre, received_at=MID_WINDOW)
    beside = actor_for("officer", centre=sister, received_at=MID_WINDOW)
    elsewhere = actor_for("officer", land.district, programme=land.other, received_at=MID_WINDOW)
    wide = actor_for("head", land.department, reach="line", received_at=MID_WINDOW)

    def seen():
        everybody = vars(people) | {
            "above": above,
            "only": only,
            "beside": beside,
            "elsewhere": elsewhere,
            "wide": wide,
        }
        return {name for name, who in everybody.items() if queries.obstacle_page(who, obstacle.public_id)}

    own = {"officer", "head", "helper", "only"}
    # The same office, whatever its reach.
    assert seen() == own | {"province", "over_cities", "secretariat"}
    run_out(obstacle)
    assert seen() == own | {"province", "over_cities", "secretariat", "above"}


def test_the_secretariat_of_every_programme_sees_all(obstacle):
    everywhere = actor_for("secretariat", received_at=MID_WINDOW)
    assert list(Obstacle.objects.visible_to(everywhere)) == [obstacle]
    assert list(queries.obstacle_list(everywhere, "seen")) == [obstacle]
    assert list(queries.obstacle_list(everywhere, "turn")) == []


def test_whose_turn_it_is(obstacle, land, people):
    person = PersonFactory()
    actor_for("supervisor", land.province, person=person)
    both = actor_for("secretariat", person=person, programme=land.programme, received_at=MID_WINDOW)
    assert list(queries.obstacle_list(both, "turn")) == [obstacle]
    Obstacle.objects.update(at=None)
    assert list(queries.obstacle_list(both, "turn")) == [obstacle]
    assert list(queries.obstacle_list(people.province, "turn")) == []
    assert list(queries.obstacle_list(people.officer, "turn")) == []


# --- Lists and pages ---------------------------------------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.parametrize("count", [1, 3])
def test_lists_take_as_many_queries_for_three_as_for_one(land, people, exactly, count):
    made = [
        reported(people.officer.at(MID_WINDOW + n * DAY), land.centre, land.round, what=f"เรื่อง {n}")
        for n in range(count)
    ]
    with exactly(1):
        assert list(queries.obstacle_list(people.officer, "mine")) == made
    with exactly(1):
        rows = list(queries.obstacle_list(people.province, "turn"))
        assert rows == made
        assert {row.centre.organisation.name_th for row in rows} == {land.district.name_th}
        assert all(row.up_at is not None and row.at == land.province for row in rows)
    with exactly(1):
        assert list(queries.obstacle_list(people.province, "seen")) == []
    answer(people.province, made[0])
    assert list(queries.obstacle_list(people.province, "seen")) == made[:1]
    # What waits comes before what is answered.
    assert list(queries.obstacle_list(people.officer, "mine")) == made[1:] + made[:1]
    assert list(queries.obstacle_list(people.stranger, "mine")) == []


@pytest.mark.postgres
def test_what_has_come_to_the_secretariat_waits_for_it(land, people):
    alone = ServiceCentreFactory()
    made = reported(actor_for("head", alone.organisation, received_at=MID_WINDOW), alone, land.round)
    other = reported(people.officer, land.centre, land.round)
    assert list(queries.obstacle_list(people.secretariat, "turn")) == [made]
    assert list(queries.obstacle_list(people.secretariat, "seen")) == [other]
    assert list(queries.obstacle_list(people.other_secretariat, "turn")) == []
    (todo,) = queries.todos(people.secretariat)
    assert str(todo.why) == "การลงนามและการสั่งการ"


def test_which_lists_somebody_has(people):
    assert queries.views_of(people.officer) == ("mine",)
    assert queries.views_of(people.province) == queries.views_of(people.secretariat) == ("turn", "seen")
    assert queries.views_of(people.auditor) == ()


@pytest.mark.parametrize("count", [1, 3])
def test_to_dos_name_the_day_on_which_it_goes_up(land, people, exactly, count):
    made = [
        reported(people.officer.at(MID_WINDOW + n * DAY), land.centre, land.round, what=f"เรื่อง {n}")
        for n in range(count)
    ]
    # Checks that wait for the office, obstacles, what it was given to help with, and whom it assesses.
    with exactly(4):
        found = queries.todos(people.province)
    assert [(todo.kind, todo.obstacle_id) for todo in found] == [("obstacle", row.public_id) for row in made]
    assert found[0].due_at == deadlines.of(made[0], "obstacle").due_at
    assert "ส่งต่อขึ้นไป" in str(found[0].why)
    assert [todo.kind for todo in queries.todos(people.department)] == []


def test_one_page(obstacle, people, land, exactly):
    with exactly(3):
        page = queries.obstacle_page(people.officer, obstacle.public_id)
    assert (page.is_own, bool(page.may_answer), page.last_answer, page.kept) == (True, False, "", None)
    assert page.up_at == deadlines.of(obstacle, "obstacle").due_at
    assert str(page.topic) == "การลงนามและการสั่งการ"
    answer(people.province, obstacle, "หนึ่ง")
    kept = keep(people.province, obstacle)
    page = queries.obstacle_page(people.province, obstacle.public_id)
    assert (page.is_own, bool(page.may_answer), page.last_answer, page.kept) == (False, True, "หนึ่ง", kept)
    assert queries.obstacle_page(people.stranger, obstacle.public_id) is None


# --- Answers that are kept ---------------------------------------------------------------------------------------------


def test_a_kept_answer_is_for_everybody_and_says_not_who_asked(obstacle, land, people, exactly):
    answer(people.province, obstacle)
    kept = keep(people.province, obstacle)
    assert (kept.organisation, kept.programme, kept.criterion_key) == (land.province, land.programme, "")
    for who in (people.city_officer, people.stranger, people.department, people.secretariat):
        with exactly(1):
            (row,) = queries.kept_answers(who)
            assert (row.question, row.text) == ("ไม่มีคำสั่งแต่งตั้ง", "ใช้แบบคำสั่งของกรม")
    for who in (people.auditor, people.other_secretariat, Actor.public()):
        assert not queries.kept_answers(who).exists()
    entry = AuditEntry.objects.get(aggregate="applications.keptanswer")
    assert entry.facts == {"topic": "signing", "question": kept.question, "text": kept.text}


def test_keeping_again_takes_the_place_and_dropping_takes_it_out(obstacle, people):
    with pytest.raises(Conflict) as early:
        keep(people.province, obstacle)
    assert early.value.code == "wrong-state"
    answer(people.province, obstacle)
    with pytest.raises(Refused):
        keep(people.officer, obstacle)
    first = keep(people.province, obstacle)
    actions.close_obstacle(actor=people.officer, obstacle_id=obstacle.public_id)
    second = keep(people.secretariat, obstacle, question="ใหม่")
    assert list(queries.kept_answers(people.officer)) == [second]
    first.refresh_from_db()
    assert first.withdrawn_reason == "มีคำตอบใหม่แทน"

    def drop(actor, kept=second, reason="เก่าแล้ว"):
        return actions.drop_answer(actor=actor, kept_id=kept.public_id, reason=reason)

    for who in (people.officer, people.province):
        with pytest.raises(Refused):
            drop(who)
    with pytest.raises(Refused):
        drop(people.department, first)
    with pytest.raises(Conflict):
        drop(people.province, first)
    with pytest.raises(Invalid):
        drop(people.secretariat, reason="")
    assert drop(people.secretariat).withdrawn_at == MID_WINDOW
    assert not queries.kept_answers(people.officer).exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"question": ""}, "question"),
        ({"question": "ก" * 301}, "question"),
        ({"text": "ก" * 5001}, "text"),
        ({"topic": "x"}, "topic"),
        ({"question": "ที่ทำการปกครองอำเภอวังทองไม่มีคำสั่ง"}, "question"),
        ({"text": "หน่วยบริการงานทะเบียน ให้ทำตามนี้"}, "text"),
    ],
)
def test_what_is_not_kept_for_everybody(obstacle, people, changes, field):
    answer(people.province, obstacle)
    with pytest.raises(Invalid) as wrong:
        keep(people.province, obstacle, **changes)
    assert list(wrong.value.fields) == [field]


def test_a_name_that_many_centres_bear_gives_nobody_away(obstacle, people, land):
    ServiceCentreFactory(name_th=land.centre.name_th)
    answer(people.province, obstacle)
    assert keep(people.province, obstacle, text="หน่วยบริการงานทะเบียนทุกแห่งทำตามนี้")


@pytest.mark.postgres
def test_it_is_found_while_somebody_reports_the_same(land, people, exactly):
    criterion = Criterion.objects.filter(criteria_set=land.round.criteria_set).first()
    about = reported(people.officer, land.centre, land.round, criterion_id=criterion.public_id)
    plain = reported(people.officer, land.centre, land.round, topic="evidence", what="รูปถ่ายหาย")
    answer(people.province, about)
    answer(people.province, plain)
    on_criterion = keep(people.province, about, topic="other", question="ข้อนี้ต้องแนบอะไร")
    photos = keep(people.province, plain, topic="evidence", question="รูปถ่ายสถานที่หายไปจากคลัง")
    assert on_criterion.criterion_key == criterion.key

    def found(what, topic="other", key=""):
        with exactly(1):
            return queries.already_answered(
                people.city_officer, land.round, what=what, topic=topic, criterion_key=key
            )

    assert found("รูปถ่ายสถานที่หาย") == [photos]
    assert found("รูปถ่ายสถานที่หาย", key=criterion.key) == [on_criterion, photos]
    assert found("ไม่มีงบประมาณซ่อมทางลาด") == []
    assert found("รูปสถานที่ส่งไม่ได้", "evidence") == [photos]
    assert found("รูปสถานที่ส่งไม่ได้", "people") == []
    assert list(queries.kept_answers(people.city_officer, "evidence")) == [photos]
    assert list(queries.kept_answers(people.city_officer, words="รูปถ่าย คลัง\x00")) == [photos]
    assert list(queries.kept_answers(people.city_officer, words="ไม่มี")) == []


def test_how_alike_two_questions_are():
    assert alike("รูปถ่ายหาย", "รูปถ่ายหาย") == 1
    assert alike("รูปถ่ายหาย", "") == alike("กข", "กข") == 0
    assert 0 < alike("รูปถ่ายหาย", "รูปถ่ายสถานที่หาย") < 1


def test_only_who_kept_an_answer_or_the_secretariat_puts_another_in_its_place(obstacle, land, people):
    answer(people.province, obstacle)
    kept = keep(people.secretariat, obstacle)
    with pytest.raises(Refused):
        keep(people.province, obstacle)
    kept.refresh_from_db()
    assert kept.withdrawn_at is None
    assert keep(people.secretariat, obstacle) != kept
    kept.refresh_from_db()
    assert kept.withdrawn_at is not None
