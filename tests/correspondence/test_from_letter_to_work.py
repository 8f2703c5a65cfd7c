"""What a letter that goes out makes for whom: dates, the words of the last page, officers wanted, a page for its QR."""

import datetime

import pytest

from saduak.correspondence import actions
from saduak.correspondence.actions import issuing
from saduak.correspondence.actions.drafting import create_draft, save_draft
from saduak.correspondence.actions.naming import note_officer
from saduak.correspondence.addresses import page_of, page_of_draft
from saduak.correspondence.draft_values import cleaned
from saduak.correspondence.inputs import DutyInput, Numbering
from saduak.correspondence.matching import wants_of
from saduak.correspondence.models import (
    Delivery,
    Dispatch,
    Draft,
    Duty,
    DutyRecipient,
    Letter,
    LetterTemplate,
)
from saduak.correspondence.queries import letter_page
from saduak.correspondence.queries.documents import document_of, is_reserved
from saduak.correspondence.queries.drafts import ready_problems
from saduak.correspondence.queries.officers import officers_for
from saduak.correspondence.queries.templates import beginning_of, is_secretariat
from saduak.correspondence.seeds import seed
from saduak.correspondence.web.sending import going_out
from saduak.foundation import clock, jobs
from saduak.foundation.access import Actor, Invalid
from saduak.foundation.models import AuditEntry
from saduak.organisations.actions import NewPerson, Post, appoint
from saduak.programme.models import InternalDeadline
from saduak.programme.queries import effective_deadlines
from tests.correspondence import factories as letters
from tests.correspondence import factories_sending as f
from tests.correspondence.factories_drafts import COMPLETE
from tests.organisations.factories import (
    AppointmentFactory,
    OrganisationFactory,
    ProgrammeFactory,
    actor_for,
)

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2027, 2, 4)
SCAN = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"
DUE = [{"due": "2027-02-20", "kind": "submit"}]


@pytest.fixture
def world():
    with clock.travel(f.NOW):
        made = f.country()
        f.open_round(made)
        # An office of the department's line that writes in the governor's name.
        made.writer = OrganisationFactory(
            kind="provincial_office",
            name_th="สำนักงานของกรมทดสอบ",
            under=made.department,
            writes_for=made.province,
        )
        yield made


def written(world, office, **values) -> Draft:
    """A draft that an office writes in its own name, with the signed paper beside it."""
    actor = world.clerk(office)
    draft = create_draft(
        actor=actor,
        office_id=office.public_id,
        issuer_id=office.public_id,
        programme_id=world.programme.public_id,
        round_id=world.round.public_id,
    )
    typed = COMPLETE | {"references": "", "duties": [], "deadlines": []} | values
    save_draft(actor=actor, draft_id=draft.public_id, values=typed, version=draft.version)
    issuing.attach_signed(actor=actor, draft_id=draft.public_id, file=SCAN, name="a.pdf")
    draft.refresh_from_db()
    return draft


def send(world, draft: Draft, number: str = "ทส 1/ว 1") -> Letter:
    letter = issuing.issue(
        actor=world.actors[draft.office_id],
        draft_id=draft.public_id,
        numbering=Numbering(dated=TODAY, number=number),
    )
    jobs.run_pending()
    return letter


def said(draft: Draft) -> list[tuple[str, str]]:
    """What the last page says of the dates."""
    found = going_out.effects(draft, going_out.reached(draft))
    return [(str(one.words), str(one.small)) for one in found if "20 ก" in str(one.words)]


# --- Dates ------------------------------------------------------------------------------------------------------------


def test_a_departments_date_counts_for_the_governors_in_whose_names_its_offices_write(world):
    draft = written(
        world, world.department, addressee="ผู้ว่าราชการจังหวัดทดสอบ", recipients="จังหวัดทดสอบ", deadlines=DUE
    )
    ((words, small),) = said(draft)
    assert words.startswith("ตั้งกำหนดส่งภายใน ส่งใบสมัคร")
    assert small == "มีผลกับผู้รับทุกแห่ง หน่วยงานของคุณเลื่อนได้"
    letter = send(world, draft)
    assert Delivery.objects.get(letter=letter).way == "name"
    deadline = InternalDeadline.objects.get()
    assert (deadline.owner, deadline.reach, deadline.source_letter) == (
        world.department,
        "name",
        letter.public_id,
    )
    assert effective_deadlines(world.round, world.province).submit == deadline
    assert effective_deadlines(world.round, world.districts[0]).internal == ()


def test_a_date_for_those_out_of_reach_stands_in_the_letter_alone_and_the_page_says_so(world):
    stranger = OrganisationFactory(kind="department", name_th="กรมอื่น", head_title="อธิบดีกรมอื่น")
    both = written(
        world,
        world.department,
        addressee="ผู้ว่าราชการจังหวัดทดสอบ",
        recipients="จังหวัดทดสอบ\nกรมอื่น",
        deadlines=DUE,
    )
    ((_words, small),) = said(both)
    assert "มีผลกับ 1 แห่ง" in small
    assert "อีก 1 แห่งเห็นวันนี้ในหนังสือเท่านั้น" in small
    alone = written(world, world.department, addressee="อธิบดีกรมอื่น", recipients="กรมอื่น", deadlines=DUE)
    ((words, small),) = said(alone)
    assert words.startswith("วันที่ให้ ส่งใบสมัคร")
    assert small.startswith("ไม่ตั้งเป็นกำหนดส่งภายใน")
    letter = send(world, alone)
    assert Delivery.objects.get(letter=letter).organisation == stranger
    assert not InternalDeadline.objects.exists()
    send(world, both, "ทส 1/ว 2")
    assert [row.reach for row in InternalDeadline.objects.all()] == ["name"]


def test_what_is_corrected_reaches_whom_it_reached_before(world):
    draft = written(
        world, world.department, addressee="ผู้ว่าราชการจังหวัดทดสอบ", recipients="จังหวัดทดสอบ", deadlines=DUE
    )
    letter = send(world, draft)
    later = Draft(corrects=letter, office=world.department, round=world.round, deadlines=DUE)
    to = going_out.reached(later)
    assert (to.count, to.asked, to.beyond) == (1, 1, 0)
    assert [str(one.small) for one in going_out.effects(later, to)][1].startswith("มีผลกับผู้รับทุกแห่ง")
    later.round = None
    assert len(going_out.effects(later, to)) == 2


# --- Officers wanted ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "wanted"),
    [
        ("แต่งตั้งเจ้าหน้าที่ผู้รับผิดชอบการสมัคร", "officer"),
        ("มอบหมายผู้ประสานงาน และแจ้งชื่อภายในกำหนด", "officer"),
        ("แจ้งรายชื่อผู้รับผิดชอบ", "officer"),
        ("แต่งตั้งคณะกรรมการผู้รับผิดชอบ", ""),
        ("ให้ผู้รับผิดชอบแต่งตั้งผู้แทน", ""),
        ("มอบหมายผู้รับผิดชอบเข้าร่วมประชุมตามวันดังกล่าว", ""),
        ("มอบหมายผู้รับผิดชอบติดตามและตรวจทานใบสมัครของหน่วยงานในสังกัด", ""),
        ("ส่งใบสมัคร", ""),
    ],
)
def test_what_a_duty_wants_is_told_by_its_words(what, wanted):
    assert wants_of(what) == wanted
    assert DutyInput("", what, None, "order").wanted == wanted
    assert DutyInput("", what, None, "order", wants="").wanted == ""
    assert DutyInput("", what, None, "order", wants="officer").wanted == "officer"


def test_a_row_of_a_draft_says_what_it_wants_or_leaves_it_to_the_words():
    row = {"who": "", "what": "x", "due": "", "force": "order"}
    assert cleaned({"duties": [row | {"wants": ""}]})["duties"] == [row]
    assert cleaned({"duties": [row | {"wants": "none"}]})["duties"] == [row | {"wants": "none"}]
    with pytest.raises(Invalid) as refusal:
        cleaned({"duties": [row | {"wants": "everything"}]})
    assert set(refusal.value.fields) == {"duty-0-wants"}


def wanting(world) -> Letter:
    """The province's letter to its districts with four duties: told by the words, said, unsaid, and another thing."""
    name = "แต่งตั้งผู้รับผิดชอบการสมัคร"
    rows = [
        {"who": "", "what": name, "due": "2027-02-15", "force": "order"},
        {"who": "", "what": "ดำเนินการตามแนบ", "due": "", "force": "order", "wants": "officer"},
        {"who": "", "what": name, "due": "", "force": "order", "wants": "none"},
        {"who": "", "what": "ส่งแบบตอบรับ", "due": "", "force": "order"},
    ]
    return send(world, written(world, world.province, recipients="นายอำเภอ ทุกอำเภอ", duties=rows))


def test_who_names_an_officer_has_done_what_the_letter_wanted(world):
    letter = wanting(world)
    assert list(Duty.objects.order_by("ordinal").values_list("wants", flat=True)) == [
        "officer",
        "officer",
        "",
        "",
    ]
    district = world.districts[0]
    head = actor_for("head", district)
    shares = DutyRecipient.objects.filter(organisation=district).order_by("duty__ordinal")
    DutyRecipient.objects.filter(pk=shares[1].pk).update(acknowledged_at=f.NOW - f.DAY, note="กำลังหา")
    named = appoint(
        actor=head,
        post=Post(role="officer", organisation=district.public_id),
        person=NewPerson("ผู้รับผิดชอบ"),
    )
    assert [(row.done_at, row.done_by_id, row.note) for row in shares] == [
        (clock.now(), head.user_id, "แต่งตั้งผู้รับผิดชอบในระบบแล้ว"),
        (clock.now(), head.user_id, "กำลังหา"),
        (None, None, ""),
        (None, None, ""),
    ]
    assert [row.acknowledged_at for row in shares[:2]] == [head.received_at, f.NOW - f.DAY]
    noted = AuditEntry.objects.filter(verb="correspondence.duty_done", aggregate_id=letter.pk)
    assert [entry.facts["appointment"] for entry in noted] == [str(named.public_id)] * 2
    # Only this office, and nobody else's role.
    assert not DutyRecipient.objects.exclude(organisation=district).filter(done_at__isnull=False).exists()
    second = world.districts[1]
    appoint(
        actor=actor_for("head", second),
        post=Post(role="clerk", organisation=second.public_id),
        person=NewPerson("ผู้รับผิดชอบ"),
    )
    assert not DutyRecipient.objects.filter(organisation=second, done_at__isnull=False).exists()


def test_an_officer_of_another_programme_answers_no_letter_of_this_one(world):
    wanting(world)
    district = world.districts[0]
    other = AppointmentFactory(
        organisation=district, role="officer", programme=ProgrammeFactory(short_name="OTHER")
    )
    assert note_officer(actor=Actor.system("test"), appointment=other) == 0
    mine = AppointmentFactory(organisation=district, role="officer", programme=world.programme)
    assert note_officer(actor=Actor.system("test"), appointment=mine) == 2
    assert note_officer(actor=Actor.system("test"), appointment=mine) == 0


def test_the_duty_leads_to_where_an_officer_is_named(world, exactly):
    wanting(world)
    district = world.districts[0]
    clerk, head, officer = (actor_for(role, district) for role in ("clerk", "head", "officer"))
    first, _second, other, _last = (
        DutyRecipient.objects.filter(organisation=district)
        .select_related("organisation", "duty__letter")
        .order_by("duty__ordinal")
    )
    with exactly(0):
        assert officers_for(head, other) is None
    with exactly(1):
        found = officers_for(head, first)
    assert found.how == "appoint"
    # The officer from above; who is bound to another programme or not yet there is nobody.
    AppointmentFactory(organisation=district, role="officer", programme=ProgrammeFactory(short_name="OTHER"))
    AppointmentFactory(organisation=district, role="officer", valid_from=TODAY + f.DAY)
    assert [row.person_id for row in officers_for(head, first).present] == [officer.person_id]
    assert officers_for(clerk, first).how == "invite"
    assert officers_for(officer, first).how == ""


# --- What a letter begins with --------------------------------------------------------------------------------------------


def begun(world, code: str, actor: Actor, office=None) -> Draft:
    office = office or world.department
    return create_draft(
        actor=actor,
        office_id=office.public_id,
        issuer_id=office.public_id,
        programme_id=world.programme.public_id,
        template_id=LetterTemplate.objects.get(code=code).public_id,
    )


def test_a_call_of_the_secretariat_goes_ahead_and_of_nobody_else(world):
    seed()
    secretariat = actor_for("secretariat", world.department, programme=world.programme)
    elsewhere = actor_for("secretariat", world.department, programme=ProgrammeFactory(short_name="OTHER"))
    assert [is_secretariat(actor, world.programme.pk) for actor in (secretariat, elsewhere)] == [True, False]
    assert is_secretariat(Actor.system("test"), world.programme.pk)
    assert begun(world, "call", secretariat).advance
    assert not begun(world, "call", world.clerk(world.department)).advance
    assert not begun(world, "appoint", secretariat).advance
    assert beginning_of("free").duties == ()


def test_the_letter_that_asks_for_officers_begins_with_that_duty(world):
    seed()
    draft = begun(world, "appoint", world.clerk(world.province), world.province)
    (row,) = draft.duties
    assert (row["wants"], row["force"], row["due"]) == ("officer", "request", "")
    assert "กรอก วันครบกำหนด" in str(ready_problems(draft)["duty-0-due"])


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        ("result", ["ชื่อศูนย์", "ระดับของใบรับรอง", "วันที่ใบรับรองหมดอายุ"]),
        ("expiry", ["ชื่อศูนย์", "ระดับของใบรับรอง", "วันที่ใบรับรองหมดอายุ"]),
        ("visit", ["ชื่อศูนย์", "วันตรวจประเมิน"]),
    ],
)
def test_what_only_the_writer_knows_is_asked_for_by_name(world, code, asked):
    seed()
    draft = begun(world, code, world.clerk(world.department))
    words = str(ready_problems(draft)["body"])
    assert all(name in words for name in asked)


# --- The page of the QR ----------------------------------------------------------------------------------------------------


def test_the_qr_on_the_paper_that_is_signed_opens_the_page_of_the_letter(world):
    draft = written(world, world.province, recipients="นายอำเภอ ทุกอำเภอ")
    address = page_of_draft(draft)
    assert draft.page_token in address
    assert document_of(draft, qr_url=address).qr_url == address
    assert is_reserved(draft.page_token)
    assert not any(map(is_reserved, ("\x00", "ก", "nothing")))
    letter = send(world, draft)
    assert page_of(letter) == address
    assert not is_reserved(draft.page_token)


def test_secret_letters_memos_and_given_up_drafts_reserve_no_page(world):
    draft = written(world, world.province)
    for changed in ({"secrecy": "secret"}, {"kind": "memo"}):
        row = Draft(page_token="x", **changed)
        assert page_of_draft(row) == ""
        Draft.objects.filter(pk=draft.pk).update(secrecy="", kind="external")
        Draft.objects.filter(pk=draft.pk).update(**changed)
        assert not is_reserved(draft.page_token)
    Draft.objects.filter(pk=draft.pk).update(kind="external", secrecy="", state="cancelled")
    assert not is_reserved(draft.page_token)


# --- A call that came as a file ---------------------------------------------------------------------------------------


def test_a_call_that_is_loaded_is_seen_in_advance_when_the_secretariat_says_so():
    with clock.travel(letters.IN_2566):
        place = letters.province_of_2566()
        letter = letters.loaded(place.clerk, place.office)
        with pytest.raises(Invalid) as refusal:
            actions.confirm(
                actor=place.clerk,
                letter_id=letter.public_id,
                confirmation=letters.as_read(place.clerk, letter, advance=True),
            )
        assert (refusal.value.code, set(refusal.value.fields)) == ("not-secretariat", {"advance"})
        secretary = actor_for("secretariat", place.office)
        assert letter_page(secretary, letter).may_advance
        assert not letter_page(place.clerk, letter).may_advance
        done = actions.confirm(
            actor=secretary,
            letter_id=letter.public_id,
            confirmation=letters.as_read(secretary, letter, advance=True, deadlines=()),
        )
    assert Dispatch.objects.get(letter=done).advance
