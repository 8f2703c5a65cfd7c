"""A shared library of the demo: the department over the districts gives them a manual and a plan."""

from datetime import date

from saduak.applications import actions
from saduak.applications.actions import Sharing, Source
from saduak.applications.models import SharedItem
from saduak.foundation import clock, ids
from saduak.foundation.access import Actor
from saduak.organisations.models import Organisation
from saduak.portal.rehearsal.calendar import at
from saduak.portal.rehearsal.world import World
from saduak.programme.queries import contents

OFFICE = "dopa"
# Name, number of the criterion, address, and text to take over.
ITEMS = (
    (
        "คู่มือมาตรฐานการให้บริการงานทะเบียน",
        "1.4",
        "https://www.dopa.go.th/",
        "กรมกำหนดมาตรฐานเวลาและขั้นตอนของงานทะเบียนไว้ในคู่มือเล่มเดียวกันทั่วประเทศ เจ้าหน้าที่ทุกคนอบรมตามคู่มือปีละครั้ง",
    ),
    ("แผนพัฒนาการบริการของกรม พ.ศ. 2570", "2.1", "https://www.dopa.go.th/", ""),
)


def shared_library(world: World, seed: int) -> list[SharedItem]:
    """What the department published before the round's window."""
    office = Organisation.objects.get(code=OFFICE)
    made = []
    for number, (name, criterion, address, text) in enumerate(ITEMS):
        with ids.seeded(seed + number), clock.travel(at(date(2027, 1, 6 + number), 10)):
            actor = Actor.system("demo")
            item = actions.draft_shared(
                actor=actor,
                organisation_id=office.public_id,
                programme_id=world.programme.public_id,
                about=Sharing(name, [_key(world, criterion)], text),
                source=Source(url=address),
            )
            made.append(actions.publish_shared(actor=actor, item_id=item.public_id))
    return made


def _key(world: World, number: str) -> str:
    """The key of a criterion in what the programme asks now."""
    newest = world.programme.criteria_sets.filter(state="published").first()
    assert newest is not None  # noqa: S101 - for mypy: rounds have one
    return next(row.key for row in contents(newest).criteria if row.number == number and row.kind != "gate")
