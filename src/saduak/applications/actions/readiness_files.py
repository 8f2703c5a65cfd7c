"""Long readiness lists as files, made in the background."""

import uuid
from typing import Final

from django.utils.translation import gettext_lazy as _

from saduak.applications import signals
from saduak.applications.actions import exports
from saduak.applications.models import ReadinessExport
from saduak.applications.queries.readiness import desk_of, export, readiness_list
from saduak.foundation.access import Actor, Invalid, Refused
from saduak.foundation.actions import action
from saduak.foundation.models import StoredFile
from saduak.programme.models import Round

WRITE: Final = "applications.readiness_tasks.write_list"
ALIKE: Final = ("content", "office", "list")
OF_DESK: Final = frozenset({ReadinessExport.Content.UNITS, ReadinessExport.Content.SIGNING})


@action("applications.request_readiness_file")
def request_readiness_file(
    *,
    actor: Actor,
    content: str,
    round_id: uuid.UUID,
    office_id: uuid.UUID,
    query: str = "",
    idempotency_key: uuid.UUID | None = None,
) -> ReadinessExport:
    """Have an office's list written out in the background, as it is then.

    Args:
        actor: of the assessing office, or of one that writes in its name.
        content: "units" (Excel) or "signing" (what waits for the head, PDF).
        round_id: in which round.
        office_id: the assessing office.
        query: the filters of the list, as its address carries them.
        idempotency_key: of the request.

    Raises:
        Refused: not the actor's office, or no account to give the file to.
        Invalid: something else is asked for, or filters that are too long.
        DoesNotExist: no such round.
    """
    del idempotency_key  # the decorator's business
    if content not in OF_DESK:
        raise Invalid(_("เลือกไฟล์จากที่มีให้เลือก"), code="unknown-file")
    desk = desk_of(actor, Round.objects.get(public_id=round_id), office_id)
    if desk is None:
        raise Refused(_("ขอไฟล์ได้เฉพาะรายการของหน่วยงานที่คุณประเมิน"), "not-yours")
    made = ReadinessExport(content=content, round=desk.round, office=desk.office, query=query)
    return exports.begin(actor, made, WRITE, ALIKE)


@action("applications.request_list_file")
def request_list_file(
    *, actor: Actor, list_id: uuid.UUID, idempotency_key: uuid.UUID | None = None
) -> ReadinessExport:
    """Have a list that was sent written out in the background.

    Raises:
        Refused: the actor may not read it, or has no account to give the file to.
    """
    del idempotency_key  # the decorator's business
    sent = readiness_list(actor, list_id)
    if sent is None:
        raise Refused(_("ขอไฟล์ได้เฉพาะรายการที่คุณอ่านได้"), "not-yours")
    made = ReadinessExport(
        content=ReadinessExport.Content.LIST, round=sent.round, office=sent.assessor, list=sent
    )
    return exports.begin(actor, made, WRITE, ALIKE)


@action("applications.request_readiness_file_again")
def request_readiness_file_again(*, actor: Actor, export_id: uuid.UUID) -> ReadinessExport:
    """Have a file made once more that could not be made; while it is being made, or is there, nothing happens.

    Raises:
        DoesNotExist: the actor asked for no such file, or may not read it any more.
    """
    if export(actor, export_id) is None:
        raise ReadinessExport.DoesNotExist
    rows = ReadinessExport.objects.visible_to(actor)
    made: ReadinessExport = exports.begin_again(rows, export_id, WRITE)
    return made


@action("applications.keep_readiness_file")
def keep_readiness_file(
    *, actor: Actor, export_id: uuid.UUID, stored: StoredFile, lines: int
) -> ReadinessExport:
    """Note that a file is made; one that was made before stays.

    Raises:
        DoesNotExist: nobody asked for it.
    """
    row, now = exports.keep(ReadinessExport, export_id, stored, lines)
    if now:
        signals.readiness_written.send(ReadinessExport, export=row, actor=actor)
    return row


@action("applications.refuse_readiness_file")
def refuse_readiness_file(*, actor: Actor, export_id: uuid.UUID, reason: str) -> ReadinessExport:
    """Note for good why a file is not made, and tell who asked: they may not read it any more, or nothing is to be written.

    Raises:
        DoesNotExist: nobody asked for it.
    """
    row, now = exports.refuse(ReadinessExport, export_id, reason)
    if now:
        signals.readiness_refused.send(ReadinessExport, export=row, actor=actor)
    return row
