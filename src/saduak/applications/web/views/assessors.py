"""Readiness, the programme's side: who assesses whom in a round, the lists that came, and what a centre reads."""

from collections.abc import Callable, Sequence
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from saduak.applications import actions, readiness_papers
from saduak.applications.models import AssessorRule
from saduak.applications.queries import readiness as queries
from saduak.applications.queries.readiness import Plan
from saduak.applications.rules import readiness as rules
from saduak.applications.rules.readiness import Rule
from saduak.applications.web import shared
from saduak.applications.web.readiness_forms import EntriesForm, RuleForm, SourceForm
from saduak.applications.web.views.readiness_files import NAV, NAV_LISTS, answer
from saduak.foundation import files
from saduak.foundation.access import Actor, Conflict
from saduak.foundation.access.registry import Words
from saduak.foundation.web.forms import whole_number
from saduak.foundation.web.pages import page as marked
from saduak.organisations.models import Organisation
from saduak.programme.models import Round
from saduak.programme.queries import is_open, rounds

PER_PAGE: Final = 50
# So many assessing offices are named in a preview; the rest is a number.
OFFICES_SHOWN: Final = 100
VERDICTS: Final[dict[bool, tuple[str, Words]]] = {
    True: ("done", gettext_lazy("พร้อม")),
    False: ("due", gettext_lazy("ยังไม่พร้อม")),
}


# --- Who assesses whom -------------------------------------------------------------------------------------------------


@marked(needs=rules.SET)
def assessors(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """The rules of a round, what they come to, and changing them; a new rule can be looked at before it counts."""
    actor = shared.actor_of(request)
    row = shared.found(queries.round_of(actor, round_id, rules.SET))
    plan, do = queries.plan_of(row), request.POST.get("do", "")
    form = RuleForm(request.POST if do in {"add", "preview"} else None, actor=actor)
    said = {"source": plan.source, "official": plan.official}
    source = SourceForm(request.POST if do == "source" else None, initial=said)
    typed: Form = {"add": form, "preview": form, "source": source}.get(do) or Form(request.POST or None)
    shown, status = plan.rules, 200
    if request.method == "POST":
        status = 422
        if do == "preview" and form.is_valid():
            shown, status = (*plan.rules, form.rule()), 200
        elif do in _DOES and typed.is_valid():
            done, status = shared.attempt(
                typed,
                lambda: _change(actor, row, _DOES[do](request, plan, form, source), _seen(request, plan)),
            )
            if done:
                messages.success(request, _("บันทึกกติกาแล้ว"))
                return redirect("applications:assessors", round_id)
    context = _assessors(row, plan, shown, form, source)
    context["refused"] = None if typed in (form, source) else typed
    return shared.shown_again(request, "readiness_rules", context, status)


def _change(actor: Actor, row: Round, change: Plan | None, seen: str) -> bool:
    if change is None:
        actions.drop_assessors(actor=actor, round_id=row.public_id, seen=seen)
    else:
        actions.set_assessors(
            actor=actor,
            round_id=row.public_id,
            rules_=change.rules,
            source=change.source,
            official=change.official,
            seen=seen,
        )
    return True


def _load(request: HttpRequest, plan: Plan, _form: RuleForm, _source: SourceForm) -> Plan:
    known = rules.rule_sets()
    said = known.get(request.POST.get("set", ""), rules.usual())
    return Plan(said.rules, said.source, said.official, is_set=True)


def _add(_request: HttpRequest, plan: Plan, form: RuleForm, _source: SourceForm) -> Plan:
    return _with(plan, [*_own(plan), form.rule()])


def _up(request: HttpRequest, plan: Plan, _form: RuleForm, _source: SourceForm) -> Plan:
    at, found = _at(request, plan), list(plan.rules)
    if at > 0:
        found[at - 1], found[at] = found[at], found[at - 1]
    return _with(plan, found)


def _drop(request: HttpRequest, plan: Plan, _form: RuleForm, _source: SourceForm) -> Plan:
    at = _at(request, plan)
    return _with(plan, [rule for place, rule in enumerate(plan.rules) if place != at])


def _said(_request: HttpRequest, plan: Plan, _form: RuleForm, source: SourceForm) -> Plan:
    data = source.cleaned_data
    return Plan(tuple(_own(plan)), data["source"], data["official"], is_set=True)


def _reset(_request: HttpRequest, _plan: Plan, _form: RuleForm, _source: SourceForm) -> None:
    return None


_DOES: Final[dict[str, Callable[[HttpRequest, Plan, RuleForm, SourceForm], Plan | None]]] = {
    "load": _load,
    "add": _add,
    "up": _up,
    "drop": _drop,
    "source": _said,
    "reset": _reset,
}


def _own(plan: Plan) -> Sequence[Rule]:
    """The round's own rules; the usual ones of the file are loaded by choice, never silently."""
    return plan.rules if plan.is_set else ()


def _with(plan: Plan, found: Sequence[Rule]) -> Plan:
    source, official = (plan.source, plan.official) if plan.is_set else ("", False)
    return Plan(tuple(found), source, official, is_set=True)


def _at(request: HttpRequest, plan: Plan) -> int:
    """Which rule a button means.

    Raises:
        Conflict: the rules have changed since the page was drawn.
    """
    at = whole_number(request.POST.get("at", ""))
    if at is None or at >= len(plan.rules):
        raise Conflict(actions.readiness.CHANGED, "changed")
    return at


def _seen(request: HttpRequest, plan: Plan) -> str:
    """What the page showed, for the action to compare again under its lock: the change was worked out from it.

    Raises:
        Conflict: the rules have changed since the page was drawn.
    """
    seen = queries.fingerprint(plan)
    if request.POST.get("seen", "") != seen:
        raise Conflict(actions.readiness.CHANGED, "changed")
    return seen


def _assessors(
    row: Round, plan: Plan, shown: Sequence[Rule], form: RuleForm, source: SourceForm
) -> dict[str, Any]:
    nobody, *offices = queries.falls(shown)
    return {
        "round": row,
        "plan": plan,
        "rules": _in_words(shown),
        "sets": list(rules.rule_sets().values()),
        "falls": offices[:OFFICES_SHOWN],
        "more": max(0, len(offices) - OFFICES_SHOWN),
        "nobody": nobody.units,
        "total": nobody.units + sum(row.units for row in offices),
        "form": form,
        "source_form": source,
        "previewing": shown is not plan.rules,
        "seen": queries.fingerprint(plan),
        "nav_key": NAV_LISTS,
    }


def _in_words(found: Sequence[Rule]) -> list[dict[str, Any]]:
    """Each rule as a sentence in two parts: whom it is about, who assesses them."""
    areas, offices = queries.area_names(found), queries.office_names(found)
    kinds: dict[str, Any] = dict(Organisation.Kind.choices)
    ways: dict[str, Any] = dict(AssessorRule.Assessor.choices)
    told = []
    for rule in found:
        place = ", ".join(areas.get(code, code) for code in rule.areas)
        sort = ", ".join(str(kinds.get(kind, kind)) for kind in rule.kinds)
        who = offices.get(rule.office_id or 0, "") or _("%(kinds)s (%(way)s)") % {
            "kinds": _(" หรือ ").join(str(kinds.get(kind, kind)) for kind in rule.assessor_kinds),
            "way": ways[rule.assessor],
        }
        told.append({"place": place, "sort": sort, "who": who, "note": rule.note})
    return told


@marked(needs=rules.SET)
@require_GET
def nobody(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """The units that nobody assesses in a round."""
    row = shared.found(queries.round_of(shared.actor_of(request), round_id, rules.SET))
    rows = queries.nobodys(queries.plan_of(row).rules)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"round": row, "page_obj": page, "nav_key": NAV_LISTS}
    return shared.page(request, "readiness_nobody", context)


# --- The lists that came -----------------------------------------------------------------------------------------------


@marked(needs=rules.SEE_LISTS)
@require_GET
def lists(request: HttpRequest) -> HttpResponse:
    """Who has sent a list in a round and who has not, with the numbers."""
    actor = shared.actor_of(request)
    known = [row for row in rounds(actor) if actor.can(rules.SEE_LISTS, programme_id=row.programme_id)]
    asked = [row for row in known if str(row.public_id) == request.GET.get("round", "")]
    taking = [row for row in known if is_open(row, actor.received_at)]
    row = next(iter([*asked, *taking, *known]), None)
    if row is None:
        return shared.page(request, "readiness_lists", {"round": None, "nav_key": NAV_LISTS})
    inbox = queries.inbox(actor, row)
    page = Paginator(inbox.offices, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "round": row,
        "rounds": known,
        "inbox": inbox,
        "numbers": [
            (inbox.sent, _("จาก %(total)s") % {"total": len(inbox.offices)}, _("หน่วยงานที่ส่งแล้ว")),
            (inbox.units, _("แห่ง"), _("ในรายการที่ส่งมา")),
            (inbox.ready, _("แห่ง"), _("ประเมินว่าพร้อม")),
            (inbox.nobody, _("แห่ง"), _("ยังไม่มีใครประเมิน")),
        ],
        "page_obj": page,
        "may_set": bool(rules.may_set(actor, row)),
        "nav_key": NAV_LISTS,
    }
    return shared.page(request, "readiness_lists", context)


def _list(request: HttpRequest, list_id: UUID) -> tuple[Actor, Any]:
    actor = shared.actor_of(request)
    return actor, shared.found(queries.readiness_list(actor, list_id))


@marked()
@require_GET
def one_list(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """One list as it was sent: its units with their reasons, its digest, the earlier and later ones."""
    actor, row = _list(request, list_id)
    form = EntriesForm(request.GET)
    said = form.cleaned_data if form.is_valid() else {"ready": "", "q": ""}
    page = Paginator(queries.entries(actor, row, **said), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "row": row,
        "form": form,
        "filtered": any(said.values()),
        "page_obj": page,
        "rows": [(entry, VERDICTS[entry.ready]) for entry in page],
        "confirmations": queries.confirmations_of(actor, row),
        "others": queries.lists_of(actor, row.round, row.assessor).exclude(pk=row.pk)[:20],
        "for_programme": actor.can(rules.SEE_LISTS, programme_id=row.round.programme_id),
        "nav_key": NAV if actor.can(rules.USE) else NAV_LISTS,
    }
    return shared.page(request, "readiness_list", context)


@marked()
@require_GET
def list_file(request: HttpRequest, list_id: UUID) -> HttpResponseBase:
    """The very bytes that were sent."""
    _actor, row = _list(request, list_id)
    return files.attachment(row.file)


@marked()
def list_export(request: HttpRequest, list_id: UUID) -> HttpResponseBase:
    """A list as XLSX."""
    actor, row = _list(request, list_id)
    return answer(
        request,
        "list",
        row.units,
        write=lambda: readiness_papers.list_sheet(actor, row),
        ask=lambda: actions.request_list_file(
            actor=actor, list_id=list_id, idempotency_key=shared.once(request)
        ),
        back_url=reverse("applications:readiness-list", args=[list_id]),
    )


@marked()
@require_GET
def signed_copy(request: HttpRequest, confirmation_id: UUID) -> HttpResponseBase:
    """The page that a head signed by hand, as it was attached."""
    return files.attachment(shared.found(queries.signed_paper(shared.actor_of(request), confirmation_id)))


# --- What a centre reads -----------------------------------------------------------------------------------------------


@marked()
@require_GET
def told(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """What was sent about one centre: in words, with the reasons."""
    entry = shared.found(queries.told(shared.actor_of(request), entry_id))
    if entry.public_id != entry_id:  # a newer list says it
        return redirect("applications:readiness-told", entry.public_id)
    words = {"yes": ("done", _("มี")), "no": ("due", _("ยังไม่มี"))}
    gates = queries.gates_of(entry.round)
    context = {
        "entry": entry,
        "tag": VERDICTS[entry.ready],
        "seen": [
            (f"{gate.number} {gate.label}", *words[entry.gates[gate.key]])
            for gate in gates
            if gate.key in entry.gates
        ],
        "unseen": sum(gate.key not in entry.gates for gate in gates),
        "nav_key": "applications",
    }
    return shared.page(request, "readiness_told", context)


URLS: list[URLPattern] = [
    path("readiness/lists/", lists, name="readiness-lists"),
    path("readiness/lists/<uuid:list_id>/", one_list, name="readiness-list"),
    path("readiness/lists/<uuid:list_id>/file/", list_file, name="readiness-list-file"),
    path("readiness/lists/<uuid:list_id>/export/", list_export, name="readiness-list-export"),
    path("readiness/signed/<uuid:confirmation_id>/", signed_copy, name="readiness-signed"),
    path("readiness/told/<uuid:entry_id>/", told, name="readiness-told"),
    path("rounds/<uuid:round_id>/assessors/", assessors, name="assessors"),
    path("rounds/<uuid:round_id>/assessors/nobody/", nobody, name="assessors-nobody"),
]
