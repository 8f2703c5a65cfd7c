"""The chain of 2564 once more, through the system: the dates and numbers of the real letters, hop by hop.

From the Prime Minister's Office to the ministry, its departments, 76 provinces by the offices that own the matter, the
districts of Phitsanulok, and the local governments: those in the districts and those that the province wrote to directly.
"""

import datetime
from dataclasses import dataclass, field

import pytest

from saduak.correspondence.actions import issuing, receiving
from saduak.correspondence.actions.drafting import create_draft, save_draft
from saduak.correspondence.inputs import Numbering
from saduak.correspondence.models import Delivery, Dispatch, Letter
from saduak.correspondence.queries import deliveries, timesaved, tree
from saduak.foundation import clock, jobs
from saduak.foundation.thai import calendar
from saduak.organisations.models import Organisation, Programme
from saduak.organisations.seeds import seed
from saduak.programme.models import Round
from tests.correspondence import factories as old
from tests.correspondence.factories_drafts import COMPLETE
from tests.organisations.factories import actor_for
from tests.programme.factories import RoundFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SCAN = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"
SUBJECT = "ขอเชิญสมัครเพื่อขอรับการรับรองมาตรฐานการให้บริการของศูนย์ราชการสะดวก (GECC) ประจำปี พ.ศ. 2564"
DIRECT = "นายกองค์การบริหารส่วนจังหวัดพิษณุโลก\nนายกเทศมนตรีนครพิษณุโลก\nนายกเทศมนตรีเมืองอรัญญิก"


def on(day: int, month: int, year: int, hour: int = 9) -> datetime.datetime:
    """A moment in Bangkok, the year as people write it."""
    return datetime.datetime(year - 543, month, day, hour, tzinfo=clock.BANGKOK)


@dataclass
class Country:
    """The seeded country, and who works where."""

    programme: Programme
    round: Round
    clerks: dict[int, int] = field(default_factory=dict)

    def office(self, code: str) -> Organisation:
        found: Organisation = Organisation.objects.get(code=code)
        return found


@pytest.fixture
def country():
    with clock.travel(on(20, 12, 2563)):
        seed(samples=True)
        programme = Programme.objects.get(code="gecc")
        yield Country(programme, RoundFactory(programme=programme, fiscal_year=2564, days=old.DAYS_2564))


def send(
    country, code: str, name_of: str, number: str, recipients: str, *, kind="external", came=None, **values
) -> Dispatch:
    """An office writes, somebody signs on paper, and it goes out today."""
    office, issuer = country.office(code), country.office(name_of)
    # Whoever calls in the programme's name lets every office see it in advance.
    actor = actor_for("secretariat" if values.get("advance") else "clerk", office)
    draft = create_draft(
        actor=actor,
        office_id=office.public_id,
        issuer_id=issuer.public_id,
        programme_id=country.programme.public_id,
        round_id=country.round.public_id,
        kind=kind,
        forwards=came and came.public_id,
    )
    typed = COMPLETE | {
        "kind": kind,
        "subject": SUBJECT,
        "recipients": recipients,
        "is_circular": True,
        "references": "",
    }
    save_draft(actor=actor, draft_id=draft.public_id, values=typed | values, version=draft.version)
    issuing.attach_signed(actor=actor, draft_id=draft.public_id, file=SCAN, name="scan.pdf")
    letter = issuing.issue(actor=actor, draft_id=draft.public_id, numbering=Numbering(clock.today(), number))
    jobs.run_pending()
    found: Dispatch = Dispatch.objects.get(letter=letter)
    return found


def came_to(country, code: str, dispatch: Dispatch) -> Delivery:
    found: Delivery = Delivery.objects.get(dispatch=dispatch, organisation=country.office(code))
    return found


def receive(country, code: str, row: Delivery, number: str) -> Delivery:
    actor = actor_for("clerk", country.office(code))
    return receiving.receive(actor=actor, delivery_id=row.public_id, receipt_number=number)


@pytest.fixture
def call(country):
    """The programme's call; its real date is not known."""
    with clock.travel(on(24, 12, 2563)):
        return send(country, "psc", "psc", "นร 0105/ว 7", "ปลัดกระทรวง ทุกกระทรวง", advance=True)


@pytest.fixture
def chain(country, call):
    """Everything that happened until the 19th of January 2564."""
    with clock.travel(on(28, 12, 2563)):
        at_ministry = receive(country, "moi", came_to(country, "moi", call), "9911")
    with clock.travel(on(29, 12, 2563)):
        memo = send(
            country,
            "moi",
            "moi",
            "มท 0218/ว 3366",
            "หัวหน้าส่วนราชการระดับกรม และหัวหน้าหน่วยงานรัฐวิสาหกิจในสังกัดกระทรวงมหาดไทย",
            kind="memo",
            came=at_ministry,
            forward_by=datetime.date(2021, 1, 8),
        )
        at_department = receive(country, "dla", came_to(country, "dla", memo), "67230")
    with clock.travel(on(11, 1, 2564)):
        circular = send(
            country,
            "dla",
            "dla",
            "มท 0810.7/ว 51",
            "ผู้ว่าราชการจังหวัด ทุกจังหวัด",
            came=at_department,
            forward_by=datetime.date(2021, 1, 20),
        )
    with clock.travel(on(13, 1, 2564)):
        at_province = receive(country, "local-admin:65", came_to(country, "province:65", circular), "544")
    with clock.travel(on(19, 1, 2564)):
        order = send(
            country,
            "local-admin:65",
            "province:65",
            "พล 0023.3/ว 553",
            f"นายอำเภอ ทุกอำเภอ\n{DIRECT}",
            came=at_province,
            forward_by=datetime.date(2021, 1, 26),
            deadlines=[{"due": "2021-02-19", "kind": "check"}],
        )
    return {"call": call, "memo": memo, "circular": circular, "order": order}


def passed_on(country, order: Dispatch) -> Dispatch:
    """The town district receives on the 20th and passes it on to its local governments on the 22nd."""
    with clock.travel(on(20, 1, 2564)):
        row = receive(country, "district:6501", came_to(country, "district:6501", order), "71")
    with clock.travel(on(22, 1, 2564)):
        return send(
            country,
            "district:6501",
            "district:6501",
            "พล 0118/ว 18",
            "องค์กรปกครองส่วนท้องถิ่นในเขตพื้นที่",
            came=row,
            acknowledge_by=datetime.date(2021, 1, 29),
        )


def test_each_hop_has_its_number_its_receipt_and_its_deadline(country, chain):
    last = passed_on(country, chain["order"])
    district = came_to(country, "district:6501", chain["order"])
    hops = tree.above(district)
    told = [
        (
            row.organisation.code,
            row.dispatch.letter.number,
            row.receipt_number,
            calendar.bangkok_date(row.received_at).isoformat(),
        )
        for row in hops
    ]
    assert told == [
        ("moi", "นร 0105/ว 7", "9911", "2020-12-28"),
        ("dla", "มท 0218/ว 3366", "67230", "2020-12-29"),
        ("province:65", "มท 0810.7/ว 51", "544", "2021-01-13"),
        ("district:6501", "พล 0023.3/ว 553", "71", "2021-01-20"),
    ]
    assert [row.path for row in hops] == [district.path[: 6 * n] for n in (1, 2, 3, 4)]
    assert last.root == chain["call"]


def test_the_tree_tells_the_story(country, chain):
    passed_on(country, chain["order"])
    with clock.travel(on(27, 1, 2564)):
        actor = actor_for("supervisor", country.office("psc"))
        call = deliveries.dispatch(actor, chain["call"].public_id)
        node = tree.of_dispatch(call)
        levels = dict(tree.levels(actor, node))
        assert levels[3].total == 76
        assert levels[3].received == 1
        assert levels[4].total == 9 + 3
        assert (levels[4].received, levels[4].forwarded) == (1, 1)
        assert levels[5].total > 0
        province = came_to(country, "province:65", chain["circular"])
        clerk = actor_for("clerk", country.office("local-admin:65"))
        here = tree.of_delivery(province)
        rows = list(tree.children(clerk, here, view="all"))
        assert len(rows) == 12
        late = list(tree.children(clerk, here, view="late"))
        assert len(late) == 8 + 3
        assert came_to(country, "district:6501", chain["order"]) not in late


def test_every_office_could_begin_on_the_day_of_the_call(country, call):
    """The order of the province came on the 19th of January; the advance copy was there on the 24th of December."""
    with clock.travel(on(24, 12, 2563, hour=10)):
        for code in ("district:6503", "local-admin:65", "district:4901"):
            clerk = actor_for("clerk", country.office(code))
            assert [row.number for row in deliveries.advance_copies(clerk)] == ["นร 0105/ว 7"]


def test_the_advance_copy_gives_way_to_the_order(country, chain):
    with clock.travel(on(21, 1, 2564)):
        told = actor_for("clerk", country.office("district:6503"))
        assert list(deliveries.advance_copies(told)) == []
        waits = actor_for("clerk", country.office("district:4901"))
        assert [row.number for row in deliveries.advance_copies(waits)] == ["นร 0105/ว 7"]


def test_the_time_is_compared_with_the_paper_chain(country, chain):
    passed_on(country, chain["order"])
    paper = old.real("phitsanulok-2564.txt")
    with clock.travel(on(26, 1, 2564)):
        clerk = actor_for("clerk", country.office("local-admin:65"))
        loaded = old.loaded(clerk, country.office("local-admin:65"), data=paper)
        Letter.objects.filter(pk=loaded.pk).update(
            state="confirmed",
            dated=datetime.date(2021, 1, 19),
            issuer=country.office("province:65"),
            confirmed_at=clock.now(),
        )
        page = timesaved.time_saved(clerk, country.round)
        assert page.chain is not None
        assert [hop.dated.isoformat() for hop in page.chain.hops] == [
            "2020-12-29",
            "2021-01-11",
            "2021-01-19",
        ]
        assert [took.calendar_days for took in page.chain.took] == [13, 8]
        assert (page.chain.total.calendar_days, page.chain.window_gone) == (21, 18)
        secretariat = actor_for("supervisor", country.office("psc"))
        ours = timesaved.time_saved(secretariat, country.round)
        reached = [(level.hops, level.offices) for level in ours.levels]
        assert reached == [(1, 2), (2, 5), (3, 76), (4, 12), (5, 2)]
        assert [level.half.calendar_days for level in ours.levels] == [0, 5, 18, 26, 29]
