"""Whether a certificate can be renewed now; if not, why and when; and how far its renewal is for those who follow."""

import datetime
from importlib import import_module

import pytest
from django.db.models import Q

from saduak.applications import actions, queries
from saduak.applications.letters import apply_again
from saduak.applications.models import Extension
from saduak.foundation import clock
from saduak.organisations.models import ServiceCentre
from saduak.programme import eligibility
from saduak.programme.models import Round
from tests.applications.factories import ApplicationFactory, signed_application, submitted_application
from tests.applications.factories_renewing import held_by, round_after
from tests.organisations.factories import (
    OrganisationFactory,
    ProgrammeFactory,
    ServiceCentreFactory,
    actor_for,
)
from tests.programme.factories import MID_WINDOW, RoundFactory
from tests.register.factories import CertificateFactory, PublicationFactory

pytestmark = pytest.mark.django_db
LATER = "เมื่อเปิดรอบที่ต่ออายุได้ งานจะขึ้นที่หน้างานของฉัน"
SOON, BEYOND = datetime.date(2027, 5, 4), datetime.date(2027, 12, 31)
# Applications are over, the results are not there.
AFTER = MID_WINDOW + datetime.timedelta(days=60)
# The round is over, and the next one takes applications.
NEXT_YEAR = MID_WINDOW.replace(year=2028)


@pytest.fixture
def soon(land):
    """A certificate that ends before this round's results."""
    return held_by(land.centre, land.programme, SOON)


def told(actor, *rows):
    """How each renewal stands, in order: the state, and why."""
    found = queries.renewals(actor, rows)
    return [(found[row.pk].state, str(found[row.pk].why)) for row in rows if row.pk in found]


def more_time(land):
    """Three days more for the district's centre."""
    until = AFTER + datetime.timedelta(days=3)
    Extension.objects.create(
        round=land.round, centre=land.centre, until=until, reason="น้ำท่วม", given_at=MID_WINDOW
    )


def not_this_year(round_: Round):
    """A round that renews nothing."""
    document = eligibility.known()
    closed = {**document, "renewal": {**document["renewal"], "allowed": False}}
    round_.eligibility = eligibility.checked(closed)
    round_.save(update_fields=["eligibility"])


# --- One's own --------------------------------------------------------------------------------------------------------


def test_it_begins_where_the_open_round_takes_it(land, people, soon):
    for own in (people.officer, people.head):
        found = queries.renewals(own, [soon])[soon.pk]
        assert (found.state, found.round, found.own, found.application) == ("begin", land.round, True, None)
        assert str(found.why) == "ใบรับรองสิ้นอายุ 4 พฤษภาคม 2570 ไม่เลยวันที่คาดว่าจะมีผล คือ 30 กันยายน 2570"
    assert queries.renewals(people.officer, []) == {}


def test_where_it_outlasts_the_results_it_waits(land, people):
    row = held_by(land.centre, land.programme, BEYOND)
    why = "ใบรับรองใช้ได้ถึง 31 ธันวาคม 2570 ซึ่งเลยวันที่คาดว่าจะมีผล คือ 30 กันยายน 2570 จึงยังไม่ถึงเวลาต่ออายุ"
    assert told(people.officer, row) == [("wait", f"{why} {LATER}")]
    # The next round has been opened, and takes it.
    following = round_after(land.round, land.round.criteria_set, 2571)
    when = f"เริ่มต่ออายุได้ตั้งแต่ 1 มกราคม 2571 ใน{following.title}"
    assert told(people.officer, row) == [("wait", f"{why} {when}")]


def test_a_round_that_renews_nothing_says_so(land, people, soon):
    not_this_year(land.round)
    assert told(people.officer, soon) == [("wait", f"รอบนี้ไม่รับต่ออายุ {LATER}")]


def test_before_the_window_it_says_from_when(land, people, soon):
    early = people.officer.at(MID_WINDOW - datetime.timedelta(days=50))
    assert told(early, soon) == [("wait", f"เริ่มต่ออายุได้ตั้งแต่ 1 มกราคม 2570 ใน{land.round.title}")]
    not_this_year(land.round)
    assert told(early, soon) == [("wait", f"รอบนี้ไม่รับต่ออายุ {LATER}")]


def test_after_the_window_it_says_that_it_is_over(land, people, soon):
    late = people.officer.at(AFTER)
    assert told(late, soon) == [("wait", f"{land.round.title} ปิดรับใบสมัครแล้ว {LATER}")]
    following = round_after(land.round, land.round.criteria_set, 2571)
    when = f"เริ่มต่ออายุได้ตั้งแต่ 1 มกราคม 2571 ใน{following.title}"
    assert told(late, soon) == [("wait", when)]


def test_without_a_round_there_is_none_to_name(land, people, soon):
    gone = people.officer.at(MID_WINDOW.replace(year=2028))
    assert told(gone, soon) == [("wait", f"ยังไม่เปิดรอบที่รับต่ออายุ {LATER}")]
    # Nor is the round one for it that gave it.
    own = held_by(land.centre, land.programme, SOON, fiscal_year=2570)
    assert told(people.officer, own) == [("wait", f"ยังไม่เปิดรอบที่รับต่ออายุ {LATER}")]
    other = held_by(land.centre, land.other, SOON)
    assert told(people.officer, other) == [("wait", f"ยังไม่เปิดรอบที่รับต่ออายุ {LATER}")]


def test_who_was_given_more_time_begins_after_the_window(land, people, soon):
    more_time(land)
    assert queries.renewals(people.officer.at(AFTER), [soon])[soon.pk].state == "begin"
    land.round.closed_at = AFTER
    land.round.save(update_fields=["closed_at"])
    assert told(people.officer.at(AFTER), soon) == [("wait", f"ยังไม่เปิดรอบที่รับต่ออายุ {LATER}")]


def test_a_round_that_is_closed_by_hand_later_ends_no_extension_yet(land, people, soon):
    more_time(land)
    land.round.closed_at = AFTER + datetime.timedelta(days=1)
    land.round.save(update_fields=["closed_at"])
    assert queries.renewals(people.officer.at(AFTER), [soon])[soon.pk].state == "begin"


def test_what_is_begun_is_gone_on_with(land, people, draft, soon):
    found = queries.renewals(people.officer, [soon])[soon.pk]
    assert (found.state, found.application, found.round) == ("begun", draft, land.round)
    assert (found.own, found.whole) == (True, True)


# --- What came to nothing, and what is not out yet --------------------------------------------------------------------


def begun(actor, row):
    """The application by which a certificate is renewed, when there is one."""
    return queries.renewals(actor, [row])[row.pk].application


@pytest.mark.parametrize("state", ["draft", "signed"])
def test_what_was_not_filed_in_time_is_no_renewal(land, people, draft, soon, state):
    if state == "signed":
        signed_application(draft, head=people.head)
    assert begun(people.officer, soon) == begun(people.department, soon) == draft
    over = ("wait", f"{land.round.title} ปิดรับใบสมัครแล้ว {LATER}")
    assert told(people.officer.at(AFTER), soon) == [over]
    assert told(people.department.at(AFTER), soon) == [("none", "")]
    more_time(land)
    assert begun(people.officer.at(AFTER), soon) == begun(people.department.at(AFTER), soon) == draft
    assert told(people.department.at(AFTER + datetime.timedelta(days=3)), soon) == [("none", "")]
    land.round.closed_at = AFTER
    land.round.save(update_fields=["closed_at"])
    assert told(people.department.at(AFTER), soon) == [("none", "")]


def test_what_was_withdrawn_is_no_renewal_and_can_be_gone_on_with(land, people, draft, soon):
    actions.withdraw(actor=people.officer, application_id=draft.public_id, reason="ย้ายที่ทำการ")
    why = f"ถอนใบสมัครใน{land.round.title}แล้ว เปิดให้เขียนต่อได้จากใบสมัครเดิม"
    assert told(people.officer, soon) == [("wait", why)]
    assert told(people.department, soon) == [("none", "")]
    assert told(people.officer.at(AFTER), soon) == [("wait", f"{land.round.title} ปิดรับใบสมัครแล้ว {LATER}")]


@pytest.mark.parametrize("how", ["all its stages are past", "closed by hand"])
def test_what_was_filed_counts_until_its_result_is_out(land, people, draft, soon, how):
    submitted_application(draft, officer=people.officer)
    if how == "closed by hand":
        land.round.closed_at = AFTER
        land.round.save(update_fields=["closed_at"])
    for who in (people.officer, people.department, people.secretariat):
        assert begun(who.at(NEXT_YEAR), soon) == draft


def test_what_is_out_for_correction_was_filed(land, people, draft, soon):
    submitted_application(draft, officer=people.officer)
    actions.return_for_correction(
        actor=people.secretariat, application_id=draft.public_id, due_at=AFTER, reason="แนบแผน"
    )
    assert begun(people.officer.at(NEXT_YEAR), soon) == draft


def test_a_later_round_that_takes_it_comes_first(land, people, draft, soon):
    submitted_application(draft, officer=people.officer)
    following = round_after(land.round, land.round.criteria_set, 2571)
    assert begun(people.officer, soon) == begun(people.officer.at(AFTER), soon) == draft
    late = people.officer.at(NEXT_YEAR)
    found = queries.renewals(late, [soon])[soon.pk]
    assert (found.state, found.round, found.application) == ("begin", following, None)
    # Who follows reads what was filed.
    assert begun(people.department.at(NEXT_YEAR), soon) == draft
    again = ApplicationFactory(centre=land.centre, round=following, actor=late)
    assert begun(late, soon) == begun(people.department.at(NEXT_YEAR), soon) == again
    actions.withdraw(actor=late, application_id=again.public_id, reason="รอผลเดิม")
    assert begun(late, soon) == begun(people.department.at(NEXT_YEAR), soon) == draft
    not_this_year(following)
    assert begun(late, soon) == draft


def test_rooms_above_say_what_is_over(land, people, draft, soon, monkeypatch):
    submitted_application(draft, officer=people.officer)
    monkeypatch.setattr(import_module("saduak.applications.queries.renewals"), "_concluded", [])
    assert begun(people.officer, soon) == draft
    queries.register_concluded(lambda _actor: None)
    queries.register_concluded(lambda actor: Q(state="submitted") if actor != people.secretariat else None)
    assert begun(people.secretariat, soon) == draft
    assert told(people.department, soon) == [("none", "")]
    # A centre applies once in a round.
    over = f"ใบสมัครใน{land.round.title}สิ้นสุดแล้ว"
    assert told(people.officer, soon) == [("wait", f"{over} {LATER}")]
    following = round_after(land.round, land.round.criteria_set, 2571)
    when = f"เริ่มต่ออายุได้ตั้งแต่ 1 มกราคม 2571 ใน{following.title}"
    assert told(people.officer, soon) == [("wait", when)]
    assert told(people.officer.at(NEXT_YEAR), soon)[0][0] == "begin"


def test_an_application_of_the_round_that_gave_it_is_no_renewal(land, people, draft):
    own = held_by(land.centre, land.programme, SOON, fiscal_year=2570)
    assert told(people.department, own) == [("none", "")]
    other = held_by(land.centre, land.other, SOON)
    assert told(people.department, other) == [("none", "")]


def test_a_centre_that_serves_no_longer_renews_nothing(land, people, soon):
    ServiceCentre.objects.update(retired_at=clock.now())
    soon.centre.refresh_from_db()
    assert told(people.officer, soon) == [("none", "")]
    assert queries.own_certificates(people.officer) == []


def test_ones_own_certificates_are_the_newest_of_each_centre_and_programme(land, people, soon):
    held_by(land.centre, land.programme, datetime.date(2026, 5, 4))
    held_by(land.centre, land.programme, BEYOND, state="revoked")
    hidden = PublicationFactory(programme=land.programme, published_at=None)
    CertificateFactory(publication=hidden, centre=land.centre, valid_until=BEYOND)
    other = held_by(land.centre, land.other, BEYOND)
    sister = held_by(ServiceCentreFactory(organisation=land.district), land.programme, BEYOND)
    held_by(land.city_centre, land.programme, SOON)
    assert set(queries.own_certificates(people.officer)) == {soon, other, sister}
    assert set(queries.own_certificates(people.officer, land.centre)) == {soon, other}
    assert queries.own_certificates(people.officer, land.city_centre) == []
    assert queries.own_certificates(people.helper) == []


# --- Those of others --------------------------------------------------------------------------------------------------


def test_who_follows_reads_how_far_it_is_and_begins_nothing(land, people, soon):
    for above in (people.department, people.province, people.secretariat, people.helper):
        assert told(above, soon) == [("none", "")]
    for other in (people.stranger, people.city_officer, people.auditor, people.other_secretariat):
        assert told(other, soon) == []
    clerk = actor_for("clerk", land.district, received_at=MID_WINDOW)
    assert told(clerk, soon) == []


def test_who_only_supervises_reads_no_more_than_whether_it_is_filed(land, people, city):
    row = held_by(land.city_centre, land.programme, SOON)
    found = queries.renewals(people.over_cities, [row])[row.pk]
    assert (found.state, found.application, found.own, found.whole) == ("begun", city, False, False)
    submitted_application(city, officer=people.city_officer)
    seen = queries.renewals(people.secretariat, [row])[row.pk]
    assert (seen.application.state, seen.whole) == ("submitted", True)


def test_command_reads_the_whole_state(land, people, draft, soon):
    found = queries.renewals(people.department, [soon])[soon.pk]
    assert (found.state, found.application, found.own, found.whole) == ("begun", draft, False, True)


@pytest.mark.postgres
@pytest.mark.parametrize("count", [1, 3])
def test_queries_stay_the_same_with_more_certificates(land, people, exactly, count):
    rows = [
        held_by(ServiceCentreFactory(organisation=land.district), land.programme, SOON) for _n in range(count)
    ]
    queries.renewals(people.officer, rows)  # the criteria are read once a process
    with exactly(3):
        assert [state for state, _why in told(people.officer, *rows)] == ["begin"] * count
    with exactly(4):
        assert [state for state, _why in told(people.officer.at(AFTER), *rows)] == ["wait"] * count
    with exactly(4):
        assert told(people.department, *rows) == [("none", "")] * count
    with exactly(1):
        assert len(queries.own_certificates(people.officer)) == count


def test_what_one_centre_waits_for(land, people, soon):
    assert queries.waits(people.officer, land.centre.public_id) == []  # it can be begun
    late = people.officer.at(AFTER)
    ((row, renewal),) = queries.waits(late, land.centre.public_id)
    assert (row, str(renewal.why)) == (soon, f"{land.round.title} ปิดรับใบสมัครแล้ว {LATER}")
    for who in (people.helper, people.department, people.city_officer):
        assert queries.waits(who.at(AFTER), land.centre.public_id) == []
    # Who starts for another programme alone renews nothing of this one.
    bound = actor_for("officer", land.district, programme=land.other, received_at=AFTER)
    assert queries.waits(bound, land.centre.public_id) == []
    sister = ServiceCentreFactory(organisation=land.district)
    held_by(sister, land.programme, datetime.date(2029, 8, 31))
    assert queries.waits(late, sister.public_id) == []


@pytest.mark.parametrize("count", [1, 3])
def test_what_one_centre_waits_for_costs_the_same(land, people, soon, exactly, count):
    for _n in range(count - 1):
        held_by(land.centre, ProgrammeFactory(), SOON)
    late = people.officer.at(AFTER)
    queries.waits(late, land.centre.public_id)
    with exactly(6):
        assert len(queries.waits(late, land.centre.public_id)) == count


# --- On the home page -------------------------------------------------------------------------------------------------


def waits(actor):
    return [(todo.kind, str(todo.title), str(todo.why), todo.later) for todo in queries.todos(actor)]


def test_a_centre_whose_certificate_is_to_be_renewed_reads_so(land, people, soon):
    (todo,) = queries.todos(people.officer)
    assert (todo.kind, str(todo.title), todo.later) == ("renew", "ต่ออายุใบรับรอง", False)
    assert (todo.centre_id, todo.round_id) == (land.centre.public_id, land.round.public_id)
    assert str(todo.why) == (
        f"{land.round.title} ใบรับรองสิ้นอายุ 4 พฤษภาคม 2570 ไม่เลยวันที่คาดว่าจะมีผล คือ 30 กันยายน 2570"
    )


def test_what_ends_soon_and_can_not_be_renewed_yet_says_why(land, people, soon):
    not_this_year(land.round)
    assert waits(people.officer)[-1] == (
        "renew",
        "ต่ออายุใบรับรองที่สิ้นอายุ 4 พฤษภาคม 2570",
        f"รอบนี้ไม่รับต่ออายุ {LATER}",
        True,
    )


@pytest.mark.parametrize("until", [MID_WINDOW.date() - datetime.timedelta(days=1), datetime.date(2027, 8, 5)])
def test_what_ends_later_or_has_ended_is_no_step_to_come(land, people, until):
    not_this_year(land.round)
    held_by(land.centre, land.programme, until)
    assert [todo for todo in queries.todos(people.officer) if todo.later] == []


def test_a_renewal_that_is_begun_is_no_step_to_come(land, people, soon, draft):
    assert "renew" not in {todo.kind for todo in queries.todos(people.officer)}
    # It was not filed in time, so that it renews nothing.
    assert [todo.kind for todo in queries.todos(people.officer.at(AFTER)) if todo.later] == ["renew"]
    submitted_application(draft, officer=people.officer)
    assert "renew" not in {todo.kind for todo in queries.todos(people.officer.at(AFTER))}


def test_who_may_not_apply_at_all_is_not_told_to_start(land, people):
    held_by(land.centre, land.programme, datetime.date(2029, 8, 31), level_key="excellent")
    assert waits(people.officer) == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_home_page_asks_the_same_for_more_certificates(land, people, exactly, count):
    office = OrganisationFactory(kind="district")
    for _n in range(count):
        held_by(ServiceCentreFactory(organisation=office), land.programme, SOON)
    actor = actor_for("officer", office, received_at=AFTER)
    queries.todos(actor)
    with exactly(10):
        found = queries.todos(actor)
    assert [todo.kind for todo in found] == ["renew"] * count


# --- Once more, after a refusal ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("set_", ["nothing", "over", "without a window", "another programme"])
def test_no_later_round_is_set(land, draft, set_):
    if set_ == "over":
        row = round_after(land.round, land.round.criteria_set, 2571)
        row.closed_at = MID_WINDOW
        row.save(update_fields=["closed_at"])
    elif set_ == "without a window":
        round_after(land.round, land.round.criteria_set, 2571).stages.filter(key="application").delete()
    elif set_ == "another programme":
        RoundFactory(programme=land.other, fiscal_year=2571)
    assert queries.ahead_of(draft, MID_WINDOW) == queries.Ahead(is_set=False)
    assert apply_again(draft, MID_WINDOW) == "ขณะนี้ยังไม่มีกำหนดเปิดรับสมัครรอบถัดไป"


def test_the_first_later_round_that_takes_the_centre(land, draft):
    following = round_after(land.round, land.round.criteria_set, 2571)
    round_after(land.round, land.round.criteria_set, 2572)
    found = queries.ahead_of(draft, MID_WINDOW).again
    days = (datetime.date(2028, 1, 1), datetime.date(2028, 2, 28))
    assert (found.round, found.opens_on, found.closes_on) == (following, *days)
    said = f"สมัครได้ใน{following.title} ตั้งแต่วันที่ 1 มกราคม 2571 ถึงวันที่ 28 กุมภาพันธ์ 2571"
    assert apply_again(draft, MID_WINDOW) == f"หากประสงค์จะสมัครอีกครั้ง {said}"
    following.eligibility = eligibility.checked({**eligibility.known(), "agencies": ["branch"]})
    following.save(update_fields=["eligibility"])
    assert queries.ahead_of(draft, MID_WINDOW).again.round.fiscal_year == 2572


def test_later_rounds_that_do_not_take_the_centre_promise_nothing(land, draft):
    following = round_after(land.round, land.round.criteria_set, 2571)
    following.eligibility = eligibility.checked({**eligibility.known(), "agencies": ["branch"]})
    following.save(update_fields=["eligibility"])
    assert queries.ahead_of(draft, MID_WINDOW) == queries.Ahead(is_set=True)
    assert apply_again(draft, MID_WINDOW) == ""


@pytest.mark.parametrize("many", [1, 3])
def test_three_queries_however_many_rounds_are_ahead(land, draft, exactly, many):
    for year in range(2571, 2571 + many):
        round_after(land.round, land.round.criteria_set, year)
    held_by(land.centre, land.programme, SOON)
    apply_again(draft, MID_WINDOW)
    with exactly(3):
        apply_again(draft, MID_WINDOW)
