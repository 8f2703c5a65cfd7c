"""From signing to the receipt and back: signing in the system and on paper, filing, withdrawing, the public check."""

import datetime
import hashlib
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from saduak.applications import actions, queries
from saduak.applications.models import SignOff, Submission
from saduak.foundation import clock, jobs
from saduak.foundation.thai.calendar import end_exclusive
from tests.applications.factories import answer
from tests.applications.web.world import body, meet_gates, picture, sign, submitted

CLOSES = end_exclusive(datetime.date(2027, 2, 28))


def at(name, row):
    return reverse(f"applications:{name}", args=[row.public_id])


@pytest.fixture
def ready(world, application):
    meet_gates(world, application)
    return application


def signing(world, application, **more):
    page = queries.signing_page(world.actor("head"), application.public_id)
    return {"digest": page.digest, "capacity": "self", "agree": "on", "once": str(uuid.uuid4()), **more}


def test_the_head_signs_once_however_often_it_is_sent(world, ready):
    client, data = world.client("head"), signing(world, ready)
    assert "ลงนามในระบบด้วยบัญชีของคุณ" in client.get(at("sign", ready)).content.decode()
    for _ in range(2):
        assert client.post(at("sign", ready), data)["Location"] == at("submit", ready)
    assert SignOff.objects.count() == 1
    ready.refresh_from_db()
    assert ready.state == "signed"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"agree": ""}, "ทำเครื่องหมายเพื่อยืนยันว่าข้อมูลเป็นความจริง"),
        ({"capacity": "acting"}, "กรอกตำแหน่งของผู้ที่คุณลงนามแทน"),
    ],
)
def test_signing_says_what_is_missing(world, ready, change, words):
    page = world.client("head").post(at("sign", ready), signing(world, ready, **change))
    assert page.status_code == 422
    assert words in page.content.decode()


def test_signing_what_changed_meanwhile_is_refused(world, ready):
    page = world.client("head").post(at("sign", ready), signing(world, ready, digest="0" * 64))
    assert page.status_code == 409
    assert not SignOff.objects.exists()


def test_an_officer_sees_who_signs_and_the_paper_way(world, ready):
    text = world.client("officer").get(at("sign", ready)).content.decode()
    assert "ลงนามรับรองข้อมูลได้เฉพาะหัวหน้าหน่วยงานของศูนย์" in text
    assert at("sign-print", ready) in text
    assert world.client("officer").post(at("sign", ready), signing(world, ready)).status_code == 403


@pytest.mark.parametrize("role", ["officer", "helper", "head"])
def test_what_stands_in_the_way_of_signing_comes_first_then_both_ways(world, application, role):
    meet_gates(world, application, leave=2)
    text = world.client(role).get(at("sign", application)).content.decode()
    assert "ยังลงนามไม่ได้ เกณฑ์ที่ต้องผ่านยังขาดข้อ 13 และ 14" in strip_tags(text)
    for number in ("13", "14"):
        row = application.answers.get(criterion__number=number, criterion__kind="gate")
        assert reverse("applications:criterion", args=[application.public_id, row.public_id]) in text
    assert "เมื่อครบแล้ว หัวหน้าลงนามได้ 2 วิธี" in text
    assert "ลงนามในระบบด้วยบัญชีนี้ยังไม่ได้" not in text
    assert at("sign-print", application) not in text


def test_with_every_gate_met_the_officer_is_told_how_the_head_signs(world, ready):
    text = world.client("officer").get(at("sign", ready)).content.decode()
    assert "ให้หัวหน้าเข้าสู่ระบบด้วยบัญชีของตน" in text
    assert "ยังลงนามไม่ได้" not in text


def test_a_voided_signature_is_told_wherever_one_would_look(world, ready):
    sign(world, ready)
    actions.save_answer(
        actor=world.actor("officer"), answer_id=answer(ready, "2.1").public_id, version=0, narrative="แก้"
    )
    client = world.client("officer")
    for name in ("task-list", "sign", "submit"):
        text = client.get(at(name, ready)).content.decode()
        assert "ลายมือชื่อรับรองข้อมูลถูกยกเลิกแล้ว" in text, name
        assert "มีการแก้ข้อ 2.1 หลังลงนาม" in text, name
        assert "4 ก.พ. 2570 09.41 น." in text, name
    text = client.get(at("submit", ready)).content.decode()
    assert "ต้องลงนามใหม่" in text
    assert "ยังไม่ลงนาม" not in text
    assert "หัวหน้าหน่วยงานยังไม่ได้ลงนามรับรองข้อมูล" not in text
    assert "ลายมือชื่อถูกยกเลิก " in client.get(at("task-list", ready)).content.decode()
    sign(world, ready)
    assert "ถูกยกเลิกแล้ว" not in client.get(at("submit", ready)).content.decode()


def test_the_page_to_sign_is_a_pdf(world, ready):
    page = world.client("officer").get(at("sign-print", ready))
    assert page["Content-Type"] == "application/pdf"
    assert page.content.startswith(b"%PDF-")
    assert "attachment" in page["Content-Disposition"]


def paper(world, application, **change):
    page = queries.signing_page(world.actor("officer"), application.public_id)
    return {
        "signer_name": "ผู้ลงนามตัวอย่าง",
        "signer_position": "นายอำเภอวังทอง",
        "capacity": "self",
        "signed_on": "03/02/2570",
        "code": page.code,
        "file": SimpleUploadedFile("หน้าลงนาม.jpg", picture(5), content_type="image/jpeg"),
        "once": str(uuid.uuid4()),
        **change,
    }


def test_a_page_signed_by_hand_is_attached(world, ready):
    client = world.client("officer")
    assert client.post(at("sign-paper", ready), paper(world, ready))["Location"] == at("submit", ready)
    signed = SignOff.objects.get()
    assert (signed.method, signed.signer_position) == ("paper", "นายอำเภอวังทอง")
    copy = client.get(at("sign-copy", ready))
    assert copy["Content-Disposition"].startswith("attachment")
    assert body(copy)
    assert world.client("town").get(at("sign-copy", ready)).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"signed_on": "32/02/2570"}, "id_signed_on"),
        ({"signer_name": ""}, "id_signer_name"),
        ({"file": ""}, "id_file"),
        ({"code": "00000000"}, "id_code"),
    ],
)
def test_a_wrong_paper_form_keeps_what_was_typed(world, ready, change, field):
    page = world.client("officer").post(at("sign-paper", ready), paper(world, ready, **change))
    text = page.content.decode()
    assert page.status_code == 422
    assert f'href="#{field}"' in text
    assert "นายอำเภอวังทอง" in text
    assert not SignOff.objects.exists()


def test_a_signature_is_taken_back_with_a_reason(world, ready):
    sign(world, ready)
    client = world.client("head")
    assert client.post(at("sign-void", ready), {"reason": ""}).status_code == 422
    assert client.post(at("sign-void", ready), {"reason": "แก้ตัวเลข"}).status_code == 302
    ready.refresh_from_db()
    assert ready.state == "draft"


def test_filing_once_however_often_it_is_sent(world, ready):
    sign(world, ready)
    client, data = world.client("officer"), {"once": str(uuid.uuid4())}
    assert "เมื่อกดยื่น" in client.get(at("submit", ready)).content.decode()
    first, second = (client.post(at("submit", ready), data)["Location"] for _ in range(2))
    assert first == second == at("receipt", Submission.objects.get())
    assert client.get(at("submit", ready))["Location"] == first


def test_the_last_look_says_what_came_of_the_check(world, application):
    def look():
        return client.get(at("submit", application)).content.decode()

    client = world.client("officer")
    assert "ยังไม่ได้ขอตรวจทาน" in look()
    review = actions.request_review(
        actor=world.actor("officer"),
        application_id=application.public_id,
        organisation_id=world.province.public_id,
    )
    assert "รอตรวจทาน" in look()
    row = answer(application, "2.1")
    actions.comment(
        actor=world.actor("line"),
        review_id=review.public_id,
        criterion_id=row.criterion.public_id,
        text="แก้",
    )
    actions.return_review(actor=world.actor("line"), review_id=review.public_id, note="แก้ข้อ 2.1")
    text = look()
    assert "ขอให้แก้" in text
    assert "ผู้ตรวจทานขอให้แก้ ยื่นแล้วจะแก้ไม่ได้" in text
    assert reverse("applications:criterion", args=[application.public_id, row.public_id]) in text


def test_what_stops_filing_is_said_with_links(world, application):
    client = world.client("officer")
    text = client.get(at("submit", application)).content.decode()
    assert "ยังยื่นไม่ได้" in text
    assert at("gaps", application) in text
    refused = client.post(at("submit", application), {"once": str(uuid.uuid4())})
    assert refused.status_code == 409
    assert not Submission.objects.exists()


@pytest.mark.parametrize(("seconds", "status"), [(-1, 302), (0, 409), (1, 409)])
def test_the_window_closes_to_the_second(world, ready, seconds, status):
    sign(world, ready)
    with clock.travel(CLOSES + datetime.timedelta(seconds=seconds)):
        answer = world.client("officer").post(at("submit", ready), {"once": str(uuid.uuid4())})
    assert answer.status_code == status
    if status == 409:
        assert "ปิดรับใบสมัครของรอบนี้แล้ว" in answer.content.decode()


def test_the_receipt_and_its_files(world):
    submission = submitted(world)
    client = world.client("officer")
    text = client.get(at("receipt", submission)).content.decode()
    assert submission.sha256[:4] in text
    assert "ระบบทำให้ทันที" in text
    made = client.get(at("receipt-pdf", submission))
    assert made.content.startswith(b"%PDF-")
    jobs.run_pending()
    stored = client.get(at("receipt-pdf", submission))
    assert body(stored).startswith(b"%PDF-")
    assert "ระบบทำให้ทันที" not in client.get(at("receipt", submission)).content.decode()
    filed = client.get(at("submitted-file", submission))
    assert hashlib.sha256(body(filed)).hexdigest() == submission.sha256
    latest = client.get(at("latest-receipt", submission.application))
    assert latest["Location"] == at("receipt", submission)


@pytest.mark.parametrize("role", ["supervision", "town", "stranger"])
def test_the_receipt_is_not_for_others(world, role):
    submission = submitted(world)
    for name in ("receipt", "receipt-pdf", "submitted-file"):
        assert world.client(role).get(at(name, submission)).status_code == 404


def test_withdrawing_and_going_on(world):
    application = submitted(world).application
    client = world.client("officer")
    assert client.post(at("withdraw", application), {"reason": " "}).status_code == 422
    assert client.post(at("withdraw", application), {"reason": "ย้ายที่ทำการ"}).status_code == 302
    text = client.get(at("task-list", application)).content.decode()
    assert "ถอนใบสมัครนี้แล้ว" in text
    assert "ย้ายที่ทำการ" in text
    assert client.post(at("reopen", application)).status_code == 302
    application.refresh_from_db()
    assert application.state == "draft"
    assert client.post(at("reopen", application), follow=True).status_code == 200


def test_a_helper_cannot_withdraw(world, application):
    page = world.client("helper").post(at("withdraw", application), {"reason": "ลองดู"})
    assert page.status_code == 403
    assert "ลองดู" in page.content.decode()


def test_anybody_with_the_code_learns_when_and_what_digest_and_nothing_else(world):
    submission = submitted(world)
    code = submission.receipt_code
    page = Client().get(f"/receipts/{code.lower()}/")
    text = page.content.decode()
    assert page.status_code == 200
    assert submission.sha256[:4] in text
    assert "4 กุมภาพันธ์ 2570" in text
    assert "วังทอง" not in text
    assert "Cookie" not in page.headers.get("Vary", "")
    assert "sessionid" not in page.cookies
    assert Client().get(f"/en/receipts/{code}/").headers["Content-Language"] == "en"


@pytest.mark.parametrize("code", ["ABCDEF", "A" * 12, "-", "1"])
def test_an_unknown_code(db, code):
    page = Client().get(f"/receipts/{code}/")
    assert page.status_code == 404
    assert "ไม่พบรหัสนี้" in page.content.decode()


@pytest.mark.parametrize(("typed", "status"), [("", 422), ("รหัส", 422), ("abcd-efgh 2345", 302)])
def test_asking_for_a_code(db, typed, status):
    page = Client().get("/receipts/", {"code": typed})
    assert page.status_code == status
    if status == 302:
        assert page["Location"] == "/receipts/ABCDEFGH2345/"
