"""Parts of forms that every room needs."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from saduak.foundation.access import Invalid, Refused
from saduak.foundation.thai import calendar


class ThaiDateField(forms.Field):
    """A day, typed as people write it (15/02/2570, 15 ก.พ. 2570, ๑๕ กุมภาพันธ์ ๒๕๗๐) and shown as 15/02/2570."""

    widget = forms.DateInput
    default_error_messages = {"required": _("กรอกวันที่ เช่น 15/02/2570")}

    def to_python(self, value: Any) -> date | None:
        """Read the day.

        Raises:
            ValidationError: no date can be read, in words that say how to write it.
        """
        if value in self.empty_values:
            return None
        if isinstance(value, date):
            return calendar.bangkok_date(value)
        try:
            return calendar.parse_date(str(value))
        except calendar.DateError as error:
            raise ValidationError(str(error), code="date") from error

    def prepare_value(self, value: Any) -> Any:
        """Write a day of the database as 15/02/2570; what was typed stays as typed."""
        if not isinstance(value, date):
            return value
        day = calendar.bangkok_date(value)
        return f"{day:%d/%m}/{calendar.to_be(day.year)}"

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare days, not their spelling."""
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except ValidationError:
            return True


def whole_number(text: str) -> int | None:
    """A number of at most 9 digits as an address or a hidden field carries it, for example 12; anything else is None."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None


def refuse(form: forms.BaseForm, refusal: Refused, otherwise: str | None = None) -> None:
    """Put an action's refusal onto the form: at its fields where it names them, else at another, or above the form."""
    fields = refusal.fields if isinstance(refusal, Invalid) else {}
    for name, words in fields.items():
        form.add_error(name if name in form.fields else None, str(words))
    if not fields:
        form.add_error(otherwise, str(refusal.reason))
