"""What blocks centres: whose turn it is, what went up, one obstacle, and the answers that are kept for everybody."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, When

from saduak.applications.models import KeptAnswer, Obstacle, ObstacleStep
from saduak.applications.models.obstacles import REACHED
from saduak.applications.rules import obstacles as rules
from saduak.foundation import clock
from saduak.foundation.access import Actor, Decision
from saduak.foundation.access.registry import Words
from saduak.foundation.models import Deadline
from saduak.foundation.thai.text import search_key
from saduak.organisations.models import Appointment, Organisation, Relation, Role
from saduak.organisations.models.dated import on_day
from saduak.organisations.queries import NONE
from saduak.programme.models import Round

CLOCK: Final = "obstacle"
MINE, TURN, SEEN = "mine", "turn", "seen"
# How much of two questions has to be alike to be shown as the same, and how many are looked through.
ALIKE: Final = 0.25
LOOKED_THROUGH: Final = 300
MOST: Final = 5


# --- The way up --------------------------------------------------------------------------------------------------------


def next_up(obstacle: Obstacle, office: Organisation) -> Organisation | None:
    """The office to which an obstacle goes from `office`; None: the programme's secretariat. Two queries a level.

    The one directly above that the data name first, by command before supervision. One at which nobody answers is
    passed over, and so are those that have had it; where the programme itself stands above, its secretariat answers.
    """
    programme = obstacle.round.programme
    been = set(reached(obstacle)) | {obstacle.centre.organisation_id}
    seen, level = {office.pk}, [office.pk]
    while level:
        above = [row for row in _above(level) if row.pk not in seen]
        if any(row.pk == programme.host_id for row in above):
            return None
        answering = _answering([row.pk for row in above], programme.pk)
        for row in above:
            if row.pk in answering and row.pk not in been:
                return row
        level = [row.pk for row in above]
        seen |= set(level)
    return None


def _above(offices: Collection[int]) -> list[Organisation]:
    """The offices directly above some, each once, in the order in which they are asked. One query."""
    policy = rules.policy()
    rows = Relation.objects.filter(
        on_day(clock.today()), child__in=offices, kind__in=["line", "supervision"]
    ).select_related("parent")
    ranked = sorted(
        rows, key=lambda row: (row.kind, policy.rank(row.parent.kind), row.parent.sort_key, row.parent_id)
    )
    return list({row.parent_id: row.parent for row in ranked}.values())


def all_above(office: Organisation) -> set[int]:
    """The offices (keys) above one in any way. One query a level."""
    seen: set[int] = set()
    level = [office.pk]
    while level:
        level = [row.pk for row in _above(level) if row.pk not in seen]
        seen |= set(level)
    return seen


def _answering(offices: Collection[int], programme_id: int) -> set[int]:
    """Which offices have somebody who answers, or an office that writes in their name and has. One query."""
    today = on_day(clock.today())
    named = Relation.objects.filter(today, kind=Relation.Kind.ISSUES_FOR, parent__in=offices)
    ways = list(named.values_list("child_id", "parent_id"))
    held = set(
        Appointment.objects.filter(
            today,
            Q(programme__isnull=True) | Q(programme=programme_id),
            organisation__in={*offices, *(child for child, _parent in ways)},
            role=Role.SUPERVISOR,
            centre__isnull=True,
        ).values_list("organisation_id", flat=True)
    )
    return (held & set(offices)) | {parent for child, parent in ways if child in held}


def reached(obstacle: Obstacle) -> list[int]:
    """The offices (keys) that an obstacle has reached and that still stand above its centre's. One query."""
    if obstacle._state.adding:  # it is being reported
        return []
    rows = ObstacleStep.objects.filter(
        obstacle=obstacle, kind__in=sorted(REACHED), organisation__isnull=False, ended_at__isnull=True
    )
    return list(rows.values_list("organisation_id", flat=True))


# --- Lists -------------------------------------------------------------------------------------------------------------


def obstacle_list(actor: Actor, view: str) -> QuerySet[Any]:
    """Obstacles with the day on which they go up (`up_at`): those that wait first, the earliest day on top. One query.

    Args:
        actor: who looks.
        view: "mine" for those of the actor's centres, "turn" for those that wait for its answer, "seen" for the others
            that have reached it.
    """
    rows: QuerySet[Any] = Obstacle.objects.visible_to(actor)
    turn = rules.turn_q(actor) or NONE
    if view == MINE:
        rows = rows.filter(rules.own_q(actor) or NONE)
    elif view == TURN:
        rows = rows.filter(turn, state="open")
    else:
        others = (rules.reached_q(actor) or NONE) | (rules.programme_q(actor) or NONE)
        rows = rows.filter(others).exclude(turn, state="open")
    # Of those that are over the newest first; of those that wait for the same day, the one that has waited longest.
    over = Case(When(state="open", then=None), default=F("reported_at"))
    ordered: QuerySet[Any] = _whole(rows).annotate(over=over)
    return ordered.order_by("is_over", F("up_at").asc(nulls_last=True), "-over", "pk")


def _whole(rows: QuerySet[Any]) -> QuerySet[Any]:
    running = Deadline.objects.filter(
        subject_model=Obstacle._meta.label_lower,
        subject_id=OuterRef("pk"),
        kind=CLOCK,
        met_at__isnull=True,
        lapsed_at__isnull=True,
    )
    found: QuerySet[Any] = rows.annotate(
        up_at=Subquery(running.values("due_at")[:1]), is_over=~Q(state="open")
    )
    return found.select_related("centre__organisation", "round__programme", "criterion", "at", "reported_by")


def views_of(actor: Actor) -> tuple[str, ...]:
    """Which lists the actor has: who reports has its own, who answers those that wait and those that did. No query."""
    answers = actor.can(rules.ANSWER) or actor.can(rules.ANSWER_LAST)
    return (*((TURN, SEEN) if answers else ()), *((MINE,) if actor.can(rules.REPORT) else ()))


def waiting(actor: Actor, most: int) -> list[Any]:
    """What the actor has to answer, the earliest day first. One query; none for who answers nothing."""
    return list(obstacle_list(actor, TURN)[:most]) if TURN in views_of(actor) else []


# --- One ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ObstaclePage:
    """One obstacle with its steps, and what the reader may do with it."""

    obstacle: Obstacle
    steps: Sequence[ObstacleStep]
    kept: KeptAnswer | None
    is_own: bool
    may_answer: Decision
    may_pass_on: Decision

    @property
    def up_at(self) -> datetime | None:
        """The day on which it goes up; for the secretariat, the day by which an answer is expected."""
        moment: datetime | None = getattr(self.obstacle, "up_at")  # noqa: B009 - an annotation mypy can't see
        return moment

    @property
    def topic(self) -> Words:
        """Its topic in words."""
        return rules.topic_words(self.obstacle.topic)

    @property
    def last_answer(self) -> str:
        """What was answered last, as the text to keep begins."""
        return next((step.text for step in reversed(self.steps) if step.kind == "answered"), "")


def obstacle_page(actor: Actor, obstacle_id: UUID) -> ObstaclePage | None:
    """One obstacle, or None when the actor may not read it. Three queries."""
    obstacle = _whole(Obstacle.objects.visible_to(actor)).filter(public_id=obstacle_id).first()
    if obstacle is None:
        return None
    steps = list(
        ObstacleStep.objects.filter(obstacle=obstacle)
        .select_related("organisation", "by__person")
        .order_by("at", "pk")
    )
    programme_id = obstacle.round.programme_id
    return ObstaclePage(
        obstacle=obstacle,
        steps=steps,
        kept=KeptAnswer.objects.visible_to(actor).filter(obstacle=obstacle).first(),
        is_own=bool(rules.may_report(actor, obstacle.centre, programme_id)),
        may_answer=rules.may_answer(actor, obstacle, _reached_in(steps)),
        may_pass_on=rules.may_pass_on(actor, obstacle),
    )


def _reached_in(steps: Iterable[ObstacleStep]) -> set[int]:
    return {
        step.organisation_id
        for step in steps
        if step.kind in REACHED and step.organisation_id is not None and step.ended_at is None
    }


# --- Answers that are kept ---------------------------------------------------------------------------------------------


def kept_answers(actor: Actor, topic: str = "", words: str = "") -> QuerySet[Any]:
    """Answers for everybody, the newest first. One query.

    Args:
        actor: who looks.
        topic: of this topic alone; all when empty.
        words: that the question or the answer has.
    """
    rows: QuerySet[Any] = KeptAnswer.objects.visible_to(actor).select_related("organisation", "programme")
    if topic:
        rows = rows.filter(topic=topic)
    for word in words.replace("\x00", "")[:200].split()[:8]:
        rows = rows.filter(Q(question__icontains=word) | Q(text__icontains=word))
    return rows.order_by("-published_at", "-pk")


def already_answered(
    actor: Actor, round_: Round, *, what: str, topic: str = "", criterion_key: str = ""
) -> list[KeptAnswer]:
    """Kept answers that may help with what somebody is about to report, the likeliest first. One query.

    One about the same criterion, one whose question reads alike, or of the same topic and a little alike.
    """
    rows = kept_answers(actor).filter(programme=round_.programme_id)[:LOOKED_THROUGH]
    ranked = []
    for row in rows:
        likeness = alike(what, row.question)
        same = bool(criterion_key) and row.criterion_key == criterion_key
        near = likeness >= (ALIKE / 2 if row.topic == topic else ALIKE)
        if same or near:
            ranked.append((not same, -likeness, row))
    return [row for _same, _likeness, row in sorted(ranked, key=lambda found: found[:2])[:MOST]]


def alike(one: str, other: str) -> float:
    """How much two short texts have in common, from 0 to 1: the letters in threes that both have, of all they have."""
    first, second = _threes(one), _threes(other)
    return len(first & second) / len(first | second) if first and second else 0.0


def _threes(text: str) -> set[str]:
    key = search_key(text[:500]).replace(" ", "")
    return {key[place : place + 3] for place in range(len(key) - 2)}
