"""Forms of this room: loading a letter, confirming it, answering a duty."""

import datetime
import uuid
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from saduak.correspondence import doubts, inputs, matching
from saduak.correspondence.actions.vouching import Paper
from saduak.correspondence.models import Force, Secrecy, Settlement
from saduak.correspondence.queries import LetterPage
from saduak.correspondence.web.marks import KINDS
from saduak.foundation import ids
from saduak.foundation.access import Invalid, Refused
from saduak.foundation.thai import calendar, parsing
from saduak.foundation.web.forms import ThaiDateField, refuse, whole_number
from saduak.organisations.models import Organisation

NO_ROUND: Final = ""
NO_DEADLINE: Final = "none"
EXTRA_DUTIES: Final = 1
DEADLINES: Final = [
    ("check", _("ส่งร่างให้ตรวจทาน")),
    ("submit", _("ยื่นใบสมัคร")),
    (NO_DEADLINE, _("ไม่ตั้งเป็นกำหนดส่งภายใน")),
]
INFORMATION: Final = (Settlement.LEAVE, Settlement.TELL)
DECISIONS: Final = (Settlement.AS_WRITTEN, Settlement.CORRECTED, Settlement.LEAVE)


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


class ThaiTimeField(forms.CharField):
    """A time of day as people write it: 09.00, 9:00 น."""

    def clean(self, value: Any) -> Any:
        """Read the time.

        Raises:
            ValidationError: no time can be read.
        """
        text = super().clean(value)
        if not text:
            return None
        try:
            return parsing.parse_time(text)
        except calendar.DateError as error:
            raise ValidationError(str(error), code="time") from error


class LoadForm(Once):
    """Which office received which file, and how secret it is."""

    file = forms.FileField(label=_("ไฟล์หนังสือ"))
    holder = forms.ChoiceField(label=_("หน่วยงานที่ได้รับหนังสือ"), widget=forms.RadioSelect)
    secrecy = forms.ChoiceField(
        label=_("ชั้นความลับ"),
        choices=Secrecy.choices,
        initial=Secrecy.NONE,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("หนังสือลับเปิดได้เฉพาะคุณและผู้ที่ได้รับอนุญาตทันทีที่นำเข้า ชั้นลับที่สุดนำเข้าระบบไม่ได้"),
    )

    def __init__(
        self, *args: Any, holders: list[Organisation], limits: str, accept: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["holder"].choices = [(str(row.public_id), row.name_th) for row in holders]  # type: ignore[attr-defined] # a ChoiceField
        if len(holders) == 1:
            self.fields["holder"].widget = forms.HiddenInput()
            self.fields["holder"].initial = str(holders[0].public_id)
        self.fields["file"].help_text = format_lazy(
            _("{limits} รับชุดไฟล์ .zip และอีเมล .eml ด้วย"), limits=limits
        )
        self.fields["file"].widget.attrs["accept"] = accept


class ReasonForm(forms.Form):
    """Why a letter is set aside."""

    reason = forms.CharField(
        label=_("เหตุผล"),
        max_length=500,
        help_text=_("เช่น ส่งซ้ำ หรือไม่เกี่ยวกับหน่วยงานนี้"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class DoneForm(forms.Form):
    """What was done about a duty."""

    note = forms.CharField(
        label=_("แจ้งผลสั้น ๆ"),
        max_length=500,
        required=False,
        help_text=_("หน่วยงานผู้ออกหนังสือจะเห็นข้อความนี้"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ConfirmForm(Once):
    """Everything that was read, open to correction. Fields of lists are named duty-0-who, deadline-1-kind and so on."""

    kind = forms.ChoiceField(
        label=_("ชนิดของหนังสือ"), choices=[(k, v) for k, v in KINDS.items() if k != "agenda"]
    )
    number = forms.CharField(label=_("ที่"), max_length=120, required=False)
    dated = ThaiDateField(label=_("ลงวันที่"))
    subject = forms.CharField(
        label=pgettext_lazy("letter", "เรื่อง"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    issuer = forms.CharField(
        label=_("หน่วยงานผู้ออกหนังสือ"), max_length=200, help_text=_("ชื่อเต็มตามทะเบียนหน่วยงาน")
    )
    owner_unit = forms.CharField(label=_("หน่วยงานเจ้าของเรื่อง"), max_length=300, required=False)
    round = forms.ChoiceField(label=_("รอบการรับรองที่หนังสือพูดถึง"), required=False)
    secrecy = forms.ChoiceField(
        label=_("ชั้นความลับ"),
        choices=Secrecy.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("เลือกให้สูงขึ้นได้ทันที"),
    )
    secrecy_because = forms.CharField(
        label=_("เหตุผลที่ลดชั้นความลับ"),
        max_length=500,
        required=False,
        help_text=_("กรอกเมื่อลดชั้นจากที่อ่านได้หรือเลือกไว้"),
    )

    def __init__(self, *args: Any, page: LetterPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.page = page
        self._head()
        self._paper()
        for number in range(len(page.first["actions"]) + EXTRA_DUTIES):
            self._duty(number)
        for row in page.deadlines:
            self._deadline(row.index, row.due_on)
        if page.meeting is not None and page.as_issuer:
            self._meeting()
        if page.may_advance:
            self.fields["advance"] = forms.BooleanField(
                label=_("ให้ทุกหน่วยงานเห็นสำเนาล่วงหน้าทันที"),
                help_text=_("หน่วยงานปลายทางเริ่มร่างใบสมัครได้ก่อนหนังสือสั่งการมาถึง"),
                required=False,
                initial=matching.window_of(page.first) is not None,
            )
        for finding in page.findings:
            options = DECISIONS if finding.document == 0 else INFORMATION
            # An answer that was remembered is offered as it was given.
            options = (*options, *(o for o in Settlement if o == finding.settled and o not in options))
            self.fields[f"finding-{finding.public_id}"] = forms.ChoiceField(
                label=finding.text,
                choices=[(o.value, o.label) for o in options],
                widget=forms.RadioSelect,
                required=page.as_issuer and finding.asks,
                initial=finding.settled,
                error_messages={"required": str(doubts.unanswered(finding.text))},
            )

    def _head(self) -> None:
        page, first = self.page, self.page.first
        rounds = [(str(row.public_id), row.name) for row in page.rounds]
        self.fields["round"].choices = [(NO_ROUND, _("ยังไม่เชื่อมกับรอบ")), *rounds]  # type: ignore[attr-defined] # a ChoiceField
        self.initial.update(
            {
                "kind": first["kind"] if first["kind"] != "agenda" else "other",
                "number": first["number"] or "",
                "dated": datetime.date.fromisoformat(first["date"]) if first["date"] else None,
                "subject": first["subject"] or "",
                "issuer": page.issuer.name_th if page.issuer else first["issuer"] or "",
                "owner_unit": first["owner_unit"] or "",
                "round": str(page.round.public_id) if page.round else NO_ROUND,
            }
        )

    def _paper(self) -> None:
        """How secret it is; in the issuer's name also who signed it, where a register says who may."""
        page, standing = self.page, self.page.standing
        self.initial["secrecy"] = page.letter.secrecy
        if not page.letter.secrecy:
            del self.fields["secrecy_because"]
        if standing is None or not standing.signers.kept:
            return
        named = [
            (str(row.public_id), f"{row.person} ({' '.join(row.lines)})") for row in standing.signers.rows
        ]
        self.fields["signer"] = forms.ChoiceField(
            label=_("ผู้ลงนาม"),
            choices=[("", _("เลือกผู้ลงนาม")), *named],
            help_text=_("ผู้ที่ลงนามได้ในวันที่ของหนังสือ ตามทะเบียนผู้ลงนาม"),
            error_messages={"required": str(_("เลือกผู้ที่ลงนามหนังสือนี้ ตามทะเบียนผู้ลงนามในวันที่ของหนังสือ"))},
        )
        # With nobody to choose, the action says why.
        self.fields["signer"].required = bool(named)
        self.initial["signer"] = str(page.signer.public_id) if page.signer else ""

    def _duty(self, number: int) -> None:
        known = self.page.duties[number] if number < len(self.page.first["actions"]) else None
        name = f"duty-{number}"
        keep = known is not None and (self.page.as_issuer or known.mine)
        self.fields[f"{name}-keep"] = forms.BooleanField(
            label=_("สร้างหน้าที่เรื่องนี้"), required=False, initial=keep
        )
        self.fields[f"{name}-who"] = forms.CharField(
            label=_("ใคร"), max_length=500, required=False, initial=known.who if known else ""
        )
        self.fields[f"{name}-what"] = forms.CharField(
            label=_("ต้องทำอะไร"),
            max_length=2000,
            required=False,
            initial=known.what if known else "",
            widget=forms.Textarea(attrs={"rows": 3}),
        )
        self.fields[f"{name}-due"] = ThaiDateField(
            label=_("ภายในวันที่"), required=False, initial=known.due_on if known else None
        )
        self.fields[f"{name}-force"] = forms.ChoiceField(
            label=_("ลักษณะ"), choices=Force.choices, initial=known.force if known else Force.REQUEST
        )
        self.fields[f"{name}-force"].required = False

    def _deadline(self, number: int, due_on: datetime.date) -> None:
        self.fields[f"deadline-{number}-kind"] = forms.ChoiceField(
            label=_("ตั้งเป็นกำหนดส่งภายในหรือไม่"), choices=DEADLINES, widget=forms.RadioSelect, required=False
        )
        self.fields[f"deadline-{number}-due"] = ThaiDateField(
            label=_("ภายในวันที่"), required=False, initial=due_on
        )

    def _meeting(self) -> None:
        told = self.page.meeting or {}
        day = datetime.date.fromisoformat(told["date"]) if told.get("date") else None
        title = told.get("title") or self.page.first["subject"] or ""
        add = self.fields
        add["meeting-keep"] = forms.BooleanField(
            label=_("สร้างกำหนดการประชุมชี้แจง"), required=False, initial=True
        )
        add["meeting-title"] = forms.CharField(
            label=_("ชื่อการประชุม"), max_length=500, required=False, initial=title
        )
        add["meeting-date"] = ThaiDateField(label=_("วันที่ประชุม"), required=False, initial=day)
        for name, label in (("start", _("เริ่มเวลา")), ("end", _("ถึงเวลา"))):
            shown = (told.get(name) or "").replace(":", ".")
            add[f"meeting-{name}"] = ThaiTimeField(label=label, max_length=10, required=False, initial=shown)
        add["meeting-place"] = forms.CharField(
            label=_("สถานที่"), max_length=500, required=False, initial=told.get("where") or ""
        )
        add["meeting-channels"] = forms.CharField(
            label=_("ช่องทาง"),
            required=False,
            initial="\n".join(told.get("channels") or []),
            help_text=_("บรรทัดละหนึ่งช่องทาง"),
            widget=forms.Textarea(attrs={"rows": 3}),
        )

    # --- What was typed -----------------------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        """Check what belongs together: a duty that is kept has words, a date of the issuer has an answer."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for number in self.kept():
            if not data.get(f"duty-{number}-what"):
                self.add_error(f"duty-{number}-what", _("เขียนว่าต้องทำอะไร"))
        for row in self.page.deadlines if self.page.may_set_deadlines else ():
            if not row.why_not and not data.get(f"deadline-{row.index}-kind"):
                self.add_error(f"deadline-{row.index}-kind", _("เลือกว่าจะตั้งเป็นกำหนดส่งภายในหรือไม่"))
        if data.get("meeting-keep"):
            self._check_meeting(data)
        return data

    def _check_meeting(self, data: dict[str, Any]) -> None:
        needed = {
            "meeting-title": _("เขียนชื่อการประชุม"),
            "meeting-date": _("กรอกวันที่ประชุม"),
            "meeting-start": _("กรอกเวลาเริ่ม เช่น 09.00"),
            "meeting-end": _("กรอกเวลาเลิก เช่น 12.00"),
        }
        for name, words in needed.items():
            if not data.get(name) and name not in self.errors:
                self.add_error(name, words)
        start, end = data.get("meeting-start"), data.get("meeting-end")
        if start and end and end <= start:
            self.add_error("meeting-end", _("เวลาเลิกต้องอยู่หลังเวลาเริ่ม"))

    def kept(self) -> list[int]:
        """The numbers of the duties that are to be made."""
        total = len(self.page.first["actions"]) + EXTRA_DUTIES
        return [number for number in range(total) if self.cleaned_data.get(f"duty-{number}-keep")]

    def whos(self) -> list[str]:
        """The recipients as they are typed now, of the duties that were read and of those added."""
        total = len(self.page.first["actions"]) + EXTRA_DUTIES
        return [str(self.data.get(f"duty-{number}-who", "")) for number in range(total)]

    def day(self) -> datetime.date | None:
        """The letter's date as it is typed now; None when it is none."""
        try:
            found: datetime.date | None = self.fields["dated"].clean(self.data.get("dated", ""))
        except ValidationError:
            return None
        return found

    def paper(self) -> Paper:
        """What the person says of the paper; only after `is_valid`."""
        data = self.cleaned_data
        signer = data.get("signer")
        return Paper(
            signer_id=uuid.UUID(signer) if signer else None,
            # A form that did not ask leaves the class as it is.
            secrecy=data["secrecy"] if "secrecy" in self.data else None,
            because=data.get("secrecy_because", ""),
        )

    def confirmation(self, issuer: Organisation) -> inputs.Confirmation:
        """What the person confirms; only after `is_valid`."""
        data, page = self.cleaned_data, self.page
        head = inputs.Head(
            kind=data["kind"],
            number=data["number"],
            dated=data["dated"],
            subject=data["subject"],
            issuer=issuer,
            issuer_text=page.first["issuer"] or "",
            owner_unit=data["owner_unit"],
        )
        settled = {
            finding.public_id: data[f"finding-{finding.public_id}"]
            for finding in page.findings
            if data.get(f"finding-{finding.public_id}")
        }
        return inputs.Confirmation(
            head=head,
            round_id=uuid.UUID(data["round"]) if data["round"] else None,
            duties=tuple(self._input(number) for number in self.kept()),
            deadlines=tuple(inputs.DeadlineInput(due, kind) for _n, due, kind in self._chosen_deadlines()),
            meeting=self._meeting_input(),
            settled=settled,
            advance=data.get("advance", False),
        )

    def _input(self, number: int) -> inputs.DutyInput:
        data, name = self.cleaned_data, f"duty-{number}"
        seen = whole_number(str(self.data.get(f"{name}-seen", "")))
        return inputs.DutyInput(
            who=data[f"{name}-who"],
            what=data[f"{name}-what"],
            due_on=data.get(f"{name}-due"),
            force=data[f"{name}-force"] or str(Force.REQUEST),
            expected=seen or 0,
        )

    def _chosen_deadlines(self) -> list[tuple[int, datetime.date, str]]:
        data = self.cleaned_data
        found = [
            (row.index, data.get(f"deadline-{row.index}-due"), data.get(f"deadline-{row.index}-kind"))
            for row in self.page.deadlines
        ]
        return [(n, due, kind) for n, due, kind in found if due and kind and kind != NO_DEADLINE]

    def _meeting_input(self) -> inputs.MeetingInput | None:
        data = self.cleaned_data
        if not data.get("meeting-keep"):
            return None
        return inputs.MeetingInput(
            title=data["meeting-title"],
            date=data["meeting-date"],
            start=data["meeting-start"],
            end=data["meeting-end"],
            place=data["meeting-place"],
            channels=tuple(line.strip() for line in data["meeting-channels"].splitlines() if line.strip()),
            items=tuple(self.page.agenda),
        )

    def refuse(self, refusal: Refused) -> None:
        """Put the action's words at their fields: its numbers count only what was kept."""
        if not isinstance(refusal, Invalid) or not refusal.fields:
            refuse(self, refusal)
            return
        places = {f"duty-{at}": f"duty-{number}" for at, number in enumerate(self.kept())}
        chosen = enumerate(self._chosen_deadlines())
        places |= {f"deadline-{at}": f"deadline-{number}" for at, (number, _due, _kind) in chosen}
        for name, words in refusal.fields.items():
            head, _dash, part = name.rpartition("-")
            real = f"{places.get(head, head)}-{part}" if head else name
            self.add_error(real if real in self.fields else None, format_lazy("{words}", words=words))
