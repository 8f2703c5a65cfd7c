"""The worker as its own process, on a database of its own: the same whatever database the other tests run on."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import databases


@pytest.mark.slow
def test_real_processes_work_and_one_killed_is_replaced(tmp_path):
    """On a database of its own: the worker sends a mail, is killed with -9, and its successor sends the next."""
    env = {
        **os.environ,
        "SADUAK_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "saduak.config.settings.demo",
    }
    saduak = [sys.executable, "-m", "saduak"]
    mails = tmp_path / "mail"

    def put(dedupe: str, expected: int) -> None:
        message = "{'subject': 's', 'body': 'b'}"
        code = f"from saduak.foundation import outbox; outbox.put('email', 'a@example.test', {message}, {dedupe!r})"
        subprocess.run([*saduak, "shell", "-v0", "-c", code], env=env, check=True)
        until = time.monotonic() + 60
        while (not mails.exists() or len(list(mails.iterdir())) < expected) and time.monotonic() < until:
            time.sleep(0.2)
        assert len(list(mails.iterdir())) == expected

    databases.copied(tmp_path / "saduak.sqlite3")
    supervisor = subprocess.Popen([*saduak, "worker"], env=env, stderr=subprocess.PIPE, text=True)
    try:
        put("first", 1)
        [child] = (
            (Path("/proc") / str(supervisor.pid) / "task" / str(supervisor.pid) / "children")
            .read_text()
            .split()
        )
        os.kill(int(child), signal.SIGKILL)
        put("second", 2)
    finally:
        supervisor.terminate()
        said = supervisor.communicate(timeout=60)[1]
    assert supervisor.returncode == 0, said
    assert "ended with -9" in said
