"""What a headquarters shares, before the panel of a centre that used it: opened by this panel, also when it is retired."""

import pytest

from saduak.applications import actions as applying
from saduak.applications.models import Evidence, SharedItem
from saduak.assessment import queries
from saduak.assessment.models import Case
from tests.applications.factories import ApplicationFactory, answer, officer_of, submitted_application
from tests.applications.factories_sharing import published, use
from tests.assessment import factories
from tests.organisations.factories import OrganisationFactory, ServiceCentreFactory, actor_for
from tests.programme.factories import MID_WINDOW

pytestmark = pytest.mark.django_db


def test_the_panel_opens_it_and_reads_that_it_is_shared(team):
    department = OrganisationFactory(kind="department")
    centre = ServiceCentreFactory(organisation=OrganisationFactory(under=department))
    hq = actor_for("officer", department, received_at=MID_WINDOW)
    item = published(hq, department, team.round)
    application = ApplicationFactory(round=team.round, centre=centre)
    kept = use(officer_of(centre), answer(application, "3", "physical"), item).evidence
    submitted_application(application)
    row = team.given(Case.objects.get(application=application))
    applying.retire_shared(actor=hq, item_id=item.public_id)
    chair = team.actor("chair")
    claims = queries.filed(chair, queries.case(chair, row.public_id)).claims
    gate = next(c for c in claims if c.criterion.number == "3" and c.criterion.kind == "gate")
    said, evidence = gate.evidence[0]
    assert (said["shared"]["version"], said["sha256"], evidence) == (1, item.file.sha256, kept)
    assert gate.evidence[1][0]["shared"] is None
    # The library itself is no panel's, and another panel opens nothing of this centre.
    assert not SharedItem.objects.visible_to(chair).exists()
    other = factories.evaluator()
    assert not Evidence.objects.visible_to(factories.acting(other)).filter(pk=kept.pk).exists()
