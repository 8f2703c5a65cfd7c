"""The server's half of autosave: what the client in saduak.js sends and understands."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from django.http import HttpRequest, JsonResponse
from django.utils.crypto import salted_hmac

from saduak.foundation import clock
from saduak.foundation.access import Refused
from saduak.foundation.access.registry import Words
from saduak.foundation.templatetags.thai import thai_time
from saduak.foundation.web.forms import whole_number

_ACCOUNT = 16
# Under these names a form and a script say who had the page before them.
ACCOUNT_FIELD, ACCOUNT_HEADER = "account_key", "X-Saduak-Account"


class Submission(NamedTuple):
    """One field as the client sent it, and the version of the row it was written on."""

    field: str
    values: list[str]
    version: int


def wants_json(request: HttpRequest) -> bool:
    """Whether the client script asks (autosave, upload), not a plain form."""
    return request.headers.get("X-Requested-With") == "fetch"


def account_of(request: HttpRequest) -> str:
    """Who writes, as the client keeps it beside what is not saved yet: tells accounts apart and says nothing of them.

    Who comes by a link is known by what it opens: a link that was lost is replaced by another, and the words that its
    holder has not saved yet are theirs still.
    """
    actor = getattr(request, "actor", None)
    if actor is None or not actor.is_signed_in:
        return ""
    target = actor.acting.target if actor.kind == "link" and actor.acting else None
    ref = f"link:{':'.join(target)}" if target else actor.ref
    return salted_hmac("saduak.autosave", ref).hexdigest()[:_ACCOUNT]


def is_other_account(request: HttpRequest) -> bool:
    """Whether somebody else has signed in since the page was opened that this write comes from.

    What says nothing of it (a script of somebody's own, a page without an account) is let through.
    """
    written_by = request.headers.get(ACCOUNT_HEADER, "") or request.POST.get(ACCOUNT_FIELD, "")
    return bool(written_by) and written_by != account_of(request)


def submitted(request: HttpRequest) -> Submission | None:
    """The one field that was autosaved; None when this is a plain post of the whole form, or unreadable."""
    field = request.POST.get("field", "")
    version = whole_number(request.POST.get("version", ""))
    if not field or version is None:
        return None
    return Submission(field, request.POST.getlist(field), version)


def saved(
    version: int, at: datetime, html: Mapping[str, str] | None = None, refresh: str = "", note: Words = ""
) -> JsonResponse:
    """It is saved: the new version and the moment.

    Args:
        version: of the row as it is now.
        at: when it was saved.
        html: parts of the page (by id) that changed with it.
        refresh: where the client gets such parts afterwards (`{"html": …}`), when they cost more than a save may.
        note: what the writer has to know besides.

    The time is told in words by the clock of the page (a demo travels in time), never by that of the device.
    """
    answer: dict[str, object] = {
        "version": version,
        "saved_at": at.isoformat(),
        "time": thai_time(clock.now()),
    }
    if html:
        answer["html"] = dict(html)
    if refresh:
        answer["refresh"] = refresh
    if note:
        answer["note"] = str(note)
    return JsonResponse(answer)


def conflict(
    version: int,
    theirs: str,
    by: str,
    values: list[str] | None = None,
    passages: Iterable[tuple[str, str]] = (),
) -> JsonResponse:
    """Somebody else saved meanwhile: their text and their role. The writer chooses; nothing is overwritten.

    Args:
        version: of the row as it is now.
        theirs: their text; of a list of choices the words that they chose.
        by: who it was.
        values: what the field is set to when the writer takes theirs, where it differs from the words.
        passages: both texts in order, as (same, gone: only theirs, new: only the writer's; the words), to choose from.
    """
    answer: dict[str, object] = {"version": version, "theirs": theirs, "by": by}
    if values is not None:
        answer["values"] = values
    if told := list(passages):
        answer["passages"] = told
    return JsonResponse(answer, status=409)


def invalid(message: Words) -> JsonResponse:
    """What was typed can't be taken; the message says why and stands at the field."""
    return JsonResponse({"message": str(message)}, status=422)


def refused(refusal: Refused) -> JsonResponse:
    """The rules said no, for good: the text stays with the writer, the message says why."""
    return JsonResponse({"message": str(refusal.reason)}, status=refusal.status)
