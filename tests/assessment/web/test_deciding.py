"""Whoever screens decides on what they read: a version that came in since is read first, and nothing typed is lost."""

import pytest

from saduak.applications import actions as applications
from saduak.assessment.models import Case, ScreeningReturn
from tests.applications.factories import officer_of
from tests.assessment import factories
from tests.assessment.test_screening import file_again
from tests.assessment.web.test_pages import body, browser, get, url, user_of
from tests.kept import kept

pytestmark = pytest.mark.django_db
PAGES = ["accept", "return", "reject"]
TYPED = {"reason": "ภาพป้ายไม่ชัด", "due_on": "15/02/2570"}


@kept
def row(team):
    return factories.case(team.round)


@pytest.fixture
def office(team):
    """The secretariat's browser."""
    return browser(user_of(team.secretariat))


def filed_anew(row):
    """The centre withdraws, and files another version."""
    who = {"actor": officer_of(row.application.centre), "application_id": row.application.public_id}
    applications.withdraw(**who, reason="แก้ภาพ")
    applications.reopen(**who)
    return file_again(row)


def hidden(read):
    return f'<input type="hidden" name="read" value="{read}">'


@pytest.mark.parametrize("name", PAGES)
def test_the_case_leads_on_with_what_was_read_and_the_form_sends_it(office, row, name):
    read, here = row.submission.public_id, {"case_id": row.public_id}
    way = f"{url(name, **here)}?read={read}"
    assert f'href="{way}"' in body(get(office, url("case", **here)))
    for address in (way, url(name, **here)):
        page = body(get(office, address))
        assert hidden(read) in page
        assert "ตัดสินใจจากฉบับที่ 1 ยื่นเมื่อ" in page
        assert f'href="{url("case", **here)}">อ่านฉบับที่ 1</a>' in page
    assert office.post(url(name, **here), {**TYPED, "read": str(read)}).status_code == 302
    assert Case.objects.get(pk=row.pk).state == {"accept": "accepted", "return": "returned"}.get(
        name, "rejected"
    )


@pytest.mark.parametrize("name", PAGES)
def test_what_came_in_since_is_said_at_once_in_place_of_the_form(office, row, name):
    here, read = {"case_id": row.public_id}, row.submission.public_id
    again = filed_anew(row)
    page = body(get(office, f"{url(name, **here)}?read={read}"))
    assert "ศูนย์ยื่นฉบับใหม่เข้ามาหลังจากฉบับที่คุณอ่าน" in page
    assert f'href="{url("case", **here)}">อ่านฉบับที่ 2</a>' in page
    assert 'name="read"' not in page
    # Who reads it decides on it.
    way = f"{url(name, **here)}?read={again.submission.public_id}"
    assert f'href="{way}"' in body(get(office, url("case", **here)))
    page = body(get(office, way))
    assert hidden(again.submission.public_id) in page
    assert "ตัดสินใจจากฉบับที่ 2 ยื่นเมื่อ" in page


@pytest.mark.parametrize("name", PAGES)
def test_the_form_is_refused_again_until_the_case_is_read(office, row, name):
    address, read = url(name, case_id=row.public_id), row.submission.public_id
    filed_anew(row)
    for _ in range(2):
        tried = office.post(address, {**TYPED, "read": str(read)})
        assert tried.status_code == 409
        page = body(tried)
        assert "ศูนย์ยื่นฉบับใหม่เข้ามาหลังจากฉบับที่คุณอ่าน" in page
        assert (hidden(read) in page, TYPED["reason"] in page) == (name != "accept",) * 2
    assert Case.objects.get(pk=row.pk).state == "screening"


@pytest.mark.parametrize("read", [None, "", "x"])
@pytest.mark.parametrize("name", PAGES)
def test_a_form_that_does_not_say_what_was_read_is_refused_in_words(office, row, name, read):
    said = TYPED if read is None else {**TYPED, "read": read}
    tried = office.post(url(name, case_id=row.public_id), said)
    assert tried.status_code == 409
    page = body(tried)
    assert "หน้านี้ไม่ได้บอกว่าคุณอ่านฉบับใด" in page
    assert f'href="{url("case", case_id=row.public_id)}">อ่านฉบับที่ 1</a>' in page
    assert (hidden("") in page, TYPED["reason"] in page) == (name != "accept",) * 2
    assert Case.objects.get(pk=row.pk).state == "screening"
    assert not ScreeningReturn.objects.exists()


def test_what_is_still_to_fill_in_keeps_what_was_read(office, row):
    address, read = url("reject", case_id=row.public_id), row.submission.public_id
    filed_anew(row)
    tried = office.post(address, {"reason": " ", "read": str(read)})
    assert tried.status_code == 422
    assert hidden(read) in body(tried)
