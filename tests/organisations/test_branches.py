"""Centres from a spreadsheet: looked at line by line, confirmed with the number, made once each."""

import csv
import io
from datetime import timedelta

import pytest
import xlsxwriter
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saduak.foundation import batches, clock
from saduak.foundation.access import Actor, Conflict, Invalid, Refused
from saduak.foundation.files import turns
from saduak.foundation.models import AuditEntry
from saduak.organisations import branches, queries, signals
from saduak.organisations.actions import (
    check_branches,
    confirm_branches,
    create_centre,
    make_branches,
)
from saduak.organisations.actions.branches import finish_branches, forget_branches
from saduak.organisations.models import Appointment, BranchImport, BranchRow, Organisation, ServiceCentre
from saduak.organisations.tasks import forget_tables
from tests.organisations.factories import (
    AreaFactory,
    OrganisationFactory,
    ServiceCentreFactory,
    actor_for,
)

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("tests")
NAMES = [
    "ชื่อศูนย์",
    "ประเภท",
    "หน่วยงาน",
    "รหัสพื้นที่",
    "จังหวัด",
    "อำเภอ",
    "ที่อยู่",
    "โทรศัพท์",
    "อีเมลของศูนย์",
    "อีเมลผู้รับผิดชอบ",
]


@pytest.fixture
def land():
    """A state enterprise with a branch office, in two provinces."""
    phitsanulok = AreaFactory(code="65", name_th="พิษณุโลก")
    AreaFactory(code="6508", name_th="วังทอง", parent=phitsanulok)
    bangkok = AreaFactory(code="10", name_th="กรุงเทพมหานคร")
    AreaFactory(code="1001", name_th="พระนคร", parent=bangkok)
    return phitsanulok


@pytest.fixture
def office(land):
    return OrganisationFactory(kind="state_enterprise", name_th="การไฟฟ้าส่วนภูมิภาค")


@pytest.fixture
def branch(office, land):
    return OrganisationFactory(
        code="branch-1", kind="branch", name_th="การไฟฟ้าเขต 1", under=office, area=land
    )


@pytest.fixture
def head(office, branch):
    """Who may make centres in the whole line."""
    return actor_for("head", office, reach="line")


def sheet(*rows, heads=NAMES):
    """A CSV as Excel saves it."""
    made = io.StringIO()
    csv.writer(made).writerows([heads, *rows])
    return made.getvalue().encode("utf-8-sig")


def short(*rows):
    """A table of names, codes and offices."""
    return sheet(*rows, heads=["name", "code", "office"])


def looked(actor, office, content, name="สาขา.csv"):
    return check_branches(actor=actor, organisation=office.public_id, content=content, file_name=name)


def lines(table):
    return [(row.line, row.state, row.message) for row in table.rows.order_by("line")]


def confirm(actor, table, count):
    return confirm_branches(actor=actor, table=table.public_id, count=count)


def test_a_table_is_looked_at_and_then_makes_centres(head, office, branch, land):
    table = looked(
        head,
        office,
        sheet(
            [
                "การไฟฟ้าสาขาวังทอง",
                "จุดบริการนอกสำนักงาน",
                "",
                "",
                "จ.พิษณุโลก",
                "อ.วังทอง",
                "1 หมู่ 2",
                "055 1",
                "a@pea.co.th",
                "b@pea.co.th",
            ],
            [""] * 10,
            ["การไฟฟ้าสาขาพระนคร", "MOBILE", "branch-1", "", "กทม.", "เขตพระนคร", "", "", "", ""],
            ["การไฟฟ้าสาขาใหญ่", "", "การไฟฟ้าเขต ๑", "", "", "", "", "", "", ""],
        ),
    )
    assert (table.state, table.file_name, table.ignored) == ("checked", "สาขา.csv", [])
    assert lines(table) == [(2, "new", ""), (4, "new", ""), (5, "new", "")]
    assert ServiceCentre.objects.count() == 0
    assert queries.branch_counts(table) == queries.BranchCounts(new=3, exists=0, wrong=0, made=0)
    done = confirm(head, table, 3)
    assert (done.state, done.batch) == ("done", None)
    assert queries.branch_counts(table).all == queries.branch_counts(table).made == 3
    first, second, third = ServiceCentre.objects.order_by("pk")
    assert (first.organisation, first.kind, first.area.code, first.address, first.phone, first.email) == (
        *(office, "counter", "6508", "1 หมู่ 2", "055 1", "a@pea.co.th"),
    )
    assert (second.organisation, second.kind, second.area.code) == (branch, "mobile", "1001")
    assert (third.organisation, third.kind, third.area) == (branch, "office", land)
    assert first.sort_key
    assert "วังทอง" in first.search_key
    told = AuditEntry.objects.filter(aggregate="organisations.servicecentre")
    assert {entry.verb for entry in told} == {"organisations.centre_created"}
    assert told.get(aggregate_id=first.pk).facts == {
        "organisation": office.code,
        "name": "การไฟฟ้าสาขาวังทอง",
        "area": "6508",
    }
    row = BranchRow.objects.get(centre=first)
    assert row.officer == "b@pea.co.th"
    assert confirm(head, table, 3) == done, "twice is once"
    assert ServiceCentre.objects.count() == 3


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"name": ""}, "ไม่มีชื่อศูนย์"),
        ({"name": "ก" * 201}, "ชื่อศูนย์ยาวเกิน 200 ตัวอักษร"),
        ({"kind": "ร้านค้า"}, "ไม่รู้จักประเภท ร้านค้า"),
        ({"office": "ที่อื่น"}, "ไม่มีหน่วยงาน ที่อื่น ในสังกัด"),
        ({"office": "สาขาซ้ำ"}, "มีหน่วยงานชื่อ สาขาซ้ำ หลายแห่ง ใช้รหัสหน่วยงานแทน"),
        ({"code": "99"}, "ไม่มีพื้นที่รหัส 99"),
        ({"code": ""}, "ระบุจังหวัด หรือรหัสพื้นที่"),
        ({"code": "", "district": "วังทอง"}, "ระบุจังหวัดของอำเภอ วังทอง"),
        ({"code": "", "province": "ดาวอังคาร"}, "ไม่รู้จักจังหวัด ดาวอังคาร"),
        ({"code": "", "province": "พิษณุโลก", "district": "พระนคร"}, "ไม่รู้จักอำเภอ พระนคร ในจังหวัด พิษณุโลก"),
        ({"email": "ไม่ใช่"}, "อีเมลของศูนย์ไม่ถูกต้อง"),
        ({"officer": "x@"}, "อีเมลผู้รับผิดชอบไม่ถูกต้อง"),
        ({"office": "ที่อื่น", "kind": "x"}, "ไม่รู้จักประเภท x ไม่มีหน่วยงาน ที่อื่น ในสังกัด"),
    ],
)
def test_what_is_wrong_in_a_line(office, values, said):
    for code in ("s1", "s2"):
        OrganisationFactory(code=code, name_th="สาขาซ้ำ", under=office)
    keys = list(branches.COLUMNS)
    good = {"name": "สาขาดี", "code": "65"}
    one, two = good | values, {"name": "สาขาที่ไม่เสีย", "province": "จังหวัดพิษณุโลก"}
    content = sheet(*([row.get(key, "") for key in keys] for row in (one, two)), heads=keys)
    table = looked(SYSTEM, office, content)
    assert lines(table) == [(2, "wrong", said), (3, "new", "")]
    # The good one is made, and the bad one stays to be put right.
    confirm(SYSTEM, table, 1)
    made = ServiceCentre.objects.get()
    assert (made.name_th, made.area.code) == ("สาขาที่ไม่เสีย", "65")
    assert lines(table)[0] == (2, "wrong", said)


def test_places_by_code_and_by_the_code_of_a_town(office, land):
    sub = AreaFactory(code="650801", name_th="วังทอง", parent=AreaFactory(code="6508"))
    OrganisationFactory(code="local:1", kind="local_government", area=sub)
    OrganisationFactory(code="local:2", kind="local_government")
    OrganisationFactory(code="district:1", kind="district", area=sub)
    codes = ["65", "6508", "650801", "local:1", "local:2", "district:1"]
    table = looked(SYSTEM, office, short(*([f"สาขา {n}", code, ""] for n, code in enumerate(codes))))
    rows = list(table.rows.select_related("area").order_by("line"))
    assert [row.area.code if row.area else row.message for row in rows] == [
        *("65", "6508", "650801", "650801", "ไม่มีพื้นที่รหัส local:2", "ไม่มีพื้นที่รหัส district:1"),
    ]


def test_what_is_far_too_long_is_cut_and_looked_up_nowhere(office):
    marks = "ิุ่่" * 1_200
    keys = ["name", "code", "office", "province"]
    content = sheet([marks, "65", "", ""], ["สาขา", "", marks, marks], ["สาขา", marks, "", ""], heads=keys)
    read = branches.read(content, "x.csv")
    assert [len(read.lines[0]["name"]), len(read.lines[1]["office"])] == [201, 201]
    table = looked(SYSTEM, office, content)
    assert lines(table) == [
        (2, "wrong", "ชื่อศูนย์ยาวเกิน 200 ตัวอักษร"),
        (3, "wrong", "หน่วยงานยาวเกิน 200 ตัวอักษร จังหวัดยาวเกิน 100 ตัวอักษร"),
        (4, "wrong", "รหัสพื้นที่ยาวเกิน 60 ตัวอักษร"),
    ]


def test_a_file_is_opened_before_anything_is_locked(office):
    with CaptureQueriesContext(connection) as asked, pytest.raises(Invalid):
        looked(SYSTEM, office, b"PK broken")
    assert [row["sql"] for row in asked if not row["sql"].startswith("SELECT")] == []
    with CaptureQueriesContext(connection) as asked:
        looked(SYSTEM, office, short(["สาขา", "65", ""]))
    said = [row["sql"] for row in asked]
    begun = next(at for at, sql in enumerate(said) if sql.startswith("SAVEPOINT"))
    assert "organisations_servicecentre" in said[begun - 1], "the lines were judged before"
    assert not any("organisations_servicecentre" in sql for sql in said[begun:])


def test_numbers_that_a_sign_parts_are_others():
    key = branches.name_key
    assert len({key(name) for name in ("สาขา 1/2", "สาขา 12", "สาขา 1", "สาขา 2")}) == 4
    assert key("จุดบริการ 1-1") == key("จุดบริการ ๑ - ๑") != key("จุดบริการ 11")
    assert key("สาขา-เก่า ที่1") == key("สาขาเก่า ที่ 1")


def test_a_place_keeps_its_name_when_it_is_only_that():
    assert branches.place_key("เขต") == "เขต"
    assert branches.place_key("จังหวัด เลย") == branches.place_key("เลย") == "เลย"
    assert branches.place_key("กทม.") == branches.place_key("กรุงเทพมหานคร")


def test_what_is_there_already_is_not_made_again(office, branch):
    there = ServiceCentreFactory(organisation=office, name_th="สาขา วังทอง ที่ 1")
    retired = ServiceCentreFactory(organisation=office, name_th="สาขาเก่า")
    ServiceCentre.objects.filter(pk=retired.pk).update(retired_at="2027-01-01T00:00+07:00")
    table = looked(
        SYSTEM,
        office,
        short(
            ["สาขาวังทองที่ ๑", "65", ""],
            ["สาขาเก่า", "65", ""],
            ["สาขาวังทองที่ 1", "65", "branch-1"],
            ["สาขา-เก่า", "65", ""],
        ),
    )
    assert lines(table) == [
        *((2, "exists", ""), (3, "new", ""), (4, "new", "")),
        (5, "wrong", "ซ้ำกับบรรทัด 3"),
    ]
    assert table.rows.get(line=2).centre == there
    confirm(SYSTEM, table, 2)
    again = looked(SYSTEM, office, short(["สาขาเก่า", "65", ""], ["สาขาวังทองที่ 1", "65", "branch-1"]))
    assert [state for _line, state, _said in lines(again)] == ["exists", "exists"]
    with pytest.raises(Conflict) as refusal:
        confirm(SYSTEM, again, 0)
    assert refusal.value.code == "nothing-new"


def test_what_somebody_else_made_meanwhile_is_left_alone(head, office, branch):
    table = looked(head, office, short(["สาขา ก", "65", ""], ["สาขา ข", "65", ""]))
    other = create_centre(actor=SYSTEM, organisation=office.public_id, name_th="สาขา  ก")
    confirm(head, table, 2)
    assert [(row.state, row.centre == other) for row in table.rows.order_by("line")] == [
        *(("exists", True), ("made", False)),
    ]
    assert ServiceCentre.objects.count() == 2


def test_the_number_that_was_seen_has_to_hold(head, office):
    table = looked(head, office, short(["สาขา ก", "65", ""], ["สาขา ข", "65", ""]))
    with pytest.raises(Conflict) as refusal:
        confirm(head, table, 3)
    assert refusal.value.code == "other-number"
    assert "จะเพิ่ม 2 ศูนย์ ไม่ใช่ 3" in str(refusal.value.reason)
    assert ServiceCentre.objects.count() == 0


def test_a_new_table_takes_the_place_of_one_that_was_not_confirmed(head, office):
    first = looked(head, office, short(["สาขา ก", "65", ""]))
    of_other = looked(SYSTEM, office, short(["สาขา ก", "65", ""]))
    confirm(head, looked(head, office, short(["สาขา ข", "65", ""])), 1)
    looked(head, office, short(["สาขา ค", "65", ""]))
    assert not BranchImport.objects.filter(pk=first.pk).exists()
    assert BranchImport.objects.filter(pk=of_other.pk).exists()
    assert BranchImport.objects.count() == 3
    told = AuditEntry.objects.get(aggregate="organisations.branchimport")
    assert (told.verb, told.facts["count"]) == ("organisations.branches_confirmed", 1)


def test_who_may_and_who_sees_it(head, office, branch):
    table = looked(head, office, short(["สาขา ก", "65", ""]))
    officer = actor_for("officer", office)
    stranger = actor_for("head")
    assert queries.branch_import(head, table.public_id) == table
    assert queries.branch_import(officer, table.public_id) == table
    assert queries.branch_import(stranger, table.public_id) is None
    assert queries.branch_import(actor_for("evaluator", office), table.public_id) is None
    for refused in (
        lambda: looked(stranger, office, short(["สาขา", "65", ""])),
        lambda: confirm(stranger, table, 1),
    ):
        with pytest.raises(Refused):
            refused()
    # Who works at the head office alone adds nothing to its branches.
    own = looked(
        officer, office, short(["สาขา ก", "65", ""], ["สาขา ข", "65", "branch-1"], ["", "65", "branch-1"])
    )
    assert lines(own) == [
        (2, "new", ""),
        (3, "wrong", "คุณเพิ่มศูนย์ให้หน่วยงานนี้ไม่ได้"),
        (4, "wrong", "ไม่มีชื่อศูนย์"),
    ]


def test_an_office_that_is_no_more(head, office, branch):
    table = looked(head, office, short(["สาขา ก", "65", "branch-1"]))
    Organisation.objects.update(retired_at="2027-01-01T00:00+07:00")
    confirm(head, table, 1)
    assert lines(table) == [(2, "wrong", "คุณเพิ่มศูนย์ให้หน่วยงานนี้ไม่ได้")]
    with pytest.raises(Conflict) as refusal:
        looked(head, office, short(["สาขา ข", "65", ""]))
    assert refusal.value.code == "retired"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe", "ไฟล์ไม่ใช่ CSV"),
        (b"", "ต้องมีช่อง ชื่อศูนย์ (name)"),
        ("โทรศัพท์\n1\n".encode(), "ต้องมีช่อง ชื่อศูนย์ (name)"),
        ("ชื่อศูนย์\n\n".encode(), "ไฟล์นี้ไม่มีรายชื่อ"),
        (b"name\n" + b"x\n" * 5_001, "ไฟล์มีมากกว่า 5,000 บรรทัด"),
        (b"PK broken", "เปิดไฟล์ XLSX นี้ไม่ได้"),
    ],
)
def test_no_table(office, content, said):
    with pytest.raises(Invalid) as refusal:
        looked(SYSTEM, office, content)
    assert said in str(refusal.value.fields["file"])
    assert BranchImport.objects.count() == 0


def test_a_workbook_and_headings_that_nobody_knows(office):
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        table = book.add_worksheet()
        table.write_row(0, 0, ["ลำดับ", "Name", "รหัสพื้นที่", "name", "", "หมายเหตุ"])
        table.write_row(1, 0, [1, "สาขา ก", 65, "ไม่อ่าน"])
    table = looked(SYSTEM, office, made.getvalue(), "สาขา.xlsx")
    assert table.ignored == ["ลำดับ", "name", "หมายเหตุ"]
    row = table.rows.get()
    assert (row.name, row.area.code, row.state) == ("สาขา ก", "65", "new")


@pytest.mark.postgres
@pytest.mark.parametrize("many", [1, 3])
def test_offices_of_a_line_cost_the_same_for_any_number(office, head, land, many, exactly):
    for n in range(many):
        OrganisationFactory(code=f"b{n}", kind="branch", under=office, area=land)
    content = short(*([f"สาขา {n}", "65", f"b{n}"] for n in range(many)))
    with exactly(12):
        table = looked(head, office, content)
    assert {state for _line, state, _said in lines(table)} == {"new"}
    with exactly(20):
        confirm(head, table, many)
    assert ServiceCentre.objects.count() == many


@pytest.mark.parametrize("many", [1, 3])
def test_looking_costs_the_same_for_any_number(office, branch, exactly, many):
    read = branches.read(short(*([f"สาขา {n}", "65", "branch-1"] for n in range(many))), "x.csv")
    with exactly(5):
        rows = queries.branches.judged(office, read.lines)
    assert {row.state for row in rows} == {"new"}
    table = looked(SYSTEM, office, short(*([f"สาขา {n}", "65", "branch-1"] for n in range(many))))
    with exactly(1):
        assert len(queries.branch_rows(table)) == many
    assert len(queries.branch_rows(table, "wrong")) == 0


# --- Many --------------------------------------------------------------------------------------------------------------


MANY = [[f"สาขาที่ {n}", "65", ""] for n in range(201)]


def test_many_are_made_in_the_background_by_who_confirmed(head, office, branch):
    table = looked(head, office, short(*MANY, ["", "65", "branch-1"]))
    running = confirm(head, table, 201)
    assert (running.state, running.batch.kind) == ("running", "organisations.branches")
    assert ServiceCentre.objects.count() == 0
    batches.work(running.batch_id)
    table.refresh_from_db()
    assert (table.state, ServiceCentre.objects.count()) == ("done", 201)
    told = AuditEntry.objects.filter(aggregate="organisations.servicecentre")
    assert set(told.values_list("actor", flat=True)) == {head.ref}
    assert make_branches(actor=SYSTEM, table=table.public_id, lines=[2, 3]) == 0


def test_one_account_has_one_table_worked_at_a_time(head, office, branch):
    first, other = looked(head, office, short(*MANY)), actor_for("head", office, reach="line")
    second = check_branches(actor=head, organisation=branch.public_id, content=short(["สาขา ก", "65", ""]))
    running = confirm(head, first, 201)
    for refused in (
        lambda: confirm(head, second, 1),
        lambda: looked(head, office, b"broken"),
    ):
        with pytest.raises(Conflict) as refusal:
            refused()
        assert refusal.value.code == "running"
    assert confirm(head, first, 201) == running, "twice is once"
    # It holds for nobody else, nor for the program.
    assert looked(other, office, short(["สาขา ข", "65", ""])).state == "checked"
    assert looked(SYSTEM, office, short(["สาขา ค", "65", ""])).state == "checked"
    batches.work(running.batch_id)
    assert confirm(head, second, 1).state == "done"


def test_while_one_table_is_read_another_of_the_same_account_waits(head, office):
    content, other = short(["สาขา ก", "65", ""]), actor_for("head", office, reach="line")
    with turns.alone(head, "branches"):
        with pytest.raises(Conflict) as refusal:
            looked(head, office, content)
        assert refusal.value.code == "one-at-a-time"
        assert looked(other, office, content).state == "checked"
    assert not BranchImport.objects.filter(made_by=head.user_id).exists()
    # Also after a file that could not be read, the next one has its turn.
    with pytest.raises(Invalid):
        looked(head, office, b"\xff\xfe")
    assert looked(head, office, content).state == "checked"


def test_who_lost_the_post_meanwhile_makes_none(head, office):
    table = looked(head, office, short(*MANY))
    running = confirm(head, table, 201)
    Appointment.objects.filter(person=head.person_id).update(valid_to="2021-01-01")
    batches.work(running.batch_id)
    assert ServiceCentre.objects.count() == 0
    assert lines(table)[0] == (2, "wrong", "คุณเพิ่มศูนย์ให้หน่วยงานนี้ไม่ได้")


def test_the_program_itself_may_bring_a_table(office):
    table = looked(SYSTEM, office, short(*MANY))
    batches.work(confirm(SYSTEM, table, 201).batch_id)
    assert ServiceCentre.objects.filter(organisation=office).count() == 201


def test_what_could_not_be_made_is_wrong_in_the_end_and_who_confirmed_hears_of_it(head, office, branch):
    table = looked(head, office, short(*MANY))
    confirm(head, table, 201)
    make_branches(actor=head, table=table.public_id, lines=range(2, 202))
    heard = []
    signals.branches_made.connect(lambda table, **_: heard.append(table), weak=False, dispatch_uid="t")
    finish_branches(actor=SYSTEM, table=table.public_id)
    assert heard == [table]
    assert heard[0].state == "done"
    assert queries.branch_counts(table) == queries.BranchCounts(new=0, exists=0, wrong=1, made=200)
    assert "ไม่สำเร็จ เลือกไฟล์เดิมใหม่" in lines(table)[-1][2]
    again = looked(head, office, short(*MANY))
    assert queries.branch_counts(again) == queries.BranchCounts(new=1, exists=200, wrong=0, made=0)


@pytest.mark.postgres
def test_what_nobody_confirmed_goes_and_so_do_addresses_in_time(head, office):
    now = head.received_at
    confirmed = looked(head, office, sheet(["ก", "65", "a@b.co.th"], heads=["name", "code", "officer"]))
    confirm(head, confirmed, 1)
    waiting = looked(head, office, short(["ข", "65", ""]))
    assert list(queries.branch_imports(head, office)) == [waiting, confirmed]
    assert list(queries.branch_imports(actor_for("head"), office)) == []
    for days, left, officer in ((6, 2, "a@b.co.th"), (8, 1, "a@b.co.th"), (91, 1, "")):
        with clock.travel(now + timedelta(days=days)):
            gone = forget_branches(actor=Actor.system("branches"))
        assert (gone, BranchImport.objects.count()) == (int(days == 8), left)
        assert confirmed.rows.get().officer == officer
    forget_tables()
    assert BranchImport.objects.get() == confirmed
