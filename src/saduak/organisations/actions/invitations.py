"""First accounts: a one-use invitation that a letter or a superior carries. Nobody shares a password."""

import base64
import datetime
import uuid
from dataclasses import dataclass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.crypto import salted_hmac
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from saduak.foundation import audit, clock, ids
from saduak.foundation.access import Actor, Conflict, Invalid, Refused, require
from saduak.foundation.access.registry import Words
from saduak.foundation.access.resolver import digest
from saduak.foundation.actions import action, request_key
from saduak.foundation.models.accounts import User
from saduak.organisations import rules
from saduak.organisations.actions.appointments import begun
from saduak.organisations.actions.posts import Post
from saduak.organisations.models import Appointment, Invitation, Organisation, Person
from saduak.organisations.signals import invitation_taken

# A letter can be on its way for weeks; the holder of the paper still has to find time for it.
DAYS = 60
# Nobody keeps a way in for later: after half a year it is asked for again.
MOST_DAYS = 180


@dataclass(frozen=True, slots=True)
class Issued:
    """An invitation and its secret, which is shown once and kept nowhere."""

    invitation: Invitation
    token: str


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What somebody types to open a first account."""

    email: str
    password: str
    name: str
    title: str = ""
    position: str = ""
    phone: str = ""


def invite(
    *,
    actor: Actor,
    post: Post,
    person: uuid.UUID | None = None,
    email: str = "",
    source: str = "",
    days: int = DAYS,
    idempotency_key: uuid.UUID | None = None,
) -> Issued:
    """Issue an invitation to take a role at an organisation.

    Args:
        actor: who invites.
        post: what is offered, where, and how far it reaches.
        person: somebody who is in the register without an account.
        email: suggested on the page; the invited may choose another.
        source: the letter that carries it.
        days: how long it can be used, in real days: 1 to `MOST_DAYS`.
        idempotency_key: the same key gives the same invitation, with its secret.

    Raises:
        Refused: the actor may not invite to this role here, or only supervises an organisation that leads itself; or
            the person holds something that the actor may not give.
        Invalid: something in the post is unknown; a time that is no time, or too long.
        Conflict: the person has an account already.
    """
    asked = {"post": post, "person": person, "email": email, "source": source, "days": days}
    token = ids.token() if idempotency_key is None else _secret(actor, request_key(idempotency_key, asked))
    row = _invite(
        actor=actor,
        token_digest=digest(token),
        post=post,
        person=person,
        email=email,
        source=source,
        days=days,
        idempotency_key=idempotency_key,
    )
    return Issued(row, token)


def _secret(actor: Actor, key: uuid.UUID) -> str:
    """The secret of a request that may come twice: nothing is kept, and the second time it is the same."""
    made = salted_hmac("organisations.invite", f"{actor.ref} {key}", algorithm="sha256").digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


@action("organisations.invite")
def _invite(
    *,
    actor: Actor,
    token_digest: str,
    post: Post,
    person: uuid.UUID | None,
    email: str,
    source: str,
    days: int,
    idempotency_key: uuid.UUID | None = None,  # noqa: ARG001 - read by @action
) -> Invitation:
    """Write the invitation down."""
    row = Invitation(token_digest=token_digest, title=post.title.strip(), source=source.strip())
    owner = post.fill(row)
    require(rules.may_invite(actor, row))
    if not 1 <= days <= MOST_DAYS:
        words = format_lazy(_("คำเชิญใช้ได้ 1 ถึง {most} วัน"), most=MOST_DAYS)
        raise Invalid(words, {"days": words})
    row.person = Person.objects.visible_to(actor).get(public_id=person) if person else None
    if row.person is not None and row.person.user_id is not None:
        raise Conflict(_("ผู้นี้มีบัญชีอยู่แล้ว มอบหมายได้เลยโดยไม่ต้องเชิญ"), "has-account")
    if row.person is not None:
        require(rules.may_open_account(actor, row.person))
    row.email, row.issued_by = email.strip().lower(), actor.ref
    row.expires_at = clock.wall() + datetime.timedelta(days=days)
    row.save(force_insert=True)
    facts = {"invitation": str(row.public_id), "role": post.role, "reach": post.reach, "source": row.source}
    audit.append(owner, actor=actor, verb="organisations.invited", facts=facts, personal={"email": row.email})
    return row


@action("organisations.revoke-invitation")
def revoke_invitation(*, actor: Actor, invitation: uuid.UUID) -> Invitation:
    """Make an invitation useless.

    Raises:
        Refused: the actor neither issued it nor may invite to this organisation.
        Conflict: it was used already.
    """
    owner = Organisation.locked(Organisation.objects.get(invitations__public_id=invitation).public_id)
    row: Invitation = Invitation.objects.select_for_update(of=("self",), no_key=True).get(
        public_id=invitation
    )
    require(rules.may_revoke(actor, row))
    if row.used_at:
        raise Conflict(_("คำเชิญนี้ถูกใช้ไปแล้ว"), "already-used")
    if row.revoked_at is None:
        revoked(actor, owner, row)
    return row


def revoked(actor: Actor, owner: Organisation, row: Invitation) -> None:
    """Write down that an invitation is useless. Call it inside an action, under the lock of its organisation."""
    row.revoked_at = clock.wall()
    row.save(update_fields=["revoked_at"])
    facts = {"invitation": str(row.public_id)}
    audit.append(owner, actor=actor, verb="organisations.invitation_revoked", facts=facts)


@action("organisations.accept-invitation")
def accept_invitation(*, actor: Actor, token: str, account: NewAccount | None = None) -> Appointment:
    """Take an invitation: opens an account (or uses the one signed in), and appoints.

    Args:
        actor: nobody in particular, or the account that is signed in.
        token: the secret of the invitation.
        account: what the invited typed; not needed when signed in.

    Returns:
        The appointment; its person has an account.

    Raises:
        Refused: unknown, used, revoked or expired; nobody who may issue it stands behind it any more; it is one's own;
            it names somebody else.
        Invalid: the e-mail is no address or has an account; the password is too weak; no name.
    """
    row = _locked(digest(token))
    if row is None or row.used_at or row.revoked_at or row.expires_at <= clock.wall():
        raise Refused(_("คำเชิญนี้ใช้ไม่ได้แล้ว ขอคำเชิญใหม่จากผู้ที่ส่งให้คุณ"), "invitation-closed")
    require(rules.still_stands(row, actor))
    person = _own(actor, row) if actor.user_id is not None else _opened(row, account)
    appointment = Appointment(
        person=person,
        role=row.role,
        organisation=row.organisation,
        centre=row.centre,
        programme=row.programme,
        reach=row.reach,
        title=row.title,
        valid_from=clock.today(),
        source=row.source,
    )
    accepting = Actor(
        kind="user", ref=f"user:{person.user_id}", received_at=actor.received_at, name=person.name
    )
    appointment = begun(accepting, appointment)
    row.used_at, row.used_by = clock.wall(), person
    row.save(update_fields=["used_at", "used_by"])
    invitation_taken.send(sender=Invitation, invitation=row, appointment=appointment, actor=accepting)
    return appointment


def _locked(token_digest: str) -> Invitation | None:
    """The invitation, after its organisation and before the person whom it names: nobody takes what another took."""
    owner = Organisation.objects.filter(invitations__token_digest=token_digest).first()
    if owner is None:
        return None
    Organisation.locked(owner.public_id)
    row: Invitation = Invitation.objects.select_for_update(of=("self",), no_key=True).get(
        token_digest=token_digest
    )
    if row.person_id is not None:
        row.person = Person.objects.select_for_update(no_key=True).get(pk=row.person_id)
    return row


def _own(actor: Actor, invitation: Invitation) -> Person:
    """The person of the signed-in account; made when the account has none.

    Raises:
        Refused: the invitation names somebody else.
    """
    found: Person | None = Person.objects.filter(user=actor.user_id).first()
    if invitation.person is not None and invitation.person != found:
        words = _("คำเชิญนี้ออกให้ {name} ถ้าเป็นคุณ ออกจากระบบแล้วเปิดลิงก์อีกครั้ง ถ้าคุณมีบัญชีอยู่แล้ว ให้ผู้เชิญมอบหมายให้บัญชีนั้น")
        raise Refused(format_lazy(words, name=str(invitation.person)), "names-another")
    if found is not None:
        return found
    made: Person = Person.objects.create(user_id=actor.user_id, name=actor.name)
    return made


def _opened(invitation: Invitation, account: NewAccount | None) -> Person:
    """A new account with its person."""
    if account is None:
        raise Invalid(_("ต้องกรอกข้อมูลเพื่อเปิดบัญชี"), code="no-account")
    if invitation.person is not None and invitation.person.user_id is not None:
        raise Refused(_("ผู้ได้รับเชิญมีบัญชีอยู่แล้ว ให้เข้าสู่ระบบก่อนแล้วเปิดลิงก์คำเชิญอีกครั้ง"), "sign-in-first")
    email = account.email.strip().lower()
    _check(account, email)
    user = User.objects.create_user(email=email, password=account.password)
    values = {
        "name": account.name.strip(),
        "title": account.title.strip(),
        "position": account.position.strip(),
        "phone": account.phone.strip(),
        "email": email,
    }
    person = invitation.person
    if person is None:
        made: Person = Person.objects.create(user=user, is_sample=invitation.organisation.is_sample, **values)
        return made
    person.user = user
    for name, value in values.items():
        setattr(person, name, value)
    person.save(update_fields=["user", *values])
    return person


def _check(account: NewAccount, email: str) -> None:
    wrong: dict[str, Words] = {}
    try:
        validate_email(email)
    except ValidationError:
        wrong["email"] = _("อีเมลไม่ถูกต้อง ตัวอย่าง somchai@example.go.th")
    else:
        if User.objects.filter(email__iexact=email).exists():
            wrong["email"] = _("มีบัญชีที่ใช้อีเมลนี้แล้ว ให้เข้าสู่ระบบก่อนแล้วเปิดลิงก์คำเชิญอีกครั้ง")
    try:
        validate_password(account.password)
    except ValidationError:
        wrong["password"] = _("รหัสผ่านต้องยาวอย่างน้อย 12 ตัวอักษร และไม่ใช่รหัสที่คนใช้กันมาก")
    if not account.name.strip():
        wrong["name"] = _("กรอกชื่อและนามสกุล")
    if wrong:
        raise Invalid(_("ยังเปิดบัญชีไม่ได้ แก้ช่องที่แจ้งไว้"), wrong)
