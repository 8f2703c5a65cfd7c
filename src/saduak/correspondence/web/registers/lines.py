"""Lines of a register as pages: entering, setting numbers aside, one line, correcting and cancelling it."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from saduak.correspondence import rules
from saduak.correspondence.actions import registers_hand
from saduak.correspondence.actions.registers_hand import SCANS
from saduak.correspondence.models import Letter, RegisterEntry
from saduak.correspondence.queries import registers as queries
from saduak.correspondence.queries.registers import BOOKS, book_of
from saduak.correspondence.web.registers.forms import AmendForm, CancelForm, EnterForm, ReserveForm
from saduak.correspondence.web.registers.views import book_asked, frame, registry_for
from saduak.correspondence.web.shared import actor_of
from saduak.foundation import files
from saduak.foundation.access import Conflict, Refused
from saduak.foundation.web.forms import refuse
from saduak.foundation.web.pages import page


def _line(request: HttpRequest, entry_id: uuid.UUID) -> RegisterEntry:
    found = queries.line(actor_of(request), entry_id)
    if found is None:
        raise Http404
    return found


def _around(request: HttpRequest, entry: RegisterEntry) -> dict[str, Any]:
    book = book_of(entry.direction, entry.series)
    return {
        **frame(request, entry.registry),
        "entry": entry,
        "number": queries.number_text(entry),
        "book": book,
        "book_url": _book_url(entry.registry.public_id, book.key if book else "", entry.year),
    }


def _book_url(registry_id: uuid.UUID, key: str, year: int | None = None) -> str:
    url = reverse("correspondence:register", args=[registry_id])
    return f"{url}?book={key}" + (f"&year={year}" if year else "")


def _upload(form: EnterForm) -> dict[str, Any]:
    upload = form.cleaned_data.get("file")
    return {"file": upload, "name": upload.name} if upload else {}


def _draw(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    status = 422 if context["form"].errors else 200
    return render(request, f"correspondence/registers/{template}.html", context, status=status)


@page(needs=rules.REGISTER)
def enter(request: HttpRequest, registry_id: uuid.UUID) -> HttpResponse:
    """Write down a letter that did not pass through the system."""
    actor, row, book = actor_of(request), registry_for(request, registry_id), book_asked(request)
    form = EnterForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        receive=book.key == "receive",
        limits=files.limits_text(SCANS),
        accept=files.accept_attribute(SCANS),
        initial={"to_text" if book.key == "receive" else "from_text": row.organisation.head_title},
    )
    if request.method == "POST" and form.is_valid():
        try:
            entry = registers_hand.enter(
                actor=actor,
                organisation_id=row.organisation.public_id,
                direction=book.direction,
                series=book.series,
                columns=form.columns(),
                day=form.cleaned_data["day"],
                idempotency_key=form.key,
                **_upload(form),
            )
        except Conflict:
            raise
        except Refused as refusal:
            _refuse(form, refusal)
        else:
            messages.success(
                request, _("ลงทะเบียนแล้ว เลข %(number)s") % {"number": queries.number_text(entry)}
            )
            return redirect("correspondence:register-line", entry.public_id)
    books = [
        {"label": one.label, "url": f"?book={key}", "current": one is book} for key, one in BOOKS.items()
    ]
    context = {**frame(request, row), "form": form, "book": book, "books": books}
    return _draw(request, "enter", context)


def _refuse(form: EnterForm, refusal: Refused) -> None:
    """At its field; what the store says of a file has no field of its own."""
    if getattr(refusal, "fields", None) or not form.cleaned_data.get("file"):
        refuse(form, refusal)
    else:
        form.add_error("file", str(refusal.reason))


@page(needs=rules.REGISTER)
def reserve(request: HttpRequest, registry_id: uuid.UUID) -> HttpResponse:
    """Set numbers aside."""
    actor, row = actor_of(request), registry_for(request, registry_id)
    form = ReserveForm(
        request.POST if request.method == "POST" else None, initial={"book": request.GET.get("book", "send")}
    )
    if request.method == "POST" and form.is_valid():
        book = BOOKS[form.cleaned_data["book"]]
        try:
            made = registers_hand.reserve(
                actor=actor,
                organisation_id=row.organisation.public_id,
                direction=book.direction,
                series=book.series,
                count=form.cleaned_data["count"] or 0,
                reason=form.cleaned_data["reason"],
                idempotency_key=form.key,
            )
        except Conflict as conflict:
            # The same form came twice: the numbers stand on the page that it leads to.
            if conflict.code != "already-done":
                raise
        except Refused as refusal:
            refuse(form, refusal)
        else:
            words = ngettext(
                "จองไว้แล้ว %(count)s เลข: %(first)s", "จองไว้แล้ว %(count)s เลข ตั้งแต่ %(first)s", len(made)
            )
            told = {"count": len(made), "first": queries.number_text(made[0])}
            messages.success(request, words % told)
        if not form.errors:
            return redirect(f"{_book_url(row.public_id, book.key)}&state=reserved")
    return _draw(request, "reserve", {**frame(request, row), "form": form})


@page(needs=rules.REGISTER)
def line(request: HttpRequest, entry_id: uuid.UUID) -> HttpResponse:
    """One line: its columns, its stamp, what came along."""
    entry = _line(request, entry_id)
    seen = Letter.objects.visible_to(actor_of(request)).filter(register_entries=entry)
    context = _around(request, entry)
    context |= {
        "letter_seen": seen.exists(),
        "stamp": queries.stamp_of(entry) if entry.direction == RegisterEntry.Direction.RECEIVE else None,
        "enclosed": queries.enclosed(entry),
        "may_cancel": context["may_register"] and entry.letter_id is None and entry.state != "cancelled",
        "may_amend": context["may_register"] and entry.state != "cancelled",
    }
    return render(request, "correspondence/registers/line.html", context)


@page(needs=rules.REGISTER)
def amend(request: HttpRequest, entry_id: uuid.UUID) -> HttpResponse:
    """Correct the columns of a line."""
    entry = _line(request, entry_id)
    form = AmendForm(request.POST if request.method == "POST" else None, entry=entry)
    if request.method == "POST" and form.is_valid():
        try:
            registers_hand.amend(actor=actor_of(request), entry_id=entry.public_id, changes=form.changes())
        except Conflict:
            raise
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("แก้ไขแล้ว ระบบเก็บข้อความเดิมไว้ในประวัติ"))
            return redirect("correspondence:register-line", entry.public_id)
    return _draw(request, "amend", {**_around(request, entry), "form": form})


@page(needs=rules.REGISTER)
def use(request: HttpRequest, entry_id: uuid.UUID) -> HttpResponse:
    """Write down for which letter on paper a reserved number was used."""
    entry = _line(request, entry_id)
    form = EnterForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        receive=False,
        used=True,
        limits=files.limits_text(SCANS),
        accept=files.accept_attribute(SCANS),
        initial={"remark": entry.remark, "from_text": entry.registry.organisation.head_title},
    )
    if request.method == "POST" and form.is_valid():
        try:
            registers_hand.fill_reserved(
                actor=actor_of(request),
                entry_id=entry.public_id,
                columns=form.columns(),
                idempotency_key=form.key,
                **_upload(form),
            )
        except Conflict:
            raise
        except Refused as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, _("ลงทะเบียนเลขที่จองไว้แล้ว"))
            return redirect("correspondence:register-line", entry.public_id)
    return _draw(request, "use", {**_around(request, entry), "form": form})


@page(needs=rules.REGISTER)
def cancel(request: HttpRequest, entry_id: uuid.UUID) -> HttpResponse:
    """Cancel a number, with its reason."""
    entry = _line(request, entry_id)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            registers_hand.cancel_entry(
                actor=actor_of(request), entry_id=entry.public_id, reason=form.cleaned_data["reason"]
            )
        except Conflict:
            raise
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("ยกเลิกเลขนี้แล้ว เลขนี้จะไม่ใช้อีก"))
            return redirect("correspondence:register-line", entry.public_id)
    return _draw(request, "cancel", {**_around(request, entry), "form": form})


@page(needs=rules.REGISTER)
def scan(request: HttpRequest, entry_id: uuid.UUID) -> HttpResponse:
    """The scan of a letter that did not pass through the system."""
    entry = _line(request, entry_id)
    if entry.file is None:
        raise Http404
    return files.attachment(entry.file)  # type: ignore[return-value] # Django's stubs part the two
