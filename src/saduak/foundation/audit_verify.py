"""Verifying the audit: every chain is computed anew and compared with the rows, the seals, and the file of seals.

It reads in order, in one snapshot of the database, and remembers one chain at a time, so half a million entries need no
more memory than a thousand. It changes nothing.
"""

import contextlib
import heapq
import itertools
import json
from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeAlias

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model, QuerySet

from saduak.foundation import audit, clock
from saduak.foundation.audit_seal import Merkle, seal_digest
from saduak.foundation.models.audit import AuditEntry, AuditSeal, AuditSealLeaf
from saduak.foundation.models.base import AuditedModel
from saduak.foundation.models.services import OutboxMessage

MOST_FINDINGS: Final = 1000
_READ: Final = 2000
_SEALED_WITHIN: Final = timedelta(days=1)

# What a stream yields: the chain (or seal), which stream it comes from, and its values.
Item: TypeAlias = tuple[int, int, tuple[Any, ...]]
_LEAF, _ROW, _ENTRY = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was written."""

    code: str
    text: str
    aggregate: str = ""
    aggregate_id: int | None = None
    seq: int | None = None


@dataclass(slots=True)
class Report:
    """What was read, what was found, and what lies after the last seal (and so rests on the database alone)."""

    entries: int = 0
    chains: int = 0
    erased: int = 0
    seals: int = 0
    last_seal: int | None = None
    last_seal_at: datetime | None = None
    unsealed_entries: int = 0
    unsealed_chains: int = 0
    seals_not_handed_out: int = 0
    findings_total: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return self.findings_total == 0

    def add(self, finding: Finding) -> None:
        """Count a finding; only the first thousand are kept."""
        self.findings_total += 1
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(finding)

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        at = self.last_seal_at.isoformat() if self.last_seal_at else None
        return {"ok": self.ok, **asdict(self), "last_seal_at": at}


def verify(seals_file: Path | None = None) -> Report:
    """Read everything and report.

    Args:
        seals_file: a copy of the file of seals kept elsewhere; else `settings.SEALS_FILE`.
    """
    report = Report()
    with _snapshot():
        for aggregate in _aggregates():
            try:
                _verify_aggregate(aggregate, report)
            except ValueError as problem:
                report.add(Finding("unreadable", f"a value can't be read: {problem}", aggregate))
        seals = _verify_seals(report)
        _verify_file(Path(seals_file or settings.SEALS_FILE), seals, report)
    return report


@contextlib.contextmanager
def _snapshot() -> Iterator[None]:
    """One state of the database from beginning to end, without keeping anybody from writing."""
    if connection.in_atomic_block:
        yield
        return
    if connection.vendor == "sqlite":
        embedded: Any = connection
        embedded.ensure_connection()
        mode, embedded.transaction_mode = embedded.transaction_mode, "DEFERRED"
        try:
            with transaction.atomic():
                yield
        finally:
            embedded.transaction_mode = mode
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def _audited_models() -> dict[str, type[Model]]:
    return {m._meta.label_lower: m for m in apps.get_models() if issubclass(m, AuditedModel)}


def _aggregates() -> list[str]:
    """Names of every kind of aggregate that exists, has entries, or was sealed."""
    named: set[str] = set(_audited_models())
    for rows in (AuditEntry.objects.all(), AuditSealLeaf.objects.all()):
        named.update(rows.order_by().values_list("aggregate", flat=True).distinct())
    return sorted(named)


# --- Chains --------------------------------------------------------------------------------------------------------------


def _verify_aggregate(aggregate: str, report: Report) -> None:
    model = _audited_models().get(aggregate)
    if model is None:
        report.add(Finding("unknown-aggregate", "no such table in this version of the program", aggregate))
    with _by_chain(aggregate, model) as chains:
        for chain, items in chains:
            _verify_chain(_Chain(aggregate, chain, report, has_table=model is not None), items)


@contextlib.contextmanager
def _by_chain(aggregate: str, model: type[Model] | None) -> Iterator[Iterator[tuple[int, Iterator[Item]]]]:
    """The leaves, the row and the entries of each chain, in this order, read from three streams side by side."""
    streams = [
        _stream(
            AuditSealLeaf.objects.filter(aggregate=aggregate).order_by("aggregate_id", "-seq"),
            _LEAF,
            ("aggregate_id", "seq", "head"),
        ),
        _stream(
            AuditEntry.objects.filter(aggregate=aggregate).order_by("aggregate_id", "seq"),
            _ENTRY,
            _ENTRY_COLUMNS,
        ),
    ]
    if model is not None:
        streams.append(_stream(model._base_manager.order_by("pk"), _ROW, ("pk", "audit_seq", "audit_head")))
    merged = heapq.merge(*streams, key=lambda item: item[:2])
    try:
        yield itertools.groupby(merged, key=lambda item: item[0])
    finally:
        # A value that can't be read ends the reading half-way; no cursor is left open then.
        for stream in streams:
            stream.close()


_ENTRY_COLUMNS: Final = (
    "aggregate_id",
    "seq",
    "at",
    "business_at",
    "actor",
    "verb",
    "facts",
    "personal_digest",
    "previous",
    "digest",
    "personal__salt",
    "personal__values",
    "personal__erased_at",
)


def _stream(rows: QuerySet[Any], kind: int, columns: tuple[str, ...]) -> Generator[Item]:
    with contextlib.closing(rows.values_list(*columns).iterator(chunk_size=_READ)) as reading:  # type: ignore[type-var] # a generator, typed as an iterator
        for values in reading:
            yield values[0], kind, values[1:]


@dataclass(slots=True)
class _Chain:
    """A chain while it is walked: where it stands and what the other sources say of it."""

    aggregate: str
    aggregate_id: int
    report: Report
    has_table: bool
    seq: int = 0
    digest: str = ""
    sealed: dict[int, str] = field(default_factory=dict)
    row: tuple[int, str] | None = None

    def find(self, code: str, text: str, seq: int | None = None) -> None:
        self.report.add(Finding(code, text, self.aggregate, self.aggregate_id, seq))


def _verify_chain(chain: _Chain, items: Iterator[Item]) -> None:
    last_sealed = 0
    for _id, kind, values in items:
        if kind == _LEAF:
            chain.sealed[values[0]] = values[1]
            last_sealed = max(last_sealed, values[0])
        elif kind == _ROW:
            chain.row = (values[0], values[1])
        else:
            _verify_entry(chain, values)
    chain.report.chains += chain.seq > 0
    after = max(chain.seq - last_sealed, 0)
    chain.report.unsealed_entries += after
    chain.report.unsealed_chains += after > 0
    if last_sealed > chain.seq:
        chain.find(
            "tail-missing", f"sealed up to entry {last_sealed}, but only {chain.seq} are there", chain.seq + 1
        )
    _verify_head(chain)


def _verify_entry(chain: _Chain, values: tuple[Any, ...]) -> None:
    seq, personal, previous, digest, *kept = values[0], *values[6:]
    chain.report.entries += 1
    if seq != chain.seq + 1:
        chain.find("entry-missing", f"entries {chain.seq + 1} to {seq - 1} are missing", seq)
    elif previous != chain.digest:
        chain.find("link-broken", "it does not follow from the entry before it", seq)
    computed = _computed(chain, values)
    if computed != digest:
        chain.find("entry-edited", "its values do not give its digest", seq)
    if chain.sealed.get(seq, digest) != digest:
        chain.find("seal-differs", "a seal names another digest for it", seq)
    _verify_personal(chain, seq, personal, kept)
    chain.seq, chain.digest = seq, digest


def _computed(chain: _Chain, values: tuple[Any, ...]) -> str:
    """The digest that the values of an entry give; "" when one of them is no value at all."""
    seq, at, business_at, actor, verb, facts, personal, previous, *_rest = values
    if at is None or business_at is None:
        return ""
    return audit.chain_digest(
        aggregate=chain.aggregate,
        aggregate_id=chain.aggregate_id,
        seq=seq,
        at=at,
        business_at=business_at,
        actor=actor,
        verb=verb,
        facts=facts,
        personal=personal,
        previous=previous,
    )


def _verify_personal(chain: _Chain, seq: int, digest: str, kept: list[Any]) -> None:
    salt, values, erased_at = kept
    if erased_at is not None:
        chain.report.erased += 1
        if values or salt:
            chain.find("personal-edited", "personal values stand where they were erased", seq)
    elif salt is None:
        if digest:
            chain.find("personal-missing", "its personal values are gone without a note of erasure", seq)
    elif audit.personal_digest(salt, values) != digest:
        chain.find("personal-edited", "its personal values do not give their digest", seq)


def _verify_head(chain: _Chain) -> None:
    if chain.row is None:
        if chain.has_table:
            chain.find("row-missing", "the row that this chain is about is gone")
        return
    if chain.row == (chain.seq, chain.digest):
        return
    seq, _head = chain.row
    if not chain.seq:
        chain.find("chain-missing", f"the row names {seq} entries, none is there")
    elif seq > chain.seq:
        chain.find("tail-missing", f"the row names {seq} entries, {chain.seq} are there", chain.seq + 1)
    else:
        chain.find("head-differs", f"the row names entry {seq} as the last, with another digest", chain.seq)


# --- Seals ---------------------------------------------------------------------------------------------------------------


def _verify_seals(report: Report) -> dict[int, str]:
    """Check the seals against their leaves and each other; their digests by number."""
    digests: dict[int, str] = {}
    previous: AuditSeal | None = None
    for seal, tree in _seals_with_trees(report):
        report.seals += 1
        where = f"seal {seal.seq}"
        if seal.seq != (previous.seq + 1 if previous else 1):
            report.add(Finding("seal-missing", f"{where}: the seal before it is missing", seq=seal.seq))
        elif seal.previous != (previous.digest if previous else ""):
            report.add(
                Finding("seal-edited", f"{where} does not follow from the one before it", seq=seal.seq)
            )
        if seal_digest(seal) != seal.digest:
            report.add(Finding("seal-edited", f"{where}: its values do not give its digest", seq=seal.seq))
        if (tree.root(), tree.count) != (seal.root, seal.leaves):
            report.add(Finding("seal-edited", f"{where}: its leaves do not give its root", seq=seal.seq))
        digests[seal.seq] = seal.digest
        previous = seal
    if not digests and AuditEntry.objects.filter(at__lt=clock.wall() - _SEALED_WITHIN).exists():
        report.add(Finding("never-sealed", "entries are older than a day, and nothing was ever sealed"))
    if previous is not None:
        report.last_seal, report.last_seal_at = previous.seq, previous.at
    return digests


def _seals_with_trees(report: Report) -> Iterator[tuple[AuditSeal, Merkle]]:
    seals: Iterator[Item] = (
        (seal.pk, 0, (seal,)) for seal in AuditSeal.objects.order_by("pk").iterator(_READ)
    )
    columns = ("seal_id", "aggregate", "aggregate_id", "seq", "head")
    leaves = _stream(AuditSealLeaf.objects.order_by("seal_id", "pk"), 1, columns)
    merged = heapq.merge(seals, leaves, key=lambda item: item[:2])
    for pk, items in itertools.groupby(merged, key=lambda item: item[0]):
        seal, tree = None, Merkle()
        for _pk, kind, values in items:
            if kind == 0:
                seal = values[0]
            else:
                tree.add((values[0], values[1], values[2], values[3]))
        if seal is None:
            report.add(
                Finding("seal-missing", f"{tree.count} leaves belong to a seal that is gone (row {pk})")
            )
        else:
            yield seal, tree


def _verify_file(path: Path, seals: dict[int, str], report: Report) -> None:
    """Compare the seals with what was handed outside."""
    outside: dict[int, str] = {}
    for number, line in enumerate(_lines(path), start=1):
        try:
            said = json.loads(line)
            seq, digest = int(said["seq"]), str(said["digest"])
        except (ValueError, KeyError, TypeError):
            report.add(Finding("file-unreadable", f"line {number} of {path.name} is no seal"))
            continue
        if outside.setdefault(seq, digest) != digest or seals.get(seq, digest) != digest:
            report.add(
                Finding(
                    "file-differs",
                    f"line {number} of {path.name} names another digest for seal {seq}",
                    seq=seq,
                )
            )
        elif seq not in seals:
            report.add(
                Finding("seal-missing", f"seal {seq} stands in {path.name}, not in the database", seq=seq)
            )
    for seq in sorted(_sent_seals() - set(seals) - set(outside)):
        report.add(
            Finding(
                "seal-missing",
                f"seal {seq} was handed out, but the database and {path.name} lack it",
                seq=seq,
            )
        )
    waiting = _waiting_seals()
    for seq, digest in seals.items():
        if seq in outside:
            continue
        if f"seal:{seq}:{digest}" in waiting:
            report.seals_not_handed_out += 1
        else:
            report.add(
                Finding("file-line-missing", f"seal {seq} was handed out, but {path.name} lacks it", seq=seq)
            )


def _lines(path: Path) -> Iterator[str]:
    if path.exists():
        with path.open(encoding="utf-8", errors="replace") as file:
            yield from (line for line in file if line.strip())


def _sent_seals() -> set[int]:
    """Numbers of the seals that the outbox says it handed out."""
    sent = OutboxMessage.objects.filter(channel="seal", state=OutboxMessage.State.SENT)
    return {int(payload["seq"]) for payload in sent.values_list("payload", flat=True)}


def _waiting_seals() -> set[str]:
    """Seals that the outbox could not hand out yet."""
    waiting = OutboxMessage.objects.filter(channel="seal").exclude(state=OutboxMessage.State.SENT)
    return set(waiting.values_list("dedupe", flat=True))
