"""What a table of centres would come to, line by line, in constant queries; and tables that were read before."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from saduak.foundation.access import Actor
from saduak.organisations.branches import COLUMNS, LIMITS, Line, name_key, place_key
from saduak.organisations.models import (
    Area,
    BranchImport,
    BranchRow,
    Organisation,
    ServiceCentre,
    TreePath,
)
from saduak.organisations.queries.reach import under_q

NEW, EXISTS, WRONG, MADE = (str(state) for state in BranchRow.State.values)


@dataclass(slots=True)
class _Known:
    """What the register knows of the places, offices and centres that a table names."""

    organisation: Organisation
    offices: dict[str, list[Organisation]] = field(default_factory=dict)
    areas: dict[str, Area] = field(default_factory=dict)
    named: dict[tuple[str, str], list[Area]] = field(default_factory=dict)
    centres: dict[tuple[int, str], ServiceCentre] = field(default_factory=dict)


def judged(organisation: Organisation, lines: Sequence[Line]) -> list[BranchRow]:
    """The rows of a table with what each would come to; nothing is saved. Five queries, whatever their number.

    A centre is there already when its office has one of the same name, however it is spelled.

    Args:
        organisation: whose table it is; the offices in its line may stand in it.
        lines: as they were read.
    """
    known = _known(organisation, lines)
    seen: dict[tuple[int, str], int] = {}
    rows = []
    for line in lines:
        row, problems = _row(line, known)
        if not problems and row.office is not None:
            key = (row.office.pk, name_key(row.name))
            first = seen.setdefault(key, line.line)
            there = known.centres.get(key)
            if first != line.line:
                problems = [_("ซ้ำกับบรรทัด %d") % first]
            elif there is not None:
                row.state, row.centre = EXISTS, there
        if problems:
            row.state, row.message = WRONG, " ".join(problems)[:500]
        rows.append(row)
    return rows


def _known(organisation: Organisation, lines: Sequence[Line]) -> _Known:
    known = _Known(organisation)
    # What is too long is no name of anything: it is not looked up, and no key is made of it.
    _know_offices(known, {line["office"] for line in lines if 0 < len(line["office"]) <= LIMITS["office"]})
    codes = {line["code"] for line in lines if 0 < len(line["code"]) <= LIMITS["code"]}
    areas = Area.objects.filter(
        Q(kind__in=[Area.Kind.PROVINCE, Area.Kind.DISTRICT]) | Q(code__in=codes)
    ).select_related("parent")
    grouped: dict[tuple[str, str], list[Area]] = defaultdict(list)
    for area in areas:
        known.areas[area.code] = area
        grouped[area.kind, place_key(area.name_th)].append(area)
    known.named = dict(grouped)
    local = Organisation.objects.filter(code__in=codes, kind=Organisation.Kind.LOCAL_GOVERNMENT)
    known.areas |= {town.code: town.area for town in local.select_related("area") if town.area is not None}
    offices = {office.pk for found in known.offices.values() for office in found} | {organisation.pk}
    serving = ServiceCentre.objects.filter(organisation__in=offices, retired_at__isnull=True)
    for centre in serving.order_by("pk").only("public_id", "name_th", "organisation"):
        known.centres.setdefault((centre.organisation_id, name_key(centre.name_th)), centre)
    return known


def _know_offices(known: _Known, said: set[str]) -> None:
    """The offices in the line that the table names, by code and by name."""
    line = Organisation.objects.filter(under_q(known.organisation, field="pk"), retired_at__isnull=True)
    found: dict[str, list[Organisation]] = defaultdict(list)
    for office in line.select_related("area") if said else ():
        for words in {office.code, name_key(office.name_th)}:
            found[words].append(office)
    known.offices = {words: found.get(words) or found.get(name_key(words)) or [] for words in said}


def _row(line: Line, known: _Known) -> tuple[BranchRow, list[str]]:
    problems = list(_too_long(line))
    if problems:
        return _written(line), problems
    problems += _bad_addresses(line)
    if not line["name"]:
        problems.append(_("ไม่มีชื่อศูนย์"))
    kind = _kind(line["kind"])
    if not kind:
        problems.append(_("ไม่รู้จักประเภท %s") % line["kind"])
    office, wrong = _office(line["office"], known)
    problems += wrong
    area, wrong = _area(line, known)
    problems += wrong
    if area is None and not wrong and office is not None:
        area = office.area
        if area is None:
            problems.append(_("ระบุจังหวัด หรือรหัสพื้นที่"))
    row = _written(line)
    row.kind, row.office, row.area = kind, office, area
    return row, problems


def _written(line: Line) -> BranchRow:
    """A line as it stands in the file, before anything in it is looked up."""
    return BranchRow(
        line=line.line,
        name=line["name"][:300],
        address=line["address"][:400],
        phone=line["phone"][:100],
        email=line["email"][:254],
        officer=line["officer"][:254],
        state=NEW,
    )


def _too_long(line: Line) -> Iterator[str]:
    for key, value in line.values.items():
        if len(value) > LIMITS[key]:
            yield _("%(column)sยาวเกิน %(most)d ตัวอักษร") % {"column": COLUMNS[key][0], "most": LIMITS[key]}


def _bad_addresses(line: Line) -> Iterator[str]:
    for key in ("email", "officer"):
        if line[key]:
            try:
                validate_email(line[key])
            except ValidationError:
                yield _("%sไม่ถูกต้อง") % COLUMNS[key][0]


def _kind(said: str) -> str:
    """The kind of a centre by its key or its Thai words; empty when nobody knows it."""
    if not said:
        return str(ServiceCentre.Kind.OFFICE)
    words = {name_key(str(label)): str(key) for key, label in ServiceCentre.Kind.choices}
    return said.casefold() if said.casefold() in ServiceCentre.Kind.values else words.get(name_key(said), "")


def _office(said: str, known: _Known) -> tuple[Organisation | None, list[str]]:
    if not said:
        return known.organisation, []
    found = known.offices[said]
    if len(found) == 1:
        return found[0], []
    if found:
        return None, [_("มีหน่วยงานชื่อ %s หลายแห่ง ใช้รหัสหน่วยงานแทน") % said]
    return None, [_("ไม่มีหน่วยงาน %s ในสังกัด") % said]


def _area(line: Line, known: _Known) -> tuple[Area | None, list[str]]:
    code, province, district = line["code"], line["province"], line["district"]
    if code:
        area = known.areas.get(code)
        return area, [] if area else [_("ไม่มีพื้นที่รหัส %s") % code]
    if not province:
        return None, [_("ระบุจังหวัดของอำเภอ %s") % district] if district else []
    provinces = known.named.get((Area.Kind.PROVINCE, place_key(province)), [])
    if len(provinces) != 1:
        return None, [_("ไม่รู้จักจังหวัด %s") % province]
    if not district:
        return provinces[0], []
    districts = [
        area
        for area in known.named.get((Area.Kind.DISTRICT, place_key(district)), [])
        if area.code.startswith(provinces[0].code)
    ]
    if len(districts) != 1:
        words = _("ไม่รู้จักอำเภอ %(district)s ในจังหวัด %(province)s")
        return None, [words % {"district": district, "province": province}]
    return districts[0], []


# --- Tables that were read ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BranchCounts:
    """How many lines stand how."""

    new: int
    exists: int
    wrong: int
    made: int

    @property
    def all(self) -> int:
        """All of them."""
        return self.new + self.exists + self.wrong + self.made


def branch_import(actor: Actor, public_id: uuid.UUID) -> BranchImport | None:
    """A table that the actor may see, with its organisation. One query."""
    rows = BranchImport.objects.visible_to(actor).select_related("organisation", "batch")
    found: BranchImport | None = rows.filter(public_id=public_id).first()
    return found


def branch_imports(actor: Actor, organisation: Organisation) -> QuerySet[BranchImport]:
    """The tables of an organisation that the actor may see, the newest first. One query."""
    rows: QuerySet[BranchImport] = BranchImport.objects.visible_to(actor).filter(organisation=organisation)
    return rows.order_by("-made_at", "-pk")


def branch_counts(table: BranchImport) -> BranchCounts:
    """How many lines stand how. One query."""
    counts = dict(table.rows.order_by().values_list("state").annotate(n=Count("pk")))
    return BranchCounts(*(counts.get(state, 0) for state in (NEW, EXISTS, WRONG, MADE)))


def branch_rows(table: BranchImport, state: str = "") -> QuerySet[BranchRow]:
    """The lines of a table in their order. One query.

    Args:
        table: from `branch_import`.
        state: only those that stand so.
    """
    rows = BranchRow.objects.filter(table=table, **({"state": state} if state else {}))
    return rows.select_related("office", "area__parent", "centre").order_by("line")


def learn_ways(offices: Iterable[Organisation]) -> None:
    """Read the paths of some offices at once, so that no rule asks for those of each. One query."""
    rows = list(offices)
    known: dict[int, set[tuple[str, str]]] = {office.pk: set() for office in rows}
    for office_id, kind, path in TreePath.objects.filter(organisation__in=known).values_list(
        "organisation", "kind", "path"
    ):
        known[office_id].add((kind, path))
    for office in rows:
        office.ways = frozenset(known[office.pk])


def taken(offices: Iterable[int]) -> dict[tuple[int, str], int]:
    """The names that offices have given to centres that serve, in the form for comparing, with the centre. One query."""
    rows = ServiceCentre.objects.filter(organisation__in=list(offices), retired_at__isnull=True)
    found = rows.order_by("-pk").values_list("organisation", "name_th", "pk")
    return {(office, name_key(name)): pk for office, name, pk in found}
