"""Batches: every item exactly once, whatever fails on the way, at a constant number of queries a chunk."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction
from django_tasks_db.models import DBTaskResult

from saduak.foundation import batches, clock, jobs
from saduak.foundation.access import Actor, Refused
from saduak.foundation.models import Batch, BatchItem, Counter, JobRun

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def kind(monkeypatch):
    """Registers `count`, a worker that writes one row an item, for this test alone."""
    monkeypatch.setattr(batches, "KINDS", dict(batches.KINDS))
    chunks: list[list[str]] = []

    @batches.worker("count", chunk=4)
    def count(batch, items):
        Counter.objects.bulk_create(Counter(series=row.item, value=1) for row in items)
        chunks.append([row.item for row in items])
        for row in items:
            if row.item in batch.params.get("broken", []):
                raise ValueError(row.item)

    return chunks


def started(count: int = 10, **params) -> Batch:
    return batches.start(
        kind="count", items=[f"i{n}" for n in range(count)], params=params, actor=Actor.system("test")
    )


def counted() -> int:
    return Counter.objects.filter(series__startswith="i").count()


def test_start_writes_header_items_and_one_job(kind, actor_system):
    batch = batches.start(kind="count", items=["a", "b", "a"], params={"x": 1}, actor=actor_system)
    assert (batch.state, batch.params, batch.actor) == ("ready", {"x": 1}, "system:test")
    assert list(batch.items.order_by("pk").values_list("item", "state")) == [
        ("a", "waiting"),
        ("b", "waiting"),
    ]
    assert JobRun.objects.get().kwargs == {"batch_id": batch.pk}
    assert batches.progress(batch) == batches.Progress(total=2, done=0, failed=0)
    assert batches.progress(batch).waiting == 2


def test_start_costs_the_same_for_one_and_for_many(kind, actor_system, exactly):
    for count in (1, 3, 100):
        with exactly(4):  # header, items, task, job
            started(count)


def test_a_kind_needs_a_worker(actor_system):
    with pytest.raises(LookupError, match="nothing"):
        batches.start(kind="nothing", items=[], actor=actor_system)
    unknown = Batch.objects.create(kind="nothing", actor="test")
    with pytest.raises(LookupError, match="nothing"):
        batches.work(unknown.pk)


def test_every_item_is_done_once(kind):
    batch = started(10)
    assert jobs.run_pending() == 1
    batch.refresh_from_db()
    assert (batch.state, counted()) == ("done", 10)
    assert batch.finished_at is not None
    assert batches.progress(batch) == batches.Progress(total=10, done=10, failed=0)
    assert [item for chunk in kind for item in chunk] == [f"i{n}" for n in range(10)]
    assert len(kind[0]) == 4
    batches.work(batch.pk)
    assert counted() == 10


def test_an_empty_batch_is_done_at_once(kind):
    batch = started(0)
    jobs.run_pending()
    batch.refresh_from_db()
    assert batch.state == "done"


def test_finish_is_called_once(kind, monkeypatch):
    finished = []
    monkeypatch.setitem(batches.KINDS, "count", batches.Kind("count", lambda *_: None, 4, finished.append))
    batch = started(3)
    jobs.run_pending()
    batches.work(batch.pk)
    assert finished == [batch]


def test_one_broken_item_is_set_aside_and_the_rest_done(kind, caplog):
    batch = started(10, broken=["i5"])
    jobs.run_pending()
    assert counted() == 9
    assert batches.progress(batch) == batches.Progress(total=10, done=9, failed=1)
    failed = batch.items.get(state="failed")
    assert (failed.item, failed.note) == ("i5", "ValueError: i5")
    assert batches.refusal(failed.note) == "", "the program's own words are none for people"
    assert "tried one by one" in caplog.text
    assert Batch.objects.get().state == "done"


def test_a_refusal_is_noted_in_its_words(kind, monkeypatch):
    def refuse(batch, items):
        raise Refused("ปิดรับแล้ว")

    monkeypatch.setitem(batches.KINDS, "count", batches.Kind("count", refuse, 1, None))
    batch = started(1)
    jobs.run_pending()
    assert batch.items.get().note == "ปิดรับแล้ว"
    assert batches.refusal("ปิดรับแล้ว") == "ปิดรับแล้ว"


def test_failed_items_can_be_retried(kind):
    batch = started(6, broken=["i5"])
    jobs.run_pending()
    Batch.objects.update(params={})
    assert batches.retry(batch) == 1
    jobs.run_pending()
    assert counted() == 6
    assert batches.progress(batch) == batches.Progress(total=6, done=6, failed=0)
    assert batches.retry(batch) == 0
    assert Batch.objects.get().state == "done"


def test_a_worker_can_fail_and_note_single_items_itself(kind, monkeypatch):
    def judge(batch, items):
        for row in items:
            row.note = f"note {row.item}" if row.item != "i2" else ""
            if row.item == "i1":
                row.state = BatchItem.State.FAILED

    monkeypatch.setitem(batches.KINDS, "count", batches.Kind("count", judge, 10, None))
    batch = started(3)
    jobs.run_pending()
    assert list(batch.items.order_by("pk").values_list("item", "state", "note")) == [
        ("i0", "done", "note i0"),
        ("i1", "failed", "note i1"),
        ("i2", "done", ""),
    ]


def test_a_busy_database_is_left_to_the_jobs_next_attempt(kind, monkeypatch):
    def busy(batch, items):
        raise OperationalError("database is locked")

    monkeypatch.setitem(batches.KINDS, "count", batches.Kind("count", busy, 4, None))
    batch = started(3)
    jobs.run_pending(strict=False)
    assert batches.progress(batch).waiting == 3
    assert DBTaskResult.objects.filter(status="READY").count() == 1


def test_a_turn_ends_after_its_time_and_the_next_goes_on(kind, monkeypatch):
    monkeypatch.setattr(batches, "TURN_SECONDS", 0.0)
    batch = started(10)
    assert jobs.run_pending(limit=1) == 1
    assert batches.progress(batch).waiting == 10
    monkeypatch.setattr(batches, "TURN_SECONDS", 5.0)
    assert jobs.run_pending() == 1
    assert batches.progress(batch).done == 10


def test_killed_in_mid_batch_it_goes_on_where_it_stood(kind, monkeypatch):
    real = batches.KINDS["count"].work

    def killed(batch, items):
        real(batch, items)
        if len(kind) == 2:
            raise KeyboardInterrupt

    monkeypatch.setitem(batches.KINDS, "count", batches.Kind("count", killed, 2, None))
    monkeypatch.setattr(batches, "LARGEST_CHUNK", 2)
    batch = started(6)
    with pytest.raises(KeyboardInterrupt):
        batches.work(batch.pk)
    assert (counted(), batches.progress(batch).done) == (2, 2)
    jobs.run_pending()
    assert (counted(), batches.progress(batch).done) == (6, 6)


def test_chunks_cost_the_same_for_one_item_and_for_forty(kind, exactly):
    for count in (1, 3, 40):
        Counter.objects.all().delete()
        batch = started(count)
        with exactly(5):  # header, items, the work itself, items done, header
            assert batches._chunk(batch.pk, batches.KINDS["count"], 100, last_turn=False) == count


@pytest.mark.parametrize(
    ("worked", "seconds", "size"), [(50, 0.5, 50), (50, 5, 5), (50, 0.01, 200), (1, 9, 1)]
)
def test_chunks_fit_half_a_second(worked, seconds, size):
    assert batches._next_size(worked, seconds) == size


def test_a_batch_that_stands_still_is_enqueued_again(kind):
    batch = started(2)
    JobRun.objects.all().delete()
    assert batches.return_stalled() == 0
    Batch.objects.update(worked_at=clock.wall() - timedelta(minutes=16))
    assert [batches.return_stalled(), batches.return_stalled()] == [1, 0]
    assert JobRun.objects.get().kwargs == {"batch_id": batch.pk}


@pytest.mark.only_postgres
@pytest.mark.django_db(transaction=True)
def test_a_batch_that_another_worker_has_is_left_alone(kind):

    batch = started(3)

    def elsewhere() -> int:
        try:
            return batches._chunk(batch.pk, batches.KINDS["count"], 10, last_turn=False)
        finally:
            connection.close()

    with transaction.atomic():
        Batch.objects.select_for_update().get(pk=batch.pk)
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(elsewhere).result(10) == 0
    assert counted() == 0
