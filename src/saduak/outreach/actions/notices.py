"""Telling people what happened: many at once, each once."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from saduak.foundation import clock
from saduak.foundation.access import Actor
from saduak.foundation.actions import action
from saduak.foundation.alike import insert_alike
from saduak.outreach.kinds import KINDS
from saduak.outreach.models import Notice

BULK = 500


@action("outreach.notify")
def notify(  # noqa: PLR0913 - each says what happened or whom it concerns
    *,
    actor: Actor,  # noqa: ARG001 - every write names who caused it
    kind: str,
    event: str,
    params: dict[str, Any],
    target: uuid.UUID | None = None,
    organisation_ids: Iterable[int] = (),
    person_ids: Iterable[int] = (),
    centre_id: int | None = None,
    programme_id: int | None = None,
) -> int:
    """Write a notice to each office and person. The same event never tells anybody twice. One query.

    Args:
        actor: who caused it.
        kind: a key of `kinds.KINDS`.
        event: what happened, so that it is told once: for example the public id of the submission.
        params: what the text of the kind is filled with; no personal data.
        target: the row that the notice leads to.
        organisation_ids: offices to tell.
        person_ids: people to tell.
        centre_id: tell only those of an office who work for this centre or for all of it.
        programme_id: tell only those of an office who work for this programme or for all.

    Returns:
        How many offices and people were named.

    Raises:
        KeyError: no such kind.
    """
    KINDS[kind]
    common = {
        "kind": kind,
        "params": params,
        "target": target,
        "centre_id": centre_id,
        "programme_id": programme_id,
    }
    rows: list[dict[str, Any]] = [
        {"organisation_id": pk, "person_id": None, "dedupe": f"{kind}:{event}:o{pk}"[:200]}
        for pk in dict.fromkeys(organisation_ids)
    ]
    rows += [
        {"organisation_id": None, "person_id": pk, "dedupe": f"{kind}:{event}:p{pk}"[:200]}
        for pk in dict.fromkeys(person_ids)
    ]
    insert_alike(Notice, common, rows, ignore_conflicts=True)
    return len(rows)


@dataclass(frozen=True, slots=True)
class Told:
    """One office or one person to tell, with words of its own: for an event that concerns many differently."""

    organisation_id: int | None
    event: str
    params: dict[str, Any]
    target: uuid.UUID | None = None
    centre_id: int | None = None
    programme_id: int | None = None
    person_id: int | None = None

    @property
    def who(self) -> str:
        """Whom it is for, as the key says that lets nobody be told twice."""
        return f"o{self.organisation_id}" if self.person_id is None else f"p{self.person_id}"


@action("outreach.notify_each")
def notify_each(*, actor: Actor, kind: str, rows: Iterable[Told]) -> int:  # noqa: ARG001 - as above
    """As `notify`, when each office reads something else. One query for about a hundred.

    Raises:
        KeyError: no such kind.
    """
    KINDS[kind]
    made = [
        Notice(
            kind=kind,
            organisation_id=row.organisation_id,
            person_id=row.person_id,
            centre_id=row.centre_id,
            programme_id=row.programme_id,
            params=row.params,
            target=row.target,
            dedupe=f"{kind}:{row.event}:{row.who}"[:200],
        )
        for row in rows
    ]
    Notice.objects.bulk_create(made, batch_size=BULK, ignore_conflicts=True)
    return len(made)


@action("outreach.mark_read")
def mark_read(*, actor: Actor, notice_id: uuid.UUID) -> int:
    """Mark one notice as read; one to an office is then read for the office. How many changed."""
    rows = Notice.objects.visible_to(actor).filter(public_id=notice_id, read_at__isnull=True)
    return rows.update(read_at=clock.now())


@action("outreach.mark_all_read")
def mark_all_read(*, actor: Actor) -> int:
    """Mark everything that the actor sees as read. How many changed."""
    rows = Notice.objects.visible_to(actor).filter(read_at__isnull=True)
    return rows.update(read_at=clock.now())
