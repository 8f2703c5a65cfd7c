"""Reading the register: what a search finds, whom to ask, what a day makes of a certificate."""

import datetime

import pytest

from saduak.foundation import clock
from saduak.foundation.access import Actor
from saduak.register import queries
from saduak.register.queries import Search
from tests.organisations.factories import AreaFactory, OrganisationFactory, ServiceCentreFactory, relate
from tests.register.factories import NOW, CertificateFactory

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def today():
    with clock.travel(NOW):
        yield


def public() -> Actor:
    return Actor.public()


def found(**wanted) -> list[str]:
    return [row.number for row in queries.search(public(), Search(**wanted))]


def test_a_code_is_read_as_people_type_it(exactly):
    row = CertificateFactory()
    typed = f" {row.code[:5].lower()}-{row.code[5:].lower()} "
    with exactly(1):
        assert queries.by_code(public(), typed) == row
    with exactly(0):
        assert queries.by_code(public(), "no code") is None
    hidden = CertificateFactory(published=None)
    assert queries.by_code(public(), hidden.code) is None


@pytest.mark.parametrize("published", [NOW - DAY, NOW + DAY, None])
def test_the_next_certificate_is_named_once_it_is_public(published):
    following = CertificateFactory(published=published)
    row = CertificateFactory(state="replaced", replaced_by=following)
    known = queries.by_code(public(), row.code)
    assert queries.successor(public(), known) == (following if published == NOW - DAY else None)
    assert queries.successor(public(), CertificateFactory()) is None


def test_a_search_narrows_by_words_province_level_and_day():
    wangthong = CertificateFactory(name="ศูนย์ราชการสะดวก อำเภอวังทอง")
    gold = CertificateFactory(name="ศูนย์ดำรงธรรม", area_code="4901", level_key="excellent")
    over = CertificateFactory(name="สำนักงานที่ดิน", valid_until=TODAY - DAY)
    revoked = CertificateFactory(name="สำนักทะเบียน", state="revoked", revoked_at=NOW)
    CertificateFactory(name="ศูนย์ที่ยังไม่ประกาศ", published=None)
    everything = {wangthong.number, gold.number, over.number, revoked.number}
    assert set(found()) == everything
    assert found(text="วังทอง อำเภอ") == [wangthong.number]
    assert found(text="วังทอง ที่ดิน") == []
    assert found(province="49") == [gold.number]
    # A province's digits are those of its own districts, not of whatever begins with the same words.
    assert found(province="4") == [gold.number]
    assert found(level="excellent") == [gold.number]
    assert set(found(valid_on=TODAY)) == {wangthong.number, gold.number}
    assert over.number in found(valid_on=TODAY - DAY)


@pytest.mark.parametrize("count", [1, 3])
def test_a_search_costs_one_query_and_its_english_places_another(count, exactly):
    province = AreaFactory(code="65", name_en="Phitsanulok")
    AreaFactory(code="6505", name_en="", parent=province)
    named = [CertificateFactory(area_code="65") for _number in range(count)]
    unnamed = CertificateFactory(area_code="6505")
    unknown = CertificateFactory(area_code="")
    with exactly(1):
        rows = list(queries.search(public(), Search()))
    with exactly(1):
        queries.name_places(public(), rows)
    places = {row.number: row.area_name_en for row in rows}
    assert places == {row.number: "Phitsanulok" for row in named} | {unnamed.number: "", unknown.number: ""}


def test_places_without_a_code_ask_nothing(exactly):
    row = CertificateFactory(area_code="")
    with exactly(0):
        queries.name_places(public(), [row])
    assert row.area_name_en == ""


def test_whom_to_ask_about_a_centre_that_gave_no_contact(exactly):
    silent = {"address": "", "phone": "", "email": ""}
    above = OrganisationFactory(phone="0 5500 0001")
    beside = OrganisationFactory(phone="0 5500 0002")
    office = OrganisationFactory(supervised_by=beside, **silent)
    centre = ServiceCentreFactory(organisation=office, **silent)
    assert queries.office_to_ask(centre) is None
    relate(office, above)
    with exactly(1):
        assert queries.office_to_ask(centre) == above
    office.phone = "0 5500 0003"
    with exactly(0):
        assert queries.office_to_ask(centre) == office
    centre.phone = "0 5500 0004"
    assert queries.office_to_ask(centre) is None


def test_the_certificates_of_a_centre_come_newest_first():
    centre = ServiceCentreFactory()
    old = CertificateFactory(centre=centre, valid_from=TODAY - 900 * DAY, valid_until=TODAY - DAY)
    new = CertificateFactory(centre=centre)
    CertificateFactory(centre=centre, published=None)
    CertificateFactory()
    assert list(queries.of_centre(public(), centre.pk)) == [new, old]


@pytest.mark.parametrize(
    ("changes", "key", "days"),
    [
        ({"valid_until": TODAY}, "valid", 0),
        ({"valid_until": TODAY + 9 * DAY}, "valid", 9),
        ({"valid_until": TODAY - DAY}, "over", 0),
        ({"valid_from": TODAY + DAY}, "early", 0),
        ({"state": "revoked", "revoked_at": NOW}, "void", 0),
        ({"state": "replaced"}, "replaced", 0),
    ],
)
def test_what_a_day_makes_of_a_certificate(changes, key, days):
    status = queries.status_of(CertificateFactory(**changes), TODAY)
    assert (status.key, status.days_left, status.is_valid) == (key, days, key == "valid")
