"""The supervisor's check: who can be asked, what waits for an answer, and one check with its comments."""

from collections import defaultdict
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.applications import content, rules
from saduak.applications.models import Application, EvidenceUse, Review, ReviewComment
from saduak.applications.queries.overview import TaskList, readable, task_list_of
from saduak.foundation import clock
from saduak.foundation.access import Actor, Decision, no
from saduak.foundation.access.registry import Words
from saduak.organisations.models import Appointment, Organisation, Relation, Role
from saduak.organisations.models.dated import on_day
from saduak.organisations.queries import NONE
from saduak.programme.queries import effective_deadlines

MOST_COORDINATORS = 5


@dataclass(frozen=True, slots=True)
class ReviewerOption:
    """An office that can be asked to check the writing: as ordered from above, or as an offer of help."""

    organisation: Organisation
    force: str
    due_at: datetime | None

    @property
    def force_label(self) -> Words:
        """The force in words."""
        return Review.Force(self.force).label


@dataclass(frozen=True, slots=True)
class Before:
    """What the office's last check of the same draft asked for, and what has changed since, by the criterion's public id."""

    at: datetime
    asked: Mapping[UUID, ReviewComment]
    changed: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """One check, for the office that was asked; `before` when it checks again."""

    review: Review
    before: Before | None
    tasks: TaskList
    uses: Mapping[int, list[EvidenceUse]]
    comments: Mapping[UUID, ReviewComment]
    may_answer: Decision


def reviewers(application: Application) -> list[ReviewerOption]:
    """The offices that can be asked, those that ordered it first. Three queries.

    A superior in the line orders when it set a date for handing in drafts. Everybody else offers: the direct superiors
    that set none, and always those who only supervise.
    """
    organisation = application.centre.organisation
    effective = effective_deadlines(application.round, organisation)
    asked: dict[int, ReviewerOption] = {}
    for row in effective.internal:
        if row.kind == "check" and row.owner_id not in asked and row.owner_id != organisation.pk:
            force = "order" if row.reach == "line" else "offer"
            asked[row.owner_id] = ReviewerOption(row.owner, force, row.due_at)
    for relation in _directly_above(organisation):
        if relation.parent_id not in asked:
            asked[relation.parent_id] = ReviewerOption(relation.parent, "offer", None)
    return sorted(asked.values(), key=lambda option: option.force != "order")


def _directly_above(organisation: Organisation) -> QuerySet[Any]:
    rows: QuerySet[Any] = Relation.objects.filter(
        on_day(clock.today()), child=organisation, kind__in=["line", "supervision"]
    )
    return rows.select_related("parent").order_by("kind", "parent__sort_key", "pk")


def coordinators(application: Application) -> list[Appointment]:
    """Who checks the writing at the offices directly above, and answers questions: their supervisors. One query.

    For the centre's own people, who may not see the appointments of those offices otherwise. Offices that write in the
    name of such an office count as it.
    """
    today, organisation = on_day(clock.today()), application.centre.organisation_id
    above = Relation.objects.filter(today, child=organisation, kind__in=["line", "supervision"])
    issuing = Relation.objects.filter(today, kind="issues_for", parent__in=above.values("parent"))
    rows = Appointment.objects.filter(
        Q(organisation__in=above.values("parent")) | Q(organisation__in=issuing.values("child")),
        Q(programme__isnull=True) | Q(programme=application.round.programme_id),
        today,
        role=Role.SUPERVISOR,
        centre__isnull=True,
    )
    found: dict[int, Appointment] = {}
    for row in rows.select_related("person", "organisation").order_by(
        "organisation__sort_key", "stand_in", "pk"
    ):
        found.setdefault(row.person_id, row)
    return list(found.values())[:MOST_COORDINATORS]


def review_inbox(actor: Actor) -> QuerySet[Any]:
    """Checks that the actor's offices were asked for, the newest round before others. One query.

    Those that wait come first, the earliest date on top; then the answered ones, the last answer on top.

    `is_readable` says whether the application may be read now: what was only offered closes with the answer.
    """
    rows: QuerySet[Any] = Review.objects.visible_to(actor).exclude(state="cancelled")
    if not actor.is_system:
        rows = rows.filter(rules.asked_q(actor) or NONE)
    waiting = Case(When(state="requested", then=Value(0)), default=Value(1), output_field=IntegerField())
    open_now = readable(actor).filter(pk=OuterRef("application"))
    counted: QuerySet[Any] = rows.annotate(
        waiting=waiting,
        is_readable=Exists(open_now.values("pk")),
        open_comments=Count("comments", filter=Q(comments__resolved_at__isnull=True)),
    )
    return counted.select_related(
        "application__centre__organisation__area", "application__round__programme", "organisation"
    ).order_by("waiting", "-application__round__fiscal_year", "-answered_at", "due_at", "requested_at", "pk")


def review_page(actor: Actor, review_id: UUID) -> ReviewPage | None:
    """One check with the application that it is about, or None when the actor may not read it. Ten queries.

    Comments that the office is still writing are read by nobody else.
    """
    earlier = Review.objects.filter(
        application=OuterRef("application"),
        organisation=OuterRef("organisation"),
        state__in=["returned", "endorsed"],
        requested_at__lt=OuterRef("requested_at"),
    ).order_by("-requested_at", "-pk")
    review = (
        Review.objects.visible_to(actor)
        .filter(public_id=review_id)
        .annotate(
            last=Subquery(earlier.values("pk")[:1]), last_at=Subquery(earlier.values("answered_at")[:1])
        )
        .select_related("organisation", "requested_by", "answered_by")
        .first()
    )
    if review is None:
        return None
    application = readable(actor).filter(pk=review.application_id).first()
    if application is None:  # it was asked for, answered, and is the office's own again
        return None
    review.application = application
    said: dict[int, dict[UUID, ReviewComment]] = defaultdict(dict)
    for row in ReviewComment.objects.filter(review__in=[review.pk, review.last or 0]).select_related(
        "criterion", "review"
    ):
        said[row.review_id][row.criterion.public_id] = row
    unheard = review.state == "requested" and not rules.may_review(actor, review)
    tasks = task_list_of(actor, application)
    uses, touched = content.uses_since(application, review.last_at)
    return ReviewPage(
        review=review,
        before=_before(tasks, said[review.last], review.last_at, touched) if review.last else None,
        tasks=tasks,
        uses=uses,
        comments={} if unheard else said[review.pk],
        may_answer=may_answer(actor, review),
    )


def _before(
    tasks: TaskList, asked: Mapping[UUID, ReviewComment], at: datetime, touched: Container[int]
) -> Before:
    """What the office said last time about the same application, and what has changed since. No query."""
    after = {row.public_id for row in tasks.answers if row.updated_at > at or row.pk in touched}
    return Before(at, asked, frozenset(row.criterion_id for row in tasks.rows if row.answer_id in after))


def may_answer(actor: Actor, review: Review) -> Decision:
    """Whether the actor may answer the check now: asked, and not answered yet."""
    decision = rules.may_review(actor, review)
    if decision and review.state != "requested":
        return no(_answered(review), "wrong-state")
    return decision


def _answered(review: Review) -> Words:
    words = _("คำขอตรวจทานนี้จบแล้ว ผลคือ {state} ศูนย์ขอให้ตรวจทานใหม่ได้จนกว่าจะยื่น")
    return format_lazy(words, state=review.get_state_display())
