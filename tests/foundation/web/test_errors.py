"""Error pages: the button leads where the person can go on."""

import re

import pytest
from django.test import Client

from saduak.foundation.access import Conflict, Refused
from saduak.foundation.models import User
from saduak.foundation.web import errors, nav

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
