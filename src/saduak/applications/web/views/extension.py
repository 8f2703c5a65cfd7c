"""More time for one centre: which have it, giving it, ending it before its time."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from saduak.applications import actions
from saduak.applications.models import Extension
from saduak.applications.queries import extension as queries
from saduak.applications.rules.extension import EXTEND
from saduak.applications.web import shared
from saduak.applications.web.board_links import board_url
from saduak.applications.web.obstacle_forms import CentreForm, ExtendForm
from saduak.applications.web.why import Why, ask
from saduak.foundation.thai.calendar import end_exclusive
from saduak.foundation.web.pages import page as marked

PER_PAGE = 50


@marked(needs=EXTEND)
@require_GET
def index(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """The centres that have more time in a round, and finding one that needs it."""
    actor = shared.actor_of(request)
    round_ = shared.found(queries.round_of(actor, round_id))
    form = CentreForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    page = Paginator(queries.extensions_of(actor, round_), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "round": round_,
        "form": form,
        "words": words,
        "centres": list(queries.centres_named(actor, words)[: queries.FOUND]),
        "page_obj": page,
        "rows": [(row, running(row, actor.received_at)) for row in page],
        "board_url": board_url(round_),
        "nav_key": "board-programme",
    }
    return shared.page(request, "extension_list", context)


def running(row: Extension, moment: datetime) -> bool:
    """Whether an extension still gives time."""
    return row.ended_at is None and moment < row.until


@marked(needs=EXTEND)
def give(request: HttpRequest, round_id: UUID, centre_id: UUID) -> HttpResponse:
    """Give a centre more time, with the reason that it reads."""
    actor = shared.actor_of(request)
    view = shared.found(queries.extend_page(actor, round_id, centre_id))
    form = ExtendForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            done, status = shared.attempt(
                form,
                lambda: actions.extend(
                    actor=actor,
                    round_id=round_id,
                    centre_id=centre_id,
                    until=end_exclusive(form.cleaned_data["until"]),
                    reason=form.cleaned_data["reason"],
                    idempotency_key=shared.once(request),
                ),
            )
            if done is not None:
                messages.success(request, _("ขยายเวลาให้ศูนย์นี้แล้ว และแจ้งศูนย์แล้ว"))
                return redirect("applications:extensions", round_id)
    context = {"v": view, "form": form, "once": shared.key_for(request), "nav_key": "board-programme"}
    return shared.shown_again(request, "extension_give", context, status)


@marked(needs=EXTEND)
def end(request: HttpRequest, extension_id: UUID) -> HttpResponse:
    """End an extension before its time, with the reason that the centre reads."""
    actor = shared.actor_of(request)
    rows = Extension.objects.visible_to(actor).select_related("round", "centre__organisation")
    row = shared.found(rows.filter(public_id=extension_id).first())
    back = reverse("applications:extensions", args=[row.round.public_id])
    page = Why(
        title=_("เลิกขยายเวลา"),
        over=row.centre.name_th,
        told=_("เลิกแล้วกำหนดของรอบมีผลกับศูนย์นี้ทันที ศูนย์จะได้อ่านเหตุผล"),
        wrong=_("ยังเลิกไม่ได้"),
        stay=_("ไม่เลิก กลับ"),
        back_url=back,
        done=_("เลิกขยายเวลาแล้ว และแจ้งศูนย์แล้ว"),
        done_url=back,
        crumbs=((_("ขยายเวลาให้ศูนย์"), back),),
        nav_key="board-programme",
    )
    return ask(
        request,
        page,
        lambda reason: actions.end_extension(actor=actor, extension_id=extension_id, reason=reason),
    )
