"""How far a draft may reach: no less secret than what lies behind it, and in advance by the programme's secretariat alone."""

import pytest

from saduak.correspondence.actions import drafting
from saduak.correspondence.models import Draft, DraftAttachment
from saduak.correspondence.secrecy_floor import classes_above, floor_of, highest
from saduak.foundation import files
from saduak.foundation.access import Actor, Invalid
from tests.correspondence.factories_drafts import begun, delivered, programme, save
from tests.organisations.factories import OrganisationFactory, ProgrammeFactory, actor_for, me

pytestmark = pytest.mark.django_db


def passing_on(place, secrecy: str) -> Draft:
    """The office passes on a letter of a class that came to it."""
    above = delivered(place.office, programme=programme(), secrecy=secrecy)
    above.letter.file = files.put(b"%PDF of its own", name="a.pdf", media_type="application/pdf")
    above.letter.save()
    made = begun(place.clerk, place.office, place.office, programme(), forwards=above.public_id)
    assert made.secrecy == secrecy
    return made


def refused(actor, draft, **values) -> Invalid:
    with pytest.raises(Invalid) as refusal:
        save(actor, draft, **values)
    before = Draft.objects.get(pk=draft.pk)
    assert (before.version, before.secrecy, before.advance) == (draft.version, draft.secrecy, draft.advance)
    return refusal.value


def test_what_passes_on_a_secret_letter_is_not_less_secret(place):
    draft = passing_on(place, "secret")
    assert (classes_above(draft), floor_of(draft)) == (["secret"], "secret")
    refusal = refused(place.clerk, draft, secrecy="", subject="อื่น")
    assert (refusal.code, set(refusal.fields)) == ("less-secret", {"secrecy"})
    assert "ลับ" in str(refusal.reason)
    assert save(place.clerk, draft, secrecy="very_secret").secrecy == "very_secret"
    assert save(place.clerk, Draft.objects.get(pk=draft.pk), secrecy="secret").secrecy == "secret"


def test_what_corrects_a_secret_letter_is_not_less_secret(place, draft):
    letter = delivered(place.office, programme=programme(), secrecy="very_secret").letter
    Draft.objects.filter(pk=draft.pk).update(corrects=letter)
    draft = Draft.objects.get(pk=draft.pk)
    assert classes_above(draft) == ["very_secret"]
    assert refused(place.clerk, draft, secrecy="secret").code == "less-secret"
    # What is not touched is not asked about: the draft can be written on.
    assert save(place.clerk, draft, subject="ต่อ").subject == "ต่อ"


def test_the_highest_of_some_classes():
    assert highest([]) == ""
    assert highest(["", "very_secret", "secret"]) == "very_secret"


def test_a_file_that_says_it_is_secret_is_not_enclosed_in_what_is_less(place, draft):
    plan = "ลับมาก\nแผนปฏิบัติการ".encode()
    with pytest.raises(Invalid) as refusal:
        drafting.add_attachment(actor=place.clerk, draft_id=draft.public_id, file=plan, name="plan.txt")
    assert (refusal.value.code, set(refusal.value.fields)) == ("less-secret", {"enclosed_title"})
    assert not DraftAttachment.objects.exists()
    save(place.clerk, draft, secrecy="very_secret")
    drafting.add_attachment(actor=place.clerk, draft_id=draft.public_id, file=plan, name="plan.txt")
    with pytest.raises(Invalid) as refusal:
        drafting.add_attachment(
            actor=place.clerk, draft_id=draft.public_id, file="ลับที่สุด".encode(), name="top.txt"
        )
    assert refusal.value.code == "top-secret"


def test_a_copy_of_a_secret_letter_makes_a_draft_as_secret(place, draft):
    content = b"a letter, word for word"
    letter = delivered(OrganisationFactory(), secrecy="secret").letter
    letter.file = files.store(content, name="letter.txt")
    letter.save()
    beside = files.store(b"what lay beside it", name="beside.txt")
    letter.attachments.create(ordinal=1, title="แนบ", file=beside)
    for copied in (content, b"what lay beside it"):
        with pytest.raises(Invalid) as refusal:
            drafting.add_attachment(actor=place.clerk, draft_id=draft.public_id, file=copied, name="x.txt")
        assert refusal.value.code == "less-secret"
    closed = save(place.clerk, draft, secrecy="secret")
    drafting.add_attachment(actor=place.clerk, draft_id=draft.public_id, file=content, name="x.txt")
    assert floor_of(closed) == "secret"
    assert refused(place.clerk, closed, secrecy="").code == "less-secret"


def test_only_the_secretariat_lets_every_office_see_a_call_in_advance(place, draft):
    own = programme()
    for other in (place.clerk, actor_for("head", place.office)):
        refusal = refused(other, draft, advance=True)
        assert (refusal.code, set(refusal.fields)) == ("not-secretariat", {"advance"})
    assert save(actor_for("secretariat", place.office), draft, advance=True).advance
    # What they set, whoever writes there leaves or takes away.
    assert save(place.clerk, draft, force=True, subject="เรื่อง", advance=True).advance
    assert not save(place.clerk, draft, force=True, advance=False).advance
    secretary = actor_for("secretariat", place.office, programme=own)
    assert save(secretary, draft, force=True, advance=True).advance
    assert not save(place.clerk, draft, force=True, advance=False).advance
    assert save(Actor.system("test"), draft, force=True, advance=True).advance


def test_the_secretariat_of_another_programme_sends_no_call_of_this_one(place, draft):
    actor_for("secretariat", place.office, programme=ProgrammeFactory(), person=me(place.clerk))
    both = actor_for("officer", place.office, person=me(place.clerk))
    assert "secretariat" in {row.role for row in both.holdings}
    assert refused(both, draft, advance=True).code == "not-secretariat"
