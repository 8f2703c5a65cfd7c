"""Finding agencies, centres, areas and people."""

import datetime

import pytest

from saduak.foundation import clock
from saduak.foundation.access import Actor
from saduak.organisations.actions import merge_centres, move_centre, rename_centre, upgrade_centre
from saduak.organisations.models import OrganisationName
from saduak.organisations.queries import (
    Link,
    centre_links,
    centre_with_history,
    day_after,
    people_of,
    register_centre_links,
    search_areas,
    search_organisations,
)
from saduak.organisations.queries.directory import area_named, organisation_at, person_named
from saduak.organisations.queries.links import _centre
from tests.organisations.factories import (
    AppointmentFactory,
    AreaFactory,
    OrganisationFactory,
    ProgrammeFactory,
    ServiceCentreFactory,
    actor_for,
    seat,
)

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
PUBLIC = Actor.public()
SYSTEM = Actor.system("tests")
MOMENT = datetime.datetime(2027, 1, 4, tzinfo=datetime.UTC)


@pytest.fixture
def north():
    """A province with one district."""
    province = AreaFactory(code="50", kind="province", name_th="เหนือ")
    return province, AreaFactory(code="5001", kind="district", name_th="ดอย", parent=province)


def test_agencies_by_kind_place_and_whether_they_still_exist(north):
    province, district = north
    here = OrganisationFactory(kind="district", area=district)
    above = OrganisationFactory(kind="province", area=province)
    gone = OrganisationFactory(kind="district", area=district, retired_at=MOMENT)
    OrganisationFactory(kind="district", area=AreaFactory(code="90"))
    assert set(search_organisations(PUBLIC, area="50")) == {here, above}
    assert set(search_organisations(PUBLIC, area="50", kind="district")) == {here}
    assert set(search_organisations(PUBLIC, area="5001", retired=True)) == {here, gone}


def test_areas_by_name_code_and_kind(north):
    province, district = north
    assert list(search_areas("50")) == [province]
    assert list(search_areas("ดอย", kind="district")) == [district]
    assert list(search_areas("ดอย", kind="province")) == []
    assert area_named("ดอย", kind="district", within="50") == district
    assert area_named("ดอย", kind="district", within="90") is None


def test_an_agency_bears_the_name_of_the_day():
    row = OrganisationFactory(name_th="ชื่อใหม่")
    OrganisationName.objects.filter(organisation=row).delete()
    assert organisation_at(row, datetime.date(2020, 1, 1)) == "ชื่อใหม่"
    OrganisationName.objects.create(
        organisation=row, name_th="ชื่อเก่า", valid_from=None, valid_to=datetime.date(2021, 1, 1)
    )
    assert organisation_at(row, datetime.date(2020, 1, 1)) == "ชื่อเก่า"


def test_a_person_is_named_by_an_address_only_to_those_who_may_see_them():
    row = AppointmentFactory()
    clerk = actor_for("clerk", row.organisation)
    assert person_named(clerk, str(row.person.public_id)) == row.person
    assert person_named(actor_for("clerk"), str(row.person.public_id)) is None
    assert person_named(clerk, "not-a-name") is None


def test_what_happened_to_a_centre_is_told_newest_first(north):
    first, second = datetime.date(2026, 10, 1), datetime.date(2027, 1, 4)
    centre = ServiceCentreFactory(name_th="เดิม", kind="counter")
    at = {"actor": SYSTEM, "centre": centre.public_id}
    upgrade_centre(**at, kind="office", on=second)
    rename_centre(**at, name_th="ใหม่", on=first)
    move_centre(**at, area="5001", on=second)
    other = ServiceCentreFactory()
    rename_centre(actor=SYSTEM, centre=other.public_id, name_th="อื่น", on=second)
    row = centre_with_history(PUBLIC).get(pk=centre.pk)
    assert [(event.kind, event.on) for event in row.events.all()] == [
        ("moved", second),
        ("upgraded", second),
        ("renamed", first),
    ]
    assert (row.name_th, row.area.name_th, row.area.parent.name_th) == ("ใหม่", "ดอย", "เหนือ")


@pytest.mark.parametrize("count", [1, 3])
def test_centres_with_their_history_take_four_queries(north, exactly, count):
    _province, district = north
    into = ServiceCentreFactory(area=district, name_th="รวม")
    merged = [ServiceCentreFactory(area=district).public_id for _ in range(count)]
    merge_centres(actor=SYSTEM, into=into.public_id, centres=merged, on=MOMENT.date())
    with exactly(4):
        found = {
            row.public_id: (
                [event.kind for event in row.events.all()],
                [after.name_th for after in row.successors.all()],
                len(row.predecessors.all()),
                (row.organisation.kind, row.area.parent.name_th, row.area.parent.parent),
            )
            for row in centre_with_history(PUBLIC)
        }
    place = ("other", "เหนือ", None)
    told = {public_id: (["merged"], ["รวม"], 0, place) for public_id in merged}
    assert found == told | {into.public_id: (["merged"], [], count, place)}


def test_who_works_at_an_agency_today_and_at_one_of_its_centres():
    centre = ServiceCentreFactory()
    office, today = centre.organisation, clock.today()
    clerk = actor_for("clerk", office)
    helper = AppointmentFactory(organisation=office, centre=centre, role="helper")
    officer = AppointmentFactory(organisation=office, role="officer")
    AppointmentFactory(organisation=office, centre=centre, role="officer", valid_to=today)
    AppointmentFactory(organisation=office, centre=centre, valid_from=day_after(today))
    AppointmentFactory(role="officer")
    assert list(people_of(clerk, office)) == [seat(clerk), helper, officer]
    assert list(people_of(clerk, office, centre=centre)) == [helper]
    assert list(people_of(clerk, office, centre=ServiceCentreFactory(organisation=office))) == []
    # Whoever has no business there sees nobody of it.
    assert list(people_of(actor_for("clerk"), office)) == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_people_of_an_agency_take_one_query(exactly, count):
    centre = ServiceCentreFactory()
    clerk = actor_for("clerk", centre.organisation)
    programme = ProgrammeFactory()
    rows = [
        AppointmentFactory(organisation=centre.organisation, centre=centre, programme=programme)
        for _ in range(count)
    ]
    with exactly(1):
        found = [
            (row.person.name, row.centre.name_th, row.programme.name_th)
            for row in people_of(clerk, centre.organisation, centre=centre)
        ]
    assert found == [(row.person.name, centre.name_th, programme.name_th) for row in rows]


def test_people_name_the_last_day_and_the_record_keeps_the_day_after():
    assert day_after(datetime.date(2027, 9, 30)) == datetime.date(2027, 10, 1)
    assert day_after(None) is None


def test_each_room_above_adds_its_links_to_a_centre_for_those_whom_they_concern():
    centre = ServiceCentreFactory()
    head = actor_for("head", centre.organisation)
    letters, visits = Link("หนังสือเข้า", "/letters/", "3 ฉบับ"), Link("วันนัดตรวจ", "/visits/")
    sources = [
        register_centre_links(lambda actor, _centre: [letters] if actor == head else []),
        register_centre_links(lambda _actor, row: [visits] if row == centre else []),
    ]
    try:
        assert centre_links(head, centre) == [letters, visits]
        assert centre_links(PUBLIC, centre) == [visits]
        assert centre_links(head, ServiceCentreFactory()) == [letters]
    finally:
        for source in sources:
            _centre.remove(source)
