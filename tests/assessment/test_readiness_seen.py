"""What a unit's superior sent of its readiness, as the committee and the auditor read it beside the case."""

import pytest

from saduak.applications.models import ReadinessEntry
from saduak.applications.queries.readiness import told, told_of
from saduak.assessment.models import Conflict
from tests.applications.factories import ApplicationFactory
from tests.applications.factories_readiness import assessed, confirmed, sent
from tests.assessment import factories
from tests.organisations.factories import (
    AppointmentFactory,
    OrganisationFactory,
    PersonFactory,
    ProgrammeFactory,
    actor_for,
    actor_of,
    relate,
)
from tests.programme.factories import MID_WINDOW

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def told_about(team, *applications, **more):
    """The province sends what it says of the units of these applications."""
    province = OrganisationFactory(kind="province", name_th="จังหวัดพิษณุโลก")
    for application in applications:
        relate(application.centre.organisation, province)
    supervisor = actor_for("supervisor", province, reach="line", received_at=MID_WINDOW)
    assessed(supervisor, team.round, province, *(row.centre for row in applications), **more)
    confirmed(actor_for("head", province, received_at=MID_WINDOW), team.round, province)
    return sent(supervisor, team.round, province)


def seen(actor):
    return set(ReadinessEntry.objects.visible_to(actor))


def test_the_committee_reads_it_beside_a_case_and_nothing_of_who_only_drafts(team, exactly):
    row, draft = factories.case(team.round), ApplicationFactory(round=team.round)
    listed = told_about(team, row.application, draft, ready=False, reasons="ไม่มีทางลาด")
    committee = actor_for("committee", programme=team.round.programme, received_at=MID_WINDOW)
    with exactly(1):
        (entry,) = told_of(committee, row.application)
    assert (entry.list, entry.reasons) == (listed, "ไม่มีทางลาด")
    assert told(committee, entry.public_id) == entry
    assert told_of(committee, draft) == []
    assert seen(committee) == {entry}
    elsewhere = actor_for("committee", programme=ProgrammeFactory(), received_at=MID_WINDOW)
    assert seen(elsewhere) == set()


def test_an_interest_shuts_it_with_the_case(team):
    row = factories.case(team.round)
    (entry,) = told_about(team, row.application).entries.all()
    declared, serves = PersonFactory(), PersonFactory()
    for person in (declared, serves):
        AppointmentFactory(person=person, role="committee", organisation=OrganisationFactory())
        assert seen(actor_of(person)) == {entry}
    Conflict.objects.create(case=row, person=declared, kind="declared", reason="ญาติ")
    AppointmentFactory(person=serves, role="clerk", organisation=row.application.organisation)
    assert [seen(actor_of(person)) for person in (declared, serves)] == [set(), set()]


def test_the_auditor_reads_it_once_the_round_is_over_and_only_what_counts(team):
    row = factories.case(team.round)
    listed = told_about(team, row.application)
    auditor = actor_for("auditor", received_at=MID_WINDOW)
    assert seen(auditor) == set()
    type(team.round).objects.filter(pk=team.round.pk).update(closed_at=MID_WINDOW)
    (entry,) = listed.entries.all()
    assert seen(auditor) == {entry}
    type(listed).objects.filter(pk=listed.pk).update(superseded_at=MID_WINDOW)
    assert seen(auditor) == set()
