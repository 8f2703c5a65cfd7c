"""Writes about people and appointments: appoint, end, hand over."""

import datetime
import uuid
from dataclasses import dataclass

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.foundation import audit, clock
from saduak.foundation.access import Actor, Conflict, Invalid, Refused, require
from saduak.foundation.actions import action
from saduak.foundation.thai.words import long_day
from saduak.organisations import rules
from saduak.organisations.actions.posts import Post
from saduak.organisations.models import Appointment, Handover, Organisation, Person
from saduak.organisations.signals import appointment_ended, appointment_handed_over, appointment_made


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody who is not in the register yet; an account can follow by an invitation."""

    name: str
    title: str = ""
    position: str = ""
    phone: str = ""
    email: str = ""

    def saved(self, *, is_sample: bool = False) -> Person:
        """The new row.

        Raises:
            Invalid: no name.
        """
        if not self.name.strip():
            raise Invalid(_("ต้องมีชื่อผู้ได้รับมอบหมาย"), {"name": _("กรอกชื่อและนามสกุล")})
        row: Person = Person.objects.create(
            name=self.name.strip(),
            title=self.title.strip(),
            position=self.position.strip(),
            phone=self.phone.strip(),
            email=self.email.strip().lower(),
            is_sample=is_sample,
        )
        return row


@action("organisations.appoint")
def appoint(
    *,
    actor: Actor,
    post: Post,
    person: uuid.UUID | NewPerson,
    stand_in: bool = False,
    valid_from: datetime.date | None = None,
    valid_to: datetime.date | None = None,
    source: str = "",
    idempotency_key: uuid.UUID | None = None,  # noqa: ARG001 - read by @action
) -> Appointment:
    """Give somebody a role at an organisation, for one of its centres only when the post says so.

    Args:
        actor: who appoints.
        post: what is given, where, and how far it reaches.
        person: who; `NewPerson` for somebody who is not in the register yet.
        stand_in: acts for somebody, with the same powers.
        valid_from: first day (today when left out).
        valid_to: first day no more; open when left out.
        source: for example the number of the order.
        idempotency_key: the same key gives the same appointment.

    Raises:
        Refused: the actor may not give this role here, not so far, not for this programme, or not to themselves; or the
            person has no account yet and holds something else that the actor may not give.
        Invalid: something in the post is unknown, or the dates run backwards.
        Conflict: this person holds this role already.
    """
    start = valid_from or clock.today()
    row = Appointment(stand_in=stand_in, valid_from=start, valid_to=valid_to, source=source.strip())
    row.title, row.appointed_by_id = post.title.strip(), actor.person_id
    owner = post.fill(row)
    require(rules.may_appoint(actor, row))
    if valid_to is not None and valid_to <= start:
        raise Invalid(_("วันสิ้นสุดต้องอยู่หลังวันเริ่ม"), {"valid_to": _("เลือกวันหลังวันเริ่ม หรือเว้นว่างไว้")})
    row.person = _holder(actor, person, owner)
    require(rules.may_take(actor, row))
    if row.person.user_id is None:
        # Whoever opens this account later gets all of it: what nobody could invite to is not put together.
        require(rules.may_open_account(actor, row.person))
    if same_open(row) is not None:
        raise Conflict(_("ผู้นี้ได้รับมอบหมายหน้าที่นี้อยู่แล้ว"), "already-appointed")
    return started(actor, row)


def started(actor: Actor, row: Appointment) -> Appointment:
    """Save a new appointment, write it to the audit and tell the rooms above. Call it inside an action."""
    row.save(force_insert=True)
    audit.append(
        row,
        actor=actor,
        verb="organisations.appointed",
        facts={
            "role": row.role,
            "organisation": row.organisation.code,
            "centre": str(row.centre.public_id) if row.centre else "",
            "programme": row.programme.code if row.programme else "",
            "reach": row.reach,
            "stand_in": row.stand_in,
            "valid_from": row.valid_from,
            "valid_to": row.valid_to,
            "source": row.source,
        },
        personal={"person": str(row.person), "title": row.title},
    )
    appointment_made.send(sender=Appointment, appointment=row, actor=actor)
    return row


def begun(actor: Actor, row: Appointment) -> Appointment:
    """The open appointment to the same thing that its person has already, else a new one; held from today on.

    One that was to begin later begins now: a post that is taken over is not without anybody in between. What is given
    for a time does not bring forward what was given without an end. Call it inside an action.
    """
    same = same_open(row)
    if same is None or (row.valid_to is not None and same.valid_from > row.valid_from):
        return started(actor, row)
    same = Appointment.locked(same.public_id)
    if same.valid_from > row.valid_from:
        facts = {"before": same.valid_from, "after": row.valid_from}
        same.valid_from = row.valid_from
        same.save(update_fields=["valid_from"])
        audit.append(same, actor=actor, verb="organisations.appointment_begun", facts=facts)
    return same


def same_open(row: Appointment) -> Appointment | None:
    """An open appointment of the same person to the same thing, if there is one."""
    found: Appointment | None = Appointment.objects.filter(
        person=row.person,
        role=row.role,
        organisation=row.organisation,
        centre=row.centre,
        programme=row.programme,
        reach=row.reach,
        stand_in=row.stand_in,
        valid_to__isnull=True,
    ).first()
    return found


@action("organisations.end-appointment")
def end_appointment(
    *, actor: Actor, appointment: uuid.UUID, on: datetime.date | None = None, reason: str = ""
) -> Appointment:
    """End an appointment: on that day (today when left out) it no longer holds.

    Raises:
        Refused: neither its holder nor somebody who may give it.
        Invalid: a day after its own end: nobody prolongs an appointment by ending it.
        Conflict: it has ended already.
    """
    row = Appointment.locked(appointment)
    require(rules.may_end(actor, row))
    return ended(actor, row, on or clock.today(), reason)


def ended(actor: Actor, row: Appointment, on: datetime.date, reason: str) -> Appointment:
    """Write down that an appointment ends, and tell the rooms above. Call it inside an action, under its lock."""
    if row.valid_to is not None and row.valid_to <= clock.today():
        raise Conflict(_("การมอบหมายนี้สิ้นสุดไปแล้ว"), "already-ended")
    last = row.last_day
    if last is not None and on - datetime.timedelta(days=1) > last:
        words = format_lazy(
            _("การมอบหมายนี้สิ้นสุดวันที่ {day} อยู่แล้ว เลือกวันก่อนหน้านั้น"), day=long_day(last, weekday=False)
        )
        raise Invalid(words, {"last_day": words}, "prolongs")
    row.valid_to, row.ended_reason = max(on, row.valid_from), reason.strip()
    row.save(update_fields=["valid_to", "ended_reason"])
    facts = {"on": row.valid_to, "reason": row.ended_reason}
    audit.append(row, actor=actor, verb="organisations.appointment_ended", facts=facts)
    appointment_ended.send(sender=Appointment, appointment=row, actor=actor)
    return row


@action("organisations.hand-over")
def hand_over(
    *,
    actor: Actor,
    appointment: uuid.UUID,
    to: uuid.UUID | NewPerson,
    note: str = "",
    keep: bool = False,
    idempotency_key: uuid.UUID | None = None,  # noqa: ARG001 - read by @action
) -> Handover:
    """Give the work of an appointment to somebody else: they get the same role, and what was open moves along.

    The rooms above move their tasks, drafts and helpers when they hear `appointment_handed_over`; how much moved
    stands in `Handover.moved`. The head of the organisation may do this for somebody who left without doing it.

    Args:
        actor: the holder, or whoever may appoint here.
        appointment: whose work.
        to: who takes it; `NewPerson` for somebody who is not in the register yet.
        note: what the next one should know.
        keep: the old appointment goes on (work is shared, not left).
        idempotency_key: the same key gives the same hand-over.

    Raises:
        Refused: neither its holder of today nor somebody who may appoint here; to share it, or to take it oneself, only
            who may appoint so; or, by somebody else than the holder, to a person without an account who holds
            something else that the actor may not give.
        Conflict: it was handed over before, or it ended meanwhile.
        Invalid: to oneself.
    """
    # An office before what stands at it: whoever moves a centre locks in the same order.
    Organisation.locked(Organisation.objects.get(appointments__public_id=appointment).public_id)
    old = Appointment.locked(appointment)
    require(rules.may_hand_over(actor, old))
    if rules.hands_over_own(actor, old) and not _still_holds(old):
        raise Conflict(_("การมอบหมายนี้สิ้นสุดไปแล้ว"), "already-ended")
    if keep:
        require(rules.may_share_work(actor, old))
    elif Handover.objects.filter(from_appointment=old, kept=False).exists():
        raise Conflict(_("ส่งมอบงานนี้ไปแล้ว"), "already-handed-over")
    new = Appointment(
        person=_next_holder(actor, old, to),
        role=old.role,
        organisation=old.organisation,
        centre=old.centre,
        programme=old.programme,
        reach=old.reach,
        stand_in=old.stand_in,
        title=old.title,
        valid_from=clock.today(),
        # What was given for a time stays given for that time.
        valid_to=old.valid_to if _still_holds(old) else None,
        appointed_by_id=actor.person_id,
    )
    require(rules.may_take(actor, new))
    new = begun(actor, new)
    if not keep and _still_holds(old):
        ended(actor, old, clock.today(), str(_("ส่งมอบงาน")))
    row: Handover = Handover.objects.create(
        from_appointment=old, to_appointment=new, note=note.strip(), kept=keep
    )
    for _receiver, moved in appointment_handed_over.send(sender=Handover, handover=row, actor=actor):
        row.moved |= moved or {}
    row.save(update_fields=["moved"])
    facts = {"to": str(new.public_id), "moved": row.moved, "kept": keep}
    audit.append(old, actor=actor, verb="organisations.handed_over", facts=facts)
    return row


def _next_holder(actor: Actor, old: Appointment, to: uuid.UUID | NewPerson) -> Person:
    """Who takes the work; somebody else than its holder gives it to nobody whose account they could not open."""
    holder = _holder(actor, to, old.organisation)
    if holder.pk == old.person_id:
        raise Invalid(_("ผู้รับงานเป็นคนเดียวกับผู้ส่งมอบ"), {"to": _("เลือกคนอื่น")})
    if holder.user_id is None and not rules.hands_over_own(actor, old):
        require(rules.may_open_account(actor, holder))
    return holder


def _still_holds(row: Appointment) -> bool:
    return row.valid_to is None or row.valid_to > clock.today()


@action("organisations.edit-person")
def edit_person(
    *, actor: Actor, person: uuid.UUID, title: str, name: str, position: str, phone: str, email: str
) -> Person:
    """Correct a person's name and contacts: oneself, or somebody without an account whom one may appoint.

    Raises:
        Refused: another person with an account, or somebody out of reach.
        Invalid: no name.
    """
    row: Person = Person.objects.select_for_update(no_key=True).get(public_id=person)
    require(rules.may_edit_person(actor, row))
    if not name.strip():
        raise Invalid(_("ต้องมีชื่อ"), {"name": _("กรอกชื่อและนามสกุล")})
    row.title, row.name, row.position, row.phone, row.email = (
        title,
        name.strip(),
        position,
        phone,
        email.lower(),
    )
    row.save(update_fields=["title", "name", "position", "phone", "email"])
    personal = {"name": str(row), "position": position, "phone": phone, "email": row.email}
    noted_of(row, actor=actor, verb="organisations.person_edited", personal=personal)
    return row


def noted_of(person: Person, *, actor: Actor, verb: str, personal: dict[str, str]) -> None:
    """Write into the history of a person's newest appointment what became of the person; call it inside an action."""
    held = Appointment.objects.filter(person=person).order_by("-valid_from", "-pk").first()
    if held is not None:
        audit.append(Appointment.locked(held.public_id), actor=actor, verb=verb, personal=personal)


def _holder(actor: Actor, person: uuid.UUID | NewPerson, owner: Organisation) -> Person:
    """Somebody new, or a person that the actor may see: nobody is found by guessing."""
    if isinstance(person, NewPerson):
        return person.saved(is_sample=owner.is_sample)
    found: Person | None = Person.objects.visible_to(actor).filter(public_id=person).first()
    if found is None:
        raise Refused(_("ไม่พบบุคคลนี้ในขอบเขตงานของคุณ ให้กรอกเป็นผู้ได้รับมอบหมายใหม่"), "person-out-of-reach")
    return found
