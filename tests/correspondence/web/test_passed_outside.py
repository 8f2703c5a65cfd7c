"""The page on which passing on outside is written down, and where it is seen; as a browser without scripts uses it."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from saduak.correspondence.actions import recalling
from saduak.correspondence.models import PassedOutside
from tests.correspondence import factories_sending as f
from tests.correspondence.test_outside import PDF
from tests.correspondence.web.pages import page, queries, words
from tests.organisations.factories import actor_for

pytestmark = pytest.mark.django_db
SAID = {"to": "อบต. 2 แห่ง", "how": "line", "passed_on": "04/02/2570", "note": "ส่งภาพในไลน์กลุ่ม"}


@pytest.fixture
def row(world):
    f.open_round(world)
    return f.receive(f.at(f.to_districts(world, forward_by=f.NOW + 7 * f.DAY), world.districts[0]))


@pytest.fixture
def clerk(world, sign_in, row):
    return sign_in(world.clerk(world.districts[0]))


def address(row):
    return reverse("correspondence:passed-outside", args=[row.public_id])


def test_the_office_writes_it_down_from_its_own_page(clerk, row):
    assert f'href="{address(row)}"' in page(clerk, "delivery", row.public_id).content.decode()
    form = page(clerk, "passed-outside", row.public_id)
    assert "แจ้งต่อถึงใคร" in words(form)
    assert "วันที่รับ" not in words(form)
    bad = clerk.post(address(row), SAID | {"to": ""})
    assert bad.status_code == 422
    assert "ส่งภาพในไลน์กลุ่ม" in bad.content.decode()
    early = clerk.post(address(row), SAID | {"passed_on": "03/02/2570"})
    assert (early.status_code, "ไม่ก่อนวันที่หนังสือมาถึงหน่วยงาน" in words(early)) == (422, True)
    wrong = SimpleUploadedFile("x.exe", b"MZ program")
    assert clerk.post(address(row), SAID | {"evidence": wrong}).status_code == 422
    sent = clerk.post(address(row), SAID | {"evidence": SimpleUploadedFile("line.pdf", PDF)})
    assert sent["Location"] == reverse("correspondence:delivery", args=[row.public_id])
    told = words(page(clerk, "delivery", row.public_id))
    for said in ("แจ้งต่อนอกระบบแล้ว", "อบต. 2 แห่ง", "ไลน์", "หน่วยงานจดเอง", "ส่งภาพในไลน์กลุ่ม"):
        assert said in told
    assert "แจ้งต่อภายใน" not in told
    assert "แจ้งต่อนอกระบบแล้ว" in words(page(clerk, "received", query="?view=all"))
    assert "แจ้งต่อนอกระบบแล้ว" in words(page(clerk, "letter", row.letter.public_id))


def test_the_sender_writes_it_down_and_all_who_follow_see_for_whom(world, sign_in, row):
    sender = sign_in(world.writer)
    assert f'href="{address(row)}"' in page(sender, "follow", row.public_id).content.decode()
    assert "จดแทนอำเภอทดสอบ1" in words(page(sender, "passed-outside", row.public_id))
    sent = sender.post(address(row), SAID)
    assert sent["Location"] == reverse("correspondence:tree", args=[row.public_id])
    told = words(page(sender, "tree", row.public_id))
    assert "ที่ทำการปกครองจังหวัดทดสอบจดแทน" in told
    # In the rail, and in place of those whom nobody here knows.
    assert "แจ้งต่อนอกระบบ 4 ก.พ. 2570" in told
    assert "ยังไม่แจ้งต่อ" not in told
    assert "ผู้ที่ได้หนังสือนอกระบบไม่ขึ้นที่นี่" in told
    table = words(page(sender, "dispatch", row.dispatch.public_id, query="?view=all"))
    assert "แจ้งต่อนอกระบบแล้ว" in table
    assert "อบต. 2 แห่ง" in words(page(sender, "follow", row.public_id))


def test_taken_back_it_waits_again(clerk, row):
    clerk.post(address(row), SAID)
    made = PassedOutside.objects.get()
    back = reverse("correspondence:passed-outside-take-back", args=[made.public_id])
    assert back in page(clerk, "delivery", row.public_id).content.decode()
    assert clerk.get(back).status_code == 405
    done = clerk.post(back, follow=True)
    assert "เอาบันทึกที่จดผิดออกแล้ว" in words(done)
    assert "แจ้งต่อภายใน" in words(done)
    # A colleague had the page open meanwhile.
    late = clerk.post(back, follow=True)
    assert "เอาบันทึกนี้ออกไปแล้ว" in words(late)
    assert "เอาบันทึกที่จดผิดออกแล้ว" not in words(late)


def test_called_back_meanwhile_nothing_typed_is_lost(world, clerk, row):
    recalling.recall(actor=world.writer, dispatch_id=row.dispatch.public_id, reason="ผิดฉบับ")
    told = clerk.post(address(row), SAID)
    assert told.status_code == 409
    assert "หนังสือนี้ถูกเรียกคืนแล้ว" in words(told)
    assert "ส่งภาพในไลน์กลุ่ม" in told.content.decode()


def test_what_proves_it_is_for_those_who_may_write_it_down(world, sign_in, clerk, row):
    clerk.post(address(row), SAID)
    bare = PassedOutside.objects.get()
    clerk.post(address(row), SAID | {"evidence": SimpleUploadedFile("line.pdf", PDF)})
    proven = PassedOutside.objects.exclude(evidence=None).get()

    def open_(client, made):
        answer = client.get(reverse("correspondence:passed-outside-evidence", args=[made.public_id]))
        return answer.status_code, b"".join(answer) if answer.streaming else b""

    assert open_(clerk, bare) == (404, b"")
    assert open_(clerk, proven) == (200, PDF)
    other = sign_in(world.clerk(world.districts[1]))
    assert open_(other, proven)[0] == 404
    assert other.get(address(row)).status_code == 404
    # Who follows it from above sees that it went on, and writes nothing down.
    above = sign_in(actor_for("supervisor", world.ministry, reach="line"))
    shown = words(page(above, "tree", row.public_id))
    assert "หน่วยงานจดเอง" in shown
    assert re.search(r"ไลน์ +4 ก\.พ\. 2570", shown)
    for between in ("จดผิด เอาออก", "อบต. 2 แห่ง", "ส่งภาพในไลน์กลุ่ม"):
        assert between not in shown
    assert above.get(address(row)).status_code == 403


def test_before_it_is_received_the_page_says_what_comes_first(world, sign_in):
    f.open_round(world)
    row = f.at(f.to_districts(world), world.districts[0])
    clerk = sign_in(world.clerk(world.districts[0]))
    assert "จดว่ารับนอกระบบก่อน" in words(page(clerk, "passed-outside", row.public_id))
    assert clerk.post(address(row), SAID).status_code == 409
    assert address(row) not in page(clerk, "delivery", row.public_id).content.decode()


def test_the_pages_ask_the_same_for_one_note_and_three(world, clerk, row):
    where = [reverse(f"correspondence:{name}", args=[row.public_id]) for name in ("delivery", "tree")]
    clerk.post(address(row), SAID)
    one = [queries(clerk, each) for each in where]
    for _ in range(2):
        clerk.post(address(row), SAID)
    assert [queries(clerk, each) for each in where] == one
