"""What a centre hears when a list of readiness was sent: each once, and where to read why."""

import pytest

from saduak.applications import actions as applications
from saduak.foundation import clock, jobs
from saduak.outreach.models import Notice
from tests.applications.factories_readiness import assessed, confirmed, sent
from tests.organisations.factories import OrganisationFactory, ServiceCentreFactory, actor_for
from tests.programme.factories import MID_WINDOW, RoundFactory

pytestmark = pytest.mark.django_db


def test_each_centre_hears_what_was_said_about_it():
    with clock.travel(MID_WINDOW):
        province = OrganisationFactory(kind="province", name_th="จังหวัดทดสอบ")
        one, other = (
            ServiceCentreFactory(organisation=OrganisationFactory(kind="district", under=province))
            for _n in range(2)
        )
        round_ = RoundFactory()
        supervisor = actor_for("supervisor", province, received_at=MID_WINDOW)
        head = actor_for("head", province, received_at=MID_WINDOW)
        assessed(supervisor, round_, province, one)
        assessed(supervisor, round_, province, other, ready=False, reasons="ไม่มีทางลาด")
        confirmed(head, round_, province)
        made = sent(supervisor, round_, province)
        jobs.run_pending()
        applications.tell_readiness(actor=supervisor, list_id=made.public_id, centres=[one.pk, other.pk])
    waits = Notice.objects.get(kind="readiness_waits")
    assert (waits.person_id, waits.params) == (head.person_id, {"office": "จังหวัดทดสอบ"})
    rows = Notice.objects.filter(kind__startswith="readiness", person=None).order_by("kind")
    assert [(row.kind, row.organisation_id, row.centre_id, row.target) for row in rows] == [
        ("readiness_not_ready", other.organisation_id, other.pk, made.entries.get(centre=other).public_id),
        ("readiness_ready", one.organisation_id, one.pk, made.entries.get(centre=one).public_id),
    ]
    assert all(row.params["office"] == "จังหวัดทดสอบ" for row in rows)
