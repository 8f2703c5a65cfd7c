"""Two meetings at the same moment. Needs PostgreSQL; on SQLite writers queue."""

import time

import pytest

from saduak.assessment.models import Conflict
from saduak.certification import actions
from saduak.certification.models import Resolution
from tests.applications.test_concurrency import holding
from tests.certification import factories
from tests.certification.factories import committee
from tests.organisations.test_races import aside

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres, pytest.mark.only_postgres]


def while_adopting(round_, actor, run):
    """What adopting comes to when `run` is under way as it begins, and is done before it gets its locks."""
    row = factories.meeting(round_)
    with holding(run) as go_on:
        outcome = aside(lambda: actions.adopt_proposals(actor=actor, meeting_id=row.public_id))
        time.sleep(1.0)
        go_on.set()
        return outcome()


def test_what_another_meeting_decides_meanwhile_is_left_to_it(round_):
    case, other = factories.agreed(round_, 2)
    elsewhere, actor = factories.meeting(round_, "2/2570"), committee(round_.programme)
    adopted = while_adopting(
        round_,
        actor,
        lambda: actions.decide(
            actor=actor,
            meeting_id=elsewhere.public_id,
            case_id=case.public_id,
            decision="refuse",
            reason="เห็นต่าง",
        ),
    )
    assert adopted == 1
    assert set(Resolution.objects.values_list("case", "meeting__number")) == {
        (case.pk, "2/2570"),
        (other.pk, "1/2570"),
    }


def test_an_interest_that_is_declared_meanwhile_leaves_the_case_to_the_others(round_):
    case, other = factories.agreed(round_, 2)
    elsewhere, actor = factories.meeting(round_, "2/2570"), committee(round_.programme)
    adopted = while_adopting(
        round_,
        actor,
        lambda: actions.declare_interest(
            actor=actor, meeting_id=elsewhere.public_id, case_id=case.public_id, reason="ญาติ"
        ),
    )
    assert (adopted, Conflict.objects.get().case) == (1, case)
    assert Resolution.objects.get().case == other
