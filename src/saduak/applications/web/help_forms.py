"""Forms for helpers and those who give them items."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from saduak.applications import queries
from saduak.applications.models.helping import LONGEST_MESSAGE, LONGEST_NAME
from saduak.foundation.thai.calendar import closing_day
from saduak.foundation.web.forms import ThaiDateField

# What was done with a delegation, in words.
DONE: dict[str, str | Promise] = {
    "extend": _("เปลี่ยนกำหนดแล้ว"),
    "return": _("ส่งกลับให้ผู้ช่วยแก้แล้ว"),
    "end": _("สิ้นสุดการช่วยแล้ว สิ่งที่ผู้ช่วยเขียนยังอยู่ในใบสมัคร"),
}
_TOO_LONG = {"max_length": _("ข้อความยาวเกิน 500 ตัวอักษร ตัดให้สั้นลง")}


def last_day(due_at: datetime) -> date:
    """The last day before a half-open deadline."""
    return closing_day(due_at)


class HandInForm(forms.Form):
    """What a helper says when it is done."""

    note = forms.CharField(
        label=_("บอกผู้มอบงาน"),
        required=False,
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages=_TOO_LONG,
    )
    status = 422


class GiveForm(forms.Form):
    """Which items, to whom, by when."""

    items = forms.MultipleChoiceField(
        label=_("ข้อที่มอบ"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": _("มีข้อที่ไม่อยู่ในใบสมัครนี้ เลือกใหม่")},
    )
    sides = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    how = forms.ChoiceField(
        label=_("มอบให้ใคร"),
        choices=[
            ("person", _("คนในหน่วยงานที่มีบัญชี")),
            ("email", _("คนอื่นที่มีบัญชี")),
            ("link", _("คนที่ไม่มีบัญชี ส่งลิงก์ให้เอง")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("เลือกว่าจะมอบให้ใคร")},
    )
    person = forms.ChoiceField(label=_("คนในหน่วยงาน"), required=False)
    email = forms.EmailField(
        label=_("อีเมลที่ใช้เข้าสู่ระบบ"),
        required=False,
        error_messages={"invalid": _("กรอกอีเมลให้ครบ เช่น name@example.go.th")},
    )
    name = forms.CharField(
        label=_("ชื่อผู้ช่วย"),
        required=False,
        max_length=LONGEST_NAME,
        help_text=_("เช่น คุณสมศรี งานทะเบียน ชื่อนี้แสดงข้างสิ่งที่เขียน"),
    )
    due_on = ThaiDateField(
        label=_("ส่งคืนภายใน"), required=False, help_text=_("เช่น 15/02/2570 ไม่กรอกคือไม่กำหนด")
    )
    message = forms.CharField(
        label=_("ข้อความถึงผู้ช่วย"),
        required=False,
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages=_TOO_LONG,
    )

    def __init__(self, *args: Any, given: queries.ToGive, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.given = given
        rows = [row for _key, _title, group in given.sides for row in group]
        fields: Any = self.fields
        fields["items"].choices = [(str(row.answer_id), row.title) for row in rows]
        fields["sides"].choices = [(key, title) for key, title, _rows in given.sides]
        people = [(str(row.public_id), str(row)) for row in given.people]
        fields["person"].choices = [("", _("เลือกชื่อ")), *people]
        if not people:
            fields["how"].choices = fields["how"].choices[1:]

    def clean(self) -> dict[str, Any]:
        """Sides become their items; to each way of giving belongs one field."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        whole = {key: [str(row.answer_id) for row in rows] for key, _title, rows in self.given.sides}
        chosen = [*data.get("items", ()), *(item for key in data.get("sides", ()) for item in whole[key])]
        data["chosen"] = list(dict.fromkeys(chosen))
        if not data["chosen"] and "items" not in self.errors:
            self.add_error("items", _("เลือกอย่างน้อย 1 ข้อ"))
        how = data.get("how")
        if how == "person" and not data.get("person"):
            self.add_error("person", _("เลือกชื่อคนในหน่วยงาน"))
        if how == "link" and not data.get("name"):
            self.add_error("name", _("เขียนชื่อผู้ช่วย จะได้รู้ว่าใครเขียนข้อใด"))
        if how == "email" and not data.get("email") and "email" not in self.errors:
            self.add_error("email", _("กรอกอีเมลให้ครบ เช่น name@example.go.th"))
        return data

    def sides_shown(self) -> list[dict[str, Any]]:
        """The sides with their items as the page shows them: what is chosen, and who has an item already."""
        chosen, whole = set(self["items"].value() or ()), set(self["sides"].value() or ())
        shown = []
        for key, title, rows in self.given.sides:
            items = [(row, str(row.answer_id) in chosen, self.given.taken.get(row.answer_id)) for row in rows]
            some = key in whole or any(ticked for _row, ticked, _by in items)
            shown.append({"key": key, "title": title, "rows": items, "chosen": key in whole, "open": some})
        return shown

    def arguments(self) -> dict[str, Any]:
        """What `delegate` is told."""
        data = self.cleaned_data
        how = data["how"]
        return {
            "items": [UUID(item) for item in data["chosen"]],
            "person_id": UUID(data["person"]) if how == "person" else None,
            "email": data["email"] if how == "email" else "",
            "name": data["name"] if how == "link" else "",
            "due_on": data["due_on"],
            "message": data["message"],
        }


class DelegationForm(forms.Form):
    """What to do with one delegation."""

    do = forms.ChoiceField(
        choices=[("extend", ""), ("return", ""), ("end", ""), ("link", "")],
        error_messages={"required": _("เลือกปุ่มในหน้านี้"), "invalid_choice": _("เลือกปุ่มในหน้านี้")},
    )
    due_on = ThaiDateField(
        label=_("ส่งคืนภายใน"), required=False, help_text=_("เช่น 15/02/2570 ไม่กรอกคือไม่กำหนด")
    )
    note = forms.CharField(
        label=_("ต้องแก้อะไรเพิ่ม"),
        required=False,
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages=_TOO_LONG,
    )
