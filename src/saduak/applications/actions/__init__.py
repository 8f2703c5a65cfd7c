"""Writes of this room. Locks are taken in one order: application, answers by key, the rest."""

from saduak.applications.actions.evidence import (
    Added,
    add_evidence,
    link_evidence,
    retire_evidence,
    unlink_evidence,
)
from saduak.applications.actions.filing import (
    extend_correction,
    reopen,
    return_for_correction,
    settle,
    submit,
    withdraw,
)
from saduak.applications.actions.receipts import print_receipt
from saduak.applications.actions.reviewing import (
    cancel_review,
    comment,
    endorse_review,
    remove_comment,
    request_review,
    resolve_comment,
    return_review,
)
from saduak.applications.actions.signing import record_paper_signature, sign, void_signature
from saduak.applications.actions.sittings import tell_sittings
from saduak.applications.actions.starting import start
from saduak.applications.actions.writing import AnswerConflict, Saved, choose_kind, save_answer

__all__ = [
    "Added",
    "AnswerConflict",
    "Saved",
    "add_evidence",
    "cancel_review",
    "choose_kind",
    "comment",
    "endorse_review",
    "extend_correction",
    "link_evidence",
    "print_receipt",
    "record_paper_signature",
    "remove_comment",
    "reopen",
    "request_review",
    "resolve_comment",
    "retire_evidence",
    "return_for_correction",
    "return_review",
    "save_answer",
    "settle",
    "sign",
    "start",
    "submit",
    "tell_sittings",
    "unlink_evidence",
    "void_signature",
    "withdraw",
]
