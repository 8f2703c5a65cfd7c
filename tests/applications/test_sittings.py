import datetime
from unittest import mock

import pytest

from saduak.applications import actions, queries, tasks
from saduak.applications.models import AnswerVersion
from saduak.foundation import audit, clock
from saduak.foundation.access import Refused
from saduak.foundation.models import AuditEntry
from tests.applications.factories import answer, filled, fresh, signed_application

pytestmark = pytest.mark.django_db


def save(actor, row, text, version):
    return actions.save_answer(actor=actor, answer_id=row.public_id, version=version, narrative=text)


def in_an_hour():
    return mock.patch("saduak.foundation.clock.wall", return_value=clock.wall() + datetime.timedelta(hours=1))


def edited(application):
    return list(
        AuditEntry.objects.filter(aggregate_id=application.pk, verb="applications.edited").order_by("seq")
    )


def test_a_sitting_is_told_once_when_it_is_over(draft, people, exactly):
    row = answer(draft, "2.1")
    save(people.officer, row, "ก", 0)
    save(people.officer, row, "กข", 1)
    save(people.helper, answer(draft, "2.2"), "ผู้ช่วย", 0)
    assert tasks.close_sittings() == 0, "still going on"
    assert edited(draft) == []
    with in_an_hour():
        assert tasks.close_sittings() == 2
        assert tasks.close_sittings() == 0
    mine, helpers = edited(draft)
    assert {mine.actor, helpers.actor} == {people.officer.ref, people.helper.ref}
    facts = next(e.facts for e in (mine, helpers) if e.actor == people.officer.ref)
    assert [(a["criterion"], a["from"], a["to"]) for a in facts["answers"]] == [(row.criterion.key, 1, 2)]
    assert "กข" not in str(facts), "the text itself stays out of the chain"
    entries = list(AuditEntry.objects.filter(aggregate_id=draft.pk).order_by("seq"))
    assert [e.digest for e in entries] == [audit.entry_digest(e) for e in entries]


def test_writing_on_after_a_sitting_was_told_begins_a_new_row(draft, people):
    row = answer(draft, "2.1")
    save(people.officer, row, "ก", 0)
    AnswerVersion.objects.update(audited_at=clock.wall())
    save(people.officer, row, "กข", 1)
    assert AnswerVersion.objects.filter(answer=row).count() == 2


def test_signing_tells_what_was_written(draft, people):
    filled(draft)
    save(people.officer, answer(draft, "2.1"), "ก่อนลงนาม", 0)
    signed_application_digest = queries.current_digest(fresh(draft))
    actions.sign(actor=people.head, application_id=draft.public_id, digest=signed_application_digest)
    assert len(edited(draft)) == 1


def test_the_tick_notes_when_it_was_last_worked_on(draft, people):
    later = people.officer.at(people.officer.received_at + datetime.timedelta(days=2))
    save(later, answer(draft, "2.1"), "ก", 0)
    with in_an_hour():
        tasks.close_sittings()
    draft.refresh_from_db()
    assert draft.last_edit_at == later.received_at


def test_the_tick_does_not_turn_time_back(draft, people):
    save(people.officer, answer(draft, "2.1"), "ก", 0)
    future = people.officer.received_at + datetime.timedelta(days=9)
    type(draft).objects.filter(pk=draft.pk).update(last_edit_at=future)
    with in_an_hour():
        tasks.close_sittings()
    draft.refresh_from_db()
    assert draft.last_edit_at == future


def test_only_the_program_closes_sittings(draft, people):
    with pytest.raises(Refused):
        actions.tell_sittings(actor=people.officer, application_key=draft.pk)


def test_nothing_to_tell_is_nothing(draft, actor_system):
    assert actions.tell_sittings(actor=actor_system, application_key=draft.pk) == 0
    assert signed_application(draft).state == "signed"
