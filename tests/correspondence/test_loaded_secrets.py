"""How secret a loaded letter is: as whoever brings it in says, as it reads, as a person confirms; and what never comes in."""

import pytest

from saduak.correspondence import actions, intake, tasks
from saduak.correspondence.actions.vouching import Paper
from saduak.correspondence.models import Letter, LetterFinding, RegisterEntry
from saduak.foundation import files
from saduak.foundation.access import Actor, Conflict, Invalid
from saduak.foundation.files.keeping import preview_of
from saduak.foundation.models import AuditEntry, StoredFile
from tests.correspondence import factories as f
from tests.correspondence.factories_sending import pdf
from tests.foundation.files import samples
from tests.organisations.factories import actor_for

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("tests")


def marked(word: str, text: bytes = f.OWN) -> bytes:
    """The letter with a class above its number."""
    return f"{word}\n\n".encode() + text


TOP = marked("ลับที่สุด")


def load(place, data: bytes = f.OWN, name: str = "letter.txt", actor=None, **values) -> Letter:
    return actions.load(
        actor=actor or place.clerk, holder_id=place.office.public_id, file=data, name=name, **values
    )


def sees(actor, letter: Letter) -> bool:
    return Letter.objects.visible_to(actor).filter(pk=letter.pk).exists()


# --- As it is brought in, and as it reads -----------------------------------------------------------------------------


def test_a_scan_is_closed_while_it_waits_to_be_read(place):
    officer, other = actor_for("officer", place.office), actor_for("officer", place.office)
    letter = load(place, samples.picture("PNG"), "scan.png", officer, secrecy="secret")
    assert (letter.state, letter.secrecy) == ("waiting", "secret")
    assert (sees(officer, letter), sees(place.clerk, letter), sees(other, letter)) == (True, True, False)
    assert AuditEntry.objects.get(verb="correspondence.loaded").facts["secrecy"] == "secret"
    actions.keep_reading(actor=SYSTEM, letter_id=letter.public_id, reading=intake.read(f.OWN, "letter.txt"))
    letter.refresh_from_db()
    assert (letter.state, letter.secrecy) == ("read", "secret")


@pytest.mark.parametrize(
    ("chosen", "word", "found"),
    [
        ("", "ลับ", "secret"),
        ("", "ลับมาก", "very_secret"),
        ("secret", "ลับมาก", "very_secret"),
        ("very_secret", "ลับ", "very_secret"),
        ("", "", ""),
    ],
)
def test_it_is_as_secret_as_was_said_or_as_it_reads(place, chosen, word, found):
    assert load(place, marked(word), secrecy=chosen).secrecy == found


def test_an_enclosure_makes_the_whole_as_secret_as_itself(place):
    enclosed = f.OWN.replace(b"/12", b"/7").replace("จังหวัดทดสอบ".encode(), "จังหวัดอื่น".encode())
    letter = load(place, f.OWN + b"\n" + marked("ลับมาก", enclosed))
    classes = [row["secrecy"] for row in letter.reading["documents"]]
    assert classes == [None, "ลับมาก"]
    assert letter.secrecy == "very_secret"


@pytest.mark.parametrize("secrecy", ["top_secret", "ลับ"])
def test_there_is_no_other_class(place, secrecy):
    with pytest.raises(Invalid) as refusal:
        load(place, secrecy=secrecy)
    assert (refusal.value.code, set(refusal.value.fields)) == ("top-secret", {"secrecy"})
    assert not StoredFile.objects.exists()


# --- As it is confirmed -----------------------------------------------------------------------------------------------


def confirm(place, letter: Letter, actor=None, **paper) -> Letter:
    who = actor or place.clerk
    said = f.as_read(who, letter, deadlines=())
    return actions.confirm(actor=who, letter_id=letter.public_id, confirmation=said, paper=Paper(**paper))


def facts() -> dict:
    return AuditEntry.objects.get(verb="correspondence.confirmed").facts


def test_who_confirms_may_raise_it(place):
    officer = actor_for("officer", place.office)
    done = confirm(place, load(place), officer, secrecy="very_secret")
    assert done.secrecy == "very_secret"
    assert (sees(officer, done), sees(place.clerk, done)) == (False, True)
    assert (facts()["secrecy"], facts()["secrecy_before"]) == ("very_secret", "")


def test_it_is_lowered_with_a_reason_only(place):
    letter = load(place, marked("ลับมาก"))
    for secrecy in ("secret", ""):
        with pytest.raises(Invalid) as refusal:
            confirm(place, letter, secrecy=secrecy, because=" ")
        assert (refusal.value.code, set(refusal.value.fields)) == ("less-secret", {"secrecy_because"})
        assert "ลับมาก" in str(refusal.value.reason)
    done = confirm(place, letter, secrecy="", because=" หน่วยงานเจ้าของเรื่องลดชั้นแล้ว ")
    assert done.secrecy == ""
    assert facts()["secrecy_because"] == "หน่วยงานเจ้าของเรื่องลดชั้นแล้ว"


def test_it_stays_when_nothing_is_said_of_it(place):
    assert confirm(place, load(place, marked("ลับ"))).secrecy == "secret"
    assert (facts()["secrecy"], "secrecy_before" in facts()) == ("secret", False)
    assert not RegisterEntry.objects.exists()


def test_the_highest_class_is_not_confirmed(place):
    with pytest.raises(Invalid) as refusal:
        confirm(place, load(place), secrecy="top_secret")
    assert (refusal.value.code, set(refusal.value.fields)) == ("top-secret", {"secrecy"})


# --- What never comes in ----------------------------------------------------------------------------------------------


def is_out_of_reach(stored: StoredFile) -> bool:
    """Nobody opens it, and nothing of it lies on the disk."""
    with pytest.raises(Conflict) as refusal:
        files.open(stored)
    return refusal.value.code == "file-refused" and not files.path_of(stored.sha256).exists()


def test_the_highest_class_is_refused_and_leaves_the_disk(place, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(Invalid) as refusal:
        load(place, TOP)
    assert (refusal.value.code, set(refusal.value.fields)) == ("top-secret", {"file"})
    assert is_out_of_reach(StoredFile.objects.get())
    assert not Letter.objects.exists()


def test_it_is_refused_in_an_enclosure_too(place):
    enclosed = f.OWN.replace(b"/12", b"/7").replace("จังหวัดทดสอบ".encode(), "จังหวัดอื่น".encode())
    with pytest.raises(Invalid) as refusal:
        load(place, f.OWN + b"\n" + marked("ลับที่สุด", enclosed))
    assert refusal.value.code == "top-secret"


def test_what_a_job_finds_to_be_of_the_highest_class_is_closed_for_everybody(
    place, sign_in, django_capture_on_commit_callbacks
):
    letter = load(place, samples.picture("PNG"), "scan.png")
    # What the recognition of a picture gives.
    stored = files.store(TOP, name="scan.txt")
    Letter.objects.filter(pk=letter.pk).update(file=stored)
    preview_of(stored.sha256).write_bytes(b"small")
    with django_capture_on_commit_callbacks(execute=True):
        tasks.read_letter(str(letter.public_id))
    letter = Letter.objects.get()
    assert (letter.state, letter.text, letter.reading) == ("unreadable", "", {})
    assert "ลับที่สุด" in letter.unreadable_why
    assert is_out_of_reach(letter.file)
    assert not preview_of(stored.sha256).exists()
    assert sign_in(place.clerk).get(f"/letters/{letter.public_id}/file/").status_code == 409
    assert not LetterFinding.objects.exists()
    # Again, as after a crash between the two: it says that the file is refused, and goes on.
    Letter.objects.update(state="waiting")
    tasks.read_letter(str(letter.public_id))
    assert Letter.objects.get().state == "unreadable"


@pytest.mark.parametrize(
    ("text", "is_highest"),
    [
        ("ลับที่สุด", True),
        (" ( ลับที่สุด ) \nที่ มท 0018.1/1", True),
        ("หนึ่ง\nสอง\nสาม\nสี่\nห้า\n- ลับที่สุด -\n๑", True),
        ("หน้าแรก\n\fลับที่สุด\nหน้าสอง", True),
        ("หนึ่ง\nสอง\nสาม\nลับที่สุด\nสี่\nห้า", False),
        ("ว่าด้วยหนังสือชั้นลับที่สุด", False),
        ("ลับมาก", False),
        ("", False),
    ],
)
def test_a_text_says_its_class_by_itself_at_the_edge_of_a_page(text, is_highest):
    if not is_highest:
        intake.refuse_top_secret(text)
        return
    with pytest.raises(Invalid) as refusal:
        intake.refuse_top_secret(text)
    assert refusal.value.code == "top-secret"


def test_a_file_beside_a_letter_is_looked_at_too(place, django_capture_on_commit_callbacks):
    secret = files.store(marked("ลับ", b"x"), name="plan.txt")
    assert intake.class_in(secret) == "secret"
    assert intake.class_in(files.store(b"plain", name="plain.txt")) == ""
    assert intake.class_in(pdf()) == ""
    top = files.store("ลับที่สุด\nแผน".encode(), name="top.txt")
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(Invalid):
        intake.class_in(top)
    top.refresh_from_db()
    assert is_out_of_reach(top)
    with pytest.raises(Invalid) as refusal:
        intake.bytes_of(top)
    assert refusal.value.code == "file-refused"
