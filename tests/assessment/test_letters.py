"""The notice of a visit: begun by the secretariat for a case that lies with a panel, to the centre's office."""

import uuid

import pytest

from saduak.assessment import queries
from saduak.assessment.letters import visit_url
from saduak.assessment.models import Conflict
from saduak.correspondence import seeds
from saduak.correspondence.actions.occasions import begin_for
from saduak.correspondence.queries.occasions import occasion
from saduak.organisations.models import Organisation
from tests.assessment import factories
from tests.organisations.factories import OrganisationFactory, actor_for
from tests.programme.factories import MID_WINDOW

pytestmark = pytest.mark.django_db


def test_the_secretariat_begins_it_for_a_case_that_lies_with_a_panel(team, given):
    seeds.seed()
    centre = given.application.centre
    assert visit_url(team.secretariat, given) == f"/drafts/new/?for=visit&about={given.public_id}"
    told = occasion(team.secretariat, "visit", str(given.public_id))
    assert (told.use, told.programme, told.round) == ("visit", team.round.programme, team.round)
    assert [row.centre for row in told.concerns] == [centre]
    assert str(told.title) == f"แจ้งกำหนดการตรวจประเมิน {centre.name_th}"
    assert told.name == f"แจ้งการตรวจประเมิน {centre.name_th}"
    held = team.secretariat.holdings[0]
    office = Organisation.objects.get(pk=held.organisation_id)
    draft = begin_for(
        actor=team.secretariat,
        use="visit",
        about=str(given.public_id),
        office_id=office.public_id,
        issuer_id=office.public_id,
    )
    assert (draft.template.use, draft.round) == ("visit", team.round)
    assert f"คณะผู้ตรวจประเมินกำหนดตรวจประเมิน{centre.name_th}ในวันที่ {{{{visit.day}}}}" in draft.body
    assert draft.recipients == centre.organisation.name_th


@pytest.mark.parametrize("state", ["screening", "accepted", "agreed"])
def test_before_and_after_nobody_comes(team, state):
    made = {
        "screening": lambda: factories.case(team.round),
        "accepted": team.accepted,
        "agreed": team.agreed,
    }[state]()
    assert made.state == state
    assert visit_url(team.secretariat, made) == ""
    assert occasion(team.secretariat, "visit", str(made.public_id)) is None


def test_the_panel_itself_and_others_write_no_letters(team, given):
    chair = team.actor("chair")
    assert visit_url(chair, given) == ""
    # Who sits on it and writes letters of another office is not its secretariat.
    other = actor_for("clerk", OrganisationFactory(), person=team.people["chair"], received_at=MID_WINDOW)
    assert visit_url(other, given) == ""
    for actor in (chair, other):
        assert occasion(actor, "visit", str(given.public_id)) is None


def test_what_is_not_there_or_shut(team, given):
    assert occasion(team.secretariat, "visit", "x") is None
    assert occasion(team.secretariat, "visit", str(uuid.uuid4())) is None
    Conflict.objects.create(case=given, person_id=team.secretariat.person_id, kind="declared", reason="ญาติ")
    assert occasion(team.secretariat, "visit", str(given.public_id)) is None


def test_no_query_for_the_button_and_one_for_the_letter(team, given, exactly):
    row = queries.case(team.secretariat, given.public_id)
    with exactly(0):
        assert visit_url(team.secretariat, row)
    with exactly(1):
        occasion(team.secretariat, "visit", str(given.public_id))
