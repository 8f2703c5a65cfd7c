"""More time for one centre: what it opens to the second, for whom, what it never takes away, and what ends it."""

import datetime
import uuid

import pytest
from django.db import IntegrityError, transaction

from saduak.applications import actions, queries, signals
from saduak.applications.models import Application, Extension
from saduak.applications.queries import dates
from saduak.applications.queries import extension as lists
from saduak.applications.queries.starting import rounds_extended
from saduak.foundation import clock
from saduak.foundation.access import Conflict, Invalid, Refused
from saduak.foundation.models import AuditEntry
from saduak.programme.models import Round, Stage
from tests.applications.factories import (
    ApplicationFactory,
    answer,
    fresh,
    signed_application,
)
from tests.organisations.factories import ServiceCentreFactory, actor_for
from tests.programme.factories import MID_WINDOW, RoundFactory

pytestmark = pytest.mark.django_db

SECOND = datetime.timedelta(seconds=1)
DAY = datetime.timedelta(days=1)
CLOSES = datetime.datetime(2027, 3, 1, tzinfo=clock.BANGKOK)
UNTIL = CLOSES + 7 * DAY
WHY = "น้ำท่วมสำนักงาน ตามหนังสือจังหวัด"


@pytest.fixture
def extend(land, people):
    """Give the district's centre more time."""

    def give(until=UNTIL, actor=None, centre=None, reason=WHY, **more):
        return actions.extend(
            actor=actor or people.secretariat,
            round_id=land.round.public_id,
            centre_id=(centre or land.centre).public_id,
            until=until,
            reason=reason,
            **more,
        )

    return give


def close_by_hand(land, moment):
    Round.objects.filter(pk=land.round.pk).update(closed_at=moment, closed_reason="ปิด")


def save(actor, application, version=0):
    row = answer(application, "2.1")
    return actions.save_answer(
        actor=actor, answer_id=row.public_id, version=version, narrative=f"ข้อความ {version}"
    )


# --- What it opens -----------------------------------------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.parametrize(("seconds", "open_"), [(-1, True), (0, False)])
def test_writing_and_submitting_end_at_its_own_second(draft, people, extend, seconds, open_):
    extend()
    moment = UNTIL + seconds * SECOND
    officer, head = people.officer.at(moment), people.head.at(moment)
    assert bool(dates.may_submit_now(fresh(draft), moment)) == open_
    if not open_:
        for run in (
            lambda: save(officer, draft),
            lambda: actions.sign(
                actor=head, application_id=draft.public_id, digest=queries.current_digest(fresh(draft))
            ),
            lambda: actions.submit(actor=officer, application_id=draft.public_id),
        ):
            with pytest.raises(Conflict):
                run()
        return
    save(officer, draft)
    signed_application(draft, head=head)
    assert actions.submit(actor=officer, application_id=draft.public_id).received_at == moment


@pytest.mark.postgres
@pytest.mark.parametrize(("seconds", "open_"), [(-1, True), (0, False)])
def test_starting_ends_at_its_own_second(land, people, extend, seconds, open_):
    extend()
    moment = UNTIL + seconds * SECOND

    def start(actor, centre):
        return actions.start(
            actor=actor.at(moment), centre_id=centre.public_id, round_id=land.round.public_id
        )

    with pytest.raises(Conflict) as closed:
        start(people.city_officer, land.city_centre)  # nobody gave it more time
    assert closed.value.code == "window-closed"
    found = [option.centre for option in queries.can_start(people.officer.at(moment), land.round)]
    assert (found == [land.centre]) == open_
    assert (rounds_extended(people.officer.at(moment)) == {land.round.pk}) == open_
    assert rounds_extended(people.city_officer.at(moment)) == frozenset()
    if open_:
        assert start(people.officer, land.centre).state == "draft"
    else:
        with pytest.raises(Conflict):
            start(people.officer, land.centre)


def test_one_second_after_the_round_only_the_extended_centre_writes(draft, land, people, extend):
    city = ApplicationFactory(centre=land.city_centre, round=land.round, actor=people.city_officer)
    extend()
    save(people.officer.at(CLOSES), draft)
    with pytest.raises(Conflict):
        save(people.city_officer.at(CLOSES), city)


def test_it_is_read_the_same_everywhere(draft, land, people, extend, exactly):
    extend()
    application = fresh(draft)
    with exactly(0):
        assert dates.closes_at(application) == UNTIL
        assert dates.extended_because(application) == WHY
    bare = Application.objects.select_related("round").get(pk=draft.pk)
    assert dates.closes_at(bare) == UNTIL
    assert dates.extended_because(bare) == ""
    assert dates.takes_from(land.round, land.centre.pk, CLOSES)
    assert not dates.takes_from(land.round, land.city_centre.pk, CLOSES)
    late = people.officer.at(CLOSES)
    tasks = queries.task_list(late, draft.public_id)
    (due,) = tasks.deadlines
    assert (due.kind, due.due_at, due.because) == ("window", UNTIL, WHY)
    assert due.last_moment == UNTIL - SECOND
    assert tasks.may_edit
    assert tasks.window_open
    assert not queries.task_list(people.officer.at(UNTIL), draft.public_id).window_open
    with clock.travel(CLOSES):
        found = [todo for todo in queries.todos(late) if not todo.later]
    assert {todo.due_at for todo in found} == {UNTIL}
    with clock.travel(UNTIL):
        assert queries.todos(people.officer.at(UNTIL)) == []


def test_who_has_not_started_reads_the_new_date(land, people, extend):
    extend()
    for moment, due in ((MID_WINDOW, UNTIL), (CLOSES, UNTIL), (UNTIL, None)):
        with clock.travel(moment):
            found = [todo.due_at for todo in queries.todos(people.officer.at(moment))]
        assert found == ([due] if due else [])
    with clock.travel(CLOSES):
        assert queries.todos(people.city_officer.at(CLOSES)) == []


def test_nobody_starts_by_the_list_before_the_window(land, people):
    early = datetime.datetime(2026, 12, 31, tzinfo=clock.BANGKOK)
    with clock.travel(early):
        assert queries.todos(people.officer.at(early)) == []


def test_without_a_stage_nothing_closes_and_nothing_is_extended(draft, land, extend):
    Stage.objects.filter(round=land.round, key="application").delete()
    assert dates.closes_at(fresh(draft)) is None
    assert dates.closes_at(Application.objects.select_related("round").get(pk=draft.pk)) is None
    with pytest.raises(Conflict) as refused:
        extend()
    assert refused.value.code == "round-closed"


# --- What it never takes away ------------------------------------------------------------------------------------------


@pytest.mark.postgres
def test_a_window_that_moves_past_it_counts(draft, land, extend):
    extend()
    Stage.objects.filter(round=land.round, key="application").update(ends_at=UNTIL + DAY)
    assert dates.closes_at(fresh(draft)) == UNTIL + DAY
    assert dates.extended_because(fresh(draft)) == ""
    Stage.objects.filter(round=land.round, key="application").update(ends_at=CLOSES - DAY)
    assert dates.closes_at(fresh(draft)) == UNTIL


def test_a_correction_keeps_its_own_moment(draft, people, extend):
    extend()
    signed_application(draft, head=people.head)
    actions.submit(actor=people.officer, application_id=draft.public_id)
    actions.return_for_correction(
        actor=people.secretariat,
        application_id=draft.public_id,
        due_at=MID_WINDOW + DAY,
        reason="แนบแผนที่ลงนามแล้ว",
    )
    with pytest.raises(Conflict):
        save(people.officer.at(MID_WINDOW + DAY), draft)


def test_more_takes_the_place_of_less(draft, extend, people):
    first, second = extend(), extend(UNTIL + DAY, reason="ขยายอีก")
    first.refresh_from_db()
    assert (first.ended_at, first.superseded_by) == (MID_WINDOW, second)
    assert dates.closes_at(fresh(draft)) == UNTIL + DAY
    verbs = AuditEntry.objects.filter(aggregate="applications.extension").order_by("pk")
    assert list(verbs.values_list("aggregate_id", "verb")) == [
        (first.pk, "applications.extended"),
        (second.pk, "applications.extended"),
        (first.pk, "applications.extension_superseded"),
    ]
    for until in (UNTIL, UNTIL + DAY, CLOSES):
        with pytest.raises(Invalid) as less:
            extend(until)
        assert (less.value.code, list(less.value.fields)) == ("not-later", ["until"])


def test_sent_twice_it_is_given_once(extend):
    key = uuid.uuid4()
    assert extend(idempotency_key=key) == extend(idempotency_key=key)
    assert Extension.objects.count() == 1


def test_it_says_who_gave_what_and_why(extend, land, people):
    made = extend(reason="  น้ำท่วม\x00 ")
    assert (made.reason, made.given_at, made.given_by_id) == (
        "น้ำท่วม",
        MID_WINDOW,
        people.secretariat.user_id,
    )
    entry = AuditEntry.objects.get(aggregate="applications.extension")
    assert entry.facts["reason"] == "น้ำท่วม"
    assert entry.facts["centre"] == str(land.centre.public_id)


# --- What is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("until", "reason", "code"),
    [
        (UNTIL, " \x00 ", "empty"),
        (UNTIL, "ก" * 501, "too-long"),
        (MID_WINDOW, WHY, "past"),
        (CLOSES, WHY, "not-later"),
    ],
)
def test_what_is_no_extension(extend, until, reason, code):
    with pytest.raises(Invalid) as refused:
        extend(until, reason=reason)
    assert refused.value.code == code
    assert not Extension.objects.exists()


def test_only_the_secretariat_of_the_programme(extend, people):
    for who in (people.officer, people.head, people.province, people.other_secretariat, people.auditor):
        with pytest.raises(Refused) as refused:
            extend(actor=who)
        assert refused.value.code == "not-secretariat"
    assert bool(extend(actor=people.secretariat))


def test_a_centre_that_serves_no_more_and_a_round_that_is_closed(extend, land, people):
    retired = ServiceCentreFactory(organisation=land.district, retired_at=MID_WINDOW)
    with pytest.raises(Conflict) as gone:
        extend(centre=retired)
    assert gone.value.code == "centre-retired"
    close_by_hand(land, MID_WINDOW)
    with pytest.raises(Conflict) as closed:
        extend()
    assert closed.value.code == "round-closed"


# --- What ends it ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "open_"), [(-1, True), (0, False)])
def test_a_round_that_is_closed_by_hand_ends_all(draft, land, people, extend, seconds, open_):
    extend()
    close_by_hand(land, CLOSES + DAY)
    moment = CLOSES + DAY + seconds * SECOND
    assert bool(dates.may_submit_now(fresh(draft), moment)) == open_
    assert dates.takes_from(Round.objects.get(pk=land.round.pk), land.centre.pk, moment) == open_
    assert bool(queries.task_list(people.officer.at(moment), draft.public_id).may_edit) == open_
    row = Round.objects.get(pk=land.round.pk)
    assert len(queries.can_start(people.officer.at(moment), row)) == open_


def test_it_ends_before_its_time_with_a_reason(draft, people, extend, land):
    made = extend()
    after = CLOSES + DAY

    def end(actor=people.secretariat, reason="ยื่นคำขอผิดศูนย์"):
        return actions.end_extension(actor=actor.at(after), extension_id=made.public_id, reason=reason)

    for who in (people.officer, people.other_secretariat):
        with pytest.raises(Refused):
            end(who)
    with pytest.raises(Invalid):
        end(reason="")
    save(people.officer.at(after), draft)
    ended = end()
    assert (ended.ended_at, ended.ended_reason) == (after, "ยื่นคำขอผิดศูนย์")
    assert dates.closes_at(fresh(draft)) == CLOSES
    with pytest.raises(Conflict):
        save(people.officer.at(after), draft, version=1)
    with pytest.raises(Conflict):
        end()
    last = AuditEntry.objects.filter(aggregate="applications.extension").order_by("pk").last()
    assert (last.verb, last.facts) == ("applications.extension_ended", {"reason": "ยื่นคำขอผิดศูนย์"})


def test_what_has_run_out_is_not_ended_again(people, extend):
    made = extend()
    with pytest.raises(Conflict):
        actions.end_extension(
            actor=people.secretariat.at(UNTIL), extension_id=made.public_id, reason="หมดแล้ว"
        )


def test_the_rooms_above_are_told(extend, people):
    told = []
    signals.extended.connect(
        lambda extension, how, **_: told.append((extension, how)), weak=False, dispatch_uid="t"
    )
    made = extend()
    actions.end_extension(actor=people.secretariat, extension_id=made.public_id, reason="เลิก")
    assert told == [(made, "given"), (made, "ended")]


@pytest.mark.postgres
@pytest.mark.parametrize(
    "changes",
    [{}, {"until": MID_WINDOW}, {"reason": ""}, {"superseded": True}],
    ids=["two open", "no time", "no reason", "superseded but open"],
)
def test_the_table_keeps_it_straight(extend, land, changes):
    first = extend()
    values = {"until": UNTIL, "reason": WHY, "given_at": MID_WINDOW} | changes
    if values.pop("superseded", False):
        values["superseded_by"] = first
    if changes:
        values["centre"] = land.city_centre
    with pytest.raises(IntegrityError), transaction.atomic():
        Extension.objects.create(round=land.round, centre=values.pop("centre", land.centre), **values)


# --- Who reads of it ---------------------------------------------------------------------------------------------------


def test_the_secretariat_and_whoever_may_know_where_it_stands_read_of_it(extend, people, land):
    made = extend()
    sees = {
        name: Extension.objects.visible_to(actor).filter(pk=made.pk).exists()
        for name, actor in vars(people).items()
    }
    assert {name for name, seen in sees.items() if seen} == {
        *("officer", "head", "helper", "province", "department", "secretariat"),
    }
    everywhere = actor_for("secretariat", programme=None, received_at=MID_WINDOW)
    assert list(Extension.objects.visible_to(everywhere)) == [made]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_a_round_takes_as_many_queries_for_three_as_for_one(extend, land, people, exactly, count):
    centres = [ServiceCentreFactory(organisation=land.district) for _ in range(count)]
    for number, centre in enumerate(centres):
        extend(UNTIL + number * DAY, centre=centre)
    with exactly(3):
        round_ = lists.round_of(people.secretariat, land.round.public_id)
        rows = list(lists.extensions_of(people.secretariat, round_))
        assert [row.centre for row in rows] == centres[::-1]
        assert {row.centre.organisation.name_th for row in rows} == {land.district.name_th}
    assert lists.round_of(people.officer, land.round.public_id) is None


def test_the_page_of_one_centre(extend, land, people, draft, exactly):
    before = lists.extend_page(people.secretariat, land.round.public_id, land.centre.public_id)
    assert (before.application, before.given, before.closes_at) == (draft, None, CLOSES)
    made = extend()
    with exactly(5):
        page = lists.extend_page(people.secretariat, land.round.public_id, land.centre.public_id)
    assert (page.given, page.closes_at) == (made, UNTIL)
    assert lists.extend_page(people.officer, land.round.public_id, land.centre.public_id) is None
    assert lists.extend_page(people.secretariat, land.round.public_id, uuid.uuid4()) is None
    bare = RoundFactory(programme=land.programme, fiscal_year=2571)
    Stage.objects.filter(round=bare, key="application").delete()
    assert lists.extend_page(people.secretariat, bare.public_id, land.centre.public_id).closes_at is None


def test_a_centre_is_found_by_its_name_or_its_office(land, people):
    def found(words):
        return list(lists.centres_named(people.secretariat, words))

    assert found("งานทะเบียน") == found("อำเภอวังทอง งานทะเบียน") == [land.centre]
    assert found("วังทอง ประชาชน") == found("") == found("\x00") == []
