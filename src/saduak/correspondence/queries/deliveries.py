"""Letters that came to an office, and letters that it sent: as lists, one as a page, and what waits."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import BooleanField, Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.correspondence import rules
from saduak.correspondence.long_texts import long_of
from saduak.correspondence.models import (
    Circulation,
    ContactLog,
    Delivery,
    Dispatch,
    DistributionGroup,
    DutyRecipient,
    Letter,
    PassedOutside,
    RecipientList,
)
from saduak.correspondence.queries.searching import with_words
from saduak.correspondence.queries.tree import only_outside
from saduak.correspondence.rules.sending import advance_q
from saduak.foundation import clock
from saduak.foundation.access import Actor
from saduak.foundation.access.registry import Words
from saduak.foundation.thai.text import sort_key
from saduak.organisations.models import Appointment, Organisation, Person
from saduak.organisations.models.dated import on_day
from saduak.organisations.queries import NONE

VIEWS = ("to_receive", "to_act", "mine", "done", "all")
_TO_RECEIVE = Q(state="sent")
# What came on paper was asked of by paper: nobody here waits for its being acknowledged.
_TO_ACT = Q(state__in=["received", "acknowledged"], forwarded_at__isnull=True, dispatch__isnull=False) & (
    Q(dispatch__forward_by__isnull=False) | Q(acknowledged_at__isnull=True)
)


def _own(actor: Actor, capability: str) -> Q:
    return rules.own(actor, capability, "organisation", "letter__") or NONE


def _with_letter(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    return (
        rows.annotate(only_outside=only_outside())
        .select_related(
            "organisation",
            "letter__issuer",
            "letter__superseded_by",
            "dispatch__sender",
            "assigned_to",
            "receipt",
        )
        .defer(*long_of("letter__", "letter__superseded_by__"))
    )


def received(actor: Actor, *, view: str = "all", query: str = "") -> QuerySet[Delivery]:
    """Letters that came to the actor's offices, the newest first.

    Args:
        actor: who looks.
        view: "to_receive", "to_act" (received, not yet passed on or acknowledged), "mine" (given or shown to the
            actor), "done" or "all".
        query: words of subject, number or the beginning of the body.
    """
    rows: QuerySet[Delivery] = Delivery.objects.visible_to(actor)
    if view == "mine":
        shown = Circulation.objects.filter(person=actor.person_id).values("delivery")
        rows = (
            rows.filter(Q(assigned_to=actor.person_id) | Q(pk__in=shown)) if actor.person_id else rows.none()
        )
    else:
        rows = rows.filter(_own(actor, rules.READ))
    if view == "to_receive":
        rows = rows.filter(_TO_RECEIVE)
    elif view == "to_act":
        rows = rows.filter(_TO_ACT)
    elif view == "done":
        rows = rows.exclude(_TO_RECEIVE).exclude(_TO_ACT)
    return with_words(_with_letter(rows), query, "-delivered_at", "-pk", letter="letter__")


def given_q(actor: Actor) -> Q:
    """Letters that were given to this very person to act on, and nobody has acknowledged or passed on yet."""
    if actor.person_id is None:
        return NONE
    open_ = Q(acknowledged_at__isnull=True, forwarded_at__isnull=True) & ~Q(state="withdrawn")
    return open_ & Q(assigned_to=actor.person_id)


def unseen_q(actor: Actor) -> Q:
    """Letters that were shown to this very person, who has not said that they saw them."""
    if actor.person_id is None:
        return NONE
    mine = Circulation.objects.filter(delivery=OuterRef("pk"), person=actor.person_id, seen_at__isnull=True)
    return Q(Exists(mine)) & ~Q(state="withdrawn")


def to_handle(actor: Actor) -> QuerySet[Delivery]:
    """What is to be done with letters that came, the soonest first. One query.

    In the actor's offices: to be received, or passed on or acknowledged by a day (`for_office`). By the actor in person:
    what was given to them (`given`) or shown to them (`unseen`).
    """
    asked = Q(dispatch__forward_by__isnull=False) | Q(dispatch__acknowledge_by__isnull=False)
    for_office = _own(actor, rules.RECEIVE) & (_TO_RECEIVE | (_TO_ACT & asked))
    given, unseen = given_q(actor), unseen_q(actor)
    rows = (
        Delivery.objects.visible_to(actor)
        .filter(for_office | given | unseen)
        .annotate(for_office=_whether(for_office), given=_whether(given), unseen=_whether(unseen))
    )
    return _with_letter(rows).order_by(
        F("dispatch__forward_by").asc(nulls_last=True),
        F("dispatch__acknowledge_by").asc(nulls_last=True),
        "pk",
    )


def _whether(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def tally(actor: Actor) -> dict[str, int]:
    """How many letters wait to be received and to be acted on, in the actor's offices. Two queries."""
    rows = Delivery.objects.visible_to(actor).filter(_own(actor, rules.RECEIVE))
    return {"to_receive": rows.filter(_TO_RECEIVE).count(), "to_act": rows.filter(_TO_ACT).count()}


def delivery(actor: Actor, delivery_id: uuid.UUID) -> Delivery | None:
    """One delivery with its letter, or None when the actor may not see it.

    It tells whether it was passed on only outside the system (`only_outside`).
    """
    rows = Delivery.objects.visible_to(actor).annotate(only_outside=only_outside())
    rows = rows.select_related(
        "organisation__area",
        "letter__issuer",
        "letter__holder",
        "letter__file",
        "letter__round__programme",
        "letter__programme",
        "letter__superseded_by",
        "dispatch__sender",
        "dispatch__letter",
        "root",
        "assigned_to",
        "receipt__registry__organisation",
        "outside_evidence",
        "received_by__person",
    )
    found: Delivery | None = rows.filter(public_id=delivery_id).first()
    return found


def sent(actor: Actor, *, query: str = "") -> QuerySet[Dispatch]:
    """What the actor's offices sent, or others in their name, the newest first."""
    mine = rules.own(actor, rules.READ, "sender", "letter__") or NONE
    issued = rules.own(actor, rules.READ, "letter__issuer", "letter__") or NONE
    rows: QuerySet[Dispatch] = Dispatch.objects.visible_to(actor).filter(mine | issued)
    listed = rows.select_related("letter__issuer", "sender", "batch").defer(*long_of("letter__"))
    return with_words(listed, query, "-sent_at", "-pk", letter="letter__")


def dispatch(actor: Actor, dispatch_id: uuid.UUID) -> Dispatch | None:
    """One sending with its letter, or None when the actor may not see it."""
    rows = Dispatch.objects.visible_to(actor).select_related(
        "letter__issuer",
        "letter__round__programme",
        "letter__programme",
        "sender",
        "forwards__organisation",
        "batch",
        "root",
    )
    found: Dispatch | None = rows.filter(public_id=dispatch_id).first()
    return found


def dispatches_of(actor: Actor, letter: Letter) -> list[Dispatch]:
    """The sendings of a letter that the actor may see, in their order. One query."""
    rows = Dispatch.objects.visible_to(actor).filter(letter=letter).select_related("sender", "batch")
    return list(rows.order_by("pk"))


def hidden_among(actor: Actor, letters: Iterable[Letter]) -> frozenset[int]:
    """Which of some letters (keys) are secret and not for the actor: along the way they show no number and no subject.

    One query, none when no letter is secret.
    """
    secret = {letter.pk for letter in letters if letter.is_secret}
    if not secret:
        return frozenset()
    seen = Letter.objects.visible_to(actor).filter(pk__in=secret)
    return frozenset(secret - set(seen.values_list("pk", flat=True)))


@dataclass(frozen=True, slots=True)
class PassedOn:
    """A sending in which an office passed a letter on, and whether the letter is one that the reader may not see."""

    dispatch: Dispatch
    is_hidden: bool


def passed_on(actor: Actor, row: Delivery) -> list[PassedOn]:
    """The sendings in which an office passed a letter on, in their order. One query, two when one is secret."""
    rows = Dispatch.objects.filter(forwards=row).select_related("letter", "sender")
    found = list(rows.defer(*long_of("letter__")).order_by("pk"))
    hidden = hidden_among(actor, [one.letter for one in found])
    return [PassedOn(one, one.letter_id in hidden) for one in found]


@dataclass(frozen=True, slots=True)
class Ended:
    """Why a duty asks an office for nothing more: "recalled", "replaced", or "own_copy" of a letter that came again."""

    why: str
    words: Words
    reason: str = ""
    # The letter in the place of the duty's own.
    later: Letter | None = None


def ended(actor: Actor, share: DutyRecipient) -> Ended | None:
    """Why one office's share of a duty asks for nothing more; None while it does. At most two queries.

    Args:
        actor: who looks, and may see the share.
        share: with its duty and letter.
    """
    if share.superseded_at is None:
        return None
    letter = share.duty.letter
    if not letter.for_issuer:
        words = _("หนังสือฉบับเดียวกันมาถึงจากผู้ออกหนังสือแล้ว ตอบที่หน้าที่ของฉบับนั้น ไม่ต้องทำซ้ำ")
        return Ended("own_copy", words)
    later = letter.superseded_by
    if later is not None:
        if hidden_among(actor, [later]) or not later.number:
            return Ended("replaced", _("มีหนังสือฉบับใหม่แทนฉบับนี้แล้ว ทำตามฉบับใหม่"), later=later)
        words = format_lazy(_("มีหนังสือ ที่ {number} แทนฉบับนี้แล้ว ทำตามฉบับใหม่"), number=later.number)
        return Ended("replaced", words, later=later)
    back = Delivery.objects.filter(
        letter=letter, organisation=share.organisation_id, state="withdrawn", dispatch__isnull=False
    )
    told = back.order_by("-withdrawn_at", "-pk").values_list("dispatch__recall_reason", flat=True).first()
    reason = told or letter.recall_reason
    words = format_lazy(_("ผู้ออกหนังสือเรียกหนังสือนี้คืนแล้ว เพราะ {reason} ไม่ต้องทำหน้าที่นี้"), reason=reason or "-")
    return Ended("recalled", words, reason=reason)


def advance_copies(actor: Actor) -> QuerySet[Letter]:
    """Calls that went out to offices above, of which the order down the line has not come to the actor's office yet."""
    came = Delivery.objects.filter(_own(actor, rules.READ), letter__round__isnull=False)
    # Those above the offices that it went to see it for another reason: they wait for no order.
    ahead = advance_q(actor) or NONE
    rows: QuerySet[Letter] = Letter.objects.visible_to(actor).filter(
        ahead, dispatches__advance=True, recalled_at__isnull=True, round__closed_at__isnull=True
    )
    return (
        rows.exclude(round__in=came.values("letter__round"))
        .exclude(rules.own(actor, rules.READ, "issuer") or NONE)
        .select_related("issuer", "round")
        .defer(*long_of(""))
        .distinct()
        .order_by("-dated", "-pk")
    )


def colleagues(organisation_id: int) -> list[Person]:
    """Those appointed at an office today, in the Thai order of their names. One query."""
    held = Appointment.objects.filter(on_day(clock.today()), organisation=organisation_id)
    rows = Person.objects.filter(pk__in=held.values("person"))
    return sorted(rows, key=lambda person: (sort_key(person.name), person.pk))


def groups(actor: Actor, organisation_id: int) -> list[DistributionGroup]:
    """The groups of an office among whom it hands letters round. Two queries."""
    rows = DistributionGroup.objects.visible_to(actor).filter(
        organisation=organisation_id, retired_at__isnull=True
    )
    return list(rows.prefetch_related("members").order_by("name"))


def circulation(row: Delivery) -> list[Circulation]:
    """To whom inside the office a letter was shown, and who has seen it. One query."""
    return list(
        Circulation.objects.filter(delivery=row).select_related("person", "group").order_by("at", "pk")
    )


def contacts(row: Delivery) -> list[ContactLog]:
    """Calls and messages about a delivery, the newest first. One query."""
    return list(ContactLog.objects.filter(delivery=row).select_related("by__person"))


def passed_outside(row: Delivery) -> list[PassedOutside]:
    """How an office passed a letter on outside the system, for who sees its delivery. One query, none before it is passed on."""
    if row.forwarded_at is None:
        return []
    rows = PassedOutside.objects.filter(delivery=row, taken_back_at__isnull=True)
    return list(rows.select_related("by__person", "by_office", "evidence"))


def passed_outside_one(actor: Actor, passed_id: uuid.UUID) -> PassedOutside | None:
    """One such note, also when it was taken back; None when the actor does not see its delivery. One query."""
    rows = PassedOutside.objects.filter(public_id=passed_id, delivery__in=Delivery.objects.visible_to(actor))
    found: PassedOutside | None = rows.select_related("delivery", "evidence").first()
    return found


def lists(actor: Actor, organisation_ids: frozenset[int]) -> QuerySet[RecipientList]:
    """Named lists of offices to write to, each with how many there are (`offices`); not those of one draft alone."""
    rows: QuerySet[RecipientList] = RecipientList.objects.visible_to(actor).filter(
        organisation__in=sorted(organisation_ids), retired_at__isnull=True, draft__isnull=True
    )
    return rows.annotate(offices=Count("members")).order_by("name", "pk")


def offices_of_actor(actor: Actor, capability: str) -> QuerySet[Organisation]:
    """The offices for which the actor has a capability, those in whose name they write among them."""
    rows: QuerySet[Organisation] = Organisation.objects.visible_to(actor).filter(
        pk__in=rules.offices(actor, capability), retired_at__isnull=True
    )
    return rows.order_by(F("sort_key"), "pk")
