"""What the living style page shows: examples for every component. Nothing here comes from the database."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext_lazy as _

from saduak.foundation import clock
from saduak.foundation.access import Conflict
from saduak.foundation.web.forms import ThaiDateField

LEVELS = [
    {"key": "basic", "label": _("พื้นฐาน"), "floor": 70},
    {"key": "advanced", "label": _("ก้าวหน้า"), "floor": 80},
    {"key": "excellent", "label": _("เป็นเลิศ"), "floor": 90},
]

ICONS = (
    "done lack none sent work back wait late off order ask invite inform tel eye copy lib cam plus net key clip mail file "
    "image search people user org pin calendar print download upload edit trash lock flag shield chart bell qr link out up "
    "down left right menu close info help language table chat stamp route sheet clock history filter seal"
).split()

SWATCHES = (
    (_("พื้น"), ("paper", "surface", "sunken", "line", "line-strong")),
    (_("หมึก"), ("ink", "ink-soft", "link", "primary", "primary-strong", "primary-tint")),
    (_("สถานะ"), ("done", "due", "late", "wait", "idle")),
    (_("พื้นของสถานะ"), ("done-tint", "due-tint", "late-tint", "wait-tint", "idle-tint")),
    (_("ระดับ ใช้กับระดับเท่านั้น"), ("basic", "advanced", "excellent")),
    (_("โฟกัส ใช้กับโฟกัสเท่านั้น"), ("focus",)),
)


class Example(forms.Form):
    """One field of every kind."""

    name = forms.CharField(label=_("ชื่อศูนย์"), max_length=120, help_text=_("ตามคำสั่งจัดตั้ง"))
    year = forms.IntegerField(label=_("ปีงบประมาณ"), help_text=_("พ.ศ. 4 หลัก เช่น 2570"), min_value=2400)
    day = ThaiDateField(label=_("วันที่หนังสือถึงอำเภอ"), help_text=_("เช่น 22/01/2570"))
    email = forms.EmailField(label=_("อีเมล"), required=False)
    line = forms.ChoiceField(
        label=_("สังกัด"),
        choices=[("", _("เลือกสังกัด")), ("interior", _("กรมการปกครอง")), ("local", _("องค์กรปกครองส่วนท้องถิ่น"))],
    )
    story = forms.CharField(
        label=_("เล่าว่าศูนย์ทำอย่างไร"),
        widget=forms.Textarea,
        help_text=_("เขียนเท่าที่ทำจริง บอกว่าใครทำ เมื่อไร ได้ผลอย่างไร"),
    )
    how = forms.ChoiceField(
        label=_("รับทางใด"),
        widget=forms.RadioSelect,
        choices=[("paper", _("หนังสือกระดาษ")), ("line", _("ไลน์กลุ่ม")), ("mail", _("อีเมล"))],
    )
    days = forms.MultipleChoiceField(
        label=_("เปิดบริการวันใด"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        choices=[("weekday", _("จันทร์ – ศุกร์")), ("saturday", _("เสาร์")), ("sunday", _("อาทิตย์"))],
    )
    agree = forms.BooleanField(label=_("ข้อมูลตรงกับที่ทำจริง"), help_text=_("หัวหน้าหน่วยงานจะลงนามรับรองอีกครั้ง"))
    file = forms.FileField(label=_("หลักฐานการรับ"), help_text=_("รูปตรารับหนังสือ หรือภาพหน้าจอ ไม่เกิน 20 MB"))


class Claim(forms.Form):
    """The form that saves by itself."""

    claim = forms.ChoiceField(
        label=_("ศูนย์ของคุณมีแผนติดตามผลครบทั้ง 6 เรื่องหรือไม่"),
        widget=forms.RadioSelect,
        choices=[("1", _("มีครบ")), ("0", _("ยังไม่มี หรือมีไม่ครบ"))],
    )
    story = forms.CharField(label=_("เล่าว่าศูนย์ทำอย่างไร"), widget=forms.Textarea)


class Search(forms.Form):
    """A filter."""

    q = forms.CharField(
        label=_("ชื่อหน่วยงาน"), required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    state = forms.ChoiceField(
        label=_("สถานะ"),
        required=False,
        choices=[("", _("ทุกสถานะ")), ("work", _("กำลังเขียน")), ("sent", _("ยื่นแล้ว"))],
    )


def _wrong() -> Example:
    form = Example(
        {"name": "", "year": "25", "day": "31/02/2570", "story": "สั้น", "agree": ""}, auto_id="bad_%s"
    )
    form.is_valid()
    form.add_error(None, _("ศูนย์นี้มีใบสมัครของรอบนี้อยู่แล้ว"))
    return form


def _work() -> dict[str, Any]:
    now = clock.now()
    today = clock.today()
    return {
        "steps": [
            {
                "title": _("กายภาพข้อ 13 และ 14"),
                "url": "#gauge",
                "note": _("ขาดหลักฐาน 1 ข้อ ยังไม่เริ่ม 1 ข้อ"),
                "plus": _("เป็น 14 จาก 14"),
            },
            {"title": _("ข้อ 2.14"), "url": "#gauge", "note": _("แนบรูป 1 รูป"), "plus": _("+2 เป็น 76")},
            {"title": _("ข้อ 4.4"), "url": "#gauge", "note": _("แนบเอกสาร 1 ฉบับ"), "plus": _("+2 เป็น 78")},
        ],
        "stages": [
            {"title": _("ร่าง"), "state": "past", "when": today - timedelta(days=5)},
            {
                "title": _("จังหวัดตรวจทาน"),
                "state": "now",
                "text": _("ส่งร่างแล้ว"),
                "note": _("รอผล ประมาณ 5 วันทำการ"),
            },
            {
                "title": _("หัวหน้าหน่วยงานลงนามรับรองข้อมูล"),
                "state": "ahead",
                "note": _("หรือพิมพ์ให้หัวหน้าลงนามแล้วแนบสำเนา"),
            },
            {"title": _("ยื่นต่อ สปน."), "state": "ahead", "when": today + timedelta(days=24)},
        ],
        "route": [
            {"title": _("สำนักงานปลัดสำนักนายกรัฐมนตรี"), "state": "unknown", "text": _("ไม่ทราบวัน")},
            {"title": _("กระทรวงมหาดไทย"), "state": "past", "when": today - timedelta(days=20)},
            {"title": _("จังหวัด"), "state": "now", "text": _("อยู่ในมือ 4 วันทำการ")},
            {"title": _("อำเภอ"), "state": "ahead"},
        ],
        "near": now + timedelta(days=11),
        "far": now + timedelta(days=40),
        "over": now - timedelta(days=3),
        "today": now,
        "moment": now,
        "talk": _talk(),
    }


def _talk() -> list[dict[str, Any]]:
    now = clock.now()
    return [
        {
            "who": _("ผู้ประสานงานจังหวัด"),
            "at": now - timedelta(days=6),
            "text": _("ตารางแผนยังไม่มีช่องผู้รับผิดชอบ"),
            "theirs": True,
        },
        {
            "who": _("นักจัดการงานทั่วไป"),
            "role": _("ผู้ช่วย"),
            "at": now - timedelta(days=3),
            "text": _("เพิ่มช่องผู้รับผิดชอบแล้ว เหลือเสนอลงนาม"),
        },
    ]


def examples() -> dict[str, Any]:
    """The context of the style page."""
    rows = [_("อำเภอวังทอง"), _("อำเภอนครไทย"), _("อำเภอบางกระทุ่ม")]
    return {
        **_work(),
        "form": Example(),
        "wrong": _wrong(),
        "refusal": Conflict(
            _("ปิดรับสมัครแล้วเมื่อ 28 ก.พ. 2570 เวลา 23.59.59 น. ใบสมัครยังอยู่ครบ อ่านได้ แก้ไม่ได้"), "closed"
        ),
        "claim": Claim({"claim": "1", "story": _("ติดตาม 4 เรื่อง ทุกสิ้นเดือน")}, auto_id="auto_%s"),
        "search": Search(),
        "page": Paginator(range(1, 2431), 20).page(7),
        "offices": rows,
        "levels": LEVELS,
        "icons": ICONS,
        "states": [
            ("done", _("ครบ")),
            ("sent", _("ยื่นแล้ว")),
            ("work", _("กำลังเขียน")),
            ("wait", _("รอคุณตรวจ")),
            ("due", _("ขาดหลักฐาน")),
            ("back", _("จังหวัดขอแก้")),
            ("late", _("เลยกำหนด 1 วัน")),
            ("none", _("ยังไม่เริ่ม")),
            ("off", _("รับนอกระบบ")),
        ],
        "forces": ["order", "ask", "invite", "inform"],
        "swatches": SWATCHES,
        "views": [
            {"label": _("ทั้งหมด"), "url": "#tables", "current": True, "count": 9},
            {"label": _("เสี่ยงไม่ทัน"), "url": "#tables", "icon": "late", "count": 2},
            {"label": _("ยื่นแล้ว"), "url": "#tables", "icon": "sent", "count": 2},
        ],
        "numbers": [
            (2, _("จาก 9"), _("ยื่นต่อ สปน. แล้ว")),
            (1, _("แห่ง"), _("ยังไม่มีผู้รับผิดชอบ")),
            (11, _("วัน"), _("ส่งร่างให้จังหวัดตรวจทาน")),
            (20000, _("แห่ง"), _("ศูนย์ทั่วประเทศ")),
        ],
        "will": [
            (2, _("ส่งถึงผู้รับผิดชอบ"), _("อำเภอชาติตระการ และเทศบาลเมืองอรัญญิก")),
            (1, _("ส่งถึงนายอำเภอ และขอให้แต่งตั้งผู้รับผิดชอบ"), _("อำเภอนครไทย")),
            (3, _("จดในประวัติของแต่ละแห่ง"), _("ผู้รับเห็นว่าส่งจากจังหวัด")),
        ],
    }
