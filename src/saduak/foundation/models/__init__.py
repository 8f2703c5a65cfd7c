"""Tables of the foundation."""

from saduak.foundation.models.accounts import Identity, LinkGrant, TimeMachineState, User
from saduak.foundation.models.audit import AuditEntry, AuditPersonal, AuditSeal, AuditSealLeaf
from saduak.foundation.models.base import AuditedModel, PublicIdModel
from saduak.foundation.models.services import (
    Batch,
    BatchItem,
    CacheEntry,
    Counter,
    CounterVoid,
    Deadline,
    Holiday,
    IdempotencyKey,
    JobRun,
    OutboxMessage,
    StoredFile,
    TickRun,
    Upload,
)

__all__ = [
    "AuditEntry",
    "AuditPersonal",
    "AuditSeal",
    "AuditSealLeaf",
    "AuditedModel",
    "Batch",
    "BatchItem",
    "CacheEntry",
    "Counter",
    "CounterVoid",
    "Deadline",
    "Holiday",
    "IdempotencyKey",
    "Identity",
    "JobRun",
    "LinkGrant",
    "OutboxMessage",
    "PublicIdModel",
    "StoredFile",
    "TickRun",
    "TimeMachineState",
    "Upload",
    "User",
]
