"""What somebody asks the supervisor's board for, and every address of its pages: the round always stands in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from saduak.applications import board_export, queries
from saduak.applications.rules import SEE_STATUS
from saduak.applications.web import shared
from saduak.foundation.access import Actor
from saduak.foundation.web.forms import whole_number
from saduak.programme.models import Round
from saduak.programme.queries import is_open, round_phase_of, rounds
from saduak.programme.states import Phase

GROUPS: Final = ("line", "area")
BOARD: Final = "applications:board"
# What narrows; the sort does not.
_NARROWS: Final = ("state", "area", "q", "group", "officer", "of", "lacks")


@dataclass(frozen=True, slots=True)
class Asked:
    """Who looks at which round, through which filters, at which page of the list.

    `rounds` are those of the programmes in which the reader follows anybody, the newest first.
    """

    actor: Actor
    rounds: list[Round]
    round: Round | None
    filters: queries.BoardFilters
    by: str
    page: int

    @property
    def filtered(self) -> bool:
        """Whether anything narrows the board."""
        return any(getattr(self.filters, name) for name in _NARROWS)

    @property
    def through(self) -> dict[str, str]:
        """The filters, the sort and how units are put together, as an address names them; nothing that is usual."""
        return _through(self.by, self.filters)

    @property
    def kept(self) -> dict[str, str]:
        """All that an address keeps: the round, and what it is looked at through."""
        return _in_round(self.round) | self.through

    @property
    def query(self) -> str:
        """The same, as it stands in an address and in a form's hidden field."""
        return urlencode(self.kept)

    @property
    def saved_query(self) -> str:
        """What a view of one's own keeps: what it is looked at through, in whichever round."""
        return urlencode(self.through)

    def url(self, name: str = BOARD, *args: Any, **changes: Any) -> str:
        """The address of one of the board's pages with all that is asked for now; changes to nothing take away."""
        return _address(name, args, self.kept | changes)

    def plain_url(self, name: str = BOARD, *args: Any, **said: Any) -> str:
        """The same in this round alone, through nothing but these."""
        return _address(name, args, _in_round(self.round) | said)

    def view_url(self, query: str) -> str:
        """The board in this round, looked at as a query says that was kept without one."""
        return board_url(self.round, query)


def board_url(row: Round | None, query: str = "") -> str:
    """The board in a round, through filters as they were kept without one."""
    given = dict(parse_qsl(query))
    return _address(BOARD, (), _in_round(row) | _through(_by(given), board_export.filters_from(given)))


def _in_round(row: Round | None) -> dict[str, Any]:
    return {} if row is None else {"round": row.public_id}


def _through(by: str, filters: queries.BoardFilters) -> dict[str, Any]:
    return ({"by": by} if by else {}) | board_export.said(filters)


def _by(given: Mapping[str, Any]) -> str:
    by = str(given.get("by", ""))
    return by if by in GROUPS else ""


def _address(name: str, args: tuple[Any, ...], said: Mapping[str, Any]) -> str:
    query = urlencode({key: value for key, value in said.items() if value})
    where = reverse(name, args=args)
    return f"{where}?{query}" if query else where


def asked(request: HttpRequest, data: Mapping[str, Any] | None = None) -> Asked:
    """What a request asks the board for; what it does not know is passed over, so that what is told is what is done."""
    actor, given = shared.actor_of(request), request.GET if data is None else data
    known = [row for row in rounds(actor) if actor.can(SEE_STATUS, programme_id=row.programme_id)]
    return Asked(
        actor=actor,
        rounds=known,
        round=_round(actor, known, given.get("round", "")),
        filters=board_export.filters_from(given),
        by=_by(given),
        page=whole_number(given.get("page", "")) or 1,
    )


def _round(actor: Actor, known: list[Round], asked_for: str) -> Round | None:
    """The round asked for, else the one that takes applications now, else the newest that goes on or went on."""
    try:
        wanted = UUID(asked_for)
    except ValueError:
        wanted = None
    chosen = [row for row in known if row.public_id == wanted]
    taking = [row for row in known if is_open(row, actor.received_at)]
    begun = [row for row in known if round_phase_of(row, actor.received_at) is not Phase.PLANNED]
    return next(iter([*chosen, *taking, *begun, *known]), None)
