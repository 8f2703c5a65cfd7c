"""Front door, to-do list, sign-in, and what exists only in the demo."""

from datetime import timedelta

import pytest
from django.test import Client

from saduak.foundation import clock, time_machine
from saduak.foundation.models import TimeMachineState, User
from saduak.portal.demo import moments
from saduak.portal.demo.people import PASSWORD
from tests.organisations.factories import AppointmentFactory, PersonFactory, ServiceCentreFactory
from tests.programme.factories import MID_WINDOW, RoundFactory

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def words(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize(
    ("moment", "says"),
    [
        (MID_WINDOW, "เปิดรับสมัครอยู่"),
        (MID_WINDOW - 60 * DAY, "รอบถัดไป"),
        (MID_WINDOW + 60 * DAY, "ปิดรับสมัครแล้ว"),
    ],
)
def test_the_front_door_says_where_the_round_stands(client: Client, moment, says: str) -> None:
    RoundFactory()
    with clock.travel(moment):
        response = client.get("/")
    assert response.status_code == 200
    assert says in words(response)
    assert "Set-Cookie" not in response.headers
    assert "Cookie" not in response.headers.get("Vary", "")


def test_the_front_door_stands_before_any_round(client: Client) -> None:
    response = client.get("/")
    assert response.status_code == 200
    assert "เปิดรับสมัครอยู่" not in words(response)


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

    def test_an_unknown_moment(self, client: Client, demo: None) -> None:
        assert client.post("/demo/clock/", {"moment": "never"}).status_code == 404
