"""The head signs that the facts are true: by the own account, or on paper that somebody attaches."""

import datetime
import uuid
from typing import BinaryIO

from django.core.files import File
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.applications import content, rules, signals
from saduak.applications.actions import common, sittings
from saduak.applications.actions.common import (
    closes_at,
    lock_answers,
    locked,
    read_fresh,
    require_checks,
    require_open,
    void_signature_of,
)
from saduak.applications.actions.signatures import PAPER, Signature, require_code, told
from saduak.applications.models import Answer, Application, SignOff
from saduak.applications.states import APPLICATION
from saduak.foundation import audit, files
from saduak.foundation.access import Actor, Conflict, require
from saduak.foundation.actions import action
from saduak.foundation.models import StoredFile

LONGEST_REASON = 500


@action("applications.sign")
def sign(
    *,
    actor: Actor,
    application_id: uuid.UUID,
    digest: str,
    capacity: str = "self",
    on_behalf_of: str = "",
    idempotency_key: uuid.UUID | None = None,
) -> SignOff:
    """The head signs with the own account what the signing page showed.

    Args:
        actor: the head of the centre's office.
        application_id: what is signed.
        digest: of the content that the head read.
        capacity: "self", "on_behalf", "acting" or "caretaker".
        on_behalf_of: for whom, unless the head signs as the head.
        idempotency_key: of the request.

    Raises:
        Refused: not the head of this centre.
        Conflict: the content changed since, a gate is open, or it is no draft.
        Invalid: the capacity needs to say for whom.
        DoesNotExist: no such application.
    """
    del idempotency_key  # the decorator's business
    application = locked(application_id)
    require(rules.may_act(actor, rules.SIGN, application))
    signature = Signature.by_account(actor, capacity, on_behalf_of)
    current = _ready(actor, application)
    if digest != current:
        raise Conflict(_("มีการแก้ใบสมัครหลังจากที่คุณเปิดหน้านี้ อ่านอีกครั้งแล้วจึงลงนาม"), "content-changed")
    return _sign(actor, application, signature, current)


def record_paper_signature(  # noqa: PLR0913 - what stands on the signed page
    *,
    actor: Actor,
    application_id: uuid.UUID,
    file: bytes | BinaryIO | File[bytes],
    code: str,
    signer_name: str,
    signer_position: str,
    signed_on: datetime.date,
    capacity: str = "self",
    on_behalf_of: str = "",
    name: str = "",
    idempotency_key: uuid.UUID | None = None,
) -> SignOff:
    """Record that the head signed the printed page; the signed page is attached.

    Args:
        actor: officer or head of the centre.
        application_id: what was signed.
        file: the scan or photo of the signed page.
        code: the check code on the page, which proves that it shows the content as it is now.
        signer_name: who signed.
        signer_position: in which position.
        signed_on: the day on the page.
        capacity: "self", "on_behalf", "acting" or "caretaker".
        on_behalf_of: for whom, unless the head signed as the head.
        name: the file's name as the browser sent it; the file's own when left out.
        idempotency_key: of the request.

    Raises:
        Refused: not the actor's centre.
        Conflict: a gate is open, or it is no draft.
        Invalid: a wrong file, a code of other content, a missing name or position, a day to come.
        DoesNotExist: no such application.
    """
    signature = Signature.on_paper(
        actor,
        name=signer_name,
        position=signer_position,
        signed_on=signed_on,
        capacity=capacity,
        on_behalf_of=on_behalf_of,
    )
    key = Application.objects.values_list("pk", flat=True).get(public_id=application_id)
    require(rules.may_act(actor, rules.SUBMIT, read_fresh(key)))
    paper = files.store(file, name=name or getattr(file, "name", "") or "", actor=actor, accept=PAPER)
    return _record(
        actor=actor,
        application_id=application_id,
        code=code,
        signature=signature,
        paper=paper,
        idempotency_key=idempotency_key,
    )


@action("applications.record_paper_signature")
def _record(
    *,
    actor: Actor,
    application_id: uuid.UUID,
    code: str,
    signature: Signature,
    paper: StoredFile,
    idempotency_key: uuid.UUID | None = None,
) -> SignOff:
    del idempotency_key  # the decorator's business
    application = locked(application_id)
    require(rules.may_act(actor, rules.SUBMIT, application))
    current = _ready(actor, application)
    words = _("รหัสบนกระดาษไม่ตรงกับเนื้อหาปัจจุบัน มีการแก้หลังพิมพ์ พิมพ์หน้าใหม่ให้หัวหน้าลงนาม")
    require_code(code, current, words)
    return _sign(actor, application, signature, current, paper)


def _ready(actor: Actor, application: Application) -> str:
    """Lock the answers and give the digest of the content, when it can be signed now.

    Raises:
        Conflict: no draft, too late, a gate is open, or a check fails that has to hold.
    """
    APPLICATION.step("sign", application.state)
    require_open(rules.may_write(application, closes_at=closes_at(application), moment=actor.received_at))
    lock_answers(application)
    missing = list(
        Answer.objects.filter(application=application, criterion__kind="gate")
        .exclude(claim="met", evidence_count__gt=0)
        .order_by("criterion__ordinal")
        .values_list("criterion__number", flat=True)
    )
    if missing:
        words = format_lazy(_("เกณฑ์ที่ต้องผ่านยังขาดข้อ {numbers} ทำให้ครบก่อนลงนาม"), numbers=", ".join(missing))
        raise Conflict(words, "incomplete")
    answers = content.answers_of(application)
    require_checks(application, answers)
    return content.digest(content.content_of(application, answers, content.uses_of(application)))


def _sign(
    actor: Actor, application: Application, signature: Signature, digest: str, paper: StoredFile | None = None
) -> SignOff:
    made: SignOff = SignOff.objects.create(application=application, **signature.kept(actor, digest, paper))
    application.state = APPLICATION.step("sign", application.state)
    application.save(update_fields=["state"])
    sittings.tell(application)
    facts, personal = told(made)
    audit.append(application, actor=actor, verb="applications.signed", facts=facts, personal=personal)
    signals.signed.send(Application, application=application, sign_off=made, actor=actor)
    return made


@action("applications.void_signature")
def void_signature(*, actor: Actor, application_id: uuid.UUID, reason: str) -> Application:
    """Take the signature back before submission, so that the writing goes on.

    Raises:
        Refused: not the actor's centre.
        Conflict: it is not signed.
        Invalid: no reason.
        DoesNotExist: no such application.
    """
    application = locked(application_id)
    require(rules.may_act(actor, rules.SUBMIT, application))
    why = common.text(reason, "reason", LONGEST_REASON, required=_("เขียนเหตุผลที่ยกเลิกการลงนาม"))
    if not void_signature_of(application, actor=actor, reason=why):
        raise Conflict(_("ใบสมัครนี้ยังไม่มีลายมือชื่อ"), "wrong-state")
    return application
