"""Renewal: what the centre filed last, which criteria follow from which, and what of the old content may be out of date."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, Subquery

from saduak.applications import content
from saduak.applications.models import Answer, Application, CarriedAnswer, Evidence, EvidenceUse, Submission
from saduak.applications.queries.overview import may_edit, readable
from saduak.applications.queries.starting import certificates_of, newest_certificates
from saduak.foundation import files
from saduak.foundation.access import Actor
from saduak.foundation.thai.calendar import bangkok_date
from saduak.foundation.thai.numerals import to_arabic_digits
from saduak.organisations.models import ServiceCentre
from saduak.programme.models import Criterion
from saduak.programme.queries import Contents, contents

Change = CarriedAnswer.Change
_YEAR = re.compile(r"(?<!\d)25\d\d(?!\d)")
_WORDS = ("title", "asks", "guidance", "evidence")
_WORTH = ("kind", "points", "scale")


@dataclass(frozen=True, slots=True)
class Changed:
    """One criterion of today and what it follows from; `before` is empty when it is new."""

    criterion: Criterion
    before: tuple[Criterion, ...]
    change: str

    @property
    def label(self) -> Any:
        """In words."""
        return Change(self.change).label if self.before else ""


@dataclass(frozen=True, slots=True)
class Stale:
    """What of a carried answer may be out of date."""

    evidence: int = 0
    since: date | None = None
    years: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.evidence or self.years)


@dataclass(frozen=True, slots=True)
class Row:
    """A criterion on the page of changes."""

    changed: Changed
    answer: Answer
    carried: CarriedAnswer | None
    stale: Stale

    @property
    def waiting(self) -> bool:
        """Whether somebody still has to look at it."""
        return self.carried is not None and self.carried.seen_at is None


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that the page of changes shows."""

    application: Application
    submission: Submission | None
    rows: tuple[Row, ...]
    gone: tuple[Criterion, ...]
    may_edit: bool
    may_carry: bool

    @property
    def carried(self) -> int:
        """How many answers were carried over."""
        return sum(row.carried is not None for row in self.rows)

    @property
    def waiting(self) -> int:
        """How many of them nobody has looked at yet."""
        return sum(row.waiting for row in self.rows)


@dataclass(frozen=True, slots=True)
class CarriedNotice:
    """What the page of one criterion says about the answer that was carried to it."""

    carried: CarriedAnswer
    changed: Changed
    fiscal_year: int
    stale: Stale


# --- The last submission -----------------------------------------------------------------------------------------------


def last_submission(application: Application) -> Submission | None:
    """What the centre, or one that it came from, filed last in an earlier round of the programme. One query.

    Its own comes first; one of a centre that was merged into it or split counts when it never filed itself.
    """
    own = application.centre_id
    before = ServiceCentre.objects.filter(successors=own).values("pk")
    rows = Submission.objects.filter(
        application__round__programme=application.round.programme_id,
        application__round__fiscal_year__lt=application.round.fiscal_year,
        application__state="submitted",
    )
    found = rows.filter(Q(application__centre=own) | Q(application__centre__in=before))
    whole = found.select_related("snapshot", "application__round__criteria_set").defer(
        "application__round__criteria_set__document"
    )
    ranked = sorted(whole, key=lambda row: (row.application.centre_id == own, row.received_at, row.ordinal))
    return ranked[-1] if ranked else None


def filed_answers(submission: Submission) -> dict[str, dict[str, Any]]:
    """The answers of a submission by their criterion's key, from the bytes that were filed."""
    with files.open(submission.snapshot) as file:
        document = content.read(file.read())
    return {answer["criterion"]: answer for answer in document["content"]["answers"]}


def filed_uses(submission: Submission) -> dict[str, list[EvidenceUse]]:
    """The evidence that stood behind the filed answers, by their criterion's key. One query."""
    uses = EvidenceUse.objects.filter(
        answer__application=submission.application_id, added_at__lte=submission.received_at
    ).exclude(removed_at__lte=submission.received_at)
    by_id = contents(submission.application.round.criteria_set).by_id
    found: dict[str, list[EvidenceUse]] = defaultdict(list)
    for use in uses.select_related("evidence__shared", "answer").order_by("added_at", "pk"):
        found[by_id[use.answer.criterion_id].key].append(use)
    return found


# --- What changed in the criteria --------------------------------------------------------------------------------------


def changes_of(old: Contents, new: Contents, replaces: Mapping[str, Sequence[str]]) -> tuple[Changed, ...]:
    """Every criterion of the new set with what it follows from in the old one. Reads nothing.

    Args:
        old: the set that was answered.
        new: today's.
        replaces: which keys each key took the place of, over all sets of the programme (`all_replaces`).
    """
    return tuple(_change(criterion, _before(criterion.key, old, replaces)) for criterion in new.criteria)


def all_replaces(programme_id: int) -> dict[str, list[str]]:
    """Which keys each key of a programme's criteria took the place of, over all its sets. One query."""
    rows = Criterion.objects.filter(criteria_set__programme=programme_id).exclude(replaces=[])
    found: dict[str, list[str]] = defaultdict(list)
    for key, replaced in rows.order_by("pk").values_list("key", "replaces"):
        found[key] += [old for old in replaced if old not in found[key]]
    return found


def _before(key: str, old: Contents, replaces: Mapping[str, Sequence[str]]) -> tuple[Criterion, ...]:
    """What a key follows from: the same key, else the nearest of what it replaced, however many sets lie between."""
    if key in old.by_key:
        return (old.by_key[key],)
    seen, front = {key}, list(replaces.get(key, ()))
    while front:
        found = [old.by_key[name] for name in dict.fromkeys(front) if name in old.by_key]
        if found:
            return tuple(found)
        seen |= set(front)
        front = [older for name in front for older in replaces.get(name, ()) if older not in seen]
    return ()


def _change(criterion: Criterion, before: tuple[Criterion, ...]) -> Changed:
    if not before:
        return Changed(criterion, (), "new")
    if before[0].key != criterion.key:
        return Changed(criterion, before, Change.REPLACED)
    if _differ(criterion, before[0], _WORTH):
        return Changed(criterion, before, Change.RESCALED)
    if _differ(criterion, before[0], _WORDS):
        return Changed(criterion, before, Change.REWORDED)
    return Changed(criterion, before, Change.SAME)


def _differ(one: Criterion, other: Criterion, fields: Iterable[str]) -> bool:
    return any(getattr(one, name) != getattr(other, name) for name in fields)


# --- What may be out of date -------------------------------------------------------------------------------------------


def old_years(text: str, fiscal_year: int) -> tuple[str, ...]:
    """The years of the Buddhist era in a text that lie before the last whole year of a round, each once, in order."""
    found = dict.fromkeys(_YEAR.findall(to_arabic_digits(text)))
    return tuple(sorted(year for year in found if int(year) < fiscal_year - 1))


def _stale(
    application: Application, answer: Answer, evidence: Iterable[Evidence], since: date | None
) -> Stale:
    """What is older than the last certificate (`since`), and the years that the text names."""
    days = [row.taken_on or bangkok_date(row.added_at) for row in evidence]
    old = 0 if since is None else sum(day < since for day in days)
    return Stale(old, since if old else None, old_years(answer.narrative, application.round.fiscal_year))


# --- The pages ---------------------------------------------------------------------------------------------------------


def changes(actor: Actor, application_id: UUID) -> Changes | None:
    """What changed since the centre filed last, criterion by criterion; None when the actor may not read it. Eight queries."""
    application = readable(actor).filter(public_id=application_id).first()
    if application is None:
        return None
    writing = bool(may_edit(actor, application))
    answers = {row.criterion_id: row for row in Answer.objects.filter(application=application)}
    carried = {row.answer_id: row for row in CarriedAnswer.objects.filter(answer__application=application)}
    submission = last_submission(application)
    if submission is None:
        return Changes(application, None, (), (), may_edit=writing, may_carry=False)
    old, new = contents(submission.application.round.criteria_set), contents(application.round.criteria_set)
    found = changes_of(old, new, all_replaces(application.round.programme_id))
    uses = _evidence_of(carried)
    newest = newest_certificates(application.round.programme_id, [application.centre_id])
    since = newest[application.centre_id].valid_from if newest else None
    rows = []
    for changed in found:
        answer = answers[changed.criterion.pk]
        mark = carried.get(answer.pk)
        stale = Stale() if mark is None else _stale(application, answer, uses[answer.pk], since)
        rows.append(Row(changed, answer, mark, stale))
    followed = {criterion.key for changed in found for criterion in changed.before}
    return Changes(
        application=application,
        submission=submission,
        rows=tuple(rows),
        gone=tuple(criterion for criterion in old.criteria if criterion.key not in followed),
        may_edit=writing,
        may_carry=writing and not carried,
    )


def _evidence_of(answer_ids: Iterable[int]) -> Mapping[int, list[Evidence]]:
    found: dict[int, list[Evidence]] = defaultdict(list)
    rows = EvidenceUse.objects.filter(answer__in=list(answer_ids), removed_at__isnull=True)
    for use in rows.select_related("evidence"):
        found[use.answer_id].append(use.evidence)
    return found


def carried_notice(
    application: Application, answer: Answer, evidence: Iterable[Evidence]
) -> CarriedNotice | None:
    """What the page of one criterion says about an answer that was carried over; None for any other. One query.

    Who may read the answer may read this: the application comes from `readable`.

    Args:
        application: with its round and criteria set.
        answer: that the page shows.
        evidence: in use for it.
    """
    held = certificates_of(application.round.programme_id).filter(centre=application.centre_id)
    rows = CarriedAnswer.objects.filter(answer=answer).select_related(
        "submission__application__round__criteria_set"
    )
    narrow = rows.defer("submission__application__round__criteria_set__document")
    found = narrow.annotate(since=Subquery(held.order_by("-valid_from", "-pk").values("valid_from")[:1]))
    carried = found.first()
    if carried is None:
        return None
    round_ = carried.submission.application.round
    old = contents(round_.criteria_set)
    criterion = contents(application.round.criteria_set).by_id[answer.criterion_id]
    before = tuple(old.by_key[key] for key in carried.from_keys)
    stale = _stale(application, answer, evidence, carried.since)
    return CarriedNotice(carried, _change(criterion, before), round_.fiscal_year, stale)
