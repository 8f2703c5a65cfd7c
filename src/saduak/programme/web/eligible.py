"""The form in which the secretariat says who may apply in a round: plain fields, no code."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from saduak.organisations.models import Organisation
from saduak.programme.eligibility import LONGEST_NOTE


class EligibilityForm(forms.Form):
    """Kinds of application, and what every centre has to meet."""

    new = forms.BooleanField(label=_("รับสมัครใหม่"), help_text=_("ศูนย์ที่ไม่มีใบรับรองที่ยังใช้ได้"), required=False)
    renewal = forms.BooleanField(label=_("รับต่ออายุ"), required=False)
    before = forms.ChoiceField(
        label=_("ต่ออายุได้เมื่อใบรับรองสิ้นอายุแล้ว หรือจะสิ้นอายุก่อน"),
        choices=[
            ("this", _("ผลของรอบนี้ออก")),
            ("next", _("ผลของรอบถัดไปออก นับหลังผลของรอบนี้ 1 ปี")),
        ],
        widget=forms.RadioSelect,
    )
    upgrade = forms.BooleanField(
        label=_("รับคำขอเลื่อนระดับ"), help_text=_("ใบรับรองยังใช้ได้เลยวันที่ผลของรอบนี้ออก"), required=False
    )
    below_highest = forms.BooleanField(label=_("เลื่อนได้เฉพาะศูนย์ที่ยังไม่ถึงระดับสูงสุด"), required=False)
    months_open = forms.IntegerField(
        label=_("ศูนย์ต้องเปิดมาแล้วกี่เดือน"),
        help_text=_("นับถึงวันปิดรับสมัคร 0 คือไม่กำหนด ศูนย์ที่ไม่ได้บันทึกวันเปิดไว้ ระบบไม่กัน"),
        min_value=0,
        max_value=120,
    )
    agencies = forms.MultipleChoiceField(
        label=_("รับเฉพาะหน่วยงานประเภท"),
        help_text=_("ไม่เลือกเลยคือรับทุกประเภท"),
        choices=Organisation.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    note = forms.CharField(
        label=_("ข้อความถึงศูนย์ที่สมัครไม่ได้"),
        help_text=_("ต่อท้ายเหตุผลที่ระบบบอกเอง เช่น ติดต่อใคร"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    official = forms.BooleanField(
        label=_("เงื่อนไขนี้โครงการประกาศแล้ว"), help_text=_("ไม่เลือก หน้าเว็บจะบอกว่ายังไม่เป็นทางการ"), required=False
    )
    source = forms.CharField(
        label=_("ที่มาของเงื่อนไข"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    @staticmethod
    def filled(rules: Mapping[str, Any]) -> dict[str, Any]:
        """What the fields show for the rules of a round."""
        return {
            **{key: rules[key] for key in ("months_open", "agencies", "note", "official", "source")},
            **{kind: rules[kind]["allowed"] for kind in ("new", "renewal", "upgrade")},
            "before": rules["renewal"]["before"],
            "below_highest": rules["upgrade"]["below_highest"],
        }

    def rules(self) -> dict[str, Any]:
        """The rules as they were typed."""
        typed = self.cleaned_data
        return {
            **{key: typed[key] for key in ("months_open", "agencies", "official")},
            **{key: " ".join(typed[key].split()) for key in ("note", "source")},
            "new": {"allowed": typed["new"]},
            "renewal": {"allowed": typed["renewal"], "before": typed["before"]},
            "upgrade": {"allowed": typed["upgrade"], "below_highest": typed["below_highest"]},
        }
