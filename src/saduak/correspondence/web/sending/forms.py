"""Forms of letters that come and go on: receive, hand on inside the office, pass on, send, lists of recipients."""

import uuid
from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from saduak.correspondence.models import DistributionGroup
from saduak.correspondence.queries.drafts import Desk
from saduak.correspondence.queries.forwarding import CHECK, SUBMIT
from saduak.correspondence.web.forms import Once
from saduak.foundation.web.forms import ThaiDateField
from saduak.organisations.models import Organisation, Person

NO_DEADLINE: Final = ""
NEXT: Final = "next"
LONGEST_LIST: Final = 20_000


def _uuids(values: Sequence[str]) -> list[uuid.UUID]:
    return [uuid.UUID(value) for value in values]


def _lines(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class ReceiveForm(forms.Form):
    """The number in the office's own register, when it has one at hand."""

    receipt_number = forms.CharField(
        label=_("เลขรับ"),
        max_length=60,
        required=False,
        help_text=_("จากทะเบียนหนังสือรับของหน่วยงาน ไม่มีตอนนี้เติมทีหลังได้"),
    )


class AssignForm(forms.Form):
    """To whom a letter is given to act on."""

    person = forms.ChoiceField(
        label=_("มอบหมายให้"), help_text=_("ผู้รับมอบหมายเห็นหนังสือนี้ในมุมมอง ถึงฉัน เปลี่ยนคนทีหลังได้")
    )

    def __init__(self, *args: Any, people: Sequence[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(row.public_id), row.name) for row in people]
        self.fields["person"].choices = [("", _("เลือก")), *choices]  # type: ignore[attr-defined] # a ChoiceField

    def clean_person(self) -> uuid.UUID:
        """The public id of the colleague."""
        return uuid.UUID(self.cleaned_data["person"])


class CirculateForm(forms.Form):
    """To which groups and people a letter is shown."""

    groups = forms.MultipleChoiceField(label=_("กลุ่ม"), required=False, widget=forms.CheckboxSelectMultiple)
    people = forms.MultipleChoiceField(
        label=_("เพื่อนร่วมงาน"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self,
        *args: Any,
        groups: Sequence[DistributionGroup],
        people: Sequence[Person],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["groups"].choices = [  # type: ignore[attr-defined] # a ChoiceField
            (str(row.public_id), f"{row.name} ({len(row.members.all())})") for row in groups
        ]
        self.fields["people"].choices = [(str(row.public_id), row.name) for row in people]  # type: ignore[attr-defined] # as above
        if not groups:
            del self.fields["groups"]

    def group_ids(self) -> list[uuid.UUID]:
        """The groups chosen."""
        return _uuids(self.cleaned_data.get("groups", []))

    def person_ids(self) -> list[uuid.UUID]:
        """The people chosen one by one."""
        return _uuids(self.cleaned_data["people"])


class ForwardForm(Once):
    """How a letter is passed on, filled in as far as it can be known."""

    desk = forms.ChoiceField(label=_("ออกหนังสือในนาม"), widget=forms.RadioSelect)
    addressee = forms.CharField(label=_("เรียน"), max_length=500, help_text=_("พิมพ์ในหนังสือตามนี้"))
    recipients = forms.CharField(
        label=_("ส่งถึง"),
        max_length=5000,
        help_text=_("บรรทัดละหนึ่งกลุ่มหรือหนึ่งหน่วยงาน จะเห็นจำนวนและรายชื่อก่อนส่ง"),
        widget=_lines(2),
    )
    exceptions = forms.CharField(
        label=_("ยกเว้น"),
        max_length=5000,
        required=False,
        help_text=_("บรรทัดละหนึ่งหน่วยงาน"),
        widget=_lines(2),
    )
    instruction = forms.CharField(
        label=_("ให้ดำเนินการ"),
        max_length=4000,
        help_text=_("เป็นย่อหน้าสุดท้ายของหนังสือ แก้ได้"),
        widget=_lines(4),
    )
    deadline_kind = forms.ChoiceField(
        label=_("กำหนดส่งภายในที่เร็วกว่า"),
        required=False,
        choices=[
            (NO_DEADLINE, _("ไม่ตั้ง ใช้กำหนดเดิม")),
            (CHECK, _("ส่งร่างให้ตรวจทาน")),
            (SUBMIT, _("ยื่นใบสมัคร")),
        ],
        widget=forms.RadioSelect,
    )
    deadline_on = ThaiDateField(label=_("ภายในวันที่"), required=False)
    acknowledge_by = ThaiDateField(label=_("ให้รับทราบภายใน"), required=False)
    forward_by = ThaiDateField(label=_("ให้แจ้งต่อภายใน"), required=False)
    is_circular = forms.BooleanField(
        label=_("เป็นหนังสือเวียน"), required=False, help_text=_("เลขมี ว นำหน้า และนับแยกจากหนังสือทั่วไป")
    )
    signer = forms.ChoiceField(label=_("ผู้ลงนาม"), help_text=_("ตามทะเบียนผู้ลงนามวันนี้"))
    signer_name = forms.CharField(label=_("ชื่อผู้ลงนาม"), max_length=300)
    signer_position = forms.CharField(
        label=_("ตำแหน่งผู้ลงนาม"),
        max_length=300,
        help_text=_("แบ่งบรรทัดได้ เช่น ปลัดจังหวัด ปฏิบัติราชการแทน แล้วขึ้นบรรทัดใหม่"),
        widget=_lines(2),
    )

    def __init__(
        self,
        *args: Any,
        desks: Sequence[Desk],
        signers: Sequence[tuple[str, str]] | None,
        with_round: bool,
        **kwargs: Any,
    ) -> None:
        """Show what can be chosen.

        Args:
            args: as Django's forms.
            desks: from which office, in whose name; not asked when there is one.
            signers: (public id, name and position) of those who may sign; None while the register has no entries.
            with_round: whether the letter is about a round, so that it can carry a deadline.
            kwargs: as Django's forms.
        """
        super().__init__(*args, **kwargs)
        self.fields["desk"].choices = [(desk.key, _named(desk)) for desk in desks]  # type: ignore[attr-defined] # a ChoiceField
        if len(desks) == 1:
            self.fields["desk"].widget = forms.HiddenInput()
            self.fields["desk"].initial = desks[0].key
        if not with_round:
            del self.fields["deadline_kind"], self.fields["deadline_on"]
        if signers is None:
            del self.fields["signer"]
        else:
            del self.fields["signer_name"], self.fields["signer_position"]
            self.fields["signer"].choices = signers  # type: ignore[attr-defined] # a ChoiceField
            if len(signers) != 1:
                self.fields["signer"].choices = [("", _("เลือก")), *signers]  # type: ignore[attr-defined] # as above

    def clean(self) -> dict[str, Any]:
        """A deadline has a kind and a day, or is none."""
        values = super().clean() or self.cleaned_data
        kind, day = values.get("deadline_kind"), values.get("deadline_on")
        if kind and day is None and "deadline_on" not in self.errors:
            self.add_error("deadline_on", _("กรอกวันที่ เช่น 15/02/2570"))
        if day is not None and not kind and "deadline_kind" not in self.errors:
            self.add_error("deadline_kind", _("เลือกว่าเป็นกำหนดของอะไร หรือลบวันที่ออก"))
        return values


def _named(desk: Desk) -> str:
    if desk.office.pk == desk.issuer.pk:
        return desk.issuer.name_th
    return f"{desk.issuer.name_th} ({desk.office.name_th})"


class IssueForm(Once):
    """Number, date and signed copy of a letter that goes out."""

    number = forms.CharField(
        label=_("ที่"),
        max_length=120,
        required=False,
        help_text=_("จากทะเบียนหนังสือส่งของหน่วยงาน เช่น มห 0018.1/ว 96"),
    )
    take = forms.ChoiceField(label=_("เลขหนังสือ"), widget=forms.RadioSelect)
    dated = ThaiDateField(label=_("ลงวันที่"))
    signed_copy = forms.FileField(label=_("ฉบับที่ลงนามแล้ว"), required=False)
    expected = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        numbers: Sequence[tuple[str, str]] | None,
        limits: str,
        accept: str,
        needs_copy: bool,
        **kwargs: Any,
    ) -> None:
        """Ask only for what is not known.

        Args:
            args: as Django's forms.
            numbers: what Saduak's register offers: the next number, and those reserved; None where it keeps none.
            limits: what files are taken, in words.
            accept: the same for the browser.
            needs_copy: whether the letter was signed on paper.
            kwargs: as Django's forms.
        """
        super().__init__(*args, **kwargs)
        if numbers is None:
            del self.fields["take"]
        else:
            del self.fields["number"]
            self.fields["take"].choices = numbers  # type: ignore[attr-defined] # a ChoiceField
            if len(numbers) == 1:
                self.fields["take"].widget = forms.HiddenInput()
            self.fields["take"].initial = NEXT
        if needs_copy:
            self.fields["signed_copy"].help_text = limits
            # Not `capture`: a phone offers its camera and its files, both.
            self.fields["signed_copy"].widget.attrs["accept"] = accept
        else:
            del self.fields["signed_copy"]

    @property
    def reserved_id(self) -> uuid.UUID | None:
        """The reserved number that was chosen."""
        chosen = self.cleaned_data.get("take", NEXT)
        return None if chosen in ("", NEXT) else uuid.UUID(chosen)


class _NamedList(Once):
    """A list under a name, of one office."""

    organisation = forms.ChoiceField(label=_("ของหน่วยงาน"), widget=forms.RadioSelect)
    name = forms.CharField(label=_("ชื่อ"), max_length=120)

    def __init__(self, *args: Any, offices: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        field.choices = [(str(row.public_id), row.name_th) for row in offices]  # type: ignore[attr-defined] # a ChoiceField
        if len(offices) == 1:
            field.widget = forms.HiddenInput()
            field.initial = str(offices[0].public_id)

    def clean_organisation(self) -> uuid.UUID:
        """The public id of the office."""
        return uuid.UUID(self.cleaned_data["organisation"])


class RecipientListForm(_NamedList):
    """Offices that an office writes to often, as they are written in a letter."""

    members = forms.CharField(
        label=_("หน่วยงานในรายชื่อ"),
        help_text=_("บรรทัดละหนึ่งหน่วยงานหรือหนึ่งกลุ่ม เช่น นายอำเภอ ทุกอำเภอ"),
        widget=_lines(6),
    )

    def __init__(self, *args: Any, ending: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A list that is longer already can be changed all the same; a browser ends each line with two characters.
        there = self.get_initial_for_field(self.fields["members"], "members") or ""
        longest = max(LONGEST_LIST, 2 * len(there))
        self.fields["members"].validators.append(MaxLengthValidator(longest))
        self.fields["members"].widget.attrs["maxlength"] = longest
        if ending:
            self.fields["members"].required = False
            self.fields["members"].help_text = _("บรรทัดละหนึ่งหน่วยงานหรือหนึ่งกลุ่ม ลบทุกบรรทัดเพื่อเลิกใช้รายชื่อนี้")


class GroupForm(_NamedList):
    """People of an office who get its letters together."""

    people = forms.MultipleChoiceField(label=_("ผู้ที่อยู่ในกลุ่ม"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, people: Sequence[Person], ending: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].choices = [(str(row.public_id), row.name) for row in people]  # type: ignore[attr-defined] # a ChoiceField
        if ending:
            self.fields["people"].required = False
            self.fields["people"].help_text = _("ไม่เลือกใครเลยเพื่อเลิกใช้กลุ่มนี้")

    def person_ids(self) -> list[uuid.UUID]:
        """The people chosen."""
        return _uuids(self.cleaned_data["people"])
