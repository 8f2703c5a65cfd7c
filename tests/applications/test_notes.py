"""Notes and remarks on an item: for those who write it, and void nothing."""

import pytest

from saduak.applications import actions, queries
from saduak.applications.models import AnswerNote, Remark
from saduak.foundation import clock
from saduak.foundation.access import Invalid, Refused
from tests.applications.factories import answer, fresh, signed_application
from tests.applications.factories_helping import by_link, given, items_of
from tests.programme.factories import MID_WINDOW

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture(autouse=True)
def _now():
    with clock.travel(MID_WINDOW):
        yield


def note(actor, row, text, version=0):
    return actions.save_note(actor=actor, answer_id=row.public_id, version=version, text=text)


def test_a_note_has_versions_of_its_own_and_voids_nothing(draft, people):
    signed = signed_application(draft)
    row = answer(draft, "2.1")
    first = note(people.officer, row, "รอรูปจากงานทะเบียน\r\nพรุ่งนี้")
    assert (first.version, first.text, first.by) == (1, "รอรูปจากงานทะเบียน\nพรุ่งนี้", people.officer.name)
    assert note(people.head, row, first.text, version=0).version == 1
    assert note(people.head, row, "", version=1).version == 2
    signed.refresh_from_db()
    row.refresh_from_db()
    assert (signed.state, row.version) == ("signed", 0) or signed.state == "signed"


def test_two_people_at_a_note_lose_nothing(draft, people):
    row = answer(draft, "2.1")
    note(people.officer, row, "ของผู้รับผิดชอบ")
    with pytest.raises(actions.NoteConflict) as clash:
        note(people.helper, row, "ของผู้ช่วย")
    assert (clash.value.version, clash.value.theirs) == (1, "ของผู้รับผิดชอบ")
    assert clash.value.by == people.officer.name
    assert AnswerNote.objects.get().text == "ของผู้รับผิดชอบ"


def test_too_long_is_said(draft, people):
    row = answer(draft, "2.1")
    with pytest.raises(Invalid) as refusal:
        note(people.officer, row, "ก" * 5001)
    assert "5000" in str(refusal.value.reason)
    for text, code in ((" ", "empty"), ("ก" * 2001, "too-long")):
        with pytest.raises(Invalid) as refusal:
            actions.remark(actor=people.officer, answer_id=row.public_id, text=text)
        assert refusal.value.code == code


def test_a_thread_of_the_own_people_and_the_helper_of_the_item(draft, people, exactly):
    mine, other = items_of(draft, "2.1", "2.2")
    made = given(draft, people.officer, "2.1")
    helper = by_link(made.token)
    first = actions.remark(actor=people.officer, answer_id=mine.public_id, text=" ขอรูปเพิ่ม ")
    second = actions.remark(actor=helper, answer_id=mine.public_id, text="ได้แล้ว")
    assert (first.text, second.by) == ("ขอรูปเพิ่ม", "คุณช่วย ด้วยลิงก์")
    application = fresh(draft)
    with exactly(3):
        talk = queries.talk(people.head, application, mine)
    assert list(talk.remarks) == [first, second]
    assert list(talk.helpers) == [made.delegation]
    assert talk.note.version == 0
    assert actions.resolve_remark(actor=helper, remark_id=first.public_id).resolved_at == helper.received_at
    assert queries.talk(people.head, fresh(draft), mine).open_remarks == [second]
    again = actions.resolve_remark(actor=people.head, remark_id=first.public_id, resolved=False)
    assert again.resolved_at is None
    page = queries.help_page(helper, mine.public_id)
    heard = queries.talk(helper, page.application, mine)
    assert (len(heard.remarks), heard.helpers) == (2, ())
    assert queries.remark_of(helper, first.public_id) == first
    elsewhere = actions.remark(actor=people.officer, answer_id=other.public_id, text="ข้ออื่น")
    assert queries.remark_of(helper, elsewhere.public_id) is None
    assert set(Remark.objects.visible_to(helper)) == {first, second}
    with pytest.raises(Refused):
        actions.remark(actor=helper, answer_id=other.public_id, text="ก")
    with pytest.raises(Refused):
        actions.resolve_remark(actor=helper, remark_id=elsewhere.public_id)


@pytest.mark.parametrize("who", ["province", "department", "stranger", "secretariat", "city_officer"])
def test_nobody_above_reads_along(draft, people, who):
    actor, row = getattr(people, who), answer(draft, "2.1")
    actions.remark(actor=people.officer, answer_id=row.public_id, text="ระหว่างเรา")
    note(people.officer, row, "ระหว่างเรา")
    assert not Remark.objects.visible_to(actor).exists()
    assert queries.talk(actor, fresh(draft), row) is None
    for run in (
        lambda: note(actor, row, "ก", version=1),
        lambda: actions.remark(actor=actor, answer_id=row.public_id, text="ก"),
        lambda: actions.resolve_remark(actor=actor, remark_id=Remark.objects.get().public_id),
    ):
        with pytest.raises(Refused):
            run()
