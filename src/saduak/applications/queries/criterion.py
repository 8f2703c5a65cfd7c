"""One criterion of one application: the answer, its evidence, what was said about it, and its neighbours."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from saduak.applications import numbers
from saduak.applications.models import (
    Answer,
    AnswerVersion,
    Application,
    Evidence,
    EvidenceUse,
    ReviewComment,
)
from saduak.applications.queries import quality, standing
from saduak.applications.queries.overview import Voided, may, may_edit, readable, voided_signature
from saduak.applications.queries.standing import Estimate, TaskRow
from saduak.applications.rules import sharing
from saduak.foundation.access import Actor, Decision
from saduak.programme.models import Criterion
from saduak.programme.queries import Contents, contents
from saduak.programme.words import in_language


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """Evidence of an answer, and where else in this application it stands."""

    evidence: Evidence
    use_count: int
    other_numbers: tuple[str, ...]
    # The very thing that a headquarters published, brought as the centre's own: no proof by itself.
    is_copy: bool = False


@dataclass(frozen=True, slots=True)
class CommentItem:
    """What a supervisor said about the criterion."""

    comment: ReviewComment
    by: str
    at: datetime
    review_id: UUID
    dealt_with: bool


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The criterion before or after."""

    answer_id: UUID
    number: str
    title: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One step of a scale."""

    points: Decimal
    label: str


@dataclass(frozen=True, slots=True)
class ScalePart:
    """One part of an outcome's scale, with what is chosen."""

    key: str
    title: str
    points: Decimal
    chosen: Decimal | None
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class CriterionPage:
    """Everything that the page of one criterion shows."""

    application: Application
    answer: Answer
    criterion: Criterion
    part_title: str
    side_title: str
    row: TaskRow
    evidence: tuple[EvidenceItem, ...]
    comments: tuple[CommentItem, ...]
    previous: Neighbour | None
    following: Neighbour | None
    estimate: Estimate
    findings: quality.Findings
    may_edit: Decision
    may: frozenset[str]
    choices: tuple[Choice, ...]
    scale_parts: tuple[ScalePart, ...]
    wanted: Sequence[Mapping[str, str]]
    voided: Voided | None

    @property
    def is_signed(self) -> bool:
        """Whether the head has signed what stands here, so that a change would void it."""
        return self.application.state == "signed"

    @property
    def stated(self) -> tuple[numbers.Told, ...]:
        """The numbers that the answer states."""
        return numbers.told(self.criterion, self.answer.numbers)


def criterion_page(actor: Actor, answer_id: UUID) -> CriterionPage | None:
    """The page of one criterion, or None when there is nothing that the actor may read. Five queries."""
    application = readable(actor).filter(answers__public_id=answer_id).first()
    if application is None:
        return None
    set_ = contents(application.round.criteria_set)
    own = quality.with_photos(Answer.objects.filter(application=application))
    answers = {row.criterion_id: row for row in own}
    answer = next(row for row in answers.values() if row.public_id == answer_id)
    criterion = set_.by_id[answer.criterion_id]
    comments = comments_of(answer)
    asked = next((c.comment.text for c in comments if still_asks(c.comment)), "")
    part = next(view for view in set_.parts if view.part.pk == criterion.part_id)
    return CriterionPage(
        application=application,
        answer=answer,
        criterion=criterion,
        part_title=part.part.label,
        side_title=next(side.label for side in part.sides if side.key == criterion.side),
        row=standing.row_of(answer, criterion, asked),
        evidence=evidence_of(answer, set_, answers),
        comments=comments,
        previous=_beside(set_, answers, criterion, -1),
        following=_beside(set_, answers, criterion, 1),
        estimate=standing.estimate_of(set_, answers.values()),
        findings=quality.findings_of(set_, answers, application.round, only=criterion),
        may_edit=may_edit(actor, application),
        may=may(actor, application),
        choices=choices_of(criterion.scale),
        scale_parts=scale_parts_of(criterion, answer),
        wanted=criterion.evidence,
        voided=voided_signature(application),
    )


def choices_of(scale: Mapping[str, Any]) -> tuple[Choice, ...]:
    """The steps of a scale as the criteria file gives them."""
    return tuple(
        Choice(Decimal(str(step["points"])), in_language(step["label"], step.get("label_en", "")))
        for step in scale.get("choices", ())
    )


def scale_parts_of(criterion: Criterion, answer: Answer) -> tuple[ScalePart, ...]:
    """The parts of an outcome's scale with what the answer chose; none for items with one scale."""
    return tuple(_scale_part(part, answer.scale) for part in criterion.scale.get("parts", ()))


def _scale_part(part: Mapping[str, Any], chosen: Mapping[str, Any]) -> ScalePart:
    value = chosen.get(part["key"])
    return ScalePart(
        key=part["key"],
        title=in_language(part["title"], part.get("title_en", "")),
        points=Decimal(str(part["points"])),
        chosen=None if value is None else Decimal(str(value)),
        choices=choices_of(part),
    )


def still_asks(comment: ReviewComment) -> bool:
    """Whether a supervisor's comment still asks for something."""
    return comment.resolved_at is None and comment.review.state == "returned"


def comments_of(answer: Answer) -> tuple[CommentItem, ...]:
    """What was said about the criterion, newest first. Those of a check that is still being written are left out."""
    rows = ReviewComment.objects.filter(
        review__application=answer.application_id, criterion=answer.criterion_id
    ).exclude(review__state__in=["requested", "cancelled"])
    return tuple(
        CommentItem(
            comment=row,
            by=row.review.organisation.name_th,
            at=row.review.answered_at or row.review.requested_at,
            review_id=row.review.public_id,
            dealt_with=row.resolved_at is not None,
        )
        for row in rows.select_related("review__organisation").order_by("-review__requested_at", "-pk")
    )


def evidence_of(answer: Answer, set_: Contents, answers: Mapping[int, Answer]) -> tuple[EvidenceItem, ...]:
    """The evidence of an answer with the numbers of other criteria that use it here. One query."""
    here = EvidenceUse.objects.filter(answer=answer, removed_at__isnull=True)
    uses = EvidenceUse.objects.filter(evidence__in=here.values("evidence"), removed_at__isnull=True)
    by_answer = {row.pk: set_.by_id[row.criterion_id].number for row in answers.values()}
    shown: list[Any] = []
    others: dict[int, list[tuple[int, str]]] = defaultdict(list)
    counts: dict[int, int] = defaultdict(int)
    copied = Q(evidence__shared__isnull=True) & sharing.is_copy()
    rows: QuerySet[Any] = uses.annotate(is_copy=ExpressionWrapper(copied, output_field=BooleanField()))
    for use in rows.select_related("evidence__file", "evidence__shared").order_by("added_at", "pk"):
        counts[use.evidence_id] += 1
        if use.answer_id == answer.pk:
            shown.append(use)
        elif use.answer_id in by_answer:
            others[use.evidence_id].append((use.answer_id, by_answer[use.answer_id]))
    return tuple(
        EvidenceItem(
            use.evidence,
            counts[use.evidence_id],
            tuple(number for _answer, number in sorted(others[use.evidence_id])),
            use.is_copy,
        )
        for use in shown
    )


def _beside(
    set_: Contents, answers: Mapping[int, Answer], criterion: Criterion, step: int
) -> Neighbour | None:
    order = [row for row in set_.criteria if row.pk in answers]
    place = next(n for n, row in enumerate(order) if row.pk == criterion.pk) + step
    if not 0 <= place < len(order):
        return None
    beside = order[place]
    return Neighbour(answers[beside.pk].public_id, beside.number, beside.label)


def history(actor: Actor, answer_id: UUID) -> list[AnswerVersion] | None:
    """What an answer said at the end of each sitting, newest first; None when the actor may not read it. Two queries."""
    answer = Answer.objects.visible_to(actor).filter(public_id=answer_id).first()
    if answer is None:
        return None
    return list(AnswerVersion.objects.filter(answer=answer).order_by("-version"))
