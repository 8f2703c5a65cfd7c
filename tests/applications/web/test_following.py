"""What a supervisor does from the board's pages: remind, call, look by criterion, keep views, set targets, take a file."""

import datetime
from html import unescape
from urllib.parse import parse_qs, urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from saduak.applications import actions, board_export, following_tasks
from saduak.applications.models import BoardExport, Call, Reminder, SavedView, Target
from saduak.foundation import clock, spreadsheets
from saduak.foundation.models import JobRun
from tests.applications.web.world import meet_gates, submitted
from tests.counting import counted
from tests.organisations.factories import (
    AppointmentFactory,
    OrganisationFactory,
    PersonFactory,
    ProgrammeFactory,
    ServiceCentreFactory,
)
from tests.programme.factories import MID_WINDOW, RoundFactory

BOARD = "/board/"


def queries_of(client, url, query=None):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url, query or {}).status_code == 200
    return len(counted(asked))


@pytest.mark.parametrize("query", [{}, {"state": "open"}, {"by": "line"}, {"sort": "due", "group": "line"}])
def test_the_page_asks_at_most_fifteen_times_however_many_rows(world, application, query):
    client = world.client("line")
    ServiceCentreFactory(organisation=OrganisationFactory(kind="district", under=world.province))
    first = queries_of(client, BOARD, query)
    for number in range(3):
        office = OrganisationFactory(kind="district", name_th=f"อำเภอ {number}", under=world.province)
        ServiceCentreFactory(organisation=office)
    assert queries_of(client, BOARD, query) == first <= 15


def test_both_dates_written_share_and_one_next_step(world, application):
    meet_gates(world, application, leave=2)
    text = world.client("line").get(BOARD).content.decode()
    here = f"?round={world.round.public_id}"
    assert "24%" in text
    for words in ("กำหนดภายใน", "ปิดรับ", "เขียนแล้ว"):
        assert f'data-label="{words}"' in text
    assert "ที่ยังไม่เริ่ม</a>" not in text
    ServiceCentreFactory(organisation=OrganisationFactory(kind="district", under=world.province))
    text = world.client("line").get(BOARD).content.decode()
    assert f'href="/board/{here}&amp;officer=none">ดู 1 แห่งที่ยังไม่มีผู้รับผิดชอบ' in text
    without = world.client("line").get(BOARD, {"officer": "none"}).content.decode()
    assert f'href="/board/remind/{here}&amp;state=none"' in without
    assert "ส่งคำเชิญครั้งแรก" in text
    assert ">มอบหมาย<" in text


def test_parts_lead_to_the_units_in_them(world, application):
    other = OrganisationFactory(kind="district", name_th="อำเภออื่น", under=world.province)
    ServiceCentreFactory(organisation=other)
    here = f"?round={world.round.public_id}"
    text = world.client("line").get(BOARD, {"by": "line"}).content.decode()
    assert f'href="/board/{here}&amp;of={other.public_id}"' in text
    text = world.client("line").get(BOARD, {"of": str(other.public_id)}).content.decode()
    table = text[text.index("<table") : text.index("</table>")]
    assert "อำเภออื่น" in table
    assert "อำเภอวังทอง" not in table
    # One part alone is no step: its units are shown.
    assert world.client("line").get(BOARD, {"by": "area", "area": "6508"}).url == f"/board/{here}&area=6508"


def test_by_criterion_and_from_there_to_the_draft(world, application):
    client = world.client("line")
    assert "ยังไม่มีใบสมัครที่คุณอ่านได้" in world.client("supervision").get("/board/criteria/").content.decode()
    text = client.get("/board/criteria/").content.decode()
    assert "นับจากใบสมัคร 1 ฉบับที่คุณอ่านได้" in text
    link = unescape(next(part for part in text.split('"') if "lacks=" in part))
    board = client.get(link).content.decode()
    assert "เฉพาะแห่งที่ยังไม่มีครบพร้อมหลักฐาน" in board
    assert f"/applications/{application.public_id}/items/" in board


def test_by_criterion_says_what_is_counted_and_leads_to_the_same_units(world, application):
    client, row = world.client("line"), world.round.public_id
    said = {"round": str(row), "group": "line", "q": "วังทอง", "area": "6508", "state": "draft"}
    text = client.get("/board/criteria/", said).content.decode()
    for words in (
        "นับเฉพาะตามตัวกรองนี้",
        "ชื่อมีคำว่า วังทอง",
        "<li>วังทอง</li>",
        "<li>ในสังกัด</li>",
        "<li>กำลังเขียน</li>",
    ):
        assert words in text
    link = unescape(next(part for part in text.split('"') if "lacks=" in part))
    assert parse_qs(link.split("?")[1]).items() >= {key: [value] for key, value in said.items()}.items()
    assert application.centre.organisation.name_th in client.get(link).content.decode()
    assert f'href="/board/criteria/?round={row}">ล้างตัวกรอง' in text
    assert "นับเฉพาะ" not in client.get("/board/criteria/").content.decode()


def test_a_planned_round_of_another_programme_stays_the_round_on_every_page(world, application):
    client = world.client("line")
    assert 'aria-label="รอบ"' not in client.get(BOARD).content.decode()
    planned = RoundFactory(
        programme=ProgrammeFactory(short_name="พร้อมใจ"),
        fiscal_year=2575,
        open_at=MID_WINDOW + datetime.timedelta(days=400),
    )
    key = str(planned.public_id)
    assert f'href="/board/?round={key}"' in client.get(BOARD).content.decode()
    text = client.get(BOARD, {"round": key, "group": "line"}).content.decode()
    assert 'aria-current="true">พร้อมใจ 2575<' in text
    assert ">GECC 2570<" in text
    for name in ("board-criteria", "board-targets", "board-views", "remind"):
        assert f'href="{reverse(f"applications:{name}")}?round={key}' in text
    assert f'name="query" value="round={key}&amp;group=line"' in text, "the file is of this round"
    preview = client.get("/board/remind/", {"round": key, "group": "line"}).content.decode()
    sent = client.post(
        "/board/remind/", {"text": "เตรียมตัว", "count": "1", "query": f"round={key}&group=line"}
    )
    assert f'name="query" value="round={key}&amp;group=line"' in preview
    assert sent.url == f"/board/?round={key}&group=line"
    assert Reminder.objects.get().round == planned
    typed = {"scope": "line", "wanted": "4"}
    assert client.post(f"/board/targets/?round={key}", typed).url == f"/board/targets/?round={key}"
    made = Target.objects.get()
    assert made.round == planned
    drop = reverse("applications:board-target-drop", args=[made.public_id])
    assert client.post(drop, {"round": key}).url == f"/board/targets/?round={key}"


def test_who_follows_one_programme_is_offered_no_round_of_another(world):
    office = OrganisationFactory(kind="province")
    person = PersonFactory()
    AppointmentFactory(
        person=person,
        role="supervisor",
        organisation=office,
        reach="line",
        programme=world.round.programme,
    )
    world.people["bound"] = person
    RoundFactory(programme=ProgrammeFactory(), fiscal_year=2575)
    text = world.client("bound").get(BOARD).content.decode()
    assert world.round.name in text
    assert 'aria-label="รอบ"' not in text


# --- Reminders -------------------------------------------------------------------------------------------------------


def test_a_reminder_is_previewed_with_names_and_number_then_sent(world, application):
    client = world.client("line")
    refs = [f"c:{world.centre.public_id}"]
    preview = client.get("/board/remind/", {"chosen": "1", "unit": refs}).content.decode()
    assert 'name="count" value="1"' in preview
    assert "หน่วยบริการงานทะเบียน อำเภอวังทอง" in preview
    assert not Reminder.objects.exists()
    answer = client.post(
        "/board/remind/", {"unit": refs, "count": "1", "text": "ใกล้ปิดรับแล้ว", "query": "sort=name"}
    )
    assert (answer.status_code, answer.url) == (302, f"/board/?round={world.round.public_id}&sort=name")
    assert Reminder.objects.get().units == 1
    again = client.post("/board/remind/", {"count": "9", "text": "อีกครั้ง", "query": ""})
    assert again.status_code == 409
    assert "อีกครั้ง" in again.content.decode()


def test_nothing_chosen_is_said_and_no_text_is_refused(world, application):
    client = world.client("line")
    assert "ยังไม่ได้เลือกหน่วยงาน" in client.get("/board/remind/", {"chosen": "1"}).content.decode()
    answer = client.post("/board/remind/", {"text": " ", "query": "state=open", "count": "x"})
    assert answer.status_code == 422
    assert "เขียนข้อความที่จะเตือน" in answer.content.decode()
    submitted_all = client.get("/board/remind/", {"state": "submitted"}).content.decode()
    assert "ไม่มีแห่งที่ต้องเตือน" in submitted_all
    assert world.client("officer").get("/board/remind/").status_code == 403


def test_without_dates_the_usual_words_name_no_day(world, application):
    world.round.internal_deadlines.all().delete()
    world.round.stages.all().delete()
    assert "ถ้าติดเรื่องใดโทรหาเราได้" in world.client("line").get("/board/remind/").content.decode()


# --- Calls -----------------------------------------------------------------------------------------------------------


def test_a_call_is_noted_in_two_taps(world, application):
    client = world.client("line")
    url = reverse("applications:call", args=["c", world.centre.public_id])
    listed = {"round": str(world.round.public_id), "q": "งานทะเบียน"}
    here = f"{url}?{urlencode(listed)}"
    assert f'href="{escape(here)}"' in client.get(BOARD, listed).content.decode()
    assert 'href="tel:+66' in client.get(here).content.decode()
    answer = client.post(here + "&page=2", {"outcome": "promised", "note": "พรุ่งนี้"})
    assert answer.url == f"{BOARD}?{urlencode(listed)}&page=2", "back to where the list was"
    assert (Call.objects.get().outcome, Call.objects.get().note) == ("promised", "พรุ่งนี้")
    assert "รับปากว่าจะทำ" in client.get(BOARD).content.decode()
    assert "พรุ่งนี้" in client.get(url).content.decode()
    wrong = client.post(url, {"outcome": "x", "note": "คุยแล้ว"})
    assert wrong.status_code == 422
    assert "คุยแล้ว" in wrong.content.decode()
    assert client.post(url, {"outcome": "reached", "note": "ก" * 301}).status_code == 422
    far = ServiceCentreFactory()
    assert client.get(reverse("applications:call", args=["c", far.public_id])).status_code == 404


# --- Views, targets --------------------------------------------------------------------------------------------------


def test_a_view_is_kept_shown_and_dropped(world):
    client = world.client("line")
    row = str(world.round.public_id)
    kept = {"name": "ยังไม่มีใครเริ่ม", "query": "state=none&sort=name", "round": row}
    answer = client.post("/board/views/", kept)
    assert answer.url == f"/board/?round={row}&state=none&sort=name"
    text = client.get(answer.url).content.decode()
    assert 'aria-current="true">ยังไม่มีใครเริ่ม' in text
    assert client.post("/board/views/", {"name": "", "query": ""}).status_code == 422
    assert client.post("/board/views/", {"name": "ก", "query": "x" * 2001}).status_code == 422
    drop = reverse("applications:board-view-drop", args=[SavedView.objects.get().public_id])
    assert drop in client.get("/board/views/").content.decode()
    assert world.client("supervision").post(drop).status_code == 404
    assert client.post(drop).status_code == 302
    assert "ยังไม่ได้บันทึกมุมมอง" in client.get("/board/views/").content.decode()


def test_a_target_is_set_followed_and_dropped(world):
    client = world.client("line")
    submitted(world)
    assert "ยังไม่มีเป้าหมายในรอบนี้" in client.get("/board/targets/").content.decode()
    assert client.post("/board/targets/", {"scope": "line", "wanted": "4"}).status_code == 302
    assert "1 จาก 4" in client.get("/board/targets/").content.decode()
    for typed in ({"scope": "country", "wanted": "4"}, {"scope": "line", "wanted": "0"}, {"scope": "line"}):
        assert client.post("/board/targets/", typed).status_code == 422
    department = OrganisationFactory(kind="department", name_th="กรมตัวอย่าง", under=world.province)
    typed = {"scope": "line", "wanted": "2", "about": str(department.public_id)}
    assert client.post("/board/targets/", typed).status_code == 302
    assert "กรมตัวอย่าง" in client.get("/board/targets/").content.decode()
    drop = reverse("applications:board-target-drop", args=[Target.objects.first().public_id])
    assert world.client("secretariat").post(drop).status_code == 404
    assert client.post(drop).status_code == 302
    assert Target.objects.count() == 1
    world.client("secretariat").post("/board/targets/", {"scope": "country", "wanted": "9"})
    assert "ทั้งประเทศ" in world.client("secretariat").get("/board/targets/").content.decode()


def test_a_share_that_another_office_set_is_not_ones_own_to_drop(world):
    ministry = OrganisationFactory(kind="ministry", name_th="กระทรวงหนึ่ง")
    row = Target.objects.create(
        round=world.round, owner=ministry, scope="line", about=world.province, wanted=3
    )
    client = world.client("line")
    assert "ตั้งโดย กระทรวงหนึ่ง" in client.get("/board/targets/").content.decode()
    client.post(reverse("applications:board-target-drop", args=[row.public_id]))
    assert Target.objects.count() == 1


# --- As a file -------------------------------------------------------------------------------------------------------


def test_a_short_board_is_a_file_at_once_and_a_long_one_later(world, application, monkeypatch):
    client = world.client("line")
    answer = client.post("/board/export/", {"query": "group=line"})
    assert answer.headers["Content-Type"] == spreadsheets.XLSX_TYPE
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.streaming
    content = b"".join(answer.streaming_content)
    assert content[:2] == b"PK"
    assert answer.headers["Content-Length"] == str(len(content))
    monkeypatch.setattr(board_export, "AT_ONCE", 1)
    answer = client.post("/board/export/", {"query": ""})
    made = BoardExport.objects.get()
    page = reverse("applications:board-export", args=[made.public_id])
    assert answer.url == page
    assert "กำลังจัดทำไฟล์" in client.get(page).content.decode()
    JobRun.objects.update(failed_at=clock.wall())
    assert "จัดทำไฟล์ไม่สำเร็จ" in client.get(page).content.decode()
    assert client.post(page).url == page
    assert "กำลังจัดทำไฟล์" in client.get(page).content.decode()
    file = reverse("applications:board-export-file", args=[made.public_id])
    assert client.get(file).status_code == 404
    following_tasks.write_board(export_id=str(made.public_id))
    assert file in client.get(page).content.decode()
    assert b"".join(client.get(file).streaming_content)[:2] == b"PK"
    assert world.client("supervision").get(page).status_code == 404


def test_without_a_round_there_is_nothing_to_do(world):
    world.round.internal_deadlines.all().delete()
    world.round.stages.all().delete()
    world.round.delete()
    for url in ("/board/criteria/", "/board/remind/", "/board/targets/"):
        assert world.client("line").get(url).status_code == 404
    assert actions.save_view(actor=world.actor("line"), name="ก", query="").pk
