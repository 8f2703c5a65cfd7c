"""Forms of this room. They read what was typed; whether it may be done is decided by the actions."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from saduak.assessment.models import Panel, PanelMember
from saduak.foundation import ids
from saduak.foundation.web.forms import ThaiDateField
from saduak.organisations.models import Person

_AREA = {"rows": 4}


class SearchForm(forms.Form):
    """Find a case."""

    q = forms.CharField(label=_("ชื่อศูนย์ หน่วยงาน หรือเลขรับ"), required=False, max_length=100)
    state = forms.CharField(required=False, widget=forms.HiddenInput)


class ReasonForm(forms.Form):
    """Why something is done; `title` and `hint` say what for."""

    reason = forms.CharField(label=_("เหตุผล"), widget=forms.Textarea(attrs=_AREA), max_length=5_000)

    def __init__(
        self, *args: Any, label: Any = "", hint: Any = "", longest: int = 5_000, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reason"]
        field.label, field.help_text = label or field.label, hint
        field.widget.attrs["maxlength"] = longest


class ReturnForm(forms.Form):
    """Give a case back: what in all, and until when. What to correct in which criterion is read beside it."""

    reason = forms.CharField(
        label=_("สรุปสิ่งที่ต้องแก้"),
        help_text=_("ศูนย์อ่านข้อความนี้ก่อน แล้วจึงดูรายข้อ"),
        widget=forms.Textarea(attrs=_AREA),
        max_length=5_000,
    )
    due_on = ThaiDateField(
        label=_("แก้และยื่นใหม่ภายในวันที่"), help_text=_("นับวันนี้ด้วย ถึง 23.59.59 น. เช่น 15/02/2570")
    )


class ExtendForm(forms.Form):
    """More time for a correction."""

    due_on = ThaiDateField(label=_("ขยายถึงวันที่"), help_text=_("เช่น 15/02/2570"))
    reason = forms.CharField(
        label=_("เหตุผล"),
        help_text=_("ศูนย์จะได้อ่านข้อความนี้"),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500}),
        max_length=500,
    )


class PanelForm(forms.Form):
    """Set up a panel."""

    idempotency_key = forms.UUIDField(widget=forms.HiddenInput, initial=ids.public_id)
    number = forms.IntegerField(label=_("คณะที่"), min_value=1, max_value=999)
    name = forms.CharField(
        label=_("ชื่อเรียก"), help_text=_("เช่น ภาคเหนือ ไม่ใส่ก็ได้"), required=False, max_length=200
    )


class MemberForm(forms.Form):
    """Seat a person on a panel."""

    person = forms.ChoiceField(label=_("ผู้ตรวจประเมิน"))
    role = forms.ChoiceField(label=_("บทบาท"), choices=PanelMember.Role.choices, widget=forms.RadioSelect)
    scores = forms.BooleanField(label=_("ให้คะแนนด้วย"), required=False, initial=True)
    running = forms.BooleanField(
        label=_("รับเรื่องที่คณะกำลังให้คะแนนอยู่ด้วย"),
        help_text=_("ใช้เมื่อมาแทนคนที่ออกจากคณะ"),
        required=False,
    )

    def __init__(self, *args: Any, people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [  # type: ignore[attr-defined] # a ChoiceField
            ("", _("เลือกผู้ตรวจประเมิน")),
            *((str(person.public_id), f"{person} {person.position}".strip()) for person in people),
        ]


class AssignForm(forms.Form):
    """Which cases go to which panel."""

    panel = forms.ChoiceField(label=_("มอบให้คณะ"))
    cases = forms.MultipleChoiceField(
        label=pgettext_lazy("cases", "เรื่อง"), error_messages={"required": _("เลือกเรื่องอย่างน้อย 1 เรื่อง")}
    )

    def __init__(self, *args: Any, panels: Sequence[Panel], cases: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["panel"].choices = [  # type: ignore[attr-defined] # a ChoiceField
            (
                str(panel.public_id),
                _("คณะที่ %(number)d %(name)s") % {"number": panel.number, "name": panel.name},
            )
            for panel in panels
        ]
        self.fields["cases"].choices = [  # type: ignore[attr-defined] # as above
            (str(row.public_id), row.application.centre.name_th) for row in cases
        ]
