"""Passing a letter on: what is proposed, which days are allowed, and the draft that comes of it."""

import datetime

import pytest
from django.db.models import Q

from saduak.correspondence.actions import forwarding as actions
from saduak.correspondence.actions import issuing, recalling, receiving
from saduak.correspondence.inputs import DeadlineInput, Numbering
from saduak.correspondence.models import Circulation, Delivery, Draft, Duty, Letter, RecipientList
from saduak.correspondence.queries import forwarding
from saduak.correspondence.queries.drafts import ready_problems
from saduak.correspondence.queries.recipients import audience_of
from saduak.correspondence.seeds import seed
from saduak.foundation import clock, ids
from saduak.foundation.access import Actor, Conflict, Invalid, Refused, registry
from saduak.foundation.access.registry import Rule
from saduak.foundation.models import Holiday
from saduak.programme.actions import set_internal_deadline
from saduak.programme.models import InternalDeadline
from tests.correspondence import factories_sending as f
from tests.correspondence.factories_drafts import DelegationFactory
from tests.kept import kept
from tests.organisations.factories import OrganisationFactory, ProgrammeFactory, actor_for, me

pytestmark = pytest.mark.django_db
DAY = datetime.date


@kept
def world(world):
    """The small country with its round, on Thursday 4 February 2570."""
    f.open_round(world)
    return world


def to_province(world, **values) -> Delivery:
    """The ministry's letter at the office of the province."""
    dispatch = f.sent_letter(
        world, f.targets_of([world.province]), issuer=world.ministry, sender=world.ministry, **values
    )
    return f.at(dispatch, world.province)


def typed(world, **changes) -> actions.Forwarding:
    values = {
        "office_id": world.office.public_id,
        "issuer_id": world.province.public_id,
        "addressee": "นายอำเภอ ทุกอำเภอ",
        "recipients": "นายอำเภอ ทุกอำเภอ",
        "instruction": "จังหวัดขอให้อำเภอดำเนินการ",
        "signer_name": "ผู้ลงนาม",
        "signer_position": "ปลัดจังหวัด",
    }
    return actions.Forwarding(**(values | changes))


def begin(world, row, clerk, **changes) -> Draft:
    key = changes.pop("key", None)
    return actions.begin_forward(
        actor=clerk, delivery_id=row.public_id, values=typed(world, **changes), idempotency_key=key
    )


# --- The draft --------------------------------------------------------------------------------------------------------


def test_a_draft_comes_of_it_and_nothing_is_sent_or_received(world):
    row, clerk = to_province(world), world.clerk(world.office)
    draft = begin(
        world,
        row,
        clerk,
        exceptions="อำเภอทดสอบ3",
        is_circular=True,
        acknowledge_by=DAY(2027, 2, 9),
        forward_by=DAY(2027, 2, 11),
        deadline=DeadlineInput(DAY(2027, 2, 15), "check"),
    )
    draft.refresh_from_db()
    row.refresh_from_db()
    assert (draft.office, draft.issuer, draft.programme) == (world.office, world.province, world.programme)
    assert (draft.forwards, draft.round, draft.state) == (row, world.round, "writing")
    assert (draft.addressee, draft.recipients) == ("นายอำเภอ ทุกอำเภอ", "นายอำเภอ ทุกอำเภอ")
    assert (draft.exceptions, draft.is_circular) == ("อำเภอทดสอบ3", True)
    assert (draft.acknowledge_by, draft.forward_by) == (DAY(2027, 2, 9), DAY(2027, 2, 11))
    assert draft.deadlines == [{"due": "2027-02-15", "kind": "check"}]
    assert (draft.signer_name, draft.signer_position) == ("ผู้ลงนาม", "ปลัดจังหวัด")
    assert (row.state, row.received_at) == ("sent", None)


def test_the_paper_says_what_the_days_are(world):
    row, clerk = to_province(world), world.clerk(world.office)
    both = begin(
        world, row, clerk, forward_by=DAY(2027, 2, 11), deadline=DeadlineInput(DAY(2027, 2, 15), "submit")
    )
    assert both.body.endswith(
        "จังหวัดขอให้อำเภอดำเนินการ\n\nทั้งนี้ ขอให้ยื่นใบสมัครภายในวันที่ 15 กุมภาพันธ์ 2570 "
        "และแจ้งหน่วยงานในความรับผิดชอบภายในวันที่ 11 กุมภาพันธ์ 2570"
    )
    one = begin(world, row, clerk, deadline=DeadlineInput(DAY(2027, 2, 15), "check"))
    assert one.body.endswith("ทั้งนี้ ขอให้ส่งร่างใบสมัครให้ตรวจทานภายในวันที่ 15 กุมภาพันธ์ 2570")
    assert begin(world, row, clerk).body.endswith("จังหวัดขอให้อำเภอดำเนินการ")


def test_it_begins_with_the_template_for_passing_on_under_the_letters_own_subject(world):
    seed()
    row, clerk = to_province(world), world.clerk(world.office)
    draft = begin(world, row, clerk)
    assert (draft.template.code, draft.kind, draft.subject) == ("pass-on", "external", row.letter.subject)
    first, last = draft.body.split("\n\n")
    assert first.startswith(f"ด้วยจังหวัดทดสอบได้รับแจ้งจากกระทรวงทดสอบ ตามหนังสือ ที่ {row.letter.number} ลงวันที่ 4 ก")
    assert last == "จังหวัดขอให้อำเภอดำเนินการ"
    assert ready_problems(draft) == {}
    assert [one.title for one in draft.attachments.all()] == [f"สำเนา{draft.references}"]


def test_a_letter_without_a_subject_gets_the_templates(world):
    seed()
    letter = f.letter_of(world, world.ministry, subject="")
    draft = begin(world, to_province(world, letter=letter), world.clerk(world.office))
    assert draft.subject == "แจ้งหนังสือของกระทรวงทดสอบ"


def test_what_the_letter_asks_is_asked_further(world):
    letter = f.letter_of(world, world.ministry)
    duty = Duty.objects.create(
        letter=letter, ordinal=1, who="", what="ส่งรายชื่อ", force="order", due_at=f.NOW + 9 * f.DAY
    )
    draft = begin(world, to_province(world, letter=letter, duties={duty: None}), world.clerk(world.office))
    assert draft.duties == [{"who": "", "what": "ส่งรายชื่อ", "due": "2027-02-13", "force": "order"}]


def test_a_signer_of_the_register_is_named_by_it(world):
    power = DelegationFactory(organisation=world.province)
    row, clerk = to_province(world), world.clerk(world.office)
    draft = begin(world, row, clerk, signer_id=power.public_id)
    assert (draft.signer, draft.signer_name) == (power, "")
    assert forwarding.habits(clerk, forwarding.desks_for(clerk, row)[0]).signer_id == power.pk


def test_one_key_is_one_draft(world):
    row, clerk, key = to_province(world), world.clerk(world.office), ids.public_id()
    assert begin(world, row, clerk, key=key) == begin(world, row, clerk, key=key)
    assert Draft.objects.count() == 1


def test_a_letter_that_came_on_paper_is_passed_on_alike(world):
    letter = f.letter_of(world, world.ministry, world.office)
    row = Delivery.objects.create(
        letter=letter, organisation=world.office, state="received", received_at=clock.now()
    )
    draft = begin(world, row, world.clerk(world.office))
    assert draft.forwards == row


def test_who_may_pass_it_on(world):
    row = to_province(world)
    with pytest.raises(Refused) as other:
        begin(world, row, world.clerk(world.districts[0]))
    assert other.value.code == "not-own-office"
    with pytest.raises(Refused) as another_name:
        begin(world, row, world.clerk(world.office), issuer_id=world.office.public_id)
    assert another_name.value.code == "not-own-office"
    recalling.recall(actor=world.clerk(world.ministry), dispatch_id=row.dispatch.public_id, reason="ผิดฉบับ")
    with pytest.raises(Conflict) as gone:
        begin(world, row, world.clerk(world.office))
    assert gone.value.code == "withdrawn"


# --- Days -------------------------------------------------------------------------------------------------------------


def set_above(world, kind: str, day: DAY, owner=None) -> InternalDeadline:
    owner = owner or world.ministry
    return set_internal_deadline(
        actor=world.clerk(owner),
        round_id=world.round.public_id,
        owner=owner,
        kind=kind,
        reach="line",
        due_on=day,
    )


@pytest.mark.parametrize(
    ("above", "kind", "day", "words"),
    [
        (
            [("check", DAY(2027, 2, 15))],
            "check",
            DAY(2027, 2, 16),
            "กำหนดส่งร่างให้ตรวจทานของกระทรวงทดสอบ คือ 15 ก.พ. 2570",
        ),
        ([("submit", DAY(2027, 2, 20))], "submit", DAY(2027, 2, 21), "กำหนดส่งใบสมัครของกระทรวงทดสอบ"),
        ([("submit", DAY(2027, 2, 20))], "check", DAY(2027, 2, 21), "กำหนดส่งใบสมัครของกระทรวงทดสอบ"),
        ([("check", DAY(2027, 2, 10))], "submit", DAY(2027, 3, 1), "วันปิดรับสมัคร คือ 28 ก.พ. 2570"),
        ([], "check", DAY(2027, 2, 3), "วันนี้ผ่านไปแล้ว"),
    ],
)
def test_a_day_later_than_those_above_allow_is_refused_in_words(world, above, kind, day, words):
    row, clerk = to_province(world), world.clerk(world.office)
    for one in above:
        set_above(world, *one)
    with pytest.raises(Invalid) as refused:
        begin(world, row, clerk, deadline=DeadlineInput(day, kind))
    assert words in str(refused.value.fields["deadline_on"])
    assert not Draft.objects.exists()


def test_the_same_day_as_above_and_an_earlier_one_are_taken(world):
    row, clerk = to_province(world), world.clerk(world.office)
    set_above(world, "check", DAY(2027, 2, 15))
    for day in (DAY(2027, 2, 15), DAY(2027, 2, 10)):
        assert begin(world, row, clerk, deadline=DeadlineInput(day, "check")).deadlines[0]["due"] == f"{day}"


def test_a_deadline_that_the_office_set_before_is_told_not_set_anew(world):
    row, clerk = to_province(world), world.clerk(world.office)
    set_above(world, "check", DAY(2027, 2, 12), owner=world.province)
    with pytest.raises(Invalid) as refused:
        begin(world, row, clerk, deadline=DeadlineInput(DAY(2027, 2, 10), "check"))
    assert "ตั้งกำหนดนี้ไว้แล้วเป็น 12 ก.พ. 2570" in str(refused.value.fields["deadline_on"])
    assert begin(world, row, clerk, deadline=DeadlineInput(DAY(2027, 2, 12), "check")).deadlines


def test_days_that_are_over_are_told_at_their_fields(world):
    row, clerk = to_province(world), world.clerk(world.office)
    with pytest.raises(Invalid) as refused:
        begin(world, row, clerk, acknowledge_by=DAY(2027, 2, 3), forward_by=DAY(2027, 2, 1))
    assert set(refused.value.fields) == {"acknowledge_by", "forward_by"}
    assert begin(world, row, clerk, acknowledge_by=DAY(2027, 2, 4)).acknowledge_by == DAY(2027, 2, 4)


def test_days_are_asked_again_as_the_letter_goes_out(world, exactly):
    """Since it was begun days passed, somebody changed the draft, and those above set an earlier date."""
    row, clerk = to_province(world), world.clerk(world.office)
    draft = begin(
        world,
        row,
        clerk,
        acknowledge_by=DAY(2027, 2, 5),
        forward_by=DAY(2027, 2, 11),
        deadline=DeadlineInput(DAY(2027, 2, 20), "check"),
    )
    again = Draft.objects.select_related("forwards__letter", "programme", "office", "issuer").get(pk=draft.pk)
    with exactly(5):
        assert forwarding.days_not_allowed(clerk, again) == {}
    set_above(world, "check", DAY(2027, 2, 15))
    draft.deadlines = [{"due": "", "kind": "check"}, *draft.deadlines]
    later = clerk.at(f.NOW + 3 * f.DAY)
    wrong = {name: str(words) for name, words in forwarding.days_not_allowed(later, draft).items()}
    assert set(wrong) == {"acknowledge_by", "deadline-1-due"}
    assert "กำหนดส่งร่างให้ตรวจทานของกระทรวงทดสอบ คือ 15 ก.พ. 2570" in wrong["deadline-1-due"]
    draft.deadlines, draft.forward_by = [], None
    with exactly(0):
        assert set(forwarding.days_not_allowed(later, draft)) == {"acknowledge_by"}
        draft.forwards = None
        assert forwarding.days_not_allowed(later, draft) == {}


def test_a_letter_with_a_day_later_than_those_above_allow_does_not_go_out(world):
    row, clerk = to_province(world), world.clerk(world.office)
    draft = begin(world, row, clerk, deadline=DeadlineInput(DAY(2027, 2, 20), "check"))
    set_above(world, "check", DAY(2027, 2, 15))
    with pytest.raises(Invalid) as refused:
        issuing.issue(
            actor=clerk,
            draft_id=draft.public_id,
            numbering=Numbering(dated=DAY(2027, 2, 4), number="ทส 0018.1/1"),
        )
    assert "deadline-0-due" in refused.value.fields
    assert not InternalDeadline.objects.filter(owner=world.province).exists()


def test_what_a_room_above_hides_of_a_letter_goes_into_no_draft(world, monkeypatch):
    row, clerk = to_province(world), world.clerk(world.office)
    denial = Rule("test.hidden", "", lambda _actor: Q(pk=row.letter_id))
    monkeypatch.setitem(registry._denials[Letter], "test.hidden", denial)
    with pytest.raises(Letter.DoesNotExist):
        begin(world, row, clerk)
    assert not Draft.objects.exists()


def test_without_a_round_there_is_no_deadline(world):
    letter = f.letter_of(world, world.ministry, round=None)
    row = to_province(world, letter=letter)
    clerk = world.clerk(world.office)
    with pytest.raises(Invalid) as refused:
        begin(world, row, clerk, deadline=DeadlineInput(DAY(2027, 2, 10), "check"))
    assert "ยังไม่มีรอบ" in str(refused.value.fields["deadline_on"])
    desk = forwarding.desks_for(clerk, row)[0]
    assert forwarding.round_of(clerk, row) is None
    assert forwarding.limits_for(None, row.organisation_id, desk) == forwarding.Limits()
    assert forwarding.Limits().latest("check") == (None, "")
    assert forwarding.Limits().why_not("check", DAY(2027, 2, 10)) == ""


def test_a_round_that_takes_no_applications_closes_nothing(world):
    row, clerk = to_province(world), world.clerk(world.office)
    world.round.stages.filter(key="application").delete()
    desk = forwarding.desks_for(clerk, row)[0]
    assert forwarding.limits_for(forwarding.round_of(clerk, row), row.organisation_id, desk).closing is None


# --- What is proposed -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "recipients", "passes_on"),
    [
        ("district", "องค์กรปกครองส่วนท้องถิ่นในเขตพื้นที่", False),
        ("province", "นายอำเภอ ทุกอำเภอ", True),
        ("provincial_office", "นายอำเภอ ทุกอำเภอ", True),
        ("department", "ผู้ว่าราชการจังหวัด ทุกจังหวัด", True),
        ("ministry", "หัวหน้าส่วนราชการในสังกัด", True),
        ("local_government", "", False),
    ],
)
def test_recipients_are_proposed_by_the_kind_of_office(kind, recipients, passes_on):
    found = forwarding.usual(kind)
    assert (found.recipients, found.passes_on) == (recipients, passes_on)
    assert bool(found.instruction) is bool(recipients)


def test_days_are_proposed_in_working_days_and_never_after_the_closing(world):
    clerk, row = world.clerk(world.office), to_province(world)
    round_ = forwarding.round_of(clerk, row)
    Holiday.objects.create(date=DAY(2027, 2, 8), name_th="วันหยุด", source="test")
    found = forwarding.proposed_days(DAY(2027, 2, 4), "province", round_)
    # Friday, then Tuesday and Wednesday: Monday is a holiday here.
    assert (found.acknowledge_by, found.acknowledge_days) == (DAY(2027, 2, 10), 3)
    assert (found.forward_by, found.forward_days) == (DAY(2027, 2, 12), 5)
    assert forwarding.proposed_days(DAY(2027, 2, 4), "district", round_).forward_by is None
    near = forwarding.proposed_days(DAY(2027, 2, 26), "province", round_)
    assert (near.acknowledge_by, near.forward_by) == (DAY(2027, 2, 28), DAY(2027, 2, 28))
    after = forwarding.proposed_days(DAY(2027, 3, 1), "province", round_)
    assert after.acknowledge_by == DAY(2027, 3, 4)
    assert forwarding.proposed_days(DAY(2027, 3, 1), "province", None).forward_by == DAY(2027, 3, 8)


def test_desks_are_those_at_which_the_letter_came(world):
    row, clerk = to_province(world), world.clerk(world.office)
    assert [(d.office, d.issuer) for d in forwarding.desks_for(clerk, row)] == [
        (world.office, world.province)
    ]
    own = f.at(
        f.sent_letter(world, f.targets_of([world.office]), issuer=world.ministry, sender=world.ministry),
        world.office,
    )
    names = [desk.issuer for desk in forwarding.desks_for(clerk, own)]
    assert names == [world.province, world.office]
    assert forwarding.desks_for(world.clerk(world.districts[0]), row) == []
    of_another = actor_for("clerk", world.office, programme=ProgrammeFactory())
    assert forwarding.desks_for(of_another, row) == []


def test_the_office_is_offered_what_it_wrote_last(world):
    row, clerk = to_province(world), world.clerk(world.office)
    desk = forwarding.desks_for(clerk, row)[0]
    assert forwarding.habits(clerk, desk) == forwarding.Habits()
    begin(world, row, clerk, recipients="อำเภอทดสอบ1", is_circular=False)
    found = forwarding.habits(clerk, desk)
    assert (found.signer_name, found.recipients, found.is_circular) == ("ผู้ลงนาม", "อำเภอทดสอบ1", False)


# --- Around a delivery ------------------------------------------------------------------------------------------------


def test_open_drafts_are_those_not_sent_and_not_given_up(world):
    row, clerk = to_province(world), world.clerk(world.office)
    first, second = begin(world, row, clerk), begin(world, row, clerk)
    assert forwarding.open_drafts(clerk, row) == [second, first]
    Draft.objects.filter(pk=first.pk).update(state="cancelled")
    assert forwarding.open_drafts(clerk, row) == [second]
    assert forwarding.open_drafts(world.clerk(world.districts[0]), row) == []


def test_the_way_begins_where_the_letter_came_on_paper(world):
    letter = f.letter_of(world, world.ministry, world.office)
    paper = Delivery.objects.create(
        letter=letter, organisation=world.office, state="received", received_at=clock.now()
    )
    assert forwarding.way_of(paper) == [paper]
    at_district = f.at(f.to_districts(world, forwards=paper), world.districts[0])
    assert forwarding.way_of(at_district) == [paper, at_district]
    straight = to_province(world)
    assert forwarding.way_of(straight) == [straight]


def test_the_earliest_open_duty_of_each_letter(world, exactly):
    clerk = world.clerk(world.districts[0])
    for number in (1, 2, 3):
        letter = f.letter_of(world, world.province, world.office)
        duties = [
            Duty.objects.create(
                letter=letter, ordinal=n, who="", what=f"{n}", force="request", due_at=f.NOW + n * f.DAY
            )
            for n in (2, 1)
        ]
        dispatch = f.to_districts(world, letter=letter, duties=dict.fromkeys(duties))
        rows = list(Delivery.objects.filter(organisation=world.districts[0]))
        with exactly(1):
            found = forwarding.next_duties(clerk, rows)
        assert len(found) == number
        assert found[dispatch.letter_id, world.districts[0].pk].duty.what == "1"


def test_what_waits_for_one_person(world, exactly):
    dispatch = f.to_districts(world)
    row, clerk = f.at(dispatch, world.districts[0]), world.clerk(world.districts[0])
    officer = actor_for("officer", world.districts[0])
    assert forwarding.waiting_for_me(officer) == 0
    assert forwarding.waiting_for_me(Actor.system("test")) == 0
    receiving.circulate(actor=clerk, delivery_id=row.public_id, person_ids=[me(officer).public_id])
    with exactly(1):
        assert forwarding.waiting_for_me(officer) == 1
    receiving.see(actor=officer, delivery_id=row.public_id)
    assert forwarding.waiting_for_me(officer) == 0
    receiving.assign(actor=clerk, delivery_id=row.public_id, person_id=me(officer).public_id)
    assert forwarding.waiting_for_me(officer) == 1
    receiving.acknowledge(actor=officer, delivery_id=row.public_id)
    assert forwarding.waiting_for_me(officer) == 0
    assert Circulation.objects.count() == 1


def test_who_had_a_letter_each_office_once(world):
    first = f.to_districts(world)
    f.sent_letter(world, f.targets_of([world.districts[0], world.office]), letter=first.letter)
    rows = forwarding.had_letter(first.letter, world.office.pk)
    assert [row.organisation for row in rows] == world.districts


# --- Named lists ------------------------------------------------------------------------------------------------------


def listed(world, name: str, *offices, owner=None) -> RecipientList:
    row = RecipientList.objects.create(organisation=owner or world.office, name=name)
    row.members.set(offices)
    return row


def to_whom(world, recipients: str, exceptions: str = "") -> tuple[list[str], tuple[str, ...]]:
    draft = Draft(
        office=world.office,
        issuer=world.province,
        programme=world.programme,
        recipients=recipients,
        exceptions=exceptions,
    )
    found = audience_of(draft)
    return [office.name for office in found.offices], found.unmet_exceptions


def test_the_name_of_a_list_means_the_offices_on_it(world):
    gone = OrganisationFactory(retired_at=clock.now())
    listed(world, "กลุ่มเหนือ", world.districts[0], world.districts[2], world.office, gone)
    listed(world, "ของจังหวัด", world.ministry, owner=world.province)
    listed(world, "ของหน่วยอื่น", world.districts[1], owner=world.districts[1])
    names = [row.name_th for row in world.districts]
    assert to_whom(world, "กลุ่มเหนือ") == ([names[0], names[2]], ())
    assert to_whom(world, "กลุ่มเหนือ\nอำเภอทดสอบ2")[0] == names
    assert to_whom(world, "ของจังหวัด")[0] == ["กระทรวงทดสอบ"]
    assert to_whom(world, "นายอำเภอ ทุกอำเภอ")[0] == names
    assert to_whom(world, "ของหน่วยอื่น")[0] == []


def test_a_list_is_excepted_as_words_are(world):
    listed(world, "กลุ่มเหนือ", world.districts[0], world.districts[2])
    listed(world, "กระทรวง ก", world.ministry)
    names = [row.name_th for row in world.districts]
    assert to_whom(world, "นายอำเภอ ทุกอำเภอ", "กลุ่มเหนือ") == ([names[1]], ())
    assert to_whom(world, "กลุ่มเหนือ", "อำเภอทดสอบ1") == ([names[2]], ())
    assert to_whom(world, "กลุ่มเหนือ", "อำเภอทดสอบ2") == ([names[0], names[2]], ("อำเภอทดสอบ2",))
    assert to_whom(world, "นายอำเภอ ทุกอำเภอ", "กระทรวง ก") == (names, ("กระทรวง ก",))


def test_how_an_office_of_a_list_is_reached(world):
    twins = [OrganisationFactory(name_th="ชื่อเดียวกัน", under=upper) for upper in (None, world.province)]
    listed(world, "รายชื่อ", world.districts[0], *twins)
    draft = Draft(office=world.office, issuer=world.province, programme=world.programme, recipients="รายชื่อ")
    ways = {office.pk: office.way for office in audience_of(draft).offices}
    assert ways == {world.districts[0].pk: "line", twins[0].pk: "other", twins[1].pk: "line"}


def test_lists_cost_the_same_with_one_office_and_with_twenty(world, exactly):
    draft = Draft(office=world.office, issuer=world.province, programme=world.programme)
    offices = [OrganisationFactory() for _ in range(20)]
    for count in (1, 3, 20):
        listed(world, f"รายชื่อ {count}", *offices[:count])
        draft.recipients = f"รายชื่อ {count}"
        with exactly(10):
            assert len(audience_of(draft).offices) == count
