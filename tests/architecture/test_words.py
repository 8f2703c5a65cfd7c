"""Words that people read go through gettext: a Thai text anywhere else would stay Thai on an English page."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template.base import Lexer, TokenType

from tests.architecture import house
from tools.messages import CALLS, THAI_LETTER

# Data and the reading of Thai, where Thai is what the code is about.
THAI_PARTS = {"migrations", "reading", "thai", "rehearsal", "bench", "demo"}
WHY_THAI = {
    "applications/documents.py": "the receipt and the signing page are official papers, in Thai",
    "certification/actions/announcements.py": "titles of announcements and areas on certificates are official Thai",
    "certification/actions/meetings.py": "the reason kept with a resolution is part of the record",
    "correspondence/actions/loading.py": "a finding is kept with the letter, as those of the reading are",
    "correspondence/actions/taking.py": "a class of secrecy, as it stands in the subject of a mail",
    "correspondence/queries/delegations.py": "signs of the alphabet that are left out when names are compared",
    "correspondence/queries/page.py": "words to find in letters",
    "correspondence/templatetags/letters.py": "a date, as it stands in the subject of a letter",
    "correspondence/clerk/words.py": "how letters name the letters that they cite",
    "correspondence/intake.py": "the class of secrecy as it is printed",
    "correspondence/matching.py": "words to find in letters",
    "correspondence/registers_text.py": "the mark of circulars, as it is printed in their numbers",
    "correspondence/written.py": "words that stand on official papers",
    "correspondence/web/marks.py": "the letters of the alphabet that number findings",
    "foundation/files/names.py": "how Thai file names are cleaned",
    "foundation/templatetags/ui.py": "the language's own name; the word before an extension in telephone numbers",
    "foundation/web/style.py": "what the developers' page shows",
    "foundation/web/views.py": "what to type on the developers' page",
    "organisations/branches.py": "how tables name places",
    "organisations/localgov.py": "kinds of local government and titles of their heads, as in the register",
    "organisations/recipients/words.py": "words by which letters address their recipients",
    "organisations/seeds.py": "names of agencies",
    "programme/actions/rounds.py": "the stored title of a round",
}
MARKED = re.compile(r"_\((?:\"[^\"]*\"|'[^']*')\)")
# Texts of templates that stay as they are: the language's own name, and the samples on the developers' page.
TEMPLATES_WITH_THAI = {
    "foundation/templates/foundation/_language.html",
    "foundation/templates/foundation/style.html",
}


def unmarked(root: ast.AST) -> Iterator[str]:
    """Thai strings outside gettext calls, docstrings and what an app is called in the admin."""
    silent: set[int] = set()
    for name, call in house.calls(root):
        if name in CALLS:
            silent |= {id(part) for argument in call.args for part in ast.walk(argument)}
    for node in ast.walk(root):
        if isinstance(node, ast.Expr):
            silent.add(id(node.value))
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "verbose_name":
            silent.add(id(node.value))
    for node in ast.walk(root):
        text = node.value if isinstance(node, ast.Constant) and id(node) not in silent else None
        if isinstance(text, str) and THAI_LETTER.search(text):
            yield f"{node.lineno}: {text[:60]}"


def unmarked_in(text: str) -> Iterator[str]:
    """Thai in a template outside its translate tags and comments."""
    inside = False
    for token in Lexer(text).tokenize():
        if token.token_type is TokenType.COMMENT:
            continue
        tag = token.contents.split()[0] if token.token_type is TokenType.BLOCK else ""
        if tag in {"translate", "plural"}:
            continue
        if tag in {"blocktranslate", "endblocktranslate"}:
            inside = tag == "blocktranslate"
        elif not inside and THAI_LETTER.search(MARKED.sub("", token.contents)):
            yield f"{token.lineno}: {token.contents.strip()[:60]}"


def name_of(path: Path) -> str:
    """A file's name as the lists above have it."""
    return str(path.relative_to(house.SOURCE))


def test_thai_in_python_goes_through_gettext():
    found = {
        f"{name_of(path)}:{what}"
        for path in house.python_files()
        if not THAI_PARTS & set(path.parts) and name_of(path) not in WHY_THAI
        for what in unmarked(house.tree(path))
    }
    assert sorted(found) == []


def test_every_exception_is_still_needed():
    without = [name for name in WHY_THAI if not list(unmarked(house.tree(house.SOURCE / name)))]
    assert without == []


def test_thai_in_templates_stands_in_translate_tags():
    found = [
        f"{name_of(path)}:{what}"
        for path in [*house.templates(), *sorted(house.SOURCE.glob("*/templates/**/*.txt"))]
        if name_of(path) not in TEMPLATES_WITH_THAI
        for what in unmarked_in(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_a_thai_string_is_found():
    code = '"""หมายเหตุ"""\nsay(_("บันทึกแล้ว"))\nraise Refused("ห้าม")\nf"{day} น."\nverbose_name = "หนังสือ"\n'
    assert list(unmarked(ast.parse(code))) == ["3: ห้าม", "4:  น."]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("<p>บันทึก</p>", 1),
        ("<p title='บันทึก'>", 1),
        ("{% include 'a.html' with title='บันทึก' %}", 1),
        ("{{ value|default:'ว่าง' }}", 1),
        ("{% translate 'บันทึก' %}{# หมายเหตุ #}", 0),
        ("{% fact _('ที่') %}{{ _('ทั้งหมด')|nb }}", 0),
        ("{% blocktranslate count n=n %}{{ n }} ข้อ{% plural %}{{ n }} ข้อ{% endblocktranslate %}", 0),
    ],
)
def test_thai_in_a_template_is_found(text, count):
    assert len(list(unmarked_in(text))) == count
