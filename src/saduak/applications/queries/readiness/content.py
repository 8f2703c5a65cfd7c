"""What a head confirms and what is sent, as plain values for canonical bytes (rule 8)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from saduak.applications import content
from saduak.applications.models import Readiness, ReadinessConfirmation, ReadinessList
from saduak.applications.queries.readiness.desk import Desk, gates_of

FORMAT: Final = 1
UNSEEN: Final = "unseen"


def confirmed_content(desk: Desk, rows: Sequence[Any]) -> dict[str, Any]:
    """What the head confirms: each statement, and about whom. Names are no part of it: a renaming changes nothing.

    The statements come as the desk has them in order.
    """
    unseen = {gate.key: UNSEEN for gate in gates_of(desk.round)}
    return {
        "format": FORMAT,
        "round": str(desk.round.public_id),
        "assessor": str(desk.office.public_id),
        "units": [{"centre": str(row.unit), **said(unseen, row)} for row in rows],
    }


def said(unseen: Mapping[str, str], row: Readiness) -> dict[str, Any]:
    """One statement: ready or not, the gates that were looked at, the reasons and the day. `unseen`: as if none was."""
    return {
        "ready": row.ready,
        "gates": {key: row.gates.get(key, UNSEEN) for key in unseen} if row.gates else unseen,
        "reasons": row.reasons,
        "assessed_on": row.assessed_on.isoformat() if row.assessed_on else None,
    }


def sent_content(
    desk: Desk,
    rows: Sequence[Readiness],
    *,
    ordinal: int,
    before: ReadinessList | None,
    sent_at: datetime,
) -> dict[str, Any]:
    """What is sent: the statements and, frozen beside them, every name that may change later. At most two queries."""
    round_, office = desk.round, desk.office
    unseen = {gate.key: UNSEEN for gate in gates_of(round_)}
    confirmations = list({row.confirmation_id: row.confirmation for row in rows}.values())
    places = {row.pk: place for place, row in enumerate(confirmations) if row is not None}
    criteria = round_.criteria_set
    return {
        "format": FORMAT,
        "programme": {"code": round_.programme.code, "name": round_.programme.name_th},
        "round": {
            "id": str(round_.public_id),
            "title": round_.title,
            "fiscal_year": round_.fiscal_year,
        },
        "criteria": {"code": criteria.code, "version": criteria.version, "digest": criteria.digest},
        "assessor": {
            "id": str(office.public_id),
            "code": office.code,
            "name": office.name_th,
            "lines": content.lines_of(office),
        },
        "ordinal": ordinal,
        "replaces_sha256": before.sha256 if before is not None else None,
        "sent_at": content.moment(sent_at),
        "confirmations": [_confirmation(row) for row in confirmations if row is not None],
        "units": [
            {**_unit(row), **said(unseen, row), "confirmation": places[row.confirmation_id or 0]}
            for row in rows
        ],
    }


def _unit(row: Readiness) -> dict[str, Any]:
    """Whom a statement is about, by today's names."""
    organisation = row.centre.organisation
    return {
        "centre": str(row.centre.public_id),
        "name": row.centre.name_th,
        "organisation": {"code": organisation.code, "name": organisation.name_th},
        "area": area_name(row),
    }


def area_name(row: Readiness) -> str:
    """Where a unit stands."""
    area = row.centre.area or row.centre.organisation.area
    return area.name_th if area is not None else ""


def _confirmation(row: ReadinessConfirmation) -> dict[str, Any]:
    return {
        "method": row.method,
        "capacity": row.capacity,
        "name": row.signer_name,
        "position": row.signer_position,
        "on_behalf_of": row.on_behalf_of,
        "signed_at": content.moment(row.signed_at),
        "content_sha256": row.content_digest,
        "paper_sha256": row.paper.sha256 if row.paper is not None else None,
    }
