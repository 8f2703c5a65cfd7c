"""Drafts, delegations and templates for tests."""

import datetime

import factory
from factory.django import DjangoModelFactory

from saduak.correspondence.actions import drafting
from saduak.correspondence.models import (
    Absence,
    ChainStep,
    Delegation,
    Delivery,
    Dispatch,
    Draft,
    LegalReference,
    Letter,
    LetterTemplate,
)
from saduak.foundation import clock, files
from saduak.foundation.access import Actor
from saduak.organisations.models import Programme
from saduak.programme.models import Round
from tests.organisations.factories import (
    AppointmentFactory,
    OrganisationFactory,
    PersonFactory,
    ProgrammeFactory,
    actor_of,
)

# Everything that a draft needs before it may be proposed.
COMPLETE = {
    "subject": "ขอให้แต่งตั้งผู้รับผิดชอบ",
    "addressee": "นายอำเภอ ทุกอำเภอ",
    "body": "ด้วยโครงการเปิดรับสมัคร จึงขอให้ดำเนินการ",
    "purpose": "จึงเรียนมาเพื่อทราบและดำเนินการ",
    "signer_name": "บุคคลผู้ลงนาม",
    "signer_position": "ผู้ว่าราชการจังหวัดทดสอบ",
}


class DelegationFactory(DjangoModelFactory):
    class Meta:
        model = Delegation

    organisation = factory.SubFactory(OrganisationFactory)
    person = factory.SubFactory(PersonFactory)
    position = "ปลัดจังหวัด"
    valid_from = datetime.date(2020, 10, 1)


class AbsenceFactory(DjangoModelFactory):
    class Meta:
        model = Absence

    delegation = factory.SubFactory(DelegationFactory)


class LetterTemplateFactory(DjangoModelFactory):
    class Meta:
        model = LetterTemplate

    code = factory.Sequence(lambda n: f"template-{n}")
    use = "appoint"
    kind = "external"
    name = factory.Sequence(lambda n: f"แบบที่ {n}")
    subject = "ขอให้แต่งตั้งผู้รับผิดชอบ"
    body = "ด้วยโครงการเปิดรับสมัคร"
    purpose = "จึงเรียนมาเพื่อทราบ"
    published_at = factory.LazyFunction(clock.now)


class LegalReferenceFactory(DjangoModelFactory):
    class Meta:
        model = LegalReference

    code = factory.Sequence(lambda n: f"law-{n}")
    citation = "ระเบียบทดสอบ พ.ศ. 2560"


class DraftFactory(DjangoModelFactory):
    """A draft that lacks nothing while the register of delegations is empty."""

    class Meta:
        model = Draft

    office = factory.SubFactory(OrganisationFactory)
    issuer = factory.SelfAttribute("office")
    programme = factory.SubFactory(ProgrammeFactory)
    subject = COMPLETE["subject"]
    addressee = COMPLETE["addressee"]
    body = COMPLETE["body"]
    purpose = COMPLETE["purpose"]
    signer_name = COMPLETE["signer_name"]
    signer_position = COMPLETE["signer_position"]


class ChainStepFactory(DjangoModelFactory):
    class Meta:
        model = ChainStep

    draft = factory.SubFactory(DraftFactory)
    person = factory.SubFactory(PersonFactory)
    ordinal = 0
    act = "sign"


def colleague(organisation, role: str = "head", **person) -> Actor:
    """Somebody with an account who works at an organisation."""
    who = PersonFactory(**person)
    AppointmentFactory(person=who, role=role, organisation=organisation)
    return actor_of(who)


def begun(actor: Actor, office, issuer=None, programme: Programme | None = None, **more) -> Draft:
    """A draft that an actor began."""
    return drafting.create_draft(
        actor=actor,
        office_id=office.public_id,
        issuer_id=(issuer or office).public_id,
        programme_id=(programme or ProgrammeFactory()).public_id,
        **more,
    )


def delivered(organisation, *, issuer=None, programme: Programme | None = None, **letter) -> Delivery:
    """A letter of another office that came to an organisation."""
    sender = issuer or OrganisationFactory()
    values = {
        "number": "ทส 0001/1",
        "dated": datetime.date(2022, 12, 1),
        "subject": "เรื่องที่มาถึง",
        "issuer_text": sender.name_th,
        **letter,
    }
    row = Letter.objects.create(
        holder=sender,
        issuer=sender,
        programme=programme or ProgrammeFactory(),
        file=files.put(b"%PDF-1.4", name="letter.pdf", media_type="application/pdf"),
        text=values["subject"],
        state="confirmed",
        origin="written",
        for_issuer=True,
        confirmed_at=clock.now(),
        **values,
    )
    sent = Dispatch.objects.create(letter=row, sender=sender)
    return Delivery.objects.create(
        dispatch=sent, letter=row, organisation=organisation, root=sent, path="000001"
    )


def programme():
    """The one of the place's round."""
    return Round.objects.get().programme


def save(actor, draft, version=None, *, force=False, **values):
    """Save as somebody who saw the newest version unless told otherwise."""
    version = draft.version if version is None else version
    return drafting.save_draft(
        actor=actor, draft_id=draft.public_id, values=values, version=version, force=force
    )


def complete(actor, draft):
    """Fill what a draft needs before it may be proposed."""
    return save(
        actor,
        draft,
        force=True,
        subject="เรื่อง",
        addressee="นายอำเภอ ทุกอำเภอ",
        body="ข้อความ",
        signer_name="บุคคล",
        signer_position="ผู้ว่าราชการจังหวัด",
    )
