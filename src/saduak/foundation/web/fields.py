"""What a form's field needs to be drawn: its control with the right attributes, and the errors of a whole form."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator, validate_email
from django.forms import (
    BaseForm,
    BoundField,
    CheckboxInput,
    ChoiceField,
    ClearableFileInput,
    DateInput,
    Field,
    FileField,
    FileInput,
    IntegerField,
    RadioSelect,
    Select,
    Textarea,
)
from django.forms.boundfield import BoundWidget
from django.forms.widgets import CheckboxSelectMultiple, NumberInput, Widget
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from saduak.foundation.access import Invalid, Refused

# The width of a field tells how much is expected: the longest text each width is meant for.
WIDTHS = ((4, "xs"), (13, "s"), (40, "m"), (80, "l"))


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a list: its control, its words, and a note below."""

    control: SafeString
    label: object
    note: object = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A field, ready for the template."""

    kind: str  # "one": a control with a label; "many": a fieldset of choices; "check": a single box
    id: str
    name: str
    label: object
    hint: object
    errors: list[str]
    control: SafeString = field(default_factory=SafeString)
    choices: list[Choice] = field(default_factory=list)
    described_by: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """The errors of a form: a title, and lines that lead to their fields."""

    title: str
    lines: list[tuple[str, object]]


def _defaults() -> dict[str, tuple[str, object]]:
    """Django's own words for what is wrong, and what we say instead: what to do."""
    return {
        "required": (str(Field.default_error_messages["required"]), ""),
        "min_value": (str(MinValueValidator.message), gettext_lazy("ใส่ตัวเลขตั้งแต่ %(limit_value)s ขึ้นไป")),
        "max_value": (str(MaxValueValidator.message), gettext_lazy("ใส่ตัวเลขไม่เกิน %(limit_value)s")),
        "invalid_choice": (
            str(ChoiceField.default_error_messages["invalid_choice"]),
            gettext_lazy("เลือกจากรายการ"),
        ),
        "invalid": (str(IntegerField.default_error_messages["invalid"]), gettext_lazy("ใส่ตัวเลขเท่านั้น เช่น 12")),
        "invalid_email": (str(validate_email.message), gettext_lazy("ใส่อีเมลให้ครบ เช่น name@example.go.th")),
        "empty": (str(FileField.default_error_messages["empty"]), gettext_lazy("ไฟล์นี้ว่างเปล่า เลือกไฟล์อื่น")),
    }


def messages(bound: BoundField) -> list[str]:
    """The errors of a field in words that say what to do; a room's own words stay as they are."""
    errors = bound.form.errors.get(bound.name)
    if errors is None:
        return []
    ours = dict(_defaults().values())
    result = []
    for error in errors.as_data():
        words = ours.get(str(error.message))
        if words is None:
            result += [str(message) for message in error.messages]
        elif words == "":
            result.append(_missing(bound))
        else:
            result.append(str(words) % (error.params or {}))
    return result


def _missing(bound: BoundField) -> str:
    """What to do about an empty field."""
    widget = bound.field.widget
    label = {"label": bound.label}
    if isinstance(widget, FileInput):
        return _("แนบ “%(label)s”") % label
    if isinstance(widget, CheckboxInput):
        return _("ทำเครื่องหมายที่ “%(label)s”") % label
    if isinstance(widget, Select | RadioSelect | CheckboxSelectMultiple):
        return _("เลือก “%(label)s”") % label
    return _("กรอก “%(label)s”") % label


def control_id(bound: BoundField) -> str:
    """The id of the control that an error leads to; of the first one in a list of choices."""
    first = bound.field.widget.attrs.get("id") or bound.auto_id
    return f"{first}_0" if isinstance(bound.field.widget, RadioSelect | CheckboxSelectMultiple) else first


def draw(
    bound: BoundField,
    *,
    hint: object = None,
    label: object = None,
    width: str = "",
    rows: object = None,
    notes: Mapping[str, object] | None = None,
    readonly: bool = False,
    data: Mapping[str, object] | None = None,
) -> Drawn:
    """Draw a field of a form.

    Args:
        bound: the field.
        hint: a line between label and control; the field's help text unless given.
        label: instead of the field's own.
        width: xs, s, m, l or full; by the expected length unless given.
        rows: lines of a textarea.
        notes: a line under a choice, by the choice's value.
        readonly: readable, not writable.
        data: more attributes of the control, such as data-autosave.
    """
    words = bound.help_text if hint is None else hint
    errors = messages(bound)
    widget = bound.field.widget
    many = isinstance(widget, RadioSelect | CheckboxSelectMultiple)
    described = _described_by(bound, bool(words), bool(errors))
    attrs: dict[str, Any] = {key: value for key, value in (data or {}).items() if value not in (None, "")}
    if errors:
        attrs["aria-invalid"] = "true"
    common: dict[str, Any] = {
        "id": bound.auto_id,
        "name": bound.html_name,
        "label": bound.label if label is None else label,
        "hint": words,
        "errors": errors,
        "described_by": described,
        "optional": not bound.field.required,
    }
    if many:
        shown = {str(key): note for key, note in (notes or getattr(bound.field, "notes", None) or {}).items()}
        return Drawn(
            kind="many", choices=[_choice(option, attrs, shown) for option in bound.subwidgets], **common
        )
    if described:
        attrs["aria-describedby"] = described
    if isinstance(widget, CheckboxInput):
        return Drawn(kind="check", control=bound.as_widget(attrs=attrs), **common)
    if widget.attrs.get("placeholder"):
        attrs["placeholder"] = False  # a label that goes away is no label; allauth's forms bring some
    attrs |= _look(bound.field, width) | _behaviour(widget, rows, readonly=readonly)
    # A chosen file can't be shown again, so Django's "currently" line would be all that is left of it.
    plain = FileInput(widget.attrs) if isinstance(widget, ClearableFileInput) else None
    return Drawn(kind="one", control=bound.as_widget(widget=plain, attrs=attrs), **common)


def _described_by(bound: BoundField, has_hint: bool, has_error: bool) -> str:
    parts = [f"{bound.auto_id}-hint"] * has_hint + [f"{bound.auto_id}-error"] * has_error
    return " ".join(parts)


def _choice(option: BoundWidget, attrs: dict[str, Any], notes: Mapping[str, object]) -> Choice:
    # The group as a whole is described by hint and error; each box only says that the answer is not taken.
    option.data["attrs"] = {**option.data["attrs"], **attrs}
    return Choice(option.tag(), option.choice_label, notes.get(str(option.data["value"]), ""))


def _look(form_field: Field, width: str) -> dict[str, str]:
    widget = form_field.widget
    own = str(widget.attrs.get("class", ""))
    if isinstance(widget, Textarea):
        names = [f"w-{width}"] if width else []
    elif isinstance(widget, FileInput):
        names = ["input", "input-file"]
    elif isinstance(widget, Select):
        names = [f"w-{width}" if width else "w-m"]
    else:
        names = ["input", f"w-{width or _expected(form_field)}"]
    css = " ".join([*names, own]).strip()
    return {"class": css} if css else {}


def _expected(form_field: Field) -> str:
    if isinstance(form_field.widget, DateInput) or isinstance(form_field, IntegerField):
        return "s"
    if isinstance(form_field, ChoiceField):
        return "m"
    longest = getattr(form_field, "max_length", None)
    if not longest:
        return "full" if longest is None and type(form_field.widget).__name__ == "TextInput" else "l"
    return next((name for limit, name in WIDTHS if longest <= limit), "full")


def _behaviour(widget: Widget, rows: object, *, readonly: bool) -> dict[str, Any]:
    attrs: dict[str, Any] = {}
    if isinstance(widget, Textarea) and rows:
        attrs["rows"] = rows
    if isinstance(widget, DateInput):
        attrs |= {"inputmode": "numeric", "autocomplete": "off"}
    if isinstance(widget, NumberInput):
        attrs["inputmode"] = "decimal" if widget.attrs.get("step") else "numeric"
    if readonly:
        attrs["readonly"] = True
    return attrs


def summary(
    form: BaseForm | None, refusal: Refused | None = None, errors: Iterable[Any] | None = None
) -> Summary | None:
    """What went wrong, for the top of a form; None when nothing did."""
    lines: list[tuple[str, object]] = [(str(href), text) for href, text in errors or []]
    if form is not None and form.is_bound:
        lines += [("", error) for error in form.non_field_errors()]
        for bound in form.visible_fields():
            lines += [(f"#{control_id(bound)}", error) for error in messages(bound)]
        for bound in form.hidden_fields():
            lines += [("", error) for error in bound.errors]
    if refusal is not None:
        named = refusal.fields if isinstance(refusal, Invalid) else {}
        lines += [(f"#id_{name}", words) for name, words in named.items()] or [("", refusal.reason)]
    if not lines:
        return None
    count = sum(1 for href, _text in lines if href)
    if not count:
        return Summary(_("ยังบันทึกไม่ได้"), lines)
    title = ngettext("ยังบันทึกไม่ได้ มี %(count)d ช่องต้องแก้", "ยังบันทึกไม่ได้ มี %(count)d ช่องต้องแก้", count)
    return Summary(title % {"count": count}, lines)
