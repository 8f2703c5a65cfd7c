"""Power over applications that nobody gave: by moves, links, checks, and posts bound to another programme."""

import datetime

import pytest

from saduak.applications import actions, queries
from saduak.applications import rules as app_rules
from saduak.applications.models import Evidence
from saduak.foundation import clock, ids
from saduak.foundation.access import Actor, Refused
from saduak.foundation.access.resolver import digest, of_link
from saduak.foundation.models import AuditEntry, LinkGrant
from saduak.organisations import rules
from saduak.organisations.actions import (
    NewPerson,
    Post,
    accept_invitation,
    appoint,
    hand_over,
    invite,
    move_centre,
)
from saduak.organisations.actions.organisations import end_relation, set_sharing
from saduak.organisations.models import Appointment, Person
from tests.applications.factories import ApplicationFactory, filled, fresh, officer_of, signed_application
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

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def moved(centre, to):
    move_centre(
        actor=Actor.system("tests"), centre=centre.public_id, on=clock.today(), organisation=to.public_id
    )


def test_link_given_by_the_old_agency_ends_with_the_move():
    with clock.travel(MID_WINDOW):
        application = ApplicationFactory()
        token = ids.token()
        LinkGrant.objects.create(
            token_digest=digest(token),
            holder="ผู้ช่วย",
            capabilities=[app_rules.EDIT, app_rules.SEE],
            target_model="applications.application",
            target_id=application.public_id,
            expires_at=clock.wall() + datetime.timedelta(days=30),
        )
        moved(application.centre, OrganisationFactory())
        assert LinkGrant.objects.get().revoked_at is not None
        assert AuditEntry.objects.filter(verb="applications.links_closed").count() == 1
        assert of_link(token) is None


@pytest.mark.parametrize("what", ["moved", "relation ended"])
def test_who_was_asked_by_the_old_agency_reads_and_endorses_no_draft_of_the_new(what):
    with clock.travel(MID_WINDOW):
        above = OrganisationFactory()
        office = OrganisationFactory(supervised_by=above)
        centre = ServiceCentreFactory(organisation=office)
        application = ApplicationFactory(centre=centre)
        officer = officer_of(centre)
        review = actions.request_review(
            actor=officer, application_id=application.public_id, organisation_id=above.public_id
        )
        checker = actor_for("supervisor", above, received_at=MID_WINDOW)
        if what == "moved":
            moved(centre, OrganisationFactory())
        else:
            end_relation(
                actor=Actor.system("t"),
                child=office.public_id,
                parent=above.public_id,
                kind="supervision",
                on=clock.today(),
            )
        assert not queries.sees_content(checker, fresh(application))
        with pytest.raises(Refused):
            actions.endorse_review(actor=checker, review_id=review.public_id)


def test_a_relation_that_ends_later_and_a_move_within_the_agency_end_no_check_now():
    with clock.travel(MID_WINDOW):
        above = OrganisationFactory()
        office = OrganisationFactory(supervised_by=above)
        centre = ServiceCentreFactory(organisation=office)
        application = ApplicationFactory(centre=centre)
        review = actions.request_review(
            actor=officer_of(centre), application_id=application.public_id, organisation_id=above.public_id
        )
        later = clock.today() + datetime.timedelta(days=30)
        ids_of = {"child": office.public_id, "parent": above.public_id, "kind": "supervision"}
        end_relation(actor=Actor.system("t"), on=later, **ids_of)
        system = Actor.system("tests")
        move_centre(actor=system, centre=centre.public_id, on=clock.today(), address="2 ถนนใหญ่")
        review.refresh_from_db()
        assert review.state == "requested"


def test_an_order_of_the_agency_before_reads_nothing_after_the_move(land, draft, people):
    checker = actor_for("supervisor", land.province, received_at=MID_WINDOW)
    InternalDeadlineFactory(round=land.round, owner=land.province, kind="check", reach="line")
    review = actions.request_review(
        actor=people.officer, application_id=draft.public_id, organisation_id=land.province.public_id
    )
    actions.endorse_review(actor=checker, review_id=review.public_id)
    assert review.force == "order"
    assert queries.sees_content(checker, fresh(draft))
    moved(draft.centre, OrganisationFactory())
    assert not queries.sees_content(checker, fresh(draft))


def test_a_secretariat_bound_to_a_programme_reads_no_files_of_another():
    with clock.travel(MID_WINDOW):
        own = ProgrammeFactory()
        other = filled(ApplicationFactory())  # another programme's draft, with a file
        bound = actor_for("secretariat", programme=own)
        person = Person.objects.get(pk=bound.person_id)
        assert not Evidence.objects.visible_to(bound).exists()
        post = Post(organisation=other.centre.organisation.public_id, role="officer", programme=own.code)
        with pytest.raises(Refused):
            appoint(actor=bound, post=post, person=person.public_id)


def test_a_head_bound_to_a_programme_shares_nothing_of_another():
    with clock.travel(MID_WINDOW):
        own = ProgrammeFactory()
        province = OrganisationFactory()
        town = OrganisationFactory(supervised_by=province)
        other = ApplicationFactory(centre=ServiceCentreFactory(organisation=town))
        supervisor = actor_for("supervisor", province, reach="supervision", received_at=MID_WINDOW)
        assert not queries.sees_content(supervisor, other)
        bound = actor_for("head", town, programme=own)
        with pytest.raises(Refused):
            set_sharing(actor=bound, organisation=town.public_id, shares=True)


def test_one_officer_of_two_offices_takes_no_centre_with_its_draft_along():
    with clock.travel(MID_WINDOW):
        one, other = OrganisationFactory(), OrganisationFactory()
        centre = ServiceCentreFactory(organisation=one)
        application = ApplicationFactory(centre=centre)
        theirs = actor_for("head", other, received_at=MID_WINDOW)
        assert not app_rules.may_act(theirs, app_rules.SIGN, fresh(application))
        person = PersonFactory()
        actor_for("officer", centre=centre, person=person)
        actor = actor_for("officer", other, person=person)
        with pytest.raises(Refused):
            move_centre(actor=actor, centre=centre.public_id, on=clock.today(), organisation=other.public_id)


def test_who_supervises_reads_no_draft_through_an_own_first_invitation():
    with clock.travel(MID_WINDOW):
        province = OrganisationFactory()
        town = OrganisationFactory(supervised_by=province)
        actor_for("officer", town)  # has people with accounts, but nobody leads it today
        application = ApplicationFactory(centre=ServiceCentreFactory(organisation=town))
        clerk = actor_for("clerk", province, reach="supervision")
        assert not queries.sees_content(clerk, fresh(application))
        issued = invite(actor=clerk, post=Post(organisation=town.public_id, role="officer"))
        with pytest.raises(Refused):
            accept_invitation(actor=clerk, token=issued.token)


def test_nobody_is_given_so_much_that_nobody_can_open_their_account():
    gecc = ProgrammeFactory()
    office = OrganisationFactory()
    person = AppointmentFactory(person=PersonFactory(user=None), role="officer", organisation=office).person
    bound = actor_for("secretariat", programme=gecc)
    post = Post(organisation=office.public_id, role="evaluator", programme=gecc.code)
    with pytest.raises(Refused) as refused:
        appoint(actor=bound, post=post, person=person.public_id)
    assert refused.value.code == "holds-more"
    assert rules.may_open_account(actor_for("head", office), person)


def test_who_leads_for_one_programme_does_not_close_the_town_to_another():
    one, two = ProgrammeFactory(), ProgrammeFactory()
    province = OrganisationFactory()
    town = OrganisationFactory(supervised_by=province)
    bound = actor_for("administrator", town, programme=one)
    supervisor = actor_for("supervisor", province, reach="supervision", programme=two)
    wanted = Appointment(organisation=town, role="administrator", programme=two, reach="own")
    assert rules.may_invite(supervisor, wanted) or rules.may_invite(bound, wanted)


def test_the_clerk_above_opens_the_account_of_whoever_took_over_the_town():
    province = OrganisationFactory()
    town = OrganisationFactory(supervised_by=province)
    clerk = actor_for("clerk", province, reach="supervision")
    actor_for("officer", town)
    head = actor_for("administrator", town)
    row = Appointment.objects.get(person=head.person_id)
    made = hand_over(actor=head, appointment=row.public_id, to=NewPerson(name="คนใหม่"))
    new = made.to_appointment
    before = actor_of(Person.objects.get(pk=head.person_id))
    givers = [
        a for a in (before, clerk) if rules.may_invite(a, new) and rules.may_open_account(a, new.person)
    ]
    assert givers


def test_a_signature_given_at_the_agency_before_files_nothing_for_the_next():
    with clock.travel(MID_WINDOW):
        signed = signed_application()
        other = OrganisationFactory()
        moved(signed.centre, other)
        signature = signed.sign_offs.get()
        assert (fresh(signed).state, signature.void_reason) == ("draft", "ศูนย์ย้ายไปอยู่หน่วยงานอื่น")
        assert signature.voided_at is not None
        officer = actor_for("officer", other, received_at=MID_WINDOW)
        with pytest.raises(Refused):
            actions.submit(actor=officer, application_id=signed.public_id)


def test_a_move_within_the_agency_leaves_the_signature(land):
    with clock.travel(MID_WINDOW):
        signed = signed_application(centre=land.centre, round=land.round)
        move_centre(
            actor=Actor.system("tests"), centre=land.centre.public_id, on=clock.today(), address="ชั้น 2"
        )
        assert fresh(signed).state == "signed"
