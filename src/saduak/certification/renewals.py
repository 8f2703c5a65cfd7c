"""Which applications have their result, told to the room below: nobody waits for a certificate from them any more."""

from django.db.models import Exists, OuterRef, Q

from saduak.applications.queries import register_concluded
from saduak.certification.models import Resolution
from saduak.foundation.access import Actor


@register_concluded
def announced(actor: Actor) -> Q:
    """Applications that were certified or refused, once that is public, for those who may read it."""
    rows = Resolution.objects.visible_to(actor).filter(
        case__application=OuterRef("pk"),
        decision__in=["certify", "refuse"],
        announcement__publication__published_at__lte=actor.received_at,
    )
    return Q(Exists(rows))
