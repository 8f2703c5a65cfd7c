"""Readiness in the demo: who assesses whom as in 2564, and what one province has said so far about its units."""

from datetime import date
from io import BytesIO

from saduak.applications import actions
from saduak.applications.models import ReadinessList
from saduak.applications.queries import readiness as queries
from saduak.applications.rules.readiness import rule_sets
from saduak.foundation import clock, ids, jobs
from saduak.organisations.models import Organisation
from saduak.portal.rehearsal.calendar import at
from saduak.portal.rehearsal.world import Somebody, World
from saduak.programme.models import Round

OFFICE = "province:65"
# Ready or not, and why, of the newest units; at least one of the province is still to be assessed.
SAID = (
    (False, "ทางลาดและห้องน้ำยังซ่อมไม่เสร็จ คาดว่าเสร็จปลายเดือนมีนาคม"),
    (True, ""),
    (True, "ตรวจจากใบสมัครและโทรสอบถามแล้ว"),
)


def assess(world: World, cast: dict[str, Somebody], row: Round, seed: int) -> ReadinessList:
    """The secretariat says who assesses; the province assesses a few, its governor signs on paper, the list is sent."""
    office = Organisation.objects.get(code=OFFICE)
    with ids.seeded(seed), clock.travel(at(date(2027, 1, 18), 10)):
        said = rule_sets()["memo-2564"]
        actions.set_assessors(
            actor=world.secretary.now(), round_id=row.public_id, rules_=said.rules, source=said.source
        )
    with ids.seeded(seed + 1), clock.travel(at(date(2027, 1, 25), 14)):
        actor = cast["province"].now()
        desk = queries.Desk(row, office)
        newest = list(desk.units().order_by("-pk"))
        for unit, (ready, reasons) in zip(newest[:-1], SAID, strict=False):
            actions.assess_readiness(
                actor=actor,
                round_id=row.public_id,
                office_id=office.public_id,
                centre_ids=[unit.public_id],
                ready=ready,
                reasons=reasons,
            )
    with ids.seeded(seed + 2), clock.travel(at(date(2027, 1, 28), 11)):
        actor = cast["province"].now()
        actions.record_readiness_paper(
            actor=actor,
            round_id=row.public_id,
            office_id=office.public_id,
            file=BytesIO(world.papers[0][1]),
            name=world.papers[0][0],
            code=queries.confirm_page(actor, desk).code,
            signer_name=office.head_title,
            signer_position=office.head_title,
            signed_on=date(2027, 1, 27),
        )
        sending = actions.send_readiness(actor=actor, round_id=row.public_id, office_id=office.public_id)
        jobs.run_pending()
        return ReadinessList.objects.get(sending=sending)
