"""Who sees letters, sendings and deliveries: one's own and what comes of them, never a sister's; secrets narrower still."""

import dataclasses

import pytest

from saduak.correspondence import rules
from saduak.correspondence.actions import lists, outside
from saduak.correspondence.models import (
    ContactLog,
    Delegation,
    Delivery,
    Dispatch,
    Draft,
    Letter,
    LetterAttachment,
    LetterTemplate,
    RecipientList,
    Registry,
)
from saduak.foundation.access import Actor
from tests.correspondence import factories_sending as f
from tests.organisations.factories import (
    AppointmentFactory,
    OrganisationFactory,
    PersonFactory,
    ProgrammeFactory,
    ServiceCentreFactory,
    actor_for,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree(world):
    """The province's letter to its districts, and what the first district passed on to its two local governments."""
    top = f.to_districts(world)
    first = f.at(top, world.districts[0])
    return top, first, f.to_locals(world, 0, first)


def offices(actor: Actor) -> set[str]:
    return set(Delivery.objects.visible_to(actor).values_list("organisation__name_th", flat=True))


def letters(actor: Actor) -> set[str]:
    return set(Letter.objects.visible_to(actor).values_list("number", flat=True))


def test_the_sender_sees_all_that_came_of_it_and_reads_what_its_line_writes(world, tree):
    top, _first, below = tree
    clerk = world.clerk(world.office)
    assert offices(clerk) == {
        "อำเภอทดสอบ1",
        "อำเภอทดสอบ2",
        "อำเภอทดสอบ3",
        "เทศบาลตำบลทดสอบ1.1",
        "เทศบาลตำบลทดสอบ1.2",
    }
    assert letters(clerk) == {top.letter.number}
    head = actor_for("supervisor", world.province, reach="line")
    assert letters(head) == {top.letter.number, below.letter.number}
    assert set(Dispatch.objects.visible_to(clerk)) == {top}


def test_an_office_sees_its_own_and_what_it_passed_on_and_no_sister(world, tree):
    top, _first, below = tree
    clerk = world.clerk(world.districts[0])
    assert offices(clerk) == {"อำเภอทดสอบ1", "เทศบาลตำบลทดสอบ1.1", "เทศบาลตำบลทดสอบ1.2"}
    assert letters(clerk) == {top.letter.number, below.letter.number}
    assert set(Dispatch.objects.visible_to(clerk)) == {top, below}
    sister = world.clerk(world.districts[1])
    assert offices(sister) == {"อำเภอทดสอบ2"}
    assert letters(sister) == {top.letter.number}


def test_who_supervises_sees_where_it_stands_and_reads_nothing_of_it(world, tree):
    """The local government writes on; its district only supervises it."""
    _top, _first, below = tree
    town = world.locals[0][0]
    inner = OrganisationFactory(name_th="กองคลัง", under=town)
    onward = f.sent_letter(world, f.targets_of([inner]), issuer=town, forwards=f.at(below, town))
    watcher = actor_for("supervisor", world.districts[0], reach="supervision")
    assert "กองคลัง" in offices(watcher)
    assert onward.letter.number not in letters(watcher)


def test_strangers_helpers_of_a_centre_and_nobody_see_what_is_theirs(world, tree):
    assert offices(Actor.public()) == set()
    assert letters(Actor.public()) == set()
    away = OrganisationFactory()
    assert offices(actor_for("clerk", away)) == set()
    centre = ServiceCentreFactory(organisation=world.districts[1])
    helper = actor_for("helper", world.districts[1], centre=centre)
    assert letters(helper) == {tree[0].letter.number}
    assert not rules.may_receive(helper, f.at(tree[0], world.districts[1]))
    assert not LetterTemplate.objects.visible_to(helper).exists()


def test_who_works_for_another_programme_sees_nothing_of_this_one(world, tree):
    other = ProgrammeFactory()
    assert offices(actor_for("clerk", world.districts[0], programme=other)) == set()
    assert offices(actor_for("clerk", world.districts[0], programme=world.programme)) != set()
    bound = actor_for("supervisor", world.province, reach="line", programme=other)
    assert letters(bound) == set()
    same = actor_for("supervisor", world.province, reach="line", programme=world.programme)
    assert tree[2].letter.number in letters(same)


def test_a_call_is_seen_by_every_office_below_those_addressed_before_its_own_order(world):
    call = f.sent_letter(world, f.targets_of([world.ministry]), issuer=OrganisationFactory(), advance=True)
    for office in (world.districts[2], world.locals[1][0], world.office):
        assert letters(world.clerk(office)) == {call.letter.number}
        assert offices(world.clerk(office)) == set()
    assert letters(actor_for("clerk", OrganisationFactory())) == set()
    Delivery.objects.update(state="withdrawn")
    assert letters(world.clerk(world.districts[2])) == set()


def test_without_that_word_nobody_below_sees_it(world):
    f.sent_letter(world, f.targets_of([world.ministry]), issuer=OrganisationFactory())
    assert letters(world.clerk(world.districts[2])) == set()


def test_a_letter_given_or_shown_to_somebody_is_seen_by_them(world, tree):
    row = f.at(tree[0], world.districts[0])
    reader = actor_for("helper", OrganisationFactory())
    assert letters(reader) == set()
    Delivery.objects.filter(pk=row.pk).update(assigned_to=reader.person_id)
    assert letters(reader) == {tree[0].letter.number}


# --- Secret letters ---------------------------------------------------------------------------------------------------


@pytest.fixture
def secret(world):
    letter = f.letter_of(world, world.province, world.office, secrecy="secret", number="ลับ 1")
    LetterAttachment.objects.create(letter=letter, ordinal=1, title="แนบ")
    return f.sent_letter(world, f.targets_of(world.districts), letter=letter)


def test_a_secret_letter_is_seen_by_the_cleared_and_by_nobody_else_of_the_office(world, secret):
    office = world.districts[0]
    for role in ("clerk", "head"):
        actor = actor_for(role, office)
        assert letters(actor) == {"ลับ 1"}
        assert offices(actor) == {"อำเภอทดสอบ1"}
        assert LetterAttachment.objects.visible_to(actor).count() == 1
    for role in ("officer", "helper", "supervisor", "administrator"):
        actor = actor_for(role, office)
        assert letters(actor) == set()
        assert offices(actor) == set()
        assert not LetterAttachment.objects.visible_to(actor).exists()
        assert not Dispatch.objects.visible_to(actor).exists()


def test_auditors_and_superiors_do_not_see_secrets_by_their_office_alone(world, secret):
    for actor in (
        actor_for("auditor", OrganisationFactory()),
        actor_for("supervisor", world.ministry, reach="line"),
        actor_for("secretariat", OrganisationFactory()),
    ):
        assert letters(actor) == set()
        assert offices(actor) == set()


def test_who_was_given_it_works_on_it(world, secret):
    officer = actor_for("officer", world.districts[0])
    Delivery.objects.filter(organisation=world.districts[0]).update(assigned_to=officer.person_id)
    assert letters(officer) == {"ลับ 1"}


def test_a_secret_letter_is_read_by_those_who_see_it_and_any_other_by_whoever_asks(world, secret, exactly):
    clerk, officer = (actor_for(role, world.districts[0]) for role in ("clerk", "officer"))
    assert rules.secrecy.may_read(clerk, secret.letter)
    assert rules.secrecy.may_read(officer, secret.letter).code == "secret"
    assert rules.secrecy.may_read(Actor.system("test"), secret.letter)
    plain = f.to_districts(world).letter
    with exactly(0):
        assert rules.secrecy.may_read(officer, plain)


def test_a_step_that_waits_opens_no_secret_letter(world, secret):
    """A draft without a letter yet is no key to those that are there."""
    officer = actor_for("officer", world.districts[0])
    draft = Draft.objects.create(office=world.office, issuer=world.province, programme=world.programme)
    draft.steps.create(ordinal=1, act="initial", person_id=officer.person_id)
    assert letters(officer) == set()
    assert offices(officer) == set()
    assert not Dispatch.objects.visible_to(officer).exists()


def test_a_secret_draft_is_seen_by_who_writes_signs_or_is_cleared(world):
    writer, other = actor_for("officer", world.office), actor_for("officer", world.office)
    draft = Draft.objects.create(
        office=world.office,
        issuer=world.province,
        programme=world.programme,
        secrecy="very_secret",
        created_by_id=writer.user_id,
    )
    signer = actor_for("head", OrganisationFactory())
    draft.steps.create(ordinal=1, act="sign", person_id=signer.person_id)
    seen = {
        name: Draft.objects.visible_to(actor).exists()
        for name, actor in {
            "writer": writer,
            "other": other,
            "signer": signer,
            "clerk": actor_for("clerk", world.office),
            "nobody": Actor.public(),
        }.items()
    }
    assert seen == {"writer": True, "other": False, "signer": True, "clerk": True, "nobody": False}
    assert draft.steps.model.objects.visible_to(signer).count() == 1
    assert not draft.steps.model.objects.visible_to(other).exists()


# --- What belongs to an office, and what one may do -------------------------------------------------------------------


def test_lists_delegations_and_registers_are_their_offices_own(world):
    clerk, sister = world.clerk(world.office), world.clerk(world.districts[0])
    lists.keep_list(
        actor=clerk,
        organisation_id=world.office.public_id,
        name="นำร่อง",
        member_ids=[world.districts[0].public_id],
    )
    Registry.objects.create(organisation=world.office)
    Delegation.objects.create(organisation=world.province, person=PersonFactory(), position="ปลัดจังหวัด")
    for model in (RecipientList, Registry, Delegation):
        assert model.objects.visible_to(clerk).count() == 1
        assert not model.objects.visible_to(sister).exists()


def test_calls_about_a_letter_are_seen_by_its_sender(world, tree):
    row = f.at(tree[0], world.districts[0])
    clerk = world.clerk(world.office)
    outside.log_contact(actor=clerk, delivery_id=row.public_id, outcome="reached")
    assert ContactLog.objects.visible_to(clerk).count() == 1
    assert not ContactLog.objects.visible_to(world.clerk(world.districts[0])).exists()
    assert not ContactLog.objects.visible_to(Actor.public()).exists()


def test_what_one_may_do_follows_from_one_appointment(world, tree):
    top, first, _below = tree
    clerk, district = world.clerk(world.office), world.clerk(world.districts[0])
    assert rules.may_write(clerk, world.office, world.province, world.programme.pk)
    assert not rules.may_write(clerk, world.districts[0], world.districts[0], world.programme.pk)
    assert rules.may_call_back(clerk, top)
    assert not rules.may_call_back(district, top)
    assert rules.may_call_back(world.clerk(world.province), top)
    sister = OrganisationFactory(under=world.province, writes_for=world.province)
    assert not rules.may_call_back(world.clerk(sister), top)
    assert rules.may_answer_for(clerk, first)
    assert rules.may_answer_for(district, first)
    assert not rules.may_answer_for(world.clerk(world.districts[1]), first)
    assert rules.may_receive(Actor.system("test"), first)
    on_paper = Delivery(letter=top.letter, organisation=world.districts[0])
    assert rules.may_answer_for(district, on_paper)
    draft = Draft(office=world.office, issuer=world.province, programme=world.programme)
    assert rules.may_edit(clerk, draft)
    assert rules.may_send(clerk, draft)
    officer = actor_for("officer", world.office)
    assert rules.may_edit(officer, draft)
    assert rules.may_send(officer, draft).code == "not-issuer"


def test_a_step_is_decided_by_its_person(world):
    head = actor_for("head", world.office)
    draft = Draft.objects.create(office=world.office, issuer=world.province, programme=world.programme)
    step = draft.steps.create(ordinal=1, act="sign", person_id=head.person_id)
    assert rules.may_decide(head, step)
    assert rules.may_decide(world.clerk(world.office), step).code == "not-your-step"
    assert not rules.may_decide(dataclasses.replace(head, person_id=None), step)


def test_who_works_for_two_offices_does_not_write_for_one_through_the_other(world):
    """An appointment at the province and one at a district are two: neither stands for both."""
    district = world.clerk(world.districts[0])
    person = PersonFactory._meta.model.objects.get(pk=district.person_id)
    AppointmentFactory(person=person, organisation=world.province, role="clerk")
    both = actor_for("clerk", world.province)
    joined = dataclasses.replace(district, holdings=district.holdings + both.holdings)
    assert not rules.may_write(joined, world.districts[0], world.province, world.programme.pk)
