"""Pages of the register of delegations, of absences, and of the letter head."""

import datetime
import uuid
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from saduak.correspondence import rules
from saduak.correspondence.actions import delegations as actions
from saduak.correspondence.actions.delegations import EMBLEMS, HeadValues, Power
from saduak.correspondence.models import Delegation, WrittenKind
from saduak.correspondence.queries import delegations as queries
from saduak.correspondence.web.drafts import shared
from saduak.correspondence.web.forms import Once
from saduak.foundation import clock, files
from saduak.foundation.access import Refused, require
from saduak.foundation.web.forms import ThaiDateField, refuse
from saduak.foundation.web.pages import page
from saduak.organisations.actions import NewPerson
from saduak.organisations.models import Organisation, Person

NEW: Final = "new"


class PowerForm(Once):
    """Somebody who may sign: who, in which capacity, by which order, when."""

    person = forms.ChoiceField(label=gettext_lazy("ผู้ลงนาม"))
    name_title = forms.CharField(label=gettext_lazy("คำนำหน้า"), max_length=60, required=False)
    name = forms.CharField(
        label=gettext_lazy("ชื่อและนามสกุล"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("กรอกเมื่อเลือกผู้ที่ยังไม่มีในรายชื่อ"),
    )
    position = forms.CharField(
        label=gettext_lazy("ตำแหน่งที่พิมพ์ใต้ชื่อ"), max_length=200, help_text=gettext_lazy("เช่น ปลัดจังหวัด")
    )
    capacity = forms.ChoiceField(
        label=gettext_lazy("ลงนามในฐานะ"), choices=Delegation.Capacity.choices, widget=forms.RadioSelect
    )
    principal = forms.CharField(
        label=gettext_lazy("แทนตำแหน่งใด"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("เว้นว่างถ้าเป็นอำนาจของตำแหน่งเอง เช่น ผู้ว่าราชการจังหวัดมุกดาหาร"),
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("ลงนามหนังสือชนิดใด"),
        choices=WrittenKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("ไม่เลือกเลยคือทุกชนิด"),
    )
    order_number = forms.CharField(
        label=gettext_lazy("คำสั่งมอบอำนาจ"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("เช่น คำสั่งจังหวัด ที่ 123/2570 ต้องกรอกเลขที่และวันที่เมื่อลงนามแทนผู้อื่น"),
    )
    order_dated = ThaiDateField(label=gettext_lazy("คำสั่งลงวันที่"), required=False)
    clause = forms.CharField(label=gettext_lazy("ข้อ"), max_length=120, required=False)
    first_day = ThaiDateField(label=gettext_lazy("ลงนามได้ตั้งแต่วันที่"))
    last_day = ThaiDateField(
        label=gettext_lazy("ถึงวันที่"), required=False, help_text=gettext_lazy("เว้นว่างถ้ายังไม่กำหนด")
    )
    substitute_for = forms.ChoiceField(
        label=gettext_lazy("ลงนามเฉพาะเมื่อผู้นี้ไม่อยู่"),
        required=False,
        help_text=gettext_lazy("สำหรับผู้รักษาราชการแทน ต้องจดวันไม่อยู่ของผู้นั้นด้วย"),
    )

    def __init__(self, *args: Any, people: list[Person], entries: list[Delegation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [
            (str(row.public_id), f"{row} ({row.position})" if row.position else str(row)) for row in people
        ]
        self.fields["person"].choices = [("", _("เลือก")), *known, (NEW, _("ผู้ที่ยังไม่มีในรายชื่อ"))]  # type: ignore[attr-defined] # a ChoiceField
        named = [(str(row.public_id), f"{row.person} ({row.position})") for row in entries]
        self.fields["substitute_for"].choices = [("", _("ลงนามได้เสมอ")), *named]  # type: ignore[attr-defined] # a ChoiceField
        if not named:
            del self.fields["substitute_for"]
        self.fields["first_day"].initial = clock.today()
        self.fields["capacity"].initial = Delegation.Capacity.SELF

    def who(self) -> uuid.UUID | NewPerson:
        """The person; only after `is_valid`."""
        data = self.cleaned_data
        if data["person"] == NEW:
            return NewPerson(name=data["name"], title=data["name_title"], position=data["position"])
        return uuid.UUID(data["person"])

    def power(self) -> Power:
        """What was typed; only after `is_valid`."""
        data = dict(self.cleaned_data)
        substitute = data.get("substitute_for")
        same = ("position", "capacity", "principal", "order_number", "order_dated", "clause")
        return Power(
            **{name: data[name] for name in (*same, "first_day", "last_day")},
            kinds=tuple(data["kinds"]),
            substitute_for=uuid.UUID(substitute) if substitute else None,
        )


class EndForm(forms.Form):
    """The last day of something."""

    last_day = ThaiDateField(label=gettext_lazy("วันสุดท้าย"))

    def __init__(self, *args: Any, hint: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_day"].help_text = hint


class AbsenceForm(forms.Form):
    """Days on which a signer is absent."""

    first_day = ThaiDateField(label=gettext_lazy("ไม่อยู่ตั้งแต่วันที่"))
    last_day = ThaiDateField(
        label=gettext_lazy("ถึงวันที่"), required=False, help_text=gettext_lazy("เว้นว่างถ้ายังไม่ทราบ")
    )
    reason = forms.CharField(
        label=gettext_lazy("เหตุผล"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("เช่น ไปราชการ ไม่ต้องเขียนเรื่องส่วนตัว"),
    )


class HeadForm(forms.Form):
    """How letters look."""

    heading = forms.CharField(
        label=gettext_lazy("ชื่อบนหัวหนังสือ"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("เช่น ศาลากลางจังหวัดมุกดาหาร เว้นว่างไว้ใช้ชื่อหน่วยงาน"),
    )
    address = forms.CharField(
        label=gettext_lazy("ที่อยู่บนหัวหนังสือ"),
        max_length=400,
        required=False,
        help_text=gettext_lazy("แต่ละบรรทัดพิมพ์ตามที่เขียน"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    thai_digits = forms.BooleanField(label=gettext_lazy("หนังสือใหม่เริ่มด้วยเลขไทย"), required=False)
    emblem = forms.FileField(label=gettext_lazy("ตราของหน่วยงาน"), required=False)
    without_emblem = forms.BooleanField(label=gettext_lazy("เอาตราเดิมออก"), required=False)

    def __init__(self, *args: Any, has_emblem: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["emblem"].help_text = files.limits_text(EMBLEMS)
        self.fields["emblem"].widget.attrs["accept"] = files.accept_attribute(EMBLEMS)
        if not has_emblem:
            del self.fields["without_emblem"]


# --- The register -----------------------------------------------------------------------------------------------------


def _organisations(request: HttpRequest) -> list[Organisation]:
    """Those in whose name the reader's offices write; one of another's first, as letters mostly go."""
    actor = shared.actor_of(request)
    own = {holding.organisation_id for holding in actor.holdings}
    return sorted(queries.named_for(actor), key=lambda row: row.pk in own)


def _organisation(request: HttpRequest, organisation_id: uuid.UUID) -> Organisation:
    rows = _organisations(request)
    return shared.found(next((row for row in rows if row.public_id == organisation_id), None))


@page(needs=rules.WRITE)
def signers(request: HttpRequest, organisation_id: uuid.UUID | None = None) -> HttpResponse:
    """Who may sign in an organisation's name, by which order, and who is absent."""
    actor = shared.actor_of(request)
    rows = _organisations(request)
    chosen = next((row for row in rows if organisation_id in {None, row.public_id}), None)
    if chosen is None:
        raise Http404
    today = clock.today()
    may_sign = queries.signers(chosen.pk, today)
    able = {row.pk for row in may_sign.rows}
    entries = queries.register_of(actor, chosen)
    context = {
        "organisation": chosen,
        "views": [
            {
                "label": row.name_th,
                "url": reverse("correspondence:signers-of", args=[row.public_id]),
                "current": row.pk == chosen.pk,
                "count": None,
            }
            for row in rows
        ],
        "entries": [
            {"row": row, "able": row.pk in able, "over": queries.is_over(row, today)} for row in entries
        ],
        "head": queries.letter_head(actor, chosen),
        "may_delegate": bool(queries.may_delegate(actor, chosen.pk)),
    }
    return render(request, "correspondence/drafts/signers.html", context)


def _form_page(request: HttpRequest, form: forms.Form, **context: Any) -> HttpResponse:
    """One form under a title, with the way back to the register."""
    shown = {"form": form, **context}
    return render(
        request, "correspondence/drafts/register_form.html", shown, status=shared.status_of(None, form.errors)
    )


def _require_keeper(request: HttpRequest, organisation: Organisation) -> None:
    """Nobody fills in a form that would be refused.

    Raises:
        Refused: the reader does not keep this register.
    """
    require(queries.may_delegate(shared.actor_of(request), organisation.pk))


def _back(organisation: Organisation) -> HttpResponse:
    return redirect("correspondence:signers-of", organisation.public_id)


@page(needs=rules.DELEGATE)
def signer_new(request: HttpRequest, organisation_id: uuid.UUID) -> HttpResponse:
    """Write down somebody who may sign."""
    actor, organisation = shared.actor_of(request), _organisation(request, organisation_id)
    _require_keeper(request, organisation)
    written = queries.register_of(actor, organisation)
    entries = [row for row in written if not queries.is_over(row, clock.today())]
    form = PowerForm(
        request.POST if request.method == "POST" else None,
        people=list(queries.people_at(actor, organisation)),
        entries=entries,
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_delegation(
                actor=actor,
                organisation_id=organisation.public_id,
                person=form.who(),
                power=form.power(),
                idempotency_key=form.key,
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("จดผู้ลงนามแล้ว"))
            return _back(organisation)
    return _form_page(
        request,
        form,
        organisation=organisation,
        title=_("เพิ่มผู้ลงนาม"),
        submit=_("จดผู้ลงนามนี้"),
        first=not written,
    )


@page(needs=rules.DELEGATE)
def signer_end(request: HttpRequest, delegation_id: uuid.UUID) -> HttpResponse:
    """Write down the last day on which somebody may sign."""
    actor = shared.actor_of(request)
    row = shared.found(queries.delegation(actor, delegation_id))
    _require_keeper(request, row.organisation)
    hint = _("วันนี้หรือวันหลังจากนี้ ถ้าจดผิดในวันนี้ เขียนวันก่อนหน้าเพื่อยกเลิกรายการนี้")
    initial = {"last_day": clock.today()}
    form = EndForm(request.POST if request.method == "POST" else None, initial=initial, hint=hint)
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_delegation(
                actor=actor, delegation_id=row.public_id, last_day=form.cleaned_data["last_day"]
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("จดวันสุดท้ายแล้ว"))
            return _back(row.organisation)
    title = _("สิ้นสุดการลงนามของ %(name)s") % {"name": row.person}
    return _form_page(request, form, organisation=row.organisation, title=title, submit=_("จดวันสุดท้าย"))


@page(needs=rules.DELEGATE)
def absence_new(request: HttpRequest, delegation_id: uuid.UUID) -> HttpResponse:
    """Write down days on which a signer is absent."""
    actor = shared.actor_of(request)
    row = shared.found(queries.delegation(actor, delegation_id))
    _require_keeper(request, row.organisation)
    require(queries.may_note_absence(actor, row, clock.today()))
    form = AbsenceForm(
        request.POST if request.method == "POST" else None, initial={"first_day": clock.today()}
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_absence(actor=actor, delegation_id=row.public_id, **form.cleaned_data)
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("จดวันไม่อยู่แล้ว ผู้รักษาราชการแทนลงนามได้ในวันเหล่านี้"))
            return _back(row.organisation)
    title = _("วันที่ %(name)s ไม่อยู่") % {"name": row.person}
    return _form_page(request, form, organisation=row.organisation, title=title, submit=_("จดวันไม่อยู่"))


@page(needs=rules.DELEGATE)
def absence_end(request: HttpRequest, absence_id: uuid.UUID) -> HttpResponse:
    """Write down the last day of an absence; today is the day of the return."""
    actor = shared.actor_of(request)
    row = shared.found(queries.absence(actor, absence_id))
    _require_keeper(request, row.delegation.organisation)
    yesterday = clock.today() - datetime.timedelta(days=1)
    form = EndForm(request.POST if request.method == "POST" else None, initial={"last_day": yesterday})
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_absence(actor=actor, absence_id=row.public_id, last_day=form.cleaned_data["last_day"])
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("จดวันกลับมาแล้ว"))
            return _back(row.delegation.organisation)
    title = _("วันสุดท้ายที่ %(name)s ไม่อยู่") % {"name": row.delegation.person}
    organisation = row.delegation.organisation
    return _form_page(request, form, organisation=organisation, title=title, submit=_("จดวันสุดท้าย"))


# --- The letter head --------------------------------------------------------------------------------------------------


@page(needs=rules.DELEGATE)
def letter_head(request: HttpRequest, organisation_id: uuid.UUID) -> HttpResponse:
    """The emblem, name and address on an organisation's letters."""
    actor, organisation = shared.actor_of(request), _organisation(request, organisation_id)
    _require_keeper(request, organisation)
    head = queries.letter_head(actor, organisation)
    initial = {
        "heading": head.heading if head else "",
        "address": head.address if head else organisation.address,
        "thai_digits": head.thai_digits if head else True,
    }
    form = HeadForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        initial=initial,
        has_emblem=head is not None and head.emblem_id is not None,
    )
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        emblem = data.pop("emblem")
        try:
            actions.save_letter_head(
                actor=actor, organisation_id=organisation.public_id, values=HeadValues(**data), emblem=emblem
            )
        except Refused as refusal:
            if getattr(refusal, "fields", None) or emblem is None:
                refuse(form, refusal)
            else:
                form.add_error("emblem", str(refusal.reason))
        else:
            messages.success(request, _("บันทึกหัวหนังสือแล้ว"))
            return _back(organisation)
    context = {"form": form, "organisation": organisation, "head": head}
    return render(
        request, "correspondence/drafts/letter_head.html", context, status=shared.status_of(None, form.errors)
    )


@page(needs=rules.WRITE)
@require_GET
def head_emblem(request: HttpRequest, organisation_id: uuid.UUID) -> HttpResponse:
    """The emblem itself."""
    organisation = _organisation(request, organisation_id)
    head = shared.found(queries.letter_head(shared.actor_of(request), organisation))
    return files.attachment(shared.found(head.emblem), inline=True)  # type: ignore[return-value] # Django's stubs part the two
