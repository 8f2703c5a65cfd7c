"""Pages of helping: the officer gives items, the helper writes them alone, notes and remarks, the history."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from saduak.applications import actions
from saduak.applications.models import AnswerNote, Delegation, Evidence, Remark
from tests.applications.web.test_criterion import SCRIPT, address_of, statements
from tests.applications.web.test_evidence_about import begin, piece
from tests.applications.web.world import answer_of, body, picture

LINK = re.compile(r"/helping/link/[\w-]{43}/")


def at(name, *args):
    return reverse(f"applications:{name}", args=args)


@pytest.fixture
def items(application):
    return [answer_of(application, number) for number in ("2.12", "2.13")]


def give(world, application, answers, **more):
    data = {"how": "link", "name": "คุณสมศรี", "items": [str(row.public_id) for row in answers], **more}
    return world.client("officer").post(at("helpers-new", application.public_id), data)


@pytest.fixture
def link(world, application, items):
    """The address that the officer gave."""
    return LINK.search(give(world, application, items).content.decode()).group()


@pytest.fixture
def helper(link):
    """A browser that came by the link."""
    client = Client()
    client.post(link)
    return client


def test_the_officer_gives_items_and_a_whole_side_and_reads_the_link_once(world, application, items):
    page = world.client("officer").get(at("helpers-new", application.public_id), {"item": items[0].public_id})
    text = page.content.decode()
    assert f'value="{items[0].public_id}" checked' in text
    side = re.search(r'name="sides" value="([^"]+)"', text).group(1)
    answer = give(world, application, items, sides=side, due_on="28/02/2570", message="ช่วยด้วย")
    assert answer.status_code == 200
    assert LINK.search(answer.content.decode())
    row = Delegation.objects.get()
    assert (row.name, row.message) == ("คุณสมศรี", "ช่วยด้วย")
    assert row.items.count() > 10
    page = world.client("officer").get(at("helpers", application.public_id)).content.decode()
    assert "คุณสมศรี" in page
    assert not LINK.search(page)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"items": []}, "เลือกอย่างน้อย 1 ข้อ"),
        ({"name": ""}, "เขียนชื่อผู้ช่วย"),
        ({"how": "person"}, "เลือกชื่อคนในหน่วยงาน"),
        ({"how": "email", "email": ""}, "กรอกอีเมลให้ครบ"),
        ({"how": "email", "email": "@"}, "กรอกอีเมลให้ครบ"),
        ({"how": ""}, "เลือกว่าจะมอบให้ใคร"),
        ({"due_on": "01/01/2560"}, "กำหนดส่งต้องเป็นวันนี้"),
    ],
)
def test_what_is_wrong_is_said_and_kept(world, application, items, wrong, said):
    answer = give(world, application, items, **({"message": "อย่าหาย"} | wrong))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "อย่าหาย" in answer.content.decode()
    assert not Delegation.objects.exists()


def test_to_an_account_of_the_office_and_to_any_other(world, application, items):
    person, stranger = world.people["helper"], world.people["stranger"]
    assert give(world, application, items, how="person", person=str(person.public_id)).status_code == 302
    for email in (stranger.user.email, "nobody@example.go.th"):
        data = {"how": "email", "email": email, "items": [str(row.public_id) for row in items]}
        told = world.client("officer").post(at("helpers-new", application.public_id), data, follow=True)
        assert "ส่งคำขอแล้ว ถ้าอีเมลนี้มีบัญชี" in told.content.decode()
    offers = world.client("stranger").get(at("help")).content.decode()
    assert "มีผู้ขอให้คุณช่วย" in offers
    assert at("help-item", items[0].public_id) not in offers
    assert (
        str(stranger)
        not in world.client("officer").get(at("helpers", application.public_id)).content.decode()
    )
    take_on(world)
    assert {row.person for row in Delegation.objects.all()} == {person, stranger, None}
    mine = world.client("helper").get(at("help")).content.decode()
    assert address_of(items[0]) in mine
    theirs = world.client("stranger").get(at("help")).content.decode()
    assert at("help-item", items[0].public_id) in theirs
    assert address_of(items[0]) not in theirs


def take_on(world, **data):
    """The stranger answers what was offered to their address."""
    client = world.client("stranger")
    row = Delegation.objects.get(invited=world.people["stranger"].user.email.lower())
    assert client.post(at("help-offer", row.public_id), data).url == at("help")
    return client


def test_an_offer_is_declined_and_can_come_too_late(world, application, items):
    give(world, application, items, how="email", email=world.people["stranger"].user.email)
    page = take_on(world, do="decline").get(at("help")).content.decode()
    assert "ไม่รับงานนี้แล้ว" in page
    assert "ไม่มีงานที่ต้องช่วย" in page
    actions.withdraw(actor=world.actor("officer"), application_id=application.public_id, reason="พอแล้ว")
    Delegation.objects.update(state="open", ended_at=None)
    assert "จึงมอบให้ผู้อื่นช่วยไม่ได้" in take_on(world).get(at("help")).content.decode()


def test_who_may_not_give_reads_why(world, application):
    page = world.client("helper").get(at("helpers-new", application.public_id))
    assert "เฉพาะผู้รับผิดชอบและหัวหน้าหน่วยงาน" in page.content.decode()
    for name in ("helpers", "helpers-new"):
        assert world.client("line").get(at(name, application.public_id)).status_code == 404


def test_by_the_link_one_writes_the_items_and_sees_no_more(helper, application, items):
    answer, other = items[0], answer_of(application, "2.14")
    text = helper.get(at("help")).content.decode()
    assert at("help-item", answer.public_id) in text
    page = helper.get(at("help-item", answer.public_id)).content.decode()
    assert "ข้อนี้ถามอะไร" in page
    for unseen in ("คะแนนประมาณการ", at("task-list", application.public_id), address_of(other), "ผู้ช่วยข้อนี้"):
        assert unseen not in page, unseen
    for closed in (
        address_of(answer),
        at("task-list", application.public_id),
        at("help-item", other.public_id),
        at("history", application.public_id, answer.public_id),
        at("helpers", application.public_id),
    ):
        assert helper.get(closed).status_code == 404, closed
    assert "งานที่ช่วย" in page


def autosave(client, answer, value, version=0, field="narrative"):
    data = {"field": field, field: value, "version": version}
    return client.post(at("help-item", answer.public_id), data, **SCRIPT)


@pytest.mark.parametrize(("field", "value"), [("narrative", "ข้อความ"), ("points", "1")])
def test_autosave_of_a_helper_costs_at_most_nine_queries(world, application, helper, items, field, value):
    give(world, application, items, how="email", email=world.people["stranger"].user.email)
    for version, client in enumerate((helper, take_on(world))):
        autosave(client, items[0], "ก", version)
        with CaptureQueriesContext(connection) as captured:
            assert autosave(client, items[1], f"{value}", 0, field).status_code in {200, 409}
        assert len(statements(captured)) <= 9, statements(captured)


def test_a_save_says_where_to_get_what_follows(helper, items):
    answer = items[0]
    told = autosave(helper, answer, "1", field="points").json()
    assert told["refresh"] == at("help-standing", answer.public_id)
    assert set(helper.get(told["refresh"]).json()["html"]) == {"standing", "evidence-count"}


def test_the_plain_form_saves_attaches_and_goes_on(helper, items):
    first, second = items
    data = {"version": 0, "points": "1", "narrative": "เขียนโดยผู้ช่วย", "go": str(second.public_id)}
    answer = helper.post(at("help-item", first.public_id), data)
    assert answer.url == at("help-item", second.public_id)
    first.refresh_from_db()
    assert (first.narrative, first.claim) == ("เขียนโดยผู้ช่วย", "met")
    upload = _file()
    answer = helper.post(at("help-item", first.public_id), {"version": 1, "file": upload, "go": "list"})
    assert answer.url == at("help")
    text = helper.get(at("help-item", first.public_id)).content.decode()
    evidence = re.search(r'name="remove" value="([^"]+)"', text).group(1)
    shown = helper.get(at("picture", evidence))
    assert (shown.status_code, len(body(shown)) > 100) == (200, True)
    helper.post(at("help-item", first.public_id), {"version": 1, "remove": evidence})
    first.refresh_from_db()
    assert first.evidence_count == 0


def _file(name="a.jpg", data=None):
    return SimpleUploadedFile(name, data or picture(3), "image/jpeg")


def test_files_come_one_by_one_too(helper, items):
    address = at("help-attach", items[0].public_id)
    done = helper.post(address, {"file": _file()}, **SCRIPT)
    assert done.status_code == 201
    assert set(done.json()["html"]) == {"tiles", "standing", "evidence-count"}
    assert helper.post(address, {"file": _file(data=b"x")}, **SCRIPT).status_code == 422
    assert helper.post(address, {"file": _file(data=b"x")}).status_code == 302
    bad = helper.post(at("help-item", items[0].public_id), {"version": 0, "file": _file(data=b"x")})
    assert bad.status_code == 422


def test_a_helper_with_a_phone_sends_as_the_officer_does(world, application, helper, items):
    address = at("help-attach", items[0].public_id)
    small = {"file": _file(), "taken_on": "2026-12-01", "caption": "ป้ายหน้าศูนย์"}
    assert "note" not in helper.post(address, small, **SCRIPT).json()
    kept = Evidence.objects.get()
    assert str(kept.taken_on) == "2026-12-01", "what the browser read before it made the photo smaller"
    again = helper.post(address, {**small, "file": _file(), "caption": "ห้องน้ำ"}, **SCRIPT).json()
    assert again["note"] == {"text": "มีไฟล์นี้อยู่แล้ว ชื่อ “ป้ายหน้าศูนย์” จึงใช้รายการนั้น ไม่เก็บซ้ำ"}
    told = helper.post(address, {**small, "file": _file()}, follow=True).content.decode()
    assert "จึงใช้รายการนั้น ไม่เก็บซ้ำ" in told
    by_link = helper.get(at("help-item", items[0].public_id)).content.decode()
    assert 'capture="environment"' in by_link
    assert "data-upload-start" not in by_link, "pieces are for those who have an account"
    give(world, application, items, how="person", person=str(world.people["helper"].public_id))
    by_account = world.client("helper")
    assert "data-upload-start" in by_account.get(at("help-item", items[0].public_id)).content.decode()
    data = picture(9)
    begun = begin(by_account, data)
    assert piece(by_account, begun, 0, data).status_code == 200
    sent = begun["id"]
    assert by_account.post(address, {"sent": sent}, **SCRIPT).status_code == 201
    assert by_account.post(address, {"sent": sent}, **SCRIPT).status_code == 201, "its answer was lost"
    assert Evidence.objects.count() == 2
    assert helper.post(address, {"sent": sent}, **SCRIPT).status_code == 404


def test_two_at_one_item_read_both_with_what_differs(world, helper, items):
    answer = items[0]
    actions.save_answer(
        actor=world.actor("officer"), answer_id=answer.public_id, version=0, narrative="เปิดทุกวัน"
    )
    clash = helper.post(at("help-item", answer.public_id), {"version": 0, "narrative": "ปิดทุกวัน"})
    text = clash.content.decode()
    assert clash.status_code == 409
    assert re.search(r"<del>.*เปิด.*</del>", text)
    assert re.search(r"<ins>.*ปิด.*</ins>", text)
    data = {"version": 1, "narrative": "ปิดทุกวัน", "resolve": "mine"}
    helper.post(at("help-item", answer.public_id), data)
    answer.refresh_from_db()
    assert answer.narrative == "ปิดทุกวัน"


def test_handed_in_it_is_read_only_and_what_was_typed_is_given_back(world, helper, application, items):
    row = Delegation.objects.get()
    long = helper.post(at("help-hand-in", row.public_id), {"note": "ก" * 501})
    assert long.status_code == 422
    assert helper.post(at("help-hand-in", row.public_id), {"note": "ครบแล้ว"}).url == at("help")
    refused = autosave(helper, items[0], "ช้าไป")
    assert refused.status_code == 403
    assert "ส่งงานข้อนี้คืนแล้ว" in refused.json()["message"]
    plain = helper.post(at("help-item", items[0].public_id), {"version": 0, "narrative": "พิมพ์ไว้แล้ว"})
    assert plain.status_code == 403
    assert "พิมพ์ไว้แล้ว" in plain.content.decode()
    assert helper.post(at("help-hand-in", row.public_id)).status_code == 409
    officer = world.client("officer")
    page = officer.get(at("delegation", row.public_id)).content.decode()
    assert "ครบแล้ว" in page
    assert officer.post(at("delegation", row.public_id), {"do": "return", "note": ""}).status_code == 422
    officer.post(at("delegation", row.public_id), {"do": "return", "note": "ขอตัวเลข"})
    assert "ขอตัวเลข" in helper.get(at("help")).content.decode()


def test_the_officer_extends_makes_a_new_link_and_ends(world, helper, application, items, link):
    row = Delegation.objects.get()
    officer, address = world.client("officer"), at("delegation", row.public_id)
    officer.post(address, {"do": "extend", "due_on": "27/02/2570"})
    assert "27" in officer.get(address).content.decode()
    assert officer.post(address, {"do": "explode"}).status_code == 422
    again = LINK.search(officer.post(address, {"do": "link"}).content.decode()).group()
    closed = Client().get(link)
    assert closed.status_code == 410
    assert "โทร 055 000 001" in closed.content.decode(), "whom to ask for another"
    client = Client()
    assert client.post(again).url == at("help")
    officer.post(address, {"do": "end"})
    assert "สิ้นสุดแล้ว" in officer.get(at("helpers", application.public_id)).content.decode()
    assert client.get(at("help")).status_code == 410
    refused = autosave(client, items[0], "ช้าไป")
    assert refused.status_code == 403
    assert "คัดลอก" in refused.json()["message"]
    plain = client.post(at("help-item", items[0].public_id), {"version": 0, "narrative": "พิมพ์ไว้แล้ว"})
    assert (plain.status_code, "พิมพ์ไว้แล้ว" in plain.content.decode()) == (410, True)


def test_an_account_whose_help_ended_gets_its_words_back(world, application, items):
    give(world, application, items, how="email", email=world.people["stranger"].user.email)
    client = take_on(world)
    actions.end_help(actor=world.actor("officer"), delegation_id=Delegation.objects.get().public_id)
    plain = client.post(at("help-item", items[0].public_id), {"version": 0, "narrative": "พิมพ์ไว้แล้ว"})
    assert (plain.status_code, "พิมพ์ไว้แล้ว" in plain.content.decode()) == (403, True)
    assert "สิ้นสุดแล้ว" in autosave(client, items[0], "ก").json()["message"]
    assert client.get(at("help-item", items[0].public_id)).status_code == 404


def test_a_link_is_no_account_and_an_account_no_link(world, link):
    officer = world.client("officer")
    for page in (officer.get(link), officer.post(link)):
        assert page.status_code == 200
        text = page.content.decode()
        assert "ให้ออกจากระบบ" in text
        assert f'name="next" value="{link}"' in text
    # The button leads back to the link.
    assert officer.post(reverse("account_logout"), {"next": link}).url == link
    assert "เริ่มช่วย" in officer.get(link).content.decode()
    assert page["Referrer-Policy"] == "same-origin"
    assert page["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    client = Client()
    client.get(at("help"))
    before = client.session.session_key
    page = client.get(link).content.decode()
    assert "เริ่มช่วย" in page
    assert "คุณสมศรี" in page
    assert client.get(at("help")).status_code == 302
    client.post(link)
    assert client.session.session_key != before
    # Whoever reads the table of sessions gets no link by it.
    grant = Delegation.objects.get().link
    assert client.session["link"] == [grant.pk, grant.token_digest]
    assert link.split("/")[-2] not in str(dict(client.session))
    assert client.get(at("help")).status_code == 200
    assert [
        client.get("/helping/link/guessed/").status_code,
        client.post("/helping/link/guessed/").status_code,
    ] == [410, 410]
    assert Client().get(at("help")).status_code == 302


def test_notes_by_autosave_and_by_button(world, application, items):
    address = at("note", items[0].public_id)
    officer, other = world.client("officer"), world.client("helper")
    saved = officer.post(address, {"field": "note", "note": "รอรูป", "version": 0}, **SCRIPT)
    assert saved.json()["version"] == 1
    clash = other.post(address, {"field": "note", "note": "ของฉัน", "version": 0}, **SCRIPT)
    assert (clash.status_code, clash.json()["theirs"]) == (409, "รอรูป")
    long = officer.post(address, {"field": "note", "note": "ก" * 5001, "version": 1}, **SCRIPT)
    assert long.status_code == 422
    plain = other.post(address, {"note": "ของฉัน", "version": 0})
    assert plain.status_code == 409
    assert "รอรูป" in plain.content.decode()
    assert "ของฉัน" in plain.content.decode()
    assert other.post(address, {"note": "รวมกันแล้ว", "version": 1}).url == address_of(items[0]) + "#note-title"
    assert "รวมกันแล้ว" in officer.get(address_of(items[0])).content.decode()
    for role in ("line", "stranger"):
        assert world.client(role).post(address, {"note": "ก", "version": 2}).status_code == 403
    script = world.client("line").post(address, {"field": "note", "note": "ก", "version": 2}, **SCRIPT)
    assert script.status_code == 403
    assert AnswerNote.objects.get().text == "รวมกันแล้ว"


def test_remarks_reach_the_team_and_nobody_above(world, application, items, helper):
    answer = items[0]
    assert helper.post(at("remarks", answer.public_id), {"text": "ขอรูป"}).url == (
        at("help-item", answer.public_id) + "#talk"
    )
    row = Remark.objects.get()
    officer = world.client("officer")
    assert "ขอรูป" in officer.get(address_of(answer)).content.decode()
    assert "ขอรูป" not in world.client("line").get(address_of(answer)).content.decode()
    empty = officer.post(at("remarks", answer.public_id), {"text": " "})
    assert empty.status_code == 422
    resolve = at("remark-resolve", row.public_id)
    assert officer.post(resolve).url == address_of(answer) + "#talk"
    assert "เรียบร้อย" in helper.get(at("help-item", answer.public_id)).content.decode()
    helper.post(resolve, {"resolved": "0"})
    row.refresh_from_db()
    assert row.resolved_at is None
    assert world.client("line").post(resolve).status_code == 404


def test_the_page_of_an_item_costs_no_more_than_fifteen_queries(world, application, items, helper):
    officer = world.client("officer")
    officer.post(at("remarks", items[0].public_id), {"text": "ก"})
    for client, address in (
        (officer, address_of(items[0])),
        (helper, at("help-item", items[0].public_id)),
        (helper, at("help")),
        (officer, at("helpers", application.public_id)),
        (officer, at("helpers-new", application.public_id)),
    ):
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        assert len(statements(captured)) <= 15, (address, len(statements(captured)), statements(captured))


def test_the_history_shows_what_changed_between_two_versions(world, application, items):
    answer = items[0]
    for version, role, text in ((0, "officer", "เปิดทุกวัน"), (1, "helper", "ปิดทุกวัน"), (2, "officer", "ปิดทุกวัน")):
        actions.save_answer(
            actor=world.actor(role), answer_id=answer.public_id, version=version, narrative=text, force=True
        )
    actions.save_answer(actor=world.actor("officer"), answer_id=answer.public_id, version=2, points=1)
    client, address = world.client("officer"), at("history", application.public_id, answer.public_id)
    text = client.get(address).content.decode()
    assert "ข้อความเหมือนกัน" in text
    assert "มีครบ" in text
    compared = client.get(address, {"from": "2", "to": "1"}).content.decode()
    assert re.search(r"<del><span class=\"sr\">ตัดออก </span>เปิด", compared)
    assert re.search(r"<ins><span class=\"sr\">เพิ่ม </span>ปิด", compared)
    assert client.get(address, {"from": "x", "to": "99999"}).status_code == 200
