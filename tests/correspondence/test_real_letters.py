"""The two real letters, from the file to the offices they concern."""

import dataclasses

import pytest

from saduak.correspondence import actions, inputs, queries
from saduak.correspondence.models import DutyRecipient, Letter
from saduak.foundation import clock
from saduak.organisations import seeds
from saduak.organisations.models import Area, Organisation, OrganisationName, Programme, Relation, TreePath
from saduak.organisations.queries import by_code
from saduak.outreach.models import Briefing, Notice
from saduak.programme.models import InternalDeadline, Round
from saduak.programme.queries import effective_deadlines
from tests.correspondence import factories as f
from tests.organisations.factories import actor_for, seeded_alone
from tests.programme.factories import RoundFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def country(django_db_setup, django_db_blocker):
    """All offices of the country, once for this module."""
    with django_db_blocker.unblock():
        with seeded_alone():
            seeds.seed(samples=True)
        yield
        for model in (TreePath, Relation, OrganisationName, Programme, Organisation):
            model.objects.all().delete()
        for kind in ("subdistrict", "district", "province"):
            Area.objects.filter(kind=kind).delete()


def districts(province):
    return set(
        Organisation.objects.filter(code__startswith=f"district:{province}").values_list("code", flat=True)
    )


def reached(letter):
    rows = DutyRecipient.objects.filter(duty__letter=letter).values_list("organisation__code", flat=True)
    return set(rows)


def test_the_clerk_of_the_province_reaches_its_districts_and_nobody_else(country):
    data = f.real("mukdahan-2565.txt")
    with clock.travel(f.IN_2566):
        row = RoundFactory(programme=Programme.objects.get(code="gecc"), fiscal_year=2566, days=f.DAYS_2566)
        clerk = actor_for("clerk", by_code("provincial-admin:49"))
        letter = f.confirmed(clerk, by_code("provincial-admin:49"), data)
        assert (letter.issuer.code, letter.for_issuer, letter.round) == ("province:49", True, row)
        assert reached(letter) == districts(49) | {"provincial-admin:49"}
        assert len(districts(49)) == 7
        forces = set(DutyRecipient.objects.filter(duty__letter=letter).values_list("force", flat=True))
        assert forces == {"order"}
        # The internal deadline counts for a district of the province, and for no other.
        mine = effective_deadlines(row, by_code("district:4901"))
        assert [(d.kind, d.owner.code, d.source_letter) for d in mine.internal] == [
            ("submit", "province:49", letter.public_id)
        ]
        assert mine.submit.due_at.astimezone(clock.BANGKOK).isoformat() == "2023-02-16T00:00:00+07:00"
        assert effective_deadlines(row, by_code("district:6501")).internal == ()
        # The briefing with its agenda, for those with duties.
        briefing = Briefing.objects.get()
        assert (briefing.host.code, briefing.letter, briefing.items.count()) == ("province:49", letter, 7)
        assert briefing.starts_at.astimezone(clock.BANGKOK).isoformat() == "2022-12-19T08:30:00+07:00"
        inside, outside = (actor_for("officer", by_code(f"district:{n}")) for n in ("4901", "6501"))
        assert [t.kind for t in queries.todos(inside)] == ["acknowledge"] * 4
        assert queries.todos(outside) == []
        assert Briefing.objects.visible_to(inside).count() == 1
        assert not Briefing.objects.visible_to(outside).exists()
        assert Letter.objects.visible_to(inside).count() == 1
        assert not Letter.objects.visible_to(outside).exists()
        # It opened nothing and moved nothing.
        assert Round.objects.count() == 1


def test_a_district_that_loads_the_same_letter_binds_only_itself(country):
    data = f.real("mukdahan-2565.txt")
    with clock.travel(f.IN_2566):
        RoundFactory(programme=Programme.objects.get(code="gecc"), fiscal_year=2566, days=f.DAYS_2566)
        office = by_code("district:4902")
        letter = f.confirmed(actor_for("clerk", office), office, data)
        assert (letter.for_issuer, letter.meeting) == (False, {})
        assert reached(letter) == {"district:4902"}
        assert DutyRecipient.objects.filter(force="order").count() == 4
        assert not InternalDeadline.objects.exists()
        assert not Briefing.objects.exists()


def test_the_bundle_invites_and_asks_local_governments_but_never_orders_them(country):
    data = f.real("phitsanulok-2564.txt")
    with clock.travel(f.IN_2564):
        row = RoundFactory(programme=Programme.objects.get(code="gecc"), fiscal_year=2564, days=f.DAYS_2564)
        office = by_code("local-admin:65")
        clerk = actor_for("clerk", office)
        letter = f.loaded(clerk, office, data)
        page = queries.letter_page(clerk, letter)
        assert [d.resolved.label for d in page.duties] == [
            "องค์กรปกครองส่วนท้องถิ่น 5 แห่ง",
            "องค์กรปกครองส่วนท้องถิ่น 5 แห่ง",
            "9 อำเภอ",
        ]
        assert page.duties[1].resolved.condition.startswith("ที่ผ่านการรับรอง")
        actions.confirm(actor=clerk, letter_id=letter.public_id, confirmation=f.as_read(clerk, letter))
        letter.refresh_from_db()
        assert letter.round == row
        by_force = {
            force: set(
                DutyRecipient.objects.filter(duty__letter=letter, force=force).values_list(
                    "organisation__kind", flat=True
                )
            )
            for force in ("order", "request", "invite")
        }
        assert by_force == {
            "order": {"district"},
            "request": {"local_government"},
            "invite": {"local_government"},
        }
        assert [x.code for x in page.findings if x.document] == [
            "reference-mismatch",
            "receipt-before-letter",
        ]


def test_a_duty_for_every_district_of_the_country_is_written_in_bulk(country, django_assert_max_num_queries):
    """878 offices cost a handful of bulk inserts (a statement takes about a hundred rows on SQLite), nothing a row."""
    with clock.travel(f.IN_2566):
        RoundFactory(programme=Programme.objects.get(code="gecc"), fiscal_year=2566, days=f.DAYS_2566)
        office = by_code("moi")
        clerk = actor_for("clerk", office)
        letter = f.loaded(clerk, office)
        duty = inputs.DutyInput("นายอำเภอ ทุกอำเภอ", "แจ้งหน่วยงานในพื้นที่", None, "order", 878)
        first = f.as_read(clerk, letter)
        said = dataclasses.replace(
            first, head=dataclasses.replace(first.head, issuer=office), duties=(duty,), deadlines=()
        )
        with django_assert_max_num_queries(60):
            actions.confirm(actor=clerk, letter_id=letter.public_id, confirmation=said)
        assert reached(letter) == set(
            Organisation.objects.filter(kind="district").values_list("code", flat=True)
        )
        assert Notice.objects.filter(kind="letter_duties").count() == 878
