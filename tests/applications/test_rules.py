import datetime

import pytest
from django.db.models import Q

from saduak.applications import actions, queries, rules
from saduak.applications.models import (
    Answer,
    Application,
    Evidence,
    Review,
    ReviewComment,
    SignOff,
    Submission,
)
from saduak.foundation import clock
from saduak.foundation.access import Actor, Holding, registry
from tests.applications.factories import ApplicationFactory, answer, submitted_application
from tests.applications.test_evidence import photo
from tests.kept import kept
from tests.organisations.factories import ServiceCentreFactory, actor_for
from tests.programme.factories import MID_WINDOW

SECOND = datetime.timedelta(seconds=1)
pytestmark = pytest.mark.django_db
INSIDE = (Answer, Submission, SignOff, Review, ReviewComment, Evidence)


def sees(actor, model):
    return model.objects.visible_to(actor).exists()


@kept
def full(draft, people, land):
    """An application in which every table has a row, submitted."""
    review = actions.request_review(
        actor=people.officer, application_id=draft.public_id, organisation_id=land.department.public_id
    )
    criterion = answer(draft, "2.1").criterion.public_id
    actions.comment(actor=people.department, review_id=review.public_id, criterion_id=criterion, text="ดู")
    return submitted_application(draft, officer=people.officer).application


READERS = ("officer", "helper", "head", "province", "department", "secretariat")
OTHERS = ("stranger", "over_cities", "other_secretariat", "auditor", "city_officer", "city_head")


@pytest.mark.parametrize("who", READERS)
def test_own_line_and_secretariat_read_what_was_submitted(full, people, who):
    actor = getattr(people, who)
    assert sees(actor, Application)
    assert all(sees(actor, model) for model in INSIDE), [m for m in INSIDE if not sees(actor, m)]


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_sees_anything(full, people, who):
    actor = getattr(people, who)
    assert not sees(actor, Application)
    assert not any(sees(actor, model) for model in INSIDE)
    assert not any(sees(Actor.public(), model) for model in (Application, *INSIDE))


def test_who_supervises_and_the_secretariat_see_the_status_of_a_draft(people, land):
    city = ApplicationFactory(centre=land.city_centre, round=land.round, actor=people.city_officer)
    for who in ("over_cities", "secretariat"):
        actor = getattr(people, who)
        assert list(Application.objects.visible_to(actor)) == [city], who
        assert not any(sees(actor, model) for model in INSIDE), who
        assert not queries.sees_content(actor, city)
    for who in ("province", "other_secretariat", "officer"):
        assert not sees(getattr(people, who), Application), who


def test_a_supervised_office_may_share(people, land):
    city = ApplicationFactory(centre=land.city_centre, round=land.round, actor=people.city_officer)
    land.city.shares_with_supervisor = True
    land.city.save(update_fields=["shares_with_supervisor"])
    assert queries.sees_content(people.over_cities, city)


def test_an_area_is_read_like_a_line(people, land, draft):
    over_area = actor_for("supervisor", land.province, reach="area", received_at=MID_WINDOW)
    assert queries.sees_content(over_area, draft)


def test_access_follows_the_tree_of_today(people, land, draft):
    land.centre.organisation = land.city
    land.centre.save(update_fields=["organisation"])
    assert not queries.sees_content(people.officer, draft)
    assert queries.sees_content(people.city_officer, draft)
    assert Application.objects.get().organisation == land.district


def test_an_auditor_reads_closed_rounds_of_the_own_programme(people, land, draft):
    elsewhere = actor_for("auditor", programme=land.other, received_at=MID_WINDOW)
    here = actor_for("auditor", programme=land.programme, received_at=MID_WINDOW)
    land.round.closed_at = clock.now()
    land.round.save(update_fields=["closed_at"])
    assert queries.sees_content(people.auditor, draft)
    assert queries.sees_content(here, draft)
    assert not sees(elsewhere, Application)


def test_an_auditor_reads_a_round_that_ended_by_its_dates(people, land, draft):
    last = max(stage.ends_at for stage in land.round.stages.all())
    for moment, reads in ((last - SECOND, False), (last, True)):
        assert queries.sees_content(people.auditor.at(moment), draft) is reads


def test_a_secretariat_without_a_programme_reads_all(people, land, draft):
    everywhere = actor_for("secretariat", received_at=MID_WINDOW)
    assert not queries.sees_content(everywhere, draft)
    submitted_application(draft, officer=people.officer)
    assert queries.sees_content(everywhere, draft)


def test_a_link_reads_its_own_application(people, land, draft):
    other = ApplicationFactory(centre=land.city_centre, round=land.round, actor=people.city_officer)

    def link(target, *capabilities):
        holding = Holding(ref="link:1", role="link", capabilities=frozenset(capabilities), target=target)
        return Actor(kind="link", ref="link:1", received_at=MID_WINDOW, holdings=(holding,))

    helper = link(("applications.application", str(draft.public_id)), rules.SEE)
    assert list(Application.objects.visible_to(helper)) == [draft]
    assert queries.sees_content(helper, draft)
    assert not queries.sees_content(helper, other)
    for nothing in (
        link(("assessment.case", str(draft.public_id)), rules.SEE),
        link(("applications.application", str(draft.public_id)), "other.thing"),
        link(None, rules.SEE),
    ):
        assert not sees(nothing, Application)
    assert rules.may_act(
        link(("applications.application", str(draft.public_id)), rules.EDIT), rules.EDIT, draft
    )
    assert not rules.may_act(
        link(("applications.application", str(draft.public_id)), rules.SUBMIT), rules.SUBMIT, draft
    )


def test_a_room_above_opens_content_in_one_line_and_hides_all_by_one_denial(full, people):
    panel = people.stranger

    def own(actor):
        return Q(pk=full.pk) if actor == panel else None

    rules.share_content("test-panel", "อยู่ในคณะ", own)
    try:
        assert sees(panel, Application)
        assert all(sees(panel, model) for model in INSIDE)
        registry.deny(Application, "test-conflict", "มีส่วนได้เสีย", own)
        assert not sees(panel, Application)
        assert not any(sees(panel, model) for model in INSIDE)
        assert all(sees(people.officer, model) for model in INSIDE)
    finally:
        rules._CONTENT.remove(own)
        for model in (Application, *INSIDE):
            registry._grants[model].pop("test-panel")
        registry._denials[Application].pop("test-conflict", None)


def test_a_library_is_read_along_the_line_before_anything_is_used(people, land):
    actions.add_evidence(
        actor=people.officer,
        file=photo(),
        caption="ภาพ",
        centre_id=land.centre.public_id,
    )
    assert all(
        sees(getattr(people, who), Evidence) for who in ("officer", "helper", "province", "department")
    )
    assert not any(sees(getattr(people, who), Evidence) for who in (*OTHERS, "secretariat"))


def test_who_acts_for_a_centre(land, draft):
    sister = ServiceCentreFactory(organisation=land.district)
    bound = actor_for("officer", centre=sister, received_at=MID_WINDOW)
    own = actor_for("officer", centre=land.centre, received_at=MID_WINDOW)
    wide = actor_for("head", land.department, reach="line", received_at=MID_WINDOW)
    assert not rules.may_act(bound, rules.EDIT, draft)
    assert rules.may_act(own, rules.EDIT, draft)
    assert not rules.may_act(wide, rules.EDIT, draft), "a head above commands, but the centre writes"
    assert rules.may_act(Actor.system(), rules.SIGN, draft)


def test_the_system_reviews_and_returns(draft, land, actor_system):
    review = Review(application=draft, organisation=land.province)
    assert rules.may_review(actor_system, review)
    assert rules.may_for_programme(actor_system, rules.RETURN, land.round)
    assert queries.sees_content(actor_system, draft)


def test_every_capability_has_words_and_roles():
    mine = [cap for cap in registry.capabilities() if cap.key.startswith("applications.")]
    assert len(mine) == 31
    assert all(str(cap.label) and cap.roles for cap in mine)
