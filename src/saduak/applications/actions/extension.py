"""More time for one centre in a round: given with a reason, replaced by more, or ended before its time."""

import datetime
import uuid

from django.utils.translation import gettext_lazy as _

from saduak.applications import signals
from saduak.applications.actions import common
from saduak.applications.models import Extension
from saduak.applications.queries.dates import closed_by_hand
from saduak.applications.rules.extension import may_extend
from saduak.foundation import audit
from saduak.foundation.access import Actor, Conflict, Invalid, require
from saduak.foundation.access.registry import Words
from saduak.foundation.actions import action
from saduak.organisations.models import ServiceCentre
from saduak.programme.models import Round
from saduak.programme.queries import stage_of

LONGEST = 500


@action("applications.extend")
def extend(
    *,
    actor: Actor,
    round_id: uuid.UUID,
    centre_id: uuid.UUID,
    until: datetime.datetime,
    reason: str,
    idempotency_key: uuid.UUID | None = None,
) -> Extension:
    """Give a centre until `until` to start, write and submit in a round, whatever the round's own closing.

    It may be given before or after the closing, also to a centre that has not started. A later one takes the place of
    the earlier; none takes time away.

    Args:
        actor: of the programme's secretariat.
        round_id: in which round.
        centre_id: to which centre.
        until: the first moment that is too late.
        reason: why; the centre reads it.
        idempotency_key: of the request.

    Raises:
        Refused: not the programme's secretariat.
        Conflict: the round was closed, takes no applications at all, or the centre serves no more.
        Invalid: no reason, a moment that has passed, or one no later than what the centre has already.
        DoesNotExist: no such round or centre.
    """
    del idempotency_key  # the decorator's business
    centre = ServiceCentre.locked(centre_id)  # two that extend the same centre at once: one after the other
    round_ = Round.objects.select_related("programme").prefetch_related("stages").get(public_id=round_id)
    require(may_extend(actor, round_))
    words = common.text(reason, "reason", LONGEST, required=common.REASON)
    known: Extension | None = (
        Extension.objects.select_for_update(of=("self",), no_key=True)
        .filter(round=round_, centre=centre, ended_at__isnull=True)
        .first()
    )
    _require_later(actor, round_, centre, until, known)
    if known is not None:
        known.ended_at = actor.received_at
        known.save(update_fields=["ended_at"])
    made: Extension = Extension.objects.create(
        round=round_,
        centre=centre,
        until=until,
        reason=words,
        given_at=actor.received_at,
        given_by_id=actor.user_id,
    )
    facts = {"centre": centre.public_id, "round": round_.public_id, "until": until, "reason": words}
    audit.append(made, actor=actor, verb="applications.extended", facts=facts)
    if known is not None:
        known.superseded_by = made
        known.save(update_fields=["superseded_by"])
        audit.append(
            known, actor=actor, verb="applications.extension_superseded", facts={"by": made.public_id}
        )
    signals.extended.send(Extension, extension=made, how="given", actor=actor)
    return made


def _require_later(
    actor: Actor,
    round_: Round,
    centre: ServiceCentre,
    until: datetime.datetime,
    known: Extension | None,
) -> None:
    """Go on when `until` gives the centre time that it has not yet."""
    if centre.retired_at is not None:
        raise Conflict(_("ศูนย์นี้เลิกให้บริการแล้ว จึงขยายเวลาให้ไม่ได้"), "centre-retired")
    stage = stage_of(round_)
    if stage is None or closed_by_hand(round_, actor.received_at):
        raise Conflict(_("รอบนี้ไม่รับใบสมัครแล้ว จึงขยายเวลาไม่ได้"), "round-closed")
    if until <= actor.received_at:
        words: Words = _("เลือกวันในอนาคต")
        raise Invalid(words, {"until": words}, "past")
    if until <= max(stage.ends_at, known.until if known is not None else stage.ends_at):
        words = _("เลือกวันหลังกำหนดที่ศูนย์นี้มีอยู่แล้ว")
        raise Invalid(words, {"until": words}, "not-later")


@action("applications.end_extension")
def end_extension(*, actor: Actor, extension_id: uuid.UUID, reason: str) -> Extension:
    """End an extension before its time; the round's own closing counts again from now on.

    Raises:
        Refused: not the programme's secretariat.
        Conflict: it is over already.
        Invalid: no reason.
        DoesNotExist: no such extension.
    """
    found = Extension.locked(extension_id)
    require(may_extend(actor, found.round))
    words = common.text(reason, "reason", LONGEST, required=common.REASON)
    if found.ended_at is not None or found.until <= actor.received_at:
        raise Conflict(_("การขยายเวลานี้สิ้นสุดแล้ว"), "wrong-state")
    found.ended_at, found.ended_reason = actor.received_at, words
    found.save(update_fields=["ended_at", "ended_reason"])
    audit.append(found, actor=actor, verb="applications.extension_ended", facts={"reason": words})
    signals.extended.send(Extension, extension=found, how="ended", actor=actor)
    return found
