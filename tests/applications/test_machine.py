"""Any order of actions keeps what must hold. Actions that the rules refuse change nothing."""

import datetime

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from saduak.applications import actions, queries
from saduak.applications.models import Answer, AnswerVersion, Application, SignOff, Submission
from saduak.applications.states import APPLICATION
from saduak.foundation import audit
from saduak.foundation.access import Refused
from saduak.foundation.models import AuditEntry
from tests.applications.factories import (
    ApplicationFactory,
    answer,
    filled,
    fresh,
    head_of,
    officer_of,
)
from tests.programme.factories import MID_WINDOW, secretariat

CLOSES = datetime.datetime(2027, 3, 1, tzinfo=MID_WINDOW.tzinfo)


class Life(RuleBasedStateMachine):
    """One application, its officer, its head, the secretariat, and a clock that only goes on."""

    @initialize()
    def begin(self):
        self.application = filled(ApplicationFactory(), points=70)
        centre = self.application.centre
        self.officer, self.head = officer_of(centre), head_of(centre)
        self.secretariat = secretariat(self.application.round.programme)
        self.moment = MID_WINDOW
        self.due = None

    def attempt(self, run):
        before = self.now()
        try:
            run()
        except Refused:
            after = self.now()
            assert (after.state, after.audit_seq) == (before.state, before.audit_seq)
            return False
        after = self.now()
        assert (
            after.state == before.state
            or any(
                t.target == after.state and before.state in t.sources
                for t in APPLICATION.transitions.values()
            )
            or after.state in {"draft", "correction"}
        )
        return True

    def now(self):
        return Application.objects.get(pk=self.application.pk)

    @rule(days=st.integers(1, 12))
    def time_passes(self, days):
        self.moment += datetime.timedelta(days=days)

    @rule(text=st.sampled_from(["ก", "ข", "ค"]), number=st.sampled_from(["2.1", "2.2"]))
    def write(self, text, number):
        row = answer(self.application, number)
        self.attempt(
            lambda: actions.save_answer(
                actor=self.officer.at(self.moment),
                answer_id=row.public_id,
                version=row.version,
                narrative=text,
            )
        )

    @rule(claim=st.sampled_from(["met", "unmet", ""]), number=st.sampled_from(["1.1", "1.4"]))
    def claim(self, claim, number):
        row = answer(self.application, number)
        self.attempt(
            lambda: actions.save_answer(
                actor=self.officer.at(self.moment), answer_id=row.public_id, version=row.version, claim=claim
            )
        )

    @rule()
    def sign(self):
        digest = queries.current_digest(fresh(self.application))
        self.attempt(
            lambda: actions.sign(
                actor=self.head.at(self.moment), application_id=self.application.public_id, digest=digest
            )
        )

    @rule()
    def submit(self):
        before = Submission.objects.count()
        done = self.attempt(
            lambda: actions.submit(
                actor=self.officer.at(self.moment), application_id=self.application.public_id
            )
        )
        assert Submission.objects.count() == before + done
        if done:
            assert self.moment < (self.due or CLOSES)
            self.due = None

    @rule()
    def withdraw(self):
        done = self.attempt(
            lambda: actions.withdraw(
                actor=self.officer.at(self.moment), application_id=self.application.public_id, reason="x"
            )
        )
        self.due = None if done else self.due

    @rule()
    def reopen(self):
        self.attempt(
            lambda: actions.reopen(
                actor=self.officer.at(self.moment), application_id=self.application.public_id
            )
        )

    @rule(days=st.integers(1, 40))
    def give_back(self, days):
        due = self.moment + datetime.timedelta(days=days)
        done = self.attempt(
            lambda: actions.return_for_correction(
                actor=self.secretariat.at(self.moment),
                application_id=self.application.public_id,
                due_at=due,
                reason="แก้",
            )
        )
        self.due = due if done else self.due

    @precondition(lambda self: hasattr(self, "application"))
    @invariant()
    def counts_add_up(self):
        row, answers = self.now(), list(Answer.objects.filter(application=self.application))
        claimed = [a for a in answers if a.claim == "met"]
        assert row.items_claimed == len(claimed)
        assert row.items_evidenced == sum(a.evidence_count > 0 for a in claimed)
        assert row.points_claimed == sum(a.points for a in claimed)
        assert row.points_evidenced == sum(a.points for a in claimed if a.evidence_count)

    @precondition(lambda self: hasattr(self, "application"))
    @invariant()
    def a_signature_stands_under_what_it_signed(self):
        row = self.now()
        valid = list(SignOff.objects.filter(application=row, voided_at__isnull=True))
        assert len(valid) == (row.state in {"signed", "submitted"})
        for sign_off in valid:
            assert sign_off.content_digest == queries.current_digest(fresh(row))

    @precondition(lambda self: hasattr(self, "application"))
    @invariant()
    def history_is_whole(self):
        entries = list(
            AuditEntry.objects.filter(
                aggregate="applications.application", aggregate_id=self.application.pk
            ).order_by("seq")
        )
        assert [e.seq for e in entries] == list(range(1, len(entries) + 1))
        assert all(audit.entry_digest(e) == e.digest for e in entries)
        assert entries[-1].digest == self.now().audit_head
        for number in ("2.1", "2.2"):
            row = answer(self.application, number)
            last = AnswerVersion.objects.filter(answer=row).order_by("version").last()
            assert row.version == (last.version if last else 0)
            assert last is None or last.narrative == row.narrative


@pytest.mark.slow
class TestLife(TestCase, Life.TestCase):
    """Hypothesis drives it; each example in a transaction of its own."""

    settings = settings(
        max_examples=12,
        stateful_step_count=18,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
