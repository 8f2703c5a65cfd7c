"""The address that an account signs in with."""

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from saduak.foundation.access import Actor, Conflict, Invalid, Refused
from saduak.foundation.actions import action
from saduak.foundation.models import User
from saduak.organisations.actions.appointments import noted_of
from saduak.organisations.models import Person


@action("organisations.change_sign_in")
def change_sign_in(*, actor: Actor, old: str, new: str) -> User:
    """Give an account another address to sign in with; password and appointments stay, the old address opens nothing.

    For whoever runs the installation: links for a forgotten password go to this address, so nobody changes it on a page.

    Raises:
        Refused: the actor is a person.
        Conflict: no account signs in with the old address.
        Invalid: the new one is no address, or belongs to another account.
    """
    if not actor.is_system:
        raise Refused(_("อีเมลที่ใช้เข้าสู่ระบบเปลี่ยนได้เฉพาะผู้ดูแลเครื่องของระบบ"), "system-only")
    user: User | None = User.objects.select_for_update(no_key=True).filter(email__iexact=old.strip()).first()
    if user is None:
        raise Conflict(_("ไม่มีบัญชีที่เข้าสู่ระบบด้วยอีเมลเดิมนี้"), "no-account")
    address = new.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        words = _("อีเมลใหม่ไม่ถูกต้อง ตัวอย่าง somchai@example.go.th")
        raise Invalid(words, {"new": words}, "no-address") from None
    if User.objects.filter(email__iexact=address).exclude(pk=user.pk).exists():
        words = _("มีบัญชีอื่นที่ใช้อีเมลใหม่นี้แล้ว")
        raise Invalid(words, {"new": words}, "taken")
    before, user.email = user.email, address
    user.save(update_fields=["email"])
    # What was kept of the address before would still be sent links.
    EmailAddress.objects.filter(user=user).delete()
    person = Person.objects.filter(user=user).first()
    if person is not None:
        _follow(person, before or "", address, actor)
    return user


def _follow(person: Person, before: str, address: str, actor: Actor) -> None:
    """The contact address follows where it was the same; the person's newest appointment remembers it."""
    if person.email.casefold() == before.casefold():
        person.email = address
        person.save(update_fields=["email"])
    personal = {"before": before, "email": address}
    noted_of(person, actor=actor, verb="organisations.sign_in_changed", personal=personal)
