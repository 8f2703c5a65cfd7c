"""An office passed a letter on outside the system: written down by it, or by one above it; the hop waits no more."""

import datetime
import uuid

import pytest

from saduak.correspondence import queries
from saduak.correspondence.actions import outside, passing_outside, recalling
from saduak.correspondence.models import Delivery, PassedOutside
from saduak.correspondence.queries import deliveries, tree
from saduak.correspondence.queries.around import around
from saduak.foundation import clock
from saduak.foundation.access import Actor, Conflict, Invalid, Refused
from saduak.foundation.models import AuditEntry
from tests.correspondence import factories_sending as f
from tests.correspondence.test_outside import PDF
from tests.organisations.factories import OrganisationFactory, actor_for

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2027, 2, 4)


@pytest.fixture
def row(world) -> Delivery:
    """At the first district, received, asked to be passed on."""
    return f.receive(f.at(f.to_districts(world, forward_by=f.NOW + 7 * f.DAY), world.districts[0]))


@pytest.fixture
def clerk(world):
    return world.clerk(world.districts[0])


def note(actor, row, **values) -> PassedOutside:
    values = {"to": "อบต. 2 แห่ง", "how": "line", "passed_on": TODAY} | values
    return passing_outside.note_passed_on(actor=actor, delivery_id=row.public_id, **values)


def facts(row: Delivery, verb: str) -> dict:
    entry = AuditEntry.objects.get(
        aggregate="correspondence.delivery", aggregate_id=row.pk, verb=f"correspondence.{verb}"
    )
    return dict(entry.facts)


# --- Who writes it down ----------------------------------------------------------------------------------------------


def test_the_office_itself(clerk, row):
    made = note(clerk, row, to=" อบต. 2 แห่ง ", note=" ส่งภาพในกลุ่ม ")
    row.refresh_from_db()
    assert (row.state, row.forwarded_at, row.acknowledged_at) == ("forwarded", f.NOW, None)
    assert (made.to_text, made.how, made.passed_on, made.note) == (
        "อบต. 2 แห่ง",
        "line",
        TODAY,
        "ส่งภาพในกลุ่ม",
    )
    assert (made.by_id, made.by_office, made.at, made.evidence) == (
        clerk.user_id,
        row.organisation,
        clerk.received_at,
        None,
    )
    assert facts(row, "passed_on_outside") == {
        "organisation": row.organisation.code,
        "to": "อบต. 2 แห่ง",
        "how": "line",
        "passed_on": "2027-02-04",
        "evidence": None,
        "on_behalf": False,
    }


def test_whoever_sent_it_writes_it_down_in_its_place(world, row):
    made = note(world.writer, row, how="paper", evidence=PDF, evidence_name="stamp.pdf")
    assert (made.by_office, made.evidence.name) == (world.office, "stamp.pdf")
    told = facts(row, "passed_on_outside")
    assert (told["on_behalf"], told["evidence"]) == (True, made.evidence.sha256)


def test_and_an_office_further_up_the_way_that_the_letter_came(world, row):
    local = f.receive(f.at(f.to_locals(world, 0, row), world.locals[0][0]))
    made = note(world.writer, local)
    assert made.by_office == world.office
    nearer = note(world.clerk(world.districts[0]), local)
    assert nearer.by_office == world.districts[0]


def test_it_is_the_office_of_the_appointment_that_writes_it_down(world, row):
    assert note(world.writer, row).by_office == world.office
    assert note(world.clerk(world.province), row).by_office == world.province
    assert note(Actor.system("test"), row).by_office == world.districts[0]


def test_nobody_else(world, row):
    local = f.receive(f.at(f.to_locals(world, 0, row), world.locals[0][0]))
    strangers = [
        (world.clerk(world.districts[1]), row),
        (world.clerk(world.locals[0][0]), row),
        (actor_for("clerk", OrganisationFactory()), local),
        (actor_for("supervisor", world.ministry, reach="line"), row),
    ]
    for actor, delivery in strangers:
        with pytest.raises(Refused):
            note(actor, delivery)
    assert not PassedOutside.objects.exists()


def test_what_an_office_brought_in_on_paper_is_its_own(world):
    letter = f.letter_of(world, world.ministry, world.office, origin="loaded")
    paper = f.receive(Delivery.objects.create(letter=letter, organisation=world.office))
    with pytest.raises(Refused):
        note(world.clerk(world.ministry), paper)
    assert note(world.writer, paper).by_office == world.office


def test_a_secret_letter_by_those_who_may_read_it(world):
    letter = f.letter_of(world, world.province, world.office, secrecy="secret")
    sent = f.to_districts(world, letter=letter)
    row = f.receive(f.at(sent, world.districts[0]))
    with pytest.raises(Refused):
        note(world.clerk(world.districts[0], "supervisor"), row)
    assert note(world.clerk(world.districts[0], "head"), row).delivery == row


# --- What is written down --------------------------------------------------------------------------------------------


def test_only_after_it_was_received_by_whatever_way(world):
    row = f.at(f.to_districts(world), world.districts[0])
    with pytest.raises(Conflict) as early:
        note(world.writer, row)
    assert early.value.code == "not-received"
    outside.note_outside(
        actor=world.writer, delivery_id=row.public_id, how="phone", received_on=TODAY, note="ปลัดอำเภอ"
    )
    note(world.writer, row)
    row.refresh_from_db()
    assert (row.state, row.outside, row.received_by) == ("forwarded", "phone", None)


def test_the_day_lies_between_the_letters_coming_and_today_and_the_first_counts(world, row):
    with clock.travel(f.NOW + 3 * f.DAY):
        clerk = world.clerk(world.districts[0])
        for day in (TODAY - f.DAY, TODAY + 4 * f.DAY):
            with pytest.raises(Invalid) as wrong:
                note(clerk, row, passed_on=day)
            assert set(wrong.value.fields) == {"passed_on"}
        note(clerk, row, passed_on=TODAY + 2 * f.DAY)
        row.refresh_from_db()
        assert row.forwarded_at == datetime.datetime(2027, 2, 6, tzinfo=clock.BANGKOK)
        note(clerk, row, passed_on=TODAY)
    row.refresh_from_db()
    # The letter came at nine: nobody passed it on before.
    assert row.forwarded_at == row.delivered_at == f.NOW


def test_what_went_on_before_it_was_received_in_the_register(world):
    row = f.at(f.to_districts(world), world.districts[0])
    with clock.travel(f.NOW + 3 * f.DAY):
        f.receive(row)
        note(world.clerk(world.districts[0]), row, passed_on=TODAY + f.DAY)
    row.refresh_from_db()
    assert row.received_at == f.NOW + 3 * f.DAY
    assert row.forwarded_at == datetime.datetime(2027, 2, 5, tzinfo=clock.BANGKOK)


def test_nobody_and_no_way_and_no_evidence(clerk, row):
    with pytest.raises(Invalid) as wrong:
        note(clerk, row, to=" ", how="pigeon")
    assert set(wrong.value.fields) == {"to", "how"}
    with pytest.raises(Invalid):
        note(clerk, row, evidence=b"MZ program", evidence_name="x.exe")
    row.refresh_from_db()
    assert (row.state, row.forwarded_at) == ("received", None)


def test_the_same_key_writes_it_down_once(clerk, row):
    key = uuid.uuid4()
    assert note(clerk, row, idempotency_key=key) == note(clerk, row, idempotency_key=key)
    assert PassedOutside.objects.count() == 1


def test_what_was_called_back_is_passed_on_no_more(world, clerk, row):
    recalling.recall(actor=world.writer, dispatch_id=row.dispatch.public_id, reason="ผิดฉบับ")
    with pytest.raises(Conflict) as gone:
        note(clerk, row)
    assert gone.value.code == "withdrawn"


# --- Taken back ------------------------------------------------------------------------------------------------------


def take_back(actor, made: PassedOutside) -> PassedOutside:
    return passing_outside.take_back(actor=actor, passed_id=made.public_id)


@pytest.mark.parametrize("state", ["received", "acknowledged"])
def test_a_mistake_is_taken_back_and_it_waits_again_as_before(clerk, row, state):
    if state == "acknowledged":
        Delivery.objects.filter(pk=row.pk).update(state=state, acknowledged_at=f.NOW)
    made = take_back(clerk, note(clerk, row))
    row.refresh_from_db()
    assert (row.state, row.forwarded_at, made.taken_back_at) == (state, None, f.NOW)
    assert facts(row, "passed_on_outside_taken_back") == {
        "organisation": row.organisation.code,
        "to": "อบต. 2 แห่ง",
        "passed_on": "2027-02-04",
    }
    assert facts(row, "forward_taken_back") == {
        "organisation": row.organisation.code,
        "outside": str(made.public_id),
        "state": state,
    }
    with pytest.raises(Conflict) as again:
        take_back(clerk, made)
    assert again.value.code == "taken-back"


def test_what_else_passed_it_on_still_stands(world, clerk, row):
    first, second = note(clerk, row), note(world.writer, row)
    take_back(clerk, first)
    row.refresh_from_db()
    assert (row.state, row.forwarded_at) == ("forwarded", f.NOW)
    f.to_locals(world, 0, row)
    take_back(world.writer, second)
    row.refresh_from_db()
    assert row.state == "forwarded"


def test_what_is_left_says_when_it_was_passed_on(world, row):
    sixth = datetime.datetime(2027, 2, 6, tzinfo=clock.BANGKOK)
    with clock.travel(f.NOW + 3 * f.DAY):
        clerk = world.clerk(world.districts[0])
        mistake = note(clerk, row, passed_on=TODAY)
        right = note(clerk, row, passed_on=TODAY + 2 * f.DAY)
        sent = f.to_locals(world, 0, row)
        take_back(clerk, mistake)
        row.refresh_from_db()
        assert row.forwarded_at == sixth
        take_back(clerk, right)
        row.refresh_from_db()
        assert (row.state, row.forwarded_at) == ("forwarded", sent.sent_at)
        again = note(clerk, row, passed_on=TODAY + 2 * f.DAY)
        row.refresh_from_db()
        assert row.forwarded_at == sixth
        recalling.recall(actor=clerk, dispatch_id=sent.public_id, reason="ผิดฉบับ")
        row.refresh_from_db()
        assert (row.state, row.forwarded_at) == ("forwarded", sixth)
        take_back(clerk, again)
    row.refresh_from_db()
    assert (row.state, row.forwarded_at) == ("received", None)


def test_others_take_nothing_back(world, clerk, row):
    with pytest.raises(Refused):
        take_back(world.clerk(world.districts[1]), note(clerk, row))


def test_calling_back_what_was_sent_leaves_what_was_told_outside(world, clerk, row):
    sent = f.to_locals(world, 0, row)
    row.refresh_from_db()
    made = note(clerk, row)
    recalling.recall(actor=clerk, dispatch_id=sent.public_id, reason="ผิดฉบับ")
    row.refresh_from_db()
    assert row.state == "forwarded"
    take_back(clerk, made)
    row.refresh_from_db()
    assert (row.state, row.forwarded_at) == ("received", None)


def test_after_it_was_called_back_from_the_office_nothing_is_taken_back(world, clerk, row):
    made = note(clerk, row)
    recalling.recall(actor=world.writer, dispatch_id=row.dispatch.public_id, reason="ผิดฉบับ")
    with pytest.raises(Conflict) as gone:
        take_back(clerk, made)
    assert gone.value.code == "withdrawn"
    made.refresh_from_db()
    assert made.taken_back_at is None


# --- How it is seen --------------------------------------------------------------------------------------------------


def test_nothing_waits_and_the_tree_tells_that_it_went_on_outside(world, clerk, row):
    node = tree.of_dispatch(row.dispatch)
    assert [one.pk for one in deliveries.to_handle(clerk)] == [row.pk]
    note(clerk, row)
    assert not deliveries.to_handle(clerk).exists()
    shown = {one.pk: one for one in tree.children(world.writer, node, view="all")}
    assert [shown[row.pk].only_outside, shown[row.pk].standing] == [True, 3]
    assert sum(one.only_outside for one in shown.values()) == 1
    ((_hops, tally),) = tree.levels(world.writer, node)
    assert (tally.forwarded, tally.outside, tally.total) == (1, 0, 3)
    assert deliveries.delivery(clerk, row.public_id).only_outside
    assert deliveries.received(clerk).get().only_outside
    assert around(clerk, queries.letter(clerk, row.letter.public_id), leads=False).deliveries[0].only_outside


def test_what_also_went_on_inside_is_not_only_outside(world, clerk, row):
    note(clerk, row)
    f.to_locals(world, 0, row)
    assert not deliveries.delivery(clerk, row.public_id).only_outside


def test_what_was_written_down_in_its_order_without_what_was_taken_back(clerk, row, exactly):
    with exactly(0):
        assert deliveries.passed_outside(row) == []
    first = note(clerk, row)
    second = note(clerk, row, to="โรงเรียน")
    row.refresh_from_db()
    with exactly(1):
        found = deliveries.passed_outside(row)
        assert [(one, one.by_office.name_th, one.evidence) for one in found] == [
            (first, "อำเภอทดสอบ1", None),
            (second, "อำเภอทดสอบ1", None),
        ]
    take_back(clerk, first)
    assert deliveries.passed_outside(row) == [second]


def test_one_note_for_those_who_see_the_delivery(world, clerk, row):
    made = note(clerk, row)
    assert deliveries.passed_outside_one(world.writer, made.public_id) == made
    assert deliveries.passed_outside_one(world.clerk(world.districts[1]), made.public_id) is None
    take_back(clerk, made)
    assert deliveries.passed_outside_one(world.writer, made.public_id).taken_back_at == f.NOW


@pytest.mark.parametrize("many", [1, 3])
def test_the_tree_asks_the_same_however_many(world, exactly, many):
    dispatch = f.to_districts(world)
    for office in world.districts[:many]:
        row = f.receive(f.at(dispatch, office))
        note(world.clerk(office), row)
    reader = world.clerk(world.office)
    with exactly(1):
        shown = list(tree.children(reader, tree.of_dispatch(dispatch), view="all"))
    assert sum(one.only_outside for one in shown) == many
