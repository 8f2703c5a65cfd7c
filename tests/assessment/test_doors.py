"""What is opened one by one costs one by one, however much the country filed: also for who judges by two roles."""

import json

import pytest
from django.db import connection

from saduak.applications.models import Answer, Application, ReadinessEntry, SignOff, Submission
from saduak.assessment.models import Case
from tests.assessment import factories
from tests.organisations.factories import AppointmentFactory, OrganisationFactory, PersonFactory, actor_of

pytestmark = [pytest.mark.django_db, pytest.mark.only_postgres]
COUNTRY = 2_000
# What no page may read from end to end for one answer.
LARGE = {"applications_application", "applications_answer", "applications_submission", "assessment_case"}


def again(model, **other):
    """A row of a model as often as the country has it, with other values where `other` says so in SQL."""
    fields = [field for field in model._meta.local_concrete_fields if not field.primary_key]
    names = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(other.get(field.column, f't."{field.column}"') for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {values} FROM "{model._meta.db_table}" t'
            f" CROSS JOIN generate_series(1, {COUNTRY}) g WHERE t.id = {other['of']}"
            f" RETURNING id"
        )
        return min(pk for (pk,) in cursor.fetchall()) - 1


@pytest.fixture
def row(team):
    """One case of a panel, among so many others of which a tenth are the panel's too."""
    row = team.given()
    other = factories.team(team.round).panel
    new = {"public_id": "gen_random_uuid()"}
    application = row.application
    centres = again(type(application.centre), of=application.centre_id, **new)
    applications = again(Application, of=application.pk, centre_id=f"{centres} + g", **new)
    signed = again(SignOff, of=row.submission.sign_off_id, application_id=f"{applications} + g", **new)
    filed = again(
        Submission,
        of=row.submission_id,
        application_id=f"{applications} + g",
        sign_off_id=f"{signed} + g",
        receipt_code="'R' || g",
        **new,
    )
    again(
        Case,
        of=row.pk,
        application_id=f"{applications} + g",
        submission_id=f"{filed} + g",
        panel_id=f"CASE WHEN g % 10 = 0 THEN {team.panel.pk} ELSE {other.pk} END",
        **new,
    )
    return row


def scanned(rows):
    """The large tables that the plan reads from end to end, and what it makes a list of before it looks at a row."""
    return set(_scans(json.loads(rows.explain(format="json"))[0]["Plan"])) & LARGE


def _scans(node):
    if node["Node Type"] == "Seq Scan":
        yield node["Relation Name"]
    for inner in node.get("Plans", ()):
        yield from _scans(inner)


@pytest.mark.parametrize("who", ["panel", "panel and committee", "committee", "secretariat"])
def test_no_door_reads_the_country_for_one_row(team, row, who):
    person = team.people["expert"] if "panel" in who else PersonFactory()
    if "committee" in who:
        AppointmentFactory(person=person, role="committee", organisation=OrganisationFactory())
    AppointmentFactory(person=person, role="officer", organisation=OrganisationFactory())
    actor = team.secretariat if who == "secretariat" else actor_of(person)
    answer = Answer.objects.filter(application=row.application).first()
    opened = [
        Answer.objects.visible_to(actor).filter(public_id=answer.public_id),
        Answer.objects.visible_to(actor).filter(application__public_id=row.application.public_id),
        Submission.objects.visible_to(actor).filter(public_id=row.submission.public_id),
        SignOff.objects.visible_to(actor).filter(application=row.application),
        Application.objects.visible_to(actor).filter(public_id=row.application.public_id),
        ReadinessEntry.objects.visible_to(actor).filter(round=team.round, centre=row.application.centre_id),
    ]
    assert [scanned(rows) for rows in opened] == [set()] * len(opened)
    judges = who != "committee"
    assert opened[2].exists() == opened[4].exists() == judges
    assert opened[0].exists() == (who == "secretariat")


def test_a_panel_still_sees_all_of_its_own_and_nothing_else(team, row):
    chair = team.actor("chair")
    mine = Case.objects.filter(panel=team.panel)
    for model, way in ((Case, "pk"), (Application, "case"), (Submission, "application__case")):
        seen = model.objects.visible_to(chair)
        assert set(seen.values_list(way, flat=True)) == set(mine.values_list("pk", flat=True)), model
