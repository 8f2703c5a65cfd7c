"""Forms of a headquarters' shared library. They read what was typed; whether it may be done is decided by the actions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from saduak.applications import links
from saduak.applications.actions import Sharing, Source
from saduak.applications.actions.evidence import ACCEPTED, LONGEST_CAPTION
from saduak.applications.actions.sharing import LONGEST_TEXT
from saduak.applications.models import Evidence, SharedItem
from saduak.foundation import files
from saduak.programme.queries import Contents

# The tag (word and loop) of each state of an item.
STATES: dict[str, tuple[str, Any]] = {
    "draft": ("none", _("ร่าง")),
    "published": ("done", _("เผยแพร่แล้ว")),
    "retired": ("off", _("เลิกใช้แล้ว")),
}


class SharedForm(forms.Form):
    """What is shared, for which criteria, and whether a centre has to add proof of its own."""

    caption = forms.CharField(
        label=_("ชื่อ"),
        help_text=_("ชื่อที่ศูนย์และผู้ตรวจประเมินเห็น เช่น คู่มือมาตรฐานการให้บริการ พ.ศ. 2570"),
        max_length=LONGEST_CAPTION,
        error_messages={"required": _("เขียนชื่อที่บอกว่าคืออะไร"), "max_length": _("คำอธิบายยาวเกิน 300 ตัวอักษร")},
    )
    file = forms.FileField(label=_("ไฟล์"), required=False)
    url = forms.CharField(
        label=_("หรือที่อยู่เว็บ"),
        help_text=_("ขึ้นต้นด้วย https:// และเปิดได้โดยไม่ต้องเข้าสู่ระบบ ใช้เมื่อไม่มีไฟล์"),
        required=False,
        max_length=links.LONGEST,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"max_length": _("ที่อยู่เว็บยาวเกิน 1,000 ตัวอักษร")},
    )
    video = forms.BooleanField(label=_("ที่อยู่เว็บนี้เป็นวิดีโอ"), required=False)
    criteria = forms.MultipleChoiceField(
        label=_("ใช้กับข้อ"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("เลือกอย่างน้อย 1 ข้อ"),
            "invalid_choice": _("มีข้อที่ไม่อยู่ในเกณฑ์ของโครงการ เลือกใหม่"),
        },
    )
    text = forms.CharField(
        label=_("ข้อความที่ศูนย์นำไปใช้ได้"),
        help_text=_("ศูนย์นำไปใส่ในคำอธิบายแล้วแก้ให้เป็นของตนได้ ระบบไม่นับว่าเป็นข้อความที่คัดลอกกัน"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"max_length": _("ข้อความยาวเกิน 5,000 ตัวอักษร")},
    )
    needs_local = forms.BooleanField(
        label=_("ศูนย์ต้องแนบหลักฐานของตนเองด้วย"),
        help_text=_("เลือกไว้เมื่อเป็นแผนหรือคู่มือ เพราะไม่ได้แสดงว่าศูนย์ทำจริง รายการนี้อย่างเดียวจึงไม่นับเป็นหลักฐาน"),
        required=False,
        initial=True,
    )
    status = 422

    def __init__(self, *args: Any, set_: Contents, item: SharedItem | None = None, **kwargs: Any) -> None:
        if item is not None:
            kwargs["initial"] = {
                "caption": item.caption,
                "url": item.url,
                "video": item.kind == Evidence.Kind.VIDEO,
                "criteria": [row.key for row in item.criteria.all()],
                "text": item.text,
                "needs_local": item.needs_local,
            }
        super().__init__(*args, **kwargs)
        self.set_, self.item = set_, item
        kept = kwargs["initial"]["criteria"] if item is not None else []
        # What is for a criterion that is asked for no more stays for it.
        self.old = [key for key in kept if key not in set_.by_key]
        rows = [(row.key, f"{row.number} {row.label}") for row in set_.criteria]
        self.fields["criteria"].choices = rows  # type: ignore[attr-defined] # declared above
        self.fields["file"].help_text = files.limits_text(ACCEPTED)
        self.fields["file"].widget.attrs["accept"] = files.accept_attribute(ACCEPTED)
        if item is not None and item.file is not None:
            self.fields["file"].label = _("ไฟล์ใหม่แทนไฟล์เดิม")

    @property
    def about(self) -> Sharing:
        """What was typed."""
        typed = self.cleaned_data
        return Sharing(
            typed["caption"], [*typed["criteria"], *self.old], typed["text"], needs_local=typed["needs_local"]
        )

    @property
    def source(self) -> Source:
        """The file or the link; nothing when the one of a draft stays as it is."""
        typed = self.cleaned_data
        url, kind = typed["url"], Evidence.Kind.VIDEO if typed["video"] else Evidence.Kind.LINK
        item = self.item
        if typed["file"] is not None and item is not None and url == item.url:
            # A file takes the place of the link that stood there.
            url = ""
        elif item is not None and item.url and (url, kind) == (item.url, item.kind):
            url = ""
        return Source(
            file=typed["file"], name=getattr(typed["file"], "name", ""), url=url, kind=kind if url else None
        )

    def parts_shown(self) -> list[dict[str, Any]]:
        """The criteria by part and side as the page shows them, open where one is chosen."""
        chosen = set(self["criteria"].value() or ())
        shown = []
        for part in self.set_.parts:
            for side in part.sides:
                rows = [(row, row.key in chosen) for row in side.criteria]
                title = " ".join(dict.fromkeys(word for word in (part.part.label, side.label) if word))
                shown.append({"title": title, "rows": rows, "open": any(on for _row, on in rows)})
        return shown


class SharedFilterForm(forms.Form):
    """What to find in a shared library."""

    criterion = forms.ChoiceField(label=_("ใช้กับข้อ"), required=False)
    state = forms.ChoiceField(
        label=_("สถานะ"),
        required=False,
        choices=[("", _("ร่างและที่เผยแพร่")), *((key, words) for key, (_tag, words) in STATES.items())],
    )

    def __init__(self, *args: Any, set_: Contents, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [(row.key, f"{row.number} {row.label}"[:80]) for row in set_.criteria]
        self.fields["criterion"].choices = [("", _("ทุกข้อ")), *rows]  # type: ignore[attr-defined] # declared above

    def narrowed(self) -> dict[str, str]:
        """The arguments of `queries.shared_library`; everything when something else stood in the address."""
        if not self.is_valid():
            return {}
        return {"criterion": self.cleaned_data["criterion"], "state": self.cleaned_data["state"]}
