"""What the clerk finds when a letter is brought in: beside the office's own letters, the register, the round. Nothing else."""

import datetime

import pytest

from saduak.correspondence import actions
from saduak.correspondence.clerk import doubts_of
from saduak.correspondence.models import Duty, DutyRecipient, Letter, LetterFinding
from saduak.correspondence.queries.clerk import look
from saduak.foundation import clock
from saduak.foundation.access import Actor
from saduak.foundation.thai import calendar
from saduak.programme.models import InternalDeadline
from tests.correspondence import factories_clerk as f
from tests.organisations.factories import OrganisationFactory, PersonFactory, ProgrammeFactory, actor_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def line():
    with clock.travel(f.NOW):
        yield f.line_of_command()


def fresh(letter: Letter) -> Letter:
    """As when it is read: the round comes with its stages."""
    return Letter.objects.select_related("round").prefetch_related("round__stages").get(pk=letter.pk)


# --- What is found ----------------------------------------------------------------------------------------------------


def test_the_citation_that_differs_from_the_letter_that_came(line):
    """ว 7766 of 28 December beside ว 3366 of 29 December."""
    known = line.known()
    row = line.load(line.department_letter()).findings.get()
    assert (row.code, row.severity, row.document, row.place) == (
        "cites-differently",
        "warning",
        0,
        "references.0",
    )
    assert row.evidence == ["มท 0218/ว 7766 ลงวันที่ 28 ธ.ค. 2563", "มท 0218/ว 3366 ลงวันที่ 29 ธ.ค. 2563"]
    assert (row.related, row.settled, len(row.memory_key)) == (known, "", 64)
    # Never corrected: the reading stands as it was printed.
    assert row.letter.reading["documents"][0]["references"][0]["number"] == "มท 0218/ว 7766"


@pytest.mark.parametrize("spelling", ["มท ๐๒๑๘/ว ๓๓๖๖", "มท 0218/ว3366", "มท0218/ว 3366"])
def test_a_number_is_found_as_somebody_typed_it(line, spelling):
    line.known(spelling)
    assert f.told(line.load(line.department_letter("มท 0218/ว 3366", f.D29))) == {}
    other = line.load(line.department_letter("มท 0218/ว 3366", f.D28))
    assert list(f.told(other)) == ["cites-differently", "already-here"]


def test_the_letter_of_an_office_that_writes_in_its_name_counts_as_its_own(line):
    known = line.known("ทส 0023/ว 9", f.JAN11, issuer=line.province, holder=line.province)
    encloses = f.copy_of(line.office.name_th, "ทส 0023/ว 8", f.JAN11)
    letter = line.load(f.letter_text("มท 0810/ว 7", line.department.name_th, f.JAN19, encloses=encloses))
    assert letter.findings.get().related == known


def test_what_waits_for_confirmation_is_known_too(line):
    first = line.load(f.letter_text("มท 0218/ว 3366", line.ministry.name_th, f.D29))
    assert first.state == "read"
    row = line.load(line.department_letter("มท 0218/ว 3366", f.D28)).findings.get()
    assert (row.code, row.related) == ("cites-differently", first)


def test_a_code_that_does_not_fit_the_line_of_command(line):
    """A department uses its ministry's code, a province its own, a local government its province's."""
    town = OrganisationFactory(
        kind="local_government",
        name_th="เทศบาลเมืองทดสอบ",
        area=line.province.area,
        supervised_by=line.province,
    )
    other = OrganisationFactory(kind="state_enterprise", name_th="การไฟฟ้าทดสอบ")
    for number, issuer, expected in (
        ("มท 0810/ว 1", line.department, None),
        ("กค 0810/ว 1", line.department, "มท กรมส่งเสริมการทดสอบ"),
        ("มท 0018/ว 1", line.province, "ทส จังหวัดทดสอบ"),
        ("ทส 0018/ว 2", line.province, None),
        ("ทส 52001/ว 1", town, None),
        ("มท 52001/ว 2", town, "ทส เทศบาลเมืองทดสอบ"),
        ("มท 5301/ว 1", other, None),
        ("ทส 0023/ว 1", line.office, None),
    ):
        told = f.told(line.load(f.letter_text(number, issuer.name_th, f.JAN11)))
        assert told.get("code-not-of-issuer") == (expected and [number, expected]), number


def test_an_area_without_a_code_says_nothing(line):
    area = line.province.area
    area.letter_code = ""
    area.save()
    for number, where in enumerate((area, None)):
        town = OrganisationFactory(kind="local_government", name_th=f"เทศบาลเมืองที่{number}", area=where)
        assert f.told(line.load(f.letter_text(f"มท 52001/ว {number}", town.name_th, f.JAN11))) == {}


def test_a_number_used_before_and_a_letter_that_is_here(line):
    known = line.known("มท 0810.7/ว 51", f.D29, issuer=line.department)
    letter = line.load(f.letter_text("มท 0810.7/ว 51", line.department.name_th, f.D28))
    assert letter.findings.get().related == known
    assert f.told(letter)["number-reused"][1] == "มท 0810.7/ว 51 ลงวันที่ 29 ธ.ค. 2563"
    again = line.load(f.letter_text("มท 0810.7/ว 51", line.department.name_th, f.D29))
    row = again.findings.get()
    assert (row.code, row.severity, row.asks, row.related) == ("already-here", "info", False, known)


@pytest.mark.parametrize("set_aside", [False, True])
def test_the_same_file_is_here_although_nobody_confirmed_it(line, set_aside):
    text = f.letter_text("มท 0810.7/ว 51", line.department.name_th, f.JAN11)
    first = line.load(text)
    if set_aside:
        actions.set_aside(actor=line.clerk, letter_id=first.public_id, reason="ไม่เกี่ยวกับเรา")
    row = line.load(text).findings.get()
    assert (row.code, row.related) == ("already-here", first)


def test_a_letter_that_came_through_the_system_is_here(line):
    sent = line.known("มท 0810.7/ว 51", f.JAN11, issuer=line.department, holder=line.department)
    f.deliver(sent, line.office)
    letter = line.load(f.letter_text("มท 0810.7/ว 51", line.department.name_th, f.JAN11))
    assert letter.findings.get(code="already-here").related == sent


def test_an_issuer_that_nobody_knows(line):
    row = line.load(f.letter_text("กค 0402/ว 1", "กรมที่ไม่มีในทะเบียน", f.JAN11)).findings.get()
    assert (row.code, row.severity, row.evidence) == ("issuer-unknown", "info", ["กรมที่ไม่มีในทะเบียน"])
    # Found by its short name, and not when two offices bear a name.
    assert f.told(line.load(f.letter_text("มท 0810/ว 1", "ศาลากลางจังหวัดทดสอบ", f.JAN11))) != {}
    OrganisationFactory(name_th="กรมสองแห่ง")
    OrganisationFactory(name_th="กรมสองแห่ง")
    assert list(f.told(line.load(f.letter_text("มท 0811/ว 1", "กรมสองแห่ง", f.JAN11)))) == ["issuer-unknown"]


def test_a_short_name_of_the_register_is_a_name(line):
    OrganisationFactory(name_th="กรมการลองอ่าน", aliases="กรมลอง", letter_code="มท")
    assert f.told(line.load(f.letter_text("มท 0811/ว 1", "กรมลอง", f.JAN11))) == {}


def test_stamps_against_the_letter_that_the_office_has(line):
    """The enclosed copy prints no date; its stamp is older than the letter itself."""
    known = line.known()
    enclosed = f.letter_text("มท 0218/ว 3366", line.ministry.name_th, f.D29).replace(f.day(f.D29), "")
    enclosed += f.stamp(line.department.name_th, 7, datetime.date(2020, 12, 2))
    row = line.load(line.department_letter("มท 0218/ว 3366", None) + enclosed).findings.get(
        code="receipt-before-letter"
    )
    assert (row.document, row.related, row.place) == (1, known, "receipts.0")
    assert row.evidence == [
        "กรมส่งเสริมการทดสอบ เลขรับ 7 วันที่ 2 ธ.ค. 2563",
        "มท 0218/ว 3366 ลงวันที่ 29 ธ.ค. 2563",
    ]
    # A doubt in an enclosure is told, never asked.
    assert not row.asks


def test_stamps_in_the_order_of_command(line):
    enclosed = f.letter_text("มท 0218/ว 3366", line.ministry.name_th, f.D29)
    enclosed += f.stamp(line.department.name_th, 7, f.JAN11) + f.stamp(line.office.name_th, 8, f.D29)
    enclosed += "\nกองคลัง\nเลขรับ 9\n"
    told = f.told(line.load(line.department_letter("มท 0218/ว 3366", f.D29) + enclosed))
    assert told["receipt-order"] == [
        "สำนักงานส่งเสริมการทดสอบจังหวัด เลขรับ 8 วันที่ 29 ธ.ค. 2563",
        "กรมส่งเสริมการทดสอบ เลขรับ 7 วันที่ 11 ม.ค. 2564",
    ]


# --- Deadlines --------------------------------------------------------------------------------------------------------

LATE = "จังหวัดจึงขอให้ทุกอำเภอดำเนินการ ดังนี้\n\n1. ส่งใบสมัครภายในวันที่ 20 กุมภาพันธ์ 2564"


def passed_on(line, **fields) -> Letter:
    encloses = f.copy_of(line.ministry.name_th, "มท 0218/ว 3366", f.D29)
    text = f.letter_text("ทส 0023/ว 553", line.province.name_th, f.JAN19, encloses=encloses, body=LATE)
    return line.load(text, **fields)


def test_a_deadline_after_that_of_the_letter_passed_on(line):
    known = line.known(
        reading={"documents": [{"deadlines": [{"date": "2021-02-15", "what": "ส่ง"}], "windows": []}]}
    )
    row = passed_on(line).findings.get(code="deadline-later-than-parent")
    assert (row.related, row.place) == (known, "deadlines.0")
    assert row.evidence[1] == "มท 0218/ว 3366 ลงวันที่ 29 ธ.ค. 2563 วันสุดท้าย 15 ก.พ. 2564"
    # A duty of the known letter that runs longer, or a window that does.
    duty = Duty.objects.create(
        letter=known,
        ordinal=0,
        who="-",
        what="-",
        force="request",
        due_at=calendar.end_exclusive(f.WINDOW[1]),
    )
    assert "deadline-later-than-parent" not in f.told(passed_on(line))
    duty.delete()
    known.reading["documents"][0]["windows"] = [{"end": "2021-02-28"}]
    known.save()
    assert "deadline-later-than-parent" not in f.told(passed_on(line))
    known.reading = {}
    known.save()
    assert "deadline-later-than-parent" not in f.told(passed_on(line))


def dated_above(line, owner, due: datetime.date, reach: str = "line") -> InternalDeadline:
    return InternalDeadline.objects.create(
        round=line.programme.rounds.get(),
        owner=owner,
        kind="submit",
        reach=reach,
        due_at=calendar.end_exclusive(due),
    )


def test_a_deadline_after_what_the_ministry_set_for_its_line(line):
    row = dated_above(line, line.ministry, datetime.date(2021, 2, 15))
    told = f.told(passed_on(line))
    assert told["deadline-later-than-parent"] == [
        "ส่งใบสมัคร 20 ก.พ. 2564",
        "กระทรวงทดสอบ กำหนดให้ยื่นภายใน 15 ก.พ. 2564",
    ]
    # The issuer's own date is its own matter; another kind of date is another thing.
    row.owner = line.province
    row.save()
    assert "deadline-later-than-parent" not in f.told(passed_on(line))
    row.owner, row.kind = line.ministry, "check"
    row.save()
    assert "deadline-later-than-parent" not in f.told(passed_on(line))


def test_an_office_outside_the_line_hears_of_no_date_set_in_it(line):
    dated_above(line, line.ministry, datetime.date(2021, 2, 15))
    stranger = OrganisationFactory(name_th="มหาวิทยาลัยทดสอบ")
    letter = passed_on(line, actor=actor_for("clerk", stranger), holder=stranger)
    assert "deadline-later-than-parent" not in f.told(letter)


def test_a_deadline_after_the_round_closes(line):
    stage = line.programme.rounds.get().stages.get()
    stage.ends_at = calendar.end_exclusive(datetime.date(2021, 2, 15))
    stage.save()
    assert f.told(passed_on(line))["deadline-later-than-parent"][1] == "ปิดรับสมัคร 15 ก.พ. 2564"
    stage.delete()
    assert "deadline-later-than-parent" not in f.told(passed_on(line))
    # An issuer that nobody knows stands under nobody that one could name.
    unknown = f.letter_text("กค 0023/ว 5", "หน่วยงานที่ไม่รู้จัก", f.JAN19, body=LATE)
    assert "deadline-later-than-parent" not in f.told(line.load(unknown))


# --- Who may know -----------------------------------------------------------------------------------------------------


def test_no_letter_of_another_office_is_told(line):
    sister = OrganisationFactory(name_th="จังหวัดอื่น", kind="province", under=line.ministry)
    line.known(holder=sister)
    assert f.told(line.load(line.department_letter())) == {}
    # A job reads a scan as the program itself, which sees every letter: it compares for the holder all the same.
    letter = line.load(line.department_letter())
    LetterFinding.objects.all().delete()
    documents, knowledge = look(letter)
    assert [row.code for row in doubts_of(documents, knowledge)] == ["already-here"]


@pytest.mark.parametrize("how", ["issued", "delivered", "asked", "withdrawn", "secret", "recalled"])
def test_what_the_holder_issued_was_sent_or_was_asked(line, how):
    fields = {"secret": {"secrecy": "secret"}, "recalled": {"recalled_at": f.NOW}}.get(how, {})
    known = line.known(holder=line.ministry, **fields)
    if how == "issued":
        # In the name of the province, by another office that writes for it.
        Letter.objects.filter(pk=known.pk).update(issuer=line.province)
        encloses = f.copy_of(line.province.name_th, "มท 0218/ว 7766", f.D28)
        letter = line.load(f.letter_text("ทส 0023/ว 1", line.province.name_th, f.JAN19, encloses=encloses))
    else:
        if how == "asked":
            duty = Duty.objects.create(letter=known, ordinal=0, who="-", what="-", force="request")
            DutyRecipient.objects.create(duty=duty, organisation=line.office)
        else:
            f.deliver(known, line.office, state="withdrawn" if how == "withdrawn" else "sent")
        letter = line.load(line.department_letter())
    found = how in {"issued", "delivered", "asked"}
    assert ("cites-differently" in f.told(letter)) is found


def test_a_letter_read_as_secret_waits_unspoken_of(line):
    first = line.load(f.letter_text("มท 0218/ว 3366", line.ministry.name_th, f.D29))
    first.reading["documents"][0]["secrecy"] = "ลับ"
    first.save()
    assert f.told(line.load(line.department_letter("มท 0218/ว 3366", f.D28))) == {}


def test_who_does_not_see_the_other_letter_sees_no_doubt_about_it(line):
    """The issuer sees its letter at the recipient, not what the recipient has besides; so does a colleague for one programme."""
    known = line.known()
    letter = line.load(line.department_letter())
    f.confirm(line, letter, line.department)
    asked = LetterFinding.objects.filter(letter=letter)
    issuer = actor_for("clerk", line.department)
    assert Letter.objects.visible_to(issuer).filter(pk=letter.pk).exists()
    assert not asked.visible_to(issuer).exists()
    assert asked.visible_to(line.clerk).count() == 1
    assert asked.visible_to(Actor.system("test")).count() == 1
    colleague = actor_for("clerk", line.office, programme=line.programme)
    assert asked.visible_to(colleague).count() == 1
    Letter.objects.filter(pk=known.pk).update(programme=ProgrammeFactory())
    assert not asked.visible_to(colleague).exists()
    # Somebody without any office reads nothing at all.
    assert not asked.visible_to(Actor.public()).exists()


def test_a_date_set_for_a_line_is_told_at_the_holder_alone(line):
    dated_above(line, line.ministry, datetime.date(2021, 2, 15))
    letter = passed_on(line)
    auditor = actor_for("auditor", OrganisationFactory())
    f.confirm(line, letter, line.province, settled={row.public_id: "leave" for row in letter.findings.all()})
    asked = LetterFinding.objects.filter(letter=letter, code="deadline-later-than-parent")
    assert Letter.objects.visible_to(auditor).filter(pk=letter.pk).exists()
    assert [asked.visible_to(actor).count() for actor in (auditor, line.clerk)] == [0, 1]


def test_nobody_is_held_up_by_a_doubt_that_only_colleagues_see(line):
    """In the issuer's name: the doubt lies beside a letter of another programme."""
    known = line.known()
    text = line.department_letter().replace("กรมส่งเสริมการทดสอบ\n", "จังหวัดทดสอบ\n", 1)
    letter = line.load(text.replace("มท 0810.7", "ทส 0023"))
    assert letter.findings.get().asks
    Letter.objects.filter(pk=known.pk).update(programme=ProgrammeFactory())
    person = PersonFactory()
    bound = actor_for("clerk", line.office, programme=line.programme, person=person)
    assert f.confirm(line, letter, line.province, actor=bound).for_issuer


# --- What it costs ----------------------------------------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.parametrize("letters", [1, 3, 12])
def test_the_cost_does_not_grow_with_what_is_known(line, exactly, letters):
    dated_above(line, line.ministry, datetime.date(2021, 2, 25))
    for number in range(letters):
        line.known(f"มท 0218/ว {number + 1}", subject=f"เรื่องอื่นที่ {number}")
        f.deliver(
            line.known(f"มท 0810/ว {number + 1}", f.JAN11, issuer=line.department, holder=line.department),
            line.office,
        )
        line.load(f.letter_text(f"ทส 0023/ว {900 + number}", line.province.name_th, f.JAN19))
    line.known()
    letter = fresh(passed_on(line))
    with exactly(11):
        documents, knowledge = look(letter)
    assert len(knowledge.known) >= letters
    assert doubts_of(documents, knowledge) == []


def test_a_file_that_cites_nobody_costs_less(line, exactly):
    letter = fresh(
        line.load("ที่ 12/2567\n\nเรื่อง แจ้งเวียน\n\nเรียน ผู้เกี่ยวข้อง\n\nด้วยมีเรื่องแจ้ง\n\nจึงเรียนมาเพื่อทราบ\n")
    )
    with exactly(4):
        look(letter)
