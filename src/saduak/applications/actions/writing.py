"""Writing answers: autosave that loses nothing, and two people on one answer who both see both versions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import BigIntegerField, PositiveIntegerField
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.applications import numbers as stated
from saduak.applications.actions import common
from saduak.applications.actions.common import (
    EDITED,
    edited,
    lock_answer,
    lock_answer_of,
    locked,
    locked_with_answer,
    read_for_answer,
    recount,
    require_writable,
    void_signature_of,
)
from saduak.applications.actions.sittings import SITTING
from saduak.applications.actions.starting import require_kind
from saduak.applications.models import Answer, AnswerVersion, Application
from saduak.applications.queries import kinds_of
from saduak.foundation import audit, clock
from saduak.foundation.access import Actor, Conflict, Invalid
from saduak.foundation.actions import action
from saduak.foundation.prepared import Given, Insert, Save, Update
from saduak.programme.levels import plain
from saduak.programme.models import Criterion

LONGEST = 20_000
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save came to. `moved`: it changed where the answer stands, by its claim or by its first or last word."""

    answer: Answer
    version: int
    saved_at: datetime
    voided: bool = False
    counted: bool = False
    moved: bool = False


class AnswerConflict(Conflict):
    """Somebody else saved this answer since it was read. Carries their version; nothing was overwritten."""

    def __init__(self, answer: Answer, *, theirs: str, by: str) -> None:
        super().__init__(_("มีคนแก้ข้อนี้พร้อมกับคุณ แบบของคุณยังอยู่ในหน้านี้เท่านั้น เลือกแบบที่จะใช้หรือรวมกัน"), "answer-changed")
        self.version = answer.version
        self.claim = answer.claim
        self.points = answer.points
        self.numbers = answer.numbers
        self.theirs = theirs
        self.by = by


class _SignatureInTheWay(Exception):
    """Text was typed into a signed application: the application's lock has to come first."""


@dataclass(frozen=True, slots=True)
class Change:
    """What the writer sent; None is untouched."""

    claim: str | None = None
    points: Decimal | int | str | None = None
    scale: Mapping[str, Any] | None = None
    narrative: str | None = None
    numbers: Mapping[str, Any] | None = None

    @property
    def is_text(self) -> bool:
        """Whether only text changes, so that no count can."""
        return all(part is None for part in (self.claim, self.points, self.scale, self.numbers))


@dataclass(frozen=True, slots=True)
class Values:
    """What an answer says."""

    claim: str
    points: Decimal
    scale: dict[str, Any]
    narrative: str
    numbers: dict[str, str]

    @classmethod
    def of(cls, answer: Answer) -> "Values":
        """What it says now."""
        return cls(answer.claim, answer.points, answer.scale, answer.narrative, answer.numbers)


_SAVE = Save(
    Answer,
    *("claim", "points", "scale", "narrative", "numbers", "version"),
    *("updated_at", "updated_by", "sitting_by", "sitting_at"),
)
_NEW_VERSION = Insert(AnswerVersion)
_KEPT_IN_VERSION = ("claim", "points", "scale", "narrative", "numbers", "version", "at", "business_at")
_SAME_VERSION = Update(
    lambda: AnswerVersion.objects.filter(
        answer=Given("answer", BigIntegerField()),
        version=Given("known", PositiveIntegerField()),
        audited_at__isnull=True,
    ),
    lambda: {name: Given.of(AnswerVersion, name) for name in _KEPT_IN_VERSION},
)


@action("applications.save_answer")
def save_answer(  # noqa: PLR0913 - each is one field of the form
    *,
    actor: Actor,
    answer_id: UUID,
    version: int,
    claim: str | None = None,
    points: Decimal | int | str | None = None,
    scale: Mapping[str, Any] | None = None,
    narrative: str | None = None,
    numbers: Mapping[str, Any] | None = None,
    force: bool = False,
) -> Saved:
    """Save one answer or a part of it. Four queries for text, five when counts change; one more for a first signature.

    Typing locks the answer alone; what changes counts locks the application before it. The application's state is read
    after the lock was given, so that nothing is written into what was submitted meanwhile.

    Args:
        actor: who writes.
        answer_id: which answer.
        version: the version that the writer had before them.
        claim: "met", "unmet" or "" (not answered).
        points: claimed points, for items with a scale; without a claim, more than 0 claims.
        scale: points by part of an outcome's scale; parts left out keep what they have.
        narrative: the text.
        numbers: numbers by key as typed; an empty one is taken away, those left out keep what they have.
        force: the writer has seen the other version and chose.

    Raises:
        AnswerConflict: somebody else saved it since `version`; theirs is inside.
        Conflict: submitted, withdrawn or closed.
        Refused: not the actor's centre.
        Invalid: a claim, points or a text that can't be.
        DoesNotExist: no such answer.
    """
    change = Change(claim, points, scale, narrative, numbers)
    if change.is_text:
        try:
            with transaction.atomic():
                return _save_text(actor, answer_id, change, version=version, force=force)
        except _SignatureInTheWay:
            pass  # the savepoint gave the answer's lock back; now in the documented order
    application = locked_with_answer(actor, answer_id)
    require_writable(actor, application)
    answer = lock_answer_of(application, answer_id)
    return _save(actor, application, answer, change, version=version, force=force)


def _save_text(actor: Actor, answer_id: UUID, change: Change, *, version: int, force: bool) -> Saved:
    answer = lock_answer(answer_id)
    application = read_for_answer(actor, answer)
    require_writable(actor, application)
    if application.state == "signed":
        raise _SignatureInTheWay
    return _save(actor, application, answer, change, version=version, force=force)


def _save(
    actor: Actor, application: Application, answer: Answer, change: Change, *, version: int, force: bool
) -> Saved:
    before, after = Values.of(answer), applied(answer, change)
    if before == after:
        return Saved(answer, answer.version, answer.updated_at)
    if answer.version != version and not force:
        raise _conflict(actor, answer, change)
    voided = void_signature_of(application, actor=actor, reason=edited(answer))
    moment = clock.wall()
    _keep_version(actor, answer, after, moment, fresh=force)
    answer.claim, answer.points, answer.scale = after.claim, after.points, after.scale
    answer.narrative, answer.numbers = after.narrative, after.numbers
    answer.version += 1
    answer.updated_at, answer.updated_by_id = actor.received_at, actor.user_id
    answer.sitting_by, answer.sitting_at = actor.ref, moment
    _SAVE.of(answer)
    counted = (before.claim, before.points) != (after.claim, after.points)
    if counted:
        recount(application, actor.received_at)
    moved = counted or before.numbers != after.numbers or bool(before.narrative) != bool(after.narrative)
    return Saved(answer, answer.version, moment, voided, counted, moved)


def _keep_version(actor: Actor, answer: Answer, after: Values, moment: datetime, *, fresh: bool) -> None:
    """Keep what the answer will say: in the row of this sitting, or in a new one. One query, seldom two."""
    values = {
        "claim": after.claim,
        "points": after.points,
        "scale": after.scale,
        "narrative": after.narrative,
        "numbers": after.numbers,
        "version": answer.version + 1,
        "at": moment,
        "business_at": actor.received_at,
    }
    last = answer.sitting_at if answer.sitting_by == actor.ref and not fresh else None
    if last is not None and moment - last < SITTING:
        given = {**values, "answer": answer.pk, "known": answer.version}
        if _SAME_VERSION.run(**given):
            return
    _NEW_VERSION.of(
        AnswerVersion(
            answer=answer,
            first_version=answer.version + 1,
            actor=actor.ref,
            by=actor.name[:200],
            started_at=moment,
            **values,
        )
    )


def _conflict(actor: Actor, answer: Answer, change: Change) -> AnswerConflict:
    """The other version in words, and who wrote it: perhaps oneself, in another window. One query."""
    last = AnswerVersion.objects.filter(answer=answer, version=answer.version).first()
    theirs = answer.narrative
    if change.narrative is None:
        label = Answer.Claim(answer.claim).label
        theirs = f"{label} ({plain(answer.points)})" if answer.points else str(label)
    if change.numbers is not None:
        theirs = ", ".join(
            f"{row.label} {row.value}" for row in stated.told(answer.criterion, answer.numbers)
        )
    by = str(_("คุณ (อีกหน้าต่าง)")) if last is not None and last.actor == actor.ref else last.by if last else ""
    return AnswerConflict(answer, theirs=theirs, by=by)


# --- What an answer may say --------------------------------------------------------------------------------------------


def applied(answer: Answer, change: Change) -> Values:
    """What the answer says with the change, checked against its criterion."""
    criterion = answer.criterion
    now = Values.of(answer)
    narrative = (
        now.narrative
        if change.narrative is None
        else common.text(change.narrative, "narrative", LONGEST, typing=True)
    )
    claim, points, scale = now.claim, now.points, now.scale
    if change.scale is not None:
        scale = {**scale, **_scale(criterion, change.scale)}
        points = min(sum((Decimal(str(v)) for v in scale.values()), ZERO), Decimal(criterion.points))
        claim = "met" if points else "unmet"
    if change.points is not None:
        points = _points(criterion, change.points)
        claim = "met" if points else "unmet"
    if change.claim is not None:
        claim, points, scale = _claimed(criterion, change.claim, points, scale)
    numbers = (
        now.numbers if change.numbers is None else stated.changed(criterion, now.numbers, change.numbers)
    )
    return Values(claim, points, scale, narrative, numbers)


def _claimed(
    criterion: Criterion, claim: str, points: Decimal, scale: dict[str, Any]
) -> tuple[str, Decimal, dict[str, Any]]:
    if claim not in Answer.Claim.values:
        raise Invalid(_("เลือกคำตอบจากตัวเลือกที่มี"), {"claim": _("เลือกคำตอบจากตัวเลือกที่มี")})
    if claim != "met":
        return claim, ZERO, {}
    if criterion.kind == "gate":
        return claim, ZERO, {}
    return claim, points or Decimal(criterion.points), scale


def _number(value: Decimal | int | str) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal(-1)
    return number if number.is_finite() else Decimal(-1)


def _points(criterion: Criterion, value: Decimal | int | str) -> Decimal:
    """Points that the criterion's scale knows; any number of hundredths up to its worth, when it has no steps."""
    number = _number(value)
    steps = {Decimal(str(step["points"])) for step in criterion.scale.get("choices", ())}
    known = number in steps if steps else ZERO <= number <= criterion.points and number == round(number, 2)
    if not known:
        words = format_lazy(_("คะแนนของข้อนี้ต้องไม่เกิน {points} และเป็นค่าที่มีให้เลือก"), points=criterion.points)
        raise Invalid(words, {"points": words}, "points")
    return number


def _scale(criterion: Criterion, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """The chosen steps of an outcome's parts, as numbers that JSON keeps exactly."""
    parts = {part["key"]: part for part in criterion.scale.get("parts", ())}
    clean: dict[str, Any] = {}
    for key, value in chosen.items():
        steps = {
            Decimal(str(step["points"])): step["points"] for step in parts.get(key, {}).get("choices", ())
        }
        number = _number(value)
        if number not in steps:
            words = _("เลือกคะแนนจากตัวเลือกที่มี")
            raise Invalid(words, {"scale": words}, "points")
        clean[key] = steps[number]
    return clean


@action("applications.choose_kind")
def choose_kind(*, actor: Actor, application_id: UUID, kind: str) -> Application:
    """Change why the centre applies.

    Raises:
        Invalid: no such kind, or the round's rules do not let the centre apply as that.
        Conflict: submitted, withdrawn or closed.
        Refused: not the actor's centre.
    """
    application = locked(application_id)
    require_writable(actor, application)
    if kind != application.kind:
        require_kind(kinds_of(application, actor.received_at), kind)
        void_signature_of(application, actor=actor, reason=EDITED)
        application.kind, application.last_edit_at = kind, actor.received_at
        application.save(update_fields=["kind", "last_edit_at"])
        audit.append(application, actor=actor, verb="applications.kind_chosen", facts={"kind": kind})
    return application
