import datetime
import hashlib
import json
import uuid

import pytest
import rfc8785

from saduak.applications import actions, content, queries, signals
from saduak.applications.models import Answer, SignOff, Submission
from saduak.foundation import clock, files, ids
from saduak.foundation.access import Actor, Conflict, Invalid, Refused
from saduak.foundation.models import AuditEntry
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
from tests.programme.factories import MID_WINDOW, RoundFactory, published_set

pytestmark = pytest.mark.django_db


def submit(actor, application, **more):
    return actions.submit(actor=actor, application_id=application.public_id, **more)


def give_back(actor, application, days=30, reason="แนบแผนที่ลงนามแล้ว"):
    due = MID_WINDOW + datetime.timedelta(days=days)
    return actions.return_for_correction(
        actor=actor, application_id=application.public_id, due_at=due, reason=reason
    )


def bytes_of(submission):
    with files.open(submission.snapshot) as data:
        return data.read()


def test_submitting_files_bytes_that_prove_themselves(draft, people, land):
    signed_application(draft, head=people.head, points=83)
    told = []
    signals.submitted.connect(
        lambda application, submission, first, **_: told.append((application, submission, first)),
        weak=False,
        dispatch_uid="t",
    )
    submission = submit(people.officer, draft)
    signals.submitted.disconnect(dispatch_uid="t")
    draft.refresh_from_db()
    assert (draft.state, draft.submitted_at) == ("submitted", MID_WINDOW)
    assert told == [(draft, submission, True)]
    data = bytes_of(submission)
    assert hashlib.sha256(data).hexdigest() == submission.sha256 == submission.snapshot.sha256
    read = json.loads(data)
    assert rfc8785.dumps(read) == data, "canonical: written again it is the same"
    assert read["format"] == 2
    assert read["content_sha256"] == SignOff.objects.get().content_digest
    assert hashlib.sha256(rfc8785.dumps(read["content"])).hexdigest() == read["content_sha256"]
    assert read["organisation"]["lines"] == [
        ["กรมการปกครอง", "ที่ทำการปกครองอำเภอวังทอง"],
        ["จังหวัดพิษณุโลก", "ที่ทำการปกครองอำเภอวังทอง"],
    ]
    assert read["receipt"] == submission.receipt_code
    assert read["review"] is None
    answers = read["content"]["answers"]
    assert len(answers) == 50
    assert answers[0]["criterion"] == answer(draft, "1", "physical").criterion.key
    assert answers[0]["evidence"][0]["caption"] == "หลักฐานรวม"
    assert submission.summary["points"] == "83"
    entry = AuditEntry.objects.get(verb="applications.submitted")
    assert entry.facts["sha256"] == submission.sha256


def test_the_receipt_code_checks_itself_and_finds_the_receipt(draft, people, exactly):
    filed = submitted_application(draft, officer=people.officer)
    code = filed.submission.receipt_code
    assert ids.is_code(code, ids.RECEIPT_CODE_LENGTH)
    with exactly(1):
        receipt = queries.receipt_by_code(f"{code[:6].lower()}-{code[6:]}")
    assert receipt.submission == filed.submission
    assert [str(label) for label, _value in receipt.facts] == ["ศูนย์", "หน่วยงาน", "รอบ", "ยื่นเมื่อ"]
    with exactly(0):
        assert queries.receipt_by_code("222222222223") is None
    with exactly(1):
        assert queries.receipt_by_code(ids.code(12)) is None


def test_the_snapshot_says_whether_the_draft_was_checked(draft, people, land):
    review = actions.request_review(
        actor=people.officer, application_id=draft.public_id, organisation_id=land.province.public_id
    )
    actions.endorse_review(actor=people.province, review_id=review.public_id)
    filed = submitted_application(draft, officer=people.officer)
    read = json.loads(bytes_of(filed.submission))
    assert (read["review"]["by"], read["review"]["state"]) == ("จังหวัดพิษณุโลก", "endorsed")
    assert filed.submission.summary["check"] == {
        "state": "endorsed",
        "by": "จังหวัดพิษณุโลก",
        "on": "2027-02-04",
    }
    steps = queries.submission_page(people.officer, filed.submission.public_id).steps
    assert [str(step.note) for step in steps[:2]] == ["เริ่มเขียน", "จังหวัดพิษณุโลก ตรวจทานแล้ว"]


def test_the_receipt_says_that_the_check_asked_for_changes(draft, people, land):
    """Filed all the same, which nobody forbids: but it does not say that nobody checked."""
    review = actions.request_review(
        actor=people.officer, application_id=draft.public_id, organisation_id=land.province.public_id
    )
    actions.return_review(actor=people.province, review_id=review.public_id, note="แก้ข้อ 2")
    filed = submitted_application(draft, officer=people.officer)
    step = queries.submission_page(people.officer, filed.submission.public_id).steps[1]
    assert (str(step.note), step.when) == ("จังหวัดพิษณุโลก ขอให้แก้", datetime.date(2027, 2, 4))


def test_a_check_that_nobody_answered_stands_in_the_snapshot_as_asked(draft, people, land):
    actions.request_review(
        actor=people.officer, application_id=draft.public_id, organisation_id=land.province.public_id
    )
    filed = submitted_application(draft, officer=people.officer)
    assert json.loads(bytes_of(filed.submission))["review"]["state"] == "requested"


def test_paper_and_dates_stand_in_the_snapshot(draft, people):
    filled(draft)
    row = answer(draft, "2.1")
    actions.add_evidence(
        actor=people.officer,
        file=photo(),
        caption="ภาพ",
        answer_id=row.public_id,
        taken_on=datetime.date(2027, 1, 5),
    )
    paper = actions.record_paper_signature(
        actor=people.officer,
        application_id=draft.public_id,
        file=photo("blue"),
        code=queries.current_digest(fresh(draft))[:8],
        signer_name="ก",
        signer_position="นายอำเภอ",
        signed_on=datetime.date(2027, 2, 4),
    )
    read = json.loads(bytes_of(submit(people.officer, draft)))
    assert read["sign_off"]["paper_sha256"] == paper.paper.sha256
    mine = next(a for a in read["content"]["answers"] if a["number"] == "2.1")
    assert "2027-01-05" in {e["taken_on"] for e in mine["evidence"]}


@pytest.mark.parametrize(("seconds", "open_"), [(-1, True), (0, False), (1, False)])
def test_the_window_closes_to_the_second_in_bangkok(draft, people, land, seconds, open_):
    signed_application(draft, head=people.head)
    closes_at = datetime.datetime(2027, 3, 1, tzinfo=clock.BANGKOK)
    assert Stage.objects.get(round=land.round, key="application").ends_at == closes_at
    actor = people.officer.at(closes_at + datetime.timedelta(seconds=seconds))
    if open_:
        assert submit(actor, draft).received_at == actor.received_at
    else:
        with pytest.raises(Conflict) as closed:
            submit(actor, draft)
        assert closed.value.code == "window-closed"
        draft.refresh_from_db()
        assert draft.state == "signed", "nothing is lost"


@pytest.mark.parametrize(("seconds", "open_"), [(-1, False), (0, True)])
def test_the_window_opens_to_the_second(draft, people, seconds, open_):
    early = datetime.datetime(2027, 1, 1, tzinfo=clock.BANGKOK) + datetime.timedelta(seconds=seconds)
    filled(draft)
    actions.sign(
        actor=people.head.at(early),
        application_id=draft.public_id,
        digest=queries.current_digest(fresh(draft)),
    )
    if open_:
        assert submit(people.officer.at(early), draft)
    else:
        with pytest.raises(Conflict) as closed:
            submit(people.officer.at(early), draft)
        assert closed.value.code == "window-not-open"


@pytest.mark.parametrize(("seconds", "open_"), [(-1, True), (0, False), (1, False)])
def test_a_correction_has_its_own_closing_second(draft, people, seconds, open_):
    submitted_application(draft, officer=people.officer)
    due = give_back(people.secretariat, draft, days=60).correction_due_at
    assert due > datetime.datetime(2027, 3, 1, tzinfo=clock.BANGKOK), "after the window"
    actor = people.officer.at(due + datetime.timedelta(seconds=seconds))
    head = people.head.at(due - datetime.timedelta(seconds=2))
    actions.sign(actor=head, application_id=draft.public_id, digest=queries.current_digest(fresh(draft)))
    if open_:
        assert submit(actor, draft).ordinal == 2
    else:
        with pytest.raises(Conflict) as closed:
            submit(actor, draft)
        assert closed.value.code == "window-closed"
    late = people.officer.at(due)
    if not open_:
        with pytest.raises(Conflict):
            actions.save_answer(
                actor=late, answer_id=answer(draft, "2.1").public_id, version=0, narrative="สาย"
            )


def test_nothing_unsigned_is_submitted(draft, people):
    filled(draft)
    with pytest.raises(Conflict) as refused:
        submit(people.officer, draft)
    assert refused.value.code == "wrong-state"


def test_what_changed_behind_the_signature_is_not_submitted(draft, people):
    signed_application(draft, head=people.head)
    Answer.objects.filter(pk=answer(draft, "2.1").pk).update(narrative="แก้นอกระบบ")
    with pytest.raises(Conflict) as refused:
        submit(people.officer, draft)
    assert refused.value.code == "content-changed"
    SignOff.objects.update(voided_at=MID_WINDOW)
    with pytest.raises(Conflict):
        submit(people.officer, draft)


def test_gates_are_asked_for_again(draft, people):
    signed_application(draft, head=people.head)
    Answer.objects.filter(pk=answer(draft, "1", "physical").pk).update(evidence_count=0)
    with pytest.raises(Conflict) as refused:
        submit(people.officer, draft)
    assert refused.value.code == "incomplete"


@pytest.mark.parametrize("who", ["helper", "stranger", "province", "secretariat"])
def test_only_officer_and_head_submit(draft, people, who):
    signed_application(draft, head=people.head)
    with pytest.raises(Refused):
        submit(getattr(people, who), draft)


def test_submitting_twice_files_once(draft, people):
    signed_application(draft, head=people.head)
    key = uuid.uuid4()
    first = submit(people.officer, draft, idempotency_key=key)
    assert submit(people.officer, draft, idempotency_key=key) == first
    with pytest.raises(Conflict):
        submit(people.officer, draft)
    assert Submission.objects.count() == 1


def test_a_correction_is_filed_beside_the_first(draft, people):
    filed = submitted_application(draft, officer=people.officer)
    told = []
    signals.returned.connect(lambda reason, **_: told.append(reason), weak=False, dispatch_uid="t")
    back = give_back(people.secretariat, draft)
    signals.returned.disconnect(dispatch_uid="t")
    assert told == ["แนบแผนที่ลงนามแล้ว"]
    assert (back.state, back.correction_reason) == ("correction", "แนบแผนที่ลงนามแล้ว")
    assert SignOff.objects.filter(voided_at__isnull=True).count() == 0
    tasks = queries.task_list(people.officer, draft.public_id)
    assert tasks.submission == filed.submission
    assert tasks.deadlines[0].kind == "correction"
    actions.sign(
        actor=people.head, application_id=draft.public_id, digest=queries.current_digest(fresh(draft))
    )
    second = submit(people.officer, draft)
    draft.refresh_from_db()
    assert (second.ordinal, draft.correction_due_at, draft.correction_reason) == (2, None, "")
    assert list(queries.submissions(people.officer, draft.public_id)) == [second, filed.submission]
    assert bytes_of(filed.submission) != bytes_of(second)


@pytest.mark.parametrize("who", ["officer", "province", "other_secretariat", "auditor"])
def test_only_the_programmes_secretariat_returns(draft, people, who):
    submitted_application(draft, officer=people.officer)
    with pytest.raises(Refused):
        give_back(getattr(people, who), draft)


def test_a_return_needs_a_reason_a_future_and_a_submission(draft, people):
    with pytest.raises(Conflict):
        give_back(people.secretariat, draft)
    submitted_application(draft, officer=people.officer)
    with pytest.raises(Invalid):
        give_back(people.secretariat, draft, days=0)
    with pytest.raises(Invalid):
        give_back(people.secretariat, draft, reason=" ")
    with pytest.raises(Invalid):
        give_back(people.secretariat, draft, reason="ก" * 5_001)


def test_withdrawing_keeps_what_was_filed_and_can_be_undone_before_closing(draft, people):
    filed = submitted_application(draft, officer=people.officer)
    told = []
    signals.withdrawn.connect(lambda reason, **_: told.append(reason), weak=False, dispatch_uid="t")
    gone = actions.withdraw(actor=people.head, application_id=draft.public_id, reason="ย้ายสำนักงาน")
    signals.withdrawn.disconnect(dispatch_uid="t")
    assert told == ["ย้ายสำนักงาน"]
    assert (gone.state, gone.withdrawn_at, gone.withdrawn_reason) == ("withdrawn", MID_WINDOW, "ย้ายสำนักงาน")
    assert Submission.objects.get() == filed.submission
    with pytest.raises(Conflict):
        actions.withdraw(actor=people.head, application_id=draft.public_id, reason="อีกครั้ง")
    again = actions.reopen(actor=people.officer, application_id=draft.public_id)
    assert (again.state, again.submitted_at, again.withdrawn_reason) == ("draft", None, "")
    signed_application(draft, head=people.head)
    assert submit(people.officer, draft).ordinal == 2


def test_reopening_ends_with_the_window_and_asks_who(draft, people):
    with pytest.raises(Conflict):
        actions.reopen(actor=people.officer, application_id=draft.public_id)
    actions.withdraw(actor=people.officer, application_id=draft.public_id, reason="x")
    late = people.officer.at(datetime.datetime(2027, 3, 1, tzinfo=clock.BANGKOK))
    with pytest.raises(Conflict) as closed:
        actions.reopen(actor=late, application_id=draft.public_id)
    assert closed.value.code == "window-closed"
    draft.refresh_from_db()
    assert draft.state == "withdrawn"
    with pytest.raises(Refused):
        actions.reopen(actor=people.helper, application_id=draft.public_id)


def test_withdrawing_needs_a_reason_and_the_right_person(draft, people):
    with pytest.raises(Invalid) as invalid:
        actions.withdraw(actor=people.officer, application_id=draft.public_id, reason=" ")
    assert list(invalid.value.fields) == ["reason"]
    with pytest.raises(Refused):
        actions.withdraw(actor=people.helper, application_id=draft.public_id, reason="x")


def test_once_the_result_is_in_nothing_is_taken_back(draft, people):
    with pytest.raises(Conflict):
        actions.settle(actor=people.secretariat, application_id=draft.public_id)
    submitted_application(draft, officer=people.officer)
    with pytest.raises(Refused):
        actions.settle(actor=people.officer, application_id=draft.public_id)
    for _twice in range(2):
        settled = actions.settle(actor=people.secretariat, application_id=draft.public_id)
    assert settled.settled_at == MID_WINDOW
    for attempt in (
        lambda: actions.withdraw(actor=people.officer, application_id=draft.public_id, reason="x"),
        lambda: give_back(people.secretariat, draft),
    ):
        with pytest.raises(Conflict) as refused:
            attempt()
        assert refused.value.code == "settled"


def test_who_let_the_correction_pass_can_be_turned_down_and_takes_nothing_back(draft, people):
    submitted_application(draft, officer=people.officer)
    give_back(people.secretariat, draft)
    actions.settle(actor=people.secretariat, application_id=draft.public_id)
    with pytest.raises(Conflict) as refused:
        actions.withdraw(actor=people.officer, application_id=draft.public_id, reason="x")
    assert refused.value.code == "settled"


def test_what_was_withdrawn_is_not_settled(draft, people):
    submitted_application(draft, officer=people.officer)
    actions.withdraw(actor=people.officer, application_id=draft.public_id, reason="x")
    with pytest.raises(Conflict) as refused:
        actions.settle(actor=people.secretariat, application_id=draft.public_id)
    assert refused.value.code == "wrong-state"


def test_who_reads_submissions(draft, people, exactly):
    filed = submitted_application(draft, officer=people.officer)
    for who in ("officer", "helper", "province", "department", "secretariat"):
        assert list(queries.submissions(getattr(people, who), draft.public_id)) == [filed.submission], who
    for who in ("stranger", "over_cities", "other_secretariat", "auditor", "city_officer"):
        assert list(queries.submissions(getattr(people, who), draft.public_id)) == [], who
    assert queries.submission_page(people.stranger, filed.submission.public_id) is None
    queries.submission_page(people.secretariat, filed.submission.public_id)
    with exactly(1):
        receipt = queries.submission_page(people.secretariat, filed.submission.public_id)
    assert receipt.hash_groups.replace(" ", "") == filed.submission.sha256
    assert str(receipt.steps[1].note) == "ยื่นโดยไม่มีการตรวจทาน"


def test_an_official_set_makes_no_estimate(people, land):
    official = RoundFactory(programme=land.other, criteria_set=published_set(land.other, official=True))
    application = ApplicationFactory(centre=land.city_centre, round=official, actor=people.city_officer)
    filed = submitted_application(application, officer=people.city_officer)
    receipt = queries.submission_page(people.city_officer, filed.submission.public_id)
    assert str(receipt.facts[-1][1]) == "100 จาก 100"


def test_a_moment_that_never_was_is_none():
    assert content.moment(None) is None
    assert content.moment(datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC)) == "2027-01-01T00:00:00Z"


def test_the_system_files_without_a_name(draft, people):
    signed_application(draft, head=people.head)
    robot = Actor.system("rehearsal").at(MID_WINDOW)
    assert submit(robot, draft).submitted_by is None


def test_more_time_for_a_correction(draft, people):
    def extend(actor, days, reason="ไฟฟ้าดับทั้งอำเภอ"):
        due = MID_WINDOW + datetime.timedelta(days=days)
        return actions.extend_correction(
            actor=actor, application_id=draft.public_id, due_at=due, reason=reason
        )

    with pytest.raises(Conflict):
        extend(people.secretariat, 10)
    submitted_application(draft, officer=people.officer)
    give_back(people.secretariat, draft, days=5)
    with pytest.raises(Refused):
        extend(people.officer, 10)
    with pytest.raises(Invalid):
        extend(people.secretariat, 0)
    with pytest.raises(Invalid) as silent:
        extend(people.secretariat, 10, reason=" ")
    assert silent.value.code == "empty"
    assert extend(people.secretariat, 90).correction_due_at == MID_WINDOW + datetime.timedelta(days=90)
    entry = AuditEntry.objects.get(verb="applications.correction_extended")
    assert entry.facts["reason"] == "ไฟฟ้าดับทั้งอำเภอ"
    with pytest.raises(Invalid) as earlier:
        extend(people.secretariat, 90)
    assert earlier.value.code == "not-later"
    actions.settle(actor=people.secretariat, application_id=draft.public_id)
    with pytest.raises(Conflict) as settled:
        extend(people.secretariat, 120)
    assert settled.value.code == "settled"


def test_the_chosen_parts_of_an_outcome_are_signed_as_text(draft, people):
    row = (
        Answer.objects.filter(application=draft, criterion__kind="outcome")
        .order_by("criterion__ordinal")
        .last()
    )
    part = row.criterion.scale["parts"][0]
    actions.save_answer(
        actor=people.officer, answer_id=row.public_id, version=0, scale={part["key"]: part["points"]}
    )
    filed = fresh(draft)
    value = content.content_of(filed, content.answers_of(filed), {})
    assert value["answers"][-1]["scale"] == {part["key"]: str(part["points"])}
