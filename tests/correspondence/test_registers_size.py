"""A register at the size of a ministry: 60,000 lines a year."""

import time

import pytest

from saduak.correspondence.models import RegisterEntry
from saduak.correspondence.queries import registers as queries
from saduak.correspondence.queries.registers import BOOKS, Wanted
from saduak.foundation import clock, counters
from tests.correspondence import factories_registers as f
from tests.correspondence.factories_registers import RECEIVE

LINES = 60_000
# As long as a line about a letter of one page is.
KEY = "ทส 0018 1 จังหวัดทดสอบ การขอรับการรับรองมาตรฐานการให้บริการของศูนย์ราชการสะดวก " + "ด้วยจังหวัดขอให้ดำเนินการ " * 20


@pytest.mark.django_db
@pytest.mark.slow
def test_sixty_thousand_lines_a_year_stay_quick(exactly):
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
        for told, found, most in (
            ({}, 50, 0.5),
            ({"page": str(LINES // 50)}, 50, 0.5),
            ({"wanted": Wanted(query="59999")}, 1, 5),
            ({"wanted": Wanted(query="ไม่มีคำนี้")}, 0, 5),
        ):
            begun = time.perf_counter()
            with exactly(4):
                page = queries.register_page(clerk, row, BOOKS["receive"], 2569, **told)
            assert len(page.lines) == found
            assert time.perf_counter() - begun < most, told
