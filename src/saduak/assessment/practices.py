"""The points that a panel agreed, told to the room below for whoever chooses good practices among filed answers."""

from django.db.models import OuterRef, Subquery

from saduak.applications.queries import register_awarded
from saduak.assessment.models import ConsensusScore
from saduak.assessment.rules import SEE, in_programmes
from saduak.foundation.access import Actor


@register_awarded
def awarded(actor: Actor) -> Subquery | None:
    """The agreed points of an answer, for the programme's own people; nothing for others."""
    seen = in_programmes(actor, SEE, "case__application__round")
    if seen is None:
        return None
    rows = ConsensusScore.objects.filter(
        seen,
        case__state="agreed",
        case__application=OuterRef("application"),
        criterion=OuterRef("criterion"),
    )
    return Subquery(rows.values("points")[:1])
