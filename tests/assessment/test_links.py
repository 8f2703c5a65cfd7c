"""Links that were filed as evidence, as those who judge see them; and a filing in the first format, which had none."""

import hashlib
import json

import pytest

from saduak.applications import actions as applying
from saduak.assessment import queries
from saduak.assessment.models import Case
from saduak.assessment.queries.cases import _evidence
from saduak.foundation import files
from tests.applications.factories import ApplicationFactory, answer, officer_of, submitted_application
from tests.programme.factories import RoundFactory, secretariat

pytestmark = pytest.mark.django_db

FILM = "https://www.youtube.com/watch?v=abc"


@pytest.fixture
def row():
    application = ApplicationFactory(round=RoundFactory())
    applying.add_link(
        actor=officer_of(application.centre),
        url=FILM,
        caption="พาชมศูนย์",
        kind="video",
        answer_id=answer(application, "2.1").public_id,
    )
    submitted_application(application)
    return Case.objects.select_related("submission__snapshot").get(application=application)


def evidence_of(actor, row, number="2.1"):
    case = queries.case(actor, row.public_id)
    return next(c.evidence for c in queries.filed(actor, case).claims if c.criterion.number == number)


def test_a_link_is_found_by_its_address(row):
    actor = secretariat(row.application.round.programme)
    by_url = {item["url"]: evidence for item, evidence in evidence_of(actor, row)}
    assert by_url[FILM].caption == "พาชมศูนย์"
    assert by_url[""].file is not None


def test_what_was_filed_in_the_first_format_is_shown(row):
    with files.open(row.submission.snapshot) as stream:
        told = json.load(stream)
    for filed in told["content"]["answers"]:
        filed["evidence"] = [item for item in filed["evidence"] if "url" not in item]
    data = json.dumps({**told, "format": 1}).encode()
    kept = files.put(data, name="old.json", media_type="application/json")
    type(row.submission).objects.filter(pk=row.submission_id).update(
        snapshot=kept, sha256=hashlib.sha256(data).hexdigest()
    )
    actor = secretariat(row.application.round.programme)
    ((item, evidence),) = evidence_of(actor, row)
    assert (item["url"], evidence.sha256) == ("", item["sha256"])
    with files.open(kept) as stream:
        assert json.load(stream)["format"] == 1


def test_where_nothing_was_filed_as_evidence_nothing_is_asked_for(row, exactly):
    actor = secretariat(row.application.round.programme)
    with exactly(0):
        assert _evidence(actor, row, []) == {}
