"""Salutation and closing by whom a letter is written to. What is known stands in data/forms.toml, with its source."""

import functools
import tomllib
from dataclasses import dataclass
from typing import Any

from saduak.correspondence.writing.printed import DATA, line


@dataclass(frozen=True, slots=True)
class Forms:
    """How a letter begins and ends; empty where nothing is known, so that somebody writes it."""

    salutation: str
    closing: str


def forms_of(addressee: str) -> Forms:
    """The forms for an addressee as it is printed; of several the first decides.

    An office is matched as a whole (นายกรัฐมนตรี, not รองนายกรัฐมนตรี), a monk or a member of the royal family by how the
    name begins.
    """
    said = _data()
    whom = line(addressee)
    for row in said["forms"]:
        if any(_matches(whom, name, row["match"]) for name in row["names"]):
            return Forms(row["salutation"], row["closing"])
    return Forms(said["usual"]["salutation"], said["usual"]["closing"])


def _matches(whom: str, name: str, how: str) -> bool:
    if not whom.startswith(name):
        return False
    return how == "prefix" or whom[len(name) :][:1] in {"", " ", ",", "("}


@functools.cache
def _data() -> dict[str, Any]:
    return tomllib.loads((DATA / "forms.toml").read_text(encoding="utf-8"))
