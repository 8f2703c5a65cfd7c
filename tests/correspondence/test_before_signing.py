"""What whoever signs should know before: whom the letter reaches, a day after the meeting, and its subject in words."""

import datetime

import pytest

from saduak.correspondence.actions import drafting, signing
from saduak.correspondence.queries import documents, places
from saduak.correspondence.queries import drafts as queries
from saduak.correspondence.queries.delegations import signers
from saduak.correspondence.queries.recipients import reached
from saduak.correspondence.queries.todos import todos
from saduak.correspondence.templatetags.letters import glued, titled
from saduak.foundation.access import Invalid
from saduak.organisations.models import Organisation
from tests.correspondence.factories_drafts import DraftFactory, colleague, delivered, programme
from tests.organisations.factories import OrganisationFactory, me

pytestmark = pytest.mark.django_db
DAY = datetime.date(2022, 12, 13)
DUTY = {"who": "", "what": "แจ้งชื่อ", "due": "2023-02-10", "force": "request"}
INSIDE = {"due": "2023-02-16", "kind": "check"}
MEETING = {"title": "ประชุมชี้แจง", "date": "2023-02-12", "start": "09:00", "end": "12:00", "place": "ห้อง 1"}


def written(place, **values):
    return DraftFactory(office=place.office, issuer=place.province, programme=programme(), **values)


# --- Whom it reaches --------------------------------------------------------------------------------------------------


@pytest.mark.postgres
def test_words_that_name_nobody_are_told_at_the_recipients(place, exactly):
    row = written(place)
    with exactly(4):
        assert queries.signing_problems(row, day=DAY) == {}
    found = queries.audience_for(row)
    assert len(found.offices) == Organisation.objects.filter(kind="district").count() > 0
    with exactly(1):
        assert queries.signing_problems(row, day=DAY, to=found) == {}
    row.recipients = "หน่วยงานที่ไม่มี"
    assert {name: str(words) for name, words in queries.signing_problems(row, day=DAY).items()} == {
        "recipients": "ไม่พบหน่วยงานในทะเบียนตามคำว่า: หน่วยงานที่ไม่มี"
    }
    row.kind = "memo"
    assert queries.signing_problems(row, day=DAY) == {}


def test_a_name_of_several_an_exception_of_nobody_and_nobody_left(place):
    for _ in range(2):
        OrganisationFactory(name_th="สำนักงานชื่อซ้ำ")
    row = written(place, recipients="สำนักงานชื่อซ้ำ")
    assert "มีหลายหน่วยงานใช้ชื่อนี้" in str(queries.signing_problems(row, day=DAY)["recipients"])
    row.recipients, row.exceptions = "", "หน่วยงานที่ไม่มี"
    told = queries.signing_problems(row, day=DAY)
    assert {name: str(words) for name, words in told.items()} == {
        "exceptions": "ยกเว้นแล้วไม่พบในผู้รับ: หน่วยงานที่ไม่มี"
    }
    row.exceptions = "นายอำเภอ ทุกอำเภอ"
    assert "ยังไม่มีหน่วยงานผู้รับ" in str(queries.signing_problems(row, day=DAY)["recipients"])


def test_without_words_and_for_a_correction_nothing_is_asked(place, exactly):
    row = written(place, addressee=" ")
    with exactly(0):
        assert queries.audience_for(row) is None
    assert "recipients" not in queries.signing_problems(row, day=DAY)
    row = written(place, addressee="ผู้ใด", corrects=delivered(place.town, issuer=place.province).letter)
    assert queries.audience_for(row) is None


def test_nobody_proposes_or_prints_what_reaches_nobody(place):
    governor = colleague(place.province, position="ผู้ว่าราชการจังหวัดทดสอบ")
    row = written(place, recipients="หน่วยงานที่ไม่มี")
    with pytest.raises(Invalid) as refused:
        signing.propose(actor=place.clerk, draft_id=row.public_id, steps=[("sign", me(governor).public_id)])
    assert set(refused.value.fields) == {"recipients"}
    with pytest.raises(Invalid) as refused:
        drafting.print_out(actor=place.clerk, draft_id=row.public_id)
    assert set(refused.value.fields) == {"recipients"}


def test_the_digest_is_the_same_whoever_counted(place):
    row = written(place)
    assert documents.digest_of(row, reached(row)) == documents.digest_of(row)
    assert documents.digest_of(row, {"offices": 0, "sha256": ""}) != documents.digest_of(row)


# --- Days -------------------------------------------------------------------------------------------------------------


def test_the_day_asked_for_is_that_of_the_duty(place):
    row = written(place, body="แจ้งภายในวันที่ {{deadline}}", duties=[DUTY], deadlines=[INSIDE], meeting=MEETING)
    assert documents.texts_of(row, DAY)["body"] == "แจ้งภายในวันที่ 10 กุมภาพันธ์ 2566"
    may_sign = signers(row.issuer_id, DAY)
    assert len(queries.warnings_of(row, may_sign)) == 1
    row.duties = [{**DUTY, "due": ""}]
    assert documents.texts_of(row, DAY)["body"] == "แจ้งภายในวันที่ 16 กุมภาพันธ์ 2566"
    assert (
        str(queries.warnings_of(row, may_sign)[-1])
        == "หนังสือขอให้ตอบภายใน พฤหัสบดี 16 กุมภาพันธ์ 2566 ซึ่งอยู่หลังวันประชุม อาทิตย์ 12 กุมภาพันธ์ 2566"
    )
    row.body = "ไม่ได้ขอวันใด"
    assert places.late_deadline(row) is None
    row.body, row.meeting = "{{deadline}}", {}
    assert places.late_deadline(row) is None


# --- Subjects ---------------------------------------------------------------------------------------------------------


def test_a_subject_shows_no_braces(place, exactly):
    row = written(place, subject="เชิญ{{meeting.title}} รอบ{{round.name}}", meeting=MEETING)
    with exactly(0):
        assert titled(row).startswith("เชิญประชุมชี้แจง รอบ")
    assert "{{" not in titled(row)
    row.subject = "เรื่องธรรมดา"
    assert titled(row) == "เรื่องธรรมดา"
    row.subject = ""
    assert titled(row) == "ร่างไม่มีชื่อเรื่อง"


@pytest.mark.postgres
def test_what_waits_is_called_by_its_filled_subject(place):
    written(place, subject="เชิญ{{meeting.title}}", meeting=MEETING, state="signed")
    written(place, subject="เชิญ{{meeting.title}}", state="signed")
    written(place, subject="", state="signed")
    found = sorted((str(row.title), row.letter_number) for row in todos(place.clerk))
    assert found == [("หนังสือที่ยังไม่มีเรื่อง", ""), ("เชิญชื่อการประชุม", ""), ("เชิญประชุมชี้แจง", "")]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("ภายในวันอังคารที่ 9 กุมภาพันธ์ 2570 ครับ", "ภายในวันอังคารที่ 9\xa0กุมภาพันธ์\xa02570 ครับ"),
        ("by 9 February 2027", "by 9\xa0February\xa02027"),
        ("ถึง 7 แห่ง", "ถึง 7 แห่ง"),
    ],
)
def test_a_day_stays_on_one_line(words, wanted):
    assert glued(words) == wanted
