"""`saduak audit`: what it says of a whole audit and of a tampered one."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from saduak.foundation import audit, audit_seal, clock
from saduak.foundation.models import AuditEntry, OutboxMessage
from saduak.programme.models import CriteriaSet
from tests.foundation.audits import audit_actor, grow, sql
from tests.foundation.factories import AggregateFactory

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

TABLE = CriteriaSet._meta.db_table
NAME = "programme.criteriaset"


def test_the_command_says_what_is_whole(chains, capsys):
    first = AuditEntry.objects.filter(aggregate_id=chains[0].pk).first()
    with transaction.atomic():
        audit.erase(first, actor=audit_actor(), reason="คำขอของเจ้าของข้อมูล")
    call_command("audit", "verify")
    said = capsys.readouterr().out
    assert "2 chains, 8 entries, 1 seals read" in said
    assert "1 entries had their personal values erased" in said
    assert "after the last seal: 2 entries of 1 chains" in said
    assert "the audit is as it was written" in said


def test_the_command_says_what_is_not(chains, capsys):
    sql("UPDATE foundation_auditentry SET verb = 'x' WHERE aggregate_id = %s AND seq = 2", chains[1].pk)
    sql("UPDATE foundation_auditseal SET root = digest")
    with pytest.raises(CommandError, match="3 findings"):
        call_command("audit", "verify")
    said = capsys.readouterr().out
    assert f"entry-edited: {NAME}#{chains[1].pk} entry 2: its values do not give its digest" in said
    assert "seal-edited: seal 1: its values do not give its digest" in said


def test_the_command_shows_the_first_findings_and_counts_the_rest(chains, capsys, monkeypatch):
    monkeypatch.setattr("saduak.foundation.audit_verify.MOST_FINDINGS", 1)
    sql("UPDATE foundation_auditentry SET verb = 'x'")
    with pytest.raises(CommandError):
        call_command("audit", "verify")
    assert "and 6 more" in capsys.readouterr().out


def test_the_command_speaks_json(chains, capsys):
    call_command("audit", "verify", "--json")
    said = json.loads(capsys.readouterr().out)
    assert (said["ok"], said["entries"], said["findings"]) == (True, 7, [])


def test_the_command_seals(capsys, settings):
    call_command("audit", "seal")
    assert "nothing changed" in capsys.readouterr().out
    call_command("audit", "verify")
    assert "never sealed" in capsys.readouterr().out
    grow(AggregateFactory())
    call_command("audit", "seal", "--sweep")
    assert "seal 1: 1 chains, digest " in capsys.readouterr().out
    grow(AggregateFactory())
    settings.SEALS_FILE = settings.FILES_ROOT.parent  # a folder can't be appended to
    with pytest.raises(CommandError, match="seal 2 is made, but could not be written"):
        call_command("audit", "seal")


def test_a_seal_that_waits_is_told(capsys):
    grow(AggregateFactory())
    audit_seal.seal()
    OutboxMessage.objects.update(next_try_at=clock.wall() + timedelta(hours=1))
    call_command("audit", "verify")
    assert "seals still waiting to be written outside: 1" in capsys.readouterr().out
