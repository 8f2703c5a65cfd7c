"""Tables of this room: letters, duties, drafts and signatures, registers, and the way of a letter down the line."""

from saduak.correspondence.models.cascade import (
    Circulation,
    ContactLog,
    Delivery,
    Dispatch,
    DistributionGroup,
    Outside,
    RecipientList,
    Way,
)
from saduak.correspondence.models.duties import Duty, DutyRecipient, Force
from saduak.correspondence.models.exchange import ExchangeMessage
from saduak.correspondence.models.letters import (
    FindingMemory,
    Letter,
    LetterAttachment,
    LetterFinding,
    LetterReference,
    Origin,
    Secrecy,
    Settlement,
    Urgency,
)
from saduak.correspondence.models.registers import RegisterEntry, RegisterExport, Registry, RetentionClass
from saduak.correspondence.models.writing import (
    Absence,
    ChainStep,
    Delegation,
    Draft,
    DraftAttachment,
    LegalReference,
    LetterHead,
    LetterTemplate,
    WrittenKind,
)

__all__ = [
    "Absence",
    "ChainStep",
    "Circulation",
    "ContactLog",
    "Delegation",
    "Delivery",
    "Dispatch",
    "DistributionGroup",
    "Draft",
    "DraftAttachment",
    "Duty",
    "DutyRecipient",
    "ExchangeMessage",
    "FindingMemory",
    "Force",
    "LegalReference",
    "Letter",
    "LetterAttachment",
    "LetterFinding",
    "LetterHead",
    "LetterReference",
    "LetterTemplate",
    "Origin",
    "Outside",
    "RecipientList",
    "RegisterEntry",
    "RegisterExport",
    "Registry",
    "RetentionClass",
    "Secrecy",
    "Settlement",
    "Urgency",
    "Way",
    "WrittenKind",
]
