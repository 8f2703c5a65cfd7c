"""Somebody at a browser, as far as the server can tell: a connection that stays open, a session, a token."""

import http.client
import math
import time
import urllib.parse
from dataclasses import dataclass, field
from typing import NamedTuple

# Where the bare view stands.
FLOOR = "/bench/floor/"
TOKEN = "t" * 32
RECEIPT_HEADER = "X-Request-Start"
TIMEOUT = 60


class Answer(NamedTuple):
    """What the server said."""

    status: int
    location: str
    body: bytes


@dataclass(slots=True)
class Browser:
    """One person's connection."""

    port: int
    session: str
    line: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)

    def post(self, path: str, values: dict[str, object], *, script: bool) -> Answer:
        """Send a form, as the page's script does it or as the page itself.

        Raises:
            OSError, http.client.HTTPException: no answer; the next try has a connection of its own.
        """
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"sessionid={self.session}; csrftoken={TOKEN}",
            "X-CSRFToken": TOKEN,
            # As a proxy in front of the server does, which has nothing else to do.
            RECEIPT_HEADER: f"t={time.time():.6f}",
        }
        if script:
            headers |= {"X-Requested-With": "fetch", "Accept": "application/json"}
        try:
            self.line.request("POST", path, urllib.parse.urlencode(values), headers)
            got = self.line.getresponse()
            return Answer(got.status, got.headers.get("Location", ""), got.read())
        except (OSError, http.client.HTTPException):
            self.close()
            raise

    def close(self) -> None:
        """Hang up."""
        self.line.close()


def quantile(sorted_: list[float], share: float) -> float:
    """The value below which so great a share lies, by the nearest rank; 0 when there is none."""
    return sorted_[max(0, math.ceil(share * len(sorted_)) - 1)] if sorted_ else 0.0
