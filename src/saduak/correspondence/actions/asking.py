"""What a letter's duty means for one office: with what force, and when it gives way to the issuer's own."""

from saduak.correspondence.models import DutyRecipient, Force, Letter
from saduak.foundation import clock


def weaker(force: str, *, commanded: bool) -> str:
    """The force that counts: an order to those that are only supervised is a request."""
    return force if commanded or force != Force.ORDER else str(Force.REQUEST)


def supersede_own_copies(letter: Letter, organisation_ids: set[int]) -> None:
    """Offices that had brought in the same letter themselves: their own duties give way to the issuer's.

    One query, another one when there are such copies.
    """
    if not letter.number or not organisation_ids:
        return
    copies = list(
        Letter.objects.filter(
            issuer=letter.issuer,
            number=letter.number,
            dated=letter.dated,
            for_issuer=False,
            state="confirmed",
        ).values_list("pk", flat=True)
    )
    if not copies:
        return
    own = DutyRecipient.objects.filter(duty__letter__in=copies, organisation__in=sorted(organisation_ids))
    own.filter(superseded_at__isnull=True, done_at__isnull=True).update(superseded_at=clock.now())
