"""Forms of this room. They read what was typed; whether it may be done is decided by the actions."""

import datetime
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from saduak.foundation import ids
from saduak.foundation.web.forms import ThaiDateField
from saduak.organisations.actions import CentreDetails, NewAccount, NewPerson, Post
from saduak.organisations.models import CentreEvent, Organisation, Person, Reach, Role, ServiceCentre

NEW = "new"
WEEKDAYS = [
    (1, _("จันทร์")),
    (2, _("อังคาร")),
    (3, _("พุธ")),
    (4, _("พฤหัสบดี")),
    (5, _("ศุกร์")),
    (6, _("เสาร์")),
    (7, _("อาทิตย์")),
]
HOURS = 2


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


class SearchForm(forms.Form):
    """Finding organisations."""

    q = forms.CharField(label=_("ชื่อหน่วยงาน"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("ประเภท"), required=False)
    area = forms.ChoiceField(label=_("จังหวัด"), required=False)

    def __init__(self, *args: Any, provinces: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(value, label) for value, label in Organisation.Kind.choices if value != "other"]
        self.fields["kind"].choices = [("", _("ทุกประเภท")), *kinds]  # type: ignore[attr-defined] # declared above
        self.fields["area"].choices = [("", _("ทุกจังหวัด")), *provinces]  # type: ignore[attr-defined] # declared above


class ContactForm(forms.Form):
    """Where and how an organisation is reached, and whether supervisors may read along."""

    head_title = forms.CharField(label=_("ตำแหน่งหัวหน้าหน่วยงาน"), required=False, max_length=120)
    address = forms.CharField(
        label=_("ที่อยู่"), required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )
    phone = forms.CharField(label=_("โทรศัพท์"), required=False, max_length=100)
    email = forms.EmailField(label=_("อีเมลกลางของหน่วยงาน"), required=False)
    shares = forms.BooleanField(
        label=_("ให้หน่วยงานที่กำกับดูแลอ่านรายละเอียดงานของเราได้"),
        help_text=_("ถ้าไม่เลือก หน่วยงานที่กำกับดูแลเห็นเพียงสถานะ หน่วยงานต้นสังกัดไม่ต้องใช้ข้อนี้"),
        required=False,
    )


class PersonFields(forms.Form):
    """Somebody chosen from the organisation, or somebody new."""

    person = forms.ChoiceField(label=_("ผู้ได้รับมอบหมาย"), widget=forms.RadioSelect)
    person_title = forms.CharField(label=_("คำนำหน้า"), required=False, max_length=60)
    name = forms.CharField(
        label=_("ชื่อและนามสกุล"), help_text=_("กรอกเมื่อเลือกผู้ที่ยังไม่มีในรายชื่อ"), required=False, max_length=200
    )
    position = forms.CharField(label=_("ตำแหน่ง"), required=False, max_length=200)
    phone = forms.CharField(label=_("โทรศัพท์"), required=False, max_length=100)
    email = forms.EmailField(label=_("อีเมล"), required=False)

    def offer(self, people: list[Person]) -> None:
        """Offer these people, and somebody new."""
        choices = [(str(person.public_id), f"{person} {person.position}".strip()) for person in people]
        field = self.fields["person"]
        field.choices = [*choices, (NEW, _("ผู้ที่ยังไม่มีในรายชื่อ"))]  # type: ignore[attr-defined] # a ChoiceField
        field.error_messages["required"] = _("เลือกผู้ได้รับมอบหมาย 1 คน")
        if not people:
            field.initial = NEW

    def clean(self) -> dict[str, Any]:
        """A new person needs a name."""
        values = super().clean() or {}
        if values.get("person") == NEW and not values.get("name", "").strip():
            self.add_error("name", _("กรอกชื่อและนามสกุลของผู้ได้รับมอบหมาย"))
        return values

    @property
    def chosen(self) -> uuid.UUID | NewPerson:
        """Who was chosen or described."""
        values = self.cleaned_data
        if values["person"] != NEW:
            return uuid.UUID(values["person"])
        return NewPerson(
            name=values["name"],
            title=values["person_title"],
            position=values["position"],
            phone=values["phone"],
            email=values["email"],
        )


class PostFields(forms.Form):
    """What is given: role, centre, reach."""

    role = forms.ChoiceField(label=_("บทบาท"))
    centre = forms.ChoiceField(label=_("เฉพาะศูนย์"), help_text=_("ว่างไว้ถ้าดูแลทั้งหน่วยงาน"), required=False)
    reach = forms.ChoiceField(label=_("ขอบเขต"), initial=Reach.OWN)
    title = forms.CharField(
        label=_("ตำแหน่งหรือหน้าที่"), help_text=_("เช่น ผู้รับผิดชอบงานศูนย์ราชการสะดวก"), required=False, max_length=200
    )
    programme = forms.ChoiceField(label=_("เฉพาะโครงการ"), required=False)

    def narrow(
        self,
        roles: list[str],
        reaches: list[str],
        centres: list[ServiceCentre],
        programmes: list[tuple[str, str]],
        *,
        every_programme: bool,
    ) -> None:
        """Offer only what the actor may give."""
        # Power is chosen, never given because it came first in the list.
        unchosen = [("", _("เลือกบทบาท"))] if len(roles) > 1 else []
        self._choose("role", [*unchosen, *(pair for pair in Role.choices if pair[0] in roles)])
        self.fields["role"].error_messages["required"] = _("เลือกบทบาทที่จะให้")
        self._choose("reach", [(value, label) for value, label in Reach.choices if value in reaches])
        self._choose("centre", [("", _("ทั้งหน่วยงาน")), *((str(c.public_id), c.name_th) for c in centres)])
        self._choose("programme", [("", _("ทุกโครงการ")), *programmes] if every_programme else programmes)
        if not centres:
            del self.fields["centre"]

    def _choose(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined] # ChoiceFields, declared above

    def post(self, organisation: Organisation) -> Post:
        """The post that was described."""
        values = self.cleaned_data
        centre = values.get("centre", "")
        return Post(
            organisation=organisation.public_id,
            role=values["role"],
            centre=uuid.UUID(centre) if centre else None,
            programme=values["programme"],
            reach=values["reach"],
            title=values["title"],
        )


class AppointForm(PostFields, PersonFields, Once):
    """Appointing on one page."""

    valid_from = ThaiDateField(label=_("ตั้งแต่วันที่"), help_text=_("ว่างไว้คือวันนี้"), required=False)
    last_day = ThaiDateField(label=_("วันสุดท้าย"), help_text=_("ว่างไว้ถ้ายังไม่กำหนด"), required=False)
    stand_in = forms.BooleanField(label=_("เป็นผู้ปฏิบัติหน้าที่แทน"), required=False)
    source = forms.CharField(label=_("เลขที่คำสั่งหรือหนังสือ"), required=False, max_length=200)
    field_order = [
        "person",
        "person_title",
        "name",
        "position",
        "phone",
        "email",
        "role",
        "centre",
        "reach",
        "title",
    ]

    @property
    def valid_to(self) -> datetime.date | None:
        """The first day no more."""
        last: datetime.date | None = self.cleaned_data["last_day"]
        return last + datetime.timedelta(days=1) if last else None


class InviteForm(PostFields, Once):
    """Inviting on one page."""

    email = forms.EmailField(
        label=_("อีเมลของผู้ได้รับเชิญ"), help_text=_("ระบบเติมให้ในหน้าคำเชิญ ผู้ได้รับเชิญเปลี่ยนได้"), required=False
    )
    source = forms.CharField(label=_("หนังสือที่นำคำเชิญไป"), required=False, max_length=200)


class HandOverForm(PersonFields, Once):
    """Handing over on one page."""

    note = forms.CharField(
        label=_("เรื่องที่ผู้รับงานควรรู้"),
        help_text=_("เช่น ข้อที่ยังค้าง ผู้ที่ต้องติดต่อ ที่เก็บเอกสาร"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    keep = forms.BooleanField(
        label=_("ผู้ส่งมอบยังทำหน้าที่นี้ต่อ"), help_text=_("เลือกเมื่อแบ่งงานกัน ไม่ใช่ย้ายออก"), required=False
    )


class EndForm(forms.Form):
    """Ending an appointment."""

    last_day = ThaiDateField(label=_("วันสุดท้ายที่ทำหน้าที่"), help_text=_("ว่างไว้คือสิ้นสุดทันที"), required=False)
    reason = forms.CharField(label=_("เหตุผล"), required=False, max_length=200)


class AcceptForm(forms.Form):
    """Opening a first account by an invitation."""

    title = forms.CharField(label=_("คำนำหน้า"), required=False, max_length=60)
    name = forms.CharField(
        label=_("ชื่อและนามสกุล"), max_length=200, error_messages={"required": _("กรอกชื่อและนามสกุล")}
    )
    position = forms.CharField(label=_("ตำแหน่ง"), required=False, max_length=200)
    phone = forms.CharField(label=_("โทรศัพท์ที่ทำงาน"), required=False, max_length=100)
    email = forms.EmailField(
        label=_("อีเมลสำหรับเข้าสู่ระบบ"),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
        error_messages={"required": _("กรอกอีเมล"), "invalid": _("อีเมลไม่ถูกต้อง ตัวอย่าง somchai@example.go.th")},
    )
    password = forms.CharField(
        label=_("ตั้งรหัสผ่าน"),
        help_text=_("อย่างน้อย 12 ตัวอักษร ใช้หลายคำต่อกันจำง่ายกว่า"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("ตั้งรหัสผ่าน")},
    )

    @property
    def account(self) -> NewAccount:
        """What was typed."""
        return NewAccount(**self.cleaned_data)


class CentreForm(forms.Form):
    """Contacts, hours and services of a centre."""

    kind = forms.ChoiceField(label=_("ประเภทจุดบริการ"), choices=ServiceCentre.Kind.choices)
    name_en = forms.CharField(label=_("ชื่อภาษาอังกฤษ"), required=False, max_length=200)
    address = forms.CharField(
        label=_("ที่อยู่"), required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )
    phone = forms.CharField(label=_("โทรศัพท์"), required=False, max_length=100)
    email = forms.EmailField(label=_("อีเมล"), required=False)
    website = forms.URLField(label=_("เว็บไซต์"), required=False, assume_scheme="https")
    latitude = forms.DecimalField(
        label=_("ละติจูด"), required=False, min_value=-90, max_value=90, max_digits=8, decimal_places=5
    )
    longitude = forms.DecimalField(
        label=_("ลองจิจูด"), required=False, min_value=-180, max_value=180, max_digits=8, decimal_places=5
    )
    services = forms.CharField(
        label=_("บริการ"),
        help_text=_("บรรทัดละหนึ่งบริการ"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args: Any, centre: ServiceCentre | None = None, **kwargs: Any) -> None:
        slots = list(centre.hours if centre else [])[:HOURS]
        if centre is not None:
            kwargs["initial"] = _initial(centre)
        super().__init__(*args, **kwargs)
        for number in range(1, HOURS + 1):
            slot = slots[number - 1] if len(slots) >= number else {}
            self.fields |= _hours(number, slot)

    def clean(self) -> dict[str, Any]:
        """Hours need days and both times."""
        values = super().clean() or {}
        for number in range(1, HOURS + 1):
            parts = [values.get(f"{name}_{number}") for name in ("days", "opens", "closes")]
            if any(parts) and not all(parts):
                self.add_error(f"days_{number}", _("เลือกวัน และกรอกเวลาเปิดกับเวลาปิดให้ครบ"))
            elif all(parts) and parts[1] >= parts[2]:  # type: ignore[operator] # times, when all are there
                self.add_error(f"closes_{number}", _("เวลาปิดต้องอยู่หลังเวลาเปิด"))
        return values

    @property
    def details(self) -> CentreDetails:
        """What was typed."""
        values = dict(self.cleaned_data)
        hours = []
        for number in range(1, HOURS + 1):
            days, opens, closes = (values.pop(f"{name}_{number}") for name in ("days", "opens", "closes"))
            if days:
                hours.append(
                    {
                        "days": [int(day) for day in days],
                        "opens": f"{opens:%H:%M}",
                        "closes": f"{closes:%H:%M}",
                    }
                )
        services = [line.strip() for line in values.pop("services").splitlines() if line.strip()]
        names = CentreDetails.__dataclass_fields__
        return CentreDetails(
            **{name: value for name, value in values.items() if name in names}, hours=hours, services=services
        )


class NewCentreForm(CentreForm, Once):
    """Adding a centre."""

    name_th = forms.CharField(
        label=_("ชื่อศูนย์"), help_text=_("ว่างไว้ถ้าใช้ชื่อหน่วยงาน"), required=False, max_length=200
    )
    opened_on = ThaiDateField(label=_("วันที่เปิดให้บริการ"), required=False)
    field_order = ["name_th"]


def _initial(centre: ServiceCentre) -> dict[str, Any]:
    names = ("kind", "name_en", "address", "phone", "email", "website", "latitude", "longitude")
    return {name: getattr(centre, name) for name in names} | {"services": "\n".join(centre.services)}


def _hours(number: int, slot: dict[str, Any]) -> dict[str, forms.Field]:
    def time(label: Any, value: str) -> forms.TimeField:
        return forms.TimeField(
            label=label,
            initial=value,
            required=False,
            input_formats=["%H:%M", "%H.%M"],
            widget=forms.TextInput(attrs={"size": 5}),
            error_messages={"invalid": _("เขียนเวลาเช่น 08.30")},
        )

    first = number == 1
    return {
        f"days_{number}": forms.MultipleChoiceField(
            label=_("วันทำการ") if first else _("วันทำการอื่นที่เวลาต่างกัน"),
            choices=WEEKDAYS,
            initial=slot.get("days", []),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        ),
        f"opens_{number}": time(_("เวลาเปิด"), slot.get("opens", "")),
        f"closes_{number}": time(_("เวลาปิด"), slot.get("closes", "")),
    }


class ChangeForm(forms.Form):
    """A dated change of identity; which fields it has depends on the kind."""

    on = ThaiDateField(label=_("มีผลวันที่"))
    name_th = forms.CharField(label=_("ชื่อใหม่"), max_length=200)
    name_en = forms.CharField(label=_("ชื่อใหม่ภาษาอังกฤษ"), required=False, max_length=200)
    kind = forms.ChoiceField(label=_("ประเภทใหม่"), choices=ServiceCentre.Kind.choices)
    area = forms.CharField(
        label=_("รหัสพื้นที่ใหม่"),
        help_text=_("รหัสตำบล 6 หลัก หรืออำเภอ 4 หลัก ว่างไว้ถ้าอยู่พื้นที่เดิม"),
        required=False,
        max_length=6,
    )
    address = forms.CharField(label=_("ที่อยู่ใหม่"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}))
    centres = forms.MultipleChoiceField(label=_("ศูนย์ที่รวมเข้ามาและจะยุติ"), widget=forms.CheckboxSelectMultiple)
    names = forms.CharField(
        label=_("ชื่อศูนย์ใหม่"),
        help_text=_("บรรทัดละหนึ่งชื่อ"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
    )
    goes_on = forms.BooleanField(label=_("ศูนย์เดิมยังให้บริการต่อ"), required=False, initial=True)
    note = forms.CharField(label=_("หมายเหตุ"), required=False, max_length=400)

    FIELDS = {
        CentreEvent.Kind.RENAMED: ("name_th", "name_en"),
        CentreEvent.Kind.UPGRADED: ("kind",),
        CentreEvent.Kind.MOVED: ("area", "address"),
        CentreEvent.Kind.MERGED: ("centres",),
        CentreEvent.Kind.SPLIT: ("names", "goes_on"),
        CentreEvent.Kind.CLOSED: (),
    }

    def __init__(self, *args: Any, change: str, others: list[ServiceCentre], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = {"on", "note", *self.FIELDS[CentreEvent.Kind(change)]}
        self.fields = {name: field for name, field in self.fields.items() if name in wanted}
        if "centres" in self.fields:
            self.fields["centres"].choices = [(str(c.public_id), c.name_th) for c in others]  # type: ignore[attr-defined] # declared above
