"""Letters and duties as lists, each through the scoped door."""

import uuid
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from saduak.correspondence import rules
from saduak.correspondence.long_texts import long_of
from saduak.correspondence.models import Duty, DutyRecipient, Letter
from saduak.correspondence.queries.searching import with_words
from saduak.foundation.access import Actor
from saduak.organisations.models import Organisation
from saduak.organisations.queries import NONE

_OPEN = Q(done_at__isnull=True, superseded_at__isnull=True)
# What an office has left to do with one of its duties, by the view of those offices.
_LEFT = {"waiting": Q(acknowledged_at__isnull=True), "open": Q(done_at__isnull=True)}
VIEWS = ("all", "to_confirm", "issued", "received")


def _with_all(rows: QuerySet[Letter]) -> QuerySet[Letter]:
    # The text and the reading are long: only a letter's own page needs them.
    return rows.select_related("holder", "issuer", "round").defer(*long_of(""))


def inbox(actor: Actor, *, view: str = "all", query: str = "") -> QuerySet[Letter]:
    """Letters that the actor may see, the newest first; of those searched, first those that have the words in subject or number.

    Args:
        actor: who looks.
        view: "all", "to_confirm" (of my offices), "issued" (in my offices' name) or "received" (duties for my offices).
        query: words of subject, number or the beginning of the body.
    """
    rows: QuerySet[Letter] = _with_all(Letter.objects.visible_to(actor))
    if view == "to_confirm":
        held = rules.own(actor, rules.READ, "holder", unread=True) or NONE
        rows = rows.filter(held, state__in=["waiting", "read", "unreadable"])
    elif view == "issued":
        rows = rows.filter(rules.own(actor, rules.READ, "issuer") or NONE, for_issuer=True)
    elif view == "received":
        mine = DutyRecipient.objects.filter(_shared(actor, rules.READ)).values("duty__letter")
        rows = rows.filter(pk__in=mine)
    return with_words(rows, query, "-loaded_at", "-pk")


def _shared(actor: Actor, capability: str) -> Q:
    return rules.own(actor, capability, "organisation", "duty__letter__") or NONE


def tally(actor: Actor) -> dict[str, int]:
    """How many letters wait for confirmation and how many duties for an answer, of the actor. Two queries."""
    held = rules.own(actor, rules.CONFIRM, "holder", unread=True) or NONE
    letters = Letter.objects.visible_to(actor).filter(held, state__in=["read", "unreadable"])
    mine = DutyRecipient.objects.visible_to(actor).filter(_OPEN, _shared(actor, rules.ANSWER))
    return {
        "to_confirm": letters.count(),
        "to_answer": mine.filter(acknowledged_at__isnull=True).count(),
    }


def letter(actor: Actor, letter_id: uuid.UUID) -> Letter | None:
    """One letter with its file, or None when the actor may not see it."""
    rows = Letter.objects.visible_to(actor).select_related(
        "holder", "issuer", "round__programme", "programme", "file", "superseded_by"
    )
    rows = rows.defer(*long_of("superseded_by__"))
    found: Letter | None = rows.filter(public_id=letter_id).first()
    return found


def duties_of(actor: Actor, row: Letter, *, view: str = "") -> QuerySet[Duty]:
    """A letter's duties with how many offices have them, have read them, have done them. One query.

    Each also tells of how many offices `recipients_of` speaks in a view (`reached`).
    """
    seen = DutyRecipient.objects.visible_to(actor).filter(duty__letter=row)
    mine = Q(recipients__in=seen)
    counted = seen.filter(_LEFT[view]) if view in _LEFT else seen
    offices = counted.order_by().values("duty__letter").annotate(n=Count("organisation", distinct=True))
    rows: QuerySet[Duty] = Duty.objects.visible_to(actor).filter(letter=row)
    return rows.annotate(
        offices=Count("recipients", filter=mine),
        acknowledged=Count("recipients", filter=mine & Q(recipients__acknowledged_at__isnull=False)),
        done=Count("recipients", filter=mine & Q(recipients__done_at__isnull=False)),
        reached=Coalesce(Subquery(offices.values("n")), 0),
    ).order_by("ordinal")


def recipients_of(actor: Actor, row: Letter, *, view: str = "") -> QuerySet[Any]:
    """The offices that a letter gave duties, with how far each is, in Thai order.

    Args:
        actor: who looks; a recipient sees only its own office.
        row: the letter.
        view: "" for all, "waiting" (something not acknowledged), "open" (something not done).
    """
    seen = DutyRecipient.objects.visible_to(actor).filter(duty__letter=row)
    rows = Organisation.objects.filter(duties__in=seen).annotate(
        duties_all=Count("duties", filter=Q(duties__in=seen)),
        duties_acknowledged=Count("duties", filter=Q(duties__in=seen, duties__acknowledged_at__isnull=False)),
        duties_done=Count("duties", filter=Q(duties__in=seen, duties__done_at__isnull=False)),
    )
    if view == "waiting":
        rows = rows.filter(duties_acknowledged__lt=F("duties_all"))
    elif view == "open":
        rows = rows.filter(duties_done__lt=F("duties_all"))
    return rows.order_by("sort_key", "pk")


def shares(
    actor: Actor,
    *,
    only_open: bool = False,
    letter_row: Letter | None = None,
    capability: str = rules.READ,
) -> QuerySet[DutyRecipient]:
    """What letters ask of the offices for which the actor has `capability`, the earliest date first."""
    rows: QuerySet[DutyRecipient] = DutyRecipient.objects.visible_to(actor).filter(
        _shared(actor, capability), superseded_at__isnull=True
    )
    if only_open:
        rows = rows.filter(_OPEN)
    if letter_row is not None:
        rows = rows.filter(duty__letter=letter_row)
    return (
        rows.select_related("organisation", "duty__letter__issuer")
        .defer(*long_of("duty__letter__"))
        .order_by(F("duty__due_at").asc(nulls_last=True), "duty__letter", "duty__ordinal", "pk")
    )


def share(actor: Actor, recipient_id: uuid.UUID) -> DutyRecipient | None:
    """One office's share of a duty, or None when the actor may not see it."""
    rows = DutyRecipient.objects.visible_to(actor).select_related(
        "organisation", "duty__letter__issuer", "duty__letter__holder", "duty__letter__file"
    )
    found: DutyRecipient | None = rows.filter(public_id=recipient_id).first()
    return found


def letters_of_round(actor: Actor, round_pk: int) -> QuerySet[Letter]:
    """Confirmed letters about a round that the actor may see, the newest first."""
    rows: QuerySet[Letter] = _with_all(Letter.objects.visible_to(actor))
    return rows.filter(round=round_pk, state="confirmed").order_by("-dated", "-pk")
