import datetime
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from saduak.applications import actions, documents, queries, signals
from saduak.applications.models import Answer, SignOff
from saduak.foundation.access import Conflict, Invalid, Refused
from saduak.foundation.models import AuditEntry, AuditPersonal, StoredFile
from tests.applications.factories import (
    ApplicationFactory,
    answer,
    filled,
    fresh,
    signed_application,
    submitted_application,
)
from tests.applications.factories_renewing import held
from tests.applications.test_documents import text_of
from tests.applications.test_evidence import photo
from tests.organisations.factories import PersonFactory, actor_for
from tests.programme.factories import MID_WINDOW

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2027, 2, 4)


def digest(application):
    return queries.current_digest(fresh(application))


def sign(actor, application, **more):
    values = {"digest": digest(application)} | more
    return actions.sign(actor=actor, application_id=application.public_id, **values)


def record(actor, application, **more):
    values = {
        "file": photo(),
        "code": digest(application)[:8],
        "signer_name": "สมชาย  ใจดี",
        "signer_position": "นายอำเภอวังทอง",
        "signed_on": TODAY,
    } | more
    return actions.record_paper_signature(actor=actor, application_id=application.public_id, **values)


def test_the_head_signs_what_the_page_showed(draft, land):
    filled(draft)
    person = PersonFactory(title="นาย", name="ตัวอย่าง หนึ่ง", position="นายอำเภอวังทอง")
    head = actor_for("head", land.district, person=person, received_at=MID_WINDOW)
    page = queries.signing_page(head, draft.public_id)
    assert page.may_sign
    assert page.code == page.digest[:8].upper()
    told = []
    signals.signed.connect(lambda sign_off, **_: told.append(sign_off), weak=False, dispatch_uid="t")
    sign_off = sign(head, draft, digest=page.digest)
    signals.signed.disconnect(dispatch_uid="t")
    draft.refresh_from_db()
    assert told == [sign_off]
    assert draft.state == "signed"
    assert (sign_off.method, sign_off.capacity) == ("account", "self")
    assert (sign_off.signer_name, sign_off.signer_position) == ("นายตัวอย่าง หนึ่ง", "นายอำเภอวังทอง")
    assert (sign_off.content_digest, sign_off.signed_at) == (page.digest, MID_WINDOW)
    entry = AuditEntry.objects.get(verb="applications.signed")
    assert "ตัวอย่าง" not in str(entry.facts), "names stay out of the chain"
    assert AuditPersonal.objects.get(entry=entry).values["name"] == "นายตัวอย่าง หนึ่ง"


def test_names_stay_as_they_were_signed(draft, people):
    signed_application(draft, head=people.head)
    before = SignOff.objects.get().signer_name
    PersonFactory._meta.model.objects.filter(pk=people.head.person_id).update(name="ชื่อใหม่")
    assert SignOff.objects.get().signer_name == before


def test_a_head_without_a_position_signs_as_what_was_appointed(draft, people):
    filled(draft)
    assert sign(people.head, draft).signer_position.startswith("หัวหน้าหน่วยงาน")


def test_the_system_signs_under_its_own_name(draft, actor_system):
    filled(draft)
    assert sign(actor_system.at(MID_WINDOW), draft).signer_name == "test"


@pytest.mark.parametrize("who", ["officer", "helper", "province", "city_head", "secretariat"])
def test_only_the_head_of_the_centre_signs(draft, people, who):
    filled(draft)
    with pytest.raises(Refused) as refused:
        sign(getattr(people, who), draft)
    assert refused.value.code == "not-yours"


def test_acting_for_somebody_says_for_whom(draft, people):
    filled(draft)
    with pytest.raises(Invalid) as invalid:
        sign(people.head, draft, capacity="acting", on_behalf_of=" ")
    assert list(invalid.value.fields) == ["on_behalf_of"]
    with pytest.raises(Invalid) as invalid:
        sign(people.head, draft, capacity="king")
    assert list(invalid.value.fields) == ["capacity"]
    made = sign(people.head, draft, capacity="acting", on_behalf_of="นายอำเภอวังทอง")
    assert (made.capacity, made.on_behalf_of) == ("acting", "นายอำเภอวังทอง")


def test_what_changed_since_it_was_read_is_not_signed(draft, people):
    filled(draft)
    read = digest(draft)
    actions.save_answer(
        actor=people.helper, answer_id=answer(draft, "2.1").public_id, version=0, narrative="แก้"
    )
    with pytest.raises(Conflict) as changed:
        sign(people.head, draft, digest=read)
    assert changed.value.code == "content-changed"


def test_the_digest_follows_every_word_and_every_piece_of_evidence(draft, people):
    filled(draft)
    seen = {digest(draft)}
    row = answer(draft, "2.1")
    actions.save_answer(actor=people.officer, answer_id=row.public_id, version=0, narrative="อื่น")
    seen.add(digest(draft))
    actions.save_answer(actor=people.officer, answer_id=row.public_id, version=1, claim="unmet")
    seen.add(digest(draft))
    actions.add_evidence(actor=people.officer, file=photo(), caption="ภาพ", answer_id=row.public_id)
    seen.add(digest(draft))
    held(draft)
    actions.choose_kind(actor=people.officer, application_id=draft.public_id, kind="renewal")
    seen.add(digest(draft))
    assert len(seen) == 5
    draft.centre.name_th = "ชื่อใหม่ของศูนย์"
    draft.centre.save(update_fields=["name_th"])
    assert digest(draft) in seen, "a renaming voids no signature"


def test_nothing_is_signed_while_a_gate_is_open(draft, people):
    filled(draft)
    gates = Answer.objects.filter(application=draft, criterion__kind="gate").order_by("criterion__ordinal")
    Answer.objects.filter(pk=gates[12].pk).update(evidence_count=0)
    Answer.objects.filter(pk=gates[13].pk).update(claim="unmet")
    with pytest.raises(Conflict) as refused:
        sign(people.head, draft)
    assert refused.value.code == "incomplete"
    assert "13, 14" in str(refused.value.reason)
    page = queries.signing_page(people.head, draft.public_id)
    assert page.may_sign.code == "incomplete"
    assert "13 และ 14" in str(page.may_sign.reason)
    assert str(page.numbers_in_the_way) == "13 และ 14"


def test_nothing_is_signed_twice_or_after_closing(draft, people):
    signed_application(draft, head=people.head)
    with pytest.raises(Conflict) as refused:
        sign(people.head, draft)
    assert refused.value.code == "wrong-state"
    page = queries.signing_page(people.head, draft.public_id)
    assert (page.may_sign.code, page.sign_off) == ("wrong-state", SignOff.objects.get())
    assert queries.signing_page(people.officer, draft.public_id).may_sign.code == "not-yours"
    assert queries.signing_page(people.stranger, draft.public_id) is None


def test_signing_ends_with_the_window(draft, people):
    filled(draft)
    late = people.head.at(datetime.datetime(2027, 3, 1, tzinfo=MID_WINDOW.tzinfo))
    with pytest.raises(Conflict) as closed:
        sign(late, draft)
    assert closed.value.code == "window-closed"


def test_the_same_key_signs_once(draft, people):
    filled(draft)
    key, read = uuid.uuid4(), digest(draft)
    first = sign(people.head, draft, digest=read, idempotency_key=key)
    assert sign(people.head, draft, digest=read, idempotency_key=key) == first


def test_a_signed_page_is_recorded_by_the_officer(draft, people):
    filled(draft)
    made = record(people.officer, draft)
    draft.refresh_from_db()
    assert draft.state == "signed"
    assert (made.method, made.signer_name, made.signer_position) == ("paper", "สมชาย ใจดี", "นายอำเภอวังทอง")
    assert made.paper.media_type.startswith("image/")
    assert made.recorded_by_id == people.officer.user_id
    assert made.signed_at == datetime.datetime(2027, 2, 4, tzinfo=MID_WINDOW.tzinfo)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"code": "00000000"}, "code"),
        ({"signer_name": " "}, "signer_name"),
        ({"signer_position": ""}, "signer_position"),
        ({"signed_on": TODAY + datetime.timedelta(days=1)}, "signed_on"),
        ({"capacity": "on_behalf"}, "on_behalf_of"),
    ],
)
def test_a_page_with_something_wrong_is_refused(draft, people, more, field):
    filled(draft)
    with pytest.raises(Invalid) as invalid:
        record(people.officer, draft, **more)
    assert list(invalid.value.fields) == [field]
    assert not SignOff.objects.exists()


def test_the_code_is_typed_as_people_type(draft, people):
    filled(draft)
    code = digest(draft)[:8]
    assert record(people.officer, draft, code=f" {code[:4]} {code[4:].upper()}").method == "paper"


def test_a_wrong_file_or_a_stranger_records_nothing(draft, people):
    filled(draft)
    before = StoredFile.objects.count()
    with pytest.raises(Refused):
        record(people.helper, draft)
    with pytest.raises(Invalid):
        record(people.officer, draft, file=SimpleUploadedFile("a.txt", "คำ".encode()))
    assert StoredFile.objects.count() == before


def test_a_signature_is_taken_back_with_a_reason(draft, people):
    with pytest.raises(Conflict):
        actions.void_signature(actor=people.officer, application_id=draft.public_id, reason="x")
    signed_application(draft, head=people.head)
    with pytest.raises(Invalid):
        actions.void_signature(actor=people.officer, application_id=draft.public_id, reason=" ")
    with pytest.raises(Refused):
        actions.void_signature(actor=people.helper, application_id=draft.public_id, reason="x")
    again = actions.void_signature(actor=people.officer, application_id=draft.public_id, reason="ลืมแนบรูป")
    assert again.state == "draft"
    assert SignOff.objects.get().void_reason == "ลืมแนบรูป"
    sign(people.head, draft)
    assert SignOff.objects.filter(voided_at__isnull=True).count() == 1


def test_signing_during_a_correction_goes_back_to_the_correction_when_edited(draft, people):
    submitted_application(draft, officer=people.officer)
    due = MID_WINDOW + datetime.timedelta(days=60)
    actions.return_for_correction(
        actor=people.secretariat, application_id=draft.public_id, due_at=due, reason="ขาด"
    )
    sign(people.head, draft)
    actions.save_answer(
        actor=people.officer, answer_id=answer(draft, "2.1").public_id, version=0, narrative="เพิ่ม"
    )
    draft.refresh_from_db()
    assert (draft.state, draft.correction_due_at) == ("correction", due)


def test_the_signing_page_costs_no_more_than_ten_queries(draft, people, exactly):
    filled(draft)
    queries.signing_page(people.head, draft.public_id)
    with exactly(8):
        queries.signing_page(people.head, draft.public_id)


def test_the_printed_page_carries_the_code_and_right_thai(land, people):
    application = filled(ApplicationFactory(centre=land.centre, round=land.round, actor=people.officer))
    page = queries.signing_page(people.head, application.public_id)
    text = text_of(documents.signing_pdf(page))
    assert f"รหัสหน้านี้ {page.code}" in text
    assert "ที่ทำการปกครองอำเภอวังทอง" in text
    assert "ข้าพเจ้าได้อ่านใบสมัครและขอรับรองว่าข้อมูลและหลักฐานเป็นความจริง" in text
