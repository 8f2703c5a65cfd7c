"""Lists under a name: offices that an office writes to often, and people among whom it hands letters round."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import format_lazy
from django.utils.translation import gettext as _

from saduak.correspondence import rules
from saduak.correspondence.actions.lists import keep_group, keep_list
from saduak.correspondence.models import DistributionGroup, RecipientList
from saduak.correspondence.queries import deliveries
from saduak.correspondence.queries.drafts import desks
from saduak.correspondence.web.sending.forms import GroupForm, RecipientListForm
from saduak.correspondence.web.shared import actor_of
from saduak.correspondence.written import lines
from saduak.foundation.access import Actor, Refused
from saduak.foundation.web.forms import refuse
from saduak.foundation.web.pages import page
from saduak.organisations.models import Organisation, Person
from saduak.organisations.recipients import audience


@page(needs=rules.READ)
def lists(request: HttpRequest) -> HttpResponse:
    """Both kinds of lists of my offices."""
    actor = actor_of(request)
    own = rules.offices(actor, rules.READ)
    groups = DistributionGroup.objects.visible_to(actor).filter(retired_at__isnull=True)
    context = {
        "lists": deliveries.lists(actor, own).select_related("organisation"),
        "groups": groups.select_related("organisation")
        .annotate(people=Count("members"))
        .order_by("name", "pk"),
        "may_write": bool(rules.offices(actor, rules.WRITE)),
        "may_receive": bool(rules.offices(actor, rules.RECEIVE)),
    }
    return render(request, "correspondence/received/lists.html", context)


def _offices(actor: Actor, capability: str) -> list[Organisation]:
    """Where the list may belong, the office that one acts for first."""
    found = list(deliveries.offices_of_actor(actor, capability))
    acting = actor.acting.organisation_id if actor.acting else None
    return sorted(found, key=lambda row: row.pk != acting)


# --- Offices to write to ----------------------------------------------------------------------------------------------


@page(needs=rules.WRITE)
def recipient_list(request: HttpRequest, list_id: uuid.UUID | None = None) -> HttpResponse:
    """Make a list of offices, or change it: written as in a letter, kept as offices."""
    actor = actor_of(request)
    row = None
    if list_id is not None:
        row = (
            deliveries.lists(actor, rules.offices(actor, rules.WRITE))
            .filter(public_id=list_id)
            .select_related("organisation")
            .first()
        )
        if row is None:
            raise Http404
    offices = _offices(actor, rules.WRITE) if row is None else [row.organisation]
    initial = _list_values(row, offices)
    form = RecipientListForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        offices=offices,
        ending=row is not None,
    )
    if request.method != "POST":
        return _list_page(request, row, form)
    if form.is_valid():
        members = _members(actor, row, form, offices)
        if not form.errors and _saved_list(actor, row, form, members):
            words = _("บันทึกรายชื่อแล้ว มี %(n)d แห่ง") if members else _("เลิกใช้รายชื่อแล้ว")
            messages.success(request, words % {"n": len(members)} if members else words)
            return redirect("correspondence:lists")
    return _list_page(request, row, form)


def _list_values(row: RecipientList | None, offices: Sequence[Organisation]) -> dict[str, Any]:
    if row is None:
        return {"organisation": str(offices[0].public_id)} if offices else {}
    names = row.members.order_by("sort_key", "pk").values_list("name_th", flat=True)
    return {"organisation": str(row.organisation.public_id), "name": row.name, "members": "\n".join(names)}


def _members(
    actor: Actor, row: RecipientList | None, form: RecipientListForm, offices: Sequence[Organisation]
) -> list[uuid.UUID]:
    """The offices that the words name, as a letter of this office would reach them.

    Names that stand on the list already mean what they meant, also where several offices bear them.
    """
    before = {one.name_th: one.public_id for one in row.members.all()} if row is not None else {}
    typed = lines(form.cleaned_data["members"])
    kept = [before[line] for line in typed if line in before]
    new = [line for line in typed if line not in before]
    if not new:
        return kept
    chosen = form.cleaned_data["organisation"]
    office = next(one for one in offices if one.public_id == chosen)
    desk = next((desk for desk in desks(actor) if office.pk in {desk.office.pk, desk.issuer.pk}), None)
    issuer, sender = (desk.issuer, desk.office) if desk is not None else (office, office)
    found = audience(new, [], issuer, sender=sender)
    if found.unknown:
        words = format_lazy(_("ไม่พบหน่วยงานตามคำว่า: {words}"), words=", ".join(found.unknown))
        form.add_error("members", str(words))
    rows = Organisation.objects.visible_to(actor).filter(pk__in=found.organisation_ids)
    return [*kept, *rows.values_list("public_id", flat=True)]


def _saved_list(
    actor: Actor, row: RecipientList | None, form: RecipientListForm, members: Sequence[uuid.UUID]
) -> bool:
    try:
        keep_list(
            actor=actor,
            organisation_id=form.cleaned_data["organisation"],
            name=form.cleaned_data["name"],
            member_ids=members,
            list_id=row.public_id if row is not None else None,
            idempotency_key=form.key,
        )
    except Refused as refusal:
        refuse(form, refusal)
        return False
    return True


def _list_page(request: HttpRequest, row: RecipientList | None, form: RecipientListForm) -> HttpResponse:
    title = _("แก้รายชื่อหน่วยงาน") if row is not None else _("เพิ่มรายชื่อหน่วยงาน")
    context = {"form": form, "title": title, "field": form["members"]}
    return render(
        request, "correspondence/received/list_form.html", context, status=422 if form.errors else 200
    )


# --- People of an office ----------------------------------------------------------------------------------------------


@page(needs=rules.RECEIVE)
def group(request: HttpRequest, group_id: uuid.UUID | None = None) -> HttpResponse:
    """Make a group of colleagues, or change it."""
    actor = actor_of(request)
    row = None
    if group_id is not None:
        row = (
            DistributionGroup.objects.visible_to(actor)
            .filter(
                public_id=group_id,
                organisation__in=rules.offices(actor, rules.RECEIVE),
                retired_at__isnull=True,
            )
            .select_related("organisation")
            .first()
        )
        if row is None:
            raise Http404
    offices = _offices(actor, rules.RECEIVE) if row is None else [row.organisation]
    people = _people(offices)
    if request.method != "POST":
        initial = _group_values(row, offices)
        form = GroupForm(initial=initial, offices=offices, people=people, ending=row is not None)
        return _group_page(request, row, form)
    form = GroupForm(request.POST, offices=offices, people=people, ending=row is not None)
    if form.is_valid():
        try:
            keep_group(
                actor=actor,
                organisation_id=form.cleaned_data["organisation"],
                name=form.cleaned_data["name"],
                person_ids=form.person_ids(),
                group_id=row.public_id if row is not None else None,
                idempotency_key=form.key,
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            done = _("บันทึกกลุ่มแล้ว") if form.person_ids() else _("เลิกใช้กลุ่มแล้ว")
            messages.success(request, done)
            return redirect("correspondence:lists")
    return _group_page(request, row, form)


def _people(offices: Sequence[Organisation]) -> list[Person]:
    found = {person.pk: person for office in offices for person in deliveries.colleagues(office.pk)}
    return sorted(found.values(), key=lambda person: (person.name, person.pk))


def _group_values(row: DistributionGroup | None, offices: Sequence[Organisation]) -> dict[str, Any]:
    if row is None:
        return {"organisation": str(offices[0].public_id)} if offices else {}
    people = [str(pk) for pk in row.members.values_list("public_id", flat=True)]
    return {"organisation": str(row.organisation.public_id), "name": row.name, "people": people}


def _group_page(request: HttpRequest, row: DistributionGroup | None, form: GroupForm) -> HttpResponse:
    title = _("แก้กลุ่มเวียนหนังสือ") if row is not None else _("เพิ่มกลุ่มเวียนหนังสือ")
    context = {"form": form, "title": title, "field": form["people"]}
    return render(
        request, "correspondence/received/list_form.html", context, status=422 if form.errors else 200
    )
