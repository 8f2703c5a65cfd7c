"""The page that asks why before it does what is not done lightly: taking back, ending, taking out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from saduak.applications.models import Application
from saduak.applications.web import shared
from saduak.applications.web.forms import ReasonForm
from saduak.foundation.access.registry import Words


@dataclass(frozen=True, slots=True)
class Why:
    """The words of one such page.

    Attributes:
        title: what is done; its button says the same.
        over: about what.
        told: what follows from it.
        wrong: what stands above when it was not done.
        stay: leaving it.
        back_url: where leaving it leads to.
        done: what is said afterwards.
        done_url: where doing it leads to.
        crumbs: the way here (words and address).
        nav_key: the place in the navigation.
    """

    title: str
    over: str
    told: str
    wrong: str
    stay: str
    back_url: str
    done: str
    done_url: str
    crumbs: tuple[tuple[Words, str], ...]
    nav_key: str


def ask(request: HttpRequest, page: Why, do: Callable[[str], Any]) -> HttpResponse:
    """Ask for the reason; with one, do it and say so. A refusal keeps what was typed."""
    form = ReasonForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            done, status = shared.attempt(form, lambda: do(form.cleaned_data["reason"]))
            if done is not None:
                messages.success(request, page.done)
                return redirect(page.done_url)
    return shared.shown_again(request, "why", {"w": page, "form": form, "nav_key": page.nav_key}, status)


def crumbs_of(application: Application, *, is_mine: bool) -> tuple[tuple[Words, str], ...]:
    """The way to one application, as its own pages show it."""
    mine = ((_("ใบสมัคร"), reverse("applications:mine")),) if is_mine else ()
    one = (application.centre.name_th, reverse("applications:task-list", args=[application.public_id]))
    return (*mine, one)
