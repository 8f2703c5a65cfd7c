"""Templates of letters and legal references, as pages show them; who may publish."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from saduak.correspondence.models import LegalReference, LetterTemplate
from saduak.correspondence.tables import table
from saduak.foundation.access import YES, Actor, Decision, no
from saduak.organisations.models import Programme
from saduak.programme.rules import OPEN_ROUND


def is_secretariat(actor: Actor, programme_id: int) -> bool:
    """Whether the actor works for the secretariat of a programme: only it sends a call to every office in advance."""
    return actor.is_system or any(True for _held in actor.holding_with(OPEN_ROUND, programme_id=programme_id))


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a letter begins with besides its words: rows of `draft_values.DutyRow`, and whether a copy goes ahead."""

    duties: tuple[dict[str, str], ...] = ()
    advance: bool = False


def beginning_of(use: str) -> Beginning:
    """What letters of a use (a value of `LetterTemplate.Use`) begin with."""
    found: dict[str, Any] = table("beginnings").get(use, {})
    return Beginning(tuple(dict(row) for row in found.get("duties", ())), advance=bool(found.get("advance")))


def may_publish(actor: Actor, programme: Programme | None) -> Decision:
    """Whether the actor may publish templates of a programme; None: those of every programme.

    Whoever works for one programme only does not write for the others.
    """
    if actor.is_system:
        return YES
    held = list(actor.holding_with(OPEN_ROUND, programme_id=programme.pk if programme else None))
    if programme is None:
        held = [holding for holding in held if holding.programme_id is None]
    if held:
        return YES
    return no(_("ประกาศใช้แบบหนังสือได้เฉพาะฝ่ายเลขานุการของโครงการ"), "not-secretariat")


def programmes_published(actor: Actor) -> list[Programme]:
    """The programmes to which the actor's appointments at a secretariat are bound. One query, none without any."""
    bound = {row.programme_id for row in actor.holding_with(OPEN_ROUND) if row.programme_id is not None}
    if not bound:
        return []
    return list(Programme.objects.visible_to(actor).filter(pk__in=bound).order_by("pk"))


@dataclass(slots=True)
class Family:
    """A template with all its versions, the newest first."""

    newest: LetterTemplate
    earlier: list[LetterTemplate] = field(default_factory=list)


def families(actor: Actor) -> list[Family]:
    """Every template with its versions, in the order of their uses. One query."""
    order = {use: number for number, use in enumerate(LetterTemplate.Use.values)}
    rows = LetterTemplate.objects.visible_to(actor).filter(published_at__isnull=False)
    found: dict[tuple[int | None, str], Family] = {}
    for row in rows.select_related("programme").order_by("-version"):
        key = (row.programme_id, row.code)
        if key in found:
            found[key].earlier.append(row)
        else:
            found[key] = Family(row)
    return sorted(
        found.values(),
        key=lambda one: (order[one.newest.use], one.newest.code, one.newest.programme_id or 0),
    )


def template(actor: Actor, template_id: uuid.UUID) -> LetterTemplate | None:
    """One version, or None when the actor may not see it."""
    rows = LetterTemplate.objects.visible_to(actor).select_related("programme", "published_by__person")
    found: LetterTemplate | None = rows.filter(public_id=template_id).first()
    return found


def versions_of(actor: Actor, row: LetterTemplate) -> list[LetterTemplate]:
    """All versions of a template, the newest first. One query."""
    rows = LetterTemplate.objects.visible_to(actor).filter(programme=row.programme_id, code=row.code)
    return list(rows.filter(published_at__isnull=False).order_by("-version"))


def legal_references(actor: Actor) -> QuerySet[LegalReference]:
    """Every law, regulation and resolution that letters can cite, the newest version of each first. One query."""
    rows: QuerySet[LegalReference] = LegalReference.objects.visible_to(actor)
    return rows.order_by("code", "-version")
