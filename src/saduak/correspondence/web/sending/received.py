"""Letters that came to my offices: the list, one letter, and what the office does with it."""

import uuid
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from saduak.correspondence import queries, rules
from saduak.correspondence.actions import receiving
from saduak.correspondence.models import Circulation, Delivery, Dispatch, Draft, Letter, LetterAttachment
from saduak.correspondence.queries import deliveries, forwarding
from saduak.correspondence.queries.registers import registry_of
from saduak.correspondence.web.present import FORCE
from saduak.correspondence.web.sending import received_rows
from saduak.correspondence.web.sending.forms import AssignForm, CirculateForm, ReceiveForm
from saduak.correspondence.web.shared import actor_of
from saduak.correspondence.writing.stamp import ReceiptStamp
from saduak.correspondence.writing.stamp import stamped as draw_stamp
from saduak.foundation import files
from saduak.foundation.access import Actor, Invalid
from saduak.foundation.thai import calendar
from saduak.foundation.web.forms import refuse
from saduak.foundation.web.pages import page
from saduak.organisations.models import Organisation

ROWS: Final = 25
VIEWS: Final = {
    "to_receive": gettext_lazy("รอรับ"),
    "to_act": gettext_lazy("รอดำเนินการ"),
    "mine": gettext_lazy("ถึงฉัน"),
    "done": gettext_lazy("เสร็จแล้ว"),
    "all": gettext_lazy("ทั้งหมด"),
}
_TITLES: Final = {
    "receive": gettext_lazy("รับหนังสือนี้ก่อน"),
    "forward": gettext_lazy("แจ้งต่อหน่วยงานในความรับผิดชอบ"),
    "acknowledge": gettext_lazy("อ่านแล้วกดรับทราบ"),
    "": gettext_lazy("หน่วยงานดำเนินการกับหนังสือนี้แล้ว"),
}


def delivery_of(request: HttpRequest, delivery_id: uuid.UUID) -> Delivery:
    """A delivery that the reader's own office has, or that was given to the reader.

    Raises:
        Http404: there is none, or it is another office's: how far others are stands in the tree.
    """
    actor = actor_of(request)
    found = deliveries.delivery(actor, delivery_id)
    if found is None or not (_is_own(actor, found) or _is_shown(actor, found)):
        raise Http404
    return found


def _is_own(actor: Actor, row: Delivery) -> bool:
    return row.organisation_id in rules.offices(actor, rules.READ, row.letter.programme_id)


def _is_shown(actor: Actor, row: Delivery) -> bool:
    return row.assigned_to_id is not None and row.assigned_to_id == actor.person_id


# --- The list ---------------------------------------------------------------------------------------------------------


@page(needs=rules.READ)
def received(request: HttpRequest) -> HttpResponse:
    """Letters that came to my offices: what waits first."""
    actor = actor_of(request)
    counts = deliveries.tally(actor) | {"mine": forwarding.waiting_for_me(actor)}
    query = request.GET.get("q", "")
    view = request.GET.get("view", "")
    if view not in VIEWS:
        view = next((key for key in ("to_receive", "to_act") if counts[key] and not query), "all")
    shown = Paginator(deliveries.received(actor, view=view, query=query), ROWS).get_page(
        request.GET.get("page")
    )
    duties = forwarding.next_duties(actor, list(shown.object_list)) if shown.object_list else {}
    context = {
        "page": shown,
        "rows": received_rows.rows_of(
            shown, duties, many_offices=len(rules.offices(actor, rules.READ)) > 1, query=query
        ),
        "views": [
            {
                "label": label,
                "url": f"?view={key}",
                "current": key == view,
                "count": counts.get(key) or None,
            }
            for key, label in VIEWS.items()
        ],
        "view": view,
        "query": query,
        "counts": counts,
        "advance": [] if query else list(deliveries.advance_copies(actor)[:ROWS]),
        "may_load": bool(rules.offices(actor, rules.LOAD)),
    }
    return render(request, "correspondence/received/list.html", context)


# --- One letter -------------------------------------------------------------------------------------------------------


@page(needs=rules.READ)
def delivery(request: HttpRequest, delivery_id: uuid.UUID) -> HttpResponse:
    """One letter that came: what it is, what to do, by when; how it came here and what was done."""
    row = deliveries.delivery(actor_of(request), delivery_id)
    if row is None:
        raise Http404
    if not (_is_own(actor_of(request), row) or _is_shown(actor_of(request), row)):
        # Of other offices one sees how far they are, and nothing of what goes on inside.
        return _to_tree(row)
    return _page(request, row)


def _to_tree(row: Delivery) -> HttpResponse:
    """Whoever only follows a delivery sees what came of it; its sending may be somebody else's."""
    if row.dispatch is None:
        raise Http404
    return redirect("correspondence:tree", row.public_id)


def tree_url(dispatch: Dispatch) -> str:
    """The page that shows where a sending is."""
    return reverse("correspondence:dispatch", args=[dispatch.public_id])


def next_url(actor: Actor, draft: Draft) -> str:
    """Where a draft that passes a letter on is gone on with: the last page, or the editor for who may not send."""
    name = "correspondence:issue" if rules.may_send(actor, draft) else "correspondence:draft"
    return reverse(name, args=[draft.public_id])


def _begun(actor: Actor, row: Delivery) -> list[dict[str, str]]:
    """Letters in which the office is about to pass it on, each with the page on which it goes on."""
    return [
        {"subject": draft.subject, "url": next_url(actor, draft)}
        for draft in forwarding.open_drafts(actor, row)
    ]


def _writes_here(actor: Actor, row: Delivery) -> bool:
    """Whether the actor writes letters of the office that it came to, about its programme."""
    return row.organisation_id in rules.offices(actor, rules.WRITE, row.letter.programme_id)


def _noted(row: Delivery, *, may_receive: bool) -> dict[str, Any]:
    """What was passed on outside; to whom exactly, and what was said of it, is for those who act for the office. At most one query."""
    return {"passed_outside": deliveries.passed_outside(row), "reads_notes": may_receive}


def _page(
    request: HttpRequest,
    row: Delivery,
    *,
    receive: ReceiveForm | None = None,
    assign: AssignForm | None = None,
    circulate: CirculateForm | None = None,
) -> HttpResponse:
    actor, letter = actor_of(request), row.letter
    may_receive = bool(rules.may_receive(actor, row))
    step = received_rows.next_step(row)
    keeps_register = may_receive and registry_of(row.organisation_id) is not None
    state, label = received_rows.standing(row)
    shares = list(queries.shares(actor, letter_row=letter).filter(organisation=row.organisation))
    still = sum(share.done_at is None for share in shares)
    circulated = deliveries.circulation(row)
    context: dict[str, Any] = {
        "delivery": row,
        "letter": letter,
        "state": state,
        "label": label,
        "step": step if may_receive or step == "withdrawn" else "",
        "title": _title(step, still, may_receive=may_receive),
        "open_duties": still if step in {"", "acknowledge"} else 0,
        "why": _why(row),
        "later": _later(actor, row),
        "reason": row.dispatch.recall_reason if row.dispatch is not None else letter.recall_reason,
        "may_receive": may_receive,
        "may_forward": may_receive and step != "withdrawn" and _writes_here(actor, row),
        "may_number": may_receive and _lacks_number(row) and not keeps_register,
        "may_stamp": row.received_at is not None and not row.outside,
        "keeps_register": keeps_register,
        "drafts": _begun(actor, row),
        "attachments": list(LetterAttachment.objects.visible_to(actor).filter(letter=letter)),
        "shares": [{"row": share, "force": FORCE[share.force]} for share in shares],  # type: ignore[index] # one of the forces, by constraint
        "meetings": queries.meetings_of(actor, letter),
        "forwards": _forwards(actor, row),
        "may_tell": may_receive and step not in {"withdrawn", "receive"},
        "sender": _sender(row),
        "received_note": str(getattr(row.received_by, "person", "")),
        "circulated": circulated,
        "unseen": any(one.person_id == actor.person_id and one.seen_at is None for one in circulated),
        "receive_form": receive or ReceiveForm(),
    }
    context |= _way(actor, row) | _noted(row, may_receive=may_receive)
    forms = [receive, assign, circulate]
    if may_receive:
        context |= _inside(actor, row, circulated, assign, circulate)
    wrong = any(form is not None and form.errors for form in forms)
    return render(request, "correspondence/received/delivery.html", context, status=422 if wrong else 200)


def _inside(
    actor: Actor,
    row: Delivery,
    circulated: list[Circulation],
    assign: AssignForm | None,
    circulate: CirculateForm | None,
) -> dict[str, Any]:
    """The forms with which a letter is handed on inside the office."""
    people = deliveries.colleagues(row.organisation_id)
    seen = {one.person_id for one in circulated}
    return {
        "assign_form": assign or AssignForm(people=people),
        "circulate_form": circulate
        or CirculateForm(
            groups=deliveries.groups(actor, row.organisation_id),
            people=[person for person in people if person.pk not in seen],
        ),
    }


def _title(step: str, still: int, *, may_receive: bool) -> object:
    if not may_receive:
        return _("หนังสือที่ให้คุณทราบ")
    if step == "" and still:
        return _("ยังมีหน้าที่ตามหนังสือ %(n)d เรื่อง") % {"n": still}
    return _TITLES.get(step, "")


def _why(row: Delivery) -> str:
    if row.dispatch is None or row.state == "withdrawn" or row.letter.superseded_by_id is not None:
        return ""
    if row.received_at is None:
        return _("หนังสือฉบับเดียวรับครั้งเดียว สิ่งที่ส่งมาด้วยไม่ต้องรับแยก")
    return ""


def _lacks_number(row: Delivery) -> bool:
    return row.received_at is not None and not row.receipt_number and row.state != "withdrawn"


def _sender(row: Delivery) -> str:
    """Who sent it, where that is another one than in whose name it is."""
    if row.dispatch is None or row.dispatch.sender_id == row.letter.issuer_id:
        return ""
    return row.dispatch.sender.name_th


def _later(actor: Actor, row: Delivery) -> dict[str, str] | None:
    """The letter that takes the place of this one, with the page where the reader finds it."""
    later = row.letter.superseded_by
    return None if later is None else later_of(actor, later, row.organisation)


def later_of(actor: Actor, later: Letter, office: Organisation) -> dict[str, str]:
    """A letter in the place of another one: its number, unless it is secret and not for the reader, and where it is read.

    At most two queries.
    """
    own = deliveries.received(actor).filter(letter=later, organisation=office).first()
    if own is not None:
        return {"number": later.number, "url": reverse("correspondence:delivery", args=[own.public_id])}
    if Letter.objects.visible_to(actor).filter(pk=later.pk).exists():
        return {"number": later.number, "url": reverse("correspondence:letter", args=[later.public_id])}
    return {"number": "" if later.is_secret else later.number, "url": ""}


def _way(actor: Actor, row: Delivery) -> dict[str, Any]:
    """How the letter came here, and what became of the letters on which it rests: others put them right, all are told."""
    chain = forwarding.way_of(row)
    hidden = deliveries.hidden_among(actor, received_rows.letters_of(chain))
    above = [
        {"what": one, "later": later_of(actor, one.later, row.organisation) if one.later else None}
        for one in received_rows.above_of(chain, hidden)
    ]
    return {"hops": received_rows.hops_of(chain, hidden), "above": above}


def _forwards(actor: Actor, row: Delivery) -> list[dict[str, Any]]:
    """In which letters the office passed it on."""
    return [
        {"dispatch": sent.dispatch, "hidden": sent.is_hidden, "url": tree_url(sent.dispatch)}
        for sent in deliveries.passed_on(actor, row)
    ]


@page(needs=rules.READ)
def attachment(request: HttpRequest, attachment_id: uuid.UUID) -> HttpResponse:
    """Something that a letter sends along."""
    rows = LetterAttachment.objects.visible_to(actor_of(request)).select_related("file")
    found = rows.filter(public_id=attachment_id, file__isnull=False).first()
    if found is None:
        raise Http404
    return files.attachment(found.file)  # type: ignore[return-value,arg-type] # Django's stubs part the two; the filter


@page(needs=rules.READ)
def stamped(request: HttpRequest, delivery_id: uuid.UUID) -> HttpResponse:
    """A copy with the office's own receipt on it. The original never changes."""
    row = delivery_of(request, delivery_id)
    at = row.received_at
    if at is None or row.outside or queries.letter(actor_of(request), row.letter.public_id) is None:
        raise Http404
    with files.open(row.letter.file) as stream:
        received = stream.read()
    stamp = ReceiptStamp(
        office=row.organisation.name_th,
        number=row.receipt_number,
        date_text=calendar.format_short(at),
        time_text=calendar.format_time(at),
        by=str(getattr(row.received_by, "person", "")),
    )
    try:
        drawn = draw_stamp(received, stamp)
    except ValueError:
        messages.warning(request, _("ประทับตราบนไฟล์นี้ไม่ได้ ทำได้กับ PDF ที่ไม่มีรหัสผ่านและรูปภาพ"))
        return redirect("correspondence:delivery", row.public_id)
    name = f"{row.letter.file.name.rpartition('.')[0]}-{row.receipt_number or 'received'}.pdf"
    return files.made(drawn, "application/pdf", name.replace("/", "-"))


# --- What the office does with it -------------------------------------------------------------------------------------


@page(needs=rules.RECEIVE)
@require_POST
def receive(request: HttpRequest, delivery_id: uuid.UUID) -> HttpResponse:
    """Receive a letter, or add the office's own number to one that was received."""
    row = delivery_of(request, delivery_id)
    form = ReceiveForm(request.POST)
    if not form.is_valid():
        return _page(request, row, receive=form)
    done = receiving.receive(
        actor=actor_of(request),
        delivery_id=row.public_id,
        receipt_number=form.cleaned_data["receipt_number"],
    )
    number = _("เลขรับ %(number)s") % {"number": done.receipt_number} if done.receipt_number else ""
    messages.success(request, f"{_('รับหนังสือแล้ว')} {number}".strip())
    return redirect("correspondence:delivery", row.public_id)


@page(needs=rules.RECEIVE)
@require_POST
def acknowledge(request: HttpRequest, delivery_id: uuid.UUID) -> HttpResponse:
    """Say that the office has read the letter."""
    row = delivery_of(request, delivery_id)
    receiving.acknowledge(actor=actor_of(request), delivery_id=row.public_id)
    messages.success(request, _("รับทราบแล้ว"))
    return redirect("correspondence:delivery", row.public_id)


@page(needs=rules.RECEIVE)
@require_POST
def assign(request: HttpRequest, delivery_id: uuid.UUID) -> HttpResponse:
    """Give the letter to a colleague to act on."""
    row = delivery_of(request, delivery_id)
    form = AssignForm(request.POST, people=deliveries.colleagues(row.organisation_id))
    if form.is_valid():
        try:
            receiving.assign(
                actor=actor_of(request), delivery_id=row.public_id, person_id=form.cleaned_data["person"]
            )
        except Invalid as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("มอบหมายแล้ว ผู้รับมอบหมายเห็นในมุมมอง ถึงฉัน"))
            return redirect("correspondence:delivery", row.public_id)
    return _page(request, row, assign=form)


@page(needs=rules.RECEIVE)
@require_POST
def circulate(request: HttpRequest, delivery_id: uuid.UUID) -> HttpResponse:
    """Show the letter to groups and people of the office."""
    row, actor = delivery_of(request, delivery_id), actor_of(request)
    form = CirculateForm(
        request.POST,
        groups=deliveries.groups(actor, row.organisation_id),
        people=deliveries.colleagues(row.organisation_id),
    )
    if form.is_valid():
        try:
            count = receiving.circulate(
                actor=actor,
                delivery_id=row.public_id,
                group_ids=form.group_ids(),
                person_ids=form.person_ids(),
            )
        except Invalid as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("เวียนให้ทราบเพิ่ม %(n)d คน") % {"n": count})
            return redirect("correspondence:delivery", row.public_id)
    return _page(request, row, circulate=form)


@page(needs=rules.READ)
@require_POST
def see(request: HttpRequest, delivery_id: uuid.UUID) -> HttpResponse:
    """Say that one has seen a letter that was shown to one."""
    row = delivery_of(request, delivery_id)
    receiving.see(actor=actor_of(request), delivery_id=row.public_id)
    messages.success(request, _("จดแล้วว่าคุณเห็นหนังสือนี้"))
    return redirect("correspondence:delivery", row.public_id)
