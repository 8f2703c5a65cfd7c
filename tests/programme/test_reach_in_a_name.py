"""A department's date for the provinces in whose names its offices write: it counts for them, and for nobody else."""

import datetime

import pytest

from saduak.organisations.models import Organisation
from saduak.programme import queries
from saduak.programme.models import InternalDeadline
from tests.organisations.factories import OrganisationFactory, actor_for
from tests.programme.factories import InternalDeadlineFactory, RoundFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def offices():
    """Two ministries; the department of the one writes in the name of a province of the other."""
    ministry, other = OrganisationFactory(), OrganisationFactory()
    department = OrganisationFactory(under=other)
    province = OrganisationFactory(kind="province", under=ministry)
    district = OrganisationFactory(under=province)
    office = OrganisationFactory(under=department, writes_for=province)
    near = OrganisationFactory(kind="province", under=department, writes_for=None)
    OrganisationFactory(under=department, writes_for=near)
    return {
        "ministry": ministry,
        "other": other,
        "department": department,
        "province": province,
        "district": district,
        "office": office,
        "near": near,
    }


def counting(deadline: InternalDeadline, offices) -> set[str]:
    """For whom it counts, asked in both ways."""
    row = deadline.round
    one = {
        name
        for name, office in offices.items()
        if deadline in queries.effective_deadlines(row, office).internal
    }
    many = queries.effective_deadlines_of(row, [office.pk for office in offices.values()])
    assert one == {name for name, office in offices.items() if deadline in many[office.pk].internal}
    reached = Organisation.objects.filter(queries.reached_q(deadline, "pk"))
    assert {offices[name] for name in one} == set(reached) & set(offices.values())
    return one


def test_it_counts_for_those_in_whose_name_an_office_of_the_line_writes(offices):
    row = RoundFactory()
    due = {"round": row, "owner": offices["department"]}
    named = InternalDeadlineFactory(reach="name", **due)
    # What it commands it reaches by command: that way is another date.
    assert counting(named, offices) == {"province"}
    line = InternalDeadlineFactory(reach="line", **due)
    assert counting(line, offices) == {"department", "office", "near"}
    own = InternalDeadlineFactory(reach="own", **due)
    assert counting(own, offices) == {"department"}
    above = InternalDeadlineFactory(reach="name", round=row, owner=offices["other"])
    assert counting(above, offices) == {"province"}
    # A ministry that commands the province has no need of the name.
    assert (
        counting(InternalDeadlineFactory(reach="name", round=row, owner=offices["ministry"]), offices)
        == set()
    )


def test_it_costs_what_every_date_costs_and_is_seen_by_whom_it_binds(offices, exactly):
    named = InternalDeadlineFactory(reach="name", owner=offices["department"])
    row = queries.rounds(actor_for("clerk", offices["province"])).get(pk=named.round_id)
    with exactly(2):
        assert queries.effective_deadlines(row, offices["province"]).internal == (named,)
    for name, seen in (("province", True), ("office", True), ("district", False), ("ministry", False)):
        actor = actor_for("clerk", offices[name])
        assert InternalDeadline.objects.visible_to(actor).filter(pk=named.pk).exists() is seen, name
    with exactly(1):
        assert queries.above([offices["province"].pk]) == {
            offices[name].pk for name in ("province", "ministry", "office", "department", "other")
        }


def test_a_relation_that_ended_carries_nothing(offices):
    named = InternalDeadlineFactory(reach="name", owner=offices["department"])
    relation = offices["province"].downward.get(kind="issues_for")
    relation.valid_from, relation.valid_to = datetime.date(2020, 1, 1), datetime.date(2021, 1, 1)
    relation.save()
    assert counting(named, offices) == set()
