"""Who may write, sign, send, receive and follow letters, and who sees drafts, sendings and deliveries."""

from collections.abc import Iterable

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from saduak.correspondence.models import (
    Absence,
    ChainStep,
    Circulation,
    ContactLog,
    Delegation,
    Delivery,
    Dispatch,
    DistributionGroup,
    Draft,
    DraftAttachment,
    LegalReference,
    Letter,
    LetterAttachment,
    LetterHead,
    LetterTemplate,
    RecipientList,
    RegisterEntry,
    Registry,
)
from saduak.correspondence.rules.capabilities import (
    FOLLOW,
    ISSUE,
    KEEP_REGISTRY,
    READ,
    RECEIVE,
    REGISTER,
    WRITE,
    offices,
    own,
    own_place,
    speaks_for,
)
from saduak.foundation.access import YES, Actor, Decision, Reach, no, registry
from saduak.organisations.models import Organisation, TreePath
from saduak.organisations.queries import EVERY, NATIONAL, offices_q, reach_q, span_q

# --- May somebody do something ---------------------------------------------------------------------------------------


def may_write(actor: Actor, office: Organisation, issuer: Organisation, programme_id: int) -> Decision:
    """Whether the actor may write letters of `office` in the name of `issuer`, about a programme."""
    if speaks_for(actor, WRITE, office.pk, issuer.pk, programme_id):
        return YES
    return no(_("ร่างหนังสือได้เฉพาะของหน่วยงานที่คุณปฏิบัติงานอยู่ ในนามที่หน่วยงานนั้นออกหนังสือได้"), "not-own-office")


def may_edit(actor: Actor, draft: Draft) -> Decision:
    """Whether the actor may change, propose or cancel a draft of its own office."""
    return may_write(actor, draft.office, draft.issuer, draft.programme_id)


def may_send(actor: Actor, draft: Draft) -> Decision:
    """Whether the actor may number and send what was signed."""
    if speaks_for(actor, ISSUE, draft.office_id, draft.issuer_id, draft.programme_id):
        return YES
    return no(_("ลงเลขและส่งได้เฉพาะเจ้าหน้าที่ที่ออกหนังสือในนามหน่วยงานได้"), "not-issuer")


def may_decide(actor: Actor, step: ChainStep) -> Decision:
    """Whether it is the actor who is asked for this initial or signature."""
    if actor.person_id is not None and step.person_id == actor.person_id:
        return YES
    return no(_("ขั้นนี้เป็นของผู้อื่น"), "not-your-step")


def may_receive(actor: Actor, delivery: Delivery) -> Decision:
    """Whether the actor may receive, acknowledge, assign or pass on what came to an office."""
    programme_id = delivery.letter.programme_id
    if actor.is_system or delivery.organisation_id in offices(actor, RECEIVE, programme_id):
        return YES
    return no(_("รับและดำเนินการได้เฉพาะเจ้าหน้าที่ของหน่วยงานที่หนังสือถึง"), "not-own-office")


def may_answer_for(actor: Actor, delivery: Delivery) -> Decision:
    """Whether the actor may note what happened outside the system: as the sender, or as the office itself."""
    dispatch = delivery.dispatch
    if dispatch is not None and may_call_back(actor, dispatch):
        return YES
    return may_receive(actor, delivery)


def may_tell_of(actor: Actor, delivery: Delivery, way: Iterable[Dispatch]) -> Decision:
    """Whether the actor may note that an office passed a letter on outside the system: for the office, or from above it.

    Args:
        actor: who notes it.
        delivery: what the office has.
        way: the sendings by which the letter came to it, from the top (`queries.tree.above`), each with its letter.
    """
    if any(may_call_back(actor, one) for one in way):
        return YES
    return may_receive(actor, delivery)


def may_call_back(actor: Actor, dispatch: Dispatch) -> Decision:
    """Whether the actor may recall or correct a sending, or write to those who have not answered."""
    if actor.is_system or caller_back(actor, dispatch) is not None:
        return YES
    return no(_("ทำได้เฉพาะเจ้าหน้าที่ของหน่วยงานที่ส่งหนังสือนี้"), "not-sender")


def caller_back(actor: Actor, dispatch: Dispatch) -> int | None:
    """The office (key) for which the actor recalls or corrects a sending; None when the actor does not."""
    letter = dispatch.letter
    # The office that sent it, or the organisation in whose name it did; a sister that writes in that name too does not.
    theirs = {dispatch.sender_id, letter.issuer_id}
    for holding in actor.holding_with(ISSUE, programme_id=letter.programme_id):
        here = holding.centre_id is None and holding.organisation_id in theirs
        if here and letter.issuer_id in holding.organisation_ids:
            return holding.organisation_id
    return None


# --- Who sees what ----------------------------------------------------------------------------------------------------


def _held(actor: Actor, capability: str, prefix: str = "") -> Q | None:
    return own(actor, capability, f"{prefix}office", prefix)


def _in_chain(actor: Actor, prefix: str = "") -> Q | None:
    if actor.person_id is None:
        return None
    return Q(**{f"{prefix}pk__in": ChainStep.objects.filter(person=actor.person_id).values("draft")})


def _delivered(actor: Actor) -> Q | None:
    """Letters that came to the actor's own offices."""
    mine = own(actor, READ, "organisation", "letter__")
    return None if mine is None else Q(pk__in=Delivery.objects.filter(mine).values("letter"))


def _handed(actor: Actor) -> Q | None:
    """Letters that were given to this very person inside an office."""
    if actor.person_id is None:
        return None
    person = actor.person_id
    assigned = Delivery.objects.filter(assigned_to=person).values("letter")
    circulated = Circulation.objects.filter(person=person).values("delivery__letter")
    return Q(pk__in=assigned) | Q(pk__in=circulated)


def _below(actor: Actor) -> Q | None:
    """Confirmed letters of those in the actor's line of command. Supervision and the whole country do not count."""
    total: Q | None = None
    for holding in actor.holding_with(READ):
        if holding.reach != Reach.LINE or holding.centre_id is not None or holding.role in NATIONAL:
            continue
        for part in holding.spans:
            rows = span_q(part, "issuer") & Q(state="confirmed")
            if holding.programme_id is not None:
                rows &= Q(programme=holding.programme_id)
            total = rows if total is None else total | rows
    return total


def advance_q(actor: Actor) -> Q | None:
    """The programme's call, seen by every office below those that it went to, before its own order comes."""
    mine = frozenset(pk for holding in actor.holding_with(READ) for pk in holding.organisation_ids)
    if not mine:
        return None
    own_path = ExpressionWrapper(OuterRef("path"), output_field=CharField())
    above = TreePath.objects.filter(organisation=OuterRef(OuterRef("organisation"))).exclude(
        kind=TreePath.Kind.AREA
    )
    over = above.annotate(mine=own_path).filter(mine__startswith=F("path"))
    under = TreePath.objects.filter(Exists(over), organisation__in=sorted(mine)).exclude(
        kind=TreePath.Kind.AREA
    )
    sent = Delivery.objects.filter(Exists(under), dispatch__advance=True).exclude(state="withdrawn")
    return Q(state="confirmed", recalled_at__isnull=True, pk__in=sent.values("letter"))


def _came(actor: Actor) -> Q | None:
    return own(actor, READ, "organisation", "letter__")


def _went(actor: Actor, prefix: str = "dispatch__") -> Q | None:
    """What the actor's own offices sent, or others in their name."""
    sent = own(actor, READ, f"{prefix}sender", "letter__")
    if sent is None:
        return None
    issued = own(actor, READ, "letter__issuer", "letter__")
    assert issued is not None  # noqa: S101 - the same appointments
    return (sent | issued) & Q(**{f"{prefix}pk__isnull": False})


def _beneath_mine(actor: Actor) -> Q | None:
    """Deliveries further down from what came to, or went out from, the actor's own offices: where things stand."""
    came, went = own(actor, READ, "organisation", "letter__"), own(actor, READ, "root__sender", "letter__")
    if came is None or went is None:
        return None
    here = ExpressionWrapper(OuterRef("path"), output_field=CharField())
    mine = Delivery.objects.filter(came, root=OuterRef("root")).annotate(here=here)
    return went | Q(Exists(mine.filter(here__startswith=F("path"))))


def _followed(actor: Actor, field: str) -> Q | None:
    if not actor.can(FOLLOW):
        return None
    return reach_q(actor, FOLLOW, field, programme="letter__programme")


_CAME = _("เป็นหนังสือที่ถึงหน่วยงานของคุณ")
_WENT = _("เป็นหนังสือที่หน่วยงานของคุณส่ง")
_OURS = _("เป็นของหน่วยงานของคุณ")
_FURTHER = _("อยู่ต่อจากหนังสือของหน่วยงานของคุณ")
_REACHED = _("อยู่ในขอบเขตที่คุณติดตาม")
registry.grant(Letter, "correspondence.letter.delivered", _CAME, _delivered)
registry.grant(Letter, "correspondence.letter.handed", _("หนังสือที่มอบให้คุณโดยตรง"), _handed)
registry.grant(Letter, "correspondence.letter.below", _("เป็นหนังสือของหน่วยงานในสายบังคับบัญชา"), _below)
registry.grant(Letter, "correspondence.letter.advance", _("เป็นสำเนาแจ้งล่วงหน้าถึงทุกหน่วยงาน"), advance_q)
registry.grant(Delivery, "correspondence.delivery.own", _CAME, _came)
registry.grant(Delivery, "correspondence.delivery.sent", _WENT, _went)
registry.grant(Delivery, "correspondence.delivery.beneath", _FURTHER, _beneath_mine)
registry.grant(
    Delivery, "correspondence.delivery.reach", _REACHED, lambda actor: _followed(actor, "organisation")
)
registry.grant(Dispatch, "correspondence.dispatch.sent", _WENT, lambda actor: _went(actor, ""))
registry.grant(
    Dispatch,
    "correspondence.dispatch.came",
    _CAME,
    lambda actor: (
        None if (mine := _came(actor)) is None else Q(pk__in=Delivery.objects.filter(mine).values("dispatch"))
    ),
)
registry.grant(Dispatch, "correspondence.dispatch.reach", _REACHED, lambda actor: _followed(actor, "sender"))
registry.grant(Draft, "correspondence.draft.own", _OURS, lambda actor: _held(actor, WRITE))
registry.grant(Draft, "correspondence.draft.chain", _("เสนอให้คุณลงนามหรือลงชื่อย่อ"), _in_chain)
for _model in (DraftAttachment, ChainStep):
    _name = f"correspondence.{_model._meta.model_name}"
    registry.grant(_model, f"{_name}.own", _OURS, lambda actor: _held(actor, WRITE, "draft__"))
    registry.grant(_model, f"{_name}.chain", _("เสนอให้คุณ"), lambda actor: _in_chain(actor, "draft__"))
registry.grant(
    ContactLog,
    "correspondence.contact.seen",
    _WENT,
    lambda actor: (
        None if (mine := _went(actor)) is None else Q(delivery__in=Delivery.objects.filter(mine).values("pk"))
    ),
)
for _place in (Delegation, LetterHead, RecipientList, DistributionGroup):
    registry.grant(
        _place,
        f"correspondence.{_place._meta.model_name}.own",
        _OURS,
        lambda actor: own_place(actor, READ),
    )
registry.grant(
    Absence,
    "correspondence.absence.own",
    _OURS,
    lambda actor: own_place(actor, READ, "delegation__organisation"),
)
registry.grant(Registry, "correspondence.registry.own", _OURS, lambda actor: own_place(actor, READ))
registry.grant(
    Registry, "correspondence.registry.keeper", _OURS, lambda actor: own_place(actor, KEEP_REGISTRY)
)
registry.grant(
    RegisterEntry,
    "correspondence.entry.own",
    _OURS,
    lambda actor: offices_q(
        (holding for holding in actor.holding_with(REGISTER) if holding.centre_id is None),
        "registry__organisation",
        lambda programme_id: Q(letter__programme=programme_id),
    ),
)
for _free in (LetterTemplate, LegalReference):
    registry.grant(
        _free,
        f"correspondence.{_free._meta.model_name}.writers",
        _("ผู้ร่างหนังสือใช้ได้ทุกคน"),
        lambda actor: EVERY if actor.can(WRITE) else None,
    )
registry.grant(
    LetterAttachment,
    "correspondence.attachment.of_letter",
    _("เป็นสิ่งที่ส่งมาด้วยของหนังสือที่คุณเห็น"),
    lambda actor: Q(letter__in=Letter.objects.visible_to(actor).values("pk")) if actor.is_signed_in else None,
)
