"""Helpers of an application: who helps with what, by account or by link; notes and remarks on an item."""

import functools
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from saduak.applications import actions, queries
from saduak.applications.actions import AnswerConflict, NoteConflict
from saduak.applications.web import attaching, pieces, shared
from saduak.applications.web import help_forms as forms
from saduak.applications.web.forms import AnswerForm
from saduak.applications.web.views import criterion
from saduak.foundation.access import Invalid, Refused, resolver
from saduak.foundation.web import autosave, nav, pages
from saduak.foundation.web.forms import whole_number
from saduak.foundation.web.pages import page as marked


def _by_link_too(view: Any) -> Any:
    """For pages that helpers open: who came by a link that works no more reads so, instead of being asked to sign in."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.actor.is_signed_in or "link" not in request.session:  # type: ignore[attr-defined] # set by WhoActs
            return view(request, *args, **kwargs)  # type: ignore[no-any-return] # a view
        if shared.is_script(request):
            return autosave.refused(Refused(_CLOSED, "link-closed"))
        return _closed(request)

    return guarded


_CLOSED = gettext_lazy("ลิงก์นี้ใช้ไม่ได้แล้ว จึงบันทึกไม่ได้ ข้อความยังอยู่ในหน้านี้ คัดลอกไว้ส่งให้ผู้มอบงาน หรือขอลิงก์ใหม่แล้วเปิดลิงก์นั้น")


def _closed(request: HttpRequest, token: str = "") -> HttpResponse:
    """What was typed, and whom to ask: the link opens nothing more, but whose work it opened is known."""
    kept = request.session.get("link") if not token else None
    known = resolver.digest(token) if token else kept[1] if isinstance(kept, list) else ""
    context = {
        "unsaved": next(
            (request.POST[name] for name in ("narrative", "note", "text") if name in request.POST), ""
        ),
        "centre": queries.centre_of_link(known),
    }
    return _unlisted(shared.shown_again(request, "help_closed", context, 410))  # type: ignore[no-any-return] # the same response


def _unlisted(response: Any) -> Any:
    """The secret stands in the address: no search engine finds it, no other site is told it."""
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "same-origin"
    return response


@pages.anyone
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """What a link opens, and a button: from then on this browser helps with these items, until the link ends.

    Opening the address alone changes nothing: programs that look at links in messages open them, too.
    """
    delegation = queries.by_link(token)
    if delegation is None:
        return _closed(request, token)
    signed_in = request.user.is_authenticated
    if request.method == "POST" and not signed_in:
        request.session.cycle_key()
        request.session["link"] = resolver.to_keep(shared.found(delegation.link))
        return _unlisted(redirect("applications:help"))  # type: ignore[no-any-return] # the same response
    context = {"delegation": delegation, "application": delegation.application, "signed_in": signed_in}
    return _unlisted(shared.shown_again(request, "help_enter", context, 200))  # type: ignore[no-any-return] # as above


# --- What I help with ---------------------------------------------------------------------------------------------------


@_by_link_too
@marked()
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """The items that I was given, by when, and where they stand."""
    return _mine(request)


def _mine(request: HttpRequest, form: Any = None, delegation_id: UUID | None = None) -> HttpResponse:
    actor = shared.actor_of(request)
    found = queries.my_help(actor)
    shown = [
        (each, form if each.delegation.public_id == delegation_id else forms.HandInForm(auto_id=f"id_{n}_%s"))
        for n, each in enumerate(found)
    ]
    context = {"given": shown, "offers": queries.offers(actor)}
    return shared.shown_again(request, "help_mine", context, form.status if form else 200)


@marked()
@require_POST
def answer_offer(request: HttpRequest, delegation_id: UUID) -> HttpResponse:
    """Take on what was offered to one's address, or decline it."""
    actor = shared.actor_of(request)
    try:
        if request.POST.get("do") == "decline":
            actions.decline_help(actor=actor, delegation_id=delegation_id)
            messages.success(request, _("ไม่รับงานนี้แล้ว"))
        else:
            actions.take_help_on(actor=actor, delegation_id=delegation_id)
            messages.success(request, _("รับงานแล้ว เขียนข้อที่มอบได้เลย"))
    except Refused as refusal:
        messages.error(request, str(refusal.reason))
    return redirect("applications:help")


@_by_link_too
@marked()
@require_POST
def hand_in(request: HttpRequest, delegation_id: UUID) -> HttpResponse:
    """Say that it is done."""
    form = forms.HandInForm(request.POST)
    if form.is_valid():
        done, form.status = shared.attempt(
            form,
            lambda: actions.hand_in(
                actor=shared.actor_of(request), delegation_id=delegation_id, note=form.cleaned_data["note"]
            ),
        )
        if done is not None:
            messages.success(request, _("ส่งงานคืนแล้ว ผู้มอบงานได้รับแจ้ง"))
            return redirect("applications:help")
    return _mine(request, form, delegation_id)


@_by_link_too
@marked()
def item(request: HttpRequest, answer_id: UUID) -> HttpResponse:
    """One item as its helper writes it: the item alone, with nothing of the rest of the draft."""
    actor = shared.actor_of(request)
    one = autosave.submitted(request) if request.method == "POST" and shared.is_script(request) else None
    if one:
        return criterion.save_one(
            request, answer_id, one, reverse("applications:help-standing", args=[answer_id])
        )
    view = queries.help_page(actor, answer_id)
    if request.method != "POST":
        view = shared.found(view)
        return shared.page(request, "help_item", _context(request, view, AnswerForm(page=view)))
    if view is None:
        # It was taken back while somebody wrote: the text is given back to be copied.
        context = {"unsaved": request.POST.get("narrative", "")}
        return shared.shown_again(request, "help_closed", context, 403)
    return _save_form(request, view)


def _context(request: HttpRequest, view: Any, form: AnswerForm, **more: Any) -> dict[str, Any]:
    talk = queries.talk(shared.actor_of(request), view.application, view.answer)
    return {**criterion.context(request, view, form, talk), "is_helper": True, **more}


def _save_form(request: HttpRequest, view: Any) -> HttpResponse:
    actor, answer_id = shared.actor_of(request), view.answer.public_id
    form = AnswerForm(request.POST, page=view)
    if not form.is_valid():
        return shared.shown_again(request, "help_item", _context(request, view, form))
    try:
        criterion.save_answer(request, actor, view, form)
    except AnswerConflict as clash:
        both = criterion.both(view, form, clash)
        return shared.shown_again(request, "help_item", _context(request, view, form, **both), clash.status)
    except Refused as refusal:
        more = {"refusal": refusal, "unsaved": form.cleaned_data["narrative"]}
        return shared.shown_again(request, "help_item", _context(request, view, form, **more), refusal.status)
    uploads = request.FILES.getlist("file")
    if uploads:
        outcome = attaching.attach_all(actor, answer_id, uploads, request.POST.get("caption", ""))
        for told in outcome.help_notes:
            messages.info(request, str(told))
        if outcome.problems:
            more = {"upload_errors": outcome.errors, "caption": request.POST.get("caption", "")}
            again = shared.found(queries.help_page(actor, answer_id))
            return shared.shown_again(
                request, "help_item", _context(request, again, AnswerForm(page=again), **more)
            )
    if request.POST.get("remove"):
        criterion.take_off(request, actor, answer_id, request.POST["remove"])
    if request.POST.get("go") == "list":
        return redirect("applications:help")
    try:
        return redirect("applications:help-item", UUID(request.POST.get("go", "")))
    except ValueError:
        return redirect("applications:help-item", answer_id)


@_by_link_too
@marked()
@require_POST
def attach(request: HttpRequest, answer_id: UUID) -> HttpResponse:
    """One file for an item that I help with, sent by the page's script with its progress."""
    actor = shared.actor_of(request)
    shared.found(queries.help_page(actor, answer_id))
    caption = request.POST.get("caption", "")
    with attaching.sent_with(request, actor) as brought:
        outcome = attaching.attach_all(actor, answer_id, brought.files, caption, brought.taken_on)
        brought.settle(outcome)
    if shared.is_script(request):
        return outcome.as_help_json(actor, answer_id)
    for name, words in outcome.problems:
        messages.error(request, f"{name}: {words}")
    for note in outcome.help_notes:
        messages.info(request, str(note))
    return redirect("applications:help-item", answer_id)


@_by_link_too
@marked()
@require_GET
def standing(request: HttpRequest, answer_id: UUID) -> HttpResponse:
    """The parts of an item's page that follow from a save."""
    view = shared.found(queries.help_page(shared.actor_of(request), answer_id))
    return JsonResponse({"html": pieces.drawn(view, *attaching.HELPED)})


# --- The officer --------------------------------------------------------------------------------------------------------


@marked()
@require_GET
def helpers(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Who has what until when, handed in or late."""
    view = shared.found(queries.helpers_page(shared.actor_of(request), application_id))
    return shared.page(request, "helpers", {"h": view, **_frame(view.application)})


def _frame(application: Any) -> dict[str, Any]:
    return {"application": application, "is_mine": True, "nav_key": "applications"}


@marked()
def give(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Give items to a helper, several at once or a whole side."""
    actor = shared.actor_of(request)
    view = shared.found(queries.to_give(actor, application_id))
    first = {"items": request.GET.getlist("item")}
    form = forms.GiveForm(request.POST or None, given=view, initial=first)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given, status = shared.attempt(
                form,
                lambda: actions.delegate(
                    actor=actor,
                    application_id=application_id,
                    idempotency_key=shared.once(request),
                    **form.arguments(),
                ),
            )
            if given is not None:
                return _given(request, given, view.application)
    context = {
        "g": view,
        "form": form,
        "sides": form.sides_shown(),
        "once": shared.key_for(request),
        **_frame(view.application),
    }
    return shared.shown_again(request, "help_give", context, status)


def _given(request: HttpRequest, given: Any, application: Any) -> HttpResponse:
    """Straight after a link was made its secret is shown, once: only its digest is kept."""
    if not given.token:
        words = _("มอบงานแล้ว ผู้ช่วยเห็นงานนี้ในหน้างานของตน")
        if given.delegation.is_offered:
            words = _(
                "ส่งคำขอแล้ว ถ้าอีเมลนี้มีบัญชี ผู้ช่วยเห็นคำขอในหน้างานที่ช่วย และเริ่มเขียนได้เมื่อรับงาน ถ้ารอนาน ให้ส่งเป็นลิงก์แทน"
            )
        messages.success(request, words)
        return redirect("applications:helpers", application.public_id)
    link = request.build_absolute_uri(reverse("applications:link_enter", args=[given.token]))
    context = {"delegation": given.delegation, "link": link, **_frame(application)}
    return shared.page(request, "help_link", context)


@marked()
def delegation(request: HttpRequest, delegation_id: UUID) -> HttpResponse:
    """One helper: more time, back to them, another link, or the end."""
    actor = shared.actor_of(request)
    view = shared.found(queries.helped_one(actor, delegation_id))
    form = forms.DelegationForm(request.POST or None, initial={"due_on": _last_day(view)})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            done, status = shared.attempt(form, lambda: _do(actor, delegation_id, form))
            if isinstance(done, actions.Given):
                return _given(request, done, view.application)
            if done is not None:
                messages.success(request, str(forms.DONE[form.cleaned_data["do"]]))
                return redirect("applications:helpers", view.application.public_id)
    context = {"each": view, "form": form, **_frame(view.application)}
    return shared.shown_again(request, "help_one", context, status)


def _last_day(view: Any) -> Any:
    due_at = view.delegation.due_at
    return forms.last_day(due_at) if due_at else None


def _do(actor: Any, delegation_id: UUID, form: Any) -> Any:
    data = form.cleaned_data
    if data["do"] == "extend":
        return actions.extend_help(actor=actor, delegation_id=delegation_id, due_on=data["due_on"])
    if data["do"] == "return":
        return actions.return_help(actor=actor, delegation_id=delegation_id, note=data["note"])
    if data["do"] == "link":
        return actions.renew_link(actor=actor, delegation_id=delegation_id)
    return actions.end_help(actor=actor, delegation_id=delegation_id)


# --- Notes and remarks --------------------------------------------------------------------------------------------------


def _back(request: HttpRequest, answer_id: UUID, place: str = "") -> HttpResponse:
    """To the item's page, as the reader has it."""
    view = queries.criterion_page(shared.actor_of(request), answer_id)
    if view is None:
        return redirect(reverse("applications:help-item", args=[answer_id]) + place)
    return redirect(reverse("applications:criterion", args=[view.application.public_id, answer_id]) + place)


@_by_link_too
@marked()
@require_POST
def note(request: HttpRequest, answer_id: UUID) -> HttpResponse:
    """Keep the note of an item: by autosave, or by its button."""
    one = autosave.submitted(request) if shared.is_script(request) else None
    text = request.POST.get("note", "")
    version = one.version if one else whole_number(request.POST.get("version", "")) or 0
    try:
        done = actions.save_note(
            actor=shared.actor_of(request), answer_id=answer_id, version=version, text=text
        )
    except NoteConflict as clash:
        if one:
            return autosave.conflict(clash.version, clash.theirs, clash.by)
        return _note_again(request, answer_id, text, clash)
    except Refused as refusal:
        if one and isinstance(refusal, Invalid):
            return autosave.invalid(refusal.reason)
        if one:
            return autosave.refused(refusal)
        return _note_again(request, answer_id, text, refusal)
    if one:
        return autosave.saved(done.version, done.updated_at)
    messages.success(request, _("เก็บบันทึกแล้ว"))
    return _back(request, answer_id, "#note-title")


def _note_again(request: HttpRequest, answer_id: UUID, text: str, refusal: Refused) -> HttpResponse:
    """The note could not be kept: what was typed beside what is there."""
    context = {"text": text, "clash": refusal if isinstance(refusal, NoteConflict) else None}
    return shared.shown_again(
        request, "help_note", {**context, "refusal": refusal, "answer_id": answer_id}, refusal.status
    )


@_by_link_too
@marked()
@require_POST
def remarks(request: HttpRequest, answer_id: UUID) -> HttpResponse:
    """Say something about an item to the others who write it."""
    text = request.POST.get("text", "")
    try:
        actions.remark(
            actor=shared.actor_of(request),
            answer_id=answer_id,
            text=text,
            idempotency_key=shared.once(request),
        )
    except Refused as refusal:
        context = {"text": text, "refusal": refusal, "answer_id": answer_id, "once": shared.key_for(request)}
        return shared.shown_again(request, "help_remark", context, refusal.status)
    messages.success(request, _("ส่งข้อความแล้ว"))
    return _back(request, answer_id, "#talk")


@_by_link_too
@marked()
@require_POST
def resolve(request: HttpRequest, remark_id: UUID) -> HttpResponse:
    """Say that a remark is dealt with, or that it is not after all."""
    actor = shared.actor_of(request)
    row = shared.found(queries.remark_of(actor, remark_id))
    resolved = request.POST.get("resolved", "1") == "1"
    actions.resolve_remark(actor=actor, remark_id=remark_id, resolved=resolved)
    return _back(request, row.answer.public_id, "#talk")


_ITEM = "helping/items/<uuid:answer_id>/"
URLS: list[URLPattern] = [
    path("helping/", mine, name="help"),
    path("helping/<uuid:delegation_id>/hand-in/", hand_in, name="help-hand-in"),
    path("helping/<uuid:delegation_id>/offer/", answer_offer, name="help-offer"),
    path(_ITEM, item, name="help-item"),
    path(f"{_ITEM}evidence/", attach, name="help-attach"),
    path(f"{_ITEM}standing/", standing, name="help-standing"),
    path("helping/link/<str:token>/", enter, name="link_enter"),
    path("applications/<uuid:application_id>/helpers/", helpers, name="helpers"),
    path("applications/<uuid:application_id>/helpers/new/", give, name="helpers-new"),
    path("delegations/<uuid:delegation_id>/", delegation, name="delegation"),
    path("items/<uuid:answer_id>/note/", note, name="note"),
    path("items/<uuid:answer_id>/remarks/", remarks, name="remarks"),
    path("remarks/<uuid:remark_id>/resolve/", resolve, name="remark-resolve"),
]

nav.item(
    "help",
    gettext_lazy("งานที่ช่วย"),
    "applications:help",
    capability="applications.help",
    order=21,
    namespaces=(),
)
