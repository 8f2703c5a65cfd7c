import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

FETCH = {"X-Requested-With": "fetch"}


@pytest.mark.parametrize(
    ("wanted", "lands"),
    [
        ("/try/private/?a=1", "/try/private/?a=1"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_choosing_a_language_goes_back_but_never_elsewhere(client, wanted, lands):
    answer = client.post("/language/", {"language": "en", "next": wanted})

    assert (answer.status_code, answer.headers["Location"]) == (302, lands)
    cookie = answer.cookies["django_language"]
    assert (cookie.value, cookie["samesite"], cookie["httponly"]) == ("en", "Lax", True)


@pytest.mark.django_db
def test_an_unknown_language_changes_nothing(client):
    assert not client.post("/language/", {"language": "xx"}).cookies
    assert client.get("/language/").status_code == 405


@pytest.mark.parametrize(
    ("text", "status", "key"),
    [
        ("ดี", 200, "saved_at"),
        ("ชนกัน", 409, "theirs"),
        ("ผิด", 422, "message"),
        ("ปิด", 403, "message"),
    ],
)
def test_the_style_page_answers_its_autosave(client, text, status, key):
    answer = client.post("/style/save/", {"field": "story", "story": text, "version": "1"}, headers=FETCH)

    assert answer.status_code == status
    assert key in json.loads(answer.content)


def test_the_style_page_takes_the_plain_form_too(client):
    answer = client.post("/style/save/", {"story": "ดี"})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/style/")


def test_the_style_pages_upload_shows_the_name_and_escapes_it(client):
    good = client.post("/style/upload/", {"file": SimpleUploadedFile("a&b.png", b"x")}, headers=FETCH)
    bad = client.post("/style/upload/", {"file": SimpleUploadedFile("bad.png", b"x")}, headers=FETCH)
    plain = client.post("/style/upload/", {"file": SimpleUploadedFile("a.png", b"x")})
    large = SimpleUploadedFile("a.png", b"x" * 1024 * 1024)
    refused = client.post("/style/upload/", {"file": large}, headers=FETCH)

    assert json.loads(good.content)["html"]["style-files"] == '<ul id="style-files"><li>a&amp;b.png</li></ul>'
    assert bad.status_code == 422
    assert plain.status_code == 302
    assert (refused.status_code, "1 MB" in refused.json()["message"]) == (413, True)


@pytest.mark.django_db
def test_a_public_page_is_not_served_under_another_host(client, settings):
    settings.ALLOWED_HOSTS = ["saduak.example.org"]
    assert client.get("/style/", headers={"host": "evil.example.org"}).status_code == 400
    assert client.get("/style/", headers={"host": "saduak.example.org"}).status_code == 200
