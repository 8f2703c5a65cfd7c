"""The home page of signed-in people: a to-do list by appointment."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from saduak.applications.queries import kept
from saduak.foundation.web.pages import page
from saduak.outreach.queries import unread
from saduak.portal import todos
from saduak.programme.queries import current, is_open
from saduak.programme.rules import SEE


@page()
def other_tab(request: HttpRequest) -> HttpResponse:
    """Where signing in ends in a tab of its own, which a page of unsaved work opened: back to that other tab."""
    return render(request, "portal/other_tab.html")


@page()
def todo(request: HttpRequest) -> HttpResponse:
    """What do I do next?"""
    actor = request.actor
    own = {pk for holding in actor.holding_with(SEE) for pk in holding.organisation_ids}
    going_on = current(actor, own)
    sections = todos.gather(actor, going_on)
    rounds = [each for each in going_on if is_open(each.round, request.received_at)]
    done = kept(actor, [each.round.pk for each in rounds])
    context = {
        "sections": sections,
        "first": todos.first(sections),
        "count": len(todos.waiting(sections)),
        "rounds": [(each, done.get(each.round.pk, frozenset())) for each in rounds],
        "unread": unread(actor),
    }
    return render(request, "portal/home.html", context)
