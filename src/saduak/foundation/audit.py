"""Appending to the audit: inside an action, on an aggregate whose row is already locked (rule 11)."""

import functools
import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.apps import apps

from saduak.foundation import clock, ids
from saduak.foundation.access import Actor
from saduak.foundation.alike import insert_alike, update_alike
from saduak.foundation.models.audit import AuditEntry, AuditPersonal
from saduak.foundation.models.base import AuditedModel
from saduak.foundation.prepared import Insert, Save

# Made once: thousands of entries are hashed in one go.
_write = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str).encode


def canonical(value: Any) -> bytes:
    """Bytes to be hashed: JSON with sorted keys and no spaces, UTF-8."""
    return _write(value).encode()


def moment(value: datetime) -> str:
    """A moment as it is hashed: always in UTC, since the database gives it back in UTC whatever zone it came in."""
    return value.astimezone(UTC).isoformat()


def chain_digest(  # noqa: PLR0913 - one argument a column
    *,
    aggregate: str,
    aggregate_id: int,
    seq: int,
    at: datetime,
    business_at: datetime,
    actor: str,
    verb: str,
    facts: dict[str, Any],
    personal: str,
    previous: str,
) -> str:
    """SHA-256 over every value of an entry and the digest before it."""
    body = {
        "aggregate": aggregate,
        "aggregate_id": aggregate_id,
        "seq": seq,
        "at": moment(at),
        "business_at": moment(business_at),
        "actor": actor,
        "verb": verb,
        "facts": facts,
        "personal": personal,
        "previous": previous,
    }
    return hashlib.sha256(canonical(body)).hexdigest()


def entry_digest(entry: AuditEntry) -> str:
    """The digest that belongs to an entry."""
    return chain_digest(
        aggregate=entry.aggregate,
        aggregate_id=entry.aggregate_id,
        seq=entry.seq,
        at=entry.at,
        business_at=entry.business_at,
        actor=entry.actor,
        verb=entry.verb,
        facts=entry.facts,
        personal=entry.personal_digest,
        previous=entry.previous,
    )


def personal_digest(salt: str, values: dict[str, Any]) -> str:
    """Salted SHA-256 of personal values: proves them while they are kept, tells nothing once they are erased."""
    return hashlib.sha256(salt.encode() + canonical(values)).hexdigest()


def erase(*entries: AuditEntry, actor: Actor, reason: str) -> int:
    """Erase the personal values of entries and the salt that could prove them; how many had any.

    What the chain holds of them are digests, so `verify` goes on to find it whole; that and why they were erased is
    an entry of its own. Call it inside an action.
    """
    kept = AuditPersonal.objects.filter(entry__in=entries, erased_at__isnull=True)
    told: dict[tuple[str, int], list[int]] = defaultdict(list)
    for name, pk, seq in kept.values_list("entry__aggregate", "entry__aggregate_id", "entry__seq"):
        told[name, pk].append(seq)
    erased = kept.update(values={}, salt="", erased_at=clock.wall())
    for (name, pk), numbers in sorted(told.items()):
        row = apps.get_model(name)._base_manager.select_for_update(no_key=True).get(pk=pk)
        append(row, actor=actor, verb="audit.erased", facts={"entries": sorted(numbers), "reason": reason})
    return erased


_ENTRY, _PERSONAL = Insert(AuditEntry), Insert(AuditPersonal)


@functools.cache
def _head(model: type[AuditedModel]) -> Save:
    return Save(model, "audit_seq", "audit_head")


def append(
    aggregate: AuditedModel,
    *,
    actor: Actor,
    verb: str,
    facts: dict[str, Any] | None = None,
    personal: dict[str, Any] | None = None,
) -> AuditEntry:
    """Add one entry to the aggregate's chain and move its head. Two queries, three with personal values.

    Args:
        aggregate: the row, locked (or just created) in this transaction.
        actor: who did it.
        verb: what happened, as `room.event`, for example `applications.submitted`.
        facts: values without personal data, kept in clear.
        personal: names, e-mail and the like: kept apart, erasable, only digested in the chain.
    """
    salt = ids.salt() if personal else ""
    entry = AuditEntry(
        aggregate=aggregate._meta.label_lower,
        aggregate_id=aggregate.pk,
        seq=aggregate.audit_seq + 1,
        at=clock.wall(),
        business_at=actor.received_at,
        actor=actor.ref,
        verb=verb,
        facts=json.loads(canonical(facts or {})),
        personal_digest=personal_digest(salt, json.loads(canonical(personal))) if personal else "",
        previous=aggregate.audit_head,
    )
    entry.digest = entry_digest(entry)
    _ENTRY.of(entry)
    if personal:
        _PERSONAL.of(AuditPersonal(entry=entry, salt=salt, values=json.loads(canonical(personal))))
    aggregate.audit_seq, aggregate.audit_head = entry.seq, entry.digest
    _head(type(aggregate)).of(aggregate)
    return entry


def append_many(
    aggregates: Sequence[AuditedModel],
    *,
    actor: Actor,
    verb: str,
    facts: Callable[[Any], dict[str, Any]] = lambda _row: {},
    also: Mapping[str, Any] | None = None,
) -> None:
    """Add one entry to the chain of each of many aggregates of one model: two queries, whatever their number.

    Args:
        aggregates: rows of one model, locked or just created in this transaction.
        actor: who did it.
        verb: what happened to each.
        facts: gives the values of one row; nothing personal.
        also: what all rows are to hold from now on, by attribute: what happened to them, in the same statement.
    """
    if not aggregates:
        return
    model = type(aggregates[0])
    common: dict[str, Any] = {
        "aggregate": model._meta.label_lower,
        "at": clock.wall(),
        "business_at": actor.received_at,
        "actor": actor.ref,
        "verb": verb,
    }
    entries: list[dict[str, Any]] = []
    heads: dict[int, dict[str, Any]] = {}
    said: dict[str, Any] = {}
    plain: dict[str, Any] = {}
    for row in aggregates:
        given = facts(row)
        if given is not said:  # thousands of rows often share one object
            said, plain = given, json.loads(canonical(given))
        seq, previous = row.audit_seq + 1, row.audit_head
        digest = chain_digest(
            aggregate_id=row.pk, seq=seq, facts=plain, personal="", previous=previous, **common
        )
        row.audit_seq, row.audit_head = seq, digest
        entry = {"aggregate_id": row.pk, "seq": seq, "facts": plain, "previous": previous}
        entries.append({**entry, "digest": digest})
        heads[row.pk] = {"id": row.pk, "audit_seq": seq, "audit_head": digest}
    insert_alike(AuditEntry, common, entries)
    update_alike(model, also or {}, list(heads.values()))
