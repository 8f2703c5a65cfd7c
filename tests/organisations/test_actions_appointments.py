"""Appointing, ending, handing over."""

import datetime
import uuid

import pytest

from saduak.foundation import audit, clock
from saduak.foundation.access import Actor, Conflict, Invalid, Refused
from saduak.foundation.models import AuditEntry
from saduak.organisations.actions import NewPerson, Post, appoint, edit_person, end_appointment, hand_over
from saduak.organisations.models import Appointment, Handover, Person
from saduak.organisations.signals import appointment_handed_over
from tests.organisations.factories import (
    AppointmentFactory,
    OrganisationFactory,
    PersonFactory,
    ProgrammeFactory,
    ServiceCentreFactory,
    actor_for,
    actor_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
SYSTEM = Actor.system("tests")


def post(organisation, role="officer", **more):
    return Post(organisation=organisation.public_id, role=role, **more)


def test_a_head_appoints_an_officer_for_a_centre():
    centre = ServiceCentreFactory()
    head = actor_for("head", centre.organisation)
    made = appoint(
        actor=head,
        post=post(centre.organisation, centre=centre.public_id, title="ผู้รับผิดชอบ GECC"),
        person=NewPerson(name=" สมมุติ ", title="นาย", email="Somebody@Example.test"),
        source="คำสั่งที่ 1/2570",
    )
    assert (made.role, made.centre, made.title) == ("officer", centre, "ผู้รับผิดชอบ GECC")
    assert (made.person.name, made.person.email, made.person.user) == ("สมมุติ", "somebody@example.test", None)
    assert (made.valid_from, made.valid_to, made.appointed_by_id) == (clock.today(), None, head.person_id)
    entry = AuditEntry.objects.get(aggregate="organisations.appointment", aggregate_id=made.pk)
    assert entry.verb == "organisations.appointed"
    assert "สมมุติ" not in str(entry.facts)
    assert entry.digest == audit.entry_digest(entry)


def test_a_superior_appoints_below_but_a_supervisor_by_supervision_does_not():
    province = OrganisationFactory()
    district = OrganisationFactory(under=province)
    town = OrganisationFactory(supervised_by=province)
    superior = actor_for("supervisor", province, reach="line")
    appoint(actor=superior, post=post(district), person=NewPerson(name="ก"))
    watcher = actor_for("supervisor", province, reach="supervision")
    with pytest.raises(Refused, match="ไม่มีหน้าที่มอบหมาย"):
        appoint(actor=watcher, post=post(town), person=NewPerson(name="ข"))


@pytest.mark.parametrize(
    ("giver", "role", "code"),
    [
        ("officer", "officer", "out-of-reach"),
        ("head", "secretariat", "role-too-high"),
        ("head", "committee", "role-too-high"),
        ("administrator", "auditor", "role-too-high"),
    ],
)
def test_nobody_gives_more_than_their_office_calls_for(giver, role, code):
    organisation = OrganisationFactory()
    with pytest.raises(Refused) as refused:
        appoint(
            actor=actor_for(giver, organisation), post=post(organisation, role), person=NewPerson(name="ก")
        )
    assert refused.value.code == code
    assert not Person.objects.filter(name="ก").exists()


def test_power_at_one_office_does_not_count_at_another():
    here, there = OrganisationFactory(), OrganisationFactory()
    person = PersonFactory()
    actor_for("clerk", there, person=person)
    both = actor_for("head", here, person=person)
    with pytest.raises(Refused):
        appoint(actor=both, post=post(there), person=NewPerson(name="ก"))


def test_only_the_secretariat_gives_a_whole_area():
    organisation = OrganisationFactory()
    wanted = post(organisation, "supervisor", reach="area")
    with pytest.raises(Refused) as refused:
        appoint(actor=actor_for("head", organisation), post=wanted, person=NewPerson(name="ก"))
    assert refused.value.code == "reach-too-wide"
    made = appoint(actor=actor_for("secretariat"), post=wanted, person=NewPerson(name="ก"))
    assert made.reach == "area"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"role": "king"}, "role"),
        ({"reach": "world"}, "reach"),
        ({"programme": "unknown"}, "programme"),
        ({"centre": uuid.UUID(int=1)}, "centre"),
    ],
)
def test_what_is_unknown_is_named_at_its_field(change, field):
    values = {"organisation": OrganisationFactory().public_id, "role": "officer", **change}
    with pytest.raises(Invalid) as invalid:
        appoint(actor=SYSTEM, post=Post(**values), person=NewPerson(name="ก"))
    assert list(invalid.value.fields) == [field]


def test_a_centre_of_another_organisation_is_refused():
    centre = ServiceCentreFactory()
    with pytest.raises(Invalid):
        appoint(
            actor=SYSTEM,
            post=post(OrganisationFactory(), centre=centre.public_id),
            person=NewPerson(name="ก"),
        )


def test_the_same_appointment_is_made_once():
    organisation, person = OrganisationFactory(), PersonFactory()
    wanted = post(organisation, programme=ProgrammeFactory(code="other").code)
    appoint(actor=SYSTEM, post=wanted, person=person.public_id)
    with pytest.raises(Conflict) as conflict:
        appoint(actor=SYSTEM, post=wanted, person=person.public_id)
    assert conflict.value.code == "already-appointed"


def test_the_same_key_gives_the_same_appointment():
    wanted, key = post(OrganisationFactory()), uuid.UUID(int=7)
    one, two = (
        appoint(actor=SYSTEM, post=wanted, person=NewPerson(name="ก"), idempotency_key=key) for _ in range(2)
    )
    assert one.pk == two.pk
    assert Person.objects.filter(name="ก").count() == 1


def test_dates_must_run_forwards():
    today = clock.today()
    with pytest.raises(Invalid) as invalid:
        appoint(actor=SYSTEM, post=post(OrganisationFactory()), person=NewPerson(name="ก"), valid_to=today)
    assert list(invalid.value.fields) == ["valid_to"]


def test_a_person_out_of_reach_is_not_found_by_guessing():
    organisation, stranger = OrganisationFactory(), AppointmentFactory().person
    with pytest.raises(Refused) as refused:
        appoint(actor=actor_for("head", organisation), post=post(organisation), person=stranger.public_id)
    assert refused.value.code == "person-out-of-reach"


def test_ending_takes_the_power_away_today():
    organisation = OrganisationFactory()
    officer = AppointmentFactory(organisation=organisation)
    ended = end_appointment(
        actor=actor_for("head", organisation), appointment=officer.public_id, reason="ย้ายไปที่อื่น"
    )
    assert (ended.valid_to, ended.ended_reason) == (clock.today(), "ย้ายไปที่อื่น")
    assert actor_of(officer.person).holdings == ()
    with pytest.raises(Conflict):
        end_appointment(actor=SYSTEM, appointment=officer.public_id)


def test_one_may_leave_but_not_send_others_away():
    organisation = OrganisationFactory()
    mine, other = (AppointmentFactory(organisation=organisation) for _ in range(2))
    with pytest.raises(Refused):
        end_appointment(actor=actor_of(mine.person), appointment=other.public_id)
    assert end_appointment(actor=actor_of(mine.person), appointment=mine.public_id).valid_to == clock.today()


def test_nobody_prolongs_an_appointment_by_ending_it():
    until = clock.today() + datetime.timedelta(days=30)
    row = AppointmentFactory(valid_to=until)
    me = actor_of(row.person)
    with pytest.raises(Invalid) as invalid:
        end_appointment(actor=me, appointment=row.public_id, on=until + datetime.timedelta(days=1))
    assert (invalid.value.code, list(invalid.value.fields)) == ("prolongs", ["last_day"])
    assert end_appointment(actor=me, appointment=row.public_id, on=until).valid_to == until


@pytest.fixture
def moves():
    """A room above that moves two drafts."""
    heard = []

    def move(sender, handover, actor, **_):
        heard.append((handover.from_appointment, handover.to_appointment, actor))
        return {"drafts": 2}

    appointment_handed_over.connect(move)
    yield heard
    appointment_handed_over.disconnect(move)


def test_a_handover_gives_the_same_post_and_moves_what_was_open(moves):
    centre = ServiceCentreFactory()
    old = AppointmentFactory(organisation=centre.organisation, centre=centre, reach="own", title="ผู้รับผิดชอบ")
    actor = actor_of(old.person)
    made = hand_over(actor=actor, appointment=old.public_id, to=NewPerson(name="ผู้มาแทน"), note="ดูข้อ 13")
    new = made.to_appointment
    assert (new.role, new.centre, new.title, new.person.name) == ("officer", centre, "ผู้รับผิดชอบ", "ผู้มาแทน")
    assert moves == [(old, new, actor)]
    assert Handover.objects.get().moved == {"drafts": 2}
    old.refresh_from_db()
    assert old.valid_to == clock.today()
    verbs = AuditEntry.objects.filter(aggregate_id=old.pk, aggregate="organisations.appointment").order_by(
        "seq"
    )
    assert [entry.verb for entry in verbs] == ["organisations.appointment_ended", "organisations.handed_over"]


def test_the_head_hands_over_for_somebody_who_left_without_it():
    organisation = OrganisationFactory()
    gone = AppointmentFactory(organisation=organisation, valid_to=clock.today() - datetime.timedelta(days=30))
    present = AppointmentFactory(organisation=organisation)
    made = hand_over(
        actor=actor_for("head", organisation), appointment=gone.public_id, to=present.person.public_id
    )
    assert made.to_appointment == present
    gone.refresh_from_db()
    assert gone.valid_to == clock.today() - datetime.timedelta(days=30)


def test_a_handover_happens_once_and_not_to_oneself():
    old = AppointmentFactory(role="head")
    actor = actor_of(old.person)
    with pytest.raises(Invalid):
        hand_over(actor=actor, appointment=old.public_id, to=old.person.public_id)
    shared = hand_over(actor=actor, appointment=old.public_id, to=NewPerson(name="ก"), keep=True)
    assert (shared.kept, Appointment.objects.get(pk=old.pk).valid_to) == (True, None)
    # Who shared the work can still hand it over when leaving, once.
    assert not hand_over(actor=actor, appointment=old.public_id, to=NewPerson(name="ข")).kept
    for who, code in ((actor, "already-ended"), (Actor.system("tests"), "already-handed-over")):
        with pytest.raises(Conflict) as conflict:
            hand_over(actor=who, appointment=old.public_id, to=NewPerson(name="ค"))
        assert conflict.value.code == code


def test_who_left_long_ago_gives_the_post_to_nobody():
    gone = AppointmentFactory(role="head", valid_to=clock.today())
    elsewhere = AppointmentFactory(role="clerk", person=gone.person)
    colleague = AppointmentFactory(role="clerk", organisation=elsewhere.organisation)
    with pytest.raises(Refused) as refused:
        hand_over(
            actor=actor_of(gone.person), appointment=gone.public_id, to=colleague.person.public_id, keep=True
        )
    assert refused.value.code == "out-of-reach"
    assert not Handover.objects.exists()


def test_what_was_given_for_a_time_is_handed_over_for_that_time():
    until = clock.today() + datetime.timedelta(days=30)
    old = AppointmentFactory(stand_in=True, valid_to=until)
    new = hand_over(
        actor=actor_of(old.person), appointment=old.public_id, to=NewPerson(name="ก")
    ).to_appointment
    assert (new.valid_to, new.stand_in) == (until, True)


@pytest.mark.parametrize("role", ["committee", "evaluator", "helper", "auditor"])
def test_a_seat_given_by_name_is_not_passed_on(role):
    old = AppointmentFactory(role=role)
    with pytest.raises(Refused):
        hand_over(actor=actor_of(old.person), appointment=old.public_id, to=NewPerson(name="ก"), keep=True)


def test_a_colleague_can_not_hand_over_my_work():
    old = AppointmentFactory()
    colleague = actor_for("officer", old.organisation)
    with pytest.raises(Refused):
        hand_over(actor=colleague, appointment=old.public_id, to=colleague_person(colleague))


def colleague_person(actor):
    return Person.objects.get(pk=actor.person_id).public_id


def test_contacts_are_corrected_by_oneself_or_for_somebody_without_an_account():
    organisation = OrganisationFactory()
    head = actor_for("head", organisation)
    without = AppointmentFactory(organisation=organisation, person=PersonFactory(user=None)).person
    other = AppointmentFactory(organisation=organisation).person
    values = {
        "title": "นาง",
        "name": "ใหม่",
        "position": "",
        "phone": "0 0000 0000",
        "email": "New@example.test",
    }
    assert edit_person(actor=head, person=without.public_id, **values).email == "new@example.test"
    with pytest.raises(Refused) as refused:
        edit_person(actor=head, person=other.public_id, **values)
    assert refused.value.code == "not-self"
    assert edit_person(actor=actor_of(other), person=other.public_id, **values).name == "ใหม่"


def test_a_person_has_a_name():
    centre = ServiceCentreFactory()
    with pytest.raises(Invalid, match="ต้องมีชื่อผู้ได้รับมอบหมาย"):
        appoint(actor=SYSTEM, post=post(centre.organisation), person=NewPerson(name=" "))
    person = PersonFactory(name="เดิม")
    empty = dict.fromkeys(("title", "position", "phone", "email"), "")
    with pytest.raises(Invalid, match="ต้องมีชื่อ"):
        edit_person(actor=SYSTEM, person=person.public_id, **empty | {"name": " "})
    # Nobody appointed the person yet: there is no chain in which to write it down.
    edit_person(actor=SYSTEM, person=person.public_id, **empty | {"name": "ใหม่"})
    person.refresh_from_db()
    assert person.name == "ใหม่"
    assert not AuditEntry.objects.exists()
