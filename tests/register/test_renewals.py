"""How renewals stand, as rooms above say it; when a certificate's own page speaks of renewing."""

import datetime

import pytest

from saduak.register import queries, renewals
from saduak.register.renewals import Standing
from tests.organisations.factories import actor_for
from tests.register.factories import NOW, CertificateFactory

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
