"""Letters that came to an office, and letters that it sent: as lists, one as a page, and what waits."""

import uuid

from django.db.models import F, Q, QuerySet

from saduak.correspondence import rules
from saduak.correspondence.models import (
    Circulation,
    ContactLog,
    Delivery,
    Dispatch,
    DistributionGroup,
    Letter,
    RecipientList,
)
from saduak.foundation import clock
from saduak.foundation.access import Actor
from saduak.foundation.thai.text import search_key, search_terms, sort_key
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
    return rows.select_related(
        "organisation",
        "letter__issuer",
        "letter__superseded_by",
        "dispatch__sender",
        "assigned_to",
        "receipt",
    ).defer(
        "letter__text", "letter__reading", "letter__superseded_by__text", "letter__superseded_by__reading"
    )


def received(actor: Actor, *, view: str = "all", query: str = "") -> QuerySet[Delivery]:
    """Letters that came to the actor's offices, the newest first.

    Args:
        actor: who looks.
        view: "to_receive", "to_act" (received, not yet passed on or acknowledged), "mine" (given or shown to the
            actor), "done" or "all".
        query: words of subject or number.
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
    for term in search_terms(query):
        rows = rows.filter(letter__subject_key__contains=search_key(term))
    return _with_letter(rows).order_by("-delivered_at", "-pk")


def to_handle(actor: Actor) -> QuerySet[Delivery]:
    """What came to the actor's offices and is to be received, or passed on or acknowledged by a day; the soonest first."""
    asked = Q(dispatch__forward_by__isnull=False) | Q(dispatch__acknowledge_by__isnull=False)
    rows = Delivery.objects.visible_to(actor).filter(
        _own(actor, rules.RECEIVE), _TO_RECEIVE | (_TO_ACT & asked)
    )
    return _with_letter(rows).order_by(
        F("dispatch__forward_by").asc(nulls_last=True),
        F("dispatch__acknowledge_by").asc(nulls_last=True),
        "pk",
    )


def tally(actor: Actor) -> dict[str, int]:
    """How many letters wait to be received and to be acted on, in the actor's offices. Two queries."""
    rows = Delivery.objects.visible_to(actor).filter(_own(actor, rules.RECEIVE))
    return {"to_receive": rows.filter(_TO_RECEIVE).count(), "to_act": rows.filter(_TO_ACT).count()}


def delivery(actor: Actor, delivery_id: uuid.UUID) -> Delivery | None:
    """One delivery with its letter, or None when the actor may not see it."""
    rows = Delivery.objects.visible_to(actor).select_related(
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
    for term in search_terms(query):
        rows = rows.filter(letter__subject_key__contains=search_key(term))
    return (
        rows.select_related("letter__issuer", "sender", "batch")
        .defer("letter__text", "letter__reading")
        .order_by("-sent_at", "-pk")
    )


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


def passed_on(row: Delivery) -> list[Dispatch]:
    """The sendings in which an office passed a letter on, in their order. One query."""
    rows = Dispatch.objects.filter(forwards=row).select_related("letter", "sender")
    return list(rows.defer("letter__text", "letter__reading").order_by("pk"))


def advance_copies(actor: Actor) -> QuerySet[Letter]:
    """Calls that went out to offices above, of which the order down the line has not come to the actor's office yet."""
    came = Delivery.objects.filter(_own(actor, rules.READ), letter__round__isnull=False)
    rows: QuerySet[Letter] = Letter.objects.visible_to(actor).filter(
        dispatches__advance=True, recalled_at__isnull=True, round__closed_at__isnull=True
    )
    return (
        rows.exclude(round__in=came.values("letter__round"))
        .exclude(rules.own(actor, rules.READ, "issuer") or NONE)
        .select_related("issuer", "round")
        .defer("text", "reading")
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


def lists(actor: Actor, organisation_ids: frozenset[int]) -> QuerySet[RecipientList]:
    """Named lists of offices to write to."""
    rows: QuerySet[RecipientList] = RecipientList.objects.visible_to(actor).filter(
        organisation__in=sorted(organisation_ids), retired_at__isnull=True
    )
    return rows.order_by("name", "pk")


def offices_of_actor(actor: Actor, capability: str) -> QuerySet[Organisation]:
    """The offices for which the actor has a capability, those in whose name they write among them."""
    rows: QuerySet[Organisation] = Organisation.objects.visible_to(actor).filter(
        pk__in=rules.offices(actor, capability), retired_at__isnull=True
    )
    return rows.order_by(F("sort_key"), "pk")
