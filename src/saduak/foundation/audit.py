"""Appending to the audit: inside an action, on an aggregate whose row is already locked (rule 11)."""

import hashlib
import json
from typing import Any

from saduak.foundation import clock, ids
from saduak.foundation.access import Actor
from saduak.foundation.models.audit import AuditEntry, AuditPersonal
from saduak.foundation.models.base import AuditedModel


def canonical(value: Any) -> bytes:
    """Bytes to be hashed: JSON with sorted keys and no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str).encode()


def entry_digest(entry: AuditEntry) -> str:
    """SHA-256 over every field of an entry and the digest before it."""
    body = {
        "aggregate": entry.aggregate,
        "aggregate_id": entry.aggregate_id,
        "seq": entry.seq,
        "at": entry.at.isoformat(),
        "business_at": entry.business_at.isoformat(),
        "actor": entry.actor,
        "verb": entry.verb,
        "facts": entry.facts,
        "personal": entry.personal_digest,
        "previous": entry.previous,
    }
    return hashlib.sha256(canonical(body)).hexdigest()


def personal_digest(salt: str, values: dict[str, Any]) -> str:
    """Salted SHA-256 of personal values: proves them while they are kept, tells nothing once they are erased."""
    return hashlib.sha256(salt.encode() + canonical(values)).hexdigest()


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
        personal_digest=personal_digest(salt, personal) if personal else "",
        previous=aggregate.audit_head,
    )
    entry.digest = entry_digest(entry)
    entry.save(force_insert=True)
    if personal:
        AuditPersonal.objects.create(entry=entry, salt=salt, values=json.loads(canonical(personal)))
    aggregate.audit_seq, aggregate.audit_head = entry.seq, entry.digest
    type(aggregate).objects.filter(pk=aggregate.pk).update(audit_seq=entry.seq, audit_head=entry.digest)
    return entry
