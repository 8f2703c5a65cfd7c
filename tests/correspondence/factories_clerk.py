"""A ministry, its department, a province: letters that cite each other, for the clerk who looks across them."""

import datetime
from dataclasses import dataclass

from saduak.correspondence import actions
from saduak.correspondence.inputs import Confirmation, Head
from saduak.correspondence.models import Delivery, Letter
from saduak.foundation import files
from saduak.foundation.access import Actor
from saduak.foundation.thai import calendar
from saduak.organisations.models import Organisation, Programme
from tests.organisations.factories import AreaFactory, OrganisationFactory, ProgrammeFactory, actor_for
from tests.programme.factories import RoundFactory

SUBJECT = "ขอเชิญสมัครเพื่อขอรับการรับรองมาตรฐานการให้บริการของศูนย์ราชการสะดวก (GECC) ประจำปี พ.ศ. 2564"
D28, D29 = datetime.date(2020, 12, 28), datetime.date(2020, 12, 29)
JAN11, JAN19 = datetime.date(2021, 1, 11), datetime.date(2021, 1, 19)
NOW = datetime.datetime(2021, 1, 20, 10, 0, tzinfo=calendar.BANGKOK)
WINDOW = (datetime.date(2021, 1, 1), datetime.date(2021, 2, 28))


def day(value: datetime.date) -> str:
    return calendar.format_long(value, weekday=False)


def letter_text(
    number: str,
    issuer: str,
    dated: datetime.date,
    subject: str = SUBJECT,
    *,
    encloses: str = "",
    stamps: str = "",
    body: str = "ด้วยจะมีการเปิดรับสมัคร จึงขอประชาสัมพันธ์เชิญชวนให้ทราบโดยทั่วกัน",
) -> str:
    """One external letter as an office prints it."""
    return f"""{stamps}

ที่ {number}

{issuer}

{day(dated)}

เรื่อง {subject}

เรียน ผู้ว่าราชการจังหวัด ทุกจังหวัด

{f"สิ่งที่ส่งมาด้วย {encloses}" if encloses else ""}

{body}

จึงเรียนมาเพื่อทราบ

ขอแสดงความนับถือ

(ลายมือชื่อ)

อธิบดี{issuer}
"""


def copy_of(issuer: str, number: str, dated: datetime.date | None) -> str:
    """How a letter is enclosed: by whose it is, its number and its date."""
    return f"สำเนาหนังสือ{issuer} ที่ {number}" + (f" ลงวันที่ {day(dated)}" if dated else "")


def stamp(office: str, number: int, dated: datetime.date, hour: str = "") -> str:
    return f"\n{office}\nเลขรับ {number}\nวันที่ {day(dated)}\n" + (f"เวลา {hour} น.\n" if hour else "")


@dataclass
class Line:
    """Ministry, department and province, each with its clerk; the programme and its round of 2564."""

    ministry: Organisation
    department: Organisation
    province: Organisation
    office: Organisation
    programme: Programme
    clerk: Actor

    def known(
        self,
        number: str = "มท 0218/ว 3366",
        dated: datetime.date = D29,
        subject: str = SUBJECT,
        *,
        issuer: Organisation | None = None,
        holder: Organisation | None = None,
        **fields: object,
    ) -> Letter:
        """A letter that stands confirmed in the table of letters; the province's office holds it unless told otherwise."""
        of = issuer or self.ministry
        text = letter_text(number, of.name_th, dated, subject)
        actor = Actor.system("test")
        values: dict[str, object] = {
            "holder": holder or self.office,
            "programme": self.programme,
            "issuer": of,
            "number": number,
            "dated": dated,
            "subject": subject,
            "state": "confirmed",
            "confirmed_at": NOW,
            "text": text,
            "file": files.store(text.encode(), name="known.txt", actor=actor, accept={"letter"}),
        }
        return Letter.objects.create(**(values | fields))

    def load(self, text: str, *, actor: Actor | None = None, holder: Organisation | None = None) -> Letter:
        at = holder or self.office
        return actions.load(
            actor=actor or self.clerk, holder_id=at.public_id, file=text.encode(), name="x.txt"
        )

    def department_letter(
        self, cited: str = "มท 0218/ว 7766", dated: datetime.date | None = D28, **parts
    ) -> str:
        """What the department writes down: it encloses the ministry's letter, in its own words."""
        encloses = copy_of(self.ministry.name_th, cited, dated)
        return letter_text("มท 0810.7/ว 51", self.department.name_th, JAN11, encloses=encloses, **parts)


def line_of_command() -> Line:
    """Made in `NOW`."""
    area = AreaFactory(code="91", name_th="ทดสอบ", letter_code="ทส")
    ministry = OrganisationFactory(code="ministry", kind="ministry", name_th="กระทรวงทดสอบ", letter_code="มท")
    department = OrganisationFactory(
        code="department", kind="department", name_th="กรมส่งเสริมการทดสอบ", aliases="สถ.", under=ministry
    )
    province = OrganisationFactory(
        code="province:91",
        kind="province",
        name_th="จังหวัดทดสอบ",
        aliases="จ.ทดสอบ ศาลากลางจังหวัดทดสอบ",
        letter_code="ทส",
        area=area,
        under=ministry,
    )
    office = OrganisationFactory(
        code="local-admin:91",
        kind="provincial_office",
        name_th="สำนักงานส่งเสริมการทดสอบจังหวัด",
        letter_code="ทส",
        area=area,
        under=[department, province],
        writes_for=province,
    )
    programme = ProgrammeFactory(short_name="GECC")
    RoundFactory(programme=programme, fiscal_year=2564, days={"application": WINDOW})
    return Line(ministry, department, province, office, programme, actor_for("clerk", office))


def deliver(letter: Letter, organisation: Organisation, **fields) -> Delivery:
    """The letter came to an office through the system."""
    return Delivery.objects.create(letter=letter, organisation=organisation, delivered_at=NOW, **fields)


def told(letter: Letter) -> dict[str, list[str]]:
    """The evidence of each doubt of a letter, by its code. One of each kind."""
    return {row.code: row.evidence for row in letter.findings.all()}


def confirm(line: Line, letter: Letter, issuer: Organisation, **changes) -> Letter:
    """Confirm a letter as it was read, without duties."""
    first = letter.reading["documents"][0]
    head = Head(
        kind=first["kind"],
        number=first["number"],
        dated=datetime.date.fromisoformat(first["date"]),
        subject=first["subject"],
        issuer=issuer,
    )
    return actions.confirm(
        actor=changes.pop("actor", line.clerk),
        letter_id=letter.public_id,
        confirmation=Confirmation(head=head, **changes),
    )
