"""Pages of the committee and its secretaries, and the result page of a centre."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from saduak.assessment.models import Case
from saduak.assessment.queries import open_gates
from saduak.certification import actions, queries
from saduak.certification.actions.meetings import AS_PROPOSED
from saduak.certification.letters import granted, refused_url, result_url
from saduak.certification.models import Announcement, Meeting, Resolution
from saduak.certification.rules import ANNOUNCE, DECIDE, HOLD, SEE, too_early
from saduak.certification.web.forms import (
    AnnouncementForm,
    DecisionForm,
    InterestForm,
    MeetingForm,
    PublishForm,
)
from saduak.foundation import batches
from saduak.foundation.access import Invalid, Refused
from saduak.foundation.web.forms import refuse
from saduak.foundation.web.pages import page
from saduak.organisations.models import Programme
from saduak.programme.models import Round
from saduak.programme.queries import contents, current_round, rounds
from saduak.register.actions import last_day

ROWS = 50


def _found(row: Any) -> Any:
    if row is None:
        raise Http404
    return row


def _meeting(request: HttpRequest, meeting_id: uuid.UUID) -> Meeting:
    found: Meeting = _found(queries.meetings(request.actor).filter(public_id=meeting_id).first())
    return found


def _round(request: HttpRequest, round_id: uuid.UUID) -> Round:
    found: Round = _found(rounds(request.actor).filter(public_id=round_id).first())
    return found


@page(needs=SEE)
def meetings(request: HttpRequest) -> HttpResponse:
    """All meetings and announcements, and the next step."""
    steps = [
        {
            "round": row,
            "waiting": queries.waiting(request.actor, row.pk),
            "may_announce": request.actor.can(ANNOUNCE, programme_id=row.programme_id),
        }
        for row in _rounds_now(request)
    ]
    context = {
        "meetings": Paginator(queries.meetings(request.actor), ROWS).get_page(request.GET.get("page")),
        "announcements": Paginator(queries.announcements(request.actor), ROWS).get_page(
            request.GET.get("announced")
        ),
        "steps": steps,
    }
    return render(request, "certification/meetings.html", context)


def _rounds_now(request: HttpRequest) -> list[Round]:
    """Of each programme whose meetings the actor opens, one round: the one that runs now, else the newest.

    Two queries a programme.
    """
    mine = [row for row in rounds(request.actor) if request.actor.can(HOLD, programme_id=row.programme_id)]
    newest: dict[Programme, Round] = {}
    for row in mine:
        newest.setdefault(row.programme, row)
    shown = []
    for programme, row in newest.items():
        now = current_round(programme, request.received_at)
        shown.append(now if now is not None and now in mine else row)
    return shown


@page(needs=HOLD)
def open_meeting(request: HttpRequest, round_id: uuid.UUID) -> HttpResponse:
    """Open a meeting."""
    row = _round(request, round_id)
    form = MeetingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.open_meeting(actor=request.actor, round_id=row.public_id, **form.cleaned_data)
        except Refused as refusal:
            refuse(form, refusal)
        else:
            return redirect("certification:meeting", made.public_id)
    context = {"form": form, "round": row}
    return render(request, "certification/open_meeting.html", context, status=422 if form.errors else 200)


@page(needs=SEE)
def meeting(request: HttpRequest, meeting_id: uuid.UUID) -> HttpResponse:
    """A meeting: what is still to decide, and what was decided."""
    row = _meeting(request, meeting_id)
    agenda = Paginator(queries.agenda(request.actor, row), ROWS).get_page(request.GET.get("page"))
    resolutions = Paginator(queries.resolutions(request.actor, row), ROWS).get_page(request.GET.get("done"))
    context = {
        "meeting": row,
        "agenda": agenda,
        "resolutions": resolutions,
        "levels": contents(row.round.criteria_set).levels_by_key,
        "may_decide": request.actor.can(DECIDE, programme_id=row.round.programme_id) and row.state == "open",
    }
    return render(request, "certification/meeting.html", context)


def _case(request: HttpRequest, row: Meeting, case_id: uuid.UUID) -> Case:
    found: Case = _found(
        Case.objects.visible_to(request.actor)
        .filter(public_id=case_id, application__round=row.round)
        .select_related("application__centre", "application__organisation", "panel")
        .first()
    )
    return found


@page(needs=DECIDE)
def interest(request: HttpRequest, meeting_id: uuid.UUID, case_id: uuid.UUID) -> HttpResponse:
    """Declare an interest in a case before it is decided; the case is hidden from then on."""
    row = _meeting(request, meeting_id)
    case = _case(request, row, case_id)
    form = InterestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.declare_interest(
                actor=request.actor, meeting_id=row.public_id, case_id=case.public_id, **form.cleaned_data
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("บันทึกส่วนได้เสียแล้ว เรื่องนี้ไม่อยู่ในรายการของคุณอีก"))
            return redirect("certification:meeting", row.public_id)
    context = {"form": form, "meeting": row, "case": case}
    return render(request, "certification/interest.html", context, status=422 if form.errors else 200)


@page(needs=DECIDE)
def decide(request: HttpRequest, meeting_id: uuid.UUID, case_id: uuid.UUID) -> HttpResponse:
    """One case, one question: what does the committee resolve?"""
    row = _meeting(request, meeting_id)
    case = _case(request, row, case_id)
    known = contents(row.round.criteria_set)
    gates = open_gates(case, known)
    earlier = queries.resolutions(request.actor, row).filter(case=case).first()
    form = DecisionForm(
        request.POST or None,
        levels=known.levels,
        may_certify=not gates,
        initial=_proposal(case, earlier),
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.decide(
                actor=request.actor, meeting_id=row.public_id, case_id=case.public_id, **form.cleaned_data
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("บันทึกมติแล้ว ยังไม่เปิดเผยจนกว่าจะประกาศ"))
            return redirect("certification:meeting", row.public_id)
    context = {"form": form, "meeting": row, "case": case, "levels": known.levels_by_key, "gates": gates}
    return render(request, "certification/decide.html", context, status=422 if form.errors else 200)


def _proposal(case: Case, earlier: Resolution | None) -> dict[str, Any]:
    """What the form starts with: what was recorded before, else what the panel proposes."""
    if earlier is not None:
        return {"decision": earlier.decision, "level_key": earlier.level_key, "reason": earlier.reason}
    proposed = Resolution.Decision.CERTIFY if case.agreed_level else Resolution.Decision.REFUSE
    return {"decision": proposed, "level_key": case.agreed_level, "reason": AS_PROPOSED}


@page(needs=DECIDE)
@require_POST
def adopt(request: HttpRequest, meeting_id: uuid.UUID) -> HttpResponse:
    """Resolve everything left as the panels propose."""
    row = _meeting(request, meeting_id)
    count = actions.adopt_proposals(actor=request.actor, meeting_id=row.public_id)
    messages.success(
        request,
        ngettext("ลงมติตามที่คณะเสนอ %(n)d เรื่อง", "ลงมติตามที่คณะเสนอ %(n)d เรื่อง", count) % {"n": count},
    )
    return redirect("certification:meeting", row.public_id)


@page(needs=DECIDE)
def close(request: HttpRequest, meeting_id: uuid.UUID) -> HttpResponse:
    """Confirm all resolutions; asked once more, because it can't be undone."""
    row = _meeting(request, meeting_id)
    if request.method == "POST":
        actions.close(actor=request.actor, meeting_id=row.public_id)
        messages.success(request, _("รับรองมติแล้ว ฝ่ายเลขานุการจัดทำประกาศต่อได้"))
        return redirect("certification:meeting", row.public_id)
    return render(request, "certification/close_meeting.html", {"meeting": row})


@page(needs=ANNOUNCE)
def prepare(request: HttpRequest, round_id: uuid.UUID) -> HttpResponse:
    """Prepare an announcement: certificates are made in the background, nothing is public yet."""
    row = _round(request, round_id)
    form = AnnouncementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.prepare(actor=request.actor, round_id=row.public_id, **form.cleaned_data)
        except Refused as refusal:
            refuse(form, refusal)
        else:
            return redirect("certification:announcement", made.public_id)
    context = {"form": form, "round": row, "waiting": queries.waiting(request.actor, row.pk)}
    return render(request, "certification/prepare.html", context, status=422 if form.errors else 200)


def _announcement(request: HttpRequest, announcement_id: uuid.UUID) -> Announcement:
    found: Announcement = _found(
        queries.announcements(request.actor).filter(public_id=announcement_id).first()
    )
    return found


@page(needs=SEE)
def announcement(request: HttpRequest, announcement_id: uuid.UUID) -> HttpResponse:
    """An announcement: how far its certificates are, and publishing."""
    row = _announcement(request, announcement_id)
    listed = (
        Resolution.objects.visible_to(request.actor)
        .filter(announcement=row)
        .select_related("announcement__round", "case__application__centre", "certificate")
        .order_by(F("certificate__level_ordinal").desc(nulls_last=True), "ordinal")
    )
    shown = Paginator(listed, ROWS).get_page(request.GET.get("page"))
    context = {
        "announcement": row,
        "until": last_day(row.valid_from, row.round.validity_years),
        "resolutions": shown,
        "rows": [(each, refused_url(request.actor, each)) for each in shown],
        "progress": batches.progress(row.batch) if row.batch else None,
        "may_announce": request.actor.can(ANNOUNCE, programme_id=row.round.programme_id),
        "result_url": _result_url(request, row),
    }
    return render(request, "certification/announcement.html", context)


def _result_url(request: HttpRequest, row: Announcement) -> str:
    """Where the letter about it is begun; empty while there is nobody to tell. At most one query."""
    url = result_url(request.actor, row) if row.certificates else ""
    return url if url and granted(request.actor, row).exists() else ""


@page(needs=ANNOUNCE)
@require_POST
def retry(request: HttpRequest, announcement_id: uuid.UUID) -> HttpResponse:
    """Try the certificates again that could not be made."""
    row = _announcement(request, announcement_id)
    actions.retry(actor=request.actor, announcement_id=row.public_id)
    messages.success(request, _("เริ่มจัดทำใหม่แล้ว"))
    return redirect("certification:announcement", row.public_id)


@page(needs=ANNOUNCE)
def publish(request: HttpRequest, announcement_id: uuid.UUID) -> HttpResponse:
    """Publish; asked once more, because it can't be undone."""
    row = _announcement(request, announcement_id)
    form = PublishForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.publish(actor=request.actor, announcement_id=row.public_id, **form.cleaned_data)
        except Invalid as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("ประกาศแล้ว ทุกคนเปิดดูใบรับรองได้ตั้งแต่ตอนนี้"))
            return HttpResponseRedirect(reverse("certification:announcement", args=[row.public_id]))
    context = {
        "announcement": row,
        "until": last_day(row.valid_from, row.round.validity_years),
        "form": form,
        "early": too_early(request.actor, row),
    }
    return render(request, "certification/publish.html", context, status=422 if form.errors else 200)


@page()
def result(request: HttpRequest, application_id: uuid.UUID) -> HttpResponse:
    """A centre's own result, once it is announced."""
    row = _found(queries.result_of(request.actor, application_id))
    level = contents(row.meeting.round.criteria_set).levels_by_key.get(row.level_key)
    return render(request, "certification/result.html", {"resolution": row, "level": level})
