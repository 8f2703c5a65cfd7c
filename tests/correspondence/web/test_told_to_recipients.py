"""The page that confirms, as those see it who got the letter; and the page that brings letters in."""

import pytest
from django.urls import reverse

from saduak.correspondence.exchange import to_zip
from saduak.correspondence.models import Delivery, Duty, Letter
from saduak.foundation import clock
from saduak.outreach.models import Briefing
from tests.correspondence import factories as f
from tests.correspondence import factories_exchange as x
from tests.correspondence import factories_sending as sending
from tests.correspondence.web.pages import page, words
from tests.correspondence.web.test_pages import typed, upload
from tests.organisations.factories import actor_for

pytestmark = pytest.mark.django_db

MEETS = "ประชุมชี้แจงหลักเกณฑ์ ในวันจันทร์ที่ 19 ธันวาคม 2565 เวลา 08.30 น. ผ่านระบบ Webex Meet"
LETTER = (
    f.OWN.decode()
    .replace(
        "เรียน นายอำเภอ ทุกอำเภอ",
        "เรียน นายอำเภอ ทุกอำเภอ\n\nอ้างถึง หนังสือจังหวัดทดสอบ ที่ ทส 0018.1/11 ลงวันที่ 1 ธันวาคม 2565\n\nสิ่งที่ส่งมาด้วย แบบตอบรับ จำนวน 1 ฉบับ",
    )
    .replace("จังหวัดจึงขอให้ที่", f"ด้วยจังหวัดจะจัด{MEETS}\n\nจังหวัดจึงขอให้ที่", 1)
)


def test_a_recipient_sees_what_is_its_own_what_is_cited_and_keeps_the_meeting_to_read(place, sign_in):
    cited = f.OWN.replace("ทส 0018.1/12".encode(), "ทส 0018.1/11".encode()).replace(
        "\n12 ธ".encode(), "\n1 ธ".encode()
    )
    district = actor_for("clerk", place.districts[0])
    here = f.confirmed(district, place.districts[0], cited)
    client = sign_in(district)
    url = upload(client, LETTER.encode()).url
    answer = client.get(url)
    text, html = words(answer), answer.content.decode()
    assert "การประชุมตามหนังสือ" in text
    assert "19 ธันวาคม 2565 ตั้งแต่ 08.30 น." in text
    assert "เก็บวันประชุมไว้ให้อ่านที่หน้าหนังสือ" in text
    assert (
        f"ของหน่วยงานคุณ {answer.context['compared'].mine} จาก {len(answer.context['told'].duties)} เรื่อง"
        in text
    )
    assert reverse("correspondence:letter", args=[here.public_id]) in html
    assert "แบบตอบรับ จำนวน 1 ฉบับ" in text
    # Every mark in the text leads somewhere.
    for side in answer.context["compared"].sides:
        for piece in side.pieces:
            assert all(f'id="{key.href[1:]}"' in html for key in piece.keys)
    assert client.post(url, typed(answer)).status_code == 302
    letter = Letter.objects.exclude(pk=here.pk).get()
    assert letter.meeting == {}
    assert not Briefing.objects.exists()
    shown = words(page(client, "letter", letter.public_id))
    assert "การประชุมตามหนังสือ" in shown
    assert "ผ่านระบบ Webex Meet" in shown
    assert "การประชุมตามหนังสือ" not in words(page(client, "letter", here.public_id))


def test_why_a_duty_is_not_chosen_and_what_is_not_here_is_told(place, sign_in):
    asked = LETTER.replace("ขอให้ที่ทำการปกครองอำเภอ ส่งใบสมัคร", "ขอให้เทศบาลเมืองทดสอบ ส่งใบสมัคร").replace(
        " ประจำปีงบประมาณ พ.ศ. 2566", ""
    )
    asked = asked.replace("ตั้งแต่วันที่ 1 มกราคม - 28 กุมภาพันธ์ 2566", "")
    client = sign_in(actor_for("clerk", place.districts[0]))
    answer = client.get(upload(client, asked.encode()).url)
    text = words(answer)
    assert [duty.mine for duty in answer.context["told"].duties].count(False) == 1
    assert text.count("หนังสือไม่ได้ระบุหน่วยงานของคุณในเรื่องนี้") == 1
    assert "ไม่พบฉบับนี้ในหนังสือที่คุณเปิดได้" in text
    assert "หนังสือไม่บอกปีงบประมาณ" in text
    assert "ยังไม่มีรอบปี" not in text


def test_the_files_of_a_packed_letter_are_opened_before_confirming(sign_in):
    with clock.travel(sending.NOW):
        world = sending.country()
        going = x.going(world)
        client = sign_in(world.clerk(world.districts[0]))
        url = upload(client, to_zip(x.bundle(going.row)), "set.zip").url
        answer = client.get(url)
        (enclosed,) = answer.context["told"].enclosed
        place = reverse("correspondence:attachment", args=[enclosed.public_id])
        assert place in answer.content.decode()
        assert b"".join(client.get(place).streaming_content) == b"a,b\n1,2\n"
        assert ("อ่านตัวหนังสือจากไฟล์นี้ไม่ได้" in words(answer)) is answer.context["told"].only_told
        assert Duty.objects.count() == 2


def test_what_may_be_brought_in_is_told_and_a_broken_pdf_is_called_broken(place, sign_in):
    client = sign_in(place.clerk)
    shown = page(client, "load")
    assert ".zip" in str(shown.context["form"].fields["file"].help_text)
    broken = upload(client, b"\x00\x01 no pdf at all", "scan.PDF")
    assert "เปิดเป็น PDF ไม่ได้" in str(broken.context["form"].errors["file"])
    other = upload(client, b"\x00\x01 no pdf at all", "scan.dat")
    assert "ไม่รู้จักไฟล์ชนิดนี้" in str(other.context["form"].errors["file"])


@pytest.mark.parametrize(
    ("media_type", "offered"), [("text/plain", False), ("application/pdf", True), ("image/png", True)]
)
def test_a_stamped_copy_is_offered_where_one_can_be_drawn(sign_in, media_type, offered):
    with clock.travel(sending.NOW):
        world = sending.country()
        office = world.districts[0]
        row = sending.receive(sending.at(sending.to_districts(world), office))
        type(row.letter.file).objects.filter(pk=row.letter.file_id).update(media_type=media_type)
        shown = words(page(sign_in(world.clerk(office)), "delivery", row.public_id))
        assert ("สำเนาประทับตรารับ" in shown) is offered
        assert Delivery.objects.filter(pk=row.pk, state="received").exists()


@pytest.mark.parametrize(
    ("role", "told"), [("auditor", "ในฐานะผู้ตรวจสอบ"), ("clerk", "หนังสือที่หน่วยงานของคุณนำเข้า")]
)
def test_the_list_says_whose_letters_it_shows(sign_in, role, told):
    assert told in words(page(sign_in(actor_for(role)), "inbox"))
