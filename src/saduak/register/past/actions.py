"""Announced results of earlier years before they are entered: read, matched, chosen by people, corrected, thrown away."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from django.db.models import QuerySet
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.foundation import audit
from saduak.foundation.access import Actor, Conflict, Invalid, require
from saduak.foundation.access.registry import Words
from saduak.foundation.actions import action
from saduak.foundation.thai.calendar import bangkok_date
from saduak.organisations.models import Programme, ServiceCentre
from saduak.programme.models import Level
from saduak.register.models import Certificate, PastImport, PastResult
from saduak.register.past.matching import Centres, unknown_provinces
from saduak.register.past.reading import LevelName, Line, Problem, Table, read
from saduak.register.rules import may_import

FIRST_YEAR = 2559


@dataclass(frozen=True, slots=True)
class Announced:
    """What the announcement itself says: its year, its name, its day, and how long its certificates hold."""

    fiscal_year: int
    announcement: str
    announced_on: date
    validity_years: int = 3


@dataclass(frozen=True, slots=True)
class _Opened:
    """A file after it was read."""

    table: Table
    sha256: str
    file_name: str


@dataclass(slots=True)
class Brought:
    """What bringing a table in came to, or would come to in a dry run."""

    problems: list[Problem] = field(default_factory=list)
    lines: int = 0
    exact: int = 0
    row: PastImport | None = None
    # Whether the file was new, there already with the same words, or there with others that took their place.
    how: Literal["new", "same", "changed"] = "new"

    @property
    def open(self) -> int:
        """How many lines somebody has to choose a centre for."""
        return self.lines - self.exact


def import_past(
    *,
    actor: Actor,
    programme: Programme,
    content: bytes,
    announced: Announced,
    file_name: str = "",
    dry_run: bool = False,
) -> Brought:
    """Read a table of results and match its lines to centres; the register stays as it is until they are entered.

    The same file again is the import that there is. When the announcement is told in other words, these take the place
    of the old ones, as long as nothing was entered; what people chose for a line stays. All lines or none: a table with
    problems leaves nothing behind. The file is opened before the transaction begins, so that a slow one holds no lock.

    Args:
        actor: of the programme's secretariat.
        programme: whose announcement it is.
        content: the file, CSV or XLSX.
        announced: what the announcement says.
        file_name: as it was sent.
        dry_run: only look.

    Raises:
        Refused: not the programme's secretariat.
        Conflict: the same file is in the register already, told in other words.
        Invalid: a year, a day or a name that can't be.
    """
    require(may_import(actor, programme.pk))
    _check(actor, announced)
    table = read(content, fiscal_year=announced.fiscal_year, levels=_levels(programme))
    digest = hashlib.sha256(content).hexdigest()
    opened = _Opened(table, digest, file_name[:200])
    return _bring(actor=actor, programme=programme, opened=opened, announced=announced, dry_run=dry_run)


@action("register.import_past")
def _bring(
    *, actor: Actor, programme: Programme, opened: _Opened, announced: Announced, dry_run: bool
) -> Brought:
    require(may_import(actor, programme.pk))
    Programme.objects.select_for_update(of=("self",), no_key=True).get(pk=programme.pk)
    known = _for_update().filter(programme=programme, sha256=opened.sha256).first()
    if known is not None and _said(known) == _said(announced):
        hows = list(known.results.values_list("how", flat=True))
        row = None if dry_run else known
        return Brought(lines=len(hows), exact=hows.count(PastResult.How.EXACT), row=row, how="same")
    if known is not None:
        _require_nothing_entered(known)
    table, centres = opened.table, Centres.load()
    problems = [*table.problems, *_in_the_register(programme, table, centres)]
    if problems:
        return Brought(sorted(problems, key=lambda problem: problem.line), len(table.lines))
    results = _matched(table.lines, centres)
    brought = Brought(lines=len(results), exact=sum(row.centre_id is not None for row in results))
    brought.how = "new" if known is None else "changed"
    if not dry_run:
        row = known or PastImport(programme=programme, sha256=opened.sha256, file_name=opened.file_name)
        brought.row = _kept(actor, row, announced, results)
    return brought


def _for_update() -> QuerySet[PastImport]:
    rows: QuerySet[PastImport] = PastImport.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("batch")


def _said(about: PastImport | Announced) -> tuple[int, str, date, int]:
    """What an announcement says of itself, however its name was spaced."""
    name = " ".join(about.announcement.split())
    return (about.fiscal_year, name, about.announced_on, about.validity_years)


def _require_nothing_entered(row: PastImport) -> None:
    """Go on while the register has nothing of a list.

    Raises:
        Conflict: something was entered, or is being entered now.
    """
    if row.is_being_entered:
        raise Conflict(_("กำลังลงทะเบียนรายการนี้อยู่ รอให้เสร็จก่อน"), "running")
    if row.results.filter(certificate__isnull=False).exists():
        words = _("ไฟล์นี้อยู่ในทะเบียนแล้ว ตามประกาศ “{name}” ปี {year} จึงเปลี่ยนหรือทิ้งไม่ได้ ใบที่ผิดให้เพิกถอนทีละใบ")
        raise Conflict(format_lazy(words, name=row.announcement, year=row.fiscal_year), "entered")


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


def _kept(actor: Actor, row: PastImport, announced: Announced, results: Sequence[PastResult]) -> PastImport:
    """Note what the announcement says, and its lines; those that there were go, and what was chosen for them stays."""
    is_new, before = row.pk is None, [] if row.pk is None else list(row.results.all())
    facts: dict[str, Any] = {} if is_new else {"before": [str(part) for part in _said(row)]}
    row.fiscal_year, row.announcement, row.announced_on, row.validity_years = _said(announced)
    row.imported_at, row.imported_by_id = actor.received_at, actor.user_id
    row.save()
    row.results.all().delete()
    _choose_again(results, before)
    for result in results:
        result.past_import = row
    PastResult.objects.bulk_create(results)
    exact = sum(result.how == PastResult.How.EXACT for result in results)
    facts |= {"fiscal_year": row.fiscal_year, "sha256": row.sha256, "lines": len(results), "exact": exact}
    verb = "register.past_imported" if is_new else "register.past_changed"
    audit.append(row, actor=actor, verb=verb, facts=facts)
    return row


def _choose_again(results: Sequence[PastResult], before: Sequence[PastResult]) -> None:
    """Give lines what people chose for them before; a centre that was chosen for one is no other's."""
    chosen = {row.line: row for row in before if row.how in {PastResult.How.CHOSEN, PastResult.How.NONE}}
    taken = {row.centre_id for row in chosen.values()} - {None}
    for result in results:
        old = chosen.get(result.line)
        if old is not None:
            result.how, result.centre_id = old.how, old.centre_id
        elif result.centre_id in taken:
            result.candidates = [result.centre_id]
            result.how, result.centre_id = PastResult.How.OPEN, None


@action("register.drop_past")
def drop_past(*, actor: Actor, import_id: uuid.UUID) -> None:
    """Throw a list away of which nothing was entered; the file may be brought in anew.

    Raises:
        Refused: not the programme's secretariat.
        Conflict: something of it is in the register, or is being entered now.
        DoesNotExist: no such list.
    """
    row = _for_update().get(public_id=import_id)
    require(may_import(actor, row.programme_id))
    _require_nothing_entered(row)
    facts = {"fiscal_year": row.fiscal_year, "sha256": row.sha256, "announcement": row.announcement}
    audit.append(row, actor=actor, verb="register.past_dropped", facts=facts)
    row.results.all().delete()
    row.delete()


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
