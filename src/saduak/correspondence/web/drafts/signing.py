"""Pages of signing: whom a draft is proposed to, printing it out for a pen, and deciding."""

import uuid
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from saduak.correspondence import rules
from saduak.correspondence.actions import drafting
from saduak.correspondence.actions import signing as actions
from saduak.correspondence.models import ChainStep, Draft
from saduak.correspondence.queries import drafts as queries
from saduak.correspondence.queries.delegations import Signers, people_for, signers
from saduak.correspondence.queries.documents import digest_of
from saduak.correspondence.queries.recipients import reached
from saduak.correspondence.web.drafts import shared
from saduak.correspondence.web.forms import Once
from saduak.foundation import clock
from saduak.foundation.access import Invalid, Refused
from saduak.foundation.web.forms import refuse
from saduak.foundation.web.pages import page
from saduak.organisations.models import Person

INITIALS: Final = 4


class ChainForm(Once):
    """Who initials, in order, and who signs."""

    signer = forms.ChoiceField(label=gettext_lazy("ผู้ลงนาม"))

    def __init__(
        self, *args: Any, people: list[Person], may_sign: Signers, named: Person | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        able = [row for row in people if row.user_id is not None]
        everybody = [(str(row.public_id), _with_position(row)) for row in able]
        for number in range(INITIALS):
            self.fields[f"initial-{number}"] = forms.ChoiceField(
                label=gettext_lazy("ผู้ลงชื่อย่อ คนที่ %(n)d") % {"n": number + 1},
                choices=[("", gettext_lazy("ไม่มี")), *everybody],
                required=False,
            )
        signing = everybody
        if may_sign.kept:
            named_there = {row.person_id: " ".join(row.lines) for row in may_sign.rows}
            signing = [
                (str(row.public_id), f"{row} ({named_there[row.pk]})")
                for row in able
                if row.pk in named_there
            ]
        self.fields["signer"].choices = [("", gettext_lazy("เลือก")), *signing]  # type: ignore[attr-defined] # a ChoiceField
        self.fields["signer"].initial = str(named.public_id) if named is not None else ""

    def steps(self) -> list[tuple[str, uuid.UUID]]:
        """The chain; only after `is_valid`."""
        initials = [self.cleaned_data[f"initial-{number}"] for number in range(INITIALS)]
        chain = [(ChainStep.Act.INITIAL.value, uuid.UUID(value)) for value in initials if value]
        return [*chain, (ChainStep.Act.SIGN.value, uuid.UUID(self.cleaned_data["signer"]))]

    def refuse(self, refusal: Refused) -> None:
        """Put the words about a step at its field: the action counts only those that were chosen."""
        fields = refusal.fields if isinstance(refusal, Invalid) else {}
        if not any(name.startswith("step-") for name in fields):
            refuse(self, refusal)
            return
        chosen = [f"initial-{n}" for n in range(INITIALS) if self.cleaned_data.get(f"initial-{n}")]
        places = [*chosen, "signer"]
        for name, words in fields.items():
            self.add_error(places[int(name.removeprefix("step-"))], str(words))


def _with_position(row: Person) -> str:
    return f"{row} ({row.position})" if row.position else str(row)


@page(needs=rules.WRITE)
def sign(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """The ways to a signature: in the system, or on paper."""
    actor, row = shared.actor_of(request), shared.draft_of(request, draft_id)
    if row.state != "writing" or not rules.may_edit(actor, row):
        return redirect("correspondence:draft", row.public_id)
    people = list(people_for(actor, row))
    may_sign = signers(row.issuer_id, clock.today(), row.kind)
    form = ChainForm(
        request.POST if request.method == "POST" else None,
        people=people,
        may_sign=may_sign,
        named=row.signer.person if row.signer else _named(row, people),
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.propose(actor=actor, draft_id=row.public_id, steps=form.steps(), idempotency_key=form.key)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("เสนอแล้ว ผู้ที่ต้องลงนามจะเห็นในหน้าแรกของตน"))
            return redirect("correspondence:draft", row.public_id)
    to = queries.audience_for(row)
    problems = queries.signing_problems(row, may_sign=may_sign, to=to)
    # With an empty register, whoever is chosen below is named under the letter.
    chosen_below = {"signer_name"} if not may_sign.kept else {"signer"}
    context = {
        "draft": row,
        "form": form,
        "initials": [form[f"initial-{number}"] for number in range(INITIALS)],
        "problems": problems,
        "reach": shared.reach(row, to),
        "stops": {name: words for name, words in problems.items() if name not in chosen_below},
        "may_sign": may_sign,
        "without_account": [person for person in people if person.user_id is None],
        "issue_url": shared.issue_url(row),
        "may_send": bool(rules.may_send(actor, row)),
        "laps": queries.laps(row),
    }
    status = shared.status_of(None, form.errors)
    return render(request, "correspondence/drafts/sign.html", context, status=status)


def _named(row: Draft, people: list[Person]) -> Person | None:
    return next((person for person in people if str(person) == row.signer_name.strip()), None)


@page(needs=rules.WRITE)
@require_POST
def print_out(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """The draft goes out on paper."""
    row = shared.draft_of(request, draft_id)
    try:
        drafting.print_out(actor=shared.actor_of(request), draft_id=row.public_id)
    except Invalid as refusal:
        messages.error(request, str(refusal.reason))
        return redirect("correspondence:draft", row.public_id)
    messages.success(request, _("พร้อมพิมพ์แล้ว ดาวน์โหลด PDF หรือ Word ไปลงนาม แล้วกลับมาแนบฉบับที่ลงนาม"))
    return redirect("correspondence:draft", row.public_id)


class DecideForm(forms.Form):
    """What somebody says to the letter that they saw."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    because = forms.CharField(
        label=gettext_lazy("ถ้าไม่เห็นชอบ ต้องแก้อะไร"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("ผู้ร่างจะเห็นข้อความนี้ ร่างจะกลับไปให้แก้"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@page()
def decide(request: HttpRequest, step_id: uuid.UUID) -> HttpResponse:
    """The letter as it would go out, and the question to this person: approve, or not and why."""
    actor = shared.actor_of(request)
    step = shared.found(queries.step(actor, step_id))
    row = shared.draft_of(request, step.draft.public_id)
    if not rules.may_decide(actor, step) or row.state != "circulating" or step.decision:
        return redirect("correspondence:draft", row.public_id)
    reaches = reached(row)
    digest = digest_of(row, reaches)
    form = DecideForm(request.POST if request.method == "POST" else None, initial={"digest": digest})
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid():
        approve = request.POST.get("decision") == "approve"
        try:
            actions.decide_step(
                actor=actor,
                step_id=step.public_id,
                approve=approve,
                because=form.cleaned_data["because"],
                digest=form.cleaned_data["digest"],
            )
        except Invalid as wrong:
            refuse(form, wrong)
        except Refused as wrong:
            refusal = wrong
            # What is shown now is the present letter: the next answer is about that.
            form = DecideForm(initial={"digest": digest, "because": form.cleaned_data["because"]})
        else:
            said = _("ลงนามแล้ว") if step.act == ChainStep.Act.SIGN else _("ลงชื่อย่อแล้ว")
            messages.success(request, said if approve else _("ส่งกลับไปให้แก้แล้ว"))
            return redirect("correspondence:draft", row.public_id)
    laps = queries.laps(row)
    lap = next((one for one in laps if one.open), None)
    context = {
        "draft": row,
        "step": step,
        "form": form,
        "digest": digest,
        "laps": laps,
        "lap": lap,
        "turn": lap is not None and lap.next is not None and lap.next.pk == step.pk,
        "paper": shared.paper(row),
        "asked": shared.asked(row),
        "inside": shared.inside(row),
        "meeting": shared.meeting(row),
        "reach": {"count": reaches["offices"]},
        "refusal": refusal,
    }
    status = shared.status_of(refusal, form.errors)
    return render(request, "correspondence/drafts/decide.html", context, status=status)
