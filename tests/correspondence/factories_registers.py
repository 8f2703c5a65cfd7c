"""Registers for tests: an office that opted in, its clerk, and lines of every sort."""

import datetime

from saduak.correspondence import registers_tasks
from saduak.correspondence.actions.registers import Columns, take_number
from saduak.correspondence.actions.registers_keeping import open_registry
from saduak.correspondence.models import Letter, RegisterEntry, Registry
from saduak.foundation import clock, files
from saduak.foundation.access import Actor
from saduak.organisations.models import Organisation, Programme
from tests.organisations.factories import OrganisationFactory, ProgrammeFactory, actor_for

SEND, RECEIVE = RegisterEntry.Direction.SEND, RegisterEntry.Direction.RECEIVE
ORDINARY, CIRCULAR = RegisterEntry.Series.ORDINARY, RegisterEntry.Series.CIRCULAR
IN_2569 = datetime.datetime(2026, 3, 2, 10, 30, tzinfo=clock.BANGKOK)
DAY = IN_2569.date()
SYSTEM = Actor.system("test")
# Named so that the job is known wherever registers are tried.
JOB = registers_tasks.make_register_file
PAPER = Columns(
    letter_number="มท 0018.1/96",
    dated=datetime.date(2026, 2, 27),
    from_text="จังหวัดทดสอบ",
    to_text="นายอำเภอทดสอบ",
    subject="ขอเชิญประชุมชี้แจงแนวทางการดำเนินงาน",
)


def kept(office: Organisation | None = None, *, prefix: str = "ทส 0018.1", **told) -> Registry:
    """A register that Saduak keeps for an office. `told` goes to `open_registry`."""
    at = office or OrganisationFactory()
    return open_registry(actor=SYSTEM, organisation_id=at.public_id, prefix=prefix, **told)


def clerk_of(row: Registry, **appointment) -> Actor:
    """Somebody who keeps a register, cleared for secret letters."""
    return actor_for("clerk", row.organisation, **appointment)


def uncleared(row: Registry) -> Actor:
    """Somebody who writes in a register and is not cleared."""
    return actor_for("supervisor", row.organisation)


def numbered(
    row: Registry,
    direction: str = RECEIVE,
    series: str = ORDINARY,
    *,
    actor: Actor = SYSTEM,
    day=None,
    **columns,
) -> RegisterEntry:
    """The next line of a book, with columns of one's own."""
    values = {name: getattr(PAPER, name) for name in PAPER.__slots__} | columns
    letter = values.pop("letter", None)
    return take_number(
        actor=actor,
        registry=row,
        direction=direction,
        series=series,
        day=day or clock.today(),
        columns=Columns(**values),
        letter=letter,
    )


def letter_of(holder: Organisation, *, programme: Programme | None = None, **values) -> Letter:
    """A confirmed letter that an office holds."""
    stored = files.put(b"letter", name="letter.txt", media_type="text/plain", actor=SYSTEM)
    given = {
        "issuer": holder,
        "number": "ทส 0018.1/1",
        "dated": DAY,
        "subject": "การขอรับการรับรองมาตรฐาน",
        "text": "เรื่อง การขอรับการรับรองมาตรฐาน เรียน นายอำเภอ ด้วยศูนย์ราชการสะดวกจะเปิดรับสมัคร",
        "confirmed_at": clock.now(),
    } | values
    return Letter.objects.create(
        holder=holder, programme=programme or ProgrammeFactory(), file=stored, state="confirmed", **given
    )
