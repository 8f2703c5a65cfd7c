"""Acceptance: a certificate of 2564 is renewed in 2567 from what was filed then, and the changes are shown."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from saduak.applications.models import Answer, Application, CarriedAnswer, EvidenceUse
from saduak.foundation import clock, ids
from saduak.portal.rehearsal import Plan, rehearse
from saduak.portal.rehearsal.calendar import Dates, at
from saduak.portal.rehearsal.world import build
from saduak.programme import actions as programme
from saduak.programme.queries import contents
from saduak.register.models import Certificate
from tests.applications.factories_renewing import changed_set

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
THEN, NOW, SEED = 2564, 2567, 2570


def change(items, content):
    """The criteria of 2567: one gate in other words, one item with other points, one in the place of another, one new."""
    items["physical", "2"]["title"] = "ถ้อยคำใหม่ของข้อสอง"
    items["quality", "1.1"] |= {"points": 3, "scale": {"choices": [{"points": 3, "label": "มีครบ"}]}}
    items["quality", "1.2"] |= {"key": "c-aaaaa1", "replaces": ["c-d38175"], "asks": "คำถามใหม่ของข้อ 1.2"}
    items["quality", "1.3"] |= {"key": "c-aaaaa2"}


def text_of(client, place, *args):
    answer = client.get(reverse(f"applications:{place}", args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_certificate_of_2564_is_renewed_in_2567():
    report = rehearse(Plan(centres=2, seed=SEED, fiscal_year=THEN))
    assert not report.broken
    certificate = Certificate.objects.order_by("pk").first()
    assert certificate is not None
    assert certificate.fiscal_year == THEN
    before = Application.objects.get(centre=certificate.centre)
    moment = at(datetime.date(2024, 1, 15), 9)
    with ids.seeded(1), clock.travel(at(Dates(NOW).called, 8)):
        world = build(SEED, 2)
        row = programme.open_round(
            actor=world.secretary.now(),
            programme=world.programme,
            fiscal_year=NOW,
            criteria_set=changed_set(world.programme, 2, change),
            windows=Dates(NOW).windows(),
        )
    officer = next(team for team in world.teams if team.centre.pk == certificate.centre_id).officer
    with clock.travel(moment):
        client = Client()
        client.force_login(officer.person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        started = _start(client, row, certificate.centre)
        _what_was_filed_is_there(before, Application.objects.get(round=row), started, client, certificate)


def _start(client, row, centre):
    """The officer reads that the centre renews, and starts."""
    page = client.get(reverse("applications:mine")).content.decode()
    assert "เพื่อ<b>ต่ออายุ</b>" in page
    assert "ใบรับรองสิ้นอายุ" in page
    prefix = str(row.public_id)
    data = {"round": prefix, f"{prefix}-centre": str(centre.public_id)}
    return client.post(reverse("applications:start"), data)


def _what_was_filed_is_there(before, now, started, client, certificate):
    assert now.kind == "renewal"
    assert started.url == reverse("applications:changes", args=[now.public_id])
    old, new = _by_key(before), _by_key(now)
    same = [key for key in new if key in old and key != "c-1fdfb9" and old[key].claim]
    assert len(same) > 40
    for key in same:
        assert (new[key].claim, new[key].narrative, new[key].points) == (
            old[key].claim,
            old[key].narrative,
            old[key].points,
        ), key
        assert new[key].evidence_count == old[key].evidence_count
    assert new["c-aaaaa1"].narrative == old["c-d38175"].narrative
    assert (new["c-aaaaa2"].claim, new["c-aaaaa2"].narrative) == ("", "")
    assert EvidenceUse.objects.filter(answer__application=now).exists()

    page = text_of(client, "changes", now.public_id)
    for words in ("ถ้อยคำใหม่ของข้อสอง", "คำถามใหม่ของข้อ 1.2", "เทียบใบสมัครที่ยื่นปี 2564 กับเกณฑ์ปี 2567"):
        assert words in page
    gate = next(
        answer
        for answer in new.values()
        if answer.criterion.number == "2" and answer.criterion.kind == "gate"
    )
    shown = text_of(client, "criterion", now.public_id, gate.public_id)
    assert "คำตอบนี้นำมาจากใบสมัครปี 2564" in shown
    assert contents(before.round.criteria_set).by_key[gate.criterion.key].title in shown
    assert "เก่ากว่าใบรับรองล่าสุด" in shown
    client.post(reverse("applications:carried-seen", args=[now.public_id, gate.public_id]))
    assert CarriedAnswer.objects.get(answer=gate).seen_at is not None
    assert certificate.valid_until < datetime.date(2024, 10, 1)


def _by_key(application):
    rows = Answer.objects.filter(application=application).select_related("criterion")
    return {row.criterion.key: row for row in rows}
