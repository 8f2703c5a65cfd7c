"""Writes about agencies: names, contacts, relations, and local governments from a file."""

import datetime
import uuid

from django.utils.translation import gettext_lazy as _

from saduak.foundation import audit, clock
from saduak.foundation.access import Actor, Conflict, Invalid, require
from saduak.foundation.actions import action, require_fits
from saduak.organisations import bulk, localgov, paths, rules
from saduak.organisations.models import Organisation, OrganisationName, Relation
from saduak.organisations.signals import relation_ended


@action("organisations.rename")
def rename_organisation(
    *, actor: Actor, organisation: uuid.UUID, name_th: str, name_en: str = "", on: datetime.date
) -> Organisation:
    """Give an organisation a new name from a day on; the old one stays on record.

    Raises:
        Refused: only the programme's secretariat keeps the register of agencies.
        Invalid: the day lies before the present name began.
    """
    row = Organisation.locked(organisation)
    require(rules.may_manage(actor))
    if not name_th.strip():
        raise Invalid(_("ต้องมีชื่อหน่วยงาน"), {"name_th": _("กรอกชื่อหน่วยงาน")})
    present = OrganisationName.objects.filter(organisation=row, valid_to__isnull=True).first()
    if present and present.valid_from and on < present.valid_from:
        raise Invalid(_("วันที่เริ่มใช้ชื่อใหม่อยู่ก่อนชื่อปัจจุบัน"), {"on": _("เลือกวันหลังจากที่เริ่มใช้ชื่อปัจจุบัน")})
    if present:
        present.valid_to = on
        present.save(update_fields=["valid_to"])
    before = row.name_th
    OrganisationName.objects.create(organisation=row, name_th=name_th, name_en=name_en, valid_from=on)
    row.name_th, row.name_en = name_th.strip(), name_en.strip()
    row.save(update_fields=["name_th", "name_en"])
    facts = {"before": before, "after": row.name_th, "on": on}
    audit.append(row, actor=actor, verb="organisations.renamed", facts=facts)
    return row


@action("organisations.edit-contact")
def edit_contact(
    *, actor: Actor, organisation: uuid.UUID, address: str, phone: str, email: str, head_title: str
) -> Organisation:
    """Change where and how an organisation is reached. Nothing is written where all stays as it was.

    Raises:
        Refused: the actor neither leads nor keeps the letters or accounts of this organisation, or of one above it.
        Conflict: it is retired.
        Invalid: a value that is too long, or no e-mail address.
    """
    row = Organisation.locked(organisation)
    require(rules.may_edit_contact(actor, row))
    if row.retired_at:
        raise Conflict(_("หน่วยงานนี้ยุบเลิกไปแล้ว"), "already-retired")
    said = {"address": address, "phone": phone, "email": email, "head_title": head_title}
    changed = [name for name, value in said.items() if getattr(row, name) != value]
    if changed:
        for name in changed:
            setattr(row, name, said[name])
        require_fits(row, changed)
        row.save(update_fields=changed)
        audit.append(row, actor=actor, verb="organisations.contact_edited", facts=said)
    return row


@action("organisations.set-sharing")
def set_sharing(*, actor: Actor, organisation: uuid.UUID, shares: bool) -> Organisation:
    """Let supervisors read more than the status of this organisation, or stop it. Its own choice.

    Raises:
        Refused: the actor does not lead it; who stands above it does not choose for it.
    """
    row = Organisation.locked(organisation)
    require(rules.may_share(actor, row))
    row.shares_with_supervisor = shares
    row.save(update_fields=["shares_with_supervisor"])
    audit.append(row, actor=actor, verb="organisations.sharing_set", facts={"shares": shares})
    return row


@action("organisations.relate")
def relate(
    *, actor: Actor, kind: str, child: uuid.UUID, parent: uuid.UUID, on: datetime.date, note: str = ""
) -> Relation:
    """Put one organisation under another in one way, from a day on.

    Raises:
        Refused: only the programme's secretariat keeps the register of agencies, and nobody in it where they have
            power of another kind over one of the two.
        Invalid: the relation would close a circle, or an organisation stands under itself.
        Conflict: it stands there already.
    """
    row = Organisation.locked(child)
    above = Organisation.objects.get(public_id=parent)
    require(rules.may_relate(actor, above, row))
    if above.pk == row.pk:
        raise Invalid(_("หน่วยงานอยู่ใต้ตัวเองไม่ได้"), code="circle")
    if kind not in Relation.Kind.values:
        raise Invalid(_("ไม่รู้จักความสัมพันธ์นี้"), {"kind": _("เลือกความสัมพันธ์จากรายการ")})
    if Relation.objects.filter(kind=kind, child=row, parent=above, valid_to__isnull=True).exists():
        raise Conflict(_("มีความสัมพันธ์นี้อยู่แล้ว"), "already-related")
    made = Relation.objects.create(kind=kind, child=row, parent=above, valid_from=on, note=note)
    paths.rebuild(row)
    facts = {"kind": kind, "parent": above.code, "on": on}
    audit.append(row, actor=actor, verb="organisations.related", facts=facts)
    return made


@action("organisations.end-relation")
def end_relation(
    *, actor: Actor, child: uuid.UUID, parent: uuid.UUID, kind: str, on: datetime.date
) -> Organisation:
    """End a relation on a day: that day it no longer holds.

    Raises:
        Refused: only the programme's secretariat keeps the register of agencies, and nobody in it where they have
            power of another kind over one of the two.
        Conflict: there is no such relation today.
    """
    row = Organisation.locked(child)
    require(rules.may_relate(actor, Organisation.objects.get(public_id=parent), row))
    relation = Relation.objects.filter(
        kind=kind, child=row, parent__public_id=parent, valid_to__isnull=True
    ).first()
    if relation is None:
        raise Conflict(_("ไม่มีความสัมพันธ์นี้แล้ว"), "not-related")
    relation.valid_to = max(on, relation.valid_from) if relation.valid_from else on
    relation.save(update_fields=["valid_to"])
    paths.rebuild(row)
    facts = {"kind": kind, "parent": str(parent), "on": relation.valid_to}
    audit.append(row, actor=actor, verb="organisations.relation_ended", facts=facts)
    if relation.valid_to <= clock.today():
        relation_ended.send(sender=Relation, relation=relation, actor=actor)
    return row


@action("organisations.retire")
def retire_organisation(
    *, actor: Actor, organisation: uuid.UUID, on: datetime.date, successors: list[uuid.UUID] | None = None
) -> Organisation:
    """Record that an organisation no longer exists, and which ones took its place.

    Raises:
        Refused: only the programme's secretariat keeps the register of agencies.
        Conflict: it was retired before, or still has centres that serve.
    """
    row = Organisation.locked(organisation)
    require(rules.may_manage(actor))
    if row.retired_at:
        raise Conflict(_("หน่วยงานนี้ยุบเลิกไปแล้ว"), "already-retired")
    if row.centres.filter(retired_at__isnull=True).exists():
        raise Conflict(_("ยังมีศูนย์บริการที่เปิดอยู่ ให้ย้ายหรือปิดศูนย์ก่อน"), "has-centres")
    row.retired_at, row.valid_to = clock.now(), on
    row.save(update_fields=["retired_at", "valid_to"])
    after = list(Organisation.objects.filter(public_id__in=successors or []))
    row.successors.set(after)
    facts = {"on": on, "successors": [one.code for one in after]}
    audit.append(row, actor=actor, verb="organisations.retired", facts=facts)
    return row


@action("organisations.import-local-governments")
def import_local_governments(*, actor: Actor, content: bytes, dry_run: bool) -> tuple[localgov.Reading, int]:
    """Add local governments from a CSV file: all of its lines, or none when a line is wrong.

    Args:
        actor: who imports.
        content: the file, in UTF-8; columns as in `localgov.COLUMNS`.
        dry_run: only check.

    Returns:
        What was read, with every problem by line, and how many organisations were added. Known codes are left alone.

    Raises:
        Refused: only the programme's secretariat keeps the register of agencies, and nobody in it adds an office under
            one where they have power of another kind.
    """
    require(rules.may_manage(actor))
    reading = localgov.read(content)
    if dry_run or reading.problems:
        return reading, 0
    specs = localgov.specs(reading.rows)
    above = {code for spec in specs for code in (*spec.line, *spec.supervision)}
    require(rules.may_import(actor, Organisation.objects.filter(code__in=above)))
    added = bulk.add(specs)
    if added:
        department = Organisation.objects.filter(code="dla").first()
        if department:
            department = Organisation.locked(department.public_id)
            facts = {"added": added, "codes": [spec.code for spec in specs]}
            audit.append(
                department, actor=actor, verb="organisations.local_governments_imported", facts=facts
            )
    return reading, added
