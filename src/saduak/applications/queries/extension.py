"""Extensions of a round, and finding the centre to which one is to be given."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from saduak.applications.models import Application, Extension
from saduak.applications.queries import dates
from saduak.applications.rules.extension import may_extend
from saduak.foundation.access import Actor
from saduak.foundation.thai.text import search_key
from saduak.organisations.models import ServiceCentre
from saduak.programme.models import Round
from saduak.programme.queries import rounds, stage_of

FOUND = 20


@dataclass(frozen=True, slots=True)
class ExtendPage:
    """One centre in one round, before it is given more time."""

    round: Round
    centre: ServiceCentre
    application: Application | None
    given: Extension | None
    closes_at: datetime | None


def extensions_of(actor: Actor, round_: Round) -> QuerySet[Any]:
    """All extensions of a round, those that run first, the latest moment on top. One query."""
    rows: QuerySet[Any] = Extension.objects.visible_to(actor).filter(round=round_)
    return rows.select_related("centre__organisation", "given_by__person").order_by(
        "ended_at", "-until", "-pk"
    )


def round_of(actor: Actor, round_id: UUID) -> Round | None:
    """The round, when the actor may extend in it. Two queries."""
    row: Round | None = rounds(actor).filter(public_id=round_id).first()
    return row if row is not None and may_extend(actor, row) else None


def centres_named(actor: Actor, words: str) -> QuerySet[Any]:
    """Centres whose name or whose office's name has every word, in Thai order; none without words."""
    keys = [search_key(word) for word in words.replace("\x00", "")[:100].split()[:6]]
    rows: QuerySet[Any] = ServiceCentre.objects.visible_to(actor).filter(retired_at__isnull=True)
    for key in keys:
        rows = rows.filter(Q(search_key__contains=key) | Q(organisation__search_key__contains=key))
    found = rows if any(keys) else rows.none()
    return found.select_related("organisation").order_by("sort_key", "pk")


def extend_page(actor: Actor, round_id: UUID, centre_id: UUID) -> ExtendPage | None:
    """What to know before a centre is given more time, or None when it is not the actor's to give. Five queries."""
    round_ = round_of(actor, round_id)
    rows = ServiceCentre.objects.visible_to(actor).select_related("organisation")
    centre = rows.filter(public_id=centre_id).first() if round_ is not None else None
    if round_ is None or centre is None:
        return None
    given = dates.extension_of(round_, centre.pk)
    stage = stage_of(round_)
    return ExtendPage(
        round=round_,
        centre=centre,
        application=Application.objects.visible_to(actor).filter(round=round_, centre=centre).first(),
        given=given,
        closes_at=given.until if given is not None else stage.ends_at if stage else None,
    )
