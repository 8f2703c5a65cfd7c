"""One of everything that a letter needs on its way: drafts, signers, registers, deliveries, lists, links."""

import datetime
from typing import Any

from saduak.correspondence.actions import (
    delegations,
    drafting,
    issuing,
    lists,
    outside,
    passing_outside,
    registers_hand,
    registers_keeping,
    signing,
)
from saduak.correspondence.actions.registers import Columns
from saduak.correspondence.inputs import Numbering
from saduak.correspondence.models import ChainStep, Delivery, Dispatch, LetterTemplate
from saduak.foundation import clock, jobs
from saduak.foundation.access import Actor
from saduak.organisations.actions import NewPerson
from saduak.organisations.models import Organisation, Person
from saduak.programme.models import Round

# A PDF of one empty page, as a scanner would give it.
SCAN = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
VALUES = {
    "subject": "ขอให้ติดตามใบสมัคร",
    "addressee": "นายอำเภอ ทุกอำเภอ",
    "recipients": "นายอำเภอ ทุกอำเภอ",
    "body": "ด้วยจังหวัดประสงค์จะทราบความคืบหน้า",
    "purpose": "จึงเรียนมาเพื่อทราบ",
    "signer_name": "ผู้ลงนาม",
    "signer_position": "ปลัดจังหวัด",
    "references": "",
}


def papers(clerk: Actor, row: Round) -> dict[str, Any]:
    """Made by the clerk of a province's office; the things by the names of the parameters of addresses."""
    office, province = (
        Organisation.objects.get(code=code) for code in ("provincial-admin:49", "province:49")
    )
    things = _drafts(clerk, office, province, row)
    things |= _signers(clerk, province)
    things |= _registers(clerk, office)
    things |= _lists(clerk, office)
    things |= {"letter_office": office.public_id, "letter_province": province.public_id}
    things["template"] = LetterTemplate.objects.filter(published_at__isnull=False).first().public_id
    return things


def _draft(clerk: Actor, office: Organisation, province: Organisation, row: Round) -> Any:
    made = drafting.create_draft(
        actor=clerk,
        office_id=office.public_id,
        issuer_id=province.public_id,
        programme_id=row.programme.public_id,
        round_id=row.public_id,
    )
    return drafting.save_draft(actor=clerk, draft_id=made.public_id, values=VALUES, version=made.version)


def _drafts(clerk: Actor, office: Organisation, province: Organisation, row: Round) -> dict[str, Any]:
    writing, asked, sent = (_draft(clerk, office, province, row) for _ in range(3))
    drafting.add_attachment(
        actor=clerk, draft_id=writing.public_id, title="แบบรายงาน", file=SCAN, name="form.pdf"
    )
    drafting.add_attachment(
        actor=clerk, draft_id=sent.public_id, title="แบบรายงาน", file=SCAN, name="form.pdf"
    )
    me = Person.objects.get(pk=clerk.person_id)
    signing.propose(actor=clerk, draft_id=asked.public_id, steps=[("sign", me.public_id)])
    issuing.attach_signed(actor=clerk, draft_id=sent.public_id, file=SCAN, name="signed.pdf")
    letter = issuing.issue(
        actor=clerk,
        draft_id=sent.public_id,
        numbering=Numbering(dated=clock.today(), number="มห 0018.1/ว 300"),
    )
    jobs.run_pending()
    dispatch = Dispatch.objects.get(letter=letter)
    came = Delivery.objects.get(dispatch=dispatch, organisation__code="district:4901")
    other = Delivery.objects.get(dispatch=dispatch, organisation__code="district:4902")
    outside.note_outside(
        actor=clerk,
        delivery_id=other.public_id,
        how="paper",
        received_on=clock.today(),
        note="รับที่ห้องสารบรรณ",
        evidence=SCAN,
        evidence_name="stamp.pdf",
    )
    passed = passing_outside.note_passed_on(
        actor=clerk,
        delivery_id=other.public_id,
        to="เทศบาลตำบล 2 แห่ง",
        how="paper",
        passed_on=clock.today(),
        evidence=SCAN,
        evidence_name="stamp.pdf",
    )
    return {
        "letter_draft": writing.public_id,
        "draft_attachment": writing.attachments.get().public_id,
        "step": ChainStep.objects.get(draft=asked).public_id,
        "attachment": letter.attachments.get().public_id,
        "delivery": came.public_id,
        "delivery_outside": other.public_id,
        "passed": passed.public_id,
        "dispatch": dispatch.public_id,
        "page_token": letter.page_token,
        "link_token": outside.make_link(actor=clerk, delivery_id=came.public_id).token,
    }


def _signers(clerk: Actor, province: Organisation) -> dict[str, Any]:
    delegation = delegations.add_delegation(
        actor=clerk,
        organisation_id=province.public_id,
        person=NewPerson(name="ปลัดจังหวัด ตัวอย่าง"),
        power=delegations.Power(position="ปลัดจังหวัด"),
    )
    first = clock.today() + datetime.timedelta(days=5)
    absence = delegations.add_absence(
        actor=clerk, delegation_id=delegation.public_id, first_day=first, last_day=first
    )
    return {"delegation": delegation.public_id, "absence": absence.public_id}


def _registers(clerk: Actor, office: Organisation) -> dict[str, Any]:
    registry = registers_keeping.open_registry(
        actor=clerk, organisation_id=office.public_id, prefix="มห 0018.1", start={}
    )
    entry = registers_hand.enter(
        actor=clerk,
        organisation_id=office.public_id,
        direction="receive",
        series="",
        columns=Columns(letter_number="มท 0310/1", from_text="กรม", to_text="จังหวัด", subject="แจ้งเพื่อทราบ"),
        file=SCAN,
        name="scan.pdf",
    )
    wanted = registers_keeping.Extract("book", "xlsx", "receive", clock.today(), clock.today())
    export = registers_keeping.request_export(actor=clerk, registry_id=registry.public_id, wanted=wanted)
    jobs.run_pending()
    return {"registry": registry.public_id, "entry": entry.public_id, "export": export.public_id}


def _lists(clerk: Actor, office: Organisation) -> dict[str, Any]:
    districts = Organisation.objects.filter(code__in=["district:4901", "district:4902"])
    made = lists.keep_list(
        actor=clerk,
        organisation_id=office.public_id,
        name="อำเภอนำร่อง",
        member_ids=[row.public_id for row in districts],
    )
    person = Person.objects.get(pk=clerk.person_id)
    group = lists.keep_group(
        actor=clerk, organisation_id=office.public_id, name="กลุ่มงานปกครอง", person_ids=[person.public_id]
    )
    return {"list": made.public_id, "group": group.public_id}
