import datetime
import io
from urllib.parse import urlencode

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import RequestFactory

from saduak.foundation import clock
from saduak.foundation.models import User
from saduak.foundation.web.middleware import (
    ContentSecurity,
    Receipt,
    WithoutNul,
    reading,
    waited,
    without_nul,
)

POLICY = ContentSecurity.POLICY
FORM = "application/x-www-form-urlencoded"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_get_cannot_write(signed_in):
    signed_in.raise_request_exception = False

    assert signed_in.get("/try/private-write/").status_code == 500
    assert signed_in.get("/try/public-write/").status_code == 500
    assert not User.objects.filter(email__in=["private@example.test", "public@example.test"]).exists()
    assert signed_in.post("/try/private-write/").status_code == 200
    assert User.objects.filter(email="private@example.test").exists()


@pytest.mark.postgres
@pytest.mark.django_db
def test_reading_refuses_writes_also_inside_a_transaction_and_lets_go_after_it():
    with transaction.atomic(), reading():
        assert User.objects.count() == 0
        with pytest.raises(DatabaseError), transaction.atomic():
            User.objects.create_user("a@example.test")

    User.objects.create_user("b@example.test")
    assert [user.email for user in User.objects.all()] == ["b@example.test"]


@pytest.mark.postgres
@pytest.mark.django_db
def test_reading_inside_reading_stays_closed_until_the_outer_ends():
    with reading():
        with reading():
            assert User.objects.count() == 0
        with pytest.raises(DatabaseError), transaction.atomic():
            User.objects.create_user("a@example.test")
    User.objects.create_user("b@example.test")
    assert User.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_refused_write_that_breaks_the_transaction_still_lets_go():
    def refused():
        with reading():
            User.objects.create_user("a@example.test")

    with pytest.raises(DatabaseError), transaction.atomic():
        refused()

    User.objects.create_user("b@example.test")
    assert User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_sqlite_is_writable_again_after_a_request(signed_in):
    signed_in.get("/try/private/")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA query_only")
            assert cursor.fetchone() == (0,)
    User.objects.create_user("after@example.test")
    assert User.objects.filter(email="after@example.test").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/try/open/", 200),
        ("/en/style/", 200),
        ("/nowhere/", 404),
        ("/try/private/", 200),
        ("/try/refusing/", 403),
        ("/try/breaking/", 500),
        ("/language/", 405),
    ],
)
def test_the_policy_stands_on_every_answer(signed_in, path, status):
    signed_in.raise_request_exception = False
    answer = signed_in.get(path)

    assert answer.status_code == status
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert "unsafe" not in POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/try/open/", "/try/frame/", "/style/", "/en/style/"])
@pytest.mark.django_db
def test_public_pages_set_no_cookie_and_do_not_vary_by_cookie(signed_in, path):
    answer = signed_in.get(path)

    assert answer.status_code == 200
    assert not answer.cookies
    assert "cookie" not in answer.headers.get("Vary", "").lower()


@pytest.mark.django_db
def test_a_public_page_asks_no_question_of_the_database(signed_in, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert signed_in.get("/try/frame/").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/try/open/", "th public "),
        ("/try/en/open/", "en public "),
        ("/try/open/ก/", "th public ก"),
        ("/try/en/open/7/", "en public 7"),
        ("/try/one-language/", "th public "),
    ],
)
def test_the_language_of_a_public_page_stands_in_its_path(client, path, text):
    client.cookies["django_language"] = "en"
    answer = client.get(path)

    assert answer.content.decode() == text
    assert answer.headers["Content-Language"] == text[:2]


@pytest.mark.django_db
@pytest.mark.parametrize(("cookie", "language"), [("", "th"), ("en", "en"), ("xx", "th")])
def test_the_language_of_a_private_page_stands_in_its_cookie(signed_in, cookie, language):
    signed_in.cookies["django_language"] = cookie
    answer = signed_in.get("/try/private/")

    assert answer.headers["Content-Language"] == language
    assert f'<html lang="{language}">' in answer.content.decode()


@pytest.mark.django_db
def test_private_pages_send_strangers_to_the_way_in(client):
    answer = client.get("/try/private/?a=1")

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/enter/?next=/try/private/%3Fa%3D1"


@pytest.mark.django_db
def test_a_missing_capability_and_a_refusal_are_clear_pages(signed_in):
    missing = signed_in.get("/try/needs/")
    refused = signed_in.get("/try/refusing/")

    assert missing.status_code == 403
    assert "หน้านี้เปิดได้เฉพาะผู้มีหน้าที่" in missing.content.decode()
    assert refused.status_code == 403
    assert "ปิดรับแล้ว &lt;b&gt;" in refused.content.decode()


@pytest.mark.django_db
def test_a_row_that_is_not_there_is_a_page_that_is_not_there(signed_in):
    answer = signed_in.post("/try/missing/")

    assert answer.status_code == 404
    assert "ไม่พบหน้านี้" in answer.content.decode()


@pytest.mark.django_db
def test_no_shared_cache_keeps_what_somebody_read(signed_in, client):
    assert signed_in.get("/try/private/").headers["Cache-Control"] == "private, no-cache"
    assert "Cache-Control" not in client.get("/try/open/").headers


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/try/private-write/", "/try/public-write/", "/nowhere/"])
def test_what_is_larger_than_any_form_is_refused_unread(signed_in, settings, path):
    settings.REQUEST_LIMIT_BYTES = 1000
    answer = signed_in.post(path, {"text": "x" * 1000})
    script = signed_in.post(path, {"text": "x" * 1000}, headers={"X-Requested-With": "fetch"})

    assert (answer.status_code, script.status_code) == (413, 413)
    assert "แนบไฟล์ทีละน้อย" in answer.content.decode()
    assert "แนบไฟล์ทีละน้อย" in script.json()["message"]
    assert not User.objects.filter(email__in=["private@example.test", "public@example.test"]).exists()


@pytest.mark.django_db
def test_what_broke_stays_inside(signed_in):
    signed_in.raise_request_exception = False
    text = signed_in.get("/try/breaking/").content.decode()

    assert "ระบบขัดข้อง" in text
    assert "secret" not in text


@pytest.mark.django_db
def test_every_request_is_stamped_once(client):
    before = clock.now()
    request = client.get("/try/open/").wsgi_request

    assert before <= request.received_at <= clock.now()
    assert isinstance(request, type(RequestFactory().get("/")))


NOW = datetime.datetime(2027, 2, 28, 9, 30, tzinfo=datetime.UTC)


def came(seconds):
    """The moment so many seconds ago, as a proxy writes it."""
    return f"{clock.wall().timestamp() - seconds:.3f}"


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (5, "t={}"),
        (5, "{}"),
        (59, "t={}"),
        (0, "{} "),
        (0, "t={}, t={}"),
        (0, "t={}0000000"),
        (0, "-{}"),
        (0, "๑{}"),
        (0, ""),
    ],
)
def test_what_waited_for_a_process_was_received_when_it_came_to_the_proxy(rf, settings, seconds, written):
    settings.RECEIPT_HEADER = "X-Request-Start"
    value = written.format(*[came(seconds or 5)] * 2)
    with clock.travel(NOW):
        request = rf.get("/", headers={"X-Request-Start": value})
        Receipt(lambda _request: None)(request)
    assert abs(NOW - request.received_at - datetime.timedelta(seconds=seconds)) < datetime.timedelta(
        seconds=1
    )


@pytest.mark.parametrize("seconds", [-5, 61, 10**7])
def test_a_clock_that_goes_wrong_counts_for_nothing(rf, settings, seconds):
    settings.RECEIPT_HEADER = "X-Request-Start"
    assert waited(rf.get("/", headers={"X-Request-Start": came(seconds)})) == datetime.timedelta(0)


def test_milliseconds_and_microseconds_are_understood(rf, settings):
    settings.RECEIPT_HEADER = "X-Request-Start"
    for digits in (3, 6):
        value = came(5).replace(".", "").ljust(10 + digits, "0")
        found = waited(rf.get("/", headers={"X-Request-Start": value}))
        assert 4.9 <= found.total_seconds() < 6


def test_nobody_is_believed_who_was_not_named(rf, settings):
    assert settings.RECEIPT_HEADER == ""
    assert waited(rf.get("/", headers={"X-Request-Start": came(5)})) == datetime.timedelta(0)


@pytest.mark.django_db
@pytest.mark.parametrize("where", ["/try/public-said/", "/try/private-said/"])
def test_nul_is_taken_out_of_whatever_a_request_says(signed_in, where):
    sent = {"na\x00me": ["ก\x00ข", "two"], "other": "\x00"}
    wanted = {"name": ["กข", "two"], "other": [""]}

    for form in ({"data": urlencode(sent, doseq=True), "content_type": FORM}, {"data": sent}):
        answer = signed_in.post(f"{where}?q=%00a&q=b&%00z=1", **form)
        assert answer.json() == {"get": {"q": ["a", "b"], "z": ["1"]}, "post": wanted, "path": where}
    assert signed_in.get(f"{where}%00?q=1").json() == {"get": {"q": ["1"]}, "post": {}, "path": where}


@pytest.mark.django_db
def test_values_without_nul_are_left_as_they_came(rf):
    values = rf.post("/", {"name": "ก"}).POST
    assert without_nul(values) is values


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_session_with_nul_in_its_key_is_nobody_s(client):
    client.cookies["sessionid"] = "\x00aaaaaaaaaaaa"
    answer = client.get("/try/private/")
    assert (answer.status_code, answer.url) == (302, "/enter/?next=/try/private/")


@pytest.mark.django_db
def test_a_body_that_breaks_off_is_told_as_before(rf):
    class Broken(io.BytesIO):
        def read(self, *_size):
            raise OSError("gone")

    request = rf.post("/", b"a=1", content_type=FORM)
    request._stream = Broken()
    WithoutNul.read(request)
    assert request.POST.dict() == {}
