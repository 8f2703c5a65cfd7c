"""Public pages: what this is, the open round, find a centre, verify a certificate."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from saduak.foundation.thai.calendar import bangkok_date, closing_day
from saduak.foundation.web.pages import public
from saduak.programme.models import Round, Stage
from saduak.programme.queries import contents, rounds, stage_of

FRESH_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Window:
    """The application window of a round, as the front page draws it."""

    round: Round
    stage: Stage
    state: str
    days: int
    day: int

    @property
    def share(self) -> str:
        """How much of the window is gone, in per cent with one decimal, for the drawing."""
        return f"{min(100.0, max(0.0, 100 * self.day / self.days)):.1f}%"


def _window(row: Round, moment: datetime) -> Window | None:
    stage = stage_of(row)
    if stage is None:
        return None
    state = (
        "open"
        if stage.starts_at <= moment < stage.ends_at
        else "early"
        if moment < stage.starts_at
        else "closed"
    )
    first, last = bangkok_date(stage.starts_at), closing_day(stage.ends_at)
    days = (last - first).days + 1
    return Window(row, stage, state, days, (bangkok_date(moment) - first).days + 1)


def front_window(found: list[Round], moment: datetime) -> Window | None:
    """The window to show: an open one, else the next to open, else the last."""
    windows = [window for row in found if (window := _window(row, moment))]
    for state in ("open", "early", "closed"):
        chosen = [window for window in windows if window.state == state]
        if chosen:
            return min(chosen, key=lambda window: window.stage.starts_at) if state != "closed" else chosen[0]
    return None


@public
def front(request: HttpRequest) -> HttpResponse:
    """The front door."""
    window = front_window(list(rounds(request.actor)[:4]), request.received_at)
    context = {
        "window": window,
        "stages": list(window.round.stages.all()) if window else [],
        "criteria": contents(window.round.criteria_set) if window else None,
    }
    return _fresh(render(request, "portal/front.html", context))


def _fresh(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, public=True, max_age=FRESH_SECONDS)
    return response


@public
def help_page(request: HttpRequest) -> HttpResponse:
    """Where to ask."""
    return _fresh(render(request, "portal/help.html"))


@public
def accessibility(request: HttpRequest) -> HttpResponse:
    """What we promise to everybody, and what to do when we fail."""
    return _fresh(render(request, "portal/accessibility.html"))


@public
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept about whom, and why."""
    return _fresh(render(request, "portal/privacy.html"))
