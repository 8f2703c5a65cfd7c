"""The page "time saved": a round's call down the line here, beside the dates on a paper chain."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from saduak.correspondence import paper, rules
from saduak.correspondence.queries import timesaved as query
from saduak.correspondence.queries.deliveries import dispatch
from saduak.correspondence.web.sending.rails import days_words, offices
from saduak.correspondence.web.shared import actor_of
from saduak.foundation.web.pages import page
from saduak.programme.models import Round
from saduak.programme.queries import rounds


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of a rail: who, when, and how long since the first."""

    title: str
    on: datetime.date
    number: str = ""
    received: datetime.date | None = None
    words: str = ""
    calendar_days: int | None = None
    # Until the last of a level had it.
    last_on: datetime.date | None = None


@page(needs=rules.READ)
def time_saved(request: HttpRequest) -> HttpResponse:
    """Two rails side by side, and what lies between them in days."""
    actor = actor_of(request)
    known = list(rounds(actor))
    chosen = _chosen(known, request.GET.get("round", ""))
    context: dict[str, Any] = {"rounds": known, "round": chosen}
    if chosen is not None:
        told = query.time_saved(actor, chosen, chain_id=request.GET.get("chain", ""))
        context |= {
            "told": told,
            "may_open": told.call is not None and dispatch(actor, told.call.public_id) is not None,
            "paper": _on_paper(told),
            "here": _here(told),
            "saved": told.saved_days,
            "saved_abs": abs(told.saved_days or 0),
            "compared": _offices(told.compared) if told.compared else "",
            "paper_total": _words(told.chain.total, told) if told.chain else "",
            "here_total": _words(told.compared.half, told) if told.compared else "",
            "window_days": _length(told.window),
            "paper_window_days": _length(told.chain.window) if told.chain else 0,
        }
    return render(request, "correspondence/sent/time_saved.html", context)


def _chosen(known: list[Round], wanted: str) -> Round | None:
    return next((row for row in known if str(row.public_id) == wanted), known[0] if known else None)


def _length(window: tuple[datetime.date, datetime.date] | None) -> int:
    return (window[1] - window[0]).days + 1 if window else 0


def _words(took: paper.Took, told: query.TimeSaved) -> str:
    return days_words(took, rough=told.rough)


def _on_paper(told: query.TimeSaved) -> list[Stop]:
    if told.chain is None:
        return []
    return [
        Stop(
            title=hop.issuer,
            on=hop.dated,
            number=hop.number,
            received=hop.received,
            words=_words(took, told) if took else "",
            calendar_days=took.calendar_days if took else None,
        )
        for hop, took in told.chain.rows
    ]


def _here(told: query.TimeSaved) -> list[Stop]:
    if told.call is None or told.begun_on is None:
        return []
    issuer = told.call.letter.issuer
    first = Stop(issuer.name_th if issuer else "", told.begun_on, number=told.call.letter.number)
    rest = [
        Stop(
            title=_offices(level),
            on=level.half_on,
            words=_words(level.half, told),
            calendar_days=level.half.calendar_days,
            last_on=level.last_on if level.last_on != level.half_on else None,
        )
        for level in told.levels
    ]
    return [first, *rest]


def _offices(level: query.Level) -> str:
    return ", ".join(offices(kind, count) for kind, count in level.kinds)
