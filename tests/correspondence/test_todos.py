"""What waits at home: letters to receive and to pass on, initials and signatures, and what was signed and waits to go."""

import pytest

from saduak.correspondence import queries
from saduak.foundation import clock
from tests.correspondence import factories_sending as f
from tests.correspondence.factories_drafts import ChainStepFactory, DraftFactory
from tests.organisations.factories import PersonFactory, actor_for, actor_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    with clock.travel(f.NOW):
        yield f.country()


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
    assert (str(one.why), one.organisation_name) == (f"จังหวัดทดสอบ ที่ {second.letter.number}", "อำเภอทดสอบ1")


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
