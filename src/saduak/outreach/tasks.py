"""Reminders: what is due soon by business time, told once to each office a week and a day before."""

import datetime
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from saduak.applications.models import Application, Extension, Review, SharedItem
from saduak.applications.queries.dates import CHECKED, extensions
from saduak.applications.queries.sharing import users_of
from saduak.applications.states import EDITABLE
from saduak.correspondence.long_texts import long_of
from saduak.correspondence.models import Delivery, Dispatch, Duty, DutyRecipient, Letter
from saduak.foundation import clock, jobs
from saduak.foundation.access import Actor
from saduak.foundation.thai import calendar
from saduak.outreach.actions import Told, notify, notify_each
from saduak.outreach.kinds import OF_SECRETS
from saduak.outreach.models import Notice
from saduak.programme.models import InternalDeadline, Round, Stage
from saduak.programme.queries import reached_q

DAYS: Final = (7, 1)


@jobs.tick(minutes=30)
def remind() -> None:
    """Remind of duties, internal deadlines and the national closing. What was reminded of is not looked at again."""
    actor = Actor.system("reminders")
    now = clock.now()
    for days in DAYS:
        soon = Q(due_at__gt=now, due_at__lte=now + datetime.timedelta(days=days))
        for duty in Duty.objects.filter(soon).select_related("letter").defer(*long_of("letter__")):
            _duty(actor, duty, days)
        _letters(actor, now, days)
        dates = InternalDeadline.objects.filter(soon, retired_at__isnull=True, round__closed_at__isnull=True)
        for deadline in dates.select_related("owner", "round"):
            _internal(actor, deadline, days)
        closing = Stage.objects.filter(
            key=Stage.Key.APPLICATION,
            ends_at__gt=now,
            ends_at__lte=now + datetime.timedelta(days=days),
            round__closed_at__isnull=True,
        )
        for stage in closing.select_related("round"):
            _closing(actor, stage, days)
        given = extensions(round__closed_at__isnull=True).filter(
            until__gt=now, until__lte=now + datetime.timedelta(days=days)
        )
        for row in given.select_related("round"):
            _extended(actor, row, days)


def _told(kind: str, event: str) -> bool:
    return Notice.objects.filter(kind=kind, dedupe__startswith=f"{kind}:{event}:").exists()


def _duty(actor: Actor, duty: Duty, days: int) -> None:
    """To the offices that have not said that it is done."""
    event, letter = f"{duty.public_id}:{days}", duty.letter
    kind = _kind("duty_near", letter)
    if _told(kind, event):
        return
    waiting = DutyRecipient.objects.filter(duty=duty, done_at__isnull=True, superseded_at__isnull=True)
    left = str(calendar.days_left(duty.due_at, clock.now())) if duty.due_at else ""
    notify(
        actor=actor,
        kind=kind,
        event=event,
        params=_said(letter, number=letter.number or "-", what=duty.what[:160]) | {"days": left},
        target=letter.public_id,
        organisation_ids=waiting.values_list("organisation_id", flat=True),
        programme_id=letter.programme_id,
    )


def _kind(kind: str, letter: Letter) -> str:
    return OF_SECRETS[kind] if letter.is_secret else kind


def _said(letter: Letter, **params: str) -> dict[str, str]:
    """What a reminder says of a letter: of a secret one nothing, but that its day is near."""
    return {} if letter.is_secret else params


def _letters(actor: Actor, now: datetime.datetime, days: int) -> None:
    """Letters that are to be passed on or acknowledged soon: to the offices that did not do it yet."""
    until = now + datetime.timedelta(days=days)
    soon = Q(forward_by__gt=now, forward_by__lte=until) | Q(acknowledge_by__gt=now, acknowledge_by__lte=until)
    rows = Dispatch.objects.filter(soon).exclude(state="recalled").select_related("letter__issuer")
    for dispatch in rows.defer(*long_of("letter__")):
        due_at, letter = dispatch.forward_by or dispatch.acknowledge_by, dispatch.letter
        event, kind = f"{dispatch.public_id}:{days}", _kind("letter_near", letter)
        if due_at is None or _told(kind, event):
            continue
        waiting = Delivery.objects.filter(dispatch=dispatch, forwarded_at__isnull=True).exclude(
            state="withdrawn"
        )
        if dispatch.forward_by is None:
            waiting = waiting.filter(acknowledged_at__isnull=True)
        said = _said(
            letter,
            issuer=str(letter.issuer),
            number=letter.number or "-",
            due=calendar.closing_day(due_at).isoformat(),
        )
        notify(
            actor=actor,
            kind=kind,
            event=event,
            params=said | {"days": str(calendar.days_left(due_at, now))},
            target=letter.public_id,
            organisation_ids=waiting.values_list("organisation_id", flat=True),
            programme_id=letter.programme_id,
        )


def _internal(actor: Actor, deadline: InternalDeadline, days: int) -> None:
    """To the centres in the owner's reach that have a draft and did not do it yet."""
    kind = "check_near" if deadline.kind == InternalDeadline.Kind.CHECK else "submit_near"
    event = f"{deadline.public_id}:{deadline.due_at.isoformat()}:{days}"
    if _told(kind, event):
        return
    drafts = _drafts(deadline.round_id).filter(reached_q(deadline))
    if kind == "check_near":
        # What was asked for and taken back was not handed in.
        drafts = drafts.filter(
            ~Exists(Review.objects.filter(application=OuterRef("pk"), state__in=sorted(CHECKED)))
        )
    _remind(actor, kind, event, drafts, deadline.due_at, deadline.round, owner=str(deadline.owner))


def _closing(actor: Actor, stage: Stage, days: int) -> None:
    event = f"{stage.public_id}:{stage.ends_at.isoformat()}:{days}"
    if not _told("closing_near", event):
        later = extensions(round=stage.round_id).values("centre")
        drafts = _drafts(stage.round_id).exclude(centre__in=later)
        _remind(actor, "closing_near", event, drafts, stage.ends_at, stage.round)


def _extended(actor: Actor, row: Extension, days: int) -> None:
    """To the one centre that has more time, of its own closing."""
    event = f"{row.public_id}:{days}"
    if not _told("closing_near", event):
        drafts = _drafts(row.round_id).filter(centre=row.centre_id)
        _remind(actor, "closing_near", event, drafts, row.until, row.round)


def _drafts(round_pk: int) -> QuerySet[Application]:
    rows: QuerySet[Application] = Application.objects.filter(
        round=round_pk, state__in=sorted(EDITABLE), submitted_at__isnull=True
    )
    return rows


def _remind(
    actor: Actor,
    kind: str,
    event: str,
    drafts: QuerySet[Application],
    due_at: datetime.datetime,
    row: Round,
    **params: str,
) -> None:
    """Each draft's centre at its office of today: the other centres of the office hear nothing of it."""
    left = calendar.days_left(due_at, clock.now())
    common = {"due": calendar.closing_day(due_at).isoformat(), "days": str(left)} | params
    centres = drafts.order_by("pk").values_list("centre", "centre__organisation", "centre__name_th")
    told = [
        Told(
            organisation_id=office,
            event=f"{event}:c{centre}",
            params=common | {"centre": name},
            target=row.public_id,
            centre_id=centre,
            programme_id=row.programme_id,
        )
        for centre, office, name in centres
    ]
    notify_each(actor=actor, kind=kind, rows=told)


@jobs.job
def tell_of_shared(item: int, *, renewed: bool) -> None:
    """Tell the centres that use a headquarters' item in what they still write that there is a new one, or none any more."""
    row = SharedItem.objects.select_related("organisation").get(pk=item)
    said = {"office": str(row.organisation), "caption": row.caption}
    told = [
        Told(
            organisation_id,
            f"{row.public_id}:c{centre_id}",
            said | {"centre": name},
            centre_id=centre_id,
            programme_id=row.programme_id,
        )
        for organisation_id, centre_id, name in users_of(row)
    ]
    kind = "shared_renewed" if renewed else "shared_retired"
    notify_each(actor=Actor.system("sharing"), kind=kind, rows=told)
