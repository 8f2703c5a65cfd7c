"""A confirmed list goes to the programme. A correction is a new list.

However many units it has: sending settles which they are, a batch marks them one by one, a job files the list as bytes
that stay, and another batch tells the centres. Until it is filed, the earlier list counts. One that comes to a stop is
tried again by a tick; its office is told, and can take it back.
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
    MARKED,
    Desk,
    being_corrected,
    current_list,
    has_stopped,
    not_marked,
    on_its_way,
    sent_content,
    to_send,
    why_stopped,
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
# Of a unit whose statement was opened meanwhile, whatever brought that about.
NOT_CONFIRMED: Final = _("ผลประเมินไม่ได้อยู่ในขั้นที่ส่งได้แล้ว ประเมินและให้หัวหน้ายืนยันอีกครั้ง แล้วระบบจึงส่งต่อได้")


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
        return _again(going, actor)
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


def _again(going: ReadinessSending, actor: Actor) -> ReadinessSending:
    """Let go on what came to a stop.

    Raises:
        Conflict: it goes on by itself.
    """
    _require_stopped(going)
    # When it stops once more, that is told once more.
    going.stopped_at, going.stopped_because = None, ""
    going.save(update_fields=["stopped_at", "stopped_because"])
    _go_on(going)
    audit.append(going, actor=actor, verb="applications.readiness_sent_on", facts={"units": going.units})
    return going


def _require_stopped(going: ReadinessSending) -> None:
    if not has_stopped(going):
        raise Conflict(_("กำลังส่งรายการของหน่วยงานนี้อยู่แล้ว รอให้ส่งเสร็จก่อน"), "on-its-way")


def _go_on(going: ReadinessSending) -> None:
    """Mark what could not be marked, else file; nothing while that is being tried."""
    if not batches.retry(_batch(going)) and jobs.is_over(going.job):
        _enqueue(going)


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
    """Mark some statements (keys) of a list on its way; how many were marked now. Run by the batch."""
    which = Q(pk__in=statements, state="confirmed")
    return _moved(
        actor, sending_id, which, READINESS.step("mark", "confirmed"), "applications.readiness_marked"
    )


def _moved(actor: Actor, sending_id: uuid.UUID, which: Q, state: str, verb: str) -> int:
    """Take some statements to another state; how many. Three queries, however many they are."""
    rows = Readiness.objects.select_for_update(of=("self",), no_key=True).filter(which)
    found = list(rows.only("audit_seq", "audit_head").order_by("pk"))
    by = {"sending": str(sending_id)}
    audit.append_many(found, actor=actor, verb=verb, facts=lambda _row: by, also={"state": state})
    return len(found)


def _marked(desk: Desk) -> Q:
    """What is marked at an office: it sends one list at a time, so all of it stands on that."""
    return Q(round=desk.round, assessor=desk.office, state="sending")


@action("applications.all_readiness_marked")
def all_readiness_marked(*, actor: Actor, sending_id: uuid.UUID) -> ReadinessSending:
    """Have a list filed once all its units are marked; one of which some could not be has stopped, and its office is told.

    Raises:
        DoesNotExist: no such list on its way.
    """
    desk = locked_desk(*_place(sending_id))
    sending = ReadinessSending.locked(sending_id)
    if batches.progress(_batch(sending)).failed:
        _stop(desk, sending, actor, why_stopped(sending))
    else:
        _enqueue(sending)
    keep_count(desk)
    return sending


def _place(sending_id: uuid.UUID) -> tuple[uuid.UUID, uuid.UUID]:
    """Of which round and which office a list is."""
    places = ReadinessSending.objects.values_list("round__public_id", "assessor__public_id")
    place: tuple[uuid.UUID, uuid.UUID] = places.get(public_id=sending_id)
    return place


def _enqueue(sending: ReadinessSending) -> None:
    sending.job = jobs.enqueue(FILE, sending_id=str(sending.public_id)).key
    sending.save(update_fields=["job"])


# --- Come to a stop ----------------------------------------------------------------------------------------------------


@action("applications.retry_readiness")
def retry_readiness(*, actor: Actor, sending_id: uuid.UUID) -> bool:
    """Try a list again that came to a stop, and tell its office why when that is new; whether it had. Run by a tick.

    Raises:
        DoesNotExist: no such list.
    """
    desk = locked_desk(*_place(sending_id))
    going = on_its_way(desk)
    if going is None or going.public_id != sending_id or not has_stopped(going):
        return False
    _stop(desk, going, actor, why_stopped(going))
    _go_on(going)
    return True


def _stop(desk: Desk, sending: ReadinessSending, actor: Actor, reason: str) -> None:
    """Note that a list comes no further, and why; the same reason is told once, until somebody sends it on."""
    because = reason[:300]
    if sending.stopped_at is not None and sending.stopped_because == because:
        return
    sending.round, sending.assessor = desk.round, desk.office
    sending.stopped_at, sending.stopped_because = sending.stopped_at or actor.received_at, because
    sending.save(update_fields=["stopped_at", "stopped_because"])
    facts = {"units": sending.units, "because": sending.stopped_because}
    audit.append(sending, actor=actor, verb="applications.readiness_stopped", facts=facts)
    signals.readiness_stopped.send(ReadinessSending, sending=sending, actor=actor)


@action("applications.refuse_readiness")
def refuse_readiness(*, actor: Actor, sending_id: uuid.UUID, reason: str) -> bool:
    """Note why a list is not filed, and tell its office; whether it is still on its way. Run by the job.

    Units that are not marked any more are marked when it is tried again, once they are confirmed.

    Raises:
        DoesNotExist: no such list.
    """
    desk = locked_desk(*_place(sending_id))
    going = on_its_way(desk)
    if going is None or going.public_id != sending_id:
        return False  # it was taken back
    _stop(desk, going, actor, why_stopped(going) if _set_aside(going) else reason)
    return True


def _set_aside(sending: ReadinessSending) -> int:
    """Have what is not marked be an item that failed, also what was sent before and is not any more; how many."""
    batch = _batch(sending)
    items = [str(key) for key in sorted(not_marked({*_new(sending), *batch.params["sent_before"]}))]
    rows = [{"item": item} for item in items]
    insert_alike(BatchItem, {"batch_id": batch.pk}, rows, ignore_conflicts=True)
    failed = BatchItem.objects.filter(batch=batch, item__in=items)
    return failed.update(state=BatchItem.State.FAILED, note=str(NOT_CONFIRMED), done_at=None)


@action("applications.take_back_readiness")
def take_back_readiness(*, actor: Actor, round_id: uuid.UUID, office_id: uuid.UUID) -> ReadinessSending:
    """Take back a list that came to a stop: its units are confirmed again, and can be corrected or sent anew.

    Raises:
        Refused: neither a supervisor nor the head of the assessing office.
        Conflict: nothing is on its way, or it goes on; or the round is over, when nothing could be sent any more.
        DoesNotExist: no such round or office.
    """
    desk = locked_desk(round_id, office_id)
    require(rules.may_work(actor, desk.office, desk.round.programme_id))
    require_going_on(desk.round, actor)
    going = on_its_way(desk)
    if going is None:
        raise Conflict(_("ไม่มีรายการที่ส่งค้างอยู่ อาจส่งสำเร็จหรือดึงกลับแล้ว"), "nothing")
    _require_stopped(going)
    going.taken_back_at = actor.received_at
    going.save(update_fields=["taken_back_at"])
    confirmed = READINESS.step("take_back", "sending")
    back = _moved(actor, going.public_id, _marked(desk), confirmed, "applications.readiness_unsent")
    facts = {"units": going.units, "back": back}
    audit.append(going, actor=actor, verb="applications.readiness_taken_back", facts=facts)
    keep_count(desk)
    return going


def _new(sending: ReadinessSending) -> set[int]:
    """The statements (keys) of a list that were not sent before."""
    return {
        int(item) for item in BatchItem.objects.filter(batch=_batch(sending)).values_list("item", flat=True)
    }


# --- Filing ------------------------------------------------------------------------------------------------------------


def file_readiness(*, actor: Actor, sending_id: uuid.UUID) -> ReadinessList:
    """File a list whose units are all marked: then they are sent. One that is filed already stays.

    Its bytes are made before the transaction begins, so that writing them holds no lock: nothing that they say changes
    while the list is on its way.

    Raises:
        Conflict: it was taken back, or a unit is not marked.
        DoesNotExist: no such list on its way.
    """
    known = ReadinessSending.objects.select_related(
        "list", "batch", "assessor", "round__programme", "round__criteria_set"
    )
    sending: ReadinessSending = known.get(public_id=sending_id)
    if sending.list is not None:
        return sending.list
    _require_kept(sending)
    desk = Desk(sending.round, sending.assessor)
    before, new = current_list(desk), _new(sending)
    rows = list(desk.in_order(Q(pk__in=[*new, *_batch(sending).params["sent_before"]])))
    _require_marked(rows)
    ordinal = _next(before)
    said = sent_content(desk, rows, ordinal=ordinal, before=before, sent_at=sending.sent_at)
    name = f"readiness-{desk.round.fiscal_year}-{desk.office.code}-{ordinal}.json"
    stored = files.put(content.canonical(said), name=name, media_type="application/json", actor=actor)
    return _file(actor=actor, sending_id=sending_id, rows=rows, new=new, stored=stored)


def _next(before: ReadinessList | None) -> int:
    """The ordinal of the list that takes the place of another, or of the first."""
    return 1 + (before.ordinal if before is not None else 0)


def _require_marked(rows: Sequence[Readiness]) -> None:
    """What says something else than what was confirmed is not sent, whatever brought that about."""
    other = next((row for row in rows if row.state not in MARKED), None)
    if other is not None:
        said = _("ผลประเมินของ {name} ไม่ได้อยู่ในขั้นที่ส่งได้แล้ว จึงยังไม่ส่งทั้งรายการ")
        raise Conflict(format_lazy(said, name=other.centre.name_th), "not-marked")


def _require_kept(sending: ReadinessSending) -> None:
    if sending.taken_back_at is not None:
        raise Conflict(_("รายการนี้ถูกดึงกลับแล้ว"), "taken-back")


@action("applications.file_readiness")
def _file(
    *, actor: Actor, sending_id: uuid.UUID, rows: Sequence[Readiness], new: set[int], stored: StoredFile
) -> ReadinessList:
    """Keep the list of some bytes; the earlier one counts no longer, and the centres are told."""
    desk = locked_desk(*_place(sending_id))
    sending = ReadinessSending.locked(sending_id)
    if sending.list is not None:
        return sending.list
    _require_kept(sending)
    before = current_list(desk)
    made = _kept(desk, sending, rows, before, stored)
    # Each has an entry of its own from when it was marked; that they are sent now stands in the list's.
    Readiness.objects.filter(_marked(desk)).update(state=READINESS.step("send", "sending"))
    sending.list, sending.round, sending.assessor = made, desk.round, desk.office
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
    signals.readiness_filed.send(ReadinessSending, sending=sending, actor=actor)
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
        ordinal=_next(before),
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
