"""Factories of this room, and `actor_for`: an actor made by the real resolver. Every room's tests use these."""

import contextlib
import datetime
from collections.abc import Iterator

import factory
from factory.django import DjangoModelFactory

from saduak.foundation import clock
from saduak.foundation.access import Actor
from saduak.foundation.access.resolver import of_user
from saduak.foundation.models import User
from saduak.organisations import paths, signals
from saduak.organisations.actions import NewAccount
from saduak.organisations.models import (
    Appointment,
    Area,
    Organisation,
    Person,
    Programme,
    Relation,
    ServiceCentre,
)


@contextlib.contextmanager
def seeded_alone() -> Iterator[None]:
    """While a module seeds the country once for all its tests: rooms above add nothing, so that nothing of theirs stays."""
    kept, signals.seeded.receivers = signals.seeded.receivers, []
    try:
        yield
    finally:
        signals.seeded.receivers = kept


LONG_AGO = datetime.date(2020, 10, 1)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"user{n}@example.test")
    password = "!"  # nobody signs in with it; `set_password` where a test needs to


class ProgrammeFactory(DjangoModelFactory):
    class Meta:
        model = Programme

    code = factory.Sequence(lambda n: f"programme-{n}")
    name_th = factory.Sequence(lambda n: f"โครงการที่ {n}")
    short_name = factory.Sequence(lambda n: f"P{n}")


class AreaFactory(DjangoModelFactory):
    """A province, unless told otherwise: `AreaFactory(code="9101", kind="district", parent=province)`."""

    class Meta:
        model = Area
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"{97 - n % 80:02d}")
    kind = factory.LazyAttribute(lambda o: {2: "province", 4: "district", 6: "subdistrict"}[len(o.code)])
    name_th = factory.LazyAttribute(lambda o: f"พื้นที่ {o.code}")


class OrganisationFactory(DjangoModelFactory):
    """An organisation with its paths. `under=` and `supervised_by=` (one or a list) and `writes_for=` relate it."""

    class Meta:
        model = Organisation
        django_get_or_create = ("code",)
        skip_postgeneration_save = True

    under = None
    supervised_by = None
    writes_for = None
    code = factory.Sequence(lambda n: f"organisation-{n}")
    kind = Organisation.Kind.OTHER
    name_th = factory.Sequence(lambda n: f"หน่วยงานที่ {n}")

    @classmethod
    def _build(cls, model_class, *args, **kwargs):
        for name in ("under", "supervised_by", "writes_for"):
            kwargs.pop(name, None)
        return super()._build(model_class, *args, **kwargs)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        related = {
            kind: kwargs.pop(name, None)
            for kind, name in (
                ("line", "under"),
                ("supervision", "supervised_by"),
                ("issues_for", "writes_for"),
            )
        }
        organisation = super()._create(model_class, *args, **kwargs)
        for kind, parents in related.items():
            for parent in [parents] if isinstance(parents, Organisation) else parents or []:
                Relation.objects.create(kind=kind, child=organisation, parent=parent)
        paths.rebuild(organisation)
        return organisation


def relate(child: Organisation, parent: Organisation, kind: str = "line", **dates) -> Relation:
    """Add a relation and bring the paths in line."""
    row = Relation.objects.create(kind=kind, child=child, parent=parent, **dates)
    paths.rebuild(child)
    return row


class ServiceCentreFactory(DjangoModelFactory):
    class Meta:
        model = ServiceCentre

    organisation = factory.SubFactory(OrganisationFactory)
    name_th = factory.Sequence(lambda n: f"ศูนย์บริการที่ {n}")
    area = factory.SelfAttribute("organisation.area")


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = Person

    name = factory.Sequence(lambda n: f"บุคคลที่ {n}")
    user = factory.SubFactory(UserFactory)


class AppointmentFactory(DjangoModelFactory):
    class Meta:
        model = Appointment

    person = factory.SubFactory(PersonFactory)
    role = "officer"
    organisation = factory.SubFactory(OrganisationFactory)
    valid_from = LONG_AGO


def actor_of(person: Person, *, received_at: datetime.datetime | None = None) -> Actor:
    """The actor behind a person's account, by the real resolver, with the appointments of that moment."""
    return of_user(person.user, received_at or clock.now())


def actor_for(
    role: str,
    organisation: Organisation | None = None,
    *,
    reach: str = "own",
    centre: ServiceCentre | None = None,
    programme: Programme | None = None,
    person: Person | None = None,
    received_at: datetime.datetime | None = None,
    **appointment,
) -> Actor:
    """A new person with an account, appointed, as an actor.

    Args:
        role: "secretariat", "supervisor", "clerk", "officer", …
        organisation: where; the centre's own, or a new one, when left out.
        reach: "own", "line", "area" or "supervision".
        centre: for this centre only.
        programme: for this programme only.
        person: appoint this person (again) instead of a new one.
        received_at: when the request came in; the appointments of that day count.
        appointment: further fields, such as `stand_in=True` or `valid_to=…`.
    """
    at = organisation or (centre.organisation if centre else OrganisationFactory())
    holder = person or PersonFactory()
    AppointmentFactory(
        person=holder,
        role=role,
        organisation=at,
        centre=centre,
        programme=programme,
        reach=reach,
        **appointment,
    )
    return actor_of(holder, received_at=received_at)


def bound_secretary(office: Organisation, role: str, reach: str = "own", **appointment) -> Actor:
    """Somebody who keeps the register for one programme, and has a post of another kind besides."""
    person = PersonFactory()
    actor_for(role, office, reach=reach, person=person, **appointment)
    return actor_for("secretariat", OrganisationFactory(), programme=ProgrammeFactory(), person=person)


def me(actor: Actor) -> Person:
    """The person behind an actor."""
    return Person.objects.get(pk=actor.person_id)


def seat(actor: Actor, role: str = "") -> Appointment:
    """The one appointment of an actor's person (in a role, when they have several), over or not."""
    rows = Appointment.objects.filter(person=actor.person_id)
    return rows.filter(role=role).get() if role else rows.get()


def account(name: str) -> NewAccount:
    """What somebody types to open a first account."""
    return NewAccount(email=f"{name}@example.test", password="ม้าสีเขียวกินข้าว", name=name)
