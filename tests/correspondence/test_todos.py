"""What waits at home: letters to receive and to pass on, initials and signatures, and what was signed and waits to go."""

import pytest

from saduak.correspondence import queries
from saduak.correspondence.actions import receiving
from saduak.correspondence.models import Circulation, Delivery, Duty, DutyRecipient, Letter
from saduak.foundation import clock
from saduak.foundation.access import Actor
from saduak.organisations.models import Person
from tests.correspondence import factories_sending as f
from tests.correspondence.factories_drafts import ChainStepFactory, DraftFactory
from tests.organisations.factories import PersonFactory, actor_for, actor_of

# Columns of four tables stand in one answer: their kinds must agree in both databases.
pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def told(actor) -> list[tuple]:
    return [(row.kind, row.target_id, row.due_at) for row in queries.todos(actor)]


def test_what_came_is_to_be_received_and_then_passed_on_by_its_day(world):
    soon, later = clock.now() + f.DAY, clock.now() + 3 * f.DAY
    first = f.at(f.to_districts(world, acknowledge_by=later), world.districts[0])
    second = f.at(f.to_districts(world, forward_by=soon), world.districts[0])
    plain = f.at(f.to_districts(world), world.districts[0])
    clerk = world.clerk(world.districts[0])
    assert told(clerk) == [
        ("receive", second.public_id, soon),
        ("receive", first.public_id, later),
        ("receive", plain.public_id, None),
    ]
    for row in (first, second, plain):
        f.receive(row)
    assert told(clerk) == [("pass_on", second.public_id, soon), ("pass_on", first.public_id, later)]
    (one, *_rest) = queries.todos(clerk)
    why = f"จังหวัดทดสอบ ที่ {second.letter.number} กำหนดแจ้งต่อ"
    assert (str(one.why), one.organisation_name) == (why, "อำเภอทดสอบ1")


def test_a_letter_that_came_is_told_by_the_nearest_of_its_days_and_before_its_own_duties(world):
    days = [clock.now() + n * f.DAY for n in (1, 2, 3)]
    letter = f.letter_of(world, world.province, world.office)
    duty = Duty.objects.create(
        letter=letter, ordinal=0, who="", what="ส่งรายชื่อ", force="order", due_at=days[0]
    )
    sent = f.to_districts(
        world, letter=letter, acknowledge_by=days[1], forward_by=days[2], duties={duty: None}
    )
    came = f.at(sent, world.districts[0])
    clerk = world.clerk(world.districts[0])
    first, second = queries.todos(clerk)
    assert (first.kind, first.due_at, second.kind) == ("receive", days[0], "acknowledge")
    assert str(first.why).endswith("กำหนดของหน้าที่ในหนังสือ")
    DutyRecipient.objects.update(acknowledged_at=clock.now(), done_at=clock.now())
    (first,) = queries.todos(clerk)
    assert (first.due_at, str(first.why).endswith("กำหนดรับทราบ")) == (days[1], True)
    f.receive(came)
    Delivery.objects.filter(pk=came.pk).update(acknowledged_at=clock.now(), state="acknowledged")
    (first,) = queries.todos(clerk)
    assert (first.kind, first.due_at) == ("pass_on", days[2])


def test_a_step_waits_for_its_person_and_a_signed_draft_for_who_sends(world):
    signer = PersonFactory()
    draft = DraftFactory(
        office=world.office, issuer=world.province, programme=world.programme, state="circulating", lap=1
    )
    step = ChainStepFactory(draft=draft, person=signer)
    assert told(actor_of(signer)) == [("sign_letter", step.public_id, None)]
    signed = DraftFactory(
        office=world.office, issuer=world.province, programme=world.programme, state="signed"
    )
    assert told(world.clerk(world.office)) == [("send_letter", signed.public_id, None)]
    assert told(actor_for("officer", world.office)) == []


def me(actor) -> Person:
    return Person.objects.get(pk=actor.person_id)


def words(actor) -> list[tuple[str, str]]:
    return [(row.kind, str(row.why)) for row in queries.todos(actor)]


def test_who_was_given_a_letter_has_it_to_do_until_the_office_has_dealt_with_it(world):
    row = f.receive(f.at(f.to_districts(world), world.districts[0]))
    clerk, officer = world.clerk(world.districts[0]), actor_for("officer", world.districts[0])
    assert told(officer) == []
    receiving.assign(actor=clerk, delivery_id=row.public_id, person_id=me(officer).public_id)
    assert told(officer) == [("handle", row.public_id, None)]
    assert words(officer) == [("handle", f"มอบหมายให้คุณ จังหวัดทดสอบ ที่ {row.letter.number}")]
    colleague = actor_for("officer", world.districts[0])
    receiving.assign(actor=clerk, delivery_id=row.public_id, person_id=me(colleague).public_id)
    # Given to another one: nothing is left to do for the first, who had it.
    assert told(officer) == []
    assert told(colleague) == [("handle", row.public_id, None)]
    receiving.acknowledge(actor=clerk, delivery_id=row.public_id)
    assert told(colleague) == []


def test_who_was_given_a_letter_to_pass_on_has_its_day(world):
    soon = clock.now() + f.DAY
    row = f.receive(f.at(f.to_districts(world, forward_by=soon), world.districts[0]))
    clerk, helper = world.clerk(world.districts[0]), actor_for("helper", world.districts[0])
    assert told(clerk) == [("pass_on", row.public_id, soon)]
    receiving.assign(actor=clerk, delivery_id=row.public_id, person_id=me(helper).public_id)
    assert told(helper) == [("handle", row.public_id, soon)]
    assert told(clerk) == [("pass_on", row.public_id, soon)]


def test_who_was_shown_a_letter_says_that_they_saw_it(world):
    soon = clock.now() + f.DAY
    row = f.at(f.to_districts(world, forward_by=soon), world.districts[0])
    clerk, helper = world.clerk(world.districts[0]), actor_for("helper", world.districts[0])
    receiving.circulate(actor=clerk, delivery_id=row.public_id, person_ids=[me(helper).public_id])
    assert told(helper) == [("see", row.public_id, None)]
    assert words(helper) == [("see", f"เวียนให้คุณทราบ จังหวัดทดสอบ ที่ {row.letter.number}")]
    # The office's own work with it comes first for who does it.
    Circulation.objects.create(delivery=row, person_id=clerk.person_id)
    assert told(clerk) == [("pass_on", row.public_id, soon)]
    receiving.see(actor=helper, delivery_id=row.public_id)
    assert told(helper) == []
    Circulation.objects.update(seen_at=None)
    Delivery.objects.update(state="withdrawn", withdrawn_at=clock.now())
    assert told(helper) == []


def test_a_draft_that_came_back_waits_for_who_wrote_it(world):
    drafter, other = world.clerk(world.office), world.clerk(world.office)
    draft = DraftFactory(
        office=world.office,
        issuer=world.province,
        programme=world.programme,
        created_by_id=drafter.user_id,
        subject="",
    )
    assert told(drafter) == []
    back = ChainStepFactory(
        draft=draft, decision="returned", decided_at=clock.now(), because="แก้วัน", name="ก", digest="0" * 64
    )
    assert told(drafter) == [("rewrite_letter", draft.public_id, None)]
    assert words(drafter) == [("rewrite_letter", "ไม่เห็นชอบ เพราะ แก้วัน")]
    assert str(queries.todos(drafter)[0].title) == "หนังสือที่ยังไม่มีเรื่อง"
    assert told(other) == []
    # It went round again and was taken back by its writer: that return is over.
    ChainStepFactory(draft=draft, lap=back.lap + 1, person=back.person)
    assert told(drafter) == []


def test_everything_that_waits_is_read_at_once(world, exactly):
    office = world.districts[0]
    clerk = world.clerk(office)
    for number in (1, 2, 3):
        letter = f.letter_of(world, world.province, world.office)
        duty = Duty.objects.create(
            letter=letter, ordinal=0, who="", what="ส่งรายชื่อภายในวันที่ 31 กุมภาพันธ์ 2570", force="order"
        )
        dispatch = f.to_districts(world, letter=letter, duties={duty: None})
        found = {"documents": [{"subject": None, "number": None}], "findings": []}
        f.letter_of(world, world.province, office, state="read", reading=found)
        f.letter_of(world, world.province, office, state="read", reading=found | {"documents": []})
        DraftFactory(office=office, issuer=office, programme=world.programme, state="signed")
        with exactly(1):
            kinds = [row.kind for row in queries.todos(clerk)]
        assert kinds == [
            *["confirm"] * 2 * number,
            *["receive"] * number,
            *["acknowledge"] * number,
            *["send_letter"] * number,
        ]
    rows = {row.kind: row for row in queries.todos(clerk)}
    assert str(rows["confirm"].title) == "หนังสือที่ยังไม่ได้ตรวจ"
    assert (rows["confirm"].letter_number, rows["confirm"].organisation_name) == ("", "อำเภอทดสอบ1")
    # All came in the same moment: each is there once, in an order that stays.
    asked = {row.letter_number: row for row in queries.todos(clerk) if row.kind == "acknowledge"}
    assert len(asked) == number
    asked = asked[dispatch.letter.number]
    assert asked.force == "order"
    assert "วันที่ในหนังสือไม่มีในปฏิทิน: 31 กุมภาพันธ์ 2570" in str(asked.why)
    assert Letter.objects.filter(public_id=rows["confirm"].target_id, state="read").exists()


def test_nobody_in_particular_has_nothing_to_do(world, exactly):
    with exactly(0):
        assert queries.todos(Actor.public()) == []
    link = Actor(kind="link", ref="link:1", received_at=clock.now())
    with exactly(0):
        assert queries.todos(link) == []
