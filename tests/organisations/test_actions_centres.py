"""Centres: made, corrected, and changed in identity with dates and successors."""

import datetime
import uuid
from decimal import Decimal

import pytest

from saduak.foundation import clock
from saduak.foundation.access import Actor, Conflict, Invalid, Refused
from saduak.foundation.models import AuditEntry
from saduak.organisations.actions import (
    CentreDetails,
    Post,
    close_centre,
    create_centre,
    default_centres,
    edit_centre,
    invite,
    merge_centres,
    move_centre,
    rename_centre,
    split_centre,
    upgrade_centre,
)
from saduak.organisations.models import CentreEvent, ServiceCentre
from saduak.organisations.signals import centre_changed
from tests.organisations.factories import (
    LONG_AGO,
    AppointmentFactory,
    AreaFactory,
    OrganisationFactory,
    PersonFactory,
    ServiceCentreFactory,
    actor_for,
    actor_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
SYSTEM = Actor.system("tests")
DAY = datetime.date(2027, 1, 4)


def test_a_centre_bears_its_offices_name_and_place():
    area = AreaFactory()
    office = OrganisationFactory(area=area)
    centre = create_centre(actor=actor_for("head", office), organisation=office.public_id, opened_on=DAY)
    assert (centre.name_th, centre.area, centre.opened_on) == (office.name_th, area, DAY)
    assert (
        AuditEntry.objects.get(aggregate="organisations.servicecentre").verb == "organisations.centre_created"
    )


def test_started_twice_is_the_same_centre():
    office, key = OrganisationFactory(), uuid.UUID(int=1)
    one, two = (
        create_centre(actor=SYSTEM, organisation=office.public_id, idempotency_key=key) for _ in range(2)
    )
    assert one == two
    with pytest.raises(Conflict) as conflict:
        create_centre(actor=SYSTEM, organisation=office.public_id)
    assert conflict.value.code == "name-taken"


def test_an_officer_manages_the_own_centre_only():
    mine = ServiceCentreFactory()
    other = ServiceCentreFactory(organisation=mine.organisation)
    officer = actor_for("officer", centre=mine)
    details = CentreDetails(
        phone="0 5500 0000",
        hours=[{"days": [1, 2, 3, 4, 5], "opens": "08:30", "closes": "16:30"}],
        services=["งานทะเบียนราษฎร", "บัตรประจำตัวประชาชน"],
        latitude=Decimal("16.82"),
        longitude=Decimal("100.26"),
    )
    edit_centre(actor=officer, centre=mine.public_id, details=details)
    mine.refresh_from_db()
    assert (mine.phone, mine.services[0], mine.latitude) == (
        "0 5500 0000",
        "งานทะเบียนราษฎร",
        Decimal("16.82"),
    )
    entry = AuditEntry.objects.get(verb="organisations.centre_edited")
    assert entry.facts == {"changed": ["phone", "latitude", "longitude", "hours", "services"]}
    for attempt in (
        lambda: edit_centre(actor=officer, centre=other.public_id, details=details),
        lambda: create_centre(actor=officer, organisation=mine.organisation.public_id, name_th="ใหม่"),
    ):
        with pytest.raises(Refused):
            attempt()


@pytest.mark.parametrize(
    ("details", "field"),
    [
        (CentreDetails(latitude=Decimal(1)), "latitude"),
        (CentreDetails(hours=[{"days": [1], "opens": "16:30", "closes": "08:30"}]), "hours"),
        (CentreDetails(hours=[{"days": [8], "opens": "08:30", "closes": "16:30"}]), "hours"),
        (CentreDetails(hours=[{"days": [], "opens": "08:30", "closes": "16:30"}]), "hours"),
    ],
)
def test_details_that_can_not_be(details, field):
    with pytest.raises(Invalid) as invalid:
        edit_centre(actor=SYSTEM, centre=ServiceCentreFactory().public_id, details=details)
    assert list(invalid.value.fields) == [field]


def test_identity_changes_are_dated_and_told():
    heard = []

    def hear(sender, event, actor, **_):
        heard.append(event.kind)

    centre_changed.connect(hear)
    try:
        centre = ServiceCentreFactory(name_th="เดิม", kind="counter")
        other, place = OrganisationFactory(), AreaFactory()
        rename_centre(actor=SYSTEM, centre=centre.public_id, name_th="ใหม่", on=DAY)
        upgrade_centre(actor=SYSTEM, centre=centre.public_id, kind="office", on=DAY)
        move_centre(
            actor=SYSTEM, centre=centre.public_id, organisation=other.public_id, area=place.code, on=DAY
        )
        close_centre(actor=SYSTEM, centre=centre.public_id, on=DAY, note="อาคารปิด")
    finally:
        centre_changed.disconnect(hear)
    assert heard == ["renamed", "upgraded", "moved", "closed"]
    events = list(centre.events.order_by("pk"))
    assert (events[0].before["name_th"], events[0].after["name_th"]) == ("เดิม", "ใหม่")
    assert events[2].after["organisation"] == other.code
    centre.refresh_from_db()
    assert (centre.name_th, centre.organisation, centre.area, centre.closed_on) == ("ใหม่", other, place, DAY)
    assert centre.search_key == "ใหม่"
    with pytest.raises(Conflict) as conflict:
        rename_centre(actor=SYSTEM, centre=centre.public_id, name_th="อีก", on=DAY)
    assert conflict.value.code == "closed"


def test_moving_to_another_agency_needs_power_over_both():
    centre = ServiceCentreFactory()
    head = actor_for("head", centre.organisation)
    with pytest.raises(Refused):
        move_centre(actor=head, centre=centre.public_id, organisation=OrganisationFactory().public_id, on=DAY)


def test_what_the_old_agency_gave_for_a_centre_ends_when_it_moves():
    centre, new = ServiceCentreFactory(), OrganisationFactory()
    old, today, day = centre.organisation, clock.today(), datetime.timedelta(days=1)
    officer = AppointmentFactory(organisation=old, centre=centre, role="officer")
    later = AppointmentFactory(organisation=old, centre=centre, role="officer", valid_from=today + day)
    over = AppointmentFactory(organisation=old, centre=centre, role="officer", valid_to=today - day)
    elsewhere = AppointmentFactory(organisation=old, role="officer")
    head = actor_for("head", old)
    post = Post(organisation=old.public_id, role="helper", centre=centre.public_id)
    offer = invite(actor=head, post=post).invitation
    move_centre(actor=SYSTEM, centre=centre.public_id, organisation=old.public_id, address="2", on=DAY)
    officer.refresh_from_db()
    assert officer.valid_to is None
    move_centre(actor=SYSTEM, centre=centre.public_id, organisation=new.public_id, on=DAY)
    for row in (officer, later, over, elsewhere, offer):
        row.refresh_from_db()
    assert [row.valid_to for row in (officer, later, over, elsewhere)] == [
        today,
        today + day,
        today - day,
        None,
    ]
    assert officer.ended_reason == "ศูนย์ย้ายไปอยู่หน่วยงานอื่น"
    assert offer.revoked_at is not None
    assert not actor_of(officer.person).holdings


def test_merging_leaves_one_and_names_it_as_successor():
    one, two, three = (ServiceCentreFactory() for _ in range(3))
    kept = merge_centres(actor=SYSTEM, into=one.public_id, centres=[two.public_id, three.public_id], on=DAY)
    assert kept.retired_at is None
    assert set(one.predecessors.all()) == {two, three}
    assert ServiceCentre.objects.filter(retired_at__isnull=True).count() == 1
    assert CentreEvent.objects.filter(kind="merged").count() == 3
    with pytest.raises(Invalid):
        merge_centres(actor=SYSTEM, into=one.public_id, centres=[one.public_id], on=DAY)


def test_who_merges_centres_of_two_agencies_answers_for_the_one_that_loses_its_own():
    one, other = OrganisationFactory(), OrganisationFactory()
    kept, own = (ServiceCentreFactory(organisation=one) for _ in range(2))
    foreign = ServiceCentreFactory(organisation=other)
    person = PersonFactory()
    actor_for("officer", one, person=person)
    officer = actor_for("officer", other, person=person)
    at = {"into": kept.public_id, "on": DAY}
    # Within one agency its officer merges; what another one would lose, its leaders decide.
    merge_centres(actor=officer, centres=[own.public_id], **at)
    with pytest.raises(Refused) as refused:
        merge_centres(actor=officer, centres=[foreign.public_id], **at)
    assert str(refused.value.reason) == "ย้ายศูนย์ไปหน่วยงานอื่นได้เฉพาะหัวหน้าและผู้ดูแลบัญชีของหน่วยงานเดิม"
    assert list(kept.predecessors.all()) == [own]
    assert set(CentreEvent.objects.values_list("centre", "kind")) == {(own.pk, "merged"), (kept.pk, "merged")}
    held = AppointmentFactory(organisation=other, centre=foreign, role="helper", valid_from=LONG_AGO)
    kept_on = AppointmentFactory(organisation=other, role="helper", valid_from=LONG_AGO)
    merge_centres(actor=actor_for("head", other, person=person), centres=[foreign.public_id], **at)
    # Who worked for the lost centre alone works there no more; who works for its agency stays.
    for row, until in ((held, clock.today()), (kept_on, None)):
        row.refresh_from_db()
        assert row.valid_to == until
    assert set(kept.predecessors.values_list("pk", "closed_on")) == {(own.pk, DAY), (foreign.pk, DAY)}


@pytest.mark.parametrize("goes_on", [True, False])
def test_splitting_opens_new_ones(goes_on):
    centre = ServiceCentreFactory(services=["ก"])
    made = split_centre(
        actor=SYSTEM, centre=centre.public_id, names=["หนึ่ง", "สอง", "หนึ่ง", " "], on=DAY, goes_on=goes_on
    )
    assert [(new.name_th, new.services, new.opened_on) for new in made] == [
        ("หนึ่ง", ["ก"], DAY),
        ("สอง", ["ก"], DAY),
    ]
    centre.refresh_from_db()
    assert (centre.retired_at is None) is goes_on
    assert set(centre.successors.all()) == set(made)


def test_a_centre_can_not_close_before_it_opened():
    centre = ServiceCentreFactory(opened_on=DAY)
    with pytest.raises(Invalid):
        close_centre(actor=SYSTEM, centre=centre.public_id, on=DAY - datetime.timedelta(days=1))


@pytest.mark.parametrize("count", [1, 3])
def test_default_centres_in_constant_queries(exactly, count):
    keys = [OrganisationFactory().pk for _ in range(count)]
    with exactly(2):
        assert default_centres(actor=SYSTEM, organisations=keys) == count
    assert default_centres(actor=SYSTEM, organisations=keys) == 0
    assert all(ServiceCentre.objects.values_list("search_key", flat=True))
    with pytest.raises(Refused):
        default_centres(actor=actor_for("head"), organisations=keys)


def test_a_retired_organisation_gets_no_centre():
    office = OrganisationFactory(retired_at=clock.now())
    with pytest.raises(Conflict):
        create_centre(actor=SYSTEM, organisation=office.public_id)


def refused(action, **values) -> tuple[str, set[str]]:
    with pytest.raises(Invalid) as refusal:
        action(actor=SYSTEM, **values)
    return str(refusal.value.reason), set(refusal.value.fields)


def test_what_is_missing_is_said_at_its_field():
    centre = ServiceCentreFactory()
    owner = centre.organisation.public_id
    assert refused(create_centre, organisation=owner, name_th="ใหม่", area="999") == (
        "ไม่มีพื้นที่รหัสนี้",
        {"area"},
    )
    at = {"centre": centre.public_id, "on": DAY}
    assert refused(rename_centre, name_th=" ", **at) == ("ต้องมีชื่อศูนย์", {"name_th"})
    assert refused(upgrade_centre, kind="palace", **at) == ("ไม่รู้จักประเภทศูนย์นี้", {"kind"})
    assert refused(split_centre, names=[" "], **at) == ("ต้องมีชื่อศูนย์ใหม่อย่างน้อยหนึ่งชื่อ", {"names"})
    assert not CentreEvent.objects.exists()


def test_correcting_nothing_leaves_no_trace():
    centre = ServiceCentreFactory()
    before = AuditEntry.objects.count()
    details = CentreDetails(phone="1")
    edit_centre(actor=SYSTEM, centre=centre.public_id, details=details)
    edit_centre(actor=SYSTEM, centre=centre.public_id, details=details)
    assert AuditEntry.objects.count() == before + 1


def test_a_centre_may_bring_its_own_name_in_addresses():
    key = uuid.UUID(int=7)
    made = create_centre(actor=SYSTEM, organisation=OrganisationFactory().public_id, public_id=key)
    assert ServiceCentre.objects.get(public_id=key) == made
