"""Many organisations at once, in constant queries: for the seed of the country and for the importer."""

from collections.abc import Sequence
from dataclasses import dataclass

from saduak.organisations import paths
from saduak.organisations.models import Area, Organisation, OrganisationName, Relation

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Spec:
    """An organisation to be added, with the codes of what it stands under."""

    code: str
    kind: str
    name_th: str
    name_en: str = ""
    type_th: str = ""
    aliases: str = ""
    letter_code: str = ""
    unit_number: str = ""
    head_title: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    area: str = ""
    line: tuple[str, ...] = ()
    supervision: tuple[str, ...] = ()
    territory: tuple[str, ...] = ()
    issues_for: tuple[str, ...] = ()
    source: str = ""
    is_sample: bool = False

    def organisation(self, areas: dict[str, int]) -> Organisation:
        """The row, not saved yet."""
        row = Organisation(
            code=self.code,
            kind=self.kind,
            name_th=self.name_th,
            name_en=self.name_en,
            type_th=self.type_th,
            aliases=self.aliases,
            letter_code=self.letter_code,
            unit_number=self.unit_number,
            head_title=self.head_title,
            address=self.address,
            phone=self.phone,
            email=self.email,
            area_id=areas[self.area] if self.area else None,
            source=self.source,
            is_sample=self.is_sample,
        )
        row.keyed()
        return row


def add(specs: Sequence[Spec]) -> int:
    """Add the organisations that are not there yet, with their names, relations and paths.

    What exists keeps what people changed: names, contacts and relations of known organisations are left alone.

    Returns:
        How many organisations are new.
    """
    keys = dict(Organisation.objects.values_list("code", "pk"))
    new = [spec for spec in specs if spec.code not in keys]
    if not new:
        return 0
    areas = dict(
        Area.objects.filter(code__in={spec.area for spec in new if spec.area}).values_list("code", "pk")
    )
    rows = Organisation.objects.bulk_create([spec.organisation(areas) for spec in new], batch_size=_CHUNK)
    keys |= {row.code: row.pk for row in rows}
    OrganisationName.objects.bulk_create(
        [OrganisationName(organisation=row, name_th=row.name_th, name_en=row.name_en) for row in rows],
        batch_size=_CHUNK,
    )
    Relation.objects.bulk_create(
        [
            Relation(kind=kind, child_id=keys[spec.code], parent_id=keys[parent])
            for spec in new
            for kind in Relation.Kind.values
            for parent in getattr(spec, kind)
        ],
        batch_size=_CHUNK,
    )
    paths.rebuild()
    return len(rows)
