"""What an office passed on outside the system: on paper, by LINE, by telephone. The office writes it down, or one above it.

The hop is passed on from then on, and nothing waits for it. Who got it so has no delivery here: nobody receives or
acknowledges in another office's name.
"""

import datetime
import uuid
from typing import Any, BinaryIO

from django.core.files import File
from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from saduak.correspondence import intake, rules
from saduak.correspondence.actions.outside import proof_of
from saduak.correspondence.models import Delivery, Outside, PassedOutside
from saduak.correspondence.queries.tree import above
from saduak.correspondence.states import DELIVERY
from saduak.foundation import audit, clock
from saduak.foundation.access import Actor, Conflict, Invalid, require
from saduak.foundation.access.registry import Words
from saduak.foundation.actions import action
from saduak.foundation.models import StoredFile
from saduak.foundation.thai import calendar


def note_passed_on(  # noqa: PLR0913 - each is said on its own
    *,
    actor: Actor,
    delivery_id: uuid.UUID,
    to: str,
    how: str,
    passed_on: datetime.date,
    note: str = "",
    evidence: bytes | BinaryIO | File[bytes] | None = None,
    evidence_name: str = "",
    idempotency_key: uuid.UUID | None = None,
) -> PassedOutside:
    """Write down that an office passed a letter on outside the system. The file is checked before the transaction.

    Args:
        actor: works at the office, or at one from which the letter came down to it.
        delivery_id: public id of what the office has.
        to: whom it told, in words.
        how: a value of `Outside`.
        passed_on: the day, not before the letter came to the office and not after today; what went by LINE is often
            received in the register only later.
        note: how one knows, and what else is to be said.
        evidence: a picture or PDF.
        evidence_name: its name, when the file does not know it.
        idempotency_key: the same key gives the same note.

    Raises:
        Refused: neither the office nor one above it.
        Invalid: nobody, no way, an impossible day, or a file that is not taken or is more secret than the letter.
        Conflict: nobody has noted yet that the office received it, or it was called back.
    """
    return _note_passed_on(
        actor=actor,
        delivery_id=delivery_id,
        to=to.strip(),
        how=how,
        passed_on=passed_on,
        note=note.strip()[:500],
        proof=proof_of(actor, evidence, evidence_name),
        idempotency_key=idempotency_key,
    )


@action("correspondence.note_passed_on")
def _note_passed_on(
    *,
    actor: Actor,
    delivery_id: uuid.UUID,
    to: str,
    how: str,
    passed_on: datetime.date,
    note: str,
    proof: tuple[StoredFile | None, str],
    idempotency_key: uuid.UUID | None,  # noqa: ARG001 - read by @action
) -> PassedOutside:
    """Write it down; `proof` is the file with the class that its pages say."""
    row, office_id = _locked(actor, delivery_id)
    if row.received_at is None:
        raise Conflict(_("ลงรับหนังสือ หรือจดว่ารับนอกระบบก่อน แล้วจึงจดว่าแจ้งต่อ"), "not-received")
    _check(actor, row, to, how, passed_on)
    stored, printed = proof
    if stored is not None:
        words = _("หลักฐานนี้เป็นหนังสือชั้น{secrecy} สูงกว่าหนังสือที่แจ้งต่อ จึงแนบไม่ได้ เขียนแทนว่าใครรับไว้")
        intake.refuse_more_secret(stored, printed, row.letter.secrecy, "evidence", words)
    made: PassedOutside = PassedOutside.objects.create(
        delivery=row,
        to_text=to[:300],
        how=how,
        passed_on=passed_on,
        note=note,
        evidence=stored,
        by_id=actor.user_id,
        by_office_id=office_id,
        at=actor.received_at,
    )
    row.state, row.forwarded_at = DELIVERY.step("forward_outside", row.state), _first_time(row)
    row.save(update_fields=["state", "forwarded_at"])
    facts = {
        "organisation": row.organisation.code,
        "to": made.to_text,
        "how": how,
        "passed_on": passed_on,
        "evidence": stored.sha256 if stored else None,
        "on_behalf": office_id != row.organisation_id,
    }
    audit.append(row, actor=actor, verb="correspondence.passed_on_outside", facts=facts)
    return made


def _locked(actor: Actor, delivery_id: uuid.UUID) -> tuple[Delivery, int]:
    """What the office has, and the office (key) for which the actor speaks of it."""
    row: Delivery = (
        Delivery.objects.select_for_update(of=("self",), no_key=True)
        .select_related("letter__issuer", "organisation", "dispatch__letter")
        .get(public_id=delivery_id)
    )
    way = [one.dispatch for one in above(row) if one.dispatch is not None]
    require(rules.may_tell_of(actor, row, way))
    require(rules.secrecy.may_read(actor, row.letter))
    if row.state == "withdrawn":
        raise Conflict(_("หนังสือนี้ถูกเรียกคืนแล้ว"), "withdrawn")
    if rules.may_receive(actor, row):
        return row, row.organisation_id
    # The very office of the appointment, of the nearest sending: who sends in a province's name is not the province.
    offices = (rules.caller_back(actor, one) for one in reversed(way))
    return row, next(office for office in offices if office is not None)


def _check(actor: Actor, row: Delivery, to: str, how: str, passed_on: datetime.date) -> None:
    wrong: dict[str, Words] = {}
    if not to:
        wrong["to"] = _("เขียนว่าแจ้งต่อถึงใคร")
    if how not in Outside.values:
        wrong["how"] = _("เลือกว่าแจ้งต่อทางใด")
    came, today = calendar.bangkok_date(row.delivered_at), calendar.bangkok_date(actor.received_at)
    if not came <= passed_on <= today:
        wrong["passed_on"] = _("วันที่แจ้งต่อต้องไม่ก่อนวันที่หนังสือมาถึงหน่วยงาน และไม่เกินวันนี้")
    if wrong:
        raise Invalid(_("ยังจดว่าแจ้งต่อนอกระบบไม่ได้ ดูช่องที่มีข้อความกำกับ"), wrong, "bad-outside")


@action("correspondence.take_back_passed_on")
def take_back(*, actor: Actor, passed_id: uuid.UUID) -> PassedOutside:
    """Take back what was written down by mistake: when nothing else passed the letter on, it waits again.

    Else it was passed on when the first of what still stands says.

    Raises:
        Refused: neither the office nor one above it.
        Conflict: it was taken back before, or the letter was called back.
    """
    delivery_id = PassedOutside.objects.values_list("delivery__public_id", flat=True).get(public_id=passed_id)
    row, _office = _locked(actor, delivery_id)
    made: PassedOutside = PassedOutside.objects.get(public_id=passed_id)
    if made.taken_back_at is not None:
        raise Conflict(_("เอาบันทึกนี้ออกไปแล้ว"), "taken-back")
    made.taken_back_at = clock.now()
    made.save(update_fields=["taken_back_at"])
    facts = {"organisation": row.organisation.code, "to": made.to_text, "passed_on": made.passed_on}
    audit.append(row, actor=actor, verb="correspondence.passed_on_outside_taken_back", facts=facts)
    waits_again(actor, row.pk, {"outside": made.public_id})
    return made


def _first_time(row: Delivery) -> datetime.datetime | None:
    """When a delivery was passed on first, by the notes and sendings of it that stand; None when there is none. Two queries.

    A note knows the day alone: it counts from its beginning, and never from before the letter came.
    """
    noted = row.passed_outside.filter(taken_back_at__isnull=True).aggregate(day=Min("passed_on"))["day"]
    sent = row.forwarded_by.exclude(state="recalled").aggregate(at=Min("sent_at"))["at"]
    times = [] if sent is None else [sent]
    if noted is not None:
        times.append(max(calendar.start_of_day(noted), row.delivered_at))
    return min(times, default=None)


def waits_again(actor: Actor, delivery_pk: int, because: dict[str, Any]) -> None:
    """A locked delivery is passed on no more when neither a sending nor a note of it stands: it is as it was before.

    While one stands, the first of them says when. Part of the action that takes one of them back; `because` tells the
    audit which.
    """
    row: Delivery = Delivery.objects.select_related("organisation").get(pk=delivery_pk)
    event = "take_back" if row.acknowledged_at is None else "take_back_acknowledged"
    if not DELIVERY.can(event, row.state):
        # It was called back from this office too: nothing waits.
        return
    row.forwarded_at = _first_time(row)
    if row.forwarded_at is not None:
        row.save(update_fields=["forwarded_at"])
        return
    row.state = DELIVERY.step(event, row.state)
    row.save(update_fields=["state", "forwarded_at"])
    facts = {"organisation": row.organisation.code, **because, "state": row.state}
    audit.append(row, actor=actor, verb="correspondence.forward_taken_back", facts=facts)
