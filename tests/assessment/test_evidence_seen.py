"""Who opens the evidence of a case, and that it costs by what the case filed, not by what the country did."""

import json

import pytest

from saduak.applications.models import Evidence, EvidenceUse
from saduak.assessment import queries
from saduak.assessment.models import Conflict
from saduak.organisations.models import Relation
from tests.applications.factories import ApplicationFactory, answer, filled
from tests.assessment import factories
from tests.organisations.factories import OrganisationFactory, actor_for

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def row(team):
    place = OrganisationFactory(under=OrganisationFactory(), supervised_by=OrganisationFactory())
    return team.given(factories.case(team.round, centre=factories.centre_at(place)))


def opened(actor, row):
    """What the actor opens of what was filed: by the rows themselves, and beside the answers of the case."""
    found = {item for claim in queries.filed(actor, row).claims for _said, item in claim.evidence}
    door = set(Evidence.objects.visible_to(actor).filter(centre=row.application.centre))
    assert found - {None} == door
    return found


def test_the_panel_and_the_secretariat_open_it_and_the_committee_reads_that_it_was_filed(team, row):
    filed = set(Evidence.objects.filter(centre=row.application.centre))
    assert len(filed) == 1
    for name in ("chair", "expert", "secretary"):
        assert opened(team.actor(name), row) == filed
    assert opened(team.secretariat, row) == filed
    assert opened(actor_for("committee", programme=team.round.programme), row) == {None}
    assert opened(factories.team(team.round).actor("chair"), row) == {None}


def test_the_line_opens_it_and_who_supervises_only_what_is_shared(row):
    filed = set(Evidence.objects.filter(centre=row.application.centre))
    place = row.application.organisation
    above = {relation.kind: relation.parent for relation in Relation.objects.filter(child=place)}
    assert opened(actor_for("supervisor", above["line"], reach="line"), row) == filed
    province = actor_for("supervisor", above["supervision"], reach="supervision")
    assert opened(province, row) == {None}
    type(place).objects.filter(pk=place.pk).update(shares_with_supervisor=True)
    assert opened(province, row) == filed


def test_what_an_answer_uses_no_more_is_no_panel_s(team, row):
    EvidenceUse.objects.filter(answer__application=row.application).update(removed_at=row.opened_at)
    assert opened(team.actor("chair"), row) == {None}


def test_an_interest_in_one_case_shuts_what_another_uses_too(team, row):
    """One and the same file stands under two applications: shut with one of them, whatever the other opens."""
    again = factories.case(factories.RoundFactory(programme=team.round.programme, fiscal_year=2571))
    shared = Evidence.objects.get(centre=row.application.centre)
    EvidenceUse.objects.create(answer=answer(again.application, "2.1"), evidence=shared)
    chair = team.people["chair"]
    assert opened(team.actor("chair"), row) == {shared}
    Conflict.objects.create(case=again, person=chair, kind="declared", reason="ญาติ")
    assert opened(team.actor("chair"), row) == {None}
    EvidenceUse.objects.filter(answer__application=again.application, evidence=shared).delete()
    assert opened(team.actor("chair"), row) == {shared}


@pytest.mark.only_postgres
@pytest.mark.parametrize("who", ["chair", "secretariat", "committee"])
def test_it_is_asked_for_by_its_own_uses_and_never_by_all_that_the_country_filed(team, row, who):
    actors = {
        "chair": team.actor("chair"),
        "secretariat": team.secretariat,
        "committee": actor_for("committee", programme=team.round.programme),
    }
    filled(ApplicationFactory(round=team.round))
    rows = Evidence.objects.visible_to(actors[who]).filter(centre=row.application.centre)
    scans = list(_scans(json.loads(rows.explain(format="json"))[0]["Plan"], "applications_evidence"))
    assert scans
    for scan in scans:
        assert "SubPlan" in scan["Filter"]
        assert "hashed SubPlan" not in scan["Filter"]


def _scans(node, table):
    if node.get("Relation Name") == table:
        yield node
    for inner in node.get("Plans", ()):
        yield from _scans(inner, table)
