"""Every address × everybody: who is let in, who is sent away, and that looking never writes."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saduak.foundation.web.pages import WRITING_GETS
from saduak.organisations.models import Role
from tests.counting import counted
from tests.system.routes import address, line, routes, table
from tests.system.world import EVERYBODY, PEOPLE

pytestmark = pytest.mark.slow

WRITES = re.compile(r"^\s*(INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER|TRUNCATE)\b", re.IGNORECASE)
ROUTES = routes()
MOST_QUERIES = 15


def test_every_role_is_in_the_table():
    assert set(PEOPLE) == set(Role.values)


def test_every_address_is_in_the_table_and_nothing_else():
    named = [route.key for route in ROUTES]
    assert len(named) == len(set(named))
    assert sorted(table()) == sorted(named)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.key)
def test_who_gets_what(there, route):
    """A GET, and where only a POST will do (405), an empty POST as well: `405/302` is what both were answered."""
    where = address(route, there)
    got = {}
    # A public page knows no session, so it can't tell people apart: two of them stand for all.
    asking = ("nobody", "secretariat") if route.public else EVERYBODY
    for who in asking:
        client = there.client(who)
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(where)
            assert b"".join(answer) or answer.status_code != 200
        assert len(counted(asked)) <= MOST_QUERIES, (who, *counted(asked))
        written = [query["sql"] for query in asked if WRITES.match(query["sql"])]
        assert not written or route.name.rpartition(":")[2] in WRITING_GETS, (who, written)
        got[who] = str(answer.status_code)
        if answer.status_code == 405:
            got[who] += f"/{client.post(where).status_code}"
            without_token = there.client(who, enforce_csrf_checks=True).post(where)
            assert without_token.status_code == 403 or route.public
    assert not [who for who, status in got.items() if status.rpartition("/")[2].startswith("5")], got
    if route.public:
        assert got["nobody"] == got["secretariat"]
        got = dict.fromkeys(EVERYBODY, got["nobody"])
    expected = table().get(route.key)
    assert got == expected, (
        f"it is now:\n{line(route.key, got)}\nthe table says:\n{line(route.key, expected or {})}"
    )
