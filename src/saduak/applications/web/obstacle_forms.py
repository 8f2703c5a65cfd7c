"""Forms of obstacles and extensions. They read what was typed; whether it may be done is decided by the actions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from saduak.applications.web.forms import ReasonForm
from saduak.foundation.web.forms import ThaiDateField


def _area(rows: int, longest: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "maxlength": longest})


class ObstacleForm(forms.Form):
    """What blocks the centre and what help it needs; about what, so that others find the answer."""

    centre = forms.ChoiceField(label=_("ศูนย์"))
    what = forms.CharField(
        label=_("ติดอะไรอยู่"),
        help_text=_("เช่น ยังไม่มีคำสั่งแต่งตั้งคณะทำงาน"),
        max_length=300,
        widget=_area(2, 300),
        error_messages={"required": _("เขียนสั้น ๆ ว่าติดอะไรอยู่")},
    )
    need = forms.CharField(
        label=_("อยากให้ช่วยอะไร"),
        help_text=_("เช่น ขอตัวอย่างคำสั่ง หรือขอให้จังหวัดมีหนังสือสั่งการ"),
        max_length=500,
        widget=_area(2, 500),
        error_messages={"required": _("เขียนสั้น ๆ ว่าอยากให้ช่วยอะไร")},
    )
    topic = forms.ChoiceField(label=_("เรื่อง"), initial="other")
    criterion = forms.ChoiceField(label=_("เกี่ยวกับข้อใด"), required=False)

    def __init__(self, *args: Any, centres: Any, topics: Any, criteria: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {"centre": centres, "topic": topics, "criterion": [("", _("ไม่เกี่ยวกับข้อใดข้อหนึ่ง")), *criteria]}
        for name, found in choices.items():
            self.fields[name].choices = found  # type: ignore[attr-defined] # a ChoiceField, declared above
        if len(centres) == 1:
            self.fields["centre"].initial = centres[0][0]
            self.fields["centre"].widget = forms.HiddenInput()


class AnswerForm(forms.Form):
    """The answer to an obstacle."""

    text = forms.CharField(
        label=_("คำตอบ"),
        max_length=5_000,
        widget=_area(6, 5_000),
        error_messages={"required": _("เขียนคำตอบก่อน")},
    )


class PassOnForm(forms.Form):
    """Why it is passed on."""

    note = forms.CharField(
        label=_("ฝากถึงหน่วยงานเหนือขึ้นไป"), required=False, max_length=2_000, widget=_area(3, 2_000)
    )


class ReopenForm(forms.Form):
    """Why the answer does not solve it, and who is asked again."""

    note = forms.CharField(
        label=_("ยังติดตรงไหน"),
        max_length=2_000,
        widget=_area(3, 2_000),
        error_messages={"required": _("เขียนสั้น ๆ ว่ายังติดตรงไหน")},
    )
    higher = forms.ChoiceField(
        label=_("ถามใคร"),
        choices=[("", _("หน่วยงานเดิมอีกครั้ง")), ("1", _("หน่วยงานเหนือขึ้นไป"))],
        required=False,
        widget=forms.RadioSelect,
        initial="",
    )


class KeepForm(forms.Form):
    """An answer for everybody, in words that do not say who asked."""

    topic = forms.ChoiceField(label=_("เรื่อง"))
    question = forms.CharField(
        label=_("ปัญหา"),
        help_text=_("เขียนให้ใช้ได้กับทุกศูนย์ ไม่เอ่ยชื่อผู้ที่ถาม"),
        max_length=300,
        widget=_area(2, 300),
        error_messages={"required": _("เขียนปัญหาเป็นคำทั่วไป")},
    )
    text = forms.CharField(
        label=_("คำตอบ"),
        max_length=5_000,
        widget=_area(6, 5_000),
        error_messages={"required": _("เขียนคำตอบก่อน")},
    )

    def __init__(self, *args: Any, topics: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].choices = topics  # type: ignore[attr-defined] # a ChoiceField, declared above


class AnswersForm(forms.Form):
    """What to find among the answers that are kept."""

    q = forms.CharField(label=_("คำค้น"), required=False, max_length=100)
    topic = forms.ChoiceField(label=_("เรื่อง"), required=False)

    def __init__(self, *args: Any, topics: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].choices = [("", _("ทุกเรื่อง")), *topics]  # type: ignore[attr-defined] # as above


class ExtendForm(ReasonForm):
    """Until when a centre has time, and why."""

    until = ThaiDateField(label=_("ขยายถึงวันที่"), help_text=_("นับวันนั้นด้วย ถึง 23.59.59 น. เช่น 15/03/2570"))

    field_order = ["until", "reason"]


class CentreForm(forms.Form):
    """Which centre."""

    q = forms.CharField(label=_("ชื่อศูนย์หรือหน่วยงาน"), required=False, max_length=100)
