"""What the unit's superior stated stands beside what was filed, once it was sent."""

import pytest
from django.urls import reverse

from tests.applications.factories_readiness import assessed, confirmed, sent
from tests.assessment.web.test_pages import as_, body, browser, get, url, user_of
from tests.organisations.factories import OrganisationFactory, actor_for, relate
from tests.programme.factories import MID_WINDOW

pytestmark = pytest.mark.django_db


def test_a_panel_reads_on_both_pages_what_was_sent_of_the_units_readiness(team):
    given = team.given()
    province = OrganisationFactory(kind="province", name_th="จังหวัดพิษณุโลก")
    relate(given.application.centre.organisation, province)
    supervisor = actor_for("supervisor", province, reach="line", received_at=MID_WINDOW)
    assessed(supervisor, team.round, province, given.application.centre, ready=False, reasons="ไม่มีทางลาด")
    confirmed(actor_for("head", province, received_at=MID_WINDOW), team.round, province)
    client = as_(team, "chair")
    places = (
        url("case", case_id=given.public_id),
        url("sheet", sheet_id=team.sheet("chair", given).public_id),
    )
    said = "จังหวัดพิษณุโลก ประเมินว่าศูนย์นี้ยังไม่พร้อมเข้าสู่มาตรฐาน เพราะ ไม่มีทางลาด"
    for place in places:
        assert said not in body(get(client, place))
    (entry,) = sent(supervisor, team.round, province).entries.all()
    for place in places:
        assert said in body(get(client, place))
    assert "ไม่มีทางลาด" in body(get(client, reverse("applications:readiness-told", args=[entry.public_id])))


def test_the_committee_and_the_auditor_read_it_beside_the_case(team):
    given = team.given()
    province = OrganisationFactory(kind="province", name_th="จังหวัดพิษณุโลก")
    relate(given.application.centre.organisation, province)
    supervisor = actor_for("supervisor", province, reach="line", received_at=MID_WINDOW)
    assessed(supervisor, team.round, province, given.application.centre, ready=False, reasons="ไม่มีทางลาด")
    confirmed(actor_for("head", province, received_at=MID_WINDOW), team.round, province)
    page = url("case", case_id=given.public_id)
    committee, auditor = (browser(user_of(actor_for(role))) for role in ("committee", "auditor"))
    before = get(committee, page)
    (entry,) = sent(supervisor, team.round, province).entries.all()
    after = get(committee, page)
    said = "จังหวัดพิษณุโลก ประเมินว่าศูนย์นี้ยังไม่พร้อมเข้าสู่มาตรฐาน เพราะ ไม่มีทางลาด"
    assert (said in body(before), said in body(after)) == (False, True)
    assert after.queries == before.queries
    get(auditor, page, 404)
    type(team.round).objects.filter(pk=team.round.pk).update(closed_at=MID_WINDOW)
    whole = reverse("applications:readiness-told", args=[entry.public_id])
    for client in (committee, auditor):
        assert said in body(get(client, page))
        assert "ไม่มีทางลาด" in body(get(client, whole))
