"""Once its result is public, an application renews no certificate any more; not a moment before."""

import datetime

import pytest

from saduak.applications import queries
from saduak.foundation import jobs
from tests.applications.factories import officer_of
from tests.applications.factories_renewing import held_by
from tests.certification import factories
from tests.certification.test_announcements import prepare, publish
from tests.programme.factories import MID_WINDOW, secretariat

pytestmark = pytest.mark.django_db
SOON = datetime.date(2027, 5, 4)


@pytest.mark.postgres
@pytest.mark.parametrize("level", ["", "advanced"])
def test_what_has_its_result_is_no_renewal_any_more(round_, level):
    (case,) = factories.agreed(round_, 1, level=level)
    centre = case.application.centre
    held = held_by(centre, round_.programme, SOON)
    readers = (officer_of(centre), secretariat(round_.programme, MID_WINDOW))

    def read():
        return [queries.renewals(who, [held])[held.pk].state for who in readers]

    factories.closed(round_)
    made = prepare(round_)
    jobs.run_pending()
    made.refresh_from_db()
    assert read() == ["begun", "begun"]
    publish(made)
    assert read() == ["wait", "none"]
