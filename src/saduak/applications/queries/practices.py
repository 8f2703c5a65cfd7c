"""Good practices: what everybody reads, what lies beside a criterion, what waits for whom, and what could become one."""

from collections import Counter, OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from saduak.applications.models import (
    Answer,
    Practice,
    PracticePicture,
)
from saduak.applications.rules import own_centres_q
from saduak.applications.rules import practices as rules
from saduak.applications.states import LIVE
from saduak.foundation import clock
from saduak.foundation.access import Actor
from saduak.foundation.thai.text import search_terms
from saduak.organisations.models import Appointment, Role
from saduak.organisations.models.dated import on_day
from saduak.organisations.queries import NONE
from saduak.programme.models import CriteriaSet, Criterion
from saduak.programme.queries import PartView, contents
from saduak.register.models import Certificate

ASKED, READY, SHOWN, OVER = "asked", "ready", "shown", "over"
STATES_OF: Final[dict[str, tuple[str, ...]]] = {
    ASKED: ("proposed",),
    READY: ("consented",),
    SHOWN: ("published",),
    OVER: ("declined", "withdrawn"),
}
# How many stand beside a criterion.
BESIDE: Final = 3
WITH: Final = ("certificate", "criterion", "centre__organisation", "programme")

# --- Over the years ----------------------------------------------------------------------------------------------------

_KEPT: Final = 32
_lines: OrderedDict[tuple[str, int, UUID, str], Mapping[str, frozenset[str]]] = OrderedDict()
_guard = Lock()


def lines(criteria_set: CriteriaSet) -> Mapping[str, frozenset[str]]:
    """By key of a set's criterion: itself and all that it replaces, through whatever years.

    One query; none for a set that replaces nothing, nor for a published one that this process has asked for before, for
    what that replaces is frozen too.
    """
    if not criteria_set.is_published:
        return _read_lines(criteria_set)
    database = str(connection.settings_dict["NAME"])
    name = (database, criteria_set.pk, criteria_set.public_id, criteria_set.digest)
    with _guard:
        known = _lines.get(name)
    if known is None:
        known = _read_lines(criteria_set)
        with _guard:
            _lines[name] = known
            while len(_lines) > _KEPT:
                _lines.popitem(last=False)
    return known


def _read_lines(criteria_set: CriteriaSet) -> Mapping[str, frozenset[str]]:
    own = contents(criteria_set).criteria
    if not any(row.replaces for row in own):
        return {row.key: frozenset({row.key}) for row in own}
    rows = Criterion.objects.filter(criteria_set__programme=criteria_set.programme_id).exclude(replaces=[])
    before: dict[str, set[str]] = {}
    for key, replaced in rows.values_list("key", "replaces"):
        before.setdefault(key, set()).update(replaced)
    return {row.key: _line(row.key, before) for row in own}


def _line(key: str, before: Mapping[str, set[str]]) -> frozenset[str]:
    """A key and all that came before it; whoever wrote a circle still gets an end."""
    found, ahead = {key}, [key]
    while ahead:
        ahead = [older for step in ahead for older in before.get(step, ()) if older not in found]
        found.update(ahead)
    return frozenset(found)


# --- What everybody reads ----------------------------------------------------------------------------------------------


def shown(actor: Actor) -> QuerySet[Any]:
    """Practices that everybody may read now, with what a list shows; the newest year first."""
    rows: QuerySet[Any] = Practice.objects.visible_to(actor).filter(rules.shown_q(actor.received_at))
    return rows.select_related(*WITH).order_by("-fiscal_year", "-published_at", "pk")


@dataclass(frozen=True, slots=True)
class PracticeLibrary:
    """What there is to choose from: sets with their criteria that have practices, how many of each criterion and year.

    `keys` says by key of today what it replaces, `held` under which keys of whatever year there are practices.
    """

    sets: tuple[CriteriaSet, ...]
    by_criterion: Mapping[str, int]
    by_year: Mapping[int, int]
    keys: Mapping[str, frozenset[str]]
    held: frozenset[str]

    def today(self, key: str) -> str:
        """The key of today that stands for a key of whatever year; the key itself when none does."""
        return next((new for new, line in self.keys.items() if key in line), key)

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(self.by_year.values())

    @property
    def parts(self) -> list[tuple[PartView, list[tuple[Criterion, int]]]]:
        """The criteria of today's sets that have practices, with how many, by part. No query after `practice_library`."""
        found = []
        for row in self.sets:
            for view in contents(row).parts:
                held = [
                    (one, self.by_criterion[one.key]) for one in view.criteria if one.key in self.by_criterion
                ]
                found += [(view, held)] if held else []
        return found


def practice_library(actor: Actor) -> PracticeLibrary:
    """The library as a whole. Two queries, and those for criteria that this process has not read yet."""
    rows = Practice.objects.visible_to(actor).filter(rules.shown_q(actor.received_at)).order_by()
    counted = list(
        rows.values_list("programme", "criterion_key", "fiscal_year").annotate(n=Count("pk")).order_by()
    )
    by_key: Counter[tuple[int, str]] = Counter()
    by_year: Counter[int] = Counter()
    for programme, key, year, n in counted:
        by_key[programme, key] += n
        by_year[year] += n
    sets = newest_of({programme for programme, *_rest in counted})
    keys: dict[str, frozenset[str]] = {}
    by_criterion: Counter[str] = Counter()
    for row in sets:
        for key, line in lines(row).items():
            keys[key] = line
            by_criterion[key] += sum(by_key[row.programme_id, old] for old in line)
    held = frozenset(key for _programme, key in by_key)
    years = dict(sorted(by_year.items(), reverse=True))
    return PracticeLibrary(tuple(sets), +by_criterion, years, keys, held)


def newest_of(programmes: set[int]) -> list[CriteriaSet]:
    """The newest published set of each programme. One query, none without programmes."""
    if not programmes:
        return []
    return newest_sets(CriteriaSet.objects.filter(programme__in=programmes, state="published"))


def newest_sets(rows: QuerySet[Any]) -> list[CriteriaSet]:
    """Of some published sets the newest of each programme, without their long documents. One query."""
    newest = {row.programme_id: row for row in rows.order_by("published_at", "pk").defer("document")}
    return [newest[key] for key in sorted(newest)]


def practice_list(
    actor: Actor, library: PracticeLibrary, *, criterion: str = "", year: int | None = None, q: str = ""
) -> QuerySet[Any]:
    """Public practices that match. One query at most.

    Args:
        actor: who reads.
        library: as `practice_library` gave it.
        criterion: of the criterion with this key and of those that it replaces; of all when empty, none of an unknown one.
        year: of this fiscal year, in the Buddhist era.
        q: words of the title, the text, the centre or its office.
    """
    rows = shown(actor)
    if criterion:
        rows = rows.filter(criterion_key__in=library.keys.get(criterion, library.held & {criterion}))
    if year is not None:
        rows = rows.filter(fiscal_year=year)
    for term in search_terms(q):
        rows = rows.filter(search_key__contains=term)
    return rows


def practices_for(actor: Actor, criterion: Criterion) -> list[Any]:
    """The newest public practices of a criterion and of those that it replaces. One query (see `lines`).

    The criterion comes with its set, as `contents` gives it.
    """
    line = lines(criterion.criteria_set).get(criterion.key, {criterion.key})
    return list(
        shown(actor).filter(programme=criterion.criteria_set.programme_id, criterion_key__in=line)[:BESIDE]
    )


def practice_counts(actor: Actor, criteria_set: CriteriaSet) -> dict[str, int]:
    """How many public practices there are for each criterion of a set that has any. One query (see `lines`)."""
    rows = Practice.objects.visible_to(actor).filter(
        rules.shown_q(actor.received_at), programme=criteria_set.programme_id
    )
    held = Counter(dict(rows.order_by().values_list("criterion_key").annotate(n=Count("pk"))))
    if not held:
        return {}
    return {key: n for key, line in lines(criteria_set).items() if (n := sum(held[old] for old in line))}


def public_practice(actor: Actor, practice_id: UUID) -> tuple[Practice, list[PracticePicture]] | None:
    """One public practice with its pictures, or None. Two queries."""
    practice = shown(actor).filter(public_id=practice_id).first()
    return None if practice is None else (practice, pictures_of(practice))


def public_picture(actor: Actor, practice_id: UUID, picture_id: UUID) -> PracticePicture | None:
    """One picture of a practice that is public now, or None. One query."""
    practices = Practice.objects.visible_to(actor).filter(
        rules.shown_q(actor.received_at), public_id=practice_id
    )
    rows = (
        PracticePicture.objects.visible_to(actor)
        .filter(practice__in=practices, evidence__retired_at__isnull=True)
        .select_related("evidence__file")
    )
    found: PracticePicture | None = rows.filter(public_id=picture_id).first()
    return found


def pictures_of(practice: Practice) -> list[PracticePicture]:
    """The pictures of a practice in their order, without those that the centre took out of its library. One query."""
    return list(practice.pictures.filter(evidence__retired_at__isnull=True).select_related("evidence__file"))


# --- What waits for whom -----------------------------------------------------------------------------------------------


def _mine(actor: Actor) -> QuerySet[Any]:
    """Practices that the actor has to do with: of their centres, and of the programmes for which they choose."""
    rows: QuerySet[Any] = Practice.objects.visible_to(actor)
    if not actor.is_system:
        rows = rows.filter((rules.programme_q(actor) or NONE) | (rules.own_q(actor) or NONE))
    return rows.select_related(*WITH, "submission", "certificate__publication")


def practice_work(actor: Actor, view: str) -> QuerySet[Any]:
    """Practices in one of the states of `STATES_OF`, the newest first. One query."""
    rows = _mine(actor).filter(state__in=STATES_OF[view])
    return rows.order_by("-ended_at", "-published_at", "-proposed_at", "-pk")


def practice_tally(actor: Actor) -> dict[str, int]:
    """How many there are in each of these views. One query."""
    rows = _mine(actor).select_related(None).order_by().values_list("state").annotate(n=Count("pk"))
    by_state = dict(rows)
    return {view: sum(by_state.get(state, 0) for state in states) for view, states in STATES_OF.items()}


def to_consent(actor: Actor, most: int) -> list[Practice]:
    """What waits for the actor's consent, the oldest first. One query, none for who heads nothing."""
    if actor.is_system or not actor.can(rules.CONSENT):
        return []
    mine = own_centres_q(actor, rules.CONSENT, "submission__application__") or NONE
    rows = Practice.objects.visible_to(actor).filter(mine, state="proposed")
    return list(rows.select_related("centre", "criterion").order_by("proposed_at", "pk")[:most])


def to_publish(actor: Actor, most: int) -> list[Practice]:
    """What the actor may publish now, the oldest consent first. One query, none for who publishes nothing."""
    held = rules.programme_q(actor)
    if held is None:
        return []
    rows = Practice.objects.visible_to(actor).filter(
        held, rules.stands_q(actor.received_at), state="consented"
    )
    return list(rows.select_related("centre", "criterion").order_by("consented_at", "pk")[:most])


@dataclass(frozen=True, slots=True)
class PracticePage:
    """One practice as it is or would be shown, and what the reader may do with it now."""

    practice: Practice
    pictures: list[PracticePicture]
    stands: bool
    may_edit: bool
    may_consent: bool
    may_publish: bool
    may_withdraw: bool
    may_hide: bool
    has_head: bool
    is_curator: bool
    may_propose_again: bool
    answer_id: UUID | None

    @property
    def is_public(self) -> bool:
        """Whether everybody reads it now."""
        return self.practice.state == "published" and self.stands


def practice_page(actor: Actor, practice_id: UUID) -> PracticePage | None:
    """One practice for those who have to do with it, or None. Three queries, four while it waits for its head."""
    rows = _mine(actor).annotate(
        stands=Exists(
            Certificate.objects.filter(rules.stands_q(actor.received_at, ""), pk=OuterRef("certificate"))
        ),
        answer_id=Subquery(
            Answer.objects.filter(
                application=OuterRef("submission__application"), criterion=OuterRef("criterion")
            ).values("public_id")[:1]
        ),
    )
    row = rows.filter(public_id=practice_id).first()
    if row is None:
        return None
    curator = bool(rules.may_curate(actor, row.programme_id))
    own = bool(rules.may_propose(actor, row.centre, row.programme_id))
    head = bool(rules.may_consent(actor, row))
    over = row.state not in LIVE
    return PracticePage(
        practice=row,
        pictures=pictures_of(row),
        stands=row.stands,
        may_edit=own and row.state in {"proposed", "consented"},
        may_consent=head and row.state == "proposed",
        may_publish=curator and row.state == "consented" and row.stands,
        may_withdraw=(head and row.state in rules.AGREED)
        or (curator and not over)
        or (not head and bool(rules.may_take_back(actor, row))),
        may_hide=row.state in rules.AGREED and bool(rules.may_hide(actor, row)),
        has_head=row.state != "proposed" or head_answers(row),
        is_curator=curator,
        may_propose_again=over and own and not (curator and row.ended_by_centre),
        answer_id=row.answer_id,
    )


def head_answers(practice: Practice) -> bool:
    """Whether somebody with an account heads the practice's office today, so that the question reaches anybody. One query."""
    posts = Appointment.objects.filter(
        on_day(clock.today()),
        Q(programme=practice.programme_id) | Q(programme__isnull=True),
        Q(centre=practice.centre_id) | Q(centre__isnull=True),
        role=Role.HEAD,
        organisation=practice.centre.organisation_id,
        person__user__is_active=True,
    )
    return posts.exists()
