"""The clerk's comparisons of plain values: nothing here asks the database."""

import datetime
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saduak.correspondence import clerk
from saduak.correspondence.clerk import words
from saduak.correspondence.clerk.citing import same_series
from saduak.foundation.thai.numerals import to_thai_digits

DAY = datetime.date(2021, 1, 11)
MINISTRY = clerk.Office(1, "กระทรวงทดสอบ", frozenset({"มท"}), frozenset(), frozenset({1}))
DEPARTMENT = clerk.Office(2, "กรมทดสอบ", frozenset({"มท"}), frozenset({1}), frozenset({2}))
SUBJECT = "ขอเชิญสมัครขอรับการรับรองมาตรฐาน ประจำปี พ.ศ. 2564"


def document(index: int = 0, **fields) -> clerk.Document:
    values = {
        "number": "มท 0810/ว 51",
        "day": DAY,
        "subject": SUBJECT,
        "issuer": DEPARTMENT.name,
        "office": DEPARTMENT,
    }
    return clerk.Document(index, **(values | fields))


def cited(number: str = "มท 0218/ว 7766", day: datetime.date | None = datetime.date(2020, 12, 28), **fields):
    return clerk.Cited(number, day, "references.0", **({"office": MINISTRY} | fields))


def known(pk: int = 7, number: str = "มท 0218/ว 3366", day=datetime.date(2020, 12, 29), **fields):
    return clerk.Known(pk, number, day, **({"subject": SUBJECT, "issuer_id": 1} | fields))


def codes(documents, *rows, **fields) -> list[str]:
    return [row.code for row in clerk.doubts_of(documents, clerk.Knowledge(known=rows, **fields))]


# --- Numbers, names, keys ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spelling", ["มท 0218/ว 3366", "มท ๐๒๑๘ /ว ๓๓๖๖", "มท0218/ว3366", "มท 0218/ว.3366", "มท. 0218/ว 3366"]
)
def test_one_number_in_every_spelling(spelling):
    assert words.number_key(spelling) == "มท0218/ว3366"
    assert words.code_of(spelling) == "มท"
    assert words.stem(spelling) == "มท0218"
    assert "มท 0218/ว 3366" in words.number_forms(spelling)


@given(st.text(max_size=40))
def test_any_text_is_a_number_without_failing(text):
    key = words.number_key(text)
    assert words.number_key(key) == key
    assert words.number_forms(text)
    assert words.code_of(text) == "" or words.code_of(text) in key


@given(st.integers(1, 99), st.integers(0, 9), st.integers(1, 99999))
def test_the_forms_of_a_number_are_all_the_same_number(unit, part, serial):
    number = f"มท {unit:02d}10.{part}/ว {serial}"
    forms = words.number_forms(number)
    assert {words.number_key(form) for form in forms} == {words.number_key(number)}
    assert to_thai_digits(number) in forms


def test_a_short_number_has_no_code_and_an_orders_neither():
    assert [words.code_of(number) for number in ("ว 10", "12/2567", "", None)] == [""] * 4
    assert words.stem("ว 10") == ""


@pytest.mark.parametrize(
    ("before", "name"),
    [
        ("สิ่งที่ส่งมาด้วย สำเนาหนังสือกระทรวงทดสอบ ", "กระทรวงทดสอบ"),
        ("อ้างถึง หนังสือกรมการทดสอบ ด่วนที่สุด ", "กรมการทดสอบ"),
        ("ตามหนังสือ\nสำนักงานปลัด\nกระทรวงทดสอบ ลับ ด่วนมาก ", "สำนักงานปลัด กระทรวงทดสอบ"),
        ("ตามคำสั่งจังหวัดทดสอบ ", "จังหวัดทดสอบ"),
        ("ตามที่แจ้งแล้ว ", ""),
    ],
)
def test_whose_letter_is_cited(before, name):
    assert words.cited_issuer(before + "ที่ มท 0218/ว 1", len(before)) == name


def test_subjects_that_are_nearly_the_same():
    assert words.near(SUBJECT, SUBJECT.replace("ขอเชิญสมัคร", "ขอเชิญสมัครเพื่อ"))
    assert not words.near(SUBJECT, "ขอเชิญประชุมชี้แจงแนวทางการใช้จ่ายงบประมาณ")
    assert not words.near("", "")
    assert not words.near(SUBJECT, "")


def test_the_key_is_the_doubt_and_its_things_not_their_spelling():
    assert words.memory_key("a", ["มท 0218", DAY]) == words.memory_key("a", ["มท ๐๒๑๘", DAY])
    assert words.memory_key("a", ["x"]) != words.memory_key("b", ["x"])
    assert words.memory_key("a", ["x", None]) != words.memory_key("a", ["x"])
    assert len(words.memory_key("a", [])) == 64


def test_the_readers_own_doubts_have_keys_when_their_letter_can_be_told():
    letter = {"number": "มท 0810/ว 51", "date": "2021-01-11"}
    weekday = {"code": "weekday-mismatch", "evidence": ["วันพุธที่ 2"]}
    assert clerk.key_of_reading(weekday, letter) == clerk.key_of_reading(
        weekday, letter | {"number": "มท ๐๘๑๐/ว ๕๑"}
    )
    assert clerk.key_of_reading(weekday, letter) != clerk.key_of_reading(weekday, letter | {"date": None})
    assert clerk.key_of_reading(weekday, {"number": None}) == ""
    assert clerk.key_of_reading({"code": "read-from-picture", "evidence": []}, letter) == ""
    # A code that is not the province's is the same doubt on each of its letters.
    code = {"code": "agency-code-mismatch", "evidence": ["มท 0018/1", "มห มุกดาหาร"]}
    other = {"code": "agency-code-mismatch", "evidence": ["มท 0018/2", "มห มุกดาหาร"]}
    assert clerk.key_of_reading(code, {"number": "มท 0018/1"}) == clerk.key_of_reading(
        other, {"number": "มท 0018/2"}
    )


# --- Citations --------------------------------------------------------------------------------------------------------


def test_another_number_near_the_cited_day_is_shown_beside_it():
    (doubt,) = clerk.doubts_of([document(cited=(cited(),))], clerk.Knowledge(known=(known(),)))
    assert (doubt.code, doubt.severity, doubt.document, doubt.place) == (
        "cites-differently",
        "warning",
        0,
        "references.0",
    )
    assert doubt.text == "เลขที่และวันที่ของหนังสือที่อ้างถึงไม่ตรงกับฉบับที่หน่วยงานมีอยู่"
    assert doubt.here == "มท 0218/ว 7766 ลงวันที่ 28 ธ.ค. 2563"
    assert (doubt.there, doubt.related) == ("มท 0218/ว 3366 ลงวันที่ 29 ธ.ค. 2563", 7)
    # The same citation in another letter is the same doubt.
    (again,) = clerk.doubts_of(
        [document(number="มท 0810/ว 99", cited=(cited(),))], clerk.Knowledge(known=(known(9),))
    )
    assert again.key == doubt.key


@pytest.mark.parametrize(
    ("citation", "row", "text"),
    [
        (cited("มท 0218/ว 3366"), known(), "วันที่ของหนังสือ"),
        (cited(day=datetime.date(2020, 12, 29)), known(), "เลขที่ของหนังสือ"),
        # A day in the next year, so near that it may be misread.
        (cited("มท 0218/ว 3366", datetime.date(2021, 1, 2)), known(), "วันที่ของหนังสือ"),
    ],
)
def test_what_differs_is_said(citation, row, text):
    (doubt,) = clerk.doubts_of([document(cited=(citation,))], clerk.Knowledge(known=(row,)))
    assert doubt.text.startswith(text)


@pytest.mark.parametrize(
    ("citation", "row"),
    [
        (cited("มท 0218/ว 3366", datetime.date(2020, 12, 29)), known()),
        (cited("มท ๐๒๑๘/ว๓๓๖๖", None), known()),
        (cited(), known(day=None)),
        # Not near in time, in subject, or of another office; a number of another year is another letter.
        (cited(day=datetime.date(2020, 12, 1)), known()),
        (cited(), known(subject="ขอเชิญประชุมชี้แจงแนวทางการใช้จ่ายงบประมาณ")),
        (cited(), known(issuer_id=5, number="กค 0402/ว 1")),
        (cited(), known(number="")),
        (cited(day=None), known()),
        (cited("มท 0218/ว 3366", datetime.date(2019, 3, 1)), known(day=datetime.date(2021, 3, 1))),
        (cited("ว 10", None, office=None), known(number="ว 10")),
    ],
)
def test_what_is_no_contradiction(citation, row):
    assert codes([document(cited=(citation,))], row) == []


def test_what_the_file_itself_settles_is_left_to_the_reader():
    enclosed = document(1, number="มท 0218/ว 7766", day=datetime.date(2020, 12, 28), office=MINISTRY)
    assert codes([document(cited=(cited(),)), enclosed], known()) == []
    said = frozenset({("reference-mismatch", 0, "มท 0218/ว 7766 ลงวันที่ 28 ธ.ค. 2563")})
    assert codes([document(cited=(cited(),))], known(), told=said) == []
    other = frozenset({("reference-mismatch", 0, "มท 0218/ว 1")})
    assert codes([document(cited=(cited(),))], known(), told=other) == ["cites-differently"]


def test_the_nearest_letter_that_is_not_cited_itself_is_meant():
    rows = (
        known(1, "มท 0218/ว 1111", datetime.date(2020, 12, 26)),
        known(2, "มท 0218/ว 7760", datetime.date(2020, 12, 29)),
        known(3, "มท 0218/ว 3366", datetime.date(2020, 12, 29)),
        known(4, "มท 0218/ว 7765", datetime.date(2020, 12, 28)),
    )
    also = replace(cited("มท 0218/ว 7765"), place="references.1")
    told = clerk.doubts_of([document(cited=(cited(), also))], clerk.Knowledge(known=rows))
    assert [(row.place, row.related) for row in told] == [("references.0", 2)]


def test_a_short_number_needs_its_office():
    assert codes([document(cited=(cited("ว 10", datetime.date(2020, 12, 1)),))], known(number="ว 10")) == [
        "cites-differently"
    ]


def test_days_of_one_series():
    assert same_series(None, DAY)
    assert same_series(DAY, datetime.date(2021, 12, 31))
    assert not same_series(DAY, datetime.date(2020, 6, 1))


# --- Stamps -----------------------------------------------------------------------------------------------------------


def stamped(name: str, day: datetime.date, time: str = "", **fields) -> clerk.Stamp:
    return clerk.Stamp(name, "12", day, time, f"receipts.{name}", **fields)


def test_a_stamp_before_the_date_of_the_letter_that_the_office_has():
    early = stamped("กอง", datetime.date(2020, 12, 2))
    twin = known(3, "มท 0810/ว 51", DAY, issuer_id=2)
    (doubt,) = clerk.doubts_of([document(day=None, stamps=(early,))], clerk.Knowledge(known=(twin,)))
    assert (doubt.code, doubt.related, doubt.place) == ("receipt-before-letter", 3, "receipts.กอง")
    assert (doubt.here, doubt.there) == (
        "กอง เลขรับ 12 วันที่ 2 ธ.ค. 2563",
        "มท 0810/ว 51 ลงวันที่ 11 ม.ค. 2564",
    )
    # The reader saw it by the printed date; a later stamp, and a letter that is not known, say nothing.
    late = replace(early, day=datetime.date(2021, 1, 12))
    assert codes([document(stamps=(early,))], twin) == ["already-here"]
    assert codes([document(day=None, stamps=(late,))], twin) == []
    assert codes([document(day=None, number="", stamps=(early,))], twin) == []
    assert codes([document(day=None, stamps=(early,))], replace(twin, day=None)) == []


@pytest.mark.parametrize(
    ("below", "above", "wrong"),
    [
        ((13, ""), (14, ""), True),
        ((14, ""), (13, ""), False),
        ((14, "09:00"), (14, "10:00"), True),
        ((14, "10:00"), (14, "09:00"), False),
        ((14, ""), (14, "09:00"), False),
    ],
)
def test_an_office_stamps_after_the_one_that_commands_it(below, above, wrong):
    stamps = (
        stamped("กรม", datetime.date(2021, 1, below[0]), below[1], office=DEPARTMENT),
        stamped("กระทรวง", datetime.date(2021, 1, above[0]), above[1], office=MINISTRY),
        stamped("กอง", datetime.date(2021, 1, 12)),
    )
    told = clerk.doubts_of([document(stamps=stamps)], clerk.Knowledge())
    assert [row.code for row in told] == ["receipt-order"] * wrong
    if wrong:
        assert told[0].here.startswith("กรม เลขรับ 12")
        assert told[0].there.startswith("กระทรวง เลขรับ 12")


def test_nobody_passes_on_what_it_had_not_received():
    passing = document(cited=(cited("มท 0218/ว 3366", datetime.date(2020, 12, 29)),))
    enclosed = document(
        1, number="มท 0218/ว 3366", day=datetime.date(2020, 12, 29), issuer="กระทรวงทดสอบ", office=MINISTRY
    )

    def told(
        day: int, office: clerk.Office | None = DEPARTMENT, first: clerk.Document = passing
    ) -> list[str]:
        row = replace(enclosed, stamps=(stamped("กรม", datetime.date(2021, 1, day), office=office),))
        return codes([first, row])

    assert told(12) == ["receipt-order"]
    assert told(11) == []
    assert told(12, None) == []
    assert told(12, MINISTRY) == []
    assert told(12, first=replace(passing, day=None)) == []
    assert told(12, first=replace(passing, office=None, issuer="")) == []
    # The office that writes in another's name passes on for it.
    writer = clerk.Office(3, "สำนักงาน", frozenset(), frozenset(), frozenset({3, 2}))
    assert told(12, writer) == ["receipt-order"]


# --- Deadlines --------------------------------------------------------------------------------------------------------


def due(day: datetime.date, what: str = "ส่งใบสมัคร") -> clerk.Due:
    return clerk.Due(day, what, "deadlines.0", applies=words.applies(what))


FEB15, FEB20, FEB28 = (datetime.date(2021, 2, day) for day in (15, 20, 28))
MINISTRYS = cited("มท 0218/ว 3366", datetime.date(2020, 12, 29))


def test_a_deadline_later_than_that_of_the_letter_passed_on():
    first = document(cited=(MINISTRYS,), dues=(due(FEB15), due(FEB20)))
    (doubt,) = clerk.doubts_of([first], clerk.Knowledge(known=(known(),), last_days={7: FEB15}))
    assert (doubt.code, doubt.related, doubt.place) == ("deadline-later-than-parent", 7, "deadlines.0")
    assert doubt.here == "ส่งใบสมัคร 20 ก.พ. 2564"
    assert doubt.there == "มท 0218/ว 3366 ลงวันที่ 29 ธ.ค. 2563 วันสุดท้าย 15 ก.พ. 2564"
    for days in ({7: FEB20}, {}):
        assert codes([first], known(), last_days=days) == []
    assert codes([document(cited=(MINISTRYS,))], known(), last_days={7: FEB15}) == []


def test_the_enclosed_letter_itself_is_the_better_witness():
    first = document(cited=(MINISTRYS,), dues=(due(FEB20),))
    enclosed = document(1, number="มท 0218/ว 3366", day=datetime.date(2020, 12, 29), dues=(due(FEB15),))
    (doubt,) = clerk.doubts_of([first, enclosed], clerk.Knowledge(known=(known(),), last_days={7: FEB15}))
    assert (doubt.code, doubt.related) == ("deadline-later-than-parent", None)
    # A window's end is a last day too.
    assert codes([first, replace(enclosed, windows_end=FEB28)], known(), last_days={7: FEB15}) == []


@pytest.mark.parametrize(
    ("owner", "text", "there"),
    [
        ("กระทรวงทดสอบ", "หน่วยงานที่อยู่เหนือขึ้นไป", "กระทรวงทดสอบ กำหนดให้ยื่นภายใน 15 ก.พ. 2564"),
        ("", "วันปิดรับสมัครของรอบ", "ปิดรับสมัคร 15 ก.พ. 2564"),
    ],
)
def test_a_deadline_later_than_what_counts_above(owner, text, there):
    limit = clerk.Limit(FEB15, owner, "1")
    (doubt,) = clerk.doubts_of([document(dues=(due(FEB20),))], clerk.Knowledge(limit=limit))
    assert (doubt.code, doubt.related, doubt.there) == ("deadline-later-than-parent", None, there)
    assert text in doubt.text
    # Other dates are about other things; the letter's own window is the reader's; the same day is in time.
    assert codes([document(dues=(due(FEB20, "รายงานผล"),))], limit=limit) == []
    assert codes([document(dues=(due(FEB20),), windows_end=FEB15)], limit=limit) == []
    assert codes([document(dues=(due(FEB20),), windows_end=FEB28)], limit=limit) == [
        "deadline-later-than-parent"
    ]
    assert codes([document(dues=(due(FEB15),))], limit=limit) == []


# --- Numbers and issuers ----------------------------------------------------------------------------------------------


def test_a_code_that_is_not_the_issuers():
    province = clerk.Office(4, "จังหวัดมุกดาหาร", frozenset({"มห"}), frozenset({1}), frozenset({4}))
    wrong = document(number="มท 0018.1/9695", office=province)
    (doubt,) = clerk.doubts_of([wrong], clerk.Knowledge())
    assert (doubt.code, doubt.here, doubt.there) == (
        "code-not-of-issuer",
        "มท 0018.1/9695",
        "มห จังหวัดมุกดาหาร",
    )
    # On whatever letter of that office: the same doubt.
    (again,) = clerk.doubts_of([replace(wrong, number="มท 0018.1/2")], clerk.Knowledge())
    assert again.key == doubt.key
    said = frozenset({("agency-code-mismatch", 0, "มท 0018.1/9695")})
    assert codes([wrong], told=said) == []
    for right in ("มห 0018.1/9695", "ว 10", "12/2567", ""):
        assert codes([replace(wrong, number=right)]) == []
    assert codes([replace(wrong, office=replace(province, codes=frozenset()))]) == []


def test_an_issuer_that_the_register_does_not_have_is_only_told():
    (doubt,) = clerk.doubts_of([document(office=None, issuer="กองที่ไม่มี")], clerk.Knowledge())
    assert (doubt.code, doubt.severity, doubt.here, doubt.there) == (
        "issuer-unknown",
        "info",
        "กองที่ไม่มี",
        "",
    )
    assert codes([document(office=None, issuer="")]) == []
    assert clerk.doubts_of([], clerk.Knowledge()) == []


def test_one_number_for_two_letters_of_a_year():
    other = known(3, "มท 0810/ว 51", datetime.date(2021, 3, 1), issuer_id=2)
    (doubt,) = clerk.doubts_of([document()], clerk.Knowledge(known=(other,)))
    assert (doubt.code, doubt.related) == ("number-reused", 3)
    assert doubt.there == "มท 0810/ว 51 ลงวันที่ 1 มี.ค. 2564"
    # The same day with another subject: the subjects are shown.
    (doubt,) = clerk.doubts_of(
        [document()], clerk.Knowledge(known=(replace(other, day=DAY, subject="ขอเชิญประชุมชี้แจงงบประมาณ"),))
    )
    assert doubt.there.endswith("11 ม.ค. 2564 ขอเชิญประชุมชี้แจงงบประมาณ")
    assert doubt.here.endswith(SUBJECT)
    # Another year, another office with the same misread code, or no date: nothing to say.
    for fields in ({"day": datetime.date(2019, 5, 1)}, {"issuer_id": 9}, {"day": None}):
        assert codes([document()], replace(other, **fields)) == []
    # A letter that nobody confirmed has no issuer yet: its number tells.
    assert codes([document()], replace(other, issuer_id=None)) == ["number-reused"]


def test_the_same_letter_is_here_already():
    twin = known(3, "มท ๐๘๑๐/ว๕๑", DAY, issuer_id=2)
    (doubt,) = clerk.doubts_of([document()], clerk.Knowledge(known=(twin,)))
    assert (doubt.code, doubt.severity, doubt.related) == ("already-here", "info", 3)
    # Its own copy elsewhere does not make the number a used one.
    assert codes([document()], twin, replace(twin, pk=4, day=datetime.date(2021, 3, 1))) == ["already-here"]
    # The very same file, whatever was read of it.
    assert codes([document(number="")], known(5, "", None, same_file=True)) == ["already-here"]
    assert codes([document()], replace(twin, subject="")) == ["already-here"]
