"""Entering announced results of earlier years: confirmed with their number, then worked in the background.

A list of a year can be thousands of certificates: a batch works them in chunks of one transaction each, so that each is
entered exactly once however often the worker dies.
"""

import hashlib
import uuid
from collections.abc import Sequence
from typing import Final

from django.db.models import Q
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.foundation import audit, batches, ids
from saduak.foundation.access import Actor, Conflict, require
from saduak.foundation.access.registry import Words
from saduak.foundation.actions import action
from saduak.foundation.models import Batch
from saduak.foundation.thai.calendar import start_of_day
from saduak.foundation.thai.text import search_key, sort_key
from saduak.organisations.models import Area, ServiceCentre
from saduak.register.actions import last_day
from saduak.register.models import Certificate, PastImport, PastResult, Publication
from saduak.register.rules import may_import

ENTER: Final = "register.enter_past"
BANGKOK_CODE: Final = "10"
# Those that have their centre and are not in the register yet.
READY: Final = Q(centre__isnull=False, certificate__isnull=True)


@action("register.apply_past")
def apply_past(*, actor: Actor, import_id: uuid.UUID, expected: int | None = None) -> PastImport:
    """Have all lines entered that have their centre, in the background; those that get one later, the next time.

    They are public as soon as they are entered, as of the day of the announcement.

    Args:
        actor: of the programme's secretariat.
        import_id: which list.
        expected: how many lines the person was told.

    Raises:
        Refused: not the programme's secretariat.
        Conflict: nothing is ready, it is not as many any more, or they are being entered now.
        DoesNotExist: no such list.
    """
    row = _locked(import_id)
    require(may_import(actor, row.programme_id))
    if row.is_being_entered:
        raise Conflict(_("กำลังลงทะเบียนรายการนี้อยู่ รอให้เสร็จก่อน"), "running")
    items = [str(pk) for pk in row.results.filter(READY).order_by("line").values_list("pk", flat=True)]
    if not items:
        raise Conflict(_("ไม่มีบรรทัดที่ต้องลงทะเบียนเพิ่ม"), "nothing")
    if expected is not None and expected != len(items):
        raise Conflict(_("จำนวนบรรทัดเปลี่ยนไปจากที่แสดง ตรวจแล้วยืนยันอีกครั้ง"), "changed")
    row.batch = batches.start(kind=ENTER, items=items, params={"import": str(row.public_id)}, actor=actor)
    row.save(update_fields=["batch"])
    digest = hashlib.sha256(" ".join(items).encode()).hexdigest()
    facts = {"lines": len(items), "lines_digest": digest, "batch": row.batch.public_id}
    audit.append(row, actor=actor, verb="register.past_applied", facts=facts)
    return row


def _locked(import_id: uuid.UUID) -> PastImport:
    rows = PastImport.objects.select_for_update(of=("self",), no_key=True).select_related(
        "batch", "publication"
    )
    found: PastImport = rows.get(public_id=import_id)
    return found


@action("register.enter_past_lines")
def enter_lines(*, actor: Actor, import_id: uuid.UUID, keys: Sequence[int]) -> dict[int, Words]:
    """Enter the certificates of some lines of a list. A constant number of queries.

    A centre that holds a certificate of this year already gets no second one: its line is tied to the one there is. Lines
    that lost their centre meanwhile are left out.

    Returns:
        The lines that could not be entered, and why.

    Raises:
        Refused: not the programme's secretariat.
        DoesNotExist: no such list.
    """
    row = _locked(import_id)
    require(may_import(actor, row.programme_id))
    waiting = list(
        row.results.filter(READY, pk__in=keys)
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
    refused = _given_already(row, made)
    made = [result for result in made if result.pk not in refused]
    if made and row.publication is None:
        row.publication = Publication.objects.create(
            programme_id=row.programme_id,
            title=row.announcement,
            created_at=actor.received_at,
            published_at=start_of_day(row.announced_on),
        )
        row.save(update_fields=["publication"])
    certificates = [_certificate(row, result, result.centre) for result in made if result.centre is not None]
    Certificate.objects.bulk_create(certificates)
    held |= {certificate.centre_id: certificate for certificate in certificates}
    for result in waiting:
        result.certificate = held.get(result.centre_id or 0)
    PastResult.objects.bulk_update(waiting, ["certificate"])
    audit.append_many(
        certificates,
        actor=actor,
        verb="register.entered",
        facts=lambda each: {"number": each.number, "code": each.code, "import": row.public_id},
    )
    return refused


def _given_already(row: PastImport, lines: Sequence[PastResult]) -> dict[int, Words]:
    """Lines whose number somebody else got since the table was read."""
    by_number = {line.number: line.pk for line in lines if line.number}
    taken = Certificate.objects.filter(programme=row.programme_id, number__in=by_number)
    return {
        by_number[number]: format_lazy(_("เลขที่ใบรับรอง {number} มีในทะเบียนแล้ว"), number=number)
        for number in taken.values_list("number", flat=True)
    }


@action("register.past_entered")
def finish(*, actor: Actor, import_id: uuid.UUID) -> PastImport:
    """Note that all lines that were asked for have been worked.

    Raises:
        Refused: not the programme's secretariat.
        DoesNotExist: no such list.
    """
    row = _locked(import_id)
    require(may_import(actor, row.programme_id))
    row.applied_at = actor.received_at
    row.save(update_fields=["applied_at"])
    entered = row.results.filter(certificate__isnull=False).count()
    audit.append(row, actor=actor, verb="register.past_entered", facts={"lines": entered})
    return row


def work_now(row: PastImport) -> None:
    """Enter a list here and now, for who has no worker beside them; one that works on it meanwhile does no harm."""
    key = row.batch_id or 0
    while Batch.objects.filter(pk=key, finished_at__isnull=True).exists():
        batches.work(key)


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
