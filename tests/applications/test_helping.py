"""Items given to helpers: who may, what they see and write, and when it ends."""

import datetime

import pytest

from saduak.applications import actions, queries, rules
from saduak.applications.actions import parting
from saduak.applications.models import (
    Answer,
    Application,
    Delegation,
    DelegationItem,
    Evidence,
    Remark,
    Review,
    Submission,
)
from saduak.applications.rules import helping
from saduak.foundation import clock
from saduak.foundation.access import Actor, Conflict, Invalid, Refused, resolver
from saduak.foundation.models import AuditEntry, LinkGrant
from saduak.foundation.thai.calendar import bangkok_date, end_exclusive
from saduak.organisations import actions as organisations
from saduak.organisations.models import Appointment, Role
from tests.applications.factories import ApplicationFactory, fresh, signed_application
from tests.applications.factories_helping import by_link, given, items_of, outsider
from tests.applications.test_evidence import add, photo
from tests.organisations.factories import AppointmentFactory, PersonFactory, actor_for, actor_of
from tests.programme.factories import MID_WINDOW

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
TODAY = bangkok_date(MID_WINDOW)
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def _now():
    with clock.travel(MID_WINDOW):
        yield


def save(actor, row, **change):
    now = Answer.objects.get(pk=row.pk).version
    return actions.save_answer(actor=actor, answer_id=row.public_id, version=now, **change)


def verbs(application):
    rows = AuditEntry.objects.filter(aggregate="applications.application", aggregate_id=application.pk)
    return [row.verb for row in rows.order_by("seq")]


# --- Giving -------------------------------------------------------------------------------------------------------------


def test_a_link_is_told_once_and_only_its_digest_is_kept(draft, people):
    made = given(draft, people.officer, name="  คุณสมศรี   งานทะเบียน ", message="ช่วยเล่าให้ครบ", due_on=TODAY)
    row = Delegation.objects.get()
    assert (row.name, row.message, row.state) == ("คุณสมศรี งานทะเบียน", "ช่วยเล่าให้ครบ", "open")
    assert row.due_at == end_exclusive(TODAY)
    assert row.given_by_id == people.officer.user_id
    grant = LinkGrant.objects.get()
    assert grant.token_digest == resolver.digest(made.token) != made.token
    assert (grant.target_model, grant.target_id) == ("applications.delegation", row.public_id)
    assert grant.capabilities == ["applications.help"]
    assert DelegationItem.objects.count() == 2
    assert "applications.help_given" in verbs(draft)


def test_a_link_outlives_its_date_by_two_weeks_and_works_sixty_days_without_one(draft, people):
    soon = given(draft, people.officer, due_on=TODAY + DAY).delegation
    far = given(draft, people.officer, due_on=TODAY + 100 * DAY).delegation.link.expires_at
    none = given(draft, people.officer).delegation.link.expires_at
    assert 14 <= (soon.link.expires_at - clock.wall()).days <= 16
    assert 59 < (none - clock.wall()).days + 1 <= 60
    assert 113 <= (far - clock.wall()).days <= 115
    # Less time is less time for the link, too.
    actions.extend_help(actor=people.officer, delegation_id=soon.public_id, due_on=TODAY)
    assert 13 <= (LinkGrant.objects.get(pk=soon.link_id).expires_at - clock.wall()).days <= 15


def test_an_account_gets_no_link(draft, people):
    person, _actor = outsider()
    made = given(draft, people.head, person=person)
    assert (made.token, made.delegation.link, made.delegation.name) == ("", None, "คนนอกสำนักงาน")


def test_who_may_not_give(draft, people):
    for who in (people.helper, people.stranger, people.province, people.city_officer):
        with pytest.raises(Refused) as refusal:
            given(draft, who)
        assert refusal.value.code == "not-yours"
    actions.withdraw(actor=people.officer, application_id=draft.public_id, reason="พอแล้ว")
    with pytest.raises(Conflict) as closed:
        given(draft, people.officer)
    assert closed.value.code == "not-editable"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "ก" * 201}, "name"),
        ({"message": "ก" * 501}, "message"),
        ({"due_on": TODAY - DAY}, "due_on"),
    ],
)
def test_what_cannot_be_given_says_where(draft, people, more, field):
    with pytest.raises(Invalid) as refusal:
        given(draft, people.officer, **more)
    assert set(refusal.value.fields) == {field}
    assert not LinkGrant.objects.exists()


def test_there_must_be_items_of_this_application_and_an_account(draft, people, land):
    other = ApplicationFactory(centre=land.city_centre, round=land.round, actor=people.city_officer)
    common = {"actor": people.officer, "application_id": draft.public_id, "name": "ช่วย"}
    with pytest.raises(Invalid):
        actions.delegate(items=[], **common)
    with pytest.raises(Answer.DoesNotExist):
        actions.delegate(items=[items_of(other, "2.1")[0].public_id], **common)
    nobody, closed = PersonFactory(user=None), PersonFactory()
    closed.user.is_active = False
    closed.user.save()
    for person in (nobody, closed):
        with pytest.raises(Invalid) as refusal:
            given(draft, people.officer, person=person)
        assert refusal.value.code == "no-account"


# --- What a helper sees and writes --------------------------------------------------------------------------------------


def test_a_helper_sees_the_items_given_and_nothing_else(draft, people, exactly):
    mine, theirs = items_of(draft, "2.1", "2.3")
    add(people.officer, mine, photo("blue"))
    add(people.officer, theirs, photo("green"))
    for actor in (by_link(given(draft, people.officer, "2.1").token), _account(draft, people, "2.1")):
        assert list(Answer.objects.visible_to(actor)) == [mine]
        assert Evidence.objects.visible_to(actor).count() == 1
        assert not Application.objects.visible_to(actor).exists()
        assert not Review.objects.visible_to(actor).exists()
        assert not Submission.objects.visible_to(actor).exists()
        assert queries.task_list(actor, draft.public_id) is None
        assert queries.criterion_page(actor, mine.public_id) is None
        assert queries.help_page(actor, theirs.public_id) is None
        assert queries.history(actor, theirs.public_id) is None
        with exactly(7):
            page = queries.help_page(actor, mine.public_id)
        assert page.may_edit
        assert [item.evidence.caption for item in page.evidence] == ["ป้ายหน้าศูนย์"]
        assert (page.previous, page.following, page.is_signed) == (None, None, False)


def _account(draft, people, *numbers):
    person, actor = outsider()
    given(draft, people.officer, *numbers, person=person)
    return actor


def test_neighbours_are_those_of_the_part(draft, people):
    actor = by_link(given(draft, people.officer, "2.1", "2.3", "3.1").token)
    first, second, third = items_of(draft, "2.1", "2.3", "3.1")
    page = queries.help_page(actor, second.public_id)
    assert (page.previous.answer_id, page.following.answer_id) == (first.public_id, third.public_id)
    assert queries.help_page(actor, third.public_id).following is None


def test_a_helper_writes_claims_and_attaches(draft, people, exactly):
    actor = by_link(given(draft, people.officer, "2.1").token)
    row = items_of(draft, "2.1")[0]
    with exactly(4):
        actions.save_answer(actor=actor, answer_id=row.public_id, version=0, narrative="เขียนโดยผู้ช่วย")
    with exactly(5):
        actions.save_answer(actor=actor, answer_id=row.public_id, version=1, claim="met")
    added = add(actor, row)
    row.refresh_from_db()
    assert (row.narrative, row.claim, row.evidence_count) == ("เขียนโดยผู้ช่วย", "met", 1)
    assert (row.updated_by_id, row.versions.last().by) == (None, "คุณช่วย ด้วยลิงก์")
    actions.unlink_evidence(actor=actor, answer_id=row.public_id, evidence_id=added.evidence.public_id)
    row.refresh_from_db()
    assert row.evidence_count == 0


def test_an_account_without_appointment_writes_as_quickly(draft, people, exactly):
    actor, row = _account(draft, people, "2.1"), items_of(draft, "2.1")[0]
    with exactly(4):
        actions.save_answer(actor=actor, answer_id=row.public_id, version=0, narrative="ก")
    with exactly(5):
        actions.save_answer(actor=actor, answer_id=row.public_id, version=1, claim="met")


def test_a_helper_writes_nothing_else(draft, people):
    actor = by_link(given(draft, people.officer, "2.1").token)
    other = items_of(draft, "2.2")[0]
    with pytest.raises(Refused) as refusal:
        save(actor, other, narrative="ก")
    assert refusal.value.code == "not-yours"
    with pytest.raises(Refused):
        add(actor, other)
    with pytest.raises(Refused):
        actions.choose_kind(actor=actor, application_id=draft.public_id, kind="renewal")
    with pytest.raises(Refused):
        actions.withdraw(actor=actor, application_id=draft.public_id, reason="ก")


def test_what_is_signed_says_so(draft, people):
    signed_application(draft)
    actor = by_link(given(draft, people.officer, "2.1").token)
    assert queries.help_page(actor, items_of(draft, "2.1")[0].public_id).is_signed


# --- Handing in, back and forth -----------------------------------------------------------------------------------------


def test_handed_in_nothing_is_written_until_it_comes_back(draft, people):
    made = given(draft, people.officer, "2.1")
    actor, row, key = by_link(made.token), items_of(draft, "2.1")[0], made.delegation.public_id
    done = actions.hand_in(actor=actor, delegation_id=key, note=" ครบแล้ว ")
    assert (done.state, done.answer, done.handed_in_at) == ("handed_in", "ครบแล้ว", actor.received_at)
    with pytest.raises(Refused) as refusal:
        save(actor, row, narrative="ก")
    assert refusal.value.code == "help-over"
    assert "ส่งงานข้อนี้คืนแล้ว" in str(refusal.value.reason)
    assert not queries.help_page(actor, row.public_id).may_edit
    with pytest.raises(Conflict):
        actions.hand_in(actor=actor, delegation_id=key)
    with pytest.raises(Invalid):
        actions.return_help(actor=people.officer, delegation_id=key, note=" ")
    assert actions.return_help(actor=people.officer, delegation_id=key, note="ขอตัวเลข").answer == "ขอตัวเลข"
    assert save(actor, row, narrative="มีตัวเลขแล้ว").version == 1
    assert verbs(draft)[-2:] == ["applications.help_handed_in", "applications.help_returned"]


def test_only_the_helper_hands_in_and_only_the_centre_decides(draft, people):
    made = given(draft, people.officer)
    key = made.delegation.public_id
    _person, stranger = outsider()
    for who in (people.officer, stranger, Actor.public(MID_WINDOW)):
        with pytest.raises(Refused):
            actions.hand_in(actor=who, delegation_id=key)
    actor = _account(draft, people, "2.1")
    mine = Delegation.objects.get(person__isnull=False)
    assert actions.hand_in(actor=actor, delegation_id=mine.public_id).state == "handed_in"
    for who in (people.helper, actor):
        with pytest.raises(Refused):
            actions.end_help(actor=who, delegation_id=key)
        with pytest.raises(Refused):
            actions.extend_help(actor=who, delegation_id=key, due_on=None)


def test_more_time_for_an_account_and_for_a_link(draft, people):
    link = given(draft, people.officer, due_on=TODAY)
    before = link.delegation.link.expires_at
    person, _actor = outsider()
    account = given(draft, people.officer, person=person, due_on=TODAY)
    later = TODAY + 90 * DAY
    for made in (link, account):
        row = actions.extend_help(actor=people.officer, delegation_id=made.delegation.public_id, due_on=later)
        assert row.due_at == end_exclusive(later)
    assert (LinkGrant.objects.get().expires_at - before).days in {89, 90}
    assert actions.extend_help(actor=people.officer, delegation_id=row.public_id, due_on=None).due_at is None


def test_a_lost_link_is_replaced(draft, people):
    made = given(draft, people.officer)
    again = actions.renew_link(actor=people.officer, delegation_id=made.delegation.public_id)
    assert resolver.of_link(made.token, MID_WINDOW) is None
    assert queries.by_link(made.token) is None
    assert queries.by_link(again.token) == made.delegation
    assert save(by_link(again.token), items_of(draft, "2.1")[0], narrative="ก").version == 1
    person, _actor = outsider()
    account = given(draft, people.officer, person=person)
    with pytest.raises(Conflict):
        actions.renew_link(actor=people.officer, delegation_id=account.delegation.public_id)


# --- The end ------------------------------------------------------------------------------------------------------------


def test_taken_back_it_refuses_at_the_next_save(draft, people):
    made, actor = given(draft, people.officer, "2.1"), _account(draft, people, "2.1")
    holder, row = by_link(made.token), items_of(draft, "2.1")[0]
    save(actor, row, narrative="ที่เขียนไว้")
    for one in Delegation.objects.all():
        actions.end_help(actor=people.officer, delegation_id=one.public_id)
    for who in (actor, holder):
        with pytest.raises(Refused) as refusal:
            save(who, row, narrative="ช้าไป")
        assert refusal.value.code == "help-over"
        assert "คัดลอก" in str(refusal.value.reason)
        assert not Answer.objects.visible_to(who).exists()
    row.refresh_from_db()
    assert row.narrative == "ที่เขียนไว้"
    assert resolver.of_link(made.token, MID_WINDOW) is None
    with pytest.raises(Conflict):
        actions.end_help(actor=people.officer, delegation_id=made.delegation.public_id)


def test_given_twice_it_is_open_while_one_of_them_is(draft, people):
    person, actor = outsider()
    first = given(draft, people.officer, "2.1", person=person).delegation
    given(draft, people.officer, "2.1", person=person)
    actions.end_help(actor=people.officer, delegation_id=first.public_id)
    assert save(actor, items_of(draft, "2.1")[0], narrative="ก").version == 1


@pytest.mark.parametrize("withdrawn", [False, True])
def test_filing_and_withdrawing_end_all_help(draft, people, withdrawn):
    signed_application(draft)
    made = given(draft, people.officer)
    if withdrawn:
        actions.withdraw(actor=people.officer, application_id=draft.public_id, reason="พอแล้ว")
    else:
        actions.submit(actor=people.officer, application_id=draft.public_id)
    assert Delegation.objects.get().state == "ended"
    assert resolver.of_link(made.token, MID_WINDOW) is None
    assert "applications.helpers_ended" in verbs(draft)


def test_a_centre_that_leaves_takes_no_helpers_along(draft, people, land):
    made = given(draft, people.officer)
    parting.centre_left(actor=Actor.system(), centre_id=land.centre.pk)
    assert Delegation.objects.get().ended_at is not None
    assert resolver.of_link(made.token, MID_WINDOW) is None


@pytest.mark.parametrize("centre", [False, True])
def test_who_hands_over_their_work_leaves_links_and_help_behind(draft, people, land, centre):
    post = AppointmentFactory(
        role=Role.OFFICER, organisation=land.district, centre=land.centre if centre else None
    )
    leaver, outside = actor_of(post.person).at(MID_WINDOW), outsider()[0]
    link = given(draft, leaver).delegation
    account = given(draft, leaver, person=outside).delegation
    theirs = given(draft, people.officer, person=post.person).delegation
    others = given(draft, people.officer).delegation
    to = AppointmentFactory(role=Role.ADMINISTRATOR, organisation=land.district, centre=post.centre).person
    organisations.hand_over(actor=leaver, appointment=post.public_id, to=to.public_id)
    ended = set(Delegation.objects.filter(ended_at__isnull=False))
    assert ended == {link, theirs}
    assert {account, others} == set(Delegation.objects.filter(ended_at__isnull=True))


def test_who_leaves_without_an_account_made_no_links(draft, people, land):
    post = AppointmentFactory(role=Role.OFFICER, organisation=land.district, person=PersonFactory(user=None))
    given(draft, people.officer)
    organisations.hand_over(
        actor=people.head,
        appointment=post.public_id,
        to=Appointment.objects.get(person=people.helper.person_id).person.public_id,
    )
    assert Delegation.objects.get().ended_at is None


# --- Pages --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_my_help_costs_two_queries(draft, people, exactly, count):
    person, actor = outsider()
    for n in range(count):
        given(draft, people.officer, "2.1", "2.2", person=person, due_on=TODAY + (3 - n) * DAY)
    done = given(draft, people.officer, "2.3", person=person).delegation
    actions.hand_in(actor=actor, delegation_id=done.public_id)
    with exactly(2):
        found = queries.my_help(actor)
    assert [each.delegation.state for each in found] == ["open"] * count + ["handed_in"]
    assert [item.number for item in found[0].items] == ["2.1", "2.2"]
    assert found[0].application == draft
    assert not found[0].is_own
    dues = [each.delegation.due_at for each in found[:-1]]
    assert dues == sorted(dues)


def test_helpers_of_the_office_keep_the_whole_draft(draft, people):
    person = Appointment.objects.get(person=people.helper.person_id).person
    given(draft, people.officer, "2.1", person=person)
    assert queries.criterion_page(people.helper, items_of(draft, "3.1")[0].public_id) is not None
    assert [each.is_own for each in queries.my_help(people.helper)] == [True]
    assert queries.my_help(people.stranger) == []
    assert queries.my_help(Actor.public(MID_WINDOW)) == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_helpers(draft, people, exactly, count):
    for n in range(count):
        given(draft, people.officer, "2.1", "2.2", name=f"คนที่ {n}", due_on=TODAY)
    over = given(draft, people.officer, "2.3").delegation
    actions.end_help(actor=people.officer, delegation_id=over.public_id)
    with exactly(4):
        page = queries.helpers_page(people.officer, draft.public_id)
    assert len(page.live) == count
    assert [each.delegation for each in page.ended] == [over]
    assert page.may_give
    assert not page.live[0].late
    tomorrow = queries.helpers_page(people.officer.at(MID_WINDOW + DAY), draft.public_id)
    assert tomorrow.live[0].late
    assert not queries.helpers_page(people.helper, draft.public_id).may_give
    assert queries.helpers_page(people.province, draft.public_id) is None
    assert queries.helpers_page(people.stranger, draft.public_id) is None


def test_one_helper(draft, people, exactly):
    made = given(draft, people.officer, "2.1")
    with exactly(2):
        each = queries.helped_one(people.officer, made.delegation.public_id)
    assert [item.number for item in each.items] == ["2.1"]
    assert queries.helped_one(by_link(made.token), made.delegation.public_id) is None
    assert queries.helped_one(people.stranger, made.delegation.public_id) is None


def test_what_can_be_given_and_to_whom(draft, people, land, exactly):
    given(draft, people.officer, "2.1", name="คนแรก")
    given(draft, people.officer, "2.1", name="คนที่สอง")
    AppointmentFactory(organisation=land.district, person=PersonFactory(user=None, name="ไม่มีบัญชี"))
    with exactly(5):
        view = queries.to_give(people.officer, draft.public_id)
    shown = [row.number for _key, _title, rows in view.sides for row in rows]
    assert len(shown) == draft.items_total
    assert len({key for key, _title, _rows in view.sides}) == len(view.sides)
    names = {str(person) for person in view.people}
    assert names == {people.head.name, people.helper.name}
    assert view.taken == {items_of(draft, "2.1")[0].public_id: "คนแรก, คนที่สอง"}
    assert view.may_give
    assert not queries.to_give(people.helper, draft.public_id).may_give
    assert queries.to_give(people.province, draft.public_id) is None


def test_somebody_is_found_by_the_address_they_sign_in_with(people):
    person, _actor = outsider()
    assert queries.person_by_email(f" {person.user.email.upper()} ") == person
    assert queries.person_by_email("nobody@example.go.th") is None
    assert queries.person_by_email(" ") is None


def test_a_link_opens_until_it_ends(draft, people):
    made = given(draft, people.officer)
    assert queries.by_link(made.token) == made.delegation
    assert queries.by_link("guessed") is None
    LinkGrant.objects.update(expires_at=clock.wall())
    assert queries.by_link(made.token) is None


def test_what_was_given_waits_on_the_home_page(draft, people, exactly):
    person, actor = outsider()
    made = given(draft, people.officer, "2.1", "2.2", person=person, message="ช่วยหน่อย", due_on=TODAY)
    with exactly(1):
        (todo,) = queries.todos(actor, [])
    assert (todo.kind, str(todo.title), todo.why) == ("help", "ช่วยเขียนใบสมัคร 2 ข้อ", "ช่วยหน่อย")
    assert (todo.due_at, todo.application_id) == (end_exclusive(TODAY), draft.public_id)
    actions.hand_in(actor=actor, delegation_id=made.delegation.public_id)
    assert queries.todos(actor, []) == []


# --- Rules --------------------------------------------------------------------------------------------------------------


def test_own_people_of_one_centre_and_programme_see_who_helps(draft, people, land):
    made = given(draft, people.officer).delegation
    here = actor_for("officer", land.district, centre=land.centre, received_at=MID_WINDOW)
    bound = actor_for("officer", land.district, programme=land.programme, received_at=MID_WINDOW)
    elsewhere = actor_for("officer", land.district, programme=land.other, received_at=MID_WINDOW)
    for who in (people.officer, people.helper, here, bound):
        assert list(Delegation.objects.visible_to(who)) == [made]
    for who in (
        elsewhere,
        people.province,
        people.city_officer,
        people.secretariat,
        Actor.public(MID_WINDOW),
    ):
        assert not Delegation.objects.visible_to(who).exists()
        assert not Remark.objects.visible_to(who).exists()


def test_a_reach_that_is_not_ones_own_shows_no_helpers(draft, people, land):
    given(draft, people.officer)
    above = actor_for("officer", land.province, reach="line", received_at=MID_WINDOW)
    assert not Delegation.objects.visible_to(above).exists()


def test_nobody_is_neither_person_nor_link():
    assert helping.person_and_link(Actor.public(MID_WINDOW)) == (None, None)
    assert not helping.delegated(Actor.public(MID_WINDOW)).exists()
    for model in (Answer, Evidence, Delegation, Remark):
        assert not model.objects.visible_to(Actor.public(MID_WINDOW)).exists()


def test_rules_speak_of_the_item_at_hand(draft, people):
    _person, stranger = outsider()
    row = fresh(draft)
    assert not rules.may_act(stranger, rules.EDIT, row)
    assert not helping.may_talk(stranger, row)
    row.helped = "handed_in"
    assert not rules.may_act(stranger, rules.EDIT, row)
    assert helping.may_talk(stranger, row)
    row.helped = "open"
    assert rules.may_act(stranger, rules.EDIT, row)
    assert not rules.may_act(stranger, rules.SUBMIT, row)
