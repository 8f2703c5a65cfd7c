"""What the panel agreed, as those read it who choose good practices; and suggesting one from the case."""

import pytest
from django.test import Client
from django.urls import reverse

from saduak.applications import queries
from saduak.applications.models import PracticeSuggestion
from saduak.foundation import clock
from tests.applications.factories_practices import certificate_of
from tests.assessment import factories
from tests.organisations.factories import actor_for
from tests.programme.factories import MID_WINDOW

pytestmark = pytest.mark.django_db


def test_points_lead_the_candidates_for_the_programme_and_are_told_to_nobody_else():
    team = factories.team()
    weak, strong = team.agreed(share="0.5"), team.agreed(share="1")
    for case in (weak, strong):
        certificate_of(case.application)
    key = "2.1"
    criterion = team.round.criteria_set.criteria.get(number=key, part__key="quality")
    found = list(queries.practice_candidates(team.secretariat, criterion=criterion.key))
    assert [(row.application, row.awarded) for row in found] == [
        (strong.application, criterion.points),
        (weak.application, criterion.points / 2),
    ]
    office = strong.application.centre.organisation
    mine = queries.practice_candidates(actor_for("head", office, received_at=MID_WINDOW))
    assert {(row.application, row.awarded) for row in mine} == {(strong.application, None)}


def test_a_member_suggests_from_the_case():
    team = factories.team()
    case = team.given()
    client = Client()
    client.force_login(
        team.people["expert"].user, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    with clock.travel(MID_WINDOW):
        key = team.round.criteria_set.criteria.get(number="2.1", part__key="quality").key
        where = reverse("applications:practice-suggest", args=[case.submission.public_id, key])
        assert where in client.get(reverse("assessment:case", args=[case.public_id])).content.decode()
        assert client.post(where, {"note": "ดีมาก"}).status_code == 200
    row = PracticeSuggestion.objects.get()
    assert (row.note, row.suggested_by) == ("ดีมาก", team.people["expert"].user)
