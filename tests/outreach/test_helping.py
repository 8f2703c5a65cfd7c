"""Who is given items to help with hears of it, and who gave them hears when they come back."""

import pytest

from saduak.applications import actions
from saduak.foundation import clock
from saduak.outreach import queries
from saduak.outreach.models import Notice
from tests.applications.factories import ApplicationFactory, officer_of
from tests.applications.factories_helping import by_link, given, outsider
from tests.programme.factories import MID_WINDOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with clock.travel(MID_WINDOW):
        yield


def lines(actor):
    return [(row.text, row.url) for row in map(queries.line, queries.notices(actor))]


def test_an_account_is_told_and_tells_back():
    draft = ApplicationFactory()
    officer, (person, helper) = officer_of(draft.centre), outsider()
    made = given(draft, officer, "2.1", "2.2", person=person).delegation
    ((text, url),) = lines(helper)
    assert text == f"มีผู้ขอให้คุณช่วยเขียนใบสมัครของ{draft.centre} 2 ข้อ"
    assert url == "/helping/"
    actions.hand_in(actor=helper, delegation_id=made.public_id)
    ((text, url),) = lines(officer)
    assert text == f"ผู้ช่วยส่งงานในใบสมัครของ{draft.centre}คืนแล้ว"
    assert url == f"/applications/{draft.public_id}/helpers/"
    actions.return_help(actor=officer, delegation_id=made.public_id, note="ขอตัวเลข")
    assert len(lines(helper)) == 2
    assert any("ส่งกลับมาให้แก้" in text for text, _url in lines(helper))


def test_a_link_is_told_nothing_and_tells_back_all_the_same():
    draft = ApplicationFactory()
    officer = officer_of(draft.centre)
    made = given(draft, officer)
    assert not Notice.objects.exists()
    actions.hand_in(actor=by_link(made.token), delegation_id=made.delegation.public_id)
    actions.return_help(actor=officer, delegation_id=made.delegation.public_id, note="ขอตัวเลข")
    assert [row.kind for row in Notice.objects.all()] == ["help_handed_in"]


def test_what_is_offered_to_an_address_is_told_to_whoever_signs_in_with_it():
    draft = ApplicationFactory()
    officer, (person, helper) = officer_of(draft.centre), outsider()
    for address in ("nobody@example.go.th", person.user.email.upper()):
        given(draft, officer, "2.1", name="", email=address)
    assert [(row.kind, row.person) for row in Notice.objects.all()] == [("help_given", person)]
    ((_text, url),) = lines(helper)
    assert url == "/helping/"
