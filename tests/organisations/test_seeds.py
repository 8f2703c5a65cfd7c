"""The country: counts, relations, and that a second run changes nothing."""

import csv
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from saduak.foundation.access import Actor
from saduak.organisations import geography, seeds
from saduak.organisations.models import Area, Organisation, OrganisationName, Programme, Relation, TreePath
from saduak.organisations.queries import by_code, centres_of, search_areas, search_organisations, under_q
from saduak.organisations.queries.reach import reach_q
from tests.organisations.factories import ServiceCentreFactory, actor_for, seeded_alone

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
PUBLIC = Actor.public()


@pytest.fixture(scope="module")
def country(django_db_setup, django_db_blocker):
    """The seeded country, once for this module; each test rolls back only its own rows."""
    with django_db_blocker.unblock():
        with seeded_alone():
            first = seeds.seed(samples=True)
        yield first
        for model in (TreePath, Relation, OrganisationName, Programme, Organisation):
            model.objects.all().delete()
        for kind in ("subdistrict", "district", "province"):
            Area.objects.filter(kind=kind).delete()


@pytest.mark.only_postgres
def test_the_planner_knows_how_large_the_tables_are(country):
    with connection.cursor() as cursor:
        for table in seeds.TABLES:
            cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [table._meta.db_table])
            assert cursor.fetchone() == (table.objects.count(),)


def test_counts_are_those_of_the_country(country):
    assert {kind: Area.objects.filter(kind=kind).count() for kind in Area.Kind.values} == {
        "province": 77,
        "district": 928,
        "subdistrict": 7436,
    }
    kinds = {kind: Organisation.objects.filter(kind=kind).count() for kind in Organisation.Kind.values}
    assert (kinds["province"], kinds["provincial_office"], kinds["district"]) == (76, 152, 878)
    assert kinds["special"] == 52
    assert Organisation.objects.filter(code__startswith="bangkok-district:").count() == 50
    assert country.areas == 8441
    assert Programme.objects.get().host.code == "psc"


def test_a_second_seed_changes_nothing_and_keeps_what_people_changed(country):
    organisation = by_code("district:4901")
    organisation.phone = "0 4261 0000"
    organisation.save(update_fields=["phone"])
    before = (set(Relation.objects.values_list("pk")), set(TreePath.objects.values_list("pk")))
    again = seeds.seed(samples=True)
    assert (again.added, again.organisations) == (0, country.organisations)
    assert (set(Relation.objects.values_list("pk")), set(TreePath.objects.values_list("pk"))) == before
    assert by_code("district:4901").phone == "0 4261 0000"


def test_the_chain_of_the_two_letters(country):
    """From the secretariat's office down to a district, and to the local governments that the letter names."""
    office = by_code("provincial-admin:49")
    assert (office.unit_number, office.letter_code) == ("0018", "มห")
    assert {row.code for row in Organisation.objects.filter(under_q(by_code("province:49"), field="pk"))} == {
        "province:49",
        "provincial-admin:49",
        "local-admin:49",
        *(f"district:49{n:02d}" for n in range(1, 8)),
    }
    assert Organisation.objects.filter(under_q(by_code("dopa"), field="pk"), kind="district").count() == 878
    supervised = Organisation.objects.filter(under_q(by_code("province:65"), "supervision", "pk"))
    assert {"local:pao:65", "local:phitsanulok-city", "local:aranyik-town"} <= {
        row.code for row in supervised
    }
    assert not Organisation.objects.filter(
        under_q(by_code("province:65"), field="pk"), kind="local_government"
    ).exists()


def test_the_department_sees_the_status_of_local_governments_through_its_offices(country):
    actor = actor_for("supervisor", by_code("dla"), reach="supervision")
    seen = Organisation.objects.filter(
        reach_q(actor, "organisations.see_status", "pk"), kind="local_government"
    )
    assert seen.count() == Organisation.objects.filter(kind="local_government").count() == 8


def test_bangkok_and_pattaya_are_special(country):
    assert {r.parent.code for r in by_code("bangkok-district:1001").upward.all()} == {"bangkok"}
    assert by_code("bangkok-district:1001").name_th == "สำนักงานเขตพระนคร"
    pattaya = by_code("pattaya")
    assert (pattaya.area.name_th, [r.kind for r in pattaya.upward.all()]) == ("บางละมุง", ["supervision"])


def test_samples_are_marked_and_the_named_are_not(country):
    assert not by_code("local:aranyik-town").is_sample
    assert all(Organisation.objects.filter(code__startswith="sample:").values_list("is_sample", flat=True))
    assert by_code("sample:power:65").is_sample


def test_every_organisation_has_a_name_on_record_and_a_path(country):
    assert OrganisationName.objects.count() == Organisation.objects.count()
    assert not Organisation.objects.filter(paths__isnull=True).exists()


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("สถจ.พิษณุโลก", "local-admin:65"),
        ("อ. เมืองมุกดาหาร", "district:4901"),
        ("อำเภอ นครไทย", "district:6502"),
        ("อบจ.พิษณุโลก", "local:pao:65"),
        ("mukdahan province", "province:49"),
    ],
)
def test_search_finds_by_what_people_type(country, query, code):
    assert search_organisations(PUBLIC, query).first().code == code


def test_search_narrows_and_sorts(country):
    rows = list(search_organisations(PUBLIC, kind="district", area="65"))
    assert len(rows) == 9
    assert [row.sort_key for row in rows] == sorted(row.sort_key for row in rows)
    assert not search_organisations(PUBLIC, "ไม่มีหน่วยงานชื่อนี้").exists()
    assert [area.code for area in search_areas("อรัญญิก")][:1] == ["650117"]
    assert [area.code for area in search_areas("65")] == ["65"]


@pytest.mark.parametrize("count", [1, 3])
def test_lists_of_centres_take_one_query(country, exactly, count):
    owner = by_code("district:6501")
    for _ in range(count):
        ServiceCentreFactory(organisation=owner)
    with exactly(1):
        found = list(centres_of(owner, PUBLIC))
    assert len(found) == count


def test_letter_codes_are_those_of_the_list_they_come_from():
    corpus = (
        Path(find_spec("pythainlp").submodule_search_locations[0]) / "corpus" / "thailand_provinces_th.csv"
    )
    with corpus.open(encoding="utf-8", newline="") as file:
        listed = {row[0]: row[1] for row in csv.reader(file)}
    ours = {row["name_th"]: row["letter_code"] for row in geography.provinces().values()}
    assert ours == listed


def test_the_command_says_what_stands(country, capsys):
    call_command("seed", "--samples")
    assert "พื้นที่ 8,441 แห่ง" in capsys.readouterr().out
