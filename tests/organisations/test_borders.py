"""Who keeps the register of agencies moves no border of their own: relations, and centres that change hands."""

import datetime

import pytest

from saduak.foundation import clock
from saduak.foundation.access import Actor, Refused
from saduak.organisations import localgov, rules
from saduak.organisations.actions import move_centre
from saduak.organisations.actions.organisations import end_relation, import_local_governments, relate
from saduak.organisations.models import Organisation, Relation
from saduak.organisations.signals import relation_ended
from tests.organisations.factories import (
    AreaFactory,
    OrganisationFactory,
    PersonFactory,
    ProgrammeFactory,
    ServiceCentreFactory,
    actor_for,
    bound_secretary,
)

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
DAY = datetime.timedelta(days=1)


def test_who_keeps_the_register_lets_no_office_of_theirs_write_for_the_province():
    """Through "issues for" whoever supervises the office would command all that the province does."""
    province, department = OrganisationFactory(), OrganisationFactory()
    office = OrganisationFactory(under=department)
    actor = bound_secretary(department, "supervisor", "line")
    with pytest.raises(Refused) as refused:
        relate(
            actor=actor,
            kind="issues_for",
            child=office.public_id,
            parent=province.public_id,
            on=clock.today(),
        )
    assert refused.value.code == "to-oneself"


@pytest.mark.parametrize(
    ("role", "reach"), [("clerk", "line"), ("clerk", "supervision"), ("auditor", "line"), ("auditor", "area")]
)
@pytest.mark.parametrize("kind", ["line", "supervision"])
def test_who_keeps_the_register_puts_no_office_where_they_read_or_write(role, reach, kind):
    victim = OrganisationFactory()
    office = OrganisationFactory(area=AreaFactory(code="65"))
    actor = bound_secretary(office, role, reach)
    with pytest.raises(Refused) as refused:
        relate(actor=actor, kind=kind, child=victim.public_id, parent=office.public_id, on=clock.today())
    assert refused.value.code == "to-oneself"


def test_who_keeps_the_register_takes_their_own_office_from_under_nobody():
    province = OrganisationFactory()
    office, other = (OrganisationFactory(under=province) for _ in range(2))
    actor = bound_secretary(office, "head")
    with pytest.raises(Refused) as refused:
        end_relation(
            actor=actor,
            kind="line",
            child=office.public_id,
            parent=province.public_id,
            on=clock.today(),
        )
    assert refused.value.code == "to-oneself"
    ended = end_relation(
        actor=actor, kind="line", child=other.public_id, parent=province.public_id, on=clock.today()
    )
    assert ended == other


def test_what_ends_later_is_told_to_nobody_yet():
    province = OrganisationFactory()
    office = OrganisationFactory(under=province)
    told: list[object] = []

    def hear(**said: object) -> None:
        told.append(said["relation"])

    relation_ended.connect(hear)
    later = clock.today() + datetime.timedelta(days=9)
    end_relation(
        actor=actor_for("secretariat"),
        kind="line",
        child=office.public_id,
        parent=province.public_id,
        on=later,
    )
    assert Relation.objects.get(child=office).valid_to == later
    assert told == []


def test_the_committee_and_the_program_itself_keep_the_register_as_before():
    above, below = OrganisationFactory(), OrganisationFactory()
    person = PersonFactory()
    actor_for("committee", person=person)
    both = actor_for("secretariat", person=person)
    assert rules.may_relate(both, above, below)
    assert rules.may_relate(Actor.system(), above, below)
    assert rules.may_relate(actor_for("head", above), above, below).code == "no-capability"


def test_who_leads_for_one_programme_gives_no_centre_away():
    """Every post at the centre ends with the move, those of other programmes too."""
    one, other = OrganisationFactory(), OrganisationFactory()
    centre = ServiceCentreFactory(organisation=one)
    person = PersonFactory()
    actor_for("head", one, programme=ProgrammeFactory(), person=person)
    bound = actor_for("officer", other, person=person)
    with pytest.raises(Refused) as refused:
        move_centre(actor=bound, centre=centre.public_id, on=clock.today(), organisation=other.public_id)
    assert refused.value.code == "out-of-reach"


def test_who_keeps_the_register_takes_no_centre_into_their_own_hands():
    one, other, third = (OrganisationFactory() for _ in range(3))
    centre = ServiceCentreFactory(organisation=one)
    actor = bound_secretary(other, "officer")
    with pytest.raises(Refused) as refused:
        move_centre(actor=actor, centre=centre.public_id, on=clock.today(), organisation=other.public_id)
    assert refused.value.code == "to-oneself"
    moved = move_centre(actor=actor, centre=centre.public_id, on=clock.today(), organisation=third.public_id)
    assert moved.organisation == third


def test_what_begins_tomorrow_counts_as_what_is_held():
    victim, office = OrganisationFactory(), OrganisationFactory()
    actor = bound_secretary(office, "supervisor", "line", valid_from=clock.today() + DAY)
    with pytest.raises(Refused) as refused:
        relate(actor=actor, kind="line", child=victim.public_id, parent=office.public_id, on=clock.today())
    assert refused.value.code == "to-oneself"


def test_who_keeps_the_register_imports_no_town_under_their_own_office():
    area = AreaFactory(code="91")
    province = OrganisationFactory(code="province:91", kind="province", area=area)
    OrganisationFactory(code="local-admin:91", area=area)
    line = "pao:91,องค์การบริหารส่วนจังหวัด,องค์การบริหารส่วนจังหวัดสตูล,,91,,,,,,ทดสอบ,"
    content = "\n".join([",".join(localgov.COLUMNS), line]).encode()
    with pytest.raises(Refused) as refused:
        import_local_governments(
            actor=bound_secretary(province, "supervisor", "supervision"), content=content, dry_run=False
        )
    assert refused.value.code == "to-oneself"
    assert not Organisation.objects.filter(code="local:pao:91").exists()
    _reading, added = import_local_governments(
        actor=bound_secretary(OrganisationFactory(), "officer"), content=content, dry_run=False
    )
    assert added == 1
