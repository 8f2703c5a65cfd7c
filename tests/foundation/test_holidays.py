"""Holidays of a year are replaced by those of a file; open clocks in working days follow."""

from datetime import date, datetime

import pytest
from django.core.management import CommandError, call_command

from saduak.config.settings.base import PACKAGE
from saduak.foundation import clock, deadlines
from saduak.foundation.clock import BANGKOK
from saduak.foundation.holidays import Change, import_holidays
from saduak.foundation.models import Holiday
from saduak.foundation.thai.holidays import read_holidays
from tests.foundation.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

HEAD = "date,name_th,name_en,kind,source\n"
FILE = HEAD + (
    "2027-01-01,วันขึ้นปีใหม่,New Year,fixed,ประกาศ\n"
    "2027-02-21,วันมาฆบูชา,Makha Bucha,lunar,ประกาศ\n"
    "2027-02-21,วันพิเศษ,,special,ตัวอย่าง\n"
    "2027-05-01,วันแรงงานแห่งชาติ,Labour Day,private,ประกาศ\n"
)


def imported(text: str, **options) -> Change:
    read = read_holidays(text)
    assert read.errors == ()
    return import_holidays(read.holidays, **options)


def test_holidays_that_close_offices_are_imported():
    assert imported(FILE) == Change((2027,), 2, 0, 0, 1, date(2027, 1, 1))
    rows = Holiday.objects.order_by("date")
    assert [(row.date.day, row.name_th, row.official) for row in rows] == [
        (1, "วันขึ้นปีใหม่", True),
        (21, "วันพิเศษ / วันมาฆบูชา", False),
    ]
    assert rows[1].name_en == "Makha Bucha"


def test_importing_again_changes_nothing():
    imported(FILE)
    assert imported(FILE) == Change((2027,), 0, 0, 0, 1, None)


def test_a_year_is_replaced_and_others_stay():
    imported(FILE)
    Holiday.objects.create(date=date(2026, 1, 1), name_th="ปีก่อน", source="ประกาศ")
    changed = HEAD + "2027-01-01,วันขึ้นปีใหม่ (แก้ไข),New Year,fixed,ประกาศ\n2027-03-01,วันพิเศษ,,special,ประกาศ\n"
    assert imported(changed) == Change((2027,), 1, 1, 1, 0, date(2027, 2, 21))
    assert set(Holiday.objects.values_list("date", "name_th")) == {
        (date(2026, 1, 1), "ปีก่อน"),
        (date(2027, 1, 1), "วันขึ้นปีใหม่ (แก้ไข)"),
        (date(2027, 3, 1), "วันพิเศษ"),
    }


def test_a_dry_run_changes_nothing():
    assert imported(FILE, dry_run=True).added == 2
    assert not Holiday.objects.exists()


class TestCommand:
    @pytest.fixture
    def file(self, tmp_path):
        path = tmp_path / "holidays.csv"
        path.write_text(FILE, encoding="utf-8")
        return path

    def test_it_imports_and_moves_open_clocks(self, file, capsys):
        started = datetime(2027, 2, 19, 9, 0, tzinfo=BANGKOK)
        file.write_text(HEAD + "2027-02-22,ชดเชยวันมาฆบูชา,,substitute,ประกาศ\n", encoding="utf-8")
        with clock.travel(started):
            deadlines.start(
                subject=UserFactory(), kind="x", start_event="y", started_at=started, days=1, unit="working"
            )
            call_command("holidays", "import", str(file))
        said = capsys.readouterr().out
        assert "years 2027: 1 holidays were added, 0 changed, 0 removed" in said
        assert "open deadlines in working days that moved: 1" in said

    def test_nothing_new_moves_nothing(self, file, capsys):
        call_command("holidays", "import", str(file))
        capsys.readouterr()
        call_command("holidays", "import", str(file))
        assert "deadlines" not in capsys.readouterr().out

    def test_a_dry_run(self, file, capsys):
        call_command("holidays", "import", str(file), "--dry-run")
        assert "2 holidays would be added" in capsys.readouterr().out
        assert not Holiday.objects.exists()

    def test_errors_by_line_and_nothing_imported(self, file, capsys):
        file.write_text(FILE + "2027-13-01,วัน,,fixed,ประกาศ\n", encoding="utf-8")
        with pytest.raises(CommandError, match="1 errors, nothing imported"):
            call_command("holidays", "import", str(file))
        assert f"{file}:6: date " in capsys.readouterr().err
        file.write_text("date\n", encoding="utf-8")
        with pytest.raises(CommandError):
            call_command("holidays", "import", str(file))
        assert not Holiday.objects.exists()

    def test_a_file_that_is_not_there(self, tmp_path):
        with pytest.raises(CommandError, match="No such file"):
            call_command("holidays", "import", str(tmp_path / "nothing.csv"))

    def test_the_sample_that_comes_with_the_program(self, capsys):

        call_command("holidays", "import", str(PACKAGE / "foundation" / "data" / "holidays-sample.csv"))
        assert Holiday.objects.filter(official=True).count() == 0
        assert Holiday.objects.count() > 40
