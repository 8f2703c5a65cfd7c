"""The task list says who has an item, to the people of the centre alone."""

from django.urls import reverse

from saduak.applications import actions
from saduak.foundation.access import resolver
from tests.applications.web.test_overview import cost
from tests.applications.web.world import answer_of


def test_the_task_list_says_who_has_an_item(world, application):
    address = reverse("applications:task-list", args=[application.public_id])
    officer, province = world.client("officer"), world.client("line")
    before = cost(officer, address)
    items = [answer_of(application, number).public_id for number in ("2.12", "2.13")]
    made = actions.delegate(
        actor=world.actor("officer"), application_id=application.public_id, items=items, name="คุณสมศรี"
    )
    assert cost(officer, address) == before
    assert officer.get(address).content.decode().count("มอบให้ คุณสมศรี") == 2
    assert "คุณสมศรี" not in province.get(address).content.decode()
    actor = resolver.of_link(made.token, made.delegation.given_at)
    actions.hand_in(actor=actor, delegation_id=made.delegation.public_id)
    assert officer.get(address).content.decode().count("คุณสมศรี ส่งงานคืนแล้ว") == 2
