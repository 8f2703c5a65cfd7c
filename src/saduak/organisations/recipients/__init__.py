"""Recipient expressions: from the words of a letter ("นายอำเภอ ทุกอำเภอ") to the offices that its issuer reaches.

The words are looked up in two ways, both from data: as the exact name, short name or head's title of one office, or as
one of the groups in `words`. A duty reaches only offices in the issuer's reach (`resolve`): those it commands (its line),
those it supervises, and those in whose name an office of its own line writes. A letter is sent (`audience`) also to
offices in the issuer's area and, by name or as a whole group, to any office: those it can only ask. What cannot be found
is told, never guessed.
"""

from saduak.organisations.recipients.audiences import audience
from saduak.organisations.recipients.finding import by_keys
from saduak.organisations.recipients.issuers import commands, find_issuer
from saduak.organisations.recipients.offices import COMMAND, Audience, Office, Resolved, Way
from saduak.organisations.recipients.reach import resolve, resolve_many
from saduak.organisations.recipients.words import GROUPS, Group, clean

__all__ = [
    "COMMAND",
    "GROUPS",
    "Audience",
    "Group",
    "Office",
    "Resolved",
    "Way",
    "audience",
    "by_keys",
    "clean",
    "commands",
    "find_issuer",
    "resolve",
    "resolve_many",
]
