"""Reading the committee's work: meetings, what is to decide, announcements, and a centre's own result."""

import uuid
from dataclasses import dataclass
from typing import Literal, TypeAlias

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from saduak.assessment.models import Case
from saduak.assessment.rules import in_programmes
from saduak.certification.models import Announcement, Meeting, Resolution
from saduak.certification.rules import ANNOUNCE, DECIDE
from saduak.foundation.access import Actor

FINAL = (Resolution.Decision.CERTIFY, Resolution.Decision.REFUSE)


def meetings(actor: Actor) -> QuerySet[Meeting]:
    """Meetings that the actor may see, the newest first, with how much each resolved, as far as the actor sees it."""
    seen = Q(resolutions__in=Resolution.objects.visible_to(actor))
    rows: QuerySet[Meeting] = Meeting.objects.visible_to(actor).select_related("round")
    return rows.annotate(
        certified=Count("resolutions", filter=seen & Q(resolutions__decision="certify")),
        refused=Count("resolutions", filter=seen & Q(resolutions__decision="refuse")),
        deferred=Count("resolutions", filter=seen & Q(resolutions__decision="defer")),
    ).order_by("-held_on", "-pk")


def agenda(actor: Actor, meeting: Meeting) -> QuerySet[Case]:
    """Agreed cases that no meeting has finally decided and this one has not taken up."""
    decided = Resolution.objects.filter(case=OuterRef("pk")).filter(
        Q(decision__in=FINAL) | Q(meeting=meeting)
    )
    rows: QuerySet[Case] = Case.objects.visible_to(actor).filter(
        application__round_id=meeting.round_id, state="agreed"
    )
    return (
        rows.exclude(Exists(decided))
        .select_related("application__centre", "application__organisation", "panel")
        .order_by("-agreed_total", "pk")
    )


def resolutions(actor: Actor, meeting: Meeting) -> QuerySet[Resolution]:
    """The resolutions of a meeting in their order."""
    rows: QuerySet[Resolution] = Resolution.objects.visible_to(actor).filter(meeting=meeting)
    return rows.select_related(
        "case__application__centre", "case__application__organisation", "case__panel", "certificate"
    ).order_by("ordinal")


def announcements(actor: Actor) -> QuerySet[Announcement]:
    """Announcements, the newest first, with what each holds, as far as the actor sees it."""
    seen = Q(resolutions__in=Resolution.objects.visible_to(actor))
    rows: QuerySet[Announcement] = Announcement.objects.visible_to(actor).select_related(
        "round", "publication"
    )
    return rows.annotate(
        certificates=Count("resolutions", filter=seen & Q(resolutions__decision="certify")),
        made=Count("resolutions", filter=seen & Q(resolutions__certificate__isnull=False)),
        refused=Count("resolutions", filter=seen & Q(resolutions__decision="refuse")),
    ).order_by("-pk")


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits for an announcement in a round."""

    certify: int
    refuse: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.certify + self.refuse


def waiting(actor: Actor, round_pk: int) -> Waiting:
    """Confirmed resolutions of a round that no announcement has taken up."""
    rows = Resolution.objects.visible_to(actor).filter(
        meeting__round_id=round_pk, meeting__state="closed", announcement__isnull=True, decision__in=FINAL
    )
    counted = rows.aggregate(certify=Count("pk", filter=Q(decision="certify")), all=Count("pk"))
    return Waiting(certify=counted["certify"], refuse=counted["all"] - counted["certify"])


def result_of(actor: Actor, application_id: uuid.UUID) -> Resolution | None:
    """The announced result of an application, for its centre and those above it."""
    rows: QuerySet[Resolution] = Resolution.objects.visible_to(actor).filter(
        case__application__public_id=application_id,
        decision__in=FINAL,
        announcement__publication__published_at__lte=actor.received_at,
    )
    return rows.select_related(
        "case__application__centre",
        "meeting__round__criteria_set",
        "announcement__publication",
        "certificate",
    ).first()


Kind: TypeAlias = Literal["decide", "announce", "publish"]


@dataclass(frozen=True, slots=True)
class Todo:
    """Something that waits: what, and how much of it."""

    kind: Kind
    count: int


def todos(actor: Actor) -> list[Todo]:
    """What waits for the committee and for those who announce. At most two queries."""
    found: dict[Kind, int] = {}
    # Whoever sits in the committee of one programme may keep the secretariat of another.
    deciding = in_programmes(actor, DECIDE, "application__round")
    if deciding is not None:
        decided = Resolution.objects.filter(case=OuterRef("pk"), decision__in=FINAL)
        ripe = Case.objects.visible_to(actor).filter(deciding, state="agreed").exclude(Exists(decided))
        found["decide"] = ripe.count()
    announcing = in_programmes(actor, ANNOUNCE, "meeting__round")
    if announcing is not None:
        confirmed = Q(meeting__state="closed", announcement__isnull=True, decision__in=FINAL)
        counted = (
            Resolution.objects.visible_to(actor)
            .filter(announcing)
            .aggregate(
                announce=Count("pk", filter=confirmed),
                publish=Count("announcement", filter=Q(announcement__state="ready"), distinct=True),
            )
        )
        found |= {"announce": counted["announce"], "publish": counted["publish"]}
    return [Todo(kind, count) for kind, count in found.items() if count]
