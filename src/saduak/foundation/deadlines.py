"""Clocks as rows: what started them, when they are due, when to remind, and what follows when they run out.

They run in business time (`clock.now()`); days are days in Bangkok. A deadline is half-open: due at the midnight after its
last day, and what is received before that moment is in time.
"""

import logging
import time
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Model, QuerySet

from saduak.foundation import clock
from saduak.foundation.models.services import Deadline, Holiday
from saduak.foundation.signals import deadline_lapsed, deadline_reminder
from saduak.foundation.thai.calendar import bangkok_date, closing_day, end_exclusive, start_of_day
from saduak.foundation.thai.workdays import add_calendar_days, add_working_days

log = logging.getLogger(__name__)

# Reminders go out in the morning of their day.
MORNING: Final = timedelta(hours=8)
TURN_SECONDS: Final = 30.0
AT_ONCE: Final = 200


def holidays(first: date, last: date | None = None) -> frozenset[date]:
    """The days from `first` (up to and including `last`) on which offices are closed, weekends apart; one query."""
    rows = Holiday.objects.filter(date__gte=first)
    if last is not None:
        rows = rows.filter(date__lte=last)
    return frozenset(rows.values_list("date", flat=True))


def due_after(started_at: datetime, days: int, unit: str = Deadline.Unit.CALENDAR) -> datetime:
    """The moment when so many days after the day of `started_at` are over: the midnight after the last of them."""
    first = bangkok_date(started_at)
    if unit == Deadline.Unit.WORKING:
        return end_exclusive(add_working_days(first, days, holidays(first)))
    return end_exclusive(add_calendar_days(first, days))


def start(  # noqa: PLR0913 - a clock is made of these
    *,
    subject: Model,
    kind: str,
    start_event: str,
    started_at: datetime,
    days: int | None = None,
    unit: str = Deadline.Unit.CALENDAR,
    due_at: datetime | None = None,
    reminder_days: Iterable[int] = (),
    effect: str = "",
    organisation_id: int | None = None,
) -> Deadline:
    """Start the clock `kind` of a row, or start it anew when it ran before.

    Args:
        subject: the row that must be dealt with.
        kind: which of its clocks, for example `receive`.
        start_event: what set it off, for example `correspondence.sent`.
        started_at: business time of that event.
        days: how many days there are, counted by `unit`; or
        due_at: the moment itself.
        unit: `calendar` or `working` days.
        reminder_days: how many calendar days before the last day to remind.
        effect: what follows when it lapses, for the receivers of `deadline_lapsed`.
        organisation_id: who must act, for lists.

    Raises:
        ValueError: neither or both of `days` and `due_at`.
    """
    if (days is None) == (due_at is None):
        raise ValueError("a deadline has either days or a moment")
    due = due_at if due_at is not None else due_after(started_at, days or 0, unit)
    wanted = sorted(set(reminder_days), reverse=True)
    row: Deadline
    row, _made = Deadline.objects.update_or_create(
        subject_model=subject._meta.label_lower,
        subject_id=subject.pk,
        kind=kind,
        defaults={
            "unit": unit,
            "days": days,
            "start_event": start_event,
            "started_at": started_at,
            "due_at": due,
            "organisation_ref": organisation_id,
            "reminder_days": wanted,
            "reminded": [],
            "remind_at": _next_reminder(due, wanted, after=started_at),
            "effect": effect,
            "met_at": None,
            "lapsed_at": None,
        },
    )
    return row


def of(subject: Model, kind: str) -> Deadline | None:
    """The clock of a row, if it was ever started."""
    return _of(subject, kind).first()


def _of(subject: Model, kind: str) -> QuerySet[Deadline]:
    rows: QuerySet[Deadline] = Deadline.objects.filter(
        subject_model=subject._meta.label_lower, subject_id=subject.pk, kind=kind
    )
    return rows


def meet(subject: Model, kind: str, *, at: datetime | None = None) -> Deadline | None:
    """Stop a clock because what it waited for was done; late is noted too. None when it never ran.

    Args:
        subject: the row that was dealt with.
        kind: which of its clocks.
        at: the moment that counts, usually `actor.received_at`; else now.
    """
    _of(subject, kind).filter(met_at__isnull=True).update(met_at=at or clock.now(), remind_at=None)
    return of(subject, kind)


def cancel(subject: Model, kind: str) -> bool:
    """Take a clock away because nothing has to be done any more; whether there was one."""
    return _of(subject, kind).filter(met_at__isnull=True).delete()[0] > 0


def due(now: datetime | None = None) -> QuerySet[Deadline]:
    """Open clocks that have run out, the oldest first."""
    rows: QuerySet[Deadline] = Deadline.objects.filter(
        met_at__isnull=True, lapsed_at__isnull=True, due_at__lte=now or clock.now()
    )
    return rows.order_by("due_at", "pk")


def to_remind(now: datetime | None = None) -> QuerySet[Deadline]:
    """Open clocks, not run out yet, with a reminder that is due."""
    moment = now or clock.now()
    rows: QuerySet[Deadline] = Deadline.objects.filter(
        met_at__isnull=True, lapsed_at__isnull=True, remind_at__lte=moment, due_at__gt=moment
    )
    return rows.order_by("remind_at", "pk")


def watch() -> tuple[int, int]:
    """Mark what lapsed and remind of what is near, each in a transaction of its own; how many of each.

    A receiver that fails undoes its deadline only, which is tried again next time. It ends after half a minute; the
    next tick goes on.
    """
    until = time.monotonic() + TURN_SECONDS
    return _each(due(), _lapse, until), _each(to_remind(), _remind, until)


def _each(rows: QuerySet[Deadline], work: Callable[[int], int], until: float) -> int:
    """Work through the rows by their keys, a few hundred at a time; those that failed are not tried twice."""
    done, failed = 0, set[int]()
    while time.monotonic() < until:
        found = list(rows.exclude(pk__in=failed).values_list("pk", flat=True)[:AT_ONCE])
        if not found:
            break
        for pk in found:
            try:
                done += work(pk)
            except Exception:
                log.exception("deadline %d: a receiver failed", pk)
                failed.add(pk)
    return done


def _locked(rows: QuerySet[Deadline], pk: int) -> Deadline | None:
    """The clock under its lock, when it still is what was looked for and nobody else works on it."""
    return rows.select_for_update(skip_locked=True, no_key=True).filter(pk=pk).first()


def _lapse(pk: int) -> int:
    with transaction.atomic():
        row = _locked(due(), pk)
        if row is None:
            return 0
        row.lapsed_at, row.remind_at = clock.now(), None
        row.save(update_fields=["lapsed_at", "remind_at"])
        deadline_lapsed.send(sender=Deadline, deadline=row)
    return 1


def _remind(pk: int) -> int:
    """Send the latest reminder that is due; earlier ones that were missed are passed over, not sent in a heap."""
    now = clock.now()
    with transaction.atomic():
        row = _locked(to_remind(now), pk)
        if row is None:
            return 0
        passed = [
            d for d in row.reminder_days if d not in row.reminded and reminder_moment(row.due_at, d) <= now
        ]
        row.reminded = sorted({*row.reminded, *passed}, reverse=True)
        row.remind_at = _next_reminder(row.due_at, row.reminder_days, after=now)
        row.save(update_fields=["reminded", "remind_at"])
        deadline_reminder.send(sender=Deadline, deadline=row, days=min(passed))
    return 1


def reminder_moment(due_at: datetime, days: int) -> datetime:
    """The morning of the day that lies so many calendar days before the last day."""
    return start_of_day(closing_day(due_at) - timedelta(days=days)) + MORNING


def _next_reminder(due_at: datetime, days: Iterable[int], *, after: datetime) -> datetime | None:
    return min((m for m in (reminder_moment(due_at, d) for d in days) if m > after), default=None)


def recount(since: date) -> int:
    """Count open clocks in working days anew, because holidays from `since` on changed; how many moved."""
    moved = 0
    rows = Deadline.objects.filter(
        met_at__isnull=True, lapsed_at__isnull=True, unit=Deadline.Unit.WORKING, days__isnull=False
    ).filter(due_at__gte=start_of_day(since))
    for row in list(rows.order_by("pk")):
        moment = due_after(row.started_at, row.days or 0, row.unit)
        if moment != row.due_at:
            still = [d for d in row.reminder_days if d not in row.reminded]
            row.remind_at = _next_reminder(moment, still, after=clock.now())
            row.due_at = moment
            row.save(update_fields=["due_at", "remind_at"])
            moved += 1
    return moved
