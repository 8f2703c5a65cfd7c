"""The only generator of identifiers and random codes; seeded in rehearsals so that the same seed gives the same run."""

import contextlib
import random
import secrets
import uuid
from collections.abc import Iterator
from contextvars import ContextVar

# 29 symbols: a prime, so that a weighted sum finds every wrong symbol and every swap of two.
# No 0, 1, E, I, L, O, U: nothing that is misread aloud, in Thai handwriting or as a word.
ALPHABET = "23456789ABCDFGHJKMNPQRSTVWXYZ"
CERTIFICATE_CODE_LENGTH = 10
RECEIPT_CODE_LENGTH = 12

_seeded: ContextVar[random.Random | None] = ContextVar("saduak_ids", default=None)


@contextlib.contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Make every id in this context follow from `seed` (rehearsals and demos only)."""
    token = _seeded.set(random.Random(seed))  # noqa: S311 - repeatable on purpose, never in production
    try:
        yield
    finally:
        _seeded.reset(token)


def public_id() -> uuid.UUID:
    """A new public id for routes and the API (UUID version 4)."""
    source = _seeded.get()
    return uuid.uuid4() if source is None else uuid.UUID(int=source.getrandbits(128), version=4)


def token() -> str:
    """A secret for a link or an invitation: 43 URL-safe characters, 256 bits."""
    source = _seeded.get()
    if source is None:
        return secrets.token_urlsafe(32)
    return "".join(source.choice(ALPHABET) for _ in range(43))


def salt() -> str:
    """Random hexadecimal salt of 32 characters for digests of personal values."""
    source = _seeded.get()
    return secrets.token_hex(16) if source is None else f"{source.getrandbits(128):032x}"


def check_digit(body: str) -> str:
    """The last symbol of a code, from the symbols before it.

    Raises:
        ValueError: a symbol is not in the alphabet.
    """
    total = sum(weight * ALPHABET.index(symbol) for weight, symbol in enumerate(body, start=1))
    return ALPHABET[total % len(ALPHABET)]


def code(length: int = CERTIFICATE_CODE_LENGTH) -> str:
    """A random code of `length` symbols, the last of which is a check digit."""
    source = _seeded.get()
    pick = secrets.choice if source is None else source.choice
    body = "".join(pick(ALPHABET) for _ in range(length - 1))
    return body + check_digit(body)


def normalise_code(text: str) -> str:
    """What a person typed, as a code: upper case without spaces and dashes."""
    return "".join(symbol for symbol in text.upper() if symbol.isalnum())


def is_code(text: str, length: int = CERTIFICATE_CODE_LENGTH) -> bool:
    """Whether `text` has the right length, symbols and check digit."""
    if len(text) != length or any(symbol not in ALPHABET for symbol in text):
        return False
    return check_digit(text[:-1]) == text[-1]
