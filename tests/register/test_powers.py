"""Who opens, fills and publishes a publication: the programme's secretariat and the program itself, nobody else."""

import pytest

from saduak.foundation.access import Refused
from saduak.register import actions
from saduak.register.models import Certificate, Publication
from tests.organisations.factories import ProgrammeFactory, actor_for
from tests.programme.factories import MID_WINDOW, RoundFactory
from tests.register.test_actions import DATE, grants

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture(params=["officer", "committee", "other secretariat"])
def stranger(request):
    programme = ProgrammeFactory() if request.param == "other secretariat" else None
    return actor_for(request.param.split()[-1], programme=programme, received_at=MID_WINDOW)


def test_only_the_secretariat_of_the_programme_opens_fills_and_publishes(stranger):
    round_ = RoundFactory()
    office = actor_for("secretariat", programme=round_.programme, received_at=MID_WINDOW)
    said = {"programme": round_.programme, "title": "ประกาศ"}

    def fill(actor, place):
        return actions.prepare(
            actor=actor,
            publication=place,
            round_row=round_,
            grants=grants(1),
            valid_from=DATE(2027, 9, 1),
            announcement="ประกาศ ที่ 1/2570",
        )

    with pytest.raises(Refused):
        actions.create_publication(actor=stranger, **said)
    assert not Publication.objects.exists()
    place = actions.create_publication(actor=office, **said)
    with pytest.raises(Refused):
        fill(stranger, place)
    assert not Certificate.objects.exists()
    assert len(fill(office, place)) == 1
    with pytest.raises(Refused) as caught:
        actions.publish(actor=stranger, publication_id=place.public_id)
    assert caught.value.code == "not-secretariat"
    assert actions.publish(actor=office, publication_id=place.public_id).published_at == MID_WINDOW
