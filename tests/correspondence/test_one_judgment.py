"""Whatever comes in says its class in one way at every door; and whoever brings it in takes nothing from others."""

import dataclasses
import datetime

import pytest

from saduak.correspondence import actions, intake
from saduak.correspondence.actions import drafting, issuing, outside, registers_hand
from saduak.correspondence.models import Delivery, Draft, Letter, RegisterEntry
from saduak.correspondence.queries.documents import document_of
from saduak.correspondence.reading import ReadingError
from saduak.correspondence.writing.pdf import to_pdf
from saduak.foundation import clock, files
from saduak.foundation.access import Actor, Conflict, Invalid
from saduak.foundation.files.keeping import path_of
from saduak.foundation.models import StoredFile
from tests.correspondence import factories as old
from tests.correspondence import factories_registers as registers
from tests.correspondence import factories_sending as f
from tests.correspondence.factories_drafts import begun, programme, save
from tests.correspondence.test_issuing import SCAN, TODAY, refused, send, written
from tests.correspondence.test_loaded_secrets import TOP, marked
from tests.organisations.factories import actor_for

pytestmark = pytest.mark.django_db
CLASSES = "ลับ\nลับมาก\nลับที่สุด\n"
LISTED = old.OWN + f"\n\f{CLASSES}\nข้อความ\n".encode()
SECRET = "ลับมาก\nแผนปฏิบัติการ".encode()


@pytest.fixture
def world(world):
    f.open_round(world)
    return world


# --- Only what was just brought in ------------------------------------------------------------------------------------


def test_what_somebody_brings_in_is_not_taken_from_an_office_that_has_it(
    place, draft, django_capture_on_commit_callbacks
):
    """However the office came to it: a content of the highest class that others bring in is refused to them alone."""
    theirs = files.store(TOP, name="theirs.txt")
    with django_capture_on_commit_callbacks(execute=True):
        with pytest.raises(Invalid) as refusal:
            drafting.add_attachment(actor=place.clerk, draft_id=draft.public_id, file=TOP, name="mine.txt")
        with pytest.raises(Invalid):
            actions.load(actor=place.clerk, holder_id=place.office.public_id, file=TOP, name="again.txt")
    assert refusal.value.code == "top-secret"
    assert dict(StoredFile.objects.values_list("name", "state")) == {
        "theirs.txt": "checked",
        "mine.txt": "refused",
        "again.txt": "refused",
    }
    with files.open(theirs) as stream:
        assert stream.read() == TOP
    with django_capture_on_commit_callbacks(execute=True):
        intake.withdraw(theirs)
    assert not path_of(theirs.sha256).exists(), "with the last row the content goes, too"


def test_a_job_refuses_the_letter_that_it_read_and_no_other_row(place, django_capture_on_commit_callbacks):
    stored, twin = files.store(TOP, name="scan.txt"), files.store(TOP, name="twin.txt")
    letter = old.loaded(place.clerk, place.office)
    Letter.objects.filter(pk=letter.pk).update(file=stored, state="waiting")
    for code, state in (("blurred", "checked"), ("top-secret", "refused")):
        Letter.objects.filter(pk=letter.pk).update(state="waiting")
        with django_capture_on_commit_callbacks(execute=True):
            actions.keep_reading(
                actor=Actor.system("t"),
                letter_id=letter.public_id,
                reading=None,
                problem="ภาพไม่ชัด",
                code=code,
            )
        stored.refresh_from_db()
        assert (stored.state, Letter.objects.get().state) == (state, "unreadable")
    twin.refresh_from_db()
    assert (twin.state, path_of(twin.sha256).exists()) == ("checked", True)


# --- One judgment -----------------------------------------------------------------------------------------------------

AT_EVERY_DOOR = {
    "a list of all classes at the top of a page is no mark": (LISTED, ""),
    "nor is it at the end of one": (old.OWN + f"\nข้อความ\n{CLASSES}\fหน้าใหม่\n".encode(), ""),
    "some of them are": (old.OWN + "\n\fลับ\nลับมาก\n\nข้อความ\n".encode(), "very_secret"),
    "a mark at the edge of a later page": (old.OWN + "\n\fข้อความ\n\n- ลับ -\n".encode(), "secret"),
    "a mark where its reader finds one": (
        b"x\ny\nz\n" + old.OWN.replace(b"\n\n", "\n\nลับมาก\n\n".encode(), 1),
        "very_secret",
    ),
    "the highest class on a later page": (old.OWN + "\n\fลับที่สุด\n\nข้อความ\n".encode(), "top"),
}


@pytest.mark.parametrize("what", AT_EVERY_DOOR)
def test_a_file_has_the_same_class_at_every_door(place, what):
    data, expected = AT_EVERY_DOOR[what]
    doors = (
        lambda: old.loaded(place.clerk, place.office, data).secrecy,
        lambda: intake.class_in(files.store(data, name="a.txt")),
        lambda: intake.class_printed(data, "a.txt"),
        lambda: intake.class_of(intake.read(data, "a.txt")),
    )
    for number, door in enumerate(doors):
        if expected != "top":
            assert door() == expected, number
            continue
        with pytest.raises(Invalid) as refusal:
            door()
        assert refusal.value.code == "top-secret", number


def test_what_is_not_read_in_time_is_looked_at_again(monkeypatch):
    stored = files.store(marked("ลับ", b"not in time"), name="slow.txt")

    def slow(*_args):
        raise ReadingError("too-slow")

    with monkeypatch.context() as patched:
        patched.setattr(intake, "text_of", slow)
        assert (intake.class_in(stored), intake.class_printed(b"x", "a.txt")) == ("", "")
    assert intake.class_in(stored) == "secret"
    StoredFile.objects.update(state="refused")
    stored.refresh_from_db()
    with pytest.raises(Invalid) as refusal:
        intake.class_in(stored)
    assert refusal.value.code == "file-refused"


# --- The signed paper -------------------------------------------------------------------------------------------------


def test_a_signed_paper_is_not_more_secret_than_its_draft(world):
    draft = written(world, scan=False)
    paper = dataclasses.replace(document_of(draft, number="1", dated=TODAY, qr_url=""), secrecy="ลับมาก")
    with pytest.raises(Invalid) as refusal:
        issuing.attach_signed(
            actor=world.writer, draft_id=draft.public_id, file=to_pdf(paper), name="ลงนามแล้ว.pdf"
        )
    assert (refusal.value.code, set(refusal.value.fields)) == ("less-secret", {"signed_copy"})
    assert "ลับมาก" in str(refusal.value.reason)
    draft.refresh_from_db()
    assert draft.signed_copy is None


def test_a_signed_paper_that_is_a_secret_letter_is_neither_attached_nor_sent(world):
    """The same content came in as a secret letter, before it was attached, or after."""
    draft = written(world)
    secret = f.letter_of(world, world.ministry, world.office, secrecy="secret")
    Letter.objects.filter(pk=secret.pk).update(file=files.store(SCAN, name="again.pdf"))
    with pytest.raises(Invalid) as refusal:
        issuing.attach_signed(actor=world.writer, draft_id=draft.public_id, file=SCAN, name="a.pdf")
    assert refusal.value.code == "less-secret"
    assert set(refused(draft, world.writer).fields) == {"secrecy"}
    Draft.objects.filter(pk=draft.pk).update(secrecy="secret")
    assert send(draft, world.writer).secrecy == "secret"


def test_what_is_printed_on_the_signed_paper_is_looked_at_when_it_goes_out(world):
    draft = written(world)
    Draft.objects.filter(pk=draft.pk).update(signed_copy=files.store(SECRET, name="a.txt"))
    refusal = refused(draft, world.writer)
    assert (refusal.code, set(refusal.fields)) == ("not-ready", {"secrecy"})
    assert not Delivery.objects.exists()
    Draft.objects.filter(pk=draft.pk).update(secrecy="very_secret")
    letter = send(draft, world.writer)
    assert (letter.secrecy, letter.page_token) == ("very_secret", None)


def test_what_a_draft_encloses_is_asked_again_when_it_goes_out(world):
    draft = written(world)
    content = b"a,b\n7,7\n"
    drafting.add_attachment(actor=world.writer, draft_id=draft.public_id, file=content, name="a.csv")
    came = f.letter_of(world, world.ministry, world.office, secrecy="secret")
    came.attachments.create(ordinal=1, title="แนบ", file=files.store(content, name="b.csv"))
    assert set(refused(draft, world.writer).fields) == {"secrecy"}


def test_a_draft_is_not_lowered_below_what_is_printed_in_its_enclosures(place):
    draft = begun(place.clerk, place.office, place.office, programme())
    closed = save(place.clerk, draft, secrecy="very_secret")
    drafting.add_attachment(actor=place.clerk, draft_id=draft.public_id, title="ไม่มีไฟล์")
    drafting.add_attachment(actor=place.clerk, draft_id=draft.public_id, file=SECRET, name="plan.txt")
    with pytest.raises(Invalid) as refusal:
        save(place.clerk, closed, secrecy="secret")
    assert (refusal.value.code, set(refusal.value.fields)) == ("less-secret", {"secrecy"})
    drafting.remove_attachment(actor=place.clerk, attachment_id=draft.attachments.get(title="plan").public_id)
    assert save(place.clerk, closed, secrecy="").secrecy == ""


# --- Evidence and scans -----------------------------------------------------------------------------------------------


def test_evidence_is_not_more_secret_than_the_letter(world):
    row = f.at(f.to_districts(world), world.districts[0])
    secret = f.letter_of(world, world.ministry, world.office, secrecy="secret")
    Letter.objects.filter(pk=secret.pk).update(file=files.store(SCAN, name="a.pdf"))
    values = {
        "actor": world.writer,
        "delivery_id": row.public_id,
        "how": "line",
        "received_on": datetime.date(2027, 2, 4),
        "evidence": SCAN,
        "evidence_name": "a.pdf",
    }
    with pytest.raises(Invalid) as refusal:
        outside.note_outside(**values)
    assert (refusal.value.code, set(refusal.value.fields)) == ("less-secret", {"evidence"})
    row.refresh_from_db()
    assert (row.state, row.outside_evidence) == ("sent", None)
    Letter.objects.filter(pk=row.letter_id).update(secrecy="secret", page_token=None)
    assert outside.note_outside(**values).state == "received"


def test_a_line_of_a_register_is_as_secret_as_its_scan():
    with clock.travel(registers.IN_2569):
        row = registers.kept()
        clerk = registers.clerk_of(row)
        (number,) = registers_hand.reserve(
            actor=clerk,
            organisation_id=row.organisation.public_id,
            direction=registers.SEND,
            series=registers.ORDINARY,
            count=1,
            reason="ลงนามนอกระบบ",
        )

        def entered(secrecy: str) -> RegisterEntry:
            return registers_hand.enter(
                actor=clerk,
                organisation_id=row.organisation.public_id,
                direction=registers.RECEIVE,
                series=registers.ORDINARY,
                columns=dataclasses.replace(registers.PAPER, secrecy=secrecy),
                file=SECRET,
                name="scan.txt",
            )

        def filled() -> RegisterEntry:
            return registers_hand.fill_reserved(
                actor=clerk, entry_id=number.public_id, columns=registers.PAPER, file=SECRET, name="scan.txt"
            )

        for door in (lambda: entered(""), lambda: entered("secret"), filled):
            with pytest.raises(Invalid) as refusal:
                door()
            assert (refusal.value.code, set(refusal.value.fields)) == ("less-secret", {"file"})
        with pytest.raises(Invalid) as refusal:
            entered("top_secret")
        assert set(refusal.value.fields) == {"secrecy"}
        entry = entered("very_secret")
        with pytest.raises(Invalid) as refusal:
            registers_hand.amend(actor=clerk, entry_id=entry.public_id, changes={"secrecy": ""})
        assert (refusal.value.code, set(refusal.value.fields)) == ("less-secret", {"secrecy"})
        entry.refresh_from_db()
        assert entry.secrecy == "very_secret"
        plain = registers.numbered(row, secrecy="secret")
        registers_hand.amend(actor=clerk, entry_id=plain.public_id, changes={"secrecy": ""})
        plain.refresh_from_db()
        assert plain.secrecy == ""


def test_a_file_that_was_refused_closes_no_draft(place, draft):
    save(place.clerk, draft, secrecy="secret")
    drafting.add_attachment(actor=place.clerk, draft_id=draft.public_id, file=b"plain", name="a.txt")
    StoredFile.objects.update(state="refused")
    with pytest.raises(Conflict):
        files.open(StoredFile.objects.get())
    draft.refresh_from_db()
    assert save(place.clerk, draft, secrecy="").secrecy == ""


def test_an_officer_of_another_office_harms_nothing_with_a_known_content(
    world, django_capture_on_commit_callbacks
):
    """A list of the classes is a letter like any other for everybody."""
    letter = old.loaded(world.writer, world.office, LISTED)
    other = actor_for("officer", world.districts[2])
    draft = begun(other, world.districts[2], programme=world.programme)
    with django_capture_on_commit_callbacks(execute=True):
        drafting.add_attachment(actor=other, draft_id=draft.public_id, file=LISTED, name="a.txt")
    with files.open(Letter.objects.get(pk=letter.pk).file) as stream:
        assert stream.read() == LISTED
