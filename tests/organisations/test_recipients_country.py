"""To whom letters go in the seeded country with about as many local governments as there are: numbers and cost."""

import pytest

from saduak.organisations import bulk, localgov, seeds
from saduak.organisations.models import Area, Organisation
from saduak.organisations.recipients import Audience, Way, audience
from tests.organisations.factories import seeded_alone
from tests.organisations.test_recipients_sending import at, clear

pytestmark = [pytest.mark.django_db, pytest.mark.postgres, pytest.mark.slow]


def local_governments() -> list[bulk.Spec]:
    """A provincial organisation each, and in every district two or three municipalities and six of the smallest."""
    rows: list[localgov.Row] = []

    def add(kind: str, name: str, province: str, district: str = "") -> None:
        values = {"type": kind, "name_th": kind + name, "province_code": province, "district_code": district}
        rows.append(localgov.Row(len(rows), {"code": f"made-{len(rows)}", **values}))

    for code in (
        Area.objects.filter(kind="province").exclude(code__in=["10", "65"]).values_list("code", flat=True)
    ):
        add(localgov.PAO, f"สร้าง{code}", code)
    districts = Area.objects.filter(kind="district").exclude(code__startswith="10").order_by("code")
    for number, (code, name) in enumerate(districts.values_list("code", "name_th")):
        if number % 4 == 0:
            add("เทศบาลเมือง", f"สร้าง{name}", code[:2], code)
        for place in "กขค"[number % 2 :]:
            add("เทศบาลตำบล", f"สร้าง{name}{place}", code[:2], code)
        for place in "กขคงจฉ":
            add(localgov.SAO, f"สร้าง{name}{place}", code[:2], code)
    return localgov.specs(rows)


@pytest.fixture(scope="module")
def country(django_db_setup, django_db_blocker):
    """The country, once for this module."""
    with django_db_blocker.unblock():
        with seeded_alone():
            seeds.seed(samples=True)
        bulk.add(local_governments())
        seeds._measure()
        yield
        seeds.Programme.objects.all().delete()
        clear()


def sent(issuer: str, *phrases: str, but=(), sender: str = "") -> Audience:
    return audience(phrases, list(but), at(issuer), sender=at(sender) if sender else None)


def ways(found: Audience) -> dict[Way, int]:
    kinds = {office.way for office in found.offices}
    return {way: sum(office.way == way for office in found.offices) for way in kinds}


def test_the_chain_of_2564(country):
    found = sent(
        "moi",
        "หัวหน้าส่วนราชการระดับกรม และหัวหน้าหน่วยงานรัฐวิสาหกิจในสังกัดกระทรวงมหาดไทย",
        sender="moi-ops",
    )
    assert (found.counts, ways(found)) == ([(2, "กรม"), (3, "รัฐวิสาหกิจ")], {Way.LINE: 2, Way.SUPERVISION: 3})
    found = sent("dla", "ผู้ว่าราชการจังหวัด ทุกจังหวัด")
    assert (found.counts, ways(found)) == ([(76, "จังหวัด")], {Way.NAME: 76})
    found = sent(
        "province:65",
        "นายอำเภอ ทุกอำเภอ นายกองค์การบริหารส่วนจังหวัดพิษณุโลก นายกเทศมนตรีนครพิษณุโลก และนายกเทศมนตรีเมืองอรัญญิก",
        sender="local-admin:65",
    )
    assert found.counts == [(9, "อำเภอ"), (3, "องค์กรปกครองส่วนท้องถิ่น")]
    assert (ways(found), found.unknown) == ({Way.LINE: 9, Way.SUPERVISION: 3}, ())
    # Those that the province wrote to itself get it from the district too: they stand in its area.
    found = sent("district:6501", "องค์กรปกครองส่วนท้องถิ่นในเขตพื้นที่")
    assert (len(found.offices), ways(found)) == (10, {Way.SUPERVISION: 8, Way.TERRITORY: 2})
    assert sent("province:49", "นายอำเภอ ทุกอำเภอ", sender="provincial-admin:49").counts == [(7, "อำเภอ")]


def test_places_of_the_country(country):
    province = sent("province:65", "องค์กรปกครองส่วนท้องถิ่นในเขตพื้นที่")
    district = sent("province:65", "อปท. ในเขตอำเภอเมืองพิษณุโลก")
    assert (len(province.offices), len(district.offices)) == (83, 10)
    assert district.offices == sent("province:65", "อปท. ในเขตอำเภอเมือง").offices
    assert {office.way for office in district.offices} == {Way.SUPERVISION}
    assert sent("opm", "ผู้อำนวยการเขต ทุกเขต กรุงเทพมหานคร").counts[0][0] == 50
    # The one name that several districts have.
    assert sent("opm", "นายอำเภอเฉลิมพระเกียรติ").several == ("นายอำเภอเฉลิมพระเกียรติ",)
    assert sent("opm", "นายอำเภอเฉลิมพระเกียรติ จังหวัดน่าน").label == "ที่ทำการปกครองอำเภอเฉลิมพระเกียรติ"
    assert sent("province:55", "นายอำเภอเฉลิมพระเกียรติ").label == "ที่ทำการปกครองอำเภอเฉลิมพระเกียรติ"


EVERY_LINE = ["องค์กรปกครองส่วนท้องถิ่น ทุกแห่ง", "นายอำเภอ ทุกอำเภอ", "ผู้ว่าราชการจังหวัด ทุกจังหวัด"]


@pytest.mark.parametrize(
    ("issuer", "phrases", "number", "queries"),
    [
        ("moi", EVERY_LINE, 8_720, 3),
        ("opm", EVERY_LINE, 8_720, 3),
        ("dla", EVERY_LINE[:1], 7_766, 3),
        ("opm", ["หน่วยงานในสังกัดกระทรวงมหาดไทย"], 1_109, 4),
        ("moi", None, 7_766, 4),
    ],
)
def test_nine_thousand_offices_cost_few_queries(country, exactly, issuer, phrases, number, queries):
    """A line for each of them, with where it is, at the end."""
    if phrases is None:
        rows = Organisation.objects.filter(kind="local_government").select_related("area__parent")
        phrases = [f"{row.name_th} จังหวัด{(row.area.parent or row.area).name_th}" for row in rows]
    office = at(issuer)
    with exactly(queries):
        found = audience(phrases, ["เทศบาลเมืองอรัญญิก"], office)
    assert (len(found.offices) + len(found.excepted), found.unknown) == (number, ())
