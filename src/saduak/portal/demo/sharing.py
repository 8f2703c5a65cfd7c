"""What headquarters give their line in the demo: a department a manual and a plan, an enterprise centres and a chart."""

import csv
import io
from datetime import date

from saduak.applications import actions
from saduak.applications.actions import Sharing, Source
from saduak.applications.models import SharedItem
from saduak.foundation import clock, ids
from saduak.foundation.access import Actor
from saduak.organisations.actions import check_branches, confirm_branches
from saduak.organisations.models import Organisation
from saduak.portal.rehearsal.calendar import at
from saduak.portal.rehearsal.world import Somebody, World, picture
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

ENTERPRISE = "sample:power"
# The centres of its branches, as its headquarters has them in a table.
HEADS = ("name", "kind", "office", "code", "phone")
CENTRES = (
    ("ศูนย์บริการลูกค้า สำนักงานใหญ่", "office", "", "10", "0 0000 0000"),
    ("ศูนย์บริการลูกค้า สาขาพิษณุโลก", "office", "sample:power:65", "6501", "0 0000 0000"),
    ("จุดบริการในห้างสรรพสินค้า สาขาพิษณุโลก", "counter", "sample:power:65", "6501", "0 0000 0000"),
    ("ศูนย์บริการลูกค้า สาขามุกดาหาร", "office", "sample:power:49", "4901", "0 0000 0000"),
)
CHART = "แผนผังขั้นตอนการให้บริการมาตรฐานทุกสาขา"
# No centre has this very picture as evidence of its own.
_OWN_PICTURE = 9


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


def headquarters(world: World, somebody: Somebody, seed: int) -> SharedItem:
    """The enterprise with branches: it brings in their centres from a table, and shares a chart with all of them."""
    office = Organisation.objects.get(code=ENTERPRISE)
    table = io.StringIO()
    csv.writer(table).writerows([HEADS, *CENTRES])
    with ids.seeded(seed), clock.travel(at(date(2027, 1, 7), 9)):
        checked = check_branches(
            actor=somebody.now(),
            organisation=office.public_id,
            content=table.getvalue().encode("utf-8-sig"),
            file_name="ศูนย์ของทุกสาขา.csv",
        )
        confirm_branches(actor=somebody.now(), table=checked.public_id, count=len(CENTRES))
    with ids.seeded(seed + 1), clock.travel(at(date(2027, 1, 8), 10)):
        item = actions.draft_shared(
            actor=somebody.now(),
            organisation_id=office.public_id,
            programme_id=world.programme.public_id,
            about=Sharing(CHART, [_key(world, "2.1")]),
            source=Source(file=picture(_OWN_PICTURE), name=f"{CHART}.jpg", kind="document"),
        )
        return actions.publish_shared(actor=somebody.now(), item_id=item.public_id)


def _key(world: World, number: str) -> str:
    """The key of a criterion in what the programme asks now."""
    newest = world.programme.criteria_sets.filter(state="published").first()
    assert newest is not None  # noqa: S101 - for mypy: rounds have one
    return next(row.key for row in contents(newest).criteria if row.number == number and row.kind != "gate")
