"""Large files that somebody asked for: what the board's and the readiness lists' have in common."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final, TypeVar, cast

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from saduak.applications.models import BoardExport, ReadinessExport, RequestedFile
from saduak.applications.queries.exports import has_failed
from saduak.foundation import clock, jobs
from saduak.foundation.access import Actor, Refused
from saduak.foundation.actions import action, require_fits
from saduak.foundation.models import StoredFile

Made = TypeVar("Made", bound=RequestedFile)
# They hold what somebody might read on one day, so they do not stay for ever.
KEPT: Final = timedelta(days=7)
AT_ONCE: Final = 500


def begin(actor: Actor, made: Made, job: str, alike: Sequence[str] = ()) -> Made:
    """Keep what the actor asks for, and have the job make the file; the same that they wait for already is given back.

    Args:
        actor: who asks.
        made: what for.
        job: what makes it.
        alike: what tells one file of this model from another, beside round and query.

    Raises:
        Refused: no account to give the file to.
        Invalid: filters that are too long.
    """
    if actor.user_id is None:
        raise Refused(_("ขอไฟล์ได้เมื่อเข้าสู่ระบบด้วยบัญชีของตน"), "no-account")
    made.requested_at, made.requested_by_id = actor.received_at, actor.user_id
    require_fits(made, ["query"])
    same = {name: getattr(made, name) for name in ("round", "query", "requested_by_id", *alike)}
    rows = type(made)._default_manager.select_for_update(of=("self",), no_key=True)
    waits = cast("Made | None", rows.filter(**same, file=None, refused="").order_by("-pk").first())
    if waits is not None:
        if has_failed(waits):
            _enqueue(waits, job)
        return waits
    made.save()
    _enqueue(made, job)
    return made


def begin_again(rows: QuerySet[Any], export_id: uuid.UUID, job: str) -> Any:
    """Have one of these files made once more that could not be; being made, there, or refused for good, nothing happens.

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


def _locked(model: type[Made], export_id: uuid.UUID) -> Made:
    rows = model.objects.select_for_update(of=("self",), no_key=True)
    return cast("Made", rows.get(public_id=export_id))


def keep(model: type[Made], export_id: uuid.UUID, stored: StoredFile, lines: int) -> tuple[Made, bool]:
    """Note that a file is made, and whether it is now: one that was made before stays.

    Raises:
        DoesNotExist: nobody asked for it.
    """
    row = _locked(model, export_id)
    if row.file_id is not None:
        return row, False
    row.file, row.lines, row.made_at = stored, lines, clock.now()
    row.save(update_fields=["file", "lines", "made_at"])
    return row, True


def refuse(model: type[Made], export_id: uuid.UUID, reason: str) -> tuple[Made, bool]:
    """Note for good why nobody makes a file, and whether that is said now: one that is made stays, as does what was said.

    Raises:
        DoesNotExist: nobody asked for it.
    """
    row = _locked(model, export_id)
    if row.file_id is not None or row.refused:
        return row, False
    row.refused = reason[:300]
    row.save(update_fields=["refused"])
    return row, True


@action("applications.drop_old_files")
def drop_old_files(*, actor: Actor) -> int:
    """Let go of some of the files that were asked for longer ago than they are kept, the oldest first; how many.

    Their contents are cleared away like all to which nothing refers.
    """
    old = actor.received_at - KEPT
    dropped = 0
    for model in (BoardExport, ReadinessExport):
        rows = model.objects.filter(requested_at__lte=old).order_by("requested_at", "pk")
        some = list(rows.values_list("pk", flat=True)[:AT_ONCE])
        dropped += model.objects.filter(pk__in=some).delete()[0]
    return dropped
