"""What ends with whoever gave it, and what nobody from outside may undo."""

import datetime

import pytest

from saduak.applications import actions, queries, tasks
from saduak.applications.actions import parting
from saduak.applications.models import Answer, Delegation
from saduak.applications.queries.helping import waiting
from saduak.applications.rules import helping
from saduak.foundation import clock
from saduak.foundation.access import Conflict, Invalid, Refused, resolver
from saduak.foundation.models import AuditEntry
from saduak.foundation.thai.calendar import bangkok_date
from saduak.organisations import actions as organisations
from saduak.organisations.models import Appointment, Person, Role
from tests.applications.factories import fresh, signed_application
from tests.applications.factories_helping import by_link, given, items_of, outsider
from tests.organisations.factories import AppointmentFactory, ServiceCentreFactory, actor_of
from tests.programme.factories import MID_WINDOW

pytestmark = pytest.mark.django_db
TODAY = bangkok_date(MID_WINDOW)


@pytest.fixture(autouse=True)
def _now():
    with clock.travel(MID_WINDOW):
        yield


@pytest.fixture
def leaver(land):
    """Another officer, who leaves: the appointment and who holds it."""
    post = AppointmentFactory(role=Role.OFFICER, organisation=land.district)
    return post, actor_of(post.person).at(MID_WINDOW)


@pytest.mark.parametrize("days", [0, 3])
def test_a_link_ends_with_the_appointment_of_who_made_it(draft, people, leaver, days):
    post, actor = leaver
    made, others = given(draft, actor), given(draft, people.officer)
    organisations.end_appointment(
        actor=people.head, appointment=post.public_id, on=TODAY + datetime.timedelta(days=days)
    )
    # Until the last day is over it goes on.
    assert (resolver.of_link(made.token, MID_WINDOW) is None) is (days == 0)
    assert resolver.of_link(others.token, MID_WINDOW) is not None


def lapse(post, on):
    """The appointment's last day is the one before `on`."""
    Appointment.objects.filter(pk=post.pk).update(valid_to=on)


def now(row):
    """As it is kept."""
    return type(row).objects.get(pk=row.pk)


DAY = datetime.timedelta(days=1)


@pytest.mark.postgres
def test_what_runs_out_at_midnight_ends_at_midnight(draft, people, leaver):
    post, actor = leaver
    lapse(post, TODAY + DAY)
    made, others = given(draft, actor), given(draft, people.officer)
    person = outsider()[0]
    account = given(draft, actor, person=person)
    mine = given(draft, people.officer, person=post.person)
    assert tasks.end_help_of_lapsed() == 0
    assert resolver.of_link(made.token, MID_WINDOW) is not None
    with clock.travel(MID_WINDOW + DAY):
        # Nobody has come to write it down yet, and the link works no more.
        assert resolver.of_link(made.token, MID_WINDOW + DAY) is None
        assert queries.by_link(made.token) is None
        assert resolver.of_link(others.token, MID_WINDOW + DAY) is not None
        assert tasks.end_help_of_lapsed() == 2
        assert tasks.end_help_of_lapsed() == 0
    ended = set(Delegation.objects.filter(ended_at__isnull=False))
    assert ended == {made.delegation, mine.delegation}
    # What others do with an account belongs to the centre.
    assert account.delegation not in ended
    verbs = AuditEntry.objects.filter(verb="applications.helpers_ended")
    assert verbs.get().actor == "system:relations"


@pytest.mark.postgres
def test_an_account_helps_until_midnight_and_not_until_it_is_written_down(draft, people, leaver, exactly):
    post, _actor = leaver
    lapse(post, TODAY + DAY)
    row = given(draft, people.officer, "2.1", person=post.person).delegation
    answer = items_of(draft, "2.1")[0]

    def helper():
        return actor_of(post.person).at(clock.now())

    def save(text):
        return actions.save_answer(
            actor=helper(), answer_id=answer.public_id, version=now(answer).version, narrative=text
        )

    save("เขียนก่อนเที่ยงคืน")
    assert [each.delegation.pk for each in queries.my_help(helper())] == [row.pk]
    with clock.travel(MID_WINDOW + DAY):
        late = helper()
        with exactly(1):
            assert queries.my_help(late) == []
        assert queries.help_page(late, answer.public_id) is None
        assert not list(waiting(late))
        with pytest.raises(Refused) as refusal:
            save("เขียนหลังเที่ยงคืน")
        # The same words as to whose help was ended: what was typed is still on the page.
        assert refusal.value.code == "help-over"
        with pytest.raises(Conflict):
            actions.hand_in(actor=late, delegation_id=row.public_id)
        # Given anew, it is theirs anew.
        officer = people.officer.at(clock.now())
        again = given(draft, officer, "2.1", person=post.person).delegation
        save("เขียนตามที่มอบใหม่")
        assert [each.delegation.pk for each in queries.my_help(helper())] == [again.pk]
        assert tasks.end_help_of_lapsed() == 1
    assert now(answer).narrative == "เขียนตามที่มอบใหม่"
    assert (now(row).state, now(again).state) == ("ended", "open")


def test_nobody_takes_on_what_was_offered_by_who_is_gone(draft, people, leaver):
    post, actor = leaver
    lapse(post, TODAY + DAY)
    person, account = outsider()
    email = person.user.email
    theirs = given(draft, actor, email=email).delegation
    ours = given(draft, people.officer, email=email).delegation
    assert {each.delegation.pk for each in queries.offers(account)} == {theirs.pk, ours.pk}
    with clock.travel(MID_WINDOW + DAY):
        late = account.at(clock.now())
        assert [each.delegation.pk for each in queries.offers(late)] == [ours.pk]
        with pytest.raises(Delegation.DoesNotExist):
            actions.take_help_on(actor=late, delegation_id=theirs.public_id)
        assert actions.take_help_on(actor=late, delegation_id=ours.public_id).person == person


@pytest.mark.postgres
def test_who_serves_on_by_another_appointment_keeps_what_they_gave(draft, people, leaver, land):
    post, actor = leaver
    made = given(draft, actor)
    old = given(draft, people.officer, person=post.person)
    lapse(post, TODAY + DAY)
    AppointmentFactory(role=Role.HELPER, organisation=land.district, person=post.person, valid_from=TODAY)
    with clock.travel(MID_WINDOW + DAY):
        assert tasks.end_help_of_lapsed() == 0
        assert resolver.of_link(made.token, MID_WINDOW + DAY) is not None
    assert Delegation.objects.filter(pk=old.delegation.pk, state="open").exists()


@pytest.mark.postgres
def test_who_left_long_ago_may_be_asked_to_help(draft, people, leaver):
    post, _actor = leaver
    lapse(post, TODAY)
    given(draft, people.officer, person=post.person)
    with clock.travel(MID_WINDOW + DAY):
        assert tasks.end_help_of_lapsed() == 0


@pytest.mark.postgres
@pytest.mark.parametrize("ends", [True, False])
def test_of_an_office_only_the_own_centre_counts(draft, people, land, ends):
    centre = land.centre if ends else ServiceCentreFactory(organisation=land.district)
    post = AppointmentFactory(role=Role.OFFICER, organisation=land.district, centre=centre)
    given(draft, people.officer, person=post.person)
    lapse(post, TODAY + DAY)
    with clock.travel(MID_WINDOW + DAY):
        assert tasks.end_help_of_lapsed() == int(ends)


def test_so_many_applications_at_once(draft, city, people, land):
    posts = [AppointmentFactory(role=Role.OFFICER, organisation=at) for at in (land.district, land.city)]
    for application, post in zip((draft, city), posts, strict=True):
        given(application, actor_of(post.person).at(MID_WINDOW))
        lapse(post, TODAY + DAY)
    with clock.travel(MID_WINDOW + DAY):
        assert len(list(parting.with_lapsed_help(at_once=1))) == 1
        assert set(parting.with_lapsed_help()) == {draft.public_id, city.public_id}


def test_who_makes_a_link_anew_is_who_made_it(draft, people, leaver):
    post, actor = leaver
    first = given(draft, people.officer).delegation
    again = actions.renew_link(actor=actor, delegation_id=first.public_id)
    assert Delegation.objects.get().given_by_id == actor.user_id
    organisations.end_appointment(actor=people.head, appointment=post.public_id, on=TODAY)
    assert resolver.of_link(again.token, MID_WINDOW) is None


def test_nobody_gives_items_to_themselves(draft, people):
    me = Person.objects.get(pk=people.officer.person_id)
    with pytest.raises(Invalid) as refusal:
        given(draft, people.officer, person=me)
    assert refusal.value.code == "oneself"
    assert not Delegation.objects.exists()


def test_a_helper_from_outside_undoes_no_signature(draft, people):
    made = given(draft, people.officer, "2.1")
    person, account = outsider()
    given(draft, people.officer, "2.1", person=person)
    signed_application(draft)
    answer = items_of(draft, "2.1")[0]
    for who in (by_link(made.token), account):
        with pytest.raises(Refused) as refusal:
            actions.save_answer(actor=who, answer_id=answer.public_id, version=answer.version, narrative="ก")
        assert refusal.value.code == "help-over"
    assert fresh(draft).state == "signed"


def test_what_another_link_does_is_not_mine(draft, people):
    """A link has no person: "the helper without a person" is not one helper."""
    first, second = given(draft, people.officer, "2.1"), given(draft, people.officer, "2.1")
    person, account = outsider()
    given(draft, people.officer, "2.1", person=person)
    answer = items_of(draft, "2.1")[0]
    actions.hand_in(actor=by_link(first.token), delegation_id=first.delegation.public_id)
    actions.hand_in(actor=account, delegation_id=Delegation.objects.get(person=person).public_id)

    def stands(actor):
        state = helping.stands(*helping.person_and_link(actor), TODAY, answer__public_id=answer.public_id)
        return Answer.objects.filter(pk=answer.pk).annotate(state=state).get().state

    who = [by_link(first.token), by_link(second.token), account, resolver.Actor.public(MID_WINDOW)]
    assert [stands(actor) for actor in who] == ["handed_in", "open", "handed_in", None]
    # So says the page: it shows no form whose saves are refused.
    page = queries.help_page(by_link(first.token), answer.public_id)
    assert page.may_edit.code == "help-over"


def test_a_link_that_opens_nothing_more_says_whose_work_it_was(draft, people, land):
    made = given(draft, people.officer)
    actions.renew_link(actor=people.officer, delegation_id=made.delegation.public_id)
    assert queries.by_link(made.token) is None
    centre = queries.centre_of_link(resolver.digest(made.token))
    assert (centre, centre.organisation.phone) == (land.centre, "055")
    assert queries.centre_of_link(resolver.digest("guessed")) is None


def test_what_a_session_keeps_of_a_link_opens_it_as_long_as_the_link_does(draft, people):
    made = given(draft, people.officer).delegation
    kept = resolver.to_keep(made.link)
    actor = resolver.of_kept(kept, MID_WINDOW)
    assert (actor.ref, actor.name) == (f"link:{made.link_id}", made.name)
    for other in (
        None,
        "a secret of before",
        [made.link_id + 1, kept[1]],
        [made.link_id, "0" * 64],
        [kept[1]],
    ):
        assert resolver.of_kept(other, MID_WINDOW) is None
    actions.end_help(actor=people.officer, delegation_id=made.public_id)
    assert resolver.of_kept(kept, MID_WINDOW) is None
