"""What was tried before, by any worker of this run: so that each does not try it again."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:20]


class Tried:
    """Sets of texts, each under a key. In a run of `make test` all workers share them, as files beside the filled demo.

    Two workers that try the same at the same moment both do: nothing is ever left out because somebody else is about to.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._own: dict[str, set[str]] = {}

    def fresh(self, key: str, texts: Iterable[str]) -> list[str]:
        """Those of the texts that were not tried yet."""
        known = self._own.setdefault(key, set())
        wanted = {_digest(text): text for text in texts}
        if not wanted.keys() <= known and (kept := self._file(key)) is not None and kept.exists():
            # A line that another worker is writing this moment is cut off, and then unlike any digest.
            known |= set(kept.read_text(encoding="ascii").split())
        return [text for digest, text in wanted.items() if digest not in known]

    def add(self, key: str, texts: Iterable[str]) -> None:
        """These were tried."""
        known = self._own.setdefault(key, set())
        fresh = {_digest(text) for text in texts} - known
        known |= fresh
        if fresh and (kept := self._file(key)) is not None:
            kept.parent.mkdir(parents=True, exist_ok=True)
            with kept.open("a", encoding="ascii") as file:
                file.write("\n".join(sorted(fresh)) + "\n")

    def _file(self, key: str) -> Path | None:
        site = os.environ.get("SADUAK_TEST_TRIED")
        return Path(site) / self._name / _digest(key) if site else None
