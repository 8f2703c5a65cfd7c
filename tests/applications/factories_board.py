"""What the tests of the supervisor's board share."""

from typing import Any

from saduak.applications import queries


def filters(**wanted: str) -> queries.BoardFilters:
    """What the board is narrowed to."""
    return queries.BoardFilters(**wanted)


def names(board: queries.Board) -> list[Any]:
    """The offices of its rows, in order."""
    return [row.organisation_name for row in board.rows]
