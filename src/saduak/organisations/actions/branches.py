"""Centres made from a table: looked at first, confirmed with the number, made once each."""

import hashlib
import uuid
from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import Any, cast

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.foundation import audit, batches
from saduak.foundation.access import Actor, Conflict, require
from saduak.foundation.actions import action
from saduak.foundation.files import turns
from saduak.foundation.models import User
from saduak.organisations import branches, rules, signals
from saduak.organisations.models import BranchImport, BranchRow, Organisation, ServiceCentre
from saduak.organisations.queries import branches as queries

# So many are made while the person waits; more in the background.
AT_ONCE = 200
MAKE = "organisations.branches"
# So long a table waits to be confirmed, and the addresses of those who are to be invited for that.
UNCONFIRMED = timedelta(days=7)
INVITED_WITHIN = timedelta(days=90)


def check_branches(
    *, actor: Actor, organisation: uuid.UUID, content: bytes, file_name: str = ""
) -> BranchImport:
    """Read a table of centres and say what each line would come to. No centre is made.

    What the same person read for this organisation before and did not confirm gives way to it. The file is opened and
    its lines are judged before the transaction begins, so that a slow or hostile one holds no lock; one file of an account
    at a time, so that nobody keeps all who serve busy.

    Args:
        actor: who brings it.
        organisation: whose centres they are, or whose line's.
        content: the file, CSV or XLSX.
        file_name: as it was sent.

    Raises:
        Refused: the actor may not manage centres here.
        Conflict: the organisation is retired, or another table of the actor's is being read or worked at this moment.
        Invalid: no table, or none that can be read.
    """
    owner = Organisation.objects.get(public_id=organisation)
    _require_open(actor, owner)
    _require_none_running(actor)
    with turns.alone(actor, "branches"):
        table = branches.read(content, file_name)
        rows = queries.judged(owner, table.lines)
        _bar(actor, owner, rows)
    made = BranchImport(file_name=file_name[:200], ignored=table.ignored)
    made.sha256 = hashlib.sha256(content).hexdigest()
    return _keep(actor=actor, organisation=organisation, made=made, rows=rows)


def _require_open(actor: Actor, owner: Organisation) -> None:
    """Asked before a file is looked at, and again under the lock."""
    require(rules.may_manage_centre(actor, owner))
    if owner.retired_at:
        raise Conflict(_("หน่วยงานนี้ยุบเลิกแล้ว จึงเพิ่มศูนย์ไม่ได้"), "retired")


def _require_none_running(actor: Actor) -> None:
    """Go on when no table of the actor's account is being worked in the background. One query, none for the program."""
    mine = BranchImport.objects.filter(made_by=actor.user_id, state="running")
    if actor.user_id is not None and mine.exists():
        raise Conflict(_("กำลังเพิ่มศูนย์จากไฟล์ก่อนหน้าของคุณอยู่ รอให้เสร็จก่อน แล้วส่งไฟล์ใหม่"), "running")


@action("organisations.check-branches")
def _keep(
    *, actor: Actor, organisation: uuid.UUID, made: BranchImport, rows: Sequence[BranchRow]
) -> BranchImport:
    owner = Organisation.locked(organisation)
    _require_open(actor, owner)
    before = BranchImport.objects.filter(organisation=owner, made_by=actor.user_id, state="checked")
    before.delete()
    made.organisation, made.made_at, made.made_by_id = owner, actor.received_at, actor.user_id
    made.save(force_insert=True)
    for row in rows:
        row.table = made
    BranchRow.objects.bulk_create(rows, batch_size=500)
    return made


def _bar(actor: Actor, owner: Organisation, rows: Sequence[BranchRow]) -> None:
    """Lines of offices at which the actor may add no centre are wrong. One query, however many offices there are."""
    offices = {row.office.pk: row.office for row in rows if row.office is not None and row.office != owner}
    queries.learn_ways(offices.values())
    refused = {
        pk: said for pk, office in offices.items() if not (said := rules.may_manage_centre(actor, office))
    }
    for row in rows:
        if row.office_id in refused and row.state != queries.WRONG:
            row.state, row.centre = queries.WRONG, None
            row.message = str(_("คุณเพิ่มศูนย์ให้หน่วยงานนี้ไม่ได้"))


@action("organisations.confirm-branches")
def confirm_branches(*, actor: Actor, table: uuid.UUID, count: int) -> BranchImport:
    """Make the centres of a table that was looked at; many of them in the background. Twice is once.

    Args:
        actor: who confirms.
        table: what was looked at.
        count: how many the person saw that would be made.

    Raises:
        Refused: the actor may not manage centres here.
        Conflict: another number would be made by now, or none; or another table of the actor's is being worked.
    """
    _lock_offices(table)
    row = BranchImport.locked(table)
    require(rules.may_manage_centre(actor, row.organisation))
    if row.state != "checked":
        return row
    # Locked, so that one account does not begin two at once.
    User.objects.select_for_update(no_key=True).filter(pk=actor.user_id or 0).first()
    _require_none_running(actor)
    lines = list(row.rows.filter(state=queries.NEW).order_by("line").values_list("line", flat=True))
    if not lines:
        raise Conflict(_("ไม่มีศูนย์ที่ต้องเพิ่ม"), "nothing-new")
    if len(lines) != count:
        words = format_lazy(
            _("ตอนนี้จะเพิ่ม {now} ศูนย์ ไม่ใช่ {seen} ตรวจรายการแล้วกดใหม่"), now=len(lines), seen=count
        )
        raise Conflict(words, "other-number")
    row.confirmed_at, row.made_by_id = actor.received_at, actor.user_id
    row.state = BranchImport.State.DONE if len(lines) <= AT_ONCE else BranchImport.State.RUNNING
    if row.state == BranchImport.State.RUNNING:
        row.batch = batches.start(
            kind=MAKE,
            items=[str(line) for line in lines],
            params={"table": str(row.public_id)},
            actor=actor,
        )
    row.save(update_fields=["state", "confirmed_at", "made_by", "batch"])
    # Its history begins here: what was only looked at gives way to the next table without a trace.
    facts = {"organisation": row.organisation.code, "count": count, "sha256": row.sha256}
    audit.append(row, actor=actor, verb="organisations.branches_confirmed", facts=facts)
    if row.batch is None:
        make_branches(actor=actor, table=table, lines=lines)
    return row


def _lock_offices(table: uuid.UUID) -> None:
    """Organisations come before what belongs to them, each in the order of all: whoever brings another table waits."""
    owner = BranchImport.objects.values_list("organisation__public_id", flat=True).get(public_id=table)
    new = BranchRow.objects.filter(table__public_id=table, state=queries.NEW).values_list(
        "office__public_id", flat=True
    )
    at_once = new[: AT_ONCE + 1]
    named = () if len(at_once) > AT_ONCE else at_once
    offices = {owner, *(name for name in named if name is not None)}
    _locked(offices)


def _locked(names: Iterable[uuid.UUID]) -> list[Organisation]:
    """Organisations under their locks, taken in the order of their names, with their paths. Two queries."""
    rows = Organisation.objects.select_for_update(of=("self",), no_key=True).filter(public_id__in=names)
    offices = list(rows.order_by("public_id"))
    queries.learn_ways(offices)
    return offices


@action("organisations.make-branches")
def make_branches(*, actor: Actor, table: uuid.UUID, lines: Collection[int]) -> int:
    """Make the centres of some lines: the ones that nobody made meanwhile. Eight queries, whatever their number.

    Args:
        actor: who confirmed it, with what they may do now.
        table: which table.
        lines: which lines of it.

    Returns:
        How many were made. The others say in their line why not.
    """
    rows = list(
        BranchRow.objects.filter(table__public_id=table, line__in=lines, state=queries.NEW)
        .select_related("office", "area")
        .order_by("line")
    )
    names = {row.office.public_id for row in rows if row.office is not None}
    offices = {office.pk: office for office in _locked(names)}
    taken = queries.taken(offices)
    may = {pk: bool(rules.may_manage_centre(actor, office)) for pk, office in offices.items()}
    made: dict[int, ServiceCentre] = {}
    for row in rows:
        office = offices[cast("int", row.office_id)]
        key = (office.pk, branches.name_key(row.name))
        if office.retired_at or not may[office.pk]:
            row.state, row.message = queries.WRONG, str(_("คุณเพิ่มศูนย์ให้หน่วยงานนี้ไม่ได้"))
        elif key in taken:
            row.state, row.centre_id = queries.EXISTS, taken[key]
        else:
            made[row.line] = _centre(row, office)
    ServiceCentre.objects.bulk_create(made.values(), batch_size=500)
    audit.append_many(list(made.values()), actor=actor, verb="organisations.centre_created", facts=_facts)
    for row in rows:
        if row.line in made:
            row.state, row.centre = queries.MADE, made[row.line]
    BranchRow.objects.bulk_update(rows, ["state", "message", "centre"], batch_size=500)
    return len(made)


def _centre(row: BranchRow, office: Organisation) -> ServiceCentre:
    centre = ServiceCentre(
        organisation=office,
        name_th=row.name,
        kind=row.kind,
        area=row.area,
        address=row.address,
        phone=row.phone,
        email=row.email,
        is_sample=office.is_sample,
    )
    centre.keyed()
    return centre


def _facts(centre: ServiceCentre) -> dict[str, Any]:
    return {
        "organisation": centre.organisation.code,
        "name": centre.name_th,
        "area": centre.area.code if centre.area else "",
    }


@action("organisations.finish-branches")
def finish_branches(*, actor: Actor, table: uuid.UUID) -> BranchImport:
    """All lines were worked. What could not be made is wrong, and who confirmed it hears of the end."""
    row = BranchImport.locked(table)
    words = _("เพิ่มศูนย์นี้ไม่สำเร็จ เลือกไฟล์เดิมใหม่เพื่อลองอีกครั้ง แห่งที่เพิ่มแล้วไม่ซ้ำ")
    row.rows.filter(state=queries.NEW).update(state=queries.WRONG, message=str(words))
    row.state = BranchImport.State.DONE
    row.save(update_fields=["state"])
    signals.branches_made.send(BranchImport, table=row, actor=actor)
    return row


@action("organisations.forget-branches")
def forget_branches(*, actor: Actor) -> int:
    """Throw away tables that nobody confirmed for days, and whom to invite where that was to be done long ago.

    Returns:
        How many tables went.
    """
    # Whoever confirms one of them at this moment has it.
    old = BranchImport.objects.select_for_update(of=("self",), no_key=True, skip_locked=True).filter(
        state="checked", made_at__lt=actor.received_at - UNCONFIRMED
    )
    keys = [row.pk for row in old.order_by("pk")[:AT_ONCE]]
    BranchImport.objects.filter(pk__in=keys).delete()
    long_ago = actor.received_at - INVITED_WITHIN
    invited = BranchRow.objects.filter(table__state="done", table__confirmed_at__lt=long_ago)
    invited.exclude(officer="").update(officer="")
    return len(keys)
