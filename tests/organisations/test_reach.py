"""Reach: what the real resolver gives, and which rows it reaches."""

import datetime

import pytest
from django.db import connection
from django.db.models import Q

from saduak.foundation import clock
from saduak.foundation.access import registry
from saduak.organisations.models import Appointment, Organisation, ServiceCentre, TreePath
from saduak.organisations.queries import in_area_q, own_q, reach_q, reaches, subtree_q, under_q
from saduak.organisations.queries.reach import outermost
from tests.kept import kept
from tests.organisations.factories import (
    AppointmentFactory,
    AreaFactory,
    OrganisationFactory,
    PersonFactory,
    ProgrammeFactory,
    ServiceCentreFactory,
    actor_for,
    actor_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

SEE = "organisations.see_people"
STATUS = "organisations.see_status"


@kept
def country():
    """Two provinces of one ministry, a department with a district in each, and a municipality supervised by one."""
    areas = {c: AreaFactory(code=c) for c in ("91", "92")}
    districts = {c: AreaFactory(code=c, parent=areas[c[:2]]) for c in ("9101", "9201")}
    found = {"ministry": OrganisationFactory(code="m")}
    found["department"] = OrganisationFactory(code="d", under=found["ministry"])
    for code in ("91", "92"):
        found[code] = OrganisationFactory(code=f"p{code}", under=found["ministry"], area=areas[code])
        found[f"office{code}"] = OrganisationFactory(
            code=f"o{code}",
            under=[found["department"], found[code]],
            writes_for=found[code],
            area=areas[code],
        )
        found[f"{code}01"] = OrganisationFactory(
            code=f"d{code}01", under=[found["department"], found[code]], area=districts[f"{code}01"]
        )
    found["town"] = OrganisationFactory(code="town", supervised_by=found["9101"], area=districts["9101"])
    found["school"] = OrganisationFactory(code="school", under=found["town"], area=districts["9101"])
    return found


def reached(actor, capability=SEE):
    return set(Organisation.objects.filter(reach_q(actor, capability, "pk")).values_list("code", flat=True))


def test_own_reaches_only_the_organisation_itself(country):
    assert reached(actor_for("clerk", country["91"])) == {"p91"}


def test_an_office_that_writes_for_the_province_reaches_as_the_province(country):
    assert reached(actor_for("clerk", country["office91"])) == {"o91", "p91"}
    assert reached(actor_for("clerk", country["office91"], reach="line")) == {"o91", "p91", "d9101"}


def test_a_district_answers_to_its_department_and_to_its_province(country):
    assert reached(actor_for("supervisor", country["department"], reach="line")) == {
        "d",
        "o91",
        "o92",
        "d9101",
        "d9201",
    }
    assert reached(actor_for("supervisor", country["92"], reach="line")) == {"p92", "o92", "d9201"}


def test_supervision_shows_status_only(country):
    province = actor_for("supervisor", country["91"], reach="supervision")
    assert reached(province, STATUS) == {"p91", "town", "school"}
    assert reached(province, SEE) == {"p91"}


def test_an_agency_may_share_more_with_its_supervisors(country):
    Organisation.objects.filter(code="town").update(shares_with_supervisor=True)
    district = actor_for("supervisor", country["9101"], reach="supervision")
    assert reached(district) == {"d9101"}
    shared = Organisation.objects.filter(reach_q(district, SEE, "pk", sharing=True))
    assert {row.code for row in shared} == {"d9101", "town"}
    assert not reaches(district, SEE, country["town"])
    assert reaches(district, STATUS, country["town"])


def test_line_never_reaches_what_is_only_supervised(country):
    assert "town" not in reached(actor_for("supervisor", country["ministry"], reach="line"), STATUS)


def test_area_reaches_everything_in_it(country):
    assert reached(actor_for("supervisor", country["91"], reach="area")) == {
        "p91",
        "o91",
        "d9101",
        "town",
        "school",
    }


def test_an_appointment_for_one_centre_reaches_only_that_centre(country):
    mine, other = (ServiceCentreFactory(organisation=country["9101"]) for _ in range(2))
    officer = actor_for("officer", centre=mine)
    assert reached(officer) == set()
    rows = ServiceCentre.objects.filter(reach_q(officer, SEE, centre="pk"))
    assert list(rows) == [mine]
    assert other not in rows


def test_an_appointment_for_one_programme_reaches_only_its_rows(country):
    one, two = ProgrammeFactory(), ProgrammeFactory()
    AppointmentFactory(organisation=country["91"], programme=one, role="clerk")
    AppointmentFactory(organisation=country["91"], programme=two, role="clerk")
    actor = actor_for("supervisor", country["91"], programme=one)
    rows = Appointment.objects.filter(reach_q(actor, SEE, programme="programme"), role="clerk")
    assert [row.programme for row in rows] == [one]
    assert reaches(actor, SEE, country["91"], programme_id=one.pk)
    assert not reaches(actor, SEE, country["91"], programme_id=two.pk)


def test_the_secretariat_reaches_the_country(country):
    actor = actor_for("secretariat", OrganisationFactory(code="psc"))
    assert reached(actor) == set(Organisation.objects.values_list("code", flat=True))
    assert reaches(actor, SEE, country["town"])


def test_without_the_capability_nothing_is_reached(country):
    assert reached(actor_for("evaluator", country["ministry"], reach="line")) == set()


def test_appointments_count_only_on_their_days(country):
    today = clock.today()
    person = PersonFactory()
    for dates in (
        {"valid_to": today},
        {"valid_from": today + datetime.timedelta(days=1)},
    ):
        AppointmentFactory(person=person, organisation=country["91"], role="clerk", **dates)
    assert actor_of(person).holdings == ()
    tomorrow = clock.now() + datetime.timedelta(days=1)
    assert len(actor_of(person, received_at=tomorrow).holdings) == 1


def test_a_holding_says_where_it_comes_from(country):
    actor = actor_for("supervisor", country["office91"], reach="line", title="ปลัดจังหวัด")
    (holding,) = actor.holdings
    assert holding.label == f"ปลัดจังหวัด, {country['office91'].name_th}"
    assert holding.organisation_ids == {country["office91"].pk, country["91"].pk}
    assert holding.capabilities == registry.of_role("supervisor")
    assert [span.kind for span in holding.spans] == ["line", "line"]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("reach", "queries"), [("own", 2), ("line", 3), ("area", 2), ("supervision", 3)])
def test_the_resolver_needs_at_most_three_queries(country, exactly, count, reach, queries):
    person = PersonFactory()
    for organisation in (country["91"], country["office92"], country["department"])[:count]:
        AppointmentFactory(person=person, organisation=organisation, role="supervisor", reach=reach)
    with exactly(queries):
        actor = actor_of(person)
    assert len(actor.holdings) == count


def test_somebody_without_appointment_has_a_name_and_no_power():
    actor = actor_of(PersonFactory(name="สมมุติ"))
    assert (actor.name, actor.holdings) == ("สมมุติ", ())
    assert not Organisation.objects.filter(reach_q(actor, SEE, "pk")).exists()


def test_under_and_area(country):
    assert set(Organisation.objects.filter(under_q(country["91"], field="pk"))) == {
        country["91"],
        country["office91"],
        country["9101"],
    }
    supervised = Organisation.objects.filter(under_q(country["91"], "supervision", "pk"))
    assert set(supervised) == {country["town"], country["school"]}
    assert set(Organisation.objects.filter(in_area_q("9101"))) == {
        country["9101"],
        country["town"],
        country["school"],
    }


def test_outermost_leaves_out_what_lies_inside_another():
    assert outermost(["65", "6501", "", "49", "65"]) == ["49", "65"]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's plan")
def test_a_subtree_is_a_range_of_the_index(country):
    path = TreePath.objects.get(organisation=country["91"], kind="line").path
    plan = Organisation.objects.filter(subtree_q("line", path, "pk")).explain()
    assert "tree_path_range (kind=? AND path>? AND path<?)" in plan


def test_own_is_the_very_office_or_one_centre_and_never_a_sister_nor_what_is_below(country):
    office, sister = country["office91"], country["office92"]
    here, beside, other = (ServiceCentreFactory(organisation=row) for row in (office, office, sister))
    below = ServiceCentreFactory(organisation=country["9101"])
    programme = ProgrammeFactory()

    def own(*actors, **more):
        found = [own_q(actor, SEE, office="organisation", centre="pk", **more) for actor in actors]
        return [None if q is None else set(ServiceCentre.objects.filter(q)) for q in found]

    whole = actor_for("head", office)
    assert own(whole, actor_for("head", centre=here), actor_for("auditor", office, reach="line")) == [
        {here, beside},
        {here},
        None,
    ]
    assert below not in own(actor_for("head", office, reach="own"))[0]
    bound = [
        actor_for("head", office, programme=programme),
        actor_for("head", centre=other, programme=programme),
    ]
    assert own(*bound) == [{here, beside}, {other}], "to which programme, does not matter to a centre"
    q = own_q(bound[1], SEE, office="organisation", centre="pk", programme="programmes")
    assert q == Q(pk=other.pk) & Q(programmes=programme.pk)
    q = own_q(bound[0], SEE, office="organisation", centre="pk", programme="programmes")
    assert q == Q(organisation__in=sorted(bound[0].holdings[0].organisation_ids)) & Q(programmes=programme.pk)
    both = PersonFactory()
    actor_for("head", centre=here, person=both)
    assert own(actor_for("head", centre=other, person=both)) == [{here, other}]
