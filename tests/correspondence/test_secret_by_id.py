"""Whoever may not see what is secret changes nothing of it either, though they know its id; and lowers no class."""

import pytest

from saduak.correspondence import actions, rules
from saduak.correspondence.actions import drafting, issuing, loading, signing
from saduak.correspondence.actions.vouching import Paper
from saduak.correspondence.inputs import Numbering
from saduak.correspondence.models import Draft, DraftAttachment, Letter
from saduak.foundation import clock
from saduak.foundation.access import Actor, Refused
from tests.correspondence import factories as f
from tests.correspondence.factories_drafts import ChainStepFactory, begun, complete, programme
from tests.correspondence.test_issuing import SCAN
from tests.correspondence.test_loaded_secrets import load, marked
from tests.organisations.factories import ProgrammeFactory, actor_for, me

pytestmark = pytest.mark.django_db


def code(act) -> str:
    with pytest.raises(Refused) as refusal:
        act()
    return refusal.value.code


# --- Letters ----------------------------------------------------------------------------------------------------------


def test_the_uncleared_confirm_set_aside_and_answer_nothing_of_a_secret_letter(place):
    officer = actor_for("officer", place.office)
    letter = load(place, marked("ลับมาก"))
    said = f.as_read(place.clerk, letter, deadlines=())
    finding = letter.findings.create(code="x", severity="warning", text="x")
    acts = (
        lambda: actions.confirm(actor=officer, letter_id=letter.public_id, confirmation=said),
        lambda: loading.set_aside(actor=officer, letter_id=letter.public_id, reason="x"),
        lambda: loading.settle_finding(actor=officer, finding_id=finding.public_id, settled="leave"),
    )
    for number, act in enumerate(acts):
        assert code(act) == "secret", number
    letter.refresh_from_db()
    finding.refresh_from_db()
    assert (letter.state, letter.secrecy, finding.settled) == ("read", "very_secret", "")
    loading.settle_finding(actor=place.clerk, finding_id=finding.public_id, settled="leave")
    assert loading.set_aside(actor=place.clerk, letter_id=letter.public_id, reason="x").state == "set_aside"


def test_who_brought_it_in_works_on_it_and_lowers_nothing(place):
    officer = actor_for("officer", place.office)
    letter = load(place, marked("ลับ"), actor=officer)
    said = f.as_read(officer, letter, deadlines=())

    def confirm(actor, **paper) -> Letter:
        return actions.confirm(
            actor=actor, letter_id=letter.public_id, confirmation=said, paper=Paper(**paper)
        )

    lower = {"secrecy": "", "because": "เจ้าของเรื่องลดชั้นแล้ว"}
    assert code(lambda: confirm(officer, **lower)) == "not-cleared"
    assert Letter.objects.get().secrecy == "secret"
    assert confirm(officer, secrecy="very_secret").secrecy == "very_secret"


def test_who_is_cleared_somewhere_else_lowers_nothing_here(place):
    letter = load(place, marked("ลับ"))
    own = letter.programme
    assert rules.secrecy.may_lower(place.clerk, letter)
    assert rules.secrecy.may_lower(Actor.system("t"), letter)
    assert rules.secrecy.may_lower(actor_for("head", place.office, programme=own), letter)
    for other in (
        actor_for("officer", place.office),
        actor_for("head", place.province),
        actor_for("head", place.districts[0]),
        actor_for("head", place.office, programme=ProgrammeFactory()),
        Actor.public(),
    ):
        assert rules.secrecy.may_lower(other, letter).code == "not-cleared"


# --- Drafts -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def secret(place) -> Draft:
    """The clerk's secret draft in the office's own name, complete."""
    draft = complete(place.clerk, begun(place.clerk, place.office, place.office, programme()))
    drafting.add_attachment(actor=place.clerk, draft_id=draft.public_id, title="แนบ")
    Draft.objects.filter(pk=draft.pk).update(secrecy="secret")
    return Draft.objects.get(pk=draft.pk)


def test_the_uncleared_do_nothing_with_a_secret_draft(place, secret):
    other = actor_for("supervisor", place.office)
    assert rules.may_edit(other, secret)
    assert rules.may_send(other, secret)
    pk, numbering = secret.public_id, Numbering(dated=clock.today(), number="ทส 1/1")
    chain = [("sign", me(place.clerk).public_id)]
    acts = (
        lambda: drafting.save_draft(actor=other, draft_id=pk, values={"secrecy": ""}, version=99),
        lambda: drafting.add_attachment(actor=other, draft_id=pk, title="x"),
        lambda: drafting.remove_attachment(
            actor=other, attachment_id=DraftAttachment.objects.get().public_id
        ),
        lambda: drafting.print_out(actor=other, draft_id=pk),
        lambda: drafting.take_back(actor=other, draft_id=pk),
        lambda: drafting.cancel_draft(actor=other, draft_id=pk, reason="x"),
        lambda: signing.propose(actor=other, draft_id=pk, steps=chain),
        lambda: issuing.attach_signed(actor=other, draft_id=pk, file=SCAN, name="a.pdf"),
        lambda: issuing.issue(actor=other, draft_id=pk, numbering=numbering),
    )
    for number, act in enumerate(acts):
        assert code(act) == "secret", number
    secret.refresh_from_db()
    assert (secret.state, secret.secrecy, secret.signed_copy) == ("writing", "secret", None)
    Draft.objects.filter(pk=secret.pk).update(secrecy="")
    gone = drafting.cancel_draft(actor=other, draft_id=pk, reason="x")
    assert gone.state == "cancelled", "one that is not secret is theirs, too"


def test_who_is_cleared_wrote_it_or_is_in_its_chain_works_on_a_secret_draft(place, secret, exactly):
    officer = actor_for("officer", place.office)
    assert not rules.secrecy.may_work_on(officer, secret)
    ChainStepFactory(draft=secret, person=me(officer))
    for actor in (officer, place.clerk, actor_for("head", place.office), Actor.system("t")):
        assert rules.secrecy.may_work_on(actor, secret)
    Draft.objects.filter(pk=secret.pk).update(created_by=actor_for("officer", place.office).user_id)
    secret.secrecy = ""
    with exactly(0):
        assert rules.secrecy.may_work_on(actor_for, secret)
