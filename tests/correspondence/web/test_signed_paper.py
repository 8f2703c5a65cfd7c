"""Bringing a letter in as secret, and confirming the signed paper in the issuer's name, as a browser does."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from saduak.correspondence.models import Delegation, DutyRecipient, Letter
from saduak.foundation.models import AuditEntry
from tests.correspondence import factories as f
from tests.correspondence.factories_drafts import DelegationFactory
from tests.correspondence.factories_sending import pdf
from tests.correspondence.web.looking import at
from tests.correspondence.web.test_pages import typed, upload
from tests.organisations.factories import actor_for

pytestmark = pytest.mark.django_db
TITLE = "ผู้ว่าราชการจังหวัดทดสอบ"


@pytest.fixture
def governor(place):
    return DelegationFactory(organisation=place.province, position=TITLE)


def paper(place) -> Letter:
    """The province's letter as its signed paper, waiting to be confirmed."""
    letter = f.loaded(place.clerk, place.office)
    Letter.objects.filter(pk=letter.pk).update(file=pdf())
    return letter


def test_a_letter_is_brought_in_as_secret(place, sign_in):
    client = sign_in(place.clerk)
    page = client.get(reverse("correspondence:load"))
    assert page.context["form"]["secrecy"].value() == ""
    url = upload(client, secrecy="secret").url
    assert Letter.objects.get().secrecy == "secret"
    assert sign_in(actor_for("officer", place.office)).get(url).status_code == 404
    shown = sign_in(place.clerk).get(url)
    assert shown.context["form"]["secrecy"].value() == "secret"
    assert "เหตุผลที่ลดชั้นความลับ" in shown.content.decode()
    sent = typed(shown) | {"deadline-0-kind": "none", "secrecy": ""}
    lowered = client.post(url, sent)
    assert set(lowered.context["form"].errors) == {"secrecy_because"}
    assert client.post(url, sent | {"secrecy_because": "เจ้าของเรื่องลดชั้น"}).status_code == 302
    assert Letter.objects.get().secrecy == ""


def test_the_highest_class_is_told_at_the_file(place, sign_in):
    client = sign_in(place.clerk)
    answer = upload(client, "ลับที่สุด\n\n".encode() + f.OWN)
    assert answer.status_code == 422
    assert "เข้าระบบอิเล็กทรอนิกส์ไม่ได้" in str(answer.context["form"].errors["file"])
    file = SimpleUploadedFile("letter.txt", f.OWN)
    chosen = client.post(
        reverse("correspondence:load"),
        {"holder": str(place.office.public_id), "secrecy": "top_secret", "file": file},
    )
    assert "secrecy" in chosen.context["form"].errors
    assert not Letter.objects.exists()


def test_who_closes_a_letter_to_themselves_is_led_to_the_inbox(place, sign_in):
    officer = actor_for("officer", place.office)
    letter = f.loaded(place.clerk, place.office)
    client = sign_in(officer)
    page = client.get(at("confirm", letter))
    answer = client.post(at("confirm", letter), typed(page) | {"secrecy": "very_secret"})
    assert answer.url == reverse("correspondence:inbox")
    assert Letter.objects.get().secrecy == "very_secret"


def test_without_a_register_the_page_warns_and_lets_pass(place, sign_in):
    client = sign_in(place.clerk)
    letter = f.loaded(place.clerk, place.office)
    page = client.get(at("confirm", letter))
    assert "ยังไม่มีทะเบียนผู้ลงนาม" in page.content.decode()
    assert "signer" not in page.context["form"].fields
    assert client.post(at("confirm", letter), typed(page) | {"deadline-0-kind": "none"}).status_code == 302


def test_the_signer_is_offered_and_must_be_one_of_that_day(place, sign_in, governor):
    letter, client = paper(place), sign_in(place.clerk)
    page = client.get(at("confirm", letter))
    assert page.context["form"]["signer"].value() == str(governor.public_id)
    assert TITLE in page.content.decode()
    sent = typed(page) | {"deadline-0-kind": "none"}
    for wrong in (
        {"signer": ""},
        {"signer": str(DelegationFactory().public_id)},
        # On the day that was typed, nobody could sign.
        {"dated": "12/12/2550", "signer": ""},
    ):
        answer = client.post(at("confirm", letter), sent | wrong)
        assert (answer.status_code, "signer" in answer.context["form"].errors) == (422, True)
    assert "เพิ่มหรือแก้ในทะเบียนก่อน" in str(answer.context["form"].errors["signer"])
    assert not DutyRecipient.objects.exists()
    undated = client.post(at("confirm", letter), sent | {"dated": "เมื่อวาน"})
    assert "dated" in undated.context["form"].errors
    assert client.post(at("confirm", letter), sent).status_code == 302
    facts = AuditEntry.objects.get(verb="correspondence.confirmed").facts
    assert facts["signed_by"] == str(Delegation.objects.get(pk=governor.pk).public_id)


def test_a_text_is_refused_above_the_form_with_the_way_out(place, sign_in, governor):
    letter, client = f.loaded(place.clerk, place.office), sign_in(place.clerk)
    page = client.get(at("confirm", letter))
    assert "ไฟล์นี้ยังไม่ใช่ฉบับที่ลงนาม" in page.content.decode()
    answer = client.post(at("confirm", letter), typed(page) | {"deadline-0-kind": "none"})
    assert answer.status_code == 422
    assert "PDF หรือภาพสแกน" in str(answer.context["form"].non_field_errors())


def test_a_recipient_sees_no_question_about_signatures(place, sign_in, governor):
    district = place.districts[0]
    clerk = actor_for("clerk", district)
    letter = f.loaded(clerk, district)
    page = sign_in(clerk).get(at("confirm", letter))
    assert "signer" not in page.context["form"].fields
    assert "ลายมือชื่อ" not in page.content.decode()
