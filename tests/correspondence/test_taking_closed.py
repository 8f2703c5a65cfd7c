"""What is refused at the mailbox tells the uncleared nothing of what is secret; and a key stands for one content."""

import dataclasses

import pytest

from saduak.correspondence.actions import taking
from saduak.correspondence.exchange import Enclosure, to_zip
from saduak.correspondence.models import ExchangeMessage, Letter
from saduak.correspondence.reading import ReadingError
from saduak.foundation.access import Actor, Invalid
from saduak.foundation.models import AuditEntry, StoredFile
from tests.correspondence import factories as old
from tests.correspondence import factories_exchange as x
from tests.correspondence.test_taking import fetched, take
from tests.organisations.factories import actor_for

pytestmark = pytest.mark.django_db
SECRET = "ลับมาก\n\n".encode() + old.OWN
PROGRAM = Enclosure("ตาราง.xlsx", "x/y", b"MZ program")


def by_people(*parts: tuple[str, bytes], subject: str = "letter") -> bytes:
    return x.by_people(*parts, subject=subject)


def broken(name: str = "b.txt") -> tuple[str, bytes]:
    """A file that is refused, whatever else is in the message."""
    return name, b"MZ\x00\x00 program"


REFUSED = {
    "the letter is secret": (("a.txt", SECRET), broken()),
    "what lies beside it is": (("a.txt", old.OWN), ("c.txt", "ลับ\n\nแผน".encode()), broken()),
    "a letter that cannot be read is": (("a.txt", "ลับ\n\nข้อความ".encode()),),
    "a file is called so": (("a.txt", old.OWN), broken("ลับมาก.txt")),
    "the highest class": (("a.txt", "ลับที่สุด\n\n".encode() + old.OWN), broken()),
}


@pytest.mark.parametrize("why", REFUSED)
def test_of_what_is_secret_neither_subject_nor_file_is_told(world, why):
    before = Letter.objects.count()
    note = fetched(world, by_people(*REFUSED[why], subject="words that nobody may know"))
    officer = actor_for("officer", world.districts[0])
    assert ExchangeMessage.objects.visible_to(officer).get() == note
    assert (note.state, note.subject, note.letter, note.address) == ("refused", "", None, "a@b.example")
    told = str(note.reason) + str(AuditEntry.objects.get(verb="correspondence.mail_refused").facts)
    assert not any(name in told for name in ("a.txt", "b.txt", "c.txt", "ลับมาก", "words"))
    expected = taking.intake.TOP_SECRET if why == "the highest class" else taking._NOT_TOLD
    assert note.reason == str(expected)
    assert Letter.objects.count() == before


@pytest.mark.parametrize(
    ("subject", "is_told"),
    [
        ("=?utf-8?B?4Lil4Lix4Lia4Lih4Liy4LiB?= x", False),  # ลับมาก
        ("=?utf-8?B?4Lir4LiZ4Lix4LiH4Liq4Li34Lit4Lil4Lix4Lia?=", False),  # หนังสือลับ
        ("=?utf-8?B?4LmB4LiI4LmJ4LiH4LiB4Lil4Lix4Lia?=", True),  # แจ้งกลับ
        ("plain", True),
    ],
)
def test_a_class_in_the_subject_closes_it(world, subject, is_told):
    note = fetched(world, by_people(("a.txt", old.OWN), broken(), subject=subject))
    assert (note.state, note.subject != "", note.reason.startswith("b.txt: ")) == (
        "refused",
        is_told,
        is_told,
    )


def test_a_manifest_that_says_secret_closes_what_is_for_another_office(world, going):
    for number, (main, secrecy, is_told) in enumerate(
        (
            (x.PAPER, "", True),
            (x.PAPER, "secret", False),
            (Enclosure("a.txt", "text/plain", SECRET), "", False),
        )
    ):
        made = x.bundle(going.row, main, recipient_code="dla", secrecy=secrecy)
        note = fetched(world, x.mailed(dataclasses.replace(made, key=f"key-{number}")))
        assert (note.state, note.subject != "") == ("refused", is_told)


def test_what_takes_too_long_to_be_looked_at_is_refused_when_it_is_read(world, going, monkeypatch):
    def slow(*_args):
        raise ReadingError("too-slow")

    monkeypatch.setattr(taking.intake, "text_of", slow)
    top = Enclosure("a.txt", "text/plain", "ลับที่สุด\n\n".encode() + old.OWN)
    with pytest.raises(Invalid) as refusal:
        take(world, to_zip(x.bundle(going.row, top)))
    assert refusal.value.code == "top-secret"


def test_whoever_brings_it_in_is_told_why(world, going):
    made = dataclasses.replace(x.bundle(going.row, secrecy="secret"), enclosures=(PROGRAM,))
    with pytest.raises(Invalid) as refusal:
        take(world, to_zip(made))
    assert str(refusal.value.fields["file"]).startswith("ตาราง.xlsx: ")


# --- One key, one content ---------------------------------------------------------------------------------------------


def test_other_content_under_a_known_key_is_refused_visibly(world, going):
    made = x.bundle(going.row)
    first = fetched(world, x.mailed(made))
    assert len(first.digest) == 64
    changed = (
        dataclasses.replace(made, main=Enclosure("a.txt", "text/plain", b"another paper")),
        dataclasses.replace(made, enclosures=()),
        x.bundle(going.row, number="ทส 0018/ว 999"),
        x.bundle(going.row, dated="2027-02-03"),
    )
    for number, other in enumerate(changed, start=1):
        raw = x.mailed(other)
        note = fetched(world, raw)
        assert (note.state, note.letter, note.subject) == ("refused", None, going.row.letter.subject)
        assert "เนื้อหาไม่เหมือนกัน" in note.reason
        assert fetched(world, raw) is None, "it is told once"
        assert ExchangeMessage.objects.filter(incoming=True, state="refused").count() == number
        with pytest.raises(Invalid) as refusal:
            take(world, to_zip(other))
        assert (refusal.value.code, set(refusal.value.fields)) == ("other-content", {"file"})
    closed = fetched(world, x.mailed(x.bundle(going.row, secrecy="secret")))
    assert (closed.state, closed.subject, closed.reason) == ("refused", "", str(taking._NOT_TOLD))
    assert fetched(world, x.mailed(made)) is None
    assert take(world, to_zip(made)) == first.letter
    assert Letter.objects.filter(origin="exchanged").count() == 1


def test_what_was_taken_before_there_were_digests_is_the_same(world, going):
    first = fetched(world, x.mailed(x.bundle(going.row)))
    ExchangeMessage.objects.update(digest="")
    assert fetched(world, x.mailed(x.bundle(going.row, number="อื่น"))) is None
    assert take(world, to_zip(x.bundle(going.row))) == first.letter


def test_a_worker_that_was_overtaken_with_other_content_says_so(world, going):
    office, actor = world.districts[0], Actor.system("mail")
    first = taking._take(actor, office, taking.Arrival.of_bundle(x.bundle(going.row)))
    other = taking.Arrival.of_bundle(x.bundle(going.row, number="อื่น"))
    stored = [StoredFile.objects.get(pk=first.letter.file_id)]
    with pytest.raises(Invalid) as refusal:
        taking._keep(actor=actor, office=office, came=other, stored=stored, reading=None, secrecy="")
    assert refusal.value.code == "other-content"


def test_a_packed_file_that_names_itself_as_a_refused_mail_is_refused(world, going):
    note = fetched(world, b"broken")
    with pytest.raises(Invalid) as refusal:
        take(world, to_zip(dataclasses.replace(x.bundle(going.row), key=note.key)))
    assert (refusal.value.code, set(refusal.value.fields)) == ("no-key", {"file"})
