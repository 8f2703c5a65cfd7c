"""Front door, to-do list, sign-in, and what exists only in the demo."""

from datetime import timedelta

import pytest
from django.test import Client

from saduak.foundation import clock, time_machine
from saduak.foundation.models import TimeMachineState, User
from saduak.foundation.thai.calendar import bangkok_date
from saduak.portal.demo import moments
from saduak.portal.demo.people import PASSWORD
from saduak.portal.rehearsal.calendar import Dates
from saduak.register.actions import last_day
from tests.organisations.factories import AppointmentFactory, PersonFactory, ServiceCentreFactory
from tests.programme.factories import MID_WINDOW, RoundFactory

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def words(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize(
    ("moment", "says"),
    [
        (MID_WINDOW, ("เปิดรับสมัครอยู่", "เจ้าหน้าที่เข้าสู่ระบบเพื่อสมัคร")),
        (MID_WINDOW - 60 * DAY, ("รอบถัดไป", "เจ้าหน้าที่เข้าสู่ระบบเพื่อดูกำหนด")),
        (MID_WINDOW + 60 * DAY, ("ปิดรับสมัครแล้ว", "เจ้าหน้าที่เข้าสู่ระบบเพื่อติดตามผล")),
    ],
)
def test_the_front_door_says_where_the_round_stands(client: Client, moment, says: tuple[str, str]) -> None:
    RoundFactory()
    with clock.travel(moment):
        response = client.get("/")
    assert response.status_code == 200
    assert all(f">{said}<" in words(response) for said in says)
    assert words(response).count("เจ้าหน้าที่เข้าสู่ระบบเพื่อ") == 1
    assert "Set-Cookie" not in response.headers
    assert "Cookie" not in response.headers.get("Vary", "")


def test_the_front_door_stands_before_any_round(client: Client) -> None:
    response = client.get("/")
    assert response.status_code == 200
    assert "เปิดรับสมัครอยู่" not in words(response)


def test_the_dates_of_the_front_door_break_only_between_days(client: Client) -> None:
    RoundFactory()
    with clock.travel(MID_WINDOW):
        page = words(client.get("/"))
    assert '<span class="nb">28 ก.พ. 2570</span>' in page


def test_help_is_called_by_pressing_its_number(client: Client) -> None:
    page = words(client.get("/help/"))
    assert '<a class="nb" href="tel:+6622834475">0 2283 4475</a>' in page
    assert '<a class="nb" href="tel:+6622834473">0 2283 4473</a>' in page
    assert "ชื่อและโทรศัพท์ (ถ้ามี) อยู่ในหน้าใบสมัคร" in page


@pytest.mark.parametrize("path", ["/", "/help/", "/accessibility/", "/privacy/"])
def test_public_pages_speak_both_languages(client: Client, path: str) -> None:
    assert 'lang="th"' in words(client.get(path))
    assert 'lang="en"' in words(client.get(f"/en{path}"))


def signed_in(client: Client) -> User:
    user = User.objects.create_user("somebody@example.org", PASSWORD)
    client.force_login(user)
    return user


def test_home_without_an_appointment_says_what_to_do(client: Client) -> None:
    signed_in(client)
    assert "บัญชีนี้ยังไม่ได้รับมอบหมายหน้าที่" in words(client.get("/home/"))


def test_home_asks_who_you_are_first(client: Client) -> None:
    response = client.get("/home/")
    assert (response.status_code, response.url) == (302, "/accounts/login/?next=/home/")


def test_an_officer_is_told_to_start(client: Client) -> None:
    RoundFactory()
    appointment = AppointmentFactory(role="officer", person=PersonFactory(user=signed_in(client)))
    ServiceCentreFactory(organisation=appointment.organisation)
    with clock.travel(MID_WINDOW):
        page = words(client.get("/home/"))
    assert "ทำเรื่องนี้ก่อน" in page
    assert "เริ่มใบสมัคร" in page


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/password/reset/"])
def test_a_citizen_finds_the_way_back_from_the_pages_of_accounts(client: Client, path: str) -> None:
    head = words(client.get(path)).partition("</header>")[0]
    assert '<a class="brand" href="/">' in head
    assert '<a href="/register/">' in head
    assert '<a href="/verify/">' in head
    assert f'name="next" value="{path}"' in head
    assert ('href="/accounts/login/"' in head) is (path != "/accounts/login/")


@pytest.mark.parametrize(
    ("path", "english"),
    [
        ("/v/ZZZZZZZZZZ", "/en/v/ZZZZZZZZZZ/"),
        ("/v/ZZZZZZZZZZ/", "/en/v/ZZZZZZZZZZ/"),
        ("/v/ZZZZZZZZZZ/certificate.pdf", "/en/"),
        ("/register/centres/00000000-0000-0000-0000-000000000007/", None),
    ],
)
def test_what_hangs_on_a_wall_and_is_not_there_has_a_link_to_english(
    client: Client, path: str, english: str | None
) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert f'<a href="{english or f"/en{path}"}" lang="en" hreflang="en">English</a>' in words(response)
    assert "Set-Cookie" not in response.headers


def test_an_english_page_that_is_not_there_says_so_in_english(client: Client) -> None:
    path = "/register/centres/00000000-0000-0000-0000-000000000007/"
    response = client.get(f"/en{path}")
    assert (response.status_code, response.headers["Content-Language"]) == (404, "en")
    assert '<html lang="en">' in words(response)
    assert f'<a href="{path}" lang="th" hreflang="th">ไทย</a>' in words(response)


def test_signing_in_for_another_tab_says_to_go_back_to_it(client: Client) -> None:
    RoundFactory()
    words_of_page = words(client.get("/criteria/"))
    assert 'data-sign-in="/accounts/login/?next=/accounts/other-tab/"' in words_of_page
    assert client.get("/accounts/other-tab/").url == "/accounts/login/?next=/accounts/other-tab/"
    User.objects.create_user("somebody@example.org", PASSWORD)
    typed = {"login": "somebody@example.org", "password": PASSWORD, "next": "/accounts/other-tab/"}
    page = words(client.post("/accounts/login/", typed, follow=True))
    assert "กลับไปแท็บเดิมที่ทำงานค้างไว้" in page
    assert 'href="/home/">ไปงานของฉันในแท็บนี้' in page


def test_a_page_that_is_not_there_leads_home_who_is_signed_in(client: Client) -> None:
    signed_in(client)
    page = words(client.get("/no/such/page/"))
    assert 'href="/home/">กลับไปงานของฉัน</a>' in page
    assert "เข้าสู่ระบบ</a>" not in page


def test_rights_and_the_clock_are_no_entry_of_the_menu(client: Client, demo: None) -> None:
    person = PersonFactory(user=signed_in(client))
    AppointmentFactory(role="officer", person=person)
    for path in ("/access/", "/demo/clock/"):
        assert 'aria-current="page"' not in words(client.get(path)).partition("</header>")[0]
    assert 'aria-current="page">งานของฉัน' in words(client.get("/home/"))


def test_signing_in_by_hand(client: Client) -> None:
    User.objects.create_user("somebody@example.org", PASSWORD)
    response = client.post("/accounts/login/", {"login": "somebody@example.org", "password": PASSWORD})
    assert (response.status_code, response.url) == (302, "/home/")


def test_a_wrong_password_is_told_in_thai_and_the_address_stays(client: Client) -> None:
    User.objects.create_user("somebody@example.org", PASSWORD)
    page = words(client.post("/accounts/login/", {"login": "somebody@example.org", "password": "wrong"}))
    assert "somebody@example.org" in page
    assert 'role="alert"' in page


def test_nobody_signs_up_by_themselves(client: Client) -> None:
    page = words(client.post("/accounts/signup/", {"email": "x@example.org", "password1": PASSWORD}))
    assert "บัญชีมาจากคำเชิญเท่านั้น" in page
    assert not User.objects.filter(email="x@example.org").exists()


class TestOutsideTheDemo:
    """Nothing of the demo is reachable where settings do not allow it."""

    def test_no_one_click_sign_in(self, client: Client) -> None:
        User.objects.create_user("officer@demo.saduak.example", PASSWORD)
        assert client.post("/demo/sign-in/officer/").status_code == 404
        assert "บัญชีสาธิต" not in words(client.get("/accounts/login/"))

    def test_no_clock(self, client: Client) -> None:
        assert client.get("/demo/clock/").status_code == 404
        assert client.post("/demo/clock/", {"moment": "window"}).status_code == 404
        assert TimeMachineState.objects.count() == 0


@pytest.fixture
def demo(settings) -> None:
    settings.DEMO_SIGN_INS = settings.TIME_MACHINE = True


class TestInTheDemo:
    """One click a role; the clock moves for everybody."""

    def test_one_click(self, client: Client, demo: None) -> None:
        User.objects.create_user("officer@demo.saduak.example", PASSWORD)
        response = client.post("/demo/sign-in/officer/", {"next": "/rounds/"})
        assert (response.status_code, response.url) == (302, "/rounds/")

    @pytest.mark.parametrize("after", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:1"])
    def test_it_leads_nowhere_else(self, client: Client, demo: None, after: str) -> None:
        User.objects.create_user("officer@demo.saduak.example", PASSWORD)
        assert client.post("/demo/sign-in/officer/", {"next": after}).url == "/home/"

    @pytest.mark.parametrize("key", ["nobody", "officer"])
    def test_who_is_not_there(self, client: Client, demo: None, key: str) -> None:
        assert client.post(f"/demo/sign-in/{key}/").status_code == 404

    def test_a_get_signs_nobody_in(self, client: Client, demo: None) -> None:
        assert client.get("/demo/sign-in/officer/").status_code == 405

    def test_the_clock_moves(self, client: Client, demo: None) -> None:
        assert client.post("/demo/clock/", {"moment": "decision"}).status_code == 302
        assert abs(time_machine.offset() + clock.wall() - moments.named("decision").when) < timedelta(
            minutes=1
        )
        assert "26 กรกฎาคม 2570" in words(client.get("/"))

    def test_on_the_day_of_announcement_the_certificates_of_2567_have_been_over_for_a_day(self) -> None:
        moment = moments.named("announcement")
        assert last_day(Dates(2567).announced, 3) == bangkok_date(moment.when) - DAY
        assert str(moment.what) == "ใบรับรองของรอบ 2567 ใช้ได้ถึงเมื่อวานเป็นวันสุดท้าย"

    def test_an_unknown_moment(self, client: Client, demo: None) -> None:
        assert client.post("/demo/clock/", {"moment": "never"}).status_code == 404
