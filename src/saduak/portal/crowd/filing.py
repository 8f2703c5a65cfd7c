"""Everybody files in the last moments: what is ready goes in, what comes after the second does not, nothing gets lost."""

import http.client
import random
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from saduak.portal.crowd.people import Browser, quantile
from saduak.portal.crowd.running import Place

SEED = 7
# This share comes when it is over, and this one presses the button twice at once.
LATE, TWICE = 0.1, 0.25
LATE_SECONDS = 1.5
GRACE = 0.05


@dataclass(slots=True)
class Filer:
    """One officer with a signed application, and the moment at which they press the button (0 is the end)."""

    seat: dict[str, Any]
    due: float
    presses: int
    once: str = field(default_factory=lambda: str(uuid.uuid4()))
    sent: float = 0.0
    ms: list[float] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def file(self, port: int, ends: float) -> None:
        """Press the button; the same button means the same filing."""
        browser = Browser(port, self.seat["session"])
        path = f"/applications/{self.seat['application']}/submit/"
        time.sleep(max(0.0, ends + self.due - time.time()))
        begun = time.time()
        self.sent = self.sent or begun - ends
        try:
            answer = browser.post(path, {"once": self.once}, script=False)
        except (OSError, http.client.HTTPException) as problem:
            self.refused.append(type(problem).__name__)
            return
        finally:
            browser.close()
        self.ms.append((time.time() - begun) * 1000)
        (self.receipts if answer.status == 302 else self.refused).append(
            answer.location or str(answer.status)
        )


@dataclass(frozen=True, slots=True)
class Closing:
    """What came of it."""

    filers: list[Filer]
    there: dict[str, Any]

    @property
    def acknowledged(self) -> dict[str, str]:
        """By application the receipt that was shown."""
        return {row.seat["application"]: row.receipts[0] for row in self.filers if row.receipts}

    @property
    def wrong(self) -> list[str]:
        """What may not be, in words; nothing when all holds."""
        there, told = self.there, self.acknowledged
        wrong = {
            "acknowledged and not there": len(there["missing"]),
            "there and not acknowledged": len(there["unacknowledged"]),
            "filed after the end": there["after"],
            "filed twice": there["twice"],
            "receipts with the same code": there["submissions"] - there["codes"],
            "two receipts for one press": sum(len(set(row.receipts)) > 1 for row in self.filers),
            "accepted though sent after the end": sum(
                row.due > 0 and bool(row.receipts) for row in self.filers
            ),
            "neither accepted nor refused": sum(not (row.receipts or row.refused) for row in self.filers),
            "other answers": sum(said != "409" for row in self.filers for said in row.refused),
            "counted otherwise": there["submissions"] - len(told),
        }
        return [f"{words}: {number}" for words, number in wrong.items() if number] + [
            words for words in (there["audit"],) if words
        ]

    def as_json(self) -> dict[str, object]:
        """Numbers for other programs."""
        in_time = [row for row in self.filers if row.due < 0]
        waited = sorted(ms for row in self.filers for ms in row.ms)
        lag = sorted(
            (self.there["received"][row.seat["application"]] - row.sent) * 1000
            for row in self.filers
            if row.receipts
        )
        return {
            "ready": len(self.filers),
            "in_time": len(in_time),
            "filed": self.there["submissions"],
            "too_late": len(self.filers) - len(self.acknowledged),
            "sent_in_time_received_late": sum(not row.receipts for row in in_time),
            "answers": dict(Counter(said[:3] for row in self.filers for said in row.refused)),
            **{f"p{share}_ms": round(quantile(waited, share / 100), 1) for share in (50, 95, 99)},
            **{f"received_p{share}_ms": round(quantile(lag, share / 100), 1) for share in (50, 95, 99)},
            "last_received_before_end_s": round(-self.there["last"], 3),
            "wrong": self.wrong,
        }


def close(place: Place, port: int, made: dict[str, Any], seconds: float) -> Closing:
    """Let the window end in so many seconds, and everybody file, most of them at the very end."""
    dice = random.Random(SEED)  # noqa: S311 - repeatable on purpose
    place.move_to(made["closes"] - seconds)
    ends = time.time() + seconds
    filers = [
        Filer(seat, due=_due(number, seconds, dice), presses=1 + (dice.random() < TWICE))
        for number, seat in enumerate(made["filers"])
    ]
    threads = [
        threading.Thread(target=row.file, args=(port, ends), daemon=True)
        for row in filers
        for _press in range(row.presses)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = {row.seat["application"]: row.receipts[0] for row in filers if row.receipts}
    return Closing(filers, place.ask("check", told={"receipts": told}))


def _due(number: int, left: float, dice: random.Random) -> float:
    """When somebody presses: one in ten when it is over, the others ever closer before the end."""
    if number % round(1 / LATE) == round(1 / LATE) - 1:
        return GRACE + dice.random() * LATE_SECONDS
    return -max(GRACE, left * 0.9 * dice.random() ** 2)
