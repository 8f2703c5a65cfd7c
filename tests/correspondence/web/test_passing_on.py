"""Passing a letter on and sending it out, as a browser without scripts uses the pages."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saduak.correspondence.actions import registers_hand, registers_keeping
from saduak.correspondence.actions.drafting import create_draft
from saduak.correspondence.actions.forwarding import Forwarding, begin_forward
from saduak.correspondence.models import (
    Delivery,
    Dispatch,
    Draft,
    Letter,
    RegisterEntry,
)
from saduak.foundation import jobs
from saduak.programme.actions import set_internal_deadline
from tests.correspondence import factories_sending as f
from tests.correspondence.factories_drafts import DelegationFactory
from tests.correspondence.web.looking import at, text_of, typed
from tests.counting import counted
from tests.organisations.factories import actor_for

pytestmark = pytest.mark.django_db
DAY = datetime.date
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"


@pytest.fixture
def world(world):
    f.open_round(world)
    return world


@pytest.fixture
def came(world):
    """What the ministry sent to the province, to be passed on within a week."""
    dispatch = f.sent_letter(
        world,
        f.targets_of([world.province]),
        issuer=world.ministry,
        sender=world.ministry,
        forward_by=f.NOW + 7 * f.DAY,
    )
    return f.at(dispatch, world.province)


# --- Passing on and sending -------------------------------------------------------------------------------------------


def signed(client, page, **more):
    """The last page, sent with what a person fills in."""
    copy = SimpleUploadedFile("signed.pdf", PDF, "application/pdf")
    return client.post(page, more | {"signed_copy": copy})


def test_from_the_incoming_letter_to_the_sent_one(world, came, sign_in):
    client = sign_in(world.clerk(world.office))
    page = client.get(at("forward", came))
    sent = typed(page)
    assert sent["recipients"] == "นายอำเภอ ทุกอำเภอ"
    assert sent["acknowledge_by"] == "09/02/2570"
    assert (sent["forward_by"], sent["deadline_on"]) == ("11/02/2570", "")
    answer = client.post(
        at("forward", came),
        sent | {"signer_name": "ผู้ลงนาม", "deadline_kind": "check", "deadline_on": "15/02/2570"},
    )
    draft = Draft.objects.get()
    assert answer.url == at("issue", draft)
    last = client.get(answer.url)
    text = text_of(last)
    assert "ส่งถึง 3 แห่ง" in text
    assert "อำเภอ 3" in text
    assert "ตั้งกำหนดส่งภายใน ส่งร่างให้ตรวจทาน" in text
    values = typed(last)
    assert (values["expected"], values["dated"]) == ("3", "04/02/2570")
    done = signed(client, answer.url, **values | {"number": "ทส 0018.1/ว 96"})
    dispatch = Dispatch.objects.get(forwards=came)
    assert done.url == at("dispatch", dispatch)
    assert (dispatch.expected, dispatch.letter.number) == (3, "ทส 0018.1/ว 96")
    jobs.run_pending()
    assert Delivery.objects.filter(dispatch=dispatch).count() == 3
    came.refresh_from_db()
    assert came.state == "forwarded"
    assert client.get(answer.url).url == at("dispatch", dispatch)


def test_what_was_typed_stays_and_days_are_refused_in_words(world, came, sign_in):
    set_internal_deadline(
        actor=world.clerk(world.ministry),
        round_id=world.round.public_id,
        owner=world.ministry,
        kind="check",
        reach="line",
        due_on=DAY(2027, 2, 20),
    )
    client = sign_in(world.clerk(world.office))
    page = client.get(at("forward", came))
    assert "กระทรวงทดสอบ ส่งร่างให้ตรวจทาน ภายใน เสาร์ 20 ก.พ. 2570" in text_of(page)
    late = typed(page) | {"deadline_kind": "check", "deadline_on": "25/02/2570", "instruction": "คำของเรา"}
    for signer in ("", "ผู้ลงนาม"):
        answer = client.post(at("forward", came), late | {"signer_name": signer})
        assert answer.status_code == 422
        text = answer.content.decode()
        assert "คือ 20 ก.พ. 2570 เลือกวันนั้นหรือก่อนหน้า" in text
        assert "คำของเรา" in text
    half = client.post(at("forward", came), typed(page) | {"signer_name": "ก", "deadline_kind": "check"})
    assert "กรอกวันที่ เช่น 15/02/2570" in str(half.context["form"].errors["deadline_on"])
    other = client.post(at("forward", came), typed(page) | {"signer_name": "ก", "deadline_on": "15/02/2570"})
    assert "deadline_kind" in other.context["form"].errors
    assert not Draft.objects.exists()


def test_the_office_is_chosen_where_there_are_several_and_the_signer_where_they_are_known(world, sign_in):
    dispatch = f.sent_letter(world, f.targets_of([world.office]), issuer=world.ministry)
    came = f.at(dispatch, world.office)
    one, two = DelegationFactory(organisation=world.office), DelegationFactory(organisation=world.office)
    client = sign_in(world.clerk(world.office))
    page = client.get(at("forward", came))
    desks = [key for key, _label in page.context["form"].fields["desk"].choices]
    assert len(desks) == 2
    assert "signer_name" in page.context["form"].fields
    # In the office's own name: it has a register of delegations with two entries.
    values = typed(page) | {"desk": desks[1]}
    asked = client.post(at("forward", came), values)
    assert "signer" in asked.context["form"].errors
    done = client.post(at("forward", came), values | {"signer": str(two.public_id)})
    assert done.status_code == 302
    assert (Draft.objects.get().signer, Draft.objects.get().issuer) == (two, world.office)
    assert one != two


def test_who_writes_and_does_not_send_goes_to_the_editor(world, came, sign_in):
    client = sign_in(actor_for("officer", world.office))
    values = typed(client.get(at("forward", came))) | {"signer_name": "ผู้ลงนาม"}
    answer = client.post(at("forward", came), values)
    draft = Draft.objects.get()
    assert answer.url == at("draft", draft)
    assert at("draft", draft) in client.get(at("delivery", came)).content.decode()
    assert at("issue", draft) in sign_in(world.clerk(world.office)).get(at("delivery", came)).content.decode()


def drafted(world, came, **changes) -> Draft:
    values = {
        "office_id": world.office.public_id,
        "issuer_id": world.province.public_id,
        "addressee": "นายอำเภอ ทุกอำเภอ",
        "recipients": "นายอำเภอ ทุกอำเภอ",
        "instruction": "ขอให้ดำเนินการ",
        "signer_name": "ผู้ลงนาม",
        "signer_position": "ปลัดจังหวัด",
    }
    return begin_forward(
        actor=world.clerk(world.office),
        delivery_id=came.public_id,
        values=Forwarding(**(values | changes)),
    )


def test_a_refused_sending_keeps_the_file_and_what_was_typed(world, came, sign_in):
    draft = drafted(world, came)
    client, url = sign_in(world.clerk(world.office)), at("issue", draft)
    values = typed(client.get(url))
    refused = signed(client, url, **values | {"dated": "10/02/2570"})
    assert refused.status_code == 422
    assert {"number", "dated"} <= set(refused.context["form"].errors)
    assert "10/02/2570" in refused.content.decode()
    assert "แนบฉบับลงนามแล้ว signed.pdf" in text_of(refused)
    draft.refresh_from_db()
    assert draft.signed_copy.name == "signed.pdf"
    # The file need not be chosen again.
    sent = client.post(url, typed(refused) | {"number": "ทส 0018.1/12", "dated": "04/02/2570"})
    assert sent.status_code == 302
    assert Dispatch.objects.get(forwards=came).expected == 3


def test_a_file_that_is_not_taken_and_none_at_all(world, came, sign_in):
    draft = drafted(world, came)
    client, url = sign_in(world.clerk(world.office)), at("issue", draft)
    values = typed(client.get(url)) | {"number": "ทส 0018.1/12"}
    bad = SimpleUploadedFile("note.txt", "บันทึก".encode())
    assert "signed_copy" in client.post(url, values | {"signed_copy": bad}).context["form"].errors
    none = client.post(url, values)
    assert "signed_copy" in none.context["form"].errors
    assert not Dispatch.objects.filter(forwards=came).exists()


def test_the_number_of_offices_that_was_seen_is_the_number_that_gets_it(world, came, sign_in):
    draft = drafted(world, came)
    client, url = sign_in(world.clerk(world.office)), at("issue", draft)
    values = typed(client.get(url)) | {"number": "ทส 0018.1/12", "expected": "2"}
    changed = signed(client, url, **values)
    assert changed.status_code == 422
    assert "ผู้รับเปลี่ยนเป็น 3 แห่ง" in text_of(changed)
    assert typed(changed)["expected"] == "3"


def test_words_that_name_nobody_are_told_before_sending(world, came, sign_in):
    draft = drafted(world, came, recipients="นายอำเภอ ทุกอำเภอ\nหน่วยงานที่ไม่มี")
    page = sign_in(world.clerk(world.office)).get(at("issue", draft))
    assert "ไม่พบ หน่วยงานที่ไม่มี" in text_of(page)
    assert "ส่งถึง 3 แห่ง</button>" not in page.content.decode()
    empty = drafted(world, came, recipients="หน่วยงานที่ไม่มี", signer_name="")
    text = text_of(sign_in(world.clerk(world.office)).get(at("issue", empty)))
    assert "ร่างยังขาด 1 อย่าง" in text
    assert "ส่งถึง 0 แห่ง" in text


def test_saduaks_register_offers_the_next_number_and_reserved_ones(world, came, sign_in):
    clerk = world.clerk(world.office)
    registers_keeping.open_registry(
        actor=actor_for("head", world.province),
        organisation_id=world.province.public_id,
        prefix="ทส 0018.1",
        start={("send", ""): 95},
    )
    draft = drafted(world, came)
    client, url = sign_in(clerk), at("issue", draft)
    alone = client.get(url)
    assert "ระบบออกเลขให้ น่าจะเป็น ทส 0018.1/96" in text_of(alone)
    registers_hand.reserve(
        actor=clerk,
        organisation_id=world.province.public_id,
        direction="send",
        series="",
        count=1,
        reason="รอลงนาม",
    )
    entry = RegisterEntry.objects.get(state="reserved")
    page = client.get(url)
    assert "เลขที่จองไว้ ทส 0018.1/96" in text_of(page)
    sent = signed(client, url, **typed(page) | {"take": str(entry.public_id)})
    assert sent.status_code == 302
    assert Letter.objects.get(draft=draft).number == "ทส 0018.1/96"


def test_a_correction_goes_to_everybody_who_had_the_letter(world, sign_in):
    first = f.to_districts(world)
    clerk = world.clerk(world.office)
    draft = create_draft(
        actor=clerk,
        office_id=world.office.public_id,
        issuer_id=world.province.public_id,
        programme_id=world.programme.public_id,
        corrects=first.letter.public_id,
    )
    text = text_of(sign_in(clerk).get(at("issue", draft)))
    assert "ส่งถึง 3 แห่ง" in text
    assert "ใช้แทนฉบับเดิม" in text


def test_who_may_not_send_is_led_away(world, came, sign_in):
    draft = drafted(world, came)
    clerk, url = world.clerk(world.office), at("issue", draft)
    assert sign_in(world.clerk(world.districts[0])).get(url).status_code == 404
    assert sign_in(actor_for("officer", world.office)).get(url).status_code == 403
    for state, words in (("circulating", "เสนอลงนามอยู่"), ("cancelled", "ยกเลิกแล้ว")):
        Draft.objects.filter(pk=draft.pk).update(state=state)
        answer = sign_in(clerk).get(url, follow=True)
        assert answer.redirect_chain
        assert words in text_of(answer)


def test_the_last_page_costs_the_same_for_one_office_and_for_three(world, came, sign_in):
    client, costs = sign_in(world.clerk(world.office)), []
    for words in ("อำเภอทดสอบ1", "นายอำเภอ ทุกอำเภอ"):
        draft = drafted(world, came, recipients=words)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(at("issue", draft)).status_code == 200
        costs.append(len(counted(captured)))
    assert costs[0] == costs[1] <= 40
