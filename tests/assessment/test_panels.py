"""Panels: seats, conflicts seen by the program, giving cases one and many."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saduak.assessment import actions, conflicts, queries
from saduak.assessment.models import Case, Conflict, Panel, PanelMember, ScoreSheet
from saduak.foundation import clock
from saduak.foundation.access import Conflict as Moved
from saduak.foundation.access import Invalid, Refused
from saduak.foundation.models import AuditEntry
from tests.assessment import factories
from tests.organisations.factories import AppointmentFactory, AreaFactory, OrganisationFactory, PersonFactory
from tests.programme.factories import MID_WINDOW, RoundFactory

pytestmark = pytest.mark.django_db


def seat(team, person, role="expert", **kwargs):
    return actions.add_member(
        actor=team.secretariat, panel_id=team.panel.public_id, person_id=person.public_id, role=role, **kwargs
    )


def test_a_panel_has_a_number_of_its_own(team):
    office = team.secretariat
    made = actions.create_panel(actor=office, round_id=team.round.public_id, number=2, name=" เหนือ ")
    assert (made.number, made.name) == (2, "เหนือ")
    for number in (0, 2, 1000):
        with pytest.raises(Invalid) as caught:
            actions.create_panel(actor=office, round_id=team.round.public_id, number=number)
        assert list(caught.value.fields) == ["number"]
    with pytest.raises(Invalid) as caught:
        actions.create_panel(actor=office, round_id=team.round.public_id, number=3, name="ก" * 201)
    assert list(caught.value.fields) == ["name"]


def test_only_the_secretariat_of_the_programme_makes_panels(team, given):
    for actor in (team.actor("chair"), factories.team().secretariat):
        for act in (
            lambda actor=actor: actions.create_panel(actor=actor, round_id=team.round.public_id, number=9),
            lambda actor=actor: actions.add_member(
                actor=actor, panel_id=team.panel.public_id, person_id=PersonFactory().public_id, role="chair"
            ),
            lambda actor=actor: actions.remove_member(
                actor=actor, member_id=team.member("expert").public_id, reason="x"
            ),
            lambda actor=actor: actions.assign(
                actor=actor, case_id=given.public_id, panel_id=team.panel.public_id
            ),
            lambda actor=actor: actions.unassign(actor=actor, case_id=given.public_id, reason="x"),
        ):
            with pytest.raises(Refused):
                act()


def test_a_seat_is_for_an_evaluator_of_the_programme_once_and_with_a_known_role(team):
    person = factories.evaluator()
    seat(team, person)
    refused = [
        (person, "expert", "person"),
        (PersonFactory(), "expert", "person"),
        (factories.evaluator(programme=RoundFactory().programme), "expert", "person"),
        (factories.evaluator(valid_to=MID_WINDOW.date()), "expert", "person"),
        (factories.evaluator(), "king", "role"),
        (factories.evaluator(), "chair", "role"),
    ]
    for somebody, role, field in refused:
        with pytest.raises(Invalid) as caught:
            seat(team, somebody, role)
        assert list(caught.value.fields) == [field]
    assert seat(team, factories.evaluator(programme=team.round.programme)).role == "expert"
    gone = PersonFactory()
    gone.public_id = team.panel.public_id
    with pytest.raises(Invalid):
        seat(team, gone)


def test_leaving_voids_the_sheets_that_are_not_agreed(team, given):
    done = team.agreed()
    member = team.member("expert")
    with pytest.raises(Invalid) as caught:
        actions.remove_member(actor=team.secretariat, member_id=member.public_id, reason=" ")
    assert list(caught.value.fields) == ["reason"]
    for _ in range(2):
        left = actions.remove_member(actor=team.secretariat, member_id=member.public_id, reason="ย้าย")
    assert left.left_at == MID_WINDOW
    assert (team.sheet("expert", given).state, team.sheet("expert", done).state) == ("void", "in")
    assert AuditEntry.objects.filter(verb="assessment.member_left").count() == 1
    assert seat(team, team.people["expert"]).left_at is None


def told(verb):
    """What the chains of cases say with a verb, by case."""
    rows = AuditEntry.objects.filter(verb=f"assessment.{verb}", aggregate="assessment.case")
    return {row.aggregate_id: row.facts for row in rows}


def test_each_case_tells_of_the_sheet_it_loses(team, given):
    other, done = team.given(), team.agreed()
    actions.unassign(actor=team.secretariat, case_id=other.public_id, reason="เปลี่ยน")
    actions.assign(actor=team.secretariat, case_id=other.public_id, panel_id=team.panel.public_id)
    expert = team.actor("expert")
    actions.declare_conflict(actor=expert, case_id=other.public_id, reason="ญาติ")
    member, sheet = team.member("expert"), team.sheet("expert", given)
    actions.remove_member(actor=team.secretariat, member_id=member.public_id, reason="ย้าย")
    # Of the other the sheet was void before, of the one that is agreed it goes on to count.
    assert told("sheet_voided") == {
        given.pk: {"member": str(member.public_id), "sheet": str(sheet.public_id)}
    }
    assert ScoreSheet.objects.get(case=done, member=member).state == "in"


def test_each_case_tells_of_the_member_it_gains_and_of_the_interest(team):
    row = factories.case(team.round)
    given, other = team.given(row), team.given()
    new = team.seat("new", "expert", running=True, organisation=row.application.centre.organisation)
    member = str(team.member("new").public_id)
    assert told("member_joined") == {
        given.pk: {"member": member, "conflict": True},
        other.pk: {"member": member, "conflict": False},
    }
    assert str(new) not in str(told("member_joined"))
    team.seat("late", "expert")
    assert len(told("member_joined")) == AuditEntry.objects.filter(verb="assessment.member_joined").count()


def test_coming_and_leaving_ask_as_much_for_three_cases_as_for_one(team):
    counts = []
    for more in (1, 2):
        for _ in range(more):
            team.given()
        person = factories.evaluator()
        with CaptureQueriesContext(connection) as captured:
            member = seat(team, person, running=True)
            actions.remove_member(actor=team.secretariat, member_id=member.public_id, reason="ลา")
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert AuditEntry.objects.filter(verb="assessment.sheet_voided").count() == 4


def test_who_comes_in_place_of_another_gets_the_running_cases(team):
    row = factories.case(team.round)
    given, other = team.given(row), team.given()
    actions.remove_member(actor=team.secretariat, member_id=team.member("expert").public_id, reason="ย้าย")
    new = team.seat("new", "expert", running=True, organisation=row.application.centre.organisation)
    assert {sheet.case_id for sheet in ScoreSheet.objects.filter(member__person=new)} == {other.pk}
    assert Conflict.objects.get(person=new).case_id == given.pk
    late = team.seat("late", "expert")
    assert not ScoreSheet.objects.filter(member__person=late).exists()
    silent = team.seat("silent", "opdc", scores=False, running=True)
    assert not ScoreSheet.objects.filter(member__person=silent).exists()


PHITSANULOK, TAK = "65", "63"


def offices():
    province, district = (
        AreaFactory(code=PHITSANULOK),
        AreaFactory(code="6508", parent=AreaFactory(code="65")),
    )
    return {
        "province": OrganisationFactory(kind="province", area=province),
        "district": OrganisationFactory(kind="district", area=district),
        "elsewhere": OrganisationFactory(kind="district", area=AreaFactory(code=TAK)),
        "ministry": OrganisationFactory(kind="ministry", area=province),
        "nowhere": OrganisationFactory(),
    }


@pytest.mark.parametrize(
    ("home", "wanted"),
    [
        ("own", "same_organisation"),
        ("province", "same_province"),
        ("district", "same_province"),
        ("elsewhere", None),
        ("ministry", None),
        ("nowhere", None),
    ],
)
def test_the_program_sees_the_same_office_and_offices_of_the_same_province(team, home, wanted):
    places = offices()
    own = OrganisationFactory(
        kind="local_government", area=AreaFactory(code="6501", parent=AreaFactory(code="65"))
    )
    row = factories.case(team.round, centre=factories.centre_at(own))
    person = factories.evaluator({**places, "own": own}[home])
    assert conflicts.automatic(row, [person.pk], clock.today()).get(person.pk) == wanted


def test_an_appointment_that_ended_is_no_conflict_and_a_centre_without_area_has_no_province(team):
    places = offices()
    person = factories.evaluator()
    AppointmentFactory(
        person=person, role="officer", organisation=places["province"], valid_to=MID_WINDOW.date()
    )
    row = factories.case(team.round, centre=factories.centre_at(places["district"]))
    assert conflicts.automatic(row, [person.pk], clock.today()) == {}
    bare = factories.case(team.round, centre=factories.centre_at(places["nowhere"]))
    assert conflicts.automatic(bare, [factories.evaluator(places["province"]).pk], clock.today()) == {}


def test_giving_a_case_makes_sheets_for_those_who_may_score(team):
    row = team.accepted()
    barred = team.seat("barred", "expert", organisation=row.application.centre.organisation)
    given = actions.assign(actor=team.secretariat, case_id=row.public_id, panel_id=team.panel.public_id)
    assert (given.state, given.panel, given.assigned_at) == ("scoring", team.panel, MID_WINDOW)
    people = set(ScoreSheet.objects.filter(case=given).values_list("member__person", flat=True))
    assert people == {team.people["chair"].pk, team.people["expert"].pk}
    assert Conflict.objects.get(case=given).person == barred
    with pytest.raises(Moved):
        actions.assign(actor=team.secretariat, case_id=row.public_id, panel_id=team.panel.public_id)


def test_a_case_is_not_given_where_nobody_could_score_or_agree(team):
    row = team.accepted()
    place = row.application.centre.organisation
    lone = Panel.objects.get(
        pk=actions.create_panel(actor=team.secretariat, round_id=team.round.public_id, number=2).pk
    )

    def add(person, role, **kwargs):
        actions.add_member(
            actor=team.secretariat, panel_id=lone.public_id, person_id=person.public_id, role=role, **kwargs
        )

    def give():
        return actions.assign(actor=team.secretariat, case_id=row.public_id, panel_id=lone.public_id)

    add(factories.evaluator(place), "chair")
    with pytest.raises(Invalid) as caught:
        give()
    assert "ไม่มีผู้ให้คะแนน" in str(caught.value.reason)
    add(factories.evaluator(), "expert")
    with pytest.raises(Invalid) as caught:
        give()
    assert "ไม่มีประธานหรือเลขานุการ" in str(caught.value.reason)
    assert not Conflict.objects.exists()
    add(factories.evaluator(), "secretary", scores=False)
    assert give().state == "scoring"


def test_a_panel_and_its_cases_are_of_one_round(team):
    row = team.accepted()
    other = factories.team()
    both = [(other.secretariat, other.panel.public_id), (team.secretariat, row.public_id)]
    for actor, panel_id in both:
        with pytest.raises(Invalid) as caught:
            actions.assign(actor=actor, case_id=row.public_id, panel_id=panel_id)
        assert list(caught.value.fields) == ["panel"]
    Panel.objects.filter(pk=team.panel.pk).update(retired_at=MID_WINDOW)
    with pytest.raises(Invalid):
        actions.assign_many(actor=team.secretariat, case_ids=[row.public_id], panel_id=team.panel.public_id)


def test_many_at_once_ask_as_much_as_few(team):
    rows = [team.accepted() for _ in range(4)]

    def give(found):
        return actions.assign_many(
            actor=team.secretariat, case_ids=[row.public_id for row in found], panel_id=team.panel.public_id
        )

    # What rooms above do for each case (a notice for each member) is not counted here.
    counts = []
    for found in (rows[:1], rows[1:]):
        with CaptureQueriesContext(connection) as captured:
            done = give(found)
        asked = [q["sql"] for q in captured if "outreach" not in q["sql"] and "SAVEPOINT" not in q["sql"]]
        counts.append(len([sql for sql in asked if "panelmember" not in sql]))
        assert [plan.case.pk for plan in done.given] == [row.pk for row in found]
    assert counts[0] == counts[1]
    assert ScoreSheet.objects.count() == 8
    with pytest.raises(Invalid):
        give([])
    with pytest.raises(Moved):
        give(rows)


def test_none_is_given_when_one_is_not_ready(team):
    ready, fresh = team.accepted(), factories.case(team.round)
    with pytest.raises(Moved):
        actions.assign_many(
            actor=team.secretariat, case_ids=[ready.public_id, fresh.public_id], panel_id=team.panel.public_id
        )
    assert Case.objects.get(pk=ready.pk).state == "accepted"


def test_taking_back_and_giving_again_keeps_what_was_typed(team, given):
    team.score("chair", given)
    with pytest.raises(Invalid):
        actions.unassign(actor=team.secretariat, case_id=given.public_id, reason="")
    actions.unassign(actor=team.secretariat, case_id=given.public_id, reason="ผิดคณะ")
    assert set(ScoreSheet.objects.values_list("state", flat=True)) == {"void"}
    actions.assign(actor=team.secretariat, case_id=given.public_id, panel_id=team.panel.public_id)
    sheet = team.sheet("chair", given)
    assert (sheet.state, sheet.handed_in_at, sheet.version) == ("draft", None, 1)
    assert ScoreSheet.objects.count() == 2
    page = queries.sheet_page(team.actor("chair"), sheet.public_id)
    assert page.done == len(page.rows)


def test_declaring_an_interest(team, given):
    expert = team.actor("expert")
    with pytest.raises(Invalid) as caught:
        actions.declare_conflict(actor=expert, case_id=given.public_id, reason=" ")
    assert list(caught.value.fields) == ["reason"]
    with pytest.raises(Invalid):
        actions.declare_conflict(actor=expert, case_id=given.public_id, reason="ก" * 501)
    for actor in (team.secretariat, factories.team(team.round).actor("chair")):
        with pytest.raises(Refused) as refused:
            actions.declare_conflict(actor=actor, case_id=given.public_id, reason="x")
        assert refused.value.code == "not-on-panel"
    first = actions.declare_conflict(actor=expert, case_id=given.public_id, reason="ญาติ")
    second = actions.declare_conflict(actor=expert, case_id=given.public_id, reason="อื่น")
    assert first.pk == second.pk
    assert Conflict.objects.get().reason == "ญาติ"
    entry = AuditEntry.objects.get(verb="assessment.conflict_declared")
    assert "ญาติ" not in str(entry.facts)
    actions.unassign(actor=team.secretariat, case_id=given.public_id, reason="เปลี่ยน")
    with pytest.raises(Refused):
        actions.declare_conflict(actor=expert, case_id=given.public_id, reason="x")
    again = actions.assign(actor=team.secretariat, case_id=given.public_id, panel_id=team.panel.public_id)
    assert team.sheet("expert", again).state == "void"


def test_after_agreeing_an_interest_is_told_to_the_secretariat(team):
    done = team.agreed()
    with pytest.raises(Moved) as caught:
        actions.declare_conflict(actor=team.actor("expert"), case_id=done.public_id, reason="ญาติ")
    assert caught.value.code == "agreed"


def test_panels_are_listed_with_seats_and_work(team, given):
    team.agreed()
    actions.remove_member(actor=team.secretariat, member_id=team.member("secretary").public_id, reason="ลา")
    (panel,) = queries.panels(team.secretariat, team.round.pk)
    assert (panel.scoring, panel.agreed, len(panel.seated)) == (1, 1, 2)
    page = queries.panel_page(team.secretariat, team.panel.public_id)
    assert ([m.role for m in page.members], [m.role for m in page.left]) == (
        ["chair", "expert"],
        ["secretary"],
    )
    assert page.cases.count() == 2
    assert queries.panel_page(team.secretariat, given.public_id) is None
    assert [m.pk for m in queries.members_of(team.panel)] == [m.pk for m in page.members]
    assert PanelMember.objects.count() == 3


def test_what_waits_for_a_panel_is_of_its_round_the_longest_waiting_first(team, given):
    late, early = team.accepted(), team.accepted()
    Case.objects.filter(pk=early.pk).update(opened_at=MID_WINDOW - factories.DAY)
    factories.case(team.round)
    other = RoundFactory(programme=team.round.programme, fiscal_year=2571)
    elsewhere = team.accepted(factories.case(other))
    assert list(queries.waiting_for_panel(team.secretariat, team.round.pk)) == [early, late]
    assert list(queries.waiting_for_panel(team.secretariat, other.pk)) == [elsewhere]
    assert list(queries.waiting_for_panel(team.actor("chair"), team.round.pk)) == []
    wanted = [row.public_id for row in (given, early, elsewhere)]
    assert [plan.case for plan in queries.preview(team.secretariat, team.panel, wanted)] == [early]
    assert queries.preview(team.actor("chair"), team.panel, wanted) == []


def test_a_preview_says_who_would_score_and_who_may_not(team):
    row, other = team.accepted(), team.accepted()
    team.seat("near", "expert", organisation=row.application.centre.organisation)
    chair, expert, near = (team.member(name) for name in ("chair", "expert", "near"))
    Conflict.objects.create(case=other, person=team.people["expert"], kind="declared")
    barred = ((near, "same_organisation"),)
    wanted = [other.public_id, row.public_id]
    assert queries.preview(team.secretariat, team.panel, wanted) == [
        conflicts.Plan(row, scorers=(chair, expert), barred=barred, new=barred),
        conflicts.Plan(other, scorers=(chair, near), barred=((expert, "declared"),), new=()),
    ]
    assert (Conflict.objects.count(), ScoreSheet.objects.count()) == (1, 0)
    assert set(Case.objects.values_list("state", flat=True)) == {"accepted"}
    empty = actions.create_panel(actor=team.secretariat, round_id=team.round.public_id, number=2)
    (plan,) = queries.preview(team.secretariat, empty, [row.public_id])
    assert (plan.scorers, str(plan.problem)) == ((), "คณะนี้ไม่มีผู้ให้คะแนนที่ไม่มีส่วนได้เสีย")


@pytest.mark.parametrize("count", [1, 3])
def test_what_waits_costs_one_query_and_its_preview_five(team, exactly, count):
    rows = [team.accepted() for _ in range(count)]
    with exactly(1):
        waiting = [
            (row.public_id, row.application.centre.name_th, row.application.organisation.name_th, row.panel)
            for row in queries.waiting_for_panel(team.secretariat, team.round.pk)
        ]
    assert [line[0] for line in waiting] == [row.public_id for row in rows]
    with exactly(5):
        plans = queries.preview(team.secretariat, team.panel, [row.public_id for row in rows])
    assert [len(plan.scorers) for plan in plans] == [2] * count
