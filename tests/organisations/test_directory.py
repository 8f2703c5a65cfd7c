"""Finding agencies, centres, areas and people."""

import datetime

import pytest

from saduak.foundation.access import Actor
from saduak.organisations.models import OrganisationName
from saduak.organisations.queries import search_areas, search_organisations
from saduak.organisations.queries.directory import area_named, organisation_at, person_named
from tests.organisations.factories import (
    AppointmentFactory,
    AreaFactory,
    OrganisationFactory,
    actor_for,
)

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
PUBLIC = Actor.public()
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
