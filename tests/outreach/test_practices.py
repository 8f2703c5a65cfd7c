"""Good practices: the head is asked, the secretariat hears the answer, nobody hears of their own doing."""

import pytest

from saduak.applications import actions
from saduak.foundation import clock
from saduak.outreach.models import Notice
from tests.applications.factories_practices import certified, proposed
from tests.organisations.factories import OrganisationFactory, ServiceCentreFactory, actor_for, me
from tests.programme.factories import MID_WINDOW, RoundFactory, secretariat

pytestmark = pytest.mark.django_db


def told(kind):
    return set(Notice.objects.filter(kind=kind).values_list("person", flat=True))


def test_who_hears_what():
    with clock.travel(MID_WINDOW):
        round_ = RoundFactory()
        office = OrganisationFactory()
        row = certified(ServiceCentreFactory(organisation=office), round_)
        elsewhere = ServiceCentreFactory(organisation=office)
        head = actor_for("head", office)
        only_there = actor_for("head", office, centre=elsewhere)
        curator, other = secretariat(round_.programme), secretariat(round_.programme)
        made = proposed(curator, row)
        asked = told("practice_asked")
        assert me(head).pk in asked
        assert me(only_there).pk not in asked
        actions.consent_practice(actor=head, practice_id=made.public_id, version=1)
        assert told("practice_consented") == {me(curator).pk, me(other).pk}
        actions.publish_practice(actor=curator, practice_id=made.public_id)
        assert told("practice_published") == asked
        actions.withdraw_practice(actor=head, practice_id=made.public_id)
        assert told("practice_withdrawn") == {me(curator).pk, me(other).pk}
        again = proposed(head, row)
        assert me(head).pk not in set(
            Notice.objects.filter(kind="practice_asked", target=again.public_id).values_list(
                "person", flat=True
            )
        )
        actions.withdraw_practice(actor=curator, practice_id=again.public_id, reason="ซ้ำ")
        notice = Notice.objects.filter(kind="practice_withdrawn", target=again.public_id, person=me(head))
        assert notice.get().params["title"] == again.title
