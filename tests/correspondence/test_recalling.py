"""Calling back, and putting a later letter in the place of an earlier one."""

import datetime
import time

import pytest
from django.db import connection, transaction

from saduak.correspondence import signals
from saduak.correspondence.actions import acknowledge_duty, finish_duty, recalling
from saduak.correspondence.inputs import DeadlineInput
from saduak.correspondence.models import Delivery, Dispatch, Duty, DutyRecipient, Letter
from saduak.correspondence.queries import deliveries
from saduak.foundation import clock, jobs
from saduak.foundation.access import Actor, Conflict, Invalid, Refused
from saduak.foundation.models import AuditEntry
from saduak.outreach.models import Notice
from saduak.programme.actions import extend_internal_deadline, set_internal_deadline
from saduak.programme.models import InternalDeadline
from tests.applications.test_concurrency import holding
from tests.correspondence import factories_sending as f
from tests.correspondence.test_issuing import send, written
from tests.organisations.factories import actor_for
from tests.organisations.test_races import aside

pytestmark = pytest.mark.django_db


@pytest.fixture
def sender(world):
    return world.clerk(world.office)


@pytest.fixture
def heard():
    """Who was told of what: (which, offices that had it, those further down with what came to them, letter)."""
    told = []

    def recalled(dispatch, organisation_ids, further, **_):
        told.append(("recalled", organisation_ids, further, dispatch.letter_id))

    def corrected(letter, organisation_ids, further, **_):
        told.append(("corrected", organisation_ids, further, letter.pk))

    signals.letter_recalled.connect(recalled)
    signals.letter_corrected.connect(corrected)
    yield told
    signals.letter_recalled.disconnect(recalled)
    signals.letter_corrected.disconnect(corrected)


def asked(letter: Letter) -> Duty:
    return Duty.objects.create(letter=letter, ordinal=0, who="", what="แจ้งต่อ", force="order")


def recall(actor, dispatch, reason="แนบผิดฉบับ") -> Dispatch:
    return recalling.recall(actor=actor, dispatch_id=dispatch.public_id, reason=reason)


def test_everybody_who_had_it_is_told_and_asked_no_more(world, sender, heard):
    letter = f.letter_of(world, world.province, world.office)
    duty = asked(letter)
    dispatch = f.to_districts(world, letter=letter, duties={duty: None})
    below = f.to_locals(world, 0, f.at(dispatch, world.districts[0]))
    finished = DutyRecipient.objects.get(organisation=world.districts[2])
    DutyRecipient.objects.filter(pk=finished.pk).update(acknowledged_at=f.NOW, done_at=f.NOW)
    done = recall(sender, dispatch, "  แนบผิดฉบับ ")
    assert (done.state, done.recalled_at, done.recall_reason) == ("recalled", f.NOW, "แนบผิดฉบับ")
    assert set(dispatch.deliveries.values_list("state", "withdrawn_at")) == {("withdrawn", f.NOW)}
    # What others passed on is theirs to call back; they are told.
    assert set(Delivery.objects.filter(depth=1).values_list("state", flat=True)) == {"sent"}
    further = {office.pk: f.at(below, office).public_id for office in world.locals[0]}
    assert heard == [("recalled", sorted(d.pk for d in world.districts), further, letter.pk)]
    letter.refresh_from_db()
    assert (letter.recalled_at, letter.recall_reason) == (f.NOW, "แนบผิดฉบับ")
    open_ = DutyRecipient.objects.filter(superseded_at__isnull=True)
    assert list(open_) == [finished]
    assert list(
        AuditEntry.objects.filter(verb="correspondence.recalled").order_by("aggregate").values_list("facts")
    ) == [({"reason": "แนบผิดฉบับ", "offices": 3},), ({"reason": "แนบผิดฉบับ"},)]


def test_a_letter_that_also_went_out_elsewhere_stands(world, sender):
    letter = f.letter_of(world, world.province, world.office)
    duty = asked(letter)
    first = f.sent_letter(world, f.targets_of(world.districts[:2]), letter=letter, duties={duty: None})
    second = f.sent_letter(world, f.targets_of(world.districts[1:]), letter=letter, duties={duty: None})
    recall(sender, first)
    letter.refresh_from_db()
    assert letter.recalled_at is None
    # Who has it by the other sending still has what it asks.
    still = DutyRecipient.objects.filter(superseded_at__isnull=True).values_list("organisation", flat=True)
    assert sorted(still) == sorted(d.pk for d in world.districts[1:])
    recall(sender, second)
    letter.refresh_from_db()
    assert letter.recalled_at == f.NOW
    assert not DutyRecipient.objects.filter(superseded_at__isnull=True).exists()


def test_in_the_middle_of_sending(world, sender, heard):
    dispatch = f.to_districts(world, run=False)
    recall(sender, dispatch)
    jobs.run_pending()
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.deliveries.count()) == ("recalled", 0)
    assert heard == [("recalled", [], {}, dispatch.letter_id)]


def test_who_may_not_and_what_is_missing(world, sender):
    dispatch = f.to_districts(world)
    with pytest.raises(Refused) as refused:
        recall(world.clerk(world.districts[0]), dispatch)
    assert refused.value.code == "not-sender"
    with pytest.raises(Invalid) as empty:
        recall(sender, dispatch, " ")
    assert "reason" in empty.value.fields
    recall(sender, dispatch)
    with pytest.raises(Conflict):
        recall(sender, dispatch)


@pytest.mark.postgres
def test_calling_back_costs_the_same_for_one_office_and_for_three(world, sender, exactly):
    for offices in (world.districts[:1], world.districts):
        letter = f.letter_of(world, world.province, world.office)
        dispatch = f.sent_letter(world, f.targets_of(offices), letter=letter, duties={asked(letter): None})
        f.to_locals(world, 0, f.at(dispatch, world.districts[0]))
        with exactly(19):
            recall(sender, dispatch)


def corrected(world, sender, earlier: Letter) -> Letter:
    later = f.letter_of(world, world.province, world.office)
    dispatch = f.to_districts(world, letter=later)
    recalling.correct(actor=sender, dispatch=dispatch, earlier=Letter.locked(earlier.public_id))
    return later


def test_a_later_letter_takes_the_place_of_an_earlier_one(world, sender, heard):
    earlier = f.letter_of(world, world.province, world.office)
    f.to_districts(world, letter=earlier, duties={asked(earlier): None})
    later = corrected(world, sender, earlier)
    earlier.refresh_from_db()
    assert earlier.superseded_by == later
    assert not DutyRecipient.objects.filter(duty__letter=earlier, superseded_at__isnull=True).exists()
    assert heard == [("corrected", sorted(d.pk for d in world.districts), {}, later.pk)]
    entry = AuditEntry.objects.get(verb="correspondence.superseded")
    assert entry.facts == {"by": str(later.public_id), "number": later.number}


def test_what_was_replaced_or_called_back_is_not_replaced_again(world, sender):
    earlier = f.letter_of(world, world.province, world.office)
    dispatch = f.to_districts(world, letter=earlier)
    corrected(world, sender, earlier)
    with pytest.raises(Conflict) as again:
        corrected(world, sender, earlier)
    assert again.value.code == "superseded"
    other = f.to_districts(world)
    recall(sender, other)
    with pytest.raises(Conflict):
        corrected(world, sender, other.letter)
    # A letter that was replaced can still be called back.
    assert recall(sender, dispatch).state == "recalled"


# --- Those further down -----------------------------------------------------------------------------------------------


def told(kind: str) -> dict[int, Notice]:
    return {row.organisation_id: row for row in Notice.objects.filter(kind=kind)}


def test_those_further_down_are_told_at_a_page_that_they_may_open(world, sender):
    top = f.to_districts(world)
    below = f.to_locals(world, 0, f.at(top, world.districts[0]))
    town = world.locals[0][0]
    clerk = actor_for("clerk", town)
    recall(sender, top)
    notice = told("above_recalled")[town.pk]
    assert set(told("above_recalled")) == {office.pk for office in world.locals[0]}
    assert notice.params == {"issuer": "จังหวัดทดสอบ", "number": top.letter.number, "reason": "แนบผิดฉบับ"}
    assert deliveries.delivery(clerk, notice.target) == f.at(below, town)
    assert set(told("letter_recalled")) == {office.pk for office in world.districts}
    # The letter above is not theirs to read.
    assert not Letter.objects.visible_to(clerk).filter(pk=top.letter_id).exists()


def test_a_correction_is_told_to_those_further_down_too(world, sender, heard):
    earlier = f.letter_of(world, world.province, world.office)
    first = f.to_districts(world, letter=earlier)
    second = f.sent_letter(world, f.targets_of(world.locals[1]), letter=earlier)
    below = f.to_locals(world, 0, f.at(first, world.districts[0]))
    # Who has the letter itself hears of the letter itself, whoever else passed it on.
    f.to_locals(world, 1, f.at(first, world.districts[1]))
    # What its sender called back is over.
    gone = f.to_locals(world, 2, f.at(first, world.districts[2]))
    recall(world.clerk(world.districts[2]), gone)
    heard.clear()
    later = corrected(world, sender, earlier)
    had = sorted(row.organisation_id for row in [*first.deliveries.all(), *second.deliveries.all()])
    further = {office.pk: f.at(below, office).public_id for office in world.locals[0]}
    assert heard == [("corrected", had, further, later.pk)]
    assert told("above_corrected")[world.locals[0][0].pk].params == {
        "issuer": "จังหวัดทดสอบ",
        "number": later.number,
        "earlier": earlier.number,
    }


def test_what_a_secret_letter_above_says_stands_in_no_notice_below(world, sender):
    letters = [f.letter_of(world, world.province, world.office, secrecy="secret") for _ in range(2)]
    top = f.to_districts(world, letter=letters[0])
    f.to_locals(world, 0, f.at(top, world.districts[0]))
    dispatch = f.to_districts(world, letter=letters[1])
    recalling.correct(actor=sender, dispatch=dispatch, earlier=Letter.locked(letters[0].public_id))
    recall(sender, top)
    assert not told("above_recalled")
    assert not told("above_corrected")
    town = world.locals[0][0]
    rows = Notice.objects.filter(kind="secret_above", organisation=town)
    assert [row.params for row in rows] == [{}, {}]
    # Who is not cleared hears nothing at all.
    assert Notice.objects.visible_to(actor_for("clerk", town)).filter(pk__in=rows).count() == 2
    assert not Notice.objects.visible_to(actor_for("officer", town)).filter(pk__in=rows).exists()


# --- Duties that ask for nothing more ---------------------------------------------------------------------------------


def share_of(world, letter: Letter, **values) -> DutyRecipient:
    f.to_districts(world, letter=letter, duties={asked(letter): None}, **values)
    return DutyRecipient.objects.get(duty__letter=letter, organisation=world.districts[0])


def refused(world, share: DutyRecipient) -> Conflict:
    clerk = world.clerk(world.districts[0])
    for answer in (acknowledge_duty, finish_duty):
        with pytest.raises(Conflict) as refusal:
            answer(actor=clerk, recipient_id=share.public_id)
    share.refresh_from_db()
    assert (share.acknowledged_at, share.done_at, refusal.value.code) == (None, None, "superseded")
    return refusal.value


def test_what_was_called_back_is_not_answered_and_says_why(world, sender):
    letter = f.letter_of(world, world.province, world.office)
    share = share_of(world, letter)
    clerk = world.clerk(world.districts[0])
    assert deliveries.ended(clerk, share) is None
    recall(sender, letter.dispatches.get(), "แนบผิดฉบับ")
    assert "เรียกหนังสือนี้คืนแล้ว เพราะ แนบผิดฉบับ" in str(refused(world, share).reason)
    over = deliveries.ended(clerk, DutyRecipient.objects.get(pk=share.pk))
    assert (over.why, over.reason, over.later) == ("recalled", "แนบผิดฉบับ", None)


def test_called_back_from_one_office_only_it_says_that_reason(world, sender):
    letter = f.letter_of(world, world.province, world.office)
    share = share_of(world, letter)
    f.sent_letter(world, f.targets_of(world.locals[0]), letter=letter)
    recall(sender, letter.dispatches.order_by("pk").first(), "ส่งซ้ำ")
    letter.refresh_from_db()
    assert letter.recalled_at is None
    assert "ส่งซ้ำ" in str(refused(world, share).reason)


def test_called_back_before_it_came_it_says_the_letters_own_reason(world, sender):
    """A duty without a delivery: the letter was confirmed by its issuer and called back while it was being sent."""
    letter = f.letter_of(world, world.province, world.office)
    duty, district = asked(letter), world.districts[0]
    share = DutyRecipient.objects.create(duty=duty, organisation=district, superseded_at=f.NOW)
    recall(sender, f.to_districts(world, letter=letter, run=False), "ส่งผิด")
    assert "ส่งผิด" in str(refused(world, share).reason)
    Letter.objects.filter(pk=letter.pk).update(recall_reason="")
    assert "เพราะ - " in str(refused(world, share).reason)


def test_what_a_later_letter_replaced_leads_to_it(world, sender):
    letter = f.letter_of(world, world.province, world.office)
    share = share_of(world, letter)
    later = corrected(world, sender, letter)
    assert f"มีหนังสือ ที่ {later.number} แทนฉบับนี้แล้ว" in str(refused(world, share).reason)
    Letter.objects.filter(pk=later.pk).update(page_token=None, secrecy="secret")
    Delivery.objects.filter(letter=later).delete()
    hidden = refused(world, share)
    assert later.number not in str(hidden.reason)
    assert "มีหนังสือฉบับใหม่แทนฉบับนี้แล้ว" in str(hidden.reason)
    Letter.objects.filter(pk=later.pk).update(secrecy="", number="")
    assert "มีหนังสือฉบับใหม่แทนฉบับนี้แล้ว" in str(refused(world, share).reason)


def test_an_own_copy_gives_way_to_what_came_from_the_issuer(world):
    district = world.districts[0]
    copy = f.letter_of(world, world.province, district, origin="loaded", for_issuer=False)
    share = DutyRecipient.objects.create(duty=asked(copy), organisation=district)
    same = f.letter_of(world, world.province, world.office, number=copy.number, dated=copy.dated)
    f.to_districts(world, letter=same, duties={asked(same): None})
    share.refresh_from_db()
    assert "หนังสือฉบับเดียวกันมาถึงจากผู้ออกหนังสือแล้ว" in str(refused(world, share).reason)
    answered = DutyRecipient.objects.get(duty__letter=same, organisation=district)
    clerk = world.clerk(district)
    assert finish_duty(actor=clerk, recipient_id=answered.public_id).done_at == f.NOW


def test_who_may_not_see_a_secret_letter_does_not_answer_for_it(world):
    share = share_of(world, f.letter_of(world, world.province, world.office, secrecy="secret"))
    with pytest.raises(Refused) as refusal:
        acknowledge_duty(actor=actor_for("officer", world.districts[0]), recipient_id=share.public_id)
    assert refusal.value.code == "secret"


# --- Deadlines of a correction ----------------------------------------------------------------------------------------

FIRST, MOVED = datetime.date(2027, 2, 15), datetime.date(2027, 2, 18)


@pytest.fixture
def with_round(world):
    f.open_round(world)
    world.writer = world.clerk(world.office)
    return world


def deadline(world, kind: str = "check", *, letter: Letter | None = None, owner=None) -> InternalDeadline:
    return set_internal_deadline(
        actor=Actor.system("test"),
        round_id=world.round.public_id,
        owner=owner or world.province,
        kind=kind,
        reach="line",
        due_on=FIRST,
        source_letter=letter and letter.public_id,
    )


def release(world, earlier: Letter | None, *days: DeadlineInput) -> int:
    later = f.letter_of(world, world.province, world.office)
    with transaction.atomic():
        return recalling.release_deadlines(world.writer, later, earlier, days)


@pytest.mark.parametrize("day", [datetime.date(2027, 2, 10), datetime.date(2027, 2, 18)])
def test_a_correction_moves_its_own_deadline_earlier_or_later(with_round, day):
    world = with_round
    row = {"kind": "check", "due": FIRST.isoformat()}
    first = send(written(world, deadlines=[row]), world.writer)
    draft = written(world, corrects=first, deadlines=[row | {"due": day.isoformat()}])
    later = send(draft, world.writer, number="ทส 0018.1/ว 98")
    before, after = InternalDeadline.objects.order_by("pk")
    assert (before.retired_at, before.source_letter) == (world.writer.received_at, first.public_id)
    assert (after.due_at, after.source_letter, after.retired_at) == (
        datetime.datetime.combine(day + f.DAY, datetime.time(), tzinfo=clock.BANGKOK),
        later.public_id,
        None,
    )
    assert "ทส 0018.1/ว 98" in AuditEntry.objects.get(verb="programme.deadline_withdrawn").facts["reason"]


def test_only_what_the_earlier_letter_set_and_the_correction_moves_is_taken_back(with_round):
    world = with_round
    letter = f.letter_of(world, world.province, world.office)
    checked, submitted = deadline(world, letter=letter), deadline(world, "submit")
    others = deadline(world, letter=letter, owner=world.districts[0])
    assert release(world, None, DeadlineInput(MOVED, "check")) == 0
    assert release(world, letter) == 0
    assert release(world, letter, DeadlineInput(FIRST, "check"), DeadlineInput(MOVED, "submit")) == 0
    assert release(world, letter, DeadlineInput(MOVED, "check")) == 1
    kept = InternalDeadline.objects.filter(retired_at__isnull=True)
    assert set(kept) == {submitted, others}
    checked.refresh_from_db()
    assert checked.retired_at == world.writer.received_at


def test_what_its_owner_extended_meanwhile_follows_the_correction(with_round):
    """The later letter is what everybody reads."""
    world = with_round
    letter = f.letter_of(world, world.province, world.office)
    row = deadline(world, letter=letter)
    extend_internal_deadline(actor=world.writer, deadline_id=row.public_id, due_on=MOVED)
    assert release(world, letter, DeadlineInput(FIRST, "check")) == 1


@pytest.mark.parametrize("wanted", [False, True])
def test_the_deadlines_of_a_letter_are_taken_back_with_it_when_somebody_says_so(with_round, wanted):
    world = with_round
    letter = f.letter_of(world, world.province, world.office)
    dispatches = [f.sent_letter(world, f.targets_of([one]), letter=letter) for one in world.districts[:2]]
    set_by_it, by_nothing = deadline(world, letter=letter), deadline(world, "submit")
    for left, dispatch in zip((1, 0), dispatches, strict=True):
        recalling.recall(
            actor=world.writer, dispatch_id=dispatch.public_id, reason="ผิดวัน", withdraw_deadlines=wanted
        )
        # While it stands by the other sending, its days stand too.
        count = InternalDeadline.objects.filter(pk=set_by_it.pk, retired_at__isnull=True).count()
        assert count == (left if wanted else 1)
    by_nothing.refresh_from_db()
    assert by_nothing.retired_at is None
    reasons = [row.facts["reason"] for row in AuditEntry.objects.filter(verb="programme.deadline_withdrawn")]
    assert reasons == [f"เรียกคืนหนังสือ ที่ {letter.number} ที่กำหนดวันนี้"] * wanted


# --- What it passed on ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("acknowledged", "state"), [(None, "received"), (f.NOW, "acknowledged")])
def test_what_was_passed_on_waits_again(world, acknowledged, state):
    row = f.at(f.to_districts(world, forward_by=f.NOW + f.DAY), world.districts[0])
    Delivery.objects.filter(pk=row.pk).update(acknowledged_at=acknowledged)
    first, second = f.to_locals(world, 0, row), f.to_locals(world, 0, row)
    clerk = world.clerk(world.districts[0])
    recall(clerk, first)
    row.refresh_from_db()
    assert (row.state, row.forwarded_at) == ("forwarded", f.NOW)
    recall(clerk, second)
    row.refresh_from_db()
    assert (row.state, row.forwarded_at, row.received_at) == (state, None, f.NOW)
    entry = AuditEntry.objects.get(verb="correspondence.forward_taken_back")
    assert entry.facts == {
        "organisation": world.districts[0].code,
        "dispatch": str(second.public_id),
        "state": state,
    }
    assert list(deliveries.received(clerk, view="to_act")) == [row]
    # Passed on once more, it is passed on again.
    f.to_locals(world, 0, row)
    row.refresh_from_db()
    assert row.state == "forwarded"


def test_what_was_called_back_from_the_office_too_waits_for_nothing(world, sender):
    top = f.to_districts(world)
    row = f.at(top, world.districts[0])
    below = f.to_locals(world, 0, row)
    recall(sender, top)
    recall(world.clerk(world.districts[0]), below)
    row.refresh_from_db()
    assert (row.state, row.forwarded_at) == ("withdrawn", f.NOW)
    assert not AuditEntry.objects.filter(verb="correspondence.forward_taken_back").exists()


# --- At the same moment -----------------------------------------------------------------------------------------------


def until_waiting(count: int) -> None:
    """Until so many other connections to this database wait for a lock; other workers of the tests have their own."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute(waiting)
            if cursor.fetchone()[0] >= count:
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits")


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
@pytest.mark.only_postgres
def test_an_answer_and_a_recall_at_the_same_moment_wait_for_each_other(world, sender):
    """The recall comes to the letter first; the answer must not hold its share of the duty by then."""
    share = share_of(world, f.letter_of(world, world.province, world.office))
    letter, clerk = share.duty.letter, world.clerk(world.districts[0])
    dispatch = letter.dispatches.get()
    with holding(lambda: Letter.locked(letter.public_id)) as go_on:
        recalled = aside(lambda: recall(sender, dispatch))
        until_waiting(1)
        answered = aside(lambda: acknowledge_duty(actor=clerk, recipient_id=share.public_id))
        until_waiting(2)
        go_on.set()
        assert recalled().state == "recalled"
        assert answered().code == "superseded"
    share.refresh_from_db()
    assert (share.acknowledged_at, share.superseded_at is not None) == (None, True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
@pytest.mark.only_postgres
def test_who_receives_while_it_is_called_back_is_told_too(world, sender, heard):
    """Offices are named under the locks: one that the batch reaches a moment before is among them."""
    dispatch = f.to_districts(world, run=False)
    with holding(jobs.run_pending) as go_on:
        recalled = aside(lambda: recall(sender, dispatch))
        until_waiting(1)
        go_on.set()
        assert recalled().state == "recalled"
    assert heard == [("recalled", sorted(d.pk for d in world.districts), {}, dispatch.letter_id)]
    assert set(dispatch.deliveries.values_list("state", flat=True)) == {"withdrawn"}
