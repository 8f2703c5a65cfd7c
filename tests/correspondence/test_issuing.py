"""Issuing: a signed draft gets its number and date, becomes a letter with its duties, and goes to those whom it names."""

import datetime

import pytest

from saduak.correspondence.actions import issuing, recalling
from saduak.correspondence.actions.drafting import create_draft, save_draft
from saduak.correspondence.actions.registers_hand import reserve
from saduak.correspondence.actions.registers_keeping import open_registry
from saduak.correspondence.inputs import Numbering
from saduak.correspondence.models import (
    Delivery,
    Dispatch,
    Draft,
    Duty,
    DutyRecipient,
    Letter,
    LetterAttachment,
    RegisterEntry,
)
from saduak.correspondence.queries.recipients import digest_of_offices
from saduak.foundation import clock, files, jobs
from saduak.foundation.access import Actor, Conflict, Invalid, Refused
from saduak.foundation.models import AuditEntry
from saduak.foundation.thai import calendar
from saduak.organisations.models import Organisation
from saduak.outreach.models import Briefing, Notice
from saduak.programme.models import InternalDeadline
from tests.correspondence import factories_sending as f
from tests.correspondence.factories_drafts import COMPLETE
from tests.organisations.factories import actor_for

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2027, 2, 4)
SCAN = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"


@pytest.fixture
def world(world):
    f.open_round(world)
    return world


def written(
    world, *, office=None, issuer=None, actor=None, forwards=None, corrects=None, scan=True, **values
) -> Draft:
    """A draft of the province's office that lacks nothing, with the signed paper beside it."""
    actor, office = actor or world.writer, office or world.office
    draft = create_draft(
        actor=actor,
        office_id=office.public_id,
        issuer_id=(issuer or world.province).public_id,
        programme_id=world.programme.public_id,
        round_id=world.round.public_id,
        forwards=forwards and forwards.public_id,
        corrects=corrects and corrects.public_id,
    )
    typed = (
        COMPLETE
        | {"recipients": "นายอำเภอ ทุกอำเภอ", "references": "", "duties": [], "deadlines": []}
        | values
    )
    save_draft(actor=actor, draft_id=draft.public_id, values=typed, version=draft.version)
    if scan:
        issuing.attach_signed(actor=actor, draft_id=draft.public_id, file=SCAN, name="ลงนามแล้ว.pdf")
    draft.refresh_from_db()
    return draft


def send(draft: Draft, actor: Actor, **changes) -> Letter:
    values = {"dated": TODAY, "number": "ทส 0018.1/ว 96"} | changes
    letter = issuing.issue(actor=actor, draft_id=draft.public_id, numbering=Numbering(**values))
    jobs.run_pending()
    letter.refresh_from_db()
    return letter


def refused(draft: Draft, actor: Actor, **changes) -> Invalid:
    with pytest.raises(Invalid) as refusal:
        send(draft, actor, **changes)
    return refusal.value


def test_a_signed_draft_becomes_a_letter_and_reaches_those_it_names(world):
    draft = written(world)
    letter = send(draft, world.writer)
    draft.refresh_from_db()
    assert (letter.number, letter.dated, letter.issuer, letter.holder, letter.round) == (
        "ทส 0018.1/ว 96",
        TODAY,
        world.province,
        world.office,
        world.round,
    )
    assert (letter.origin, letter.state, letter.for_issuer, letter.kind) == (
        "written",
        "confirmed",
        True,
        "external",
    )
    with files.open(letter.file) as stream:
        assert stream.read() == SCAN
    assert len(letter.page_token) == 27
    assert (draft.state, draft.letter, draft.number) == ("issued", letter, "ทส 0018.1/ว 96")
    rows = Delivery.objects.filter(letter=letter).order_by("path")
    assert [(row.organisation, row.way, row.path, row.state) for row in rows] == [
        (office, "line", f"{number:06d}", "sent") for number, office in enumerate(world.districts, start=1)
    ]
    assert Dispatch.objects.get().state == "sent"
    assert Notice.objects.filter(kind="letter_came").count() == 3
    assert letter.reading["documents"][0]["number"] == "ทส 0018.1/ว 96"
    assert "ด้วยโครงการเปิดรับสมัคร" in letter.text


def test_a_draft_signed_in_the_system_goes_out_as_its_own_paper(world):
    draft = written(world, scan=False)
    Draft.objects.filter(pk=draft.pk).update(state="signed")
    letter = send(draft, world.writer)
    assert letter.file.media_type == "application/pdf"
    with files.open(letter.file) as stream:
        assert stream.read().startswith(b"%PDF")


def test_the_work_that_a_letter_gives_goes_with_it(world):
    draft = written(
        world,
        duties=[
            {"who": "", "what": "ส่งแบบตอบรับ", "due": "2027-02-15", "force": "order"},
            {"who": "นายอำเภอทดสอบ2", "what": "เตรียมสถานที่", "due": "", "force": "request"},
        ],
        deadlines=[{"due": "2027-02-20", "kind": "check"}],
        meeting={
            "title": "ประชุมชี้แจง",
            "date": "2027-02-10",
            "start": "09:00",
            "end": "12:00",
            "place": "ห้องประชุม 1",
            "channels": [],
            "items": [],
        },
        acknowledge_by=datetime.date(2027, 2, 8),
        forward_by=datetime.date(2027, 2, 10),
    )
    letter = send(draft, world.writer)
    given = DutyRecipient.objects.order_by("duty__ordinal", "organisation_id")
    assert [(row.duty.what, row.organisation, row.force) for row in given] == [
        *(("ส่งแบบตอบรับ", office, "order") for office in world.districts),
        ("เตรียมสถานที่", world.districts[1], "request"),
    ]
    deadline = InternalDeadline.objects.get()
    assert (deadline.owner, deadline.kind, deadline.reach, deadline.source_letter) == (
        world.province,
        "check",
        "line",
        letter.public_id,
    )
    briefing = Briefing.objects.get()
    assert (briefing.title, briefing.host, briefing.letter) == ("ประชุมชี้แจง", world.province, letter)
    dispatch = Dispatch.objects.get()
    assert calendar.closing_day(dispatch.forward_by) == datetime.date(2027, 2, 10)
    assert calendar.closing_day(dispatch.acknowledge_by) == datetime.date(2027, 2, 8)
    kinds = set(Notice.objects.values_list("kind", flat=True))
    assert "letter_duties" in kinds
    assert "letter_came" not in kinds


def test_an_order_to_those_only_supervised_is_a_request(world):
    district, clerk = world.districts[0], world.clerk(world.districts[0])
    draft = written(
        world,
        office=district,
        issuer=district,
        actor=clerk,
        recipients="\n".join(row.name_th for row in world.locals[0]),
        duties=[{"who": "", "what": "แจ้งชื่อผู้ประสานงาน", "due": "", "force": "order"}],
        deadlines=[{"due": "2027-02-20", "kind": "submit"}],
    )
    send(draft, clerk)
    assert set(DutyRecipient.objects.values_list("force", flat=True)) == {"request"}
    assert set(Delivery.objects.values_list("way", flat=True)) == {"supervision"}
    assert InternalDeadline.objects.get().reach == "supervision"


def test_what_a_letter_encloses_and_cites_goes_with_it(world):
    above = f.sent_letter(world, f.targets_of([world.province]), issuer=world.ministry)
    came = f.at(above, world.province)
    draft = written(
        world, forwards=came, references="หนังสือกรมทดสอบ ที่ มท 0810.7/ว 51\nหนังสือกรมทดสอบ ที่ มท 0810.7/ว 51"
    )
    stored = files.put(b"a,b\n", name="ตาราง.csv", media_type="text/csv")
    draft.attachments.all().delete()
    draft.attachments.create(ordinal=1, title="กำหนดการ", copies="จำนวน 1 ฉบับ", file=stored)
    letter = send(draft, world.writer)
    assert [(row.title, row.file) for row in LetterAttachment.objects.all()] == [("กำหนดการ", stored)]
    cited = {row.text: row.to for row in letter.references.all()}
    assert cited == {
        f"กระทรวงทดสอบ {above.letter.number}": above.letter,
        "หนังสือกรมทดสอบ ที่ มท 0810.7/ว 51": None,
    }


def test_passing_on_counts_as_received_and_stands_below_what_came(world):
    above = f.sent_letter(world, f.targets_of([world.province]), issuer=world.ministry)
    came = f.at(above, world.province)
    letter = send(written(world, forwards=came), world.writer)
    came.refresh_from_db()
    assert (came.state, came.received_at, came.forwarded_at, came.children) == (
        "forwarded",
        world.writer.received_at,
        clock.now(),
        3,
    )
    below = Delivery.objects.filter(letter=letter).order_by("path")
    assert [(row.root, row.path, row.depth) for row in below] == [
        (above, f"000001{number:06d}", 1) for number in (1, 2, 3)
    ]
    again = send(
        written(world, forwards=came, recipients="นายอำเภอทดสอบ1"), world.writer, number="ทส 0018.1/ว 97"
    )
    came.refresh_from_db()
    assert came.children == 4
    assert Delivery.objects.get(letter=again).path == "000001000004"
    verbs = AuditEntry.objects.filter(aggregate="correspondence.delivery", aggregate_id=came.pk)
    assert list(verbs.order_by("seq").values_list("verb", flat=True)) == [
        "correspondence.received",
        "correspondence.forwarded",
        "correspondence.forwarded",
    ]


def test_what_came_on_paper_is_passed_on_and_its_sendings_make_one_tree(world):
    paper = f.letter_of(world, world.ministry, world.office, origin="loaded", for_issuer=False)
    came = Delivery.objects.create(
        letter=paper, organisation=world.office, state="received", received_at=clock.now()
    )
    first = send(written(world, forwards=came, recipients="นายอำเภอทดสอบ1"), world.writer)
    second = send(
        written(world, forwards=came, recipients="นายอำเภอทดสอบ2"), world.writer, number="ทส 0018.1/ว 97"
    )
    root = Dispatch.objects.get(letter=first)
    rows = Delivery.objects.exclude(pk=came.pk).order_by("path")
    assert [(row.root, row.path, row.letter) for row in rows] == [
        (root, "000001", first),
        (root, "000002", second),
    ]


def test_a_later_letter_takes_the_place_of_an_earlier_one_for_everybody_who_had_it(world):
    first = send(
        written(world, duties=[{"who": "", "what": "ส่งแบบ", "due": "", "force": "order"}]), world.writer
    )
    later = send(written(world, corrects=first, recipients="อะไรก็ได้"), world.writer, number="ทส 0018.1/ว 98")
    first.refresh_from_db()
    assert first.superseded_by == later
    assert Delivery.objects.filter(letter=later).count() == 3
    assert set(DutyRecipient.objects.values_list("superseded_at", flat=True)) == {clock.now()}
    assert Dispatch.objects.get(letter=later).corrects == Dispatch.objects.get(letter=first)
    assert Notice.objects.filter(kind="letter_corrected").count() == 3
    with pytest.raises(Conflict):
        send(written(world, corrects=first), world.writer, number="ทส 0018.1/ว 99")


# --- Numbers ----------------------------------------------------------------------------------------------------------


def test_where_saduak_keeps_the_register_it_gives_the_number(world):
    open_registry(
        actor=actor_for("head", world.office),
        organisation_id=world.office.public_id,
        prefix="ทส 0018.1",
        start={("send", "circular"): 95},
    )
    draft = written(world, is_circular=True)
    letter = send(draft, world.writer, number="")
    assert letter.number == "ทส 0018.1/ว 96"
    entry = RegisterEntry.objects.get()
    assert (entry.letter, entry.subject, entry.dated, entry.to_text) == (
        letter,
        letter.subject,
        TODAY,
        "นายอำเภอ ทุกอำเภอ",
    )


def test_a_number_that_was_reserved_is_used(world):
    head = actor_for("head", world.office)
    open_registry(actor=head, organisation_id=world.office.public_id, prefix="ทส 0018.1")
    kept, _other = reserve(
        actor=head,
        organisation_id=world.office.public_id,
        direction=RegisterEntry.Direction.SEND,
        series=RegisterEntry.Series.ORDINARY,
        count=2,
        reason="ลงนามนอกสถานที่",
    )
    letter = send(written(world, is_circular=False), world.writer, number="", reserved_id=kept.public_id)
    assert letter.number == "ทส 0018.1/1"
    kept.refresh_from_db()
    assert (kept.state, kept.letter) == ("used", letter)


def test_a_number_is_one_letter_of_its_issuer_in_a_year(world):
    send(written(world), world.writer)
    assert refused(written(world), world.writer).code == "number-taken"
    last_year = datetime.date(2026, 12, 30)
    send(written(world), world.writer, dated=last_year)


def test_a_letter_from_tomorrow_or_without_a_number_does_not_go(world):
    wrong = refused(written(world), world.writer, number=" ", dated=TODAY + f.DAY)
    assert set(wrong.fields) == {"number", "dated"}


# --- What is missing --------------------------------------------------------------------------------------------------


def test_nothing_goes_unsigned_or_incomplete(world):
    wrong = refused(written(world, scan=False, subject=""), world.writer)
    assert set(wrong.fields) == {"signed_copy", "subject"}
    assert not Letter.objects.exists()
    assert not Dispatch.objects.exists()


def test_words_that_name_nobody_stop_it(world):
    wrong = refused(written(world, recipients="นายอำเภอ ทุกอำเภอ\nกรมที่ไม่มี"), world.writer)
    assert (wrong.code, set(wrong.fields)) == ("unknown-recipients", {"recipients"})
    nobody = refused(written(world, recipients="จังหวัดทดสอบ"), world.writer)
    assert nobody.code == "no-recipients"


def test_left_blank_it_goes_to_those_it_addresses(world):
    letter = send(written(world, recipients=" "), world.writer)
    assert Dispatch.objects.get(letter=letter).recipients == "นายอำเภอ ทุกอำเภอ"
    assert Delivery.objects.filter(letter=letter).count() == 3


def test_nobody_sends_to_others_than_were_on_the_page(world):
    draft = written(world)
    assert refused(draft, world.writer, expected=2).code == "audience-changed"
    others = digest_of_offices([office.pk for office in (*world.districts[:2], world.ministry)])
    wrong = refused(draft, world.writer, expected=3, seen=others)
    assert (wrong.code, set(wrong.fields)) == ("audience-changed", {"recipients"})
    seen = digest_of_offices([office.pk for office in reversed(world.districts)])
    assert send(draft, world.writer, expected=3, seen=seen).number


def test_a_duty_for_nobody_who_gets_the_letter_is_said(world):
    duties = [{"who": "กระทรวงทดสอบ", "what": "x", "due": "", "force": "order"}]
    wrong = refused(written(world, duties=duties), world.writer)
    assert set(wrong.fields) == {"duty-0-who"}


def test_only_those_who_issue_send(world):
    draft = written(world)
    for actor in (actor_for("officer", world.office), world.clerk(world.districts[0])):
        with pytest.raises(Refused) as refusal:
            send(draft, actor)
        assert refusal.value.code == "not-issuer"


def test_what_was_called_back_above_is_not_passed_on(world):
    above = f.sent_letter(world, f.targets_of([world.province]), issuer=world.ministry)
    draft = written(world, forwards=f.at(above, world.province))
    recalling.recall(actor=Actor.system("test"), dispatch_id=above.public_id, reason="ส่งผิดฉบับ")
    with pytest.raises(Conflict) as refusal:
        send(draft, world.writer)
    assert refusal.value.code == "withdrawn"


def test_a_letter_goes_once(world):
    draft = written(world)
    send(draft, world.writer)
    with pytest.raises(Conflict) as refusal:
        send(draft, world.writer, number="ทส 0018.1/ว 97")
    assert refusal.value.code == "wrong-state"
    with pytest.raises(Conflict) as refusal:
        issuing.attach_signed(actor=world.writer, draft_id=draft.public_id, file=SCAN, name="a.pdf")
    assert refusal.value.code == "not-on-paper"


def test_a_secret_letter_has_no_page_for_everybody(world):
    draft = written(world, secrecy="secret")
    letter = send(draft, world.writer)
    assert letter.page_token is None
    assert not Notice.objects.filter(kind="letter_came").exists()
    assert list(Notice.objects.filter(kind="secret_came").values_list("params", flat=True)) == [{}] * 3


def test_what_is_passed_on_is_not_made_less_secret(world):
    letter = f.letter_of(world, world.ministry, secrecy="very_secret")
    above = f.sent_letter(world, f.targets_of([world.office]), issuer=world.ministry, letter=letter)
    draft = written(world, forwards=f.at(above, world.office), secrecy="very_secret")
    Draft.objects.filter(pk=draft.pk).update(secrecy="secret")
    assert set(refused(draft, world.writer).fields) == {"secrecy"}


def test_a_scan_is_of_what_stands_there(world):
    """Whatever is changed, taken back or put up for signing afterwards asks for a new one."""
    draft = written(world)
    save_draft(actor=world.writer, draft_id=draft.public_id, values={"body": "อื่น"}, version=draft.version)
    assert set(refused(draft, world.writer).fields) == {"signed_copy"}
    Draft.objects.filter(pk=draft.pk).update(state="signed")
    with pytest.raises(Conflict):
        issuing.attach_signed(actor=world.writer, draft_id=draft.public_id, file=SCAN, name="a.pdf")


def test_an_unused_office_is_never_among_those_it_goes_to(world):
    Organisation.objects.filter(pk=world.districts[2].pk).update(retired_at=clock.now())
    letter = send(written(world), world.writer)
    assert Delivery.objects.filter(letter=letter).count() == 2
    assert not Duty.objects.exists()
