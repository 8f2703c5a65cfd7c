"""Pages of readiness: an office's list, one unit and several, the head, sending, the programme's side, the centre's."""

import datetime
import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from saduak.applications import actions, readiness_papers, readiness_tasks
from saduak.applications.models import (
    AssessorPlan,
    AssessorRule,
    Readiness,
    ReadinessExport,
    ReadinessList,
)
from saduak.applications.queries import readiness as queries
from saduak.applications.rules.readiness import Rule
from saduak.applications.web.views.readiness import _first
from saduak.foundation import batches, clock, jobs
from saduak.foundation.models import Batch, BatchItem, JobRun
from saduak.organisations.models import Appointment
from tests.applications.factories_readiness import assessed, confirmed, ruled, sent, state_of
from tests.applications.test_documents import text_of
from tests.applications.web.world import body, picture
from tests.organisations.factories import (
    AppointmentFactory,
    AreaFactory,
    PersonFactory,
    ServiceCentreFactory,
)
from tests.programme.factories import MID_WINDOW, RoundFactory

INDEX, LISTS = "/readiness/", "/readiness/lists/"


@pytest.fixture
def governor(world):
    """The head of the province."""
    person = PersonFactory(name="ผู้ว่าราชการจังหวัด", position="ผู้ว่าราชการจังหวัดพิษณุโลก")
    AppointmentFactory(person=person, role="head", organisation=world.province)
    world.people["governor"] = person
    return world.actor("governor")


def at(world, name, *more):
    return reverse(f"applications:{name}", args=[world.round.public_id, world.province.public_id, *more])


def words(answer):
    return answer.content.decode()


def text(answer):
    """What somebody reads: no marks, and every blank alike."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", words(answer)))


def ready(world, *centres, **more):
    return assessed(world.actor("line"), world.round, world.province, *centres, **more)


def listed(world, governor):
    ready(world, world.centre)
    ready(world, world.town_centre, ready=False, reasons="ไม่มีทางลาด")
    confirmed(governor, world.round, world.province)
    return sent(world.actor("line"), world.round, world.province)


def test_the_list_leads_from_assessing_to_sending(world, governor):
    client = world.client("line")
    page = words(client.get(INDEX))
    assert "หน่วยบริการงานทะเบียน อำเภอวังทอง" in page
    assert "ศูนย์บริการประชาชน เทศบาลเมืองอรัญญิก" in page
    assert "โครงการยังไม่ได้กำหนดว่าใครประเมินใครในรอบนี้" in page
    unit = at(world, "readiness-unit", world.centre.public_id)
    assert unit in page
    gate = queries.gates_of(world.round)[0]
    page = words(client.get(unit))
    assert gate.label in page
    answer = client.post(unit, {"ready": "no", "assessed_on": "03/02/2570", "do": "assess"})
    assert (answer.status_code, "ยังไม่พร้อมเพราะอะไร" in words(answer)) == (422, True)
    answer = client.post(unit, {"ready": "", "assessed_on": "เมื่อวาน", "do": "keep"})
    assert (answer.status_code, "เมื่อวาน" in words(answer)) == (422, True)
    said = {"ready": "yes", "assessed_on": "03/02/2570", f"gate_{gate.key}": "yes"}
    assert client.post(unit, said | {"do": "keep"}).url == INDEX
    assert state_of(world.round, world.province, world.centre) == "draft"
    assert client.post(unit, said | {"do": "assess"}).status_code == 302
    row = Readiness.objects.get()
    assert (row.state, row.gates) == ("assessed", {gate.key: "yes"})
    page = text(client.get(f"{INDEX}?state=assessed&sort=name"))
    assert "ให้หัวหน้ายืนยัน 1 แห่ง" in page
    assert "เทศบาลเมืองอรัญญิก" not in page
    assert "ยืนยันผลประเมิน 1 แห่ง" in words(world.client("governor").get(INDEX))


def test_several_units_are_read_before_they_are_said_alike(world):
    client, many = world.client("line"), at(world, "readiness-many")
    refs = [str(world.centre.public_id), str(world.town_centre.public_id)]
    page = text(client.get(many, {"chosen": "1", "unit": refs}))
    assert "จะประเมิน 2 แห่ง" in page
    assert "เทศบาลเมืองอรัญญิก" in page
    assert "ยังไม่ได้เลือกหน่วยงาน" in text(client.get(many, {"chosen": "1"}))
    assert "ไม่มีแห่งที่ประเมินได้ตอนนี้" in text(client.get(many, {"chosen": "1", "unit": "no-such"}))
    said = {"ready": "yes", "assessed_on": "03/02/2570", "unit": refs, "count": "3"}
    answer = client.post(many, said)
    assert (answer.status_code, Readiness.objects.count()) == (409, 0)
    assert client.post(many, said | {"count": "2"}).url == INDEX
    assert set(Readiness.objects.values_list("state", "ready")) == {("assessed", True)}
    # All as the filters have them.
    page = text(client.get(many, {"state": "assessed", "q": "เทศบาล"}))
    assert "จะประเมิน 1 แห่ง" in page
    said = {
        "ready": "no",
        "reasons": "รอซ่อม",
        "assessed_on": "3 ก.พ. 2570",
        "state": "assessed",
        "q": "เทศบาล",
    }
    assert (
        client.post(many, said | {"count": "1"}).url
        == f"{INDEX}?state=assessed&q=%E0%B9%80%E0%B8%97%E0%B8%A8%E0%B8%9A%E0%B8%B2%E0%B8%A5"
    )
    assert Readiness.objects.get(ready=False).centre == world.town_centre


def test_the_head_confirms_in_the_system(world, governor):
    ready(world, world.centre, world.town_centre)
    client, confirm = world.client("governor"), at(world, "readiness-confirm")
    page = words(client.get(confirm))
    assert "รอยืนยัน 2 แห่ง พร้อม 2 แห่ง" in page
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', page)[1]
    said = {"digest": digest, "capacity": "self", "once": str(uuid.uuid4())}
    assert client.post(confirm, said).status_code == 422
    assert client.post(confirm, said | {"agree": "on", "digest": "0" * 64}).status_code == 409
    assert client.post(confirm, said | {"agree": "on"}).url == at(world, "readiness-send")
    assert "ไม่มีผลประเมินที่รอยืนยัน" in text(client.get(confirm))
    unit = at(world, "readiness-unit", world.centre.public_id)
    page = words(client.get(unit))
    assert "ผู้ว่าราชการจังหวัดพิษณุโลก" in page
    assert "เปิดแก้ผลประเมินนี้" in page
    assert client.post(unit, {"do": "reopen"}).url == unit
    assert client.post(unit, {"do": "reopen"}).status_code == 409
    ready(world, world.centre)
    assert "ยืนยันได้เฉพาะหัวหน้าของหน่วยงานที่ประเมิน" in words(world.client("line").get(confirm))


def test_the_head_signs_on_paper(world):
    ready(world, world.centre)
    client, paper = world.client("line"), at(world, "readiness-paper")
    printed = client.get(at(world, "readiness-print"))
    assert (printed["Content-Type"], body(printed)[:4]) == ("application/pdf", b"%PDF")
    code = queries.confirm_page(
        world.actor("line"), queries.desk_of(world.actor("line"), world.round, world.province.public_id)
    ).code

    def typed(**more):
        said = {
            "signer_name": "ชื่อ สกุล",
            "signer_position": "ผู้ว่าราชการจังหวัด",
            "capacity": "self",
            "signed_on": "04/02/2570",
            "code": code,
            "file": SimpleUploadedFile("list.jpg", picture(), "image/jpeg"),
        }
        return said | more

    assert client.post(paper, typed(code="XXXXXXXX")).status_code == 422
    assert client.post(paper, typed()).url == at(world, "readiness-send")
    assert state_of(world.round, world.province, world.centre) == "confirmed"
    for answer in (client.get(at(world, "readiness-print")), client.post(at(world, "readiness-print"))):
        assert answer.url == at(world, "readiness-confirm"), "confirmed meanwhile"
    assert "ไม่มีผลประเมินที่รอยืนยัน" in words(client.get(paper))
    made = sent(world.actor("line"), world.round, world.province)
    secretariat = world.client("secretariat")
    page = words(secretariat.get(reverse("applications:readiness-list", args=[made.public_id])))
    copy = re.search(r'href="(/readiness/signed/[^"]+)"', page)[1]
    assert body(secretariat.get(copy))[:2] == b"\xff\xd8"
    assert world.client("officer").get(copy).status_code == 404


def test_a_list_is_sent_and_read(world, governor):
    ready(world, world.centre)
    confirmed(governor, world.round, world.province)
    client, send = world.client("line"), at(world, "readiness-send")
    assert "ส่งรายการ 1 แห่งให้โครงการ" in text(client.get(send))
    assert client.post(send, {"count": "2"}).status_code == 409
    assert client.post(send, {"count": "1", "once": str(uuid.uuid4())}).url == send
    unit = at(world, "readiness-unit", world.centre.public_id)
    assert all("กำลังส่งรายการให้โครงการ" in text(client.get(page)) for page in (send, INDEX, unit))
    assert "เปิดแก้ผลประเมินนี้" not in text(client.get(unit))
    assert all("อยู่ในรายการที่กำลังส่ง" in text(client.get(page)) for page in (INDEX, unit))
    batches.work(Batch.objects.get().pk)
    assert "ส่งโครงการแล้ว" not in text(client.get(unit)), "marked, but not filed"
    said = text(client.get(f"{INDEX}?state=sending"))
    assert ("กำลังส่ง 1" in said, "ส่งโครงการแล้ว 0" in said) == (True, True)
    for asked in ({"count": "1"}, {"do": "take-back"}):
        assert client.post(send, asked).status_code == 409
    jobs.run_pending()
    made = ReadinessList.objects.get()
    shown = reverse("applications:readiness-list", args=[made.public_id])
    assert shown in words(client.get(send))
    page = words(client.get(shown))
    assert made.sha256 in page
    secretariat = world.client("secretariat")
    page = words(secretariat.get(LISTS))
    assert shown in page
    assert "รอบนี้ยังไม่ได้กำหนดว่าใครประเมินใคร" in page
    assert "หน่วยบริการงานทะเบียน" in words(secretariat.get(f"{shown}?ready=yes&q=วังทอง"))
    assert "ไม่มีหน่วยงานตามที่กรอง" in words(secretariat.get(f"{shown}?ready=no"))
    export = secretariat.get(reverse("applications:readiness-list-export", args=[made.public_id]))
    assert body(export)[:2] == b"PK"
    stored = secretariat.get(reverse("applications:readiness-list-file", args=[made.public_id]))
    assert b'"readiness"' not in body(stored)
    assert body(client.get(f"{at(world, 'readiness-export')}?state=sent"))[:2] == b"PK"
    actions.reopen_readiness(
        actor=governor,
        round_id=world.round.public_id,
        office_id=world.province.public_id,
        centre_id=world.centre.public_id,
    )
    assert "มีแห่งในรายการเดิมที่เปิดแก้อยู่" in text(client.get(send))


def test_the_centre_reads_what_was_said_about_it(world, governor):
    application = world.start()
    page = f"/applications/{application.public_id}/"
    assert "พร้อมเข้าสู่มาตรฐาน" not in words(world.client("officer").get(page))
    made = listed(world, governor)
    client = world.client("officer")
    assert "จังหวัดพิษณุโลก ประเมินว่าศูนย์นี้พร้อมเข้าสู่มาตรฐาน" in words(client.get(page))
    own = made.entries.get(centre=world.centre)
    preview = reverse("applications:preview", args=[application.public_id])
    assert "ผลประเมินความพร้อมที่ส่งโครงการ" in words(client.get(preview))
    printed = client.get(reverse("applications:whole", args=[application.public_id])).content
    read = " ".join(text_of(printed).split())
    assert "จังหวัดพิษณุโลก: พร้อม" in read
    assert "ประเมินเมื่อ 3 ก.พ. 2570" in read
    told = reverse("applications:readiness-told", args=[own.public_id])
    assert "ไม่ห้ามการยื่นใบสมัคร" in words(client.get(told))
    assert world.client("town").get(told).status_code == 404
    other = reverse(
        "applications:readiness-told", args=[made.entries.get(centre=world.town_centre).public_id]
    )
    page = words(world.client("town").get(other))
    assert "ยังไม่พร้อมเข้าสู่มาตรฐาน" in page
    assert "ไม่มีทางลาด" in page


def seen(client, here):
    return re.search(r'name="seen" value="([0-9a-f]+)"', words(client.get(here)))[1]


def test_a_tab_from_before_changes_no_rules_whatever_it_asks_for(world):
    client = world.client("secretariat")
    here = reverse("applications:assessors", args=[world.round.public_id])
    old = {"seen": seen(client, here)}
    ruled(world.actor("secretariat"), world.round)
    for said in (
        {"do": "load", "set": "usual"},
        {"do": "add", "assessor": "line", "assessor_kinds": "ministry"},
        {"do": "drop", "at": "0"},
        {"do": "up", "at": "2"},
        {"do": "source", "source": "คำสั่ง"},
        {"do": "reset"},
    ):
        assert client.post(here, said | old).status_code == 409, said
    assert AssessorRule.objects.count() == 3


def test_the_secretariat_sets_the_rules_and_sees_what_they_come_to(world):
    AreaFactory(code="10", name_th="กรุงเทพมหานคร")
    client = world.client("secretariat")
    here = reverse("applications:assessors", args=[world.round.public_id])
    page = words(client.get(here))
    assert "รอบนี้ใช้ค่าเริ่มต้นของระบบ" in page
    assert "จังหวัดพิษณุโลก" in page

    def change(**said):
        return client.post(here, {"seen": seen(client, here), **said}).status_code

    assert change(do="load", set="memo-2564") == 302
    assert AssessorPlan.objects.get().source.startswith("บันทึก")
    page = words(client.get(here))
    assert "กติกานี้ยังไม่เป็นทางการ" in page
    assert change(do="drop", at="3") == 409
    assert change(do="up", at="2") == 302
    assert AssessorRule.objects.get(ordinal=2).assessor == "supervision"
    assert change(do="drop", at="1") == 302
    assert "ไม่มีใครประเมิน 1 แห่ง" in text(client.get(here))
    nobody = reverse("applications:assessors-nobody", args=[world.round.public_id])
    assert "เทศบาลเมืองอรัญญิก" in words(client.get(nobody))
    rule = {"assessor": "named", "office": "เทศบาลเมืองอรัญญิก", "areas": "พิษณุโลก"}
    page = text(client.post(here, rule | {"do": "preview"}))
    assert "ดูก่อน ยังไม่ได้บันทึก" in page
    assert AssessorRule.objects.count() == 2
    assert change(**rule | {"do": "add", "areas": "เมืองลับแล"}) == 422
    assert change(**rule | {"do": "add", "office": "ไม่มี"}) == 422
    assert change(do="add", assessor="line") == 422
    assert change(**rule, do="add") == 302
    assert AssessorRule.objects.get(ordinal=3).office == world.town
    assert "ทุกแห่งมีผู้ประเมินแล้ว" in text(client.get(nobody))
    assert change(do="source", source="คำสั่ง", official="on") == 302
    assert AssessorPlan.objects.get().official
    assert change(do="source", source="ก" * 301) == 422
    assert change(do="reset") == 302
    assert change(do="reset") == 409
    assert change(do="nothing") == 422


def test_who_is_let_in(world):
    ruled(world.actor("secretariat"), world.round, Rule("line", assessor_kinds=("ministry",)))
    assert "ยังไม่มีหน่วยงานที่คุณต้องประเมิน" in words(world.client("line").get(INDEX))
    assert "ยังไม่มีหน่วยงานที่คุณต้องประเมิน" in words(world.client("head").get(INDEX))
    assert world.client("officer").get(INDEX).status_code == 403
    assert world.client("line").get(LISTS).status_code == 403
    unit = at(world, "readiness-unit", world.centre.public_id)
    assert world.client("line").get(unit).status_code == 404
    assert world.client("head").get(unit).status_code == 404
    office = [world.round.public_id, world.district.public_id]
    assert world.client("line").get(reverse("applications:readiness-send", args=office)).status_code == 404
    other = reverse("applications:readiness-send", args=[uuid.uuid4(), world.province.public_id])
    assert world.client("line").get(other).status_code == 404


def test_a_long_list_stays_within_fifteen_queries(world, django_assert_max_num_queries):
    for _n in range(3):
        ServiceCentreFactory(organisation=world.district)
    ready(world, world.centre)
    client = world.client("line")
    client.get(INDEX)
    with django_assert_max_num_queries(15):
        page = client.get(f"{INDEX}?q=ศูนย์&sort=ready&verdict=")
    assert page.status_code == 200


def test_a_notice_of_an_earlier_list_still_leads_to_the_reasons(world, governor):
    old = listed(world, governor).entries.get(centre=world.town_centre)
    third = ServiceCentreFactory(organisation=world.district)
    ready(world, third)
    confirmed(governor, world.round, world.province)
    now = sent(world.actor("line"), world.round, world.province).entries.get(centre=world.town_centre)
    told = reverse("applications:readiness-told", args=[old.public_id])
    answer = world.client("town").get(told)
    assert answer.url == reverse("applications:readiness-told", args=[now.public_id])
    assert "ไม่มีทางลาด" in words(world.client("town").get(answer.url))


def test_the_round_is_one_in_which_the_office_works_and_can_be_changed(world, governor):
    client = world.client("line")
    Appointment.objects.filter(person=world.people["line"]).update(programme=world.round.programme)
    year = datetime.timedelta(days=400)
    planned = RoundFactory(programme=world.round.programme, fiscal_year=2580, open_at=MID_WINDOW + year)
    RoundFactory(fiscal_year=2581)  # of a programme in which the reader does nothing
    page = words(client.get(INDEX))
    assert f"?round={planned.public_id}" in page
    assert "2581" not in page
    # Applications are over, the round is not: it stays the one that opens, not the next one.
    later = world.round.stages.get(key="application").ends_at + datetime.timedelta(days=1)
    assert _first([planned, world.round], world.actor("line").at(later)) == world.round
    notice = reverse("applications:readiness-round", args=[planned.public_id])
    assert client.get(notice).url == f"{INDEX}?round={planned.public_id}"
    assert client.get(reverse("applications:readiness-round", args=[uuid.uuid4()])).status_code == 404


def test_lists_stay_within_reach_when_the_rules_give_the_office_nothing_any_more(world, governor):
    made = listed(world, governor)
    ruled(world.actor("secretariat"), world.round, Rule("line", assessor_kinds=("ministry",)))
    page = words(world.client("line").get(INDEX))
    assert "ยังไม่มีหน่วยงานที่คุณต้องประเมิน" in page
    assert reverse("applications:readiness-list", args=[made.public_id]) in page


def test_what_will_fall_off_is_named_before_sending(world, governor):
    ready(world, world.centre, world.town_centre)
    confirmed(governor, world.round, world.province)
    ruled(world.actor("secretariat"), world.round, Rule("supervision", assessor_kinds=("province",)))
    page = text(world.client("line").get(at(world, "readiness-send")))
    assert "มีแห่งที่จะไม่อยู่ในรายการใหม่" in page
    assert "หน่วยบริการงานทะเบียน" in page
    assert "ส่งรายการ 1 แห่งให้โครงการ" in page


def test_the_menu_offers_it_to_whoever_may_confirm(world, governor):
    for name, there in (("line", True), ("governor", True), ("head", False), ("officer", False)):
        page = words(world.client(name).get("/rights/"))
        assert (f'href="{INDEX}"' in page) is there, name


# --- Files -------------------------------------------------------------------------------------------------------------


def test_a_long_list_is_made_in_the_background_and_offered(world, governor, monkeypatch):
    monkeypatch.setattr(readiness_papers, "AT_ONCE", dict.fromkeys(readiness_papers.AT_ONCE, 0))
    ready(world, world.centre)
    client = world.client("line")
    files = (
        ("readiness-export", 2, INDEX),
        ("readiness-print", 1, at(world, "readiness-confirm")),
    )
    for name, count, back in files:
        address = at(world, name)
        page = words(client.get(address))
        assert f"รายการยาว {count} แห่ง" in text(client.get(address))
        assert f'href="{back}"' in page
        once = re.search(r'name="once" value="([^"]+)"', page)[1]
        made = client.post(address, {"once": once}).url
        assert client.post(address, {"once": once}).url == made, "pressed twice"
        assert "กำลังจัดทำไฟล์" in words(client.get(made))
        assert client.get(f"{made}file/").status_code == 404
        JobRun.objects.filter(done_at=None).update(failed_at=clock.wall())
        assert "จัดทำไฟล์ไม่สำเร็จ" in words(client.get(made))
        assert client.post(made).url == made
        with clock.travel(MID_WINDOW):
            readiness_tasks.write_list(export_id=made.split("/")[-2])
        page = words(client.get(made))
        assert "ไฟล์พร้อมแล้ว" in page
        assert f'href="{made}file/"' in page
        assert body(client.get(f"{made}file/"))[:2] in {b"PK", b"%P"}
        assert world.client("governor").get(made).status_code == 404
    assert client.post(f"{at(world, 'readiness-export')}?state=none&q=ก").status_code == 302
    assert ReadinessExport.objects.latest("pk").query == "state=none&q=%E0%B8%81"


def test_a_long_list_that_was_sent_is_made_for_the_secretariat(world, governor, monkeypatch):
    monkeypatch.setattr(readiness_papers, "AT_ONCE", {"list": 0})
    listed_ = listed(world, governor)
    client = world.client("secretariat")
    address = reverse("applications:readiness-list-export", args=[listed_.public_id])
    assert "รายการยาว 2 แห่ง" in text(client.get(address))
    made = client.post(address).url
    page = words(client.get(made))
    JobRun.objects.filter(path=actions.readiness_files.WRITE).update(failed_at=clock.wall())
    assert "ให้กรองให้รายการสั้นลง" not in text(client.get(made))
    assert "รายการที่ส่งแล้วยังอ่านได้บนหน้าจอ" in text(client.get(made))
    ReadinessExport.objects.update(refused="อ่านไม่ได้แล้ว")
    assert "อ่านไม่ได้แล้ว" in text(client.get(made))
    assert "ลองอีกครั้ง" not in text(client.get(made))
    assert f'href="{reverse("applications:readiness-list", args=[listed_.public_id])}"' in page


def test_sending_that_came_to_a_stop_goes_on_when_asked(world, governor):
    ready(world, world.centre)
    confirmed(governor, world.round, world.province)
    client, send = world.client("line"), at(world, "readiness-send")
    client.post(send, {"count": "1"})
    BatchItem.objects.update(state="failed")
    jobs.run_pending()
    unit = at(world, "readiness-unit", world.centre.public_id)
    why = f"ระบบบันทึกการส่งของ {world.centre.name_th} ไม่สำเร็จ"
    for page in (send, INDEX, unit):
        said = text(client.get(page))
        assert ("ส่งรายการยังไม่สำเร็จ" in said, why in said) == (True, True)
    for said in (words(client.get(INDEX)), words(client.get(unit))):
        assert (f'href="{send}"' in said, "ส่งแห่งนี้ไม่สำเร็จ" in said) == (True, True)
    assert "เปิดแก้ผลประเมินนี้" not in text(client.get(unit))
    Readiness.objects.update(state="sending")
    assert all("ส่งไม่สำเร็จ" in text(client.get(page)) for page in (INDEX, unit))
    assert client.post(send, {"do": "take-back"}).url == send
    assert "ดึงรายการกลับมาแล้ว" in text(client.get(send, follow=True))
    assert all("ดึงกลับแล้ว รอส่งใหม่" in text(client.get(page)) for page in (INDEX, unit))
    assert "เปิดแก้ผลประเมินนี้" in text(client.get(unit))
    client.post(send, {"count": "1"})
    BatchItem.objects.update(state="failed")
    jobs.run_pending()
    assert client.post(send).status_code == 302
    jobs.run_pending()
    assert ReadinessList.objects.get().units == 1
    assert "ส่งรายการยังไม่สำเร็จ" not in text(client.get(send))


# --- On other pages ----------------------------------------------------------------------------------------------------


def test_the_rounds_page_leads_to_the_rules_and_back(world):
    round_page = reverse("programme:round", args=[world.round.public_id])
    here = reverse("applications:assessors", args=[world.round.public_id])
    client = world.client("secretariat")
    assert f'href="{here}"' in words(client.get(round_page))
    assert f'href="{round_page}"' in words(client.get(here))
    assert f'href="{here}"' not in words(world.client("line").get(round_page))


def test_who_checks_the_writing_reads_what_was_sent(world, governor, django_assert_max_num_queries):
    application = world.start()
    office = {"application_id": application.public_id, "organisation_id": world.province.public_id}
    review = actions.request_review(actor=world.actor("officer"), **office)
    page = reverse("applications:review", args=[review.public_id])
    client = world.client("line")
    assert "พร้อมเข้าสู่มาตรฐาน" not in text(client.get(page))
    listed(world, governor)
    with django_assert_max_num_queries(25):
        shown = client.get(page)
    assert "จังหวัดพิษณุโลก ประเมินว่าศูนย์นี้พร้อมเข้าสู่มาตรฐาน" in text(shown)
    client = world.client("officer")
    summary = body(client.get(reverse("applications:summary", args=[application.public_id])))
    assert "จังหวัดพิษณุโลก: พร้อม" in " ".join(text_of(summary).split())
    assert body(client.get(reverse("applications:word", args=[application.public_id])))[:2] == b"PK"
