"""The gap plan: who does what by when about what is missing, and what drops out of it by itself."""

import datetime

import pytest

from saduak.applications import actions, queries
from saduak.applications.actions import PlanConflict
from saduak.applications.models import Answer, PlanItem
from saduak.applications.queries.planning import gap_plan
from saduak.foundation import clock
from saduak.foundation.access import Conflict, Invalid, Refused
from saduak.foundation.models import AuditEntry
from saduak.foundation.thai.calendar import bangkok_date
from saduak.organisations.models import Person
from tests.applications.factories import ApplicationFactory, answer, filled, signed_application
from tests.applications.factories_helping import given
from tests.programme.factories import MID_WINDOW

pytestmark = pytest.mark.django_db
TODAY = bangkok_date(MID_WINDOW)
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def _now():
    with clock.travel(MID_WINDOW):
        yield


def seen(row):
    """What stands in the plan of an item, as a page tells it."""
    item = PlanItem.objects.filter(application=row.application_id, criterion=row.criterion_id).first()
    return item.mark if item else ""


def plan(actor, row, **more):
    """Plan an item as somebody does who has just opened the page."""
    return actions.plan_item(**{"actor": actor, "answer_id": row.public_id, "seen": seen(row), **more})


def page(actor, application):
    return gap_plan(actor, queries.task_list(actor, application.public_id))


def entries():
    return AuditEntry.objects.filter(verb="applications.planned").order_by("pk")


@pytest.fixture
def gate(draft):
    return answer(draft, "1", "physical")


def test_an_item_is_planned_changed_done_and_emptied(gate, people):
    row = plan(people.officer, gate, what="ติดป้าย\nเวลา", who=" งานอาคาร ", by=TODAY)
    assert (row.what, row.who, row.by, row.done_at) == ("ติดป้าย เวลา", "งานอาคาร", TODAY, None)
    assert (row.changed_at, row.changed_by_id) == (MID_WINDOW, people.officer.user_id)
    done = plan(people.helper, gate, what="ติดป้าย เวลา", who="งานอาคาร", by=TODAY, done=True)
    assert (done.pk, done.done_at, done.changed_by_id) == (row.pk, MID_WINDOW, people.helper.user_id)
    same = plan(people.head, gate, what="ติดป้าย เวลา", who="งานอาคาร", by=TODAY, done=True)
    assert (same.done_at, same.changed_by_id) == (MID_WINDOW, people.helper.user_id), "nothing changed"
    assert plan(people.officer, gate) is None
    assert plan(people.officer, gate) is None
    assert not PlanItem.objects.exists()
    facts = [entry.facts for entry in entries()]
    assert [(each["criterion"], each["by"], each["done"]) for each in facts] == [
        ("c-f47b43", str(TODAY), False),
        ("c-f47b43", str(TODAY), True),
        ("c-f47b43", None, False),
    ]


def test_two_who_plan_one_item_do_not_overwrite_each_other(draft, gate, people):
    other = answer(draft, "2", "physical")
    first = plan(people.officer, gate, who="งานอาคาร", by=TODAY)
    with pytest.raises(PlanConflict) as clash:
        plan(people.head, gate, who="งานพัสดุ", seen="")
    name = str(Person.objects.get(pk=people.officer.person_id))
    assert (clash.value.code, clash.value.status, str(clash.value.by)) == ("plan-changed", 409, name)
    with pytest.raises(PlanConflict) as window:
        plan(people.officer, gate, seen="")
    assert str(window.value.by) == "คุณ (อีกหน้าต่าง)"
    assert PlanItem.objects.get().who == "งานอาคาร"
    # The same words are no clash, nor is another item.
    assert plan(people.head, gate, who="งานอาคาร", by=TODAY, seen="").changed_by_id == people.officer.user_id
    assert plan(people.head, other, who="งานพัสดุ", seen="").who == "งานพัสดุ"
    changed = plan(people.head, gate, who="งานพัสดุ", seen=first.mark)
    assert (changed.who, changed.mark == first.mark) == ("งานพัสดุ", False)
    # Who still sees what was emptied meanwhile is told so; nobody knows any more by whom.
    PlanItem.objects.filter(pk=changed.pk).update(changed_by=None)
    with pytest.raises(PlanConflict) as nobody:
        plan(people.officer, gate, done=True, seen=first.mark)
    assert str(nobody.value.by) == "อีกคน"
    plan(people.head, gate)
    with pytest.raises(PlanConflict) as gone:
        plan(people.officer, gate, who="งานอาคาร", seen=changed.mark)
    assert str(gone.value.by) == "อีกคน"
    assert [row.who for row in PlanItem.objects.all()] == ["งานพัสดุ"]


def test_who_may_not_plan_and_when(draft, gate, people):
    for who in (people.stranger, people.province, people.city_officer):
        with pytest.raises(Refused) as refusal:
            plan(who, gate, who="ฉัน")
        assert refusal.value.code == "not-yours"
    actions.withdraw(actor=people.officer, application_id=draft.public_id, reason="พอแล้ว")
    with pytest.raises(Conflict) as closed:
        plan(people.officer, gate, who="ฉัน")
    assert closed.value.code == "not-editable"


@pytest.mark.parametrize(
    ("more", "field"),
    [({"what": "ก" * 301}, "what"), ({"who": "ก" * 201}, "who"), ({"by": TODAY - DAY}, "by")],
)
def test_what_cannot_be_planned_says_where(gate, people, more, field):
    with pytest.raises(Invalid) as refusal:
        plan(people.officer, gate, **more)
    assert set(refusal.value.fields) == {field}
    assert not PlanItem.objects.exists()


def test_a_day_that_is_over_may_stay_and_a_signature_does(land, people):
    application = signed_application(centre=land.centre, round=land.round, actor=people.officer)
    row = answer(application, "1", "physical")
    plan(people.officer, row, by=TODAY)
    later = people.officer.at(MID_WINDOW + 30 * DAY)
    assert plan(later, row, by=TODAY, who="งานอาคาร").by == TODAY
    with pytest.raises(Invalid):
        plan(later, row, by=TODAY + DAY)
    application.refresh_from_db()
    assert application.state == "signed", "also after the closing"


def test_a_helper_is_named_who_still_helps_with_this_application(draft, gate, people, land):
    help_ = given(draft, people.officer, name="คุณช่วย").delegation
    row = plan(people.officer, gate, delegation_id=help_.public_id)
    assert (row.delegation, row.who) == (help_, "")
    with pytest.raises(Invalid) as two:
        plan(people.officer, gate, delegation_id=help_.public_id, who="งานอาคาร")
    assert two.value.code == "two"
    actions.end_help(actor=people.officer, delegation_id=help_.public_id)
    assert plan(people.officer, gate, delegation_id=help_.public_id, by=TODAY).delegation == help_
    other = ApplicationFactory(centre=land.city_centre, round=land.round, actor=people.city_officer)
    foreign = given(other, people.city_officer).delegation
    second = answer(draft, "2", "physical")
    for wrong in (help_, foreign):
        with pytest.raises(Invalid) as refusal:
            plan(people.officer, second, delegation_id=wrong.public_id)
        assert refusal.value.code == "no-helper"


def test_what_is_missing_stands_with_its_plan(draft, gate, people):
    items = [answer(draft, number) for number in ("2.1", "2.2")]
    given(draft, people.officer, "2.1", name="คุณช่วย")
    plan(people.officer, gate, who="งานอาคาร", by=TODAY)
    plan(people.officer, answer(draft, "2", "physical"), by=TODAY, done=True)
    actions.save_answer(actor=people.officer, answer_id=items[0].public_id, version=0, claim="met")
    found = page(people.officer, draft)
    assert (len(found.gates), len(found.lacking), len(found.unanswered), len(found.open)) == (14, 1, 35, 50)
    first, second = found.gates[:2]
    assert (first.who, first.is_planned, first.late, first.days_over) == ("งานอาคาร", True, False, 0)
    assert first.wanted[0] == "ป้ายวันและเวลาให้บริการที่หน้าศูนย์"
    assert (second.who, second.is_planned, found.gates[2].is_planned) == ("", True, False)
    assert (found.lacking[0].helpers, found.helpers[0].name) == ("คุณช่วย", "คุณช่วย")
    assert (found.late, found.unplanned) == (0, 49)
    assert found.may_plan
    assert found.may_give
    after = page(people.officer.at(MID_WINDOW + 3 * DAY), draft)
    assert (after.late, after.gates[0].late, after.gates[0].days_over, after.gates[1].late) == (
        1,
        True,
        3,
        False,
    )


def test_what_is_met_drops_out_and_stays_readable(draft, gate, people):
    plan(people.officer, gate, who="งานอาคาร", by=TODAY)
    item = answer(draft, "2.1")
    plan(people.officer, item, what="ไม่ทำแล้ว")
    actions.save_answer(actor=people.officer, answer_id=item.public_id, version=0, claim="unmet")
    Answer.objects.filter(pk=gate.pk).update(claim="met", evidence_count=1)
    found = page(people.officer.at(MID_WINDOW + 9 * DAY), draft)
    assert [(row.row.number, row.who, row.late) for row in found.closed] == [
        ("1", "งานอาคาร", False),
        ("2.1", "", False),
    ]
    assert len(found.gates) == 13
    assert found.late == 0


def test_the_line_reads_the_plan_without_the_names_of_helpers(draft, gate, people):
    help_ = given(draft, people.officer, name="คุณช่วย").delegation
    plan(people.officer, gate, delegation_id=help_.public_id)
    plan(people.officer, answer(draft, "2", "physical"), who="งานอาคาร")
    own, above = page(people.helper, draft), page(people.province, draft)
    assert str(own.gates[0].who) == "คุณช่วย (ผู้ช่วย)"
    assert [str(row.who) for row in above.gates[:2]] == ["ผู้ช่วยของศูนย์", "งานอาคาร"]
    assert above.helpers == ()
    assert not any(row.helpers for row in above.open)
    assert (bool(own.may_plan), bool(own.may_give)) == (True, False)
    assert (bool(above.may_plan), bool(above.may_give)) == (False, False)


def test_what_was_filed_is_planned_no_more(draft, people):
    filled(draft)
    actions.sign(
        actor=people.head,
        application_id=draft.public_id,
        digest=queries.signing_page(people.head, draft.public_id).digest,
    )
    actions.submit(actor=people.officer, application_id=draft.public_id)
    found = page(people.officer, draft)
    assert (found.may_plan.code, found.may_give.code) == ("not-editable", "not-editable")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_plan_costs_two_queries_however_long_it_is(draft, people, exactly, rows):
    for number in [str(number) for number in range(1, rows + 1)]:
        help_ = given(draft, people.officer, "2.1").delegation
        plan(people.officer, answer(draft, number, "physical"), delegation_id=help_.public_id)
    tasks = queries.task_list(people.officer, draft.public_id)
    with exactly(2):
        found = gap_plan(people.officer, tasks)
        assert sum(bool(str(row.who)) for row in found.open) == rows
    above = queries.task_list(people.province, draft.public_id)
    with exactly(1):
        gap_plan(people.province, above)
