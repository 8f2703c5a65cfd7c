"""Writes about service centres. A change of identity is a dated event; nothing of the past is overwritten."""

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from saduak.foundation import audit, clock
from saduak.foundation.access import Actor, Conflict, Invalid, require
from saduak.foundation.actions import action, require_fits
from saduak.organisations import rules
from saduak.organisations.actions.appointments import ended
from saduak.organisations.actions.invitations import revoked
from saduak.organisations.models import (
    Appointment,
    Area,
    CentreEvent,
    Invitation,
    Organisation,
    ServiceCentre,
)
from saduak.organisations.signals import centre_changed


@dataclass(frozen=True, slots=True)
class CentreDetails:
    """What can be corrected about a centre without making it another: contacts, hours, services.

    `hours` is a list of {"days": [1, …, 7], "opens": "08:30", "closes": "16:30"}, Monday being 1.
    """

    name_en: str = ""
    kind: str = ServiceCentre.Kind.OFFICE
    address: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    hours: list[dict[str, Any]] = field(default_factory=list)
    services: list[str] = field(default_factory=list)

    def checked(self) -> "CentreDetails":
        """The same details, if they can be taken.

        Raises:
            Invalid: half a position, or hours that end before they begin.
        """
        if (self.latitude is None) != (self.longitude is None):
            raise Invalid(_("พิกัดต้องมีทั้งละติจูดและลองจิจูด"), {"latitude": _("กรอกให้ครบทั้งสองค่า หรือเว้นว่างทั้งสองค่า")})
        for slot in self.hours:
            days = set(slot.get("days", ()))
            if not days or not days <= set(range(1, 8)) or str(slot.get("opens")) >= str(slot.get("closes")):
                raise Invalid(_("เวลาทำการไม่ถูกต้อง"), {"hours": _("เวลาเปิดต้องมาก่อนเวลาปิด และต้องเลือกวัน")})
        return self


@action("organisations.create-centre")
def create_centre(
    *,
    actor: Actor,
    organisation: uuid.UUID,
    name_th: str = "",
    area: str = "",
    opened_on: datetime.date | None = None,
    details: CentreDetails | None = None,
    public_id: uuid.UUID | None = None,
    idempotency_key: uuid.UUID | None = None,  # noqa: ARG001 - read by @action
) -> ServiceCentre:
    """Add a service centre to an organisation; without a name it bears the organisation's.

    Args:
        actor: who adds it.
        organisation: its agency.
        name_th: its own name.
        area: code of the area where it stands; the organisation's when left out.
        opened_on: its first day of service.
        details: contacts, hours and services.
        public_id: made by the client, when it was offline.
        idempotency_key: the same key gives the same centre.

    Raises:
        Refused: the actor may not manage centres here.
        Conflict: the organisation is retired, or has a centre of this name.
    """
    owner = Organisation.locked(organisation)
    require(rules.may_manage_centre(actor, owner))
    if owner.retired_at:
        raise Conflict(_("หน่วยงานนี้ยุบเลิกแล้ว จึงเพิ่มศูนย์ไม่ได้"), "retired")
    name = name_th.strip() or owner.name_th
    _free_name(owner, name)
    place = _area(area) if area else owner.area
    values = (details or CentreDetails()).checked()
    centre = ServiceCentre(
        organisation=owner, name_th=name, area=place, opened_on=opened_on, is_sample=owner.is_sample
    )
    if public_id is not None:
        centre.public_id = public_id
    _set(centre, values)
    centre.save(force_insert=True)
    facts = {"organisation": owner.code, "name": name, "area": place.code if place else ""}
    audit.append(centre, actor=actor, verb="organisations.centre_created", facts=facts)
    return centre


@action("organisations.edit-centre")
def edit_centre(*, actor: Actor, centre: uuid.UUID, details: CentreDetails) -> ServiceCentre:
    """Correct contacts, hours and services of a centre.

    Raises:
        Refused: the actor may not manage this centre.
        Conflict: it no longer serves.
    """
    row = _open(actor, centre)
    values = details.checked()
    changed = [name for name, value in asdict(values).items() if getattr(row, name) != value]
    if changed:
        _set(row, values)
        row.save(update_fields=changed)
        audit.append(row, actor=actor, verb="organisations.centre_edited", facts={"changed": changed})
    return row


@action("organisations.rename-centre")
def rename_centre(
    *, actor: Actor, centre: uuid.UUID, name_th: str, name_en: str = "", on: datetime.date, note: str = ""
) -> ServiceCentre:
    """Give a centre a new name from a day on.

    Raises:
        Refused: the actor may not manage this centre.
        Conflict: it no longer serves, or the agency has another centre of this name.
    """
    row = _open(actor, centre)
    name = name_th.strip()
    if not name:
        raise Invalid(_("ต้องมีชื่อศูนย์"), {"name_th": _("กรอกชื่อศูนย์")})
    _free_name(row.organisation, name, but=row)
    before = {"name_th": row.name_th, "name_en": row.name_en}
    row.name_th, row.name_en = name, name_en.strip()
    row.save(update_fields=["name_th", "name_en"])
    _record(actor, row, CentreEvent.Kind.RENAMED, on, before, {"name_th": name, "name_en": row.name_en}, note)
    return row


@action("organisations.upgrade-centre")
def upgrade_centre(
    *, actor: Actor, centre: uuid.UUID, kind: str, on: datetime.date, note: str = ""
) -> ServiceCentre:
    """Make a centre another sort of service point, for example a counter a full office.

    Raises:
        Refused: the actor may not manage this centre.
        Conflict: it no longer serves.
    """
    row = _open(actor, centre)
    if kind not in ServiceCentre.Kind.values:
        raise Invalid(_("ไม่รู้จักประเภทศูนย์นี้"), {"kind": _("เลือกประเภทจากรายการ")})
    before = row.kind
    row.kind = kind
    row.save(update_fields=["kind"])
    _record(actor, row, CentreEvent.Kind.UPGRADED, on, {"kind": before}, {"kind": kind}, note)
    return row


@action("organisations.move-centre")
def move_centre(
    *,
    actor: Actor,
    centre: uuid.UUID,
    on: datetime.date,
    area: str = "",
    address: str = "",
    organisation: uuid.UUID | None = None,
    note: str = "",
) -> ServiceCentre:
    """Move a centre to another place, or to another agency (which the actor must reach too).

    What the old agency gave for this centre alone ends today, and its open invitations with it: the new one decides
    who works there.

    Raises:
        Refused: the actor may not manage this centre or the agency that it would move to, or does not answer for the
            agency that it would leave.
        Conflict: it no longer serves.
    """
    owners = _locked({*_agencies(centre), organisation}) if organisation is not None else {}
    row = _open(actor, centre)
    before = _place(row)
    if organisation is not None:
        owner = owners[organisation]
        require(rules.may_manage_centre(actor, owner))
        _free_name(owner, row.name_th, but=row)
        if owner.pk != row.organisation_id:
            require(rules.may_give_centre_away(actor, row.organisation, owner))
            _left_behind(actor, row, str(_("ศูนย์ย้ายไปอยู่หน่วยงานอื่น")))
        row.organisation = owner
    if area:
        row.area = _area(area)
    row.address = address or row.address
    row.save(update_fields=["organisation", "area", "address"])
    _record(actor, row, CentreEvent.Kind.MOVED, on, before, _place(row), note)
    return row


def _agencies(*centres: uuid.UUID) -> set[uuid.UUID]:
    """Whose these centres are."""
    rows = ServiceCentre.objects.filter(public_id__in=centres)
    return set(rows.values_list("organisation__public_id", flat=True))


def _locked(agencies: Iterable[uuid.UUID]) -> dict[uuid.UUID, Organisation]:
    """The agencies between which centres go, locked before the centres: as whoever appoints at them does."""
    return {public_id: Organisation.locked(public_id) for public_id in sorted(agencies)}


def _left_behind(actor: Actor, row: ServiceCentre, why: str) -> None:
    """End what holds for this centre alone, and close the invitations to it."""
    for held in Appointment.objects.filter(centre=row).exclude(valid_to__lte=clock.today()).order_by("pk"):
        ended(actor, Appointment.locked(held.public_id), clock.today(), why)
    old = Organisation.locked(row.organisation.public_id)
    waiting = Invitation.objects.filter(centre=row, used_at__isnull=True, revoked_at__isnull=True)
    for offer in waiting.select_for_update(no_key=True).order_by("pk"):
        revoked(actor, old, offer)


@action("organisations.close-centre")
def close_centre(*, actor: Actor, centre: uuid.UUID, on: datetime.date, note: str = "") -> ServiceCentre:
    """Record that a centre stopped serving.

    Raises:
        Refused: the actor may not manage this centre.
        Conflict: it no longer serves.
    """
    row = _open(actor, centre)
    _retire(row, on)
    _record(actor, row, CentreEvent.Kind.CLOSED, on, {}, {}, note)
    return row


@action("organisations.merge-centres")
def merge_centres(
    *, actor: Actor, into: uuid.UUID, centres: list[uuid.UUID], on: datetime.date, note: str = ""
) -> ServiceCentre:
    """Merge centres into one that goes on; the others close and name it as their successor.

    What another agency gave for its centre alone ends today, and its open invitations with it.

    Raises:
        Refused: the actor may not manage one of them.
        Conflict: one of them no longer serves.
        Invalid: a centre can't be merged into itself.
    """
    if into in centres or not centres:
        raise Invalid(_("เลือกศูนย์ที่จะรวมเข้าด้วยกันอย่างน้อยหนึ่งแห่ง และต้องไม่ใช่ศูนย์เดียวกัน"), code="same-centre")
    _locked(_agencies(into, *centres))
    rows = {public_id: _open(actor, public_id) for public_id in sorted({into, *centres})}
    target = rows.pop(into)
    for row in rows.values():
        if row.organisation_id != target.organisation_id:
            require(rules.may_give_centre_away(actor, row.organisation, target.organisation))
            _left_behind(actor, row, str(_("ศูนย์รวมกับศูนย์ของหน่วยงานอื่น")))
        _retire(row, on)
        row.successors.add(target)
        _record(actor, row, CentreEvent.Kind.MERGED, on, {}, {"into": str(target.public_id)}, note)
    merged = {"from": [str(public_id) for public_id in rows]}
    _record(actor, target, CentreEvent.Kind.MERGED, on, {}, merged, note)
    return target


@action("organisations.split-centre")
def split_centre(
    *,
    actor: Actor,
    centre: uuid.UUID,
    names: list[str],
    on: datetime.date,
    goes_on: bool = True,
    note: str = "",
) -> list[ServiceCentre]:
    """Split a centre: new ones open with its place, hours and services; the old one goes on, or closes.

    Raises:
        Refused: the actor may not manage this centre.
        Conflict: it no longer serves, or a name is taken.
        Invalid: no name for a new centre.
    """
    row = _open(actor, centre)
    wanted = list(dict.fromkeys(name.strip() for name in names if name.strip()))
    if not wanted:
        raise Invalid(_("ต้องมีชื่อศูนย์ใหม่อย่างน้อยหนึ่งชื่อ"), {"names": _("กรอกชื่อศูนย์ใหม่ บรรทัดละหนึ่งชื่อ")})
    made = []
    for name in wanted:
        _free_name(row.organisation, name)
        new = ServiceCentre(organisation=row.organisation, name_th=name, area=row.area, opened_on=on)
        _set(new, CentreDetails(kind=row.kind, address=row.address, hours=row.hours, services=row.services))
        new.save(force_insert=True)
        facts = {"organisation": row.organisation.code, "name": name, "split_from": str(row.public_id)}
        audit.append(new, actor=actor, verb="organisations.centre_created", facts=facts)
        made.append(new)
    if not goes_on:
        _retire(row, on)
    row.successors.add(*made)
    after = {"into": [str(new.public_id) for new in made], "goes_on": goes_on}
    _record(actor, row, CentreEvent.Kind.SPLIT, on, {}, after, note)
    return made


@action("organisations.default-centres")
def default_centres(*, actor: Actor, organisations: list[int], is_sample: bool = False) -> int:
    """Give each of these organisations that has none a centre with its own name and place. Constant queries.

    Args:
        actor: who adds them; only the programme's secretariat and the program itself may.
        organisations: keys of the organisations.
        is_sample: mark them as sample data.

    Returns:
        How many were added.
    """
    require(rules.may_manage(actor))
    bare = Organisation.objects.filter(pk__in=organisations, centres__isnull=True, retired_at__isnull=True)
    rows = [
        ServiceCentre(
            organisation=owner,
            name_th=owner.name_th,
            name_en=owner.name_en,
            area_id=owner.area_id,
            address=owner.address,
            phone=owner.phone,
            is_sample=is_sample or owner.is_sample,
        )
        for owner in bare.order_by("pk")
    ]
    for row in rows:
        row.keyed()
    ServiceCentre.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def _open(actor: Actor, centre: uuid.UUID) -> ServiceCentre:
    """The centre under its lock, if the actor may change it and it still serves."""
    row = ServiceCentre.locked(centre)
    require(rules.may_manage_centre(actor, row.organisation, row))
    if row.retired_at:
        raise Conflict(_("ศูนย์นี้ยุติการให้บริการแล้ว จึงแก้ไขไม่ได้"), "closed")
    return row


def _free_name(owner: Organisation, name: str, *, but: ServiceCentre | None = None) -> None:
    same = ServiceCentre.objects.filter(organisation=owner, name_th=name, retired_at__isnull=True)
    if but is not None:
        same = same.exclude(pk=but.pk)
    if same.exists():
        raise Conflict(_("หน่วยงานนี้มีศูนย์ชื่อนี้อยู่แล้ว ใช้ชื่ออื่นที่บอกความต่าง"), "name-taken")


def _area(code: str) -> Area:
    found: Area | None = Area.objects.filter(code=code).first()
    if found is None:
        raise Invalid(_("ไม่มีพื้นที่รหัสนี้"), {"area": _("เลือกพื้นที่จากรายการ")})
    return found


def _set(row: ServiceCentre, details: CentreDetails) -> None:
    for name, value in asdict(details).items():
        setattr(row, name, value)
    require_fits(row, asdict(details))


def _place(row: ServiceCentre) -> dict[str, str]:
    area = row.area.code if row.area else ""
    return {"organisation": row.organisation.code, "area": area, "address": row.address}


def _retire(row: ServiceCentre, on: datetime.date) -> None:
    if row.opened_on and on < row.opened_on:
        raise Invalid(_("วันที่ยุติอยู่ก่อนวันที่เปิด"), {"on": _("เลือกวันหลังวันที่เปิดให้บริการ")})
    row.retired_at, row.closed_on = clock.now(), on
    row.save(update_fields=["retired_at", "closed_on"])


def _record(
    actor: Actor,
    row: ServiceCentre,
    kind: str,
    on: datetime.date,
    before: dict[str, Any],
    after: dict[str, Any],
    note: str,
) -> None:
    event = CentreEvent.objects.create(centre=row, kind=kind, on=on, before=before, after=after, note=note)
    facts = {"on": on, "before": before, "after": after, "note": note}
    audit.append(row, actor=actor, verb=f"organisations.centre_{kind}", facts=facts)
    centre_changed.send(sender=ServiceCentre, event=event, actor=actor)
