"""An appointment for one programme counts in letters of that programme alone."""

import dataclasses

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from saduak.correspondence import actions, queries, rules
from saduak.correspondence.actions import drafting
from saduak.correspondence.models import Draft, Duty, DutyRecipient, Letter, LetterFinding, RegisterEntry
from saduak.correspondence.queries import drafts as draft_queries
from saduak.foundation import clock
from saduak.foundation.access import Invalid, Refused
from saduak.foundation.models import User
from tests.correspondence import factories as f
from tests.correspondence.factories_drafts import DraftFactory, begun, delivered, save
from tests.correspondence.factories_registers import SEND, kept, numbered
from tests.organisations.factories import (
    OrganisationFactory,
    PersonFactory,
    ProgrammeFactory,
    ServiceCentreFactory,
    actor_for,
)
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


# --- Offices that write in the same name ------------------------------------------------------------------------------


@pytest.fixture
def sister(place):
    """Another office of the province that writes in its name, and its clerk."""
    place.sister = OrganisationFactory(
        code="local-admin:91", kind="provincial_office", under=place.province, writes_for=place.province
    )
    return actor_for("clerk", place.sister)


def secret_of(place, organisation) -> set[str]:
    """A secret letter that came to an organisation, and one that it holds, by their numbers."""
    delivered(organisation, programme=place.gecc, secrecy="secret", number="มา")
    Letter.objects.filter(pk=f.loaded(place.clerk, place.office, NAMED).pk).update(
        holder=organisation, secrecy="secret", number="ถือ", loaded_by=None
    )
    return {"มา", "ถือ"}


def numbers(actor) -> set[str]:
    return set(Letter.objects.visible_to(actor).filter(secrecy="secret").values_list("number", flat=True))


def test_a_name_opens_no_secret_letter(place, sister):
    of_province = secret_of(place, place.province)
    for clerk in (place.clerk, sister):
        assert numbers(clerk) == set()
    for role in ("clerk", "head"):
        assert numbers(actor_for(role, place.province)) == of_province
    issued = Letter.objects.filter(number="ถือ")
    issued.update(holder=place.office, issuer=place.province)
    assert (numbers(place.clerk), numbers(sister)) == ({"ถือ"}, set())


def test_a_name_opens_no_secret_line_of_a_register(place, sister):
    numbered(kept(place.province), SEND, secrecy="secret")
    for clerk in (place.clerk, sister):
        assert not RegisterEntry.objects.visible_to(clerk).exists()
    assert RegisterEntry.objects.visible_to(actor_for("clerk", place.province)).exists()


def test_an_appointment_for_one_centre_is_cleared_for_nothing(place):
    centre = ServiceCentreFactory(organisation=place.province)
    secret_of(place, place.province)
    assert numbers(actor_for("clerk", centre=centre)) == set()


def test_a_sister_office_works_on_no_draft_of_the_other_nor_of_the_province(place, sister):
    theirs = begun(place.clerk, place.office, place.province, place.gecc)
    provinces = DraftFactory(office=place.province, programme=place.gecc)
    for draft in (theirs, provinces):
        for may in (rules.may_edit, rules.may_send):
            assert not may(sister, draft)
        with pytest.raises(Refused):
            save(sister, draft, subject="x")
        assert not Draft.objects.visible_to(sister).filter(pk=draft.pk).exists()
    assert not draft_queries.drafts(sister).exists()
    with pytest.raises(Refused):
        drafting.print_out(actor=place.clerk, draft_id=provinces.public_id)


def test_an_office_still_writes_in_the_name_that_is_its_own_to_use(place, sister):
    for clerk, office in ((place.clerk, place.office), (sister, place.sister)):
        draft = begun(clerk, office, place.province, place.gecc)
        assert save(clerk, draft, subject="เรื่อง").subject == "เรื่อง"
        assert rules.may_send(clerk, draft)
        assert list(draft_queries.drafts(clerk)) == [draft]
        assert rules.may_issue(clerk, office.pk, place.province, place.gecc.pk)
    assert not rules.may_issue(sister, place.office.pk, place.province, place.gecc.pk)
    assert not rules.may_issue(place.clerk, place.province.pk, place.province, place.gecc.pk)


def test_a_sister_office_gives_no_orders_by_a_letter_that_the_other_brought_in(place, sister):
    letter = f.loaded(place.clerk, place.office, NAMED)
    with pytest.raises(Refused) as refused:
        actions.confirm(actor=sister, letter_id=letter.public_id, confirmation=f.as_read(place.clerk, letter))
    assert refused.value.code == "not-own-office"
