"""Certificates before their announcement."""

import pytest

from saduak.assessment.models import Case
from saduak.certification.models import Resolution
from saduak.foundation import clock
from saduak.foundation.access import Actor
from saduak.organisations.actions import move_centre
from saduak.organisations.models import Person
from saduak.register.models import Certificate
from tests.certification import factories
from tests.organisations.factories import AppointmentFactory, OrganisationFactory, actor_of
from tests.programme.factories import MID_WINDOW
from tests.register.factories import CertificateFactory, PublicationFactory

pytestmark = [pytest.mark.django_db]


def test_the_certificate_of_a_moved_centre_is_shut_to_who_serves_the_agency_that_applied(round_):
    (case,) = factories.agreed(round_)
    applied = case.application.organisation
    centre = case.application.centre
    move_centre(
        actor=Actor.system(),
        centre=centre.public_id,
        on=clock.today(),
        organisation=OrganisationFactory().public_id,
    )
    resolution = Resolution.objects.get(meeting=factories.closed(round_))
    resolution.certificate = CertificateFactory(
        publication=PublicationFactory(published_at=None, programme=round_.programme),
        programme=round_.programme,
        centre=centre,
    )
    resolution.save(update_fields=["certificate"])
    late = factories.committee(round_.programme)
    person = Person.objects.get(pk=late.person_id)
    AppointmentFactory(person=person, organisation=applied, role="officer")
    late = actor_of(person, received_at=MID_WINDOW)
    assert not Case.objects.visible_to(late).exists()
    assert not Resolution.objects.visible_to(late).exists()
    assert not Certificate.objects.visible_to(late).exists()
