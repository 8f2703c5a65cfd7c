"""Notices: told once, to those concerned, in words that lead somewhere; reminders by the clock of the business."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from saduak.applications import actions as applications
from saduak.applications.models import Answer
from saduak.assessment import actions as assessment
from saduak.certification import signals as certification
from saduak.certification.models import Announcement, Resolution
from saduak.correspondence.actions import recalling
from saduak.correspondence.models import Duty, Letter
from saduak.foundation import clock, ids
from saduak.foundation.access import Actor
from saduak.foundation.models import User
from saduak.organisations.actions import NewAccount, Post, accept_invitation, invite
from saduak.outreach import actions, queries, tasks
from saduak.outreach.kinds import KINDS
from saduak.outreach.models import Notice
from saduak.register.models import Publication
from tests.applications.factories import (
    ApplicationFactory,
    officer_of,
    signed_application,
    submitted_application,
)
from tests.assessment.factories import case, team
from tests.certification import factories as committee
from tests.correspondence import factories as f
from tests.correspondence import factories_sending as s
from tests.counting import counted
from tests.organisations.factories import (
    OrganisationFactory,
    ProgrammeFactory,
    ServiceCentreFactory,
    actor_for,
)
from tests.programme.factories import MID_WINDOW, InternalDeadlineFactory, RoundFactory

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")


def kinds(**where):
    return list(Notice.objects.filter(**where).order_by("pk").values_list("kind", flat=True))


@pytest.fixture
def mid_window():
    with clock.travel(MID_WINDOW):
        yield


def test_the_same_event_tells_nobody_twice():
    office, target = OrganisationFactory(), ids.public_id()
    for _ in range(2):
        actions.notify(
            actor=SYSTEM,
            kind="announced",
            event="1",
            params={"centre": "ศูนย์ ก"},
            target=target,
            organisation_ids=[office.pk, office.pk],
        )
    assert kinds(organisation=office) == ["announced"]


def test_every_kind_has_words_and_leads_somewhere():
    for key, kind in KINDS.items():
        assert kind.words({}), key
        assert "{" not in kind.words({}), key
        assert kind.url(ids.public_id()).startswith("/"), key


def test_an_unknown_kind_is_refused():
    with pytest.raises(KeyError):
        actions.notify(actor=SYSTEM, kind="nonsense", event="1", params={})


def test_filing_is_receipted_to_the_centre_alone(mid_window):
    filed = submitted_application()
    centre = filed.application.centre
    sibling = ServiceCentreFactory(organisation=centre.organisation)
    officer, other = actor_for("officer", centre=centre), actor_for("officer", centre=sibling)
    (line,) = [queries.line(row) for row in queries.notices(officer)]
    assert filed.submission.receipt_code in line.text
    assert line.url == reverse("applications:latest-receipt", args=[filed.application.public_id])
    assert queries.unread(other) == 0
    assert queries.unread(actor_for("head", centre.organisation)) == 1


def test_a_check_is_asked_of_the_office_and_answered_to_the_centre(mid_window):
    above = OrganisationFactory(name_th="จังหวัดทดสอบ")
    centre = ServiceCentreFactory(organisation=OrganisationFactory(under=above))
    application = ApplicationFactory(centre=centre)
    officer, supervisor = officer_of(centre), actor_for("supervisor", above, reach="line")
    review = applications.request_review(
        actor=officer, application_id=application.public_id, organisation_id=above.public_id
    )
    assert kinds(organisation=above) == ["review_requested"]
    applications.endorse_review(actor=supervisor, review_id=review.public_id, note="ดี")
    assert kinds(organisation=centre.organisation) == ["review_endorsed"]
    assert "จังหวัดทดสอบ" in queries.line(Notice.objects.get(kind="review_endorsed")).text


def test_a_return_says_until_when(mid_window):
    panel = team()
    row = case(panel.round)
    assessment.return_case(
        actor=panel.secretariat,
        case_id=row.public_id,
        reason="แนบภาพถ่ายหน้าศูนย์",
        items=[],
        due_on=datetime.date(2027, 3, 10),
    )
    notice = Notice.objects.get(kind="returned")
    assert "10 มี.ค. 2570" in queries.line(notice).text
    assert notice.centre == row.application.centre


def test_a_centre_learns_whether_it_is_taken_in_and_why_not(mid_window):
    panel = team()
    taken, refused = case(panel.round), case(panel.round)
    assessment.accept(actor=panel.secretariat, case_id=taken.public_id)
    assessment.reject(actor=panel.secretariat, case_id=refused.public_id, reason="ไม่ใช่ศูนย์บริการประชาชน")
    assert Notice.objects.get(kind="accepted").centre == taken.application.centre
    notice = Notice.objects.get(kind="rejected")
    assert notice.centre == refused.application.centre
    assert "ไม่ใช่ศูนย์บริการประชาชน" in queries.line(notice).text
    assert queries.line(notice).url == reverse("applications:task-list", args=[refused.application.public_id])


def test_who_signed_learns_that_it_must_be_signed_again(mid_window):
    signed = signed_application(ApplicationFactory())
    officer = officer_of(signed.centre)
    row = Answer.objects.filter(application=signed).first()
    applications.save_answer(
        actor=officer, answer_id=row.public_id, version=row.version, narrative="แก้หลังลงนาม"
    )
    notice = Notice.objects.get(kind="signature_voided")
    assert (notice.centre, notice.target) == (signed.centre, signed.public_id)
    applications.withdraw(actor=officer, application_id=signed.public_id, reason="ย้ายที่ทำการ")
    assert "ย้ายที่ทำการ" in queries.line(Notice.objects.get(kind="withdrawn")).text


def test_a_panel_hears_once_a_day_and_whoever_has_a_conflict_does_not(mid_window):
    panel = team()
    first = panel.given()
    panel.given(case(panel.round))
    told = Notice.objects.filter(kind="case_assigned").values_list("person", flat=True)
    assert sorted(told) == sorted(person.pk for person in panel.people.values())
    assert queries.unread(panel.actor("chair")) == 1
    Notice.objects.all().delete()
    assessment.declare_conflict(actor=panel.actor("expert"), case_id=first.public_id, reason="ญาติ")
    from_pool = case(panel.round)
    panel.given(from_pool)
    assert Notice.objects.filter(kind="case_assigned").count() == 3


def test_results_are_told_to_every_centre_at_once(mid_window, django_assert_max_num_queries):
    round_ = RoundFactory()
    committee.agreed(round_, 3)
    committee.closed(round_)
    row = Announcement.objects.create(
        round=round_,
        number="1/2570",
        dated=MID_WINDOW.date(),
        valid_from=MID_WINDOW.date(),
        publication=Publication.objects.create(programme=round_.programme, title="1/2570"),
    )
    Resolution.objects.update(announcement=row)
    with django_assert_max_num_queries(6):
        certification.announced.send(Announcement, announcement=row, actor=SYSTEM)
    assert kinds().count("announced") == 3


def test_reading_one_and_all(mid_window, client):
    filed = submitted_application()
    officer = officer_of(filed.application.centre)
    client.force_login(
        User.objects.get(pk=officer.user_id), "allauth.account.auth_backends.AuthenticationBackend"
    )
    page = client.get(reverse("outreach:notices"))
    assert "ยังไม่ได้อ่าน 1 เรื่อง" in page.content.decode()
    notice = Notice.objects.get()
    answer = client.post(reverse("outreach:read", args=[notice.public_id]))
    assert answer.url == reverse("applications:latest-receipt", args=[filed.application.public_id])
    assert queries.unread(officer) == 0
    Notice.objects.update(read_at=None)
    assert client.post(reverse("outreach:read-all")).status_code == 302
    assert queries.unread(officer) == 0
    assert client.get(reverse("outreach:read", args=[notice.public_id])).status_code == 405


def test_reading_all_after_the_session_has_ended_leads_back_to_the_notices(client):
    list_of_them = reverse("outreach:notices")
    answer = client.post(
        reverse("outreach:read-all"), {}, headers={"Referer": f"http://testserver{list_of_them}?view=unread"}
    )
    assert answer.url == f"/accounts/login/?next={list_of_them}%3Fview%3Dunread"

    user = User.objects.get(pk=actor_for("clerk").user_id)
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    for url in (reverse("outreach:read-all"), reverse("outreach:read", args=[ids.public_id()])):
        opened = client.get(url)
        assert opened.status_code == 405
        assert f'<a class="btn btn-full" href="{list_of_them}">' in opened.content.decode()


def test_another_offices_notice_is_not_there(mid_window, client):
    submitted_application()
    stranger = actor_for("clerk")
    client.force_login(
        User.objects.get(pk=stranger.user_id), "allauth.account.auth_backends.AuthenticationBackend"
    )
    assert client.post(reverse("outreach:read", args=[Notice.objects.get().public_id])).status_code == 404
    actions.mark_all_read(actor=stranger)
    assert Notice.objects.filter(read_at__isnull=True).count() == 1


@pytest.mark.parametrize("number", [1, 3])
def test_the_count_of_the_frame_and_the_list_cost_one_query_each(exactly, number):
    office = OrganisationFactory()
    clerk = actor_for("clerk", office)
    for n in range(number):
        actions.notify(
            actor=SYSTEM, kind="case_assigned", event=str(n), params={}, organisation_ids=[office.pk]
        )
    with exactly(1):
        assert queries.unread(clerk) == number
    with exactly(1):
        assert len([queries.line(row) for row in queries.notices(clerk)]) == number
    with exactly(0):
        assert queries.unread(Actor.public()) == 0


def test_the_page_of_notices_costs_the_same_for_one_and_for_three(client):
    office = OrganisationFactory()
    user = User.objects.get(pk=actor_for("clerk", office).user_id)
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    costs = []
    for n in range(3):
        actions.notify(
            actor=SYSTEM, kind="case_assigned", event=str(n), params={}, organisation_ids=[office.pk]
        )
        for view in ("", "?view=unread"):
            with CaptureQueriesContext(connection) as captured:
                page = client.get(reverse("outreach:notices") + view)
            assert len(page.context["lines"]) == n + 1
            costs.append(len(counted(captured)))
    assert costs[:2] == costs[4:]
    assert max(costs) <= 15


def test_duties_are_reminded_of_a_week_and_a_day_before_until_they_are_done():
    with clock.travel(f.IN_2566):
        place = f.province(districts=2)
        RoundFactory(programme=ProgrammeFactory(short_name="GECC"), fiscal_year=2566, days=f.DAYS_2566)
        f.confirmed(actor_for("clerk", place.office), place.office, deadlines=())
        tasks.remind()
    assert kinds(kind="duty_near") == []
    duty = Duty.objects.filter(due_at__isnull=False).earliest("due_at")
    duty.recipients.filter(organisation=place.districts[0]).update(
        acknowledged_at=f.IN_2566, done_at=f.IN_2566
    )
    for days in (6, 0.5):
        with clock.travel(duty.due_at - datetime.timedelta(days=days)):
            tasks.remind()
            tasks.remind()
    told = Notice.objects.filter(kind="duty_near", target=duty.letter.public_id)
    mine = told.filter(dedupe__contains=str(duty.public_id))
    assert list(mine.values_list("organisation", flat=True)) == [place.districts[1].pk] * 2
    assert "เหลือ 6 วัน" not in queries.line(mine.last()).text


def test_internal_dates_and_the_closing_are_told_to_those_with_a_draft_in_reach():
    with clock.travel(MID_WINDOW):
        above, elsewhere = OrganisationFactory(), OrganisationFactory()
        round_ = RoundFactory()
        inside = ServiceCentreFactory(organisation=OrganisationFactory(under=above))
        outside = ServiceCentreFactory(organisation=elsewhere)
        for centre in (inside, outside):
            ApplicationFactory(centre=centre, round=round_)
        InternalDeadlineFactory(round=round_, owner=above, kind="check", due_on=MID_WINDOW.date())
        tasks.remind()
        tasks.remind()
    assert kinds(organisation=inside.organisation, kind="check_near") == ["check_near"] * 2
    assert kinds(organisation=elsewhere) == []
    with clock.travel(datetime.datetime(2027, 2, 24, 9, tzinfo=clock.BANGKOK)):
        tasks.remind()
    assert kinds(kind="closing_near", organisation=elsewhere) == ["closing_near"]
    assert "เหลือ 4 วัน" in queries.line(Notice.objects.filter(kind="closing_near").first()).text


def test_what_was_read_and_what_no_version_knows():
    office = OrganisationFactory()
    officer = actor_for("officer", office)
    row = Notice.objects.create(organisation=office, kind="of-another-version", dedupe="x")
    assert list(queries.notices(officer, unread=True)) == [row]
    assert (queries.line(row).text, queries.line(row).url) == ("of-another-version", "")
    Notice.objects.update(read_at=clock.now())
    assert list(queries.notices(officer, unread=True)) == []
    assert list(queries.notices(officer)) == [row]


@pytest.mark.parametrize(("role", "told"), [("administrator", True), ("officer", False)])
def test_nobody_slips_into_a_seat_of_power_by_a_link(role, told):
    office = OrganisationFactory(name_th="เทศบาลทดสอบ")
    head = actor_for("head", office)
    issuer = actor_for("administrator", office)
    issued = invite(actor=issuer, post=Post(organisation=office.public_id, role=role))
    accept_invitation(
        actor=Actor.public(),
        token=issued.token,
        account=NewAccount(email="a@example.test", password="ม้าสีเขียวกินข้าว", name="ผู้มาใหม่"),
    )
    rows = Notice.objects.filter(kind="seat_taken")
    assert {(row.organisation_id, row.person_id) for row in rows} == (
        {(office.pk, None), (None, issuer.person_id)} if told else set()
    )
    if told:
        seen = Notice.objects.visible_to(head).get()
        assert "ผู้ดูแลบัญชีของหน่วยงานของเทศบาลทดสอบ" in KINDS["seat_taken"].words(seen.params)


def test_an_invitation_of_the_program_itself_is_told_to_the_office_alone():
    office = OrganisationFactory()
    issued = invite(actor=Actor.system(), post=Post(organisation=office.public_id, role="head"))
    account = NewAccount(email="a@example.test", password="ม้าสีเขียวกินข้าว", name="ผู้มาใหม่")
    accept_invitation(actor=Actor.public(), token=issued.token, account=account)
    assert Notice.objects.get(kind="seat_taken").organisation_id == office.pk


def test_of_a_secret_letter_those_cleared_hear_that_there_is_one_and_nobody_else_anything():
    with clock.travel(s.NOW):
        world = s.country()
        secret = {"secrecy": "secret", "number": "ลับ 1", "subject": "เรื่องที่ไม่บอก"}
        letters = [
            s.letter_of(world, world.province, world.office, **secret | {"number": f"ลับ {n}"}) for n in (1, 2)
        ]
        duty = Duty.objects.create(letter=letters[1], ordinal=0, who="", what="ส่งรายชื่อ", force="order")
        came = s.to_districts(world, letter=letters[0])
        s.to_districts(world, letter=letters[1], duties={duty: None})
        recalling.recall(actor=Actor.system("test"), dispatch_id=came.public_id, reason="เหตุผลที่ไม่บอก")
        recalling.correct(
            actor=Actor.system("test"), dispatch=came, earlier=Letter.locked(letters[1].public_id)
        )
    district = world.districts[0]
    told = Notice.objects.filter(organisation=district).order_by("pk")
    assert [(row.kind, row.params) for row in told] == [
        ("secret_came", {}),
        ("secret_came", {}),
        ("secret_changed", {}),
        ("secret_changed", {}),
    ]
    clerk = actor_for("clerk", district)
    assert [queries.line(row).text for row in queries.notices(clerk)] == [
        *(["หนังสือลับที่ถึงหน่วยงานของคุณถูกเรียกคืนหรือมีฉบับใหม่แทน เปิดดู"] * 2),
        *(["มีหนังสือลับถึงหน่วยงานของคุณ เปิดดู"] * 2),
    ]
    for nobody in (actor_for("officer", district), actor_for("clerk", world.districts[1])):
        assert not queries.notices(nobody).filter(organisation=district).exists()
    assert queries.unread(actor_for("officer", district)) == 0


def test_a_reminder_of_a_secret_letter_says_only_that_its_day_is_near():
    with clock.travel(s.NOW):
        world = s.country()
        letter = s.letter_of(world, world.province, world.office, secrecy="secret", number="ลับ 3")
        due_at = s.NOW + datetime.timedelta(days=3)
        duty = Duty.objects.create(
            letter=letter, ordinal=0, who="", what="เรื่องที่ไม่บอก", force="order", due_at=due_at
        )
        s.to_districts(world, letter=letter, duties={duty: None}, forward_by=due_at)
        tasks.remind()
        tasks.remind()
    district = world.districts[0]
    told = Notice.objects.filter(organisation=district, kind__contains="near")
    assert [(row.kind, row.params) for row in told] == [("secret_near", {"days": "3"})] * 2
    assert not queries.notices(actor_for("officer", district)).filter(kind="secret_near").exists()
    assert queries.notices(actor_for("clerk", district)).filter(kind="secret_near").count() == 2
