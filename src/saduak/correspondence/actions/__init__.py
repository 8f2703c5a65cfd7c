"""Writes of this room: bringing in a letter, confirming what was read, and answering what it asks."""

from saduak.correspondence.actions.answering import acknowledge_duty, finish_duty
from saduak.correspondence.actions.confirming import confirm
from saduak.correspondence.actions.loading import keep_reading, load, set_aside, settle_finding

__all__ = [
    "acknowledge_duty",
    "confirm",
    "finish_duty",
    "keep_reading",
    "load",
    "set_aside",
    "settle_finding",
]
