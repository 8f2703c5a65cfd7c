"""The people and places of a rehearsal: offices are the real ones, people are named by role."""

import random
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from django.db.models import Q
from PIL import Image, ImageDraw

from saduak.foundation import clock
from saduak.foundation.access import Actor, resolver
from saduak.foundation.models import User
from saduak.organisations import seeds
from saduak.organisations.actions import NewPerson, Post, appoint, create_centre, default_centres
from saduak.organisations.models import Organisation, Person, Programme, ServiceCentre
from saduak.organisations.queries import by_code
from saduak.programme import actions as programme_actions
from saduak.programme.models import CriteriaSet

CRITERIA = Path(programme_actions.__file__).parent.parent / "criteria" / "gecc-2568-unofficial.yaml"

# Where the demo's letters come from: these provinces are always part of a rehearsal.
FIRST_PROVINCES = ("65", "49")
SERVING = (Organisation.Kind.DISTRICT, Organisation.Kind.LOCAL_GOVERNMENT, Organisation.Kind.BRANCH)
PANELS = 6
# Nobody answers here: people of a rehearsal are not real.
PHONE = "0 0000 0000"
HOMES = (
    "10",
    "30",
    "40",
    "50",
    "65",
    "90",
    "20",
    "84",
    "57",
    "41",
    "80",
    "76",
    "11",
    "12",
    "71",
    "21",
    "60",
    "47",
)


@dataclass(slots=True)
class Team:
    """A centre with those who work for it."""

    centre: ServiceCentre
    officer: "Somebody"
    head: "Somebody"


@dataclass(slots=True)
class Somebody:
    """A person with an account; `now()` is the actor at the simulated moment."""

    person: Person
    user: User
    _actor: Actor | None = None

    def now(self) -> Actor:
        """The actor, received now. Appointments are looked up once: nobody changes office in a rehearsal."""
        if self._actor is None:
            self._actor = resolver.of_user(self.user, clock.now())
        return self._actor.at(clock.now())

    def forget(self) -> None:
        """Look appointments up again next time."""
        self._actor = None


@dataclass(slots=True)
class World:
    """Everything that a rehearsal plays on."""

    seed: int
    programme: Programme
    criteria: CriteriaSet
    secretary: Somebody
    committee: Somebody
    evaluators: list[Somebody]
    supervisors: dict[str, Somebody]
    teams: list[Team]
    papers: list[tuple[str, bytes]] = field(default_factory=list)

    def dice(self, name: object) -> random.Random:
        """A source of chance of its own for each thing, so that their order does not matter."""
        return random.Random(f"{self.seed}:{name}")  # noqa: S311 - repeatable on purpose


SYSTEM = "rehearsal"


def build(seed: int, centres: int, *, samples: bool = True) -> World:
    """Seed the country when it is not there, and give every centre an officer and a head."""
    actor = Actor.system(SYSTEM)
    if not Organisation.objects.exists():
        seeds.seed(samples=samples)
    programme = Programme.objects.get(code="gecc")
    host = programme.host or by_code("psc")
    found = choose_centres(centres, actor)
    return World(
        seed=seed,
        programme=programme,
        criteria=criteria(programme, actor),
        secretary=employ(host, "secretariat", "เจ้าหน้าที่ฝ่ายเลขานุการโครงการ", programme=programme.code),
        committee=employ(host, "committee", "เลขานุการคณะกรรมการอำนวยการ", programme=programme.code),
        evaluators=_evaluators(programme),
        supervisors=_supervisors(found),
        teams=[team_of(centre) for centre in found],
        papers=[("counter.jpg", picture(n)) for n in range(4)],
    )


def criteria(programme: Programme, actor: Actor) -> CriteriaSet:
    """The published criteria set of the programme; the unofficial draft of 2568 when there is none."""
    present = (
        CriteriaSet.objects.filter(programme=programme, state="published").order_by("-published_at").first()
    )
    if present is not None:
        return present
    made = programme_actions.import_criteria(actor=actor, programme=programme, content=CRITERIA.read_bytes())
    return programme_actions.publish_criteria(actor=actor, set_id=made.public_id)


def choose_centres(count: int, actor: Actor) -> list[ServiceCentre]:
    """Centres of real offices: those of the first provinces, then spread over the country; more a piece when needed."""
    first = Q(area__code__startswith=FIRST_PROVINCES[0]) | Q(area__code__startswith=FIRST_PROVINCES[1])
    serving = Organisation.objects.filter(kind__in=SERVING, retired_at__isnull=True).order_by("code")
    near = list(serving.filter(first).values_list("pk", flat=True))
    rest = list(serving.exclude(pk__in=near).values_list("pk", flat=True))
    random.Random("spread").shuffle(rest)  # noqa: S311 - the same offices whatever the seed
    offices = (near + rest)[:count]
    default_centres(actor=actor, organisations=offices)
    by_office: dict[int, ServiceCentre] = {}
    rows = ServiceCentre.objects.filter(organisation_id__in=offices, retired_at__isnull=True)
    for centre in rows.select_related("organisation__area", "area").order_by("-pk"):
        by_office[centre.organisation_id] = centre
    found = [by_office[pk] for pk in offices]
    while len(found) < count:
        office = found[len(found) % len(offices)].organisation
        nth = len(found) // len(offices) + 1
        name = f"จุดบริการที่ {nth} {office.name_th}"
        there = ServiceCentre.objects.filter(organisation=office, name_th=name).first()
        found.append(there or create_centre(actor=actor, organisation=office.public_id, name_th=name))
    return found


def employ(
    office: Organisation, role: str, title: str, *, reach: str = "own", programme: str = ""
) -> Somebody:
    """Somebody in a role at an office, found again when a rehearsal goes on in the same database."""
    known = Person.objects.filter(
        appointments__organisation=office, appointments__role=role, appointments__title=title, is_sample=True
    ).first()
    if known is None:
        appointed = appoint(
            actor=Actor.system(SYSTEM),
            post=Post(
                organisation=office.public_id, role=role, programme=programme, reach=reach, title=title
            ),
            person=NewPerson(name=f"{title} {office.name_th}"[:200], position=title, phone=PHONE),
        )
        known = appointed.person
        known.is_sample = True
        known.save(update_fields=["is_sample"])
    if known.user is None:
        known.user = User.objects.create_user()
        known.save(update_fields=["user"])
    return Somebody(known, known.user)


def team_of(centre: ServiceCentre) -> Team:
    """The officer and the head of a centre's office."""
    office = centre.organisation
    head = office.head_title or "หัวหน้าหน่วยงาน"
    return Team(centre, employ(office, "officer", "เจ้าหน้าที่ผู้รับผิดชอบ"), employ(office, "head", head))


def _evaluators(programme: Programme) -> list[Somebody]:
    """Evaluators with homes in many provinces, so that some meet centres of their own."""
    roles = ("ประธานอนุกรรมการ", "ผู้ทรงคุณวุฒิ", "ผู้แทนสำนักงาน ก.พ.ร.", "อนุกรรมการและเลขานุการ")
    offices = Organisation.objects.in_bulk([f"province:{code}" for code in HOMES], field_name="code")
    homes = [offices[key] for key in sorted(offices)]
    made = []
    for seat in range(PANELS * len(roles)):
        home = homes[seat % len(homes)]
        title = f"{roles[seat % len(roles)]} คณะที่ {seat // len(roles) + 1}"
        made.append(employ(home, "evaluator", title, programme=programme.code))
    return made


def _supervisors(centres: list[ServiceCentre]) -> dict[str, Somebody]:
    """The coordinator of each province that has centres in the rehearsal."""
    codes = sorted({area.code[:2] for centre in centres if (area := centre.area or centre.organisation.area)})
    provinces = Organisation.objects.in_bulk([f"province:{code}" for code in codes], field_name="code")
    return {
        code: employ(provinces[f"province:{code}"], "supervisor", "ผู้ประสานงานจังหวัด", reach="line")
        for code in codes
        if f"province:{code}" in provinces
    }


def picture(number: int) -> bytes:
    """A small drawing of a counter, as evidence: no photograph of anybody."""
    colours = ((225, 237, 236), (242, 236, 225), (217, 233, 247), (246, 233, 194))
    image = Image.new("RGB", (640, 420), colours[number % len(colours)])
    pen = ImageDraw.Draw(image)
    pen.rectangle((60, 240, 580, 330), fill=(11, 74, 89))
    for place in range(4):
        left = 110 + place * 120
        pen.ellipse((left, 130 + 6 * number, left + 60, 190 + 6 * number), fill=(74, 89, 96))
    out = BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()
