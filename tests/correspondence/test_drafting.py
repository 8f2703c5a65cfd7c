"""Beginning, writing and giving up a draft; what it lacks; what two people see who write in one field."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saduak.correspondence import draft_values, seeds
from saduak.correspondence.actions import drafting
from saduak.correspondence.actions.drafting import DraftConflict
from saduak.correspondence.models import Delivery, Draft, DraftAttachment, Duty, DutyRecipient, LetterTemplate
from saduak.correspondence.queries import drafts as queries
from saduak.correspondence.queries.delegations import signers
from saduak.foundation import files
from saduak.foundation.access import Conflict, Invalid, Refused
from saduak.foundation.models import AuditEntry
from saduak.foundation.thai.calendar import end_exclusive
from saduak.programme.models import Round
from tests.correspondence import factories as f
from tests.correspondence.factories_drafts import (
    DelegationFactory,
    DraftFactory,
    LetterTemplateFactory,
    begun,
    complete,
    delivered,
    programme,
    save,
)
from tests.organisations.factories import OrganisationFactory, ProgrammeFactory, actor_for, me
from tests.programme.factories import RoundFactory

pytestmark = pytest.mark.django_db
DAY = datetime.date(2022, 12, 13)
LATER = datetime.date(2023, 1, 20)


# --- Beginning --------------------------------------------------------------------------------------------------------


def test_a_blank_letter_knows_the_office_and_who_heads_the_issuer(place):
    place.office.phone, place.office.email = "0 4200 0000", "office@example.test"
    place.office.save()
    made = begun(place.clerk, place.office, place.province, programme(), kind="memo")
    assert (made.kind, made.state, made.version) == ("memo", "writing", 0)
    assert made.owner_unit == place.office.name_th
    assert made.contact == "โทร. 0 4200 0000\nไปรษณีย์อิเล็กทรอนิกส์ office@example.test"
    assert made.signer_position == place.province.head_title
    assert made.thai_digits
    assert AuditEntry.objects.get(verb="correspondence.draft_created").facts["issuer"] == "province:91"


def test_the_next_letter_is_written_like_the_last_one(place, draft):
    row = DelegationFactory(organisation=place.province)
    Draft.objects.filter(pk=draft.pk).update(owner_unit="กลุ่มงานปกครอง", thai_digits=False, signer=row)
    DelegationFactory(organisation=place.province)
    made = begun(place.clerk, place.office, place.province, programme())
    assert (made.owner_unit, made.thai_digits, made.signer) == ("กลุ่มงานปกครอง", False, row)
    Draft.objects.update(state="cancelled")
    fresh = begun(place.clerk, place.office, place.province, programme())
    assert (fresh.owner_unit, fresh.signer, fresh.signer_position) == (place.office.name_th, None, "")


def test_one_signer_is_chosen_by_itself(place):
    row = DelegationFactory(organisation=place.province)
    made = begun(place.clerk, place.office, place.province, programme())
    assert made.signer == row


def test_a_template_is_filled_with_what_is_known(place):
    seeds.seed()
    round_ = Round.objects.get()
    made = begun(
        place.clerk,
        place.office,
        place.province,
        programme(),
        template_id=LetterTemplate.objects.get(code="appoint").public_id,
        round_id=round_.public_id,
    )
    assert "พ.ศ. 2566" in made.subject
    assert "ตั้งแต่วันที่ 1 มกราคม 2566 ถึงวันที่ 28 กุมภาพันธ์ 2566" in made.body
    assert f"ให้{place.office.name_th}ทราบภายในวันที่ {{{{deadline}}}}" in made.body
    problems = queries.ready_problems(made)
    assert "วันครบกำหนด" in str(problems["duty-0-due"])
    # The place follows the field: nothing has to be typed twice.
    complete_ = save(place.clerk, made, duties=[{"what": "แต่งตั้ง", "due": "2023-01-20"}])
    assert set(queries.ready_problems(complete_)) == {"addressee", "signer_name"}


def test_beginning_is_refused_to_others_and_with_what_does_not_belong(place):
    mine = programme()
    with pytest.raises(Refused):
        begun(actor_for("clerk"), place.office, place.province, mine)
    with pytest.raises(Refused):
        begun(actor_for("clerk", place.province), place.office, place.province, mine)
    foreign = LetterTemplateFactory(programme=ProgrammeFactory())
    unpublished = LetterTemplateFactory(published_at=None)
    other_round = RoundFactory(fiscal_year=2565)
    unknown = DraftFactory().public_id
    for wrong, field in (
        ({"kind": "order"}, "kind"),
        ({"template_id": foreign.public_id}, "template"),
        ({"template_id": unpublished.public_id}, "template"),
        ({"template_id": unknown}, "template"),
        ({"round_id": other_round.public_id}, "round"),
    ):
        with pytest.raises(Invalid) as refused:
            begun(place.clerk, place.office, place.province, mine, **wrong)
        assert set(refused.value.fields) == {field}
    assert Draft.objects.count() == 1


# --- Passing on and correcting ----------------------------------------------------------------------------------------


def came(place, **letter) -> Delivery:
    """A letter that came to the province, with a duty."""
    above = OrganisationFactory(name_th="กรมทดสอบ", head_title="อธิบดีกรมทดสอบ")
    row = delivered(place.province, issuer=above, programme=programme(), round=Round.objects.get(), **letter)
    duty = Duty.objects.create(
        letter=row.letter, ordinal=0, who="จังหวัด", what="แจ้งอำเภอ", force="order", due_at=end_exclusive(LATER)
    )
    undated = Duty.objects.create(letter=row.letter, ordinal=1, who="จังหวัด", what="รายงาน", force="request")
    for one in (duty, undated):
        DutyRecipient.objects.create(duty=one, organisation=place.province, force=one.force)
    return row


def test_passing_on_takes_over_number_dates_and_duties(place):
    seeds.seed()
    row = came(place, number="มท 0310/ว 12", dated=DAY, urgency="urgent", subject="การรับรอง")
    made = begun(place.clerk, place.office, place.province, programme(), forwards=row.public_id)
    assert (made.template.code, made.subject) == ("pass-on", "การรับรอง")
    assert (made.urgency, made.round, made.forwards) == ("urgent", Round.objects.get(), row)
    assert made.references == "หนังสือกรมทดสอบ ด่วน ที่ มท 0310/ว 12 ลงวันที่ 13 ธันวาคม 2565"
    assert "ได้รับแจ้งจากกรมทดสอบ ตามหนังสือ ที่ มท 0310/ว 12 ลงวันที่ 13 ธันวาคม 2565" in made.body
    assert made.duties == [
        {"who": "", "what": "แจ้งอำเภอ", "due": "2023-01-20", "force": "order"},
        {"who": "", "what": "รายงาน", "due": "", "force": "request"},
    ]
    enclosed = made.attachments.get()
    assert enclosed.title == f"สำเนา{made.references}"
    assert (enclosed.copies, enclosed.file) == ("จำนวน 1 ฉบับ", row.letter.file)


def test_passing_on_without_a_template_keeps_the_subject_and_the_dates_of_the_sending(place):
    row = came(place, subject="การรับรอง", number="", dated=DAY)
    row.dispatch.acknowledge_by, row.dispatch.forward_by = end_exclusive(DAY), end_exclusive(LATER)
    row.dispatch.save()
    save(
        place.clerk,
        begun(place.clerk, place.office, place.province, programme(), forwards=row.public_id),
        addressee="นายอำเภอ ทุกอำเภอ",
        is_circular=True,
    )
    made = begun(place.clerk, place.office, place.province, programme(), forwards=row.public_id)
    assert (made.subject, made.template) == ("การรับรอง", None)
    assert (made.acknowledge_by, made.forward_by) == (DAY, LATER)
    # As the office passed on last time.
    assert (made.addressee, made.is_circular) == ("นายอำเภอ ทุกอำเภอ", True)


def test_what_came_on_paper_is_passed_on_too(place):
    row = came(place, number="", subject="")
    Delivery.objects.filter(pk=row.pk).update(dispatch=None)
    made = begun(place.clerk, place.office, place.province, programme(), forwards=row.public_id)
    assert (made.acknowledge_by, made.forward_by, made.subject) == (None, None, "")
    found = queries.draft(place.clerk, made.public_id)
    assert len(queries.warnings_of(found, signers(place.province.pk, DAY))) == 1


def test_what_came_to_another_office_is_not_passed_on(place):
    row = came(place)
    other = delivered(place.districts[0], programme=programme())
    with pytest.raises(Delivery.DoesNotExist):
        begun(actor_for("clerk", place.town), place.town, forwards=row.public_id)
    with pytest.raises(Delivery.DoesNotExist):
        begun(place.clerk, place.office, place.province, programme(), forwards=other.public_id)
    both = actor_for("clerk", place.districts[0], person=me(place.clerk))
    with pytest.raises(Invalid) as refused:
        begun(both, place.office, place.province, programme(), forwards=other.public_id)
    assert set(refused.value.fields) == {"desk"}
    Delivery.objects.filter(pk=row.pk).update(state="withdrawn")
    with pytest.raises(Conflict):
        begun(place.clerk, place.office, place.province, programme(), forwards=row.public_id)


def test_a_correction_begins_with_what_the_letter_said(place, draft):
    row = f.confirmed(place.clerk, place.office)
    bare = begun(place.clerk, place.office, place.province, programme(), corrects=row.public_id)
    assert (bare.subject, bare.round) == (row.subject, row.round)
    assert bare.references.endswith("ที่ ทส 0018.1/12 ลงวันที่ 12 ธันวาคม 2565")
    save(place.clerk, draft, body="ข้อความเดิม", subject="เรื่องเดิม", closing="ขอแสดงความนับถืออย่างยิ่ง")
    Draft.objects.filter(pk=draft.pk).update(letter=row)
    row.attachments.create(ordinal=4, title="กำหนดการ", copies="จำนวน 1 ชุด")
    made = begun(place.clerk, place.office, place.province, programme(), corrects=row.public_id)
    assert (made.body, made.subject, made.closing) == ("ข้อความเดิม", "เรื่องเดิม", "ขอแสดงความนับถืออย่างยิ่ง")
    assert [(one.ordinal, one.title) for one in made.attachments.all()] == [(1, "กำหนดการ")]
    with pytest.raises(Invalid):
        begun(place.clerk, place.office, None, programme(), corrects=row.public_id)


# --- Saving -----------------------------------------------------------------------------------------------------------


def test_saving_never_needs_it_complete(place, draft):
    saved = save(
        place.clerk, draft, subject="", body="บรรทัด\r\nสอง\x00", acknowledge_by=DAY, is_circular=True
    )
    saved.refresh_from_db()
    assert (saved.version, saved.body, saved.acknowledge_by) == (1, "บรรทัด\nสอง", DAY)
    assert set(saved.changed_in) == {"body", "acknowledge_by", "is_circular"}
    assert save(place.clerk, saved, body="บรรทัด\nสอง").version == 1


def test_rounds_and_signers_are_looked_up(place, draft):
    row = DelegationFactory(organisation=place.province)
    round_ = Round.objects.get()
    saved = save(place.clerk, draft, signer=row.public_id, round=round_.public_id)
    assert (saved.signer, saved.round) == (row, round_)
    assert save(place.clerk, saved, signer=None, round=None).round is None
    stranger, other = DelegationFactory(), RoundFactory(fiscal_year=2565)
    for wrong, field in (({"signer": stranger.public_id}, "signer"), ({"round": other.public_id}, "round")):
        with pytest.raises(Invalid) as refused:
            save(place.clerk, draft, **wrong)
        assert set(refused.value.fields) == {field}


def test_the_highest_class_of_secrecy_is_refused_with_its_reason(place, draft):
    with pytest.raises(Invalid) as refused:
        save(place.clerk, draft, secrecy="top_secret")
    assert "ลับที่สุด" in str(refused.value.reason)
    assert refused.value.code == "top-secret"
    assert save(place.clerk, draft, secrecy="very_secret").secrecy == "very_secret"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"subject": "ก" * 501}, "subject"),
        ({"body": "ก" * 20_001}, "body"),
        ({"kind": "order"}, "kind"),
        ({"duties": [{"what": "ก", "force": "beg"}]}, "duty-0-force"),
        ({"duties": [{"what": "ก", "due": "พรุ่งนี้"}]}, "duty-0-due"),
        ({"duties": [{"what": "ก" * 2001}]}, "duty-0-what"),
        ({"deadlines": [{"due": "2023-02-30", "kind": "check"}]}, "deadline-0-due"),
        ({"deadlines": [{"due": "2023-02-01", "kind": "other"}]}, "deadline-0-kind"),
        ({"meeting": {"date": "เมื่อวาน"}}, "meeting-date"),
        ({"meeting": {"start": "25:00"}}, "meeting-start"),
        ({"meeting": {"title": "ก" * 501}}, "meeting-title"),
    ],
)
def test_what_cannot_be_kept_is_told_at_its_field(place, draft, values, field):
    with pytest.raises(Invalid) as refused:
        save(place.clerk, draft, **values)
    assert set(refused.value.fields) == {field}
    draft.refresh_from_db()
    assert draft.version == 0


def test_rows_keep_their_place_until_nothing_follows(place, draft):
    rows = [{"what": "หนึ่ง"}, {}, {"what": "สาม", "force": "order"}, {}, {"force": "order"}, {}]
    saved = save(
        place.clerk, draft, duties=rows, deadlines=[{"kind": "check"}, {}], meeting={"channels": [" "]}
    )
    assert [row["what"] for row in saved.duties] == ["หนึ่ง", "", "สาม", "", ""]
    assert saved.duties[4]["force"] == "order"
    assert saved.deadlines == [{"due": "", "kind": "check"}]
    assert saved.meeting == {}
    told = save(place.clerk, saved, meeting={"title": "ประชุม", "channels": ["Webex"], "items": [{"n": 1}]})
    assert (told.meeting["channels"], told.meeting["items"]) == (["Webex"], [{"n": 1}])


def test_two_people_on_different_fields_do_not_meet(place, draft):
    other = actor_for("officer", place.office)
    save(other, draft, body="ของอีกคน")
    saved = save(place.clerk, draft, version=0, subject="ของฉัน")
    assert (saved.body, saved.subject, saved.version) == ("ของอีกคน", "ของฉัน", 2)


@pytest.mark.postgres
def test_two_people_on_one_field_both_see_both(place, draft):
    other = actor_for("officer", place.office)
    save(other, draft, body="ของอีกคน", duties=[{"what": "ของอีกคน", "due": "2023-01-20"}])
    with pytest.raises(DraftConflict) as clash:
        save(place.clerk, draft, version=0, body="ของฉัน", duties=[{"what": "ของฉัน"}], subject="ด้วย")
    assert clash.value.version == 1
    assert clash.value.theirs["body"] == "ของอีกคน"
    assert clash.value.theirs["duty-0-due"] == "2023-01-20"
    assert clash.value.by["duty-0-what"] == other.name
    draft.refresh_from_db()
    assert (draft.body, draft.subject) == ("ของอีกคน", "")
    chosen = save(place.clerk, draft, version=0, body="ของฉัน", force=True)
    assert (chosen.body, chosen.version) == ("ของฉัน", 2)


def test_versions_may_be_told_field_by_field(place, draft):
    saved = save(place.clerk, draft, body="หนึ่ง", duties=[{"what": "ก"}])
    again = save(place.clerk, saved, version={"body": 1, "subject": 0}, body="สอง")
    assert again.body == "สอง"
    with pytest.raises(DraftConflict):
        save(place.clerk, again, version={"body": 1}, body="สาม")
    # The rows that were taken away are not among the fields: they are as old as the oldest.
    with pytest.raises(DraftConflict):
        save(place.clerk, again, version={"subject": 0}, duties=[])
    assert save(place.clerk, again, version={"subject": 2}, duties=[]).duties == []


def test_only_the_office_writes_and_only_while_it_is_written(place, draft):
    for stranger in (
        actor_for("clerk"),
        actor_for("helper", place.office),
        actor_for("clerk", place.province),
    ):
        with pytest.raises(Refused):
            save(stranger, draft, subject="x")
    for state, words in (
        ("circulating", "เสนอลงนาม"),
        ("out", "พิมพ์"),
        ("signed", "ลงนามแล้ว"),
        ("cancelled", "ยกเลิก"),
    ):
        Draft.objects.filter(pk=draft.pk).update(state=state)
        with pytest.raises(Conflict, match=words):
            save(place.clerk, draft, subject="x")


_TEXT = st.text(st.characters(exclude_characters="\r\x00", exclude_categories=["Cs"]), max_size=30)
_ROW = st.fixed_dictionaries(
    {},
    optional={
        "who": _TEXT,
        "what": _TEXT,
        "due": st.sampled_from(["", "2023-01-20"]),
        "force": st.sampled_from(["", "order", "inform"]),
    },
)


@given(st.lists(_ROW, max_size=6), st.lists(_ROW, max_size=6))
def test_cleaning_twice_is_cleaning_once_and_a_change_is_found(first, second):
    once = draft_values.cleaned({"duties": first})
    assert draft_values.cleaned(once) == once
    other = draft_values.cleaned({"duties": second})
    differs = draft_values.changed(draft_values.flat(once), draft_values.flat(other))
    assert bool(differs) == (once["duties"] != other["duties"])


# --- Enclosures -------------------------------------------------------------------------------------------------------


def test_enclosures_come_and_go(place, draft):
    add = drafting.add_attachment
    key = draft.public_id
    named = add(actor=place.clerk, draft_id=key, title="กำหนดการ", copies="จำนวน 1 ฉบับ")
    filed = add(actor=place.clerk, draft_id=key, file=b"hello", name="แบบตอบรับ.txt")
    assert (named.file, named.ordinal, filed.title, filed.ordinal) == (None, 1, "แบบตอบรับ", 2)
    with files.open(filed.file) as content:
        assert content.read() == b"hello"
    drafting.remove_attachment(actor=place.clerk, attachment_id=named.public_id)
    drafting.remove_attachment(actor=place.clerk, attachment_id=filed.public_id)
    assert not DraftAttachment.objects.exists()
    verbs = AuditEntry.objects.filter(verb__startswith="correspondence.enclos").values_list("verb", flat=True)
    assert sorted(verbs) == ["correspondence.enclosed"] * 2 + ["correspondence.enclosure_removed"] * 2


def test_an_enclosure_needs_a_name_and_there_are_not_too_many(place, draft, monkeypatch):
    for wrong in ({}, {"title": "ก" * 301}):
        with pytest.raises(Invalid):
            drafting.add_attachment(actor=place.clerk, draft_id=draft.public_id, **wrong)
    with pytest.raises(Invalid):
        drafting.add_attachment(actor=place.clerk, draft_id=draft.public_id, file=b"MZ", name="x.exe")
    monkeypatch.setattr(drafting, "MOST_ENCLOSED", 1)
    drafting.add_attachment(actor=place.clerk, draft_id=draft.public_id, title="หนึ่ง")
    with pytest.raises(Invalid):
        drafting.add_attachment(actor=place.clerk, draft_id=draft.public_id, title="สอง")
    with pytest.raises(Refused):
        drafting.add_attachment(actor=actor_for("clerk"), draft_id=draft.public_id, title="x")


# --- Where it goes ----------------------------------------------------------------------------------------------------


def test_printed_out_taken_back_and_given_up(place, draft):
    with pytest.raises(Invalid) as refused:
        drafting.print_out(actor=place.clerk, draft_id=draft.public_id)
    assert {"subject", "addressee", "body", "signer_name"} <= set(refused.value.fields)
    complete(place.clerk, draft)
    out = drafting.print_out(actor=place.clerk, draft_id=draft.public_id)
    assert (out.state, drafting.print_out(actor=place.clerk, draft_id=draft.public_id).state) == (
        "out",
        "out",
    )
    assert AuditEntry.objects.filter(verb="correspondence.printed_out").count() == 1
    assert drafting.take_back(actor=place.clerk, draft_id=draft.public_id).state == "writing"
    with pytest.raises(Conflict):
        drafting.take_back(actor=place.clerk, draft_id=draft.public_id)
    with pytest.raises(Invalid):
        drafting.cancel_draft(actor=place.clerk, draft_id=draft.public_id, reason=" ")
    gone = drafting.cancel_draft(actor=place.clerk, draft_id=draft.public_id, reason="เขียนซ้ำ")
    assert (gone.state, gone.cancelled_because) == ("cancelled", "เขียนซ้ำ")
    for action in (drafting.print_out, drafting.take_back):
        with pytest.raises(Refused):
            action(actor=actor_for("clerk"), draft_id=draft.public_id)
