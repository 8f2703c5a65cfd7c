import re
from pathlib import Path

import pytest

from tools import run_tests
from tools.run_tests import Part, counted, summary

REPORT = '<testsuites><testsuite tests="{tests}" failures="{failures}" errors="{errors}" skipped="{skipped}"/></testsuites>'


def report(tmp_path, **numbers):
    path = tmp_path / "r.xml"
    path.write_text(REPORT.format(**{"tests": 0, "failures": 0, "errors": 0, "skipped": 0, **numbers}))
    return path


def test_numbers_come_from_the_report(tmp_path):
    part = counted(report(tmp_path, tests=10, failures=1, errors=1, skipped=3), "here", "all", 1.0, 1)
    assert (part.passed, part.failed, part.skipped, part.broken) == (5, 2, 3, "")


@pytest.mark.parametrize(
    ("numbers", "code", "broken"),
    [
        ({"tests": 0}, 5, "no test ran"),
        ({"tests": 2, "skipped": 2}, 0, "no test ran"),
        ({"tests": 2}, 2, "pytest exit 2"),
        ({"tests": 2}, 0, ""),
    ],
)
def test_a_run_that_did_not_happen_is_broken(tmp_path, numbers, code, broken):
    assert counted(report(tmp_path, **numbers), "here", "all", 1.0, code).broken == broken


def test_no_report_is_broken(tmp_path):
    assert counted(tmp_path / "none.xml", "here", "all", 1.0, 3).broken == "pytest broke off (exit 3)"


def test_the_closing_line_counts_everything(capsys):
    parts = [Part("SQLite", "all", passed=5, skipped=1), Part("PostgreSQL", "some", passed=2)]
    assert summary(parts, []) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "7 passed, 0 failed, 1 skipped"


def test_what_did_not_run_and_failed_checks_are_failures(capsys):
    parts = [Part("SQLite", "all", passed=5, failed=1), Part("Chromium", "pages", broken="no Chromium")]
    assert summary(parts, ["types"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "5 passed, 3 failed, 0 skipped"
    assert any("no Chromium" in line for line in lines)


def test_no_browser_is_said(monkeypatch):
    monkeypatch.delenv("SADUAK_CHROMIUM", raising=False)
    monkeypatch.setattr(run_tests, "BROWSERS", ("no-such-browser",))
    assert run_tests.in_browser().broken == "no Chromium on this machine"


def test_a_run_that_does_not_end_is_ended_and_broken(tmp_path, monkeypatch):
    monkeypatch.setattr(run_tests, "RESULTS", tmp_path)
    monkeypatch.setattr(run_tests, "LONGEST_SECONDS", 0.1)
    assert run_tests.pytest("hangs", "here", "all", "--collect-only").broken == "it did not come to an end"


def test_marks_that_choose_files_stand_in_those_files_alone():
    """What is marked from elsewhere would be passed over in silence."""
    tests = run_tests.ROOT / "tests"
    helpers = [path for path in tests.rglob("*.py") if not path.name.startswith("test_")]
    for mark in ("browser", "postgres", "only_postgres", "whole_path"):
        assert run_tests.holding(mark), mark
        marked = re.compile(rf"\bmark\.{mark}\b")
        assert [path.name for path in helpers if marked.search(path.read_text(encoding="utf-8"))] == []
        for path in run_tests.holding(mark):
            assert marked.search(Path(path).read_text(encoding="utf-8")), path


def test_what_the_fast_run_leaves_out_is_there():
    tests = run_tests.ROOT / "tests"
    assert [place for place in run_tests.LEFT_OUT if not list(tests.glob(place))] == []
