"""Doubts that lie between letters, and what an office answered to the same doubt before.

What is remembered as decided: "as written" and "we tell them". Both say something about the doubt itself, whatever letter
it comes up in. "Not sure" is no decision, and "corrected on this page" changed that one letter only: such a doubt is
asked again, with the earlier answer beside it.
"""

import datetime
from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext_lazy as _

from saduak.correspondence import clerk, signals
from saduak.correspondence.models import FindingMemory, Letter, LetterFinding, Settlement
from saduak.correspondence.queries.clerk import look
from saduak.correspondence.queries.findings import concerned
from saduak.foundation import clock
from saduak.foundation.access import Actor, Invalid

DECIDED: Final = frozenset({Settlement.AS_WRITTEN.value, Settlement.TELL.value})


def look_across(letter: Letter) -> list[LetterFinding]:
    """What in a letter just read does not fit to what its holder knows besides. Not saved yet."""
    documents, knowledge = look(letter)
    return [
        LetterFinding(
            letter=letter,
            code=doubt.code,
            severity=doubt.severity,
            document=doubt.document,
            text=doubt.text,
            evidence=[line for line in (doubt.here, doubt.there) if line],
            place=doubt.place,
            related_id=doubt.related,
            memory_key=doubt.key,
        )
        for doubt in clerk.doubts_of(documents, knowledge)
    ]


def recall(letter: Letter, rows: Sequence[LetterFinding]) -> int:
    """Give doubts that are not saved yet the answer that the holder gave before. How many. One query, none without keys.

    The row keeps who answered and when, and leads to the doubt that was answered.
    """
    keys = {row.memory_key for row in rows if row.memory_key}
    if not keys:
        return 0
    found = FindingMemory.objects.filter(organisation=letter.holder_id, key__in=keys)
    memories = {memory.key: memory for memory in found.select_related("finding")}
    settled = 0
    for row in rows:
        memory = memories.get(row.memory_key)
        if memory is None:
            continue
        row.remembers = memory.finding
        if memory.settled in DECIDED:
            row.settled, row.settled_at = memory.settled, memory.at
            row.settled_by_id = memory.finding.settled_by_id
            settled += 1
    return settled


def settle(letter: Letter, answers: Sequence[tuple[LetterFinding, str]], actor: Actor) -> None:
    """Write answers onto doubts of a locked letter, remember them for its holder, and tell whom it concerns.

    Args:
        letter: locked.
        answers: doubts of this letter, each with its answer.
        actor: who answers.

    Raises:
        Invalid: not one of the answers.
    """
    if any(settled not in Settlement.values for _row, settled in answers):
        raise Invalid(_("เลือกว่าจะทำอย่างไรกับข้อสังเกตนี้"), {"settled": _("เลือกหนึ่งข้อ")}, "no-choice")
    now = clock.now()
    told = []
    for row, settled in answers:
        if settled == Settlement.TELL and row.settled != Settlement.TELL:
            told.append(row)
        row.settled, row.settled_at, row.settled_by_id = settled, now, actor.user_id
        # What this very person says is no longer only taken over.
        row.remembers_id = None
        row.save(update_fields=["settled", "settled_at", "settled_by", "remembers"])
    _remember(letter, [row for row, _settled in answers], now)
    for row in told:
        office = concerned(letter, row)
        if office is not None:
            signals.finding_told.send(
                sender=Letter, letter=letter, finding=row, organisation_id=office.pk, actor=actor
            )


def _remember(letter: Letter, rows: Sequence[LetterFinding], now: datetime.datetime) -> None:
    """The last answer to each doubt that can come up again. One query, none without such."""
    memories = {
        row.memory_key: FindingMemory(
            organisation_id=letter.holder_id,
            key=row.memory_key,
            settled=row.settled,
            finding=row,
            at=now,
        )
        for row in rows
        if row.memory_key
    }
    if memories:
        FindingMemory.objects.bulk_create(
            memories.values(),
            update_conflicts=True,
            unique_fields=["organisation", "key"],
            update_fields=["settled", "finding", "at"],
        )
