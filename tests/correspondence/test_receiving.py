"""What an office does with a letter that came: receive, acknowledge, give to somebody, show to a group."""

import pytest

from saduak.correspondence.actions import lists, recalling, receiving
from saduak.correspondence.actions.registers_keeping import open_registry
from saduak.correspondence.models import (
    Circulation,
    Delivery,
    DistributionGroup,
    RecipientList,
    RegisterEntry,
)
from saduak.correspondence.queries import deliveries
from saduak.foundation import clock, ids
from saduak.foundation.access import Actor, Conflict, Invalid, Refused
from saduak.foundation.models import AuditEntry
from tests.correspondence import factories_sending as f
from tests.organisations.factories import AppointmentFactory, PersonFactory, actor_for, me

pytestmark = pytest.mark.django_db


@pytest.fixture
def came(world):
    """(what came to the first district, its clerk)."""
    dispatch = f.to_districts(world)
    return f.at(dispatch, world.districts[0]), world.clerk(world.districts[0])


def colleague(office, name: str = "เจ้าหน้าที่ปกครอง"):
    person = PersonFactory(name=name)
    AppointmentFactory(person=person, organisation=office, role="officer")
    return person


def verbs(row: Delivery) -> list[str]:
    rows = AuditEntry.objects.filter(aggregate="correspondence.delivery", aggregate_id=row.pk)
    return list(rows.order_by("seq").values_list("verb", flat=True))


def test_receiving_says_when_by_whom_and_under_which_number(came):
    row, clerk = came
    done = receiving.receive(actor=clerk, delivery_id=row.public_id, receipt_number=" 544 ")
    done.refresh_from_db()
    assert (done.state, done.receipt_number, done.received_at, done.received_by_id) == (
        "received",
        "544",
        clerk.received_at,
        clerk.user_id,
    )
    assert done.receipt is None
    assert verbs(done) == ["correspondence.received"]


def test_receiving_twice_is_receiving_once_and_a_number_may_come_later(came):
    row, clerk = came
    receiving.receive(actor=clerk, delivery_id=row.public_id)
    receiving.receive(actor=clerk, delivery_id=row.public_id, receipt_number="31")
    done = receiving.receive(actor=clerk, delivery_id=row.public_id, receipt_number="99")
    assert done.receipt_number == "31"
    assert verbs(done) == ["correspondence.received", "correspondence.receipt_number"]


def test_where_saduak_keeps_the_register_the_number_comes_by_itself(world, came):
    row, clerk = came
    head = actor_for("head", world.districts[0])
    open_registry(
        actor=head,
        organisation_id=world.districts[0].public_id,
        prefix="ทส 0118",
        start={("receive", ""): 43},
    )
    done = receiving.receive(actor=clerk, delivery_id=row.public_id)
    assert (done.receipt_number, done.receipt.number) == ("44", 44)
    entry = RegisterEntry.objects.get()
    assert (entry.direction, entry.letter_number, entry.subject, entry.from_text, entry.letter) == (
        "receive",
        row.letter.number,
        row.letter.subject,
        "จังหวัดทดสอบ",
        row.letter,
    )
    assert entry.to_text == "นายอำเภอทดสอบ1"


def test_another_office_receives_nothing_of_it(world, came):
    row, _clerk = came
    with pytest.raises(Refused) as refusal:
        receiving.receive(actor=world.clerk(world.districts[1]), delivery_id=row.public_id)
    assert refusal.value.code == "not-own-office"


def test_who_may_not_see_a_secret_letter_does_nothing_with_it_and_gives_it_to_nobody(world):
    """Not even by its address: whoever assigns it to themselves would read it from then on."""
    office = world.districts[0]
    secret = f.to_districts(world, letter=f.letter_of(world, world.province, world.office, secrecy="secret"))
    row, officer = f.at(secret, office), actor_for("officer", office)
    for refused in (
        lambda: receiving.receive(actor=officer, delivery_id=row.public_id),
        lambda: receiving.acknowledge(actor=officer, delivery_id=row.public_id),
        lambda: receiving.assign(
            actor=officer, delivery_id=row.public_id, person_id=colleague(office).public_id
        ),
    ):
        with pytest.raises(Refused) as refusal:
            refused()
        assert refusal.value.code == "secret"
    clerk = world.clerk(office)
    receiving.assign(actor=clerk, delivery_id=row.public_id, person_id=me(officer).public_id)
    assert receiving.acknowledge(actor=officer, delivery_id=row.public_id).state == "acknowledged"
    assert receiving.receive(actor=Actor.system("test"), delivery_id=row.public_id).received_at


def test_acknowledging_counts_as_receiving(came):
    row, clerk = came
    done = receiving.acknowledge(actor=clerk, delivery_id=row.public_id)
    assert (done.state, done.received_at, done.acknowledged_at) == (
        "acknowledged",
        clerk.received_at,
        clerk.received_at,
    )
    receiving.acknowledge(actor=clerk, delivery_id=row.public_id)
    assert verbs(done) == ["correspondence.received", "correspondence.acknowledged"]


def test_acknowledging_what_was_passed_on_leaves_it_passed_on(world, came):
    row, clerk = came
    receiving.receive(actor=clerk, delivery_id=row.public_id)
    f.to_locals(world, 0, row)
    done = receiving.acknowledge(actor=clerk, delivery_id=row.public_id)
    done.refresh_from_db()
    assert (done.state, done.acknowledged_at) == ("forwarded", clerk.received_at)


def test_what_was_called_back_is_not_received(world, came):
    row, clerk = came
    recalling.recall(actor=Actor.system("test"), dispatch_id=row.dispatch.public_id, reason="ส่งผิดฉบับ")
    with pytest.raises(Conflict) as refusal:
        receiving.receive(actor=clerk, delivery_id=row.public_id)
    assert refusal.value.code == "withdrawn"


def test_a_letter_is_given_to_a_colleague_and_who_had_it_before_still_sees_it(world, came):
    row, clerk = came
    first, second = colleague(world.districts[0]), colleague(world.districts[0], "ปลัดอำเภอ")
    receiving.assign(actor=clerk, delivery_id=row.public_id, person_id=first.public_id)
    receiving.assign(actor=clerk, delivery_id=row.public_id, person_id=first.public_id)
    done = receiving.assign(actor=clerk, delivery_id=row.public_id, person_id=second.public_id)
    assert (done.assigned_to, done.state) == (second, "received")
    assert list(Circulation.objects.values_list("person_id", flat=True)) == [first.pk]
    assert verbs(done) == ["correspondence.received", "correspondence.assigned", "correspondence.assigned"]
    names = [row.name for row in deliveries.colleagues(world.districts[0].pk)]
    assert names.index("เจ้าหน้าที่ปกครอง") < names.index("ปลัดอำเภอ")


def test_nobody_of_another_office_is_given_a_letter(world, came):
    row, clerk = came
    with pytest.raises(Invalid) as refusal:
        receiving.assign(
            actor=clerk, delivery_id=row.public_id, person_id=colleague(world.districts[1]).public_id
        )
    assert refusal.value.fields.keys() == {"person"}


def test_a_letter_is_shown_to_a_group_once_each(world, came):
    row, clerk = came
    office = world.districts[0]
    people = [colleague(office, name) for name in ("หนึ่ง", "สอง", "สาม")]
    group = lists.keep_group(
        actor=clerk,
        organisation_id=office.public_id,
        name="กลุ่มงานปกครอง",
        person_ids=[people[0].public_id, people[1].public_id],
    )
    shown = receiving.circulate(
        actor=clerk,
        delivery_id=row.public_id,
        group_ids=[group.public_id],
        person_ids=[people[1].public_id, people[2].public_id],
    )
    again = receiving.circulate(actor=clerk, delivery_id=row.public_id, group_ids=[group.public_id])
    assert (shown, again) == (3, 0)
    row.refresh_from_db()
    assert row.state == "received"
    rows = deliveries.circulation(row)
    assert {(one.person.name, one.group_id) for one in rows} == {
        ("หนึ่ง", group.pk),
        ("สอง", None),
        ("สาม", None),
    }


@pytest.mark.parametrize("groups", [[], [ids.public_id()]])
def test_showing_it_to_nobody_is_said(came, groups):
    row, clerk = came
    with pytest.raises(Invalid) as refusal:
        receiving.circulate(actor=clerk, delivery_id=row.public_id, group_ids=groups)
    assert refusal.value.code == "nobody-chosen"


def test_who_was_shown_it_says_once_that_they_saw_it(world, came):
    row, clerk = came
    reader = actor_for("officer", world.districts[0])
    person = deliveries.Person.objects.get(pk=reader.person_id)
    receiving.circulate(actor=clerk, delivery_id=row.public_id, person_ids=[person.public_id])
    assert receiving.see(actor=reader, delivery_id=row.public_id) is True
    assert receiving.see(actor=reader, delivery_id=row.public_id) is False
    assert receiving.see(actor=clerk, delivery_id=row.public_id) is False
    assert Circulation.objects.get().seen_at == clock.now()


# --- Lists ------------------------------------------------------------------------------------------------------------


def test_a_group_is_made_changed_and_ended(world):
    office = world.districts[0]
    clerk, person = world.clerk(office), colleague(office)
    values = {"actor": clerk, "organisation_id": office.public_id}
    group = lists.keep_group(**values, name=" ธุรการ ", person_ids=[person.public_id])
    assert (group.name, list(group.members.all())) == ("ธุรการ", [person])
    lists.keep_group(**values, name="ธุรการกลาง", person_ids=[person.public_id], group_id=group.public_id)
    assert [row.name for row in deliveries.groups(clerk, office.pk)] == ["ธุรการกลาง"]
    lists.keep_group(**values, name="ธุรการกลาง", person_ids=[], group_id=group.public_id)
    assert deliveries.groups(clerk, office.pk) == []
    assert DistributionGroup.objects.get().retired_at == clock.now()


def test_a_list_of_offices_is_made_changed_and_ended(world):
    clerk = world.clerk(world.office)
    values = {"actor": clerk, "organisation_id": world.office.public_id}
    members = [row.public_id for row in world.districts[:2]]
    made = lists.keep_list(**values, name="อำเภอนำร่อง", member_ids=members)
    assert list(made.members.order_by("pk")) == world.districts[:2]
    lists.keep_list(**values, name="อำเภอนำร่อง", member_ids=members[:1], list_id=made.public_id)
    found = deliveries.lists(clerk, frozenset({world.office.pk}))
    assert [(row.name, row.members.count()) for row in found] == [("อำเภอนำร่อง", 1)]
    lists.keep_list(**values, name="อำเภอนำร่อง", member_ids=[], list_id=made.public_id)
    assert not deliveries.lists(clerk, frozenset({world.office.pk})).exists()
    assert RecipientList.objects.count() == 1


def test_names_of_lists_are_said_when_they_do_not_do(world):
    clerk = world.clerk(world.office)
    values = {
        "actor": clerk,
        "organisation_id": world.office.public_id,
        "member_ids": [world.districts[0].public_id],
    }
    lists.keep_list(**values, name="หนึ่ง")
    for name, code in ((" ", "no-name"), ("หนึ่ง", "name-taken")):
        with pytest.raises(Invalid) as refusal:
            lists.keep_list(**values, name=name)
        assert (refusal.value.code, set(refusal.value.fields)) == (code, {"name"})


def test_lists_hold_only_what_is_there_and_belong_to_their_office(world):
    clerk = world.clerk(world.districts[0])
    place = {"actor": clerk, "organisation_id": world.districts[0].public_id, "name": "x"}
    with pytest.raises(Invalid, match="ทะเบียน"):
        lists.keep_list(**place, member_ids=[ids.public_id()])
    with pytest.raises(Invalid, match="หน่วยงานนี้"):
        lists.keep_group(**place, person_ids=[colleague(world.districts[1]).public_id])
    other = place | {"organisation_id": world.districts[1].public_id}
    with pytest.raises(Refused):
        lists.keep_list(**other, member_ids=[])
    system = other | {"actor": Actor.system("test")}
    assert lists.keep_list(**system, member_ids=[world.districts[0].public_id]).name == "x"
