"""What the page of a letter to confirm tells those who got it: its year, what is theirs, what it cites, what came with it."""

import pytest

from saduak.correspondence import matching, queries
from saduak.correspondence.actions import taking
from saduak.correspondence.exchange import to_zip
from saduak.foundation import clock
from saduak.programme.models import Round
from tests.correspondence import factories as f
from tests.correspondence import factories_exchange as x
from tests.correspondence import factories_sending as sending
from tests.organisations.factories import actor_for

pytestmark = pytest.mark.django_db


def text(**changes: str) -> bytes:
    """The letter of the tests, with some of its words changed; names stand for what is replaced."""
    whole = f.OWN.decode()
    for old, new in {"year": "", **changes}.items():
        whole = whole.replace(WORDS[old], new)
    return whole.encode()


WORDS = {
    "year": " ประจำปีงบประมาณ พ.ศ. 2566",
    "window": "สมัครขอรับการรับรอง ตั้งแต่วันที่ 1 มกราคม - 28 กุมภาพันธ์ 2566",
}


@pytest.mark.parametrize(
    ("subject", "windows", "body", "year"),
    [
        ("ประจำปีงบประมาณ พ.ศ. ๒๕๗๐", [], "ปีงบประมาณ พ.ศ. 2566", 2570),
        ("", [], "ดำเนินการในปีงบประมาณ พ.ศ.\n๒๕๗๐ และปีงบประมาณ พ.ศ. 2570", 2570),
        ("", [], "ตามปีงบประมาณ พ.ศ. 2569 และปีงบประมาณ พ.ศ. 2570", None),
        ("", [], "ปี 2570", None),
        ("", [{"start": "2023-01-01", "end": "2023-02-28", "what": "สมัคร"}], "ปีงบประมาณ พ.ศ. 2570", 2566),
    ],
)
def test_the_year_is_that_of_the_subject_then_of_the_window_then_of_the_text(subject, windows, body, year):
    assert matching.fiscal_year_of({"subject": subject, "windows": windows}, body) == year


def test_a_round_that_only_the_text_names_is_chosen(place):
    letter = f.loaded(place.clerk, place.office, text(window="สมัครขอรับการรับรองในปีงบประมาณ พ.ศ. ๒๕๖๖"))
    page = queries.letter_page(place.clerk, letter)
    assert (page.year, page.round) == (2566, Round.objects.get())
    # An enclosure is about what it is about.
    letter.reading["documents"][0]["spans"]["document"] = [0, 40]
    page = queries.letter_page(place.clerk, letter)
    assert (page.year, page.round) == (None, None)


@pytest.mark.parametrize(
    ("who", "mine"),
    [
        ("", True),
        ("ท่าน", True),
        ("หน่วยงานของท่าน", True),
        ("ขอให้จังหวัดท่าน", True),
        ("หน่วยงานในสังกัดของท่าน", False),
        ("เทศบาลเมืองทดสอบ", False),
    ],
)
def test_you_are_those_to_whom_the_letter_is_addressed(place, who, mine):
    district = actor_for("clerk", place.districts[0])
    letter = f.loaded(district, place.districts[0])
    page = queries.letter_page(district, letter, whos=[who])
    assert (page.addressed, page.duties[0].mine, page.for_others) == (True, mine, False)
    letter.reading["documents"][0]["recipients"] = [place.districts[1].head_title]
    page = queries.letter_page(district, letter, whos=[who])
    assert (page.addressed, page.duties[0].mine, page.for_others) == (False, False, True)


def test_what_it_cites_is_found_among_the_letters_that_are_here(place):
    before = f.confirmed(place.clerk, place.office, f.OWN)
    dated = before.dated.isoformat()
    letter = f.loaded(place.clerk, place.office, f.OWN.replace(b"/12", b"/13"))
    letter.reading["documents"][0]["references"] = [
        {"number": "ทส0018.1/12", "date": dated},
        {"number": "ทส 0018.1/12", "date": "2022-12-01"},
        {"number": "หนังสือจังหวัดทดสอบ ที่ ทส ๐๐๑๘.๑/๑๒ ลงวันที่ 12 ธันวาคม 2565", "date": None},
        {"number": "ทส 0018.1/13", "date": None},
        {"number": "ว 12", "date": dated},
    ]
    assert queries.letter_page(place.clerk, letter).cited == {0: before, 2: before}
    stranger = actor_for("clerk")
    assert queries.letter_page(stranger, letter).cited == {}


def test_the_files_of_a_packed_letter_are_told_before_it_is_confirmed():
    with clock.travel(sending.NOW):
        world = sending.country()
        going = x.going(world)
        office = world.districts[0]
        clerk = world.clerk(office)
        taken = taking.take_upload(
            actor=clerk, organisation_id=office.public_id, data=to_zip(x.bundle(going.row)), name="a.zip"
        )
        page = queries.letter_page(clerk, taken)
        assert [row.title for row in page.enclosed] == ["กำหนดการ"]
        assert page.only_told is (set(page.first["spans"]) == {"document"})
        assert "4 กุมภาพันธ์ 2570" in taken.text or not page.only_told
        assert "2027-02-04" not in taken.text
        page.first["spans"] = {"document": [0, 1], "number": [0, 1]}
        assert not page.only_told
        taken.origin = "loaded"
        assert not page.only_told
        assert queries.letter_page(clerk, taken).enclosed == []
