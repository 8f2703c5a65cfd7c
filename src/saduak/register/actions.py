"""Writing the register: certificates are prepared under embargo, published together, and may be revoked."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from saduak.foundation import audit, counters, ids
from saduak.foundation.access import Actor, Conflict, Invalid, require
from saduak.foundation.actions import action
from saduak.foundation.thai.text import search_key, sort_key
from saduak.organisations.models import Programme, ServiceCentre
from saduak.programme.models import Round
from saduak.register.models import Certificate, Publication
from saduak.register.rules import may_publish, may_revoke
from saduak.register.states import CERTIFICATE

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Grant:
    """What was granted to one centre, as the deciding room says it."""

    centre: ServiceCentre
    level_key: str
    level_name: str
    level_ordinal: int
    area_code: str = ""
    area_name: str = ""


def last_day(valid_from: date, years: int) -> date:
    """The last day of validity: three years from 29 August end on 28 August."""
    try:
        end = valid_from.replace(year=valid_from.year + years)
    except ValueError:  # from 29 February
        end = valid_from.replace(year=valid_from.year + years, month=3, day=1)
    return end - timedelta(days=1)


@action("register.create_publication")
def create_publication(*, actor: Actor, programme: Programme, title: str) -> Publication:
    """Open a publication under embargo; nothing in it is public until `publish`.

    Raises:
        Refused: not the programme's secretariat.
    """
    require(may_publish(actor, programme.pk))
    return Publication.objects.create(programme=programme, title=title, created_at=actor.received_at)


@action("register.prepare")
def prepare(
    *,
    actor: Actor,
    publication: Publication,
    round_row: Round,
    grants: Sequence[Grant],
    valid_from: date,
    announcement: str,
) -> list[Certificate]:
    """Prepare the certificates of many centres under embargo. A constant number of queries; numbers are taken last.

    Raises:
        Refused: not the programme's secretariat.
        Conflict: the publication is public already.
    """
    require(may_publish(actor, publication.programme_id))
    locked = Publication.objects.select_for_update(no_key=True).get(pk=publication.pk)
    if locked.published_at is not None:
        raise Conflict(_("ประกาศไปแล้ว เพิ่มใบรับรองในประกาศนี้ไม่ได้"), "already-published")
    until = last_day(valid_from, round_row.validity_years)
    rows = [_certificate(locked, round_row, grant, valid_from, until, announcement) for grant in grants]
    first = (
        counters.take(f"certificate:{round_row.certificate_series}:{round_row.fiscal_year}", len(rows))
        if rows
        else 0
    )
    for offset, row in enumerate(rows):
        row.number = f"{round_row.fiscal_year}/{first + offset:04d}"
        row.search_key = search_key(
            f"{row.centre_name} {row.centre_name_en} {row.organisation_name} {row.area_name} {row.number} {row.code}"
        )
    Certificate.objects.bulk_create(rows)
    audit.append_many(
        rows,
        actor=actor,
        verb="register.prepared",
        facts=lambda row: {"number": row.number, "code": row.code, "level": row.level_key},
    )
    return rows


def _certificate(
    publication: Publication, round_row: Round, grant: Grant, start: date, until: date, announcement: str
) -> Certificate:
    centre = grant.centre
    return Certificate(
        programme_id=publication.programme_id,
        publication=publication,
        centre=centre,
        round=round_row,
        code=ids.code(),
        fiscal_year=round_row.fiscal_year,
        level_key=grant.level_key,
        level_name=grant.level_name,
        level_ordinal=grant.level_ordinal,
        centre_name=centre.name_th,
        centre_name_en=centre.name_en,
        organisation_name=centre.organisation.name_th,
        area_code=grant.area_code,
        area_name=grant.area_name,
        sort_key=sort_key(centre.name_th)[:1000],
        valid_from=start,
        valid_until=until,
        announcement=announcement,
    )


@action("register.publish")
def publish(*, actor: Actor, publication_id: uuid.UUID) -> Publication:
    """Make everything in a publication public at one moment. Publishing again changes nothing.

    Raises:
        Refused: not the programme's secretariat.
    """
    publication = Publication.objects.select_for_update(no_key=True).get(public_id=publication_id)
    require(may_publish(actor, publication.programme_id))
    if publication.published_at is None:
        publication.published_at = actor.received_at
        publication.save(update_fields=["published_at"])
    return publication


@action("register.revoke")
def revoke(*, actor: Actor, certificate_id: uuid.UUID, reason: str) -> Certificate:
    """Revoke a certificate by a resolution that the reason names; the verification page says so at once.

    Raises:
        Refused: not the programme's secretariat.
        Invalid: no reason given, or too long a one.
        Conflict: it does not stand any more.
    """
    certificate = Certificate.locked(certificate_id)
    require(may_revoke(actor, certificate))
    if not reason.strip():
        raise Invalid(_("ระบุมติและเหตุผลที่เพิกถอน"), {"reason": _("ระบุมติและเหตุผลที่เพิกถอน")})
    if len(reason.strip()) > LONGEST_REASON:
        raise Invalid(_("เหตุผลยาวเกิน 500 ตัวอักษร"), {"reason": _("เหตุผลยาวเกิน 500 ตัวอักษร ตัดให้สั้นลง")})
    certificate.state = CERTIFICATE.step("revoke", certificate.state)
    certificate.revoked_at, certificate.revoked_reason = actor.received_at, reason.strip()
    certificate.save(update_fields=["state", "revoked_at", "revoked_reason"])
    audit.append(
        certificate, actor=actor, verb="register.revoked", facts={"reason": certificate.revoked_reason}
    )
    return certificate
