"""How renewals stand, as rooms above say it; when a certificate's own page speaks of renewing."""

import datetime

import pytest

from saduak.foundation.access import Actor
from saduak.organisations.models import ServiceCentre
from saduak.register import queries, renewals
from saduak.register.renewals import Standing
from tests.organisations.factories import actor_for
from tests.register.factories import EARLIER, NOW, CertificateFactory, PublicationFactory

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def test_every_source_is_asked_and_none_says_nothing(monkeypatch):
    first, second, third = CertificateFactory(), CertificateFactory(), CertificateFactory()
    monkeypatch.setattr(renewals, "_sources", [])
    actor = actor_for("officer")
    assert renewals.renewals(actor, [first]) == {}
    said = {first.pk: Standing("none", "ยังไม่เริ่ม")}, {second.pk: Standing("work", "กำลังเขียน")}
    for each in said:
        renewals.register_renewals(lambda _actor, _rows, each=each: each)
    assert renewals.renewals(actor, [first, second, third]) == {**said[0], **said[1]}


@pytest.mark.parametrize(
    ("until", "state", "near"),
    [
        (datetime.date(2028, 2, 4), "standing", True),
        (datetime.date(2028, 2, 5), "standing", False),
        (TODAY - datetime.timedelta(days=1), "standing", True),
        (TODAY, "replaced", False),
        (TODAY, "revoked", False),
    ],
)
def test_within_a_year_of_its_end_it_is_time_to_think_of_renewing(until, state, near):
    row = CertificateFactory.build(
        valid_until=until,
        state=state,
        publication=None,
        centre=None,
        programme=None,
        centre_name="",
        organisation_name="",
    )
    assert queries.is_near_its_end(row, TODAY) is near


def speaks(row):
    """Whether the certificate's own page speaks of renewing it today."""
    actor = Actor.public().at(NOW)
    return queries.speaks_of_renewing(queries.by_code(actor, row.code), TODAY)


@pytest.mark.parametrize(
    ("until", "said"),
    [
        (datetime.date(2028, 2, 4), True),
        (datetime.date(2028, 2, 5), False),
        (TODAY - datetime.timedelta(days=1), True),
        (datetime.date(2026, 2, 4), True),
        (datetime.date(2026, 2, 3), False),
    ],
)
def test_its_page_speaks_of_renewing_a_year_before_its_end_and_a_year_after(until, said):
    start = until - datetime.timedelta(days=1095)
    assert speaks(CertificateFactory(valid_from=start, valid_until=until)) is said


@pytest.mark.parametrize(
    ("later", "said"),
    [
        ({}, False),
        ({"published": None}, True),
        ({"published": NOW + datetime.timedelta(days=1)}, True),
        ({"state": "revoked", "revoked_at": NOW}, True),
        ({"valid_until": TODAY}, True),
    ],
)
def test_once_its_centre_has_renewed_its_page_speaks_of_it_no_more(later, said):
    row = CertificateFactory(valid_until=TODAY)
    later = {"published": EARLIER, "valid_until": datetime.date(2030, 2, 4), **later}
    same = PublicationFactory(programme=row.programme, published_at=later.pop("published"))
    CertificateFactory(valid_until=datetime.date(2030, 2, 4), centre=row.centre)  # of another programme
    CertificateFactory(centre=row.centre, publication=same, **later)
    assert speaks(row) is said


def test_of_a_centre_that_serves_no_longer_its_page_does_not_speak():
    row = CertificateFactory(valid_until=TODAY)
    assert speaks(row)
    ServiceCentre.objects.filter(pk=row.centre_id).update(retired_at=NOW)
    assert not speaks(row)
