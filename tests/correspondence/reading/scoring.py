"""How well a reading fits what a careful person read, field by field, as the house scores it: see `battery/README.md`."""

import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

BATTERY = Path(__file__).parent / "battery"
SINGLE = ("kind", "urgency", "secrecy", "number", "is_circular", "date", "issuer", "owner_unit", "subject", "purpose",
          "signer.name", "signer.position")  # fmt: skip
MANY: dict[str, tuple[str, ...]] = {
    "recipients": (),
    "references": ("number", "date"),
    "attachments": (),
    "windows": ("start", "end"),
    "deadlines": ("date",),
    "meetings": ("date", "start", "end"),
    "agenda": ("start", "end"),
    "actions": ("due", "force"),
    "distribution": (),
    "phones": (),
    "faxes": (),
    "links": (),
    "receipts": ("office", "number", "date", "time"),
}
_ARABIC = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")


@dataclass
class Case:
    """One letter of the battery and what a careful person read in it."""

    name: str
    text: str
    documents: list[dict[str, Any]]
    findings: list[str]
    no_findings: list[str]
    recognised: bool


@dataclass
class Tally:
    """How many values of a field were right, wanted and given; and what was wrong."""

    hit: int = 0
    want: int = 0
    got: int = 0
    wrong: list[str] = field(default_factory=list)

    def f1(self) -> float:
        """The harmonic mean of recall and precision."""
        return 2 * self.hit / (self.want + self.got) if self.want + self.got else 1.0


def cases() -> list[Case]:
    """All letters of the battery, in order of their names."""
    found = []
    for path in sorted(BATTERY.glob("*.yaml")):
        label = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        text = path.with_suffix(".txt").read_text(encoding="utf-8")
        found.append(Case(path.stem, text, label["documents"], label.get("findings", []),
                          label.get("no_findings", []), label.get("recognised", False)))  # fmt: skip
    return found


def norm(value: object) -> str | None:
    """Only what can be read differently: no spaces, no punctuation, Arabic digits."""
    if value is None:
        return None
    text = unicodedata.normalize("NFC", str(value)).translate(_ARABIC).replace("ํา", "ำ")
    return re.sub(r"[\s\-–—\"“”'().,:/]+", "", text).lower()


def same(a: str, b: str) -> bool:
    """Equal, or long and most of the other."""
    short, long = sorted((a, b), key=len)
    return a == b or (len(short) >= 8 and short in long and len(short) >= 0.6 * len(long))


def value(document: dict[str, Any], path: str) -> object:
    """What stands at a dotted path; what a label leaves out is not in the letter."""
    for part in path.split("."):
        document = (document or {}).get(part)  # type: ignore[assignment]
    return False if document is None and path == "is_circular" else document


def items(document: dict[str, Any], name: str) -> list[str]:
    """The values of a field that may have many."""
    keys = MANY[name]
    entries = document.get(name) or []
    if keys:
        return ["|".join(norm(entry.get(key)) or "" for key in keys) for entry in entries]
    return [shown for entry in entries if (shown := norm(entry))]


def pairs(
    labels: list[dict[str, Any]], found: list[dict[str, Any]]
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Labelled and read documents in order; one that is missing or too many stands against nothing."""
    longest = max(len(labels), len(found))
    return list(zip([*labels, *[{}] * (longest - len(labels))], [*found, *[{}] * (longest - len(found))], strict=True))  # fmt: skip


def score(tallies: dict[str, Tally], want: dict[str, Any], got: dict[str, Any], where: str) -> None:
    """Count one document into the tallies."""
    for name in SINGLE:
        tally = tallies.setdefault(name, Tally())
        w, g = norm(value(want, name)) if want else None, norm(value(got, name)) if got else None
        hit = w is not None and g is not None and same(w, g)
        tally.hit, tally.want, tally.got = tally.hit + hit, tally.want + bool(w), tally.got + bool(g)
        if not hit and (w or g):
            tally.wrong.append(f"{where} {name}: wanted {value(want, name)!r}, got {value(got, name)!r}")
    for name in MANY:
        tally = tallies.setdefault(name, Tally())
        wanted, left = items(want, name), items(got, name)
        tally.want, tally.got = tally.want + len(wanted), tally.got + len(left)
        for entry in wanted:
            match = next((other for other in left if same(entry, other)), None)
            if match is None:
                tally.wrong.append(f"{where} {name}: missed {entry}")
            else:
                left.remove(match)
                tally.hit += 1
        tally.wrong += [f"{where} {name}: invented {entry}" for entry in left]
    _duties(tallies.setdefault("duty words", Tally()), want, got, where)


def _duties(tally: Tally, want: dict[str, Any], got: dict[str, Any], where: str) -> None:
    """Duties with who must act and the word that says what: stricter than their day and force."""
    left = list(got.get("actions") or [])
    for duty in want.get("actions") or []:
        tally.want += 1
        match = next((other for other in left if _fits(duty, other)), None)
        if match is None:
            tally.wrong.append(f"{where} duty: missed {duty}, left {left}")
        else:
            left.remove(match)
            tally.hit += 1
    tally.got += len(got.get("actions") or [])


def _fits(duty: dict[str, Any], other: dict[str, Any]) -> bool:
    who = duty.get("who")
    named = who is None or same(norm(who) or "", norm(other["who"]) or "")
    told = (norm(duty.get("has")) or "") in (norm(other["what"]) or "")
    return named and told and norm(duty["due"]) == norm(other["due"]) and duty["force"] == other["force"]
