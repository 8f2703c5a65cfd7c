"""Pages of more time for one centre: found by name, given with a reason, read by the centre, ended."""

import datetime

import pytest
from django.urls import reverse

from saduak.applications import actions
from saduak.applications.models import Application, Extension
from saduak.foundation import clock

AFTER = datetime.datetime(2027, 3, 3, 9, 0, tzinfo=clock.BANGKOK)
WHY = "น้ำท่วมสำนักงาน"


@pytest.fixture
def places(world):
    """Where it is given, and where all of a round stand."""
    one = reverse("applications:extend", args=[world.round.public_id, world.centre.public_id])
    return one, reverse("applications:extensions", args=[world.round.public_id])


def words(answer):
    return answer.content.decode()


def test_the_secretariat_finds_the_centre_and_gives_it_time(world, places):
    one, all_ = places
    client = world.client("secretariat")
    assert one in words(client.get(f"{all_}?q=งานทะเบียน"))
    assert "ไม่พบศูนย์ชื่อนี้" in words(client.get(f"{all_}?q=ไม่มีแน่"))
    assert "ยังไม่เริ่ม" in words(client.get(one))
    for bad in (
        {"until": "x", "reason": WHY},
        {"until": "10/03/2570"},
        {"until": "28/02/2570", "reason": WHY},
    ):
        assert client.post(one, bad).status_code == 422
    assert client.post(one, {"until": "10/03/2570", "reason": WHY}).url == all_
    made = Extension.objects.get()
    assert made.until == datetime.datetime(2027, 3, 11, tzinfo=clock.BANGKOK)
    page = words(client.get(all_))
    assert WHY in page
    assert "ขยายอยู่" in page
    assert reverse("applications:extension-end", args=[made.public_id]) in words(client.get(one))
    centre = reverse("organisations:centre", args=[world.centre.public_id])
    assert one in words(client.get(centre))
    assert one not in words(world.client("officer").get(centre))


def test_the_centre_reads_until_when_and_why_and_starts_late(world, places):
    world.client("secretariat").post(places[0], {"until": "10/03/2570", "reason": WHY})
    with clock.travel(AFTER):
        client = world.client("officer")
        page = words(client.get("/applications/"))
        assert WHY in page
        assert "เริ่มใบสมัคร" in page
        assert "เริ่มใบสมัคร" not in words(world.client("town").get("/applications/"))
        prefix = str(world.round.public_id)
        data = {"round": prefix, f"{prefix}-centre": str(world.centre.public_id)}
        where = client.post("/applications/start/", data).url
        for address in (where, f"{where}submit/"):
            page = words(client.get(address))
            assert "ขยายเวลาให้ศูนย์นี้ถึง" in page
            assert WHY in page
            assert "10 มี.ค. 2570" in page
        assert Application.objects.get().state == "draft"


def test_whoever_sees_the_status_reads_of_it_and_the_secretariat_may_give_it(world, places, application):
    where = reverse("applications:task-list", args=[application.public_id])
    client = world.client("secretariat")
    assert places[0] in words(client.get(where))
    client.post(places[0], {"until": "10/03/2570", "reason": WHY})
    assert WHY in words(client.get(where))
    assert "ยังไม่ยื่น" in words(client.get(places[0]))


def test_it_is_ended_with_a_reason(world, places):
    client = world.client("secretariat")
    client.post(places[0], {"until": "10/03/2570", "reason": WHY})
    end = reverse("applications:extension-end", args=[Extension.objects.get().public_id])
    assert client.post(end, {"reason": ""}).status_code == 422
    assert client.post(end, {"reason": "ผิดศูนย์"}).url == places[1]
    assert client.post(end, {"reason": "อีกครั้ง"}).status_code == 409
    page = words(client.get(places[1]))
    assert "เลิกแล้ว" in page
    assert "ผิดศูนย์" in page


def test_nobody_else_is_let_in(world, places):
    made = actions.extend(
        actor=world.actor("secretariat"),
        round_id=world.round.public_id,
        centre_id=world.centre.public_id,
        until=AFTER,
        reason=WHY,
    )
    end = reverse("applications:extension-end", args=[made.public_id])
    for who in ("officer", "line", "stranger"):
        for where in (*places, end):
            assert world.client(who).get(where).status_code == 403
