"""Who may load, confirm and answer letters, in whose name, and who sees what."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from saduak.correspondence.models import Duty, DutyRecipient, Letter, LetterFinding
from saduak.foundation.access import YES, Actor, Decision, Holding, no, registry
from saduak.organisations.models import Organisation, Role
from saduak.organisations.queries import offices_q

_STAFF = {Role.CLERK, Role.SUPERVISOR, Role.SECRETARIAT, Role.HEAD, Role.OFFICER}
READ = registry.capability(
    "correspondence.read",
    _("อ่านหนังสือที่ถึงหน่วยงานและหน้าที่ตามหนังสือ"),
    roles=_STAFF | {Role.HELPER, Role.ADMINISTRATOR, Role.AUDITOR},
)
LOAD = registry.capability("correspondence.load", _("นำหนังสือเข้าระบบ"), roles=_STAFF)
CONFIRM = registry.capability("correspondence.confirm", _("ยืนยันสิ่งที่อ่านได้จากหนังสือ"), roles=_STAFF)
ISSUE = registry.capability(
    "correspondence.issue",
    _("ส่งหน้าที่ตามหนังสือในนามหน่วยงานผู้ออกหนังสือ"),
    roles=_STAFF - {Role.OFFICER},
)
ANSWER = registry.capability(
    "correspondence.answer", _("รับทราบและแจ้งผลหน้าที่ตามหนังสือของหน่วยงานตน"), roles=_STAFF
)


def offices(actor: Actor, capability: str, programme_id: int | None = None) -> frozenset[int]:
    """The organisations (keys) for which the actor's own appointments count; those of its line are not among them.

    Whoever is appointed for one centre of an office reads what came to the office, but does not speak for it. With
    `programme_id`, whoever is appointed for another programme does not count.
    """
    return frozenset(
        pk
        for holding in actor.holding_with(capability, programme_id=programme_id)
        if _counts(holding, capability)
        for pk in holding.organisation_ids
    )


def own(actor: Actor, capability: str, office: str, letter: str = "", *, unread: bool = False) -> Q | None:
    """Rows of the actor's own offices in the programmes for which it is appointed there; None when there are none.

    Args:
        actor: who asks.
        capability: what the appointment must allow.
        office: the lookup that leads from the row to the office.
        letter: the lookup that leads to the letter, ending in `__`; empty on letters.
        unread: also letters of which nothing is read: nobody knows yet what programme they are about.
    """

    def about(programme_id: int) -> Q:
        named = Q(**{f"{letter}programme": programme_id})
        return named | Q(**{f"{letter}text": ""}) if unread else named

    counting = (holding for holding in actor.holding_with(capability) if _counts(holding, capability))
    return offices_q(counting, office, about)


def _counts(holding: Holding, capability: str) -> bool:
    return holding.centre_id is None or capability == READ


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
    if actor.is_system:
        return True
    return any(
        {issuer.pk, holder_id} <= holding.organisation_ids
        for holding in actor.holding_with(ISSUE, programme_id=programme_id)
        if holding.centre_id is None
    )


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
