"""A small country for the pages' tests: a province, two districts, a supervised town, everybody with an account."""

import io
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from PIL import Image

from saduak.applications import actions, queries
from saduak.applications.actions.common import count_evidence, recount
from saduak.applications.models import Answer, Application, EvidenceUse
from saduak.organisations.models import Organisation, Person, ServiceCentre
from saduak.programme.models import Round
from tests.organisations.factories import (
    AppointmentFactory,
    AreaFactory,
    OrganisationFactory,
    PersonFactory,
    ProgrammeFactory,
    ServiceCentreFactory,
    actor_of,
)
from tests.programme.factories import InternalDeadlineFactory, RoundFactory


def picture(colour: int = 0, size: tuple[int, int] = (40, 30)) -> bytes:
    """A real JPEG, another one for another colour."""
    out = io.BytesIO()
    Image.new("RGB", size, (colour % 256, colour // 256 % 256, 90)).save(out, "JPEG")
    return out.getvalue()


def body(answer: Any) -> bytes:
    """The content of an answer; reading a file to its end closes it."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@dataclass
class World:
    """What the tests walk through."""

    round: Round
    province: Organisation
    district: Organisation
    town: Organisation
    centre: ServiceCentre
    town_centre: ServiceCentre
    people: dict[str, Person] = field(default_factory=dict)

    def actor(self, role: str) -> Any:
        return actor_of(self.people[role])

    def client(self, role: str) -> Client:
        """A browser in which somebody is signed in."""
        client = Client()
        client.force_login(
            self.people[role].user, backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        return client

    def start(self, role: str = "officer", centre: ServiceCentre | None = None) -> Application:
        at = centre or self.centre
        return actions.start(actor=self.actor(role), centre_id=at.public_id, round_id=self.round.public_id)


def build() -> World:
    """Everybody that a page may meet."""
    programme = ProgrammeFactory(short_name="GECC")
    row = RoundFactory(programme=programme)
    area = AreaFactory(code="65", name_th="พิษณุโลก")
    place = AreaFactory(code="6508", name_th="วังทอง", parent=area)
    province = OrganisationFactory(code="p65", name_th="จังหวัดพิษณุโลก", kind="province", area=area)
    district = OrganisationFactory(
        code="d6508",
        name_th="ที่ทำการปกครองอำเภอวังทอง",
        kind="district",
        under=province,
        area=place,
        phone="055 000 001",
    )
    town = OrganisationFactory(
        code="t1",
        name_th="เทศบาลเมืองอรัญญิก",
        kind="local_government",
        supervised_by=province,
        area=area,
        phone="055 000 002",
    )
    world = World(
        round=row,
        province=province,
        district=district,
        town=town,
        centre=ServiceCentreFactory(organisation=district, name_th="หน่วยบริการงานทะเบียน อำเภอวังทอง"),
        town_centre=ServiceCentreFactory(organisation=town, name_th="ศูนย์บริการประชาชน เทศบาลเมืองอรัญญิก"),
    )
    InternalDeadlineFactory(round=row, owner=province, kind="check", reach="line")
    for name, role, organisation, reach in (
        ("officer", "officer", district, "own"),
        ("helper", "helper", district, "own"),
        ("head", "head", district, "own"),
        ("line", "supervisor", province, "line"),
        ("supervision", "supervisor", province, "supervision"),
        ("town", "officer", town, "own"),
        ("secretariat", "secretariat", OrganisationFactory(code="opm"), "own"),
    ):
        person = PersonFactory(name=f"คน {name}", position=f"ตำแหน่ง {name}")
        AppointmentFactory(person=person, role=role, organisation=organisation, reach=reach)
        world.people[name] = person
    # A province's desk holds both: its own line, and what it only supervises.
    AppointmentFactory(
        person=world.people["line"], role="supervisor", organisation=province, reach="supervision"
    )
    world.people["stranger"] = PersonFactory(name="คนนอก")
    return world


def answer_of(application: Application, number: str, kind: str = "") -> Answer:
    """The answer to the criterion with a number; numbers repeat between parts, so a kind may be needed."""
    rows = Answer.objects.filter(application=application, criterion__number=number).select_related(
        "criterion"
    )
    return rows.filter(criterion__kind=kind).get() if kind else rows.get()


def meet_gates(world: World, application: Application, leave: int = 0) -> None:
    """Meet every gate with one piece of evidence for all, in bulk; the last `leave` of them stay open."""
    rows = Answer.objects.filter(application=application, criterion__kind="gate").exclude(claim="met")
    gates = list(rows.order_by("criterion__ordinal"))
    chosen = gates[: len(gates) - leave]
    first = chosen[0]
    added = actions.add_evidence(
        actor=world.actor("officer"),
        answer_id=first.public_id,
        file=picture(len(gates)),
        name="photo.jpg",
        caption="ภาพศูนย์",
    )
    for row in chosen:
        row.claim = "met"
    Answer.objects.bulk_update(chosen, ["claim"])
    EvidenceUse.objects.bulk_create(EvidenceUse(answer=row, evidence=added.evidence) for row in chosen[1:])
    count_evidence(row.pk for row in chosen)
    recount(application, application.last_edit_at)


def sign(world: World, application: Application) -> Any:
    """The head signs what stands there now."""
    head = world.actor("head")
    page = queries.signing_page(head, application.public_id)
    assert page is not None
    return actions.sign(actor=head, application_id=application.public_id, digest=page.digest)


def submitted(world: World) -> Any:
    """An application that went all the way."""
    application = world.start()
    meet_gates(world, application)
    sign(world, application)
    return actions.submit(actor=world.actor("officer"), application_id=application.public_id)
