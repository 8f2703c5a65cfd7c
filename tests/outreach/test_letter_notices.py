"""Notices about letters: they lead to where the office receives, acknowledges or passes it on, and to people by name."""

import pytest
from django.urls import reverse

from saduak.correspondence.actions import delegations, receiving
from saduak.correspondence.actions.delegations import Power
from saduak.correspondence.models import ChainStep, Delivery, Draft
from saduak.correspondence.signals import draft_returned, draft_signed
from saduak.foundation import clock
from saduak.foundation.access import Actor
from saduak.organisations.actions import NewPerson
from saduak.organisations.models import Person
from saduak.outreach import actions, queries
from saduak.outreach.models import Notice
from tests.correspondence import factories_sending as f
from tests.correspondence.factories_drafts import ChainStepFactory, DraftFactory
from tests.organisations.factories import (
    AppointmentFactory,
    PersonFactory,
    ServiceCentreFactory,
    actor_for,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    with clock.travel(f.NOW):
        yield f.country()


def me(actor: Actor) -> Person:
    return Person.objects.get(pk=actor.person_id)


def shown(actor: Actor) -> list[queries.Line]:
    return queries.lines(actor, list(queries.notices(actor)))


def test_it_leads_to_the_delivery_of_the_office_that_was_told(world):
    dispatch = f.to_districts(world)
    first, second = world.districts[:2]
    for office in (first, second):
        (line,) = shown(world.clerk(office))
        assert line.url == reverse("correspondence:delivery", args=[f.at(dispatch, office).public_id])


def test_without_a_delivery_it_leads_to_the_letter_and_to_nothing_when_that_is_closed(world):
    letter = f.letter_of(world, world.province, world.office)
    for office in (world.office, world.districts[0]):
        actions.notify(
            actor=Actor.system("test"),
            kind="letter_corrected",
            event="1",
            params={},
            target=letter.public_id,
            organisation_ids=[office.pk],
        )
    (own,) = shown(world.clerk(world.office))
    assert own.url == reverse("correspondence:letter", args=[letter.public_id])
    (other,) = shown(world.clerk(world.districts[0]))
    assert other.url == ""


def test_what_is_about_no_letter_leads_where_it_did(world, exactly):
    clerk = world.clerk(world.office)
    actions.notify(
        actor=Actor.system("test"),
        kind="case_assigned",
        event="1",
        params={},
        organisation_ids=[world.office.pk],
    )
    rows = list(queries.notices(clerk))
    with exactly(0):
        (line,) = queries.lines(clerk, rows)
    assert line.url == reverse("assessment:mine")


@pytest.mark.parametrize("number", [1, 3])
def test_the_places_of_many_are_looked_up_at_once(world, exactly, number):
    for _ in range(number):
        f.to_districts(world)
    clerk = world.clerk(world.districts[0])
    rows = list(queries.notices(clerk))
    with exactly(2):
        lines = queries.lines(clerk, rows)
    assert {line.url for line in lines} == {
        reverse("correspondence:delivery", args=[row.public_id])
        for row in Delivery.objects.filter(organisation=world.districts[0])
    }


def test_opening_it_leads_to_where_the_office_receives(world, client):
    dispatch = f.to_districts(world)
    clerk = world.clerk(world.districts[0])
    client.force_login(me(clerk).user, "allauth.account.auth_backends.AuthenticationBackend")
    notice = Notice.objects.get(organisation=world.districts[0])
    answer = client.post(reverse("outreach:read", args=[notice.public_id]))
    here = f.at(dispatch, world.districts[0])
    assert answer.url == reverse("correspondence:delivery", args=[here.public_id])
    page = client.get(reverse("outreach:notices"))
    assert answer.url in page.content.decode()


# --- To people by name ------------------------------------------------------------------------------------------------


def test_who_is_given_a_letter_hears_of_it_each_time(world):
    row = f.at(f.to_districts(world), world.districts[0])
    clerk, officer, other = (
        world.clerk(world.districts[0]),
        actor_for("officer", world.districts[0]),
        actor_for("officer", world.districts[0]),
    )
    for actor in (officer, officer, other):
        receiving.assign(actor=clerk, delivery_id=row.public_id, person_id=me(actor).public_id)
    with clock.travel(f.NOW + f.DAY):
        receiving.assign(actor=clerk, delivery_id=row.public_id, person_id=me(officer).public_id)
    told = Notice.objects.filter(kind="letter_assigned")
    assert sorted(told.values_list("person", flat=True)) == sorted(
        [officer.person_id, officer.person_id, other.person_id]
    )
    line = next(line for line in shown(officer) if line.notice.kind == "letter_assigned")
    assert line.text.startswith("อำเภอทดสอบ1 มอบหมายให้คุณดำเนินการตามหนังสือ จังหวัดทดสอบ ที่ ")
    assert line.url == reverse("correspondence:delivery", args=[row.public_id])


def test_who_takes_a_letter_knows(world):
    row, clerk = f.at(f.to_districts(world), world.districts[0]), world.clerk(world.districts[0])
    receiving.assign(actor=clerk, delivery_id=row.public_id, person_id=me(clerk).public_id)
    assert not Notice.objects.filter(kind="letter_assigned").exists()


def test_those_among_whom_it_goes_round_hear_of_it_once(world):
    row, clerk = f.at(f.to_districts(world), world.districts[0]), world.clerk(world.districts[0])
    people = [me(actor_for("helper", world.districts[0])) for _ in range(2)]
    for chosen in (people[:1], people):
        receiving.circulate(
            actor=clerk, delivery_id=row.public_id, person_ids=[person.public_id for person in chosen]
        )
    told = Notice.objects.filter(kind="letter_circulated", target=row.public_id)
    assert sorted(told.values_list("person", flat=True)) == sorted(person.pk for person in people)


def test_what_a_secret_letter_is_about_stands_in_no_notice(world):
    letter = f.letter_of(world, world.province, world.office, secrecy="secret", subject="เรื่องลับ")
    row, clerk = (
        f.at(f.to_districts(world, letter=letter), world.districts[0]),
        world.clerk(world.districts[0]),
    )
    officer = actor_for("officer", world.districts[0])
    receiving.assign(actor=clerk, delivery_id=row.public_id, person_id=me(officer).public_id)
    assert Notice.objects.get(kind="letter_assigned").params["subject"] == "ลับ"


def returned(draft: Draft, lap: int = 1) -> ChainStep:
    step: ChainStep = ChainStepFactory(
        draft=draft,
        lap=lap,
        person=PersonFactory(),
        decision="returned",
        decided_at=clock.now(),
        because="แก้วันประชุม",
        name="ก",
        digest="0" * 64,
    )
    draft_returned.send(sender=Draft, draft=draft, step=step, actor=Actor.system("test"))
    return step


def test_who_wrote_a_draft_hears_why_it_came_back(world):
    drafter = world.clerk(world.office)
    draft = DraftFactory(
        office=world.office,
        issuer=world.province,
        programme=world.programme,
        subject="ขอเชิญประชุม",
        created_by_id=drafter.user_id,
    )
    returned(draft)
    (line,) = shown(drafter)
    assert line.text == "ร่างหนังสือเรื่อง ขอเชิญประชุม ไม่ได้รับความเห็นชอบ ส่งกลับให้คุณแก้ เพราะ แก้วันประชุม"
    assert (line.state, line.url) == ("back", reverse("correspondence:draft", args=[draft.public_id]))
    Draft.objects.update(secrecy="secret")
    draft.refresh_from_db()
    returned(draft, lap=2)
    assert {row.params["reason"] for row in Notice.objects.all()} == {"แก้วันประชุม", "-"}


def test_a_draft_that_nobody_wrote_tells_nobody(world):
    PersonFactory(user=None)
    returned(
        DraftFactory(office=world.office, issuer=world.province, programme=world.programme, created_by=None)
    )
    assert not Notice.objects.exists()


# --- To the heads of an organisation ----------------------------------------------------------------------------------


def test_heads_hear_what_others_write_in_their_register_of_signers(world):
    head, clerk = actor_for("head", world.province), actor_for("clerk", world.office)
    for other in (
        {"organisation": world.office},
        {"centre": ServiceCentreFactory(organisation=world.province)},
    ):
        AppointmentFactory(**{"organisation": world.province, "role": "head", **other})
    AppointmentFactory(organisation=world.province, role="clerk")
    row = delegations.add_delegation(
        actor=clerk,
        organisation_id=world.province.public_id,
        person=NewPerson(name="บุคคลใหม่"),
        power=Power(position="ปลัดจังหวัด"),
    )
    delegations.end_delegation(actor=clerk, delegation_id=row.public_id, last_day=clock.today())
    rows = Notice.objects.filter(kind__startswith="delegation_")
    assert set(rows.values_list("person", "organisation")) == {(head.person_id, None)}
    ended, added = shown(head)
    assert added.text.startswith("ที่ทำการปกครองจังหวัดทดสอบ เพิ่มผู้ลงนามในนามจังหวัดทดสอบ ตำแหน่ง ปลัดจังหวัด")
    assert "ลงนามในนามจังหวัดทดสอบได้ถึง 4 ก.พ. 2570" in ended.text
    assert "บุคคลใหม่" not in added.text + ended.text
    register = reverse("correspondence:signers-of", args=[world.province.public_id])
    assert {added.url, ended.url} == {register}


def signed(draft: Draft, lap: int = 1) -> ChainStep:
    step: ChainStep = ChainStepFactory(draft=draft, lap=lap, person=PersonFactory())
    draft_signed.send(sender=Draft, draft=draft, step=step, actor=Actor.system("test"))
    return step


def test_who_wrote_it_and_who_may_send_it_hear_that_a_letter_is_signed(world):
    clerk, drafter = world.clerk(world.office), actor_for("officer", world.office)
    supervisor, elsewhere = actor_for("supervisor", world.office), world.clerk(world.districts[0])
    draft = DraftFactory(
        office=world.office,
        issuer=world.province,
        programme=world.programme,
        subject="เชิญ{{meeting.title}}",
        meeting={"title": "ประชุมชี้แจง"},
        created_by_id=drafter.user_id,
    )
    actor_for("officer", world.office)
    signed(draft)
    for actor in (clerk, drafter, supervisor):
        (line,) = shown(actor)
        assert line.text == "หนังสือเรื่อง เชิญประชุมชี้แจง ลงนามแล้ว รอลงเลขและส่ง"
        assert line.url == reverse("correspondence:draft", args=[draft.public_id])
    told = Notice.objects.filter(kind="draft_signed")
    assert set(told.values_list("person", flat=True)) == {
        actor.person_id for actor in (clerk, drafter, supervisor)
    }
    assert shown(elsewhere) == []


def test_of_a_secret_letter_only_those_cleared_hear_and_not_who_signed(world):
    head, supervisor = actor_for("head", world.office), actor_for("supervisor", world.office)
    clerk = world.clerk(world.office)
    draft = DraftFactory(
        office=world.office,
        issuer=world.province,
        programme=world.programme,
        secrecy="secret",
        created_by=None,
    )
    step = ChainStepFactory(draft=draft, lap=1, person=me(head))
    draft_signed.send(sender=Draft, draft=draft, step=step, actor=head)
    assert list(Notice.objects.values_list("person", "params__subject")) == [(clerk.person_id, "ลับ")]
    assert shown(supervisor) == []
