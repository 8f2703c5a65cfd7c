"""Two people wrote in the same field: both versions, as the page shows them."""

import datetime
from dataclasses import dataclass
from typing import Any

from django import forms

from saduak.correspondence.actions.drafting import DraftConflict
from saduak.correspondence.web.drafts.forms import DraftForm
from saduak.foundation.thai import calendar
from saduak.foundation.web.forms import ThaiDateField


@dataclass(frozen=True, slots=True)
class Both:
    """One field in two versions."""

    name: str
    label: Any
    mine: str
    theirs: str
    by: str


def shown(form: DraftForm, name: str, value: Any) -> tuple[str, list[str]]:
    """A stored value in words, and as what its control takes.

    Args:
        form: of the draft.
        name: of the field.
        value: as `DraftConflict.theirs` has it: days as ISO, `signer` and `round` as keys.
    """
    field = form.fields.get(name)
    if name in {"signer", "round"}:
        row = getattr(form.draft, name)
        value = str(row.public_id) if row is not None and row.pk == value else ""
    if isinstance(field, ThaiDateField):
        day = datetime.date.fromisoformat(value) if value else None
        text = f"{day:%d/%m}/{calendar.to_be(day.year)}" if day else ""
        return text, [text]
    if isinstance(field, forms.BooleanField):
        return str(field.label) if value else "", ["on"] if value else []
    if isinstance(field, forms.ChoiceField):
        labels = {str(key): str(label) for key, label in field.choices}  # type: ignore[misc,union-attr] # flat choices
        return labels.get(str(value or ""), ""), [str(value or "")]
    text = str(value or "")
    if name in {"meeting-start", "meeting-end"}:
        text = text.replace(":", ".")
    return text, [text]


def both_of(form: DraftForm, clash: DraftConflict) -> list[Both]:
    """Every field that two people changed; only after `is_valid`."""
    found = []
    for name, value in clash.theirs.items():
        typed = form.cleaned_data.get(name) if name in form.fields else ""
        mine = typed.isoformat() if isinstance(typed, datetime.date | datetime.time) else typed
        if name in {"signer", "round"}:
            labels = {str(key): str(label) for key, label in form.fields[name].choices}  # type: ignore[attr-defined] # a ChoiceField
            words = labels.get(str(mine or ""), "")
        else:
            words = shown(form, name, mine)[0]
        label = form.fields[name].label if name in form.fields else ""
        found.append(Both(name, label, words, shown(form, name, value)[0], clash.by.get(name, "")))
    return found
