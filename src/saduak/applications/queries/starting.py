"""Which centres can apply in a round, and why: anew, to renew, or for a higher level."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from saduak.applications import rules
from saduak.applications.models import Application
from saduak.applications.queries.dates import closed_by_hand, extensions
from saduak.applications.queries.library import own_centres
from saduak.applications.queries.overview import with_round
from saduak.foundation.access import Actor
from saduak.foundation.thai.calendar import bangkok_date, closing_day
from saduak.organisations.models import ServiceCentre
from saduak.organisations.queries import NONE
from saduak.programme import eligibility
from saduak.programme.eligibility import Facts, Verdict
from saduak.programme.models import Round
from saduak.programme.queries import contents, phase_of, stage_of
from saduak.programme.states import Phase
from saduak.register.models import Certificate


@dataclass(frozen=True, slots=True)
class StartOption:
    """A centre that the actor may start for, its application when there is one, and as what it may apply, with reasons."""

    centre: ServiceCentre
    application: Application | None
    verdicts: Mapping[str, Verdict]

    @property
    def suggested_kind(self) -> str:
        """As what it most likely applies; "" when it may not apply."""
        return eligibility.suggested(self.verdicts)


def can_start(actor: Actor, round_: Round) -> list[StartOption]:
    """The centres that the actor may start for in a round, those already started included.

    Once its window is over, those alone that the secretariat gave more time (`centre.extended`). Three queries, besides
    the round's own stages and criteria.
    """
    given = extensions(round=round_, centre=OuterRef("pk"))
    rows = own_centres(actor, rules.START).annotate(
        extended=Subquery(given.values("until")[:1]), extended_because=Subquery(given.values("reason")[:1])
    )
    if phase_of(round_, moment=actor.received_at) is Phase.CLOSED:
        late = NONE if closed_by_hand(round_, actor.received_at) else Q(extended__gt=actor.received_at)
        rows = rows.filter(late)
    centres = [centre for centre in rows if rules.may_start(actor, centre, round_)]
    known = {row.centre_id: row for row in Application.objects.filter(round=round_, centre__in=centres)}
    found = verdicts(round_, centres, actor.received_at)
    return [StartOption(centre, known.get(centre.pk), found[centre.pk]) for centre in centres]


def rounds_extended(actor: Actor) -> frozenset[int]:
    """The rounds (keys) in which the actor's centres may still start or write by an extension. One query."""
    mine = own_centres(actor, rules.EDIT).values("pk")
    found = extensions(centre__in=mine).filter(until__gt=actor.received_at)
    return frozenset(found.values_list("round_id", flat=True))


def verdicts(
    round_: Round, centres: Iterable[ServiceCentre], moment: datetime
) -> dict[int, dict[str, Verdict]]:
    """As what each centre may apply in a round at a moment, by its key: every kind, with the reason for yes and for no.

    The newest certificate of this programme that a centre holds or held decides. One query, besides the round's own
    stages and criteria.

    Args:
        round_: in which they would apply.
        centres: with their organisations.
        moment: when it is asked.
    """
    wanted = list(centres)
    newest = newest_certificates(round_.programme_id, [centre.pk for centre in wanted])
    return judged(round_, [(centre, newest.get(centre.pk)) for centre in wanted], moment)


def judged(
    round_: Round, held: Sequence[tuple[ServiceCentre, Certificate | None]], moment: datetime
) -> dict[int, dict[str, Verdict]]:
    """The verdicts for centres whose newest certificate is known. No query besides the round's own stages and criteria.

    Args:
        round_: in which they would apply.
        held: each centre, with its organisation, and its newest certificate of this programme.
        moment: when it is asked.
    """
    days = eligibility.days_of(round_, bangkok_date(moment))
    levels = contents(round_.criteria_set).levels if any(row is not None for _centre, row in held) else ()
    highest = max(levels, key=lambda row: row.ordinal, default=None)
    own = eligibility.rules_of(round_)
    return {centre.pk: eligibility.verdicts(own, _facts(centre, row), days, highest) for centre, row in held}


def kinds_of(application: Application, moment: datetime) -> dict[str, Verdict]:
    """As what the centre of an application may apply in its round. One query, as above; the centre's office comes loaded."""
    centre = application.centre
    return verdicts(application.round, [centre], moment)[centre.pk]


@dataclass(frozen=True, slots=True)
class Again:
    """A later round that takes a centre once more, with the first and the last day of its window."""

    round: Round
    opens_on: date
    closes_on: date


@dataclass(frozen=True, slots=True)
class Ahead:
    """Whether the programme has set a later round at all, and the first one that takes the centre."""

    is_set: bool
    again: Again | None = None


def ahead_of(application: Application, moment: datetime) -> Ahead:
    """When the centre of an application may apply in a later round.

    Only what the programme has set counts: the dates of rounds that it has opened, and their rules. At most three queries,
    besides the criteria.

    Args:
        application: with its round, its centre and the centre's office.
        moment: when it is asked.
    """
    row = application.round
    later = Round.objects.filter(programme=row.programme_id, fiscal_year__gt=row.fiscal_year)
    whole = later.select_related("criteria_set").defer("criteria_set__document").prefetch_related("stages")
    windows = [
        (each, window)
        for each in whole.order_by("fiscal_year")
        if (window := stage_of(each)) and phase_of(each, moment=moment) is not Phase.CLOSED
    ]
    if not windows:
        return Ahead(is_set=False)
    centre = application.centre
    newest = newest_certificates(row.programme_id, [centre.pk]).get(centre.pk)
    taking = (
        Again(each, bangkok_date(window.starts_at), closing_day(window.ends_at))
        for each, window in windows
        if eligibility.suggested(judged(each, [(centre, newest)], moment)[centre.pk])
    )
    return Ahead(is_set=True, again=next(taking, None))


def newest_certificates(programme_id: int, centre_ids: Iterable[int]) -> dict[int, Certificate]:
    """The newest published certificate that each centre holds or held, neither revoked nor replaced. One query."""
    rows = certificates_of(programme_id).filter(centre__in=list(centre_ids))
    return {row.centre_id: row for row in rows.order_by("valid_from", "pk")}


def certificates_of(programme_id: int) -> QuerySet[Certificate]:
    """The published certificates of a programme that count: neither revoked nor replaced."""
    rows: QuerySet[Certificate] = Certificate.objects.filter(
        programme=programme_id, state="standing", publication__published_at__isnull=False
    )
    return rows


def _facts(centre: ServiceCentre, certificate: Certificate | None) -> Facts:
    office = centre.organisation
    known = Facts(office.kind, office.get_kind_display(), centre.opened_on)
    if certificate is None:
        return known
    return Facts(
        *(known.agency, known.agency_words, known.opened_on),
        valid_until=certificate.valid_until,
        level_key=certificate.level_key,
        level_name=certificate.level_words,
    )


def my_applications(actor: Actor, round_: Round | None = None) -> QuerySet[Any]:
    """Applications of the centres at which the actor works, newest round first. Two queries."""
    mine = own_centres(actor, rules.EDIT).values("pk")
    rows: QuerySet[Any] = Application.objects.visible_to(actor).filter(centre__in=mine)
    if round_ is not None:
        rows = rows.filter(round=round_)
    return with_round(rows).order_by("-round__fiscal_year", "centre__sort_key", "pk")
