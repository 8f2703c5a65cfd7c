"""Only in the demo: one-click sign-in by role, and moving the simulated date."""

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from saduak.foundation import time_machine
from saduak.foundation.web.pages import anyone
from saduak.portal.demo import moments, people


@anyone
@require_POST
def sign_in(request: HttpRequest, key: str) -> HttpResponse:
    """Sign in as one of the demo's people; nothing of this exists outside the demo's settings."""
    user = people.account_of(key) if settings.DEMO_SIGN_INS else None
    if user is None:
        raise Http404
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    after = request.POST.get("next", "")
    return redirect(after if _is_ours(request, after) else settings.LOGIN_REDIRECT_URL)


def _is_ours(request: HttpRequest, url: str) -> bool:
    return url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )


@anyone
def clock_page(request: HttpRequest) -> HttpResponse:
    """Move the simulated date to a named moment."""
    if not time_machine.is_on():
        raise Http404
    if request.method == "POST":
        moment = moments.named(request.POST.get("moment", ""))
        if moment is None:
            raise Http404
        time_machine.move_to(moment.when, label=str(moment.title))
        return redirect("portal:clock")
    return render(request, "portal/clock.html", {"moments": moments.MOMENTS})
