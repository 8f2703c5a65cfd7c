"""Gapless series: letter registers and certificates. One row a series, locked last, in short transactions.

A number taken in a transaction that is rolled back was never taken. A number that is not used after all is voided, with
the reason: it is never given to anything else.
"""

from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy

from saduak.foundation import clock
from saduak.foundation.access import Conflict
from saduak.foundation.models.services import Counter, CounterVoid


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a series stands: the last number given out, and the numbers that stand void."""

    series: str
    last: int
    voids: dict[int, str]


def take(series: str, count: int = 1) -> int:
    """Take the next `count` numbers of a series; the first of them. Two queries, whatever the count.

    Call it as late as possible: everybody else who numbers in this series waits until this transaction ends.

    Raises:
        ValueError: fewer than one number is asked for.
        RuntimeError: outside a transaction, where a failure would leave a gap.
    """
    if count < 1:
        raise ValueError("take at least one number")
    if not connection.in_atomic_block:
        raise RuntimeError("numbers are taken inside an action's transaction")
    mine = Counter.objects.filter(series=series)
    # The update takes the row's lock (SQLite: the transaction is IMMEDIATE), so what is read next is ours alone.
    if not mine.update(value=F("value") + count):
        Counter.objects.bulk_create([Counter(series=series)], ignore_conflicts=True)
        mine.update(value=F("value") + count)
    last: int = mine.values_list("value", flat=True).get()
    return last - count + 1


def take_block(series: str, count: int) -> range:
    """Take the next `count` numbers of a series as a range, for a batch.

    Raises:
        ValueError, RuntimeError: as `take`.
    """
    first = take(series, count)
    return range(first, first + count)


def void(series: str, number: int, reason: str) -> CounterVoid:
    """Record that a number was taken and is not used; voiding it again changes nothing.

    Raises:
        Conflict: the series never gave out this number.
    """
    with transaction.atomic():
        counter = (
            Counter.objects.select_for_update(no_key=True).filter(series=series, value__gte=number).first()
        )
        if counter is None or number < 1:
            raise Conflict(gettext_lazy("ทะเบียนนี้ยังไม่ได้ออกเลขดังกล่าว จึงยกเลิกไม่ได้"), "number-not-taken")
        record, _ = CounterVoid.objects.get_or_create(
            counter=counter, number=number, defaults={"reason": reason[:200], "at": clock.wall()}
        )
    return record


def standing(series: str) -> Standing:
    """The last number of a series (0: none yet) and its voids with their reasons."""
    counter = Counter.objects.filter(series=series).first()
    if counter is None:
        return Standing(series, 0, {})
    return Standing(
        series, counter.value, dict(counter.voids.order_by("number").values_list("number", "reason"))
    )
