"""How long a call took here, beside the dates on a paper chain."""

import datetime
import uuid

import pytest

from saduak.correspondence.models import Delivery, Dispatch, Letter
from saduak.correspondence.paper import Took
from saduak.correspondence.queries import timesaved
from saduak.correspondence.queries.workdays import office_days
from saduak.foundation.models import Holiday
from saduak.programme.models import Stage
from tests.correspondence import factories_sending as f
from tests.organisations.factories import OrganisationFactory, actor_for
from tests.programme.factories import RoundFactory

pytestmark = pytest.mark.django_db
D = datetime.date


@pytest.fixture
def world(world):
    f.open_round(world)
    return world


@pytest.fixture
def reader(world):
    """Works for the ministry, which issued the call and holds the bundle."""
    return world.clerk(world.ministry)


def call(world, **values) -> Dispatch:
    return f.sent_letter(
        world, f.targets_of([world.province, world.department]), issuer=world.ministry, **values
    )


def bundle(world, hops=f.PAPER_2564, window=("2021-01-01", "2021-02-28"), **values) -> Letter:
    return f.letter_of(
        world,
        world.province,
        world.ministry,
        for_issuer=False,
        reading=f.paper_bundle(*hops, window=window),
        **{"origin": "loaded", "round": None, "dated": D(2021, 1, 19), **values},
    )


def test_a_round_without_anything_to_show(world, reader):
    page = timesaved.time_saved(reader, world.round)
    assert (page.call, page.levels, page.chain, page.chains) == (None, [], None, [])
    assert (page.begun_on, page.compared, page.saved_days, page.window_gone) == (None, None, None, 0)
    assert page.window == (D(2027, 1, 1), D(2027, 2, 28))
    assert page.rough


def test_when_the_first_half_and_the_last_of_a_level_had_it(world, reader):
    sent = call(world)
    rows = [f.at(sent, world.province), f.at(sent, world.department)]
    third = f.sent_letter(
        world, f.targets_of(world.districts), issuer=world.province, forwards=rows[0]
    ).deliveries.order_by("path")
    for days, row in enumerate(third):
        Delivery.objects.filter(pk=row.pk).update(delivered_at=f.NOW + days * 4 * f.DAY)
    page = timesaved.time_saved(reader, world.round)
    assert (page.call, page.begun_on) == (sent, D(2027, 2, 4))
    first, second = page.levels
    assert (first.hops, first.offices, first.kinds) == (1, 2, (("department", 1), ("province", 1)))
    assert first.half == Took(0, 0)
    assert (second.hops, second.offices, second.kinds) == (2, 3, (("district", 3),))
    assert (second.first_on, second.half_on, second.last_on) == (D(2027, 2, 4), D(2027, 2, 8), D(2027, 2, 12))
    # Thursday to Monday, and to the Friday after.
    assert (second.half, second.last) == (Took(4, 2), Took(8, 6))
    # Nothing to compare with.
    assert (page.compared, page.saved_days) == (None, None)


def test_the_call_is_the_one_of_which_all_saw_a_copy_and_never_a_recalled_one(world, reader):
    earlier = call(world)
    wide = call(world, advance=True)
    assert timesaved.time_saved(reader, world.round).call == wide
    Dispatch.objects.filter(pk=wide.pk).update(state="recalled", recalled_at=f.NOW, recall_reason="ผิด")
    assert timesaved.time_saved(reader, world.round).call == earlier
    Delivery.objects.filter(dispatch=earlier).update(state="withdrawn", withdrawn_at=f.NOW)
    assert timesaved.time_saved(reader, world.round).levels == []


def test_a_letter_without_a_date_counts_from_its_sending(world, reader):
    # One that was brought in has a date; one that is not confirmed may have none.
    sent = call(world)
    Letter.objects.filter(pk=sent.letter_id).update(state="read", dated=None)
    page = timesaved.time_saved(reader, world.round)
    assert page.begun_on == D(2027, 2, 4)


def test_beside_the_paper_chain(world, reader):
    Holiday.objects.create(date=D(2020, 12, 31), name_th="สิ้นปี", source="ประกาศ", official=True)
    call(world)
    page = timesaved.time_saved(reader, world.round, chain_id="")
    assert not page.rough
    chain = bundle(world)
    page = timesaved.time_saved(reader, world.round)
    assert page.chain.letter == chain
    assert [hop.number for hop, _took in page.chain.rows] == [hop[1] for hop in reversed(f.PAPER_2564)]
    assert [took for _hop, took in page.chain.rows] == [None, Took(13, 8), Took(8, 6)]
    assert page.chain.total == Took(21, 14)
    # 18 of the 59 days of the window were gone when the province wrote to its districts.
    assert (page.chain.window, page.chain.window_gone) == ((D(2021, 1, 1), D(2021, 2, 28)), 18)
    assert (page.compared.hops, page.saved_days, page.window_gone) == (1, 21, 34)


def test_levels_are_compared_after_as_many_hops_as_on_paper(world, reader):
    bundle(world, hops=f.PAPER_2564[:2])
    sent = call(world)
    row = f.at(sent, world.province)
    second = f.sent_letter(world, f.targets_of(world.districts), issuer=world.province, forwards=row)
    f.to_locals(world, 0, f.at(second, world.districts[0]))
    page = timesaved.time_saved(reader, world.round)
    assert len(page.levels) == 3
    assert page.compared.hops == 2
    # On paper eight days from the department's letter to the province's.
    assert page.saved_days == 8


def test_one_who_sees_only_what_is_further_down_compares_that(world):
    sent = call(world)
    second = f.sent_letter(
        world, f.targets_of(world.districts), issuer=world.province, forwards=f.at(sent, world.province)
    )
    f.to_locals(world, 0, f.at(second, world.districts[0]))
    seen = {}
    for office in (world.districts[0], world.locals[0][0]):
        letter = bundle(world, hops=f.PAPER_2564[:2], number=f"ทส {office.pk}")
        Letter.objects.filter(pk=letter.pk).update(holder=office)
        page = timesaved.time_saved(world.clerk(office), world.round)
        assert page.call == sent
        seen[office.kind] = [(level.hops, level.offices) for level in page.levels], page.compared.hops
    assert seen == {"district": ([(2, 1), (3, 2)], 2), "local_government": ([(3, 1)], 3)}
    # A call that is secret stays so, whoever got what came of it.
    Letter.objects.filter(pk=sent.letter_id).update(page_token=None, secrecy="secret")
    assert timesaved.time_saved(world.clerk(world.districts[0]), world.round).call is None


def test_which_bundles_there_are_and_which_is_chosen(world, reader):
    longest = bundle(world)
    short = bundle(world, hops=f.PAPER_2564[:2], number="ทส 2", dated=D(2022, 1, 5), round=world.round)
    bundle(world, hops=f.PAPER_2564[:1], number="ทส 3")  # one letter is no chain
    bundle(world, number="ทส 4", origin="written")
    later = RoundFactory(programme=world.programme, fiscal_year=2571)
    bundle(world, number="ทส 5", round=later)
    page = timesaved.time_saved(reader, world.round)
    assert (page.chains, page.chain.letter) == ([short, longest], longest)
    asked = timesaved.time_saved(reader, world.round, chain_id=str(short.public_id))
    assert asked.chain.letter == short
    for strange in (str(uuid.uuid4()), "x"):
        assert timesaved.time_saved(reader, world.round, chain_id=strange).chain.letter == longest
    other = actor_for("clerk", OrganisationFactory())
    assert timesaved.time_saved(other, world.round).chains == []


def test_a_bundle_that_names_no_window(world, reader):
    bundle(world, window=None)
    page = timesaved.time_saved(reader, world.round)
    assert (page.chain.window, page.chain.window_gone) == (None, 0)


@pytest.mark.parametrize(
    ("on", "gone"),
    [
        (D(2026, 12, 30), 0),
        (D(2027, 1, 1), 0),
        (D(2027, 1, 11), 10),
        (D(2027, 2, 28), 58),
        (D(2027, 5, 1), 59),
    ],
)
def test_how_much_of_a_window_is_gone(on, gone):
    assert timesaved.days_gone((D(2027, 1, 1), D(2027, 2, 28)), on) == gone


def test_no_window_is_never_gone(world):
    assert timesaved.days_gone(None, D(2027, 1, 1)) == 0
    assert timesaved.window_of(None) is None
    Stage.objects.filter(round=world.round, key="application").delete()
    assert timesaved.window_of(world.round) is None


def test_days_are_rough_while_the_holidays_were_not_announced():
    assert office_days(D(2027, 1, 1)).rough
    Holiday.objects.create(date=D(2027, 1, 1), name_th="ปีใหม่", source="ประกาศ", official=True)
    known = office_days(D(2027, 1, 1))
    assert (known.holidays, known.rough) == ({D(2027, 1, 1)}, False)
    Holiday.objects.create(date=D(2027, 4, 13), name_th="สงกรานต์", source="ตัวอย่าง")
    assert office_days(D(2027, 1, 1)).rough


@pytest.mark.postgres
def test_the_page_costs_the_same_for_two_offices_and_for_six(world, reader, exactly):
    bundle(world)
    sent = call(world)
    with exactly(5):
        timesaved.time_saved(reader, world.round)
    f.sent_letter(
        world, f.targets_of(world.districts), issuer=world.province, forwards=f.at(sent, world.province)
    )
    bundle(world, number="ทส 9")
    with exactly(5):
        timesaved.time_saved(reader, world.round)
