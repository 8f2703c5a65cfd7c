"""When a centre or its office leaves those above it: what they were given for its applications ends."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from saduak.applications.actions.common import locked, void_signature_of
from saduak.applications.actions.reviewing import drop_open_review
from saduak.applications.models import Application
from saduak.applications.rules import LINK_TARGET
from saduak.foundation import audit, clock
from saduak.foundation.access import Actor
from saduak.foundation.models import LinkGrant


def centre_left(*, actor: Actor, centre_id: int) -> None:
    """A centre moved to another agency: checks that wait, signatures not filed yet and links end. Call it in an action."""
    _drop(Q(centre=centre_id), actor)
    signed = Application.objects.filter(centre=centre_id, state="signed").order_by("pk")
    for public_id in signed.values_list("public_id", flat=True):
        void_signature_of(locked(public_id), actor=actor, reason=_("ศูนย์ย้ายไปอยู่หน่วยงานอื่น"))
    mine = Application.objects.filter(centre=centre_id).values("public_id")
    links = LinkGrant.objects.filter(
        target_model__iexact=LINK_TARGET, target_id__in=mine, revoked_at__isnull=True
    )
    for target in sorted(set(links.values_list("target_id", flat=True))):
        closed = links.filter(target_id=target).update(revoked_at=clock.wall())
        facts = {"links": closed}
        audit.append(locked(target), actor=actor, verb="applications.links_closed", facts=facts)


def office_left(*, actor: Actor, organisation_id: int, above_id: int) -> None:
    """An office stands no longer under another: checks that wait there end. Call it in an action."""
    _drop(Q(centre__organisation=organisation_id, reviews__organisation=above_id), actor)


def _drop(which: Q, actor: Actor) -> None:
    waiting = Application.objects.filter(which, reviews__state="requested")
    for public_id in waiting.order_by("pk").values_list("public_id", flat=True).distinct():
        drop_open_review(locked(public_id), actor=actor)
