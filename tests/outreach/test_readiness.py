"""What a centre hears when a list of readiness was sent: each once, and where to read why."""

import pytest

from saduak.applications import actions as applications
from saduak.applications import readiness_tasks
from saduak.applications.rules.readiness import may_confirm
from saduak.foundation import batches, clock, jobs
from saduak.foundation.models import JobRun
from saduak.outreach import queries
from saduak.outreach.kinds import KINDS
from saduak.outreach.models import Notice
from tests.applications.factories_readiness import assessed, confirmed, sending, sent
from tests.organisations.factories import OrganisationFactory, ServiceCentreFactory, actor_for
from tests.programme.factories import MID_WINDOW, RoundFactory

pytestmark = pytest.mark.django_db


def test_each_centre_hears_what_was_said_about_it():
    with clock.travel(MID_WINDOW):
        province = OrganisationFactory(kind="province", name_th="จังหวัดทดสอบ")
        one, other = (
            ServiceCentreFactory(organisation=OrganisationFactory(kind="district", under=province))
            for _n in range(2)
        )
        round_ = RoundFactory()
        supervisor = actor_for("supervisor", province, received_at=MID_WINDOW)
        head = actor_for("head", province, received_at=MID_WINDOW)
        writer = OrganisationFactory(kind="provincial_office", writes_for=province)
        chief = actor_for("head", writer, received_at=MID_WINDOW)
        secretary = actor_for("secretariat", OrganisationFactory(kind="department"))
        for who, heads in ((chief, True), (head, True), (supervisor, False)):
            assert bool(may_confirm(who, province, round_.programme_id)) is heads
        assessed(supervisor, round_, province, one)
        assessed(supervisor, round_, province, other, ready=False, reasons="ไม่มีทางลาด")
        confirmed(head, round_, province)
        made = sent(supervisor, round_, province)
        jobs.run_pending()
        applications.tell_readiness(actor=supervisor, list_id=made.public_id, centres=[one.pk, other.pk])
    waits = Notice.objects.filter(kind="readiness_waits").order_by("person")
    assert {(row.person_id, row.params["office"], row.target) for row in waits} == {
        (who.person_id, "จังหวัดทดสอบ", round_.public_id) for who in (head, chief)
    }
    assert KINDS["readiness_waits"].url(round_.public_id) == f"/readiness/rounds/{round_.public_id}/"
    came = Notice.objects.get(kind="readiness_came")
    assert (came.person_id, came.target) == (secretary.person_id, made.public_id)
    assert came.params == {"office": "จังหวัดทดสอบ", "count": 2}
    filed = Notice.objects.get(kind="readiness_filed")
    assert (filed.person_id, filed.target) == (supervisor.person_id, made.public_id)
    assert queries.line(filed).text == "ส่งรายการความพร้อมของจังหวัดทดสอบ 2 แห่งถึงโครงการแล้ว"
    rows = Notice.objects.filter(kind__startswith="readiness", person=None).order_by("kind")
    assert [(row.kind, row.organisation_id, row.centre_id, row.target) for row in rows] == [
        ("readiness_not_ready", other.organisation_id, other.pk, made.entries.get(centre=other).public_id),
        ("readiness_ready", one.organisation_id, one.pk, made.entries.get(centre=one).public_id),
    ]
    assert all(row.params["office"] == "จังหวัดทดสอบ" for row in rows)


def test_who_sent_and_who_may_send_on_hear_once_that_a_list_has_stopped():
    with clock.travel(MID_WINDOW):
        province = OrganisationFactory(kind="province", name_th="จังหวัดทดสอบ")
        centre = ServiceCentreFactory(organisation=OrganisationFactory(kind="district", under=province))
        round_ = RoundFactory()
        supervisor, head = (
            actor_for(role, province, received_at=MID_WINDOW) for role in ("supervisor", "head")
        )
        assessed(supervisor, round_, province, centre)
        confirmed(head, round_, province)
        made = sending(supervisor, round_, province)
        batches.work(made.batch_id)
        JobRun.objects.update(failed_at=clock.wall())
        for _n in range(2):
            readiness_tasks.go_on_sending()
    rows = Notice.objects.filter(kind="readiness_stopped")
    assert {row.person_id for row in rows} == {supervisor.person_id, head.person_id}
    assert (len(rows), rows[0].target) == (2, round_.public_id)
    said = (
        "ส่งรายการความพร้อมของจังหวัดทดสอบ 1 แห่งยังไม่สำเร็จ ระบบจัดทำไฟล์ของรายการไม่สำเร็จ"
        " ระบบจะลองต่อให้ ส่งต่อเองหรือดึงกลับมาแก้ได้"
    )
    line = queries.line(rows[0])
    assert (line.text, line.url) == (said, f"/readiness/rounds/{round_.public_id}/")


def test_who_asked_for_a_long_list_hears_that_it_is_made():
    with clock.travel(MID_WINDOW):
        province = OrganisationFactory(kind="province", name_th="จังหวัดทดสอบ")
        round_, actor = RoundFactory(), actor_for("supervisor", province, received_at=MID_WINDOW)
        place = {"round_id": round_.public_id, "office_id": province.public_id}
        made = applications.request_readiness_file(actor=actor, content="units", **place)
        jobs.run_pending()
    (row,) = Notice.objects.filter(kind="readiness_written")
    assert (row.person_id, row.target) == (actor.person_id, made.public_id)
    assert queries.line(row).url == f"/readiness/files/{made.public_id}/"
    assert queries.line(row).text == "ไฟล์รายการความพร้อมที่คุณขอไว้พร้อมแล้ว 0 แห่ง"


def test_who_asked_hears_once_why_a_long_list_is_not_made():
    with clock.travel(MID_WINDOW):
        province = OrganisationFactory(kind="province", name_th="จังหวัดทดสอบ")
        round_, actor = RoundFactory(), actor_for("supervisor", province, received_at=MID_WINDOW)
        place = {"round_id": round_.public_id, "office_id": province.public_id}
        made = applications.request_readiness_file(actor=actor, content="signing", **place)
        for _n in range(2):
            readiness_tasks.write_list(export_id=str(made.public_id))
            applications.refuse_readiness_file(actor=actor, export_id=made.public_id, reason="อื่น")
    (row,) = Notice.objects.filter(kind="readiness_refused")
    assert (row.person_id, row.target) == (actor.person_id, made.public_id)
    assert queries.line(row).url == f"/readiness/files/{made.public_id}/"
    assert queries.line(row).text == (
        "จัดทำไฟล์รายการความพร้อมที่คุณขอไว้ไม่ได้ เพราะ ไม่มีผลประเมินที่รอหัวหน้ายืนยันแล้ว จึงไม่มีรายการให้ลงนาม"
    )
    assert not Notice.objects.filter(kind="readiness_written").exists()
