"""Another address to sign in with: by the operator, and nothing is left that the old one opens."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.management import CommandError, call_command

from saduak.foundation.access import Actor, Conflict, Invalid, Refused
from saduak.foundation.models import AuditEntry, User
from saduak.organisations.actions import change_sign_in
from tests.organisations.factories import AppointmentFactory, PersonFactory, actor_of

pytestmark = pytest.mark.django_db

OLD, NEW = "old@example.test", "new@example.test"
OPERATOR = Actor.system("test")


@pytest.fixture
def user():
    return User.objects.create_user(email=OLD, password="จำง่ายแต่ยาวพอ-1")


def change(old=OLD, new=NEW, actor=OPERATOR):
    return change_sign_in(actor=actor, old=old, new=new)


def test_the_account_stays_and_its_history_says_so(user):
    held = AppointmentFactory(person=PersonFactory(user=user, email=OLD))
    assert change(old=" Old@Example.test ", new=" New@example.test ") == user
    user.refresh_from_db()
    held.person.refresh_from_db()
    assert (user.email, user.check_password("จำง่ายแต่ยาวพอ-1"), held.person.email) == (NEW, True, NEW)
    entry = AuditEntry.objects.get(verb="organisations.sign_in_changed")
    assert entry.actor == "system:test"


def test_another_contact_address_stays(user):
    person = PersonFactory(user=user, email="office@example.test")
    change()
    person.refresh_from_db()
    assert person.email == "office@example.test"
    assert not AuditEntry.objects.filter(verb="organisations.sign_in_changed").exists()


def test_an_account_without_a_person_changes_too(user):
    assert change().email == NEW


def test_nobody_signs_in_or_is_sent_a_link_by_the_old_address(user, client):
    EmailAddress.objects.create(user=user, email=OLD, verified=True, primary=True)
    change()
    typed = {"password": "จำง่ายแต่ยาวพอ-1"}
    assert client.post("/accounts/login/", {**typed, "login": OLD}).status_code == 200
    assert client.post("/accounts/login/", {**typed, "login": NEW}).status_code == 302
    client.logout()
    for address in (OLD, NEW):
        client.post("/accounts/password/reset/", {"email": address})
    with_link = [letter.to for letter in mail.outbox if "/accounts/password/reset/key/" in letter.body]
    assert with_link == [[NEW]]


@pytest.mark.parametrize(
    ("old", "new", "error", "code"),
    [
        ("nobody@example.test", NEW, Conflict, "no-account"),
        (OLD, "no address", Invalid, "no-address"),
        (OLD, "Taken@example.test", Invalid, "taken"),
    ],
)
def test_what_does_not_fit_changes_nothing(user, old, new, error, code):
    User.objects.create_user(email="taken@example.test")
    with pytest.raises(error) as caught:
        change(old, new)
    assert caught.value.code == code
    user.refresh_from_db()
    assert user.email == OLD


def test_the_same_address_in_other_letters_is_no_clash(user):
    assert change(new=OLD.upper()).email == OLD


def test_no_person_changes_an_address(user):
    person = AppointmentFactory(person=PersonFactory(user=user), role="administrator").person
    with pytest.raises(Refused) as caught:
        change(actor=actor_of(person))
    assert caught.value.code == "system-only"


def test_the_command_says_what_it_did_or_why_not(user, capsys):
    call_command("address", OLD, NEW)
    assert NEW in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("address", OLD, NEW)
    assert User.objects.get().email == NEW
