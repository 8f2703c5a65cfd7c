"""What citizens type into the register."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from saduak.foundation import ids
from saduak.foundation.access import Actor
from saduak.organisations.models import Area
from saduak.programme.queries import published_levels
from saduak.programme.words import in_language
from saduak.register.queries import Search


class VerifyForm(forms.Form):
    """The code of a certificate, however it is spaced."""

    code = forms.CharField(
        label=_("รหัสใบรับรอง"),
        help_text=_("ตัวอักษรและตัวเลข 10 ตัว อยู่ใต้คิวอาร์โค้ดของใบรับรอง"),
        max_length=40,
    )

    def clean_code(self) -> str:
        """The code itself, or what is wrong with it."""
        code = ids.normalise_code(self.cleaned_data["code"])
        if len(code) != ids.CERTIFICATE_CODE_LENGTH:
            raise forms.ValidationError(_("รหัสต้องมี 10 ตัว ลองดูใต้คิวอาร์โค้ดอีกครั้ง"))
        if not ids.is_code(code):
            raise forms.ValidationError(_("รหัสนี้พิมพ์ผิดบางตัว ลองเทียบกับใบรับรองทีละตัว"))
        return code


def _provinces() -> list[tuple[str, object]]:
    rows = (
        Area.objects.visible_to(Actor.public())
        .filter(kind="province")
        .order_by("sort_key")
        .values_list("code", "name_th", "name_en")
    )
    return [("", _("ทุกจังหวัด")), *((code, in_language(thai, english)) for code, thai, english in rows)]


class SearchForm(forms.Form):
    """Find a certified centre."""

    q = forms.CharField(label=_("ชื่อศูนย์ หน่วยงาน หรือเลขที่ใบรับรอง"), required=False, max_length=100)
    province = forms.ChoiceField(label=_("จังหวัด"), required=False)
    level = forms.ChoiceField(label=_("ระดับ"), required=False)
    every = forms.BooleanField(label=_("รวมใบที่หมดอายุหรือยกเลิกแล้ว"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Lists, read once: a callable would be asked again by every check and by the page.
        self.fields["province"].choices = _provinces()  # type: ignore[attr-defined] # a ChoiceField
        levels = [("", _("ทุกระดับ")), *published_levels()]
        self.fields["level"].choices = levels  # type: ignore[attr-defined] # a ChoiceField

    def wanted(self, today: date) -> Search:
        """What is asked for; a choice that does not exist asks for nothing in particular."""
        if not self.is_bound:
            return Search(valid_on=today)
        self.is_valid()
        said = self.cleaned_data
        return Search(
            text=said.get("q", ""),
            province=said.get("province", ""),
            level=said.get("level", ""),
            valid_on=None if said.get("every") else today,
        )

    def ignored(self) -> list[str]:
        """The names of the fields whose value was not understood, so that the search went on without them."""
        return [str(self.fields[name].label) for name in self.errors]
