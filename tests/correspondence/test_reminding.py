"""Reminding those who have something left to do, by a notice in the system."""

import pytest

from saduak.correspondence.actions import recalling, reminding
from saduak.foundation import clock
from saduak.foundation.access import Conflict, Refused
from saduak.foundation.models import AuditEntry
from saduak.outreach.models import Notice
from tests.correspondence import factories_sending as f

pytestmark = pytest.mark.django_db


def remind(actor, dispatch, **values) -> int:
    return reminding.remind(actor=actor, dispatch_id=dispatch.public_id, **values)


def told(kind: str = "letter_reminded") -> list[int]:
    return sorted(Notice.objects.filter(kind=kind).values_list("organisation", flat=True))


def test_those_who_have_not_received_it_hear_once_a_day(world):
    dispatch = f.to_districts(world)
    f.receive(f.at(dispatch, world.districts[0]))
    for _again in range(2):
        assert remind(world.clerk(world.office), dispatch) == 2
    waiting = sorted(office.pk for office in world.districts[1:])
    assert told() == waiting
    notice = Notice.objects.filter(kind="letter_reminded").first()
    assert notice.params == {
        "issuer": "จังหวัดทดสอบ",
        "number": dispatch.letter.number,
        "subject": "ขอเชิญสมัครรับการรับรอง",
    }
    assert notice.target == dispatch.letter.public_id
    entry = AuditEntry.objects.filter(verb="correspondence.reminded").first()
    assert entry.facts == {"offices": 2, "late": False}
    with clock.travel(f.NOW + f.DAY):
        assert remind(world.clerk(world.office), dispatch) == 2
    assert told() == sorted(waiting * 2)


def test_those_who_are_late_hear_of_it_and_nobody_when_nothing_is_left(world):
    dispatch = f.to_districts(world, forward_by=f.NOW - f.DAY)
    f.receive(f.at(dispatch, world.districts[0]))
    sender = world.clerk(world.office)
    assert remind(sender, dispatch, late=True) == 3
    for office in world.districts:
        f.receive(f.at(dispatch, office))
    assert remind(sender, dispatch) == 0
    assert AuditEntry.objects.filter(verb="correspondence.reminded").count() == 1


def test_of_a_secret_letter_only_that_there_is_one(world):
    letter = f.letter_of(world, world.province, world.office, secrecy="secret")
    dispatch = f.to_districts(world, letter=letter)
    Notice.objects.all().delete()
    assert remind(world.clerk(world.office), dispatch) == 3
    assert told() == []
    assert set(Notice.objects.filter(kind="secret_came").values_list("organisation", "target")) == {
        (office.pk, letter.public_id) for office in world.districts
    }
    assert all(row.params == {} for row in Notice.objects.all())


def test_only_the_sender_reminds_and_nobody_of_what_was_called_back(world):
    dispatch = f.to_districts(world)
    with pytest.raises(Refused):
        remind(world.clerk(world.districts[0]), dispatch)
    sender = world.clerk(world.office)
    recalling.recall(actor=sender, dispatch_id=dispatch.public_id, reason="แนบผิดฉบับ")
    with pytest.raises(Conflict) as refusal:
        remind(sender, dispatch)
    assert refusal.value.code == "withdrawn"
    assert told() == []


@pytest.mark.postgres
def test_reminding_costs_the_same_for_one_office_and_for_three(world, exactly):
    sender = world.clerk(world.office)
    for offices in (world.districts[:1], world.districts):
        dispatch = f.sent_letter(world, f.targets_of(offices))
        with exactly(5):
            remind(sender, dispatch)
