"""Nobody gives a power to themselves by another spelling or by an absence; what is done through a name is told."""

import datetime

import pytest

from saduak.correspondence.actions import delegations as actions
from saduak.correspondence.actions.delegations import Power
from saduak.correspondence.models import Delegation
from saduak.correspondence.queries import delegations as queries
from saduak.correspondence.signals import delegation_changed
from saduak.foundation.access import Actor, Invalid, Refused
from saduak.organisations.actions import NewPerson
from saduak.organisations.models import Person
from tests.correspondence import factories as f
from tests.correspondence.factories_drafts import AbsenceFactory, DelegationFactory, colleague
from tests.organisations.factories import AppointmentFactory, PersonFactory, actor_for, me

pytestmark = pytest.mark.django_db
DAY = datetime.date(2022, 12, 13)
TOMORROW = DAY + datetime.timedelta(days=1)
ORDER = {"order_number": "คำสั่งจังหวัด ที่ 5/2565", "order_dated": DAY}


@pytest.fixture
def clerk(place):
    return place.clerk


def added(place, actor, person=None, **power) -> Delegation:
    """Somebody of the office may sign in the province's name."""
    who = person or me(colleague(place.office, "officer"))
    return actions.add_delegation(
        actor=actor,
        organisation_id=place.province.public_id,
        person=who.public_id,
        power=Power(**{"position": "ปลัดจังหวัด", **power}),
    )


# --- By another spelling ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["สมเสมียน  ทดสอบ", "สมเสมียนทดสอบ", "สมเสมียน\u200b ทดสอบ\u00a0", "สมเสมียน\u034f ทดสอบ"]
    + [f"{title}สมเสมียน ทดสอบ" for title in ("นาย", "นางสาว ", "ดร.", "พ.ต.ท. ", "ว่าที่ร้อยตรี", "ผศ.ดร.")],
)
@pytest.mark.parametrize("own", ["สมเสมียน ทดสอบ", "นางสมเสมียน ทดสอบ"])
def test_no_title_space_or_sign_that_nobody_sees_makes_another_of_oneself(place, own, name):
    clerk = colleague(place.office, "clerk", name=own)
    double = PersonFactory(name=name)
    AppointmentFactory(person=double, organisation=place.office, role="officer")
    with pytest.raises(Invalid) as refused:
        actions.add_delegation(
            actor=clerk,
            organisation_id=place.province.public_id,
            person=NewPerson(name=name),
            power=Power(position="ปลัดจังหวัด", **ORDER),
        )
    assert refused.value.code == "own-power"
    Person.objects.filter(pk=double.pk).update(user=None)
    with pytest.raises(Invalid) as refused:
        added(place, clerk, double, **ORDER)
    assert refused.value.code == "own-power"
    assert not Delegation.objects.exists()


@pytest.mark.parametrize("name", ["สมเสมียน ทดลอง", "สม ทดสอบ", "ใจสมเสมียน ทดสอบ", "เสมียน ทดสอบ", "\u200b"])
def test_another_name_is_another_person(name):
    assert not queries.same_name(name, "สมเสมียน ทดสอบ")
    assert not queries.same_name("สมเสมียน ทดสอบ", name)


def test_a_namesake_with_an_account_is_somebody_else(place, clerk):
    namesake = me(colleague(place.office, "officer", name=me(clerk).name))
    assert namesake.user_id is not None
    assert added(place, clerk, namesake, **ORDER).person == namesake


# --- By an absence ----------------------------------------------------------------------------------------------------


@pytest.fixture
def substitutes(place):
    """(the governor's entry, that of the clerk who signs in that place, that of the officer who signs in the clerk's)."""
    governor = DelegationFactory(organisation=place.province, position="ผู้ว่า")
    second = DelegationFactory(organisation=place.province, person=me(place.clerk), substitute_for=governor)
    third = DelegationFactory(organisation=place.province, substitute_for=second)
    return governor, second, third


def test_no_substitute_writes_down_that_the_one_before_is_absent(place, clerk, substitutes):
    governor, second, third = substitutes
    other = actor_for("clerk", place.office)
    Delegation.objects.filter(pk=third.pk).update(person=me(other))
    for actor, row in ((clerk, governor), (other, governor), (other, second)):
        with pytest.raises(Refused) as refused:
            actions.add_absence(actor=actor, delegation_id=row.public_id, first_day=DAY)
        assert refused.value.code == "own-power"
    assert not queries.signers(place.province.pk, DAY).has(second.pk)
    for actor, row in ((clerk, second), (clerk, third), (actor_for("clerk", place.office), governor)):
        assert actions.add_absence(actor=actor, delegation_id=row.public_id, first_day=DAY).valid_to is None


def test_a_substitute_ends_an_absence_but_makes_none_longer(place, clerk, substitutes):
    governor = substitutes[0]
    away = AbsenceFactory(delegation=governor, valid_from=DAY, valid_to=TOMORROW)
    with pytest.raises(Refused) as refused:
        actions.end_absence(actor=clerk, absence_id=away.public_id, last_day=TOMORROW)
    assert refused.value.code == "own-power"
    longer = actions.end_absence(
        actor=actor_for("clerk", place.office), absence_id=away.public_id, last_day=TOMORROW
    )
    assert longer.last_day == TOMORROW
    assert actions.end_absence(actor=clerk, absence_id=away.public_id, last_day=DAY).last_day == DAY


def test_whose_own_power_counts_no_longer_writes_down_absences_again(place, clerk, substitutes, exactly):
    governor, second, _third = substitutes
    with exactly(2):
        assert not queries.may_note_absence(clerk, governor, DAY)
    for change in (
        {"valid_to": DAY},
        {"valid_from": DAY, "valid_to": DAY, "entered_at": f.IN_2566},
        {"valid_to": None, "substitute_for": None},
    ):
        Delegation.objects.filter(pk=second.pk).update(**change)
        assert queries.may_note_absence(clerk, governor, DAY)


def test_the_head_writes_down_absences_though_they_sign_in_that_place(place, substitutes):
    governor = substitutes[0]
    deputy = actor_for("head", place.province)
    DelegationFactory(organisation=place.province, person=me(deputy), substitute_for=governor)
    assert actions.add_absence(actor=deputy, delegation_id=governor.public_id, first_day=DAY)
    with_another = actor_for("head", place.office)
    DelegationFactory(organisation=place.province, person=me(with_another), substitute_for=governor)
    assert not queries.may_note_absence(with_another, governor, DAY)
    assert queries.may_note_absence(Actor.system(), governor, DAY)


# --- Through a name ---------------------------------------------------------------------------------------------------


@pytest.fixture
def told():
    """What the rooms above hear of registers of delegations."""
    heard = []

    def hear(sender, delegation, how, actor, **_kwargs):
        heard.append((delegation.position, how, actor.user_id))

    delegation_changed.connect(hear)
    yield heard
    delegation_changed.disconnect(hear)


def test_what_is_done_through_its_name_is_told_and_what_it_does_itself_is_not(place, clerk, told):
    row, again = added(place, clerk), added(place, clerk, position="รองผู้ว่า")
    actions.end_delegation(actor=clerk, delegation_id=row.public_id, last_day=TOMORROW)
    assert told == [
        ("ปลัดจังหวัด", "added", clerk.user_id),
        ("รองผู้ว่า", "added", clerk.user_id),
        ("ปลัดจังหวัด", "ended", clerk.user_id),
    ]
    told.clear()
    for actor in (actor_for("clerk", place.province), Actor.system()):
        added(place, actor, me(colleague(place.province, "officer")))
    actions.end_delegation(
        actor=actor_for("head", place.province), delegation_id=again.public_id, last_day=DAY
    )
    assert told == []
