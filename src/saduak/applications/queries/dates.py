"""Which moments count for an application: the window, the correction, and what superiors wish."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from saduak.applications.models import Application
from saduak.foundation.access import YES, Decision, no
from saduak.foundation.access.registry import Words
from saduak.programme.queries import Effective, effective_deadlines, is_open, phase_of, stage_of
from saduak.programme.states import Phase

CHECKED = frozenset({"requested", "returned", "endorsed"})


@dataclass(frozen=True, slots=True)
class Due:
    """A date that counts for an application. `window` and `correction` close; `check` and `submit` are wishes."""

    kind: str
    what: Words
    due_at: datetime
    owner: str = ""
    source_letter: UUID | None = None
    note: str = ""
    met: bool = False


def closes_at(application: Application) -> datetime | None:
    """When the round stops taking applications. No query when stages are prefetched."""
    stage = stage_of(application.round)
    return stage.ends_at if stage else None


def may_submit_now(application: Application, moment: datetime) -> Decision:
    """Whether the time is right for submitting, to the microsecond; a correction has its own closing moment."""
    if application.correction_due_at is not None:
        if moment < application.correction_due_at:
            return YES
        return no(_("เลยกำหนดส่งใบสมัครที่แก้แล้ว ติดต่อฝ่ายเลขานุการโครงการ"), "window-closed")
    if is_open(application.round, moment):
        return YES
    if phase_of(application.round, moment=moment) is Phase.PLANNED:
        return no(_("ยังไม่ถึงวันเปิดรับใบสมัคร เขียนร่างไว้ก่อนได้"), "window-not-open")
    return no(_("ปิดรับใบสมัครของรอบนี้แล้ว"), "window-closed")


def dues(application: Application, review_state: str = "") -> list[Due]:
    """The dates of an application, the nearest open one first. Two queries with prefetched stages.

    Args:
        application: with centre, organisation and round; stages prefetched.
        review_state: where the newest request for checking stands, "" without one.
    """
    effective = effective_deadlines(application.round, application.centre.organisation)
    return dues_from(effective, application, review_state)


def dues_from(effective: Effective, application: Application, review_state: str = "") -> list[Due]:
    """The dates of an application from those that count for its organisation."""
    submitted = application.state == "submitted"
    found = [
        Due(
            kind=row.kind,
            what=_("ส่งร่างให้ตรวจทาน") if row.kind == "check" else _("ยื่นใบสมัครตามที่หน่วยงานเหนือขึ้นไปกำหนด"),
            due_at=row.due_at,
            owner=row.owner.name_th,
            source_letter=row.source_letter,
            note=row.note,
            met=submitted or (row.kind == "check" and review_state in CHECKED),
        )
        for row in effective.internal
    ]
    if application.correction_due_at is not None:
        due_at = application.correction_due_at
        found.append(Due("correction", _("ส่งใบสมัครที่แก้แล้ว"), due_at, met=submitted))
    elif effective.closes_at is not None:
        host = application.round.programme.short_name
        found.append(Due("window", _("ยื่นใบสมัคร"), effective.closes_at, owner=host, met=submitted))
    return sorted(found, key=lambda due: (due.met, due.due_at))
