"""A programme whose certificates somebody above watches, on a day in 2570."""

import pytest

from saduak.foundation import clock
from tests.organisations.factories import OrganisationFactory, ProgrammeFactory
from tests.register.factories import NOW


@pytest.fixture
def today():
    with clock.travel(NOW):
        yield


@pytest.fixture
def programme():
    return ProgrammeFactory()


@pytest.fixture
def above():
    return OrganisationFactory(name_th="กรมเหนือ")
