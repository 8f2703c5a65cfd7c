"""What stands in the log of a process: never the secret of a link, by which whoever reads the log could act.

It is known by its shape, not by the addresses: also what was asked for with a mistake in it has the secret in it. Nothing
of the program but the standard library is loaded here, since the settings name this module.
"""

import logging
import re
from typing import Final

CUT: Final = "***"

# Secrets of links and of forgotten passwords are longer than 32 characters; what names a row or a file by its whole
# digest is no secret and stays, or nobody could find what the log speaks of.
_SECRET: Final = re.compile(
    r"(?<=[/='\"])"
    r"(?![0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![\w-]))"
    r"(?![0-9a-f]{64}(?![\w-]))"
    r"[A-Za-z0-9_-]{32,}"
)


def without_secrets(text: str) -> str:
    """The same text with every secret of a link cut out of addresses and quoted values.

    Args:
        text: for example "Gone: /self-check/<43 characters>/answers/".
    """
    return _SECRET.sub(CUT, text.replace("%2F", "/").replace("%2f", "/"))


class Line(logging.Formatter):
    """A line of the log, with the traceback that belongs to it, without secrets."""

    def format(self, record: logging.LogRecord) -> str:
        """The whole text of the record, cut last: whatever brought a secret in."""
        return without_secrets(super().format(record))
