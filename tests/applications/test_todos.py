import datetime

import pytest

from saduak.applications import actions, queries
from saduak.applications.queries.todos import MOST
from saduak.foundation.access import Actor, resolver
from saduak.foundation.models import User
from tests.applications.factories import (
    ApplicationFactory,
    answer,
    filled,
    fresh,
    signed_application,
    submitted_application,
)
from tests.applications.factories_renewing import held_by
from tests.organisations.factories import OrganisationFactory, ServiceCentreFactory, actor_for
from tests.programme.factories import MID_WINDOW, InternalDeadlineFactory

pytestmark = pytest.mark.django_db


def kinds(actor):
    """What can be done now."""
    return [todo.kind for todo in queries.todos(actor) if not todo.later]


def steps(actor):
    """What comes after it."""
    return [todo.kind for todo in queries.todos(actor) if todo.later]


def test_dates_that_are_kept_are_kept_for_all_centres(draft, people, land, exactly):
    def kept(actor):
        with exactly(1):
            return queries.kept(actor, [land.round.pk]).get(land.round.pk)

    assert kept(people.officer) == frozenset()
    actions.request_review(
        actor=people.officer, application_id=draft.public_id, organisation_id=land.province.public_id
    )
    assert kept(people.officer) == {"check"}
    submitted_application(draft, officer=people.officer)
    assert kept(people.officer) == kept(people.head) == {"check", "submit", "window"}
    ServiceCentreFactory(organisation=land.district)
    assert kept(people.head) is None  # another centre has not begun
    assert kept(people.city_officer) is None


def test_who_follows_others_reads_their_dates(draft, people, land, exactly):
    submitted_application(draft, officer=people.officer)
    with exactly(0):
        for who in (people.province, people.secretariat, Actor.public()):
            assert queries.kept(who, [land.round.pk]) == {}


def test_a_centre_without_an_application_is_to_be_started(land, people):
    (todo,) = queries.todos(people.officer)
    assert (todo.kind, todo.centre_id, todo.round_id) == (
        "start",
        land.centre.public_id,
        land.round.public_id,
    )
    assert todo.centre_name == "หน่วยบริการงานทะเบียน"
    deadline = InternalDeadlineFactory(round=land.round, owner=land.province, kind="submit", reach="line")
    assert queries.todos(people.officer)[0].due_at == deadline.due_at
    assert kinds(people.helper) == []
    late = people.officer.at(MID_WINDOW + datetime.timedelta(days=60))
    assert kinds(late) == []


def test_a_draft_goes_its_way(draft, people, land):
    assert kinds(people.officer) == ["write"]
    (todo,) = queries.todos(people.helper)
    assert (todo.kind, todo.application_id, str(todo.why)) == (
        "write",
        draft.public_id,
        "เกณฑ์ที่ต้องผ่านครบ 0 จาก 14 ข้อ",
    )
    review = actions.request_review(
        actor=people.officer, application_id=draft.public_id, organisation_id=land.province.public_id
    )
    assert str(queries.todos(people.officer)[0].title) == "เขียนใบสมัครต่อได้ระหว่างรอตรวจทาน"
    (check,) = queries.todos(people.province)
    assert (check.kind, check.review_id) == ("review", review.public_id)
    criterion = answer(draft, "2.1").criterion.public_id
    actions.comment(actor=people.province, review_id=review.public_id, criterion_id=criterion, text="ดู")
    actions.return_review(actor=people.province, review_id=review.public_id, note="")
    change, gates, sign, submit = queries.todos(people.officer)
    assert (change.kind, str(change.why)) == ("answer-review", "ผู้ตรวจทานขอให้แก้ 1 ข้อ")
    assert (gates.kind, str(gates.title), str(gates.why)) == (
        "gates",
        "ทำเกณฑ์ที่ต้องผ่านให้ครบ 14 ข้อ",
        "ยังขาด 14 ข้อ ถ้าไม่ครบจะยื่นไม่ได้",
    )
    assert [(row.kind, row.later) for row in (sign, submit)] == [("to-sign", True), ("submit", True)]
    assert kinds(people.province) == []


def test_until_the_draft_is_handed_in_its_date_is_what_one_writes_for(draft, people, land):
    window = queries.closes_at(draft)
    assert [(todo.kind, todo.due_at) for todo in queries.todos(people.officer)] == [
        ("write", window),
        ("to-sign", window),
        ("submit", window),
    ]
    check = InternalDeadlineFactory(round=land.round, owner=land.province, kind="check", reach="line")
    found = queries.todos(people.officer)
    assert [(todo.kind, todo.due_at) for todo in found] == [
        ("write", check.due_at),
        ("check", check.due_at),
        ("to-sign", window),
        ("submit", window),
    ]
    assert (str(found[1].title), found[1].why) == ("ส่งร่างให้ตรวจทาน", land.province.name_th)
    # A helper writes for the same date; the steps after it are not the helper's.
    assert [(todo.kind, todo.due_at) for todo in queries.todos(people.helper)] == [("write", check.due_at)]
    late = people.officer.at(check.due_at)
    assert [(todo.kind, todo.due_at) for todo in queries.todos(late)][:2] == [
        ("check", check.due_at),
        ("write", window),
    ]
    actions.request_review(
        actor=people.officer, application_id=draft.public_id, organisation_id=land.province.public_id
    )
    assert next((todo.kind, todo.due_at) for todo in queries.todos(people.officer)) == ("write", window)
    assert kinds(people.officer) == ["write"]


def test_who_looks_after_many_drafts_reads_only_what_is_next(land, people):
    for _n in range(4):
        ApplicationFactory(
            centre=ServiceCentreFactory(organisation=land.district), round=land.round, actor=people.officer
        )
    assert kinds(people.officer) == ["write"] * 4 + ["start"]
    assert steps(people.officer) == []


def test_the_head_signs_and_the_officer_submits(draft, people):
    filled(draft)
    assert (kinds(people.head), kinds(people.officer)) == (["sign"], ["write"])
    assert (steps(people.head), steps(people.officer)) == (["submit"], ["to-sign", "submit"])
    actions.sign(
        actor=people.head, application_id=draft.public_id, digest=queries.current_digest(fresh(draft))
    )
    assert kinds(people.officer) == ["submit"]
    one = answer(draft, "2.1")
    actions.save_answer(actor=people.officer, answer_id=one.public_id, version=one.version, narrative="แก้")
    said = "ลายมือชื่อเดิมถูกยกเลิก (มีการแก้ข้อ 2.1 หลังลงนาม) ต้องลงนามใหม่"
    assert str(queries.todos(people.head)[0].why) == said
    assert [str(todo.why) for todo in queries.todos(people.officer) if todo.kind == "to-sign"] == [said]
    actions.sign(
        actor=people.head, application_id=draft.public_id, digest=queries.current_digest(fresh(draft))
    )
    actions.submit(actor=people.officer, application_id=draft.public_id)
    assert kinds(people.officer) == []


def test_a_correction_has_its_own_date(draft, people):
    submitted_application(draft, officer=people.officer)
    due = MID_WINDOW + datetime.timedelta(days=60)
    actions.return_for_correction(
        actor=people.secretariat, application_id=draft.public_id, due_at=due, reason="แนบแผน"
    )
    (todo,) = queries.todos(people.officer.at(MID_WINDOW + datetime.timedelta(days=40)))
    assert (todo.kind, todo.due_at, todo.why) == ("correct", due, "แนบแผน")


def test_what_can_not_be_done_any_more_is_no_todo(draft, people):
    assert kinds(people.officer.at(MID_WINDOW + datetime.timedelta(days=40))) == []


def test_nobody_in_particular_has_nothing_to_do(people, land, actor_system):
    assert queries.todos(Actor.public()) == []
    assert queries.todos(actor_system) == []
    assert kinds(people.secretariat) == []


def test_an_office_with_all_centres_started_has_nothing_to_start(draft, people, land):
    assert "start" not in kinds(people.officer)
    ServiceCentreFactory(organisation=land.district)
    assert sorted(kinds(people.officer)) == ["start", "write"]


@pytest.mark.parametrize("count", [1, 3])
def test_queries_stay_the_same_with_more_rows(land, people, exactly, count):
    for _n in range(count):
        made = ApplicationFactory(
            centre=ServiceCentreFactory(organisation=land.district), round=land.round, actor=people.officer
        )
        ServiceCentreFactory(organisation=land.district)
        signed_application(made, head=people.head) if _n else None
    with exactly(9):
        found = queries.todos(people.officer)
    assert len([todo for todo in found if not todo.later]) == 2 * count + 1


def test_who_works_for_another_programme_is_not_told_to_start(land):
    actor = actor_for("officer", land.district, programme=land.other, received_at=MID_WINDOW)
    assert kinds(actor) == []


def test_an_account_of_nobody_has_nothing_to_do(land):
    user = User.objects.create_user("nobody@example.test")
    assert queries.todos(resolver.of_user(user, MID_WINDOW)) == []


def test_centres_that_may_not_apply_take_no_place_on_the_list(land, exactly):
    office = OrganisationFactory(kind="district")
    for _n in range(MOST):
        held = ServiceCentreFactory(organisation=office, name_th="ก ได้ระดับสูงสุดแล้ว")
        held_by(held, land.programme, datetime.date(2029, 8, 31), level_key="excellent")
    last = ServiceCentreFactory(organisation=office, name_th="อ ยังไม่เคยสมัคร")
    actor = actor_for("officer", office, received_at=MID_WINDOW)
    queries.todos(actor)  # the criteria are read once a process
    with exactly(8):
        found = queries.todos(actor)
    assert [(todo.kind, todo.centre_id) for todo in found] == [("start", last.public_id)]
    for _n in range(MOST):
        ServiceCentreFactory(organisation=office)
    assert [todo.kind for todo in queries.todos(actor)] == ["start"] * MOST
