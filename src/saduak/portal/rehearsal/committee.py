"""The committee meets twice, then everything is announced together."""

from collections.abc import Iterator
from datetime import date, datetime

from saduak.certification import actions, queries
from saduak.certification.models import Meeting
from saduak.foundation import jobs
from saduak.portal.rehearsal.calendar import at
from saduak.portal.rehearsal.stage import Stage


def script(stage: Stage) -> Iterator[datetime]:
    """Two meetings, the second for what the first deferred; the announcement at the end of August."""
    year = stage.dates.year
    yield at(date(year, 7, 26), 9)
    first = _meet(stage, 1)
    agenda = list(queries.agenda(stage.world.committee.now(), first))
    if not agenda:
        return
    for case in agenda:
        dice = stage.world.dice(f"decide:{case.application.centre.public_id}:{year}")
        if dice.random() < 0.02:
            _decide(stage, first, case, "defer", "", "ขอข้อมูลเพิ่มเรื่องช่องทางออนไลน์")
        elif case.agreed_level == "excellent" and dice.random() < 0.04:
            _decide(stage, first, case, "certify", "advanced", "หลักฐานด้านผลลัพธ์ยังไม่ครบปี")
    yield at(date(year, 7, 26), 14)
    actions.adopt_proposals(actor=stage.world.committee.now(), meeting_id=first.public_id)
    actions.close(actor=stage.world.committee.now(), meeting_id=first.public_id)
    yield at(date(year, 8, 10), 9)
    if first.resolutions.filter(decision="defer").exists():
        _take_up_deferred(stage)
    yield at(date(year, 8, 15), 9)
    announcement = actions.prepare(
        actor=stage.world.secretary.now(),
        round_id=stage.round.public_id,
        number=f"1/{stage.dates.fiscal_year}",
        dated=stage.dates.announced,
        valid_from=stage.dates.announced,
    )
    jobs.run_pending()
    yield at(stage.dates.announced, 10)
    jobs.run_pending()
    actions.publish(actor=stage.world.secretary.now(), announcement_id=announcement.public_id)


def _take_up_deferred(stage: Stage) -> None:
    """The second meeting decides what the first put off."""
    second = _meet(stage, 2)
    for case in queries.agenda(stage.world.committee.now(), second):
        decision = "certify" if case.agreed_level else "refuse"
        _decide(stage, second, case, decision, case.agreed_level, "ได้รับข้อมูลเพิ่มแล้ว")
    actions.close(actor=stage.world.committee.now(), meeting_id=second.public_id)


def _meet(stage: Stage, nth: int) -> Meeting:
    return actions.open_meeting(
        actor=stage.world.committee.now(),
        round_id=stage.round.public_id,
        number=f"{nth}/{stage.dates.fiscal_year}",
        held_on=date(stage.dates.year, 7, 26) if nth == 1 else date(stage.dates.year, 8, 10),
        place="ทำเนียบรัฐบาล",
    )


def _decide(stage: Stage, meeting: Meeting, case: object, decision: str, level: str, reason: str) -> None:
    actions.decide(
        actor=stage.world.committee.now(),
        meeting_id=meeting.public_id,
        case_id=case.public_id,  # type: ignore[attr-defined] # a Case
        decision=decision,
        level_key=level,
        reason=reason,
    )
