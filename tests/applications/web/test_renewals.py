"""Where renewal is begun: from the list of certificates near their end, the centre's page and its certificate's own."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from saduak.applications.models import Application
from saduak.programme import eligibility
from tests.applications.factories import submitted_application
from tests.applications.factories_renewing import held_by
from tests.counting import counted
from tests.organisations.factories import ServiceCentreFactory
from tests.programme.factories import MID_WINDOW

pytestmark = pytest.mark.django_db
SOON = datetime.date(2027, 5, 4)


@pytest.fixture
def soon(world):
    """A certificate that ends before this round's results."""
    return held_by(world.centre, world.round.programme, SOON)


@pytest.fixture
def closed(world):
    """The round renews nothing."""
    document = eligibility.known()
    renewal = {**document["renewal"], "allowed": False}
    world.round.eligibility = eligibility.checked({**document, "renewal": renewal})
    world.round.save(update_fields=["eligibility"])


def begin(centre):
    return f"{reverse('applications:mine')}?centre={centre.public_id}"


def listed(world, role):
    """The list of certificates near their end, as somebody reads it: the word, why, and where it leads."""
    page = world.client(role).get(reverse("register:expiring"))
    return page, [
        (str(each.label), str(each.why), each.url) if each else None
        for _row, each, _letter in page.context["rows"]
    ]


def test_the_head_begins_it_from_the_list(world, soon):
    page, rows = listed(world, "head")
    assert rows == [("ต่ออายุได้แล้ว", "", begin(world.centre))]
    assert f'<a class="nb" href="{begin(world.centre)}">เริ่มต่ออายุ<span' in page.content.decode()
    assert "ร่างหนังสือ" not in page.content.decode()


def test_where_it_can_not_begin_the_list_says_why_and_when(world, soon, closed):
    page, rows = listed(world, "head")
    why = "รอบนี้ไม่รับต่ออายุ เมื่อเปิดรอบที่ต่ออายุได้ งานจะขึ้นที่หน้างานของฉัน"
    assert rows == [("ยังต่ออายุไม่ได้", why, "")]
    assert why in page.content.decode()
    assert "เริ่มต่ออายุ" not in page.content.decode()


def test_who_follows_reads_where_it_stands_and_has_no_button(world, soon):
    assert listed(world, "line")[1] == [("ยังไม่เริ่ม", "", "")]
    assert listed(world, "secretariat")[1] == [("ยังไม่เริ่ม", "", "")]
    application = world.start()
    assert listed(world, "line")[1] == [("กำลังเขียน", "", "")]
    # Before it is filed the programme reads no more than that it is not.
    assert listed(world, "secretariat")[1] == [("ยังไม่ยื่น", "", "")]
    own, rows = listed(world, "head")
    assert rows == [("กำลังเขียน", "", reverse("applications:task-list", args=[application.public_id]))]
    assert "เปิดใบสมัคร<span" in own.content.decode()
    submitted_application(application)
    assert listed(world, "line")[1] == listed(world, "secretariat")[1] == [("ยื่นแล้ว", "", "")]
    # Results are not out, though the round is over.
    world.round.closed_at = MID_WINDOW
    world.round.save(update_fields=["closed_at"])
    assert listed(world, "line")[1] == listed(world, "secretariat")[1] == [("ยื่นแล้ว", "", "")]
    assert "เริ่มต่ออายุ" not in listed(world, "line")[0].content.decode()


def test_who_only_supervises_reads_no_more_than_that_it_is_not_filed(world):
    held_by(world.town_centre, world.round.programme, SOON)
    world.start("town", world.town_centre)
    assert listed(world, "supervision")[1] == [("ยังไม่ยื่น", "", "")]


@pytest.mark.parametrize("role", ["head", "line"])
def test_the_list_asks_the_same_for_one_and_three(world, soon, role):
    def asked():
        with CaptureQueriesContext(connection) as captured:
            page, rows = listed(world, role)
        assert page.status_code == 200
        return len(counted(captured)), len(rows)

    asked()
    one, rows = asked()
    for _n in range(2):
        held_by(ServiceCentreFactory(organisation=world.district), world.round.programme, SOON)
    assert (rows, asked()) == (1, (one, 3))


def test_the_page_that_starts_has_the_centre_chosen(world, soon):
    other = ServiceCentreFactory(organisation=world.district)
    client = world.client("officer")
    chosen = {
        way: client.get(reverse("applications:mine") + way).context["openings"][0]["form"]["centre"].value()
        for way in (
            "",
            f"?centre={world.centre.public_id}",
            f"?centre={world.town_centre.public_id}",
            "?centre=x",
        )
    }
    assert list(chosen.values()) == [None, str(world.centre.public_id), None, None]
    assert str(other.public_id) not in chosen.values()


def test_where_it_can_not_begin_the_page_says_why_and_when(world, soon, closed):
    client = world.client("officer")
    why = "รอบนี้ไม่รับต่ออายุ เมื่อเปิดรอบที่ต่ออายุได้ งานจะขึ้นที่หน้างานของฉัน"

    def said(way):
        text = client.get(way).content.decode()
        return "ยังต่ออายุใบรับรองไม่ได้" in text, why in text, "ยังไม่มีใบสมัคร" in text

    assert said(begin(world.centre)) == (True, True, False)
    assert (
        f"{world.centre.name_th} ใบรับรองสิ้นอายุ 4 พฤษภาคม 2570"
        in client.get(begin(world.centre)).content.decode()
    )
    for way in ("", "?centre=x", f"?centre={world.town_centre.public_id}"):
        assert said(reverse("applications:mine") + way)[:2] == (False, False)
    world.round.closed_at = MID_WINDOW
    world.round.save(update_fields=["closed_at"])
    page = client.get(begin(world.centre)).content.decode()
    assert "ยังไม่เปิดรอบที่รับต่ออายุ เมื่อเปิดรอบที่ต่ออายุได้" in page
    assert "คุณยังไม่ได้รับมอบหมาย" not in page


def test_the_home_page_leads_there(world, soon):
    text = world.client("officer").get(reverse("portal:home")).content.decode()
    assert f'href="{begin(world.centre)}"' in text
    assert "ต่ออายุใบรับรอง" in text


def links(world, role):
    page = world.client(role).get(reverse("organisations:centre", args=[world.centre.public_id]))
    return [(str(link.label), link.url) for link in page.context["links"] if "ต่ออายุ" in str(link.label)]


def test_the_centres_page_leads_there_for_its_own_people(world, soon):
    assert links(world, "officer") == links(world, "head") == [("ต่ออายุใบรับรอง", begin(world.centre))]
    for other in ("helper", "line", "town", "secretariat"):
        assert links(world, other) == []
    world.start()
    assert links(world, "officer") == []


def test_the_centres_page_says_why_not(world, soon, closed):
    assert links(world, "officer") == [("ยังต่ออายุใบรับรองไม่ได้", begin(world.centre))]


def test_a_certificate_that_holds_for_years_is_no_matter_of_the_page(world):
    held_by(world.centre, world.round.programme, datetime.date(2029, 8, 31))
    assert links(world, "officer") == []


def test_the_certificates_own_page_leads_its_people_to_the_centres_page(world, soon, client):
    way = f'href="{reverse("organisations:centre", args=[world.centre.public_id])}"'
    for address in (f"/v/{soon.code}", f"/en/v/{soon.code}/"):
        assert way in client.get(address).content.decode()
    soon.valid_until = datetime.date(2029, 8, 31)
    soon.save(update_fields=["valid_until"])
    assert way not in client.get(f"/v/{soon.code}").content.decode()


def test_renewing_by_the_button_carries_over(world, soon):
    client = world.client("head")
    form = client.get(begin(world.centre)).context["openings"][0]["form"]
    said = {"round": form.prefix, f"{form.prefix}-centre": form["centre"].value()}
    answer = client.post(reverse("applications:start"), said)
    made = Application.objects.get()
    assert (made.kind, made.centre, made.started_at) == ("renewal", world.centre, MID_WINDOW)
    assert answer["Location"] == reverse("applications:task-list", args=[made.public_id])
