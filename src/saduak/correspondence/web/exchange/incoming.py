"""What the page that brings letters in does with packed files and saved e-mails."""

import uuid
from typing import Any, Final

from saduak.correspondence.actions import taking
from saduak.correspondence.exchange import kind_of
from saduak.correspondence.models import Letter
from saduak.foundation.access import Actor

# The endings of both, beside those of letters.
ENDINGS: Final = ".zip,.eml"
_ENOUGH: Final = 4096


def from_outside(actor: Actor, data: dict[str, Any]) -> Letter | None:
    """Bring in what a form gave when it is a packed file or a saved e-mail; None when it is any other file.

    Args:
        actor: who brings it in.
        data: what the form of the page holds after it was checked: file, holder, secrecy.

    Raises:
        Refused, Invalid: as `taking.take_upload` says.
    """
    upload = data["file"]
    head = upload.read(_ENOUGH)
    upload.seek(0)
    if not kind_of(head, upload.name):
        return None
    return taking.take_upload(
        actor=actor,
        organisation_id=uuid.UUID(data["holder"]),
        data=upload.read(),
        name=upload.name,
        secrecy=data.get("secrecy") or "",
    )
