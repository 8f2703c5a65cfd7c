"""What somebody has to do with applications now, for the home page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.applications import rules
from saduak.applications.models import Application, Review, ReviewComment
from saduak.applications.queries import dates, reviews
from saduak.applications.queries.library import own_centres
from saduak.applications.queries.starting import my_applications
from saduak.foundation.access import Actor
from saduak.foundation.access.registry import Words
from saduak.organisations.models import ServiceCentre
from saduak.programme.models import Round
from saduak.programme.queries import effective_deadlines_of, is_open, rounds_on, stage_of

MOST = 50


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do. `kind` says which page does it: start, write, correct, answer-review, sign, submit, review."""

    kind: str
    title: Words
    why: Words
    due_at: datetime | None
    centre_name: str
    application_id: UUID | None = None
    review_id: UUID | None = None
    centre_id: UUID | None = None
    round_id: UUID | None = None


def todos(actor: Actor) -> list[Todo]:
    """What waits for the actor, the earliest date first. At most ten queries."""
    if not actor.is_signed_in:
        return []
    found: list[Todo] = []
    if actor.can(rules.EDIT):
        found += _own(actor)
    if actor.can(rules.REVIEW):
        found += _asked(actor)
    return sorted(found, key=lambda todo: (todo.due_at is None, todo.due_at))[:MOST]


def _own(actor: Actor) -> Iterator[Todo]:
    """Drafts of the actor's centres, and centres that have not started in a round that is open."""
    running = [row for row in rounds_on(actor.received_at) if is_open(row, actor.received_at)]
    rows = list(
        my_applications(actor)
        .filter(state__in=["draft", "signed", "correction"])
        .filter(round__closed_at__isnull=True)[:MOST]
    )
    asked = _asked_to_change(rows)
    check_waits = set(
        Review.objects.filter(application__in=rows, state="requested").values_list(
            "application_id", flat=True
        )
    )
    for row in rows:
        stage = stage_of(row.round)
        if row.correction_due_at is not None or (stage is not None and actor.received_at < stage.ends_at):
            yield _for(actor, row, asked.get(row.pk, 0), waiting=row.pk in check_waits)
    if actor.can(rules.START):
        for round_ in running:
            yield from _to_start(actor, round_)


def _asked_to_change(rows: list[Any]) -> dict[int, int]:
    comments = ReviewComment.objects.filter(
        review__application__in=rows, review__state="returned", resolved_at__isnull=True
    )
    counts: dict[int, int] = {}
    for pk in comments.values_list("review__application_id", flat=True):
        counts[pk] = counts.get(pk, 0) + 1
    return counts


def _for(actor: Actor, application: Application, asked: int, *, waiting: bool) -> Todo:
    """The next thing to do about one application."""
    kind, title, why = _next(actor, application, asked, waiting=waiting)
    return Todo(
        kind=kind,
        title=title,
        why=why,
        due_at=application.correction_due_at or dates.closes_at(application),
        centre_name=application.centre.name_th,
        application_id=application.public_id,
    )


def _next(actor: Actor, row: Application, asked: int, *, waiting: bool) -> tuple[str, Words, Words]:
    if row.state == "signed":
        return "submit", _("ยื่นใบสมัคร"), _("หัวหน้าหน่วยงานลงนามแล้ว เหลือยื่น")
    if row.state == "correction":
        return "correct", _("แก้ใบสมัครที่ส่งคืน แล้วยื่นใหม่"), row.correction_reason
    if asked:
        why = format_lazy(_("ผู้ตรวจทานขอให้แก้ {n} ข้อ"), n=asked)
        return "answer-review", _("แก้ตามที่ผู้ตรวจทานขอ"), why
    gates = format_lazy(_("เกณฑ์ที่ต้องผ่านครบ {met} จาก {total} ข้อ"), met=row.gates_met, total=row.gates_total)
    if row.gates_met == row.gates_total and rules.may_act(actor, rules.SIGN, row):
        return "sign", _("ลงนามรับรองข้อมูลในใบสมัคร"), gates
    if waiting:
        return "write", _("เขียนใบสมัครต่อได้ระหว่างรอตรวจทาน"), gates
    return "write", _("เขียนใบสมัคร"), gates


def _to_start(actor: Actor, round_: Round) -> Iterator[Todo]:
    """Centres of the actor without an application in an open round. Two queries."""
    centres: list[ServiceCentre] = [
        centre
        for centre in own_centres(actor, rules.START).exclude(applications__round=round_)[:MOST]
        if rules.may_start(actor, centre, round_)
    ]
    if not centres:
        return
    due = effective_deadlines_of(round_, [centre.organisation_id for centre in centres])
    for centre in centres:
        yield Todo(
            kind="start",
            title=_("เริ่มใบสมัคร"),
            why=round_.name,
            due_at=due[centre.organisation_id].submit_by,
            centre_name=centre.name_th,
            centre_id=centre.public_id,
            round_id=round_.public_id,
        )


def _asked(actor: Actor) -> Iterator[Todo]:
    """Checks that wait for the actor's office."""
    for review in reviews.review_inbox(actor).filter(state="requested")[:MOST]:
        application = review.application
        yield Todo(
            kind="review",
            title=_("ตรวจทานร่างใบสมัคร"),
            why=application.centre.organisation.name_th,
            due_at=review.due_at,
            centre_name=application.centre.name_th,
            application_id=application.public_id,
            review_id=review.public_id,
        )
