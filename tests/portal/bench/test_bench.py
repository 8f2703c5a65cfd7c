"""The benchmark runs, says what it measured, and the pages ask the database for as much with many rows as with few."""

import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from saduak.applications.models import Answer, Application
from saduak.portal.bench import CASES, Cost, Scratch, measure
from saduak.portal.bench.cases import stage
from saduak.portal.bench.scratch import PRESENT
from saduak.portal.management.commands.bench import READY
from saduak.register.models import Certificate


@pytest.fixture
def folder(tmp_path, settings):
    """A data folder of its own."""
    settings.DATA, settings.STATIC_ROOT = tmp_path, tmp_path / "static"
    return tmp_path


def queries(scratch):
    """How many queries each case asks for."""
    with stage():
        return {name: measure(case(scratch), runs=1).queries for name, case in CASES.items()}


@pytest.mark.slow
@pytest.mark.django_db
def test_numbers_for_programs_and_for_people_and_as_many_queries_whatever_there_is(folder, capsys):
    call_command("bench", quick=True, applications=60, runs=1, json=True)
    printed = json.loads(capsys.readouterr().out)
    assert set(printed) == set(CASES)
    assert all(set(cost) == {"queries", "ms", "floor_ms", "ratio"} for cost in printed.values())
    assert all(cost["ms"] > 0 and cost["floor_ms"] > 0 for cost in printed.values())
    scratch = Scratch(**json.loads((folder / READY).read_text()))
    assert scratch.rows_per_second > 0
    few, certificates = queries(scratch), Certificate.objects.count()
    call_command("bench", quick=True, applications=300, runs=1)
    table = capsys.readouterr().out
    assert all(name in table for name in CASES)
    assert "แถวต่อวินาที" in table
    rows = Application.objects.filter(round__fiscal_year=PRESENT)
    assert rows.count() == 300
    assert Answer.objects.filter(application__in=rows).count() == 300 * rows[0].items_total
    assert Certificate.objects.count() == 75 > certificates
    assert queries(scratch) == few
    assert max(few.values()) <= 15
    assert few["autosave"] <= 9


@pytest.mark.parametrize("what", ["pages", "crowd", "closing"])
def test_other_peoples_data_are_left_alone(folder, what):
    (folder / "saduak.sqlite3").write_text("real")
    with pytest.raises(CommandError, match="ไม่แตะต้อง"):
        call_command("bench", what, quick=True)
    assert not (folder / READY).exists()
    assert (folder / "saduak.sqlite3").read_text() == "real"


def test_the_ratio_is_to_the_floor():
    assert Cost(3, 12.5, 2.5).as_json() == {"queries": 3, "ms": 12.5, "floor_ms": 2.5, "ratio": 5.0}
