"""Jobs: enqueued with the change that causes them, tried again, returned when their worker dies, ticks."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django_tasks_db.models import DBTaskResult

from saduak.foundation import clock, jobs
from saduak.foundation.models import JobRun, TickRun

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

CALLS: list[object] = []


@jobs.job
def remember(value):
    CALLS.append(value)


@jobs.job(queue="mail", attempts=2)
def break_down(message):
    CALLS.append(message)
    raise ValueError(message)


@jobs.job
def interrupted():
    raise SystemExit(3)


REMEMBER, BREAK = jobs.path_of(remember), jobs.path_of(break_down)


@pytest.fixture(autouse=True)
def _no_calls():
    CALLS.clear()


@pytest.fixture
def tick():
    """Registers a tick for this test alone."""
    before = dict(jobs.TICKS)
    jobs.TICKS.clear()
    yield jobs.tick
    jobs.TICKS.clear()
    jobs.TICKS.update(before)


def queued() -> DBTaskResult:
    return DBTaskResult.objects.get(status="READY")


def let_retries_be_due() -> None:
    DBTaskResult.objects.filter(status="READY").update(run_after=clock.wall() - timedelta(seconds=1))


def test_path_is_relative_to_the_program():
    assert "foundation.tasks.work_batch" in jobs.JOBS
    assert REMEMBER == "tests.foundation.test_jobs.remember"


def test_enqueue_writes_job_and_task_together():
    run = jobs.enqueue(REMEMBER, value=1)
    assert (run.path, run.kwargs, run.queue) == (REMEMBER, {"value": 1}, "default")
    assert str(queued().pk) == str(run.task_id)
    assert queued().args_kwargs == {"args": [str(run.key)], "kwargs": {}}
    assert CALLS == []


def test_enqueue_is_undone_with_its_transaction():
    with pytest.raises(RuntimeError), transaction.atomic():
        jobs.enqueue(REMEMBER, value=1)
        raise RuntimeError
    assert not JobRun.objects.exists()
    assert not DBTaskResult.objects.exists()


def test_only_registered_functions_can_be_enqueued():
    with pytest.raises(LookupError, match=r"os\.system"):
        jobs.enqueue("os.system", command="true")


def test_a_queue_must_exist():
    with pytest.raises(ValueError, match="no queue 'post'"):
        jobs.job(queue="post")


def test_run_pending_runs_everything_due_once():
    for value in range(3):
        jobs.enqueue(REMEMBER, value=value)
    assert jobs.run_pending() == 3
    assert CALLS == [0, 1, 2]
    assert jobs.run_pending() == 0
    assert JobRun.objects.filter(done_at__isnull=False, leased_until=None, attempts=1).count() == 3


def test_run_pending_keeps_limit_and_queues():
    jobs.enqueue(REMEMBER, value=1)
    jobs.enqueue(REMEMBER, value=2)
    assert jobs.run_pending(queues=["mail", "batches"]) == 0
    assert jobs.run_pending(limit=1) == 1
    assert CALLS == [1]


def test_a_job_is_not_run_before_its_moment():
    jobs.enqueue_at(clock.wall() + timedelta(hours=1), REMEMBER, value=1)
    assert jobs.run_pending() == 0
    let_retries_be_due()
    assert jobs.run_pending() == 1


def test_business_time_does_not_move_the_queue():
    jobs.enqueue_at(clock.wall() + timedelta(hours=1), REMEMBER, value=1)
    with clock.travel(clock.wall() + timedelta(days=400)):
        assert jobs.run_pending() == 0


def test_a_failing_job_raises_when_strict():
    jobs.enqueue(BREAK, message="ไม่สำเร็จ")
    with pytest.raises(RuntimeError, match="ไม่สำเร็จ"):
        jobs.run_pending()


def test_a_failing_job_is_tried_again_later_and_then_given_up(caplog):
    jobs.enqueue(BREAK, message="no")
    before = clock.wall()
    assert jobs.run_pending(strict=False) == 1
    run = JobRun.objects.get()
    assert (run.attempts, run.failed_at, run.leased_until) == (1, None, None)
    assert "ValueError: no" in run.last_error
    assert str(queued().pk) == str(run.task_id)
    assert queued().queue_name == "mail"
    assert timedelta(seconds=9) < queued().run_after - before < timedelta(seconds=30)
    let_retries_be_due()
    assert jobs.run_pending(strict=False) == 1
    run.refresh_from_db()
    assert run.attempts == 2
    assert run.failed_at is not None
    assert not DBTaskResult.objects.filter(status="READY").exists()
    assert "failed for good after 2 attempts" in caplog.text


def test_a_job_given_up_can_be_retried_by_hand():
    run = jobs.enqueue(BREAK, message="no")
    for _attempt in range(2):
        let_retries_be_due()
        jobs.run_pending(strict=False)
    run.refresh_from_db()
    jobs.retry(run)
    assert (run.attempts, run.failed_at) == (0, None)
    assert jobs.run_pending(strict=False) == 1
    assert CALLS == ["no"] * 3


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 10), (2, 40), (3, 160), (6, 3600), (60, 3600)])
def test_pauses_grow_to_an_hour(attempts, seconds):
    assert jobs.pause(attempts) == timedelta(seconds=seconds)


def test_a_job_is_over_when_it_is_done_given_up_or_gone():
    run = jobs.enqueue(REMEMBER, value=1)
    assert not jobs.is_over(run.key)
    jobs.run_pending()
    assert jobs.is_over(run.key)
    given_up = jobs.enqueue(BREAK, message="x")
    JobRun.objects.filter(pk=given_up.pk).update(failed_at=clock.wall())
    assert jobs.is_over(given_up.key)
    assert jobs.is_over(uuid.uuid4())
    assert jobs.is_over(None)
    assert [jobs.is_given_up(key) for key in (given_up.key, run.key, uuid.uuid4(), None)] == [
        True,
        *[False] * 3,
    ]


def test_a_job_that_this_version_does_not_know_fails_for_good(caplog):
    run = jobs.enqueue(REMEMBER, value=1)
    JobRun.objects.update(path="tests.gone")
    assert jobs.run_pending(strict=False) == 1
    run.refresh_from_db()
    assert run.failed_at is not None
    assert "LookupError: no job tests.gone" in run.last_error


def test_a_job_done_or_leased_elsewhere_is_skipped():
    run = jobs.enqueue(REMEMBER, value=1)
    JobRun.objects.update(leased_until=clock.wall() + timedelta(minutes=1))
    assert jobs.run_job.call(str(run.key)) == "skipped"
    JobRun.objects.update(leased_until=None, done_at=clock.wall())
    assert jobs.run_job.call(str(run.key)) == "skipped"
    JobRun.objects.update(done_at=None, failed_at=clock.wall())
    assert jobs.run_job.call(str(run.key)) == "skipped"
    assert CALLS == []


def test_a_task_without_its_job_is_broken_not_fatal(caplog):
    jobs.run_job.enqueue(str(uuid.uuid4()))
    with pytest.raises(RuntimeError, match="DoesNotExist"):
        jobs.run_pending()
    assert DBTaskResult.objects.get().status == "FAILED"


class TestReturnLost:
    """What a worker killed with -9 leaves behind."""

    def killed_in_mid_job(self) -> JobRun:
        run = jobs.enqueue(REMEMBER, value=1)
        taken = jobs.take_next()
        JobRun.objects.update(attempts=1, leased_until=clock.wall() + jobs.LEASE)
        DBTaskResult.objects.filter(pk=taken.pk).update(started_at=clock.wall())
        return run

    def age(self, by: timedelta) -> None:
        JobRun.objects.update(leased_until=clock.wall() - by)
        DBTaskResult.objects.update(started_at=clock.wall() - jobs.LEASE - by)

    def test_a_running_job_is_left_alone(self):
        self.killed_in_mid_job()
        assert jobs.return_lost() == 0

    def test_after_the_lease_it_runs_again(self, caplog):
        run = self.killed_in_mid_job()
        self.age(timedelta(seconds=1))
        assert jobs.return_lost() == 1
        assert "was lost by its worker" in caplog.text
        assert DBTaskResult.objects.filter(status="FAILED", traceback="the worker was lost").count() == 1
        assert jobs.run_pending() == 1
        run.refresh_from_db()
        assert (CALLS, run.attempts) == ([1], 2)

    def test_it_is_returned_once_only(self):
        self.killed_in_mid_job()
        self.age(timedelta(seconds=1))
        assert [jobs.return_lost(), jobs.return_lost()] == [1, 0]

    def test_killed_between_claim_and_lease(self):
        jobs.enqueue(REMEMBER, value=1)
        jobs.take_next()
        assert jobs.return_lost() == 0
        DBTaskResult.objects.update(started_at=clock.wall() - jobs.LEASE)
        assert jobs.return_lost() == 1
        assert jobs.run_pending() == 1

    def test_a_task_that_vanished_is_replaced(self):
        jobs.enqueue(REMEMBER, value=1)
        DBTaskResult.objects.all().delete()
        assert jobs.return_lost() == 1
        assert jobs.run_pending() == 1

    def test_waiting_done_and_failed_jobs_are_not_lost(self):
        jobs.enqueue(REMEMBER, value=1)
        assert jobs.return_lost() == 0
        jobs.run_pending()
        assert jobs.return_lost() == 0
        jobs.enqueue(BREAK, message="no")
        jobs.run_pending(strict=False)
        assert jobs.return_lost() == 0


def test_a_late_worker_does_not_overwrite_the_one_that_took_over():
    run = jobs.enqueue(REMEMBER, value=1)
    held = jobs._lease(str(run.key))
    JobRun.objects.update(attempts=2, last_error="")
    assert jobs._after_failure(held, ValueError("late")) == "again"
    run.refresh_from_db()
    assert run.last_error == ""


class TestTicks:
    def test_a_tick_runs_when_due_and_not_before(self, tick):
        @tick(minutes=5)
        def count():
            CALLS.append("tick")

        assert jobs.run_ticks() == 1
        assert jobs.run_ticks() == 0
        row = TickRun.objects.get()
        assert (row.runs, row.leased_until, row.last_error) == (1, None, "")
        assert timedelta(minutes=4) < row.next_at - clock.wall() <= timedelta(minutes=5)
        TickRun.objects.update(next_at=clock.wall())
        assert jobs.run_ticks() == 1
        assert CALLS == ["tick", "tick"]

    def test_idle_ticks_cost_one_query(self, tick, django_assert_num_queries):
        for number in range(3):
            tick(minutes=5)(_named(f"count_{number}"))
        assert jobs.run_ticks() == 3
        with django_assert_num_queries(1):
            assert jobs.run_ticks() == 0

    def test_a_tick_that_another_worker_runs_is_left_alone(self, tick):
        tick(minutes=5)(_named("count"))
        jobs.run_ticks()
        TickRun.objects.update(next_at=clock.wall(), leased_until=clock.wall() + timedelta(minutes=1))
        assert jobs.run_ticks() == 0
        TickRun.objects.update(leased_until=clock.wall())
        assert jobs.run_ticks() == 1

    def test_a_failing_tick_stops_no_other_and_comes_round_again(self, tick, caplog):
        @tick(minutes=5)
        def a_broken():
            raise ValueError("no")

        tick(minutes=5)(_named("z_sound"))
        assert jobs.run_ticks() == 2
        assert CALLS == ["z_sound"]
        row = TickRun.objects.get(name__endswith="a_broken")
        assert "ValueError: no" in row.last_error
        assert row.leased_until is None
        assert row.next_at > clock.wall()
        assert "a_broken failed" in caplog.text

    def test_everything_runs_all_and_raises(self, tick):
        tick(minutes=5)(_named("count"))
        assert [jobs.run_ticks(everything=True), jobs.run_ticks(everything=True)] == [1, 1]

        @tick(minutes=5)
        def broken():
            raise ValueError("no")

        with pytest.raises(ValueError, match="no"):
            jobs.run_ticks(everything=True)


def _named(name: str):
    def function():
        CALLS.append(name)

    function.__qualname__ = name
    return function


def test_idle_looking_costs_one_query_and_no_lock(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert jobs.take_next() is None


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_run_the_same_job():
    for value in range(20):
        jobs.enqueue(REMEMBER, value=value)

    def work():
        try:
            jobs.run_pending()
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _number in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(CALLS) == list(range(20))
    assert JobRun.objects.filter(attempts=1, done_at__isnull=False).count() == 20


@pytest.mark.only_postgres
@pytest.mark.django_db(transaction=True)
def test_a_task_that_another_worker_is_claiming_is_passed_over():
    jobs.enqueue(REMEMBER, value=1)

    def elsewhere():
        try:
            return jobs.take_next()
        finally:
            connection.close()

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        assert DBTaskResult.objects.ready().get_locked() is not None
        assert pool.submit(elsewhere).result(10) is None


@pytest.mark.django_db(transaction=True)
def test_one_of_two_workers_gets_a_tick(tick):
    tick(minutes=5)(_named("count"))
    jobs.run_ticks()
    TickRun.objects.update(next_at=clock.wall())
    ran: list[int] = []
    together = threading.Barrier(3)

    def work():
        together.wait()
        try:
            ran.append(jobs.run_ticks())
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _number in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(ran) == 1
    assert CALLS == ["count", "count"]
