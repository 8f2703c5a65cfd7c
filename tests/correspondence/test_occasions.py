"""Beginning a letter for what a room above knows: places filled, recipients proposed, several centres enclosed as a list."""

import datetime

import pytest
from python_calamine import CalamineWorkbook

from saduak.correspondence import rules, seeds
from saduak.correspondence.actions import lists, occasions
from saduak.correspondence.addresses import begin_url
from saduak.correspondence.models import Draft, LetterTemplate, RecipientList
from saduak.correspondence.queries import deliveries
from saduak.correspondence.queries import occasions as queries
from saduak.correspondence.queries.drafts import signing_problems
from saduak.correspondence.queries.occasions import Concern, Occasion, occasion
from saduak.correspondence.queries.recipients import audience_of
from saduak.foundation import clock, files
from saduak.foundation.access import Actor, Refused
from saduak.foundation.models import AuditEntry
from saduak.organisations.models import ServiceCentre
from tests.correspondence import factories_sending as f
from tests.correspondence.factories_drafts import LetterTemplateFactory
from tests.organisations.factories import OrganisationFactory, ServiceCentreFactory, actor_for

pytestmark = pytest.mark.django_db
END = datetime.date(2027, 8, 31)
RESULT = LetterTemplate.Use.RESULT.value


@pytest.fixture
def told(world, monkeypatch):
    """A source of this room's own: what it knows is set by the test."""
    f.open_round(world)
    seeds.seed()
    monkeypatch.setattr(queries, "_sources", {})
    known = {}

    @queries.register_occasion(RESULT)
    def source(actor, about):
        return known.get(about)

    def tell(*concerns, about="1", **more):
        values = {"use": RESULT, "programme": world.programme, "title": "แจ้งผล", "name": "แจ้งผลตามประกาศที่ 1"}
        known[about] = Occasion(**(values | more), concerns=concerns)
        return known[about]

    return tell


def centre(office, name="ศูนย์บริการ"):
    return ServiceCentreFactory(organisation=office, name_th=f"{name} {office.name_th}")


def begin(world, about="1", **more):
    values = {"use": RESULT, "office_id": world.office.public_id, "issuer_id": world.province.public_id}
    return occasions.begin_for(actor=world.writer, about=about, **(values | more))


def test_one_centre_is_named_with_its_level_and_its_day(world, told):
    district = world.districts[0]
    told(Concern(centre(district), "ระดับก้าวหน้า", END))
    draft = begin(world)
    name = f"ศูนย์บริการ {district.name_th}"
    assert f"{name}ผ่านการรับรอง ระดับก้าวหน้า โดยใบรับรองใช้ได้ถึงวันที่ 31 สิงหาคม 2570" in draft.body
    assert (draft.addressee, draft.recipients) == (district.head_title, district.name_th)
    assert [office.pk for office in audience_of(draft).offices] == [district.pk]
    assert (draft.template.use, draft.round, draft.attachments.count()) == (RESULT, world.round, 0)
    assert not RecipientList.objects.exists()
    # Only who signs is left open.
    assert set(signing_problems(draft)) == {"signer_name"}


def test_several_centres_stand_in_a_list_that_goes_along(world, told):
    first, second = world.districts[:2]
    told(
        Concern(centre(first), "ระดับก้าวหน้า", END),
        Concern(centre(first, "จุดบริการ"), "ระดับพื้นฐาน", END),
        Concern(centre(second), "ระดับพื้นฐาน", END),
    )
    draft = begin(world)
    assert "ศูนย์ตามรายชื่อที่ส่งมาด้วยผ่านการรับรอง ระดับตามรายชื่อที่ส่งมาด้วย" in draft.body
    assert "ถึงวันที่ 31 สิงหาคม 2570" in draft.body
    assert (draft.addressee, draft.recipients) == ("หัวหน้าหน่วยงานตามรายชื่อแนบท้าย", "แจ้งผลตามประกาศที่ 1")
    assert {office.pk for office in audience_of(draft).offices} == {first.pk, second.pk}
    assert set(signing_problems(draft)) == {"signer_name"}
    enclosed = draft.attachments.get()
    assert (enclosed.title, enclosed.copies, enclosed.file.name) == (
        "รายชื่อศูนย์",
        "จำนวน 1 ฉบับ",
        "centres.xlsx",
    )
    with files.open(enclosed.file) as stream:
        rows = CalamineWorkbook.from_filelike(stream).get_sheet_by_index(0).to_python()
    assert rows[2] == ["ลำดับ", "ศูนย์", "หน่วยงาน", "ระดับ", "ใบรับรองใช้ได้ถึง"]
    assert rows[3] == [1.0, f"ศูนย์บริการ {first.name_th}", first.name_th, "ก้าวหน้า", "31 สิงหาคม 2570"]
    assert len(rows) == 6
    entry = AuditEntry.objects.get(aggregate_id=draft.pk, verb="correspondence.enclosed")
    assert entry.facts["sha256"] == enclosed.file.sha256


def test_days_that_differ_lead_to_the_list_and_what_is_unknown_stays_open(world, told):
    first, second = world.districts[:2]
    told(Concern(centre(first), expires=END), Concern(centre(second), expires=END + datetime.timedelta(1)))
    body = begin(world).body
    assert "ถึงวันที่ ที่ระบุในรายชื่อที่ส่งมาด้วย" in body
    assert "{{certificate.level}}" in body


def test_two_centres_of_one_office_are_told_by_its_name(world, told):
    district = world.districts[0]
    told(Concern(centre(district)), Concern(centre(district, "จุดบริการ")))
    draft = begin(world)
    assert (draft.addressee, draft.recipients) == (district.head_title, district.name_th)
    assert draft.attachments.count() == 1


def test_an_office_whose_name_others_bear_stands_in_a_list(world, told):
    same = OrganisationFactory(name_th="เทศบาลตำบลบ้านใหม่", kind="local_government")
    OrganisationFactory(name_th="เทศบาลตำบลบ้านใหม่", kind="local_government")
    told(Concern(centre(same)))
    draft = begin(world)
    assert (draft.addressee, draft.recipients) == ("เทศบาลตำบลบ้านใหม่", "แจ้งผลตามประกาศที่ 1")
    assert [office.pk for office in audience_of(draft).offices] == [same.pk]


def reach(draft):
    return {office.pk for office in audience_of(draft).offices}


def test_each_letter_means_its_own_offices_whatever_is_begun_under_the_same_name(world, told):
    first, second, third = world.districts
    told(Concern(centre(first)), Concern(centre(second)))
    one = begin(world)
    told(Concern(centre(first)), Concern(centre(third)))
    two = begin(world)
    assert one.recipients == two.recipients
    assert (reach(one), reach(two)) == ({first.pk, second.pk}, {first.pk, third.pk})
    kept = RecipientList.objects.get(draft=one)
    assert (kept.organisation, kept.retired_at) == (world.office, None)


def test_a_list_that_is_kept_by_hand_under_the_name_stays_as_it_is(world, told):
    first, second, third = world.districts
    said = {"actor": world.writer, "organisation_id": world.office.public_id, "name": "แจ้งผลตามประกาศที่ 1"}
    own = lists.keep_list(**said, member_ids=[third.public_id])
    told(Concern(centre(first)), Concern(centre(second)))
    draft = begin(world)
    assert (reach(draft), set(own.members.all())) == ({first.pk, second.pk}, {third})
    assert list(deliveries.lists(world.writer, frozenset({world.office.pk}))) == [own]
    bound = RecipientList.objects.get(draft=draft)
    with pytest.raises(RecipientList.DoesNotExist):
        lists.keep_list(**said, member_ids=[], list_id=bound.public_id)
    # Any other letter of the office means the list that it keeps.
    plain = Draft(
        office=world.office, issuer=world.province, programme=world.programme, recipients=said["name"]
    )
    assert reach(plain) == {third.pk}


def test_a_name_that_a_letter_of_its_own_has_is_free_for_a_list(world, told):
    told(*(Concern(centre(office)) for office in world.districts[:2]))
    begin(world)
    made = lists.keep_list(
        actor=world.writer,
        organisation_id=world.office.public_id,
        name="แจ้งผลตามประกาศที่ 1",
        member_ids=[world.districts[2].public_id],
    )
    assert made.draft is None


def test_who_writes_gets_no_letter_and_its_centres_stand_in_no_list(world, told):
    first, second = world.districts[:2]
    told(*(Concern(centre(office)) for office in (world.office, first, world.province, second)))
    draft = begin(world)
    assert reach(draft) == {first.pk, second.pk}
    assert set(RecipientList.objects.get(draft=draft).members.all()) == {first, second}
    with files.open(draft.attachments.get().file) as stream:
        rows = CalamineWorkbook.from_filelike(stream).get_sheet_by_index(0).to_python()
    assert [row[2] for row in rows[3:]] == [first.name_th, second.name_th]
    told(Concern(centre(world.office)), Concern(centre(first)))
    alone = begin(world)
    assert (alone.recipients, alone.attachments.count()) == (first.name_th, 0)
    told(Concern(centre(world.office)), Concern(centre(world.province)))
    with pytest.raises(Refused) as own:
        begin(world)
    assert own.value.code == "only-own"


def test_an_office_that_is_gone_stands_in_no_list(world, told):
    gone = OrganisationFactory(retired_at=clock.now())
    told(Concern(centre(world.districts[0])), Concern(centre(gone)))
    assert list(RecipientList.objects.get(draft=begin(world)).members.all()) == [world.districts[0]]


def test_an_empty_letter_of_a_kind_has_its_recipients_all_the_same(world, told):
    told(Concern(centre(world.districts[0])))
    draft = begin(world, kind="memo")
    assert (draft.kind, draft.template, draft.body) == ("memo", None, "")
    assert draft.recipients == world.districts[0].name_th


# --- How much it would speak of ---------------------------------------------------------------------------------------


def sizes(found):
    return found and (found.centres, found.offices, found.office, found.has_list)


def test_it_is_told_beforehand_without_those_who_write(world, told):
    first, second = world.districts[:2]
    told(Concern(centre(first)), Concern(centre(first, "จุดบริการ")), Concern(centre(world.office)))
    assert sizes(queries.outline(world.writer, RESULT, "1")) == (2, 1, first, True)
    told(Concern(centre(first)), Concern(centre(second)))
    assert sizes(queries.outline(world.writer, RESULT, "1")) == (2, 2, None, True)
    told(Concern(centre(world.office)), Concern(centre(world.province)))
    # In its own name the office may still write to the province.
    assert sizes(queries.outline(world.writer, RESULT, "1")) == (1, 1, world.province, False)
    told(Concern(centre(world.office)))
    assert queries.outline(world.writer, RESULT, "1") is None
    assert queries.outline(world.writer, RESULT, "2") is None
    assert queries.outline(world.writer, "visit", "1") is None


@pytest.mark.parametrize("many", [1, 3])
def test_what_can_be_thousands_is_counted_by_the_database(world, told, exactly, many):
    rows = [centre(office) for office in world.districts[:many]] + [centre(world.office)]
    centres = ServiceCentre.objects.filter(pk__in=[row.pk for row in rows])

    def counted(actor, about):
        said = {"use": RESULT, "programme": world.programme, "title": about, "office": "organisation"}
        return queries.Outline.counted(actor, rows=centres, **said)

    queries.register_occasion(RESULT, counted)(lambda _actor, _about: None)
    reader = world.clerk(world.office)
    with exactly(2 if many == 1 else 1):
        found = queries.outline(reader, RESULT, "x")
    assert sizes(found) == (many, many, world.districts[0] if many == 1 else None, many > 1)
    centres = centres.filter(organisation=world.office)
    assert queries.outline(reader, RESULT, "x") is None


def test_through_whose_hands_every_letter_goes(world):
    assert rules.hands(world.clerk(world.districts[0])) == {world.districts[0].pk}
    # In the province's name or its own.
    assert rules.hands(world.writer) == {world.office.pk}
    both = Actor.system("both")
    assert rules.hands(both) == frozenset()
    at_centre = actor_for("head", world.office, centre=centre(world.office))
    assert rules.hands(at_centre) == frozenset()
    assert rules.hands(world.writer, world.programme.pk) == {world.office.pk}


def test_the_round_that_it_is_about_and_the_template_that_was_chosen(world, told):
    own = LetterTemplateFactory(use=RESULT, body="ข้อความของเราถึง{{centre.name}}", programme=world.programme)
    told(Concern(centre(world.districts[0])), round=world.round)
    draft = begin(world, template_id=own.public_id)
    assert (draft.template, draft.round) == (own, world.round)
    assert draft.body == f"ข้อความของเราถึงศูนย์บริการ {world.districts[0].name_th}"


def test_without_a_template_for_it_the_recipients_stand_there_all_the_same(world, told):
    LetterTemplate.objects.filter(use=RESULT).delete()
    told(Concern(centre(world.districts[0])))
    draft = begin(world)
    assert (draft.template, draft.body, draft.recipients) == (None, "", world.districts[0].name_th)


def test_nothing_to_write_about_and_not_in_that_name(world, told):
    told(Concern(centre(world.districts[0])))
    with pytest.raises(Refused) as gone:
        begin(world, about="2")
    assert gone.value.code == "no-occasion"
    assert occasion(world.writer, "visit", "1") is None
    with pytest.raises(Refused):
        begin(world, issuer_id=world.ministry.public_id)


def test_the_button_is_for_those_who_write_letters(world):
    evaluator = actor_for("evaluator", world.office)
    assert begin_url(evaluator, world.programme.pk, RESULT, "a:1") == ""
    found = begin_url(world.writer, world.programme.pk, RESULT, "a:1")
    assert found == "/drafts/new/?for=result&about=a%3A1"
    assert begin_url(world.writer, world.programme.pk, RESULT, "a:1", to=world.ministry.pk) == found
    assert begin_url(world.writer, world.programme.pk, RESULT, "a:1", to=world.office.pk) == ""
    elsewhere = actor_for("clerk", world.office, programme=f.ProgrammeFactory())
    assert begin_url(elsewhere, world.programme.pk, RESULT, "a") == ""


@pytest.mark.parametrize("many", [3, 9])
def test_how_many_queries_it_takes_does_not_grow_with_the_offices(world, told, exactly, many):
    offices = [OrganisationFactory() for _ in range(many)]
    told(*(Concern(centre(office)) for office in offices))
    begin(world)
    with exactly(25):
        begin(world)


def test_what_a_room_above_says_of_other_places_is_filled_in_and_what_it_does_not_stays_open(world, told):
    own = LetterTemplateFactory(
        use=RESULT, body="เพราะ{{result.reason}} {{apply.again}}", programme=world.programme
    )
    told(Concern(centre(world.districts[0])), said={"result.reason": "เอกสารไม่ครบ", "apply.again": ""})
    assert begin(world, template_id=own.public_id).body == "เพราะเอกสารไม่ครบ {{apply.again}}"
