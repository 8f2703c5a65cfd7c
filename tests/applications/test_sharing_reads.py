"""What the pages of shared libraries read: lists with their counts, who uses what, what a centre is offered."""

import pytest

from saduak.applications import actions, queries
from saduak.organisations.models import Organisation
from tests.applications.factories import answer
from tests.applications.factories_sharing import TEXT, key_of, published, use
from tests.organisations.factories import OrganisationFactory, ProgrammeFactory, actor_for, relate
from tests.programme.factories import MID_WINDOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def gate(draft):
    return answer(draft, "3", "physical")


@pytest.mark.parametrize("many", [1, 3])
def test_a_library_with_its_counts_in_two_queries(draft, gate, hq, item, land, people, exactly, many):
    use(people.officer, gate, item)
    for n in range(1, many):
        published(hq, land.department, land.round, caption=f"แผน {n}", criteria=[key_of(land.round, "1.4")])
    set_ = queries.newest_contents(land.programme)
    with exactly(2):
        rows = queries.shared_library(hq, land.department, set_)
    assert len(rows) == many
    assert (rows[0].item, rows[0].item.uses, rows[0].item.centres) == (item, 1, 1)
    assert [each.number for each in rows[0].criteria] == ["3"]
    if many == 3:
        assert [row.item.caption for row in rows[1:]] == ["แผน 1", "แผน 2"]
        assert rows[1].item.uses == 0


def test_a_library_is_narrowed_and_hides_what_is_retired(hq, item, land):
    gone = published(hq, land.department, land.round, caption="ฉบับเก่า")
    actions.retire_shared(actor=hq, item_id=gone.public_id)
    set_ = queries.newest_contents(land.programme)

    def names(**more):
        return [row.item for row in queries.shared_library(hq, land.department, set_, **more)]

    assert names() == [item]
    assert names(state="retired") == [gone]
    assert names(criterion=key_of(land.round, "3", "physical")) == [item]
    assert names(criterion=key_of(land.round, "1.4")) == []


def test_criteria_that_are_no_more_are_counted_alone(hq, item, land):
    item.criteria.update(key="gone")
    row = queries.shared_library(hq, land.department, queries.newest_contents(land.programme))[0]
    assert (row.criteria, row.others) == ((), 1)
    assert row.place[0] == 10_000
    item.programme = ProgrammeFactory()
    assert queries.newest_contents(item.programme) is None
    assert queries.shared_page(hq, item).row.others == 1


def test_an_items_page_names_those_whom_the_reader_sees(draft, gate, hq, item, land, people):
    use(people.officer, gate, item)
    page = queries.shared_page(hq, item)
    assert (page.row.item.uses, page.row.item.centres, page.users, page.may_share) == (1, 1, (), True)
    above = actor_for("supervisor", land.department, reach="line", received_at=MID_WINDOW)
    page = queries.shared_page(above, item)
    assert [(row.centre, row.office, row.uses) for row in page.users] == [
        (land.centre.name_th, land.district.name_th, 1)
    ]
    begun = actions.renew_shared(actor=hq, item_id=item.public_id)
    assert queries.shared_page(hq, item).following == begun
    branch = queries.shared_page(people.officer, item)
    assert (branch.following, branch.users, branch.may_share) == (None, (), False)
    actions.withdraw(actor=people.officer, application_id=draft.public_id, reason="ยังไม่พร้อม")
    assert queries.shared_page(above, item).users == ()


@pytest.mark.parametrize("many", [1, 3])
def test_what_a_centre_is_offered_for_a_criterion(gate, hq, item, land, people, exactly, many):
    for n in range(1, many):
        published(hq, land.department, land.round, caption=f"แผน {n}", text=TEXT)
    published(hq, land.department, land.round, caption="ข้ออื่น", criteria=[key_of(land.round, "1.4")])
    page = queries.criterion_page(people.officer, gate.public_id)
    with exactly(1):
        offers = queries.offers_for(people.officer, page)
    assert {(o.item.caption, o.used, o.renews, o.has_text) for o in offers} == {
        ("คู่มือมาตรฐานการให้บริการ", False, False, False),
        *((f"แผน {n}", False, False, True) for n in range(1, many)),
    }
    use(people.officer, gate, item)
    assert [o.used for o in queries.offers_for(people.officer, page) if o.item == item] == [True]
    following = actions.renew_shared(actor=hq, item_id=item.public_id)
    actions.publish_shared(actor=hq, item_id=following.public_id)
    offer = next(o for o in queries.offers_for(people.officer, page) if o.item == following)
    assert (offer.used, offer.renews) == (False, True)


def test_a_criterion_is_offered_what_was_for_those_that_it_replaces(gate, hq, item, land, people):
    page = queries.criterion_page(people.officer, gate.public_id)
    item.criteria.update(key="old-gate")
    assert queries.offers_for(people.officer, page) == ()
    page.criterion.replaces = ["old-gate"]
    try:
        assert [o.item for o in queries.offers_for(people.officer, page)] == [item]
    finally:
        page.criterion.replaces = []


def test_programmes_with_criteria_are_to_choose_from(hq, land):
    assert queries.shared_programmes(hq) == [land.programme]


def test_an_office_below_two_headquarters_is_offered_both(gate, hq, item, land, people):
    ministry = OrganisationFactory(kind="ministry", name_th="กระทรวงมหาดไทย")
    relate(land.department, ministry)
    of_ministry = published(actor_for("head", ministry, received_at=MID_WINDOW), ministry, land.round)
    page = queries.criterion_page(people.officer, gate.public_id)
    assert {o.item for o in queries.offers_for(people.officer, page)} == {item, of_ministry}
    assert Organisation.objects.filter(shared_items__isnull=False).distinct().count() == 2
