"""Decisions: may somebody do something to something, and if not, why not, in words for people."""

from dataclasses import dataclass

from saduak.foundation.access.registry import Words


@dataclass(frozen=True, slots=True)
class Decision:
    """Yes, or no with a reason that says what to do."""

    allowed: bool
    reason: Words = ""
    code: str = ""

    def __bool__(self) -> bool:
        return self.allowed


YES = Decision(allowed=True)


def no(reason: Words, code: str = "refused") -> Decision:
    """A refusal with its reason."""
    return Decision(allowed=False, reason=reason, code=code)


class Refused(Exception):
    """An action that the rules do not allow. Carries words for the person and a code for tests and the API."""

    status = 403

    def __init__(self, reason: Words, code: str = "refused") -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.code = code


class Conflict(Refused):
    """The row moved on since the person read it: closed, changed by another, already done."""

    status = 409


class Invalid(Refused):
    """What was typed can't be taken; `fields` says where and why. Nothing was changed, nothing is lost."""

    status = 422

    def __init__(self, reason: Words, fields: dict[str, Words] | None = None, code: str = "invalid") -> None:
        super().__init__(reason, code)
        self.fields = fields or {}


def require(decision: Decision) -> None:
    """Go on, or raise the refusal.

    Raises:
        Refused: the decision was no.
    """
    if not decision:
        raise Refused(decision.reason, decision.code or "refused")
