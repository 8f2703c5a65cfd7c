"""Registers: opting in and out, numbers without gaps, and what is written down by hand."""

import datetime
import uuid

import pytest
from django.db import transaction

from saduak.correspondence.actions import registers, registers_hand, registers_keeping
from saduak.correspondence.actions.registers import Columns
from saduak.correspondence.models import RegisterEntry, Registry
from saduak.correspondence.queries import registers as queries
from saduak.correspondence.registers_text import clean_prefix
from saduak.foundation import clock
from saduak.foundation.access import Conflict, Invalid, Refused
from saduak.foundation.audit_verify import verify
from saduak.foundation.models import AuditEntry
from tests.correspondence import factories_registers as f
from tests.correspondence.factories_registers import CIRCULAR, ORDINARY, PAPER, RECEIVE, SEND
from tests.organisations.factories import (
    OrganisationFactory,
    ProgrammeFactory,
    ServiceCentreFactory,
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


# --- Opting in and out ------------------------------------------------------------------------------------------------


def test_an_agency_keeps_its_own_register_until_it_opts_in():
    office = OrganisationFactory()
    assert queries.registry_of(office.pk) is None
    head = actor_for("head", office)
    row = registers_keeping.open_registry(
        actor=head, organisation_id=office.public_id, prefix="ทส.0018.1 /", retention="ordinary"
    )
    assert queries.registry_of(office.pk) == row
    assert (row.prefix, row.retention.years, row.outside) == ("ทส 0018.1", 10, [])
    assert (row.opened_by_id, row.opened_at, row.closed_at) == (head.user_id, f.IN_2569, None)
    assert verbs(row) == ["registry_opened"]


def test_in_the_middle_of_a_year_numbers_go_on_from_paper():
    row = f.kept(start={(RECEIVE, ORDINARY): 512, (SEND, CIRCULAR): 95})
    assert row.outside == [
        {"direction": "receive", "series": "", "year": 2569, "first": 1, "last": 512},
        {"direction": "send", "series": "circular", "year": 2569, "first": 1, "last": 95},
    ]
    assert [last(row, book) for book in ("receive", "send", "circular")] == [512, 0, 95]
    assert queries.next_number_text(row, CIRCULAR, f.DAY) == "ทส 0018.1/ว 96"
    assert f.numbered(row, SEND, CIRCULAR).letter_number == "ทส 0018.1/ว 96"
    assert (
        f.numbered(row, SEND).letter_number
        == queries.number_text(RegisterEntry.objects.last())
        == "ทส 0018.1/1"
    )
    assert f.numbered(row).number == 513
    # With the new year everything begins at one.
    with clock.travel(datetime.datetime(2027, 1, 4, 9, tzinfo=clock.BANGKOK)):
        assert (f.numbered(row).number, f.numbered(row, SEND, CIRCULAR).number) == (1, 1)


def test_who_may_open_change_and_close():
    office = OrganisationFactory()
    programme = ProgrammeFactory()
    centre = ServiceCentreFactory(organisation=office)
    strangers = [
        actor_for("clerk"),
        actor_for("officer", office),
        actor_for("clerk", office, programme=programme),
        actor_for("head", centre=centre),
        actor_for("clerk", OrganisationFactory(under=office)),
    ]
    for actor in strangers:
        with pytest.raises(Refused) as refusal:
            registers_keeping.open_registry(actor=actor, organisation_id=office.public_id, prefix="ทส 1")
        assert refusal.value.code == "not-keeper"
    # Who writes in the name of an organisation keeps its register, and chooses which one is opened.
    writer = actor_for("administrator", OrganisationFactory(writes_for=office))
    row = registers_keeping.open_registry(actor=writer, organisation_id=office.public_id, prefix="ทส 1")
    assert row.organisation == office
    for actor in strangers:
        with pytest.raises(Refused):
            registers_keeping.close_registry(actor=actor, registry_id=row.public_id)
        with pytest.raises(Refused):
            registers_keeping.edit_registry(actor=actor, registry_id=row.public_id, prefix="ทส 2")
    changed = registers_keeping.edit_registry(
        actor=writer, registry_id=row.public_id, prefix="ทส 2", retention="finance"
    )
    assert (changed.prefix, changed.retention.code) == ("ทส 2", "finance")


def test_going_back_and_opting_in_again():
    row = f.kept(start={(RECEIVE, ORDINARY): 10})
    f.numbered(row)
    reserved = registers_hand.reserve(
        actor=f.SYSTEM,
        organisation_id=row.organisation.public_id,
        direction=SEND,
        series=ORDINARY,
        count=1,
        reason="คำสั่ง",
    )
    registers_keeping.close_registry(actor=f.SYSTEM, registry_id=row.public_id)
    row.refresh_from_db()
    assert queries.registry_of(row.organisation_id) is None
    told = AuditEntry.objects.get(verb="correspondence.registry_closed").facts
    assert told == {"year": 2569, "last": {"receive": 11, "send": 1, "circular": 0}}
    assert row.entries.count() == 2
    for write in (
        lambda: f.numbered(row),
        lambda: registers_keeping.close_registry(actor=f.SYSTEM, registry_id=row.public_id),
        lambda: registers_keeping.edit_registry(actor=f.SYSTEM, registry_id=row.public_id, prefix="ทส 1"),
        lambda: registers_hand.enter(
            actor=f.SYSTEM,
            organisation_id=row.organisation.public_id,
            direction=RECEIVE,
            series=ORDINARY,
            columns=PAPER,
        ),
    ):
        with pytest.raises(Conflict) as refusal:
            write()
        assert refusal.value.code == "registry-closed"
    # What was reserved before can still be settled.
    registers_hand.cancel_entry(actor=f.SYSTEM, entry_id=reserved[0].public_id, reason="ไม่ได้ออกคำสั่ง")
    with pytest.raises(Invalid) as wrong:
        f.kept(row.organisation, start={(RECEIVE, ORDINARY): 10})
    assert "11" in str(wrong.value.fields["receive"])
    again = f.kept(row.organisation, start={(RECEIVE, ORDINARY): 40})
    assert again.pk == row.pk
    assert [(part["first"], part["last"]) for part in again.outside] == [(1, 10), (12, 40)]
    assert (f.numbered(again).number, f.numbered(again, SEND).number) == (41, 2)
    assert verify().findings == []


def test_what_can_not_be_opened():
    office = OrganisationFactory()
    f.kept(office)
    with pytest.raises(Conflict) as twice:
        f.kept(office)
    assert twice.value.code == "already-open"
    with pytest.raises(Conflict) as ended:
        f.kept(OrganisationFactory(retired_at=clock.now()))
    assert ended.value.code == "office-ended"
    for told, field in (
        ({"prefix": " / "}, "code"),
        ({"prefix": "ท" * 61}, "code"),
        ({"retention": "for-a-while"}, "retention"),
        ({"start": {(SEND, ORDINARY): 10_000_000}}, "send"),
        ({"start": {(SEND, CIRCULAR): -1}}, "circular"),
    ):
        with pytest.raises(Invalid) as wrong:
            f.kept(**told)
        assert list(wrong.value.fields) == [field]
    assert Registry.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("มท๐๐๑๘.๑", "มท 0018.1"),
        ("  มท   0018.1/ ", "มท 0018.1"),
        ("กค (กวจ) 0405.2", "กค (กวจ) 0405.2"),
        ("ทม.52001", "ทม 52001"),
    ],
)
def test_one_spelling_of_a_prefix(typed, clean):
    assert clean_prefix(typed) == clean


def test_the_same_form_sent_twice_opens_once():
    office = OrganisationFactory()
    first, second = f.kept(office, idempotency_key=KEY), f.kept(office, idempotency_key=KEY)
    assert first.pk == second.pk
    assert verbs(first) == ["registry_opened"]


# --- Numbers ----------------------------------------------------------------------------------------------------------


def test_a_line_says_what_the_letter_says(exactly):
    row = f.kept(retention="ordinary")
    letter = f.letter_of(row.organisation, urgency="urgent", secrecy="secret")
    clerk = f.clerk_of(row)
    f.numbered(row)
    with transaction.atomic(), exactly(6):
        entry = registers.take_number(
            actor=clerk,
            registry=row,
            direction=RECEIVE,
            series=ORDINARY,
            day=f.DAY,
            columns=Columns(subject="ก" * 600, from_text=" กรม ", letter_number="มท 1/2"),
            letter=letter,
        )
    entry.refresh_from_db()
    assert (entry.number, entry.year, entry.day, entry.state) == (2, 2569, f.DAY, "used")
    assert (len(entry.subject), entry.from_text, entry.letter_number) == (500, "กรม", "มท 1/2")
    assert (entry.urgency, entry.secrecy, entry.retention.code) == ("urgent", "secret", "ordinary")
    assert (entry.entered_by_id, entry.entered_at) == (clerk.user_id, f.IN_2569)
    told = AuditEntry.objects.get(verb="correspondence.number_taken", actor=clerk.ref).facts
    assert told == {"book": "receive", "year": 2569, "number": 2, "letter": str(letter.public_id)}


def test_a_letter_that_is_made_later_is_tied_to_its_number(exactly):
    row = f.kept()
    entry = f.numbered(row, SEND, CIRCULAR, letter_number="ignored", subject="การขอรับการรับรองมาตรฐาน")
    assert entry.letter_number == "ทส 0018.1/ว 1"
    letter = f.letter_of(row.organisation, secrecy="secret")
    with exactly(1):
        registers.attach_letter(entry=entry, letter=letter)
    entry.refresh_from_db()
    assert (entry.letter, entry.secrecy) == (letter, "secret")
    assert "ศูนย์ราชการสะดวกจะเปิดรับสมัคร" in entry.search_key


@pytest.mark.parametrize(
    ("day", "code"),
    [(datetime.date(2025, 12, 31), "other-year"), (datetime.date(2027, 1, 1), "other-year")],
)
def test_no_number_of_a_year_that_is_not_kept_here(day, code):
    row = f.kept()
    with pytest.raises(Invalid) as wrong:
        f.numbered(row, day=day)
    assert (wrong.value.code, list(wrong.value.fields)) == (code, ["dated"])
    assert f.numbered(row, day=datetime.date(2026, 1, 5)).year == 2569


def test_last_year_goes_on_in_january():
    row = f.kept()
    f.numbered(row, SEND)
    with clock.travel(datetime.datetime(2027, 1, 4, 9, tzinfo=clock.BANGKOK)):
        late = f.numbered(row, SEND, day=datetime.date(2026, 12, 30))
        assert (late.year, late.number, f.numbered(row, SEND).number) == (2569, 2, 1)


def test_what_is_received_has_one_series():
    with pytest.raises(Invalid) as wrong:
        f.numbered(f.kept(), RECEIVE, CIRCULAR)
    assert wrong.value.code == "no-such-book"


def test_a_number_that_is_rolled_back_was_never_taken():
    row = f.kept()
    f.numbered(row)
    with pytest.raises(InterruptedError), transaction.atomic():
        f.numbered(row)
        raise InterruptedError
    assert (last(row, "receive"), f.numbered(row).number) == (1, 2)


# --- Reserved numbers -------------------------------------------------------------------------------------------------


def reserve(row, count=3, *, actor=f.SYSTEM, series=ORDINARY, reason="คำสั่งแต่งตั้ง", direction=SEND):
    return registers_hand.reserve(
        actor=actor,
        organisation_id=row.organisation.public_id,
        direction=direction,
        series=series,
        count=count,
        reason=reason,
    )


@pytest.mark.parametrize("count", [1, 3])
def test_numbers_are_set_aside(exactly, count):
    row = f.kept(prefix="ทส 1", retention="ordinary")
    clerk = f.clerk_of(row)
    f.numbered(row, SEND)
    with exactly(7):
        made = reserve(row, count, actor=clerk)
    assert [e.number for e in made] == list(range(2, count + 2))
    assert {(e.state, e.remark, e.letter_number.split("/")[0]) for e in made} == {
        ("reserved", "คำสั่งแต่งตั้ง", "ทส 1")
    }
    assert list(queries.reserved(clerk, row, ORDINARY)) == made
    assert f.numbered(row, SEND).number == count + 2
    told = AuditEntry.objects.get(verb="correspondence.numbers_reserved").facts
    assert told == {"book": "send", "year": 2569, "first": 2, "last": count + 1, "reason": "คำสั่งแต่งตั้ง"}


def test_what_can_not_be_reserved():
    row = f.kept()
    for told, field in (({"count": 0}, "count"), ({"count": 101}, "count"), ({"reason": " "}, "reason")):
        with pytest.raises(Invalid) as wrong:
            reserve(row, **told)
        assert list(wrong.value.fields) == [field]
    with pytest.raises(Refused) as refusal:
        reserve(row, actor=actor_for("officer", row.organisation))
    assert refusal.value.code == "not-registrar"
    with pytest.raises(Conflict):
        registers_hand.reserve(
            actor=f.SYSTEM,
            organisation_id=OrganisationFactory().public_id,
            direction=SEND,
            series=ORDINARY,
            count=1,
            reason="x",
        )
    assert last(row, "send") == 0


def test_a_reserved_number_is_used_once():
    row = f.kept()
    one, two, _three = reserve(row)
    letter = f.letter_of(row.organisation)
    used = registers.use_reserved(
        actor=actor_for("secretariat", row.organisation),
        entry_id=one.public_id,
        columns=Columns(subject="คำสั่ง", to_text="ทุกอำเภอ", dated=datetime.date(2026, 3, 1)),
        registry=row,
        series=ORDINARY,
        letter=letter,
    )
    used.refresh_from_db()
    assert (used.state, used.letter, used.day, used.letter_number) == (
        "used",
        letter,
        datetime.date(2026, 3, 1),
        "ทส 0018.1/1",
    )
    assert used.remark == "คำสั่งแต่งตั้ง"
    for again in (
        lambda: registers.use_reserved(actor=f.SYSTEM, entry_id=one.public_id, columns=PAPER),
        lambda: registers_hand.cancel_entry(actor=f.SYSTEM, entry_id=one.public_id, reason="ผิด"),
    ):
        with pytest.raises(Conflict):
            again()
    other = f.kept()
    for told, error, code in (
        ({"registry": other}, Refused, "other-register"),
        ({"series": CIRCULAR}, Invalid, "other-series"),
        ({"columns": Columns(dated=datetime.date(2025, 12, 1))}, Invalid, "other-year"),
        ({"actor": actor_for("clerk")}, Refused, "not-registrar"),
    ):
        with pytest.raises(error) as refusal:
            registers.use_reserved(**{"actor": f.SYSTEM, "entry_id": two.public_id, "columns": PAPER} | told)
        assert refusal.value.code == code
    two.refresh_from_db()
    assert two.state == "reserved"


def test_a_reserved_number_is_written_down_for_a_letter_on_paper():
    row = f.kept()
    clerk = f.clerk_of(row)
    one, two, three = reserve(row)
    filled = registers_hand.fill_reserved(actor=clerk, entry_id=one.public_id, columns=PAPER)
    assert (filled.state, filled.subject, filled.file) == ("used", PAPER.subject, None)
    scanned = registers_hand.fill_reserved(
        actor=clerk, entry_id=two.public_id, columns=PAPER, file="หนังสือ".encode(), name="signed.txt"
    )
    assert scanned.file.name == "signed.txt"
    with pytest.raises(Invalid) as wrong:
        registers_hand.fill_reserved(actor=clerk, entry_id=three.public_id, columns=Columns())
    assert set(wrong.value.fields) == {"subject", "to_text"}
