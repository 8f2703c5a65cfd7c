"""What rooms above add to the public page of a criteria set: links by criterion, from as many rooms as there are."""

import pytest

from saduak.foundation.access import Actor
from saduak.organisations.queries import Link
from saduak.programme import queries
from saduak.programme.queries import links
from tests.programme.factories import published_set

pytestmark = pytest.mark.django_db


def test_links_of_several_rooms_stand_under_their_criterion(client, monkeypatch):
    monkeypatch.setattr(links, "_criteria", [])
    row = published_set()
    key = row.criteria.first().key
    assert queries.criteria_links(Actor.public(), row) == {}
    first, second = Link("ตัวอย่างหนึ่ง", "/one/"), Link("ตัวอย่างสอง", "/two/", "ของปีนี้")
    queries.register_criteria_links(lambda _actor, _set: {key: first})
    queries.register_criteria_links(lambda _actor, _set: {key: second})
    assert queries.criteria_links(Actor.public(), row) == {key: [first, second]}
    page = client.get(f"/criteria/{row.public_id}/").content.decode()
    for said in ('href="/one/"', "ตัวอย่างสอง", "ของปีนี้"):
        assert page.count(said) == 1
