"""What two people do at the same moment. On SQLite writers queue; on PostgreSQL locks decide."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from saduak.applications import actions, queries
from saduak.applications.models import Answer, Submission
from saduak.foundation.access import Conflict, Refused
from tests.applications.factories import (
    ApplicationFactory,
    answer,
    filled,
    fresh,
    head_of,
    officer_of,
    signed_application,
)
from tests.organisations.factories import ServiceCentreFactory
from tests.programme.factories import RoundFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def together(*runs):
    """Run all at once, each on its own connection; give what each came to, or its refusal."""
    gate = threading.Barrier(len(runs))

    def one(run):
        try:
            gate.wait(timeout=20)
            return run()
        except Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(runs)) as pool:
        return list(pool.map(one, runs))


@contextmanager
def holding(run):
    """Something done in a transaction that stays open while the block runs."""
    done, go_on = threading.Event(), threading.Event()
    trouble = []

    def hold():
        try:
            with transaction.atomic():
                run()
                done.set()
                go_on.wait(timeout=20)
        except Exception as problem:  # noqa: BLE001 - handed to the test below
            trouble.append(problem)
        finally:
            done.set()
            connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert done.wait(timeout=20)
    try:
        yield go_on
    finally:
        go_on.set()
        thread.join(timeout=30)
    assert trouble == []


@pytest.fixture
def application():
    return ApplicationFactory()


def test_claims_of_many_at_once_are_all_counted(application):
    actor = officer_of(application.centre)
    rows = list(Answer.objects.filter(application=application, criterion__kind="advanced")[:6])

    def claim(row):
        return lambda: actions.save_answer(actor=actor, answer_id=row.public_id, version=0, claim="met")

    together(*(claim(row) for row in rows))
    application.refresh_from_db()
    assert application.items_claimed == 6
    assert application.points_claimed == sum(row.criterion.points for row in rows)


def test_two_texts_at_once_are_one_save_and_one_conflict(application):
    row = answer(application, "2.1")
    officer, head = officer_of(application.centre), head_of(application.centre)
    found = together(
        lambda: actions.save_answer(actor=officer, answer_id=row.public_id, version=0, narrative="หนึ่ง"),
        lambda: actions.save_answer(actor=head, answer_id=row.public_id, version=0, narrative="สอง"),
    )
    conflicts = [f for f in found if isinstance(f, actions.AnswerConflict)]
    assert len(conflicts) == 1
    row.refresh_from_db()
    assert row.narrative == conflicts[0].theirs
    assert row.version == 1


def test_starting_at_once_is_one_application():
    centre, round_ = ServiceCentreFactory(), RoundFactory()
    actor = officer_of(centre)

    def start():
        return actions.start(actor=actor, centre_id=centre.public_id, round_id=round_.public_id)

    one, two = together(start, start)
    assert one == two
    assert Answer.objects.count() == 50


def test_submitting_at_once_files_once(application):
    signed_application(application)
    officer, head = officer_of(application.centre), head_of(application.centre)
    found = together(
        lambda: actions.submit(actor=officer, application_id=application.public_id),
        lambda: actions.submit(actor=head, application_id=application.public_id),
    )
    assert sorted(type(f).__name__ for f in found) == ["Conflict", "Submission"]
    assert Submission.objects.count() == 1


def test_text_and_submission_at_once_never_miss_each_other(application):
    signed_application(application)
    row = answer(application, "2.1")
    officer, head = officer_of(application.centre), head_of(application.centre)
    saved, filed = together(
        lambda: actions.save_answer(actor=officer, answer_id=row.public_id, version=0, narrative="ก่อนยื่น"),
        lambda: actions.submit(actor=head, application_id=application.public_id),
    )
    # Either the text came first and voided the signature, or the submission came first and closed the text.
    assert isinstance(saved, Conflict) != isinstance(filed, Conflict)
    application.refresh_from_db()
    row.refresh_from_db()
    assert (application.state == "submitted") == (row.narrative != "ก่อนยื่น")


@pytest.mark.only_postgres
def test_signing_waits_for_text_that_is_being_saved(application):
    filled(application)
    row = answer(application, "2.1")
    officer, head = officer_of(application.centre), head_of(application.centre)
    before = queries.current_digest(fresh(application))

    def save():
        actions.save_answer(actor=officer, answer_id=row.public_id, version=0, narrative="ระหว่างลงนาม")

    with holding(save) as go_on, ThreadPoolExecutor(1) as pool:

        def sign():
            try:
                return actions.sign(actor=head, application_id=application.public_id, digest=before)
            except Refused as refused:
                return refused
            finally:
                connection.close()

        signing = pool.submit(sign)
        assert not signing.done()
        go_on.set()
        found = signing.result(timeout=20)
    assert isinstance(found, Conflict)
    assert found.code == "content-changed"


@pytest.mark.only_postgres
def test_typing_does_not_wait_for_a_claim(application):
    """A claim holds the application; text of another answer passes it by."""
    actor = officer_of(application.centre)
    claimed, typed = answer(application, "1.4"), answer(application, "2.1")

    def claim():
        actions.save_answer(actor=actor, answer_id=claimed.public_id, version=0, claim="met")

    with holding(claim):
        saved = actions.save_answer(actor=actor, answer_id=typed.public_id, version=0, narrative="ไม่ต้องรอ")
    assert saved.version == 1
