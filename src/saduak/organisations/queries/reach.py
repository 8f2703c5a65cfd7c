"""Reach: from a person's appointments to conditions on rows. Ranges over `TreePath`, never a walk per row."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import (
    BigIntegerField,
    CharField,
    DateField,
    Exists,
    Expression,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
)

from saduak.foundation import clock, prepared
from saduak.foundation.access import Actor, Holding, Reach, Span, registry
from saduak.foundation.access.resolver import Powers
from saduak.foundation.models.accounts import User
from saduak.foundation.thai.calendar import bangkok_date, start_of_day
from saduak.organisations.models import Appointment, Organisation, Person, Relation, Role, TreePath
from saduak.organisations.models.dated import on_day
from saduak.organisations.paths import ancestors, span

# An empty Q disappears when it is combined with another by "or", so "every row" and "no row" are written out.
EVERY = Q(pk__isnull=False)
NONE = Q(pk__in=())
# These work for a programme in the whole country, whatever organisation they are appointed at.
NATIONAL = frozenset({Role.SECRETARIAT.value, Role.COMMITTEE.value})


# Every request of somebody signed in asks this, so it is built once.
_APPOINTMENTS = prepared.Read[Appointment](
    lambda: (
        Appointment.objects.filter(
            on_day(prepared.Given("day", DateField())), person__user=prepared.Given("user", BigIntegerField())
        )
        .select_related("person", "organisation__area", "centre")
        .only(
            *(
                "public_id",
                "role",
                "title",
                "reach",
                "valid_to",
                "programme",
                "person__title",
                "person__name",
            ),
            *("organisation__kind", "organisation__name_th", "organisation__area__code", "centre__name_th"),
        )
        .order_by("stand_in", "valid_from", "pk")
    )
)


def holdings_of(user: User, received_at: datetime) -> Powers:
    """What an account may do: its person's appointments on the day of `received_at` (in Bangkok).

    At most three queries: the appointments, whom those organisations write for, and their paths.
    """
    day = received_at.astimezone(clock.BANGKOK).date()
    rows = _APPOINTMENTS.all(day=day, user=user.pk)
    person = rows[0].person if rows else Person.objects.filter(user=user).first()
    if person is None:
        return Powers()
    own = {row.organisation_id for row in rows}
    names = _in_the_name_of(own, day) if own else {}
    wide = any(row.reach in {Reach.LINE, Reach.SUPERVISION} for row in rows)
    paths = _paths_of(own.union(*names.values())) if wide else {}
    return Powers(
        person_id=person.pk,
        name=str(person),
        holdings=tuple(_holding(row, names.get(row.organisation_id, {}), paths) for row in rows),
    )


def holdings_now_and_later(actor: Actor) -> list[Holding]:
    """What an actor holds, and what their person is appointed to from a later day on, as it will be held on that day.

    One query, and three for each such day.
    """
    later = Appointment.objects.filter(person=actor.person_id, valid_from__gt=bangkok_date(actor.received_at))
    days = sorted(set(later.values_list("valid_from", flat=True)))
    user = User(pk=actor.user_id)
    return [
        *actor.holdings,
        *(held for day in days for held in holdings_of(user, start_of_day(day)).holdings),
    ]


def _issuing(day: date | Expression, **children: Any) -> QuerySet[Relation]:
    """In whose name organisations issue letters on a day."""
    rows: QuerySet[Relation] = Relation.objects.filter(
        on_day(day), kind=Relation.Kind.ISSUES_FOR, **children
    ).select_related("parent__area")
    return rows.only("child", "parent", "parent__area__code")


# Nearly everybody is appointed at one organisation alone.
_ISSUING_OF_ONE = prepared.Read[Relation](
    lambda: _issuing(prepared.Given("day", DateField()), child=prepared.Given("child", BigIntegerField()))
)


def _in_the_name_of(organisation_ids: set[int], day: date) -> dict[int, dict[int, str]]:
    """For each organisation, those it issues letters for, with the code of their area."""
    found: dict[int, dict[int, str]] = defaultdict(dict)
    first, *more = organisation_ids
    rows = _issuing(day, child__in=organisation_ids) if more else _ISSUING_OF_ONE.all(day=day, child=first)
    for row in rows:
        found[row.child_id][row.parent_id] = row.parent.area.code if row.parent.area else ""
    return found


def _paths_of(organisation_ids: Iterable[int]) -> dict[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    rows = TreePath.objects.filter(organisation__in=organisation_ids).exclude(kind=TreePath.Kind.AREA)
    for organisation, kind, path in rows.order_by("path").values_list("organisation_id", "kind", "path"):
        found[organisation].append((kind, path))
    return found


def _holding(row: Appointment, named: dict[int, str], paths: dict[int, list[tuple[str, str]]]) -> Holding:
    ids = frozenset({row.organisation_id, *named})
    title = row.title or str(row.get_role_display())
    return Holding(
        ref=f"appointment:{row.public_id}",
        role=row.role,
        capabilities=registry.of_role(row.role),
        label=f"{title}, {row.centre or row.organisation}",
        organisation_id=row.organisation_id,
        centre_id=row.centre_id,
        programme_id=row.programme_id,
        reach=Reach(row.reach),
        spans=_spans(row, ids, named, paths),
        organisation_ids=ids,
        organisation_kind=row.organisation.kind,
        area_code=row.organisation.area.code if row.organisation.area else "",
        until=row.valid_to,
    )


def _spans(
    row: Appointment, ids: frozenset[int], named: dict[int, str], paths: dict[int, list[tuple[str, str]]]
) -> tuple[Span, ...]:
    """The ranges of one appointment; one that lies inside another is left out."""
    if row.reach == Reach.AREA:
        area = row.organisation.area
        prefixes = {TreePath.Kind.AREA: [*named.values(), area.code if area else ""]}
    elif row.reach == Reach.LINE:
        prefixes = {TreePath.Kind.LINE: [p for pk in ids for kind, p in paths.get(pk, ()) if kind == "line"]}
    elif row.reach == Reach.SUPERVISION:
        prefixes = {TreePath.Kind.SUPERVISION: [p for pk in ids for _kind, p in paths.get(pk, ())]}
    else:
        return ()
    return tuple(span(str(kind), prefix) for kind, found in prefixes.items() for prefix in outermost(found))


def outermost(prefixes: Iterable[str]) -> list[str]:
    """The prefixes that no other one covers, in order; empty ones mean nothing and are dropped."""
    kept: list[str] = []
    for prefix in sorted({p for p in prefixes if p}):
        if not kept or not prefix.startswith(kept[-1]):
            kept.append(prefix)
    return kept


def reach_q(
    actor: Actor,
    capability: str,
    field: str = "organisation",
    *,
    centre: str | None = None,
    programme: str | None = None,
    sharing: bool = False,
) -> Q:
    """Rows whose organisation lies in the actor's reach for `capability`; no row at all when nothing reaches.

    Supervision is not command: through it a capability counts only when it was declared with
    `status_only_under_supervision=True`, because it shows no more than where things stand. The secretariat and the
    committee of a programme reach the whole country.

    Args:
        actor: who asks; the program itself reaches every row.
        capability: only appointments with it count.
        field: how to get from the row to its organisation ("pk" for organisations themselves).
        centre: how to get from the row to its service centre. An appointment for one centre reaches only that
            centre's rows, so without this it reaches nothing.
        programme: how to get from the row to its programme; an appointment bound to a programme reaches only its rows.
        sharing: for reading only: also what supervised agencies chose to share with their supervisors.
    """
    if actor.is_system:
        return EVERY
    status_only = _shows_status_only(capability)
    total = NONE
    for holding in actor.holding_with(capability):
        reached = _reached(holding, field, centre, status_only=status_only, sharing=sharing)
        if reached is None:
            continue
        if programme and holding.programme_id is not None:
            reached &= Q(**{programme: holding.programme_id})
        total |= reached
    return total


def offices_q(holdings: Iterable[Holding], office: str, about: Callable[[int], Q]) -> Q | None:
    """Rows of the very offices of some holdings, each in the programme to which its holding is bound; None without any.

    Args:
        holdings: which of an actor's count.
        office: how to get from the row to its office.
        about: the rows that belong to a programme, by its key.
    """
    offices: dict[int | None, set[int]] = defaultdict(set)
    for holding in holdings:
        offices[holding.programme_id].update(holding.organisation_ids)
    total: Q | None = None
    for programme_id, pks in offices.items():
        part = Q(**{f"{office}__in": sorted(pks)})
        if programme_id is not None:
            part &= about(programme_id)
        total = part if total is None else total | part
    return total


def own_q(actor: Actor, capability: str, *, office: str, centre: str, programme: str = "") -> Q | None:
    """Rows of the centres at which the actor itself has `capability`, never of a sister's; None without any.

    Args:
        actor: who asks.
        capability: what they hold there: at one centre, or at its whole office.
        office: how to get from the row to the centre's office.
        centre: how to get from the row to the centre.
        programme: how to get from the row to its programme; without, it does not matter to which a holding is bound.
    """

    def about(key: int) -> Q:
        return Q(**{programme: key}) if programme else EVERY

    held = [holding for holding in actor.holding_with(capability) if holding.reach == Reach.OWN]
    total = offices_q((holding for holding in held if holding.centre_id is None), office, about)
    for holding in held:
        if holding.centre_id is None:
            continue
        part = Q(**{centre: holding.centre_id})
        if holding.programme_id is not None:
            part &= about(holding.programme_id)
        total = part if total is None else total | part
    return total


def _shows_status_only(capability: str) -> bool:
    return any(cap.status_only_under_supervision for cap in registry.capabilities() if cap.key == capability)


def _reached(
    holding: Holding, field: str, centre: str | None, *, status_only: bool, sharing: bool
) -> Q | None:
    if holding.role in NATIONAL:
        return EVERY
    if holding.centre_id is not None:
        return Q(**{centre: holding.centre_id}) if centre else None
    if not holding.organisation_ids:
        return None
    reached = Q(**{f"{field}__in": list(holding.organisation_ids)})
    for part in holding.spans:
        if part.kind != TreePath.Kind.SUPERVISION or status_only:
            reached |= span_q(part, field)
        elif sharing:
            reached |= span_q(part, field, shared_only=True)
    return reached


def span_q(part: Span, field: str = "organisation", *, shared_only: bool = False) -> Q:
    """Rows whose organisation lies in a range; `shared_only`: of those, the ones that share with their supervisor."""
    paths = TreePath.objects.filter(kind=part.kind, path__gte=part.low, path__lt=part.high)
    if shared_only:
        paths = paths.filter(organisation__shares_with_supervisor=True)
    return Q(**{f"{field}__in": paths.values("organisation")})


def reaching(
    actor: Actor, capability: str, organisation: Organisation, *, programme_id: int | None = None
) -> list[Holding]:
    """The actor's holdings with `capability` that reach one organisation. One query, and only for a wide reach.

    Holdings for a single centre are left out: they reach the centre, not its organisation.

    Args:
        actor: who asks.
        capability: what is to be done.
        organisation: to whom.
        programme_id: when given, appointments bound to another programme do not count.
    """
    near, far = _near_and_far(actor.holding_with(capability, programme_id=programme_id), organisation)
    if not far:
        return near
    paths, status_only = organisation.ways, _shows_status_only(capability)
    return near + [holding for holding in far if _covers(holding, paths, status_only=status_only)]


def through_a_name(holding: Holding, organisation: Organisation) -> bool:
    """Whether a holding that reaches an office does so only because its own office writes in another's name."""
    if len(holding.organisation_ids) < 2 or holding.role in NATIONAL:
        return False
    command = holding.reach in {Reach.OWN, Reach.LINE}
    kinds = (
        {TreePath.Kind.LINE.value} if command else {TreePath.Kind.LINE.value, TreePath.Kind.SUPERVISION.value}
    )
    ranked = (path for kind, path in organisation.ways if kind in kinds)
    return all(holding.organisation_id not in ancestors(path) for path in ranked)


def powers_over(actor: Actor, organisation: Organisation, capabilities: Iterable[str]) -> frozenset[str]:
    """Which of some capabilities the actor holds over one organisation: for the buttons of its page. At most one query."""
    wanted = list(capabilities)
    if actor.is_system:
        return frozenset(wanted)
    found: set[str] = set()
    for capability in wanted:
        near, far = _near_and_far(actor.holding_with(capability), organisation)
        if not near and far:
            status_only = _shows_status_only(capability)
            near = [h for h in far if _covers(h, organisation.ways, status_only=status_only)]
        if near:
            found.add(capability)
    return frozenset(found)


def _near_and_far(
    holdings: Iterable[Holding], organisation: Organisation
) -> tuple[list[Holding], list[Holding]]:
    """Holdings that reach an organisation whatever the tree says, and those that may reach it by a range."""
    wide = [h for h in holdings if h.centre_id is None or h.role in NATIONAL]
    near = [h for h in wide if h.role in NATIONAL or organisation.pk in h.organisation_ids]
    return near, [h for h in wide if h not in near and h.spans]


def _covers(holding: Holding, paths: frozenset[tuple[str, str]], *, status_only: bool) -> bool:
    return any(
        kind == part.kind and part.low <= path < part.high
        for part in holding.spans
        if part.kind != TreePath.Kind.SUPERVISION or status_only
        for kind, path in paths
    )


def reaches(
    actor: Actor, capability: str, organisation: Organisation, *, programme_id: int | None = None
) -> bool:
    """Whether the actor holds `capability` over one organisation. For rules; lists use `reach_q`."""
    return actor.is_system or bool(reaching(actor, capability, organisation, programme_id=programme_id))


def subtree_q(kind: str, path: str, field: str = "organisation") -> Q:
    """Rows whose organisation stands at `path` or below it, by "line", "supervision" or "area"."""
    return span_q(span(kind, path), field)


def under_q(organisation: Organisation, kind: str = "line", field: str = "organisation") -> Q:
    """Rows whose organisation is `organisation` or stands under it today. One query to read its paths.

    Kind "supervision" gives those it supervises, without itself.
    """
    kinds = ["line", "supervision"] if kind == TreePath.Kind.SUPERVISION else [kind]
    paths = TreePath.objects.filter(organisation=organisation, kind__in=kinds).values_list("path", flat=True)
    total = NONE
    for prefix in outermost(paths):
        total |= subtree_q(kind, prefix, field)
    if kind == TreePath.Kind.SUPERVISION:
        total &= ~Q(**{field: organisation.pk})
    return total


def stands_above(above: str, below: str, *kinds: str) -> Exists:
    """Rows in which one organisation still stands over another today; both are named by the way from the row.

    By the paths of these kinds ("line", "supervision"). No query of its own.
    """
    upper = TreePath.objects.filter(organisation=OuterRef(OuterRef(above))).exclude(kind=TreePath.Kind.AREA)
    under = ExpressionWrapper(OuterRef("path"), output_field=CharField())
    over = upper.annotate(under=under).filter(under__startswith=F("path"))
    return Exists(TreePath.objects.filter(Exists(over), organisation=OuterRef(below), kind__in=kinds))


def in_area_q(code: str, field: str = "area__code") -> Q:
    """Rows in an area or in any part of it; `field` leads to the area's code."""
    part = span("area", code)
    return Q(**{f"{field}__gte": part.low, f"{field}__lt": part.high})
