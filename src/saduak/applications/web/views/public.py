"""Checking a receipt, for whoever holds one: when it was received and the file's digest, nothing else."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from saduak.applications import queries
from saduak.applications.web.forms import ReceiptForm
from saduak.foundation import ids
from saduak.foundation.web.languages import public_url
from saduak.foundation.web.pages import public


@public
@require_GET
def ask(request: HttpRequest) -> HttpResponse:
    """Where the code is typed."""
    asked = "code" in request.GET
    form = ReceiptForm(request.GET if asked else None)
    if asked and form.is_valid():
        code = ids.normalise_code(form.cleaned_data["code"])
        if code and code.isascii():
            return redirect(public_url("applications:receipt-check", code=code))
        form.add_error("code", str(form.fields["code"].error_messages["required"]))
    return render(request, "applications/receipt_ask.html", {"form": form}, status=422 if asked else 200)


@public
@require_GET
def check(request: HttpRequest, code: str) -> HttpResponse:
    """What the register of receipts holds under a code."""
    found = queries.receipt_by_code(code)
    context = {"found": found, "code": code, "form": ReceiptForm(initial={"code": code})}
    return render(request, "applications/receipt_check.html", context, status=200 if found else 404)
