import datetime
import time

import pytest

from saduak.applications import actions, queries
from saduak.applications.models import Answer, Evidence
from saduak.applications.queries import copied, quality
from saduak.programme.models import Round
from saduak.programme.queries import contents
from tests.applications.factories import PNG, ApplicationFactory, answer, filled
from tests.programme.factories import RoundFactory
from tests.programme.factories_checks import CHECKS, OTHER, SOURCE, SURVEY, asking_set

pytestmark = pytest.mark.django_db
LONG = "ศูนย์ของเราสำรวจความต้องการของผู้รับบริการทุกกลุ่มปีละสองครั้ง แล้วนำผลมาปรับเวลาเปิดบริการและป้ายบอกทางให้เข้าใจง่าย "
ELSE = "เจ้าหน้าที่ทุกคนผ่านการอบรมการสื่อสารกับผู้สูงอายุ และมีคู่มือประจำช่องที่ปรับปรุงทุกไตรมาสโดยหัวหน้าฝ่ายทะเบียนของอำเภอ "


def write(application, number, part="", **values):
    row = answer(application, number, part)
    Answer.objects.filter(pk=row.pk).update(**values)
    return row


def found(people, application, number=None):
    """Severity, kind and number of what is found."""
    rows = queries.task_list(people.officer, application.public_id).findings.rows
    return [(f.severity, f.key) for f in rows if f.number == number and f.kind != "gate"]


def asked_for(land, people, rules=None, **more):
    row = RoundFactory(
        programme=land.programme, fiscal_year=2571, criteria_set=asking_set(land.programme, rules, **more)
    )
    return ApplicationFactory(centre=land.centre, round=row, actor=people.officer)


def test_gates_block_in_the_words_of_what_is_missing(draft, people):
    write(draft, "1", "physical", claim="met")
    write(draft, "2", "physical", claim="unmet")
    write(draft, "3", "physical", claim="met", evidence_count=1, narrative="มีป้ายครบ")
    tasks = queries.task_list(people.officer, draft.public_id)
    rows = {f.number: f for f in tasks.findings.blocking}
    assert len(rows) == 13
    assert "3" not in rows
    assert [str(rows[n].what) for n in ("1", "2", "4")] == [
        "เกณฑ์ที่ต้องผ่านข้อนี้ยังไม่มีหลักฐาน",
        "เกณฑ์ที่ต้องผ่านข้อนี้ตอบว่ายังไม่มีครบ",
        "ยังไม่ได้ตอบเกณฑ์ที่ต้องผ่านข้อนี้",
    ]
    assert tasks.findings.declared == ()
    # A claimed gate without a word is a hint: what is shown proves it.
    assert [(f.number, f.key) for f in tasks.findings.hints] == [("1", "no-words")]


def test_a_claim_without_evidence_and_without_words(draft, people):
    write(draft, SURVEY, claim="met", points=1)
    assert found(people, draft, SURVEY) == [("should", "evidence"), ("should", "no-words")]
    write(draft, SURVEY, narrative="  ", evidence_count=1)
    assert found(people, draft, SURVEY) == [("should", "no-words")]
    write(draft, SURVEY, narrative="ทำแล้ว")
    assert found(people, draft, SURVEY) == [("hint", "short")]
    write(draft, SURVEY, narrative=LONG)
    assert found(people, draft, SURVEY) == []
    write(draft, SURVEY, claim="unmet", narrative="")
    assert found(people, draft, SURVEY) == []


def test_a_text_copied_from_other_criteria(draft, people):
    write(draft, SURVEY, claim="met", evidence_count=1, narrative=LONG + ELSE[:50])
    write(draft, "2.3", claim="met", evidence_count=1, narrative=f"คือ {LONG.replace(' ', '  ')}!")
    write(draft, "2.4", claim="met", evidence_count=1, narrative=ELSE + "ไม่เหมือนใคร" * 30)
    rows = [f for f in queries.task_list(people.officer, draft.public_id).findings.rows if f.key == "copied"]
    assert [(f.number, str(f.what)) for f in rows] == [
        ("2.1", "ข้อความส่วนใหญ่เหมือนข้อ 2.3"),
        ("2.3", "ข้อความส่วนใหญ่เหมือนข้อ 2.1"),
    ]
    page = queries.criterion_page(people.officer, answer(draft, "2.3").public_id)
    assert [(f.key, f.number) for f in page.findings.rows] == [("copied", "2.3")]


def test_many_copies_are_named_up_to_four(draft, people):
    for number in ("1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "2.5"):
        write(draft, number, claim="met", evidence_count=1, narrative=LONG)
    row = next(
        f for f in queries.task_list(people.officer, draft.public_id).findings.rows if f.key == "copied"
    )
    assert str(row.what) == "ข้อความส่วนใหญ่เหมือนข้อ 1.2, 2.1, 2.2, 2.3 และข้ออื่นอีก 2 ข้อ"


def test_fifty_texts_of_twenty_thousand_letters_are_compared_quickly():
    alike = dict.fromkeys(range(50), (LONG * 300)[:20000])
    apart = {
        n: "".join(f"{LONG[place % 90 :]}{n * 7919 + place}" for place in range(180))[:20_000]
        for n in range(50)
    }
    for texts in (alike, apart):
        before = time.process_time()
        copied.copies(texts)
        assert time.process_time() - before < 2
    assert copied.copies({1: LONG, 2: "สั้น"}, only=2) == {}
    assert copied.copies({1: LONG, 2: LONG}, only=2) == {2: [1]}


@pytest.mark.postgres
def test_a_photo_older_than_the_round_is_seen_in_the_same_query(draft, people, exactly):
    row = write(draft, SURVEY, claim="met", narrative=LONG)
    added = actions.add_evidence(
        actor=people.officer,
        answer_id=row.public_id,
        file=PNG,
        name="a.png",
        caption="ป้าย",
        taken_on=datetime.date(2026, 9, 30),
    )
    actions.add_evidence(
        actor=people.officer, answer_id=row.public_id, file=PNG + b"", name="b.png", caption="อีกรูป"
    )
    with exactly(5):
        page = queries.criterion_page(people.officer, row.public_id)
    assert [(f.severity, f.key, str(f.what)) for f in page.findings.rows] == [
        ("hint", "photo", "มีรูปถ่ายที่ถ่ายไว้ตั้งแต่ 30 ก.ย. 2569")
    ]
    Evidence.objects.filter(pk=added.evidence.pk).update(taken_on=datetime.date(2026, 10, 1))
    assert found(people, draft, SURVEY) == []


def test_the_file_may_set_the_days_and_the_letters(land, people):
    asked = asked_for(land, people, CHECKS, checks={"letters": 5, "photos_months": 6, "source": SOURCE})
    set_ = contents(asked.round.criteria_set)
    assert quality.photos_from(set_, asked.round) == datetime.date(2027, 4, 1)
    write(asked, "2.3", claim="met", evidence_count=1, narrative="ทำแล้ว")
    assert found(people, asked, "2.3") == []
    assert quality.photos_from(set_, Round(fiscal_year=2570)) == datetime.date(2026, 4, 1)


def numbers_of(people, application, **numbers):
    write(application, SURVEY, claim="met", evidence_count=1, narrative=LONG, numbers=numbers)
    rows = queries.task_list(people.officer, application.public_id).findings.rows
    return [(f.severity, f.key, str(f.what), str(f.todo)) for f in rows if f.number == SURVEY]


def test_numbers_that_contradict_one_another(land, people):
    asked = asked_for(land, people)
    assert numbers_of(people, asked)[0][:3] == (
        "hint",
        "number",
        "ยังไม่ได้กรอก ผู้รับบริการทั้งปี, ผู้ตอบแบบสำรวจ, ผู้ที่พอใจ, ร้อยละที่พอใจ",
    )
    good = {"users": "1000", "asked": "286", "happy": "286", "share": "100"}
    assert numbers_of(people, asked, **good) == []
    assert numbers_of(people, asked, **good | {"happy": "287"}) == [
        (
            "block",
            "at-most",
            "ผู้ที่พอใจ 287 มากกว่า ผู้ตอบแบบสำรวจ 286",
            "ตรวจตัวเลขกับเอกสาร แล้วแก้ให้ตรงกัน (คำแนะนำ ไม่ใช่ข้อกำหนดทางการ)",
        )
    ]
    assert numbers_of(people, asked, **good | {"share": "100.5"})[0][2] == "ร้อยละที่พอใจ 100.5 มากกว่า 100"
    assert numbers_of(people, asked, **good | {"share": "0.5"})[0][2] == "ร้อยละที่พอใจ 0.5 น้อยกว่า 1"
    assert numbers_of(people, asked, **good | {"asked": "285", "happy": "1"}) == [
        (
            "should",
            "sample",
            "ผู้ตอบแบบสำรวจ 285 จาก ผู้รับบริการทั้งปี 1,000 ตามสูตรของทาโร ยามาเน ที่คลาดเคลื่อน 5% ควรสำรวจ 286",
            "สำรวจเพิ่ม หรืออธิบายว่าทำไมจำนวนนี้พอ (คำแนะนำ ไม่ใช่ข้อกำหนดทางการ)",
        )
    ]
    # What is not claimed is not checked.
    write(asked, SURVEY, claim="unmet")
    assert found(people, asked, SURVEY) == []


def test_the_other_rules_and_words_of_the_file(land, people):
    across = f"{answer_key(land)}/users"
    more = {"severity": "hint", "source": SOURCE, "official": True}
    checks = [
        {"rule": "sum", "of": ["asked", "happy", "users"], **more, "says": "แก้ให้รวมกันได้"},
        {"rule": "equal", "of": ["users", across], **more},
        {"rule": "sample", "of": ["users", "asked"], "formula": "krejcie-morgan", **more},
        {"rule": "between", "of": ["share"], "least": 10, **more},
        {"rule": "between", "of": ["share"], "most": 20, **more},
    ]
    asked = asked_for(land, people, checks)
    write(asked, OTHER, numbers={"users": "90"})
    assert numbers_of(people, asked, users="100", asked="80", happy="20", share="15") == [
        ("hint", "equal", "ผู้รับบริการทั้งปี 100 ไม่ตรงกับ ผู้รับบริการที่ใช้วิเคราะห์ 90", "ตรวจตัวเลขกับเอกสาร แล้วแก้ให้ตรงกัน")
    ]
    write(asked, OTHER, numbers={"users": "100"})
    assert numbers_of(people, asked, users="100", asked="79", happy="20", share="15") == [
        (
            "hint",
            "sum",
            "ผู้ตอบแบบสำรวจ 79 + ผู้ที่พอใจ 20 รวมได้ 99 ไม่ตรงกับ ผู้รับบริการทั้งปี 100",
            "แก้ให้รวมกันได้",
        ),
        (
            "hint",
            "sample",
            "ผู้ตอบแบบสำรวจ 79 จาก ผู้รับบริการทั้งปี 100 ตามสูตรของเครซีและมอร์แกน ที่คลาดเคลื่อน 5% ควรสำรวจ 80",
            "สำรวจเพิ่ม หรืออธิบายว่าทำไมจำนวนนี้พอ",
        ),
    ]
    # A criterion that the application does not have is as a number that is missing.
    set_ = contents(asked.round.criteria_set)
    answers = {row.criterion_id: row for row in Answer.objects.filter(application=asked)}
    only = {pk: row for pk, row in answers.items() if set_.by_id[pk].number == SURVEY}
    assert [f.key for f in quality.findings_of(set_, only, asked.round).rows] == ["sum", "sample"]
    assert quality.blocked_by(set_, only.values()) == ""


def answer_key(land):
    return next(c.key for c in contents(land.round.criteria_set).criteria if c.number == OTHER)


def test_the_task_list_costs_no_more_and_counts_what_is_found(draft, people, exactly):
    filled(draft, points=0)
    queries.task_list(people.officer, draft.public_id)
    with exactly(6):
        tasks = queries.task_list(people.officer, draft.public_id)
    assert tasks.findings.blocking == ()
    assert {f.severity for f in tasks.findings.rows} <= {"should", "hint"}
    assert len(tasks.findings.should) + len(tasks.findings.hints) == len(tasks.findings.rows)
