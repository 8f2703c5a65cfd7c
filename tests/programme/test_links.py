"""Letters as links on rounds and dates: rooms above add them, nobody is asked when no date comes from a letter."""

import pytest
from django.urls import reverse

from saduak.correspondence.models import Letter
from saduak.foundation import clock, ids
from saduak.foundation.access import Actor
from saduak.programme.queries import round_links, round_pages, source_links
from tests.correspondence import factories_sending as f
from tests.organisations.factories import ProgrammeFactory, actor_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    with clock.travel(f.NOW):
        made = f.country()
        f.open_round(made)
        yield made


def test_the_newest_letters_about_a_round_that_the_reader_may_open(world, exactly):
    letters = [f.to_districts(world).letter for _ in range(6)]
    f.letter_of(world, world.ministry)
    clerk = world.clerk(world.districts[0])
    with exactly(1):
        found = round_links(clerk, world.round)
    assert [link.url for link in found] == [
        reverse("correspondence:letter", args=[letter.public_id]) for letter in reversed(letters[1:])
    ]
    assert str(found[0].label) == f"จังหวัดทดสอบ ที่ {letters[-1].number}"
    assert str(found[0].note) == "ลงวันที่ 4 ก.พ. 2570 ขอเชิญสมัครรับการรับรอง"
    with exactly(0):
        assert round_links(Actor.public(), world.round) == []
    Letter.objects.filter(pk=letters[-1].pk).update(recalled_at=clock.now())
    found = round_links(clerk, world.round)
    assert [str(link.note).startswith("เรียกคืนแล้ว ลงวันที่") for link in found] == [True] + [False] * 4


def test_the_letters_that_dates_come_from(world, exactly):
    letter, other = f.to_districts(world).letter, f.letter_of(world, world.ministry)
    clerk = world.clerk(world.districts[0])
    with exactly(1):
        found = source_links(clerk, [letter.public_id, other.public_id, None, ids.public_id()])
    assert {pk: (str(link.label), link.url) for pk, link in found.items()} == {
        letter.public_id: (
            f"หนังสือ ที่ {letter.number}",
            reverse("correspondence:letter", args=[letter.public_id]),
        )
    }
    with exactly(0):
        assert source_links(clerk, [None]) == {}
    evaluator = actor_for("evaluator")
    with exactly(0):
        assert source_links(evaluator, [letter.public_id]) == {}


def test_who_assesses_whom_is_offered_to_the_programmes_secretariat_alone(world, exactly):
    mine = actor_for("secretariat", world.ministry, programme=world.round.programme)
    other = actor_for("secretariat", world.ministry, programme=ProgrammeFactory())
    with exactly(0):
        (page,) = round_pages(mine, world.round)
        assert round_pages(other, world.round) == round_pages(Actor.public(), world.round) == []
    assert page.url == reverse("applications:assessors", args=[world.round.public_id])
