"""A letter that is packed and unpacked loses nothing; what is broken or hostile is refused with its reason."""

import datetime
import io
import json
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saduak.correspondence.exchange import (
    Bundle,
    Enclosure,
    ExchangeError,
    Head,
    read_message,
    read_zip,
    to_message,
    to_zip,
)
from saduak.correspondence.exchange.bundle import MANIFEST

AT = datetime.datetime(2026, 11, 28, 9, 30, tzinfo=datetime.UTC)
PDF = b"%PDF-1.7\n%what follows is not looked at here\n"

words = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=40)
line = words.map(lambda text: " ".join(text.split()) or "-")
days = st.dates(datetime.date(2000, 1, 1), datetime.date(2100, 1, 1)).map(datetime.date.isoformat)
duty = st.fixed_dictionaries(
    {
        "who": line,
        "what": line,
        "due": st.none() | days,
        "force": st.sampled_from(["order", "request", "inform"]),
    }
)
heads = st.builds(
    Head,
    kind=st.sampled_from(["external", "memo", "stamped"]),
    number=line,
    dated=days,
    subject=line,
    issuer=line,
    issuer_code=line,
    recipient=line,
    urgency=st.sampled_from(["", "urgent", "most_urgent"]),
    secrecy=st.sampled_from(["", "secret"]),
    is_circular=st.booleans(),
    references=st.lists(line, max_size=3).map(tuple),
    duties=st.lists(duty, max_size=3).map(tuple),
    acknowledge_by=st.none() | days,
)
files = st.builds(
    Enclosure,
    name=line,
    media_type=st.sampled_from(["application/pdf", "image/png", "application/octet-stream"]),
    data=st.binary(max_size=300).map(lambda data: PDF + data),
    title=line,
    copies=st.just("") | line,
)
bundles = st.builds(
    Bundle, key=st.uuids().map(str), head=heads, main=files, enclosures=st.lists(files, max_size=3).map(tuple)
)


def one(**changes) -> Bundle:
    head = Head("external", "มห 0018.1/ว 96", "2026-11-28", "ขอเชิญสมัคร", "จังหวัดทดสอบ")
    return Bundle("a-key", head, Enclosure("หนังสือ.pdf", "application/pdf", PDF), **changes)


def mailed(bundle: Bundle) -> bytes:
    return to_message(
        bundle,
        sender="saraban@province.example",
        recipient="saraban@district.example",
        text="หนังสือถึงท่าน",
        at=AT,
        host="saduak.example",
    )


@settings(max_examples=60, deadline=None)
@given(bundles)
def test_a_zip_gives_back_what_was_packed(bundle):
    assert read_zip(to_zip(bundle)) == bundle


@settings(max_examples=60, deadline=None)
@given(bundles)
def test_an_email_gives_back_what_was_sent(bundle):
    mail = read_message(mailed(bundle))
    assert mail.bundle == bundle
    assert mail.message_id == f"<{bundle.key}@saduak.example>"
    assert mail.sender == "saraban@province.example"


def test_the_same_letter_makes_the_same_bytes():
    assert to_zip(one()) == to_zip(one())


def test_files_of_one_name_stay_apart():
    twin = Enclosure("หนังสือ.pdf", "application/pdf", PDF + b"2", title="กำหนดการ")
    assert read_zip(to_zip(one(enclosures=(twin,)))).enclosures == (twin,)


def test_an_email_of_people_brings_its_files_the_letter_first():
    message = (
        b"From: someone@agency.example\r\nTo: saraban@district.example\r\nSubject: =?utf-8?b?4Lir4LiZ4Lix4LiH4Liq4Li34Lit?=\r\n"
        b"Message-ID: <1@agency.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: application/vnd.ms-excel\r\nContent-Disposition: attachment; filename=list.xls\r\n\r\nrows\r\n"
        b"--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=letter.pdf\r\n\r\n%PDF-1.4\r\n"
        b"--b--\r\n"
    )
    mail = read_message(message)
    assert mail.subject == "หนังสือ"
    assert [row.name for row in mail.files] == ["letter.pdf", "list.xls"]
    assert mail.bundle is None


def altered(change) -> bytes:
    """The ZIP of a letter whose manifest somebody changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(to_zip(one()))) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == MANIFEST:
                body = json.loads(data)
                data = change(body) or json.dumps(body).encode()
            new.writestr(name, data)
    return made.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


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
    "duty-day": lambda: altered(
        lambda body: body["letter"].update(duties=[{"what": "x", "force": "order", "due": "tomorrow"}])
    ),
    "no-manifest": lambda: zipped({"letter.pdf": PDF}),
    "bad-name": lambda: zipped({"../letter.pdf": PDF}),
    "not-a-zip": lambda: b"PK\x03\x04 and then nothing",
    "too-many-files": lambda: zipped({f"{number}.pdf": PDF for number in range(70)}),
    "too-large": lambda: zipped({MANIFEST: b"0" * (61 * 1024 * 1024)}),
    "nested-archive": lambda: to_zip(
        one(enclosures=(Enclosure("a.zip", "application/zip", zipped({"b": b"c"})),))
    ),
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_is_broken_or_hostile_is_refused_with_its_reason(code):
    with pytest.raises(ExchangeError) as refusal:
        read_zip(REFUSED[code]())
    assert refusal.value.code == code
    assert str(refusal.value.reason)


def test_what_no_database_keeps_and_no_calendar_has_is_left_out():
    def change(body):
        body["letter"].update(
            subject="ก\x00\ud800", deadlines=[{"due": "x"}, {"due": "2027-02-28", "kind": "check"}]
        )

    head = read_zip(altered(change)).head
    assert (head.subject, head.deadlines) == ("ก", ({"due": "2027-02-28", "kind": "check"},))


HEADS = b"From: a@b.example\r\nMessage-ID: <1@b.example>\r\nMIME-Version: 1.0\r\n"
MIXED = HEADS + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
PART = b"Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n"
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
}


@pytest.mark.parametrize("code", MAILS)
def test_an_email_that_cannot_be_taken_is_refused_with_its_reason(code):
    with pytest.raises(ExchangeError) as refusal:
        read_message(MAILS[code])
    assert refusal.value.code == code


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=2000) | st.binary(max_size=400).map(lambda data: MIXED + PART + data))
def test_any_bytes_end_in_a_letter_or_a_reason(data):
    for reader in (read_zip, read_message):
        try:
            reader(data)
        except ExchangeError as refusal:
            assert refusal.code  # noqa: PT017 - either end is right, nothing else is
