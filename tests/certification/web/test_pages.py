"""The committee's pages by hand: open, decide, adopt, close, prepare, publish; and a centre's own result."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from saduak.assessment.models import Conflict
from saduak.certification import actions
from saduak.certification.actions.meetings import AS_PROPOSED
from saduak.certification.models import Announcement, Meeting, Resolution
from saduak.correspondence import seeds
from saduak.foundation import jobs
from saduak.foundation.models import User
from saduak.programme.models import Stage
from saduak.register.models import Certificate, Publication
from tests.certification import factories
from tests.counting import counted
from tests.organisations.factories import PersonFactory, actor_for
from tests.programme.factories import MID_WINDOW, RoundFactory, secretariat

pytestmark = pytest.mark.django_db
MOST = 15


def browser(actor) -> Client:
    client = Client()
    user = User.objects.get(pk=actor.user_id)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def committee(round_):
    return browser(factories.committee(round_.programme))


@pytest.fixture
def office(round_):
    return browser(secretariat(round_.programme, MID_WINDOW))


def url(name, *args):
    return reverse(f"certification:{name}", args=args)


def get(client, address, status=200):
    with CaptureQueriesContext(connection) as captured:
        page = client.get(address)
    asked = counted(captured)
    assert page.status_code == status, (address, page.status_code)
    assert len(asked) <= MOST, (address, [sql[:150] for sql in asked])
    page.queries = len(asked)
    return page


def text(page) -> str:
    return page.content.decode()


def opened(round_, committee) -> Meeting:
    """A meeting that was opened by its form, sent twice."""
    form = get(committee, url("open-meeting", round_.public_id))
    assert "เช่น 15/02/2570" in text(form)
    assert text(form).count("(ไม่บังคับ)") == 1
    key = str(form.context["form"]["idempotency_key"].value())
    said = {"number": "1/2570", "held_on": "04/02/2570", "idempotency_key": key}
    assert committee.post(url("open-meeting", round_.public_id), {**said, "held_on": "x"}).status_code == 422
    for _ in range(2):
        assert committee.post(url("open-meeting", round_.public_id), said).status_code == 302
    row = Meeting.objects.get()
    other_key = {**said, "idempotency_key": str(row.public_id)}
    assert committee.post(url("open-meeting", round_.public_id), other_key).status_code == 422
    return row


def test_from_the_meeting_to_the_result(round_, committee, office):
    first, second = factories.agreed(round_, 2)
    row = opened(round_, committee)
    assert first.application.centre.name_th in text(get(committee, url("meeting", row.public_id)))
    address = url("decide", row.public_id, first.public_id)
    get(committee, address)
    empty = committee.post(address, {"decision": "certify", "level_key": "", "reason": "เหตุผลที่พิมพ์ไว้"})
    assert empty.status_code == 422
    assert "เหตุผลที่พิมพ์ไว้" in text(empty)
    assert (
        committee.post(address, {"decision": "certify", "level_key": "basic", "reason": "ลดระดับ"}).status_code
        == 302
    )
    assert "ลดระดับ" in text(get(committee, address))
    assert committee.get(url("adopt", row.public_id)).status_code == 405
    assert committee.post(url("adopt", row.public_id)).status_code == 302
    page = text(get(committee, url("meeting", row.public_id)))
    assert "ต่างจากที่คณะเสนอ" in page
    assert office.post(url("close-meeting", row.public_id)).status_code == 403
    get(committee, url("close-meeting", row.public_id))
    assert committee.post(url("close-meeting", row.public_id)).status_code == 302
    assert committee.post(address, {"decision": "refuse", "reason": "x"}).status_code == 422
    assert committee.get(url("prepare", round_.public_id)).status_code == 403
    get(office, url("meetings"))
    form = get(office, url("prepare", round_.public_id))
    said = {"number": "1/2570", "dated": "25/08/2570", "valid_from": "01/09/2570"}
    said["idempotency_key"] = str(form.context["form"]["idempotency_key"].value())
    assert office.post(url("prepare", round_.public_id), {**said, "dated": ""}).status_code == 422
    for _ in range(2):
        assert office.post(url("prepare", round_.public_id), said).status_code == 302
    announcement = Announcement.objects.get()
    again = office.post(url("prepare", round_.public_id), {**said, "idempotency_key": str(row.public_id)})
    assert again.status_code == 422
    assert "กำลังจัดทำ" in text(get(office, url("announcement", announcement.public_id)))
    assert office.post(url("publish", announcement.public_id)).status_code == 409
    result = url("result", first.application.public_id)
    centre = browser(actor_for("officer", first.application.organisation))
    assert centre.get(result).status_code == 404
    jobs.run_pending()
    assert office.post(url("retry", announcement.public_id)).status_code == 409
    asked = text(get(office, url("publish", announcement.public_id)))
    assert "ยังไม่ถึงวันที่ลงในประกาศ" in asked
    unsaid = office.post(url("publish", announcement.public_id))
    assert unsaid.status_code == 422
    assert "หรือยืนยันว่าจะประกาศก่อน" in text(unsaid)
    assert office.post(url("publish", announcement.public_id), {"early": "on"}).status_code == 302
    get(office, url("announcement", announcement.public_id))
    assert "ลดระดับ" in text(get(centre, result))
    get(centre, url("result", second.application.public_id), 404)
    get(committee, url("meetings"))


def announced(round_, number: str) -> Announcement:
    """An announcement of everything that the meetings have confirmed, ready to be published."""
    office = secretariat(round_.programme, MID_WINDOW)
    made = actions.prepare(
        actor=office,
        round_id=round_.public_id,
        number=number,
        dated=MID_WINDOW.date(),
        valid_from=MID_WINDOW.date(),
    )
    jobs.run_pending()
    return made


def test_a_mistyped_first_day_is_said_at_its_field_and_nothing_is_prepared(round_, office):
    factories.agreed(round_, 1)
    factories.closed(round_)
    address = url("prepare", round_.public_id)
    assert text(get(office, address)).count("เช่น 15/02/2570") == 2
    key = str(round_.public_id)
    said = {"number": "1/2570", "dated": "25/08/2570", "valid_from": "01/01/2560", "idempotency_key": key}
    refused = office.post(address, said)
    assert refused.status_code == 422
    assert "เลือกวันที่ไม่ก่อนวันประชุมที่มีมติ คือ 4 ก.พ. 2570" in text(refused)
    assert 'value="01/01/2560"' in text(refused)
    assert not Announcement.objects.exists()


def test_on_its_day_an_announcement_needs_no_other_word(round_, office):
    factories.agreed(round_, 1)
    factories.closed(round_)
    address = url("publish", announced(round_, "1/2570").public_id)
    asked = text(get(office, address))
    assert "ยังไม่ถึงวันที่ลงในประกาศ" not in asked
    for page in (asked, text(get(office, url("announcement", Announcement.objects.get().public_id)))):
        assert "ใบรับรองใช้ได้ตั้งแต่ 4 กุมภาพันธ์ 2570 ถึง 3 กุมภาพันธ์ 2573" in page
    assert 'name="early"' not in asked
    assert office.post(address).status_code == 302
    assert Announcement.objects.get().state == "published"


def test_a_published_announcement_offers_the_letter_to_those_who_were_certified(round_, committee, office):
    factories.agreed(round_, 1)
    factories.closed(round_)
    made = announced(round_, "1/2570")
    address = url("announcement", made.public_id)
    before = get(office, address)
    assert "ร่างหนังสือแจ้งผล" not in text(before)
    office.post(url("publish", made.public_id))
    after = get(office, address)
    way = f"/drafts/new/?for=result&about={made.public_id}"
    assert f'href="{way.replace("&", "&amp;")}"' in text(after)
    # And whether anybody still has one to be told of.
    assert after.queries == before.queries + 1
    assert "ร่างหนังสือแจ้งผล" not in text(get(committee, address))
    assert str(get(office, way).context["told"].title) == "แจ้งผลการรับรองตามประกาศที่ 1/2570"
    Certificate.objects.update(state="revoked", revoked_at=MID_WINDOW, revoked_reason="ผิดเกณฑ์")
    assert "ร่างหนังสือแจ้งผล" not in text(get(office, address))
    assert office.get(way).status_code == 404


def test_a_refusal_that_is_announced_offers_the_letter_about_it_alone(round_, committee, office):
    seeds.seed()
    (refused,) = factories.agreed(round_, 1, level="", total=20, gates=0)
    factories.agreed(round_, 1)
    factories.closed(round_)
    made = announced(round_, "1/2570")
    address = url("announcement", made.public_id)
    row = Resolution.objects.get(case=refused)
    way = f"/drafts/new/?for=refused&about={row.public_id}"
    shown = f'href="{way.replace("&", "&amp;")}"'
    assert shown not in text(get(office, address))
    office.post(url("publish", made.public_id))
    page = get(office, address)
    assert [(each.decision, letter) for each, letter in page.context["rows"]] == [
        ("certify", ""),
        ("refuse", way),
    ]
    assert shown in text(page)
    assert shown not in text(get(committee, address))
    asked = get(office, way)
    centre = refused.application.centre
    assert str(asked.context["told"].title) == f"แจ้งว่า {centre.name_th} ยังไม่ได้รับการรับรอง"
    assert f"เสนอส่งถึง{centre.organisation.name_th}" in text(asked)


def test_lists_ask_the_same_for_one_and_three(round_, committee, office):
    counts = []
    for number, count in (("1/2570", 1), ("2/2570", 1), ("3/2570", 3)):
        factories.agreed(round_, count)
        row = factories.closed(round_, number)
        factories.agreed(round_, count)
        open_one = factories.meeting(round_, f"{number}-ข")
        made = announced(round_, number)
        pages = [
            url("meetings"),
            url("meeting", row.public_id),
            url("meeting", open_one.public_id),
            url("announcement", made.public_id),
        ]
        counts.append([get(who, page).queries for who in (committee, office) for page in pages])
        listed = [get(office, page).context for page in pages]
        assert len(listed[1]["resolutions"]) == len(listed[2]["agenda"]) == count
        assert len(listed[3]["resolutions"]) == count
        factories.actions.adopt_proposals(
            actor=factories.committee(round_.programme), meeting_id=open_one.public_id
        )
    assert len(listed[0]["announcements"]) == 3
    assert counts[0] == counts[2]
    assert Resolution.objects.count() == 10


def test_meetings_and_announcements_are_turned_page_by_page(round_, office):
    Meeting.objects.bulk_create(
        Meeting(round=round_, number=f"{number}/2570", held_on=MID_WINDOW.date()) for number in range(51)
    )
    for number in range(51):
        Announcement.objects.create(
            round=round_,
            number=f"{number}/2570",
            dated=MID_WINDOW.date(),
            valid_from=MID_WINDOW.date(),
            publication=Publication.objects.create(programme=round_.programme, title=str(number)),
        )

    def listed(query: str = "") -> tuple[list[str], list[str]]:
        context = get(office, url("meetings") + query).context
        return [row.number for row in context["meetings"]], [row.number for row in context["announcements"]]

    newest = [f"{number}/2570" for number in range(50, 0, -1)]
    assert listed() == (newest, newest)
    assert listed("?page=2") == (["0/2570"], newest)
    assert listed("?announced=2") == (newest, ["0/2570"])
    page = text(get(office, url("meetings") + "?page=2"))
    assert "?page=2&amp;announced=2" in page
    assert "?page=1" in page


def test_an_interest_is_declared_from_the_meeting_and_shuts_the_case(round_, committee, office):
    case, other = factories.agreed(round_, 2)
    row = factories.meeting(round_)
    meeting, address = url("meeting", row.public_id), url("interest", row.public_id, case.public_id)
    assert address in text(get(committee, meeting))
    assert address not in text(get(office, meeting))
    get(committee, address)
    assert committee.post(address, {"reason": ""}).status_code == 422
    told = committee.post(address, {"reason": "คู่สมรสเป็นหัวหน้าศูนย์"}, follow=True)
    assert told.redirect_chain == [(meeting, 302)]
    assert case.application.centre.name_th not in text(told).partition('id="todo"')[2]
    assert "บันทึกส่วนได้เสียแล้ว" in text(told)
    for name in ("interest", "decide"):
        get(committee, url(name, row.public_id, case.public_id), 404)
    assert address not in text(get(committee, meeting))
    (kept,) = Conflict.objects.all()
    assert (kept.case, kept.kind, kept.reason) == (case, "declared", "คู่สมรสเป็นหัวหน้าศูนย์")
    factories.actions.adopt_proposals(actor=factories.committee(round_.programme), meeting_id=row.public_id)
    late = committee.post(url("interest", row.public_id, other.public_id), {"reason": "ญาติ"})
    assert late.status_code == 422
    assert "แจ้งฝ่ายเลขานุการโครงการโดยตรง" in text(late)
    assert "ญาติ" in text(late)


def test_where_a_gate_is_open_certifying_is_not_offered_and_is_refused_in_words(round_, committee):
    (shut,) = factories.agreed(round_, level="", total=95, gates=0)
    (fine,) = factories.agreed(round_)
    row = factories.meeting(round_)
    address = url("decide", row.public_id, shut.public_id)
    asked = text(get(committee, address))
    assert 'value="certify"' not in asked
    assert 'name="level_key"' not in asked
    assert "รับรองไม่ได้ในตอนนี้" in asked
    sent = {"decision": "certify", "level_key": "excellent", "reason": "เหตุผลที่พิมพ์ไว้"}
    refused = committee.post(address, sent)
    assert refused.status_code == 422
    assert "ยังไม่ผ่านเกณฑ์ที่ต้องผ่านข้อ" in text(refused)
    assert "เหตุผลที่พิมพ์ไว้" in text(refused)
    assert committee.post(address, {**sent, "decision": "defer"}).status_code == 302
    offered = text(get(committee, url("decide", row.public_id, fine.public_id)))
    assert 'value="certify"' in offered
    assert "รับรองไม่ได้ในตอนนี้" not in offered


def test_a_departure_as_proposed_is_asked_again_with_what_was_chosen(round_, committee):
    (case,) = factories.agreed(round_)
    address = url("decide", factories.meeting(round_).public_id, case.public_id)
    refused = committee.post(address, {"decision": "certify", "level_key": "basic", "reason": AS_PROPOSED})
    assert refused.status_code == 422
    assert "เห็นต่างจากที่คณะผู้ตรวจประเมินเสนอ" in text(refused)
    form = refused.context["form"]
    assert [form[name].value() for name in ("decision", "level_key", "reason")] == [
        "certify",
        "basic",
        AS_PROPOSED,
    ]
    assert not Resolution.objects.exists()


def test_the_meetings_open_at_a_round_of_ones_own_programme(round_, office):
    others = [RoundFactory() for _ in range(6)]
    for row in (round_, others[0]):
        for actor in (factories.committee(row.programme), secretariat(row.programme, MID_WINDOW)):
            assert steps(get(browser(actor), url("meetings"))) == [row]
    auditor = browser(actor_for("auditor", programme=round_.programme, received_at=MID_WINDOW))
    page = get(auditor, url("meetings"))
    assert steps(page) == []
    assert "เปิดการประชุมครั้งใหม่" not in text(page)


def test_between_rounds_the_newest_of_ones_own_is_shown(round_, office):
    RoundFactory()
    Stage.objects.filter(round=round_).update(
        starts_at=MID_WINDOW - datetime.timedelta(days=9), ends_at=MID_WINDOW - datetime.timedelta(days=1)
    )
    assert steps(get(office, url("meetings"))) == [round_]


def test_who_works_for_two_programmes_finds_the_next_step_of_both(round_):
    other = RoundFactory()
    person = PersonFactory()
    for role, programme in (("auditor", RoundFactory().programme), ("committee", other.programme)):
        actor_for(role, person=person, programme=programme)
    both = actor_for("secretariat", person=person, programme=round_.programme, received_at=MID_WINDOW)
    page = get(browser(both), url("meetings"))
    assert set(steps(page)) == {round_, other}
    assert {step["round"]: step["may_announce"] for step in page.context["steps"]} == {
        round_: True,
        other: False,
    }
    for row in (round_, other):
        assert url("open-meeting", row.public_id) in text(page)
        assert row.programme.name_th in text(page)


def steps(page) -> list:
    """The rounds whose next step a page of meetings offers."""
    return [step["round"] for step in page.context["steps"]]


def test_others_find_no_door(round_, committee):
    factories.agreed(round_, 1)
    row = factories.closed(round_)
    stranger = browser(actor_for("officer"))
    for page in (url("meetings"), url("meeting", row.public_id)):
        assert stranger.get(page).status_code == 403
    elsewhere = browser(factories.committee(RoundFactory().programme))
    assert elsewhere.get(url("meeting", row.public_id)).status_code == 404
