"""Tables of the applications room."""

from saduak.applications.models.application import Answer, AnswerVersion, Application
from saduak.applications.models.evidence import Evidence, EvidenceUse
from saduak.applications.models.extension import Extension
from saduak.applications.models.filing import Review, ReviewComment, SignOff, Submission
from saduak.applications.models.following import (
    BoardExport,
    Call,
    RemindedUnit,
    Reminder,
    SavedView,
    Target,
)
from saduak.applications.models.helping import AnswerNote, Delegation, DelegationItem, Remark
from saduak.applications.models.obstacles import KeptAnswer, Obstacle, ObstacleStep
from saduak.applications.models.papers import Paper
from saduak.applications.models.renewing import CarriedAnswer

__all__ = [
    "Answer",
    "AnswerNote",
    "AnswerVersion",
    "Application",
    "BoardExport",
    "Call",
    "CarriedAnswer",
    "Delegation",
    "DelegationItem",
    "Evidence",
    "EvidenceUse",
    "Extension",
    "KeptAnswer",
    "Obstacle",
    "ObstacleStep",
    "Paper",
    "Remark",
    "RemindedUnit",
    "Reminder",
    "Review",
    "ReviewComment",
    "SavedView",
    "SignOff",
    "Submission",
    "Target",
]
