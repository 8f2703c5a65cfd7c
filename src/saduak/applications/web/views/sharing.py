"""A headquarters' shared library: its pages, and what a centre chooses from it for one criterion."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from saduak.applications import actions, queries
from saduak.applications.models import SharedItem
from saduak.applications.rules import sharing as rules
from saduak.applications.web import shared
from saduak.applications.web.sharing_forms import STATES, SharedFilterForm, SharedForm
from saduak.foundation import files
from saduak.foundation.access import Actor, Invalid, Refused, require
from saduak.foundation.web import nav
from saduak.foundation.web.pages import page as marked
from saduak.organisations.models import Organisation, Programme
from saduak.programme.queries import Contents

# Who publishes has an entry of their own in the menu; a centre reads what is shared as part of its own library.
NAV, OF_CENTRE = "shared-library", "library"
ROWS = 50


def _office(actor: Actor, office_id: UUID) -> Organisation:
    """A headquarters for which the actor publishes; to others its library is not there."""
    rows = Organisation.objects.visible_to(actor).filter(public_id=office_id)
    office: Organisation = shared.found(rows.first())
    require(rules.may_share(actor, office))
    return office


def _programme(request: HttpRequest, actor: Actor) -> tuple[Programme | None, list[Programme]]:
    """The programme that was asked for, or the first, and all there are."""
    known = queries.shared_programmes(actor)
    wanted = request.GET.get("programme", "")
    chosen = next((row for row in known if row.code == wanted), known[0] if known else None)
    return chosen, known


@marked(needs=rules.SHARE)
@require_GET
def offices(request: HttpRequest) -> HttpResponse:
    """The headquarters for which I publish; with one, its library at once."""
    found = list(queries.shared_offices(shared.actor_of(request)))
    if len(found) == 1:
        return redirect("applications:shared-library", found[0].public_id)
    return shared.page(request, "shared_offices", {"offices": found, "nav_key": NAV})


@marked(needs=rules.SHARE)
@require_GET
def library(request: HttpRequest, office_id: UUID) -> HttpResponse:
    """Everything that a headquarters shares, by criterion, with how many use it."""
    actor = shared.actor_of(request)
    office = _office(actor, office_id)
    programme, known = _programme(request, actor)
    set_ = queries.newest_contents(programme) if programme else None
    if programme is None or set_ is None:
        return shared.page(request, "shared_library", {"office": office, "nav_key": NAV})
    form = SharedFilterForm(request.GET, set_=set_)
    narrowed = form.narrowed()
    rows = queries.shared_library(actor, office, set_, **narrowed)
    shown = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    context = {
        "nav_key": NAV,
        "office": office,
        "programme": programme,
        "others": [row for row in known if row != programme],
        "form": form,
        "narrowed": any(narrowed.values()),
        "rows": [(row, STATES[row.item.state]) for row in shown],
        "page_obj": shown,
    }
    return shared.page(request, "shared_library", context)


@marked(needs=rules.SHARE)
def new(request: HttpRequest, office_id: UUID) -> HttpResponse:
    """Prepare an item; nobody else sees it yet."""
    actor = shared.actor_of(request)
    office = _office(actor, office_id)
    programme, known = _programme(request, actor)
    set_ = queries.newest_contents(programme) if programme else None
    if programme is None or set_ is None:
        raise Http404
    form = SharedForm(*_typed(request), set_=set_)
    done, status = None, 200
    if request.method == "POST":
        status = Invalid.status
        if form.is_valid():
            done, status = shared.attempt(
                form,
                lambda: actions.draft_shared(
                    actor=actor,
                    organisation_id=office.public_id,
                    programme_id=programme.public_id,
                    about=form.about,
                    source=form.source,
                    idempotency_key=shared.once(request),
                ),
            )
    if done is not None:
        messages.success(request, _("บันทึกร่างแล้ว ตรวจดูแล้วกดเผยแพร่"))
        return redirect("applications:shared", done.public_id)
    context = {
        "nav_key": NAV,
        "office": office,
        "programme": programme,
        "others": [row for row in known if row != programme],
        "form": form,
        "once": shared.key_for(request),
    }
    return shared.shown_again(request, "shared_edit", context, status)


def _typed(request: HttpRequest) -> tuple[Any, Any]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _item(actor: Actor, item_id: UUID) -> SharedItem:
    return shared.found(queries.shared_item(actor, item_id))


@marked()
@require_GET
def one(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """One item: what it is, for which criteria, and for whoever publishes it who uses it."""
    return _one(request, shared.actor_of(request), item_id)


def _one(request: HttpRequest, actor: Actor, item_id: UUID, refusal: Refused | None = None) -> HttpResponse:
    view = queries.shared_page(actor, _item(actor, item_id))
    context = {
        "v": view,
        "item": view.row.item,
        "tag": STATES[view.row.item.state],
        "nav_key": NAV if view.may_share else OF_CENTRE,
    }
    return shared.page(request, "shared_one", context, refusal)


@marked(needs=rules.SHARE)
def edit(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Change a draft."""
    actor = shared.actor_of(request)
    item = _item(actor, item_id)
    require(rules.may_share(actor, item.organisation, item.programme_id))
    set_: Contents | None = queries.newest_contents(item.programme)
    if item.state != "draft" or set_ is None:
        raise Http404
    form = SharedForm(*_typed(request), set_=set_, item=item)
    done, status = None, 200
    if request.method == "POST":
        status = Invalid.status
        if form.is_valid():
            done, status = shared.attempt(
                form,
                lambda: actions.edit_shared(
                    actor=actor, item_id=item_id, about=form.about, source=form.source
                ),
            )
    if done is not None:
        messages.success(request, _("บันทึกร่างแล้ว ตรวจดูแล้วกดเผยแพร่"))
        return redirect("applications:shared", done.public_id)
    context = {
        "office": item.organisation,
        "programme": item.programme,
        "item": item,
        "form": form,
        "nav_key": NAV,
    }
    return shared.shown_again(request, "shared_edit", context, status)


@marked(needs=rules.SHARE)
@require_POST
def change(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Publish it, retire it, or begin its next version."""
    actor = shared.actor_of(request)
    item = _item(actor, item_id)
    what = request.POST.get("do", "")
    said = {
        "publish": _("เผยแพร่แล้ว ศูนย์ในสังกัดเลือกใช้ได้ทันที"),
        "retire": _("เลิกใช้แล้ว ใบสมัครที่ใช้อยู่ยังเปิดดูได้"),
        "renew": _("ทำร่างฉบับใหม่แล้ว ฉบับเดิมยังใช้ได้จนกว่าจะเผยแพร่ฉบับใหม่"),
    }
    if what not in said:
        raise Http404
    doing = {
        "publish": actions.publish_shared,
        "retire": actions.retire_shared,
        "renew": actions.renew_shared,
    }
    try:
        done = doing[what](actor=actor, item_id=item_id)
    except Refused as refusal:
        return _one(request, actor, item_id, refusal)
    messages.success(request, said[what])
    if what == "renew":
        return redirect("applications:shared-edit", done.public_id)
    if what == "retire" and item.state == "draft":
        return redirect("applications:shared-library", item.organisation.public_id)
    return redirect("applications:shared", done.public_id)


@marked()
@require_GET
def download(request: HttpRequest, item_id: UUID) -> HttpResponseBase:
    """The file, as a download; a link leads to where it stands, which we never fetch."""
    item = _item(shared.actor_of(request), item_id)
    if item.file is None:
        answer = HttpResponseRedirect(item.url)
        answer["Referrer-Policy"] = "no-referrer"
        return answer
    return files.attachment(item.file, inline=True)


@marked()
def choose(request: HttpRequest, application_id: UUID, answer_id: UUID) -> HttpResponse:
    """What the headquarters above share for one criterion: use it, or take its text over."""
    actor = shared.actor_of(request)
    view = shared.found(queries.criterion_page(actor, answer_id))
    if view.application.public_id != application_id:
        raise Http404
    offers = queries.offers_for(actor, view)
    refusal = None
    if request.method == "POST":
        wanted = request.POST.get("item", "")
        offer = shared.found(next((row for row in offers if str(row.item.public_id) == wanted), None))
        try:
            _take(request, actor, answer_id, offer, text="text" in request.POST)
        except Refused as told:
            refusal = told
        else:
            return redirect(f"{reverse('applications:criterion', args=[application_id, answer_id])}#ev")
    context = {"p": view, "application": view.application, "offers": offers, "may_edit": bool(view.may_edit)}
    return shared.page(request, "choose_shared", context, refusal)


def _take(request: HttpRequest, actor: Actor, answer_id: UUID, offer: queries.Offer, *, text: bool) -> None:
    if text:
        added = actions.take_shared_text(actor=actor, answer_id=answer_id, item_id=offer.item.public_id)
        words = _("นำข้อความของส่วนกลางมาใส่ท้ายคำอธิบายแล้ว แก้ให้เป็นเรื่องของศูนย์")
        messages.success(request, words if added else _("ข้อความนี้อยู่ในคำอธิบายแล้ว"))
    else:
        actions.use_shared(actor=actor, answer_id=answer_id, item_id=offer.item.public_id)
        messages.success(request, _("ใช้รายการของส่วนกลางในข้อนี้แล้ว"))
    if offer.item.needs_local:
        messages.info(request, _("แนบหลักฐานของศูนย์ด้วย รายการของส่วนกลางอย่างเดียวไม่นับเป็นหลักฐาน"))


_ONE = "shared/<uuid:item_id>/"
_OFFICE = "shared/of/<uuid:office_id>/"
URLS: list[URLPattern] = [
    path("shared/", offices, name="shared-offices"),
    path(_OFFICE, library, name="shared-library"),
    path(f"{_OFFICE}new/", new, name="shared-new"),
    path(_ONE, one, name="shared"),
    path(f"{_ONE}edit/", edit, name="shared-edit"),
    path(f"{_ONE}change/", change, name="shared-change"),
    path(f"{_ONE}file/", download, name="shared-file"),
    path("applications/<uuid:application_id>/items/<uuid:answer_id>/shared/", choose, name="choose-shared"),
]

nav.item(
    NAV,
    gettext_lazy("คลังกลาง"),
    "applications:shared-offices",
    capability=rules.SHARE,
    order=23,
    namespaces=(),
    when=lambda actor: bool(rules.offices_of(actor)),
)
