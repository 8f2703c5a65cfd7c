"""A register at the size of a ministry: 60,000 lines a year."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saduak.correspondence.models import RegisterEntry
from saduak.correspondence.queries import registers as queries
from saduak.correspondence.queries.registers import BOOKS, Wanted
from saduak.foundation import clock, counters
from tests.correspondence import factories_registers as f
from tests.correspondence.factories_registers import RECEIVE

LINES = 60_000
# As long as a line about a letter of one page is.
KEY = "ทส 0018 1 จังหวัดทดสอบ การขอรับการรับรองมาตรฐานการให้บริการของศูนย์ราชการสะดวก " + "ด้วยจังหวัดขอให้ดำเนินการ " * 20


def plan(sql: str) -> str:
    """How SQLite goes about it."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return "\n".join(row[-1] for row in cursor.fetchall())


@pytest.mark.django_db
@pytest.mark.slow
def test_sixty_thousand_lines_a_year_are_found_by_their_index(exactly):
    """No page goes through the table, or sorts it, to show fifty lines; words are looked for among one year's lines."""
    with clock.travel(f.IN_2569):
        row = f.kept()
        clerk = f.clerk_of(row)
        RegisterEntry.objects.bulk_create(
            (
                RegisterEntry(registry=row, direction=RECEIVE, year=2569, number=n, search_key=f"{n} {KEY}")
                for n in range(1, LINES + 1)
            ),
            batch_size=2_000,
        )
        counters.take(queries.counter_name(row.organisation_id, RECEIVE, 2569, ""), LINES)
        for told, found in (
            ({}, 50),
            ({"page": str(LINES // 50)}, 50),
            ({"wanted": Wanted(query="59999")}, 1),
            ({"wanted": Wanted(query="ไม่มีคำนี้")}, 0),
        ):
            with exactly(4), CaptureQueriesContext(connection) as asked:
                page = queries.register_page(clerk, row, BOOKS["receive"], 2569, **told)
            assert len(page.lines) == found
            plans = [plan(query["sql"]) for query in asked if "correspondence_registerentry" in query["sql"]]
            assert plans
            for said in plans:
                assert "SCAN correspondence_registerentry" not in said, (told, said)
                assert "TEMP B-TREE FOR ORDER BY" not in said, (told, said)
