"""The head of the assessing office confirms what was assessed, in the system or on paper."""

import datetime
import uuid
from collections.abc import Sequence
from typing import BinaryIO

from django.core.files import File
from django.utils.translation import gettext_lazy as _

from saduak.applications import content
from saduak.applications.actions.readiness import keep_count, locked_desk, require_going_on
from saduak.applications.actions.signatures import PAPER, Signature, require_code, told
from saduak.applications.models import (
    Readiness,
    ReadinessConfirmation,
    Signed,
)
from saduak.applications.queries.readiness import Desk, confirmed_content, to_confirm
from saduak.applications.rules import readiness as rules
from saduak.applications.states import READINESS
from saduak.foundation import audit, files
from saduak.foundation.access import Actor, Conflict, Invalid, require
from saduak.foundation.actions import action
from saduak.foundation.models import StoredFile
from saduak.organisations.models import Organisation
from saduak.programme.models import Round


@action("applications.confirm_readiness")
def confirm_readiness(
    *,
    actor: Actor,
    round_id: uuid.UUID,
    office_id: uuid.UUID,
    digest: str,
    capacity: str = "self",
    on_behalf_of: str = "",
    idempotency_key: uuid.UUID | None = None,
) -> ReadinessConfirmation:
    """The head confirms with the own account everything that was assessed and that the page showed.

    Args:
        actor: the head of the assessing office, or of one that writes in its name.
        round_id: in which round.
        office_id: the assessing office.
        digest: of what the head read.
        capacity: "self", "on_behalf", "acting" or "caretaker".
        on_behalf_of: for whom, unless the head confirms as the head.
        idempotency_key: of the request.

    Raises:
        Refused: not the head.
        Conflict: something changed since, nothing waits, or the round is over.
        Invalid: the capacity needs to say for whom.
        DoesNotExist: no such round or office.
    """
    del idempotency_key  # the decorator's business
    desk = locked_desk(round_id, office_id)
    require(rules.may_confirm(actor, desk.office, desk.round.programme_id))
    signature = Signature.by_account(actor, capacity, on_behalf_of)
    own = rules.is_head_of(actor, desk.office, desk.round.programme_id)
    if capacity == Signed.Capacity.SELF and not own:
        words = _("คุณไม่ใช่หัวหน้าของหน่วยงานที่ประเมิน เลือกฐานะที่ยืนยันแทน")
        raise Invalid(words, {"capacity": words}, "not-in-own-right")
    rows, current = _to_confirm(actor, desk)
    if digest != current:
        raise Conflict(_("มีการแก้ผลประเมินหลังจากที่คุณเปิดหน้านี้ อ่านอีกครั้งแล้วจึงยืนยัน"), "content-changed")
    return _confirm(actor, desk, rows, signature, current)


def record_readiness_paper(  # noqa: PLR0913 - what stands on the signed page
    *,
    actor: Actor,
    round_id: uuid.UUID,
    office_id: uuid.UUID,
    file: bytes | BinaryIO | File[bytes],
    code: str,
    signer_name: str,
    signer_position: str,
    signed_on: datetime.date,
    capacity: str = "self",
    on_behalf_of: str = "",
    name: str = "",
    idempotency_key: uuid.UUID | None = None,
) -> ReadinessConfirmation:
    """Record that the head signed the printed list; the signed page is attached.

    Args:
        actor: a supervisor of the assessing office, or its head.
        round_id: in which round.
        office_id: the assessing office.
        file: the scan or photo of the signed page.
        code: the check code on the page, which proves that it shows the statements as they are now.
        signer_name: who signed.
        signer_position: in which position.
        signed_on: the day on the page.
        capacity: "self", "on_behalf", "acting" or "caretaker".
        on_behalf_of: for whom, unless the head signed as the head.
        name: the file's name as the browser sent it; the file's own when left out.
        idempotency_key: of the request.

    Raises:
        Refused: not the actor's office.
        Conflict: nothing waits, or the round is over.
        Invalid: a wrong file, a code of other content, a missing name or position, a day to come.
        DoesNotExist: no such round or office.
    """
    signature = Signature.on_paper(
        actor,
        name=signer_name,
        position=signer_position,
        signed_on=signed_on,
        capacity=capacity,
        on_behalf_of=on_behalf_of,
    )
    office, round_ = Organisation.objects.get(public_id=office_id), Round.objects.get(public_id=round_id)
    require(rules.may_work(actor, office, round_.programme_id))
    paper = files.store(file, name=name or getattr(file, "name", "") or "", actor=actor, accept=PAPER)
    return _record(
        actor=actor,
        round_id=round_id,
        office_id=office_id,
        code=code,
        signature=signature,
        paper=paper,
        idempotency_key=idempotency_key,
    )


@action("applications.record_readiness_paper")
def _record(
    *,
    actor: Actor,
    round_id: uuid.UUID,
    office_id: uuid.UUID,
    code: str,
    signature: Signature,
    paper: StoredFile,
    idempotency_key: uuid.UUID | None = None,
) -> ReadinessConfirmation:
    del idempotency_key  # the decorator's business
    desk = locked_desk(round_id, office_id)
    require(rules.may_work(actor, desk.office, desk.round.programme_id))
    rows, current = _to_confirm(actor, desk)
    words = _("รหัสบนกระดาษไม่ตรงกับผลประเมินปัจจุบัน มีการแก้หลังพิมพ์ พิมพ์หน้าใหม่ให้หัวหน้าลงนาม")
    require_code(code, current, words)
    return _confirm(actor, desk, rows, signature, current, paper)


def _to_confirm(actor: Actor, desk: Desk) -> tuple[list[Readiness], str]:
    """What waits for the head, under its locks, with the digest of exactly that.

    Raises:
        Conflict: nothing waits, or the round is over.
    """
    require_going_on(desk.round, actor)
    rows = list(to_confirm(desk).select_for_update(of=("self",), no_key=True))
    if not rows:
        raise Conflict(_("ยังไม่มีหน่วยงานที่ประเมินแล้วรอยืนยัน"), "nothing")
    return rows, content.digest_of_words(confirmed_content(desk, rows))


def _confirm(
    actor: Actor,
    desk: Desk,
    rows: Sequence[Readiness],
    signature: Signature,
    digest: str,
    paper: StoredFile | None = None,
) -> ReadinessConfirmation:
    made: ReadinessConfirmation = ReadinessConfirmation.objects.create(
        round=desk.round,
        assessor=desk.office,
        recorded_at=actor.received_at,
        units=len(rows),
        **signature.kept(actor, digest, paper),
    )
    confirmed = READINESS.step("confirm", rows[0].state)
    facts, personal = told(made)
    audit.append(
        made,
        actor=actor,
        verb="applications.readiness_signed",
        facts=facts | {"units": made.units},
        personal=personal,
    )
    by = {"confirmation": str(made.public_id)}
    now = {"state": confirmed, "confirmation_id": made.pk}
    verb = "applications.readiness_confirmed"
    audit.append_many(rows, actor=actor, verb=verb, facts=lambda _row: by, also=now)
    keep_count(desk)
    return made
