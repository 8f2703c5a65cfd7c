"""The buttons on a case that begin the notice of the visit, and the letter that it was not taken."""

import pytest

from saduak.assessment import actions
from tests.assessment import factories
from tests.assessment.web.test_pages import as_, body, browser, get, url, user_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(team):
    """The secretariat's browser."""
    return browser(user_of(team.secretariat))


def test_a_case_with_a_panel_offers_the_notice_of_the_visit_to_the_secretariat(team, office):
    waiting, given = team.accepted(), team.given()
    centre = given.application.centre.name_th
    assert "ร่างหนังสือแจ้งการตรวจประเมิน" not in body(get(office, url("case", case_id=waiting.public_id)))
    address = url("case", case_id=given.public_id)
    way = f"/drafts/new/?for=visit&about={given.public_id}"
    assert f'href="{way.replace("&", "&amp;")}"' in body(get(office, address))
    assert "ร่างหนังสือแจ้งการตรวจประเมิน" not in body(get(as_(team, "chair"), address))
    page = get(office, way)
    assert str(page.context["told"].title) == f"แจ้งกำหนดการตรวจประเมิน {centre}"
    assert f"เสนอส่งถึง{given.application.centre.organisation.name_th}" in body(page)


def test_a_case_that_was_not_taken_offers_the_letter_that_says_why(team, office):
    row = factories.case(team.round)
    address = url("case", case_id=row.public_id)
    assert "ร่างหนังสือแจ้งผล" not in body(get(office, address))
    actions.reject(actor=team.secretariat, case_id=row.public_id, reason="ไม่ใช่ศูนย์บริการ")
    way = f"/drafts/new/?for=rejected&about={row.public_id}"
    assert f'href="{way.replace("&", "&amp;")}"' in body(get(office, address))
    page = get(office, way)
    centre = row.application.centre
    assert str(page.context["told"].title) == f"แจ้งว่าไม่รับใบสมัครของ {centre.name_th} เข้าประเมิน"
    assert f"เสนอส่งถึง{centre.organisation.name_th}" in body(page)
