"""Handing letters between systems: as a ZIP for those with neither network nor mail, and as e-mail (saraban@ boxes).

Pure: bytes to a `Bundle` and back, nothing lost on the way. What is malformed or hostile is refused with a reason for
people. TH e-GIF XML waits until its official schema is at hand: it will be a third module with the same two functions.
"""

from saduak.correspondence.exchange.bundle import Bundle, Enclosure, ExchangeError, Head, meeting_of
from saduak.correspondence.exchange.mailed import Mail, read_message, to_message
from saduak.correspondence.exchange.told import MANIFEST_DIFFERS, reading_of
from saduak.correspondence.exchange.zipped import kind_of, read_zip, to_zip

__all__ = [
    "MANIFEST_DIFFERS",
    "Bundle",
    "Enclosure",
    "ExchangeError",
    "Head",
    "Mail",
    "kind_of",
    "meeting_of",
    "read_message",
    "read_zip",
    "reading_of",
    "to_message",
    "to_zip",
]
