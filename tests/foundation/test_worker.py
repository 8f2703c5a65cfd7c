"""The worker and its supervisor: they outlive failing jobs, locked databases and kill -9."""

import os
import signal
import sys
import threading
import time
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import OperationalError

from saduak.foundation import clock, ids, jobs, time_machine
from saduak.foundation.management.commands.worker import Command
from saduak.foundation.models import TickRun
from saduak.foundation.worker import Supervisor, Worker

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

SEEN: list[object] = []


@jobs.job
def look(value):
    SEEN.append((value, clock.now()))


@jobs.job(queue="mail")
def look_in_mail(value):
    SEEN.append((value, clock.now()))


@pytest.fixture(autouse=True)
def _seen(monkeypatch):
    SEEN.clear()
    monkeypatch.setattr(jobs, "TICKS", {})


def test_a_turn_takes_one_job_of_each_queue():
    for value in (1, 2):
        jobs.enqueue(jobs.path_of(look), value=value)
    jobs.enqueue(jobs.path_of(look_in_mail), value=3)
    worker = Worker()
    assert [worker.turn(), worker.turn(), worker.turn()] == [2, 1, 0]
    assert [value for value, _at in SEEN] == [1, 3, 2]
    assert worker.done == 3


def test_a_worker_keeps_to_its_queues():
    jobs.enqueue(jobs.path_of(look), value=1)
    assert Worker(["mail"]).turn() == 0


def test_jobs_and_ticks_run_at_the_simulated_date(settings):
    settings.TIME_MACHINE = True
    there = clock.wall() + timedelta(days=100)
    time_machine.move_to(there)
    jobs.tick(minutes=1)(lambda: SEEN.append(("tick", clock.now())))
    jobs.enqueue(jobs.path_of(look), value=1)
    assert Worker().turn() == 1
    assert [name for name, _at in SEEN] == ["tick", 1]
    assert all(timedelta(0) <= at - there < timedelta(minutes=1) for _name, at in SEEN)
    assert clock.now() - clock.wall() < timedelta(seconds=1)


def test_moving_the_date_makes_ticks_due_at_once(settings):
    settings.TIME_MACHINE = True
    jobs.tick(minutes=60)(lambda: SEEN.append("tick"))
    jobs.run_ticks()
    time_machine.move_to(clock.wall() + timedelta(days=1))
    assert TickRun.objects.get().next_at <= clock.wall()
    assert jobs.run_ticks() == 1


def test_ticks_are_looked_at_now_and_then_and_can_be_left_to_others():
    jobs.tick(minutes=0)(lambda: SEEN.append("tick"))
    worker = Worker()
    worker.turn()
    worker.turn()
    Worker(ticks=False).turn()
    assert SEEN == ["tick"]


def test_a_locked_database_is_waited_for(monkeypatch, caplog):
    worker = Worker(idle=0.01)

    def locked(*_args, **_kwargs):
        raise OperationalError("database is locked")

    with monkeypatch.context() as patched:
        patched.setattr(jobs, "take_next", locked)
        patched.setattr("saduak.foundation.worker.connections.close_all", lambda: SEEN.append("closed"))
        assert [worker.turn() for _time in range(3)] == [0, 0, 0]
    assert worker._rest == 8.0
    assert SEEN == ["closed"] * 3
    assert "did not answer" in caplog.text
    jobs.enqueue(jobs.path_of(look), value=1)
    assert worker.turn() == 1
    assert worker._rest == 0.01


@pytest.mark.django_db(transaction=True)
def test_a_worker_runs_until_it_is_stopped(monkeypatch):
    worker = Worker(idle=0.01)
    turns = []

    def turn():
        turns.append(1)
        if len(turns) == 3:
            worker.stop(signal.SIGTERM)
        return len(turns) % 2

    monkeypatch.setattr(worker, "turn", turn)
    worker.run()
    assert len(turns) == 3


def test_a_stopped_worker_takes_no_further_job():
    jobs.enqueue(jobs.path_of(look), value=1)
    worker = Worker()
    worker.stop()
    assert worker.turn() == 0


def test_names_come_from_the_one_generator():
    with ids.seeded(1):
        first = Worker().name
    with ids.seeded(1):
        assert Worker().name == first


def run_for(supervisor: Supervisor, seconds: float) -> None:
    timer = threading.Timer(seconds, supervisor.stop)
    timer.start()
    supervisor.run()
    timer.join()


def test_a_crashed_process_is_started_again(tmp_path, caplog):
    script = f"open({str(tmp_path / 'log')!r}, 'a').write('x'); raise SystemExit(3)"
    run_for(Supervisor([sys.executable, "-c", script], rest=0.05), 2.5)
    assert (tmp_path / "log").read_text().count("x") >= 2
    assert "ended with 3" in caplog.text


def test_supervised_processes_are_ended_with_their_supervisor():
    supervisor = Supervisor([sys.executable, "-c", "import time; time.sleep(60)"], count=2)
    run_for(supervisor, 0.5)
    assert [child.returncode for child in supervisor.children.values()] == [-signal.SIGTERM] * 2


def test_a_process_that_does_not_end_is_killed(monkeypatch):
    monkeypatch.setattr("saduak.foundation.worker.STOP_SECONDS", 0.2)
    script = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    supervisor = Supervisor([sys.executable, "-c", script])
    run_for(supervisor, 1.0)
    assert supervisor.children[0].returncode == -signal.SIGKILL


def test_a_sound_process_is_started_again_at_once(monkeypatch):
    monkeypatch.setattr("saduak.foundation.worker.SOUND_SECONDS", 0.0)
    supervisor = Supervisor([sys.executable, "-c", ""], rest=60.0)
    run_for(supervisor, 1.0)
    assert supervisor._rests[0] == 30.0


def test_a_supervisor_that_is_stopped_while_it_rests_starts_nothing():
    supervisor = Supervisor([sys.executable, "-c", "raise SystemExit(1)"], rest=30.0)
    begun = time.monotonic()
    run_for(supervisor, 1.0)
    assert time.monotonic() - begun < 10


class TestCommand:
    def test_once(self, capsys):
        jobs.tick(minutes=1)(lambda: SEEN.append("tick"))
        jobs.enqueue(jobs.path_of(look), value=1)
        call_command("worker", "--once")
        assert capsys.readouterr().out == "1 ticks, 1 jobs\n"
        call_command("worker", "--once", "--no-ticks", "--queue=mail")
        assert capsys.readouterr().out == "0 ticks, 0 jobs\n"

    def test_the_command_of_a_worker_process(self):
        plain = {"queue": None, "no_ticks": False}
        assert Command.again(plain)[1:] == ["-m", "saduak", "worker", "--unsupervised", "--skip-checks"]
        chosen = {"queue": ["mail", "batches"], "no_ticks": True}
        assert Command.again(chosen)[6:] == ["--queue=mail", "--queue=batches", "--no-ticks"]

    @pytest.mark.parametrize("unsupervised", [True, False])
    def test_it_stops_on_sigterm(self, monkeypatch, unsupervised):
        kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
        started = []

        def run(self):
            started.append(type(self))
            os.kill(os.getpid(), signal.SIGTERM)
            assert self._stopped.wait(5)

        monkeypatch.setattr(Worker, "run", run)
        monkeypatch.setattr(Supervisor, "run", run)
        try:
            call_command("worker", *(["--unsupervised"] if unsupervised else []))
        finally:
            for number, handler in kept.items():
                signal.signal(number, handler)
        assert started == [Worker if unsupervised else Supervisor]
