"""Who opens which page: the centre's own people, its line, those who only supervise, and nobody else."""

import pytest
from django.test import Client
from django.urls import reverse

from saduak.applications import actions
from tests.applications.web.world import answer_of, submitted

OWN = ("officer", "helper", "head")
ONE = (
    "task-list",
    "gaps",
    "preview",
    "review-request",
    "sign",
    "sign-paper",
    "sign-void",
    "submit",
    "withdraw",
    "kind",
)


@pytest.mark.parametrize("role", [*OWN, "line"])
def test_own_people_and_the_line_open_every_page(world, application, role):
    client = world.client(role)
    for name in ONE:
        address = reverse(f"applications:{name}", args=[application.public_id])
        assert client.get(address).status_code == 200, name


@pytest.mark.parametrize("role", ["stranger", "town"])
def test_others_find_nothing(world, application, role):
    client = world.client(role)
    for name in (*ONE, "latest-receipt", "sign-print", "sign-copy"):
        address = reverse(f"applications:{name}", args=[application.public_id])
        assert client.get(address).status_code == 404, name


def test_who_only_supervises_sees_no_content(world):
    application = world.start("town", world.town_centre)
    client = world.client("supervision")
    for name in (name for name in ONE if name != "task-list"):
        address = reverse(f"applications:{name}", args=[application.public_id])
        assert client.get(address).status_code == 404, name


def test_who_only_supervises_sees_the_status(world):
    application = world.start("town", world.town_centre)
    answer = answer_of(application, "2.1")
    actions.save_answer(
        actor=world.actor("town"), answer_id=answer.public_id, version=0, narrative="ความลับของเทศบาล"
    )
    page = world.client("supervision").get(reverse("applications:task-list", args=[application.public_id]))
    text = page.content.decode()
    assert page.status_code == 200
    assert "ยังไม่ยื่น" in text
    assert "เห็นเฉพาะสถานะ" in text
    assert "กำลังเขียน" not in text
    assert "ความลับของเทศบาล" not in text


@pytest.mark.parametrize("role", ["stranger", "town", "supervision"])
def test_a_criterion_of_others_is_not_there(world, application, role):
    other = world.start("town", world.town_centre) if role == "supervision" else application
    args = [other.public_id, answer_of(other, "2.1").public_id]
    client = world.client(role)
    for name in ("criterion", "choose", "history"):
        assert client.get(reverse(f"applications:{name}", args=args)).status_code == 404
    assert client.post(reverse("applications:criterion", args=args), {"narrative": "x"}).status_code == 404
    assert client.post(reverse("applications:attach", args=args)).status_code == 404


def test_the_line_reads_a_criterion_and_writes_nothing(world, application):
    answer = answer_of(application, "2.1")
    address = reverse("applications:criterion", args=[application.public_id, answer.public_id])
    client = world.client("line")
    text = client.get(address).content.decode()
    assert "<textarea" not in text
    assert "คำตอบของศูนย์" in text
    answered = client.post(address, {"narrative": "จากจังหวัด", "version": "0"})
    assert answered.status_code == 403
    answer.refresh_from_db()
    assert answer.narrative == ""


@pytest.mark.parametrize(
    ("name", "roles"),
    [
        ("reviews", {"line", "supervision"}),
        ("board", {*OWN, "town", "line", "supervision", "secretariat"}),
        ("libraries", {*OWN, "town"}),
    ],
)
def test_pages_that_need_a_capability(world, name, roles):
    for role in world.people:
        status = world.client(role).get(reverse(f"applications:{name}")).status_code
        assert (status < 400) == (role in roles), (role, status)


def test_nobody_in_particular_is_sent_to_sign_in(world, application):
    for address in (
        reverse("applications:mine"),
        reverse("applications:task-list", args=[application.public_id]),
    ):
        answer = Client().get(address)
        assert answer.status_code == 302
        assert answer["Location"].endswith(f"?next={address}")


def test_an_answer_under_another_application_is_not_there(world, application):
    other = world.start("town", world.town_centre)
    address = reverse(
        "applications:criterion", args=[other.public_id, answer_of(application, "2.1").public_id]
    )
    assert world.client("officer").get(address).status_code == 404


def test_the_secretariat_reads_what_was_submitted_and_no_draft(world):
    client = world.client("secretariat")
    draft = world.start("town", world.town_centre)
    submission = submitted(world)
    page = client.get(reverse("applications:task-list", args=[draft.public_id]))
    assert "เห็นเฉพาะสถานะ" in page.content.decode()
    address = reverse("applications:preview", args=[submission.application.public_id])
    assert client.get(address).status_code == 200
    assert client.get(reverse("applications:receipt", args=[submission.public_id])).status_code == 200
