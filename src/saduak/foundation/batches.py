"""Many at once: a header, item rows, and a job that works through them in short chunks (rule 2).

Each chunk is one transaction: the work of its items and the note that they are done are committed together, so every
item is done exactly once, however often the worker dies. A chunk that fails is tried again item by item, and only the
item that can't be done is set aside, with the reason.
"""

import logging
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TypeAlias

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Count, Q

from saduak.foundation import clock, jobs
from saduak.foundation.access import Actor, Refused
from saduak.foundation.alike import insert_alike
from saduak.foundation.models.services import Batch, BatchItem

log = logging.getLogger(__name__)

Worker: TypeAlias = Callable[[Batch, list[BatchItem]], object]
Finish: TypeAlias = Callable[[Batch], object]

JOB: Final = "foundation.tasks.work_batch"
CHUNK: Final = 50
LARGEST_CHUNK: Final = 500
# A chunk holds its locks for less than a second; a job's turn ends after a few, so that other work gets in between.
CHUNK_SECONDS: Final = 0.5
TURN_SECONDS: Final = 5.0
STALLED_AFTER: Final = timedelta(minutes=15)
# How the note of an item begins at which the program erred.
_ERROR: Final = re.compile(r"[A-Za-z_]\w*: ", re.ASCII)


@dataclass(frozen=True, slots=True)
class Kind:
    """How batches of one kind are worked."""

    name: str
    work: Worker
    chunk: int
    finish: Finish | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch has come."""

    total: int
    done: int
    failed: int

    @property
    def waiting(self) -> int:
        """Items still to do."""
        return self.total - self.done - self.failed


KINDS: dict[str, Kind] = {}


def worker(name: str, *, chunk: int = CHUNK, finish: Finish | None = None) -> Callable[[Worker], Worker]:
    """Register `f(batch, items)` as the worker of a kind of batch.

    It works all given items inside one transaction with a constant number of queries. An item that can't be done is
    told by `item.state = BatchItem.State.FAILED` and `item.note`; an exception undoes the whole chunk.

    Args:
        name: the kind, as given to `start`.
        chunk: how many items it begins with; the size adapts to how long they take.
        finish: called once with the batch when no item is waiting any more, in the transaction that closes it.
    """

    def register(work: Worker) -> Worker:
        KINDS[name] = Kind(name, work, chunk, finish)
        return work

    return register


def start(*, kind: str, items: Iterable[str], params: dict[str, Any] | None = None, actor: Actor) -> Batch:
    """Write a batch with its items and enqueue its job, in this transaction. An item named twice is one item.

    Raises:
        LookupError: no worker is registered for this kind.
    """
    if kind not in KINDS:
        raise LookupError(f"no worker for batches of kind {kind!r}")
    with transaction.atomic():
        batch: Batch = Batch.objects.create(kind=kind, params=params or {}, actor=actor.ref)
        rows = [{"item": item} for item in dict.fromkeys(items)]
        insert_alike(BatchItem, {"batch_id": batch.pk}, rows)
        jobs.enqueue(JOB, batch_id=batch.pk)
    return batch


def progress(batch: Batch) -> Progress:
    """How far a batch has come; one query."""
    counts = BatchItem.objects.filter(batch=batch).aggregate(
        total=Count("pk"),
        done=Count("pk", filter=Q(state=BatchItem.State.DONE)),
        failed=Count("pk", filter=Q(state=BatchItem.State.FAILED)),
    )
    return Progress(**counts)


def refusal(note: str) -> str:
    """The words with which a rule refused an item, from its note; empty where the program erred: that stands in the log."""
    return "" if _ERROR.match(note) else note


def retry(batch: Batch) -> int:
    """Let the items that failed be tried again; how many."""
    with transaction.atomic():
        header: Batch = Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
        again = BatchItem.objects.filter(batch=header, state=BatchItem.State.FAILED).update(
            state=BatchItem.State.WAITING, note=""
        )
        if again:
            header.state, header.finished_at = Batch.State.READY, None
            header.save(update_fields=["state", "finished_at"])
            jobs.enqueue(JOB, batch_id=header.pk)
    return again


class _ChunkFailed(Exception):
    """The worker raised at these items; the cause says what. Raised inside the transaction, so that it is undone."""

    def __init__(self, rows: list[BatchItem]) -> None:
        super().__init__(f"{len(rows)} items")
        self.rows = rows


def work(batch_id: int) -> None:
    """One turn at a batch: chunks for a few seconds, then the next turn is enqueued. Called by the job.

    Raises:
        LookupError: no worker is registered for this kind in this version of the program.
    """
    header = Batch.objects.get(pk=batch_id)
    if header.kind not in KINDS:
        raise LookupError(f"no worker for batches of kind {header.kind!r}")
    kind = KINDS[header.kind]
    until = time.monotonic() + TURN_SECONDS
    size, alone = kind.chunk, 0
    while True:
        begun = time.monotonic()
        try:
            worked = _chunk(batch_id, kind, 1 if alone else size, last_turn=begun >= until)
        except _ChunkFailed as failure:
            if len(failure.rows) > 1:
                log.warning(
                    "batch %d: a chunk failed, its items are tried one by one", batch_id, exc_info=failure
                )
                alone = len(failure.rows)
                continue
            worked = _set_aside(failure)
        if not worked:
            return
        if alone:
            alone -= 1
        else:
            size = _next_size(worked, time.monotonic() - begun)


def _next_size(worked: int, seconds: float) -> int:
    """As many as fit into half a second, growing at most fourfold."""
    fitting = int(worked * CHUNK_SECONDS / max(seconds, 0.001))
    return max(1, min(fitting, worked * 4, LARGEST_CHUNK))


def _chunk(batch_id: int, kind: Kind, size: int, *, last_turn: bool) -> int:
    """Work one chunk in one transaction; how many items, 0 when this turn is over."""
    with transaction.atomic():
        batch = _locked(batch_id)
        if batch is None or batch.state == Batch.State.DONE:
            return 0
        waiting = BatchItem.objects.filter(batch=batch, state=BatchItem.State.WAITING)
        rows = list(waiting.order_by("pk")[:size])
        if not rows:
            _close(batch, kind)
            return 0
        if last_turn:
            jobs.enqueue(JOB, batch_id=batch.pk)
            return 0
        try:
            kind.work(batch, rows)
        except (OperationalError, InterfaceError):
            raise  # The database is busy or away: the job's own next attempt is the right answer.
        except Exception as problem:
            raise _ChunkFailed(rows) from problem
        _note(batch, rows)
    return len(rows)


def _locked(batch_id: int) -> Batch | None:
    """The header under its lock, or None when another worker has it: one worker a batch."""
    found: Batch | None = (
        Batch.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=batch_id).first()
    )
    return found


def _note(batch: Batch, rows: list[BatchItem]) -> None:
    """Write down what became of the items of a chunk."""
    now = clock.wall()
    failed = [row for row in rows if row.state == BatchItem.State.FAILED]
    noted = [row for row in rows if row.state != BatchItem.State.FAILED and row.note]
    for row in failed + noted:
        row.note = row.note[:500]
    for row in noted:
        row.state, row.done_at = BatchItem.State.DONE, now
    if failed or noted:
        BatchItem.objects.bulk_update(failed + noted, ["state", "note", "done_at"])
    # These were the first that waited, under the header's lock: who still waits up to the last of them was worked.
    worked = BatchItem.objects.filter(batch=batch, state=BatchItem.State.WAITING, pk__lte=rows[-1].pk)
    worked.update(state=BatchItem.State.DONE, done_at=now)
    batch.state, batch.worked_at = Batch.State.RUNNING, now
    batch.save(update_fields=["state", "worked_at"])


def _set_aside(failure: _ChunkFailed) -> int:
    """Mark the one item that failed alone, with words; it counts as worked."""
    problem, row = failure.__cause__, failure.rows[0]
    words = str(problem.reason) if isinstance(problem, Refused) else f"{type(problem).__name__}: {problem}"
    BatchItem.objects.filter(pk=row.pk, state=BatchItem.State.WAITING).update(
        state=BatchItem.State.FAILED, note=words[:500]
    )
    log.error("batch %d: item %s failed", row.batch_id, row.item, exc_info=problem)
    return 1


def _close(batch: Batch, kind: Kind) -> None:
    batch.state, batch.finished_at = Batch.State.DONE, clock.wall()
    batch.save(update_fields=["state", "finished_at"])
    if kind.finish is not None:
        kind.finish(batch)


def return_stalled() -> int:
    """Enqueue again the batches that nobody worked on for a quarter of an hour; how many. Called by a tick."""
    stalled = Batch.objects.filter(finished_at__isnull=True, worked_at__lt=clock.wall() - STALLED_AFTER)
    returned = 0
    for batch in stalled.order_by("pk")[:100]:
        with transaction.atomic():
            Batch.objects.filter(pk=batch.pk).update(worked_at=clock.wall())
            jobs.enqueue(JOB, batch_id=batch.pk)
        returned += 1
    return returned
