"""What screening did not take renews no certificate, for those who may know it."""

import datetime

import pytest

from saduak.applications import queries
from saduak.assessment import actions
from tests.applications.factories import officer_of
from tests.applications.factories_renewing import held_by
from tests.assessment import factories
from tests.organisations.factories import OrganisationFactory, ServiceCentreFactory, actor_for
from tests.programme.factories import MID_WINDOW

pytestmark = pytest.mark.django_db
SOON = datetime.date(2027, 5, 4)


@pytest.mark.postgres
def test_what_was_not_taken_is_no_renewal_but_for_who_only_supervises(team, exactly):
    province = OrganisationFactory(kind="province")
    town = OrganisationFactory(kind="local_government", supervised_by=province)
    row = factories.case(team.round, centre=ServiceCentreFactory(organisation=town))
    held = held_by(row.application.centre, team.round.programme, SOON)
    officer = officer_of(row.application.centre)
    over = actor_for("supervisor", province, reach="supervision", received_at=MID_WINDOW)
    readers = (officer, team.secretariat, over)

    def read():
        return [queries.renewals(who, [held])[held.pk] for who in readers]

    assert [each.state for each in read()] == ["begun"] * 3
    actions.reject(actor=team.secretariat, case_id=row.public_id, reason="ไม่ใช่ศูนย์บริการ")
    own, programme, supervision = read()
    assert (own.state, programme.state) == ("wait", "none")
    assert str(own.why) == (f"ใบสมัครใน{team.round.title}สิ้นสุดแล้ว เมื่อเปิดรอบที่ต่ออายุได้ งานจะขึ้นที่หน้างานของฉัน")
    assert (supervision.state, supervision.whole) == ("begun", False)
    with exactly(4):
        queries.renewals(team.secretariat, [held])


def test_nobody_in_particular_is_told_nothing(team):
    row = factories.case(team.round)
    held = held_by(row.application.centre, team.round.programme, SOON)
    clerk = actor_for("clerk", row.application.organisation, received_at=MID_WINDOW)
    assert queries.renewals(clerk, [held]) == {}
