"""Level rules: properties over many claims, and the boundaries by hand."""

from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from saduak.programme.levels import Scheme, evaluate, holds
from tests.programme.factories import document

GECC = Scheme.of(document())
GATES = frozenset(item.key for item in GECC.gates)


def with_rules(**by_level: dict) -> Scheme:
    """The GECC set with other level rules."""
    levels = [
        level | {"rule": level["rule"] | by_level.get(level["key"], {})} for level in document()["levels"]
    ]
    return Scheme.of(document() | {"levels": levels})


def number(text: str, part: str = "quality"):
    return next(item for item in GECC.items if item.number == text and item.part == part)


STRICT = with_rules(
    advanced={"min_parts": {"outcome": 15}, "required": {number("2.12").key: 1}},
    excellent={
        "min_parts": {"outcome": 20, "quality": 60},
        "required": {number("2.12").key: 1, number("1.4").key: 4},
    },
)
SCHEMES = {"gecc": GECC, "strict": STRICT}


def claim(total: Decimal | int) -> dict[str, Decimal]:
    """Points in document order that add up to `total`."""
    left, points = Decimal(total), {}
    for item in GECC.scored:
        points[item.key] = min(item.points, left)
        left -= points[item.key]
    return points


@st.composite
def claims(draw, scheme: Scheme = GECC) -> dict[str, Decimal]:
    """Any points, some of them halves, some items left out."""
    return {
        item.key: Decimal(draw(st.integers(0, int(item.points) * 2))) / 2
        for item in scheme.scored
        if draw(st.integers(0, 9)) > 0
    }


@pytest.mark.parametrize(
    ("total", "level"),
    [
        (0, None),
        (69, None),
        ("69.99", None),
        (70, "basic"),
        (79, "basic"),
        ("79.5", "basic"),
        (80, "advanced"),
        (89, "advanced"),
        ("89.99", "advanced"),
        (90, "excellent"),
        (100, "excellent"),
    ],
)
def test_boundaries(total, level):
    result = evaluate(GECC, met=GATES, points=claim(Decimal(total)))
    assert result.total == Decimal(total)
    assert (result.level.key if result.level else None) == level
    assert (result.next is None) == (level == "excellent")


def test_gecc_adds_up():
    assert len(GECC.gates) == 14
    assert [len([i for i in GECC.items if i.kind == kind]) for kind in ("basic", "advanced", "outcome")] == [
        8,
        25,
        3,
    ]
    assert GECC.maximum == 100
    assert sorted(i.points for i in GECC.items if i.kind == "advanced") == [2] * 22 + [6] * 3
    assert [i.number for i in GECC.items if i.kind == "basic"] == "2.1 2.2 2.3 2.4 2.8 2.12 2.17 3.1".split()


@pytest.mark.parametrize("name", SCHEMES)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_level_while_a_gate_is_open(name, data):
    scheme = SCHEMES[name]
    met = data.draw(st.sets(st.sampled_from(sorted(GATES)), max_size=len(GATES) - 1))
    result = evaluate(scheme, met=met, points=data.draw(claims()))
    assert result.level is None
    assert {item.key for item in result.open_gates} == GATES - met
    assert result.next is not None
    assert result.next.level is None
    assert result.next.gates == result.open_gates
    words = " ".join(map(str, result.sentences))
    assert "ยังไม่มีระดับ" in words
    assert not any(f"ระดับ{level.name}" in words for level in scheme.levels)


@pytest.mark.parametrize("name", SCHEMES)
@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_more_points_never_lower_the_level(name, data):
    scheme = SCHEMES[name]
    lower, more = data.draw(claims()), data.draw(claims())
    higher = {key: max(lower.get(key, 0), more.get(key, 0)) for key in lower.keys() | more.keys()}
    before, after = (evaluate(scheme, met=GATES, points=points) for points in (lower, higher))
    assert (after.level.ordinal if after.level else 0) >= (before.level.ordinal if before.level else 0)
    assert after.total >= before.total


@pytest.mark.parametrize("name", SCHEMES)
@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_following_the_advice_reaches_the_next_level(name, data):
    scheme = SCHEMES[name]
    points = data.draw(claims())
    before = evaluate(scheme, met=GATES, points=points)
    if before.next is None:
        assert before.level == scheme.levels[-1]
        return
    assert before.next.reachable
    done = points | {gain.item.key: points.get(gain.item.key, 0) + gain.points for gain in before.next.gains}
    after = evaluate(scheme, met=GATES, points=done)
    assert after.level is not None
    assert after.level.ordinal >= before.next.level.ordinal
    if before.next.gains:
        assert after.total == before.next.gains[-1].total
    fewer = {key: value for key, value in done.items() if key != before.next.gains[0].item.key}
    assert not holds_for(scheme, fewer, before.next.level)  # no step is for nothing


def holds_for(scheme: Scheme, points: dict, rule) -> bool:
    held = {item.key: Decimal(points.get(item.key, 0)) for item in scheme.scored}
    by_part = {
        part.key: sum(held[i.key] for i in scheme.scored if i.part == part.key) for part in scheme.parts
    }
    return holds(rule, held, by_part)


@pytest.mark.parametrize("name", SCHEMES)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_the_words_say_what_the_numbers_say(name, data):
    scheme = SCHEMES[name]
    met = data.draw(st.sets(st.sampled_from(sorted(GATES)), min_size=13))
    result = evaluate(scheme, met=met, points=data.draw(claims()))
    words = [str(sentence) for sentence in result.sentences]
    assert words[-1] == "คะแนนเป็นประมาณการ เพราะเกณฑ์ที่ใช้ยังไม่เป็นทางการ"
    assert any("ยังไม่มีระดับ" in text for text in words) == bool(result.open_gates)
    assert any(text.startswith("ถึงระดับ") for text in words) == (result.level is not None)
    if result.next and result.next.level:
        named = any(f"ระดับ{result.next.level.name}ต้อง" in text for text in words)
        assert named  # something is missing, and it is said


def test_points_beyond_an_item_do_not_count():
    key = number("2.1").key
    assert evaluate(GECC, met=GATES, points={key: 50, "c-000000": 40}).total == 1
    assert evaluate(GECC, met=GATES, points={key: -3}).total == 0


def test_the_cheapest_way_takes_few_items_and_no_more_points_than_needed():
    points = {item.key: item.points for item in GECC.scored}
    for text in ("2.14", "4.4", "2.1", "3.1", "2.2"):
        points[number(text).key] = Decimal(0)
    points[number("1", "outcome").key] = Decimal(0)
    result = evaluate(GECC, met=GATES, points=points)
    assert (result.total, result.level.key) == (83, "advanced")
    assert result.next.missing == 7
    assert [(gain.item.part, gain.item.number, gain.total) for gain in result.next.gains] == [
        ("outcome", "1", 93)
    ]


def test_a_small_gap_is_closed_by_a_small_item():
    points = {item.key: item.points for item in GECC.scored}
    points[number("1", "outcome").key] = Decimal(0)
    points[number("2.1").key] = Decimal(0)
    result = evaluate(GECC, met=GATES, points=points)
    assert result.total == 89
    assert [gain.item.number for gain in result.next.gains] == ["2.1"]


def test_sentences_in_thai_for_a_closed_gate():
    met = GATES - {number("13", "physical").key, number("14", "physical").key}
    result = evaluate(GECC, met=met, points=claim(83))
    assert [str(text) for text in result.sentences] == [
        "ยังไม่มีระดับ เพราะเกณฑ์ด้านกายภาพครบ 12 จาก 14 ข้อ ยังขาดข้อ 13 และ 14",
        "ทำข้อ 13 และ 14 ให้ครบก่อน คะแนนจึงมีผล",
        "คะแนนเป็นประมาณการ เพราะเกณฑ์ที่ใช้ยังไม่เป็นทางการ",
    ]
    assert (result.gates_done, result.gates_total) == (12, 14)


def test_sentences_of_part_minimum_and_required_item():
    points = {item.key: item.points for item in STRICT.scored}
    points[number("2.12").key] = Decimal(0)
    points[number("1", "outcome").key] = Decimal(2)
    points[number("2", "outcome").key] = Decimal("2.5")
    result = evaluate(STRICT, met=GATES, points=points)
    assert result.level.key == "basic"
    words = [str(text) for text in result.sentences]
    assert "ถึงระดับพื้นฐาน ได้ 83.5 จาก 100 คะแนน" in words
    assert "ระดับก้าวหน้าต้องได้เกณฑ์ด้านผลลัพธ์อย่างน้อย 15 คะแนน ตอนนี้ได้ 14.5" in words
    assert "ระดับก้าวหน้าต้องได้คะแนนในข้อ 2.12" in words


def test_an_official_set_is_no_estimate():
    official = Scheme.of(document() | {"official": True})
    result = evaluate(official, met=GATES, points=claim(90))
    assert not result.estimate
    assert [str(text) for text in result.sentences] == ["ถึงระดับเป็นเลิศ ได้ 90 จาก 100 คะแนน"]


def test_names_follow_the_reader():
    result = evaluate(GECC, met=GATES, points=claim(90))
    with translation.override("en"):
        assert str(result.level.name) == "Excellent"
    assert str(result.level.name) == "เป็นเลิศ"
