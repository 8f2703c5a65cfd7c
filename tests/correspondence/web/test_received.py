"""Letters that came, and lists, as a browser without scripts uses the pages."""

import datetime
import io

import pypdfium2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from saduak.correspondence.actions import lists, recalling, receiving, registers_keeping
from saduak.correspondence.models import (
    Circulation,
    Delivery,
    DistributionGroup,
    Duty,
    Letter,
    LetterAttachment,
    RecipientList,
)
from saduak.foundation import clock, files
from tests.correspondence import factories_sending as f
from tests.correspondence.factories_drafts import DraftFactory
from tests.correspondence.web.looking import at, text_of, typed
from tests.counting import counted
from tests.kept import kept
from tests.organisations.factories import (
    AppointmentFactory,
    OrganisationFactory,
    PersonFactory,
    actor_for,
    me,
)

pytestmark = pytest.mark.django_db
DAY = datetime.date
LISTS_COST = 6


@kept
def world(world):
    f.open_round(world)
    return world


@pytest.fixture
def came(world):
    """What the ministry sent to the province, to be passed on within a week."""
    dispatch = f.sent_letter(
        world,
        f.targets_of([world.province]),
        issuer=world.ministry,
        sender=world.ministry,
        forward_by=f.NOW + 7 * f.DAY,
    )
    return f.at(dispatch, world.province)


# --- The list ---------------------------------------------------------------------------------------------------------


def test_the_list_begins_with_what_waits(world, came, sign_in):
    client = sign_in(world.clerk(world.office))
    page = client.get(reverse("correspondence:received"))
    assert page.context["view"] == "to_receive"
    text = text_of(page)
    assert "มีหนังสือรอรับ 1 ฉบับ" in text
    assert "แจ้งต่อ ภายใน 11 ก.พ. 2570 เหลือ 7 วัน" in text
    receiving.receive(actor=world.clerk(world.office), delivery_id=came.public_id)
    page = client.get(reverse("correspondence:received"))
    assert page.context["view"] == "to_act"
    assert [row["count"] for row in page.context["views"]] == [None, 1, None, None, None]


@pytest.mark.parametrize("view", ["to_receive", "to_act", "mine", "done", "all", "nonsense"])
def test_every_view_opens_and_search_finds(world, came, sign_in, view):
    client = sign_in(world.clerk(world.office))
    found = client.get(reverse("correspondence:received"), {"view": view, "q": "ขอเชิญ"})
    assert found.status_code == 200
    nothing = client.get(reverse("correspondence:received"), {"view": view, "q": "ไม่มีคำนี้"})
    assert "ไม่พบหนังสือที่ค้น" in text_of(nothing)


def test_the_list_costs_the_same_at_one_letter_and_at_three(world, came, sign_in):
    client = sign_in(world.clerk(world.office))
    costs = []
    for more in (0, 2):
        for _ in range(more):
            letter = f.letter_of(world, world.ministry)
            duty = Duty.objects.create(letter=letter, ordinal=1, who="", what="ทำ", force="order")
            f.sent_letter(
                world,
                f.targets_of([world.province]),
                issuer=world.ministry,
                letter=letter,
                duties={duty: None},
            )
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("correspondence:received")).status_code == 200
        costs.append(len(counted(captured)))
    assert costs[0] == costs[1] <= 22


def test_a_call_is_seen_before_its_order_comes(world, sign_in):
    f.sent_letter(
        world, f.targets_of([world.province]), issuer=world.ministry, sender=world.ministry, advance=True
    )
    page = sign_in(world.clerk(world.districts[0])).get(reverse("correspondence:received"))
    text = text_of(page)
    assert "สำเนาแจ้งล่วงหน้า รอหนังสือสั่งการ" in text
    assert "เริ่มร่างใบสมัครได้ทันที" in text
    assert at("letter", page.context["advance"][0]) in page.content.decode()


# --- One letter -------------------------------------------------------------------------------------------------------


def test_a_letter_says_what_it_is_and_what_to_do(world, came, sign_in):
    client = sign_in(world.clerk(world.office))
    LetterAttachment.objects.create(letter=came.letter, ordinal=1, title="กำหนดการ", file=came.letter.file)
    page = client.get(at("delivery", came))
    text = text_of(page)
    for words in ("รับหนังสือนี้ก่อน", "แจ้งต่อภายใน", "กระทรวงทดสอบ ที่", "กำหนดการ", "หนังสือผ่านมาทางใด"):
        assert words in text
    assert page.content.decode().count('class="btn btn-full"') == 1
    part = came.letter.attachments.get()
    assert b"".join(client.get(at("attachment", part))) == f"%PDF {came.letter.number}".encode()
    assert sign_in(world.clerk(world.districts[0])).get(at("attachment", part)).status_code == 404


def test_receive_then_pass_on_then_done(world, came, sign_in):
    client = sign_in(world.clerk(world.office))
    answer = client.post(at("receive", came), {"receipt_number": "544"}, follow=True)
    assert "รับหนังสือแล้ว เลขรับ 544" in text_of(answer)
    assert at("forward", came) in answer.content.decode()
    done = client.post(at("acknowledge-letter", came), follow=True)
    came.refresh_from_db()
    assert (came.state, came.receipt_number) == ("acknowledged", "544")
    assert done.context["step"] == "forward"
    f.to_districts(world, forwards=came)
    page = client.get(at("delivery", came))
    assert page.context["step"] == ""
    assert "ถึง 3 แห่ง" in text_of(page)


def test_a_number_that_is_too_long_is_told_and_one_may_come_later(world, came, sign_in):
    client = sign_in(world.clerk(world.office))
    refused = client.post(at("receive", came), {"receipt_number": "9" * 61})
    assert (refused.status_code, refused.context["step"]) == (422, "receive")
    assert "9" * 61 in refused.content.decode()
    client.post(at("receive", came))
    later = client.get(at("delivery", came))
    assert later.context["may_number"]
    client.post(at("receive", came), {"receipt_number": "12"})
    came.refresh_from_db()
    assert came.receipt_number == "12"


def test_where_saduak_keeps_the_register_no_number_is_asked(world, came, sign_in):
    registers_keeping.open_registry(
        actor=actor_for("head", world.province), organisation_id=world.province.public_id, prefix="ทส 0018"
    )
    client = sign_in(world.clerk(world.office))
    page = client.get(at("delivery", came))
    assert page.context["keeps_register"]
    assert 'name="receipt_number"' not in page.content.decode()
    assert "เลขรับ 1" in text_of(client.post(at("receive", came), follow=True))


def test_duties_of_the_office_stand_on_the_page_with_their_force(world, sign_in):
    letter = f.letter_of(world, world.province, world.office)
    duty = Duty.objects.create(
        letter=letter, ordinal=1, who="", what="ส่งรายชื่อ", force="order", due_at=f.NOW + 5 * f.DAY
    )
    dispatch = f.to_districts(world, letter=letter, duties={duty: None})
    page = sign_in(world.clerk(world.districts[0])).get(at("delivery", f.at(dispatch, world.districts[0])))
    text = text_of(page)
    assert "ส่งรายชื่อ" in text
    assert "สั่งการ" in text


def test_inside_the_office_it_is_given_and_shown(world, sign_in):
    district = world.districts[0]
    row, clerk = f.at(f.to_districts(world), district), world.clerk(district)
    officer = actor_for("officer", district)
    one = PersonFactory(name="เจ้าหน้าที่ปกครอง")
    AppointmentFactory(person=one, organisation=district)
    lists.keep_group(
        actor=clerk, organisation_id=district.public_id, name="กลุ่มงานปกครอง", person_ids=[one.public_id]
    )
    group = DistributionGroup.objects.get()
    client = sign_in(clerk)
    nobody = client.post(at("circulate", row))
    assert nobody.status_code == 422
    assert client.post(at("assign", row), {"person": "nobody"}).status_code == 422
    client.post(at("assign", row), {"person": str(me(officer).public_id)})
    shown = client.post(
        at("circulate", row),
        {"groups": [str(group.public_id)], "people": [str(me(officer).public_id)]},
        follow=True,
    )
    text = text_of(shown)
    assert "เวียนให้ทราบเพิ่ม 2 คน" in text
    assert "ยังไม่เห็น" in text
    row.refresh_from_db()
    assert row.assigned_to == me(officer)
    mine = sign_in(officer).get(reverse("correspondence:received"), {"view": "mine"})
    assert len(mine.context["rows"]) == 1
    page = client.get(at("delivery", row))
    assert "ฉันเห็นแล้ว" in text_of(page)
    client.post(at("see", row))
    assert Circulation.objects.get(person=me(officer)).seen_at is not None
    assert "ฉันเห็นแล้ว" not in text_of(client.get(at("delivery", row)))


def test_a_helper_sees_what_was_shown_and_does_nothing_else(world, sign_in):
    district = world.districts[0]
    row, helper = f.at(f.to_districts(world), district), actor_for("helper", district)
    receiving.circulate(
        actor=world.clerk(district), delivery_id=row.public_id, person_ids=[me(helper).public_id]
    )
    client = sign_in(helper)
    page = client.get(at("delivery", row))
    text = text_of(page)
    assert "ฉันเห็นแล้ว" in text
    assert "มอบหมายให้เพื่อนร่วมงาน" not in text
    assert client.post(at("receive", row)).status_code == 403


def test_the_way_of_the_letter_is_told_in_plain_dates(world, came, sign_in):
    f.receive(came, f.NOW - f.DAY)
    row = f.at(f.to_districts(world, forwards=came), world.districts[0])
    page = sign_in(world.clerk(world.districts[0])).get(at("delivery", row))
    assert [hop.title for hop in page.context["hops"]] == ["กระทรวงทดสอบ", "จังหวัดทดสอบ", "อำเภอทดสอบ1"]
    text = text_of(page)
    assert "จังหวัดทดสอบ รับ 3 ก.พ. 2570 แจ้งต่อ ที่" in text
    assert "อำเภอทดสอบ1 ยังไม่ลงรับ" in text


def test_a_letter_on_paper_and_one_passed_on_in_a_name(world, sign_in):
    letter = f.letter_of(world, world.ministry, world.office)
    paper = Delivery.objects.create(
        letter=letter, organisation=world.office, state="received", received_at=clock.now(), outside="paper"
    )
    text = text_of(sign_in(world.clerk(world.office)).get(at("delivery", paper)))
    assert "มาเป็นเอกสาร หน่วยงานนำเข้าเอง" in text
    assert "รับนอกระบบ เอกสาร" in text
    row = f.at(f.to_districts(world, forwards=paper), world.districts[0])
    below = text_of(sign_in(world.clerk(world.districts[0])).get(at("delivery", row)))
    assert "แจ้งต่อในนามจังหวัดทดสอบ ที่" in below


def test_other_offices_do_not_see_inside(world, came, sign_in):
    assert sign_in(world.clerk(world.districts[0])).get(at("delivery", came)).status_code == 404
    answer = sign_in(world.clerk(world.ministry)).get(at("delivery", came))
    assert answer.url == at("tree", came)
    assert sign_in(world.clerk(world.ministry)).post(at("receive", came)).status_code == 404


def test_a_recalled_letter_says_so_and_asks_for_nothing(world, came, sign_in):
    recalling.recall(
        actor=world.clerk(world.ministry), dispatch_id=came.dispatch.public_id, reason="วันปิดรับผิด"
    )
    client = sign_in(world.clerk(world.office))
    text = text_of(client.get(at("delivery", came)))
    assert "ผู้ส่งเรียกหนังสือนี้คืนแล้ว เหตุผล วันปิดรับผิด" in text
    assert client.post(at("receive", came)).status_code == 409
    assert client.get(at("forward", came)).status_code == 302


def test_a_letter_that_was_replaced_leads_to_the_later_one(world, came, sign_in):
    later = f.sent_letter(world, f.targets_of([world.province]), issuer=world.ministry, sender=world.ministry)
    Letter.objects.filter(pk=came.letter_id).update(superseded_by=later.letter)
    client = sign_in(world.clerk(world.office))
    page = client.get(at("delivery", came))
    assert "มีหนังสือฉบับใหม่แทนฉบับนี้แล้ว" in text_of(page)
    assert at("delivery", f.at(later, world.province)) in page.content.decode()
    elsewhere = f.sent_letter(world, f.targets_of([world.department]), issuer=world.ministry)
    Letter.objects.filter(pk=came.letter_id).update(superseded_by=elsewhere.letter)
    assert client.get(at("delivery", came)).context["later"]["url"] == ""


def test_a_letter_costs_the_same_with_one_duty_and_with_three(world, sign_in):
    district = world.districts[0]
    client, costs = sign_in(world.clerk(district)), []
    for count in (1, 3):
        letter = f.letter_of(world, world.province, world.office)
        duties = [
            Duty.objects.create(letter=letter, ordinal=n, who="", what=f"{n}", force="inform")
            for n in range(count)
        ]
        dispatch = f.to_districts(world, letter=letter, duties=dict.fromkeys(duties))
        row = f.at(dispatch, district)
        for _ in range(count):
            f.to_locals(world, 0, row)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(at("delivery", row)).status_code == 200
        costs.append(len(counted(captured)))
    assert costs[0] == costs[1]


# --- Lists ------------------------------------------------------------------------------------------------------------


def test_a_list_of_offices_is_written_as_in_a_letter_changed_and_ended(world, sign_in):
    client = sign_in(world.clerk(world.office))
    new = reverse("correspondence:list-new")
    page = client.get(new)
    office = str(world.office.public_id)
    values = typed(page) | {"organisation": office, "name": "อำเภอกลุ่มเหนือ"}
    wrong = client.post(new, values | {"members": "หน่วยงานที่ไม่มี"})
    assert "ไม่พบหน่วยงานตามคำว่า: หน่วยงานที่ไม่มี" in str(wrong.context["form"].errors["members"])
    client.post(new, values | {"members": "นายอำเภอ ทุกอำเภอ"})
    made = RecipientList.objects.get()
    assert (made.name, made.members.count()) == ("อำเภอกลุ่มเหนือ", 3)
    twice = client.post(new, values | {"members": "อำเภอทดสอบ1", "once": ""})
    assert "name" in twice.context["form"].errors
    edit = client.get(at("list", made))
    assert typed(edit)["members"].split() == [row.name_th for row in world.districts]
    client.post(at("list", made), typed(edit) | {"members": "อำเภอทดสอบ1"})
    assert made.members.get() == world.districts[0]
    assert "1 แห่ง" in text_of(client.get(reverse("correspondence:lists")))
    ended = client.post(at("list", made), typed(client.get(at("list", made))) | {"members": ""})
    assert ended.status_code == 302, ended.context["form"].errors
    made.refresh_from_db()
    assert made.retired_at is not None
    assert client.get(at("list", made)).status_code == 404


def test_a_list_that_is_longer_than_the_field_can_be_changed(world, sign_in):
    client = sign_in(world.clerk(world.office))
    made = RecipientList.objects.create(organisation=world.office, name="ทั่วประเทศ")
    made.members.set([OrganisationFactory(name_th=f"{'หน่วย' * 40} {n}") for n in range(120)])
    edit = client.get(at("list", made))
    assert len(typed(edit)["members"]) > 20_000
    assert "120 แห่ง" in text_of(client.get(reverse("correspondence:lists")))
    more = typed(edit)["members"].replace("\n", "\r\n") + "\r\nอำเภอทดสอบ1"
    assert client.post(at("list", made), typed(edit) | {"members": more}).status_code == 302
    assert made.members.count() == 121
    new = typed(client.get(reverse("correspondence:list-new"))) | {"name": "ใหม่", "members": "ก" * 20_001}
    assert client.post(reverse("correspondence:list-new"), new).status_code == 422


def test_a_list_of_one_letter_alone_stands_on_no_page(world, sign_in):
    client = sign_in(world.clerk(world.office))
    made = RecipientList.objects.create(
        organisation=world.office,
        name="แจ้งผลตามประกาศที่ 1",
        draft=DraftFactory(office=world.office, issuer=world.province, programme=world.programme),
    )
    assert made.name not in text_of(client.get(reverse("correspondence:lists")))
    assert client.get(at("list", made)).status_code == 404


@pytest.mark.parametrize("many", [1, 3])
def test_the_page_of_lists_asks_the_same_however_many(world, sign_in, many):
    client = sign_in(world.clerk(world.office))
    for n in range(many):
        RecipientList.objects.create(organisation=world.office, name=f"ก{n}").members.set(world.districts)
        DistributionGroup.objects.create(organisation=world.office, name=f"ข{n}")
    with CaptureQueriesContext(connection) as captured:
        assert "3 แห่ง" in text_of(client.get(reverse("correspondence:lists")))
    assert len(counted(captured)) == LISTS_COST


def test_a_group_of_colleagues_is_made_changed_and_ended(world, sign_in):
    district = world.districts[0]
    clerk = world.clerk(district)
    client, new = sign_in(clerk), reverse("correspondence:group-new")
    values = typed(client.get(new)) | {"name": "กลุ่มงานปกครอง"}
    assert client.post(new, values).status_code == 422
    client.post(new, values | {"people": [str(me(clerk).public_id)]})
    made = DistributionGroup.objects.get()
    assert list(made.members.all()) == [me(clerk)]
    assert client.post(new, values | {"people": [str(me(clerk).public_id)], "once": ""}).status_code == 422
    page = client.get(at("group", made))
    assert page.context["form"]["people"].value() == [str(me(clerk).public_id)]
    client.post(at("group", made), typed(page) | {"people": []})
    made.refresh_from_db()
    assert made.retired_at is not None
    assert client.get(at("group", made)).status_code == 404


# --- The stamped copy -------------------------------------------------------------------------------------------------


def test_a_stamped_copy_is_a_pdf_of_its_own(world, sign_in):
    letter = f.letter_of(world, world.province, world.office)
    page = io.BytesIO()
    paper = pypdfium2.PdfDocument.new()
    paper.new_page(595, 842)
    paper.save(page)
    Letter.objects.filter(pk=letter.pk).update(
        file=files.put(page.getvalue(), name="a.pdf", media_type="application/pdf")
    )
    row = f.at(f.to_districts(world, letter=Letter.objects.get(pk=letter.pk)), world.districts[0])
    client = sign_in(world.clerk(world.districts[0]))
    assert client.get(at("stamped", row)).status_code == 404
    client.post(at("receive", row), {"receipt_number": "31"})
    answer = client.get(at("stamped", row))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert b"%PDF" in answer.content[:8]
    Letter.objects.filter(pk=letter.pk).update(
        file=files.put(b"plain", name="a.txt", media_type="text/plain")
    )
    refused = client.get(at("stamped", row), follow=True)
    assert "ประทับตราบนไฟล์นี้ไม่ได้" in text_of(refused)
