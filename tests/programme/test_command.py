"""`saduak criteria check FILE`: exit code and words; `import` seeds."""

from importlib.resources import files
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from saduak.programme import reading
from saduak.programme.models import CriteriaSet
from tests.organisations.factories import ProgrammeFactory

BUNDLED = Path(str(files("saduak.programme").joinpath("criteria/gecc-2568-unofficial.yaml")))


def test_a_good_file(capsys):
    call_command("criteria", "check", str(BUNDLED))
    out = capsys.readouterr().out
    assert "ใช้ได้: เกณฑ์ GECC 2568 ฉบับร่างที่ไม่เป็นทางการ มี 50 ข้อ 100 คะแนน รอชื่อทางการ 25 ข้อ" in out
    assert reading.digest_of(reading.read(reading.bundled()).document) in out


def test_a_bad_file_names_the_line_and_ends_with_1(tmp_path, capsys):
    bad = tmp_path / "bad.yaml"
    bad.write_text(BUNDLED.read_text().replace("total: 100", "total: 101"))
    line = next(n for n, text in enumerate(bad.read_text().splitlines(), start=1) if text == "total: 101")
    with pytest.raises(SystemExit) as stop:
        call_command("criteria", "check", str(bad))
    assert stop.value.code == 1
    out = capsys.readouterr().out
    assert f"{bad}:{line}: คะแนนรวมระบุ 101 แต่คะแนนของทุกส่วนรวมได้ 100" in out
    assert "พบข้อผิดพลาด 1 แห่ง" in out


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="เปิดไฟล์"):
        call_command("criteria", "check", str(tmp_path / "none.yaml"))


@pytest.mark.django_db
def test_import_and_publish_twice(capsys):
    programme = ProgrammeFactory(code="gecc")
    for _ in range(2):
        call_command("criteria", "import", str(BUNDLED), "--publish")
    row = CriteriaSet.objects.get()
    assert (row.programme, row.state) == (programme, "published")
    assert "ประกาศใช้แล้ว" in capsys.readouterr().out


@pytest.mark.django_db
def test_import_needs_the_programme():
    with pytest.raises(CommandError, match="ไม่พบโครงการ gecc"):
        call_command("criteria", "import", str(BUNDLED))
