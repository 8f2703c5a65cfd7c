"""The chain: in order, by the very person, bound to the document; the register decides who signs."""

import datetime
import hashlib
import json

import pytest

from saduak.correspondence.actions import drafting, signing
from saduak.correspondence.models import ChainStep, Draft, LetterHead, WrittenKind
from saduak.correspondence.queries import documents
from saduak.correspondence.queries import drafts as queries
from saduak.foundation import clock, files
from saduak.foundation.access import Actor, Conflict, Invalid, Refused
from saduak.foundation.models import AuditEntry
from saduak.programme.models import Round
from tests.correspondence.factories_drafts import (
    AbsenceFactory,
    ChainStepFactory,
    DelegationFactory,
    DraftFactory,
    LegalReferenceFactory,
    colleague,
)
from tests.foundation.files import samples
from tests.organisations.factories import PersonFactory, actor_for, me

pytestmark = pytest.mark.django_db
DAY = datetime.date(2022, 12, 13)


@pytest.fixture
def people(place):
    """The clerk, two who initial and the governor."""
    first = colleague(place.office, "officer", title="นาย", name="บุคคล หนึ่ง", position="เจ้าพนักงาน")
    second = colleague(place.office, "head", name="บุคคล สอง")
    governor = colleague(place.province, "head", name="บุคคล ผู้ว่า", position="ผู้ว่าราชการจังหวัดทดสอบ")
    return first, second, governor


@pytest.fixture
def draft(place):
    return DraftFactory(office=place.office, issuer=place.province, programme=Round.objects.get().programme)


def propose(actor, draft, *steps):
    chain = [(act, me(who).public_id) for act, who in steps]
    return signing.propose(actor=actor, draft_id=draft.public_id, steps=chain)


def digest(draft) -> str:
    return documents.digest_of(Draft.objects.get(pk=draft.pk))


def decide(actor, draft, *, approve=True, because="", seen=None):
    step = ChainStep.objects.get(person=actor.person_id, draft=draft, lap=Draft.objects.get(pk=draft.pk).lap)
    return signing.decide_step(
        actor=actor,
        step_id=step.public_id,
        approve=approve,
        because=because,
        digest=digest(draft) if seen is None else seen,
    )


# --- Proposing --------------------------------------------------------------------------------------------------------


@pytest.mark.postgres
def test_initials_in_order_and_then_the_signature(place, people, draft):
    first, second, governor = people
    proposed = propose(place.clerk, draft, ("initial", first), ("initial", second), ("sign", governor))
    assert (proposed.state, proposed.lap) == ("circulating", 1)
    # While the register is empty, whoever is asked is named under the letter.
    assert (proposed.signer_name, proposed.signer_position) == ("บุคคล ผู้ว่า", "ผู้ว่าราชการจังหวัดทดสอบ")
    assert list(queries.waiting(first)) == [draft]
    assert not queries.waiting(second)
    with pytest.raises(Conflict) as early:
        decide(second, draft)
    assert early.value.code == "not-your-turn"
    one = decide(first, draft)
    assert (one.name, one.position, one.decision) == ("นายบุคคล หนึ่ง", "เจ้าพนักงาน", "approved")
    assert (one.digest, one.decided_at) == (digest(draft), clock.now())
    assert decide(second, draft).position == "หัวหน้าหน่วยงาน"
    assert [row.step_act for row in queries.waiting(governor)] == ["sign"]
    signed = decide(governor, draft)
    draft.refresh_from_db()
    assert (draft.state, signed.act) == ("signed", "sign")
    assert queries.tally(place.clerk)["signed"] == 1
    said = AuditEntry.objects.filter(verb="correspondence.decided").last()
    assert said.facts["sha256"] == signed.digest
    assert said.personal.values["name"] == "บุคคล ผู้ว่า"


def test_whoever_is_typed_keeps_their_position(place, people, draft):
    _first, second, governor = people
    draft.signer_name = str(me(governor))
    draft.signer_position = "รองผู้ว่าราชการจังหวัด รักษาราชการแทน\nผู้ว่าราชการจังหวัดทดสอบ"
    draft.save()
    assert propose(place.clerk, draft, ("sign", governor)).signer_position == draft.signer_position
    drafting.take_back(actor=place.clerk, draft_id=draft.public_id)
    other = propose(place.clerk, draft, ("sign", second))
    # Nothing is known of this person's position: what stands there stays, to be looked at.
    assert (other.signer_name, other.signer_position) == ("บุคคล สอง", draft.signer_position)


def test_a_chain_that_does_not_fit_is_told_step_by_step(place, people, draft):
    first, second, governor = people
    outsider = colleague(place.districts[0])
    for steps, field in (
        ((), "step-0"),
        ((("initial", first),), "step-0"),
        ((("sign", first), ("sign", second)), "step-1"),
        ((("initial", outsider), ("sign", governor)), "step-0"),
        ((("initial", governor), ("sign", governor)), "step-1"),
    ):
        with pytest.raises(Invalid) as refused:
            propose(place.clerk, draft, *steps)
        assert set(refused.value.fields) == {field}
    person = me(second)
    person.user = None
    person.save()
    with pytest.raises(Invalid) as refused:
        propose(place.clerk, draft, ("sign", second))
    assert "บัญชี" in str(refused.value.fields["step-0"])
    assert not ChainStep.objects.exists()


def test_only_the_office_proposes_and_only_what_lacks_nothing(place, people, draft):
    governor = people[2]
    with pytest.raises(Refused):
        propose(actor_for("clerk", place.districts[0]), draft, ("sign", governor))
    Draft.objects.filter(pk=draft.pk).update(body="")
    with pytest.raises(Invalid) as refused:
        propose(place.clerk, draft, ("sign", governor))
    assert set(refused.value.fields) == {"body"}
    Draft.objects.filter(pk=draft.pk).update(state="out")
    with pytest.raises(Conflict):
        propose(place.clerk, draft, ("sign", governor))


def test_sending_the_form_twice_proposes_once(place, people, draft):
    chain = [("sign", me(people[2]).public_id)]
    key = draft.public_id
    for _time in range(2):
        signing.propose(actor=place.clerk, draft_id=draft.public_id, steps=chain, idempotency_key=key)
    assert ChainStep.objects.count() == 1


# --- Deciding ---------------------------------------------------------------------------------------------------------


def test_nobody_decides_for_another_nor_twice(place, people, draft):
    first, second, governor = people
    propose(place.clerk, draft, ("initial", first), ("sign", governor))
    step = ChainStep.objects.get(person=first.person_id)
    for stranger in (second, governor, Actor.system()):
        with pytest.raises(Refused):
            signing.decide_step(actor=stranger, step_id=step.public_id, approve=True, digest=digest(draft))
    decide(first, draft)
    with pytest.raises(Conflict) as again:
        decide(first, draft)
    assert again.value.code == "decided"


def test_a_document_that_changed_is_not_signed(place, people, draft):
    governor = people[2]
    propose(place.clerk, draft, ("sign", governor))
    seen = digest(draft)
    Draft.objects.filter(pk=draft.pk).update(purpose="จึงเรียนมาเพื่อทราบเท่านั้น")
    with pytest.raises(Conflict) as changed:
        decide(governor, draft, seen=seen)
    assert changed.value.code == "document-changed"
    assert ChainStep.objects.get().decision == ""


def test_not_approved_because_goes_back_and_keeps_the_lap(place, people, draft):
    first, _second, governor = people
    propose(place.clerk, draft, ("initial", first), ("sign", governor))
    with pytest.raises(Invalid) as refused:
        decide(first, draft, approve=False, because=" ")
    assert set(refused.value.fields) == {"because"}
    back = decide(first, draft, approve=False, because="วันที่ไม่ตรง")
    draft.refresh_from_db()
    assert (draft.state, draft.lap, back.because) == ("writing", 0, "วันที่ไม่ตรง")
    again = propose(place.clerk, draft, ("sign", governor))
    assert again.lap == 2
    laps = queries.laps(again)
    assert [(lap.number, lap.open) for lap in laps] == [(2, True), (1, False)]
    assert (laps[0].next.person_id, laps[1].next) == (governor.person_id, None)
    assert [row.decision for row in laps[1].steps] == ["returned", ""]


def test_taking_back_voids_the_lap(place, people, draft):
    first, _second, governor = people
    propose(place.clerk, draft, ("initial", first), ("sign", governor))
    old = decide(first, draft)
    step = ChainStep.objects.get(person=governor.person_id)
    drafting.take_back(actor=place.clerk, draft_id=draft.public_id)
    with pytest.raises(Conflict):
        signing.decide_step(actor=governor, step_id=step.public_id, approve=True, digest=digest(draft))
    assert not queries.waiting(governor)
    propose(place.clerk, draft, ("sign", governor))
    with pytest.raises(Conflict) as late:
        signing.decide_step(actor=governor, step_id=step.public_id, approve=True, digest=digest(draft))
    assert late.value.code == "decided"
    old.refresh_from_db()
    assert old.decision == "approved"
    document = documents.document_of(Draft.objects.get(pk=draft.pk))
    assert document.initials == ()


# --- The register -----------------------------------------------------------------------------------------------------


def test_once_the_register_has_entries_nobody_else_signs(place, people, draft):
    _first, second, governor = people
    row = DelegationFactory(
        organisation=place.province,
        person=me(second),
        position="ปลัดจังหวัด",
        capacity="acting_for",
        principal="ผู้ว่าราชการจังหวัดทดสอบ",
    )
    with pytest.raises(Invalid) as refused:
        propose(place.clerk, draft, ("sign", governor))
    assert "ทะเบียนผู้ลงนาม" in str(refused.value.fields["step-0"])
    proposed = propose(place.clerk, draft, ("initial", governor), ("sign", second))
    assert proposed.signer == row
    decide(governor, draft)
    AbsenceFactory(delegation=row, valid_from=DAY)
    with pytest.raises(Refused) as absent:
        decide(second, draft)
    assert absent.value.code == "may-not-sign"
    row.absences.all().delete()
    signed = decide(second, draft)
    assert signed.position == "ปลัดจังหวัด ปฏิบัติราชการแทน ผู้ว่าราชการจังหวัดทดสอบ"
    assert signed.delegation == row


def test_of_two_powers_of_one_person_the_drafts_own_counts(place, people, draft):
    second = people[1]
    DelegationFactory(organisation=place.province, person=me(second), position="ปลัดจังหวัด")
    chosen = DelegationFactory(organisation=place.province, person=me(second), position="รองผู้ว่า")
    draft.signer = chosen
    draft.save()
    assert propose(place.clerk, draft, ("sign", second)).signer == chosen


def test_a_register_that_begins_meanwhile_counts(place, people, draft):
    governor = people[2]
    propose(place.clerk, draft, ("sign", governor))
    DelegationFactory(organisation=place.province)
    with pytest.raises(Refused):
        decide(governor, draft)
    assert decide(governor, draft, approve=False, because="ดูทะเบียนก่อน").decision == "returned"


def test_somebody_of_the_register_who_works_nowhere_here_signs_by_it(place, draft):
    person = PersonFactory(name="บุคคล ข้างนอก")
    row = DelegationFactory(organisation=place.province, person=person, position="รองผู้ว่า")
    proposed = signing.propose(
        actor=place.clerk, draft_id=draft.public_id, steps=[("sign", person.public_id)]
    )
    step = ChainStep.objects.get(draft=proposed)
    assert (step.delegation, signing._position(step)) == (row, "รองผู้ว่า")
    step.delegation = None
    assert signing._position(step) == ""


# --- The paper --------------------------------------------------------------------------------------------------------


def test_the_paper_of_an_external_letter(place, exactly):
    LegalReferenceFactory(code="saraban", citation="ระเบียบงานสารบรรณ")
    picture = files.store(samples.picture("PNG"), name="ตรา.png")
    LetterHead.objects.create(
        organisation=place.province, heading="ศาลากลางจังหวัดทดสอบ", address="ถนนหนึ่ง\nอำเภอเมือง", emblem=picture
    )
    row = DraftFactory(
        office=place.office,
        issuer=place.province,
        urgency="most_urgent",
        secrecy="secret",
        addressee="นายกรัฐมนตรี",
        references="หนังสือหนึ่ง\n\nหนังสือสอง",
        body="หนึ่ง ตาม{{law:saraban}}\n\nสอง {{parent.number}}",
        contact="โทร. 1\nโทร. 2",
        signer_position="ปลัดจังหวัด ปฏิบัติราชการแทน\nผู้ว่าราชการจังหวัดทดสอบ",
    )
    row.attachments.create(ordinal=1, title="กำหนดการ", copies="จำนวน 1 ฉบับ")
    with exactly(3):
        made = documents.document_of(row, number="ทส 0018/1", dated=DAY, qr_url="https://x.example")
    assert (made.issuer, made.address) == ("ศาลากลางจังหวัดทดสอบ", ("ถนนหนึ่ง", "อำเภอเมือง"))
    assert (made.urgency, made.secrecy) == ("ด่วนที่สุด", "ลับ")
    assert (made.salutation, made.closing) == ("กราบเรียน", "ขอแสดงความนับถืออย่างยิ่ง")
    assert made.references == ("หนังสือหนึ่ง", "หนังสือสอง")
    assert made.paragraphs[:2] == ("หนึ่ง ตามระเบียบงานสารบรรณ", "สอง {{parent.number}}")
    assert made.signature.position == ("ปลัดจังหวัด ปฏิบัติราชการแทน", "ผู้ว่าราชการจังหวัดทดสอบ")
    assert (made.number, made.dated, made.qr_url) == ("ทส 0018/1", DAY, "https://x.example")
    assert (made.emblem[:4], made.emblem_type) == (b"\x89PNG", "image/png")
    assert [one.title for one in made.attachments] == ["กำหนดการ"]


@pytest.mark.parametrize("kind", WrittenKind.values)
def test_each_kind_has_what_its_form_has(kind, place):
    place.province.address = "ศาลากลาง"
    row = DraftFactory(office=place.office, issuer=place.province, kind=kind)
    made = documents.document_of(row)
    assert (made.closing != "", made.salutation != "", made.signature is not None) == {
        "external": (True, True, True),
        "memo": (False, True, True),
        "stamped": (False, False, False),
    }[kind]
    if kind == "memo":
        assert (made.issuer, made.address) == (place.office.name_th, ())
    else:
        assert (made.issuer, made.address) == (place.province.name_th, ("ศาลากลาง",))


def test_a_letter_signed_in_the_system_says_so(place, people, draft):
    first, _second, governor = people
    propose(place.clerk, draft, ("initial", first), ("sign", governor))
    decide(first, draft)
    decide(governor, draft)
    made = documents.document_of(Draft.objects.get(pk=draft.pk))
    assert made.initials == ("นายบุคคล",)
    assert made.signature.signed_note == "ลงนามทางอิเล็กทรอนิกส์ 13 ธ.ค. 2565 10.00 น."


def test_what_is_signed_is_canonical_and_leaves_out_what_comes_later(place, people, draft):
    governor = people[2]
    body = documents.canonical(draft)
    told = json.loads(body)
    assert body == json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert hashlib.sha256(body).hexdigest() == documents.digest_of(draft)
    assert told["document"]["subject"] == draft.subject
    assert not {"number", "dated", "initials", "emblem"} & set(told["document"])
    propose(place.clerk, draft, ("sign", governor))
    before = digest(draft)
    decide(governor, draft)
    LetterHead.objects.create(organisation=place.province, heading="ใหม่")
    Draft.objects.filter(pk=draft.pk).update(number="1", dated=DAY)
    assert digest(draft) == before
    for change in (
        {"recipients": "นายอำเภอ ทุกอำเภอ"},
        {"duties": [{"who": "", "what": "ก", "due": "", "force": "order"}]},
        {"acknowledge_by": DAY},
        {"thai_digits": False},
    ):
        Draft.objects.filter(pk=draft.pk).update(**change)
        assert digest(draft) != before, change
        before = digest(draft)
    Draft.objects.get(pk=draft.pk).attachments.create(
        ordinal=1, title="ก", file=files.put(b"x", name="x.txt", media_type="text/plain")
    )
    assert digest(draft) != before


def test_places_follow_the_fields(place):
    row = DraftFactory(
        office=place.office,
        issuer=place.province,
        round=Round.objects.get(),
        body="{{meeting.title}} {{meeting.day}} {{meeting.time}} {{meeting.place}} {{recipient.name}} {{round.name}}",
        meeting={"title": "ประชุม", "date": "2023-01-20", "start": "09:00", "end": "12:00", "place": "ห้อง 1"},
    )
    text = documents.texts_of(row, DAY)["body"]
    assert text.startswith("ประชุม 20 มกราคม 2566 09.00 - 12.00 น. ห้อง 1 นายอำเภอ ทุกอำเภอ")
    assert text.endswith(row.round.title)
    row.round.stages.all().delete()
    row.body = "{{round.opens}}"
    assert documents.texts_of(Draft(pk=row.pk, **_columns(row)), DAY)["body"] == "{{round.opens}}"


def _columns(row):
    return {
        "office": row.office,
        "issuer": row.issuer,
        "programme": row.programme,
        "round": Round.objects.get(pk=row.round_id),
        "body": row.body,
    }


# --- Reads ------------------------------------------------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.parametrize("number", [1, 3])
def test_what_waits_for_somebody_in_one_query(place, people, exactly, number):
    governor = people[2]
    for n in range(number):
        row = DraftFactory(
            office=place.office, issuer=place.province, state="circulating", lap=1, subject=str(n)
        )
        ChainStepFactory(draft=row, person=me(governor))
    with exactly(1):
        found = [(row.subject, row.issuer.name_th, row.office.name_th) for row in queries.waiting(governor)]
    assert len(found) == number
    with exactly(1):
        turns = {row.turn for row in queries.drafts(governor, view="decide")}
    assert turns == set(ChainStep.objects.values_list("public_id", flat=True))
    assert len(turns) == number
    assert queries.tally(governor)["decide"] == number
    assert not queries.waiting(Actor.public())
    step = ChainStep.objects.first()
    assert queries.step(governor, step.public_id) == step
    assert queries.step(actor_for("clerk"), step.public_id) is None
    row, asked = step.draft, me(governor)
    with exactly(1):
        assert [lap.next.person for lap in queries.laps(row)] == [asked]
