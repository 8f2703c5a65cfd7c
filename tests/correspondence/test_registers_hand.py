"""Registers by hand: letters that did not pass through the system, what is changed later, and how long they are kept."""

import datetime
import uuid

import pytest

from saduak.correspondence import registers_retention as classes
from saduak.correspondence.actions import registers_hand
from saduak.correspondence.actions.registers import Columns
from saduak.correspondence.models import RegisterEntry, RetentionClass
from saduak.correspondence.queries import registers as queries
from saduak.foundation import clock, counters
from saduak.foundation.access import Conflict, Invalid, Refused
from saduak.foundation.audit_verify import verify
from saduak.foundation.models import AuditEntry, StoredFile
from tests.correspondence import factories_registers as f
from tests.correspondence.factories_registers import ORDINARY, PAPER, RECEIVE, SEND
from tests.organisations.factories import (
    OrganisationFactory,
    ProgrammeFactory,
    actor_for,
)

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
KEY = uuid.UUID("0e0dcd1c-6f5f-4b5b-9a49-6f7a1d5c2c11")


@pytest.fixture(autouse=True)
def _day():
    with clock.travel(f.IN_2569):
        yield


def last(row, book, year=2569):
    return queries.last_number(row, queries.BOOKS[book], year)


def verbs(row):
    told = AuditEntry.objects.filter(aggregate="correspondence.registry", aggregate_id=row.pk)
    return [
        verb.removeprefix("correspondence.") for verb in told.order_by("seq").values_list("verb", flat=True)
    ]


# --- By hand ----------------------------------------------------------------------------------------------------------


def enter(row, actor=f.SYSTEM, direction=RECEIVE, columns=PAPER, **told):
    return registers_hand.enter(
        actor=actor,
        organisation_id=row.organisation.public_id,
        direction=direction,
        series=ORDINARY,
        columns=columns,
        **told,
    )


def test_a_letter_on_paper_is_entered_with_its_scan():
    row = f.kept()
    clerk = f.clerk_of(row)
    entry = enter(row, clerk, file="หนังสือ".encode(), name="letter.txt", day=datetime.date(2026, 2, 28))
    assert (entry.number, entry.letter, entry.file.name) == (1, None, "letter.txt")
    assert (entry.day, entry.letter_number) == (datetime.date(2026, 2, 28), "มท 0018.1/96")
    sent = enter(row, clerk, SEND)
    assert (sent.letter_number, sent.to_text) == ("ทส 0018.1/1", PAPER.to_text)
    assert verify().findings == []


def test_what_can_not_be_entered():
    row = f.kept()
    stranger = actor_for("clerk")
    for told, field in (
        ({"columns": Columns()}, {"subject", "from_text"}),
        ({"columns": Columns(), "direction": SEND}, {"subject", "to_text"}),
        ({"columns": Columns(subject="ก" * 501, from_text="ก")}, {"subject"}),
        ({"columns": Columns(subject="ก", from_text="ก", secrecy="top_secret")}, {"secrecy"}),
        ({"columns": Columns(subject="ก", from_text="ก", retention="no")}, {"retention"}),
        ({"day": datetime.date(2026, 3, 3)}, {"day"}),
    ):
        with pytest.raises(Invalid) as wrong:
            enter(row, **told)
        assert set(wrong.value.fields) == field
    for file in (None, b"text"):
        with pytest.raises(Refused):
            enter(row, stranger, file=file, name="a.txt")
    with pytest.raises(Conflict):
        registers_hand.enter(
            actor=stranger,
            organisation_id=OrganisationFactory().public_id,
            direction=SEND,
            series=ORDINARY,
            columns=PAPER,
            file=b"text",
        )
    assert (RegisterEntry.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_a_cancelled_number_stays_and_is_never_given_again():
    row = f.kept()
    clerk = f.clerk_of(row)
    entry = enter(row, clerk)
    with pytest.raises(Invalid) as wrong:
        registers_hand.cancel_entry(actor=clerk, entry_id=entry.public_id, reason="  ")
    assert list(wrong.value.fields) == ["reason"]
    with pytest.raises(Invalid):
        registers_hand.cancel_entry(actor=clerk, entry_id=entry.public_id, reason="ก" * 201)
    cancelled = registers_hand.cancel_entry(actor=clerk, entry_id=entry.public_id, reason="ลงซ้ำกับเลข 12")
    cancelled.refresh_from_db()
    assert (cancelled.state, cancelled.subject, cancelled.cancelled_at) == (
        "cancelled",
        PAPER.subject,
        f.IN_2569,
    )
    name = queries.counter_name(row.organisation_id, RECEIVE, 2569, ORDINARY)
    assert counters.standing(name) == counters.Standing(name, 1, {1: "ลงซ้ำกับเลข 12"})
    assert enter(row).number == 2
    with pytest.raises(Conflict):
        registers_hand.cancel_entry(actor=clerk, entry_id=entry.public_id, reason="อีกครั้ง")


def test_the_number_of_a_letter_in_the_system_is_not_cancelled():
    row = f.kept()
    entry = f.numbered(row, SEND, letter=f.letter_of(row.organisation))
    with pytest.raises(Conflict) as refusal:
        registers_hand.cancel_entry(actor=f.SYSTEM, entry_id=entry.public_id, reason="ส่งผิด")
    assert refusal.value.code == "has-letter"


def test_only_who_keeps_the_register_and_sees_the_line_changes_it():
    row = f.kept()
    entry = enter(row, f.clerk_of(row), columns=Columns(subject="ลับ", from_text="กรม", secrecy="secret"))
    for actor in (f.uncleared(row), actor_for("clerk"), actor_for("officer", row.organisation)):
        with pytest.raises(RegisterEntry.DoesNotExist):
            registers_hand.cancel_entry(actor=actor, entry_id=entry.public_id, reason="x")
        with pytest.raises(RegisterEntry.DoesNotExist):
            registers_hand.amend(actor=actor, entry_id=entry.public_id, changes={"remark": "x"})
    # For one programme only: sees the lines of its letters, and writes in none.
    programme = ProgrammeFactory()
    bound = actor_for("clerk", row.organisation, programme=programme)
    line = f.numbered(row, letter=f.letter_of(row.organisation, programme=programme))
    assert list(RegisterEntry.objects.visible_to(bound)) == [line]
    for change in (
        lambda: registers_hand.cancel_entry(actor=bound, entry_id=line.public_id, reason="x"),
        lambda: registers_hand.amend(actor=bound, entry_id=line.public_id, changes={"remark": "x"}),
    ):
        with pytest.raises(Refused) as refusal:
            change()
        assert refusal.value.code == "not-registrar"


def test_a_line_is_corrected_and_the_audit_keeps_what_stood_there():
    row = f.kept(retention="ordinary")
    clerk = f.clerk_of(row)
    entry = enter(row, clerk)
    changed = registers_hand.amend(
        actor=clerk,
        entry_id=entry.public_id,
        changes={
            "action_text": " ส่งกลุ่มงานปกครอง ",
            "remark": "",
            "retention": "",
            "dated": datetime.date(2026, 2, 26),
            "secrecy": "secret",
        },
    )
    changed.refresh_from_db()
    assert (changed.action_text, changed.dated, changed.retention) == (
        "ส่งกลุ่มงานปกครอง",
        datetime.date(2026, 2, 26),
        None,
    )
    assert "กลุ่มงานปกครอง" in changed.search_key
    told = AuditEntry.objects.get(verb="correspondence.line_amended")
    assert told.facts["columns"] == ["action_text", "dated", "retention", "secrecy"]
    assert told.personal.values["before"] == {
        "action_text": "",
        "dated": "2026-02-27",
        "retention": "ordinary",
        "secrecy": "",
    }
    # Nothing new: nothing is told.
    registers_hand.amend(actor=clerk, entry_id=entry.public_id, changes={"dated": datetime.date(2026, 2, 26)})
    assert AuditEntry.objects.filter(verb="correspondence.line_amended").count() == 1
    assert verify().findings == []


@pytest.mark.parametrize(
    ("direction", "has_letter", "fixed"),
    [
        (SEND, True, {"subject", "letter_number", "secrecy"}),
        (SEND, False, {"letter_number"}),
        (RECEIVE, True, {"secrecy"}),
        (RECEIVE, False, set()),
    ],
)
def test_what_can_be_corrected(direction, has_letter, fixed):
    row = f.kept()
    entry = f.numbered(row, direction, letter=f.letter_of(row.organisation) if has_letter else None)
    for name in ("subject", "letter_number", "secrecy", "remark", "number"):
        change = {name: "secret"}
        if name in fixed | {"number"}:
            with pytest.raises(Invalid) as wrong:
                registers_hand.amend(actor=f.SYSTEM, entry_id=entry.public_id, changes=change)
            assert list(wrong.value.fields) == [name]
        else:
            registers_hand.amend(actor=f.SYSTEM, entry_id=entry.public_id, changes=change)
            entry.refresh_from_db()
            assert getattr(entry, name) == "secret"


def test_what_a_correction_refuses():
    row = f.kept()
    entry = enter(row)
    for change in (
        {"secrecy": "top_secret"},
        {"dated": "yesterday"},
        {"remark": "ก" * 301},
        {"retention": "no"},
    ):
        with pytest.raises(Invalid) as wrong:
            registers_hand.amend(actor=f.SYSTEM, entry_id=entry.public_id, changes=change)
        assert list(wrong.value.fields) == list(change)
    registers_hand.cancel_entry(actor=f.SYSTEM, entry_id=entry.public_id, reason="ผิด")
    with pytest.raises(Conflict):
        registers_hand.amend(actor=f.SYSTEM, entry_id=entry.public_id, changes={"remark": "x"})


# --- How long letters are kept ------------------------------------------------------------------------------------------


def test_the_shipped_classes_are_put_in_place_once_and_say_that_nobody_checked_them():
    assert [row.code for row in classes.choices()] == ["routine", "finance", "ordinary", "permanent"]
    assert (classes.seed(), classes.seed()) == (4, 0)
    assert dict(RetentionClass.objects.values_list("code", "years")) == {
        "ordinary": 10,
        "routine": 1,
        "finance": 5,
        "permanent": None,
    }
    assert not RetentionClass.objects.filter(official=True).exists()
    assert not RetentionClass.objects.filter(source="").exists()
    # What an agency changed stays.
    RetentionClass.objects.filter(code="ordinary").update(years=20, official=True)
    classes.seed()
    assert {row.code: row.years for row in classes.choices()}["ordinary"] == 20
    assert (classes.class_of(""), classes.class_of("unknown")) == (None, None)
