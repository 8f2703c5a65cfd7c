"""A whole round in simulated time, through the very actions that the pages call. Same seed, same result."""

from saduak.portal.rehearsal.engine import Plan, rehearse
from saduak.portal.rehearsal.report import Report

__all__ = ["Plan", "Report", "rehearse"]
