"""The audit: seals, verification. Everything that can be tampered with is tampered with, by raw SQL."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import DataError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saduak.foundation import audit, audit_seal, jobs
from saduak.foundation.audit_seal import Merkle
from saduak.foundation.audit_verify import _audited_models, verify
from saduak.foundation.clock import BANGKOK
from saduak.foundation.models import AuditEntry, AuditPersonal, AuditSeal, AuditSealLeaf, OutboxMessage
from saduak.programme.models import CriteriaSet
from tests.foundation.audits import audit_actor, codes, grow, seal_and_hand_out, sql
from tests.foundation.factories import AggregateFactory

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

TABLE = CriteriaSet._meta.db_table
NAME = "programme.criteriaset"


def test_an_untouched_audit_verifies(chains):
    report = verify()
    assert (report.ok, report.findings) == (True, [])
    assert (report.entries, report.chains, report.seals) == (7, 2, 1)
    assert (report.unsealed_entries, report.unsealed_chains, report.last_seal) == (1, 1, 1)
    assert report.as_json()["ok"] is True


def test_an_empty_audit_verifies():
    report = verify()
    assert (report.ok, report.entries, report.last_seal) == (True, 0, None)
    assert report.as_json()["last_seal_at"] is None


def test_a_moment_of_another_zone_has_the_same_digest_after_reading():
    moment = datetime(2027, 2, 1, 9, 30, 0, 123456, tzinfo=BANGKOK)
    grow(AggregateFactory(), 1, actor=audit_actor().at(moment))
    assert verify().ok


def test_rows_without_entries_are_no_chains():
    AggregateFactory()
    assert verify().chains == 0


def test_many_at_once_make_chains_like_one_by_one():
    rows = [AggregateFactory() for _number in range(3)]
    grow(rows[0])
    audit.append_many(rows, actor=audit_actor(), verb="test.many", facts=lambda row: {"title": row.title})
    assert verify().ok
    assert [row.audit_seq for row in rows] == [2, 1, 1]
    told = AuditEntry.objects.filter(verb="test.many").order_by("aggregate_id")
    assert [(entry.seq, entry.facts) for entry in told] == [
        (row.audit_seq, {"title": row.title}) for row in rows
    ]


@pytest.mark.parametrize("n", [1, 3])
def test_what_happens_to_many_is_written_with_their_chains(exactly, n):
    rows = [AggregateFactory() for _number in range(n)]
    by, moment = {"by": "ก"}, datetime(2027, 2, 1, 9, 30, 0, 123456, tzinfo=BANGKOK)
    with exactly(2):
        audit.append_many(
            rows,
            actor=audit_actor().at(moment),
            verb="test.many",
            facts=lambda _row: by,
            also={"title": "ใหม่"},
        )
    assert verify().ok
    found = CriteriaSet.objects.filter(title="ใหม่").order_by("pk")
    assert [(row.pk, row.audit_seq, row.audit_head) for row in found] == [
        (row.pk, 1, row.audit_head) for row in rows
    ]
    assert list(AuditEntry.objects.values_list("facts", "business_at").distinct()) == [(by, moment)]


def test_a_chain_is_not_begun_with_words_that_would_be_cut_off():
    row = AggregateFactory()
    for verb, also in (("test." + "x" * 200, {}), ("test.many", {"title": "ก" * 1000})):
        with pytest.raises(DataError), transaction.atomic():
            audit.append_many([row], actor=audit_actor(), verb=verb, also=also)
    row.refresh_from_db()
    assert (row.audit_seq, AuditEntry.objects.count(), verify().ok) == (0, 0, True)


def test_one_row_named_twice_has_two_entries(exactly):
    row = AggregateFactory()
    audit.append_many([row, row], actor=audit_actor(), verb="test.many")
    row.refresh_from_db()
    assert (row.audit_seq, verify().ok) == (2, True)
    with exactly(0):
        audit.append_many([], actor=audit_actor(), verb="test.many")


def test_seals_that_were_handed_out_can_not_all_be_forgotten(chains, settings):
    """Somebody deletes the seals, their leaves and the file: the outbox still says that one was handed out."""
    Path(settings.SEALS_FILE).unlink()
    sql("DELETE FROM foundation_auditsealleaf")
    sql("DELETE FROM foundation_auditseal")
    (finding,) = verify().findings
    assert (finding.code, finding.seq) == ("seal-missing", 1)


def test_a_history_of_more_than_a_day_was_sealed(chains, settings, monkeypatch):
    Path(settings.SEALS_FILE).unlink()
    for table in ("foundation_auditsealleaf", "foundation_auditseal", "foundation_outboxmessage"):
        sql(f"DELETE FROM {table}")
    assert verify().ok
    monkeypatch.setattr("saduak.foundation.audit_verify._SEALED_WITHIN", timedelta(0))
    assert codes(verify()) == ["never-sealed"]


# --- Personal values -----------------------------------------------------------------------------------------------------


def test_personal_values_can_be_erased_without_breaking_the_chain(chains):
    entries = list(AuditEntry.objects.filter(aggregate_id=chains[0].pk, seq__lte=3))
    who = {"actor": audit_actor(), "reason": "คำขอของเจ้าของข้อมูล"}
    with transaction.atomic():
        assert [audit.erase(*entries, **who), audit.erase(*entries, **who)] == [3, 0]
    told = AuditEntry.objects.get(aggregate_id=chains[0].pk, verb="audit.erased")
    assert told.facts == {"entries": [1, 2, 3], "reason": "คำขอของเจ้าของข้อมูล"}
    kept = AuditPersonal.objects.get(entry=entries[0])
    assert (kept.values, kept.salt) == ({}, "")
    assert kept.erased_at is not None
    report = verify()
    assert (report.ok, report.erased) == (True, 3)


def test_the_digest_of_personal_values_needs_the_salt(chains):
    kept = AuditPersonal.objects.first()
    assert len(kept.salt) == 32
    assert audit.personal_digest(kept.salt, kept.values) == kept.entry.personal_digest
    assert audit.personal_digest("", kept.values) != kept.entry.personal_digest


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        (
            'UPDATE foundation_auditpersonal SET values = \'{"name": "x"}\' WHERE entry_id = %s',
            "personal-edited",
        ),
        ("DELETE FROM foundation_auditpersonal WHERE entry_id = %s", "personal-missing"),
        (
            "UPDATE foundation_auditpersonal SET erased_at = CURRENT_TIMESTAMP WHERE entry_id = %s",
            "personal-edited",
        ),
    ],
)
def test_tampered_personal_values_are_found(chains, statement, code):
    entry = AuditEntry.objects.get(aggregate_id=chains[1].pk, seq=2)
    sql(statement.replace("SET values", 'SET "values"'), entry.pk)
    report = verify()
    assert codes(report) == [code]
    assert (report.findings[0].aggregate_id, report.findings[0].seq) == (chains[1].pk, 2)


# --- Chains ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor", "user:99"),
        ("verb", "test.other"),
        ("facts", '{"number": 99}'),
        ("at", "2020-01-01 00:00:00+00:00"),
        ("business_at", "2020-01-01 00:00:00+00:00"),
        ("personal_digest", "0" * 64),
    ],
)
def test_an_edited_entry_is_found(chains, column, value):
    sql(
        f"UPDATE foundation_auditentry SET {column} = %s WHERE aggregate_id = %s AND seq = 2",
        value,
        chains[1].pk,
    )
    report = verify()
    assert "entry-edited" in codes(report)
    assert not report.ok


def test_an_edit_with_a_new_digest_breaks_the_link(chains):
    entry = AuditEntry.objects.get(aggregate_id=chains[1].pk, seq=2)
    entry.verb = "test.other"
    sql(
        "UPDATE foundation_auditentry SET verb = %s, digest = %s WHERE id = %s",
        entry.verb,
        audit.entry_digest(entry),
        entry.pk,
    )
    assert codes(verify()) == ["link-broken"]


def test_a_chain_written_anew_as_a_whole_is_found_by_its_seal(chains):
    row = chains[1]
    previous = ""
    for entry in AuditEntry.objects.filter(aggregate_id=row.pk).order_by("seq"):
        entry.verb, entry.previous = "test.forged", previous
        entry.digest = previous = audit.entry_digest(entry)
        entry.save()
    sql(f"UPDATE {TABLE} SET audit_head = %s WHERE id = %s", previous, row.pk)
    assert codes(verify()) == ["seal-differs"]


def test_a_deleted_entry_is_found(chains):
    AuditPersonal.objects.filter(entry__aggregate_id=chains[1].pk).delete()
    sql("DELETE FROM foundation_auditentry WHERE aggregate_id = %s AND seq = 2", chains[1].pk)
    report = verify()
    assert "entry-missing" in codes(report)
    assert "entries 2 to 2 are missing" in [finding.text for finding in report.findings]


def test_two_entries_that_changed_places_are_found(chains):
    where = "UPDATE foundation_auditentry SET seq = %s WHERE aggregate_id = %s AND seq = %s"
    for new, old in ((90, 1), (1, 2), (2, 90)):
        sql(where, new, chains[1].pk, old)
    assert {"entry-edited", "link-broken"} <= set(codes(verify()))


def test_an_entry_moved_to_another_chain_is_found(chains):
    sql(
        "UPDATE foundation_auditentry SET aggregate_id = %s WHERE aggregate_id = %s AND seq = 4",
        chains[1].pk,
        chains[0].pk,
    )
    assert {"entry-edited", "link-broken", "tail-missing", "head-differs"} <= set(codes(verify()))


def test_a_missing_tail_is_found_by_the_head_on_the_row(chains):
    sql("DELETE FROM foundation_auditentry WHERE aggregate_id = %s AND seq = 4", chains[0].pk)
    report = verify()
    assert codes(report) == ["tail-missing"]
    assert report.findings[0].text == "the row names 4 entries, 3 are there"


def cut_back(row: CriteriaSet, to: int) -> None:
    """Remove the tail of a chain so that the database alone looks whole."""
    AuditPersonal.objects.filter(entry__aggregate_id=row.pk, entry__seq__gt=to).delete()
    sql("DELETE FROM foundation_auditentry WHERE aggregate_id = %s AND seq > %s", row.pk, to)
    head = AuditEntry.objects.get(aggregate_id=row.pk, seq=to).digest
    sql(f"UPDATE {TABLE} SET audit_seq = %s, audit_head = %s WHERE id = %s", to, head, row.pk)


def test_a_tail_cut_off_cleanly_is_found_by_the_seal(chains):
    cut_back(chains[1], 2)
    report = verify()
    assert codes(report) == ["tail-missing"]
    assert report.findings[0].text == "sealed up to entry 3, but only 2 are there"


def test_what_lies_after_the_last_seal_rests_on_the_database_alone(chains):
    assert verify().unsealed_entries == 1
    cut_back(chains[0], 3)
    report = verify()
    assert (report.ok, report.unsealed_entries) == (True, 0)


def test_a_deleted_chain_is_found(chains):
    AuditPersonal.objects.filter(entry__aggregate_id=chains[1].pk).delete()
    sql("DELETE FROM foundation_auditentry WHERE aggregate_id = %s", chains[1].pk)
    assert codes(verify()) == ["chain-missing", "tail-missing"]


def test_a_changed_head_is_found(chains):
    sql(f"UPDATE {TABLE} SET audit_head = %s WHERE id = %s", "0" * 64, chains[1].pk)
    assert codes(verify()) == ["head-differs"]


def test_a_deleted_row_is_found(chains):
    sql(f"DELETE FROM {TABLE} WHERE id = %s", chains[1].pk)
    assert codes(verify()) == ["row-missing"]


def test_entries_of_an_unknown_table_are_read_and_told(chains):
    sql("UPDATE foundation_auditentry SET aggregate = 'old.table' WHERE aggregate_id = %s", chains[1].pk)
    assert {"unknown-aggregate", "entry-edited", "chain-missing"} <= set(codes(verify()))


@pytest.mark.parametrize(
    ("value", "code"), [("yesterday", "entry-edited"), ("2027-13-01 00:00:00", "unreadable")]
)
def test_a_value_that_cannot_be_read_is_told(value, code):
    grow(AggregateFactory())
    if connection.vendor == "postgresql":
        pytest.skip("PostgreSQL itself refuses such a value")
    sql("UPDATE foundation_auditentry SET at = %s", value)
    assert code in codes(verify())


def test_only_a_thousand_findings_are_kept(chains, monkeypatch):
    monkeypatch.setattr("saduak.foundation.audit_verify.MOST_FINDINGS", 2)
    sql("UPDATE foundation_auditentry SET verb = 'x'")
    report = verify()
    assert (report.findings_total, len(report.findings)) == (7, 2)


# --- Seals -----------------------------------------------------------------------------------------------------------------


def test_a_seal_holds_the_heads_that_changed_since_the_last(chains):
    made = audit_seal.seal()
    assert (made.seq, made.leaves) == (2, 1)
    leaf = AuditSealLeaf.objects.get(seal=made)
    assert (leaf.aggregate, leaf.aggregate_id, leaf.seq, leaf.head) == (
        NAME,
        chains[0].pk,
        4,
        chains[0].audit_head,
    )
    assert audit_seal.seal() is None
    assert AuditSeal.objects.count() == 2


def test_nothing_to_seal_writes_nothing():
    assert audit_seal.seal() is None
    assert not AuditSeal.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_an_entry_that_was_committed_late_is_still_sealed(chains):
    audit_seal.seal()
    late = grow(AggregateFactory())
    AuditSeal.objects.filter(seq=2).update(
        watermark=AuditEntry.objects.latest("pk").pk + audit_seal.OVERLAP // 2
    )
    assert audit_seal.seal().leaves == 1
    assert verify().unsealed_entries == 0
    grow(late)
    AuditSeal.objects.filter(seq=3).update(
        watermark=AuditEntry.objects.latest("pk").pk + 2 * audit_seal.OVERLAP
    )
    assert audit_seal.seal() is None
    assert audit_seal.seal(sweep=True).leaves == 1


def test_many_chains_are_written_in_blocks(monkeypatch):
    monkeypatch.setattr(audit_seal, "_BLOCK", 2)
    for _number in range(5):
        grow(AggregateFactory())
    assert seal_and_hand_out().leaves == 5
    assert verify().ok


def test_the_job_hands_the_seal_outside(settings):
    grow(AggregateFactory())
    made = audit_seal.seal()
    assert verify().seals_not_handed_out == 1
    jobs.run_pending()
    line = json.loads(settings.SEALS_FILE.read_text())
    assert (line["seq"], line["digest"], line["root"], line["leaves"]) == (1, made.digest, made.root, 1)
    assert verify().seals_not_handed_out == 0
    assert audit_seal.hand_out(made) is False


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE foundation_auditseal SET root = digest",
        "UPDATE foundation_auditseal SET leaves = 1",
        "UPDATE foundation_auditseal SET at = '2020-01-01 00:00:00+00:00'",
        "UPDATE foundation_auditsealleaf SET head = 'x'",
        "DELETE FROM foundation_auditsealleaf WHERE id = (SELECT MIN(id) FROM foundation_auditsealleaf)",
    ],
)
def test_a_tampered_seal_is_found(chains, statement):
    sql(statement)
    assert "seal-edited" in codes(verify())


def reforge(seal: AuditSeal) -> None:
    """Make a seal fit its leaves again, as somebody with the whole database could."""
    tree = Merkle()
    for leaf in seal.leaf_rows.order_by("pk"):
        tree.add((leaf.aggregate, leaf.aggregate_id, leaf.seq, leaf.head))
    seal.root, seal.leaves = tree.root(), tree.count
    seal.digest = audit_seal.seal_digest(seal)
    seal.save()


def test_a_seal_forged_as_a_whole_is_found_by_the_file(chains):
    AuditSealLeaf.objects.filter(aggregate_id=chains[1].pk).delete()
    cut_back(chains[1], 1)
    reforge(AuditSeal.objects.get())
    assert codes(verify()) == ["file-differs"]


def test_a_seal_forged_in_the_middle_breaks_the_link(chains):
    seal_and_hand_out()
    AuditSealLeaf.objects.filter(aggregate_id=chains[1].pk).delete()
    reforge(AuditSeal.objects.get(seq=1))
    assert codes(verify()) == ["file-differs", "seal-edited"]


def test_deleted_seals_are_found(chains):
    grow(chains[1])
    seal_and_hand_out()
    sql(
        "DELETE FROM foundation_auditsealleaf WHERE seal_id = (SELECT id FROM foundation_auditseal WHERE seq = 1)"
    )
    sql("DELETE FROM foundation_auditseal WHERE seq = 1")
    assert codes(verify()) == ["seal-missing", "seal-missing"]


def test_a_missing_last_seal_is_found_by_the_file(chains):
    seal_and_hand_out()
    AuditSealLeaf.objects.filter(seal__seq=2).delete()
    AuditSeal.objects.filter(seq=2).delete()
    report = verify()
    assert codes(report) == ["seal-missing"]
    assert report.findings[0].text == "seal 2 stands in seals.jsonl, not in the database"


@pytest.mark.django_db(transaction=True)
def test_leaves_whose_seal_is_gone_are_found():
    if connection.vendor == "postgresql":
        pytest.skip("PostgreSQL itself refuses leaves without their seal")
    grow(AggregateFactory())
    seal_and_hand_out()
    sql("PRAGMA foreign_keys=OFF")
    try:
        sql("DELETE FROM foundation_auditseal")
        report = verify()
        sql("DELETE FROM foundation_auditsealleaf")
    finally:
        sql("PRAGMA foreign_keys=ON")
    assert codes(report) == ["seal-missing", "seal-missing"]
    assert report.findings[0].text.startswith("1 leaves belong to a seal that is gone")


def test_a_removed_file_is_found(chains, settings):
    settings.SEALS_FILE.unlink()
    report = verify()
    assert codes(report) == ["file-line-missing"]


def test_a_tampered_file_is_found(chains, settings):
    line = json.loads(settings.SEALS_FILE.read_text())
    settings.SEALS_FILE.write_text(json.dumps({**line, "digest": "0" * 64}) + "\nno json\n[1]\n\n")
    assert codes(verify()) == ["file-differs", "file-unreadable", "file-unreadable"]


def test_a_line_written_twice_is_no_finding(chains, settings):
    settings.SEALS_FILE.write_text(settings.SEALS_FILE.read_text() * 2)
    assert verify().ok


def test_a_copy_kept_elsewhere_is_compared(chains, settings, tmp_path):
    copy = tmp_path / "copy.jsonl"
    copy.write_text(settings.SEALS_FILE.read_text())
    settings.SEALS_FILE.unlink()
    assert verify(copy).ok


def test_verification_reads_in_one_state_and_writes_nothing(chains, exactly):
    with exactly(3 * len(_audited_models()) + 6):
        verify()


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_opens_its_own_snapshot():
    grow(AggregateFactory(), 2)
    with transaction.atomic():
        seal_and_hand_out()
    assert verify().ok
    if connection.vendor == "sqlite":
        assert connection.transaction_mode == "IMMEDIATE"


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    facts=st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=9),
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text('กข ํา\n"\\é', max_size=9),
        max_size=5,
    )
)
def test_any_facts_survive_the_database(facts):
    row = AggregateFactory()
    audit.append(row, actor=audit_actor(), verb="test.any", facts=facts, personal=facts or None)
    assert verify().ok
