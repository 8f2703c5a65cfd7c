"""The check of the writing: asked for, commented on by criterion, sent back or endorsed."""

import datetime
import uuid

import pytest
from django.urls import reverse

from saduak.applications import actions, queries
from saduak.applications.models import EvidenceUse, Review, ReviewComment
from saduak.foundation import clock
from tests.applications.factories import filled
from tests.applications.web.world import answer_of
from tests.programme.factories import MID_WINDOW

SCRIPT = {"headers": {"X-Requested-With": "fetch", "Accept": "application/json"}}


@pytest.fixture
def review(world, application):
    return actions.request_review(
        actor=world.actor("officer"),
        application_id=application.public_id,
        organisation_id=world.province.public_id,
    )


def test_an_officer_asks_once_however_often_it_is_sent(world, application):
    address = reverse("applications:review-request", args=[application.public_id])
    client = world.client("officer")
    text = client.get(address).content.decode()
    assert "จังหวัดพิษณุโลก" in text
    assert "15 ก.พ. 2570" in text
    data = {"organisation": str(world.province.public_id), "once": str(uuid.uuid4())}
    for _ in range(2):
        assert client.post(address, data).status_code == 302
    assert Review.objects.count() == 1
    assert "รอตรวจทาน" in client.get(address).content.decode()


def test_asking_without_choosing_says_so(world, application):
    address = reverse("applications:review-request", args=[application.public_id])
    page = world.client("officer").post(address, {"organisation": ""})
    assert page.status_code == 422
    assert "เลือกหน่วยงานที่จะตรวจทาน" in page.content.decode()


def test_a_helper_cannot_ask(world, application):
    address = reverse("applications:review-request", args=[application.public_id])
    page = world.client("helper").post(address, {"organisation": str(world.province.public_id)})
    assert page.status_code == 403
    assert "ทำขั้นนี้ได้เฉพาะผู้รับผิดชอบและหัวหน้าหน่วยงานของศูนย์" in page.content.decode()


def test_the_inbox_has_what_waits(world, review):
    text = world.client("line").get(reverse("applications:reviews")).content.decode()
    assert "หน่วยบริการงานทะเบียน อำเภอวังทอง" in text
    assert "รอคุณตรวจ" in text


def test_a_comment_is_saved_while_it_is_written(world, application, review):
    criterion = answer_of(application, "2.12").criterion
    address = reverse("applications:review", args=[review.public_id])
    field = f"comment-{criterion.public_id}"
    client = world.client("line")
    done = client.post(address, {"field": field, field: "ขอแผนที่ลงนาม", "version": "0"}, **SCRIPT)
    assert done.status_code == 200
    assert ReviewComment.objects.get().text == "ขอแผนที่ลงนาม"
    client.post(address, {"field": field, field: "", "version": "0"}, **SCRIPT)
    assert not ReviewComment.objects.exists()


def test_what_is_being_written_is_not_yet_the_centres(world, application, review):
    answer = answer_of(application, "2.12")
    actions.comment(
        actor=world.actor("line"),
        review_id=review.public_id,
        criterion_id=answer.criterion.public_id,
        text="ยังไม่ส่ง",
    )
    address = reverse("applications:criterion", args=[application.public_id, answer.public_id])
    assert "ยังไม่ส่ง" not in world.client("officer").get(address).content.decode()


def test_the_whole_form_returns_with_comments(world, application, review):
    first, second = answer_of(application, "2.12").criterion, answer_of(application, "2.1").criterion
    address = reverse("applications:review", args=[review.public_id])
    data = {
        f"comment-{first.public_id}": "ตารางผู้รับผิดชอบ",
        f"comment-{second.public_id}": "  ",
        "note": "แก้ข้อเดียว",
        "answer": "return",
    }
    client = world.client("line")
    assert client.post(address, data)["Location"] == reverse("applications:reviews")
    review.refresh_from_db()
    assert (review.state, review.note) == ("returned", "แก้ข้อเดียว")
    assert [row.text for row in review.comments.all()] == ["ตารางผู้รับผิดชอบ"]
    assert (
        "ตารางผู้รับผิดชอบ"
        in world.client("officer")
        .get(reverse("applications:gaps", args=[application.public_id]))
        .content.decode()
    )


def test_endorsing(world, application, review):
    address = reverse("applications:review", args=[review.public_id])
    assert world.client("line").post(address, {"answer": "endorse"}).status_code == 302
    review.refresh_from_db()
    assert review.state == "endorsed"
    again = world.client("line").get(address).content.decode()
    assert "<textarea" not in again


def test_in_order_with_comments_is_asked_before_it_is_said(world, application, review):
    """Open comments and "in order" at once would tell the centre two things."""
    answer = answer_of(application, "2.12")
    address = reverse("applications:review", args=[review.public_id])
    client = world.client("line")
    data = {f"comment-{answer.criterion.public_id}": "ขอรูป", "note": "ดีมาก"}
    asked = client.post(address, data | {"answer": "endorse"})
    assert (asked.status_code, asked.context["remarks"]) == (422, 1)
    assert "ดีมาก</textarea>" in asked.content.decode()
    review.refresh_from_db()
    assert review.state == "requested"
    assert client.post(address, data | {"answer": "remarks"}).status_code == 302
    review.refresh_from_db()
    assert (review.state, review.note) == ("endorsed", "ดีมาก")
    tasks = queries.task_list(world.actor("officer"), application.public_id)
    assert ([row.number for row in tasks.remarked], tasks.returned) == (["2.12"], [])
    officer = world.client("officer")
    overview = officer.get(reverse("applications:task-list", args=[application.public_id])).content.decode()
    assert "ผู้ตรวจทานมีข้อสังเกต" in overview
    assert "ขอให้แก้" not in overview
    item = officer.get(
        reverse("applications:criterion", args=[application.public_id, answer.public_id])
    ).content.decode()
    assert "ไม่ต้องแก้ก่อนยื่น" in item
    assert "ขอรูป" in item
    assert "ขอให้แก้" not in item


def test_who_checks_again_sees_what_was_asked_and_what_changed(world, application, review):
    asked, other = (answer_of(application, number) for number in ("2.12", "2.1"))
    attached = answer_of(application, "2.3")
    filled(application)
    use = EvidenceUse.objects.get(answer=attached)
    line, officer = world.actor("line"), world.actor("officer")
    comment = actions.comment(
        actor=line, review_id=review.public_id, criterion_id=asked.criterion.public_id, text="ขอแผนที่"
    )
    actions.return_review(actor=line, review_id=review.public_id, note="")
    later = MID_WINDOW + datetime.timedelta(hours=1)
    with clock.travel(later):
        actions.resolve_comment(actor=officer.at(later), comment_id=comment.public_id)
        actions.save_answer(
            actor=officer.at(later),
            answer_id=other.public_id,
            narrative="ใหม่",
            version=other.version,
        )
        use.removed_at = later
        use.save()
        second = actions.request_review(
            actor=officer.at(later),
            application_id=application.public_id,
            organisation_id=review.organisation.public_id,
        )
        page = world.client("line").get(reverse("applications:review", args=[second.public_id]))
    text = page.content.decode()
    assert "ครั้งก่อนขอให้แก้ ศูนย์แจ้งว่าแก้แล้ว" in text
    seen = [item.row.number for item in page.context["again"]]
    assert seen == ["2.1", "2.3", "2.12"]
    assert text.count("เปลี่ยนหลังตรวจครั้งก่อน") == 2


def test_saving_for_later_answers_nothing(world, application, review):
    criterion = answer_of(application, "2.12").criterion
    address = reverse("applications:review", args=[review.public_id])
    world.client("line").post(address, {f"comment-{criterion.public_id}": "ร่าง", "answer": "save"})
    review.refresh_from_db()
    assert review.state == "requested"
    assert "ร่าง</textarea>" in world.client("line").get(address).content.decode()


def test_a_refused_answer_shows_every_text_again(world, application, review):
    criterion = answer_of(application, "2.12").criterion
    actions.cancel_review(actor=world.actor("officer"), review_id=review.public_id)
    address = reverse("applications:review", args=[review.public_id])
    page = world.client("line").post(
        address, {f"comment-{criterion.public_id}": "พิมพ์ไว้แล้ว", "note": "รวม", "answer": "return"}
    )
    assert page.status_code in {404, 409}


def test_the_officer_takes_the_request_back(world, application, review):
    address = reverse("applications:review-cancel", args=[review.public_id])
    assert world.client("town").post(address).status_code == 404
    assert world.client("officer").post(address).status_code == 302
    review.refresh_from_db()
    assert review.state == "cancelled"


def test_the_centre_reads_the_review_but_cannot_answer(world, application, review):
    address = reverse("applications:review", args=[review.public_id])
    client = world.client("officer")
    assert client.get(address).status_code == 200
    assert client.post(address, {"answer": "endorse"}).status_code == 403
    review.refresh_from_db()
    assert review.state == "requested"
