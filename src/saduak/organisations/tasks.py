"""Background work of this room."""

import uuid

from django.db import transaction

from saduak.foundation import batches, clock, jobs
from saduak.foundation.access import Actor
from saduak.foundation.access.resolver import of_user
from saduak.foundation.models import Batch, BatchItem
from saduak.organisations import paths
from saduak.organisations.actions.branches import MAKE, finish_branches, forget_branches, make_branches
from saduak.organisations.models import BranchImport


@jobs.tick(minutes=30)
def follow_the_day() -> None:
    """Bring the paths in line with the relations of today: some begin or end at midnight. Nobody sees half of it."""
    with transaction.atomic():
        paths.rebuild()


@jobs.tick(minutes=60)
def forget_tables() -> None:
    """Tables that nobody confirmed, and addresses that nobody needs any more."""
    forget_branches(actor=Actor.system("branches"))


def _table(batch: Batch) -> uuid.UUID:
    return uuid.UUID(batch.params["table"])


def _finished(batch: Batch) -> None:
    finish_branches(actor=Actor.system("branches"), table=_table(batch))


# A chunk is a handful of queries: begin with many, the batch adapts.
@batches.worker(MAKE, chunk=100, finish=_finished)
def make_centres(batch: Batch, items: list[BatchItem]) -> None:
    """Make some centres of a table, as far as whoever confirmed it may do so by now."""
    table = BranchImport.objects.select_related("made_by").get(public_id=_table(batch))
    actor = Actor.system("branches") if table.made_by is None else of_user(table.made_by, clock.now())
    make_branches(actor=actor, table=table.public_id, lines=[int(item.item) for item in items])
