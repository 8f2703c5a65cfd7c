"""Forms of the registers: opting in, a line by hand, numbers set aside, corrections, files."""

import datetime
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from saduak.correspondence import registers_retention
from saduak.correspondence.actions.registers import Columns
from saduak.correspondence.actions.registers_hand import MOST_RESERVED, amendable
from saduak.correspondence.actions.registers_keeping import Extract
from saduak.correspondence.models import RegisterEntry, RetentionClass, Secrecy, Urgency
from saduak.correspondence.models.registers import RegisterExport
from saduak.correspondence.queries.registers import BOOKS, Wanted
from saduak.correspondence.states import REGISTER_ENTRY
from saduak.correspondence.web.forms import Once
from saduak.foundation.thai import calendar, numerals
from saduak.foundation.web.forms import ThaiDateField

ANY: Final = ("", _("ทั้งหมด"))
NOT_CHOSEN: Final = ("", _("ยังไม่กำหนด"))


class NumberField(forms.CharField):
    """A whole number in Thai or Arabic digits."""

    def clean(self, value: Any) -> Any:
        """Read the number; nothing is None.

        Raises:
            ValidationError: it is no whole number.
        """
        text = super().clean(value)
        if not text:
            return None
        try:
            return numerals.parse_int(text)
        except numerals.NumberError as error:
            raise ValidationError(str(error), code="number") from error


def class_words(row: RetentionClass) -> str:
    """A retention class with its years."""
    return _("%(name)s (%(years)s ปี)") % {"name": row.name, "years": row.years} if row.years else row.name


def _retention(first: tuple[str, Any], hint: Any = "") -> forms.ChoiceField:
    classes = [(row.code, class_words(row)) for row in registers_retention.choices()]
    return forms.ChoiceField(label=_("อายุการเก็บ"), choices=[first, *classes], required=False, help_text=hint)


class SettingsForm(forms.Form):
    """What stands before the numbers, and how long letters are kept unless a line says another."""

    code = forms.CharField(
        label=_("รหัสหน้าเลขหนังสือส่ง"),
        max_length=60,
        help_text=_("เช่น มท 0018.1 ระบบเติมเครื่องหมายทับและเลขต่อท้ายให้"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hint = _("จำนวนปีเป็นค่าตั้งต้นที่ยังไม่ได้เทียบกับระเบียบ หน่วยงานตรวจก่อนใช้ แก้รายเรื่องได้")
        self.fields["retention"] = _retention(NOT_CHOSEN, hint)


class OpenForm(SettingsForm, Once):
    """Where the agency's own book stands. The fields of the last numbers are named as the books."""

    receive = NumberField(label=_("เลขรับล่าสุดของปีนี้"), max_length=9, required=False)
    send = NumberField(label=_("เลขส่งล่าสุดของปีนี้"), max_length=9, required=False)
    circular = NumberField(label=_("เลขหนังสือเวียน (ว) ล่าสุดของปีนี้"), max_length=9, required=False)

    def start(self) -> dict[tuple[str, str], int]:
        """The last number of each book that was filled in."""
        data = self.cleaned_data
        return {
            (str(book.direction), str(book.series)): data[key]
            for key, book in BOOKS.items()
            if data.get(key) is not None
        }


_LABELS: Final = {
    "letter_number": (_("ที่ของหนังสือ"), 120),
    "dated": (_("ลงวันที่"), 0),
    "from_text": (_("จาก"), 300),
    "to_text": (_("ถึง"), 500),
    "subject": (_("เรื่อง"), 500),
    "action_text": (_("การปฏิบัติ"), 300),
    "remark": (_("หมายเหตุ"), 300),
}


class LineForm(Once):
    """The columns of a line. Which of them stand there depends on the register and on the line."""

    names: tuple[str, ...] = ()
    # Long texts of which little is expected.
    wide: Final = frozenset({"from_text", "to_text", "subject", "action_text", "remark"})

    def build(self, names: tuple[str, ...], needed: frozenset[str], no_class: tuple[str, Any]) -> None:
        """Add the fields of these columns, in the order of the register."""
        self.names = names
        for name in (name for name in _LABELS if name in names):
            label, longest = _LABELS[name]
            if name == "dated":
                self.fields[name] = ThaiDateField(label=label, required=False, help_text=_("เช่น 15/02/2570"))
                continue
            widget = forms.Textarea(attrs={"rows": 2}) if name in {"subject", "to_text"} else None
            self.fields[name] = forms.CharField(
                label=label, max_length=longest, required=name in needed, widget=widget
            )
        if "urgency" in names:
            self.fields["urgency"] = forms.ChoiceField(
                label=_("ชั้นความเร็ว"), choices=Urgency.choices, required=False
            )
        if "secrecy" in names:
            hint = _("หนังสือลับที่สุดไม่ลงในระบบนี้ ลงในทะเบียนลับของหน่วยงาน")
            self.fields["secrecy"] = forms.ChoiceField(
                label=_("ชั้นความลับ"), choices=Secrecy.choices, required=False, help_text=hint
            )
        if "retention" in names:
            self.fields["retention"] = _retention(no_class)

    def said(self) -> dict[str, Any]:
        """What stands in the columns of this form."""
        return {name: self.cleaned_data.get(name) for name in self.names}


class EnterForm(LineForm):
    """A letter that did not pass through the system."""

    def __init__(
        self, *args: Any, receive: bool, limits: str, accept: str, used: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        names = tuple(name for name in Columns.__slots__ if receive or name != "letter_number")
        needed = frozenset({"subject", "from_text" if receive else "to_text"})
        self.build(names, needed, ("", _("ตามที่ตั้งไว้ของทะเบียน")))
        if not used:
            label = _("วันที่รับ") if receive else _("วันที่ส่ง")
            self.fields["day"] = ThaiDateField(label=label, required=False, help_text=_("เว้นว่างคือวันนี้"))
        self.fields["file"] = forms.FileField(label=_("ไฟล์สแกนของหนังสือ"), required=False, help_text=limits)
        self.fields["file"].widget.attrs["accept"] = accept

    def columns(self) -> Columns:
        """What is to be written down."""
        said = self.said()
        return Columns(**{name: value for name, value in said.items() if value is not None})


class AmendForm(LineForm):
    """The columns of a line that can be corrected."""

    def __init__(self, *args: Any, entry: RegisterEntry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        can = amendable(entry)
        names = tuple(name for name in Columns.__slots__ if name in can)
        self.build(names, frozenset({"subject"} & can), NOT_CHOSEN)
        for name in names:
            value = getattr(entry, name)
            self.initial[name] = value.code if isinstance(value, RetentionClass) else value

    def changes(self) -> dict[str, Any]:
        """The new values by column."""
        return {
            name: value if value is not None or name == "dated" else "" for name, value in self.said().items()
        }


class ReserveForm(Once):
    """How many numbers, and for what."""

    book = forms.ChoiceField(
        label=_("ทะเบียน"), choices=[(key, book.label) for key, book in BOOKS.items() if key != "receive"]
    )
    count = NumberField(label=_("จำนวนเลข"), max_length=3, initial="1")
    reason = forms.CharField(
        label=_("จองไว้ให้เรื่องใด"), max_length=300, help_text=_("เช่น คำสั่งแต่งตั้งผู้รับผิดชอบ รอผู้ว่าราชการจังหวัดลงนาม")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["count"].help_text = _("ครั้งละไม่เกิน %(most)s เลข") % {"most": MOST_RESERVED}


class CancelForm(forms.Form):
    """Why a number is cancelled."""

    reason = forms.CharField(
        label=_("เหตุผลที่ยกเลิก"),
        max_length=200,
        help_text=_("ผู้ตรวจทะเบียนจะเห็นเหตุผลนี้ที่เลขนี้ตลอดไป"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class FilterForm(forms.Form):
    """What a page of a register is narrowed to."""

    q = forms.CharField(label=_("ค้นจากเรื่อง ที่ หน่วยงาน หรือเนื้อหนังสือ"), required=False, max_length=200)
    year = forms.ChoiceField(label=_("ปี พ.ศ."), required=False)
    state = forms.ChoiceField(label=_("สถานะ"), choices=[ANY, *REGISTER_ENTRY.states.items()], required=False)
    urgency = forms.ChoiceField(label=_("ชั้นความเร็ว"), choices=[ANY, *Urgency.choices[1:]], required=False)
    secrecy = forms.ChoiceField(label=_("ชั้นความลับ"), choices=[ANY, *Secrecy.choices[1:]], required=False)

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(str(year), str(year)) for year in years]  # type: ignore[attr-defined] # a ChoiceField

    @property
    def narrows(self) -> bool:
        """Whether a filter of the fold is set."""
        return any(self.initial.get(name) for name in ("state", "urgency", "secrecy"))


def wanted_of(data: Any) -> Wanted:
    """What an address narrows to; what it does not know narrows to nothing."""
    return Wanted(
        query=data.get("q", "")[:200],
        state=data.get("state", ""),
        urgency=data.get("urgency", ""),
        secrecy=data.get("secrecy", ""),
    )


class ExportForm(Once):
    """Which days of which register, as which file."""

    book = forms.ChoiceField(label=_("ทะเบียน"), choices=[(key, book.label) for key, book in BOOKS.items()])
    first = ThaiDateField(label=_("ตั้งแต่วันที่"))
    last = ThaiDateField(label=_("ถึงวันที่"), help_text=_("ภายในปีเดียวกัน ทั้งปีคือ 1 มกราคม ถึง 31 ธันวาคม"))
    format = forms.ChoiceField(
        label=_("ชนิดของไฟล์"), choices=RegisterExport.Format.choices, widget=forms.RadioSelect, initial="xlsx"
    )

    def extract(self) -> Extract:
        """What is to be written out."""
        data = self.cleaned_data
        return Extract(
            content=str(RegisterExport.Content.BOOK),
            format=data["format"],
            book=data["book"],
            first=data["first"],
            last=data["last"],
        )


def whole_year(year: int) -> dict[str, datetime.date]:
    """The days of a year (Buddhist era), to begin with."""
    common = calendar.to_ce(year)
    return {"first": datetime.date(common, 1, 1), "last": datetime.date(common, 12, 31)}
