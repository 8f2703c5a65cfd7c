"""What the pages of scoring say: of which year, what was refused and why, where to go, and when scores compare."""

import pytest

from saduak.programme.queries import contents
from tests.assessment import factories
from tests.assessment.web.test_pages import as_, body, browser, get, url, user_of
from tests.programme.factories import RoundFactory

pytestmark = pytest.mark.django_db


def test_lists_across_rounds_begin_with_the_newest_and_say_which_year(team):
    office = browser(user_of(team.secretariat))
    now = factories.case(team.round)
    before = factories.case(team.round)
    earlier = RoundFactory(programme=team.round.programme, fiscal_year=2569)
    type(before.application).objects.filter(pk=before.application_id).update(round=earlier)
    page = get(office, url("queue"))
    assert [case.pk for case in page.context["page_obj"]] == [now.pk, before.pk]
    assert [f"ใบสมัครปี {year}" in body(page) for year in (2570, 2569)] == [True, True]
    assert [view["label"] for view in page.context["views"]] == ["ตรวจเอกสาร 2 เรื่อง", "ทั้งหมด 2 เรื่อง"]
    chair = as_(team, "chair")
    old, new = team.given(), team.given()
    type(old.application).objects.filter(pk=old.application_id).update(round=earlier)
    listed = get(chair, url("mine"))
    assert [sheet.case_id for sheet in listed.context["todo"]] == [new.pk, old.pk]
    assert [f"คณะที่ 1 ปี {year}" in body(listed) for year in (2570, 2569)] == [True, True]


def test_what_was_refused_is_listed_as_on_the_sheet_with_item_and_value_and_said_to_be_unsaved(team, given):
    chair = as_(team, "chair")
    address = url("sheet", sheet_id=team.sheet("chair", given).public_id)
    known = contents(team.round.criteria_set)
    scored = [claim for part in known.parts for claim in part.criteria if claim.kind != "gate"][:4]
    typed = ("99", "abc", "-1", "1")
    sent = {f"p-{row.key}": text for row, text in zip(scored, typed, strict=True)}
    sent |= {f"r-{scored[3].key}": "ก" * 1001, "note": "ก" * 5001, "version": "0"}
    page = chair.post(address, sent)
    assert page.status_code == 422
    numbers = [row.number for row in scored]
    assert [str(words) for _href, words in page.context["errors"]] == [
        f"ข้อ {numbers[0]} พิมพ์ไว้ “99”: ใส่คะแนน 0 ถึง {scored[0].points}",
        f"ข้อ {numbers[1]} พิมพ์ไว้ “abc”: ใส่ตัวเลข เช่น 1 หรือ 1.5",
        f"ข้อ {numbers[2]} พิมพ์ไว้ “-1”: ใส่คะแนน 0 ถึง {scored[2].points}",
        f"ข้อ {numbers[3]}: ความเห็นยาวเกิน 1,000 ตัวอักษร ตัดให้สั้นลง",
        "ข้อความยาวเกิน 5000 ตัวอักษร ตัดให้สั้นลง",
    ]
    assert "ค่าในข้อเหล่านี้ยังไม่ได้บันทึก" in body(page)
    assert "สิ่งที่กรอกไว้แล้วยังอยู่ครบ" not in body(page)


def test_a_sheet_begins_with_links_to_its_parts(team, given):
    chair = as_(team, "chair")
    page = body(get(chair, url("sheet", sheet_id=team.sheet("chair", given).public_id)))
    for part in contents(team.round.criteria_set).parts:
        assert f'href="#part-{part.part.key}"' in page
        assert f'id="part-{part.part.key}"' in page


def test_one_sheet_alone_is_not_compared(team, given):
    compare = url("comparison", case_id=given.public_id)
    team.score("chair", given)
    alone = body(get(as_(team, "chair"), compare))
    assert "ยังเทียบไม่ได้" in alone
    assert "ตรงกัน" not in alone
    assert "ข้อที่คะแนนต่างกันมาก" not in alone
    team.score("expert", given)
    both = body(get(as_(team, "chair"), compare))
    assert "ยังเทียบไม่ได้" not in both
    assert "ตรงกัน" in both
