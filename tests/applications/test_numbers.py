from decimal import Decimal

import pytest

from saduak.applications import actions, content, numbers, queries
from saduak.applications.models import Answer, AnswerVersion
from saduak.foundation.access import Conflict, Invalid
from tests.applications.factories import ApplicationFactory, answer, filled, fresh
from tests.programme.factories import RoundFactory
from tests.programme.factories_checks import OTHER, SURVEY, asking_set

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(land, people):
    """An application whose criteria ask for numbers."""
    row = RoundFactory(programme=land.programme, fiscal_year=2571, criteria_set=asking_set(land.programme))
    return ApplicationFactory(centre=land.centre, round=row, actor=people.officer)


def save(people, row, **given):
    now = Answer.objects.get(pk=row.pk).version
    return actions.save_answer(actor=people.officer, answer_id=row.public_id, version=now, **given)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("1,250", "1250"),
        ("๑๒", "12"),
        (" 87.50 % ", "87.5"),
        ("0", "0"),
        ("-0", "0"),
        ("", ""),
        ("1e3", "1000"),
    ],
)
def test_numbers_are_read_as_people_write_them(typed, kept):
    assert numbers.parse(typed) == kept


@pytest.mark.parametrize("typed", ["สิบ", "-1", "1.234", "1e40", "NaN", "inf", "1/2", "1 2 3x"])
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(ValueError, match=r".*"):
        numbers.parse(typed)


@pytest.mark.parametrize(
    ("formula", "population", "size"),
    [
        ("yamane", 1000, 286),
        ("yamane", 500, 222),
        ("yamane", 0, 0),
        ("krejcie-morgan", 10, 10),
        ("krejcie-morgan", 100, 80),
        ("krejcie-morgan", 500, 217),
        ("krejcie-morgan", 1000, 278),
        ("krejcie-morgan", 75000, 382),
        ("krejcie-morgan", 0, 0),
    ],
)
def test_the_sample_is_as_large_as_the_tables_say(formula, population, size):
    assert numbers.sample_size(formula, Decimal(population), 5) == size


def test_numbers_are_saved_beside_what_stays(asked, people, exactly):
    row = answer(asked, SURVEY)
    save(people, row, numbers={"users": "1,000", "asked": "๑๒๐"})
    with exactly(4):
        actions.save_answer(
            actor=people.officer, answer_id=row.public_id, version=1, numbers={"asked": "", "happy": 100}
        )
    row.refresh_from_db()
    assert row.numbers == {"users": "1000", "happy": "100"}
    assert AnswerVersion.objects.get(answer=row).numbers == row.numbers
    assert row.claim == ""


def test_the_same_numbers_again_change_nothing(asked, people):
    row = answer(asked, SURVEY)
    first = save(people, row, numbers={"users": "1000"})
    again = save(people, row, numbers={"users": "1,000", "asked": ""})
    assert (first.moved, again.version, again.moved) == (True, 1, False)


def test_a_number_that_nobody_asks_for_and_one_that_is_none(asked, people):
    row = answer(asked, SURVEY)
    with pytest.raises(Invalid) as strange:
        save(people, row, numbers={"nobody": "1"})
    assert set(strange.value.fields) == {"numbers"}
    with pytest.raises(Invalid) as wrong:
        save(people, row, numbers={"users": "มาก"})
    assert set(wrong.value.fields) == {"number-users"}
    assert str(wrong.value.reason) == "กรอกเป็นตัวเลข เช่น 1,250 หรือ 87.5"


def test_two_people_see_the_numbers_of_each_other(asked, people):
    row = answer(asked, SURVEY)
    save(people, row, numbers={"users": "1000", "share": "80"})
    with pytest.raises(actions.AnswerConflict) as clash:
        actions.save_answer(actor=people.helper, answer_id=row.public_id, version=0, numbers={"users": "900"})
    assert clash.value.theirs == "ผู้รับบริการทั้งปี 1,000 คน, ร้อยละที่พอใจ 80"
    assert clash.value.numbers == {"users": "1000", "share": "80"}


def test_numbers_are_signed_only_where_they_are_asked_for(asked, draft, people):
    row = answer(asked, SURVEY)
    save(people, row, numbers={"users": "1000", "asked": "120"})
    signed = content.content_of(fresh(asked), content.answers_of(fresh(asked)), {})
    by_number = {entry["number"]: entry for entry in signed["answers"]}
    assert by_number[SURVEY]["numbers"] == {"asked": "120", "users": "1000"}
    assert by_number[OTHER]["numbers"] == {}
    assert "numbers" not in by_number["1.1"]
    plain = content.content_of(fresh(draft), content.answers_of(fresh(draft)), {})
    assert not any("numbers" in entry for entry in plain["answers"])


def test_the_page_of_a_criterion_tells_the_numbers(asked, people):
    row = answer(asked, SURVEY)
    save(people, row, numbers={"users": "1250.5", "share": "80"})
    page = queries.criterion_page(people.officer, row.public_id)
    assert [(t.label, t.value) for t in page.stated] == [
        ("ผู้รับบริการทั้งปี", "1,250.5 คน"),
        ("ร้อยละที่พอใจ", "80"),
    ]
    assert page.criterion.looked_for == "ดูว่าถามพอหรือไม่"
    assert answer(asked, "1.1").criterion.looked_for == ""


def test_what_the_file_says_blocks_stops_signing_and_filing(asked, people):
    filled(asked)
    row = answer(asked, SURVEY)
    save(people, row, numbers={"happy": "130", "asked": "120"})
    words = "ข้อ 2.1 ผู้ที่พอใจ 130 มากกว่า ผู้ตอบแบบสำรวจ 120"
    page = queries.signing_page(people.head, asked.public_id)
    assert (page.may_sign.reason, page.may_sign.code) == (words, "incomplete")
    assert words in [str(blocker) for blocker in page.tasks.blockers]
    with pytest.raises(Conflict, match="ผู้ที่พอใจ 130"):
        actions.sign(actor=people.head, application_id=asked.public_id, digest=page.digest)
    save(people, row, numbers={"happy": "110"})
    page = queries.signing_page(people.head, asked.public_id)
    assert page.may_sign
    actions.sign(actor=people.head, application_id=asked.public_id, digest=page.digest)
    assert actions.submit(actor=people.officer, application_id=asked.public_id).ordinal == 1


def test_filing_asks_again_for_what_signing_asked_for(asked, people):
    filled(asked)
    digest = queries.current_digest(fresh(asked))
    actions.sign(actor=people.head, application_id=asked.public_id, digest=digest)
    row = answer(asked, SURVEY)
    Answer.objects.filter(pk=row.pk).update(numbers={"happy": "130", "asked": "120"})
    asked.sign_offs.update(content_digest=queries.current_digest(fresh(asked)))
    with pytest.raises(Conflict, match="ผู้ที่พอใจ 130"):
        actions.submit(actor=people.officer, application_id=asked.public_id)
