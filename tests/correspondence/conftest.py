"""What most tests of letters start from."""

import pytest

from saduak.foundation import clock
from saduak.foundation.models import User
from tests.correspondence import factories as f
from tests.correspondence import factories_exchange, factories_sending
from tests.correspondence.factories_drafts import begun, programme
from tests.kept import kept


@pytest.fixture
def place(made_once):
    """A province with its round of 2566 and its clerk, on a day in December 2565."""
    with clock.travel(f.IN_2566):
        yield made_once(f.province_of_2566)


@pytest.fixture
def world(made_once):
    """A small country whose letters go down the line, on a day in February 2570."""
    with clock.travel(factories_sending.NOW):
        yield made_once(factories_sending.country)


@kept
def going(world):
    """A letter of the small country that is to be handed over, by mail or packed."""
    return factories_exchange.going(world)


@kept
def draft(place):
    """The clerk's draft in the province's name."""
    return begun(place.clerk, place.office, place.province, programme())


@pytest.fixture
def sign_in(client):
    """The browser of an actor."""

    def sign(actor):
        client.force_login(
            User.objects.get(pk=actor.user_id), "allauth.account.auth_backends.AuthenticationBackend"
        )
        return client

    return sign
