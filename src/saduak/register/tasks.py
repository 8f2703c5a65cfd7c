"""Background work of this room: entering announced results of earlier years."""

from uuid import UUID

from saduak.foundation import batches
from saduak.foundation.access import Actor
from saduak.foundation.models import Batch, BatchItem
from saduak.register.past import entering


def _finished(batch: Batch) -> None:
    entering.finish(actor=Actor.system("past"), import_id=UUID(batch.params["import"]))


@batches.worker(entering.ENTER, chunk=100, finish=_finished)
def enter(batch: Batch, items: list[BatchItem]) -> None:
    """Enter some lines of a list of past results."""
    by_key = {int(item.item): item for item in items}
    refused = entering.enter_lines(
        actor=Actor.system("past"), import_id=UUID(batch.params["import"]), keys=list(by_key)
    )
    for key, words in refused.items():
        by_key[key].state, by_key[key].note = BatchItem.State.FAILED, str(words)
