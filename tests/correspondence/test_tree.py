"""Where a letter is: levels, kinds, branches, what is late, and the way from the top."""

import pytest

from saduak.correspondence.actions import outside, recalling
from saduak.correspondence.models import Delivery, Dispatch, Letter, Way
from saduak.correspondence.queries import tree
from saduak.foundation import clock
from tests.correspondence import factories_sending as f
from tests.organisations.factories import OrganisationFactory, actor_for

pytestmark = pytest.mark.django_db
SOON, GONE = f.NOW + 7 * f.DAY, f.NOW - f.DAY


@pytest.fixture
def sent(world):
    """The province's letter at three districts; the first passed it on, the second has received it."""
    dispatch = f.to_districts(world, forward_by=SOON)
    rows = [f.at(dispatch, office) for office in world.districts]
    below = f.to_locals(world, 0, rows[0], acknowledge_by=SOON)
    f.receive(rows[1], f.NOW + f.DAY, "31")
    f.receive(f.at(below, world.locals[0][0]))
    return dispatch


def brought_in(world) -> Delivery:
    """The ministry's letter, which came to the province's office on paper."""
    return Delivery.objects.create(
        letter=f.letter_of(world, world.ministry, world.office, origin="loaded"),
        organisation=world.office,
        state="received",
        received_at=f.NOW,
    )


def seen(rows) -> list[tuple[int, int, int, int]]:
    return [(level, tally.total, tally.received, tally.forwarded) for level, tally in rows]


def names(rows) -> list[str]:
    return [row.organisation.name_th for row in rows]


def test_levels_and_kinds_from_the_top(world, sent):
    clerk = world.clerk(world.office)
    node = tree.of_dispatch(sent)
    assert seen(tree.levels(clerk, node)) == [(1, 3, 2, 1), (2, 2, 1, 0)]
    assert [(level, kind, tally.total, tally.unread) for level, kind, tally in tree.kinds(clerk, node)] == [
        (1, "district", 3, 1),
        (2, "local_government", 2, 1),
    ]
    first = tree.levels(clerk, node)[0][1]
    assert (first.first_at, first.last_at, first.late, first.outside) == (f.NOW, f.NOW, 0, 0)


def test_kinds_of_one_level_stand_with_the_many_first(world):
    mixed = [*f.targets_of([world.locals[0][0]], Way.SUPERVISION), *f.targets_of(world.districts)]
    found = tree.kinds(world.clerk(world.office), tree.of_dispatch(f.sent_letter(world, mixed)))
    assert [(kind, tally.total) for _level, kind, tally in found] == [
        ("district", 3),
        ("local_government", 1),
    ]


def test_one_office_and_what_it_passed_on(world, sent):
    clerk = world.clerk(world.office)
    rows = {row.organisation_id: row for row in sent.deliveries.all()}
    node = tree.of_delivery(rows[world.districts[0].pk])
    assert seen(tree.levels(clerk, node)) == [(1, 2, 1, 0)]
    assert names(tree.children(clerk, node, view="all")) == ["เทศบาลตำบลทดสอบ1.2", "เทศบาลตำบลทดสอบ1.1"]
    assert tree.levels(clerk, tree.of_delivery(rows[world.districts[1].pk])) == []


def test_a_sending_further_down_is_its_own_part_of_the_tree(world, sent):
    first = f.at(sent, world.districts[0])
    again = f.to_locals(world, 0, first)
    node = tree.of_dispatch(Dispatch.objects.get(pk=again.pk))
    clerk = world.clerk(world.districts[0])
    assert seen(tree.levels(clerk, node)) == [(1, 2, 0, 0)]
    assert set(tree.beneath(again)) == set(again.deliveries.all())
    assert tree.beneath(sent).count() == 7


def test_what_came_on_paper_has_a_tree_of_all_its_sendings(world):
    paper = brought_in(world)
    clerk = world.clerk(world.office)
    assert tree.levels(clerk, tree.of_delivery(paper)) == []
    assert tree.branches(clerk, tree.of_delivery(paper), [paper]) == {}
    first = f.sent_letter(world, f.targets_of(world.districts[:2]), forwards=paper)
    second = f.sent_letter(world, f.targets_of(world.districts[2:]), forwards=paper)
    f.to_locals(world, 2, f.at(second, world.districts[2]))
    assert seen(tree.levels(clerk, tree.of_delivery(paper))) == [(1, 3, 1, 1), (2, 1, 0, 0)]
    # Each sending counts what came of itself alone.
    assert seen(tree.levels(clerk, tree.of_dispatch(first))) == [(1, 2, 0, 0)]
    assert seen(tree.levels(clerk, tree.of_dispatch(second))) == [(1, 1, 1, 1), (2, 1, 0, 0)]
    assert tree.above(paper) == [paper]


@pytest.mark.parametrize(
    ("asked", "done", "late"),
    [
        ({}, {}, False),
        ({"forward_by": SOON}, {}, False),
        ({"forward_by": GONE}, {}, True),
        ({"forward_by": GONE}, {"acknowledged_at": f.NOW}, True),
        ({"forward_by": GONE}, {"forwarded_at": f.NOW}, False),
        ({"acknowledge_by": GONE}, {}, True),
        ({"acknowledge_by": GONE}, {"acknowledged_at": f.NOW}, False),
        ({"acknowledge_by": GONE}, {"forwarded_at": f.NOW}, False),
        ({"forward_by": f.NOW}, {}, True),
    ],
)
def test_late_is_what_was_asked_and_not_done_in_time(world, asked, done, late):
    dispatch = f.to_districts(world, **asked)
    Delivery.objects.filter(dispatch=dispatch).update(**done)
    found = Delivery.objects.filter(tree.late_q(f.NOW), dispatch=dispatch).count()
    assert found == (3 if late else 0)


def test_nobody_is_late_with_what_was_called_back_or_replaced(world):
    dispatch = f.to_districts(world, forward_by=GONE)
    row = f.at(dispatch, world.districts[0])
    Delivery.objects.filter(pk=row.pk).update(state="withdrawn", withdrawn_at=f.NOW)
    clerk = world.clerk(world.office)
    assert tree.progress(clerk, [dispatch])[dispatch.pk] == tree.Tally(
        total=2, late=2, open=2, first_at=f.NOW, last_at=f.NOW
    )
    Letter.objects.filter(pk=dispatch.letter_id).update(superseded_by=f.letter_of(world, world.province))
    assert tree.progress(clerk, [dispatch])[dispatch.pk].late == 0
    assert names(tree.children(clerk, tree.of_dispatch(dispatch), view="late")) == []


def test_the_offices_below_those_with_most_left_to_do_first():
    """Five districts: late, unread, received, acknowledged and outside, passed on."""
    with clock.travel(f.NOW):
        made = f.country(districts=5)
        paper = brought_in(made)
        late = f.sent_letter(made, f.targets_of(made.districts[:1]), forwards=paper, forward_by=GONE)
        soon = f.sent_letter(made, f.targets_of(made.districts[1:]), forwards=paper, forward_by=SOON)
        f.receive(f.at(soon, made.districts[2]))
        Delivery.objects.filter(pk=f.at(soon, made.districts[3]).pk).update(
            state="acknowledged", received_at=f.NOW, acknowledged_at=f.NOW, outside="line"
        )
        f.to_locals(made, 4, f.at(soon, made.districts[4]))
        clerk, node = made.clerk(made.office), tree.of_delivery(paper)
        numbers = {
            view: [row.organisation.name_th[-1] for row in tree.children(clerk, node, view=view)]
            for view in tree.VIEWS
        }
        assert numbers == {
            "open": ["1", "2", "3", "4"],
            "all": ["1", "2", "3", "4", "5"],
            "late": ["1"],
            "unread": ["1", "2"],
            "done": ["5"],
        }
        assert [row.standing for row in tree.children(clerk, node, view="all")] == [0, 1, 2, 2, 3]
        assert tree.levels(clerk, node)[0][1].outside == 1
        assert {row.dispatch_id for row in tree.children(clerk, node, view="late")} == {late.pk}


def test_asked_to_acknowledge_only(world):
    dispatch = f.to_districts(world, acknowledge_by=SOON)
    first, second, third = (f.at(dispatch, office) for office in world.districts)
    f.receive(first)
    Delivery.objects.filter(pk=second.pk).update(
        state="acknowledged", received_at=f.NOW, acknowledged_at=f.NOW
    )
    clerk, node = world.clerk(world.office), tree.of_dispatch(dispatch)
    assert set(tree.children(clerk, node, view="open")) == {first, third}
    assert list(tree.children(clerk, node, view="done")) == [second]


def test_asked_for_nothing_receiving_is_all_there_is_to_do(world):
    dispatch = f.to_districts(world)
    first = f.receive(f.at(dispatch, world.districts[0]))
    clerk, node = world.clerk(world.office), tree.of_dispatch(dispatch)
    assert list(tree.children(clerk, node, view="done")) == [first]
    assert tree.children(clerk, node).count() == 2


def test_how_far_those_beneath_each_office_are(world, sent):
    clerk, node = world.clerk(world.office), tree.of_dispatch(sent)
    rows = list(tree.children(clerk, node, view="all"))
    found = tree.branches(clerk, node, rows)
    first = f.at(sent, world.districts[0])
    assert {pk: (tally.total, tally.received) for pk, tally in found.items()} == {first.pk: (2, 1)}


def test_the_way_from_the_top(world, sent):
    first = f.at(sent, world.districts[0])
    town = Delivery.objects.get(organisation=world.locals[0][0])
    assert [row.organisation for row in tree.above(town)] == [world.districts[0], world.locals[0][0]]
    assert tree.above(first) == [first]
    passed = tree.forwards_of(tree.above(town))
    assert {pk: row.forwards_id for pk, row in passed.items()} == {first.pk: first.pk}


def test_the_first_sending_that_stands_is_the_one_that_passed_it_on(world, sent):
    first = f.at(sent, world.districts[0])
    again = f.to_locals(world, 0, first)
    earlier = Dispatch.objects.filter(forwards=first).order_by("pk").first()
    assert tree.forwards_of([first])[first.pk] == earlier
    Dispatch.objects.filter(pk=earlier.pk).update(state="recalled", recalled_at=f.NOW, recall_reason="ผิดฉบับ")
    assert tree.forwards_of([first])[first.pk] == again


def test_from_how_many_offices_a_sending_was_called_back(world, sent):
    dispatch = f.to_districts(world)
    assert tree.withdrawn(None) == 0
    assert tree.withdrawn(dispatch) == 0
    recalled = recalling.recall(
        actor=world.clerk(world.office), dispatch_id=dispatch.public_id, reason="แนบผิดฉบับ"
    )
    assert tree.withdrawn(recalled) == 3


def test_the_last_call_about_each(world, sent):
    clerk = world.clerk(world.office)
    rows = list(sent.deliveries.all())
    for outcome in ("no_answer", "promised"):
        outside.log_contact(actor=clerk, delivery_id=rows[0].public_id, outcome=outcome)
    found = tree.last_contacts(clerk, rows)
    assert {pk: row.outcome for pk, row in found.items()} == {rows[0].pk: "promised"}
    # The office that was called does not see it.
    assert tree.last_contacts(world.clerk(rows[0].organisation), rows) == {}


def test_several_counts_together():
    one = tree.Tally(total=3, received=1, late=1, open=2, first_at=f.NOW)
    assert tree.Tally.of([one, tree.Tally(total=2, received=2, forwarded=1)]) == tree.Tally(
        total=5, received=3, forwarded=1, late=1, open=2
    )
    assert tree.Tally.of([]) == tree.Tally()


def test_nobody_counts_what_they_may_not_see(world, sent):
    node = tree.of_dispatch(sent)
    second = world.clerk(world.districts[1])
    assert seen(tree.levels(second, node)) == [(1, 1, 1, 0)]
    stranger = actor_for("clerk", OrganisationFactory(kind="district"))
    assert tree.levels(stranger, node) == []
    assert tree.progress(stranger, [sent]) == {}
    # Who passed it on sees what came of it, and not its sisters.
    assert seen(tree.levels(world.clerk(world.districts[0]), node)) == [(1, 1, 1, 1), (2, 2, 1, 0)]


@pytest.mark.postgres
def test_counting_costs_the_same_for_one_office_and_for_three(world, exactly):
    clerk = world.clerk(world.office)
    for offices in (world.districts[:1], world.districts):
        dispatch = f.sent_letter(world, f.targets_of(offices), forward_by=SOON)
        row = f.at(dispatch, offices[0])
        f.to_locals(world, 0, row)
        node, place = tree.of_dispatch(dispatch), tree.of_delivery(row)
        with exactly(9):
            tree.last_contacts(clerk, [row])
            tree.levels(clerk, node)
            tree.kinds(clerk, node)
            rows = list(tree.children(clerk, node, view="all"))
            tree.branches(clerk, node, rows)
            tree.levels(clerk, place)
            tree.above(row)
            tree.forwards_of(rows)
            tree.progress(clerk, [dispatch])
