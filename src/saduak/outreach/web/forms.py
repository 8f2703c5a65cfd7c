"""Forms of this room."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CancelForm(forms.Form):
    """Why a briefing is called off."""

    reason = forms.CharField(
        label=_("เหตุผลที่ยกเลิก"),
        max_length=500,
        help_text=_("ผู้ได้รับเชิญจะเห็นเหตุผลนี้"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
