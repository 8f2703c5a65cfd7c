"""Reading the register: by code, by search, and what renewal asks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from saduak.foundation import ids
from saduak.foundation.access import Actor
from saduak.foundation.thai.calendar import bangkok_date
from saduak.foundation.thai.text import search_terms
from saduak.organisations.models import Area, Organisation, Programme, Relation, ServiceCentre
from saduak.organisations.queries import reach_q, relations_of
from saduak.programme.eligibility import after_months
from saduak.register.models import Certificate
from saduak.register.rules import EXPIRING

# How many months ahead a certificate ends soon, how many its own page speaks of renewing it, and how many after its end.
SOON = 6
AHEAD = 12
LATELY = 12
# The digits of a subdistrict, a district and a province in an area's code.
_STEPS = (6, 4, 2)
LISTED = (
    "code",
    "number",
    "fiscal_year",
    "level_key",
    "level_name",
    "centre_name",
    "organisation_name",
    "area_code",
    "area_name",
    "valid_from",
    "valid_until",
    "state",
)


@dataclass(frozen=True, slots=True)
class Search:
    """What a citizen asks the register for."""

    text: str = ""
    province: str = ""
    level: str = ""
    valid_on: date | None = None


def by_code(actor: Actor, text: str) -> Certificate | None:
    """The published certificate with this code, or None; what was typed may hold spaces, dashes and small letters.

    With whether a later one stands (`has_later`). One query; none for what can't be a code.
    """
    code = ids.normalise_code(text)
    if not ids.is_code(code):
        return None
    rows: QuerySet[Certificate] = Certificate.objects.visible_to(actor).select_related(
        "centre__organisation", "publication", "replaced_by__publication", "pdf"
    )
    known = rows.filter(code=code, publication__published_at__lte=actor.received_at)
    return known.annotate(has_later=Exists(_later(actor))).first()


def _later(actor: Actor) -> QuerySet[Certificate]:
    """For rows of certificates: those that stand and are public of the same centre and programme, and end later."""
    rows: QuerySet[Certificate] = Certificate.objects.filter(
        programme=OuterRef("programme"),
        centre=OuterRef("centre"),
        state="standing",
        publication__published_at__lte=actor.received_at,
        valid_until__gt=OuterRef("valid_until"),
    )
    return rows


def successor(actor: Actor, certificate: Certificate) -> Certificate | None:
    """The certificate that took the place of this one, once it is public itself. No query after `by_code`."""
    following = certificate.replaced_by
    if following is None:
        return None
    published = following.publication.published_at
    return following if published is not None and published <= actor.received_at else None


def search(actor: Actor, wanted: Search) -> QuerySet[Certificate]:
    """Published certificates that match, in the order of a Thai dictionary; only the columns that a list shows."""
    rows: QuerySet[Certificate] = Certificate.objects.visible_to(actor).filter(
        publication__published_at__lte=actor.received_at
    )
    for term in search_terms(wanted.text):
        rows = rows.filter(search_key__contains=term)
    if wanted.province:
        rows = rows.filter(area_code__gte=wanted.province, area_code__lt=wanted.province + ":")
    if wanted.level:
        rows = rows.filter(level_key=wanted.level)
    if wanted.valid_on is not None:
        rows = rows.filter(
            state="standing", valid_from__lte=wanted.valid_on, valid_until__gte=wanted.valid_on
        )
    return rows.order_by("sort_key", "-valid_from", "pk").only(*LISTED)


def name_places(actor: Actor, rows: Iterable[Certificate]) -> None:
    """Give certificates the English names of where they stand; one that lacks a name keeps its Thai words. One query."""
    ways = {
        row: [row.area_code[:digits] for digits in _STEPS if len(row.area_code) >= digits] for row in rows
    }
    codes = {code for way in ways.values() for code in way}
    known = Area.objects.visible_to(actor).filter(code__in=codes).values_list("code", "name_en")
    names = dict(known) if codes else {}
    for row, way in ways.items():
        found = [names.get(code, "") for code in way]
        row.area_name_en = ", ".join(found) if all(found) else ""


def office_to_ask(centre: ServiceCentre) -> Organisation | None:
    """Whom to ask about a centre that gave no contact: its office, else the one that stands above that by line.

    The office comes loaded. None when the centre gave its own, or when nobody gave any. One query at most.
    """
    if centre.address or centre.phone or centre.email:
        return None
    own = centre.organisation
    if own.phone or own.address:
        return own
    above = [row.parent for row in relations_of(own) if row.kind == Relation.Kind.LINE]
    return next((office for office in above if office.phone or office.address), None)


def of_centre(actor: Actor, centre_id: int) -> QuerySet[Certificate]:
    """All published certificates of a centre, the newest first."""
    rows: QuerySet[Certificate] = Certificate.objects.visible_to(actor).filter(
        centre_id=centre_id, publication__published_at__lte=actor.received_at
    )
    return rows.order_by("-valid_from", "-pk")


def expiring(actor: Actor, until: date) -> QuerySet[Certificate]:
    """Certificates in the actor's reach that end from today to a day, the soonest first; those renewed already are left out.

    One query, with the centres and their offices. A centre that was closed is told nothing any more.
    """
    rows: QuerySet[Certificate] = Certificate.objects.visible_to(actor).filter(
        ~Exists(_later(actor)),
        reach_q(actor, EXPIRING, "centre__organisation", centre="centre", programme="programme"),
        state="standing",
        publication__published_at__lte=actor.received_at,
        valid_until__gte=bangkok_date(actor.received_at),
        valid_until__lte=until,
        centre__retired_at__isnull=True,
    )
    return rows.select_related("centre__organisation", "programme").order_by("valid_until", "sort_key", "pk")


def programmes_watched(actor: Actor) -> list[Programme]:
    """The programmes whose certificates the actor may watch, in their order. One query."""
    rows = Programme.objects.visible_to(actor).filter(retired_at__isnull=True).order_by("pk")
    return [row for row in rows if actor.can(EXPIRING, programme_id=row.pk)]


def last_of(centre_id: int, programme_id: int, moment_published: Q | None = None) -> Certificate | None:
    """The newest certificate that a centre holds or held, as renewal asks: published, neither revoked nor replaced."""
    rows = Certificate.objects.filter(centre_id=centre_id, programme_id=programme_id, state="standing")
    published = (
        moment_published if moment_published is not None else Q(publication__published_at__isnull=False)
    )
    found: Certificate | None = rows.filter(published).order_by("-valid_from", "-pk").first()
    return found


def is_near_its_end(certificate: Certificate, day: date) -> bool:
    """Whether it is time to think of renewing it: it ends within a year or has ended, and nothing took its place."""
    return certificate.state == "standing" and certificate.valid_until <= after_months(day, AHEAD)


def speaks_of_renewing(certificate: Certificate, day: date) -> bool:
    """Whether the page of a certificate, read `by_code`, still leads its centre to renewing it. No query.

    Not once a later one stands, the centre serves no longer, or it ended long ago: such pages stay for ever.
    """
    return (
        is_near_its_end(certificate, day)
        and day <= after_months(certificate.valid_until, LATELY)
        and not certificate.__dict__.get("has_later")
        and certificate.centre.retired_at is None
    )


@dataclass(frozen=True, slots=True)
class Status:
    """The verdict on a certificate on a day: `valid`, `over`, `early`, `void` or `replaced`."""

    key: str
    days_left: int = 0

    @property
    def is_valid(self) -> bool:
        """Whether it holds on that day."""
        return self.key == "valid"


def status_of(certificate: Certificate, day: date) -> Status:
    """What the register says of a certificate on a day in Bangkok. The last day of validity still counts."""
    if certificate.state == "revoked":
        return Status("void")
    if certificate.state == "replaced":
        return Status("replaced")
    if day < certificate.valid_from:
        return Status("early")
    if day > certificate.valid_until:
        return Status("over")
    return Status("valid", (certificate.valid_until - day).days)
