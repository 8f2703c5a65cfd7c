"""Marks on views: which pages are public, what a page needs, which sign-in routes may write on a GET."""

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _

from saduak.foundation.access import Refused
from saduak.foundation.web import errors
from saduak.foundation.web.autosave import is_other_account, wants_json

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

# allauth's logout and e-mail confirmation open a session; nothing else may write on a GET.
WRITING_GETS = frozenset(
    {"account_login", "account_logout", "account_reauthenticate", "invitation", "link_enter"}
)


def public(view: View) -> View:
    """A page for everybody: no session, cacheable, language in the path."""
    view.saduak_public = True  # type: ignore[attr-defined] # a mark read by the middleware and the route test
    view.saduak_needs = "public"  # type: ignore[attr-defined] # as above
    return view


def is_public(view: Callable[..., Any]) -> bool:
    """Whether a view was marked public."""
    return bool(getattr(view, "saduak_public", False))


def anyone(view: View) -> View:
    """A page for everybody that keeps a session (forms with a token): invitations and links of people without account."""
    view.saduak_needs = "public"  # type: ignore[attr-defined] # read by the route table test
    return view


def page(*, needs: str = "signed-in") -> Callable[[View], View]:
    """A page for signed-in people; `needs` names the capability that opens it ("signed-in": none in particular).

    Rows are still found only through the scoped door: the capability opens the page, not the data.
    """

    def mark(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor = request.actor  # type: ignore[attr-defined] # set by WhoActs
            if not actor.is_signed_in:
                if request.POST.keys() - {"csrfmiddlewaretoken"} and not wants_json(request):
                    return errors.signed_out(request)
                # A button's own address could not be opened after signing in: back to the page that has it.
                return redirect_to_login(errors.here(request), settings.LOGIN_URL)
            if request.method not in errors.READS and is_other_account(request):
                return errors.other_account(request)
            if needs != "signed-in" and not actor.can(needs):
                raise Refused(_("หน้านี้เปิดได้เฉพาะผู้มีหน้าที่ ดูได้ที่หน้า สิทธิของฉัน"), "no-capability")
            return view(request, *args, **kwargs)

        guarded.saduak_needs = needs  # type: ignore[attr-defined] # read by the route table test
        return guarded  # type: ignore[return-value] # same signature by wraps

    return mark


def may_write_on_get(request: HttpRequest) -> bool:
    """Whether this is one of the listed sign-in routes."""
    try:
        return resolve(request.path_info).url_name in WRITING_GETS
    except Resolver404:
        return False
