"""Renewal starts from what was filed last: claims, texts, points that still fit, evidence that is still in the library."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from saduak.applications.actions.common import (
    EDITED,
    count_evidence,
    lock_answer_of,
    lock_answers,
    locked,
    locked_with_answer,
    recount,
    require_writable,
    void_signature_of,
)
from saduak.applications.actions.writing import Change, applied
from saduak.applications.models import Answer, AnswerVersion, Application, CarriedAnswer, EvidenceUse
from saduak.applications.queries.renewing import (
    Changed,
    all_replaces,
    changes_of,
    filed_answers,
    filed_uses,
    last_submission,
)
from saduak.foundation import audit, clock
from saduak.foundation.access import Actor, Invalid
from saduak.foundation.actions import action
from saduak.programme.queries import contents

_KEPT = ("claim", "points", "scale", "narrative", "version", "updated_at", "updated_by", "sitting_by")


@dataclass(slots=True)
class _Copy:
    """One answer as it will be, and what was taken along."""

    answer: Answer
    mark: CarriedAnswer
    uses: list[EvidenceUse] = field(default_factory=list)


@action("applications.carry_over")
def carry_over(*, actor: Actor, application_id: UUID) -> int:
    """Begin with what the centre filed last: every answer that nobody has touched gets what was said to its forerunner.

    Done once; again it changes nothing. Evidence comes along while it is in the centre's own library. Points that
    today's scale does not know are left out and marked, and so is every answer, until its writer ticks it off.

    Args:
        actor: officer, helper or head of the centre.
        application_id: the application that is being written.

    Returns:
        How many answers were carried over: none when the centre never filed before, or it was done already.

    Raises:
        Refused: not the actor's centre.
        Conflict: submitted, withdrawn or closed.
        DoesNotExist: no such application.
    """
    application = locked(application_id)
    require_writable(actor, application)
    submission = last_submission(application)
    if submission is None or CarriedAnswer.objects.filter(answer__application=application).exists():
        return 0
    lock_answers(application)
    old, new = contents(submission.application.round.criteria_set), contents(application.round.criteria_set)
    filed, uses = filed_answers(submission), filed_uses(submission)
    free, in_use = _untouched(application), _in_use(application)
    copies = []
    for changed in changes_of(old, new, all_replaces(application.round.programme_id)):
        answer = free.get(changed.criterion.pk)
        said = [filed[row.key] for row in changed.before if row.key in filed]
        if answer is None or not any(_says(each) for each in said):
            continue
        answer.criterion = changed.criterion
        mark = CarriedAnswer(
            answer=answer,
            submission=submission,
            from_keys=[row.key for row in changed.before],
            change=changed.change,
            points_before=sum((Decimal(str(each["points"])) for each in said), Decimal(0)),
            carried_at=actor.received_at,
        )
        copy = _Copy(answer, mark)
        _take_answer(actor, copy, changed, said)
        _take_evidence(actor, copy, application, [use for row in changed.before for use in uses[row.key]])
        copy.uses = [use for use in copy.uses if (answer.pk, use.evidence_id) not in in_use]
        copies.append(copy)
    if copies:
        _keep(actor, application, copies)
        facts = {"submission": submission.public_id, "answers": len(copies), "evidence": _evidence_in(copies)}
        audit.append(application, actor=actor, verb="applications.carried_over", facts=facts)
    return len(copies)


def _untouched(application: Application) -> dict[int, Answer]:
    rows = Answer.objects.filter(application=application, version=0, claim="", narrative="", evidence_count=0)
    return {row.criterion_id: row for row in rows}


def _in_use(application: Application) -> set[tuple[int, int]]:
    """What is attached already (answer, evidence): what a headquarters shares counts for nothing, yet it is there."""
    rows = EvidenceUse.objects.filter(answer__application=application, removed_at__isnull=True)
    return set(rows.values_list("answer", "evidence"))


def _says(said: dict[str, Any]) -> bool:
    return bool(said["claim"] or said["narrative"] or said["evidence"])


def _take_answer(actor: Actor, copy: _Copy, changed: Changed, said: Sequence[dict[str, Any]]) -> None:
    answer, mark = copy.answer, copy.mark
    texts = dict.fromkeys(each["narrative"] for each in said if each["narrative"])
    values = applied(answer, Change(narrative="\n\n".join(texts)))
    claim = said[0]["claim"] if len({each["claim"] for each in said}) == 1 else ""
    if claim:
        try:
            values = applied(answer, _claim(changed, claim, said, values.narrative))
        except Invalid:
            mark.points_dropped = True
    answer.claim, answer.points = values.claim, values.points
    answer.scale, answer.narrative = values.scale, values.narrative
    answer.version, answer.sitting_by = 1, ""
    answer.updated_at, answer.updated_by_id = actor.received_at, actor.user_id


def _claim(changed: Changed, claim: str, said: Sequence[dict[str, Any]], narrative: str) -> Change:
    """The claim of then as today's criterion asks for it: yes or no, a step of a scale, a step for each part of one."""
    criterion = changed.criterion
    if claim != "met" or criterion.kind == "gate":
        return Change(claim=claim, narrative=narrative)
    if criterion.scale.get("parts"):
        # All parts have to fit: a sum of some of them would claim what nobody weighed.
        scale = said[0]["scale"] if len(said) == 1 else {}
        wanted = {part["key"] for part in criterion.scale["parts"]}
        if set(scale) != wanted:
            raise Invalid("", code="points")
        return Change(scale=scale, narrative=narrative)
    whole = all(
        Decimal(str(each["points"])) == row.points for each, row in zip(said, changed.before, strict=False)
    )
    if whole and not criterion.scale:
        return Change(claim="met", narrative=narrative)
    return Change(points=str(sum(Decimal(str(each["points"])) for each in said)), narrative=narrative)


def _take_evidence(actor: Actor, copy: _Copy, application: Application, uses: Sequence[EvidenceUse]) -> None:
    """What is still in the centre's own library; what was retired, or lies in another centre's, is counted only."""
    found = {use.evidence_id: use.evidence for use in uses}
    kept = [
        row
        for row in found.values()
        if row.retired_at is None and row.centre_id == application.centre_id and not row.is_withdrawn
    ]
    copy.uses = [EvidenceUse(answer=copy.answer, evidence=row, added_at=actor.received_at) for row in kept]
    copy.mark.evidence_carried, copy.mark.evidence_left = len(kept), len(found) - len(kept)


def _evidence_in(copies: Sequence[_Copy]) -> int:
    return sum(len(copy.uses) for copy in copies)


def _keep(actor: Actor, application: Application, copies: Sequence[_Copy]) -> None:
    """Write everything. The audit tells of it in one entry, so no version waits for its sitting to be told."""
    void_signature_of(application, actor=actor, reason=EDITED)
    answers, moment = [copy.answer for copy in copies], clock.wall()
    Answer.objects.bulk_update(answers, _KEPT)
    AnswerVersion.objects.bulk_create(
        AnswerVersion(
            answer=answer,
            first_version=1,
            version=1,
            claim=answer.claim,
            points=answer.points,
            scale=answer.scale,
            narrative=answer.narrative,
            actor=actor.ref,
            by=actor.name[:200],
            started_at=moment,
            at=moment,
            business_at=actor.received_at,
            audited_at=actor.received_at,
        )
        for answer in answers
    )
    EvidenceUse.objects.bulk_create(use for copy in copies for use in copy.uses)
    CarriedAnswer.objects.bulk_create(copy.mark for copy in copies)
    count_evidence(answer.pk for answer in answers)
    recount(application, actor.received_at)


@action("applications.see_change")
def see_change(*, actor: Actor, answer_id: UUID) -> CarriedAnswer:
    """Tick off an answer that was carried over: somebody looked at what changed and what may be out of date.

    Ticking it off twice is ticking it off once.

    Raises:
        Refused: not the actor's centre.
        Conflict: submitted, withdrawn or closed.
        DoesNotExist: no such answer, or it was not carried over.
    """
    application = locked_with_answer(actor, answer_id)
    require_writable(actor, application)
    answer = lock_answer_of(application, answer_id)
    carried: CarriedAnswer = CarriedAnswer.objects.select_for_update(of=("self",), no_key=True).get(
        answer=answer
    )
    if carried.seen_at is None:
        carried.seen_at, carried.seen_by_id = actor.received_at, actor.user_id
        carried.save(update_fields=["seen_at", "seen_by"])
        facts = {"criterion": answer.criterion.key}
        audit.append(application, actor=actor, verb="applications.change_seen", facts=facts)
    return carried
