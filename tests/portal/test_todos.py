"""What waits for somebody, from all rooms, with one link each."""

from datetime import timedelta
from typing import get_args

import pytest

from saduak.applications import actions as applications
from saduak.assessment import queries as assessment
from saduak.certification import queries as certification
from saduak.correspondence.queries.todos import Todo as LetterTodo
from saduak.foundation import ids
from saduak.foundation.access import Actor
from saduak.portal import todos
from saduak.portal.todos import Row, Section
from saduak.programme.queries import current
from tests.applications.factories import ApplicationFactory, signed_application
from tests.certification import factories as committee
from tests.organisations.factories import OrganisationFactory, ServiceCentreFactory, actor_for, relate
from tests.programme.factories import MID_WINDOW, RoundFactory, secretariat

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    """An office with a round to apply in."""
    RoundFactory()
    return OrganisationFactory(kind="district")


@pytest.fixture
def officer(office):
    """Its officer."""
    return actor_for("officer", office, received_at=MID_WINDOW)


def rows(actor):
    return [row for section in todos.gather(actor) for row in section.rows]


def test_nobody_in_particular_has_nothing_to_do(officer):
    assert todos.gather(Actor.public(MID_WINDOW)) == []
    assert todos.first([]) is None


def test_an_office_that_has_not_started_is_told_to(office, officer):
    ServiceCentreFactory(organisation=office)
    (section,) = todos.gather(officer)
    assert (section.key, str(section.title)) == ("application", "ใบสมัครของศูนย์")
    assert [(row.state, str(row.label), row.url) for row in section.rows] == [
        ("none", "ยังไม่เริ่ม", "/applications/")
    ]


def test_a_draft_leads_to_its_task_list_and_a_signed_one_to_submission(office, officer):
    round_ = RoundFactory._meta.model.objects.get()
    draft = ApplicationFactory(centre=ServiceCentreFactory(organisation=office), round=round_, actor=officer)
    page = f"/applications/{draft.public_id}/"
    assert [(row.section, str(row.label), row.url) for row in rows(officer)] == [
        ("application", "กำลังเขียน", page),
        ("later", "ยังไม่ถึงขั้นนี้", page),
        ("later", "ยังไม่ถึงขั้นนี้", page),
    ]
    assert [row.url for row in todos.waiting(todos.gather(officer))] == [page]
    signed_application(draft)
    (row,) = rows(officer)
    assert (row.url, row.state) == (f"/applications/{draft.public_id}/submit/", "due")


def test_what_the_reviewer_asked_for_leads_to_where_it_stands(office, officer):
    above = OrganisationFactory()
    relate(office, above)
    round_ = RoundFactory._meta.model.objects.get()
    draft = ApplicationFactory(centre=ServiceCentreFactory(organisation=office), round=round_, actor=officer)
    review = applications.request_review(
        actor=officer, application_id=draft.public_id, organisation_id=above.public_id
    )
    supervisor = actor_for("supervisor", above, received_at=MID_WINDOW)
    criterion = draft.answers.first().criterion.public_id
    applications.comment(actor=supervisor, review_id=review.public_id, criterion_id=criterion, text="แก้")
    applications.return_review(actor=supervisor, review_id=review.public_id, note="แก้")
    assert rows(officer)[0].url == f"/applications/{draft.public_id}/gaps/#returned"


def a_row(state="work", days=None):
    due = None if days is None else MID_WINDOW + timedelta(days=days)
    return Row("letter", "งาน", "เหตุผล", "/", due, state, "")


def test_what_came_back_is_first_then_the_earliest_date():
    late, soon, open_end = a_row(days=9), a_row(days=2), a_row()
    section = Section("letter", "หนังสือ", (open_end, late, soon))
    assert todos.first([section]) is soon
    back = a_row("back", days=30)
    assert todos.first([section, Section("check", "ตรวจทาน", (back,))]) is back
    assert todos.first([Section("letter", "หนังสือ", (open_end,))]) is open_end


@pytest.mark.parametrize("count", [1, 3])
def test_queries_stay_the_same_with_more_rows(office, officer, exactly, count):
    round_ = RoundFactory._meta.model.objects.get()
    for _n in range(count):
        ApplicationFactory(centre=ServiceCentreFactory(organisation=office), round=round_, actor=officer)
        ServiceCentreFactory(organisation=office)
    with exactly(QUERIES):
        found = rows(officer)
    assert len([row for row in found if row.section != "later"]) == 2 * count


# Applications, certificates, letters, cases and notices; nothing a row.
QUERIES = 10


@pytest.mark.parametrize(
    ("kind", "page", "label"),
    [
        ("handle", "/letters/received/{id}/", "มอบหมายให้คุณ"),
        ("see", "/letters/received/{id}/", "เวียนให้ทราบ"),
        ("rewrite_letter", "/drafts/{id}/", "ส่งคืนให้แก้"),
        ("sign_letter", "/draft-steps/{id}/", "รอลงนาม"),
    ],
)
def test_what_waits_in_letters_leads_to_the_page_that_does_it(kind, page, label):
    row = LetterTodo(kind, "เรื่อง", "เหตุผล", None, "หน่วยงาน", ids.public_id())
    made = todos._of_letter(row)
    assert (made.url, str(made.label)) == (page.format(id=row.target_id), label)


def test_every_kind_that_the_panels_room_tells_of_has_its_words():
    assert set(get_args(assessment.Kind)) == set(todos._ASSESSMENT)
    assert set(get_args(certification.Kind)) == set(todos._CERTIFICATION)
    assert {*get_args(assessment.Kind), *get_args(certification.Kind)} == set(todos._STAGES)


def test_a_correction_that_lapsed_is_told_to_the_secretariat():
    row = assessment.Todo("lapsed", 2)
    made = todos._of_assessment(row, ())
    assert (str(made.title), made.url) == ("พ้นกำหนดแก้ 2 เรื่อง", "/screening/")


def test_what_the_committee_and_its_office_have_to_do_is_due_when_its_stage_ends():
    round_ = RoundFactory()
    member = committee.committee(round_.programme)
    office = secretariat(round_.programme, MID_WINDOW)
    committee.agreed(round_, 2)
    decision, announcement = (round_.stages.get(key=key).ends_at for key in ("decision", "announcement"))

    def told(actor):
        found = todos.gather(actor, current(actor))
        return [
            (str(row.title), row.due_at) for each in found if each.key == "certification" for row in each.rows
        ]

    assert told(member) == [("ลงมติ 2 เรื่อง", decision)]
    assert told(office) == []
    committee.closed(round_)
    assert told(member) == []
    assert told(office) == [("จัดทำประกาศจากมติ 2 เรื่อง", announcement)]
