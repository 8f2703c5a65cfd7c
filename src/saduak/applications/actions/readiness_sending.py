"""A confirmed list goes to the programme. A correction is a new list.

However many units it has: sending settles which they are, a batch marks them one by one, a job files the list as bytes
that stay, and another batch tells the centres. Until it is filed, the earlier list counts.
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.applications import content, signals
from saduak.applications.actions.readiness import keep_count, locked_desk, require_going_on
from saduak.applications.models import Readiness, ReadinessEntry, ReadinessList, ReadinessSending
from saduak.applications.queries.readiness import (
    Desk,
    being_corrected,
    current_list,
    has_stopped,
    on_its_way,
    sent_content,
    to_send,
)
from saduak.applications.queries.readiness.content import area_name
from saduak.applications.rules import readiness as rules
from saduak.applications.states import READINESS
from saduak.foundation import audit, batches, files, jobs
from saduak.foundation.access import Actor, Conflict, require
from saduak.foundation.actions import action
from saduak.foundation.alike import insert_alike
from saduak.foundation.models import Batch, BatchItem, StoredFile

MARK: Final = "applications.mark_readiness"
TELL: Final = "applications.tell_readiness"
FILE: Final = "applications.readiness_tasks.file_list"


# --- Beginning ---------------------------------------------------------------------------------------------------------


@action("applications.send_readiness")
def send_readiness(
    *,
    actor: Actor,
    round_id: uuid.UUID,
    office_id: uuid.UUID,
    expected: int | None = None,
    idempotency_key: uuid.UUID | None = None,
) -> ReadinessSending:
    """Send the programme everything that is confirmed, together with what was sent before: one list that counts.

    A unit of the earlier list that falls to another office now stays on it until that one's list has it. Sending again
    what came to a stop on its way lets that go on.

    Args:
        actor: a supervisor of the assessing office, or its head.
        round_id: in which round.
        office_id: the assessing office.
        expected: how many units the page named.
        idempotency_key: of the request.

    Raises:
        Refused: not the actor's office.
        Conflict: one is on its way, nothing new, something is being corrected, not as many as the page said, or the round
            is over.
        DoesNotExist: no such round or office.
    """
    del idempotency_key  # the decorator's business
    desk = locked_desk(round_id, office_id)
    require(rules.may_work(actor, desk.office, desk.round.programme_id))
    going = on_its_way(desk)
    if going is not None:
        return _again(going)
    require_going_on(desk.round, actor)
    states: dict[int, str] = dict(to_send(desk).values_list("pk", "state"))
    _require_sendable(desk, states, expected)
    made: ReadinessSending = ReadinessSending.objects.create(
        round=desk.round,
        assessor=desk.office,
        units=len(states),
        sent_at=actor.received_at,
        sent_by_id=actor.user_id,
    )
    made.batch = batches.start(
        kind=MARK,
        items=[str(key) for key, state in states.items() if state == "confirmed"],
        params={
            "sending": str(made.public_id),
            "sent_before": [key for key, state in states.items() if state == "sent"],
        },
        actor=actor,
    )
    made.save(update_fields=["batch"])
    audit.append(made, actor=actor, verb="applications.readiness_on_its_way", facts={"units": made.units})
    return made


def _again(going: ReadinessSending) -> ReadinessSending:
    """Let go on what came to a stop.

    Raises:
        Conflict: it goes on by itself.
    """
    if not has_stopped(going):
        raise Conflict(_("กำลังส่งรายการของหน่วยงานนี้อยู่แล้ว รอให้ส่งเสร็จก่อน"), "on-its-way")
    if not batches.retry(_batch(going)):
        _enqueue(going)
    return going


def _batch(sending: ReadinessSending) -> Batch:
    assert sending.batch is not None  # noqa: S101 - it came in the same transaction
    return sending.batch


def _require_sendable(desk: Desk, states: Mapping[int, str], expected: int | None) -> None:
    if "confirmed" not in states.values():
        raise Conflict(_("ยังไม่มีผลประเมินที่หัวหน้ายืนยันแล้วรอส่ง"), "nothing")
    waiting = being_corrected(desk, current_list(desk)).count()
    if waiting:
        said = _("มี {n} แห่งในรายการเดิมที่เปิดแก้อยู่ ประเมินและให้หัวหน้ายืนยันก่อน แล้วจึงส่งรายการใหม่")
        raise Conflict(format_lazy(said, n=waiting), "being-corrected")
    if expected is not None and expected != len(states):
        raise Conflict(_("จำนวนหน่วยงานเปลี่ยนไปจากที่แสดง ตรวจรายชื่ออีกครั้ง"), "changed")


# --- On its way --------------------------------------------------------------------------------------------------------


@action("applications.mark_readiness_sent")
def mark_readiness_sent(*, actor: Actor, sending_id: uuid.UUID, statements: Sequence[int]) -> int:
    """Mark some statements (keys) of a list on its way as sent; how many were not. Run by the batch."""
    rows = Readiness.objects.select_for_update(of=("self",), no_key=True)
    found = list(rows.filter(pk__in=statements, state="confirmed").order_by("pk"))
    for row in found:
        row.state = READINESS.step("send", row.state)
    Readiness.objects.filter(pk__in=[row.pk for row in found]).update(state="sent")
    by = {"sending": str(sending_id)}
    audit.append_many(found, actor=actor, verb="applications.readiness_sent", facts=lambda _row: by)
    return len(found)


@action("applications.all_readiness_marked")
def all_readiness_marked(*, actor: Actor, sending_id: uuid.UUID) -> ReadinessSending:
    """Have a list filed once all its units are marked; one of which some could not be waits to be sent again.

    Raises:
        DoesNotExist: no such list on its way.
    """
    del actor  # the decorator's business
    sending = ReadinessSending.locked(sending_id)
    if not batches.progress(_batch(sending)).failed:
        _enqueue(sending)
    return sending


def _enqueue(sending: ReadinessSending) -> None:
    sending.job = jobs.enqueue(FILE, sending_id=str(sending.public_id)).key
    sending.save(update_fields=["job"])


# --- Filing ------------------------------------------------------------------------------------------------------------


def file_readiness(*, actor: Actor, sending_id: uuid.UUID) -> ReadinessList:
    """File a list whose units are all marked; one that is filed already stays.

    Its bytes are made before the transaction begins, so that writing them holds no lock: nothing that they say changes
    while the list is on its way.

    Raises:
        DoesNotExist: no such list on its way.
    """
    known = ReadinessSending.objects.select_related(
        "list", "batch", "assessor", "round__programme", "round__criteria_set"
    )
    sending: ReadinessSending = known.get(public_id=sending_id)
    if sending.list is not None:
        return sending.list
    desk = Desk(sending.round, sending.assessor)
    before, batch = current_list(desk), _batch(sending)
    new = {int(item) for item in BatchItem.objects.filter(batch=batch).values_list("item", flat=True)}
    rows = list(desk.in_order(Q(pk__in=[*new, *batch.params["sent_before"]])))
    ordinal = 1 + (before.ordinal if before is not None else 0)
    said = sent_content(desk, rows, ordinal=ordinal, before=before, sent_at=sending.sent_at)
    name = f"readiness-{desk.round.fiscal_year}-{desk.office.code}-{ordinal}.json"
    stored = files.put(content.canonical(said), name=name, media_type="application/json", actor=actor)
    return _file(actor=actor, sending_id=sending_id, rows=rows, new=new, stored=stored)


@action("applications.file_readiness")
def _file(
    *, actor: Actor, sending_id: uuid.UUID, rows: Sequence[Readiness], new: set[int], stored: StoredFile
) -> ReadinessList:
    """Keep the list of some bytes; the earlier one counts no longer, and the centres are told."""
    offices = ReadinessSending.objects.values_list("round__public_id", "assessor__public_id")
    desk = locked_desk(*offices.get(public_id=sending_id))
    sending = ReadinessSending.locked(sending_id)
    if sending.list is not None:
        return sending.list
    before = current_list(desk)
    made = _kept(desk, sending, rows, before, stored)
    sending.list = made
    sending.save(update_fields=["list"])
    keep_count(desk)
    facts = {"ordinal": made.ordinal, "sha256": made.sha256, "units": made.units, "ready": made.ready}
    facts["sending"] = sending.public_id
    audit.append(made, actor=actor, verb="applications.readiness_list_sent", facts=facts)
    if before is not None:
        by = {"by": made.public_id}
        audit.append(before, actor=actor, verb="applications.readiness_list_replaced", facts=by)
    told = [str(row.centre_id) for row in rows if row.pk in new]
    batches.start(kind=TELL, items=told, params={"list": str(made.public_id)}, actor=actor)
    return made


def _kept(
    desk: Desk,
    sending: ReadinessSending,
    rows: Sequence[Readiness],
    before: ReadinessList | None,
    stored: StoredFile,
) -> ReadinessList:
    if before is not None:
        before.superseded_at = sending.sent_at
        before.save(update_fields=["superseded_at"])
    made: ReadinessList = ReadinessList.objects.create(
        round=desk.round,
        assessor=desk.office,
        ordinal=1 + (before.ordinal if before is not None else 0),
        file=stored,
        sha256=stored.sha256,
        units=len(rows),
        ready=sum(bool(row.ready) for row in rows),
        sent_at=sending.sent_at,
        sent_by_id=sending.sent_by_id,
    )
    common = {"list_id": made.pk, "round_id": desk.round.pk}
    insert_alike(ReadinessEntry, common, [{"ordinal": n, **_entry(row)} for n, row in enumerate(rows, 1)])
    return made


def _entry(row: Readiness) -> dict[str, Any]:
    return {
        "centre_id": row.centre_id,
        "name": row.centre.name_th,
        "office_name": row.centre.organisation.name_th,
        "area_name": area_name(row),
        "ready": row.ready,
        "gates": row.gates,
        "reasons": row.reasons,
        "assessed_on": row.assessed_on,
    }


# --- Telling -----------------------------------------------------------------------------------------------------------


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
