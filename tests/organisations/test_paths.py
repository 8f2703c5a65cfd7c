"""Paths: any graph of relations gives the same subtrees as walking it, and circles are refused."""

import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from saduak.foundation import clock
from saduak.foundation.access import Actor, Conflict, Invalid, Refused
from saduak.foundation.models import AuditEntry
from saduak.organisations import paths
from saduak.organisations.actions import (
    edit_contact,
    end_relation,
    relate,
    rename_organisation,
    retire_organisation,
    set_sharing,
)
from saduak.organisations.models import Organisation, OrganisationName, Relation, TreePath
from saduak.organisations.queries import organisation_at, under_q
from saduak.organisations.tasks import follow_the_day
from tests.organisations.factories import OrganisationFactory, ServiceCentreFactory, actor_for
from tests.organisations.factories import relate as related

SYSTEM = Actor.system("tests")
pytestmark = pytest.mark.postgres
DAY = datetime.date(2026, 10, 1)

# Parents always have a lower number, so that no circle can be drawn.
pairs = st.lists(
    st.tuples(st.sampled_from(["line", "supervision"]), st.integers(2, 9), st.integers(1, 8)).filter(
        lambda pair: pair[2] < pair[1]
    ),
    max_size=12,
    unique=True,
)


def walk(relations, root, kinds):
    """What stands under `root`, the slow way."""
    seen, waiting = set(), [root]
    while waiting:
        above = waiting.pop()
        for kind, child, parent in relations:
            if parent == above and kind in kinds and child not in seen:
                seen.add(child)
                waiting.append(child)
    return seen


@given(pairs)
def test_a_line_range_is_the_subtree(relations):
    graph = paths.Graph.of(relations)
    for root in range(1, 10):
        ranges = [paths.span("line", path) for path in graph.line_paths(root)]
        inside = {
            other
            for other in range(1, 10)
            for path in graph.line_paths(other)
            if any(span.low <= path < span.high for span in ranges)
        }
        assert inside == {root} | walk(relations, root, {"line"})


@given(pairs)
def test_a_supervision_range_holds_what_is_supervised_and_nothing_commanded_only(relations):
    graph = paths.Graph.of(relations)
    for root in range(1, 10):
        above = [*graph.line_paths(root), *graph.supervision_paths(root)]
        ranges = [paths.span("supervision", path) for path in above]
        inside = {
            other
            for other in range(1, 10)
            for path in graph.supervision_paths(other)
            if any(span.low <= path < span.high for span in ranges)
        }
        everything = walk(relations, root, {"line", "supervision"})
        commanded = walk(relations, root, {"line"})
        assert inside - {root} <= everything
        assert everything - commanded <= inside


@given(
    st.lists(st.integers(1, 999_998), min_size=1, max_size=6), st.lists(st.integers(1, 999_998), max_size=3)
)
def test_a_span_holds_exactly_what_begins_with_its_prefix(prefix, rest):
    text = "".join(map(paths.step, prefix))
    span = paths.span("line", text)
    assert span.low <= text + "".join(map(paths.step, rest)) < span.high
    neighbour = "".join(map(paths.step, [*prefix[:-1], prefix[-1] + 1]))
    assert not span.low <= neighbour < span.high
    assert paths.ancestors(text) == prefix


@pytest.mark.parametrize(
    "circle",
    [
        [("line", 1, 2), ("line", 2, 1)],
        [("line", 1, 2), ("line", 2, 3), ("line", 3, 1)],
        [("supervision", 1, 2), ("supervision", 2, 1)],
        [("line", 1, 2), ("supervision", 2, 1)],
    ],
)
def test_a_circle_is_refused(circle):
    graph = paths.Graph.of(circle)
    with pytest.raises(Invalid) as invalid:
        for key in (1, 2, 3):
            graph.supervision_paths(key)
            graph.line_paths(key)
    assert invalid.value.code == "circle"


@pytest.mark.django_db
def test_relating_closes_no_circle_and_leaves_nothing_behind():
    top = OrganisationFactory()
    below = OrganisationFactory(under=top)
    with pytest.raises(Invalid):
        relate(actor=SYSTEM, kind="line", child=top.public_id, parent=below.public_id, on=DAY)
    with pytest.raises(Invalid):
        relate(actor=SYSTEM, kind="line", child=top.public_id, parent=top.public_id, on=DAY)
    assert Relation.objects.count() == 1
    with pytest.raises(Conflict):
        relate(actor=SYSTEM, kind="line", child=below.public_id, parent=top.public_id, on=DAY)


@pytest.mark.django_db
def test_the_database_itself_refuses_an_organisation_under_itself():
    top = OrganisationFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Relation.objects.create(kind="line", child=top, parent=top)


@pytest.mark.django_db
def test_a_move_carries_the_subtree():
    old, new = OrganisationFactory(), OrganisationFactory()
    office = OrganisationFactory(under=old)
    branch = OrganisationFactory(under=office)
    actor = actor_for("secretariat")
    relate(actor=actor, kind="line", child=office.public_id, parent=new.public_id, on=clock.today())
    end_relation(actor=actor, child=office.public_id, parent=old.public_id, kind="line", on=clock.today())
    assert set(Organisation.objects.filter(under_q(new, field="pk"))) == {new, office, branch}
    assert set(Organisation.objects.filter(under_q(old, field="pk"))) == {old}
    with pytest.raises(Conflict):
        end_relation(actor=actor, child=office.public_id, parent=old.public_id, kind="line", on=clock.today())
    with pytest.raises(Refused):
        relate(actor=actor_for("head", new), kind="line", child=old.public_id, parent=new.public_id, on=DAY)


@pytest.mark.django_db
def test_the_tick_follows_relations_that_begin_and_end():
    old, new, office = OrganisationFactory(), OrganisationFactory(), OrganisationFactory()
    tomorrow = clock.today() + datetime.timedelta(days=1)
    related(office, old, valid_to=tomorrow)
    related(office, new, valid_from=tomorrow)
    assert office in Organisation.objects.filter(under_q(old, field="pk"))
    with clock.travel(clock.now() + datetime.timedelta(days=1)):
        follow_the_day()
        assert office not in Organisation.objects.filter(under_q(old, field="pk"))
        assert office in Organisation.objects.filter(under_q(new, field="pk"))


@pytest.mark.django_db
def test_rebuilding_costs_the_same_for_one_and_for_many():
    def queries(count):
        top = OrganisationFactory()
        for _ in range(count):
            OrganisationFactory(under=top)
        TreePath.objects.filter(kind="line").delete()
        with CaptureQueriesContext(
            connection,
        ) as few:
            paths.rebuild()
        with CaptureQueriesContext(connection) as subtree:
            assert paths.rebuild(top) == 0
        return len(few), len(subtree)

    assert queries(1) == queries(3) == (4, 3)


@pytest.mark.django_db
def test_names_are_dated():
    organisation = OrganisationFactory(name_th="ศูนย์เดิม")
    OrganisationName.objects.create(organisation=organisation, name_th="ศูนย์เดิม")
    actor = actor_for("secretariat")
    rename_organisation(actor=actor, organisation=organisation.public_id, name_th="ศูนย์ใหม่", on=DAY)
    organisation.refresh_from_db()
    assert (organisation.name_th, organisation.search_key) == ("ศูนย์ใหม่", "ศูนย์ใหม่")
    assert organisation_at(organisation, DAY - datetime.timedelta(days=1)) == "ศูนย์เดิม"
    assert organisation_at(organisation, DAY) == "ศูนย์ใหม่"
    with pytest.raises(Invalid):
        early = DAY - datetime.timedelta(days=9)
        rename_organisation(actor=actor, organisation=organisation.public_id, name_th="ก", on=early)


@pytest.mark.django_db
def test_retiring_needs_empty_hands_and_names_successors():
    organisation, after = OrganisationFactory(), OrganisationFactory()
    centre = ServiceCentreFactory(organisation=organisation)
    actor = actor_for("secretariat")
    with pytest.raises(Conflict):
        retire_organisation(actor=actor, organisation=organisation.public_id, on=DAY)
    centre.retired_at = clock.now()
    centre.save(update_fields=["retired_at"])
    retire_organisation(
        actor=actor, organisation=organisation.public_id, on=DAY, successors=[after.public_id]
    )
    assert list(after.predecessors.all()) == [organisation]


@pytest.mark.django_db
def test_how_an_agency_is_reached_is_changed_by_its_own_people_and_told():
    row = OrganisationFactory(phone="0 5500 0001")
    said = {
        "address": "1 ถนนใหญ่",
        "phone": "0 5500 0002",
        "email": "office@example.test",
        "head_title": "นายอำเภอ",
    }
    for stranger in (actor_for("head"), actor_for("officer", row), Actor.public()):
        with pytest.raises(Refused) as refused:
            edit_contact(actor=stranger, organisation=row.public_id, **said)
        assert refused.value.code == "out-of-reach"
    row.refresh_from_db()
    assert (row.phone, row.address) == ("0 5500 0001", "")
    clerk = actor_for("clerk", row)
    assert edit_contact(actor=clerk, organisation=row.public_id, **said) == row
    row.refresh_from_db()
    assert {name: getattr(row, name) for name in said} == said
    entry = AuditEntry.objects.get(verb="organisations.contact_edited")
    assert (entry.aggregate_id, entry.actor, entry.facts) == (row.pk, clerk.ref, said)
    # Nothing is told where nothing changed.
    edit_contact(actor=clerk, organisation=row.public_id, **said)
    assert AuditEntry.objects.filter(verb="organisations.contact_edited").count() == 1
    for changes, wrong in (
        ({"address": "ก" * 401}, {"address"}),
        ({"email": "nobody", "phone": "0" * 101}, {"email", "phone"}),
    ):
        with pytest.raises(Invalid) as invalid:
            edit_contact(actor=clerk, organisation=row.public_id, **said | changes)
        assert set(invalid.value.fields) == wrong
    row.refresh_from_db()
    assert {name: getattr(row, name) for name in said} == said


@pytest.mark.django_db
def test_what_is_retired_keeps_its_last_contacts():
    row = OrganisationFactory(phone="0 5500 0001", retired_at=clock.now())
    said = {"address": "", "phone": "0 5500 0002", "email": "", "head_title": ""}
    with pytest.raises(Conflict) as conflict:
        edit_contact(actor=actor_for("head", row), organisation=row.public_id, **said)
    assert conflict.value.code == "already-retired"


@pytest.mark.django_db
def test_sharing_is_the_agencys_own_choice():
    town = OrganisationFactory()
    assert set_sharing(
        actor=actor_for("head", town), organisation=town.public_id, shares=True
    ).shares_with_supervisor
    with pytest.raises(Refused):
        set_sharing(actor=actor_for("head"), organisation=town.public_id, shares=False)


@pytest.mark.django_db
def test_what_is_wrong_with_an_agency_is_said_at_its_field():
    row, other = OrganisationFactory(), OrganisationFactory()
    actor = actor_for("secretariat")
    with pytest.raises(Invalid) as refusal:
        rename_organisation(actor=actor, organisation=row.public_id, name_th=" ", on=DAY)
    assert set(refusal.value.fields) == {"name_th"}
    with pytest.raises(Invalid) as refusal:
        relate(actor=actor, kind="friendship", child=row.public_id, parent=other.public_id, on=DAY)
    assert set(refusal.value.fields) == {"kind"}


@pytest.mark.django_db
def test_an_agency_without_a_dated_name_gets_its_first():
    row = OrganisationFactory(name_th="เดิม")
    OrganisationName.objects.filter(organisation=row).delete()
    rename_organisation(actor=actor_for("secretariat"), organisation=row.public_id, name_th="ใหม่", on=DAY)
    (name,) = OrganisationName.objects.filter(organisation=row)
    assert (name.name_th, name.valid_from, name.valid_to) == ("ใหม่", DAY, None)


@pytest.mark.django_db
def test_an_agency_is_retired_once():
    row, actor = OrganisationFactory(), actor_for("secretariat")
    retire_organisation(actor=actor, organisation=row.public_id, on=DAY)
    with pytest.raises(Conflict) as refusal:
        retire_organisation(actor=actor, organisation=row.public_id, on=DAY)
    assert refusal.value.code == "already-retired"
