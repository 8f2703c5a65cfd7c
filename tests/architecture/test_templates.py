"""Templates: nothing inline, nothing from outside, codes in ASCII (the Content-Security-Policy would refuse the first)."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture import house

COMMENT = re.compile(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}|<!--.*?-->", re.DOTALL)
TAG = re.compile(r"<([a-zA-Z][\w.:-]*)((?:{%.*?%}|{{.*?}}|\"[^\"]*\"|'[^']*'|[^<>\"'])*)>", re.DOTALL)
INLINE = {
    "style=": re.compile(r"(?<![\w:-])style\s*=", re.IGNORECASE),
    "an event handler": re.compile(r"(?<![\w:-])(?:on[a-z]+|hx-on[\w:-]*)\s*=", re.IGNORECASE),
    "a javascript: address": re.compile(r"[\"']\s*javascript:", re.IGNORECASE),
    "something fetched from outside": re.compile(
        r"(?<![\w-])(?:src|srcset|poster|data)\s*=\s*[\"'](?:https?:)?//"
    ),
}
DATA_BLOCK = re.compile(r"type\s*=\s*[\"']application/(?:ld\+)?json[\"']")
THAI_DIGIT = re.compile("[๐-๙]")
CODE_ATTRIBUTE = re.compile(
    r"(?<![\w-])(?:id|class|name|for|href|action|hx-[a-z]+|data-[a-z-]+)\s*=\s*\"([^\"]*)\""
)


def inline_parts(text: str) -> list[str]:
    """What a strict Content-Security-Policy refuses, and why."""
    found = []
    for name, attributes in TAG.findall(COMMENT.sub("", text)):
        found += [f"<{name}>: {what}" for what, pattern in INLINE.items() if pattern.search(attributes)]
        if name.lower() == "style":
            found.append("<style>: inline style")
        if name.lower() == "script" and "src=" not in attributes and not DATA_BLOCK.search(attributes):
            found.append("<script>: inline script")
        if name.lower() == "link" and re.search(r"href\s*=\s*[\"'](?:https?:)?//", attributes):
            found.append("<link>: something fetched from outside")
    return found


def localised_codes(text: str) -> list[str]:
    """Thai digits inside attributes that machines read."""
    return [
        value
        for value in CODE_ATTRIBUTE.findall(text)
        if THAI_DIGIT.search(re.sub(r"{%.*?%}|{{.*?}}", "", value))
    ]


def strange_names(text: str) -> list[str]:
    """Python names that are not ASCII."""
    words = {
        word
        for node in ast.walk(ast.parse(text))
        for part in ("id", "name", "attr", "arg", "asname")
        if isinstance(word := getattr(node, part, None), str)
    }
    return sorted(word for word in words if not word.isascii())


def strange_routes(root: ast.AST) -> list[str]:
    """Addresses in urls.py that are not ASCII."""
    return [
        str(call.args[0].value)
        for called, call in house.calls(root)
        if called in {"path", "re_path"} and call.args and isinstance(call.args[0], ast.Constant)
        if not str(call.args[0].value).isascii()
    ]


def _found(paths: list[Path], check) -> list[str]:
    return [f"{house.shown(p)}: {problem}" for p in paths for problem in check(p.read_text(encoding="utf-8"))]


def test_nothing_inline_and_nothing_from_outside():
    assert _found(house.templates(), inline_parts) == []


def test_codes_in_templates_have_arabic_digits():
    assert _found(house.templates(), localised_codes) == []


def test_style_sheets_and_scripts_have_arabic_digits_only():
    sheets = [p for kind in ("css", "js") for p in sorted(house.SOURCE.rglob(f"*.{kind}"))]
    bare = re.compile(r"/\*.*?\*/", re.DOTALL)
    css = [p for p in sheets if p.suffix == ".css"]
    assert _found(css, lambda text: THAI_DIGIT.findall(bare.sub("", text))) == []


def test_names_in_python_are_ascii():
    assert _found(house.python_files(migrations=True), strange_names) == []


def test_addresses_are_ascii():
    routes = [p for p in house.python_files() if p.name == "urls.py"]
    assert _found(routes, lambda text: strange_routes(ast.parse(text))) == []


@pytest.mark.parametrize(
    "text",
    [
        '<p style="color: red">',
        '<p class="a"\n   style="x">',
        '<button onclick="go()">',
        '<div hx-on:click="go()">',
        '<a href="javascript:go()">',
        "<script>go()</script>",
        "<style>p{}</style>",
        '<img src="https://example.org/a.png">',
        '<script src="//example.org/a.js"></script>',
        '<link rel="stylesheet" href="https://example.org/a.css">',
        '<p {% if a > 1 %}style="x"{% endif %}>',
    ],
)
def test_an_inline_part_is_found(text):
    assert inline_parts(text)


@pytest.mark.parametrize(
    "text",
    [
        '<p class="style">style="not an attribute"</p>',
        '<script src="{% static "foundation/app.js" %}" defer></script>',
        '<script type="application/json" id="x">{}</script>',
        '<a href="https://example.org/">',
        "{# <p style='old'> #}",
        '<c-tag state="done" data-once="1">',
    ],
)
def test_what_is_allowed_passes(text):
    assert inline_parts(text) == []


def test_localised_codes_are_found():
    assert localised_codes('<p id="ข้อ-๑" class="a">๑</p>') == ["ข้อ-๑"]
    assert localised_codes('<p class="a" title="๑">๑ {{ x }}</p>') == []


def test_strange_names_and_routes_are_found():
    assert strange_names("ชื่อ = 'ชื่อ'\nname = 1\ndef ข้อ(): pass\n") == ["ข้อ", "ชื่อ"]
    assert strange_routes(ast.parse('path("ศูนย์/", v); path("centres/", v)')) == ["ศูนย์/"]
