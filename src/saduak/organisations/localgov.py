"""Local governments from a CSV: its columns, and what a careful clerk would find wrong in each line.

No open list of Thailand's 7,850 local governments exists. Who has one (the department, a province) brings it in this
form; nothing is derived from subdistricts, because one local government may cover several and one may hold two.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from saduak.foundation.thai.text import normalise
from saduak.organisations.bulk import Spec
from saduak.organisations.models import Area, Organisation

COLUMNS: Final[dict[str, Promise]] = {
    "code": gettext_lazy("รหัสที่ไม่ซ้ำและไม่เปลี่ยน: a-z, 0-9, ขีดกลาง หรือทวิภาค"),
    "type": gettext_lazy(
        "ประเภท: องค์การบริหารส่วนจังหวัด เทศบาลนคร เทศบาลเมือง เทศบาลตำบล หรือ องค์การบริหารส่วนตำบล"
    ),
    "name_th": gettext_lazy("ชื่อเต็ม"),
    "name_en": gettext_lazy("ชื่อภาษาอังกฤษ (ไม่บังคับ)"),
    "province_code": gettext_lazy("รหัสจังหวัด 2 หลัก"),
    "district_code": gettext_lazy("รหัสอำเภอ 4 หลัก (ว่างได้เฉพาะองค์การบริหารส่วนจังหวัด)"),
    "address": gettext_lazy("ที่อยู่ (ไม่บังคับ)"),
    "phone": gettext_lazy("โทรศัพท์ (ไม่บังคับ)"),
    "email": gettext_lazy("อีเมลกลาง (ไม่บังคับ)"),
    "head_title": gettext_lazy("ตำแหน่งหัวหน้าหน่วยงาน (ว่างไว้ ระบบเติมให้)"),
    "source": gettext_lazy("ที่มาของข้อมูล"),
    "is_sample": gettext_lazy("1 เมื่อเป็นข้อมูลตัวอย่าง"),
}
REQUIRED: Final = ("code", "type", "name_th", "province_code", "source")
PAO: Final = "องค์การบริหารส่วนจังหวัด"
SAO: Final = "องค์การบริหารส่วนตำบล"
# Kind → (short form, title of the head). The province supervises the first three, the district the others.
TYPES: Final[dict[str, tuple[str, str]]] = {
    PAO: ("อบจ.", "นายกองค์การบริหารส่วนจังหวัด"),
    "เทศบาลนคร": ("ทน.", "นายกเทศมนตรีนคร"),
    "เทศบาลเมือง": ("ทม.", "นายกเทศมนตรีเมือง"),
    "เทศบาลตำบล": ("ทต.", "นายกเทศมนตรีตำบล"),
    SAO: ("อบต.", "นายกองค์การบริหารส่วนตำบล"),
}
_BY_PROVINCE: Final = frozenset({PAO, "เทศบาลนคร", "เทศบาลเมือง"})
_LIMITS: Final = {
    "code": 50,
    "name_th": 200,
    "name_en": 200,
    "address": 400,
    "phone": 100,
    "email": 254,
    "source": 200,
}
_CODE_SYMBOLS: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-:")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a line of the file; line 1 holds the names of the columns."""

    line: int
    column: str
    message: str

    def __str__(self) -> str:
        return _("บรรทัด %(line)d ช่อง %(column)s: %(message)s") % {
            "line": self.line,
            "column": self.column or "-",
            "message": self.message,
        }


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the file, cleaned."""

    line: int
    values: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")

    @property
    def code(self) -> str:
        """The organisation's code in the register."""
        return f"local:{self['code']}"


@dataclass(slots=True)
class Reading:
    """A file as it was read: rows that can be taken, and everything that is wrong with the others."""

    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    known: int = 0


def read(source: Path | bytes) -> Reading:
    """Read and check a CSV file in UTF-8 (with or without a byte order mark). Writes nothing.

    Two queries: areas, and the codes and names that exist.
    """
    reading = Reading()
    try:
        text = (source.read_bytes() if isinstance(source, Path) else source).decode("utf-8-sig")
    except UnicodeDecodeError:
        reading.problems.append(Problem(1, "", _("ไฟล์ไม่ใช่ UTF-8 ใน Excel ให้บันทึกเป็น CSV UTF-8 แล้วลองใหม่")))
        return reading
    table = csv.DictReader(io.StringIO(text, newline=""))
    missing = [column for column in REQUIRED if column not in (table.fieldnames or ())]
    unknown = [str(column) for column in table.fieldnames or () if column not in COLUMNS]
    if missing or unknown:
        if missing:
            reading.problems.append(Problem(1, "", _("ไม่มีช่อง %s") % ", ".join(missing)))
        if unknown:
            reading.problems.append(Problem(1, "", _("ไม่รู้จักช่อง %s") % ", ".join(unknown)))
        return reading
    lines: list[Row] = []
    try:
        for record in table:
            values = {key: normalise(value or "").strip() for key, value in record.items() if key in COLUMNS}
            if None in record:
                reading.problems.append(
                    Problem(table.line_num, "", _("มีค่ามากกว่าจำนวนช่อง ตรวจเครื่องหมายจุลภาค"))
                )
            elif any(values.values()):
                lines.append(Row(table.line_num, values))
    except csv.Error:
        reading.problems.append(Problem(table.line_num + 1, "", _("อ่านบรรทัดนี้ไม่ได้ ตรวจเครื่องหมายคำพูด")))
    _check(lines, reading)
    return reading


def _check(lines: Sequence[Row], reading: Reading) -> None:
    areas = set(Area.objects.exclude(kind=Area.Kind.SUBDISTRICT).values_list("code", flat=True))
    known = set(Organisation.objects.filter(code__startswith="local:").values_list("code", flat=True))
    seen: dict[str, int] = {}
    for row in lines:
        problems = [Problem(row.line, column, message) for column, message in _wrong(row, areas)]
        if row.code in seen:
            message = _("รหัสซ้ำกับบรรทัด %d") % seen[row.code]
            problems.append(Problem(row.line, "code", message))
        seen.setdefault(row.code, row.line)
        reading.problems += problems
        if not problems:
            reading.rows.append(row)
            reading.known += row.code in known


def _wrong(row: Row, areas: set[str]) -> Iterable[tuple[str, str]]:
    for column in REQUIRED:
        if not row[column]:
            yield column, _("ต้องมีค่า")
    for column, limit in _LIMITS.items():
        if len(row[column]) > limit:
            yield column, _("ยาวเกิน %d ตัวอักษร") % limit
    if not set(row["code"]) <= _CODE_SYMBOLS:
        yield "code", _("ใช้ได้เฉพาะ a-z, 0-9, ขีดกลาง และทวิภาค")
    if row["is_sample"] not in {"", "0", "1"}:
        yield "is_sample", _("ใช้ 1 หรือปล่อยว่าง")
    yield from _wrong_type(row)
    yield from _wrong_place(row, areas)
    if row["email"]:
        try:
            validate_email(row["email"])
        except ValidationError:
            yield "email", _("รูปแบบอีเมลไม่ถูกต้อง")


def _wrong_type(row: Row) -> Iterable[tuple[str, str]]:
    if row["type"] and row["type"] not in TYPES:
        yield "type", _("ไม่รู้จักประเภท ใช้ได้: %s") % ", ".join(TYPES)
    elif row["type"] and row["name_th"] and not row["name_th"].startswith(row["type"]):
        yield "name_th", _("ชื่อเต็มต้องขึ้นต้นด้วย %s") % row["type"]


def _wrong_place(row: Row, areas: set[str]) -> Iterable[tuple[str, str]]:
    province, district = row["province_code"], row["district_code"]
    if province and (len(province) != 2 or province not in areas or province == "10"):
        yield "province_code", _("ไม่มีจังหวัดรหัส %s") % province
    elif district and (len(district) != 4 or district not in areas):
        yield "district_code", _("ไม่มีอำเภอรหัส %s") % district
    elif district and not district.startswith(province):
        yield (
            "district_code",
            _("อำเภอรหัส %(district)s ไม่ได้อยู่ในจังหวัดรหัส %(province)s")
            % {
                "district": district,
                "province": province,
            },
        )
    elif not district and row["type"] != PAO:
        yield "district_code", _("ต้องมีรหัสอำเภอ")


def specs(rows: Iterable[Row]) -> list[Spec]:
    """The organisations of checked rows, with who supervises them.

    The province's local administration office helps to supervise every one, so that its department sees them too.
    """
    return [_spec(row) for row in rows]


def _spec(row: Row) -> Spec:
    short, head = TYPES[row["type"]]
    place = row["name_th"].removeprefix(row["type"])
    province = f"province:{row['province_code']}"
    district = f"district:{row['district_code']}" if row["district_code"] else ""
    supervisor = province if row["type"] in _BY_PROVINCE else district
    return Spec(
        code=row.code,
        kind=Organisation.Kind.LOCAL_GOVERNMENT,
        type_th=row["type"],
        name_th=row["name_th"],
        name_en=row["name_en"],
        aliases=f"{short}{place}",
        head_title=row["head_title"] or f"{head}{place}",
        address=row["address"],
        phone=row["phone"],
        email=row["email"],
        area=row["district_code"] or row["province_code"],
        supervision=(supervisor, f"local-admin:{row['province_code']}"),
        territory=(district or province,),
        source=row["source"],
        is_sample=row["is_sample"] == "1",
    )
