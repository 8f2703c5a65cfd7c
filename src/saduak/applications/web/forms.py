"""Forms of this room. They read what was typed; whether it may be done is decided by the actions."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from saduak.applications import numbers
from saduak.applications.models import Answer, Application, SignOff
from saduak.foundation.templatetags.thai import number
from saduak.foundation.web.forms import ThaiDateField

SCALE = "scale-"


class StartForm(forms.Form):
    """Which centre applies in a round."""

    centre = forms.ChoiceField(label=_("ศูนย์ใดจะสมัคร"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, centres: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["centre"]
        field.choices = centres  # type: ignore[attr-defined] # a ChoiceField, declared above
        field.error_messages["required"] = _("เลือกศูนย์ 1 แห่ง")
        if len(centres) == 1:
            field.initial = centres[0][0]


class KindForm(forms.Form):
    """Why the centre applies."""

    kind = forms.ChoiceField(
        label=_("สมัครในฐานะใด"), choices=Application.Kind.choices, widget=forms.RadioSelect
    )


class NumberField(forms.CharField):
    """A number as people write it, in Thai or Arabic digits; kept as `numbers.parse` has it."""

    def to_python(self, value: Any) -> str:
        """The number as text; empty when nothing was typed."""
        try:
            return numbers.parse(value or "")
        except ValueError as error:
            raise forms.ValidationError(str(numbers.WRONG), code="number") from error


class AnswerForm(forms.Form):
    """The answer to one criterion: the claim as its kind asks for it, and the narrative."""

    narrative = forms.CharField(
        label=_("เล่าว่าศูนย์ทำอย่างไร"),
        help_text=_("เขียนสั้น ๆ ว่าทำอะไร ใครทำ บ่อยแค่ไหน และเปลี่ยนอะไรไปแล้วบ้าง"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"max_length": _("ข้อความยาวเกิน 20,000 ตัวอักษร ตัดให้สั้นลง หรือแนบเป็นเอกสาร")},
    )

    def __init__(self, *args: Any, page: Any, **kwargs: Any) -> None:
        self.page = page
        super().__init__(*args, **{"initial": initial_of(page), **kwargs})
        self.notes: dict[str, dict[str, Any]] = {}
        claims = self._scale_parts() or self._points() or self._claim()
        self.fields = {**claims, **self._numbers(), "narrative": self.fields["narrative"]}

    def _claim(self) -> dict[str, forms.Field]:
        """A gate, or an item without a scale: there, or not."""
        points = self.page.criterion.points
        self.notes["claim"] = {
            "met": _("ขอ %(points)s คะแนน") % {"points": number(points)} if points else "",
            "unmet": _("กลับมาแก้ได้จนถึงวันยื่น"),
        }
        return {"claim": _radios(_("ศูนย์ของคุณมีครบหรือไม่"), Answer.Claim.choices[1:])}

    def _points(self) -> dict[str, forms.Field]:
        """An item with a scale: the sentence that fits."""
        choices = [(number(c.points), c.label) for c in self.page.choices]
        if not choices:
            return {}
        self.notes["points"] = {value: _("%(points)s คะแนน") % {"points": value} for value, _label in choices}
        return {"points": _radios(_("ข้อใดตรงกับศูนย์ของคุณ"), choices)}

    def _scale_parts(self) -> dict[str, forms.Field]:
        """An outcome whose points are the sum of several questions."""
        found: dict[str, forms.Field] = {}
        for part in self.page.scale_parts:
            choices = [(number(c.points), c.label) for c in part.choices]
            name = f"{SCALE}{part.key}"
            self.notes[name] = {v: _("%(points)s คะแนน") % {"points": v} for v, _label in choices}
            label = _("%(title)s (ไม่เกิน %(points)s คะแนน)") % {
                "title": part.title,
                "points": number(part.points),
            }
            found[name] = _radios(label, choices)
        return found

    def _numbers(self) -> dict[str, forms.Field]:
        """The numbers that the criterion asks for."""
        return {
            f"{numbers.FIELD}{asked['key']}": NumberField(
                label=numbers.label(asked),
                help_text=_("หน่วยเป็น%(unit)s") % {"unit": numbers.unit(asked)} if numbers.unit(asked) else "",
                required=False,
                max_length=40,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            )
            for asked in self.page.criterion.numbers
        }

    def claims_shown(self) -> list[tuple[forms.BoundField, dict[str, Any]]]:
        """The questions before the narrative, each with the notes under its choices."""
        return [(self[name], self.notes.get(name, {})) for name in self.fields if name != "narrative"]

    def changes(self) -> dict[str, Any]:
        """What `save_answer` is told; only what was answered."""
        return arguments(self.cleaned_data, self.page.answer.scale)


def initial_of(page: Any) -> dict[str, Any]:
    """What is stored, as the form shows it."""
    answer = page.answer
    answered = answer.claim != Answer.Claim.NONE
    scale = {f"{SCALE}{key}": number(value) for key, value in (answer.scale or {}).items()}
    points = number(answer.points) if answered else None
    stated = {f"{numbers.FIELD}{key}": numbers.grouped(value) for key, value in answer.numbers.items()}
    return {"claim": answer.claim or None, "points": points, "narrative": answer.narrative, **scale, **stated}


def arguments(data: dict[str, Any], scale: dict[str, Any]) -> dict[str, Any]:
    """From the fields of a form (or the one field of an autosave) to the arguments of `save_answer`."""
    found: dict[str, Any] = {}
    if "narrative" in data:
        found["narrative"] = data["narrative"].replace("\r\n", "\n")
    if data.get("claim"):
        found["claim"] = data["claim"]
    if data.get("points") not in (None, ""):
        points = Decimal(str(data["points"]))
        found |= {"points": points, "claim": Answer.Claim.MET if points else Answer.Claim.UNMET}
    parts = {key.removeprefix(SCALE): data[key] for key in data if key.startswith(SCALE) and data[key]}
    if parts:
        found["scale"] = {**(scale or {}), **{key: Decimal(str(value)) for key, value in parts.items()}}
    stated = {key.removeprefix(numbers.FIELD): data[key] for key in data if key.startswith(numbers.FIELD)}
    if stated:
        found["numbers"] = stated
    return found


def _radios(label: Any, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=False, widget=forms.RadioSelect)


class WordForm(forms.Form):
    """A Word file that was written on."""

    file = forms.FileField(
        label=_("ไฟล์ Word ที่เขียนแล้ว"),
        help_text=_("ไฟล์ .docx ที่ดาวน์โหลดจากใบสมัครนี้"),
        widget=forms.ClearableFileInput(attrs={"accept": ".docx"}),
        error_messages={
            "required": _("แนบไฟล์ Word 1 ไฟล์"),
            "empty": _("ไฟล์นี้ว่างเปล่า ตรวจไฟล์ในเครื่องของคุณแล้วแนบใหม่"),
        },
    )


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(
        label=_("เหตุผล"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("เขียนเหตุผลสั้น ๆ"), "max_length": _("เหตุผลยาวเกิน 500 ตัวอักษร")},
    )


class ReviewRequestForm(forms.Form):
    """Whom to ask for a check of the writing."""

    organisation = forms.ChoiceField(label=_("ส่งให้หน่วยงานใดตรวจทาน"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, options: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        field.choices = [(str(o.organisation.public_id), str(o.organisation)) for o in options]  # type: ignore[attr-defined] # a ChoiceField
        field.error_messages["required"] = _("เลือกหน่วยงานที่จะตรวจทาน")
        if options:
            field.initial = str(options[0].organisation.public_id)


class CapacityForm(forms.Form):
    """In what capacity the head signs."""

    capacity = forms.ChoiceField(
        label=_("ลงนามในฐานะใด"),
        choices=SignOff.Capacity.choices,
        initial=SignOff.Capacity.SELF,
        widget=forms.RadioSelect,
    )
    on_behalf_of = forms.CharField(
        label=_("ตำแหน่งที่ลงนามแทน"),
        help_text=_("กรอกเมื่อปฏิบัติราชการแทนหรือรักษาราชการแทน เช่น นายอำเภอ"),
        max_length=300,
        required=False,
        error_messages={"max_length": _("ยาวเกิน 300 ตัวอักษร")},
    )

    def clean(self) -> dict[str, Any]:
        """Who signs for another says for whom."""
        data = super().clean() or {}
        capacity = data.get("capacity")
        if capacity and capacity != SignOff.Capacity.SELF and not data.get("on_behalf_of"):
            self.add_error("on_behalf_of", _("กรอกตำแหน่งของผู้ที่คุณลงนามแทน"))
        return data


class SignForm(CapacityForm):
    """The head certifies in the system."""

    agree = forms.BooleanField(
        label=_("ข้าพเจ้าตรวจแล้ว ขอรับรองว่าข้อมูลและหลักฐานในใบสมัครนี้เป็นความจริง"),
        error_messages={"required": _("ทำเครื่องหมายเพื่อยืนยันว่าข้อมูลเป็นความจริง")},
    )


class PaperForm(CapacityForm):
    """A page that the head signed by hand."""

    signer_name = forms.CharField(
        label=_("ชื่อผู้ลงนาม"),
        max_length=200,
        error_messages={"required": _("กรอกชื่อผู้ลงนามตามที่ปรากฏในหน้ากระดาษ")},
    )
    signer_position = forms.CharField(
        label=_("ตำแหน่งผู้ลงนาม"),
        max_length=300,
        error_messages={"required": _("กรอกตำแหน่งผู้ลงนาม เช่น นายอำเภอ")},
    )
    signed_on = ThaiDateField(label=_("วันที่ลงนาม"), help_text=_("เช่น 15/02/2570"))
    code = forms.CharField(
        label=_("รหัสท้ายหน้าที่ลงนาม"),
        help_text=_("ตัวอักษรและตัวเลข 8 ตัว พิมพ์อยู่ท้ายหน้ากระดาษ ใช้ตรวจว่าลงนามในข้อมูลชุดปัจจุบัน"),
        max_length=20,
        error_messages={"required": _("กรอกรหัสที่พิมพ์อยู่ท้ายหน้ากระดาษ")},
    )
    file = forms.FileField(
        label=_("สำเนาหน้าที่ลงนามแล้ว"),
        error_messages={
            "required": _("แนบสำเนาหน้าที่ลงนาม 1 ไฟล์"),
            "empty": _("ไฟล์นี้ว่างเปล่า ตรวจไฟล์ในเครื่องของคุณแล้วแนบใหม่"),
        },
    )

    field_order = ["signer_name", "signer_position", "capacity", "on_behalf_of", "signed_on", "code", "file"]


class ReceiptForm(forms.Form):
    """The code of a receipt."""

    code = forms.CharField(
        label=_("รหัสหลักฐานการรับ"),
        help_text=_("อยู่บนหลักฐานการรับใบสมัคร"),
        max_length=20,
        error_messages={"required": _("กรอกรหัสที่อยู่บนหลักฐานการรับใบสมัคร")},
    )
