"""Results of earlier years: read by line, matched to centres, chosen by people, entered once."""

import datetime
import io

import pytest
import xlsxwriter
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saduak.foundation import clock, jobs
from saduak.foundation.access import Actor, Conflict, Invalid, Refused
from saduak.foundation.models import AuditEntry
from saduak.organisations.actions import rename_centre
from saduak.register import certificates, queries
from saduak.register.models import Certificate, PastImport, PastResult
from saduak.register.past import actions, entering, reading
from saduak.register.past import queries as past
from saduak.register.past.matching import Centres
from saduak.register.past.reading import LevelName, Line
from tests.organisations.factories import (
    AreaFactory,
    OrganisationFactory,
    ProgrammeFactory,
    ServiceCentreFactory,
    actor_for,
)
from tests.programme.factories import published_set, secretariat
from tests.register.factories import NOW, CertificateFactory, PublicationFactory

DAY = datetime.date
LEVELS = (LevelName("basic", "ระดับพื้นฐาน", 1), LevelName("advanced", "ระดับก้าวหน้า", 2))
OF_2564 = actions.Announced(2564, "ประกาศคณะกรรมการ ปี 2564", DAY(2021, 9, 2))


def table(*rows, head="ชื่อศูนย์,หน่วยงาน,จังหวัด,ระดับ,เลขที่ใบรับรอง"):
    return "\n".join((head, *rows)).encode()


def read(content, year=2564):
    found = reading.read(content, fiscal_year=year, levels=LEVELS)
    return found.lines, [str(problem) for problem in found.problems]


def workbook(*rows):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return out.getvalue()


# --- Reading ----------------------------------------------------------------------------------------------------------


def test_a_table_is_read_with_thai_or_short_headings_and_columns_nobody_knows():
    lines, problems = read(table(" ศูนย์ ก ,อำเภอ ก,พิษณุโลก,ระดับก้าวหน้า,12/2564", "", ",,,,"))
    assert problems == []
    assert lines == [Line(2, "ศูนย์ ก", "อำเภอ ก", "พิษณุโลก", "12/2564", LEVELS[1])]
    other, problems = read(table("1,ศูนย์ ข,basic,x", head="ที่,Name,level,หมายเหตุ"))
    assert problems == []
    assert other == [Line(2, "ศูนย์ ข", level=LEVELS[0])]


def test_a_workbook_is_read_as_the_same_table():
    lines, problems = read(
        workbook(["ชื่อศูนย์", "ระดับ", "เลขที่ใบรับรอง"], ["ศูนย์ ก", "พื้นฐาน", 12], ["ศูนย์ ข", "พื้นฐาน", 1.5])
    )
    assert problems == []
    assert [(row.line, row.name, row.number) for row in lines] == [(2, "ศูนย์ ก", "12"), (3, "ศูนย์ ข", "1.5")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "บรรทัด 1: บรรทัดแรกต้องเป็นชื่อช่อง และต้องมีช่อง ชื่อศูนย์ (name)"),
        (table(), "บรรทัด 1: ไฟล์นี้ไม่มีรายชื่อ"),
        (table("ก", head="ชื่อ"), "บรรทัด 1: บรรทัดแรกต้องเป็นชื่อช่อง และต้องมีช่อง ชื่อศูนย์ (name)"),
        (
            "ชื่อศูนย์".encode("cp874"),
            "บรรทัด 1: ไฟล์ไม่ใช่ CSV แบบ UTF-8 หรือ XLSX ใน Excel ให้บันทึกเป็นไฟล์ .xlsx แล้วลองใหม่",
        ),
        (b"PK\x03\x04 broken", "บรรทัด 1: เปิดไฟล์ XLSX นี้ไม่ได้ บันทึกใหม่จาก Excel แล้วลองอีกครั้ง"),
        (b"name\r\n" + b'"' + b"x" * 200_000, "บรรทัด 1: อ่านไฟล์ CSV ไม่ได้ ตรวจเครื่องหมายคำพูด"),
        (b"x" * (reading.LIMIT_BYTES + 1), "บรรทัด 1: ไฟล์ใหญ่เกิน 5 MB แบ่งเป็นหลายไฟล์"),
        (table(",อำเภอ ก,,พื้นฐาน"), "บรรทัด 2: ไม่มีชื่อศูนย์"),
        (table("ก" * 301 + ",,,พื้นฐาน"), "บรรทัด 2: ชื่อศูนย์ยาวเกิน 300 ตัวอักษร"),
        (table("ก,,,ทองคำ"), "บรรทัด 2: ไม่รู้จักระดับ ทองคำ"),
        (table("ก,,,"), "บรรทัด 2: ไม่มีระดับ ตั้งแต่ปี 2562 ทุกศูนย์มีระดับ"),
        (table("ก,ข,,พื้นฐาน", "ก , ข,,พื้นฐาน"), "บรรทัด 3: ซ้ำกับบรรทัด 2"),
        (table("ก,,,พื้นฐาน,1", "ข,,,พื้นฐาน,1"), "บรรทัด 3: เลขที่ใบรับรองซ้ำกับบรรทัด 2"),
    ],
)
def test_what_is_wrong_is_told_by_line(content, said):
    assert read(content)[1] == [said]


def test_before_2562_there_were_no_levels():
    lines, problems = read(table("ก", head="name"), 2561)
    assert problems == []
    assert lines[0].level is None


def test_a_workbook_of_a_whole_sheet_and_a_list_without_end_are_refused(monkeypatch):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "name")
        sheet.write(1048575, 16383, "ก")
    assert read(out.getvalue())[1] == [
        "บรรทัด 1: ไฟล์ XLSX นี้ใหญ่หรือซับซ้อนผิดปกติ คัดลอกเฉพาะตารางไปไว้ในไฟล์ใหม่ แล้วลองอีกครั้ง"
    ]
    monkeypatch.setattr(reading, "LIMIT_LINES", 1)
    assert read(table("ก,,,พื้นฐาน", "ข,,,พื้นฐาน"))[1] == ["บรรทัด 3: ไฟล์มีมากกว่า 5,000 บรรทัด แบ่งเป็นหลายไฟล์"]


# --- Matching ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def land(db):
    with clock.travel(NOW):
        north = AreaFactory(code="65", kind="province", name_th="พิษณุโลก")
        east = AreaFactory(code="49", kind="province", name_th="มุกดาหาร")
        town = AreaFactory(code="6508", kind="district", name_th="วังทอง", parent=north)
        found = {
            "wangthong": OrganisationFactory(name_th="ที่ทำการปกครองอำเภอวังทอง", area=town),
            "mukdahan": OrganisationFactory(name_th="สำนักงานที่ดินจังหวัดมุกดาหาร", area=east),
        }
        programme = ProgrammeFactory(code="gecc")
        published_set(programme)
        yield {
            **found,
            "programme": programme,
            "secretariat": secretariat(programme, NOW),
            "one": ServiceCentreFactory(organisation=found["wangthong"], name_th="ศูนย์ราชการสะดวกอำเภอวังทอง"),
            "same-north": ServiceCentreFactory(organisation=found["wangthong"], name_th="ศูนย์บริการร่วม"),
            "same-east": ServiceCentreFactory(organisation=found["mukdahan"], name_th="ศูนย์บริการร่วม"),
            "placeless": ServiceCentreFactory(
                organisation=OrganisationFactory(name_th="กรมหนึ่ง"), name_th="สายด่วน"
            ),
        }


def matched(*args):
    match = Centres.load().match(Line(2, *args))
    return match.centre, list(match.candidates)


def test_only_what_fits_exactly_and_once_is_taken(land):
    assert matched("ศูนย์ราชการสะดวก อำเภอวังทอง") == (land["one"].pk, [])
    assert matched("ศูนย์ราชการสะดวกอำเภอวังทอง", "ที่ทำการปกครองอำเภอวังทอง", "จังหวัดพิษณุโลก") == (
        land["one"].pk,
        [],
    )
    assert matched("ศูนย์บริการร่วม", "", "มุกดาหาร") == (land["same-east"].pk, [])
    assert matched("สายด่วน", "", "พิษณุโลก") == (land["placeless"].pk, []), "it stands in no province"
    twice = matched("ศูนย์บริการร่วม")
    assert twice == (None, [land["same-north"].pk, land["same-east"].pk])
    elsewhere = matched("ศูนย์ราชการสะดวกอำเภอวังทอง", "", "มุกดาหาร")
    assert elsewhere[0] is None
    assert elsewhere[1][0] == land["one"].pk


def test_names_of_earlier_years_offices_and_likeness_lead_to_a_centre(land):
    rename_centre(
        actor=actor_for("head", land["wangthong"], received_at=NOW),
        centre=land["one"].public_id,
        name_th="ศูนย์ดำรงธรรมอำเภอวังทอง",
        on=DAY(2026, 1, 1),
    )
    assert matched("ศูนย์ราชการสะดวกอำเภอวังทอง")[0] == land["one"].pk
    assert set(matched("ที่ทำการปกครองอำเภอวังทอง")[1]) >= {land["one"].pk, land["same-north"].pk}
    near = matched("ศูนย์ดำรงธรรม อ. วังทอง", "ที่ทำการปกครองอำเภอวังทอง", "พิษณุโลก")
    assert near[0] is None
    assert near[1][0] == land["one"].pk
    assert matched("ห้องสมุด") == (None, [])


# --- Bringing in, choosing, entering ----------------------------------------------------------------------------------

CONTENT = table(
    "ศูนย์ราชการสะดวกอำเภอวังทอง,,พิษณุโลก,ก้าวหน้า,7/2564",
    "ศูนย์บริการร่วม,,,พื้นฐาน,",
    "ศูนย์ที่ไม่มีใครรู้จัก,,,พื้นฐาน,",
)


def bring(land, content=CONTENT, announced=OF_2564, **more):
    actor = more.pop("actor", land["secretariat"])
    return actions.import_past(
        actor=actor, programme=land["programme"], content=content, announced=announced, **more
    )


def line(row, number):
    return row.results.get(line=number)


def enter(actor, row):
    """Entered by the worker; how many certificates that made."""
    before = Certificate.objects.count()
    entering.apply_past(actor=actor, import_id=row.public_id)
    jobs.run_pending()
    return Certificate.objects.count() - before


def test_a_dry_run_counts_and_keeps_nothing(land):
    found = bring(land, dry_run=True)
    assert (found.problems, found.lines, found.exact, found.open, found.row) == ([], 3, 1, 2, None)
    assert not PastImport.objects.exists()


def test_a_list_is_brought_in_once_and_enters_nothing(land):
    found = bring(land, file_name="2564.csv")
    again = bring(land)
    assert again.row == found.row
    assert (again.lines, again.exact, again.open) == (3, 1, 2)
    assert [row.how for row in found.row.results.order_by("line")] == ["exact", "open", "open"]
    assert not Certificate.objects.exists()
    assert AuditEntry.objects.get(verb="register.past_imported").facts["lines"] == 3


def test_a_file_is_opened_before_the_programme_is_locked(land):
    with CaptureQueriesContext(connection) as asked:
        bring(land, dry_run=True)
    said = [row["sql"] for row in asked]
    begun = next(at for at, sql in enumerate(said) if sql.startswith("SAVEPOINT"))
    assert "programme_level" in said[begun - 1], "the levels that a file is read with"
    assert not any("programme_level" in sql for sql in said[begun:])


def test_a_list_with_problems_leaves_nothing_behind(land):
    CertificateFactory(publication=PublicationFactory(programme=land["programme"]), number="7/2564")
    found = bring(land, table("ก,,เมืองไกล,พื้นฐาน", "ข,,,พื้นฐาน,7/2564", ",,,พื้นฐาน"))
    assert [str(problem) for problem in found.problems] == [
        "บรรทัด 2: ไม่รู้จักจังหวัด เมืองไกล",
        "บรรทัด 3: เลขที่ใบรับรอง 7/2564 มีในทะเบียนแล้ว",
        "บรรทัด 4: ไม่มีชื่อศูนย์",
    ]
    assert not PastImport.objects.exists()


def test_two_lines_of_one_centre_are_left_to_people(land):
    content = table(
        "ศูนย์ราชการสะดวกอำเภอวังทอง,,,พื้นฐาน", "ศูนย์ราชการสะดวกอำเภอวังทอง,ที่ทำการปกครองอำเภอวังทอง,,พื้นฐาน"
    )
    row = bring(land, content).row
    assert [(each.how, each.candidates) for each in row.results.all()] == [("open", [land["one"].pk])] * 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"announcement": " "}, "announcement"),
        ({"announcement": "ก" * 201}, "announcement"),
        ({"fiscal_year": 2558}, "fiscal_year"),
        ({"announced_on": DAY(2027, 2, 5)}, "announced_on"),
        ({"announced_on": DAY(2018, 9, 2)}, "announced_on"),
        ({"validity_years": 0}, "validity_years"),
    ],
)
def test_what_no_announcement_says_is_refused(land, changes, field):
    values = {
        "fiscal_year": 2564,
        "announcement": "ประกาศ",
        "announced_on": DAY(2021, 9, 2),
        "validity_years": 3,
    }
    with pytest.raises(Invalid) as wrong:
        bring(land, announced=actions.Announced(**{**values, **changes}))
    assert field in wrong.value.fields


def test_nobody_else_brings_in_chooses_or_enters(land):
    row = bring(land).row
    for other in (
        secretariat(ProgrammeFactory(), NOW),
        actor_for("officer", land["wangthong"], received_at=NOW),
    ):
        with pytest.raises(Refused):
            bring(land, actor=other)
        with pytest.raises(Refused):
            actions.match_past(actor=other, result_id=line(row, 3).public_id, centre_id=None)
        with pytest.raises(Refused):
            entering.apply_past(actor=other, import_id=row.public_id)
        with pytest.raises(Refused):
            actions.drop_past(actor=other, import_id=row.public_id)
        assert not past.imports(other).exists()
        assert past.choice(other, line(row, 3).public_id) is None
    assert past.imports(secretariat(received_at=NOW)).get() == row
    assert bring(land, actor=Actor.system("past").at(NOW)).row == row


def test_people_choose_a_centre_or_none(land):
    row, actor = bring(land).row, land["secretariat"]
    chosen = actions.match_past(
        actor=actor, result_id=line(row, 3).public_id, centre_id=land["same-east"].public_id
    )
    assert (chosen.how, chosen.centre) == ("chosen", land["same-east"])
    with pytest.raises(Conflict) as taken:
        actions.match_past(actor=actor, result_id=line(row, 4).public_id, centre_id=land["one"].public_id)
    assert str(taken.value.reason) == "ศูนย์นี้ตรงกับบรรทัด 2 ของรายการเดียวกันแล้ว"
    for _ in range(2):
        none = actions.match_past(actor=actor, result_id=line(row, 4).public_id, centre_id=None)
    assert (none.how, none.centre) == ("none", None)
    assert AuditEntry.objects.filter(verb="register.past_matched").count() == 2


def test_entering_makes_public_certificates_as_of_the_announcement(land):
    row, actor = bring(land).row, land["secretariat"]
    assert enter(actor, row) == 1
    made = Certificate.objects.get()
    assert (made.origin, made.number, made.level_key, made.level_ordinal) == (
        "announcement",
        "7/2564",
        "advanced",
        2,
    )
    assert (made.valid_from, made.valid_until) == (DAY(2021, 9, 2), DAY(2024, 9, 1))
    assert (made.area_code, made.area_name, made.round) == ("65", "จังหวัดพิษณุโลก", None)
    assert made.announcement == "ประกาศคณะกรรมการ ปี 2564"
    assert queries.by_code(Actor.public(), made.code) == made
    assert queries.status_of(made, DAY(2027, 2, 4)).key == "over"
    assert queries.last_of(land["one"].pk, land["programme"].pk) == made
    with pytest.raises(Conflict) as entered:
        actions.match_past(actor=actor, result_id=line(row, 2).public_id, centre_id=None)
    assert entered.value.code == "applied"


def test_entering_again_adds_only_what_was_chosen_since(land):
    row, actor = bring(land).row, land["secretariat"]
    enter(actor, row)
    with pytest.raises(Conflict) as nothing:
        entering.apply_past(actor=actor, import_id=row.public_id)
    assert nothing.value.code == "nothing"
    actions.match_past(actor=actor, result_id=line(row, 3).public_id, centre_id=land["placeless"].public_id)
    assert enter(actor, row) == 1
    assert Certificate.objects.values("publication").distinct().count() == 1
    later = Certificate.objects.get(centre=land["placeless"])
    assert later.number == f"2564/{later.code}"
    assert (later.area_code, later.area_name) == ("", "")
    assert AuditEntry.objects.filter(verb="register.past_applied").count() == 2
    assert AuditEntry.objects.filter(verb="register.entered").count() == 2


def test_who_holds_one_of_that_year_gets_no_second(land):
    known = CertificateFactory(
        publication=PublicationFactory(programme=land["programme"]), centre=land["one"], fiscal_year=2564
    )
    row = bring(land).row
    assert enter(land["secretariat"], row) == 0
    assert line(row, 2).certificate == known
    assert Certificate.objects.count() == 1


def test_a_result_without_a_level_is_read_everywhere(land):
    announced = actions.Announced(2560, "ประกาศ ปี 2560", DAY(2017, 9, 21))
    capital = AreaFactory(code="10", kind="province", name_th="กรุงเทพมหานคร")
    ServiceCentreFactory(
        organisation=OrganisationFactory(name_th="เขตหนึ่ง", area=capital), name_th="ศูนย์เขตหนึ่ง"
    )
    row = bring(land, table("ศูนย์เขตหนึ่ง", head="name"), announced).row
    enter(land["secretariat"], row)
    made = Certificate.objects.get()
    assert (made.level_key, made.level_words, made.area_name) == ("", "", "กรุงเทพมหานคร")
    assert certificates.words(made)["level"] == ""


def test_lists_and_lines_cost_the_same_however_many(land, exactly):
    row, actor = bring(land).row, land["secretariat"]
    with exactly(1):
        found = past.imports(actor).get()
    assert (found.lines, found.waiting, found.ready, found.entered, found.left_out) == (3, 2, 1, 0, 0)
    with exactly(1):
        assert [each.line for each in past.lines(actor, row)] == [2, 3, 4]
    assert [each.line for each in past.lines(actor, row, "open")] == [3, 4]
    assert [each.line for each in past.lines(actor, row, "ready")] == [2]
    assert not past.lines(actor, row, "entered")
    third = line(row, 3).public_id
    with exactly(2):
        proposed = past.choice(actor, third)
    assert proposed.centres == (land["same-north"], land["same-east"])
    with exactly(2):
        searched = past.choice(actor, third, "มุกดาหาร")
    assert searched.centres == (land["same-east"],)
    assert past.choice(actor, line(row, 2).public_id).centres == (land["one"],)
    assert past.centre(actor, land["one"].public_id) == land["one"]
    assert isinstance(proposed.result, PastResult)
