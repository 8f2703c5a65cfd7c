"""Writing the committee's work."""

from saduak.certification.actions.announcements import prepare, publish, retry
from saduak.certification.actions.meetings import (
    adopt_proposals,
    close,
    decide,
    declare_interest,
    open_meeting,
)

__all__ = [
    "adopt_proposals",
    "close",
    "decide",
    "declare_interest",
    "open_meeting",
    "prepare",
    "publish",
    "retry",
]
