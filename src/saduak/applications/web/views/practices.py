"""Good practices: the public library, choosing and offering, the head's consent, publishing and taking away."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from saduak.applications import actions, queries
from saduak.applications.models import Practice, Submission
from saduak.applications.queries import FiledAnswer, PracticePage
from saduak.applications.queries.practices import ASKED, OVER, READY, SHOWN, head_answers
from saduak.applications.rules import practices as rules
from saduak.applications.web import shared
from saduak.applications.web.practice_forms import (
    CandidatesForm,
    ConsentForm,
    HideForm,
    LevelsForm,
    PracticeForm,
    PracticesForm,
    ReasonForm,
    SuggestForm,
)
from saduak.foundation import files
from saduak.foundation.access import Actor
from saduak.foundation.access.registry import Words
from saduak.foundation.web import pages
from saduak.foundation.web.forms import whole_number
from saduak.foundation.web.languages import both
from saduak.foundation.web.pages import page as marked
from saduak.organisations.models import Programme
from saduak.programme.queries import contents

PER_PAGE = 25
NAV = "practices"
# The tag (word and loop) of each state of a practice.
STATES: dict[str, tuple[str, Words]] = {
    "proposed": ("wait", gettext_lazy("รอศูนย์ยินยอม")),
    "consented": ("sent", gettext_lazy("ยินยอมแล้ว รอเผยแพร่")),
    "published": ("done", gettext_lazy("เผยแพร่แล้ว")),
    "declined": ("off", gettext_lazy("ศูนย์ไม่ยินยอม")),
    "withdrawn": ("off", gettext_lazy("เลิกเผยแพร่แล้ว")),
}
_VIEWS: dict[str, Words] = {
    ASKED: gettext_lazy("รอความยินยอม"),
    READY: gettext_lazy("รอเผยแพร่"),
    SHOWN: gettext_lazy("เผยแพร่แล้ว"),
    OVER: gettext_lazy("จบแล้ว"),
}


# --- For everybody -----------------------------------------------------------------------------------------------------


@pages.public
@require_GET
def library(request: HttpRequest) -> HttpResponse:
    """All good practices, by criterion and by year, searched in Thai."""
    actor = shared.actor_of(request)
    found = queries.practice_library(actor)
    asked = request.GET.copy()
    if "criterion" in asked:
        asked["criterion"] = found.today(str(asked["criterion"]))
    form = PracticesForm(asked, library=found)
    wanted = form.wanted()
    rows = queries.practice_list(actor, found, **wanted)
    context = {
        "form": form,
        "library": found,
        "narrowed": any(wanted.values()),
        "page_obj": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "chosen_year": wanted["year"],
    }
    return render(request, "applications/practices.html", context)


@pages.public
@require_GET
def public_one(request: HttpRequest, practice_id: UUID) -> HttpResponse:
    """One good practice."""
    practice, pictures = shared.found(queries.public_practice(shared.actor_of(request), practice_id))
    return render(request, "applications/practice.html", {"o": practice, "pictures": pictures})


@pages.public
@require_GET
def public_picture(request: HttpRequest, practice_id: UUID, picture_id: UUID) -> HttpResponseBase:
    """A picture of a practice while that is public, and no other file: small in the page, whole when opened.

    Its name says nothing: nobody agreed to the one that the file was uploaded under.
    """
    row = shared.found(queries.public_picture(shared.actor_of(request), practice_id, picture_id))
    file = shared.found(row.evidence.file)
    name = f"practice-{row.ordinal}.{file.media_type.rpartition('/')[2]}"
    return (
        files.preview(file, name=name)
        if "small" in request.GET
        else files.attachment(file, inline=True, name=name)
    )


# --- Choosing ----------------------------------------------------------------------------------------------------------


@marked(needs=rules.USE)
@require_GET
def work(request: HttpRequest) -> HttpResponse:
    """What waits for consent, what may be published, what is public, what is over."""
    actor = shared.actor_of(request)
    counts = queries.practice_tally(actor)
    view = request.GET.get("view", "")
    if view not in _VIEWS:
        view = next((key for key in _VIEWS if counts[key]), ASKED)
    page = Paginator(queries.practice_work(actor, view), PER_PAGE).get_page(request.GET.get("page"))
    here = reverse("applications:practice-work")
    context = {
        "views": [
            {"url": f"{here}?view={key}", "label": label, "current": key == view, "count": counts[key]}
            for key, label in _VIEWS.items()
        ],
        "page_obj": page,
        "rows": [(row, STATES[row.state]) for row in page],
        "programmes": _curated(actor),
        "nav_key": NAV,
    }
    return shared.page(request, "practice_work", context)


def _curated(actor: Actor) -> list[Programme]:
    """The programmes whose levels the actor chooses. One query, none for who chooses nothing."""
    held = rules.programme_q(actor, "pk")
    return [] if held is None else list(Programme.objects.visible_to(actor).filter(held).order_by("code"))


@marked(needs=rules.USE)
@require_GET
def candidates(request: HttpRequest) -> HttpResponse:
    """Filed answers that could become practices: the best of each criterion, or all of one."""
    actor = shared.actor_of(request)
    asked = queries.practice_sets(actor)
    form = CandidatesForm(request.GET, parts=[view for row in asked for view in contents(row).parts])
    wanted = form.wanted()
    keys = queries.practice_keys(asked, wanted["criterion"])
    rows = queries.practice_candidates(actor, **wanted, keys=keys)
    context = {
        "form": form,
        "narrowed": any(wanted.values()),
        "page_obj": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "may_curate": actor.can(rules.CURATE),
        "nav_key": NAV,
    }
    return shared.page(request, "practice_candidates", context)


@marked(needs=rules.USE)
def propose(request: HttpRequest, answer_id: UUID) -> HttpResponse:
    """Propose a filed answer: the text as it was filed, cut shorter, with some of its pictures."""
    actor = shared.actor_of(request)
    filed = shared.found(queries.filed_answer(actor, answer_id))
    if not filed.may_propose:
        shared.found(None)
    criterion = filed.answer.criterion
    first = {"title": criterion.title[:200], "text": filed.own}
    form = PracticeForm(_typed(request), pictures=filed.pictures, initial=first)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said, once = form.arguments(), shared.once(request)
            done, status = shared.attempt(
                form,
                lambda: actions.propose_practice(
                    actor=actor, answer_id=answer_id, idempotency_key=once, **said
                ),
            )
            if done is not None:
                words = _("เสนอแล้ว หัวหน้าหน่วยงานของศูนย์จะเห็นว่าจะเผยแพร่อะไร แล้วตอบว่ายินยอมหรือไม่")
                messages.success(request, words if head_answers(done) else _("เสนอแล้ว"))
                return redirect("applications:practice-work-one", done.public_id)
    context = {
        "f": filed,
        "criterion": criterion,
        "original": filed.text,
        "form": form,
        "tiles": _tiles(form, filed),
        "once": shared.key_for(request),
        "nav_key": NAV,
    }
    return shared.shown_again(request, "practice_propose", context, status)


def _typed(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _tiles(form: PracticeForm, filed: FiledAnswer | None) -> list[tuple[Any, str, bool]]:
    """The pictures to choose from, with their words and whether they are chosen."""
    if filed is None or "pictures" not in form.fields:
        return []
    chosen = set(form["pictures"].value() or ())
    return [(row, caption, str(row.public_id) in chosen) for row, caption in filed.pictures]


@marked(needs=rules.USE)
def edit(request: HttpRequest, practice_id: UUID) -> HttpResponse:
    """Change what would be shown, while it is not public."""
    actor = shared.actor_of(request)
    view = shared.found(queries.practice_page(actor, practice_id))
    answer_id = shared.found(view.answer_id if view.may_edit else None)
    row, filed = view.practice, queries.filed_answer(actor, answer_id)
    kept = [str(each.evidence.public_id) for each in view.pictures]
    first = {"title": row.title, "text": row.text, "why": row.why, "pictures": kept}
    form = PracticeForm(_typed(request), pictures=filed.pictures if filed else (), initial=first)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = form.arguments()
            version = whole_number(request.POST.get("version", "")) or 0
            done, status = shared.attempt(
                form,
                lambda: actions.edit_practice(actor=actor, practice_id=practice_id, version=version, **said),
            )
            if done is not None:
                messages.success(request, _("บันทึกแล้ว"))
                return redirect("applications:practice-work-one", practice_id)
    context = {
        "o": row,
        "criterion": row.criterion,
        "original": row.original,
        "form": form,
        "tiles": _tiles(form, filed),
        "version": request.POST.get("version") or row.version,
        "nav_key": NAV,
    }
    return shared.shown_again(request, "practice_edit", context, status)


@marked(needs=rules.USE)
def one(request: HttpRequest, practice_id: UUID) -> HttpResponse:
    """One practice exactly as it is or would be shown; consent, refusal, publishing, taking away."""
    actor = shared.actor_of(request)
    view = shared.found(queries.practice_page(actor, practice_id))
    if request.method != "POST":
        return shared.page(request, "practice_work_one", _one(view))
    do = request.POST.get("do", "")
    status = 422
    form = _FORMS[do](request.POST, view) if do in _FORMS else Form(request.POST)
    if do in _DOES and form.is_valid():
        run, words = _DOES[do]
        version = whole_number(request.POST.get("version", "")) or 0
        done, status = shared.attempt(
            form, lambda: run(actor=actor, practice_id=practice_id, version=version, said=form.cleaned_data)
        )
        if done is not None:
            messages.success(request, str(words))
            return redirect("applications:practice-work-one", practice_id)
    refused = {do: form} if do in _DOES else {}
    return shared.shown_again(request, "practice_work_one", _one(view, **refused), status)


_FORMS: dict[str, Callable[[Any, PracticePage], Form]] = {
    "consent": lambda data, view: ConsentForm(data, pictures=bool(view.pictures)),
    "decline": lambda data, _view: ReasonForm(data, prefix="decline"),
    "withdraw": lambda data, _view: ReasonForm(data, prefix="withdraw"),
    "hide": lambda data, _view: HideForm(data),
}


def _consent(*, actor: Actor, practice_id: UUID, version: int, said: dict[str, Any]) -> Practice:
    agreed = bool(said.get("people"))
    return actions.consent_practice(
        actor=actor, practice_id=practice_id, version=version, people_agreed=agreed
    )


def _decline(*, actor: Actor, practice_id: UUID, said: dict[str, Any], **_more: Any) -> Practice:
    return actions.decline_practice(actor=actor, practice_id=practice_id, reason=said["reason"])


def _publish(*, actor: Actor, practice_id: UUID, **_more: Any) -> Practice:
    return actions.publish_practice(actor=actor, practice_id=practice_id)


def _withdraw(*, actor: Actor, practice_id: UUID, said: dict[str, Any], **_more: Any) -> Practice:
    return actions.withdraw_practice(actor=actor, practice_id=practice_id, reason=said["reason"])


def _hide(*, actor: Actor, practice_id: UUID, said: dict[str, Any], **_more: Any) -> Practice:
    return actions.hide_practice_picture(actor=actor, practice_id=practice_id, picture_id=said["picture"])


_DOES: dict[str, tuple[Callable[..., Practice], Words]] = {
    "consent": (_consent, gettext_lazy("บันทึกความยินยอมแล้ว ฝ่ายเลขานุการโครงการจะเผยแพร่ ถอนความยินยอมได้ทุกเมื่อ")),
    "decline": (_decline, gettext_lazy("บันทึกว่าไม่ยินยอมแล้ว จะไม่มีการเผยแพร่")),
    "publish": (_publish, gettext_lazy("เผยแพร่แล้ว ทุกคนเปิดอ่านได้")),
    "hide": (_hide, gettext_lazy("เอารูปออกแล้ว")),
    "withdraw": (_withdraw, gettext_lazy("เลิกเผยแพร่แล้ว หน้านี้ไม่มีใครเปิดอ่านได้อีก")),
}


def _one(view: PracticePage, **bound: Form) -> dict[str, Any]:
    """What the page shows; `bound` holds the form that was refused, by what it does."""
    forms = {key: bound.get(key) or make(None, view) for key, make in _FORMS.items()}
    return {
        "v": view,
        "o": view.practice,
        "tag": STATES[view.practice.state],
        "f": forms,
        "refused": bound.get("publish") or bound.get("hide"),
        "nav_key": NAV,
    }


# --- Suggesting, and from which levels ---------------------------------------------------------------------------------


@marked(needs=rules.SUGGEST)
def suggest(request: HttpRequest, submission_id: UUID, key: str) -> HttpResponse:
    """Say of a filed answer that others should learn from it."""
    actor = shared.actor_of(request)
    submission, criterion, text = shared.found(queries.suggestible(actor, submission_id, key))
    form = SuggestForm(_typed(request))
    status, done = 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            note = form.cleaned_data["note"]
            done, status = shared.attempt(
                form,
                lambda: actions.suggest_practice(
                    actor=actor, submission_id=submission_id, criterion_key=key, note=note
                ),
            )
    context = {"submission": submission, "criterion": criterion, "text": text, "form": form, "done": done}
    return shared.shown_again(request, "practice_suggest", context, status)


@marked(needs=rules.CURATE)
def levels(request: HttpRequest, programme: str) -> HttpResponse:
    """From centres of which levels practices are taken."""
    actor = shared.actor_of(request)
    choice = shared.found(queries.level_choice(actor, programme))
    form = LevelsForm(_typed(request), choice=choice, initial={"levels": choice.chosen})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            wanted = form.cleaned_data["levels"]
            done, status = shared.attempt(
                form,
                lambda: actions.choose_practice_levels(
                    actor=actor, programme_id=choice.programme.public_id, levels=wanted
                ),
            )
            if done is not None:
                messages.success(request, _("บันทึกแล้ว เรื่องที่เผยแพร่ไปแล้วยังอยู่"))
                return redirect("applications:practice-candidates")
    return shared.shown_again(
        request, "practice_levels", {"choice": choice, "form": form, "nav_key": NAV}, status
    )


def beside(actor: Actor, view: Any) -> dict[str, Any]:
    """What the page of a criterion shows of others: how they did it, and for who reads it as a judge, a way to suggest it.

    One query; two for who may suggest what was filed.
    """
    found: dict[str, Any] = {"rows": queries.practices_for(actor, view.criterion), "suggest": ""}
    if view.application.state == "submitted" and actor.can(rules.SUGGEST):
        filings = Submission.objects.visible_to(actor).filter(application=view.application)
        newest = filings.order_by("-ordinal").values_list("public_id", flat=True).first()
        if newest is not None:
            found["suggest"] = reverse("applications:practice-suggest", args=[newest, view.criterion.key])
    return found


URLS: list[URLPattern] = [
    path("practices/work/", work, name="practice-work"),
    path("practices/work/<uuid:practice_id>/", one, name="practice-work-one"),
    path("practices/work/<uuid:practice_id>/edit/", edit, name="practice-edit"),
    path("practices/candidates/", candidates, name="practice-candidates"),
    path("practices/propose/<uuid:answer_id>/", propose, name="practice-propose"),
    path("practices/suggest/<uuid:submission_id>/<slug:key>/", suggest, name="practice-suggest"),
    path("practices/levels/<slug:programme>/", levels, name="practice-levels"),
    path("practices/<uuid:practice_id>/pictures/<uuid:picture_id>/", public_picture, name="practice-picture"),
    *both("practices/", library, "practices"),
    *both("practices/<uuid:practice_id>/", public_one, "practice"),
]
