"""A small country whose letters go down the line: ministry, department, a province, its districts and local governments."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from django.db import transaction

from saduak.correspondence.actions import sending
from saduak.correspondence.inputs import Sending, Target
from saduak.correspondence.models import Delivery, Dispatch, Duty, Letter, Way
from saduak.foundation import clock, files, jobs
from saduak.foundation.access import Actor
from saduak.foundation.models import StoredFile
from saduak.foundation.thai.text import search_key
from saduak.organisations.models import Organisation, Programme
from saduak.programme.models import Round
from tests.organisations.factories import AreaFactory, OrganisationFactory, ProgrammeFactory, actor_for
from tests.programme.factories import RoundFactory

# In the application window of the round of 2570: a Thursday, 25 days before it closes.
NOW = datetime.datetime(2027, 2, 4, 9, 0, tzinfo=clock.BANGKOK)
DAY = datetime.timedelta(days=1)


@dataclass
class World:
    """Offices of the small country, and the programme that their letters are about."""

    programme: Programme
    ministry: Organisation
    department: Organisation
    province: Organisation
    # Writes in the province's name.
    office: Organisation
    districts: list[Organisation]
    # Local governments by the position of their district; the first district has two.
    locals: list[list[Organisation]]
    numbers: int = 0
    actors: dict[int, Actor] = field(default_factory=dict)
    round: Round | None = None

    @cached_property
    def writer(self) -> Actor:
        """The clerk of the office that writes in the province's name."""
        return self.clerk(self.office)

    def clerk(self, office: Organisation, role: str = "clerk") -> Actor:
        """Somebody who works at an office, as of now."""
        made = actor_for(role, office)
        self.actors[office.pk] = made
        return made


def country(districts: int = 3, code: str = "91", name: str = "ทดสอบ") -> World:
    """Make it; no round yet."""
    area = AreaFactory(code=code, name_th=name)
    ministry = OrganisationFactory(code=f"ministry-{code}", kind="ministry", name_th="กระทรวงทดสอบ")
    department = OrganisationFactory(
        code=f"department-{code}", kind="department", name_th="กรมทดสอบ", under=ministry
    )
    province = OrganisationFactory(
        code=f"province:{code}",
        kind="province",
        name_th=f"จังหวัด{name}",
        head_title=f"ผู้ว่าราชการจังหวัด{name}",
        area=area,
        under=ministry,
    )
    office = OrganisationFactory(
        code=f"provincial-admin:{code}",
        kind="provincial_office",
        name_th=f"ที่ทำการปกครองจังหวัด{name}",
        area=area,
        under=province,
        writes_for=province,
    )
    made = [
        OrganisationFactory(
            code=f"district:{code}{n:02d}",
            kind="district",
            name_th=f"อำเภอ{name}{n}",
            head_title=f"นายอำเภอ{name}{n}",
            phone="0-5555-1234, 0-5555-1235 ต่อ 7",
            under=province,
        )
        for n in range(1, districts + 1)
    ]
    below = [
        [
            OrganisationFactory(
                code=f"local:{code}{n:02d}{m}",
                kind="local_government",
                name_th=f"เทศบาลตำบล{name}{n}.{m}",
                supervised_by=district,
            )
            for m in range(1, 3 if n == 1 else 2)
        ]
        for n, district in enumerate(made, start=1)
    ]
    return World(ProgrammeFactory(short_name="GECC"), ministry, department, province, office, made, below)


def letter_of(world: World, issuer: Organisation, holder: Organisation | None = None, **values) -> Letter:
    """A letter that was written and issued here, confirmed, with a file of its own."""
    world.numbers += 1
    number = values.pop("number", f"ทส 0018/ว {world.numbers}")
    subject = values.pop("subject", "ขอเชิญสมัครรับการรับรอง")
    secret = values.get("secrecy", "")
    values = {
        "programme": world.programme,
        "round": world.round,
        "origin": "written",
        "state": "confirmed",
        "for_issuer": True,
        "kind": "external",
        "dated": clock.today(),
        "text": f"เรื่อง {subject}",
        "reading": {"documents": [], "findings": []},
        "page_token": None if secret else f"page-{world.numbers}-{issuer.pk}",
        **values,
    }
    made: Letter = Letter.objects.create(
        holder=holder or issuer,
        issuer=issuer,
        issuer_text=issuer.name_th,
        number=number,
        subject=subject,
        subject_key=search_key(f"{subject} {number}"),
        file=files.put(f"%PDF {number}".encode(), name="letter.pdf", media_type="application/pdf"),
        confirmed_at=clock.now(),
        **values,
    )
    return made


def targets_of(offices: Iterable[Organisation], way: str = Way.LINE) -> list[Target]:
    """These offices, all reached in one way."""
    return [Target(office.pk, str(way)) for office in offices]


def sent_letter(
    world: World,
    targets: list[Target],
    *,
    issuer: Organisation | None = None,
    sender: Organisation | None = None,
    actor: Actor | None = None,
    forwards: Delivery | None = None,
    letter: Letter | None = None,
    duties: dict[Duty, list[int] | None] | None = None,
    run: bool = True,
    **values,
) -> Dispatch:
    """A letter of `issuer` (the province) sent to some offices, delivered by the batch unless told otherwise.

    `values` are those of `Sending`: acknowledge_by, forward_by, advance and so on.
    """
    issuer = issuer or world.province
    sender = sender or (world.office if issuer == world.province else issuer)
    with transaction.atomic():
        row = letter or letter_of(world, issuer, sender)
        dispatch = sending.begin(
            actor=actor or Actor.system("test"),
            letter=row,
            sender=sender,
            targets=targets,
            sending=Sending(**values),
            forwards=forwards and Delivery.locked(forwards.public_id),
            duties={duty.pk: who for duty, who in (duties or {}).items()},
        )
        if forwards is not None:
            now = clock.now()
            Delivery.objects.filter(pk=forwards.pk, received_at=None).update(received_at=now)
            Delivery.objects.filter(pk=forwards.pk).update(state="forwarded", forwarded_at=now)
    if run:
        jobs.run_pending()
        dispatch.refresh_from_db()
    return dispatch


def to_districts(world: World, **values) -> Dispatch:
    """The province's letter to all its districts."""
    return sent_letter(world, targets_of(world.districts), **values)


def to_locals(world: World, district: int, delivery: Delivery, **values) -> Dispatch:
    """A district passes a letter on to its local governments, which it supervises."""
    office = world.districts[district]
    return sent_letter(
        world, targets_of(world.locals[district], Way.SUPERVISION), issuer=office, forwards=delivery, **values
    )


def at(dispatch: Dispatch, office: Organisation) -> Delivery:
    """What came to an office by one sending."""
    found: Delivery = Delivery.objects.select_related("organisation").get(
        dispatch=dispatch, organisation=office
    )
    return found


def receive(delivery: Delivery, moment: datetime.datetime | None = None, number: str = "") -> Delivery:
    """Received at a moment, as the office itself would say."""
    Delivery.objects.filter(pk=delivery.pk).update(
        state="received", received_at=moment or clock.now(), receipt_number=number
    )
    delivery.refresh_from_db()
    return delivery


def open_round(world: World) -> Round:
    """The round that the letters are about: it takes applications in January and February 2570."""
    world.round = RoundFactory(programme=world.programme)
    return world.round


def pdf() -> StoredFile:
    """A PDF that opens: one empty page."""
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    )
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<< /Root 1 0 R /Size 4 >>\nstartxref\n%d\n%%%%EOF\n" % len(data)
    data += b"xref\n0 4\n0000000000 65535 f \n" + table + end
    return files.put(data, name="letter.pdf", media_type="application/pdf")


def paper_bundle(*hops: tuple[str, str, str, list[str]], window: tuple[str, str] | None = None) -> dict:
    """A reading of several letters: (issuer, number, ISO date, ISO dates of stamps on it), the nearest letter first."""
    documents = [
        {
            "kind": "external",
            "issuer": issuer,
            "number": number,
            "date": dated,
            "receipts": [{"date": day} for day in stamps],
            "windows": [],
            "references": [],
            "subject": "ขอเชิญสมัคร",
        }
        for issuer, number, dated, stamps in hops
    ]
    if window:
        documents[0]["windows"] = [{"start": window[0], "end": window[1], "what": "รับสมัคร"}]
    return {"documents": documents, "findings": []}


# As the real bundle of 2564 tells: ministry, department, province.
PAPER_2564 = (
    ("จังหวัดทดสอบ", "ทส 0023.3/ว 553", "2021-01-19", []),
    ("กรมทดสอบ", "มท 0810.7/ว 51", "2021-01-11", ["2021-01-13"]),
    ("กระทรวงทดสอบ", "มท 0218/ว 3366", "2020-12-29", ["2020-12-29"]),
)
