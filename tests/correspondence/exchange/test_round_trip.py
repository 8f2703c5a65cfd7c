"""A letter that is packed and unpacked loses nothing."""

import dataclasses
import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from saduak.correspondence.exchange import Bundle, Enclosure, Head, read_message, read_zip, to_zip
from tests.correspondence.exchange.samples import PDF, mailed, one

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
deadline = st.fixed_dictionaries({"due": days, "what": st.just("") | line})
hours = st.times().map(lambda moment: moment.isoformat(timespec="minutes"))
part = st.fixed_dictionaries({"what": line, "speaker": st.none() | line})
slot = st.fixed_dictionaries(
    {
        "start": st.none() | hours,
        "end": st.none() | hours,
        "what": line,
        "parts": st.lists(part, max_size=2),
    }
)
meeting = st.fixed_dictionaries(
    {
        "title": line,
        "date": days,
        "start": hours,
        "end": st.just("") | hours,
        "place": st.just("") | line,
        "channels": st.lists(line, max_size=2),
        "items": st.lists(slot, max_size=2),
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
    owner_unit=line,
    recipient=line,
    recipient_code=line,
    urgency=st.sampled_from(["", "urgent", "most_urgent"]),
    secrecy=st.sampled_from(["", "secret"]),
    is_circular=st.booleans(),
    references=st.lists(line, max_size=3).map(tuple),
    duties=st.lists(duty, max_size=3).map(tuple),
    deadlines=st.lists(deadline, max_size=3).map(tuple),
    meeting=st.just({}) | meeting,
    acknowledge_by=st.none() | days,
    forward_by=st.none() | days,
)
# As files are called that were stored here: what is hidden in a name is taken out.
names = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=40)
files = st.builds(
    Enclosure,
    name=names,
    media_type=st.sampled_from(["application/pdf", "image/png", "application/octet-stream"]),
    data=st.binary(max_size=300).map(lambda data: PDF + data),
    title=line,
    copies=st.just("") | line,
)
bundles = st.builds(
    Bundle, key=st.uuids().map(str), head=heads, main=files, enclosures=st.lists(files, max_size=3).map(tuple)
)


def test_every_field_is_tried():
    """A field that is added and not packed would be lost without a word."""
    full = Head(
        kind="external",
        number="มท 1/ว 2",
        dated="2026-11-28",
        subject="เรื่อง",
        issuer="จังหวัดทดสอบ",
        issuer_code="province:91",
        owner_unit="สำนักงาน",
        recipient="อำเภอทดสอบ",
        recipient_code="district:9101",
        urgency="urgent",
        secrecy="secret",
        is_circular=True,
        references=("หนังสือกรม ที่ 1",),
        duties=({"who": "อำเภอ", "what": "ส่ง", "due": "2027-01-05", "force": "order"},),
        deadlines=({"due": "2027-01-15", "what": "ส่งใบสมัคร"},),
        meeting={
            "title": "ประชุมชี้แจง",
            "date": "2026-12-20",
            "start": "09:00",
            "end": "12:00",
            "place": "ห้องประชุม",
            "channels": ["ระบบประชุมทางไกล"],
            "items": [
                {
                    "start": "09:00",
                    "end": None,
                    "what": "เปิด",
                    "parts": [{"what": "กล่าวเปิด", "speaker": "ประธาน"}],
                }
            ],
        },
        acknowledge_by="2026-12-01",
        forward_by="2026-12-02",
    )
    empty = Head("external", "", "2026-11-28", "x", "y")
    same = {field.name for field in dataclasses.fields(Head)} - {"kind", "dated"}
    assert not [name for name in same if getattr(full, name) == getattr(empty, name)]
    bundle = dataclasses.replace(one(), head=full)
    for back in (read_zip(to_zip(bundle)), read_message(mailed(bundle)).bundle):
        for field in dataclasses.fields(Head):
            assert getattr(back.head, field.name) == getattr(full, field.name), field.name


@settings(max_examples=40, deadline=None)
@given(bundles)
def test_a_zip_gives_back_what_was_packed(bundle):
    assert read_zip(to_zip(bundle)) == bundle


@settings(max_examples=40, deadline=None)
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
