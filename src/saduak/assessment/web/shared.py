"""What the pages of this room share: who asks, what is not here, and a page after a refusal."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from saduak.assessment.rules import SCREEN
from saduak.foundation.access import Actor, Refused
from saduak.foundation.web.forms import refuse

Row = TypeVar("Row")
Result = TypeVar("Result")


def actor_of(request: HttpRequest) -> Actor:
    """Who asks, as the middleware found out."""
    return request.actor  # type: ignore[attr-defined,no-any-return] # set by WhoActs


def found(row: Row | None) -> Row:
    """The row, or the page that says it is not here: also for what exists but is not for this reader.

    Raises:
        Http404: there is none.
    """
    if row is None:
        raise Http404
    return row


def page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page of this room, under the entry of the menu that its reader came by."""
    entry = "screening" if actor_of(request).can(SCREEN) else "scoring"
    return render(request, f"assessment/{name}.html", {"nav_key": entry, **context}, status=status)


def attempt(form: forms.Form, run: Callable[[], Result]) -> tuple[Result | None, int]:
    """Run an action; a refusal is written onto the form instead of replacing the page.

    Returns:
        What the action gave and 200, or None and the status of the refusal.
    """
    try:
        return run(), 200
    except Refused as refusal:
        refuse(form, refusal)
        return None, refusal.status


def sent(request: HttpRequest, form: forms.Form, run: Callable[[], Result]) -> tuple[Result | None, int]:
    """Run an action for a form that was sent.

    Returns:
        What the action gave and 200; None and the status of the page that shows the form: not sent yet, wrong, or refused.
    """
    if request.method != "POST":
        return None, 200
    return attempt(form, run) if form.is_valid() else (None, 422)
