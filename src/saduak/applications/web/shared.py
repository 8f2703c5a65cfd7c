"""What the pages of this room share: who asks, the idempotency key of a form, errors that keep what was typed."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from saduak.foundation import ids
from saduak.foundation.access import Actor, Refused
from saduak.foundation.web import autosave
from saduak.foundation.web.forms import refuse

Row = TypeVar("Row")
Result = TypeVar("Result")


def actor_of(request: HttpRequest) -> Actor:
    """Who asks: the actor itself, not the lazy stand-in that the middleware put onto the request."""
    return request.actor.at(request.received_at)  # type: ignore[attr-defined,no-any-return] # set by our middleware


def found(row: Row | None) -> Row:
    """The row, or the page that says it is not here: also for what exists but is not for this reader.

    Raises:
        Http404: there is none.
    """
    if row is None:
        raise Http404
    return row


def once(request: HttpRequest) -> uuid.UUID | None:
    """The key that makes a form count once, however often it is sent; None when it was tampered with."""
    try:
        return uuid.UUID(request.POST.get("once", ""))
    except ValueError:
        return None


def new_once() -> uuid.UUID:
    """A key for a form that is shown now."""
    return ids.public_id()


def key_for(request: HttpRequest) -> uuid.UUID:
    """The key of the form that is shown again, so that a corrected form still counts once; else a new one."""
    return once(request) or new_once()


def page(
    request: HttpRequest, name: str, context: Mapping[str, Any], refusal: Refused | None = None
) -> HttpResponse:
    """A page of this room; after a refusal with its status, so that machines see it was not done."""
    status = refusal.status if refusal else 200
    return render(request, f"applications/{name}.html", {**context, "refusal": refusal}, status=status)


def shown_again(
    request: HttpRequest, name: str, context: Mapping[str, Any], status: int = 422
) -> HttpResponse:
    """The same form with what was typed and what is wrong with it."""
    return render(request, f"applications/{name}.html", dict(context), status=status)


def attempt(form: Form, run: Callable[[], Result]) -> tuple[Result | None, int]:
    """Run an action; a refusal is written onto the form instead of replacing the page.

    Returns:
        What the action gave and 200, or None and the status of the refusal.
    """
    try:
        return run(), 200
    except Refused as refusal:
        refuse(form, refusal)
        return None, refusal.status


def sent(
    request: HttpRequest, form: Form, run: Callable[[dict[str, Any]], Any], *, said: str, then: Sequence[Any]
) -> tuple[HttpResponse | None, int]:
    """What becomes of a page's one form, when it was sent.

    Args:
        request: whose POST is a sent form.
        form: bound to it.
        run: the action, with the form's values.
        said: the words on the next page, once it is done.
        then: the next page: the name of an address, and what it takes.

    Returns:
        The way to the next page; or None, and with which status this page is shown.
    """
    if request.method != "POST":
        return None, 200
    if not form.is_valid():
        return None, 422
    done, status = attempt(form, lambda: run(form.cleaned_data))
    if done is None:
        return None, status
    messages.success(request, said)
    return redirect(*then), status


def is_script(request: HttpRequest) -> bool:
    """Whether the client's script asks and wants JSON."""
    return autosave.wants_json(request)
