"""Who had a hand in an application neither screens nor judges it; who serves an office goes on with its own work."""

import datetime

import pytest

from saduak.applications import actions as applications
from saduak.applications import queries as reading
from saduak.applications.models import Application
from saduak.assessment import actions, conflicts
from saduak.assessment.models import Case, Conflict, ScreeningReturn
from saduak.foundation import clock
from saduak.foundation.access import Actor, Refused
from saduak.organisations.actions import end_appointment, move_centre
from saduak.organisations.models import Appointment
from tests.applications.factories import ApplicationFactory, fresh, submitted_application
from tests.applications.factories_helping import given, items_of
from tests.assessment import factories
from tests.organisations.factories import (
    AppointmentFactory,
    OrganisationFactory,
    PersonFactory,
    ProgrammeFactory,
    ServiceCentreFactory,
    actor_for,
    actor_of,
)
from tests.programme.factories import MID_WINDOW, InternalDeadlineFactory

pytestmark = [pytest.mark.django_db]
DAY = datetime.timedelta(days=1)


def test_who_signed_and_filed_does_not_screen_it_since(team):
    person = PersonFactory()
    row = factories.filed_by(team.round, person)
    AppointmentFactory(person=person, role="secretariat", programme=team.round.programme)
    with pytest.raises(Refused):
        actions.accept(actor=actor_of(person, received_at=MID_WINDOW), case_id=row.public_id)


def test_who_serves_the_office_from_tomorrow_does_not_screen_it_today(team):
    row = factories.case(team.round)
    person = PersonFactory()
    AppointmentFactory(person=person, role="secretariat", programme=team.round.programme)
    AppointmentFactory(
        person=person, role="head", organisation=row.application.organisation, valid_from=clock.today() + DAY
    )
    with pytest.raises(Refused):
        actions.accept(actor=actor_of(person, received_at=MID_WINDOW), case_id=row.public_id)


def test_who_wrote_the_application_does_not_judge_it_since(team):
    person = PersonFactory()
    office = OrganisationFactory()
    writer = actor_for("officer", office, person=person, received_at=MID_WINDOW)
    made = ApplicationFactory(
        round=team.round, centre=ServiceCentreFactory(organisation=office), actor=writer
    )
    row = Case.objects.get(application=submitted_application(made).application)
    end_appointment(actor=writer, appointment=Appointment.objects.get(person=person).public_id)
    AppointmentFactory(person=person, role="evaluator", organisation=OrganisationFactory())
    assert conflicts.automatic(row, [person.pk], clock.today())


def test_who_checked_the_draft_does_not_judge_it_since(team):
    above = OrganisationFactory()
    office = OrganisationFactory(under=above)
    made = ApplicationFactory(round=team.round, centre=ServiceCentreFactory(organisation=office))
    officer = actor_for("officer", office, received_at=MID_WINDOW)
    person = PersonFactory()
    checker = actor_for("supervisor", above, person=person, received_at=MID_WINDOW)
    review = applications.request_review(
        actor=officer, application_id=made.public_id, organisation_id=above.public_id
    )
    applications.endorse_review(actor=checker, review_id=review.public_id)
    row = Case.objects.get(application=submitted_application(made).application)
    AppointmentFactory(person=person, role="evaluator", organisation=OrganisationFactory())
    # still the supervisor of the office that commands the applicant's
    assert conflicts.automatic(row, [person.pk], clock.today())


@pytest.mark.postgres
@pytest.mark.parametrize("how", ["given", "ended", "wrote", "taken on"])
def test_who_helped_with_the_draft_does_not_judge_it_since(team, how):
    office = OrganisationFactory()
    officer = actor_for("officer", office, received_at=MID_WINDOW)
    made = ApplicationFactory(
        round=team.round, centre=ServiceCentreFactory(organisation=office), actor=officer
    )
    person, bystander = PersonFactory(), PersonFactory()
    helper = actor_of(person, received_at=MID_WINDOW)
    if how == "wrote":
        # As a helper of the office for a while: no delegation says so.
        post = AppointmentFactory(person=person, role="helper", organisation=office)
        helper = actor_of(person, received_at=MID_WINDOW)
        item = items_of(made, "2.1")[0]
        applications.save_answer(actor=helper, answer_id=item.public_id, version=item.version, narrative="ก")
        Appointment.objects.filter(pk=post.pk).delete()
    else:
        to = {"email": person.user.email, "name": ""} if how == "taken on" else {"person": person}
        help_ = given(made, officer, **to).delegation
        if how == "taken on":
            # An offer alone makes nobody interested: a centre could keep whoever it likes from judging it.
            assert conflicts.hands([Case(application=made)], {person.pk}) == set()
            applications.take_help_on(actor=helper, delegation_id=help_.public_id)
        if how == "ended":
            applications.end_help(actor=officer, delegation_id=help_.public_id)
    row = Case.objects.get(application=submitted_application(made).application)
    for judge in (person, bystander):
        AppointmentFactory(person=judge, role="secretariat", programme=team.round.programme)
    both = [person.pk, bystander.pk]
    assert conflicts.automatic(row, both, clock.today()) == {person.pk: Conflict.Kind.SAME_ORGANISATION}
    with pytest.raises(Refused):
        actions.accept(actor=actor_of(person, received_at=MID_WINDOW), case_id=row.public_id)
    seen = [
        conflicts.of_judge(
            actor_of(one, received_at=MID_WINDOW),
            "application",
            "application__organisation",
            "application__centre",
        )
        for one in (person, bystander)
    ]
    assert [Case.objects.filter(shut).exists() for shut in seen] == [True, False]


def moved(row, new):
    move_centre(
        actor=Actor.system(),
        centre=row.application.centre.public_id,
        on=clock.today(),
        organisation=new.public_id,
    )


def test_after_a_move_an_evaluator_goes_on_with_the_application_of_the_office_they_serve(team):
    row = factories.case(team.round)
    new = OrganisationFactory()
    moved(row, new)
    person = team.seat("mate", "expert")
    AppointmentFactory(person=person, role="officer", organisation=new)
    team.given(Case.objects.get(pk=row.pk))
    assert Conflict.objects.filter(case=row, person=person).exists()
    actor = actor_of(person, received_at=MID_WINDOW)
    assert reading.readable(actor).filter(pk=row.application_id).exists()


def test_after_a_move_a_seat_on_the_committee_does_not_shut_the_own_draft(team):
    made = ApplicationFactory(round=team.round)
    new = OrganisationFactory()
    move_centre(
        actor=Actor.system(), centre=made.centre.public_id, on=clock.today(), organisation=new.public_id
    )
    person = PersonFactory()
    AppointmentFactory(person=person, role="committee", organisation=OrganisationFactory())
    AppointmentFactory(person=person, role="officer", organisation=new)
    actor = actor_of(person, received_at=MID_WINDOW)
    assert Application.objects.visible_to(actor).filter(pk=made.pk).exists()


def test_after_a_move_the_reasons_of_a_return_are_read_by_the_own_officer_of_the_committee(team):
    row = factories.case(team.round)
    new = OrganisationFactory()
    moved(row, new)
    entry = actions.return_case(
        actor=team.secretariat, case_id=row.public_id, reason="ไม่ชัด", due_on=MID_WINDOW.date() + 7 * DAY
    )
    person = PersonFactory()
    AppointmentFactory(person=person, role="committee", organisation=OrganisationFactory())
    AppointmentFactory(person=person, role="officer", organisation=new)
    actor = actor_of(person, received_at=MID_WINDOW)
    assert list(ScreeningReturn.objects.visible_to(actor)) == [entry]


def test_a_seat_on_another_programme_s_committee_does_not_stop_screening_at_the_own_unit(team):
    person = PersonFactory()
    unit = OrganisationFactory()
    AppointmentFactory(person=person, role="secretariat", organisation=unit, programme=team.round.programme)
    row = factories.case(team.round, centre=ServiceCentreFactory(organisation=unit))
    assert Case.objects.visible_to(actor_of(person, received_at=MID_WINDOW)).filter(pk=row.pk).exists()
    AppointmentFactory(
        person=person, role="committee", organisation=OrganisationFactory(), programme=ProgrammeFactory()
    )
    assert Case.objects.visible_to(actor_of(person, received_at=MID_WINDOW)).filter(pk=row.pk).exists()


def test_an_order_of_the_agency_of_today_lasts_for_a_centre_that_moved_there(team):
    above = OrganisationFactory()
    new = OrganisationFactory(under=above)
    made = ApplicationFactory(round=team.round)
    move_centre(
        actor=Actor.system(), centre=made.centre.public_id, on=clock.today(), organisation=new.public_id
    )
    InternalDeadlineFactory(round=team.round, owner=above, kind="check", reach="line")
    officer = actor_for("officer", new, received_at=MID_WINDOW)
    checker = actor_for("supervisor", above, received_at=MID_WINDOW)
    review = applications.request_review(
        actor=officer, application_id=made.public_id, organisation_id=above.public_id
    )
    assert review.force == "order"
    applications.endorse_review(actor=checker, review_id=review.public_id)
    assert reading.sees_content(checker, fresh(made))
