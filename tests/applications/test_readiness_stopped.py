"""Why a list comes no further: the newest reason counts, and what was opened meanwhile goes on once it is confirmed."""

import pytest

from saduak.applications import actions, readiness_tasks, signals
from saduak.applications.models import Readiness, ReadinessList
from saduak.applications.queries import readiness as queries
from saduak.applications.queries.readiness import Desk
from saduak.foundation import batches, clock, jobs
from saduak.foundation.access import Actor
from saduak.foundation.audit_verify import verify
from saduak.foundation.models import AuditEntry, BatchItem, JobRun
from tests.applications.factories_readiness import assessed, confirmed, sending, sent, state_of
from tests.organisations.factories import ServiceCentreFactory, actor_for
from tests.programme.factories import MID_WINDOW

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
SYSTEM = Actor.system("test")
NOT_CONFIRMED = str(actions.readiness_sending.NOT_CONFIRMED)
NOT_FILED = "ระบบจัดทำไฟล์ของรายการไม่สำเร็จ"


@pytest.fixture
def governor(land):
    return actor_for("head", land.province, received_at=MID_WINDOW)


@pytest.fixture
def made(land, people, governor):
    """A list of two units on its way."""
    assessed(people.province, land.round, land.province, land.centre, land.city_centre)
    confirmed(governor, land.round, land.province)
    return sending(people.province, land.round, land.province)


@pytest.fixture
def said():
    """The reasons of which rooms above heard."""
    heard = []
    signals.readiness_stopped.connect(
        lambda sending, **_: heard.append(sending.stopped_because), weak=False, dispatch_uid="why"
    )
    return heard


@pytest.fixture
def told():
    """The centres that rooms above were told of."""
    heard = []
    signals.readiness_sent.connect(
        lambda entries, **_: heard.extend(row.centre for row in entries), weak=False, dispatch_uid="told"
    )
    return heard


def opened(centre):
    """The statement of a unit is no more what was confirmed, whatever brought that about."""
    Readiness.objects.filter(centre=centre).update(state="draft", confirmation=None)


def fail(made, centre, note):
    key = Readiness.objects.get(centre=centre).pk
    BatchItem.objects.filter(batch=made.batch, item=str(key)).update(state="failed", note=note)


def give_up():
    JobRun.objects.filter(path=actions.readiness_sending.FILE).update(failed_at=clock.wall(), done_at=None)


def unmarked(centre, words=NOT_CONFIRMED):
    return f"ระบบบันทึกการส่งของ {centre.name_th} ไม่สำเร็จ {words}".rstrip()


def items(made):
    rows = BatchItem.objects.filter(batch=made.batch).order_by("pk")
    return {Readiness.objects.get(pk=int(row.item)).centre: (row.state, row.note) for row in rows}


def now(made):
    made.refresh_from_db()
    return made.stopped_because


# --- The newest reason -------------------------------------------------------------------------------------------------


def test_the_newest_reason_counts_and_each_is_told_once(land, made, said):
    fail(made, land.centre, "ข้อมูลของแห่งนี้กำลังแก้อยู่")
    jobs.run_pending()
    first = unmarked(land.centre, "ข้อมูลของแห่งนี้กำลังแก้อยู่")
    assert (now(made), said) == (first, [first])
    since = made.stopped_at
    # What could not be marked is marked by the retry; then filing is refused because of another.
    readiness_tasks.go_on_sending()
    batches.work(made.batch_id)
    opened(land.city_centre)
    jobs.run_pending()
    second = unmarked(land.city_centre)
    assert (now(made), said) == (second, [first, second])
    # It is tried, and stops for the same reason: told once.
    for _n in range(2):
        assert readiness_tasks.go_on_sending() == 1
        jobs.run_pending()
    assert (now(made), said, made.stopped_at) == (second, [first, second], since)
    facts = AuditEntry.objects.filter(verb="applications.readiness_stopped").order_by("seq")
    assert [entry.facts["because"] for entry in facts] == [first, second]
    assert verify().ok


def test_that_filing_was_given_up_takes_the_place_of_an_older_reason(land, made, said):
    fail(made, land.centre, "")
    jobs.run_pending()
    readiness_tasks.go_on_sending()
    batches.work(made.batch_id)
    give_up()
    assert queries.at_rest() == [made.public_id]
    assert readiness_tasks.go_on_sending() == 1
    assert (now(made), said) == (NOT_FILED, [unmarked(land.centre, ""), NOT_FILED])


def test_what_refused_to_file_stays_the_reason_while_nothing_newer_is_known(made, said):
    batches.work(made.batch_id)
    JobRun.objects.update(done_at=clock.wall())
    assert actions.refuse_readiness(actor=SYSTEM, sending_id=made.public_id, reason="ปิดระบบอยู่")
    assert readiness_tasks.go_on_sending() == 1
    assert (now(made), said) == ("ปิดระบบอยู่", ["ปิดระบบอยู่"])


def test_an_error_of_the_program_is_not_told_in_its_own_words(land, made):
    fail(made, land.centre, "IntegrityError: duplicate key")
    jobs.run_pending()
    assert now(made) == unmarked(land.centre, "")
    fail(made, land.city_centre, "x")
    assert queries.why_stopped(made) == f"ระบบบันทึกการส่งของ {land.centre.name_th} และอีก 1 แห่งไม่สำเร็จ"
    fail(made, land.centre, "ก" * 400)
    readiness_tasks.go_on_sending()
    assert len(now(made)) == 300


@pytest.mark.parametrize("n", [1, 3])
def test_why_it_stopped_asks_twice_however_many_units(land, people, governor, exactly, n):
    units = [ServiceCentreFactory(organisation=land.district) for _n in range(n)]
    assessed(people.province, land.round, land.province, *units)
    confirmed(governor, land.round, land.province)
    made = sending(people.province, land.round, land.province)
    batches.work(made.batch_id)
    made.refresh_from_db()
    with exactly(2):
        assert queries.why_stopped(made) == NOT_FILED
    for unit in units:
        fail(made, unit, NOT_CONFIRMED)
    with exactly(2):
        assert queries.why_stopped(made).endswith(NOT_CONFIRMED)


# --- What is not confirmed any more --------------------------------------------------------------------------------------


def confirm_again(land, people, governor, centre):
    assessed(people.province, land.round, land.province, centre)
    confirmed(governor, land.round, land.province)


def test_what_was_opened_before_it_was_marked_is_set_aside_and_goes_on_once_it_is_confirmed(
    land, people, governor, made, said, told
):
    opened(land.centre)
    jobs.run_pending()
    assert items(made) == {land.centre: ("failed", NOT_CONFIRMED), land.city_centre: ("done", "")}
    assert (now(made), said, made.job) == (unmarked(land.centre), [unmarked(land.centre)], None)
    readiness_tasks.go_on_sending()
    jobs.run_pending()
    assert (items(made)[land.centre], len(said)) == (("failed", NOT_CONFIRMED), 1)
    confirm_again(land, people, governor, land.centre)
    assert readiness_tasks.go_on_sending() == 1
    jobs.run_pending()
    assert ReadinessList.objects.get(sending=made).units == 2
    assert {str(centre) for centre in told} == {str(land.centre), str(land.city_centre)}
    assert {state for state, _note in items(made).values()} == {"done"}


def test_what_was_opened_after_it_was_marked_goes_on_when_sent_on(land, people, governor, made, said, told):
    batches.work(made.batch_id)
    opened(land.centre)
    jobs.run_pending()
    assert items(made) == {land.centre: ("failed", NOT_CONFIRMED), land.city_centre: ("done", "")}
    assert said == [unmarked(land.centre)]
    confirm_again(land, people, governor, land.centre)
    assert sending(people.province, land.round, land.province) == made
    jobs.run_pending()
    assert (ReadinessList.objects.get(sending=made).units, len(told)) == (2, 2)
    assert set(Readiness.objects.values_list("state", flat=True)) == {"sent"}


def test_what_was_sent_before_and_opened_goes_on_too_and_is_told_anew(land, people, governor, said):
    assessed(people.province, land.round, land.province, land.centre)
    confirmed(governor, land.round, land.province)
    sent(people.province, land.round, land.province)
    assessed(people.province, land.round, land.province, land.city_centre)
    confirmed(governor, land.round, land.province)
    made = sending(people.province, land.round, land.province)
    batches.work(made.batch_id)
    opened(land.centre)
    readiness_tasks.file_list(sending_id=str(made.public_id))
    assert items(made) == {land.city_centre: ("done", ""), land.centre: ("failed", NOT_CONFIRMED)}
    assert said == [unmarked(land.centre)]
    confirm_again(land, people, governor, land.centre)
    JobRun.objects.filter(path=actions.readiness_sending.FILE).update(done_at=clock.wall())
    assert readiness_tasks.go_on_sending() == 1
    batches.work(made.batch_id)
    readiness_tasks.file_list(sending_id=str(made.public_id))
    listed = ReadinessList.objects.get(sending=made)
    assert (listed.ordinal, listed.units) == (2, 2)
    assert state_of(land.round, land.province, land.centre) == "sent"
    named = BatchItem.objects.filter(batch__params__list=str(listed.public_id)).order_by("item")
    assert {row.item for row in named} == {str(land.centre.pk), str(land.city_centre.pk)}


@pytest.mark.parametrize("n", [1, 3])
def test_which_are_not_marked_asks_once(land, people, governor, exactly, n):
    units = [ServiceCentreFactory(organisation=land.district) for _n in range(n)]
    rows = assessed(people.province, land.round, land.province, *units)
    keys = {row.pk for row in rows}
    with exactly(1):
        assert queries.not_marked(keys) == keys
    confirmed(governor, land.round, land.province)
    batches.work(sending(people.province, land.round, land.province).batch_id)
    with exactly(1):
        assert queries.not_marked(keys) == set()
    assert queries.not_marked([0]) == {0}
    assert queries.on_its_way(Desk(land.round, land.province)).units == n
