"""Forms of writing: a letter with everything that goes along, saved field by field or as a whole."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from saduak.correspondence.draft_values import DEADLINE, DUTY, MEETING, NOTHING_WANTED, TEXTS, DraftValues
from saduak.correspondence.models import Draft, Force, LetterTemplate, Secrecy, Urgency, Wants, WrittenKind
from saduak.correspondence.queries.delegations import Signers
from saduak.correspondence.queries.drafts import Desk
from saduak.correspondence.web.forms import Once, ThaiTimeField
from saduak.foundation.access import Invalid, Refused
from saduak.foundation.web.forms import ThaiDateField, refuse, whole_number
from saduak.programme.models import InternalDeadline, Round

EXTRA_ROWS: Final = 1
WANTED: Final = [
    ("", _("ระบบดูจากข้อความ")),
    *Wants.choices,
    (NOTHING_WANTED, _("เรื่องอื่น ไม่ต้องติดตาม")),
]
DEADLINE_KINDS: Final = [("", _("เลือก")), *InternalDeadline.Kind.choices]
_SWITCHES: Final = ("is_circular", "thai_digits", "advance")
_DAYS: Final = ("acknowledge_by", "forward_by")


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _day(text: str) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


class DraftForm(forms.Form):
    """A letter with what it asks. Nothing is required: what is missing is told beside it, and stops only sending."""

    kind = forms.ChoiceField(label=_("ชนิดของหนังสือ"), choices=WrittenKind.choices, widget=forms.RadioSelect)
    subject = forms.CharField(label=pgettext_lazy("letter", "เรื่อง"), max_length=500, widget=_area(2))
    addressee = forms.CharField(
        label=_("เรียน"), max_length=500, help_text=_("ตามที่พิมพ์ในหนังสือ เช่น นายอำเภอ ทุกอำเภอ"), widget=_area(2)
    )
    recipients = forms.CharField(
        label=_("ส่งถึงหน่วยงาน"),
        help_text=_("บรรทัดละหนึ่งกลุ่มหรือหนึ่งหน่วยงาน เว้นว่างไว้ ระบบใช้คำในช่องเรียน"),
        widget=_area(3),
    )
    exceptions = forms.CharField(
        label=_("ยกเว้น"), help_text=_("หน่วยงานที่ไม่ต้องส่ง บรรทัดละหนึ่งแห่ง"), widget=_area(2)
    )
    references = forms.CharField(
        label=_("อ้างถึง"),
        help_text=_("บรรทัดละหนึ่งฉบับ เช่น หนังสือกรม ที่ มท 0310/ว 12 ลงวันที่ 5 มกราคม 2570"),
        widget=_area(2),
    )
    urgency = forms.ChoiceField(label=_("ชั้นความเร็ว"), choices=Urgency.choices)
    secrecy = forms.ChoiceField(
        label=_("ชั้นความลับ"),
        choices=Secrecy.choices,
        help_text=_("ชั้นลับที่สุดไม่มีให้เลือก เพราะส่งทางระบบอิเล็กทรอนิกส์ไม่ได้ ทำเป็นเอกสารแทน"),
    )
    is_circular = forms.BooleanField(label=_("เป็นหนังสือเวียน (ว)"))
    round = forms.ChoiceField(label=_("เกี่ยวกับรอบการรับรอง"))
    body = forms.CharField(
        label=pgettext_lazy("letter", "ข้อความ"), help_text=_("ขึ้นบรรทัดใหม่เมื่อเริ่มย่อหน้าใหม่"), widget=_area(10)
    )
    purpose = forms.CharField(
        label=_("ข้อความลงท้าย"), max_length=300, help_text=_("เช่น จึงเรียนมาเพื่อทราบและดำเนินการ"), widget=_area(2)
    )
    salutation = forms.CharField(
        label=_("คำขึ้นต้น"), max_length=60, help_text=_("เว้นว่างไว้ ระบบใช้คำตามผู้รับ เช่น เรียน หรือ กราบเรียน")
    )
    closing = forms.CharField(
        label=_("คำลงท้าย"), max_length=100, help_text=_("เว้นว่างไว้ ระบบใช้คำตามผู้รับ เช่น ขอแสดงความนับถือ")
    )
    owner_unit = forms.CharField(label=_("หน่วยงานเจ้าของเรื่อง"), max_length=300)
    contact = forms.CharField(
        label=_("โทรศัพท์และช่องทางติดต่อ"), max_length=300, help_text=_("บรรทัดละหนึ่งช่องทาง"), widget=_area(2)
    )
    copies_to = forms.CharField(label=_("สำเนาส่ง"), max_length=300)
    thai_digits = forms.BooleanField(label=_("พิมพ์ด้วยเลขไทย"))
    signer = forms.ChoiceField(label=_("ผู้ลงนาม"))
    signer_name = forms.CharField(
        label=_("ชื่อผู้ลงนาม"), max_length=300, help_text=_("มีคำนำหน้า ตามที่พิมพ์ในวงเล็บใต้ลายมือชื่อ")
    )
    signer_position = forms.CharField(
        label=_("ตำแหน่งผู้ลงนาม"),
        max_length=300,
        help_text=_("ถ้าลงนามแทนผู้อื่น ขึ้นบรรทัดใหม่สำหรับตำแหน่งของผู้นั้น"),
        widget=_area(2),
    )
    acknowledge_by = ThaiDateField(label=_("ให้รับทราบภายใน"), help_text=_("เว้นว่างได้"))
    forward_by = ThaiDateField(label=_("ให้แจ้งต่อหน่วยงานในสังกัดภายใน"), help_text=_("เว้นว่างได้"))
    advance = forms.BooleanField(
        label=_("ให้ทุกหน่วยงานที่อยู่ต่อลงไปเห็นสำเนาล่วงหน้าทันทีที่ส่ง"),
        help_text=_("หน่วยงานเริ่มร่างใบสมัครได้ ระหว่างรอคำสั่งตามสายงาน"),
    )

    def __init__(
        self,
        *args: Any,
        draft: Draft,
        may_sign: Signers,
        rounds: Sequence[Round],
        more: int = EXTRA_ROWS,
        may_advance: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.draft, self.may_sign, self.may_advance = draft, may_sign, may_advance
        self.duty_rows = self._count("duty", len(draft.duties), more)
        self.deadline_rows = self._count("deadline", len(draft.deadlines), more)
        self._choices(rounds)
        if not may_advance:
            # What the programme's secretariat ticked stays as it is.
            del self.fields["advance"]
        for number in range(self.duty_rows):
            self._duty(number)
        for number in range(self.deadline_rows):
            self._deadline(number)
        self._meeting()
        for name, field in self.fields.items():
            field.required = False
            field.initial = self._initial(name)
            field.widget.attrs["data-version"] = str(draft.version)

    def _count(self, head: str, stored: int, more: int) -> int:
        """How many rows to show: those that stand there and one more, or as many as were sent."""
        sent = [
            number
            for name in (self.data if self.is_bound else ())
            if name.startswith(f"{head}-") and (number := whole_number(name.split("-")[1])) is not None
        ]
        return max([stored + more, *(number + 1 for number in sent if number < stored + 10)])

    def _choices(self, rounds: Sequence[Round]) -> None:
        def choose(name: str, choices: list[tuple[str, Any]]) -> None:
            self.fields[name].choices = choices  # type: ignore[attr-defined] # a ChoiceField

        choose("round", [("", _("ไม่เกี่ยวกับรอบใด")), *((str(row.public_id), row.name) for row in rounds)])
        if not self.may_sign.kept:
            del self.fields["signer"]
            return
        del self.fields["signer_name"], self.fields["signer_position"]
        rows = [(str(row.public_id), f"{row.person} ({' '.join(row.lines)})") for row in self.may_sign.rows]
        named = self.draft.signer
        if named is not None and not self.may_sign.has(named.pk):
            rows.append((str(named.public_id), _("%(name)s (วันนี้ลงนามไม่ได้)") % {"name": named.person}))
        choose("signer", [("", _("เลือก")), *rows])

    def _duty(self, number: int) -> None:
        head = f"duty-{number}"
        self.fields[f"{head}-who"] = forms.CharField(
            label=_("ใคร"), max_length=500, help_text=_("เว้นว่างไว้คือทุกหน่วยงานที่ได้รับหนังสือ")
        )
        self.fields[f"{head}-what"] = forms.CharField(label=_("ต้องทำอะไร"), max_length=2000, widget=_area(2))
        self.fields[f"{head}-due"] = ThaiDateField(label=_("ภายในวันที่"))
        self.fields[f"{head}-force"] = forms.ChoiceField(label=_("ลักษณะ"), choices=Force.choices)
        self.fields[f"{head}-wants"] = forms.ChoiceField(
            label=_("ติดตามการแต่งตั้งผู้รับผิดชอบ"),
            choices=WANTED,
            help_text=_("เมื่อผู้รับแต่งตั้งแล้ว ระบบจดว่าทำเสร็จให้เอง"),
        )

    def _deadline(self, number: int) -> None:
        head = f"deadline-{number}"
        self.fields[f"{head}-due"] = ThaiDateField(label=_("ภายในวันที่"))
        self.fields[f"{head}-kind"] = forms.ChoiceField(label=_("กำหนดของอะไร"), choices=DEADLINE_KINDS)

    def _meeting(self) -> None:
        add = self.fields
        add["meeting-title"] = forms.CharField(label=_("ชื่อการประชุม"), max_length=500)
        add["meeting-date"] = ThaiDateField(label=_("วันที่ประชุม"))
        add["meeting-start"] = ThaiTimeField(label=_("เริ่มเวลา"), max_length=10)
        add["meeting-end"] = ThaiTimeField(label=_("ถึงเวลา"), max_length=10)
        add["meeting-place"] = forms.CharField(label=_("สถานที่"), max_length=500)
        add["meeting-channels"] = forms.CharField(
            label=_("ช่องทาง"), help_text=_("บรรทัดละหนึ่งช่องทาง"), widget=_area(2)
        )

    # --- What stands there ---------------------------------------------------------------------------------------------

    def _initial(self, name: str) -> Any:
        draft = self.draft
        head, _dash, rest = name.partition("-")
        if head in {"duty", "deadline"}:
            number, _dash, part = rest.partition("-")
            rows = draft.duties if head == "duty" else draft.deadlines
            return (
                self._shown(part, rows[int(number)].get(part, ""))
                if int(number) < len(rows)
                else self._empty(part)
            )
        if head == "meeting":
            return self._shown(rest, draft.meeting.get(rest, ""))
        if name == "signer":
            return str(draft.signer.public_id) if draft.signer else ""
        if name == "round":
            return str(draft.round.public_id) if draft.round else ""
        return getattr(draft, name)

    def _empty(self, part: str) -> Any:
        return Force.REQUEST if part == "force" else ""

    def _shown(self, part: str, value: Any) -> Any:
        """A stored value as its field shows it."""
        if part in {"due", "date"}:
            return _day(value)
        if part in {"start", "end"}:
            return value.replace(":", ".")
        return "\n".join(value) if isinstance(value, list) else value

    def rows_of(self, head: str, count: int) -> list[list[Any]]:
        """The bound fields of each row, for the template."""
        parts = DUTY if head == "duty" else DEADLINE
        return [[self[f"{head}-{number}-{part}"] for part in parts] for number in range(count)]

    @property
    def meeting_title(self) -> Any:
        """For the template, which cannot spell a hyphen."""
        return self["meeting-title"]

    @property
    def meeting_when(self) -> list[Any]:
        """Day and times of the meeting."""
        return [self[f"meeting-{part}"] for part in ("date", "start", "end")]

    @property
    def meeting_place(self) -> Any:
        """Where it is."""
        return self["meeting-place"]

    @property
    def meeting_channels(self) -> Any:
        """By which channels one takes part."""
        return self["meeting-channels"]

    # --- What was typed ------------------------------------------------------------------------------------------------

    def values(self, only: set[str] | None = None) -> DraftValues:
        """What to save; only after `is_valid`.

        Args:
            only: the names of the fields that were sent, when not all were: the rest stays as stored.
        """
        data: dict[str, Any] = {}
        for name in (*TEXTS, "kind", "urgency", "secrecy", *_SWITCHES, *_DAYS):
            if name in self.fields and (only is None or name in only):
                data[name] = self.cleaned_data[name]
        for name in ("signer", "round"):
            if name in self.fields and (only is None or name in only):
                data[name] = uuid.UUID(self.cleaned_data[name]) if self.cleaned_data[name] else None
        if only is None or any(name.startswith("duty-") for name in only):
            data["duties"] = self._rows("duty", self.duty_rows, only)
        if only is None or any(name.startswith("deadline-") for name in only):
            data["deadlines"] = self._rows("deadline", self.deadline_rows, only)
        if only is None or any(name.startswith("meeting-") for name in only):
            data["meeting"] = self._meeting_values(only)
        return data  # type: ignore[return-value] # the same keys

    def _rows(self, head: str, count: int, only: set[str] | None) -> list[dict[str, str]]:
        parts = DUTY if head == "duty" else DEADLINE
        stored: Sequence[Mapping[str, str]] = self.draft.duties if head == "duty" else self.draft.deadlines
        found = []
        for number in range(count):
            row = dict.fromkeys(parts, "") | (dict(stored[number]) if number < len(stored) else {})
            for part in parts:
                name = f"{head}-{number}-{part}"
                if only is None or name in only:
                    value = self.cleaned_data.get(name) or ""
                    row[part] = value.isoformat() if isinstance(value, datetime.date) else value
            found.append(row)
        if only is not None:
            return found
        # The whole form: rows that were emptied are gone.
        return [
            row for row in found if any(row[part].strip() for part in parts if part not in {"force", "wants"})
        ]

    def _meeting_values(self, only: set[str] | None) -> dict[str, Any]:
        row: dict[str, Any] = dict(self.draft.meeting)
        for part in MEETING:
            name = f"meeting-{part}"
            if only is not None and name not in only:
                continue
            value = self.cleaned_data.get(name) or ""
            if part == "channels":
                row[part] = [line.strip() for line in value.splitlines() if line.strip()]
            elif isinstance(value, datetime.time):
                row[part] = value.isoformat(timespec="minutes")
            else:
                row[part] = value.isoformat() if isinstance(value, datetime.date) else value
        return row

    def refuse(self, refusal: Refused) -> None:
        """Put the action's words at their fields."""
        fields = refusal.fields if isinstance(refusal, Invalid) else {}
        if not fields:
            refuse(self, refusal)
        for name, words in fields.items():
            self.add_error(name if name in self.fields else None, ValidationError(str(words)))


class NewForm(Once):
    """What a new letter begins with. With `use`, only what is for that (a value of `LetterTemplate.Use`)."""

    desk = forms.ChoiceField(label=_("ออกหนังสือในนาม"), widget=forms.RadioSelect)
    template = forms.ChoiceField(label=_("เริ่มจาก"), widget=forms.RadioSelect)

    def __init__(
        self,
        *args: Any,
        desks: Sequence[Desk],
        templates: Sequence[LetterTemplate],
        use: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        several = len({desk.programme.pk for desk in desks}) > 1
        choices = [(desk.key, _desk_label(desk, with_programme=several)) for desk in desks]
        self.fields["desk"].choices = choices  # type: ignore[attr-defined] # a ChoiceField
        if len(choices) == 1:
            self.fields["desk"].widget = forms.HiddenInput()
        self.fields["desk"].initial = choices[0][0] if choices else ""
        blank = [
            (f"kind:{kind}", _("%(kind)s เปล่า") % {"kind": label}) for kind, label in WrittenKind.choices
        ]
        # Those for passing on begin at the letter that came.
        able = [row for row in templates if row.use != LetterTemplate.Use.FORWARD]
        meant = [row for row in able if row.use == use]
        able = meant or able
        own = [(str(row.public_id), row.name) for row in able]
        self.fields["template"].choices = own if meant else [*own, *blank]  # type: ignore[attr-defined] # a ChoiceField
        self.fields["template"].initial = own[0][0] if meant else ""
        self.fields["template"].notes = {  # type: ignore[attr-defined] # read when the field is drawn
            str(row.public_id): row.get_kind_display()
            for row in able
            if row.get_kind_display() not in row.name
        }

    def chosen(self) -> dict[str, Any]:
        """The arguments of `create_draft`; only after `is_valid`."""
        office, issuer, programme = self.cleaned_data["desk"].split(":")
        what = self.cleaned_data["template"]
        begun: dict[str, Any] = {
            "office_id": uuid.UUID(office),
            "issuer_id": uuid.UUID(issuer),
            "programme_id": uuid.UUID(programme),
        }
        if what.startswith("kind:"):
            return begun | {"kind": what.removeprefix("kind:")}
        return begun | {"template_id": uuid.UUID(what)}


def _desk_label(desk: Desk, *, with_programme: bool) -> Any:
    label = desk.issuer.name_th
    if desk.office.pk != desk.issuer.pk:
        label = f"{label} ({desk.office.name_th})"
    return f"{label} {desk.programme}" if with_programme else label
