"""The register of delegations: who may sign on which day, and who may write it down."""

import datetime

import pytest

from saduak.correspondence.actions import delegations as actions
from saduak.correspondence.actions.delegations import HeadValues, Power
from saduak.correspondence.models import Delegation, LetterHead
from saduak.correspondence.queries import delegations as queries
from saduak.foundation.access import Actor, Conflict, Invalid, Refused
from saduak.foundation.models import AuditEntry
from saduak.organisations.actions import NewPerson
from saduak.organisations.models import Person
from tests.correspondence import factories as f
from tests.correspondence.factories_drafts import (
    AbsenceFactory,
    DelegationFactory,
    DraftFactory,
    colleague,
)
from tests.foundation.files import samples
from tests.organisations.factories import (
    OrganisationFactory,
    PersonFactory,
    ProgrammeFactory,
    ServiceCentreFactory,
    actor_for,
    me,
)

pytestmark = pytest.mark.django_db
DAY = datetime.date(2022, 12, 13)
TOMORROW = DAY + datetime.timedelta(days=1)
YESTERDAY = DAY - datetime.timedelta(days=1)


def names(found: queries.Signers) -> list[str]:
    return [row.position for row in found.rows]


# --- Who may sign -----------------------------------------------------------------------------------------------------


def test_an_empty_register_names_nobody_and_forbids_nobody(exactly):
    office = OrganisationFactory()
    with exactly(1):
        found = queries.signers(office.pk, DAY)
    assert (found.kept, found.rows) == (False, ())


@pytest.mark.parametrize(
    ("dates", "may"),
    [
        ({}, True),
        ({"valid_from": TOMORROW}, False),
        ({"valid_from": DAY}, True),
        ({"valid_to": DAY}, False),
        ({"valid_to": TOMORROW}, True),
        ({"valid_from": None}, True),
        ({"kinds": ["external"]}, True),
        ({"kinds": ["memo", "stamped"]}, False),
    ],
)
def test_an_entry_counts_on_its_days_and_for_its_kinds(dates, may):
    row = DelegationFactory(**dates)
    found = queries.signers(row.organisation_id, DAY, "external")
    assert found.kept
    assert found.has(row.pk) is may
    assert (found.of_person(row.person_id) == row) is may


def test_an_entry_that_was_undone_the_same_day_leaves_the_register_empty():
    row = DelegationFactory(valid_from=DAY, valid_to=DAY, entered_at=f.IN_2566)
    assert not queries.signers(row.organisation_id, DAY).kept


def test_once_it_had_an_entry_a_register_stays_kept_though_all_have_ended():
    ended = DelegationFactory(valid_to=DAY)
    # Written down one day, taken back before it began on another.
    ahead = DelegationFactory(
        valid_from=TOMORROW, valid_to=TOMORROW, entered_at=f.IN_2566 - datetime.timedelta(days=3)
    )
    for row in (ended, ahead):
        found = queries.signers(row.organisation_id, TOMORROW)
        assert (found.kept, found.rows) == (True, ())


def test_a_substitute_signs_only_while_the_one_named_is_absent(exactly):
    head = DelegationFactory(position="ผู้ว่า")
    office = head.organisation
    second = DelegationFactory(organisation=office, position="รอง", substitute_for=head)
    DelegationFactory(organisation=office, position="ปลัด", substitute_for=second)
    assert names(queries.signers(office.pk, DAY)) == ["ผู้ว่า"]
    AbsenceFactory(delegation=head, valid_from=DAY, valid_to=TOMORROW)
    with exactly(1):
        assert names(queries.signers(office.pk, DAY)) == ["รอง"]
    assert names(queries.signers(office.pk, TOMORROW)) == ["ผู้ว่า"]
    AbsenceFactory(delegation=second, valid_from=DAY)
    assert names(queries.signers(office.pk, DAY)) == ["ปลัด"]
    # The one named no longer has the power: nobody stands in for it.
    head.valid_to = DAY
    head.save(update_fields=["valid_to"])
    assert names(queries.signers(office.pk, DAY)) == []


def test_a_substitute_of_an_entry_that_was_undone_signs_nothing():
    undone = DelegationFactory(valid_from=DAY, valid_to=DAY, entered_at=f.IN_2566)
    AbsenceFactory(delegation=undone)
    DelegationFactory(organisation=undone.organisation, substitute_for=undone)
    assert names(queries.signers(undone.organisation_id, DAY)) == []


def test_the_lines_under_a_name():
    own = Delegation(position="ปลัดกระทรวง")
    acting = Delegation(position="ปลัดจังหวัด", capacity="acting_for", principal="ผู้ว่าราชการจังหวัดมุกดาหาร")
    assert own.lines == ("ปลัดกระทรวง",)
    assert acting.lines == ("ปลัดจังหวัด ปฏิบัติราชการแทน", "ผู้ว่าราชการจังหวัดมุกดาหาร")


# --- Writing it down --------------------------------------------------------------------------------------------------


@pytest.fixture
def clerk(place):
    return place.clerk


# The order that every power asks for which is another's.
ORDER = {"order_number": "คำสั่งจังหวัด ที่ 5/2565", "order_dated": DAY}


def added(place, actor, person=None, **power):
    """Somebody of the office may sign in the province's name."""
    who = person or me(colleague(place.office, "officer"))
    values = {"position": "ปลัดจังหวัด", **power}
    return actions.add_delegation(
        actor=actor,
        organisation_id=place.province.public_id,
        person=who.public_id,
        power=Power(**values),
    )


def test_the_clerk_of_an_office_that_writes_in_its_name_keeps_the_register(place, clerk):
    row = added(
        place,
        clerk,
        capacity="acting_for",
        principal="ผู้ว่าราชการจังหวัดทดสอบ",
        kinds=("external", "memo"),
        **ORDER,
        clause="2.1",
        last_day=TOMORROW,
    )
    row.refresh_from_db()
    assert (row.valid_from, row.last_day) == (DAY, TOMORROW)
    assert (row.kinds, row.clause) == (["external", "memo"], "2.1")
    assert row.entered_by_id == clerk.user_id
    entry = AuditEntry.objects.get(verb="correspondence.delegation_added")
    assert entry.facts["order"] == "คำสั่งจังหวัด ที่ 5/2565"
    assert entry.personal.values["person"] == str(row.person)


def test_somebody_new_is_named_and_a_substitute_refers_to_them(place, clerk):
    first = actions.add_delegation(
        actor=clerk,
        organisation_id=place.province.public_id,
        person=NewPerson(name="บุคคลใหม่", position="ผู้ว่าราชการจังหวัดทดสอบ"),
        power=Power(position="ผู้ว่าราชการจังหวัดทดสอบ", principal="ไม่ใช้"),
    )
    second = added(
        place,
        clerk,
        capacity="in_place_of",
        principal="ผู้ว่าราชการจังหวัดทดสอบ",
        substitute_for=first.public_id,
        **ORDER,
    )
    assert first.principal == ""
    assert Person.objects.get(name="บุคคลใหม่") == first.person
    assert second.substitute_for == first


@pytest.mark.parametrize(
    ("power", "field"),
    [
        ({"position": " "}, "position"),
        ({"capacity": "king"}, "capacity"),
        ({"capacity": "acting", **ORDER}, "principal"),
        ({"capacity": "acting", "principal": "ผู้ว่า", "order_dated": DAY}, "order_number"),
        ({"capacity": "acting_for", "principal": "ผู้ว่า", "order_number": "5/2565"}, "order_dated"),
        ({"kinds": ("order",)}, "kinds"),
        ({"last_day": DAY - datetime.timedelta(days=1)}, "last_day"),
        ({"substitute_for": "0e0dcd1c-6f5f-4b5b-9a49-6f7a1d5c2c11"}, "substitute_for"),
        ({"clause": "ก" * 121}, "clause"),
    ],
)
def test_what_does_not_fit_is_told_at_its_field(place, clerk, power, field):
    with pytest.raises(Invalid) as refused:
        added(place, clerk, **power)
    assert set(refused.value.fields) == {field}
    assert not Delegation.objects.exists()


def test_others_do_not_write_in_a_register(place, clerk):
    for stranger in (
        actor_for("clerk"),
        actor_for("officer", place.office),
        actor_for("clerk", place.districts[0]),
    ):
        with pytest.raises(Refused):
            added(place, stranger)
    with pytest.raises(Invalid) as refused:
        actions.add_delegation(
            actor=clerk,
            organisation_id=place.province.public_id,
            person=PersonFactory().public_id,
            power=Power(position="ปลัดจังหวัด"),
        )
    assert "person" in refused.value.fields
    assert queries.may_delegate(Actor.system(), place.town.pk)


def test_an_entry_ends_today_at_the_earliest(place, clerk):
    row, ahead = added(place, clerk), added(place, clerk, first_day=DAY + datetime.timedelta(days=9))
    Delegation.objects.update(entered_at=f.IN_2566 - datetime.timedelta(days=1))
    for last_day in (YESTERDAY, DAY - datetime.timedelta(days=9)):
        with pytest.raises(Invalid) as refused:
            actions.end_delegation(actor=clerk, delegation_id=row.public_id, last_day=last_day)
        assert (refused.value.code, set(refused.value.fields)) == ("past-day", {"last_day"})
    with pytest.raises(Invalid) as refused:
        actions.end_delegation(actor=clerk, delegation_id=ahead.public_id, last_day=TOMORROW)
    assert refused.value.code == "bad-day"
    actions.end_delegation(actor=clerk, delegation_id=row.public_id, last_day=DAY)
    row.refresh_from_db()
    assert (row.last_day, queries.signers(place.province.pk, DAY).has(row.pk)) == (DAY, True)
    never = DAY + datetime.timedelta(days=8)
    actions.end_delegation(actor=clerk, delegation_id=ahead.public_id, last_day=never)
    assert queries.signers(place.province.pk, never).kept
    with pytest.raises(Refused):
        actions.end_delegation(actor=actor_for("clerk"), delegation_id=row.public_id, last_day=DAY)


def test_an_entry_is_undone_on_its_day_by_who_wrote_it_or_by_the_organisation(place, clerk):
    mine, theirs, ahead = added(place, clerk), added(place, clerk), added(place, clerk, first_day=TOMORROW)
    other = actor_for("clerk", place.office)
    with pytest.raises(Invalid) as refused:
        actions.end_delegation(actor=other, delegation_id=theirs.public_id, last_day=YESTERDAY)
    assert refused.value.code == "past-day"
    governor = actor_for("head", place.province)
    for actor, row in ((clerk, mine), (governor, theirs), (clerk, ahead)):
        undone = actions.end_delegation(actor=actor, delegation_id=row.public_id, last_day=YESTERDAY)
        assert queries.was_undone(undone)
        with pytest.raises(Conflict):
            actions.end_delegation(actor=clerk, delegation_id=row.public_id, last_day=TOMORROW)
    assert not queries.signers(place.province.pk, DAY).kept
    assert AuditEntry.objects.filter(verb="correspondence.delegation_ended").first().facts["undone"]


def test_an_entry_that_is_over_does_not_end_again(place, clerk):
    row = DelegationFactory(organisation=place.province, valid_to=DAY)
    with pytest.raises(Conflict):
        actions.end_delegation(actor=clerk, delegation_id=row.public_id, last_day=TOMORROW)


def test_nobody_gives_a_power_to_themselves(place, clerk):
    for actor, person in (
        (clerk, me(clerk)),
        (office_head := actor_for("head", place.office), me(office_head)),
        (inside := actor_for("clerk", place.province), me(inside)),
    ):
        with pytest.raises(Invalid) as refused:
            added(place, actor, person, **ORDER)
        assert (refused.value.code, set(refused.value.fields)) == ("own-power", {"person"})
    with pytest.raises(Invalid) as refused:
        actions.add_delegation(
            actor=clerk,
            organisation_id=place.province.public_id,
            person=NewPerson(name=f" {me(clerk).name} "),
            power=Power(position="ปลัดจังหวัด", **ORDER),
        )
    assert refused.value.code == "own-power"
    assert not Delegation.objects.exists()


def test_the_head_writes_down_their_own_power_by_its_order(place):
    governor = actor_for("head", place.province)
    for order, missing in (
        ({}, {"order_number", "order_dated"}),
        ({"order_number": "5/2565"}, {"order_dated"}),
        ({"order_dated": DAY}, {"order_number"}),
    ):
        with pytest.raises(Invalid) as refused:
            added(place, governor, me(governor), **order)
        assert (refused.value.code, set(refused.value.fields)) == ("own-power", missing)
    assert added(place, governor, me(governor), **ORDER).person == me(governor)
    assert added(place, Actor.system(), me(governor)).person == me(governor)


def test_a_power_is_of_the_whole_organisation(place):
    """Appointed for one programme, or for one centre, is appointed to give no powers."""
    for narrow in (
        {"programme": ProgrammeFactory()},
        {"centre": ServiceCentreFactory(organisation=place.province)},
    ):
        bound = actor_for("clerk", place.province, **narrow)
        assert not queries.may_delegate(bound, place.province.pk)
        assert not queries.stands_at(bound, place.province.pk)
        with pytest.raises(Refused) as refused:
            added(place, bound)
        assert refused.value.code == "not-own-office"
    whole = actor_for("clerk", place.province)
    assert queries.may_delegate(whole, place.province.pk)
    assert queries.stands_at(whole, place.province.pk)
    assert not queries.stands_at(whole, place.province.pk, "head")


def test_an_entry_without_a_beginning_ends_too(place, clerk):
    row = DelegationFactory(organisation=place.province, valid_from=None)
    assert actions.end_delegation(actor=clerk, delegation_id=row.public_id, last_day=DAY).last_day == DAY


def test_absences_begin_and_end(place, clerk):
    row = added(place, clerk)
    made = actions.add_absence(
        actor=clerk, delegation_id=row.public_id, first_day=DAY, last_day=TOMORROW, reason=" ไปราชการ "
    )
    assert (made.reason, made.last_day) == ("ไปราชการ", TOMORROW)
    assert not queries.signers(place.province.pk, DAY).rows
    actions.end_absence(actor=clerk, absence_id=made.public_id, last_day=YESTERDAY)
    assert queries.signers(place.province.pk, DAY).rows == (row,)
    with pytest.raises(Invalid) as refused:
        actions.end_absence(actor=clerk, absence_id=made.public_id, last_day=DAY - datetime.timedelta(days=5))
    assert refused.value.code == "bad-day"
    with pytest.raises(Invalid):
        actions.add_absence(actor=clerk, delegation_id=row.public_id, first_day=TOMORROW, last_day=DAY)
    endless = actions.add_absence(actor=clerk, delegation_id=row.public_id, first_day=DAY)
    assert endless.valid_to is None
    old = AbsenceFactory(delegation=row, valid_from=None)
    assert actions.end_absence(actor=clerk, absence_id=old.public_id, last_day=DAY).last_day == DAY
    with pytest.raises(Refused):
        actions.add_absence(actor=actor_for("clerk"), delegation_id=row.public_id, first_day=DAY)


def test_through_a_name_nobody_changes_who_could_sign_on_days_that_are_over(place, clerk):
    row = added(place, clerk)
    past = DAY - datetime.timedelta(days=6)
    long = AbsenceFactory(delegation=row, valid_from=past)
    over = AbsenceFactory(delegation=row, valid_from=past, valid_to=DAY - datetime.timedelta(days=4))
    for act, values, field in (
        (actions.add_absence, {"delegation_id": row.public_id, "first_day": YESTERDAY}, "first_day"),
        (actions.end_absence, {"absence_id": long.public_id, "last_day": past}, "last_day"),
        (actions.end_absence, {"absence_id": over.public_id, "last_day": DAY}, "last_day"),
    ):
        with pytest.raises(Invalid) as refused:
            act(actor=clerk, **values)
        assert (refused.value.code, set(refused.value.fields)) == ("past-day", {field})
    assert actions.end_absence(actor=clerk, absence_id=long.public_id, last_day=YESTERDAY).valid_to == DAY
    # The organisation itself may put right what nobody wrote down in time.
    governor = actor_for("head", place.province)
    assert actions.add_absence(actor=governor, delegation_id=row.public_id, first_day=past).valid_from == past
    assert actions.end_absence(actor=governor, absence_id=over.public_id, last_day=past).last_day == past


# --- The letter head --------------------------------------------------------------------------------------------------


def test_the_letter_head_with_its_emblem(place, clerk):
    values = HeadValues(heading="ศาลากลางจังหวัดทดสอบ", address="ถนนทดสอบ\r\nอำเภอเมือง", thai_digits=False)
    row = actions.save_letter_head(
        actor=clerk,
        organisation_id=place.province.public_id,
        values=values,
        emblem=samples.picture("PNG"),
        name="ตรา.png",
    )
    assert (row.heading, row.address, row.thai_digits) == ("ศาลากลางจังหวัดทดสอบ", "ถนนทดสอบ\nอำเภอเมือง", False)
    assert row.emblem.media_type == "image/png"
    kept = actions.save_letter_head(
        actor=clerk, organisation_id=place.province.public_id, values=HeadValues(heading="ใหม่")
    )
    assert (kept.pk, kept.emblem_id, kept.heading) == (row.pk, row.emblem_id, "ใหม่")
    gone = actions.save_letter_head(
        actor=clerk, organisation_id=place.province.public_id, values=HeadValues(without_emblem=True)
    )
    assert gone.emblem is None
    assert queries.letter_head(clerk, place.province) == gone
    assert queries.letter_head(actor_for("clerk"), place.province) is None


def test_a_letter_head_is_refused_with_words(place, clerk):
    with pytest.raises(Refused):
        actions.save_letter_head(
            actor=actor_for("clerk"), organisation_id=place.province.public_id, values=HeadValues()
        )
    with pytest.raises(Invalid):
        actions.save_letter_head(
            actor=clerk,
            organisation_id=place.province.public_id,
            values=HeadValues(),
            emblem=b"%PDF-1.4 no picture",
            name="x.pdf",
        )
    with pytest.raises(Invalid) as refused:
        actions.save_letter_head(
            actor=clerk, organisation_id=place.province.public_id, values=HeadValues(heading="ก" * 201)
        )
    assert set(refused.value.fields) == {"heading"}
    assert not LetterHead.objects.exists()


# --- The pages' reads -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 3])
def test_the_register_as_a_list(place, clerk, exactly, number):
    assert {row.pk for row in queries.named_for(clerk)} == {place.province.pk, place.office.pk}
    over = DelegationFactory(organisation=place.province, valid_to=DAY)
    DelegationFactory(organisation=place.province, valid_from=DAY, valid_to=DAY)
    people = [me(colleague(place.office, "officer")) for _n in range(number)]
    rows = [added(place, clerk, person) for person in people]
    AbsenceFactory(delegation=rows[-1], valid_from=TOMORROW)
    AbsenceFactory(delegation=rows[-1], valid_to=DAY)
    mine = str(me(clerk))
    with exactly(2):
        found = queries.register_of(clerk, place.province)
        assert {str(row.entered_by.person) for row in found if row.entered_by} == {mine}
    assert found == [*rows, over]
    assert [queries.is_over(row, DAY) for row in found] == [False] * number + [True]
    assert [row.valid_from for row in found[number - 1].ahead] == [TOMORROW]


def test_one_entry_and_one_absence(place, clerk):
    row = added(place, clerk)
    one = AbsenceFactory(delegation=row)
    assert queries.delegation(clerk, row.public_id) == row
    assert queries.absence(clerk, one.public_id) == one
    stranger = actor_for("clerk")
    assert queries.delegation(stranger, row.public_id) is None
    assert queries.absence(stranger, one.public_id) is None


def test_whom_one_may_ask(place, clerk):
    head = colleague(place.province, "head")
    colleague(place.districts[0], "head")
    helper = colleague(place.office, "helper")
    there = set(queries.people_at(clerk, place.province))
    assert {me(clerk), me(head)} <= there
    assert me(helper) not in there
    named = DelegationFactory(organisation=place.province)
    draft = DraftFactory(office=place.office, issuer=place.province)
    assert set(queries.people_for(clerk, draft)) == {me(clerk), me(head), named.person}
