"""`saduak COMMAND …`: what each word starts. Saduak's own words stand in one table; the rest are Django's."""

import atexit
import os
import sys
import tempfile
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

SETTINGS = "saduak.config.settings.demo"

# word: (what it does, the module that runs it without Django; "" is one of the rooms' management commands)
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("start a complete demo: database, data, server, sign-ins", ""),
    "seed": ("bring geography and offices into the database, again whenever they changed", ""),
    "worker": ("run background jobs and periodic work", ""),
    "audit": ("verify the audit, or seal it", ""),
    "letters": ("read official letters from files", "saduak.correspondence.reading.command"),
    "criteria": ("check a criteria file, with errors by line", ""),
    "holidays": ("import public holidays by year", ""),
    "localgov": ("import local governments from a CSV file, with a dry run", ""),
    "past": ("bring in certification results of earlier years, with a dry run", ""),
    "invite": ("issue the first invitation of an installation", ""),
    "rehearse": ("run a whole round in simulated time and check that all adds up", ""),
    "bench": ("cost of the busiest pages against a bare view", ""),
}

# Commands that fill a database with people and certificates of their own invention.
INVENTS = frozenset({"demo", "rehearse", "bench"})

PACKAGE = Path(__file__).resolve().parent.parent


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    first = words[0] if words else "--help"
    if first in {"-h", "--help"} or words == ["help"]:
        print(overview())
        return 0
    if first == "--version":
        print(f"saduak {version('saduak')}")
        return 0
    _summary, module = COMMANDS.get(first, ("", ""))
    if module:
        return int(import_module(module).main(words[1:]) or 0)
    choose_settings(words)
    try:
        choose_data(words)
    except OSError as error:
        print(f"saduak: the data folder can't be used: {error}", file=sys.stderr)
        return 1
    return run(words)


def run(words: Sequence[str]) -> int:
    """Run a management command; a database that is not ready is told in one line, everything else as Django does."""
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - needs the settings first
    from django.db import DatabaseError, connection  # noqa: PLC0415 - as above

    try:
        execute_from_command_line(["saduak", *words])
    except DatabaseError as error:
        if words[0] not in COMMANDS or "--traceback" in words:
            raise
        try:
            migrated = "django_migrations" in connection.introspection.table_names()
        except DatabaseError:
            print(f"saduak: the database can't be reached: {error}".strip(), file=sys.stderr)
            return 1
        if migrated:
            raise
        print("saduak: the database has no tables yet; make them with: saduak migrate", file=sys.stderr)
        return 1
    return 0


def choose_settings(words: Sequence[str]) -> None:
    """Fall back on the demo's settings, and say so; what makes people up never runs with any others.

    A rehearsal and a benchmark write centres, people and certificates that do not exist: with the settings of a real
    installation they would write them into its database.
    """
    if words[0] in INVENTS:
        os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    elif not os.environ.get("DJANGO_SETTINGS_MODULE"):
        os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
        print(
            f"saduak: settings of the demo ({SETTINGS}); real work sets DJANGO_SETTINGS_MODULE",
            file=sys.stderr,
        )


def choose_data(words: Sequence[str]) -> None:
    """Where the data lie: `--data`, else the environment, else a folder of its own; the folder is made.

    Settings are read once, so this must happen before Django starts.
    """
    named = next((word.partition("=")[2] for word in words if word.startswith("--data=")), "")
    if "--data" in words[:-1]:
        named = words[words.index("--data") + 1]
    if words[0] in INVENTS and named:
        os.environ["SADUAK_DATA"] = named
    elif words[0] in {"rehearse", "bench"}:
        scratch = tempfile.TemporaryDirectory(prefix="saduak-")
        atexit.register(scratch.cleanup)
        os.environ["SADUAK_DATA"] = scratch.name
        os.environ["SADUAK_SCRATCH"] = "1"
    if words[0] in INVENTS or words[0] == "migrate":
        Path(os.environ.setdefault("SADUAK_DATA", "data")).mkdir(parents=True, exist_ok=True)


def overview() -> str:
    """What `saduak --help` prints: the commands that this version has, one line each."""
    there = [(word, summary) for word, (summary, module) in COMMANDS.items() if _exists(word, module)]
    width = max(len(word) for word, _summary in there)
    lines = [f"  {word:<{width}}  {summary}" for word, summary in there]
    return "\n".join(
        [
            "usage: saduak COMMAND [--help] …",
            "",
            *lines,
            "",
            "Django's own commands (migrate, shell, check, …) work too: saduak help --commands",
        ]
    )


def _exists(word: str, module: str) -> bool:
    """Whether this version has the command; looked up in the files, so that help needs no Django."""
    if module:
        return PACKAGE.joinpath(*module.split(".")[1:]).with_suffix(".py").exists()
    return any(PACKAGE.glob(f"*/management/commands/{word}.py"))
