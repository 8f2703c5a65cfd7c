"""Error pages: the button leads where the person can go on."""

import re

import pytest
from django.contrib import messages
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from saduak.foundation.access import Conflict, Refused, resolver
from saduak.foundation.models import User
from saduak.foundation.web import errors, nav
from tests.counting import counted

pytestmark = pytest.mark.django_db

HERE = "http://testserver"


def sent_without_token(client, referer, path="/try/private-write/"):
    return client.post(path, {"story": "ยาว"}, headers={"Referer": referer} if referer else {})


@pytest.mark.parametrize(
    ("referer", "lands"),
    [
        (f"{HERE}/try/private/?a=1", "/enter/?next=/try/private/%3Fa%3D1"),
        (f"{HERE}/enter/?next=/try/private/", "/enter/?next=/try/private/"),
        ("https://evil.example/try/private/", "/enter/?next=/"),
        (f"{HERE}//evil.example/", "/enter/?next=/evil.example/"),
        ("", "/enter/?next=/"),
    ],
)
def test_with_all_cookies_gone_the_way_leads_through_signing_in_to_the_form(referer, lands):
    answer = sent_without_token(Client(enforce_csrf_checks=True), referer)

    assert answer.status_code == 403
    page = answer.content.decode()
    assert f'<a class="btn btn-full" href="{lands}">เข้าสู่ระบบ</a>' in page
    assert "ดูสิทธิของฉัน" not in page


def test_who_is_still_signed_in_opens_the_form_anew():
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_user("officer@example.test"))

    page = sent_without_token(client, f"{HERE}/try/private/?a=1&b=2").content.decode()

    assert '<a class="btn btn-full" href="/try/private/?a=1&amp;b=2">เปิดหน้านั้นใหม่</a>' in page
    assert "เข้าสู่ระบบ</a>" not in page.partition("<h1>")[2]
    elsewhere = sent_without_token(client, "https://evil.example/").content.decode()
    assert '<a class="btn btn-full" href="/">เปิดหน้านั้นใหม่</a>' in elsewhere


def test_a_refused_page_shows_where_ones_rights_stand_only_to_who_is_signed_in(signed_in, rf):
    nav.place("rights", "try:private")
    refused = signed_in.get("/try/needs/")
    assert refused.status_code == 403
    assert 'href="/try/private/">ดูสิทธิของฉัน' in refused.content.decode()
    request = rf.get("/try/needs/")
    request.LANGUAGE_CODE = "th"
    stranger = errors.forbidden(request).content.decode()
    assert "ดูสิทธิของฉัน" not in stranger
    assert 'href="/enter/?next=/try/needs/">เข้าสู่ระบบ' in stranger


def login_of(page):
    """Where the main button leads, if it is the one of signing in."""
    found = re.search(r'<a class="btn btn-full" href="([^"]*)">เข้าสู่ระบบ</a>', page.content.decode())
    return found and found.group(1)


@pytest.mark.parametrize(
    "refuse", [errors.forbidden, lambda request: errors.refused(request, Refused("ไม่ใช่หน้าที่ของคุณ", "x"))]
)
def test_who_is_signed_out_signs_in_from_every_refusal_and_comes_back(refuse, rf):
    read, sent = (
        rf.get("/try/needs/?a=1"),
        rf.post("/try/needs/", headers={"Referer": f"{HERE}/try/private/"}),
    )
    strange = rf.post("/try/needs/", headers={"Referer": "https://evil.example/"})
    for request in (read, sent, strange):
        request.LANGUAGE_CODE = "th"

    assert login_of(refuse(read)) == "/enter/?next=/try/needs/%3Fa%3D1"
    assert login_of(refuse(sent)) == "/enter/?next=/try/private/"
    assert login_of(refuse(strange)) == "/enter/?next=/"


def test_signing_in_opens_nothing_that_came_too_late(rf):
    request = rf.get("/try/needs/")
    request.LANGUAGE_CODE = "th"
    assert login_of(errors.refused(request, Conflict("มีคนทำไปแล้ว", "done"))) is None


PRESS = "/try/private/one/press/"


def again_of(page):
    """Where the button leads that opens the page with the form anew."""
    found = re.search(r'<a class="btn btn-full" href="([^"]*)">เปิดหน้านั้นใหม่</a>', page.content.decode())
    return found and found.group(1)


@pytest.mark.parametrize(
    ("referer", "lands"),
    [
        (f"{HERE}/try/private/?a=1", "/enter/?next=/try/private/%3Fa%3D1"),
        ("https://evil.example/try/private/", "/enter/?next=/"),
        ("", "/enter/?next=/"),
    ],
)
def test_a_button_pressed_when_signed_out_leads_through_signing_in_to_its_page(client, referer, lands):
    answer = client.post(PRESS, {"csrfmiddlewaretoken": "x"}, headers={"Referer": referer} if referer else {})

    assert (answer.status_code, answer.headers["Location"]) == (302, lands)


def test_where_a_button_stood_is_unknown_home_is_next(client):
    nav.place("home", "try:needs")

    assert client.post(PRESS).headers["Location"] == "/enter/?next=/try/needs/"


def test_a_form_sent_when_signed_out_is_signed_in_for_in_another_tab(client):
    sent = {"story": "ยาว มาก"}
    before = client.post(PRESS, sent, headers={"Referer": f"{HERE}/try/private/"}).content.decode()
    assert '<a href="/enter/?next=/try/private/" target="_blank">' in before

    nav.place("other-tab", "try:private")
    after = client.post(PRESS, sent).content.decode()
    assert '<a href="/enter/?next=/try/private/" target="_blank">' in after
    assert 'data-sign-in="/enter/?next=/try/private/"' in after


def test_opening_the_address_of_a_button_leads_to_the_page_above_it(signed_in):
    answer = signed_in.get(PRESS)

    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "ที่อยู่นี้ไม่ใช่หน้าให้เปิดดู" in answer.content.decode()
    assert again_of(answer) == "/try/private/"
    assert answer.headers["Content-Language"] == "th"
    assert signed_in.head(PRESS).status_code == 405


def test_the_address_of_a_public_button_has_a_page_too(client, signed_in):
    nav.place("home", "try:private")
    nav.place("front", "try:open")
    for path, above, lang in (
        ("/style/save/", "/style/", "th"),
        ("/en/style/save/", "/en/style/", "en"),
        ("/language/", "/try/open/", "th"),
    ):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
        page = answer.content.decode()
        assert f'<html lang="{lang}">' in page
        assert f'<a class="btn btn-full" href="{above}">' in page
        assert not answer.cookies


def test_what_only_can_be_read_says_so_to_a_form_and_scripts_get_what_they_got(signed_in):
    answer = signed_in.post("/try/only-read/", headers={"Referer": f"{HERE}/try/private/"})
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")
    assert "คำขอนี้อ่านไม่ได้" in answer.content.decode()
    assert again_of(answer) == "/try/private/"

    assert signed_in.get(PRESS, headers={"X-Requested-With": "fetch"}).content == b""


def test_nothing_above_an_address_leads_home_or_to_the_front_page(signed_in, rf):
    nav.place("home", "try:private")
    request = rf.get("/alone/")
    assert errors._page_above(request) == "/"
    nav.place("front", "try:open")
    assert errors._page_above(request) == "/try/open/"
    request.user = User.objects.get()
    assert errors._page_above(request) == "/try/private/"


@pytest.fixture
def named(signed_in, monkeypatch, officer):
    """Somebody signed in with a name, a menu and a home."""
    nav.item("private", "เมนูของคนนี้", "try:private")
    nav.place("home", "try:private")
    nav.place("front", "try:open")
    monkeypatch.setattr(resolver, "of_user", lambda *_: officer)
    return signed_in


@pytest.mark.parametrize(
    ("path", "status"), [("/nowhere/", 404), ("/try/refusing/", 403), ("/try/missing/", 404)]
)
def test_an_error_page_keeps_name_menu_and_home_of_who_is_signed_in(named, path, status):
    answer = named.get(path)

    page = answer.content.decode()
    assert answer.status_code == status
    assert "<b>เจ้าหน้าที่ผู้รับผิดชอบ &lt;อำเภอวังทอง&gt;</b>" in page
    assert ">เมนูของคนนี้</a>" in page
    assert "เข้าสู่ระบบ</a>" not in page
    assert '<a class="btn btn-2 btn-full" href="/try/private/">กลับไปงานของฉัน</a>' in page


def test_an_error_page_of_a_public_address_is_the_same_for_everybody(named):
    answer = named.get("/try/gone/")

    page = answer.content.decode()
    assert answer.status_code == 404
    assert "เมนูของคนนี้" not in page
    assert '<a class="btn btn-2 btn-full" href="/try/open/">กลับหน้าแรก</a>' in page
    assert "cookie" not in answer.headers.get("Vary", "").lower()


def test_an_error_page_leaves_messages_for_the_page_that_they_belong_to(rf, signed_in):
    request = signed_in.get("/try/private/").wsgi_request
    messages.success(request, "บันทึกแล้ว")

    assert "บันทึกแล้ว</p>" not in errors.not_found(request).content.decode()
    assert not get_messages(request).used


def test_what_is_broken_looks_nobody_up(named, monkeypatch):
    def broken(*_):
        raise RuntimeError("the directory of people")

    named.raise_request_exception = False
    monkeypatch.setattr(resolver, "of_user", broken)
    answer = named.get("/nowhere/")

    assert answer.status_code == 500
    assert "ระบบขัดข้อง" in answer.content.decode()
    assert ">เมนูของคนนี้</a>" not in answer.content.decode()


def test_a_page_that_is_not_there_costs_little(signed_in):
    with CaptureQueriesContext(connection) as asked:
        assert signed_in.get("/nowhere/").status_code == 404
    assert len(counted(asked)) <= 4, counted(asked)


def test_a_host_that_is_not_ours_is_told_so_also_when_it_sends_a_form(client):
    answer = client.post(PRESS, headers={"Host": "evil.example", "Referer": "http://evil.example/"})

    assert answer.status_code == 400
    assert "คำขอนี้อ่านไม่ได้" in answer.content.decode()


def language_of(page):
    """The way to the other language: of a link its address, of a button where it comes back to."""
    html = page.content.decode()
    link = re.search(r'<a href="([^"]*)" lang="(?:en|th)"', html)
    back = re.search(r'name="next" value="([^"]*)"', html)
    return (link and link.group(1), back and back.group(1))


@pytest.mark.parametrize(
    ("path", "link", "back"),
    [
        ("/try/gone/?a=1", "/try/en/gone/?a=1", None),
        ("/try/en/gone/", "/try/gone/", None),
        ("/try/gone-in-one/", "/try/open/en/", None),
        ("/nowhere/?a=1", None, "/nowhere/?a=1"),
        ("/en/nowhere/?a=1", None, "/nowhere/?a=1"),
        ("/en//evil.example/", None, "/evil.example/"),
    ],
)
def test_every_error_page_has_a_way_to_the_other_language(client, monkeypatch, path, link, back):
    monkeypatch.setattr(
        nav, "place_url", lambda name, language="": f"/try/open/{language}/" if language else "/"
    )

    assert language_of(client.get(path)) == (link, back)


def test_what_is_not_there_is_said_in_the_language_of_its_address(client):
    english, thai = client.get("/en/nowhere/"), client.get("/nowhere/")

    assert (english.headers["Content-Language"], thai.headers["Content-Language"]) == ("en", "th")
    assert '<html lang="en">' in english.content.decode()


def test_choosing_a_language_after_a_refused_form_leads_back_to_the_form(signed_in):
    answer = signed_in.post("/try/refusing/", headers={"Referer": f"{HERE}/try/private/"})

    assert language_of(answer) == (None, "/try/private/")
