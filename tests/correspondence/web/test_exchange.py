"""The pages that mail, pack and list letters, and the page that brings them in, as a browser without scripts uses them."""

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from saduak.correspondence.actions import exchanging, recalling, taking
from saduak.correspondence.exchange import read_zip, to_zip
from saduak.correspondence.models import Delivery, ExchangeMessage, Letter
from saduak.foundation import jobs
from saduak.foundation.access import Actor
from saduak.organisations.models import Organisation
from tests.correspondence import factories as old
from tests.correspondence import factories_exchange as x
from tests.correspondence import factories_sending as f
from tests.correspondence.web.pages import page, queries, words
from tests.organisations.factories import actor_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def going(world):
    Organisation.objects.filter(pk=world.districts[0].pk).update(email="saraban@district.example")
    return x.going(world)


@pytest.fixture
def sender(going, sign_in):
    """The browser of the clerk who sends for the province."""
    return sign_in(going.clerk)


def test_one_office_gets_it_by_mail_at_the_address_of_the_register(going, sender):
    shown = page(sender, "follow", going.row.public_id)
    assert 'value="saraban@district.example"' in shown.content.decode()
    url = reverse("correspondence:follow-mail", args=[going.row.public_id])
    wrong = sender.post(url, {"address": "nobody"})
    assert (wrong.status_code, set(wrong.context["mail_form"].errors)) == (422, {"address"})
    assert 'value="nobody"' in wrong.content.decode()
    done = sender.post(url, {"address": "saraban@district.example"}, follow=True)
    assert "รอส่ง" in words(done)
    jobs.run_pending()
    assert [sent.recipients() for sent in mail.outbox] == [["saraban@district.example"]]
    assert "ส่งแล้ว" in words(page(sender, "follow", going.row.public_id))
    message = ExchangeMessage.objects.get()
    ExchangeMessage.objects.filter(pk=message.pk).update(state="refused", reason="550 no such user")
    failed = words(page(sender, "follow", going.row.public_id))
    assert "ส่งไม่สำเร็จ" in failed
    assert "550 no such user" in failed


def test_one_office_gets_it_as_a_packed_file(going, sender):
    url = reverse("correspondence:follow-bundle", args=[going.row.public_id])
    assert sender.get(url).status_code == 405, "handing it over is noted: no link does that"
    answer = sender.post(url)
    assert read_zip(answer.content).key == str(going.row.public_id)
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/zip", "private, no-store")
    assert answer["Content-Disposition"].startswith("attachment")
    assert "ดาวน์โหลดแล้ว" in words(page(sender, "follow", going.row.public_id))


def test_what_was_called_back_meanwhile_is_handed_over_no_more(world, going, sender):
    Delivery.objects.filter(pk=going.row.pk).update(state="withdrawn")
    for name in ("follow-mail", "follow-bundle"):
        url = reverse(f"correspondence:{name}", args=[going.row.public_id])
        assert "ถูกเรียกคืนแล้ว" in words(sender.post(url, {"address": "a@b.example"}, follow=True))
    assert not ExchangeMessage.objects.exists()


def test_a_secret_letter_is_packed_and_not_mailed(world, sign_in):
    letter = f.letter_of(world, world.province, world.office, secrecy="secret")
    dispatch = f.to_districts(world, letter=letter)
    row = f.at(dispatch, world.districts[0])
    client = sign_in(world.clerk(world.office))
    assert "หนังสือลับไม่ส่งทางอีเมล" in words(page(client, "follow", row.public_id))
    assert client.post(reverse("correspondence:follow-bundle", args=[row.public_id])).status_code == 200
    refused = client.post(
        reverse("correspondence:follow-mail", args=[row.public_id]), {"address": "a@b.example"}
    )
    assert refused.status_code == 403
    assert "หนังสือลับไม่ส่ง" in words(page(client, "mail-many", dispatch.public_id))
    other = sign_in(actor_for("supervisor", world.office))
    assert other.post(reverse("correspondence:follow-bundle", args=[row.public_id])).status_code == 404


def test_many_at_once_with_their_number_before(world, going, sender):
    dispatch = going.row.dispatch
    assert (
        reverse("correspondence:mail-many", args=[dispatch.public_id])
        in page(sender, "dispatch", dispatch.public_id).content.decode()
    )
    assert "ส่งไป 1 แห่ง" in words(page(sender, "mail-many", dispatch.public_id))
    url = reverse("correspondence:mail-many", args=[dispatch.public_id])
    assert "กำลังส่งไป 1 แห่ง" in words(sender.post(url, follow=True))
    assert "ไม่มีหน่วยงานที่จะส่ง" in words(page(sender, "mail-many", dispatch.public_id))
    recalling.recall(actor=going.clerk, dispatch_id=dispatch.public_id, reason="แนบผิดฉบับ")
    assert "ถูกเรียกคืนแล้ว" in words(page(sender, "mail-many", dispatch.public_id))
    assert "ถูกเรียกคืนแล้ว" in words(sender.post(url, follow=True))


def test_pages_of_another_sender_are_not_there(world, going, sign_in):
    client = sign_in(world.clerk(world.districts[0]))
    for name in ("follow-mail", "follow-bundle"):
        assert client.post(reverse(f"correspondence:{name}", args=[going.row.public_id])).status_code == 404
    assert page(client, "mail-many", going.row.dispatch.public_id, status=403)


# --- The list ------------------------------------------------------------------------------------------------------------


def test_the_list_tells_what_came_and_went_and_why_not(world, going, sender):
    assert "ยังไม่มีหนังสือที่รับหรือส่ง" in words(page(sender, "exchange"))
    exchanging.mail_out(actor=going.clerk, delivery_id=going.row.public_id)
    taking.take_mail(actor=Actor.system("mail"), organisation_id=world.office.public_id, raw=b"broken")
    came = taking.take_mail(
        actor=Actor.system("mail"),
        organisation_id=world.office.public_id,
        raw=x.by_people(("letter.txt", old.OWN), subject="จดหมาย"),
    )
    html = page(sender, "exchange").content.decode()
    assert reverse("correspondence:follow", args=[going.row.public_id]) in html
    assert reverse("correspondence:letter", args=[came.letter.public_id]) in html
    assert "จดหมายไม่มีผู้ส่ง" in html
    for view, count in (("in", 2), ("out", 1), ("refused", 1), ("all", 3), ("nothing", 3)):
        assert len(page(sender, "exchange", query=f"?view={view}").context["rows"]) == count
    assert "ไม่พบรายการที่ค้น" in words(page(sender, "exchange", query="?q=ไม่มี"))
    assert len(page(sender, "exchange", query="?q=district.example").context["rows"]) == 1
    ExchangeMessage.objects.filter(state="refused").delete()
    assert "ไม่มีรายการในมุมมองนี้" in words(page(sender, "exchange", query="?view=refused"))


@pytest.mark.postgres
def test_a_long_list_takes_no_more_queries_than_a_short_one(world, going, sender):
    url = reverse("correspondence:exchange")
    exchanging.mail_out(actor=going.clerk, delivery_id=going.row.public_id)
    one = queries(sender, url)
    for district in world.districts[1:]:
        row = f.at(going.row.dispatch, district)
        exchanging.mail_out(actor=going.clerk, delivery_id=row.public_id, address="a@b.example")
    assert queries(sender, url) == one


# --- Bringing in ---------------------------------------------------------------------------------------------------------


def upload(client, data: bytes, name: str):
    shown = page(client, "load")
    values = {
        "holder": shown.context["form"]["holder"].value(),
        "once": shown.context["form"]["once"].value(),
    }
    return client.post(
        reverse("correspondence:load"), {**values, "file": SimpleUploadedFile(name, data)}, follow=True
    )


def test_a_packed_file_and_a_saved_message_are_brought_in_like_a_letter(world, going, sign_in):
    client = sign_in(world.clerk(world.districts[0]))
    assert ".zip,.eml" in page(client, "load").content.decode()
    done = upload(client, to_zip(x.bundle(going.row)), "ชุดไฟล์.zip")
    letter = Letter.objects.get(origin="exchanged")
    assert done.redirect_chain[-1][0] == reverse("correspondence:confirm", args=[letter.public_id])
    text = words(done)
    assert "ตอบรับทราบหนังสือฉบับนี้" in text
    assert "หน้าที่ที่ 4" in text
    again = upload(client, to_zip(x.bundle(going.row)), "ชุดไฟล์.zip")
    assert again.redirect_chain[-1][0] == reverse("correspondence:confirm", args=[letter.public_id])
    saved = upload(client, x.by_people(("letter.txt", old.OWN)), "จดหมาย.eml")
    assert "ที่อยู่อีเมลไม่ได้พิสูจน์ว่าใครเป็นผู้ส่ง" in words(saved)
    assert upload(client, old.OWN, "letter.txt").status_code == 200
    assert Letter.objects.filter(holder=world.districts[0]).count() == 3


def test_a_file_from_outside_that_cannot_be_taken_says_why(world, going, sign_in):
    client = sign_in(world.clerk(world.districts[1]))
    cases = (
        (b"broken", "a.zip", "ชุดไฟล์เสียหรือเปิดไม่ได้"),
        (to_zip(x.bundle(going.row)), "a.zip", "หนังสือนี้ส่งถึงหน่วยงานอื่น"),
        (b"From: a@b.example\r\nMessage-ID: <1@b>\r\n\r\nwords", "a.eml", "จดหมายไม่มีไฟล์หนังสือแนบมา"),
    )
    for data, name, reason in cases:
        refused = upload(client, data, name)
        assert refused.status_code == 422
        assert reason in str(refused.context["form"].errors["file"])
    assert not Letter.objects.filter(origin="exchanged").exists()
