"""The panel's work: my cases, my sheet, handing in, comparing, agreeing, the result."""

from collections.abc import Mapping
from decimal import InvalidOperation
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from saduak.applications.queries.readiness import told_of
from saduak.assessment import actions, queries
from saduak.assessment.actions import Given
from saduak.assessment.actions.scoring import basis_of
from saduak.assessment.models import ScoreSheet
from saduak.assessment.rules import SCORE
from saduak.assessment.web import shared
from saduak.assessment.web.forms import ReasonForm
from saduak.assessment.web.typed import NO_NUMBER, POINTS, REMARK, Typed, line, overwritten, read
from saduak.foundation import clock
from saduak.foundation.access import Conflict, Invalid, Refused
from saduak.foundation.web import autosave
from saduak.foundation.web.forms import whole_number
from saduak.foundation.web.pages import page as marked

ROWS = 50
NOTE = "note"
STALE = "stale"


@marked(needs=SCORE)
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """The cases that I score: those to do first, then those handed in; and those I may write the result of."""
    actor = shared.actor_of(request)
    sheets = Paginator(queries.my_sheets(actor), ROWS).get_page(request.GET.get("page"))
    ready = list(queries.ready_to_agree(actor)[:ROWS])
    context = {
        "page_obj": sheets,
        "todo": [sheet for sheet in sheets if sheet.state == "draft"],
        "done": [sheet for sheet in sheets if sheet.state == "in"],
        "ready": ready,
        "to_declare": list(queries.to_declare(actor)[:ROWS]),
    }
    return shared.page(request, "mine", context)


@marked(needs=SCORE)
def sheet(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """My sheet of one case; saved part-way, by the page itself or by the button."""
    one = autosave.submitted(request) if autosave.wants_json(request) else None
    if one is not None:
        return _save_one(request, sheet_id, one)
    view = queries.sheet_page(shared.actor_of(request), sheet_id)
    if view is None and request.method == "POST":
        _say_why(request, sheet_id)
    page = shared.found(view)
    if request.method == "POST":
        return _save(request, page)
    typed = Typed.stored(_stored(page), page.sheet.note)
    return _shown(request, page, typed)


def _shown(
    request: HttpRequest, page: queries.SheetPage, typed: Typed, status: int = 200, **more: Any
) -> HttpResponse:
    """The sheet as it was typed, with what the unit's superior said of its readiness."""
    said = told_of(shared.actor_of(request), page.sheet.case.application)
    return shared.page(request, "sheet", _context(page, typed, readiness=said, **more), status)


def _say_why(request: HttpRequest, sheet_id: UUID) -> None:
    """What was typed has nowhere to go: let the rules say why (void, left the panel), if there is such a sheet."""
    try:
        actions.save_scores(actor=shared.actor_of(request), sheet_id=sheet_id, version=0, scores={})
    except ScoreSheet.DoesNotExist:
        shared.found(None)


def _stored(page: queries.SheetPage) -> list[tuple[str, Any, str]]:
    return [(row.claim.criterion.key, row.points, row.remark) for row in page.rows]


def _context(page: queries.SheetPage, typed: Typed, **more: Any) -> dict[str, Any]:
    # As the sheet stands on the screen: part by part.
    criteria = [claim.criterion for part in page.filed.parts for claim in part.rows]
    saved = more.get("saved")
    lines = {r.claim.criterion.pk: line(r, r.claim.criterion, r.most, typed, saved) for r in page.rows}
    return {
        "p": page,
        "parts": [
            (part.view.part, [lines[claim.criterion.pk] for claim in part.rows]) for part in page.filed.parts
        ],
        "jumps": [
            {"label": part.view.part.label, "url": f"#part-{part.view.part.key}"} for part in page.filed.parts
        ],
        "sheet": page.sheet,
        "case": page.sheet.case,
        "filed": page.filed,
        "typed": typed,
        "errors": typed.errors(criteria),
        "version": page.sheet.version,
        "total": len(page.rows),
        "saved": {},
        "left": [row.claim.criterion for row in page.rows if row.points is None],
        **more,
    }


def _save(request: HttpRequest, page: queries.SheetPage) -> HttpResponse:
    """The whole form: what can be kept is kept, what can't stays as typed with what is wrong."""
    typed = Typed.posted(request.POST, [row.claim.criterion for row in page.rows])
    version = whole_number(request.POST.get("version", ""))
    try:
        _store(request, page.sheet, typed, -1 if version is None else version)
    except Conflict as refusal:
        if refusal.code != STALE:
            raise
        saved = overwritten(typed, _stored(page), page.sheet.note)
        if saved:
            return _shown(request, page, typed, 409, saved=saved, clash=refusal)
        # The page saved the last field by itself while this was sent: nothing of it would be lost.
        _store(request, page.sheet, typed, page.sheet.version)
    if typed.wrong:
        fresh = shared.found(queries.sheet_page(shared.actor_of(request), page.sheet.public_id))
        return _shown(request, fresh, typed, 422)
    if request.POST.get("do") == "hand-in":
        return redirect("assessment:hand-in", page.sheet.public_id)
    messages.success(request, _("บันทึกคะแนนแล้ว ยังไม่ถือว่าส่ง"))
    return redirect("assessment:sheet", page.sheet.public_id)


def _store(request: HttpRequest, row: ScoreSheet, typed: Typed, version: int) -> None:
    """Keep what can be kept; what is wrong is noted on `typed`."""
    scores: Mapping[str, Given] = typed.given()
    note: str | None = typed.note
    for _attempt in range(3):
        try:
            actions.save_scores(
                actor=shared.actor_of(request),
                sheet_id=row.public_id,
                version=version,
                scores=scores,
                note=note,
            )
        except Invalid as refusal:
            typed.wrong.update(refusal.fields)
            scores = {key: given for key, given in scores.items() if key not in refusal.fields}
            note = None if "note" in refusal.fields else note
        else:
            return


def _save_one(request: HttpRequest, sheet_id: UUID, one: autosave.Submission) -> HttpResponse:
    """One field, sent by the page while the member writes. Nothing of the case is read for it."""
    value = one.values[0] if one.values else ""
    try:
        scores = {} if one.field == NOTE else {_key(one.field): _given(one.field, value)}
        row = actions.save_scores(
            actor=shared.actor_of(request),
            sheet_id=sheet_id,
            version=one.version,
            scores=scores,
            note=value if one.field == NOTE else None,
        )
    except InvalidOperation:
        return autosave.invalid(NO_NUMBER)
    except Invalid as refusal:
        return autosave.invalid(next(iter(refusal.fields.values()), refusal.reason))
    except Refused as refusal:
        return _clash(request, sheet_id, one.field) if refusal.code == STALE else autosave.refused(refusal)
    done, total = queries.progress(row)
    part = render_to_string("assessment/_progress.html", {"done": done, "total": total})
    return autosave.saved(row.version, clock.wall(), {"progress": part})


def _key(field: str) -> str:
    return field.removeprefix(POINTS).removeprefix(REMARK)


def _given(field: str, value: str) -> Given:
    if field.startswith(POINTS):
        return Given(read(value), remark=None)
    return Given(None, value, keep_points=True)


def _clash(request: HttpRequest, sheet_id: UUID, field: str) -> HttpResponse:
    """The other window's value, for the writer to choose."""
    page = shared.found(queries.sheet_page(shared.actor_of(request), sheet_id))
    saved = Typed.stored(_stored(page), page.sheet.note)
    place = saved.points if field.startswith(POINTS) else saved.remarks
    theirs = saved.note if field == NOTE else place.get(_key(field), "")
    return autosave.conflict(page.sheet.version, theirs, _("อีกหน้าต่างหนึ่งของคุณ"))


@marked(needs=SCORE)
def hand_in(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """Hand in: what is missing, or asked once more, because it can't be taken back."""
    actor = shared.actor_of(request)
    page = shared.found(queries.sheet_page(actor, sheet_id))
    if request.method == "POST":
        try:
            actions.hand_in(actor=actor, sheet_id=sheet_id)
        except Invalid:
            return shared.page(request, "hand_in", _context(page, Typed()), 422)
        messages.success(request, _("ส่งคะแนนแล้ว ดูคะแนนของคนอื่นที่ส่งแล้วได้"))
        return redirect("assessment:comparison", page.sheet.case.public_id)
    return shared.page(request, "hand_in", _context(page, Typed()))


@marked(needs=SCORE)
def conflict(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Declare an interest; the case is hidden from then on."""
    actor = shared.actor_of(request)
    row = shared.found(
        queries.case(actor, case_id) or queries.to_declare(actor).filter(public_id=case_id).first()
    )
    form = ReasonForm(
        request.POST or None,
        label=gettext_lazy("มีส่วนได้เสียอย่างไร"),
        hint=gettext_lazy("สั้น ๆ พอให้ฝ่ายเลขานุการเข้าใจ เช่น เคยเป็นที่ปรึกษาของศูนย์นี้"),
        longest=500,
    )
    done, status = shared.sent(
        request,
        form,
        lambda: actions.declare_conflict(actor=actor, case_id=row.public_id, **form.cleaned_data),
    )
    if done is not None:
        messages.success(request, _("บันทึกส่วนได้เสียแล้ว เรื่องนี้ไม่อยู่ในรายการของคุณอีก"))
        return redirect("assessment:mine")
    return shared.page(request, "conflict", {"case": row, "form": form}, status)


@marked()
@require_GET
def comparison(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The members' points side by side, once one's own are in."""
    view = shared.found(queries.comparison(shared.actor_of(request), case_id))
    return shared.page(request, "comparison", {"v": view, "case": view.case})


@marked(needs=SCORE)
def agree(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Chair or secretary write down what the panel agreed; every field begins with what is proposed."""
    actor = shared.actor_of(request)
    view = shared.found(queries.comparison(actor, case_id))
    if view.case.state == "agreed":
        return redirect("assessment:result", case_id)
    if view.is_shut or not view.may_agree or not view.complete:
        return redirect("assessment:comparison", case_id)
    criteria = [row.criterion for row in view.rows]
    if request.method != "POST":
        typed = Typed.stored((row.criterion.key, row.proposed, "") for row in view.rows)
        return shared.page(request, "agree", _agreeing(view, typed))
    typed = Typed.posted(request.POST, criteria)
    refusal: Refused | None = None
    try:
        _agree(request, case_id, typed)
    except Refused as caught:
        refusal = caught
        typed.wrong.update(caught.fields if isinstance(caught, Invalid) else {})
    if refusal is None and not typed.wrong:
        messages.success(request, _("สรุปคะแนนของคณะแล้ว เรื่องไปที่คณะกรรมการต่อ"))
        return redirect("assessment:result", case_id)
    status = refusal.status if refusal else 422
    return shared.page(request, "agree", _agreeing(view, typed, refusal), status)


def _agree(request: HttpRequest, case_id: UUID, typed: Typed) -> None:
    scores = typed.given()
    if typed.wrong:
        return
    actions.agree(
        actor=shared.actor_of(request),
        case_id=case_id,
        scores=scores,
        note=typed.note,
        basis=request.POST.get("basis", ""),
    )


def _agreeing(view: queries.Comparison, typed: Typed, refusal: Refused | None = None) -> dict[str, Any]:
    errors = typed.errors([row.criterion for row in view.rows])
    if refusal is not None and not errors:
        errors = [("", refusal.reason)]
    return {
        "v": view,
        "case": view.case,
        "typed": typed,
        "lines": [line(row, row.criterion, row.most, typed) for row in view.rows],
        "errors": errors,
        "basis": basis_of(view.sheets),
    }


@marked()
@require_GET
def result(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What the panel agreed, and why that is the level, in words."""
    view = shared.found(queries.result(shared.actor_of(request), case_id))
    return shared.page(request, "result", {"v": view, "case": view.case, "rows": view.comparison.rows})
