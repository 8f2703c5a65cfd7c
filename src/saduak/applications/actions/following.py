"""What a supervisor does about many units: views, targets, reminders in the background, calls, large exports."""

import hashlib
import uuid
from collections.abc import Sequence
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from saduak.applications import signals
from saduak.applications.actions import common, exports
from saduak.applications.models import (
    Application,
    BoardExport,
    Call,
    RemindedUnit,
    Reminder,
    SavedView,
    Target,
)
from saduak.applications.queries.board import BoardFilters
from saduak.applications.queries.board.shapes import OVER
from saduak.applications.queries.following import (
    board_export,
    called_unit,
    offices_below,
    sender_of,
    to_remind,
)
from saduak.applications.rules import following as rules
from saduak.foundation import audit, batches, clock
from saduak.foundation.access import Actor, Conflict, Invalid, Refused, require
from saduak.foundation.access.registry import Words
from saduak.foundation.actions import action, require_fits
from saduak.foundation.models import StoredFile
from saduak.foundation.thai import calendar
from saduak.organisations.models import Organisation, ServiceCentre
from saduak.programme.models import Round

REMIND: Final = "applications.remind"
WRITE: Final = "applications.following_tasks.write_board"
MOST_VIEWS: Final = 20
LONGEST_TEXT: Final = 500
LARGEST: Final = 100_000


def _bad(field: str, words: Words) -> Invalid:
    return Invalid(words, {field: words})


# --- Views -----------------------------------------------------------------------------------------------------------


@action("applications.save_view")
def save_view(*, actor: Actor, name: str, query: str, idempotency_key: uuid.UUID | None = None) -> SavedView:
    """Keep a way to look at the board under a name; the same name again keeps the new way.

    Raises:
        Refused: no person to keep it for.
        Invalid: no name, or too long, or too many views.
    """
    del idempotency_key  # the decorator's business
    if actor.person_id is None:
        raise Refused(_("บันทึกมุมมองได้เมื่อเข้าสู่ระบบด้วยบัญชีของตน"), "no-person")
    row = SavedView(person_id=actor.person_id, name=name.strip(), query=query)
    if not row.name:
        raise _bad("name", _("ตั้งชื่อมุมมองสั้น ๆ"))
    require_fits(row, ["name", "query"])
    mine = SavedView.objects.filter(person=actor.person_id)
    if mine.exclude(name=row.name).count() >= MOST_VIEWS:
        raise _bad("name", _("บันทึกไว้ครบ 20 มุมมองแล้ว ลบที่ไม่ใช้ก่อน"))
    kept: SavedView = mine.update_or_create(
        person_id=actor.person_id, name=row.name, defaults={"query": row.query, "made_at": clock.now()}
    )[0]
    return kept


@action("applications.drop_view")
def drop_view(*, actor: Actor, view_id: uuid.UUID) -> int:
    """Forget a view of one's own; how many went."""
    return SavedView.objects.visible_to(actor).filter(public_id=view_id).delete()[0]


# --- Targets ---------------------------------------------------------------------------------------------------------


@action("applications.set_target")
def set_target(
    *,
    actor: Actor,
    round_id: uuid.UUID,
    scope: str,
    wanted: int,
    about_id: uuid.UUID | None = None,
    note: str = "",
    idempotency_key: uuid.UUID | None = None,
) -> Target:
    """Say how many units are to apply: of the whole scope of the actor's office, or of one office below.

    Raises:
        Refused: not a supervisor's post.
        Invalid: a scope, an office or a number that can't be.
        DoesNotExist: no such round.
    """
    del idempotency_key  # the decorator's business
    row = Round.objects.select_for_update(of=("self",), no_key=True).get(public_id=round_id)
    posts = rules.posts(actor, rules.SET_TARGET, row.programme_id)
    owner_id = (posts[0].organisation_id if posts else None) or 0
    require(rules.may_set_target(actor, row, owner_id))
    if scope not in Target.Scope.values:
        raise _bad("scope", _("เลือกขอบเขตจากรายการ"))
    if not 1 <= wanted <= LARGEST:
        raise _bad("wanted", _("กรอกจำนวนตั้งแต่ 1 ถึง 100,000"))
    about = offices_below(actor, row).filter(public_id=about_id).first() if about_id else None
    if about_id and about is None:
        raise _bad("about", _("เลือกหน่วยงานที่คุณติดตาม"))
    Organisation.objects.select_for_update(no_key=True).get(pk=owner_id)
    known = Target.objects.filter(round=row, owner=owner_id, scope=scope, about=about)
    target: Target = known.first() or Target(round=row, owner_id=owner_id, scope=scope, about=about)
    before = target.wanted
    target.wanted, target.note = wanted, note.strip()
    target.set_at, target.set_by_id = actor.received_at, actor.user_id
    require_fits(target, ["note"])
    target.save()
    facts: dict[str, Any] = {"wanted": wanted, "before": before, "scope": scope}
    facts["about"] = about.code if about else None
    audit.append(target, actor=actor, verb="applications.target_set", facts=facts)
    return target


@action("applications.drop_target")
def drop_target(*, actor: Actor, target_id: uuid.UUID) -> None:
    """Take a target back.

    Raises:
        Refused: another office's.
        DoesNotExist: no such target.
    """
    target = Target.locked(target_id)
    require(rules.may_set_target(actor, target.round, target.owner_id))
    audit.append(target, actor=actor, verb="applications.target_dropped", facts={"wanted": target.wanted})
    target.delete()


# --- Reminders -------------------------------------------------------------------------------------------------------


@action("applications.send_reminder")
def send_reminder(
    *,
    actor: Actor,
    round_id: uuid.UUID,
    text: str,
    filters: BoardFilters | None = None,
    refs: Sequence[str] = (),
    expected: int | None = None,
    idempotency_key: uuid.UUID | None = None,
) -> Reminder:
    """Remind many units in the background: each once a day.

    Args:
        actor: who reminds, in the place of its office.
        round_id: of which round.
        text: what is said.
        filters: whom, as the board lists them.
        refs: whom, by name ("c:…", "o:…"); then the filters do not count.
        expected: how many the preview named.
        idempotency_key: of the request.

    Raises:
        Refused: not a supervisor's post.
        Conflict: not as many any more as the preview said.
        Invalid: no text, a text that is too long, or nobody to remind.
        DoesNotExist: no such round.
    """
    del idempotency_key  # the decorator's business
    row = Round.objects.select_related("programme").get(public_id=round_id)
    require(rules.may_chase(actor, row))
    sender = _locked_office(sender_of(actor, row))
    said = common.text(text, "text", LONGEST_TEXT, required=_("เขียนข้อความที่จะเตือน"))
    units = to_remind(actor, row, filters or BoardFilters(), refs)
    if not units:
        raise Invalid(_("ไม่มีหน่วยงานที่ต้องเตือน ทุกแห่งยื่นแล้ว หรือเตือนไปแล้ววันนี้"), code="nobody")
    if expected is not None and expected != len(units):
        raise Conflict(_("จำนวนหน่วยงานเปลี่ยนไปจากที่แสดง ตรวจรายชื่ออีกครั้ง"), "changed")
    reminder: Reminder = Reminder.objects.create(
        round=row,
        organisation=sender,
        text=said,
        units=len(units),
        sent_at=actor.received_at,
        sent_by_id=actor.user_id,
    )
    items = [unit.item for unit in units]
    reminder.batch = batches.start(
        kind=REMIND, items=items, params={"reminder": str(reminder.public_id)}, actor=actor
    )
    reminder.save(update_fields=["batch"])
    digest = hashlib.sha256(" ".join(items).encode()).hexdigest()
    facts = {"round": row.public_id, "units": len(items), "units_digest": digest, "text": said}
    audit.append(reminder, actor=actor, verb="applications.reminded", facts=facts)
    return reminder


def _locked_office(key: int) -> Organisation:
    """One office reminds one after another, so that nobody is told twice by two who press at once."""
    found: Organisation = Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=key)
    return found


@action("applications.remind_units")
def remind_units(*, actor: Actor, reminder_id: uuid.UUID, items: Sequence[str]) -> int:
    """Remind some units of a reminder; how many. Who filed meanwhile, or was reminded today, is left out.

    A constant number of queries. Run by the batch, so that each unit is reminded exactly once.

    Raises:
        DoesNotExist: no such reminder.
    """
    reminder = Reminder.objects.select_related("round__programme", "organisation").get(public_id=reminder_id)
    day = calendar.bangkok_date(reminder.sent_at)
    centres = ServiceCentre.objects.filter(pk__in=_named(items, "c"), retired_at__isnull=True)
    offices = Organisation.objects.filter(pk__in=_named(items, "o"), retired_at__isnull=True)
    over = Application.objects.filter(round=reminder.round_id, state__in=OVER)
    told = RemindedUnit.objects.filter(round=reminder.round_id, sender=reminder.organisation_id, day=day)
    centres = centres.exclude(pk__in=over.values("centre"))
    centres = centres.exclude(pk__in=told.filter(centre__isnull=False).values("centre"))
    offices = offices.exclude(pk__in=told.filter(centre__isnull=True).values("organisation"))
    common = {
        "reminder": reminder,
        "round_id": reminder.round_id,
        "sender_id": reminder.organisation_id,
        "day": day,
        "at": clock.now(),
    }
    rows = [
        RemindedUnit(**common, organisation=centre.organisation, centre=centre)
        for centre in centres.select_related("organisation").order_by("pk")
    ]
    rows += [RemindedUnit(**common, organisation=office) for office in offices.order_by("pk")]
    RemindedUnit.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        signals.units_reminded.send(Reminder, reminder=reminder, units=rows, actor=actor)
    return len(rows)


def _named(items: Sequence[str], kind: str) -> list[int]:
    return [int(item[2:]) for item in items if item.startswith(f"{kind}:")]


# --- Calls -----------------------------------------------------------------------------------------------------------


@action("applications.log_call")
def log_call(
    *,
    actor: Actor,
    round_id: uuid.UUID,
    ref: str,
    outcome: str,
    note: str = "",
    idempotency_key: uuid.UUID | None = None,
) -> Call:
    """Note a telephone call to a unit ("c:" or "o:" and its public id).

    Raises:
        Refused: not a supervisor's post, or a unit that is not followed.
        Invalid: an unknown outcome, or a note that is too long.
        DoesNotExist: no such round.
    """
    del idempotency_key  # the decorator's business
    row = Round.objects.select_related("programme").get(public_id=round_id)
    require(rules.may_chase(actor, row))
    unit = called_unit(actor, row, ref)
    if unit is None:
        raise Refused(_("หน่วยงานนี้อยู่นอกขอบเขตที่คุณติดตาม"), "out-of-reach")
    if outcome not in Call.Outcome.values:
        raise _bad("outcome", _("เลือกผลการโทรจากรายการ"))
    call = Call(
        round=row,
        caller_id=sender_of(actor, row),
        organisation=unit.organisation,
        centre=unit.centre,
        outcome=outcome,
        note=note.strip(),
        at=actor.received_at,
        by_id=actor.user_id,
    )
    require_fits(call, ["note"])
    call.save()
    return call


# --- Large exports ---------------------------------------------------------------------------------------------------


@action("applications.request_board_export")
def request_export(
    *, actor: Actor, round_id: uuid.UUID, query: str, idempotency_key: uuid.UUID | None = None
) -> BoardExport:
    """Have the board written out in the background, as far as the actor sees it then.

    Raises:
        Refused: no account to give the file to.
        Invalid: filters that are too long.
        DoesNotExist: no such round.
    """
    del idempotency_key  # the decorator's business
    made = BoardExport(round=Round.objects.get(public_id=round_id), query=query)
    return exports.begin(actor, made, WRITE)


@action("applications.request_board_export_again")
def request_export_again(*, actor: Actor, export_id: uuid.UUID) -> BoardExport:
    """Have a file made once more that could not be made; while it is being made, or is there, nothing happens.

    Raises:
        DoesNotExist: the actor asked for no such file, or lost a post by which it was to be read.
    """
    if board_export(actor, export_id) is None:
        raise BoardExport.DoesNotExist
    made: BoardExport = exports.begin_again(BoardExport.objects.visible_to(actor), export_id, WRITE)
    return made


@action("applications.keep_board_export")
def keep_export(*, actor: Actor, export_id: uuid.UUID, stored: StoredFile, lines: int) -> BoardExport:
    """Note that a file is made; one that was made before stays.

    Raises:
        DoesNotExist: nobody asked for it.
    """
    row, now = exports.keep(BoardExport, export_id, stored, lines)
    if now:
        signals.board_written.send(BoardExport, export=row, actor=actor)
    return row
