"""An appointment for one programme counts in letters of that programme alone."""

import dataclasses

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from saduak.correspondence import actions, queries, rules
from saduak.correspondence.models import Duty, DutyRecipient, Letter, LetterFinding
from saduak.foundation import clock
from saduak.foundation.access import Invalid, Refused
from saduak.foundation.models import User
from tests.correspondence import factories as f
from tests.organisations.factories import PersonFactory, ProgrammeFactory, actor_for
from tests.programme.factories import RoundFactory

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

NAMED = f.OWN.decode().replace("การขอรับการรับรองมาตรฐาน", "การขอรับการรับรองมาตรฐาน (GECC)").encode()


@pytest.fixture
def place():
    with clock.travel(f.IN_2566):
        made = f.province()
        made.gecc = ProgrammeFactory(short_name="GECC")
        made.other = ProgrammeFactory(short_name="OTHER")
        made.round = RoundFactory(programme=made.gecc, fiscal_year=2566, days=f.DAYS_2566)
        made.clerk = actor_for("clerk", made.office)
        yield made


def seen_by(actor) -> set[type]:
    models = (Letter, LetterFinding, Duty, DutyRecipient)
    return {model for model in models if model.objects.visible_to(actor).exists()}


@pytest.mark.parametrize("role", ["clerk", "officer", "helper", "auditor"])
def test_who_works_for_one_programme_reads_no_letter_of_another(place, role):
    letter = f.confirmed(place.clerk, place.office, NAMED)
    LetterFinding.objects.create(letter=letter, code="unsure-value", severity="warning", text="-")
    assert letter.programme == place.gecc
    everything = {Letter, LetterFinding, Duty, DutyRecipient}
    assert seen_by(actor_for(role, place.office)) == everything
    assert seen_by(actor_for(role, place.office, programme=place.gecc)) == everything
    assert seen_by(actor_for(role, place.office, programme=place.other)) == set()


def test_a_recipient_reads_and_answers_in_its_own_programme(place):
    f.confirmed(place.clerk, place.office, NAMED)
    district = place.districts[0]
    fits, other = (actor_for("clerk", district, programme=row) for row in (place.gecc, place.other))
    assert seen_by(other) == set()
    assert seen_by(fits) == {Letter, Duty, DutyRecipient}
    share = queries.shares(fits).first()
    assert rules.may_answer(fits, share)
    assert not rules.may_answer(other, share)
    with pytest.raises(Refused) as refused:
        actions.acknowledge_duty(actor=other, recipient_id=share.public_id)
    assert refused.value.code == "not-own-office"


def test_an_appointment_at_one_office_does_not_lend_its_programme_to_another(place):
    f.confirmed(place.clerk, place.office, NAMED)
    person = PersonFactory()
    actor_for("clerk", place.districts[0], person=person, programme=place.gecc)
    both = actor_for("clerk", place.districts[1], person=person, programme=place.other)
    assert {row.organisation for row in queries.shares(both)} == {place.districts[0]}
    assert queries.inbox(both, view="received").count() == 1
    assert queries.tally(both) == {"to_confirm": 0, "to_answer": Duty.objects.count()}


def test_who_works_for_one_programme_gives_no_orders_in_another(place):
    letter = f.loaded(place.clerk, place.office, NAMED)
    other = actor_for("clerk", place.office, programme=place.other)
    said = f.as_read(place.clerk, letter, deadlines=())
    with pytest.raises(Refused) as refused:
        actions.confirm(actor=other, letter_id=letter.public_id, confirmation=said)
    assert refused.value.code == "not-own-office"
    assert not Duty.objects.exists()
    assert queries.todos(other) == []
    assert queries.tally(other)["to_confirm"] == 0
    assert not queries.inbox(other, view="to_confirm").exists()
    fits = actor_for("clerk", place.office, programme=place.gecc)
    assert [row.kind for row in queries.todos(fits)] == ["confirm"]
    assert queries.inbox(fits, view="to_confirm").get() == letter
    assert actions.confirm(actor=fits, letter_id=letter.public_id, confirmation=said).for_issuer


def test_a_letter_of_which_nothing_is_read_yet_is_everybodys_at_its_office(place):
    letter = f.loaded(place.clerk, place.office)
    Letter.objects.filter(pk=letter.pk).update(text="", reading={}, state="unreadable")
    other = actor_for("clerk", place.office, programme=place.other)
    assert queries.inbox(other, view="to_confirm").get() == letter
    assert queries.tally(other)["to_confirm"] == 1
    assert rules.may_confirm(other, Letter.objects.get())
    assert not seen_by(actor_for("clerk", place.districts[0], programme=place.other))


def test_a_letter_that_names_no_programme_is_of_its_loaders(place):
    other = actor_for("clerk", place.office, programme=place.other)
    assert f.loaded(other, place.office).programme == place.other
    assert f.loaded(other, place.office, NAMED).programme == place.gecc
    assert f.loaded(place.clerk, place.office).programme == place.gecc


def test_a_letter_is_linked_to_a_round_of_ones_own_programme_only(place):
    foreign = RoundFactory(programme=place.other, fiscal_year=2566, days=f.DAYS_2566)
    letter = f.loaded(place.clerk, place.office, NAMED)
    assert {row.pk for row in queries.letter_page(place.clerk, letter).rounds} == {place.round.pk, foreign.pk}
    bound = actor_for("clerk", place.office, programme=place.gecc)
    page = queries.letter_page(bound, letter)
    assert ([row.pk for row in page.rounds], page.as_issuer) == ([place.round.pk], True)
    assert page.may_set_deadlines
    said = dataclasses.replace(f.as_read(bound, letter, deadlines=()), round_id=foreign.public_id)
    with pytest.raises(Invalid) as refused:
        actions.confirm(actor=bound, letter_id=letter.public_id, confirmation=said)
    assert refused.value.code == "no-round"


def test_in_whose_name_one_speaks_follows_the_programme_of_the_round(place):
    foreign = RoundFactory(programme=place.other, fiscal_year=2566, days=f.DAYS_2566)
    letter = f.loaded(place.clerk, place.office, NAMED)
    person = PersonFactory()
    actor_for("clerk", place.office, person=person, programme=place.gecc)
    both = actor_for("officer", place.office, person=person, programme=place.other)
    assert queries.letter_page(both, letter).as_issuer
    assert not queries.letter_page(both, letter, round_=foreign).as_issuer
    said = dataclasses.replace(f.as_read(both, letter, deadlines=()), round_id=foreign.public_id)
    done = actions.confirm(actor=both, letter_id=letter.public_id, confirmation=said)
    assert (done.for_issuer, done.programme) == (False, place.other)


def test_who_brings_in_a_letter_of_another_programme_is_told_who_goes_on(place, client):
    other = actor_for("clerk", place.office, programme=place.other)
    client.force_login(
        User.objects.get(pk=other.user_id), "allauth.account.auth_backends.AuthenticationBackend"
    )
    file = SimpleUploadedFile("letter.txt", NAMED)
    values = {"holder": place.office.public_id, "file": file}
    answer = client.post(reverse("correspondence:load"), values, follow=True)
    assert answer.redirect_chain == [(reverse("correspondence:inbox"), 302)]
    assert "GECC" in str(next(iter(answer.context["messages"])))
    assert Letter.objects.get().programme == place.gecc
