"""What is broken or hostile is refused with its reason, soon, and whatever it is."""

import dataclasses
import random
import struct
import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saduak.correspondence.exchange import Enclosure, ExchangeError, kind_of, read_message, read_zip, to_zip
from saduak.correspondence.exchange.bundle import MANIFEST
from tests.correspondence.exchange.samples import HEADS, MIXED, PART, PDF, altered, mailed, one, zipped

REFUSED = {
    "newer-format": lambda: altered(lambda body: body.update(format=2)),
    "manifest-unreadable": lambda: altered(lambda _body: b"\xff{"),
    "manifest-incomplete": lambda: altered(lambda _body: b"[]"),
    "manifest-too-large": lambda: altered(lambda _body: b" " * 1_100_000),
    "no-files": lambda: altered(lambda body: body.update(files=[])),
    "file-incomplete": lambda: altered(lambda body: body["files"][0].update(sha256=None)),
    "file-missing": lambda: altered(lambda body: body["files"][0].update(packed="other.pdf")),
    "file-changed": lambda: altered(lambda body: body["files"][0].update(sha256="0" * 64)),
    "no-key": lambda: altered(lambda body: body.update(key="")),
    "no-letter": lambda: altered(lambda body: body.update(letter=None)),
    "letter-incomplete": lambda: altered(lambda body: body["letter"].update(dated="2026-13-01")),
    "secrecy": lambda: altered(lambda body: body["letter"].update(secrecy="top_secret")),
    "duty-incomplete": lambda: altered(lambda body: body["letter"].update(duties=[{"what": 1}])),
    "bad-day": lambda: altered(
        lambda body: body["letter"].update(duties=[{"what": "x", "force": "order", "due": "tomorrow"}])
    ),
    "bad-packing": lambda: zipped({"letter.pdf": PDF}, zipfile.ZIP_LZMA),
    "no-manifest": lambda: zipped({"letter.pdf": PDF}),
    "bad-name": lambda: zipped({"../letter.pdf": PDF}),
    "not-a-zip": lambda: b"PK\x03\x04 and then nothing",
    "too-many-files": lambda: zipped({f"{number}.pdf": PDF for number in range(70)}),
    "too-large": lambda: zipped({MANIFEST: b"0" * (61 * 1024 * 1024)}),
    "nested-archive": lambda: to_zip(
        one(enclosures=(Enclosure("a.zip", "application/zip", zipped({"b": b"c"})),))
    ),
}


def test_nothing_that_comes_names_itself_as_what_was_refused():
    with pytest.raises(ExchangeError) as refusal:
        read_zip(altered(lambda body: body.update(key="refused:0a1b")))
    assert refusal.value.code == "no-key"
    own = HEADS.replace(b"<1@b.example>", b"refused:0a1b")
    body = MIXED.removeprefix(HEADS) + PART + b"\r\n%PDF-1.4\r\n--b--\r\n"
    assert read_message(HEADS + body).files
    with pytest.raises(ExchangeError) as refusal:
        read_message(own + body)
    assert refusal.value.code == "no-sender"


@pytest.mark.parametrize("code", REFUSED)
def test_what_is_broken_or_hostile_is_refused_with_its_reason(code):
    with pytest.raises(ExchangeError) as refusal:
        read_zip(REFUSED[code]())
    assert refusal.value.code == code
    assert str(refusal.value.reason)


@pytest.mark.parametrize("day", ["9999-12-31", "2400-01-01", "1856-12-31", "0001-01-01"])
def test_a_year_that_nobody_could_type_is_refused(day):
    with pytest.raises(ExchangeError) as refusal:
        read_zip(altered(lambda body: body["letter"].update(dated=day)))
    assert refusal.value.code == "letter-incomplete"
    for change in (
        {"duties": [{"what": "x", "force": "order", "due": day}]},
        {"deadlines": [{"what": "x", "due": day}]},
        {"meeting": {"date": day}},
        {"forward_by": day},
    ):
        with pytest.raises(ExchangeError) as refusal:
            read_zip(altered(lambda body, change=change: body["letter"].update(change)))
        assert refusal.value.code == "bad-day"


@pytest.mark.parametrize("day", ["2399-12-31", "1857-01-01"])
def test_the_years_that_people_may_type_are_taken(day):
    assert read_zip(altered(lambda body: body["letter"].update(dated=day))).head.dated == day


def test_what_no_database_keeps_and_no_calendar_has_is_left_out():
    def change(body):
        body["letter"].update(
            subject="ก\x00\ud800",
            deadlines=["x", {"what": "ไม่มีวัน"}, {"due": "20270228", "kind": "check"}],
            meeting={"date": "2027-02-01", "start": "25:00", "end": 9, "channels": [1, "ก"], "items": [1]},
        )

    head = read_zip(altered(change)).head
    assert (head.subject, head.deadlines) == (
        "ก",
        ({"due": "", "what": "ไม่มีวัน"}, {"due": "2027-02-28", "what": ""}),
    )
    assert head.meeting == {
        "title": "",
        "date": "2027-02-01",
        "start": "",
        "end": "",
        "place": "",
        "channels": ["ก"],
        "items": [],
    }


WRONG = {
    "forward_by": "bad-day",
    "acknowledge_by": "bad-day",
    "deadlines": "bad-day",
    "meeting": "bad-day",
}


@pytest.mark.parametrize("field", WRONG)
def test_a_day_that_no_calendar_has_is_never_guessed(field):
    wrong = {"deadlines": [{"due": "2027-02-30"}], "meeting": {"date": {"day": 1}}}.get(field, "2027-02-30")
    with pytest.raises(ExchangeError) as refusal:
        read_zip(altered(lambda body: body["letter"].update({field: wrong})))
    assert refusal.value.code == WRONG[field]


@pytest.mark.parametrize(
    "name", ["fdp.\u202eexe", "a\u2066b.pdf", "a\r\nBcc: x@y.example", "a\x00.pdf", "\u200fx.pdf"]
)
def test_a_name_that_misleads_is_refused_wherever_it_stands(name):
    with pytest.raises(ExchangeError) as refusal:
        read_zip(altered(lambda body: body["files"][0].update(name=name)))
    assert refusal.value.code == "bad-name"
    encoded = "".join(f"%{byte:02X}" for byte in name.encode())
    head = f"Content-Type: application/pdf\r\nContent-Disposition: attachment; filename*=utf-8''{encoded}\r\n"
    with pytest.raises(ExchangeError) as refusal:
        read_message(MIXED + head.encode() + b"\r\n%PDF-1.4\r\n--b--\r\n")
    assert refusal.value.code == "bad-name"


@pytest.mark.parametrize("name", ["a/b.pdf", "..\\b.pdf", "/etc/passwd", "C:\\a.pdf", "../../a"])
def test_a_path_is_no_name(name):
    with pytest.raises(ExchangeError) as refusal:
        read_zip(zipped({name: PDF}))
    assert refusal.value.code == "bad-name"


def test_a_kind_of_file_breaks_no_line_of_a_message():
    odd = Enclosure("a.pdf", "application/pdf\r\nBcc: x@y.example", PDF)
    for media_type in (odd.media_type, "multipart/mixed", "message/rfc822", "", "text"):
        raw = mailed(dataclasses.replace(one(), main=dataclasses.replace(odd, media_type=media_type)))
        assert b"\nBcc:" not in raw
        assert read_message(raw).bundle.main.data == PDF
    lines = dataclasses.replace(one(), head=dataclasses.replace(one().head, subject="x\r\nBcc: x@y.example"))
    assert b"\nBcc:" not in mailed(lines)


@pytest.mark.parametrize(
    "head",
    [
        b"PK\x05\x06",
        b"PK\x07\x08",
        b"Rar!\x1a",
        b"7z\xbc\xaf\x27\x1c",
        b"\x1f\x8b",
        b"BZh9",
        b"\xfd7zXZ",
        b"MSCF",
        b"\x28\xb5\x2f\xfd",
        b"\0" * 257 + b"ustar",
    ],
)
def test_no_archive_hides_inside(head):
    with pytest.raises(ExchangeError) as refusal:
        read_zip(to_zip(one(enclosures=(Enclosure("a", "x/y", head + b"rest"),))))
    assert refusal.value.code == "nested-archive"


def test_an_office_document_is_no_nested_archive_and_no_packed_letter():
    document = zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})
    assert (
        read_zip(to_zip(one(enclosures=(Enclosure("a.docx", "x/y", document),)))).enclosures[0].data
        == document
    )
    assert (kind_of(document, "a.docx"), kind_of(to_zip(one()), "ชุด.zip"), kind_of(to_zip(one()), "x")) == (
        "",
        "zip",
        "zip",
    )
    assert (kind_of(b"broken", "A.ZIP"), kind_of(b"From: a", "a.EML"), kind_of(PDF, "a.pdf")) == (
        "zip",
        "mail",
        "",
    )


def test_a_list_of_a_million_entries_is_not_read():
    """What the end of an archive says of its list is looked at before the list."""
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 2, 2, 50_000_000, 0, 0)
    many = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 46, 0, 0)
    large = struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1) + struct.pack(
        "<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, 46, 0, 0
    )
    for data in (b"x" * 100 + end, b"x" * 100 + many, b"x" * 100 + large):
        with pytest.raises(ExchangeError) as refusal:
            read_zip(data)
        assert refusal.value.code == "too-many-files"


def test_a_bomb_is_put_out_before_it_is_unpacked():
    made = zipped({f"{number}.bin": b"\0" * (20 * 1024 * 1024) for number in range(4)})
    assert len(made) < 200_000
    with pytest.raises(ExchangeError) as refusal:
        read_zip(made)
    assert refusal.value.code == "too-large"


def test_a_packed_letter_with_any_byte_changed_ends_in_a_letter_or_a_reason():
    packed, dice = to_zip(one()), random.Random(7)
    refused = 0
    for _try in range(400):
        data = bytearray(packed)
        for _change in range(dice.randint(1, 3)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        try:
            read_zip(bytes(data[: dice.randrange(1, len(data)) if dice.random() < 0.2 else len(data)]))
        except ExchangeError as refusal:
            assert str(refusal.reason)  # noqa: PT017 - either end is right
            refused += 1
    assert refused > 200


MAILS = {
    "no-sender": b"Subject: x\r\n\r\nwords",
    "no-letter": HEADS + b"\r\nwords only",
    "bad-encoding": MIXED + PART + b"Content-Transfer-Encoding: base64\r\n\r\n!!!!\xff\xfe=\r\n--b--\r\n",
    "nested-archive": MIXED + PART + b"\r\nPK\x03\x04zip\r\n--b--\r\n",
    "too-large": b"x" * (91 * 1024 * 1024),
    "too-many-files": MIXED + b"\r\n--b\r\n".join([PART + b"\r\n%PDF"] * 70) + b"\r\n--b--\r\n",
    "too-many-parts": MIXED
    + b"\r\n--b\r\n".join([b"Content-Type: text/plain\r\n\r\nx"] * 300)
    + b"\r\n--b--\r\n",
    "unreadable": b"From: " + b"a@b.example, " * 30_000 + b"\r\n\r\nx",
}


@pytest.mark.parametrize("code", MAILS)
def test_an_email_that_cannot_be_taken_is_refused_with_its_reason(code):
    with pytest.raises(ExchangeError) as refusal:
        read_message(MAILS[code])
    assert refusal.value.code == code


SLOW = {
    "a header of a megabyte": HEADS + b"Subject: " + b"=?utf-8?q?a?= " * 80_000 + b"\r\n\r\nx",
    "a thousand parameters": HEADS + b"Content-Type: multipart/mixed; " + b"a=b; " * 30_000 + b"\r\n\r\nx",
    "brackets in brackets": HEADS + b"Subject: x\r\nReply-To: " + b"(" * 30_000 + b"\r\n\r\nx",
    "a hundred thousand parts": MIXED + b"\r\n--b\r\n\r\nx" * 100_000,
    "parts in parts": HEADS
    + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(1900)),
    "letters in letters": HEADS + b"Content-Type: message/rfc822\r\n\r\n" * 20_000,
    "many heavy headers": MIXED
    + b"\r\n--b\r\n".join(
        [
            b"Content-Type: application/pdf; "
            + b"a=b; " * 1500
            + b"\r\nContent-Disposition: attachment\r\n\r\n%PDF"
        ]
        * 60
    )
    + b"\r\n--b--\r\n",
}


@pytest.mark.parametrize("what", SLOW)
def test_a_message_that_would_take_minutes_is_refused_in_seconds(what):
    began = time.process_time()
    with pytest.raises(ExchangeError):
        read_message(SLOW[what])
    assert time.process_time() - began < 20


def test_a_document_shown_inside_a_message_counts_and_a_picture_there_does_not():
    raw = (
        MIXED
        + b"Content-Type: image/png; name=logo.png\r\nContent-Disposition: inline; filename=logo.png\r\n\r\nlogo\r\n--b\r\n"
        + b"Content-Type: text/plain\r\nContent-Disposition: attachment; filename=note.txt\r\n\r\nnote\r\n--b\r\n"
        + b"Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\n%PDF-1.4\r\n--b\r\n"
        + b"Content-Type: application/pdf\r\nContent-Disposition: inline; filename=letter.pdf\r\n\r\n%PDF-1.4\r\n--b--\r\n"
    )
    assert [row.name for row in read_message(raw).files] == ["a.pdf", "letter.pdf", "note.txt"]


@settings(max_examples=120, deadline=None)
@given(st.binary(max_size=2000) | st.binary(max_size=400).map(lambda data: MIXED + PART + data))
def test_any_bytes_end_in_a_letter_or_a_reason(data):
    for reader in (read_zip, read_message):
        try:
            reader(data)
        except ExchangeError as refusal:
            assert refusal.code  # noqa: PT017 - either end is right, nothing else is
