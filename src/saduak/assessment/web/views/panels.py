"""Panels of a round: who sits on them, who may not judge what, and giving them cases."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from saduak.assessment import actions, queries
from saduak.assessment.models import Panel, PanelMember
from saduak.assessment.rules import MANAGE
from saduak.assessment.web import shared
from saduak.assessment.web.forms import AssignForm, MemberForm, PanelForm, ReasonForm
from saduak.foundation.web.pages import page as marked
from saduak.programme.models import Round
from saduak.programme.queries import current_round, rounds

ROWS = 100


def _round(request: HttpRequest, round_id: UUID) -> Round:
    """A round of a programme whose panels the actor makes."""
    actor = shared.actor_of(request)
    row: Round = shared.found(rounds(actor).filter(public_id=round_id).first())
    return shared.found(row if actor.can(MANAGE, programme_id=row.programme_id) else None)


@marked(needs=MANAGE)
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """To the panels of the round that runs now, else of the newest."""
    actor = shared.actor_of(request)
    mine = [row for row in rounds(actor)[:20] if actor.can(MANAGE, programme_id=row.programme_id)]
    if not mine:
        return shared.page(request, "no_round", {})
    running = next((row for row in mine if current_round(row.programme, actor.received_at) == row), mine[0])
    return redirect("assessment:panels", running.public_id)


@marked(needs=MANAGE)
@require_GET
def panels(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """The panels of a round and how much they have to do; how many cases wait for one."""
    actor = shared.actor_of(request)
    row = _round(request, round_id)
    context = {
        "round": row,
        "panels": queries.panels(actor, row.pk),
        "retired": queries.panels(actor, row.pk, retired=True),
        "waiting": queries.waiting_for_panel(actor, row.pk).count(),
    }
    return shared.page(request, "panels", context)


@marked(needs=MANAGE)
def create(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Set up a panel."""
    actor = shared.actor_of(request)
    row = _round(request, round_id)
    form = PanelForm(request.POST or None, initial={"number": queries.next_number(actor, row.pk)})
    made, status = shared.sent(
        request, form, lambda: actions.create_panel(actor=actor, round_id=row.public_id, **form.cleaned_data)
    )
    if made is not None:
        messages.success(request, _("ตั้งคณะแล้ว เพิ่มผู้ตรวจประเมินต่อได้เลย"))
        return redirect("assessment:panel", made.public_id)
    return shared.page(request, "panel_new", {"round": row, "form": form}, status)


def _members_form(request: HttpRequest, panel: Panel, *, bound: bool) -> MemberForm:
    people = queries.evaluators(shared.actor_of(request), panel.round.programme_id)
    return MemberForm(request.POST if bound else None, people=people)


@marked(needs=MANAGE)
def panel(request: HttpRequest, panel_id: UUID) -> HttpResponse:
    """A panel: members, conflicts, cases; and a form for one more member."""
    actor = shared.actor_of(request)
    view = shared.found(queries.panel_page(actor, panel_id))
    form = _members_form(request, view.panel, bound=request.method == "POST")
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = {**form.cleaned_data, "person_id": UUID(form.cleaned_data["person"])}
            del said["person"]
            made, status = shared.attempt(
                form, lambda: actions.add_member(actor=actor, panel_id=view.panel.public_id, **said)
            )
            if made is not None:
                messages.success(request, _("เพิ่มผู้ตรวจประเมินแล้ว"))
                return redirect("assessment:panel", view.panel.public_id)
    context = {
        "v": view,
        "panel": view.panel,
        "form": form,
        "cases": Paginator(view.cases, ROWS).get_page(request.GET.get("page")),
        "leads": any(member.role in {"chair", "secretary"} for member in view.members),
        "scorers": sum(member.scores for member in view.members),
    }
    return shared.page(request, "panel", context, status)


@marked(needs=MANAGE)
def remove(request: HttpRequest, panel_id: UUID, member_id: UUID) -> HttpResponse:
    """A member leaves, with a reason; says what becomes of the sheets."""
    actor = shared.actor_of(request)
    view = shared.found(queries.panel_page(actor, panel_id))
    member: PanelMember = shared.found(next((m for m in view.members if m.public_id == member_id), None))
    form = ReasonForm(request.POST or None, label=gettext_lazy("เหตุผลที่ออกจากคณะ"), longest=500)
    done, status = shared.sent(
        request,
        form,
        lambda: actions.remove_member(actor=actor, member_id=member_id, **form.cleaned_data),
    )
    if done is not None:
        messages.success(request, _("นำออกจากคณะแล้ว"))
        return redirect("assessment:panel", panel_id)
    return shared.page(
        request, "member_remove", {"panel": view.panel, "member": member, "form": form}, status
    )


@marked(needs=MANAGE)
def retire(request: HttpRequest, panel_id: UUID) -> HttpResponse:
    """Close a panel, with a reason; says at once why one that still scores stays open."""
    actor = shared.actor_of(request)
    view = shared.found(queries.panel_page(actor, panel_id))
    form = ReasonForm(request.POST or None, label=gettext_lazy("เหตุผลที่ปิดคณะ"), longest=500)
    done, status = shared.sent(
        request, form, lambda: actions.retire_panel(actor=actor, panel_id=panel_id, **form.cleaned_data)
    )
    if done is not None:
        messages.success(request, _("ปิดคณะแล้ว คณะนี้ไม่อยู่ในรายการให้เลือกอีก"))
        return redirect("assessment:panel", panel_id)
    return shared.page(request, "panel_retire", {"v": view, "panel": view.panel, "form": form}, status)


@marked(needs=MANAGE)
def restore(request: HttpRequest, panel_id: UUID) -> HttpResponse:
    """Open a closed panel again, with a reason."""
    actor = shared.actor_of(request)
    view = shared.found(queries.panel_page(actor, panel_id))
    form = ReasonForm(request.POST or None, label=gettext_lazy("เหตุผลที่เปิดคณะอีกครั้ง"), longest=500)
    done, status = shared.sent(
        request, form, lambda: actions.restore_panel(actor=actor, panel_id=panel_id, **form.cleaned_data)
    )
    if done is not None:
        messages.success(request, _("เปิดคณะอีกครั้งแล้ว มอบเรื่องให้คณะนี้ได้"))
        return redirect("assessment:panel", panel_id)
    return shared.page(request, "panel_restore", {"panel": view.panel, "form": form}, status)


@marked(needs=MANAGE)
def assign(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Choose cases and a panel, look at the conflicts, then give them."""
    actor = shared.actor_of(request)
    row = _round(request, round_id)
    waiting = Paginator(queries.waiting_for_panel(actor, row.pk), ROWS).get_page(request.GET.get("page"))
    listed = list(queries.panels(actor, row.pk))
    form = AssignForm(request.POST or None, panels=listed, cases=waiting.object_list)
    context: dict[str, Any] = {"round": row, "waiting": waiting, "panels": listed, "form": form}
    if request.method != "POST":
        wanted = request.GET.get("case", "")
        return shared.page(request, "assign", {**context, "chosen": {wanted} if wanted else set()})
    chosen = set(request.POST.getlist("cases"))
    if not form.is_valid():
        return shared.page(request, "assign", {**context, "chosen": chosen}, 422)
    choice = next(panel for panel in listed if str(panel.public_id) == form.cleaned_data["panel"])
    case_ids = [UUID(value) for value in form.cleaned_data["cases"]]
    if request.POST.get("do") != "give":
        plans = queries.preview(actor, choice, case_ids)
        return shared.page(request, "assign_preview", {**context, "panel": choice, **_seen(plans)})
    done, status = shared.attempt(
        form, lambda: actions.assign_many(actor=actor, case_ids=case_ids, panel_id=choice.public_id)
    )
    if done is None:
        return shared.page(request, "assign", {**context, "chosen": chosen}, status)
    _tell(request, len(done.given), len(done.kept))
    return redirect("assessment:panel", choice.public_id)


def _seen(plans: list[Any]) -> dict[str, Any]:
    return {
        "plans": plans,
        "possible": [row for row in plans if not row.problem],
        "kinds": {row.case.pk: row for row in plans},
    }


def _tell(request: HttpRequest, given: int, kept: int) -> None:
    said = ngettext("มอบให้คณะแล้ว %(n)d เรื่อง", "มอบให้คณะแล้ว %(n)d เรื่อง", given) % {"n": given}
    messages.success(request, said)
    if kept:
        left = ngettext("ยังมอบไม่ได้ %(n)d เรื่อง เพราะส่วนได้เสีย", "ยังมอบไม่ได้ %(n)d เรื่อง เพราะส่วนได้เสีย", kept)
        messages.warning(request, left % {"n": kept})


@marked(needs=MANAGE)
def unassign(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Take a case back from its panel, with a reason."""
    actor = shared.actor_of(request)
    row = shared.found(queries.case(actor, case_id))
    form = ReasonForm(request.POST or None, label=gettext_lazy("เหตุผลที่เปลี่ยนคณะ"), longest=500)
    done, status = shared.sent(
        request, form, lambda: actions.unassign(actor=actor, case_id=row.public_id, **form.cleaned_data)
    )
    if done is not None:
        messages.success(request, _("ยกเลิกการมอบหมายแล้ว มอบให้คณะอื่นได้"))
        return redirect("assessment:case", row.public_id)
    return shared.page(request, "unassign", {"case": row, "form": form}, status)
