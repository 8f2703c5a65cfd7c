"""Background work for readiness lists: they are sent and written out however many units they have."""

from datetime import timedelta
from uuid import UUID

from saduak.applications import readiness_papers
from saduak.applications.actions.readiness import count_readiness
from saduak.applications.actions.readiness_files import keep_readiness_file
from saduak.applications.actions.readiness_sending import (
    MARK,
    TELL,
    all_readiness_marked,
    file_readiness,
    mark_readiness_sent,
    tell_readiness,
)
from saduak.applications.models import ReadinessExport
from saduak.applications.queries.readiness import running_rounds
from saduak.foundation import batches, clock, files, jobs
from saduak.foundation.access import Actor
from saduak.foundation.access.resolver import of_user
from saduak.foundation.models import Batch, BatchItem


def _marked(batch: Batch) -> None:
    all_readiness_marked(actor=Actor.system("readiness"), sending_id=UUID(batch.params["sending"]))


@batches.worker(MARK, chunk=250, finish=_marked)
def mark(batch: Batch, items: list[BatchItem]) -> None:
    """Mark some statements of a list on its way."""
    mark_readiness_sent(
        actor=Actor.system("readiness"),
        sending_id=UUID(batch.params["sending"]),
        statements=[int(item.item) for item in items],
    )


@jobs.job(queue="batches")
def file_list(*, sending_id: str) -> None:
    """File a list whose units are all marked. Running twice changes nothing."""
    file_readiness(actor=Actor.system("readiness"), sending_id=UUID(sending_id))


@batches.worker(TELL, chunk=250)
def tell(batch: Batch, items: list[BatchItem]) -> None:
    """Tell some centres of a list."""
    tell_readiness(
        actor=Actor.system("readiness"),
        list_id=UUID(batch.params["list"]),
        centres=[int(item.item) for item in items],
    )


@jobs.job(queue="batches", attempts=3, lease=timedelta(minutes=40))
def write_list(*, export_id: str) -> None:
    """Write out a list that somebody asked for, as it is now. Running twice changes nothing."""
    rows = ReadinessExport.objects.select_related("round__programme", "round__criteria_set", "office", "list")
    wanted = rows.select_related("requested_by").get(public_id=export_id)
    if wanted.file_id is not None:
        return
    made = readiness_papers.write(of_user(wanted.requested_by, clock.now()), wanted)
    with made.file as content:
        stored = files.put(content, name=made.name, media_type=readiness_papers.TYPES[wanted.content])
    keep_readiness_file(
        actor=Actor.system("readiness"), export_id=wanted.public_id, stored=stored, lines=made.lines
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
