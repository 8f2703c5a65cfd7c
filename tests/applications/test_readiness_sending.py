"""A list on its way to the programme: its units are marked in the background, once each; nothing that it says changes."""

import json

import pytest

from saduak.applications import actions, readiness_tasks, signals
from saduak.applications.models import Readiness, ReadinessCount, ReadinessList, ReadinessSending
from saduak.applications.queries import readiness as queries
from saduak.applications.queries.readiness import Desk
from saduak.applications.queries.todos import todos
from saduak.foundation import batches, clock, files, jobs
from saduak.foundation.access import Actor, Conflict, Refused
from saduak.foundation.models import AuditEntry, Batch, BatchItem, JobRun
from tests.applications.factories_readiness import assessed, confirmed, filed, ruled, sending, sent, state_of
from tests.organisations.factories import ServiceCentreFactory, actor_for
from tests.programme.factories import MID_WINDOW

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")


@pytest.fixture
def governor(land):
    return actor_for("head", land.province, received_at=MID_WINDOW)


@pytest.fixture
def ready(land, people, governor):
    """Two units that the head confirmed."""
    assessed(people.province, land.round, land.province, land.centre)
    assessed(people.province, land.round, land.province, land.city_centre, ready=False, reasons="ไม่มีทางลาด")
    confirmed(governor, land.round, land.province)


@pytest.fixture
def told():
    """The centres that rooms above were told of."""
    heard = []
    signals.readiness_sent.connect(
        lambda entries, **_: heard.extend(row.centre for row in entries), weak=False, dispatch_uid="t"
    )
    return heard


def again(people, land):
    return sending(people.province, land.round, land.province)


def desk_of(land):
    return Desk(land.round, land.province)


def test_a_list_is_filed_and_told_in_the_background(land, people, ready, told):
    made = sending(people.province, land.round, land.province, expected=2)
    assert (made.units, made.sent_at, made.sent_by_id) == (2, MID_WINDOW, people.province.user_id)
    assert queries.on_its_way(desk_of(land)) == made
    assert not queries.has_stopped(made)
    assert not ReadinessList.objects.exists()
    begun = AuditEntry.objects.get(verb="applications.readiness_on_its_way")
    assert (begun.actor, begun.facts) == (people.province.ref, {"units": 2})
    jobs.run_pending()
    listed = ReadinessList.objects.get()
    assert (listed.ordinal, listed.units, listed.sent_at) == (1, 2, MID_WINDOW)
    assert listed.sent_by_id == people.province.user_id
    assert {str(centre) for centre in told} == {str(land.centre), str(land.city_centre)}
    assert set(Readiness.objects.values_list("state", flat=True)) == {"sent"}
    marks = AuditEntry.objects.filter(verb="applications.readiness_sent")
    assert [entry.facts for entry in marks] == [{"sending": str(made.public_id)}] * 2
    kept = AuditEntry.objects.get(verb="applications.readiness_list_sent")
    assert kept.facts["sending"] == str(made.public_id)
    assert queries.on_its_way(desk_of(land)) is None


def test_whatever_runs_twice_is_done_once(land, people, ready, told):
    made = sending(people.province, land.round, land.province)
    first = filed(made)
    assert batches.work(made.batch_id) is None
    assert actions.file_readiness(actor=SYSTEM, sending_id=made.public_id) == first
    # Two workers that made the bytes at the same time: one of them files.
    other = actions.readiness_sending._file(
        actor=SYSTEM, sending_id=made.public_id, rows=[], new=set(), stored=first.file
    )
    assert other == first
    keys = list(Readiness.objects.values_list("pk", flat=True))
    assert actions.mark_readiness_sent(actor=SYSTEM, sending_id=made.public_id, statements=keys) == 0
    jobs.run_pending()
    assert len(told) == 2
    assert ReadinessList.objects.get() == first
    assert AuditEntry.objects.filter(verb="applications.readiness_sent").count() == 2


def test_a_worker_that_dies_half_way_leaves_nobody_out(land, people, ready, told):
    made = sending(people.province, land.round, land.province)
    first, second = BatchItem.objects.filter(batch=made.batch).order_by("pk")
    actions.mark_readiness_sent(actor=SYSTEM, sending_id=made.public_id, statements=[int(first.item)])
    BatchItem.objects.filter(pk=first.pk).update(state=BatchItem.State.DONE)
    assert Readiness.objects.get(pk=int(second.item)).state == "confirmed"
    jobs.run_pending()
    assert len(told) == 2
    assert ReadinessList.objects.get().units == 2


def test_nothing_that_it_says_changes_on_its_way(land, people, ready):
    made = sending(people.province, land.round, land.province)
    with pytest.raises(Conflict) as going:
        again(people, land)
    assert going.value.code == "on-its-way"

    def reopened():
        return actions.reopen_readiness(
            actor=people.province,
            round_id=land.round.public_id,
            office_id=land.province.public_id,
            centre_id=land.centre.public_id,
        )

    with pytest.raises(Conflict) as going:
        reopened()
    assert going.value.code == "on-its-way"
    assert state_of(land.round, land.province, land.centre) == "confirmed"
    filed(made)
    assert reopened().state == "draft"


def test_units_that_moved_meanwhile_stay_on_the_list(land, people, governor, ready):
    sent(people.province, land.round, land.province)
    actions.reopen_readiness(
        actor=people.province,
        round_id=land.round.public_id,
        office_id=land.province.public_id,
        centre_id=land.centre.public_id,
    )
    assessed(people.province, land.round, land.province, land.centre)
    confirmed(governor, land.round, land.province)
    made = sending(people.province, land.round, land.province)
    assert made.batch.params["sent_before"] == [Readiness.objects.get(centre=land.city_centre).pk]
    land.city_centre.retired_at = clock.now()
    land.city_centre.save()
    listed = filed(made)
    assert (listed.ordinal, listed.units) == (2, 2)
    with files.open(listed.file) as stored:
        assert len(json.load(stored)["units"]) == 2
    assert ReadinessList.objects.get(ordinal=1).superseded_at == made.sent_at
    assert [item.item for item in BatchItem.objects.filter(batch__kind=actions.readiness_sending.TELL)][
        -1:
    ] == [str(land.centre.pk)]


@pytest.mark.postgres
def test_units_that_could_not_be_marked_are_marked_when_sent_again(land, people, ready, told):
    made = sending(people.province, land.round, land.province)
    failed = BatchItem.objects.filter(batch=made.batch).first()
    BatchItem.objects.filter(pk=failed.pk).update(state=BatchItem.State.FAILED, note="x")
    jobs.run_pending()
    made = queries.on_its_way(desk_of(land))
    assert (made.job, queries.has_stopped(made)) == (None, True)
    assert not ReadinessList.objects.exists()
    # Also when the round is over by then: it was sent in time.
    late = people.province.at(clock.now().replace(year=2029))
    assert sending(late, land.round, land.province) == made
    jobs.run_pending()
    assert (ReadinessList.objects.get().units, len(told)) == (2, 2)


def test_a_list_that_could_not_be_filed_is_filed_when_sent_again(land, people, ready):
    made = sending(people.province, land.round, land.province)
    batches.work(made.batch_id)
    JobRun.objects.filter(path=actions.readiness_sending.FILE).update(failed_at=clock.wall())
    going = queries.on_its_way(desk_of(land))
    assert queries.has_stopped(going)
    assert again(people, land) == made
    going.refresh_from_db()
    assert not queries.has_stopped(going)
    jobs.run_pending()
    assert ReadinessList.objects.get(sending=made).units == 2


def test_who_may_not_send_may_not_send_again(land, people, ready):
    sending(people.province, land.round, land.province)
    with pytest.raises(Refused):
        sending(people.officer, land.round, land.province)
    with pytest.raises(ReadinessSending.DoesNotExist):
        readiness_tasks.file_list(sending_id=str(land.round.public_id))
    assert Batch.objects.count() == 1


# --- Come to a stop ----------------------------------------------------------------------------------------------------


def stop():
    """Nobody files what is marked any more."""
    JobRun.objects.filter(path=actions.readiness_sending.FILE).update(failed_at=clock.wall())


@pytest.fixture
def halted(land, people, ready):
    """A list that is marked, but could not be filed."""
    made = sending(people.province, land.round, land.province)
    batches.work(made.batch_id)
    stop()
    return made


@pytest.fixture
def said():
    """The lists of which rooms above heard that they stopped, or came."""
    heard = []
    for name, signal in (("stopped", signals.readiness_stopped), ("filed", signals.readiness_filed)):
        signal.connect(
            lambda sending, name=name, **_: heard.append((name, sending)), weak=False, dispatch_uid=f"s{name}"
        )
    return heard


def verbs(made):
    rows = AuditEntry.objects.filter(aggregate="applications.readinesssending", aggregate_id=made.pk)
    return list(rows.order_by("seq").values_list("verb", "actor"))


def take_back(actor, land):
    return actions.take_back_readiness(
        actor=actor, round_id=land.round.public_id, office_id=land.province.public_id
    )


@pytest.mark.postgres
def test_what_has_stopped_is_tried_again_and_told_once(land, people, halted, said):
    assert queries.at_rest() == [halted.public_id]
    for _n in range(2):
        assert readiness_tasks.go_on_sending() == 1
        going = queries.on_its_way(desk_of(land))
        assert going.stopped_at is not None
        assert queries.has_stopped(going), "also while it is tried"
        assert readiness_tasks.go_on_sending() == 0, "it is being tried"
        assert said == [("stopped", halted)]
        stop()
    # Somebody sends it on: then it is on its way as if new, and that stands in the history.
    assert again(people, land) == halted
    going = queries.on_its_way(desk_of(land))
    assert (going.stopped_at, queries.has_stopped(going)) == (None, False)
    jobs.run_pending()
    assert said == [("stopped", halted), ("filed", halted)]
    assert said[1][1].list == ReadinessList.objects.get()
    assert [verb for verb, _actor in verbs(halted)] == [
        "applications.readiness_on_its_way",
        "applications.readiness_stopped",
        "applications.readiness_sent_on",
    ]
    assert verbs(halted)[2][1] == people.province.ref
    assert actions.retry_readiness(actor=SYSTEM, sending_id=halted.public_id) is False
    assert queries.at_rest() == []


def test_sending_on_what_is_just_being_tried_asks_for_it_once(land, people, halted):
    readiness_tasks.go_on_sending()
    before = JobRun.objects.count()
    assert again(people, land) == halted
    assert JobRun.objects.count() == before


def test_a_list_on_its_way_is_not_tried_again(land, people, ready, said):
    made = sending(people.province, land.round, land.province)
    assert actions.retry_readiness(actor=SYSTEM, sending_id=made.public_id) is False
    assert (readiness_tasks.go_on_sending(), said) == (0, [])


@pytest.mark.postgres
def test_what_has_stopped_is_taken_back_corrected_and_sent_anew(land, people, governor, halted, told):
    assert state_of(land.round, land.province, land.centre) == "sent"
    with pytest.raises(Refused):
        take_back(people.officer, land)
    made = take_back(governor, land)
    assert (made, made.taken_back_at) == (halted, MID_WINDOW)
    assert queries.on_its_way(desk_of(land)) is None
    assert set(Readiness.objects.values_list("state", flat=True)) == {"confirmed"}
    unsent = AuditEntry.objects.filter(verb="applications.readiness_unsent")
    assert [entry.facts for entry in unsent] == [{"sending": str(made.public_id)}] * 2
    back = AuditEntry.objects.get(verb="applications.readiness_taken_back")
    assert (back.actor, back.facts) == (governor.ref, {"units": 2, "back": 2})
    # The job that was tried meanwhile files nothing, before and after it made the bytes.
    readiness_tasks.file_list(sending_id=str(made.public_id))
    stored = files.put(b"{}", name="x.json", media_type="application/json", actor=SYSTEM)
    with pytest.raises(Conflict) as gone:
        actions.readiness_sending._file(
            actor=SYSTEM, sending_id=made.public_id, rows=[], new=set(), stored=stored
        )
    assert gone.value.code == "taken-back"
    assert not ReadinessList.objects.exists()
    actions.reopen_readiness(
        actor=people.province,
        round_id=land.round.public_id,
        office_id=land.province.public_id,
        centre_id=land.centre.public_id,
    )
    assert sending(people.province, land.round, land.province, expected=1) != made
    jobs.run_pending()
    assert (ReadinessList.objects.get().units, told) == (1, [land.city_centre])


def test_what_can_not_be_taken_back(land, people, ready):
    def refused(actor):
        with pytest.raises(Conflict) as conflict:
            take_back(actor, land)
        return conflict.value.code

    assert refused(people.province) == "nothing"
    made = sending(people.province, land.round, land.province)
    assert refused(people.province) == "on-its-way"
    batches.work(made.batch_id)
    assert refused(people.province) == "on-its-way", "it is being filed"
    stop()
    # What could not be sent any more is sent on, not taken back.
    assert refused(people.province.at(clock.now().replace(year=2029))) == "round-over"
    assert set(Readiness.objects.values_list("state", flat=True)) == {"sent"}


@pytest.mark.postgres
def test_a_list_that_could_not_be_sent_waits_for_who_sent_it(land, people, governor, exactly):
    ruled(people.secretariat, land.round)
    assessed(people.province, land.round, land.province, land.centre)
    confirmed(governor, land.round, land.province)

    def found():
        return [row.kind for row in todos(people.province)]

    assert found() == ["assess-readiness", "send-readiness"]
    made = sending(people.province, land.round, land.province)
    assert found() == ["assess-readiness"], "what is on its way waits for nobody"
    batches.work(made.batch_id)
    assert ReadinessCount.objects.get(office=land.province).confirmed == 0
    stop()
    readiness_tasks.go_on_sending()
    with exactly(1):
        waits = {row.what: row.count for row in queries.waiting(people.province)}
    assert waits == {"assess": 1, "stopped": 1}
    (waits,) = [str(row.title) for row in todos(people.province) if row.kind == "stopped-readiness"]
    assert waits == "ส่งรายการความพร้อม 1 แห่งยังไม่สำเร็จ ส่งต่อ หรือดึงกลับมาแก้"
    actions.take_back_readiness(
        actor=people.province, round_id=land.round.public_id, office_id=land.province.public_id
    )
    assert found() == ["assess-readiness", "send-readiness"]


@pytest.mark.postgres
@pytest.mark.parametrize("n", [1, 3])
def test_sending_asks_as_much_however_many_units(land, people, governor, exactly, n):
    units = [ServiceCentreFactory(organisation=land.district) for _n in range(n)]
    assessed(people.province, land.round, land.province, *units)
    confirmed(governor, land.round, land.province)
    with exactly(16):
        made = sending(people.province, land.round, land.province)
    keys = [int(item.item) for item in BatchItem.objects.filter(batch=made.batch)]
    with exactly(4):
        actions.mark_readiness_sent(actor=SYSTEM, sending_id=made.public_id, statements=keys)
    with exactly(23):
        actions.file_readiness(actor=SYSTEM, sending_id=made.public_id)
