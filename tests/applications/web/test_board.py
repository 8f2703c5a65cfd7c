"""The supervisor's board: own line in full, supervised units by status only, also when filtered."""

import pytest
from django.urls import reverse

from tests.applications.web.world import meet_gates, submitted

BOARD = "/board/"


def test_the_line_has_counts_and_the_supervised_only_a_status(world, application):
    meet_gates(world, application, leave=2)
    world.start("town", world.town_centre)
    text = world.client("line").get(BOARD).content.decode()
    assert "12 จาก 14" in text
    assert "กำกับดูแล: เห็นเฉพาะสถานะ" in text
    assert text.count("กำลังเขียน</span>") == 1
    assert "ตำแหน่ง town" not in text
    assert reverse("applications:task-list", args=[application.public_id]) in text
    assert 'href="tel:+6655000001"' in text


def test_it_never_tells_a_level(world, application):
    meet_gates(world, application)
    text = world.client("line").get(BOARD).content.decode()
    assert "level-" not in text


def test_the_four_numbers(world):
    submitted(world)
    text = world.client("line").get(BOARD).content.decode()
    assert "1 <small>จาก 2</small>" in text
    assert "11 <small>วัน</small>" in text
    assert "24 <small>วัน</small>" in text


@pytest.mark.parametrize(
    ("query", "there", "away"),
    [
        ({"state": "draft"}, "อำเภอวังทอง", "อรัญญิก"),
        ({"state": "open"}, "อรัญญิก", "อำเภอวังทอง"),
        ({"q": "อรัญญิก"}, "อรัญญิก", "อำเภอวังทอง"),
        ({"group": "line"}, "อำเภอวังทอง", "อรัญญิก"),
        ({"group": "supervised"}, "อรัญญิก", "อำเภอวังทอง"),
        ({"area": "6508"}, "อำเภอวังทอง", "อรัญญิก"),
    ],
)
def test_filters(world, application, query, there, away):
    world.start("town", world.town_centre)
    page = world.client("line").get(BOARD, query).content.decode()
    table = page[page.index("<table") : page.index("</table>")]
    assert there in table
    assert away not in table


def test_a_draft_of_a_supervised_unit_is_not_found_by_its_state(world):
    world.start("town", world.town_centre)
    assert (
        "ไม่พบหน่วยงานตามที่กรอง" in world.client("supervision").get(BOARD, {"state": "draft"}).content.decode()
    )


@pytest.mark.parametrize(
    "query", [{"page": "x"}, {"page": "99"}, {"sort": "nonsense"}, {"round": "x"}, {"area": "zz"}]
)
def test_a_strange_query_is_no_error(world, application, query):
    assert world.client("line").get(BOARD, query).status_code == 200


def test_without_a_round_it_says_so(world):
    world.round.internal_deadlines.all().delete()
    world.round.stages.all().delete()
    world.round.delete()
    assert "ยังไม่มีรอบการรับรอง" in world.client("line").get(BOARD).content.decode()
