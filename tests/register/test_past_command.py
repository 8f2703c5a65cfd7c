"""`saduak past import`: a dry run first, then the same file in earnest; nothing half done."""

import pytest
from django.core.management import CommandError, call_command

from saduak.foundation import batches
from saduak.foundation.access import Actor
from saduak.register.models import Certificate, PastImport
from saduak.register.past.entering import ENTER
from tests.organisations.factories import OrganisationFactory, ProgrammeFactory, ServiceCentreFactory
from tests.programme.factories import published_set
from tests.register.factories import CertificateFactory, PublicationFactory

pytestmark = pytest.mark.django_db
SAYS = ("--year", "2564", "--announced", "02/09/2564", "--announcement", "ประกาศ ปี 2564")


@pytest.fixture
def file(tmp_path):
    published_set(ProgrammeFactory(code="gecc"))
    ServiceCentreFactory(organisation=OrganisationFactory(), name_th="ศูนย์หนึ่ง")
    path = tmp_path / "2564.csv"
    path.write_text("ชื่อศูนย์,ระดับ\nศูนย์หนึ่ง,พื้นฐาน\nศูนย์สอง,พื้นฐาน\n", encoding="utf-8")
    return path


def run(capsys, file, *more):
    call_command("past", "import", str(file), *SAYS, *more)
    return capsys.readouterr().out.splitlines()


def test_a_dry_run_says_what_would_be_and_keeps_nothing(capsys, file):
    assert run(capsys, file, "--dry-run") == [
        "2 บรรทัด ชื่อตรงกัน 1 ต้องเลือกศูนย์เอง 1",
        "ตรวจอย่างเดียว ไม่ได้บันทึก",
    ]
    assert not PastImport.objects.exists()


def test_the_exact_lines_are_entered_when_asked_for(capsys, file):
    run(capsys, file)
    assert not Certificate.objects.exists()
    assert run(capsys, file, "--apply")[-1] == "ลงทะเบียนแล้ว 1 บรรทัด"
    assert run(capsys, file, "--apply")[-1] == "ลงทะเบียนแล้ว 0 บรรทัด"
    assert Certificate.objects.get().centre_name == "ศูนย์หนึ่ง"


def test_what_is_wrong_stops_it(capsys, file, tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_text("ชื่อศูนย์\nศูนย์หนึ่ง\n", encoding="utf-8")
    with pytest.raises(CommandError, match="พบข้อผิดพลาด 1 แห่ง"):
        run(capsys, bad)
    assert capsys.readouterr().out.startswith("บรรทัด 2: ไม่มีระดับ")
    for words, more in (
        ("เปิดไฟล์ไม่ได้", (str(tmp_path / "none.csv"), *SAYS)),
        ("ไม่พบโครงการ", (str(file), *SAYS, "--programme", "x")),
        ("ตรวจปี พ.ศ.", (str(file), *SAYS[:2], "--announced", "02/09/2560", *SAYS[4:])),
        ("announced", (str(file), *SAYS[:2], "--announced", "เมื่อวาน", *SAYS[4:])),
    ):
        with pytest.raises(CommandError, match=words):
            call_command("past", "import", *more)


def test_what_can_not_be_entered_is_told(capsys, file, tmp_path):
    numbered = tmp_path / "numbered.csv"
    numbered.write_text("ชื่อศูนย์,ระดับ,เลขที่ใบรับรอง\nศูนย์หนึ่ง,พื้นฐาน,9/2564\n", encoding="utf-8")
    run(capsys, numbered)
    row = PastImport.objects.get()
    given = CertificateFactory(publication=PublicationFactory(programme=row.programme), number="9/2564")
    with pytest.raises(CommandError, match="ลงทะเบียนไม่ได้ 1 บรรทัด"):
        run(capsys, numbered, "--apply")
    assert list(Certificate.objects.all()) == [given]
    PastImport.objects.update(batch=batches.start(kind=ENTER, items=["0"], actor=Actor.system("test")))
    with pytest.raises(CommandError, match="กำลังลงทะเบียน"):
        run(capsys, numbered, "--apply")
