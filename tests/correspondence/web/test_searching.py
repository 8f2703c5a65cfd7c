"""Lists of letters that were searched: where a word stands that only the body has, on each of them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.correspondence import factories_sending as f
from tests.correspondence.test_searching import SUBJECT, written
from tests.correspondence.web.pages import page, words
from tests.counting import counted

pytestmark = pytest.mark.django_db
SHOWN = "พบในเนื้อหา …ด้วยสำนักงาน ก.พ.ร. จะจัดอบรมที่ห้องประชุม ภูกระดึง ชั้น ๕"


@pytest.fixture
def dispatch(world):
    return f.to_districts(world, letter=written(world))


@pytest.fixture
def lists(world, sign_in, dispatch):
    """Every list, opened by who finds the letter there; one browser, signed in anew."""

    def each(query: str):
        for office, names in ((world.districts[0], ("inbox", "received")), (world.office, ("inbox", "sent"))):
            client = sign_in(world.clerk(office))
            for name in names:
                yield page(client, name, query=query)

    return each


def test_it_is_shown_in_every_list(lists):
    for found in lists("?q=ภูกระดึง"):
        assert SHOWN in words(found)
        assert "<b>ภูกระดึง</b>" in found.content.decode()
    for query in (f"?q={SUBJECT}", ""):
        for found in lists(query):
            assert "พบในเนื้อหา" not in words(found)


def test_what_is_not_there_says_how_far_one_looked(lists):
    for found in lists("?q=ไม่มีคำนี้"):
        assert "เนื้อหาค้นได้เฉพาะตอนต้นของหนังสือ" in words(found)


def test_a_body_is_text_and_nothing_else(world, sender):
    written(world, body="\n<script>alert(1)</script> ภูกระดึง")
    html = page(sender, "inbox", query="?q=ภูกระดึง").content.decode()
    assert "&lt;script&gt;" in html
    assert "<script>alert" not in html


def test_a_search_asks_no_more_than_the_list(world, sender):
    def asked(query: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert sender.get(reverse("correspondence:inbox") + query).status_code == 200
        return len(counted(captured))

    written(world)
    one = asked("?q=ภูกระดึง")
    assert one <= asked("")
    for _ in range(2):
        written(world)
    assert asked("?q=ภูกระดึง") == one
