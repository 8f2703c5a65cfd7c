"""The board over nine thousand units: as many queries as over three, sorted by the database, written out in parts."""

import itertools

import pytest

from saduak.applications import board_export, queries
from saduak.applications.models import Application
from saduak.foundation import clock
from saduak.organisations.models import Organisation, ServiceCentre, TreePath
from saduak.organisations.paths import step
from saduak.programme.queries import contents
from tests.organisations.factories import actor_for
from tests.programme.factories import MID_WINDOW, InternalDeadlineFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.postgres]
MANY = 9_000


@pytest.fixture
def country(land):
    """So many districts below one department, every other with a centre that has begun to write."""
    offices = Organisation.objects.bulk_create(
        Organisation(code=f"many-{n}", kind="district", name_th=f"อำเภอที่ {n}", sort_key=f"{n:05d}")
        for n in range(MANY)
    )
    top = TreePath.objects.get(organisation=land.department, kind="line").path
    TreePath.objects.bulk_create(
        TreePath(organisation=office, kind="line", path=top + step(office.pk)) for office in offices
    )
    centres = ServiceCentre.objects.bulk_create(
        ServiceCentre(organisation=office, name_th=f"ศูนย์ {office.name_th}")
        for office in itertools.islice(offices, 0, None, 2)
    )
    Application.objects.bulk_create(
        Application(
            centre=centre,
            organisation_id=centre.organisation_id,
            round=land.round,
            gates_total=14,
            items_total=50,
            items_answered=n % 51,
        )
        for n, centre in enumerate(centres)
    )
    InternalDeadlineFactory(round=land.round, owner=land.department, kind="submit", reach="line")
    return actor_for("supervisor", land.department, reach="line", received_at=MID_WINDOW)


def test_nine_thousand_units_ask_no_more_than_three(country, land, exactly):
    rounds = type(land.round).objects.select_related("programme", "criteria_set").prefetch_related("stages")
    round_ = rounds.get(pk=land.round.pk)
    with clock.travel(MID_WINDOW):
        for sort in ("risk", "-written", "due", "activity"):
            with exactly(6):
                board = queries.board(country, round_, queries.BoardFilters(sort=sort))
            assert (board.totals.total, len(board.rows)) == (MANY + 1, 50)
        assert {
            row.written for row in queries.board(country, round_, queries.BoardFilters(sort="-written")).rows
        } == {100}
        with exactly(7):
            last = queries.board(country, round_, queries.BoardFilters(state="none"), page=90)
        assert last.page.paginator.count == MANY // 2 + 1
        # The criteria's words are read once a process.
        contents(round_.criteria_set)
        # Two for every five hundred rows, and two for the whole.
        with exactly(2 + 2 * 19), board_export.write(country, round_, queries.BoardFilters()).file as content:
            assert content.read(2) == b"PK"
