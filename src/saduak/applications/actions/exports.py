"""Large files that somebody asked for: what the board's and the readiness lists' have in common."""

import uuid
from typing import Any, TypeVar, cast

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from saduak.applications.models import RequestedFile
from saduak.applications.queries.exports import has_failed
from saduak.foundation import clock, jobs
from saduak.foundation.access import Actor, Refused
from saduak.foundation.actions import require_fits
from saduak.foundation.models import StoredFile

Made = TypeVar("Made", bound=RequestedFile)


def begin(actor: Actor, made: RequestedFile, job: str) -> None:
    """Keep what the actor asks for, and have the job make the file.

    Raises:
        Refused: no account to give the file to.
        Invalid: filters that are too long.
    """
    if actor.user_id is None:
        raise Refused(_("ขอไฟล์ได้เมื่อเข้าสู่ระบบด้วยบัญชีของตน"), "no-account")
    made.requested_at, made.requested_by_id = actor.received_at, actor.user_id
    require_fits(made, ["query"])
    made.save()
    _enqueue(made, job)


def begin_again(rows: QuerySet[Any], export_id: uuid.UUID, job: str) -> Any:
    """Have one of these files made once more that could not be; while it is being made, or is there, nothing happens.

    Raises:
        DoesNotExist: it is none of these.
    """
    made = rows.select_for_update(of=("self",), no_key=True).get(public_id=export_id)
    if has_failed(made):
        _enqueue(made, job)
    return made


def _enqueue(made: RequestedFile, job: str) -> None:
    made.job = jobs.enqueue(job, export_id=str(made.public_id)).key
    made.save(update_fields=["job"])


def keep(model: type[Made], export_id: uuid.UUID, stored: StoredFile, lines: int) -> tuple[Made, bool]:
    """Note that a file is made, and whether it is now: one that was made before stays.

    Raises:
        DoesNotExist: nobody asked for it.
    """
    rows = model.objects.select_for_update(of=("self",), no_key=True)
    row = cast("Made", rows.get(public_id=export_id))
    if row.file_id is not None:
        return row, False
    row.file, row.lines, row.made_at = stored, lines, clock.now()
    row.save(update_fields=["file", "lines", "made_at"])
    return row, True
