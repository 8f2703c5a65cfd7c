"""Letters from outside: taken once, with all that they say, or refused with a reason; and who vouches for the sender."""

import dataclasses
import mailbox

import pytest
from django.test import override_settings

from saduak.correspondence import mailing, rules, tasks
from saduak.correspondence.actions import loading, taking
from saduak.correspondence.exchange import Enclosure, to_zip
from saduak.correspondence.models import ExchangeMessage, Letter, LetterFinding
from saduak.correspondence.queries import letter_page
from saduak.foundation import files, jobs
from saduak.foundation.access import Actor, Invalid, Refused
from saduak.foundation.models import StoredFile
from saduak.organisations.models import Organisation
from tests.correspondence import factories as old
from tests.correspondence import factories_exchange as x
from tests.correspondence import factories_sending as f

pytestmark = pytest.mark.django_db
SERVER = "mx.district.example"
SIGNED = f"{SERVER}; dkim=pass header.d=province.example"
TOP = "ลับที่สุด\n\n".encode() + old.OWN


def take(world, data: bytes, name: str = "letter.zip", **values):
    """What a clerk of the first district brings in."""
    office = world.districts[0]
    return taking.take_upload(
        actor=world.clerk(office), organisation_id=office.public_id, data=data, name=name, **values
    )


def fetched(world, raw: bytes, server: str = SERVER):
    return taking.take_mail(
        actor=Actor.system("mail"), organisation_id=world.districts[0].public_id, raw=raw, server=server
    )


# --- A packed file ----------------------------------------------------------------------------------------------------


def test_what_was_packed_here_is_taken_there_with_all_that_it_says(world, going):
    """The other house is another office of this one, which never got the letter otherwise."""
    packed = to_zip(x.bundle(going.row))
    taken = take(world, packed)
    assert take(world, packed) == taken
    first = taken.reading["documents"][0]
    assert (taken.state, taken.origin, taken.holder, taken.urgency, taken.is_circular) == (
        "read",
        "exchanged",
        world.districts[0],
        "urgent",
        True,
    )
    assert (first["number"], first["date"], first["subject"], first["issuer"], first["urgency"]) == (
        going.row.letter.number,
        "2027-02-04",
        going.row.letter.subject,
        "จังหวัดทดสอบ",
        "ด่วน",
    )
    assert [(duty["what"], duty["due"], duty["force"]) for duty in first["actions"]] == [
        ("ส่งแบบตอบรับ", "2027-02-09", "order"),
        ("ทราบ", None, "inform"),
        ("ตอบรับทราบหนังสือฉบับนี้", "2027-02-07", "request"),
        ("แจ้งหนังสือฉบับนี้ต่อ", "2027-02-08", "request"),
    ]
    assert first["deadlines"] == [
        {"date": "2027-02-20", "what": "ส่งใบสมัคร"},
        {"date": "2027-02-15", "what": ""},
    ]
    assert first["references"] == [{"number": "หนังสือกรมทดสอบ ที่ มท 0810.7/ว 51", "date": None}]
    note = ExchangeMessage.objects.get()
    assert (note.letter, note.channel, note.state, note.key) == (
        taken,
        "zip",
        "taken",
        str(going.row.public_id),
    )


def test_the_meeting_and_what_lies_beside_come_along(world, going):
    taken = take(world, to_zip(x.bundle(going.row)))
    first, agenda = taken.reading["documents"]
    (meeting,) = first["meetings"]
    assert meeting == {
        "date": "2027-02-10",
        "start": "09:00",
        "end": "12:00",
        "where": "ห้องประชุมศาลากลาง",
        "channels": ["ระบบประชุมทางไกล"],
    }
    assert (agenda["kind"], agenda["subject"], agenda["meetings"]) == (
        "agenda",
        x.MEETING["title"],
        [meeting],
    )
    begin, end = agenda["spans"]["document"]
    assert taken.text[begin:end] == "ประชุมชี้แจงการสมัคร\n09:00 เปิดการประชุม"
    beside = taken.attachments.get()
    assert (beside.title, beside.copies) == ("กำหนดการ", "จำนวน 1 ฉบับ")
    with files.open(beside.file) as stream:
        assert stream.read() == b"a,b\n1,2\n"


def test_whoever_confirms_sees_the_days_the_meeting_and_what_the_office_must_do(world, going):
    taken = take(world, to_zip(x.bundle(going.row)))
    told = letter_page(world.clerk(world.districts[0]), taken)
    assert (told.meeting["title"], told.meeting["where"]) == (x.MEETING["title"], "ห้องประชุมศาลากลาง")
    assert [row["what"] for row in told.agenda] == ["เปิดการประชุม"]
    assert [str(row.due_on) for row in told.deadlines] == ["2027-02-20", "2027-02-15"]
    assert [(str(row.due_on), row.mine) for row in told.duties[2:]] == [
        ("2027-02-07", True),
        ("2027-02-08", True),
    ]
    assert told.issuer == world.province


def test_what_the_paper_says_is_read_too_and_where_it_differs_that_is_said(world, going):
    """The manifest tells of the letter ที่ ทส 0018/ว 1; its paper is another one."""
    paper = Enclosure("letter.txt", "text/plain", old.OWN)
    taken = take(world, to_zip(x.bundle(going.row, paper, meeting={}, deadlines=())))
    first = taken.reading["documents"][0]
    assert taken.text.startswith("ที่ ทส 0018.1/12")
    assert (first["number"], first["windows"][0]["start"]) == (going.row.letter.number, "2023-01-01")
    assert "number" not in first["spans"]
    assert first["deadlines"], "what the manifest does not say is taken from the paper"
    found = LetterFinding.objects.filter(letter=taken, code="manifest-differs").order_by("pk")
    assert [row.evidence for row in found] == [
        [going.row.letter.number, "ทส 0018.1/12"],
        ["2027-02-04", "2022-12-12"],
    ]
    same = take(
        world,
        to_zip(
            dataclasses.replace(
                x.bundle(going.row, paper, number="ทส ๐๐๑๘.๑/๑๒", dated="2022-12-12", kind="letter"),
                key="other",
            )
        ),
    )
    assert not LetterFinding.objects.filter(letter=same, code="manifest-differs").exists()


def test_a_packed_letter_is_taken_by_the_office_that_it_is_for(world, going):
    packed = to_zip(x.bundle(going.row))
    other = world.districts[1]
    with pytest.raises(Refused):
        taking.take_upload(
            actor=world.clerk(other), organisation_id=world.districts[0].public_id, data=packed, name="a.zip"
        )
    values = {"actor": world.clerk(other), "organisation_id": other.public_id, "name": "a.zip"}
    with pytest.raises(Invalid) as refusal:
        taking.take_upload(**values, data=packed)
    assert refusal.value.code == "for-another-office"
    with pytest.raises(Invalid) as refusal:
        taking.take_upload(**values, data=b"no")
    assert (refusal.value.code, set(refusal.value.fields)) == ("not-a-zip", {"file"})
    assert taking.take_upload(**values | {"name": "a.txt"}, data=old.OWN) is None
    assert not Letter.objects.filter(origin="exchanged").exists()


def test_a_letter_is_as_secret_as_the_highest_that_is_said_of_it(world, going):
    marked = "ลับมาก\n\nตาราง".encode()
    beside = (Enclosure("ตาราง.txt", "text/plain", marked),)
    found = x.bundle(going.row, secrecy="secret")
    for number, (made, said, secrecy) in enumerate(
        (
            (found, "", "secret"),
            (dataclasses.replace(found, enclosures=beside), "", "very_secret"),
            (x.bundle(going.row), "very_secret", "very_secret"),
            (
                x.bundle(going.row, Enclosure("a.txt", "text/plain", "ลับ\n\n".encode() + old.OWN)),
                "",
                "secret",
            ),
        )
    ):
        taken = take(world, to_zip(dataclasses.replace(made, key=f"key-{number}")), secrecy=said)
        assert taken.secrecy == secrecy
    with pytest.raises(Invalid) as refusal:
        take(world, to_zip(found), secrecy="top")
    assert set(refusal.value.fields) == {"secrecy"}


def _in_manifest(made):
    return dataclasses.replace(made, head=dataclasses.replace(made.head, secrecy="top_secret"))


def _in_main(made):
    return dataclasses.replace(made, main=Enclosure("a.txt", "text/plain", TOP))


def _in_enclosure(made):
    marked = Enclosure("b.txt", "text/plain", "ลับที่สุด\n\nตาราง".encode())
    return dataclasses.replace(made, enclosures=(marked,))


def _without_ending(made):
    marked = Enclosure("b", "text/plain", "ลับที่สุด\n\nตาราง".encode())
    return dataclasses.replace(made, enclosures=(marked,))


def test_what_is_refused_says_which_file(world, going):
    program = Enclosure("ตาราง.xlsx", "x/y", b"MZ program")
    with pytest.raises(Invalid) as refusal:
        take(world, to_zip(dataclasses.replace(x.bundle(going.row), enclosures=(program,))))
    assert str(refusal.value.fields["file"]).startswith("ตาราง.xlsx: ")


@pytest.mark.parametrize("change", [_in_manifest, _in_main, _in_enclosure, _without_ending])
def test_the_highest_class_is_refused_at_this_door_too_and_nothing_is_kept(world, going, change):
    before = set(StoredFile.objects.values_list("pk", flat=True))
    made = change(x.bundle(going.row))
    with pytest.raises(Invalid) as refusal:
        take(world, to_zip(made))
    assert refusal.value.code in {"top-secret", "secrecy"}
    assert not Letter.objects.filter(origin="exchanged").exists()
    kept = StoredFile.objects.exclude(pk__in=before)
    assert {row.state for row in kept if row.sha256 == made.enclosures[-1].sha256} <= {"refused"}
    if change is not _without_ending:
        assert not kept.exists()
    note = fetched(world, x.mailed(made))
    assert (note.state, note.subject, note.letter) == ("refused", "", None)


def test_a_paper_that_only_its_reader_finds_to_be_of_the_highest_class(world, going):
    """The mark stands where letters have it, but not at the edge of a page."""
    deep = old.OWN.replace(b"\n\n", "\n\nลับที่สุด\n\n".encode(), 1)
    with pytest.raises(Invalid) as refusal:
        take(world, to_zip(x.bundle(going.row, Enclosure("a.txt", "text/plain", b"x\ny\nz\n" + deep))))
    assert refusal.value.code == "top-secret"


# --- E-mail -----------------------------------------------------------------------------------------------------------


def test_the_same_message_fetched_again_is_taken_once(world, going):
    raw = x.mailed(x.bundle(going.row))
    note = fetched(world, raw)
    assert (note.state, note.address, note.letter.state) == ("taken", "saraban@province.example", "read")
    assert fetched(world, raw) is None
    assert take(world, to_zip(x.bundle(going.row))) == note.letter, "by whatever way it comes again"
    refused = fetched(world, b"broken")
    assert (refused.state, bool(refused.reason)) == ("refused", True)
    assert fetched(world, b"broken") is None


def test_a_refused_message_that_its_sender_put_right_is_taken_under_the_same_name(world, going):
    wrong = x.mailed(x.bundle(going.row, recipient_code="dla"))
    note = fetched(world, wrong)
    assert (note.state, note.subject) == ("refused", going.row.letter.subject)
    secret = fetched(world, x.mailed(x.bundle(going.row, recipient_code="dla", secrecy="secret")))
    assert (secret.state, secret.subject) == ("refused", "")
    assert fetched(world, x.mailed(x.bundle(going.row))).state == "taken"


def test_a_worker_that_was_overtaken_keeps_what_the_other_wrote(world, going):
    """Both looked before either wrote: the key decides."""
    office = world.districts[0]
    came = taking.Arrival.of_bundle(x.bundle(going.row))
    first = taking._take(Actor.system("mail"), office, came)
    stored = [StoredFile.objects.get(pk=first.letter.file_id)]
    again = taking._keep(
        actor=Actor.system("mail"), office=office, came=came, stored=stored, reading=None, secrecy=""
    )
    assert (again, Letter.objects.filter(origin="exchanged").count()) == (first, 1)


def test_a_key_that_was_taken_without_a_letter_is_no_letter(world, going):
    came = taking.Arrival.of_bundle(x.bundle(going.row))
    office = world.districts[0]
    ExchangeMessage.objects.create(
        organisation=office, incoming=True, channel="zip", state="refused", reason="x", key=came.key
    )
    with pytest.raises(taking.IntegrityError):
        taking._take(Actor.system("mail"), office, came)


def test_letter_and_message_are_written_together_or_not_at_all(world, monkeypatch):
    def killed(*_args, **_kwargs):
        raise SystemExit

    monkeypatch.setattr(taking, "_note_sender", killed)
    raw = x.by_people(("letter.txt", old.OWN))
    with pytest.raises(SystemExit):
        fetched(world, raw)
    assert not Letter.objects.exists()
    assert not ExchangeMessage.objects.exists()
    monkeypatch.undo()
    assert fetched(world, raw).state == "taken"
    assert Letter.objects.count() == 1


def test_a_letter_that_people_mail_is_read_as_any_other(world):
    made = fetched(world, x.by_people(("letter.txt", old.OWN), ("b.txt", b"more"), name="z@b.example"))
    assert (made.state, made.letter.origin, made.letter.state) == ("taken", "exchanged", "read")
    assert made.letter.reading["documents"][0]["number"] == "ทส 0018.1/12"
    assert [row.title for row in made.letter.attachments.all()] == ["b.txt"]


def test_a_scan_that_people_mail_waits_for_its_job(world):
    with files.open(f.pdf()) as stream:
        scan = stream.read()
    made = fetched(world, x.by_people(("note.txt", old.OWN), ("scan.pdf", scan)))
    assert made.letter.file.name == "scan.pdf", "a document is the letter rather than a text beside it"
    assert (made.letter.state, made.letter.origin) == ("waiting", "exchanged")
    assert [row.code for row in made.letter.findings.all()] == ["sender-unverified"]
    loading.keep_reading(
        actor=Actor.system("test"), letter_id=made.letter.public_id, reading=None, problem="x"
    )
    made.letter.refresh_from_db()
    assert (made.letter.state, made.letter.origin) == ("unreadable", "exchanged")


def test_a_saved_message_is_taken_as_it_would_be_from_the_mailbox(world):
    taken = take(world, x.by_people(("letter.txt", old.OWN)), "จดหมาย.eml")
    assert (taken.origin, taken.state) == ("exchanged", "read")
    with pytest.raises(Invalid) as refusal:
        take(world, b"From: a@b.example\r\nMessage-ID: <1@b>\r\n\r\nwords", "a.eml")
    assert refusal.value.code == "no-letter"
    assert not ExchangeMessage.objects.filter(state="refused").exists()


# --- Who vouches for the sender ---------------------------------------------------------------------------------------


def sender_of(letter) -> tuple[str, str, list[str]]:
    found = letter.findings.get(code__startswith="sender-")
    return found.code, found.severity, found.evidence


def test_a_sender_is_unproven_unless_the_server_vouches_for_the_address_of_the_issuer(world, going):
    Organisation.objects.filter(pk=world.office.pk).update(email="Saraban@province.example")
    vouched = ("sender-vouched", "info", ["saraban@province.example", world.office.name_th])
    unproven = ("sender-unverified", "warning", ["saraban@province.example"])
    cases = (
        (x.mailed(x.bundle(going.row), said=SIGNED), SERVER, vouched),
        (x.mailed(x.bundle(going.row)), SERVER, unproven),
        (x.mailed(x.bundle(going.row), said=SIGNED), "", unproven),
        (x.mailed(x.bundle(going.row, issuer="กรมทดสอบ"), said=SIGNED), SERVER, unproven),
        (x.mailed(x.bundle(going.row, issuer="ใครก็ไม่รู้"), said=SIGNED), SERVER, unproven),
        (
            x.mailed(x.bundle(going.row), sender="other@province.example", said=SIGNED),
            SERVER,
            ("sender-unverified", "warning", ["other@province.example"]),
        ),
    )
    for number, (raw, server, expected) in enumerate(cases):
        assert sender_of(fetched(world, raw, server).letter) == expected, number
        # Forgotten, so that the next one is not the same message come again.
        ExchangeMessage.objects.all().delete()


def test_a_saved_message_vouches_for_nothing_and_a_packed_file_names_no_sender(world, going):
    Organisation.objects.filter(pk=world.office.pk).update(email="saraban@province.example")
    saved = take(world, x.mailed(x.bundle(going.row), said=SIGNED), "a.eml")
    assert sender_of(saved)[0] == "sender-unverified"
    handed = take(world, to_zip(dataclasses.replace(x.bundle(going.row), key="other")))
    assert not handed.findings.filter(code__startswith="sender-").exists()


def test_whoever_speaks_for_the_issuer_answers_for_each_message_anew(world, going):
    first = fetched(world, x.by_people(("letter.txt", old.OWN))).letter
    row = first.findings.get(code="sender-unverified")
    assert row.asks
    clerk = world.clerk(world.districts[0])
    loading.settle_finding(actor=clerk, finding_id=row.public_id, settled="as_written")
    second = fetched(world, x.by_people(("letter.txt", old.OWN), name="again@b.example")).letter
    assert second.findings.get(code="sender-unverified").settled == ""
    assert rules.may_confirm(clerk, second)


# --- The mailbox ------------------------------------------------------------------------------------------------------


@pytest.fixture
def box(world, tmp_path):
    """A mailbox of the first district, filled by a mail server."""
    made = mailbox.Maildir(tmp_path / "saraban")
    setting = f"{world.districts[0].code}=maildir:{tmp_path / 'saraban'}?auth={SERVER}"
    with override_settings(LETTER_MAILBOXES=setting):
        yield made


def fetch() -> int:
    (found,) = mailing.configured()
    return mailing.fetch(found.organisation, mailing.digest(found))


def test_the_mailbox_is_emptied_once_and_what_cannot_be_taken_says_why(world, going, box):
    Organisation.objects.filter(pk=world.office.pk).update(email="saraban@province.example")
    box.add(x.mailed(x.bundle(going.row), said=SIGNED))
    box.add(b"From: a@b.example\r\nSubject: hello\r\nMessage-ID: <x@b.example>\r\n\r\nno letter")
    box.add(x.mailed(dataclasses.replace(x.bundle(going.row, recipient_code="dla"), key="other")))
    assert fetch() == 3
    assert fetch() == 0
    found = ExchangeMessage.objects.filter(incoming=True)
    assert sorted((row.state, row.reason != "", row.letter is not None) for row in found) == [
        ("refused", True, False),
        ("refused", True, False),
        ("taken", False, True),
    ]
    assert sender_of(Letter.objects.get(origin="exchanged"))[0] == "sender-vouched"


def test_one_message_that_nobody_foresaw_stops_none_behind_it(world, box, monkeypatch):
    box.add(x.by_people(("letter.txt", old.OWN)))
    monkeypatch.setattr(taking, "read_message", lambda *_args, **_kwargs: 1 / 0)
    assert fetch() == 1
    assert ExchangeMessage.objects.get().reason == "จดหมายนี้นำเข้าไม่ได้ ขอให้ผู้ส่งส่งใหม่"


@pytest.mark.parametrize("away", [OSError(28, "no space"), Refused("scanner")])
def test_what_is_away_for_a_while_is_tried_again(world, box, monkeypatch, away):
    box.add(x.by_people(("letter.txt", old.OWN)))

    def full(*_args, **_kwargs):
        raise away

    monkeypatch.setattr(taking.files, "store", full)
    with pytest.raises(type(away)):
        fetch()
    assert not ExchangeMessage.objects.exists()
    monkeypatch.undo()
    assert fetch() == 1


def test_mailboxes_of_nobody_are_passed_over(world, tmp_path):
    with override_settings(LETTER_MAILBOXES=f"nobody=maildir:{tmp_path}"):
        assert fetch() == 0
        assert mailing.fetch("nobody", "another") == 0


def test_the_tick_has_each_mailbox_looked_at(world, box):
    box.add(b"From: a@b.example\r\nMessage-ID: <z@b.example>\r\n\r\nno letter")
    tasks.look_for_mail()
    jobs.run_pending()
    assert ExchangeMessage.objects.get().state == "refused"
