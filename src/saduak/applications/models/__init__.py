"""Tables of the applications room."""

from saduak.applications.models.application import Answer, AnswerVersion, Application
from saduak.applications.models.evidence import Evidence, EvidenceUse
from saduak.applications.models.filing import Review, ReviewComment, SignOff, Submission

__all__ = [
    "Answer",
    "AnswerVersion",
    "Application",
    "Evidence",
    "EvidenceUse",
    "Review",
    "ReviewComment",
    "SignOff",
    "Submission",
]
