"""The address to which a letter is mailed."""

from django import forms
from django.utils.translation import gettext_lazy as _

from saduak.organisations.models import Organisation


class MailForm(forms.Form):
    """Filled in from the register of offices; another one may be typed for this once."""

    address = forms.CharField(
        label=_("ที่อยู่อีเมลกลาง"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    @classmethod
    def of(cls, office: Organisation) -> "MailForm":
        """The form as it is shown first."""
        form = cls(initial={"address": office.email}, auto_id="mail_%s")
        form.fields["address"].help_text = (
            _("จากทะเบียนหน่วยงาน แก้เฉพาะครั้งนี้ได้")
            if office.email
            else _("ทะเบียนยังไม่มีที่อยู่ของหน่วยงานนี้ เช่น saraban@…")
        )
        return form
