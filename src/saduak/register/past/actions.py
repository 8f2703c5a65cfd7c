"""Bringing announced results of earlier years into the register: read, matched, chosen by people, then entered."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.foundation import audit, ids
from saduak.foundation.access import Actor, Conflict, Invalid, require
from saduak.foundation.access.registry import Words
from saduak.foundation.actions import action
from saduak.foundation.thai.calendar import bangkok_date, start_of_day
from saduak.foundation.thai.text import search_key, sort_key
from saduak.organisations.models import Area, Programme, ServiceCentre
from saduak.programme.models import Level
from saduak.register.actions import last_day
from saduak.register.models import Certificate, PastImport, PastResult, Publication
from saduak.register.past.matching import Centres, unknown_provinces
from saduak.register.past.reading import LevelName, Line, Problem, Table, read
from saduak.register.rules import may_import

FIRST_YEAR = 2559
BANGKOK_CODE = "10"
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Announced:
    """What the announcement itself says: its year, its name, its day, and how long its certificates hold."""

    fiscal_year: int
    announcement: str
    announced_on: date
    validity_years: int = 3


@dataclass(slots=True)
class Brought:
    """What bringing a table in came to, or would come to in a dry run."""

    problems: list[Problem] = field(default_factory=list)
    lines: int = 0
    exact: int = 0
    row: PastImport | None = None

    @property
    def open(self) -> int:
        """How many lines somebody has to choose a centre for."""
        return self.lines - self.exact


@action("register.import_past")
def import_past(
    *,
    actor: Actor,
    programme: Programme,
    content: bytes,
    announced: Announced,
    file_name: str = "",
    dry_run: bool = False,
) -> Brought:
    """Read a table of results and match its lines to centres; the register stays as it is until `apply_past`.

    The same file again is the import that there is. All lines or none: a table with problems leaves nothing behind.

    Args:
        actor: of the programme's secretariat.
        programme: whose announcement it is.
        content: the file, CSV or XLSX.
        announced: what the announcement says.
        file_name: as it was sent.
        dry_run: only look.

    Raises:
        Refused: not the programme's secretariat.
        Invalid: a year, a day or a name that can't be.
    """
    require(may_import(actor, programme.pk))
    _check(actor, announced)
    Programme.objects.select_for_update(of=("self",), no_key=True).get(pk=programme.pk)
    digest = hashlib.sha256(content).hexdigest()
    known = PastImport.objects.filter(programme=programme, sha256=digest).first()
    if known is not None:
        hows = list(known.results.values_list("how", flat=True))
        return Brought(lines=len(hows), exact=hows.count(PastResult.How.EXACT), row=known)
    table = read(content, fiscal_year=announced.fiscal_year, levels=_levels(programme))
    centres = Centres.load()
    table.problems += _in_the_register(programme, table, centres)
    if table.problems:
        return Brought(sorted(table.problems, key=lambda problem: problem.line), len(table.lines))
    results = _matched(table.lines, centres)
    brought = Brought(lines=len(results), exact=sum(row.centre_id is not None for row in results))
    if not dry_run:
        brought.row = _kept(actor, programme, announced, results, digest=digest, name=file_name[:200])
    return brought


def _check(actor: Actor, announced: Announced) -> None:
    wrong: dict[str, Words] = {}
    if not announced.announcement.strip() or len(announced.announcement) > 200:
        wrong["announcement"] = _("เขียนชื่อประกาศ ไม่เกิน 200 ตัวอักษร")
    if not FIRST_YEAR <= announced.fiscal_year <= 2700:
        wrong["fiscal_year"] = _("มีการรับรองตั้งแต่ปีงบประมาณ 2559")
    if announced.announced_on > bangkok_date(actor.received_at):
        wrong["announced_on"] = _("วันที่ประกาศต้องไม่เป็นวันในอนาคต")
    elif abs(announced.announced_on.year + 543 - announced.fiscal_year) > 1:
        wrong["announced_on"] = _("วันที่ประกาศไม่อยู่ใกล้ปีงบประมาณ ตรวจปี พ.ศ.")
    if not 1 <= announced.validity_years <= 20:
        wrong["validity_years"] = _("ใบรับรองมีอายุ 1 ถึง 20 ปี")
    if wrong:
        raise Invalid(_("ข้อมูลของประกาศยังไม่ถูกต้อง ดูช่องที่มีข้อความกำกับ"), wrong, "announcement")


def _levels(programme: Programme) -> list[LevelName]:
    rows = Level.objects.filter(criteria_set__programme=programme, criteria_set__state="published")
    newest = {
        row.key: LevelName(row.key, row.name, row.ordinal) for row in rows.order_by("criteria_set", "pk")
    }
    return list(newest.values())


def _in_the_register(programme: Programme, table: Table, centres: Centres) -> list[Problem]:
    """What only the register knows: provinces, and numbers that are given already."""
    found = [
        Problem(line.line, translation.gettext("ไม่รู้จักจังหวัด %s") % line.province)
        for line in unknown_provinces(table.lines, centres)
    ]
    wanted = {line.number: line.line for line in table.lines if line.number}
    taken = Certificate.objects.filter(programme=programme, number__in=wanted).values_list(
        "number", flat=True
    )
    found += [
        Problem(wanted[number], translation.gettext("เลขที่ใบรับรอง %s มีในทะเบียนแล้ว") % number)
        for number in taken
    ]
    return found


def _matched(lines: Sequence[Line], centres: Centres) -> list[PastResult]:
    """The lines with their centres. Two lines that fit one centre are both left to people."""
    matches = [centres.match(line) for line in lines]
    fitting = [match.centre for match in matches]
    found = []
    for line, match in zip(lines, matches, strict=True):
        row = PastResult(
            line=line.line,
            name=line.name,
            organisation_name=line.organisation,
            province=line.province,
            number=line.number,
            candidates=list(match.candidates),
        )
        if line.level is not None:
            row.level_key, row.level_name, row.level_ordinal = (
                line.level.key,
                line.level.name,
                line.level.ordinal,
            )
        if match.centre is not None and fitting.count(match.centre) == 1:
            row.centre_id, row.how = match.centre, PastResult.How.EXACT
        elif match.centre is not None:
            row.candidates = [match.centre]
        found.append(row)
    return found


def _kept(
    actor: Actor,
    programme: Programme,
    announced: Announced,
    results: Sequence[PastResult],
    *,
    digest: str,
    name: str,
) -> PastImport:
    row: PastImport = PastImport.objects.create(
        programme=programme,
        fiscal_year=announced.fiscal_year,
        announcement=" ".join(announced.announcement.split()),
        announced_on=announced.announced_on,
        validity_years=announced.validity_years,
        file_name=name,
        sha256=digest,
        imported_at=actor.received_at,
        imported_by_id=actor.user_id,
    )
    for result in results:
        result.past_import = row
    PastResult.objects.bulk_create(results)
    exact = sum(result.centre_id is not None for result in results)
    facts = {"fiscal_year": row.fiscal_year, "sha256": digest, "lines": len(results), "exact": exact}
    audit.append(row, actor=actor, verb="register.past_imported", facts=facts)
    return row


@action("register.match_past")
def match_past(*, actor: Actor, result_id: uuid.UUID, centre_id: uuid.UUID | None) -> PastResult:
    """Say which centre a line speaks of; None: none in the register. The same again changes nothing.

    Raises:
        Refused: not the programme's secretariat.
        Conflict: the line is in the register already, or the centre belongs to another line of the list.
        DoesNotExist: no such line or centre.
    """
    found = PastResult.objects.select_related("past_import").get(public_id=result_id)
    row = PastImport.locked(found.past_import.public_id)
    require(may_import(actor, row.programme_id))
    result: PastResult = PastResult.objects.select_for_update(of=("self",), no_key=True).get(pk=found.pk)
    centre = None if centre_id is None else ServiceCentre.objects.get(public_id=centre_id)
    how = PastResult.How.NONE if centre is None else PastResult.How.CHOSEN
    if result.centre_id == (centre and centre.pk) and result.how != PastResult.How.OPEN:
        return result
    if result.certificate_id is not None:
        raise Conflict(_("บรรทัดนี้อยู่ในทะเบียนแล้ว เปลี่ยนศูนย์ไม่ได้"), "applied")
    other = row.results.filter(centre=centre).first() if centre is not None else None
    if other is not None:
        words = format_lazy(_("ศูนย์นี้ตรงกับบรรทัด {line} ของรายการเดียวกันแล้ว"), line=other.line)
        raise Conflict(words, "centre-taken")
    result.centre, result.how = centre, how
    result.save(update_fields=["centre", "how"])
    facts = {"line": result.line, "centre": centre and centre.public_id}
    audit.append(row, actor=actor, verb="register.past_matched", facts=facts)
    return result


@action("register.apply_past")
def apply_past(*, actor: Actor, import_id: uuid.UUID) -> int:
    """Enter the certificates of all lines that have their centre; lines that get one later are entered the next time.

    A centre that holds a certificate of this year already gets no second one: its line is tied to the one there is.

    Returns:
        How many certificates were entered; public at once, as of the day of the announcement.

    Raises:
        Refused: not the programme's secretariat.
        DoesNotExist: no such list.
    """
    row = PastImport.locked(import_id)
    require(may_import(actor, row.programme_id))
    waiting = list(
        row.results.filter(centre__isnull=False, certificate__isnull=True)
        .select_related("centre__organisation__area__parent__parent", "centre__area__parent__parent")
        .order_by("line")
    )
    held = {
        certificate.centre_id: certificate
        for certificate in Certificate.objects.filter(
            Q(state="standing") | Q(state="revoked"),
            programme=row.programme_id,
            fiscal_year=row.fiscal_year,
            centre__in=[result.centre_id for result in waiting],
        )
    }
    made = [result for result in waiting if result.centre_id not in held]
    if made and row.publication is None:
        row.publication = Publication.objects.create(
            programme_id=row.programme_id,
            title=row.announcement,
            created_at=actor.received_at,
            published_at=start_of_day(row.announced_on),
        )
    certificates = [_certificate(row, result, result.centre) for result in made if result.centre is not None]
    Certificate.objects.bulk_create(certificates)
    held |= {certificate.centre_id: certificate for certificate in certificates}
    for result in waiting:
        result.certificate = held.get(result.centre_id or 0)
    PastResult.objects.bulk_update(waiting, ["certificate"])
    if waiting:
        _tell(actor, row, certificates, lines=len(waiting))
    return len(certificates)


def _tell(actor: Actor, row: PastImport, certificates: Sequence[Certificate], *, lines: int) -> None:
    row.applied_at = actor.received_at
    row.save(update_fields=["publication", "applied_at"])
    audit.append_many(
        certificates,
        actor=actor,
        verb="register.entered",
        facts=lambda each: {"number": each.number, "code": each.code, "import": row.public_id},
    )
    facts = {"lines": lines, "certificates": len(certificates)}
    audit.append(row, actor=actor, verb="register.past_applied", facts=facts)


def _place(province: Area | None) -> str:
    if province is None or province.code == BANGKOK_CODE:
        return province.name_th if province else ""
    with translation.override("th"):
        return translation.gettext("จังหวัด%(name)s") % {"name": province.name_th}


def _certificate(row: PastImport, result: PastResult, centre: ServiceCentre) -> Certificate:
    """As it was announced: the name of then, the level if there was one, and a number of our own only if it had none."""
    area = centre.area or centre.organisation.area
    province = area
    while province is not None and province.parent is not None:
        province = province.parent
    code = ids.code()
    made = Certificate(
        programme_id=row.programme_id,
        publication=row.publication,
        origin=Certificate.Origin.ANNOUNCEMENT,
        centre=centre,
        code=code,
        # The code cannot be taken for a number of the programme's own series.
        number=result.number or f"{row.fiscal_year}/{code}",
        fiscal_year=row.fiscal_year,
        level_key=result.level_key,
        level_name=result.level_name,
        level_ordinal=result.level_ordinal,
        centre_name=result.name,
        centre_name_en=centre.name_en,
        organisation_name=result.organisation_name or centre.organisation.name_th,
        area_code=province.code if province else "",
        area_name=_place(province),
        sort_key=sort_key(result.name)[:1000],
        valid_from=row.announced_on,
        valid_until=last_day(row.announced_on, row.validity_years),
        announcement=row.announcement,
    )
    made.search_key = search_key(
        f"{made.centre_name} {centre.name_th} {made.organisation_name} {made.area_name} {made.number} {code}"
    )
    return made
