"""Following one office, and what opens without an account, as a browser without scripts uses them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from saduak.correspondence.actions import exchanging, outside, recalling
from saduak.correspondence.models import ContactLog, Delivery, Letter
from saduak.foundation import clock
from saduak.foundation.models import LinkGrant
from saduak.outreach.models import Notice
from tests.correspondence import factories_sending as f
from tests.correspondence.web.pages import page, words

pytestmark = pytest.mark.django_db
SOON, GONE = f.NOW + 7 * f.DAY, f.NOW - f.DAY


@pytest.fixture
def world(world):
    f.open_round(world)
    return world


# --- Following -----------------------------------------------------------------------------------------------------------


def test_everything_to_follow_one_office(world, sender):
    dispatch = f.to_districts(world, forward_by=SOON)
    row = f.at(dispatch, world.districts[0])
    answer = page(sender, "follow", row.public_id)
    html = answer.content.decode()
    assert 'href="tel:+6655551234"' in html
    assert 'href="tel:+6655551235"' in html
    text = answer.context["text"]
    assert text.splitlines() == [
        "เรียน นายอำเภอทดสอบ1",
        f"หนังสือจังหวัดทดสอบ ที่ {dispatch.letter.number} ลงวันที่ 4 ก.พ. 2570",
        "เรื่อง ขอเชิญสมัครรับการรับรอง",
        "หนังสือถึงท่านแล้วในระบบสะดวก ขอให้ลงรับ แจ้งต่อภายใน 11 ก.พ. 2570",
        "ปิดรับสมัคร 28 ก.พ. 2570",
        f"อ่านหนังสือและสิ่งที่ส่งมาด้วยที่ http://testserver/l/{dispatch.letter.page_token}/",
    ]
    # The text is the same for whoever reads the page in English.
    sender.cookies["django_language"] = "en"
    assert page(sender, "follow", row.public_id).context["text"] == text
    # Copying or opening counts as nothing.
    row.refresh_from_db()
    assert row.state == "sent"


def test_a_call_in_two_taps(world, sender):
    row = f.at(f.to_districts(world), world.districts[0])
    url = reverse("correspondence:follow-call", args=[row.public_id])
    done = sender.post(url, {"outcome": "no_answer", "note": "สายไม่ว่าง"}, follow=True)
    assert "ไม่มีผู้รับสาย" in words(done)
    assert ContactLog.objects.get().note == "สายไม่ว่าง"
    assert sender.post(url, {"outcome": "x"}).status_code == 422
    shown = page(sender, "dispatch", row.dispatch.public_id).context["rows"]
    assert [bool(line.last_contact) for line in shown] == [True, False, False]


def test_received_outside_with_evidence(world, sender):
    row = f.at(f.to_districts(world), world.districts[0])
    url = reverse("correspondence:follow-outside", args=[row.public_id])
    sent = {"how": "line", "received_on": "4/2/2570", "note": "ปลัดอำเภอตอบในกลุ่ม"}
    wrong = sender.post(url, sent | {"received_on": "1/2/2570"})
    assert wrong.status_code == 422
    assert "ปลัดอำเภอตอบในกลุ่ม" in wrong.content.decode()
    assert set(wrong.context["outside_form"].errors) == {"received_on"}
    assert sender.post(url, {}).status_code == 422
    bad = sender.post(url, sent | {"evidence": SimpleUploadedFile("x.exe", b"MZ program")})
    assert set(bad.context["outside_form"].errors) == {"evidence"}
    good = SimpleUploadedFile("stamp.pdf", b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n")
    done = sender.post(url, sent | {"evidence": good}, follow=True)
    assert "รับนอกระบบ" in words(done)
    assert "หน่วยงานนี้ลงรับแล้ว" in words(sender.post(url, sent, follow=True))
    file = sender.get(reverse("correspondence:outside-evidence", args=[row.public_id]))
    assert b"".join(file.streaming_content).startswith(b"%PDF")
    assert "attachment" in file["Content-Disposition"]


def test_a_link_is_shown_once_and_never_kept(world, sender):
    row = f.at(f.to_districts(world), world.districts[0])
    made = sender.post(reverse("correspondence:follow-link", args=[row.public_id]))
    token = made.context["made"].token
    assert f"/letters/by-link/{token}/" in made.content.decode()
    assert "no-store" in made["Cache-Control"]
    assert token not in page(sender, "follow", row.public_id).content.decode()


def test_secret_letters_are_not_pasted_anywhere(world, sender):
    letter = f.letter_of(world, world.province, world.office, secrecy="secret")
    dispatch = f.to_districts(world, letter=letter)
    row = f.at(dispatch, world.districts[0])
    text = words(page(sender, "follow", row.public_id))
    assert "หนังสือลับ ไม่ส่งทางไลน์" in text
    assert "ทำลิงก์รับทราบ" not in text
    page(sender, "follow-picture", row.public_id, status=404)
    assert "หนังสือลับ" in words(page(sender, "remind", dispatch.public_id))
    assert sender.post(reverse("correspondence:follow-link", args=[row.public_id])).status_code == 403


def test_only_the_sender_follows(world, sender, sign_in):
    dispatch = f.to_districts(world)
    row = f.at(dispatch, world.districts[0])
    district = sign_in(world.clerk(world.districts[0]))
    page(district, "follow", row.public_id, status=404)
    page(district, "remind", dispatch.public_id, status=403)
    page(district, "recall", dispatch.public_id, status=403)
    page(district, "outside-evidence", row.public_id, status=404)


def test_the_first_page_as_a_picture(world, sender, monkeypatch):
    row = f.at(f.to_districts(world), world.districts[0])
    # The file of this letter is no real PDF: there is no picture of it.
    page(sender, "follow-picture", row.public_id, status=404)
    Letter.objects.filter(pk=row.letter_id).update(file=f.pdf())
    answer = page(sender, "follow-picture", row.public_id)
    assert answer.content.startswith(b"\x89PNG")
    assert "attachment" in answer["Content-Disposition"]


def test_reminding_all_by_name(world, sender):
    dispatch = f.to_districts(world, forward_by=GONE)
    f.receive(f.at(dispatch, world.districts[0]))
    text = page(sender, "remind", dispatch.public_id).context["text"]
    assert "ขอให้ 2 หน่วยงานต่อไปนี้ลงรับหนังสือในระบบสะดวก\n1. อำเภอทดสอบ2\n2. อำเภอทดสอบ3" in text
    late = page(sender, "remind", dispatch.public_id, query="?view=late")
    assert "ขอติดตาม 3 หน่วยงาน" in late.context["text"]
    assert "เตือน 3 แห่งที่เลยกำหนด" in words(late)
    Delivery.objects.update(state="received", received_at=f.NOW)
    assert "ไม่มีหน่วยงานที่ต้องเตือน" in words(page(sender, "remind", dispatch.public_id))


def test_reminding_says_what_it_does_lists_the_offices_and_tells_them(world, sender):
    dispatch = f.to_districts(world)
    url = reverse("correspondence:remind", args=[dispatch.public_id])
    text = words(sender.get(url))
    assert "แจ้งเตือนในระบบถึง 3 แห่ง" in text
    assert "อำเภอทดสอบ1 อำเภอทดสอบ2 อำเภอทดสอบ3" in text.split("หน่วยงานที่จะเตือน")[1]
    assert "แจ้งเตือนในระบบแล้ว 3 แห่ง" in words(sender.post(url, follow=True))
    assert Notice.objects.filter(kind="letter_reminded").count() == 3
    assert "แห่งที่เลยกำหนด" not in words(sender.post(f"{url}?view=late", follow=True))
    recalling.recall(actor=world.clerk(world.office), dispatch_id=dispatch.public_id, reason="แนบผิดฉบับ")
    assert "หนังสือนี้ถูกเรียกคืนแล้ว" in words(sender.post(url, follow=True))
    assert "หนังสือนี้ถูกเรียกคืนแล้ว" in words(sender.get(url))


def test_of_a_letter_called_back_there_is_a_text_that_says_so(world, sender):
    dispatch = f.to_districts(world)
    row, silent = (f.at(dispatch, office) for office in world.districts[:2])
    clerk = world.clerk(world.office)
    made = exchanging.mail_out(actor=clerk, delivery_id=row.public_id, address="saraban@one.example")
    exchanging.note_mailed(actor=clerk, message_id=made.public_id)
    exchanging.mail_out(actor=clerk, delivery_id=silent.public_id, address="saraban@two.example")
    recalling.recall(actor=clerk, dispatch_id=dispatch.public_id, reason="แนบผิดฉบับ")
    answer = page(sender, "follow", row.public_id)
    assert answer.context["text"].splitlines() == [
        "เรียน นายอำเภอทดสอบ1",
        f"หนังสือจังหวัดทดสอบ ที่ {dispatch.letter.number} ลงวันที่ 4 ก.พ. 2570",
        "เรื่อง ขอเชิญสมัครรับการรับรอง",
        "ผู้ส่งเรียกหนังสือฉบับนี้คืนแล้ว ไม่ต้องดำเนินการตามหนังสือ และไม่ต้องแจ้งต่อ",
        "เหตุผล แนบผิดฉบับ",
    ]
    text = words(answer)
    assert "คัดลอกข้อความแจ้งเรียกคืน" in text
    assert "คัดลอกข้อความสำหรับไลน์กลุ่ม" not in text
    assert "ระบบไม่ส่งอีเมลแจ้งเรียกคืนให้" in text
    assert answer.context["written_to"] == ["saraban@one.example"]
    # What was called back before it went out reached nobody.
    assert page(sender, "follow", silent.public_id).context["written_to"] == []


# --- Without an account --------------------------------------------------------------------------------------------------


@pytest.fixture
def link(world):
    """A delivery with its link: (delivery, address)."""
    row = f.at(f.to_districts(world, acknowledge_by=SOON), world.districts[0])
    row.letter.attachments.create(ordinal=1, title="แบบฟอร์ม", file=row.letter.file)
    row.letter.attachments.create(ordinal=2, title="คู่มือ")
    made = outside.make_link(actor=world.clerk(world.office), delivery_id=row.public_id)
    return row, reverse("correspondence:by_link", args=[made.token]), made.token


def test_acknowledging_by_link_once(client, link):
    row, url, token = link
    answer = client.get(url)
    text = words(answer)
    assert "รับทราบแทนหน่วยงาน" in text
    assert "แบบฟอร์ม" in text
    assert (answer["Referrer-Policy"], answer["X-Robots-Tag"][:7]) == ("same-origin", "noindex")
    assert "no-store" in answer["Cache-Control"]
    row.refresh_from_db()
    assert row.state == "sent", "a GET never writes"
    for name, args in (
        ("by_link_file", ()),
        ("by_link_attachment", (row.letter.attachments.first().public_id,)),
    ):
        file = client.get(reverse(f"correspondence:{name}", args=[token, *args]))
        assert b"".join(file.streaming_content).startswith(b"%PDF")
    missing = row.letter.attachments.last().public_id
    assert client.get(reverse("correspondence:by_link_attachment", args=[token, missing])).status_code == 404
    wrong = client.post(url, {"name": "ผู้รับ"})
    assert (wrong.status_code, set(wrong.context["form"].errors)) == (422, {"position"})
    done = client.post(url, {"name": "ผู้รับ", "position": "ปลัดอำเภอ"}, follow=True)
    assert "รับทราบแล้ว" in words(done)
    row.refresh_from_db()
    assert (row.acknowledged_name, row.acknowledged_by) == ("ผู้รับ ปลัดอำเภอ", None)
    again = client.post(url, {"name": "ผู้อื่น", "position": "อื่น"})
    assert (again.status_code, "รับทราบแล้ว" in words(again)) == (200, True)
    row.refresh_from_db()
    assert row.acknowledged_name == "ผู้รับ ปลัดอำเภอ"
    assert client.get(reverse("correspondence:by_link_file", args=[token])).status_code == 404


def test_links_that_do_nothing_more_say_why(client, world, link):
    row, url, _token = link
    assert "คัดลอกมาไม่ครบ" in words(client.get(url[:-2] + "x/"))
    LinkGrant.objects.update(expires_at=clock.wall())
    expired = client.get(url)
    assert (expired.status_code, "หมดอายุ" in words(expired)) == (410, True)
    outside.make_link(actor=world.actors[world.office.pk], delivery_id=row.public_id)
    assert "ทำลิงก์ใหม่แทนแล้ว" in words(client.get(url))
    recalling.recall(
        actor=world.actors[world.office.pk], dispatch_id=row.dispatch.public_id, reason="แนบผิดฉบับ"
    )
    recalled = client.post(url, {"name": "ก", "position": "ข"})
    assert recalled.status_code == 410
    assert "เหตุผล แนบผิดฉบับ" in words(recalled)


def test_what_a_qr_opens(client, world):
    above = f.letter_of(world, world.ministry)
    letter = f.letter_of(world, world.province)
    below = f.letter_of(world, world.districts[0])
    letter.references.create(text="หนังสือกระทรวง", to=above)
    below.references.create(text="หนังสือจังหวัด", to=letter)
    enclosed = letter.attachments.create(ordinal=1, title="แบบฟอร์ม", file=letter.file)
    url = reverse("correspondence:letter_page", args=[letter.page_token])
    answer = client.get(url)
    html = answer.content.decode()
    assert reverse("correspondence:letter_page", args=[above.page_token]) in html
    assert below.page_token not in html
    assert (answer["Referrer-Policy"], answer["X-Robots-Tag"][:7]) == ("no-referrer", "noindex")
    assert not answer.cookies
    assert client.get("/en" + url).status_code == 200
    for name, args in (("letter_page_file", ()), ("letter_page_attachment", (enclosed.public_id,))):
        file = client.get(reverse(f"correspondence:{name}", args=[letter.page_token, *args]))
        assert b"".join(file.streaming_content).startswith(b"%PDF")
    assert client.post(url).status_code == 405
    letter.superseded_by = below
    letter.save()
    assert "มีหนังสือฉบับใหม่แทนฉบับนี้แล้ว" in words(client.get(url))
    letter.recalled_at, letter.recall_reason = clock.now(), "แนบผิดฉบับ"
    letter.save()
    assert "ถูกเรียกคืนแล้ว" in words(client.get(url))
    gone = client.get(reverse("correspondence:letter_page_file", args=[letter.page_token]))
    assert gone.status_code == 404


@pytest.mark.parametrize("token", ["nothing", "a%00", "ก"])
def test_no_letter_at_such_an_address(client, world, token):
    f.letter_of(world, world.province, secrecy="secret")
    for ending in ("", "file/"):
        assert client.get(f"/l/{token}/{ending}").status_code == 404
    assert client.get(f"/letters/by-link/{token}/").status_code == 410
