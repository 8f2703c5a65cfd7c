"""Which applications were not taken, told to the room below: nobody waits for a certificate from them any more."""

from django.db.models import Exists, OuterRef, Q

from saduak.applications.queries import register_concluded
from saduak.assessment.models import Case
from saduak.assessment.rules import SEE, followed, in_programmes
from saduak.foundation.access import Actor
from saduak.foundation.access.registry import any_of


@register_concluded
def not_taken(actor: Actor) -> Q | None:
    """Applications that screening rejected, for the programme, the centre and the offices above it; not for who supervises."""
    seen = any_of((in_programmes(actor, SEE, "application__round"), followed(actor)))
    if seen is None:
        return None
    return Q(Exists(Case.objects.filter(seen, application=OuterRef("pk"), state="rejected")))
