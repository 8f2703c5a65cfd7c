"""The foundation's own jobs and ticks."""

from datetime import timedelta

import pytest
from django_tasks_db.models import DBTaskResult

from saduak.foundation import clock, ids, jobs, outbox, tasks
from saduak.foundation.models import AuditSeal, IdempotencyKey, JobRun, OutboxMessage
from tests.foundation.factories import AggregateFactory
from tests.foundation.test_audit import grow

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def test_every_tick_runs_on_an_empty_database():
    assert jobs.run_ticks(everything=True) == len(jobs.TICKS)
    assert {name for name in jobs.TICKS if name.startswith("foundation.")} == {
        "foundation.tasks.collect_files",
        "foundation.tasks.prune",
        "foundation.tasks.prune_uploads",
        "foundation.tasks.return_lost_work",
        "foundation.tasks.seal_audit",
        "foundation.tasks.watch_deadlines",
    }


def test_the_tick_seals(settings):
    grow(AggregateFactory())
    tasks.seal_audit()
    jobs.run_pending()
    assert AuditSeal.objects.get().leaves == 1
    assert settings.SEALS_FILE.read_text().count("\n") == 1


def test_prune_takes_what_is_old_and_done():
    outbox.put("email", "a@example.test", {"subject": "s", "body": "b"}, "x")
    jobs.run_pending()
    IdempotencyKey.objects.create(key=ids.public_id(), action="a", actor="b")
    outbox.put("email", "b@example.test", {"subject": "s", "body": "b"}, "y")

    def left() -> tuple[int, ...]:
        return tuple(model.objects.count() for model in (DBTaskResult, JobRun, IdempotencyKey, OutboxMessage))

    tasks.prune()
    assert left() == (2, 2, 1, 2)
    old = clock.wall() - timedelta(days=100)
    DBTaskResult.objects.filter(finished_at__isnull=False).update(finished_at=old)
    JobRun.objects.filter(done_at__isnull=False).update(done_at=old)
    IdempotencyKey.objects.update(created_at=old)
    OutboxMessage.objects.filter(state="sent").update(sent_at=old)
    tasks.prune()
    assert left() == (1, 1, 0, 1)
    assert jobs.run_pending() == 1
