"""How a signed-in account or a link becomes an actor. The room that knows appointments registers the lookup."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from saduak.foundation import clock
from saduak.foundation.access.actor import Actor, Holding
from saduak.foundation.models.accounts import LinkGrant, User


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


def digest(token: str) -> str:
    """What is stored of a link's secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def of_link(token: str, received_at: datetime | None = None) -> Actor | None:
    """The actor behind a link, or None when the link is unknown, expired or revoked."""
    grant = LinkGrant.objects.filter(
        token_digest=digest(token), revoked_at__isnull=True, expires_at__gt=clock.wall()
    ).first()
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
        received_at=received_at or clock.now(),
        name=grant.holder,
        holdings=(holding,),
        acting_ref=holding.ref,
    )
