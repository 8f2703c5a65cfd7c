"""Who may apply in a round: everybody reads it, the secretariat changes it in plain fields before applications open."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from saduak.foundation import clock
from saduak.programme.models import Round
from tests.organisations.factories import AppointmentFactory, OrganisationFactory
from tests.programme.factories import MID_WINDOW, RoundFactory

pytestmark = pytest.mark.django_db
BEFORE = MID_WINDOW - datetime.timedelta(days=60)


def enter(role):
    client = Client()
    client.force_login(AppointmentFactory(role=role, organisation=OrganisationFactory()).person.user)
    return client


def at(row):
    return reverse("programme:eligibility", args=[row.public_id])


TYPED = {
    "new": "on",
    "renewal": "on",
    "before": "next",
    "months_open": "6",
    "agencies": ["district", "branch"],
    "note": " ติดต่อ  ฝ่ายเลขานุการ ",
    "official": "on",
    "source": "ประกาศคณะกรรมการ",
}


def test_the_secretariat_changes_the_rules_in_plain_fields_before_the_window():
    row = RoundFactory()
    with clock.travel(BEFORE):
        client = enter("secretariat")
        assert "เปลี่ยนได้จนถึงวันเปิดรับสมัคร" in client.get(at(row)).content.decode()
        assert client.post(at(row), TYPED).url == at(row)
        text = client.get(at(row)).content.decode()
    row = Round.objects.get(pk=row.pk)
    assert row.eligibility["renewal"] == {"allowed": True, "before": "next"}
    assert row.eligibility["upgrade"] == {"allowed": False, "below_highest": False}
    assert (row.eligibility["note"], row.eligibility["official"]) == ("ติดต่อ ฝ่ายเลขานุการ", True)
    for words in ("รอบนี้ไม่รับคำขอเลื่อนระดับ", "อย่างน้อย 6 เดือน", "รับเฉพาะหน่วยงานประเภท อำเภอ, สาขา"):
        assert words in text
    assert "เงื่อนไขนี้ยังไม่เป็นทางการ" not in text


def test_what_cannot_be_is_shown_as_it_was_typed():
    row = RoundFactory()
    with clock.travel(BEFORE):
        refused = enter("secretariat").post(at(row), {**TYPED, "months_open": "-1"})
    assert refused.status_code == 422
    assert "ประกาศคณะกรรมการ" in refused.content.decode()
    assert Round.objects.get(pk=row.pk).eligibility == {}


def test_once_applications_come_it_is_only_read():
    row = RoundFactory()
    with clock.travel(MID_WINDOW):
        client = enter("secretariat")
        assert "เปิดรับสมัครแล้ว จึงเปลี่ยนเงื่อนไขของรอบนี้ไม่ได้" in client.get(at(row)).content.decode()
        refused = client.post(at(row), TYPED)
        assert refused.status_code == 422
        assert "เปิดรับสมัครแล้ว" in refused.content.decode()
        officer = enter("officer")
        text = officer.get(at(row)).content.decode()
        assert "เงื่อนไขนี้ยังไม่เป็นทางการ" in text
        assert "<textarea" not in text
        assert officer.post(at(row), TYPED).status_code == 403
    assert Round.objects.get(pk=row.pk).eligibility == {}


def test_the_round_leads_to_it():
    row = RoundFactory()
    with clock.travel(MID_WINDOW):
        text = enter("officer").get(reverse("programme:round", args=[row.public_id])).content.decode()
    assert at(row) in text
