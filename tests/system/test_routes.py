"""Every address × everybody: who is let in, who is sent away, and that looking never writes."""

import re

import pytest

from saduak.foundation.web.pages import WRITING_GETS
from saduak.organisations.models import Role
from tests.counting import Asked, counted
from tests.system.routes import address, line, routes, table
from tests.system.world import EVERYBODY, PEOPLE
from tools.messages import THAI_LETTER

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("world")]

WRITES = re.compile(r"^\s*(INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER|TRUNCATE)\b", re.IGNORECASE)
ROUTES = routes()
MOST_QUERIES = 15
# A letter that is loaded is held against the issuer's registers, of those who sign and of numbers.
# Home asks every room once for what waits; a head has something in each. A check of the writing also shows what was said
# of the centre's readiness.
MORE_QUERIES = {"correspondence:confirm": 17, "portal:home": 17, "applications:review": 16}
# allauth's own pages open by their address.
OURS = [route for route in ROUTES if not route.public and not route.name.startswith("account_")]


def test_every_role_is_in_the_table():
    assert set(PEOPLE) == set(Role.values)


def test_every_address_is_in_the_table_and_nothing_else():
    named = [route.key for route in ROUTES]
    assert len(named) == len(set(named))
    assert sorted(table()) == sorted(named)


def leads_on(client, answer):
    """Whoever opens the address of a button reads so, and is led on; what is answered there."""
    assert answer.headers["Allow"] == "POST"
    page = answer.content.decode()
    assert THAI_LETTER.search(page) or '<html lang="en">' in page
    way = re.search(r'<a class="btn btn-full" href="([^"]+)">', page)
    assert way, page
    above = client.get(way.group(1))
    assert b"".join(above) or above.status_code == 302
    return above.status_code


@pytest.mark.parametrize("route", OURS, ids=lambda route: route.key)
def test_a_button_pressed_when_signed_out_leads_back_to_its_page(there, route):
    """Signing in ends on the page that had the button, never on the button's own address."""
    answer = there.client("nobody").post(
        address(route, there), headers={"Referer": "http://testserver/somewhere/?a=1"}
    )
    if answer.status_code == 302 and answer.url.startswith("/accounts/login/"):
        assert answer.url == "/accounts/login/?next=/somewhere/%3Fa%3D1"
    else:
        assert table()[route.key]["nobody"] != "302", (answer.status_code, answer.headers.get("Location"))


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.key)
def test_who_gets_what(there, route):
    """A GET, and where only a POST will do (405), an empty POST as well: `405/302` is what both were answered."""
    where = address(route, there)
    got = {}
    # A public page knows no session, so it can't tell people apart: two of them stand for all.
    asking = ("nobody", "secretariat") if route.public else EVERYBODY
    for who in asking:
        client = there.client(who)
        with Asked() as asked:
            answer = client.get(where)
            assert b"".join(answer) or answer.status_code != 200
        assert len(counted(asked)) <= MORE_QUERIES.get(route.key, MOST_QUERIES), (who, *counted(asked))
        written = [query["sql"] for query in asked if WRITES.match(query["sql"])]
        assert not written or route.name.rpartition(":")[2] in WRITING_GETS, (who, written)
        got[who] = str(answer.status_code)
        if answer.status_code == 405:
            answered = client.post(where)
            assert b"".join(answered) or answered.status_code != 200
            pressed = answered.status_code
            # Whoever may press the button can open the page that has it.
            if who == "nobody" or pressed not in {403, 404}:
                above = leads_on(there.client(who), answer)
                assert above in {200, 302} or above == pressed == 404, (who, above, pressed)
            got[who] += f"/{pressed}"
            if who in ("nobody", "secretariat"):  # a matter of the door, whoever knocks
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
