"""Seals: at intervals the heads of all chains that changed are bound into one Merkle root and handed outside.

A chain alone can't show that its tail is missing. A seal can: it names how long each chain was. The seals are linked to
each other, and each is written to `settings.SEALS_FILE`, which belongs on another machine or on paper.
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any, Final, TypeAlias

from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from saduak.foundation import clock, outbox
from saduak.foundation.audit import canonical, moment
from saduak.foundation.models.audit import AuditEntry, AuditSeal, AuditSealLeaf
from saduak.foundation.models.services import OutboxMessage

# Ids are given out before their transaction is committed, so a late entry can have an id below the last seal's mark.
OVERLAP: Final = 5000
# After so many seals one looks at everything, for what came later still.
SWEEP_EVERY: Final = 100
_BLOCK: Final = 1000

Head: TypeAlias = tuple[str, int, int, str]


class Merkle:
    """A Merkle root over leaves in order, built while they pass: memory grows with the logarithm (RFC 6962)."""

    def __init__(self) -> None:
        self.count = 0
        self._peaks: list[tuple[int, bytes]] = []

    def add(self, head: Head) -> None:
        """Add one leaf; the order is that in which the leaves were written, so no collation matters."""
        aggregate, aggregate_id, seq, digest = head
        leaf = canonical({"aggregate": aggregate, "aggregate_id": aggregate_id, "seq": seq, "head": digest})
        height, node = 0, hashlib.sha256(b"\0" + leaf).digest()
        while self._peaks and self._peaks[-1][0] == height:
            node = hashlib.sha256(b"\1" + self._peaks.pop()[1] + node).digest()
            height += 1
        self._peaks.append((height, node))
        self.count += 1

    def root(self) -> str:
        """The root of what was added so far."""
        if not self._peaks:
            return hashlib.sha256(b"").hexdigest()
        node = self._peaks[-1][1]
        for _height, peak in reversed(self._peaks[:-1]):
            node = hashlib.sha256(b"\1" + peak + node).digest()
        return node.hex()


def seal_body(seal: AuditSeal) -> dict[str, Any]:
    """What a seal says, as it is hashed."""
    return {
        "seq": seal.seq,
        "at": moment(seal.at),
        "root": seal.root,
        "leaves": seal.leaves,
        "previous": seal.previous,
    }


def seal_digest(seal: AuditSeal) -> str:
    """SHA-256 over everything a seal says."""
    return hashlib.sha256(canonical(seal_body(seal))).hexdigest()


def seal(*, sweep: bool = False) -> AuditSeal | None:
    """Seal every chain that grew since it was last sealed, and put the seal into the outbox; None when none did.

    Args:
        sweep: look at all entries instead of those since the last seal.
    """
    with transaction.atomic():
        last: AuditSeal | None = AuditSeal.objects.select_for_update(no_key=True).order_by("-seq").first()
        number = last.seq + 1 if last else 1
        since = 0 if last is None or sweep or number % SWEEP_EVERY == 0 else last.watermark - OVERLAP
        mark = AuditEntry.objects.aggregate(top=Max("pk"))["top"] or 0
        made = AuditSeal(
            seq=number,
            at=clock.wall(),
            root="",
            leaves=0,
            previous=last.digest if last else "",
            watermark=mark,
        )
        return made if _filled(made, since) else None


def _filled(made: AuditSeal, since: int) -> bool:
    """Write the seal with its leaves; nothing is written when no chain grew."""
    heads = _grown(since, made.watermark)
    first = next(heads, None)
    if first is None:
        return False
    # Saved before its root is known, because the leaves refer to it; both become visible together.
    made.save(force_insert=True)
    tree = Merkle()
    for block in _blocks(first, heads):
        rows = [AuditSealLeaf(seal=made, aggregate=a, aggregate_id=i, seq=s, head=h) for a, i, s, h in block]
        AuditSealLeaf.objects.bulk_create(rows)
        for head in block:
            tree.add(head)
    made.root, made.leaves = tree.root(), tree.count
    made.digest = seal_digest(made)
    made.save(update_fields=["root", "leaves", "digest"])
    outbox.put("seal", "file", {**seal_body(made), "digest": made.digest}, f"seal:{made.seq}:{made.digest}")
    return True


def _grown(since: int, mark: int) -> Iterator[Head]:
    """Heads of chains with entries that no seal covers, in order of chain."""
    covered = AuditSealLeaf.objects.filter(
        aggregate=OuterRef("aggregate"), aggregate_id=OuterRef("aggregate_id"), seq__gte=OuterRef("seq")
    )
    new = AuditEntry.objects.filter(~Exists(covered), pk__gt=since, pk__lte=mark)
    later = AuditEntry.objects.filter(
        aggregate=OuterRef("aggregate"),
        aggregate_id=OuterRef("aggregate_id"),
        seq__gt=OuterRef("seq"),
        pk__lte=mark,
    )
    # Read whole before the leaves are written: on SQLite a running read would see them.
    tops = new.filter(~Exists(later)).order_by("aggregate", "aggregate_id")
    return iter(list(tops.values_list("aggregate", "aggregate_id", "seq", "digest")))


def _blocks(first: Head, rest: Iterable[Head]) -> Iterator[list[Head]]:
    block = [first]
    for head in rest:
        if len(block) >= _BLOCK:
            yield block
            block = []
        block.append(head)
    yield block


def hand_out(made: AuditSeal) -> bool:
    """Write a seal to the file now, without waiting for the worker; whether it could be written."""
    message = OutboxMessage.objects.get(dedupe=f"seal:{made.seq}:{made.digest}")
    return outbox.send_now(message)
