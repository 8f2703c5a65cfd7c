"""Message catalogues, without gettext on the machine: `messages.py compile IN.po OUT.mo | extract | check`.

The msgids are the Thai texts themselves, so Thai needs no catalogue of ours; `en` must be complete. The catalogue `th`
holds only what parts of others say to people (Django, allauth) and have no Thai for; its msgids are English.
"""

import ast
import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import polib
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "saduak"
LOCALE = SOURCE / "locale"
ENGLISH = LOCALE / "en" / "LC_MESSAGES" / "django.po"
THAI = LOCALE / "th" / "LC_MESSAGES" / "django.po"

HEADER = {
    "Project-Id-Version": "saduak",
    "Language": "en",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}
# Function: the positions of context (-1: none), msgid and plural (-1: none) among its arguments.
CALLS: Mapping[str, tuple[int, int, int]] = {
    **dict.fromkeys(("_", "_t", "gettext", "gettext_lazy", "gettext_noop"), (-1, 0, -1)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (-1, 0, 1)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), (0, 1, -1)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), (0, 1, 2)),
}
PLACEHOLDER = re.compile(r"%\([a-z_0-9]+\)(?:\.\d)?[sdf]|(?<!%)%[sd]|(?<!{){[a-z_0-9]*}(?!})")
THAI_LETTER = re.compile("[\u0e00-\u0e7f]")
THAI_WORD = re.compile("[\u0e01-\u0e5b]+")
# The mark in the numbers of circulars.
CIRCULAR = "\u0e27"
# What English says in Thai letters on purpose, and why.
STAYS_THAI = (
    "ไทย",  # the name of the language, for people who look for it
    "จังหวัดพิษณุโลก",  # an example of a name as the register has it
    "องค์การบริหารส่วนจังหวัด",  # values of an imported file
    "เทศบาลนคร",
    "เทศบาลเมือง",
    "เทศบาลตำบล",
    "องค์การบริหารส่วนตำบล",
    "รอชื่อทางการ",  # words of a criteria file
    "ชน ผิด ออก ปิด",  # what to type, on the developers' page
)


class Message(NamedTuple):
    """What is translated: with a context, or as singular and plural."""

    msgid: str
    context: str | None = None
    plural: str | None = None

    @property
    def key(self) -> tuple[str, str | None]:
        """What a catalogue knows it by."""
        return self.msgid, self.context


def calls(code: str) -> Iterator[Message]:
    """The messages that Python code asks for; names such as `gettext_lazy` count under any module."""
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name not in CALLS:
            continue
        texts = [a.value if isinstance(a, ast.Constant) else None for a in node.args]
        context, msgid, plural = (texts[i] if 0 <= i < len(texts) else None for i in CALLS[name])
        if isinstance(msgid, str) and msgid:
            yield Message(msgid, context, plural)


def in_template(text: str) -> Iterator[Message]:
    """The messages of a template, also inside attributes of components."""
    for call in TEMPLATE_CALL.findall(templatize(text)):
        yield from calls(call.replace(", count)", ", 1)").replace(",count)", ", 1)"))


_LITERAL = r"u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
TEMPLATE_CALL = re.compile(rf"(?<=\s)(?:n?p?gettext|_)\({_LITERAL}(?:,\s*{_LITERAL})*(?:,\s*count)?\)")


def sources() -> Iterator[tuple[str, str, Iterator[Message]]]:
    """Every file that may hold messages: its name, its text and what it says."""
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" not in path.parts:
            text = path.read_text(encoding="utf-8")
            yield str(path.relative_to(SOURCE)), text, calls(text)
    for path in sorted([*SOURCE.glob("*/templates/**/*.html"), *SOURCE.glob("*/templates/**/*.txt")]):
        text = path.read_text(encoding="utf-8")
        yield str(path.relative_to(SOURCE)), text, in_template(text)


def collected() -> dict[tuple[str, str | None], tuple[Message, list[str]]]:
    """Every message of the program, with the files it stands in; one with a plural wins over one without."""
    found: dict[tuple[str, str | None], tuple[Message, list[str]]] = {}
    for name, _text, messages in sources():
        for message in messages:
            known, files = found.setdefault(message.key, (message, []))
            if name not in files:
                files.append(name)
            if message.plural and not known.plural:
                found[message.key] = (message, files)
    return found


def catalogue(path: Path) -> polib.POFile:
    """A catalogue as it stands, or an empty one."""
    po = polib.pofile(str(path), wrapwidth=0) if path.exists() else polib.POFile(wrapwidth=0)
    po.metadata = po.metadata or dict(HEADER)
    return po


def extract(path: Path = ENGLISH) -> int:
    """Bring the English catalogue up to date, keeping its translations; how many are still missing."""
    old = {(entry.msgid, entry.msgctxt): entry for entry in catalogue(path)}
    po = polib.POFile(wrapwidth=0)
    po.metadata = dict(HEADER)
    for key in sorted(found := collected(), key=lambda key: (key[0], key[1] or "")):
        po.append(entry_of(*found[key], old.get(key)))
    path.parent.mkdir(parents=True, exist_ok=True)
    po.save(str(path))
    return len(po.untranslated_entries())


def entry_of(message: Message, files: list[str], old: polib.POEntry | None) -> polib.POEntry:
    """The entry of a message; what stood for it before is kept, also when it gained or lost its plural."""
    entry = polib.POEntry(
        msgid=message.msgid,
        msgctxt=message.context,
        occurrences=[(name, "") for name in sorted(files)],
        tcomment=old.tcomment if old else "",
        flags=["fuzzy"] if old and old.fuzzy else [],
    )
    before = list((old.msgstr_plural or {0: old.msgstr}).values()) if old else [""]
    if message.plural:
        entry.msgid_plural = message.plural
        entry.msgstr_plural = {0: before[0], 1: before[-1]}
    else:
        entry.msgstr = before[-1]
    return entry


def problems(path: Path = ENGLISH) -> list[str]:
    """What is wrong with the English catalogue, in words; empty when it is complete."""
    found, said = collected(), []
    there = {(entry.msgid, entry.msgctxt): entry for entry in catalogue(path)}
    for key, (message, files) in sorted(found.items(), key=lambda item: item[1][1]):
        where = f"{files[0]}: {message.msgid!r}"
        if key not in there or bool(there[key].msgid_plural) != bool(message.plural):
            said.append(f"{where} is not in the catalogue: run `make messages`")
        else:
            said += [f"{where} {what}" for what in wrong_with(there[key])]
    unused = [entry.msgid for key, entry in there.items() if key not in found]
    said += [f"{msgid!r} is no longer used: run `make messages`" for msgid in unused]
    return said


def thai_problems(path: Path = THAI) -> list[str]:
    """What is wrong with the Thai that we lend to parts of others."""
    return [
        f"th: {entry.msgid!r} {what}"
        for entry in catalogue(path)
        for what in wrong_with(entry)
        if not what.startswith("has Thai")
    ]


def wrong_with(entry: polib.POEntry) -> Iterator[str]:
    """What is wrong with one translation."""
    if entry.fuzzy:
        yield "is fuzzy"
    for text in (entry.msgstr_plural or {0: entry.msgstr}).values():
        if not text:
            yield "is not translated"
            continue
        if set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(entry.msgid)):
            yield f"has other placeholders than {text!r}"
        if edges(entry.msgid) != edges(text):
            yield f"begins or ends with other spaces than {text!r}"
        if THAI_LETTER.search(without_examples(without_names(text), entry.msgid)):
            yield f"has Thai in its English: {text!r}"


def edges(text: str) -> tuple[str, str]:
    """The white space around a text; a page relies on it."""
    inner = text.strip()
    before, _, after = text.partition(inner)
    return before, after


def without_names(text: str) -> str:
    """A text without what stays Thai on purpose."""
    for name in STAYS_THAI:
        text = text.replace(name, "")
    return text


def without_examples(text: str, original: str) -> str:
    """A text without the Thai that shall be typed as it stands: what the original tells after "for example"."""
    told = original.partition("เช่น")[2]
    shown = set(THAI_WORD.findall(told)) | {CIRCULAR}
    return THAI_WORD.sub(lambda match: "" if match[0] in shown else match[0], text)


def compile_catalogue(source: Path, target: Path) -> None:
    """Write the binary catalogue that Django reads, in one step; fuzzy entries are left out."""
    half = target.with_suffix(f".{os.getpid()}")
    polib.pofile(str(source)).save_as_mofile(str(half))
    half.replace(target)


def compile_stale() -> list[Path]:
    """Compile every catalogue whose binary is missing or older; those that were written."""
    written = []
    for source in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            compile_catalogue(source, target)
            written.append(target)
    return written


def main(arguments: list[str]) -> int:
    """Run one of the three; the exit code."""
    match arguments:
        case ["compile", source, target]:
            compile_catalogue(Path(source), Path(target))
        case ["extract"]:
            print(f"{ENGLISH.relative_to(ROOT)}: {extract()} messages without English")
        case ["check"]:
            found = problems() + thai_problems()
            print(*found, sep="\n", end="\n" if found else "")
            return 1 if found else 0
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
