"""Readiness over nine thousand units: as many queries as over three, whoever assesses them."""

import pytest

from saduak.applications import actions, readiness_papers
from saduak.applications.models import Readiness
from saduak.applications.queries import readiness as queries
from saduak.applications.queries.readiness import Desk, Wanted
from saduak.applications.rules.readiness import Rule
from saduak.foundation import batches, clock
from saduak.foundation.audit_verify import verify
from saduak.foundation.models import Batch, JobRun
from saduak.organisations.models import Organisation, ServiceCentre, TreePath
from saduak.organisations.paths import step
from tests.applications.factories_readiness import DAY, digest_of, ruled, sending
from tests.organisations.factories import actor_for
from tests.programme.factories import MID_WINDOW

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MANY, PROVINCES = 9_000, 75


@pytest.fixture
def country(land):
    """So many districts below one department, each below one of the provinces too, with a centre each."""
    above = Organisation.objects.bulk_create(
        Organisation(code=f"above-{n}", kind="province", name_th=f"จังหวัดที่ {n}", sort_key=f"{n:05d}")
        for n in range(PROVINCES)
    )
    offices = Organisation.objects.bulk_create(
        Organisation(code=f"many-{n}", kind="district", name_th=f"อำเภอที่ {n}", sort_key=f"{n:05d}")
        for n in range(MANY)
    )
    top = TreePath.objects.get(organisation=land.department, kind="line").path
    paths = [(office, step(office.pk)) for office in above]
    for n, office in enumerate(offices):
        paths += [(office, path + step(office.pk)) for path in (top, step(above[n % PROVINCES].pk))]
    TreePath.objects.bulk_create(
        TreePath(organisation=office, kind="line", path=path) for office, path in paths
    )
    ServiceCentre.objects.bulk_create(
        ServiceCentre(organisation=office, name_th=f"ศูนย์ {office.name_th}", sort_key=office.sort_key)
        for office in offices
    )
    return above


def test_nine_thousand_units_ask_no_more_than_three(country, land, people, exactly):
    desk = Desk(land.round, country[0])
    with exactly(5):
        totals = desk.totals()
        page = queries.page_of(desk, Wanted(state="none", sort="name"), totals, 2, 50)
        assert (totals.total, len(page.object_list), page.paginator.count) == (MANY // PROVINCES, 50, 120)
    with exactly(4):
        found = queries.inbox(people.secretariat, land.round)
    assert (len(found.offices), found.nobody) == (PROVINCES + 1, 0)
    ruled(people.secretariat, land.round, Rule("line", assessor_kinds=("department",)))
    whole = Desk(land.round, land.department)
    with exactly(5):
        totals = whole.totals()
        last = queries.page_of(whole, Wanted(), totals, 181, 50)
        assert (totals.total, len(last.object_list)) == (MANY + 1, 1)
    with exactly(1), readiness_papers.units_sheet(whole, Wanted()).file as made:
        assert made.read(2) == b"PK"


def mark(made):
    """In turns of some seconds, as the worker does."""
    while batches.progress(made.batch).waiting:
        batches.work(made.batch_id)


def test_nine_thousand_units_are_confirmed_taken_back_and_sent_without_anybody_waiting(
    country, land, people, exactly
):
    ruled(people.secretariat, land.round, Rule("line", assessor_kinds=("department",)))
    common = {"round": land.round, "assessor": land.department}
    said = {"state": "assessed", "ready": True, "assessed_on": DAY}
    Readiness.objects.bulk_create(
        Readiness(centre=centre, **common, **said)
        for centre in ServiceCentre.objects.exclude(organisation=land.city).order_by("pk")
    )
    head = actor_for("head", land.department, received_at=MID_WINDOW)
    digest = digest_of(head, land.round, land.department)
    place = {"round_id": land.round.public_id, "office_id": land.department.public_id}
    with exactly(16):
        signed = actions.confirm_readiness(actor=head, digest=digest, **place)
    assert signed.statements.filter(state="confirmed").count() == signed.units == MANY + 1
    with exactly(17):
        made = sending(people.department, land.round, land.department, expected=MANY + 1)
    assert made.units == MANY + 1
    mark(made)
    JobRun.objects.update(failed_at=clock.wall())
    with exactly(16):
        actions.take_back_readiness(actor=head, **place)
    assert set(Readiness.objects.values_list("state", flat=True)) == {"confirmed"}
    made = sending(people.department, land.round, land.department)
    mark(made)
    with exactly(28):
        listed = actions.file_readiness(actor=people.department, sending_id=made.public_id)
    assert (listed.units, listed.entries.count()) == (MANY + 1, MANY + 1)
    assert set(Readiness.objects.values_list("state", flat=True)) == {"sent"}
    assert verify().ok
    told = Batch.objects.get(kind=actions.readiness_sending.TELL)
    assert batches.progress(told).waiting == MANY + 1
