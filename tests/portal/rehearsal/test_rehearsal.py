"""A rehearsed round: repeatable, adds up, and every check of it can fail."""

import dataclasses
import datetime
import json
import tempfile
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import override_settings

from saduak.foundation.access import Actor
from saduak.foundation.clock import BANGKOK
from saduak.organisations import seeds
from saduak.portal.rehearsal import Plan, rehearse
from saduak.portal.rehearsal.invariants import CHECKS, broken
from saduak.portal.rehearsal.report import LINES, unbalanced
from saduak.portal.rehearsal.world import choose_centres
from saduak.programme.models import Round
from tests.kept import kept

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@kept
def country():
    """All offices of the country."""
    seeds.seed(samples=True)


def forgotten(plan):
    """Rehearse with files of its own, and leave the database as it was."""
    with tempfile.TemporaryDirectory() as place, transaction.atomic():
        with override_settings(FILES_ROOT=Path(place), SEALS_FILE=Path(place) / "seals.jsonl"):
            report = rehearse(plan)
        transaction.set_rollback(True)
    return report


def told(report):
    """What a report says, but for the time it took."""
    said = json.loads(report.as_json())
    said.pop("seconds")
    return said


def test_the_same_seed_gives_the_same_and_another_differs(country):
    first, again = (forgotten(Plan(centres=2, seed=3)) for _ in range(2))
    other = forgotten(Plan(centres=2, seed=4))
    assert first.broken == again.broken == other.broken == []
    assert told(first) == told(again)
    assert first.outcome != other.outcome


def test_it_stops_where_it_is_told_and_leaves_out_whom_it_is_told(country):
    plan = Plan(centres=4, seed=7, until=datetime.datetime(2027, 2, 1, tzinfo=BANGKOK))
    report = forgotten(plan)
    assert report.broken == []
    assert report.funnel["started"] > 0
    assert report.funnel["accepted"] == report.funnel["certified"] == 0
    office = choose_centres(1, Actor.system("test"))[0].organisation.code
    fewer = forgotten(dataclasses.replace(plan, leave_out=(office,)))
    assert fewer.funnel["centres"] == report.funnel["centres"] - 1


# What is broken by hand, with `{round}` for the round's key; which check sees it; a part of what it says.
DAMAGE = [
    (
        "history",
        (
            "UPDATE foundation_auditentry SET aggregate = 'nothing.nobody' WHERE aggregate = 'applications.application'"
            " AND aggregate_id = (SELECT MIN(id) FROM applications_application)"
        ),
        "has no history",
    ),
    (
        "counts",
        "UPDATE applications_application SET gates_met = gates_met - 1 WHERE gates_met > 0",
        "gates_met",
    ),
    (
        "counts",
        "UPDATE applications_application SET points_evidenced = points_evidenced - 1 WHERE points_evidenced > 1",
        "points_evidenced",
    ),
    (
        "counts",
        "UPDATE applications_answer SET evidence_count = evidence_count + 1 WHERE evidence_count > 0",
        "counts its evidence wrongly",
    ),
    ("filed", "UPDATE applications_submission SET sha256 = 'other'", "does not match its digest"),
    ("filed", "UPDATE applications_signoff SET content_digest = 'other'", "is not what was signed"),
    (
        "filed",
        "UPDATE applications_submission SET received_at = '2026-01-01 00:00:00+00:00'",
        "outside the window",
    ),
    (
        "filed",
        (
            "UPDATE applications_application SET state = 'submitted', submitted_at = started_at WHERE NOT EXISTS"
            " (SELECT 1 FROM applications_submission s WHERE s.application_id = applications_application.id)"
        ),
        "without a submission",
    ),
    (
        "filed",
        (
            "UPDATE applications_application SET state = 'signed' WHERE NOT EXISTS (SELECT 1 FROM applications_signoff s"
            " WHERE s.application_id = applications_application.id AND s.voided_at IS NULL)"
        ),
        "without a signature",
    ),
    (
        "cases",
        (
            "UPDATE assessment_case SET application_id = (SELECT MIN(id) FROM applications_application a WHERE NOT EXISTS"
            " (SELECT 1 FROM assessment_case c WHERE c.application_id = a.id))"
            " WHERE id = (SELECT MIN(id) FROM assessment_case)"
        ),
        "has no case",
    ),
    (
        "cases",
        "DELETE FROM assessment_consensusscore WHERE id = (SELECT MIN(id) FROM assessment_consensusscore)",
        "without all scores",
    ),
    (
        "filed",
        "UPDATE foundation_storedfile SET sha256 = '0' WHERE id IN (SELECT snapshot_id FROM applications_submission)",
        "has no readable snapshot",
    ),
    (
        "filed",
        "UPDATE assessment_screeningreturn SET due_at = returned_at WHERE answered_at IS NOT NULL",
        "was corrected after its date",
    ),
    (
        "totals",
        "UPDATE assessment_consensusscore SET points = points + 50",
        "points that its criterion does not have",
    ),
    (
        "totals",
        (
            "UPDATE assessment_consensusscore SET points = points - 1 WHERE points >= 1 AND id ="
            " (SELECT MAX(id) FROM assessment_consensusscore WHERE points >= 1)"
        ),
        ", its points",
    ),
    ("totals", "UPDATE assessment_case SET agreed_total = agreed_total + 1", ", its points"),
    ("totals", "UPDATE assessment_case SET agreed_level = 'golden' WHERE state = 'agreed'", ", its points"),
    ("totals", "UPDATE certification_resolution SET total = total + 1", "another total than its case"),
    (
        "totals",
        "UPDATE certification_resolution SET level_key = 'golden', departs = FALSE WHERE decision = 'certify'",
        "without saying so",
    ),
    (
        "conflicts",
        (
            "UPDATE assessment_conflict SET person_id = (SELECT m.person_id FROM assessment_scoresheet s"
            " JOIN assessment_panelmember m ON m.id = s.member_id"
            " WHERE s.case_id = assessment_conflict.case_id AND s.state = 'in' LIMIT 1)"
            " WHERE id = (SELECT MIN(c.id) FROM assessment_conflict c"
            " JOIN assessment_scoresheet s ON s.case_id = c.case_id AND s.state = 'in')"
        ),
        "scored by somebody with a conflict",
    ),
    (
        "certificates",
        (
            "UPDATE certification_resolution SET certificate_id = NULL WHERE certificate_id ="
            " (SELECT MIN(id) FROM register_certificate)"
        ),
        "has no resolution",
    ),
    (
        "certificates",
        "UPDATE certification_resolution SET certificate_id = NULL",
        "was announced without a certificate",
    ),
    ("certificates", "UPDATE register_certificate SET level_key = 'golden'", "differs from its resolution"),
    ("certificates", "UPDATE register_certificate SET pdf_id = NULL", "has no PDF"),
    (
        "certificates",
        "UPDATE register_certificate SET number = '2570/0999' WHERE id = (SELECT MIN(id) FROM register_certificate)",
        "have gaps",
    ),
    (
        "certificates",
        "UPDATE register_certificate SET level_name = 'ทองคำ'",
        "names another level than its rules",
    ),
    (
        "certificates",
        "UPDATE register_certificate SET level_ordinal = 9",
        "names another level than its rules",
    ),
    ("certificates", "UPDATE register_certificate SET centre_name = 'ที่อื่น'", "names another centre"),
    (
        "certificates",
        (
            "UPDATE register_certificate SET centre_id = (SELECT MIN(id) FROM organisations_servicecentre"
            " WHERE id NOT IN (SELECT centre_id FROM register_certificate)) WHERE id = (SELECT MIN(id) FROM register_certificate)"
        ),
        "is another centre's than its resolution",
    ),
    (
        "certificates",
        "UPDATE register_certificate SET organisation_name = 'ที่อื่น' WHERE id = (SELECT MIN(id) FROM register_certificate)",
        "names another office",
    ),
    (
        "certificates",
        "UPDATE register_certificate SET centre_name_en = 'x' WHERE id = (SELECT MIN(id) FROM register_certificate)",
        "names another centre",
    ),
    (
        "certificates",
        (
            "UPDATE register_certificate SET round_id = NULL"
            " WHERE number = (SELECT MAX(number) FROM register_certificate)"
        ),
        "is of another round",
    ),
    (
        "certificates",
        (
            "UPDATE register_certificate SET valid_from = '2027-01-01', valid_until = '2029-12-31'"
            " WHERE id = (SELECT MIN(id) FROM register_certificate)"
        ),
        "starts on another day than announced",
    ),
    (
        "certificates",
        "UPDATE register_certificate SET announcement = 'x' WHERE id = (SELECT MIN(id) FROM register_certificate)",
        "names another announcement",
    ),
    (
        "certificates",
        (
            "UPDATE certification_resolution SET announcement_id = NULL"
            " WHERE certificate_id = (SELECT MIN(id) FROM register_certificate)"
        ),
        "is not in its resolution's announcement",
    ),
    (
        "filed",
        (
            "UPDATE applications_submission SET received_at = '2028-01-01 00:00:00+00:00'"
            " WHERE id = (SELECT MAX(id) FROM applications_submission WHERE ordinal > 1)"
        ),
        "was filed again outside the time for it",
    ),
    (
        "filed",
        (
            "UPDATE assessment_screeningreturn SET answered_at = due_at"
            " WHERE id = (SELECT MIN(id) FROM assessment_screeningreturn WHERE answered_at IS NOT NULL)"
        ),
        "was corrected after its date",
    ),
    (
        "resolutions",
        "UPDATE register_publication SET published_at = NULL",
        "were published at different moments",
    ),
    ("certificates", "UPDATE register_certificate SET fiscal_year = 2569", "is of another year"),
    ("certificates", "UPDATE register_certificate SET valid_until = '2031-01-01'", "does not run 3 years"),
    ("resolutions", "UPDATE certification_resolution SET reason = ''", "has no reason"),
    ("resolutions", "UPDATE certification_resolution SET number = ''", "has no number"),
    ("resolutions", "UPDATE certification_resolution SET number = '1'", "was given twice"),
    (
        "resolutions",
        "UPDATE certification_announcement SET state = 'ready'",
        "is public without being announced",
    ),
    (
        "resolutions",
        "UPDATE certification_announcement SET published_at = '2027-01-01 00:00:00+00:00'",
        "and its certificates were published at different moments",
    ),
    ("adds_up", "UPDATE applications_application SET settled_at = NULL", "is not settled"),
    ("adds_up", "UPDATE assessment_case SET state = 'scoring' WHERE state = 'agreed'", "is not agreed"),
    (
        "audit",
        (
            "UPDATE foundation_auditentry SET verb = 'applications.forged' WHERE id ="
            " (SELECT MIN(id) FROM foundation_auditentry)"
        ),
        "",
    ),
]


def test_a_round_adds_up_and_every_check_of_it_can_fail(country):
    report = rehearse(Plan(centres=25, seed=11))
    row = Round.objects.get(fiscal_year=2570)
    assert report.broken == []
    _adds_up(report.funnel, row)
    by_name = {check.__name__.strip("_"): check for check in CHECKS}
    unseen = []
    for check, damage, says in DAMAGE:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(damage)
            found = list(by_name[check](row)) if cursor.rowcount else ["nothing to break"]
            transaction.set_rollback(True)
        if not found or not any(says in line for line in found):
            unseen.append((check, damage, found))
    assert unseen == []
    assert broken(row) == []


def _adds_up(funnel, row):
    assert set(funnel) == set(LINES)
    assert funnel["centres"] == 25
    assert funnel["agreed"] == funnel["refused"] + funnel["certified"] == funnel["accepted"]
    assert funnel["certified"] > 0
    assert unbalanced(funnel, row) == []
    for line, says in {
        "never_started": "centres is",
        "left_as_draft": "started is",
        "withdrawn": "filed is",
        "rejected": "filed is",
        "basic": "certified is",
        "refused": "more was decided than agreed",
        "corrected": "more was corrected than returned",
    }.items():
        found = unbalanced({**funnel, line: funnel[line] + 99}, row)
        assert any(says in sentence for sentence in found), (line, found)


def test_no_check_goes_untested():
    assert {row[0] for row in DAMAGE} == {check.__name__.strip("_") for check in CHECKS}


@pytest.mark.whole_path
def test_a_small_round_on_every_database(country):
    report = rehearse(Plan(centres=5, seed=2))
    assert report.broken == []
    assert report.funnel["filed"] > 0
    assert report.funnel["certified"] > 0
