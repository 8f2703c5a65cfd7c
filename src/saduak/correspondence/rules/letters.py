"""Who may load, confirm and answer letters, in whose name, and who sees what."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from saduak.correspondence.models import Duty, DutyRecipient, Letter, LetterFinding
from saduak.correspondence.rules.capabilities import (
    ANSWER,
    CONFIRM,
    ISSUE,
    LOAD,
    READ,
    offices,
    own,
    speaks_for,
)
from saduak.foundation.access import YES, Actor, Decision, no, registry
from saduak.organisations.models import Organisation, Role


def programme_of(letter: Letter) -> int | None:
    """The programme (key) that a letter is about; None while nothing is read of it."""
    return letter.programme_id if letter.text else None


def may_load(actor: Actor, holder: Organisation) -> Decision:
    """Whether the actor may bring in a letter that came to `holder`."""
    if actor.is_system or holder.pk in offices(actor, LOAD):
        return YES
    return no(_("นำหนังสือเข้าได้เฉพาะของหน่วยงานที่คุณปฏิบัติงานอยู่"), "not-own-office")


def may_confirm(actor: Actor, letter: Letter, programme_id: int | None = None) -> Decision:
    """Whether the actor may confirm, or set aside, a letter of its own office in the letter's programme.

    `programme_id` is the one of a round that the letter is to be linked to.
    """
    if actor.is_system or letter.holder_id in offices(actor, CONFIRM, programme_id or programme_of(letter)):
        return YES
    return no(_("ยืนยันหนังสือได้เฉพาะเจ้าหน้าที่ของหน่วยงานที่นำหนังสือเข้า"), "not-own-office")


def may_issue(actor: Actor, holder_id: int, issuer: Organisation, programme_id: int) -> bool:
    """Whether what the actor confirms counts as said by the issuer, in a programme.

    One and the same appointment must stand for both: at the issuer, or at an office that writes in its name and holds
    the letter. A recipient who also works for the issuer somewhere else does not give orders by receiving one.
    """
    return speaks_for(actor, ISSUE, holder_id, issuer.pk, programme_id)


def may_answer(actor: Actor, recipient: DutyRecipient) -> Decision:
    """Whether the actor may acknowledge a duty, or say that it is done."""
    programme_id = recipient.duty.letter.programme_id
    if actor.is_system or recipient.organisation_id in offices(actor, ANSWER, programme_id):
        return YES
    return no(_("รับทราบหรือแจ้งผลได้เฉพาะเจ้าหน้าที่ของหน่วยงานที่ได้รับหน้าที่นี้"), "not-own-office")


def _held(actor: Actor, prefix: str = "") -> Q | None:
    return own(actor, READ, f"{prefix}holder", prefix, unread=not prefix)


def _issued(actor: Actor, prefix: str = "") -> Q | None:
    mine = own(actor, READ, f"{prefix}issuer", prefix)
    return None if mine is None else mine & Q(**{f"{prefix}state": "confirmed"})


def _asked(actor: Actor) -> Q | None:
    mine = _own_share(actor)
    if mine is None:
        return None
    return Q(state="confirmed", pk__in=DutyRecipient.objects.filter(mine).values("duty__letter"))


def _audited(actor: Actor, prefix: str = "") -> Q | None:
    bound = {holding.programme_id for holding in actor.holding_with(READ) if holding.role == Role.AUDITOR}
    if not bound:
        return None
    confirmed = Q(**{f"{prefix}state": "confirmed"})
    return (
        confirmed
        if None in bound
        else confirmed & Q(**{f"{prefix}programme__in": sorted(filter(None, bound))})
    )


def _own_duties(actor: Actor) -> Q | None:
    mine = _own_share(actor)
    return None if mine is None else Q(pk__in=DutyRecipient.objects.filter(mine).values("duty"))


def _own_share(actor: Actor) -> Q | None:
    return own(actor, READ, "organisation", "duty__letter__")


_HELD = _("เป็นหนังสือที่หน่วยงานของคุณนำเข้า")
_ISSUED = _("เป็นหนังสือที่ออกในนามหน่วยงานของคุณ")
_ASKED = _("เป็นหนังสือที่ให้หน้าที่แก่หน่วยงานของคุณ")
_AUDITED = _("ผู้ตรวจสอบเห็นหนังสือที่ยืนยันแล้ว")
registry.grant(Letter, "correspondence.letter.holder", _HELD, _held)
registry.grant(Letter, "correspondence.letter.issuer", _ISSUED, _issued)
registry.grant(Letter, "correspondence.letter.recipient", _ASKED, _asked)
registry.grant(Letter, "correspondence.letter.auditor", _AUDITED, _audited)
registry.grant(Duty, "correspondence.duty.own", _("เป็นหน้าที่ของหน่วยงานของคุณ"), _own_duties)
registry.grant(DutyRecipient, "correspondence.share.own", _("เป็นหน้าที่ของหน่วยงานของคุณ"), _own_share)
for _model, _prefix in ((LetterFinding, "letter__"), (Duty, "letter__"), (DutyRecipient, "duty__letter__")):
    _name = f"correspondence.{_model._meta.model_name}"
    registry.grant(_model, f"{_name}.holder", _HELD, lambda actor, p=_prefix: _held(actor, p))  # type: ignore[misc] # the default fixes the prefix
    registry.grant(_model, f"{_name}.issuer", _ISSUED, lambda actor, p=_prefix: _issued(actor, p))  # type: ignore[misc] # as above
    registry.grant(_model, f"{_name}.auditor", _AUDITED, lambda actor, p=_prefix: _audited(actor, p))  # type: ignore[misc] # as above
