"""Which moments count for an application: the window, the correction, and what superiors wish."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from saduak.applications import rules
from saduak.applications.models import Application, Extension, Review
from saduak.applications.queries.library import own_centres
from saduak.foundation.access import YES, Actor, Decision, no
from saduak.foundation.access.registry import Words
from saduak.programme.models import Round, Stage
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
    # Why the secretariat gave this centre more time; then `due_at` is its own moment.
    because: str = ""

    @property
    def last_moment(self) -> datetime:
        """The last minute that is in time, for people: the closing moment itself is too late."""
        return self.due_at - timedelta(seconds=1)


def extensions(**which: Any) -> QuerySet[Extension]:
    """The extensions that count now, of all rounds: not ended, and later than the round's own closing.

    A window that was moved past an extension is the later one and counts: nobody has less time than all others.
    """
    rows: QuerySet[Extension] = Extension.objects.filter(
        ended_at__isnull=True,
        round__stages__key=Stage.Key.APPLICATION,
        until__gt=F("round__stages__ends_at"),
        **which,
    )
    return rows


def closing() -> Coalesce:
    """For rows of applications: when each one's centre can submit no more, its extension or the round's closing."""
    window = Stage.objects.filter(round=OuterRef("round"), key=Stage.Key.APPLICATION)
    return Coalesce(Subquery(_given().values("until")[:1]), Subquery(window.values("ends_at")[:1]))


def _given() -> QuerySet[Extension]:
    return extensions(round=OuterRef("round"), centre=OuterRef("centre"))


def with_closing(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Applications with the moment at which each closes (`closes_at`) and why it was extended (`extended_because`)."""
    found: QuerySet[Any] = rows.annotate(
        closes_at=closing(), extended_because=Subquery(_given().values("reason")[:1])
    )
    return found


def closes_at(application: Application) -> datetime | None:
    """When this application can be submitted no more; None when its round has no such stage.

    No query when it was read `with_closing` or by an action; else one, with prefetched stages.
    """
    if "closes_at" in application.__dict__:
        moment: datetime | None = application.__dict__["closes_at"]
        return moment
    given = extension_of(application.round, application.centre_id)
    stage = stage_of(application.round)
    return given.until if given is not None else stage.ends_at if stage else None


def extension_of(round_: Round, centre_id: int) -> Extension | None:
    """The extension that counts for a centre in a round. One query."""
    return extensions(round=round_, centre=centre_id).first()


def extended_because(application: Application) -> str:
    """Why the secretariat gave the centre more time; empty when it did not, or was not read along."""
    return application.__dict__.get("extended_because") or ""


def closed_by_hand(round_: Round, moment: datetime) -> bool:
    """Whether the round was closed before its time: that ends every extension too."""
    return round_.closed_at is not None and moment >= round_.closed_at


def takes_from(round_: Round, centre_id: int, moment: datetime) -> bool:
    """Whether a centre can start in a round whose window is over, because it was given more time. One query."""
    if closed_by_hand(round_, moment):
        return False
    given = extension_of(round_, centre_id)
    return given is not None and moment < given.until


def is_open_for(application: Application, moment: datetime) -> bool:
    """Whether the round takes this application at a moment: its window is open, or its centre was given more time."""
    if is_open(application.round, moment):
        return True
    if phase_of(application.round, moment=moment) is Phase.PLANNED or closed_by_hand(
        application.round, moment
    ):
        return False
    until = closes_at(application)
    return until is not None and moment < until


def may_submit_now(application: Application, moment: datetime) -> Decision:
    """Whether the time is right for submitting, to the microsecond; a correction has its own closing moment."""
    if application.correction_due_at is not None:
        if moment < application.correction_due_at:
            return YES
        return no(_("เลยกำหนดส่งใบสมัครที่แก้แล้ว ติดต่อฝ่ายเลขานุการโครงการ"), "window-closed")
    if is_open_for(application, moment):
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
    elif (moment := closes_at(application)) is not None:
        host, because = application.round.programme.short_name, extended_because(application)
        found.append(Due("window", _("ยื่นใบสมัคร"), moment, owner=host, met=submitted, because=because))
    return sorted(found, key=lambda due: (due.met, due.due_at))


def kept(actor: Actor, round_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """Which dates all centres of the actor have kept, by round (keys): "check", "submit", "window". One query.

    Nothing for somebody whose work is not only the writing: who follows others looks at the dates of others.
    """
    if not actor.holdings or any(rules.EDIT not in holding.capabilities for holding in actor.holdings):
        return {}
    reviewed = Review.objects.filter(application=OuterRef("app__pk"), state__in=CHECKED)
    found: dict[int, list[tuple[str, bool]]] = defaultdict(list)
    centres: set[int] = set()
    rows = own_centres(actor, rules.EDIT).annotate(
        app=FilteredRelation("applications", condition=Q(applications__round__in=round_ids)),
        checked=Exists(reviewed),
    )
    for centre, round_id, state, checked in rows.values_list("pk", "app__round_id", "app__state", "checked"):
        centres.add(centre)
        found[round_id].append((state, checked))
    return {
        round_id: _kept(states)
        for round_id, states in found.items()
        if round_id is not None and len(states) == len(centres)
    }


def _kept(states: list[tuple[str, bool]]) -> frozenset[str]:
    if all(state in {"submitted", "withdrawn"} for state, _checked in states):
        return frozenset({"check", "submit", "window"})
    return frozenset({"check"} if all(checked for _state, checked in states) else ())
