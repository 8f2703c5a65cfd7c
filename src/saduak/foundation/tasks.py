"""Jobs and ticks of the foundation itself."""

from datetime import timedelta
from typing import Any, Final

from django.db.models import QuerySet
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from saduak.foundation import audit_seal, batches, clock, deadlines, files, jobs, outbox
from saduak.foundation.files import uploads
from saduak.foundation.models.services import IdempotencyKey, JobRun, OutboxMessage

QUEUE_KEPT: Final = timedelta(days=1)
DONE_KEPT: Final = timedelta(days=14)
KEYS_KEPT: Final = timedelta(days=30)
SENT_KEPT: Final = timedelta(days=90)
AT_ONCE: Final = 5000


@jobs.job(queue="batches")
def work_batch(batch_id: int) -> None:
    """One turn at a batch."""
    batches.work(batch_id)


@jobs.job(queue="mail")
def send_outbox() -> None:
    """One turn at the outbox."""
    outbox.send_due()


@jobs.tick(minutes=1)
def return_lost_work() -> None:
    """Jobs of killed workers, batches that stand still, messages whose next attempt is due."""
    jobs.return_lost()
    batches.return_stalled()
    outbox.enqueue_due()


@jobs.tick(minutes=1)
def watch_deadlines() -> None:
    """Deadlines that passed, and reminders that are due, by business time."""
    deadlines.watch()


@jobs.tick(minutes=10)
def seal_audit() -> None:
    """Bind the heads that changed into a seal and hand it outside."""
    audit_seal.seal()


@jobs.tick(minutes=24 * 60, lease=timedelta(hours=1))
def collect_files() -> None:
    """Files that nothing refers to any more."""
    files.collect()


@jobs.tick(minutes=60)
def prune_uploads() -> None:
    """Files that were never sent to their end, and the pieces of those that were."""
    uploads.prune()


@jobs.tick(minutes=60)
def prune() -> None:
    """Rows that served their purpose: finished tasks and jobs, old idempotency keys, messages sent long ago."""
    now = clock.wall()
    finished = [TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED]
    done: tuple[QuerySet[Any], ...] = (
        DBTaskResult.objects.filter(status__in=finished, finished_at__lt=now - QUEUE_KEPT),
        JobRun.objects.filter(done_at__lt=now - DONE_KEPT),
        IdempotencyKey.objects.filter(created_at__lt=now - KEYS_KEPT),
        OutboxMessage.objects.filter(state=OutboxMessage.State.SENT, sent_at__lt=now - SENT_KEPT),
    )
    for rows in done:
        model = rows.model
        some = list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
        model._base_manager.filter(pk__in=some).delete()
