"""The way of a letter on paper, as a bundle tells it."""

import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saduak.correspondence import paper
from saduak.correspondence.reading import read_text
from tests.correspondence import factories as real
from tests.correspondence import factories_sending as f

D = datetime.date
NEW_YEAR = frozenset({D(2020, 12, 31), D(2021, 1, 1)})


def documents(*hops) -> list[dict]:
    return f.paper_bundle(*hops)["documents"]


def test_the_first_letter_stands_first_with_the_stamp_of_the_one_before():
    found = paper.chain(documents(*f.PAPER_2564))
    assert found == [
        paper.PaperHop("กระทรวงทดสอบ", "มท 0218/ว 3366", D(2020, 12, 29)),
        paper.PaperHop("กรมทดสอบ", "มท 0810.7/ว 51", D(2021, 1, 11), D(2020, 12, 29)),
        paper.PaperHop("จังหวัดทดสอบ", "ทส 0023.3/ว 553", D(2021, 1, 19), D(2021, 1, 13)),
    ]


def test_how_long_each_hop_took():
    hops = paper.chain(documents(*f.PAPER_2564))
    assert paper.days_taken(hops, NEW_YEAR) == [paper.Took(13, 7), paper.Took(8, 6)]
    assert paper.took(hops[0].dated, hops[-1].dated, NEW_YEAR) == paper.Took(21, 13)
    assert paper.days_taken(hops[:1], NEW_YEAR) == []
    assert paper.took(D(2021, 1, 11), D(2021, 1, 11), NEW_YEAR) == paper.Took(0, 0)


def test_what_cannot_be_reckoned_with_is_no_hop():
    rows = documents(("ก", "1", "2021-01-05", []), ("ข", "2", "2021-01-02", []))
    rows += [
        {"kind": "agenda", "issuer": "ก", "date": "2021-01-01"},
        {"kind": "external", "issuer": None, "date": "2021-01-01"},
        {"kind": "external", "issuer": "ค", "date": None},
        {"kind": "external", "issuer": "ง"},
    ]
    assert [hop.issuer for hop in paper.chain(rows)] == ["ข", "ก"]
    assert paper.chain([]) == []


def test_of_two_letters_of_one_day_the_enclosed_one_was_first():
    rows = documents(("ตัวหนังสือนำ", "2", "2021-01-05", []), ("สิ่งที่ส่งมาด้วย", "1", "2021-01-05", []))
    assert [hop.number for hop in paper.chain(rows)] == ["1", "2"]


@pytest.mark.parametrize(
    ("stamps", "known"),
    [
        (["2021-01-12", "2021-01-13"], D(2021, 1, 12)),
        (["2020-12-02", "2021-01-13"], D(2021, 1, 13)),  # older than its letter: a digit was lost
        (["2021-02-01"], None),  # younger than the next letter
        ([None], None),
        ([], None),
    ],
)
def test_the_earliest_stamp_that_can_be_true(stamps, known):
    rows = documents(("จังหวัด", "2", "2021-01-19", []), ("กรม", "1", "2021-01-11", stamps))
    assert paper.chain(rows)[1].received == known


def test_a_stamp_tells_its_number_too():
    rows = documents(("จังหวัด", "", "2021-01-19", []), ("กรม", "1", "2021-01-11", ["2021-01-13"]))
    rows[1]["receipts"][0]["number"] = "544"
    hop = paper.chain(rows)[1]
    assert (hop.received, hop.receipt, hop.number) == (D(2021, 1, 13), "544", "")


def test_the_real_bundle_of_2564():
    name = "phitsanulok-2564.txt"
    reading = read_text(real.real(name).decode(), name)
    hops = paper.chain(reading.as_json()["documents"])
    assert [(hop.dated, hop.received, hop.receipt) for hop in hops] == [
        (D(2020, 12, 29), None, ""),
        (D(2021, 1, 11), D(2020, 12, 29), "67230"),
        (D(2021, 1, 19), D(2021, 1, 13), "544"),
    ]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["external", "memo", "agenda", None]),
            st.one_of(st.none(), st.text(max_size=5)),
            st.one_of(st.none(), st.dates(D(1990, 1, 1), D(2090, 1, 1))),
            st.lists(st.one_of(st.none(), st.dates(D(1990, 1, 1), D(2090, 1, 1))), max_size=3),
        ),
        max_size=6,
    )
)
def test_hops_are_in_order_and_no_stamp_contradicts_them(rows):
    found = paper.chain(
        {
            "kind": kind,
            "issuer": issuer,
            "number": None,
            "date": dated and dated.isoformat(),
            "receipts": [{"date": day and day.isoformat()} for day in stamps],
        }
        for kind, issuer, dated, stamps in rows
    )
    assert [hop.dated for hop in found] == sorted(hop.dated for hop in found)
    for before, hop in pairwise(found):
        assert hop.received is None or before.dated <= hop.received <= hop.dated
    assert all(row.calendar_days >= row.working_days >= 0 for row in paper.days_taken(found, frozenset()))
