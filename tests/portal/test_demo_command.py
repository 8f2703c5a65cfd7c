"""The demo never touches data that are not its own."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from django.core.management.base import CommandError

from saduak.portal.management.commands import demo
from saduak.portal.management.commands.demo import BEGUN, READY, Command, is_ours, uncompiled


@pytest.mark.parametrize("name", ["saduak.sqlite3", "seals.jsonl"])
@pytest.mark.parametrize("reset", [True, False])
def test_real_data_are_left_alone(tmp_path, name, reset):
    (tmp_path / name).write_text("real")
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "evidence").write_text("real")
    with pytest.raises(CommandError, match="ไม่แตะต้อง"):
        Command().prepare(tmp_path, reset=reset)
    assert (tmp_path / name).read_text() == "real"
    assert (tmp_path / "files" / "evidence").read_text() == "real"


@pytest.mark.parametrize("marker", [BEGUN, READY])
def test_its_own_folder_is_known_also_after_an_interrupted_start(tmp_path, marker):
    (tmp_path / "saduak.sqlite3").write_text("half")
    (tmp_path / marker).write_text("{}")
    assert is_ours(tmp_path)


def test_a_new_folder_and_one_with_other_things_can_be_used(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    assert is_ours(tmp_path)
    assert is_ours(tmp_path / "new")


def starts_as_database(file):
    return file.exists() and file.read_bytes().startswith(b"SQLite format 3")


@pytest.mark.slow
def test_a_demo_of_an_earlier_version_is_filled_anew_and_says_so(tmp_path):
    """Its tables are not those of this version, whatever its list of migrations says."""
    (tmp_path / READY).write_text(json.dumps({"format": demo.FORMAT - 1}))
    (tmp_path / "saduak.sqlite3").write_text("no database of this version")
    clean = {
        key: value for key, value in os.environ.items() if not key.startswith(("SADUAK_", "DJANGO_", "PG"))
    }
    filling = subprocess.Popen(
        [sys.executable, "-m", "saduak", "demo", "--data", str(tmp_path), "--fill-only"],
        env=clean | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert "เป็นของรุ่นก่อน" in filling.stdout.readline()
        assert "เตรียมข้อมูลครั้งแรก" in filling.stdout.readline()
        # The new tables begin to stand; the filling is not waited for.
        until = time.monotonic() + 60
        while not starts_as_database(tmp_path / "saduak.sqlite3") and time.monotonic() < until:
            time.sleep(0.05)
    finally:
        filling.kill()
        filling.wait()
        filling.stdout.close()
    assert starts_as_database(tmp_path / "saduak.sqlite3")
    assert not (tmp_path / READY).exists()


def test_one_folder_serves_one_demo(tmp_path):
    first = Command()
    first.alone(tmp_path)
    with pytest.raises(CommandError, match="หยุดชุดนั้นก่อน"):
        Command().alone(tmp_path)
    first.lock.close()
    second = Command()
    second.alone(tmp_path)
    second.lock.close()


def test_a_catalogue_that_was_not_compiled_is_named(tmp_path, settings):
    settings.LOCALE_PATHS = [tmp_path]
    for language in ("en", "th"):
        folder = tmp_path / language / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "django.po").touch()
    (tmp_path / "th" / "LC_MESSAGES" / "django.mo").touch()
    assert uncompiled() == ["en"]
    (tmp_path / "en" / "LC_MESSAGES" / "django.mo").touch()
    assert uncompiled() == []


def test_a_server_that_does_not_end_is_ended(monkeypatch):
    """Told together with its own workers, the server was seen to wait for ever for one that had gone already."""
    monkeypatch.setattr(demo, "GRACE_SECONDS", 0.2)
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    with subprocess.Popen(
        [sys.executable, "-c", deaf], stdout=subprocess.PIPE, start_new_session=True
    ) as server:
        assert server.stdout.readline() == b"up\n"
        demo.end(server)
        assert server.wait(timeout=20) == -signal.SIGKILL
