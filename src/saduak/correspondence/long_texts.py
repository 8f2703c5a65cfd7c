"""What a letter says at length: left behind wherever letters are listed, for only its own page needs it."""

from typing import Final

LONG: Final = ("text", "body_key", "reading")


def long_of(*ways: str) -> list[str]:
    """The columns to leave behind: `rows.defer(*long_of("letter__"))`.

    Args:
        ways: the lookups that lead to letters, each ending in `__`; empty on letters.
    """
    return [f"{way}{name}" for way in ways for name in LONG]
