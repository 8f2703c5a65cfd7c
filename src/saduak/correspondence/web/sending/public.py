"""Pages without an account: acknowledge by a link, and the page that the QR of a printed letter opens.

The secret stands in the address. So these pages are kept by nobody between, found by no search engine, and no link out of
them tells where it came from.
"""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from saduak.correspondence.actions import outside
from saduak.correspondence.models import Letter
from saduak.correspondence.queries import public
from saduak.correspondence.queries.documents import is_reserved
from saduak.correspondence.web.sending.follow_forms import AcknowledgeForm
from saduak.foundation import files
from saduak.foundation.access import Conflict, Refused, resolver
from saduak.foundation.web import pages
from saduak.foundation.web.forms import refuse


def _unlisted(response: HttpResponseBase, referrer: str = "no-referrer") -> Any:
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = referrer
    return response


@pages.anyone
@never_cache
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The letter, and a form by which its recipient acknowledges, once. Reading uses nothing up."""
    found = public.by_link(token)
    if found is None or not found.is_open:
        return _closed(request, found)
    form = AcknowledgeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actor = resolver.of_link(token, request.received_at)  # type: ignore[attr-defined] # stamped by Receipt
        try:
            if actor is None:
                return _closed(request, public.by_link(token))
            outside.acknowledge_by_link(actor=actor, delivery_id=found.delivery.public_id, name=form.signed)
        except Conflict:
            # Somebody was quicker, or the sender called it back: the page says which.
            return _closed(request, public.by_link(token))
        except Refused as refusal:
            refuse(form, refusal)
        else:
            return _with_form(redirect("correspondence:by_link", token))
    context = {
        "token": token,
        "delivery": found.delivery,
        "letter": found.delivery.letter,
        "attachments": found.attachments,
        "form": form,
    }
    answer = render(request, "correspondence/sent/by_link.html", context, status=422 if form.errors else 200)
    return _with_form(answer)


def _with_form(response: HttpResponse) -> HttpResponse:
    """A page with no referrer at all would send its own form without an origin, which the guard of forms refuses."""
    return _unlisted(response, "same-origin")  # type: ignore[no-any-return] # the same response


def _closed(request: HttpRequest, found: public.ByLink | None) -> HttpResponse:
    """Why the link does nothing more; who used it just now reads that it worked."""
    status = 200 if found is not None and found.stands == public.Stands.USED else 410
    context = {"found": found, "delivery": found.delivery if found else None}
    answer = render(request, "correspondence/sent/by_link_closed.html", context, status=status)
    return _with_form(answer)


@pages.anyone
@never_cache
@require_safe
def by_link_file(
    request: HttpRequest, token: str, attachment_id: uuid.UUID | None = None
) -> HttpResponseBase:
    """The letter's file, or that of an attachment, for whoever holds an open link."""
    found = public.by_link(token)
    if found is None or not found.is_open:
        raise Http404
    return _file(found.delivery.letter, attachment_id)


@pages.public
@require_safe
def letter_page(request: HttpRequest, token: str) -> HttpResponse:
    """Number, date, subject and issuer of a letter, its file and attachments, and the letters that it cites."""
    found = public.public_letter(token)
    if found is None:
        if not is_reserved(token):
            raise Http404
        answer = render(request, "correspondence/sent/letter_page_not_yet.html", status=404)
        return _unlisted(answer)  # type: ignore[no-any-return] # the same response
    context = {"found": found, "letter": found.letter, "token": token}
    answer = render(request, "correspondence/sent/letter_page.html", context)
    answer["Cache-Control"] = "private, no-cache"
    return _unlisted(answer)  # type: ignore[no-any-return] # the same response


@pages.public
@require_safe
def letter_page_file(
    request: HttpRequest,
    token: str,
    attachment_id: uuid.UUID | None = None,
) -> HttpResponseBase:
    """The file of a letter with a page, or that of an attachment; nothing of one that was called back."""
    found = public.public_letter(token)
    if found is None or found.letter.recalled_at is not None:
        raise Http404
    return _file(found.letter, attachment_id)


def _file(letter: Letter, attachment_id: uuid.UUID | None) -> HttpResponseBase:
    stored = public.file_of(letter, attachment_id)
    if stored is None:
        raise Http404
    return _unlisted(files.attachment(stored))  # type: ignore[no-any-return] # the same response
