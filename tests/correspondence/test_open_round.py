"""From the secretariat's own letter to its round: the dates are filled in, the letter stays one click away."""

import pytest
from django.urls import reverse

from saduak.foundation import clock
from saduak.foundation.models import User
from saduak.foundation.thai import calendar
from saduak.programme.models import Round
from saduak.programme.queries import stage_of
from tests.correspondence import factories as f
from tests.organisations.factories import ProgrammeFactory, actor_for
from tests.programme.factories import published_set

pytestmark = pytest.mark.django_db


def test_the_round_is_opened_with_the_letters_dates_and_remembers_it(client):
    with clock.travel(f.IN_2566):
        place, programme = f.province(), ProgrammeFactory(short_name="GECC")
        criteria = published_set(programme)
        secretary = actor_for("secretariat", place.office, programme=programme)
        letter = f.loaded(secretary, place.office)
        client.force_login(
            User.objects.get(pk=secretary.user_id), "allauth.account.auth_backends.AuthenticationBackend"
        )
        page = client.get(reverse("correspondence:confirm", args=[letter.public_id]))
        url = page.context["open_round_url"]
        form = client.get(url).context["form"]
        assert form["fiscal_year"].value() == 2566
        assert form["application_last"].value() == "28/02/2566"
        sent = {name: form[name].value() for name in form.fields if form[name].value() is not None}
        sent |= {"criteria_set": str(criteria.public_id), "programme": str(programme.public_id), "sure": "1"}
        assert client.post(reverse("programme:open"), sent).status_code == 302
        row = Round.objects.get()
        assert (row.fiscal_year, row.source_letter) == (2566, letter.public_id)
        assert calendar.closing_day(stage_of(row).ends_at).isoformat() == "2023-02-28"


@pytest.mark.parametrize(
    "query", ["?fiscal_year=x&application_first=31/2&source_letter=1", "?fiscal_year=99999"]
)
def test_what_cannot_be_read_is_left_out(client, query):
    secretary = actor_for("secretariat", programme=ProgrammeFactory())
    client.force_login(
        User.objects.get(pk=secretary.user_id), "allauth.account.auth_backends.AuthenticationBackend"
    )
    answer = client.get(reverse("programme:open") + query)
    assert answer.status_code == 200
    assert not answer.context["form"].initial
