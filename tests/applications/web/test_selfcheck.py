"""Pages of the self-check and of the gap plan: without an account, by a link, into an application."""

import re

import pytest
from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from saduak.applications import actions
from saduak.applications.actions import selfcheck as at_work
from saduak.applications.models import PlanItem, SelfCheck
from saduak.applications.web.views import selfcheck as views
from tests.applications.factories_helping import given
from tests.applications.factories_selfcheck import answered, kept
from tests.applications.web.world import answer_of, meet_gates

TOKEN = re.compile(r"/self-check/([\w-]{43})/")
START = "/self-check/"


@pytest.fixture(autouse=True)
def _own_limit():
    cache.clear()
    yield
    cache.clear()


def at(name, *args):
    return reverse(f"applications:{name}", args=args)


def filled_in(page, **more):
    """The form of a page as somebody sends it who has everything but the first gate."""
    form = page.context["form"]
    typed = {name: "yes" for name in form.fields if name.startswith("gate-")}
    return {"set": form["set"].value() or "", **shown_first(page), **typed, "gate-1": "no", **more}


def shown_first(page):
    """What the answers were when the page was shown, as a browser sends it along."""
    text = page.content.decode()
    tags = re.findall(r'<input type="hidden" name="(initial-[\w-]+)"([^>]*)>', text)
    found = {name: re.search(r'value="([^"]*)"', rest) for name, rest in tags}
    return {name: value.group(1) if value else "" for name, value in found.items()}


def sent_along(page):
    """All fields of the plan as a browser sends them."""
    text = page.content.decode()
    found = {}
    for tag in re.findall(r"<input[^>]*>", text):
        name = re.search(r'name="((?:initial-)?(?:who|by)-\w+)"', tag)
        if name:
            value = re.search(r'value="([^"]*)"', tag)
            found[name.group(1)] = value.group(1) if value else ""
    return found


@pytest.fixture
def token(world):
    return kept(world.round.criteria_set, no=2, technology="little").token


def test_anyone_answers_and_gets_a_plan_under_a_link(world):
    client = Client()
    page = client.get(START)
    text = page.content.decode()
    assert page.status_code == 200
    assert "ศูนย์เปิดในวันและเวลาที่ผู้รับบริการในพื้นที่ต้องการจริงหรือไม่" in text
    sent = client.post(START, filled_in(page, **{"rest-1": "some"}))
    assert sent.status_code == 302
    for answer in (sent, client.get(sent.url)):
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert "no-store" in answer.headers["Cache-Control"]
    text = client.get(sent.url).content.decode()
    assert "ยังไม่มีระดับ เพราะเกณฑ์ที่ต้องผ่านมีแล้ว 13 จาก 14 ข้อ" in text
    assert f"http://testserver{sent.url}" in text
    assert "พื้นฐาน" not in text
    assert "เข้าสู่ระบบแล้วนำคำตอบและแผนเข้าใบสมัครได้" in text
    assert SelfCheck.objects.get().rest == {"quality.place": "some"}


def test_what_is_left_out_is_said_and_kept(world):
    client = Client()
    page = client.get(START)
    answer = client.post(START, filled_in(page, **{"gate-1": "", "gate-2": "x", "rest-1": "most"}))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "ตอบข้อ 1 ถ้าไม่รู้ให้เลือก ไม่แน่ใจ" in text
    assert "เลือกคำตอบจากตัวเลือกที่มี" in text
    assert re.search(r'name="rest-1" value="most"[^>]*checked', text)
    assert not SelfCheck.objects.exists()


def test_a_set_may_be_named_and_without_any_the_page_says_so(world, db):
    named = world.round.criteria_set
    text = Client().get(START, {"set": str(named.public_id)}).content.decode()
    assert str(named.public_id) in text
    page = Client().get(f"/criteria/{named.public_id}/").content.decode()
    assert f"{START}?set={named.public_id}" in page
    assert START in Client().get("/").content.decode()


def test_before_there_are_criteria(db):
    assert "ยังไม่มีเกณฑ์ที่ประกาศใช้" in Client().get(START).content.decode()
    assert Client().post(START, {"gate-1": "yes"}).status_code == 422


def test_a_flood_from_one_address_keeps_no_more_but_is_told_its_result(world, monkeypatch):
    monkeypatch.setattr(views, "LIMITS", {"self-check": "1/h/ip"})
    client = Client()
    typed = filled_in(client.get(START))
    assert client.post(START, typed).status_code == 302
    answer = client.post(START, typed)
    text = answer.content.decode()
    assert answer.status_code == 429
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "รอสักครู่แล้วกดอีกครั้ง" in text
    assert "ยังไม่มีระดับ เพราะเกณฑ์ที่ต้องผ่านมีแล้ว 13 จาก 14 ข้อ" in text
    assert "data-print" in text
    assert not TOKEN.search(text)
    assert SelfCheck.objects.count() == 1
    again = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', text))
    monkeypatch.setattr(views, "LIMITS", {"self-check": "2/h/ip"})
    assert client.post(START, again).status_code == 302, "once more, from that page"
    assert SelfCheck.objects.count() == 2
    assert client.get(START).status_code == 200
    assert ratelimit.parse_rates("60/h/ip")[0].amount == 60


@pytest.mark.parametrize(
    ("limits", "answers"),
    [
        ({"self-check-net": "2/h/key"}, [302, 302, 302, 429]),
        ({"self-check-all": "3/h/key"}, [302, 302, 302, 429]),
    ],
)
def test_a_whole_network_and_the_whole_world_are_slowed(world, monkeypatch, limits, answers):
    monkeypatch.setattr(views, "LIMITS", limits)
    typed = filled_in(Client().get(START))
    froms = ("2001:db8:1:1::1", "2001:db8:2:1::1", "2001:db8:1:2::1", "2001:db8:1:3::1")
    assert [Client(REMOTE_ADDR=each).post(START, typed).status_code for each in froms] == answers
    if "self-check-net" in limits:
        assert Client(REMOTE_ADDR="192.0.2.1").post(START, typed).status_code == 302


def test_where_no_more_is_kept_the_result_is_drawn_all_the_same(world, monkeypatch):
    monkeypatch.setattr(at_work, "MOST", 0)
    answer = Client().post(START, filled_in(Client().get(START)))
    assert answer.status_code == 409
    assert "พิมพ์หน้านี้เก็บไว้ แล้วลองใหม่วันอื่น" in answer.content.decode()
    assert "ยังขาด 1 เรื่อง" in answer.content.decode()
    assert not SelfCheck.objects.exists()


def test_who_holds_the_link_plans_changes_answers_and_deletes(world, token):
    client, address = Client(), at("self-check-kept", token)
    page = client.get(address)
    who, by = "who-1", "by-1"
    assert "ตอนนี้เก็บ 14 วัน" in page.content.decode()
    typed = {**sent_along(page), who: "งานอาคาร", by: "20/02/2570"}
    assert client.post(address, typed).url == f"{address}#plan"
    page = client.get(address)
    assert 'value="งานอาคาร"' in page.content.decode()
    assert "ตอนนี้เก็บ 14 วัน" not in page.content.decode()
    wrong = client.post(address, {**sent_along(page), by: "31/02/2570"})
    assert wrong.status_code == 422
    assert "31/02/2570" in wrong.content.decode()
    answers = client.get(at("self-check-answers", token))
    assert re.search(r'name="gate-2" value="no"[^>]*checked', answers.content.decode())
    assert client.post(at("self-check-answers", token), {}).status_code == 422
    assert client.post(at("self-check-answers", token), filled_in(answers)).url == address
    assert "ลบแล้วเรียกคืนไม่ได้" in client.get(at("self-check-drop", token)).content.decode()
    assert client.post(at("self-check-drop", token)).url == START
    for name in ("kept", "answers", "drop"):
        gone = client.get(at(f"self-check-{name}", token))
        assert gone.status_code == 410
        assert "ลิงก์นี้ใช้ไม่ได้แล้ว" in gone.content.decode()


def test_two_with_one_link_lose_nothing_of_each_other(world, token):
    """What only one of them changed is kept; of what both did the second reads the first's before it is written."""
    client, address = Client(), at("self-check-kept", token)
    shown = sent_along(client.get(address))
    assert client.post(address, {**shown, "who-1": "คนแรก", "by-1": "20/02/2570"}).status_code == 302
    assert client.post(address, {**shown, "who-2": "คนที่สอง"}).status_code == 302
    assert sorted(row["who"] for row in SelfCheck.objects.get().plan.values()) == ["คนที่สอง", "คนแรก"]
    clash = client.post(address, {**shown, "who-1": "คนที่สาม"})
    text = clash.content.decode()
    assert clash.status_code == 409
    assert "อีกคนที่ใช้ลิงก์นี้แก้เรื่องเดียวกันไว้ก่อน" in text
    assert re.search(r"อีกคนเขียนไว้ว่า.{0,60}คนแรก · ภายใน", text, re.DOTALL)
    assert text.count("อีกคนเขียนไว้ว่า") == 1
    again = sent_along(clash)
    assert (again["who-1"], again["initial-who-1"], again["who-2"]) == ("คนที่สาม", "คนแรก", "คนที่สอง")
    assert (again["by-1"], again["initial-by-1"]) == ("20/02/2570", "20/02/2570")
    assert client.post(address, again).status_code == 302
    plan = SelfCheck.objects.get().plan.values()
    assert sorted((row["who"], row["by"]) for row in plan) == [("คนที่สอง", ""), ("คนที่สาม", "2027-02-20")]


def test_two_who_answer_with_one_link_lose_nothing_of_each_other(world, token):
    client, address = Client(), at("self-check-answers", token)
    page = client.get(address)
    assert len(shown_first(page)) == len(page.context["form"].names)
    as_kept = filled_in(page, **{"gate-2": "no", "rest-4": "little"})
    # The first closes a gate and answers a side; the second had the page before.
    assert client.post(address, {**as_kept, "gate-2": "yes", "rest-1": "some"}).status_code == 302
    clash = client.post(address, {**as_kept, "gate-3": "unsure", "rest-1": "most"})
    text = clash.content.decode()
    assert clash.status_code == 409
    assert "ตอบเรื่องเดียวกันไว้ก่อน" in text
    assert text.count("อีกคนตอบไว้ว่า") == 1
    form = clash.context["form"]
    assert {form[name].value() for name in ("gate-2",)} == {"yes"}, "what the second did not touch"
    assert (form["gate-3"].value(), form["rest-1"].value()) == ("unsure", "most")
    again = {name: form[name].value() or "" for name in form.names.values()}
    assert client.post(address, {**shown_first(clash), **again}).status_code == 302
    check = SelfCheck.objects.get()
    keys = {name: key for key, name in form.names.items()}
    said = check.answers | check.rest
    assert [said[keys[name]] for name in ("gate-2", "gate-3", "rest-1")] == ["yes", "unsure", "most"]


def test_the_officer_takes_it_into_the_application(world, application, token):
    officer, address = world.client("officer"), at("self-check-take", token)
    assert str(application.public_id) in officer.get(at("self-check-kept", token)).content.decode()
    assert officer.post(address, {}).status_code == 422
    assert officer.post(address, {"application": "x"}).status_code == 422
    done = officer.post(address, {"application": str(application.public_id)}, follow=True)
    assert done.redirect_chain[0][0] == at("gaps", application.public_id)
    assert "คำตอบใหม่ 2 ข้อ แผนใหม่ 14 ข้อ" in done.content.decode()
    assert PlanItem.objects.filter(application=application).count() == 14
    again = officer.post(address, {"application": str(application.public_id)}, follow=True)
    assert "ไม่มีอะไรใหม่ให้นำเข้า" in again.content.decode()
    assert Client().post(address).status_code == 302
    assert world.client("line").post(address).status_code == 403
    assert "ส่งลิงก์นี้ให้เขา" in world.client("line").get(at("self-check-kept", token)).content.decode()
    assert officer.post(at("self-check-take", "x"), {}).status_code == 410


def test_what_has_no_place_in_the_application_is_said(world, application, token):
    officer, address = world.client("officer"), at("self-check-take", token)
    row = SelfCheck.objects.get()
    row.answers |= {"c-of-then": "no", "c-of-once": "yes"}
    row.save()
    for words in ("นำเข้าใบสมัครแล้ว", "ไม่มีอะไรใหม่ให้นำเข้า"):
        done = officer.post(address, {"application": str(application.public_id)}, follow=True)
        assert re.search(words + ".*อีก 2 เรื่องไม่มีในเกณฑ์ของใบสมัครนี้", done.content.decode())
    assert "ตอบหรือวางแผนไว้แล้ว อีก" not in done.content.decode()


def test_without_an_application_the_way_to_one_is_shown(world, token):
    page = world.client("officer").get(at("self-check-kept", token))
    assert at("mine") in page.content.decode()


# --- The gap plan -------------------------------------------------------------------------------------------------------


def test_each_gap_has_its_form_and_is_planned_in_place(world, application):
    officer, address = world.client("officer"), at("gaps", application.public_id)
    gate = answer_of(application, "1", "gate")
    link = given(application, world.actor("officer"), name="คุณช่วย").delegation
    text = officer.get(address).content.decode()
    assert text.count('name="answer"') == 50
    assert f"{at('helpers-new', application.public_id)}?item={gate.public_id}" in text
    typed = {"answer": str(gate.public_id), "who": "งานอาคาร", "by": "20/02/2570", "what": "ติดป้าย"}
    done = officer.post(address, typed, follow=True)
    assert done.redirect_chain[0][0].startswith(f"{address}#plan-c-")
    assert "บันทึกแผนของข้อ 1 แล้ว" in done.content.decode()
    assert "งานอาคาร · ภายใน" in done.content.decode()
    assert PlanItem.objects.get().criterion == gate.criterion
    second = officer.post(address, {**typed, "who": "งานพัสดุ"})
    text = second.content.decode()
    assert second.status_code == 409
    # Both are read before one of them counts, and what was typed stands in its field.
    assert "คุณ (อีกหน้าต่าง) เขียนไว้ว่า" in text
    assert 'value="งานพัสดุ"' in text
    assert f'href="#{second.context["bad"]["who"].auto_id}"' in text
    seen = PlanItem.objects.get().mark
    assert text.count(f'name="seen" value="{seen}"') == 1
    assert officer.post(address, {**typed, "who": "งานพัสดุ", "seen": seen}).status_code == 302
    assert PlanItem.objects.get().who == "งานพัสดุ"
    both = officer.post(address, {**typed, "helper": str(link.public_id)})
    assert both.status_code == 422
    assert "อย่างใดอย่างหนึ่ง" in both.content.decode()
    late = officer.post(address, {**typed, "by": "01/01/2570"})
    assert late.status_code == 422
    assert 'value="01/01/2570"' in late.content.decode()
    assert "กำหนดต้องเป็นวันนี้หรือวันหลังจากนี้" in late.content.decode()
    assert officer.post(address, {**typed, "answer": "x"}).status_code == 404
    paper = officer.get(at("gaps-paper", application.public_id)).content.decode()
    assert "งานพัสดุ" in paper
    assert "ติดป้าย" in paper


def test_what_was_met_meanwhile_and_who_only_reads(world, application):
    meet_gates(world, application, leave=13)
    gate, other = answer_of(application, "1", "gate"), answer_of(application, "2", "gate")
    actions.plan_item(actor=world.actor("officer"), answer_id=other.public_id, who="งานอาคาร")
    typed = {"answer": str(gate.public_id), "who": "ช้าไป"}
    answer = world.client("officer").post(at("gaps", application.public_id), typed, follow=True)
    assert "ข้อนี้ไม่ขาดแล้ว" in answer.content.decode()
    line = world.client("line")
    text = line.get(at("gaps", application.public_id)).content.decode()
    assert "งานอาคาร" in text
    assert 'name="answer"' not in text
    refused = line.post(at("gaps", application.public_id), {"answer": str(other.public_id), "who": "ฉัน"})
    assert refused.status_code == 403
    assert "แก้ได้เฉพาะคนของศูนย์นี้" in refused.content.decode()
    assert PlanItem.objects.get().who == "งานอาคาร"


def test_the_link_is_told_to_nobody_but_its_holder(world, token):
    said = answered(world.round.criteria_set)
    assert TOKEN.search(at("self-check-kept", token)).group(1) == token
    assert token not in str(list(SelfCheck.objects.values()))
    assert len(said["answers"]) == 14
