"""Invitations: one use, no shared passwords, nothing stored that could be used."""

import datetime

import pytest
from django.contrib.auth import authenticate

from saduak.foundation import clock
from saduak.foundation.access import Actor, Conflict, Invalid, Refused, resolver
from saduak.foundation.models import AuditEntry, User
from saduak.organisations.actions import NewAccount, Post, accept_invitation, invite, revoke_invitation
from saduak.organisations.models import Appointment, Invitation, Person
from saduak.organisations.queries import find_invitation
from saduak.organisations.rules import to_invite
from tests.organisations.factories import (
    AppointmentFactory,
    OrganisationFactory,
    PersonFactory,
    UserFactory,
    actor_for,
    actor_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
SYSTEM = Actor.system("tests")
GOOD = NewAccount(email="New@Example.test", password="ม้าสีเขียวกินข้าว", name="ผู้มาใหม่", title="นาง")


def issued(organisation=None, role="clerk", actor=SYSTEM, **more):
    at = organisation or OrganisationFactory()
    return invite(actor=actor, post=Post(organisation=at.public_id, role=role), **more)


def test_an_invitation_opens_an_account_with_an_appointment():
    organisation = OrganisationFactory()
    made = issued(organisation, source="พล 0018.1/ว 96")
    appointment = accept_invitation(actor=Actor.public(), token=made.token, account=GOOD)
    assert (appointment.role, appointment.organisation, appointment.source) == (
        "clerk",
        organisation,
        "พล 0018.1/ว 96",
    )
    user = appointment.person.user
    assert user.email == "new@example.test"
    assert authenticate(None, email="new@example.test", password=GOOD.password) == user
    assert [h.role for h in actor_of(appointment.person).holdings] == ["clerk"]
    used = Invitation.objects.get()
    assert (used.used_by, bool(used.used_at)) == (appointment.person, True)
    entry = AuditEntry.objects.get(verb="organisations.appointed")
    assert entry.actor == f"user:{user.pk}"


def test_the_secret_is_not_stored():
    made = issued()
    assert made.token not in str(Invitation.objects.filter(pk=made.invitation.pk).values().get())
    assert find_invitation(made.token) == made.invitation
    assert find_invitation(made.token[:-1] + "x") is None


def test_it_works_once():
    made = issued()
    accept_invitation(actor=Actor.public(), token=made.token, account=GOOD)
    with pytest.raises(Refused) as refused:
        accept_invitation(actor=Actor.public(), token=made.token, account=GOOD)
    assert refused.value.code == "invitation-closed"
    assert find_invitation(made.token) is None
    assert User.objects.filter(email="new@example.test").count() == 1


def test_it_expires_by_the_real_clock():
    made = issued(days=1)
    future = clock.wall() + datetime.timedelta(days=400)
    with clock.travel(future):
        assert find_invitation(made.token) == made.invitation
    Invitation.objects.update(expires_at=clock.wall())
    with pytest.raises(Refused):
        accept_invitation(actor=Actor.public(), token=made.token, account=GOOD)


def test_it_can_be_revoked_until_it_is_used():
    organisation = OrganisationFactory()
    head = actor_for("head", organisation)
    one, two = issued(organisation, actor=head), issued(organisation, actor=head)
    for _twice in range(2):
        revoke_invitation(actor=head, invitation=one.invitation.public_id)
    assert AuditEntry.objects.filter(verb="organisations.invitation_revoked").count() == 1
    with pytest.raises(Refused):
        accept_invitation(actor=Actor.public(), token=one.token, account=GOOD)
    accept_invitation(actor=Actor.public(), token=two.token, account=GOOD)
    with pytest.raises(Conflict):
        revoke_invitation(actor=head, invitation=two.invitation.public_id)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "not an address"}, "email"),
        ({"email": "taken@example.test"}, "email"),
        ({"password": "short"}, "password"),
        ({"password": "password1234"}, "password"),
        ({"name": "  "}, "name"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_invitation_stays(change, field):
    UserFactory(email="taken@example.test")
    made = issued()
    values = {"email": "a@example.test", "password": GOOD.password, "name": "ก", **change}
    with pytest.raises(Invalid) as invalid:
        accept_invitation(actor=Actor.public(), token=made.token, account=NewAccount(**values))
    assert list(invalid.value.fields) == [field]
    assert find_invitation(made.token) == made.invitation


def test_somebody_with_an_account_just_gets_the_appointment():
    person = PersonFactory()
    made = issued()
    appointment = accept_invitation(actor=actor_of(person), token=made.token)
    assert appointment.person == person
    assert User.objects.count() == 1


def test_somebody_named_before_keeps_the_same_person_and_appointment():
    organisation = OrganisationFactory()
    named = AppointmentFactory(organisation=organisation, role="clerk", person=PersonFactory(user=None))
    made = issued(organisation, actor=actor_for("head", organisation), person=named.person.public_id)
    appointment = accept_invitation(actor=Actor.public(), token=made.token, account=GOOD)
    assert appointment == named
    named.person.refresh_from_db()
    assert named.person.user.email == "new@example.test"
    assert Appointment.objects.filter(organisation=organisation, role="clerk").count() == 1


def test_a_supervisor_may_bring_the_first_invitation_to_a_local_government():
    province = OrganisationFactory()
    town = OrganisationFactory(supervised_by=province)
    clerk = actor_for("clerk", province, reach="supervision")
    assert issued(town, "clerk", actor=clerk).invitation.organisation == town
    with pytest.raises(Refused) as refused:
        issued(town, "head", actor=clerk)
    assert refused.value.code == "role-too-high"
    with pytest.raises(Refused) as refused:
        issued(OrganisationFactory(), "clerk", actor=clerk)
    assert refused.value.code == "out-of-reach"


def test_supervision_carries_the_first_invitation_and_no_other():
    province = OrganisationFactory()
    town = OrganisationFactory(supervised_by=province)
    supervisor = actor_for("supervisor", province, reach="supervision")
    assert "head" in to_invite(supervisor, town).roles
    first = issued(town, "head", actor=supervisor)
    accept_invitation(actor=Actor.public(), token=first.token, account=GOOD)
    for role in ("head", "officer", "administrator"):
        with pytest.raises(Refused) as refused:
            issued(town, role, actor=supervisor)
        assert refused.value.code == "has-accounts"
    assert to_invite(supervisor, town).roles == []
    district = OrganisationFactory(under=province)
    AppointmentFactory(organisation=district)
    superior = actor_for("supervisor", province, reach="line")
    assert issued(district, "head", actor=superior).invitation.organisation == district


def test_a_clerk_does_not_become_the_head_by_way_of_an_administrator():
    organisation = OrganisationFactory()
    clerk = actor_for("clerk", organisation)
    with pytest.raises(Refused) as refused:
        issued(organisation, "administrator", actor=clerk)
    assert refused.value.code == "role-too-high"
    assert to_invite(clerk, organisation).roles == ["clerk", "officer"]
    empty = OrganisationFactory(under=organisation)
    superior = actor_for("clerk", organisation, reach="line")
    assert issued(empty, "administrator", actor=superior).invitation.role == "administrator"


def test_the_issuer_can_take_a_first_invitation_back_later():
    province = OrganisationFactory()
    town = OrganisationFactory(supervised_by=province)
    clerk = actor_for("clerk", province, reach="supervision")
    one, two = issued(town, actor=clerk), issued(town, actor=clerk)
    accept_invitation(actor=Actor.public(), token=one.token, account=GOOD)
    revoke_invitation(actor=clerk, invitation=two.invitation.public_id)
    assert find_invitation(two.token) is None


def test_whoever_may_invite_to_the_same_takes_a_colleague_s_invitation_back():
    organisation = OrganisationFactory()
    head, clerk = actor_for("head", organisation), actor_for("clerk", organisation)
    made, higher = issued(organisation, "officer", actor=clerk), issued(organisation, "helper", actor=head)
    for actor, offer, code in (
        (actor_for("head"), made, "out-of-reach"),
        (actor_for("officer", organisation), made, "out-of-reach"),
        (clerk, higher, "role-too-high"),
    ):
        with pytest.raises(Refused) as refused:
            revoke_invitation(actor=actor, invitation=offer.invitation.public_id)
        assert refused.value.code == code
    assert find_invitation(made.token) == made.invitation
    revoke_invitation(actor=head, invitation=made.invitation.public_id)
    assert find_invitation(made.token) is None
    entry = AuditEntry.objects.get(verb="organisations.invitation_revoked")
    assert (entry.actor, entry.facts) == (head.ref, {"invitation": str(made.invitation.public_id)})


def test_a_first_invitation_is_taken_back_by_a_colleague_until_the_office_leads_itself():
    province = OrganisationFactory()
    town = OrganisationFactory(supervised_by=province)
    clerk, colleague = (actor_for("clerk", province, reach="supervision") for _ in range(2))
    one, two = issued(town, actor=clerk), issued(town, actor=clerk)
    revoke_invitation(actor=colleague, invitation=one.invitation.public_id)
    actor_for("head", town)
    with pytest.raises(Refused) as refused:
        revoke_invitation(actor=colleague, invitation=two.invitation.public_id)
    assert refused.value.code == "out-of-reach"
    assert [find_invitation(offer.token) for offer in (one, two)] == [None, two.invitation]


def test_who_has_an_account_is_appointed_not_invited():
    organisation = OrganisationFactory()
    person = AppointmentFactory(organisation=organisation).person
    with pytest.raises(Conflict):
        issued(organisation, actor=actor_for("head", organisation), person=person.public_id)


def test_a_new_account_needs_its_details():
    made = issued()
    with pytest.raises(Invalid) as refusal:
        accept_invitation(actor=Actor.public(), token=made.token)
    assert refusal.value.code == "no-account"
    assert find_invitation(made.token) == made.invitation


def test_an_account_without_a_person_gets_one():
    user = UserFactory(email="bare@example.test")
    made = issued()
    appointment = accept_invitation(actor=resolver.of_user(user), token=made.token)
    assert (appointment.person.user, appointment.role) == (user, "clerk")


def test_who_was_invited_and_has_an_account_signs_in_first():
    row = AppointmentFactory(person=PersonFactory(user=None))
    made = issued(row.organisation, person=row.person.public_id)
    Person.objects.filter(pk=row.person_id).update(user=UserFactory())
    with pytest.raises(Refused) as refusal:
        accept_invitation(actor=Actor.public(), token=made.token, account=GOOD)
    assert refusal.value.code == "sign-in-first"
