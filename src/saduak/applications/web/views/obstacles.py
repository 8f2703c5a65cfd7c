"""Obstacles: what blocks a centre, who answers, and answers kept for everybody; and more time for one centre."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from saduak.applications import actions, queries
from saduak.applications.models import KeptAnswer
from saduak.applications.queries import own_centres
from saduak.applications.queries.obstacles import MINE, SEEN, TURN, ObstaclePage
from saduak.applications.rules import obstacles as rules
from saduak.applications.web import shared
from saduak.applications.web.obstacle_forms import (
    AnswerForm,
    AnswersForm,
    KeepForm,
    ObstacleForm,
    PassOnForm,
    ReopenForm,
)
from saduak.applications.web.views import extension
from saduak.applications.web.why import Why, ask
from saduak.foundation.access import Actor
from saduak.foundation.access.registry import Words
from saduak.foundation.web.pages import page as marked
from saduak.programme.models import Round
from saduak.programme.queries import contents, rounds_on

PER_PAGE = 50
NAV = "obstacles"
# The tag (word and loop) of each state of an obstacle.
STATES: dict[str, tuple[str, Words]] = {
    "open": ("wait", gettext_lazy("รอคำตอบ")),
    "answered": ("sent", gettext_lazy("ตอบแล้ว")),
    "closed": ("done", gettext_lazy("แก้ได้แล้ว")),
    "withdrawn": ("off", gettext_lazy("ถอนเรื่องแล้ว")),
}
_VIEWS: dict[str, Words] = {
    MINE: gettext_lazy("ที่ศูนย์แจ้ง"),
    TURN: gettext_lazy("รอคุณตอบ"),
    SEEN: gettext_lazy("ที่ขึ้นมาถึงแล้ว"),
}


def _topics() -> list[tuple[str, Words]]:
    return list(rules.policy().topics.items())


@marked(needs=rules.USE)
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Obstacles: those of my centres, those that wait for my answer, those that I have seen."""
    actor = shared.actor_of(request)
    known = queries.views_of(actor)
    view = request.GET.get("view", "")
    view = view if view in known else known[0]
    page = Paginator(queries.obstacle_list(actor, view), PER_PAGE).get_page(request.GET.get("page"))
    here = reverse("applications:obstacles")
    context = {
        "view": view,
        "views": [
            {"url": f"{here}?view={key}", "label": _VIEWS[key], "current": key == view} for key in known
        ],
        "may_report": MINE in known,
        "page_obj": page,
        "rows": [(row, rules.topic_words(row.topic), STATES[row.state]) for row in page],
        "nav_key": NAV,
    }
    return shared.page(request, "obstacle_list", context)


@marked(needs=rules.REPORT)
def new(request: HttpRequest) -> HttpResponse:
    """Say what blocks the centre. An answer that is known already is shown before anybody is asked."""
    actor = shared.actor_of(request)
    running = list(rounds_on(actor.received_at, actor))
    wanted = request.GET.get("round", "")
    round_ = next((row for row in running if str(row.public_id) == wanted), running[0] if running else None)
    centres = list(own_centres(actor, rules.REPORT))
    if round_ is None or not centres:
        return shared.page(request, "obstacle_new", {"nav_key": NAV})
    criteria = contents(round_.criteria_set).criteria
    form = ObstacleForm(
        request.POST or None,
        initial={"criterion": request.GET.get("criterion", "")},
        centres=[(str(row.public_id), str(row)) for row in centres],
        topics=_topics(),
        criteria=[(str(row.public_id), f"{row.number} {row.label}"[:120]) for row in criteria],
    )
    answered: list[KeptAnswer] = []
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            answered = [] if "told" in request.POST else _answered(actor, round_, form)
            done, status = (None, 422) if answered else _report(request, actor, round_, form)
            if done is not None:
                messages.success(request, _("แจ้งแล้ว เรื่องถึงหน่วยงานที่จะตอบแล้ว"))
                return redirect("applications:obstacle", done.public_id)
    context = {
        "round": round_,
        "others": [row for row in running if row != round_],
        "form": form,
        "answered": answered,
        "days": rules.policy().days,
        "once": shared.key_for(request),
        "nav_key": NAV,
    }
    return shared.shown_again(request, "obstacle_new", context, status)


def _answered(actor: Actor, round_: Round, form: ObstacleForm) -> list[KeptAnswer]:
    said = form.cleaned_data
    about = [row for row in contents(round_.criteria_set).criteria if str(row.public_id) == said["criterion"]]
    key = about[0].key if about else ""
    return queries.already_answered(actor, round_, what=said["what"], topic=said["topic"], criterion_key=key)


def _report(request: HttpRequest, actor: Actor, round_: Round, form: ObstacleForm) -> tuple[Any, int]:
    said = form.cleaned_data
    return shared.attempt(
        form,
        lambda: actions.report_obstacle(
            actor=actor,
            centre_id=UUID(said["centre"]),
            round_id=round_.public_id,
            what=said["what"],
            need=said["need"],
            topic=said["topic"],
            criterion_id=UUID(said["criterion"]) if said["criterion"] else None,
            idempotency_key=shared.once(request),
        ),
    )


@marked()
def one(request: HttpRequest, obstacle_id: UUID) -> HttpResponse:
    """One obstacle with what was said; answering, passing on, asking again, closing."""
    actor = shared.actor_of(request)
    view = shared.found(queries.obstacle_page(actor, obstacle_id))
    if request.method != "POST":
        return shared.page(request, "obstacle_one", _one(request, view))
    do = request.POST.get("do", "")
    form = _FORMS[do](request.POST, view) if do in _FORMS else None
    status = 422
    if do in _DOES and (form is None or form.is_valid()):
        form = form or Form(request.POST)
        said = getattr(form, "cleaned_data", {})
        run, words = _DOES[do]
        done, status = shared.attempt(form, lambda: run(actor=actor, obstacle_id=obstacle_id, **said))
        if done is not None:
            messages.success(request, str(words))
            return redirect("applications:obstacle", obstacle_id)
    return shared.shown_again(
        request, "obstacle_one", _one(request, view, **({do: form} if do in _DOES else {})), status
    )


def _reopen(*, note: str, higher: str, **more: Any) -> Any:
    return actions.reopen_obstacle(why=note, higher=bool(higher), **more)


_FORMS: dict[str, Callable[[Any, ObstaclePage], Form]] = {
    "answer": lambda data, _view: AnswerForm(data),
    "raise": lambda data, _view: PassOnForm(data),
    "reopen": lambda data, _view: ReopenForm(data),
    "keep": lambda data, view: KeepForm(
        data,
        topics=_topics(),
        initial={
            "topic": view.obstacle.topic,
            "question": view.obstacle.what,
            "text": view.last_answer,
        },
    ),
}
_DOES: dict[str, tuple[Callable[..., Any], Words]] = {
    "answer": (actions.answer_obstacle, gettext_lazy("ส่งคำตอบให้ศูนย์แล้ว เก็บไว้ให้ศูนย์อื่นได้ข้างล่าง")),
    "raise": (actions.raise_obstacle, gettext_lazy("ส่งต่อขึ้นไปแล้ว และแจ้งศูนย์แล้ว")),
    "reopen": (_reopen, gettext_lazy("ถามใหม่แล้ว")),
    "close": (actions.close_obstacle, gettext_lazy("ปิดเรื่องแล้ว ขอบคุณที่แจ้งว่าแก้ได้")),
    "withdraw": (actions.withdraw_obstacle, gettext_lazy("ถอนเรื่องแล้ว ไม่มีใครต้องตอบอีก")),
    "keep": (actions.keep_answer, gettext_lazy("เก็บคำตอบไว้ให้ทุกศูนย์แล้ว")),
}


def _one(request: HttpRequest, view: ObstaclePage, **bound: Form | None) -> dict[str, Any]:
    """What the page shows; `bound` holds the form that was refused, by what it does."""
    obstacle = view.obstacle
    forms = {key: bound.get(key) or make(None, view) for key, make in _FORMS.items()}
    answering = bool(view.may_answer)
    return {
        "v": view,
        "o": obstacle,
        "tag": STATES[obstacle.state],
        "talk": [_said(view, step) for step in view.steps],
        "f": {key.replace("raise", "passing"): form for key, form in forms.items()},
        "refused": bound.get("close") or bound.get("withdraw"),
        "show_answer": answering and obstacle.state == "open",
        "show_raise": answering
        and obstacle.state == "open"
        and obstacle.at_id is not None
        and bool(view.may_pass_on),
        "show_keep": answering and obstacle.state in {"answered", "closed"},
        "show_close": view.is_own and obstacle.state == "answered",
        "show_reopen": view.is_own and obstacle.state in {"answered", "closed"},
        "show_withdraw": view.is_own and obstacle.state == "open",
        "nav_key": NAV,
    }


def _said(view: ObstaclePage, step: Any) -> dict[str, Any]:
    """One step as the page tells it: who, what happened, and the words if any."""
    secretariat = _("ฝ่ายเลขานุการโครงการ")
    own = step.kind in {"reported", "reopened", "closed", "withdrawn"}
    centre = view.obstacle.centre.name_th
    who = centre if own else str(step.organisation or secretariat)
    role = step.get_kind_display()
    if step.kind in {"raised", "passed", "moved"}:
        who = _("ถึง %(office)s") % {"office": step.organisation or secretariat}
    elif step.kind in {"reported", "reopened"}:
        role = _("%(what)s ถึง %(office)s") % {"what": role, "office": step.organisation or secretariat}
    return {"who": who, "role": role, "at": step.at, "text": step.text, "theirs": not own}


@marked(needs=rules.USE)
@require_GET
def answers(request: HttpRequest) -> HttpResponse:
    """Answers for everybody with the same problem, by topic."""
    actor = shared.actor_of(request)
    known = queries.views_of(actor)
    form = AnswersForm(request.GET, topics=_topics())
    said = form.cleaned_data if form.is_valid() else {}
    rows = queries.kept_answers(actor, said.get("topic", ""), said.get("q", ""))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "filtered": bool(said.get("topic") or said.get("q")),
        "page_obj": page,
        "rows": [(row, rules.topic_words(row.topic), bool(rules.may_keep(actor, row))) for row in page],
        "may_report": MINE in known,
        "nav_key": NAV,
    }
    return shared.page(request, "obstacle_answers", context)


@marked()
def drop(request: HttpRequest, kept_id: UUID) -> HttpResponse:
    """Take an answer out of what everybody reads."""
    actor = shared.actor_of(request)
    rows = KeptAnswer.objects.visible_to(actor).filter(public_id=kept_id)
    row = shared.found(rows.first())
    if not rules.may_keep(actor, row):
        shared.found(None)
    back = reverse("applications:obstacle-answers")
    page = Why(
        title=_("เอาคำตอบออก"),
        over="",
        told=row.question,
        wrong=_("ยังเอาออกไม่ได้"),
        stay=_("ไม่เอาออก กลับ"),
        back_url=back,
        done=_("เอาคำตอบออกแล้ว"),
        done_url=back,
        crumbs=((_("คำตอบที่เก็บไว้"), back),),
        nav_key=NAV,
    )
    return ask(request, page, lambda reason: actions.drop_answer(actor=actor, kept_id=kept_id, reason=reason))


URLS: list[URLPattern] = [
    path("obstacles/", index, name="obstacles"),
    path("obstacles/new/", new, name="obstacle-new"),
    path("obstacles/answers/", answers, name="obstacle-answers"),
    path("obstacles/answers/<uuid:kept_id>/drop/", drop, name="obstacle-answer-drop"),
    path("obstacles/<uuid:obstacle_id>/", one, name="obstacle"),
    path("rounds/<uuid:round_id>/extensions/", extension.index, name="extensions"),
    path("rounds/<uuid:round_id>/extensions/<uuid:centre_id>/", extension.give, name="extend"),
    path("extensions/<uuid:extension_id>/end/", extension.end, name="extension-end"),
]
