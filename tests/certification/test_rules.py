"""Who reads what the committee resolved."""

import pytest

from saduak.certification.models import Resolution
from saduak.foundation import jobs
from tests.certification import factories
from tests.certification.test_announcements import prepare, publish
from tests.organisations.factories import OrganisationFactory, ProgrammeFactory, actor_for
from tests.programme.factories import MID_WINDOW

pytestmark = pytest.mark.django_db


def test_an_appointment_for_another_programme_reads_no_result_of_this_one(round_):
    place = OrganisationFactory()
    factories.agreed(round_, 1, organisation=place, level="")
    factories.closed(round_)
    made = prepare(round_)
    jobs.run_pending()
    made.refresh_from_db()
    publish(made)
    for programme, count in ((round_.programme, 1), (None, 1), (ProgrammeFactory(), 0)):
        officer = actor_for("officer", place, programme=programme, received_at=MID_WINDOW)
        assert Resolution.objects.visible_to(officer).count() == count, programme
