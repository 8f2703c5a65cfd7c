import datetime

import pytest
from django.db.models import Q

from saduak.applications import actions, queries
from saduak.applications.models import Application, Review
from saduak.applications.queries.board import STATES
from saduak.applications.states import APPLICATION
from saduak.foundation.access import registry
from tests.applications.factories import ApplicationFactory, filled, signed_application, submitted_application
from tests.applications.factories_board import filters, names
from tests.organisations.factories import (
    AppointmentFactory,
    AreaFactory,
    OrganisationFactory,
    PersonFactory,
    ServiceCentreFactory,
    actor_for,
)
from tests.programme.factories import MID_WINDOW, InternalDeadlineFactory

pytestmark = pytest.mark.django_db
QUERIES = 6  # one more when filters ask for a count of their own


def test_own_line_in_full_and_supervised_by_status_alone(draft, city, both, land):
    filled(draft, points=50)
    person = PersonFactory(position="ปลัดอำเภอ งานทะเบียน")
    AppointmentFactory(organisation=land.district, centre=land.centre, person=person)
    board = queries.board(both, land.round)
    own, supervised = board.rows
    assert (own.organisation_name, own.centre_name, own.status_only) == (
        "ที่ทำการปกครองอำเภอวังทอง",
        "หน่วยบริการงานทะเบียน",
        False,
    )
    assert (own.state, str(own.state_label), own.tag) == ("draft", "กำลังเขียน", "work")
    assert (own.gates_met, own.gates_total, own.evidenced) == (14, 14, 78)
    assert (own.application_id, own.officer, own.phone) == (draft.public_id, "ปลัดอำเภอ งานทะเบียน", "055")
    assert own.last_edit_at == MID_WINDOW
    assert own.area_name == "วังทอง"
    assert (supervised.organisation_name, supervised.status_only) == ("เทศบาลเมืองอรัญญิก", True)
    assert (supervised.state, str(supervised.state_label)) == ("open", "ยังไม่ยื่น")
    hidden = (supervised.gates_met, supervised.gates_total, supervised.evidenced, supervised.application_id)
    assert hidden == (None, None, None, None)
    assert (supervised.officer, supervised.last_edit_at) == ("", None)


def test_the_number_of_whoever_is_responsible_comes_before_that_of_the_office(draft, city, both, land):
    for centre in (land.centre, land.city_centre):
        person = PersonFactory(phone="08 1000 0000")
        AppointmentFactory(organisation=centre.organisation, centre=centre, person=person)
    own, supervised = queries.board(both, land.round).rows
    # Of an office that is only supervised one learns the office's number and nobody's own.
    assert (own.phone, supervised.phone) == ("08 1000 0000", land.city_centre.organisation.phone)


def test_started_or_not_looks_the_same_where_only_status_is_known(both, land, people):
    before = queries.board(both, land.round).rows[1]
    ApplicationFactory(centre=land.city_centre, round=land.round, actor=people.city_officer)
    assert queries.board(both, land.round).rows[1] == before
    for state in ("none", "draft", "review", "signed", "correction"):
        assert names(queries.board(both, land.round, filters(state=state, group="supervised"))) == []
    assert names(queries.board(both, land.round, filters(state="open"))) == ["เทศบาลเมืองอรัญญิก"]


def test_a_submission_is_a_status(both, land, city, people):
    submitted_application(city, officer=people.city_officer)
    row = queries.board(both, land.round).rows[1]
    assert (row.state, row.application_id, row.due) == ("submitted", None, None)
    assert queries.board(both, land.round).totals.submitted == 1


def test_an_office_that_shares_is_shown_in_full(both, land, city):
    land.city.shares_with_supervisor = True
    land.city.save(update_fields=["shares_with_supervisor"])
    rows = queries.board(both, land.round).rows
    assert [row.status_only for row in rows] == [False, False]
    assert rows[1].application_id == city.public_id


def test_offices_without_a_centre_are_rows_too(both, land):
    OrganisationFactory(kind="district", name_th="ที่ทำการปกครองอำเภอนครไทย", under=land.province)
    OrganisationFactory(kind="provincial_office", name_th="สำนักงานจังหวัด", under=land.province)
    board = queries.board(both, land.round, filters(group="line"))
    assert set(names(board)) == {"ที่ทำการปกครองอำเภอวังทอง", "ที่ทำการปกครองอำเภอนครไทย"}
    bare = next(row for row in board.rows if row.organisation_name.endswith("นครไทย"))
    assert (bare.centre_id, bare.centre_name, bare.state, bare.officer) == (None, "", "none", "")
    assert board.totals.total == 3


def test_states_in_the_board(draft, land, both, people):
    def state():
        return queries.board(both, land.round, filters(group="line")).rows[0].state

    assert state() == "draft"
    review = actions.request_review(
        actor=people.officer, application_id=draft.public_id, organisation_id=land.province.public_id
    )
    assert state() == "review"
    assert queries.board(both, land.round).totals.reviews_waiting == 1
    actions.return_review(actor=both, review_id=review.public_id, note="แก้ข้อ 2")
    assert state() == "changes"
    again = actions.request_review(
        actor=people.officer, application_id=draft.public_id, organisation_id=land.province.public_id
    )
    assert state() == "review"
    actions.endorse_review(actor=both, review_id=again.public_id)
    assert state() == "checked"
    signed_application(draft, head=people.head)
    assert state() == "signed"
    actions.submit(actor=people.officer, application_id=draft.public_id)
    assert state() == "submitted"
    due = MID_WINDOW + datetime.timedelta(days=9)
    actions.return_for_correction(
        actor=people.secretariat, application_id=draft.public_id, due_at=due, reason="แก้"
    )
    assert state() == "correction"
    actions.withdraw(actor=people.officer, application_id=draft.public_id, reason="ถอน")
    assert state() == "withdrawn"
    assert set(STATES) >= set(APPLICATION.states)


def test_whoever_handed_the_draft_in_has_kept_that_date(draft, land, both, people):
    check = InternalDeadlineFactory(round=land.round, owner=land.province, kind="check", reach="line")
    row = queries.board(both, land.round, filters(group="line")).rows[0]
    assert row.due.due_at == check.due_at
    review = actions.request_review(
        actor=people.officer, application_id=draft.public_id, organisation_id=land.province.public_id
    )
    window = queries.closes_at(draft)
    for answered in (
        lambda: None,
        lambda: actions.return_review(actor=both, review_id=review.public_id, note="แก้"),
    ):
        answered()
        assert queries.board(both, land.round, filters(group="line")).rows[0].due.due_at == window


def test_those_who_have_not_started_are_counted(draft, land, both):
    other = OrganisationFactory(kind="district", under=land.province)
    ServiceCentreFactory(organisation=other)
    OrganisationFactory(kind="district", under=land.province)
    totals = queries.board(both, land.round).totals
    assert (totals.total, totals.started, totals.not_started) == (4, 1, 2)


def test_filters_and_search(draft, city, both, land):
    assert names(queries.board(both, land.round, filters(q="วังทอง"))) == ["ที่ทำการปกครองอำเภอวังทอง"]
    assert names(queries.board(both, land.round, filters(q="ศูนย์บริการประชาชน"))) == ["เทศบาลเมืองอรัญญิก"]
    assert names(queries.board(both, land.round, filters(area="6508"))) == ["ที่ทำการปกครองอำเภอวังทอง"]
    everywhere = names(queries.board(both, land.round, filters()))
    # What is no code of a place narrows nothing, and what no database takes reaches none.
    for typed in ("65\x00", "x", "6", "๖๕", "6" * 60_000):
        assert names(queries.board(both, land.round, filters(area=typed))) == everywhere
    assert names(queries.board(both, land.round, filters(area="65"))) == [
        "ที่ทำการปกครองอำเภอวังทอง",
        "เทศบาลเมืองอรัญญิก",
    ]
    assert names(queries.board(both, land.round, filters(group="supervised"))) == ["เทศบาลเมืองอรัญญิก"]
    for sort in ("risk", "name", "gates", "state", "unknown"):
        assert len(names(queries.board(both, land.round, filters(sort=sort)))) == 2
    board = queries.board(both, land.round)
    assert board.areas == (("6508", "วังทอง"),)
    assert [key for key, _label in board.states] == list(STATES)


def test_provinces_are_the_areas_of_a_wider_reach(land, people):
    actor = actor_for("supervisor", land.department, reach="line", received_at=MID_WINDOW)
    far = AreaFactory(code="91", name_th="สตูล")
    OrganisationFactory(kind="district", area=far, under=land.department)
    assert queries.board(actor, land.round).areas == (("65", "พิษณุโลก"), ("91", "สตูล"))


def test_the_riskiest_come_first(land, both, people):
    fresh = ServiceCentreFactory(organisation=land.district, name_th="จุดบริการใหม่")
    application = ApplicationFactory(centre=land.centre, round=land.round, actor=people.officer)
    submitted_application(application, officer=people.officer)
    rows = queries.board(both, land.round, filters(group="line")).rows
    assert [(row.centre_name, row.state) for row in rows] == [
        (fresh.name_th, "none"),
        ("หน่วยบริการงานทะเบียน", "submitted"),
    ]


def test_dates_of_the_own_office_and_the_window(draft, city, both, land, people):
    check = InternalDeadlineFactory(round=land.round, owner=land.province, kind="check", reach="line")
    mine = InternalDeadlineFactory(
        round=land.round,
        owner=land.province,
        kind="submit",
        reach="supervision",
        due_on=datetime.date(2027, 2, 20),
    )
    InternalDeadlineFactory(round=land.round, owner=land.province, kind="check", reach="own")
    board = queries.board(both, land.round)
    assert [due.kind for due in board.deadlines] == ["check:line", "submit:supervision", "window"]
    own, supervised = board.rows
    assert (own.due.kind, own.due.due_at) == ("check:line", check.due_at)
    assert (supervised.due.kind, supervised.due.due_at) == ("submit:supervision", mine.due_at)
    Review.objects.create(application=draft, organisation=land.province, force="offer")
    assert queries.board(both, land.round).rows[0].due.kind == "window"
    bare = type(land.round).objects.get(pk=land.round.pk)
    bare.stages.all().delete()
    InternalDeadlineFactory._meta.model.objects.all().delete()
    bare = type(land.round).objects.get(pk=land.round.pk)
    assert queries.board(both, bare).deadlines == ()
    assert queries.board(both, bare).rows[0].due is None


def test_the_secretariat_knows_every_state_and_opens_what_was_submitted(draft, city, people, land):
    submitted_application(draft, officer=people.officer)
    rows = {row.organisation_name: row for row in queries.board(people.secretariat, land.round).rows}
    assert rows["ที่ทำการปกครองอำเภอวังทอง"].application_id == draft.public_id
    assert (rows["เทศบาลเมืองอรัญญิก"].state, rows["เทศบาลเมืองอรัญญิก"].application_id) == ("draft", None)
    assert queries.board(people.other_secretariat, land.round).rows == ()


def test_strangers_and_centres_see_their_own(draft, people, land):
    assert names(queries.board(people.stranger, land.round)) == []
    assert names(queries.board(people.officer, land.round)) == ["ที่ทำการปกครองอำเภอวังทอง"]


def test_a_denied_application_is_no_row(draft, both, land):
    registry.deny(Application, "test-conflict", "มีส่วนได้เสีย", lambda _actor: Q(pk=draft.pk))
    try:
        assert names(queries.board(both, land.round)) == ["เทศบาลเมืองอรัญญิก"]
    finally:
        registry._denials[Application].pop("test-conflict")


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.postgres
def test_queries_stay_the_same_with_more_rows(both, land, people, exactly, count):
    for n in range(count):
        office = OrganisationFactory(kind="district", under=land.province)
        centre = ServiceCentreFactory(organisation=office)
        AppointmentFactory(organisation=office)
        ApplicationFactory(
            centre=centre, round=land.round, actor=actor_for("officer", office, received_at=MID_WINDOW)
        )
        OrganisationFactory(kind="local_government", supervised_by=land.province, name_th=f"อบต. {n}")
    rounds = type(land.round).objects.select_related("programme").prefetch_related("stages")
    round_ = rounds.get(pk=land.round.pk)
    with exactly(QUERIES):
        board = queries.board(both, round_)
    assert len(board.rows) == 2 + 2 * count
    with exactly(QUERIES + 1):
        page = queries.board(both, round_, filters(state="open"), page=2, per_page=1)
    assert page.page.paginator.count == 1 + count
