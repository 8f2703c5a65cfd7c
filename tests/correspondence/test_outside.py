"""What happens outside the system: received on paper or by LINE, a call, and a link that acknowledges once."""

import datetime
import uuid

import pytest

from saduak.correspondence.actions import outside, recalling, receiving
from saduak.correspondence.models import ContactLog, Delivery
from saduak.correspondence.queries import public
from saduak.correspondence.queries.deliveries import contacts
from saduak.foundation import clock
from saduak.foundation.access import Actor, Conflict, Invalid, Refused
from saduak.foundation.access.resolver import of_link
from saduak.foundation.models import AuditEntry, AuditPersonal, LinkGrant
from tests.correspondence import factories_sending as f
from tests.organisations.factories import OrganisationFactory, actor_for

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
TODAY = datetime.date(2027, 2, 4)


@pytest.fixture
def sender(world):
    return world.clerk(world.office)


@pytest.fixture
def row(world) -> Delivery:
    return f.at(f.to_districts(world), world.districts[0])


def verbs(row: Delivery) -> list[str]:
    entries = AuditEntry.objects.filter(aggregate="correspondence.delivery", aggregate_id=row.pk)
    return list(entries.order_by("seq").values_list("verb", flat=True))


def note(actor, row, **values):
    values = {"how": "line", "received_on": TODAY, "note": "ปลัดอำเภอตอบในไลน์กลุ่ม", **values}
    return outside.note_outside(actor=actor, delivery_id=row.public_id, **values)


# --- Received outside --------------------------------------------------------------------------------------------------


def test_the_sender_notes_that_it_was_received_by_line(sender, row):
    done = note(sender, row)
    row.refresh_from_db()
    assert done == row
    assert (row.state, row.received_at, row.received_by_id) == ("received", f.NOW, None)
    assert (row.outside, row.outside_note, row.outside_evidence) == ("line", "ปลัดอำเภอตอบในไลน์กลุ่ม", None)
    assert (row.acknowledged_at, verbs(row)) == (None, ["correspondence.received_outside"])


def test_with_a_picture_or_pdf_as_evidence(sender, row, files_root):
    done = note(sender, row, how="paper", note=" ", evidence=PDF, evidence_name="stamp.pdf")
    assert (done.outside_note, done.outside_evidence.name) == ("", "stamp.pdf")
    entry = AuditEntry.objects.get(aggregate_id=row.pk, verb="correspondence.received_outside")
    assert entry.facts["evidence"] == done.outside_evidence.sha256
    assert entry.facts["received_on"] == "2027-02-04"


def test_a_file_that_is_no_evidence(sender, row):
    with pytest.raises(Invalid):
        note(sender, row, evidence=b"MZ program", evidence_name="x.exe")
    row.refresh_from_db()
    assert row.received_at is None


def test_the_day_lies_between_sending_and_today(world, sender, row):
    with clock.travel(f.NOW + 3 * f.DAY):
        later = sender.at(clock.now())
        for day in (datetime.date(2027, 2, 3), datetime.date(2027, 2, 8)):
            with pytest.raises(Invalid) as refused:
                note(later, row, received_on=day)
            assert set(refused.value.fields) == {"received_on"}
        done = note(later, row, received_on=datetime.date(2027, 2, 6))
    assert done.received_at == datetime.datetime(2027, 2, 6, 0, 0, tzinfo=clock.BANGKOK)


def test_neither_way_nor_word_nor_evidence(sender, row):
    with pytest.raises(Invalid) as refused:
        note(sender, row, how="pigeon", note=" ")
    assert set(refused.value.fields) == {"how", "note"}


def test_the_office_itself_may_note_it_and_nobody_else(world, row):
    with pytest.raises(Refused):
        note(actor_for("clerk", OrganisationFactory()), row)
    with pytest.raises(Refused):
        note(world.clerk(world.districts[1]), row)
    assert note(world.clerk(world.districts[0]), row).outside == "line"


def test_what_was_received_before_or_called_back_is_noted_no_more(world, sender, row):
    note(sender, row)
    with pytest.raises(Conflict) as again:
        note(sender, row)
    assert again.value.code == "received-before"
    other = f.at(row.dispatch, world.districts[1])
    recalling.recall(actor=sender, dispatch_id=row.dispatch.public_id, reason="ผิดฉบับ")
    with pytest.raises(Conflict) as gone:
        note(sender, other)
    assert gone.value.code == "withdrawn"


def test_the_office_may_add_its_own_number_later(world, sender, row):
    note(sender, row)
    clerk = world.clerk(world.districts[0])
    done = receiving.receive(actor=clerk, delivery_id=row.public_id, receipt_number="31")
    assert (done.receipt_number, done.outside, done.state) == ("31", "line", "received")


def test_what_an_office_brought_in_itself_is_its_own_to_note(world):
    paper = Delivery.objects.create(
        letter=f.letter_of(world, world.ministry, world.office, origin="loaded"), organisation=world.office
    )
    with pytest.raises(Refused):
        note(world.clerk(world.ministry), paper)
    clerk = world.clerk(world.office)
    assert note(clerk, paper).outside == "line"
    with pytest.raises(Refused) as refused:
        outside.make_link(actor=clerk, delivery_id=paper.public_id)
    assert refused.value.code == "not-sent"


# --- Calls ---------------------------------------------------------------------------------------------------------------


def test_a_call_is_logged_and_changes_nothing_of_the_letter(sender, row):
    log = outside.log_contact(actor=sender, delivery_id=row.public_id, outcome="no_answer")
    outside.log_contact(
        actor=sender, delivery_id=row.public_id, outcome="promised", how="line", note=" รับปากวันนี้ "
    )
    row.refresh_from_db()
    assert (row.state, row.received_at) == ("sent", None)
    assert (log.how, log.at, log.by_id) == ("phone", f.NOW, sender.user_id)
    assert [(entry.outcome, entry.note) for entry in contacts(row)] == [
        ("promised", "รับปากวันนี้"),
        ("no_answer", ""),
    ]
    assert verbs(row) == ["correspondence.contacted"] * 2


@pytest.mark.parametrize("wrong", [{"outcome": "happy"}, {"outcome": "reached", "how": "pigeon"}])
def test_a_call_without_outcome(sender, row, wrong):
    with pytest.raises(Invalid) as refused:
        outside.log_contact(actor=sender, delivery_id=row.public_id, **wrong)
    assert refused.value.code == "no-outcome"
    assert not ContactLog.objects.exists()


# --- Links ---------------------------------------------------------------------------------------------------------------


def acknowledge(token: str, row: Delivery, name: str = "ปลัดอำเภอ"):
    return outside.acknowledge_by_link(actor=of_link(token), delivery_id=row.public_id, name=name)


def test_a_link_acknowledges_once(sender, row):
    made = outside.make_link(actor=sender, delivery_id=row.public_id)
    assert made.expires_at > clock.wall() + datetime.timedelta(days=59)
    assert LinkGrant.objects.get().token_digest != made.token
    assert public.by_link(made.token).stands == "open"
    actor = of_link(made.token)
    done = outside.acknowledge_by_link(actor=actor, delivery_id=row.public_id, name=" ปลัดอำเภอ ")
    assert (done.state, done.received_at, done.acknowledged_at) == ("acknowledged", f.NOW, f.NOW)
    assert (done.acknowledged_name, done.acknowledged_by_id) == ("ปลัดอำเภอ", None)
    assert verbs(row) == [
        "correspondence.link_made",
        "correspondence.received",
        "correspondence.acknowledged",
    ]
    assert AuditPersonal.objects.get().values == {"name": "ปลัดอำเภอ"}
    with pytest.raises(Conflict) as again:
        outside.acknowledge_by_link(actor=actor, delivery_id=row.public_id, name="ผู้อื่น")
    assert again.value.code == "used"
    assert of_link(made.token) is None
    assert public.by_link(made.token).stands == "used"


def test_a_new_link_takes_the_place_of_the_one_before(sender, row):
    first = outside.make_link(actor=sender, delivery_id=row.public_id)
    second = outside.make_link(actor=sender, delivery_id=row.public_id)
    assert (of_link(first.token), public.by_link(first.token).stands) == (None, "replaced")
    assert acknowledge(second.token, row).state == "acknowledged"
    with pytest.raises(Conflict) as done:
        outside.make_link(actor=sender, delivery_id=row.public_id)
    assert done.value.code == "acknowledged-before"


def test_only_the_sender_makes_links_and_never_for_secret_letters(world, sender, row):
    with pytest.raises(Refused) as refused:
        outside.make_link(actor=world.clerk(world.districts[0]), delivery_id=row.public_id)
    assert refused.value.code == "not-sender"
    secret = f.to_districts(world, letter=f.letter_of(world, world.province, world.office, secrecy="secret"))
    with pytest.raises(Refused) as hidden:
        outside.make_link(actor=sender, delivery_id=f.at(secret, world.districts[0]).public_id)
    assert hidden.value.code == "secret"


def test_a_link_is_for_its_own_letter_only(world, sender, row):
    made = outside.make_link(actor=sender, delivery_id=row.public_id)
    other = f.at(row.dispatch, world.districts[1])
    with pytest.raises(Refused) as refused:
        acknowledge(made.token, other)
    assert refused.value.code == "not-this-letter"
    for stranger in (Actor.public(), sender):
        with pytest.raises(Refused):
            outside.acknowledge_by_link(actor=stranger, delivery_id=row.public_id, name="ก")


def test_who_acknowledges_is_named(sender, row):
    made = outside.make_link(actor=sender, delivery_id=row.public_id)
    with pytest.raises(Invalid) as refused:
        acknowledge(made.token, row, "  ")
    assert refused.value.code == "no-name"
    # A form that was wrong uses nothing up.
    assert acknowledge(made.token, row).state == "acknowledged"


def test_a_letter_that_was_called_back_is_not_acknowledged(sender, row):
    made = outside.make_link(actor=sender, delivery_id=row.public_id)
    recalling.recall(actor=sender, dispatch_id=row.dispatch.public_id, reason="ผิดฉบับ")
    assert public.by_link(made.token).stands == "recalled"
    with pytest.raises(Conflict) as refused:
        acknowledge(made.token, row)
    assert refused.value.code == "withdrawn"


def test_a_link_that_is_over_and_one_that_never_was(world, sender, row):
    made = outside.make_link(actor=sender, delivery_id=row.public_id)
    LinkGrant.objects.update(expires_at=clock.wall())
    assert (of_link(made.token), public.by_link(made.token).stands) == (None, "expired")
    assert public.by_link("no-such-token") is None
    LinkGrant.objects.update(target_id=uuid.uuid4())
    assert public.by_link(made.token) is None


def test_only_an_open_link_shows_what_is_enclosed(world, sender, row, exactly):
    row.letter.attachments.create(ordinal=1, title="แบบฟอร์ม", file=row.letter.file)
    made = outside.make_link(actor=sender, delivery_id=row.public_id)
    with exactly(3):
        found = public.by_link(made.token)
        assert found.delivery.letter.issuer == world.province
        assert [enclosed.title for enclosed in found.attachments] == ["แบบฟอร์ม"]
        assert found.is_open
    acknowledge(made.token, row)
    assert (public.by_link(made.token).attachments, public.by_link(made.token).is_open) == ([], False)


# --- The page of a letter ------------------------------------------------------------------------------------------------


def test_the_page_of_a_letter_with_what_it_encloses_and_what_is_related(world, exactly):
    above = f.letter_of(world, world.ministry)
    letter = f.letter_of(world, world.province)
    below = f.letter_of(world, world.districts[0])
    secret = f.letter_of(world, world.province, secrecy="secret")
    memo = f.letter_of(world, world.office, kind="memo")
    letter.references.create(text="หนังสือกระทรวง", to=above)
    letter.references.create(text="หนังสือลับ", to=secret)
    letter.references.create(text="หนังสือที่ไม่รู้จัก")
    letter.references.create(text="บันทึกข้อความ", to=memo)
    below.references.create(text="หนังสือจังหวัด", to=letter)
    letter.attachments.create(ordinal=1, title="แบบฟอร์ม", file=letter.file)
    named = letter.attachments.create(ordinal=2, title="คู่มือ")
    with exactly(3):
        page = public.public_letter(letter.page_token)
        assert page.letter.issuer == world.province
        assert [row.file and row.file.name for row in page.attachments] == ["letter.pdf", None]
        assert [(row.text, row.to) for row in page.cites] == [
            ("หนังสือกระทรวง", above),
            ("หนังสือลับ", None),
            ("หนังสือที่ไม่รู้จัก", None),
            ("บันทึกข้อความ", None),
        ]
        assert page.successor is None
    assert public.file_of(page.letter) == letter.file
    assert public.file_of(page.letter, page.attachments[0].public_id) == letter.file
    assert public.file_of(page.letter, named.public_id) is None
    assert public.file_of(page.letter, uuid.uuid4()) is None


def test_nobody_walks_down_from_the_first_letter_to_those_that_came_of_it(world):
    """The address of a page is a secret: who has the ministry's paper does not get those of a thousand letters below."""
    top, below = f.letter_of(world, world.ministry), f.letter_of(world, world.province)
    below.references.create(text="หนังสือกระทรวง", to=top)
    assert below.page_token not in repr(public.public_letter(top.page_token))
    assert [row.to for row in public.public_letter(below.page_token).cites] == [top]


def test_a_memo_stays_inside_and_has_no_page(world):
    memo = f.letter_of(world, world.office, kind="memo")
    assert memo.page_token
    assert public.public_letter(memo.page_token) is None


@pytest.mark.parametrize("token", ["", "nothing", "ก", "a\x00b"])
def test_no_page_at_such_an_address(world, token):
    f.letter_of(world, world.province, secrecy="secret")
    assert public.public_letter(token) is None


def test_a_later_letter_in_its_place_and_one_that_was_called_back(world):
    letter, later = f.letter_of(world, world.province), f.letter_of(world, world.province)
    letter.superseded_by = later
    letter.attachments.create(ordinal=1, title="แบบฟอร์ม", file=letter.file)
    letter.save()
    page = public.public_letter(letter.page_token)
    assert (page.successor, len(page.attachments)) == (later, 1)
    letter.recalled_at, letter.recall_reason = clock.now(), "ผิดฉบับ"
    letter.save()
    page = public.public_letter(letter.page_token)
    assert (page.attachments, page.successor) == ([], later)
    later.page_token = None
    later.save()
    assert public.public_letter(letter.page_token).successor is None
