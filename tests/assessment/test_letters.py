"""The notice of a visit, and the letter that a case was not taken: begun by the secretariat, to the centre's office."""

import uuid

import pytest

from saduak.assessment import actions, queries
from saduak.assessment.letters import rejected_url, visit_url
from saduak.assessment.models import Conflict
from saduak.correspondence import seeds
from saduak.correspondence.actions.occasions import begin_for
from saduak.correspondence.queries.occasions import occasion
from saduak.organisations.models import Organisation
from tests.applications.factories_renewing import round_after
from tests.assessment import factories
from tests.organisations.factories import OrganisationFactory, ProgrammeFactory, actor_for
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


def own_case(team):
    """A case of a centre of the very office that writes the letters."""
    desk = Organisation.objects.get(pk=team.secretariat.holdings[0].organisation_id)
    return factories.case(team.round, centre=factories.centre_at(desk))


def test_no_letter_about_a_visit_to_oneself(team):
    given = team.given(own_case(team))
    assert visit_url(team.secretariat, given) == ""
    assert occasion(team.secretariat, "visit", str(given.public_id)) is None


# --- What was not taken -----------------------------------------------------------------------------------------------


@pytest.fixture
def shut(team):
    """A case that was not taken."""
    row = factories.case(team.round)
    return actions.reject(actor=team.secretariat, case_id=row.public_id, reason="ไม่ใช่ศูนย์บริการ\nไม่มีผู้รับผิดชอบ")


def test_the_secretariat_begins_the_letter_that_tells_why(team, shut):
    seeds.seed()
    centre = shut.application.centre
    following = round_after(team.round, team.round.criteria_set, 2571)
    assert rejected_url(team.secretariat, shut) == f"/drafts/new/?for=rejected&about={shut.public_id}"
    told = occasion(team.secretariat, "rejected", str(shut.public_id))
    assert (told.use, told.programme, told.round) == ("rejected", team.round.programme, team.round)
    assert ([row.centre for row in told.concerns], told.name) == (
        [centre],
        f"แจ้งผลการตรวจเอกสาร {centre.name_th}",
    )
    assert str(told.title) == f"แจ้งว่าไม่รับใบสมัครของ {centre.name_th} เข้าประเมิน"
    office = Organisation.objects.get(pk=team.secretariat.holdings[0].organisation_id)
    said = {"use": "rejected", "office_id": office.public_id, "issuer_id": office.public_id}
    draft = begin_for(actor=team.secretariat, about=str(shut.public_id), **said)
    assert (draft.template.use, draft.round, draft.recipients) == (
        "rejected",
        team.round,
        centre.organisation.name_th,
    )
    assert f"ใบสมัครของ{centre.name_th}ไม่ได้รับเข้าประเมินในรอบนี้ ด้วยเหตุผลดังนี้" in draft.body
    assert "\n\nไม่ใช่ศูนย์บริการ\nไม่มีผู้รับผิดชอบ\n\n" in draft.body
    assert f"สมัครได้ใน{following.title} ตั้งแต่วันที่ 1 มกราคม 2571 ถึงวันที่ 28 กุมภาพันธ์ 2571" in draft.body


def test_what_is_taken_or_still_read_has_no_such_letter(team, given):
    row = factories.case(team.round)
    for each in (given, row):
        assert rejected_url(team.secretariat, each) == ""
        assert occasion(team.secretariat, "rejected", str(each.public_id)) is None
    assert occasion(team.secretariat, "rejected", "x") is None
    assert occasion(team.secretariat, "rejected", str(uuid.uuid4())) is None


def test_only_the_secretariat_tells_a_centre_that_it_was_not_taken(team, shut):
    for actor in (team.actor("chair"), actor_for("secretariat", programme=ProgrammeFactory())):
        assert rejected_url(actor, shut) == ""
        assert occasion(actor, "rejected", str(shut.public_id)) is None


def test_no_letter_to_oneself_about_what_was_not_taken(team):
    row = own_case(team)
    shut = actions.reject(actor=team.secretariat, case_id=row.public_id, reason="ไม่ใช่ศูนย์บริการ")
    assert rejected_url(team.secretariat, shut) == ""
    assert occasion(team.secretariat, "rejected", str(shut.public_id)) is None


@pytest.mark.parametrize("rounds", [0, 1, 3])
def test_no_query_for_its_button_and_few_for_it(team, shut, exactly, rounds):
    for year in range(2571, 2571 + rounds):
        round_after(team.round, team.round.criteria_set, year)
    row = queries.case(team.secretariat, shut.public_id)
    with exactly(0):
        assert rejected_url(team.secretariat, row)
    with exactly(4 if rounds else 2):
        occasion(team.secretariat, "rejected", str(shut.public_id))
