"""`saduak demo [--port P] [--data DIR] [--reset]`: everything in one command."""

import contextlib
import ctypes
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError, CommandParser
from django.db import connections
from django.utils.translation import gettext_lazy as _

from saduak.foundation.management.base import TranslatedCommand, whole
from saduak.portal.demo.filling import FULL, SMALL, Progress, fill
from saduak.portal.demo.people import PASSWORD, SIGN_INS

# The first says that a folder is the demo's, the second that it is filled.
BEGUN, READY = "demo-begun", "demo-ready.json"
DATABASE = ("saduak.sqlite3", "saduak.sqlite3-wal", "saduak.sqlite3-shm")
FOLDERS = ("files", "static")
SEALS = "seals.jsonl"
LOCK = "demo-running"
# Raised when the tables begin anew: an older demo is filled again.
FORMAT = 6
GRACE_SECONDS = 8
WAIT_SECONDS = 60
# From <linux/prctl.h>.
PR_SET_PDEATHSIG = 1


def is_ours(data: Path) -> bool:
    """Whether the demo may use a folder, and clear it: its own, or one in which nothing stands that it would overwrite.

    Real data lie under the same names, by default in the same folder.
    """
    if any((data / name).exists() for name in (BEGUN, READY)):
        return True
    return not any((data / name).exists() for name in (*DATABASE, *FOLDERS, SEALS))


def end_with_parent() -> None:
    """Ask Linux to end this child when the demo dies, however it dies: else it would keep the port."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def uncompiled() -> list[str]:
    """The languages whose catalogue was written but never compiled, as in a clone that was not installed."""
    folders = [Path(folder) for folder in settings.LOCALE_PATHS]
    written = [path for folder in folders for path in folder.glob("*/LC_MESSAGES/django.po")]
    return sorted(path.parts[-3] for path in written if not path.with_suffix(".mo").exists())


class Command(TranslatedCommand):
    """Fills the demo's data the first time, then serves it until it is stopped."""

    # Its settings are our own, and `make check` checks them: whoever starts it need not wait for that.
    requires_system_checks: list[str] = []
    help = _("เปิดระบบสาธิตพร้อมข้อมูลและรายชื่อบัญชี")  # type: ignore[assignment] # TranslatedCommand

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--port", type=whole(1, 65535), default=8000, help=str(_("พอร์ต (8000)")))
        parser.add_argument("--data", help=str(_("โฟลเดอร์ข้อมูล (./data)")))
        parser.add_argument("--reset", action="store_true", help=str(_("ลบข้อมูลสาธิตแล้วเริ่มใหม่")))
        parser.add_argument("--small", action="store_true", help=str(_("ข้อมูลน้อย เตรียมเร็ว สำหรับการทดสอบ")))
        parser.add_argument("--fill-only", action="store_true", help=str(_("เตรียมข้อมูลแล้วจบ ไม่เปิดเว็บ")))

    def handle(self, *_args: Any, **options: Any) -> None:
        """Prepare what is missing, then serve."""
        if not settings.DEMO_SIGN_INS:
            raise CommandError(str(_("คำสั่งนี้ใช้ได้เฉพาะกับการตั้งค่าสาธิต")))
        data: Path = settings.DATA
        port: int = options["port"]
        if missing := uncompiled():
            words = _("ยังไม่ได้แปลงคำแปล (%(names)s) หน้าเว็บจะมีคำผสมสองภาษา รัน make install ก่อนจะได้ครบ")
            self.stderr.write(str(words) % {"names": ", ".join(missing)})
        # Printed into every certificate while the demo is filled, so it must be known before.
        settings.PUBLIC_URL = f"http://127.0.0.1:{port}"
        if not options["fill_only"]:
            self.free(port)
        self.alone(data)
        started = time.perf_counter()
        self.prepare(data, reset=options["reset"], small=options["small"])
        if options["fill_only"]:
            return
        self.stdout.write(str(_("เตรียมพร้อมใน %(n).0f วินาที")) % {"n": time.perf_counter() - started})
        self.serve(port)

    @staticmethod
    def free(port: int) -> None:
        """Say at once when the port is taken, not after minutes of preparing."""
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                words = str(_("พอร์ต %(port)d ถูกใช้อยู่ ลอง --port %(next)d")) % {"port": port, "next": port + 1}
                raise CommandError(words) from error

    def alone(self, data: Path) -> None:
        """Keep the folder to this demo while it runs: two servers on one folder would fill and clear it together."""
        self.lock = (data / LOCK).open("w")
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self.lock.close()
            words = str(_("การสาธิตอีกชุดใช้โฟลเดอร์ %(data)s อยู่ หยุดชุดนั้นก่อน หรือเลือกโฟลเดอร์อื่นด้วย --data"))
            raise CommandError(words % {"data": data}) from error

    def prepare(self, data: Path, *, reset: bool, small: bool = False) -> None:
        """Database and static files; a fill that was interrupted is begun again.

        Raises:
            CommandError: the folder holds data that are not the demo's; nothing of them was touched.
        """
        if not is_ours(data):
            words = _("โฟลเดอร์ %(data)s มีข้อมูลที่ไม่ได้มาจากการสาธิต จึงไม่แตะต้อง เลือกโฟลเดอร์อื่นด้วย --data")
            raise CommandError(str(words) % {"data": data})
        ready = data / READY
        known = json.loads(ready.read_text()) if ready.exists() else {}
        if reset or known.get("format") != FORMAT:
            if known and not reset:
                self.stdout.write(str(_("ข้อมูลสาธิตในโฟลเดอร์นี้เป็นของรุ่นก่อน จึงเตรียมใหม่ทั้งหมด")))
            self.forget(data)
        data.mkdir(parents=True, exist_ok=True)
        (data / BEGUN).touch()
        if not ready.exists():
            self.stdout.write(str(_("เตรียมข้อมูลครั้งแรก ใช้เวลาหนึ่งถึงสามนาที")))
        call_command("migrate", verbosity=0)
        if not ready.exists():
            size = SMALL if small else FULL
            fill(Progress(lambda line: self.stdout.write(f"  {line}")), size=size)
            ready.write_text(json.dumps({"format": FORMAT, "version": version("saduak")}))
        call_command("collectstatic", interactive=False, verbosity=0)
        connections.close_all()

    @staticmethod
    def forget(data: Path) -> None:
        """Remove the demo's own files from the folder, and nothing else."""
        connections.close_all()
        for name in (READY, SEALS, *DATABASE):
            (data / name).unlink(missing_ok=True)
        for name in FOLDERS:
            shutil.rmtree(data / name, ignore_errors=True)

    def serve(self, port: int) -> None:
        """A web server and a worker, until stopped; both end together."""
        environment = {**os.environ, "SADUAK_PUBLIC_URL": settings.PUBLIC_URL}
        worker = subprocess.Popen(
            [sys.executable, "-m", "saduak.cli", "worker", "--skip-checks"],
            env=environment,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - no thread has been started yet
        )
        server = subprocess.Popen(  # noqa: S603 - our own server with our own words
            [
                *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"),
                *("--port", str(port), "--workers", "1", "--blocking-threads", "4", "--log-level", "warning"),
                "saduak.config.wsgi:application",
            ],
            env=environment,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - as above
            # Ctrl+C reaches a whole group. The server is told by us alone: told together with its own workers, it can
            # wait for ever for one that has gone already.
            start_new_session=True,
        )
        threading.Thread(target=self.greet, args=(port,), daemon=True).start()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: end(server))
        try:
            server.wait()
        finally:
            worker.terminate()
            worker.wait(timeout=10)

    def greet(self, port: int) -> None:
        """Print address and sign-ins once the site answers."""
        for _try in range(WAIT_SECONDS * 10):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        width = max(len(row.email) for row in SIGN_INS)
        lines = [f"  {row.email:<{width}}  {row.role} - {row.what}" for row in SIGN_INS]
        self.stdout.write(
            "\n".join(
                [
                    "",
                    str(_("สะดวกพร้อมแล้วที่ http://127.0.0.1:%(port)d/")) % {"port": port},
                    "",
                    str(_("บัญชีสาธิต รหัสผ่านเดียวกันทั้งหมด: %(password)s")) % {"password": PASSWORD},
                    *lines,
                    "",
                    str(_("หรือกดปุ่มตามบทบาทที่หน้าเข้าสู่ระบบ กด Ctrl+C เพื่อหยุด")),
                    "",
                ]
            )
        )
        self.stdout.flush()


def end(server: subprocess.Popen[bytes]) -> None:
    """Ask a server to end, and end it and its workers by force when it has not after a while."""

    def force() -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)

    server.terminate()
    last = threading.Timer(GRACE_SECONDS, force)
    last.daemon = True
    last.start()
