"""The pages of screening, panels and scoring: every step by hand, what was typed kept, few queries."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from saduak.assessment import actions
from saduak.assessment.models import Case, Panel, Score, ScoreSheet, ScreeningReturn
from saduak.foundation.models import User
from saduak.programme.queries import contents
from tests.assessment import factories
from tests.assessment.factories import full
from tests.counting import counted
from tests.organisations.factories import PersonFactory, actor_for

pytestmark = pytest.mark.django_db
MOST = 15


def browser(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def office(team):
    """The secretariat's browser."""
    return browser(user_of(team.secretariat))


def user_of(actor):
    return User.objects.get(pk=actor.user_id)


def as_(team, name) -> Client:
    return browser(team.people[name].user)


def url(name, **kwargs):
    return reverse(f"assessment:{name}", kwargs=kwargs)


def get(client, address, status=200):
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    asked = counted(captured)
    assert response.status_code == status, (address, response.status_code)
    assert len(asked) <= MOST, (address, len(asked), [sql[:160] for sql in asked])
    response.queries = len(asked)
    return response


def body(response) -> str:
    return response.content.decode()


def test_the_secretariat_screens_from_the_queue(team, office):
    first, second, third = (factories.case(team.round) for _ in range(3))
    page = get(office, url("queue"))
    for row in (first, second, third):
        assert row.application.centre.name_th in body(page)
    one = {"case_id": first.public_id}
    read = body(get(office, url("case", **one)))
    assert "เรื่องของข้อ" in read
    assert "หลักฐานรวม" in read
    assert "/evidence/" in read
    assert "คณะ" in body(get(office, url("accept", **one)))
    said = {"read": str(first.submission.public_id)}
    assert office.post(url("accept", **one), said).status_code == 302
    assert office.post(url("accept", **one), said).status_code == 409
    assert Case.objects.get(pk=first.pk).state == "accepted"
    page = get(office, url("queue") + "?state=accepted")
    assert first.application.centre.name_th in body(page)
    assert second.application.centre.name_th not in body(page)
    found = get(office, url("queue") + f"?state=all&q={third.submission.receipt_code.lower()}")
    assert third.application.centre.name_th in body(found)
    assert first.application.centre.name_th not in body(found)
    assert "ไม่พบ" in body(get(office, url("queue") + "?q=ไม่มีคำนี้แน่"))
    assert "ไม่มีเรื่อง" in body(get(office, url("queue") + "?state=agreed"))
    get(office, url("queue") + "?state=nonsense&page=99")


def test_the_queue_asks_as_much_for_three_as_for_one(team, office):
    factories.case(team.round)
    one = get(office, url("queue")).queries
    for _ in range(2):
        factories.case(team.round)
    assert get(office, url("queue")).queries == one


def test_the_other_lists_ask_as_much_for_three_as_for_one(team, office):
    chair = as_(team, "chair")
    pages = [
        (office, url("panels-now")),
        (office, url("panels", round_id=team.round.public_id)),
        (office, url("panel", panel_id=team.panel.public_id)),
        (office, url("assign", round_id=team.round.public_id)),
        (chair, url("mine")),
    ]

    def grow() -> None:
        """A case to give, one to score, one scored, one to sum up and one agreed, each barred to somebody."""
        team.accepted()
        drafted, scored, ripe = (team.given() for _ in range(3))
        team.score("chair", scored)
        for name in ("chair", "expert"):
            team.score(name, ripe)
        team.agreed()
        reason = "ญาติของเจ้าหน้าที่"
        actions.declare_conflict(actor=team.actor("expert"), case_id=drafted.public_id, reason=reason)

    def asked() -> list[int]:
        return [
            get(client, page, 302 if page == url("panels-now") else 200).queries for client, page in pages
        ]

    grow()
    one = asked()
    for number in (2, 3):
        grow()
        made = actions.create_panel(
            actor=team.secretariat, round_id=team.round.public_id, number=team.panel.number + number
        )
        person = factories.evaluator(name=f"ประธาน {number}")
        actions.add_member(
            actor=team.secretariat, panel_id=made.public_id, person_id=person.public_id, role="chair"
        )
        team.seat(f"more {number}", "opdc", scores=False)
    seen = [get(client, page).context for client, page in pages[1:]]
    assert [len(seen[0]["panels"]), len(seen[1]["cases"]), len(seen[2]["waiting"])] == [3, 12, 3]
    assert [len(seen[3][name]) for name in ("todo", "done", "ready")] == [3, 9, 3]
    assert asked() == one


def test_the_preview_of_giving_asks_as_much_for_three_as_for_one(team, office):
    address = url("assign", round_id=team.round.public_id)
    costs = []
    for _ in range(3):
        team.accepted()
        chosen = [str(row.public_id) for row in Case.objects.filter(state="accepted")]
        with CaptureQueriesContext(connection) as captured:
            look = office.post(address, {"panel": str(team.panel.public_id), "cases": chosen})
        assert len(look.context["plans"]) == len(chosen)
        costs.append(len(counted(captured)))
    assert costs[0] == costs[2] <= MOST


def test_the_comparison_asks_as_much_for_three_sheets_as_for_one(team):
    costs = []
    for count in (1, 3):
        for number in range(2, count):
            team.seat(f"expert {number}", "expert")
        row = team.given()
        scorers = [name for name in team.people if name != "secretary"]
        for name in scorers[count:]:
            actions.declare_conflict(actor=team.actor(name), case_id=row.public_id, reason="ญาติ")
        for name in scorers[:count]:
            team.score(name, row)
        page = get(as_(team, "chair"), url("comparison", case_id=row.public_id))
        assert len(page.context["v"].sheets) == count
        costs.append(page.queries)
    assert costs[0] == costs[1]


def test_returning_says_what_to_correct_and_the_centre_reads_it(team, office):
    row = factories.case(team.round)
    key = contents(team.round.criteria_set).criteria[0].key
    address = url("return", case_id=row.public_id)
    get(office, address)
    bad = office.post(address, {"reason": "", "due_on": "32/13/2570", f"c-{key}": "ถ่ายรูปใหม่ให้ชัด"})
    assert bad.status_code == 422
    assert "ถ่ายรูปใหม่ให้ชัด" in body(bad)
    read = {"read": str(row.submission.public_id)}
    past = office.post(address, {"reason": "ภาพไม่ชัด", "due_on": "01/02/2570", **read})
    assert past.status_code == 422
    assert "เลือกวันที่ยังมาไม่ถึง" in body(past)
    said = {"reason": "ภาพไม่ชัด", "due_on": "15/02/2570", f"c-{key}": " ถ่ายรูปใหม่ให้ชัด "}
    done = office.post(address, said | read)
    assert done.status_code == 302
    entry = ScreeningReturn.objects.get()
    assert entry.items == [{"criterion": key, "text": "ถ่ายรูปใหม่ให้ชัด"}]
    assert "รอศูนย์แก้" in body(get(office, url("case", case_id=row.public_id)))
    officer = actor_for("officer", row.application.centre.organisation)
    told = get(browser(user_of(officer)), url("returned", application_id=row.application.public_id))
    assert "ภาพไม่ชัด" in body(told)
    assert "ถ่ายรูปใหม่ให้ชัด" in body(told)
    stranger = actor_for("officer")
    get(browser(user_of(stranger)), url("returned", application_id=row.application.public_id), 404)
    extend = url("extend", case_id=row.public_id)
    get(office, extend)
    assert office.post(extend, {"due_on": "10/02/2570", "reason": "น้ำท่วม"}).status_code == 422
    assert office.post(extend, {"due_on": "x", "reason": "น้ำท่วม"}).status_code == 422
    assert office.post(extend, {"due_on": "20/02/2570"}).status_code == 422
    assert office.post(extend, {"due_on": "20/02/2570", "reason": "น้ำท่วม"}).status_code == 302
    reject = url("reject", case_id=row.public_id)
    early = office.post(reject, {"reason": "ไม่แก้", **read})
    assert early.status_code == 409
    assert "ศูนย์ยังมีเวลาแก้ถึง" in body(early)
    assert "ไม่แก้" in body(early)


def test_rejecting_needs_words_and_the_centre_reads_them(team, office):
    row = factories.case(team.round)
    address = url("reject", case_id=row.public_id)
    get(office, address)
    assert office.post(address, {"reason": " "}).status_code == 422
    said = {"reason": "ไม่ใช่ศูนย์บริการ", "read": str(row.submission.public_id)}
    assert office.post(address, said).status_code == 302
    assert "ไม่ใช่ศูนย์บริการ" in body(get(office, url("case", case_id=row.public_id)))
    officer = actor_for("head", row.application.centre.organisation)
    assert "ไม่ใช่ศูนย์บริการ" in body(
        get(browser(user_of(officer)), url("returned", application_id=row.application.public_id))
    )


def test_panels_are_made_and_changed(team, office):
    one = {"round_id": team.round.public_id}
    assert team.people["chair"].name in body(get(office, url("panels", **one)))
    assert office.get(url("panels-now")).status_code in {200, 302}
    form = get(office, url("panel-new", **one))
    assert 'value="2"' in body(form)
    assert office.post(url("panel-new", **one), {"number": "1"}).status_code == 422
    key = form.context["form"]["idempotency_key"].value()
    for _ in range(2):
        done = office.post(
            url("panel-new", **one), {"number": "2", "name": "เหนือ", "idempotency_key": str(key)}
        )
        assert done.status_code == 302
    made = Panel.objects.get(number=2)
    assert Panel.objects.count() == 2
    address = url("panel", panel_id=made.public_id)
    get(office, address)
    person = factories.evaluator(name="สมาชิกใหม่")
    said = {"person": str(person.public_id), "role": "expert", "scores": "on"}
    assert office.post(address, {**said, "role": ""}).status_code == 422
    assert office.post(address, said).status_code == 302
    assert office.post(address, said).status_code == 422
    page = get(office, address)
    assert "สมาชิกใหม่" in body(page)
    assert "ยังไม่มีประธานหรือเลขานุการ" in body(page)
    member = made.members.get()
    leave = url("member-remove", panel_id=made.public_id, member_id=member.public_id)
    get(office, leave)
    assert office.post(leave, {"reason": ""}).status_code == 422
    assert office.post(leave, {"reason": "ย้ายหน่วยงาน"}).status_code == 302
    get(office, leave, 404)
    assert "ออกแล้ว" in body(get(office, address))


def test_many_cases_are_given_after_looking_at_conflicts(team, office):
    rows = [team.accepted() for _ in range(2)]
    barred = team.seat("barred", "expert", organisation=rows[0].application.centre.organisation)
    address = url("assign", round_id=team.round.public_id)
    page = get(office, address + f"?case={rows[0].public_id}")
    assert body(page).count("checked") == 1
    chosen = {"panel": str(team.panel.public_id), "cases": [str(row.public_id) for row in rows]}
    assert office.post(address, {"panel": chosen["panel"]}).status_code == 422
    assert office.post(address, {"cases": ["nonsense"], "panel": "x"}).status_code == 422
    look = office.post(address, chosen)
    assert look.status_code == 200
    assert barred.name in body(look)
    assert "อยู่หน่วยงานเดียวกัน" in body(look)
    assert not ScoreSheet.objects.exists()
    assert office.post(address, {**chosen, "do": "give"}).status_code == 302
    assert ScoreSheet.objects.count() == 5
    again = office.post(address, {**chosen, "do": "give"})
    assert again.status_code == 422
    read = get(office, url("panel", panel_id=team.panel.public_id))
    assert "ใครมีส่วนได้เสียกับเรื่องใด" in body(read)
    back = url("unassign", case_id=rows[0].public_id)
    get(office, back)
    assert office.post(back, {"reason": ""}).status_code == 422
    assert office.post(back, {"reason": "คณะเล็กไป"}).status_code == 302
    assert Case.objects.get(pk=rows[0].pk).panel is None


def test_a_panel_that_cannot_take_a_case_is_told_before(team, office):
    row = team.accepted()
    place = row.application.centre.organisation
    other = Panel.objects.get(
        pk=actions.create_panel(actor=team.secretariat, round_id=team.round.public_id, number=2).pk
    )
    lone = factories.evaluator(place)
    actions.add_member(
        actor=team.secretariat, panel_id=other.public_id, person_id=lone.public_id, role="chair"
    )
    chosen = {"panel": str(other.public_id), "cases": [str(row.public_id)]}
    look = office.post(url("assign", round_id=team.round.public_id), chosen)
    assert "คณะนี้รับเรื่องที่เลือกไม่ได้" in body(look)
    assert (
        office.post(url("assign", round_id=team.round.public_id), {**chosen, "do": "give"}).status_code == 302
    )
    assert Case.objects.get(pk=row.pk).state == "accepted"


def form_of(row, share="1", **changes):
    data = {f"p-{key}": str(given.points) for key, given in full(row, share).items()}
    return {**data, **changes}


def test_a_member_scores_part_way_then_hands_in(team, given):
    chair = as_(team, "chair")
    assert given.application.centre.name_th in body(get(chair, url("mine")))
    sheet = team.sheet("chair", given)
    address = url("sheet", sheet_id=sheet.public_id)
    page = body(get(chair, address))
    assert "ให้คะแนนแล้ว 0 จาก" in page
    assert "เรื่องของข้อ" in page
    data = form_of(given)
    keys = list(data)
    bad = chair.post(address, {keys[0]: "1", keys[-1]: "สิบ", "version": "0", f"r-{keys[-1][2:]}": "ดีมาก"})
    assert bad.status_code == 422
    assert "สิบ" in body(bad)
    assert "ดีมาก" in body(bad)
    assert Score.objects.filter(sheet=sheet).count() == 1
    high = chair.post(address, {keys[-1]: "99", "version": "1", "note": "ก" * 5001})
    assert high.status_code == 422
    assert 'value="99"' in body(high)
    saved = chair.post(address, {keys[-1]: "๑,๕", "version": str(team.sheet("chair", given).version)})
    assert saved.status_code == 302
    assert Score.objects.get(sheet=sheet, criterion__key=keys[-1][2:]).points == Decimal("1.5")
    hand_in = url("hand-in", sheet_id=sheet.public_id)
    missing = body(get(chair, hand_in))
    assert "ยังส่งไม่ได้" in missing
    assert f"#c-{keys[1][2:]}" in missing
    assert chair.post(hand_in).status_code == 422
    version = str(team.sheet("chair", given).version)
    go = chair.post(address, {**data, "version": version, "do": "hand-in"})
    assert go["Location"] == hand_in
    get(chair, hand_in)
    assert chair.post(hand_in)["Location"] == url("comparison", case_id=given.public_id)
    assert chair.post(hand_in).status_code == 409
    assert chair.post(address, {**data, "version": version}).status_code == 409
    get(chair, address)
    get(chair, hand_in)
    get(chair, url("mine"))


def test_the_second_tab_keeps_what_was_typed_and_shows_what_is_saved(team, given):
    chair = as_(team, "chair")
    sheet = team.sheet("chair", given)
    address = url("sheet", sheet_id=sheet.public_id)
    key = list(form_of(given))[-1]
    assert chair.post(address, {key: "4", "version": "0"}).status_code == 302
    stale = chair.post(address, {key: "7", "version": "0", "note": "ความเห็นยาว"})
    assert stale.status_code == 409
    assert 'value="7"' in body(stale)
    assert "ที่บันทึกไว้ 4" in body(stale)
    assert "ความเห็นยาว" in body(stale)
    assert 'name="version" value="1"' in body(stale)
    assert chair.post(address, {key: "7", "version": "1"}).status_code == 302
    assert chair.post(address, {key: "8", "version": "nonsense"}).status_code == 409
    noted = {"note": "ความเห็นแรก", key: "7"}
    assert (
        chair.post(address, {**noted, "version": str(team.sheet("chair", given).version)}).status_code == 302
    )
    other = chair.post(address, {key: "7", "note": "อีกความเห็น", "version": "0"})
    assert other.status_code == 409
    assert "ที่บันทึกไว้ ความเห็นแรก" in body(other)


def test_a_field_that_saved_itself_meanwhile_does_not_stop_the_form(team, given):
    chair = as_(team, "chair")
    sheet = team.sheet("chair", given)
    address = url("sheet", sheet_id=sheet.public_id)
    first, last = next(iter(form_of(given))), list(form_of(given))[-1]
    one = {"field": last, last: "4", "version": "0"}
    assert chair.post(address, one, headers={"X-Requested-With": "fetch"}).status_code == 200
    whole = {first: "1", last: "4", f"r-{last[2:]}": "ดี", "note": "รวม", "version": "0"}
    assert chair.post(address, whole).status_code == 302
    assert Score.objects.filter(sheet=sheet).count() == 2
    assert team.sheet("chair", given).note == "รวม"


def test_the_page_saves_by_itself(team, given):
    chair = as_(team, "chair")
    sheet = team.sheet("chair", given)
    address = url("sheet", sheet_id=sheet.public_id)
    keys = list(form_of(given))

    def send(field, value, version):
        data = {"field": field, field: value, "version": str(version)}
        return chair.post(address, data, headers={"X-Requested-With": "fetch"})

    with CaptureQueriesContext(connection) as captured:
        first = send(keys[0], "1", 0)
    asked = [sql[:160] for sql in counted(captured)]
    assert len(asked) <= 9, asked
    assert first.json()["version"] == 1
    assert "ให้คะแนนแล้ว 1 จาก" in first.json()["html"]["progress"]
    assert send(f"r-{keys[1][2:]}", "ดูป้ายแล้ว", 1).json()["version"] == 2
    assert send("note", "รวม", 2).json()["version"] == 3
    assert send(keys[-1], "สิบ", 3).status_code == 422
    assert send(keys[-1], "11", 3).status_code == 422
    clash = send(f"r-{keys[1][2:]}", "อื่น", 0)
    assert (clash.status_code, clash.json()["theirs"], clash.json()["version"]) == (409, "ดูป้ายแล้ว", 3)
    assert send("note", "อื่น", 0).json()["theirs"] == "รวม"
    assert send("p-nonsense", "1", 3).status_code == 422
    team.score("chair", given)
    late = send("note", "สาย", 3)
    assert late.status_code == 409
    assert "version" not in late.json()


def test_a_sheet_that_is_gone_says_why_when_it_is_sent(team, given):
    sheet = team.sheet("expert", given)
    address = url("sheet", sheet_id=sheet.public_id)
    client = as_(team, "expert")
    actions.unassign(actor=team.secretariat, case_id=given.public_id, reason="เปลี่ยนคณะ")
    get(client, address, 404)
    gone = client.post(address, {"version": "0"})
    assert gone.status_code == 403
    assert "ใบคะแนนนี้ยกเลิกแล้ว" in body(gone)
    assert client.post(url("sheet", sheet_id=given.public_id), {"version": "0"}).status_code == 404


def test_declaring_an_interest_closes_the_case(team, given, office):
    expert = as_(team, "expert")
    address = url("conflict", case_id=given.public_id)
    get(expert, address)
    assert expert.post(address, {"reason": ""}).status_code == 422
    assert expert.post(address, {"reason": "เคยทำงานที่นี่"})["Location"] == url("mine")
    for name in ("case", "conflict", "comparison", "agree", "result"):
        get(expert, url(name, case_id=given.public_id), 404)
    assert given.application.centre.name_th not in body(get(expert, url("mine")))
    for page in (url("case", case_id=given.public_id), url("panel", panel_id=team.panel.public_id)):
        shown = body(get(office, page))
        assert "แจ้งเอง" in shown
        assert "ผู้ตรวจประเมินแจ้งเอง" not in shown


def test_an_interest_that_the_program_saw_is_told_by_its_kind(team, office):
    row = team.accepted()
    team.seat("barred", "expert", organisation=row.application.centre.organisation)
    actions.assign(actor=team.secretariat, case_id=row.public_id, panel_id=team.panel.public_id)
    shown = body(get(office, url("case", case_id=row.public_id)))
    assert "อยู่หน่วยงานเดียวกัน" in shown
    assert "แจ้งเอง" not in shown


def test_comparing_and_agreeing(team, given):
    chair, expert = as_(team, "chair"), as_(team, "expert")
    compare, agree = url("comparison", case_id=given.public_id), url("agree", case_id=given.public_id)
    result = url("result", case_id=given.public_id)
    assert "เปิดดูได้เมื่อส่งคะแนนของคุณแล้ว" in body(get(chair, compare))
    team.score("expert", given, "0.25")
    assert get(chair, agree, 302)["Location"] == compare
    shut = body(get(chair, compare))
    assert "คน expert" not in shut
    team.score("chair", given)
    assert "สรุปคะแนนของคณะ" in body(get(chair, compare))
    assert "รอประธานหรือเลขานุการ" in body(get(expert, compare))
    get(expert, agree, 302)
    get(chair, result, 404)
    assert given.application.centre.name_th in body(get(chair, url("mine")))
    form = get(chair, agree)
    assert "ควรหารือ" in body(form)
    basis = form.context["basis"]
    key = next(iter(full(given)))
    bad = chair.post(agree, {**form_of(given), f"p-{key}": "", "basis": basis, "note": "ความเห็นคณะ"})
    assert bad.status_code == 422
    assert "ความเห็นคณะ" in body(bad)
    worse = chair.post(agree, {**form_of(given), f"p-{key}": "มาก", "basis": basis})
    assert worse.status_code == 422
    stale = chair.post(agree, {**form_of(given), "basis": "0" * 16})
    assert stale.status_code == 409
    assert "ใบคะแนนที่ใช้สรุปเปลี่ยนไป" in body(stale)
    done = chair.post(agree, {**form_of(given), "basis": basis, "note": "ความเห็นคณะ"})
    assert done["Location"] == result
    again = chair.post(agree, {**form_of(given), "basis": basis})
    assert again["Location"] == result
    read = body(get(chair, result))
    assert "ความเห็นคณะ" in read
    assert "100 จาก 100 คะแนน" in read
    get(expert, result)
    get(chair, compare)
    get(chair, url("mine"))
    get(chair, url("case", case_id=given.public_id))
    get(chair, url("sheet", sheet_id=team.sheet("chair", given).public_id))


def test_who_has_no_role_sees_no_page(team, given):
    stranger = browser(PersonFactory().user)
    for name in ("queue", "mine", "panels-now"):
        assert stranger.get(url(name)).status_code == 403
    for name in ("case", "comparison", "result"):
        assert stranger.get(url(name, case_id=given.public_id)).status_code == 404
    assert as_(team, "chair").get(url("queue")).status_code == 403
    other = browser(user_of(actor_for("secretariat", programme=factories.team().round.programme)))
    assert other.get(url("panels", round_id=team.round.public_id)).status_code == 404
    assert other.get(url("panel", panel_id=team.panel.public_id)).status_code == 404
    assert other.get(url("case", case_id=given.public_id)).status_code == 404
