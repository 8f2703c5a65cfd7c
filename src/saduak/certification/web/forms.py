"""Forms of the committee's work."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from saduak.assessment.actions import LONGEST_INTEREST
from saduak.certification.models import Resolution
from saduak.foundation import ids
from saduak.foundation.web.forms import ThaiDateField
from saduak.programme.models import Level

_DAY = _("เช่น 15/02/2570")


class OnceForm(forms.Form):
    """A form whose first sending counts, however often it is sent."""

    idempotency_key = forms.UUIDField(widget=forms.HiddenInput, initial=ids.public_id)


class MeetingForm(OnceForm):
    """Open a meeting."""

    number = forms.CharField(label=_("ประชุมครั้งที่"), help_text=_("เช่น 2/2570"), max_length=40)
    held_on = ThaiDateField(label=_("วันที่ประชุม"), help_text=_DAY)
    place = forms.CharField(label=_("สถานที่"), max_length=300, required=False)


class DecisionForm(forms.Form):
    """One resolution."""

    decision = forms.ChoiceField(label=_("มติ"), choices=Resolution.Decision.choices, widget=forms.RadioSelect)
    level_key = forms.ChoiceField(label=_("ระดับ"), required=False, widget=forms.RadioSelect, choices=[])
    reason = forms.CharField(
        label=_("เหตุผล"),
        help_text=_("ศูนย์อ่านข้อความนี้เมื่อประกาศแล้ว"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
    )

    def __init__(self, *args: Any, levels: Sequence[Level], may_certify: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_certify:
            # Not offered; what is sent all the same is for the action to refuse, in words that say why.
            del self.fields["level_key"]
            decision: Any = self.fields["decision"]
            decision.widget.choices = [
                choice for choice in Resolution.Decision.choices if choice[0] != Resolution.Decision.CERTIFY
            ]
            return
        self.fields["level_key"].choices = [(level.key, level.label) for level in levels]  # type: ignore[attr-defined] # a ChoiceField


class InterestForm(forms.Form):
    """Declare an interest in a case."""

    reason = forms.CharField(
        label=_("มีส่วนได้เสียอย่างไร"),
        help_text=_("สั้น ๆ พอให้ฝ่ายเลขานุการเข้าใจ เช่น เคยเป็นที่ปรึกษาของศูนย์นี้"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=LONGEST_INTEREST,
    )


class PublishForm(forms.Form):
    """Publish; what bears a later day is published before it only by saying so."""

    early = forms.BooleanField(
        label=_("ประกาศก่อนวันที่ลงไว้"),
        help_text=_("ประกาศและใบรับรองยังลงวันที่เดิม"),
        required=False,
    )


class AnnouncementForm(OnceForm):
    """Prepare an announcement."""

    number = forms.CharField(label=_("ประกาศที่"), help_text=_("เช่น 1/2570"), max_length=100)
    dated = ThaiDateField(label=_("ลงวันที่"), help_text=_DAY)
    valid_from = ThaiDateField(label=_("ใบรับรองใช้ได้ตั้งแต่วันที่"), help_text=_DAY)
