import xml.etree.ElementTree as ET

from docs._ext.drawing import BOX, GAP_X, Box, Link, layers, machine_svg, place, tables_svg
from docs._ext.pages import cell, role_table, table
from saduak.foundation.access.registry import Capability
from saduak.foundation.states import Machine
from saduak.organisations.models import Role

CHAIN = [
    Box("a.A", "A", [Link("b", "a.B"), Link("c", "a.C")]),
    Box("a.B", "B", [Link("c", "a.C", nullable=True)]),
    Box("a.C", "C"),
]


def light() -> Machine:
    made = Machine("room.light", "red", {"red": "หยุด", "green": "ไป", "off": "ดับ"}, frozenset({"off"}))
    made.on("go", {"red"}, "green")
    made.on("stay", {"green"}, "green")
    made.on("fail", {"red", "green"}, "off")
    return made


def test_a_machine_is_valid_and_says_the_same_in_words():
    svg = ET.fromstring(machine_svg(light())).find("svg")
    assert svg.find("title").text == "State machine room.light"
    assert svg.find("desc").text == "go: red → green; stay: green → green; fail: red, green → off"
    words = [text.text for text in svg.iter("text")]
    assert words == ["หยุด", "red", "ไป", "green", "ดับ", "off", "go", "stay", "fail"]
    assert len([rect for rect in svg.iter("rect") if rect.get("class") == "state final"]) == 1


def test_an_arrow_leaves_from_both_sides_when_sources_stand_on_both():
    machine = light()
    machine.on("calm", {"red", "off"}, "green")
    arrows = [p for p in ET.fromstring(machine_svg(machine)).iter("path") if p.get("class") == "arrow"]
    assert len(arrows) == 1 + 1 + 1 + 2


def test_keys_point_to_the_right():
    assert [[box.title for box in column] for column in layers(CHAIN)] == [["A"], ["B"], ["C"]]
    at, (width, _height) = place(CHAIN)
    assert at["a.A"][0] < at["a.B"][0] < at["a.C"][0] < width


def test_a_cycle_is_cut():
    boxes = [Box("a.A", "A", [Link("b", "a.B")]), Box("a.B", "B", [Link("a", "a.A"), Link("self", "a.B")])]
    assert sum(len(column) for column in layers(boxes)) == 2
    assert ET.fromstring(tables_svg("x", "X", boxes)) is not None


def test_near_keys_are_lines_and_far_keys_are_words():
    root = ET.fromstring(tables_svg("x", "X", [*CHAIN, Box("a.D", "D", [Link("user", "foundation.User")])]))
    lines = [p.get("class") for p in root.iter("path") if (p.get("class") or "").startswith("key")]
    assert lines == ["key", "key maybe"]
    words = [text.text for text in root.iter("text")]
    assert "c → C" in words
    assert "user → foundation.User" in words
    assert BOX + GAP_X > BOX


def test_words_are_safe_in_tables():
    assert cell("a | b\nc") == "a \\| b c"
    assert cell("") == "–"
    assert table(["x"], [["1"]]) == "| x |\n| --- |\n| 1 |\n"
    assert "&lt;b&gt;" in role_table([Capability("a.b", "<b>", frozenset({"head"}))], list(Role))
