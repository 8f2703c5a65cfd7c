"""Background work for readiness lists: they are sent and written out however many units they have."""

from datetime import timedelta
from uuid import UUID

from saduak.applications import readiness_papers
from saduak.applications.actions.readiness import count_readiness
from saduak.applications.actions.readiness_files import keep_readiness_file, refuse_readiness_file
from saduak.applications.actions.readiness_sending import (
    MARK,
    NOT_CONFIRMED,
    TELL,
    all_readiness_marked,
    file_readiness,
    mark_readiness_sent,
    refuse_readiness,
    retry_readiness,
    tell_readiness,
)
from saduak.applications.models import ReadinessExport
from saduak.applications.queries.readiness import at_rest, not_marked, running_rounds
from saduak.foundation import batches, clock, files, jobs
from saduak.foundation.access import Actor, Refused
from saduak.foundation.access.resolver import of_user
from saduak.foundation.models import Batch, BatchItem


def _marked(batch: Batch) -> None:
    all_readiness_marked(actor=Actor.system("readiness"), sending_id=UUID(batch.params["sending"]))


@batches.worker(MARK, chunk=250, finish=_marked)
def mark(batch: Batch, items: list[BatchItem]) -> None:
    """Mark some statements of a list on its way; one that is not confirmed any more is set aside, and tried again later."""
    by_key = {int(item.item): item for item in items}
    actor, sending_id = Actor.system("readiness"), UUID(batch.params["sending"])
    if mark_readiness_sent(actor=actor, sending_id=sending_id, statements=[*by_key]) < len(items):
        for key in not_marked(by_key):
            by_key[key].state, by_key[key].note = BatchItem.State.FAILED, str(NOT_CONFIRMED)


@jobs.job(queue="batches")
def file_list(*, sending_id: str) -> None:
    """File a list whose units are all marked, or say why not; nothing when it was taken back. Running twice changes nothing."""
    actor, which = Actor.system("readiness"), UUID(sending_id)
    try:
        file_readiness(actor=actor, sending_id=which)
    except Refused as refusal:
        refuse_readiness(actor=actor, sending_id=which, reason=str(refusal.reason))


@jobs.tick(minutes=30)
def go_on_sending() -> int:
    """Try lists again that came to a stop on their way, and tell their offices each reason once; how many."""
    actor = Actor.system("readiness")
    return sum(retry_readiness(actor=actor, sending_id=sending_id) for sending_id in at_rest())


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
    """Write out a list that somebody asked for, as it is now; who may not have it is told why. Running twice is once."""
    rows = ReadinessExport.objects.select_related("round__programme", "round__criteria_set", "office", "list")
    wanted = rows.select_related("requested_by").get(public_id=export_id)
    if wanted.file_id is not None or wanted.refused:
        return
    actor = Actor.system("readiness")
    try:
        made = readiness_papers.write(of_user(wanted.requested_by, clock.now()), wanted)
    except Refused as refusal:
        refuse_readiness_file(actor=actor, export_id=wanted.public_id, reason=str(refusal.reason))
        return
    with made.file as content:
        stored = files.put(content, name=made.name, media_type=readiness_papers.TYPES[wanted.content])
    keep_readiness_file(actor=actor, export_id=wanted.public_id, stored=stored, lines=made.lines)


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
