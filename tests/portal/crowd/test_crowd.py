"""A small crowd against real server processes: nobody is refused, and what was acknowledged is in the database."""

import shutil

import pytest

from saduak.portal.crowd.filing import close
from saduak.portal.crowd.people import quantile
from saduak.portal.crowd.report import about, felt, lines
from saduak.portal.crowd.running import placed
from saduak.portal.crowd.saving import Pace
from tests import databases

OFFICERS, FILERS, TURNS = 4, 20, 5


@pytest.fixture(scope="module")
def crowded(django_db_setup, tmp_path_factory):
    """A place of its own, with officers at their drafts and others who are ready to file."""
    data = tmp_path_factory.mktemp("crowd")
    shutil.copyfile(databases.KEPT / f"{databases.digest()}.sqlite3", data / "saduak.sqlite3")
    with placed(data, "sqlite") as place:
        made = place.ask("make", str(OFFICERS), str(FILERS))
        with place.serving(made["now"]) as server:
            yield place, server, made


@pytest.mark.slow
def test_officers_who_save_at_once_lose_nothing(crowded):
    place, server, made = crowded
    found = about(place) | felt(place, server, made, Pace(every=0.05, turns=TURNS))
    assert found["saves"]["errors"] == found["floor"]["errors"] == {}
    assert found["saves"]["requests"] == found["floor"]["requests"] == OFFICERS * TURNS
    assert (found["acknowledged"], found["missing"], found["locked"], found["audit"]) == (OFFICERS, 0, 0, "")
    assert found["database"] == "SQLite"
    assert found["p95_ratio"] > 0
    assert found["saves"]["server_cpu_ms"] > 0
    assert any(line.startswith("saves") and "errors 0" in line for line in lines(found))


@pytest.mark.slow
def test_everybody_files_at_the_end_and_nobody_after_it(crowded):
    place, server, made = crowded
    closing = close(place, server.port, made, seconds=1)
    told = closing.as_json()
    assert told["wrong"] == []
    assert told["ready"] == told["filed"] + told["too_late"] == FILERS
    assert told["in_time"] == FILERS * 9 // 10 == told["filed"] + told["sent_in_time_received_late"]
    assert set(told["answers"]) == {"409"}
    assert told["last_received_before_end_s"] > 0
    assert place.locked() == 0


@pytest.mark.parametrize(("share", "value"), [(0.5, 50.0), (0.95, 95.0), (0.99, 99.0), (1.0, 100.0)])
def test_a_share_lies_below_its_quantile(share, value):
    assert quantile([float(n) for n in range(1, 101)], share) == value
    assert quantile([], share) == 0.0
