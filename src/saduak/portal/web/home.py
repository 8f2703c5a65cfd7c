"""The home page of signed-in people: a to-do list by appointment."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from saduak.foundation.web.pages import page
from saduak.outreach.queries import unread
from saduak.portal import todos
from saduak.programme.queries import rounds, stage_of
from saduak.programme.queries.rounds import is_open


@page()
def todo(request: HttpRequest) -> HttpResponse:
    """What do I do next?"""
    sections = todos.gather(request.actor)
    count = sum(len(section.rows) for section in sections)
    open_rounds = [row for row in rounds(request.actor)[:6] if is_open(row, request.received_at)]
    context = {
        "sections": sections,
        "first": todos.first(sections),
        "count": count,
        "rounds": [(row, stage_of(row)) for row in open_rounds],
        "unread": unread(request.actor),
    }
    return render(request, "portal/home.html", context)
