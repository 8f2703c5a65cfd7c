"""Forms about evidence: finding it in a library, what is said about it, a link in the place of a file."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from saduak.applications import links
from saduak.applications.actions.evidence import FILES, LONGEST_CAPTION
from saduak.applications.models import Evidence
from saduak.applications.queries import LibraryChoices
from saduak.foundation.web.forms import ThaiDateField

UNUSED = "unused"


class LibraryForm(forms.Form):
    """What to find in a library."""

    q = forms.CharField(label=_("คำค้นในชื่อหลักฐาน"), required=False, max_length=100)
    kind = forms.ChoiceField(
        label=_("ชนิด"), required=False, choices=[("", _("ทุกชนิด")), *Evidence.Kind.choices]
    )
    year = forms.ChoiceField(label=_("ใช้ในปีงบประมาณ"), required=False)
    criterion = forms.ChoiceField(label=_("ใช้กับข้อ"), required=False)
    use = forms.ChoiceField(
        label=_("การใช้"), required=False, choices=[("", _("ทั้งหมด")), (UNUSED, _("ยังไม่ได้ใช้"))]
    )

    def __init__(self, *args: Any, found: LibraryChoices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = [(str(year), str(year)) for year in found.years]
        criteria = [(key, f"{number} {title}"[:80]) for key, number, title in found.criteria]
        self.fields["year"].choices = [("", _("ทุกปี")), *years]  # type: ignore[attr-defined] # a ChoiceField
        self.fields["criterion"].choices = [("", _("ทุกข้อ")), *criteria]  # type: ignore[attr-defined] # as above
        if not years:
            del self.fields["year"], self.fields["criterion"], self.fields["use"]

    def narrowed(self) -> dict[str, Any]:
        """The arguments of `queries.library`; everything when something else stood in the address."""
        if not self.is_valid():
            return {}
        data = self.cleaned_data
        year = data.get("year", "")
        return {
            "q": data["q"],
            "kind": data["kind"],
            "year": int(year) if year else None,
            "criterion": data.get("criterion", ""),
            "unused": data.get("use") == UNUSED,
        }

    @property
    def is_narrowed(self) -> bool:
        """Whether something was asked for."""
        return any(self.narrowed().values())


class _AboutForm(forms.Form):
    """What is said about evidence."""

    caption = forms.CharField(
        label=_("ชื่อของหลักฐาน"),
        help_text=_("เช่น ป้ายหน้าศูนย์"),
        max_length=LONGEST_CAPTION,
        error_messages={
            "required": _("เขียนคำอธิบายสั้น ๆ ว่าไฟล์นี้คืออะไร"),
            "max_length": _("คำอธิบายยาวเกิน 300 ตัวอักษร"),
        },
    )
    taken_on = ThaiDateField(
        label=_("วันที่ของหลักฐาน"),
        help_text=_("วันที่ถ่ายหรือวันที่ในเอกสาร เช่น 15/02/2570 ไม่ทราบเว้นว่างได้"),
        required=False,
    )


class EvidenceForm(_AboutForm):
    """What is said about evidence that is there."""

    kind = forms.ChoiceField(label=_("ชนิด"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, evidence: Evidence, **kwargs: Any) -> None:
        initial = {"caption": evidence.caption, "taken_on": evidence.taken_on, "kind": evidence.kind}
        super().__init__(*args, **{**kwargs, "initial": {**initial, **kwargs.get("initial", {})}})
        kinds = Evidence.ELSEWHERE if evidence.url else FILES
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined] # a ChoiceField


class LinkForm(_AboutForm):
    """A page or a film on the web."""

    url = forms.CharField(
        label=_("ที่อยู่เว็บ"),
        help_text=_("คัดลอกจากแถบที่อยู่ของเบราว์เซอร์ ขึ้นต้นด้วย https:// และเปิดได้โดยไม่ต้องเข้าสู่ระบบ"),
        max_length=links.LONGEST,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": _("กรอกที่อยู่เว็บ เช่น https://www.opm.go.th"),
            "max_length": _("ที่อยู่เว็บยาวเกิน 1,000 ตัวอักษร"),
        },
    )
    kind = forms.ChoiceField(
        label=_("ชนิด"),
        choices=[(kind.value, kind.label) for kind in Evidence.ELSEWHERE],
        initial=Evidence.Kind.LINK,
        widget=forms.RadioSelect,
    )

    field_order = ["url", "kind", "caption", "taken_on"]
