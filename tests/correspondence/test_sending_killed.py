"""kill -9 in the middle of sending: every office gets the letter exactly once, with what goes along, and the audit holds."""

import os
import random
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import Count
from django_tasks_db.models import DBTaskResult

from saduak.correspondence.models import Delivery, Duty, DutyRecipient
from saduak.foundation import batches, clock, jobs
from saduak.foundation.audit_verify import verify
from saduak.foundation.models import BatchItem, JobRun
from saduak.organisations.models import Organisation
from saduak.outreach.models import Notice
from tests.correspondence import factories_sending as f

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

OFFICES = 900
KILLS = 4
CHUNK = 20
ROOT = Path(__file__).resolve().parents[2]


def worker() -> subprocess.Popen[str]:
    """A worker on this test's database, at work."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "saduak.config.settings.test",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "SADUAK_KILLED_DATABASE": str(connection.settings_dict["NAME"]),
        "SADUAK_KILLED_CHUNK": str(CHUNK),
    }
    begun = subprocess.Popen(
        [sys.executable, "-m", "tests.correspondence.killed"],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert begun.stdout is not None
    assert begun.stdout.readline() == "working\n"
    return begun


def wait_for(dispatch, count: int, process: subprocess.Popen[str]) -> None:
    """Until so many have it, or the worker is through."""
    until = time.monotonic() + 60
    while dispatch.deliveries.count() < count and process.poll() is None:
        assert time.monotonic() < until, "the worker stands still"
        time.sleep(0.002)


def left_alone() -> None:
    """Until the server, too, has noticed that the worker is gone: what was on its way to it is then done, or undone."""
    if connection.vendor != "postgresql":
        return
    others = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    until = time.monotonic() + 60
    with connection.cursor() as cursor:
        while cursor.execute(others).fetchone()[0]:
            assert time.monotonic() < until
            time.sleep(0.01)


def age() -> None:
    """As if the lease of the killed worker had run out."""
    past = clock.wall() - jobs.LEASE - timedelta(seconds=1)
    JobRun.objects.filter(done_at__isnull=True).update(leased_until=past)
    DBTaskResult.objects.filter(status="RUNNING").update(started_at=past)


def test_every_office_gets_it_exactly_once_though_the_worker_is_killed():
    dice = random.Random(9)
    world = f.country()
    Organisation.objects.bulk_create(
        Organisation(code=f"many-{n}", kind="local_government", name_th=f"เทศบาลที่ {n}")
        for n in range(OFFICES)
    )
    many = list(Organisation.objects.filter(code__startswith="many-"))
    letter = f.letter_of(world, world.province, world.office)
    half = [office.pk for office in many[::2]]
    duty = Duty.objects.create(letter=letter, ordinal=0, who="", what="รับทราบ", force="request")
    dispatch = f.sent_letter(world, f.targets_of(many), letter=letter, duties={duty: half}, run=False)
    seen = []
    for kill in range(1, KILLS + 1):
        process = worker()
        wait_for(dispatch, OFFICES * kill // (KILLS + 1) + dice.randrange(CHUNK), process)
        time.sleep(dice.random() / 50)
        process.kill()
        process.wait()
        process.stdout.close()
        left_alone()
        had = dispatch.deliveries.count()
        seen.append(had)
        # What is written and what is noted as done are one: nobody is left between.
        assert BatchItem.objects.filter(batch=dispatch.batch, state="done").count() == had
        assert DutyRecipient.objects.count() == dispatch.deliveries.filter(organisation__in=half).count()
        assert Notice.objects.count() == had
        age()
        jobs.return_lost()
    assert any(0 < had < OFFICES for had in seen), f"no kill came in the middle: {seen}"
    jobs.run_pending()
    dispatch.refresh_from_db()
    assert (dispatch.state, batches.progress(dispatch.batch)) == (
        "sent",
        batches.Progress(total=OFFICES, done=OFFICES, failed=0),
    )
    twice = Delivery.objects.values("organisation").annotate(times=Count("pk")).filter(times__gt=1)
    assert (dispatch.deliveries.count(), list(twice)) == (OFFICES, [])
    assert len(set(dispatch.deliveries.values_list("path", flat=True))) == OFFICES
    assert set(DutyRecipient.objects.values_list("organisation", flat=True)) == set(half)
    assert Notice.objects.values("organisation").distinct().count() == OFFICES == Notice.objects.count()
    assert verify().ok
