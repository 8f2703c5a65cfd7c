import datetime
from decimal import Decimal

import pytest

from saduak.applications import actions, queries, rules
from saduak.applications.models import Answer
from saduak.programme.models import Stage
from tests.applications.factories import (
    ApplicationFactory,
    answer,
    filled,
    fresh,
    signed_application,
    submitted_application,
)
from tests.applications.test_evidence import photo
from tests.programme.factories import MID_WINDOW, InternalDeadlineFactory, RoundFactory

pytestmark = pytest.mark.django_db


def save(actor, row, **change):
    version = Answer.objects.get(pk=row.pk).version
    return actions.save_answer(actor=actor, answer_id=row.public_id, version=version, **change)


def attach(actor, row, colour="red"):
    return actions.add_evidence(actor=actor, file=photo(colour), caption="ภาพ", answer_id=row.public_id)


def row_of(tasks, number, kind=None):
    return next(r for r in tasks.rows if r.number == number and kind in {None, r.kind})


def test_a_fresh_list_says_what_to_do(draft, people):
    tasks = queries.task_list(people.officer, draft.public_id)
    first = tasks.parts[0]
    assert (first.key, first.kind, first.total, first.done) == ("physical", "gate", 14, 0)
    assert (tasks.gates_met, tasks.gates_total, len(tasks.gates_open)) == (0, 14, 14)
    assert {r.status for r in tasks.rows} == {"none"}
    assert str(tasks.rows[0].missing) == "ยังไม่ได้ตอบ"
    assert tasks.steps[0].gates
    assert str(tasks.steps[0].why) == "ยังไม่เริ่ม 14 ข้อ"
    assert str(tasks.steps[0].plus) == "เป็น 14 จาก 14"
    assert len(tasks.steps) == 5
    assert tasks.may == {rules.EDIT, rules.SUBMIT, rules.WITHDRAW}
    assert tasks.window_open
    assert tasks.may_edit
    assert tasks.can_submit.code == "incomplete"
    assert len(tasks.blockers) == 2
    assert tasks.last_saved_at == MID_WINDOW
    assert queries.gaps(tasks)[0].is_gate
    assert len(queries.gaps(tasks)) == 50
    assert tasks.next_due.kind == "window"


def test_each_status_has_its_words(draft, people):
    gate, gate2 = answer(draft, "13", "physical"), answer(draft, "14", "physical")
    save(people.officer, gate, claim="met")
    save(people.officer, gate2, claim="unmet")
    save(people.officer, answer(draft, "2.1"), narrative="กำลังเล่า")
    save(people.officer, answer(draft, "2.2"), claim="unmet")
    save(people.officer, answer(draft, "1.4"), points=4)
    attach(people.officer, answer(draft, "1.4"))
    tasks = queries.task_list(people.officer, draft.public_id)
    found = {
        n: (row_of(tasks, n).status, str(row_of(tasks, n).label)) for n in ("13", "14", "2.1", "2.2", "1.4")
    }
    assert found == {
        "13": ("lacking", "ขาดหลักฐาน"),
        "14": ("doing", "กำลังเขียน"),
        "2.1": ("doing", "กำลังเขียน"),
        "2.2": ("off", "ไม่ขอคะแนน"),
        "1.4": ("done", "ครบ"),
    }
    assert str(row_of(tasks, "14").missing) == "ตอบว่ายังไม่มีครบ"
    assert str(row_of(tasks, "2.1").missing) == "ยังไม่ได้ตอบว่ามีหรือไม่มี"
    assert str(tasks.steps[0].why) == "ขาดหลักฐาน 1 ข้อ ยังไม่เริ่ม 12 ข้อ ยังไม่ครบ 1 ข้อ"
    assert tasks.missing_evidence == []
    side = next(g for p in tasks.parts for g in p.groups if g.key == "place")
    assert (side.done, side.total, side.open, side.points_have, side.points_max) == (
        1,
        5,
        True,
        Decimal(4),
        Decimal(14),
    )
    part = tasks.parts[1]
    assert (part.points_have, part.points_claimed, part.points_max, part.total) == (4, 4, 70, 33)
    assert part.done == 2
    assert tasks.gate_title == "เกณฑ์ด้านกายภาพ"


def test_claims_without_evidence_are_a_warning_and_the_next_steps(draft, people):
    filled(draft, points=70)
    Answer.objects.filter(pk=answer(draft, "1.4").pk).update(evidence_count=0)
    tasks = queries.task_list(people.officer, draft.public_id)
    assert [r.number for r in tasks.missing_evidence] == ["1.4"]
    assert (tasks.estimate.have, tasks.estimate.claim) == (Decimal(64), Decimal(70))
    assert (str(tasks.steps[0].title)[:7], str(tasks.steps[0].plus), tasks.steps[0].total_after) == (
        "ข้อ 1.4",
        "+6 เป็น 70",
        Decimal(70),
    )
    assert len(tasks.blockers) == 1


def test_no_level_while_a_gate_is_open_and_then_the_level(draft, people):
    filled(draft, points=83)
    estimate = queries.task_list(people.officer, draft.public_id).estimate
    assert (estimate.have, estimate.level, estimate.level_name, estimate.official) == (
        83,
        "advanced",
        "ก้าวหน้า",
        False,
    )
    assert [(level.key, level.floor) for level in estimate.levels] == [
        ("basic", 70),
        ("advanced", 80),
        ("excellent", 90),
    ]
    Answer.objects.filter(pk=answer(draft, "14", "physical").pk).update(evidence_count=0)
    tasks = queries.task_list(people.officer, draft.public_id)
    estimate = tasks.estimate
    assert (estimate.level, estimate.level_name, estimate.gates_met) == ("", "", 13)
    assert "ยังไม่มีระดับ" in str(estimate.sentence)
    assert str(tasks.steps[0].title) == "เกณฑ์ที่ต้องผ่าน ข้อ 14"
    assert queries.task_list(people.stranger, draft.public_id) is None


@pytest.mark.parametrize("state", ["draft", "signed", "submitted", "correction", "signed again"])
def test_the_list_costs_at_most_eight_queries(draft, people, land, exactly, state):
    review = actions.request_review(
        actor=people.officer, application_id=draft.public_id, organisation_id=land.province.public_id
    )
    criterion = answer(draft, "2.1").criterion.public_id
    actions.comment(actor=people.province, review_id=review.public_id, criterion_id=criterion, text="ดู")
    actions.return_review(actor=people.province, review_id=review.public_id, note="แก้")
    if state == "signed":
        signed_application(draft, head=people.head)
    if state in {"submitted", "correction", "signed again"}:
        submitted_application(draft, officer=people.officer)
    if state in {"correction", "signed again"}:
        due = MID_WINDOW + datetime.timedelta(days=9)
        actions.return_for_correction(
            actor=people.secretariat, application_id=draft.public_id, due_at=due, reason="แก้"
        )
    if state == "signed again":
        actions.sign(
            actor=people.head, application_id=draft.public_id, digest=queries.current_digest(fresh(draft))
        )
    queries.task_list(people.officer, draft.public_id)
    with exactly({"draft": 7, "signed": 8, "submitted": 7, "correction": 8, "signed again": 8}[state]):
        tasks = queries.task_list(people.officer, draft.public_id)
    assert (tasks.sign_off is not None) == (state in {"signed", "submitted", "signed again"})
    assert (tasks.submission is not None) == (state in {"submitted", "correction"})


def test_a_fallen_signature_is_told_while_one_writes(draft, people):
    def voided():
        found = queries.task_list(people.officer, draft.public_id).voided
        return found and (found.reason, found.at)

    assert voided() is None
    signed_application(draft, head=people.head)
    assert voided() is None
    actions.withdraw(actor=people.officer, application_id=draft.public_id, reason="เลือกปีหน้า")
    assert voided() is None  # nothing is written now
    actions.reopen(actor=people.officer, application_id=draft.public_id)
    assert voided() == ("ถอนใบสมัคร", people.officer.received_at)


def test_of_a_signature_that_was_filed_the_return_speaks_and_of_the_next_one_this_page(draft, people):
    submitted_application(draft, officer=people.officer)
    due = MID_WINDOW + datetime.timedelta(days=9)
    actions.return_for_correction(
        actor=people.secretariat, application_id=draft.public_id, due_at=due, reason="แก้"
    )
    assert queries.task_list(people.officer, draft.public_id).voided is None
    actions.sign(
        actor=people.head, application_id=draft.public_id, digest=queries.current_digest(fresh(draft))
    )
    one = answer(draft, "2.1")
    save(people.officer, one, narrative="แก้อีก")
    tasks = queries.task_list(people.officer, draft.public_id)
    assert (tasks.application.state, tasks.voided.reason) == ("correction", "มีการแก้ข้อ 2.1 หลังลงนาม")
    assert str(tasks.blockers[-1]) == "ลายมือชื่อรับรองข้อมูลถูกยกเลิกแล้ว หัวหน้าหน่วยงานต้องลงนามใหม่"
    assert queries.criterion_page(people.officer, one.public_id).voided == tasks.voided


def test_dates_come_with_their_owner_and_are_met(draft, people, land):
    check = InternalDeadlineFactory(
        round=land.round, owner=land.province, kind="check", reach="line", note="ขอภายใน"
    )
    InternalDeadlineFactory(
        round=land.round, owner=land.province, kind="submit", reach="line", due_on=datetime.date(2027, 2, 20)
    )
    tasks = queries.task_list(people.officer, draft.public_id)
    assert [(d.kind, d.owner, d.met) for d in tasks.deadlines] == [
        ("check", "จังหวัดพิษณุโลก", False),
        ("submit", "จังหวัดพิษณุโลก", False),
        ("window", "GECC", False),
    ]
    assert tasks.next_due.due_at == check.due_at
    actions.request_review(
        actor=people.officer, application_id=draft.public_id, organisation_id=land.province.public_id
    )
    tasks = queries.task_list(people.officer, draft.public_id)
    assert [(d.kind, d.met) for d in tasks.deadlines] == [
        ("submit", False),
        ("window", False),
        ("check", True),
    ]
    submitted_application(draft, officer=people.officer)
    tasks = queries.task_list(people.officer, draft.public_id)
    assert tasks.next_due is None
    assert tasks.can_submit.code == "wrong-state"
    assert tasks.blockers == ()


def test_a_round_without_an_application_stage_has_no_closing_date(draft, people, land):
    Stage.objects.filter(round=land.round, key="application").delete()
    tasks = queries.task_list(people.officer, draft.public_id)
    assert tasks.deadlines == ()
    assert not tasks.may_edit


def test_who_may_submit_and_when(draft, people):
    signed_application(draft, head=people.head)
    assert queries.task_list(people.officer, draft.public_id).can_submit
    assert queries.task_list(people.helper, draft.public_id).can_submit.code == "not-yours"
    late = people.officer.at(MID_WINDOW + datetime.timedelta(days=100))
    assert queries.task_list(late, draft.public_id).can_submit.code == "window-closed"


def test_reading_needs_more_than_status(draft, people):
    for who in ("officer", "head", "helper", "province", "department"):
        assert queries.sees_content(getattr(people, who), draft), who
        assert queries.task_list(getattr(people, who), draft.public_id) is not None, who
    for who in ("stranger", "over_cities", "secretariat", "auditor", "city_officer"):
        assert not queries.sees_content(getattr(people, who), draft), who
        assert queries.task_list(getattr(people, who), draft.public_id) is None, who


def test_the_secretariat_reads_once_it_is_submitted_and_may_return(draft, people):
    submitted_application(draft, officer=people.officer)
    assert queries.task_list(people.secretariat, draft.public_id).may == {rules.RETURN}
    assert queries.task_list(people.other_secretariat, draft.public_id) is None


def test_the_page_of_a_criterion(draft, people, exactly):
    row, beside = answer(draft, "2.1"), answer(draft, "2.2")
    save(people.officer, row, claim="met")
    item = attach(people.officer, row).evidence
    actions.link_evidence(actor=people.officer, answer_id=beside.public_id, evidence_id=item.public_id)
    queries.criterion_page(people.officer, row.public_id)
    with exactly(5):
        page = queries.criterion_page(people.officer, row.public_id)
    assert (page.answer, page.criterion.number, page.side_title) == (row, "2.1", "บริการ")
    assert [(e.evidence, e.use_count, e.other_numbers) for e in page.evidence] == [(item, 2, ("2.2",))]
    assert (page.previous.number, page.following.number) == ("1.5", "2.2")
    assert page.following.answer_id == beside.public_id
    assert not page.is_signed
    assert [c.points for c in page.choices] == [0, 1]
    assert page.scale_parts == ()
    assert page.wanted[0]["kind"] == "document"
    assert page.may_edit
    assert page.row.status == "done"
    first = queries.criterion_page(people.province, answer(draft, "1", "physical").public_id)
    assert first.previous is None
    assert (first.part_title, first.side_title) == ("เกณฑ์ด้านกายภาพ", "")
    assert first.may_edit.code == "not-yours"
    last = Answer.objects.filter(application=draft).order_by("criterion__ordinal").last()
    page = queries.criterion_page(people.officer, last.public_id)
    assert page.following is None
    assert {part.chosen for part in page.scale_parts} == {None}
    save(people.officer, last, scale={page.scale_parts[0].key: 2})
    assert queries.criterion_page(people.officer, last.public_id).scale_parts[0].chosen == 2
    assert queries.criterion_page(people.stranger, row.public_id) is None


def test_the_share_backed_by_evidence(draft):
    assert queries.share_of(draft) == 0
    filled(draft)
    assert queries.share_of(draft) == 100
    draft.items_total = 0
    assert queries.share_of(draft) == 0


def test_evidence_of_another_year_counts_and_names_no_number(draft, people, land):
    item = attach(people.officer, answer(draft, "2.1")).evidence
    other = ApplicationFactory(
        centre=land.centre, round=RoundFactory(programme=land.other), actor=people.officer
    )
    there = answer(other, "2.1")
    actions.link_evidence(actor=people.officer, answer_id=there.public_id, evidence_id=item.public_id)
    page = queries.criterion_page(people.officer, there.public_id)
    assert [(e.use_count, e.other_numbers) for e in page.evidence] == [(2, ())]
