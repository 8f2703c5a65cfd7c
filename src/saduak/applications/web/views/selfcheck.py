"""The self-check before any application: answered by anyone, kept by a link, planned, printed, taken along, deleted.

The secret stands in the address: these pages are kept by nobody between and found by no search engine.
"""

from ipaddress import ip_address, ip_network
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core.internal import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from saduak.applications import actions
from saduak.applications.actions.selfcheck import KEPT, KEPT_FIRST
from saduak.applications.queries import selfcheck as queries
from saduak.applications.queries.selfcheck import SelfCheckPage
from saduak.applications.rules import EDIT
from saduak.applications.web import shared
from saduak.applications.web.selfcheck_forms import CheckPlanForm, SelfCheckForm, TakeForm
from saduak.foundation.web import nav, pages
from saduak.programme.models import CriteriaSet
from saduak.programme.queries import contents

# How many checks may be kept from one address (a training room behind one router), from all that one network of IPv6
# hands out, and in all.
LIMITS = {"self-check": "60/h/ip", "self-check-net": "300/h/key", "self-check-all": "2000/h/key"}
_NETWORK = 48
_MANY = gettext_lazy("ตอนนี้มีการเก็บแบบตรวจจำนวนมาก ผลยังอยู่ในหน้านี้ พิมพ์เก็บไว้ หรือรอสักครู่แล้วกดอีกครั้ง")
_METHODS = ["GET", "HEAD", "POST"]


def _unlisted(response: Any) -> Any:
    """No search engine finds the page and no other site is told its address; its own forms still say where they stand."""
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "same-origin"
    return response


def _closed(request: HttpRequest) -> HttpResponse:
    """The link opens nothing: deleted, over, or never given."""
    return _unlisted(shared.shown_again(request, "self_check_closed", {}, 410))  # type: ignore[no-any-return] # the same response


@pages.anyone
@never_cache
@require_http_methods(_METHODS)
def start(request: HttpRequest) -> HttpResponse:
    """The questions; sent, they are kept under a link of their own."""
    actor = shared.actor_of(request)
    named = request.POST.get("set") or request.GET.get("set", "")
    chosen = queries.named_set(actor, named) or queries.current_set(actor, actor.received_at)
    if chosen is None:
        return shared.shown_again(request, "self_check", {}, 422 if request.method == "POST" else 200)
    set_ = contents(chosen)
    form = SelfCheckForm(request.POST or None, contents=set_, initial={"set": chosen.public_id})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            return _kept_or_drawn(request, chosen, form)
    context = {"form": form, "criteria": set_, "criteria_set": chosen}
    return shared.shown_again(request, "self_check", context, status)


def _kept_or_drawn(request: HttpRequest, chosen: CriteriaSet, form: SelfCheckForm) -> HttpResponse:
    """Keep what was answered; where nothing more is kept for now, its result all the same, to be printed."""
    actor, status, said = shared.actor_of(request), 429, form.said()
    if _may_keep(request):
        kept, status = shared.attempt(
            form, lambda: actions.keep_self_check(actor=actor, criteria_set_id=chosen.public_id, **said)
        )
        if kept is not None:
            return _unlisted(redirect("applications:self-check-kept", kept.token))  # type: ignore[no-any-return] # the same response
    else:
        form.add_error(None, str(_MANY))
    page = queries.drawn_page(chosen, said["answers"], said["rest"], actor.received_at)
    context = {"p": page, "sentence": queries.where_it_stands(page), "again": form}
    return _unlisted(shared.shown_again(request, "self_check_kept", context, status))  # type: ignore[no-any-return] # the same response


def _may_keep(request: HttpRequest) -> bool:
    """Whether one more may be kept from there, and at all: the narrow limits first, so that they guard the wide one."""
    address = ip_address(get_adapter().get_client_ip(request))
    own = str(ip_network((address, _NETWORK), strict=False)) if address.version == 6 else ""
    keys = {"self-check": "", **({"self-check-net": own} if own else {}), "self-check-all": "all"}
    return all(
        ratelimit.consume(request, app="saduak", action=name, config=LIMITS, key=key)
        for name, key in keys.items()
    )


@pages.anyone
@never_cache
@require_http_methods(_METHODS)
def kept(request: HttpRequest, token: str) -> HttpResponse:
    """The result with its plan, which whoever holds the link may change."""
    actor = shared.actor_of(request)
    check = queries.kept_check(token)
    if check is None:
        return _closed(request)
    page = queries.self_check_page(check, actor.received_at)
    if request.method != "POST":
        return _result(request, token, page, CheckPlanForm(rows=page.rows))
    form = CheckPlanForm(request.POST, rows=page.rows)
    status = 422
    if form.is_valid():
        done, status = shared.attempt(
            form,
            lambda: actions.plan_self_check(actor=actor, token=token, plan=form.plan(), before=form.before()),
        )
        if done is not None:
            messages.success(request, _("บันทึกแผนแล้ว"))
            return _unlisted(redirect(reverse("applications:self-check-kept", args=[token]) + "#plan"))  # type: ignore[no-any-return] # the same response
        said = form.non_field_errors()
        check = queries.kept_check(token)
        if check is None:
            return _closed(request)
        # Sent once more it counts: by then its writer has read what somebody else wrote.
        page = queries.self_check_page(check, actor.received_at)
        form = form.beside(page.rows)
        form.add_error(None, said)
    return _result(request, token, page, form, status=status)


def _result(
    request: HttpRequest,
    token: str,
    page: SelfCheckPage,
    form: CheckPlanForm,
    take: TakeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = shared.actor_of(request)
    takers = queries.takers(actor, page.check) if actor.can(EDIT) else []
    context = {
        "p": page,
        "sentence": queries.where_it_stands(page),
        "form": form,
        "token": token,
        "days": KEPT.days,
        "first_days": KEPT_FIRST.days,
        "link": request.build_absolute_uri(reverse("applications:self-check-kept", args=[token])),
        "may_take": actor.can(EDIT),
        "take": (take or TakeForm(rows=takers)) if takers else None,
    }
    return _unlisted(shared.shown_again(request, "self_check_kept", context, status))  # type: ignore[no-any-return] # the same response


@pages.anyone
@never_cache
@require_http_methods(_METHODS)
def answers(request: HttpRequest, token: str) -> HttpResponse:
    """The same questions with what was answered; who and by when stay."""
    check = queries.kept_check(token)
    if check is None:
        return _closed(request)
    set_ = contents(check.criteria_set)
    form = SelfCheckForm(request.POST or None, contents=set_, kept=check.answers | check.rest)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            done, status = shared.attempt(
                form,
                lambda: actions.answer_self_check(
                    actor=shared.actor_of(request), token=token, before=form.before(), **form.said()
                ),
            )
            if done is not None:
                messages.success(request, _("บันทึกคำตอบแล้ว"))
                return _unlisted(redirect("applications:self-check-kept", token))  # type: ignore[no-any-return] # the same response
            said = form.non_field_errors()
            check = queries.kept_check(token)
            if check is None:
                return _closed(request)
            # Sent once more it counts: by then its writer has read what somebody else answered.
            form = form.beside(check.answers | check.rest)
            form.add_error(None, said)
    context = {"form": form, "criteria": set_, "criteria_set": check.criteria_set, "token": token}
    return _unlisted(shared.shown_again(request, "self_check", context, status))  # type: ignore[no-any-return] # the same response


@pages.anyone
@never_cache
@require_http_methods(_METHODS)
def drop(request: HttpRequest, token: str) -> HttpResponse:
    """Delete it for good, after one more look."""
    if request.method == "POST":
        actions.drop_self_check(actor=shared.actor_of(request), token=token)
        messages.success(request, _("ลบแบบตรวจและแผนแล้ว ลิงก์เดิมใช้ไม่ได้อีก"))
        return _unlisted(redirect("applications:self-check"))  # type: ignore[no-any-return] # the same response
    if queries.kept_check(token) is None:
        return _closed(request)
    return _unlisted(shared.shown_again(request, "self_check_drop", {"token": token}, 200))  # type: ignore[no-any-return] # the same response


@never_cache
@pages.page(needs=EDIT)
@require_POST
def take(request: HttpRequest, token: str) -> HttpResponse:
    """Take what was answered and planned into an application of one's own centre."""
    actor = shared.actor_of(request)
    check = queries.kept_check(token)
    if check is None:
        return _closed(request)
    form = TakeForm(request.POST, rows=queries.takers(actor, check))
    status = 422
    if form.is_valid():
        done, status = shared.attempt(
            form,
            lambda: actions.take_self_check(actor=actor, token=token, application_id=form.chosen()),
        )
        if done is not None:
            messages.success(request, _told(done))
            return redirect("applications:gaps", done.application.public_id)
    page = queries.self_check_page(check, actor.received_at)
    plan = CheckPlanForm(rows=page.rows)
    return _result(request, token, page, plan, form, status)


def _told(done: actions.TakenCheck) -> str:
    words = _("ไม่มีอะไรใหม่ให้นำเข้า ข้อเหล่านี้ตอบหรือวางแผนไว้แล้ว")
    if done.claims or done.planned:
        words = _("นำเข้าใบสมัครแล้ว คำตอบใหม่ %(claims)d ข้อ แผนใหม่ %(planned)d ข้อ ข้อที่ตอบหรือวางแผนไว้แล้วไม่เปลี่ยน")
    elif done.left_out:
        words = _("ไม่มีอะไรใหม่ให้นำเข้า")
    words %= {"claims": done.claims, "planned": done.planned}
    if not done.left_out:
        return words
    left = _("อีก %(left)d เรื่องไม่มีในเกณฑ์ของใบสมัครนี้ จึงไม่ได้นำเข้า ยังอยู่ที่ลิงก์ของแบบตรวจ")
    return f"{words} {left % {'left': done.left_out}}"


_KEPT = "self-check/<str:token>/"
URLS: list[URLPattern] = [
    path("self-check/", start, name="self-check"),
    path(_KEPT, kept, name="self-check-kept"),
    path(f"{_KEPT}answers/", answers, name="self-check-answers"),
    path(f"{_KEPT}delete/", drop, name="self-check-drop"),
    path(f"{_KEPT}take/", take, name="self-check-take"),
]

nav.place("self-check", "applications:self-check")
nav.footer("self-check", gettext_lazy("ตรวจความพร้อมของศูนย์"), "applications:self-check", order=12)
