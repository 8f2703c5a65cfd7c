"""Forms of good practices. They read what was typed; whether it may be done is decided by the actions."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from saduak.applications.actions.practices import LONGEST
from saduak.applications.queries import LevelChoice, PracticeLibrary


def _area(rows: int, longest: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "maxlength": longest})


class PracticeForm(forms.Form):
    """What is shown of a filed answer: a title, its text cut shorter, chosen pictures, and why others should read it."""

    title = forms.CharField(
        label=_("ชื่อเรื่อง"),
        help_text=_("บอกว่าศูนย์ทำอะไร เช่น เปิดช่องบริการช่วงพักกลางวันด้วยเวรสลับ"),
        max_length=LONGEST["title"],
        error_messages={"required": _("เขียนชื่อเรื่องสั้น ๆ")},
    )
    text = forms.CharField(
        label=_("ข้อความที่แสดง"),
        help_text=_("ตัดจากที่ยื่นไว้ให้สั้นลงได้ ข้ามตรงไหนให้ใส่ … คั่น ต้นฉบับยังเก็บไว้"),
        max_length=LONGEST["text"],
        widget=_area(10, LONGEST["text"]),
        error_messages={"required": _("ต้องมีข้อความที่แสดง")},
    )
    why = forms.CharField(
        label=_("ดีอย่างไร"),
        help_text=_("คำของผู้เลือก บอกศูนย์อื่นว่าควรดูตรงไหน"),
        required=False,
        max_length=LONGEST["why"],
        widget=_area(3, LONGEST["why"]),
    )
    pictures = forms.MultipleChoiceField(
        label=_("รูปที่แสดง"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, pictures: Iterable[tuple[Any, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(row.public_id), caption) for row, caption in pictures]
        self.fields["pictures"].choices = choices  # type: ignore[attr-defined] # a ChoiceField
        if not choices:
            del self.fields["pictures"]

    def arguments(self) -> dict[str, Any]:
        """What the actions take."""
        said = self.cleaned_data
        chosen = [UUID(value) for value in said.get("pictures", ())]
        return {"title": said["title"], "text": said["text"], "why": said["why"], "picture_ids": chosen}


class ConsentForm(forms.Form):
    """The head's consent to what stands above it."""

    agreed = forms.BooleanField(
        label=_("อ่านและดูครบแล้ว ยินยอมให้เผยแพร่ตามที่เห็นข้างบน"),
        error_messages={"required": _("ยืนยันว่ายินยอมก่อน")},
    )
    people = forms.BooleanField(label=_("รูปไม่มีคนที่จำหน้าได้ หรือคนในรูปยินยอมให้เผยแพร่แล้ว"), required=False)

    def __init__(self, *args: Any, pictures: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not pictures:
            del self.fields["people"]


class ReasonForm(forms.Form):
    """Why, when somebody says no or takes it away."""

    reason = forms.CharField(
        label=_("เหตุผล"), required=False, max_length=LONGEST["reason"], widget=_area(3, LONGEST["reason"])
    )


class HideForm(forms.Form):
    """Which picture is taken off."""

    picture = forms.UUIDField(error_messages={"required": _("เลือกรูป"), "invalid": _("เลือกรูป")})


class SuggestForm(forms.Form):
    """Why others should learn from it."""

    note = forms.CharField(
        label=_("ดีอย่างไร"), required=False, max_length=LONGEST["note"], widget=_area(3, LONGEST["note"])
    )


class LevelsForm(forms.Form):
    """From which levels practices are taken."""

    levels = forms.MultipleChoiceField(
        label=_("ระดับที่เลือกแนวปฏิบัติได้"),
        help_text=_("ถ้าไม่เลือกเลย ใช้ระดับสูงสุดของเกณฑ์ในรอบนั้น"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, choice: LevelChoice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(level.key, level.label) for level in choice.levels]
        self.fields["levels"].choices = choices  # type: ignore[attr-defined] # a ChoiceField


class PracticesForm(forms.Form):
    """What to find in the library."""

    q = forms.CharField(label=_("คำค้น"), required=False, max_length=100)
    criterion = forms.ChoiceField(label=_("ข้อ"), required=False)
    year = forms.ChoiceField(label=_("ปีงบประมาณ"), required=False)

    def __init__(self, *args: Any, library: PracticeLibrary, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = [
            (view.part.label, [(one.key, f"{one.number} {one.label}"[:110] + f" ({n})") for one, n in held])
            for view, held in library.parts
        ]
        self.fields["criterion"].choices = [("", _("ทุกข้อ")), *groups]  # type: ignore[attr-defined] # a ChoiceField
        years = [(str(year), f"{year} ({n})") for year, n in library.by_year.items()]
        self.fields["year"].choices = [("", _("ทุกปี")), *years]  # type: ignore[attr-defined] # as above

    def wanted(self) -> dict[str, Any]:
        """The arguments of `queries.practice_list`; what is not understood asks for nothing.

        A criterion that is not to choose from is asked for all the same: finding nothing is better than everything.
        """
        self.is_valid()
        said = self.cleaned_data
        year = said.get("year", "")
        return {
            "q": said.get("q", ""),
            "criterion": said.get("criterion", self.data.get("criterion", "")),
            "year": int(year) if year else None,
        }


class CandidatesForm(forms.Form):
    """What to look for among filed answers."""

    q = forms.CharField(label=_("ชื่อศูนย์"), required=False, max_length=100)
    criterion = forms.ChoiceField(label=_("ข้อ"), required=False)

    def __init__(self, *args: Any, parts: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = [
            (view.part.label, [(one.key, f"{one.number} {one.label}"[:120]) for one in view.criteria])
            for view in parts
        ]
        self.fields["criterion"].choices = [("", _("เด่นสุดของแต่ละข้อ")), *groups]  # type: ignore[attr-defined] # a ChoiceField

    def wanted(self) -> dict[str, str]:
        """What was asked for; what is not understood asks for nothing."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in ("q", "criterion")}
