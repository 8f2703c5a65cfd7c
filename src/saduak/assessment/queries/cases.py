"""The screening queue, and one case with everything that was filed."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from saduak.applications import content
from saduak.applications.models import Application, Evidence, Submission
from saduak.assessment.models import Case, Conflict, ScoreSheet, ScreeningReturn
from saduak.assessment.rules import SEE, followed
from saduak.foundation import files
from saduak.foundation.access import Actor
from saduak.foundation.models import StoredFile
from saduak.foundation.thai.text import search_terms
from saduak.programme.models import Criterion
from saduak.programme.queries import PartView, contents

WITH = (
    "application__centre",
    "application__organisation",
    "application__round__programme",
    "panel",
    "submission",
)
# What one case needs besides: the criteria it is judged by and the bytes that were filed.
WHOLE = (*WITH, "application__round__criteria_set", "submission__snapshot")
# The set's whole file is long, and read once a process.
UNREAD = "application__round__criteria_set__document"


def cases(actor: Actor, *, state: str = "", text: str = "", panel: str = "") -> QuerySet[Case]:
    """Cases that the actor may see: the newest round before others, in each the longest waiting first.

    Args:
        actor: who asks.
        state: only these.
        text: words of the centre's or the office's name, or a receipt code.
        panel: only those of the panel with this number.
    """
    rows: QuerySet[Case] = Case.objects.visible_to(actor).select_related(*WITH)
    if state:
        rows = rows.filter(state=state)
    if panel:
        rows = rows.filter(panel__number=panel) if panel.isdecimal() else rows.none()
    for term in search_terms(text):
        rows = rows.filter(
            Q(application__centre__search_key__contains=term)
            | Q(application__organisation__search_key__contains=term)
            | Q(submission__receipt_code__contains=term.upper())
        )
    return rows.order_by("-application__round__fiscal_year", "opened_at", "pk")


def tally(actor: Actor) -> dict[str, int]:
    """How many visible cases stand in each state. One query."""
    rows = Case.objects.visible_to(actor).order_by().values_list("state").annotate(n=Count("pk"))
    return dict(rows)


def lapsed(actor: Actor) -> QuerySet[Case]:
    """Cases whose correction did not come in time: the secretariat gives more time or does not take them."""
    late = ScreeningReturn.objects.filter(answered_at__isnull=True, due_at__lte=actor.received_at)
    return cases(actor, state="returned").filter(pk__in=late.values("case"))


def case(actor: Actor, case_id: uuid.UUID) -> Case | None:
    """One visible case, or None."""
    rows: QuerySet[Case] = Case.objects.visible_to(actor).select_related(*WHOLE)
    return rows.defer(UNREAD).filter(public_id=case_id).first()


@dataclass(frozen=True, slots=True)
class Claimed:
    """What was filed for one criterion, with the evidence that the actor may open."""

    criterion: Criterion
    answer: Mapping[str, Any]
    evidence: list[tuple[dict[str, Any], Evidence | None]]
    changed: bool = False

    @property
    def is_met(self) -> bool:
        """Whether the centre says that it has this."""
        return self.answer.get("claim") == "met"


@dataclass(frozen=True, slots=True)
class FiledPart:
    """A part of the criteria with what was filed for it."""

    view: PartView
    rows: list[Claimed]

    @property
    def claimed(self) -> int:
        """How many criteria the centre claims."""
        return sum(row.is_met for row in self.rows)


@dataclass(frozen=True, slots=True)
class Filed:
    """A submission as it was filed: its bytes, read again."""

    snapshot: dict[str, Any]
    claims: list[Claimed]
    parts: list[FiledPart]
    corrected: bool

    @property
    def changed(self) -> int:
        """How many answers differ from the filing before."""
        return sum(row.changed for row in self.claims)


def filed(actor: Actor, row: Case) -> Filed:
    """What the centre filed. At most two queries and two files; the criteria come from the pinned set.

    The case comes from the scoped door, as `case` or `sheet_page` read it.
    """
    snapshot = _read(row.submission.snapshot)
    answers = _answers(snapshot)
    before = _before(row.submission)
    mine = _evidence(actor, row, [item for answer in answers.values() for item in answer["evidence"]])
    view = contents(row.application.round.criteria_set)
    claims = {}
    for criterion in view.criteria:
        answer = answers.get(criterion.key, {})
        evidence = [(item, mine.get(item["sha256"] or item["url"])) for item in answer.get("evidence", [])]
        changed = before is not None and answer != before.get(criterion.key, {})
        claims[criterion.pk] = Claimed(criterion, answer, evidence, changed)
    parts = [FiledPart(part, [claims[criterion.pk] for criterion in part.criteria]) for part in view.parts]
    return Filed(snapshot, list(claims.values()), parts, before is not None)


def _evidence(actor: Actor, row: Case, filed_items: list[dict[str, Any]]) -> dict[str, Evidence]:
    """What the actor may open of what was filed, by its digest or its address. One query."""
    digests = {item["sha256"] for item in filed_items if item["sha256"]}
    addresses = {item["url"] for item in filed_items if item["url"]}
    if not digests and not addresses:
        return {}
    mine = Evidence.objects.visible_to(actor).filter(
        Q(file__sha256__in=digests) | Q(url__in=addresses), centre_id=row.application.centre_id
    )
    return {item.sha256 or item.url: item for item in mine.select_related("file")}


def _read(stored: StoredFile) -> dict[str, Any]:
    with files.open(stored) as stream:
        return content.read(stream.read())


def _answers(snapshot: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {answer["criterion"]: answer for answer in snapshot["content"]["answers"]}


def _before(submission: Submission) -> dict[str, dict[str, Any]] | None:
    """The answers of the filing before, when this one is a correction."""
    if submission.ordinal == 1:
        return None
    earlier = Submission.objects.select_related("snapshot").get(
        application_id=submission.application_id, ordinal=submission.ordinal - 1
    )
    return _answers(_read(earlier.snapshot))


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case with its filing and its way so far; counts of sheets only for the programme's own people."""

    case: Case
    filed: Filed
    returns: list[ScreeningReturn]
    sheets_all: int | None
    sheets_in: int | None
    conflicts: list[Conflict]


def case_page(actor: Actor, case_id: uuid.UUID) -> CasePage | None:
    """Everything about one visible case. A panel's member learns here nothing of the others' sheets."""
    row = case(actor, case_id)
    if row is None:
        return None
    returns = ScreeningReturn.objects.visible_to(actor).filter(case=row).order_by("-ordinal")
    if not actor.can(SEE, programme_id=row.application.round.programme_id):
        return CasePage(row, filed(actor, row), list(returns), None, None, [])
    counts = ScoreSheet.objects.filter(case=row).aggregate(
        all=Count("pk", filter=~Q(state="void")), handed=Count("pk", filter=Q(state="in"))
    )
    barred = Conflict.objects.filter(case=row).select_related("person").order_by("pk")
    return CasePage(row, filed(actor, row), list(returns), counts["all"], counts["handed"], list(barred))


def returns_of(actor: Actor, application_id: uuid.UUID) -> QuerySet[ScreeningReturn]:
    """What screening gave back to a centre, the newest first."""
    rows: QuerySet[ScreeningReturn] = ScreeningReturn.objects.visible_to(actor)
    return rows.filter(case__application__public_id=application_id).order_by("-ordinal")


@dataclass(frozen=True, slots=True)
class Screening:
    """What screening said to a centre: what it gave back, by criterion, and whether it took the application at all."""

    case: Case
    returns: list[tuple[ScreeningReturn, list[tuple[Criterion, str]]]]
    rejected_reason: str
    rejected_at: datetime | None


def screening_of(actor: Actor, application_id: uuid.UUID) -> Screening | None:
    """What screening said, for the centre and the offices above it; None when it said nothing, or not to this reader."""
    reach = followed(actor)
    if reach is None:
        return None
    # Whoever supervises sees no case, so that its own scoped door stays shut: the application's says who has an interest.
    seen = Application.objects.visible_to(actor).filter(public_id=application_id)
    rows = Case.objects.filter(reach, application__in=seen).select_related(*WITH)
    row = rows.select_related("application__round__criteria_set").first()
    if row is None:
        return None
    known = contents(row.application.round.criteria_set).by_key
    entries = [
        (entry, [(known[item["criterion"]], item["text"]) for item in entry.items])
        for entry in returns_of(actor, application_id)
    ]
    if not entries and row.state != "rejected":
        return None
    return Screening(row, entries, row.rejected_reason, row.screened_at if row.rejected_reason else None)
