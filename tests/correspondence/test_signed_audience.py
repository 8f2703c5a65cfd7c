"""Whom a letter reaches is part of what is signed: the same words may mean other offices tomorrow."""

import datetime

import pytest

from saduak.correspondence.actions import issuing, lists, signing
from saduak.correspondence.actions.drafting import create_draft, save_draft
from saduak.correspondence.inputs import Numbering
from saduak.correspondence.models import ChainStep, Delivery, Draft, RecipientList
from saduak.correspondence.queries.documents import changed_since_signed, digest_of
from saduak.correspondence.queries.recipients import reached
from saduak.foundation import clock, jobs
from saduak.foundation.access import Conflict, Invalid
from tests.correspondence import factories_sending as f
from tests.correspondence.factories_drafts import COMPLETE
from tests.organisations.factories import actor_for, me

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2027, 2, 4)


@pytest.fixture
def world():
    with clock.travel(f.NOW):
        made = f.country()
        made.writer, made.head = made.clerk(made.office), actor_for("head", made.office)
        keep(made, made.districts[:2])
        yield made


def keep(world, offices) -> None:
    """The list of the office that the letter is addressed to: these offices."""
    row = RecipientList.objects.first()
    lists.keep_list(
        actor=world.writer,
        organisation_id=world.office.public_id,
        name="อำเภอนำร่อง",
        member_ids=[one.public_id for one in offices],
        list_id=row and row.public_id,
    )


def drafted(world, **begun) -> Draft:
    """A letter to the list, complete, about no round."""
    draft = create_draft(
        actor=world.writer,
        office_id=world.office.public_id,
        issuer_id=world.province.public_id,
        programme_id=world.programme.public_id,
        **begun,
    )
    typed = COMPLETE | {"recipients": "อำเภอนำร่อง", "references": "", "duties": [], "deadlines": []}
    return save_draft(actor=world.writer, draft_id=draft.public_id, values=typed, version=draft.version)


def proposed(world, draft: Draft) -> ChainStep:
    steps = [("sign", me(world.head).public_id)]
    signing.propose(actor=world.writer, draft_id=draft.public_id, steps=steps)
    return ChainStep.objects.get(draft=draft)


def signed(world) -> Draft:
    step = proposed(world, drafted(world))
    seen = digest_of(Draft.objects.get(pk=step.draft_id))
    signing.decide_step(actor=world.head, step_id=step.public_id, approve=True, digest=seen)
    return Draft.objects.get(pk=step.draft_id)


def send(world, draft: Draft):
    numbering = Numbering(dated=TODAY, number="ทส 0018.1/ว 96")
    letter = issuing.issue(actor=world.writer, draft_id=draft.public_id, numbering=numbering)
    jobs.run_pending()
    return letter


def test_a_list_that_was_changed_after_signing_stops_the_letter(world):
    draft = signed(world)
    keep(world, world.districts)
    with pytest.raises(Invalid) as refused:
        send(world, draft)
    assert "เปลี่ยนไปหลังลงนาม" in str(refused.value.fields["recipients"])
    assert not Delivery.objects.exists()
    # As it was signed, it goes.
    keep(world, world.districts[:2])
    letter = send(world, draft)
    assert set(letter.deliveries.values_list("organisation", flat=True)) == {
        office.pk for office in world.districts[:2]
    }


def test_a_list_that_changes_while_somebody_reads_is_not_what_they_sign(world):
    step = proposed(world, drafted(world))
    seen = digest_of(Draft.objects.get(pk=step.draft_id))
    # As many as before, and others.
    keep(world, world.districts[1:])
    with pytest.raises(Conflict) as refused:
        signing.decide_step(actor=world.head, step_id=step.public_id, approve=True, digest=seen)
    assert refused.value.code == "document-changed"


def test_what_is_not_signed_in_the_system_is_bound_to_nothing(world):
    draft = drafted(world)
    assert not changed_since_signed(draft)
    # Signed before there were chains: nothing to compare with.
    draft.state = "signed"
    assert not changed_since_signed(draft)


def test_a_correction_reaches_those_who_had_the_letter_whatever_is_typed(world, exactly):
    told = []
    for offices in (world.districts[:1], world.districts):
        first = f.sent_letter(world, f.targets_of(offices))
        draft = drafted(world, corrects=first.letter.public_id)
        with exactly(1):
            told.append(reached(draft))
        assert told[-1]["offices"] == len(offices)
    assert told[0]["sha256"] != told[1]["sha256"]
