"""Power over a case that nobody should have: by a move, by an office served besides or since, by one's own signature."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from saduak.applications import actions as applications
from saduak.applications import queries as reading
from saduak.assessment import actions, conflicts, queries
from saduak.assessment.actions import Given
from saduak.assessment.models import Case, Conflict, ScoreSheet, ScreeningReturn
from saduak.foundation import clock
from saduak.foundation.access import Actor, Refused
from saduak.organisations.actions import move_centre
from saduak.organisations.models import Appointment
from tests.applications.factories import fresh
from tests.assessment import factories
from tests.organisations.factories import (
    AppointmentFactory,
    AreaFactory,
    OrganisationFactory,
    PersonFactory,
    ServiceCentreFactory,
    actor_for,
    actor_of,
)
from tests.programme.factories import MID_WINDOW

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
DAY = datetime.timedelta(days=1)


def returned(team, row):
    return actions.return_case(
        actor=team.secretariat,
        case_id=row.public_id,
        reason="ภาพไม่ชัด",
        due_on=MID_WINDOW.date() + 7 * DAY,
    )


def test_why_a_centre_was_sent_back_is_read_by_its_agency_of_today_and_no_longer_by_the_one_before(team):
    row = factories.case(team.round)
    old, new = row.application.organisation, OrganisationFactory()
    move_centre(
        actor=Actor.system(),
        centre=row.application.centre.public_id,
        on=clock.today(),
        organisation=new.public_id,
    )
    entry = returned(team, row)
    before = actor_for("officer", old, received_at=MID_WINDOW)
    now = actor_for("officer", new, received_at=MID_WINDOW)
    assert not ScreeningReturn.objects.visible_to(before).exists()
    assert queries.screening_of(before, row.application.public_id) is None
    assert list(ScreeningReturn.objects.visible_to(now)) == [entry]
    assert queries.screening_of(now, row.application.public_id).returns[0][0] == entry


def moved_by_its_officer(team):
    """A case of a centre of Phitsanulok, entered in the register as of another province by its own officer."""
    here = AreaFactory(code="65")
    AreaFactory(code="66")
    office = OrganisationFactory(kind="local_government", area=here)
    centre = ServiceCentreFactory(organisation=office, area=here)
    row = factories.case(team.round, centre=centre)
    officer = actor_for("officer", office, received_at=MID_WINDOW)
    move_centre(actor=officer, centre=centre.public_id, on=clock.today(), area="66")
    return Case.objects.get(pk=row.pk), OrganisationFactory(kind="province", area=here)


def test_an_officer_moves_no_centre_away_from_an_evaluator_of_its_province(team):
    row, near = moved_by_its_officer(team)
    neighbour = team.seat("neighbour", "expert", organisation=near)
    given = team.given(row)
    assert not ScoreSheet.objects.filter(case=given, member__person=neighbour).exists()
    assert Conflict.objects.get(case=given, person=neighbour).kind == "same_province"


def test_nor_from_the_committee(team):
    row, near = moved_by_its_officer(team)
    there = OrganisationFactory(kind="province", area=AreaFactory(code="66"))
    far = OrganisationFactory(kind="province", area=AreaFactory(code="10"))
    sees = [
        Case.objects.visible_to(actor_for("committee", place)).filter(pk=row.pk).exists()
        for place in (near, there, far)
    ]
    assert sees == [False, False, True]


def test_the_province_of_a_national_office_is_not_that_of_its_centre_elsewhere(team):
    capital, here = AreaFactory(code="10"), AreaFactory(code="65")
    department = OrganisationFactory(kind="department", area=capital)
    row = factories.case(team.round, centre=ServiceCentreFactory(organisation=department, area=here))
    city = OrganisationFactory(kind="province", area=capital)
    person = factories.evaluator(city)
    assert conflicts.automatic(row, [person.pk], clock.today()) == {}
    assert Case.objects.visible_to(actor_for("committee", city)).filter(pk=row.pk).exists()
    bare = factories.case(team.round, centre=ServiceCentreFactory(organisation=department, area=None))
    assert conflicts.automatic(bare, [person.pk], clock.today()) == {person.pk: "same_province"}
    assert not Case.objects.visible_to(actor_for("committee", city)).filter(pk=bare.pk).exists()


def test_who_signed_and_filed_an_application_does_not_judge_it_from_another_office(team, exactly):
    person = PersonFactory()
    row = factories.filed_by(team.round, person)
    other = factories.case(team.round)
    AppointmentFactory(person=person, role="evaluator", organisation=OrganisationFactory())
    actions.add_member(
        actor=team.secretariat,
        panel_id=team.panel.public_id,
        person_id=person.public_id,
        role="expert",
    )
    cases = list(
        Case.objects.select_related("application__centre__organisation__area", "application__centre__area")
    )
    with exactly(2):
        assert conflicts.found(cases, [person.pk], clock.today()) == {
            (row.pk, person.pk): "same_organisation"
        }
    for case, sheets in ((row, 0), (other, 1)):
        given = team.given(case)
        assert ScoreSheet.objects.filter(case=given, member__person=person).count() == sheets


def test_nor_does_it_as_one_of_the_committee(team):
    person = PersonFactory()
    factories.filed_by(team.round, person)
    other = factories.case(team.round)
    AppointmentFactory(person=person, role="committee", organisation=OrganisationFactory())
    assert list(Case.objects.visible_to(actor_of(person, received_at=MID_WINDOW))) == [other]


@pytest.mark.parametrize("role", ["head", "clerk", "committee"])
def test_who_serves_an_office_besides_screens_nothing_of_it(team, role):
    office = OrganisationFactory()
    person = PersonFactory()
    AppointmentFactory(person=person, role="secretariat", programme=team.round.programme)
    AppointmentFactory(person=person, role=role, organisation=office)
    both = actor_of(person, received_at=MID_WINDOW)
    row = factories.case(team.round, centre=ServiceCentreFactory(organisation=office))
    steps = (
        lambda case: actions.accept(actor=both, case_id=case.public_id),
        lambda case: actions.reject(actor=both, case_id=case.public_id, reason="ไม่ครบ"),
        lambda case: actions.return_case(
            actor=both, case_id=case.public_id, reason="ไม่ครบ", due_on=MID_WINDOW.date() + DAY
        ),
        lambda case: actions.extend_return(
            actor=both, case_id=case.public_id, due_on=MID_WINDOW.date() + DAY, reason="น้ำท่วม"
        ),
    )
    for step in steps:
        with pytest.raises(Refused) as caught:
            step(row)
        assert caught.value.code == "own-office"
    elsewhere = factories.case(team.round)
    assert actions.accept(actor=both, case_id=elsewhere.public_id).state == "accepted"


def test_the_secretariat_screens_what_its_own_unit_applied_for(team):
    unit = Appointment.objects.get(person=team.secretariat.person_id).organisation
    row = factories.case(team.round, centre=ServiceCentreFactory(organisation=unit))
    assert actions.accept(actor=team.secretariat, case_id=row.public_id).state == "accepted"


def test_the_page_of_a_case_says_who_screens_it_instead_of_offering_it(team):
    row = factories.case(team.round)
    person = PersonFactory()
    AppointmentFactory(person=person, role="secretariat", programme=team.round.programme)
    AppointmentFactory(person=person, role="head", organisation=row.application.organisation)
    browser = Client()
    browser.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    address = reverse("assessment:case", args=[row.public_id])
    page = browser.get(address).content.decode()
    assert "ให้คนอื่นในฝ่ายเลขานุการตรวจเอกสารเรื่องนี้" in page
    assert reverse("assessment:accept", args=[row.public_id]) not in page
    actions.accept(actor=team.secretariat, case_id=row.public_id)
    assert "ให้คนอื่นในฝ่ายเลขานุการ" not in browser.get(address).content.decode()


def joins(team, row, role="officer"):
    """The expert comes to serve the office of a case that is given already."""
    AppointmentFactory(person=team.people["expert"], role=role, organisation=row.application.organisation)
    return team.actor("expert")


def test_an_evaluator_who_came_to_serve_the_office_reads_its_scores_no_more(team):
    row, other = team.given(), team.given()
    for case in (row, other):
        team.score("expert", case)
        team.score("chair", case)
    actor = joins(team, row)
    assert set(ScoreSheet.objects.visible_to(actor).values_list("case", flat=True)) == {other.pk}
    assert list(Case.objects.visible_to(actor)) == [other]
    assert list(queries.to_declare(actor)) == []


def test_an_evaluator_goes_on_with_the_applications_of_an_office_that_they_serve(team):
    row = team.given()
    line = factories.evaluator()
    AppointmentFactory(person=line, role="officer", organisation=row.application.organisation)
    actor = factories.acting(line)
    assert reading.readable(actor).filter(pk=row.application_id).exists()


def test_a_sheet_that_is_still_out_waits_only_until_the_interest_is_declared(team):
    row = team.given()
    sheet = team.sheet("expert", row)
    actor = joins(team, row)
    with pytest.raises(Refused) as caught:
        actions.save_scores(actor=actor, sheet_id=sheet.public_id, version=0, scores={"x": Given(None)})
    assert caught.value.code == "conflict"
    assert list(queries.my_sheets(actor)) == []
    assert list(queries.to_declare(actor)) == [row]
    browser = Client()
    browser.force_login(
        team.people["expert"].user, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    declare = reverse("assessment:conflict", args=[row.public_id])
    assert declare in browser.get(reverse("assessment:mine")).content.decode()
    said = browser.post(reverse("assessment:sheet", args=[sheet.public_id]), {"version": "0"})
    assert said.status_code == 403
    assert "ให้แจ้งส่วนได้เสีย" in said.content.decode()
    assert browser.get(declare).status_code == 200
    assert browser.post(declare, {"reason": "ย้ายมาหน่วยงานนี้"}).status_code == 302
    sheet.refresh_from_db()
    assert sheet.state == "void"
    assert browser.get(declare).status_code == 404
    assert declare not in browser.get(reverse("assessment:mine")).content.decode()
    team.score("chair", row)
    assert [case.pk for case in queries.ready_to_agree(team.actor("secretary"))] == [row.pk]


def test_an_evaluator_settles_nothing_by_hand_and_the_result_of_a_panel_settles_by_itself(team):
    row = factories.case(team.round)
    stranger = actor_of(factories.evaluator(programme=team.round.programme), received_at=MID_WINDOW)
    for actor in (stranger, team.actor("chair")):
        with pytest.raises(Refused):
            applications.settle(actor=actor, application_id=row.application.public_id)
    done = team.agreed(row)
    assert fresh(done.application).settled_at == MID_WINDOW
