"""Forms of the sender who follows a letter, and of whoever acknowledges by a link."""

from django import forms
from django.utils.translation import gettext_lazy as _

from saduak.correspondence.models import Outside
from saduak.correspondence.web.forms import Once
from saduak.foundation.web.forms import ThaiDateField


class ContactForm(forms.Form):
    """What was said, next to the button that tells what came of a call."""

    note = forms.CharField(
        label=_("จดสั้น ๆ ว่าคุยอะไร"), max_length=300, required=False, help_text=_("เช่น ปลัดอำเภอรับปากลงรับวันนี้")
    )


class OutsideForm(forms.Form):
    """How, when and by whom a letter was received outside the system, with what proves it."""

    how = forms.ChoiceField(label=_("รับทางใด"), choices=Outside.choices, widget=forms.RadioSelect)
    received_on = ThaiDateField(label=_("วันที่รับ"))
    note = forms.CharField(
        label=_("ใครรับ และรู้ได้อย่างไร"),
        max_length=500,
        required=False,
        help_text=_("เขียน หรือแนบหลักฐาน อย่างใดอย่างหนึ่ง"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    evidence = forms.FileField(label=_("หลักฐาน"), required=False)

    def __init__(self, *args: object, limits: str, accept: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type] # as a form takes them
        self.fields["evidence"].help_text = limits
        self.fields["evidence"].widget.attrs["accept"] = accept


class PassedOutsideForm(OutsideForm, Once):
    """To whom, how and when an office passed a letter on outside the system, with what proves it."""

    field_order = ("to", "how", "passed_on", "note", "evidence")
    # The status with which it is shown again, when that is not what was typed.
    refused_with = 0

    to = forms.CharField(
        label=_("แจ้งต่อถึงใคร"), max_length=300, help_text=_("เช่น องค์การบริหารส่วนตำบล 5 แห่งในอำเภอ")
    )
    how = forms.ChoiceField(label=_("แจ้งต่อทางใด"), choices=Outside.choices, widget=forms.RadioSelect)
    received_on = None  # type: ignore[assignment] # Django takes the field away
    passed_on = ThaiDateField(label=_("วันที่แจ้งต่อ"))
    note = forms.CharField(
        label=_("รู้ได้อย่างไร"),
        max_length=500,
        required=False,
        help_text=_("เช่น ปลัดอำเภอส่งภาพหนังสือเข้าไลน์กลุ่มแล้ว"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class RecallForm(forms.Form):
    """Why a letter is called back."""

    reason = forms.CharField(
        label=_("เหตุผล"),
        max_length=500,
        help_text=_("ทุกหน่วยงานที่ได้หนังสือไปจะเห็นข้อความนี้ เช่น แนบเอกสารผิดฉบับ"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    deadlines = forms.BooleanField(label=_("ถอนกำหนดส่งภายในของหนังสือฉบับนี้ด้วย"), required=False)

    def __init__(self, *args: object, with_deadlines: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type] # as a form takes them
        if not with_deadlines:
            del self.fields["deadlines"]


class AcknowledgeForm(forms.Form):
    """Who acknowledges, as they name themselves."""

    name = forms.CharField(label=_("ชื่อและนามสกุล"), max_length=100)
    position = forms.CharField(label=_("ตำแหน่ง"), max_length=90)

    @property
    def signed(self) -> str:
        """Name and position as they are kept."""
        return f"{self.cleaned_data['name'].strip()} {self.cleaned_data['position'].strip()}"
