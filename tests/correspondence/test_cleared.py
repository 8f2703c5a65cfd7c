"""Secret letters to offices where nobody may open them: counted before sending, marked while they are followed."""

import pytest

from saduak.correspondence.queries import cleared
from saduak.correspondence.rules.capabilities import CLEARED
from saduak.correspondence.web.sending import going_out
from saduak.foundation.access import registry
from saduak.organisations.models import Role
from tests.correspondence import factories_sending as f
from tests.correspondence.test_issuing import send, written
from tests.organisations.factories import PersonFactory, ProgrammeFactory, ServiceCentreFactory, actor_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(world):
    f.open_round(world)
    return world


def nobody(world, *offices) -> bool:
    """Whether there is nobody at each of the offices."""
    return cleared.nobody_at([one.pk for one in offices], world.programme.pk) == {one.pk for one in offices}


def test_the_roles_are_those_that_the_rules_clear():
    assert {role for role in Role.values if CLEARED in registry.of_role(role)} == set(cleared.ROLES)


@pytest.mark.parametrize("role", ["head", "clerk"])
def test_a_head_or_clerk_of_the_very_office_opens_it(world, role):
    here, there = world.districts[:2]
    assert nobody(world, here, there)
    actor_for(role, here, programme=world.programme)
    assert not nobody(world, here)
    assert nobody(world, there)
    # Above it, however far that reaches, is not there.
    actor_for(role, world.province, reach="line")
    assert nobody(world, there)


def test_whoever_else_works_there_does_not(world):
    here = world.districts[0]
    actor_for("officer", here)
    actor_for("clerk", here, centre=ServiceCentreFactory(organisation=here))
    actor_for("clerk", here, programme=ProgrammeFactory(short_name="อื่น"))
    actor_for("clerk", here, valid_to=f.NOW.date())
    actor_for("clerk", here, valid_from=f.NOW.date() + f.DAY)
    gone = PersonFactory()
    actor_for("head", here, person=gone)
    gone.user.is_active = False
    gone.user.save()
    no_account = PersonFactory()
    actor_for("head", here, person=no_account)
    no_account.user = None
    no_account.save()
    assert nobody(world, here)


@pytest.mark.postgres
def test_one_query_whatever_the_number_and_none_for_what_is_not_secret(world, exactly):
    secret = f.to_districts(world, letter=f.letter_of(world, world.province, world.office, secrecy="secret"))
    plain = f.to_districts(world)
    world.clerk(world.districts[0])
    for count in (1, 3):
        rows = list(secret.deliveries.select_related("dispatch__letter").order_by("pk")[:count])
        with exactly(1):
            found = cleared.unopened(rows)
        assert found == {one.pk for one in world.districts[1:count]}
    for rows in (
        [],
        list(plain.deliveries.select_related("dispatch__letter")),
        [f.receive(f.at(secret, world.districts[1]))],
    ):
        [row.dispatch.letter for row in rows]
        with exactly(0):
            assert cleared.unopened(rows) == frozenset()
            assert cleared.nobody_at([], world.programme.pk) == frozenset()


def test_before_sending_they_are_named(world):
    world.clerk(world.districts[1])
    draft = written(world, secrecy="secret")
    names = ("อำเภอทดสอบ1", "อำเภอทดสอบ3")
    assert going_out.reached(draft).unopened == names
    assert going_out.reached(written(world)).unopened == ()
    first = send(draft, world.writer)
    assert going_out.reached(written(world, corrects=first, secrecy="secret")).unopened == names


def test_many_are_counted_and_some_of_them_named():
    told = going_out.Reached(50, [], [], unopened=tuple(f"อำเภอ{number}" for number in range(50)))
    assert (len(told.unopened_names), told.unopened_more) == (going_out.NAMES_SHOWN, 10)
