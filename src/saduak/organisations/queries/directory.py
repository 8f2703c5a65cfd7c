"""Finding organisations, areas and centres, and what stands around one of them."""

import datetime
import uuid
from collections.abc import Iterable

from django.db.models import Prefetch, Q, QuerySet
from django.db.models.functions import Length

from saduak.foundation import clock
from saduak.foundation.access import Actor
from saduak.foundation.access.resolver import digest
from saduak.foundation.thai.text import search_key, search_terms
from saduak.organisations.models import (
    Appointment,
    Area,
    CentreEvent,
    Invitation,
    Organisation,
    OrganisationName,
    Person,
    Relation,
    ServiceCentre,
)
from saduak.organisations.models.dated import on_day


def by_code(code: str) -> Organisation:
    """The organisation with a stable code, for example "province:65".

    Raises:
        DoesNotExist: there is none.
    """
    found: Organisation = Organisation.objects.select_related("area").get(code=code)
    return found


def _found(query: str) -> Q:
    """Rows whose search text holds every word of `query`; an empty query finds all."""
    condition = Q()
    for term in search_terms(query):
        condition &= Q(search_key__contains=search_key(term))
    return condition


def search_organisations(
    actor: Actor, query: str = "", *, kind: str = "", area: str = "", retired: bool = False
) -> QuerySet[Organisation]:
    """Organisations whose names hold every word of `query`, in Thai order.

    Args:
        actor: who looks.
        query: words in any order; Thai or Arabic digits, abbreviations with or without full stops.
        kind: only this kind.
        area: only in the area with this code, or in a part of it.
        retired: also those that no longer exist.
    """
    rows: QuerySet[Organisation] = (
        Organisation.objects.visible_to(actor).filter(_found(query)).select_related("area", "area__parent")
    )
    if kind:
        rows = rows.filter(kind=kind)
    if area:
        rows = rows.filter(area__code__startswith=area)
    if not retired:
        rows = rows.filter(retired_at__isnull=True)
    return rows.order_by("sort_key", "pk")


def search_areas(query: str, *, kind: str = "") -> QuerySet[Area]:
    """Areas by name or official code, provinces first."""
    rows: QuerySet[Area] = Area.objects.filter(
        Q(code=query) if query.isdigit() else _found(query)
    ).select_related("parent__parent")
    if kind:
        rows = rows.filter(kind=kind)
    return rows.order_by(Length("code"), "sort_key", "code")


def area_named(name: str, *, kind: str, within: str = "") -> Area | None:
    """The one area of a kind with exactly this Thai name (inside the area with code `within`), else None."""
    rows = list(Area.objects.filter(kind=kind, name_th=name.strip(), code__startswith=within)[:2])
    return rows[0] if len(rows) == 1 else None


def organisation_at(organisation: Organisation, day: datetime.date) -> str:
    """The name that an organisation bore on a day, for reports of an old round."""
    row = (
        OrganisationName.objects.filter(on_day(day), organisation=organisation)
        .order_by("-valid_from")
        .first()
    )
    return row.name_th if row else organisation.name_th


def relations_of(organisation: Organisation, day: datetime.date | None = None) -> list[Relation]:
    """What an organisation stands under on a day (today), by every kind of relation. One query."""
    rows = Relation.objects.filter(on_day(day or clock.today()), child=organisation)
    return list(rows.select_related("parent").order_by("kind", "parent__sort_key", "pk"))


def below(organisation: Organisation, kind: str = Relation.Kind.LINE) -> QuerySet[Organisation]:
    """Organisations that stand directly under one today, by one kind of relation."""
    now = Relation.objects.filter(on_day(clock.today()), parent=organisation, kind=kind)
    rows: QuerySet[Organisation] = Organisation.objects.filter(pk__in=now.values("child"))
    return rows.filter(retired_at__isnull=True).order_by("sort_key", "pk")


def centres_of(organisation: Organisation, actor: Actor) -> QuerySet[ServiceCentre]:
    """The service centres of an organisation that serve today."""
    rows: QuerySet[ServiceCentre] = ServiceCentre.objects.visible_to(actor).filter(
        organisation=organisation, retired_at__isnull=True
    )
    return rows.select_related("area").order_by("sort_key", "pk")


def centre_with_history(actor: Actor) -> QuerySet[ServiceCentre]:
    """Centres with their organisation, area and dated changes, newest first."""
    events = Prefetch("events", CentreEvent.objects.order_by("-on", "-pk"))
    rows: QuerySet[ServiceCentre] = ServiceCentre.objects.visible_to(actor)
    return rows.select_related("organisation", "area__parent__parent").prefetch_related(
        events, "successors", "predecessors"
    )


def find_invitation(token: str) -> Invitation | None:
    """An invitation that can still be used, by its secret."""
    found: Invitation | None = (
        Invitation.objects.filter(
            token_digest=digest(token),
            used_at__isnull=True,
            revoked_at__isnull=True,
            expires_at__gt=clock.wall(),
        )
        .select_related("organisation", "centre", "programme", "person")
        .first()
    )
    return found


def people_of(
    actor: Actor, organisation: Organisation, *, centre: ServiceCentre | None = None
) -> QuerySet[Appointment]:
    """Today's appointments at an organisation (for one centre only, when given) that the actor may see. One query."""
    rows: QuerySet[Appointment] = Appointment.objects.visible_to(actor).filter(
        on_day(clock.today()), organisation=organisation
    )
    if centre is not None:
        rows = rows.filter(centre=centre)
    return rows.select_related("person", "centre", "programme").order_by(
        "role", "stand_in", "valid_from", "pk"
    )


def held_by(people: Iterable[int]) -> list[Appointment]:
    """The appointments of some people (keys) that hold today or will, wherever; none when there are none. One query.

    For rules: it asks nobody whether they may see them.
    """
    wanted = list(people)
    if not wanted:
        return []
    rows = Appointment.objects.filter(person__in=wanted).exclude(valid_to__lte=clock.today())
    return list(rows.select_related("organisation", "centre").order_by("pk"))


def open_invitations(actor: Actor, organisation: Organisation) -> QuerySet[Invitation]:
    """Invitations to an organisation that can still be used, as far as the actor may see them. One query."""
    rows: QuerySet[Invitation] = Invitation.objects.visible_to(actor).filter(
        organisation=organisation, used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=clock.wall()
    )
    return rows.order_by("expires_at", "pk")


def day_after(day: datetime.date | None) -> datetime.date | None:
    """The first day no more, from the last day that people name."""
    return day + datetime.timedelta(days=1) if day else None


def person_named(actor: Actor, public_id: str) -> Person | None:
    """A person by public id as an address carries it, if the actor may see them; anything else is nobody."""
    try:
        wanted = uuid.UUID(public_id)
    except ValueError:
        return None
    found: Person | None = Person.objects.visible_to(actor).filter(public_id=wanted).first()
    return found
