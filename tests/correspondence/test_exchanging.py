"""Letters to offices outside: packed and mailed by those who may, once, and what became of it."""

import email
import email.policy
import smtplib

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.test import override_settings

from saduak.correspondence import mailing
from saduak.correspondence.actions import exchanging, recalling
from saduak.correspondence.exchange import read_message, read_zip, to_zip
from saduak.correspondence.models import Delivery, DutyRecipient, ExchangeMessage
from saduak.correspondence.queries import exchange
from saduak.foundation import clock, jobs
from saduak.foundation.access import Actor, Conflict, Invalid, Refused
from saduak.foundation.models import LinkGrant, OutboxMessage
from saduak.organisations.models import Organisation
from saduak.programme.models import InternalDeadline
from tests.correspondence import factories_exchange as x
from tests.correspondence import factories_sending as f
from tests.organisations.factories import actor_for

pytestmark = pytest.mark.django_db
ADDRESS = "saraban@district.example"
# Mailing a letter to however many.
MANY = 9


# --- Packing ----------------------------------------------------------------------------------------------------------


def test_a_bundle_tells_everything_that_the_letter_says(world, going):
    row = going.row
    found = exchanging.bundle_of(Delivery.objects.get(pk=row.pk))
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
    assert head.deadlines == ({"due": "2027-02-20", "what": "ส่งใบสมัคร"}, {"due": "2027-02-15", "what": ""})
    assert head.meeting == x.MEETING
    assert (head.acknowledge_by, head.forward_by) == ("2027-02-07", "2027-02-08")
    assert head.references == ("หนังสือกรมทดสอบ ที่ มท 0810.7/ว 51",)
    assert [(part.name, part.title, part.copies, part.data) for part in found.enclosures] == [
        ("ตาราง.csv", "กำหนดการ", "จำนวน 1 ฉบับ", b"a,b\n1,2\n")
    ]


def test_days_that_were_set_here_say_what_for(world, going):
    round_ = f.open_round(world)
    letter = going.row.letter
    for kind, day in (("check", 15), ("submit", 25)):
        InternalDeadline.objects.create(
            round=round_,
            owner=world.province,
            kind=kind,
            reach="line",
            due_at=f.NOW.replace(day=day + 1, hour=0),
            source_letter=letter.public_id,
        )
    assert exchanging.bundle_of(Delivery.objects.get(pk=going.row.pk)).head.deadlines == (
        {"due": "2027-02-20", "what": "ส่งใบสมัคร"},
        {"due": "2027-02-15", "what": "ส่งร่างให้ตรวจทาน"},
        {"due": "2027-02-25", "what": "ส่งใบสมัคร"},
    )


def test_a_letter_of_which_nothing_is_read_is_packed_too(world):
    letter = f.letter_of(world, world.province, world.office)
    row = f.at(f.to_districts(world, letter=letter), world.districts[0])
    head = exchanging.bundle_of(Delivery.objects.get(pk=row.pk)).head
    assert (head.deadlines, head.meeting, head.acknowledge_by, head.forward_by) == ((), {}, None, None)


def test_whoever_packs_gets_the_file_and_it_is_noted_once(world, going):
    for _again in range(2):
        name, data = exchanging.packed(actor=going.clerk, delivery_id=going.row.public_id)
        assert name == f"{going.row.letter.number.replace('/', '-')} อำเภอทดสอบ1.zip"
        assert read_zip(data).key == str(going.row.public_id)
    note = ExchangeMessage.objects.get()
    assert (note.state, note.channel, note.incoming, note.organisation) == (
        "sent",
        "zip",
        False,
        world.office,
    )


def test_only_the_sender_hands_over_what_was_sent_and_not_called_back(world, going):
    row = going.row
    with pytest.raises(Refused) as refusal:
        exchanging.packed(actor=world.clerk(world.districts[0]), delivery_id=row.public_id)
    assert refusal.value.code == "not-sender"
    recalling.recall(actor=going.clerk, dispatch_id=row.dispatch.public_id, reason="ส่งผิดฉบับ")
    with pytest.raises(Conflict):
        exchanging.mail_out(actor=going.clerk, delivery_id=row.public_id, address="a@b.example")
    with pytest.raises(Conflict):
        exchanging.mail_everybody(actor=going.clerk, dispatch_id=row.dispatch.public_id)
    on_paper = Delivery.objects.create(letter=row.letter, organisation=world.ministry)
    with pytest.raises(Refused) as refusal:
        exchanging.pack(actor=going.clerk, delivery_id=on_paper.public_id)
    assert refusal.value.code == "not-sent"


def test_a_secret_letter_is_packed_by_whoever_may_see_it_and_never_mailed(world):
    letter = f.letter_of(world, world.province, world.office, secrecy="secret")
    dispatch = f.sent_letter(world, f.targets_of(world.districts), letter=letter)
    row = f.at(dispatch, world.districts[0])
    cleared, not_cleared = world.clerk(world.office), actor_for("supervisor", world.office)
    with pytest.raises(Refused) as refusal:
        exchanging.packed(actor=not_cleared, delivery_id=row.public_id)
    assert refusal.value.code == "secret"
    assert not ExchangeMessage.objects.exists()
    _name, data = exchanging.packed(actor=cleared, delivery_id=row.public_id)
    assert read_zip(data).head.secrecy == "secret"
    for mail_it in (
        lambda: exchanging.mail_out(actor=cleared, delivery_id=row.public_id, address=ADDRESS),
        lambda: exchanging.mail_everybody(actor=cleared, dispatch_id=dispatch.public_id),
    ):
        with pytest.raises(Refused) as refusal:
            mail_it()
        assert refusal.value.code == "secret"


# --- Mailing ----------------------------------------------------------------------------------------------------------


def test_a_letter_goes_by_mail_once_with_a_link_and_comes_back_whole(world, going):
    values = {"actor": going.clerk, "delivery_id": going.row.public_id, "address": ADDRESS}
    made = exchanging.mail_out(**values)
    assert exchanging.mail_out(**values | {"address": ADDRESS.upper()}) == made
    jobs.run_pending()
    assert exchanging.mail_out(**values) == made
    jobs.run_pending()
    (sent,) = mail.outbox
    assert sent.recipients() == [ADDRESS]
    raw = sent.message().as_bytes(linesep="\r\n")
    assert read_message(raw).bundle == exchanging.bundle_of(going.row)
    assert b"/letters/by-link/" in _text(raw)
    assert LinkGrant.objects.filter(revoked_at__isnull=True).count() == 1
    note = ExchangeMessage.objects.get()
    assert (note.state, note.address, note.delivery) == ("sent", ADDRESS, going.row)
    system = Actor.system("test")
    exchanging.note_mailed(actor=system, message_id=note.public_id)
    assert exchanging.note_unmailed(actor=system, message_id=note.public_id, reason="x").state == "sent"


def _text(raw: bytes) -> bytes:
    body = email.message_from_bytes(raw, policy=email.policy.default).get_body()
    assert body is not None
    return body.get_content().encode()


def test_the_address_of_the_register_is_taken_when_none_is_typed(world, going):
    Organisation.objects.filter(pk=world.districts[0].pk).update(email="saraban@register.example")
    assert (
        exchanging.mail_out(actor=going.clerk, delivery_id=going.row.public_id).address
        == "saraban@register.example"
    )


def test_an_office_that_acknowledged_gets_no_link(world, going):
    Delivery.objects.filter(pk=going.row.pk).update(
        state="acknowledged", received_at=clock.now(), acknowledged_at=clock.now()
    )
    exchanging.mail_out(actor=going.clerk, delivery_id=going.row.public_id, address=ADDRESS)
    jobs.run_pending()
    assert b"/by-link/" not in _text(mail.outbox[0].message().as_bytes())
    assert not LinkGrant.objects.exists()


def test_what_was_called_back_or_became_secret_before_the_mail_went_does_not_go(world, going):
    made = exchanging.mail_out(actor=going.clerk, delivery_id=going.row.public_id, address=ADDRESS)
    other = f.at(going.row.dispatch, world.districts[1])
    secret = exchanging.mail_out(actor=going.clerk, delivery_id=other.public_id, address=ADDRESS)
    Delivery.objects.filter(pk=going.row.pk).update(state="withdrawn")
    going.row.letter.secrecy, going.row.letter.page_token = "secret", None
    going.row.letter.save()
    jobs.run_pending()
    assert mail.outbox == []
    made.refresh_from_db()
    secret.refresh_from_db()
    assert [row.standing for row in exchange.shown([made, secret])] == ["cancelled", "failed"]
    assert secret.reason == "หนังสือลับไม่ส่งทางอีเมล"


def test_who_got_it_by_mail_is_told_by_mail_that_it_was_called_back(world, going):
    other = f.at(going.row.dispatch, world.districts[1])
    for row, address in ((going.row, ADDRESS), (other, "saraban@other.example")):
        exchanging.mail_out(actor=going.clerk, delivery_id=row.public_id, address=address)
    jobs.run_pending()
    exchanging.mail_out(actor=going.clerk, delivery_id=other.public_id, address="later@other.example")
    mail.outbox.clear()
    dispatch = going.row.dispatch
    recalling.recall(actor=going.clerk, dispatch_id=dispatch.public_id, reason="ลงวันที่ผิด")
    jobs.run_pending()
    told = {sent.recipients()[0]: sent for sent in mail.outbox}
    assert sorted(told) == [ADDRESS, "saraban@other.example"], "what had not gone yet does not go"
    words = told[ADDRESS].body
    assert "ลงวันที่ผิด" in words
    assert going.row.letter.subject in words
    assert going.row.letter.number in told[ADDRESS].subject
    assert exchanging.tell_mailed(dispatch) == 2, "the same messages again"
    jobs.run_pending()
    assert len(mail.outbox) == 2
    dispatch.letter.secrecy = "secret"
    assert exchanging.tell_mailed(dispatch) == 0


@pytest.mark.parametrize("address", ["", "nobody", "a b@c.example", "a@b.example\nBcc: c@d.example"])
def test_an_address_that_is_none_is_said(going, address):
    with pytest.raises(Invalid) as refusal:
        exchanging.mail_out(actor=going.clerk, delivery_id=going.row.public_id, address=address)
    assert set(refusal.value.fields) == {"address"}


class Away(BaseEmailBackend):
    """A mail server that answers as told."""

    answer: Exception

    def send_messages(self, messages):
        raise self.answer


def tried(answer: Exception) -> None:
    Away.answer = answer
    with override_settings(EMAIL_BACKEND=f"{__name__}.Away"):
        jobs.run_pending()


def test_what_the_other_server_refuses_for_good_may_be_mailed_again(world, going):
    values = {"actor": going.clerk, "delivery_id": going.row.public_id, "address": ADDRESS}
    made = exchanging.mail_out(**values)
    tried(smtplib.SMTPRecipientsRefused({ADDRESS: (550, b"no such user")}))
    (row,) = exchange.of_delivery(going.clerk, going.row)
    assert (row.message, row.standing) == (made, "failed")
    assert row.why.endswith("(550 no such user)")
    again = exchanging.mail_out(**values)
    assert again != made
    jobs.run_pending()
    assert len(mail.outbox) == 1
    assert [row.standing for row in exchange.of_delivery(going.clerk, going.row)] == ["sent", "failed"]


def test_a_letter_that_is_too_large_for_the_other_server_is_given_up(going):
    exchanging.mail_out(actor=going.clerk, delivery_id=going.row.public_id, address=ADDRESS)
    tried(smtplib.SMTPDataError(552, "too large"))
    assert ExchangeMessage.objects.get().reason.endswith("(552 too large)")


def test_a_server_that_is_away_is_tried_again_until_that_is_given_up(going):
    values = {"actor": going.clerk, "delivery_id": going.row.public_id, "address": ADDRESS}
    made = exchanging.mail_out(**values)
    assert [row.standing for row in exchange.of_delivery(going.clerk, going.row)] == ["waiting"]
    tried(smtplib.SMTPDataError(451, b"later"))
    (row,) = exchange.of_delivery(going.clerk, going.row)
    assert (row.standing, "451" in row.why) == ("retrying", True)
    assert exchanging.mail_out(**values) == made
    OutboxMessage.objects.filter(dedupe=exchange.outbox_key(made)).update(state="failed")
    assert [row.standing for row in exchange.of_delivery(going.clerk, going.row)] == ["failed"]
    assert exchanging.mail_out(**values) != made


# --- To many at once --------------------------------------------------------------------------------------------------


def test_everybody_without_account_who_has_an_address_gets_it_once(world, going, exactly):
    dispatch = going.row.dispatch
    Organisation.objects.filter(pk__in=[row.pk for row in world.districts]).update(
        email="saraban@office.example"
    )
    world.clerk(world.districts[1])
    with exactly(1):
        assert [row.organisation for row in exchange.mailable(dispatch)] == [
            world.districts[0],
            world.districts[2],
        ]
    f.receive(f.at(dispatch, world.districts[2]))
    assert exchanging.mail_everybody(actor=going.clerk, dispatch_id=dispatch.public_id) == 1
    assert exchanging.mail_everybody(actor=going.clerk, dispatch_id=dispatch.public_id) == 0
    jobs.run_pending()
    assert [sent.recipients() for sent in mail.outbox] == [["saraban@office.example"]]
    with pytest.raises(Refused):
        exchanging.mail_everybody(actor=world.clerk(world.districts[0]), dispatch_id=dispatch.public_id)


@pytest.mark.postgres
@pytest.mark.parametrize("count", [1, 3])
def test_many_take_no_more_queries_than_one(world, going, exactly, count):
    Organisation.objects.filter(pk__in=[row.pk for row in world.districts[:count]]).update(
        email="a@office.example"
    )
    dispatch = going.row.dispatch
    with exactly(MANY):
        assert exchanging.mail_everybody(actor=going.clerk, dispatch_id=dispatch.public_id) == count
    assert DutyRecipient.objects.count() == 6


# --- The list ---------------------------------------------------------------------------------------------------------


def test_an_office_sees_its_own_messages_by_direction_and_words(world, going, exactly):
    one = exchanging.mail_out(actor=going.clerk, delivery_id=going.row.public_id, address=ADDRESS)
    packed = exchanging.pack(actor=going.clerk, delivery_id=going.row.public_id)
    came = ExchangeMessage.objects.create(
        organisation=world.office,
        incoming=True,
        channel="email",
        state="refused",
        key="k",
        reason="เสีย",
        address="x@y.example",
    )
    clerk = going.clerk
    with exactly(2):
        assert {row.message for row in exchange.shown(list(exchange.messages(clerk)))} == {one, packed, came}
    assert set(exchange.messages(clerk, view="out")) == {one, packed}
    assert list(exchange.messages(clerk, view="in")) == [came]
    assert list(exchange.messages(clerk, view="refused")) == [came]
    assert list(exchange.messages(clerk, query="Y.EXAMPLE")) == [came]
    assert list(exchange.messages(clerk, query="รับรอง DISTRICT")) == [one]
    assert [row.standing for row in exchange.shown([came, packed])] == ["refused", "sent"]
    assert not exchange.messages(world.clerk(world.districts[0])).exists()
    assert not exchange.messages(actor_for("evaluator", world.office)).exists()


def test_what_went_in_the_name_of_an_organisation_is_seen_there_and_what_came_to_the_office_is_not(
    world, going
):
    made = exchanging.pack(actor=going.clerk, delivery_id=going.row.public_id)
    ExchangeMessage.objects.create(
        organisation=world.office,
        incoming=True,
        channel="email",
        state="taken",
        key="k",
        letter=going.row.letter,
    )
    assert list(exchange.messages(world.clerk(world.province))) == [made]
    assert exchange.of_delivery(world.clerk(world.province), going.row)[0].message == made


def test_messages_of_secret_letters_and_of_other_programmes_are_not_seen(world, going):
    letter = f.letter_of(world, world.province, world.office, secrecy="secret")
    row = f.at(f.sent_letter(world, f.targets_of(world.districts), letter=letter), world.districts[0])
    cleared = world.clerk(world.office)
    secret = exchanging.pack(actor=cleared, delivery_id=row.public_id)
    plain = exchanging.pack(actor=going.clerk, delivery_id=going.row.public_id)
    unknown = ExchangeMessage.objects.create(
        organisation=world.office, incoming=True, channel="email", state="refused", key="k", reason="เสีย"
    )
    assert set(exchange.messages(cleared)) == {secret, plain, unknown}
    assert set(exchange.messages(actor_for("supervisor", world.office))) == {plain, unknown}
    bound = actor_for("clerk", world.office, programme=f.ProgrammeFactory())
    assert set(exchange.messages(bound)) == {unknown}


def test_a_message_that_is_not_there_any_more_is_not_sent(world, going):
    made = exchanging.mail_out(actor=going.clerk, delivery_id=going.row.public_id, address=ADDRESS)
    assert exchange.failed(made) is False
    exchanging.note_unmailed(actor=Actor.system("test"), message_id=made.public_id, reason="ที่อยู่ผิด")
    assert exchange.failed(ExchangeMessage.objects.get()) is True
    assert mailing.configured() == []
