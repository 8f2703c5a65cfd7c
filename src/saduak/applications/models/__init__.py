"""Tables of the applications room."""

from saduak.applications.models.application import Answer, AnswerVersion, Application
from saduak.applications.models.evidence import Evidence, EvidenceUse
from saduak.applications.models.exports import RequestedFile
from saduak.applications.models.extension import Extension
from saduak.applications.models.filing import Review, ReviewComment, Signed, SignOff, Submission
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
from saduak.applications.models.practices import (
    Practice,
    PracticeLevels,
    PracticePicture,
    PracticeSuggestion,
)
from saduak.applications.models.readiness import (
    AssessorPlan,
    AssessorRule,
    Readiness,
    ReadinessConfirmation,
    ReadinessCount,
    ReadinessEntry,
    ReadinessExport,
    ReadinessList,
    ReadinessSending,
)
from saduak.applications.models.renewing import CarriedAnswer
from saduak.applications.models.selfcheck import PlanItem, SelfCheck
from saduak.applications.models.sharing import SharedCriterion, SharedItem

__all__ = [
    "Answer",
    "AnswerNote",
    "AnswerVersion",
    "Application",
    "AssessorPlan",
    "AssessorRule",
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
    "PlanItem",
    "Practice",
    "PracticeLevels",
    "PracticePicture",
    "PracticeSuggestion",
    "Readiness",
    "ReadinessConfirmation",
    "ReadinessCount",
    "ReadinessEntry",
    "ReadinessExport",
    "ReadinessList",
    "ReadinessSending",
    "Remark",
    "RemindedUnit",
    "Reminder",
    "RequestedFile",
    "Review",
    "ReviewComment",
    "SavedView",
    "SelfCheck",
    "SharedCriterion",
    "SharedItem",
    "SignOff",
    "Signed",
    "Submission",
    "Target",
]
