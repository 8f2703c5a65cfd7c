"""Places in a template, written {{name}}, and what is put into them. Nothing is ever evaluated."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# A legal reference is cited as {{law:code}}.
LAW = "law:"

_PLACE = re.compile(r"\{\{[ \t\u00a0]*([A-Za-z][A-Za-z0-9_.:-]*)[ \t\u00a0]*\}\}")
# Places, then what only looks like one, then what waits for a pen: dots or lines in a row.
_OPEN = re.compile(rf"{_PLACE.pattern}|\{{\{{[^{{}}\n]{{0,80}}(?:\}}\}})?|\.{{4,}}|…{{2,}}|_{{4,}}")


@dataclass(frozen=True, slots=True)
class Place:
    """A place that templates may have, and what people call it.

    Args:
        name: dotted, as it is written between the braces.
        label_th: in Thai; translated where a page shows it.
    """

    name: str
    label_th: str | Promise


# Days are filled in as 19 ธันวาคม 2569, times as 09.00 - 12.00 น., a level without the word ระดับ.
PLACES = (
    Place("round.year", _("ปีงบประมาณของรอบ (พ.ศ.)")),
    Place("round.name", _("ชื่อรอบ")),
    Place("round.opens", _("วันเปิดรับสมัคร")),
    Place("round.closes", _("วันปิดรับสมัคร")),
    Place("programme.name", _("ชื่อโครงการ")),
    Place("programme.short_name", _("ชื่อย่อโครงการ")),
    Place("programme.website", _("เว็บไซต์ของโครงการ")),
    Place("programme.phone", _("โทรศัพท์ของโครงการ")),
    Place("issuer.name", _("หน่วยงานที่ออกหนังสือ")),
    Place("office.name", _("หน่วยงานเจ้าของเรื่อง")),
    Place("recipient.name", _("ผู้รับหนังสือ")),
    Place("parent.number", _("ที่ของหนังสือต้นเรื่อง")),
    Place("parent.dated", _("วันที่ของหนังสือต้นเรื่อง")),
    Place("parent.issuer", _("หน่วยงานที่ออกหนังสือต้นเรื่อง")),
    Place("deadline", _("วันครบกำหนด")),
    Place("meeting.title", _("ชื่อการประชุม")),
    Place("meeting.day", _("วันประชุม")),
    Place("meeting.time", _("เวลาประชุม")),
    Place("meeting.place", _("สถานที่ประชุม")),
    Place("centre.name", _("ชื่อศูนย์")),
    Place("certificate.level", _("ระดับของใบรับรอง")),
    Place("certificate.expires", _("วันที่ใบรับรองหมดอายุ")),
    Place("visit.day", _("วันตรวจประเมิน")),
    Place("result.decision", _("มติและประกาศที่ให้ผล")),
    Place("result.reason", _("เหตุผลของผล")),
    Place("apply.again", _("สมัครอีกครั้งได้เมื่อใด")),
)
KNOWN = {place.name: place for place in PLACES}


def names(text: str) -> list[str]:
    """The names of the places in a text, each once, in their order."""
    return list(dict.fromkeys(_PLACE.findall(text)))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with every place filled that `values` has; others stay. What is filled in is not looked at again."""
    return _PLACE.sub(lambda match: values.get(match[1], match[0]), text)


def unfilled(text: str) -> list[str]:
    """What nobody has filled yet, each once, in order: places by name; everything else as it stands.

    Everything else is a brace without its end or around what is no name, and dots or a line that wait for a pen.
    """
    return list(dict.fromkeys(match[1] or match[0] for match in _OPEN.finditer(text)))


def unknown(text: str) -> list[str]:
    """The places in a text that are in no list and cite no law."""
    return [name for name in names(text) if name not in KNOWN and not name.startswith(LAW)]
