"""Letters that came to an office, and letters that it sent: as lists, one as a page, and how many wait."""

import pytest

from saduak.correspondence.actions import outside, receiving
from saduak.correspondence.models import Delivery, LetterAttachment
from saduak.correspondence.queries import deliveries
from saduak.foundation import clock, ids
from saduak.foundation.access import Actor
from tests.correspondence import factories_sending as f
from tests.organisations.factories import OrganisationFactory, actor_for

pytestmark = pytest.mark.django_db


def came(world, **values) -> Delivery:
    return f.at(f.to_districts(world, **values), world.districts[0])


def keys(actor, view: str, query: str = "") -> list[int]:
    return list(deliveries.received(actor, view=view, query=query).values_list("pk", flat=True))


def test_what_came_stands_in_the_view_of_what_is_to_be_done(world):
    clerk = world.clerk(world.districts[0])
    new, read, done = came(world), came(world, acknowledge_by=clock.now() + f.DAY), came(world)
    f.receive(read)
    receiving.acknowledge(actor=clerk, delivery_id=done.public_id)
    assert keys(clerk, "to_receive") == [new.pk]
    assert keys(clerk, "to_act") == [read.pk]
    assert keys(clerk, "done") == [done.pk]
    assert sorted(keys(clerk, "all")) == sorted([new.pk, read.pk, done.pk])
    assert new.pk in keys(clerk, "all", new.letter.number)
    assert keys(clerk, "all", "ไม่มีคำนี้") == []
    assert list(deliveries.offices_of_actor(clerk, "correspondence.write")) == [world.districts[0]]
    assert deliveries.tally(clerk) == {"to_receive": 1, "to_act": 1}


def test_what_was_given_to_me_is_mine(world):
    clerk, officer = world.clerk(world.districts[0]), actor_for("officer", world.districts[0])
    row = came(world)
    Delivery.objects.filter(pk=row.pk).update(assigned_to=officer.person_id)
    assert keys(officer, "mine") == [row.pk]
    assert keys(clerk, "mine") == []
    assert keys(deliveries.Actor.system("test"), "mine") == []


@pytest.mark.postgres
def test_lists_and_pages_cost_the_same_with_one_and_with_three(world, exactly):
    clerk, sender = world.clerk(world.districts[0]), world.clerk(world.office)
    for _count in (1, 3):
        row = came(world)
        dispatch = row.dispatch
        with exactly(1):
            list(deliveries.received(clerk))
        with exactly(2):
            deliveries.tally(clerk)
        with exactly(1):
            assert deliveries.delivery(clerk, row.public_id) == row
        with exactly(1):
            assert dispatch in list(deliveries.sent(sender))
        with exactly(1):
            assert deliveries.dispatch(sender, dispatch.public_id) == dispatch
        came(world)


def test_what_another_office_has_is_not_found(world):
    row, away = came(world), world.clerk(OrganisationFactory())
    assert deliveries.delivery(away, row.public_id) is None
    assert deliveries.dispatch(away, row.dispatch.public_id) is None
    assert list(deliveries.sent(away)) == []
    assert deliveries.delivery(away, ids.public_id()) is None


def test_what_was_sent_is_found_by_its_words_and_what_was_passed_on_by_its_delivery(world):
    row, sender = came(world), world.clerk(world.office)
    assert row.dispatch in list(deliveries.sent(sender, query=row.letter.number))
    assert list(deliveries.sent(sender, query="ไม่มีคำนี้")) == []
    below = f.to_locals(world, 0, row)
    assert deliveries.passed_on(sender, row) == [deliveries.PassedOn(below, is_hidden=False)]
    outside.log_contact(actor=sender, delivery_id=row.public_id, outcome="reached")
    assert [log.outcome for log in deliveries.contacts(row)] == ["reached"]
    assert deliveries.dispatches_of(sender, row.letter) == [row.dispatch]


def test_a_secret_letter_in_which_it_was_passed_on_is_hidden_from_who_is_not_cleared(world, exactly):
    row, district = came(world), world.districts[0]
    clerk, officer = world.clerk(district), actor_for("officer", district)
    letter = f.letter_of(world, district, secrecy="secret")
    for _count in (1, 3):
        below = f.to_locals(world, 0, row, letter=letter)
        with exactly(2):
            assert deliveries.passed_on(officer, row)[-1] == deliveries.PassedOn(below, is_hidden=True)
        with exactly(2):
            assert not any(one.is_hidden for one in deliveries.passed_on(clerk, row))
        f.to_locals(world, 0, row, letter=letter)
    plain = row.letter
    with exactly(0):
        assert deliveries.hidden_among(officer, [plain]) == frozenset()
    assert deliveries.hidden_among(officer, [plain, letter]) == {letter.pk}
    assert deliveries.hidden_among(deliveries.Actor.system("test"), [letter]) == frozenset()


def test_what_came_on_paper_too_is_received_once(world):
    row, clerk = came(world), world.clerk(world.districts[0])
    copy = f.letter_of(
        world,
        world.province,
        world.districts[0],
        number=row.letter.number,
        dated=row.letter.dated,
        origin="loaded",
        for_issuer=False,
    )
    assert receiving.came_on_paper(copy, clerk) == row
    assert receiving.came_on_paper(copy, clerk).state == "received"
    assert Delivery.objects.filter(organisation=world.districts[0]).count() == 1
    nameless = f.letter_of(
        world, world.province, world.districts[0], number="", origin="loaded", for_issuer=False
    )
    alone = receiving.came_on_paper(nameless, clerk)
    assert (alone.dispatch, alone.state, alone.way) == (None, "received", "line")
    town = f.letter_of(
        world, world.province, world.locals[0][0], number="", origin="loaded", for_issuer=False
    )
    assert receiving.came_on_paper(town, world.clerk(world.locals[0][0])).way == "other"
    assert not LetterAttachment.objects.exists()


@pytest.mark.parametrize(("role", "received"), [("officer", False), ("clerk", True)])
def test_what_came_on_paper_receives_a_secret_one_only_for_those_who_may_see_it(world, role, received):
    letter = f.letter_of(world, world.province, world.office, secrecy="secret")
    row = f.at(f.to_districts(world, letter=letter), world.districts[0])
    actor = actor_for(role, world.districts[0])
    copy = f.letter_of(
        world,
        world.province,
        world.districts[0],
        number=letter.number,
        dated=letter.dated,
        origin="loaded",
        for_issuer=False,
    )
    done = receiving.came_on_paper(copy, actor)
    row.refresh_from_db()
    assert (done == row, done.received_by_id) == (received, actor.user_id)
    assert (row.received_at is not None, row.state) == (received, "received" if received else "sent")
    if not received:
        assert (done.letter, done.dispatch, done.state) == (copy, None, "received")


def test_an_advance_copy_stands_there_until_the_order_comes(world):
    f.open_round(world)
    call = f.sent_letter(world, f.targets_of([world.ministry]), issuer=OrganisationFactory(), advance=True)
    clerk = world.clerk(world.districts[0])
    assert list(deliveries.advance_copies(clerk)) == [call.letter]
    f.to_districts(world)
    assert list(deliveries.advance_copies(clerk)) == []


def test_the_program_itself_is_given_nothing_in_person(world):
    row = f.at(f.to_districts(world), world.districts[0])
    system = Actor.system("test")
    assert list(deliveries.to_handle(system)) == []
    own = deliveries.to_handle(world.clerk(world.districts[0])).get()
    assert (own, own.for_office, own.given, own.unseen) == (row, True, False, False)
