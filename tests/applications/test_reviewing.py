import datetime
import uuid

import pytest
from django.db import IntegrityError, transaction

from saduak.applications import actions, queries, rules, signals
from saduak.applications.models import EvidenceUse, Review, ReviewComment
from saduak.foundation import clock
from saduak.foundation.access import Conflict, Invalid, Refused
from saduak.foundation.models import AuditEntry
from tests.applications.factories import (
    ApplicationFactory,
    answer,
    filled,
    fresh,
    signed_application,
    submitted_application,
)
from tests.organisations.factories import (
    AppointmentFactory,
    OrganisationFactory,
    ServiceCentreFactory,
    actor_for,
    relate,
)
from tests.programme.factories import MID_WINDOW, InternalDeadlineFactory

pytestmark = pytest.mark.django_db


def ask(actor, application, organisation, **more):
    return actions.request_review(
        actor=actor, application_id=application.public_id, organisation_id=organisation.public_id, **more
    )


@pytest.fixture
def asked(draft, people, land):
    return ask(people.officer, draft, land.province)


def test_who_supervises_one_centre_does_not_check_in_the_office_s_place(asked, land):
    centre = ServiceCentreFactory(organisation=land.province)
    whole, bound = actor_for("supervisor", land.province), actor_for("supervisor", centre=centre)
    for actor, checks in ((whole, True), (bound, False)):
        assert bool(rules.may_review(actor, asked)) == checks
        assert Review.objects.visible_to(actor).exists() == checks
        assert queries.sees_content(actor, asked.application) == checks


def test_a_superior_that_set_a_date_orders_and_others_offer(draft, land):
    deadline = InternalDeadlineFactory(round=land.round, owner=land.province, kind="check", reach="line")
    found = {o.organisation: (o.force, o.due_at) for o in queries.reviewers(fresh(draft))}
    assert found == {land.province: ("order", deadline.due_at), land.department: ("offer", None)}
    assert str(queries.reviewers(fresh(draft))[0].force_label) == "ตามคำสั่ง"


def test_who_only_supervises_offers_even_with_a_date(people, land):
    InternalDeadlineFactory(round=land.round, owner=land.province, kind="check", reach="supervision")
    InternalDeadlineFactory(round=land.round, owner=land.city, kind="check", reach="own")
    InternalDeadlineFactory(round=land.round, owner=land.province, kind="submit", reach="supervision")
    city = ApplicationFactory(centre=land.city_centre, round=land.round, actor=people.city_officer)
    assert [(o.organisation, o.force) for o in queries.reviewers(fresh(city))] == [(land.province, "offer")]


def test_a_supervisor_for_another_programme_reads_nothing_that_was_asked(asked, draft, land):
    elsewhere = actor_for("supervisor", land.province, programme=land.other, received_at=MID_WINDOW)
    here = actor_for("supervisor", land.province, programme=land.programme, received_at=MID_WINDOW)
    assert queries.task_list(elsewhere, draft.public_id) is None
    assert not queries.review_inbox(elsewhere).exists()
    assert queries.review_page(elsewhere, asked.public_id) is None
    assert list(queries.review_inbox(here)) == [asked]


def test_the_centre_does_not_read_what_is_still_being_written(asked, draft, people):
    row = answer(draft, "1")
    criterion_id = row.criterion.public_id
    actions.comment(
        actor=people.province, review_id=asked.public_id, criterion_id=criterion_id, text="ยังไม่ส่ง"
    )
    assert queries.review_page(people.officer, asked.public_id).comments == {}
    assert list(queries.review_page(people.province, asked.public_id).comments) == [criterion_id]
    actions.return_review(actor=people.province, review_id=asked.public_id, note="")
    assert list(queries.review_page(people.officer, asked.public_id).comments) == [criterion_id]


def test_asking_tells_the_office_and_lets_it_read(draft, people, land):
    told = []
    signals.review_requested.connect(lambda review, **_: told.append(review), weak=False, dispatch_uid="t")
    review = ask(people.officer, draft, land.province)
    signals.review_requested.disconnect(dispatch_uid="t")
    assert told == [review]
    assert (review.state, review.force, review.requested_at) == ("requested", "offer", MID_WINDOW)
    assert list(queries.review_inbox(people.province)) == [review]
    assert list(queries.review_inbox(people.department)) == []


def test_a_supervised_office_opens_its_draft_by_asking(people, land):
    city = ApplicationFactory(centre=land.city_centre, round=land.round, actor=people.city_officer)
    assert queries.task_list(people.over_cities, city.public_id) is None
    review = ask(people.city_officer, city, land.province)
    assert queries.task_list(people.over_cities, city.public_id) is not None
    actions.cancel_review(actor=people.city_officer, review_id=review.public_id)
    assert queries.task_list(people.over_cities, city.public_id) is None
    assert list(queries.review_inbox(people.over_cities)) == []


def test_who_only_offered_a_check_reads_no_later_draft(people, land):
    city = ApplicationFactory(centre=land.city_centre, round=land.round, actor=people.city_officer)
    review = ask(people.city_officer, city, land.province)
    assert [row.is_readable for row in queries.review_inbox(people.over_cities)] == [True]
    actions.endorse_review(actor=people.over_cities, review_id=review.public_id, note="ดีแล้ว")
    assert queries.task_list(people.over_cities, city.public_id) is None
    assert queries.review_page(people.over_cities, review.public_id) is None
    assert queries.review_page(people.city_officer, review.public_id).review == review
    (listed,) = queries.review_inbox(people.over_cities)
    assert (listed.is_readable, listed.state) == (False, "endorsed")
    again = ask(people.city_officer, city, land.province)
    assert queries.review_page(people.over_cities, again.public_id).review == again


def test_what_was_ordered_stays_open_to_the_superior(draft, people, land):
    Review.objects.create(
        application=draft,
        organisation=land.department,
        force="order",
        state="endorsed",
        answered_at=MID_WINDOW,
    )
    only_here = actor_for("supervisor", land.department, received_at=MID_WINDOW)
    assert queries.task_list(only_here, draft.public_id) is not None


def test_one_check_at_a_time_and_the_same_key_is_the_same(draft, people, land):
    key = uuid.uuid4()
    review = ask(people.officer, draft, land.province, idempotency_key=key)
    assert ask(people.officer, draft, land.province, idempotency_key=key) == review
    with pytest.raises(Conflict) as refused:
        ask(people.officer, draft, land.department)
    assert refused.value.code == "already-asked"


def test_only_offices_above_are_asked(draft, people, land):
    with pytest.raises(Invalid) as invalid:
        ask(people.officer, draft, land.city)
    assert "organisation" in invalid.value.fields


def test_helpers_and_strangers_do_not_ask_and_nobody_after_submission(draft, people, land):
    for who in (people.helper, people.stranger, people.province):
        with pytest.raises(Refused):
            ask(who, draft, land.province)
    submitted_application(draft, officer=people.officer)
    with pytest.raises(Conflict):
        ask(people.officer, draft, land.province)


def test_returning_with_comments_marks_the_rows(asked, draft, people, land):
    row = answer(draft, "2.12")
    first = actions.comment(
        actor=people.province,
        review_id=asked.public_id,
        criterion_id=row.criterion.public_id,
        text="ขาดผู้รับผิดชอบ",
    )
    again = actions.comment(
        actor=people.province,
        review_id=asked.public_id,
        criterion_id=row.criterion.public_id,
        text="ขาดแผนลงนาม",
    )
    assert first == again
    page = queries.criterion_page(people.officer, row.public_id)
    assert page.comments == (), "the centre sees comments once the check is answered"
    told = []
    signals.review_answered.connect(
        lambda review, **_: told.append(review.state), weak=False, dispatch_uid="t"
    )
    actions.return_review(actor=people.province, review_id=asked.public_id, note="")
    signals.review_answered.disconnect(dispatch_uid="t")
    assert told == ["returned"]
    tasks = queries.task_list(people.officer, draft.public_id)
    assert [(r.number, r.missing, r.tag) for r in tasks.returned] == [("2.12", "ขาดแผนลงนาม", "back")]
    assert tasks.steps[1].why == "ขาดแผนลงนาม"
    page = queries.criterion_page(people.officer, row.public_id)
    assert (page.row.status, page.comments[0].by) == ("returned", "จังหวัดพิษณุโลก")
    entry = AuditEntry.objects.get(verb="applications.review_answered")
    assert entry.facts == {"organisation": land.province.code, "state": "returned", "comments": 1}
    done = actions.resolve_comment(actor=people.helper, comment_id=again.public_id)
    assert done.resolved_at == MID_WINDOW
    assert queries.task_list(people.officer, draft.public_id).returned == []
    assert queries.criterion_page(people.officer, row.public_id).comments[0].dealt_with
    back = actions.resolve_comment(actor=people.helper, comment_id=again.public_id, resolved=False)
    assert back.resolved_at is None
    actions.resolve_comment(actor=people.helper, comment_id=again.public_id, resolved=False)


def test_a_return_says_something(asked, people):
    with pytest.raises(Invalid):
        actions.return_review(actor=people.province, review_id=asked.public_id, note="  ")
    assert (
        actions.return_review(actor=people.province, review_id=asked.public_id, note="อ่านยาก").note
        == "อ่านยาก"
    )


def test_an_endorsed_draft_is_shown_as_checked(asked, draft, people):
    review = actions.endorse_review(actor=people.province, review_id=asked.public_id)
    assert (review.state, review.answered_at, review.note) == ("endorsed", MID_WINDOW, "")
    assert queries.task_list(people.officer, draft.public_id).review == review
    with pytest.raises(Conflict):
        actions.endorse_review(actor=people.province, review_id=asked.public_id)
    with pytest.raises(Conflict):
        actions.cancel_review(actor=people.officer, review_id=asked.public_id)
    page = queries.review_page(people.province, asked.public_id)
    assert page.may_answer.code == "wrong-state"


@pytest.mark.parametrize("who", ["officer", "department", "stranger", "secretariat"])
def test_only_the_office_that_was_asked_answers(asked, draft, people, who):
    actor = getattr(people, who)
    criterion = answer(draft, "2.1").criterion.public_id
    for attempt in (
        lambda: actions.endorse_review(actor=actor, review_id=asked.public_id),
        lambda: actions.return_review(actor=actor, review_id=asked.public_id, note="x"),
        lambda: actions.comment(actor=actor, review_id=asked.public_id, criterion_id=criterion, text="x"),
    ):
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.code == "not-asked"


def test_comments_are_written_while_the_check_is_open(asked, draft, people):
    criterion = answer(draft, "2.1").criterion.public_id

    def comment(text):
        return actions.comment(
            actor=people.province, review_id=asked.public_id, criterion_id=criterion, text=text
        )

    for wrong in (" ", "ก" * 5_001):
        with pytest.raises(Invalid):
            comment(wrong)
    made = comment("ดูอีกครั้ง")
    with pytest.raises(Conflict):
        actions.resolve_comment(actor=people.officer, comment_id=made.public_id)
    actions.remove_comment(actor=people.province, comment_id=made.public_id)
    assert not ReviewComment.objects.exists()
    actions.endorse_review(actor=people.province, review_id=asked.public_id, note="ดีแล้ว")
    with pytest.raises(Conflict):
        comment("สาย")


def test_the_page_of_a_check(asked, draft, people, exactly):
    row = answer(draft, "2.1")
    actions.comment(
        actor=people.province, review_id=asked.public_id, criterion_id=row.criterion.public_id, text="ดู"
    )
    queries.review_page(people.province, asked.public_id)
    with exactly(9):
        page = queries.review_page(people.province, asked.public_id)
    assert page.review == asked
    assert page.comments[row.criterion.public_id].text == "ดู"
    assert page.may_answer
    assert queries.review_page(people.stranger, asked.public_id) is None
    assert not queries.review_page(people.officer, asked.public_id).may_answer


def test_nobody_checks_what_was_submitted(asked, draft, people):
    filed = submitted_application(draft, officer=people.officer)
    asked.refresh_from_db()
    assert asked.state == "cancelled"
    check = filed.submission.summary["check"]
    assert (check["state"], check["by"]) == ("requested", asked.organisation.name_th)


def test_withdrawing_takes_the_request_back(asked, draft, people):
    actions.withdraw(actor=people.officer, application_id=draft.public_id, reason="ไม่พร้อม")
    asked.refresh_from_db()
    assert asked.state == "cancelled"


def test_comments_on_what_was_submitted_are_not_resolved(asked, draft, people):
    criterion = answer(draft, "2.1").criterion.public_id
    made = actions.comment(actor=people.province, review_id=asked.public_id, criterion_id=criterion, text="ดู")
    actions.return_review(actor=people.province, review_id=asked.public_id, note="")
    submitted_application(draft, officer=people.officer)
    with pytest.raises(Conflict):
        actions.resolve_comment(actor=people.officer, comment_id=made.public_id)


def test_a_signed_draft_can_still_be_checked(draft, people, land):
    signed_application(draft, head=people.head)
    assert ask(people.head, draft, land.province).state == "requested"


def test_the_inbox_sorts_waiting_checks_by_date(people, land, exactly, actor_system):
    early = InternalDeadlineFactory(round=land.round, owner=land.province, kind="check", reach="line")
    with_date = ask(
        people.officer,
        ApplicationFactory(centre=land.centre, round=land.round, actor=people.officer),
        land.province,
    )
    city = ApplicationFactory(centre=land.city_centre, round=land.round, actor=people.city_officer)
    answered = ask(people.city_officer, city, land.province)
    actions.endorse_review(actor=people.over_cities, review_id=answered.public_id)
    with exactly(1):
        rows = list(queries.review_inbox(people.province))
    assert rows == [with_date, answered]
    assert rows[0].due_at == early.due_at
    assert list(queries.review_inbox(actor_system)) == rows


def test_an_office_that_moved_on_is_not_asked_any_more(draft, people, land):
    new = OrganisationFactory()
    relation = relate(land.district, new)
    assert new in {o.organisation for o in queries.reviewers(fresh(draft))}
    relation.valid_to = datetime.date(2020, 1, 1)
    relation.valid_from = datetime.date(2019, 1, 1)
    relation.save()
    assert new not in {o.organisation for o in queries.reviewers(fresh(draft))}


def test_there_is_one_open_check_by_constraint(asked):
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.create(application=asked.application, organisation=asked.organisation, force="offer")


def test_the_coordinators_are_the_supervisors_directly_above_for_this_programme(draft, people, land, exactly):
    office = OrganisationFactory(name_th="สำนักงานจังหวัดพิษณุโลก", writes_for=land.province)
    elsewhere = OrganisationFactory(under=[land.province])
    in_its_name = AppointmentFactory(role="supervisor", organisation=office)
    AppointmentFactory(role="supervisor", organisation=land.province, programme=land.other)
    AppointmentFactory(role="supervisor", organisation=elsewhere)
    AppointmentFactory(role="clerk", organisation=land.province)
    with exactly(1):
        found = queries.coordinators(draft)
    offices = [row.organisation for row in found]
    assert sorted(set(offices), key=lambda row: row.name_th) == [land.department, land.province, office]
    assert in_its_name in found
    assert {row.role for row in found} == {"supervisor"}
    assert land.other not in {row.programme for row in found}
    assert len({row.person_id for row in found}) == len(found)


def test_a_second_check_knows_what_the_first_asked_and_what_changed_since(asked, draft, people, land):
    wanted, other, quiet, attached = (answer(draft, number) for number in ("2.12", "2.1", "2.2", "2.3"))
    filled(draft)
    comment = actions.comment(
        actor=people.province,
        review_id=asked.public_id,
        criterion_id=wanted.criterion.public_id,
        text="ขอแผนที่",
    )
    actions.return_review(actor=people.province, review_id=asked.public_id, note="")
    later = MID_WINDOW + datetime.timedelta(hours=1)
    officer = people.officer.at(later)
    actions.resolve_comment(actor=officer, comment_id=comment.public_id)
    with clock.travel(later):
        actions.save_answer(actor=officer, answer_id=other.public_id, narrative="ใหม่", version=other.version)
    EvidenceUse.objects.filter(answer=attached).update(removed_at=later)
    second = ask(officer, draft, land.province)
    before = queries.review_page(people.province, second.public_id).before
    assert {key: row.text for key, row in before.asked.items()} == {wanted.criterion.public_id: "ขอแผนที่"}
    assert before.changed == {other.criterion.public_id, attached.criterion.public_id}
    assert quiet.criterion.public_id not in before.changed
    assert queries.review_page(people.province, asked.public_id).before is None
