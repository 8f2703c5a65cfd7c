"""What stays one click away from a letter: deliveries, sendings, enclosures, related letters, dates, and what may begin."""

import pytest

from saduak.correspondence import queries
from saduak.correspondence.actions import receiving
from saduak.correspondence.models import Delivery, Letter, LetterAttachment, LetterReference
from saduak.correspondence.queries.around import MOST, around
from saduak.foundation import clock
from saduak.foundation.access import Actor
from saduak.organisations.models import Person
from tests.correspondence import factories_sending as f
from tests.organisations.factories import OrganisationFactory, actor_for
from tests.programme.factories import InternalDeadlineFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(world):
    f.open_round(world)
    return world


def seen(actor: Actor, letter: Letter, *, leads: bool = False):
    """As the page asks: the letter through its door first."""
    row = queries.letter(actor, letter.public_id)
    assert row is not None
    return around(actor, row, leads=leads)


def passed_on(world, number: int, parent: Letter) -> Letter:
    """A letter of a district that cites another one."""
    letter = f.letter_of(world, world.districts[0], dated=clock.today() + number * f.DAY)
    LetterReference.objects.create(letter=letter, to=parent, text=f"ฉบับ {number}")
    return letter


# --- Where it is ------------------------------------------------------------------------------------------------------


def test_an_office_that_has_it_sees_its_own_delivery_and_no_sending(world):
    dispatch = f.to_districts(world, forward_by=clock.now() + f.DAY)
    first = f.at(dispatch, world.districts[0])
    found = seen(world.clerk(world.districts[0]), dispatch.letter)
    assert (found.deliveries, found.dispatches) == ([first], [])
    assert found.deliveries[0].dispatch.forward_by == clock.now() + f.DAY
    assert not found.is_advance


def test_who_sent_it_and_who_follows_it_see_its_sendings(world):
    dispatch = f.to_districts(world)
    assert seen(world.clerk(world.office), dispatch.letter, leads=True).dispatches == [dispatch]
    # Above the office that sent it: followed down the line, not received.
    above = actor_for("supervisor", world.ministry, reach="line")
    assert seen(above, dispatch.letter).dispatches == [dispatch]


def test_who_was_given_it_elsewhere_sees_that_delivery_and_what_was_called_back_comes_last(world):
    letter = f.letter_of(world, world.province, world.office)
    first, second = (
        f.at(f.to_districts(world, letter=letter), world.districts[0]),
        f.at(f.to_districts(world, letter=letter), world.districts[0]),
    )
    Delivery.objects.filter(pk=first.pk).update(state="withdrawn", withdrawn_at=clock.now())
    assert seen(world.clerk(world.districts[0]), letter).deliveries == [second, first]
    link = Actor.system("test")
    assert {row.pk for row in seen(link, letter).deliveries} == set()


# --- What belongs to it -----------------------------------------------------------------------------------------------


def test_what_it_encloses_and_the_dates_that_it_set(world):
    dispatch = f.to_districts(world)
    letter = dispatch.letter
    part = LetterAttachment.objects.create(letter=letter, ordinal=1, title="แบบตอบรับ", file=f.pdf())
    date = InternalDeadlineFactory(
        round=world.round, owner=world.province, kind="check", source_letter=letter.public_id
    )
    InternalDeadlineFactory(round=world.round, owner=world.province, kind="submit")
    found = seen(world.clerk(world.districts[0]), letter)
    assert (found.attachments, found.deadlines) == ([part], [date])
    date.retired_at = clock.now()
    date.save()
    Letter.objects.filter(pk=letter.pk).update(origin="loaded")
    found = seen(world.clerk(world.districts[0]), letter)
    assert (found.attachments, found.deadlines) == ([], [])


def test_letters_around_it_are_those_that_the_reader_may_open(world):
    clerk = world.clerk(world.districts[0])
    above = f.to_districts(world).letter
    unseen = f.letter_of(world, world.ministry)
    letter = f.to_districts(world).letter
    for other in (above, unseen):
        LetterReference.objects.create(letter=letter, to=other, text=f"อ้าง {other.pk}")
    LetterReference.objects.create(letter=letter, text="หนังสือที่ไม่อยู่ในระบบ")
    answer = passed_on(world, 1, letter)
    came = f.at(letter.dispatches.get(), world.districts[0])
    further = f.to_locals(world, 0, came).letter
    LetterReference.objects.create(letter=further, to=letter, text="แจ้งต่อ")
    found = seen(clerk, letter)
    assert found.cites == [above]
    assert {(row, row.passes_on) for row in found.cited_by} == {(answer, False), (further, True)}
    assert not found.more_cite


def test_the_first_that_cite_it_are_shown_and_that_there_are_more(world):
    letter = f.to_districts(world).letter
    made = [passed_on(world, number, letter) for number in range(MOST + 1)]
    found = seen(world.clerk(world.districts[0]), letter)
    assert (found.cited_by, found.more_cite) == (made[:MOST], True)


def test_the_letter_in_its_place_leads_to_where_the_office_has_it(world):
    first, later = f.to_districts(world).letter, f.letter_of(world, world.province, world.office)
    Letter.objects.filter(pk=first.pk).update(superseded_by=later)
    clerk = world.clerk(world.districts[0])
    found = seen(clerk, first)
    assert (found.successor, found.successor_at) == (None, None)
    dispatch = f.to_districts(world, letter=later)
    found = seen(clerk, first)
    assert (found.successor, found.successor_at) == (later, f.at(dispatch, world.districts[0]))
    # Called back here and sent again: the one that stands.
    again = f.at(f.to_districts(world, letter=later), world.districts[0])
    Delivery.objects.filter(dispatch=dispatch).update(state="withdrawn", withdrawn_at=clock.now())
    assert seen(clerk, first).successor_at == again
    back = seen(clerk, later)
    assert (back.replaces, back.cited_by) == ([first], [])


# --- Before the order comes -------------------------------------------------------------------------------------------


def test_an_advance_copy_says_so_to_those_below_until_their_order_comes(world):
    call = f.sent_letter(world, f.targets_of([world.ministry]), issuer=OrganisationFactory(), advance=True)
    clerk, officer = world.clerk(world.districts[0]), actor_for("officer", world.districts[0])
    found = seen(clerk, call.letter)
    # A clerk starts no application; whoever does, may begin now.
    assert (found.is_advance, found.beginnings) == (True, [])
    (link,) = seen(officer, call.letter).beginnings
    assert (str(link.label), link.url) == ("เริ่มร่างใบสมัคร", "/applications/")
    with clock.travel(f.NOW - 100 * f.DAY):
        early = actor_for("officer", world.districts[0])
        assert seen(early, call.letter).beginnings == []
    f.to_districts(world)
    assert not seen(clerk, call.letter).is_advance


def test_those_above_wait_for_no_order(world):
    above = OrganisationFactory()
    low = OrganisationFactory(under=above)
    call = f.sent_letter(world, f.targets_of([world.ministry]), issuer=low, advance=True)
    supervisor = actor_for("supervisor", above, reach="line")
    assert not seen(supervisor, call.letter).is_advance


def test_a_letter_about_no_round_lets_nothing_begin(world):
    world.round = None
    dispatch = f.sent_letter(
        world, f.targets_of([world.ministry]), issuer=OrganisationFactory(), advance=True
    )
    officer = actor_for("officer", world.districts[0])
    found = seen(officer, dispatch.letter)
    assert (found.deadlines, found.is_advance, found.beginnings) == ([], False, [])
    assert queries.beginnings_of(officer, dispatch.letter) == []


@pytest.mark.parametrize("number", [1, 3])
def test_everything_around_it_costs_the_same(world, exactly, number):
    letter = f.letter_of(world, world.province, world.office)
    for n in range(number):
        f.to_districts(world, letter=letter)
        LetterAttachment.objects.create(letter=letter, ordinal=n, title="แนบ", file=f.pdf())
        passed_on(world, n, letter)
        InternalDeadlineFactory(
            round=world.round,
            owner=(world.province, world.office, world.ministry)[n],
            source_letter=letter.public_id,
        )
    clerk = world.clerk(world.districts[0])
    row = queries.letter(clerk, letter.public_id)
    with exactly(4):
        found = around(clerk, row, leads=False)
    assert len(found.deliveries) == len(found.attachments) == len(found.deadlines) == number
    sender = world.clerk(world.office)
    row = queries.letter(sender, letter.public_id)
    with exactly(5):
        assert len(around(sender, row, leads=True).dispatches) == number


def test_a_letter_given_to_somebody_by_name_is_found_by_them(world):
    row = f.at(f.to_districts(world), world.districts[0])
    helper = actor_for("helper", world.districts[0])
    person = Person.objects.get(pk=helper.person_id)
    receiving.assign(
        actor=world.clerk(world.districts[0]), delivery_id=row.public_id, person_id=person.public_id
    )
    assert seen(helper, row.letter).deliveries == [row]
