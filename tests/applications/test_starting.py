import datetime
import uuid

import pytest
from django.db.models import prefetch_related_objects

from saduak.applications import actions, queries, signals
from saduak.applications.models import Answer, Application
from saduak.foundation import clock
from saduak.foundation.access import Conflict, Invalid, Refused
from saduak.foundation.models import AuditEntry
from saduak.programme import eligibility
from saduak.programme.models import Stage
from saduak.register.models import Certificate, Publication
from tests.organisations.factories import ServiceCentreFactory, actor_for
from tests.programme.factories import MID_WINDOW

pytestmark = pytest.mark.django_db


def start(actor, centre, round_, **more):
    return actions.start(actor=actor, centre_id=centre.public_id, round_id=round_.public_id, **more)


def certificate(land, *, until, published=True, state="standing"):
    publication = Publication.objects.create(
        programme=land.programme, title="ประกาศ", published_at=clock.now() if published else None
    )
    number = f"{Certificate.objects.count() + 1}"
    return Certificate.objects.create(
        programme=land.programme,
        publication=publication,
        centre=land.centre,
        code=number.rjust(10, "2"),
        number=number,
        fiscal_year=2567,
        level_key="basic",
        level_name="พื้นฐาน",
        level_ordinal=1,
        centre_name="ก",
        organisation_name="ข",
        valid_from=datetime.date(2024, 9, 1),
        valid_until=until,
        state=state,
    )


def test_starting_makes_an_answer_to_every_criterion(land, people):
    started = []
    signals.application_started.connect(
        lambda application, **_: started.append(application), weak=False, dispatch_uid="t"
    )
    application = start(people.officer, land.centre, land.round)
    signals.application_started.disconnect(dispatch_uid="t")
    assert application.state == "draft"
    assert application.organisation == land.district
    assert (application.gates_total, application.items_total) == (14, 50)
    assert Answer.objects.filter(application=application).count() == 50
    assert started == [application]
    entry = AuditEntry.objects.get(aggregate="applications.application", aggregate_id=application.pk)
    assert entry.verb == "applications.started"
    assert entry.facts["centre"] == str(land.centre.public_id)


def test_starting_twice_gives_the_same_one(land, people):
    first = start(people.officer, land.centre, land.round)
    second = start(people.head, land.centre, land.round, kind="renewal")
    assert second == first
    assert second.kind == "new"
    assert Application.objects.count() == 1


def test_the_same_key_is_the_same_request(land, people):
    key = uuid.uuid4()
    first = start(people.officer, land.centre, land.round, idempotency_key=key)
    assert start(people.officer, land.centre, land.round, idempotency_key=key) == first


@pytest.mark.parametrize("who", ["helper", "stranger", "province", "secretariat", "city_officer"])
def test_only_officer_and_head_of_the_centre_start(land, people, who):
    with pytest.raises(Refused) as refused:
        start(getattr(people, who), land.centre, land.round)
    assert refused.value.code == "not-yours"


def test_an_officer_of_another_programme_does_not_start(land):
    elsewhere = actor_for("officer", land.district, programme=land.other, received_at=MID_WINDOW)
    with pytest.raises(Refused):
        start(elsewhere, land.centre, land.round)


def test_an_officer_of_one_centre_starts_for_that_centre_only(land):
    sister = ServiceCentreFactory(organisation=land.district)
    bound = actor_for("officer", centre=land.centre, received_at=MID_WINDOW)
    assert start(bound, land.centre, land.round).state == "draft"
    with pytest.raises(Refused):
        start(bound, sister, land.round)


def test_a_retired_centre_does_not_apply(land, people):
    land.centre.retired_at = clock.now()
    land.centre.save(update_fields=["retired_at"])
    with pytest.raises(Refused) as refused:
        start(people.officer, land.centre, land.round)
    assert refused.value.code == "centre-retired"


def test_a_draft_may_begin_before_the_window_and_not_after_it(land, people):
    window = Stage.objects.get(round=land.round, key="application")
    early = window.starts_at - datetime.timedelta(days=1)
    assert start(people.officer.at(early), land.centre, land.round).state == "draft"
    with pytest.raises(Conflict) as closed:
        start(people.city_officer.at(window.ends_at), land.city_centre, land.round)
    assert closed.value.code == "window-closed"
    just = window.ends_at - datetime.timedelta(seconds=1)
    assert start(people.city_officer.at(just), land.city_centre, land.round).state == "draft"


def test_an_unknown_kind_is_refused(land, people):
    with pytest.raises(Invalid) as invalid:
        start(people.officer, land.centre, land.round, kind="other")
    assert "kind" in invalid.value.fields


def test_the_system_starts_too(land, actor_system):
    assert start(actor_system.at(MID_WINDOW), land.centre, land.round).started_by is None


@pytest.mark.parametrize(
    ("until", "kind"),
    [
        (datetime.date(2027, 9, 30), "renewal"),
        (datetime.date(2027, 10, 1), "upgrade"),
        (datetime.date(2026, 1, 1), "renewal"),
    ],
)
def test_the_kind_follows_from_the_last_certificate(land, people, until, kind):
    certificate(land, until=until)
    assert start(people.officer, land.centre, land.round).kind == kind


def test_what_the_rules_of_the_round_refuse_is_not_started(land, people):
    certificate(land, until=datetime.date(2027, 9, 30))
    with pytest.raises(Invalid) as refused:
        start(people.officer, land.centre, land.round, kind="new")
    assert refused.value.code == "not-eligible"
    assert str(refused.value.fields["kind"]) == ("ใบรับรองของศูนย์ยังใช้ได้ถึง 30 กันยายน 2570 จึงไม่ใช่การสมัครใหม่")
    assert not Application.objects.exists()


def test_a_centre_at_the_highest_level_has_nothing_to_apply_for(land, people):
    row = certificate(land, until=datetime.date(2029, 9, 30))
    Certificate.objects.filter(pk=row.pk).update(
        level_key="excellent", level_name="ระดับเป็นเลิศ", level_ordinal=3
    )
    with pytest.raises(Conflict) as refused:
        start(people.officer, land.centre, land.round)
    assert refused.value.code == "not-eligible"
    assert "สูงสุดแล้ว" in str(refused.value.reason)


def test_an_agency_that_the_round_does_not_take_is_told(land, people):
    land.round.eligibility = eligibility.checked({**eligibility.known(), "agencies": ["branch"]})
    land.round.save(update_fields=["eligibility"])
    with pytest.raises(Conflict) as refused:
        start(people.officer, land.centre, land.round)
    assert str(refused.value.reason) == "รอบนี้ไม่รับหน่วยงานประเภทอำเภอ"


def as_what(land):
    return eligibility.suggested(queries.verdicts(land.round, [land.centre], MID_WINDOW)[land.centre.pk])


def test_certificates_under_embargo_or_revoked_do_not_count(land):
    certificate(land, until=datetime.date(2028, 1, 1), published=False)
    certificate(land, until=datetime.date(2028, 1, 1), state="revoked")
    assert as_what(land) == "new"


def test_a_round_without_stages_still_knows_a_kind(land):
    certificate(land, until=datetime.date(2028, 1, 1))
    Stage.objects.filter(round=land.round).delete()
    assert as_what(land) == "renewal"


def test_what_can_be_started_is_listed_with_what_is_started(land, people, exactly):
    sister = ServiceCentreFactory(organisation=land.district)
    application = start(people.officer, land.centre, land.round)
    prefetch_related_objects([land.round], "stages")
    with exactly(3):
        options = queries.can_start(people.officer, land.round)
    found = {option.centre: option.application for option in options}
    assert found == {land.centre: application, sister: None}
    assert {option.suggested_kind for option in options} == {"new"}
    assert queries.can_start(people.province, land.round) == []


def test_my_applications_are_those_of_my_centres(land, people, exactly):
    application = start(people.officer, land.centre, land.round)
    start(people.city_officer, land.city_centre, land.round)
    with exactly(2):
        assert list(queries.my_applications(people.helper)) == [application]
    assert list(queries.my_applications(people.helper, land.round)) == [application]
    assert list(queries.my_applications(people.province)) == []
