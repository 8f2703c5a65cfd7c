"""One audit entry a sitting: autosaves keep answer versions, and the end of a sitting is told once (rule 11)."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby

from django.utils.translation import gettext_lazy as _

from saduak.applications.actions.common import locked_by_key
from saduak.applications.models import AnswerVersion, Application
from saduak.foundation import audit, clock
from saduak.foundation.access import YES, Actor, no, require
from saduak.foundation.actions import action

SITTING = timedelta(minutes=30)
MOST = 200


def tell(application: Application, *, before: datetime | None = None) -> int:
    """Write the sittings that are not told yet into the audit, one entry a person; how many. The application is locked.

    Args:
        application: locked.
        before: only sittings that ended before this real moment; all of them when left out.
    """
    rows = AnswerVersion.objects.select_for_update(of=("self",), no_key=True).filter(
        answer__application=application, audited_at__isnull=True
    )
    if before is not None:
        rows = rows.filter(at__lt=before)
    found = list(rows.select_related("answer__criterion").order_by("actor", "answer", "version"))
    for _writer, own in groupby(found, key=lambda row: row.actor):
        _entry(application, list(own))
    AnswerVersion.objects.filter(pk__in=[row.pk for row in found]).update(audited_at=clock.wall())
    return len(found)


def _entry(application: Application, rows: list[AnswerVersion]) -> None:
    last = max(rows, key=lambda row: row.at)
    writer = Actor(
        kind=last.actor.partition(":")[0], ref=last.actor, received_at=last.business_at, name=last.by
    )
    facts = {"answers": [_fact(row) for row in rows], "since": rows[0].started_at, "until": last.at}
    audit.append(application, actor=writer, verb="applications.edited", facts=facts)


def _fact(row: AnswerVersion) -> dict[str, object]:
    return {
        "criterion": row.answer.criterion.key,
        "from": row.first_version,
        "to": row.version,
        "claim": row.claim,
        "points": str(row.points),
        "narrative_sha256": hashlib.sha256(row.narrative.encode()).hexdigest(),
    }


def ended_before() -> datetime:
    """The real moment before which a sitting must have ended to be over."""
    return clock.wall() - SITTING


def with_ended_sittings() -> Iterable[int]:
    """Keys of applications in which a sitting ended and is not told. One query."""
    rows = AnswerVersion.objects.filter(audited_at__isnull=True, at__lt=ended_before())
    return list(
        rows.order_by("answer__application").values_list("answer__application", flat=True).distinct()[:MOST]
    )


@action("applications.tell_sittings")
def tell_sittings(*, actor: Actor, application_key: int) -> int:
    """Tell the sittings of one application that are over, and note when it was last worked on; how many.

    Raises:
        Refused: not the program itself.
    """
    require(YES if actor.is_system else no(_("ขั้นนี้ระบบทำเอง"), "system-only"))
    application = locked_by_key(application_key)
    told = tell(application, before=ended_before())
    last = (
        AnswerVersion.objects.filter(answer__application=application)
        .order_by("-business_at")
        .values_list("business_at", flat=True)
        .first()
    )
    if last is not None and last > application.last_edit_at:
        application.last_edit_at = last
        application.save(update_fields=["last_edit_at"])
    return told
