"""Thailand's areas from geothai: 77 provinces, 928 districts, 7,436 subdistricts with official codes."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import geothai

from saduak.organisations.models import Area

DATA: Final = Path(__file__).parent / "data"
_CHUNK = 500
_OFFICIAL = [
    "kind",
    "parent",
    "name_th",
    "name_en",
    "sort_key",
    "search_key",
    "region",
    "letter_code",
    "postal_code",
]


def provinces() -> dict[str, dict[str, str]]:
    """Letter code and region of each province by its code.

    Letter codes come from PyThaiNLP's list (CC0), regions are the six of the Royal Institute.
    """
    with (DATA / "provinces.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


def seed() -> int:
    """Bring the areas in line with geothai; can be repeated. Returns how many there are."""
    keys: dict[str, int] = {}
    total = 0
    for step in (_provinces(), _districts(keys), _subdistricts(keys)):
        rows = list(step)
        for row in rows:
            row.keyed(row.letter_code)
        Area.objects.bulk_create(
            rows, batch_size=_CHUNK, update_conflicts=True, unique_fields=["code"], update_fields=_OFFICIAL
        )
        keys.update(Area.objects.filter(kind=rows[0].kind).values_list("code", "pk"))
        total += len(rows)
    return total


def _provinces() -> Iterator[Area]:
    more = provinces()
    for area in geothai.provinces():
        yield Area(
            code=area.code,
            kind=Area.Kind.PROVINCE,
            name_th=area.name_th,
            name_en=area.name_en,
            region=more[area.code]["region"],
            letter_code=more[area.code]["letter_code"],
        )


def _districts(keys: dict[str, int]) -> Iterator[Area]:
    for province in geothai.provinces():
        for area in geothai.districts(province.code):
            yield Area(
                code=area.code,
                kind=Area.Kind.DISTRICT,
                parent_id=keys[province.code],
                name_th=area.name_th,
                name_en=area.name_en,
            )


def _subdistricts(keys: dict[str, int]) -> Iterator[Area]:
    for province in geothai.provinces():
        for district in geothai.districts(province.code):
            for area in geothai.subdistricts(district.code):
                yield Area(
                    code=area.code,
                    kind=Area.Kind.SUBDISTRICT,
                    parent_id=keys[district.code],
                    name_th=area.name_th,
                    name_en=area.name_en,
                    postal_code=area.postal_codes[0] if len(area.postal_codes) == 1 else "",
                )
