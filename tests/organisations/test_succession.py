"""Who comes next: what a hand-over and an invitation leave behind, and who stands behind an offer."""

import datetime

import pytest

from saduak.foundation import clock
from saduak.foundation.access import Actor, Refused
from saduak.foundation.models import AuditEntry
from saduak.organisations import rules
from saduak.organisations.actions import (
    Post,
    accept_invitation,
    end_appointment,
    hand_over,
    invite,
)
from saduak.organisations.models import Appointment
from tests.organisations.factories import (
    AppointmentFactory,
    OrganisationFactory,
    PersonFactory,
    ProgrammeFactory,
    account,
    actor_for,
    actor_of,
    me,
    seat,
)

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
DAY = datetime.timedelta(days=1)


def test_a_hand_over_before_the_invitation_makes_no_successor():
    """Two posts: one handed over long ago. Its taker does not stand behind what was offered later by the other."""
    office = OrganisationFactory()
    head = actor_for("head", office)
    person = PersonFactory()
    for _ in range(2):
        clerk = actor_for("clerk", office, person=person, programme=ProgrammeFactory())
    clerk = actor_for("clerk", office, person=person)
    colleague = actor_for("officer", office)
    early = Appointment.objects.filter(person=person, programme__isnull=True).get()
    hand_over(actor=clerk, appointment=early.public_id, to=me(colleague).public_id)
    AppointmentFactory(person=person, role="clerk", organisation=office, valid_from=clock.today())
    issued = invite(actor=actor_of(person), post=Post(organisation=office.public_id, role="officer"))
    for row in Appointment.objects.filter(person=person, valid_to__isnull=True):
        end_appointment(actor=head, appointment=row.public_id)
    with pytest.raises(Refused) as refused:
        accept_invitation(actor=Actor.public(), token=issued.token, account=account("a"))
    assert refused.value.code == "invitation-closed"


def test_a_successor_does_not_take_what_only_they_stand_behind():
    office = OrganisationFactory()
    first = actor_for("clerk", office)
    issued = invite(actor=first, post=Post(organisation=office.public_id, role="officer"))
    after = PersonFactory()
    actor_for("helper", office, person=after)
    hand_over(actor=first, appointment=seat(first).public_id, to=after.public_id)
    with pytest.raises(Refused) as refused:
        accept_invitation(actor=actor_of(after), token=issued.token)
    assert refused.value.code == "invitation-closed"
    assert accept_invitation(actor=Actor.public(), token=issued.token, account=account("a"))


def test_a_hand_over_to_somebody_who_begins_later_leaves_no_day_without_a_leader():
    office = OrganisationFactory()
    head = actor_for("head", office)
    after = AppointmentFactory(role="head", organisation=office, valid_from=clock.today() + 30 * DAY)
    AppointmentFactory(role="officer", organisation=office, person=after.person)
    taken = hand_over(actor=head, appointment=seat(head).public_id, to=after.person.public_id)
    after.refresh_from_db()
    assert taken.to_appointment == after
    assert after.valid_from == clock.today()
    assert rules.leads_itself(office)
    entry = AuditEntry.objects.filter(verb="organisations.appointment_begun").get()
    assert entry.facts["after"] == str(clock.today())


def test_an_invitation_to_what_one_begins_later_lets_one_begin_today():
    office = OrganisationFactory()
    clerk = actor_for("clerk", office)
    post = Post(organisation=office.public_id, role="officer")
    issued = invite(actor=clerk, post=post)
    later = AppointmentFactory(organisation=office, valid_from=clock.today() + 30 * DAY)
    taken = accept_invitation(actor=actor_of(later.person), token=issued.token)
    assert taken == later
    assert taken.valid_from == clock.today()


def test_what_was_given_for_a_time_brings_forward_nothing_without_an_end():
    """The one who leads until Friday hands over to who leads from next year on: between the two nobody does."""
    office = OrganisationFactory()
    today = clock.today()
    acting = actor_for("head", office, valid_from=today - DAY, valid_to=today + 5 * DAY)
    after = AppointmentFactory(role="head", organisation=office, valid_from=today + 300 * DAY)
    AppointmentFactory(role="officer", organisation=office, person=after.person)
    taken = hand_over(actor=acting, appointment=seat(acting).public_id, to=after.person.public_id)
    assert taken.to_appointment.valid_to == today + 5 * DAY
    assert rules.leads_itself(office)
    with clock.travel(clock.now() + 30 * DAY):
        assert not rules.leads_itself(office)


def test_an_office_that_is_led_for_a_programme_needs_no_first_leader_for_it():
    own, other = ProgrammeFactory(), ProgrammeFactory()
    province = OrganisationFactory()
    one = OrganisationFactory(under=province, writes_for=province)
    district = OrganisationFactory(under=province)
    supervisor = actor_for("supervisor", one, reach="line")
    posts = {
        programme: Post(organisation=district.public_id, role="head", programme=programme.code)
        for programme in (own, other)
    }
    spare = invite(actor=supervisor, post=posts[own])
    actor_for("head", district, programme=own)
    with pytest.raises(Refused) as refused:
        accept_invitation(actor=Actor.public(), token=spare.token, account=account("a"))
    assert refused.value.code == "invitation-closed"
    with pytest.raises(Refused) as refused:
        invite(actor=supervisor, post=posts[own])
    assert refused.value.code == "role-too-high"
    assert invite(actor=supervisor, post=posts[other])
