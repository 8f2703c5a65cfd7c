"""`saduak invite`: how an empty installation gets its first account."""

import pytest
from django.core.management import CommandError, call_command

from saduak.organisations.models import Invitation
from saduak.organisations.queries import find_invitation
from tests.organisations.factories import OrganisationFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db


def test_the_address_that_it_prints_works(capsys, client):
    psc, gecc = OrganisationFactory(code="psc"), ProgrammeFactory(code="gecc")
    call_command("invite", "psc", "secretariat", programme="gecc", email="a@example.test")
    address = capsys.readouterr().out.strip()
    assert address.startswith("http://testserver/invitation/")
    made = find_invitation(address.rstrip("/").rpartition("/")[2])
    assert made == Invitation.objects.get()
    assert (made.organisation, made.role, made.programme, made.issued_by) == (
        psc,
        "secretariat",
        gecc,
        "system:invite",
    )
    assert client.get(address.removeprefix("http://testserver")).status_code == 200


@pytest.mark.parametrize(
    ("words", "programme"), [(["nowhere", "head"], ""), (["psc", "king"], ""), (["psc", "head"], "other")]
)
def test_what_is_unknown_is_said_and_nothing_is_issued(words, programme):
    OrganisationFactory(code="psc")
    with pytest.raises(CommandError):
        call_command("invite", *words, programme=programme)
    assert not Invitation.objects.exists()
