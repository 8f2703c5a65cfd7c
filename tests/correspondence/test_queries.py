"""Who sees which letter, and what a page costs."""

import pytest

from saduak.correspondence import queries, rules
from saduak.correspondence.models import Duty, DutyRecipient, Letter, LetterFinding
from saduak.foundation.access import Actor
from tests.correspondence import factories as f
from tests.kept import kept
from tests.organisations.factories import (
    OrganisationFactory,
    ServiceCentreFactory,
    actor_for,
)

pytestmark = pytest.mark.django_db


@kept
def place(place):
    place.letter = f.confirmed(place.clerk, place.office)
    return place


def test_who_sees_a_confirmed_letter(place):
    elsewhere = f.province("92", "อื่น", districts=1)
    sees = {
        "holder": actor_for("head", place.office),
        "issuer": actor_for("supervisor", place.province),
        "recipient": actor_for("helper", place.districts[0]),
        "auditor": actor_for("auditor"),
        "town": actor_for("clerk", place.town),
        "other province": actor_for("clerk", elsewhere.office),
        "secretariat": actor_for("secretariat"),
        "evaluator": actor_for("evaluator", place.districts[0]),
        "public": Actor.public(),
    }
    seen = {who for who, actor in sees.items() if Letter.objects.visible_to(actor).exists()}
    assert seen == {"holder", "issuer", "recipient", "auditor"}


def test_who_works_for_one_centre_reads_what_came_to_the_office_and_does_not_speak_for_it(place):
    district = place.districts[0]
    whole = actor_for("officer", district)
    bound = actor_for("officer", centre=ServiceCentreFactory(organisation=district))
    share = queries.shares(whole).first()
    assert queries.share(bound, share.public_id) == share
    for actor, speaks in ((whole, True), (bound, False)):
        assert bool(rules.may_answer(actor, share)) == speaks
        assert bool(rules.may_load(actor, district)) == speaks
        assert bool(rules.may_confirm(actor, Letter(holder=district))) == speaks
        assert bool(queries.todos(actor)) == speaks
        assert (queries.tally(actor)["to_answer"] > 0) == speaks


def test_a_letter_that_is_not_confirmed_is_seen_by_its_holder_alone(place):
    f.loaded(place.clerk, place.office, f.OWN.replace(b"/12", b"/13"))
    waiting = Letter.objects.filter(state="read")
    for actor, sees in (
        (place.clerk, True),
        (actor_for("supervisor", place.districts[0]), False),
        (actor_for("auditor"), False),
    ):
        assert Letter.objects.visible_to(actor).filter(pk__in=waiting).exists() == sees


def test_a_recipient_sees_its_own_share_and_the_issuer_sees_all(place):
    duties = Duty.objects.count()
    district = actor_for("officer", place.districts[0])
    assert DutyRecipient.objects.visible_to(district).count() == duties
    assert DutyRecipient.objects.visible_to(place.clerk).count() == 3 * duties
    assert [(d.offices, d.done) for d in queries.duties_of(district, place.letter)] == [(1, 0)] * duties
    assert [d.offices for d in queries.duties_of(place.clerk, place.letter)] == [3] * duties
    assert not LetterFinding.objects.visible_to(district).exists()


def test_the_four_views_of_the_inbox_and_its_search(place):
    district = actor_for("clerk", place.districts[0])
    f.loaded(district, place.districts[0], f.OWN.replace(b"/12", b"/14"))
    count = {
        view: queries.inbox(district, view=view).count()
        for view in ("all", "to_confirm", "received", "issued")
    }
    assert count == {"all": 2, "to_confirm": 1, "received": 1, "issued": 0}
    assert queries.inbox(place.clerk, view="issued").count() == 1
    assert queries.inbox(district, query="ทส 0018").count() == 1
    assert queries.inbox(district, query="ไม่มีคำนี้").count() == 0
    assert queries.tally(district) == {"to_confirm": 1, "to_answer": Duty.objects.count()}


def test_todos_put_the_earliest_date_first_and_the_letter_to_confirm_last(place):
    district = actor_for("clerk", place.districts[0])
    f.loaded(district, place.districts[0], f.OWN.replace(b"/12", b"/14"))
    found = queries.todos(district)
    assert [t.kind for t in found] == ["acknowledge", "acknowledge", "confirm"]
    assert found[0].due_at < found[1].due_at
    assert (found[0].force, found[0].letter_number) == ("order", "ทส 0018.1/12")
    assert queries.todos(Actor.public()) == []


def test_letters_of_a_round(place):
    assert list(queries.letters_of_round(place.clerk, place.letter.round_id)) == [place.letter]
    assert not queries.letters_of_round(actor_for("clerk", place.town), place.letter.round_id).exists()


@pytest.mark.parametrize("offices", [1, 3])
def test_costs_do_not_grow_with_rows(place, exactly, offices):
    for n in range(offices):
        OrganisationFactory(code=f"more-{n}", kind="district", under=place.province)
        f.loaded(place.clerk, place.office, f.OWN.replace(b"/12", f"/2{n}".encode()))
    waiting = Letter.objects.filter(state="read").first()
    district = actor_for("clerk", place.districts[0])
    with exactly(1):
        list(queries.inbox(place.clerk))
    with exactly(1):
        queries.todos(district)
    with exactly(1):
        list(queries.recipients_of(place.clerk, place.letter))
    with exactly(1):
        list(queries.duties_of(place.clerk, place.letter))
    with exactly(11):
        queries.letter_page(place.clerk, waiting)


def test_the_offices_that_have_not_acknowledged_or_not_finished(place):
    first, second, third = place.districts

    def shares(office):
        return DutyRecipient.objects.filter(organisation=office, duty__letter=place.letter)

    shares(first).update(acknowledged_at=f.IN_2566, done_at=f.IN_2566)
    shares(second).update(acknowledged_at=f.IN_2566)
    found = {
        view: list(queries.recipients_of(place.clerk, place.letter, view=view))
        for view in ("", "waiting", "open")
    }
    assert found == {"": [first, second, third], "waiting": [third], "open": [second, third]}
    for view, offices in found.items():
        assert {duty.reached for duty in queries.duties_of(place.clerk, place.letter, view=view)} == {
            len(offices)
        }
    assert {duty.reached for duty in queries.duties_of(actor_for("clerk"), place.letter)} <= {0}


def test_a_date_that_was_not_read_is_proposed_to_nobody(place):
    letter = f.loaded(place.clerk, place.office, f.OWN.replace(b"/12", b"/88"))
    letter.reading["documents"][0]["deadlines"].append({"date": None, "what": "อ่านไม่ออก"})
    assert [row.due_on.isoformat() for row in queries.letter_page(place.clerk, letter).deadlines] == [
        "2023-02-15"
    ]


def test_the_meeting_is_completed_from_the_enclosed_agenda_of_its_day(place):
    """The letter says when, the agenda says where, what and from when to when."""
    told = (
        "ด้วยจังหวัดจะจัดประชุมชี้แจงทำความเข้าใจหลักเกณฑ์ ในวันจันทร์ที่ 19 ธันวาคม 2565 เวลา 08.30 น. ผ่านระบบ Webex Meet\n\n"
        "จังหวัดจึงขอให้"
    )
    enclosed = """

กำหนดการ

การประชุมชี้แจงหลักเกณฑ์
วันจันทร์ที่ %s ธันวาคม 2565
ณ ห้องประชุมพระยาเขตร

เวลา 08.30 - 09.00 น.\tลงทะเบียน
เวลา 09.00 - 12.00 น.\tการบรรยายหลักเกณฑ์และวิธีการประเมิน
"""
    meetings = {}
    for number, day in enumerate(("19", "20"), 13):
        text = f.OWN.decode().replace("0018.1/12", f"0018.1/{number}").replace("จังหวัดจึงขอให้", told, 1)
        letter = f.loaded(place.clerk, place.office, (text + enclosed % day).encode())
        page = queries.letter_page(place.clerk, letter)
        meetings[day] = (page.meeting, [row["what"] for row in page.agenda])
    same, agenda = meetings["19"]
    assert (same["date"], same["start"], same["end"]) == ("2022-12-19", "08:30", "12:00")
    assert "พระยาเขตร" in same["where"]
    assert agenda == ["ลงทะเบียน", "การบรรยายหลักเกณฑ์และวิธีการประเมิน"]
    assert same["title"] == "การประชุมชี้แจงหลักเกณฑ์"
    # An agenda of another day is about something else.
    other, agenda = meetings["20"]
    assert (other["date"], other["end"], other.get("title"), agenda) == ("2022-12-19", None, None, [])
    assert other["where"] == "ผ่านระบบ Webex Meet"
