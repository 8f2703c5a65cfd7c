"""Letters for tests: the two real ones beside the repository, a small one of our own, and a province to send them in."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.test import Client

from saduak.correspondence import actions, inputs
from saduak.correspondence.models import Letter
from saduak.correspondence.queries import letter_page
from saduak.foundation import clock
from saduak.foundation.access import Actor
from saduak.foundation.models import User
from saduak.organisations.models import Organisation
from tests.organisations.factories import AreaFactory, OrganisationFactory, ProgrammeFactory, actor_for
from tests.programme.factories import RoundFactory

LETTERS = Path(__file__).resolve().parents[3] / "shared" / "letters"
# A day between the letter of 2566 and its internal deadline.
IN_2566 = datetime.datetime(2022, 12, 13, 10, 0, tzinfo=clock.BANGKOK)
IN_2564 = datetime.datetime(2021, 1, 20, 10, 0, tzinfo=clock.BANGKOK)
DAYS_2566 = {"application": (datetime.date(2023, 1, 1), datetime.date(2023, 2, 28))}
DAYS_2564 = {"application": (datetime.date(2021, 1, 1), datetime.date(2021, 2, 28))}

OWN = """ที่ ทส 0018.1/12

ศาลากลางจังหวัดทดสอบ

12 ธันวาคม 2565

เรื่อง การขอรับการรับรองมาตรฐาน ประจำปีงบประมาณ พ.ศ. 2566

เรียน นายอำเภอ ทุกอำเภอ

จังหวัดจึงขอให้ที่ทำการปกครองอำเภอดำเนินการ ดังนี้

1. สมัครขอรับการรับรอง ตั้งแต่วันที่ 1 มกราคม - 28 กุมภาพันธ์ 2566

ทั้งนี้ ขอให้ที่ทำการปกครองอำเภอ ส่งใบสมัครภายในวันที่ 15 กุมภาพันธ์ 2566

จึงเรียนมาเพื่อทราบและดำเนินการ

ขอแสดงความนับถือ

ผู้ว่าราชการจังหวัดทดสอบ
""".encode()


def real(name: str) -> bytes:
    """One of the two real letters; a test that needs it is skipped in sight where the folder is not."""
    path = LETTERS / name
    if not path.exists():
        pytest.skip(f"the real letter {name} is not here ({LETTERS})")
    return path.read_bytes()


@dataclass
class Province:
    """A province with its administration office (which writes in its name), districts and a municipality."""

    province: Organisation
    office: Organisation
    districts: list[Organisation]
    town: Organisation


def province(code: str = "91", name: str = "ทดสอบ", districts: int = 3) -> Province:
    area = AreaFactory(code=code, name_th=name)
    ministry = OrganisationFactory(code="ministry", kind="ministry", name_th="กระทรวงทดสอบ")
    row = OrganisationFactory(
        code=f"province:{code}",
        kind="province",
        name_th=f"จังหวัด{name}",
        aliases=f"ศาลากลางจังหวัด{name}",
        head_title=f"ผู้ว่าราชการจังหวัด{name}",
        area=area,
        under=ministry,
    )
    office = OrganisationFactory(
        code=f"provincial-admin:{code}",
        kind="provincial_office",
        type_th="ที่ทำการปกครองจังหวัด",
        name_th=f"ที่ทำการปกครองจังหวัด{name}",
        area=area,
        under=row,
        writes_for=row,
    )
    made = [
        OrganisationFactory(
            code=f"district:{code}{n:02d}",
            kind="district",
            type_th="ที่ทำการปกครองอำเภอ",
            name_th=f"ที่ทำการปกครองอำเภอ{name}{n}",
            head_title=f"นายอำเภอ{name}{n}",
            area=AreaFactory(code=f"{code}{n:02d}", parent=area),
            under=row,
        )
        for n in range(1, districts + 1)
    ]
    town = OrganisationFactory(
        code=f"town:{code}",
        kind="local_government",
        type_th="เทศบาลเมือง",
        name_th=f"เทศบาลเมือง{name}",
        head_title=f"นายกเทศมนตรีเมือง{name}",
        area=made[0].area if made else area,
        supervised_by=row,
    )
    return Province(row, office, made, town)


def province_of_2566() -> Province:
    """A province with its clerk, and the round of 2566 that its letters are about; to be made in `IN_2566`."""
    made = province()
    RoundFactory(programme=ProgrammeFactory(short_name="GECC"), fiscal_year=2566, days=DAYS_2566)
    made.clerk = actor_for("clerk", made.office)
    return made


def as_read(actor: Actor, letter: Letter, *, kind: str = "submit", **changes) -> inputs.Confirmation:
    """What a person confirms who changes nothing on the page."""
    page = letter_page(actor, letter)
    first = page.first
    head = inputs.Head(
        kind=first["kind"],
        number=first["number"] or "",
        dated=datetime.date.fromisoformat(first["date"]),
        subject=first["subject"],
        issuer=page.issuer,
    )
    duties = tuple(
        inputs.DutyInput(
            d.who, d.what, d.due_on, d.force, len(d.resolved.offices) if page.as_issuer else None
        )
        for d in page.duties
        if page.as_issuer or d.mine
    )
    deadlines = tuple(
        inputs.DeadlineInput(d.due_on, kind) for d in page.deadlines if page.as_issuer and not d.why_not
    )
    meeting = (
        page.meeting
        and "meeting" not in changes
        and inputs.MeetingInput(
            title=page.meeting.get("title") or first["subject"],
            date=datetime.date.fromisoformat(page.meeting["date"]),
            start=datetime.time.fromisoformat(page.meeting["start"]),
            end=datetime.time.fromisoformat(page.meeting["end"]),
            place=page.meeting["where"] or "",
            channels=tuple(page.meeting["channels"]),
            items=tuple(page.agenda),
        )
    )
    values = {
        "head": head,
        "round_id": page.round.public_id if page.round else None,
        "duties": duties,
        "deadlines": deadlines,
        "meeting": meeting or None,
        # "Not sure": the doubts stay.
        "settled": {row.public_id: "leave" for row in page.findings if row.asks},
    }
    return inputs.Confirmation(**(values | changes))


def loaded(actor: Actor, holder: Organisation, data: bytes = OWN, name: str = "letter.txt") -> Letter:
    return actions.load(actor=actor, holder_id=holder.public_id, file=data, name=name)


def confirmed(actor: Actor, holder: Organisation, data: bytes = OWN, **changes) -> Letter:
    letter = loaded(actor, holder, data)
    return actions.confirm(
        actor=actor, letter_id=letter.public_id, confirmation=as_read(actor, letter, **changes)
    )


def reaching_one_and_three(client: Client, **confirming) -> Iterator[tuple[Letter, int]]:
    """A letter that its clerk confirmed and the districts it reaches: one, then three. The clerk is signed in."""
    RoundFactory(programme=ProgrammeFactory(short_name="GECC"), fiscal_year=2566, days=DAYS_2566)
    for code, districts in (("91", 1), ("92", 3)):
        made = province(code, name=f"ทดสอบ{code}", districts=districts)
        clerk = actor_for("clerk", made.office)
        data = OWN.decode().replace("จังหวัดทดสอบ", f"จังหวัดทดสอบ{code}").encode()
        letter = confirmed(clerk, made.office, data, **confirming)
        client.force_login(
            User.objects.get(pk=clerk.user_id), "allauth.account.auth_backends.AuthenticationBackend"
        )
        yield letter, districts
