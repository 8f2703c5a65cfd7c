"""Handing letters between systems: as a ZIP for those with neither network nor mail, and as e-mail (saraban@ boxes).

Pure: bytes to a `Bundle` and back, nothing lost on the way. What is malformed or hostile is refused with a reason for
people. TH e-GIF XML waits until its official schema is at hand: it will be a third module with the same two functions.
"""

from saduak.correspondence.exchange.bundle import Bundle, Enclosure, ExchangeError, Head
from saduak.correspondence.exchange.mailed import Mail, read_message, to_message
from saduak.correspondence.exchange.zipped import read_zip, to_zip

__all__ = [
    "Bundle",
    "Enclosure",
    "ExchangeError",
    "Head",
    "Mail",
    "read_message",
    "read_zip",
    "to_message",
    "to_zip",
]
