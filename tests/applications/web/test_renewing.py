"""Pages of renewal: as what a centre may apply, what was carried over, what changed, what is ticked off."""

import datetime

import pytest
from django.urls import reverse

from saduak.applications import actions
from saduak.applications.models import Application, CarriedAnswer
from saduak.foundation import clock
from saduak.programme import eligibility
from tests.applications.factories_renewing import changed_set, held, round_after
from tests.applications.web.world import answer_of, submitted
from tests.programme.factories import MID_WINDOW

pytestmark = pytest.mark.django_db
LATER = MID_WINDOW.replace(year=2030)


def change(items, content):
    items["physical", "1"]["title"] = "ชื่อใหม่ของข้อแรก"
    items["quality", "1.2"] |= {"key": "c-aaaaa1", "replaces": ["c-d38175"], "asks": "คำถามใหม่"}
    items["quality", "1.3"] |= {"key": "c-aaaaa2"}


@pytest.fixture
def renewed(world):
    """What was filed in 2570, and the round of 2573, at whose middle we stand."""
    submission = submitted(world)
    application = submission.application
    gate = answer_of(application, "1", "gate")
    held(application, datetime.date(2030, 8, 31))
    row = round_after(world.round, changed_set(world.round.programme, 2, change), 2573)
    with clock.travel(LATER):
        yield {"round": row, "centre": world.centre, "gate": gate}


def start(world, renewed):
    client = world.client("officer")
    prefix = str(renewed["round"].public_id)
    data = {"round": prefix, f"{prefix}-centre": str(world.centre.public_id)}
    answer = client.post(reverse("applications:start"), data)
    return client, answer


def test_the_start_page_says_as_what_each_centre_may_apply(world):
    text = world.client("officer").get(reverse("applications:mine")).content.decode()
    assert "เพื่อ<b>สมัครใหม่</b>" in text
    assert "ศูนย์นี้ยังไม่เคยได้ใบรับรอง ให้สมัครใหม่" in text


def test_a_centre_that_may_not_apply_reads_why_and_gets_no_button(world):
    world.round.eligibility = eligibility.checked(
        {**eligibility.known(), "agencies": ["branch"], "note": "โทร 1111"}
    )
    world.round.save(update_fields=["eligibility"])
    client = world.client("officer")
    text = client.get(reverse("applications:mine")).content.decode()
    assert "รอบนี้ไม่รับหน่วยงานประเภทอำเภอ โทร 1111" in text
    assert "เริ่มใบสมัคร</button>" not in text
    prefix = str(world.round.public_id)
    data = {"round": prefix, f"{prefix}-centre": str(world.centre.public_id)}
    refused = client.post(reverse("applications:start"), data)
    assert refused.status_code == 409
    assert "รอบนี้ไม่รับหน่วยงานประเภทอำเภอ โทร 1111" in refused.content.decode()
    assert not Application.objects.exists()


def test_starting_a_renewal_carries_over_and_shows_what_changed(world, renewed):
    client, started = start(world, renewed)
    application = Application.objects.get(round=renewed["round"])
    assert application.kind == "renewal"
    assert started.url == reverse("applications:changes", args=[application.public_id])
    text = client.get(started.url).content.decode()
    assert "นำคำตอบครั้งก่อนมาแล้ว 14 ข้อ" in text
    assert "ยังไม่ได้อ่านทวน 14 ข้อ" in text
    assert "ชื่อใหม่ของข้อแรก" in text
    assert "คำถามใหม่" in text
    for heading in ("ข้อที่มาแทนข้อเดิม", "ข้อที่ปรับถ้อยคำ", "ข้อใหม่", "ข้อที่เหมือนเดิม", "ข้อที่ไม่ถามแล้ว"):
        assert heading in text
    again = start(world, renewed)[1]
    assert again.url == reverse("applications:task-list", args=[application.public_id])
    listed = client.get(again.url).content.decode()
    assert reverse("applications:changes", args=[application.public_id]) in listed


def test_the_page_of_a_criterion_says_what_changed_until_it_is_ticked_off(world, renewed):
    client, _ = start(world, renewed)
    application = Application.objects.get(round=renewed["round"])
    answer = answer_of(application, "1", "gate")
    at = reverse("applications:criterion", args=[application.public_id, answer.public_id])
    text = client.get(at).content.decode()
    assert "คำตอบนี้นำมาจากใบสมัครปี 2570" in text
    assert "หลักฐาน 1 รายการเก่ากว่าใบรับรองล่าสุด" in text
    seen = reverse("applications:carried-seen", args=[application.public_id, answer.public_id])
    assert client.post(seen).url == at
    text = client.get(at).content.decode()
    assert "คำตอบนี้นำมาจากใบสมัครปี 2570" not in text
    assert "เริ่มจากคำตอบที่ยื่นปี 2570" in text
    assert client.post(seen, {"back": "changes"}).url == reverse(
        "applications:changes", args=[application.public_id]
    )
    other = answer_of(application, "1.4")
    bare = reverse("applications:carried-seen", args=[application.public_id, other.public_id])
    assert client.post(bare).status_code == 404
    strange = reverse("applications:carried-seen", args=[answer.public_id, answer.public_id])
    assert client.post(strange).status_code == 404
    assert world.client("town").post(seen).status_code == 404
    assert CarriedAnswer.objects.filter(seen_at__isnull=False).count() == 1


def test_what_was_not_carried_at_the_start_is_carried_by_a_button(world, renewed):
    application = actions.start(
        actor=world.actor("officer"), centre_id=world.centre.public_id, round_id=renewed["round"].public_id
    )
    client = world.client("officer")
    at = reverse("applications:changes", args=[application.public_id])
    assert "นำคำตอบครั้งก่อนมาใช้" in client.get(at).content.decode()
    carry = reverse("applications:carry", args=[application.public_id])
    assert client.post(carry, follow=True).status_code == 200
    assert CarriedAnswer.objects.count() == 14
    assert "ไม่มีคำตอบครั้งก่อนที่นำมาใช้เพิ่มได้" in client.post(carry, follow=True).content.decode()
    line = world.client("line")
    assert line.get(at).status_code == 200
    assert line.post(carry).status_code == 403
    with clock.travel(LATER.replace(month=5)):
        late = client.post(carry, follow=True).content.decode()
        assert "ปิดรับใบสมัครของรอบนี้แล้ว" in late
        answer = answer_of(application, "1", "gate")
        seen = reverse("applications:carried-seen", args=[application.public_id, answer.public_id])
        assert "ปิดรับใบสมัครของรอบนี้แล้ว" in client.post(seen, follow=True).content.decode()


def test_without_an_earlier_application_there_is_nothing_to_compare(world):
    application = world.start()
    text = (
        world.client("officer")
        .get(reverse("applications:changes", args=[application.public_id]))
        .content.decode()
    )
    assert "ยังไม่มีใบสมัครครั้งก่อนในระบบ" in text


def test_the_pages_cost_at_most_fifteen(world, renewed, django_assert_max_num_queries):
    client, _ = start(world, renewed)
    application = Application.objects.get(round=renewed["round"])
    answer = answer_of(application, "1", "gate")
    for name, more in (("changes", ()), ("criterion", (answer.public_id,)), ("kind", ())):
        at = reverse(f"applications:{name}", args=[application.public_id, *more])
        client.get(at)
        with django_assert_max_num_queries(15):
            assert client.get(at).status_code == 200
