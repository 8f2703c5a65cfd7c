"""What the world of the route table has for the addresses of each part, and which thing stands for which parameter."""

from typing import Any

from tests.system.things import (
    boards,
    files,
    helping,
    obstacles,
    practices,
    quality,
    readiness,
    renewing,
    selfcheck,
    sharing,
)

PARTS = (files, helping, renewing, quality, boards, obstacles, selfcheck, sharing, readiness, practices)
ADDRESSES: dict[str, dict[str, str]] = {
    name: things for part in PARTS for name, things in part.ADDRESSES.items()
}


def collected(cast: Any, row: Any, things: dict[str, Any]) -> dict[str, Any]:
    """One of everything that the parts need, made by their own actions. `things` has the world's own already."""
    found: dict[str, Any] = {}
    for part in PARTS:
        made = part.make(cast, row, things | found)
        assert not made.keys() & (things.keys() | found.keys()), "a name is taken"
        found |= made
    return found
