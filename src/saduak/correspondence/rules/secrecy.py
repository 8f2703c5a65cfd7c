"""Secret letters: whatever grants them, only those see them who are cleared at an office that has them, or work on them.

The highest class never enters the system, so there is no rule for it.
"""

from django.db.models import Model, Q
from django.utils.translation import gettext_lazy as _

from saduak.correspondence.models import (
    ChainStep,
    Circulation,
    ContactLog,
    Delivery,
    Dispatch,
    Draft,
    DraftAttachment,
    Duty,
    DutyRecipient,
    Letter,
    LetterAttachment,
    LetterFinding,
    RegisterEntry,
    Secrecy,
)
from saduak.correspondence.rules.capabilities import CLEARED, own, speaks_for
from saduak.foundation.access import YES, Actor, Decision, no, registry
from saduak.foundation.access.registry import Condition

CLASSES = (Secrecy.SECRET, Secrecy.VERY_SECRET)


def hidden(actor: Actor) -> Q:
    """The secret letters that an actor may not see, as a condition on letters. No query of its own."""
    secret = Q(secrecy__in=CLASSES)
    open_to = Letter.objects.none().values("pk")
    cleared = own(actor, CLEARED, "holder")
    total = Q(pk__in=open_to)
    if cleared is not None:
        issued, came = own(actor, CLEARED, "issuer"), own(actor, CLEARED, "organisation", "letter__")
        assert issued is not None  # noqa: S101 - the same appointments
        assert came is not None  # noqa: S101 - the same appointments
        total |= cleared | issued | Q(pk__in=Delivery.objects.filter(came).values("letter"))
    if actor.person_id is not None:
        person = actor.person_id
        total |= Q(pk__in=Delivery.objects.filter(assigned_to=person).values("letter"))
        total |= Q(pk__in=Circulation.objects.filter(person=person).values("delivery__letter"))
        # A draft that did not go out yet has no letter: a NULL among the keys would make the whole condition unknown.
        signed = ChainStep.objects.filter(person=person, draft__letter__isnull=False)
        total |= Q(pk__in=signed.values("draft__letter"))
    if actor.user_id is not None:
        total |= Q(loaded_by=actor.user_id)
    return secret & ~total


def hidden_drafts(actor: Actor) -> Q:
    """The secret drafts that an actor may not see, as a condition on drafts."""
    total = Q(pk__in=())
    cleared = own(actor, CLEARED, "office")
    if cleared is not None:
        total |= cleared
    if actor.person_id is not None:
        total |= Q(pk__in=ChainStep.objects.filter(person=actor.person_id).values("draft"))
    if actor.user_id is not None:
        total |= Q(created_by=actor.user_id)
    return Q(secrecy__in=CLASSES) & ~total


def may_read(actor: Actor, letter: Letter) -> Decision:
    """Whether a letter is not secret, or the actor is one of those who may see it. No query for a letter that is not."""
    if not letter.is_secret or Letter.objects.visible_to(actor).filter(pk=letter.pk).exists():
        return YES
    return no(_WHY, "secret")


def may_lower(actor: Actor, letter: Letter) -> Decision:
    """Whether the actor may say that a letter is less secret than it reads: cleared at the very office that holds it."""
    if speaks_for(actor, CLEARED, letter.holder_id, letter.holder_id, letter.programme_id):
        return YES
    return no(_("ลดชั้นความลับได้เฉพาะผู้ที่ได้รับอนุญาตให้อ่านหนังสือลับของหน่วยงานที่มีหนังสือนี้"), "not-cleared")


def may_work_on(actor: Actor, draft: Draft) -> Decision:
    """Whether a draft is not secret, or the actor is one of those who may see it. No query for a draft that is not."""
    if draft.secrecy == Secrecy.NONE or Draft.objects.visible_to(actor).filter(pk=draft.pk).exists():
        return YES
    return no(_WHY, "secret")


def _through(lookup: str) -> Condition:
    def condition(actor: Actor) -> Q:
        rows = Letter.objects.filter(hidden(actor)).values("pk")
        return Q(**{f"{lookup}__in": rows})

    return condition


_WHY = _("หนังสือลับ เห็นได้เฉพาะผู้ที่ได้รับอนุญาตของหน่วยงานที่มีหนังสือนี้ หรือผู้ที่ได้รับมอบให้ทำ")
registry.deny(Letter, "correspondence.letter.secret", _WHY, hidden)
registry.deny(Draft, "correspondence.draft.secret", _WHY, hidden_drafts)
_BY_LETTER: tuple[tuple[type[Model], str], ...] = (
    (LetterFinding, "letter"),
    (LetterAttachment, "letter"),
    (Duty, "letter"),
    (DutyRecipient, "duty__letter"),
    (Dispatch, "letter"),
    (Delivery, "letter"),
    (ContactLog, "delivery__letter"),
    (RegisterEntry, "letter"),
)
for _model, _lookup in _BY_LETTER:
    registry.deny(_model, f"correspondence.{_model._meta.model_name}.secret", _WHY, _through(_lookup))
for _of_draft in (DraftAttachment, ChainStep):
    registry.deny(
        _of_draft,
        f"correspondence.{_of_draft._meta.model_name}.secret",
        _WHY,
        lambda actor: Q(draft__in=Draft.objects.filter(hidden_drafts(actor)).values("pk")),
    )
