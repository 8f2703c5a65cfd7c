"""Writes of this room: briefings that letters announce, and notices."""

from saduak.outreach.actions.briefings import announce_briefing, cancel_briefing, invite_to_briefing
from saduak.outreach.actions.notices import Told, mark_all_read, mark_read, notify, notify_each

__all__ = [
    "Told",
    "announce_briefing",
    "cancel_briefing",
    "invite_to_briefing",
    "mark_all_read",
    "mark_read",
    "notify",
    "notify_each",
]
