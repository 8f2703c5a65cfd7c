"""The first start of a real installation, with the very commands that docs/operations.md tells."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


def told() -> list[list[str]]:
    """The words of each `saduak` command in the section on the first start."""
    section = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8").partition("## First start")[2]
    lines = section.partition("```console")[2].partition("```")[0].splitlines()
    return [line.split()[2:] for line in lines if line.startswith("$ .venv/bin/saduak ")]


def test_the_commands_of_a_first_start_do_what_they_say(tmp_path: Path) -> None:
    clean = {
        key: value for key, value in os.environ.items() if not key.startswith(("SADUAK_", "DJANGO_", "PG"))
    }
    there = {
        "DJANGO_SETTINGS_MODULE": "saduak.config.settings.production",
        "SADUAK_SECRET_KEY": "k" * 25 + "0123456789abcdefghijklmnopqrstuvwxyz",
        "SADUAK_HOSTS": "saduak.example.org",
        "SADUAK_PUBLIC_URL": "https://saduak.example.org",
        "SADUAK_DATA": str(tmp_path / "not" / "made" / "yet"),
    }
    said = {}
    for words in told():
        done = subprocess.run(
            [sys.executable, "-m", "saduak", *words],
            env=clean | there,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        said[words[0]] = done.stdout + done.stderr
    assert list(said) == ["check", "migrate", "seed", "collectstatic", "invite"]
    assert "no issues" in said["check"]
    assert re.search(r"^https://saduak\.example\.org/invitation/[\w-]{30,}/$", said["invite"], re.MULTILINE)
