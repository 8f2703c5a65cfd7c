"""What happens outside the system: a hop on paper or by LINE, a call, and an acknowledgement by a link.

The sender writes it down with evidence, for offices that have no account or were told another way. It counts as received
and nothing more: nobody acknowledges in another office's name.
"""

import datetime
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO, Final

from django.core.files import File
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from saduak.correspondence import intake, rules
from saduak.correspondence.actions.receiving import note_acknowledged
from saduak.correspondence.models import ContactLog, Delivery, Outside, Secrecy
from saduak.correspondence.queries.public import ACKNOWLEDGE, TARGET
from saduak.correspondence.states import DELIVERY
from saduak.foundation import audit, clock, files, ids
from saduak.foundation.access import Actor, Conflict, Invalid, Refused, require
from saduak.foundation.access.registry import Words
from saduak.foundation.access.resolver import digest
from saduak.foundation.actions import action
from saduak.foundation.models import LinkGrant, StoredFile
from saduak.foundation.thai import calendar

LINK_DAYS: Final = 60
EVIDENCE: Final = frozenset({"image", "pdf"})


def _locked(actor: Actor, delivery_id: uuid.UUID) -> Delivery:
    row: Delivery = (
        Delivery.objects.select_for_update(of=("self",), no_key=True)
        .select_related("letter__issuer", "organisation", "dispatch__letter")
        .get(public_id=delivery_id)
    )
    require(rules.may_answer_for(actor, row))
    require(rules.secrecy.may_read(actor, row.letter))
    if row.state == "withdrawn":
        raise Conflict(_("หนังสือนี้ถูกเรียกคืนแล้ว"), "withdrawn")
    return row


def note_outside(
    *,
    actor: Actor,
    delivery_id: uuid.UUID,
    how: str,
    received_on: datetime.date,
    note: str = "",
    evidence: bytes | BinaryIO | File[bytes] | None = None,
    evidence_name: str = "",
) -> Delivery:
    """Write down that an office received the letter outside the system. The file is checked before the transaction.

    Args:
        actor: works at the sender, or at the office itself.
        delivery_id: public id of the delivery.
        how: a value of `Outside`.
        received_on: the day, not before the letter was sent and not after today.
        note: who received it there, and how one knows.
        evidence: a picture or PDF (the stamp on the copy, the message that was answered).
        evidence_name: its name, when the file does not know it.

    Raises:
        Refused: neither sender nor recipient.
        Invalid: no way, an impossible day, neither note nor evidence, or a file that is not taken or is more secret
            than the letter.
        Conflict: it was received before, or called back.
    """
    stored, printed = proof_of(actor, evidence, evidence_name)
    return _note_outside(
        actor=actor,
        delivery_id=delivery_id,
        how=how,
        received_on=received_on,
        note=note,
        stored=stored,
        printed=printed,
    )


def proof_of(
    actor: Actor, evidence: bytes | BinaryIO | File[bytes] | None, name: str
) -> tuple[StoredFile | None, str]:
    """What proves something that happened outside the system, checked and stored, with the class that its pages say.

    Raises:
        Invalid: a file that is not taken.
    """
    if evidence is None:
        return None, str(Secrecy.NONE)
    stored = files.store(
        evidence, name=name or str(getattr(evidence, "name", "")), actor=actor, accept=EVIDENCE
    )
    return stored, intake.class_in(stored)  # the highest class goes through no electronic system


@action("correspondence.note_outside")
def _note_outside(
    *,
    actor: Actor,
    delivery_id: uuid.UUID,
    how: str,
    received_on: datetime.date,
    note: str,
    stored: StoredFile | None,
    printed: str,
) -> Delivery:
    row = _locked(actor, delivery_id)
    if row.received_at is not None:
        raise Conflict(_("หน่วยงานนี้ลงรับแล้ว"), "received-before")
    _check_outside(actor, row, how, received_on, bool(note.strip() or stored))
    if stored is not None:
        intake.refuse_more_secret(
            stored,
            printed,
            row.letter.secrecy,
            "evidence",
            _("หลักฐานนี้เป็นหนังสือชั้น{secrecy} สูงกว่าหนังสือที่ส่ง จึงแนบไม่ได้ เขียนแทนว่าใครรับไว้"),
        )
    row.state = DELIVERY.step("receive", row.state)
    row.received_at = max(calendar.start_of_day(received_on), row.delivered_at)
    row.received_by_id = None
    row.outside, row.outside_note, row.outside_evidence = how, note.strip()[:500], stored
    row.save(
        update_fields=["state", "received_at", "received_by", "outside", "outside_note", "outside_evidence"]
    )
    facts = {
        "organisation": row.organisation.code,
        "how": how,
        "received_on": received_on,
        "evidence": stored.sha256 if stored else None,
    }
    audit.append(row, actor=actor, verb="correspondence.received_outside", facts=facts)
    return row


def _check_outside(actor: Actor, row: Delivery, how: str, received_on: datetime.date, proven: bool) -> None:
    wrong: dict[str, Words] = {}
    if how not in Outside.values:
        wrong["how"] = _("เลือกว่ารับทางใด")
    sent, today = calendar.bangkok_date(row.delivered_at), calendar.bangkok_date(actor.received_at)
    if not sent <= received_on <= today:
        wrong["received_on"] = _("วันรับต้องไม่ก่อนวันที่ส่ง และไม่เกินวันนี้")
    if not proven:
        wrong["note"] = _("เขียนว่าใครรับไว้ หรือแนบหลักฐาน")
    if wrong:
        raise Invalid(_("ยังจดว่ารับนอกระบบไม่ได้ ดูช่องที่มีข้อความกำกับ"), wrong, "bad-outside")


@action("correspondence.log_contact")
def log_contact(
    *, actor: Actor, delivery_id: uuid.UUID, outcome: str, how: str = Outside.TELEPHONE, note: str = ""
) -> ContactLog:
    """Note a call or message to an office about a letter. It changes nothing of the letter itself.

    Raises:
        Refused: neither sender nor recipient.
        Invalid: no such way or outcome.
        Conflict: it was called back.
    """
    row = _locked(actor, delivery_id)
    if outcome not in ContactLog.Outcome.values or how not in Outside.values:
        words = _("เลือกว่าติดต่อแล้วได้ผลอย่างไร")
        raise Invalid(words, {"outcome": words}, "no-outcome")
    made: ContactLog = ContactLog.objects.create(
        delivery=row,
        how=how,
        outcome=outcome,
        note=note.strip()[:300],
        at=actor.received_at,
        by_id=actor.user_id,
    )
    facts = {"organisation": row.organisation.code, "how": how, "outcome": outcome}
    audit.append(row, actor=actor, verb="correspondence.contacted", facts=facts)
    return made


@dataclass(frozen=True, slots=True)
class AcknowledgeLink:
    """A link just made; its secret is told once and only its digest is kept."""

    token: str
    expires_at: datetime.datetime


@action("correspondence.make_link")
def make_link(*, actor: Actor, delivery_id: uuid.UUID) -> AcknowledgeLink:
    """Make the link by which an office without an account acknowledges, once. One made before stops working.

    Raises:
        Refused: not the sender.
        Conflict: it was acknowledged before, or called back.
    """
    row = _locked(actor, delivery_id)
    if row.dispatch is None:
        raise Refused(_("หนังสือที่หน่วยงานนำเข้าเองไม่มีลิงก์รับทราบ"), "not-sent")
    require(rules.may_call_back(actor, row.dispatch))
    if row.acknowledged_at is not None:
        raise Conflict(_("หน่วยงานนี้รับทราบแล้ว"), "acknowledged-before")
    if row.letter.is_secret:
        raise Refused(_("หนังสือลับไม่ส่งทางลิงก์"), "secret")
    links_of(row).update(revoked_at=clock.wall())
    token = ids.token()
    grant = LinkGrant.objects.create(
        token_digest=digest(token),
        holder=row.organisation.name_th[:200],
        capabilities=[ACKNOWLEDGE],
        target_model=TARGET,
        target_id=row.public_id,
        expires_at=clock.wall() + timedelta(days=LINK_DAYS),
    )
    audit.append(row, actor=actor, verb="correspondence.link_made", facts={"until": grant.expires_at})
    return AcknowledgeLink(token, grant.expires_at)


def links_of(row: Delivery) -> QuerySet[LinkGrant]:
    """The links of a delivery that still work."""
    return LinkGrant.objects.filter(target_model=TARGET, target_id=row.public_id, revoked_at__isnull=True)


@action("correspondence.acknowledge_by_link")
def acknowledge_by_link(*, actor: Actor, delivery_id: uuid.UUID, name: str) -> Delivery:
    """Acknowledge for the office that a link was given to. The link works once.

    Args:
        actor: the link itself, as `resolver.of_link` gives it.
        delivery_id: the delivery that the link is for.
        name: who acknowledges, as they name themselves with their position.

    Raises:
        Refused: the link is for another letter.
        Invalid: no name.
        Conflict: it was used, or the letter was called back.
    """
    row: Delivery = (
        Delivery.objects.select_for_update(of=("self",), no_key=True)
        .select_related("letter__issuer", "organisation")
        .get(public_id=delivery_id)
    )
    holding = actor.acting
    if actor.kind != "link" or holding is None or holding.target != (TARGET, str(row.public_id)):
        raise Refused(_("ลิงก์นี้ใช้กับหนังสือฉบับนี้ไม่ได้"), "not-this-letter")
    if row.state == "withdrawn":
        raise Conflict(_("ผู้ส่งเรียกหนังสือนี้คืนแล้ว"), "withdrawn")
    if not name.strip():
        words = _("เขียนชื่อและตำแหน่งของผู้รับทราบ")
        raise Invalid(words, {"name": words}, "no-name")
    used = links_of(row).filter(pk=int(holding.ref.partition(":")[2])).update(revoked_at=clock.wall())
    if not used:
        raise Conflict(_("ลิงก์นี้ใช้ไปแล้ว"), "used")
    note_acknowledged(row, actor, name.strip())
    return row
