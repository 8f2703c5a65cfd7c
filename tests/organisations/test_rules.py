"""Who sees what, and the page that says why."""

import datetime

import pytest
from django.db.models import Q

from saduak.foundation import clock
from saduak.foundation.access import Actor, registry, resolver
from saduak.foundation.models import LinkGrant
from saduak.organisations.models import (
    Appointment,
    Handover,
    Invitation,
    Organisation,
    Person,
    Reach,
    Role,
    ServiceCentre,
)
from saduak.organisations.queries import EVERY, my_appointments, powers_over, reach_q, reasons, who_can
from saduak.organisations.rules import (
    may_appoint,
    may_edit_contact,
    may_edit_person,
    may_manage,
    to_appoint,
)
from tests.organisations.factories import (
    AppointmentFactory,
    AreaFactory,
    OrganisationFactory,
    PersonFactory,
    ProgrammeFactory,
    ServiceCentreFactory,
    actor_for,
    actor_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def test_agencies_and_centres_are_public_people_are_not():
    centre = ServiceCentreFactory()
    AppointmentFactory(organisation=centre.organisation)
    public = Actor.public()
    assert Organisation.objects.visible_to(public).count() == 1
    assert ServiceCentre.objects.visible_to(public).count() == 1
    for model in (Person, Appointment, Invitation, Handover):
        assert not model.objects.visible_to(public).exists()


def test_people_are_seen_in_reach_and_oneself_always():
    province = OrganisationFactory()
    district = OrganisationFactory(under=province)
    town = OrganisationFactory(supervised_by=district)
    people = {o.pk: AppointmentFactory(organisation=o).person for o in (province, district, town)}
    clerk = actor_for("clerk", province, reach="line")
    seen = set(Person.objects.visible_to(clerk))
    assert seen == {people[province.pk], people[district.pk], Person.objects.get(pk=clerk.person_id)}
    evaluator = actor_for("evaluator", province)
    assert set(Person.objects.visible_to(evaluator)) == {Person.objects.get(pk=evaluator.person_id)}


def test_an_officer_of_one_centre_sees_the_colleagues_of_that_centre():
    centre = ServiceCentreFactory()
    helper = AppointmentFactory(organisation=centre.organisation, centre=centre, role="helper").person
    other = AppointmentFactory(organisation=centre.organisation).person
    officer = actor_for("officer", centre=centre)
    seen = set(Person.objects.visible_to(officer))
    assert helper in seen
    assert other not in seen


def test_why_somebody_is_seen():
    organisation = OrganisationFactory()
    person = AppointmentFactory(organisation=organisation).person
    assert [rule.name for rule in reasons(actor_for("clerk", organisation), person)] == ["reach"]
    assert [rule.name for rule in reasons(actor_of(person), person)] == ["self", "reach"]
    assert reasons(actor_for("clerk"), person) == []


def test_who_can_do_what_here_and_through_what():
    area = AreaFactory(code="91")
    ministry = OrganisationFactory()
    province = OrganisationFactory(under=ministry, area=area)
    office = OrganisationFactory(writes_for=province)
    district = OrganisationFactory(under=province, area=AreaFactory(code="9101", parent=area))
    town = OrganisationFactory(supervised_by=district, area=AreaFactory(code="9101"))
    rows = {
        "own": AppointmentFactory(organisation=town, role="officer"),
        "above": AppointmentFactory(organisation=district, role="supervisor", reach="supervision"),
        "writes": AppointmentFactory(organisation=office, role="supervisor", reach="supervision"),
        "area": AppointmentFactory(organisation=province, role="auditor", reach="area"),
        "line": AppointmentFactory(organisation=ministry, role="supervisor", reach="line"),
        "elsewhere": AppointmentFactory(role="supervisor", reach="line"),
    }
    found = {item.appointment: item for item in who_can(town)}
    assert {item.appointment: item.way for item in found.values()} == {
        rows["own"]: "own",
        rows["above"]: "supervision",
        rows["writes"]: "supervision",
        rows["area"]: "area",
    }
    assert found[rows["above"]].status_only
    assert {cap.key for cap in found[rows["above"]].capabilities} >= {"organisations.see_status"}
    assert "organisations.appoint" not in {cap.key for cap in found[rows["above"]].capabilities}
    assert {item.appointment for item in who_can(district)} == {rows["above"], rows["line"], rows["area"]}
    assert next(item.way for item in who_can(province) if item.appointment == rows["area"]) == "own"


def test_each_way_to_power_is_said_in_words_the_nearest_first():
    area = AreaFactory(code="91")
    above, watching = OrganisationFactory(), OrganisationFactory()
    town = OrganisationFactory(under=above, supervised_by=watching, area=area)
    AppointmentFactory(organisation=watching, role="supervisor", reach="supervision")
    AppointmentFactory(organisation=OrganisationFactory(area=area), role="supervisor", reach="area")
    AppointmentFactory(organisation=above, role="supervisor", reach="line")
    AppointmentFactory(organisation=OrganisationFactory(writes_for=town), role="clerk")
    AppointmentFactory(organisation=town, role="clerk")
    assert [(item.way, str(item.why)) for item in who_can(town)] == [
        ("own", "ปฏิบัติงานในหน่วยงานนี้"),
        ("issues_for", "ออกหนังสือในนามหน่วยงานนี้"),
        ("line", "หน่วยงานนี้อยู่ในสังกัด"),
        ("area", "หน่วยงานนี้อยู่ในพื้นที่"),
        ("supervision", "กำกับดูแลหน่วยงานนี้ เห็นเพียงสถานะ"),
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_who_can_takes_three_queries(exactly, count):
    organisation = OrganisationFactory(under=OrganisationFactory())
    for _ in range(count):
        AppointmentFactory(organisation=organisation)
    with exactly(3):
        rows = [
            (str(item.appointment.person), item.appointment.organisation.name_th)
            for item in who_can(organisation)
        ]
    assert len(rows) == count


def test_decisions_about_agencies():
    organisation = OrganisationFactory()
    assert may_edit_contact(actor_for("clerk", organisation), organisation)
    assert not may_edit_contact(actor_for("officer", organisation), organisation)
    assert not may_edit_contact(actor_of(PersonFactory()), organisation)
    assert may_manage(actor_for("secretariat"))
    assert may_manage(actor_for("head")).code == "no-capability"


def test_the_program_itself_may_everything():
    system = Actor.system("tests")
    organisation = OrganisationFactory()
    assert reach_q(system, "organisations.see_people", "pk") == EVERY
    assert powers_over(system, organisation, ["a", "b"]) == {"a", "b"}
    choices = to_appoint(system, organisation)
    assert (choices.roles, choices.reaches, choices.programmes) == (
        list(Role.values),
        list(Reach.values),
        None,
    )
    assert may_edit_person(system, PersonFactory())


def test_nobody_is_appointed_for_a_centre_of_another_office():
    head = actor_for("head")
    mandate = Appointment(
        organisation=Organisation.objects.get(), role="officer", centre=ServiceCentreFactory()
    )
    decision = may_appoint(head, mandate)
    assert (bool(decision), decision.code) == (False, "other-organisation")


def test_who_is_in_reach_and_has_no_account_may_be_corrected():
    centre = ServiceCentreFactory()
    person = AppointmentFactory(organisation=centre.organisation, role="officer").person
    head = actor_for("head", centre.organisation)
    Person.objects.filter(pk=person.pk).update(user=None)
    person.refresh_from_db()
    assert may_edit_person(head, person)
    assert may_edit_person(actor_for("head"), person).code == "out-of-reach"


def test_what_a_denial_hides_has_no_reasons():
    denied = []
    registry.deny(Person, "tests.denied", "ทดสอบ", lambda _actor: Q(pk__in=denied))
    try:
        row = AppointmentFactory()
        clerk = actor_for("clerk", row.organisation)
        assert [rule.name for rule in reasons(clerk, row.person)] == ["reach"]
        denied.append(row.person.pk)
        assert reasons(clerk, row.person) == []
    finally:
        registry._denials[Person].pop("tests.denied")


def test_a_power_for_one_centre_says_so():
    centre = ServiceCentreFactory()
    row = AppointmentFactory(organisation=centre.organisation, centre=centre, role="officer")
    (found,) = who_can(centre.organisation)
    assert (found.appointment, str(found.why)) == (row, "รับผิดชอบศูนย์ของหน่วยงานนี้")


def test_my_appointments_of_today_with_what_each_allows():
    today, day = clock.today(), datetime.timedelta(days=1)
    person = PersonFactory()
    clerk = AppointmentFactory(person=person, role="clerk")
    helper = AppointmentFactory(person=person, role="helper", stand_in=True)
    AppointmentFactory(person=person, role="head", valid_to=today)
    AppointmentFactory(person=person, role="officer", valid_from=today + day)
    AppointmentFactory(role="secretariat", organisation=clerk.organisation)
    actor = actor_of(person)
    first, second = my_appointments(actor)
    assert [(mine.appointment, mine.acting) for mine in (first, second)] == [(clerk, True), (helper, False)]
    assert (first.holding, second.holding) == actor.holdings
    of_this_room = [
        {cap.key for cap in mine.capabilities if cap.key.startswith("organisations.")}
        for mine in (first, second)
    ]
    assert of_this_room == [
        {
            "organisations.invite",
            "organisations.invite_supervised",
            "organisations.edit_contact",
            "organisations.see_people",
            "organisations.see_status",
            "organisations.hand_over",
        },
        set(),
    ]
    chosen = resolver.of_user(person.user, acting_ref=f"appointment:{helper.public_id}")
    assert [mine.acting for mine in my_appointments(chosen)] == [False, True]


@pytest.mark.parametrize("count", [1, 3])
def test_my_appointments_take_one_query(exactly, count):
    person, giver = PersonFactory(), PersonFactory()
    for _ in range(count):
        centre = ServiceCentreFactory()
        AppointmentFactory(
            person=person,
            organisation=centre.organisation,
            centre=centre,
            programme=ProgrammeFactory(),
            appointed_by=giver,
        )
    actor = actor_of(person)
    with exactly(1):
        rows = [mine.appointment for mine in my_appointments(actor)]
        said = [(row.organisation.name_th, row.centre.name_th, row.programme.name_th) for row in rows]
        assert {row.appointed_by for row in rows} == {giver}
    assert len(set(said)) == count


def test_who_comes_without_an_account_has_no_appointments(exactly):
    target = OrganisationFactory()
    LinkGrant.objects.create(
        token_digest=resolver.digest("secret"),
        holder="ผู้ถือลิงก์",
        target_model="organisations.organisation",
        target_id=target.public_id,
        expires_at=clock.wall() + datetime.timedelta(days=1),
    )
    for actor in (resolver.of_link("secret"), Actor.public()):
        with exactly(0):
            assert my_appointments(actor) == []
