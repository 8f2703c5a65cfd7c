"""The task list of an application: what is done, what is missing, what to do next and by when."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, F, OuterRef, QuerySet, Subquery, When
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.applications import rules
from saduak.applications.models import (
    Answer,
    Application,
    Delegation,
    DelegationItem,
    Review,
    ReviewComment,
    SignOff,
    Submission,
)
from saduak.applications.queries import dates, quality, standing
from saduak.applications.queries.dates import Due
from saduak.applications.queries.standing import Estimate, Step, TaskPart, TaskRow
from saduak.applications.states import EDITABLE
from saduak.foundation.access import Actor, Decision, no
from saduak.foundation.access.registry import Words
from saduak.programme.queries import contents

OWN_CAPABILITIES = (rules.EDIT, rules.SIGN, rules.SUBMIT, rules.WITHDRAW)


@dataclass(frozen=True, slots=True)
class Voided:
    """A signature that fell and was not given again: when, and why in words."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class TaskList:
    """Everything that the task list shows."""

    application: Application
    answers: tuple[Answer, ...]
    parts: tuple[TaskPart, ...]
    steps: tuple[Step, ...]
    findings: quality.Findings
    deadlines: tuple[Due, ...]
    estimate: Estimate
    review: Review | None
    remarked: tuple[TaskRow, ...]
    sign_off: SignOff | None
    voided: Voided | None
    submission: Submission | None
    last_saved_at: datetime
    may: frozenset[str]
    window_open: bool
    may_edit: Decision
    can_submit: Decision
    blockers: tuple[Words, ...]

    @property
    def rows(self) -> tuple[TaskRow, ...]:
        """All rows in the order of the criteria."""
        return tuple(row for part in self.parts for row in part.rows)

    @property
    def gates_met(self) -> int:
        """How many gates are met, with evidence."""
        return self.estimate.gates_met

    @property
    def gates_total(self) -> int:
        """How many gates there are."""
        return self.estimate.gates_total

    @property
    def gate_title(self) -> Words:
        """What the criteria set calls its gates."""
        return self.estimate.gate_title

    @property
    def gates_open(self) -> list[TaskRow]:
        """Gates that still stop a submission."""
        return [row for row in self.rows if row.is_gate and not row.met]

    @property
    def missing_evidence(self) -> list[TaskRow]:
        """Items that are claimed without evidence and are no gates: a warning, no bar."""
        return [row for row in self.rows if not row.is_gate and row.claim == "met" and not row.evidence_count]

    @property
    def returned(self) -> list[TaskRow]:
        """Rows that the supervisor asked to change."""
        return [row for row in self.rows if row.status == "returned"]

    @property
    def next_due(self) -> Due | None:
        """The nearest date that is not met."""
        return next((due for due in self.deadlines if not due.met), None)


def readable(actor: Actor) -> QuerySet[Any]:
    """The applications whose content the actor may read, with what every page of one shows. Two queries.

    With them comes when and why the last signature fell, for `voided_signature`.
    """
    rows: QuerySet[Any] = Application.objects.visible_to(actor)
    if not actor.is_system:
        rows = rows.filter(rules.content_q(actor))
    return with_void(with_round(rows))


def with_void(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The same applications with when and why the last signature of each fell (`void_at`, `void_reason`).

    One that was filed with counts as none: the notice of the return says why it counts no longer.
    """
    filed = Exists(Submission.objects.filter(sign_off=OuterRef("pk")))
    fell = Case(When(filed, then=None), default=F("voided_at"))
    last = SignOff.objects.filter(application=OuterRef("pk")).annotate(fell=fell).order_by("-pk")
    found: QuerySet[Any] = rows.annotate(
        void_at=Subquery(last.values("fell")[:1]), void_reason=Subquery(last.values("void_reason")[:1])
    )
    return found


def with_round(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The same applications with centre, organisations, round, programme, criteria set, stages and their own closing."""
    with_names = rows.select_related(
        "centre__organisation", "organisation", "round__programme", "round__criteria_set"
    )
    whole: QuerySet[Any] = with_names.defer("round__criteria_set__document").prefetch_related("round__stages")
    return dates.with_closing(whole)


def sees_content(actor: Actor, application: Application) -> bool:
    """Whether the actor may read more of an application than where it stands. One query."""
    rows: QuerySet[Any] = Application.objects.visible_to(actor).filter(pk=application.pk)
    return (rows if actor.is_system else rows.filter(rules.content_q(actor))).exists()


def task_list(actor: Actor, application_id: UUID) -> TaskList | None:
    """The task list, or None when there is nothing that the actor may read. At most eight queries."""
    application = readable(actor).filter(public_id=application_id).first()
    return None if application is None else task_list_of(actor, application)


def task_list_of(actor: Actor, application: Application) -> TaskList:
    """The task list of an application that was found through `readable`."""
    set_ = contents(application.round.criteria_set)
    own = quality.with_photos(Answer.objects.filter(application=application))
    answers = {row.criterion_id: row for row in own}
    review = latest_review(application)
    said = open_comments(application, review)
    asks = said if review is not None and review.state == "returned" else {}
    parts = standing.parts_of(set_, answers, asks)
    rows = [row for part in parts for row in part.rows]
    noted = {set_.by_id[key].public_id for key in said if key not in asks}
    estimate = standing.estimate_of(set_, answers.values())
    submission = _latest_submission(application)
    sign_off = _valid_sign_off(application, submission)
    voided = voided_signature(application)
    findings = quality.findings_of(set_, answers, application.round)
    blockers = tuple(
        blockers_of(
            application,
            rows,
            signed=sign_off is not None,
            voided=voided is not None,
            checks=findings.declared,
        )
    )
    return TaskList(
        application=application,
        answers=tuple(answers.values()),
        parts=parts,
        steps=standing.steps_of(rows, estimate),
        findings=findings,
        deadlines=tuple(dates.dues(application, review.state if review else "")),
        estimate=estimate,
        review=review,
        remarked=tuple(row for row in rows if row.criterion_id in noted),
        sign_off=sign_off,
        voided=voided,
        submission=submission,
        last_saved_at=max((row.updated_at for row in answers.values()), default=application.started_at),
        may=may(actor, application),
        window_open=dates.is_open_for(application, actor.received_at),
        may_edit=may_edit(actor, application),
        can_submit=_can_submit(actor, application, blockers),
        blockers=blockers,
    )


def may(actor: Actor, application: Application) -> frozenset[str]:
    """What the actor may do to an application by appointment, its state aside. No query."""
    own = {key for key in OWN_CAPABILITIES if rules.may_act(actor, key, application)}
    for key in (rules.RETURN,):
        if actor.can(key, programme_id=application.round.programme_id):
            own.add(key)
    return frozenset(own)


def may_edit(actor: Actor, application: Application) -> Decision:
    """Whether the actor may write in the application now. No query with prefetched stages."""
    decision = rules.may_act(actor, rules.EDIT, application)
    if not decision:
        return decision
    closes_at = dates.closes_at(application)
    return rules.may_write(application, closes_at=closes_at, moment=actor.received_at)


def _can_submit(actor: Actor, application: Application, blockers: tuple[Words, ...]) -> Decision:
    if application.state in {"submitted", "withdrawn"}:
        return no(_("ใบสมัครนี้ไม่อยู่ในขั้นที่ยื่นได้"), "wrong-state")
    decision = rules.may_act(actor, rules.SUBMIT, application)
    if decision:
        decision = dates.may_submit_now(application, actor.received_at)
    if decision and blockers:
        return no(blockers[0], "incomplete")
    return decision


def blockers_of(
    application: Application,
    rows: list[TaskRow],
    *,
    signed: bool,
    voided: bool = False,
    checks: Sequence[quality.Finding] = (),
) -> list[Words]:
    """What stops a submission, in words that say what to do: open gates, what else blocks, then the signature."""
    found: list[Words] = []
    gates = [row for row in rows if row.is_gate and not row.met]
    if gates:
        words = _("เกณฑ์ที่ต้องผ่านยังขาดข้อ {numbers} ต้องครบ {total} ข้อก่อน จึงยื่นได้")
        total = sum(row.is_gate for row in rows)
        found.append(format_lazy(words, numbers=standing.numbers_of(gates), total=total))
    failed = _("ข้อ {number} {what}")
    found += [format_lazy(failed, number=check.number, what=check.what) for check in checks]
    if not signed and application.state != "submitted":
        again = _("ลายมือชื่อรับรองข้อมูลถูกยกเลิกแล้ว หัวหน้าหน่วยงานต้องลงนามใหม่")
        found.append(again if voided else _("หัวหน้าหน่วยงานยังไม่ได้ลงนามรับรองข้อมูล"))
    return found


def latest_review(application: Application) -> Review | None:
    """The newest request for checking that was not taken back. One query."""
    rows = Review.objects.filter(application=application).exclude(state="cancelled")
    return rows.select_related("organisation").order_by("-requested_at", "-pk").first()


def open_comments(application: Application, review: Review | None) -> Mapping[int, str]:
    """What an answered check says and the centre has not dealt with, by criterion. One query; none without one.

    A check that gave the draft back asks for it; one that found it in order only remarks it. Once the application is
    filed neither can be done any more.
    """
    if review is None or review.state == "requested" or application.state not in EDITABLE:
        return {}
    rows = ReviewComment.objects.filter(review=review, resolved_at__isnull=True)
    return dict(rows.values_list("criterion_id", "text"))


def _latest_submission(application: Application) -> Submission | None:
    if application.submitted_at is None or application.state == "signed":
        return None
    rows = Submission.objects.filter(application=application).select_related("sign_off")
    return rows.order_by("-ordinal").first()


def _valid_sign_off(application: Application, submission: Submission | None) -> SignOff | None:
    if application.state == "submitted" and submission is not None:
        return submission.sign_off
    if application.state != "signed":
        return None
    return SignOff.objects.filter(application=application, voided_at__isnull=True).first()


def voided_signature(application: Application) -> Voided | None:
    """The signature that fell while the application is being written and was not given again. No query after `with_void`."""
    at: datetime | None = getattr(application, "void_at")  # noqa: B009 - an annotation mypy can't see
    if at is None or application.state not in {"draft", "correction"}:
        return None
    reason: str = getattr(application, "void_reason")  # noqa: B009 - as above
    return Voided(at, reason)


def gaps(tasks: TaskList) -> list[TaskRow]:
    """Everything that is not finished, gates first."""
    left = [row for row in tasks.rows if row.status not in {"done", "off"}]
    return sorted(left, key=lambda row: not row.is_gate)


@dataclass(frozen=True, slots=True)
class Held:
    """Who was given an item, and how that stands: `open`, `late` or `handed_in`."""

    names: str
    state: str


def held(actor: Actor, application: Application) -> dict[UUID, Held]:
    """Who has which item of an application now, by the answer's public id; nothing for who is not of the centre. One query."""
    if not rules.is_own(actor, rules.EDIT, application.centre, application.round.programme_id):
        return {}
    rows = DelegationItem.objects.filter(
        delegation__application=application, delegation__ended_at__isnull=True
    ).select_related("answer", "delegation")
    found: dict[UUID, list[Delegation]] = defaultdict(list)
    for row in rows.order_by("delegation__pk"):
        found[row.answer.public_id].append(row.delegation)
    return {key: _held(given, actor.received_at) for key, given in found.items()}


def _held(given: Sequence[Delegation], moment: datetime) -> Held:
    """Several together: what is late counts before what is written, and that before what was handed in."""
    names = ", ".join(dict.fromkeys(row.name for row in given))
    still = [row for row in given if row.state == "open"]
    if not still:
        return Held(names, "handed_in")
    late = any(row.due_at is not None and moment >= row.due_at for row in still)
    return Held(names, "late" if late else "open")


def share_of(application: Application) -> int:
    """How much is backed by evidence, in whole per cent of all items."""
    if not application.items_total:
        return 0
    return int(Decimal(application.items_evidenced * 100) / application.items_total)
