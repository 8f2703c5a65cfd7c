"""The register of delegations: who may sign in an organisation's name on a day, and what its letters look like."""

import datetime
import re
import unicodedata
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from saduak.correspondence import rules
from saduak.correspondence.models import Absence, Delegation, Draft, LetterHead
from saduak.correspondence.reading.words import PERSON
from saduak.foundation import clock
from saduak.foundation.access import YES, Actor, Decision, no
from saduak.foundation.thai import calendar
from saduak.foundation.thai.text import normalise
from saduak.organisations.models import Appointment, Organisation, Person, Role
from saduak.organisations.models.dated import on_day

# Who prepares letters and signs them; helpers and those who judge do not.
STAFF = (Role.HEAD, Role.CLERK, Role.SUPERVISOR, Role.SECRETARIAT, Role.OFFICER)
# A title that is shortened by a full stop, whatever it is.
_SHORT_TITLE: Final = re.compile(r"\w{1,6}\.")


def may_delegate(actor: Actor, organisation_id: int) -> Decision:
    """Whether the actor may write down who signs in an organisation's name, and what its letters look like.

    A power is of the whole organisation: an appointment for one programme or for one centre gives none.
    """
    if actor.is_system or organisation_id in rules.registers.offices_for(actor, rules.DELEGATE):
        return YES
    return no(_("จดผู้ลงนามและหัวหนังสือได้เฉพาะหัวหน้าหรือเจ้าหน้าที่สารบรรณของหน่วยงานนั้น"), "not-own-office")


def stands_at(actor: Actor, organisation_id: int, *roles: str) -> bool:
    """Whether the actor keeps this register by an appointment at the very organisation, not through its name.

    Args:
        actor: who asks.
        organisation_id: key of the organisation.
        roles: in one of these roles; in any that keeps registers of delegations when left out.
    """
    return actor.is_system or any(
        holding.organisation_id == organisation_id and (not roles or holding.role in roles)
        for holding in actor.holding_with(rules.DELEGATE)
        if holding.centre_id is None and holding.programme_id is None
    )


def may_note_absence(actor: Actor, row: Delegation, since: datetime.date) -> Decision:
    """Whether the actor may write down that a signer is absent: nobody gives that signer's power to themselves.

    Whoever signs in the place of that signer, or of somebody who does, needs another to write it; but for the head of the
    very organisation. Two queries.

    Args:
        actor: who writes.
        row: the entry of the signer who is absent.
        since: the first day of absence that is new; an own entry that is over by then does not count.
    """
    if actor.person_id is None or stands_at(actor, row.organisation_id, Role.HEAD):
        return YES
    me = Person.objects.get(pk=actor.person_id)
    rows = Delegation.objects.filter(organisation=row.organisation_id).select_related("person")
    entries = {entry.pk: entry for entry in rows if not was_undone(entry)}
    for own in entries.values():
        if is_over(own, since) or not is_oneself(me, own.person):
            continue
        above = entries.get(own.substitute_for_id or 0)
        while above is not None:
            if above.pk == row.pk:
                return no(_("คุณลงนามแทนเมื่อผู้นี้ไม่อยู่ ให้หัวหน้าหรือเจ้าหน้าที่สารบรรณคนอื่นจดวันไม่อยู่"), "own-power")
            above = entries.get(above.substitute_for_id or 0)
    return YES


def is_oneself(me: Person, person: Person) -> bool:
    """Whether a row of the register of people is oneself: one's own, or one of one's name that nobody signs in with."""
    return person.pk == me.pk or (person.user_id is None and same_name(person.name, me.name))


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same person's, whatever title, spaces and signs that nobody sees stand in them."""
    forms = [(first, second) for first in _name_forms(one) for second in _name_forms(other)]
    return any(_ends_with(first, second) or _ends_with(second, first) for first, second in forms)


def _ends_with(longer: str, name: str) -> bool:
    """Whether a text is a name, or a title and then the name."""
    if not name or not longer.endswith(name):
        return False
    before = longer.removesuffix(name)
    return not before or bool(PERSON.match(before) or _SHORT_TITLE.match(before))


def _name_forms(name: str) -> list[str]:
    """A name as only its letters and full stops, and the same without a title at its beginning."""
    plain = unicodedata.normalize("NFKC", normalise(name)).casefold()
    bare = "".join(sign for sign in plain if sign.isalnum() or sign == "." or "\u0e30" <= sign <= "\u0e4e")
    title = PERSON.match(bare)
    return [bare, bare[title.end() :]] if title else [bare]


@dataclass(frozen=True, slots=True)
class Signers:
    """Who may sign. `kept`: the register has or had entries, so nobody else may; else anybody may be named."""

    kept: bool
    rows: tuple[Delegation, ...] = ()

    def of_person(self, person_id: int) -> Delegation | None:
        """The power by which somebody signs, or None."""
        return next((row for row in self.rows if row.person_id == person_id), None)

    def has(self, delegation_id: int | None) -> bool:
        """Whether a power counts."""
        return any(row.pk == delegation_id for row in self.rows)


def signers(organisation_id: int, day: datetime.date, kind: str = "") -> Signers:
    """Who may sign in the name of an organisation on a day. One query.

    Whoever is written down as absent on that day does not sign; a substitute signs only then.

    Args:
        organisation_id: key of the organisation.
        day: the day of signing.
        kind: of the letter ("external", "memo", "stamped"); empty for any kind.
    """
    away = Exists(Absence.objects.filter(on_day(day), delegation=OuterRef("pk")))
    rows = (
        Delegation.objects.filter(organisation=organisation_id).select_related("person").annotate(away=away)
    )
    entries = [row for row in rows.order_by("valid_from", "pk") if not was_undone(row)]
    if not entries:
        return Signers(kept=False)
    absent = frozenset(row.pk for row in entries if row.away)
    powers = _Powers({row.pk: row for row in entries}, absent, day, kind)
    return Signers(kept=True, rows=tuple(row for row in entries if powers.counts(row)))


def was_undone(row: Delegation) -> bool:
    """Whether an entry was taken back on the day on which it was made, so that it never counted.

    Such an entry begins and ends on that day. One that ended later, even before its first day, has been in the register.
    """
    return row.valid_to is not None and row.valid_from == row.valid_to == entered_on(row)


def entered_on(row: Delegation) -> datetime.date:
    """The day on which an entry was written down."""
    return calendar.bangkok_date(row.entered_at)


@dataclass(frozen=True, slots=True)
class _Powers:
    """The entries of a register on one day."""

    entries: dict[int, Delegation]
    absent: frozenset[int]
    day: datetime.date
    kind: str

    def counts(self, row: Delegation) -> bool:
        """Whether somebody may sign by this entry."""
        return row.pk not in self.absent and self._stands(row)

    def _stands(self, row: Delegation) -> bool:
        started = row.valid_from is None or row.valid_from <= self.day
        if not started or (row.valid_to is not None and row.valid_to <= self.day):
            return False
        if row.kinds and self.kind and self.kind not in row.kinds:
            return False
        if row.substitute_for_id is None:
            return True
        named = self.entries.get(row.substitute_for_id)
        return named is not None and named.pk in self.absent and self._stands(named)


# --- The register as a page -------------------------------------------------------------------------------------------


def named_for(actor: Actor) -> QuerySet[Organisation]:
    """The organisations in whose name the actor's offices write, in Thai order."""
    rows: QuerySet[Organisation] = Organisation.objects.visible_to(actor).filter(
        pk__in=rules.offices(actor, rules.WRITE) | rules.offices(actor, rules.DELEGATE),
        retired_at__isnull=True,
    )
    return rows.order_by("sort_key", "pk")


def register_of(actor: Actor, organisation: Organisation) -> list[Delegation]:
    """Every entry of a register, those that hold first, each with its absences of today and later. Two queries."""
    today = clock.today()
    ahead = Absence.objects.visible_to(actor).filter(Q(valid_to__isnull=True) | Q(valid_to__gt=today))
    rows: QuerySet[Delegation] = (
        Delegation.objects.visible_to(actor)
        .filter(organisation=organisation)
        .select_related("person", "substitute_for__person", "entered_by__person")
        .prefetch_related(Prefetch("absences", ahead.order_by("valid_from", "pk"), to_attr="ahead"))
    )
    counted = [row for row in rows if not was_undone(row)]
    return sorted(counted, key=lambda row: (is_over(row, today), row.position, row.pk))


def is_over(row: Delegation, day: datetime.date) -> bool:
    """Whether an entry has ended."""
    return row.valid_to is not None and row.valid_to <= day


def delegation(actor: Actor, delegation_id: uuid.UUID) -> Delegation | None:
    """One entry, or None when the actor may not see it."""
    rows = Delegation.objects.visible_to(actor).select_related("organisation", "person")
    found: Delegation | None = rows.filter(public_id=delegation_id).first()
    return found


def absence(actor: Actor, absence_id: uuid.UUID) -> Absence | None:
    """One absence, or None when the actor may not see it."""
    rows = Absence.objects.visible_to(actor).select_related("delegation__organisation", "delegation__person")
    found: Absence | None = rows.filter(public_id=absence_id).first()
    return found


def letter_head(actor: Actor, organisation: Organisation) -> LetterHead | None:
    """How an organisation's letters look; None while nobody said so."""
    rows = LetterHead.objects.visible_to(actor).select_related("emblem")
    found: LetterHead | None = rows.filter(organisation=organisation).first()
    return found


# --- Whom one may ask -------------------------------------------------------------------------------------------------


def _working_at(organisation_ids: Iterable[int]) -> Q:
    held = Appointment.objects.filter(
        on_day(clock.today()), organisation__in=sorted(organisation_ids), role__in=STAFF, centre__isnull=True
    )
    return Q(pk__in=held.values("person"))


def people_at(actor: Actor, organisation: Organisation) -> QuerySet[Person]:
    """People whom the actor can see who work where an organisation's letters are written, by name."""
    writing = rules.offices(actor, rules.DELEGATE) | rules.offices(actor, rules.WRITE)
    rows: QuerySet[Person] = Person.objects.visible_to(actor).filter(_working_at({organisation.pk, *writing}))
    return rows.order_by("name", "pk")


def people_for(actor: Actor, draft: Draft) -> QuerySet[Person]:
    """Whom a draft may be proposed to: people of the office and of its issuer, and those whom the register names.

    People without an account are among them: they can only sign on paper, and the page says so.
    """
    named = Delegation.objects.visible_to(actor).filter(on_day(clock.today()), organisation=draft.issuer_id)
    seen = Person.objects.visible_to(actor).filter(_working_at({draft.office_id, draft.issuer_id}))
    rows: QuerySet[Person] = Person.objects.filter(
        Q(pk__in=seen.values("pk")) | Q(pk__in=named.values("person"))
    )
    return rows.order_by("name", "pk")
