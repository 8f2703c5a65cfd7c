"""Chains of the audit for tests: grown, sealed, tampered with."""

from django.db import connection

from saduak.foundation import audit, audit_seal
from saduak.foundation.access import Actor
from saduak.foundation.models import AuditSeal
from saduak.programme.models import CriteriaSet


def grow(row: CriteriaSet, count: int = 1, actor=None, **personal) -> CriteriaSet:
    for number in range(count):
        audit.append(
            row,
            actor=actor or audit_actor(),
            verb="test.changed",
            facts={"number": number, "text": "ก้าวหน้า", "share": 0.5},
            personal=personal or None,
        )
    return row


def audit_actor():
    return Actor.system("test")


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def codes(report) -> list[str]:
    return sorted(finding.code for finding in report.findings)


def seal_and_hand_out() -> AuditSeal:
    made = audit_seal.seal()
    assert audit_seal.hand_out(made)
    return made
