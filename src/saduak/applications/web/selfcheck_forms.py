"""Forms of the self-check and of the gap plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.applications.actions import Planned
from saduak.applications.models import Application
from saduak.applications.models.selfcheck import LONGEST_WHAT, LONGEST_WHO
from saduak.applications.queries.planning import GapPlan, GapRow
from saduak.applications.queries.selfcheck import ANSWERS, SHARES, PlanRow, gates_of, sides_of
from saduak.foundation.access.registry import Words
from saduak.foundation.web.forms import ThaiDateField
from saduak.programme.queries import Contents

_TOO_LONG = {"max_length": _("ข้อความยาวเกินไป ตัดให้สั้นลง")}


class SelfCheckForm(forms.Form):
    """Every gate, and the rest side by side. Fields are named by the order of the set, which is named along.

    Where answers were kept before, they are sent along as they were shown, so that only what its writer changed is
    written, and what somebody else with the link answered meanwhile stays.
    """

    set = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, contents: Contents, kept: Mapping[str, str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.contents = contents
        self.names: dict[str, str] = {}
        # What somebody else answered where the writer did, too.
        self.others: dict[str, Any] = {}
        for gate in gates_of(contents):
            said = format_lazy(_("ตอบข้อ {number} ถ้าไม่รู้ให้เลือก ไม่แน่ใจ"), number=gate.number)
            self._ask(f"gate-{gate.ordinal}", gate.key, f"{gate.number} {gate.label}", ANSWERS, said)
        for place, side in enumerate(sides_of(contents), start=1):
            self._ask(f"rest-{place}", side.key, side.name, SHARES)
        self.is_kept = kept is not None
        first = {self.names[key]: said for key, said in (kept or {}).items() if key in self.names}
        self.initial = {**self.initial, **first}

    def _ask(self, name: str, key: str, label: Any, choices: dict[str, Any], said: Any = "") -> None:
        self.names[key] = name
        self.fields[name] = forms.ChoiceField(
            label=label,
            choices=list(choices.items()),
            widget=forms.RadioSelect,
            required=bool(said),
            error_messages={"required": said, "invalid_choice": _("เลือกคำตอบจากตัวเลือกที่มี")},
            show_hidden_initial=True,
        )

    @property
    def gates(self) -> list[tuple[Any, Any, Any]]:
        """Each gate, its field, and what somebody else answered meanwhile."""
        return [self._line(gate) for gate in gates_of(self.contents)]

    @property
    def sides(self) -> list[tuple[Any, Any, Any]]:
        """Each side, its field, and what somebody else answered meanwhile."""
        return [self._line(side) for side in sides_of(self.contents)]

    def _line(self, asked: Any) -> tuple[Any, Any, Any]:
        return asked, self[self.names[asked.key]], self.others.get(asked.key, "")

    @property
    def shown(self) -> list[Any]:
        """What the fields held when they were shown first, to be sent along; nothing where nothing was kept before."""
        names = self.names.values() if self.is_kept else ()
        return [self[name].as_hidden(only_initial=True) for name in names]

    def before(self) -> dict[str, str]:
        """What its writer had before them, by the key of a gate or a side."""
        return {key: self.data.get(self.add_initial_prefix(name), "") for key, name in self.names.items()}

    def beside(self, kept: Mapping[str, str]) -> "SelfCheckForm":
        """The same form beside what is kept by now: both of an answer that two changed, elsewhere what was changed."""
        data, seen, others = self.data.copy(), self.before(), {}
        for key, name in self.names.items():
            theirs = kept.get(key, "")
            data[self.add_initial_prefix(name)] = theirs
            if name not in self.changed_data:
                data[name] = theirs
            elif theirs not in {seen[key], data.get(name, "")}:
                field: Any = self.fields[name]
                others[key] = dict(field.choices).get(theirs, "")
        form = SelfCheckForm(data, contents=self.contents, kept=kept)
        form.others = others
        return form

    def said(self) -> dict[str, dict[str, str]]:
        """What the actions are told."""
        data = self.cleaned_data
        return {
            "answers": {gate.key: data[self.names[gate.key]] for gate in gates_of(self.contents)},
            "rest": {side.key: data[self.names[side.key]] for side in sides_of(self.contents)},
        }


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A gap as its form draws it: its fields, what they held when it was shown first, and what somebody else wrote since."""

    row: PlanRow
    who: Any
    by: Any
    shown: tuple[Any, Any]
    other: bool


class CheckPlanForm(forms.Form):
    """Who and by when, for every gap of a self-check at once.

    What the fields held is sent along, so that only what its writer changed is written, and what somebody else with the
    link wrote meanwhile stays.
    """

    def __init__(self, *args: Any, rows: tuple[PlanRow, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        self.others: set[str] = set()
        for row in rows:
            self.fields[f"who-{row.field}"] = forms.CharField(
                label=_("ใครทำ"),
                required=False,
                max_length=LONGEST_WHO,
                initial=row.who,
                error_messages=_TOO_LONG,
                show_hidden_initial=True,
            )
            self.fields[f"by-{row.field}"] = ThaiDateField(
                label=_("ภายในวันที่"), required=False, initial=row.by, show_hidden_initial=True
            )

    @property
    def lines(self) -> list[PlanLine]:
        """Each gap and what is drawn of it."""
        found = []
        for row in self.rows:
            who, by = self[f"who-{row.field}"], self[f"by-{row.field}"]
            shown = (who.as_hidden(only_initial=True), by.as_hidden(only_initial=True))
            found.append(PlanLine(row, who, by, shown, row.key in self.others))
        return found

    def plan(self) -> dict[str, Planned]:
        """What the action is told: the rows that their writer changed."""
        data = self.cleaned_data
        return {
            row.key: Planned(data[f"who-{row.field}"], data[f"by-{row.field}"]) for row in self._changed()
        }

    def before(self) -> dict[str, Planned]:
        """What these rows held when their writer saw them; what is not told as the page does was nothing."""
        return {row.key: self._held(row) for row in self._changed()}

    def beside(self, rows: tuple[PlanRow, ...]) -> "CheckPlanForm":
        """The same form beside what is kept by now: both of a row that two changed, elsewhere what was changed."""
        data = self.data.copy()
        mine, others = {row.key for row in self._changed()}, set()
        for row in rows:
            is_other = row.key in mine and self._held(row) != Planned(row.who, row.by)
            others |= {row.key} if is_other else set()
            for name, value in ((f"who-{row.field}", row.who), (f"by-{row.field}", row.by)):
                kept = ThaiDateField().prepare_value(value) or ""
                data[self.add_initial_prefix(name)] = kept
                if name not in self.changed_data:
                    data[name] = kept
        form = CheckPlanForm(data, rows=rows)
        form.others = others
        return form

    def _changed(self) -> list[PlanRow]:
        changed = set(self.changed_data)
        return [row for row in self.rows if changed & {f"who-{row.field}", f"by-{row.field}"}]

    def _held(self, row: PlanRow) -> Planned:
        values = []
        for name in (f"who-{row.field}", f"by-{row.field}"):
            try:
                values.append(self.fields[name].clean(self.data.get(self.add_initial_prefix(name), "")))
            except ValidationError:
                values.append(self.fields[name].clean(""))
        return Planned(*values)


class TakeForm(forms.Form):
    """Into which application."""

    application = forms.ChoiceField(
        label=_("ใบสมัครที่จะนำเข้า"),
        widget=forms.RadioSelect,
        error_messages={"required": _("เลือกใบสมัคร 1 ฉบับ"), "invalid_choice": _("เลือกใบสมัครจากรายการ")},
    )

    def __init__(self, *args: Any, rows: list[Application], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["application"]
        field.choices = [(str(row.public_id), f"{row.centre} ({row.round})") for row in rows]
        if len(rows) == 1:
            field.initial = field.choices[0][0]

    def chosen(self) -> UUID:
        """The application's public id."""
        return UUID(self.cleaned_data["application"])


class PlanForm(forms.Form):
    """What is planned for one item of an application."""

    answer = forms.UUIDField(widget=forms.HiddenInput)
    # What its writer had before them, as the row's mark.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    what = forms.CharField(
        label=_("ต้องทำอะไร"), required=False, max_length=LONGEST_WHAT, error_messages=_TOO_LONG
    )
    who = forms.CharField(label=_("ใครทำ"), required=False, max_length=LONGEST_WHO, error_messages=_TOO_LONG)
    helper = forms.ChoiceField(label=_("หรือเลือกผู้ช่วย"), required=False)
    by = ThaiDateField(label=_("ภายในวันที่"), required=False)
    done = forms.BooleanField(label=_("ทำแล้ว"), required=False)

    def __init__(self, *args: Any, plan: GapPlan, row: GapRow, **kwargs: Any) -> None:
        item = row.item
        kept = {
            "answer": row.row.answer_id,
            "seen": item.mark,
            "what": item.what,
            "who": item.who,
            "helper": str(item.delegation.public_id) if item.delegation else "",
            "by": item.by,
            "done": item.done_at is not None,
        }
        super().__init__(*args, **{"initial": kept, **kwargs})
        self.row = row
        # Who else planned this meanwhile, to stand beside what was typed.
        self.other: Words = ""
        own = [item.delegation] if item.delegation else []
        known = {str(row.public_id): row.name for row in (*own, *plan.helpers)}
        field: Any = self.fields["helper"]
        field.choices = [("", _("ไม่ใช่ผู้ช่วย")), *known.items()]

    @property
    def has_helpers(self) -> bool:
        """Whether there is a helper to choose."""
        field: Any = self.fields["helper"]
        return len(field.choices) > 1

    def beside(self, plan: GapPlan, row: GapRow, by: Words) -> "PlanForm":
        """The same form beside what is planned by now, to be sent once more by who has read it."""
        data = self.data.copy()
        data["seen"] = row.item.mark
        form = PlanForm(data, plan=plan, row=row, auto_id=self.auto_id)
        form.other = by
        return form

    def arguments(self) -> dict[str, Any]:
        """What the action is told."""
        data = self.cleaned_data
        day: date | None = data["by"]
        return {
            "answer_id": data["answer"],
            "what": data["what"],
            "who": data["who"],
            "delegation_id": UUID(data["helper"]) if data["helper"] else None,
            "by": day,
            "seen": data["seen"],
            "done": data["done"],
        }
