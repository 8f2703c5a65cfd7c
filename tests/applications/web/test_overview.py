"""My applications, the task list, what is missing, the preview; and what each page costs."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from saduak.applications import actions
from saduak.applications.models import AnswerVersion, Application
from saduak.foundation import clock
from saduak.foundation.access import Actor
from saduak.organisations.queries import centre_links
from tests.applications.factories_renewing import held
from tests.applications.web.test_filing import CLOSES
from tests.applications.web.world import answer_of, meet_gates, picture, sign, submitted
from tests.organisations.factories import (
    AppointmentFactory,
    OrganisationFactory,
    PersonFactory,
    ServiceCentreFactory,
)


def at(name, row):
    return reverse(f"applications:{name}", args=[row.public_id])


def cost(client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200, address
    passing = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "PRAGMA")
    return len([q for q in captured.captured_queries if not q["sql"].startswith(passing)])


def test_starting_once_however_often_it_is_sent(world):
    client = world.client("officer")
    text = client.get(reverse("applications:mine")).content.decode()
    assert "เริ่มใบสมัคร" in text
    assert "15 ก.พ. 2570" in text
    assert "28 ก.พ. 2570" in text
    key = str(world.round.public_id)
    data = {"round": key, f"{key}-centre": str(world.centre.public_id), "once": str(uuid.uuid4())}
    first, second = (client.post(reverse("applications:start"), data)["Location"] for _ in range(2))
    third = client.post(reverse("applications:start"), {**data, "once": str(uuid.uuid4())})["Location"]
    assert first == second == third == at("task-list", Application.objects.get())
    text = client.get(reverse("applications:mine")).content.decode()
    assert "กำลังเขียน" in text
    assert "เริ่มใบสมัคร" not in text


def test_with_several_centres_one_is_chosen(world):
    ServiceCentreFactory(organisation=world.district, name_th="จุดบริการเคลื่อนที่")
    client = world.client("officer")
    assert "จุดบริการเคลื่อนที่" in client.get(reverse("applications:mine")).content.decode()
    page = client.post(reverse("applications:start"), {"round": str(world.round.public_id)})
    assert page.status_code == 422
    assert "เลือกศูนย์ 1 แห่ง" in page.content.decode()
    assert client.post(reverse("applications:start"), {}).status_code == 422


def test_who_may_not_start_is_told(world):
    key = str(world.round.public_id)
    data = {"round": key, f"{key}-centre": str(world.town_centre.public_id), "once": str(uuid.uuid4())}
    page = world.client("officer").post(reverse("applications:start"), data)
    assert page.status_code == 403
    assert "เริ่มใบสมัครได้เฉพาะผู้รับผิดชอบและหัวหน้าหน่วยงานของศูนย์" in page.content.decode()
    assert world.client("helper").post(reverse("applications:start"), data).status_code == 403


def test_after_closing_nothing_can_be_started(world):
    with clock.travel(CLOSES):
        assert "เริ่มใบสมัคร" not in world.client("officer").get(reverse("applications:mine")).content.decode()


def test_no_level_while_a_gate_is_open(world, application):
    meet_gates(world, application, leave=2)
    text = world.client("officer").get(at("task-list", application)).content.decode()
    assert "ยังไม่มีระดับ" in text
    assert "ยังขาดข้อ 13 และ 14" in text
    assert "gauge-shut" in text
    assert "ตอนนี้อยู่ขั้นที่ 1 จาก 4" in text
    assert text.count('class="btn btn-full"') == 1


def test_the_next_step_follows_the_state(world, application):
    client = world.client("officer")
    assert "ดูข้อที่ยังขาดทั้งหมด" in client.get(at("task-list", application)).content.decode()
    meet_gates(world, application)
    text = client.get(at("task-list", application)).content.decode()
    assert f'<a class="btn btn-full" href="{at("review-request", application)}">' in text
    sign(world, application)
    text = client.get(at("task-list", application)).content.decode()
    assert f'<a class="btn btn-full" href="{at("submit", application)}">' in text
    actions.submit(actor=world.actor("officer"), application_id=application.public_id)
    text = client.get(at("task-list", application)).content.decode()
    assert f'<a class="btn btn-full" href="{at("latest-receipt", application)}">' in text


def test_the_line_reads_and_is_offered_nothing_to_do(world, application):
    text = world.client("line").get(at("task-list", application)).content.decode()
    assert at("withdraw", application) not in text
    assert at("sign", application) not in text
    assert at("preview", application) in text


def test_gaps_lead_to_their_pages(world, application):
    answer = answer_of(application, "2.1")
    actions.save_answer(actor=world.actor("officer"), answer_id=answer.public_id, version=0, claim="met")
    text = world.client("officer").get(at("gaps", application)).content.decode()
    assert "ต้องครบก่อนยื่น" in text
    assert "ตอบแล้ว ขาดแต่หลักฐาน" in text
    assert reverse("applications:criterion", args=[application.public_id, answer.public_id]) in text


def test_the_preview_has_every_answer_and_its_evidence(world, application):
    answer = answer_of(application, "2.1")
    officer = world.actor("officer")
    actions.save_answer(actor=officer, answer_id=answer.public_id, version=0, narrative="<b>สำรวจ</b>\n\nทุกปี")
    actions.add_evidence(
        actor=officer, answer_id=answer.public_id, file=picture(), name="a.jpg", caption="แบบสำรวจ"
    )
    text = world.client("officer").get(at("preview", application)).content.decode()
    assert "&lt;b&gt;สำรวจ&lt;/b&gt;" in text
    assert "แบบสำรวจ" in text
    assert text.count("<article") == 50


def test_the_kind_is_changed(world, application):
    client = world.client("officer")
    refused = client.post(at("kind", application), {"kind": "renewal"})
    assert refused.status_code == 422
    assert "ศูนย์นี้ยังไม่เคยได้ใบรับรอง ให้สมัครใหม่" in refused.content.decode()
    held(application)
    assert client.post(at("kind", application), {"kind": "renewal"}).status_code == 302
    application.refresh_from_db()
    assert application.kind == "renewal"
    assert client.post(at("kind", application), {"kind": "gift"}).status_code == 422


@pytest.mark.parametrize("role", ["officer", "line"])
def test_pages_of_an_application_cost_at_most_fifteen(world, application, role):
    meet_gates(world, application)
    client = world.client(role)
    for name in (
        "task-list",
        "gaps",
        "preview",
        "kind",
        "review-request",
        "sign",
        "sign-paper",
        "submit",
        "withdraw",
    ):
        assert cost(client, at(name, application)) <= 15, name


def test_pages_of_a_filed_application_cost_at_most_fifteen(world):
    submission = submitted(world)
    client = world.client("officer")
    assert cost(client, at("receipt", submission)) <= 15
    assert cost(client, at("task-list", submission.application)) <= 15
    assert cost(client, f"/receipts/{submission.receipt_code}/") <= 2


def test_the_criterion_page_costs_the_same_with_one_and_three_pieces_of_evidence(world, application):
    answer = answer_of(application, "13")
    address = reverse("applications:criterion", args=[application.public_id, answer.public_id])
    client = world.client("officer")
    costs = []
    for colour in range(3):
        actions.add_evidence(
            actor=world.actor("officer"),
            answer_id=answer.public_id,
            file=picture(colour + 40),
            name="a.jpg",
            caption="ภาพ",
        )
        costs.append(cost(client, address))
    assert costs[0] == costs[2] <= 15


def test_lists_cost_the_same_with_one_and_three_rows(world):
    client, line = world.client("officer"), world.client("line")
    lists = {
        reverse("applications:mine"): client,
        reverse("applications:reviews"): line,
        reverse("applications:library", args=[world.centre.public_id]): client,
        reverse("applications:board"): line,
    }
    costs: dict[str, list[int]] = {}
    for n in range(3):
        centre = world.centre if n == 0 else ServiceCentreFactory(organisation=world.district)
        application = world.start(centre=centre)
        answer = answer_of(application, "13")
        actions.add_evidence(
            actor=world.actor("officer"),
            answer_id=answer.public_id,
            file=picture(n),
            name="a.jpg",
            caption="ภาพ",
        )
        actions.request_review(
            actor=world.actor("officer"),
            application_id=application.public_id,
            organisation_id=world.province.public_id,
        )
        spare = ServiceCentreFactory(organisation=world.district)
        for address, browser in lists.items():
            costs.setdefault(address, []).append(cost(browser, address))
        spare.retired_at = clock.now()
        spare.save()
    for address, found in costs.items():
        assert found[0] == found[2] <= 15, (address, found)


def test_what_belongs_to_one_criterion_costs_the_same_with_one_and_three_rows(world, application):
    """The versions of an answer, the library to choose from, and the comments of a check."""
    answer, spare = answer_of(application, "13"), answer_of(application, "14")
    officer, line = world.client("officer"), world.client("line")
    review = actions.request_review(
        actor=world.actor("officer"),
        application_id=application.public_id,
        organisation_id=world.province.public_id,
    )
    key = [application.public_id, answer.public_id]
    pages = {
        reverse("applications:history", args=key): officer,
        reverse("applications:choose", args=key): officer,
        reverse("applications:review", args=[review.public_id]): line,
        at("review-request", application): officer,
    }
    costs: dict[str, list[int]] = {}
    for n in range(3):
        row = answer_of(application, "13")
        actions.save_answer(
            actor=world.actor("officer"),
            answer_id=row.public_id,
            version=row.version,
            narrative=f"ฉบับที่ {n}",
        )
        AnswerVersion.objects.filter(answer=answer).update(audited_at=clock.wall())  # the sitting is over
        actions.add_evidence(
            actor=world.actor("officer"),
            answer_id=spare.public_id,
            file=picture(n),
            name="a.jpg",
            caption="ภาพ",
        )
        actions.comment(
            actor=world.actor("line"),
            review_id=review.public_id,
            criterion_id=answer_of(application, f"2.{n + 1}").criterion.public_id,
            text="เพิ่มภาพ",
        )
        for address, browser in pages.items():
            costs.setdefault(address, []).append(cost(browser, address))
    seen = {address: browser.get(address).context for address, browser in pages.items()}
    history, choose, check, asked = seen.values()
    assert len(history["versions"]) == len(choose["page_obj"]) == len(check["v"].comments) == 3
    actions.return_review(actor=world.actor("line"), review_id=review.public_id, note="ดูความเห็น")
    assert asked["t"].review == review
    for address, found in costs.items():
        assert found[0] == found[2] <= 15, (address, found)


def test_the_libraries_cost_the_same_for_two_and_four_centres(world):
    """With one the page leads straight to it."""
    address, client = reverse("applications:libraries"), world.client("officer")
    assert client.get(address).status_code == 302
    costs = []
    for _ in range(3):
        ServiceCentreFactory(organisation=world.district)
        costs.append(cost(client, address))
    assert len(client.get(address).context["centres"]) == 4
    assert costs[0] == costs[2] <= 15


def test_who_works_on_it_is_named(world, application):
    text = world.client("officer").get(at("task-list", application)).content.decode()
    assert "ตำแหน่ง officer" in text
    assert "ตำแหน่ง head" in text
    assert "ตำแหน่ง town" not in text


def test_who_checks_is_named_with_a_number_to_call(world, application):
    world.people["line"].phone = "055 111 222"
    world.people["line"].save()
    for role, reach, phone in (("supervisor", "own", "081 000 0001"), ("clerk", "own", "081 000 0002")):
        person = PersonFactory(name=f"อีกคน {role}", phone=phone)
        AppointmentFactory(person=person, role=role, organisation=world.town, reach=reach)
    text = world.client("officer").get(at("task-list", application)).content.decode()
    assert "ถามผู้ประสานงานได้" in text
    assert "คน line" in text
    assert 'href="tel:+6655111222"' in text
    assert "อีกคน" not in text
    assert text.count("<b>คน line</b>") == 1
    assert "ถามผู้ประสานงานได้" not in world.client("line").get(at("task-list", application)).content.decode()


def test_a_coordinator_without_a_number_is_called_at_the_office(world, application):
    office = OrganisationFactory(
        code="office65", name_th="สำนักงานจังหวัดพิษณุโลก", phone="055 333 444", writes_for=world.province
    )
    AppointmentFactory(person=PersonFactory(name="คนสำนักงาน"), role="supervisor", organisation=office)
    text = world.client("officer").get(at("task-list", application)).content.decode()
    assert "คนสำนักงาน" in text
    assert 'href="tel:+6655333444"' in text


def test_the_reader_is_called_a_writer_only_where_they_write(world, application):
    address = at("task-list", application)
    assert "คุณและผู้ช่วยเขียน" in world.client("officer").get(address).content.decode()
    text = world.client("line").get(address).content.decode()
    assert "คุณและผู้ช่วยเขียน" not in text
    assert "คนของศูนย์เขียน" in text


@pytest.mark.parametrize("role", ["officer", "line"])
def test_pages_cost_at_most_fifteen_after_a_check_and_a_voided_signature(world, application, role):
    review = actions.request_review(
        actor=world.actor("officer"),
        application_id=application.public_id,
        organisation_id=world.province.public_id,
    )
    actions.return_review(actor=world.actor("line"), review_id=review.public_id, note="แก้")
    meet_gates(world, application)
    sign(world, application)
    row = answer_of(application, "2.1")
    actions.save_answer(actor=world.actor("officer"), answer_id=row.public_id, version=0, narrative="แก้")
    client = world.client(role)
    for name in ("task-list", "sign", "submit", "gaps", "preview"):
        assert cost(client, at(name, application)) <= 15, name
    address = reverse("applications:criterion", args=[application.public_id, row.public_id])
    assert cost(client, address) <= 15


def test_a_stranger_to_every_centre_is_told_why_the_page_is_empty(world):
    other = AppointmentFactory(role="officer", organisation=OrganisationFactory())
    world.people["other"] = other.person
    assert "ยังไม่มีใบสมัคร" in world.client("other").get(reverse("applications:mine")).content.decode()


def test_the_page_of_the_centre_leads_to_its_application(world, exactly):
    application = world.start()
    officer = world.actor("officer")
    # The application, what its own people could renew, and the certificate that it does not hold yet.
    with exactly(3):
        links = centre_links(officer, world.centre)
    assert [(str(link.label), link.url) for link in links] == [("ใบสมัครปี 2570", at("task-list", application))]
    assert centre_links(Actor.public(), world.centre) == []
