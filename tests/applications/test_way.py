from decimal import Decimal

import pytest

from saduak.applications import queries
from saduak.applications.models import Answer
from saduak.applications.queries.way import NOWHERE
from tests.applications.factories import answer, filled

pytestmark = pytest.mark.django_db


def way_of(people, application):
    estimate = queries.task_list(people.officer, application.public_id).estimate
    return estimate, estimate.way


def test_the_way_begins_with_what_is_nearly_done_and_names_the_level(draft, people):
    filled(draft, points=60)
    Answer.objects.filter(application=draft, claim="").update(evidence_count=0)
    free = list(Answer.objects.filter(application=draft, claim="").order_by("criterion__ordinal"))
    lacking, begun, refused = free[0], free[1], free[2]
    Answer.objects.filter(pk=lacking.pk).update(claim="met", points=lacking.criterion.points)
    Answer.objects.filter(pk=begun.pk).update(narrative="เขียนค้างไว้")
    Answer.objects.filter(pk=refused.pk).update(claim="unmet")
    estimate, way = way_of(people, draft)
    assert way.gates == ()
    assert way.level_name
    assert way.missing == Decimal(10)
    assert way.reachable
    assert sum(step.points for step in way.steps) >= 10
    totals = [estimate.have]
    for step in way.steps:
        totals.append(totals[-1] + step.points)
        assert step.total == totals[-1]
    assert str(way.steps[0].plus) == "+10 เป็น 70"
    # The sentence that names the way is not said beside its steps, nor that it is an estimate.
    assert len(estimate.why) == len(estimate.sentences) - 2
    assert not any("ทางที่สั้นที่สุด" in str(words) for words in estimate.why)


def test_no_level_is_named_while_a_gate_is_open(draft, people):
    filled(draft, points=60)
    gate = answer(draft, "13", "physical")
    Answer.objects.filter(pk=gate.pk).update(evidence_count=0)
    estimate, way = way_of(people, draft)
    assert (way.level_name, way.gates) == ("", ("13",))
    assert len(way.steps) > 0
    assert [str(words) for words in estimate.why][-1] == "ทำข้อ 13 ให้ครบก่อน คะแนนจึงมีผล"


def test_at_the_top_there_is_no_way(draft, people):
    filled(draft)
    estimate, way = way_of(people, draft)
    assert way == NOWHERE
    assert [str(words) for words in estimate.why] == [str(estimate.sentence)]


def test_what_each_step_needs_is_said(draft, people):
    filled(draft, points=0)
    rows = list(
        Answer.objects.filter(application=draft, criterion__kind="outcome").order_by("criterion__ordinal")
    )
    for row, values in zip(
        rows,
        (
            {"claim": "met", "points": 10},
            {"claim": "met", "points": 4, "evidence_count": 1},
            {"claim": "unmet"},
        ),
        strict=True,
    ):
        Answer.objects.filter(pk=row.pk).update(**values)
    by_number = {step.title: str(step.why) for step in way_of(people, draft)[1].steps}
    assert [by_number[row.criterion.title] for row in rows] == [
        "ตอบแล้ว เหลือแนบหลักฐาน",
        "ได้บางส่วนแล้ว ทำให้เต็ม",
        "ตอบว่ายังไม่มีหรือมีไม่ครบ",
    ]
    assert "ยังไม่ได้เริ่ม" in by_number.values()
    steps = way_of(people, draft)[1].steps
    assert steps[0].title == rows[0].criterion.title
