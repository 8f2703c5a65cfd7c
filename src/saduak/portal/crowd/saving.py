"""Officers who type: each saves an own answer every few seconds, and the same crowd asks the bare view."""

import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from saduak.portal.crowd.people import FLOOR, Browser, quantile
from saduak.portal.crowd.running import LOCKED, Server

SEED = 7


@dataclass(frozen=True, slots=True)
class Pace:
    """How often each saves, and until when: by the clock, or by how many saves."""

    every: float
    seconds: float | None = None
    turns: int | None = None


@dataclass(slots=True)
class Felt:
    """What a crowd felt: milliseconds from the moment when a save was due to its whole answer."""

    ms: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    cpu: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """Numbers for other programs."""
        done = sorted(self.ms)
        return {
            "requests": len(done) + self.errors.total(),
            "per_second": round(len(done) / self.seconds, 1) if self.seconds else 0.0,
            **{f"p{share}_ms": round(quantile(done, share / 100), 1) for share in (50, 95, 99)},
            "server_cpu_ms": round(1000 * self.cpu / len(done), 2) if done else 0.0,
            "errors": dict(self.errors),
        }


@dataclass(slots=True)
class Officer:
    """One officer and their answer."""

    number: int
    browser: Browser
    seat: dict[str, Any]
    told: tuple[int, str] | None = None
    turn: int = 0

    def saves(self) -> str:
        """Autosave a text that has grown; what went wrong, or nothing."""
        self.turn += 1
        text = f"{self.seat['text']} ({self.turn})"
        path = f"/applications/{self.seat['application']}/items/{self.seat['answer']}/"
        values = {"field": "narrative", "narrative": text, "version": self.seat["version"]}
        answer = self.browser.post(path, values, script=True)
        if answer.status != 200:
            return LOCKED if LOCKED.encode() in answer.body else str(answer.status)
        self.seat["version"] = json.loads(answer.body)["version"]
        self.told = (self.seat["version"], text)
        return ""

    def touches_the_floor(self) -> str:
        """Ask the bare view for the same statements."""
        status = self.browser.post(f"{FLOOR}{self.number}/", {}, script=True).status
        return "" if status == 200 else str(status)


def crowd(server: Server, officers: list[Officer], pace: Pace, what: Callable[[Officer], str]) -> Felt:
    """All do it at once, each in an own rhythm; one waits for the answer before the next, as a page does."""
    felt, lock = Felt(), threading.Lock()
    begun, cpu = time.monotonic(), server.cpu()
    threads = [
        threading.Thread(target=_one, args=(officer, pace, what, felt, lock, begun), daemon=True)
        for officer in officers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    felt.seconds, felt.cpu = time.monotonic() - begun, server.cpu() - cpu
    return felt


def _one(
    officer: Officer,
    pace: Pace,
    what: Callable[[Officer], str],
    felt: Felt,
    lock: threading.Lock,
    begun: float,
) -> None:
    dice = random.Random(f"{SEED}:{officer.number}")  # noqa: S311 - repeatable on purpose
    due, done = begun + dice.uniform(0, pace.every), 0
    while (pace.seconds is None or due < begun + pace.seconds) and (pace.turns is None or done < pace.turns):
        time.sleep(max(0.0, due - time.monotonic()))
        try:
            wrong = what(officer)
        except (OSError, http.client.HTTPException) as problem:
            wrong = type(problem).__name__
        now, done = time.monotonic(), done + 1
        with lock:
            if wrong:
                felt.errors[wrong] += 1
            else:
                felt.ms.append((now - due) * 1000)
        due = max(now, due + pace.every * dice.uniform(0.8, 1.2))
