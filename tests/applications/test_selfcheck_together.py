"""Two who hold one link of a self-check: what one wrote is not lost to what the other writes."""

import datetime

import pytest

from saduak.applications import actions
from saduak.applications.models import SelfCheck
from saduak.foundation.access import Actor, Conflict
from tests.applications.factories_selfcheck import answered, kept
from tests.programme.factories import MID_WINDOW, published_set

pytestmark = pytest.mark.django_db
BY = datetime.date(2027, 2, 20)
NOBODY = Actor.public(MID_WINDOW)


@pytest.fixture
def set_():
    return published_set()


def test_two_with_one_link_do_not_overwrite_each_other(set_):
    key, other = "c-f47b43", "c-93dc2d"
    first, second, nothing = actions.Planned("คนแรก", BY), actions.Planned("คนที่สอง"), actions.Planned()
    link = {"actor": NOBODY, "token": kept(set_, no=2).token}
    actions.plan_self_check(plan={key: first}, before={}, **link)
    with pytest.raises(Conflict) as clash:
        actions.plan_self_check(plan={other: second, key: second}, before={key: nothing}, **link)
    assert clash.value.code == "self-check-changed"
    row = SelfCheck.objects.get()
    assert (row.version, list(row.plan)) == (1, [key]), "all or nothing"
    row = actions.plan_self_check(plan={other: second, key: first}, before={}, **link)
    assert row.plan == {
        key: {"who": "คนแรก", "by": "2027-02-20"},
        other: {"who": "คนที่สอง", "by": ""},
    }, "another row, and the same words"
    row = actions.plan_self_check(plan={key: nothing}, before={key: first}, **link)
    assert list(row.plan) == [other]
    assert list(actions.plan_self_check(plan={key: nothing}, before={key: first}, **link).plan) == [other]


def test_two_who_answer_with_one_link_do_not_overwrite_each_other(set_):
    made = kept(set_, no=2, place="some")
    shown = made.check.answers | made.check.rest
    link = {"actor": NOBODY, "token": made.token}

    def answer(before, **said):
        return actions.answer_self_check(before=before, **answered(set_, **said), **link)

    # The first closes a gate; the second, with the page of before, answers a side and leaves the gates.
    answer(shown, no=1, place="some")
    row = answer(shown, no=2, place="some", service="little")
    assert [key for key, said in row.answers.items() if said == "no"] == ["c-f47b43"]
    assert row.rest == {"quality.place": "some", "quality.service": "little"}
    # The same side otherwise: what was answered stays until its writer has seen it.
    with pytest.raises(Conflict) as clash:
        answer(shown, no=2, place="some", service="most")
    assert clash.value.code == "self-check-changed"
    row = SelfCheck.objects.get()
    assert (row.version, row.rest["quality.service"]) == (2, "little"), "all or nothing"
    again = row.answers | row.rest
    assert answer(again, no=1, place="some", service="most").rest["quality.service"] == "most"
    # The same answer is no clash, and a side may be left out again.
    assert answer(shown, no=1, place="some", service="most").version == 4
    row = SelfCheck.objects.get()
    assert answer(row.answers | row.rest, no=1, service="most").rest == {"quality.service": "most"}
