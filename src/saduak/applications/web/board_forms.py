"""Forms of the supervisor's board. They read what was typed; whether it may be done is decided by the actions."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.applications.models import Target
from saduak.applications.queries.board import RELATIONS


class BoardForm(forms.Form):
    """What to show on the supervisor's board."""

    q = forms.CharField(label=_("ชื่อหน่วยงาน"), required=False, max_length=100)
    area = forms.ChoiceField(label=_("พื้นที่"), required=False)
    group = forms.ChoiceField(
        label=_("ความสัมพันธ์"),
        required=False,
        choices=[("", _("ทั้งหมด")), *RELATIONS.items()],
    )
    state = forms.ChoiceField(label=_("สถานะ"), required=False)
    officer = forms.ChoiceField(
        label=_("ผู้รับผิดชอบ"),
        required=False,
        choices=[("", _("ทั้งหมด")), ("none", _("ยังไม่มี"))],
    )
    sort = forms.ChoiceField(
        label=_("เรียงตาม"),
        required=False,
        choices=[
            ("risk", _("ความเสี่ยงที่จะไม่ทัน")),
            ("name", _("ชื่อ")),
            ("state", _("สถานะ")),
            ("due", _("กำหนดภายใน")),
            ("closing", _("วันปิดรับ")),
            ("written", _("เขียนแล้ว น้อยไปมาก")),
            ("-written", _("เขียนแล้ว มากไปน้อย")),
            ("gates", _("เกณฑ์ที่ต้องผ่านทุกข้อ")),
            ("evidence", _("หลักฐาน น้อยไปมาก")),
            ("activity", _("เงียบนานที่สุดก่อน")),
            ("-activity", _("แก้ล่าสุดก่อน")),
            ("officer", _("ยังไม่มีผู้รับผิดชอบก่อน")),
        ],
    )
    # Kept while filters change: the round, how units are put together, the office below which one looks, the criterion
    # that is missing.
    by = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    round = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    of = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    lacks = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, states: Any = (), areas: Any = (), gates: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sort: Any = self.fields["sort"]
        least = format_lazy(_("{gates} น้อยไปมาก"), gates=gates)
        sort.choices = [(key, least if key == "gates" and gates else words) for key, words in sort.choices]
        self.fields["state"].choices = [("", _("ทุกสถานะ")), *states]  # type: ignore[attr-defined] # a ChoiceField
        self.fields["area"].choices = [("", _("ทุกพื้นที่")), *areas]  # type: ignore[attr-defined] # a ChoiceField


class RemindForm(forms.Form):
    """What is said to many at once."""

    text = forms.CharField(
        label=_("ข้อความ"),
        help_text=_("ทุกแห่งได้รับข้อความเดียวกัน ชื่อของแต่ละแห่งและชื่อหน่วยงานของคุณขึ้นให้เอง"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": _("เขียนข้อความที่จะเตือน"),
            "max_length": _("ข้อความยาวเกิน 500 ตัวอักษร"),
        },
    )


class CallForm(forms.Form):
    """A few words about a call; its outcome is the button that was pressed."""

    note = forms.CharField(
        label=_("จดสั้น ๆ"),
        max_length=300,
        required=False,
        error_messages={"max_length": _("ยาวเกิน 300 ตัวอักษร")},
    )


class ViewForm(forms.Form):
    """The name of a view of one's own."""

    name = forms.CharField(
        label=_("ชื่อมุมมอง"),
        max_length=80,
        error_messages={"required": _("ตั้งชื่อมุมมองสั้น ๆ"), "max_length": _("ยาวเกิน 80 ตัวอักษร")},
    )
    query = forms.CharField(
        required=False,
        max_length=2_000,
        widget=forms.HiddenInput,
        error_messages={"max_length": _("ตัวกรองยาวเกินไป ใช้คำค้นที่สั้นลง")},
    )
    round = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)


class TargetForm(forms.Form):
    """How many units are to apply, and of whom."""

    scope = forms.ChoiceField(
        label=_("นับจาก"),
        widget=forms.RadioSelect,
        error_messages={"required": _("เลือกขอบเขต 1 อย่าง")},
    )
    about = forms.ChoiceField(
        label=_("ให้หน่วยงานใด"), required=False, help_text=_("เว้นไว้เมื่อเป็นเป้าหมายรวมของหน่วยงานคุณ")
    )
    wanted = forms.IntegerField(
        label=_("จำนวนแห่งที่จะสมัคร"),
        min_value=1,
        max_value=100_000,
        error_messages={
            "required": _("กรอกจำนวนแห่ง"),
            "invalid": _("กรอกเป็นตัวเลข เช่น 12"),
            "min_value": _("กรอกจำนวนตั้งแต่ 1 ถึง 100,000"),
            "max_value": _("กรอกจำนวนตั้งแต่ 1 ถึง 100,000"),
        },
    )
    note = forms.CharField(
        label=_("หมายเหตุ"),
        max_length=300,
        required=False,
        error_messages={"max_length": _("ยาวเกิน 300 ตัวอักษร")},
    )

    def __init__(
        self, *args: Any, scopes: Any = Target.Scope.choices, offices: Any = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].choices = list(scopes)  # type: ignore[attr-defined] # a ChoiceField
        self.fields["about"].choices = [("", _("ทั้งขอบเขต")), *offices]  # type: ignore[attr-defined] # as above
