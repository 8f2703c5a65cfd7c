"""Pages of templates: all of them with their versions, one to read, and a new version by the secretariat."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from saduak.correspondence import rules
from saduak.correspondence.actions.templates import TemplateValues, publish_template_version
from saduak.correspondence.models import LetterTemplate, WrittenKind
from saduak.correspondence.queries import places
from saduak.correspondence.queries import templates as queries
from saduak.correspondence.web.drafts import shared
from saduak.correspondence.web.forms import Once
from saduak.foundation.access import Refused
from saduak.foundation.web.forms import refuse
from saduak.foundation.web.pages import page


class TemplateForm(Once):
    """What a version says."""

    name = forms.CharField(label=gettext_lazy("ชื่อแบบหนังสือ"), max_length=200)
    use = forms.ChoiceField(label=gettext_lazy("ใช้สำหรับ"), choices=LetterTemplate.Use.choices)
    kind = forms.ChoiceField(label=gettext_lazy("ชนิดของหนังสือ"), choices=WrittenKind.choices)
    subject = forms.CharField(
        label=pgettext_lazy("letter", "เรื่อง"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    body = forms.CharField(
        label=gettext_lazy("ข้อความ"),
        max_length=20_000,
        help_text=gettext_lazy("ขึ้นบรรทัดใหม่เมื่อเริ่มย่อหน้าใหม่ ช่องเติมคำเขียนในวงเล็บปีกกาสองชั้น"),
        widget=forms.Textarea(attrs={"rows": 14}),
    )
    purpose = forms.CharField(
        label=gettext_lazy("ข้อความลงท้าย"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    source = forms.CharField(
        label=gettext_lazy("ที่มา"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("มาจากหนังสือหรือคู่มือใด คนอื่นจะได้ตรวจได้"),
    )
    official = forms.BooleanField(label=gettext_lazy("ตรวจเทียบกับแบบทางการแล้ว"), required=False)

    def values(self) -> TemplateValues:
        """What was typed; only after `is_valid`."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "once"}
        return TemplateValues(**data)


@page(needs=rules.WRITE)
def templates(request: HttpRequest) -> HttpResponse:
    """All templates, and the laws that letters can cite."""
    actor = shared.actor_of(request)
    context = {
        "families": queries.families(actor),
        "laws": list(queries.legal_references(actor)),
    }
    return render(request, "correspondence/drafts/templates.html", context)


@page(needs=rules.WRITE)
def template(request: HttpRequest, template_id: uuid.UUID) -> HttpResponse:
    """One version, with the others beside it."""
    actor = shared.actor_of(request)
    row = shared.found(queries.template(actor, template_id))
    versions = queries.versions_of(actor, row)
    context = {
        "template": row,
        "versions": versions,
        "newest": bool(versions) and versions[0].pk == row.pk,
        "places": places.asked_by(row),
        "may_publish": _scope(request, row) is not None,
    }
    return render(request, "correspondence/drafts/template.html", context)


def _scope(request: HttpRequest, row: LetterTemplate) -> tuple[uuid.UUID | None] | None:
    """For which programme the reader publishes the next version: the template's, or their only one; None: for none."""
    actor = shared.actor_of(request)
    if queries.may_publish(actor, row.programme):
        return (row.programme.public_id if row.programme else None,)
    if row.programme is not None:
        return None
    own = queries.programmes_published(actor)
    return (own[0].public_id,) if own else None


@page(needs=rules.WRITE)
def template_new(request: HttpRequest, template_id: uuid.UUID) -> HttpResponse:
    """The next version of a template."""
    actor = shared.actor_of(request)
    row = shared.found(queries.template(actor, template_id))
    scope = shared.found(_scope(request, row))
    names = ("name", "use", "kind", "subject", "body", "purpose", "source")
    initial: dict[str, Any] = {name: getattr(row, name) for name in names}
    form = TemplateForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = publish_template_version(
                actor=actor,
                code=row.code,
                values=form.values(),
                programme_id=scope[0],
                idempotency_key=form.key,
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("ประกาศใช้ฉบับใหม่แล้ว หนังสือที่เริ่มไว้แล้วไม่เปลี่ยน"))
            return redirect("correspondence:letter-template", made.public_id)
    context = {"form": form, "template": row, "catalogue": places.catalogue()}
    return render(
        request,
        "correspondence/drafts/template_new.html",
        context,
        status=shared.status_of(None, form.errors),
    )
