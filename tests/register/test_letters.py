"""Certificates near their end: whose they are to watch, and the letter that tells of them."""

import datetime

import pytest

from saduak.correspondence import seeds
from saduak.correspondence.actions.occasions import begin_for
from saduak.correspondence.queries.occasions import occasion, outline
from saduak.register import letters, queries
from tests.organisations.factories import (
    OrganisationFactory,
    ProgrammeFactory,
    ServiceCentreFactory,
    actor_for,
)
from tests.register.factories import NOW, CertificateFactory, PublicationFactory

pytestmark = [pytest.mark.django_db, pytest.mark.postgres, pytest.mark.usefixtures("today")]
DAY = datetime.timedelta(days=1)
TODAY = NOW.date()
SOON = datetime.date(2027, 5, 4)


@pytest.fixture
def supervisor(above):
    return actor_for("supervisor", above, reach="line")


def ending(programme, office, until=SOON, **values):
    """A published certificate of a centre of an office, to its last day."""
    values = {"level_name": "ระดับพื้นฐาน", "published": NOW - 200 * DAY} | values
    published = values.pop("published")
    publication = PublicationFactory(programme=programme, published_at=published)
    place = values.pop("centre", None) or ServiceCentreFactory(organisation=office)
    return CertificateFactory(
        publication=publication,
        centre=place,
        valid_from=until - 1095 * DAY,
        valid_until=until,
        **values,
    )


def below(above, **values):
    return OrganisationFactory(under=above, **values)


# --- Which ones -------------------------------------------------------------------------------------------------------


def test_those_in_reach_that_end_by_the_day_the_soonest_first(programme, above, supervisor):
    office = below(above)
    later, first, last = (ending(programme, office, day) for day in (SOON, TODAY, SOON + DAY))
    ending(programme, OrganisationFactory())
    ending(programme, office, TODAY - DAY)
    assert list(queries.expiring(supervisor, SOON)) == [first, later]
    assert list(queries.expiring(supervisor, SOON + DAY)) == [first, later, last]
    assert not queries.expiring(actor_for("supervisor", OrganisationFactory()), SOON).exists()
    assert not queries.expiring(actor_for("officer", office), SOON).exists()


def test_through_supervision_and_for_the_secretariat_of_the_programme_in_the_whole_country(programme, above):
    mine = ending(programme, OrganisationFactory(supervised_by=above))
    other = ending(ProgrammeFactory(), OrganisationFactory())
    assert list(queries.expiring(actor_for("supervisor", above, reach="supervision"), SOON)) == [mine]
    assert list(queries.expiring(actor_for("secretariat", above, programme=programme), SOON)) == [mine]
    assert set(queries.expiring(actor_for("secretariat", above), SOON)) == {mine, other}


@pytest.mark.parametrize("how", ["renewed", "revoked", "closed", "hidden"])
def test_what_ends_without_a_word(programme, above, supervisor, how):
    office = below(above)
    row = ending(programme, office, published=None if how == "hidden" else NOW - DAY)
    if how == "renewed":
        ending(programme, office, SOON + 365 * DAY, centre=row.centre)
    elif how == "revoked":
        row.state, row.revoked_at, row.revoked_reason = "revoked", NOW, "ผิดเกณฑ์"
        row.save()
    elif how == "closed":
        row.centre.retired_at = NOW
        row.centre.save()
    assert not queries.expiring(supervisor, SOON).exists()


@pytest.mark.parametrize("how", ["other programme", "not yet public", "revoked"])
def test_what_is_no_renewal(programme, above, supervisor, how):
    office = below(above)
    row = ending(programme, office)
    later = {"not yet public": {"published": None}, "revoked": {"state": "revoked"}}.get(how, {})
    whose = ProgrammeFactory() if how == "other programme" else programme
    ending(whose, office, SOON + 365 * DAY, centre=row.centre, **later)
    assert list(queries.expiring(supervisor, SOON)) == [row]


def test_the_programmes_that_one_watches(programme, above):
    other = ProgrammeFactory()
    ProgrammeFactory(retired_at=NOW)
    assert queries.programmes_watched(actor_for("supervisor", above)) == [programme, other]
    assert queries.programmes_watched(actor_for("supervisor", above, programme=other)) == [other]
    assert queries.programmes_watched(actor_for("officer", above)) == []


# --- The letter -------------------------------------------------------------------------------------------------------


def test_all_that_end_within_some_months(programme, above, supervisor):
    first, second = (ending(programme, below(above), day) for day in (SOON, SOON + DAY))
    ending(ProgrammeFactory(), below(above), SOON)
    within = f"{programme.public_id}:6"
    told = occasion(supervisor, "expiry", within)
    assert [(row.centre, row.level, row.expires) for row in told.concerns] == [
        (first.centre, "ระดับพื้นฐาน", SOON),
        (second.centre, "ระดับพื้นฐาน", SOON + DAY),
    ]
    assert (told.use, told.programme, told.round) == ("expiry", programme, None)
    assert told.name == "แจ้งใบรับรองที่สิ้นอายุถึง 4 สิงหาคม 2570"
    assert str(told.title) == "แจ้งใบรับรองที่สิ้นอายุภายใน 4 สิงหาคม 2570"
    alone = occasion(supervisor, "expiry", f"{programme.public_id}:3")
    assert [row.centre for row in alone.concerns] == [first.centre]


def test_one_certificate_by_its_code_to_the_centres_office(programme, above, supervisor):
    seeds.seed()
    office = below(above, head_title="หัวหน้าสำนักงาน")
    row = ending(programme, office)
    told = occasion(supervisor, "expiry", row.code)
    assert str(told.title) == f"แจ้งวันสิ้นอายุใบรับรองของ {row.centre.name_th}"
    draft = begin_for(
        actor=supervisor, use="expiry", about=row.code, office_id=above.public_id, issuer_id=above.public_id
    )
    assert f"{row.centre.name_th}ได้รับการรับรอง" in draft.body
    assert "จะสิ้นอายุในวันที่ 4 พฤษภาคม 2570" in draft.body
    assert (draft.addressee, draft.recipients) == ("หัวหน้าสำนักงาน", office.name_th)


@pytest.mark.parametrize("about", ["", "x:6", "{id}:x", "{id}:7", "{id}:3", "0000000000"])
def test_no_such_thing_to_write_about(programme, above, supervisor, about):
    ending(programme, below(above), TODAY + 120 * DAY)
    assert occasion(supervisor, "expiry", about.replace("{id}", str(programme.public_id))) is None


def test_who_writes_no_letters_has_no_occasion(programme, above, supervisor):
    row = ending(programme, below(above))
    assert letters.expiry_url(supervisor, programme, 6, row) == f"/drafts/new/?for=expiry&about={row.code}"
    assert letters.expiry_url(supervisor, programme, 6).endswith(f"about={programme.public_id}%3A6")
    watches = actor_for("head", above, reach="line", centre=ServiceCentreFactory(organisation=above))
    assert letters.expiry_url(watches, programme, 6, row) == ""
    # One who may see it by a post for one centre alone, and writes for no office.
    own = ending(programme, above, centre=ServiceCentreFactory(organisation=above))
    at_centre = actor_for("head", above, centre=own.centre)
    assert list(queries.expiring(at_centre, SOON)) == [own]
    assert occasion(at_centre, "expiry", own.code) is None


@pytest.mark.parametrize("many", [1, 3])
def test_one_query_however_many(programme, above, supervisor, exactly, many):
    office = below(above)
    for _ in range(many):
        ending(programme, office)
    with exactly(1):
        assert len(occasion(supervisor, "expiry", f"{programme.public_id}:3").concerns) == many


@pytest.mark.parametrize("many", [1, 3])
def test_it_is_counted_without_ones_own(programme, above, supervisor, exactly, many):
    rows = [ending(programme, below(above)) for _ in range(many)]
    own = ending(programme, above)
    about = f"{programme.public_id}:3"
    with exactly(3 if many == 1 else 2):
        found = outline(supervisor, "expiry", about)
    assert (found.centres, found.offices, found.programme) == (many, many, programme)
    assert found.office == (rows[0].centre.organisation if many == 1 else None)
    assert str(found.title) == "แจ้งใบรับรองที่สิ้นอายุภายใน 4 พฤษภาคม 2570"
    assert letters.expiry_url(supervisor, programme, 6, own) == ""
    assert outline(supervisor, "expiry", own.code) is None
    alone = outline(supervisor, "expiry", rows[0].code)
    assert (alone.centres, alone.has_list) == (1, False)
    assert str(alone.title) == f"แจ้งวันสิ้นอายุใบรับรองของ {rows[0].centre.name_th}"


@pytest.mark.parametrize("about", ["", "x:6", "{id}:7", "{id}:3"])
def test_nothing_to_count(programme, above, supervisor, about):
    ending(programme, below(above), TODAY + 120 * DAY)
    assert outline(supervisor, "expiry", about.replace("{id}", str(programme.public_id))) is None


def test_who_writes_none_has_nothing_to_count(programme, above):
    own = ending(programme, above, centre=ServiceCentreFactory(organisation=above))
    assert outline(actor_for("head", above, centre=own.centre), "expiry", own.code) is None
