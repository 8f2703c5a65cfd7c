"""A database of the benchmark's own, and real server processes on it; everything ends with the benchmark."""

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.core.management.base import CommandError
from django.utils.translation import gettext_lazy as _
from psycopg import sql

from saduak.portal.crowd.people import RECEIPT_HEADER

SETTINGS = "saduak.config.settings.bench"
# As docs/operations.md starts them on two cores; the threads are those of the demo.
PROCESSES, THREADS = 2, 4
START_SECONDS = 60
LOCKED = "database is locked"


@dataclass(frozen=True, slots=True)
class Server:
    """Real server processes: the port that they listen on, and their process group."""

    port: int
    group: int

    def cpu(self) -> float:
        """Seconds of processor that they have used so far; by that costs compare, whatever else the machine does."""
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                # After the name, which may hold anything: state, parent, group, …, user and system time.
                fields = stat.read_text().rpartition(")")[2].split()
                ticks += sum(map(int, fields[11:13])) if int(fields[2]) == self.group else 0
        return ticks / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Place:
    """Where one benchmark happens: its folder, and the environment of its processes."""

    data: Path
    environment: Mapping[str, str]
    database: str

    def ask(self, *words: str, told: object = None) -> Any:
        """Let a child make the data, or look at them; what it answers.

        Raises:
            CommandError: it failed; its last words are told.
        """
        done = subprocess.run(  # noqa: S603 - our own module
            [sys.executable, "-m", "saduak.portal.crowd.child", *words],
            env=self.environment,
            input=json.dumps(told),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise CommandError(done.stderr[-3000:])
        return json.loads(done.stdout.splitlines()[-1])

    def move_to(self, moment: float) -> None:
        """Let business time be `moment` (seconds since 1970) from now on, for every process of the server at once."""
        shift = self.data / "shift"
        anew = shift.with_suffix(".new")
        anew.write_text(str(moment - time.time()))
        anew.replace(shift)

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.data / "server.log"

    def locked(self) -> int:
        """How often the server's log says that the database was locked."""
        return self.log.read_text(errors="replace").count(LOCKED) if self.log.exists() else 0

    @contextlib.contextmanager
    def serving(self, moment: float) -> Iterator[Server]:
        """Real server processes on loopback, at that moment of the round."""
        self.move_to(moment)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        with self.log.open("ab") as log:
            server = subprocess.Popen(  # noqa: S603 - our own server with our own words
                [
                    *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"),
                    *("--port", str(port), "--workers", str(PROCESSES), "--blocking-threads", str(THREADS)),
                    *("--log-level", "warning", "saduak.portal.crowd.serving:application"),
                ],
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                self._await(server, port)
                yield Server(port, server.pid)
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(server.pid, signal.SIGKILL)
                server.wait()

    def _await(self, server: subprocess.Popen[bytes], port: int) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and server.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.05)
        raise CommandError(self.log.read_text(errors="replace")[-3000:])


@contextlib.contextmanager
def placed(data: Path, database: str) -> Iterator[Place]:
    """A place with an empty database: a file in the folder, or one of a server that the PG* variables lead to.

    Args:
        data: the benchmark's folder.
        database: "sqlite" or "postgres".

    Raises:
        CommandError: no server answers, or it lets nobody create a database.
    """
    # What stands in the benchmark's own scratch folder may be written carelessly; what is measured may not.
    known = {key: value for key, value in os.environ.items() if key != "SADUAK_SCRATCH"}
    environment = {
        **known,
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "SADUAK_DATA": str(data),
        "SADUAK_BENCH_FLOOR": str(data / "floor.pickle"),
        "SADUAK_BENCH_SHIFT": str(data / "shift"),
        "SADUAK_BENCH_DATABASE": "",
        "SADUAK_RECEIPT_HEADER": RECEIPT_HEADER,
    }
    if database == "sqlite":
        yield Place(data, environment, "SQLite")
        return
    name = f"saduak_bench_{secrets.token_hex(6)}"
    with _server() as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield Place(data, {**environment, "SADUAK_BENCH_DATABASE": name}, _about(server))
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _server() -> psycopg.Connection[Any]:
    try:
        return psycopg.connect(dbname=os.environ.get("PGDATABASE") or "postgres", autocommit=True)
    except psycopg.Error as problem:
        words = _(
            "เชื่อมต่อ PostgreSQL ไม่ได้ ตั้งค่า PGHOST PGUSER PGPASSWORD ของเครื่องที่สร้างฐานข้อมูลใหม่ได้ก่อน (%(why)s)"
        )
        raise CommandError(str(words) % {"why": str(problem).strip()}) from problem


def _about(server: psycopg.Connection[Any]) -> str:
    """What kind of server it is: whether what it acknowledges outlives a power cut."""
    asked = ("server_version", "fsync", "synchronous_commit")
    told = {name: server.execute(f"SHOW {name}").fetchone() for name in asked}
    version, *safe = [value[0] if value else "" for value in told.values()]
    return f"PostgreSQL {version.split()[0]}, fsync {safe[0]}, synchronous_commit {safe[1]}"
