"""Letters to and from offices outside: packed, mailed, taken once, refused with a reason, and nothing lost between."""

import datetime
import email
import email.policy
import mailbox

import pytest
from django.core import mail
from django.test import override_settings

from saduak.correspondence import mailing, tasks
from saduak.correspondence.actions import exchanging, recalling
from saduak.correspondence.exchange import Enclosure, read_message, read_zip, to_message, to_zip
from saduak.correspondence.models import (
    Duty,
    DutyRecipient,
    ExchangeMessage,
    Letter,
    LetterAttachment,
    LetterReference,
)
from saduak.foundation import clock, files, jobs
from saduak.foundation.access import Actor, Conflict, Invalid, Refused
from saduak.foundation.models import LinkGrant
from tests.correspondence import factories as old
from tests.correspondence import factories_sending as f

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n%%EOF\n"


@pytest.fixture
def world():
    with clock.travel(f.NOW):
        yield f.country()


@pytest.fixture
def going(world):
    """(the delivery to the first district of a letter with everything, a clerk of the sender)."""
    letter = f.letter_of(world, world.province, world.office, is_circular=True, urgency="urgent")
    stored = files.put(b"a,b\n1,2\n", name="ตาราง.csv", media_type="text/csv")
    LetterAttachment.objects.create(
        letter=letter, ordinal=1, title="กำหนดการ", copies="จำนวน 1 ฉบับ", file=stored
    )
    LetterAttachment.objects.create(letter=letter, ordinal=2, title="ไม่มีไฟล์")
    LetterReference.objects.create(letter=letter, text="หนังสือกรมทดสอบ ที่ มท 0810.7/ว 51")
    duty = Duty.objects.create(
        letter=letter, ordinal=0, who="", what="ส่งแบบตอบรับ", force="order", due_at=clock.now() + 5 * f.DAY
    )
    Duty.objects.create(letter=letter, ordinal=1, who="", what="ทราบ", force="inform")
    dispatch = f.sent_letter(
        world,
        f.targets_of(world.districts),
        letter=letter,
        duties=dict.fromkeys(Duty.objects.all()),
        acknowledge_by=clock.now() + 3 * f.DAY,
        forward_by=clock.now() + 4 * f.DAY,
    )
    assert DutyRecipient.objects.filter(duty=duty).count() == 3
    return f.at(dispatch, world.districts[0]), world.clerk(world.office)


def test_a_bundle_tells_everything_that_the_letter_says(world, going):
    row, _clerk = going
    found = exchanging.bundle_of(exchanging.Delivery.objects.get(pk=row.pk))
    assert read_zip(to_zip(found)) == found
    assert found.key == str(row.public_id)
    head = found.head
    assert (
        head.number,
        head.dated,
        head.issuer_code,
        head.recipient_code,
        head.urgency,
        head.is_circular,
    ) == (
        row.letter.number,
        "2027-02-04",
        "province:91",
        "district:9101",
        "urgent",
        True,
    )
    assert head.duties == (
        {"who": "", "what": "ส่งแบบตอบรับ", "due": "2027-02-09", "force": "order"},
        {"who": "", "what": "ทราบ", "due": None, "force": "inform"},
    )
    assert (head.acknowledge_by, head.forward_by) == ("2027-02-07", "2027-02-08")
    assert head.references == ("หนังสือกรมทดสอบ ที่ มท 0810.7/ว 51",)
    assert [(part.name, part.title, part.copies, part.data) for part in found.enclosures] == [
        ("ตาราง.csv", "กำหนดการ", "จำนวน 1 ฉบับ", b"a,b\n1,2\n")
    ]


def test_what_was_packed_here_is_taken_there_with_all_that_it_says(world, going):
    """The other house is another office of this one, which never got the letter otherwise."""
    row, clerk = going
    exchanging.pack(actor=clerk, delivery_id=row.public_id)
    exchanging.pack(actor=clerk, delivery_id=row.public_id)
    assert ExchangeMessage.objects.get(incoming=False).state == "sent"
    found = exchanging.bundle_of(row)
    packed = to_zip(
        exchanging.Bundle(found.key, found.head, Enclosure("a.pdf", "application/pdf", PDF), found.enclosures)
    )
    there = world.clerk(world.districts[0])
    place = {"actor": there, "organisation_id": world.districts[0].public_id}
    taken = exchanging.take_file(**place, data=packed)
    assert exchanging.take_file(**place, data=packed) == taken
    taken.refresh_from_db()
    first = taken.reading["documents"][0]
    assert (taken.state, taken.origin, taken.holder, taken.urgency, taken.is_circular) == (
        "read",
        "exchanged",
        world.districts[0],
        "urgent",
        True,
    )
    assert (first["number"], first["date"], first["subject"], first["issuer"]) == (
        row.letter.number,
        "2027-02-04",
        row.letter.subject,
        "จังหวัดทดสอบ",
    )
    assert [duty["what"] for duty in first["actions"]] == ["ส่งแบบตอบรับ", "ทราบ"]
    beside = taken.attachments.get()
    assert (beside.title, beside.copies) == ("กำหนดการ", "จำนวน 1 ฉบับ")
    with files.open(beside.file) as stream:
        assert stream.read() == b"a,b\n1,2\n"


def test_a_packed_letter_is_taken_by_the_office_that_it_is_for(world, going):
    row, _clerk = going
    packed = to_zip(exchanging.bundle_of(row))
    with pytest.raises(Refused):
        exchanging.take_file(
            actor=world.clerk(world.districts[1]), organisation_id=world.districts[0].public_id, data=packed
        )
    bundle = exchanging.bundle_of(row)
    pdf = exchanging.Bundle(bundle.key, bundle.head, Enclosure("a.pdf", "application/pdf", PDF))
    with pytest.raises(Invalid) as refusal:
        exchanging.take_file(
            actor=world.clerk(world.districts[1]),
            organisation_id=world.districts[1].public_id,
            data=to_zip(pdf),
        )
    assert refusal.value.code == "for-another-office"
    with pytest.raises(Invalid) as refusal:
        exchanging.take_file(
            actor=world.clerk(world.districts[1]), organisation_id=world.districts[1].public_id, data=b"no"
        )
    assert (refusal.value.code, set(refusal.value.fields)) == ("not-a-zip", {"file"})


def test_only_the_sender_hands_over_what_was_sent_and_not_called_back(world, going):
    row, clerk = going
    with pytest.raises(Refused) as refusal:
        exchanging.pack(actor=world.clerk(world.districts[0]), delivery_id=row.public_id)
    assert refusal.value.code == "not-sender"
    recalling.recall(actor=clerk, dispatch_id=row.dispatch.public_id, reason="ส่งผิดฉบับ")
    with pytest.raises(Conflict):
        exchanging.mail_out(actor=clerk, delivery_id=row.public_id, address="a@b.example")
    on_paper = exchanging.Delivery.objects.create(letter=row.letter, organisation=world.ministry)
    with pytest.raises(Refused) as refusal:
        exchanging.pack(actor=clerk, delivery_id=on_paper.public_id)
    assert refusal.value.code == "not-sent"


def test_a_letter_goes_by_mail_once_with_a_link_and_comes_back_whole(world, going):
    row, clerk = going
    values = {"actor": clerk, "delivery_id": row.public_id, "address": "saraban@district.example"}
    exchanging.mail_out(**values)
    exchanging.mail_out(**values)
    jobs.run_pending()
    (sent,) = mail.outbox
    assert sent.recipients() == ["saraban@district.example"]
    raw = sent.message().as_bytes(linesep="\r\n")
    got = read_message(raw)
    assert got.bundle == exchanging.bundle_of(row)
    assert b"http://testserver/letters/by-link/" in raw or b"/letters/by-link/" in _text(raw)
    assert LinkGrant.objects.filter(revoked_at__isnull=True).count() == 1
    note = ExchangeMessage.objects.get(incoming=False)
    assert (note.state, note.address, note.delivery) == ("sent", "saraban@district.example", row)
    exchanging.note_mailed(actor=Actor.system("test"), message_id=note.public_id)


def _text(raw: bytes) -> bytes:
    body = email.message_from_bytes(raw, policy=email.policy.default).get_body()
    assert body is not None
    return body.get_content().encode()


def test_an_office_that_acknowledged_gets_no_link(world, going):
    row, clerk = going
    exchanging.Delivery.objects.filter(pk=row.pk).update(
        state="acknowledged", received_at=clock.now(), acknowledged_at=clock.now()
    )
    exchanging.mail_out(actor=clerk, delivery_id=row.public_id, address="saraban@district.example")
    jobs.run_pending()
    assert b"/by-link/" not in _text(mail.outbox[0].message().as_bytes())
    assert not LinkGrant.objects.exists()


def test_what_was_called_back_before_the_mail_went_does_not_go(world, going):
    row, clerk = going
    exchanging.mail_out(actor=clerk, delivery_id=row.public_id, address="saraban@district.example")
    recalling.recall(actor=clerk, dispatch_id=row.dispatch.public_id, reason="ส่งผิดฉบับ")
    jobs.run_pending()
    assert mail.outbox == []


@pytest.mark.parametrize("address", ["", "nobody", "a b@c.example"])
def test_an_address_that_is_none_is_said(going, address):
    row, clerk = going
    with pytest.raises(Invalid) as refusal:
        exchanging.mail_out(actor=clerk, delivery_id=row.public_id, address=address)
    assert set(refusal.value.fields) == {"address"}


def test_a_secret_letter_does_not_go_by_mail(world):
    letter = f.letter_of(world, world.province, world.office, secrecy="secret")
    dispatch = f.sent_letter(world, f.targets_of(world.districts), letter=letter)
    with pytest.raises(Refused) as refusal:
        exchanging.mail_out(
            actor=world.clerk(world.office),
            delivery_id=f.at(dispatch, world.districts[0]).public_id,
            address="a@b.example",
        )
    assert refusal.value.code == "secret"


# --- In ---------------------------------------------------------------------------------------------------------------


def mailed(bundle) -> bytes:
    return to_message(
        bundle,
        sender="saraban@province.example",
        recipient="saraban@district.example",
        text="หนังสือ",
        at=datetime.datetime(2027, 2, 4, tzinfo=datetime.UTC),
        host="saduak.example",
    )


@pytest.fixture
def box(world, tmp_path):
    """A mailbox of the first district, filled by a mail server."""
    made = mailbox.Maildir(tmp_path / "saraban")
    setting = f"{world.districts[0].code}=maildir:{tmp_path / 'saraban'}"
    with override_settings(LETTER_MAILBOXES=setting):
        yield made


def fetch() -> int:
    (found,) = mailing.configured()
    return mailing.fetch(found.organisation, mailing.digest(found))


def test_the_mailbox_is_emptied_once_and_what_cannot_be_taken_says_why(world, going, box):
    row, _clerk = going
    bundle = exchanging.bundle_of(row)
    pdf = Enclosure("a.pdf", "application/pdf", PDF)
    box.add(mailed(exchanging.Bundle(bundle.key, bundle.head, pdf)))
    box.add(b"From: a@b.example\r\nSubject: hello\r\nMessage-ID: <x@b.example>\r\n\r\nno letter")
    wrong = exchanging.Bundle(
        "other", exchanging.Head("external", "1", "2027-02-04", "s", "i", recipient_code="dla"), pdf
    )
    box.add(mailed(wrong))
    assert fetch() == 3
    assert fetch() == 0
    found = ExchangeMessage.objects.filter(incoming=True).order_by("key")
    assert {(one.state, one.reason != "", one.letter is not None) for one in found} == {
        ("taken", False, True),
        ("refused", True, False),
    }
    assert Letter.objects.filter(origin="exchanged").count() == 1


def test_the_same_message_fetched_again_is_taken_once(world, going, box):
    row, _clerk = going
    bundle = exchanging.bundle_of(row)
    raw = mailed(exchanging.Bundle(bundle.key, bundle.head, Enclosure("a.pdf", "application/pdf", PDF)))
    place = {"actor": Actor.system("mail"), "organisation_id": world.districts[0].public_id}
    assert exchanging.take_mail(**place, raw=raw, key="1").state == "taken"
    assert exchanging.take_mail(**place, raw=raw, key="2") is None
    assert exchanging.take_mail(**place, raw=b"broken", key="3").state == "refused"
    assert exchanging.take_mail(**place, raw=b"broken", key="3") is None


def test_a_letter_that_people_mail_is_read_as_any_other(world):
    raw = (
        b"From: a@b.example\r\nSubject: letter\r\nMessage-ID: <y@b.example>\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n"
        b"Content-Transfer-Encoding: 8bit\r\nContent-Disposition: attachment; filename=letter.txt\r\n\r\n"
        + old.OWN.replace(b"\n", b"\r\n")
        + b"\r\n--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=b.pdf\r\n\r\n"
        + PDF.replace(b"\n", b"\r\n")
        + b"\r\n--b--\r\n"
    )
    made = exchanging.take_mail(
        actor=Actor.system("mail"), organisation_id=world.districts[0].public_id, raw=raw, key="1"
    )
    assert (made.state, made.letter.origin, made.letter.state) == ("taken", "exchanged", "read")
    assert made.letter.reading["documents"][0]["number"] == "ทส 0018.1/12"
    assert [row.title for row in made.letter.attachments.all()] == ["b.pdf"]


def test_mailboxes_of_nobody_are_passed_over(world, tmp_path):
    with override_settings(LETTER_MAILBOXES=f"nobody=maildir:{tmp_path}"):
        assert fetch() == 0
        assert mailing.fetch("nobody", "another") == 0


def test_the_tick_has_each_mailbox_looked_at(world, box):
    box.add(b"From: a@b.example\r\nMessage-ID: <z@b.example>\r\n\r\nno letter")
    tasks.look_for_mail()
    jobs.run_pending()
    assert ExchangeMessage.objects.get().state == "refused"
