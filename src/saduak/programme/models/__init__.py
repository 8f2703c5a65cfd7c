"""Tables of the programme room."""

from saduak.programme.models.criteria import CriteriaSet, Criterion, Level, Part
from saduak.programme.models.rounds import InternalDeadline, Round, Stage

__all__ = ["CriteriaSet", "Criterion", "InternalDeadline", "Level", "Part", "Round", "Stage"]
