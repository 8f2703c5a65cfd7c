"""Reading registers: pages without holes, what is hidden, searching, what is over its time, the stamp."""

import datetime

import pytest

from saduak.correspondence.actions import registers_hand, registers_keeping
from saduak.correspondence.models import RegisterEntry, RetentionClass
from saduak.correspondence.queries import registers as queries
from saduak.correspondence.queries.registers import BOOKS, Numbers, Wanted
from saduak.correspondence.rules import registers as access
from saduak.correspondence.writing.stamp import ReceiptStamp
from saduak.foundation import clock
from saduak.foundation.access import Actor
from tests.correspondence import factories_registers as f
from tests.correspondence.factories_registers import CIRCULAR, ORDINARY, RECEIVE, SEND
from tests.organisations.factories import OrganisationFactory, PersonFactory, ProgrammeFactory, actor_for

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture(autouse=True)
def _day():
    with clock.travel(f.IN_2569):
        yield


def shown(actor, row, book="receive", year=2569, **told):
    wanted = Wanted(**{k: told.pop(k) for k in ("query", "state", "urgency", "secrecy") if k in told})
    return queries.register_page(actor, row, BOOKS[book], year, wanted=wanted, **told)


def subjects(page):
    return [line.entry.subject for line in page.lines]


# --- Whose ------------------------------------------------------------------------------------------------------------


def test_the_offices_of_somebody_with_their_registers(exactly):
    province = OrganisationFactory(name_th="จังหวัดทดสอบ")
    office = OrganisationFactory(name_th="ที่ทำการทดสอบ", writes_for=province)
    row = f.kept(province)
    clerk = actor_for("clerk", office)
    with exactly(2):
        found = queries.keepers(clerk)
    assert [(k.organisation, k.registry, k.is_open, k.may_keep, k.may_register) for k in found] == [
        (province, row, True, True, True),
        (office, None, False, True, True),
    ]
    registers_keeping.close_registry(actor=clerk, registry_id=row.public_id)
    assert [k.is_open for k in queries.keepers(clerk)] == [False, False]
    helper = actor_for("helper", office)
    assert [(k.may_keep, k.may_register) for k in queries.keepers(helper)] == [(False, False)] * 2
    assert queries.registry(clerk, row.public_id) == row
    assert queries.registry(actor_for("clerk"), row.public_id) is None


# --- One book of a year -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_costs_the_same_whatever_its_length(exactly, count):
    row = f.kept()
    clerk = f.clerk_of(row)
    for _line in range(count):
        f.numbered(row, letter=f.letter_of(row.organisation, number=str(_line)))
    with exactly(4):
        page = shown(clerk, row)
    assert [line.number for line in page.lines] == list(range(count, 0, -1))
    with exactly(4):
        page = shown(clerk, row, query="ประชุม")
    assert len(page.lines) == count
    assert (page.years, page.last, page.outside) == ([2569], count, [])


def test_the_newest_stand_first_and_paper_is_named():
    row = f.kept(start={(RECEIVE, ORDINARY): 512})
    clerk = f.clerk_of(row)
    empty = shown(clerk, row)
    assert (empty.lines, empty.last, empty.outside) == ([], 512, [(1, 512)])
    for _line in range(52):
        f.numbered(row)
    page = shown(clerk, row)
    assert [line.number for line in page.lines] == list(range(564, 514, -1))
    assert (page.page.paginator.count, page.page.has_next()) == (52, True)
    assert [line.number for line in shown(clerk, row, page="2").lines] == [514, 513]
    assert shown(clerk, row, page="last").lines[0].number == 564
    assert shown(clerk, row, year=2568).lines == []
    assert shown(clerk, row, year=2568).years == [2569, 2568]
    with clock.travel(datetime.datetime(2027, 1, 5, tzinfo=clock.BANGKOK)):
        assert shown(clerk, row, year=2570).years == [2570, 2569]


def test_a_secret_line_keeps_its_place_and_nothing_else():
    row = f.kept()
    clerk, other = f.clerk_of(row), f.uncleared(row)
    f.numbered(row, subject="เปิดเผย")
    on_paper = f.numbered(row, subject="ความลับบนกระดาษ", secrecy="secret")
    letter = f.letter_of(row.organisation, secrecy="very_secret")
    with_letter = f.numbered(row, subject="ความลับในระบบ", letter=letter)
    mine = f.numbered(row, subject="ฉันลงเอง", secrecy="secret", actor=other)
    assert subjects(shown(clerk, row)) == ["ฉันลงเอง", "ความลับในระบบ", "ความลับบนกระดาษ", "เปิดเผย"]
    page = shown(other, row)
    assert [(line.number, line.entry, str(line.hidden)) for line in page.lines] == [
        (4, mine, ""),
        (3, None, "ลับ"),
        (2, None, "ลับ"),
        (1, RegisterEntry.objects.get(number=1), ""),
    ]
    # Sideways too: neither a search nor a filter tells that they are there.
    assert shown(other, row, query="ความลับ").lines == []
    assert subjects(shown(other, row, secrecy="secret")) == ["ฉันลงเอง"]
    assert [queries.line(other, e.public_id) for e in (on_paper, with_letter)] == [None, None]
    assert list(RegisterEntry.objects.filter(access.hidden_lines(Actor.public())).order_by("pk")) == [
        on_paper,
        mine,
    ]
    assert queries.line(clerk, on_paper.public_id) == on_paper


def test_for_one_programme_only_its_letters():
    row = f.kept()
    programme = ProgrammeFactory()
    f.numbered(row)
    line = f.numbered(row, letter=f.letter_of(row.organisation, programme=programme))
    page = shown(actor_for("clerk", row.organisation, programme=programme), row)
    assert [(x.entry, str(x.hidden)) for x in page.lines] == [(line, ""), (None, "ไม่อยู่ในส่วนที่คุณเห็น")]


def test_narrowing_by_state_urgency_and_secrecy():
    row = f.kept()
    clerk = f.clerk_of(row)
    f.numbered(row, SEND, subject="ธรรมดา")
    f.numbered(row, SEND, subject="ด่วนและลับ", urgency="urgent", secrecy="secret")
    gone = f.numbered(row, SEND, subject="ยกเลิก")
    registers_hand.cancel_entry(actor=clerk, entry_id=gone.public_id, reason="ผิด")
    for told, found in (
        ({"state": "cancelled"}, ["ยกเลิก"]),
        ({"urgency": "urgent"}, ["ด่วนและลับ"]),
        ({"secrecy": "secret"}, ["ด่วนและลับ"]),
        ({"state": "used", "query": "ธรรมดา"}, ["ธรรมดา"]),
        ({"state": "nonsense"}, []),
        ({"query": "   "}, ["ยกเลิก", "ด่วนและลับ", "ธรรมดา"]),
    ):
        assert subjects(shown(clerk, row, "send", **told)) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("ว96", True),
        ("ว 96", True),
        ("มท 0018.1/ว ๙๖", True),
        ("มท0018", True),
        ("จ.ทดสอบ ประชุม", True),
        ("ศูนย์ราชการ สะดวก", True),
        ("97", False),
        ("คำที่ไม่มี", False),
    ],
)
def test_a_line_is_found_by_number_names_subject_and_body(query, found):
    row = f.kept()
    letter = f.letter_of(row.organisation, subject="ขอเชิญประชุม", text="หัวกระดาษ ขอเชิญประชุม ด้วยศูนย์ราชการสะดวก")
    f.numbered(row, letter_number="มท 0018.1/ว 96", subject="ขอเชิญประชุม", letter=letter)
    assert bool(shown(f.clerk_of(row), row, query=query).lines) is found


def test_what_is_narrowed_is_leafed_through_without_counting():
    row = f.kept()
    clerk = f.clerk_of(row)
    registers_hand.reserve(
        actor=clerk,
        organisation_id=row.organisation.public_id,
        direction=SEND,
        series=ORDINARY,
        count=60,
        reason="ชุดคำสั่ง",
    )
    first = shown(clerk, row, "send", state="reserved").page
    assert (len(first.object_list), first.number, first.has_next, first.has_previous) == (50, 1, True, False)
    assert (first.has_other_pages, first.next_page_number) == (True, 2)
    second = shown(clerk, row, "send", state="reserved", page="2").page
    assert (len(second.object_list), second.has_next, second.previous_page_number) == (10, False, 1)
    for page in ("0", "x", "99999", "๒"):
        assert shown(clerk, row, "send", state="reserved", page=page).page.number == 1
    assert not shown(clerk, row, "send", query="ไม่มี").page.has_other_pages


@pytest.mark.parametrize(
    ("last", "gaps", "numbers"),
    [
        (0, [], []),
        (3, [], [1, 2, 3]),
        (5, [(1, 5)], []),
        (6, [(1, 2), (4, 4)], [3, 5, 6]),
        (4, [(1, 1), (2, 2)], [3, 4]),
    ],
)
def test_the_numbers_of_a_book_without_those_on_paper(last, gaps, numbers):
    rising, falling = Numbers(last, gaps), Numbers(last, gaps, falling=True)
    assert list(rising) == numbers
    assert list(falling) == numbers[::-1]
    assert (len(rising), rising[1:3], falling[:2]) == (len(numbers), numbers[1:3], numbers[::-1][:2])


def test_a_book_that_there_is_not():
    assert queries.book_of(RECEIVE, CIRCULAR) is None
    assert queries.book_of(SEND, CIRCULAR).key == "circular"


# --- One line -------------------------------------------------------------------------------------------------------


def test_a_line_with_its_stamp_and_what_came_along(exactly):
    row = f.kept()
    person = PersonFactory(name="เจ้าหน้าที่สารบรรณ")
    clerk = actor_for("clerk", row.organisation, person=person)
    reading = {
        "documents": [
            {"subject": "ฉบับแรก"},
            {"subject": "หนังสือของกรม", "receipts": [{"office": "กรม", "number": "544"}]},
            {"number": "มท 1/2", "receipts": None},
            {},
        ]
    }
    entry = f.numbered(row, actor=clerk, letter=f.letter_of(row.organisation, reading=reading))
    with exactly(1):
        found = queries.line(clerk, entry.public_id)
        stamp = queries.stamp_of(found)
        along = queries.enclosed(found)
    assert stamp == ReceiptStamp(
        office=row.organisation.name_th,
        number="1",
        date_text="2 มี.ค. 2569",
        time_text="10.30 น.",
        by="เจ้าหน้าที่สารบรรณ",
    )
    assert [(e.title, e.stamps) for e in along] == [
        ("หนังสือของกรม", [{"office": "กรม", "number": "544"}]),
        ("มท 1/2", []),
        ("", []),
    ]
    nobody = queries.line(clerk, f.numbered(row).public_id)
    assert (queries.stamp_of(nobody).by, queries.enclosed(nobody)) == ("", [])


# --- What is over its time --------------------------------------------------------------------------------------------


def test_what_is_over_its_time_after_whole_calendar_years(exactly):
    row = f.kept()
    clerk = f.clerk_of(row)
    for retention in ("routine", "ordinary", "permanent", ""):
        f.numbered(row, subject=retention or "ไม่มี", retention=retention)
    registers_hand.cancel_entry(
        actor=clerk, entry_id=f.numbered(row, retention="routine").public_id, reason="ผิด"
    )
    assert queries.without_class(clerk, row) == 1
    for year, found in (
        (2570, []),
        (2571, ["routine"]),
        (2579, ["routine"]),
        (2580, ["routine", "ordinary"]),
    ):
        with clock.travel(datetime.datetime(year - 543, 1, 2, tzinfo=clock.BANGKOK)), exactly(2):
            assert [e.subject for e in queries.due(clerk, row)] == found
    RetentionClass.objects.all().update(years=None)
    with clock.travel(datetime.datetime(2060, 1, 2, tzinfo=clock.BANGKOK)):
        assert not queries.due(clerk, row).exists()
        assert not queries.due(actor_for("clerk"), row).exists()
