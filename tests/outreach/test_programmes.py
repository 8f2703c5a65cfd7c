"""What is told to an office about one programme is not read by who works for another only."""

import pytest

from saduak.applications import actions
from saduak.applications.models import Application
from saduak.foundation import clock
from saduak.outreach.models import Notice
from tests.applications.factories import ApplicationFactory
from tests.correspondence import factories as f
from tests.organisations.factories import ProgrammeFactory, actor_for
from tests.programme.factories import MID_WINDOW, RoundFactory

pytestmark = [pytest.mark.django_db]
NAMED = f.OWN.decode().replace("การขอรับการรับรองมาตรฐาน", "การขอรับการรับรองมาตรฐาน (GECC)").encode()


def test_who_works_for_one_programme_reads_no_letter_of_another_in_a_notice():
    with clock.travel(f.IN_2566):
        place = f.province()
        gecc, other = ProgrammeFactory(short_name="GECC"), ProgrammeFactory(short_name="OTHER")
        RoundFactory(programme=gecc, fiscal_year=2566, days=f.DAYS_2566)
        letter = f.confirmed(actor_for("clerk", place.office), place.office, NAMED)
        assert letter.programme == gecc
        district = place.districts[0]
        fits, bound = (actor_for("clerk", district, programme=row) for row in (gecc, other))
        assert Notice.objects.visible_to(fits).filter(kind="letter_duties").exists()
        told = Notice.objects.visible_to(bound).filter(kind="letter_duties")
        assert [row.params["subject"] for row in told] == []


def test_who_works_for_one_programme_reads_no_fate_of_an_application_in_another():
    with clock.travel(MID_WINDOW):
        made = ApplicationFactory()
        office = made.centre.organisation
        bound = actor_for("officer", office, programme=ProgrammeFactory(), received_at=MID_WINDOW)
        assert not Application.objects.visible_to(bound).exists()
        actions.withdraw(
            actor=actor_for("head", office, received_at=MID_WINDOW),
            application_id=made.public_id,
            reason="เหตุผลลับ",
        )
        assert [n.params for n in Notice.objects.visible_to(bound).filter(kind="withdrawn")] == []
