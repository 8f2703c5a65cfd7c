"""The page of a list that came to a stop says what is to be done, and that it goes on then is true."""

from django.urls import reverse

from saduak.applications import actions, readiness_tasks
from saduak.applications.models import Readiness, ReadinessList
from saduak.foundation import clock, jobs
from tests.applications.factories_readiness import assessed, confirmed
from tests.organisations.factories import AppointmentFactory, PersonFactory
from tests.programme.factories import MID_WINDOW


def test_a_unit_that_was_opened_meanwhile_is_named_assessed_and_the_list_goes_on(world):
    person = PersonFactory(position="ผู้ว่าราชการจังหวัดพิษณุโลก")
    AppointmentFactory(person=person, role="head", organisation=world.province)
    world.people["governor"] = person
    place = [world.round.public_id, world.province.public_id]
    assessed(world.actor("line"), world.round, world.province, world.centre)
    confirmed(world.actor("governor"), world.round, world.province)
    client, send = world.client("line"), reverse("applications:readiness-send", args=place)
    unit = reverse("applications:readiness-unit", args=[*place, world.centre.public_id])
    client.post(send, {"count": "1"})
    Readiness.objects.update(state="draft", confirmation=None)
    jobs.run_pending()
    why = f"{world.centre.name_th} ไม่สำเร็จ {actions.readiness_sending.NOT_CONFIRMED}"
    for page in (send, reverse("applications:readiness")):
        assert why in client.get(page).content.decode()
    said = client.get(unit).content.decode()
    assert 'name="assessed_on"' in said, "it can be assessed while the list waits"
    assessed(world.actor("line"), world.round, world.province, world.centre)
    confirmed(world.actor("governor"), world.round, world.province)
    with clock.travel(MID_WINDOW):
        assert readiness_tasks.go_on_sending() == 1
        jobs.run_pending()
    assert ReadinessList.objects.get().units == 1
    assert "ไม่สำเร็จ" not in client.get(send).content.decode()
