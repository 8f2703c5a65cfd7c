"""Forms of readiness. They read what was typed; whether it may be done is decided by the actions."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from saduak.applications.models import AssessorRule, Readiness
from saduak.applications.queries import readiness as queries
from saduak.applications.rules.readiness import Rule
from saduak.applications.web.forms import CapacityForm
from saduak.foundation.access import Actor
from saduak.foundation.web.forms import ThaiDateField
from saduak.organisations.models import Organisation
from saduak.programme.models import Criterion

GATE: Final = "gate_"
_READY: Final = [("yes", _("พร้อม")), ("no", _("ยังไม่พร้อม"))]
_SEEN: Final = [("", _("ยังไม่ได้ดู")), ("yes", _("มี")), ("no", _("ยังไม่มี"))]


class UnitsForm(forms.Form):
    """What to show of an office's list."""

    q = forms.CharField(label=_("ชื่อหน่วยงานหรือศูนย์"), required=False, max_length=100)
    verdict = forms.ChoiceField(label=_("ผลประเมิน"), required=False, choices=[("", _("ทั้งหมด")), *_READY])
    sort = forms.ChoiceField(
        label=_("เรียงตาม"),
        required=False,
        choices=[
            ("todo", _("ที่ต้องทำก่อน")),
            ("name", _("ชื่อหน่วยงาน")),
            ("area", _("พื้นที่")),
            ("ready", _("ผลประเมิน")),
        ],
    )
    # Kept while filters change.
    state = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    round = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    office = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)


class EntriesForm(forms.Form):
    """What to show of a list that was sent."""

    q = forms.CharField(label=_("ชื่อหน่วยงานหรือศูนย์"), required=False, max_length=100)
    ready = forms.ChoiceField(label=_("ผลประเมิน"), required=False, choices=[("", _("ทั้งหมด")), *_READY])


class SayForm(forms.Form):
    """Ready or not, why, and when it was looked at."""

    ready = forms.ChoiceField(
        label=_("หน่วยงานนี้พร้อมเข้าสู่มาตรฐานหรือยัง"), choices=_READY, required=False, widget=forms.RadioSelect
    )
    reasons = forms.CharField(
        label=_("เหตุผล"),
        help_text=_("ถ้ายังไม่พร้อมต้องเขียน ศูนย์ได้อ่านข้อความนี้เมื่อส่งรายการแล้ว"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": _("เหตุผลยาวเกิน 2,000 ตัวอักษร")},
    )
    assessed_on = ThaiDateField(label=_("วันที่ประเมิน"), help_text=_("เช่น 15/02/2570"))

    def said(self) -> dict[str, Any]:
        """What the action is told."""
        data = self.cleaned_data
        ready = {"yes": True, "no": False}.get(data["ready"])
        return {"ready": ready, "reasons": data["reasons"], "assessed_on": data["assessed_on"]}


class ManyForm(SayForm):
    """The same for several units at once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ready"].label = _("ทุกแห่งที่เลือกพร้อมเข้าสู่มาตรฐานหรือยัง")


class StatementForm(SayForm):
    """One unit, with the gates that were looked at."""

    def __init__(self, *args: Any, gates: Sequence[Criterion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.gates = gates
        for gate in gates:
            self.fields[f"{GATE}{gate.key}"] = forms.ChoiceField(
                label=f"{gate.number} {gate.label}", choices=_SEEN, required=False
            )

    def shown_gates(self) -> list[forms.BoundField]:
        """The questions about the gates, in their order."""
        return [self[f"{GATE}{gate.key}"] for gate in self.gates]

    def said(self) -> dict[str, Any]:
        """As above, with the gates that were answered."""
        found = {gate.key: self.cleaned_data[f"{GATE}{gate.key}"] for gate in self.gates}
        return {**super().said(), "gates": {key: value for key, value in found.items() if value}}


def initial_of(row: Readiness | None, today: Any) -> dict[str, Any]:
    """What was said before, as the form shows it."""
    if row is None:
        return {"assessed_on": today}
    ready = "" if row.ready is None else "yes" if row.ready else "no"
    seen = {f"{GATE}{key}": value for key, value in row.gates.items()}
    return {"ready": ready, "reasons": row.reasons, "assessed_on": row.assessed_on, **seen}


class ConfirmForm(CapacityForm):
    """The head confirms in the system."""

    agree = forms.BooleanField(
        label=_("ข้าพเจ้าอ่านรายการข้างบนแล้ว และยืนยันผลประเมินนี้ในนามหน่วยงาน"),
        error_messages={"required": _("ทำเครื่องหมายเพื่อยืนยันว่าอ่านรายการแล้ว")},
    )


# --- Who assesses whom -------------------------------------------------------------------------------------------------


class SourceForm(forms.Form):
    """Where the rules of a round come from."""

    source = forms.CharField(
        label=_("ที่มาของกติกา"),
        help_text=_("เช่น เลขที่และวันที่ของหนังสือ"),
        required=False,
        max_length=300,
        error_messages={"max_length": _("ยาวเกิน 300 ตัวอักษร")},
    )
    official = forms.BooleanField(label=_("มีหนังสือหรือคำสั่งกำหนดไว้ตามนี้"), required=False)


class RuleForm(forms.Form):
    """One rule: which units, and who assesses them."""

    areas = forms.CharField(
        label=_("หน่วยงานที่ตั้งอยู่ใน"),
        help_text=_("ชื่อจังหวัด คั่นด้วยจุลภาค เช่น กรุงเทพมหานคร, นนทบุรี เว้นไว้คือทุกพื้นที่"),
        required=False,
        max_length=500,
        error_messages={"max_length": _("ยาวเกิน 500 ตัวอักษร")},
    )
    kinds = forms.MultipleChoiceField(
        label=_("เฉพาะหน่วยงานประเภท"),
        help_text=_("ไม่เลือกคือทุกประเภท"),
        required=False,
        choices=Organisation.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    assessor = forms.ChoiceField(
        label=_("ใครประเมิน"),
        choices=AssessorRule.Assessor.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("เลือกว่าใครประเมิน")},
    )
    assessor_kinds = forms.MultipleChoiceField(
        label=_("ประเภทของหน่วยงานที่ประเมิน"),
        help_text=_("เลือกเมื่อประเมินตามสายบังคับบัญชาหรือการกำกับดูแล เช่น กรมและรัฐวิสาหกิจ"),
        required=False,
        choices=Organisation.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    office = forms.CharField(
        label=_("ชื่อหน่วยงานที่ประเมิน"),
        help_text=_("กรอกเมื่อระบุชื่อหน่วยงาน พิมพ์ชื่อเต็มตามทะเบียน"),
        required=False,
        max_length=200,
        error_messages={"max_length": _("ยาวเกิน 200 ตัวอักษร")},
    )
    note = forms.CharField(
        label=_("หมายเหตุ"),
        required=False,
        max_length=300,
        error_messages={"max_length": _("ยาวเกิน 300 ตัวอักษร")},
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor

    def clean_areas(self) -> tuple[str, ...]:
        """Codes of the areas that were typed by name."""
        typed = [word.strip() for word in self.cleaned_data["areas"].replace("\n", ",").split(",")]
        found, unknown = queries.areas_named([word for word in typed if word][:80])
        if unknown:
            raise ValidationError(gettext("ไม่พบพื้นที่ชื่อ %(names)s") % {"names": ", ".join(unknown[:5])})
        return tuple(found)

    def clean_office(self) -> Organisation | None:
        """The office that was typed by name or code."""
        words = " ".join(self.cleaned_data["office"].split())
        if not words or self.cleaned_data.get("assessor") != AssessorRule.Assessor.NAMED:
            return None
        found = queries.office_named(self.actor, words)
        if found is None:
            raise ValidationError(_("ไม่พบหน่วยงานชื่อนี้ หรือมีหลายแห่ง พิมพ์ชื่อเต็มหรือรหัสตามทะเบียน"))
        return found

    def rule(self) -> Rule:
        """The rule that was typed."""
        data = self.cleaned_data
        named = data["assessor"] == AssessorRule.Assessor.NAMED
        return Rule(
            assessor=data["assessor"],
            areas=data["areas"],
            kinds=tuple(data["kinds"]),
            assessor_kinds=() if named else tuple(data["assessor_kinds"]),
            office_id=data["office"].pk if data["office"] is not None else None,
            note=data["note"],
        )
