"""The worker: runs ticks and jobs until it is told to stop, and the supervisor that starts it again when it dies."""

import logging
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from types import FrameType
from typing import Final

from django.db import Error, close_old_connections, connections

from saduak.foundation import clock, ids, jobs, time_machine

log = logging.getLogger(__name__)

IDLE_SECONDS: Final = 1.0
TICK_SECONDS: Final = 5.0
LONGEST_REST: Final = 30.0
# A worker that lived this long and died is started again at once; one that dies sooner waits longer each time.
SOUND_SECONDS: Final = 60.0
STOP_SECONDS: Final = 60.0


class Worker:
    """One process that works. `stop()` lets it finish the job in hand."""

    def __init__(
        self, queues: Sequence[str] = jobs.QUEUES, *, ticks: bool = True, idle: float = IDLE_SECONDS
    ) -> None:
        self.name = f"worker-{ids.token()[:12]}"
        self.queues = tuple(queues)
        self.ticks = ticks
        self.idle = idle
        self.done = 0
        self._stopped = threading.Event()
        self._next_ticks = 0.0
        self._rest = idle

    def stop(self, signum: int = 0, _frame: FrameType | None = None) -> None:
        """End after the job in hand; also the handler of SIGTERM and SIGINT."""
        log.info("%s stops (%s)", self.name, signal.Signals(signum).name if signum else "asked to")
        self._stopped.set()

    def run(self) -> None:
        """Work until `stop()`."""
        log.info("%s works on %s", self.name, ", ".join(self.queues))
        while not self._stopped.is_set():
            close_old_connections()
            if not self.turn():
                self._stopped.wait(self._rest)
        connections.close_all()

    def turn(self) -> int:
        """Ticks that are due, then one job of each queue, so that no queue waits for another; how many jobs ran.

        A database that is locked or away is waited for, longer each time; nothing is lost by that.
        """
        try:
            with clock.shifted(time_machine.offset()):
                self._tick()
            count = sum(self._one(queue) for queue in self.queues if not self._stopped.is_set())
        except Error as problem:
            self._rest = min(max(self._rest, IDLE_SECONDS) * 2, LONGEST_REST)
            log.warning(
                "%s: the database did not answer, again in %.0f s: %s", self.name, self._rest, problem
            )
            connections.close_all()
            return 0
        self._rest = self.idle
        self.done += count
        return count

    def _tick(self) -> None:
        if self.ticks and time.monotonic() >= self._next_ticks:
            jobs.run_ticks()
            self._next_ticks = time.monotonic() + TICK_SECONDS

    def _one(self, queue: str) -> int:
        taken = jobs.take_next([queue], worker=self.name)
        if taken is None:
            return 0
        with clock.shifted(time_machine.offset()):
            jobs.carry_out(taken)
        return 1


class Supervisor:
    """Keeps worker processes alive: one that is killed or crashes is started again."""

    def __init__(self, command: Sequence[str], *, count: int = 1, rest: float = IDLE_SECONDS) -> None:
        self.command = list(command)
        self.count = count
        self.rest = rest
        self.children: dict[int, subprocess.Popen[bytes]] = {}
        self._started: dict[int, float] = {}
        self._rests: dict[int, float] = {}
        self._stopped = threading.Event()

    def stop(self, _signum: int = 0, _frame: FrameType | None = None) -> None:
        """Tell the workers to end; also the handler of SIGTERM and SIGINT."""
        self._stopped.set()

    def run(self) -> None:
        """Start the workers, and again whichever ends, until `stop()`; then wait for them."""
        for slot in range(self.count):
            self._start(slot)
        while not self._stopped.wait(0.2):
            for slot, child in list(self.children.items()):
                if child.poll() is not None:
                    self._again(slot, child.returncode)
        self._end()

    def _start(self, slot: int) -> None:
        self.children[slot] = subprocess.Popen(self.command)  # noqa: S603 - our own command
        self._started[slot] = time.monotonic()

    def _again(self, slot: int, code: int) -> None:
        lived = time.monotonic() - self._started[slot]
        rest = 0.0 if lived >= SOUND_SECONDS else self._rests.get(slot, self.rest)
        self._rests[slot] = min(max(rest, self.rest) * 2, LONGEST_REST)
        log.error("worker %d ended with %d after %.0f s; started again in %.1f s", slot, code, lived, rest)
        if not self._stopped.wait(rest):
            self._start(slot)

    def _end(self) -> None:
        for child in self.children.values():
            child.terminate()
        for child in self.children.values():
            try:
                child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
