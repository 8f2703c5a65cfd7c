"""Briefings: a confirmed letter makes one with its agenda; its host may call it off."""

import datetime
import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _

from saduak.correspondence.models import DutyRecipient, Letter
from saduak.foundation import audit, clock
from saduak.foundation.access import Actor, Conflict, Invalid, Refused, require
from saduak.foundation.actions import action
from saduak.outreach import rules
from saduak.outreach.actions.notices import notify
from saduak.outreach.models import AgendaItem, Briefing


@action("outreach.announce_briefing")
def announce_briefing(*, actor: Actor, letter: Letter) -> Briefing | None:
    """Make the briefing that a letter announces, in its issuer's name, and invite those whom the letter asks.

    The same meeting of the same host is made once; a second letter about it finds the first. None when the letter
    announces no meeting.

    Raises:
        Refused: the letter was not confirmed in its issuer's name.
    """
    meeting = letter.meeting
    if not meeting:
        return None
    if not letter.for_issuer or letter.issuer_id is None:
        raise Refused(_("สร้างกำหนดการได้จากหนังสือที่ยืนยันในนามผู้ออกหนังสือเท่านั้น"), "not-issuer")
    day = datetime.date.fromisoformat(meeting["date"])
    starts_at = _at(day, meeting["start"])
    present: Briefing | None = Briefing.objects.filter(
        host=letter.issuer_id, starts_at=starts_at, cancelled_at__isnull=True
    ).first()
    if present is not None:
        return present
    briefing: Briefing = Briefing.objects.create(
        round=letter.round,
        letter=letter,
        host_id=letter.issuer_id,
        title=meeting["title"][:500],
        starts_at=starts_at,
        ends_at=_at(day, meeting["end"]),
        place=meeting["place"][:500],
        channels=meeting["channels"],
    )
    AgendaItem.objects.bulk_create(_items(briefing, day, meeting["items"]))
    facts = {"letter": letter.public_id, "starts_at": starts_at.isoformat()}
    audit.append(briefing, actor=actor, verb="outreach.briefing_announced", facts=facts)
    _tell(actor, briefing, "briefing", {"title": briefing.title})
    return briefing


def _items(briefing: Briefing, day: datetime.date, rows: list[dict[str, Any]]) -> list[AgendaItem]:
    return [
        AgendaItem(
            briefing=briefing,
            ordinal=number,
            starts_at=_at(day, row["start"]),
            ends_at=_at(day, row["end"]) if row.get("end") else None,
            what=row["what"][:500],
            parts=row.get("parts", []),
        )
        for number, row in enumerate(rows)
        if row.get("start")
    ]


def _at(day: datetime.date, time: str) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time.fromisoformat(time), tzinfo=clock.BANGKOK)


def invited(briefing: Briefing) -> list[int]:
    """The organisations (keys) that the briefing's letter gave duties."""
    rows = DutyRecipient.objects.filter(duty__letter=briefing.letter_id).values_list(
        "organisation_id", flat=True
    )
    return sorted(set(rows))


def _tell(actor: Actor, briefing: Briefing, kind: str, params: dict[str, str]) -> None:
    common = {"host": str(briefing.host), "date": briefing.starts_at.isoformat()}
    notify(
        actor=actor,
        kind=kind,
        event=str(briefing.public_id),
        params=common | params,
        target=briefing.public_id,
        organisation_ids=invited(briefing),
        programme_id=briefing.letter.programme_id if briefing.letter else None,
    )


@action("outreach.cancel_briefing")
def cancel_briefing(*, actor: Actor, briefing_id: uuid.UUID, reason: str) -> Briefing:
    """Call a briefing off and tell everybody who was invited.

    Raises:
        Refused: not the host.
        Invalid: no reason.
        Conflict: it was called off already, or has begun.
    """
    briefing = Briefing.locked(briefing_id)
    require(rules.may_cancel(actor, briefing))
    if not reason.strip():
        words = _("เขียนเหตุผลที่ยกเลิก ผู้ได้รับเชิญจะเห็นเหตุผลนี้")
        raise Invalid(words, {"reason": words}, "no-reason")
    if briefing.cancelled_at is not None:
        raise Conflict(_("ยกเลิกการประชุมนี้ไปแล้ว"), "already-cancelled")
    if briefing.starts_at <= actor.received_at:
        raise Conflict(_("การประชุมนี้เริ่มแล้ว จึงยกเลิกไม่ได้"), "already-begun")
    briefing.cancelled_at, briefing.cancelled_reason = clock.now(), reason.strip()[:500]
    briefing.save(update_fields=["cancelled_at", "cancelled_reason"])
    audit.append(
        briefing, actor=actor, verb="outreach.briefing_cancelled", facts={"reason": briefing.cancelled_reason}
    )
    _tell(actor, briefing, "briefing_cancelled", {"reason": briefing.cancelled_reason})
    return briefing
