"""Background work: making the certificates of an announcement."""

from saduak.certification.actions.announcements import PREPARE, make_certificates, ready
from saduak.foundation import batches
from saduak.foundation.access import Actor
from saduak.foundation.models import Batch, BatchItem


def _finished(batch: Batch) -> None:
    """Say that the announcement is ready, unless an item was set aside."""
    if not batch.items.exclude(state=BatchItem.State.DONE).exists():
        ready(actor=Actor.system("certification"), announcement_id=batch.params["announcement"])


# A PDF takes a tenth of a second and the numbers are locked meanwhile: begin with few, the batch adapts.
@batches.worker(PREPARE, chunk=4, finish=_finished)
def make(batch: Batch, items: list[BatchItem]) -> None:
    """Make the certificates of one chunk."""
    make_certificates(
        actor=Actor.system("certification"),
        announcement_id=batch.params["announcement"],
        resolution_ids=[int(item.item) for item in items],
    )
