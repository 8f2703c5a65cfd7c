"""Pages of good practices: the public library, choosing in two clicks, consent with its preview, and who is let in."""

import copy
import uuid

import pytest
from django.urls import reverse

from saduak.applications import actions
from saduak.applications.models import Evidence, Practice, PracticeSuggestion, SharedItem
from saduak.foundation.models import User
from saduak.organisations.models import Appointment
from saduak.register.models import Certificate
from tests.applications.factories_practices import (
    SHORT,
    STORY,
    certified,
    consented,
    proposed,
    published,
)
from tests.applications.web.world import body
from tests.kept import kept
from tests.programme.factories import document, published_set

WORK, CHOOSE = "/practices/work/", "/practices/candidates/"


@kept
def gold(world):
    return certified(world.centre, world.round)


@pytest.fixture
def public(world, gold):
    return published(
        world.actor("secretariat"), world.actor("head"), gold, picture_ids=[gold.evidence.public_id]
    )


def words(answer):
    return answer.content.decode()


def one(practice):
    return f"/practices/work/{practice.public_id}/"


def test_everybody_reads_and_searches(world, public, client):
    page = client.get("/practices/")
    assert page.status_code == 200
    assert "Cookie" not in page.headers.get("Vary", "")
    for said in (public.title, world.centre.name_th, "2570", "พบ 1 เรื่อง"):
        assert said in words(page)
    assert public.title in words(client.get(f"/practices/?q=พักกลางวัน&criterion={public.criterion_key}"))
    assert "ไม่พบเรื่อง" in words(client.get("/practices/?q=ไม่มีแน่"))
    for unknown in ("nonsense", "a%00"):
        assert "ไม่พบเรื่อง" in words(client.get(f"/practices/?criterion={unknown}"))
    assert public.title in words(client.get("/practices/?year=25x&page=99"))
    shown = words(client.get(f"/practices/{public.public_id}/"))
    for said in (SHORT, "ไม่ต้องเพิ่มคน", "ป้ายเวลา", "หน่วยบริการงานทะเบียน"):
        assert said in shown
    for secret in (STORY, "คน head", "ตำแหน่ง head"):
        assert secret not in shown
    assert public.title in words(client.get(f"/en/practices/{public.public_id}/"))
    criteria = words(client.get(f"/criteria/{world.round.criteria_set.public_id}/"))
    assert f"/practices/?criterion={public.criterion_key}" in criteria
    assert "ดูแนวปฏิบัติที่ดี 1 เรื่อง" in criteria


def test_exactly_its_pictures_are_served_while_it_is_public(world, gold, public, client):
    row = public.pictures.get()
    where = f"/practices/{public.public_id}/pictures/{row.public_id}/"
    whole, small = client.get(where), client.get(f"{where}?small=1")
    assert (whole["Content-Type"], small["Content-Type"]) == ("image/jpeg", "image/webp")
    assert len(body(small)) < len(body(whole))
    assert whole["Cache-Control"] == "private, no-cache"
    assert whole["Content-Disposition"] == 'inline; filename="practice-1.jpeg"'
    assert small["Content-Disposition"] == 'inline; filename="practice-1.webp"'
    assert client.get(f"/practices/{public.public_id}/pictures/{gold.evidence.public_id}/").status_code == 404
    assert client.get(f"/practices/{uuid.uuid4()}/pictures/{row.public_id}/").status_code == 404
    Certificate.objects.update(state="revoked")
    assert client.get(where).status_code == 404
    assert client.get(f"/practices/{public.public_id}/").status_code == 404
    assert "ยังไม่มีแนวปฏิบัติที่ดีที่เผยแพร่" in words(client.get("/practices/"))
    assert "ถูกเพิกถอน" in words(world.client("head").get(one(public)))


def test_chosen_in_two_clicks_agreed_to_and_published(world, gold, client):
    curator, head = world.client("secretariat"), world.client("head")
    listed = words(curator.get(f"{CHOOSE}?criterion={gold.answer.criterion.key}"))
    where = reverse("applications:practice-propose", args=[gold.answer.public_id])
    assert where in listed
    page = words(curator.get(where))
    for said in (STORY, gold.answer.criterion.title, "ป้ายเวลา", "แสดงรูปนี้"):
        assert said in page
    asked = {"title": gold.answer.criterion.title, "text": STORY, "why": "", "once": str(uuid.uuid4())}
    bad = curator.post(where, asked | {"text": STORY + "x"})
    assert bad.status_code == 422
    assert "ใช้ได้เฉพาะข้อความที่ยื่นไว้" in words(bad)
    asked["pictures"] = [str(gold.evidence.public_id)]
    first, second = curator.post(where, asked), curator.post(where, asked)
    practice = Practice.objects.get()
    assert first.url == second.url == one(practice)
    assert one(practice) in words(head.get(reverse("portal:home")))
    page = words(head.get(one(practice)))
    for said in (STORY, "ป้ายเวลา", "ยินยอมให้เผยแพร่", "ดูรูปอีกครั้ง", "ไม่ยินยอม"):
        assert said in page
    agree = {"do": "consent", "version": "1"}
    assert head.post(one(practice), agree).status_code == 422
    answer = head.post(one(practice), agree | {"agreed": "on"})
    assert answer.status_code == 422
    assert "ยืนยันเรื่องคนในรูปก่อน" in words(answer)
    stale = head.post(one(practice), {"do": "consent", "version": "9", "agreed": "on", "people": "on"})
    assert stale.status_code == 409
    assert head.post(one(practice), agree | {"agreed": "on", "people": "on"}).status_code == 302
    assert client.get(f"/practices/{practice.public_id}/").status_code == 404
    assert one(practice) in words(curator.get(reverse("portal:home")))
    page = words(curator.get(one(practice)))
    assert "คน head" in page
    assert "เผยแพร่ให้ทุกคนอ่าน" in page
    assert curator.post(one(practice), {"do": "publish"}).status_code == 302
    assert client.get(f"/practices/{practice.public_id}/").status_code == 200
    assert curator.post(one(practice), {"do": "publish"}).status_code == 409
    assert curator.post(one(practice), {"do": "nonsense"}).status_code == 422


def test_taken_back_by_the_head_and_taken_away_with_a_reason(world, public, client):
    head, curator = world.client("head"), world.client("secretariat")
    assert curator.post(one(public), {"do": "withdraw", "withdraw-reason": ""}).status_code == 422
    assert "ถอนความยินยอม" in words(head.get(one(public)))
    assert head.post(one(public), {"do": "withdraw"}).status_code == 302
    assert client.get(f"/practices/{public.public_id}/").status_code == 404
    assert "เลิกเผยแพร่แล้ว" in words(head.get(one(public)))
    assert "เสนอข้อนี้ใหม่" in words(head.get(one(public)))
    assert "เสนอข้อนี้ใหม่" not in words(curator.get(one(public)))


def test_no_is_an_answer(world, gold):
    made = proposed(world.actor("officer"), gold)
    head = world.client("head")
    assert "ดูรูปอีกครั้ง" not in words(head.get(one(made)))
    assert head.post(one(made), {"do": "decline", "decline-reason": "มีข้อมูลภายใน"}).status_code == 302
    assert "มีข้อมูลภายใน" in words(world.client("secretariat").get(one(made)))


def test_a_change_after_consent_says_that_it_asks_anew(world, gold):
    made = consented(
        world.actor("secretariat"), world.actor("head"), gold, picture_ids=[gold.evidence.public_id]
    )
    curator, where = world.client("secretariat"), f"{one(made)}edit/"
    page = words(curator.get(where))
    assert "ต้องขอความยินยอมใหม่" in page
    assert f'value="{gold.evidence.public_id}" checked' in page
    said = {"title": "เวรกลางวัน", "text": SHORT, "why": "", "version": "1"}
    assert curator.post(where, said | {"title": ""}).status_code == 422
    assert curator.post(where, said | {"version": "x"}).status_code == 409
    assert curator.post(where, said).status_code == 302
    made.refresh_from_db()
    assert (made.state, made.title, made.pictures.count()) == ("proposed", "เวรกลางวัน", 0)


def test_beside_the_criterion_and_suggested_from_there(world, gold, public, exactly):
    other = actions.start(
        actor=world.actor("town"), centre_id=world.town_centre.public_id, round_id=world.round.public_id
    )
    where = reverse("applications:criterion-by-key", args=[other.public_id, gold.answer.criterion.key])
    page = words(world.client("town").get(where, follow=True))
    assert "ศูนย์อื่นทำอย่างไร" in page
    assert f"/practices/{public.public_id}/" in page
    assert "แนะนำข้อนี้" not in page
    where = reverse("applications:criterion", args=[gold.application.public_id, gold.answer.public_id])
    client = world.client("line")
    suggest = reverse(
        "applications:practice-suggest", args=[gold.submission.public_id, gold.answer.criterion.key]
    )
    assert suggest in words(client.get(where))
    assert suggest not in words(world.client("officer").get(where))
    assert STORY in words(client.get(suggest))
    assert client.post(suggest, {"note": "ก" * 501}).status_code == 422
    assert "เก็บคำแนะนำแล้ว" in words(client.post(suggest, {"note": "คนเท่าเดิม"}))
    assert PracticeSuggestion.objects.get().note == "คนเท่าเดิม"
    assert world.client("stranger").get(suggest).status_code == 403


def test_who_is_let_in(world, gold, public):
    where = reverse("applications:practice-propose", args=[gold.answer.public_id])
    levels = reverse("applications:practice-levels", args=[world.round.programme.code])
    for who, expected in (
        ("town", (200, 200, 404, 404, 403)),
        ("officer", (200, 200, 200, 200, 403)),
        ("secretariat", (200, 200, 200, 200, 200)),
        ("line", (403, 403, 403, 403, 403)),
        ("helper", (403, 403, 403, 403, 403)),
    ):
        client = world.client(who)
        got = tuple(client.get(each).status_code for each in (WORK, CHOOSE, where, one(public), levels))
        assert got == expected, who
    client = world.client("secretariat")
    assert client.get(f"{one(public)}edit/").status_code == 404
    assert client.post(levels, {"levels": ["bronze"]}).status_code == 422
    assert client.post(levels, {"levels": ["advanced"]}).status_code == 302
    assert "ยังเสนอข้อนี้ไม่ได้" in words(client.get(where))
    assert "ยังไม่มีข้อที่เลือกได้" in words(client.get(CHOOSE))
    assert public.title in words(client.get(WORK))
    assert "ยังไม่มีเรื่องในรายการนี้" in words(client.get(f"{WORK}?view=over"))


def test_one_picture_is_taken_off_what_is_public(world, public, client):
    row = public.pictures.get()
    head = world.client("head")
    page = words(head.get(one(public)))
    assert "เอารูปนี้ออก" in page
    assert f'name="picture" value="{row.public_id}"' in page
    assert "เอารูปนี้ออก" not in words(world.client("officer").get(one(public)))
    asked = {"do": "hide", "picture": str(row.public_id)}
    assert head.post(one(public), asked | {"picture": "x"}).status_code == 422
    assert head.post(one(public), asked).status_code == 302
    assert client.get(f"/practices/{public.public_id}/pictures/{row.public_id}/").status_code == 404
    assert "ป้ายเวลา" not in words(client.get(f"/practices/{public.public_id}/"))
    again = head.post(one(public), asked)
    assert (again.status_code, "รูปนี้เอาออกไปแล้ว" in words(again)) == (409, True)


def test_nobody_with_an_account_heads_the_centre(world, gold):
    client = world.client("officer")
    heads = Appointment.objects.filter(role="head", organisation=world.centre.organisation)
    User.objects.filter(person__in=heads.values("person")).update(is_active=False)
    where = reverse("applications:practice-propose", args=[gold.answer.public_id])
    said = {"title": "เวร", "text": SHORT, "why": "", "once": str(uuid.uuid4())}
    page = words(client.post(where, said, follow=True))
    assert "ยังไม่มีใครตอบได้" in page
    assert "หัวหน้าหน่วยงานของศูนย์จะเห็นว่า" not in page
    assert "เลิกเสนอเรื่องนี้" in page
    made = Practice.objects.get()
    assert "ยังไม่มีใครตอบได้" in words(world.client("secretariat").get(one(made)))
    assert client.post(one(made), {"do": "withdraw"}).status_code == 302
    assert "เสนอข้อนี้ใหม่" in words(client.get(one(made)))


def test_what_came_from_a_headquarters_is_cut_before_anybody_is_asked(world, gold):
    said = {"url": "https://www.dopa.go.th/", "kind": "link", "caption": "คู่มือ"}
    item = SharedItem.objects.create(
        organisation=world.province, programme=world.round.programme, text="เปิดทุกช่องบริการ", **said
    )
    client = world.client("secretariat")
    where = reverse("applications:practice-propose", args=[gold.answer.public_id])
    assert "ส่วนที่มาจากคลังกลางไม่แสดง" not in words(client.get(where))
    Evidence.objects.create(centre=world.centre, shared=item, **said)
    page = words(client.get(where))
    assert "ส่วนที่มาจากคลังกลางไม่แสดง" in page
    assert "ศูนย์จัดเวรสลับช่วงพักกลางวัน\n\n…\n\nตั้งแต่" in page


def test_others_of_this_criterion_are_found_under_the_key_of_today(world, public, client):
    old = public.criterion_key
    parts = copy.deepcopy(document()["parts"])
    item = next(item for part in parts for item in part["items"] if item["key"] == old)
    item.update(key="c-second", replaces=[old])
    published_set(world.round.programme, version=2, parts=parts)
    page = words(client.get(f"/practices/?criterion={old}"))
    assert public.title in page
    assert '<option value="c-second" selected>' in page
