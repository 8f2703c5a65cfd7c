"""What changed between two texts: always whole, and never more work than their size allows."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saduak.applications.queries import differences
from saduak.applications.queries.differences import MOST, WORDS, Kind, difference, shortest

WORD = st.sampled_from(["ศูนย์", "บริการ", "ประชาชน", " ", "\n", "ทุกวัน", "a", "b", "1", "เปิด"])
TEXT = st.lists(WORD, max_size=40).map("".join)


def sides(passages):
    before = "".join(each.text for each in passages if each.kind is not Kind.NEW)
    after = "".join(each.text for each in passages if each.kind is not Kind.GONE)
    return before, after


def told(before, after):
    return [(str(each.kind), each.text) for each in difference(before, after)]


@settings(max_examples=200, deadline=None)
@given(TEXT, TEXT)
def test_the_difference_applied_gives_the_text(before, after):
    passages = difference(before, after)
    assert sides(passages) == (before, after)
    assert all(each.text for each in passages) or (before, after) == ("", "")


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_letters_at_all(before, after):
    assert sides(difference(before, after)) == (before, after)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 3), max_size=12), st.lists(st.integers(0, 3), max_size=12))
def test_no_way_is_shorter(before, after):
    steps = shortest(before, after)
    lengths = [[0] * (len(after) + 1) for _ in range(len(before) + 1)]
    for i, one in enumerate(before):
        for j, other in enumerate(after):
            same = lengths[i][j] + 1
            lengths[i + 1][j + 1] = same if one == other else max(lengths[i][j + 1], lengths[i + 1][j])
    changes = [kind for kind, _place in steps if kind is not Kind.SAME]
    assert len(changes) == len(before) + len(after) - 2 * lengths[-1][-1]


def test_words_of_thai_are_whole():
    assert told("ศูนย์บริการประชาชนเปิดทุกวัน", "ศูนย์บริการประชาชนปิดทุกวัน") == [
        ("same", "ศูนย์บริการประชาชน"),
        ("gone", "เปิด"),
        ("new", "ปิด"),
        ("same", "ทุกวัน"),
    ]
    assert told("", "ใหม่") == [("new", "ใหม่")]
    assert told("เดิม", "เดิม") == [("same", "เดิม")]
    assert told("", "") == []


def test_a_space_between_two_changes_is_no_island():
    assert told("แดง เขียว", "ดำ ขาว") == [("gone", "แดง เขียว"), ("new", "ดำ ขาว")]


class Counted:
    """A word that counts how often it was compared."""

    asked = 0

    def __init__(self, word):
        self.word = word

    def __eq__(self, other):
        Counted.asked += 1
        return self.word == other.word

    __hash__ = None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([0] * 4_000, [1] * 4_000),
        (list(range(4_000)), list(range(4_000))[::-1]),
        ([n % 2 for n in range(4_000)], [n % 3 % 2 for n in range(4_000)]),
        ([1, *([0] * 3_998), 2], [3, *([0] * 3_998), 4]),
    ],
)
def test_the_work_is_bounded_by_size(before, after):
    Counted.asked = 0
    shortest([Counted(n) for n in before], [Counted(n) for n in after])
    assert Counted.asked <= 2 * MOST * (MOST + 2 * len(before))


def test_texts_that_differ_too_much_are_compared_by_paragraph_and_then_as_wholes():
    many = [f"คำที่ {n} ของเดิม" for n in range(MOST)]
    other = [f"ถ้อยคำ {n} ของใหม่" for n in range(MOST)]
    before = "\n".join(["เหมือนกัน", *many[:90]])
    after = "\n".join(["เหมือนกัน", *other[:90]])
    passages = difference(before, after)
    assert [str(each.kind) for each in passages] == ["same", "gone", "new"]
    assert passages[0].text == "เหมือนกัน\n"
    assert sides(passages) == (before, after)
    wholes = difference("\n".join(many), "\n".join(other))
    assert [str(each.kind) for each in wholes] == ["gone", "new"]
    assert shortest([0] * (WORDS + 1), [0]) is None


def test_more_words_than_anybody_reads_one_by_one(monkeypatch):
    monkeypatch.setattr(differences, "WORDS", 3)
    assert told("a b c d e\nz", "a b c d f\nz") == [
        ("gone", "a b c d e\n"),
        ("new", "a b c d f\n"),
        ("same", "z"),
    ]
