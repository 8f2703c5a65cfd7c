"""The page of a letter: where the office has it, what belongs to it, and the way to it from rounds and dates."""

import pytest
from django.urls import reverse

from saduak.correspondence.actions import receiving
from saduak.correspondence.models import Delivery, Duty, Letter, LetterAttachment, LetterReference
from saduak.foundation import clock
from saduak.outreach.models import Briefing
from tests.correspondence import factories_sending as f
from tests.correspondence.web.pages import page, queries, words
from tests.organisations.factories import OrganisationFactory, actor_for
from tests.programme.factories import InternalDeadlineFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(world):
    f.open_round(world)
    return world


def at(name: str, row) -> str:
    return f'href="{reverse(f"correspondence:{name}", args=[row.public_id])}"'


def test_it_leads_to_where_the_office_receives_it_and_passes_it_on(world, sign_in):
    dispatch = f.to_districts(world, forward_by=clock.now() + 3 * f.DAY, acknowledge_by=clock.now() + f.DAY)
    row, clerk = f.at(dispatch, world.districts[0]), world.clerk(world.districts[0])
    client = sign_in(clerk)
    shown = page(client, "letter", dispatch.letter.public_id)
    assert at("delivery", row) in shown.content.decode()
    assert "หนังสือนี้ถึงอำเภอทดสอบ1แล้ว" in words(shown)
    assert "รอรับ ไปรับหนังสือ" in words(shown)
    receiving.receive(actor=clerk, delivery_id=row.public_id)
    assert "รอแจ้งต่อ ไปแจ้งต่อ" in words(page(client, "letter", dispatch.letter.public_id))
    Delivery.objects.filter(pk=row.pk).update(state="forwarded", forwarded_at=clock.now())
    assert "เปิดหน้าหนังสือที่ถึงหน่วยงาน แจ้งต่อแล้ว" in words(page(client, "letter", dispatch.letter.public_id))


def test_the_text_of_a_letter_that_was_written_here_stands_there(world, sign_in):
    dispatch = f.to_districts(
        world, letter=f.letter_of(world, world.province, world.office, reading=_written())
    )
    shown = page(sign_in(world.clerk(world.districts[0])), "letter", dispatch.letter.public_id)
    assert "เรื่อง ขอเชิญสมัครรับการรับรอง" in words(shown)
    assert "ออกหนังสือแล้ว" in words(shown)
    assert "ใครต้องทำอะไร" not in words(shown)


def _written() -> dict:
    document = {"kind": "external", "number": "1", "issuer": "", "subject": "", "receipts": [], "spans": {}}
    return {"documents": [document], "findings": []}


def test_the_sender_finds_where_it_is_the_recipient_does_not(world, sign_in):
    dispatch = f.to_districts(world)
    sent = at("dispatch", dispatch)
    assert (
        sent in page(sign_in(world.clerk(world.office)), "letter", dispatch.letter.public_id).content.decode()
    )
    shown = page(sign_in(world.clerk(world.districts[0])), "letter", dispatch.letter.public_id)
    assert sent not in shown.content.decode()


def test_enclosures_related_letters_dates_the_meeting_and_the_public_page_are_one_click_away(world, sign_in):
    meeting = {"title": "ประชุมชี้แจง", "date": "2027-02-10", "start": "09:00", "end": "12:00"}
    letter = f.letter_of(world, world.province, world.office, meeting=meeting)
    f.to_districts(world, letter=letter)
    with_file = LetterAttachment.objects.create(letter=letter, ordinal=1, title="แบบตอบรับ", file=f.pdf())
    LetterAttachment.objects.create(letter=letter, ordinal=2, title="แผ่นพับ", copies="จำนวน 1 ชุด")
    cited, citing = f.to_districts(world).letter, f.to_districts(world).letter
    LetterReference.objects.create(letter=letter, to=cited, text="ฉบับก่อน")
    LetterReference.objects.create(letter=citing, to=letter, text="ฉบับนี้")
    InternalDeadlineFactory(round=world.round, owner=world.province, source_letter=letter.public_id)
    briefing = Briefing.objects.create(
        letter=letter,
        host=world.province,
        title="ประชุมชี้แจง",
        starts_at=clock.now(),
        ends_at=clock.now() + f.DAY,
    )
    client = sign_in(world.clerk(world.districts[0]))
    shown = page(client, "letter", letter.public_id)
    for link in (
        at("attachment", with_file),
        at("letter", cited),
        at("letter", citing),
        f'href="{reverse("programme:deadlines", args=[world.round.public_id])}"',
        f'href="{reverse("outreach:briefing", args=[briefing.public_id])}"',
        f'/l/{letter.page_token}/"',
    ):
        assert link in shown.content.decode(), link
    assert "จำนวน 1 ชุด ไม่มีไฟล์แนบ" in words(shown)
    assert "หนังสือนี้อ้างถึง" in words(shown)
    assert "อ้างถึงหนังสือนี้" in words(shown)
    # And back: the briefing, the round and its dates lead to the letter.
    for url in (
        reverse("outreach:briefing", args=[briefing.public_id]),
        reverse("programme:round", args=[world.round.public_id]),
        reverse("programme:deadlines", args=[world.round.public_id]),
    ):
        assert at("letter", letter) in client.get(url).content.decode(), url


def test_the_office_that_set_a_date_by_letter_finds_the_letter_at_it(world, sign_in):
    letter = f.to_districts(world).letter
    InternalDeadlineFactory(
        round=world.round, owner=world.office, kind="check", source_letter=letter.public_id
    )
    InternalDeadlineFactory(round=world.round, owner=world.office, kind="submit")
    client = sign_in(world.clerk(world.office))
    shown = client.get(reverse("programme:round", args=[world.round.public_id]))
    assert f"ตามหนังสือ ที่ {letter.number}" in words(shown)


def test_a_letter_that_was_called_back_says_so_at_the_top_with_the_reason(world, sign_in):
    letter = f.to_districts(world).letter
    Letter.objects.update(recalled_at=clock.now(), recall_reason="ส่งผิดฉบับ")
    text = words(page(sign_in(world.clerk(world.districts[0])), "letter", letter.public_id))
    assert "หนังสือนี้ถูกเรียกคืนแล้ว เรียกคืนเมื่อ 4 ก.พ. 2570 เพราะ ส่งผิดฉบับ" in text
    assert "ออกหนังสือแล้ว" not in text


def test_a_letter_in_whose_place_another_one_stands_leads_there(world, sign_in):
    first, later = f.to_districts(world).letter, f.letter_of(world, world.province, world.office)
    Letter.objects.filter(pk=first.pk).update(superseded_by=later)
    client = sign_in(world.clerk(world.districts[0]))
    shown = page(client, "letter", first.public_id)
    assert "ฉบับใหม่ไม่ได้ส่งถึงหน่วยงานของคุณ" in words(shown)
    assert later.number not in words(shown)
    sender = page(sign_in(world.clerk(world.office)), "letter", first.public_id)
    assert at("letter", later) in sender.content.decode()
    dispatch = f.to_districts(world, letter=later)
    shown = page(sign_in(world.clerk(world.districts[0])), "letter", first.public_id)
    assert at("delivery", f.at(dispatch, world.districts[0])) in shown.content.decode()
    assert f"เปิดฉบับใหม่ ที่ {later.number} ลงวันที่" in words(shown)
    assert "ฉบับเดิมที่หนังสือนี้แทน" in words(page(client, "letter", later.public_id))


@pytest.mark.parametrize(("role", "begins"), [("officer", True), ("clerk", False)])
def test_an_advance_copy_says_that_work_may_begin(world, sign_in, role, begins):
    call = f.sent_letter(world, f.targets_of([world.ministry]), issuer=OrganisationFactory(), advance=True)
    shown = page(sign_in(actor_for(role, world.districts[0])), "letter", call.letter.public_id)
    assert "สำเนาแจ้งล่วงหน้า รอหนังสือตามสายบังคับบัญชา" in words(shown)
    assert (f'href="{reverse("applications:mine")}">เริ่มร่างใบสมัคร' in shown.content.decode()) == begins


def test_the_offices_that_left_something_undone_are_counted_with_the_duties(world, sign_in):
    letter = f.letter_of(world, world.province, world.office)
    duty = Duty.objects.create(letter=letter, ordinal=0, who="", what="ส่งรายชื่อ", force="order")
    f.to_districts(world, letter=letter, duties={duty: None})
    share = duty.recipients.get(organisation=world.districts[0])
    share.acknowledged_at = share.done_at = clock.now()
    share.save()
    client = sign_in(world.clerk(world.office))
    for view, count in (("", 3), ("waiting", 2), ("open", 2)):
        shown = page(client, "letter", letter.public_id, query=f"?view={view}")
        assert shown.context["offices"].paginator.count == len(shown.context["offices"]) == count


@pytest.mark.parametrize("number", [1, 3])
def test_it_costs_the_same_for_one_and_for_three_of_everything(world, sign_in, number):
    meeting = {"title": "ประชุมชี้แจง", "date": "2027-02-10", "start": "09:00", "end": "12:00"}
    letter = f.letter_of(world, world.province, world.office, meeting=meeting)
    for n in range(number):
        duty = Duty.objects.create(letter=letter, ordinal=n, who="", what="ส่งรายชื่อ", force="order")
        f.to_districts(world, letter=letter, duties={duty: None})
        LetterAttachment.objects.create(letter=letter, ordinal=n, title="แนบ", file=f.pdf())
        LetterReference.objects.create(letter=f.to_districts(world).letter, to=letter, text="อ้าง")
        owner = (world.province, world.office, world.ministry)[n]
        InternalDeadlineFactory(round=world.round, owner=owner, source_letter=letter.public_id)
    url = reverse("correspondence:letter", args=[letter.public_id])
    assert queries(sign_in(world.clerk(world.districts[0])), url) == 12
    assert queries(sign_in(actor_for("supervisor", world.province, reach="line")), url) <= 15
    for name in ("programme:round", "programme:deadlines"):
        assert queries(sign_in(world.clerk(world.office)), reverse(name, args=[world.round.public_id])) <= 15


def test_every_list_of_letters_has_the_same_tabs(world, sign_in):
    client = sign_in(world.clerk(world.office))
    for name in ("received", "sent", "drafts", "registers", "inbox", "time_saved"):
        shown = page(client, name)
        assert f'href="{reverse(f"correspondence:{name}")}" aria-current="page"' in shown.content.decode(), (
            name
        )
    # Who follows no letters has no use for how fast they were.
    shown = page(sign_in(actor_for("officer", world.districts[0])), "inbox")
    assert reverse("correspondence:time_saved") not in shown.content.decode()


def test_what_was_passed_on_leads_to_where_it_is_and_that_to_what_it_saved(world, sign_in):
    row = f.at(f.to_districts(world), world.districts[0])
    f.to_locals(world, 0, row)
    client = sign_in(world.clerk(world.districts[0]))
    shown = page(client, "delivery", row.public_id)
    assert at("tree", row) in shown.content.decode()
    tree = page(client, "tree", row.public_id)
    assert f"{reverse('correspondence:time_saved')}?round={world.round.public_id}" in tree.content.decode()
