"""Closing a panel and opening it again by hand."""

import pytest

from saduak.assessment.models import Panel
from tests.assessment import factories
from tests.assessment.web.test_pages import as_, body, browser, get, url, user_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(team):
    """The secretariat's browser."""
    return browser(user_of(team.secretariat))


def test_a_panel_is_closed_from_its_page_and_opened_again(team, office):
    row = team.accepted()
    panel = {"panel_id": team.panel.public_id}
    page, close, back = url("panel", **panel), url("panel-retire", **panel), url("panel-restore", **panel)
    assert close in body(get(office, page))
    get(office, close)
    assert office.post(close, {"reason": ""}).status_code == 422
    assert office.post(close, {"reason": "งานของคณะเสร็จแล้ว"})["Location"] == page
    assert Panel.objects.get(pk=team.panel.pk).retired_at is not None
    closed = body(get(office, page))
    assert "คณะนี้ปิดแล้ว" in closed
    assert back in closed
    assert "เพิ่มคนในคณะ" not in closed
    assert close not in closed
    here = {"round_id": team.round.public_id}
    listed = body(get(office, url("panels", **here)))
    assert "คณะที่ปิดแล้ว" in listed
    assert page in listed
    assert str(team.panel.public_id) not in body(get(office, url("assign", **here)))
    assert 'value="2"' in body(get(office, url("panel-new", **here)))
    assert f'href="{back}"' in closed
    assert "คณะนี้ปิดแล้ว" in body(get(office, close))
    assert 'name="reason"' in body(get(office, back))
    assert office.post(back, {"reason": ""}).status_code == 422
    long = office.post(back, {"reason": "ก" * 501})
    assert long.status_code == 422
    assert "ก" * 501 in body(long)
    assert office.post(back, {"reason": "มีเรื่องเพิ่ม"})["Location"] == page
    assert Panel.objects.get(pk=team.panel.pk).retired_at is None
    chosen = body(get(office, url("assign", **here) + f"?case={row.public_id}"))
    assert str(team.panel.public_id) in chosen


def test_a_panel_that_scores_says_why_it_stays_open(team, office):
    team.given()
    panel = {"panel_id": team.panel.public_id}
    page = body(get(office, url("panel", **panel)))
    assert "ยังให้คะแนนอยู่ 1 เรื่อง" in page
    assert url("panel-retire", **panel) not in page
    asked = body(get(office, url("panel-retire", **panel))).partition("<main")[2]
    assert "ยังให้คะแนนอยู่ 1 เรื่อง" in asked
    assert 'name="reason"' not in asked
    tried = office.post(url("panel-retire", **panel), {"reason": "เร่งปิดรอบ"})
    assert tried.status_code == 409
    assert "ยังให้คะแนนอยู่ 1 เรื่อง" in body(tried)
    assert "เร่งปิดรอบ" in body(tried)


def test_a_panel_that_is_open_is_not_opened_again(team, office):
    page = body(get(office, url("panel-restore", panel_id=team.panel.public_id))).partition("<main")[2]
    assert "คณะนี้เปิดอยู่แล้ว" in page
    assert 'name="reason"' not in page


def test_nobody_else_closes_a_panel(team):
    panel = {"panel_id": team.panel.public_id}
    for client in (as_(team, "chair"), browser(user_of(factories.team().secretariat))):
        assert client.get(url("panel-retire", **panel)).status_code in {403, 404}
        assert client.get(url("panel-restore", **panel)).status_code in {403, 404}
        assert client.post(url("panel-restore", **panel), {"reason": "x"}).status_code in {403, 404}
