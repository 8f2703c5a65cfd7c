"""The head confirms what was assessed, and the list goes to the programme. A correction is a new list."""

import datetime
import uuid
from collections.abc import Sequence
from typing import Any, BinaryIO, Final

from django.core.files import File
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.applications import content, signals
from saduak.applications.actions.readiness import keep_count, locked_desk, require_going_on
from saduak.applications.actions.signatures import PAPER, Signature, require_code, told
from saduak.applications.models import (
    Readiness,
    ReadinessConfirmation,
    ReadinessEntry,
    ReadinessList,
    SignOff,
)
from saduak.applications.queries.readiness import (
    Desk,
    being_corrected,
    confirmed_content,
    current_list,
    sent_content,
    to_send,
)
from saduak.applications.queries.readiness.content import area_name
from saduak.applications.rules import readiness as rules
from saduak.applications.states import READINESS
from saduak.foundation import audit, batches, files
from saduak.foundation.access import Actor, Conflict, Invalid, require
from saduak.foundation.actions import action
from saduak.foundation.models import StoredFile
from saduak.organisations.models import Organisation
from saduak.programme.models import Round

TELL: Final = "applications.tell_readiness"


# --- Confirming --------------------------------------------------------------------------------------------------------


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
    if capacity == SignOff.Capacity.SELF and not own:
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
    rows = list(desk.statements("assessed").select_for_update(of=("self",), no_key=True))
    if not rows:
        raise Conflict(_("ยังไม่มีหน่วยงานที่ประเมินแล้วรอยืนยัน"), "nothing")
    return rows, content.digest(confirmed_content(desk, rows))


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
    for row in rows:
        row.state, row.confirmation = READINESS.step("confirm", row.state), made
    Readiness.objects.bulk_update(rows, ["state", "confirmation"], batch_size=200)
    keep_count(desk)
    facts, personal = told(made)
    audit.append(
        made,
        actor=actor,
        verb="applications.readiness_signed",
        facts=facts | {"units": made.units},
        personal=personal,
    )
    by = {"confirmation": str(made.public_id)}
    audit.append_many(rows, actor=actor, verb="applications.readiness_confirmed", facts=lambda _row: by)
    return made


# --- Sending -----------------------------------------------------------------------------------------------------------


@action("applications.send_readiness")
def send_readiness(
    *,
    actor: Actor,
    round_id: uuid.UUID,
    office_id: uuid.UUID,
    expected: int | None = None,
    idempotency_key: uuid.UUID | None = None,
) -> ReadinessList:
    """Send the programme everything that is confirmed, together with what was sent before: one list that counts.

    A unit of the earlier list that falls to another office now stays on it until that one's list has it.

    Args:
        actor: a supervisor of the assessing office, or its head.
        round_id: in which round.
        office_id: the assessing office.
        expected: how many units the page named.
        idempotency_key: of the request.

    Raises:
        Refused: not the actor's office.
        Conflict: nothing new, something is being corrected, not as many as the page said, or the round is over.
        DoesNotExist: no such round or office.
    """
    del idempotency_key  # the decorator's business
    desk = locked_desk(round_id, office_id)
    require(rules.may_work(actor, desk.office, desk.round.programme_id))
    require_going_on(desk.round, actor)
    before = current_list(desk)
    rows = list(to_send(desk).select_for_update(of=("self",), no_key=True))
    _require_sendable(desk, before, rows, expected)
    made = _file(actor, desk, rows, before)
    new = [row for row in rows if row.state == "confirmed"]
    for row in new:
        row.state = READINESS.step("send", row.state)
    Readiness.objects.bulk_update(new, ["state"], batch_size=200)
    keep_count(desk)
    listed = {"list": str(made.public_id)}
    audit.append_many(new, actor=actor, verb="applications.readiness_sent", facts=lambda _row: listed)
    batches.start(
        kind=TELL,
        items=[str(row.centre_id) for row in new],
        params={"list": str(made.public_id)},
        actor=actor,
    )
    return made


def _require_sendable(
    desk: Desk, before: ReadinessList | None, rows: Sequence[Readiness], expected: int | None
) -> None:
    if not any(row.state == "confirmed" for row in rows):
        raise Conflict(_("ยังไม่มีผลประเมินที่หัวหน้ายืนยันแล้วรอส่ง"), "nothing")
    waiting = being_corrected(desk, before).count()
    if waiting:
        said = _("มี {n} แห่งในรายการเดิมที่เปิดแก้อยู่ ประเมินและให้หัวหน้ายืนยันก่อน แล้วจึงส่งรายการใหม่")
        raise Conflict(format_lazy(said, n=waiting), "being-corrected")
    if expected is not None and expected != len(rows):
        raise Conflict(_("จำนวนหน่วยงานเปลี่ยนไปจากที่แสดง ตรวจรายชื่ออีกครั้ง"), "changed")


def _file(actor: Actor, desk: Desk, rows: Sequence[Readiness], before: ReadinessList | None) -> ReadinessList:
    """Keep the bytes and the list that they are of; the earlier one counts no longer."""
    ordinal = 1 + (before.ordinal if before is not None else 0)
    told = sent_content(desk, rows, ordinal=ordinal, before=before, sent_at=actor.received_at)
    name = f"readiness-{desk.round.fiscal_year}-{desk.office.code}-{ordinal}.json"
    stored = files.put(content.canonical(told), name=name, media_type="application/json", actor=actor)
    if before is not None:
        before.superseded_at = actor.received_at
        before.save(update_fields=["superseded_at"])
    made: ReadinessList = ReadinessList.objects.create(
        round=desk.round,
        assessor=desk.office,
        ordinal=ordinal,
        file=stored,
        sha256=stored.sha256,
        units=len(rows),
        ready=sum(bool(row.ready) for row in rows),
        sent_at=actor.received_at,
        sent_by_id=actor.user_id,
    )
    ReadinessEntry.objects.bulk_create(
        [
            ReadinessEntry(list=made, round=desk.round, ordinal=n, **_entry(row))
            for n, row in enumerate(rows, 1)
        ],
        batch_size=200,
    )
    facts = {"ordinal": ordinal, "sha256": made.sha256, "units": made.units, "ready": made.ready}
    audit.append(made, actor=actor, verb="applications.readiness_list_sent", facts=facts)
    if before is not None:
        by = {"by": made.public_id}
        audit.append(before, actor=actor, verb="applications.readiness_list_replaced", facts=by)
    return made


def _entry(row: Readiness) -> dict[str, Any]:
    return {
        "centre": row.centre,
        "name": row.centre.name_th,
        "office_name": row.centre.organisation.name_th,
        "area_name": area_name(row),
        "ready": row.ready,
        "gates": row.gates,
        "reasons": row.reasons,
        "assessed_on": row.assessed_on,
    }


@action("applications.tell_readiness")
def tell_readiness(*, actor: Actor, list_id: uuid.UUID, centres: Sequence[int]) -> int:
    """Tell some centres (keys) of a list what was sent about them; how many. Run by the batch.

    When a newer list took its place meanwhile, they are told what that one says.

    Raises:
        DoesNotExist: no such list.
    """
    told = ReadinessList.objects.get(public_id=list_id)
    rows = ReadinessList.objects.filter(round=told.round_id, assessor=told.assessor_id)
    sent = rows.select_related("round__programme", "assessor").get(superseded_at__isnull=True)
    entries = list(
        ReadinessEntry.objects.filter(list=sent, centre__in=centres).select_related("centre").order_by("pk")
    )
    if entries:
        signals.readiness_sent.send(ReadinessList, sent=sent, entries=entries, actor=actor)
    return len(entries)
