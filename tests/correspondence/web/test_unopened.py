"""Pages of a secret letter whose offices have nobody who may open it, as a browser without scripts uses them."""

import pytest
from django.urls import reverse

from tests.correspondence import factories_sending as f
from tests.correspondence.test_issuing import written
from tests.correspondence.web.pages import page, queries, words

pytestmark = pytest.mark.django_db
MARK = "ไม่มีผู้เปิดหนังสือลับได้ นำส่งเป็นกระดาษ"


@pytest.fixture
def world(world):
    f.open_round(world)
    return world


@pytest.fixture
def sender(world, sign_in):
    """The browser of the clerk who sends for the province."""
    return sign_in(world.writer)


def to_districts(world, secrecy="secret"):
    return f.to_districts(world, letter=f.letter_of(world, world.province, world.office, secrecy=secrecy))


def test_the_last_page_warns_with_number_and_names(world, sender):
    world.clerk(world.districts[1])
    text = words(page(sender, "issue", written(world, secrecy="secret").public_id))
    assert "มี 2 แห่งที่ไม่มีผู้เปิดหนังสือลับได้" in text
    assert text.count("อำเภอทดสอบ1") == 2
    assert text.count("อำเภอทดสอบ2") == 1
    assert "ผู้เปิดหนังสือลับได้" not in words(page(sender, "issue", written(world).public_id))


def test_the_tree_and_the_office_tell_it_until_somebody_is_there(world, sender, sign_in):
    dispatch = to_districts(world)
    world.clerk(world.districts[1])
    first = f.at(dispatch, world.districts[0])
    rows = page(sender, "dispatch", dispatch.public_id).context["rows"]
    assert [row.unopened for row in rows] == [True, False, True]
    assert words(page(sender, "dispatch", dispatch.public_id)).count(MARK) == 2
    assert "ไม่มีผู้เปิดหนังสือลับได้" in words(page(sender, "follow", first.public_id))
    # Handed over on paper, or somebody appointed: nothing to tell any more.
    f.receive(first)
    assert "ไม่มีผู้เปิดหนังสือลับได้" not in words(page(sender, "follow", first.public_id))
    world.clerk(world.districts[2])
    assert MARK not in words(page(sender, "dispatch", dispatch.public_id))
    plain = to_districts(world, secrecy="")
    assert MARK not in words(page(sender, "dispatch", plain.public_id))


@pytest.mark.postgres
def test_the_tree_of_a_secret_letter_takes_no_more_queries_than_another(world, sender):
    dispatch = to_districts(world)
    assert queries(sender, reverse("correspondence:dispatch", args=[dispatch.public_id])) <= 15
