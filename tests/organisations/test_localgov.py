"""The importer: what a careful clerk would find, line by line, and all or nothing."""

import pytest
from django.core.management import CommandError, call_command

from saduak.foundation.access import Actor, Refused
from saduak.foundation.models import AuditEntry
from saduak.organisations import localgov
from saduak.organisations.actions import import_local_governments
from saduak.organisations.models import Organisation
from tests.organisations.factories import AreaFactory, OrganisationFactory, actor_for

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("tests")
HEAD = ",".join(localgov.COLUMNS)
PAO = "pao:91,องค์การบริหารส่วนจังหวัด,องค์การบริหารส่วนจังหวัดสตูล,,91,,,,,,ทดสอบ,"
SAO = "sao-1,องค์การบริหารส่วนตำบล,องค์การบริหารส่วนตำบลหนึ่ง,,91,9101,,0 7400 0000,a@example.test,,ทดสอบ,1"


@pytest.fixture
def province():
    area = AreaFactory(code="91")
    OrganisationFactory(code="province:91", area=area)
    OrganisationFactory(code="local-admin:91", area=area)
    OrganisationFactory(code="district:9101", area=AreaFactory(code="9101", parent=area))
    AreaFactory(code="9201", parent=AreaFactory(code="92"))


def content(*lines):
    return "\n".join([HEAD, *lines]).encode()


def test_good_lines_become_supervised_organisations(province):
    reading, added = import_local_governments(actor=SYSTEM, content=content(PAO, "", SAO), dry_run=False)
    assert (reading.problems, added, reading.known) == ([], 2, 0)
    sao = Organisation.objects.get(code="local:sao-1")
    assert (sao.head_title, sao.aliases, sao.is_sample) == ("นายกองค์การบริหารส่วนตำบลหนึ่ง", "อบต.หนึ่ง", True)
    related = sao.upward.order_by("kind", "parent__code").values_list("kind", "parent__code")
    assert list(related) == [
        ("supervision", "district:9101"),
        ("supervision", "local-admin:91"),
        ("territory", "district:9101"),
    ]
    pao = Organisation.objects.get(code="local:pao:91")
    assert {r.parent.code for r in pao.upward.filter(kind="supervision")} == {"province:91", "local-admin:91"}


def test_again_adds_nothing(province):
    import_local_governments(actor=SYSTEM, content=content(PAO), dry_run=False)
    reading, added = import_local_governments(actor=SYSTEM, content=content(PAO, SAO), dry_run=False)
    assert (reading.known, added) == (1, 1)


def test_a_dry_run_writes_nothing(province):
    reading, added = import_local_governments(actor=SYSTEM, content=content(PAO, SAO), dry_run=True)
    assert (len(reading.rows), added) == (2, 0)
    assert not Organisation.objects.filter(kind="local_government").exists()


@pytest.mark.parametrize(
    ("old", "new", "column", "words"),
    [
        ("sao-1", "SAO 1", "code", "ใช้ได้เฉพาะ a-z"),
        ("sao-1", "pao:91", "code", "รหัสซ้ำกับบรรทัด 2"),
        ("sao-1", "x" * 51, "code", "ยาวเกิน 50 ตัวอักษร"),
        ("องค์การบริหารส่วนตำบล,", "ตำบล,", "type", "ไม่รู้จักประเภท"),
        ("องค์การบริหารส่วนตำบลหนึ่ง", "อบต.หนึ่ง", "name_th", "ชื่อเต็มต้องขึ้นต้นด้วย"),
        ("องค์การบริหารส่วนตำบลหนึ่ง", "", "name_th", "ต้องมีค่า"),
        (",91,", ",99,", "province_code", "ไม่มีจังหวัดรหัส 99"),
        (",91,", ",10,", "province_code", "ไม่มีจังหวัดรหัส 10"),
        (",9101,", ",9199,", "district_code", "ไม่มีอำเภอรหัส 9199"),
        (",9101,", ",9201,", "district_code", "ไม่ได้อยู่ในจังหวัดรหัส 91"),
        (",9101,", ",,", "district_code", "ต้องมีรหัสอำเภอ"),
        ("a@example.test", "nobody", "email", "รูปแบบอีเมล"),
        ("ทดสอบ,1", "ทดสอบ,ใช่", "is_sample", "ใช้ 1"),
        ("ทดสอบ,1", ",1", "source", "ต้องมีค่า"),
    ],
)
def test_what_is_wrong_is_named_by_line_and_column(province, old, new, column, words):
    reading, added = import_local_governments(
        actor=SYSTEM, content=content(PAO, SAO.replace(old, new, 1)), dry_run=False
    )
    assert added == 0
    assert [(p.line, p.column) for p in reading.problems] == [(3, column)]
    assert words in reading.problems[0].message
    assert str(reading.problems[0]).startswith(f"บรรทัด 3 ช่อง {column}: ")
    assert not Organisation.objects.filter(kind="local_government").exists()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("ชื่อ".encode("cp874"), "ไม่ใช่ UTF-8"),
        (b"code,type\n", "ไม่มีช่อง name_th, province_code, source"),
        (HEAD.replace("email", "e-mail").encode(), "ไม่รู้จักช่อง e-mail"),
        (b"", "ไม่มีช่อง"),
        (content(PAO + ",too,many"), "มีค่ามากกว่าจำนวนช่อง"),
    ],
)
def test_a_file_that_is_not_of_this_form(province, data, words):
    reading, added = import_local_governments(actor=SYSTEM, content=data, dry_run=False)
    assert added == 0
    assert words in reading.problems[0].message


def test_a_byte_order_mark_from_excel_is_fine(province):
    reading = localgov.read(b"\xef\xbb\xbf" + content(PAO))
    assert (len(reading.rows), reading.problems) == (1, [])


def test_reading_costs_two_queries_whatever_the_length(province, exactly):
    for lines in ([PAO], [SAO.replace("sao-1", f"sao-{n}") for n in range(3)]):
        with exactly(2):
            localgov.read(content(*lines))


def test_only_the_secretariat_imports(province):
    with pytest.raises(Refused):
        import_local_governments(actor=actor_for("clerk"), content=content(PAO), dry_run=True)
    OrganisationFactory(code="dla")
    import_local_governments(actor=actor_for("secretariat"), content=content(PAO), dry_run=False)
    entry = AuditEntry.objects.get(verb="organisations.local_governments_imported")
    assert entry.facts == {"added": 1, "codes": ["local:pao:91"]}


def test_the_command(province, tmp_path, capsys):
    file = tmp_path / "list.csv"
    file.write_bytes(content(PAO, SAO))
    call_command("localgov", "import", str(file), "--dry-run")
    assert "ยังไม่ได้บันทึก" in capsys.readouterr().out
    call_command("localgov", "import", str(file))
    assert "เพิ่มใหม่ 2 แห่ง" in capsys.readouterr().out
    file.write_bytes(content(SAO.replace("9101", "0000")))
    with pytest.raises(CommandError, match="พบที่ต้องแก้ 1 แห่ง"):
        call_command("localgov", "import", str(file))
    assert "บรรทัด 2 ช่อง district_code" in capsys.readouterr().err
    with pytest.raises(CommandError, match="เปิดไฟล์ไม่ได้"):
        call_command("localgov", "import", str(tmp_path / "missing.csv"))
    call_command("localgov", "columns")
    assert "province_code" in capsys.readouterr().out


def test_an_import_is_written_down_at_the_department_of_local_administration(province):
    department = OrganisationFactory(code="dla")
    import_local_governments(actor=SYSTEM, content=content(PAO, SAO), dry_run=False)
    entry = AuditEntry.objects.get(verb="organisations.local_governments_imported")
    assert (entry.aggregate_id, entry.facts["added"]) == (department.pk, 2)
    import_local_governments(actor=SYSTEM, content=content(PAO, SAO), dry_run=False)
    assert AuditEntry.objects.filter(verb="organisations.local_governments_imported").count() == 1
