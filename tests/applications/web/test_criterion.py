"""The page of one criterion: autosave, the plain form, two people at once, closing time."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from saduak.applications import actions
from saduak.applications.models import Answer
from saduak.foundation import clock
from saduak.foundation.thai.calendar import end_exclusive
from tests.applications.web.world import answer_of, meet_gates, picture, sign

CLOSES = end_exclusive(datetime.date(2027, 2, 28))
SCRIPT = {"headers": {"X-Requested-With": "fetch", "Accept": "application/json"}}


def address_of(answer: Answer, name: str = "criterion") -> str:
    return reverse(f"applications:{name}", args=[answer.application.public_id, answer.public_id])


def autosave(client: Client, answer: Answer, field: str, value: str, version: int):
    data = {"field": field, field: value, "version": version}
    return client.post(address_of(answer), data, **SCRIPT)


def statements(captured: CaptureQueriesContext) -> list[str]:
    passing = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "PRAGMA")
    return [q["sql"] for q in captured.captured_queries if not q["sql"].startswith(passing)]


def test_it_asks_in_plain_words(world, application):
    text = world.client("officer").get(address_of(answer_of(application, "2.12"))).content.decode()
    assert "ข้อนี้ถามอะไร" in text
    assert "ผู้ตรวจประเมินดูอะไร และตัวอย่างหลักฐาน" in text
    assert "ด้านที่ 2 บริการ" in text
    assert 'value="0"' in text


def test_a_gate_asks_whether_it_is_there(world, application):
    text = world.client("officer").get(address_of(answer_of(application, "13"))).content.decode()
    assert 'name="claim" value="met"' in text
    assert 'name="points"' not in text


def test_an_outcome_asks_for_each_part_of_its_scale(world, application):
    answer = answer_of(application, "2", "outcome")
    client = world.client("officer")
    assert 'name="scale-s2"' in client.get(address_of(answer)).content.decode()
    client.post(address_of(answer), {"version": 0, "scale-s1": "5", "scale-s2": "3", "narrative": ""})
    answer.refresh_from_db()
    assert answer.points == Decimal(8)
    assert answer.claim == "met"


def test_autosave_answers_with_version_and_time(world, application):
    answer = answer_of(application, "2.12")
    done = autosave(world.client("officer"), answer, "narrative", "ติดตามทุกเดือน", 0)
    assert done.status_code == 200
    assert done.json()["version"] == 1
    assert done.json()["saved_at"].startswith("2027-02-04T")
    assert done.json()["time"] == "09.41 น."
    answer.refresh_from_db()
    assert answer.narrative == "ติดตามทุกเดือน"


def test_autosave_of_a_claim_says_where_the_parts_are_that_follow_from_it(world, application):
    answer = answer_of(application, "2.12")
    client = world.client("officer")
    assert 'id="standing"' in client.get(address_of(answer)).content.decode()
    done = autosave(client, answer, "points", "1", 0)
    assert done.json()["refresh"] == address_of(answer, "standing")
    parts = client.get(done.json()["refresh"]).json()["html"]
    assert set(parts) == {"standing", "signature", "evidence-count", "findings", "estimate"}
    assert all(f'id="{name}"' in html for name, html in parts.items())
    assert "ขาดหลักฐาน" in parts["standing"]
    assert "แนบหลักฐานอย่างน้อย 1 รายการ" in parts["standing"]
    answer.refresh_from_db()
    assert (answer.claim, answer.points) == ("met", Decimal(1))


def test_the_first_and_the_last_word_move_the_badge_and_those_between_do_not(world, application):
    answer = answer_of(application, "2.12")
    client = world.client("officer")
    first = autosave(client, answer, "narrative", "ติดตาม", 0).json()
    assert "กำลังเขียน" in client.get(first["refresh"]).json()["html"]["standing"]
    assert "refresh" not in autosave(client, answer, "narrative", "ติดตามทุกเดือน", 1).json()
    last = autosave(client, answer, "narrative", "", 2).json()
    assert "ยังไม่เริ่ม" in client.get(last["refresh"]).json()["html"]["standing"]


@pytest.mark.parametrize(("role", "status"), [("line", 200), ("town", 404), ("stranger", 404)])
def test_the_parts_go_to_who_may_read_the_page(world, application, role, status):
    address = address_of(answer_of(application, "2.12"), "standing")
    assert world.client(role).get(address).status_code == status


def test_a_save_of_another_day_is_told_with_its_date(world, application):
    answer = answer_of(application, "2.12")
    client = world.client("officer")
    autosave(client, answer, "narrative", "เขียนวันนี้", 0)
    assert ">09.41 น.</time>" in client.get(address_of(answer)).content.decode()
    with clock.travel(clock.now() + datetime.timedelta(days=1)):
        assert ">4 ก.พ. 2570 09.41 น.</time>" in client.get(address_of(answer)).content.decode()


@pytest.mark.parametrize(("field", "value"), [("narrative", "ข้อความ"), ("points", "1")])
def test_autosave_costs_at_most_nine_queries(world, application, field, value):
    answer = answer_of(application, "2.12")
    client = world.client("officer")
    client.get(address_of(answer))
    with CaptureQueriesContext(connection) as captured:
        assert autosave(client, answer, field, value, 0).status_code == 200
    assert len(statements(captured)) <= 9, statements(captured)


def test_autosave_of_an_unknown_field_or_value_says_so(world, application):
    answer = answer_of(application, "2.12")
    client = world.client("officer")
    for field, value in (("version_of_mine", "1"), ("points", "7"), ("points", "much"), ("claim", "maybe")):
        refused = autosave(client, answer, field, value, 0)
        assert refused.status_code == 422, field
        assert refused.json()["message"]


def test_two_people_see_both_versions(world, application):
    answer = answer_of(application, "2.12")
    autosave(world.client("officer"), answer, "narrative", "ของผู้รับผิดชอบ", 0)
    clash = autosave(world.client("helper"), answer, "narrative", "ของผู้ช่วย", 0)
    assert clash.status_code == 409
    told = clash.json()
    assert (told["version"], told["theirs"], told["by"]) == (1, "ของผู้รับผิดชอบ", "คน officer")
    assert "".join(words for kind, words in told["passages"] if kind != "new") == "ของผู้รับผิดชอบ"
    assert "".join(words for kind, words in told["passages"] if kind != "gone") == "ของผู้ช่วย"
    again = autosave(world.client("helper"), answer, "narrative", "รวมกันแล้ว", 1)
    assert again.status_code == 200


def test_a_clash_of_choices_tells_words_and_value(world, application):
    answer = answer_of(application, "13")
    autosave(world.client("officer"), answer, "claim", "met", 0)
    clash = autosave(world.client("helper"), answer, "claim", "unmet", 0).json()
    assert clash["theirs"] == "มีครบ"
    assert clash["values"] == ["met"]


def test_without_scripts_both_texts_are_shown_and_mine_is_kept(world, application):
    answer = answer_of(application, "2.12")
    autosave(world.client("officer"), answer, "narrative", "ของผู้รับผิดชอบ", 0)
    client = world.client("helper")
    page = client.post(address_of(answer), {"version": 0, "narrative": "ของผู้ช่วย"})
    text = page.content.decode()
    assert page.status_code == 409
    assert "ของผู้รับผิดชอบ" in text
    assert ">\nของผู้ช่วย</textarea>" in text
    answer.refresh_from_db()
    assert answer.narrative == "ของผู้รับผิดชอบ"


@pytest.mark.parametrize(("choice", "stored"), [("mine", "ของผู้ช่วย"), ("theirs", "ของผู้รับผิดชอบ")])
def test_without_scripts_the_writer_chooses(world, application, choice, stored):
    answer = answer_of(application, "2.12")
    autosave(world.client("officer"), answer, "narrative", "ของผู้รับผิดชอบ", 0)
    data = {"version": 1, "narrative": "ของผู้ช่วย", "points": "1", "resolve": choice}
    assert world.client("helper").post(address_of(answer), data).status_code == 302
    answer.refresh_from_db()
    assert answer.narrative == stored
    assert answer.points == Decimal(1)


def test_the_plain_form_goes_on_to_the_next(world, application):
    answer, following = answer_of(application, "2.12"), answer_of(application, "2.13")
    data = {"version": 0, "points": "1", "narrative": "ทำทุกไตรมาส", "go": str(following.public_id)}
    done = world.client("officer").post(address_of(answer), data)
    assert done["Location"] == address_of(following)
    answer.refresh_from_db()
    assert (answer.narrative, answer.claim) == ("ทำทุกไตรมาส", "met")


def test_the_plain_form_with_a_wrong_choice_keeps_what_was_typed(world, application):
    answer = answer_of(application, "2.12")
    page = world.client("officer").post(
        address_of(answer), {"points": "9", "narrative": "ยาวมาก", "version": 0}
    )
    assert page.status_code == 422
    assert "ยาวมาก</textarea>" in page.content.decode()
    answer.refresh_from_db()
    assert answer.narrative == ""


def test_the_same_form_sent_twice_changes_nothing_more(world, application):
    answer = answer_of(application, "2.12")
    client, data = world.client("officer"), {"version": 0, "points": "1", "narrative": "ครั้งเดียว"}
    assert client.post(address_of(answer), data).status_code == 302
    assert client.post(address_of(answer), data).status_code == 302
    answer.refresh_from_db()
    assert answer.version == 1


@pytest.mark.parametrize(("seconds", "status"), [(-1, 200), (0, 409), (1, 409)])
def test_closing_time_is_to_the_second(world, application, seconds, status):
    answer = answer_of(application, "2.12")
    with clock.travel(CLOSES + datetime.timedelta(seconds=seconds)):
        done = autosave(world.client("officer"), answer, "narrative", "ทันหรือไม่", 0)
    assert done.status_code == status
    if status == 409:
        assert "ปิดรับใบสมัครของรอบนี้แล้ว" in done.json()["message"]
        assert "version" not in done.json()


def test_after_closing_the_plain_form_shows_the_text_again(world, application):
    answer = answer_of(application, "2.12")
    with clock.travel(CLOSES):
        page = world.client("officer").post(address_of(answer), {"version": 0, "narrative": "ช้าไป"})
    text = page.content.decode()
    assert page.status_code == 409
    assert "ปิดรับใบสมัครของรอบนี้แล้ว" in text
    assert "ช้าไป</textarea>" in text
    assert "ยังไม่ได้บันทึก" in text


def test_writing_after_signing_voids_the_signature(world, application):
    meet_gates(world, application)
    sign(world, application)
    answer = answer_of(application, "2.12")
    client = world.client("officer")
    before = client.get(address_of(answer)).content.decode()
    assert "หัวหน้าลงนามรับรองข้อมูลแล้ว" in before
    assert "ลายมือชื่อจะถูกยกเลิก" in before
    assert "ลายมือชื่อจะถูกยกเลิก" not in world.client("line").get(address_of(answer)).content.decode()
    done = autosave(client, answer, "narrative", "แก้อีกนิด", 0).json()
    assert done["note"] == "ลายมือชื่อของหัวหน้าถูกยกเลิกแล้ว ต้องลงนามใหม่ก่อนยื่น"
    application.refresh_from_db()
    assert application.state == "draft"
    parts = client.get(done["refresh"]).json()["html"]
    for text in (parts["signature"], client.get(address_of(answer)).content.decode()):
        assert "ลายมือชื่อรับรองข้อมูลถูกยกเลิกแล้ว" in text
        assert "มีการแก้ข้อ 2.12 หลังลงนาม" in text
        assert "4 ก.พ. 2570 09.41 น." in text
    again = autosave(client, answer, "narrative", "แก้ต่อไป", done["version"]).json()
    assert "note" not in again


def test_after_a_new_signature_nothing_is_said_of_the_old_one(world, application):
    meet_gates(world, application)
    answer = answer_of(application, "2.12")
    client = world.client("officer")
    plain = client.get(address_of(answer)).content.decode()
    assert '<div id="signature" hidden></div>' in plain
    sign(world, application)
    autosave(client, answer, "narrative", "แก้อีกนิด", 0)
    application.refresh_from_db()
    sign(world, application)
    assert "ลายมือชื่อรับรองข้อมูลถูกยกเลิกแล้ว" not in client.get(address_of(answer)).content.decode()


def test_an_expired_session_gets_the_sign_in_page_not_json(world, application):
    answer = answer_of(application, "2.12")
    lost = autosave(Client(), answer, "narrative", "ยังอยู่ในเครื่อง", 0)
    assert lost.status_code == 302
    assert "login" in lost["Location"]


def test_a_key_leads_to_the_page(world, application):
    answer = answer_of(application, "2.12")
    short = reverse("applications:criterion-by-key", args=[application.public_id, answer.criterion.key])
    assert world.client("officer").get(short)["Location"] == address_of(answer)
    unknown = reverse("applications:criterion-by-key", args=[application.public_id, "c-nothing"])
    assert world.client("officer").get(unknown).status_code == 404


def test_comments_are_shown_and_resolved(world, application):
    answer = answer_of(application, "2.12")
    review = actions.request_review(
        actor=world.actor("officer"),
        application_id=application.public_id,
        organisation_id=world.province.public_id,
    )
    line = world.actor("line")
    comment = actions.comment(
        actor=line, review_id=review.public_id, criterion_id=answer.criterion.public_id, text="ขอฉบับที่ลงนาม"
    )
    actions.return_review(actor=line, review_id=review.public_id, note="แก้ 1 ข้อ")
    client = world.client("officer")
    assert "ขอให้แก้ 1 เรื่อง" in client.get(address_of(answer)).content.decode()
    done = client.post(reverse("applications:resolve", args=[comment.public_id]), {"resolved": "1"})
    assert done.status_code == 302
    comment.refresh_from_db()
    assert comment.resolved_at is not None
    text = client.get(address_of(answer)).content.decode()
    assert "แก้แล้ว" in text
    assert "ขอให้แก้ 1 เรื่อง" not in text


def test_history_shows_each_sitting(world, application):
    answer = answer_of(application, "2.12")
    autosave(world.client("officer"), answer, "narrative", "ฉบับแรก", 0)
    autosave(world.client("helper"), answer, "narrative", "ฉบับสอง", 1)
    text = world.client("officer").get(address_of(answer, "history")).content.decode()
    assert text.index("ฉบับสอง") < text.index("ฉบับแรก")


def test_the_page_is_light(world, application):
    answer = answer_of(application, "2.12")
    for colour in range(3):
        actions.add_evidence(
            actor=world.actor("officer"),
            answer_id=answer.public_id,
            file=picture(colour + 60),
            name="a.jpg",
            caption="ภาพ",
        )
    assert len(world.client("officer").get(address_of(answer)).content) < 40_000
