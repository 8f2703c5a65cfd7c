"""Forms of this room: what is typed, in days as people write them; actions decide whether it can be."""

import contextlib
import datetime
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.foundation import ids
from saduak.foundation.access import Invalid, Refused
from saduak.foundation.thai import calendar
from saduak.foundation.web.forms import ThaiDateField, refuse
from saduak.organisations.models import Organisation, Programme
from saduak.programme.models import CriteriaSet, InternalDeadline, Stage

Dates = tuple[datetime.datetime, datetime.datetime]

# What the form proposes for a new round: month and day of the first and the last day of each stage. The first two lie in
# the calendar year before; a last day of 0 is the last day of the month before.
_USUAL = {
    "call": ((-1, 12, 1), (-1, 12, 31)),
    "briefing": ((-1, 12, 15), (-1, 12, 15)),
    "application": ((0, 1, 1), (0, 3, 0)),
    "screening": ((0, 3, 1), (0, 4, 30)),
    "visit": ((0, 5, 1), (0, 7, 15)),
    "decision": ((0, 8, 1), (0, 8, 31)),
    "announcement": ((0, 9, 1), (0, 9, 30)),
}


def usual_days(fiscal_year: int) -> dict[str, tuple[datetime.date, datetime.date]]:
    """The days that past rounds had, in another year: a proposal to change, not a rule."""
    year = calendar.to_ce(fiscal_year)

    def day(shift: int, month: int, number: int) -> datetime.date:
        if number:
            return datetime.date(year + shift, month, number)
        return datetime.date(year + shift, month, 1) - datetime.timedelta(days=1)

    return {key: (day(*first), day(*last)) for key, (first, last) in _USUAL.items()}


def proposed(query: Mapping[str, str]) -> dict[str, Any]:
    """What a page that leads to the form already knows: the year, the days of a stage (ISO), the letter. Else nothing.

    What cannot be read is left out: the form then proposes what it always does.
    """
    found: dict[str, Any] = {}
    year = query.get("fiscal_year", "")
    if year.isdecimal() and 2500 <= int(year) <= 2700:
        found["fiscal_year"] = int(year)
    for name in (f"{key}_{end}" for key in Stage.Key.values for end in ("first", "last")):
        with contextlib.suppress(ValueError):
            found[name] = datetime.date.fromisoformat(query.get(name, ""))
    with contextlib.suppress(ValueError):
        found["source_letter"] = uuid.UUID(query.get("source_letter", ""))
    return found


class Once(forms.Form):
    """A form whose sending twice does the thing once."""

    once = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["once"].initial = ids.public_id()

    @property
    def key(self) -> uuid.UUID | None:
        """The key of this sending."""
        found: uuid.UUID | None = self.cleaned_data.get("once")
        return found


class OpenRoundForm(Once):
    """Opening a round on one page; all dates are proposed."""

    programme = forms.ChoiceField(label=_("โครงการ"))
    fiscal_year = forms.IntegerField(
        label=_("ปีงบประมาณ (พ.ศ.)"), min_value=2500, max_value=2700, help_text=_("เช่น 2570")
    )
    criteria_set = forms.ChoiceField(
        label=_("ชุดเกณฑ์"), help_text=_("เฉพาะชุดที่ประกาศใช้แล้ว เปิดรอบแล้วเปลี่ยนชุดเกณฑ์ไม่ได้")
    )
    validity_years = forms.IntegerField(
        label=_("ใบรับรองมีอายุกี่ปี"), min_value=1, max_value=20, initial=3, help_text=_("นับจากวันประกาศผล")
    )

    # The letter that announced the round, when it is opened from there.
    source_letter = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        programmes: Iterable[Programme],
        sets: Iterable[CriteriaSet],
        year: int,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.programmes = {str(row.public_id): row for row in programmes}
        self.sets = {str(row.public_id): row for row in sets}
        self._choose("programme", [(key, row.name_th) for key, row in self.programmes.items()])
        self._choose(
            "criteria_set", [(key, f"{row.label} ({row.version})") for key, row in self.sets.items()]
        )
        self.fields["fiscal_year"].initial = year
        days = usual_days(year)
        for key, label in Stage.Key.choices:
            needed = key == Stage.Key.APPLICATION
            self.fields[f"{key}_first"] = _day_field(_("{stage} วันแรก"), label, days[key][0], needed)
            self.fields[f"{key}_last"] = _day_field(_("{stage} วันสุดท้าย"), label, days[key][1], needed)

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined] # ChoiceFields, declared above

    def stages(self) -> list[tuple[Any, Any, Any]]:
        """(label, first, last) of every stage, for the template."""
        return [(label, self[f"{key}_first"], self[f"{key}_last"]) for key, label in Stage.Key.choices]

    def clean(self) -> dict[str, Any]:
        """A stage has both days or none."""
        values = super().clean() or {}
        for key in Stage.Key.values:
            first, last = values.get(f"{key}_first"), values.get(f"{key}_last")
            missing = f"{key}_last" if first else f"{key}_first"
            if bool(first) != bool(last) and not {f"{key}_first", f"{key}_last"} & set(self.errors):
                self.add_error(missing, _("กรอกทั้งวันแรกและวันสุดท้าย หรือเว้นว่างทั้งสองช่องถ้าไม่มีขั้นนี้"))
        return values

    @property
    def windows(self) -> dict[str, Dates]:
        """The stages as half-open moments."""
        days = {
            key: (self.cleaned_data[f"{key}_first"], self.cleaned_data[f"{key}_last"])
            for key in Stage.Key.values
        }
        return {key: moments(*pair) for key, pair in days.items() if all(pair)}

    def refuse(self, refusal: Refused) -> None:
        """Show what the action refused: words about a stage at its last day."""
        if isinstance(refusal, Invalid):
            places = {
                f"{name}_last" if f"{name}_last" in self.fields else name: words
                for name, words in refusal.fields.items()
            }
            refuse(self, Invalid(refusal.reason, places, refusal.code))
        else:
            refuse(self, refusal)


class WindowForm(forms.Form):
    """Moving one stage."""

    starts_at = ThaiDateField(label=_("วันแรก"))
    ends_at = ThaiDateField(label=_("วันสุดท้าย"), help_text=_("ปิดเมื่อสิ้นวันนี้ เวลา 23.59.59 น."))
    reason = forms.CharField(
        label=_("เหตุผล"),
        help_text=_("ทุกหน่วยงานเห็นเหตุผลนี้"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    @property
    def window(self) -> Dates:
        """The stage as half-open moments."""
        return moments(self.cleaned_data["starts_at"], self.cleaned_data["ends_at"])


class ReasonForm(forms.Form):
    """Doing something that needs a reason and nothing else."""

    reason = forms.CharField(label=_("เหตุผล"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class DeadlineForm(Once):
    """Setting an internal deadline."""

    owner = forms.ChoiceField(label=_("ในนามหน่วยงาน"))
    kind = forms.ChoiceField(
        label=_("ต้องส่งอะไร"), choices=InternalDeadline.Kind.choices, widget=forms.RadioSelect, initial="check"
    )
    reach = forms.ChoiceField(
        label=_("ใครต้องส่ง"), choices=InternalDeadline.Reach.choices, widget=forms.RadioSelect, initial="line"
    )
    due_on = ThaiDateField(label=_("ภายในวันที่"), help_text=_("ครบกำหนดเมื่อสิ้นวัน ต้องไม่เกินวันปิดรับสมัคร"))
    note = forms.CharField(
        label=_("ข้อความถึงผู้ที่ต้องส่ง"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, owners: Iterable[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owners = {str(row.public_id): row for row in owners}
        choices = [(key, row.name_th) for key, row in self.owners.items()]
        self.fields["owner"].choices = choices  # type: ignore[attr-defined] # a ChoiceField, declared above


class ExtendForm(forms.Form):
    """Giving more time."""

    due_on = ThaiDateField(label=_("กำหนดใหม่"), help_text=_("ต้องหลังกำหนดเดิม และไม่เกินวันปิดรับสมัคร"))
    reason = forms.CharField(
        label=_("เหตุผล"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class ImportForm(forms.Form):
    """Bringing in a criteria file."""

    programme = forms.ChoiceField(label=_("โครงการ"))
    file = forms.FileField(
        label=_("ไฟล์ชุดเกณฑ์"), help_text=_("ไฟล์ YAML ไม่เกิน 1 MB ตรวจก่อนได้ด้วยคำสั่ง saduak criteria check")
    )

    def __init__(self, *args: Any, programmes: Iterable[Programme], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programmes = {str(row.public_id): row for row in programmes}
        choices = [(key, row.name_th) for key, row in self.programmes.items()]
        self.fields["programme"].choices = choices  # type: ignore[attr-defined] # a ChoiceField, declared above


def moments(first: datetime.date, last: datetime.date) -> Dates:
    """Two days, both included, as half-open moments."""
    return calendar.start_of_day(first), calendar.end_exclusive(last)


def _day_field(words: Any, stage: Any, initial: datetime.date, required: bool) -> ThaiDateField:
    return ThaiDateField(label=format_lazy(words, stage=stage), initial=initial, required=required)
