"""What could become a good practice: filed answers of certified centres, the points they were given, who suggested them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from uuid import UUID

from django.db.models import DecimalField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, Window
from django.db.models.expressions import Combinable
from django.db.models.functions import RowNumber

from saduak.applications import content, excerpts
from saduak.applications.models import (
    Answer,
    Evidence,
    Practice,
    PracticeLevels,
    PracticeSuggestion,
    SharedItem,
    Submission,
)
from saduak.applications.queries.practices import lines, newest_of, newest_sets
from saduak.applications.rules import own_centres_q
from saduak.applications.rules import practices as rules
from saduak.applications.states import LIVE
from saduak.foundation import files
from saduak.foundation.access import Actor, Decision
from saduak.foundation.thai.calendar import bangkok_date
from saduak.foundation.thai.text import search_terms
from saduak.organisations.models import Programme
from saduak.organisations.queries import EVERY, NONE
from saduak.programme.models import CriteriaSet, Criterion, Level
from saduak.programme.queries import contents
from saduak.register.models import Certificate

# How many answers of one criterion are put forward before one asks for it alone.
BEST: Final = 3

# What a room above knows of points, as a column of an answer; None for whom it tells nothing.
Awarded: TypeAlias = Callable[[Actor], Combinable | None]
_awarded: list[Awarded] = []


def register_awarded(source: Awarded) -> Awarded:
    """Let the room that judges tell the points that an answer was given, to those who may know them."""
    _awarded.append(source)
    return source


def _points(actor: Actor) -> Combinable:
    told = (source(actor) for source in _awarded)
    return next((column for column in told if column is not None), Value(None, DecimalField()))


def chosen_levels(programme_id: int | None = None) -> dict[int, list[str]]:
    """By programme the levels that it chose; one that chose none is not there. One query."""
    rows = (
        PracticeLevels.objects.all()
        if programme_id is None
        else PracticeLevels.objects.filter(programme=programme_id)
    )
    return {row.programme_id: row.levels for row in rows if row.levels}


def certified(actor: Actor, levels: Mapping[int, list[str]]) -> QuerySet[Certificate]:
    """Certificates whose centres practices are taken from: public, standing, not over, of the levels that qualify."""
    highest = Level.objects.filter(criteria_set=OuterRef("round__criteria_set")).order_by("-ordinal")
    wanted = Q(level_key=Subquery(highest.values("key")[:1])) & ~Q(programme__in=list(levels))
    for programme_id, keys in levels.items():
        wanted |= Q(programme=programme_id, level_key__in=keys)
    return Certificate.objects.filter(
        wanted,
        state="standing",
        publication__published_at__lte=actor.received_at,
        valid_until__gte=bangkok_date(actor.received_at),
    )


def practice_candidates(
    actor: Actor, *, criterion: str = "", q: str = "", keys: frozenset[str] = frozenset()
) -> QuerySet[Any]:
    """Filed answers that could become practices, the best of each criterion first. Two queries.

    Each has `awarded` (points, None when nobody told), `suggested` (as far as the actor may know) and `level`.

    Args:
        actor: who looks: who chooses sees their programmes, a centre's own people their centres.
        criterion: all of the criterion with this key; when empty the few best of every criterion.
        q: words of the centre's name or its office's.
        keys: the keys that go with `criterion`, when they are known (see `lines`).
    """
    held = certified(actor, chosen_levels()).filter(
        centre=OuterRef("application__centre"), round=OuterRef("application__round")
    )
    of_answer = {"criterion": OuterRef("criterion"), "submission__application": OuterRef("application")}
    taken = Practice.objects.filter(Q(state__in=sorted(LIVE)) | Q(ended_by_centre=True), **of_answer)
    rows: QuerySet[Any] = (
        Answer.objects.visible_to(actor)
        .filter(
            _to_choose_from(actor), Exists(held), ~Exists(taken), application__state="submitted", claim="met"
        )
        .exclude(narrative="")
        .select_related("criterion", "application__centre__organisation", "application__round")
        .annotate(
            awarded=_points(actor),
            suggested=Exists(PracticeSuggestion.objects.visible_to(actor).filter(**of_answer)),
            level=Subquery(held.values("level_name")[:1]),
        )
    )
    best = (F("suggested").desc(), F("awarded").desc(nulls_last=True), F("pk").asc())
    for term in search_terms(q):
        rows = rows.filter(application__centre__search_key__contains=term)
    if criterion:
        rows = rows.filter(criterion__key__in=keys or {criterion})
    else:
        place = Window(RowNumber(), partition_by=[F("criterion__key")], order_by=best)
        rows = rows.annotate(place=place).filter(place__lte=BEST)
    return rows.order_by("criterion__ordinal", "criterion__key", *best)


def _to_choose_from(actor: Actor) -> Q:
    if actor.is_system:
        return EVERY
    return (rules.programme_q(actor, "application__round__programme") or NONE) | (
        own_centres_q(actor, rules.OFFER, "application__") or NONE
    )


def practice_sets(actor: Actor) -> list[CriteriaSet]:
    """The newest published set of each programme in which the actor chooses or offers practices. One query."""
    held = {h.programme_id for key in (rules.CURATE, rules.OFFER) for h in actor.holding_with(key)}
    rows = CriteriaSet.objects.visible_to(actor).filter(state="published")
    if None not in held:
        rows = rows.filter(programme__in=[key for key in held if key is not None])
    return newest_sets(rows)


def practice_keys(sets: Iterable[CriteriaSet], key: str) -> frozenset[str]:
    """A criterion's key with those that it replaces, as one of some sets says (see `lines`); the key alone when none does."""
    return next((line[key] for row in sets if key in (line := lines(row))), frozenset({key}))


@dataclass(frozen=True, slots=True)
class FiledAnswer:
    """What was filed for a criterion: the text, the pictures that can be shown, and the certificate that it led to.

    `own` is the text without what a headquarters shared: that is not the centre's to publish.
    """

    answer: Answer
    submission: Submission
    certificate: Certificate | None
    text: str
    own: str
    pictures: list[tuple[Evidence, str]]
    suggestions: list[PracticeSuggestion]
    may_propose: Decision


def filed_answer(actor: Actor, answer_id: UUID) -> FiledAnswer | None:
    """What was filed for one answer, from the bytes that were filed; None when it was not, or not for this reader.

    At most seven queries and one file.
    """
    rows = Answer.objects.visible_to(actor).select_related(
        "criterion", "application__centre__organisation", "application__round__programme"
    )
    answer = rows.filter(public_id=answer_id, application__state="submitted").first()
    if answer is None:
        return None
    application = answer.application
    filings = Submission.objects.filter(application=application).select_related("snapshot")
    submission = filings.order_by("-ordinal").first()
    assert submission is not None  # noqa: S101 - for mypy: what is submitted was filed
    said = _said(submission, answer.criterion.key)
    levels = chosen_levels(application.round.programme_id)
    held = certified(actor, levels).filter(centre=application.centre_id, round=application.round_id)
    told = PracticeSuggestion.objects.visible_to(actor).filter(
        submission__application=application, criterion=answer.criterion
    )
    return FiledAnswer(
        answer=answer,
        submission=submission,
        certificate=held.first(),
        text=said["narrative"],
        own=own_words(application.centre_id, said["narrative"]),
        pictures=_pictures(actor, application.centre_id, said["evidence"]),
        suggestions=list(told.select_related("suggested_by__person").order_by("suggested_at")),
        may_propose=rules.may_propose(actor, application.centre, application.round.programme_id),
    )


def _said(submission: Submission, key: str) -> dict[str, Any]:
    with files.open(submission.snapshot) as stream:
        snapshot = content.read(stream.read())
    said: dict[str, Any] = next(row for row in snapshot["content"]["answers"] if row["criterion"] == key)
    return said


def _pictures(actor: Actor, centre_id: int, evidence: list[dict[str, Any]]) -> list[tuple[Evidence, str]]:
    """The centre's own filed pictures that we drew anew, with the words that they were filed under. One query at most.

    What a headquarters shared is not the centre's to publish, and what was taken out of the library is chosen no more.
    """
    own = [item for item in evidence if item["media_type"].startswith("image/") and item["shared"] is None]
    said = {item["sha256"]: item["caption"] for item in own}
    if not said:
        return []
    rows = Evidence.objects.visible_to(actor).filter(
        centre=centre_id,
        file__sha256__in=said,
        file__reencoded=True,
        shared__isnull=True,
        retired_at__isnull=True,
    )
    by_content = {row.sha256: row for row in rows.select_related("file").order_by("-pk")}
    return [(by_content[key], caption) for key, caption in said.items() if key in by_content]


def own_words(centre_id: int, text: str) -> str:
    """What a centre filed, without the texts of a headquarters that it took over. One query."""
    rows = SharedItem.objects.filter(kept__centre=centre_id).exclude(text="")
    return excerpts.without(text, rows.values_list("text", flat=True).distinct().order_by())


def suggestible(actor: Actor, submission_id: UUID, key: str) -> tuple[Submission, Criterion, str] | None:
    """A filing, one of its criteria and what it says there, for who may suggest it; None for others. One query, one file."""
    rows = Submission.objects.visible_to(actor).select_related(
        "snapshot", "application__centre", "application__round__criteria_set"
    )
    submission = rows.filter(public_id=submission_id).first()
    if submission is None:
        return None
    if not rules.may_suggest(actor, submission.application.round.programme_id):
        return None
    criterion = contents(submission.application.round.criteria_set).by_key.get(key)
    if criterion is None:
        return None
    return submission, criterion, str(_said(submission, key)["narrative"])


@dataclass(frozen=True, slots=True)
class LevelChoice:
    """From which levels a programme takes practices: its levels, the highest first, and those that it chose."""

    programme: Programme
    levels: list[Level]
    chosen: list[str]


def level_choice(actor: Actor, code: str) -> LevelChoice | None:
    """The choice of a programme for who may make it; None for others. Three queries, and those for unread criteria."""
    programme = Programme.objects.filter(code=code).first()
    if programme is None or not rules.may_curate(actor, programme.pk):
        return None
    sets = newest_of({programme.pk})
    levels = [level for row in sets for level in reversed(contents(row).levels)]
    return LevelChoice(programme, levels, chosen_levels(programme.pk).get(programme.pk, []))
