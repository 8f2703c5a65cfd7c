"""The invited person's page: opens an account, or adds the appointment to the one signed in."""

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from saduak.foundation.access import Refused
from saduak.foundation.web.forms import refuse
from saduak.foundation.web.pages import anyone
from saduak.organisations import queries, rules
from saduak.organisations.actions import accept_invitation
from saduak.organisations.web.forms import AcceptForm

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@anyone
@never_cache
@sensitive_post_parameters("password")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation. Reading the page uses nothing up; only the button does."""
    row = queries.find_invitation(token)
    if row is None or rules.still_stands(row, request.actor).code == "invitation-closed":
        return render(request, "organisations/invitation_closed.html", status=410)
    signed_in = request.actor.is_signed_in and request.actor.user_id is not None
    initial = {"email": row.email}
    if row.person is not None:
        initial |= {name: getattr(row.person, name) for name in ("title", "name", "position", "phone")}
    form = AcceptForm(request.POST or None, initial=initial)
    if request.method == "POST" and (signed_in or form.is_valid()):
        try:
            account = None if signed_in else form.account
            made = accept_invitation(actor=request.actor, token=token, account=account)
        except Refused as refusal:
            refuse(form, refusal)
        else:
            if not signed_in:
                login(request, made.person.user, backend=BACKEND)
            return redirect("organisations:rights")
    context = {"invitation": row, "form": form, "signed_in": signed_in}
    bound = request.method == "POST"
    return render(
        request, "organisations/invitation.html", context, status=422 if bound and form.errors else 200
    )
