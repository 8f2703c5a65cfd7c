"""What is asked of the board: only what it knows counts, all of it is kept, and it is told in words."""

import pytest

from saduak.applications import actions, board_export, queries
from saduak.applications.queries.board import gate_title, told
from saduak.foundation import ids
from saduak.programme.models import CriteriaSet, Part
from tests.applications.factories import answer
from tests.applications.factories_board import filters
from tests.programme.factories import MID_WINDOW

EVERYTHING = "state=x&area=6x&group=all&officer=one&of=1&lacks=&sort=size&q=%00&more=1"


def test_what_the_board_does_not_know_is_passed_over():
    assert board_export.filters_of(EVERYTHING) == filters()
    assert board_export.query_of(filters()) == ""
    key = ids.public_id()
    known = {"state": "draft", "area": "6508", "group": "supervised", "officer": "none", "sort": "-written"}
    asked = board_export.filters_from({**known, "of": key, "lacks": f"{{{key}}}", "q": " วังทอง\x00 "})
    assert asked == filters(**known, of=str(key), lacks=str(key), q="วังทอง")


@pytest.mark.django_db
def test_however_long_a_name_is_looked_for_every_filter_is_kept(people, land):
    key = str(ids.public_id())
    asked = filters(q="ก" * 100, group="supervised", officer="none", of=key, lacks=key, area="650812")
    query = board_export.query_of(asked)
    assert len(query) > 1_000
    actions.save_view(actor=people.province, name="ยาว", query=query)
    assert board_export.filters_of(queries.saved_views(people.province)[0].query) == asked
    made = actions.request_export(actor=people.province, round_id=land.round.public_id, query=query)
    assert board_export.filters_of(made.query) == asked
    assert len(board_export.filters_of(f"q={'x' * 300}").q) == 100


@pytest.mark.django_db
def test_filters_are_told_in_words(people, land, draft, exactly):
    row = type(land.round).objects.select_related("criteria_set").get(pk=land.round.pk)
    gate = answer(draft, "1", "physical").criterion
    asked = filters(
        q="วัง",
        state="draft",
        group="line",
        officer="none",
        area="6508",
        of=str(land.province.public_id),
        lacks=str(gate.public_id),
    )
    gate_title(row)
    with exactly(2):
        said = [str(words) for words in told(people.province, row, asked)]
    assert said == [
        "ชื่อมีคำว่า วัง",
        "กำลังเขียน",
        "ในสังกัด",
        "ยังไม่มีผู้รับผิดชอบ",
        "วังทอง",
        "จังหวัดพิษณุโลก",
        f"ยังขาดข้อ {gate.number} {gate.label}",
    ]
    nowhere = filters(area="99", of=str(ids.public_id()), lacks=str(ids.public_id()))
    assert [str(words) for words in told(people.province, row, nowhere)] == [
        "พื้นที่ที่ไม่มีในทะเบียน",
        "หน่วยงานที่ไม่มีในทะเบียน",
        "ยังขาดข้อ ของเกณฑ์ชุดอื่น",
    ]
    assert told(people.province, row, filters()) == []


@pytest.mark.django_db
def test_what_must_be_met_is_called_as_its_set_calls_it(land):
    part = Part.objects.get(criteria_set=land.round.criteria_set, kind="gate")
    assert gate_title(land.round) == part.label
    land.round.criteria_set = CriteriaSet.objects.create(
        programme=land.other,
        code="draft",
        title="ร่าง",
        imported_at=MID_WINDOW,
        digest="0" * 64,
        document={"parts": [], "levels": [], "official": False},
    )
    assert gate_title(land.round) == Part.Kind.GATE.label
