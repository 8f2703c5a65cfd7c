"""Who may do what, and who sees what."""

import pytest

from saduak.foundation.access import Actor, registry
from saduak.programme import rules
from saduak.programme.models import CriteriaSet, InternalDeadline, Round, Stage
from tests.organisations.factories import (
    OrganisationFactory,
    ProgrammeFactory,
    ServiceCentreFactory,
    actor_for,
)
from tests.programme.factories import InternalDeadlineFactory, RoundFactory, published_set, secretariat

pytestmark = pytest.mark.django_db
ROLES = "secretariat supervisor clerk officer helper head evaluator committee auditor administrator".split()


@pytest.mark.parametrize("role", ROLES)
def test_only_the_secretariat_rules_the_round(role):
    row = RoundFactory()
    actor = actor_for(role, programme=row.programme if role == "secretariat" else None)
    expected = role == "secretariat"
    assert bool(rules.may_open_round(actor, row.programme)) is expected
    assert bool(rules.may_move_window(actor, row)) is expected
    assert bool(rules.may_keep_criteria(actor, row.programme)) is expected


def test_a_secretariat_rules_its_own_programme():
    row, other = RoundFactory(), RoundFactory()
    bound = secretariat(row.programme)
    assert rules.may_open_round(bound, row.programme)
    assert not rules.may_open_round(bound, other.programme)
    assert not rules.may_move_window(bound, other)
    assert rules.may_open_round(secretariat(), other.programme)
    assert rules.may_open_round(Actor.system(), other.programme)
    refusal = rules.may_open_round(Actor.public(), row.programme)
    assert (refusal.code, bool(refusal.reason)) == ("not-secretariat", True)


@pytest.mark.parametrize("role", ROLES)
def test_whose_people_set_dates(role):
    owner = OrganisationFactory()
    allowed = role in {"supervisor", "clerk", "head"}
    assert bool(rules.may_set_deadline(actor_for(role, owner), owner)) is allowed
    assert not rules.may_set_deadline(actor_for(role, OrganisationFactory(), reach="line"), owner)


def test_an_office_that_writes_for_its_province_sets_the_provinces_dates():
    province = OrganisationFactory()
    office = OrganisationFactory(writes_for=province)
    clerk = actor_for("clerk", office)
    assert rules.may_set_deadline(clerk, province)
    assert rules.owners(clerk) == {province.pk, office.pk}


def test_an_appointment_for_one_centre_sets_no_dates():
    centre = ServiceCentreFactory()
    assert not rules.may_set_deadline(actor_for("head", centre=centre), centre.organisation)


def test_rounds_and_published_sets_are_open_to_all():
    row = RoundFactory()
    for actor in (Actor.public(), actor_for("officer")):
        assert list(Round.objects.visible_to(actor)) == [row]
        assert Stage.objects.visible_to(actor).count() == 7
        assert list(CriteriaSet.objects.visible_to(actor)) == [row.criteria_set]


def test_drafts_are_for_the_secretariat_of_the_programme():
    row = published_set()
    draft = CriteriaSet.objects.create(
        programme=row.programme, code="draft", title="ร่าง", imported_at=row.imported_at, digest="0" * 64
    )
    seen = {
        "public": Actor.public(),
        "officer": actor_for("officer"),
        "other": secretariat(ProgrammeFactory()),
        "own": secretariat(row.programme),
        "all": secretariat(),
    }
    assert {who for who, actor in seen.items() if draft in CriteriaSet.objects.visible_to(actor)} == {
        "own",
        "all",
    }


def test_internal_dates_are_seen_along_the_line():
    row = RoundFactory()
    province = OrganisationFactory()
    district = OrganisationFactory(under=province)
    town = OrganisationFactory(supervised_by=district)
    of_province = InternalDeadlineFactory(round=row, owner=province, reach="line")
    of_district = InternalDeadlineFactory(round=row, owner=district, reach="supervision")

    def seen(actor):
        return set(InternalDeadline.objects.visible_to(actor))

    both = {of_province, of_district}
    assert seen(actor_for("officer", district)) == both
    assert seen(actor_for("officer", town)) == both
    assert seen(actor_for("supervisor", province, reach="line")) == both
    assert seen(actor_for("supervisor", province)) == {of_province}
    assert seen(secretariat(row.programme)) == both
    assert seen(secretariat(ProgrammeFactory())) == set()
    assert seen(actor_for("auditor")) == both
    assert seen(actor_for("officer")) == set()
    assert seen(Actor.public()) == set()


def test_every_capability_has_words():
    own = [cap for cap in registry.capabilities() if cap.key.startswith("programme.")]
    assert {cap.key for cap in own} == {
        "programme.open_round",
        "programme.move_window",
        "programme.publish_criteria",
        "programme.set_internal_deadline",
        "programme.see",
    }
    assert all(str(cap.label) and cap.roles for cap in own)
