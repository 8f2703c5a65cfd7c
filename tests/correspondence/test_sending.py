"""Sending to many: the header, the batch that delivers exactly once, the place in the tree, and what goes along."""

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from saduak.correspondence import signals
from saduak.correspondence.actions import sending
from saduak.correspondence.inputs import Sending, Target
from saduak.correspondence.models import Delivery, Dispatch, Duty, DutyRecipient, Way
from saduak.foundation import batches, clock, jobs
from saduak.foundation.access import Actor, Invalid
from saduak.foundation.models import AuditEntry, BatchItem
from saduak.organisations.recipients import Office
from saduak.organisations.recipients import Way as OfficeWay
from tests.correspondence import factories_sending as f
from tests.organisations.factories import OrganisationFactory

pytestmark = pytest.mark.django_db


def duty_of(letter, force="order", ordinal=0) -> Duty:
    return Duty.objects.create(letter=letter, ordinal=ordinal, who="", what="แจ้งต่อ", force=force)


def test_each_office_gets_it_once_in_its_place(world):
    clerk = world.clerk(world.office)
    dispatch = f.to_districts(
        world, actor=clerk, recipients="นายอำเภอ ทุกอำเภอ", forward_by=f.NOW + 7 * f.DAY, run=False
    )
    assert (dispatch.state, dispatch.expected, dispatch.deliveries.count()) == ("sending", 3, 0)
    assert (dispatch.sent_by_id, dispatch.recipients) == (clerk.user_id, "นายอำเภอ ทุกอำเภอ")
    assert jobs.run_pending() == 1
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.completed_at) == ("sent", f.NOW)
    rows = list(dispatch.deliveries.order_by("path"))
    assert [row.organisation_id for row in rows] == sorted(d.pk for d in world.districts)
    assert [(row.path, row.depth, row.root_id) for row in rows] == [
        (f"{n:06d}", 0, dispatch.pk) for n in (1, 2, 3)
    ]
    assert {(row.state, row.way, row.letter_id, row.delivered_at) for row in rows} == {
        ("sent", "line", dispatch.letter_id, f.NOW)
    }
    told = AuditEntry.objects.filter(aggregate="correspondence.dispatch").order_by("seq")
    assert [entry.verb for entry in told] == ["correspondence.sent", "correspondence.delivered"]
    assert told[0].facts["offices"] == 3
    assert told[1].facts == {"offices": 3}


def test_an_office_named_twice_gets_it_by_the_way_named_first(world):
    town = world.locals[0][0]
    dispatch = f.sent_letter(world, [Target(town.pk, "supervision"), Target(town.pk, "other")])
    assert [row.way for row in dispatch.deliveries.all()] == ["supervision"]


@pytest.mark.parametrize(
    ("reached", "goes"),
    [("own", "line"), ("line", "line"), ("name", "name"), ("territory", "territory"), ("other", "other")],
)
def test_what_is_ones_own_is_in_ones_line(reached, goes):
    assert sending.target(Office(7, "อำเภอ", OfficeWay(reached))) == Target(7, goes)


def test_nobody_to_send_to(world):
    with pytest.raises(Invalid) as refused:
        f.sent_letter(world, [])
    assert refused.value.code == "no-recipients"
    assert "recipients" in refused.value.fields
    assert not Dispatch.objects.exists()


def test_what_is_passed_on_stands_below(world):
    dispatch = f.to_districts(world)
    first, second = f.at(dispatch, world.districts[0]), f.at(dispatch, world.districts[1])
    below = f.to_locals(world, 0, first)
    assert (below.root_id, below.forwards_id) == (dispatch.pk, first.pk)
    rows = list(below.deliveries.order_by("path"))
    assert [(row.path, row.depth, row.root_id) for row in rows] == [
        (f"{first.path}000001", 1, dispatch.pk),
        (f"{first.path}000002", 1, dispatch.pk),
    ]
    first.refresh_from_db()
    assert first.children == 2
    # The same office passes it on again: the places go on.
    again = f.to_locals(world, 0, first)
    assert {row.path for row in again.deliveries.all()} == {f"{first.path}00000{n}" for n in (3, 4)}
    assert f.to_locals(world, 1, second).deliveries.get().path == f"{second.path}000001"


def test_a_letter_that_came_on_paper_begins_a_tree_with_its_first_sending(world):
    paper = Delivery.objects.create(
        letter=f.letter_of(world, world.ministry, world.office, origin="loaded"),
        organisation=world.office,
        state="received",
        received_at=f.NOW,
    )
    first = f.sent_letter(world, f.targets_of(world.districts[:2]), forwards=paper)
    second = f.sent_letter(world, f.targets_of(world.districts[2:]), forwards=paper)
    assert (first.root_id, second.root_id) == (None, first.pk)
    rows = Delivery.objects.filter(root=first).order_by("path")
    assert [(row.path, row.depth, row.dispatch_id) for row in rows] == [
        ("000001", 0, first.pk),
        ("000002", 0, first.pk),
        ("000003", 0, second.pk),
    ]
    deeper = f.to_locals(world, 2, rows[2])
    assert (deeper.root_id, deeper.deliveries.get().path) == (first.pk, "000003000001")


def test_no_path_holds_more_than_twenty_hops(world):
    dispatch = f.to_districts(world)
    row = f.at(dispatch, world.districts[0])
    Delivery.objects.filter(pk=row.pk).update(depth=19, path="000001" * 20)
    row.refresh_from_db()
    with pytest.raises(Invalid) as refused:
        f.to_locals(world, 0, row)
    assert refused.value.code == "too-deep"


def test_a_recalled_sending_delivers_nothing_more(world):
    dispatch = f.to_districts(world, run=False)
    Dispatch.objects.filter(pk=dispatch.pk).update(
        state="recalled", recalled_at=clock.now(), recall_reason="ผิดฉบับ"
    )
    jobs.run_pending()
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.completed_at, dispatch.deliveries.count()) == ("recalled", None, 0)
    assert batches.progress(dispatch.batch).waiting == 0


def test_an_office_that_was_set_aside_keeps_the_sending_open(world, monkeypatch):
    real = batches.KINDS[sending.SEND].work

    def failing(batch, items):
        if any(str(world.districts[1].pk) == item.item.split(":")[0] for item in items):
            raise ValueError("cannot")
        real(batch, items)

    kind = batches.KINDS[sending.SEND]
    monkeypatch.setitem(
        batches.KINDS, sending.SEND, batches.Kind(kind.name, failing, kind.chunk, kind.finish)
    )
    dispatch = f.to_districts(world)
    assert (dispatch.state, dispatch.deliveries.count()) == ("sending", 2)
    monkeypatch.undo()
    assert batches.retry(dispatch.batch) == 1
    jobs.run_pending()
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.deliveries.count()) == ("sent", 3)


def test_duties_go_along_each_with_the_force_that_counts(world):
    letter = f.letter_of(world, world.province, world.office)
    order, some = duty_of(letter), duty_of(letter, "request", 1)
    first, second = world.districts[:2]
    town = world.locals[2][0]
    f.sent_letter(
        world,
        [*f.targets_of([first, second]), *f.targets_of([town], Way.SUPERVISION)],
        letter=letter,
        duties={order: None, some: [second.pk]},
    )
    shares = {(row.duty_id, row.organisation_id): row.force for row in DutyRecipient.objects.all()}
    assert shares == {
        (order.pk, first.pk): "order",
        (order.pk, second.pk): "order",
        (order.pk, town.pk): "request",
        (some.pk, second.pk): "request",
    }


def test_who_is_told_of_a_duty_is_not_told_of_the_letter_too(world):
    heard = []

    def came(**told):
        heard.append(("came", sorted(told["organisation_ids"])))

    def given(**told):
        heard.append(("given", told["organisation_ids"]))

    letter = f.letter_of(world, world.province, world.office)
    one = duty_of(letter)
    signals.letter_delivered.connect(came)
    signals.duties_given.connect(given)
    try:
        f.sent_letter(
            world,
            f.targets_of(world.districts),
            letter=letter,
            duties={one: [world.districts[0].pk]},
        )
        f.to_districts(world)
    finally:
        signals.letter_delivered.disconnect(came)
        signals.duties_given.disconnect(given)
    ids = sorted(d.pk for d in world.districts)
    assert heard == [("came", ids[1:]), ("given", ids[:1]), ("came", ids)]


def test_an_office_that_had_brought_in_the_same_letter_is_asked_once(world):
    letter = f.letter_of(world, world.province, world.office)
    copy = f.letter_of(
        world, world.province, world.districts[0], number=letter.number, origin="loaded", for_issuer=False
    )
    own = DutyRecipient.objects.create(duty=duty_of(copy), organisation=world.districts[0])
    asked = duty_of(letter)
    f.sent_letter(world, f.targets_of(world.districts), letter=letter, duties={asked: None})
    own.refresh_from_db()
    assert own.superseded_at == f.NOW
    assert DutyRecipient.objects.get(duty=asked, organisation=world.districts[0]).superseded_at is None


@pytest.mark.postgres
def test_a_chunk_costs_the_same_for_one_office_and_for_three(world, exactly):
    for offices in (world.districts[:1], world.districts):
        letter = f.letter_of(world, world.province, world.office)
        asked = duty_of(letter)
        dispatch = f.sent_letter(
            world, f.targets_of(offices), letter=letter, duties={asked: [offices[0].pk]}, run=False
        )
        hops = [sending.Hop.of(item.item) for item in BatchItem.objects.filter(batch=dispatch.batch)]
        # the sending, deliveries, duties, shares, own copies, notices of duties (and, with more, of the letter)
        with exactly(6 if len(offices) == 1 else 7):
            assert sending.deliver(
                actor=Actor.system("test"),
                dispatch_id=dispatch.pk,
                hops=hops,
                params=dispatch.batch.params,
            ) == len(offices)


def test_beginning_costs_the_same_for_one_office_and_for_three(world, exactly):
    for offices in (world.districts[:1], world.districts):
        letter = f.letter_of(world, world.province, world.office)
        with transaction.atomic(), exactly(8):
            sending.begin(
                actor=Actor.system("test"),
                letter=letter,
                sender=world.office,
                targets=f.targets_of(offices),
                sending=Sending(),
            )


@given(
    st.builds(
        sending.Hop,
        st.integers(1, 2**62),
        st.sampled_from(Way.values),
        st.integers(1, 999_999),
    )
)
def test_an_office_survives_its_way_through_the_batch(hop):
    assert sending.Hop.of(hop.item) == hop


def test_who_is_no_recipient_any_more_still_got_it(world):
    """What was sent stays with whom it was sent, whatever the tree says later."""
    office = OrganisationFactory(kind="branch")
    dispatch = f.sent_letter(world, f.targets_of([office], Way.OTHER))
    office.retired_at = clock.now()
    office.save()
    assert f.at(dispatch, office).state == "sent"
