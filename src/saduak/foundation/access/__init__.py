"""Access: actor → appointments and links → registered grants and denials → scoped querysets. Deny by default."""

from saduak.foundation.access.actor import Actor, Holding, Reach, Span
from saduak.foundation.access.registry import Capability, registry
from saduak.foundation.access.rules import YES, Conflict, Decision, Invalid, Refused, no, require

__all__ = [
    "YES",
    "Actor",
    "Capability",
    "Conflict",
    "Decision",
    "Holding",
    "Invalid",
    "Reach",
    "Refused",
    "Span",
    "no",
    "registry",
    "require",
]
