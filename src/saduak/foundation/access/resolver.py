"""How a signed-in account or a link becomes an actor. The room that knows appointments registers the lookup."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from django.db.models import DateField, DateTimeField, Q, QuerySet

from saduak.foundation import clock
from saduak.foundation.access.actor import Actor, Holding
from saduak.foundation.models.accounts import LinkGrant, User
from saduak.foundation.prepared import Given, Read
from saduak.foundation.thai.calendar import bangkok_date


@dataclass(frozen=True, slots=True)
class Powers:
    """What the lookup found for an account."""

    person_id: int | None = None
    name: str = ""
    holdings: tuple[Holding, ...] = ()


Lookup: TypeAlias = Callable[[User, datetime], Powers]
_lookups: list[Lookup] = []


def register(lookup: Lookup) -> Lookup:
    """Make `lookup` the source of holdings; one room does this once."""
    _lookups[:] = [lookup]
    return lookup


def of_user(user: User, received_at: datetime | None = None, acting_ref: str = "") -> Actor:
    """The actor behind an account, with today's appointments."""
    moment = received_at or clock.now()
    powers = _lookups[0](user, moment) if _lookups else Powers()
    return Actor(
        kind="user",
        ref=f"user:{user.pk}",
        received_at=moment,
        user_id=user.pk,
        person_id=powers.person_id,
        name=powers.name or str(user),
        holdings=powers.holdings,
        acting_ref=acting_ref,
    )


# What ends a link besides its own dates: a room says so of the links that it gives out, as a condition over `LinkGrant`
# for a day (or an expression that stands for one).
Ended: TypeAlias = Callable[[Any], Q]
_ended: list[Ended] = []


def ends(condition: Ended) -> Ended:
    """Let links that meet `condition` on a day open nothing, though nobody has revoked them yet."""
    _ended.append(condition)
    return condition


def live(moment: datetime) -> QuerySet[Any]:
    """The links that open something. They live in real time; what else ends them goes by the day of `moment`."""
    return _live(clock.wall(), bangkok_date(moment))


def _live(now: Any, day: Any) -> QuerySet[Any]:
    rows: QuerySet[Any] = LinkGrant.objects.filter(revoked_at__isnull=True, expires_at__gt=now)
    for condition in _ended:
        rows = rows.exclude(condition(day))
    return rows


# Every key that a helper types goes through here.
_BY_DIGEST = Read[LinkGrant](
    lambda: _live(Given("now", DateTimeField()), Given("day", DateField())).filter(
        token_digest=Given.of(LinkGrant, "token_digest")
    )
)


def _found(known: str, moment: datetime) -> LinkGrant | None:
    return _BY_DIGEST.first(now=clock.wall(), day=bangkok_date(moment), token_digest=known)


def digest(token: str) -> str:
    """What is stored of a link's secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def of_link(token: str, received_at: datetime | None = None) -> Actor | None:
    """The actor behind a link, or None when the link is unknown, expired or revoked. One query."""
    moment = received_at or clock.now()
    return _of_grant(_found(digest(token), moment), moment)


def of_kept(kept: Any, received_at: datetime) -> Actor | None:
    """The actor behind what a session keeps of a link (`to_keep`), as `of_link`. One query."""
    match kept:
        case [int(key), str(known)]:
            grant = _found(known, received_at)
            return _of_grant(grant, received_at) if grant is not None and grant.pk == key else None
    return None


def to_keep(grant: LinkGrant) -> list[int | str]:
    """What a session keeps of a link: nothing by which the link could be followed elsewhere."""
    return [grant.pk, grant.token_digest]


def _of_grant(grant: LinkGrant | None, moment: datetime) -> Actor | None:
    if grant is None:
        return None
    holding = Holding(
        ref=f"link:{grant.pk}",
        role="link",
        capabilities=frozenset(grant.capabilities),
        label=grant.holder,
        target=(grant.target_model, str(grant.target_id)),
    )
    return Actor(
        kind="link",
        ref=f"link:{grant.pk}",
        received_at=moment,
        name=grant.holder,
        holdings=(holding,),
        acting_ref=holding.ref,
    )
