"""When a centre or its office leaves those above it: what they were given for its applications ends."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from saduak.applications.actions.common import locked, void_signature_of
from saduak.applications.actions.helping import end_all, end_where
from saduak.applications.actions.reviewing import drop_open_review
from saduak.applications.models import Application, Review
from saduak.applications.rules import LINK_TARGET
from saduak.applications.rules.helping import lapsed
from saduak.foundation import audit, clock
from saduak.foundation.access import Actor
from saduak.foundation.actions import action
from saduak.foundation.models import LinkGrant
from saduak.organisations.models import Appointment
from saduak.organisations.queries import stands_above


def centre_left(*, actor: Actor, centre_id: int) -> None:
    """A centre moved to another agency: checks that wait, signatures not filed yet, helpers and links end. Call it in an action."""
    _drop(Q(centre=centre_id), actor)
    end_where(Q(application__centre=centre_id), actor=actor)
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


def officer_left(*, actor: Actor, left: Appointment) -> int:
    """Somebody's work at a centre is over, or another's: what they helped with ends, and every link that they made.

    Who made a link knows its secret, and who offered something to an address may be who reads what comes there. What
    people with accounts took on stays: it belongs to the centre.
    """
    here = Q(application__centre__organisation=left.organisation_id)
    if left.centre_id is not None:
        here = Q(application__centre=left.centre_id)
    theirs = Q(person=left.person_id)
    if left.person.user_id is not None:
        theirs |= Q(person__isnull=True, given_by=left.person.user_id)
    return end_where(here & theirs, actor=actor)


def with_lapsed_help(*, at_once: int = 200) -> Iterator[UUID]:
    """The applications in which something is to end because an appointment ran out, so many at once."""
    rows = lapsed(clock.today()).order_by("application").values_list("application__public_id", flat=True)
    yield from list(rows.distinct()[:at_once])


@action("applications.end_lapsed_help")
def end_lapsed_help(*, actor: Actor, application_id: UUID) -> int:
    """End what goes on in an application though an appointment ran out with which it ends; how many.

    As `officer_left`, for whose work ends by its date: nobody writes that down, the day is over. Done twice, it finds
    nothing any more.

    Raises:
        DoesNotExist: no such application.
    """
    application = locked(application_id)
    late = list(lapsed(clock.today()).filter(application=application).values_list("pk", flat=True))
    return end_all(application, actor=actor, which=Q(pk__in=late))


def drop_stray_checks(*, actor: Actor) -> int:
    """End checks that wait at offices which stand over the centre's no longer; how many applications.

    Whatever ended it: a relation of the office itself or of one above it, by hand today or at midnight. Call it in a
    transaction.
    """
    over = stands_above("organisation", "application__centre__organisation", "line", "supervision")
    stray = Review.objects.filter(~over, state="requested")
    return _drop(Q(pk__in=stray.values("application")), actor)


def _drop(which: Q, actor: Actor) -> int:
    waiting = Application.objects.filter(which, reviews__state="requested")
    found = list(waiting.order_by("pk").values_list("public_id", flat=True).distinct())
    for public_id in found:
        drop_open_review(locked(public_id), actor=actor)
    return len(found)
