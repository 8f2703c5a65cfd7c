"""Screening, panels, scoring alone and together."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from saduak.assessment import actions, queries
from saduak.assessment.actions.scoring import Given, basis_of
from saduak.assessment.models import Case, Panel, PanelMember, ScoreSheet
from saduak.foundation import clock
from saduak.foundation.access import Conflict, Invalid
from saduak.portal.rehearsal.behaviour import draw
from saduak.portal.rehearsal.calendar import at, next_workday
from saduak.portal.rehearsal.centre import dice_of
from saduak.portal.rehearsal.stage import Stage
from saduak.portal.rehearsal.world import PANELS, Somebody, World
from saduak.programme.models import Round

MOST_AT_ONCE = 100
ROLES = ("chair", "expert", "opdc", "secretary")


def screening(stage: Stage) -> Iterator[datetime]:
    """The secretariat screens on working days in March and April; uncorrected returns end at the end of April."""
    day = stage.dates.closes
    last = date(stage.dates.year, 4, 28)
    while day < last:
        day = next_workday(day)
        yield at(day, 10)
        for case in list(queries.cases(stage.world.secretary.now(), state="screening")):
            if case.application.round_id == stage.round.pk:
                _screen(stage, case)
    yield at(last, 16)
    for case in list(queries.cases(stage.world.secretary.now(), state="returned")):
        if case.application.round_id == stage.round.pk:
            actions.reject(
                actor=stage.world.secretary.now(), case_id=case.public_id, reason="ไม่ได้แก้ไขภายในกำหนด"
            )


def _screen(stage: Stage, case: Case) -> None:
    actor = stage.world.secretary.now()
    ways = draw(dice_of(stage, case.application.centre))
    first = not case.returns.exists()
    if first and ways.returned_by_screening and clock.today() < date(stage.dates.year, 4, 10):
        due = clock.today() + timedelta(days=14)
        reason = "ภาพประกอบข้อแรกไม่ชัด แนบภาพใหม่ให้เห็นเวลาให้บริการ"
        actions.return_case(actor=actor, case_id=case.public_id, reason=reason, due_on=due)
        stage.tally["screening_returned"] += 1
    elif ways.rejected_by_screening:
        actions.reject(actor=actor, case_id=case.public_id, reason="หน่วยบริการปิดให้บริการระหว่างปี")
    else:
        actions.accept(actor=actor, case_id=case.public_id)


def forming(stage: Stage) -> Iterator[datetime]:
    """Panels are set up in April; on the first of May each accepted case goes to one."""
    yield at(date(stage.dates.year, 4, 20), 9)
    panels = [seated(stage.world, stage.round, number) for number in range(1, PANELS + 1)]
    yield at(date(stage.dates.year, 5, 1), 9)
    accepted = queries.cases(stage.world.secretary.now(), state="accepted")
    _assign(stage, [row for row in accepted if row.application.round_id == stage.round.pk], panels)


def seated(world: World, round_: Round, number: int) -> Panel:
    """Set up a panel with the evaluators whose turn it is, one in each seat; its secretary does not score."""
    actor = world.secretary.now()
    panel = actions.create_panel(actor=actor, round_id=round_.public_id, number=number)
    for seat, role in enumerate(ROLES):
        person = world.evaluators[(number - 1) * len(ROLES) + seat].person
        actions.add_member(
            actor=actor,
            panel_id=panel.public_id,
            person_id=person.public_id,
            role=role,
            scores=role != "secretary",
        )
    return panel


def _assign(stage: Stage, cases: list[Case], panels: list[Panel]) -> None:
    """Give each panel every sixth case; one that it can't have goes to the next that has somebody without a conflict."""
    waiting = [cases[turn :: len(panels)] for turn in range(len(panels))]
    for _round_the_table in panels:
        refused: list[list[Case]] = []
        for panel, rows in zip(panels, waiting, strict=True):
            refused.append([])
            for start in range(0, len(rows), MOST_AT_ONCE):
                done = actions.assign_many(
                    actor=stage.world.secretary.now(),
                    case_ids=[row.public_id for row in rows[start : start + MOST_AT_ONCE]],
                    panel_id=panel.public_id,
                )
                stage.tally["assigned"] += len(done.given)
                refused[-1] += [plan.case for plan in done.kept]
        waiting = [refused[-1], *refused[:-1]]


def scoring(stage: Stage, somebody: Somebody) -> Iterator[datetime]:
    """One member scores a share of the sheets each working day, alone."""
    day = date(stage.dates.year, 5, 3)
    while day < date(stage.dates.year, 7, 10):
        yield at(day, 9 + stage.world.dice(f"{somebody.person.pk}:{day}").random() * 6)
        mine = _drafts(stage, somebody)
        left = max(1, sum(1 for _ in _workdays(day, date(stage.dates.year, 7, 5))))
        for sheet in mine[: -(-len(mine) // left)]:
            _score(stage, somebody, sheet)
        day = next_workday(day)


def _drafts(stage: Stage, somebody: Somebody) -> list[ScoreSheet]:
    """What this member still has to score and may see; most days of most members there is nothing to ask the rules."""
    drafts = ScoreSheet.objects.filter(
        member__person=somebody.person,
        state="draft",
        case__state="scoring",
        case__application__round=stage.round,
    )
    if not drafts.exists():
        return []
    seen = drafts.visible_to(somebody.now())
    return list(seen.select_related("case__application__centre").order_by("pk"))


def _workdays(start: date, end: date) -> Iterator[date]:
    while start < end:
        yield start
        start = next_workday(start)


def _score(stage: Stage, somebody: Somebody, sheet: ScoreSheet) -> None:
    """Believe most of what is claimed, doubt some; two in a hundred know the place too well."""
    actor = somebody.now()
    dice = stage.world.dice(f"score:{somebody.person.name}:{sheet.case.application.centre.public_id}")
    if dice.random() < 0.02:
        actions.declare_conflict(actor=actor, case_id=sheet.case.public_id, reason="เคยปฏิบัติงานที่ศูนย์นี้")
        return
    page = queries.sheet_page(actor, sheet.public_id)
    if page is None:
        return
    scores = {}
    for row in page.rows:
        claimed = row.claim.answer.get("claim") == "met"
        believed = claimed and dice.random() < 0.94
        if row.claim.criterion.kind == "gate":
            points = Decimal(1) if claimed and dice.random() < 0.998 else Decimal(0)
        elif row.claim.criterion.kind == "outcome" and claimed:
            points = min(row.most, Decimal(row.claim.answer.get("points") or 0))
        else:
            points = row.most if believed else Decimal(0)
        scores[row.claim.criterion.key] = Given(points)
    hand_in(somebody, sheet, scores)
    stage.tally["sheets"] += 1


def hand_in(somebody: Somebody, sheet: ScoreSheet, scores: dict[str, Given]) -> None:
    """Write the whole sheet and hand it in."""
    actor = somebody.now()
    saved = actions.save_scores(actor=actor, sheet_id=sheet.public_id, version=sheet.version, scores=scores)
    actions.hand_in(actor=actor, sheet_id=saved.public_id)


def agreeing(stage: Stage) -> Iterator[datetime]:
    """Each Friday the chairs write down what is ripe."""
    day = date(stage.dates.year, 5, 8)
    while day < date(stage.dates.year, 7, 20):
        yield at(day, 15)
        for panel in Panel.objects.filter(round=stage.round, retired_at__isnull=True).order_by("number"):
            _agree_ripe(stage, panel)
        day += timedelta(days=7)


def _agree_ripe(stage: Stage, panel: Panel) -> None:
    seats = PanelMember.objects.filter(panel=panel, left_at__isnull=True, role__in=["chair", "secretary"])
    people = {seat.person_id for seat in seats}
    leaders = [one for one in stage.world.evaluators if one.person.pk in people]
    ripe = Case.objects.filter(panel=panel, state="scoring").exclude(sheets__state="draft").order_by("pk")
    for case in ripe:
        for leader in leaders:
            try:
                if agree_as_proposed(leader, case) is None:
                    continue
            except Conflict as refusal:
                stage.tally[f"agree_refused:{refusal.code}"] += 1
                continue
            break
        else:
            _give_another(stage, case, panel)


def agree_as_proposed(leader: Somebody, case: Case) -> Case | None:
    """Write down what the sheets propose; None where they are closed to the leader.

    Raises:
        Conflict: sheets are still out, or it is agreed already.
    """
    compared = queries.comparison(leader.now(), case.public_id)
    if compared is None or not compared.sheets:
        return None
    return actions.agree(
        actor=leader.now(),
        case_id=case.public_id,
        scores={row.criterion.key: Given(row.proposed) for row in compared.rows},
        basis=basis_of(compared.sheets),
        note="คณะเห็นพ้องกัน",
    )


def _give_another(stage: Stage, case: Case, panel: Panel) -> None:
    """Chair and secretary, or all who score, have an interest: the secretariat gives the case to another panel."""
    actor = stage.world.secretary.now()
    reason = "ไม่มีผู้สรุปคะแนนที่ไม่มีส่วนได้เสียในคณะเดิม"
    actions.unassign(actor=actor, case_id=case.public_id, reason=reason)
    others = Panel.objects.filter(round=stage.round, retired_at__isnull=True).exclude(pk=panel.pk)
    for other in others.order_by("number"):
        try:
            actions.assign(actor=actor, case_id=case.public_id, panel_id=other.public_id)
        except Invalid:
            continue
        stage.tally["given_to_another_panel"] += 1
        return
