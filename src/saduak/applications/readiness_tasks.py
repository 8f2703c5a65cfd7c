"""Background work for readiness lists: every centre of a list is told, however many there are."""

from uuid import UUID

from saduak.applications.actions.readiness import count_readiness
from saduak.applications.actions.readiness_lists import TELL, tell_readiness
from saduak.applications.queries.readiness import running_rounds
from saduak.foundation import batches, jobs
from saduak.foundation.access import Actor
from saduak.foundation.models import Batch, BatchItem


@batches.worker(TELL, chunk=250)
def tell(batch: Batch, items: list[BatchItem]) -> None:
    """Tell some centres of a list."""
    tell_readiness(
        actor=Actor.system("readiness"),
        list_id=UUID(batch.params["list"]),
        centres=[int(item.item) for item in items],
    )


@jobs.job
def count_round(*, round_id: str) -> None:
    """Count what assessing offices have left to do in a round whose rules were set."""
    count_readiness(actor=Actor.system("readiness"), round_id=UUID(round_id))


@jobs.tick(minutes=30)
def count_what_is_left() -> int:
    """Count anew what assessing offices have left to do, each round by itself; in how many rounds."""
    actor = Actor.system("readiness")
    found = running_rounds(actor.received_at)
    for round_id in found:
        count_readiness(actor=actor, round_id=round_id)
    return len(found)
