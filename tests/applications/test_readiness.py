"""Readiness: who assesses whom is data, an office sees the units that fall to it, and says about each whether it is ready."""

import datetime
import json
import uuid
from types import SimpleNamespace

import pytest

from saduak.applications import actions
from saduak.applications.models import AssessorPlan, AssessorRule, Readiness
from saduak.applications.queries import readiness as queries
from saduak.applications.queries.readiness import Desk, Wanted
from saduak.applications.rules import readiness as rules
from saduak.applications.rules.readiness import Rule
from saduak.foundation.access import Actor, Conflict, Invalid, Refused
from saduak.foundation.models import AuditEntry
from tests.applications.factories import ApplicationFactory
from tests.applications.factories_readiness import DAY, assessed, confirmed, ruled, sent, state_of
from tests.organisations.factories import (
    AreaFactory,
    OrganisationFactory,
    ServiceCentreFactory,
    actor_for,
)
from tests.programme.factories import DAYS_2570, MID_WINDOW, RoundFactory

pytestmark = pytest.mark.django_db
CLOSED = MID_WINDOW + datetime.timedelta(days=40)
OVER = MID_WINDOW + datetime.timedelta(days=400)


@pytest.fixture
def bangkok(land):
    """Units in Bangkok: a branch of a state enterprise, a department's own counter, and one of nobody's."""
    area = AreaFactory(code="10", name_th="กรุงเทพมหานคร")
    power = OrganisationFactory(kind="state_enterprise", name_th="การไฟฟ้า", area=area)
    branch = OrganisationFactory(kind="branch", name_th="การไฟฟ้า บางเขน", under=power, area=area)
    far = OrganisationFactory(kind="branch", name_th="การไฟฟ้า พิษณุโลก", under=power, area=land.area)
    return SimpleNamespace(
        area=area,
        power=power,
        branch=branch,
        centre=ServiceCentreFactory(organisation=branch, name_th="จุดรับชำระเงิน"),
        far=ServiceCentreFactory(organisation=far, name_th="จุดรับชำระเงิน 2"),
        counter=ServiceCentreFactory(organisation=land.department, area=area, name_th="ศูนย์บริการประชาชน กรม"),
        alone=ServiceCentreFactory(organisation=OrganisationFactory(area=area), name_th="หน่วยอิสระ"),
    )


@pytest.fixture
def desk(land):
    """The province's, with the usual rules."""
    return Desk(land.round, land.province)


def who(found):
    """Which office each unit falls to, by the unit."""
    return dict(queries.units(found).values_list("pk", "falls_to"))


def said(row):
    """What the audit says happened to a row."""
    rows = AuditEntry.objects.filter(aggregate=row._meta.label_lower, aggregate_id=row.pk).order_by("seq")
    return [verb.removeprefix("applications.") for verb in rows.values_list("verb", flat=True)]


# --- Who assesses whom -------------------------------------------------------------------------------------------------


@pytest.mark.postgres
def test_the_memo_gives_units_in_bangkok_to_departments_and_state_enterprises(land, bangkok):
    found = rules.rule_sets()["memo-2564"].rules
    assert who(found) == {
        land.centre.pk: land.province.pk,
        land.city_centre.pk: land.province.pk,
        bangkok.centre.pk: bangkok.power.pk,
        bangkok.counter.pk: land.department.pk,
        bangkok.far.pk: None,
        bangkok.alone.pk: None,
    }
    told = [(row.office, row.units) for row in queries.falls(found)]
    assert told == [(None, 2), (land.province, 2), (land.department, 1), (bangkok.power, 1)]
    assert [row.pk for row in queries.nobodys(found)] == [bangkok.far.pk, bangkok.alone.pk]


def test_without_rules_of_its_own_a_round_goes_by_the_usual_ones(land, bangkok):
    plan = queries.plan_of(land.round)
    assert (plan.is_set, plan.official, plan.rules) == (False, False, rules.usual().rules)
    found = who(plan.rules)
    assert (found[land.centre.pk], found[land.city_centre.pk]) == (land.province.pk, land.province.pk)
    assert (found[bangkok.centre.pk], found[bangkok.counter.pk]) == (None, None)


def test_what_nobody_ruled_says_so_and_where_it_comes_from():
    document = json.loads(rules._FILE.read_text(encoding="utf-8"))
    assert document["usual"] == rules.usual().key
    for row in rules.rule_sets.__wrapped__().values():
        assert row.official is False
        assert row.source
        assert str(row.title)
    assert "ว 3366" in rules.rule_sets()["memo-2564"].source
    assert rules.usual.__wrapped__() == rules.usual()


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Rule("line", assessor_kinds=("department", "province")), "department"),
        (Rule("line", assessor_kinds=("province", "department")), "province"),
        (Rule("line", assessor_kinds=("district",)), "district"),
        (Rule("line", kinds=("branch",), assessor_kinds=("province",)), None),
        (Rule("line", areas=("10", "6508"), assessor_kinds=("province",)), "province"),
        (Rule("line", areas=("10",), assessor_kinds=("province",)), None),
        (Rule("supervision", assessor_kinds=("province",)), None),
        (Rule("line", assessor_kinds=("ministry",)), None),
    ],
)
def test_a_rule_finds_the_office_on_the_way_up(land, rule, expected):
    office = getattr(land, expected).pk if expected else None
    assert who([rule])[land.centre.pk] == office


def test_the_first_rule_that_finds_somebody_wins(land, bangkok):
    named = Rule("named", areas=("10",), office_id=land.city.pk)
    found = who([named, Rule("line", assessor_kinds=("state_enterprise",))])
    assert (found[bangkok.centre.pk], found[bangkok.far.pk]) == (land.city.pk, bangkok.power.pk)
    # A rule that fits and finds nobody leaves the unit to the next one.
    found = who([Rule("line", areas=("10",), assessor_kinds=("province",)), named])
    assert found[bangkok.centre.pk] == land.city.pk
    assert set(who([]).values()) == {None}


def test_the_nearest_office_assesses_and_none_supervises_itself(land):
    lower = OrganisationFactory(kind="department", under=land.department)
    unit = ServiceCentreFactory(organisation=OrganisationFactory(under=lower))
    assert who([Rule("line", assessor_kinds=("department",))])[unit.pk] == lower.pk
    found = who([Rule("supervision", assessor_kinds=("local_government", "province"))])
    assert found[land.city_centre.pk] == land.province.pk


def test_offices_and_units_that_are_no_more_play_no_part(land):
    land.province.retired_at = MID_WINDOW
    land.province.save()
    assert who(rules.usual().rules)[land.centre.pk] is None
    land.city_centre.retired_at = MID_WINDOW
    land.city_centre.save()
    assert land.city_centre.pk not in who(rules.usual().rules)


# --- Setting the rules -------------------------------------------------------------------------------------------------


def test_the_secretariat_sets_and_replaces_the_rules_of_a_round(land, people):
    ruled(people.secretariat, land.round)
    ruled(people.secretariat, land.round, Rule("line", assessor_kinds=("department",), note="กรม\x00"))
    plan = AssessorPlan.objects.get()
    (rule,) = AssessorRule.objects.all()
    assert (rule.ordinal, rule.assessor_kinds, rule.note, plan.official) == (1, ["department"], "กรม", False)
    assert said(plan) == ["assessors_set", "assessors_set"]
    kept = queries.plan_of(land.round)
    assert (kept.is_set, kept.rules) == (True, (Rule("line", assessor_kinds=("department",), note="กรม"),))
    actions.set_assessors(actor=people.secretariat, round_id=land.round.public_id, rules_=())
    assert queries.plan_of(land.round).rules == ()
    actions.drop_assessors(actor=people.secretariat, round_id=land.round.public_id)
    assert (AssessorPlan.objects.count(), queries.plan_of(land.round).is_set) == (0, False)
    assert said(plan)[-1] == "assessors_dropped"
    with pytest.raises(Conflict):
        actions.drop_assessors(actor=people.secretariat, round_id=land.round.public_id)


def test_nobody_else_sets_them_and_none_when_the_round_is_over(land, people):
    for actor in (people.province, people.other_secretariat):
        with pytest.raises(Refused) as refused:
            ruled(actor, land.round)
        assert refused.value.code == "not-secretariat"
    with pytest.raises(Conflict) as over:
        ruled(people.secretariat.at(OVER), land.round)
    assert over.value.code == "round-over"


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (Rule("somehow"), "assessor"),
        (Rule("named"), "office"),
        (Rule("named", office_id=-1), "office"),
        (Rule("line"), "assessor_kinds"),
        (Rule("line", assessor_kinds=("province",), office_id=1), "assessor_kinds"),
        (Rule("line", kinds=("castle",), assessor_kinds=("province",)), "kinds"),
        (Rule("line", areas=("99",), assessor_kinds=("province",)), "areas"),
        (Rule("line", assessor_kinds=("province",), note="ก" * 301), "note"),
    ],
)
def test_a_rule_that_can_find_nobody_is_refused(land, people, rule, field):
    with pytest.raises(Invalid) as invalid:
        ruled(people.secretariat, land.round, rule)
    assert (invalid.value.code, list(invalid.value.fields)) == ("bad-rule", [field])


def test_too_many_rules_are_refused(land, people):
    with pytest.raises(Invalid) as invalid:
        ruled(people.secretariat, land.round, *[Rule("named", office_id=land.city.pk)] * 41)
    assert invalid.value.code == "too-many"


def test_what_the_secretariat_types_is_found(land, people):
    AreaFactory(code="10", name_th="กรุงเทพมหานคร")
    found, unknown = queries.areas_named(["กรุงเทพ มหานคร", "6508", "วังทอง", "เมืองลับแล"])
    assert (found, unknown) == ({"10": "กรุงเทพมหานคร", "6508": "วังทอง"}, ["วังทอง", "เมืองลับแล"])
    assert queries.office_named(people.secretariat, "จังหวัดพิษณุโลก") == land.province
    assert queries.office_named(people.secretariat, land.city.code) == land.city
    OrganisationFactory(name_th="จังหวัดพิษณุโลก")
    assert queries.office_named(people.secretariat, "จังหวัดพิษณุโลก") is None
    told = [Rule("line", areas=("65",), assessor_kinds=("province",)), Rule("named", office_id=land.city.pk)]
    assert queries.area_names(told) == {"65": "พิษณุโลก"}
    assert queries.office_names(told) == {land.city.pk: land.city.name_th}
    assert (queries.area_names([]), queries.office_names([])) == ({}, {})


# --- The list of an office ---------------------------------------------------------------------------------------------


def test_an_office_sees_the_units_that_fall_to_it_and_no_others(land, people, bangkok, desk):
    assert [row.pk for row in desk.matching(Wanted())] == [land.centre.pk, land.city_centre.pk]
    assert desk.totals().states["none"] == 2
    assert list(Desk(land.round, land.department).units()) == []
    assert not Desk(land.round, land.department).may_have_units
    ruled(people.secretariat, land.round)
    assert list(Desk(land.round, land.department).units()) == [bangkok.counter]
    assert Desk(land.round, bangkok.power).may_have_units
    ruled(people.secretariat, land.round, Rule("named", office_id=land.city.pk))
    named = Desk(land.round, land.city)
    assert (named.may_have_units, named.totals().total) == (True, 6)


@pytest.mark.postgres
def test_a_list_is_narrowed_and_ordered_in_the_database(land, people, desk):
    third = ServiceCentreFactory(organisation=land.district, name_th="เคาน์เตอร์ทะเบียน")
    assessed(people.province, land.round, land.province, land.centre)
    assessed(people.province, land.round, land.province, third, ready=False, reasons="ไม่มีทางลาด")

    def names(**wanted):
        return [row.pk for row in desk.matching(Wanted(**wanted))]

    city, centre = land.city_centre.pk, land.centre.pk
    assert names() == [city, third.pk, centre]
    assert names(state="assessed") == [third.pk, centre]
    assert names(state="none") == [city]
    assert names(state="อะไร") == names()
    assert (names(verdict="yes"), names(verdict="no")) == ([centre], [third.pk])
    assert (names(q="วังทอง ทะเบียน"), names(q="เทศบาล"), names(q="ไม่มี")) == ([third.pk, centre], [city], [])
    assert names(sort="ready") == [city, third.pk, centre]
    assert names(sort="area") == [city, third.pk, centre]
    assert names(sort="drop table") == names()
    totals = desk.totals()
    assert (totals.total, totals.to_assess, totals.ready, totals.not_ready) == (3, 1, 1, 1)
    rows = list(desk.lines(Wanted(sort="name", state="assessed")))
    assert [(row.state, row.verdict, row.reasons, row.assessed_on, row.place_name) for row in rows] == [
        ("assessed", "no", "ไม่มีทางลาด", DAY, "วังทอง"),
        ("assessed", "yes", "", DAY, "วังทอง"),
    ]


@pytest.mark.postgres
@pytest.mark.parametrize("count", [1, 3])
def test_queries_stay_the_same_with_more_units(land, people, exactly, count):
    for _n in range(count):
        ServiceCentreFactory(organisation=land.district)
    ruled(people.secretariat, land.round)
    with exactly(7):
        (office,) = queries.offices_of(people.province, land.programme.pk)
        desk = Desk(land.round, office)
        totals = desk.totals()
        page = queries.page_of(desk, Wanted(q="ศูนย์"), totals, 1, 50)
        assert len([row.organisation.name_th for row in page]) == count + 1
    assert queries.page_of(desk, Wanted(), totals, 1, 50).paginator.num_pages == 1
    with exactly(2):
        queries.falls(desk.plan.rules)


def test_whose_office_it_is_follows_from_the_posts(land, people):
    writer = OrganisationFactory(kind="provincial_office", writes_for=land.province)
    clerk = actor_for("supervisor", writer, received_at=MID_WINDOW)
    assert queries.offices_of(clerk, land.programme.pk) == [land.province, writer]
    assert rules.may_assess(clerk, land.province, land.programme.pk)
    assert queries.desk_of(clerk, land.round, land.province.public_id).office == land.province
    assert queries.desk_of(clerk, land.round, land.city.public_id) is None
    for actor in (people.officer, people.secretariat, Actor.public()):
        assert queries.offices_of(actor, land.programme.pk) == []
    other = actor_for("supervisor", land.province, programme=land.other, received_at=MID_WINDOW)
    assert queries.offices_of(other, land.programme.pk) == []
    one = actor_for("supervisor", land.district, centre=land.centre, received_at=MID_WINDOW)
    assert queries.offices_of(one, land.programme.pk) == []
    assert rules.offices(one, rules.ASSESS) == []


def test_the_menu_offers_it_to_who_assesses_and_to_heads_who_may_have_to_confirm(land, people):
    writer = OrganisationFactory(kind="provincial_office", writes_for=land.province)
    offered = [
        people.province,
        actor_for("head", land.province, received_at=MID_WINDOW),
        actor_for("head", writer, received_at=MID_WINDOW),
    ]
    assert all(rules.is_offered(actor) for actor in offered)
    for actor in (people.head, people.officer, people.secretariat, Actor.public()):
        assert not rules.is_offered(actor)


# --- Saying it ---------------------------------------------------------------------------------------------------------


def test_a_unit_is_assessed_with_the_gates_that_were_looked_at(land, people):
    gates = queries.gates_of(land.round)
    assert len(gates) == 14
    seen = {gates[0].key: "yes", gates[1].key: "no", gates[2].key: ""}
    (row,) = assessed(
        people.province, land.round, land.province, land.centre, gates=seen, reasons="ซ่อมเสร็จก่อนปิดรับ\r\n"
    )
    row.refresh_from_db()
    assert (row.state, row.ready, row.reasons, row.assessed_on) == ("assessed", True, "ซ่อมเสร็จก่อนปิดรับ", DAY)
    assert row.gates == {gates[0].key: "yes", gates[1].key: "no"}
    assert row.assessed_by_id == people.province.user_id
    # Said again without the gates leaves them as they were; with another day and the other way round.
    assessed(
        people.province, land.round, land.province, land.centre, ready=False, reasons="ยัง", assessed_on=None
    )
    row.refresh_from_db()
    assert (row.ready, row.gates, row.assessed_on) == (
        False,
        {gates[0].key: "yes", gates[1].key: "no"},
        datetime.date(2027, 2, 4),
    )
    assert said(row) == ["readiness_assessed", "readiness_assessed"]


def test_a_draft_may_leave_everything_open(land, people):
    (row,) = assessed(people.province, land.round, land.province, land.centre, ready=None, finished=False)
    assert (row.state, row.ready) == ("draft", None)
    assessed(people.province, land.round, land.province, land.centre)
    assessed(people.province, land.round, land.province, land.centre, finished=False, reasons="รอดูอีก")
    assert state_of(land.round, land.province, land.centre) == "draft"
    assert said(row) == ["readiness_kept", "readiness_assessed", "readiness_kept"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"ready": None}, "ready"),
        ({"ready": False}, "reasons"),
        ({"ready": False, "reasons": " \x00 "}, "reasons"),
        ({"reasons": "ก" * 2_001}, "reasons"),
        ({"assessed_on": datetime.date(2027, 2, 5)}, "assessed_on"),
        ({"gates": {"no.such.gate": "yes"}}, "gates"),
    ],
)
def test_what_is_missing_is_asked_for(land, people, values, field):
    with pytest.raises(Invalid) as invalid:
        assessed(people.province, land.round, land.province, land.centre, **values)
    assert list(invalid.value.fields) == [field]
    assert not Readiness.objects.exists()


def test_ready_although_a_gate_is_not_met_asks_why(land, people):
    gate = queries.gates_of(land.round)[0].key
    with pytest.raises(Invalid) as invalid:
        assessed(people.province, land.round, land.province, land.centre, gates={gate: "no"})
    assert list(invalid.value.fields) == ["reasons"]


def test_several_units_are_assessed_at_once(land, people):
    third = ServiceCentreFactory(organisation=land.district)
    assessed(people.province, land.round, land.province, land.centre, ready=False, reasons="ยัง")
    rows = assessed(
        people.province, land.round, land.province, land.centre, third, land.city_centre, third, expected=3
    )
    assert len(rows) == 3
    found = Readiness.objects.order_by("centre").values_list("centre", "state", "ready", "reasons")
    assert list(found) == [(pk, "assessed", True, "") for pk in sorted(row.centre_id for row in rows)]
    assert [len(said(row)) for row in rows] == [2, 1, 1]
    with pytest.raises(Conflict) as changed:
        assessed(people.province, land.round, land.province, land.centre, expected=2)
    assert changed.value.code == "changed"


@pytest.mark.parametrize(("count", "code"), [(0, "nobody"), (501, "too-many")])
def test_none_and_too_many_are_refused(land, people, count, code):
    with pytest.raises(Invalid) as invalid:
        actions.assess_readiness(
            actor=people.province,
            round_id=land.round.public_id,
            office_id=land.province.public_id,
            centre_ids=[uuid.uuid4() for _n in range(count)],
            ready=True,
        )
    assert invalid.value.code == code


def test_only_the_office_to_which_a_unit_falls_assesses_it(land, people):
    for actor in (people.department, people.officer, people.secretariat, people.head):
        with pytest.raises(Refused) as refused:
            assessed(actor, land.round, land.province, land.centre)
        assert refused.value.code == "not-yours"
    with pytest.raises(Refused) as refused:
        assessed(people.department, land.round, land.department, land.centre)
    assert refused.value.code == "not-yours"
    with pytest.raises(Refused):
        assessed(people.province, land.round, land.province, land.centre, ServiceCentreFactory())
    with pytest.raises(Conflict) as over:
        assessed(people.province.at(OVER), land.round, land.province, land.centre)
    assert over.value.code == "round-over"


# --- One unit ----------------------------------------------------------------------------------------------------------


def test_supervision_shows_no_draft(land, people, draft, exactly):
    ApplicationFactory(centre=land.city_centre, round=land.round, actor=people.city_officer)
    desk = Desk(land.round, land.province)
    with exactly(5):
        view = queries.unit_page(people.province, desk, land.centre.public_id)
    assert (view.application, view.state, view.statement) == (draft, "none", None)
    city = queries.unit_page(people.over_cities, desk, land.city_centre.public_id)
    assert city.application is None
    assessed(people.province, land.round, land.province, land.city_centre)
    assert queries.unit_page(people.over_cities, desk, land.city_centre.public_id).state == "assessed"
    assert queries.unit_page(people.province, desk, ServiceCentreFactory().public_id) is None


# --- Opening again -----------------------------------------------------------------------------------------------------


def reopen(actor, land, centre=None):
    return actions.reopen_readiness(
        actor=actor,
        round_id=land.round.public_id,
        office_id=land.province.public_id,
        centre_id=(centre or land.centre).public_id,
    )


@pytest.fixture
def governor(land):
    return actor_for("head", land.province, received_at=MID_WINDOW)


def test_a_statement_is_opened_again_until_the_closing(land, people, governor):
    (row,) = assessed(people.province, land.round, land.province, land.centre)
    with pytest.raises(Conflict) as wrong:
        reopen(people.province, land)
    assert wrong.value.code == "wrong-state"
    confirmed(governor, land.round, land.province)
    with pytest.raises(Conflict):
        assessed(people.province, land.round, land.province, land.centre)
    assert (reopen(governor, land).state, said(row)[-1]) == ("draft", "readiness_reopened")
    assessed(people.province, land.round, land.province, land.centre)
    confirmed(governor, land.round, land.province)
    sent(people.province, land.round, land.province)
    with pytest.raises(Conflict) as closed:
        reopen(people.province.at(CLOSED), land)
    assert closed.value.code == "window-closed"
    with pytest.raises(Refused):
        reopen(people.officer, land)
    assert reopen(people.province, land).confirmation is None
    with pytest.raises(Readiness.DoesNotExist):
        reopen(people.province, land, land.city_centre)


def test_a_round_that_takes_no_applications_is_open_to_its_end(land):
    stages = {key: days for key, days in DAYS_2570.items() if key != "application"}
    other = RoundFactory(programme=land.programme, fiscal_year=2571, days=stages)
    assert rules.may_reopen(other, CLOSED)
    assert not rules.may_reopen(other, OVER)
