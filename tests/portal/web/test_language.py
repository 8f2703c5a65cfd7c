"""One language at a time: Thai pages hold no English of others, English pages no Thai of ours."""

import html
import re

import pytest
from django.conf import settings as base
from django.core import mail
from django.core.cache import cache

from tests.foundation.factories import UserFactory
from tests.organisations.factories import AppointmentFactory, OrganisationFactory
from tools.messages import THAI_LETTER

pytestmark = pytest.mark.django_db

PASSWORD = "sadaeng khao suai 12"
ENGLISH_WORD = re.compile(r"[A-Za-z]{3,}")
# Names that are the same in every language.
NAMES = re.compile(
    r"English|GECC|Saduak|PDF|WCAG|example\.go\.th|name@|e-?mail@\S+|\S+@example\.test|testserver|\S+://\S+"
)


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


def words(response) -> list[str]:
    """What a page says: its texts and the attributes that are read out."""
    body = response.content.decode()
    body = re.sub(r"<(script|style)\b.*?</\1>", "", body, flags=re.DOTALL)
    said = re.findall(r'(?:aria-label|title|placeholder|alt|data-label)="([^"]*)"', body)
    said += re.split(r"<[^>]*>", body)
    return [text for part in said if (text := html.unescape(" ".join(part.split())))]


def english(response) -> list[str]:
    """English texts of a Thai page."""
    return [text for text in words(response) if ENGLISH_WORD.search(NAMES.sub("", text))]


def thai(response) -> list[str]:
    """Thai texts of an English page, but for the name of the language."""
    return [text for text in words(response) if THAI_LETTER.search(text) and text != "ไทย"]


def test_a_wrong_password_is_said_in_thai(client):
    UserFactory(email="one@example.test", password=PASSWORD)
    response = client.post("/accounts/login/", {"login": "one@example.test", "password": "wrong"})
    assert response.status_code == 200
    assert any("อีเมลหรือรหัสผ่านไม่ถูกต้อง ตรวจตัวสะกด" in text for text in words(response))
    assert "ยังเข้าสู่ระบบไม่ได้" in words(response)
    assert "สิ่งที่กรอกไว้แล้วยังอยู่ครบ" not in words(response)
    assert english(response) == []


def test_a_refused_sign_in_says_what_to_do_and_not_who_has_an_account(client):
    UserFactory(email="one@example.test", password=PASSWORD)
    said = []
    for login in ("one@example.test", "nobody@example.test"):
        response = client.post("/accounts/login/", {"login": login, "password": "wrong"})
        said.append([text for text in words(response) if "อีเมลหรือรหัสผ่านไม่ถูกต้อง" in text])
    assert said[0] == said[1] != []
    for step in ("ตัวสะกดอีเมล", "ปุ่มล็อกตัวพิมพ์ใหญ่", "ลืมรหัสผ่าน", "ผู้ดูแลบัญชีของหน่วยงาน"):
        assert step in said[0][0]


KEPT = "สิ่งที่กรอกไว้แล้วยังอยู่ครบ"


@pytest.mark.parametrize(
    ("address", "title", "kept"),
    [
        ("/accounts/login/", "ยังเข้าสู่ระบบไม่ได้", False),
        ("/accounts/password/reset/", "ยังส่งลิงก์ไม่ได้", True),
        ("/accounts/password/change/", "ยังเปลี่ยนรหัสผ่านไม่ได้", False),
        ("/accounts/reauthenticate/", "ยังยืนยันไม่ได้", False),
        ("/accounts/password/set/", "ยังตั้งรหัสผ่านไม่ได้", False),
    ],
)
def test_an_error_about_an_account_says_what_did_not_happen(client, address, title, kept):
    user = UserFactory(email="one@example.test", password=PASSWORD)
    if "set" in address.split("/"):
        user.set_unusable_password()
        user.save()
    if title not in {"ยังเข้าสู่ระบบไม่ได้", "ยังส่งลิงก์ไม่ได้"}:
        client.force_login(user)
    said = words(client.post(address, {}))
    assert title in said
    assert "ยังบันทึกไม่ได้" not in said
    assert (KEPT in said) is kept


def test_a_code_that_is_none_is_not_checked_rather_than_not_saved(client):
    said = words(client.get("/verify/?code=1"))
    assert "ยังตรวจไม่ได้" in said
    assert "ยังบันทึกไม่ได้" not in said


def test_too_many_wrong_passwords_are_said_in_thai(client):
    UserFactory(email="one@example.test", password=PASSWORD)
    for _ in range(7):
        response = client.post("/accounts/login/", {"login": "one@example.test", "password": "wrong"})
    assert any("รอสักครู่แล้วลองใหม่" in text for text in words(response))
    assert english(response) == []


def test_wrong_passwords_from_elsewhere_lock_nobody_out(client):
    cache.clear()
    UserFactory(email="one@example.test", password=PASSWORD)
    for _time in range(6):
        wrong = {"login": "one@example.test", "password": "wrong"}
        refused = client.post("/accounts/login/", wrong, REMOTE_ADDR="192.0.2.1")
    assert any("รอสักครู่แล้วลองใหม่" in text for text in words(refused))
    right = {"login": "one@example.test", "password": PASSWORD}
    again = client.post("/accounts/login/", right, REMOTE_ADDR="192.0.2.1")
    assert any("รอสักครู่แล้วลองใหม่" in text for text in words(again))
    assert client.post("/accounts/login/", right, REMOTE_ADDR="192.0.2.2").status_code == 302


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"login": "not an address", "password": "x"},
        {"login": "x" * 400 + "@example.test", "password": "y" * 5000},
    ],
)
def test_what_is_wrong_with_a_sign_in_is_said_in_thai(client, typed):
    response = client.post("/accounts/login/", typed)
    assert response.status_code == 200
    assert english(response) == []


@pytest.mark.parametrize(
    ("new", "again", "said"),
    [
        ("short", "short", "รหัสผ่านสั้นเกินไป ต้องมีอย่างน้อย 12 ตัวอักษร"),
        ("password1234", "password1234", "รหัสผ่านนี้มีคนใช้กันมาก เลือกรหัสอื่น"),
        (PASSWORD + "3", PASSWORD + "4", "รหัสผ่านทั้งสองช่องต้องตรงกัน"),
    ],
)
def test_what_is_wrong_with_a_new_password_is_said_in_thai(client, new, again, said):
    client.force_login(UserFactory(email="one@example.test", password=PASSWORD))
    typed = {"oldpassword": PASSWORD, "password1": new, "password2": again}
    response = client.post("/accounts/password/change/", typed)
    assert response.status_code == 200
    assert said in words(response)
    assert english(response) == []


def test_a_wrong_present_password_is_said_in_thai(client):
    client.force_login(UserFactory(email="one@example.test", password=PASSWORD))
    typed = {"oldpassword": "wrong", "password1": PASSWORD + "3", "password2": PASSWORD + "3"}
    response = client.post("/accounts/password/change/", typed)
    assert "พิมพ์รหัสผ่านปัจจุบัน" in words(response)
    assert english(response) == []


@pytest.mark.parametrize(
    ("email", "subject", "said"),
    [
        ("one@example.test", "ตั้งรหัสผ่านใหม่ในระบบสะดวก", "เปิดลิงก์ต่อไปนี้เพื่อตั้งรหัสผ่าน"),
        ("nobody@example.test", "ไม่มีบัญชีของอีเมลนี้ในระบบสะดวก", "ขอคำเชิญจากหัวหน้าหน่วยงาน"),
    ],
)
def test_mails_about_passwords_are_in_thai(client, email, subject, said):
    UserFactory(email="one@example.test", password=PASSWORD)
    response = client.post("/accounts/password/reset/", {"email": email}, follow=True)
    assert english(response) == []
    sent = mail.outbox[0]
    assert sent.subject == subject
    assert said in sent.body
    assert not ENGLISH_WORD.search(NAMES.sub("", sent.body))


def test_a_mail_about_a_password_is_in_english_for_readers_of_english(client):
    UserFactory(email="one@example.test", password=PASSWORD)
    client.cookies[base.LANGUAGE_COOKIE_NAME] = "en"
    client.post("/accounts/password/reset/", {"email": "one@example.test"})
    assert mail.outbox[0].subject == "A new password in Saduak"
    assert not THAI_LETTER.search(mail.outbox[0].body)


def test_a_link_to_a_new_password_works_and_says_everything_in_thai(client):
    UserFactory(email="one@example.test", password=PASSWORD)
    client.post("/accounts/password/reset/", {"email": "one@example.test"})
    link = re.search(r"http://testserver(\S+)", mail.outbox[0].body).group(1)
    page = client.get(link, follow=True)
    assert english(page) == []
    address = page.redirect_chain[-1][0]
    short = client.post(address, {"password1": "short", "password2": "short"})
    assert "รหัสผ่านสั้นเกินไป ต้องมีอย่างน้อย 12 ตัวอักษร" in words(short)
    assert "ยังตั้งรหัสผ่านไม่ได้" in words(short)
    assert KEPT not in words(short)
    done = client.post(address, {"password1": PASSWORD + "9", "password2": PASSWORD + "9"}, follow=True)
    assert english(done) == []
    assert english(client.get(link, follow=True)) == []


PUBLIC = ("", "register/", "verify/", "criteria/", "receipts/", "help/", "privacy/", "accessibility/")


@pytest.mark.parametrize("address", PUBLIC)
def test_public_pages_are_in_one_language(client, address):
    in_english = client.get(f"/en/{address}")
    assert (in_english.status_code, in_english.headers["Content-Language"]) == (200, "en")
    assert thai(in_english) == []
    assert english(client.get(f"/{address}")) == []


@pytest.mark.parametrize("address", ["v/0000000000/", "verify/?code=1"])
def test_a_certificate_that_is_not_there_is_said_in_english(client, address):
    assert thai(client.get(f"/en/{address}")) == []


PRIVATE = (
    "home",
    "rounds",
    "criteria-sets",
    "organisations",
    "access",
    "letters",
    "duties",
    "briefings",
    "notices",
)


@pytest.mark.parametrize("role", ["head", "officer", "supervisor", "secretariat", "evaluator", "committee"])
def test_private_pages_are_in_the_language_of_the_cookie(client, role):
    office = OrganisationFactory(name_th="District One", name_en="District One")
    row = AppointmentFactory(role=role, organisation=office, person__name="Somebody")
    client.force_login(row.person.user)
    client.cookies[base.LANGUAGE_COOKIE_NAME] = "en"
    shown = 0
    for address in PRIVATE:
        response = client.get(f"/{address}/")
        if response.status_code == 200:
            shown += 1
            assert (address, thai(response)) == (address, [])
    assert shown >= 4
