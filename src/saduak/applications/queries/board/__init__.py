"""The supervisor's board: every centre and every office without one in reach, with where its application stands.

Rows that the actor only supervises know three states (not submitted, submitted, withdrawn) and nothing else, also when
they are filtered, sorted, grouped, counted and written out (rule 12). `units` is the one place that says so.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.core.paginator import Page, Paginator

from saduak.applications.queries.board.asked import (
    OFFICERS,
    RELATIONS,
    area_name,
    gate_title,
    known_filters,
    told,
)
from saduak.applications.queries.board.dates import Dates
from saduak.applications.queries.board.groups import board_groups
from saduak.applications.queries.board.matrix import MatrixRow, matrix
from saduak.applications.queries.board.rows import rows_of
from saduak.applications.queries.board.shapes import (
    RANKS,
    STATES,
    Board,
    BoardFilters,
    BoardGroup,
    BoardGroups,
    BoardRow,
    BoardTotals,
)
from saduak.applications.queries.board.units import SORTS, Units, order_of
from saduak.foundation.access import Actor
from saduak.programme.models import Round

__all__ = [
    "OFFICERS",
    "RANKS",
    "RELATIONS",
    "SORTS",
    "STATES",
    "Board",
    "BoardFilters",
    "BoardGroup",
    "BoardGroups",
    "BoardRow",
    "BoardTotals",
    "MatrixRow",
    "area_name",
    "board",
    "board_groups",
    "board_head",
    "board_lines",
    "board_size",
    "gate_title",
    "known_filters",
    "matrix",
    "told",
]

# So many rows are finished at a time while a board is written out.
_AT_ONCE = 500


def board(
    actor: Actor, round_: Round, filters: BoardFilters | None = None, *, page: int = 1, per_page: int = 50
) -> Board:
    """A page of the board. Six queries, whatever the reach; one more when filters ask for a count of their own."""
    wanted = filters or BoardFilters()
    units, dates = Units(actor, round_), Dates(actor, round_)
    found = units.matching(wanted, dates).order_by(*order_of(wanted.sort))
    totals = units.totals()
    pages = Paginator(found, per_page)
    if replace(wanted, sort="") == BoardFilters(sort=""):
        pages.count = totals.total  # counted already
    shown = pages.get_page(page)
    rows = tuple(rows_of(units, list(shown.object_list), dates))
    return _framed(units, dates, totals, rows, shown)


def _framed(
    units: Units, dates: Dates, totals: BoardTotals, rows: tuple[BoardRow, ...], page: Page[Any]
) -> Board:
    return Board(
        rows=rows,
        page=page,
        totals=totals,
        deadlines=tuple(dates.listed()),
        states=tuple((key, label) for key, (label, _tag) in STATES.items()),
        areas=units.areas(),
    )


def board_head(actor: Actor, round_: Round) -> Board:
    """What stands above the board, without any row. Three queries."""
    units, dates = Units(actor, round_), Dates(actor, round_)
    return _framed(units, dates, units.totals(), (), Paginator([], 1).page(1))


def board_lines(actor: Actor, round_: Round, wanted: BoardFilters) -> Iterator[BoardRow]:
    """All rows of the board, a few hundred at a time. Two queries for each of these, and three for the whole."""
    units, dates = Units(actor, round_), Dates(actor, round_)
    found = units.matching(wanted, dates).order_by(*order_of(wanted.sort))
    part = []
    for row in found.iterator(chunk_size=_AT_ONCE):
        part.append(row)
        if len(part) == _AT_ONCE:
            yield from rows_of(units, part, dates)
            part = []
    yield from rows_of(units, part, dates)


def board_size(actor: Actor, round_: Round, wanted: BoardFilters) -> int:
    """How many rows the board has with these filters. One query."""
    return int(Units(actor, round_).matching(wanted).order_by().count())
