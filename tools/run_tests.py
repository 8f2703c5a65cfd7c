"""`make test` (all) and `make test-fast` (fast): runs the suite where it must run and counts honestly.

The closing line is `N passed, N failed, N skipped`, over everything that ran. A part that was asked for and ran no
test at all counts as failed: a green line never hides tests that did not happen.
"""

import contextlib
import functools
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import slipcover

from tools import check, postgres

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "test-results"
WORKERS = os.environ.get("SADUAK_TEST_WORKERS", "2")
# The runs whose coverage counts, by the name of their report; which of their tests count stands in tests/covering.py.
MEASURED = frozenset({"sqlite", "postgres"})
# In the order of tests/conftest.py, which large groups would otherwise go before.
PARALLEL = ("-n", WORKERS, "--dist", "loadgroup", "--no-loadscope-reorder")
QUICK = "not browser and not only_postgres and not slow"
# What `make test-fast` leaves to `make test` besides: pages, and the modules that take longest of all others.
LEFT_OUT = (
    "*/web",
    "applications/test_board.py",
    "applications/test_board_columns.py",
    "applications/test_filing.py",
    "applications/test_papers.py",
    "applications/test_practices.py",
    "applications/test_readiness_lists.py",
    "applications/test_readiness_sending.py",
    "applications/test_renewals.py",
    "applications/test_word.py",
    "assessment/test_conflicts.py",
    "assessment/test_panels.py",
    "assessment/test_powers.py",
    "assessment/test_seeing.py",
    "certification/test_announcements.py",
    "certification/test_meetings.py",
    "cli/test_main.py",
    "correspondence/exchange/test_refused.py",
    "correspondence/test_actions.py",
    "correspondence/test_clerk.py",
    "correspondence/test_issuers_paper.py",
    "correspondence/test_real_letters.py",
    "correspondence/writing/test_docx.py",
    "correspondence/writing/test_pdf.py",
    "foundation/files/test_corpus.py",
    "foundation/files/test_sheets.py",
    "foundation/test_audit.py",
    "foundation/test_worker.py",
    "organisations/test_seeds.py",
    "outreach/test_briefings.py",
    "programme/test_actions.py",
)
# Three times what the longest part takes on two cores: it hangs.
LONGEST_SECONDS = 2400
# Filled once for all runs: whoever needs a demo copies it.
SITE = RESULTS / "site" / "data"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True, slots=True)
class Part:
    """What one run of pytest gave, or that it did not happen."""

    where: str
    what: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    broken: str = ""

    def line(self) -> str:
        """For people."""
        numbers = f"{self.passed:>6} passed {self.failed:>4} failed {self.skipped:>4} skipped {self.seconds:>6.0f} s"
        return f"{self.where:<28} {self.what:<34} {numbers}" + (f"   {self.broken}" if self.broken else "")


def pytest(name: str, where: str, what: str, *arguments: str, env: Mapping[str, str] | None = None) -> Part:
    """Run pytest once and read its own record of what ran."""
    print(f"\n== {where}: {what}", flush=True)
    report = RESULTS / f"{name}.xml"
    report.unlink(missing_ok=True)
    start = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", "-o", "junit_suite_name=saduak"]
    if name in MEASURED:
        command += ["-p", "tests.covering"]
    # A worker that ended in the middle is told, and not replaced: with a new one xdist may wait for ever.
    alone = ["--max-worker-restart=0"]
    with subprocess.Popen(
        [*command, *alone, *arguments],
        cwd=ROOT,
        env={
            **os.environ,
            "SADUAK_TEST_SITE": str(SITE),
            "SADUAK_TEST_TRIED": str(SITE.parent / "tried"),
            **(env or {}),
        },
        start_new_session=True,
    ) as run:
        try:
            code = run.wait(LONGEST_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(run.pid, signal.SIGKILL)
            return Part(where, what, seconds=time.monotonic() - start, broken="it did not come to an end")
        except BaseException:
            os.killpg(run.pid, signal.SIGKILL)
            raise
    return counted(report, where, what, time.monotonic() - start, code)


def counted(report: Path, where: str, what: str, seconds: float, code: int) -> Part:
    """The numbers in a JUnit report; a run without tests, or one that broke off, is broken."""
    if not report.exists():
        return Part(where, what, seconds=seconds, broken=f"pytest broke off (exit {code})")
    suites = ET.parse(report).getroot().iter("testsuite")  # noqa: S314 - written by our own pytest just now
    total = failed = skipped = 0
    for suite in suites:
        total += int(suite.get("tests", 0))
        failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped += int(suite.get("skipped", 0))
    broken = "no test ran" if total == skipped else f"pytest exit {code}" if code not in (0, 1) else ""
    return Part(where, what, max(total - failed - skipped, 0), failed, skipped, seconds, broken)


def uncovered() -> list[str]:
    """What the tests of a room leave out, as complaints; prints where."""
    print("\n== Coverage of actions, rules, states and queries, every branch", flush=True)
    taken = [json.loads(path.read_bytes()) for path in RESULTS.glob("coverage-*.json")]
    if not taken:
        return ["coverage: nothing was counted"]
    whole = functools.reduce(slipcover.merge_coverage, taken)
    slipcover.print_coverage(whole, skip_covered=True)
    summary = whole["summary"]
    missing = summary["missing_lines"] + summary["missing_branches"]
    print(f"{summary['covered_lines']} lines and {summary['covered_branches']} branches taken, {missing} not")
    return ["coverage of actions, rules, states and queries"] * bool(missing)


@contextlib.contextmanager
def tables(**env: str) -> Iterator[None]:
    """Lay the tables out meanwhile, once for all workers: they would wait for one another with nothing to do."""
    words = [sys.executable, "-m", "tests.databases"]
    settings = {"DJANGO_SETTINGS_MODULE": "saduak.config.settings.test", **env}
    with subprocess.Popen(words, cwd=ROOT, env={**os.environ, **settings}, stdout=subprocess.DEVNULL):
        yield


def holding(*marks: str) -> list[str]:
    """The files in which one of these marks stands: to read all the others takes a worker longer than many tests."""
    words = [f"mark.{mark}" for mark in marks]
    found = sorted((ROOT / "tests").rglob("test_*.py"))
    return [str(path) for path in found if any(word in path.read_text(encoding="utf-8") for word in words)]


def on_sqlite(name: str, expression: str, what: str, *left_out: str) -> Part:
    """Everything that needs neither a browser nor another database, but for what stands in some places of the tests."""
    ignored = [f"--ignore-glob={ROOT / 'tests' / place}" for place in left_out]
    where = f"SQLite {sqlite3.sqlite_version}"
    chosen = ("-m", expression, *PARALLEL, *ignored)
    return pytest(name, where, what, *chosen, env={"SADUAK_TEST_DATABASE": "sqlite"})


def on_postgres(reach: Mapping[str, str], missing: str = "") -> Part:
    """All that can differ between databases, on a server of our own that is reached by these settings."""
    what = "what can differ"
    if missing:
        return Part("PostgreSQL", what, broken=missing)
    marks = ("postgres", "only_postgres", "whole_path")
    chosen = f"({' or '.join(marks)}) and not browser"
    return pytest("postgres", postgres.version(), what, "-m", chosen, *PARALLEL, *holding(*marks), env=reach)


def serving(open_: contextlib.ExitStack) -> tuple[dict[str, str], str]:
    """A server of PostgreSQL until `open_` is closed: how it is reached, or why there is none."""
    try:
        return {**open_.enter_context(postgres.server()), "SADUAK_TEST_DATABASE": "postgres"}, ""
    except postgres.NotThereError as problem:
        return {}, str(problem)


def in_browser() -> Part:
    """Pages in the system's own Chromium; the test server stands on SQLite."""
    what = "pages on desktop and phone"
    chromium = os.environ.get("SADUAK_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if chromium is None:
        return Part("Chromium", what, broken="no Chromium on this machine")
    said = subprocess.run([chromium, "--version"], capture_output=True, text=True, check=False).stdout
    where = " ".join(said.split()[:2]) or "Chromium"
    env = {"SADUAK_CHROMIUM": chromium, "SADUAK_TEST_DATABASE": "sqlite"}
    parallel = ("-n", WORKERS, "--maxschedchunk=1")
    return pytest(
        "browser", f"{where}, SQLite", what, "-m", "browser", *parallel, *holding("browser"), env=env
    )


def summary(parts: list[Part], complaints: list[str]) -> int:
    """Print what ran where, then the closing line; the exit code."""
    broken = [part for part in parts if part.broken]
    print("\nwhat ran where")
    for part in parts:
        print(" ", part.line())
    for complaint in complaints:
        print(f"  failed check: {complaint}")
    failed = sum(part.failed for part in parts) + len(broken) + len(complaints)
    passed, skipped = sum(part.passed for part in parts), sum(part.skipped for part in parts)
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return 1 if failed else 0


def main(which: str) -> int:
    """Run `all` or `fast`."""
    RESULTS.mkdir(exist_ok=True)
    # Whatever the shell wants: without it every process that a test starts compiles the whole program again.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if which == "fast":
        with tables():
            return summary([on_sqlite("fast", QUICK, "what takes little time", *LEFT_OUT)], [])
    for old in RESULTS.glob("coverage-*.json"):
        old.unlink()
    shutil.rmtree(SITE.parent, ignore_errors=True)
    with contextlib.ExitStack() as open_:
        reach, missing = serving(open_)
        with tables(), tables(**reach) if reach else contextlib.nullcontext():
            complaints = check.failed()
        parts = [
            on_sqlite("sqlite", "not browser and not only_postgres", "all but the browser"),
            on_postgres(reach, missing),
        ]
    complaints += uncovered()
    parts.append(in_browser())
    shutil.rmtree(SITE.parent, ignore_errors=True)
    return summary(parts, complaints)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "all"))
