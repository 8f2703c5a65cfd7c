"""Pages of obstacles: reporting in two fields, answers that are known already, answering, keeping, who is let in."""

import uuid

import pytest
from django.urls import reverse

from saduak.applications import actions
from saduak.applications.models import KeptAnswer, Obstacle
from saduak.programme.models import Round
from tests.applications.factories_obstacles import NEED, WHAT, reported

NEW = "/obstacles/new/"


@pytest.fixture
def obstacle(world):
    return reported(world.actor("officer"), world.centre, world.round)


def kept(world, obstacle):
    line = world.actor("line")
    actions.answer_obstacle(actor=line, obstacle_id=obstacle.public_id, text="ใช้แบบคำสั่งของกรม")
    return actions.keep_answer(
        actor=line,
        obstacle_id=obstacle.public_id,
        topic="signing",
        question="ยังไม่มีคำสั่งแต่งตั้งคณะทำงาน",
        text="ใช้แบบคำสั่งของกรม",
    )


def typed(world, **more):
    said = {"centre": str(world.centre.public_id), "what": WHAT, "need": NEED, "topic": "signing"}
    return said | {"once": str(uuid.uuid4())} | more


def words(answer):
    return answer.content.decode()


def test_two_fields_are_enough_and_sent_twice_it_is_one(world):
    client = world.client("helper")
    page = words(client.get(NEW))
    assert "ติดอะไรอยู่" in page
    assert "อยากให้ช่วยอะไร" in page
    data = typed(world, topic="other")
    first, second = client.post(NEW, data), client.post(NEW, data)
    assert first.status_code == second.status_code == 302
    assert first.url == second.url
    made = Obstacle.objects.get()
    assert (made.what, made.at) == (WHAT, world.province)
    page = words(client.get(first.url))
    assert WHAT in page
    assert "รอคำตอบ" in page
    assert "จังหวัดพิษณุโลก" in page
    assert "ตอบศูนย์" not in page


def test_what_is_missing_is_said_and_what_was_typed_stays(world):
    answer = world.client("officer").post(NEW, typed(world, need=""))
    assert answer.status_code == 422
    assert "เขียนสั้น ๆ ว่าอยากให้ช่วยอะไร" in words(answer)
    assert WHAT in words(answer)
    hostile = world.client("officer").post(NEW, typed(world, what="\u200b\u202e"))
    assert hostile.status_code == 422
    assert not Obstacle.objects.exists()


def test_an_answer_that_is_known_is_shown_first(world, obstacle):
    kept(world, obstacle)
    client = world.client("town")
    data = typed(world, centre=str(world.town_centre.public_id))
    answer = client.post(NEW, data)
    assert answer.status_code == 422
    assert "มีคำตอบแล้ว" in words(answer)
    assert "ใช้แบบคำสั่งของกรม" in words(answer)
    assert world.centre.name_th not in words(answer)
    assert Obstacle.objects.count() == 1
    assert client.post(NEW, data | {"told": "1"}).status_code == 302
    assert Obstacle.objects.count() == 2


def test_about_a_criterion_of_the_round(world):
    criterion = world.round.criteria_set.criteria.first()
    client = world.client("officer")
    page = words(client.get(f"{NEW}?criterion={criterion.public_id}&round=x"))
    assert f'value="{criterion.public_id}" selected' in page
    where = client.post(NEW, typed(world, criterion=str(criterion.public_id))).url
    assert criterion.title in words(client.get(where))


def test_without_a_round_there_is_nothing_to_report(world, mid_window):
    Round.objects.update(closed_at=world.round.opened_at)
    assert "ตอนนี้ยังแจ้งปัญหาไม่ได้" in words(world.client("officer").get(NEW))


def test_the_office_above_answers_keeps_and_everybody_reads(world, obstacle):
    client, where = world.client("line"), f"/obstacles/{obstacle.public_id}/"
    assert "รอคุณตอบ" in words(client.get("/obstacles/"))
    assert WHAT in words(client.get("/obstacles/?view=turn"))
    assert client.post(where, {"do": "answer", "text": ""}).status_code == 422
    assert client.post(where, {"do": "answer", "text": "ใช้แบบคำสั่งของกรม"}).status_code == 302
    page = words(client.get(where))
    assert "เก็บคำตอบไว้ให้ทุกศูนย์" in page
    bad = client.post(
        where, {"do": "keep", "topic": "signing", "question": world.district.name_th, "text": "ทำตามนี้"}
    )
    assert bad.status_code == 422
    assert "อย่าเขียนชื่อศูนย์" in words(bad)
    good = {"do": "keep", "topic": "signing", "question": "ไม่มีคำสั่ง", "text": "ทำตามนี้"}
    assert client.post(where, good).status_code == 302
    page = words(world.client("town").get("/obstacles/answers/?topic=signing&q=คำสั่ง"))
    assert "ทำตามนี้" in page
    assert "จังหวัด" in page
    for secret in (world.province.name_th, world.district.name_th, "/drop/"):
        assert secret not in page
    assert "ไม่พบคำตอบ" in words(client.get("/obstacles/answers/?q=ไม่มีแน่"))


def test_the_centre_closes_asks_again_or_takes_back(world, obstacle):
    client, where = world.client("officer"), f"/obstacles/{obstacle.public_id}/"
    assert client.post(where, {"do": "close"}).status_code == 409
    assert client.post(where, {"do": "nonsense"}).status_code == 422
    actions.answer_obstacle(actor=world.actor("line"), obstacle_id=obstacle.public_id, text="ทำตามนี้")
    assert "แก้ได้แล้ว ปิดเรื่อง" in words(client.get(where))
    assert client.post(where, {"do": "reopen", "note": ""}).status_code == 422
    assert client.post(where, {"do": "reopen", "note": "ไม่มีอำนาจ", "higher": "1"}).status_code == 302
    obstacle.refresh_from_db()
    assert (obstacle.state, obstacle.at) == ("open", None)
    assert client.post(where, {"do": "withdraw"}).status_code == 302
    assert "ถอนเรื่องแล้ว" in words(client.get(where))


def test_passed_on_with_a_word(world, obstacle):
    where = f"/obstacles/{obstacle.public_id}/"
    assert world.client("line").post(where, {"do": "raise", "note": "เกินอำนาจ"}).status_code == 302
    assert "เกินอำนาจ" in words(world.client("officer").get(where))
    obstacle.refresh_from_db()
    assert obstacle.at is None


def test_who_is_let_in(world, obstacle):
    where = reverse("applications:obstacle", args=[obstacle.public_id])
    assert world.client("town").get(where).status_code == 404
    assert world.client("town").get("/obstacles/").status_code == 200
    row = kept(world, obstacle)
    drop = reverse("applications:obstacle-answer-drop", args=[row.public_id])
    assert world.client("town").get(drop).status_code == 404
    client = world.client("line")
    assert client.get(drop).status_code == 200
    assert client.post(drop, {"reason": ""}).status_code == 422
    assert client.post(drop, {"reason": "เก่าแล้ว"}).status_code == 302
    assert KeptAnswer.objects.get().withdrawn_reason == "เก่าแล้ว"


def test_the_page_of_to_dos_leads_there(world, obstacle):
    page = words(world.client("line").get(reverse("portal:home")))
    assert f"/obstacles/{obstacle.public_id}/" in page
    assert "ปัญหาที่ศูนย์แจ้งขึ้นมา" in page
