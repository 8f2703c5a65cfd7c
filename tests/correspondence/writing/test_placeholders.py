"""Places are found, filled and missed; nothing in them is ever evaluated."""

from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from saduak.correspondence.writing.placeholders import KNOWN, PLACES, fill, names, unfilled, unknown

TEXT = "ปี {{ round.year }} ของ{{programme.name}} ปี {{round.year}} ตาม{{law:saraban-4}}"


def test_names_come_once_in_their_order() -> None:
    assert names(TEXT) == ["round.year", "programme.name", "law:saraban-4"]
    assert names("{{ชื่อ}} {{}} {{1a}} {{a b}} {x} {{a") == []


def test_what_is_known_is_filled_once() -> None:
    assert fill(TEXT, {"round.year": "2570", "programme.name": "{{round.year}}"}) == (
        "ปี 2570 ของ{{round.year}} ปี 2570 ตาม{{law:saraban-4}}"
    )
    assert fill("{{deadline}}", {"deadline": "\\1 \\g<0> {0} %s"}) == "\\1 \\g<0> {0} %s"


def test_what_nobody_filled_is_named() -> None:
    assert unfilled(TEXT) == ["round.year", "programme.name", "law:saraban-4"]
    assert unfilled("ก {{ลืม}} ..... {{ ไม่จบ") == ["{{ลืม}}", ".....", "{{ ไม่จบ"]
    assert unfilled("ลงชื่อ ____ วันที่ …… ..... .....") == ["____", "……", "....."]
    assert unfilled("ดังนี้... พ.ศ. ฯลฯ … ม.ค. a_b { x } }}") == []


@given(st.text("{} .…_aก:\n", max_size=60), st.text(max_size=20))
def test_filling_ends_and_keeps_the_rest(text: str, value: str) -> None:
    assert fill(text, {}) == text
    made = fill(text, dict.fromkeys(names(text), value))
    if "{{" not in value + text.replace("{{", ""):
        assert not set(names(made)) & set(names(text)) or value in made
    if not unfilled(text):
        assert names(text) == []


def test_every_place_is_known_and_called_something() -> None:
    assert len(KNOWN) == len(PLACES) == 26
    assert unknown("{{round.year}} {{law:x}} {{round.colour}} {{deadline}}") == ["round.colour"]
    with translation.override("th"):
        assert str(KNOWN["deadline"].label_th) == "วันครบกำหนด"
    assert all(names(f"{{{{{place.name}}}}}") == [place.name] for place in PLACES)
