"""A small country: a department over a district, a province that supervises a municipality, two programmes."""

from types import SimpleNamespace

import pytest
from django.dispatch import Signal

from saduak.applications import actions, signals
from tests.applications.factories import ApplicationFactory, answer, head_of, officer_of
from tests.applications.factories_obstacles import reported
from tests.applications.factories_sharing import published
from tests.kept import kept
from tests.organisations.factories import (
    AreaFactory,
    OrganisationFactory,
    PersonFactory,
    ProgrammeFactory,
    ServiceCentreFactory,
    actor_for,
    relate,
)
from tests.programme.factories import MID_WINDOW, RoundFactory


@kept
def land():
    """Offices, their centres, and a round of one of two programmes."""
    area = AreaFactory(code="65", name_th="พิษณุโลก")
    wangthong = AreaFactory(code="6508", name_th="วังทอง", parent=area)
    department = OrganisationFactory(kind="department", name_th="กรมการปกครอง")
    province = OrganisationFactory(kind="province", name_th="จังหวัดพิษณุโลก", area=area)
    district = OrganisationFactory(
        kind="district",
        name_th="ที่ทำการปกครองอำเภอวังทอง",
        area=wangthong,
        under=[department, province],
        phone="055",
    )
    city = OrganisationFactory(
        kind="local_government", name_th="เทศบาลเมืองอรัญญิก", area=area, supervised_by=province
    )
    programme, other = ProgrammeFactory(short_name="GECC"), ProgrammeFactory()
    return SimpleNamespace(
        area=area,
        department=department,
        province=province,
        district=district,
        city=city,
        programme=programme,
        other=other,
        centre=ServiceCentreFactory(organisation=district, name_th="หน่วยบริการงานทะเบียน"),
        city_centre=ServiceCentreFactory(organisation=city, name_th="ศูนย์บริการประชาชน"),
        round=RoundFactory(programme=programme),
    )


@kept
def people(land):
    """An actor for each part to play, all received in mid-window."""

    def actor(role, organisation, **more):
        return actor_for(role, organisation, received_at=MID_WINDOW, **more)

    return SimpleNamespace(
        officer=officer_of(land.centre),
        head=head_of(land.centre),
        helper=actor("helper", land.district),
        city_officer=officer_of(land.city_centre),
        city_head=head_of(land.city_centre),
        department=actor("supervisor", land.department, reach="line"),
        province=actor("supervisor", land.province, reach="line"),
        over_cities=actor("supervisor", land.province, reach="supervision"),
        secretariat=actor("secretariat", OrganisationFactory(), programme=land.programme),
        other_secretariat=actor("secretariat", OrganisationFactory(), programme=land.other),
        stranger=actor("officer", OrganisationFactory()),
        auditor=actor("auditor", OrganisationFactory()),
    )


@kept
def draft(land, people):
    """The district's application, just started."""
    return ApplicationFactory(centre=land.centre, round=land.round, actor=people.officer)


@kept
def both(land):
    """A province's supervisor over its line and over whom it supervises."""
    person = PersonFactory()
    actor_for("supervisor", land.province, reach="line", person=person)
    return actor_for("supervisor", land.province, reach="supervision", person=person, received_at=MID_WINDOW)


@kept
def city(land, people):
    """The municipality's application, just started."""
    return ApplicationFactory(centre=land.city_centre, round=land.round, actor=people.city_officer)


@kept
def ministry(land):
    """Above both the department and the province, with somebody who answers."""
    office = OrganisationFactory(kind="ministry", name_th="กระทรวงมหาดไทย")
    relate(land.department, office)
    relate(land.province, office)
    return office


@kept
def above(people, ministry):
    """Who answers at the ministry."""
    return actor_for("supervisor", ministry, reach="line", received_at=MID_WINDOW)


@kept
def obstacle(land, people):
    """What blocks the district's centre, reported in mid-window."""
    return reported(people.officer, land.centre, land.round)


@kept
def hq(land):
    """Who publishes for the department."""
    return actor_for("officer", land.department, received_at=MID_WINDOW)


@kept
def item(hq, land):
    """What the department shares for the third gate, to be completed with local proof."""
    return published(hq, land.department, land.round)


@kept
def gate(draft, people):
    """The third gate, claimed."""
    row = answer(draft, "3", "physical")
    actions.save_answer(actor=people.officer, answer_id=row.public_id, version=0, claim="met")
    return row


@pytest.fixture(autouse=True)
def _alone():
    """This room without the rooms above it: what they do when they are told is their own tests' business."""
    told = [value for value in vars(signals).values() if isinstance(value, Signal)]
    kept = [(signal, signal.receivers) for signal in told]
    for signal in told:
        signal.receivers = []
        signal.sender_receivers_cache.clear()
    yield
    for signal, receivers in kept:
        signal.receivers = receivers
        signal.sender_receivers_cache.clear()
