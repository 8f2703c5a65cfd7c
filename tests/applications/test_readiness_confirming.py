"""The head confirms a list: as many queries however many units, over the same bytes as everybody else reads."""

import pytest

from saduak.applications import actions, content
from saduak.applications.queries import readiness as queries
from saduak.applications.queries.readiness import Desk
from saduak.foundation.audit_verify import verify
from tests.applications.factories_readiness import assessed, digest_of
from tests.organisations.factories import ServiceCentreFactory, actor_for
from tests.programme.factories import MID_WINDOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def governor(land):
    return actor_for("head", land.province, received_at=MID_WINDOW)


@pytest.mark.postgres
@pytest.mark.parametrize("n", [1, 3])
def test_confirming_asks_as_much_however_many_units(land, people, governor, exactly, n):
    units = [ServiceCentreFactory(organisation=land.district) for _n in range(n)]
    assessed(people.province, land.round, land.province, *units)
    digest = digest_of(governor, land.round, land.province)
    place = {"round_id": land.round.public_id, "office_id": land.province.public_id}
    with exactly(13):
        made = actions.confirm_readiness(actor=governor, digest=digest, **place)
    rows = made.statements.values_list("state", "audit_seq")
    assert (made.units, list(rows)) == (n, [("confirmed", 2)] * n)
    assert verify().ok


def test_what_is_confirmed_is_digested_as_canonical_bytes(land, people):
    assessed(people.province, land.round, land.province, land.city_centre, ready=False, reasons="ไม่มีทางลาด")
    assessed(people.province, land.round, land.province, land.centre, reasons='ก"\\\n\t\x1f\x7f/😀é')
    desk = Desk(land.round, land.province)
    said = queries.confirmed_content(desk, list(desk.statements("assessed")))
    assert content.digest_of_words(said) == content.digest(said)
    assert said == queries.confirmed_content(desk, list(queries.to_confirm(desk)))
