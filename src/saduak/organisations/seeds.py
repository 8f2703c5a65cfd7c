"""The country as it stands before anybody signs in: areas, the skeleton of agencies, programmes. Can be repeated.

Reference data comes by this, never by a migration. What people changed later is left alone.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.db import connection, transaction

from saduak.organisations import bulk, geography, localgov, signals
from saduak.organisations.bulk import Spec
from saduak.organisations.models import Area, Organisation, OrganisationName, Programme, Relation, TreePath

TABLES: Final = (Area, Organisation, OrganisationName, Relation, TreePath)
BANGKOK: Final = "10"
SAMPLE_LOCAL_GOVERNMENTS: Final = geography.DATA / "localgov-sample.csv"


@dataclass(frozen=True, slots=True)
class Seeded:
    """What stands in the database after a seed."""

    areas: int
    organisations: int
    added: int
    relations: int


@transaction.atomic
def seed(*, samples: bool = False) -> Seeded:
    """Put in place areas, agencies and the GECC programme.

    Args:
        samples: also state enterprises and local governments for a demo: those that the two letters name, and
            samples that are marked as such.
    """
    areas = geography.seed()
    specs = [*_from_file(geography.DATA / "skeleton.csv"), *_of_provinces(), *_of_districts()]
    if samples:
        specs += _from_file(geography.DATA / "samples.csv", is_sample=True)
        specs += localgov.specs(localgov.read(SAMPLE_LOCAL_GOVERNMENTS).rows)
    added = bulk.add(specs)
    signals.seeded.send(sender=Programme, programme=programmes())
    _measure()
    return Seeded(
        areas=areas,
        organisations=Organisation.objects.count(),
        added=added,
        relations=Relation.objects.count(),
    )


def _measure() -> None:
    """Tell PostgreSQL how large the tables are now: until its own daemon has looked, it plans for empty ones."""
    if connection.vendor == "postgresql":
        quoted = (connection.ops.quote_name(table._meta.db_table) for table in TABLES)
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(quoted)}")


def programmes() -> Programme:
    """The GECC programme, hosted by the public service centre of the Prime Minister's Office."""
    row: Programme
    row, _created = Programme.objects.get_or_create(
        code="gecc",
        defaults={
            "name_th": "มาตรฐานการให้บริการของศูนย์ราชการสะดวก",
            "name_en": "Government Easy Contact Center",
            "short_name": "GECC",
            "host": Organisation.objects.filter(code="psc").first(),
            "website": "https://www.psc.opm.go.th",
            "phone": "0 2283 4475, 0 2283 4473",
        },
    )
    return row


def _from_file(path: Path, *, is_sample: bool = False) -> list[Spec]:
    """Agencies from a CSV whose columns are those of `Spec`; the relation columns hold codes with spaces between."""
    related = {"line", "issues_for", "supervision"}

    def spec(row: dict[str, str]) -> Spec:
        values: dict[str, Any] = {key: tuple(v.split()) if key in related else v for key, v in row.items()}
        return Spec(**values, is_sample=is_sample)

    with path.open(encoding="utf-8", newline="") as file:
        return [spec(row) for row in csv.DictReader(file)]


def _of_provinces() -> Iterator[Spec]:
    """Each of the 76 provinces, and in it the offices of two departments that also write in the province's name."""
    for area in Area.objects.filter(kind=Area.Kind.PROVINCE).exclude(code=BANGKOK).order_by("code"):
        province = f"province:{area.code}"
        yield Spec(
            code=province,
            kind=Organisation.Kind.PROVINCE,
            type_th="จังหวัด",
            name_th=f"จังหวัด{area.name_th}",
            name_en=f"{area.name_en} Province",
            aliases=f"จ.{area.name_th} ศาลากลางจังหวัด{area.name_th}",
            head_title=f"ผู้ว่าราชการจังหวัด{area.name_th}",
            line=("moi",),
            area=area.code,
            letter_code=area.letter_code,
        )
        yield Spec(
            code=f"provincial-admin:{area.code}",
            kind=Organisation.Kind.PROVINCIAL_OFFICE,
            type_th="ที่ทำการปกครองจังหวัด",
            name_th=f"ที่ทำการปกครองจังหวัด{area.name_th}",
            name_en=f"{area.name_en} Provincial Administration Office",
            aliases=f"ปค.จ.{area.name_th}",
            unit_number="0018",
            head_title=f"ปลัดจังหวัด{area.name_th}",
            line=("dopa", province),
            issues_for=(province,),
            area=area.code,
            letter_code=area.letter_code,
        )
        yield Spec(
            code=f"local-admin:{area.code}",
            kind=Organisation.Kind.PROVINCIAL_OFFICE,
            type_th="สำนักงานส่งเสริมการปกครองท้องถิ่นจังหวัด",
            name_th=f"สำนักงานส่งเสริมการปกครองท้องถิ่นจังหวัด{area.name_th}",
            name_en=f"{area.name_en} Provincial Office for Local Administration",
            aliases=f"สถจ.{area.name_th}",
            unit_number="0023",
            head_title=f"ท้องถิ่นจังหวัด{area.name_th}",
            line=("dla", province),
            issues_for=(province,),
            area=area.code,
            letter_code=area.letter_code,
        )


def _of_districts() -> Iterator[Spec]:
    """The 878 district offices, under their department and their province; Bangkok's 50 under Bangkok."""
    rows = Area.objects.filter(kind=Area.Kind.DISTRICT).select_related("parent").order_by("code")
    for area in rows:
        if area.code.startswith(BANGKOK):
            short = area.name_th.removeprefix("เขต")
            yield Spec(
                code=f"bangkok-district:{area.code}",
                kind=Organisation.Kind.SPECIAL,
                type_th="สำนักงานเขต",
                name_th=f"สำนักงานเขต{short}",
                name_en=f"{area.name_en} District Office, Bangkok",
                head_title=f"ผู้อำนวยการเขต{short}",
                letter_code="กท",
                area=area.code,
                line=("bangkok",),
            )
            continue
        yield Spec(
            code=f"district:{area.code}",
            kind=Organisation.Kind.DISTRICT,
            type_th="ที่ทำการปกครองอำเภอ",
            name_th=f"ที่ทำการปกครองอำเภอ{area.name_th}",
            name_en=f"{area.name_en} District Office",
            aliases=f"อำเภอ{area.name_th} อ.{area.name_th} ที่ว่าการอำเภอ{area.name_th}",
            head_title=f"นายอำเภอ{area.name_th}",
            letter_code=area.parent.letter_code if area.parent else "",
            area=area.code,
            line=("dopa", f"province:{area.code[:2]}"),
        )
