"""The benchmark's own database: one year rehearsed to its end, the next in mid-window, then many rows made in bulk."""

import time
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from itertools import islice

from django.apps import apps
from django.db import models, transaction

from saduak.applications.models import Answer, Application
from saduak.foundation import clock, ids
from saduak.organisations.models import Appointment, Organisation, ServiceCentre
from saduak.portal.rehearsal import Plan, rehearse
from saduak.portal.rehearsal.calendar import at
from saduak.portal.rehearsal.world import employ
from saduak.programme.models import Round
from saduak.programme.queries import contents
from saduak.register.models import Certificate, Publication

PAST, PRESENT = 2569, 2570
NOW = at(date(2027, 2, 1), 10)
# The department whose line reaches every district: its board lists all that is made in bulk.
DEPARTMENT = "dopa"
AT_ONCE = 500
# One certificate for so many applications: they are given for three years, and not to everybody.
PER_CERTIFICATE = 4


@dataclass(frozen=True, slots=True)
class Scratch:
    """Who asks for what, by public ids; what `--data` remembers between runs."""

    officer: int
    supervisor: int
    application: str
    answer: str
    code: str
    rows_per_second: float

    def as_json(self) -> dict[str, object]:
        """For a file."""
        return asdict(self)


def build(centres: int, seed: int = 1) -> Scratch:
    """Rehearse into the database of this process, and choose who asks for what.

    Raises:
        LookupError: so few centres that no draft or no certificate came out of it.
    """
    started, before = time.perf_counter(), _rows()
    with clock.travel(NOW):
        rehearse(Plan(centres=centres, seed=seed, fiscal_year=PAST))
        speed = (_rows() - before) / (time.perf_counter() - started)
        rehearse(Plan(centres=centres, seed=seed, fiscal_year=PRESENT, until=NOW))
        drafts = Application.objects.filter(round__fiscal_year=PRESENT, state="draft")
        draft = drafts.select_related("centre").order_by("-items_evidenced", "pk").first()
        certificate = Certificate.objects.filter(publication__published_at__isnull=False).first()
        if draft is None or certificate is None:
            raise LookupError(f"{centres} centres give no draft or no certificate: take more")
        posts = Appointment.objects.filter(organisation=draft.centre.organisation_id, role="officer")
        officer = posts.filter(person__user__isnull=False).values_list("person__user", flat=True)[0]
        office = Organisation.objects.get(code=DEPARTMENT)
        supervisor = employ(office, "supervisor", "ผู้กำกับติดตามทั้งประเทศ", reach="line")
        item = Answer.objects.filter(application=draft, criterion__kind="basic").order_by("pk")[0]
    return Scratch(
        officer=officer,
        supervisor=supervisor.user.pk,
        application=str(draft.public_id),
        answer=str(item.public_id),
        code=certificate.code,
        rows_per_second=speed,
    )


def _rows() -> int:
    """All rows of all tables."""
    return sum(model._base_manager.count() for model in apps.get_models() if model._meta.managed)


def grow(applications: int) -> None:
    """Bring the present round to so many applications, with their answers, and the register along. In bulk."""
    round_ = Round.objects.select_related("programme", "criteria_set").get(fiscal_year=PRESENT)
    missing = applications - Application.objects.filter(round=round_).count()
    with ids.seeded(applications):
        made = _applications(round_, missing)
        while batch := list(islice(made, AT_ONCE)):
            with transaction.atomic():
                _keep(round_, batch)
        _certificates(round_, applications // PER_CERTIFICATE)


def _applications(round_: Round, count: int) -> Iterator[Application]:
    """Unsaved applications of new centres, over all districts in turn, in various states of writing."""
    offices = list(Organisation.objects.filter(kind=Organisation.Kind.DISTRICT).order_by("code"))
    known = contents(round_.criteria_set).criteria
    gates = sum(row.kind == "gate" for row in known)
    start = ServiceCentre.objects.count()
    for turn in range(count):
        office = offices[turn % len(offices)]
        centre = ServiceCentre(
            organisation=office, area_id=office.area_id, name_th=f"หน่วยบริการที่ {start + turn} {office.name_th}"
        )
        centre.keyed()
        claimed = turn % (len(known) + 1)
        yield Application(
            centre=centre,
            organisation=office,
            round=round_,
            gates_total=gates,
            items_total=len(known),
            items_answered=claimed,
            items_claimed=claimed,
            items_evidenced=claimed // 2,
            gates_met=min(gates, claimed // 2),
            started_at=NOW - timedelta(days=20),
            last_edit_at=NOW - timedelta(hours=turn % 400),
        )


def _keep(round_: Round, rows: list[Application]) -> None:
    ServiceCentre.objects.bulk_create([row.centre for row in rows])
    for row in rows:
        row.centre = row.centre  # the key is known only now
    Application.objects.bulk_create(rows)
    known = contents(round_.criteria_set).criteria
    _bulk(
        Answer(
            application=row,
            criterion_id=criterion.pk,
            claim="met" if place < row.items_claimed else "",
            evidence_count=int(place < row.items_evidenced),
        )
        for row in rows
        for place, criterion in enumerate(known)
    )


def _certificates(round_: Round, total: int) -> None:
    """Published certificates of the centres that were made in bulk."""
    publication, _new = Publication.objects.get_or_create(
        programme=round_.programme,
        title="ชุดข้อมูลวัดความเร็ว",
        defaults={"published_at": NOW - timedelta(days=150)},
    )
    bare = ServiceCentre.objects.filter(
        certificates__isnull=True, organisation__kind=Organisation.Kind.DISTRICT
    )
    there = Certificate.objects.count()
    centres = bare.select_related("organisation", "area").order_by("pk")[: max(0, total - there)]
    _bulk(
        Certificate(
            programme=round_.programme,
            publication=publication,
            centre=centre,
            code=ids.code(),
            number=f"bench/{uuid.UUID(int=centre.public_id.int).hex}",
            fiscal_year=PAST,
            level_key="basic",
            level_name="พื้นฐาน",
            level_ordinal=1,
            centre_name=centre.name_th,
            organisation_name=centre.organisation.name_th,
            area_code=centre.area.code if centre.area else "",
            area_name=centre.area.name_th if centre.area else "",
            sort_key=centre.sort_key,
            search_key=centre.search_key,
            valid_from=date(2026, 8, 29),
            valid_until=date(2029, 8, 28),
        )
        for centre in centres
    )


def _bulk(rows: Iterator[models.Model]) -> None:
    while batch := list(islice(rows, AT_ONCE)):
        type(batch[0])._base_manager.bulk_create(batch)
