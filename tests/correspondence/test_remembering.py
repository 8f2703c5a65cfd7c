"""An answer to a doubt is kept for the office, and serves when the same doubt comes up in another letter."""

import uuid
from contextlib import contextmanager

import pytest

from saduak.correspondence import actions, signals
from saduak.correspondence.actions.remembering import recall
from saduak.correspondence.models import FindingMemory, Letter, LetterFinding
from saduak.correspondence.queries.findings import concerned, finding_page
from saduak.foundation import clock
from saduak.foundation.access import Invalid, Refused
from saduak.foundation.models import AuditEntry
from tests.correspondence import factories_clerk as f
from tests.organisations.factories import OrganisationFactory, ProgrammeFactory, actor_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def line():
    with clock.travel(f.NOW):
        found = f.line_of_command()
        found.known()
        yield found


@contextmanager
def listening():
    """What is told while it lasts: (finding, organisation)."""
    heard = []

    def hear(sender, *, letter, finding, organisation_id, actor, **_):
        assert finding.letter_id == letter.pk
        heard.append((finding, organisation_id))

    signals.finding_told.connect(hear)
    try:
        yield heard
    finally:
        signals.finding_told.disconnect(hear)


def answer(line, row: LetterFinding, settled: str, actor=None) -> LetterFinding:
    return actions.settle_finding(actor=actor or line.clerk, finding_id=row.public_id, settled=settled)


def doubt(line, number: int = 51) -> LetterFinding:
    """The same citation that differs, in another letter each time."""
    text = line.department_letter().replace("ว 51", f"ว {number}")
    return line.load(text).findings.get(code="cites-differently")


@pytest.mark.parametrize("settled", ["as_written", "tell"])
def test_a_decision_serves_for_the_same_doubt_in_another_letter(line, settled):
    first = answer(line, doubt(line), settled)
    other = doubt(line, 52)
    assert other.memory_key == first.memory_key
    assert (other.settled, other.settled_at, other.settled_by_id) == (settled, f.NOW, line.clerk.user_id)
    assert other.remembers == first
    read = AuditEntry.objects.filter(verb="correspondence.read").order_by("-pk").first()
    assert read.facts["remembered"] == 1


@pytest.mark.parametrize("settled", ["leave", "corrected"])
def test_what_was_no_decision_is_asked_again_with_the_earlier_answer_beside_it(line, settled):
    first = answer(line, doubt(line), settled)
    other = doubt(line, 52)
    assert (other.settled, other.settled_at, other.settled_by_id) == ("", None, None)
    assert other.remembers == first
    assert other.asks


def test_an_answer_can_be_given_anew_and_counts_from_then_on(line):
    answer(line, doubt(line), "as_written")
    colleague = actor_for("clerk", line.office)
    other = answer(line, doubt(line, 52), "leave", colleague)
    assert (other.settled, other.settled_by_id, other.remembers) == ("leave", colleague.user_id, None)
    memory = FindingMemory.objects.get()
    assert (memory.organisation, memory.settled, memory.finding, memory.at) == (
        line.office,
        "leave",
        other,
        f.NOW,
    )
    assert doubt(line, 53).settled == ""


def test_each_office_remembers_for_itself(line):
    answer(line, doubt(line), "as_written")
    sister = OrganisationFactory(name_th="จังหวัดอื่น", kind="province", under=line.ministry)
    line.known(holder=sister)
    clerk = actor_for("clerk", sister)
    row = line.load(line.department_letter(), actor=clerk, holder=sister).findings.get()
    assert (row.settled, row.remembers) == ("", None)
    with pytest.raises(Refused):
        answer(line, row, "as_written")


def test_the_readers_own_doubts_are_remembered_too(line):
    text = f.letter_text(
        "ทส 0023/ว 5", line.province.name_th, f.JAN19, body="ประชุมวันพุธที่ 2 กุมภาพันธ์ 2564 จึงขอเชิญประชุม"
    )
    first = line.load(text).findings.get(code="weekday-mismatch")
    answer(line, first, "as_written")
    again = line.load(text.replace("อธิบดี", "ผู้ว่าราชการ")).findings.get(code="weekday-mismatch")
    assert (again.settled, again.remembers) == ("as_written", first)


def test_one_of_the_answers_must_be_chosen(line):
    row = doubt(line)
    with pytest.raises(Invalid) as refused:
        answer(line, row, "perhaps")
    assert refused.value.code == "no-choice"
    assert not FindingMemory.objects.exists()


def test_a_doubt_that_has_no_key_is_answered_and_not_remembered(line):
    row = doubt(line)
    LetterFinding.objects.filter(pk=row.pk).update(memory_key="")
    answer(line, row, "as_written")
    assert not FindingMemory.objects.exists()
    assert recall(row.letter, [LetterFinding(letter=row.letter)]) == 0


@pytest.mark.postgres
def test_one_answer_to_the_same_doubt_twice_in_a_letter_is_kept_once(line, exactly):
    row = doubt(line)
    twin = LetterFinding.objects.get(pk=row.pk)
    twin.pk, twin.public_id, twin.document = None, uuid.uuid4(), 1
    twin.save(force_insert=True)
    settled = {row.public_id: "as_written", twin.public_id: "tell"}
    letter = f.confirm(line, row.letter, line.department, settled=settled)
    assert FindingMemory.objects.get().settled == "tell"
    assert sorted(letter.findings.values_list("settled", flat=True)) == ["as_written", "tell"]
    # Kept in one statement, however many they are.
    with exactly(0):
        assert recall(letter, []) == 0
    with exactly(1):
        assert recall(letter, [LetterFinding(letter=letter, memory_key=row.memory_key)] * 3) == 3


def test_confirming_leaves_an_answer_that_was_taken_over_to_whom_it_belongs(line):
    first = answer(line, doubt(line), "as_written")
    other = doubt(line, 52)
    colleague = actor_for("clerk", line.office)
    f.confirm(line, other.letter, line.department, actor=colleague, settled={other.public_id: "as_written"})
    other.refresh_from_db()
    assert (other.settled_by_id, other.remembers) == (line.clerk.user_id, first)
    third = doubt(line, 53)
    f.confirm(line, third.letter, line.department, actor=colleague, settled={third.public_id: "corrected"})
    third.refresh_from_db()
    assert (third.settled, third.settled_by_id, third.remembers) == ("corrected", colleague.user_id, None)


def test_a_decision_that_was_taken_over_is_not_asked_again_in_the_issuers_name(line):
    def provinces(number: int) -> Letter:
        text = line.department_letter().replace("มท 0810.7/ว 51", f"ทส 0023/ว {number}")
        return line.load(text.replace(line.department.name_th, line.province.name_th))

    first = provinces(1)
    with pytest.raises(Invalid) as refused:
        f.confirm(line, first, line.province)
    assert refused.value.code == "open-findings"
    f.confirm(line, first, line.province, settled={first.findings.get().public_id: "as_written"})
    assert f.confirm(line, provinces(2), line.province).for_issuer


# --- Who is told ------------------------------------------------------------------------------------------------------


def test_the_office_that_cited_wrongly_is_told_once(line):
    with listening() as heard:
        row = answer(line, doubt(line), "tell")
        assert heard == [(row, line.department.pk)]
        # Saying so again, in this letter or by the remembered answer in the next one, tells nobody twice.
        answer(line, row, "tell")
        doubt(line, 52)
        answer(line, row, "leave")
        assert len(heard) == 1
        answer(line, row, "tell")
        assert len(heard) == 2


def test_who_can_put_a_doubt_right(line):
    row = doubt(line)
    letter = Letter.objects.get(pk=row.letter_id)
    assert concerned(letter, row) == line.department
    # After confirming, the confirmed issuer.
    letter.issuer = line.province
    assert concerned(letter, row) == line.province
    # In an enclosure, whose that is; where the register does not know, the letter beside it.
    letter.reading["documents"].append({"issuer": line.ministry.name_th})
    row.document = 1
    assert concerned(letter, row) == line.ministry
    letter.reading["documents"][1]["issuer"] = None
    assert concerned(letter, row) == line.ministry
    Letter.objects.filter(pk=row.related_id).update(state="read", issuer=None, confirmed_at=None)
    assert concerned(letter, row) is None, "the holder itself has it"
    row.related = None
    assert concerned(letter, row) is None
    row.document = 7
    assert concerned(letter, row) is None


def test_nobody_is_told_about_its_own_letter(line):
    text = line.department_letter().replace(line.department.name_th, line.office.name_th)
    row = line.load(text.replace("มท 0810.7", "ทส 0023")).findings.get()
    with listening() as heard:
        answer(line, row, "tell")
    assert heard == []


# --- As a page --------------------------------------------------------------------------------------------------------


@pytest.mark.postgres
def test_a_doubt_as_a_page(line, exactly):
    first = answer(line, doubt(line), "as_written")
    other = doubt(line, 52)
    with exactly(4):
        told = finding_page(line.clerk, other.public_id)
    assert (told.finding, told.letter, told.related) == (other, other.letter, other.related)
    assert (told.before, told.concerned) == (first, line.department)
    assert told.document["number"] == "มท 0810.7/ว 52"
    assert (told.at, told.next) == (0, None)
    stranger = actor_for("clerk")
    with exactly(1):
        assert finding_page(stranger, other.public_id) is None


def test_a_page_without_a_letter_beside_it(line):
    text = f.letter_text("กค 0402/ว 1", "กรมที่ไม่มี", f.JAN11, body="ประชุมวันพุธที่ 2 กุมภาพันธ์ 2564 จึงขอเชิญประชุม")
    rows = list(line.load(text).findings.all())
    told = finding_page(line.clerk, rows[0].public_id)
    assert (told.related, told.before, told.concerned) == (None, None, None)
    assert told.next == rows[1].public_id
    rows[0].document = 9
    rows[0].save()
    assert finding_page(line.clerk, rows[0].public_id).document is None


def test_the_earlier_doubt_is_a_link_only_for_who_sees_its_letter(line):
    first = answer(line, doubt(line), "as_written")
    other = doubt(line, 52)
    colleague = actor_for("clerk", line.office, programme=line.programme)
    assert finding_page(colleague, other.public_id).before == first
    Letter.objects.filter(pk=first.letter_id).update(programme=ProgrammeFactory())
    assert finding_page(colleague, other.public_id).before is None
