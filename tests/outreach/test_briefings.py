"""Briefings: made once from a letter, seen by those invited, carried into calendars, called off."""

import dataclasses
import datetime

import icalendar
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from saduak.correspondence import inputs
from saduak.correspondence.models import Delivery, Letter
from saduak.correspondence.queries import meetings_of, shares
from saduak.foundation import clock
from saduak.foundation.access import Actor, Conflict, Invalid, Refused
from saduak.foundation.models import AuditEntry, User
from saduak.outreach import actions, queries, rules
from saduak.outreach.models import AgendaItem, Briefing, Notice
from tests.correspondence import factories as f
from tests.correspondence import factories_sending as s
from tests.counting import counted
from tests.organisations.factories import ProgrammeFactory, actor_for

pytestmark = pytest.mark.django_db

MEETING = inputs.MeetingInput(
    title="ประชุมชี้แจงหลักเกณฑ์",
    date=datetime.date(2022, 12, 19),
    start=datetime.time(8, 30),
    end=datetime.time(12, 0),
    place="ห้องประชุม 1",
    channels=("Webex", "สถานีโทรทัศน์"),
    items=(
        {"start": "08:30", "end": "09:00", "what": "ลงทะเบียน", "parts": []},
        {
            "start": "09:00",
            "end": None,
            "what": "บรรยาย",
            "parts": [{"what": "บรรยาย", "speaker": "ผู้แทนสำนักงาน"}],
        },
        {"start": None, "end": None, "what": "หมายเหตุ", "parts": []},
    ),
)

SOON = dataclasses.replace(MEETING, date=datetime.date(2027, 2, 20))


@pytest.fixture
def place(made_once):
    with clock.travel(f.IN_2566):
        yield made_once(invited)


def invited():
    """A province with a letter that invites to a meeting."""
    made = f.province_of_2566()
    made.letter = f.confirmed(made.clerk, made.office, meeting=MEETING)
    return made


def test_a_letter_makes_its_briefing_with_agenda_and_notices(place):
    row = Briefing.objects.get()
    assert (row.host, row.letter, row.round) == (place.province, place.letter, place.letter.round)
    assert [(i.ordinal, i.what) for i in row.items.all()] == [(0, "ลงทะเบียน"), (1, "บรรยาย")]
    assert row.channels == ["Webex", "สถานีโทรทัศน์"]
    told = Notice.objects.filter(kind="briefing").values_list("organisation", flat=True)
    assert set(told) == {d.pk for d in place.districts}


def test_the_same_meeting_is_never_made_twice(place):
    again = f.confirmed(place.clerk, place.office, f.OWN.replace(b"/12", b"/99"), meeting=MEETING)
    assert again.for_issuer
    assert Briefing.objects.count() == 1
    assert actions.announce_briefing(actor=place.clerk, letter=again) == Briefing.objects.get()


def test_a_written_letter_invites_whom_it_reaches_and_they_see_its_agenda(exactly):
    with clock.travel(s.NOW):
        world = s.country()
        letter = s.letter_of(world, world.province, world.office, meeting=SOON.as_json())
        actions.announce_briefing(actor=Actor.system("test"), letter=letter)
        row, district = Briefing.objects.get(), actor_for("helper", world.districts[0])
        assert not Briefing.objects.visible_to(district).exists()
        assert not Notice.objects.exists()
        sent = s.sent_letter(world, s.targets_of(world.districts), letter=letter)
        told = Notice.objects.filter(kind="briefing").values_list("organisation", flat=True)
        assert sorted(told) == [office.pk for office in world.districts]
        assert [item.what for item in queries.briefing(district, row.public_id).items.all()] == [
            "ลงทะเบียน",
            "บรรยาย",
        ]
        assert not Briefing.objects.visible_to(actor_for("clerk", world.locals[0][0])).exists()
        assert list(queries.invited(district, row)) == [world.districts[0]]
        assert list(queries.invited(world.clerk(world.office), row)) == world.districts
        # Once, however often it comes; a letter without a meeting asks nothing.
        for count in (1, 3):
            with exactly(2):
                ids = [office.pk for office in world.districts[:count]]
                assert (
                    actions.invite_to_briefing(actor=district, letter=letter, organisation_ids=ids) == count
                )
        assert Notice.objects.filter(kind="briefing").count() == 3
        with exactly(0):
            plain = Letter(meeting={})
            assert actions.invite_to_briefing(actor=district, letter=plain, organisation_ids=[1]) == 0
        # What was called back is nobody's meeting any more.
        Delivery.objects.filter(dispatch=sent, organisation=world.districts[0]).update(state="withdrawn")
        assert not Briefing.objects.visible_to(district).exists()
        assert list(queries.invited(world.clerk(world.office), row)) == world.districts[1:]
        actions.cancel_briefing(actor=world.clerk(world.office), briefing_id=row.public_id, reason="เลื่อน")
        assert Notice.objects.filter(kind="briefing_cancelled").count() == 2
        assert actions.invite_to_briefing(actor=district, letter=letter, organisation_ids=[1]) == 0


def test_the_meeting_of_a_secret_letter_is_for_those_cleared_and_in_no_notice():
    with clock.travel(s.NOW):
        world = s.country()
        letter = s.letter_of(world, world.province, world.office, meeting=SOON.as_json(), secrecy="secret")
        actions.announce_briefing(actor=Actor.system("test"), letter=letter)
        s.sent_letter(world, s.targets_of(world.districts[:1]), letter=letter)
        district = world.districts[0]
        assert Briefing.objects.visible_to(actor_for("clerk", district)).exists()
        assert AgendaItem.objects.visible_to(actor_for("clerk", district)).count() == 2
        assert not Briefing.objects.visible_to(actor_for("officer", district)).exists()
        assert not AgendaItem.objects.visible_to(actor_for("officer", district)).exists()
        # One notice says that there is something to read; the meeting has none of its own.
        assert Notice.objects.get().kind == "secret_came"
        row = Briefing.objects.get()
        actions.cancel_briefing(actor=world.clerk(world.office), briefing_id=row.public_id, reason="เลื่อน")
        assert Notice.objects.get(kind="secret_meeting_off").params == {}


def test_a_letter_in_the_place_of_an_earlier_one_takes_over_its_briefing():
    with clock.travel(s.NOW):
        world = s.country()
        system = Actor.system("test")
        first = s.letter_of(world, world.province, world.office, meeting=MEETING.as_json())
        actions.announce_briefing(actor=system, letter=first)
        s.sent_letter(world, s.targets_of(world.districts), letter=first)
        row = Briefing.objects.get()
        moved = dataclasses.replace(
            MEETING, date=datetime.date(2027, 3, 1), place="ห้องประชุม 2", items=MEETING.items[1:]
        )
        later = s.letter_of(world, world.province, world.office, meeting=moved.as_json())
        first.superseded_by = later
        first.save(update_fields=["superseded_by"])
        assert actions.announce_briefing(actor=system, letter=later) == row
        s.sent_letter(world, s.targets_of(world.districts), letter=later)
        row.refresh_from_db()
        assert (row.letter, row.place, row.starts_at.date()) == (
            later,
            "ห้องประชุม 2",
            datetime.date(2027, 3, 1),
        )
        assert [item.what for item in row.items.all()] == ["บรรยาย"]
        # Moved: everybody hears of the new day.
        assert Notice.objects.filter(kind="briefing").count() == 6
        verb = AuditEntry.objects.get(verb="outreach.briefing_changed")
        assert verb.aggregate_id == row.pk
        # Where another meeting of the host stands already, that one is found and nothing moves.
        third = s.letter_of(world, world.province, world.office, meeting=MEETING.as_json())
        actions.announce_briefing(actor=system, letter=third)
        last = s.letter_of(world, world.province, world.office, meeting=MEETING.as_json())
        later.superseded_by = last
        later.save(update_fields=["superseded_by"])
        assert actions.announce_briefing(actor=system, letter=last).letter == third


def test_a_recipients_copy_makes_none(place):
    district = actor_for("clerk", place.districts[0])
    f.confirmed(district, place.districts[0], f.OWN.replace(b"/12", b"/98"), meeting=MEETING)
    assert Briefing.objects.count() == 1


def test_who_sees_it(place):
    seen = {
        who: Briefing.objects.visible_to(actor).exists()
        for who, actor in (
            ("host", place.clerk),
            ("invited", actor_for("helper", place.districts[0])),
            ("town", actor_for("clerk", place.town)),
            ("evaluator", actor_for("evaluator", place.districts[0])),
        )
    }
    assert seen == {"host": True, "invited": True, "town": False, "evaluator": False}


def test_who_works_for_another_programme_neither_sees_it_nor_calls_it_off(place):
    row, other = Briefing.objects.get(), ProgrammeFactory(short_name="OTHER")
    for office in (place.office, place.districts[0]):
        assert not Briefing.objects.visible_to(actor_for("clerk", office, programme=other)).exists()
        assert Briefing.objects.visible_to(
            actor_for("clerk", office, programme=place.letter.programme)
        ).exists()
    assert rules.may_cancel(place.clerk, row)
    assert not rules.may_cancel(actor_for("clerk", place.office, programme=other), row)


def test_a_duty_leads_to_the_meeting_that_its_letter_announced(place, client, django_assert_num_queries):
    district = actor_for("clerk", place.districts[0])
    client.force_login(
        User.objects.get(pk=district.user_id), "allauth.account.auth_backends.AuthenticationBackend"
    )
    row, share = Briefing.objects.get(), shares(district).first()
    (link,) = meetings_of(district, place.letter)
    assert (link.label, link.url) == (MEETING.title, reverse("outreach:briefing", args=[row.public_id]))
    assert str(link.note) == "19 ธ.ค. 2565 08.30 น."
    page = client.get(reverse("correspondence:duty", args=[share.public_id])).content.decode()
    assert f'<a href="{link.url}">{MEETING.title}</a>' in page
    actions.cancel_briefing(actor=place.clerk, briefing_id=row.public_id, reason="เลื่อน")
    assert str(meetings_of(district, place.letter)[0].note) == "19 ธ.ค. 2565 08.30 น. ยกเลิกแล้ว"
    # Who does not see the briefing gets no link, and a letter without a meeting asks nothing.
    assert meetings_of(actor_for("clerk", place.town), place.letter) == []
    plain = f.confirmed(place.clerk, place.office, f.OWN.replace(b"/12", b"/13"))
    with django_assert_num_queries(0):
        assert meetings_of(district, plain) == []


def test_the_calendar_file_is_read_back_in_bangkok_time(place, client):
    row = Briefing.objects.get()
    district = actor_for("officer", place.districts[0])
    client.force_login(
        User.objects.get(pk=district.user_id), "allauth.account.auth_backends.AuthenticationBackend"
    )
    answer = client.get(reverse("outreach:calendar", args=[row.public_id]))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert ".ics" in answer["Content-Disposition"]
    calendar = icalendar.Calendar.from_ical(answer.content)
    (event,) = calendar.walk("VEVENT")
    start = event.decoded("dtstart")
    assert start.isoformat() == "2022-12-19T08:30:00+07:00"
    assert event["dtstart"].params["TZID"] == "Asia/Bangkok"
    assert event.decoded("dtend").isoformat() == "2022-12-19T12:00:00+07:00"
    assert str(event["summary"]) == MEETING.title
    assert "09.00 บรรยาย" in str(event["description"])
    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == ["Asia/Bangkok"]


def test_calling_off_tells_everybody_and_keeps_the_page(place):
    row = Briefing.objects.get()
    with pytest.raises(Refused):
        actions.cancel_briefing(
            actor=actor_for("clerk", place.districts[0]), briefing_id=row.public_id, reason="x"
        )
    with pytest.raises(Invalid):
        actions.cancel_briefing(actor=place.clerk, briefing_id=row.public_id, reason="")
    actions.cancel_briefing(actor=place.clerk, briefing_id=row.public_id, reason="เลื่อนไม่มีกำหนด")
    assert Notice.objects.filter(kind="briefing_cancelled").count() == len(place.districts)
    with pytest.raises(Conflict):
        actions.cancel_briefing(actor=place.clerk, briefing_id=row.public_id, reason="อีกครั้ง")
    with clock.travel(datetime.datetime(2022, 12, 20, tzinfo=clock.BANGKOK)):
        assert queries.briefings(place.clerk).count() == 0
        assert queries.briefings(place.clerk, past=True).count() == 1


def test_the_pages_show_slots_speakers_channels_and_whom_it_invites(place, client):
    row = Briefing.objects.get()
    client.force_login(
        User.objects.get(pk=place.clerk.user_id), "allauth.account.auth_backends.AuthenticationBackend"
    )
    assert row.title in client.get(reverse("outreach:briefings")).content.decode()
    text = client.get(reverse("outreach:briefing", args=[row.public_id])).content.decode()
    for part in ("ผู้แทนสำนักงาน", "Webex", "ห้องประชุม 1", place.districts[2].name_th, "08.30 น."):
        assert part in text
    url = reverse("outreach:cancel", args=[row.public_id])
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "ห้องไม่ว่าง"}).status_code == 302
    assert "ห้องไม่ว่าง" in client.get(reverse("outreach:briefing", args=[row.public_id])).content.decode()


@pytest.mark.parametrize("more", [1, 3])
def test_the_list_costs_one_query(place, exactly, more):
    for n in range(more):
        meeting = inputs.MeetingInput(
            f"ครั้งที่ {n}", datetime.date(2022, 12, 20 + n), MEETING.start, MEETING.end
        )
        f.confirmed(place.clerk, place.office, f.OWN.replace(b"/12", f"/5{n}".encode()), meeting=meeting)
    with exactly(1):
        assert len(queries.briefings(place.clerk)) == more + 1
    first = Briefing.objects.earliest("starts_at").public_id
    with exactly(2):
        assert len(queries.briefing(place.clerk, first).items.all()) == 2


def test_a_letter_without_a_meeting_makes_no_briefing(place):
    letter = f.confirmed(place.clerk, place.office, f.OWN.replace(b"/12", b"/77"), meeting=None)
    assert letter.meeting == {}
    assert actions.announce_briefing(actor=place.clerk, letter=letter) is None
    assert Briefing.objects.count() == 1
    own = f.confirmed(actor_for("clerk", place.districts[0]), place.districts[0], duties=())
    own.meeting = place.letter.meeting
    with pytest.raises(Refused) as refusal:
        actions.announce_briefing(actor=place.clerk, letter=own)
    assert refusal.value.code == "not-issuer"


def test_a_meeting_that_has_begun_is_not_called_off(place):
    row = Briefing.objects.get()
    with pytest.raises(Conflict) as refusal:
        actions.cancel_briefing(actor=place.clerk.at(row.starts_at), briefing_id=row.public_id, reason="สาย")
    assert refusal.value.code == "already-begun"


def test_pages_cost_the_same_for_one_and_for_three(place, client):
    client.force_login(
        User.objects.get(pk=place.clerk.user_id), "allauth.account.auth_backends.AuthenticationBackend"
    )
    first = Briefing.objects.get()
    pages = [
        reverse("outreach:briefings"),
        reverse("outreach:briefings") + "?view=past",
        reverse("outreach:briefing", args=[first.public_id]),
    ]

    def costs() -> list[int]:
        found = []
        for page in pages:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(page).status_code == 200
            found.append(len(counted(captured)))
        return found

    def another(day: datetime.date, number: int) -> None:
        meeting = inputs.MeetingInput(f"ครั้งที่ {number}", day, MEETING.start, MEETING.end)
        data = f.OWN.replace(b"/12", f"/5{number}".encode())
        f.confirmed(place.clerk, place.office, data, meeting=meeting)

    another(datetime.date(2022, 12, 12), 1)
    one = costs()
    for number in (2, 3):
        another(datetime.date(2022, 12, 18 + number), number)
        another(datetime.date(2022, 12, 12 - number), 3 + number)
    assert [len(client.get(page).context["page"]) for page in pages[:2]] == [3, 3]
    assert costs() == one
    assert max(one) <= 15


def test_a_page_costs_the_same_for_one_invited_office_and_for_three(client):
    with clock.travel(f.IN_2566):
        costs = []
        for letter, districts in f.reaching_one_and_three(client, meeting=MEETING):
            row = Briefing.objects.get(letter=letter)
            with CaptureQueriesContext(connection) as captured:
                page = client.get(reverse("outreach:briefing", args=[row.public_id]))
            assert len(page.context["offices"]) == districts
            costs.append(len(counted(captured)))
    assert costs[0] == costs[1] <= 15
