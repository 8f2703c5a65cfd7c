"""Calling back, and putting a later letter in the place of an earlier one."""

import pytest

from saduak.correspondence import signals
from saduak.correspondence.actions import recalling
from saduak.correspondence.models import Delivery, Dispatch, Duty, DutyRecipient, Letter
from saduak.foundation import clock, jobs
from saduak.foundation.access import Conflict, Invalid, Refused
from saduak.foundation.models import AuditEntry
from tests.correspondence import factories_sending as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    with clock.travel(f.NOW):
        yield f.country()


@pytest.fixture
def sender(world):
    return world.clerk(world.office)


@pytest.fixture
def heard():
    """Who was told of what: (which, offices, letter)."""
    told = []

    def recalled(dispatch, organisation_ids, **_):
        told.append(("recalled", organisation_ids, dispatch.letter_id))

    def corrected(letter, organisation_ids, **_):
        told.append(("corrected", organisation_ids, letter.pk))

    signals.letter_recalled.connect(recalled)
    signals.letter_corrected.connect(corrected)
    yield told
    signals.letter_recalled.disconnect(recalled)
    signals.letter_corrected.disconnect(corrected)


def asked(letter: Letter) -> Duty:
    return Duty.objects.create(letter=letter, ordinal=0, who="", what="แจ้งต่อ", force="order")


def recall(actor, dispatch, reason="แนบผิดฉบับ") -> Dispatch:
    return recalling.recall(actor=actor, dispatch_id=dispatch.public_id, reason=reason)


def test_everybody_who_had_it_is_told_and_asked_no_more(world, sender, heard):
    letter = f.letter_of(world, world.province, world.office)
    duty = asked(letter)
    dispatch = f.to_districts(world, letter=letter, duties={duty: None})
    f.to_locals(world, 0, f.at(dispatch, world.districts[0]))
    finished = DutyRecipient.objects.get(organisation=world.districts[2])
    DutyRecipient.objects.filter(pk=finished.pk).update(acknowledged_at=f.NOW, done_at=f.NOW)
    done = recall(sender, dispatch, "  แนบผิดฉบับ ")
    assert (done.state, done.recalled_at, done.recall_reason) == ("recalled", f.NOW, "แนบผิดฉบับ")
    assert set(dispatch.deliveries.values_list("state", "withdrawn_at")) == {("withdrawn", f.NOW)}
    # What others passed on is theirs to call back; they are told.
    assert set(Delivery.objects.filter(depth=1).values_list("state", flat=True)) == {"sent"}
    below = [office.pk for office in world.locals[0]]
    assert heard == [("recalled", sorted([d.pk for d in world.districts] + below), letter.pk)]
    letter.refresh_from_db()
    assert (letter.recalled_at, letter.recall_reason) == (f.NOW, "แนบผิดฉบับ")
    open_ = DutyRecipient.objects.filter(superseded_at__isnull=True)
    assert list(open_) == [finished]
    assert list(
        AuditEntry.objects.filter(verb="correspondence.recalled").order_by("aggregate").values_list("facts")
    ) == [({"reason": "แนบผิดฉบับ", "offices": 3},), ({"reason": "แนบผิดฉบับ"},)]


def test_a_letter_that_also_went_out_elsewhere_stands(world, sender):
    letter = f.letter_of(world, world.province, world.office)
    duty = asked(letter)
    first = f.sent_letter(world, f.targets_of(world.districts[:2]), letter=letter, duties={duty: None})
    second = f.sent_letter(world, f.targets_of(world.districts[1:]), letter=letter, duties={duty: None})
    recall(sender, first)
    letter.refresh_from_db()
    assert letter.recalled_at is None
    # Who has it by the other sending still has what it asks.
    still = DutyRecipient.objects.filter(superseded_at__isnull=True).values_list("organisation", flat=True)
    assert sorted(still) == sorted(d.pk for d in world.districts[1:])
    recall(sender, second)
    letter.refresh_from_db()
    assert letter.recalled_at == f.NOW
    assert not DutyRecipient.objects.filter(superseded_at__isnull=True).exists()


def test_in_the_middle_of_sending(world, sender, heard):
    dispatch = f.to_districts(world, run=False)
    recall(sender, dispatch)
    jobs.run_pending()
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.deliveries.count()) == ("recalled", 0)
    assert heard == [("recalled", [], dispatch.letter_id)]


def test_who_may_not_and_what_is_missing(world, sender):
    dispatch = f.to_districts(world)
    with pytest.raises(Refused) as refused:
        recall(world.clerk(world.districts[0]), dispatch)
    assert refused.value.code == "not-sender"
    with pytest.raises(Invalid) as empty:
        recall(sender, dispatch, " ")
    assert "reason" in empty.value.fields
    recall(sender, dispatch)
    with pytest.raises(Conflict):
        recall(sender, dispatch)


@pytest.mark.postgres
def test_calling_back_costs_the_same_for_one_office_and_for_three(world, sender, exactly):
    for offices in (world.districts[:1], world.districts):
        letter = f.letter_of(world, world.province, world.office)
        dispatch = f.sent_letter(world, f.targets_of(offices), letter=letter, duties={asked(letter): None})
        with exactly(15):
            recall(sender, dispatch)


def corrected(world, sender, earlier: Letter) -> Letter:
    later = f.letter_of(world, world.province, world.office)
    dispatch = f.to_districts(world, letter=later)
    recalling.correct(actor=sender, dispatch=dispatch, earlier=Letter.locked(earlier.public_id))
    return later


def test_a_later_letter_takes_the_place_of_an_earlier_one(world, sender, heard):
    earlier = f.letter_of(world, world.province, world.office)
    f.to_districts(world, letter=earlier, duties={asked(earlier): None})
    later = corrected(world, sender, earlier)
    earlier.refresh_from_db()
    assert earlier.superseded_by == later
    assert not DutyRecipient.objects.filter(duty__letter=earlier, superseded_at__isnull=True).exists()
    assert heard == [("corrected", sorted(d.pk for d in world.districts), later.pk)]
    entry = AuditEntry.objects.get(verb="correspondence.superseded")
    assert entry.facts == {"by": str(later.public_id), "number": later.number}


def test_what_was_replaced_or_called_back_is_not_replaced_again(world, sender):
    earlier = f.letter_of(world, world.province, world.office)
    dispatch = f.to_districts(world, letter=earlier)
    corrected(world, sender, earlier)
    with pytest.raises(Conflict) as again:
        corrected(world, sender, earlier)
    assert again.value.code == "superseded"
    other = f.to_districts(world)
    recall(sender, other)
    with pytest.raises(Conflict):
        corrected(world, sender, other.letter)
    # A letter that was replaced can still be called back.
    assert recall(sender, dispatch).state == "recalled"
