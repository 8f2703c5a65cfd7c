"""The `saduak` command: what each word starts."""

import os
import subprocess
import sys
from importlib import import_module

import pytest

from saduak.cli import main as command
from saduak.cli.main import COMMANDS, choose_settings, overview


@pytest.fixture
def _no_settings(monkeypatch):
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)


@pytest.mark.parametrize("words", [[], ["-h"], ["--help"], ["help"]])
def test_help_lists_the_commands(words, capsys):
    assert command(words) == 0
    said = capsys.readouterr().out
    assert said.startswith("usage: saduak COMMAND")
    for word in ("worker", "audit", "letters", "holidays", "localgov", "invite"):
        assert f"\n  {word} " in said


@pytest.mark.parametrize("word", list(COMMANDS))
def test_every_command_explains_itself(word, capsys):
    try:
        code = command([word, "--help"])
    except SystemExit as left:  # argparse's own way to end
        code = left.code
    assert code == 0
    assert "usage: " in capsys.readouterr().out


def test_help_shows_only_what_this_version_has(monkeypatch):
    monkeypatch.setitem(COMMANDS, "soon", ("not built yet", ""))
    monkeypatch.setitem(COMMANDS, "later", ("not built yet", "saduak.foundation.later"))
    assert "not built yet" not in overview()


def test_version(capsys):
    assert command(["--version"]) == 0
    assert capsys.readouterr().out.startswith("saduak 0.")


def test_settings_of_the_demo_are_chosen_and_told(_no_settings, capsys):
    choose_settings(["seed"])
    assert os.environ["DJANGO_SETTINGS_MODULE"] == "saduak.config.settings.demo"
    assert "settings of the demo" in capsys.readouterr().err


def test_the_demo_needs_no_such_words(_no_settings, capsys):
    choose_settings(["demo"])
    assert os.environ["DJANGO_SETTINGS_MODULE"] == "saduak.config.settings.demo"
    assert capsys.readouterr().err == ""


def test_chosen_settings_stay(monkeypatch, capsys):
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "saduak.config.settings.test")
    choose_settings(["seed"])
    assert os.environ["DJANGO_SETTINGS_MODULE"] == "saduak.config.settings.test"
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("word", ["demo", "rehearse", "bench"])
def test_what_invents_people_never_runs_on_a_real_installation(monkeypatch, word):
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "saduak.config.settings.production")
    monkeypatch.setenv("PGDATABASE", "real")
    choose_settings([word])
    assert os.environ["DJANGO_SETTINGS_MODULE"] == "saduak.config.settings.demo"
    settings = import_module("saduak.config.settings.demo")
    assert settings.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["rehearse", "--centres", "-5"], "ตั้งแต่ 1 ถึง 30000"),
        (["rehearse", "--year", "1900"], "ตั้งแต่ 2559 ถึง 2699"),
        (["rehearse", "--seed", "x"], "ต้องเป็นจำนวนเต็ม"),
        (["demo", "--port", "99999"], "ตั้งแต่ 1 ถึง 65535"),
        (["demo", "--data", "/proc/nowhere"], "the data folder can't be used"),
        (["demo", "--data", __file__], "the data folder can't be used"),
    ],
)
def test_a_bad_argument_is_told_in_one_line(words, said):
    done = run(*words)
    assert done.returncode != 0
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_rehearsal_leaves_other_data_alone(tmp_path):
    (tmp_path / "saduak.sqlite3").write_text("real")
    done = run("rehearse", "--data", str(tmp_path))
    assert done.returncode == 1
    assert "ไม่แตะต้อง" in done.stderr
    assert (tmp_path / "saduak.sqlite3").read_text() == "real"


def test_a_command_without_django_gets_its_words(monkeypatch):
    given = []

    class Module:
        @staticmethod
        def main(words):
            given.append(words)
            return 3

    monkeypatch.setitem(sys.modules, "saduak.foundation.pretend", Module)
    monkeypatch.setitem(COMMANDS, "pretend", ("", "saduak.foundation.pretend"))
    assert command(["pretend", "a", "--json"]) == 3
    assert given == [["a", "--json"]]


@pytest.mark.django_db
def test_other_words_are_managements(capsys):
    assert command(["audit", "verify"]) == 0
    assert "the audit is as it was written" in capsys.readouterr().out


def test_a_database_without_tables_is_told_in_one_line(tmp_path):
    there = {"DJANGO_SETTINGS_MODULE": "saduak.config.settings.demo", "SADUAK_DATA": str(tmp_path)}
    done = run("audit", "verify", **there)
    assert done.returncode == 1
    assert done.stderr == "saduak: the database has no tables yet; make them with: saduak migrate\n"
    assert "Traceback" in run("audit", "--traceback", "verify", **there).stderr


def test_a_database_that_is_not_there_is_told_in_one_line(tmp_path):
    there = {
        "DJANGO_SETTINGS_MODULE": "saduak.config.settings.demo",
        "SADUAK_DATA": str(tmp_path / "no" / "such"),
    }
    done = run("audit", "verify", **there)
    assert done.returncode == 1
    assert done.stderr == "saduak: the database can't be reached: unable to open database file\n"


def run(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    code = f"import sys; from saduak.cli import main; r = main({list(words)!r}); print('django' in sys.modules); sys.exit(r)"
    return subprocess.run(
        [sys.executable, "-c", code], env={**clean, **env}, capture_output=True, text=True, check=False
    )


def test_help_needs_no_django():
    done = run("--help")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "False")


def test_python_m_saduak():
    done = subprocess.run(
        [sys.executable, "-m", "saduak", "--version"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.partition(" ")[0]) == (0, "saduak")
