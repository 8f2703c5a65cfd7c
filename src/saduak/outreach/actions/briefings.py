"""Briefings: a confirmed letter makes one with its agenda, whom the letter reaches is invited; its host may call it off."""

import datetime
import uuid
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from saduak.correspondence.models import Delivery, DutyRecipient, Letter
from saduak.foundation import audit, clock
from saduak.foundation.access import Actor, Conflict, Invalid, Refused, require
from saduak.foundation.actions import action
from saduak.outreach import rules
from saduak.outreach.actions.notices import notify
from saduak.outreach.kinds import OF_SECRETS
from saduak.outreach.models import AgendaItem, Briefing


@action("outreach.announce_briefing")
def announce_briefing(*, actor: Actor, letter: Letter) -> Briefing | None:
    """Make the briefing that a letter announces, in its issuer's name. Whom the letter reaches is invited as it does.

    The same meeting of the same host is made once; a second letter about it finds the first. A letter that takes the
    place of an earlier one takes over its briefing, at whatever time it now is. None when the letter announces no meeting.

    Raises:
        Refused: the letter was not confirmed in its issuer's name.
    """
    meeting = letter.meeting
    if not meeting:
        return None
    if not letter.for_issuer or letter.issuer_id is None:
        raise Refused(_("สร้างกำหนดการได้จากหนังสือที่ยืนยันในนามผู้ออกหนังสือเท่านั้น"), "not-issuer")
    day = datetime.date.fromisoformat(meeting["date"])
    said = {
        "round": letter.round,
        "letter": letter,
        "title": meeting["title"][:500],
        "starts_at": _at(day, meeting["start"]),
        "ends_at": _at(day, meeting["end"]),
        "place": meeting["place"][:500],
        "channels": meeting["channels"],
    }
    standing = Briefing.objects.filter(host=letter.issuer_id, cancelled_at__isnull=True)
    present: Briefing | None = standing.filter(starts_at=said["starts_at"]).first()
    earlier: Briefing | None = standing.filter(letter__superseded_by=letter).order_by("starts_at").first()
    if earlier is not None and present in (None, earlier):
        return _take_over(actor, Briefing.locked(earlier.public_id), said, day, meeting["items"])
    if present is not None:
        return present
    briefing: Briefing = Briefing.objects.create(host_id=letter.issuer_id, **said)
    AgendaItem.objects.bulk_create(_items(briefing, day, meeting["items"]))
    facts = {"letter": letter.public_id, "starts_at": briefing.starts_at.isoformat()}
    audit.append(briefing, actor=actor, verb="outreach.briefing_announced", facts=facts)
    return briefing


def _take_over(
    actor: Actor, briefing: Briefing, said: dict[str, Any], day: datetime.date, items: list[dict[str, Any]]
) -> Briefing:
    """The briefing of a letter that another one replaced, as the later letter has it."""
    before = briefing.starts_at
    for name, value in said.items():
        setattr(briefing, name, value)
    briefing.save(update_fields=list(said))
    briefing.items.all().delete()
    AgendaItem.objects.bulk_create(_items(briefing, day, items))
    facts = {
        "letter": said["letter"].public_id,
        "before": before.isoformat(),
        "starts_at": briefing.starts_at.isoformat(),
    }
    audit.append(briefing, actor=actor, verb="outreach.briefing_changed", facts=facts)
    return briefing


@action("outreach.invite_to_briefing")
def invite_to_briefing(*, actor: Actor, letter: Letter, organisation_ids: Sequence[int]) -> int:
    """Invite offices that a letter has just reached to the briefing that it announced. Two queries, none without a meeting.

    Each is invited once, and again when the meeting was moved. How many were named.
    """
    if not letter.meeting or letter.is_secret:
        # Of a secret letter those hear who may read it: it says the rest.
        return 0
    rows = Briefing.objects.filter(letter=letter, cancelled_at__isnull=True).select_related("host")
    briefing = rows.first()
    if briefing is None:
        return 0
    # The programme's key is the letter's: nothing more of it is read.
    briefing.letter = letter
    event = f"{briefing.public_id}:{briefing.starts_at.isoformat()}"
    return _tell(actor, briefing, "briefing", event, organisation_ids, title=briefing.title)


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
    """The organisations (keys) that have the briefing's letter, or duties from it. Two queries."""
    given = DutyRecipient.objects.filter(duty__letter=briefing.letter_id, superseded_at__isnull=True)
    came = Delivery.objects.filter(letter=briefing.letter_id).exclude(state="withdrawn")
    return sorted({pk for rows in (given, came) for pk in rows.values_list("organisation_id", flat=True)})


def _tell(
    actor: Actor,
    briefing: Briefing,
    kind: str,
    event: str,
    organisation_ids: Sequence[int],
    **params: str,
) -> int:
    """Tell offices of a meeting. Of a secret letter only that there is something to read, to those who may."""
    letter = briefing.letter
    secret = letter is not None and letter.is_secret
    said = {"host": str(briefing.host), "date": briefing.starts_at.isoformat()} | params
    return notify(
        actor=actor,
        kind=OF_SECRETS[kind] if secret else kind,
        event=event,
        params={} if secret else said,
        target=briefing.public_id,
        organisation_ids=organisation_ids,
        programme_id=letter.programme_id if letter else None,
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
    reason = briefing.cancelled_reason
    _tell(actor, briefing, "briefing_cancelled", str(briefing.public_id), invited(briefing), reason=reason)
    return briefing
