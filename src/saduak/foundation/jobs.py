"""Background jobs: enqueued in the transaction that causes them, run once it is committed, tried again when they fail.

The queue is django-tasks'; what it lacks stands here: a register of what may run, attempts with back-off, a lease that
returns the jobs of a killed worker, and periodic ticks. Every job must be able to run twice: a worker can die after the
work and before the note that it was done.

Times here are real time (`clock.wall()`). What is due by business time is selected by a tick with `clock.now()`.
"""

import logging
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ParamSpec, TypeAlias, TypeVar, overload
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.module_loading import import_string
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from saduak.foundation import clock
from saduak.foundation.models.services import JobRun, TickRun

P = ParamSpec("P")
R = TypeVar("R")
Queued: TypeAlias = DBTaskResult[Any, Any]

log = logging.getLogger(__name__)

QUEUES = ("default", "mail", "batches")
ATTEMPTS = 6
LEASE = timedelta(minutes=5)
# 10 s, 40 s, 160 s, … up to an hour: six attempts span about an hour and a quarter.
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)
RETURNED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Job:
    """A registered function and how it is run."""

    path: str
    function: Callable[..., Any]
    queue: str
    attempts: int
    lease: timedelta


@dataclass(frozen=True, slots=True)
class Tick:
    """A registered periodic function."""

    name: str
    function: Callable[[], Any]
    every: timedelta
    lease: timedelta


JOBS: dict[str, Job] = {}
TICKS: dict[str, Tick] = {}


def path_of(function: Callable[..., Any]) -> str:
    """The name of a function for the queue: its module relative to `saduak`, and its own name."""
    return f"{function.__module__.removeprefix('saduak.')}.{function.__qualname__}"


@overload
def job(function: Callable[P, R], /) -> Callable[P, R]: ...
@overload
def job(
    *, queue: str = ..., attempts: int = ..., lease: timedelta = ...
) -> Callable[[Callable[P, R]], Callable[P, R]]: ...
def job(
    function: Callable[P, R] | None = None,
    /,
    *,
    queue: str = "default",
    attempts: int = ATTEMPTS,
    lease: timedelta = LEASE,
) -> Callable[P, R] | Callable[[Callable[P, R]], Callable[P, R]]:
    """Register a function of a room's `tasks.py`; only registered functions are ever run. Use bare or with options.

    Args:
        function: given when used bare.
        queue: one of `QUEUES`, so that slow work doesn't hold up quick work.
        attempts: how often it is tried in all.
        lease: how long it may take; after that it counts as lost and is run again.

    Raises:
        ValueError: no such queue.
    """
    if queue not in QUEUES:
        raise ValueError(f"no queue {queue!r}: one of {', '.join(QUEUES)}")

    def register(made: Callable[P, R]) -> Callable[P, R]:
        JOBS[path_of(made)] = Job(path_of(made), made, queue, attempts, lease)
        return made

    return register if function is None else register(function)


def tick(*, minutes: float, lease: timedelta = LEASE) -> Callable[[Callable[[], R]], Callable[[], R]]:
    """Register a function without arguments to be run every so many minutes of real time, by one worker at a time.

    It selects what is due by `clock.now()` and must be quick, or enqueue jobs.
    """

    def register(function: Callable[[], R]) -> Callable[[], R]:
        name = path_of(function)
        TICKS[name] = Tick(name, function, timedelta(minutes=minutes), lease)
        return function

    return register


def enqueue(path: str, /, **kwargs: Any) -> JobRun:
    """Have `saduak.<path>` called with these JSON values, once this transaction is committed.

    Raises:
        LookupError: no such job is registered.
    """
    return _enqueue(path, kwargs, None)


def enqueue_at(moment: datetime, path: str, /, **kwargs: Any) -> JobRun:
    """As `enqueue`, but not before `moment` in real time; never hand in business time.

    Raises:
        LookupError: no such job is registered.
    """
    return _enqueue(path, kwargs, moment)


def _enqueue(path: str, kwargs: dict[str, Any], run_after: datetime | None) -> JobRun:
    registered = JOBS.get(path)
    if registered is None:
        raise LookupError(f"no job {path}: is the function in tasks.py marked with @job?")
    with transaction.atomic():
        run = JobRun(path=path, kwargs=kwargs, queue=registered.queue)
        run.task_id = _queue(run, run_after)
        run.save(force_insert=True)
    return run


def _queue(run: JobRun, run_after: datetime | None) -> str:
    """Put the one generic task into the queue; its id."""
    return run_job.using(queue_name=run.queue, run_after=run_after).enqueue(str(run.key)).id


@task
def run_job(key: str) -> str:
    """Make one attempt at the job `key`, unless it is done or somebody else has it. Says how it went."""
    run = _lease(key)
    if run is None:
        return "skipped"
    try:
        _registered(run.path).function(**run.kwargs)
    except Exception as problem:  # noqa: BLE001 - whatever went wrong is written down and tried again
        return _after_failure(run, problem)
    mine = JobRun.objects.filter(pk=run.pk, attempts=run.attempts)
    mine.update(done_at=clock.wall(), leased_until=None, last_error="")
    return "done"


def _registered(path: str) -> Job:
    if path not in JOBS:
        raise LookupError(f"no job {path} in this version of the program")
    return JOBS[path]


def _lease(key: str) -> JobRun | None:
    """Take the job for as long as its lease runs, or None when there is nothing to do."""
    now = clock.wall()
    with transaction.atomic():
        run = JobRun.objects.select_for_update(no_key=True).get(key=key)
        taken = run.leased_until is not None and run.leased_until > now
        if run.done_at or run.failed_at or taken:
            return None
        known = JOBS.get(run.path)
        run.attempts += 1
        run.leased_until = now + (known.lease if known else LEASE)
        run.save(update_fields=["attempts", "leased_until"])
    return run


def pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts."""
    return timedelta(
        seconds=min(FIRST_PAUSE.total_seconds() * 4.0 ** (attempts - 1), LONGEST_PAUSE.total_seconds())
    )


def _after_failure(run: JobRun, problem: Exception) -> str:
    """Note what went wrong, and queue the next attempt or give up."""
    known = JOBS.get(run.path)
    last = known is None or run.attempts >= known.attempts
    run.last_error = "".join(traceback.format_exception(problem))[-8000:]
    run.leased_until = None
    if last:
        run.failed_at = clock.wall()
        log.error(
            "job %s (%s) failed for good after %d attempts", run.path, run.key, run.attempts, exc_info=problem
        )
    else:
        log.warning("job %s (%s) failed, attempt %d", run.path, run.key, run.attempts, exc_info=problem)
    with transaction.atomic():
        if not last:
            run.task_id = _queue(run, clock.wall() + pause(run.attempts))
        mine = JobRun.objects.filter(pk=run.pk, attempts=run.attempts)
        mine.update(
            last_error=run.last_error, leased_until=None, failed_at=run.failed_at, task_id=run.task_id
        )
    return "failed" if last else "again"


def is_over(key: UUID | None) -> bool:
    """Whether nobody will work on a job any more: it is done, was given up, or is gone. At most one query."""
    going = JobRun.objects.filter(done_at__isnull=True, failed_at__isnull=True)
    return key is None or not going.filter(key=key).exists()


def is_given_up(key: UUID | None) -> bool:
    """Whether a job failed for good. At most one query."""
    return key is not None and JobRun.objects.filter(key=key, failed_at__isnull=False).exists()


def retry(run: JobRun) -> None:
    """Give a job that failed for good a fresh set of attempts."""
    with transaction.atomic():
        run.task_id = _queue(run, None)
        run.failed_at, run.attempts = None, 0
        run.save(update_fields=["task_id", "failed_at", "attempts"])


def return_lost() -> int:
    """Queue again what a killed worker left behind; how many. Cheap when nothing is lost.

    Lost is an open job whose lease ran out, or whose task in the queue neither waits nor was begun lately.
    """
    now = clock.wall()
    alive = DBTaskResult.objects.filter(
        Q(status=TaskResultStatus.READY) | Q(status=TaskResultStatus.RUNNING, started_at__gt=now - LEASE),
        pk=OuterRef("task_id"),
    )
    with transaction.atomic():
        lost = (
            JobRun.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
            .filter(~Exists(alive), done_at__isnull=True, failed_at__isnull=True)
            .filter(Q(leased_until__isnull=True) | Q(leased_until__lte=now))
            .order_by("pk")[:RETURNED_AT_ONCE]
        )
        returned = 0
        for run in lost:
            stuck = DBTaskResult.objects.filter(pk__in=[run.task_id], status=TaskResultStatus.RUNNING)
            stuck.update(status=TaskResultStatus.FAILED, finished_at=now, traceback="the worker was lost")
            run.task_id, run.leased_until = _queue(run, None), None
            run.save(update_fields=["task_id", "leased_until"])
            log.warning("job %s (%s) was lost by its worker and is queued again", run.path, run.key)
            returned += 1
    return returned


# --- Taking from the queue ---------------------------------------------------------------------------------------------


def take_next(queues: Sequence[str] = QUEUES, *, worker: str = "here") -> Queued | None:
    """Claim the next task that is due in these queues, or None. Looks without a lock first, so that idling is free."""
    ready = DBTaskResult.objects.ready().filter(queue_name__in=list(queues))
    if not ready.exists():
        return None
    with transaction.atomic():
        found: Queued | None = ready.get_locked()
        if found is not None:
            found.claim(worker)
    return found


def carry_out(taken: Queued) -> str:
    """Run a claimed task and note its end in the queue. Says how it went; never raises for a job's own failure."""
    try:
        function = import_string(taken.task_path)
        outcome: str = function.call(*taken.args_kwargs["args"], **taken.args_kwargs["kwargs"])
    except Exception as problem:
        log.exception("task %s could not be run", taken.pk)
        taken.set_failed(problem)
        return "broken"
    taken.set_successful(outcome)
    return outcome


def run_pending(*, limit: int | None = None, queues: Sequence[str] = QUEUES, strict: bool = True) -> int:
    """Run what is due now, in this process, until nothing is left; how many. For tests, seeds and rehearsals.

    Args:
        limit: stop after so many.
        queues: only these.
        strict: raise when a job fails, instead of leaving it for a later attempt.

    Raises:
        RuntimeError: a job failed, and `strict`.
    """
    count = 0
    while limit is None or count < limit:
        taken = take_next(queues)
        if taken is None:
            break
        outcome = carry_out(taken)
        count += 1
        if strict and outcome not in {"done", "skipped"}:
            failed = JobRun.objects.filter(key__in=taken.args_kwargs["args"]).first()
            raise RuntimeError(
                f"job {failed.path} failed:\n{failed.last_error}" if failed else taken.traceback
            )
    return count


# --- Ticks ---------------------------------------------------------------------------------------------------------------


def run_ticks(*, everything: bool = False) -> int:
    """Run the ticks that are due by real time; how many ran. One query when none is.

    Args:
        everything: run all of them now, and let what they raise through (tests, rehearsals in simulated time).
    """
    now = clock.wall()
    known = {row.name: row for row in TickRun.objects.filter(name__in=list(TICKS))}
    ran = 0
    for name, registered in sorted(TICKS.items()):
        row = known.get(name) or TickRun.objects.get_or_create(name=name, defaults={"next_at": now})[0]
        if everything:
            registered.function()
            ran += 1
        elif row.next_at <= now and _take_tick(row, registered, now):
            _run_tick(row, registered)
            ran += 1
    return ran


def _take_tick(row: TickRun, registered: Tick, now: datetime) -> bool:
    """Whether this worker got the lease: one conditional update decides between two."""
    free = TickRun.objects.filter(
        Q(leased_until__isnull=True) | Q(leased_until__lte=now), pk=row.pk, next_at__lte=now
    )
    return free.update(leased_until=now + registered.lease) == 1


def _run_tick(row: TickRun, registered: Tick) -> None:
    error = ""
    try:
        registered.function()
    except Exception as problem:
        log.exception("tick %s failed", registered.name)
        error = "".join(traceback.format_exception(problem))[-8000:]
    now = clock.wall()
    TickRun.objects.filter(pk=row.pk).update(
        next_at=now + registered.every, leased_until=None, ran_at=now, runs=row.runs + 1, last_error=error
    )
