"""Reminders of drafts and from the board: to whose work it is, each once, the sister centre hears nothing."""

import datetime

import pytest

from saduak.applications import actions as applications
from saduak.applications import following_tasks
from saduak.foundation import batches, clock
from saduak.outreach import queries, tasks
from saduak.outreach.models import Notice
from tests.applications.factories import ApplicationFactory, officer_of
from tests.organisations.factories import (
    AppointmentFactory,
    OrganisationFactory,
    PersonFactory,
    ServiceCentreFactory,
    actor_for,
    me,
)
from tests.programme.factories import MID_WINDOW, InternalDeadlineFactory, RoundFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def mid_window():
    with clock.travel(MID_WINDOW):
        yield


@pytest.fixture
def province():
    return OrganisationFactory(kind="province", name_th="จังหวัดทดสอบ")


def told(kind):
    """(office, person, centre) of every notice of a kind."""
    rows = Notice.objects.filter(kind=kind).order_by("organisation", "person", "centre")
    return list(rows.values_list("organisation_id", "person_id", "centre_id"))


def test_a_check_that_was_taken_back_was_not_handed_in(mid_window, province):
    round_ = RoundFactory()
    centre = ServiceCentreFactory(organisation=OrganisationFactory(under=province))
    application = ApplicationFactory(centre=centre, round=round_)
    review = applications.request_review(
        actor=officer_of(centre),
        application_id=application.public_id,
        organisation_id=province.public_id,
    )
    InternalDeadlineFactory(round=round_, owner=province, kind="check", due_on=MID_WINDOW.date())
    tasks.remind()
    assert told("check_near") == []
    applications.cancel_review(actor=officer_of(centre), review_id=review.public_id)
    tasks.remind()
    assert {row[2] for row in told("check_near")} == {centre.pk}


def test_the_sister_centre_of_a_draft_hears_nothing_of_its_dates(mid_window, province):
    round_ = RoundFactory()
    office = OrganisationFactory(under=province)
    centre = ServiceCentreFactory(organisation=office, name_th="ศูนย์ที่เขียน")
    sister = ServiceCentreFactory(organisation=office)
    ApplicationFactory(centre=centre, round=round_)
    InternalDeadlineFactory(round=round_, owner=province, kind="submit", due_on=datetime.date(2027, 2, 6))
    tasks.remind()
    tasks.remind()
    assert told("submit_near") == [(office.pk, None, centre.pk)]
    assert queries.unread(actor_for("officer", centre=sister)) == 0
    reader = actor_for("officer", centre=centre)
    assert "ศูนย์ที่เขียน" in queries.line(queries.notices(reader).first()).text


def test_each_of_two_drafts_of_one_office_is_told(mid_window, province):
    round_ = RoundFactory()
    office = OrganisationFactory(under=province)
    centres = [ServiceCentreFactory(organisation=office) for _ in range(2)]
    for centre in centres:
        ApplicationFactory(centre=centre, round=round_)
    InternalDeadlineFactory(round=round_, owner=province, kind="submit", due_on=datetime.date(2027, 2, 6))
    tasks.remind()
    assert told("submit_near") == [(office.pk, None, centre.pk) for centre in centres]


def test_a_reminder_goes_to_officer_and_head_or_to_the_office(mid_window, province):
    round_ = RoundFactory()
    office, bare = (
        OrganisationFactory(kind="district", name_th=name, under=province) for name in ("อำเภอ ก", "อำเภอ ข")
    )
    centre, sister = (ServiceCentreFactory(organisation=office, name_th=n) for n in ("ศูนย์ 1", "ศูนย์ 2"))
    mine, others, head, without = (PersonFactory() for _ in range(4))
    AppointmentFactory(person=mine, organisation=office, centre=centre)
    AppointmentFactory(person=others, organisation=office, centre=sister)
    AppointmentFactory(person=head, organisation=office, role="head")
    AppointmentFactory(person=without, organisation=bare, programme=RoundFactory().programme)
    third = ServiceCentreFactory(organisation=office, name_th="ศูนย์ 3")
    actor = actor_for("supervisor", province, reach="line", received_at=MID_WINDOW)
    said = {"actor": actor, "round_id": round_.public_id, "text": "ใกล้ปิดรับแล้ว"}
    for reminder in [applications.send_reminder(**said), applications.send_reminder(**said)]:
        batches.work(reminder.batch_id)
    found = set(told("unit_reminded"))
    assert found == {
        (None, mine.pk, None),
        (None, others.pk, None),
        (None, head.pk, None),
        (office.pk, None, third.pk),
        (bare.pk, None, None),
    }
    # The head hears of each centre that has an officer.
    assert Notice.objects.filter(kind="unit_reminded", person=head).count() == 2
    text = queries.line(Notice.objects.get(kind="unit_reminded", person=mine)).text
    assert text == "จังหวัดทดสอบ เตือนเรื่องใบสมัครของศูนย์ 1: ใกล้ปิดรับแล้ว"


def test_who_asked_for_a_large_board_hears_that_it_is_made(mid_window, province):
    round_ = RoundFactory()
    actor = actor_for("supervisor", province, reach="line", received_at=MID_WINDOW)
    made = applications.request_export(actor=actor, round_id=round_.public_id, query="")
    following_tasks.write_board(export_id=str(made.public_id))
    (row,) = Notice.objects.filter(kind="board_written")
    assert (row.person, row.target) == (me(actor), made.public_id)
    assert queries.line(row).url == f"/board/exports/{made.public_id}/"
