"""Giving items to helpers: by account or by a link, until they are handed in, taken back, or there is nothing to help with."""

import datetime
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from saduak.applications import signals
from saduak.applications.actions import common
from saduak.applications.actions.common import locked, locked_by_key, require_open
from saduak.applications.models import Answer, Application, Delegation, DelegationItem
from saduak.applications.models.helping import LONGEST_ADDRESS, LONGEST_MESSAGE, LONGEST_NAME
from saduak.applications.rules import helping as rules
from saduak.applications.states import DELEGATION
from saduak.foundation import audit, clock, ids
from saduak.foundation.access import Actor, Conflict, Invalid, require
from saduak.foundation.access.registry import Words
from saduak.foundation.access.resolver import digest
from saduak.foundation.actions import action
from saduak.foundation.models import LinkGrant, User
from saduak.foundation.thai.calendar import bangkok_date, end_exclusive
from saduak.organisations.models import Person

# How long a link works when its work has no date, and how long after the date when it has one: late help is help.
LINK: Final = timedelta(days=60)
GRACE: Final = timedelta(days=14)
# To how many addresses somebody offers work in a day: an office has no more helpers, a list of addresses does.
OFFERS: Final = 30
OFFERS_IN: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Given:
    """What was given. `token` is the secret of its link: it is told once, only its digest is kept."""

    delegation: Delegation
    token: str = ""


@action("applications.delegate")
def delegate(  # noqa: PLR0913 - each is one field of the form
    *,
    actor: Actor,
    application_id: uuid.UUID,
    items: Collection[uuid.UUID],
    person_id: uuid.UUID | None = None,
    email: str = "",
    name: str = "",
    due_on: datetime.date | None = None,
    message: str = "",
    idempotency_key: uuid.UUID | None = None,
) -> Given:
    """Give items of a draft to a helper: to a person with an account, to an address, or to `name` by a link.

    Whoever signs in with the address is offered the work, and has it once they take it on. Nothing here tells whether
    anybody does: addresses are not for asking who has an account.

    Args:
        actor: officer or head of the centre.
        application_id: of which application.
        items: the answers, at least one.
        person_id: who helps, when they have an account.
        email: to which address it is offered.
        name: who helps, when they come by a link.
        due_on: the last day on which it is wanted.
        message: what they should know.
        idempotency_key: makes a form count once.

    Raises:
        Refused: not the actor's centre.
        Conflict: submitted or withdrawn; or offered to too many addresses.
        Invalid: no items, nobody named, no account, oneself, or a day that is over.
        DoesNotExist: no such application, or no such item of it.
    """
    del idempotency_key  # the decorator's business
    application = locked(application_id)
    require(rules.may_delegate(actor, application))
    require_open(rules.may_be_helped(application))
    answers = _answers(application, items)
    words = common.text(message, "message", LONGEST_MESSAGE)
    due_at = _due(actor, due_on)
    person = _person(actor, person_id) if person_id is not None else None
    invited = _address(actor, email) if email and person is None else ""
    called = str(person) if person is not None else invited or _name(name)
    made = Delegation(
        application=application,
        person=person,
        invited=invited,
        name=called[:LONGEST_NAME],
        due_at=due_at,
        message=words,
        given_by_id=actor.user_id,
        given_at=actor.received_at,
    )
    token = ""
    if person is None and not invited:
        made.link, token = _link(actor, made)
    made.save(force_insert=True)
    DelegationItem.objects.bulk_create(DelegationItem(delegation=made, answer=row) for row in answers)
    facts = {
        "delegation": made.public_id,
        "items": [row.criterion.key for row in answers],
        "by": "link" if token else "account",
        "until": due_at,
    }
    audit.append(application, actor=actor, verb="applications.help_given", facts=facts)
    signals.help_given.send(Delegation, delegation=made, items=len(answers), actor=actor)
    return Given(made, token)


@action("applications.take_help_on")
def take_help_on(*, actor: Actor, delegation_id: uuid.UUID) -> Delegation:
    """Take on what was offered to the address with which the actor signs in. From then on they write the items.

    Raises:
        Conflict: the application is submitted or withdrawn.
        Invalid: the actor offered it, before the address was theirs.
        DoesNotExist: it was not offered to this actor, somebody has it already, or it is over.
    """
    application, row = _offered(actor, delegation_id)
    require_open(rules.may_be_helped(application))
    if row.given_by_id == actor.user_id:
        raise _oneself("email")
    person = Person.objects.get(pk=actor.person_id or 0)
    row.person, row.name = person, str(person)[:LONGEST_NAME]
    row.save(update_fields=["person", "name"])
    _tell(actor, application, row, "applications.help_taken_on")
    return row


@action("applications.decline_help")
def decline_help(*, actor: Actor, delegation_id: uuid.UUID) -> Delegation:
    """Say no to what was offered to the actor's address.

    Raises:
        DoesNotExist: it was not offered to this actor, somebody has it already, or it is over.
    """
    application, row = _offered(actor, delegation_id)
    _end(actor, row)
    _tell(actor, application, row, "applications.help_declined")
    return row


@action("applications.renew_link")
def renew_link(*, actor: Actor, delegation_id: uuid.UUID) -> Given:
    """Make another link for who lost theirs. The one before stops working.

    Raises:
        Refused: not the actor's centre.
        Conflict: it has ended, or it was given to an account.
        DoesNotExist: no such delegation.
    """
    application, row = _mine(actor, delegation_id)
    if row.link is None:
        raise Conflict(_("ผู้ช่วยคนนี้ใช้บัญชีของตนเอง จึงไม่มีลิงก์"), "no-link")
    _revoke(row)
    row.link, token = _link(actor, row)
    # Who makes a link knows its secret: it ends with their work.
    row.given_by_id = actor.user_id
    row.save(update_fields=["link", "given_by"])
    _tell(actor, application, row, "applications.help_link_renewed")
    return Given(row, token)


@action("applications.extend_help")
def extend_help(*, actor: Actor, delegation_id: uuid.UUID, due_on: datetime.date | None) -> Delegation:
    """Give more time, less, or take the date away.

    Raises:
        Refused: not the actor's centre.
        Conflict: it has ended.
        Invalid: a day that is over.
        DoesNotExist: no such delegation.
    """
    application, row = _mine(actor, delegation_id)
    row.due_at = _due(actor, due_on)
    row.save(update_fields=["due_at"])
    if row.link is not None:
        row.link.expires_at = _until(actor, row)
        row.link.save(update_fields=["expires_at"])
    _tell(actor, application, row, "applications.help_extended", until=row.due_at)
    return row


@action("applications.hand_in_help")
def hand_in(*, actor: Actor, delegation_id: uuid.UUID, note: str = "") -> Delegation:
    """Say that the items are done. The helper writes no more until they are sent back.

    Raises:
        Refused: it was given to somebody else.
        Conflict: handed in already, ended, or run out.
        DoesNotExist: no such delegation.
    """
    application, row = _locked(actor, delegation_id)
    require(rules.may_hand_in(actor, row))
    over: bool = getattr(row, "over")  # noqa: B009 - an annotation mypy can't see
    row.state = DELEGATION.step("hand_in", "ended" if over else row.state)
    row.handed_in_at, row.answer = actor.received_at, common.text(note, "note", LONGEST_MESSAGE)
    row.save(update_fields=["state", "handed_in_at", "answer"])
    _tell(actor, application, row, "applications.help_handed_in")
    signals.help_handed_in.send(Delegation, delegation=row, actor=actor)
    return row


@action("applications.return_help")
def return_help(*, actor: Actor, delegation_id: uuid.UUID, note: str) -> Delegation:
    """Send it back to the helper with what is still wanted.

    Raises:
        Refused: not the actor's centre.
        Conflict: not handed in.
        Invalid: nothing said.
        DoesNotExist: no such delegation.
    """
    application, row = _mine(actor, delegation_id)
    row.state = DELEGATION.step("return", row.state)
    words = common.text(note, "note", LONGEST_MESSAGE)
    if not words:
        raise Invalid(_("เขียนว่าต้องแก้อะไร"), {"note": _("เขียนว่าต้องแก้อะไร")}, "empty")
    row.answer = words
    row.save(update_fields=["state", "answer"])
    _tell(actor, application, row, "applications.help_returned")
    signals.help_returned.send(Delegation, delegation=row, actor=actor)
    return row


@action("applications.end_help")
def end_help(*, actor: Actor, delegation_id: uuid.UUID) -> Delegation:
    """Take the items back, or take over what was handed in. What was written stays; a link stops working at once.

    Raises:
        Refused: not the actor's centre.
        Conflict: it has ended.
        DoesNotExist: no such delegation.
    """
    application, row = _mine(actor, delegation_id)
    _end(actor, row)
    _tell(actor, application, row, "applications.help_ended")
    return row


def end_all(application: Application, *, actor: Actor, which: Q | None = None) -> int:
    """End what helpers of a locked application were given, because there is nothing more to help with; how many."""
    rows = _for_update().filter(application=application, ended_at__isnull=True).order_by("pk")
    found = list(rows if which is None else rows.filter(which))
    for row in found:
        _end(actor, row)
    if found:
        facts = {"delegations": [row.public_id for row in found]}
        audit.append(application, actor=actor, verb="applications.helpers_ended", facts=facts)
    return len(found)


def end_where(which: Q, *, actor: Actor) -> int:
    """End the delegations that match, application by application. Call it in an action."""
    live = Delegation.objects.filter(which, ended_at__isnull=True)
    names = live.order_by("application").values_list("application__public_id", flat=True).distinct()
    return sum(end_all(locked(name), actor=actor, which=which) for name in list(names))


def _end(actor: Actor, row: Delegation) -> None:
    row.state = DELEGATION.step("end", row.state)
    row.ended_at = actor.received_at
    row.save(update_fields=["state", "ended_at"])
    _revoke(row)


def _revoke(row: Delegation) -> None:
    if row.link_id is not None:
        LinkGrant.objects.filter(pk=row.link_id, revoked_at__isnull=True).update(revoked_at=clock.wall())


def _for_update() -> QuerySet[Any]:
    return Delegation.objects.select_for_update(of=("self",), no_key=True).select_related("link", "person")


def _locked(actor: Actor, delegation_id: uuid.UUID) -> tuple[Application, Delegation]:
    """The application and the delegation, locked in this order; `over` says whether it ran out."""
    key = Delegation.objects.values_list("application", flat=True).get(public_id=delegation_id)
    application = locked_by_key(key)
    row: Delegation = _for_update().annotate(over=rules.over_for(actor)).get(public_id=delegation_id)
    row.application = application
    return application, row


def _mine(actor: Actor, delegation_id: uuid.UUID) -> tuple[Application, Delegation]:
    """As above, when the actor may change it and it has not ended."""
    application, row = _locked(actor, delegation_id)
    require(rules.may_delegate(actor, application))
    if row.ended_at is not None:
        raise Conflict(_("การช่วยนี้สิ้นสุดแล้ว ถ้ายังต้องช่วย ให้มอบใหม่"), "ended")
    return application, row


def _offered(actor: Actor, delegation_id: uuid.UUID) -> tuple[Application, Delegation]:
    """As `_locked`, when it is offered to the actor's address and nobody has it."""
    offered = rules.offered_q(actor)
    rows = Delegation.objects.filter(offered).values_list("application", flat=True)
    application = locked_by_key(rows.get(public_id=delegation_id))
    row: Delegation = _for_update().filter(offered).get(public_id=delegation_id)
    row.application = application
    return application, row


def _tell(actor: Actor, application: Application, row: Delegation, verb: str, **facts: Any) -> None:
    audit.append(application, actor=actor, verb=verb, facts={"delegation": row.public_id, **facts})


def _answers(application: Application, items: Collection[uuid.UUID]) -> list[Answer]:
    wanted = set(items)
    if not wanted:
        words = _("เลือกอย่างน้อย 1 ข้อ")
        raise Invalid(words, {"items": words}, "empty")
    rows = Answer.objects.filter(application=application, public_id__in=wanted).select_related("criterion")
    found = list(rows.order_by("criterion__ordinal", "pk"))
    if len(found) != len(wanted):
        raise Answer.DoesNotExist("an item of another application")
    return found


def _person(actor: Actor, person_id: uuid.UUID) -> Person:
    """Somebody else who can sign in."""
    found: Person = Person.objects.select_related("user").get(public_id=person_id)
    if found.user is None or not found.user.is_active:
        words = _("คนนี้ยังไม่มีบัญชี ส่งเป็นลิงก์แทนได้")
        raise Invalid(words, {"person": words}, "no-account")
    if found.pk == actor.person_id:
        raise _oneself("person")
    return found


def _oneself(field: str) -> Invalid:
    words: Words = _("คุณแก้ทุกข้อได้อยู่แล้ว มอบให้คนอื่น")
    return Invalid(words, {field: words}, "oneself")


def _address(actor: Actor, email: str) -> str:
    """An address of somebody else, as it is compared. Who offers to too many waits: nobody goes through a list."""
    address = email.strip().lower()
    if len(address) > LONGEST_ADDRESS:
        words: Words = _("กรอกอีเมลให้ครบ เช่น name@example.go.th")
        raise Invalid(words, {"email": words}, "too-long")
    # Locked, so that nobody offers more than that at once.
    giver = User.objects.select_for_update(no_key=True).get(pk=actor.user_id or 0)
    if (giver.email or "").lower() == address:
        raise _oneself("email")
    since = actor.received_at - OFFERS_IN
    if Delegation.objects.filter(given_by=giver, given_at__gt=since).exclude(invited="").count() >= OFFERS:
        raise Conflict(_("วันนี้มอบงานทางอีเมลมากแล้ว ลองใหม่พรุ่งนี้ หรือส่งเป็นลิงก์แทน"), "too-many-offers")
    return address


def _name(name: str) -> str:
    said = _("เขียนชื่อผู้ช่วย จะได้รู้ว่าใครเขียนข้อใด")
    return common.text(" ".join(name.split()), "name", LONGEST_NAME, required=said)


def _due(actor: Actor, due_on: datetime.date | None) -> datetime.datetime | None:
    if due_on is None:
        return None
    if due_on < bangkok_date(actor.received_at):
        words = _("กำหนดส่งต้องเป็นวันนี้หรือวันหลังจากนี้")
        raise Invalid(words, {"due_on": words}, "past")
    return end_exclusive(due_on)


def _link(actor: Actor, row: Delegation) -> tuple[LinkGrant, str]:
    """A link that opens what was given, and its secret."""
    token = ids.token()
    grant = LinkGrant.objects.create(
        token_digest=digest(token),
        holder=row.name,
        capabilities=[rules.HELP],
        target_model=rules.TARGET,
        target_id=row.public_id,
        expires_at=_until(actor, row),
    )
    return grant, token


def _until(actor: Actor, row: Delegation) -> datetime.datetime:
    """When its link stops working, in real time, in which links live."""
    return clock.wall() + (row.due_at - actor.received_at + GRACE if row.due_at is not None else LINK)
