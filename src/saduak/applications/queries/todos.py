"""What somebody has to do with applications now, for the home page."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Q, Subquery
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.applications import rules
from saduak.applications.models import Application, Review
from saduak.applications.queries import dates, obstacles, practices, reviews
from saduak.applications.queries.helping import waiting
from saduak.applications.queries.library import own_centres
from saduak.applications.queries.overview import voided_signature, with_void
from saduak.applications.queries.readiness import waiting as readiness
from saduak.applications.queries.renewals import own_certificates, renewals
from saduak.applications.queries.starting import judged, my_applications
from saduak.applications.rules.helping import person_and_link
from saduak.applications.rules.obstacles import topic_words
from saduak.foundation.access import Actor
from saduak.foundation.access.registry import Words
from saduak.foundation.thai.calendar import bangkok_date
from saduak.foundation.thai.words import long_day
from saduak.programme.eligibility import after_months, suggested
from saduak.programme.queries import Current, Effective, current, is_open, phase_of
from saduak.programme.states import Phase
from saduak.register.models import Certificate
from saduak.register.queries import SOON

MOST = 50
# With so few drafts there is room for the steps to come.
FEW = 3


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do. `kind` says which page does it; `later`: a step whose turn has not come.

    Kinds: start, renew, write, gates, correct, answer-review, check, sign, to-sign, submit, review, help, obstacle, consent,
    publish-practice, assess-readiness, send-readiness, confirm-readiness.
    """

    kind: str
    title: Words
    why: Words
    due_at: datetime | None
    centre_name: str
    application_id: UUID | None = None
    review_id: UUID | None = None
    obstacle_id: UUID | None = None
    practice_id: UUID | None = None
    centre_id: UUID | None = None
    round_id: UUID | None = None
    office_id: UUID | None = None
    later: bool = False


@dataclass(frozen=True, slots=True)
class _Standing:
    """What the reviews of a draft say: whether one waits, whether any was ever asked for, what is asked to be changed."""

    waiting: bool = False
    asked_for: bool = False
    to_change: int = 0


def todos(actor: Actor, going_on: Sequence[Current] | None = None) -> list[Todo]:
    """What waits for the actor, the earliest date first. At most twelve queries; four less when the rounds are given.

    Args:
        actor: whose work it is.
        going_on: the rounds that are going on, with the dates of the actor's offices; read when not given.
    """
    if not actor.is_signed_in:
        return []
    found: list[Todo] = []
    if actor.can(rules.EDIT):
        offices = {pk for holding in actor.holding_with(rules.EDIT) for pk in holding.organisation_ids}
        found += _own(actor, current(actor, offices) if going_on is None else going_on)
    if actor.can(rules.REVIEW):
        found += _asked(actor)
    found += _to_answer(actor)
    found += _to_help(actor)
    found += _practices(actor)
    found += _readiness(actor)
    return sorted(found, key=lambda todo: (todo.later, todo.due_at is None, todo.due_at))[:MOST]


def _own(actor: Actor, going_on: Sequence[Current]) -> Iterator[Todo]:
    """Drafts of the actor's centres, and centres that have not started in a round that is open."""
    by_round = {each.round.pk: each for each in going_on}
    rows = list(
        with_void(my_applications(actor))
        .prefetch_related(None)
        .filter(state__in=["draft", "signed", "correction"], round__in=by_round)[:MOST]
    )
    reviewed = _reviewed(rows)
    for row in rows:
        each = by_round[row.round_id]
        row.round = each.round  # its stages are there already
        closes = dates.closes_at(row)
        if row.correction_due_at is not None or (closes is not None and actor.received_at < closes):
            effective = each.effective.get(row.centre.organisation_id, Effective(each.window))
            steps = list(_steps(actor, row, effective, reviewed.get(row.pk, _Standing())))
            # Who looks after many centres reads what is next for each.
            yield from steps if len(rows) <= FEW else [step for step in steps if not step.later]
    if actor.can(rules.START):
        held = {(row.programme_id, row.centre_id): row for row in own_certificates(actor)}
        for each in going_on:
            yield from _to_start(actor, each, held)
        yield from _to_wait(actor, going_on, held.values())


def _again(row: Application) -> Words:
    """That a draft was signed before, and why that counts no longer; nothing when it never was."""
    voided = voided_signature(row)
    words = _("ลายมือชื่อเดิมถูกยกเลิก ({reason}) ต้องลงนามใหม่")
    return "" if voided is None else format_lazy(words, reason=voided.reason)


def _reviewed(rows: list[Any]) -> dict[int, _Standing]:
    """Where the checks of some applications stand. One query."""
    found: dict[int, _Standing] = {}
    asked = Review.objects.filter(application__in=rows, state__in=dates.CHECKED).annotate(
        open_comments=Count("comments", filter=Q(comments__resolved_at__isnull=True))
    )
    for pk, state, open_comments in asked.values_list("application_id", "state", "open_comments"):
        before = found.get(pk, _Standing())
        found[pk] = _Standing(
            waiting=before.waiting or state == "requested",
            asked_for=True,
            to_change=before.to_change + (open_comments if state == "returned" else 0),
        )
    return found


def _steps(actor: Actor, row: Application, effective: Effective, standing: _Standing) -> Iterator[Todo]:
    """What to do about one application now, and the steps that follow for those who take them."""
    # Who was given more time by the secretariat has until then, whatever was wished before.
    given = dates.closes_at(row) if dates.extended_because(row) else None
    submit_by = row.correction_due_at or given or effective.submit_by
    check = effective.check if row.state == "draft" and not standing.asked_for else None
    # Until the draft is handed in for checking, that is what one writes for; a date that has passed no longer helps.
    write_by = check.due_at if check is not None and actor.received_at < check.due_at else submit_by
    kind, title, why = _next(actor, row, standing)

    def todo(kind: str, title: Words, why: Words, due_at: datetime | None, *, later: bool = False) -> Todo:
        centre, application = row.centre.name_th, row.public_id
        return Todo(kind, title, why, due_at, centre_name=centre, application_id=application, later=later)

    yield todo(kind, title, why, write_by if kind in {"write", "answer-review"} else submit_by)
    if row.state != "draft" or not rules.may_act(actor, rules.SUBMIT, row):
        return
    missing = row.gates_total - row.gates_met
    if missing and kind != "write":
        title = format_lazy(_("ทำเกณฑ์ที่ต้องผ่านให้ครบ {total} ข้อ"), total=row.gates_total)
        why = format_lazy(_("ยังขาด {n} ข้อ ถ้าไม่ครบจะยื่นไม่ได้"), n=missing)
        yield todo("gates", title, why, write_by)
    if check is not None:
        yield todo("check", _("ส่งร่างให้ตรวจทาน"), check.owner.name_th, check.due_at)
    if kind != "sign":
        why = _again(row) or _("ลงนามด้วยบัญชีของหัวหน้า หรือพิมพ์ให้ลงนามแล้วแนบสำเนา")
        yield todo("to-sign", _("หัวหน้าหน่วยงานลงนามรับรองข้อมูล"), why, submit_by, later=True)
    yield todo("submit", _("ยื่นใบสมัคร"), _("ยื่นได้เมื่อลงนามแล้ว"), submit_by, later=True)


def _next(actor: Actor, row: Application, standing: _Standing) -> tuple[str, Words, Words]:
    if row.state == "signed":
        return "submit", _("ยื่นใบสมัคร"), _("หัวหน้าหน่วยงานลงนามแล้ว เหลือยื่น")
    if row.state == "correction":
        return "correct", _("แก้ใบสมัครที่ส่งคืน แล้วยื่นใหม่"), row.correction_reason
    if standing.to_change:
        why = format_lazy(_("ผู้ตรวจทานขอให้แก้ {n} ข้อ"), n=standing.to_change)
        return "answer-review", _("แก้ตามที่ผู้ตรวจทานขอ"), why
    gates = format_lazy(_("เกณฑ์ที่ต้องผ่านครบ {met} จาก {total} ข้อ"), met=row.gates_met, total=row.gates_total)
    if row.gates_met == row.gates_total and rules.may_act(actor, rules.SIGN, row):
        return "sign", _("ลงนามรับรองข้อมูลในใบสมัคร"), _again(row) or gates
    if standing.waiting:
        return "write", _("เขียนใบสมัครต่อได้ระหว่างรอตรวจทาน"), gates
    return "write", _("เขียนใบสมัคร"), gates


def _to_start(actor: Actor, each: Current, held: Mapping[tuple[int, int], Certificate]) -> Iterator[Todo]:
    """Centres of the actor without an application in a round that is open for them, which may apply in it.

    One query, none before its window. Whose certificate is to be renewed reads so. All centres are asked, since those that
    may not apply take no place on the list.

    Args:
        actor: whose work it is.
        each: the round.
        held: the newest certificates of the actor's centres, by programme and centre (keys).
    """
    if phase_of(each.round, moment=actor.received_at) is Phase.PLANNED:
        return
    given = dates.extensions(round=each.round, centre=OuterRef("pk")).values("until")
    rows = own_centres(actor, rules.START).exclude(applications__round=each.round)
    rows = rows.annotate(extended=Subquery(given[:1]))
    if not is_open(each.round, actor.received_at):
        rows = rows.filter(extended__gt=actor.received_at)
    found = (_start(actor, each, centre, held) for centre in rows)
    yield from islice((todo for todo in found if todo is not None), MOST)


def _start(
    actor: Actor, each: Current, centre: Any, held: Mapping[tuple[int, int], Certificate]
) -> Todo | None:
    """To start for one centre (`extended`: until when it was given more time); None when it may not apply. No query."""
    certificate = held.get((each.round.programme_id, centre.pk))
    verdicts = judged(each.round, [(centre, certificate)], actor.received_at)[centre.pk]
    if not rules.may_start(actor, centre, each.round) or not suggested(verdicts):
        return None
    effective = each.effective.get(centre.organisation_id, Effective(each.window))
    renewal, name = verdicts["renewal"], each.round.name
    return Todo(
        kind="renew" if renewal else "start",
        title=_("ต่ออายุใบรับรอง") if renewal else _("เริ่มใบสมัคร"),
        why=format_lazy("{round} {why}", round=name, why=renewal.words) if renewal else name,
        due_at=centre.extended or effective.submit_by,
        centre_name=centre.name_th,
        centre_id=centre.public_id,
        round_id=each.round.public_id,
    )


def _to_wait(actor: Actor, going_on: Sequence[Current], held: Iterable[Certificate]) -> Iterator[Todo]:
    """Certificates of the actor's centres that end soon and can't be renewed yet, with why and when. Two queries at most."""
    today = bangkok_date(actor.received_at)
    ending = [row for row in held if today <= row.valid_until <= after_months(today, SOON)]
    found = renewals(actor, ending, [each.round for each in going_on])
    for row in ending:
        if row.pk in found and found[row.pk].state == "wait":
            day = long_day(row.valid_until, weekday=False)
            yield Todo(
                kind="renew",
                title=format_lazy(_("ต่ออายุใบรับรองที่สิ้นอายุ {day}"), day=day),
                why=found[row.pk].why,
                due_at=None,
                centre_name=row.centre.name_th,
                centre_id=row.centre.public_id,
                later=True,
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


def _to_answer(actor: Actor) -> Iterator[Todo]:
    """Obstacles that wait for the actor's office or for the secretariat, with the day on which they go up."""
    for row in obstacles.waiting(actor, MOST):
        words = _("{topic} ถ้าไม่ตอบตามกำหนด เรื่องจะส่งต่อขึ้นไป") if row.at_id else "{topic}"
        yield Todo(
            kind="obstacle",
            title=_("ตอบปัญหาที่ศูนย์แจ้ง"),
            why=format_lazy(words, topic=topic_words(row.topic)),
            due_at=row.up_at,
            centre_name=row.centre.name_th,
            obstacle_id=row.public_id,
        )


_READINESS: dict[str, Words] = {
    "assess": _("ประเมินความพร้อมของหน่วยงาน {n} แห่ง"),
    "stopped": _("ส่งรายการความพร้อม {n} แห่งยังไม่สำเร็จ ส่งต่อ หรือดึงกลับมาแก้"),
    "send": _("ส่งรายการความพร้อมให้โครงการ {n} แห่ง"),
    "confirm": _("ยืนยันผลประเมินความพร้อม {n} แห่ง"),
}


def _readiness(actor: Actor) -> Iterator[Todo]:
    """What the actor's offices have to assess, to confirm and to send, where the secretariat said who assesses whom."""
    for row in readiness(actor):
        yield Todo(
            kind=f"{row.what}-readiness",
            title=format_lazy(str(_READINESS[row.what]), n=row.count),
            why=row.round.name,
            due_at=row.due_at,
            centre_name=row.office.name_th,
            round_id=row.round.public_id,
            office_id=row.office.public_id,
        )


def _practices(actor: Actor) -> Iterator[Todo]:
    """Good practices that wait for the head's consent, or to be published. One query for each who does either."""
    for row in practices.to_consent(actor, MOST):
        yield Todo(
            kind="consent",
            title=_("ตอบว่าจะให้เผยแพร่แนวปฏิบัติที่ดีของศูนย์หรือไม่"),
            why=row.title,
            due_at=None,
            centre_name=row.centre.name_th,
            practice_id=row.public_id,
        )
    for row in practices.to_publish(actor, MOST):
        yield Todo(
            kind="publish-practice",
            title=_("เผยแพร่แนวปฏิบัติที่ดีที่ศูนย์ยินยอมแล้ว"),
            why=row.title,
            due_at=None,
            centre_name=row.centre.name_th,
            practice_id=row.public_id,
        )


def _to_help(actor: Actor) -> Iterator[Todo]:
    """Items that somebody gave the actor to help with, whether appointed or not. One query, none for who is nobody here."""
    if not any(person_and_link(actor)):
        return
    for row in waiting(actor)[:MOST]:
        yield Todo(
            kind="help",
            title=format_lazy(_("ช่วยเขียนใบสมัคร {n} ข้อ"), n=row.count),
            why=row.message,
            due_at=row.due_at,
            centre_name=row.application.centre.name_th,
            application_id=row.application.public_id,
        )
