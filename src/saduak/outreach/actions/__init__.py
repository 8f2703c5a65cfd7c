"""Writes of this room: briefings that letters announce, and notices."""

from saduak.outreach.actions.briefings import announce_briefing, cancel_briefing
from saduak.outreach.actions.notices import mark_all_read, mark_read, notify

__all__ = ["announce_briefing", "cancel_briefing", "mark_all_read", "mark_read", "notify"]
