"""Two that write in one name, correct, mail or call back at the same moment, or before the other has finished."""

import dataclasses

import pytest
from django.db import IntegrityError

from saduak.correspondence import actions
from saduak.correspondence.actions import exchanging, issuing, recalling
from saduak.correspondence.actions.registers_hand import reserve
from saduak.correspondence.actions.registers_keeping import open_registry
from saduak.correspondence.inputs import Confirmation, DutyInput, Head, Numbering
from saduak.correspondence.models import Delivery, Draft, Duty, DutyRecipient, ExchangeMessage, Letter
from saduak.foundation import clock, jobs
from saduak.foundation.access import Conflict
from saduak.organisations.models import Organisation
from tests.applications.test_concurrency import holding
from tests.correspondence import factories as old
from tests.correspondence import factories_sending as f
from tests.correspondence.test_issuing import TODAY, send, written
from tests.correspondence.test_recalling import until_waiting
from tests.organisations.factories import OrganisationFactory, ProgrammeFactory, actor_for
from tests.organisations.test_races import aside

pytestmark = pytest.mark.django_db
NUMBER = "ทส 0018.1/ว 96"


def on_postgres(test):
    """A test of locks: in threads, on PostgreSQL alone."""
    for mark in (
        pytest.mark.django_db(transaction=True),
        pytest.mark.postgres,
        pytest.mark.only_postgres,
    ):
        test = mark(test)
    return test


def then(run, *, moment=f.NOW):
    """The same at a moment, in whatever thread."""

    def go():
        with clock.travel(moment):
            return run()

    return go


@pytest.fixture
def world(world):
    f.open_round(world)
    return world


def issue(draft: Draft, actor, **changes) -> Letter:
    """Issued, and nobody has it yet."""
    values = {"dated": TODAY, "number": NUMBER} | changes
    return issuing.issue(actor=actor, draft_id=draft.public_id, numbering=Numbering(**values))


# --- A correction -----------------------------------------------------------------------------------------------------


def test_a_correction_waits_until_everybody_has_the_earlier_letter(world):
    duties = [{"who": "", "what": "ส่งแบบ", "due": "", "force": "order"}]
    first = issue(written(world, duties=duties), world.writer)
    correction = written(world, corrects=first)
    with pytest.raises(Conflict) as refused:
        issue(correction, world.writer, number="ทส 0018.1/ว 98")
    assert refused.value.code == "still-sending"
    correction.refresh_from_db()
    first.refresh_from_db()
    assert (correction.state, first.superseded_by) == ("writing", None)
    jobs.run_pending()
    later = send(correction, world.writer, number="ทส 0018.1/ว 98")
    assert Delivery.objects.filter(letter=later).count() == 3
    # Nobody was left with the dead letter and what it asked.
    assert not DutyRecipient.objects.filter(duty__letter=first, superseded_at__isnull=True).exists()


@on_postgres
def test_a_correction_does_not_overtake_the_last_offices(world):
    """The batch has reached them, and not committed: the correction sees the sending as it was."""
    first = issue(written(world), world.writer)
    correction = written(world, corrects=first)
    with holding(then(jobs.run_pending)) as go_on:
        with pytest.raises(Conflict) as refused:
            issue(correction, world.writer, number="ทส 0018.1/ว 98")
        go_on.set()
    assert refused.value.code == "still-sending"


# --- In one name ------------------------------------------------------------------------------------------------------


@pytest.fixture
def sisters():
    """Two offices that write in the province's name, each with the same letter, read; (clerk, letter, as read) of each."""
    with clock.travel(old.IN_2566):
        made = old.province()
        ProgrammeFactory(short_name="GECC")
        sister = OrganisationFactory(
            code="sister",
            kind="provincial_office",
            name_th="สำนักงานจังหวัดทดสอบ",
            area=made.office.area,
            under=made.province,
            writes_for=made.province,
        )
        yield [copy_at(office) for office in (made.office, sister)]


def copy_at(office):
    """(clerk, letter, as read) of an office that loads the letter."""
    clerk = actor_for("clerk", office)
    letter = old.loaded(clerk, office)
    return clerk, letter, old.as_read(clerk, letter, deadlines=())


def confirming(clerk, letter, said):
    return then(
        lambda: actions.confirm(actor=clerk, letter_id=letter.public_id, confirmation=said),
        moment=old.IN_2566,
    )


@on_postgres
def test_a_letter_speaks_once_in_a_name_whoever_confirms_it_at_the_same_moment(sisters):
    one, other = sisters
    with holding(confirming(*one)) as go_on:
        outcome = aside(confirming(*other))
        until_waiting(1)
        go_on.set()
        refused = outcome()
    assert (type(refused), refused.code) == (Conflict, "already-issued")
    assert Letter.objects.get(for_issuer=True) == one[1]
    assert set(DutyRecipient.objects.values_list("duty__letter", flat=True)) == {one[1].pk}


@on_postgres
def test_two_colleagues_confirm_their_copies_at_the_same_moment(sisters):
    one = sisters[0]
    other = copy_at(one[1].holder)
    with holding(confirming(*one)) as go_on:
        outcome = aside(confirming(*other))
        until_waiting(1)
        go_on.set()
        refused = outcome()
    assert (type(refused), refused.code) == (Conflict, "already-confirmed")


def test_another_office_of_the_name_hears_that_it_was_confirmed(sisters):
    one, other = sisters
    confirming(*one)()
    with pytest.raises(Conflict) as refused:
        confirming(*other)()
    assert refused.value.code == "already-issued"


def test_a_number_that_is_too_long_is_known_again(sisters):
    one, other = sisters
    long = [
        (who, letter, dataclasses.replace(said, head=dataclasses.replace(said.head, number="1" * 130)))
        for who, letter, said in (one, other)
    ]
    confirming(*long[0])()
    with pytest.raises(Conflict) as refused:
        confirming(*long[1])()
    assert refused.value.code == "already-issued"


def test_what_else_the_table_refuses_is_no_other_letter(sisters):
    # A recipient: no register is asked about the day.
    clerk, letter, said = copy_at(Organisation.objects.get(code="district:9101"))
    undated = dataclasses.replace(said, head=dataclasses.replace(said.head, dated=None))
    with pytest.raises(IntegrityError):
        confirming(clerk, letter, undated)()
    letter.refresh_from_db()
    assert letter.state == "read"


@on_postgres
@pytest.mark.parametrize("days", [0, 1])
def test_a_number_is_given_once_a_year_whoever_issues_at_the_same_moment(world, days):
    one, other = written(world), written(world)
    with holding(then(lambda: issue(one, world.writer))) as go_on:
        outcome = aside(then(lambda: issue(other, world.writer, dated=TODAY - days * f.DAY)))
        until_waiting(1)
        go_on.set()
        assert outcome().code == "number-taken"
    assert Letter.objects.filter(number=NUMBER).count() == 1


@on_postgres
def test_a_reserved_number_goes_to_whoever_has_the_register_first(world):
    """One confirms the paper of a number, another issues a draft under it: the one waits, and both come to an end."""
    open_registry(
        actor=actor_for("head", world.office), organisation_id=world.office.public_id, prefix="ทส 0018.1"
    )
    line = reserve(
        actor=world.writer,
        organisation_id=world.office.public_id,
        direction="send",
        series="circular",
        count=1,
        reason="ลงนามบนกระดาษ",
    )[0]
    draft = written(world, is_circular=True)
    paper = f.letter_of(
        world,
        world.province,
        world.office,
        number="",
        state="read",
        origin="loaded",
        for_issuer=False,
        reading={"documents": [{"recipients": ["นายอำเภอ ทุกอำเภอ"]}], "findings": []},
    )
    head = Head("external", line.letter_number, TODAY, "ขอเชิญสมัคร", world.province)
    asked = DutyInput("นายอำเภอ ทุกอำเภอ", "แจ้งต่อ", None, "order", None)
    # A district has its own copy: what that asks of it gives way, and the confirmation waits for it here.
    own = f.letter_of(world, world.province, world.districts[0], number=line.letter_number, for_issuer=False)
    share = DutyRecipient.objects.create(
        duty=Duty.objects.create(letter=own, ordinal=0, who="", what="แจ้งต่อ", force="order"),
        organisation=world.districts[0],
        force="order",
    )
    said = Confirmation(head=head, duties=(asked,))
    with holding(lambda: DutyRecipient.objects.select_for_update().get(pk=share.pk)) as go_on:
        confirmed = aside(
            then(lambda: actions.confirm(actor=world.writer, letter_id=paper.public_id, confirmation=said))
        )
        until_waiting(1)
        issued = aside(then(lambda: issue(draft, world.writer, number="", reserved_id=line.public_id)))
        until_waiting(2)
        go_on.set()
        assert confirmed() == paper
        assert isinstance(issued(), Conflict)
    line.refresh_from_db()
    assert line.letter == paper


def test_a_letter_that_is_refused_for_anything_else_does_not_blame_its_number(world):
    first = issue(written(world), world.writer)
    draft = written(world)
    # The address of its page is another letter's: that does not happen, and is no matter of numbers.
    Letter.objects.filter(pk=first.pk).update(page_token=draft.page_token)
    with pytest.raises(IntegrityError):
        issue(draft, world.writer, number="ทส 0018.1/ว 97")


# --- Mailing and calling back -----------------------------------------------------------------------------------------


@on_postgres
def test_calling_back_and_mailing_everybody_wait_for_each_other(world):
    """The recall has all deliveries but one; mailing must not hold the sending by then."""
    dispatch = f.to_districts(world)
    last = dispatch.deliveries.order_by("pk").last()
    mail = then(lambda: exchanging.mail_everybody(actor=world.writer, dispatch_id=dispatch.public_id))
    recall = then(
        lambda: recalling.recall(actor=world.writer, dispatch_id=dispatch.public_id, reason="แนบผิดฉบับ")
    )
    with holding(lambda: Delivery.locked(last.public_id)) as go_on:
        recalled = aside(recall)
        until_waiting(1)
        mailed = aside(mail)
        until_waiting(2)
        go_on.set()
        assert recalled().state == "recalled"
        refused = mailed()
    assert (type(refused), refused.code) == (Conflict, "withdrawn")
    assert not ExchangeMessage.objects.exists()
